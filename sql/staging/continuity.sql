-- One row per period, commune in force and commune that it was in the previous period. Mostly that is itself; after a
-- merger there are several, and of a commune that was divided only a part went here.
-- A code is given anew to another territory, so that it means a commune only on a day: a commune that the seeds say
-- continues others since the previous period is never held against the earlier owner of its code.
with joined as (
    select
        c.period,
        c.commune_code,
        p.previous_period,
        before.period as from_period,
        s.old_code,
        s.part
    from staging.commune c
    join staging.period p on p.period = c.period
    join staging.period before on before.period = p.previous_period
    left join ref.commune_successor s
        on s.new_code = c.commune_code
        and s.valid_from > before.ends_on
        and s.valid_from <= p.ends_on
),
counted as (
    select
        period,
        commune_code,
        count(old_code) as old_codes
    from joined
    group by period, commune_code
)
select
    j.period,
    j.commune_code,
    j.previous_period,
    b.commune_code as previous_commune_code,
    b.commune_name as previous_commune_name,
    case
        when j.old_code is null then 'same'
        when j.part = 'part' then 'part'
        when k.old_codes > 1 then 'merged'
        when j.old_code <> j.commune_code or b.commune_name <> c.commune_name then 'renamed'
        else 'same'
    end as continuity
from joined j
join counted k on k.period = j.period and k.commune_code = j.commune_code
join staging.commune c on c.period = j.period and c.commune_code = j.commune_code
-- Towns and wards that were merged in had nothing judged; they leave no row.
join staging.commune b
    on b.period = j.previous_period
    and b.commune_code = coalesce(j.old_code, j.commune_code)
