-- Mỗi sở, ngành chủ trì bao nhiêu chỉ tiêu chưa đạt?
select coalesce(lead_department, '(chưa rõ)') as lead_department, count(*) as unmet, count(distinct commune_code) as communes,
    count(case when overdue then 1 end) as overdue
from mart.unmet
where period = (select period from ops.period order by ends_on desc limit 1)
group by 1 order by unmet desc, 1
