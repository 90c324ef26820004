package shape_test

import (
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/transforms/page"
	"github.com/angiang-ntm/ntm/transforms/shape"
)

// What each column of a table is, from all that stands over it: given a page,
// want its lines. "-" is a column that nothing is read from.
func TestColumns(t *testing.T) {
	for _, c := range []struct{ name, page, want string }{
		{"ids across", `
STT | Tên xã | 2.2 | 15.1 | Ghi chú
1 | Mỹ Đức | =52.5 | =88.1 | tốt`,
			"L1: key, key, 2.2 result, 15.1 result, note"},
		{"a year below each id", `
STT | Tên xã | 15.1 | <
^ | ^ | Năm 2016 | Năm 2017
1 | Mỹ Đức | =80.1 | =88.1`,
			"L1: key, key, 15.1 result earlier, 15.1 result"},
		{"a year above all ids", `
STT | Tên xã | Năm 2016 | < | Năm 2017 | <
^ | ^ | 2.2 | 15.1 | 2.2 | 15.1
1 | Mỹ Đức | =40.5 | =80.1 | =52.5 | =88.1`,
			"L1: key, key, 2.2 result earlier, 15.1 result earlier, 2.2 result, 15.1 result"},
		{"plan, result, estimate, comparison", `
STT | Tên xã | 15.1 | < | < | <
^ | ^ | KH | TH | Ước TH | So sánh %
1 | Mỹ Đức | =85 | =88.1 | =89.1 | =103`,
			"L1: key, key, 15.1 result plan, 15.1 result, 15.1 result estimate, 15.1 result comparison"},
		{"a count behind a rate", `
STT | Tên xã | 15.1 | <
^ | ^ | Số người tham gia | Tỷ lệ (%)
1 | Mỹ Đức | =5000 | =83.3`,
			"L1: key, key, 15.1 numerator count, 15.1 result"},
		{"marks in two columns", `
STT | Tên xã | 8.1 | <
^ | ^ | Chưa đạt | Đạt
1 | Mỹ Đức | x |
2 | Mỹ Phú | | x`,
			"L1: key, key, 8.1 claim pair, 8.1 claim"},
		{"a verdict beside the figure", `
STT | Tên xã | 15.1 | < | Tổng số tiêu chí đạt
^ | ^ | Kết quả | Tự đánh giá | ^
1 | Mỹ Đức | =88.1 | Đạt | =15`,
			"L1: key, key, 15.1 result, 15.1 claim, criteria_total"},
		{"two that may both be the result", `
STT | Tên xã | 15.1 | <
^ | ^ | Lần 1 | Lần 2
1 | Mỹ Đức | =80.1 | =88.1`,
			"L1: key, key, 15.1 result unclear, 15.1 result unclear"},
		{"a list of what fails", `
STT | Tên xã | Năm công nhận | Số tiêu chí đạt | Tiêu chí, chỉ tiêu chưa đạt
1 | Mỹ Đức | =2015 | =18 | 15.1`,
			"L3: key, key, note, criteria_total, claim"},
		{"criteria across", `
STT | Tên xã | TC 1 | TC 2 | TC 3
1 | Mỹ Đức | x | x |`,
			"L4: key, key, criterion_claim, criterion_claim, criterion_claim"},
		{"one commune", `
Xã: Mỹ Đức
TT | Nội dung | Yêu cầu | Kết quả năm 2016 | Kết quả năm 2017
2.2 | Đường ấp | 50% | =40.5 | =52.5
15.1 | BHYT | 85% | =80.1 | =88.1`,
			"L2: key, key, note, result earlier, result"},
		{"commune and indicator in each row", `
Tên xã | Chỉ tiêu | Kết quả | Tự đánh giá
Mỹ Đức | 15.1 | =88.1 | Đạt
Mỹ Phú | 15.1 | =79.1 | Chưa đạt`,
			"L2f: key, key, result, claim"},
		{"communes across", `
TT | Chỉ tiêu | Mỹ Đức | < | Mỹ Phú | <
^ | ^ | TH 2016 | TH 2017 | TH 2016 | TH 2017
2.2 | Đường ấp | =40.5 | =52.5 | =41.5 | =53.5
15.1 | BHYT | =80.1 | =88.1 | =81.1 | =89.1`,
			"L1 turned: key, key, result earlier, result, result earlier, result"},
		{"a price list", `
STT | Tên hàng | ĐVT | Giá
1 | Xi măng | bao | =85
2 | Cát vàng | m3 | =200`,
			""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := page.Grid(page.Sheet("Biểu", strings.TrimPrefix(c.page, "\n")), 1)
			before := g.Sheet.Cells[0]
			var told []string
			for _, table := range shape.Tables(g, page.Vocabulary(), shape.Asked{Period: page.Quarter4}, nil) {
				told = append(told, tell(table))
			}
			if got := strings.Join(told, "; "); got != c.want {
				t.Errorf("\n%s\nis  %s\nwant %s", c.page, got, c.want)
			}
			if g.Sheet.Cells[0] != before {
				t.Error("the sheet is not as it was")
			}
		})
	}
}

