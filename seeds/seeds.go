package seeds

import "slices"

// Set is everything the seed files say, typed. Ids are text; a date is written
// as 2017-12-31, and "" means not known (an interval open at that end); numbers
// that may be unknown are pointers. Every row knows its Line in its file.
type Set struct {
	Provinces    []Province
	Districts    []District   // in administrative order
	Communes     []Commune    // in administrative order
	Successors   []Successor  // in file order
	Departments  []Department // in their own order
	Sets         []CriteriaSet
	Criteria     []Criterion      // by set, then number
	Indicators   []Indicator      // by set, then order within the set
	Overrides    []Override       // in file order
	Recognitions []Recognition    // by set, then order of the published list
	Withdrawal   []WithdrawalRule // in file order
	Targets      []Target         // in file order
	Remediation  []Remediation    // by set, then row
	Published    []Figure         // in file order
	Bands        []Band           // by set, then order
	Words        []Word           // in file order
	Legacy       []LegacyChar     // in file order

	// Tables holds the same rows as text, as they go into the schema ref of
	// the warehouse. The legacy encodings, which only the reader of cells
	// needs, are not among them.
	Tables []Table
}

// Table is one seed file as rows of text. An empty string stands for NULL.
type Table struct {
	Name    string   // without the schema: "district" is loaded as ref.district
	File    string   // "districts.csv"
	Columns []string // in the order of the file format, whatever the file's own order
	Types   []string // per column: VARCHAR, INTEGER, DOUBLE or DATE
	Rows    [][]string
	Lines   []int // per row: its line in File, 1-based
}

// Province is the province that the reports are consolidated for.
type Province struct {
	Line               int
	Code, Name, Kind   string
	ValidFrom, ValidTo string
	Source, Confidence string
}

// District is a unit of the district level, whatever its kind.
type District struct {
	Line               int
	Code, Name         string // "883", "Long Xuyên"
	Kind               string // huyện, thị xã, thành phố
	DisplayName        string // with its kind, as people write it: "TP. Long Xuyên"
	ProvinceCode       string
	SortOrder          int
	ValidFrom, ValidTo string
	Aliases            []string // other ways in which offices write the name
	LegalBasis         string
	Source, Confidence string
}

// Commune is a unit of the commune level during one interval in which its kind
// did not change. Only those of kind xã are judged by the criteria.
type Commune struct {
	Line               int
	Code, Name         string
	Kind               string // xã, phường, thị trấn
	DistrictCode       string // "" where there is no district level, as from 2025-07-01
	SortOrder          int
	Class, Group       string // special regime, where thresholds depend on one
	ValidFrom, ValidTo string
	Aliases            []string
	LegalBasis         string
	Source, Confidence string
}

// Successor is a unit of the commune level that continues another, wholly or
// with a part of its territory. Codes are given anew to other territories, so
// that a code names a unit only together with a day: from ValidFrom on, New is
// what Old was before.
type Successor struct {
	Line               int
	Old, New           string // commune codes
	ValidFrom          string
	Whole              bool // all of Old's territory went to New
	LegalBasis         string
	Source, Confidence string
}

// Department is an office of the province that leads some indicators and may
// report on them for all communes.
type Department struct {
	Line               int
	Code, Name         string
	SortOrder          int
	ValidFrom, ValidTo string
	Aliases            []string
	Successor          string // who leads its indicators after ValidTo
	LegalBasis         string
	Source, Confidence string
}

// KindXa is the kind of the communes that the criteria are about.
const KindXa = "xã"

// CriteriaSet is one legal text that defines criteria. The sets of role
// "evaluate" judge reports, each in its own interval; those of role "what_if"
// suppose something and judge only where they are asked for; the others are
// there to be looked up.
type CriteriaSet struct {
	Line                       int
	ID, Name, Scope            string
	Role                       string // evaluate, reference, what_if
	Base                       string // of a what_if set: the set whose rows it has but for what it supposes
	LegalBasis                 string
	IssuedOn                   string
	EffectiveFrom, EffectiveTo string
	Criteria, Indicators       int // as the text states them; 0 when not known
	Replaces                   string
	Note, Source, Confidence   string
}

// Criterion is a numbered group of indicators in one set.
type Criterion struct {
	Line               int
	SetID              string
	No                 int
	Name, Group        string
	Source, Confidence string
}

// Indicator is what is measured. Its id ("15.1") belongs to a criterion (15)
// and means nothing without its set.
type Indicator struct {
	Line           int
	SetID, ID      string
	CriterionNo    int
	Name           string
	Concept        string   // the same in every set that measures the same thing
	Unit           string   // "%", "triệu đồng/người/năm", …
	ValueKind      string   // boolean, percent, number
	Comparator     string   // >=, <=, >, <, =; yes_no for a boolean
	Threshold      *float64 // in Unit; nil when not known, and for a boolean
	RequiredAnswer string   // of a boolean: Đạt, Có or Không
	SubLabel       string   // a second threshold within the indicator, if any
	SubComparator  string
	SubThreshold   *float64
	ChangeClass    string // against the set before: unchanged, new, raised
	Deadline       string // the period by whose end it has to be met: 2018-Q4
	LeadDepartment string
	LeadConfidence string
	// NotApplicableAllowed tells that a commune may be without the thing
	// measured; it then counts as met.
	NotApplicableAllowed bool
	// AbsenceMeans is what a bare "Không có" says: met, not_met,
	// not_applicable or invalid.
	AbsenceMeans       string
	SortOrder          int
	LegalBasis, Note   string
	Source, Confidence string
}

// LeadDepartments are the names of those who lead the indicator; several share
// one now and then.
func (i Indicator) LeadDepartments() []string { return splitList(i.LeadDepartment) }

