package shape

import (
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// Tables finds the tables of a sheet, in order from above. cancelled is asked
// now and then, and ends the search.
func Tables(g *grid.Grid, v *words.Vocabulary, asked Asked, cancelled func() bool) []*Table {
	var out []*Table
	for _, part := range panes(g, v, nil) {
		f := &finder{g: part.grid, v: v, asked: asked, rows: make([]profile, part.grid.LastRow()+1), above: part.above, cancelled: cancelled}
		f.undate()
		out = append(out, f.tables()...)
	}
	slices.SortStableFunc(out, func(a, b *Table) int { return a.HeadTop - b.HeadTop })
	return out
}

// frame is where a table stands, before anything is said of its lines.
type frame struct {
	across              across
	headTop, headBottom int
	top, bottom         int
	from                int // the row after the table above: where its titles begin
	firstCol, lastCol   int
}

func (f *finder) tables() []*Table {
	var out []*Table
	from, inherited := 1, Context{}
	last := f.g.LastRow()
	for row := 1; row <= last; row++ {
		if f.stopped(row) {
			return out
		}
		if f.heads(row) == nothingAcross {
			continue
		}
		fr, ok := f.frame(row, from)
		if !ok {
			continue
		}
		t := f.table(fr, inherited)
		if t == nil {
			// Nothing that the header heads: its rows may be the titles of the next.
			row = max(row, fr.headBottom)
			continue
		}
		inherited = t.Context
		out = append(out, t)
		from = t.Bottom + 1
		row = t.Bottom
	}
	return out
}

// maxHeader is how many rows a header may have.
const maxHeader = 9

// frame finds the header that begins at or around a row, and the rows below it.
func (f *finder) frame(row, from int) (frame, bool) {
	g := f.g
	fr := frame{across: f.heads(row), headTop: row, headBottom: row, from: from}
	fr.firstCol, fr.lastCol = g.Cols, 1
	grow := func(row int) {
		for _, c := range g.Row(row) {
			fr.firstCol = min(fr.firstCol, c.Pos.Col)
			fr.lastCol = max(fr.lastCol, g.Span(row, c.Pos.Col).To.Col)
		}
	}
	grow(row)
	bottom := row
	for _, c := range g.Row(row) {
		if m := g.Span(row, c.Pos.Col); m.To.Row-row < maxHeader && m.To.Row > bottom && m.To.Row <= row+4 {
			if s := f.sense(c); s.Head.Says() || f.indicator(c) != nil || s.Criterion != 0 {
				bottom = m.To.Row
			}
		}
	}
	for below := row + 1; below <= min(g.LastRow(), row+maxHeader); below++ {
		if len(g.Row(below)) == 0 {
			if below <= bottom {
				continue // rows that the heading's merges cover
			}
			break
		}
		if f.sectionBelow(below, row, fr) {
			break
		}
		kind, p := f.heads(below), f.profile(below)
		if kind == nothingAcross && below <= bottom && p.numbers+p.marks+p.codes == 0 {
			// What the headings of keys are merged down over is header.
			switch {
			case p.communes == 0 && (p.ids >= 2 && p.texts < p.ids || p.ids+p.weak > 0 && p.texts+p.keys+p.measures+p.polar+p.sums == 0):
				kind = idsAcross // beside words for second values
			case p.communes > 0 && p.communes+p.keys+p.measures > 0 && p.ids+p.named+p.plain+p.texts == 0 && fr.across == headsAcross:
				kind = communesAcross
			}
		}
		if kind == communesAcross && fr.across == idsAcross || kind == idsAcross && fr.across == communesAcross {
			break
		}
		inside := false // names of criteria below merged headings of keys
		if below <= bottom && fr.across == headsAcross && p.strong > 0 {
			inside = p.numbers+p.marks+p.communes+p.codes+p.texts+p.sums == 0
		}
		if kind == nothingAcross && !inside && !f.headerish(below, fr.across, fr.firstCol) && !f.wordsBelow(below, bottom, row, fr) {
			break
		}
		switch {
		case kind == idsAcross || kind == communesAcross:
			fr.across = kind
		case kind == criteriaAcross && fr.across == headsAcross && !f.numbersRow(below, fr.firstCol):
			fr.across = kind
		}
		fr.headBottom = below
		grow(below)
	}
	// Merged headings may reach below what is written.
	for above := row - 1; above >= max(from, row-maxHeader+1); above-- {
		cells := g.Row(above)
		if len(cells) == 0 || !f.headsAbove(above, fr) {
			break
		}
		fr.headTop = above
		grow(above)
		if p := f.profile(above); fr.across == headsAcross && p.ids+p.weak >= 2 && p.rising && p.numbers+p.marks+p.communes == 0 {
			fr.across = idsAcross // ids beside words for second values, above the headings of keys
		}
	}
	fr.top = fr.headBottom + 1
	return fr, fr.top <= g.LastRow()
}

// sectionBelow tells a heading between rows that stands right below the header:
// alone in its row, below a heading of keys that it is none of, or over all columns.
func (f *finder) sectionBelow(below, row int, fr frame) bool {
	cells := f.g.Row(below)
	c := cells[0]
	s := f.sense(c)
	if f.oneText(below) && f.profile(row).keys > 0 && c.Pos.Col <= fr.firstCol && len(cells) == fr.lastCol-fr.firstCol+1 && !s.Mark {
		return true // written in every cell
	}
	if len(cells) != 1 {
		return false
	}
	if s.Head.Key() || f.indicator(c) != nil || s.Criterion != 0 {
		return false
	}
	m := f.g.Span(below, c.Pos.Col)
	if m.From.Col <= fr.firstCol && m.To.Col >= fr.lastCol && fr.lastCol > fr.firstCol+1 {
		return true
	}
	over := f.g.Shown(below-1, c.Pos.Col)
	return over != nil && over.Pos.Row >= row && f.sense(over).Head.Says() && f.sense(over).Head.Key() && m.From.Col <= fr.firstCol+1
}

// oneText tells a row in every cell of which the same words stand: a merged
// heading, written out.
func (f *finder) oneText(row int) bool {
	cells := f.g.Row(row)
	return len(cells) >= 3 && cells[0].Kind == sheet.Text && !f.sense(cells[0]).Number &&
		!slices.ContainsFunc(cells, func(c *grid.Cell) bool { return c.Fold != cells[0].Fold })
}

// wordsBelow tells a row of words that nobody knows and that stand in a header
// all the same: the headings of the keys reach down beside it, or are blank there,
// and it holds no figure, no verdict and no name.
func (f *finder) wordsBelow(below, bottom, row int, fr frame) bool {
	p := f.profile(below)
	if p.numbers+p.marks+p.communes+p.codes+p.sums+p.plain > 0 || p.cells < 2 && below > bottom || f.signature(below) || fr.across == headsAcross {
		return false
	}
	if p.ids+p.named+p.unknown > 0 && fr.across == communesAcross {
		return false
	}
	for _, c := range f.g.Row(row) {
		s := f.sense(c)
		if !s.Head.Says() || !s.Head.Key() {
			continue
		}
		if f.g.At(below, c.Pos.Col) != nil {
			return false
		}
	}
	first := f.g.Row(below)[0].Pos.Col
	return first > fr.firstCol && (below <= bottom || first > fr.firstCol+1 || f.g.At(below, fr.firstCol) == nil)
}

// headsAbove tells a row right above a header that belongs to it: headings over
// several of its columns, and not a title.
func (f *finder) headsAbove(row int, fr frame) bool {
	cells := f.g.Row(row)
	if p := f.profile(row); f.signature(row) || p.communes == 1 && (len(cells) == 1 || len(cells) <= 3 && p.keys >= 1) {
		return false // "Xã:" and its name
	}
	for _, c := range cells {
		m := f.g.Span(row, c.Pos.Col)
		s := f.sense(c)
		known := s.Head.Says() || f.indicator(c) != nil || s.Criterion != 0 || s.Commune
		wide := m.To.Col > m.From.Col && m.From.Col > fr.firstCol && m.To.Col <= fr.lastCol
		if m.From.Col <= fr.firstCol && m.To.Col >= fr.lastCol && fr.lastCol > fr.firstCol {
			return false // a title over all of the table
		}
		if s.Long || len([]rune(c.Fold)) > 90 && !known {
			return false
		}
		if strings.HasPrefix(c.Fold, "đơn vị tính") || strings.HasPrefix(c.Fold, "đvt:") || strings.HasPrefix(c.Fold, "(đvt") || strings.HasPrefix(c.Fold, "(đơn vị") {
			return false
		}
		if !known && !wide && len(cells) < 3 {
			return false
		}
		if c.Pos.Col < fr.firstCol {
			return false
		}
		if len(cells) == 1 && !wide {
			return false
		}
	}
	return len(cells) >= 1
}

// repeats tells a row whose cells stand in a header, each in its column, and not
// those of its keys alone: "STT, Tên xã" begin many a table.
func (f *finder) repeats(row, headTop, headBottom int) bool {
	cells := f.g.Row(row)
	same, told := 0, 0
	for _, c := range cells {
		for head := headTop; head <= headBottom && head < row; head++ {
			if h := f.g.Shown(head, c.Pos.Col); h != nil && h.Fold == c.Fold {
				same++
				if s := f.sense(c); !s.Head.Key() {
					told++
				}
				break
			}
		}
	}
	wrong := len(cells) - same
	if same > 0 && wrong == 0 && f.newBelow(row, headTop, headBottom) {
		return false
	}
	return same > 0 && (wrong == 0 || len(cells) >= 6 && wrong == 1) && (told > 0 || wrong == 0 && f.onlyKeys(headTop, headBottom))
}

// newBelow tells the first row of a header that goes on otherwise than the one
// that it repeats: its headings of keys are merged down over other ids.
func (f *finder) newBelow(row, headTop, headBottom int) bool {
	bottom := row
	for _, c := range f.g.Row(row) {
		if m := f.g.Span(row, c.Pos.Col); m.To.Row-row < maxHeader && f.sense(c).Head.Key() && f.sense(c).Head.Says() {
			bottom = max(bottom, m.To.Row)
		}
	}
	same, other := 0, 0
	for below := row + 1; below <= min(bottom, f.g.LastRow()); below++ {
		for _, c := range f.g.Row(below) {
			s := f.sense(c)
			if f.indicator(c) == nil && s.Criterion == 0 && s.Unknown == "" && !s.Commune && !(s.Weak && s.ID != nil) {
				continue
			}
			found := false
			for head := headTop; head <= headBottom && !found; head++ {
				h := f.g.Shown(head, c.Pos.Col)
				found = h != nil && h.Fold == c.Fold
			}
			if found {
				same++
			} else {
				other++
			}
		}
	}
	return other > same
}

// onlyKeys tells a header whose first row heads keys only: its figures' headings
// stand below.
func (f *finder) onlyKeys(headTop, headBottom int) bool {
	for _, c := range f.g.Row(headTop) {
		if !f.sense(c).Head.Key() {
			return false
		}
	}
	return headBottom > headTop
}

// blankRows is how many empty rows may stand inside a table.
const blankRows = 20

// body finds where the rows of a table end: at the header of another table, at
// the signatures, or after many blank rows. keyed tells the rows that name what
// they are about.
func (f *finder) body(fr *frame, keyed func(row int) bool) {
	blank, any := 0, false
	fr.bottom = fr.headBottom
	// The rows right above another header that head its columns are no rows here.
	next := 0
	defer func() {
		if next == 0 {
			return
		}
		other := frame{firstCol: f.g.Cols, lastCol: 1}
		for _, c := range f.g.Row(next) {
			other.firstCol = min(other.firstCol, c.Pos.Col)
			other.lastCol = max(other.lastCol, f.g.Span(next, c.Pos.Col).To.Col)
		}
		for above := next - 1; above > fr.headBottom && len(f.g.Row(above)) > 0 && !keyed(above) && f.headsAbove(above, other); above-- {
			if fr.bottom >= above {
				for fr.bottom = above - 1; fr.bottom > fr.headBottom && !keyed(fr.bottom) && len(f.g.Row(fr.bottom)) < 2; {
					fr.bottom--
				}
			}
		}
		// Nor is the name of the commune that it is about: "Xã:" and the name.
		for fr.bottom > fr.headBottom && !keyed(fr.bottom) {
			p := f.profile(fr.bottom)
			if len(f.g.Row(fr.bottom)) > 0 && (p.communes != 1 || p.cells > 3 || p.numbers+p.marks > 0) {
				break
			}
			fr.bottom--
		}
	}()
	for row := fr.top; row <= f.g.LastRow(); row++ {
		cells := f.g.Row(row)
		if len(cells) == 0 {
			if blank++; blank > blankRows {
				break
			}
			continue
		}
		key := keyed(row)
		if !key && f.signature(row) {
			break
		}
		if any = any || key; !any && row > fr.top && f.heads(row) != nothingAcross {
			break // the heading again, with nothing below the first one
		}
		if kind := f.heads(row); kind != nothingAcross && (!f.repeats(row, fr.headTop, fr.headBottom) || f.titled(row, fr.headBottom)) && !(key && kind == headsAcross) {
			if key && kind == idsAcross && fr.across == communesAcross && f.profile(row).keys == 0 {
				blank, fr.bottom = 0, row
				continue // figures below communes that look like ids
			}
			if !key || kind == communesAcross && fr.across != communesAcross || kind == idsAcross && f.profile(row).ids+f.profile(row).named > 2 || kind == communesAcross && fr.across == communesAcross {
				next = row
				break
			}
		}
		blank = 0
		// The heading again belongs to what follows it, in this table or the next.
		if key || len(cells) > 1 && f.heads(row) == nothingAcross {
			fr.bottom = row
		}
	}
}

// pane is a part of a sheet, and the titles above it.
type pane struct {
	grid  *grid.Grid
	above []*grid.Cell
}

// panes are the parts of a sheet that are each a table of their own: tables
// side by side, each with its headings of keys.
func panes(g *grid.Grid, v *words.Vocabulary, above []*grid.Cell) []pane {
	type band struct{ top, bottom, split int }
	var bands []band
	starts := func(c *grid.Cell) bool {
		if c.Kind != sheet.Text {
			return false
		}
		s := v.Sense(c)
		return s.Head.Says() && s.Head.Key() && !s.Head.Has(words.UnitHead) && !s.Commune
	}
	opens := func(c *grid.Cell) bool {
		h := v.Sense(c).Head
		return h.Has(words.STT) || h.Has(words.CommuneHead)
	}
	for row := 1; row <= g.LastRow(); row++ {
		if n := len(bands); n > 0 && row <= bands[n-1].bottom {
			continue
		}
		cells := g.Row(row)
		first := slices.IndexFunc(cells, starts)
		if first < 0 {
			continue
		}
		for i := first + 1; i < len(cells); i++ {
			if !starts(cells[i]) || i+1 >= len(cells) {
				continue
			}
			// A second first column: the same words as the first one's, or a gap.
			again := cells[i].Fold == cells[first].Fold
			gap := cells[i].Pos.Col-1 > g.Span(row, cells[i-1].Pos.Col).To.Col
			if !again && !(gap && opens(cells[i])) || i-first < 2 {
				continue
			}
			split := cells[i].Pos.Col
			// How far down it goes: while nothing crosses, and both sides hold something.
			top, bottom := row, row
			for top > 1 && !g.Crosses(top-1, split) && len(g.Row(top-1)) > 0 && g.At(top-1, split-1) == nil && right(g, top-1, split) {
				top--
			}
			blank := 0
			for below := row + 1; below <= g.LastRow() && !g.Crosses(below, split); below++ {
				if len(g.Row(below)) == 0 {
					if blank++; blank > 3 {
						break
					}
					continue
				}
				if again := slices.IndexFunc(g.Row(below), func(c *grid.Cell) bool { return starts(c) && opens(c) }); again >= 0 && below > row+6 && !slices.ContainsFunc(g.Row(below)[again+1:], starts) {
					break
				}
				if gap && g.At(below, split-1) != nil {
					break
				}
				blank = 0
				bottom = below
			}
			if bottom > row {
				bands = append(bands, band{top, bottom, split})
				break
			}
		}
	}
	if len(bands) == 0 {
		return []pane{{g, above}}
	}
	var out []pane
	all := max(g.Cols, 1)
	add := func(from, to, left, right int, above []*grid.Cell) {
		if from > to || left > right {
			return
		}
		p := g.Part(sheet.Rect{From: sheet.Pos{Row: from, Col: left}, To: sheet.Pos{Row: to, Col: right}})
		for row := from; row <= p.LastRow(); row++ {
			if len(p.Row(row)) > 0 {
				out = append(out, pane{p, above})
				return
			}
		}
	}
	next := 1
	for _, b := range bands {
		// What stands above belongs to both.
		if next < b.top {
			add(next, b.top-1, 1, all, nil)
		}
		var leftTitles, rightTitles []*grid.Cell
		for row := b.top - 1; row >= next && len(g.Row(row)) <= 4; row-- {
			cells := textsOf(g.Row(row))
			at := slices.IndexFunc(cells, func(c *grid.Cell) bool { return c.Pos.Col >= b.split })
			if at <= 0 { // on one side: about both
				leftTitles, rightTitles = append(slices.Clone(cells), leftTitles...), append(slices.Clone(cells), rightTitles...)
				continue
			}
			leftTitles = append(slices.Clone(cells[:at]), leftTitles...)
			rightTitles = append(slices.Clone(cells[at:]), rightTitles...)
		}
		add(b.top, b.bottom, 1, b.split-1, append(slices.Clone(above), leftTitles...))
		rest := g.Part(sheet.Rect{From: sheet.Pos{Row: b.top, Col: b.split}, To: sheet.Pos{Row: b.bottom, Col: all}})
		out = append(out, panes(rest, v, append(slices.Clone(above), rightTitles...))...)
		next = b.bottom + 1
	}
	add(next, g.LastRow(), 1, all, nil)
	return out
}

func textsOf(cells []*grid.Cell) []*grid.Cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c *grid.Cell) bool { return c.Kind != sheet.Text })
}

