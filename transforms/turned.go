package transforms

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// turned says how a grid came out of a sheet whose communes run across and
// whose indicators run down (L1t). Each block of columns of a commune became a
// row, each row of the sheet as many columns as a block has, so that the table
// can be read as one with communes down and indicators across (L1).
type turned struct {
	base   *grid
	blocks []block // by row of the turned grid; blocks[0] is unused
	lines  []line  // by column of the turned grid; lines[0] is unused
	labels int     // the row that holds what each column of a block is; 0 where blocks are one column wide
	odd    *cell   // a label that makes it unclear what the columns of a block are
	keys   int     // the last row that holds keys or labels: what follows are communes
	extra  []*cell // headings of the sheet that have no place in the turned grid
}

type block struct{ col, width int }
type line struct{ row, slot int }

// place is where on the sheet a place of the grid is.
func (g *grid) place(row, col int) sheet.Pos {
	t := g.turned
	if t == nil || row < 1 || row >= len(t.blocks) || col < 1 || col >= len(t.lines) {
		return sheet.Pos{Row: row, Col: col}
	}
	b, l := t.blocks[row], t.lines[col]
	return sheet.Pos{Row: l.row, Col: b.col + min(l.slot, b.width-1)}
}

// narrow tells that a commune's block has no column of its own for a place: it
// has fewer than the other blocks.
func (g *grid) narrow(row, col int) bool {
	t := g.turned
	return t != nil && row > t.keys && row < len(t.blocks) && col < len(t.lines) && t.lines[col].slot >= t.blocks[row].width
}

// column names a column of the grid as a person sees it on the sheet.
func (g *grid) column(col int) string {
	if g.turned != nil && col < len(g.turned.lines) {
		return "dòng " + strconv.Itoa(g.turned.lines[col].row)
	}
	return "cột " + sheet.ColName(col)
}

// line names a row of the grid as a person sees it on the sheet.
func (g *grid) line(row int) string {
	if g.turned != nil && row < len(g.turned.blocks) {
		return "cột " + sheet.ColName(g.turned.blocks[row].col)
	}
	return "dòng " + strconv.Itoa(row)
}

// sheetGrid is the grid of the sheet itself.
func (g *grid) sheetGrid() *grid {
	switch {
	case g.turned != nil:
		return g.turned.base.sheetGrid()
	case g.whole != nil:
		return g.whole
	}
	return g
}

// findTurned recognises tables with one column (or block of columns) for each
// commune and one row for each indicator (L1t).
func (r *reader) findTurned(g *grid, others []*table) []*table {
	var out []*table
	for row := 1; row <= g.lastRow(); row++ {
		if inAny(others, row) || inAny(out, row) {
			continue
		}
		var names []*cell
		for _, c := range g.row(row) {
			if c.kind == sheet.Text && r.communeLike(c) {
				names = append(names, c)
			}
		}
		if len(names) == 0 || len(names) == 1 && !r.headsOneCommune(g, row, names[0]) {
			continue
		}
		turnedGrid, bottom := r.turn(g, row, names, others)
		if turnedGrid == nil {
			continue
		}
		for _, t := range r.findWide(turnedGrid) {
			t.sheetTop, t.sheetBottom = turnedGrid.turned.lines[1].row, bottom
			if t.layout == "L1" {
				t.layout = "L1t"
			}
			out = append(out, t)
			break
		}
	}
	return out
}

// headsOneCommune tells the heading of a transposed table of a single commune:
// its name stands in the row of headings, right of that of the indicators. A
// commune in a title stands alone.
func (r *reader) headsOneCommune(g *grid, row int, name *cell) bool {
	keys := 0
	for _, c := range g.row(row) {
		if c.pos.Col < name.pos.Col && c.kind == sheet.Text && r.headsKeys(c) {
			keys++
		}
	}
	return keys > 0 && r.longHeading(g, row) == 0
}

