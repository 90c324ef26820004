-- From observations to figures, as ntm judges them: the peers that keep their observations in DuckDB share this file, so
-- that they differ in how they read and write alone. It reads the tables observation, indicator, district and commune; no statement holds a semicolon of its own, so that a program may split the file at them.

-- One row per commune and indicator, with the cell that it comes from. A blank judges nothing; “Không” is the answer wanted where required_answer says so.
create table verdict as
select
    c.commune_code,
    c.district_code,
    i.indicator_id,
    i.criterion_no,
    o.value,
    o.raw_text,
    o.file,
    o.sheet,
    o.cell,
    o.value is not null or o.word is not null as reported,
    case i.comparator
        when 'yes_no' then o.word = (i.required_answer <> 'Không')
        when '>=' then o.value >= i.threshold
        when '<=' then o.value <= i.threshold
    end as met
from commune c
cross join indicator i
join district d on d.district_code = c.district_code
left join observation o on o.district = d.name and o.commune = c.name and o.indicator_id = i.indicator_id;

-- One row per commune and criterion: not met where one indicator is not, met where all are, else unknown.
create table criterion_verdict as
select
    commune_code,
    district_code,
    criterion_no,
    count(*) as indicators,
    count(*) filter (where met) as indicators_met,
    count(*) filter (where met is null) as indicators_unknown,
    case when bool_or(not met) then false when bool_and(met is not null) then true end as met,
    bool_or(reported) as reported
from verdict
group by all;

-- One row per commune. Without data it has no count, and no band.
create table commune_figure as
select
    commune_code,
    district_code,
    bool_or(reported) as reported,
    count(*) as criteria,
    case when bool_or(reported) then count(*) filter (where met) end as criteria_met,
    count(*) filter (where met is null) as criteria_unknown,
    case when bool_or(reported) then sum(indicators_met) end as indicators_met,
    sum(indicators_unknown) as indicators_unknown,
    list(case when met then 'Đ' when not met then 'C' else '?' end order by criterion_no) as letters
from criterion_verdict
group by commune_code, district_code;

-- One row per district, and one without a code for all of them.
create table district_figure as
select
    district_code,
    count(*) as communes,
    count(*) filter (where reported) as communes_reported,
    count(*) filter (where criteria_met = criteria) as communes_full,
    avg(criteria_met) as avg_criteria_met,
    avg(indicators_met) as avg_indicators_met,
    min(criteria_met) as min_criteria_met,
    max(criteria_met) as max_criteria_met,
    count(*) filter (where criteria_met = criteria) as band_full,
    count(*) filter (where criteria_met between 15 and 18) as band_15_18,
    count(*) filter (where criteria_met between 10 and 14) as band_10_14,
    count(*) filter (where criteria_met between 5 and 9) as band_5_9,
    count(*) filter (where criteria_met < 5) as band_0_4
from commune_figure
group by grouping sets ((district_code), ());

-- What is compared with ntm's figures, byte for byte.
create view result_criterion as
select
    commune_code,
    criterion_no,
    indicators,
    indicators_met,
    indicators_unknown,
    case when met then 'met' when not met then 'not_met' else 'unknown' end as verdict
from criterion_verdict
order by commune_code, criterion_no;

create view result_commune as
select commune_code, district_code, criteria_met, criteria_unknown, indicators_met, indicators_unknown
from commune_figure
order by commune_code;

create view result_district as
select
    district_code,
    communes,
    communes_reported,
    communes_full,
    printf('%.4f', avg_criteria_met) as avg_criteria_met,
    min_criteria_met,
    max_criteria_met,
    band_full,
    band_15_18,
    band_10_14,
    band_5_9,
    band_0_4
from district_figure
where district_code is not null
order by district_code;

create view result_country as
select
    communes,
    communes_reported,
    communes_full,
    printf('%.4f', avg_criteria_met) as avg_criteria_met,
    printf('%.4f', avg_indicators_met) as avg_indicators_met
from district_figure
where district_code is null;

-- One row per indicator: what is asked, in the words of the sheets.
create view asked as
select
    *,
    case comparator
        when '>=' then '≥ ' || replace(printf('%g', threshold), '.', ',')
        when '<=' then '≤ ' || replace(printf('%g', threshold), '.', ',')
        else required_answer
    end as level,
    replace(replace(replace(confidence, 'threshold', 'mức'), 'assumed', 'giả định'), 'document', 'theo văn bản kế hoạch') as sure
