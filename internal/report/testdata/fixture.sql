-- A province of two districts and five communes, judged by a set of two criteria and four indicators, small enough to
-- reckon by hand. Everything is written out: no model runs in these tests.

insert into ref.criteria_set (set_id, name, legal_basis, effective_from, criteria, indicators, confidence) values
    ('BO-MOI', 'Bộ tiêu chí mới', 'Quyết định 1/QĐ-UBND', '2017-01-01', 2, 4, 'document');
insert into ref.criterion (set_id, criterion_no, name) values ('BO-MOI', 15, 'Y tế'), ('BO-MOI', 17, 'Môi trường & an toàn');
insert into ref.indicator (set_id, indicator_id, criterion_no, name, unit, value_kind, comparator, threshold, required_answer, change_class, deadline, lead_department, sort_order, confidence) values
    ('BO-MOI', '15.1', 15, 'Tỷ lệ tham gia bảo hiểm y tế', '%', 'percent', '>=', 85, null, 'raised', '2018-Q4', 'Bảo hiểm xã hội tỉnh', 1, 'document; threshold assumed'),
    ('BO-MOI', '15.2', 15, 'Đạt chuẩn quốc gia về y tế', '', 'boolean', 'yes_no', null, 'Đạt', 'unchanged', null, 'Sở Y tế', 2, 'assumed'),
    ('BO-MOI', '17.1', 17, 'Tỷ lệ hộ dùng nước sạch', '%', 'percent', '>=', 85, null, 'raised', '2018-Q4', 'Sở Nông nghiệp', 3, 'assumed'),
    ('BO-MOI', '17.10', 17, 'Khu chăn nuôi hợp vệ sinh', '', 'boolean', 'yes_no', null, 'Đạt', 'new', '2018-Q3', 'Sở Nông nghiệp', 4, 'verified');
insert into ref.district (district_code, name, display_name, sort_order) values ('2', 'Đông', 'huyện Đông', 1), ('1', 'Tây', 'huyện Tây', 2);
insert into ref.commune (commune_code, name, kind, district_code, sort_order) values
    ('21', 'An Một', 'xã', '2', 1), ('22', '=An+Hai', 'xã', '2', 2), ('23', 'An <b>Ba</b>', 'xã', '2', 3),
    ('11', 'Bình Một', 'xã', '1', 4), ('12', 'Bình Hai', 'xã', '1', 5);
insert into ref.band values ('BO-MOI', 'full', 'Đạt 2 tiêu chí', 2, 2, 1), ('BO-MOI', '1', '1 tiêu chí', 1, 1, 2), ('BO-MOI', '0', 'Không tiêu chí nào', 0, 0, 3);
insert into ref.recognition (commune_code, recognised_year, set_id, order_no, illustrative) values
    ('21', 2015, 'BO-CU', 1, false), ('22', 2016, 'BO-CU', 2, false), ('11', 2017, 'BO-MOI', 1, true);
insert into ref.remediation (set_id, row_no, section, section_title, tt_printed, label, action, deadline_printed, deadline_date) values
    ('BO-MOI', 1, 'I', 'TIÊU CHÍ, CHỈ TIÊU NÂNG CAO', '1', 'Tiêu chí 17', 'Đầu tư cấp nước', 'Quý III/2017', '2017-09-30'),
    ('BO-MOI', 2, 'I', 'TIÊU CHÍ, CHỈ TIÊU NÂNG CAO', '2', 'Chỉ tiêu 15.1', 'Vận động bảo hiểm', 'Quý IV/2018', '2018-12-31');

insert into ops.period (period, granularity, starts_on, ends_on, label) values
    ('2017-Q3', 'quarter', '2017-07-01', '2017-09-30', 'Quý III/2017'), ('2017-Q4', 'quarter', '2017-10-01', '2017-12-31', 'Quý IV/2017');
insert into ops.submission (submission_id, period, sender_kind, sender_code, district_code, file_name, sha256, form_id, as_of_date, received_at, status, reason, observations, findings) values
    ('s1', '2017-Q4', 'district', '2', '2', 'dong.xlsx', 'abcdef0123456789', 'L1', '2017-12-31', timestamp '2018-01-02 08:30:00', 'accepted', null, 12, 2),
    ('s2', '2017-Q4', null, null, null, '-la.xlsx', 'ffff', null, null, timestamp '2018-01-02 08:31:00', 'rejected', 'Không rõ đơn vị', 0, 0);
