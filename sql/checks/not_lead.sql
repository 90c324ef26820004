-- id: not_lead
-- code: NTM-492
-- severity: warning
-- message: {sender_name} báo cáo chỉ tiêu {indicator_id} nhưng không chủ trì chỉ tiêu này; {communes} xã không được tính theo báo cáo này
-- remedy: Sở, ngành chỉ báo cáo các chỉ tiêu mình chủ trì. Nếu danh mục ghi sai cơ quan chủ trì thì sửa lead_department trong indicators.csv.
-- missing: skip
-- A department speaks for the indicators that it leads on the period's last
-- day. What it says of others is kept beside, and does not count.
select period,
       submission_id,
       file_name,
       indicator_id,
       sender_name,
       count(*) as communes,
       arg_min(sheet, cell) as sheet,
       min(cell) as cell,
       not bool_and(leads) as failed
from mart.source_comparison
where source = 'department'
group by period, submission_id, file_name, indicator_id, sender_name
