package transforms

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// table is one recognised table while it is read.
type table struct {
	g        *grid
	no       int
	layout   string
	headTop  int
	dataTop  int
	idRow    int // the header row that holds the ids (L1), or the header row (L2, L3)
	nameCol  int
	codeCol  int
	sttCol   int
	listCol  int // L3
	cols     []Column
	why      []string
	nameCell *cell // L2: the cell that names the commune; nil when the sheet's name does
	nameText string
	required map[int]bool // L1: header rows that state thresholds
	keyCols  []int        // L2: columns that may hold ids and names, left to right
	running  map[int]bool // L2: key columns whose numbers only count rows

	dataBottom int
	issues     issue.List // of its header, told when the table is read

	sheetTop, sheetBottom int  // of a transposed table
	unclear               bool // nobody knows which way round to read it
}

// rows are the sheet's rows that a table takes.
func (t *table) rows() (top, bottom int) {
	if t.sheetTop != 0 {
		return t.sheetTop, t.sheetBottom
	}
	return t.headTop, t.dataBottom
}

func (t *table) because(format string, args ...any) {
	t.why = append(t.why, fmt.Sprintf(format, args...))
}

// findTables recognises the tables of one sheet by the evidence of its cells:
// ids running across above rows of communes (L1, L4), a heading of exceptions
// (L3), ids running down below communes running across (L1t), rows that name a commune and an indicator each (L2f), ids running down
// beside results (L2).
func (r *reader) findTables(g *grid) []*table {
	tables := r.findWide(g)
	tables = append(tables, r.findLists(g, tables)...)
	tables = r.settleTurned(g, tables)
	tables = append(tables, r.findFlat(g, tables)...)
	tables = append(tables, r.findLong(g, tables)...)
	return slices.DeleteFunc(tables, func(t *table) bool { return t.unclear })
}

func inAny(tables []*table, row int) bool {
	for _, t := range tables {
		if top, bottom := t.rows(); top <= row && row <= bottom {
			return true
		}
	}
	return false
}

// hit is one cell of a header row that names an indicator or a criterion.
type hit struct {
	c         *cell
	ind       *Indicator
	criterion int
	unknown   string
}

func indicators(hits []hit) int {
	n := 0
	for _, h := range hits {
		if h.ind != nil {
			n++
		}
	}
	return n
}

// headerHits lists what the cells of a row name, in column order. ok tells
// that the row is a row of ids: at least two indicators, running upwards, and
// little else beside them. Figures can look like ids (15.1, 17.5) and even run
// upwards, but their row names a commune and holds other things too.
func (r *reader) headerHits(g *grid, row int) (hits []hit, ok bool) {
	if row < 1 || row > g.lastRow() {
		return nil, false
	}
	if g.hits == nil {
		g.hits = make([]*rowHits, g.lastRow()+1)
	}
	if g.hits[row] == nil {
		h, ok := r.lookForHits(g, row)
		g.hits[row] = &rowHits{h, ok}
	}
	return g.hits[row].hits, g.hits[row].ok
}

// rowHits is what headerHits found in a row, kept because many ask.
type rowHits struct {
	hits []hit
	ok   bool
}

