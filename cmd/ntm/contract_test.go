package main

// The contract from outside: workbooks go into an inbox, the program runs, and
// what it answers is held against figures worked out by hand.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/pipeline"
	ntmsql "github.com/angiang-ntm/ntm/sql"
)

// Evaluation

func TestThresholdsHoldAtTheirBoundary(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	report := wide("huyện Thoại Sơn", "Quý IV/2017", ids("10", "11", "15.1", "17.6"),
		commune("Vĩnh Phú", 36.99, 4, 84.999, 70),
		commune("Vĩnh Trạch", 37, 4.001, 85, 70),
		commune("Thoại Giang", 37.01, 3.999, 85.001, 70),
		commune("Định Mỹ", 37, 0, 84.6, 0.846),
	)
	report.formats = map[string]string{"E8": "0", "F8": "0.0%"} // 84.6 is shown as 85, 0.846 as 84.6%
	o.receives("2017-Q4", "Thoại Sơn.xlsx", report)
	o.evaluate("2017-Q4")

	o.results("Vĩnh Phú", "10 | 36.99 | NULL | false | reported", "11 | 4 | NULL | true | reported", "15.1 | 84.999 | NULL | false | reported")
	o.results("Vĩnh Trạch", "10 | 37 | NULL | true | reported", "11 | 4.001 | NULL | false | reported", "15.1 | 85 | NULL | true | reported")
	o.results("Thoại Giang", "10 | 37.01 | NULL | true | reported", "11 | 3.999 | NULL | true | reported", "15.1 | 85.001 | NULL | true | reported")
	o.results("Định Mỹ", "15.1 | 84.6 | NULL | false | reported", "17.6 | 84.6 | NULL | true | reported")

	// The level of income is the year's, assumed, and says so (ruling 18).
	o.says(`select distinct comparator, threshold, threshold_source, threshold_confidence
		from mart.indicator_result where indicator_id = '10'`,
		">= | 37 | Quyết định 3379/QĐ-UBND ngày 28/11/2016 của UBND tỉnh An Giang (mức từng năm: giả định, chưa tìm thấy văn bản) | assumed")
	o.says(`select indicator_id, round(gap, 3) from mart.indicator_result where commune_name = 'Vĩnh Trạch' and gap is not null`,
		"10 | 0", "11 | -0.001", "15.1 | 0", "17.6 | 0")
}

func TestRuling1WordsInAYesNoIndicator(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", ids("1.1", "9.1", "13.1"),
		commune("Vĩnh Phú", "Đạt", "Không", "Có"),
		commune("Vĩnh Trạch", "Chưa đạt", "Có", "Không"),
		commune("Thoại Giang", "x", 0, 1),
		commune("Định Mỹ", "Đ", 3, "CĐ"),
		commune("Phú Thuận", true, "3,68%", 0),
		commune("Vĩnh Khánh", "✓", "Đạt", "K"),
		commune("Vọng Thê", "Đạt", "Chưa đạt", "Đạt"),
	))
	o.evaluate("2017-Q4")

	// A word is reported, with no value; met is the claim, turned round where "Không" is asked for.
	o.results("Vĩnh Phú", "1.1 | NULL | true | true | reported", "9.1 | NULL | false | true | reported", "13.1 | NULL | true | true | reported")
	o.results("Vĩnh Trạch", "1.1 | NULL | false | false | reported", "9.1 | NULL | true | false | reported", "13.1 | NULL | false | false | reported")
	// 9.1 as a count or a percentage: above 0 is not met.
	o.results("Thoại Giang", "1.1 | NULL | true | true | reported", "9.1 | 0 | NULL | true | reported", "13.1 | NULL | true | true | reported")
	o.results("Định Mỹ", "1.1 | NULL | true | true | reported", "9.1 | 3 | NULL | false | reported", "13.1 | NULL | false | false | reported")
	o.results("Phú Thuận", "1.1 | NULL | true | true | reported", "9.1 | 3.68 | NULL | false | reported", "13.1 | NULL | false | false | reported")
	// A verdict is not an answer: Đạt in 9.1 is met.
	o.results("Vĩnh Khánh", "1.1 | NULL | true | true | reported", "9.1 | NULL | true | true | reported", "13.1 | NULL | false | false | reported")
	o.results("Vọng Thê", "9.1 | NULL | false | false | reported")
	o.findings("invalid_value")
}

func TestWordsThatSayNothingAreNeverMet(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", ids("1.1", "13.1", "15.1", "17.6"),
		commune("Vĩnh Phú", "Cơ bản đạt", "đang thực hiện", "12o", 85),
		commune("Vĩnh Trạch", "gần đạt", "80% khối lượng", "//", 85),
		commune("Thoại Giang", "Đạt", "Chưa đạt", "chưa đánh giá", "-"),
		commune("Định Mỹ", "Đạt", "Đạt", "đạt 86,57%", "21/28"),
		commune("Phú Thuận", "Đạt", "Đạt", 86, 75), // without these half of a column says nothing, and the column is set aside (ruling 36)
		commune("Vĩnh Khánh", "Đạt", "Đạt", 86, 75),
		commune("Vọng Thê", "Đạt", "Đạt", 86, 75),
	))
	o.evaluate("2017-Q4")

	o.says(`select commune_name, indicator_id, raw_text from mart.indicator_result where state = 'invalid' and met is null and value is null order by commune_name, indicator_id`,
		"Thoại Giang | 15.1 | chưa đánh giá",
		"Vĩnh Phú | 1.1 | Cơ bản đạt", "Vĩnh Phú | 13.1 | đang thực hiện", "Vĩnh Phú | 15.1 | 12o",
		"Vĩnh Trạch | 1.1 | gần đạt", "Vĩnh Trạch | 13.1 | 80% khối lượng", "Vĩnh Trạch | 15.1 | //")
	o.says("select count(*) from ops.finding where check_id = 'invalid_value' and severity = 'error'", "7")
	o.results("Thoại Giang", "17.6 | NULL | NULL | NULL | missing")
	o.results("Định Mỹ", "15.1 | 86.57 | NULL | true | reported", "17.6 | 75 | NULL | true | reported")
}

func TestRuling2CriterionClaims(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "An Phú.xlsx", tab{rows: [][]any{
		{"UBND huyện An Phú"}, {"Biểu tổng hợp tiêu chí nông thôn mới Quý IV/2017"}, nil,
		{"STT", "Tên xã", "Tiêu chí 13", nil, nil, "Tiêu chí 15"},
		{nil, nil, "13.1", "13.2", "Đánh giá", "15.1", "15.2", "15.3", "Đánh giá"},
		{1, "Khánh An", nil, nil, "Đạt", 85, "Đạt", 20, "Chưa đạt"},
		{2, "Khánh Bình", nil, nil, "Chưa đạt", 80, "Đạt", 20, "Đạt"},
		{3, "Quốc Thái", "Đạt", nil, "Đạt", 85, "Đạt", 20, "Đạt"},
		{4, "Nhơn Hội", "Đạt", "Chưa đạt", "Chưa đạt", 85, "Chưa đạt", 20, "Chưa đạt"},
	}, merge: []string{"A4:A5", "B4:B5", "C4:E4", "F4:I4"}})
	o.evaluate("2017-Q4")

	o.says(`select r.commune_name, r.criterion_no, r.met, r.met_source, r.indicators_unknown from mart.criterion_result r
		where r.criterion_no in (13, 15) and r.district_code = '886' and r.commune_name in ('Khánh An', 'Khánh Bình', 'Quốc Thái', 'Nhơn Hội')`,
		"Khánh An | 13 | true | claim | 2",      // only the claim: it decides, and says so
		"Khánh An | 15 | true | indicators | 0", // the evaluation wins
		"Khánh Bình | 13 | false | claim | 2",
		"Khánh Bình | 15 | false | indicators | 0",
		"Quốc Thái | 13 | NULL | indicators | 1", // 13.2 is unknown: the claim of the whole is not copied to it
		"Quốc Thái | 15 | true | indicators | 0",
		"Nhơn Hội | 13 | false | indicators | 0",
		"Nhơn Hội | 15 | false | indicators | 0")
	o.results("Khánh An", "13.1 | NULL | NULL | NULL | missing", "13.2 | NULL | NULL | NULL | missing")
	o.says("select criteria_met, claimed_criteria_met from mart.commune_summary where commune_name in ('Khánh An', 'Khánh Bình', 'Quốc Thái', 'Nhơn Hội')",
		"2 | 1", "0 | 1", "1 | 2", "0 | 0")
	o.findings("claim_contradicts_value",
		"error | Khánh An | NULL | Biểu 1 | I6",
		"error | Khánh Bình | NULL | Biểu 1 | I7")
}

