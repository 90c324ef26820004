package transforms

import (
	"slices"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// The kinds of evidence for a reading: what stands where.
const (
	IDsAcross      = "ids_across"      // ids of indicators or criteria in one row
	IDsDown        = "ids_down"        // ids or names of indicators in one column
	CommunesDown   = "communes_down"   // known communes in one column
	CommunesAcross = "communes_across" // known communes in one row
	FailingHeading = "failing_heading" // "Tiêu chí, chỉ tiêu chưa đạt"
	ColumnHeadings = "column_headings" // "Kết quả", "Tự đánh giá"
	CommuneNamed   = "commune_named"   // the cell that says whose table it is
	SheetNamed     = "sheet_named"     // the sheet's name says it
)

// Witness is a group of cells that spoke for the reading of a table.
type Witness struct {
	What        string
	Area        sheet.Rect
	Cells       int
	First, Last string // what the first and the last of them say
}

// Rival is the best of the other readings of the same rows.
type Rival struct {
	Layout string
	Area   sheet.Rect
	Score  int
}

// Explain is Understand, and says besides of each table which other reading
// its rows allow, and how well it is borne out.
func Explain(book *sheet.Book, v *Vocabulary, src Source) *Reading {
	r := understand(book, v, src)
	for i := range r.out.Tables {
		r.out.Tables[i].RunnerUp = r.runnerUp(r.tables[i])
	}
	return r.out
}

// runnerUp looks for tables again, each kind as if there were no others.
func (r *reader) runnerUp(t *table) *Rival {
	g := t.g
	if g.turned != nil {
		g = g.turned.base
	}
	said := len(r.out.Issues)
	defer func() { r.out.Issues = r.out.Issues[:said] }()
	var best *Rival
	for _, other := range slices.Concat(r.findWide(g), r.findLists(g, nil), r.findTurned(g, nil), r.findFlat(g, nil), r.findLong(g, nil)) {
		if other.layout == t.layout || !overlap(t, other) {
			continue
		}
		if n := r.evidence(other); best == nil || n > best.Score {
			best = &Rival{Layout: other.layout, Area: area(other), Score: n}
		}
	}
	return best
}

// area is the block of the sheet that a table takes.
func area(t *table) sheet.Rect {
	first := 1
	if len(t.cols) > 0 {
		first = t.cols[0].Col
	}
	return sheet.Rect{From: t.g.place(t.headTop, first), To: t.g.place(t.dataBottom, lastCol(t))}
}

func lastCol(t *table) int {
	last := 1
	for _, k := range t.cols {
		last = max(last, k.Col)
	}
	return last
}

// spoke lists the cells that spoke for a table's reading.
func (r *reader) spoke(t *table) []Witness {
	g := t.g
	across, down := IDsAcross, CommunesDown
	if g.turned != nil {
		across, down = IDsDown, CommunesAcross
	}
	var out []Witness
	add := func(what string, cells []*cell) {
		if len(cells) == 0 {
			return
		}
		first, last := cells[0], cells[len(cells)-1]
		out = append(out, Witness{What: what, Area: sheet.Rect{From: first.on, To: last.on}, Cells: len(cells), First: short(first.text), Last: short(last.text)})
	}
	var communes []*cell
	if t.layout != "L2" {
		for row := t.dataTop; row <= t.dataBottom; row++ {
			if c := g.at(row, t.nameCol); r.communeLike(c) {
				communes = append(communes, c)
			}
		}
	}
	switch t.layout {
	case "L3":
		add(FailingHeading, []*cell{g.at(t.idRow, t.listCol)})
		add(down, communes)
	case "L2", "L2f":
		var ids, heads []*cell
		col := 0
		for row := t.dataTop; row <= t.dataBottom; row++ {
			for _, key := range t.keyCols {
				if c := g.at(row, key); c != nil && r.namesIndicator(c) && (col == 0 || col == key) {
					ids, col = append(ids, c), key
					break
				}
			}
		}
		for _, c := range g.row(t.idRow) {
			if slices.ContainsFunc(t.cols, func(k Column) bool { return k.Col == c.pos.Col && k.Measure != "" }) {
				heads = append(heads, c)
			}
		}
		add(down, communes)
		add(IDsDown, ids)
		add(ColumnHeadings, heads)
		switch {
		case t.layout == "L2f":
		case t.nameCell != nil:
			add(CommuneNamed, []*cell{t.nameCell})
		default:
			out = append(out, Witness{What: SheetNamed, First: g.sheet.Name})
		}
	default:
		var ids []*cell
		for _, c := range g.row(t.idRow) {
			if r.namesIndicator(c) || r.v.criterionOf(c) != 0 {
				if n := len(ids); n == 0 || ids[n-1].on != c.on {
					ids = append(ids, c)
				}
			}
		}
		add(across, ids)
		add(down, communes)
	}
	return out
}