func (r *reader) lookForHits(g *grid, row int) (hits []hit, ok bool) {
	dotted, rising, names := 0, true, 0
	lastKey := -1
	for _, c := range g.row(row) {
		if c.kind == sheet.Error || c.kind == sheet.NoResult || c.percent || c.date {
			continue
		}
		h := hit{c: c}
		h.ind, h.unknown = r.v.indicatorOf(c)
		if h.ind == nil && h.unknown == "" {
			if h.criterion = r.v.criterionOf(c); h.criterion != 0 {
				h.ind = r.v.only(h.criterion)
			} else if c.kind == sheet.Text {
				if h.ind = r.v.named(c.fold); h.ind != nil {
					names++
				}
			}
		} else if h.ind != nil {
			dotted++
		}
		if h.ind == nil && h.criterion == 0 && h.unknown == "" {
			continue
		}
		if h.ind != nil {
			h.criterion = h.ind.Criterion
			key := r.order(h.ind)
			if key < lastKey {
				rising = false
			}
			lastKey = key
		}
		hits = append(hits, h)
	}
	if len(hits) == 0 {
		return nil, false
	}
	beside := 0
	for _, c := range g.row(row) {
		if c.kind == sheet.Text && r.communeLike(c) {
			return hits, false
		}
		if c.pos.Col >= hits[0].c.pos.Col {
			beside++
		}
	}
	if r.besideNameHeading(g, row, hits[0].c.pos.Col) {
		// The heading of the communes says what the row is: one id is enough
		// then, and ids may stand in any order. Criteria alone are one where
		// each has a single indicator; else they are a table of verdicts (L4).
		return hits, dotted+names > 0 || indicators(hits) == len(hits)
	}
	// In a column of ids below one another, those of two tables may follow.
	rising = rising || g.turned != nil && eachOnce(hits)
	return hits, rising && len(hits)*2 >= beside && (dotted >= 2 || names >= 2)
}

// eachOnce tells that no indicator is named twice.
func eachOnce(hits []hit) bool {
	seen := map[*Indicator]bool{}
	for _, h := range hits {
		if h.ind != nil && seen[h.ind] {
			return false
		}
		seen[h.ind] = true
	}
	return true
}

// besideNameHeading tells that a row's own heading of communes ("Tên xã") stands
// left of a column: in the row, or above it with nothing between.
func (r *reader) besideNameHeading(g *grid, row, before int) bool {
	for col := before - 1; col >= 1; col-- {
		for above := row; above >= max(1, row-4); above-- {
			c := g.shown(above, col)
			if c == nil {
				continue
			}
			if r.v.header("commune_header", c.fold) && !r.communeLike(c) {
				return true
			}
			break
		}
	}
	return false
}

// order is an indicator's place in its set.
func (r *reader) order(ind *Indicator) int {
	return slices.IndexFunc(r.v.Indicators, func(i Indicator) bool { return i.ID == ind.ID })
}

// communeLike tells whether a cell names a commune of the province.
func (r *reader) communeLike(c *cell) bool {
	if c == nil || c.kind != sheet.Text && c.kind != sheet.Number {
		return false
	}
	like, known := r.like[c.text]
	if !known {
		like = r.namesCommune(c)
		r.like[c.text] = like
	}
	return like
}

// namesCommune tells a name of the province, whatever its district: even one
// that two communes share.
func (r *reader) namesCommune(c *cell) bool { return r.v.lookedUp.of(c.text, r.v.namesCommune) }

func (v *Vocabulary) namesCommune(text string) bool {
	name := bareName(text)
	if v.known[name] || v.known[syllables(name)] {
		return true
	}
	m, _ := v.MatchCommune(text, "")
	return m != nil
}

// columnNumber tells a cell of a row of column numbers: (1), -2, A, 3.
var columnNumber = regexp.MustCompile(`^(\(?-?\d{1,3}\)?|[a-zđ])$`)

