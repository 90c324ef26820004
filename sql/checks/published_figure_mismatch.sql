-- id: published_figure_mismatch
-- code: NTM-306
-- severity: warning
-- message: {name}: {said}
-- remedy: Đối chiếu văn bản đã công bố với số liệu. Nếu văn bản sai thì đính chính; nếu số liệu sai hoặc thiếu thì yêu cầu đơn vị gửi lại.
-- missing: skip
-- parameter: least_share = 0.75
-- Figures already published for the period are computed again from the reports
-- and compared at the decimals in which they were printed. A figure that this
-- program does not know how to compute, or has no data for, is not judged; nor
-- is anything that comes from the reports where fewer than least_share of the
-- communes have data.
with compared as (
    select f.period, f.figure_id, f.name, f.metric, f.printed, f.value, f.decimals, f.recomputed,
           replace(printf('%.' || f.decimals || 'f', f.value), '.', ',') as published_text,
           replace(printf('%.' || f.decimals || 'f', f.recomputed), '.', ',') as recomputed_text,
           s.communes, s.recognised, s.communes_reported,
           case when f.metric like 'province.co%' or f.metric like 'province.recognised%'
                     or s.communes_reported >= s.communes
                        * (select value from ref.check_parameter where check_id = 'published_figure_mismatch' and name = 'least_share')
                then not f.reproduces end as failed
    from mart.published_figure f
    left join mart.province_summary s on s.period = f.period
    -- By the rule that the figure's own words state; what the plan's text says twice is for the sheet of sources.
    where f.stated and f.metric not like 'document.%' and f.metric not like 'remediation.%'
)
select period,
       figure_id,
       name,
       failed,
       case
           when metric = 'province.recognised_pct'
               then recognised || '/' || communes || ' là ' || recomputed_text || '%, không phải ' || published_text || '%'
           when metric = 'band_as_recognised.total'
               then 'các nhóm cộng lại ' || recomputed_text || ', không phải ' || published_text
           else 'đã công bố ' || published_text || ', tính lại là ' || recomputed_text
       end
       -- What the reports do not cover may be the whole difference.
       || case when metric like 'province.co%' or metric like 'province.recognised%' or communes_reported = communes then ''
               else ' (' || (communes - communes_reported) || ' xã chưa có số liệu)' end as said
from compared
