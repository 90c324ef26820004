-- id: near_threshold
-- code: NTM-304
-- severity: info
-- message: Xã {commune_name} đạt chỉ tiêu {indicator_id} sát mức: {value}{unit_text}, mức quy định {sign} {threshold}{unit_text} (cách {margin}{margin_unit})
-- remedy: Không phải sửa số liệu. Theo dõi và có giải pháp nâng cao để giữ vững chỉ tiêu.
-- missing: skip
-- parameter: margin = 1
-- An indicator that is met by less than the margin (percentage points, or the
-- indicator's own unit) is easily lost again. Where the level is the end of the
-- scale (100 % at least, 0 at most) nobody can do better, and nothing is judged.
select r.period,
       r.district_code,
       r.commune_code,
       r.commune_name,
       r.indicator_id,
       r.submission_id,
       r.file_name,
       r.sheet,
       r.cell,
       round(r.value, 4) as value,
       r.threshold,
       case r.comparator when '>=' then '≥' when '<=' then '≤' else r.comparator end as sign,
       round(abs(r.value - r.threshold), 4) as margin,
       case when i.value_kind = 'percent' then '%' else coalesce(' ' || nullif(r.unit, ''), '') end as unit_text,
       case when i.value_kind = 'percent' then ' điểm phần trăm' else coalesce(' ' || nullif(r.unit, ''), '') end as margin_unit,
       case
           when i.value_kind = 'percent' and r.comparator in ('>=', '>') and r.threshold >= 100 then null
           when r.comparator in ('<=', '<') and r.threshold <= 0 then null
           when r.comparator = '=' then null
           -- Rounded, since 4.1 - 3.1 is less than 1 to a machine.
           else round(abs(r.value - r.threshold), 9)
                < (select value from ref.check_parameter where check_id = 'near_threshold' and name = 'margin')
       end as failed
from mart.indicator_result r
join ref.indicator i on i.set_id = r.set_id and i.indicator_id = r.indicator_id
where r.met and r.value is not null and r.threshold is not null
