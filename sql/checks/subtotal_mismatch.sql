-- id: subtotal_mismatch
-- code: NTM-207
-- severity: warning
-- message: Dòng "{label}", {subject}: ghi {written}, tính từ các dòng của bảng là {expected}
-- remedy: Tính lại dòng cộng, hoặc sửa số liệu của xã bị sai, rồi gửi lại. Kết quả của tỉnh được tính từ các dòng xã, không lấy theo dòng cộng.
-- missing: skip
-- parameter: tolerance = 0.005
-- A row of totals says what the rows of its table add up to, as written, with
-- communes that were recognised or not. A total in the middle stands for the
-- rows since the total before it (or down to the next, when it stands on top);
-- one that says "tổng cộng" or "toàn huyện" stands for the whole table, which
-- may go on over several sheets. Right is the sum; in a column of amounts or
-- percentages also the mean, in a column of verdicts the number of Đạt (or
-- their share, in a row of percentages). Written figures count as rounded to
-- the digits they show; tolerance is allowed on top. In a table of one figure a
-- row, a column holds many indicators: only rows of the total's own are added up.
with ordered as (
    select r.*,
           count(*) filter (where r.kind = 'total') over above_it as block,
           max(r.row_no) filter (where r.kind = 'commune') over above_it as row_above,
           min(r.row_no) filter (where r.kind = 'commune') over below_it as row_below
    from raw.record r
    join ops.submission s on s.period = r.period and s.submission_id = r.submission_id and s.status = 'accepted'
    where r.kind in ('commune', 'total')
    window above_it as (partition by r.period, r.submission_id, r.table_no order by r.row_no, r.record_no
                        rows between unbounded preceding and 1 preceding),
           below_it as (partition by r.period, r.submission_id, r.table_no order by r.row_no, r.record_no
                        rows between 1 following and unbounded following)
),
-- The rows that figures stand in, with the block of rows (between totals) that each belongs to.
line as (
    select o.period, o.submission_id, o.table_no, o.sheet_no, o.col_no, o.layout, o.measure, o.indicator_id, o.criterion_no,
           r.block, o.state, o.value, o.issue,
           -- Where "Không" is what is asked for, the answer Không is met.
           case when o.word_is_answer and i.required_answer = 'Không' then not o.word else o.word end as met,
           -- What was read as a share of one adds up as it was written, too.
           case when o.issue = 'scale_inferred' then o.value / 100 else o.value end as as_written
    from ordered r
    join raw.observation o on o.period = r.period and o.submission_id = r.submission_id and o.record_no = r.record_no
    left join ref.indicator i on i.set_id = o.set_id and i.indicator_id = o.indicator_id
    where r.kind = 'commune' and o.measure <> 'evidence'
),
total as (
    select o.period, o.submission_id, o.record_no, o.table_no, o.sheet, o.col_no, o.cell, o.layout, o.measure, o.indicator_id, o.criterion_no,
           o.value, o.raw_text,
           r.commune_text as label,
           lower(nfc_normalize(r.commune_text)) as folded,
           i.value_kind,
           a.block as block_above,
           b.block as block_below,
           -- Half of the last digit shown, in the scale of the value.
           0.5 / pow(10, length(regexp_extract(o.raw_text, '[.,](\d+)\D*$', 1)))
           * case when abs(o.value) > 10 * abs(try_cast(replace(o.raw_text, ',', '.') as double)) then 100 else 1 end as rounding
    from ordered r
    join raw.observation o on o.period = r.period and o.submission_id = r.submission_id and o.record_no = r.record_no
    left join ref.indicator i on i.set_id = o.set_id and i.indicator_id = o.indicator_id
    left join ordered a
           on a.period = r.period and a.submission_id = r.submission_id and a.table_no = r.table_no
          and a.kind = 'commune' and a.row_no = r.row_above
    left join ordered b
           on b.period = r.period and b.submission_id = r.submission_id and b.table_no = r.table_no
          and b.kind = 'commune' and b.row_no = r.row_below
    where r.kind = 'total' and o.value is not null
),
-- The ways in which a total may be meant.
meant as (
    select t.submission_id, t.record_no, t.col_no, 'above' as scope, t.period, l.* exclude (period, submission_id, table_no, sheet_no, col_no)
    from total t
    join line l on l.period = t.period and l.submission_id = t.submission_id and l.table_no = t.table_no and l.col_no = t.col_no
     and l.indicator_id is not distinct from t.indicator_id
    where l.block = t.block_above
    union all
    select t.submission_id, t.record_no, t.col_no, 'below', t.period, l.* exclude (period, submission_id, table_no, sheet_no, col_no)
    from total t
    join line l on l.period = t.period and l.submission_id = t.submission_id and l.table_no = t.table_no and l.col_no = t.col_no
     and l.indicator_id is not distinct from t.indicator_id
    where l.block = t.block_below
    union all
    select t.submission_id, t.record_no, t.col_no, 'table', t.period, l.* exclude (period, submission_id, table_no, sheet_no, col_no)
    from total t
    join line l on l.period = t.period and l.submission_id = t.submission_id and l.table_no = t.table_no and l.col_no = t.col_no
     and l.indicator_id is not distinct from t.indicator_id
    union all
    select t.submission_id, t.record_no, t.col_no, 'report', t.period, l.* exclude (period, submission_id, table_no, sheet_no, col_no)
    from total t
    join line l
      on l.period = t.period and l.submission_id = t.submission_id and l.layout = t.layout and l.measure = t.measure
     and l.indicator_id is not distinct from t.indicator_id and l.criterion_no is not distinct from t.criterion_no
),
summed as (
    select period, submission_id, record_no, col_no, scope,
           count(*) as lines,
           count(value) as numbers,
           sum(value) as sum_read, avg(value) as mean_read,
           sum(as_written) as sum_written, avg(as_written) as mean_written,
           min(value) as least, max(value) as most,
           count(met) as words,
           count(*) filter (where met) as met,
           count(*) filter (where not met) as not_met,
           count(*) filter (where state = 'invalid' or issue = 'unit_converted') as unclear
    from meant
    group by period, submission_id, record_no, col_no, scope
),
compared as (
    select t.*, s.* exclude (period, submission_id, record_no, col_no),
           t.folded like 'tổng cộng%' or t.folded like '%toàn%' as whole,
           t.folded like '%tỷ lệ%' or t.folded like '%tỉ lệ%' or t.folded like '%\%%' escape '\' as share,
           t.folded like 'số xã%' or t.folded like 'tổng số xã%' as counts,
           t.folded like '%chưa đạt%' or t.folded like '%không đạt%' as negative,
           s.words > 0 and s.numbers = 0 as verdicts,
           t.rounding + (select value from ref.check_parameter where check_id = 'subtotal_mismatch' and name = 'tolerance') as allowed
    from total t
    join summed s on s.period = t.period and s.submission_id = t.submission_id and s.record_no = t.record_no and s.col_no = t.col_no
),
judged as (
    select *,
           case when negative then not_met else met end as counted,
           case
               when verdicts then
                   abs(value - counted) <= allowed
                   or share and abs(value - 100 * counted / lines) <= allowed
                   or counts and value = lines
               else abs(value - sum_read) <= allowed or abs(value - sum_written) <= allowed
                   or abs(value - mean_read) <= allowed or abs(value - mean_written) <= allowed
                   or counts and value = lines
           end as agrees,
           -- A number of communes, or their share, in a column of values asks for the evaluation, not for a sum.
           unclear > 0 or numbers + words = 0 or (share or counts) and not verdicts as unsure
    from compared
    where not whole or scope in ('table', 'report')
),
said as (
    select period, submission_id, record_no, col_no, any_value(sheet) as sheet, any_value(cell) as cell, any_value(label) as label,
           any_value(indicator_id) as indicator_id, any_value(criterion_no) as criterion_no, any_value(measure) as measure,
           any_value(value_kind) as value_kind, any_value(value) as value,
           bool_or(coalesce(agrees, false)) as agrees,
           bool_or(unsure) as unsure,
           coalesce(bool_or(value between least and most), false) as within,
           -- The reading that comes closest is the one to tell.
           min_by({'sum': sum_read, 'mean': mean_read, 'met': counted, 'lines': lines, 'verdicts': verdicts, 'share': share},
                  case when verdicts then abs(value - counted)
                       when value_kind = 'percent' then least(abs(value - sum_read), abs(value - mean_read))
                       else abs(value - sum_read) end) as near
    from judged
    group by period, submission_id, record_no, col_no
)
select d.period,
       s.district_code,
       d.indicator_id,
       d.submission_id,
       s.file_name,
       d.sheet,
       d.cell,
       d.label,
       d.value as written,
       case
           when d.indicator_id is not null then 'chỉ tiêu ' || d.indicator_id
           when d.measure = 'criteria_total' then 'cột tổng số tiêu chí đạt'
           when d.measure = 'indicators_total' then 'cột tổng số chỉ tiêu đạt'
           when d.criterion_no is not null then 'tiêu chí ' || d.criterion_no
           else 'ô ' || d.cell
       end as subject,
       case
           when d.near.verdicts and d.near.share
               then replace(format('{:.2f}', 100 * d.near.met / d.near.lines), '.', ',') || '% (' || d.near.met || '/' || d.near.lines || ' xã)'
           when d.near.verdicts
               then d.near.met || ' xã trên ' || d.near.lines
           when d.value_kind = 'percent' and d.within
               then 'bình quân ' || replace(format('{:.2f}', d.near.mean), '.', ',') || '% (nếu là bình quân theo số hộ, số dân thì không phải sửa)'
           when d.value_kind = 'percent'
               then 'tổng ' || replace(format('{:.2f}', d.near.sum), '.', ',') || ', bình quân ' || replace(format('{:.2f}', d.near.mean), '.', ',') || '%'
           else replace(regexp_replace(format('{:.2f}', d.near.sum), '\.?0+$', ''), '.', ',')
       end as expected,
       -- A weighted mean lies among the rows' percentages and cannot be computed again from them.
       case when d.value_kind = 'percent' and d.within then 'info' else 'warning' end as severity,
       case when d.agrees then false when not d.unsure then true end as failed
from said d
join ops.submission s on s.period = d.period and s.submission_id = d.submission_id
