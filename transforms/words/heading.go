package words

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/transforms/grid"
)

// Role is what a word of the seeds may head or say.
type Role string

// The roles of words that stand in headings. What each word is, the seeds say.
const (
	STT             Role = "stt"
	CommuneHead     Role = "commune_header"
	IndicatorHead   Role = "indicator_header"
	CriterionHead   Role = "criterion_header"
	UnitHead        Role = "unit_header"
	PeriodHead      Role = "period_header"
	DistrictHead    Role = "district_header"
	ResultHead      Role = "result_header"
	ClaimHead       Role = "claim_header"
	RequirementHead Role = "requirement_header"
	NoteHead        Role = "note_header"
	EvidenceHead    Role = "evidence_header"
	FailingHead     Role = "failing_header"
	CriteriaTotal   Role = "criteria_total_header"
	IndicatorsTotal Role = "indicators_total_header"
	RecognisedYear  Role = "recognised_year_header"
	CountHead       Role = "count_header"
	WholeHead       Role = "whole_header" // what a count is a part of
	RateHead        Role = "rate_header"
	PlanHead        Role = "plan_header"
	EstimateHead    Role = "estimate_header"
	ComparisonHead  Role = "comparison_header"
	RegisteredHead  Role = "registration_header"
	EarlierHead     Role = "earlier_header"
	NowHead         Role = "now_header"
	MetHead         Role = "met_header"
	UnmetHead       Role = "unmet_header"
	ByCommune       Role = "author_commune"
	ByDistrict      Role = "author_district"
	ByAppraisal     Role = "author_appraisal"
	UnitWord        Role = "unit"
	TotalHead       Role = "total"
	Filler          Role = "filler"
)

// headingRoles are those that the words of headings are looked up in.
var headingRoles = []Role{
	STT, CommuneHead, IndicatorHead, CriterionHead, UnitHead, PeriodHead, DistrictHead, ResultHead, ClaimHead, RequirementHead, NoteHead,
	EvidenceHead, FailingHead, CriteriaTotal, IndicatorsTotal, RecognisedYear, CountHead, WholeHead, RateHead, PlanHead,
	EstimateHead, ComparisonHead, RegisteredHead, EarlierHead, NowHead, MetHead, UnmetHead, ByCommune, ByDistrict, ByAppraisal,
	UnitWord, TotalHead, Filler,
}

// Kind says whether a line holds what was done, or something else.
type Kind string

// The kinds of figures; the empty one is not stated.
const (
	Done         Kind = "result"
	Plan         Kind = "plan"
	Estimate     Kind = "estimate"
	Comparison   Kind = "comparison"
	Registration Kind = "registration"
)

// Author is whose word a figure is, in rising standing.
type Author int

// The authors; zero is not stated.
const (
	CommuneSays Author = iota + 1
	DistrictSays
	AppraisalSays
)

// Polarity is what a mark under a heading means.
type Polarity int

// The polarities; zero is not stated.
const (
	MetMarks   Polarity = iota + 1 // under "Đạt"
	UnmetMarks                     // under "Chưa đạt"
)

// Heading is a heading's text taken apart.
type Heading struct {
	Lead     []Role // of the phrase that it begins with
	Roles    []Role // of its phrases, in order; a phrase that may head several has them all
	Kind     Kind
	Time     Time
	Unit     string // folded, as money and counts need it: "triệu đồng/người/tháng", "%", "ấp"
	Polarity Polarity
	Author   Author
	Rest     int // words that nothing explains
	Words    int // words in all, times and fillers included
	Negated  bool
}

// Has tells whether a phrase of the heading may have a role.
func (h *Heading) Has(role Role) bool { return h != nil && slices.Contains(h.Roles, role) }

// Heads tells that the heading is of a role: it says nothing else, or begins
// with it and goes on in other words ("Kết quả rà soát của tổ công tác").
func (h *Heading) Heads(role Role) bool {
	if h == nil {
		return false
	}
	if h.Rest == 0 {
		return slices.Contains(h.Roles, role)
	}
	return slices.Contains(h.Lead, role)
}

// Says tells that the heading is made of words that head something, and of
// nothing else.
func (h *Heading) Says() bool {
	return h != nil && h.Rest == 0 && (len(h.Roles) > 0 || h.Time.Stated() || h.Unit != "")
}

