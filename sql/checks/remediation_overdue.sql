-- id: remediation_overdue
-- code: NTM-305
-- severity: warning
-- message: Chỉ tiêu {indicator_id} quá hạn khắc phục ({deadline}): còn {communes_not_met} xã đã công nhận chưa đạt: {commune_names}
-- remedy: Sở, ngành phụ trách và các xã đã nêu khắc phục ngay, hoặc báo cáo Ban Chỉ đạo điều chỉnh thời hạn.
-- missing: skip
-- Every indicator of the remediation plan whose deadline has come by the
-- period's last day is met by every recognised commune. Without a deadline
-- (yearly upkeep) nothing is judged; nor where none fails it and some are not
-- known.
select m.period,
       m.indicator_id,
       m.deadline,
       m.communes_not_met,
       m.commune_names,
       case
           when m.deadline_date is null then null
           when m.deadline_date > p.ends_on then false
           when m.communes_not_met > 0 then true
           when m.communes_unknown = 0 then false
       end as failed
from mart.remediation m
join staging.period p on p.period = m.period
