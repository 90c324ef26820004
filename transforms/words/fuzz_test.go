package words_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/page"
	"github.com/angiang-ntm/ntm/transforms/words"
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
		v := page.Vocabulary()
		c := page.OneText(text)
		if c == nil || how&1 == 0 {
			c = &grid.Cell{Kind: sheet.Number, Num: num, Percent: how&2 != 0, Date: how&4 != 0}
		}
		for i := range v.Indicators {
			ind := &v.Indicators[i]
			got := v.Read(c, ind, "")
			switch got.State {
			case words.Invalid:
				if got.Message == "" || got.Issue == "" {
					t.Fatalf("%s %q: invalid without a reason", ind.ID, text)
				}
				if got.HasNum || got.HasWord {
					t.Fatalf("%s %q: invalid and yet %s", ind.ID, text, page.Say(got))
				}
			case words.Reported, words.Claimed:
				if got.HasNum == got.HasWord {
					t.Fatalf("%s %q: %s is neither a number nor a word, or both", ind.ID, text, page.Say(got))
				}
			case words.Missing:
			case words.NotApplicable:
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
			if ind.Kind == "boolean" && !ind.Inverted() {
				t.Fatalf("%s %q: the number %v in a yes/no indicator", ind.ID, text, got.Num)
			}
		}
	})
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
		p, ok := words.ParsePeriod(code)
		if !ok {
			p = page.Quarter4
		}
		if again, ok := words.ParsePeriod(p.String()); !ok || again != p {
			t.Fatalf("%s is not read back", p)
		}
		found := words.StatedPeriods(text)
		for _, s := range found {
			if s.Months == 0 && s.End.IsZero() || s.Months < 0 || s.Months > 12 || strings.TrimSpace(s.Text) == "" {
				t.Fatalf("%q states %+v", text, s)
			}
		}
		v := words.JudgePeriod(found, p)
		if v.Matches && v.Contradicts || (v.Matches || v.Contradicts) && v.Label == "" {
			t.Fatalf("%q: %+v", text, v)
		}
		if !v.AsOf.IsZero() && (v.AsOf.Before(p.Start()) || v.AsOf.After(p.End().AddDate(0, 0, 15))) {
			t.Fatalf("%q as of %v for %s", text, v.AsOf, p)
		}
		if end, ok := words.MostPrecise(found); ok && end.IsZero() {
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
		v := page.Vocabulary()
		district := v.Districts[int(which)%len(v.Districts)].Code
		c, step := v.MatchCommune(text, district)
		if suggested := v.Suggest(text, district); len(suggested) > 3 {
			t.Fatalf("%q: %d suggestions", text, len(suggested))
		}
		v.DistrictsIn(text)
		v.DistrictInName(text)
		if c == nil {
			return
		}
		if c.District != district {
			t.Fatalf("%q is %s of another district", text, c.Name)
		}
		written, name := words.BareName(text), grid.Fold(c.Name)
		equal := false
		switch step {
		case "code":
			equal = written == c.Code
		case "exact":
			equal = written == name
		case "tone":
			equal = words.Syllables(written) == words.Syllables(name)
		case "ascii":
			equal = written == words.Plain(name) && !words.HasDiacritics(written)
			for _, other := range v.CommunesOf(district) {
				if other != c && words.Plain(grid.Fold(other.Name)) == written {
					t.Fatalf("%q may be %s or %s", text, c.Name, other.Name)
				}
			}
		case "alias":
			equal = slices.ContainsFunc(c.Aliases, func(a string) bool { return grid.Fold(a) == written })
		case "legacy":
			equal = slices.ContainsFunc(v.Legacy.Readings(text), func(r string) bool {
				r = words.BareName(r)
				return words.Syllables(r) == words.Syllables(name) || slices.ContainsFunc(c.Aliases, func(a string) bool { return grid.Fold(a) == r })
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
		v := page.Vocabulary()
		c := page.OneText(text)
		l := v.ReadList(c)
		for i, id := range l.IDs {
			if v.Indicator(id) == nil || slices.Contains(l.IDs[:i], id) {
				t.Fatalf("%q lists %q", text, l.IDs)
			}
		}
		if slices.Contains(l.Unclear, "") {
			t.Fatalf("%q: something unclear that is nothing", text)
		}
		// Digits are never passed over: they are an id, unclear, or beside one.
		if c != nil && len(l.IDs) == 0 && len(l.Unclear) == 0 && strings.ContainsAny(c.Fold, "123456789") && !l.Missing {
			t.Fatalf("%q lists nothing", text)
		}
	})
}
