-- Xã nào đã công nhận mà nay không còn đạt đủ, vì chỉ tiêu nào, do đâu?
-- cause: value = số liệu giảm; rule = mức nâng lên hoặc chỉ tiêu mới; evidence = chỉ có tự đánh giá. Xã chưa đủ số liệu không có ở đây.
select district_name, commune_name, recognised_year, string_agg(indicator_id || ' (' || change_class || ', ' || cause || ')', '; ' order by criterion_no, indicator_id) as failing
from mart.slippage
where period = coalesce(getvariable('ky'), (select period from ops.period order by ends_on desc limit 1))
    and (getvariable('huyen') is null or district_code = getvariable('huyen'))
    and (getvariable('xa') is null or commune_code = getvariable('xa'))
    and (getvariable('chi_tieu') is null or indicator_id = getvariable('chi_tieu'))
group by district_code, district_name, commune_code, commune_name, recognised_year
order by district_code, commune_code
