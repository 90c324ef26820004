-- One row per period and commune in force: how many criteria are met, what fails, recognised and retained or not.
-- A commune without data has no count and no band. Only what is not met is listed as failing, never the unknown.
-- retained is asked of the recognised alone: true where every criterion is met, false where one is not, else unknown
-- (ruling 21). Where criteria cannot be judged because the seeds know no level, a commune has a band only if it is the
-- same whatever they come to (ruling 22).
with reported as (
    select distinct period, commune_code from staging.counted
),
criteria as (
    select
        period,
        commune_code,
        count(*) as criteria_total,
        count(case when met = true then 1 end) as criteria_met,
        count(case when met = false then 1 end) as criteria_not_met,
        count(case when met is null then 1 end) as criteria_unknown,
        count(case when met is null and indicators_without_threshold > 0 then 1 end) as criteria_without_threshold,
        count(case when claim = true then 1 end) as claimed_criteria_met,
        count(case when claim_explicit then 1 end) as criteria_claimed_explicitly
    from mart.criterion_result
    group by period, commune_code
),
indicators as (
    select
        period,
        commune_code,
        count(*) as indicators_total,
        count(case when met = true then 1 end) as indicators_met,
        count(case when met is null then 1 end) as indicators_unknown
    from mart.indicator_result
    group by period, commune_code
),
stated as (
    select
        period,
        commune_code,
        max(case when measure = 'criteria_total' then value end) as stated_criteria_met,
        max(case when measure = 'indicators_total' then value end) as stated_indicators_met
    from staging.chosen
    where measure in ('criteria_total', 'indicators_total')
    group by period, commune_code
),
recognition as (
    select
        p.period,
        r.commune_code,
        r.recognised_year,
        r.set_id,
        r.order_no,
        r.illustrative,
        r.note,
        row_number() over (
            partition by p.period, r.commune_code
            order by r.recognised_year desc, r.valid_from desc nulls last, r.order_no
        ) as age
    from staging.period p
    join ref.recognition r
        on r.recognised_year <= year(p.ends_on)
        and (r.valid_from is null or r.valid_from <= p.ends_on)
        and (r.valid_to is null or r.valid_to >= p.ends_on)
),
summed as (
    select
        c.period,
        c.commune_code,
        c.district_code,
        c.district_name,
        c.commune_name,
        c.set_id,
        r.commune_code is not null as reported,
        k.criteria_total,
        case when r.commune_code is not null then k.criteria_met end as criteria_met,
        k.criteria_not_met,
        case when r.commune_code is not null then k.criteria_unknown else k.criteria_total end as criteria_unknown,
        k.criteria_without_threshold,
        case when k.criteria_claimed_explicitly > 0 then k.claimed_criteria_met end as claimed_criteria_met,
        s.stated_criteria_met,
        s.stated_indicators_met,
        i.indicators_total,
        case when r.commune_code is not null then i.indicators_met end as indicators_met,
        i.indicators_unknown,
        coalesce(f.failing_indicators, '') as failing_indicators,
        coalesce(f.failing_criteria, '') as failing_criteria,
        g.commune_code is not null as recognised,
        g.recognised_year,
        g.set_id as recognised_under_set,
        g.order_no as recognition_order,
        g.illustrative as recognition_illustrative,
        g.note as recognition_note,
        c.sort_district,
        c.sort_commune
    from staging.commune c
    join criteria k on k.period = c.period and k.commune_code = c.commune_code
    join indicators i on i.period = c.period and i.commune_code = c.commune_code
    left join mart.failing f on f.period = c.period and f.commune_code = c.commune_code
    left join reported r on r.period = c.period and r.commune_code = c.commune_code
    left join stated s on s.period = c.period and s.commune_code = c.commune_code
    left join recognition g on g.period = c.period and g.commune_code = c.commune_code and g.age = 1
)
select
    s.period,
    s.commune_code,
    s.district_code,
    s.district_name,
    s.commune_name,
    s.set_id,
    s.reported,
    s.criteria_total,
    s.criteria_met,
    s.claimed_criteria_met,
    s.indicators_met,
    s.indicators_unknown,
    s.failing_indicators,
    s.failing_criteria,
    case when h.band = b.band then b.band end as band,
    s.recognised,
    s.recognised_year,
    s.recognised_under_set,
    case
        when not s.recognised or not s.reported then null
        when s.criteria_not_met > 0 then false
        when s.criteria_met = s.criteria_total then true
    end as retained,
    case when s.reported then s.criteria_not_met end as criteria_not_met,
    s.criteria_unknown,
    s.criteria_without_threshold,
    s.indicators_total,
    s.stated_criteria_met,
    s.stated_indicators_met,
    s.recognition_order,
    s.recognition_illustrative,
    s.recognition_note,
    s.sort_district,
    s.sort_commune
from summed s
left join ref.band b
    on b.set_id = s.set_id
    and s.criteria_met between b.min_criteria and b.max_criteria
left join ref.band h
    on h.set_id = s.set_id
    and s.criteria_met + s.criteria_without_threshold between h.min_criteria and h.max_criteria
