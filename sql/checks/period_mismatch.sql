-- id: period_mismatch
-- code: NTM-106
-- severity: error
-- message: Báo cáo {file_name} ghi kỳ khác với kỳ đang tổng hợp
-- remedy: Kiểm tra kỳ báo cáo ghi ở tiêu đề, tên tệp và thư mục; sửa cho thống nhất rồi gửi lại.
-- missing: skip
-- The period that a report states is the period of the run. Labels are compared
-- where the file is read, and what differs there is a finding already, with its
-- cell (raw.issue); the reports counted here are those that it found right.
select s.period,
       s.district_code,
       s.submission_id,
       s.file_name,
       false as failed
from ops.submission s
left join raw.issue i
       on i.period = s.period and i.submission_id = s.submission_id and i.check_id = 'period_mismatch'
where i.check_id is null
  and s.status <> 'duplicate'