// findWide recognises tables with one row per commune and one column per
// indicator (L1) or criterion (L4).
func (r *reader) findWide(g *grid) []*table {
	var out []*table
	last := g.lastRow()
	if g.turned != nil {
		last = g.turned.keys
	}
	for row := 1; row <= last; row++ {
		if inAny(out, row) {
			continue
		}
		hits, ok := r.headerHits(g, row)
		layout := "L1"
		if !ok {
			if hits, ok = r.criterionHits(g, row); !ok {
				continue
			}
			layout = "L4"
		}
		nameCol := r.nameColumn(g, row, hits)
		if nameCol == 0 || r.numbersColumns(g, row, nameCol, hits) {
			continue
		}
		t := &table{g: g, layout: layout, idRow: row, nameCol: nameCol}
		if !r.frameWide(t) {
			continue
		}
		for _, above := range out {
			t.headTop = max(t.headTop, above.dataBottom+1)
		}
		if layout == "L4" && r.betterBelow(g, row, t.dataTop) {
			continue // the row of criteria above a row of ids: L1's header, not a table of its own
		}
		// Criteria above, indicators below: the indicators' row is the one of ids.
		for below := row + 1; below < t.dataTop; below++ {
			if more, ok := r.headerHits(g, below); ok && indicators(more) > indicators(hits) {
				t.idRow, hits = below, more
			}
		}
		noted := len(r.out.Issues)
		r.wideColumns(t)
		t.issues = slices.Clone(r.out.Issues[noted:])
		r.out.Issues = r.out.Issues[:noted]
		if !slices.ContainsFunc(t.cols, func(c Column) bool { return c.Measure != "" }) {
			// Where it is the results that nobody can tell apart, that is said.
			if i := slices.IndexFunc(t.issues, func(i issue.Issue) bool { return i.Check == "layout_unclear" }); i >= 0 {
				r.out.Issues = append(r.out.Issues, t.issues[i])
			}
			continue
		}
		if g.turned != nil {
			t.because("%st: %s có %d số hiệu (%s … %s) chạy dọc; %s có tên xã ở bên phải",
				t.layout, g.line(t.idRow), len(hits), hits[0].c.text, hits[len(hits)-1].c.text, g.column(nameCol))
		} else {
			t.because("%s: dòng %d có %d số hiệu (%s … %s) chạy ngang; cột %s có tên xã ở bên dưới",
				t.layout, t.idRow, len(hits), hits[0].c.text, hits[len(hits)-1].c.text, sheet.ColName(nameCol))
		}
		out = append(out, t)
	}
	return out
}

// criterionHits recognises a row of criteria 1 … 19 running across (L4).
func (r *reader) criterionHits(g *grid, row int) ([]hit, bool) {
	var hits []hit
	last, rising := 0, true
	distinct := map[int]bool{}
	for _, c := range g.row(row) {
		if n := r.v.criterionOf(c); n != 0 {
			rising = rising && n > last
			last, distinct[n] = n, true
			hits = append(hits, hit{c: c, criterion: n})
		}
	}
	// Beside a heading of the communes the criteria may stand in any order.
	return hits, len(hits) >= 5 && (rising || len(distinct) == len(hits) && r.besideNameHeading(g, row, hits[0].c.pos.Col))
}

var bareNumber = regexp.MustCompile(`^\d+$`)

// numbersColumns tells a row of column numbers from a row of criteria: the
// names' column has its number too, or each number stands below a heading of
// its own.
func (r *reader) numbersColumns(g *grid, row, nameCol int, hits []hit) bool {
	if c := g.at(row, nameCol); c != nil && columnNumber.MatchString(c.fold) {
		return true
	}
	headed := 0
	for _, h := range hits {
		if h.criterion == 0 || !bareNumber.MatchString(h.c.fold) {
			return false
		}
		for above := row - 1; above >= max(1, row-4); above-- {
			c := g.shown(above, h.c.pos.Col)
			if c == nil {
				continue
			}
			if !g.shared(c) && r.v.criterionOf(c) == 0 {
				headed++
			}
			break
		}
	}
	return headed*2 > len(hits)
}

func (r *reader) betterBelow(g *grid, row, dataTop int) bool {
	for below := row + 1; below < dataTop; below++ {
		if _, ok := r.headerHits(g, below); ok {
			return true
		}
	}
	return false
}

// nameColumn finds the column that holds communes' names below a header row:
// the one with most of them, left of the first id where there is a choice.
func (r *reader) nameColumn(g *grid, row int, hits []hit) int {
	count := map[int]int{}
	for below := row + 1; below <= g.lastRow(); below++ {
		if h, ok := r.headerHits(g, below); ok && len(h) >= len(hits) {
			break
		}
		for _, c := range g.row(below) {
			if c.kind == sheet.Text && r.communeLike(c) {
				count[c.pos.Col]++
			}
		}
	}
	best := 0
	for col, n := range count {
		if best == 0 || n > count[best] || n == count[best] && col < best {
			best = col
		}
	}
	if best == 0 {
		// No name is known, yet a heading may still say where they stand.
		for above := row; above >= max(1, row-4); above-- {
			for _, c := range g.row(above) {
				if c.pos.Col < hits[0].c.pos.Col && r.v.header("commune_header", c.fold) {
					return c.pos.Col
				}
			}
		}
		return 0
	}
	if best >= hits[0].c.pos.Col && best <= hits[len(hits)-1].c.pos.Col {
		return 0 // names among the ids: a table the other way round
	}
	return best
}

