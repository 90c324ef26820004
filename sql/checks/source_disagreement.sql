-- id: source_disagreement
-- code: NTM-491
-- severity: warning
-- message: Xã {commune_name}, chỉ tiêu {indicator_id}: {first_name} ghi {first_text} ({first_place}), {second_name} ghi {second_text} ({second_place}); đang tính theo {counted_name}
-- remedy: Hai đơn vị đối chiếu hồ sơ và thống nhất; đơn vị sai sửa rồi gửi lại. Số nào được tính trước do senders.department_first trong cấu hình.
-- missing: skip
-- parameter: tolerance = 0.5
-- A district and the department that leads an indicator speak of the same
-- thing: they disagree where one says met and the other not, or where their
-- figures are further apart than the tolerance, in the indicator's unit.
with pairs as (
    select a.period, a.district_code, a.commune_code, a.commune_name, a.indicator_id,
           a.sender_name as first_name, b.sender_name as second_name,
           coalesce(a.raw_text, '–') as first_text, coalesce(b.raw_text, '–') as second_text,
           concat_ws('!', a.file_name, nullif(a.sheet, ''), a.cell) as first_place,
           concat_ws('!', b.file_name, nullif(b.sheet, ''), b.cell) as second_place,
           case when b.counts then b.sender_name else a.sender_name end as counted_name,
           case when b.counts then a.submission_id else b.submission_id end as submission_id,
           case when b.counts then a.file_name else b.file_name end as file_name,
           case when b.counts then a.sheet else b.sheet end as sheet,
           case when b.counts then a.cell else b.cell end as cell,
           a.met as first_met, b.met as second_met, a.value as first_value, b.value as second_value
    from mart.source_comparison a
    join mart.source_comparison b
      on b.period = a.period and b.commune_code = a.commune_code and b.indicator_id = a.indicator_id
     and b.source = 'department' and b.leads
    where a.source <> 'department'
)
select *,
       case
           when first_met is null or second_met is null then null
           else first_met <> second_met
               or coalesce(abs(first_value - second_value)
                   > (select value from ref.check_parameter where check_id = 'source_disagreement' and name = 'tolerance'), false)
       end as failed
from pairs