// Key tells a heading of a column of keys: numbers, names, ids, units.
func (h *Heading) Key() bool {
	return h.Has(STT) || h.Has(CommuneHead) || h.Has(IndicatorHead) || h.Has(CriterionHead) || h.Has(UnitHead) || h.Has(DistrictHead)
}

// lexicon finds the phrases of headings in a row of words.
type lexicon struct {
	byFirst map[string][]phrase // longest first
}

type phrase struct {
	words []string
	roles []Role
}

func newLexicon(v *Vocabulary) *lexicon {
	all := map[string][]Role{}
	for _, role := range headingRoles {
		for _, w := range v.wordsOf[string(role)] {
			key := strings.Join(tokens(w), " ")
			if !slices.Contains(all[key], role) {
				all[key] = append(all[key], role)
			}
		}
	}
	x := &lexicon{byFirst: map[string][]phrase{}}
	for key, roles := range all {
		p := phrase{strings.Fields(key), roles}
		if len(p.words) > 0 {
			x.byFirst[p.words[0]] = append(x.byFirst[p.words[0]], p)
		}
	}
	for first, list := range x.byFirst {
		slices.SortFunc(list, func(a, b phrase) int {
			if len(a.words) != len(b.words) {
				return len(b.words) - len(a.words)
			}
			return strings.Compare(strings.Join(a.words, " "), strings.Join(b.words, " "))
		})
		x.byFirst[first] = list
	}
	return x
}

// longest is the longest phrase that the words begin with.
func (x *lexicon) longest(words []string) (phrase, bool) {
	for _, p := range x.byFirst[words[0]] {
		if len(p.words) <= len(words) && slices.Equal(p.words, words[:len(p.words)]) {
			return p, true
		}
	}
	return phrase{}, false
}

// AuthorIn is whose word a name without diacritics says that something is, such
// as a sheet's "Tham dinh"; 0 where it says nothing, or has diacritics.
func (v *Vocabulary) AuthorIn(folded string) Author {
	if !ascii(folded) {
		return 0
	}
	name := " " + strings.Join(strings.Fields(strings.NewReplacer("_", " ", "-", " ", ".", " ").Replace(folded)), " ") + " "
	for _, who := range []struct {
		role Role
		is   Author
	}{{ByAppraisal, AppraisalSays}, {ByDistrict, DistrictSays}, {ByCommune, CommuneSays}} {
		for _, w := range v.wordsOf[string(who.role)] {
			if w = Plain(grid.Fold(w)); strings.Contains(w, " ") && strings.Contains(name, " "+w+" ") {
				return who.is
			}
		}
	}
	return 0
}

// EarlierIn tells a name without diacritics that says "kỳ trước" in words: a
// sheet's "Ky truoc".
func (v *Vocabulary) EarlierIn(folded string) bool {
	if !ascii(folded) {
		return false
	}
	name := " " + strings.Join(strings.Fields(strings.NewReplacer("_", " ", "-", " ", ".", " ").Replace(folded)), " ") + " "
	for _, w := range v.wordsOf[string(EarlierHead)] {
		if w = Plain(grid.Fold(w)); strings.Contains(w, " ") && strings.Contains(name, " "+w+" ") {
			return true
		}
	}
	return false
}

// tokens takes a folded text apart: words, numbers, and each sign alone. Tone
// marks stand where they stand: "hoà" and "hòa" are one word.
func tokens(folded string) []string {
	var out []string
	start, class := -1, 0
	flush := func(end int) {
		if start >= 0 {
			w := folded[start:end]
			if class == letter {
				w = syllableForms.of(w, syllable)
			}
			out = append(out, w)
		}
		start = -1
	}
	for i, r := range folded {
		k := other
		switch {
		case r >= '0' && r <= '9':
			k = digit
		case r >= 'a' && r <= 'z' || r >= 0x80 && r != '–' && r != '—' && r != '“' && r != '”' && r != '≥' && r != '≤' && r != '…' && r != '•' && r != '✓' && r != '✔' && r != '√':
			k = letter
		}
		if k != class || k == other {
			flush(i)
		}
		class = k
		if k == other {
			if r != ' ' {
				out = append(out, string(r))
			}
			continue
		}
		if start < 0 {
			start = i
		}
	}
	flush(len(folded))
	return out
}

