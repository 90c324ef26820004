-- One row per period and commune recognised under the set in force: the rows of Phụ lục 1b, ordered as Phụ lục 1.
select
    s.period,
    s.commune_code,
    row_number() over (
        partition by s.period
        order by s.criteria_met desc nulls last, s.recognition_order, s.commune_code
    ) as stt,
    s.commune_name,
    s.district_code,
    s.district_name,
    s.recognised_year,
    s.recognised_under_set,
    s.criteria_met,
    s.failing_indicators,
    s.retained,
    s.criteria_unknown,
    s.recognition_note as note,
    s.recognition_illustrative as illustrative,
    row_number() over (
        partition by s.period
        order by s.criteria_met desc nulls last, s.recognition_order, s.commune_code
    ) as sort_stt
from mart.commune_summary s
join staging.period p on p.period = s.period
where s.recognised
    and s.recognised_under_set = p.in_force_set_id
