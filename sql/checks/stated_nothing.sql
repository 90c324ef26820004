-- id: stated_nothing
-- code: NTM-111
-- severity: warning
-- message: {subject} xác nhận "{raw_text}"{effect}
-- remedy: Nếu kỳ này có số liệu (kể cả giữ nguyên như kỳ trước) thì ghi số liệu vào biểu và để trống ô xác nhận rồi gửi lại. Nếu đúng là không có gì để báo cáo thì không phải làm gì.
-- missing: skip
-- A sender, or a commune, may state that it has nothing to report: that is a
-- report, and not silence. The values of the period before are not carried
-- over, because nobody has said them about this period; where results are given
-- beside the statement, the results count and the two contradict each other.
with stated as (
    select o.period, o.submission_id, o.record_no, r.kind, o.district_code, o.commune_code, o.sheet, o.cell, o.raw_text
    from raw.observation o
    join raw.record r
      on r.period = o.period and r.submission_id = o.submission_id and r.record_no = o.record_no
     and r.kind in ('commune', 'sender')
    join ops.submission s on s.period = o.period and s.submission_id = o.submission_id and s.status = 'accepted'
    where o.measure = 'statement' and o.state = 'reported'
),
given as (
    select o.period, o.submission_id, o.commune_code, count(*) as cells
    from raw.observation o
    where o.measure in ('result', 'claim', 'secondary', 'criterion_claim') and o.state <> 'missing' and o.commune_code is not null
    group by o.period, o.submission_id, o.commune_code
)
-- Every accepted report is judged; each statement in one is a finding.
select s.period,
       s.district_code,
       t.commune_code,
       s.submission_id,
       s.file_name,
       t.sheet,
       t.cell,
       t.raw_text,
       t.submission_id is not null as failed,
       case when t.kind = 'commune' then 'Xã ' || max(c.commune_name)
            else coalesce(max(d.display_name), 'Đơn vị báo cáo') end as subject,
       case when sum(g.cells) > 0
            then ', nhưng vẫn ghi ' || cast(sum(g.cells) as varchar) || ' ô kết quả; số liệu đã ghi được tính'
            else '; không có số liệu kỳ này, số liệu kỳ trước không được chuyển sang' end as effect
from ops.submission s
left join stated t on t.period = s.period and t.submission_id = s.submission_id
left join staging.commune c on c.period = t.period and c.commune_code = t.commune_code
left join ref.district d on d.district_code = s.district_code
left join given g
  on g.period = t.period and g.submission_id = t.submission_id
 and (t.kind = 'sender' or g.commune_code = t.commune_code)
where s.status = 'accepted'
group by s.period, s.district_code, t.commune_code, s.submission_id, t.submission_id, t.record_no, t.kind, s.file_name, t.sheet, t.cell, t.raw_text
