-- Phụ lục 2: việc nào quá hạn, cơ quan nào chủ trì?
-- Quá hạn xét tại ngày cuối kỳ.
select row_no, label, lead_department, deadline, communes_not_met, overdue
from mart.remediation
where period = coalesce(getvariable('ky'), (select period from ops.period order by ends_on desc limit 1)) and communes_not_met > 0
order by overdue desc, row_no limit 15
