package pipeline

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/transforms"
)

var (
	askedYearQuarter = regexp.MustCompile(`^(\d{4}) ?[-/._ ]? ?(?:q|quy) ?\.? ?([1-4]|iv|i{1,3})$`)
	askedQuarterYear = regexp.MustCompile(`^(?:q|quy) ?\.? ?([1-4]|iv|i{1,3}) ?(?:[-/._ ]|nam)? ?(\d{4})$`)
	askedYearHalf    = regexp.MustCompile(`^(\d{4}) ?[-/._ ]? ?h ?([12])$`)
	askedHalfYear    = regexp.MustCompile(`^h ?([12]) ?[-/._ ]? ?(\d{4})$`)
	askedHalf        = regexp.MustCompile(`^(?:6|sau) thang (dau|cuoi) (?:nam )?(\d{4})$`)
	askedMonth       = regexp.MustCompile(`^(?:thang |t)?(\d{1,2}) ?(?:[-/.]|nam) ?(\d{4})$`)
	askedYearMonth   = regexp.MustCompile(`^(\d{4})[/._](\d{2})$`)
	askedYear        = regexp.MustCompile(`^nam (\d{4})$`)
)

// AskedPeriod reads a period as people write it on a command line: its code in
// any letter case (2017-q4), or in words ("Q4/2017", "quý IV/2017", "tháng
// 12/2017", "6 tháng đầu năm 2017", "năm 2017"). What could be two periods is none.
func AskedPeriod(s string) (transforms.Period, bool) {
	if p, ok := transforms.ParsePeriod(strings.ToUpper(strings.TrimSpace(s))); ok {
		return p, true
	}
	s = strings.Join(strings.Fields(transforms.Plain(transforms.Fold(s))), " ")
	number := map[string]string{"i": "1", "ii": "2", "iii": "3", "iv": "4", "dau": "1", "cuoi": "2"}
	code := func(year, kind, n string) (transforms.Period, bool) {
		return transforms.ParsePeriod(year + "-" + kind + cmp.Or(number[n], n))
	}
	match := func(form *regexp.Regexp) []string { return form.FindStringSubmatch(s) }
	if m := match(askedYearQuarter); m != nil {
		return code(m[1], "Q", m[2])
	}
	if m := match(askedQuarterYear); m != nil {
		return code(m[2], "Q", m[1])
	}
	if m := match(askedYearHalf); m != nil {
		return code(m[1], "H", m[2])
	}
	if m := match(askedHalfYear); m != nil {
		return code(m[2], "H", m[1])
	}
	if m := match(askedHalf); m != nil {
		return code(m[2], "H", m[1])
	}
	if m := match(askedMonth); m != nil {
		n, _ := strconv.Atoi(m[1])
		return code(m[2], "", fmt.Sprintf("%02d", n))
	}
	if m := match(askedYearMonth); m != nil {
		return code(m[1], "", m[2])
	}
	if m := match(askedYear); m != nil {
		return transforms.ParsePeriod(m[1])
	}
	return transforms.Period{}, false
}

// Question is what a run would like to be told before it goes on.
type Question struct{ VI, EN string }

// containing is the period of a length in which a period's last day lies.
func containing(p transforms.Period, granularity string) transforms.Period {
	end := p.End()
	month := int(end.Month())
	switch granularity {
	case "month":
		return transforms.Period{Granularity: granularity, Year: end.Year(), N: month}
	case "half":
		return transforms.Period{Granularity: granularity, Year: end.Year(), N: (month + 5) / 6}
	case "year":
		return transforms.Period{Granularity: granularity, Year: end.Year()}
	}
	return transforms.Period{Granularity: "quarter", Year: end.Year(), N: (month + 2) / 3}
}

var lengths = map[string][2]string{
	"month": {"tháng", "month"}, "quarter": {"quý", "quarter"}, "half": {"nửa năm", "half-year"}, "year": {"năm", "year"},
}

// invented tells that a period would come into being by this run alone: the
// inbox has no folder of its name, and it was never run nor published.
func (r *Run) invented() bool {
	p := r.Period.String()
	return !isDirItself(filepath.Join(r.Config.Inbox, p)) && !r.ledger.ran(p) && latestVersion(filepath.Join(r.Config.Out, p)) == ""
}

// askAbout puts a question to whoever sits before the terminal. Where nobody
// does, or the answer is no, the run ends with what could have been meant.
func (r *Run) askAbout(q Question, otherwise *Fault) error {
	if r.Ask != nil && r.Ask(q) {
		return nil
	}
	return otherwise
}