// turn makes the turned grid of a table whose communes stand in nameRow; nil
// where no ids run down left of them. bottom is the table's last row.
func (r *reader) turn(g *grid, nameRow int, names []*cell, others []*table) (_ *grid, bottom int) {
	first := names[0].pos.Col
	ids, criteria := map[int]int{}, map[int]int{}
	var rows []int // of indicators, criteria and whatever stands between them
	blank := 0
	for row := nameRow + 1; row <= g.lastRow() && blank <= 20; row++ {
		cells := g.row(row)
		if len(cells) == 0 {
			blank++
			continue
		}
		// A row of an indicator is none of the signature, whatever dates its notes hold.
		signature := r.endsTable(g, row, first) && !slices.ContainsFunc(cells, func(c *cell) bool { return c.pos.Col < first && r.namesIndicator(c) })
		if signature || inAny(others, row) || r.startsOtherBelow(g, row, first) || len(ids) > 0 && r.longHeading(g, row) >= 3 {
			break
		}
		again, heading := 0, false
		for _, c := range cells {
			if c.kind == sheet.Text && r.communeLike(c) {
				again++
				heading = heading || r.headsOneCommune(g, row, c)
			}
		}
		if again >= 2 || heading {
			if !r.sameNames(g, row, names) {
				break
			}
			continue // the heading, written again
		}
		if r.onlyNoise(g, row) {
			continue
		}
		if numbers := len(cells) > 2 && !slices.ContainsFunc(cells, func(c *cell) bool { return !columnNumber.MatchString(c.fold) }); numbers && row == nameRow+1 {
			continue // column numbers
		}
		blank = 0
		rows = append(rows, row)
		for _, c := range cells {
			switch {
			case c.pos.Col >= first:
				bottom = row
			case r.namesIndicator(c):
				ids[c.pos.Col]++
				bottom = row
			case r.v.criterionOf(c) != 0:
				bottom = row
				if !bareNumber.MatchString(c.fold) { // 1, 2, 3 … may count anything
					criteria[c.pos.Col]++
				}
			}
		}
	}
	idCol := mostOf(ids, 2)
	if idCol == 0 {
		idCol = mostOf(criteria, 4)
	}
	if idCol == 0 {
		return nil, 0
	}
	// The whole district may stand before its communes.
	for col := first - 1; col > idCol; col-- {
		if c := g.at(nameRow, col); c != nil && r.v.is("total", strings.Trim(c.fold, " .:")) {
			first = col
			names = slices.Insert(slices.Clone(names), 0, c)
		}
	}
	t := &turned{base: g}
	top := nameRow
	for _, c := range g.row(nameRow) {
		top = min(top, g.span(c.pos).From.Row)
	}
	lastCol := 0
	for col := 1; col <= g.cols; col++ {
		if c := g.shown(nameRow, col); c != nil && c.kind == sheet.Text {
			top = min(top, max(c.pos.Row, nameRow-4))
		}
	}
	for row := top; row <= bottom; row++ {
		if cells := g.row(row); len(cells) > 0 {
			lastCol = max(lastCol, cells[len(cells)-1].pos.Col)
		}
	}
	// Columns of keys come as they are, then the labels of the blocks, then
	// the blocks.
	labels := r.labelsBelow(g, idCol, rows)
	width, labelRow := r.blockWidth(g, names, labels)
	if width > 1 {
		rows = rows[1:]
	} else if labels != 0 {
		t.odd = r.labelsDiffer(g, names, labels)
	}
	t.blocks = append(t.blocks, block{})
	rowOf := map[int]int{} // of the sheet's columns
	for col := 1; col < first; col++ {
		rowOf[col] = len(t.blocks)
		t.blocks = append(t.blocks, block{col, 1})
	}
	if width > 1 {
		t.labels = len(t.blocks)
		t.blocks = append(t.blocks, block{first, width})
	}
	t.keys = len(t.blocks) - 1
	for col := first; col <= lastCol; {
		w := 1
		if width > 1 && g.at(nameRow, col) != nil {
			for w < width && col+w <= lastCol && sameOrNone(g.at(nameRow, col+w), g.at(nameRow, col)) {
				w++
			}
		}
		for i := range w {
			rowOf[col+i] = len(t.blocks)
		}
		t.blocks = append(t.blocks, block{col, w})
		col += w
	}
	t.lines = append(t.lines, line{})
	colOf := map[int]int{} // of the sheet's rows
	for row := top; row <= nameRow; row++ {
		colOf[row] = len(t.lines)
		t.lines = append(t.lines, line{row, 0})
	}
	for _, row := range rows {
		if row > bottom {
			break
		}
		colOf[row] = len(t.lines)
		for i := range width {
			t.lines = append(t.lines, line{row, i})
		}
	}
	v := &grid{sheet: g.sheet, no: g.no, cells: map[sheet.Pos]*cell{}, cover: map[sheet.Pos]sheet.Rect{}, turned: t}
	v.rows = make([][]*cell, len(t.blocks))
	v.cols = len(t.lines) - 1
	put := func(c *cell, row, col int) {
		twin := *c
		twin.pos = sheet.Pos{Row: row, Col: col}
		v.cells[twin.pos] = &twin
		v.rows[row] = append(v.rows[row], &twin)
	}
	for row := top; row <= bottom; row++ {
		for _, c := range g.row(row) {
			at, known := colOf[row]
			b := rowOf[c.pos.Col]
			slot := c.pos.Col - t.blocks[b].col
			switch {
			case row == labelRow && c.pos.Col >= first && b != 0:
				heads := r.labelRole(g.at(labelRow, first+slot))
				if r.labelRole(c) != heads && t.odd == nil {
					t.odd = c // the blocks differ
				}
				if slot == c.pos.Col-first {
					for before := range slot {
						twin := g.at(labelRow, first+before)
						if reports[heads] && r.labelRole(twin) == heads && t.odd == nil && !r.oneOfPeriod(twin, c) {
							t.odd = c // two results, and nothing tells which
						}
					}
					for col := colOf[nameRow] + 1; col < len(t.lines); col++ {
						if t.lines[col].slot == slot {
							label := *c
							label.fold = bareLabel(c.fold)
							put(&label, t.labels, col)
						}
					}
				} else {
					t.extra = append(t.extra, c)
				}
			case !known || row <= nameRow && slot > 0:
				t.extra = append(t.extra, c)
			default:
				put(c, b, at+slot)
			}
		}
	}
	for _, cells := range v.rows {
		slices.SortFunc(cells, func(a, b *cell) int { return a.pos.Col - b.pos.Col })
	}
	v.coverTurned(r, idCol, first, nameRow, width, colOf, rowOf)
	return v, bottom
}

