-- One row per period, commune and sender whose word counts: which submission speaks for the commune.
-- Of one sender's files the latest that says anything about the commune counts, so that a partial resubmission takes
-- over only the communes it holds. Of the offices that report whole communes, the commune's own district goes before
-- another, then the first file name (ruling 7). Departments speak for their own indicators, beside the district.
with said as (
    select
        c.period,
        c.commune_code,
        c.sender_kind,
        coalesce(c.sender_code, '') as sender_code,
        c.sender_district_code,
        c.submission_id,
        c.file_name,
        c.seq
    from staging.cell c
    where c.commune_code is not null
        and c.measure in ('result', 'claim', 'secondary', 'criterion_claim')
        and (c.state <> 'missing' or c.blank_means_no)
    group by
        c.period, c.commune_code, c.sender_kind, c.sender_code, c.sender_district_code,
        c.submission_id, c.file_name, c.seq
),
latest as (
    select
        said.*,
        row_number() over (
            partition by period, commune_code, sender_kind, sender_code
            order by seq desc, submission_id
        ) as age
    from said
),
ranked as (
    select
        l.period,
        l.commune_code,
        l.submission_id,
        l.sender_kind,
        l.sender_code,
        l.file_name,
        l.seq,
        case when l.sender_kind = 'department' then 2 else 1 end as standing,
        row_number() over (
            partition by
                l.period,
                l.commune_code,
                case when l.sender_kind = 'department' then l.sender_code else '' end,
                case when l.sender_kind = 'department' then 2 else 1 end
            order by
                case when l.sender_district_code = c.district_code then 1 else 2 end,
                case when l.sender_kind = 'district' then 1 else 2 end,
                l.file_name,
                l.submission_id
        ) as place
    from latest l
    join staging.commune c
        on c.period = l.period
        and c.commune_code = l.commune_code
    where l.age = 1
)
select
    period,
    commune_code,
    submission_id,
    sender_kind,
    sender_code,
    file_name,
    standing
from ranked
where place = 1
