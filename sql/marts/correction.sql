-- One row per period and line of a file of corrections: which cell, what the report says, what counts instead, who decided
-- that and why; or why it is not applied. The report itself is never changed.
select
    x.period,
    x.correction_id,
    x.line,
    x.file_name,
    x.sheet,
    x.cell,
    c.district_code,
    c.district_name,
    x.commune_code,
    c.commune_name,
    x.indicator_id,
    x.measure,
    x.was,
    x.is_text,
    x.value,
    x.who,
    x.why,
    x.document_no,
    x.decided_on,
    x.status,
    x.said,
    r.met as met_after,
    x.line as sort_line
from raw.correction x
join staging.period p on p.period = x.period
left join staging.commune c on c.period = x.period and c.commune_code = x.commune_code
left join mart.indicator_result r on r.period = x.period and r.commune_code = x.commune_code and r.indicator_id = x.indicator_id
