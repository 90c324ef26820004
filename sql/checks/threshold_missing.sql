-- id: threshold_missing
-- code: NTM-308
-- severity: error
-- message: Chỉ tiêu {indicator_id} ({indicator_name}) chưa có mức quy định trong danh mục của bộ {set_id}{some}: chưa đánh giá được
-- remedy: Văn phòng tổng hợp bổ sung mức vào indicators.csv hoặc threshold_overrides.csv (thư mục seeds.dir), kèm căn cứ pháp lý, rồi chạy lại. Đơn vị báo cáo không phải sửa gì; trong khi chờ, không ai bị tính là Đạt hay Chưa đạt chỉ tiêu này.
-- missing: skip
-- Every indicator that asks for a number has a level for every commune. Where
-- the seeds know none nothing is judged, and it is said once an indicator.
select r.period,
       r.indicator_id,
       r.indicator_name,
       r.set_id,
       case when count(*) filter (where r.threshold_missing) < count(*)
            then ' cho ' || count(*) filter (where r.threshold_missing) || '/' || count(*) || ' xã' else '' end as some,
       bool_or(r.threshold_missing) as failed
from mart.indicator_result r
where r.value_kind <> 'boolean'
group by r.period, r.indicator_id, r.indicator_name, r.set_id
