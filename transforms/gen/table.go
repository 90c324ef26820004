package gen

import (
	"strconv"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// item is a row or a column of a table: what it fixes of a figure's key, or
// what else it is.
type item struct {
	commune *Commune
	ind     *Indicator
	sec     *section
	m       measure
	role    string            // "" holds figures; others are named where they are drawn
	text    map[string]string // by level of the header (columns) or by key column (rows)
	group   map[string]string // columns with the same group share one heading
	cells   map[string]sheet.Cell
	no      int
}

// left is a key column: it stands before the figures.
type left struct {
	name, head string
	merge      bool // equal neighbours are one key
}

// table is one table of a sheet: every shape of report is communes, indicators,
// sections and measures, each of them along rows, along columns or in a title.
type table struct {
	lefts      []left
	levels     []string
	cols, rows []item
	// What the title or the place says for all figures.
	commune *Commune
	sec     *section
	repeat  int  // the row before which the header comes again; 0 for never
	noHead  bool // the header was given by an earlier sheet
}

// draw writes the table with its first row and column at the given place, and
// returns the last row.
func (p *Plan) draw(cv *canvas, row, col int, t *table) int {
	row = p.drawHeader(cv, row, col, t)
	first := row
	values := col + len(t.lefts)
	for n := range t.rows {
		r := &t.rows[n]
		if t.repeat > 0 && n == t.repeat {
			p.mergeKeys(cv, first, row, col, t, t.rows[:n])
			if p.dice.chance(0.4, "continued") {
				cv.text(row, col, pick(p.dice.of("continued as"), "(tiếp theo)", "(tiếp)", "Tiếp theo"))
				row++
			}
			row = p.drawHeader(cv, row, col, t)
			first = row
		}
		for k, l := range t.lefts {
			if cell, ok := r.cells[l.name]; ok {
				cv.put(row, col+k, cell)
			} else if s, ok := r.text[l.name]; ok {
				cv.text(row, col+k, s)
			}
		}
		for k := range t.cols {
			p.drawCell(cv, row, values+k, t, r, &t.cols[k])
		}
		row++
	}
	from := 0
	if t.repeat > 0 && t.repeat < len(t.rows) {
		from = t.repeat
	}
	p.mergeKeys(cv, first, row, col, t, t.rows[from:])
	return row - 1
}

// mergeKeys joins or blanks the keys that go over several rows.
func (p *Plan) mergeKeys(cv *canvas, first, end, col int, t *table, rows []item) {
	for k, l := range t.lefts {
		if !l.merge {
			continue
		}
		for a := 0; a < len(rows); {
			b := a + 1
			for b < len(rows) && rows[a].role == "" && rows[b].role == "" && rows[a].group["key"] != "" && rows[b].group["key"] == rows[a].group["key"] {
				b++
			}
			if b > a+1 && first+b-1 < end {
				switch p.Head.KeyRepeat {
				case "merged":
					cv.merge(first+a, col+k, first+b-1, col+k)
				case "first":
					for i := a + 1; i < b; i++ {
						delete(cv.cells, sheet.Pos{Row: first + i, Col: col + k})
					}
				}
			}
			a = b
		}
	}
}

// drawHeader writes the levels of the header and returns the row after it.
func (p *Plan) drawHeader(cv *canvas, row, col int, t *table) int {
	var levels []string
	for _, l := range t.levels {
		if l == "number" || p.levelSays(t, l) {
			levels = append(levels, l)
		}
	}
	if t.noHead {
		return row
	}
	if len(levels) == 0 {
		levels = []string{""}
	}
	values := col + len(t.lefts)
	n := len(levels)
	numbered := levels[n-1] == "number"
	deep := n
	if numbered {
		deep--
	}
	for k, l := range t.lefts {
		switch p.Head.LeftMerge {
		case "bottom":
			cv.text(row+deep-1, col+k, l.head)
		case "merged":
			cv.text(row, col+k, l.head)
			cv.merge(row, col+k, row+deep-1, col+k)
		default:
			cv.text(row, col+k, l.head)
		}
	}
	for li, level := range levels {
		at := row + li
		if level == "number" {
			style := p.dice.of("column numbers").IntN(3)
			for k := 0; k < len(t.lefts)+len(t.cols); k++ {
				switch style {
				case 0:
					cv.text(at, col+k, "("+strconv.Itoa(k+1)+")")
				case 1:
					cv.put(at, col+k, number(-float64(k+1)))
				case 2:
					cv.put(at, col+k, number(float64(k+1)))
				}
			}
			continue
		}
		for a := 0; a < len(t.cols); {
			b := a + 1
			g := t.cols[a].group[level]
			for b < len(t.cols) && g != "" && t.cols[b].group[level] == g {
				b++
			}
			text, cell, is := t.cols[a].text[level], sheet.Cell{}, false
			if c, ok := t.cols[a].cells[level]; ok {
				cell, is = c, true
			}
			for k := a; k < b; k++ {
				if k > a && p.Head.Merge == "merged" {
					break
				}
				if is {
					cv.put(at, values+k, cell)
				} else {
					cv.text(at, values+k, text)
				}
			}
			if p.Head.Merge == "merged" {
				cv.merge(at, values+a, at, values+b-1)
			}
			a = b
		}
	}
	if p.Head.Merge == "merged" {
		// A column that has no heading of its own on the lower levels hangs
		// from the one above.
		for k := range t.cols {
			for li := 0; li < deep; li++ {
				if !t.cols[k].says(levels[li]) {
					continue
				}
				end := li
				for end+1 < deep && !t.cols[k].says(levels[end+1]) {
					end++
				}
				if end > li && !p.shared(t, k, levels[li]) {
					cv.merge(row+li, values+k, row+end, values+k)
				}
				li = end
			}
		}
	}
	return row + n
}

func (i *item) says(level string) bool {
	if _, ok := i.cells[level]; ok {
		return true
	}
	return i.text[level] != ""
}

// shared tells whether a column's heading is one with a neighbour's.
func (p *Plan) shared(t *table, k int, level string) bool {
	g := t.cols[k].group[level]
	return g != "" && (k > 0 && t.cols[k-1].group[level] == g || k+1 < len(t.cols) && t.cols[k+1].group[level] == g)
}

func (p *Plan) levelSays(t *table, level string) bool {
	for k := range t.cols {
		if t.cols[k].says(level) {
			return true
		}
	}
	return false
}

// drawCell writes what stands where a row and a column meet, and keeps what it
// says when it is a figure of the report.
func (p *Plan) drawCell(cv *canvas, row, col int, t *table, r, c *item) {
	commune, ind, sec, m := t.commune, c.ind, t.sec, c.m
	if r.commune != nil {
		commune = r.commune
	}
	if c.commune != nil {
		commune = c.commune
	}
	if r.ind != nil {
		ind = r.ind
	}
	if r.sec != nil {
		sec = r.sec
	}
	if c.sec != nil {
		sec = c.sec
	}
	if sec == nil {
		sec = &p.Sections[0]
	}
	if r.role != "" || c.role != "" {
		p.drawOther(cv, row, col, r, c, commune, ind, sec, m)
		return
	}
	if commune == nil || ind == nil {
		return
	}
	w := p.write(commune, ind, sec, m)
	if !w.blank {
		cv.put(row, col, w.cell)
	}
	if p.Spoil == "codes" {
		// Nobody can tell whose figures these are.
		p.truth.owe(cv.name, sheet.Pos{Row: row, Col: col})
		return
	}
	if sec.counts() {
		p.truth.keep(commune, ind, m, w, cv.name, sheet.Pos{Row: row, Col: col})
	}
}
