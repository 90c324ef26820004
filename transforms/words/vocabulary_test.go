package words_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/page"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// idOf is the id that a cell is by itself, whatever stands around it.
func idOf(v *words.Vocabulary, c *grid.Cell) string {
	if s := v.Sense(c); s.ID != nil && !s.Weak {
		return s.ID.ID
	}
	return ""
}

func TestIdsAtTheFrontOfACell(t *testing.T) {
	for _, c := range []struct{ written, id string }{
		{"15.1", "15.1"},
		{"=15.1", "15.1"},
		{"=2.2999999999999998", "2.3"}, // how Excel stores 2.3
		{"=1.1000000000000001", "1.1"},
		{"Chỉ tiêu 15.1", "15.1"},
		{"CT 15.1", "15.1"},
		{"15.1. Tỷ lệ người dân tham gia BHYT", "15.1"},
		{"15.1 - BHYT", "15.1"},
		{"15.1:", "15.1"},
		{"１５.１", "15.1"},
		{"15,1", ""}, // a decimal number as likely as an id
		{"15.1%", ""},
		{"=15.1[%]", ""},
		{"15.123", ""},
		{"115.1", ""},
		{"15", ""}, // a criterion with three indicators
		{"Xã 15.1", ""},
	} {
		id := ""
		if cell := page.OneCell(c.written); !cell.Percent {
			id = idOf(page.Vocabulary(), cell)
		}
		if id != c.id {
			t.Errorf("%q names %q, want %q", c.written, id, c.id)
		}
	}
}

// 17.1 stored as a number may have been typed 17.10: where a set has both, it
// names neither.
func TestANumberThatMayBeTwoIds(t *testing.T) {
	v := (&words.Vocabulary{Indicators: []words.Indicator{{ID: "17.1", Criterion: 17}, {ID: "17.10", Criterion: 17}, {ID: "17.2", Criterion: 17}}}).Prepare()
	for written, want := range map[string]string{"=17.1": "", "17.1": "17.1", "17.10": "17.10", "=17.2": "17.2"} {
		if id := idOf(v, page.OneCell(written)); id != want {
			t.Errorf("%q names %q, want %q", written, id, want)
		}
	}
}

func TestCriteria(t *testing.T) {
	for written, want := range map[string]int{
		"15": 15, "=15": 15, "Tiêu chí 15": 15, "TC 15": 15, "TC15": 15, "Tiêu chí số 15": 15, "15. Y tế": 15, "Y tế": 15,
		"20": 0, "0": 0, "15.1": 0, "15 xã": 0, "150": 0, "-15": 0, "(15)": 0,
	} {
		if got := page.Vocabulary().Sense(page.OneCell(written)).Criterion; got != want {
			t.Errorf("%q names criterion %d, want %d", written, got, want)
		}
	}
}

func TestLists(t *testing.T) {
	for _, c := range []struct{ written, want string }{
		{"13.1; 13.2", "13.1 13.2"},
		{"13.1, 13.2", "13.1 13.2"},
		{"13.1,15.1,17.8", "13.1 15.1 17.8"},
		{"13.1 và 15.1", "13.1 15.1"},
		{"17.2; 17.5; 17.8;", "17.2 17.5 17.8"},
		{`13.1\n13.2`, "13.1 13.2"},
		{"13.1 13.2", "13.1 13.2"},
		{"15.1; 15.1", "15.1"},
		{"TC 13", "13.1 13.2 · all of 13"},
		{"Tiêu chí số 13", "13.1 13.2 · all of 13"},
		{"13", "13.1 13.2 · all of 13"},
		{"=13", "13.1 13.2 · all of 13"},
		{"13 (13.1; 13.2)", "13.1 13.2"},
		{"TC 13 (13.1, 13.2); 15.1", "13.1 13.2 15.1"},
		{`17 (17.2;\n17.8)`, "17.2 17.8"},
		{"=15.1", "15.1"},
		{"=8.1999999999999993", "8.2"},
		{"10; 11", "10 11"}, // criteria of one indicator are their own ids
		{"Chỉ tiêu 13.1 (chưa có hợp tác xã)", "13.1"},
		{"0", ""}, {"=0", ""}, {"", ""}, {"-", ""}, {"không", ""}, {"Không có", ""}, {"…", ""},
		{"03 tiêu chí: 5, 10, 16", "5 10 16"},
		{"2 TC (5, 13)", "5 13.1 13.2 · all of 13"},
		{"2/19 (5; 10)", "5 10"},
		{"3 tiêu chí: 5, 10", "5 10 unclear “3 tiêu chí: 5, 10”"}, // which is the third?
		{"11 (5,2%); 15.1 (82,5%)", "11 15.1"},
		{"Tiêu chí số 19 (Quốc phòng và An ninh)", "19.1 19.2 · all of 19"},
		{`- Tiêu chí 5: Trường học\n- Tiêu chí 19: Quốc phòng và An ninh`, "5 19.1 19.2 · all of 19"},
		{"TC số 5: Trường học; TC số 17: Môi trường (17.1, 17.5)", "5 17.1 17.5"},
		{`5. Trường học\n10. Thu nhập`, "5 10"},
		{"Trường học; Thu nhập", "5 10"},
		{"Tiêu chí 5: Y tế", "unclear “y tế”"},
		{"Chưa đạt: 5, 10; cần củng cố: 1, 2", "5 10 unclear “cần củng cố: 1, 2”"},
		{"Chưa đạt TC 5, TC 10", "5 10"}, {"Còn các tiêu chí 10 và 16", "10 16"}, {"Còn thiếu hồ sơ", "unclear “còn thiếu hồ sơ”"},
		{"11,12", "11 12"},          // no set has an 11.12
		{"Chưa báo cáo", "missing"}, // is not "nothing to list"
		{"13,1", "unclear “13,1”"},
		{"13,1, 13,2", "unclear “13,1” “13,2”"},
		{"13.1; 99.9", "13.1 unclear “99.9”"},
		{"17.2-17.5", "unclear “17.2-17.5”"},
		{"13 (15.1)", "unclear “15.1”"},
		{"13.1; hợp tác xã", "13.1 unclear “hợp tác xã”"},
		{"=43111[date]", "unclear “43111”"}, // 13.1 became 13 January
		{"=#REF!", "unclear “#REF!”"},
		{"=?", "unclear “”"},
		{"20", "unclear “20”"},
	} {
		l := page.Vocabulary().ReadList(page.OneCell(c.written))
		got := l.IDs
		for _, n := range l.Expanded {
			got = append(got, "· all of "+strconv.Itoa(n))
		}
		if l.Missing {
			got = append(got, "missing")
		}
		for i, u := range l.Unclear {
			if i == 0 {
				got = append(got, "unclear")
			}
			got = append(got, "“"+u+"”")
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q reads %q, want %q", c.written, s, c.want)
		}
	}
}
