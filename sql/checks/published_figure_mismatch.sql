-- id: published_figure_mismatch
-- code: NTM-306
-- severity: warning
-- message: {name}: {said}
-- remedy: Đối chiếu văn bản đã công bố với số liệu. Nếu văn bản sai thì đính chính; nếu số liệu sai hoặc thiếu thì yêu cầu đơn vị gửi lại.
-- missing: skip
-- Figures already published for the period are computed again from the reports
-- and compared at the decimals in which they were printed. A figure that this
-- program does not know how to compute, or has no data for, is not judged.
with recomputed as (
    select p.period, m.metric, m.recomputed
    from mart.province_summary p
    cross join lateral (
        values ('province.communes', cast(p.communes as double)),
               ('province.recognised', p.recognised),
               ('province.recognised_pct', p.recognised_pct),
               ('province.recognised_in_year', p.recognised_in_year),
               ('province.recognised_earlier', p.recognised_earlier),
               ('province.retained_earlier', case when p.communes_reported > 0 then p.retained_earlier end),
               ('province.avg_criteria_met_as_recognised', p.avg_criteria_met_as_recognised),
               ('province.avg_criteria_met', p.avg_criteria_met)
    ) m (metric, recomputed)
    union all
    select b.period, 'band_as_recognised.' || b.band, b.communes_as_recognised
    from mart.band_summary b
    join mart.province_summary p on p.period = b.period and p.communes_reported > 0
    union all
    select b.period, 'band_as_recognised.total', sum(b.communes_as_recognised)
    from mart.band_summary b
    join mart.province_summary p on p.period = b.period and p.communes_reported > 0
    group by b.period
    union all
    -- Every level that a published figure asks for, also where no commune stands at it.
    select f.period, f.metric,
           count(r.commune_code) filter (where r.criteria_met = try_cast(replace(f.metric, 'retention.at_', '') as integer))
    from ref.published_figure f
    join mart.retention r on r.period = f.period
    where f.metric like 'retention.at\_%' escape '\'
    group by f.period, f.metric
    having count(r.criteria_met) > 0
),
compared as (
    select f.period, f.figure_id, f.name, f.metric, f.printed, f.value, f.decimals, r.recomputed,
           replace(printf('%.' || f.decimals || 'f', f.value), '.', ',') as published_text,
           replace(printf('%.' || f.decimals || 'f', r.recomputed), '.', ',') as recomputed_text,
           s.communes, s.recognised, s.communes_reported,
           round(r.recomputed, f.decimals) <> round(f.value, f.decimals) as failed
    from ref.published_figure f
    left join recomputed r on r.period = f.period and r.metric = f.metric
    left join mart.province_summary s on s.period = f.period
)
select period,
       figure_id,
       name,
       failed,
       case
           when metric = 'province.recognised_pct'
               then recognised || '/' || communes || ' là ' || recomputed_text || '%, không phải ' || published_text || '%'
           when metric = 'band_as_recognised.total'
               then 'các nhóm cộng lại ' || recomputed_text || ', không phải ' || published_text
           else 'đã công bố ' || published_text || ', tính lại là ' || recomputed_text
       end
       -- What the reports do not cover may be the whole difference.
       || case when metric like 'province.co%' or metric like 'province.recognised%' or communes_reported = communes then ''
               else ' (' || (communes - communes_reported) || ' xã chưa có số liệu)' end as said
from compared
