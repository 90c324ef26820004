-- One row per period, recognised commune and withdrawal rule in force for the set it is judged by: does the rule reach
-- it. falls is true where the criteria known not to be met suffice, false where it would not fall whatever the unknown ones
-- come to, else NULL: nothing begins a withdrawal for want of data (ruling 21). possible is where a commune with data
-- fails some and only the unknown ones keep it from falling.
with state as (
    select
        r.period,
        r.commune_code,
        count(*) as criteria_total,
        count(case when r.met = false then 1 end) as not_met,
        count(case when r.met is null then 1 end) as unknown,
        list(r.criterion_no) filter (where r.met = false) as failing,
        list(r.criterion_no) filter (where r.met is null) as open
    from mart.criterion_result r
    group by r.period, r.commune_code
),
judged as (
    select
        s.period,
        s.commune_code,
        s.district_code,
        s.district_name,
        s.commune_name,
        s.set_id,
        s.reported,
        w.rule_id,
        w.name as rule_name,
        w.min_share,
        w.max_share,
        w.required_criteria,
        w.legal_basis,
        w.confidence,
        c.criteria_total,
        c.not_met,
        c.unknown,
        s.failing_criteria,
        100.0 * c.not_met / c.criteria_total as share_not_met,
        100.0 * (c.not_met + c.unknown) / c.criteria_total as share_at_most,
        w.required_criteria is null or len(list_filter(
            string_split(replace(w.required_criteria, ' ', ''), ';'), x -> list_contains(c.failing, try_cast(x as integer)))) > 0 as required_fails,
        w.required_criteria is null or len(list_filter(
            string_split(replace(w.required_criteria, ' ', ''), ';'),
            x -> list_contains(c.failing, try_cast(x as integer)) or list_contains(c.open, try_cast(x as integer)))) > 0 as required_may_fail,
        t.sort_district,
        t.sort_commune
    from mart.commune_summary s
    join staging.period p on p.period = s.period
    join staging.commune t on t.period = s.period and t.commune_code = s.commune_code
    join state c on c.period = s.period and c.commune_code = s.commune_code
    join ref.withdrawal_rule w
        on w.set_id = s.set_id
        and (w.valid_from is null or w.valid_from <= p.ends_on)
        and (w.valid_to is null or w.valid_to >= p.ends_on)
    where s.recognised
),
decided as (
    select
        judged.*,
        required_fails and round(share_not_met, 9) >= round(min_share, 9) and (max_share is null or round(share_not_met, 9) < round(max_share, 9)) as falls_now,
        required_may_fail and round(share_at_most, 9) >= round(min_share, 9) and (max_share is null or round(share_not_met, 9) < round(max_share, 9)) as may_fall
    from judged
)
select
    period,
    commune_code,
    rule_id,
    district_code,
    district_name,
    commune_name,
    set_id,
    rule_name,
    criteria_total,
    not_met,
    unknown,
    failing_criteria,
    share_not_met,
    min_share,
    max_share,
    required_criteria,
    required_fails,
    case when reported and falls_now then true when not may_fall and reported then false end as falls,
    reported and not_met > 0 and not falls_now and may_fall as possible,
    legal_basis,
    confidence,
    sort_district,
    sort_commune,
    rule_id as sort_rule
from decided