insert into ops.finding (finding_id, run_id, period, check_id, code, severity, district_code, commune_code, indicator_id, submission_id, file_name, sheet, cell, message, remedy) values
    ('f1', 'r', '2017-Q4', 'outlier', 'NTM-302', 'warning', '2', '21', '15.1', 's1', 'dong.xlsx', 'Biểu 1', 'F12', 'Số liệu khác hẳn các xã khác', 'Xem lại'),
    ('f2', 'r', '2017-Q4', 'invalid_value', 'NTM-201', 'error', '2', '22', '17.1', 's1', 'dong.xlsx', 'Biểu 1', 'G13', '@không phải số: "12o"', 'Sửa rồi gửi lại'),
    ('f3', 'r', '2017-Q4', 'published_figure_mismatch', 'NTM-306', 'warning', null, null, null, null, null, null, null, 'Tỷ lệ <script>: công bố 50, tính lại 60', 'Kiểm tra'),
    ('f4', 'r', '2017-Q4', 'missing_district', 'NTM-101', 'error', '1', null, null, null, null, null, null, 'Huyện chưa nộp', 'Đôn đốc');

create table staging.period as select * from (values
    ('2017-Q4', 'BO-MOI', '2017-Q3'), ('2017-Q3', 'BO-MOI', null)) v(period, set_id, previous_period);

create table mart.province_summary as select * from (values
    ('2017-Q4', 5, 3, 3, 60.0::double, 1, 1, 100.0 / 3, 2, 1, 1, 0, 4.0::double / 3, 5.0::double / 3, 2.75::double),
    ('2017-Q3', 5, 2, 2, 40.0::double, 0, 1, 50.0::double, 2, 1, 1, 0, 1.25::double, 2.0::double, 2.0::double)) v(
    period, communes, communes_reported, recognised, recognised_pct, recognised_in_year, retained, retained_pct,
    recognised_earlier, retained_earlier, communes_full, full_not_recognised, avg_criteria_met, avg_criteria_met_as_recognised, avg_indicators_met);
alter table mart.province_summary add column not_retained integer default 1;
alter table mart.province_summary add column retained_unknown integer default 0;
update mart.province_summary set retained_unknown = 1 where period = '2017-Q4';
alter table mart.province_summary add column not_retained_earlier integer default 1;
alter table mart.province_summary add column retained_earlier_unknown integer default 0;
alter table mart.province_summary add column criteria_unknown integer default 1;
alter table mart.province_summary add column communes_with_unknown integer default 1;
alter table mart.province_summary add column criteria_without_threshold integer default 0;
alter table mart.province_summary add column indicators_without_threshold integer default 0;
alter table mart.province_summary add column band_unknown integer default 0;
alter table mart.province_summary add column recognitions_to date;
create table mart.band_summary as select * from (values
    ('2017-Q4', '1', 2, 1), ('2017-Q4', 'full', 1, 2), ('2017-Q4', '0', 0, 0)) v(period, band, communes, communes_as_recognised);
create table mart.district_summary as select * from (values
    ('2017-Q4', '1', 'huyện Tây', 2, 0, 1, 0, 0, null::double, null::double, null::integer, null::integer),
    ('2017-Q4', '2', 'huyện Đông', 3, 3, 2, 1, 1, 4.0::double / 3, 5.0::double / 3, 1, 2)) v(
    period, district_code, district_name, communes, communes_reported, recognised, retained, communes_full,
    avg_criteria_met, avg_criteria_met_as_recognised, min_criteria_met, max_criteria_met);
