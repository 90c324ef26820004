package main

import (
	"fmt"
	"slices"
	"strings"
)

// absentCommune is the commune that its district forgets at the end of 2017: so
// the published bands come to add to 118.
const absentCommune = "30661" // Long Giang

// plant is something put into the reports on purpose: a fault that a check must
// find, or (with no check) an uncommon way of writing that must be understood.
type plant struct {
	period, check, what string
	district            string // set for faults of a whole report
	commune, indicator  string
	is                  verdict
	value               float64
	written             *cell
	boast               bool // the office claims Đạt all the same

	file, sheet, cell string // where it came to stand
}

func plants() []*plant {
	w := func(v any, format string) *cell { return &cell{v: v, format: format} }
	return []*plant{
		// Whole reports.
		{period: q4, check: "missing_commune", district: "893", commune: absentCommune, what: "không có dòng của xã Long Giang · the commune's row is left out"},
		{period: q4, check: "unknown_commune", district: "892", what: "dòng thừa “Vĩnh Thánh”, sai dấu, không phải xã nào · an extra row whose name is no commune's"},
		{period: q4, check: "duplicate_commune", district: "888", commune: "30439", what: "xã Phú Xuân hai dòng · one commune in two rows"},
		{period: q4, check: "claimed_total_mismatch", district: "892", commune: "30598", what: "tổng số tiêu chí đạt ghi nhiều hơn 1 · the stated total is one too high"},
		{period: q4, check: "subtotal_mismatch", district: "893", what: "dòng Tổng cộng ghi nhiều hơn 2 · the total row is two too high"},
		{period: q4, check: "blank_as_not_met", district: "888", indicator: "", what: "cột 8.3 chỉ đánh dấu x, ô trống là chưa đạt · a column of x marks and blanks"},
		{period: q3, check: "district_mismatch", district: "886", what: "nội dung là huyện An Phú, tên tệp ghi Phú Tân · the file's name says another district than its title"},
		{period: q3, check: "period_mismatch", district: "892", what: "nội dung là quý III, tên tệp còn ghi quý II · the file's name says another quarter than its title"},
		{period: q3, check: "set_mismatch", district: "888", what: "cột 1.3 còn lại của bộ tiêu chí cũ (QĐ 2361) · a column left over from the earlier set"},

		// Single cells.
		{period: q4, check: "missing_indicator", commune: "30349", indicator: "5", is: unknown, written: w(nil, ""), what: "ô tỷ lệ để trống · a blank percentage"},
		{period: q4, check: "missing_indicator", commune: "30367", indicator: "14.3", is: unknown, written: w("-", ""), what: "ô ghi “-” · a dash for a number"},
		{period: q4, check: "outlier", commune: "30355", indicator: "10", is: met, value: 96.5, written: w(96.5, "0.00"), what: "thu nhập 96,5 triệu, cao gấp đôi các xã khác · an income far from its peers'"},
		{period: q4, check: "out_of_range", commune: "30361", indicator: "14.2", is: unknown, written: w("105,2 %", ""), what: "tỷ lệ trên 100% · a percentage above 100"},
		{period: q4, check: "claim_contradicts_value", commune: "30421", indicator: "15.1", is: notMet, value: 84.6, written: w(84.6, "0"), boast: true, what: "84,6 hiển thị là 85, cột đánh giá tiêu chí ghi Đạt · 84.6 shown as 85 and the criterion claimed"},
		{period: q4, check: "claim_contradicts_value", commune: "30382", indicator: "15.1", is: notMet, value: 84.6, written: w(84.6, "0"), boast: true, what: "84,6 hiển thị là 85, tự đánh giá Đạt · 84.6 shown as 85 and claimed"},
		{period: q4, check: "near_threshold", commune: "30448", indicator: "15.1", is: met, value: 85.1, written: w("85,1", ""), what: "vừa qua mức 85% · met by a hair"},
		{period: q4, check: "scale_inferred", commune: "30472", indicator: "12", is: met, value: 91.23, written: w(0.9123, ""), what: "0,9123 không có định dạng %, đọc là 91,23% · a fraction without a percent format"},
		{period: q4, check: "scale_doubtful", commune: "30487", indicator: "11", is: met, value: 0.03, written: w(0.03, ""), what: "0,03 có thể là 3%, đọc đúng như ghi · a fraction where small percentages are possible"},
		{period: q3, commune: "30487", indicator: "11", is: met, value: 3.1, what: "3,1% ở quý III; quý IV ghi 0,03 · what 0.03 must have meant"},
		{period: q4, check: "claim_without_value", commune: "30493", indicator: "16", is: met, value: 82.5, written: w("Đạt", ""), what: "ghi “Đạt” ở cột tỷ lệ · a word in a column of percentages"},
		{period: q4, check: "invalid_value", commune: "30655", indicator: "12", is: unknown, written: w("9o,5", ""), what: "chữ o thay số 0 · the letter o for a zero"},
		{period: q4, check: "invalid_value", commune: "30634", indicator: "14.3", is: unknown, written: &cell{v: "#DIV/0!", formula: "0/0", fault: true}, what: "công thức lỗi #DIV/0! · a formula's error"},
		{period: q4, check: "invalid_value", commune: "30610", indicator: "10", is: unknown, written: w("1.234", ""), what: "“1.234” đọc được hai cách · a number that can be read two ways"},
		{period: q4, check: "invalid_value", commune: "30574", indicator: "19.1", is: unknown, written: w("Cơ bản đạt", ""), what: "“Cơ bản đạt” không phải là đạt · 'basically met' is not met"},
		{period: q4, check: "invalid_value", commune: "30526", indicator: "17.6", is: unknown, written: w("-nt-", ""), what: "“-nt-” (như trên) · 'as above'"},
		{period: q4, check: "sudden_change", commune: "30676", indicator: "15.1", is: met, value: 92.4, written: w(0.924, "0.00%"), what: "từ 61,3% lên 92,4% trong một quý · a leap within one quarter"},
		{period: q3, check: "", commune: "30676", indicator: "15.1", is: notMet, value: 61.3, written: w(0.613, "0.00%"), what: "mức trước khi tăng đột biến · the value before the leap"},
		{period: q4, check: "unit_converted", commune: "30352", indicator: "10", is: met, value: 40.8, written: w("3,4 tr/tháng", ""), what: "thu nhập theo tháng · a monthly income"},
		{period: q4, check: "unit_converted", commune: "30433", indicator: "10", is: met, value: 39.2, written: w("39.200.000 đ", ""), what: "thu nhập tính bằng đồng · an income in đồng"},

		// Ways of writing that must be understood.
		{period: q4, commune: "30334", indicator: "10", is: met, value: 37.39, what: "37,39"},
		{period: q4, commune: "30331", indicator: "10", is: met, value: 37.39, what: "37,39"},
		{period: q4, commune: "30466", indicator: "17.1", is: met, value: 99.06, written: w("đạt 99,06%", ""), what: "“đạt 99,06%”"},
		{period: q4, commune: "30478", indicator: "4.2", is: met, value: 98, written: w("≥ 98", ""), what: "“≥ 98”"},
		{period: q4, commune: "30475", indicator: "17.1", is: met, value: 92.6, written: w("trên 92,6%", ""), what: "“trên 92,6%”"},
		{period: q4, commune: "30496", indicator: "10", is: met, value: 38.39, written: w("38 tr 390", ""), what: "“38 tr 390”"},
		{period: q4, commune: "30466", indicator: "10", is: met, value: 38.5, written: w("38,5 triệu", ""), what: "“38,5 triệu”"},
		{period: q4, commune: "30418", indicator: "9.1", is: met, written: w(0.0, ""), what: "0 căn nhà tạm · no dilapidated house, as a number"},
		{period: q4, commune: "30424", indicator: "9.1", is: notMet, written: w(7.0, ""), what: "7 căn nhà tạm · seven of them"},
	}
}