func right(g *grid.Grid, row, split int) bool {
	cells := g.Row(row)
	return len(cells) > 0 && cells[len(cells)-1].Pos.Col >= split
}

// undate gives back their ids to dates that stand among ids: Excel takes 13.1
// for a day. Where two ids may have been typed, that between its neighbours was.
func (f *finder) undate() {
	f.dated = map[*grid.Cell]*words.Indicator{}
	byCol := map[int][]*grid.Cell{}
	any := false
	for row := 1; row <= f.g.LastRow(); row++ {
		cells := f.g.Row(row)
		dates := false
		for _, c := range cells {
			if _, ok := words.DayOf(c); ok {
				byCol[c.Pos.Col], dates, any = nil, true, true
			}
		}
		if dates && !slices.ContainsFunc(cells, func(c *grid.Cell) bool { s := f.sense(c); return s.Commune && !s.Code }) {
			f.undateLine(cells)
		}
	}
	if !any {
		return
	}
	for row := 1; row <= f.g.LastRow(); row++ {
		for _, c := range f.g.Row(row) {
			if _, ok := byCol[c.Pos.Col]; ok {
				byCol[c.Pos.Col] = append(byCol[c.Pos.Col], c)
			}
		}
	}
	for col := 1; col <= f.g.Cols; col++ {
		if line := byCol[col]; len(line) > 0 {
			f.undateLine(line)
		}
	}
}