func TestRuling2ATableOfCriteriaOnly(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	table := func(district string, rows ...[]any) tab {
		header := []any{"STT", "Tên xã"}
		for n := 1; n <= 19; n++ {
			header = append(header, n)
		}
		t := tab{rows: [][]any{{"UBND " + district}, {"Kết quả theo tiêu chí Quý IV/2017"}, nil, header}}
		for n, row := range rows {
			t.rows = append(t.rows, append([]any{n + 1}, row...))
		}
		return t
	}
	row := func(name string, marks ...any) []any { return append([]any{name}, marks...) }
	all := func(mark any, n int) []any { return slices.Repeat([]any{mark}, n) }
	o.receives("2017-Q4", "Tri Tôn.xlsx", table("huyện Tri Tôn",
		row("Lạc Quới", all("Đạt", 19)...),
		row("Lê Trì", append(all("Đạt", 12), all("Chưa đạt", 6)...)...))) // 19 is left blank
	o.receives("2017-Q4", "Tân Châu.xlsx", table("thị xã Tân Châu",
		row("Phú Lộc", all("x", 19)...),
		row("Vĩnh Xương", all("x", 12)...))) // 13 to 19 are left blank
	o.evaluate("2017-Q4")

	o.says("select commune_name, criteria_met, band, failing_criteria, failing_indicators from mart.commune_summary where reported order by commune_name",
		"Lê Trì | 12 | 10-14 | 13; 14; 15; 16; 17; 18 | ", // words: a blank is missing
		"Lạc Quới | 19 | full |  | ",
		"Phú Lộc | 19 | full |  | ",
		"Vĩnh Xương | 12 | 10-14 | 13; 14; 15; 16; 17; 18; 19 | ") // one sign: a blank is not met (ruling 19)
	o.findings("blank_as_not_met", "warning | NULL | NULL | Biểu 1 | O6")
	o.says("select count(*) from mart.indicator_result where claim is not null or met is not null", "0")
}

func TestRuling4SecondaryThresholds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "An Phú.xlsx", tab{rows: [][]any{
		{"UBND huyện An Phú"}, {"Biểu tổng hợp tiêu chí nông thôn mới Quý IV/2017"}, nil,
		{"STT", "Tên xã", "2.1", "2.3", nil, "17.1", nil, "17.2"},
		{nil, nil, nil, "Sạch, không lầy lội", "Trong đó cứng hóa", "Nước sạch", "Nước hợp vệ sinh"},
		{1, "Khánh An", 100, 100, 30, 85, 95, 100},
		{2, "Khánh Bình", 100, 100, 29.9, 85, 94.9, 100},
		{3, "Quốc Thái", 100, 100, nil, 85, nil, 100},
		{4, "Nhơn Hội", 100, 99, 50, 84, 99, 100},
	}, merge: []string{"A4:A5", "B4:B5", "C4:C5", "D4:E4", "F4:G4", "H4:H5"}})
	o.evaluate("2017-Q4")

	o.results("Khánh An", "2.3 | 100 | NULL | true | reported", "17.1 | 85 | NULL | true | reported")
	o.results("Khánh Bình", "2.3 | 100 | NULL | false | reported", "17.1 | 85 | NULL | false | reported")
	o.results("Quốc Thái", "2.3 | 100 | NULL | true | reported", "17.1 | 85 | NULL | true | reported") // nothing reported, nothing applied
	o.results("Nhơn Hội", "2.3 | 99 | NULL | false | reported", "17.1 | 84 | NULL | false | reported")
}

func TestRuling8RangesAndScales(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", ids("10", "11", "15.1", "17.6"),
		commune("Vĩnh Phú", 37, 0.5, 0.86, 101),
		commune("Vĩnh Trạch", -1, 2.5, 85, -0.1),
		commune("Thoại Giang", 37, 100, 1, 100),
		commune("Định Mỹ", 37, 0, "0,84", 0),
		commune("Phú Thuận", 37, 2.5, 85, 70))) // so that less than half of 17.6 is out of range (ruling 36)
	o.receives("2017-Q4", "Chợ Mới.xlsx", wide("huyện Chợ Mới", "Quý IV/2017", ids("10", "11", "15.1", "17.6"),
		commune("Kiến An", 37, 0.035, 85, 70),
		commune("Mỹ Hiệp", 37, 0.02, 85, 70)))
	o.evaluate("2017-Q4")

	o.findings("out_of_range",
		"error | Vĩnh Trạch | 10 | Biểu 1 | C6", "error | Vĩnh Phú | 17.6 | Biểu 1 | F5", "error | Vĩnh Trạch | 17.6 | Biểu 1 | F6")
	o.results("Vĩnh Phú", "11 | 0.5 | NULL | true | reported", "15.1 | 86 | NULL | true | reported", "17.6 | NULL | NULL | NULL | invalid")
	o.results("Vĩnh Trạch", "10 | NULL | NULL | NULL | invalid", "17.6 | NULL | NULL | NULL | invalid")
	o.results("Thoại Giang", "11 | 100 | NULL | false | reported", "15.1 | 100 | NULL | true | reported", "17.6 | 100 | NULL | true | reported")
	o.results("Định Mỹ", "11 | 0 | NULL | true | reported", "15.1 | 84 | NULL | false | reported", "17.6 | 0 | NULL | false | reported")
	o.findings("scale_inferred",
		"warning | Vĩnh Phú | 15.1 | Biểu 1 | E5", "warning | Thoại Giang | 15.1 | Biểu 1 | E7", "warning | Định Mỹ | 15.1 | Biểu 1 | E8")
	o.findings("scale_doubtful", // a whole column of fractions is an error
		"error | Kiến An | 11 | Biểu 1 | D5", "error | Mỹ Hiệp | 11 | Biểu 1 | D6", "warning | Vĩnh Phú | 11 | Biểu 1 | D5")
	o.results("Kiến An", "11 | 0.035 | NULL | true | reported") // read as written all the same
}

func TestRuling9MissingThings(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "Châu Đốc.xlsx", wide("TP. Châu Đốc", "Quý IV/2017", allIDs(t),
		meeting(t, "Vĩnh Tế", "15.1", nil, "9.1", "-")))
	o.receives("2017-Q4", "Long Xuyên.xlsx", wide("TP. Long Xuyên", "Quý IV/2017", allIDs(t),
		meeting(t, "Mỹ Khánh"), meeting(t, "Mỹ Hòa Hưng")))
	o.evaluate("2017-Q4")

	o.findings("missing_indicator", "warning | Vĩnh Tế | 15.1 | Biểu 1 | AF5", "warning | Vĩnh Tế | 9.1 | Biểu 1 | V5")
	o.says("select district_code, commune_code from ops.finding where check_id = 'missing_commune'", "884 | 30334") // Vĩnh Châu
	o.says("select district_code from ops.finding where check_id = 'missing_district' order by district_code",
		"886", "887", "888", "889", "890", "891", "892", "893", "894")

	// A commune without data has a row per indicator and no count, ever (ruling 3).
	o.says(`select state, count(*), count(met), count(value), count(claim) from mart.indicator_result
		where commune_name = 'Vĩnh Châu' group by state`, "missing | 49 | 0 | 0 | 0")
	o.says("select reported, criteria_total, criteria_met, band, indicators_unknown, failing_indicators, retained from mart.commune_summary where commune_name = 'Vĩnh Châu'",
		"false | 19 | NULL | NULL | 49 |  | NULL")
	o.says("select count(*), count(distinct (commune_code, indicator_id)) from mart.indicator_result", fmt.Sprintf("%d | %d", 119*49, 119*49))
}

