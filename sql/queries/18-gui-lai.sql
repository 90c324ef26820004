-- Đơn vị gửi lại đã sửa những gì?
select period, district_name, commune_name, indicator_id, raw_text_before, raw_text_after, previous_file_name, file_name, cell
from mart.submission_change
order by period, district_code, commune_code, indicator_id
limit 15
