// Package words says what a text may mean: headings, names, ids, values, claims,
// periods, against the vocabulary of the seeds. It knows texts and cells, and
// nothing of tables.
package words

import (
	"maps"
	"slices"

	"github.com/angiang-ntm/ntm/transforms/grid"
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

// Inverted tells that the answer "Không" is the wanted one (9.1).
func (i *Indicator) Inverted() bool { return i.Kind == "boolean" && i.RequiredAnswer == "Không" }

// Title is how a message calls the indicator; a verdict on a whole criterion has none.
func (i *Indicator) Title() string {
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

	byID          map[string]*Indicator
	byCriterion   map[int][]*Indicator
	order         map[string]int
	criterion     map[int]string
	byCode        map[string]*Commune
	district      map[string]*District
	names         map[string]*nameIndex // district code → its communes; "" is the whole province
	wordsOf       map[string][]string   // Words, to go through them
	forms         []districtForm
	formsBy       map[string][]int // forms by the first word of either way of writing them
	inNames       []districtForm   // as districts stand in the names of files
	inNamesBy     map[string][]int // those by their first word
	known         map[string]bool  // every way of writing every commune's name, folded
	headings      memo[*Heading]
	districtForms map[string]string // folded → code, of the first that has it
	senses        memo[*Sense]
	lexicon       *lexicon
	nameIndex     *indicatorNames
}

// Prepare builds the indexes; it is called once, before any reading.
func (v *Vocabulary) Prepare() *Vocabulary {
	v.districtForms = map[string]string{}
	for _, d := range v.Districts {
		for _, form := range append([]string{d.Name, d.Display, d.Kind + " " + d.Name}, d.Aliases...) {
			if f := grid.Fold(form); v.districtForms[f] == "" {
				v.districtForms[f] = d.Code
			}
		}
	}
	v.byID = map[string]*Indicator{}
	v.byCriterion = map[int][]*Indicator{}
	v.order = map[string]int{}
	v.criterion = map[int]string{}
	v.byCode = map[string]*Commune{}
	v.district = map[string]*District{}
	for i := range v.Indicators {
		ind := &v.Indicators[i]
		v.byID[ind.ID] = ind
		v.byCriterion[ind.Criterion] = append(v.byCriterion[ind.Criterion], ind)
		v.order[ind.ID] = i
	}
	for _, c := range v.Criteria {
		v.criterion[c.No] = grid.Fold(c.Name)
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
			name = grid.Fold(name)
			v.known[name], v.known[syllables(name)], v.known[Plain(name)] = true, true, true
		}
		v.byCode[c.Code] = c
		v.names[""].add(c)
		if ix := v.names[c.District]; ix != nil {
			ix.add(c)
		}
	}
	v.lexicon = newLexicon(v)
	v.nameIndex = newIndicatorNames(v)
	return v
}

// Indicator is the indicator of an id, nil for none.
func (v *Vocabulary) Indicator(id string) *Indicator { return v.byID[id] }

// Of are the indicators of a criterion, in the set's order.
func (v *Vocabulary) Of(criterion int) []*Indicator { return v.byCriterion[criterion] }

// Commune is the commune of a code, nil for none.
func (v *Vocabulary) Commune(code string) *Commune { return v.byCode[code] }

// District is the district of a code, nil for none.
func (v *Vocabulary) District(code string) *District { return v.district[code] }

// Order is an indicator's place in its set, from 0.
func (v *Vocabulary) Order(ind *Indicator) int { return v.order[ind.ID] }

// Is tells whether folded text is one of the words of a role.
func (v *Vocabulary) Is(role, folded string) bool { return v.Words[role][folded] }

func (v *Vocabulary) is(role, folded string) bool { return v.Words[role][folded] }

// Only returns the single indicator of a criterion that has just one.
func (v *Vocabulary) Only(criterion int) *Indicator {
	if l := v.byCriterion[criterion]; len(l) == 1 {
		return l[0]
	}
	return nil
}