func TestRuling18OverridesOfAnOffice(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	own := t.TempDir()
	write(t, filepath.Join(own, "seeds", "threshold_overrides.csv"), `set_id,indicator_id,scope_kind,scope_value,comparator,threshold,valid_from,valid_to,legal_basis,source,confidence,note
AG-3379,15.1,commune,30694,>=,80,,,Công văn 1,,document,
AG-3379,15.1,district,894,>=,90,2017-01-01,2017-12-31,Công văn 2,,document,
AG-3379,15.1,year,2017,,,2017-01-01,2017-12-31,Công văn 3,,assumed,mức chưa biết
AG-3379,17.6,year,2018,>=,99,2018-01-01,2018-12-31,Công văn 4,,document,
`)
	write(t, filepath.Join(own, "ntm.yaml"), "seeds:\n  dir: "+filepath.Join(own, "seeds")+"\n")
	o.flags = []string{"--config", filepath.Join(own, "ntm.yaml")}
	o.receives("2017-Q4", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", ids("15.1", "17.6"),
		commune("Vĩnh Phú", 82, 70), commune("Vĩnh Trạch", 86, 70)))
	o.receives("2017-Q4", "Châu Đốc.xlsx", wide("TP. Châu Đốc", "Quý IV/2017", ids("15.1", "17.6"),
		commune("Vĩnh Tế", 86, 70)))
	o.evaluate("2017-Q4")

	o.says("select commune_name, threshold, threshold_source, threshold_confidence, met from mart.indicator_result where indicator_id = '15.1' and value is not null",
		"Vĩnh Tế | 85 | Quyết định 3379/QĐ-UBND ngày 28/11/2016 của UBND tỉnh An Giang | document | true", // an override without a level is ignored
		"Vĩnh Phú | 80 | Công văn 1 | document | true",                                                    // its own level before its district's
		"Vĩnh Trạch | 90 | Công văn 2 | document | false")
	o.says("select distinct threshold from mart.indicator_result where indicator_id = '17.6'", "70")
}

func TestRuling19NothingAndBlanks(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", ids("1.1", "1.2", "7", "9.1", "13.1", "15.1", "17.2"),
		commune("Vĩnh Phú", "x", "Đạt", "Không có", "Không có", "Không có", 85, "Không có"),
		commune("Vĩnh Trạch", "X", "Đạt", "không thuộc diện", "Có", "Không có", "Không có", 100),
		commune("Thoại Giang", nil, nil, "Đạt", "không áp dụng", "Đạt", 85, 99.9),
		commune("Định Mỹ")))
	o.evaluate("2017-Q4")

	// What "Không có" means stands in the indicator's own seed row.
	o.results("Vĩnh Phú", "7 | NULL | false | false | reported", "9.1 | NULL | false | true | reported",
		"13.1 | NULL | false | false | reported", "17.2 | NULL | NULL | true | not_applicable")
	o.results("Vĩnh Trạch", "7 | NULL | NULL | true | not_applicable", "13.1 | NULL | false | false | reported", "15.1 | NULL | NULL | NULL | invalid")
	o.results("Thoại Giang", "7 | NULL | true | true | reported", "9.1 | NULL | NULL | NULL | invalid", "17.2 | 99.9 | NULL | false | reported")
	// One sign and blanks: the blanks are not met. Beside words a blank is missing, and so is a row that says nothing.
	o.results("Thoại Giang", "1.1 | NULL | false | false | reported", "1.2 | NULL | NULL | NULL | missing")
	o.results("Định Mỹ", "1.1 | NULL | NULL | NULL | missing")
	o.says("select commune_name from mart.commune_summary where reported order by commune_name", "Thoại Giang", "Vĩnh Phú", "Vĩnh Trạch")
	o.findings("blank_as_not_met", "warning | NULL | 1.1 | Biểu 1 | C7")
}

func TestRuling10TotalsAreHeldAgainstTheirRows(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	report := func(district string, names [3]string, totals ...any) tab {
		t := wide(district, "Quý IV/2017", ids("10", "13.1", "15.1", "Tổng số tiêu chí đạt"),
			commune(names[0], 37, "Đạt", 85, 1), commune(names[1], 38, "Chưa đạt", 90, 1), commune(names[2], 39, "Đạt", 80, 1))
		t.rows = append(t.rows, append([]any{nil, "Cộng"}, totals...))
		return t
	}
	// A row that no commune matches adds up like any other.
	o.receives("2017-Q4", "Thoại Sơn.xlsx", report("huyện Thoại Sơn", [3]string{"Vĩnh Phú", "Vĩnh Trạch", "Xã Lạ"}, 114, 2, 85, 3))
	o.receives("2017-Q4", "An Phú.xlsx", report("huyện An Phú", [3]string{"Khánh An", "Khánh Bình", "Quốc Thái"}, 75, 3, 255, 2))
	o.evaluate("2017-Q4")

	o.findings("subtotal_mismatch",
		"warning | NULL | 10 | Biểu 1 | C8", "warning | NULL | 13.1 | Biểu 1 | D8", "warning | NULL | NULL | Biểu 1 | F8")
	o.says("select distinct file_name from ops.finding where check_id = 'subtotal_mismatch'", "An Phú.xlsx")
	o.findings("unknown_commune", "error | NULL | NULL | Biểu 1 | B7")
	o.says("select count(*) from mart.commune_summary where reported", "5") // the totals are no commune
}

// Reading

func TestRuling5PeriodLabels(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, c := range []struct{ district, commune, label string }{
		{"TP. Long Xuyên", "Mỹ Khánh", "năm 2017"},
		{"TP. Châu Đốc", "Vĩnh Tế", "quý IV năm 2017 (số liệu đến ngày 15/12/2017)"},
		{"huyện An Phú", "Khánh An", "lũy kế đến 31/12/2017"},
		{"thị xã Tân Châu", "Phú Lộc", "12 tháng năm 2017, tính đến ngày 10/01/2018"},
		{"huyện Phú Tân", "Long Hòa", "quý IV/2017. An Giang, ngày 05 tháng 01 năm 2018"}, // signed, not as of
		{"huyện Châu Phú", "Khánh Hòa", "quý IV/2017, tính đến ngày 20/01/2018"},          // more than 15 days after
		{"huyện Tịnh Biên", "Núi Voi", "9 tháng năm 2017"},
		{"huyện Tri Tôn", "Lạc Quới", "6 tháng đầu năm 2017"},
		{"huyện Châu Thành", "An Hòa", "quý III/2017"},
		{"huyện Chợ Mới", "Kiến An", ""}, // the folder says it
	} {
		o.receives("2017-Q4", c.district+".xlsx", wide(c.district, c.label, ids("15.1", "17.1"), commune(c.commune, 85, 85)))
	}
	o.evaluate("2017-Q4")
	o.says("select district_code, status, as_of_date from ops.submission order by district_code",
		"883 | accepted | NULL",
		"884 | accepted | 2017-12-15",
		"886 | accepted | 2017-12-31",
		"887 | accepted | 2018-01-10",
		"888 | accepted | NULL",
		"889 | accepted | NULL",
		"890 | rejected | NULL",
		"891 | rejected | NULL",
		"892 | rejected | NULL",
		"893 | accepted | NULL")
	o.says("select file_name, sheet, cell from ops.finding where check_id = 'period_mismatch' and severity = 'error' order by district_code",
		"huyện Tịnh Biên.xlsx | Biểu 1 | A2", "huyện Tri Tôn.xlsx | Biểu 1 | A2", "huyện Châu Thành.xlsx | Biểu 1 | A2")
}

func TestRuling5AFlatInboxIsSharedByPeriods(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.put("Thoại Sơn.xlsx", xlsx(t, wide("huyện Thoại Sơn", "quý III/2017", ids("15.1", "17.1"), commune("Vĩnh Phú", 85, 85))))
	o.put("gửi sau/Châu Đốc.XLSX", xlsx(t, wide("TP. Châu Đốc", "quý IV/2017", ids("15.1", "17.1"), commune("Vĩnh Tế", 85, 85))))
	o.put("Chợ Mới.xlsx", xlsx(t, wide("huyện Chợ Mới", "", ids("15.1", "17.1"), commune("Kiến An", 85, 85))))
	o.put("~$Châu Đốc.xlsx", []byte("lock"))
	o.put(".Châu Đốc.xlsx", []byte("hidden"))
	o.put("ghi chú.txt", []byte("not a report"))
	o.evaluate("2017-Q4")
	o.says("select s.file_name, s.status, string_agg(f.code, '; ') from ops.submission s left join ops.finding f on f.submission_id = s.submission_id and f.severity = 'error' and f.commune_code is null group by all order by 1",
		"Châu Đốc.XLSX | accepted | NULL", "Chợ Mới.xlsx | rejected | NTM-062", "ghi chú.txt | rejected | NTM-011") // ruling 37

	// What was left for its own period is taken by its own run.
	o.evaluate("2017-Q3")
	o.says("select file_name, status from ops.submission where period = '2017-Q3' order by 1",
		"Chợ Mới.xlsx | rejected", "Thoại Sơn.xlsx | accepted", "ghi chú.txt | rejected")
}

