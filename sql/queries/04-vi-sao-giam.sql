-- Trong các chỉ tiêu làm xã không giữ vững, bao nhiêu là chỉ tiêu mới, nâng cao, không thay đổi?
select change_class, count(*) as failing, count(distinct commune_code) as communes, string_agg(distinct indicator_id, ', ' order by indicator_id) as indicators
from mart.slippage
where period = (select period from ops.period order by ends_on desc limit 1)
group by change_class order by failing desc, change_class
