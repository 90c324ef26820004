-- One row per period and indicator of the remediation plan (Phụ lục 2 and the yearly upkeep of its section III), with
-- its live state. The plan is for communes already recognised: communes_not_met and commune_names are over these, all
-- communes that do not meet the indicator are in communes_not_met_all. Recognised communes of which it is not known are
-- communes_unknown: nobody has to mend anything there, and nothing says that the row is done (ruling 21).
-- Overdue is judged on the period's last day: a deadline on that day has passed with the period.
with planned as (
    select
        p.period,
        p.ends_on,
        m.row_no,
        m.section,
        m.section_title,
        m.tt_printed,
        m.label,
        m.change_class,
        m.action,
        m.deadline_printed as deadline,
        m.deadline_date,
        i.set_id,
        i.indicator_id,
        i.name as indicator_name,
        i.criterion_no,
        i.lead_department,
        i.sort_order as sort_indicator,
        -- An indicator named twice in the plan follows the first row, which is the more particular one.
        row_number() over (partition by p.period, i.indicator_id order by m.row_no) as place
    from staging.period p
    join ref.remediation m on m.set_id = p.set_id
    join ref.indicator i
        on i.set_id = m.set_id
        and '; ' || m.indicator_ids || '; ' like '%; ' || i.indicator_id || '; %'
),
failing as (
    select
        r.period,
        r.indicator_id,
        s.recognised,
        r.met,
        -- A name that two communes share is told apart by its district.
        case
            when n.communes > 1 then c.commune_name || ' (' || coalesce(c.district_name, c.commune_code) || ')'
            else c.commune_name
        end as commune_name,
        c.sort_district,
        c.sort_commune
    from mart.indicator_result r
    join mart.commune_summary s on s.period = r.period and s.commune_code = r.commune_code
    join staging.commune c on c.period = r.period and c.commune_code = r.commune_code
    join (
        select period, commune_name, count(*) as communes from staging.commune group by period, commune_name
    ) n
        on n.period = c.period
        and n.commune_name = c.commune_name
    where r.met = false
        or (r.met is null and s.recognised)
),
tally as (
    select
        period,
        indicator_id,
        count(case when recognised and met = false then 1 end) as communes_not_met,
        count(case when met = false then 1 end) as communes_not_met_all,
        count(case when met is null then 1 end) as communes_unknown,
        string_agg(case when recognised and met = false then commune_name end, '; ' order by sort_district, sort_commune) as commune_names
    from failing
    group by period, indicator_id
)
select
    p.period,
    p.indicator_id,
    p.row_no,
    p.section,
    p.section_title,
    p.tt_printed,
    p.label,
    p.criterion_no,
    p.indicator_name,
    p.change_class,
    p.action,
    p.deadline,
    p.deadline_date,
    p.lead_department,
    coalesce(t.communes_not_met, 0) as communes_not_met,
    coalesce(t.commune_names, '') as commune_names,
    coalesce(t.communes_not_met_all, 0) as communes_not_met_all,
    coalesce(t.communes_unknown, 0) as communes_unknown,
    coalesce(p.deadline_date <= p.ends_on and t.communes_not_met > 0, false) as overdue,
    p.row_no as sort_row,
    p.sort_indicator
from planned p
left join tally t
    on t.period = p.period
    and t.indicator_id = p.indicator_id
where p.place = 1
