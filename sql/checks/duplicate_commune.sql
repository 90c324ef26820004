-- id: duplicate_commune
-- code: NTM-110
-- severity: error
-- message: Xã {commune_name} được báo cáo nhiều lần trong kỳ ({subjects}): còn ở {others}. Chỉ một dòng được tính (báo cáo của chính huyện có xã, rồi dòng đứng trước)
-- remedy: Giữ lại một dòng đúng cho mỗi xã, bỏ các dòng còn lại rồi gửi lại.
-- missing: skip
-- A commune is reported once in a period: two rows of one report, or of reports
-- of two senders, may not say the same kind of thing about the same indicator;
-- both rows carry the error. Not a repetition: rows that share no indicator (a
-- table continued on a second sheet), tables of different standing (values, a
-- list of failing indicators, claims of criteria), a department beside a
-- district, and a later report of the same sender, which is a correction.
with said as (
    select o.period, o.commune_code, o.submission_id, o.record_no, o.measure, o.indicator_id,
           case when o.indicator_id is null then o.criterion_no end as criterion_no,
           case o.layout when 'L3' then 'list' when 'L4' then 'criteria' else 'values' end as standing,
           s.sender_kind = 'department' as department,
           coalesce(s.sender_kind, '') || ' ' || coalesce(s.sender_code, s.submission_id) as sender,
           s.seq
    from raw.observation o
    join ops.submission s
      on s.period = o.period and s.submission_id = o.submission_id and s.status in ('accepted', 'superseded')
    where o.commune_code is not null
      and o.state <> 'missing'
      and (o.indicator_id is not null or o.measure = 'criterion_claim')
),
-- What a sender said last about a commune.
latest as (
    select *
    from said
    qualify seq is not distinct from max(seq) over (partition by period, commune_code, sender)
),
shared as (
    select a.period, a.submission_id, a.record_no,
           b.submission_id as other_submission_id, b.record_no as other_record_no,
           count(distinct a.indicator_id) as indicators,
           count(distinct a.criterion_no) as criteria,
           min(a.indicator_id) as indicator_id,
           min(a.criterion_no) as criterion_no
    from latest a
    join latest b
      on b.period = a.period and b.commune_code = a.commune_code and b.measure = a.measure
     and b.indicator_id is not distinct from a.indicator_id
     and b.criterion_no is not distinct from a.criterion_no
     and b.standing = a.standing
     and b.department is not distinct from a.department
     and (b.submission_id = a.submission_id and b.record_no <> a.record_no or b.sender <> a.sender)
    group by a.period, a.submission_id, a.record_no, b.submission_id, b.record_no
),
repeated as (
    select h.period, h.submission_id, h.record_no,
           max(h.indicators) as indicators,
           max(h.criteria) as criteria,
           min(h.indicator_id) as indicator_id,
           min(h.criterion_no) as criterion_no,
           string_agg(case when h.other_submission_id = h.submission_id then '' else s.file_name || ', ' end
                      || case when r.sheet = '' then '' else 'trang "' || r.sheet || '", ' end
                      || 'ô ' || r.cell, '; '
                      order by h.other_submission_id <> h.submission_id, s.file_name, r.sheet_no, r.row_no) as others
    from shared h
    join raw.record r
      on r.period = h.period and r.submission_id = h.other_submission_id and r.record_no = h.other_record_no
    join ops.submission s on s.period = h.period and s.submission_id = h.other_submission_id
    group by h.period, h.submission_id, h.record_no
)
select r.period,
       c.district_code,
       r.commune_code,
       c.commune_name,
       r.submission_id,
       s.file_name,
       r.sheet,
       r.cell,
       d.record_no is not null as failed,
       d.others,
       case
           when d.indicators > 1 then d.indicators || ' chỉ tiêu'
           when d.indicator_id is not null then 'chỉ tiêu ' || d.indicator_id
           when d.criteria > 1 then d.criteria || ' tiêu chí'
           else 'tiêu chí ' || d.criterion_no
       end as subjects
from raw.record r
join ops.submission s on s.period = r.period and s.submission_id = r.submission_id and s.status = 'accepted'
join staging.commune c on c.period = r.period and c.commune_code = r.commune_code
left join repeated d on d.period = r.period and d.submission_id = r.submission_id and d.record_no = r.record_no
where r.kind = 'commune'
