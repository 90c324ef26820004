-- id: out_of_range
-- code: NTM-204
-- severity: error
-- message: Xã {commune_name}, chỉ tiêu {indicator_id}: {issue_message}
-- remedy: Kiểm tra lại số liệu gốc rồi sửa ô: tỷ lệ phải từ 0 đến 100%, thu nhập và số lượng không âm. Ô này chưa được tính.
-- missing: skip
-- A percentage lies between 0 and 100, an amount is not negative. What lies
-- outside is kept as written and not counted.
select o.period,
       c.district_code,
       o.commune_code,
       c.commune_name,
       o.indicator_id,
       coalesce(o.issue = 'out_of_range', false) as failed,
       o.submission_id,
       n.file_name,
       o.sheet,
       o.cell,
       coalesce(o.issue_message, '"' || o.raw_text || '" nằm ngoài khoảng cho phép') as issue_message
from raw.observation o
join staging.counted n
  on n.period = o.period and n.commune_code = o.commune_code and n.submission_id = o.submission_id
join staging.commune c on c.period = o.period and c.commune_code = o.commune_code
join staging.period p on p.period = o.period and p.set_id = o.set_id
where o.indicator_id is not null
  and (o.value is not null or o.issue = 'out_of_range')
