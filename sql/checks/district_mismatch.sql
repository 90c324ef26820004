-- id: district_mismatch
-- code: NTM-107
-- severity: warning
-- message: Tên huyện trong báo cáo {file_name} không thống nhất
-- remedy: Kiểm tra tên huyện ghi ở tiêu đề và tên tệp; sửa cho thống nhất rồi gửi lại.
-- missing: skip
-- The district named in a report's title is the one that its file and folder
-- name. Names are compared where the file is read, and what differs there is a
-- finding already, with its cell (raw.issue); the reports counted here are
-- those that it found right.
select s.period,
       s.district_code,
       s.submission_id,
       s.file_name,
       false as failed
from ops.submission s
left join raw.issue i
       on i.period = s.period and i.submission_id = s.submission_id and i.check_id = 'district_mismatch'
where i.check_id is null
  and s.status <> 'duplicate'
