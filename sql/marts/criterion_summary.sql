-- One row per period and criterion of the set in force: how many communes meet it.
-- communes is all in force; unknown holds the communes without data too; met_pct is the share of the communes with data,
-- NULL where none of them is decided.
select
    r.period,
    r.criterion_no,
    r.criterion_name,
    count(*) as communes,
    count(case when s.reported then 1 end) as communes_reported,
    count(case when r.met = true then 1 end) as met,
    count(case when r.met = false then 1 end) as not_met,
    count(case when r.met is null then 1 end) as unknown,
    case when count(r.met) > 0 then 100 * count(case when r.met = true then 1 end) / nullif(count(case when s.reported then 1 end), 0) end as met_pct,
    r.criterion_no as sort_criterion
from mart.criterion_result r
join mart.commune_summary s
    on s.period = r.period
    and s.commune_code = r.commune_code
group by r.period, r.criterion_no, r.criterion_name
