-- id: scale_inferred
-- code: NTM-202
-- severity: warning
-- message: Xã {commune_name}, chỉ tiêu {indicator_id}: ô ghi {raw_text}, được đọc là {value}%
-- remedy: Ghi tỷ lệ theo phần trăm (86,57) hoặc định dạng ô là phần trăm. Nếu cách đọc trên sai thì sửa ô rồi gửi lại.
-- missing: skip
-- A fraction between 0 and 1 in a percent column, where so low a percentage
-- would be far from the required level, was written as a share of one: it is
-- read as a percentage, and each time said so.
select o.period,
       c.district_code,
       o.commune_code,
       c.commune_name,
       o.indicator_id,
       coalesce(o.issue = 'scale_inferred', false) as failed,
       o.submission_id,
       n.file_name,
       o.sheet,
       o.cell,
       replace(o.raw_text, '.', ',') as raw_text,
       o.value
from raw.observation o
join staging.counted n
  on n.period = o.period and n.commune_code = o.commune_code and n.submission_id = o.submission_id
join staging.commune c on c.period = o.period and c.commune_code = o.commune_code
join staging.period p on p.period = o.period and p.set_id = o.set_id
join ref.indicator i on i.set_id = o.set_id and i.indicator_id = o.indicator_id and i.value_kind = 'percent'
where o.value is not null
