-- One row per period, commune and indicator that it does not meet: what has to be done, by whom, by when, and how far it
-- is. The plan's deadlines are for communes already recognised; for the others there is none. Days left are counted from the period's last day to the deadline, and negative
-- once it has passed; what is to be kept up every year is due at the end of the period's year.
-- Where the counts behind the rate are known, short_count is how many more (or fewer, for an upper limit) are needed
-- before the level is reached.
with counts as (
    select
        period,
        commune_code,
        indicator_id,
        submission_id,
        max(case when measure = 'numerator' then value end) as numerator,
        max(case when measure = 'denominator' then value end) as denominator
    from staging.chosen
    where measure in ('numerator', 'denominator')
        and indicator_id is not null
        and state = 'reported'
    group by period, commune_code, indicator_id, submission_id
),
lead as (
    select
        period,
        indicator_id,
        string_agg(department_name, '; ' order by sort_department, department_name) as department
    from (select distinct period, indicator_id, department_name, sort_department from staging.lead)
    group by period, indicator_id
),
failing as (
    select
        r.*,
        p.ends_on,
        s.recognised,
        s.retained,
        s.recognised_year,
        s.recognised_under_set,
        i.change_class as seed_class,
        l.department,
        m.action,
        m.deadline as deadline_printed,
        coalesce(m.deadline_date, case when m.indicator_id is not null then make_date(year(p.ends_on), 12, 31) end) as due,
        m.deadline_date is null and m.indicator_id is not null as yearly,
        k.numerator,
        k.denominator,
        c.sort_district as by_district,
        c.sort_commune as by_commune,
        i.sort_order as by_indicator
    from mart.indicator_result r
    join mart.commune_summary s on s.period = r.period and s.commune_code = r.commune_code
    join staging.period p on p.period = r.period
    join staging.commune c on c.period = r.period and c.commune_code = r.commune_code
    join ref.indicator i on i.set_id = r.set_id and i.indicator_id = r.indicator_id
    left join lead l on l.period = r.period and l.indicator_id = r.indicator_id
    -- The plan is for the recognised: as a condition of its own that would make a loop over all pairs.
    left join mart.remediation m on m.period = r.period and m.indicator_id = case when s.recognised then r.indicator_id end
    left join counts k
        on k.period = r.period and k.commune_code = r.commune_code and k.indicator_id = r.indicator_id
        and k.submission_id = r.submission_id
    where r.met = false
)
select
    f.period,
    f.commune_code,
    f.indicator_id,
    f.district_code,
    f.district_name,
    f.commune_name,
    f.recognised,
    f.retained,
    f.recognised_year,
    f.recognised_under_set,
    f.set_id,
    f.criterion_no,
    f.indicator_name,
    f.unit,
    coalesce(x.change_class, f.seed_class) as change_class,
    x.cause,
    f.department as lead_department,
    f.action,
    f.deadline_printed as deadline,
    f.due as deadline_date,
    f.yearly,
    date_diff('day', f.ends_on, f.due) as days_left,
    coalesce(f.due <= f.ends_on, false) as overdue,
    f.value,
    f.raw_text,
    f.comparator,
    f.threshold,
    f.gap,
    f.numerator,
    f.denominator,
    -- The smallest whole number that reaches the level; a hair is taken off first, so that 85 % of 200 is 170 and not 171.
    case
        when f.value_kind <> 'percent' or f.denominator is null or f.denominator <= 0 or f.numerator is null then null
        when f.comparator = '>=' then greatest(0, ceil(f.threshold / 100 * f.denominator - 1e-9) - f.numerator)
        when f.comparator = '<=' then greatest(0, f.numerator - floor(f.threshold / 100 * f.denominator + 1e-9))
    end as short_count,
    f.evidence_complete,
    f.file_name,
    f.sheet,
    f.cell,
    f.by_district as sort_district,
    f.by_commune as sort_commune,
    f.by_indicator as sort_indicator
from failing f
left join mart.recognition_change x
    on x.period = f.period
    and x.commune_code = f.commune_code
    and x.indicator_id = f.indicator_id
