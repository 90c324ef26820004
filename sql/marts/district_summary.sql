-- One row per period and district: its communes in force, those with data, averages and bands over those with data.
-- avg_criteria_met is reviewed against the set in force; avg_criteria_met_as_recognised counts a recognised commune as
-- meeting the full set, as official summaries do. Both are over the communes with data (ruling 3).
-- retained, not_retained and retained_unknown add up to recognised; the bands and band_unknown to communes_reported.
select
    s.period,
    s.district_code,
    s.district_name,
    count(*) as communes,
    count(case when s.reported then 1 end) as communes_reported,
    count(case when s.recognised then 1 end) as recognised,
    count(case when s.retained = true then 1 end) as retained,
    count(case when s.retained = false then 1 end) as not_retained,
    count(case when s.recognised and s.retained is null then 1 end) as retained_unknown,
    count(case when s.criteria_met = s.criteria_total then 1 end) as communes_full,
    avg(s.criteria_met) as avg_criteria_met,
    avg(case when s.reported and s.recognised then s.criteria_total else s.criteria_met end) as avg_criteria_met_as_recognised,
    min(s.criteria_met) as min_criteria_met,
    max(s.criteria_met) as max_criteria_met,
    count(case when s.band = 'full' then 1 end) as band_full,
    count(case when s.band = '15-18' then 1 end) as band_15_18,
    count(case when s.band = '10-14' then 1 end) as band_10_14,
    count(case when s.band = '5-9' then 1 end) as band_5_9,
    count(case when s.band = '0-4' then 1 end) as band_0_4,
    count(case when s.reported and s.band is null then 1 end) as band_unknown,
    count(case when s.reported and s.criteria_unknown > 0 then 1 end) as communes_with_unknown,
    sum(case when s.reported then s.criteria_unknown else 0 end) as criteria_unknown,
    min(c.sort_district) as sort_district
from mart.commune_summary s
join staging.commune c
    on c.period = s.period
    and c.commune_code = s.commune_code
where s.district_code is not null
group by s.period, s.district_code, s.district_name