func (s *story) unplaced() []string {
	var left []string
	for _, p := range s.plants {
		if p.cell == "" && p.file == "" {
			left = append(left, strings.TrimSpace(p.period+" "+p.check+" "+p.commune+" "+p.indicator))
		}
	}
	return left
}

// codes are the codes that the findings of the planted faults carry.
var codes = map[string]string{
	"missing_commune": "NTM-102", "missing_indicator": "NTM-103", "unknown_commune": "NTM-104", "period_mismatch": "NTM-106",
	"district_mismatch": "NTM-107", "set_mismatch": "NTM-108", "duplicate_commune": "NTM-110", "invalid_value": "NTM-201",
	"scale_inferred": "NTM-202", "scale_doubtful": "NTM-203", "out_of_range": "NTM-204", "claim_contradicts_value": "NTM-205",
	"claimed_total_mismatch": "NTM-206", "subtotal_mismatch": "NTM-207", "claim_without_value": "NTM-208", "blank_as_not_met": "NTM-209",
	"unit_converted": "NTM-210", "sudden_change": "NTM-301", "outlier": "NTM-302", "near_threshold": "NTM-304",
}

// readme writes the page that goes with the reports.
func readme(s *story) []byte {
	var b strings.Builder
	b.WriteString(`# Tỉnh mẫu: báo cáo của 11 huyện, thị xã, thành phố

**SỐ LIỆU MINH HỌA.** Các biểu trong hai thư mục này do chương trình ` + "`seeds/sample`" + ` viết ra, không phải báo cáo thật.
Chỉ trạng thái của 21 xã công nhận giai đoạn 2011–2016 (Phụ lục 1) tại thời điểm 31/12/2017 là số đã công bố; các giá trị
trong ô, 12 xã công nhận năm 2017 và mọi xã khác đều là giả định, chọn sao cho ra đúng con số tổng hợp đã công bố:
33 xã được công nhận; 7 xã đạt 15–18, 44 xã đạt 10–14, 34 xã đạt 5–9 tiêu chí; bình quân 12,9 trên 118 xã (một xã bị bỏ sót).

The sample province: **illustrative data**, written by ` + "`go run ./seeds/sample`" + ` (the same seeds give the same bytes; do not
edit the workbooks, change the program). Eleven offices, eleven ways of filling a sheet. Only the state of the 21 communes of
the published appendix is real; the values behind it, the twelve communes recognised in 2017 and all others are made up so that
the published headline figures come out.

## Lỗi cài sẵn · Planted faults

| tệp · file | trang · sheet | ô · cell | lỗi · fault | phát hiện · finding |
| --- | --- | --- | --- | --- |
`)
	faults := slices.Clone(s.plants)
	slices.SortStableFunc(faults, func(a, b *plant) int { return strings.Compare(b.period, a.period) })
	for _, p := range faults {
		if p.check != "" {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s %s |\n", p.file, p.sheet, p.cell, p.what, codes[p.check], p.check)
		}
	}
	b.WriteString(`
Kéo theo: xã ghi Đạt trái với 84,6 thì tổng số tiêu chí ghi cũng thừa 1 (NTM-206); thu nhập 96,5 đã cao bất thường từ quý III.
Follow-ups: where 84.6 is claimed as met, the stated total is one too high as well; the odd income was already there in the third quarter.

Không cài sẵn, tự phát sinh: ` + "`recognised_not_retained`" + ` (14 xã của Phụ lục 1), ` + "`published_figure_mismatch`" + ` (hai chỗ sai của kế hoạch).
These come by themselves. ` + "`missing_district`" + ` and ` + "`remediation_overdue`" + ` do not occur: all districts report, no deadline has passed.

## Cách viết khác thường · Uncommon ways of writing

| tệp · file | trang · sheet | ô · cell | viết · written |
| --- | --- | --- | --- |
`)
	for _, p := range faults {
		if p.check == "" {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", p.file, p.sheet, p.cell, p.what)
		}
	}
	return []byte(b.String())
}
