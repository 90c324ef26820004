-- id: restated_previous
-- code: NTM-309
-- severity: warning
-- message: Xã {commune_name}, chỉ tiêu {indicator_id}: cột kỳ trước ghi {stated_text}, số đã công bố của {stated_label} là {published_text}
-- remedy: Đối chiếu hồ sơ của kỳ trước. Số đã công bố không tự thay đổi: nếu số đó sai thì gửi lại báo cáo của kỳ trước để đính chính; nếu đúng thì sửa cột kỳ trước trong báo cáo này.
-- missing: skip
-- A report that shows an earlier period beside its own figures repeats what that
-- period was published with. Both are held as Excel compares them, at nine
-- decimals. Where the period is not in the warehouse, or has no figure for the
-- commune and the indicator, there is nothing to judge. Of several periods that
-- end on the day stated, the one of this period's own length goes first. Between
-- two criteria sets the concept is what is the same, and a commune is the same
-- where its name is: codes were given a second time.
with stated as (
    select o.period,
           o.submission_id,
           o.commune_code,
           o.indicator_id,
           o.sheet,
           o.cell,
           o.value,
           o.stated_on,
           o.set_id,
           s.file_name,
           c.district_code,
           c.commune_name,
           i.concept_key,
           i.unit
    from raw.aside o
    join ops.submission s on s.period = o.period and s.submission_id = o.submission_id and s.status = 'accepted'
    join staging.commune c on c.period = o.period and c.commune_code = o.commune_code
    join ref.indicator i on i.set_id = o.set_id and i.indicator_id = o.indicator_id
    where o.standing = 'earlier' and o.measure = 'result' and o.value is not null
),
held as (
    select t.period, t.submission_id, t.sheet, t.cell, t.commune_code, t.indicator_id,
           p.period as stated_period,
           coalesce(p.label, 'kỳ ' || p.period) as stated_label,
           b.value as published,
           row_number() over (
               partition by t.period, t.submission_id, t.sheet, t.cell, t.commune_code, t.indicator_id
               order by case when p.granularity = here.granularity then 1 else 2 end, p.period, b.indicator_id
           ) as place
    from stated t
    join ops.period here on here.period = t.period
    join ops.period p on p.ends_on = t.stated_on and p.period <> t.period
    join mart.indicator_result b on b.period = p.period and b.commune_code = t.commune_code and b.commune_name = t.commune_name
    join ref.indicator j on j.set_id = b.set_id and j.indicator_id = b.indicator_id
    where b.value is not null
      and j.unit is not distinct from t.unit
      and (b.set_id = t.set_id and b.indicator_id = t.indicator_id or b.set_id <> t.set_id and j.concept_key = t.concept_key)
)
select t.period,
       t.district_code,
       t.commune_code,
       t.commune_name,
       t.indicator_id,
       t.submission_id,
       t.file_name,
       t.sheet,
       t.cell,
       h.stated_period,
       h.stated_label,
       replace(regexp_replace(format('{:.9f}', t.value), '\.?0+$', ''), '.', ',') || case when t.unit = '%' then '%' else coalesce(' ' || nullif(t.unit, ''), '') end as stated_text,
       replace(regexp_replace(format('{:.9f}', h.published), '\.?0+$', ''), '.', ',') || case when t.unit = '%' then '%' else coalesce(' ' || nullif(t.unit, ''), '') end as published_text,
       case when h.published is not null then round(t.value, 9) <> round(h.published, 9) end as failed
from stated t
left join held h
    on h.period = t.period
    and h.submission_id = t.submission_id
    and h.sheet = t.sheet
    and h.cell = t.cell
    and h.commune_code = t.commune_code
    and h.indicator_id = t.indicator_id
    and h.place = 1
