-- id: recognised_not_retained
-- code: NTM-303
-- severity: warning
-- message: Xã {commune_name} (công nhận năm {recognised_year}) chưa giữ vững: đạt {criteria_met}/{criteria_total} tiêu chí; chưa đạt {failing}
-- remedy: Không phải sửa số liệu nếu số liệu đúng. Xã lập kế hoạch khắc phục các chỉ tiêu đã nêu theo thời hạn của Phụ lục 2.
-- missing: skip
-- A recognised commune keeps meeting every criterion of the set now in force.
-- One criterion not met decides it; where none fails but some are unknown,
-- nothing is judged. The reasons are told apart: an indicator that is new, a
-- level that was raised, or an indicator that has not changed.
with judged as (
    select period, commune_code,
           count(*) filter (where met) as met,
           count(*) filter (where not met) as not_met,
           count(*) filter (where met is null) as unknown
    from mart.criterion_result
    group by period, commune_code
),
failing as (
    select r.period, r.commune_code, coalesce(i.change_class, '') as change_class,
           string_agg(r.indicator_id, '; ' order by try_cast(i.sort_order as integer), r.indicator_id) as ids,
           arg_min(r.submission_id, try_cast(i.sort_order as integer)) as submission_id,
           arg_min(r.file_name, try_cast(i.sort_order as integer)) as file_name
    from mart.indicator_result r
    join ref.indicator i on i.set_id = r.set_id and i.indicator_id = r.indicator_id
    where not r.met
    group by r.period, r.commune_code, coalesce(i.change_class, '')
),
reasons as (
    select period, commune_code,
           string_agg(
               ids || case change_class
                          when 'new' then ' (chỉ tiêu mới)'
                          when 'raised' then ' (mức nâng cao)'
                          when 'unchanged' then ' (không thay đổi)'
                          else '' end,
               ', ' order by case change_class when 'unchanged' then 1 when 'raised' then 2 when 'new' then 3 end) as ids,
           min(submission_id) as submission_id,
           min(file_name) as file_name
    from failing
    group by period, commune_code
)
select s.period,
       s.district_code,
       s.commune_code,
       s.commune_name,
       s.recognised_year,
       s.criteria_met,
       s.criteria_total,
       f.submission_id,
       f.file_name,
       -- A criterion may fail by the sender's judgement of the criterion alone.
       coalesce(f.ids, 'tiêu chí ' || nullif(s.failing_criteria, ''), 'theo tự đánh giá') as failing,
       case when j.not_met > 0 then true when s.reported and j.unknown = 0 and j.met > 0 then false end as failed
from mart.commune_summary s
left join judged j on j.period = s.period and j.commune_code = s.commune_code
left join reasons f on f.period = s.period and f.commune_code = s.commune_code
where s.recognised
