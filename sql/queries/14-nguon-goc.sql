-- Con số 15.1 của xã Vĩnh Tế lấy từ tệp, trang, ô nào; mức theo văn bản nào?
-- Mọi dòng kết quả đều chỉ được về ô của nó.
select period, value, raw_text, comparator || ' ' || threshold as required, threshold_source, threshold_confidence, file_name, sheet, cell
from mart.indicator_result
where (commune_code = getvariable('xa') or getvariable('xa') is null and commune_name = 'Vĩnh Tế')
    and indicator_id = coalesce(getvariable('chi_tieu'), '15.1')
    and (getvariable('ky') is null or period = getvariable('ky'))