const (
	other = iota
	letter
	digit
)

// Heading takes a heading's text apart. It depends on the text alone, and is
// remembered.
func (v *Vocabulary) Heading(folded string) *Heading { return v.headings.of(folded, v.heading) }

func (v *Vocabulary) heading(folded string) *Heading {
	h := &Heading{}
	if folded == "" || len(folded) > 400 {
		h.Rest = 1 // prose
		return h
	}
	h.Unit = unitIn(folded)
	// What times stand in the text, and the text without them.
	var rest string
	h.Time, rest = timesIn(folded)
	if strings.HasPrefix(h.Unit, "triệu") || strings.HasPrefix(h.Unit, "nghìn") || strings.HasPrefix(h.Unit, "đồng") {
		rest = moneyForm.ReplaceAllString(rest, " ")
	}
	words := tokens(enumeration.ReplaceAllString(rest, ""))
	h.Words = len(words)
	// In a text with words that nothing explains, such as an indicator's name
	// in other words, a kind is stated only at its start, at its end or in
	// brackets: "tổ chức thực hiện theo quy hoạch" says nothing about this line.
	type said struct {
		kind   Kind
		inside bool // words that nothing explains stand before it
		last   bool // and none after it
	}
	var kinds []said
	bracket := 0
	say := func(k Kind, anywhere bool) {
		kinds = append(kinds, said{kind: k, inside: h.Rest > 0 && bracket == 0 && !anywhere, last: true})
	}
	unexplained := func() {
		h.Rest++
		for i := range kinds {
			kinds[i].last = false
		}
	}
	for i := 0; i < len(words); {
		switch w := words[i]; w {
		case "(":
			bracket++
			i++
			continue
		case ")":
			bracket--
			i++
			continue
		case ",", ";", ":", ".", "-", "–", "—", "/", "\\", "&", "*", "[", "]", "“", "”", "\"", "…", "•", "'", "+":
			if w == "/" && i > 0 && i+1 < len(words) && len(kinds) > 0 {
				if p, ok := v.lexicon.longest(words[i+1:]); ok && (slices.Contains(p.roles, PlanHead) || slices.Contains(p.roles, ResultHead)) {
					say(Comparison, true) // TH/KH
				}
			}
			i++
			continue
		case "chưa", "không":
			if p, ok := v.lexicon.longest(words[i:]); !ok || len(p.words) == 1 && slices.Equal(p.roles, []Role{Filler}) {
				h.Negated = h.Negated || w == "chưa" || i+1 < len(words) && (words[i+1] == "đạt" || words[i+1] == "có")
				unexplained()
				i++
				continue
			}
		}
		p, ok := v.lexicon.longest(words[i:])
		if !ok {
			if isDigits(words[i]) && bracket > 0 {
				i++ // "(1)"
				continue
			}
			unexplained()
			i++
			continue
		}
		i += len(p.words)
		if len(p.words) == 1 && len(words) > 1 && slices.Contains(p.roles, STT) && slices.Contains(p.roles, Filler) {
			continue // "Số" alone heads running numbers, in "Số đã báo cáo quý III" it does not
		}
		if h.Rest == 0 && len(h.Lead) == 0 {
			h.Lead = slices.DeleteFunc(slices.Clone(p.roles), func(r Role) bool { return r == Filler || r == UnitWord })
		}
		for _, role := range p.roles {
			switch role {
			case Filler:
				continue
			case UnitWord:
				continue
			case ResultHead:
				say(Done, false)
			case PlanHead:
				say(Plan, false)
			case EstimateHead:
				say(Estimate, false)
			case ComparisonHead:
				say(Comparison, p.words[0] == "so")
			case RegisteredHead:
				say(Registration, false)
			case EarlierHead:
				h.Time.Earlier = true
			case NowHead:
				h.Time.Now = true
			case MetHead:
				h.Polarity = MetMarks
			case UnmetHead:
				h.Polarity = UnmetMarks
			case ByCommune:
				h.Author = max(h.Author, CommuneSays)
			case ByDistrict:
				h.Author = max(h.Author, DistrictSays)
			case ByAppraisal:
				h.Author = max(h.Author, AppraisalSays)
			}
			h.Roles = append(h.Roles, role)
		}
	}
	var counted []Kind
	for _, k := range kinds {
		if !k.inside || k.last || h.Rest == 0 {
			counted = append(counted, k.kind)
		}
	}
	h.Kind = kindOf(counted)
	if h.Has(CountHead) || h.Has(WholeHead) || h.Has(RateHead) {
		h.Polarity = 0 // "Số hộ đạt", "Tỷ lệ chưa đạt" head no marks
	}
	return h
}

