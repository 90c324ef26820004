package transforms

import (
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// A value is a number within its range, a word, or a reason; never two of them.
func FuzzValue(f *testing.F) {
	for _, s := range []string{
		"86,57", "86.57 %", "≥ 86,57", "37 tr 390", "3,1 tr/tháng", "37.390.000 đ", "Đạt (86,57%)", "Không có", "7/21", "//", "-",
		"80% khối lượng", "１２", "1.234.567,89", strings.Repeat("9", 400), "đạt đạt đạt 5", "0,1/2", "5 %%", "-0",
	} {
		f.Add(s, 0.5, uint8(15))
	}
	f.Fuzz(func(t *testing.T, text string, num float64, how uint8) {
		v := words()
		c := oneTextCell(text)
		if c == nil || how&1 == 0 {
			c = &cell{kind: sheet.Number, num: num, percent: how&2 != 0, date: how&4 != 0}
		}
		for i := range v.Indicators {
			ind := &v.Indicators[i]
			got := v.readValue(c, ind)
			switch got.State {
			case Invalid:
				if got.Message == "" || got.Issue == "" {
					t.Fatalf("%s %q: invalid without a reason", ind.ID, text)
				}
				if got.HasNum || got.HasWord {
					t.Fatalf("%s %q: invalid and yet %s", ind.ID, text, say(got))
				}
			case Reported, Claimed:
				if got.HasNum == got.HasWord {
					t.Fatalf("%s %q: %s is neither a number nor a word, or both", ind.ID, text, say(got))
				}
			case Missing:
			case NotApplicable:
				if !ind.NotApplicableAllowed {
					t.Fatalf("%s %q: not applicable where that may not be said", ind.ID, text)
				}
			default:
				t.Fatalf("%s %q: state %q", ind.ID, text, got.State)
			}
			if !got.HasNum {
				continue
			}
			if math.IsNaN(got.Num) || math.IsInf(got.Num, 0) || got.Num < 0 || ind.Kind == "percent" && got.Num > 100 {
				t.Fatalf("%s %q %v: %v is out of range", ind.ID, text, num, got.Num)
			}
			if ind.Kind == "boolean" && !ind.inverted() {
				t.Fatalf("%s %q: the number %v in a yes/no indicator", ind.ID, text, got.Num)
			}
		}
	})
}

func oneTextCell(s string) *cell {
	g := newGrid(&sheet.Sheet{Cells: []sheet.Cell{{Pos: sheet.Pos{Row: 1, Col: 1}, Text: s}}}, 1, words())
	return g.at(1, 1)
}

// A title either matches a period or contradicts it, and the date of data lies
// in the period or the 15 days after it.
func FuzzPeriod(f *testing.F) {
	for _, s := range []string{
		"Quý IV/2017", "9 tháng đầu năm 2017", "lũy kế đến 31/12/2017", "Thoại Sơn, ngày 05 tháng 01 năm 2018", "2017-Q4",
		"giai đoạn 2016-2020", "tháng 12/2017", "quý IV", "6 tháng", "ngày 31 tháng 02 năm 2017", "đến 99/99/9999",
	} {
		f.Add(s, "2017-Q4")
		f.Add(s, "2017")
	}
	f.Fuzz(func(t *testing.T, text, code string) {
		p, ok := ParsePeriod(code)
		if !ok {
			p = quarter4
		}
		if again, ok := ParsePeriod(p.String()); !ok || again != p {
			t.Fatalf("%s is not read back", p)
		}
		found := StatedPeriods(text)
		for _, s := range found {
			if s.Months == 0 && s.End.IsZero() || s.Months < 0 || s.Months > 12 || strings.TrimSpace(s.Text) == "" {
				t.Fatalf("%q states %+v", text, s)
			}
		}
		v := JudgePeriod(found, p)
		if v.Matches && v.Contradicts || (v.Matches || v.Contradicts) && v.Label == "" {
			t.Fatalf("%q: %+v", text, v)
		}
		if !v.AsOf.IsZero() && (v.AsOf.Before(p.Start()) || v.AsOf.After(p.End().AddDate(0, 0, 15))) {
			t.Fatalf("%q as of %v for %s", text, v.AsOf, p)
		}
		if end, ok := MostPrecise(found); ok && end.IsZero() {
			t.Fatalf("%q is most precisely never", text)
		}
	})
}

// A match is an equality of some kind; likeness only suggests.
func FuzzName(f *testing.F) {
	for _, s := range []string{"Vĩnh Phú", "xã VĨNH PHÚ", "Vinh Phu", "Phu Thanh", "Vónh Phuù", "T©y Phó", "30694", "1. Xã: An Hoà", "Vĩnh Thánh"} {
		f.Add(s, uint8(10))
	}
	f.Fuzz(func(t *testing.T, text string, which uint8) {
		v := words()
		district := v.Districts[int(which)%len(v.Districts)].Code
		c, step := v.MatchCommune(text, district)
		if suggested := v.Suggest(text, district); len(suggested) > 3 {
			t.Fatalf("%q: %d suggestions", text, len(suggested))
		}
		v.districtsIn(text)
		v.districtInName(text)
		if c == nil {
			return
		}
		if c.District != district {
			t.Fatalf("%q is %s of another district", text, c.Name)
		}
		written, name := bareName(text), Fold(c.Name)
		equal := false
		switch step {
		case "code":
			equal = written == c.Code
		case "exact":
			equal = written == name
		case "tone":
			equal = syllables(written) == syllables(name)
		case "ascii":
			equal = written == Plain(name) && !hasDiacritics(written)
			for _, other := range v.names[district].communes {
				if other != c && Plain(Fold(other.Name)) == written {
					t.Fatalf("%q may be %s or %s", text, c.Name, other.Name)
				}
			}
		case "alias":
			equal = slices.ContainsFunc(c.Aliases, func(a string) bool { return Fold(a) == written })
		case "legacy":
			equal = slices.ContainsFunc(v.Legacy.readings(text), func(r string) bool {
				r = bareName(r)
				return syllables(r) == syllables(name) || slices.ContainsFunc(c.Aliases, func(a string) bool { return Fold(a) == r })
			})
		}
		if !equal {
			t.Fatalf("%q is taken for %s by %q", text, c.Name, step)
		}
	})
}

// A list names indicators of the set, each once, or says what it does not name.
func FuzzList(f *testing.F) {
	for _, s := range []string{"13.1; 13.2", "TC 13", "13 (13.1; 13.2)", "17.2; 17.5; 17.8;", "13,1, 13,2", "0", "((((", "13 (", ")13.1(", "5;;;5,5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := words()
		c := oneTextCell(text)
		l := v.readList(c)
		for i, id := range l.IDs {
			if v.byID[id] == nil || slices.Contains(l.IDs[:i], id) {
				t.Fatalf("%q lists %q", text, l.IDs)
			}
		}
		if slices.Contains(l.Unclear, "") {
			t.Fatalf("%q: something unclear that is nothing", text)
		}
		// Digits are never passed over: they are an id, unclear, or beside one.
		if c != nil && len(l.IDs) == 0 && len(l.Unclear) == 0 && strings.ContainsAny(c.fold, "123456789") && !l.Missing {
			t.Fatalf("%q lists nothing", text)
		}
	})
}

