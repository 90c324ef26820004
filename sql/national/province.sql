-- One row per period and province whose lake holds it: the province's own summary, with its name.
select
    s.period,
    s.province as province_code,
    coalesce(p.name, s.province) as province_name,
    s.set_id,
    s.communes,
    s.communes_reported,
    s.recognised,
    s.recognised_pct,
    s.retained,
    s.retained_unknown,
    s.communes_full,
    s.avg_criteria_met,
    s.avg_criteria_met_as_recognised
from mart.province_summary s
left join (
    select province, province_code, max(name) as name from ref.province group by province, province_code
) p on p.province = s.province and p.province_code = s.province
order by s.period, s.province
