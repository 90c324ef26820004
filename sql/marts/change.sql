-- One row per period, commune and indicator whose state changed since the previous period of the same granularity.
-- change: gained or lost (met now, or known not to be met any more), improved or declined (the value moved, the verdict
-- did not), data_missing (met before, and nobody knows now: no loss, ruling 21).
-- Where the criteria set changed, an indicator is held against the one of the same concept; where communes were
-- merged, against all that it was: met before when all of them met it, and without a value when they were several.
-- cause: data where one side is unknown or missing; rule where the requirement alone made the difference (a raised
-- level, a new indicator, another measure); evidence where there is only a claim, or the dossier was complete and no longer is;
-- else value.
with here as (
    select
        a.*,
        i.concept_key,
        i.change_class,
        c.sort_district,
        c.sort_commune,
        i.sort_order as sort_indicator
    from mart.indicator_result a
    join ref.indicator i on i.set_id = a.set_id and i.indicator_id = a.indicator_id
    join staging.commune c on c.period = a.period and c.commune_code = a.commune_code
),
pairs as (
    select
        k.period,
        k.previous_period,
        k.commune_code,
        a.indicator_id,
        k.continuity,
        b.set_id as previous_set_id,
        b.indicator_id as previous_indicator_id,
        b.value,
        b.raw_text,
        b.met,
        b.comparator,
        b.threshold,
        b.value_kind,
        b.unit,
        b.evidence_complete
    from staging.continuity k
    join here a on a.period = k.period and a.commune_code = k.commune_code
    join mart.indicator_result b
        on b.period = k.previous_period
        and b.commune_code = k.previous_commune_code
    join ref.indicator j on j.set_id = b.set_id and j.indicator_id = b.indicator_id
    where (b.set_id = a.set_id and b.indicator_id = a.indicator_id)
        or (b.set_id <> a.set_id and j.concept_key = a.concept_key)
),
-- What the commune was before, in one row; several communes have no value in common.
before as (
    select
        period,
        commune_code,
        indicator_id,
        min(previous_set_id) as previous_set_id,
        min(previous_indicator_id) as previous_indicator_id,
        count(*) as communes,
        max(continuity) as continuity,
        case when count(*) = 1 and max(continuity) <> 'part' then max(value) end as value,
        case when count(*) = 1 and max(continuity) <> 'part' then max(raw_text) end as raw_text,
        case
            when count(case when met = false then 1 end) > 0 then false
            when count(case when met = true then 1 end) = count(*) then true
        end as met,
        min(comparator) as comparator,
        max(threshold) as threshold,
        min(value_kind) as value_kind,
        min(unit) as unit,
        case
            when count(case when evidence_complete = false then 1 end) > 0 then false
            when count(case when evidence_complete = true then 1 end) = count(*) then true
        end as evidence_complete
    from pairs
    group by period, commune_code, indicator_id
),
-- The set by which the commune was judged before, for indicators that have no counterpart in it.
sets as (
    select distinct
        k.period,
        k.commune_code,
        k.previous_period,
        s.set_id as previous_set_id
    from staging.continuity k
    join mart.commune_summary s
        on s.period = k.previous_period
        and s.commune_code = k.previous_commune_code
        and s.reported
),
both_periods as (
    select
        a.period,
        s.previous_period,
        a.commune_code,
        a.indicator_id,
        a.district_code,
        a.district_name,
        a.commune_name,
        a.set_id,
        s.previous_set_id,
        b.previous_indicator_id,
        a.criterion_no,
        a.indicator_name,
        a.value as value_after,
        a.raw_text as raw_text_after,
        a.met as met_after,
        a.state as state_after,
        a.met_basis,
        a.comparator,
        a.threshold as threshold_after,
        a.value_kind,
        a.evidence_complete as evidence_after,
        b.raw_text as raw_text_before,
        b.met as met_before,
        b.threshold as threshold_before,
        b.evidence_complete as evidence_before,
        coalesce(b.continuity, 'same') as continuity,
        b.indicator_id is not null as has_counterpart,
        -- Values compare only where the same thing is measured in the same unit.
        case when b.value_kind = a.value_kind and coalesce(b.unit, '') = coalesce(a.unit, '') then b.value end as value_before,
        case
            when b.indicator_id is null and coalesce(a.change_class, 'new') = 'new' then 'new'
            when b.comparator = a.comparator and a.comparator in ('>=', '>') and round(a.threshold, 9) > round(b.threshold, 9) then 'raised'
            when b.comparator = a.comparator and a.comparator in ('<=', '<') and round(a.threshold, 9) < round(b.threshold, 9) then 'raised'
            when b.comparator = a.comparator and round(a.threshold, 9) <> round(b.threshold, 9) then 'lowered'
            -- Asked for otherwise than before, and the office does not call it unchanged.
            when b.previous_set_id <> a.set_id
                and (b.value_kind <> a.value_kind or coalesce(b.unit, '') <> coalesce(a.unit, ''))
                and coalesce(a.change_class, 'new') <> 'unchanged' then 'redefined'
        end as rule_change,
        a.sort_district,
        a.sort_commune,
        a.sort_indicator
    from here a
    join sets s on s.period = a.period and s.commune_code = a.commune_code
    left join before b
        on b.period = a.period
        and b.commune_code = a.commune_code
        and b.indicator_id = a.indicator_id
),
judged as (
    select
        both_periods.*,
        -- Each value under the other's requirement: what the rule alone does.
        case comparator
            when '>=' then round(value_after, 9) >= round(threshold_before, 9)
            when '<=' then round(value_after, 9) <= round(threshold_before, 9)
            when '>' then round(value_after, 9) > round(threshold_before, 9)
            when '<' then round(value_after, 9) < round(threshold_before, 9)
        end as met_after_by_rule_before,
        case comparator
            when '>=' then round(value_before, 9) >= round(threshold_after, 9)
            when '<=' then round(value_before, 9) <= round(threshold_after, 9)
            when '>' then round(value_before, 9) > round(threshold_after, 9)
            when '<' then round(value_before, 9) < round(threshold_after, 9)
        end as met_before_by_rule_after,
        case
            when met_after = false and rule_change = 'new' then 'lost'
            when not has_counterpart then null
            when met_after = true and coalesce(met_before, false) = false then 'gained'
            when met_before = true and met_after = false then 'lost'
            when met_before = true and met_after is null then 'data_missing'
            when value_kind = 'boolean' or met_before is null or met_after is null then null
            when comparator in ('>=', '>') and round(value_after, 9) > round(value_before, 9) then 'improved'
            when comparator in ('>=', '>') and round(value_after, 9) < round(value_before, 9) then 'declined'
            when comparator in ('<=', '<') and round(value_after, 9) < round(value_before, 9) then 'improved'
            when comparator in ('<=', '<') and round(value_after, 9) > round(value_before, 9) then 'declined'
        end as change
    from both_periods
)
select
    period,
    previous_period,
    commune_code,
    indicator_id,
    district_code,
    district_name,
    commune_name,
    criterion_no,
    indicator_name,
    value_before,
    value_after,
    met_before,
    met_after,
    change,
    case
        when met_after is null then 'data'
        when rule_change = 'new' then 'rule'
        when met_before is null then 'data'
        when change = 'lost' and rule_change = 'raised' and met_after_by_rule_before = true then 'rule'
        when change = 'lost' and rule_change = 'redefined' then 'rule'
        when change = 'gained' and rule_change = 'lowered' and met_before_by_rule_after = true then 'rule'
        when change in ('gained', 'lost') and met_basis = 'claim' and value_kind <> 'boolean' then 'evidence'
        when change = 'lost' and evidence_before = true and evidence_after = false
            and (round(value_before, 9) = round(value_after, 9) or value_kind = 'boolean') then 'evidence'
        when change = 'gained' and evidence_before = false and evidence_after = true
            and (round(value_before, 9) = round(value_after, 9) or value_kind = 'boolean') then 'evidence'
        else 'value'
    end as cause,
    raw_text_before,
    raw_text_after,
    set_id,
    previous_set_id,
    previous_indicator_id,
    threshold_before,
    threshold_after,
    rule_change,
    met_after_by_rule_before,
    continuity,
    sort_district,
    sort_commune,
    sort_indicator
from judged
where change is not null
