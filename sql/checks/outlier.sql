-- id: outlier
-- code: NTM-302
-- severity: warning
-- message: Xã {commune_name}, chỉ tiêu {indicator_id}: {value}{unit_text} khác xa {peers} xã cùng kỳ (trung vị {median}{unit_text}, độ lệch tuyệt đối trung vị {deviation}, lệch chuẩn hóa {z})
-- remedy: Đối chiếu với hồ sơ gốc: số có thể nhầm đơn vị, nhầm dấu phẩy hoặc nhầm dòng. Nếu số đúng thì không phải sửa.
-- missing: skip
-- parameter: z = 3.5
-- parameter: least_values = 20
-- parameter: factor = 0.6745
-- Against its peers of the province in the same period, by the modified z-score
-- factor × (value − median) ÷ MAD, MAD being the median of the distances from
-- the median. Too few values, or values that are mostly equal (MAD 0), judge
-- nothing.
with measured as (
    select r.*, i.value_kind
    from mart.indicator_result r
    join ref.indicator i on i.set_id = r.set_id and i.indicator_id = r.indicator_id
    where r.value is not null and i.value_kind in ('percent', 'number')
),
peers as (
    select period, indicator_id, count(*) as peers, median(value) as median, mad(value) as deviation
    from measured
    group by period, indicator_id
),
scored as (
    select m.*, q.peers, q.median, q.deviation,
           case when q.deviation > 0
                 and q.peers >= (select value from ref.check_parameter where check_id = 'outlier' and name = 'least_values')
                then (select value from ref.check_parameter where check_id = 'outlier' and name = 'factor')
                     * (m.value - q.median) / q.deviation
           end as score
    from measured m
    join peers q on q.period = m.period and q.indicator_id = m.indicator_id
)
select period,
       district_code,
       commune_code,
       commune_name,
       indicator_id,
       submission_id,
       file_name,
       sheet,
       cell,
       round(value, 4) as value,
       peers,
       round(median, 2) as median,
       round(deviation, 2) as deviation,
       round(score, 1) as z,
       case when value_kind = 'percent' then '%' else coalesce(' ' || nullif(unit, ''), '') end as unit_text,
       abs(score) > (select value from ref.check_parameter where check_id = 'outlier' and name = 'z') as failed
from scored
