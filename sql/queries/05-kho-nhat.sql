-- Mười chỉ tiêu nào nhiều xã chưa đạt nhất?
-- near_miss là số xã chỉ còn thiếu chút ít.
select indicator_id, indicator_name, lead_department, not_met, unknown, round(met_pct, 2) as met_pct, near_miss
from mart.indicator_summary
where period = (select period from ops.period order by ends_on desc limit 1)
order by not_met desc, indicator_id limit 10
