-- One row per period: all provinces whose lakes hold it. Averages are over the communes with data, as within a province.
select
    s.period,
    count(distinct s.province) as provinces,
    count(*) as communes,
    count(case when s.reported then 1 end) as communes_reported,
    count(case when s.recognised then 1 end) as recognised,
    100 * count(case when s.recognised then 1 end) / count(*) as recognised_pct,
    count(case when s.retained = true then 1 end) as retained,
    count(case when s.recognised and s.retained is null then 1 end) as retained_unknown,
    count(case when s.criteria_met = s.criteria_total then 1 end) as communes_full,
    avg(s.criteria_met) as avg_criteria_met,
    avg(case when s.reported and s.recognised then s.criteria_total else s.criteria_met end) as avg_criteria_met_as_recognised
from mart.commune_summary s
group by s.period
order by s.period
