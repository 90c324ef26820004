-- Toàn tỉnh hiện có bao nhiêu xã được công nhận, bao nhiêu xã giữ vững, bình quân mấy tiêu chí?
-- Hai mẫu số của giữ vững: mọi xã đã công nhận, và xã công nhận theo bộ tiêu chí trước; chỉ gồm xã đã đủ số liệu, số còn lại ở undecided.
select period, communes_reported || '/' || communes as reported, recognised, round(recognised_pct, 2) as recognised_pct,
    retained || '/' || (retained + not_retained) as retained_of_all, retained_earlier || '/' || (retained_earlier + not_retained_earlier) as retained_of_earlier,
    retained_unknown as undecided, recognitions_to as list_to,
    round(avg_criteria_met, 1) as avg_reviewed, round(avg_criteria_met_as_recognised, 1) as avg_as_recognised
from mart.province_summary
where (getvariable('ky') is null or period = getvariable('ky'))
