package gen

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// Said is what a recogniser counts of one commune and one indicator.
type Said struct {
	HasNum      bool
	Num         float64
	HasMet      bool
	Met         bool
	Sheet, Cell string
}

func (s Said) String() string {
	switch {
	case s.HasNum:
		return fmt.Sprintf("%v at %s!%s", s.Num, s.Sheet, s.Cell)
	case s.HasMet:
		return fmt.Sprintf("%v at %s!%s", s.Met, s.Sheet, s.Cell)
	}
	return "nothing"
}

// Finding is what a recogniser says about a place.
type Finding struct {
	Check, Severity string // error, warning, info
	Sheet, Cell     string // "" where it is about the whole file or sheet
}

// Outcome is how one figure was dealt with.
type Outcome string

// The outcomes, from the best to the worst.
const (
	Right     Outcome = "right"
	Abstained Outcome = "abstained" // not counted, and a finding says where
	Flagged   Outcome = "flagged"   // counted otherwise, and a finding says where
	Lost      Outcome = "lost"      // not counted, in silence
	Wrong     Outcome = "wrong"     // counted otherwise, in silence
)

// Verdict is the outcome of one figure.
type Verdict struct {
	Key     Key
	Outcome Outcome
	Truth   *Figure // nil where the file reports nothing
	Said    *Said   // nil where nothing was counted
}

// Tally is the outcome of a file.
type Tally struct {
	Verdicts []Verdict
	Counts   map[Outcome]int
	// Hard counts the figures of which a careful person would not hesitate.
	Hard, HardRight int
}

// Good tells a file in which nothing went wrong in silence.
func (t *Tally) Good() bool { return t.Counts[Wrong] == 0 && t.Counts[Lost] == 0 }

// ofTheCell are the checks that are about one cell alone. Whatever else is
// found at a cell may be about its line or its table.
var ofTheCell = map[string]bool{"invalid_value": true, "scale_inferred": true, "scale_doubtful": true, "out_of_range": true,
	"claim_contradicts_value": true, "qualified_value": true, "date_repaired": true, "list_expanded": true, "merged_over": true,
	"unit_converted": true, "cell_lost": true, "cell_twice": true, "note_ignored": true, "duplicate_commune": true,
	"restated_previous": true, "source_disagreement": true, "missing_indicator": true}

// ofTheLine are the checks that are about a row or a column even where they name
// a figure's own cell. Any other check that names such a cell is about that cell.
var ofTheLine = map[string]bool{"column_ignored": true, "row_ignored": true, "line_quarantined": true, "estimate_only": true,
	"code_name_mismatch": true, "unknown_commune": true, "set_mismatch": true}

// ofTheTable are the checks that are about the table or the sheet in which
// their cell stands.
var ofTheTable = map[string]bool{"layout_unclear": true, "table_quarantined": true, "not_a_report": true, "no_table": true, "sheet_ignored": true}

// ofTheFile are the checks after which nothing of a file counts.
var ofTheFile = map[string]bool{"sender_unknown": true, "period_unknown": true, "period_mismatch": true, "district_mismatch": true, "not_a_report": true}

// Judge holds what a recogniser said against the truth. A figure that differs is
// forgiven only where an error or a warning names its cell, its row or column,
// its table, its sheet or the file.
func Judge(f *File, said map[Key]Said, findings []Finding) Tally {
	t := Tally{Counts: map[Outcome]int{}}
	add := func(v Verdict) {
		t.Verdicts = append(t.Verdicts, v)
		t.Counts[v.Outcome]++
	}
	known := map[Key]bool{}
	cells := map[Place]bool{}
	for i := range f.Truth {
		cells[Place{f.Truth[i].Sheet, f.Truth[i].Cell}] = true
	}
	for i := range f.Truth {
		fig := &f.Truth[i]
		known[fig.Key()] = true
		s, is := said[fig.Key()]
		is = is && (s.HasNum || s.HasMet)
		v := Verdict{Key: fig.Key(), Truth: fig}
		if is {
			v.Said = &s
		}
		place := func() bool {
			return pointed(findings, cells, fig.Sheet, fig.Cell) || is && pointed(findings, cells, s.Sheet, s.Cell)
		}
		switch {
		case fig.Bad && !is:
			// Owed is a finding at the cell, or that the value is missing.
			v.Outcome = Lost
			if place() {
				v.Outcome = Right
			}
		case is && !fig.Bad && same(fig, s):
			v.Outcome = Right
		case is && place():
			v.Outcome = Flagged
		case is:
			v.Outcome = Wrong
		case place() || fig.Doubtful:
			v.Outcome = Abstained
		default:
			v.Outcome = Lost
		}
		if !fig.Bad && !fig.Doubtful {
			t.Hard++
			if v.Outcome == Right {
				t.HardRight++
			}
		}
		add(v)
	}
	var extra []Key
	for k, s := range said {
		if !known[k] && (s.HasNum || s.HasMet) {
			extra = append(extra, k)
		}
	}
	slices.SortFunc(extra, func(a, b Key) int {
		return strings.Compare(a.Commune+" "+a.Indicator, b.Commune+" "+b.Indicator)
	})
	for _, k := range extra {
		s := said[k]
		v := Verdict{Key: k, Said: &s, Outcome: Wrong}
		if pointed(findings, cells, s.Sheet, s.Cell) {
			v.Outcome = Flagged
		}
		add(v)
	}
	return t
}

// Named tells whether an error or a warning is about a place; no
// place at all is the file.
func Named(findings []Finding, at Place) bool {
	if at != (Place{}) {
		return pointed(findings, nil, at.Sheet, at.Cell)
	}
	for _, f := range findings {
		if f.Severity == "error" && (f.Sheet == "" && f.Cell == "" || ofTheFile[f.Check]) {
			return true
		}
	}
	return false
}

// Same compares what was said of one figure twice.
func (s Said) Same(o Said) bool {
	if s.HasNum || o.HasNum {
		return s.HasNum && o.HasNum && math.Abs(s.Num-o.Num) <= 1e-9*math.Max(math.Abs(s.Num), 1e-12)
	}
	return s.HasMet == o.HasMet && s.Met == o.Met
}

// same compares a figure with what was said of it.
func same(f *Figure, s Said) bool {
	if f.HasNum {
		return s.HasNum && math.Abs(s.Num-f.Num) <= 1e-9*math.Max(math.Abs(f.Num), 1e-12)
	}
	return !s.HasNum && s.HasMet && s.Met == f.Met
}

// pointed tells whether an error or a warning is about a place; cells are those
// of figures.
func pointed(findings []Finding, cells map[Place]bool, name, cell string) bool {
	at, ok := sheet.ParsePos(cell)
	for _, f := range findings {
		if f.Severity != "error" && f.Severity != "warning" {
			continue
		}
		// A file of text has one sheet without a name.
		if f.Sheet == "" && f.Cell == "" || ofTheFile[f.Check] {
			return true
		}
		if f.Sheet != name {
			continue
		}
		if f.Cell == "" || ofTheTable[f.Check] {
			return true
		}
		where, parsed := sheet.ParseRect(f.Cell)
		switch {
		case !parsed || !ok:
			if !parsed {
				return true
			}
		case where.Contains(at):
			return true
		case ofTheCell[f.Check], cells[Place{f.Sheet, f.Cell}] && !ofTheLine[f.Check]:
		case where.From.Row <= at.Row && at.Row <= where.To.Row, where.From.Col <= at.Col && at.Col <= where.To.Col:
			return true
		}
	}
	return false
}
