-- id: scale_doubtful
-- code: NTM-203
-- severity: warning
-- message: Xã {commune_name}, chỉ tiêu {indicator_id}: ô ghi {raw_text}, được đọc là {value}%; không rõ muốn ghi {value}% hay {as_share}%{column_note}
-- remedy: Kiểm tra đơn vị tính của ô và của cả cột. Ghi tỷ lệ theo phần trăm (0,85 nghĩa là 0,85%), hoặc định dạng ô là phần trăm.
-- missing: skip
-- parameter: column_cells = 2
-- A fraction between 0 and 1 in a percent column whose required level is low
-- (poverty, say) may be a percentage or a share of one. It is read as written.
-- Where every number of the column lies between 0 and 1, and there are at least
-- column_cells of them, the whole column was very likely filled as shares of
-- one: then it must be mended.
with percent as (
    select o.*,
           -- As written: what was read as a share of one lies below 1 too.
           bool_and(o.value between 0 and 1 or coalesce(o.issue = 'scale_inferred', false)) over whole as fractions_only,
           count(*) over whole as numbers
    from raw.observation o
    join ops.submission s on s.period = o.period and s.submission_id = o.submission_id and s.status in ('accepted', 'superseded')
    join raw.record r on r.period = o.period and r.submission_id = o.submission_id and r.record_no = o.record_no and r.kind = 'commune'
    join staging.period p on p.period = o.period and p.set_id = o.set_id
    join ref.indicator i on i.set_id = o.set_id and i.indicator_id = o.indicator_id and i.value_kind = 'percent'
    where o.value is not null
    window whole as (partition by o.period, o.submission_id, o.sheet_no, o.table_no, o.col_no)
)
select v.period,
       c.district_code,
       v.commune_code,
       c.commune_name,
       v.indicator_id,
       coalesce(v.issue = 'scale_doubtful', false) as failed,
       case when v.fractions_only and v.numbers >= x.value then 'error' else 'warning' end as severity,
       v.submission_id,
       n.file_name,
       v.sheet,
       v.cell,
       replace(v.raw_text, '.', ',') as raw_text,
       v.value,
       round(v.value * 100, 6) as as_share,
       case when v.fractions_only and v.numbers >= x.value
            then '. Cả cột (' || v.numbers || ' ô) đều từ 0 đến 1: nhiều khả năng cả cột sai đơn vị' else '' end as column_note
from percent v
join staging.counted n
  on n.period = v.period and n.commune_code = v.commune_code and n.submission_id = v.submission_id
join staging.commune c on c.period = v.period and c.commune_code = v.commune_code
join ref.check_parameter x on x.check_id = 'scale_doubtful' and x.name = 'column_cells'
