-- Huyện nào có bình quân tiêu chí đạt cao nhất, thấp nhất?
-- Bình quân chỉ tính trên xã có số liệu.
select district_name, communes_reported || '/' || communes as reported, round(avg_criteria_met, 1) as avg_criteria_met,
    min_criteria_met, max_criteria_met, communes_full
from mart.district_summary
where period = coalesce(getvariable('ky'), (select period from ops.period order by ends_on desc limit 1))
    and (getvariable('huyen') is null or district_code = getvariable('huyen'))
order by avg_criteria_met desc, district_code
