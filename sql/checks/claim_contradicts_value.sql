-- id: claim_contradicts_value
-- code: NTM-205
-- severity: error
-- message: Xã {commune_name}, {subject}: {reported} là {result}, nhưng đơn vị tự đánh giá {claim}{claim_place}
-- remedy: Xem lại số liệu và kết luận, sửa chỗ sai rồi gửi lại. Trong khi chờ, kết quả được tính theo số liệu.
-- missing: skip
-- The sender's verdict agrees with what the sender reports: of an indicator,
-- with its value against the level asked of the commune (or with the word in
-- the result column); of a whole criterion, with its indicators. Where both are
-- decided and differ, the figures count.
with claim_cell as (
    select period, commune_code, indicator_id, sheet, cell
    from staging.chosen
    where measure = 'claim' and indicator_id is not null
),
-- What decided: the value, the secondary value that falls short, or the word in the result column.
decided as (
    select r.*,
           case r.met_basis when 'value' then r.value when 'secondary' then r.secondary_value end as figure,
           case r.met_basis when 'secondary' then r.sub_threshold else r.threshold end as level,
           case case r.met_basis when 'secondary' then r.sub_comparator else r.comparator end
               when '>=' then '≥' when '<=' then '≤' when '>' then '>' when '<' then '<' when '=' then '=' end as sign,
           case r.value_kind when 'percent' then '%' when 'number' then ' ' || r.unit else '' end as unit_text
    from mart.indicator_result r
    where r.met_basis in ('value', 'secondary', 'word')
),
-- Numbers as they are read here: a decimal comma, no trailing zeros.
worded as (
    select d.*,
           replace(regexp_replace(format('{:.6f}', d.figure), '\.?0+$', ''), '.', ',') || d.unit_text as figure_text,
           d.sign || ' ' || replace(regexp_replace(format('{:.6f}', d.level), '\.?0+$', ''), '.', ',') || d.unit_text as level_text
    from decided d
)
select r.period,
       r.district_code,
       r.commune_code,
       r.commune_name,
       r.indicator_id,
       'chỉ tiêu ' || r.indicator_id as subject,
       case r.met_basis
           when 'word' then 'kết quả ghi "' || r.raw_text || '"'
           when 'secondary' then 'số liệu kèm theo ' || r.figure_text
           else 'số liệu ' || r.figure_text
       end
       || case
              when r.met_basis = 'word' then ''
              -- A count of what should not be there at all.
              when r.value_kind = 'boolean' then ' (phải bằng 0)'
              else ' (mức ' || r.level_text || ')'
          end as reported,
       case when r.met then 'Đạt' else 'Chưa đạt' end as result,
       case when r.claim_met then 'Đạt' else 'Chưa đạt' end as claim,
       case
           when c.cell is null or c.cell = r.cell and c.sheet = r.sheet then ''
           when c.sheet = r.sheet then ' (ô ' || c.cell || ')'
           else ' (trang "' || c.sheet || '", ô ' || c.cell || ')'
       end as claim_place,
       case when r.claim_explicit then r.claim_met <> r.met end as failed,
       r.submission_id,
       r.file_name,
       r.sheet,
       r.cell
from worded r
left join claim_cell c
       on c.period = r.period and c.commune_code = r.commune_code and c.indicator_id = r.indicator_id
union all by name
select r.period,
       r.district_code,
       r.commune_code,
       r.commune_name,
       'tiêu chí ' || r.criterion_no as subject,
       r.indicators_met || '/' || r.indicators_total || ' chỉ tiêu đạt, kết quả' as reported,
       case when r.met then 'Đạt' else 'Chưa đạt' end as result,
       case when r.criterion_claim then 'Đạt' else 'Chưa đạt' end as claim,
       '' as claim_place,
       r.criterion_claim <> r.met as failed,
       r.claim_submission_id as submission_id,
       r.claim_file_name as file_name,
       r.claim_sheet as sheet,
       r.claim_cell as cell
from mart.criterion_result r
where r.criterion_claim is not null and r.met_source = 'indicators'
