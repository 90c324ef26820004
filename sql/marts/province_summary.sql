-- One row per period: the province in figures.
-- Shares: recognised_pct of all communes in force, retained_pct of the recognised ones that are decided, NULL where none
-- is; retained, not_retained and retained_unknown add up to recognised (ruling 21).
-- Averages are over the communes with data (communes_reported); see district_summary for the two kinds. criteria_unknown
-- says how many of their criteria could not be judged, criteria_without_threshold how many criteria of the set have an
-- indicator for which the seeds know no level (ruling 22).
-- recognitions_to is the day up to which the list of recognitions is complete (ruling 38).
with indicators as (
    select
        p.period,
        count(*) as indicators_total,
        count(case when i.confidence like 'assumed%' then 1 end) as indicators_assumed
    from staging.period p
    join ref.indicator i on i.set_id = p.set_id
    group by p.period
),
unjudged as (
    select
        period,
        count(distinct criterion_no) as criteria_without_threshold,
        count(distinct indicator_id) as indicators_without_threshold
    from mart.indicator_result
    where threshold_missing
    group by period
),
known as (
    select p.period, max(l.complete_to) as recognitions_to
    from staging.period p
    join ref.recognition_list l on l.complete_to is not null
    group by p.period
)
select
    s.period,
    s.set_id,
    count(*) as communes,
    count(case when s.reported then 1 end) as communes_reported,
    count(case when s.recognised then 1 end) as recognised,
    100 * count(case when s.recognised then 1 end) / count(*) as recognised_pct,
    count(case when s.recognised and s.recognised_year = year(p.ends_on) then 1 end) as recognised_in_year,
    count(case when s.retained = true then 1 end) as retained,
    count(case when s.retained = false then 1 end) as not_retained,
    count(case when s.recognised and s.retained is null then 1 end) as retained_unknown,
    100 * count(case when s.retained = true then 1 end) / nullif(count(s.retained), 0) as retained_pct,
    count(case when s.recognised and s.recognised_under_set <> p.in_force_set_id then 1 end) as recognised_earlier,
    count(case when s.retained = true and s.recognised_under_set <> p.in_force_set_id then 1 end) as retained_earlier,
    count(case when s.retained = false and s.recognised_under_set <> p.in_force_set_id then 1 end) as not_retained_earlier,
    count(case when s.recognised and s.retained is null and s.recognised_under_set <> p.in_force_set_id then 1 end) as retained_earlier_unknown,
    count(case when s.criteria_met = s.criteria_total then 1 end) as communes_full,
    count(case when s.criteria_met = s.criteria_total and not s.recognised then 1 end) as full_not_recognised,
    avg(s.criteria_met) as avg_criteria_met,
    avg(case when s.reported and s.recognised then s.criteria_total else s.criteria_met end) as avg_criteria_met_as_recognised,
    avg(s.indicators_met) as avg_indicators_met,
    count(case when s.reported and s.criteria_unknown > 0 then 1 end) as communes_with_unknown,
    sum(case when s.reported then s.criteria_unknown else 0 end) as criteria_unknown,
    count(case when s.reported and s.band is null then 1 end) as band_unknown,
    coalesce(u.criteria_without_threshold, 0) as criteria_without_threshold,
    coalesce(u.indicators_without_threshold, 0) as indicators_without_threshold,
    max(s.criteria_total) as criteria_total,
    i.indicators_total,
    i.indicators_assumed,
    count(case when s.recognition_illustrative then 1 end) as recognised_illustrative,
    k.recognitions_to
from mart.commune_summary s
join staging.period p on p.period = s.period
join indicators i on i.period = s.period
left join unjudged u on u.period = s.period
left join known k on k.period = s.period
group by s.period, s.set_id, i.indicators_total, i.indicators_assumed, u.criteria_without_threshold, u.indicators_without_threshold, k.recognitions_to
