-- One row per period and sender that owes a report: the districts in force on the period's last day, the communes that
-- belong to none (all of them from 2025-07-01), and the departments that the office expects by its settings.
-- reported: an accepted file of its own; for a district also one of its communes'. What a department says about a district
-- is not the district's report.
with expected as (
    select period, 'district' as sender_kind, district_code as sender_code, any_value(district_name) as name, count(*) as communes,
        1 as place, min(sort_district) as first, district_code as second
    from staging.commune
    where district_code is not null
    group by period, district_code
    union all
    select period, 'commune', commune_code, 'xã ' || commune_name, 1, 2, sort_commune, commune_code
    from staging.commune
    where district_code is null
    union all
    select p.period, 'department', d.department_code, d.name, null, 3, d.sort_order, d.department_code
    from staging.period p
    join ref.sender_setting s on s.setting = 'department_expected'
    join ref.department d
        on d.department_code = s.value
        and (d.valid_from is null or d.valid_from <= p.ends_on)
        and (d.valid_to is null or d.valid_to >= p.ends_on)
)
select
    e.period,
    e.sender_kind,
    e.sender_code,
    e.name,
    e.communes,
    exists (
        select 1 from ops.submission s
        where s.period = e.period
            and s.status = 'accepted'
            and ((s.sender_kind = e.sender_kind and s.sender_code = e.sender_code)
                or (e.sender_kind = 'district' and s.sender_kind = 'commune' and s.district_code = e.sender_code))
    ) as reported,
    e.place as sort_place,
    e.first as sort_first,
    e.second as sort_second
from expected e
