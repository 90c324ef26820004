-- id: qualified_value
-- code: NTM-212
-- severity: warning
-- message: Xã {commune_name}, chỉ tiêu {indicator_id}: {issue_message}
-- remedy: Ghi con số đúng, không kèm "trên", "dưới", "gần", "khoảng"; nếu chỉ biết là đạt hay chưa đạt thì ghi vào cột tự đánh giá. Ô đang được tính theo con số đã ghi.
-- missing: skip
-- "trên 1,72" where at most 4 is asked is read as 1.72 and met, although the
-- words allow what is not met. The figure counts as written, and each time it
-- is said where the word alone would decide otherwise.
select o.period,
       c.district_code,
       o.commune_code,
       c.commune_name,
       o.indicator_id,
       coalesce(o.issue = 'qualified_value', false) as failed,
       o.submission_id,
       n.file_name,
       o.sheet,
       o.cell,
       coalesce(o.issue_message, 'ghi "' || o.raw_text || '"') as issue_message
from raw.observation o
join staging.counted n
  on n.period = o.period and n.commune_code = o.commune_code and n.submission_id = o.submission_id
join staging.commune c on c.period = o.period and c.commune_code = o.commune_code
join staging.period p on p.period = o.period and p.set_id = o.set_id
where o.value is not null and o.indicator_id is not null
