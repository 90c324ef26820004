-- One row per period and commune that does not meet everything: what it fails, as lists in the order of the set.
-- It stands apart from commune_summary because every engine spells an ordered list in a way of its own; and lists that are
-- sorted once made need a tenth of the memory of an aggregate that is fed in order.
with criteria as (
    select
        period,
        commune_code,
        list_sort(list(criterion_no)) as numbers
    from mart.criterion_result
    where met = false
    group by period, commune_code
),
indicators as (
    select
        r.period,
        r.commune_code,
        list_sort(list(struct_pack(place := i.sort_order, id := r.indicator_id))) as ids
    from mart.indicator_result r
    join ref.indicator i on i.set_id = r.set_id and i.indicator_id = r.indicator_id
    where r.met = false
    group by r.period, r.commune_code
)
select
    s.period,
    s.commune_code,
    coalesce(array_to_string(c.numbers, '; '), '') as failing_criteria,
    coalesce(array_to_string(list_transform(i.ids, lambda x: x.id), '; '), '') as failing_indicators,
    s.sort_district,
    s.sort_commune
from staging.commune s
left join criteria c on c.period = s.period and c.commune_code = s.commune_code
left join indicators i on i.period = s.period and i.commune_code = s.commune_code
where c.numbers is not null or i.ids is not null
