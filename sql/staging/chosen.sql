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
        case c.layout when 'L3' then 2 when 'L4' then 3 else 1 end as table_standing
    from staging.cell c
    join staging.counted k
        on k.period = c.period
        and k.commune_code = c.commune_code
        and k.submission_id = c.submission_id
    where (
        c.indicator_id is not null
        or c.criterion_no is not null
        or c.measure in ('criteria_total', 'indicators_total', 'evidence')
    )
        and (
            c.sender_kind <> 'department'
            or exists (
                select 1 from staging.lead l
                where l.period = c.period and l.indicator_id = c.indicator_id and l.department_code = c.sender_code
            )
        )
),
first_in_file as (
    select
        standing.*,
        d.indicator_id is not null or a.indicator_id is not null as department_goes_first,
        row_number() over (
            partition by
                period, commune_code, submission_id, measure, standing.indicator_id,
                case when standing.indicator_id is null then criterion_no end,
                table_standing
            order by sheet_no, row_no, col_no, record_no
        ) as place
    from standing
    left join department_first d on d.indicator_id = standing.indicator_id
    left join department_first a on a.indicator_id = '*'
),
ranked as (
    select
        first_in_file.*,
        row_number() over (
            partition by
                period, commune_code, measure, indicator_id,
                case when indicator_id is null then criterion_no end
            order by
                case when state <> 'missing' then 1 when blank_means_no then 2 else 3 end,
                case
                    when sender_kind = 'department' and department_goes_first then 0
                    else sender_standing
                end,
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