alter table mart.district_summary add column not_retained integer default 0;
alter table mart.district_summary add column retained_unknown integer default 0;
update mart.district_summary set retained_unknown = 1 where district_code = '1';
update mart.district_summary set not_retained = 1 where district_code = '2';
create table mart.commune_summary as select * from (values
    ('2017-Q4', '11', '1', 'huyện Tây', 'Bình Một', false, null::integer, 4, '', null, true, 2017, 'BO-MOI', null::boolean),
    ('2017-Q4', '12', '1', 'huyện Tây', 'Bình Hai', false, null, 4, '', null, false, null, null, false),
    ('2017-Q4', '21', '2', 'huyện Đông', 'An Một', true, 2, 0, '', 'full', true, 2015, 'BO-CU', true),
    ('2017-Q4', '22', '2', 'huyện Đông', '=An+Hai', true, 1, 0, '17.1; 17.10', '1', true, 2016, 'BO-CU', false),
    ('2017-Q4', '23', '2', 'huyện Đông', 'An <b>Ba</b>', true, 1, 1, '', '1', false, null, null, false)) v(
    period, commune_code, district_code, district_name, commune_name, reported, criteria_met, indicators_unknown,
    failing_indicators, band, recognised, recognised_year, recognised_under_set, retained);
alter table mart.commune_summary add column set_id varchar default 'BO-MOI';
alter table mart.commune_summary add column criteria_total integer default 2;
alter table mart.commune_summary add column criteria_unknown integer default 0;
alter table mart.commune_summary add column criteria_without_threshold integer default 0;
update mart.commune_summary set criteria_unknown = case when not reported then 2 when commune_code = '23' then 1 else 0 end;
create table mart.criterion_summary as select * from (values
    ('2017-Q4', 15, 5, 2, 0, 3, 200.0::double / 3), ('2017-Q4', 17, 5, 2, 1, 2, 200.0::double / 3), ('2017-Q3', 15, 5, 1, 1, 3, 50.0::double)) v(
    period, criterion_no, communes, met, not_met, unknown, met_pct);
create table mart.indicator_summary as select * from (values
    ('2017-Q4', '15.1', 5, 2, 0, 3, 200.0::double / 3), ('2017-Q4', '15.2', 5, 3, 0, 2, 100.0::double),
    ('2017-Q4', '17.1', 5, 2, 1, 2, 200.0::double / 3), ('2017-Q4', '17.10', 5, 2, 1, 2, 200.0::double / 3)) v(
    period, indicator_id, communes, met, not_met, unknown, met_pct);
create table mart.criterion_result as select * from (values
    ('2017-Q4', '21', 15, '2', true), ('2017-Q4', '21', 17, '2', true), ('2017-Q4', '22', 15, '2', true), ('2017-Q4', '22', 17, '2', false),
    ('2017-Q4', '23', 15, '2', null::boolean), ('2017-Q4', '23', 17, '2', true),
    ('2017-Q3', '22', 15, '2', true), ('2017-Q3', '22', 17, '2', true), ('2017-Q3', '23', 15, '2', true), ('2017-Q3', '11', 15, '1', true)) v(period, commune_code, criterion_no, district_code, met);
create table mart.indicator_result as select * from (values
    ('2017-Q4', '21', '15.1', 15, 'An Một', 85.001::double, '85,001', '>=', 85.0::double, 0.001::double, true, 'reported', 'F12'),
    ('2017-Q4', '21', '15.2', 15, 'An Một', null, 'Đạt', 'yes_no', null, null, true, 'reported', 'G12'),
    ('2017-Q4', '21', '17.1', 17, 'An Một', 90.0, '90', '>=', 85.0, 5.0, true, 'reported', 'H12'),
    ('2017-Q4', '21', '17.10', 17, 'An Một', null, 'Không có', 'yes_no', null, null, true, 'not_applicable', 'I12'),
    ('2017-Q4', '22', '15.1', 15, '=An+Hai', 86.0, '86', '>=', 85.0, 1.0, true, 'reported', 'F13'),
    ('2017-Q4', '22', '15.2', 15, '=An+Hai', null, '+Đạt', 'yes_no', null, null, true, 'reported', 'G13'),
    ('2017-Q4', '22', '17.1', 17, '=An+Hai', 84.6, '84,6', '>=', 85.0, 84.6::double - 85.0::double, false, 'reported', 'H13'),
    ('2017-Q4', '22', '17.10', 17, '=An+Hai', null, '=1+1', 'yes_no', null, null, false, 'claimed', 'I13'),
    ('2017-Q4', '23', '15.1', 15, 'An <b>Ba</b>', null, '', '>=', 85.0, null, null, 'missing', 'F14'),
    ('2017-Q4', '23', '15.2', 15, 'An <b>Ba</b>', null, 'Đạt', 'yes_no', null, null, true, 'reported', 'G14'),
    ('2017-Q4', '23', '17.1', 17, 'An <b>Ba</b>', 99.0, '99', '>=', 85.0, 14.0, true, 'reported', 'H14'),
    ('2017-Q4', '23', '17.10', 17, 'An <b>Ba</b>', null, 'Đạt', 'yes_no', null, null, true, 'reported', 'I14')) v(
    period, commune_code, indicator_id, criterion_no, commune_name, value, raw_text, comparator, threshold, gap, met, state, cell);
