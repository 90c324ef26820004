package words

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
)

// Sense is all that the content of a cell may mean, whatever stands around it.
// One content has many senses; none is thrown away here.
type Sense struct {
	// ID is the indicator that the content names by its id: "15.1", "Chỉ tiêu
	// 15.1", "15.1. Tỷ lệ …". Unknown is the id where the set has none of that
	// form. Weak tells a form that is an id only among others: "15,1", a date.
	ID      *Indicator
	Unknown string
	Weak    bool
	Alone   bool // the id is all there is
	// Named is the indicator that the content names in words.
	Named *Indicator
	// Criterion is the one that the content names: "Tiêu chí 15", "15", its
	// name; Plain tells a bare number, which may be anything.
	Criterion int
	Plain     bool
	// Head is the content as a heading.
	Head *Heading
	// Commune tells the name or the code of a commune of the province, whatever
	// its district.
	Commune bool
	Code    bool
	// Total tells the word that heads sums and averages.
	Total bool
	// Number tells that the content is a number, alone or with its unit, or a
	// date; Mark that it is a verdict or a mark.
	Number bool
	Mark   bool
	Long   bool // prose
}

// Indicator is the indicator that the content names, by id or in words.
func (s *Sense) Indicator() *Indicator {
	if s == nil {
		return nil
	}
	if s.ID != nil && !s.Weak {
		return s.ID
	}
	return s.Named
}

var nothing = &Sense{}

// Sense says what a cell may mean; c may be nil.
func (v *Vocabulary) Sense(c *grid.Cell) *Sense {
	switch {
	case c == nil:
		return nothing
	case c.Kind == sheet.Text && !c.Struck:
		return v.senses.of(c.Text, v.textSense)
	}
	return v.otherSense(c)
}

func (v *Vocabulary) otherSense(c *grid.Cell) *Sense {
	s := &Sense{}
	if c.Struck || c.Kind != sheet.Number {
		s.Mark = c.Kind == sheet.Bool
		return s
	}
	s.Number = true
	if c.Date {
		s.Weak = true
		if ids := v.DatedIDs(c); len(ids) == 1 {
			s.ID = v.byID[ids[0]]
		}
		if day, ok := DayOf(c); ok && day.AddDate(0, 0, 1).Day() == 1 && day.Year() >= 2000 {
			// The last day of a month heads what was reached by then.
			s.Head = &Heading{Words: 1, Time: Time{Periods: []Stated{{Text: day.Format("02/01/2006"), End: day, Date: true}}}}
		}
		return s
	}
	if c.Percent || c.Num < 0 || len(c.Text) > 5 {
		return s
	}
	if n := int(c.Num); float64(n) == c.Num {
		if n >= 2000 && n < 2100 {
			s.Head = &Heading{Words: 1, Time: YearTime(n)} // a bare year, where it heads a column
		}
		if v.byCriterion[n] != nil || v.criterion[n] != "" {
			s.Criterion, s.Plain = n, true
		}
		if len(c.Text) == 5 && v.byCode[c.Text] != nil {
			s.Commune, s.Code = true, true
		}
		return s
	}
	if ind := v.byID[c.Text]; ind != nil && v.byID[c.Text+"0"] == nil {
		s.ID, s.Alone = ind, true // 17.1 may have been typed as 17.10 where the set has both
	} else if ind == nil && v.OtherIDs[c.Text] {
		s.Unknown, s.Alone = c.Text, true
	}
	return s
}

