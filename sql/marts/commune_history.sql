-- One row per period and commune in force: where it stands beside the previous period of the same granularity, what it
-- gained and lost, and what the losses are put down to. criteria_met_change is what is certain of it: where criteria that
-- could not be judged may be the whole difference it is NULL, for nothing has declined for want of data (ruling 21);
-- what was met before and is not known now is counted by itself (data_missing). comparable is false where the criteria set changed or the
-- commune is not the territory it was: then the counts before and after are shown and no difference is drawn from them.
with before as (
    select
        k.period,
        k.commune_code,
        k.previous_period,
        count(*) as communes,
        max(k.continuity) as continuity,
        min(s.set_id) as previous_set_id,
        string_agg(k.previous_commune_name, '; ' order by k.previous_commune_name) as previous_communes,
        case when count(*) = 1 and max(k.continuity) <> 'part' then max(s.criteria_met) end as criteria_met,
        case when count(*) = 1 and max(k.continuity) <> 'part' then max(s.criteria_unknown) end as criteria_unknown,
        case when count(*) = 1 and max(k.continuity) <> 'part' then max(s.indicators_met) end as indicators_met
    from staging.continuity k
    left join mart.commune_summary s
        on s.period = k.previous_period
        and s.commune_code = k.previous_commune_code
    group by k.period, k.commune_code, k.previous_period
),
-- Criteria compare only within one set, and where the commune is what it was. The first step is grouped, one row a
-- group, so that no planner joins the criteria of all communes with each other before it looks at whose they are.
current_criteria as (
    select
        k.period,
        k.commune_code,
        k.previous_period,
        k.previous_commune_code,
        a.set_id,
        a.criterion_no,
        case when count(case when a.met = true then 1 end) > 0 then true when count(case when a.met = false then 1 end) > 0 then false end as met
    from staging.continuity k
    join mart.criterion_result a on a.period = k.period and a.commune_code = k.commune_code
    where k.continuity in ('same', 'renamed')
    group by k.period, k.commune_code, k.previous_period, k.previous_commune_code, a.set_id, a.criterion_no
),
criteria as (
    select
        a.period,
        a.commune_code,
        string_agg(case when a.met and b.met is distinct from true then cast(a.criterion_no as varchar) end, '; ' order by a.criterion_no) as gained,
        string_agg(case when b.met = true and a.met = false then cast(a.criterion_no as varchar) end, '; ' order by a.criterion_no) as lost,
        string_agg(case when b.met = true and a.met is null then cast(a.criterion_no as varchar) end, '; ' order by a.criterion_no) as open
    from current_criteria a
    join mart.criterion_result b
        on b.period = a.previous_period
        and b.commune_code = a.previous_commune_code
        and b.set_id = a.set_id
        and b.criterion_no = a.criterion_no
    group by a.period, a.commune_code
),
changes as (
    select
        h.period,
        h.commune_code,
        string_agg(case when h.change = 'gained' then h.indicator_id end, '; ' order by i.sort_order) as gained,
        string_agg(case when h.change = 'lost' then h.indicator_id end, '; ' order by i.sort_order) as lost,
        string_agg(case when h.change = 'data_missing' then h.indicator_id end, '; ' order by i.sort_order) as open,
        count(case when h.change = 'lost' and h.cause = 'value' then 1 end) as by_value,
        count(case when h.change = 'lost' and h.cause = 'rule' then 1 end) as by_rule,
        count(case when h.change = 'lost' and h.cause = 'evidence' then 1 end) as by_evidence,
        count(case when h.change = 'data_missing' then 1 end) as data_missing
    from mart.change h
    join ref.indicator i on i.set_id = h.set_id and i.indicator_id = h.indicator_id
    group by h.period, h.commune_code
),
compared as (
    select
        s.period,
        s.commune_code,
        s.district_code,
        s.district_name,
        s.commune_name,
        s.set_id,
        s.reported,
        b.previous_period,
        b.previous_set_id,
        coalesce(b.continuity, 'new') as continuity,
        b.previous_communes,
        coalesce(b.previous_set_id = s.set_id and b.communes = 1 and b.continuity in ('same', 'renamed'), false) as comparable,
        b.criteria_met as criteria_met_before,
        s.criteria_met,
        b.criteria_unknown as criteria_unknown_before,
        s.criteria_unknown,
        b.indicators_met as indicators_met_before,
        s.indicators_met,
        coalesce(r.gained, '') as gained_criteria,
        coalesce(r.lost, '') as lost_criteria,
        coalesce(r.open, '') as unknown_criteria,
        coalesce(h.gained, '') as gained_indicators,
        coalesce(h.lost, '') as lost_indicators,
        coalesce(h.open, '') as unknown_indicators,
        coalesce(h.by_value, 0) as lost_by_value,
        coalesce(h.by_rule, 0) as lost_by_rule,
        coalesce(h.by_evidence, 0) as lost_by_evidence,
        coalesce(h.data_missing, 0) as data_missing,
        s.recognised,
        s.recognised_year,
        s.retained,
        c.sort_district,
        c.sort_commune
    from mart.commune_summary s
    join staging.commune c on c.period = s.period and c.commune_code = s.commune_code
    left join before b on b.period = s.period and b.commune_code = s.commune_code
    left join changes h on h.period = s.period and h.commune_code = s.commune_code
    left join criteria r on r.period = s.period and r.commune_code = s.commune_code
)
select
    period,
    commune_code,
    district_code,
    district_name,
    commune_name,
    set_id,
    reported,
    previous_period,
    previous_set_id,
    continuity,
    previous_communes,
    comparable,
    criteria_met_before,
    criteria_met,
    case
        when not comparable then null
        when criteria_met + criteria_unknown < criteria_met_before then criteria_met + criteria_unknown - criteria_met_before
        when criteria_met > criteria_met_before + criteria_unknown_before then criteria_met - criteria_met_before - criteria_unknown_before
        when criteria_unknown = 0 and criteria_unknown_before = 0 then criteria_met - criteria_met_before
    end as criteria_met_change,
    criteria_unknown_before,
    criteria_unknown,
    indicators_met_before,
    indicators_met,
    gained_criteria,
    lost_criteria,
    unknown_criteria,
    gained_indicators,
    lost_indicators,
    unknown_indicators,
    lost_by_value,
    lost_by_rule,
    lost_by_evidence,
    data_missing,
    recognised,
    recognised_year,
    retained,
    sort_district,
    sort_commune
from compared
