-- Các con số chung của tỉnh thay đổi thế nào so với kỳ trước, cuối năm trước, cùng kỳ năm trước?
-- compared_period trống là chưa có kỳ đó trong kho.
select name, against, compared_period, round(compared_value, 2) as before, round(value, 2) as now, round(difference, 2) as difference
from mart.period_comparison
where period = coalesce(getvariable('ky'), (select period from ops.period order by ends_on desc limit 1)) and compared_period is not null
