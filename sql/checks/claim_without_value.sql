-- id: claim_without_value
-- code: NTM-208
-- severity: warning
-- message: Xã {commune_name}: {subject} chỉ có đánh giá của đơn vị, không có số liệu
-- remedy: Ghi thêm kết quả bằng số (tỷ lệ %, triệu đồng, số lượng) bên cạnh kết luận Đạt / Chưa đạt.
-- missing: skip
-- An indicator with a measured level is reported with its value; the sender's
-- own verdict alone is counted, and said to be only that. One finding a cell,
-- also where one cell (the list of what is not met) speaks for many indicators.
select r.period,
       r.district_code,
       r.commune_code,
       r.commune_name,
       case when count(*) filter (where r.state = 'claimed') = 1
            then min(r.indicator_id) filter (where r.state = 'claimed') end as indicator_id,
       r.submission_id,
       r.file_name,
       r.sheet,
       r.cell,
       bool_or(r.state = 'claimed') as failed,
       case when count(*) filter (where r.state = 'claimed') = 1
            then 'chỉ tiêu ' || min(r.indicator_id || ' (' || r.indicator_name || ')') filter (where r.state = 'claimed')
            else count(*) filter (where r.state = 'claimed') || ' chỉ tiêu định lượng'
       end as subject
from mart.indicator_result r
join ref.indicator i on i.set_id = r.set_id and i.indicator_id = r.indicator_id
where i.value_kind in ('percent', 'number') and r.state in ('reported', 'claimed')
group by r.period, r.district_code, r.commune_code, r.commune_name, r.submission_id, r.file_name, r.sheet, r.cell
