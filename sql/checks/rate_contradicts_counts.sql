-- id: rate_contradicts_counts
-- code: NTM-211
-- severity: warning
-- message: Xã {commune_name}, chỉ tiêu {indicator_id}: ghi {value}% nhưng {numerator}/{denominator} là {rate}%{crossing}
-- remedy: Kiểm tra tỷ lệ, tử số và mẫu số của chỉ tiêu; sửa số sai rồi gửi lại.
-- missing: skip
-- parameter: rounding = 0.005
-- A rate and the counts behind it agree up to rounding: half a unit of the
-- last decimal place that the rate was written with, and at least the
-- parameter. They also agree on whether the requirement is met: 84.6 written as
-- 85 is more than rounding where 85 is asked.
with counts as (
    select period, commune_code, indicator_id,
           max(case when measure = 'numerator' then value end) as numerator,
           max(case when measure = 'denominator' then value end) as denominator,
           arg_min(submission_id, measure) as submission_id
    from staging.chosen
    where measure in ('numerator', 'denominator') and indicator_id is not null and state = 'reported'
    group by period, commune_code, indicator_id
),
compared as (
    select r.period, r.district_code, r.commune_code, r.commune_name, r.indicator_id, r.submission_id, r.file_name, r.sheet, r.cell,
           r.value, r.comparator, r.threshold, k.numerator, k.denominator,
           case when k.denominator > 0 then 100.0 * k.numerator / k.denominator end as exact,
           -- Decimal places of the value as written: none for 87, two for 86.57.
           case when r.value = floor(r.value) then 0
                else length(split_part(cast(r.value as varchar), '.', 2)) end as decimals
    from mart.indicator_result r
    join counts k
      on k.period = r.period and k.commune_code = r.commune_code and k.indicator_id = r.indicator_id
     and k.submission_id = r.submission_id
    where r.value_kind = 'percent'
),
sided as (
    select c.*,
           case c.comparator
               when '>=' then (round(c.value, 9) >= round(c.threshold, 9)) <> (round(c.exact, 9) >= round(c.threshold, 9))
               when '>' then (round(c.value, 9) > round(c.threshold, 9)) <> (round(c.exact, 9) > round(c.threshold, 9))
               when '<=' then (round(c.value, 9) <= round(c.threshold, 9)) <> (round(c.exact, 9) <= round(c.threshold, 9))
               when '<' then (round(c.value, 9) < round(c.threshold, 9)) <> (round(c.exact, 9) < round(c.threshold, 9))
           end as crosses
    from compared c
)
select s.period,
       s.district_code,
       s.commune_code,
       s.commune_name,
       s.indicator_id,
       s.submission_id,
       s.file_name,
       s.sheet,
       s.cell,
       s.value,
       s.numerator,
       s.denominator,
       round(s.exact, 2) as rate,
       case when s.value is null or s.exact is null then null
            else abs(s.value - s.exact) > greatest(p.value, 0.5 * power(10, -s.decimals)) + 1e-9 or coalesce(s.crosses, false)
       end as failed,
       case when s.crosses then ', kết luận theo hai cách khác nhau' else '' end as crossing
from sided s
join ref.check_parameter p on p.check_id = 'rate_contradicts_counts' and p.name = 'rounding'