func (v *Vocabulary) textSense(text string) *Sense {
	fold := grid.Fold(text)
	s := &Sense{Long: len(fold) > 300}
	if s.Long {
		return s
	}
	lead := leadingID(fold)
	switch {
	case lead.id == "":
	case lead.dotted:
		if ind := v.byID[lead.id]; ind != nil {
			s.ID, s.Alone, s.Weak = ind, lead.rest == "", lead.comma
		} else if lead.rest == "" || v.OtherIDs[lead.id] || lead.prefixed {
			s.Unknown, s.Alone, s.Weak = lead.id, lead.rest == "", lead.comma
		}
	default:
		n, _ := strconv.Atoi(lead.id)
		name := v.criterion[n]
		switch {
		case name == "":
		case (lead.rest == "" || lead.bracket) && !lead.prefixed:
			s.Criterion, s.Plain = n, true // "10 (triệu đồng)" too
		case lead.rest == "" || lead.prefixed || strings.HasPrefix(lead.rest, name) || strings.HasPrefix(name, lead.rest):
			s.Criterion = n
		default:
			// "10 Thu nhập bình quân đầu người": the words after the number name
			// its only indicator.
			if only := v.Only(n); only != nil {
				if named := v.nameIndex.find(lead.rest); named == only || v.nameIndex.shares(lead.rest, only) {
					s.ID, s.Criterion = only, n
				}
			}
		}
		if s.Criterion != 0 && lead.rest != "" {
			if only := v.Only(n); only != nil && v.nameIndex.find(lead.rest) == only {
				s.ID = only
			}
		}
	}
	if m := idBehind.FindStringSubmatch(fold); m != nil && lead.id == "" {
		// "Tỷ lệ người dân tham gia bảo hiểm y tế (15.1)"
		if ind := v.byID[strings.TrimLeft(m[2], "0")]; ind != nil && v.nameIndex.shares(m[1], ind) {
			s.ID = ind
		}
	}
	if s.ID == nil && s.Unknown == "" {
		bare := fold
		if lead.id != "" {
			bare = lead.rest
		}
		bare = strings.TrimLeft(bare, " -+*•.:)")
		if strings.IndexFunc(bare, isLetter) >= 0 {
			s.Named = v.nameIndex.find(bare)
			if s.Criterion == 0 && s.Named == nil {
				for n, name := range v.criterion {
					if bare == name {
						s.Criterion = n
					}
				}
			}
		}
	}
	trimmed := strings.Trim(fold, " .:")
	if i := strings.IndexByte(trimmed, '('); i > 0 {
		trimmed = strings.TrimSpace(trimmed[:i])
	}
	s.Total = v.is("total", trimmed) || strings.HasPrefix(trimmed, "tổng cộng") || strings.HasPrefix(trimmed, "cộng ") ||
		strings.HasPrefix(trimmed, "tỷ lệ xã") || strings.HasPrefix(trimmed, "bình quân toàn") || strings.HasPrefix(trimmed, "toàn huyện") || strings.HasPrefix(trimmed, "toàn tỉnh") || strings.HasPrefix(trimmed, "toàn thị xã") || strings.HasPrefix(trimmed, "toàn thành phố")
	s.Commune, s.Code = v.namesCommune(text)
	if s.Commune {
		s.Total = false
	}
	s.Number = looksNumber(fold)
	_, _, _, s.Mark = v.word(strings.Trim(fold, " .;,:"))
	if !s.Number || s.ID != nil || s.Criterion != 0 || bareTime.MatchString(trimmed) {
		s.Head = v.Heading(fold)
	}
	return s
}

// idBehind is an id in brackets behind the words of its indicator.
var idBehind = regexp.MustCompile(`^(\pL.+?)\s*[(\[]\s*(?:chỉ tiêu |ct )?(\d{1,2}\.\d{1,2})\s*[)\]]$`)

// bareTime is a year or a day with nothing beside it.
var bareTime = regexp.MustCompile(`^(?:20\d\d|` + dayForm + `)$`)

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 0x80 }

// looksNumber tells a text that begins with a number and goes on, at most, with
// a unit: "86,57 %", "37,4 triệu", "7/21".
func looksNumber(fold string) bool {
	s := strings.TrimLeft(fold, "≥≤<>=~ ")
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || strings.IndexByte("., %/-", s[i]) >= 0) {
		i++
	}
	if i == 0 || s[0] < '0' || s[0] > '9' {
		return false
	}
	rest := strings.TrimSpace(s[i:])
	return rest == "" || unitIn(rest) != "" && len([]rune(rest)) < 24
}

// namesCommune tells a name of the province, whatever its district: even one
// that two communes share. code tells that it is a code.
func (v *Vocabulary) namesCommune(text string) (is, code bool) {
	for _, name := range bareNames(text) {
		if v.known[name] || v.known[syllables(name)] {
			return true, false
		}
	}
	m, step := v.MatchCommune(text, "")
	return m != nil, step == "code"
}

// lead is the id at the front of a text, and what follows it.
type lead struct {
	id, rest string
	dotted   bool
	comma    bool // "15,1"
	bracket  bool // what follows stands in brackets
	prefixed bool // "tiêu chí" or "chỉ tiêu" stands before it
}

// leadingID splits an id off the front of a folded text. The words "tiêu chí",
// "chỉ tiêu", "TC", "CT" may stand before it.
func leadingID(s string) lead {
	var l lead
	for _, p := range []string{"tiêu chí số ", "tiêu chí thứ ", "tiêu chí ", "chỉ tiêu số ", "chỉ tiêu ", "tiêu chí: ", "chỉ tiêu: ", "tc số ", "tc ", "ct ", "tc.", "ct.", "tc", "ct", "nội dung "} {
		if t, ok := strings.CutPrefix(s, p); ok && t != "" && t[0] >= '0' && t[0] <= '9' {
			s, l.prefixed = t, true
			break
		}
	}
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if i == 0 || i > 2 {
		return lead{}
	}
	whole := s[:i]
	// "15. 1" and "15 .1" are 15.1 only where nothing else follows.
	if i+1 < len(s) && (s[i] == '.' || s[i] == ',') && s[i+1] >= '0' && s[i+1] <= '9' {
		j := i + 1
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		if j-i-1 > 2 {
			return lead{}
		}
		l.comma = s[i] == ','
		whole = s[:i] + "." + s[i+1:j]
		i, l.dotted = j, true
	}
	rest := s[i:]
	if rest != "" && !strings.ContainsAny(rest[:1], " .:;)(-–,*/") && !strings.HasPrefix(rest, "–") {
		return lead{}
	}
	if l.comma && strings.TrimSpace(rest) != "" && !strings.HasPrefix(strings.TrimSpace(rest), "(") {
		l.comma = l.comma && !l.prefixed
		if strings.IndexFunc(rest, isLetter) < 0 {
			return lead{} // "15,1 %"
		}
	}
	if strings.HasPrefix(strings.TrimSpace(rest), "%") || strings.HasPrefix(rest, "/") {
		return lead{}
	}
	l.bracket = strings.HasPrefix(strings.TrimLeft(rest, " "), "(")
	l.rest = strings.TrimLeft(rest, " .:;)-–")
	l.id = strings.TrimLeft(whole, "0")
	return l
}

