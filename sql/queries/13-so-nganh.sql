-- Mỗi sở, ngành chủ trì bao nhiêu chỉ tiêu chưa đạt?
select coalesce(lead_department, '(chưa rõ)') as lead_department, count(*) as unmet, count(distinct commune_code) as communes,
    count(case when overdue then 1 end) as overdue
from mart.unmet
where period = coalesce(getvariable('ky'), (select period from ops.period order by ends_on desc limit 1))
    and (getvariable('huyen') is null or district_code = getvariable('huyen'))
    and (getvariable('xa') is null or commune_code = getvariable('xa'))
    and (getvariable('chi_tieu') is null or indicator_id = getvariable('chi_tieu'))
group by 1 order by unmet desc, 1
