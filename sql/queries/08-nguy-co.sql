-- Xã đã công nhận nào có nguy cơ không giữ vững?
-- signs = sát mức + đang giảm + dễ biến động; công thức ghi ở cột formula.
select district_name, commune_name, indicator_id, value, threshold, round(gap, 2) as gap, thin, falling, volatile, formula
from mart.risk
where period = (select period from ops.period order by ends_on desc limit 1) and recognised and signs >= 2
order by signs desc, gap, commune_code, indicator_id limit 15