// frameWide finds where the header starts and the rows of data start and end.
func (r *reader) frameWide(t *table) bool {
	g := t.g
	t.headTop = t.idRow
	named := false
	for row := t.idRow; row >= max(1, t.idRow-6); row-- {
		c := g.shown(row, t.nameCol)
		if c != nil && r.v.header("commune_header", c.fold) {
			t.headTop, named = min(t.headTop, g.span(c.pos).From.Row), true
			// What others merge, some write again in each row.
			if above := g.shown(t.headTop-1, t.nameCol); above == nil || above.fold != c.fold {
				break
			}
		}
	}
	if !named {
		for row := t.idRow - 1; row >= max(1, t.idRow-3); row-- {
			if h, _ := r.criterionHitsAny(g, row); h < 2 {
				break
			}
			t.headTop = row
		}
	}
	if g.turned != nil { // all that stands left of the ids is the table's
		for t.headTop = 1; len(g.row(t.headTop)) == 0; t.headTop++ {
		}
	}
	// The header ends where the first row starts that names something.
	top := t.idRow + 1
	if g.turned != nil {
		top = g.turned.keys + 1
	}
	for row := top; row <= g.lastRow(); row++ {
		if _, again := r.headerHits(g, row); again && !r.namesSomething(t, row) {
			continue
		}
		if r.isDataRow(t, row) || r.isSection(t, row) {
			t.dataTop = row
			break
		}
	}
	if t.dataTop == 0 {
		return false
	}
	blank, bottom := 0, t.dataTop
	for row := t.dataTop; row <= g.lastRow(); row++ {
		cells := g.row(row)
		if len(cells) == 0 {
			if blank++; blank > 20 {
				break
			}
			continue
		}
		if g.turned == nil && r.endsTable(g, row, t.nameCol) {
			break
		}
		if row > t.dataTop && r.startsOther(t, row) {
			break
		}
		blank = 0
		if r.isDataRow(t, row) || r.repeatsHeader(t, row) || r.hasFigures(t, row) {
			bottom = row
		}
	}
	t.dataBottom = bottom
	return true
}

// criterionHitsAny counts cells of a row that name criteria or indicators.
func (r *reader) criterionHitsAny(g *grid, row int) (int, bool) {
	n := 0
	for _, c := range g.row(row) {
		if ind, _ := r.v.indicatorOf(c); ind != nil || r.v.criterionOf(c) != 0 {
			n++
		}
	}
	return n, n > 0
}

// startsOther tells a heading of another kind of table below this one.
func (r *reader) startsOther(t *table, row int) bool {
	if name := t.g.at(row, t.nameCol); r.headerAgain(t, row) || r.namesSomething(t, row) && !r.v.is("stt", name.fold) {
		return false
	}
	for _, c := range t.g.row(row) {
		if r.v.header("failing_header", c.fold) && c.pos.Col != t.nameCol {
			return true
		}
	}
	if hits, ok := r.headerHits(t.g, row); ok {
		return !r.sameHits(t, hits)
	}
	if g := t.g; g.turned == nil {
		if i := slices.IndexFunc(g.row(row), func(c *cell) bool { return r.v.header("commune_header", c.fold) && !r.communeLike(c) }); i >= 0 {
			return r.headsOther(t, row, g.row(row)[i].pos.Col)
		}
	}
	return false
}