func TestRulings6And7ResubmissionsDuplicatesAndRepetitions(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	columns := ids("11", "15.1", "17.1")
	// Thoại Sơn sends one commune again: it takes over that commune only.
	o.receives("2017-Q4", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", columns, commune("Vĩnh Phú", 4, 85, 85), commune("Vĩnh Trạch", 4, 85, 85)))
	o.receives("2017-Q4", "Thoại Sơn (lần 2).xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", columns, commune("Vĩnh Phú", 5, 80, 85)))
	// Châu Đốc sends everything again, as of a later day.
	o.receives("2017-Q4", "A Châu Đốc.xlsx", wide("TP. Châu Đốc", "Quý IV/2017, số liệu đến ngày 31/12/2017", columns, commune("Vĩnh Tế", 4, 86, 85)))
	o.receives("2017-Q4", "B Châu Đốc.xlsx", wide("TP. Châu Đốc", "Quý IV/2017, số liệu đến ngày 15/12/2017", columns, commune("Vĩnh Tế", 4, 85, 85)))
	// An Phú names a commune twice and sends the file under two names.
	twice := xlsx(t, wide("huyện An Phú", "Quý IV/2017", columns, commune("Khánh An", 4, 85, 85), commune("Khánh Bình", 4, 85, 85), commune("Khánh An", 5, 80, 85)))
	o.put("2017-Q4/An Phú.xlsx", twice)
	o.put("2017-Q4/An Phú copy.xlsx", twice)
	o.evaluate("2017-Q4")

	o.says("select file_name, status, reason from ops.submission order by district_code desc, file_name",
		"Thoại Sơn (lần 2).xlsx | accepted | NULL",
		"Thoại Sơn.xlsx | accepted | NULL", // Vĩnh Trạch still counts
		"An Phú copy.xlsx | accepted | NULL",
		"An Phú.xlsx | duplicate | trùng nguyên văn với “An Phú copy.xlsx”",
		"A Châu Đốc.xlsx | accepted | NULL",
		"B Châu Đốc.xlsx | superseded | thay bằng bản gửi sau “A Châu Đốc.xlsx”")
	o.says("select commune_name, value, met, file_name, cell from mart.indicator_result where indicator_id = '15.1' and value is not null",
		"Vĩnh Tế | 86 | true | A Châu Đốc.xlsx | D5",
		"Khánh An | 85 | true | An Phú copy.xlsx | D5", // the first row counts
		"Khánh Bình | 85 | true | An Phú copy.xlsx | D6",
		"Vĩnh Phú | 80 | false | Thoại Sơn (lần 2).xlsx | D5",
		"Vĩnh Trạch | 85 | true | Thoại Sơn.xlsx | D6")
	// Both rows carry the error.
	o.findings("duplicate_commune", "error | Khánh An | NULL | Biểu 1 | B5", "error | Khánh An | NULL | Biểu 1 | B7")
	// An accepted file counts even when it has gone from the inbox.
	if err := os.Remove(filepath.Join(o.inbox, "2017-Q4", "Thoại Sơn.xlsx")); err != nil {
		t.Fatal(err)
	}
	o.evaluate("2017-Q4")
	o.says("select status from ops.submission where file_name = 'Thoại Sơn.xlsx'", "accepted")
	o.results("Vĩnh Trạch", "15.1 | 85 | NULL | true | reported")
}

func TestRuling11And20TheInsideOfAWorkbook(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const sheet1 = "xl/worksheets/sheet1.xml"
	book := func(district, name string) []byte {
		return xlsx(t, wide(district, "Quý IV/2017", ids("11", "15.1", "17.1"), commune(name, 1, 2, 3)))
	}
	cell := func(column string, value int) string { return fmt.Sprintf(`<c r="%s5"><v>%d</v></c>`, column, value) }
	c, d := cell("C", 1), cell("D", 2)
	o.put("2017-Q4/out of order.xlsx", patched(t, book("TP. Long Xuyên", "Mỹ Khánh"), sheet1, c+d, d+c))
	o.put("2017-Q4/repeated address.xlsx", patched(t, book("TP. Châu Đốc", "Vĩnh Tế"), sheet1, d, strings.Replace(d, "D5", "C5", 1)))
	o.put("2017-Q4/broken tag.xlsx", patched(t, book("huyện An Phú", "Khánh An"), sheet1, d, `<c r="D5"><v>2</c>`))
	sameName := xlsx(t, wide("thị xã Tân Châu", "Quý IV/2017", ids("11", "15.1", "17.1"), commune("Phú Lộc", 1, 2, 3)),
		wide("thị xã Tân Châu", "Quý IV/2017", ids("11", "15.1", "17.1"), commune("Vĩnh Xương", 4, 5, 6)))
	o.put("2017-Q4/two of one name.xlsx", patched(t, sameName, "xl/workbook.xml", "Biểu 2", "Biểu 1"))
	const workbookRels = "xl/_rels/workbook.xml.rels"
	relation := func(kind, target string) string {
		return `<Relationship Id="rId99" Type="` + kind + `" Target="` + target + `"/></Relationships>`
	}
	o.put("2017-Q4/macros.xlsm", patched(t, patched(t, book("huyện Phú Tân", "Long Hòa"), "[Content_Types].xml", "sheet.main+xml", "sheet.macroEnabled.main+xml"),
		workbookRels, "</Relationships>", relation("http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin")))
	o.put("2017-Q4/links.xlsx", patched(t, book("huyện Châu Phú", "Khánh Hòa"),
		workbookRels, "</Relationships>", relation("http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink", "externalLinks/externalLink1.xml")))
	o.put("2017-Q4/no workbook.xlsx", []byte("<html><body>Không phải bảng tính</body></html>"))
	o.put("2017-Q4/empty.xlsx", nil)
	o.evaluate("2017-Q4")

	o.says("select file_name, status from ops.submission order by file_name",
		"broken tag.xlsx | rejected", "empty.xlsx | rejected", "links.xlsx | accepted", "macros.xlsm | accepted", "no workbook.xlsx | rejected",
		"out of order.xlsx | accepted", "repeated address.xlsx | rejected", "two of one name.xlsx | accepted")
	o.says(`select file_name, severity, check_id, sheet, cell from ops.finding
		where submission_id is not null and check_id in ('file_refused', 'external_links_ignored', 'macros_ignored', 'cells_out_of_order', 'same_sheet_name') order by file_name`,
		"broken tag.xlsx | error | file_refused | Biểu 1 | NULL",
		"empty.xlsx | error | file_refused | NULL | NULL",
		"links.xlsx | info | external_links_ignored | NULL | NULL",
		"macros.xlsm | info | macros_ignored | NULL | NULL",
		"no workbook.xlsx | error | file_refused | NULL | NULL",
		"out of order.xlsx | info | cells_out_of_order | Biểu 1 | NULL",
		"repeated address.xlsx | error | file_refused | Biểu 1 | C5",
		"two of one name.xlsx | warning | same_sheet_name | Biểu 1 | NULL")
	o.says("select commune_name, indicator_id, value, cell from mart.indicator_result where value is not null and district_code in ('883', '887')",
		"Mỹ Khánh | 11 | 1 | C5", "Mỹ Khánh | 15.1 | 2 | D5", "Mỹ Khánh | 17.1 | 3 | E5",
		"Phú Lộc | 11 | 1 | C5", "Phú Lộc | 15.1 | 2 | D5", "Phú Lộc | 17.1 | 3 | E5",
		"Vĩnh Xương | 11 | 4 | C5", "Vĩnh Xương | 15.1 | 5 | D5", "Vĩnh Xương | 17.1 | 6 | E5")
}

func TestRuling12NamesAreNeverGuessed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	columns := ids("11", "15.1", "17.1")
	o.receives("2017-Q4", "Phú Tân.xlsx", wide("huyện Phú Tân", "Quý IV/2017", columns,
		commune("Phú Thạnh", 1, 2, 3),
		commune("Phu Thanh", 1, 2, 3), // Phú Thạnh or Phú Thành?
		commune("xã  tân hoà", 1, 2, 3),
		commune("PHU HIEP", 1, 2, 3)))
	o.receives("2017-Q4", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", columns,
		commune("Vĩnh Thánh", 1, 2, 3), // a wrong tone
		commune("Vĩnh Khanh", 1, 2, 3), // half of its marks
		commune("30697", 1, 2, 3)))
	o.evaluate("2017-Q4")

	o.says("select commune_text, commune_code, match_step from raw.record order by district_code, row_no",
		"Phú Thạnh | 30427 | exact", "Phu Thanh | NULL | NULL", "xã tân hoà | 30457 | tone", "PHU HIEP | 30424 | ascii",
		"Vĩnh Thánh | NULL | NULL", "Vĩnh Khanh | NULL | NULL", "30697 | 30697 | code")
	o.findings("unknown_commune", "error | NULL | NULL | Biểu 1 | B6", "error | NULL | NULL | Biểu 1 | B5", "error | NULL | NULL | Biểu 1 | B6")
	o.says("select suggestions from raw.record where commune_text = 'Phu Thanh'", "Phú Thạnh; Phú Thành")
	o.says("select commune_name from mart.commune_summary where reported", "Phú Hiệp", "Phú Thạnh", "Tân Hòa", "Vĩnh Trạch")
}