from indicator;

-- The sheets, without what ntm's have of earlier periods, of recognition and of who leads. Where letters stand among
-- numbers a view has both, because a column has one type.
create view sheet_source as
select
    row_number() over (order by c.sort_order, i.sort_order) as "STT",
    d.display_name as "Huyện",
    c.name as "Xã",
    i.criterion_no as "Tiêu chí",
    i.indicator_id as "Chỉ tiêu",
    v.value as "Giá trị",
    v.raw_text as "Ghi trong báo cáo",
    i.level as "Mức áp dụng",
    case when v.met then 'Đạt' when not v.met then 'Chưa đạt' else 'Chưa đủ số liệu' end as "Kết quả",
    case when v.reported then 'Có số liệu' else 'Thiếu số liệu' end as "Trạng thái số liệu",
    case when v.file is not null then 'Cấp huyện' end as "Nguồn báo cáo", -- the only ones who report here
    i.legal_basis as "Nguồn của mức",
    i.sure as "Độ tin cậy của mức",
    v.file as "Tệp",
    v.sheet as "Trang tính",
    v.cell as "Ô"
from verdict v
join asked i on i.indicator_id = v.indicator_id
join commune c on c.commune_code = v.commune_code
join district d on d.district_code = v.district_code
order by "STT";

create view sheet_unmet as
select
    row_number() over (order by s."STT") as "STT",
    s."Huyện",
    s."Xã",
    s."Chỉ tiêu",
    i.name as "Nội dung chỉ tiêu",
    s."Giá trị",
    s."Ghi trong báo cáo",
    s."Mức áp dụng",
    abs(round(s."Giá trị" - i.threshold, 6)) as "Còn thiếu",
    s."STT" as "Dòng nguồn"
from sheet_source s
join indicator i on i.indicator_id = s."Chỉ tiêu"
where s."Kết quả" = 'Chưa đạt'
order by s."STT";

create view sheet_result as
select
    row_number() over (order by c.sort_order) as "STT",
    d.display_name as "Huyện",
    c.name as "Xã",
    list(v.value order by i.sort_order) as "values",
    list(case when v.met then 'Đ' when not v.met then 'C' else '?' end order by i.sort_order) as letters
from verdict v
join indicator i on i.indicator_id = v.indicator_id
join commune c on c.commune_code = v.commune_code
join district d on d.district_code = v.district_code
group by c.sort_order, d.display_name, c.name
order by c.sort_order;

create view sheet_district as
select
    case when f.district_code is not null then row_number() over (order by d.sort_order) end as "STT",
    coalesce(d.display_name, 'Toàn tỉnh') as "Huyện, thị xã, thành phố",
    f.communes as "Số xã",
    f.communes_reported as "Xã có số liệu",
    f.communes_full as "Đạt đủ tiêu chí",
    f.avg_criteria_met as "Bình quân tiêu chí (rà soát)",
    f.min_criteria_met as "Thấp nhất",
    f.max_criteria_met as "Cao nhất",
    f.band_full as "Đạt 19 tiêu chí",
    f.band_15_18 as "15-18 tiêu chí",
    f.band_10_14 as "10-14 tiêu chí",
    f.band_5_9 as "05-09 tiêu chí",
    f.band_0_4 as "Dưới 5 tiêu chí"
from district_figure f
left join district d on d.district_code = f.district_code
order by d.sort_order nulls last;

create view sheet_commune as
select
    row_number() over (order by c.sort_order) as "STT",
    d.display_name as "Huyện",
    c.name as "Xã",
    f.letters,
    f.criteria_met as "Số tiêu chí đạt",
    case
        when f.criteria_met = f.criteria then 'Đạt 19 tiêu chí'
        when f.criteria_met >= 15 then '15-18 tiêu chí'
        when f.criteria_met >= 10 then '10-14 tiêu chí'
        when f.criteria_met >= 5 then '05-09 tiêu chí'
        when f.criteria_met >= 0 then 'Dưới 5 tiêu chí'
        else 'Chưa có số liệu'
    end as "Nhóm"
from commune_figure f
join commune c on c.commune_code = f.commune_code
join district d on d.district_code = f.district_code
order by c.sort_order
