-- id: unit_converted
-- code: NTM-210
-- severity: info
-- message: Xã {commune_name}, chỉ tiêu {indicator_id}: ô ghi "{raw_text}", được đổi thành {value} {unit}
-- remedy: Nếu đổi đúng thì không phải làm gì; lần sau nên ghi thẳng theo đơn vị {unit}.
-- missing: skip
-- An amount written in another unit (đồng, triệu đồng a month) is brought to
-- the indicator's unit, and the conversion is said.
select o.period,
       c.district_code,
       o.commune_code,
       c.commune_name,
       o.indicator_id,
       coalesce(o.issue = 'unit_converted', false) as failed,
       o.submission_id,
       n.file_name,
       o.sheet,
       o.cell,
       o.raw_text,
       o.value,
       i.unit
from raw.observation o
join staging.counted n
  on n.period = o.period and n.commune_code = o.commune_code and n.submission_id = o.submission_id
join staging.commune c on c.period = o.period and c.commune_code = o.commune_code
join staging.period p on p.period = o.period and p.set_id = o.set_id
join ref.indicator i on i.set_id = o.set_id and i.indicator_id = o.indicator_id and i.value_kind = 'number'
where o.value is not null
