-- One row per period, commune and indicator whose state changed since the previous period of the same granularity,
-- within one criteria set: gained or lost (met or no longer met), improved or declined (the value moved, the verdict
-- did not). Cause: data where one of the two is unknown, rule where the threshold moved under an unchanged value,
-- else value.
with both_periods as (
    select
        a.period,
        p.previous_period,
        a.commune_code,
        a.indicator_id,
        a.district_code,
        a.district_name,
        a.commune_name,
        a.set_id,
        a.criterion_no,
        a.indicator_name,
        b.value as value_before,
        a.value as value_after,
        b.raw_text as raw_text_before,
        a.raw_text as raw_text_after,
        b.met as met_before,
        a.met as met_after,
        b.threshold as threshold_before,
        a.threshold as threshold_after,
        a.comparator,
        a.value_kind,
        c.sort_district,
        c.sort_commune,
        t.sort_indicator
    from mart.indicator_result a
    join staging.period p on p.period = a.period
    join mart.indicator_result b
        on b.period = p.previous_period
        and b.commune_code = a.commune_code
        and b.indicator_id = a.indicator_id
        and b.set_id = a.set_id
    join staging.commune c on c.period = a.period and c.commune_code = a.commune_code
    join staging.threshold t
        on t.period = a.period
        and t.commune_code = a.commune_code
        and t.indicator_id = a.indicator_id
),
compared as (
    select
        both_periods.*,
        case
            when met_after = true and coalesce(met_before, false) = false then 'gained'
            when met_before = true and coalesce(met_after, false) = false then 'lost'
            when value_kind = 'boolean' or met_before is null or met_after is null then null
            when comparator in ('>=', '>') and value_after > value_before then 'improved'
            when comparator in ('>=', '>') and value_after < value_before then 'declined'
            when comparator in ('<=', '<') and value_after < value_before then 'improved'
            when comparator in ('<=', '<') and value_after > value_before then 'declined'
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
        when met_before is null or met_after is null then 'data'
        when threshold_before <> threshold_after and value_before = value_after then 'rule'
        else 'value'
    end as cause,
    raw_text_before,
    raw_text_after,
    sort_district,
    sort_commune,
    sort_indicator
from compared
where change is not null
