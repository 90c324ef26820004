-- One row per period, indicator of the set it is judged by and department that leads it, by the name that holds on the
-- period's last day: who was merged into another is that one from then on.
with named as (
    select
        p.period,
        p.ends_on,
        i.indicator_id,
        trim(part) as named
    from staging.period p
    join ref.indicator i on i.set_id = p.set_id
    lateral view explode(split(i.lead_department, ';')) parts as part
    where i.lead_department is not null
)
select
    n.period,
    n.indicator_id,
    coalesce(s.department_code, d.department_code) as department_code,
    coalesce(s.name, d.name, n.named) as department_name,
    n.named as named_in_seed,
    coalesce(s.sort_order, d.sort_order) as sort_department
from named n
left join ref.department d on d.name = n.named
left join ref.department s
    on s.department_code = d.successor_code
    and d.valid_to < n.ends_on
