-- id: missing_commune
-- code: NTM-102
-- severity: error
-- message: Xã {commune_name} ({district_name}) không có số liệu trong báo cáo kỳ này{written}
-- remedy: Bổ sung số liệu của xã rồi gửi lại; chỉ cần gửi phần của xã còn thiếu. Nếu xã đã có trong báo cáo nhưng sai tên thì sửa lại tên theo danh mục.
-- missing: skip
-- Every xã in force on the period's last day is reported. Where the whole
-- district is silent the district is the finding (missing_district), and its
-- communes are not judged one by one. Where the commune, or its sender for all
-- of them, states that there is nothing to report, the statement is the finding
-- (stated_nothing): that is not silence.
with heard as (
    select period, district_code, arg_max(submission_id, seq) as submission_id, arg_max(file_name, seq) as file_name
    from ops.submission
    where status in ('accepted', 'superseded') and sender_kind is distinct from 'department' and district_code is not null
    group by period, district_code
),
stated as (
    select distinct o.period, o.commune_code, case when o.commune_code is null then o.district_code end as whole_district
    from raw.observation o
    join ops.submission u on u.period = o.period and u.submission_id = o.submission_id and u.status = 'accepted'
    where o.measure = 'statement' and o.state = 'reported'
),
-- The commune's own row, when there is one and nothing is in it.
named as (
    select r.period, r.commune_code,
           arg_max(r.submission_id, (u.seq, -r.record_no)) as submission_id,
           arg_max(u.file_name, (u.seq, -r.record_no)) as file_name,
           arg_max(r.sheet, (u.seq, -r.record_no)) as sheet,
           arg_max(r.cell, (u.seq, -r.record_no)) as cell
    from raw.record r
    join ops.submission u on u.period = r.period and u.submission_id = r.submission_id and u.status in ('accepted', 'superseded')
    where r.kind = 'commune' and r.commune_code is not null
    group by r.period, r.commune_code
)
select s.period,
       s.district_code,
       s.district_name,
       s.commune_code,
       s.commune_name,
       case when s.reported then false
            when exists (select 1 from stated t where t.period = s.period
                         and (t.commune_code = s.commune_code or t.whole_district = s.district_code)) then false
            when h.district_code is not null then true end as failed,
       coalesce(n.submission_id, h.submission_id) as submission_id,
       coalesce(n.file_name, h.file_name) as file_name,
       n.sheet,
       n.cell,
       case when n.commune_code is null then '' else ': có tên xã nhưng các ô đều trống' end as written
from mart.commune_summary s
left join heard h on h.period = s.period and h.district_code = s.district_code
left join named n on n.period = s.period and n.commune_code = s.commune_code
