package transforms

import (
	"github.com/angiang-ntm/ntm/seeds"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/read"
	"github.com/angiang-ntm/ntm/transforms/shape"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// What the rooms make, under one roof for those who only use it.
type (
	Vocabulary    = words.Vocabulary
	Period        = words.Period
	PeriodVerdict = words.PeriodVerdict
	Stated        = words.Stated
	Value         = words.Value
	Measure       = words.Measure
	Layout        = shape.Layout
	Role          = shape.Role
	Standing      = shape.Standing
	Source        = read.Source
	Reading       = read.Reading
	Record        = read.Record
	Observation   = read.Observation
	Table         = read.Table
	Column        = read.Column
	Region        = read.Region
	Cells         = read.Cells
	Choice        = read.Choice
	Alternative   = read.Alternative
	Kind          = read.Kind
	FigureKind    = words.Kind
	Witness       = read.Witness
)

// The measures, states, kinds of senders, evidence and regions.
const (
	Result          = words.Result
	Claim           = words.Claim
	Secondary       = words.Secondary
	CriterionClaim  = words.CriterionClaim
	CriteriaTotal   = words.AllCriteria
	IndicatorsTotal = words.AllIndicators
	Evidence        = words.Evidence
	Numerator       = words.Numerator
	Denominator     = words.Denominator

	Reported      = words.Reported
	Claimed       = words.Claimed
	Missing       = words.Missing
	Invalid       = words.Invalid
	NotApplicable = words.NotApplicable

	DistrictSender   = words.DistrictSender
	DepartmentSender = words.DepartmentSender
	CommuneSender    = words.CommuneSender

	MetMarks   = words.MetMarks
	UnmetMarks = words.UnmetMarks

	IDsAcross      = read.IDsAcross
	IDsDown        = read.IDsDown
	CommunesDown   = read.CommunesDown
	CommunesAcross = read.CommunesAcross
	FailingHeading = read.FailingHeading
	ColumnHeadings = read.ColumnHeadings
	CommuneNamed   = read.CommuneNamed
	SheetNamed     = read.SheetNamed

	NoTable   = read.NoTable
	Titles    = read.Titles
	Signature = read.Signature
	Outside   = read.Outside
)

// Kinds are all kinds of problems that reading states, with their stable codes.
var Kinds = read.Kinds

// AuthorName names whose word a figure is, "" where nothing says it.
func AuthorName(a words.Author) string { return read.AuthorName(a) }

// KindOf returns the kind of a check id that reading states.
func KindOf(check string) Kind { return read.KindOf(check) }

// FromSeeds builds the vocabulary of one day: the units in force and the
// indicators of one criteria set.
func FromSeeds(s *seeds.Set, setID, day string) *Vocabulary { return words.FromSeeds(s, setID, day) }

// Clean returns text as a reader would compare it; see package grid.
func Clean(s string) string { return grid.Clean(s) }

// Fold is Clean in lower case.
func Fold(s string) string { return grid.Fold(s) }

// Plain strips Vietnamese diacritics from folded text.
func Plain(s string) string { return words.Plain(s) }

// ParsePeriod reads a period's code: 2017-12, 2017-Q4, 2017-H2 or 2017.
func ParsePeriod(s string) (Period, bool) { return words.ParsePeriod(s) }

// StatedPeriods finds the period labels and dates of data in a line of text.
func StatedPeriods(text string) []Stated { return words.StatedPeriods(text) }

// JudgePeriod holds the statements found against a period.
func JudgePeriod(found []Stated, p Period) PeriodVerdict { return words.JudgePeriod(found, p) }

// MostPrecise returns the last day of the most precise label found.
var MostPrecise = words.MostPrecise

// ObservationSchema, AsideSchema and RecordSchema are the schemas in which
// readings travel.
var (
	ObservationSchema = read.ObservationSchema
	AsideSchema       = read.AsideSchema
	RecordSchema      = read.RecordSchema
)