func tell(t *shape.Table) string {
	layout := string(t.Layout)
	if t.Turned {
		layout += " turned"
	}
	var cols []string
	for _, k := range t.Cols {
		var said []string
		switch k.Role {
		case shape.Ignored:
			said = append(said, "-")
		case shape.Key, shape.Note:
			said = append(said, string(k.Role))
		default:
			if k.Ind != nil && k.Measure != "" {
				said = append(said, k.Ind.ID)
			}
			said = append(said, string(k.Measure))
			if k.Role == shape.Pair {
				said = append(said, "pair")
			}
			if k.Standing != shape.Counts {
				said = append(said, string(k.Standing))
			}
		}
		cols = append(cols, strings.Join(said, " "))
	}
	return layout + ": " + strings.Join(cols, ", ")
}

// What each row below a header is.
func TestRows(t *testing.T) {
	what := map[shape.What]string{shape.Data: "data", shape.Heading: "heading", shape.Section: "section", shape.Sum: "sum", shape.Notes: "notes", shape.Gone: "gone"}
	for _, c := range []struct{ row, want string }{
		{"2 | Mỹ Phú | =53.5 | =89.1", "data"},
		{"2 | Xã không ai biết | =53.5 | =89.1", "data"},
		{"II | Các xã ven sông", "section"},
		{" | Tổng cộng | =106 | =177", "sum"},
		{" | Bình quân toàn huyện | =53 | =88", "sum"},
		{"STT | Tên xã | 2.2 | 15.1", "heading"},
		{"(1) | (2) | (3) | (4)", "heading"},
	} {
		g := page.Grid(page.Sheet("Biểu", "STT | Tên xã | 2.2 | 15.1\n1 | Mỹ Đức | =52.5 | =88.1\n"+c.row+"\n3 | Bình Long | =54.5 | =90.1"), 1)
		tables := shape.Tables(g, page.Vocabulary(), shape.Asked{Period: page.Quarter4}, nil)
		got := "no table"
		if len(tables) == 1 {
			got = "outside"
			for _, row := range tables[0].Rows {
				if row.Row == 3 {
					got = what[row.What]
				}
			}
		}
		if got != c.want {
			t.Errorf("%q is %s, want %s", c.row, got, c.want)
		}
	}
}

// A search that is told to end at once ends.
func TestTablesAreCancelled(t *testing.T) {
	two := "STT | Tên xã | 2.2 | 15.1\n1 | Mỹ Đức | =52.5 | =88.1\n\nSTT | Tên xã | 17.1 | 16\n1 | Mỹ Phú | =78.1 | =80.1\n\n"
	g := page.Grid(page.Sheet("Biểu", strings.Repeat(two, 100)), 1)
	all := shape.Tables(g, page.Vocabulary(), shape.Asked{Period: page.Quarter4}, nil)
	none := shape.Tables(g, page.Vocabulary(), shape.Asked{Period: page.Quarter4}, func() bool { return true })
	if len(none) >= len(all) {
		t.Errorf("%d tables of %d are found after all", len(none), len(all))
	}
}
