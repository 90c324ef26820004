package gen

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// Key names a figure.
type Key struct{ Commune, Indicator string }

// Figure is what a careful official would say that the file reports of one
// commune and one indicator.
type Figure struct {
	Commune, Indicator string
	HasNum             bool
	Num                float64
	// HasMet and Met are the answer of a yes/no indicator, or the sender's
	// verdict where no number is given.
	HasMet, Met bool
	// Bad tells that something is written there that nobody can read: nothing
	// may be counted, and a finding is owed.
	Bad bool
	// Doubtful tells that a careful person would hesitate: to abstain is right.
	Doubtful    bool
	Sheet, Cell string
}

// Key of a figure.
func (f *Figure) Key() Key { return Key{f.Commune, f.Indicator} }

// truth gathers what the cells say while they are drawn.
type truth struct {
	figures map[Key]*gathered
	owed    []Place
}

// Place is a cell of a sheet.
type Place struct{ Sheet, Cell string }

// owe notes that a finding has to name a place, or its line or table.
func (t *truth) owe(name string, at sheet.Pos) { t.owed = append(t.owed, Place{name, at.String()}) }

type gathered struct {
	Figure
	rank int // of the author of the verdict
	num  bool
	// unclear tells a doubt about the answer or the verdict.
	unclear bool
	// odd tells a doubt about the number.
	odd bool
}

// rank is the order of authors: the appraisal outranks the district, which
// outranks the commune.
func (m measure) rank() int {
	switch m {
	case appraisal:
		return 4
	case district:
		return 3
	case verdict, metMark, unmetMark, unmetGroup:
		return 2
	case own:
		return 2
	case result:
		return 1
	}
	return 0
}

// keep takes one cell into the truth.
func (t *truth) keep(c *Commune, i *Indicator, m measure, w written, name string, at sheet.Pos) {
	rank := m.rank()
	if rank == 0 {
		return
	}
	k := Key{c.Code, i.ID}
	g := t.figures[k]
	if g == nil {
		g = &gathered{Figure: Figure{Commune: c.Code, Indicator: i.ID}}
		t.figures[k] = g
	}
	g.unclear = g.unclear || w.doubtful && !w.hasNum
	place := func() { g.Sheet, g.Cell = name, at.String() }
	switch {
	case w.bad:
		// A value that cannot be read blocks the verdict beside it.
		g.Bad = true
		place()
	case w.hasNum:
		g.HasNum, g.Num, g.num, g.odd = true, w.num, true, w.doubtful
		place()
	case w.hasMet && rank > g.rank:
		g.rank, g.HasMet, g.Met = rank, true, w.met
		if !g.num && !g.Bad {
			place()
		}
	}
}

// criterion takes the verdict on a whole criterion into the truth, under the
// name "TC 15".
func (t *truth) criterion(c *Commune, no int, met, doubtful bool, name string, at sheet.Pos) {
	k := Key{c.Code, CriterionKey(no)}
	t.figures[k] = &gathered{Figure: Figure{Commune: c.Code, Indicator: k.Indicator, HasMet: true, Met: met, Sheet: name, Cell: at.String()}, unclear: doubtful}
}

// CriterionKey names a whole criterion among the indicators of figures.
func CriterionKey(no int) string { return "TC " + strconv.Itoa(no) }

// list returns the figures in order: a number decides over a verdict.
func (t *truth) list() []Figure {
	var list []Figure
	for _, g := range t.figures {
		f := g.Figure
		if f.Bad {
			f.HasNum, f.HasMet = false, false
		} else if f.HasNum {
			f.HasMet, f.Met, f.Doubtful = false, false, g.odd
		} else if !f.HasMet {
			continue
		} else {
			f.Doubtful = g.unclear
		}
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b Figure) int {
		return cmp.Or(cmp.Compare(a.Commune, b.Commune), cmp.Compare(a.Indicator, b.Indicator))
	})
	return list
}
