-- One row per period and commune where the period is judged by a set that is not in force (ntm run --set): what the
-- commune comes to under either. passes: full under the supposed set, and something fails under the one in force; fails:
-- the other way round. Where the reports say too little for the supposed set, a commune neither passes nor fails:
-- undecided.
select
    s.period,
    s.commune_code,
    s.district_code,
    s.district_name,
    s.commune_name,
    o.set_id as official_set_id,
    s.set_id,
    o.criteria_met as criteria_met_official,
    o.criteria_total as criteria_total_official,
    s.criteria_met,
    s.criteria_total,
    o.failing_indicators as failing_official,
    s.failing_indicators,
    o.reported and o.criteria_met = o.criteria_total as full_official,
    s.reported and s.criteria_met = s.criteria_total as full_supposed,
    coalesce(s.reported and s.criteria_met = s.criteria_total and o.failing_indicators <> '', false) as passes,
    coalesce(o.reported and o.criteria_met = o.criteria_total and s.failing_criteria <> '', false) as fails,
    coalesce(s.reported and s.criteria_met < s.criteria_total and s.failing_criteria = '', false) as undecided,
    s.recognised,
    s.sort_district,
    s.sort_commune
from (
    select m.*, c.sort_district, c.sort_commune
    from mart.commune_summary m
    join staging.commune c on c.period = m.period and c.commune_code = m.commune_code
) s
join ops.official o
    on o.period = s.period
    and o.commune_code = s.commune_code