// Override replaces the threshold of an indicator, or of all ("*"), for a year
// or for some communes. One without a threshold records a rule whose figure is
// not known, and changes nothing.
type Override struct {
	Line                     int
	SetID, IndicatorID       string
	ScopeKind                string // year, district, commune, commune_class, commune_group
	ScopeValue               string
	Comparator               string
	Threshold                *float64
	ValidFrom, ValidTo       string
	LegalBasis               string
	Source, Confidence, Note string
}

// Recognition is the decision that a commune is a new rural commune, under the
// set by which it was judged.
type Recognition struct {
	Line                     int
	CommuneCode              string
	Year                     int
	SetID                    string
	OrderNo                  int    // the place in the published list
	Stage                    string // the stage that the published list is headed by: "2011-2016"
	Decision                 string
	ValidFrom, ValidTo       string
	Illustrative             bool // made up for the sample, not a real decision
	Note, Source, Confidence string
}

// WithdrawalRule says when a recognition is to be withdrawn: the share of
// criteria of the set that are not met lies from MinShare up to below MaxShare
// percent, and one of the Required criteria, if any are named, is among them.
type WithdrawalRule struct {
	Line                     int
	ID, SetID, Name          string
	MinShare                 float64  // percent, included
	MaxShare                 *float64 // percent, not included; nil for no upper end
	Required                 []string // criterion numbers
	ValidFrom, ValidTo       string
	LegalBasis               string
	Source, Confidence, Note string
}

// Target is a figure that the province, or a district, means to reach.
type Target struct {
	Line                     int
	ID, Name                 string
	ScopeKind, ScopeValue    string // province, or district and its code
	Metric                   string // one of Metrics
	Comparator               string // >=, <=
	Value                    float64
	ValidFrom, ValidTo       string
	LegalBasis               string
	Source, Confidence, Note string
}

// Remediation is a row of the plan that says what has to be done by when.
type Remediation struct {
	Line                     int
	SetID                    string
	RowNo                    int
	Section, SectionTitle    string
	Printed                  string // the number as printed, which may repeat
	Label                    string // "Chỉ tiêu 6.2"
	IndicatorIDs             []string
	ChangeClass              string
	Action                   string
	DeadlinePrinted          string // "Quý III/2018"
	Deadline, DeadlineDate   string // "2018-Q3", "2018-09-30"; "" for a yearly duty
	Note, Source, Confidence string
}

// Figure is a number already published for a period, to be recomputed.
type Figure struct {
	Line                     int
	Period, ID, Name         string
	Metric                   string // what is recomputed: "province.recognised"
	Printed                  string // as published: "27,32"
	Value                    float64
	Decimals                 int // with how many decimals it was published
	Note, Source, Confidence string
}

// Band is a range of criteria met by which communes are counted.
type Band struct {
	Line       int
	SetID      string
	Key, Label string // "15-18", "15-18 tiêu chí"
	Min, Max   int    // both included
	SortOrder  int
}

// Word is a piece of the vocabulary of the reports, in its natural spelling.
type Word struct {
	Line       int
	Role, Text string
	// Shares are the other roles in headings that the same text has: a word
	// with several senses says so in each of its rows.
	Shares []string
	Note   string
}

// LegacyChar is one letter in the encodings that came before Unicode.
type LegacyChar struct {
	Line    int
	Unicode string // one letter
	TCVN3   string // the character that stands for it in TCVN3 text read as Latin-1
	VNI     string // the one or two characters that stand for it in VNI text
	Case    string // lower, upper
}

// SetInForce returns the id of the set that judges reports whose period ends
// on day (2017-12-31); false when none does.
func (s *Set) SetInForce(day string) (string, bool) {
	for _, c := range s.Sets {
		if c.Role == "evaluate" && within(day, c.EffectiveFrom, c.EffectiveTo) {
			return c.ID, true
		}
	}
	return "", false
}

// CanJudge lists the sets that have criteria and indicators, in file order: any
// of them can be asked for.
func (s *Set) CanJudge() []CriteriaSet {
	return slices.DeleteFunc(slices.Clone(s.Sets), func(c CriteriaSet) bool { return len(s.IndicatorsOf(c.ID)) == 0 })
}

// IndicatorsOf returns the indicators of a set, in its own order.
func (s *Set) IndicatorsOf(setID string) []Indicator {
	var of []Indicator
	for _, i := range s.Indicators {
		if i.SetID == setID {
			of = append(of, i)
		}
	}
	return of
}

// CommunesOn returns the units of the commune level, of every kind, that exist
// on day, in administrative order.
func (s *Set) CommunesOn(day string) []Commune {
	return slices.DeleteFunc(slices.Clone(s.Communes), func(c Commune) bool {
		return !within(day, c.ValidFrom, c.ValidTo)
	})
}

// DistrictsOn returns the units of the district level that exist on day, in
// administrative order.
func (s *Set) DistrictsOn(day string) []District {
	return slices.DeleteFunc(slices.Clone(s.Districts), func(d District) bool {
		return !within(day, d.ValidFrom, d.ValidTo)
	})
}

// DepartmentsOn returns the departments that exist on day, in their own order.
func (s *Set) DepartmentsOn(day string) []Department {
	return slices.DeleteFunc(slices.Clone(s.Departments), func(d Department) bool {
		return !within(day, d.ValidFrom, d.ValidTo)
	})
}

// within tells whether day lies in the interval, both ends included. Dates
// compare as text, being written year first.
func within(day, from, to string) bool {
	return (from == "" || from <= day) && (to == "" || day <= to)
}
