-- id: claimed_total_mismatch
-- code: NTM-206
-- severity: warning
-- message: Xã {commune_name}: đơn vị ghi đạt {stated} {what}, tính từ số liệu là {counted}{open}
-- remedy: Kiểm tra lại cột tổng số và từng tiêu chí, chỉ tiêu của xã; sửa chỗ sai rồi gửi lại. Kết quả được tính từ số liệu, không lấy theo cột tổng số.
-- missing: skip
-- The number of criteria (and of indicators) that the sender says are met is
-- the number counted from what was reported. Where some are unknown, the
-- stated number may lie anywhere between those met and those met or unknown:
-- that is not judged; beyond it, it is wrong all the same.
with stated as (
    select c.period, c.commune_code, c.measure, c.value, c.submission_id, c.file_name, c.sheet, c.cell,
           case c.measure when 'criteria_total' then s.criteria_met else s.indicators_met end as counted,
           case c.measure when 'criteria_total' then s.criteria_unknown else s.indicators_unknown end as unknown,
           s.district_code, s.commune_name
    from staging.chosen c
    join mart.commune_summary s on s.period = c.period and s.commune_code = c.commune_code
    where c.measure in ('criteria_total', 'indicators_total') and c.value is not null
)
select period,
       district_code,
       commune_code,
       commune_name,
       submission_id,
       file_name,
       sheet,
       cell,
       case measure when 'criteria_total' then 'tiêu chí' else 'chỉ tiêu' end as what,
       value as stated,
       counted,
       case when unknown > 0 then ' (còn ' || unknown || ' chưa đủ số liệu)' else '' end as open,
       case
           when value < counted or value > counted + unknown then true
           when unknown = 0 then false
           -- Fewer than all the unknown were counted by the sender as met: it may well be so.
       end as failed
from stated
