-- One row per period, commune recognised under an earlier set and indicator that it does not meet now: what its
-- recognition under that set is put down to. It met everything then. Indicators are held against each other by concept.
-- cause: rule where the indicator is new, or the level rose and the value would still have met the old one; value where
-- it misses the old level too, or nothing rose; evidence where there is only a claim of something measured, or the result
-- is there and the dossier is not. What is not known is no loss, and has no row (ruling 21).
with earlier as (
    -- The latest figure that the commune was judged by under the set of its recognition: of those who need it alone, or
    -- each period would rank the figures of all periods before it.
    select
        p.period as of_period,
        r.commune_code,
        r.indicator_id,
        r.set_id,
        r.value,
        r.period,
        row_number() over (partition by p.period, r.commune_code, r.set_id, r.indicator_id order by q.ends_on desc, q.period) as age
    from staging.period p
    join mart.commune_summary s on s.period = p.period and s.recognised and s.recognised_under_set <> p.in_force_set_id
    join staging.period q on q.ends_on < p.ends_on
    join mart.indicator_result r
        on r.period = q.period
        and r.commune_code = s.commune_code
        and r.set_id = s.recognised_under_set
        and r.state = 'reported'
)
select
    r.period,
    r.commune_code,
    r.indicator_id,
    r.district_code,
    r.district_name,
    r.commune_name,
    s.recognised_year,
    s.recognised_under_set,
    r.set_id,
    j.indicator_id as previous_indicator_id,
    r.criterion_no,
    r.indicator_name,
    coalesce(i.change_class, case when j.indicator_id is null then 'new' else 'unchanged' end) as change_class,
    j.threshold as threshold_then,
    r.threshold as threshold_now,
    e.value as value_then,
    e.period as value_then_period,
    r.value,
    r.met,
    case
        when coalesce(i.change_class, 'new') = 'new' then 'rule'
        when r.value is null and r.value_kind <> 'boolean' then 'evidence'
        when r.value_kind = 'boolean' and r.evidence_complete = false then 'evidence'
        when i.change_class = 'raised' and (
            (r.comparator in ('>=', '>') and round(r.value, 9) >= round(j.threshold, 9))
            or (r.comparator in ('<=', '<') and round(r.value, 9) <= round(j.threshold, 9))) then 'rule'
        else 'value'
    end as cause,
    r.file_name,
    r.sheet,
    r.cell,
    c.sort_district,
    c.sort_commune,
    i.sort_order as sort_indicator
from mart.indicator_result r
join mart.commune_summary s on s.period = r.period and s.commune_code = r.commune_code
join staging.period p on p.period = r.period
join staging.commune c on c.period = r.period and c.commune_code = r.commune_code
join ref.indicator i on i.set_id = r.set_id and i.indicator_id = r.indicator_id
left join ref.indicator j on j.set_id = s.recognised_under_set and j.concept_key = i.concept_key
left join earlier e
    on e.of_period = r.period
    and e.commune_code = r.commune_code
    and e.set_id = s.recognised_under_set
    and e.indicator_id = j.indicator_id
    and e.age = 1
where s.recognised
    and s.reported
    and s.recognised_under_set <> p.in_force_set_id
    and r.met = false
