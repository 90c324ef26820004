-- Trong các chỉ tiêu làm xã không giữ vững, bao nhiêu là chỉ tiêu mới, nâng cao, không thay đổi?
select change_class, count(*) as failing, count(distinct commune_code) as communes, string_agg(distinct indicator_id, ', ' order by indicator_id) as indicators
from mart.slippage
where period = coalesce(getvariable('ky'), (select period from ops.period order by ends_on desc limit 1))
    and (getvariable('huyen') is null or district_code = getvariable('huyen'))
    and (getvariable('xa') is null or commune_code = getvariable('xa'))
group by change_class order by failing desc, change_class
