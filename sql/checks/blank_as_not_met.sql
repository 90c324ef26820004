-- id: blank_as_not_met
-- code: NTM-209
-- severity: warning
-- message: {subject}: các ô có ghi đều là dấu "{sign}", nên {blanks} ô trống được tính là Chưa đạt (từ ô {cell})
-- remedy: Nếu ô trống đúng là Chưa đạt thì không phải sửa, lần sau nên ghi rõ Đạt hoặc Chưa đạt. Nếu ô trống là chưa có số liệu thì ghi rõ các ô Đạt và Chưa đạt trong cột, rồi gửi lại.
-- missing: skip
-- Where every mark of a column (or of a whole table of claims by criterion) is
-- one and the same affirmative sign, the sender marked only what is met: blanks
-- there are counted as not met, with one finding for the column.
select c.period,
       s.district_code,
       case when count(distinct c.indicator_id) = 1 then min(c.indicator_id) end as indicator_id,
       c.submission_id,
       s.file_name,
       min(c.sheet) as sheet,
       coalesce(arg_min(c.cell, (c.row_no, c.col_no)) filter (where c.blank_means_no),
                arg_min(c.cell, (c.row_no, c.col_no))) as cell,
       bool_or(c.blank_means_no) as failed,
       count(*) filter (where c.blank_means_no) as blanks,
       min(lower(trim(c.raw_text))) filter (where c.state <> 'missing') as sign,
       case
           when count(distinct c.indicator_id) = 1 then 'Cột chỉ tiêu ' || min(c.indicator_id)
           when count(distinct c.criterion_no) = 1 then 'Cột tiêu chí ' || min(c.criterion_no)
           when c.layout = 'L4' then 'Bảng đánh giá theo tiêu chí'
           else 'Một cột kết quả'
       end as subject
from staging.cell c
join ops.submission s on s.period = c.period and s.submission_id = c.submission_id and s.status = 'accepted'
where c.layout <> 'L3'
  and c.measure in ('result', 'claim', 'criterion_claim')
group by c.period, s.district_code, c.submission_id, s.file_name, c.sheet_no, c.table_no, c.layout,
         -- A table of criterion claims is one column as far as its signs go.
         case when c.layout = 'L4' then 0 else c.col_no end, c.measure
having count(c.word) > 0
