-- Còn bao nhiêu kết quả dùng mức hoặc tên chưa đối chiếu văn bản gốc?
select period, threshold_confidence, count(*) as results, count(distinct indicator_id) as indicators
from mart.indicator_result
where (getvariable('ky') is null or period = getvariable('ky'))
group by 1, 2 order by 1, 2