func TestRuling13LineageOfEveryLayout(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "danh sách.xlsx", tab{name: "Phụ lục 1", rows: [][]any{ // L3
		{"UBND huyện Thoại Sơn"}, {"Danh sách xã, Quý IV/2017"}, nil,
		{"STT", "Tên xã", "Năm công nhận", "Số tiêu chí đạt", "Tiêu chí, chỉ tiêu chưa đạt", "Ghi chú"},
		{1, "Vĩnh Phú", 2015, 19, 0, nil},
		{2, "Vĩnh Trạch", 2015, 17, "13.1; 15.1", nil},
		{3, "Thoại Giang", 2016, 17, "TC 13; 17.1", "đang làm"},
		{4, "Định Mỹ", 2017, 18, 13.1, nil}, // Excel made a number of it
	}})
	long := tab{name: "Vĩnh Tế", rows: [][]any{ // L2
		{"UBND TP. CHÂU ĐỐC"}, {"UBND XÃ VĨNH TẾ"}, {"BIỂU TỰ ĐÁNH GIÁ QUÝ IV/2017"}, nil,
		{"TT", "Tên tiêu chí", "Nội dung", "Yêu cầu", "Kết quả thực hiện", "Tự đánh giá", "Ghi chú"},
		{11, "Hộ nghèo", "Tỷ lệ hộ nghèo đa chiều giai đoạn 2016-2020", "≤ 4%", 4.5, "Đạt"},
		{15, "Y tế", "15.1. Tỷ lệ người dân tham gia bảo hiểm y tế", "≥ 85%", nil, "Đạt"},
		{nil, nil, "15.2. Xã đạt tiêu chí quốc gia về y tế", "Đạt", "Đạt", "Đạt"},
	}, merge: []string{"A7:A8", "B7:B8"}}
	o.receives("2017-Q4", "Châu Đốc.xlsx", long)
	o.evaluate("2017-Q4")

	o.says(`select commune_name, indicator_id, value, claim, met, state, file_name, sheet, cell from mart.indicator_result
		where commune_name = 'Vĩnh Tế' and state <> 'missing'`,
		"Vĩnh Tế | 11 | 4.5 | true | false | reported | Châu Đốc.xlsx | Vĩnh Tế | E6",  // the value's cell
		"Vĩnh Tế | 15.1 | NULL | true | true | claimed | Châu Đốc.xlsx | Vĩnh Tế | F7", // the claim's
		"Vĩnh Tế | 15.2 | NULL | true | true | reported | Châu Đốc.xlsx | Vĩnh Tế | E8")
	o.findings("claim_contradicts_value", "error | Vĩnh Tế | 11 | Vĩnh Tế | E6")
	o.says(`select commune_name, string_agg(distinct cell, ','), string_agg(distinct state, ','), count(*) filter (where met), string_agg(indicator_id, '; ') filter (where not met)
		from mart.indicator_result where district_code = '894' and state <> 'missing' group by commune_name, commune_code order by commune_code`,
		"Vĩnh Phú | E5 | claimed | 49 | NULL", // the list's cell
		"Vĩnh Trạch | E6 | claimed | 47 | 13.1; 15.1",
		"Định Mỹ | E8 | claimed | 48 | 13.1",
		"Thoại Giang | E7 | claimed | 46 | 13.1; 13.2; 17.1")
	o.says("select cell from ops.finding where check_id = 'list_expanded'", "E7")
	o.findings("claimed_total_mismatch")
}

func TestRuling17TheOrderOfRetention(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	// In the seeds Vĩnh Phú is 1st, Vĩnh Trạch 2nd, Thoại Giang 3rd, Vĩnh Châu 6th and Vĩnh Tế 7th.
	o.receives("2017-Q4", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", allIDs(t),
		meeting(t, "Vĩnh Phú", "15.1", 80, "2.1", 99), meeting(t, "Vĩnh Trạch"), meeting(t, "Thoại Giang", "13.2", "Chưa đạt", "13.1", "Chưa đạt")))
	o.receives("2017-Q4", "Châu Đốc.xlsx", wide("TP. Châu Đốc", "Quý IV/2017", allIDs(t),
		meeting(t, "Vĩnh Tế"), meeting(t, "Vĩnh Châu", "19.1", "Chưa đạt")))
	o.evaluate("2017-Q4")

	o.says("select stt, commune_name, district_name, recognised_year, criteria_met, failing_indicators from mart.retention where criteria_met is not null",
		"1 | Vĩnh Trạch | huyện Thoại Sơn | 2015 | 19 | ",
		"2 | Vĩnh Tế | TP. Châu Đốc | 2014 | 19 | ",
		"3 | Thoại Giang | huyện Thoại Sơn | 2016 | 18 | 13.1; 13.2",
		"4 | Vĩnh Châu | TP. Châu Đốc | 2013 | 18 | 19.1",
		"5 | Vĩnh Phú | huyện Thoại Sơn | 2015 | 17 | 2.1; 15.1") // natural order, not "15.1; 2.1"
	o.says("select count(*), min(stt), max(stt) from mart.retention", "21 | 1 | 21")
	o.says("select count(*), count(criteria_met) from mart.retention_current", "12 | 0")
	o.says("select retained, retained_earlier, recognised, recognised_earlier, recognised_in_year from mart.province_summary", "2 | 2 | 33 | 21 | 12")
}

// Publication

// halfAProvince writes the reports of two districts of eleven; poverty in Vĩnh
// Tế is what some tests change.
func halfAProvince(o *office, period, label string, poverty float64) {
	o.t.Helper()
	o.receives(period, "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", label, allIDs(o.t),
		meeting(o.t, "Vĩnh Phú"),                 // 19 criteria, recognised
		meeting(o.t, "Vĩnh Trạch", "15.1", 80),   // 18, recognised
		meeting(o.t, "Thoại Giang", "13.1", nil), // 18 and one unknown, recognised
		meeting(o.t, "An Bình", "1.1", "Chưa đạt", "2.1", 50, "3.1", 10, "4.2", 50, "5", 20,
			"6.3", 50, "8.1", "Chưa đạt", "12", 50, "16", 10, "18.1", "Chưa đạt"))) // 9, not recognised
	o.receives(period, "Châu Đốc.xlsx", wide("TP. Châu Đốc", label, allIDs(o.t),
		meeting(o.t, "Vĩnh Tế", "11", poverty))) // 18 above 4 %, recognised; Vĩnh Châu is missing
}

