-- Đơn vị nào còn nhiều chỗ phải sửa nhất, sai kiểu gì?
select d.display_name as district, f.severity, f.check_id, count(*) as findings
from ops.finding f
join ref.district d on d.district_code = f.district_code
where f.period = coalesce(getvariable('ky'), (select period from ops.period order by ends_on desc limit 1))
    and (getvariable('huyen') is null or f.district_code = getvariable('huyen')) and f.severity <> 'info'
group by all order by f.severity, findings desc, district, check_id limit 15