// headsOther tells that a row that heads communes again, in a column, begins
// another table: the ids below it are others, or criteria are below it, or
// neither, and what stands beside it is not in this table's heading.
func (r *reader) headsOther(t *table, row, nameCol int) bool {
	g := t.g
	end := row + 1 // of the heading
	for end <= min(row+4, g.lastRow()) && !r.communeLike(g.at(end, nameCol)) {
		end++
	}
	for below := row; below < end; below++ {
		if hits, ok := r.headerHits(g, below); ok {
			return !r.sameHits(t, hits)
		}
	}
	for below := row; below < end; below++ {
		if hits, ok := r.criterionHits(g, below); ok && !r.numbersColumns(g, below, nameCol, hits) {
			for head := t.headTop; head < max(t.dataTop, t.idRow+1); head++ {
				if mine, _ := r.criterionHits(g, head); slices.EqualFunc(hits, mine, func(a, b hit) bool { return a.c.pos.Col == b.c.pos.Col && a.criterion == b.criterion }) {
					return false
				}
			}
			return true
		}
	}
	beside, other := 0, 0
	for _, c := range g.row(row) {
		if c.pos.Col <= nameCol {
			continue
		}
		beside++
		again := false
		for head := t.headTop; head < max(t.dataTop, t.idRow+1) && !again; head++ {
			h := g.shown(head, c.pos.Col)
			again = h != nil && h.fold == c.fold
		}
		if !again {
			other++
		}
	}
	return other >= 2 && other*2 > beside
}

// sameHits tells that a row of ids is the table's own, written again.
func (r *reader) sameHits(t *table, hits []hit) bool {
	mine, _ := r.headerHits(t.g, t.idRow)
	return slices.EqualFunc(hits, mine, func(a, b hit) bool { return a.c.pos.Col == b.c.pos.Col && a.ind == b.ind })
}

// namesSomething tells a row whose name cell holds words of its own. Its
// figures are figures, however much 15.1 and 17.2 look like ids.
func (r *reader) namesSomething(t *table, row int) bool {
	c := t.g.at(row, t.nameCol)
	return c != nil && c.kind == sheet.Text && !columnNumber.MatchString(c.fold) &&
		(r.communeLike(c) || !r.v.header("commune_header", c.fold) && !(t.g.turned != nil && r.headsKeys(c)))
}

// repeatsHeader tells a header row that stands again in the middle of a table:
// each of its cells is in the header too, or it is a row of column numbers.
func (r *reader) repeatsHeader(t *table, row int) bool {
	g := t.g
	cells := g.row(row)
	if c := g.at(row, t.nameCol); c != nil && r.communeLike(c) || len(cells) == 0 {
		return false
	}
	if c := g.at(row, t.nameCol); c != nil && columnNumber.MatchString(c.fold) {
		return true
	}
	if r.headerAgain(t, row) {
		return true
	}
	if hits, ok := r.headerHits(g, row); ok && !r.namesSomething(t, row) && r.sameHits(t, hits) {
		return true
	}
	c := g.shown(row, t.nameCol)
	return c != nil && r.v.header("commune_header", c.fold) && !r.communeLike(c)
}

// headerAgain tells a row whose every cell stands in the table's header too.
func (r *reader) headerAgain(t *table, row int) bool {
	g := t.g
	cells := g.row(row)
	known := 0
	for _, c := range cells {
		for head := t.headTop; head < max(t.dataTop, t.idRow+1); head++ {
			if h := g.at(head, c.pos.Col); h != nil && h.fold == c.fold {
				known++
				break
			}
		}
	}
	// A single cell is the heading's only below more of it.
	above := row - 1
	for above > t.dataTop && len(g.row(above)) == 0 {
		above--
	}
	return known > 0 && known == len(cells) &&
		(known > 1 || t.nameCol == cells[0].pos.Col || t.dataTop > 0 && above >= t.dataTop && r.repeatsHeader(t, above))
}

