-- One row per period, figure already published for it and counting rule that it could follow: the figure computed again by
-- that rule, and whether that reproduces it at the decimals in which it was printed. stated marks the rule that the
-- figure's own words name. verdict: reproduced (by a rule at least), slip (by none), open (cannot be computed here). What
-- counts the recognised is not computed for a day after the one up to which their list is complete.
with province as (
    select
        s.period,
        count(*) as communes,
        count(case when s.reported then 1 end) as reported,
        count(case when s.recognised then 1 end) as recognised,
        sum(s.criteria_met) as met,
        sum(case when s.reported and s.recognised then s.criteria_total else s.criteria_met end) as met_as_recognised
    from mart.commune_summary s
    group by s.period
),
complete as (
    select p.period, coalesce(k.complete_to >= p.ends_on, true) as list_complete
    from staging.period p
    cross join (select max(complete_to) as complete_to from ref.recognition_list) k
),
bands as (
    select
        b.period,
        b.band,
        b.communes as actual,
        b.communes_as_recognised as as_recognised,
        count(s.commune_code) as not_recognised
    from mart.band_summary b
    left join mart.commune_summary s
        on s.period = b.period
        and s.band = b.band
        and not s.recognised
    group by b.period, b.band, b.communes, b.communes_as_recognised
),
recomputed as (
    select period, 'average.reviewed' as rule_id, 'province.avg_criteria_met_as_recognised' as metric, cast(met as double) / nullif(reported, 0) as recomputed from province
    union all
    select period, 'average.as_recognised', 'province.avg_criteria_met_as_recognised', cast(met_as_recognised as double) / nullif(reported, 0) from province
    union all
    select period, 'average.reviewed_all', 'province.avg_criteria_met_as_recognised', case when reported > 0 then cast(met as double) / communes end from province
    union all
    select period, 'average.as_recognised_all', 'province.avg_criteria_met_as_recognised', case when reported > 0 then cast(met_as_recognised as double) / communes end from province
    union all
    select period, 'average.reviewed', 'province.avg_criteria_met', cast(met as double) / nullif(reported, 0) from province
    union all
    select period, 'share.all', 'province.recognised_pct', 100.0 * recognised / communes from province
    union all
    select period, 'share.reported', 'province.recognised_pct', 100.0 * recognised / nullif(reported, 0) from province
    union all
    select b.period, r.rule_id, 'band_as_recognised.' || b.band,
        case r.rule_id when 'band.actual' then b.actual when 'band.as_recognised' then b.as_recognised else b.not_recognised end
    from bands b
    join province p on p.period = b.period and p.reported > 0
    cross join (values ('band.actual'), ('band.as_recognised'), ('band.not_recognised')) r (rule_id)
    union all
    select b.period, r.rule_id, 'band_as_recognised.total',
        sum(case r.rule_id when 'band.actual' then b.actual when 'band.as_recognised' then b.as_recognised else b.not_recognised end)
    from bands b
    join province p on p.period = b.period and p.reported > 0
    cross join (values ('band.actual'), ('band.as_recognised'), ('band.not_recognised')) r (rule_id)
    group by b.period, r.rule_id
    union all
    select p.period, 'plain', m.metric, m.recomputed
    from mart.province_summary p
    cross join lateral (
        values ('province.communes', cast(p.communes as double)),
               ('province.recognised', p.recognised),
               ('province.recognised_in_year', p.recognised_in_year),
               ('province.recognised_earlier', p.recognised_earlier),
               ('province.retained_earlier', case when p.communes_reported > 0 and p.retained_earlier_unknown = 0 then p.retained_earlier end)
    ) m (metric, recomputed)
    union all
    -- Every level that a published figure asks for, also where no commune stands at it.
    select f.period, 'plain', f.metric,
        count(case when r.criteria_met = try_cast(replace(f.metric, 'retention.at_', '') as integer) then 1 end)
    from ref.published_figure f
    join mart.retention r on r.period = f.period
    where f.metric like 'retention.at\_%' escape '\'
    group by f.period, f.metric
    having sum(r.criteria_unknown) = 0
    union all
    -- Numbers of the plan's rows: one that is printed twice makes them fewer than the rows.
    select p.period, 'plain', 'remediation.numbers', count(distinct m.section || ' ' || m.tt_printed)
    from staging.period p
    join ref.remediation m on m.set_id = p.in_force_set_id and m.section in ('I', 'II')
    group by p.period
),
compared as (
    select
        p.period,
        f.figure_id,
        coalesce(r.rule_id, 'plain') as rule_id,
        f.name,
        f.metric,
        f.printed,
        f.value,
        f.decimals,
        r.recomputed,
        round(r.recomputed, f.decimals) = round(f.value, f.decimals) as reproduces,
        coalesce(r.rule_id, 'plain') in ('plain', 'average.as_recognised', 'share.all', 'band.as_recognised')
            or (f.metric = 'province.avg_criteria_met' and r.rule_id = 'average.reviewed') as stated,
        f.note,
        f.source,
        f.confidence
    from staging.period p
    join ref.published_figure f on f.period = p.period
    join complete k on k.period = p.period
    left join recomputed r
        on r.period = f.period
        and r.metric = f.metric
        and (k.list_complete or not (f.metric in ('province.recognised', 'province.recognised_in_year', 'province.recognised_pct', 'province.avg_criteria_met_as_recognised')
            or f.metric like 'band_as_recognised.%'))
)
select
    c.period,
    c.figure_id,
    c.rule_id,
    c.name,
    c.metric,
    c.printed,
    c.value,
    c.decimals,
    g.name as rule_name,
    g.words as rule_words,
    c.stated,
    c.recomputed,
    c.reproduces,
    case
        when c.metric like 'document.%' then 'slip'
        when count(c.recomputed) over (partition by c.period, c.figure_id) = 0 then 'open'
        when count(case when c.reproduces then 1 end) over (partition by c.period, c.figure_id) > 0 then 'reproduced'
        else 'slip'
    end as verdict,
    c.note,
    c.source,
    c.confidence,
    c.figure_id as sort_figure,
    case when c.stated then 0 else 1 end as sort_stated,
    c.rule_id as sort_rule
from compared c
left join ref.counting_rule g on g.rule_id = c.rule_id
