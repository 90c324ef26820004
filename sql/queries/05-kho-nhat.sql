-- Mười chỉ tiêu nào nhiều xã chưa đạt nhất?
-- near_miss là số xã chỉ còn thiếu chút ít.
select indicator_id, indicator_name, lead_department, not_met, unknown, round(met_pct, 2) as met_pct, near_miss
from mart.indicator_summary
where period = coalesce(getvariable('ky'), (select period from ops.period order by ends_on desc limit 1))
    and (getvariable('chi_tieu') is null or indicator_id = getvariable('chi_tieu'))
order by not_met desc, indicator_id limit 10