func TestPublication(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	halfAProvince(o, "2017-Q3", "9 tháng năm 2017", 5)
	halfAProvince(o, "2017-Q4", "năm 2017", 5)
	o.evaluate("2017-Q3") // loaded, so that there is something to compare with
	summary := o.run("2017-Q4", pipeline.Incomplete)
	v001 := filepath.Join(o.out, "2017-Q4", "v001")

	t.Run("figures of a half-reported province", func(t *testing.T) {
		o := o.in(t)
		o.says("select commune_name, criteria_met, band, indicators_met, indicators_unknown, retained, failing_indicators from mart.commune_summary where period = '2017-Q4' and reported",
			"Vĩnh Tế | 18 | 15-18 | 48 | 0 | false | 11",
			"An Bình | 9 | 5-9 | 39 | 0 | NULL | 1.1; 2.1; 3.1; 4.2; 5; 6.3; 8.1; 12; 16; 18.1",
			"Vĩnh Phú | 19 | full | 49 | 0 | true | ",
			"Vĩnh Trạch | 18 | 15-18 | 48 | 0 | false | 15.1",
			"Thoại Giang | 18 | 15-18 | 48 | 1 | NULL | ")
		// (18 + 9 + 19 + 18 + 18) / 5, and with 19 for each of the four that are recognised.
		o.says("select communes, communes_reported, avg_criteria_met, avg_criteria_met_as_recognised, avg_indicators_met from mart.province_summary where period = '2017-Q4'",
			"119 | 5 | 16.4 | 17 | 46.4")
		o.says("select recognised, round(recognised_pct, 2), recognised_in_year, retained, round(retained_pct, 2), recognised_earlier, retained_earlier, communes_full, full_not_recognised from mart.province_summary where period = '2017-Q4'",
			"33 | 27.73 | 12 | 1 | 33.33 | 21 | 1 | 1 | 0")
		o.says("select retained, not_retained, retained_unknown, retained_earlier_unknown, criteria_unknown from mart.province_summary where period = '2017-Q4'", "1 | 2 | 30 | 18 | 1")
		o.says("select district_name, communes, communes_reported, avg_criteria_met, avg_criteria_met_as_recognised, min_criteria_met, max_criteria_met from mart.district_summary where period = '2017-Q4' and (communes_reported > 0 or district_code = '886')",
			"TP. Châu Đốc | 2 | 1 | 18 | 19 | 18 | 18",
			"huyện An Phú | 12 | 0 | NULL | NULL | NULL | NULL",
			"huyện Thoại Sơn | 14 | 4 | 16 | 16.5 | 9 | 19")
		o.says("select band, communes, communes_as_recognised from mart.band_summary where period = '2017-Q4'",
			"full | 1 | 33", "15-18 | 3 | 0", "10-14 | 0 | 0", "5-9 | 1 | 1", "0-4 | 0 | 0")
		// The unknown is in no count but its own.
		o.says("select criterion_no, communes, met, not_met, unknown, met_pct from mart.criterion_summary where period = '2017-Q4' and criterion_no in (13, 15, 19)",
			"13 | 119 | 4 | 0 | 115 | 80", "15 | 119 | 4 | 1 | 114 | 80", "19 | 119 | 5 | 0 | 114 | 100")
		o.says("select indicator_id, communes, met, not_met, unknown, met_pct, change_class, min, median, max from mart.indicator_summary where period = '2017-Q4' and indicator_id in ('11', '13.1')",
			"11 | 119 | 4 | 1 | 114 | 80 | raised | 2 | 2 | 5", "13.1 | 119 | 4 | 0 | 115 | 80 | new | NULL | NULL | NULL")
		for _, sentence := range []string{"2/11", "5/119", "16,4", "17,0", "27,73%", v001} {
			if !strings.Contains(summary, sentence) {
				t.Errorf("the summary does not say %q:\n%s", sentence, summary)
			}
		}
	})

	t.Run("views", func(t *testing.T) {
		o := o.in(t)
		for view, columns := range contractViews {
			have := strings.Split(o.ask("select string_agg(column_name, ' ') from duckdb_columns() where schema_name || '.' || table_name = '" + view + "'")[0], " ")
			for _, c := range strings.Fields(columns) {
				if !slices.Contains(have, c) {
					t.Errorf("%s has no column %s", view, c)
				}
			}
		}
		o.says("select schema_name, view_name from duckdb_views() where schema_name in ('mart', 'ops', 'raw', 'ref') and coalesce(comment, '') = ''")
		o.says("select schema_name, table_name from duckdb_tables() where schema_name in ('mart', 'ops', 'raw', 'ref') and coalesce(comment, '') = ''")
		o.says("select schema_name, table_name, column_name from duckdb_columns() where schema_name in ('mart', 'ops', 'raw', 'ref') and coalesce(comment, '') = ''")
		o.says("select period, count(*), count(distinct (commune_code, indicator_id)) from mart.indicator_result group by period order by period",
			"2017-Q3 | 5831 | 5831", "2017-Q4 | 5831 | 5831") // 119 × 49
		o.says("select period, count(*), count(distinct (commune_code, criterion_no)) from mart.criterion_result group by period order by period",
			"2017-Q3 | 2261 | 2261", "2017-Q4 | 2261 | 2261") // 119 × 19
	})

	t.Run("files", func(t *testing.T) {
		o := o.in(t)
		files := listing(t, v001)
		want := []string{"bao-cao-ntm-2017-Q4.docx", "bao-cao-ntm-2017-Q4.html", "manifest.json", "thong-ke-ntm-2017-Q4.json", "tom-tat-ntm-2017-Q4.pdf", "tong-hop-ntm-2017-Q4.xlsx",
			"phan-hoi/884/Châu Đốc.xlsx", "phan-hoi/894/Thoại Sơn.xlsx"}
		for _, view := range ntmsql.Marts {
			want = append(want, "parquet/"+strings.TrimPrefix(view, "mart.")+".parquet")
		}
		lists := 0
		named := slices.Collect(maps.Keys(files))
		for _, name := range named {
			if strings.HasPrefix(name, "theo-don-vi/") {
				lists++ // see TestListsGoOutToEveryUnit
				want = append(want, name)
			}
		}
		if lists == 0 {
			t.Error("nothing goes out to departments and districts")
		}
		slices.Sort(want)
		if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) {
			t.Errorf("published files\n got %v\nwant %v", got, want)
		}
		if to := o.latest("2017-Q4"); to != "v001" {
			t.Errorf("latest is %q", to)
		}
		book, err := excelize.OpenFile(filepath.Join(v001, "tong-hop-ntm-2017-Q4.xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = book.Close() }()
		sheets := []string{"Tổng quan", "Theo huyện", "Theo tiêu chí", "Theo xã", "Phụ lục 1", "Phụ lục 2", "Chỉ tiêu chưa đạt", "So kỳ trước",
			"Kết quả chỉ tiêu", "Số liệu cần kiểm tra", "Tình hình nộp báo cáo", "Nguồn số liệu"}
		unknown := func(name string) bool { return !slices.Contains(sheets, name) } // others may stand among them
		if got := slices.DeleteFunc(book.GetSheetList(), unknown); !slices.Equal(got, sheets) {
			t.Errorf("sheets %v", book.GetSheetList())
		}

		annex, err := book.GetRows("Phụ lục 1")
		if err != nil {
			t.Fatal(err)
		}
		head := slices.IndexFunc(annex, func(row []string) bool { return len(row) > 0 && row[0] == "STT" })
		if head < 0 || len(annex) < head+4 {
			t.Fatalf("Phụ lục 1: %q", annex)
		}
		for n, want := range []string{
			"STT | Tên xã | Năm công nhận | Số tiêu chí đạt | Tiêu chí, chỉ tiêu chưa đạt | Ghi chú",
			"1 | Vĩnh Phú | 2015 | 19 | 0", // nothing failing prints as 0 (ruling 17)
			"2 | Vĩnh Trạch | 2015 | 18 | 15.1",
			"3 | Thoại Giang | 2016 | 18 | chưa đủ số liệu | 1 chỉ tiêu chưa đủ số liệu", // 13.1 is blank: that is not nothing
		} {
			if got := strings.TrimRight(strings.Join(annex[head+n], " | "), " |"); got != want {
				t.Errorf("Phụ lục 1: %q, want %q", got, want)
			}
		}

		var m struct {
			Period, Publication string
			Identity            string
			Inputs              []struct {
				Period, Status, SHA256 string
				FileName               string `json:"file_name"`
			}
			Outputs []struct {
				Path, SHA256 string
				Size         int
			}
			Rows map[string]int
		}
		fromJSON(t, files["manifest.json"], &m)
		if m.Period != "2017-Q4" || m.Publication != "v001" || m.Identity == "" || m.Rows["mart.indicator_result"] != 5831 {
			t.Errorf("manifest %+v", m)
		}
		var inputs []string
		for _, in := range m.Inputs {
			inputs = append(inputs, in.Period+" "+in.FileName+" "+in.Status)
			if sum := sha(t, filepath.Join(o.inbox, in.Period, in.FileName)); sum != in.SHA256 || sum != sha(t, filepath.Join(o.data, "archive", sum)) {
				t.Errorf("%s: SHA-256 %s in the manifest, %s in the inbox", in.FileName, in.SHA256, sum)
			}
		}
		if want := []string{"2017-Q3 Châu Đốc.xlsx accepted", "2017-Q3 Thoại Sơn.xlsx accepted", "2017-Q4 Châu Đốc.xlsx accepted", "2017-Q4 Thoại Sơn.xlsx accepted"}; !slices.Equal(inputs, want) {
			t.Errorf("inputs %q", inputs)
		}
		for _, out := range m.Outputs {
			if sum := sha(t, filepath.Join(v001, out.Path)); sum != out.SHA256 || out.Size != len(files[out.Path]) {
				t.Errorf("%s: SHA-256 %s in the manifest, is %s", out.Path, out.SHA256, sum)
			}
		}
		if len(m.Outputs) != len(files)-1 {
			t.Errorf("%d outputs in the manifest, %d files beside it", len(m.Outputs), len(files)-1)
		}
	})

	t.Run("statistics", func(t *testing.T) {
		o := o.in(t)
		text := listing(t, v001)["thong-ke-ntm-2017-Q4.json"]
		if got := strings.Join(keys(t, text), " "); got != "period set_id province bands districts criteria indicators retention submissions findings" {
			t.Errorf("keys %s", got)
		}
		var stats struct {
			Period                                                         string
			SetID                                                          string `json:"set_id"`
			Province                                                       json.RawMessage
			Bands, Districts, Criteria, Indicators, Retention, Submissions []json.RawMessage
			Findings                                                       map[string]int
		}
		fromJSON(t, text, &stats)
		if stats.Period != "2017-Q4" || stats.SetID != "AG-3379" {
			t.Errorf("period %s, set %s", stats.Period, stats.SetID)
		}
		for _, part := range []struct {
			view    string
			objects []json.RawMessage
			count   int
		}{
			{"mart.province_summary", []json.RawMessage{stats.Province}, 1}, {"mart.band_summary", stats.Bands, 5}, {"mart.district_summary", stats.Districts, 11},
			{"mart.criterion_summary", stats.Criteria, 19}, {"mart.indicator_summary", stats.Indicators, 49}, {"mart.retention", stats.Retention, 21},
			{"ops.submission", stats.Submissions, 2},
		} {
			if len(part.objects) != part.count {
				t.Errorf("%s: %d objects, want %d", part.view, len(part.objects), part.count)
				continue
			}
			have := keys(t, part.objects[0])
			for _, c := range strings.Fields(contractViews[part.view]) {
				if c != "received_at" && !slices.Contains(have, c) {
					t.Errorf("%s: no %s in %v", part.view, c, have)
				}
			}
			if slices.Contains(have, "received_at") {
				t.Errorf("%s says when a file was received", part.view)
			}
		}
		o.says("select count(*) filter (where severity = 'error'), count(*) filter (where severity = 'warning'), count(*) filter (where severity = 'info') from ops.finding where period = '2017-Q4'",
			fmt.Sprintf("%d | %d | %d", stats.Findings["error"], stats.Findings["warning"], stats.Findings["info"]))
	})

	t.Run("in fresh folders it comes out the same, byte for byte", func(t *testing.T) {
		again := newOffice(t)
		again.inbox = o.inbox
		again.evaluate("2017-Q3")
		again.run("2017-Q4", pipeline.Incomplete)
		first, second := listing(t, v001), listing(t, filepath.Join(again.out, "2017-Q4", "v001"))
		delete(first, "manifest.json") // the clock is in it
		delete(second, "manifest.json")
		same(t, first, second)
	})

	before := o.marts("2017-Q4")
	untouched := listing(t, o.out)

	t.Run("run again it publishes nothing new", func(t *testing.T) {
		o := o.in(t)
		o.run("2017-Q4", pipeline.Incomplete) // senders are still missing (ruling 15)
		same(t, untouched, listing(t, o.out))
	})

	t.Run("what goes wrong leaves it standing", func(t *testing.T) {
		o := o.in(t)
		config := filepath.Join(t.TempDir(), "ntm.yaml")
		write(t, config, "checks:\n  severitty:\n    outlier: off\n")
		empty, file, taken := t.TempDir(), filepath.Join(t.TempDir(), "tệp"), t.TempDir()
		write(t, file, "")
		write(t, filepath.Join(taken, "2017-Q4"), "")
		for _, c := range []struct {
			what   string
			args   []string
			status int
			says   string
		}{
			{"unknown period", []string{"--period", "2017-Q5"}, pipeline.Usage, "2017-Q4"},
			{"no period", nil, pipeline.Usage, "--period 2017-Q4"},
			{"no set in force", []string{"--period", "2012-Q4"}, pipeline.Usage, "criteria_sets.csv"},
			{"missing inbox", []string{"--period", "2018-Q1", "--inbox", filepath.Join(empty, "không có")}, pipeline.Usage, "--inbox"},
			{"empty inbox", []string{"--period", "2018-Q1", "--inbox", empty}, pipeline.Failed, filepath.Join(empty, "2018-Q1")},
			{"unknown key", []string{"--period", "2017-Q4", "--config", config}, pipeline.Usage, "checks.severity"},
			{"missing configuration", []string{"--period", "2017-Q4", "--config", config + "x"}, pipeline.Usage, config + "x"},
			{"output is a file", []string{"--period", "2017-Q4", "--out", file}, pipeline.Failed, "--out"},
			{"a file where the period's folder should be", []string{"--period", "2017-Q4", "--out", taken}, pipeline.Failed, "dời tệp đó đi"},
			{"data is a file", []string{"--period", "2017-Q4", "--data", file}, pipeline.Failed, "--data"},
		} {
			args := []string{"run", "--inbox", o.inbox, "--data", o.data, "--out", o.out}
			status, _, stderr := o.ntm(append(args, c.args...)...)
			if status != c.status || !strings.Contains(stderr, c.says) {
				t.Errorf("%s: exit status %d, want %d; want it to say %q:\n%s", c.what, status, c.status, c.says, stderr)
			}
		}
		same(t, untouched, listing(t, o.out))
	})

	t.Run("with --strict errors are loaded, not published", func(t *testing.T) {
		o := o.in(t)
		halfAProvince(o, "2017-Q4", "năm 2017", 4)
		o.run("2017-Q4", pipeline.Strict, "--strict")
		same(t, untouched, listing(t, o.out))
		if got := o.askIn(o.data, "select value from mart.indicator_result where period = '2017-Q4' and commune_name = 'Vĩnh Tế' and indicator_id = '11'"); !slices.Equal(got, []string{"4"}) {
			t.Errorf("the warehouse says %v", got)
		}
	})

	t.Run("one cell changes what depends on it, in a new version", func(t *testing.T) {
		o := o.in(t)
		o.run("2017-Q4", pipeline.Incomplete)
		after := o.marts("2017-Q4")
		for view, want := range map[string][]string{
			"indicator_result":  {"Vĩnh Tế 11"},
			"criterion_result":  {"Vĩnh Tế 11"},
			"commune_summary":   {"Vĩnh Tế"},
			"district_summary":  {"TP. Châu Đốc"},
			"province_summary":  {"2017-Q4"},
			"band_summary":      {"15-18", "full"},
			"criterion_summary": {"11"},
			"indicator_summary": {"11"},
			"retention":         {"Thoại Giang", "Vĩnh Trạch", "Vĩnh Tế"}, // it overtakes the two
			"retention_current": nil,
			"remediation":       {"11"},
			"failing":           {"30331"},
			"change":            {"Vĩnh Tế 11"},
			"commune_history":   {"Vĩnh Tế"},
			// It is lost no more, and met by no margin at all.
			"recognition_change": {"Vĩnh Tế 11"},
			"unmet":              {"Vĩnh Tế 11"},
			"slippage":           {"Vĩnh Tế 11"},
			"risk":               {"Vĩnh Tế 11"},
			"headline":           {"avg_criteria_met", "communes_full", "retained"},
			"period_comparison":  {"avg_criteria_met", "communes_full", "retained"},
			"published_figure":   {"F04", "F09"},
			"target":             nil,
			"withdrawal":         nil,
			"what_if":            nil,
			"correction":         nil,
			"expected_sender":    nil,
			"source_comparison":  nil,
			"submission_change":  {"Vĩnh Tế 11"},
		} {
			if got := changed(before[view], after[view]); !slices.Equal(got, want) {
				t.Errorf("mart.%s: changed %q, want %q", view, got, want)
			}
			delete(after, view)
		}
		if len(after) > 0 {
			t.Errorf("views without an expectation: %v", slices.Sorted(maps.Keys(after)))
		}
		o.says(`select value, threshold, met, file_name, sheet, cell from mart.indicator_result
			where period = '2017-Q4' and commune_name = 'Vĩnh Tế' and indicator_id = '11'`, "4 | 4 | true | Châu Đốc.xlsx | Biểu 1 | Y5")
		o.says("select previous_period, commune_name, indicator_id, value_before, value_after, met_before, met_after, change, cause from mart.change where period = '2017-Q4'",
			"2017-Q3 | Vĩnh Tế | 11 | 5 | 4 | false | true | gained | value")
		if to := o.latest("2017-Q4"); to != "v002" {
			t.Errorf("latest is %q", to)
		}
		for name, data := range listing(t, v001) {
			if !bytes.Equal(data, untouched["2017-Q4/v001/"+name]) {
				t.Errorf("v001/%s was overwritten", name)
			}
		}
	})

	t.Run("correcting a quarter publishes the next one anew", func(t *testing.T) {
		o := o.in(t)
		halfAProvince(o, "2017-Q3", "9 tháng năm 2017", 4.5)
		o.run("2017-Q3", pipeline.Incomplete)
		o.says("select value_before, value_after, change from mart.change where period = '2017-Q4'", "4.5 | 4 | gained")
		for period, want := range map[string]string{"2017-Q3": "v001", "2017-Q4": "v003"} {
			if to := o.latest(period); to != want {
				t.Errorf("%s: latest is %q, want %q", period, to, want)
			}
		}
		o.run("2017-Q4", pipeline.Incomplete) // which its own run finds done
		if to := o.latest("2017-Q4"); to != "v003" {
			t.Errorf("latest is %q", to)
		}
	})

	t.Run("status", func(t *testing.T) {
		o := o.in(t)
		_, text, _ := o.ntm("status", "--data", o.data, "--period", "2017-Q4", "--format", "json")
		var s struct {
			Senders []struct {
				Code     string `json:"sender_code"`
				Status   string
				Communes int
				Reported int `json:"communes_reported"`
			}
			Missing []string
			Others  []struct{ Status string }
		}
		fromJSON(t, []byte(text), &s)
		first := s.Senders[0] // in administrative order: Long Xuyên, then Châu Đốc
		if len(s.Senders) != 11 || first.Code != "883" || first.Status != "" || first.Reported != 0 {
			t.Errorf("senders %+v", s.Senders)
		}
		if second := s.Senders[1]; second.Code != "884" || second.Status != "accepted" || second.Communes != 2 || second.Reported != 1 {
			t.Errorf("Châu Đốc %+v", second)
		}
		if len(s.Missing) != 9 || len(s.Others) != 1 || s.Others[0].Status != "superseded" {
			t.Errorf("missing %v, others %v", s.Missing, s.Others)
		}
	})

	t.Run("query reads and nothing else", func(t *testing.T) {
		o := o.in(t)
		stands := listing(t, o.out)
		for _, sql := range []string{
			"copy (select 1) to '" + filepath.Join(o.out, "x.csv") + "'", "attach '" + filepath.Join(o.data, "ntm.duckdb") + "' as w", "install httpfs", "load httpfs",
			"set threads = 1", "create temporary table x as select 1", "create table x as select 1", "select 1; select 2", "delete from ops.run",
			"explain analyze delete from ops.run", "", "-- nothing",
		} {
			if status, stdout, stderr := o.ntm("query", sql, "--out", o.out); status != pipeline.Usage || stdout != "" {
				t.Errorf("%q: exit status %d, want %d\n%s%s", sql, status, pipeline.Usage, stdout, stderr)
			}
		}
		if status, _, stderr := o.ntm("query", "select content from read_text('/etc/hostname')", "--out", o.out); status == pipeline.OK {
			t.Errorf("a query read a file: %s", stderr)
		}
		for _, sql := range []string{"from mart.province_summary", "with x as (select 1 as n) select n from x;", "describe mart.change", "summarize mart.retention", "explain select 1", "(select 1)", "values (1)"} {
			if status, _, stderr := o.ntm("query", sql, "--out", o.out); status != pipeline.OK {
				t.Errorf("%q: exit status %d\n%s", sql, status, stderr)
			}
		}
		same(t, stands, listing(t, o.out))
		for _, format := range []string{"table", "csv", "json", "xlsx", "parquet", "arrow"} {
			file := filepath.Join(t.TempDir(), "result."+format)
			if status, stdout, stderr := o.ntm("query", "from mart.province_summary", "--out", o.out, "--format", format, "--output", file); status != pipeline.OK || stdout != "" {
				t.Errorf("--format %s: exit status %d\n%s%s", format, status, stdout, stderr)
			} else if info, err := os.Stat(file); err != nil || info.Size() == 0 {
				t.Errorf("--format %s wrote %v, %v", format, info, err)
			}
		}
		if _, stdout, _ := o.ntm("query", "select 1 where false", "--out", o.out, "--format", "json"); strings.Join(strings.Fields(stdout), "") != "[]" {
			t.Errorf("no rows as JSON: %q", stdout)
		}
	})
}

func TestAFolderOfUnreadableFilesIsPublishedAsSuch(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.put("2017-Q4/Thoại Sơn.xlsx", []byte("{}"))
	o.evaluate("2017-Q4")
	o.says("select status, district_code from ops.submission", "rejected | 894") // its name tells whose it is
	o.says("select count(*) from mart.commune_summary where reported or criteria_met is not null or band is not null", "0")
	o.says("select communes, communes_reported, avg_criteria_met, retained from mart.province_summary", "119 | 0 | NULL | 0")
}

func TestInspectTouchesNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", ids("11", "15.1", "17.1"), commune("Vĩnh Phú", 4, "12o", nil)))
	file := filepath.Join(o.inbox, "2017-Q4", "Thoại Sơn.xlsx")
	before := listing(t, filepath.Dir(o.inbox))
	status, stdout, stderr := o.ntm("inspect", file, "--format", "json")
	if status != pipeline.OK {
		t.Fatalf("exit status %d\n%s", status, stderr)
	}
	var all []struct {
		Sender  string `json:"sender_code"`
		Period  string
		Tables  []struct{ Layout, Area string }
		Records []struct {
			Commune string `json:"commune_code"`
			Cell    string
			Values  []struct{ Cell, State string }
		}
	}
	fromJSON(t, []byte(stdout), &all)
	if got := fmt.Sprint(all); got != "[{894 2017-Q4 [{L1 A4:E5}] [{30694 B5 [{C5 reported} {D5 invalid} {E5 missing}]}]}]" {
		t.Errorf("inspect: %s\n%s", got, stdout)
	}
	same(t, before, listing(t, filepath.Dir(o.inbox)))
}

