package transforms

import (
	"slices"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// panes are the parts of a sheet on which tables are looked for. Tables that
// stand side by side, with a blank column between them, are each a sheet of
// their own; everything else is read as the sheet is.
func (r *reader) panes(g *grid) []*grid {
	type band struct{ top, bottom, gap int }
	var bands []band
	for row := 1; row <= g.lastRow(); row++ {
		if len(bands) > 0 && row <= bands[len(bands)-1].bottom {
			continue
		}
		cells := g.row(row)
		for i := 1; i < len(cells); i++ {
			gap := cells[i].pos.Col - 1
			if gap <= g.span(cells[i-1].pos).To.Col || !r.startsTable(cells[i]) || !slices.ContainsFunc(cells[:i], r.startsTable) ||
				!r.headsAnything(cells[i+1:]) || !r.headsAnything(cells[:i]) {
				continue
			}
			// As far as the column between them stays blank, but not over the
			// rows of a table above.
			top, bottom := row, row
			for top > 1 && g.shown(top-1, gap) == nil && !crosses(g, top-1, gap) && !r.reportsOn(g, top-1) {
				top--
			}
			for bottom < g.lastRow() && g.shown(bottom+1, gap) == nil {
				bottom++
			}
			if bottom > row {
				bands = append(bands, band{top, bottom, gap})
				break
			}
		}
	}
	if len(bands) == 0 {
		return []*grid{g}
	}
	var out []*grid
	taken := func(row int) bool {
		return slices.ContainsFunc(bands, func(b band) bool { return b.top <= row && row <= b.bottom })
	}
	if rest := g.part(func(p sheet.Pos) bool { return !taken(p.Row) }); len(rest.cells) > 0 {
		out = append(out, rest)
	}
	for _, b := range bands {
		left := g.part(func(p sheet.Pos) bool { return b.top <= p.Row && p.Row <= b.bottom && p.Col <= b.gap })
		right := g.part(func(p sheet.Pos) bool { return b.top <= p.Row && p.Row <= b.bottom && p.Col > b.gap })
		// A third table stands right of the second.
		out = append(append(out, left), r.panes(right)...)
	}
	return out
}

// startsTable tells the heading of a table's first column.
func (r *reader) startsTable(c *cell) bool {
	return c.kind == sheet.Text && !r.communeLike(c) && (r.v.is("stt", c.fold) || r.v.header("commune_header", c.fold))
}

// headsAnything tells that cells beside a table's first heading are headings
// too: ids, criteria, or words.
func (r *reader) headsAnything(cells []*cell) bool {
	return slices.ContainsFunc(cells, func(c *cell) bool {
		return r.namesIndicator(c) || r.v.criterionOf(c) != 0 || r.v.header("commune_header", c.fold) || r.v.header("failing_header", c.fold) || r.headsKeys(c) && !r.v.is("stt", c.fold)
	})
}

// reportsOn tells a row that names a commune and says something beside it.
func (r *reader) reportsOn(g *grid, row int) bool {
	cells := g.row(row)
	return len(cells) > 1 && slices.ContainsFunc(cells, func(c *cell) bool { return c.kind == sheet.Text && r.communeLike(c) })
}

// crosses tells that a merge of a row reaches over a column.
func crosses(g *grid, row, col int) bool {
	return slices.ContainsFunc(g.row(row), func(c *cell) bool {
		m := g.span(c.pos)
		return m.From.Col < col && m.To.Col >= col
	})
}

// part is a grid with some of the cells only, each at its own place.
func (g *grid) part(has func(sheet.Pos) bool) *grid {
	p := &grid{sheet: g.sheet, no: g.no, cells: map[sheet.Pos]*cell{}, cover: map[sheet.Pos]sheet.Rect{}, rows: make([][]*cell, len(g.rows)), cols: g.cols, legacy: g.legacy, whole: g.sheetGrid()}
	for row, cells := range g.rows {
		for _, c := range cells {
			if has(c.pos) {
				p.cells[c.pos] = c
				p.rows[row] = append(p.rows[row], c)
			}
		}
	}
	for at, m := range g.cover {
		if has(at) && has(m.From) {
			p.cover[at] = m
		}
	}
	return p
}
