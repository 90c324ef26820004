-- id: unknown_commune
-- code: NTM-104
-- severity: error
-- message: {what}; {observations} ô số liệu của dòng này không được tính{hint}
-- remedy: Ghi lại tên xã đúng dấu như trong danh mục (hoặc ghi mã xã) rồi gửi lại. Nếu đây là cách gọi khác của một xã, Văn phòng tỉnh thêm cách gọi đó vào danh mục.
-- missing: fail
-- Every row that carries figures is about one xã of the list in force. A name
-- is never guessed: what differs in a letter or a tone is only suggested.
with written as (
    select period, submission_id, record_no, count(*) as observations
    from raw.observation
    where state <> 'missing'
    group by period, submission_id, record_no
),
district as (
    select district_code, any_value(display_name) as display_name
    from ref.district
    group by district_code
)
select r.period,
       coalesce(r.district_code, s.district_code) as district_code,
       r.submission_id,
       s.file_name,
       r.sheet,
       r.cell,
       -- A phường or thị trấn among the xã is known, and the reader says that it is not judged.
       c.commune_code is null and town.commune_code is null as failed,
       coalesce(w.observations, 0) as observations,
       case
           when r.commune_code is not null
               then 'Xã "' || r.commune_text || '" không có trong danh mục xã tại ngày cuối kỳ'
           when coalesce(trim(r.commune_text), '') = ''
               then 'Không thấy tên xã'
           else 'Không có xã "' || r.commune_text || '" trong danh mục' || coalesce(' của ' || d.display_name, '')
       end as what,
       coalesce('. Có phải: ' || nullif(r.suggestions, '') || '?', '') as hint
from raw.record r
join ops.submission s on s.period = r.period and s.submission_id = r.submission_id and s.status = 'accepted'
left join staging.commune c on c.period = r.period and c.commune_code = r.commune_code
left join (
    select distinct p.period, t.commune_code
    from ref.commune t
    join staging.period p
        on (t.valid_from is null or t.valid_from <= p.ends_on)
        and (t.valid_to is null or t.valid_to >= p.ends_on)
    where t.kind <> 'xã'
) town on town.period = r.period and town.commune_code = r.commune_code
left join district d on d.district_code = coalesce(r.district_code, s.district_code)
left join written w on w.period = r.period and w.submission_id = r.submission_id and w.record_no = r.record_no
where r.kind = 'commune'
