-- One row per reporting period: its days, the criteria set it is judged by, and the period it is compared with.
-- The set in force is chosen by the period's last day, unless the operator chose one for this run.
-- The previous period is the latest earlier one of the same granularity for which a report was accepted, unless it was
-- asked for another (ntm compare).
select
    p.period,
    p.granularity,
    p.starts_on,
    p.ends_on,
    p.label,
    coalesce(p.chosen_set_id, s.set_id) as set_id,
    s.set_id as in_force_set_id,
    coalesce(p.compared_with, previous.period) as previous_period
from ops.period p
left join ref.criteria_set s
    on s.role = 'evaluate'
    and s.effective_from <= p.ends_on
    and (s.effective_to is null or s.effective_to >= p.ends_on)
left join (
    select
        later.period as of_period,
        earlier.period,
        row_number() over (partition by later.period order by earlier.ends_on desc) as nearness
    from ops.period later
    join ops.period earlier
        on earlier.granularity = later.granularity
        and earlier.ends_on < later.starts_on
    join (
        select distinct period from ops.submission where status in ('accepted', 'superseded')
    ) reported
        on reported.period = earlier.period
) previous
    on previous.of_period = p.period
    and previous.nearness = 1
