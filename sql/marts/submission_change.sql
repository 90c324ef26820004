-- One row per period, submission, commune and indicator that it says otherwise than the one before it of the same sender:
-- what a resubmission changed. The one before is the latest earlier file that says something about the commune, so that a
-- partial one concerns only the communes it holds. kind: changed; added, where nothing was said before; removed, where
-- nothing is said any more.
-- Only of communes of which one sender has spoken in more than one file: whose files they are.
with resent as (
    select r.period, s.sender_kind, s.sender_code, r.commune_code
    from raw.record r
    join ops.submission s
        on s.period = r.period
        and s.submission_id = r.submission_id
        and s.status in ('accepted', 'superseded')
    where r.commune_code is not null
    group by r.period, s.sender_kind, s.sender_code, r.commune_code
    having min(r.submission_id) <> max(r.submission_id)
),
several as (
    select distinct r.period, r.submission_id, r.commune_code
    from raw.record r
    join ops.submission s
        on s.period = r.period
        and s.submission_id = r.submission_id
    join resent x
        on x.period = r.period
        and x.commune_code = r.commune_code
        and x.sender_kind = s.sender_kind
        and x.sender_code is not distinct from s.sender_code
),
said as (
    select
        o.period,
        o.submission_id,
        o.commune_code,
        o.indicator_id,
        o.measure,
        o.raw_text,
        o.value,
        o.word,
        o.state,
        o.sheet,
        o.cell,
        row_number() over (
            partition by o.period, o.submission_id, o.commune_code, o.indicator_id, o.measure
            order by case when o.layout = 'L3' then 2 when o.layout = 'L4' then 3 else 1 end, o.sheet_no, o.row_no, o.col_no
        ) as place
    from raw.observation o
    join several v
        on v.period = o.period
        and v.submission_id = o.submission_id
        and v.commune_code = o.commune_code
    where o.commune_code is not null
        and o.indicator_id is not null
        and o.measure in ('result', 'claim')
),
one as (
    select
        period,
        submission_id,
        commune_code,
        indicator_id,
        max(case when measure = 'result' and state <> 'missing' then raw_text end) as result_text,
        max(case when measure = 'claim' and state <> 'missing' then raw_text end) as claim_text,
        max(case when measure = 'result' then value end) as value,
        coalesce(
            bool_or(case when measure = 'claim' and state <> 'missing' then word end),
            bool_or(case when measure = 'result' and state <> 'missing' then word end)
        ) as claim,
        coalesce(max(case when measure = 'result' then sheet end), max(sheet)) as sheet,
        coalesce(max(case when measure = 'result' then cell end), max(cell)) as cell,
        count(case when state <> 'missing' then 1 end) > 0 as speaks
    from said
    where place = 1
    group by period, submission_id, commune_code, indicator_id
),
files as (
    select
        o.period,
        o.submission_id,
        o.commune_code,
        s.seq,
        lag(o.submission_id) over (
            partition by o.period, s.sender_kind, s.sender_code, o.commune_code order by s.seq, o.submission_id
        ) as previous_submission_id
    from (select period, submission_id, commune_code from one group by period, submission_id, commune_code having bool_or(speaks)) o
    join ops.submission s
        on s.period = o.period
        and s.submission_id = o.submission_id
        and s.status in ('accepted', 'superseded')
),
pairs as (
    select
        f.period,
        f.submission_id,
        f.previous_submission_id,
        f.commune_code,
        f.seq,
        i.indicator_id,
        b.value as value_before,
        a.value as value_after,
        b.claim as claim_before,
        a.claim as claim_after,
        b.result_text as result_before,
        a.result_text as result_after,
        b.claim_text as verdict_before,
        a.claim_text as verdict_after,
        coalesce(a.speaks, false) as speaks_after,
        coalesce(b.speaks, false) as speaks_before,
        coalesce(a.sheet, b.sheet) as sheet,
        a.cell as cell_after,
        b.cell as cell_before
    from files f
    join (
        select period, commune_code, indicator_id from one group by period, commune_code, indicator_id
    ) i
        on i.period = f.period
        and i.commune_code = f.commune_code
    left join one a
        on a.period = f.period and a.submission_id = f.submission_id
        and a.commune_code = f.commune_code and a.indicator_id = i.indicator_id
    left join one b
        on b.period = f.period and b.submission_id = f.previous_submission_id
        and b.commune_code = f.commune_code and b.indicator_id = i.indicator_id
    where f.previous_submission_id is not null
)
select
    p.period,
    p.submission_id,
    p.commune_code,
    p.indicator_id,
    p.previous_submission_id,
    c.district_code,
    c.district_name,
    c.commune_name,
    case when not p.speaks_before then 'added' when not p.speaks_after then 'removed' else 'changed' end as kind,
    p.value_before,
    p.value_after,
    p.claim_before,
    p.claim_after,
    coalesce(p.result_before, p.verdict_before) as raw_text_before,
    coalesce(p.result_after, p.verdict_after) as raw_text_after,
    x.file_name as previous_file_name,
    p.cell_before as previous_cell,
    s.file_name,
    p.sheet,
    p.cell_after as cell,
    p.seq as sort_seq,
    c.sort_district,
    c.sort_commune,
    i.sort_order as sort_indicator
from pairs p
join staging.period t on t.period = p.period
join staging.commune c on c.period = p.period and c.commune_code = p.commune_code
join ops.submission s on s.period = p.period and s.submission_id = p.submission_id
join ops.submission x on x.period = p.period and x.submission_id = p.previous_submission_id
left join ref.indicator i on i.set_id = t.in_force_set_id and i.indicator_id = p.indicator_id
where p.value_before is distinct from p.value_after
    or p.claim_before is distinct from p.claim_after
    or (p.value_before is null and p.value_after is null and p.claim_before is null and p.result_before is distinct from p.result_after)
