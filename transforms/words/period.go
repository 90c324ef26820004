package words

import (
	"fmt"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Period is a reporting period: a month, quarter, half-year or year.
type Period struct {
	Granularity string // month, quarter, half, year
	Year, N     int    // N counts within the year; 0 for a year
}

var periodForm = regexp.MustCompile(`^(\d{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?$`)

// ParsePeriod reads a period's code: 2017-12, 2017-Q4, 2017-H2 or 2017.
func ParsePeriod(s string) (Period, bool) {
	m := periodForm.FindStringSubmatch(s)
	if m == nil || m[1] < "1990" || m[1] > "2099" {
		return Period{}, false
	}
	year, _ := strconv.Atoi(m[1])
	for i, g := range []string{"month", "quarter", "half"} {
		if m[i+2] != "" {
			n, _ := strconv.Atoi(m[i+2])
			return Period{g, year, n}, true
		}
	}
	return Period{"year", year, 0}, true
}

// String writes the period's code.
func (p Period) String() string {
	switch p.Granularity {
	case "month":
		return fmt.Sprintf("%d-%02d", p.Year, p.N)
	case "quarter":
		return fmt.Sprintf("%d-Q%d", p.Year, p.N)
	case "half":
		return fmt.Sprintf("%d-H%d", p.Year, p.N)
	}
	return strconv.Itoa(p.Year)
}

// Label writes the period as a Vietnamese report does: "Quý IV/2017".
func (p Period) Label() string {
	switch p.Granularity {
	case "month":
		return fmt.Sprintf("Tháng %02d/%d", p.N, p.Year)
	case "quarter":
		return fmt.Sprintf("Quý %s/%d", [...]string{"I", "II", "III", "IV"}[p.N-1], p.Year)
	case "half":
		return fmt.Sprintf("6 tháng %s năm %d", [...]string{"đầu", "cuối"}[p.N-1], p.Year)
	}
	return fmt.Sprintf("Năm %d", p.Year)
}

// months is the number of months a period of this granularity covers.
func (p Period) months() int {
	return map[string]int{"month": 1, "quarter": 3, "half": 6, "year": 12}[p.Granularity]
}

// Start is the period's first day.
func (p Period) Start() time.Time {
	return p.End().AddDate(0, 0, 1).AddDate(0, -p.months(), 0)
}

// End is the period's last day.
func (p Period) End() time.Time {
	last := 12
	if p.N > 0 {
		last = p.N * p.months()
	}
	return time.Date(p.Year, time.Month(last)+1, 0, 0, 0, 0, 0, time.UTC)
}

// Stated is one statement about time in a title, a file's name or a folder's.
type Stated struct {
	Text string
	// End is the last day of what the label denotes; for a date of data, the
	// date itself.
	End time.Time
	// Date tells a date of data ("tính đến ngày …") from a period's label.
	Date bool
	// Cumulative tells that the date closes a cumulative series
	// ("lũy kế đến …"), which denotes a period by its last day.
	Cumulative bool
	// Months is, in a label without a year ("Quý IV", "9 tháng"), the month of
	// the year that it ends in; its End is not known.
	Months int
	// half tells "6 tháng năm 2017", which does not say which half of the year.
	half bool
	// rank orders labels by how precise they are; the most precise decides.
	rank int
	// oneMonth tells a bare month ("tháng 12").
	oneMonth bool
	// alone tells a label that is about time for sure, however short: "9T".
	alone bool
	Cell  string
}

const (
	dayForm = `(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})`
	dayLong = `(\d{1,2})\s*tháng\s*(\d{1,2})\s*năm\s*(\d{4})`
)

var (
	asOfForm    = regexp.MustCompile(`(lũy kế|luỹ kế|luy ke)?\s*(?:tính\s+|số liệu\s+)?(?:đến hết|đến|den)\s*(?:ngày|hết ngày|ngay)?\s*(?:` + dayForm + `|` + dayLong + `)`)
	isoForm     = regexp.MustCompile(`\b\d{4}-\d{1,2}-\d{1,2}\b`)
	signingForm = regexp.MustCompile(`^[^,]{2,30},\s*tháng\s*[\d.…_\s]*\s*năm\s*[\d.…_]*$|ngày\s*[\d.…_\s]*\s*tháng\s*[\d.…_\s]*\s*năm\s*[\d.…_]*|(?:ngày\s*)?` + dayForm)
	planForm    = regexp.MustCompile(`(?:giai đoạn|từ năm|đến năm|kế hoạch năm|nhiệm kỳ)\s*\d{4}(?:\s*[-–]\s*\d{4})?|\d{4}\s*[-–]\s*\d{4}|(?:luật|nghị quyết|quyết định)[^,;()]*?năm\s+\d{4}`)
	quarterForm = regexp.MustCompile(`(?:quý|quy|qúi|quí|qúy|\bq)\s*\.?\s*(iv|iii|ii|i|0?[1-4])\s*(?:năm|nam|[/._(-]|\s)*\s*(\d{4})`)
	yearQForm   = regexp.MustCompile(`(\d{4})\s*[-_ ]?\s*q\s*([1-4])\b`)
	monthForm   = regexp.MustCompile(`(?:(?:^|[^\d])(?:tháng|thang)|\bt)\s*(\d{1,2})\s*(?:năm\s*|[/.-]\s*)(\d{4})`)
	firstForm   = regexp.MustCompile(`\b0?(3|6|9|12|ba|sáu|chín)\s*(?:tháng|thang|t\b)\s*(đầu|cuối|dau|cuoi)?\s*(?:của\s*)?(?:năm|nam)?\s*[/-]?\s*(\d{4})`)
	// Labels without a year. A quarter or half must be written out.
	bareQuarter = regexp.MustCompile(`(?:^|[\s(,:;-])(?:quý|qúi|quí|qúy|quy)\s*(iv|iii|ii|i|[1-4])(?:$|[\s),.:;-])`)
	bareMonths  = regexp.MustCompile(`\b0?(3|6|9|12)\s*(?:tháng|thang)\s*(đầu năm|cuối năm|dau nam|cuoi nam)?(?:$|[\s),.:;-])`)
	yearForm    = regexp.MustCompile(`(?:cả\s*)?(?:năm|nam)\s*(\d{4})`)
	codeForm    = regexp.MustCompile(`\b(\d{4}-(?:q[1-4]|h[12]|0[1-9]|1[0-2]))\b`)
)

func day(d, m, y string) (time.Time, bool) {
	di, _ := strconv.Atoi(d)
	mi, _ := strconv.Atoi(m)
	yi, _ := strconv.Atoi(y)
	t := time.Date(yi, time.Month(mi), di, 0, 0, 0, 0, time.UTC)
	return t, t.Day() == di && int(t.Month()) == mi
}

// StatedPeriods finds the period labels and dates of data in a line of text.
// The date of signing or sending is never taken for one: what stands after
// "ngày … tháng … năm" without "đến" is set aside first, as are the spans of
// plans and the years of laws.
func StatedPeriods(text string) []Stated {
	found, _ := statedPeriods(grid.Fold(text))
	return found
}

// statedPeriods finds them in folded text, and returns the text without them.
func statedPeriods(s string) ([]Stated, string) {
	if !strings.ContainsAny(s, "0123456789") && !strings.Contains(s, "qu") && !strings.Contains(s, "qú") {
		return nil, s // every form below holds a digit, but for a bare quarter
	}
	var out []Stated
	for _, m := range asOfForm.FindAllStringSubmatch(s, -1) {
		d, mo, y := m[2], m[3], m[4]
		if d == "" {
			d, mo, y = m[5], m[6], m[7]
		}
		if t, ok := day(d, mo, y); ok {
			out = append(out, Stated{Text: strings.TrimSpace(m[0]), End: t, Date: true, Cumulative: m[1] != ""})
		}
	}
	s = asOfForm.ReplaceAllString(s, " ; ")
	s = isoForm.ReplaceAllString(s, " ; ")
	for _, m := range codeForm.FindAllStringSubmatch(s, -1) {
		if p, ok := ParsePeriod(strings.ToUpper(m[1])); ok {
			out = append(out, Stated{Text: m[0], End: p.End(), rank: 4})
		}
	}
	s = codeForm.ReplaceAllString(s, " ; ")
	s = signingForm.ReplaceAllString(s, " ; ")
	s = planForm.ReplaceAllString(s, " ; ")
	label := func(text string, granularity string, n int, year string, rank int) {
		y, _ := strconv.Atoi(year)
		p := Period{granularity, y, n}
		if y < 1990 || y > 2099 || n < 0 || n*max(p.months(), 1) > 12 {
			return
		}
		out = append(out, Stated{Text: strings.TrimSpace(text), End: p.End(), rank: rank})
	}
	roman := map[string]int{"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
	for _, m := range quarterForm.FindAllStringSubmatch(s, -1) {
		label(m[0], "quarter", roman[strings.TrimLeft(m[1], "0")], m[2], 3)
	}
	s = quarterForm.ReplaceAllString(s, " ; ")
	for _, m := range yearQForm.FindAllStringSubmatch(s, -1) {
		label(m[0], "quarter", roman[m[2]], m[1], 3)
	}
	s = yearQForm.ReplaceAllString(s, " ; ")
	first := map[string]int{"3": 3, "ba": 3, "6": 6, "sáu": 6, "9": 9, "chín": 9, "12": 12}
	for _, m := range firstForm.FindAllStringSubmatch(s, -1) {
		months := first[m[1]]
		if m[2] == "cuối" || m[2] == "cuoi" {
			months = 12
		}
		if label(m[0], "month", months, m[3], 3); months == 6 && m[2] == "" && len(out) > 0 {
			out[len(out)-1].half = true
		}
	}
	s = firstForm.ReplaceAllString(s, " ; ")
	for _, m := range monthForm.FindAllStringSubmatch(s, -1) {
		n, _ := strconv.Atoi(m[1])
		label(m[0], "month", n, m[2], 3)
	}
	s = monthForm.ReplaceAllString(s, " ; ")
	for _, m := range yearForm.FindAllStringSubmatch(s, -1) {
		label(m[0], "year", 0, m[1], 1)
	}
	s = yearForm.ReplaceAllString(s, " ; ")
	if m := bareQuarter.FindStringSubmatch(s); m != nil {
		out = append(out, Stated{Text: strings.Trim(m[0], " (),.:;-"), Months: 3 * roman[m[1]], rank: 2})
		s = strings.Replace(s, m[0], " ; ", 1)
	}
	if m := bareMonths.FindStringSubmatch(s); m != nil {
		months, rank := first[m[1]], 1
		if m[2] != "" {
			rank = 2
		}
		if strings.HasPrefix(m[2], "c") {
			months = 12
		}
		out = append(out, Stated{Text: strings.Trim(m[0], " (),.:;-"), Months: months, rank: rank})
		s = strings.Replace(s, m[0], " ; ", 1)
	}
	return out, s
}

// PeriodVerdict is what a file says about its period, held against a run's.
type PeriodVerdict struct {
	// Matches: a label denotes the run's period, or one that ends on its last day.
	Matches bool
	// Contradicts: a label denotes another period; Label and Cell say which.
	Contradicts bool
	// AsOf is the date of data, zero when none is stated.
	AsOf  time.Time
	Label string
	Cell  string
}

// JudgePeriod holds the statements found against period p. The most precise
// label decides: "Báo cáo năm 2017" above "Quý III/2017" means the quarter.
func JudgePeriod(found []Stated, p Period) PeriodVerdict {
	var v PeriodVerdict
	end := p.End()
	found = withYears(found, p)
	best := 0
	for _, s := range found {
		best = max(best, s.rank)
	}
	for _, s := range found {
		if s.Date {
			inside := !s.End.Before(p.Start()) && !s.End.After(end.AddDate(0, 0, 15))
			if inside && s.End.After(v.AsOf) {
				v.AsOf = s.End
			}
			if best == 0 && inside && !v.Matches {
				v.Matches, v.Label, v.Cell = true, s.Text, s.Cell
			}
			if best == 0 && !inside && v.Label == "" {
				v.Contradicts, v.Label, v.Cell = true, s.Text, s.Cell
			}
			continue
		}
		if s.rank != best {
			continue
		}
		if s.End.Equal(end) {
			if !v.Matches {
				v.Matches, v.Label, v.Cell = true, s.Text, s.Cell
			}
		} else if !v.Matches && !v.Contradicts {
			v.Contradicts, v.Label, v.Cell = true, s.Text, s.Cell
		}
	}
	if v.Matches {
		v.Contradicts = false
	}
	return v
}

// withYears gives labels without a year the one that stands beside them, else
// the run's. A bare "6 tháng" that does not fit then is no label at all: it may
// be about anything.
func withYears(found []Stated, p Period) []Stated {
	year := p.Year
	for _, s := range found {
		if s.rank == 1 && s.Months == 0 {
			if year = s.End.Year(); year == p.Year {
				break
			}
		}
	}
	out := make([]Stated, 0, len(found))
	for _, s := range found {
		if s.Months != 0 {
			s.End = Period{"month", year, s.Months}.End()
			if s.rank == 1 && !s.alone && !s.End.Equal(p.End()) {
				continue
			}
		}
		out = append(out, s)
	}
	return out
}

// MostPrecise returns the last day of the most precise label found, or the
// date of data where there are only dates.
func MostPrecise(found []Stated) (time.Time, bool) {
	var best Stated
	ok := false
	for _, s := range found {
		if s.Months == 0 && (!ok || s.rank > best.rank) {
			best, ok = s, true
		}
	}
	return best.End, ok
}

// LabelOf is the statement that denotes a period beyond doubt.
func LabelOf(p Period) Stated { return Stated{Text: p.Label(), End: p.End(), rank: 9} }

// Year is the year that a statement names, 0 for one without.
func (s Stated) Year() int {
	if s.Months != 0 || s.End.IsZero() {
		return 0
	}
	return s.End.Year()
}
