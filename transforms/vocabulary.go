// Package transforms understands sheets: cells in, typed observations and
// positioned issues out. It recognises layouts, names, ids, values and periods
// from content alone, against the vocabulary of the seeds. It is pure: no
// files, no database, no clock.
package transforms

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// Commune is a commune-level unit in force at the period's end.
type Commune struct {
	Code, Name, Kind, District string
	Aliases                    []string
}

// District is a district-level unit in force at the period's end.
type District struct {
	Code, Name, Kind, Display string
	Aliases                   []string
}

// Criterion is one criterion of the set in force.
type Criterion struct {
	No   int
	Name string
}

// Indicator is one indicator of the set in force, as far as reading needs it.
type Indicator struct {
	ID        string
	Criterion int
	Name      string
	Unit      string
	// Kind is boolean, percent or number.
	Kind       string
	Comparator string
	// Threshold is in Unit; HasThreshold tells whether it is known.
	Threshold    float64
	HasThreshold bool
	// RequiredAnswer is "Đạt", "Có" or "Không" for yes/no indicators.
	RequiredAnswer string
	// SubLabel heads the column of the secondary value, "" where there is none.
	SubLabel string
	// NotApplicableAllowed tells whether "không thuộc diện" may be said here.
	NotApplicableAllowed bool
	// AbsenceMeans says what a bare "Không có" is here: met, not_met,
	// not_applicable or invalid.
	AbsenceMeans string
}

// inverted tells that the answer "Không" is the wanted one (9.1).
func (i *Indicator) inverted() bool { return i.Kind == "boolean" && i.RequiredAnswer == "Không" }

// title is how a message calls the indicator; a verdict on a whole criterion has none.
func (i *Indicator) title() string {
	if i.ID == "" {
		return "tiêu chí"
	}
	return "chỉ tiêu " + i.ID
}

// Vocabulary is what the recogniser knows: the units and indicators in force
// for the period, and the words of the trade.
type Vocabulary struct {
	SetID     string
	Communes  []Commune
	Districts []District
	// Departments are those that exist on the day.
	Departments []Department
	Criteria    []Criterion
	Indicators  []Indicator
	// OtherIDs are indicator ids of other sets: seen in a header they are not
	// nonsense but a wrong set.
	OtherIDs map[string]bool
	// Words maps a role (met, not_met, total, …) to its folded words.
	Words map[string]map[string]bool
	// Legacy repairs text in TCVN3 or VNI.
	Legacy Legacy

	byID        map[string]*Indicator
	byCriterion map[int][]*Indicator
	byName      map[string]*Indicator
	criterion   map[int]string
	byCode      map[string]*Commune
	district    map[string]*District
	names       map[string]*nameIndex // district code → its communes; "" is the whole province
	wordsOf     map[string][]string   // Words, to go through them
	forms       []districtForm
	formsBy     map[string][]int // forms by the first word of either way of writing them
	inNames     []districtForm   // as districts stand in the names of files
	inNamesBy   map[string][]int // those by their first word
	lookedUp    memo[bool]       // texts that were looked up among the communes' names
	longHeaded  memo[[]string]   // texts that longHeads was asked about
	known       map[string]bool  // every way of writing every commune's name, folded
}

// Prepare builds the indexes; it is called once, before any reading.
func (v *Vocabulary) Prepare() *Vocabulary {
	v.byID = map[string]*Indicator{}
	v.byCriterion = map[int][]*Indicator{}
	v.byName = map[string]*Indicator{}
	v.criterion = map[int]string{}
	v.byCode = map[string]*Commune{}
	v.district = map[string]*District{}
	for i := range v.Indicators {
		ind := &v.Indicators[i]
		v.byID[ind.ID] = ind
		v.byCriterion[ind.Criterion] = append(v.byCriterion[ind.Criterion], ind)
		name := Fold(ind.Name)
		if _, twice := v.byName[name]; twice {
			v.byName[name] = nil // the same words for two indicators tell neither
		} else {
			v.byName[name] = ind
		}
	}
	for _, c := range v.Criteria {
		v.criterion[c.No] = Fold(c.Name)
	}
	v.names = map[string]*nameIndex{"": newNameIndex()}
	for i := range v.Districts {
		v.district[v.Districts[i].Code] = &v.Districts[i]
		v.names[v.Districts[i].Code] = newNameIndex()
	}
	v.forms = districtForms(v.Districts)
	v.formsBy = map[string][]int{}
	for i, f := range v.forms {
		for _, word := range []string{firstWord(f.text), firstWord(f.plain)} {
			if list := v.formsBy[word]; len(list) == 0 || list[len(list)-1] != i {
				v.formsBy[word] = append(list, i)
			}
		}
	}
	v.inNames = formsInNames(v.Districts)
	v.inNamesBy = map[string][]int{}
	for i, f := range v.inNames {
		v.inNamesBy[firstWord(f.plain)] = append(v.inNamesBy[firstWord(f.plain)], i)
	}
	v.wordsOf = map[string][]string{}
	for role, words := range v.Words {
		v.wordsOf[role] = slices.Sorted(maps.Keys(words))
	}
	v.known = map[string]bool{}
	for i := range v.Communes {
		c := &v.Communes[i]
		for _, name := range append([]string{c.Name}, c.Aliases...) {
			name = Fold(name)
			v.known[name], v.known[syllables(name)], v.known[Plain(name)] = true, true, true
		}
		v.byCode[c.Code] = c
		v.names[""].add(c)
		if ix := v.names[c.District]; ix != nil {
			ix.add(c)
		}
	}
	return v
}

