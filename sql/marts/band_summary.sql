-- One row per period and band of the set in force, also where no commune is in it.
-- communes: by criteria met against the set in force, over the communes with data, so that the bands may add up to fewer
-- than all. communes_as_recognised: every recognised commune counts in the full band, with data or without.
select
    p.period,
    b.band,
    b.label,
    count(case when s.band = b.band then 1 end) as communes,
    count(
        case
            when s.recognised and b.max_criteria = s.criteria_total then 1
            when not s.recognised and s.band = b.band then 1
        end
    ) as communes_as_recognised,
    b.sort_order as sort_band
from staging.period p
join ref.band b on b.set_id = p.set_id
left join mart.commune_summary s on s.period = p.period
group by p.period, b.band, b.label, b.sort_order
