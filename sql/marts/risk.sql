-- One row per period, commune and measured indicator that is met today and may not be for long. Three signs, each with
-- the numbers that say so, and signs is how many of them there are:
--   thin: the value clears the level by less than the margin of the check near_threshold;
--   falling: over the last five periods of the same granularity, set and commune (at least three with a value), the
--     line of least squares goes towards the level and reaches it within four periods;
--   volatile: the plan names the indicator as one that changes easily.
-- A row has at least the first or the second sign; volatile alone is said of every commune and of none.
with parameter as (
    select
        max(case when name = 'margin' then value end) as margin
    from ref.check_parameter
    where check_id = 'near_threshold'
),
series as (
    select
        p.period as of_period,
        r.commune_code,
        r.indicator_id,
        r.value,
        row_number() over (partition by p.period, r.commune_code, r.indicator_id order by q.ends_on desc) as back
    from staging.period p
    join staging.period q
        on q.granularity = p.granularity
        and q.set_id = p.set_id
        and q.ends_on <= p.ends_on
    join mart.indicator_result r
        on r.period = q.period
        and r.value is not null
        and r.value_kind <> 'boolean'
    join staging.commune c on c.period = p.period and c.commune_code = r.commune_code and c.commune_name = r.commune_name
),
trend as (
    select
        of_period as period,
        commune_code,
        indicator_id,
        count(*) as points,
        regr_slope(value, -back) as slope,
        min(value) as lowest,
        max(value) as highest
    from series
    where back <= 5
    group by of_period, commune_code, indicator_id
),
signs as (
    select
        r.period,
        r.commune_code,
        r.indicator_id,
        r.district_code,
        r.district_name,
        r.commune_name,
        s.recognised,
        r.criterion_no,
        r.indicator_name,
        r.unit,
        r.value_kind,
        r.value,
        r.comparator,
        r.threshold,
        r.gap,
        m.margin,
        t.points,
        t.lowest,
        t.highest,
        case when t.points >= 3 then t.slope end as slope,
        case
            when t.points >= 3 and r.comparator in ('>=', '>') and t.slope < 0 then r.gap / -t.slope
            when t.points >= 3 and r.comparator in ('<=', '<') and t.slope > 0 then r.gap / t.slope
        end as periods_left,
        i.volatile_source,
        c.sort_district,
        c.sort_commune,
        i.sort_order
    from mart.indicator_result r
    join mart.commune_summary s on s.period = r.period and s.commune_code = r.commune_code
    join staging.commune c on c.period = r.period and c.commune_code = r.commune_code
    join ref.indicator i on i.set_id = r.set_id and i.indicator_id = r.indicator_id
    cross join parameter m
    left join trend t on t.period = r.period and t.commune_code = r.commune_code and t.indicator_id = r.indicator_id
    where r.met = true
        and r.value is not null
        and r.gap is not null
        and r.comparator in ('>=', '>', '<=', '<')
),
told as (
    select
        signs.*,
        -- Nothing clears 100 %, or a limit of nothing at all, by a margin.
        coalesce(round(gap, 9) < margin and not (comparator in ('>=', '>') and value_kind = 'percent' and threshold >= 100)
            and not (comparator in ('<=', '<') and threshold <= 0), false) as thin,
        coalesce(periods_left <= 4, false) as falling,
        volatile_source is not null as volatile
    from signs
)
select
    period,
    commune_code,
    indicator_id,
    district_code,
    district_name,
    commune_name,
    recognised,
    criterion_no,
    indicator_name,
    unit,
    value,
    comparator,
    threshold,
    gap,
    thin,
    margin,
    falling,
    points,
    slope,
    periods_left,
    lowest,
    highest,
    volatile,
    volatile_source,
    (case when thin then 1 else 0 end) + (case when falling then 1 else 0 end) + (case when volatile then 1 else 0 end) as signs,
    'số dấu hiệu = sát mức + đang giảm + dễ biến động = '
        || (case when thin then '1' else '0' end) || ' + ' || (case when falling then '1' else '0' end) || ' + ' || (case when volatile then '1' else '0' end) as formula,
    case when recognised then 0 else 1 end as sort_recognised,
    -((case when thin then 1 else 0 end) + (case when falling then 1 else 0 end) + (case when volatile then 1 else 0 end)) as sort_signs,
    sort_district,
    sort_commune,
    sort_order as sort_indicator
from told
where thin or falling
