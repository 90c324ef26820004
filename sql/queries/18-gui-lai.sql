-- Đơn vị gửi lại đã sửa những gì?
select period, district_name, commune_name, indicator_id, raw_text_before, raw_text_after, previous_file_name, file_name, cell
from mart.submission_change
where (getvariable('ky') is null or period = getvariable('ky'))
    and (getvariable('huyen') is null or district_code = getvariable('huyen'))
    and (getvariable('xa') is null or commune_code = getvariable('xa'))
    and (getvariable('chi_tieu') is null or indicator_id = getvariable('chi_tieu'))
order by period, district_code, commune_code, indicator_id
limit 15
