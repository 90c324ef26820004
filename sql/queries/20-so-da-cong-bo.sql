-- Số đã công bố trước đây tính lại ra sao, theo cách đếm nào?
-- verdict nói khớp, không khớp, hay chưa đủ số liệu để kết luận.
select name, printed, rule_name, round(recomputed, 4) as recomputed, reproduces, verdict
from mart.published_figure
where period = coalesce(getvariable('ky'), (select period from ops.period order by ends_on desc limit 1)) limit 15
