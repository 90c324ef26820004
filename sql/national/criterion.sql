-- One row per period, set and criterion: how many communes of all provinces meet it; met_pct is of those with data.
select
    r.period,
    r.set_id,
    r.criterion_no,
    max(r.criterion_name) as criterion_name,
    count(*) as communes,
    count(case when s.reported then 1 end) as communes_reported,
    count(case when r.met = true then 1 end) as met,
    count(case when r.met = false then 1 end) as not_met,
    count(case when r.met is null then 1 end) as unknown,
    case when count(r.met) > 0 then 100 * count(case when r.met = true then 1 end) / nullif(count(case when s.reported then 1 end), 0) end as met_pct
from mart.criterion_result r
join mart.commune_summary s on s.province = r.province and s.period = r.period and s.commune_code = r.commune_code
group by r.period, r.set_id, r.criterion_no
order by r.period, r.set_id, r.criterion_no