// indicatorNames finds indicators by what they are called.
type indicatorNames struct {
	exact map[string]*Indicator // nil for words that two indicators share
	names []indicatorName
	by    map[string][]int // by word
}

type indicatorName struct {
	ind   *Indicator
	fold  string
	words []string
}

func newIndicatorNames(v *Vocabulary) *indicatorNames {
	x := &indicatorNames{exact: map[string]*Indicator{}, by: map[string][]int{}}
	for i := range v.Indicators {
		ind := &v.Indicators[i]
		name := grid.Fold(ind.Name)
		if _, twice := x.exact[name]; twice {
			x.exact[name] = nil
		} else {
			x.exact[name] = ind
		}
		n := indicatorName{ind, name, nameWords(name)}
		for _, w := range n.words {
			x.by[w] = append(x.by[w], len(x.names))
		}
		x.names = append(x.names, n)
	}
	return x
}

// nameWords are the words of a name, without signs and doubles, in order.
func nameWords(fold string) []string {
	var out []string
	for _, w := range tokens(fold) {
		if r := []rune(w)[0]; isLetter(r) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// find returns the indicator whose name a text is, or shortens, or goes on;
// where more than one fits, none. The text is folded.
func (x *indicatorNames) find(text string) *Indicator {
	text = strings.TrimRight(text, " .:;*")
	if ind, ok := x.exact[text]; ok {
		return ind
	}
	if len([]rune(text)) < 12 {
		return nil
	}
	var found *Indicator
	for i := range x.names {
		n := &x.names[i]
		if x.exact[n.fold] == nil || !strings.HasPrefix(n.fold, text) && !strings.HasPrefix(text, n.fold) {
			continue
		}
		if found != nil {
			return nil
		}
		found = n.ind
	}
	return found
}

// shares tells that a text has half of its words, and two at least, from an
// indicator's name: what stands behind an id names it in other words.
func (x *indicatorNames) shares(text string, ind *Indicator) bool {
	words := nameWords(text)
	for i := range x.names {
		if n := &x.names[i]; n.ind == ind {
			common := 0
			for _, w := range words {
				if slices.Contains(n.words, w) {
					common++
				}
			}
			return common >= 2 && 2*common >= len(words)
		}
	}
	return false
}

// generic are words of headings that are in no indicator's name for its sake.
var generic = map[string]bool{"đạt": true, "chuẩn": true, "tỷ": true, "lệ": true, "số": true, "có": true, "được": true, "theo": true, "quy": true, "định": true, "và": true, "của": true, "các": true, "kết": true, "quả": true}

// Calls tells that a heading is another way of calling an indicator: its words
// are those of the name. A count is none ("Số hộ có nhà ở đạt chuẩn").
func (v *Vocabulary) Calls(fold string, ind *Indicator) bool {
	if strings.HasPrefix(fold, "số ") && !strings.HasPrefix(grid.Fold(ind.Name), "số ") {
		return false
	}
	name := nameWords(grid.Fold(ind.Name))
	own := 0
	for _, w := range nameWords(fold) {
		if generic[w] {
			continue
		}
		if !slices.Contains(name, w) {
			return false
		}
		own++
	}
	return own >= 2
}

// Beyond is what a heading that names an indicator says besides its name.
func (v *Vocabulary) Beyond(fold string, ind *Indicator) string {
	rest := fold
	if l := leadingID(fold); l.id != "" {
		rest = l.rest
	} else if m := idBehind.FindStringSubmatch(fold); m != nil {
		rest = m[1]
	}
	name := grid.Fold(ind.Name)
	switch {
	case strings.HasPrefix(name, strings.TrimRight(rest, " .:;*")):
		return ""
	case strings.HasPrefix(rest, name):
		return strings.TrimLeft(rest[len(name):], " ,.;:-–")
	}
	return rest
}

// Names is the indicator whose name a folded text is, or shortens, or goes on.
func (v *Vocabulary) Names(fold string) *Indicator {
	return v.nameIndex.find(strings.TrimLeft(fold, " -+*•.:)"))
}

// BeyondCriterion is what a heading that names a criterion says besides its
// number and its name.
func (v *Vocabulary) BeyondCriterion(fold string, n int) string {
	rest := fold
	if l := leadingID(fold); l.id != "" {
		rest = l.rest
	}
	if name := v.criterion[n]; name != "" {
		rest = strings.TrimPrefix(rest, name)
	}
	return strings.TrimLeft(rest, " ,.;:-–")
}