// pieces are what the fuzzed sheets are made of.
var pieces = []string{
	"", "", "", "", "STT", "Tên xã", "Vĩnh Phú", "Vĩnh Trạch", "Vinh Trach", "Phú Thạnh", "xã không ai biết", "1.1", "1.2", "2.3", "5", "10", "15.1",
	"17.1", "=2.2999999999999998", "=15.1", "=1", "=2", "=86.57", "=0.5[%]", "=43000[date]", "=#REF!", "=?", "=TRUE", "x", "Đạt", "Chưa đạt", "Không",
	"Tiêu chí 15", "TC 2", "Y tế", "86,57", "//", "-", "Tổng cộng", "Cộng", "Tổng số tiêu chí đạt", "Tiêu chí, chỉ tiêu chưa đạt", "13.1; 15.1", "TC 13",
	"Ghi chú", "Kết quả", "Tự đánh giá", "Nội dung", "Yêu cầu", "Trong đó: cứng hóa", "Nước hợp vệ sinh", "Hồ sơ minh chứng", "Đủ", "(1)", "=-2", "A", "I",
	"Tỷ lệ người dân tham gia bảo hiểm y tế", "Thu nhập bình quân đầu người", "UBND HUYỆN THOẠI SƠN", "QUÝ IV NĂM 2017", "Xã: Vĩnh Phú", "Nơi nhận:",
	"Thoại Sơn, ngày 05 tháng 01 năm 2018", "Huyện Thoại Sơn", "≥ 85%", "3", "4", "6", "7", "8", "9.1", "1.3", "Số hộ", "Tỷ lệ (%)", "<", "^", "<", "^",
}

