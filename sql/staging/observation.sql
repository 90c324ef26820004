-- One row per period, commune and indicator about which a counted report has a cell: what was reported, put together
-- from the cells of the result, the claim, the secondary value and the evidence.
-- The cell to point at is the value's; the claim's where there is only a claim; the list's in L3 (ruling 13).
-- staging.chosen has at most one row of a measure, so that each of these aggregates sees one.
-- It is named twice and not gathered under one name: the engine would gather all periods first.
with put_together as (
    select
        period,
        commune_code,
        indicator_id,
        max(case when measure = 'result' then state end) as result_state,
        max(case when measure = 'result' then value end) as value,
        bool_or(case when measure = 'result' then word end) as result_word,
        bool_or(case when measure = 'result' then word_is_answer end) as result_word_is_answer,
        coalesce(bool_or(case when measure = 'result' then blank_means_no end), false) as result_blank_means_no,
        max(case when measure = 'claim' then state end) as claim_state,
        bool_or(case when measure = 'claim' then word end) as claim_word,
        bool_or(case when measure = 'claim' then word_is_answer end) as claim_word_is_answer,
        coalesce(bool_or(case when measure = 'claim' then blank_means_no end), false) as claim_blank_means_no,
        max(case when measure = 'secondary' then state end) as secondary_state,
        max(case when measure = 'secondary' then value end) as secondary_value,
        bool_or(case when measure = 'evidence' then word end) as evidence_complete
    from staging.chosen
    where indicator_id is not null
    group by period, commune_code, indicator_id
),
pointed as (
    select
        put_together.*,
        case
            when result_state <> 'missing' then 'result'
            when claim_state <> 'missing' then 'claim'
            when secondary_state <> 'missing' then 'secondary'
            when result_blank_means_no then 'result'
            when claim_blank_means_no then 'claim'
            when result_state is not null then 'result'
            when claim_state is not null then 'claim'
            when secondary_state is not null then 'secondary'
            else 'evidence'
        end as pointed_measure
    from put_together
)
select
    t.period,
    t.commune_code,
    t.indicator_id,
    t.result_state,
    t.value,
    t.result_word,
    t.result_word_is_answer,
    t.claim_state,
    t.claim_word,
    t.claim_word_is_answer,
    t.secondary_value,
    t.evidence_complete,
    t.result_blank_means_no or t.claim_blank_means_no as blank_means_no,
    t.result_blank_means_no,
    p.raw_text,
    p.note,
    p.correction_id,
    p.source,
    p.submission_id,
    p.file_name,
    p.sheet,
    p.cell
from pointed t
left join staging.chosen p
    on p.period = t.period
    and p.commune_code = t.commune_code
    and p.indicator_id = t.indicator_id
    and p.measure = t.pointed_measure
