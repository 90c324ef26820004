-- One row per period, headline figure of the province and period it is held against: the previous one of the same
-- granularity, the end of last year (the same granularity where it ends a year, else the longest that does), and the same
-- period of last year. Not held means no row in the warehouse: compared_period is NULL then. comparable is false
-- where the criteria set differs, and where what is not known in either period may be the whole difference: both figures
-- stand, and no difference is drawn. The difference is the part of it that is certain, whatever the unknown comes to.
with wanted as (
    select period, set_id, ends_on, granularity, 1 as place, 'previous' as against, previous_period as other from staging.period
    union all
    select period, set_id, ends_on, granularity, 2, 'year_end', other
    from (
        select
            p.period, p.set_id, p.ends_on, p.granularity, q.period as other,
            row_number() over (
                partition by p.period
                order by case when q.granularity = p.granularity then 0 else 1 end, q.starts_on, q.period
            ) as choice
        from staging.period p
        left join staging.period q on q.ends_on = make_date(year(p.ends_on) - 1, 12, 31)
    )
    where choice = 1
    union all
    select p.period, p.set_id, p.ends_on, p.granularity, 3, 'same_last_year', q.period
    from staging.period p
    left join staging.period q
        on q.granularity = p.granularity
        and q.starts_on = cast(p.starts_on - interval 1 year as date)
)
select
    w.period,
    h.metric,
    w.against,
    h.name,
    h.value,
    w.set_id,
    w.other as compared_period,
    q.set_id as compared_set_id,
    b.value as compared_value,
    coalesce((q.set_id = w.set_id or h.metric in ('recognised', 'recognised_in_year', 'districts_all_recognised', 'communes_reported'))
        and h.value is not null and b.value is not null
        and ((h.least = h.most and b.least = b.most) or h.least > b.most or h.most < b.least), false) as comparable,
    case
        when h.value is null or b.value is null or not (q.set_id = w.set_id or h.metric in ('recognised', 'recognised_in_year', 'districts_all_recognised', 'communes_reported')) then null
        when h.least > b.most then h.least - b.most
        when h.most < b.least then h.most - b.least
        when h.least = h.most and b.least = b.most then h.value - b.value
    end as difference,
    h.metric_no as sort_metric,
    w.place as sort_against
from wanted w
join mart.headline h on h.period = w.period and h.scope_kind = 'province'
left join staging.period q on q.period = w.other
left join mart.headline b on b.period = w.other and b.scope_kind = 'province' and b.metric = h.metric