alter table mart.indicator_result add column district_code varchar default '2';
alter table mart.indicator_result add column district_name varchar default 'huyện Đông';
alter table mart.indicator_result add column threshold_source varchar default 'set';
alter table mart.indicator_result add column threshold_confidence varchar default 'assumed';
alter table mart.indicator_result add column source varchar default 'district';
alter table mart.indicator_result add column file_name varchar default 'dong.xlsx';
alter table mart.indicator_result add column sheet varchar default 'Biểu 1';
create table mart.retention as select * from (values
    ('2017-Q4', 1, '21', 'An Một', 'huyện Đông', 2015, 2, '', null), ('2017-Q4', 2, '22', '=An+Hai', 'huyện Đông', 2016, 1, '17.1; 17.10', null)) v(
    period, stt, commune_code, commune_name, district_name, recognised_year, criteria_met, failing_indicators, note);
create table mart.retention_current as select * from (values
    ('2017-Q4', 1, '11', 'Bình Một', 'huyện Tây', 2017, null::integer, '', null)) v(
    period, stt, commune_code, commune_name, district_name, recognised_year, criteria_met, failing_indicators, note);
create table mart.remediation as select * from (values
    ('2017-Q4', '17.1', 1, 'Sở Nông nghiệp', 1, '=An+Hai', true), ('2017-Q4', '17.10', 1, 'Sở Nông nghiệp', 1, '=An+Hai', true),
    ('2017-Q4', '15.1', 2, 'Bảo hiểm xã hội tỉnh', 0, '', false)) v(
    period, indicator_id, row_no, lead_department, communes_not_met, commune_names, overdue);
alter table mart.remediation add column communes_unknown integer default 1;
create table mart.change as select * from (values
    ('2017-Q4', '2017-Q3', '22', '17.1', 86.0::double, 84.6::double, true, false, 'lost', 'value')) v(
    period, previous_period, commune_code, indicator_id, value_before, value_after, met_before, met_after, change, cause);

-- What stands below other tables, without rows: a block that has nothing to say is not there.
create table mart.target (period varchar, name varchar, district_name varchar, planned double, result double, difference double, reached boolean, legal_basis varchar);
create table mart.period_comparison (period varchar, metric varchar, against varchar, name varchar, value double, set_id varchar, compared_period varchar,
    compared_set_id varchar, compared_value double, comparable boolean, difference double);
create table mart.recognition_change (period varchar, commune_code varchar, indicator_id varchar, change_class varchar, cause varchar);
create table mart.withdrawal (period varchar, commune_name varchar, district_name varchar, falls boolean, possible boolean, not_met integer, criteria_total integer,
    share_not_met double, unknown integer, rule_name varchar, legal_basis varchar);
create table mart.slippage (period varchar, district_name varchar, commune_name varchar, indicator_id varchar, action varchar, change_class varchar, deadline varchar,
    days_left integer, lead_department varchar, gap double, short_count double);
create table mart.risk (period varchar, district_name varchar, commune_name varchar, indicator_id varchar, indicator_name varchar, value double, comparator varchar,
    threshold double, gap double, thin boolean, falling boolean, volatile boolean, slope double, signs integer, recognised boolean);
create table mart.published_figure (period varchar, figure_id varchar, name varchar, printed varchar, verdict varchar, note varchar, recomputed double, reproduces boolean, rule_name varchar);
create table mart.correction (period varchar, district_name varchar, commune_name varchar, indicator_id varchar, was varchar, is_text varchar, status varchar, said varchar,
    who varchar, why varchar, document_no varchar, decided_on date, file_name varchar, sheet varchar, cell varchar);
create table mart.submission_change (period varchar, district_name varchar, commune_name varchar, file_name varchar, indicator_id varchar, kind varchar,
    raw_text_before varchar, previous_file_name varchar, raw_text_after varchar, cell varchar);
