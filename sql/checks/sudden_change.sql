-- id: sudden_change
-- code: NTM-301
-- severity: warning
-- message: Xã {commune_name}, chỉ tiêu {indicator_id}: {previous_label} là {value_before}{unit_text}, kỳ này là {value}{unit_text}: {direction} {moved}{moved_unit}
-- remedy: Đối chiếu với hồ sơ gốc. Nếu số kỳ này đúng thì ghi rõ nguyên nhân ở cột ghi chú; nếu sai thì sửa ô rồi gửi lại.
-- missing: skip
-- parameter: points = 20
-- parameter: ratio = 0.5
-- Against the commune's own previous period (same granularity, same criteria
-- set): a percentage that moves by more than points, or an amount that moves by
-- more than ratio of what it was, is looked at again.
with measured as (
    select r.*,
           i.value_kind,
           p.previous_period,
           coalesce(e.label, 'kỳ ' || p.previous_period) as previous_label,
           b.value as value_before,
           (select value from ref.check_parameter where check_id = 'sudden_change' and name = 'points') as points,
           (select value from ref.check_parameter where check_id = 'sudden_change' and name = 'ratio') as ratio
    from mart.indicator_result r
    join staging.period p on p.period = r.period
    left join ops.period e on e.period = p.previous_period
    join ref.indicator i on i.set_id = r.set_id and i.indicator_id = r.indicator_id
    left join mart.indicator_result b
           on b.period = p.previous_period and b.commune_code = r.commune_code
          and b.set_id = r.set_id and b.indicator_id = r.indicator_id
    where r.value is not null and i.value_kind in ('percent', 'number')
)
select period,
       district_code,
       commune_code,
       commune_name,
       indicator_id,
       submission_id,
       file_name,
       sheet,
       cell,
       previous_period,
       previous_label,
       round(value_before, 4) as value_before,
       round(value, 4) as value,
       case when value_kind = 'percent' then '%' else coalesce(' ' || nullif(unit, ''), '') end as unit_text,
       case
           when value_kind = 'percent' then round(abs(value - value_before), 9) > points
           -- A change from nothing has no ratio.
           when value_before <> 0 then round(abs(value - value_before), 9) > round(ratio * abs(value_before), 9)
       end as failed,
       case when value > value_before then 'tăng' else 'giảm' end as direction,
       round(case when value_kind = 'percent' then abs(value - value_before)
                  else 100 * abs(value - value_before) / nullif(abs(value_before), 0) end, 1) as moved,
       case when value_kind = 'percent' then ' điểm phần trăm' else '%' end as moved_unit
from measured
