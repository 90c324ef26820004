-- id: correction_not_applied
-- code: NTM-501
-- severity: error
-- message: Đính chính ở dòng {line} của corrections.csv ({document}) không áp dụng được: {why_not}
-- remedy: Sửa dòng đính chính cho khớp với báo cáo đang được tính rồi chạy lại; nếu đơn vị đã gửi lại báo cáo đúng thì bỏ dòng này.
-- missing: skip
-- A correction says what the report says now, so that it never changes
-- something else; one that no longer fits is somebody's task.
select x.period,
       x.district_code,
       x.commune_code,
       x.indicator_id,
       x.line,
       coalesce(x.document_no, 'không ghi văn bản') as document,
       coalesce(x.said, '') as why_not,
       x.status <> 'applied' as failed
from mart.correction x
