-- One row per period, scope (province, or district and its code) and headline figure: what targets and comparisons of
-- periods are made of. NULL where no commune has data. least and most are what the figure can come to once all that is not
-- known is known: the communes without data, the criteria that could not be judged, the recognitions after the day up to
-- which their list is complete. Only what holds for both is said of a plan or of another period (ruling 21).
with communes as (
    select
        s.period,
        s.district_code,
        s.recognised,
        s.retained,
        s.reported,
        s.criteria_met,
        s.criteria_total,
        coalesce(s.criteria_not_met, 0) as criteria_not_met,
        coalesce(k.complete_to >= p.ends_on, true) as list_complete,
        s.recognised and s.recognised_year = year(p.ends_on) as in_year
    from mart.commune_summary s
    join staging.period p on p.period = s.period
    cross join (select max(complete_to) as complete_to from ref.recognition_list) k
),
scoped as (
    select period, 'province' as scope_kind, '' as scope_value, communes.* exclude (period, district_code), district_code from communes
    union all
    select period, 'district', district_code, communes.* exclude (period, district_code), district_code from communes where district_code is not null
),
counted as (
    select
        period,
        scope_kind,
        scope_value,
        count(case when recognised then 1 end) as recognised,
        count(case when in_year then 1 end) as recognised_in_year,
        count(case when reported then 1 end) as communes_reported,
        count(case when retained = true then 1 end) as retained,
        count(case when recognised and retained is null then 1 end) as retained_unknown,
        count(*) as communes,
        min(case when list_complete then 1 else 0 end) = 1 as list_complete,
        max(criteria_total) as criteria_total,
        count(case when criteria_not_met = 0 then 1 end) as full_at_most,
        count(case when criteria_not_met = 0 and not recognised then 1 end) as full_not_recognised_at_most,
        count(case when criteria_total - criteria_not_met < 5 then 1 end) as below_five_at_least,
        count(case when coalesce(criteria_met, 0) < 5 then 1 end) as below_five_at_most,
        avg(coalesce(criteria_met, 0)) as avg_at_least,
        avg(criteria_total - criteria_not_met) as avg_at_most,
        avg(case when recognised then criteria_total else coalesce(criteria_met, 0) end) as avg_as_recognised_at_least,
        avg(case when recognised then criteria_total else criteria_total - criteria_not_met end) as avg_as_recognised_at_most,
        count(case when criteria_met = criteria_total then 1 end) as communes_full,
        count(case when criteria_met = criteria_total and not recognised then 1 end) as full_not_recognised,
        count(case when criteria_met < 5 then 1 end) as communes_below_five,
        avg(criteria_met) as avg_criteria_met,
        avg(case when reported and recognised then criteria_total else criteria_met end) as avg_criteria_met_as_recognised
    from scoped
    group by period, scope_kind, scope_value
),
districts as (
    select period, 'province' as scope_kind, '' as scope_value, count(case when communes = recognised then 1 end) as districts_all_recognised, count(*) as districts
    from mart.district_summary
    group by period
),
listed as (
    select period, scope_kind, scope_value, 1 as place, 'recognised' as metric, cast(recognised as double) as value,
        cast(recognised as double) as least, cast(case when list_complete then recognised else communes end as double) as most from counted
    union all
    select period, scope_kind, scope_value, 2, 'recognised_in_year', recognised_in_year, recognised_in_year,
        case when list_complete then recognised_in_year else communes - recognised + recognised_in_year end from counted
    union all
    select period, scope_kind, scope_value, 3, 'retained', case when communes_reported > 0 then retained end, retained,
        case when list_complete then retained + retained_unknown else full_at_most end from counted
    union all
    select period, scope_kind, scope_value, 4, 'communes_full', case when communes_reported > 0 then communes_full end, communes_full, full_at_most from counted
    union all
    select period, scope_kind, scope_value, 5, 'full_not_recognised', case when communes_reported > 0 then full_not_recognised end,
        case when list_complete then full_not_recognised else 0 end, full_not_recognised_at_most from counted
    union all
    select period, scope_kind, scope_value, 6, 'communes_below_five', case when communes_reported > 0 then communes_below_five end, below_five_at_least, below_five_at_most from counted
    union all
    select d.period, d.scope_kind, d.scope_value, 7, 'districts_all_recognised', d.districts_all_recognised, d.districts_all_recognised,
        case when c.list_complete then d.districts_all_recognised else d.districts end
    from districts d
    join counted c on c.period = d.period and c.scope_kind = d.scope_kind
    union all
    select period, scope_kind, scope_value, 8, 'avg_criteria_met', avg_criteria_met, avg_at_least, avg_at_most from counted
    union all
    select period, scope_kind, scope_value, 9, 'avg_criteria_met_as_recognised', avg_criteria_met_as_recognised, avg_as_recognised_at_least,
        case when list_complete then avg_as_recognised_at_most else criteria_total end from counted
    union all
    select period, scope_kind, scope_value, 10, 'communes_reported', communes_reported, communes_reported, communes_reported from counted
)
select
    period,
    scope_kind,
    scope_value,
    metric,
    case metric
        when 'recognised' then 'Xã được công nhận (lũy kế)'
        when 'recognised_in_year' then 'Xã được công nhận trong năm'
        when 'retained' then 'Xã được công nhận còn giữ vững'
        when 'communes_full' then 'Xã đạt đủ tiêu chí (rà soát)'
        when 'full_not_recognised' then 'Xã đạt đủ tiêu chí, chưa công nhận'
        when 'communes_below_five' then 'Xã dưới 5 tiêu chí (rà soát)'
        when 'districts_all_recognised' then 'Đơn vị cấp huyện có tất cả xã được công nhận'
        when 'avg_criteria_met' then 'Bình quân tiêu chí/xã (rà soát)'
        when 'avg_criteria_met_as_recognised' then 'Bình quân tiêu chí/xã (theo công nhận)'
        when 'communes_reported' then 'Xã có số liệu'
    end as name,
    value,
    least,
    most,
    place as metric_no,
    case scope_kind when 'province' then 0 else 1 end as sort_scope,
    scope_value as sort_value,
    place as sort_place
from listed
