-- One row per period, commune in force and indicator of the set in force: what was reported, what is asked, met or not.
-- met, in this order: a secondary value short of its threshold (ruling 4), the value, the word in the result column,
-- the claim, "not applicable" where the indicator allows it, a blank that means "no" (ruling 19); else unknown (NULL).
-- Value and level are compared at 9 decimals, as spreadsheets do: 84.99999999999999 is 85 (ruling 23). Where a number is
-- asked, what was written and not understood blocks the claim (ruling 24). Where the seeds know no level nothing is
-- judged, whatever is said beside it (ruling 22).
with evidence as (
    select period, commune_code, criterion_no, word
    from staging.chosen
    where measure = 'evidence' and indicator_id is null
),
judged as (
    select
        t.period,
        t.commune_code,
        t.set_id,
        t.indicator_id,
        t.criterion_no,
        t.indicator_name,
        t.unit,
        t.value_kind,
        t.comparator,
        t.threshold,
        t.threshold_scope,
        t.threshold_source,
        t.threshold_confidence,
        t.sort_indicator,
        o.raw_text,
        o.note,
        o.correction_id,
        o.source,
        coalesce(o.evidence_complete, e.word, a.word) as evidence_complete,
        o.submission_id,
        o.file_name,
        o.sheet,
        o.cell,
        o.result_state,
        o.claim_state,
        o.secondary_value,
        t.sub_comparator,
        t.sub_threshold,
        coalesce(o.blank_means_no, false) as blank_means_no,
        coalesce(o.result_blank_means_no, false) as result_blank_means_no,
        case when o.result_state = 'reported' then o.value end as value,
        case when o.result_state in ('reported', 'claimed') then o.result_word end as result_word,
        case when o.claim_state in ('reported', 'claimed') then o.claim_word end as claim_word,
        -- An answer is turned round where "Không" is what is asked for; a verdict (Đạt, Chưa đạt) never is.
        case
            when o.result_state not in ('reported', 'claimed') then null
            when o.result_word_is_answer and t.required_answer = 'Không' then not o.result_word
            else o.result_word
        end as result_word_met,
        case
            when o.claim_state not in ('reported', 'claimed') then null
            when o.claim_word_is_answer and t.required_answer = 'Không' then not o.claim_word
            else o.claim_word
        end as claim_word_met,
        (o.result_state = 'not_applicable' or o.claim_state = 'not_applicable') as says_not_applicable,
        coalesce(t.not_applicable_allowed, false) as not_applicable_allowed,
        t.value_kind <> 'boolean' and t.threshold is null as threshold_missing,
        t.value_kind <> 'boolean' and o.result_state = 'invalid' as claim_blocked,
        case
            when o.result_state <> 'reported' then null
            -- A count or share where "Không" is asked for: none at all is met (ruling 1).
            when t.value_kind = 'boolean' and t.required_answer = 'Không' then round(o.value, 9) = 0
            when t.value_kind = 'boolean' then null
            when t.comparator = '>=' then round(o.value, 9) >= round(t.threshold, 9)
            when t.comparator = '<=' then round(o.value, 9) <= round(t.threshold, 9)
            when t.comparator = '>' then round(o.value, 9) > round(t.threshold, 9)
            when t.comparator = '<' then round(o.value, 9) < round(t.threshold, 9)
            when t.comparator = '=' then round(o.value, 9) = round(t.threshold, 9)
        end as value_met,
        case t.sub_comparator
            when '>=' then round(o.secondary_value, 9) >= round(t.sub_threshold, 9)
            when '<=' then round(o.secondary_value, 9) <= round(t.sub_threshold, 9)
            when '>' then round(o.secondary_value, 9) > round(t.sub_threshold, 9)
            when '<' then round(o.secondary_value, 9) < round(t.sub_threshold, 9)
            when '=' then round(o.secondary_value, 9) = round(t.sub_threshold, 9)
        end as secondary_met
    from staging.threshold t
    left join staging.observation o
        on o.period = t.period
        and o.commune_code = t.commune_code
        and o.indicator_id = t.indicator_id
    -- A column about the evidence may be of the indicator, of its criterion, or of the commune as a whole.
    left join evidence e
        on e.period = t.period
        and e.commune_code = t.commune_code
        and e.criterion_no = t.criterion_no
    left join evidence a
        on a.period = t.period
        and a.commune_code = t.commune_code
        and a.criterion_no is null
),
decided as (
    select
        judged.*,
        case
            when threshold_missing then null
            when secondary_met = false then 'secondary'
            when value_met is not null then 'value'
            when result_word_met is not null then 'word'
            when claim_blocked then null
            when claim_word_met is not null then 'claim'
            when says_not_applicable and not_applicable_allowed then 'not_applicable'
            -- A blank means "no" only where nothing else says anything, not even something that was not understood.
            when blank_means_no
                and coalesce(result_state, 'missing') = 'missing'
                and coalesce(claim_state, 'missing') = 'missing'
                and secondary_value is null then 'blank'
        end as met_basis
    from judged
)
select
    d.period,
    d.commune_code,
    d.indicator_id,
    c.district_code,
    c.district_name,
    c.commune_name,
    d.set_id,
    d.criterion_no,
    d.indicator_name,
    d.unit,
    d.value,
    d.raw_text,
    d.comparator,
    d.threshold,
    d.threshold_source,
    d.threshold_confidence,
    -- Adding nothing makes a negative nothing plain.
    case
        when d.value_kind = 'boolean' then null
        when d.comparator in ('>=', '>') then round(d.value - d.threshold, 9)
        when d.comparator in ('<=', '<') then round(d.threshold - d.value, 9)
        when d.comparator = '=' then -abs(round(d.value - d.threshold, 9))
    end + 0 as gap,
    case when d.met_basis = 'blank' then false else coalesce(d.claim_word, d.result_word) end as claim,
    case d.met_basis
        when 'secondary' then false
        when 'value' then d.value_met
        when 'word' then d.result_word_met
        when 'claim' then d.claim_word_met
        when 'not_applicable' then true
        when 'blank' then false
    end as met,
    case
        when d.result_state = 'reported' and (d.value is not null or d.result_word is not null) then 'reported'
        -- In a yes/no indicator a sentence that is no verdict is a note: the claim beside it decides.
        when d.result_state = 'invalid' and not (d.value_kind = 'boolean' and d.met_basis is not null) then 'invalid'
        when d.says_not_applicable and not d.not_applicable_allowed and d.met_basis is null then 'invalid'
        when d.says_not_applicable and (d.met_basis = 'not_applicable' or (d.met_basis = 'claim' and d.claim_word_met)
            or (d.threshold_missing and d.not_applicable_allowed)) then 'not_applicable'
        when d.result_word is not null or d.claim_word is not null then 'claimed'
        when d.met_basis = 'blank' and d.result_blank_means_no then 'reported'
        when d.met_basis = 'blank' then 'claimed'
        when d.secondary_value is not null then 'reported'
        when d.claim_state = 'invalid' then 'invalid'
        else 'missing'
    end as state,
    d.evidence_complete,
    d.source,
    coalesce(d.submission_id, k.submission_id) as submission_id,
    coalesce(d.file_name, k.file_name) as file_name,
    d.sheet,
    d.cell,
    d.secondary_value,
    d.sub_comparator,
    d.sub_threshold,
    d.threshold_scope,
    d.met_basis,
    -- The claim as a verdict: what the sender says about the requirement, whatever the question was.
    case when d.met_basis = 'blank' then false else coalesce(d.claim_word_met, d.result_word_met) end as claim_met,
    d.claim_word is not null as claim_explicit,
    d.value_kind,
    d.threshold_missing,
    d.note,
    d.correction_id,
    c.sort_district,
    c.sort_commune,
    d.sort_indicator
from decided d
join staging.commune c
    on c.period = d.period
    and c.commune_code = d.commune_code
-- Where a commune was reported but this indicator has no cell at all, the file that lacks it is still named.
left join staging.counted k
    on k.period = d.period
    and k.commune_code = d.commune_code
    and k.standing = 1