// isSection tells a heading between rows: few cells, none right of the names,
// a word among them.
func (r *reader) isSection(t *table, row int) bool {
	cells := t.g.row(row)
	if len(cells) == 0 || len(cells) > 2 || cells[len(cells)-1].pos.Col > t.nameCol {
		return false
	}
	return slices.ContainsFunc(cells, func(c *cell) bool {
		return c.kind == sheet.Text && !columnNumber.MatchString(c.fold) &&
			!r.v.is("commune_header", c.fold) && !r.v.is("stt", c.fold) && !r.v.header("requirement_header", c.fold)
	})
}

// isDataRow tells a row that reports on something: its name cell holds a
// commune, a total, or at least words that are no heading and no column number.
func (r *reader) isDataRow(t *table, row int) bool {
	c := t.g.at(row, t.nameCol)
	if r.totalWord(t, row) != nil {
		return true
	}
	if c == nil || columnNumber.MatchString(c.fold) {
		return false
	}
	if r.communeLike(c) {
		return true
	}
	for _, role := range []string{"commune_header", "requirement_header", "note_header"} {
		if r.v.header(role, c.fold) {
			return false // "Mức quy định", "Đơn vị tính": still the header
		}
	}
	if r.headsKeys(c) {
		return false // "Nội dung", "Kết quả"
	}
	return r.hasFigures(t, row) || r.numbered(t, row)
}

// hasFigures tells that a row has something in the columns of data. Before the
// columns are known, right of the name counts.
func (r *reader) hasFigures(t *table, row int) bool {
	if r.onlyNoise(t.g, row) {
		return false
	}
	for _, c := range t.g.row(row) {
		if c.pos.Col <= t.nameCol {
			continue
		}
		if t.cols == nil || slices.ContainsFunc(t.cols, func(k Column) bool { return k.Col == c.pos.Col && k.Measure != "" }) {
			return true
		}
	}
	return false
}

// onlyNoise tells a line such as "Đơn vị tính: %" that stands between tables.
func (r *reader) onlyNoise(g *grid, row int) bool {
	return !slices.ContainsFunc(g.row(row), func(c *cell) bool { return c.kind != sheet.Text || !r.v.header("title_noise", c.fold) })
}

// numbered tells a row with a running number left of its name.
func (r *reader) numbered(t *table, row int) bool {
	for _, c := range t.g.row(row) {
		if c.pos.Col < t.nameCol && (c.kind == sheet.Number || strings.Trim(c.fold, "0123456789.") == "") {
			return true
		}
	}
	return false
}

// totalWord returns the cell that makes a row one of totals, nil for others.
func (r *reader) totalWord(t *table, row int) *cell {
	for _, c := range t.g.row(row) {
		if c.pos.Col > t.nameCol {
			break
		}
		f := strings.Trim(c.fold, " .:")
		if i := strings.IndexByte(f, '('); i > 0 {
			f = strings.TrimSpace(f[:i])
		}
		if r.v.is("total", f) || strings.HasPrefix(f, "tổng cộng") || strings.HasPrefix(f, "cộng ") || strings.HasPrefix(f, "tỷ lệ") {
			if !r.communeLike(c) {
				return c
			}
		}
	}
	return nil
}

var datedPlace = regexp.MustCompile(`ngày\s*[\d.…_]*\s*tháng\s*[\d.…_]*\s*năm`)

// endsTable tells the signature block and the list of recipients. A row that
// names a commune is none, whatever dates its notes hold.
func (r *reader) endsTable(g *grid, row, nameCol int) bool {
	if c := g.at(row, nameCol); c != nil && r.communeLike(c) {
		return false
	}
	for _, c := range g.row(row) {
		f := strings.Trim(c.fold, " :*./-")
		if strings.HasPrefix(f, "nơi nhận") || strings.HasPrefix(f, "người lập") || strings.HasPrefix(f, "tm. ") ||
			strings.HasPrefix(f, "kt. ") || strings.HasPrefix(f, "ghi chú:") || datedPlace.MatchString(f) && !strings.Contains(f, "đến") ||
			c.fold == "ghi chú:" || strings.HasPrefix(c.fold, "ghi chú: ") {
			return true
		}
	}
	return false
}