// contractViews are the columns that people and scripts rely on.
var contractViews = map[string]string{
	"mart.indicator_result": `period commune_code indicator_id district_code district_name commune_name set_id criterion_no indicator_name unit value raw_text comparator
		threshold threshold_source threshold_confidence gap claim met state evidence_complete source submission_id file_name sheet cell`,
	"mart.criterion_result": `period commune_code criterion_no district_code criterion_name indicators_total indicators_met indicators_unknown met`,
	"mart.commune_summary": `period commune_code district_code district_name commune_name set_id reported criteria_total criteria_met claimed_criteria_met indicators_met
		indicators_unknown failing_indicators failing_criteria band recognised recognised_year recognised_under_set retained`,
	"mart.district_summary": `period district_code district_name communes communes_reported recognised retained communes_full avg_criteria_met avg_criteria_met_as_recognised
		min_criteria_met max_criteria_met`,
	"mart.province_summary": `period communes communes_reported recognised recognised_pct recognised_in_year retained retained_pct recognised_earlier retained_earlier
		communes_full full_not_recognised avg_criteria_met avg_criteria_met_as_recognised avg_indicators_met`,
	"mart.band_summary":      `period band communes communes_as_recognised`,
	"mart.criterion_summary": `period criterion_no communes met not_met unknown met_pct`,
	"mart.indicator_summary": `period indicator_id communes met not_met unknown met_pct change_class near_miss min median max`,
	"mart.retention":         `period commune_code stt commune_name district_name recognised_year criteria_met failing_indicators note`,
	"mart.retention_current": `period commune_code stt commune_name district_name recognised_year criteria_met failing_indicators note`,
	"mart.remediation":       `period indicator_id row_no label change_class action deadline lead_department communes_not_met commune_names overdue`,
	"mart.change":            `period previous_period commune_code indicator_id criterion_no value_before value_after met_before met_after change cause`,
	"ops.submission":         `submission_id period sender_kind sender_code district_code file_name sha256 form_id as_of_date received_at status reason observations findings`,
	"ops.finding":            `finding_id run_id period check_id code severity district_code commune_code indicator_id submission_id file_name sheet cell message remedy`,
	"ops.check_result":       `run_id check_id period severity evaluated failed skipped`,
	"ops.run":                `run_id period started_at finished_at status version config_sha256`,
}
