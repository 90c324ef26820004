-- One row per period, commune in force and indicator of the set in force: what is asked of this commune.
-- The nearest override wins: commune, class, group, district, year, province; an override without a threshold is ignored.
with requirement as (
    select
        c.period,
        c.commune_code,
        c.set_id,
        i.indicator_id,
        i.criterion_no,
        i.name as indicator_name,
        i.unit,
        i.value_kind,
        i.required_answer,
        i.not_applicable_allowed,
        i.comparator,
        i.threshold,
        i.sub_comparator,
        i.sub_threshold,
        coalesce(i.legal_basis, i.source) as threshold_source,
        i.confidence as threshold_confidence,
        i.sort_order as sort_indicator
    from staging.commune c
    join ref.indicator i on i.set_id = c.set_id
),
-- From the communes once more, and not from the rows above: what has a name for two readers is made for all periods.
override as (
    select
        c.period,
        c.commune_code,
        o.indicator_id,
        o.comparator,
        o.threshold,
        coalesce(o.legal_basis, o.source) as threshold_source,
        o.confidence as threshold_confidence,
        o.scope_kind,
        row_number() over (
            partition by c.period, c.commune_code, o.indicator_id
            order by
                case o.scope_kind
                    when 'commune' then 1
                    when 'commune_class' then 2
                    when 'commune_group' then 3
                    when 'district' then 4
                    when 'year' then 5
                    else 6
                end,
                o.valid_from desc nulls last,
                o.scope_value
        ) as nearness
    from staging.commune c
    join staging.period p on p.period = c.period
    join ref.threshold_override o
        on o.set_id = c.set_id
        and o.threshold is not null
        and (o.valid_from is null or o.valid_from <= p.ends_on)
        and (o.valid_to is null or o.valid_to >= p.ends_on)
        and o.scope_value = case o.scope_kind
            when 'commune' then c.commune_code
            when 'commune_class' then c.commune_class
            when 'commune_group' then c.commune_group
            when 'district' then c.district_code
            when 'year' then cast(year(p.ends_on) as string)
            when 'province' then '*'
        end
)
select
    r.period,
    r.commune_code,
    r.set_id,
    r.indicator_id,
    r.criterion_no,
    r.indicator_name,
    r.unit,
    r.value_kind,
    r.required_answer,
    r.not_applicable_allowed,
    coalesce(o.comparator, r.comparator) as comparator,
    coalesce(o.threshold, r.threshold) as threshold,
    r.sub_comparator,
    r.sub_threshold,
    coalesce(o.scope_kind, 'set') as threshold_scope,
    case when o.scope_kind is null then r.threshold_source else o.threshold_source end as threshold_source,
    case when o.scope_kind is null then r.threshold_confidence else o.threshold_confidence end as threshold_confidence,
    r.sort_indicator
from requirement r
left join override o
    on o.period = r.period
    and o.commune_code = r.commune_code
    and o.indicator_id = r.indicator_id
    and o.nearness = 1
