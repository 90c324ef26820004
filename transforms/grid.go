package transforms

import (
	"slices"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// cell is a stored cell with its text made comparable.
type cell struct {
	pos      sheet.Pos // in its grid
	on       sheet.Pos // on the sheet
	kind     sheet.Kind
	text     string // as stored, legacy encodings repaired
	fold     string // Fold(text)
	num      float64
	percent  bool
	date     bool
	mac      bool // days count from 1904
	repaired bool // text was TCVN3 or VNI
	prefixed bool // leadingID saw "tiêu chí" or "chỉ tiêu" before the id
}

// grid is a sheet ready for looking around in.
type grid struct {
	sheet *sheet.Sheet
	no    int // 1-based place of the sheet in its book
	cells map[sheet.Pos]*cell
	rows  [][]*cell // by row number, in column order; rows[0] is unused
	cover map[sheet.Pos]sheet.Rect
	cols  int
	// legacy tells why text was repaired: "font" or "letters"; "" if none was.
	legacy string
	hits   []*rowHits // by row, filled by headerHits
	turned *turned    // nil for the sheet as it is
	whole  *grid      // of a part of a sheet; nil for the sheet itself
}

func newGrid(s *sheet.Sheet, no int, v *Vocabulary) *grid {
	g := &grid{sheet: s, no: no, cells: make(map[sheet.Pos]*cell, len(s.Cells)), cover: map[sheet.Pos]sheet.Rect{}}
	last := 0
	var texts []string
	for i := range s.Cells {
		last = max(last, s.Cells[i].Pos.Row)
		g.cols = max(g.cols, s.Cells[i].Pos.Col)
		if s.Cells[i].Kind == sheet.Text {
			texts = append(texts, s.Cells[i].Text)
		}
	}
	letters := v.Legacy.byLetters(texts)
	g.rows = make([][]*cell, last+1)
	cells := make([]cell, len(s.Cells))
	for i := range s.Cells {
		src, c := &s.Cells[i], &cells[i]
		*c = cell{pos: src.Pos, on: src.Pos, kind: src.Kind, text: src.Text, num: src.Num, percent: src.Percent, date: src.Date}
		if src.Kind == sheet.Number {
			// Files spell 2.3 as 2.2999999999999998; as an id it is 2.3.
			c.text = strconv.FormatFloat(src.Num, 'f', -1, 64)
		}
		if src.Kind == sheet.Text {
			if t, done := v.Legacy.byFont(src.Text, src.Font); done {
				if t != src.Text {
					c.text, c.repaired, g.legacy = t, true, "font"
				}
			} else if letters != nil {
				if t := letters(src.Text); t != src.Text {
					c.text, c.repaired = t, true
					if g.legacy == "" {
						g.legacy = "letters"
					}
				}
			}
		}
		c.text = strings.TrimSpace(c.text)
		c.fold = Fold(c.text)
		if c.kind == sheet.Text && c.fold == "" {
			continue // nothing but blanks
		}
		g.cells[c.pos] = c
		g.rows[c.pos.Row] = append(g.rows[c.pos.Row], c)
	}
	for _, row := range g.rows {
		slices.SortFunc(row, func(a, b *cell) int { return a.pos.Col - b.pos.Col })
	}
	for _, m := range s.Merges {
		// A merge over whole columns says nothing about headers; walking it
		// would take the time its author did not.
		if (m.To.Row-m.From.Row+1)*(m.To.Col-m.From.Col+1) > 20000 {
			continue
		}
		for r := m.From.Row; r <= m.To.Row; r++ {
			for c := m.From.Col; c <= m.To.Col; c++ {
				g.cover[sheet.Pos{Row: r, Col: c}] = m
			}
		}
	}
	return g
}

// at is the cell stored at a place, nil when blank.
func (g *grid) at(row, col int) *cell { return g.cells[sheet.Pos{Row: row, Col: col}] }

// shown is the cell that a reader sees at a place: inside a merge, its first.
func (g *grid) shown(row, col int) *cell {
	p := sheet.Pos{Row: row, Col: col}
	if m, ok := g.cover[p]; ok {
		return g.cells[m.From]
	}
	return g.cells[p]
}

// span is the merge a place belongs to, or the place alone.
func (g *grid) span(p sheet.Pos) sheet.Rect {
	if m, ok := g.cover[p]; ok {
		return m
	}
	return sheet.Rect{From: p, To: p}
}

// shared tells a heading that stands over several columns: merged over them, or
// written again in the next that holds something.
func (g *grid) shared(c *cell) bool {
	if m := g.span(c.pos); m.To.Col > m.From.Col {
		return true
	}
	cells := g.row(c.pos.Row)
	at := slices.IndexFunc(cells, func(x *cell) bool { return x.pos == c.pos })
	return at > 0 && cells[at-1].fold == c.fold || at >= 0 && at+1 < len(cells) && cells[at+1].fold == c.fold
}

func (g *grid) lastRow() int { return len(g.rows) - 1 }

// row is the stored cells of a row, in column order.
func (g *grid) row(r int) []*cell {
	if r < 1 || r >= len(g.rows) {
		return nil
	}
	return g.rows[r]
}
