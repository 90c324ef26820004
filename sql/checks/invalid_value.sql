-- id: invalid_value
-- code: NTM-201
-- severity: error
-- message: Xã {commune_name}, {subject}: {issue_message}
-- remedy: Sửa ô theo đúng kiểu của chỉ tiêu: một con số (ví dụ 86,57), hoặc Đạt / Chưa đạt; không thuộc diện thì ghi "không áp dụng". Ô này chưa được tính.
-- missing: skip
-- What is written in a cell is understood, or is kept as text and named here;
-- it is never guessed. One finding a cell, also where one cell speaks for many
-- indicators. In a yes/no indicator a sentence that is no verdict is a note,
-- not a fault, where the verdict beside it decides.
with written as (
    select o.period, o.commune_code, o.submission_id, n.file_name, o.sheet, o.cell,
           min(o.indicator_id) as indicator_id,
           max(o.indicator_id) as last_indicator_id,
           min(o.criterion_no) as criterion_no,
           max(o.criterion_no) as last_criterion_no,
           bool_or(o.state = 'invalid' and coalesce(nullif(o.issue, ''), 'invalid_value') = 'invalid_value'
                   and k.indicator_id is null) as failed,
           min(o.issue_message) filter (where o.state = 'invalid') as issue_message
    from raw.observation o
    join staging.counted n
      on n.period = o.period and n.commune_code = o.commune_code and n.submission_id = o.submission_id
    join staging.period p on p.period = o.period
    left join mart.indicator_result k
      on k.period = o.period and k.commune_code = o.commune_code and k.indicator_id = o.indicator_id
     and k.value_kind = 'boolean' and k.met_basis = 'claim' and o.measure = 'result'
    where o.state <> 'missing'
      -- An indicator of another set is set_mismatch, once for its column.
      and (o.set_id = p.set_id or o.indicator_id is null and o.criterion_no is null)
    group by o.period, o.commune_code, o.submission_id, n.file_name, o.sheet, o.cell
)
select w.period,
       c.district_code,
       w.commune_code,
       c.commune_name,
       case when w.indicator_id = w.last_indicator_id then w.indicator_id end as indicator_id,
       w.failed,
       w.submission_id,
       w.file_name,
       w.sheet,
       w.cell,
       case
           when w.indicator_id = w.last_indicator_id then 'chỉ tiêu ' || w.indicator_id
           when w.indicator_id is null and w.criterion_no = w.last_criterion_no then 'tiêu chí ' || w.criterion_no
           else 'ô ' || w.cell
       end as subject,
       w.issue_message
from written w
join staging.commune c on c.period = w.period and c.commune_code = w.commune_code
