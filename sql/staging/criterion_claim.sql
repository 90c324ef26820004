-- One row per period, commune and criterion that the sender claimed as a whole: Đạt or Chưa đạt, and where it stands.
-- A blank in a table of one affirmative sign is a claim of "not met" (ruling 19).
select
    period,
    commune_code,
    criterion_no,
    case when state = 'missing' then false else word end as claim,
    blank_means_no,
    raw_text,
    source,
    submission_id,
    file_name,
    sheet,
    cell
from staging.chosen
where measure = 'criterion_claim'
    and criterion_no is not null
    and (word is not null or blank_means_no)
