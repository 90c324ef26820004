-- One row per period and indicator of the set in force: how many communes meet it, who is close, and the spread.
-- met_pct is the share of the communes with data, NULL where none of them is decided. near_miss counts those not met whose value is short of the threshold
-- by less than the margin of the check near_threshold.
with margin as (
    select max(value) as margin from ref.check_parameter where check_id = 'near_threshold' and name = 'margin'
)
select
    r.period,
    r.indicator_id,
    r.criterion_no,
    r.indicator_name,
    r.unit,
    i.change_class,
    i.lead_department,
    count(*) as communes,
    count(case when s.reported then 1 end) as communes_reported,
    count(case when r.met = true then 1 end) as met,
    count(case when r.met = false then 1 end) as not_met,
    count(case when r.met is null then 1 end) as unknown,
    case when count(r.met) > 0 then 100 * count(case when r.met = true then 1 end) / nullif(count(case when s.reported then 1 end), 0) end as met_pct,
    count(case when r.met = false and r.gap <= 0 and -r.gap < m.margin then 1 end) as near_miss,
    min(r.value) as min,
    median(r.value) as median,
    max(r.value) as max,
    i.sort_order as sort_indicator
from mart.indicator_result r
join mart.commune_summary s
    on s.period = r.period
    and s.commune_code = r.commune_code
join ref.indicator i
    on i.set_id = r.set_id
    and i.indicator_id = r.indicator_id
cross join margin m
group by
    r.period, r.indicator_id, r.criterion_no, r.indicator_name, r.unit,
    i.change_class, i.lead_department, i.sort_order