// Whatever the cells: no panic, every cell read once or named as ignored,
// nothing said twice, nothing observed outside the sheet. The sheets are those
// of testdata/layouts, edited: four bytes are one edit (what, row, column, with
// which piece); page 255 starts from nothing.
func FuzzUnderstand(f *testing.F) {
	names, err := filepath.Glob("testdata/layouts/*.txt")
	if err != nil || len(names) == 0 {
		f.Fatal("no pages", err)
	}
	var pages [][][][]string // page, sheet, row, cell
	for i, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		var sheets [][][]string
		for _, file := range a.Files {
			if file.Name == "reading" {
				continue
			}
			var rows [][]string
			for line := range strings.Lines(string(file.Data)) {
				rows = append(rows, strings.Split(strings.TrimRight(line, "\n"), "|"))
			}
			sheets = append(sheets, rows)
		}
		pages = append(pages, sheets)
		f.Add(uint8(i), []byte{0, 5, 2, 30})
		f.Add(uint8(i), []byte{1, 4, 0, 0, 2, 6, 0, 0})
	}
	f.Add(uint8(255), []byte{0, 0, 0, 4, 0, 0, 1, 5, 0, 0, 2, 11, 0, 1, 1, 6, 0, 1, 2, 28})
	f.Fuzz(func(t *testing.T, page uint8, edits []byte) {
		book := &sheet.Book{}
		sheets := [][][]string{nil}
		if page != 255 {
			sheets = pages[int(page)%len(pages)]
		}
		for n, source := range sheets {
			rows := make([][]string, len(source), len(source)+8)
			for i := range source {
				rows[i] = slices.Clone(source[i])
			}
			for e := 0; e+3 < len(edits) && e < 4*64; e += 4 {
				row, col, piece := int(edits[e+1])%(len(rows)+3), int(edits[e+2])%14, pieces[int(edits[e+3])%len(pieces)]
				for len(rows) <= row {
					rows = append(rows, nil)
				}
				for len(rows[row]) <= col {
					rows[row] = append(rows[row], "")
				}
				switch edits[e] % 5 {
				case 0, 1:
					rows[row][col] = piece
				case 2: // a row twice
					rows = slices.Insert(rows, row, slices.Clone(rows[row]))
				case 3: // a row less
					rows = slices.Delete(rows, row, row+1)
				case 4: // a column more, or less
					for i := range rows {
						switch {
						case len(rows[i]) <= col:
						case edits[e+3]&1 == 0:
							rows[i] = slices.Insert(rows[i], col, piece)
						default:
							rows[i] = slices.Delete(rows[i], col, col+1)
						}
					}
				}
			}
			lines := make([]string, len(rows))
			for i := range rows {
				lines[i] = strings.Join(rows[i], "|")
			}
			book.Sheets = append(book.Sheets, parseSheet("Biểu "+strconv.Itoa(n+1), strings.Join(lines, "\n")))
		}
		src := Source{File: "Thoại Sơn.xlsx", Period: quarter4}
		r := understand(book, words(), src)
		checkReading(t, r)
		if t.Failed() {
			t.Log(tell(r))
		}
		if tell(understand(book, words(), src)) != tell(r) {
			t.Fatal("two readings of one file differ")
		}
		records, observations := r.out.Batches("s", quarter4, "AG-3379")
		if int(records.NumRows()) != len(r.out.Records) || int(observations.NumRows()) != len(r.out.Observations) {
			t.Fatal("rows are lost on the way to the warehouse")
		}
		records.Release()
		observations.Release()
	})
}
