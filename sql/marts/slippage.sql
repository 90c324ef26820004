-- One row per period, recognised commune that is not retained and indicator that it does not meet: the rows of mart.unmet
-- that the plan of maintenance is about.
select
    u.period,
    u.commune_code,
    u.indicator_id,
    u.district_code,
    u.district_name,
    u.commune_name,
    u.recognised_year,
    u.recognised_under_set,
    u.set_id,
    u.criterion_no,
    u.indicator_name,
    u.unit,
    u.change_class,
    u.cause,
    u.lead_department,
    u.action,
    u.deadline,
    u.deadline_date,
    u.yearly,
    u.days_left,
    u.overdue,
    u.value,
    u.raw_text,
    u.comparator,
    u.threshold,
    u.gap,
    u.numerator,
    u.denominator,
    u.short_count,
    u.evidence_complete,
    u.file_name,
    u.sheet,
    u.cell,
    c.sort_district,
    c.sort_commune,
    i.sort_order as sort_indicator
from mart.unmet u
join staging.commune c on c.period = u.period and c.commune_code = u.commune_code
join ref.indicator i on i.set_id = u.set_id and i.indicator_id = u.indicator_id
where u.recognised
    and u.retained = false
