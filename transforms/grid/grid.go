// Package grid is a sheet ready for looking around in: its cells by place and
// by row, its merges, and parts of it. It knows no word of what is written.
package grid

import (
	"slices"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// Cell is a stored cell with its text made comparable. It is not changed once
// its grid is made.
type Cell struct {
	Pos      sheet.Pos
	Kind     sheet.Kind
	Text     string // as stored, repaired where the grid's maker repaired it
	Fold     string // Fold(Text)
	Num      float64
	Percent  bool
	Date     bool
	Mac      bool   // days count from 1904
	Repaired bool   // Text was written in an old encoding
	Unit     string // the words of its number format, folded: 12 shown as "12 triệu"
	Scale    int    // what Unit is about is the number divided by 1000 this often
	Struck   bool   // all of it is struck out, or a footnote's mark: it is not there
}

// Grid is one sheet.
type Grid struct {
	Sheet *sheet.Sheet
	No    int // 1-based place of the sheet in its book
	Cols  int // the last column that holds anything
	rows  [][]*Cell
	cover []merge // by first row, then column
	// Per row, the merges that reach into it: indexes into cover.
	over map[int][]int
}

type merge struct{ sheet.Rect }

// tooWide is how many places a merge may cover: one over whole columns says
// nothing about headings, and walking it would take the time its author did not.
const tooWide = 20000

// New makes a grid of a sheet. text says how a stored text reads, and whether
// it had to be repaired; it is not asked about numbers.
func New(s *sheet.Sheet, no int, mac bool, text func(c *sheet.Cell) (string, bool)) *Grid {
	g := &Grid{Sheet: s, No: no}
	last := 0
	for i := range s.Cells {
		last = max(last, s.Cells[i].Pos.Row)
		g.Cols = max(g.Cols, s.Cells[i].Pos.Col)
	}
	g.rows = make([][]*Cell, last+1)
	cells := make([]Cell, len(s.Cells))
	for i := range s.Cells {
		src, c := &s.Cells[i], &cells[i]
		*c = Cell{Pos: src.Pos, Kind: src.Kind, Text: src.Text, Num: src.Num, Percent: src.Percent, Date: src.Date, Mac: mac}
		if m, marked := s.Marks[src.Pos]; marked {
			c.Struck = m.Whole
		}
		switch src.Kind {
		case sheet.Number:
			if src.Format != 0 {
				f := s.FormatOf(src)
				c.Unit, c.Scale = Fold(f.Before+" "+f.After), int(f.Thousands)
			}
			// Files spell 2.3 as 2.2999999999999998; as an id it is 2.3.
			c.Text = strconv.FormatFloat(src.Num, 'f', -1, 64)
			c.Fold = c.Text
		case sheet.Text:
			c.Text, c.Repaired = text(src)
			c.Text = strings.TrimSpace(c.Text)
			c.Fold = Fold(c.Text)
			if c.Fold == "" {
				continue // nothing but blanks
			}
		default:
			c.Text = strings.TrimSpace(c.Text)
			c.Fold = Fold(c.Text)
		}
		g.rows[c.Pos.Row] = append(g.rows[c.Pos.Row], c)
	}
	for _, row := range g.rows {
		if !slices.IsSortedFunc(row, byCol) {
			slices.SortFunc(row, byCol)
		}
	}
	for _, m := range s.Merges {
		if (m.To.Row-m.From.Row+1)*(m.To.Col-m.From.Col+1) <= tooWide {
			g.addMerge(m)
		}
	}
	return g
}

func byCol(a, b *Cell) int { return a.Pos.Col - b.Pos.Col }

func (g *Grid) addMerge(m sheet.Rect) {
	if g.over == nil {
		g.over = map[int][]int{}
	}
	g.cover = append(g.cover, merge{m})
	for row := m.From.Row; row <= m.To.Row; row++ {
		g.over[row] = append(g.over[row], len(g.cover)-1)
	}
}

// At is the cell stored at a place, nil when blank.
func (g *Grid) At(row, col int) *Cell {
	cells := g.Row(row)
	if i, ok := slices.BinarySearchFunc(cells, col, func(c *Cell, col int) int { return c.Pos.Col - col }); ok {
		return cells[i]
	}
	return nil
}

// Span is the merge a place belongs to, or the place alone.
func (g *Grid) Span(row, col int) sheet.Rect {
	p := sheet.Pos{Row: row, Col: col}
	for _, i := range g.over[row] {
		if g.cover[i].Contains(p) {
			return g.cover[i].Rect
		}
	}
	return sheet.Rect{From: p, To: p}
}

// Shown is the cell that a reader sees at a place: inside a merge, its first.
func (g *Grid) Shown(row, col int) *Cell {
	if c := g.At(row, col); c != nil {
		return c
	}
	if m := g.Span(row, col); m.From.Row != row || m.From.Col != col {
		return g.At(m.From.Row, m.From.Col)
	}
	return nil
}

// Row is the stored cells of a row, in column order.
func (g *Grid) Row(row int) []*Cell {
	if row < 1 || row >= len(g.rows) {
		return nil
	}
	return g.rows[row]
}

// LastRow is the last row that holds anything.
func (g *Grid) LastRow() int { return len(g.rows) - 1 }

// Crosses tells that a merge of a row reaches over a column from its left.
func (g *Grid) Crosses(row, col int) bool {
	for _, i := range g.over[row] {
		if m := g.cover[i]; m.From.Col < col && m.To.Col >= col {
			return true
		}
	}
	return false
}

// Part is the grid with the cells of some columns and rows only, each at its
// own place; the cells themselves are shared.
func (g *Grid) Part(area sheet.Rect) *Grid {
	p := &Grid{Sheet: g.Sheet, No: g.No, rows: make([][]*Cell, min(len(g.rows), area.To.Row+1))}
	for row := area.From.Row; row < len(p.rows); row++ {
		for _, c := range g.rows[row] {
			if area.Contains(c.Pos) {
				p.rows[row] = append(p.rows[row], c)
				p.Cols = max(p.Cols, c.Pos.Col)
			}
		}
	}
	for _, m := range g.cover {
		if area.Contains(m.From) {
			p.addMerge(m.Rect)
		}
	}
	return p
}
