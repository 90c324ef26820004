-- id: all_zero
-- code: NTM-307
-- severity: warning
-- message: Xã {commune_name}: cả {figures} chỉ tiêu định lượng đều ghi 0; có thể chưa có số liệu
-- remedy: Nếu chưa có số liệu thì để trống; nếu đúng là 0 thì giữ nguyên và cho biết.
-- missing: skip
-- parameter: least_figures = 3
-- Zeros written for "no data": a commune of which every measured figure is zero.
-- A single zero says nothing, and zeros among other figures are figures.
with figures as (
    select r.period,
           r.district_code,
           r.commune_code,
           r.commune_name,
           r.submission_id,
           r.file_name,
           r.sheet,
           min_by(r.cell, i.sort_order) as cell,
           count(*) as figures,
           bool_and(r.value = 0) as zeros
    from mart.indicator_result r
    join ref.indicator i on i.set_id = r.set_id and i.indicator_id = r.indicator_id
    where r.value is not null and i.value_kind in ('percent', 'number')
    group by r.period, r.district_code, r.commune_code, r.commune_name, r.submission_id, r.file_name, r.sheet
)
select period,
       district_code,
       commune_code,
       commune_name,
       submission_id,
       file_name,
       sheet,
       cell,
       figures,
       zeros as failed
from figures
where figures >= (select value from ref.check_parameter where check_id = 'all_zero' and name = 'least_figures')
