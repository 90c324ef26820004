-- id: missing_district
-- code: NTM-101
-- severity: error
-- message: Chưa nhận được báo cáo kỳ {period_label} của {district_name} ({communes} xã){returned}
-- remedy: Nhắc đơn vị gửi báo cáo của kỳ. Nếu đơn vị đã gửi: xem tệp có nằm đúng thư mục của kỳ và phần tiêu đề có ghi tên đơn vị, kỳ báo cáo hay không; tệp bị trả lại thì sửa theo lý do đã nêu rồi gửi lại.
-- missing: fail
-- Every district that has at least one xã on the period's last day owes a
-- report. A district has reported when a file of its own, or of one of its
-- communes, was accepted; what a department says about it is not its report.
with received as (
    select period,
           district_code,
           count(*) filter (where status in ('accepted', 'superseded')) as accepted,
           string_agg(file_name || coalesce(' – ' || nullif(reason, ''), ''), '; ' order by file_name)
               filter (where status = 'rejected') as returned
    from ops.submission
    where sender_kind is distinct from 'department'
    group by period, district_code
)
select c.period,
       c.district_code,
       c.district_name,
       coalesce(any_value(o.label), c.period) as period_label,
       count(*) as communes,
       coalesce(any_value(r.accepted), 0) = 0 as failed,
       coalesce('; đã nhận nhưng trả lại: ' || any_value(r.returned), '') as returned
from staging.commune c
left join received r on r.period = c.period and r.district_code = c.district_code
left join ops.period o on o.period = c.period
-- A commune without a district owes its own report: see missing_commune.
where c.district_code is not null
group by c.period, c.district_code, c.district_name