// reports are the roles of labels of which a block has one.
var reports = map[string]bool{"result_header": true, "claim_header": true, "evidence_header": true}

// oneOfPeriod tells two labels of which one states the year of the run's
// period, and the other another year.
func (r *reader) oneOfPeriod(a, b *cell) bool {
	x, y, now := yearOf(a.text), yearOf(b.text), r.src.Period.Year
	return x != 0 && y != 0 && (x == now) != (y == now)
}

// labelRole is what a column of a block holds by its label, "" where the label
// is none that is known.
func (r *reader) labelRole(c *cell) string {
	if c == nil {
		return ""
	}
	label := bareLabel(c.fold)
	for _, is := range []func(role, folded string) bool{r.v.is, r.v.header} {
		for _, role := range longRoles {
			if is(role, label) {
				return role
			}
		}
	}
	return ""
}

var labelYear = regexp.MustCompile(`\s*(?:năm\s*)?((?:19|20)\d\d)$`)

// yearOf is the year that a column's label states, 0 for none.
func yearOf(label string) int {
	m := labelYear.FindStringSubmatch(Fold(label))
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// bareLabel is a column's label without the year that it may carry: "TH 2017".
func bareLabel(folded string) string {
	if s := strings.TrimSpace(labelYear.ReplaceAllString(folded, "")); s != "" {
		return s
	}
	return folded
}

// startsOtherBelow tells a heading below a transposed table that begins a table
// of another layout: ids running across, or a list of exceptions. One id left
// of the first commune, however often it is written, is the row's own; figures
// right of it may look like more.
func (r *reader) startsOtherBelow(g *grid, row, first int) bool {
	hits, ids := r.headerHits(g, row)
	left := map[*Indicator]bool{}
	for _, h := range hits {
		if h.c.pos.Col < first && h.ind != nil {
			left[h.ind] = true
		}
	}
	return ids && len(left) != 1 || slices.ContainsFunc(g.row(row), func(c *cell) bool { return r.v.header("failing_header", c.fold) })
}

// mostOf is the first column that counts most, at least so many; 0 if none.
func mostOf(count map[int]int, least int) int {
	best := 0
	for col, n := range count {
		if n >= least && (best == 0 || n > count[best] || n == count[best] && col < best) {
			best = col
		}
	}
	return best
}

// sameNames tells a row of communes that repeats those above, each in its column.
func (r *reader) sameNames(g *grid, row int, names []*cell) bool {
	for _, n := range names {
		if c := g.at(row, n.pos.Col); c == nil || bareName(c.text) != bareName(n.text) {
			return false
		}
	}
	return true
}

// labelsBelow is the row below the names that labels their columns, 0 for none.
func (r *reader) labelsBelow(g *grid, idCol int, rows []int) int {
	if len(rows) == 0 {
		return 0
	}
	if c := g.at(rows[0], idCol); c != nil && (r.namesIndicator(c) || r.v.criterionOf(c) != 0) {
		return 0
	}
	return rows[0]
}

// sameOrNone tells a cell that leaves a block going on: a blank one, or the
// name written again.
func sameOrNone(c, name *cell) bool {
	return c == nil || bareName(c.text) == bareName(name.text)
}

// blockWidth tells how many columns each commune has, and the row that labels
// them. A block is a merged name, a name with blanks beside it or one written
// again in each column, over a row of labels. Blank columns between blocks
// belong to the block before; they may stand between some only.
func (r *reader) blockWidth(g *grid, names []*cell, labelled int) (width, labelRow int) {
	if labelled == 0 {
		return 1, 0
	}
	var starts []*cell
	for _, n := range names {
		if len(starts) == 0 || bareName(n.text) != bareName(starts[len(starts)-1].text) {
			starts = append(starts, n)
		}
	}
	last := g.span(names[len(names)-1].pos).To.Col
	for i, n := range starts {
		end := last
		if i+1 < len(starts) {
			end = starts[i+1].pos.Col - 1
		}
		for col := n.pos.Col; col <= end; col++ {
			if c := g.at(n.pos.Row, col); !sameOrNone(c, n) {
				return 1, 0
			}
		}
		for ; end > n.pos.Col && g.at(labelled, end) == nil; end-- {
		}
		width = max(width, end-n.pos.Col+1)
	}
	if width < 2 || width > 12 {
		return 1, 0
	}
	labels := 0
	for i := range width {
		if c := g.at(labelled, starts[0].pos.Col+i); c != nil && c.kind == sheet.Text {
			labels++
		}
	}
	if labels < 2 {
		return 1, 0
	}
	return width, labelled
}

// labelsDiffer returns a label that says something else of a commune's column
// than the one of the first commune's does, where the columns form no blocks.
func (r *reader) labelsDiffer(g *grid, names []*cell, labelled int) *cell {
	first := r.labelRole(g.at(labelled, names[0].pos.Col))
	for _, n := range names {
		if c := g.at(labelled, n.pos.Col); c != nil && first != "" && r.labelRole(c) != "" && r.labelRole(c) != first {
			return c
		}
	}
	return nil
}

// coverTurned carries the merges over, spans a key over the columns of its row, and
// lets an indicator's id go on over the rows of its verdict below it.
func (v *grid) coverTurned(r *reader, idCol, first, nameRow, width int, colOf, rowOf map[int]int) {
	g := v.turned.base
	cover := func(m sheet.Rect) {
		for row := m.From.Row; row <= m.To.Row; row++ {
			for col := m.From.Col; col <= m.To.Col; col++ {
				v.cover[sheet.Pos{Row: row, Col: col}] = m
			}
		}
	}
	turn := func(m sheet.Rect) sheet.Rect {
		from := sheet.Pos{Row: rowOf[m.From.Col], Col: colOf[m.From.Row]}
		to := from
		for col := m.From.Col; col <= m.To.Col && rowOf[col] != 0; col++ {
			to.Row = rowOf[col]
		}
		for row := m.From.Row; row <= m.To.Row; row++ {
			if at := colOf[row]; at != 0 {
				to.Col = at
				if row > nameRow && m.From.Col < first {
					to.Col += width - 1
				}
			}
		}
		return sheet.Rect{From: from, To: to}
	}
	var id *cell // the last id, which goes on over the rows of its verdict
	for row := v.turned.lines[1].row; row <= v.turned.lines[len(v.turned.lines)-1].row; row++ {
		if colOf[row] == 0 {
			continue
		}
		label := false
		for _, c := range g.row(row) {
			m := g.span(c.pos)
			if rowOf[c.pos.Col] == 0 || c.pos.Col >= first && row > nameRow && width > 1 {
				continue
			}
			if m = turn(m); m.From != m.To {
				cover(m)
			}
			label = label || c.pos.Col < first && row > nameRow && (r.v.header("claim_header", c.fold) || r.v.header("evidence_header", c.fold))
		}
		switch c := g.shown(row, idCol); {
		case row <= nameRow:
		case c != nil:
			id = c
		case label && id != nil && g.span(id.pos).From.Col == idCol:
			m := g.span(id.pos)
			m.To.Row = row
			cover(turn(m))
		}
	}
}

// headsKeys tells the heading of a column of a transposed table that holds no
// commune's figures.
func (r *reader) headsKeys(c *cell) bool {
	return slices.ContainsFunc(longRoles, func(role string) bool { return r.v.header(role, c.fold) })
}

// notesBeside tells a column of notes beside the communes of a transposed table.
func (r *reader) notesBeside(t *table, row int) bool {
	c := t.g.shown(row, t.nameCol)
	return c != nil && !r.communeLike(c) && r.headsKeys(c)
}

// bracketed is a column number that can be no id: (32), which Excel stores as -32.
var bracketed = regexp.MustCompile(`^(?:\(\d{1,3}\)|-\d{1,3})$`)

// runningRow tells a turned column of numbers that only count rows: (1), (2), …;
// or beside an indicator stands another number than its criterion's.
func (r *reader) runningRow(t *table, row int) bool {
	numbers := 0
	for _, c := range t.g.row(row) {
		if bracketed.MatchString(c.fold) {
			numbers++
		}
	}
	if numbers > 1 && numbers == len(t.g.row(row)) {
		return true
	}
	for _, c := range t.g.row(row) {
		if c.pos.Col <= t.nameCol || !bareNumber.MatchString(c.fold) {
			continue
		}
		for beside := t.headTop; beside < t.dataTop; beside++ {
			if ind := r.indicatorAt(t.g.shown(beside, c.pos.Col)); ind != nil && beside != row && strconv.Itoa(ind.Criterion) != c.fold {
				return true
			}
		}
	}
	return false
}

// settleTurned adds the transposed tables to those found so far. Where the same
// rows can be read both ways, the clearly better evidence decides; nearly equal
// evidence is a finding, and the rows are not read.
func (r *reader) settleTurned(g *grid, tables []*table) []*table {
	turned := r.findTurned(g, nil)
	if len(turned) == 0 {
		return tables
	}
	rivals := slices.Concat(tables, r.findLong(g, tables))
	for _, t := range turned {
		kept := true
		if odd := t.g.turned.odd; odd != nil {
			t.unclear = true
			r.note("layout_unclear", g.sheet.Name, odd.on.String(), fmt.Sprintf(
				"“%s” không cho biết các cột của mỗi xã lần lượt là gì (khác với xã đầu, hoặc ghi hai lần); bảng không được đọc", Clean(odd.text)))
		}
		for _, other := range rivals {
			if !overlap(t, other) {
				continue
			}
			mine, theirs := r.evidence(t), r.evidence(other)
			switch {
			case mine >= 2*theirs:
				tables = slices.DeleteFunc(tables, func(x *table) bool { return x == other })
			case theirs >= 2*mine:
				kept = false
			default:
				t.unclear, other.unclear = true, true
				top, bottom := t.rows()
				r.note("layout_unclear", g.sheet.Name, t.g.place(t.idRow, t.nameCol).String(), fmt.Sprintf(
					"dòng %d–%d đọc được theo hai chiều: %s (%d ô số liệu) và %s (%d ô số liệu); không rõ chiều nào đúng nên không đọc",
					top, bottom, t.layout, mine, other.layout, theirs))
			}
		}
		if kept {
			tables = append(tables, t)
		}
	}
	return tables
}

func overlap(a, b *table) bool {
	aTop, aBottom := a.rows()
	bTop, bBottom := b.rows()
	return aTop <= bBottom && bTop <= aBottom
}

// evidence counts the cells that speak for a reading: those where a known
// commune meets what is known to be reported. A table of one commune (L2) has
// such cells only where it names the commune.
func (r *reader) evidence(t *table) int {
	long := t.layout == "L2"
	if long && !r.communeLike(&cell{kind: sheet.Text, text: t.nameText}) {
		return 0
	}
	n := 0
	for row := t.dataTop; row <= t.dataBottom; row++ {
		if !long && !r.communeLike(t.g.at(row, t.nameCol)) {
			continue
		}
		for _, k := range t.cols {
			if k.Measure != "" && t.g.at(row, k.Col) != nil {
				n++
			}
		}
	}
	return n
}