func (f *finder) undateLine(line []*grid.Cell) {
	ids := make([]int, len(line)) // each cell's place in the set, -1 for others
	first, last, n, dates := -1, -1, 0, 0
	rising, before := true, -1
	for i, c := range line {
		ids[i] = -1
		if _, ok := words.DayOf(c); ok {
			dates++
			continue
		}
		if s := f.sense(c); s.ID != nil && !s.Weak && !c.Percent {
			ids[i] = f.v.Order(s.ID)
			if first < 0 {
				first = i
			}
			rising = rising && ids[i] > before
			last, n, before = i, n+1, ids[i]
		}
	}
	if dates == 0 || n < 3 || 2*(n+dates) < last-first+1 || dates > n {
		return // no line of ids
	}
	for i, c := range line {
		if _, ok := words.DayOf(c); !ok {
			continue
		}
		possible := f.v.DatedIDs(c)
		if rising {
			low, high := -1, len(f.v.Indicators)
			for _, at := range ids[:i] {
				low = max(low, at)
			}
			for _, at := range ids[i+1:] {
				if at >= 0 {
					high = at
					break
				}
			}
			possible = slices.DeleteFunc(possible, func(id string) bool {
				at := f.v.Order(f.v.Indicator(id))
				return at <= low || at >= high
			})
		}
		if len(possible) != 1 {
			continue
		}
		ind := f.v.Indicator(possible[0])
		ids[i] = f.v.Order(ind)
		f.dated[c] = ind
	}
}
