-- One row per period, commune, measure and indicator (or criterion): the one cell that counts.
-- Within one file the first (sheet, row, column) of tables of the same standing counts, even where it is blank
-- (ruling 7); tables of values go before lists of failing ids (L3), those before criterion claims (L4). Something
-- said goes before a blank, a district before a department unless the settings say otherwise of the indicator, and a blank that means "no" (ruling 19) comes last.
with department_first as (
    select distinct value as indicator_id from ref.sender_setting where setting = 'department_first'
),
standing as (
    select
        c.*,
        k.standing as sender_standing,
        coalesce(c.indicator_id, '') as key_indicator,
        case when c.indicator_id is null then coalesce(c.criterion_no, 0) else 0 end as key_criterion,
        case c.layout when 'L3' then 2 when 'L4' then 3 else 1 end as table_standing
    from staging.cell c
    join staging.counted k
        on k.period = c.period
        and k.commune_code = c.commune_code
        and k.submission_id = c.submission_id
    left join (select distinct period, indicator_id, department_code from staging.lead) l
        on l.period = c.period
        and l.indicator_id = c.indicator_id
        and l.department_code = case when c.sender_kind = 'department' then c.sender_code end
    where (
        c.indicator_id is not null
        or c.criterion_no is not null
        or c.measure in ('criteria_total', 'indicators_total', 'evidence')
    )
        and (c.sender_kind <> 'department' or l.department_code is not null)
),
-- Mostly one cell speaks for a key, and there is nothing to choose; only where several do are they ranked. From the
-- tables once more, and not from the rows above: what is gathered under a name for two readers is gathered for all periods.
crowded as (
    select
        c.period,
        c.commune_code,
        c.measure,
        coalesce(c.indicator_id, '') as key_indicator,
        case when c.indicator_id is null then coalesce(c.criterion_no, 0) else 0 end as key_criterion
    from staging.cell c
    join staging.counted k
        on k.period = c.period
        and k.commune_code = c.commune_code
        and k.submission_id = c.submission_id
    left join (select distinct period, indicator_id, department_code from staging.lead) l
        on l.period = c.period
        and l.indicator_id = c.indicator_id
        and l.department_code = case when c.sender_kind = 'department' then c.sender_code end
    where (
        c.indicator_id is not null
        or c.criterion_no is not null
        or c.measure in ('criteria_total', 'indicators_total', 'evidence')
    )
        and (c.sender_kind <> 'department' or l.department_code is not null)
    group by c.period, c.commune_code, c.measure, coalesce(c.indicator_id, ''), case when c.indicator_id is null then coalesce(c.criterion_no, 0) else 0 end
    having count(*) > 1
),
told as (
    select
        standing.*,
        crowded.commune_code is not null as several
    from standing
    left join crowded
        on crowded.period = standing.period
        and crowded.commune_code = standing.commune_code
        and crowded.measure = standing.measure
        and crowded.key_indicator = standing.key_indicator
        and crowded.key_criterion = standing.key_criterion
),
first_in_file as (
    select
        told.*,
        d.indicator_id is not null or a.indicator_id is not null as department_goes_first,
        row_number() over (
            partition by period, commune_code, submission_id, measure, key_indicator, key_criterion, table_standing
            order by sheet_no, row_no, col_no, record_no
        ) as place
    from told
    left join department_first d on d.indicator_id = told.indicator_id
    left join department_first a on a.indicator_id = '*'
    where told.several
),
ranked as (
    select
        first_in_file.*,
        row_number() over (
            partition by period, commune_code, measure, key_indicator, key_criterion
            order by
                case when state <> 'missing' then 1 when blank_means_no then 2 else 3 end,
                case when sender_kind = 'department' and department_goes_first then 0 else sender_standing end,
                table_standing,
                file_name,
                submission_id
        ) as choice
    from first_in_file
    where place = 1
)
select
    period,
    commune_code,
    measure,
    indicator_id,
    criterion_no,
    submission_id,
    sender_kind as source,
    file_name,
    sheet,
    sheet_no,
    row_no,
    cell,
    layout,
    raw_text,
    value,
    word,
    word_is_answer,
    state,
    blank_means_no,
    note,
    issue,
    correction_id
from ranked
where choice = 1
union all
select
    period,
    commune_code,
    measure,
    indicator_id,
    criterion_no,
    submission_id,
    sender_kind as source,
    file_name,
    sheet,
    sheet_no,
    row_no,
    cell,
    layout,
    raw_text,
    value,
    word,
    word_is_answer,
    state,
    blank_means_no,
    note,
    issue,
    correction_id
from told
where not several