// kindOf settles what a heading with several kinds of words is about: what is
// compared or estimated is no result, whatever stands beside it; else the first
// says it ("Kết quả thực hiện kế hoạch", "Kế hoạch thực hiện").
func kindOf(kinds []Kind) Kind {
	for _, k := range []Kind{Comparison, Estimate} {
		if slices.Contains(kinds, k) {
			return k
		}
	}
	if len(kinds) > 0 {
		return kinds[0]
	}
	return ""
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// Relation is how a time stands to the run's period.
type Relation int

// The relations; zero is not stated.
const (
	Present Relation = iota + 1 // of the run's period
	Past
	Future
)

// Time is what a heading says about time.
type Time struct {
	Periods []Stated
	Earlier bool // "năm trước", "cùng kỳ"
	Now     bool // "kỳ này", "đến nay"
}

// Stated tells whether anything is said about time.
func (t Time) Stated() bool { return len(t.Periods) > 0 || t.Earlier || t.Now }

var (
	labelYear  = regexp.MustCompile(`(?:^|[^\d.,/])((?:19|20)\d\d)(?:$|[^\d.,/]|[.,](?:$|\D))`)
	fullDay    = regexp.MustCompile(dayForm)
	dayOnly    = regexp.MustCompile(`(?:^|[^\d/.])(\d{1,2})\s*/\s*(\d{1,2})(?:$|[^\d/.])`)
	shortMonth = regexp.MustCompile(`(?:^|[^\p{L}\d])(3|6|9|12)\s*t(?:$|[^\p{L}\d])`)
	shortQ     = regexp.MustCompile(`(?:^|[^\p{L}\d])q\s*\.?\s*(iv|iii|ii|i|[1-4])(?:$|[^\p{L}\d])`)
	shortMon   = regexp.MustCompile(`(?:^|[^\p{L}\d])(?:tháng|t)\s*(1[0-2]|0?[1-9])(?:$|[^\p{L}\d/])`)
	between    = regexp.MustCompile(`(?:19|20)\d\d\s*[-–]\s*(?:19|20)\d\d`)
	// The year of a plan is a year all the same; "kế hoạch" is another word's to tell.
	plannedYear = regexp.MustCompile(`(kế hoạch) năm (\d{4})`)
	yearBegins  = regexp.MustCompile(`(tháng\s+)?(?:đầu|dau)\s+(?:năm|nam)\s+(20\d\d)`)
	enumeration = regexp.MustCompile(`^\s*(?:[a-d]|i{1,3}|iv|vi{0,3}|ix)[.)]\s+`) // "A. Hiện trạng …"
	glued       = regexp.MustCompile(`(\p{L})((?:19|20)\d\d)`)
)

// timesIn finds what a heading says about time, and returns the heading's text
// without it.
func timesIn(folded string) (Time, string) {
	if !strings.ContainsAny(folded, "0123456789") && !strings.Contains(folded, "q") {
		return Time{}, folded
	}
	s := glued.ReplaceAllString(folded, "$1 $2")
	s = between.ReplaceAllString(s, " ")
	s = plannedYear.ReplaceAllString(s, "$1 $2")
	var t Time
	for _, m := range fullDay.FindAllStringSubmatch(s, -1) {
		if d, ok := day(m[1], m[2], m[3]); ok && !strings.Contains(s, "qđ") && !strings.Contains(s, "ký ngày") {
			t.Periods = append(t.Periods, Stated{Text: m[0], End: d, Date: true})
			s = strings.Replace(s, m[0], " ", 1)
		}
	}
	for _, m := range yearBegins.FindAllStringSubmatch(s, -1) {
		if y, err := strconv.Atoi(m[2]); err == nil && m[1] == "" {
			// "Hiện trạng đầu năm 2017" is what the year before it ended with.
			t.Periods = append(t.Periods, Stated{Text: strings.TrimSpace(m[0]), End: Period{"year", y - 1, 0}.End(), rank: 2})
			s = strings.Replace(s, m[0], " ; ", 1)
		}
	}
	found, s := statedPeriods(s)
	t.Periods = append(t.Periods, found...)
	s = strings.ReplaceAll(s, ";", " ")
	for _, m := range dayOnly.FindAllStringSubmatch(s, -1) {
		d, _ := strconv.Atoi(m[1])
		mo, _ := strconv.Atoi(m[2])
		if d >= 28 && d <= 31 && mo >= 1 && mo <= 12 { // the end of a month
			t.Periods = append(t.Periods, Stated{Text: strings.TrimSpace(m[0]), Months: mo, rank: 2})
			s = strings.Replace(s, m[0], " ", 1)
		}
	}
	if m := shortQ.FindStringSubmatch(s); m != nil {
		t.Periods = append(t.Periods, Stated{Text: strings.TrimSpace(m[0]), Months: 3 * quarterNo[m[1]], rank: 2})
		s = strings.Replace(s, m[0], " ", 1)
	}
	if m := shortMonth.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1])
		t.Periods = append(t.Periods, Stated{Text: strings.TrimSpace(m[0]), Months: n, rank: 1, alone: true})
		s = strings.Replace(s, m[0], " ", 1)
	}
	if m := shortMon.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1])
		t.Periods = append(t.Periods, Stated{Text: strings.TrimSpace(m[0]), Months: n, rank: 2, oneMonth: true})
		s = strings.Replace(s, m[0], " ", 1)
	}
	for {
		m := labelYear.FindStringSubmatchIndex(s)
		if m == nil {
			break
		}
		y, _ := strconv.Atoi(s[m[2]:m[3]])
		t.Periods = append(t.Periods, Stated{Text: s[m[2]:m[3]], End: Period{"year", y, 0}.End(), rank: 1})
		s = s[:m[2]] + " " + s[m[3]:]
	}
	return t, s
}