// is tells whether folded text is one of the words of a role.
func (v *Vocabulary) is(role, folded string) bool { return v.Words[role][folded] }

// header tells whether a folded header text is, or starts with, a word of role.
// Headers carry additions in brackets and units: "Kết quả thực hiện (%)".
func (v *Vocabulary) header(role, folded string) bool {
	if folded == "" {
		return false
	}
	if v.Words[role][folded] {
		return true
	}
	for _, w := range v.wordsOf[role] {
		if rest, ok := strings.CutPrefix(folded, w); ok && rest != "" && strings.IndexByte(" (/,:;.-*", rest[0]) >= 0 && utf8.RuneCountInString(w) >= 4 {
			return true
		}
	}
	return false
}

// indicatorOf returns the indicator a cell names by id: "15.1", "Chỉ tiêu 15.1",
// "15.1. Tỷ lệ …", or the number 15.1. ok is false when the cell names none;
// unknown is the id when it has the form of one that the set does not hold.
func (v *Vocabulary) indicatorOf(c *cell) (ind *Indicator, unknown string) {
	id, rest, dotted := leadingID(c)
	if id == "" || !dotted {
		return nil, ""
	}
	if ind := v.byID[id]; ind != nil {
		if c.kind == sheet.Number && v.byID[id+"0"] != nil {
			return nil, "" // the number 17.1 may have been typed as 17.10
		}
		return ind, ""
	}
	if rest == "" || v.OtherIDs[id] {
		return nil, id
	}
	return nil, ""
}

// criterionOf returns the criterion a cell names: "Tiêu chí 15", "TC 15", "15",
// "15. Y tế", or the criterion's own name.
func (v *Vocabulary) criterionOf(c *cell) int {
	if c == nil {
		return 0
	}
	id, rest, dotted := leadingID(c)
	if id != "" && !dotted {
		n, _ := strconv.Atoi(id)
		name, known := v.criterion[n]
		if known && (rest == "" || strings.HasPrefix(rest, name) || strings.HasPrefix(name, rest) || c.prefixed) {
			return n
		}
		return 0
	}
	for n, name := range v.criterion {
		if c.fold == name {
			return n
		}
	}
	return 0
}

// only returns the single indicator of a criterion that has just one.
func (v *Vocabulary) only(criterion int) *Indicator {
	if l := v.byCriterion[criterion]; len(l) == 1 {
		return l[0]
	}
	return nil
}

// named returns the indicator whose full name a header or content cell holds.
func (v *Vocabulary) named(folded string) *Indicator {
	if ind := v.byName[folded]; ind != nil {
		return ind
	}
	if len([]rune(folded)) < 12 {
		return nil
	}
	// A content cell often shortens or extends the name; it tells the
	// indicator only when exactly one fits.
	var found *Indicator
	for name, ind := range v.byName {
		if ind == nil || !strings.HasPrefix(name, folded) && !strings.HasPrefix(folded, name) {
			continue
		}
		if found != nil {
			return nil
		}
		found = ind
	}
	return found
}

// leadingID splits an id off the front of a cell: ("15.1", "tỷ lệ …", true).
// The words "tiêu chí", "chỉ tiêu", "TC", "CT" may stand before it.
func leadingID(c *cell) (id, rest string, dotted bool) {
	if c == nil {
		return "", "", false
	}
	s := c.fold
	c.prefixed = false
	for _, p := range []string{"tiêu chí số ", "tiêu chí ", "chỉ tiêu ", "tiêu chí: ", "tc ", "ct ", "tc", "ct"} {
		if t, ok := strings.CutPrefix(s, p); ok && t != "" && t[0] >= '0' && t[0] <= '9' {
			s, c.prefixed = t, true
			break
		}
	}
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if i == 0 || i > 2 {
		return "", "", false
	}
	if i+1 < len(s) && s[i] == '.' && s[i+1] >= '0' && s[i+1] <= '9' {
		j := i + 1
		for j < len(s) && s[j] >= '0' && s[j] <= '9' {
			j++
		}
		if j-i-1 > 2 {
			return "", "", false
		}
		i, dotted = j, true
	}
	id, rest = s[:i], s[i:]
	if rest != "" && !strings.ContainsAny(rest[:1], " .:;)(-–,*") {
		return "", "", false
	}
	rest = strings.TrimLeft(rest, " .:;)-–")
	return strings.TrimLeft(id, "0"), rest, dotted
}
