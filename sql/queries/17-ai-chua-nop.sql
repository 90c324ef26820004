-- Đơn vị nào chưa nộp, tệp nào bị trả lại, vì sao?
select e.name, e.reported, s.file_name, s.status, s.reason
from mart.expected_sender e
left join ops.submission s on s.period = e.period and s.sender_code = e.sender_code and s.status <> 'accepted'
where e.period = coalesce(getvariable('ky'), (select period from ops.period order by ends_on desc limit 1)) and (not e.reported or s.status is not null)
