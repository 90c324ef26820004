-- So với kỳ trước, xã nào đạt thêm hay mất tiêu chí?
-- Chỉ so khi cùng bộ tiêu chí và cùng địa giới (comparable).
select district_name, commune_name, criteria_met_before, criteria_met, criteria_met_change, gained_criteria, lost_criteria
from mart.commune_history
where period = coalesce(getvariable('ky'), (select period from ops.period order by ends_on desc limit 1))
    and (getvariable('huyen') is null or district_code = getvariable('huyen'))
    and (getvariable('xa') is null or commune_code = getvariable('xa')) and comparable and criteria_met_change <> 0
order by criteria_met_change, district_code, commune_code limit 15
