-- Xã nào chỉ còn một chỉ tiêu là đạt đủ?
select district_name, commune_name, criteria_met, failing_indicators
from mart.commune_summary
where period = coalesce(getvariable('ky'), (select period from ops.period order by ends_on desc limit 1))
    and (getvariable('huyen') is null or district_code = getvariable('huyen'))
    and (getvariable('xa') is null or commune_code = getvariable('xa'))
    and reported and not recognised and failing_indicators <> '' and failing_indicators not like '%;%' and indicators_unknown = 0
order by district_code, commune_code
