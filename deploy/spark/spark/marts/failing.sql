-- sql/marts/failing.sql in the words of Spark.
with criteria as (
    select
        period,
        commune_code,
        array_join(array_sort(collect_list(criterion_no)), '; ') as failing
    from mart.criterion_result
    where met = false
    group by period, commune_code
),
indicators as (
    select
        r.period,
        r.commune_code,
        array_join(transform(array_sort(collect_list(named_struct('place', i.sort_order, 'id', r.indicator_id))), x -> x.id), '; ') as failing
    from mart.indicator_result r
    join ref.indicator i on i.set_id = r.set_id and i.indicator_id = r.indicator_id
    where r.met = false
    group by r.period, r.commune_code
)
select
    s.period,
    s.commune_code,
    coalesce(c.failing, '') as failing_criteria,
    coalesce(i.failing, '') as failing_indicators,
    s.sort_district,
    s.sort_commune
from staging.commune s
left join criteria c on c.period = s.period and c.commune_code = s.commune_code
left join indicators i on i.period = s.period and i.commune_code = s.commune_code
where c.failing is not null or i.failing is not null
