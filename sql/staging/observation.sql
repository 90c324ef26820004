-- One row per period, commune and indicator about which a counted report has a cell: what was reported, put together
-- from the cells of the result, the claim, the secondary value and the evidence.
-- The cell to point at is the value's; the claim's where there is only a claim; the list's in L3 (ruling 13).
with by_measure as (
    select * from staging.chosen where indicator_id is not null
),
keys as (
    select distinct period, commune_code, indicator_id from by_measure
),
put_together as (
    select
        k.period,
        k.commune_code,
        k.indicator_id,
        r.state as result_state,
        r.value,
        r.word as result_word,
        r.word_is_answer as result_word_is_answer,
        coalesce(r.blank_means_no, false) as result_blank_means_no,
        c.state as claim_state,
        c.word as claim_word,
        c.word_is_answer as claim_word_is_answer,
        coalesce(c.blank_means_no, false) as claim_blank_means_no,
        s.value as secondary_value,
        e.word as evidence_complete,
        case
            when r.state <> 'missing' then 'result'
            when c.state <> 'missing' then 'claim'
            when s.state <> 'missing' then 'secondary'
            when coalesce(r.blank_means_no, false) then 'result'
            when coalesce(c.blank_means_no, false) then 'claim'
            when r.state is not null then 'result'
            when c.state is not null then 'claim'
            when s.state is not null then 'secondary'
            else 'evidence'
        end as pointed_measure
    from keys k
    left join by_measure r
        on r.period = k.period and r.commune_code = k.commune_code and r.indicator_id = k.indicator_id
        and r.measure = 'result'
    left join by_measure c
        on c.period = k.period and c.commune_code = k.commune_code and c.indicator_id = k.indicator_id
        and c.measure = 'claim'
    left join by_measure s
        on s.period = k.period and s.commune_code = k.commune_code and s.indicator_id = k.indicator_id
        and s.measure = 'secondary'
    left join by_measure e
        on e.period = k.period and e.commune_code = k.commune_code and e.indicator_id = k.indicator_id
        and e.measure = 'evidence'
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
from put_together t
left join by_measure p
    on p.period = t.period
    and p.commune_code = t.commune_code
    and p.indicator_id = t.indicator_id
    and p.measure = t.pointed_measure
