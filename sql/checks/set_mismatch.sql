-- id: set_mismatch
-- code: NTM-108
-- severity: error
-- message: Chỉ tiêu {indicator_id} không có trong bộ tiêu chí {set_id} đang áp dụng cho kỳ này; {cells} ô số liệu không được tính
-- remedy: Dùng số hiệu chỉ tiêu của bộ tiêu chí đang áp dụng cho kỳ báo cáo; nếu đơn vị dùng biểu mẫu cũ thì chuyển số liệu sang biểu mẫu mới rồi gửi lại.
-- missing: skip
-- A report speaks of the indicators of the criteria set in force on the
-- period's last day. One finding for each indicator of a table that is not of
-- that set; its figures are not counted. Headings whose id is of no set at all
-- are findings already, made where the file is read.
with told as (
    select o.period, o.submission_id, o.table_no, o.indicator_id,
           arg_min(o.sheet, (o.sheet_no, o.row_no, o.col_no)) as sheet,
           arg_min(o.cell, (o.sheet_no, o.row_no, o.col_no)) as cell,
           count(*) filter (where o.state <> 'missing') as cells,
           max(o.set_id) as told_set_id
    from raw.observation o
    where o.indicator_id is not null
    group by o.period, o.submission_id, o.table_no, o.indicator_id
)
select t.period,
       s.district_code,
       t.indicator_id,
       p.in_force_set_id as set_id,
       t.submission_id,
       s.file_name,
       t.sheet,
       t.cell,
       t.cells,
       i.indicator_id is null or t.told_set_id is distinct from p.in_force_set_id as failed
from told t
join ops.submission s on s.period = t.period and s.submission_id = t.submission_id and s.status = 'accepted'
join staging.period p on p.period = t.period
left join ref.indicator i on i.set_id = p.in_force_set_id and i.indicator_id = t.indicator_id
