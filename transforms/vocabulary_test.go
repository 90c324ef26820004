package transforms

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/seeds"
)

// words is the vocabulary that all tests here read with: the real seeds, the
// set AG-3379, on the last day of 2017.
var words = sync.OnceValue(func() *Vocabulary {
	set, _, err := seeds.Load(seeds.FS)
	if err != nil {
		panic(err)
	}
	return FromSeeds(set, "AG-3379", "2017-12-31")
})

var quarter4 = Period{"quarter", 2017, 4}

// parseCell reads a cell as the tests write it: text as it is; =86.57 a number;
// =0.8657[%] a number in a percent format; =42937[date] a number shown as a
// date; =TRUE; =#REF! an error; =? a formula without a result; text[.VnTime]
// text in a font. \n is a line break.
func parseCell(s string) sheet.Cell {
	var c sheet.Cell
	if body, tag, ok := strings.Cut(strings.TrimSuffix(s, "]"), "["); ok && strings.HasSuffix(s, "]") {
		switch {
		case tag == "%":
			c.Percent, s = true, body
		case tag == "date":
			c.Date, s = true, body
		case strings.HasPrefix(tag, ".Vn"), strings.HasPrefix(tag, "VNI"):
			c.Font, s = tag, body
		}
	}
	v, special := strings.CutPrefix(s, "=")
	switch {
	case !special || v == "":
		c.Text = strings.ReplaceAll(s, `\n`, "\n")
	case v == "?":
		c.Kind = sheet.NoResult
	case v == "TRUE", v == "FALSE":
		c.Kind, c.Text = sheet.Bool, v
		if v == "TRUE" {
			c.Num = 1
		}
	case v[0] == '#':
		c.Kind, c.Text = sheet.Error, v
	default:
		n, err := strconv.ParseFloat(v, 64)
		if err != nil {
			panic("not a number in a test: " + s)
		}
		c.Kind, c.Text, c.Num = sheet.Number, v, n
	}
	return c
}

// oneCell is a cell as the recogniser sees it on a sheet of its own.
func oneCell(s string) *cell {
	src := parseCell(s)
	src.Pos = sheet.Pos{Row: 1, Col: 1}
	g := newGrid(&sheet.Sheet{Cells: []sheet.Cell{src}}, 1, words())
	return g.at(1, 1)
}

// say writes a value on one line: what it is, how it was understood.
func say(v Value) string {
	var b strings.Builder
	switch {
	case v.HasNum:
		b.WriteString(strconv.FormatFloat(v.Num, 'f', -1, 64))
	case v.HasWord:
		b.WriteString(map[bool]string{true: "yes", false: "no"}[v.Word])
		b.WriteString(map[bool]string{true: " answer", false: " verdict"}[v.Answer])
		if v.State == Claimed {
			b.WriteString(" claimed")
		}
	default:
		b.WriteString(v.State)
	}
	if v.Issue != "" && v.Issue != "invalid_value" {
		b.WriteString(" " + v.Issue)
	}
	if v.Note != "" {
		b.WriteString(" note “" + v.Note + "”")
	}
	if v.Mark {
		b.WriteString(" mark")
	}
	return b.String()
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
		if cell := oneCell(c.written); !cell.percent {
			if ind, _ := words().indicatorOf(cell); ind != nil {
				id = ind.ID
			}
		}
		if id != c.id {
			t.Errorf("%q names %q, want %q", c.written, id, c.id)
		}
	}
}

// 17.1 stored as a number may have been typed 17.10: where a set has both, it
// names neither.
func TestANumberThatMayBeTwoIds(t *testing.T) {
	v := (&Vocabulary{Indicators: []Indicator{{ID: "17.1", Criterion: 17}, {ID: "17.10", Criterion: 17}, {ID: "17.2", Criterion: 17}}}).Prepare()
	for written, want := range map[string]string{"=17.1": "", "17.1": "17.1", "17.10": "17.10", "=17.2": "17.2"} {
		id := ""
		if ind, _ := v.indicatorOf(oneCell(written)); ind != nil {
			id = ind.ID
		}
		if id != want {
			t.Errorf("%q names %q, want %q", written, id, want)
		}
	}
}

func TestCriteria(t *testing.T) {
	for written, want := range map[string]int{
		"15": 15, "=15": 15, "Tiêu chí 15": 15, "TC 15": 15, "TC15": 15, "Tiêu chí số 15": 15, "15. Y tế": 15, "Y tế": 15,
		"20": 0, "0": 0, "15.1": 0, "15 xã": 0, "150": 0, "-15": 0, "(15)": 0,
	} {
		if got := words().criterionOf(oneCell(written)); got != want {
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
		l := words().readList(oneCell(c.written))
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
