-- One row per period and commune (xã) in force on the period's last day: towns and wards are not judged.
select
    p.period,
    p.set_id,
    c.commune_code,
    c.name as commune_name,
    c.district_code,
    d.display_name as district_name,
    c.commune_class,
    c.commune_group,
    d.sort_order as sort_district,
    c.sort_order as sort_commune
from staging.period p
join ref.commune c
    on c.kind = 'xã'
    and (c.valid_from is null or c.valid_from <= p.ends_on)
    and (c.valid_to is null or c.valid_to >= p.ends_on)
-- A commune without a district is kept: from 2025-07-01 there are none.
left join ref.district d
    on d.district_code = c.district_code
    and (d.valid_from is null or d.valid_from <= p.ends_on)
    and (d.valid_to is null or d.valid_to >= p.ends_on)
