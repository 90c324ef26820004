-- One row per period: the province in figures.
-- Shares: recognised_pct of all communes in force, retained_pct of the recognised ones.
-- Averages are over the communes with data (communes_reported); see district_summary for the two kinds.
with indicators as (
    select
        p.period,
        count(*) as indicators_total,
        count(case when i.confidence like 'assumed%' then 1 end) as indicators_assumed
    from staging.period p
    join ref.indicator i on i.set_id = p.set_id
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
    count(case when s.retained then 1 end) as retained,
    100 * count(case when s.retained then 1 end) / nullif(count(case when s.recognised then 1 end), 0) as retained_pct,
    count(case when s.recognised and s.recognised_under_set <> p.in_force_set_id then 1 end) as recognised_earlier,
    count(case when s.retained and s.recognised_under_set <> p.in_force_set_id then 1 end) as retained_earlier,
    count(case when s.criteria_met = s.criteria_total then 1 end) as communes_full,
    count(case when s.criteria_met = s.criteria_total and not s.recognised then 1 end) as full_not_recognised,
    avg(s.criteria_met) as avg_criteria_met,
    avg(case when s.reported and s.recognised then s.criteria_total else s.criteria_met end) as avg_criteria_met_as_recognised,
    avg(s.indicators_met) as avg_indicators_met,
    max(s.criteria_total) as criteria_total,
    i.indicators_total,
    i.indicators_assumed,
    count(case when s.recognition_illustrative then 1 end) as recognised_illustrative
from mart.commune_summary s
join staging.period p on p.period = s.period
join indicators i on i.period = s.period
group by s.period, s.set_id, i.indicators_total, i.indicators_assumed
