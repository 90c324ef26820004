package gen

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// canvas is a sheet while it is drawn: cells at any place, in any order.
type canvas struct {
	name   string
	cells  map[sheet.Pos]sheet.Cell
	merges []sheet.Rect
	hidden bool
	last   sheet.Pos // the lowest row and the rightmost column used
}

func newCanvas(name string) *canvas {
	return &canvas{name: name, cells: map[sheet.Pos]sheet.Cell{}}
}

// put writes a cell; a cell that is blank leaves the place empty, as the reader
// does not keep blanks.
func (c *canvas) put(row, col int, cell sheet.Cell) {
	if cell.Kind == sheet.Text && strings.TrimSpace(strings.ReplaceAll(cell.Text, " ", " ")) == "" {
		return
	}
	cell.Pos = sheet.Pos{Row: row, Col: col}
	c.cells[cell.Pos] = cell
	c.last.Row, c.last.Col = max(c.last.Row, row), max(c.last.Col, col)
}

func (c *canvas) text(row, col int, s string) { c.put(row, col, sheet.Cell{Text: s}) }

// merge joins a block of cells; a block of one cell, or one that crosses an
// earlier merge, stays as it is.
func (c *canvas) merge(r1, c1, r2, c2 int) {
	if r1 == r2 && c1 == c2 {
		return
	}
	block := sheet.Rect{From: sheet.Pos{Row: r1, Col: c1}, To: sheet.Pos{Row: r2, Col: c2}}
	for _, m := range c.merges {
		if m.From.Row <= r2 && r1 <= m.To.Row && m.From.Col <= c2 && c1 <= m.To.Col {
			return
		}
	}
	// Only the first cell of a merge is kept by the reader.
	for row := r1; row <= r2; row++ {
		for col := c1; col <= c2; col++ {
			if row != r1 || col != c1 {
				delete(c.cells, sheet.Pos{Row: row, Col: col})
			}
		}
	}
	c.merges = append(c.merges, block)
}

// sheet returns what was drawn in the order that the reader keeps.
func (c *canvas) sheet() *sheet.Sheet {
	s := &sheet.Sheet{Name: c.name, Merges: c.merges, Hidden: c.hidden, HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}}
	for _, cell := range c.cells {
		s.Cells = append(s.Cells, cell)
	}
	slices.SortFunc(s.Cells, func(a, b sheet.Cell) int {
		return cmp.Or(cmp.Compare(a.Pos.Row, b.Pos.Row), cmp.Compare(a.Pos.Col, b.Pos.Col))
	})
	slices.SortFunc(s.Merges, func(a, b sheet.Rect) int {
		return cmp.Or(cmp.Compare(a.From.Row, b.From.Row), cmp.Compare(a.From.Col, b.From.Col))
	})
	return s
}

// number is a cell that stores a number with the digits that a file would hold.
func number(v float64) sheet.Cell {
	return sheet.Cell{Kind: sheet.Number, Num: v, Text: strconv.FormatFloat(v, 'f', -1, 64)}
}

func words(s string) sheet.Cell { return sheet.Cell{Text: s} }

// Text draws the part of a sheet around a cell, for people.
func Text(book *sheet.Book, name, cell string, rows, cols int) string {
	at, ok := sheet.ParsePos(cell)
	if !ok {
		at = sheet.Pos{Row: 1, Col: 1}
	}
	var b strings.Builder
	for _, s := range book.Sheets {
		if s.Name != name {
			continue
		}
		last := sheet.Pos{}
		grid := map[sheet.Pos]sheet.Cell{}
		for _, c := range s.Cells {
			grid[c.Pos] = c
			last.Row, last.Col = max(last.Row, c.Pos.Row), max(last.Col, c.Pos.Col)
		}
		line := func(row int) {
			any := false
			parts := []string{strconv.Itoa(row)}
			for _, col := range shown(at.Col, cols, last.Col) {
				c, ok := grid[sheet.Pos{Row: row, Col: col}]
				t := strings.ReplaceAll(c.Text, "\n", "⏎")
				if r := []rune(t); len(r) > 26 {
					t = string(r[:24]) + "…"
				}
				if c.Kind == sheet.Number {
					t = "#" + t
				}
				if c.Percent {
					t += "(%)"
				}
				if row == at.Row && col == at.Col {
					t = "»" + t + "«"
				}
				any = any || ok
				parts = append(parts, t)
			}
			if any {
				b.WriteString(strings.Join(parts, " | "))
				b.WriteByte('\n')
			}
		}
		b.WriteString("[" + s.Name + "] ")
		for i, m := range s.Merges {
			if i < 12 {
				b.WriteString(m.String() + " ")
			}
		}
		b.WriteString("\ncol")
		for _, col := range shown(at.Col, cols, last.Col) {
			b.WriteString(" | " + sheet.ColName(col))
		}
		b.WriteByte('\n')
		for row := 1; row <= last.Row; row++ {
			if row <= 14 || row >= at.Row-rows && row <= at.Row+rows {
				line(row)
			}
		}
	}
	return b.String()
}

// shown lists the columns that are worth showing around one: the first four,
// where keys stand, and its neighbours.
func shown(at, around, last int) []int {
	var cols []int
	for c := 1; c <= last; c++ {
		if c <= 4 || c >= at-around && c <= at+around {
			cols = append(cols, c)
		}
	}
	return cols
}
