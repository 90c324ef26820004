-- Xã đã công nhận nào có nguy cơ không giữ vững?
-- signs = sát mức + đang giảm + dễ biến động; công thức ghi ở cột formula.
select district_name, commune_name, indicator_id, value, threshold, round(gap, 2) as gap, thin, falling, volatile, formula
from mart.risk
where period = coalesce(getvariable('ky'), (select period from ops.period order by ends_on desc limit 1))
    and (getvariable('huyen') is null or district_code = getvariable('huyen'))
    and (getvariable('xa') is null or commune_code = getvariable('xa'))
    and (getvariable('chi_tieu') is null or indicator_id = getvariable('chi_tieu')) and recognised and signs >= 2
order by signs desc, gap, commune_code, indicator_id limit 15
