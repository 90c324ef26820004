-- Với tiêu chí hộ nghèo và bảo hiểm y tế, mỗi xã còn thiếu bao nhiêu so với mức?
-- gap tính bằng đơn vị của chỉ tiêu; short_count là số người, số hộ khi biết mẫu số.
select district_name, commune_name, indicator_id, value, comparator || ' ' || threshold as required, round(gap, 2) as gap, unit, short_count
from mart.unmet
where period = coalesce(getvariable('ky'), (select period from ops.period order by ends_on desc limit 1))
    and (getvariable('huyen') is null or district_code = getvariable('huyen'))
    and (getvariable('xa') is null or commune_code = getvariable('xa')) and (indicator_id = getvariable('chi_tieu') or getvariable('chi_tieu') is null and indicator_id in ('11', '15.1')) and value is not null
order by gap, commune_code limit 15
