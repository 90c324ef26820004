-- One row per cell that says something about a commune, in files that were not turned away, in the set it is judged by.
-- Where that is not the set the report was written for, an indicator is the one of the same concept, and what the other
-- set does not know is left out: ids mean nothing without their set, so 17.1 is never 17.10's number.
-- Ruling 19: where every mark of a column is the same affirmative sign, a blank there means "not met"
-- (blank_means_no), unless its row says nothing at all: then nobody has reported. A table of criterion claims (L4) is
-- judged as a whole; a list of failing ids (L3) never is. What is such a sign, is_sign knows.
with told as (
    select
        o.period,
        o.submission_id,
        o.record_no,
        o.table_no,
        o.layout,
        o.commune_code,
        o.sheet,
        o.sheet_no,
        o.row_no,
        o.col_no,
        o.cell,
        o.measure,
        coalesce(k.indicator_id, o.indicator_id) as indicator_id,
        case when k.indicator_id is not null then k.criterion_no else o.criterion_no end as criterion_no,
        -- A correction that fits counts instead of what the report says.
        case when x.correction_id is null then o.raw_text else x.is_text end as raw_text,
        case when x.correction_id is null then o.value else x.value end as value,
        case when x.correction_id is null then o.word else x.word end as word,
        case when x.correction_id is null then o.word_is_answer else x.word_is_answer end as word_is_answer,
        case when x.correction_id is null then o.is_sign else false end as is_sign,
        case when x.correction_id is null then o.state else x.state end as state,
        o.note,
        case when x.correction_id is null then o.issue end as issue,
        x.correction_id,
        s.sender_kind,
        s.sender_code,
        s.district_code as sender_district_code,
        s.file_name,
        s.seq,
        -- A table of criterion claims is one column as far as its signs go.
        case when o.layout = 'L4' then 0 else o.col_no end as sign_column
    from raw.observation o
    join raw.record r
        on r.period = o.period
        and r.submission_id = o.submission_id
        and r.record_no = o.record_no
        and r.kind = 'commune'
    join ops.submission s
        on s.period = o.period
        and s.submission_id = o.submission_id
        and s.status in ('accepted', 'superseded')
    join staging.period p on p.period = o.period
    left join raw.correction x
        on x.period = o.period
        and x.submission_id = o.submission_id
        and x.sheet = o.sheet
        and x.cell = o.cell
        and x.measure = o.measure
        and x.indicator_id is not distinct from o.indicator_id
        and x.commune_code = o.commune_code
        and x.status = 'applied'
    left join ref.criteria_set b on b.set_id = p.set_id
    left join ref.indicator i
        on i.set_id = case when o.set_id <> p.set_id then o.set_id end
        and i.indicator_id = o.indicator_id
    left join ref.indicator k
        on k.set_id = p.set_id
        and k.concept_key = i.concept_key
    where o.set_id = p.set_id
        -- A set that supposes something has the criteria of the set it is based on.
        or (o.set_id = b.base_set_id and o.indicator_id is null)
        or k.indicator_id is not null
        -- About the commune as a whole; a total counts the criteria of its own set.
        or (o.indicator_id is null and o.criterion_no is null and (o.set_id = p.set_id or o.measure not in ('criteria_total', 'indicators_total')))
),
-- What the marks of a column have in common: few columns, so that they are looked up beside the rows and the rows are never sorted.
column_marks as (
    select
        period,
        submission_id,
        sheet_no,
        table_no,
        sign_column,
        measure,
        count(*) as marks,
        count(case when coalesce(is_sign, false) = false then 1 end) as other_marks,
        min(lower(trim(nfc_normalize(raw_text)))) as first_mark,
        max(lower(trim(nfc_normalize(raw_text)))) as last_mark
    from told
    where layout <> 'L3' and state <> 'missing' and measure in ('result', 'claim', 'criterion_claim')
    group by period, submission_id, sheet_no, table_no, sign_column, measure
),
spoken_rows as (
    select period, submission_id, record_no
    from told
    where state <> 'missing' and measure in ('result', 'claim', 'criterion_claim')
    group by period, submission_id, record_no
)
select
    t.period,
    t.submission_id,
    t.record_no,
    t.table_no,
    t.layout,
    t.commune_code,
    t.sheet,
    t.sheet_no,
    t.row_no,
    t.col_no,
    t.cell,
    t.measure,
    t.indicator_id,
    t.criterion_no,
    t.raw_text,
    t.value,
    t.word,
    t.word_is_answer,
    t.state,
    t.note,
    t.issue,
    t.correction_id,
    t.sender_kind,
    t.sender_code,
    t.sender_district_code,
    t.file_name,
    t.seq,
    t.state = 'missing' and t.layout <> 'L3' and coalesce(m.marks > 0 and m.other_marks = 0 and m.first_mark = m.last_mark, false)
        and w.record_no is not null as blank_means_no
from told t
left join column_marks m
    on m.period = t.period
    and m.submission_id = t.submission_id
    and m.sheet_no = t.sheet_no
    and m.table_no = t.table_no
    and m.sign_column = t.sign_column
    and m.measure = t.measure
left join spoken_rows w
    on w.period = t.period
    and w.submission_id = t.submission_id
    and w.record_no = t.record_no
