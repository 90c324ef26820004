-- id: missing_indicator
-- code: NTM-103
-- severity: warning
-- message: Xã {commune_name} chưa có số liệu chỉ tiêu {indicator_id} ({indicator_name}){instead}
-- remedy: Điền số liệu hoặc kết quả Đạt / Chưa đạt rồi gửi lại; chỉ tiêu không thuộc diện thì ghi "không áp dụng". Chỉ tiêu để trống không được tính là Đạt.
-- missing: skip
-- A commune that reports says something about every indicator of the set in
-- force. A commune without any figure is one missing_commune and is not judged
-- here. Where the sender judged the whole criterion and gave no figure for any
-- of its indicators, the criterion follows that judgement and the gap is only
-- mentioned.
select i.period,
       i.district_code,
       i.commune_code,
       i.commune_name,
       i.indicator_id,
       i.indicator_name,
       case when s.reported then i.state = 'missing' end as failed,
       case when k.met_source = 'claim' then 'info' else 'warning' end as severity,
       case when k.met_source = 'claim'
            then '; tiêu chí ' || i.criterion_no || ' được tính theo tự đánh giá của đơn vị' else '' end as instead,
       i.submission_id,
       i.file_name,
       -- The empty cell where the table has one, else the judgement that counts in its place.
       case when i.cell is null then k.claim_sheet else i.sheet end as sheet,
       coalesce(i.cell, k.claim_cell) as cell
from mart.indicator_result i
join mart.commune_summary s on s.period = i.period and s.commune_code = i.commune_code
join mart.criterion_result k
  on k.period = i.period and k.commune_code = i.commune_code and k.criterion_no = i.criterion_no