var quarterNo = map[string]int{"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}

// Against says how a time stands to a period. year is the year of what
// surrounds it, for statements without one; 0 is the period's own.
func (t Time) Against(p Period, year int) Relation {
	if t.Earlier {
		return Past
	}
	if len(t.Periods) == 0 {
		if t.Now {
			return Present
		}
		return 0
	}
	ends := t.ends(p, year)
	if len(ends) == 0 {
		return 0
	}
	best := 0
	for _, s := range ends {
		best = max(best, s.precision())
	}
	out := Relation(0)
	for _, s := range ends {
		if s.precision() != best {
			continue
		}
		switch r := s.against(p); {
		case out == 0, r == Present:
			out = r
		}
	}
	return out
}

func (s Stated) precision() int {
	if s.Date {
		return 5
	}
	return s.rank
}

// ends gives every statement its last day.
func (t Time) ends(p Period, year int) []Stated {
	if year == 0 {
		year = p.Year
	}
	dated := false
	for _, s := range t.Periods {
		if s.Months == 0 && s.rank == 1 {
			year, dated = s.End.Year(), true
		}
	}
	out := make([]Stated, 0, len(t.Periods))
	for _, s := range t.Periods {
		if s.half && p.Granularity == "half" && s.End.Year() == p.Year {
			s.End = p.End()
		}
		if s.Months != 0 {
			// "6 tháng" beside the half of a year that ends it: the length is meant.
			if s.rank == 1 && p.Granularity == "half" && s.Months == 6 && year == p.Year {
				s.End = p.End()
			} else {
				s.End = Period{"month", year, s.Months}.End()
			}
			if s.rank == 1 && dated {
				s.rank = 2 // "9T" under "Năm 2017" is the more precise of the two
			}
		}
		out = append(out, s)
	}
	return out
}

// against holds one statement with a known last day against a period. A year
// that holds the period is the period's: "TH năm 2017" in a report of Quý III.
func (s Stated) against(p Period) Relation {
	end := p.End()
	switch {
	case s.Date:
		switch {
		case s.End.Before(p.Start()):
			return Past
		case s.End.After(end.AddDate(0, 0, 15)):
			return Future
		}
		return Present
	case s.End.Equal(end):
		return Present
	case s.rank == 1 && s.Months == 0 && s.End.Year() == p.Year:
		return Present
	case s.End.Before(end):
		return Past
	}
	return Future
}

// Ends is the last day of the most precise statement, for a reader to see; ok
// is false where none has one.
func (t Time) Ends(p Period, year int) (time.Time, bool) {
	var best Stated
	ok := false
	for _, s := range t.ends(p, year) {
		if !ok || s.precision() > best.precision() {
			best, ok = s, true
		}
	}
	return best.End, ok
}

var (
	moneyForm = regexp.MustCompile(`(?:(?:1\.000|1000|triệu|tr|nghìn|ngàn)\s*\.?\s*)?(?:đồng|vnđ|đ)(?:\s*/\s*(?:người|ng|khẩu|hộ|năm|tháng|th)\.?)*`)
	perMonth  = regexp.MustCompile(`/\s*(?:tháng|th)\b|(?:một|1|mỗi|hàng)\s*tháng`)
	moneyWord = regexp.MustCompile(`(?:^|[^\p{L}])(triệu|tr\.?\s*đ|tr\.?đồng|trđ|nghìn|ngàn|1\.000\s*(?:đồng|đ)|1000\s*(?:đồng|đ)|đồng|vnđ)(?:$|[^\p{L}])|(?:^|[^\p{L}])(tr)\s*(?:/|\)|$)`)
	barePct   = regexp.MustCompile(`%|phần trăm`)
	countUnit = regexp.MustCompile(`\(\s*(?:đvt\s*:?\s*)?(hộ|người|ấp|thôn|xã|km|ha|trường|cơ sở|tiêu chí|chỉ tiêu|m2|căn|em|cháu|học sinh|lao động)\s*\)|^(?:đvt\s*:?\s*)?(hộ|người|ấp|thôn|xã|km|ha|trường|cơ sở|căn|em|cháu|học sinh|lao động)$`)
)

// unitIn finds the unit that a heading, a unit line or a number format states:
// "%", "triệu", "nghìn", "đồng", each with "/tháng" where it is a month's, or
// what is counted; "" for none.
func unitIn(folded string) string {
	if m := moneyWord.FindStringSubmatch(folded); m != nil {
		unit := ""
		switch w := m[1] + m[2]; {
		case strings.HasPrefix(w, "tr"):
			unit = "triệu"
		case strings.HasPrefix(w, "ng") || strings.HasPrefix(w, "1"):
			unit = "nghìn"
		default:
			unit = "đồng"
		}
		if strings.Contains(folded, "triệu") {
			unit = "triệu"
		}
		if perMonth.MatchString(folded) {
			unit += "/tháng"
		}
		return unit
	}
	if strings.Contains(folded, "‰") || strings.Contains(folded, "phần nghìn") {
		return "‰"
	}
	if barePct.MatchString(folded) {
		return "%"
	}
	if m := countUnit.FindStringSubmatch(folded); m != nil {
		return m[1] + m[2]
	}
	if perMonth.MatchString(folded) {
		return "/tháng"
	}
	return ""
}

// UnitIn finds the unit that a folded text states; see Heading.Unit.
func UnitIn(folded string) string { return unitIn(folded) }

// UnitLine finds the unit of a line such as "Đơn vị tính: %" above a table.
func (v *Vocabulary) UnitLine(text string) string {
	s := grid.Fold(text)
	if i := strings.Index(s, "đvt"); i >= 0 && (i == 0 || s[i-1] == '(' || s[i-1] == ' ') {
		return unitIn(s[i:])
	}
	if i := strings.Index(s, "đơn vị tính"); i >= 0 {
		return unitIn(s[i:])
	}
	return ""
}

// The words that say nothing of what a title is about, as tokens are written.
var report, data = tokens("báo cáo"), tokens("số liệu")

// TitleKind is what a title says its table holds: "KẾ HOẠCH thực hiện …",
// "DANH SÁCH XÃ ĐĂNG KÝ …"; "" where it says nothing. What a letter refers to
// ("Kèm theo Kế hoạch số …") is passed over.
func (v *Vocabulary) TitleKind(fold string) Kind {
	for _, p := range []string{"(kèm theo", "kèm theo", "căn cứ", "ban hành kèm", "(ban hành", "thực hiện công văn", "theo công văn", "đơn vị", "phòng ", "sở ", "ủy ban", "uỷ ban", "ubnd", "nơi nhận", "ghi chú", "lưu ý", "- ", "* "} {
		if strings.HasPrefix(fold, p) {
			return ""
		}
	}
	if len(fold) > 300 {
		return ""
	}
	ws := tokens(fold)
	for i := 0; i < len(ws); {
		p, ok := v.lexicon.longest(ws[i:])
		if !ok {
			i++
			continue
		}
		for _, role := range p.roles {
			switch role {
			case PlanHead:
				return Plan
			case RegisteredHead:
				return Registration
			case EstimateHead:
				return Estimate
			case ResultHead, ClaimHead:
				if slices.Equal(p.words, report) || slices.Equal(p.words, data) || len(p.words) == 1 && len([]rune(p.words[0])) <= 2 {
					break // says nothing about what
				}
				return Done
			case ComparisonHead:
				if p.words[0] == "so" {
					return Comparison
				}
			}
		}
		i += len(p.words)
	}
	return ""
}

// Precision is how precise the most precise statement is; 0 for none.
func (t Time) Precision() int {
	best := 0
	for _, s := range t.Periods {
		best = max(best, s.precision())
	}
	if best == 0 && (t.Earlier || t.Now) {
		best = 1
	}
	return best
}

// OneMonth tells a time that is one month and nothing longer.
func (t Time) OneMonth() bool {
	for _, s := range t.Periods {
		if !s.oneMonth {
			return false
		}
	}
	return len(t.Periods) > 0
}

// Year is the year that a statement names, 0 for none.
func (t Time) Year() int {
	for _, s := range t.Periods {
		if s.Months == 0 {
			return s.End.Year()
		}
	}
	return 0
}

// Title says how the time of a title stands to a period: there a year is a
// year, and the most precise label decides.
func (t Time) Title(p Period) Relation {
	if t.Earlier {
		return Past
	}
	j := JudgePeriod(t.Periods, p)
	switch {
	case j.Matches:
		return Present
	case j.Contradicts:
		for _, s := range withYears(t.Periods, p) {
			if s.Text == j.Label {
				// The year of a title above figures of one of its quarters: another
				// statement, the sheet's or the file's, has to say which.
				if s.rank == 1 && s.Months == 0 && s.End.Year() == p.Year {
					return 0
				}
				if s.End.After(p.End()) {
					return Future
				}
			}
		}
		return Past
	case t.Now:
		return Present
	}
	return 0
}

// YearTime is the statement of a year.
func YearTime(year int) Time {
	return Time{Periods: []Stated{{Text: strconv.Itoa(year), End: Period{"year", year, 0}.End(), rank: 1}}}
}

// QuarterTime is the quarter of a number: "IV", "4"; none for other texts.
func QuarterTime(folded string) Time {
	n := quarterNo[strings.TrimLeft(strings.TrimPrefix(folded, "quý "), "0")]
	if n == 0 {
		return Time{}
	}
	return Time{Periods: []Stated{{Text: "quý " + folded, Months: 3 * n, rank: 2}}}
}

// MonthTime is the month of a number.
func MonthTime(folded string) Time {
	n, err := strconv.Atoi(strings.TrimPrefix(folded, "tháng "))
	if err != nil || n < 1 || n > 12 {
		return Time{}
	}
	return Time{Periods: []Stated{{Text: "tháng " + folded, Months: n, rank: 2, oneMonth: true}}}
}

// Text is the statements as written, in one line.
func (t Time) Text() string {
	var said []string
	for _, p := range t.Periods {
		said = append(said, p.Text)
	}
	if t.Earlier {
		said = append(said, "trước")
	}
	if t.Now {
		said = append(said, "này")
	}
	return strings.Join(said, ", ")
}
