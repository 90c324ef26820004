-- Mỗi phép kiểm tra đã xét bao nhiêu dòng, bao nhiêu sai, bao nhiêu bỏ qua vì thiếu số liệu?
select r.check_id, r.severity, r.evaluated, r.failed, r.skipped
from ops.check_result r
where r.run_id = (select run_id from ops.run order by started_at desc, run_id desc limit 1)
    and r.period = coalesce(getvariable('ky'), (select period from ops.period order by ends_on desc limit 1)) and r.failed > 0
order by r.failed desc, r.check_id limit 15
