-- One row per period, commune, indicator and sender, where several senders say something of it or a department does: what
-- each source reports, judged by the same rule, and which of them counts. What one office alone says has nothing beside
-- it, and is mart.indicator_result. A later file of one sender stands for its earlier ones; a department's word about an
-- indicator that it does not lead is kept here and does not count.
-- Not materialized: what is gathered under a name for two readers is gathered for all periods.
with accompanied as (
    select period, commune_code
    from staging.counted
    group by period, commune_code
    having count(*) > 1 or max(sender_kind) = 'department'
),
told as not materialized (
    select
        c.period,
        c.commune_code,
        c.indicator_id,
        c.sender_kind,
        c.sender_code,
        c.submission_id,
        c.file_name,
        c.measure,
        c.raw_text,
        c.value,
        c.word,
        c.word_is_answer,
        c.state,
        c.sheet,
        c.cell,
        case c.layout when 'L3' then 2 when 'L4' then 3 else 1 end as table_standing,
        c.sheet_no,
        c.row_no,
        c.col_no
    from staging.cell c
    join staging.counted k
        on k.period = c.period
        and k.commune_code = c.commune_code
        and k.submission_id = c.submission_id
    join accompanied a
        on a.period = c.period
        and a.commune_code = c.commune_code
    where c.indicator_id is not null
        and c.measure in ('result', 'claim')
        and c.state <> 'missing'
),
-- Mostly a sender says it once; only where it does so several times are the places ranked.
crowded as (
    select period, commune_code, indicator_id, sender_kind, sender_code, measure
    from told
    group by period, commune_code, indicator_id, sender_kind, sender_code, measure
    having count(*) > 1
),
marked as not materialized (
    select
        told.*,
        x.commune_code is not null as several
    from told
    left join crowded x
        on x.period = told.period
        and x.commune_code = told.commune_code
        and x.indicator_id = told.indicator_id
        and x.sender_kind = told.sender_kind
        and x.sender_code is not distinct from told.sender_code
        and x.measure = told.measure
),
ranked as (
    select
        marked.*,
        row_number() over (
            partition by period, commune_code, indicator_id, sender_kind, sender_code, measure
            order by table_standing, sheet_no, row_no, col_no
        ) as place
    from marked
    where several
),
said as (
    select * exclude (place) from ranked where place = 1
    union all
    select * from marked where not several
),
one as (
    select
        period,
        commune_code,
        indicator_id,
        sender_kind,
        sender_code,
        any_value(submission_id) as submission_id,
        any_value(file_name) as file_name,
        max(case when measure = 'result' then value end) as value,
        bool_or(case when measure = 'result' then word end) as result_word,
        bool_or(case when measure = 'result' then word_is_answer end) as result_word_is_answer,
        bool_or(case when measure = 'claim' then word end) as claim,
        coalesce(bool_or(measure = 'result' and state = 'invalid'), false) as not_understood,
        coalesce(max(case when measure = 'result' then raw_text end), max(raw_text)) as raw_text,
        coalesce(max(case when measure = 'result' then sheet end), max(sheet)) as sheet,
        coalesce(max(case when measure = 'result' then cell end), max(cell)) as cell
    from said
    group by period, commune_code, indicator_id, sender_kind, sender_code
),
compared as (
    select
        one.*,
        count(*) over (partition by period, commune_code, indicator_id) as sources
    from one
)
select
    o.period,
    o.commune_code,
    o.indicator_id,
    o.sender_kind as source,
    o.sender_code,
    coalesce(d.name, w.district_name, 'xã ' || c.commune_name) as sender_name,
    c.district_code,
    c.district_name,
    c.commune_name,
    o.value,
    o.raw_text,
    coalesce(o.claim, o.result_word) as claim,
    case
        when t.value_kind <> 'boolean' and (t.threshold is null or o.not_understood) then null
        when o.value is not null and t.value_kind <> 'boolean' then case t.comparator
            when '>=' then round(o.value, 9) >= round(t.threshold, 9) when '<=' then round(o.value, 9) <= round(t.threshold, 9)
            when '>' then round(o.value, 9) > round(t.threshold, 9) when '<' then round(o.value, 9) < round(t.threshold, 9)
            when '=' then round(o.value, 9) = round(t.threshold, 9) end
        when o.value is not null and t.required_answer = 'Không' then round(o.value, 9) <= 0
        when o.result_word is not null then
            case when t.required_answer = 'Không' and coalesce(o.result_word_is_answer, false) then not o.result_word else o.result_word end
        else o.claim
    end as met,
    o.sender_kind <> 'department' or l.department_code is not null as leads,
    coalesce(r.submission_id = o.submission_id and r.source = o.sender_kind, false) as counts,
    o.submission_id,
    o.file_name,
    o.sheet,
    o.cell,
    c.sort_district,
    c.sort_commune,
    t.sort_indicator,
    case o.sender_kind when 'district' then 1 when 'commune' then 2 else 3 end as sort_source,
    o.sender_code as sort_sender
from compared o
join staging.commune c on c.period = o.period and c.commune_code = o.commune_code
join staging.threshold t
    on t.period = o.period and t.commune_code = o.commune_code and t.indicator_id = o.indicator_id
left join mart.indicator_result r
    on r.period = o.period and r.commune_code = o.commune_code and r.indicator_id = o.indicator_id
-- The kind of sender is part of the key: as a condition of its own it would make a loop over all pairs.
left join (select department_code, min(name) as name from ref.department group by department_code) d
    on d.department_code = case when o.sender_kind = 'department' then o.sender_code end
left join (select distinct period, indicator_id, department_code from staging.lead) l
    on l.period = o.period
    and l.indicator_id = o.indicator_id
    and l.department_code = case when o.sender_kind = 'department' then o.sender_code end
left join (select distinct period, district_code, district_name from staging.commune) w
    on w.period = o.period
    and w.district_code = case when o.sender_kind = 'district' then o.sender_code end
where o.sources > 1
    or o.sender_kind = 'department'
