-- One row per period, commune in force and criterion of the set in force.
-- Met when all its indicators are met, not met when one is not, unknown otherwise. Where no indicator of the criterion
-- has data, the sender's claim of the whole criterion decides (ruling 2), and met_source says so; but not where the
-- seeds know no level for one of its indicators: nobody can hold such a claim against anything (ruling 22).
with counted as (
    select
        period,
        commune_code,
        criterion_no,
        set_id,
        district_code,
        count(*) as indicators_total,
        count(case when met = true then 1 end) as indicators_met,
        count(case when met = false then 1 end) as indicators_not_met,
        count(case when met is null then 1 end) as indicators_unknown,
        count(case when threshold_missing then 1 end) as indicators_without_threshold,
        count(case when state <> 'missing' then 1 end) as indicators_with_data,
        count(case when claim_met = true then 1 end) as indicators_claimed_met,
        count(case when claim_met = false then 1 end) as indicators_claimed_not_met,
        count(case when claim_explicit then 1 end) as indicators_claimed_explicitly
    from mart.indicator_result
    group by period, commune_code, criterion_no, set_id, district_code
)
select
    n.period,
    n.commune_code,
    n.criterion_no,
    n.district_code,
    c.district_name,
    c.commune_name,
    n.set_id,
    r.name as criterion_name,
    n.indicators_total,
    n.indicators_met,
    n.indicators_unknown,
    case
        when n.indicators_with_data = 0 and n.indicators_without_threshold = 0 then k.claim
        when n.indicators_not_met > 0 then false
        when n.indicators_met = n.indicators_total then true
    end as met,
    case when n.indicators_with_data = 0 and n.indicators_without_threshold = 0 and k.claim is not null then 'claim' else 'indicators' end as met_source,
    -- What the sender says of the criterion: of the whole where that was asked, else of its indicators.
    case
        when k.claim is not null then k.claim
        when n.indicators_claimed_not_met > 0 then false
        when n.indicators_claimed_met = n.indicators_total then true
    end as claim,
    k.claim is not null or n.indicators_claimed_explicitly > 0 as claim_explicit,
    n.indicators_without_threshold,
    k.claim as criterion_claim,
    k.submission_id as claim_submission_id,
    k.file_name as claim_file_name,
    k.sheet as claim_sheet,
    k.cell as claim_cell,
    c.sort_district,
    c.sort_commune,
    n.criterion_no as sort_criterion
from counted n
join staging.commune c
    on c.period = n.period
    and c.commune_code = n.commune_code
left join ref.criterion r
    on r.set_id = n.set_id
    and r.criterion_no = n.criterion_no
left join staging.criterion_claim k
    on k.period = n.period
    and k.commune_code = n.commune_code
    and k.criterion_no = n.criterion_no