// mayBeOfAnotherLength stops a run of a period of another length than the
// office's, of which nothing is known: mostly it is the same time by a wrong name.
func (r *Run) mayBeOfAnotherLength() error {
	own := r.Config.Reporting.Granularity
	if r.AnyLength || r.Period.Granularity == own || !r.invented() {
		return nil
	}
	meant := containing(r.Period, own)
	is, office := lengths[r.Period.Granularity], lengths[own]
	f := &Fault{
		Status: Usage,
		VI:     fmt.Sprintf("%s (%s) là kỳ %s, còn đơn vị báo cáo theo %s; chưa từng có kỳ này", r.Period, r.Period.Label(), is[0], office[0]),
		EN:     fmt.Sprintf("%s is a %s, and the office reports by the %s; there never was such a period", r.Period, is[1], office[1]),
		HintVI: fmt.Sprintf("Ý bạn là %s? Gõ: ntm run --period %s. Đúng là cần kỳ %s thì thêm --any-length.", meant, meant, is[0]),
		HintEN: fmt.Sprintf("Did you mean %s? Type: ntm run --period %s. If a %s is meant, add --any-length.", meant, meant, is[1]),
	}
	if !meant.End().Equal(r.Period.End()) {
		f.HintVI = fmt.Sprintf("Kỳ %s chứa thời gian này: ntm run --period %s. Đúng là cần kỳ %s thì thêm --any-length.", meant, meant, is[0])
		f.HintEN = fmt.Sprintf("That time is part of %s: ntm run --period %s. If a %s is meant, add --any-length.", meant, meant, is[1])
	}
	return r.askAbout(Question{
		VI: f.VI + fmt.Sprintf(". Lập kỳ %s? (không: ntm run --period %s)", r.Period, meant),
		EN: f.EN + fmt.Sprintf(". Make a period %s? (no: ntm run --period %s)", r.Period, meant),
	}, f)
}

var yearStated = regexp.MustCompile(`\d{4}`)

// mayBeInvented stops a run of a period that nobody reports in by name: the
// inbox has no folder for it and holds files of other periods, and none of those
// that would count says by itself that it is of this one.
func (r *Run) mayBeInvented() error {
	if r.NewPeriod || !r.invented() {
		return nil
	}
	others := map[transforms.Period]int{}
	entries, _ := os.ReadDir(r.Config.Inbox)
	for _, e := range entries {
		if p, ok := AskedPeriod(e.Name()); ok && e.IsDir() && p != r.Period {
			others[p] += 0
		}
	}
	for _, f := range r.left {
		var stated []transforms.Stated
		if f.reading != nil {
			stated = transforms.StatedPeriods(f.reading.Period.Label)
		}
		stated = append(stated, transforms.StatedPeriods(f.key.folder)...)
		stated = append(stated, transforms.StatedPeriods(strings.ReplaceAll(f.key.name, "_", " "))...)
		if end, ok := transforms.MostPrecise(stated); ok {
			month := transforms.Period{Granularity: "month", Year: end.Year(), N: int(end.Month())}
			others[containing(month, r.Config.Reporting.Granularity)]++
		}
	}
	delete(others, r.Period)
	if len(others) == 0 && len(r.left) == 0 {
		return nil
	}
	for _, f := range r.received {
		if f.status == accepted && f.reading.PeriodStated && f.reading.Period.Matches && yearStated.MatchString(f.reading.Period.Label) {
			return nil
		}
	}
	var names, commands []string
	for _, p := range slices.SortedFunc(maps.Keys(others), func(a, b transforms.Period) int {
		return cmp.Or(others[b]-others[a], b.End().Compare(a.End()), strings.Compare(a.String(), b.String()))
	}) {
		names, commands = append(names, p.String()), append(commands, "ntm run --period "+p.String())
	}
	commands = commands[:min(len(commands), 3)]
	p := r.Period.String()
	f := &Fault{
		Status: Usage,
		VI:     "thư mục nhận không có thư mục " + p + " và không tệp nào tự ghi là của kỳ này; chưa từng có kỳ " + p,
		EN:     "the inbox has no folder " + p + " and no file that says that it is of that period; there never was a period " + p,
		HintVI: "Đặt các tệp của kỳ vào " + filepath.Join(r.Config.Inbox, p) + " rồi chạy lại; hoặc thêm --new-period nếu đúng là lập kỳ mới.",
		HintEN: "Put the period's files into " + filepath.Join(r.Config.Inbox, p) + " and run again; or add --new-period if a new one is meant.",
	}
	if len(names) > 0 {
		f.VI += ". Có tệp của: " + strings.Join(names, ", ")
		f.EN += ". There are files of: " + strings.Join(names, ", ")
		f.HintVI = "Ý bạn là: " + strings.Join(commands, " hoặc ") + "? " + f.HintVI
		f.HintEN = "Did you mean: " + strings.Join(commands, " or ") + "? " + f.HintEN
	}
	if len(r.received) == 0 {
		return f // there is nothing to make a period of
	}
	return r.askAbout(Question{VI: f.VI + ". Vẫn lập kỳ " + p + "?", EN: f.EN + ". Make a period " + p + " all the same?"}, f)
}
