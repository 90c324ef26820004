-- One row per period and target that holds on its last day: plan against result. reached is NULL while the result is
-- not known, and while what is not known may still decide it.
select
    p.period,
    t.target_id,
    t.name,
    t.scope_kind,
    t.scope_value,
    d.district_name,
    t.metric,
    t.comparator,
    t.value as planned,
    h.value as result,
    h.value - t.value as difference,
    case
        when h.value is null then null
        when t.comparator = '>=' and round(h.least, 9) >= round(t.value, 9) then true
        when t.comparator = '>=' and round(h.most, 9) < round(t.value, 9) then false
        when t.comparator = '<=' and round(h.most, 9) <= round(t.value, 9) then true
        when t.comparator = '<=' and round(h.least, 9) > round(t.value, 9) then false
    end as reached,
    t.valid_from,
    t.valid_to,
    t.legal_basis,
    t.source,
    t.confidence,
    t.target_id as sort_target
from staging.period p
join ref.target t
    on (t.valid_from is null or t.valid_from <= p.ends_on)
    and (t.valid_to is null or t.valid_to >= p.ends_on)
left join mart.headline h
    on h.period = p.period
    and h.scope_kind = t.scope_kind
    and h.scope_value = coalesce(t.scope_value, '')
    and h.metric = t.metric
left join (select distinct period, district_code, district_name from staging.commune) d
    on d.period = p.period
    and d.district_code = t.scope_value
