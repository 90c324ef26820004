package shape

import (
	"regexp"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// below counts what stands below a header in one column.
type below struct {
	filled, communes, keyed, codes, ids, named, unknown, plain, strong int
	kinds, years, districts, numbers, marks, texts                     int
	figures                                                            int // numbers other than the marks 0 and 1
	parts                                                              int // of those, the ones that are not whole, and shares
}

// counts counts the cells of every column below a header, as far as the next.
func (f *finder) counts(fr frame) map[int]*below {
	out := map[int]*below{}
	blank, any, again := 0, false, false
	for row := fr.top; row <= f.g.LastRow(); row++ {
		cells := f.g.Row(row)
		if len(cells) == 0 {
			if blank++; blank > blankRows {
				break
			}
			continue
		}
		blank = 0
		if kind := f.heads(row); kind != nothingAcross && row > fr.headBottom && !(kind == idsAcross && fr.across == communesAcross && f.profile(row).keys == 0) {
			if (any || row == fr.top) && f.repeats(row, fr.headTop, fr.headBottom) && !f.titled(row, fr.headBottom) {
				again = true
				continue
			}
			break
		}
		if again && (f.repeats(row, fr.headTop, fr.headBottom) || f.numbersRow(row, fr.firstCol)) {
			continue // the rows of the header below its first one
		}
		again = false
		if f.signature(row) && f.profile(row).communes == 0 {
			break
		}
		ids := slices.ContainsFunc(cells, func(c *grid.Cell) bool {
			s := f.sense(c)
			return f.indicator(c) != nil || s.Unknown != "" || s.Criterion != 0 && !s.Plain || s.Weak && s.ID != nil && !c.Date
		})
		p := f.profile(row)
		any = any || p.communes+p.codes+p.ids+p.named+p.unknown+p.strong+p.plain+p.numbers+p.marks > 0 || len(cells) > 2
		for _, c := range cells {
			if c.Struck {
				continue
			}
			b := out[c.Pos.Col]
			if b == nil {
				b = &below{}
				out[c.Pos.Col] = b
			}
			b.filled++
			s := f.sense(c)
			if s.Number && !c.Date && c.Fold != "0" && c.Fold != "1" {
				b.figures++
				if c.Kind == sheet.Number && c.Num != float64(int(c.Num)) || c.Kind == sheet.Text && strings.ContainsAny(c.Fold, ".,%") {
					b.parts++
				}
			}
			switch {
			case f.dated[c] != nil, s.ID != nil && !s.Weak:
				b.ids++
			case s.Named != nil:
				b.named++
			case s.Unknown != "" && !s.Weak:
				b.unknown++
			case s.Weak && s.ID != nil && !c.Date:
				b.ids++
			case s.Code:
				b.codes++
			case s.Commune:
				b.communes++
				if ids || len(cells) >= 4 {
					b.keyed++
				}
			case s.Criterion != 0 && !s.Plain:
				b.strong++
			case c.Kind == sheet.Text && f.v.OneDistrict(c.Text) != "":
				b.districts++
			case s.Plain:
				b.plain++
			case s.Mark:
				b.marks++
			case year(c) != 0:
				b.years++
			case s.Head.Says() && !(s.Number && !c.Date) && (s.Head.Kind != "" || s.Head.Time.Stated() || s.Head.Has(words.PeriodHead)) && s.Head.Polarity == 0 && !s.Head.Has(words.NoteHead) && !s.Head.Has(words.ClaimHead):
				b.kinds++
			case s.Number:
				b.numbers++
			default:
				b.texts++
			}
		}
	}
	return out
}

// unitOnly tells a heading that states a unit and nothing else.
func unitOnly(h *words.Heading, fold string) bool {
	return h != nil && h.Unit != "" && (strings.Trim(fold, " ()%") == "" || isMoneyUnit(h.Unit) && h.Kind == "" && !h.Time.Stated() && h.Rest == 0 && len(h.Roles) == 0)
}

// titled tells that a title stands right above a row: a line of its own that
// states a time or what the table below it holds.
func (f *finder) titled(row, until int) bool {
	for above := row - 1; above > until; above-- {
		cells := f.g.Row(above)
		if len(cells) > 2 {
			return false
		}
		for _, c := range cells {
			if c.Kind == sheet.Text && !f.sense(c).Commune && len([]rune(c.Fold)) > 12 &&
				(len(f.periods(c)) > 0 || f.v.TitleKind(c.Fold) != "") {
				return true
			}
		}
	}
	return false
}

// idsIn is how many ids stand in a column, where it is one of ids: among figures
// 15.1 is a figure.
func idsIn(b *below) int {
	all := b.ids + b.unknown + b.plain + b.strong + b.named
	if all*2 < b.filled || b.numbers > b.ids || b.marks > b.ids || b.ids*4 < b.plain {
		return 0
	}
	return b.ids
}

func most(n map[int]*below, of func(*below) int, not func(col int) bool) int {
	best := 0
	for col, b := range n {
		if of(b) == 0 || not != nil && not(col) {
			continue
		}
		if best == 0 || of(b) > of(n[best]) || of(b) == of(n[best]) && col < best {
			best = col
		}
	}
	return best
}

// table says what the lines of a frame are; nil where it is no table.
func (f *finder) table(fr frame, inherited Context) *Table {
	n := f.counts(fr)
	t := &Table{Grid: f.g, HeadTop: fr.headTop, Top: fr.top}
	t.FirstCol, t.LastCol = fr.firstCol, fr.lastCol
	t.Titles = f.titles(fr.from, fr.headTop)
	t.Context = f.context(t, inherited)
	for col := range n {
		t.LastCol = max(t.LastCol, col)
		t.FirstCol = min(t.FirstCol, col)
	}
	stacks := make(map[int][]*grid.Cell, t.LastCol)
	filled := f.fill(fr)
	for col := t.FirstCol; col <= t.LastCol; col++ {
		stacks[col] = f.stack(fr, col, filled)
	}
	headed := func(col int, role words.Role) bool {
		return slices.ContainsFunc(stacks[col], func(c *grid.Cell) bool {
			s := f.sense(c)
			return s.Head.Has(role) && s.Head.Says() && !s.Commune
		})
	}
	across := fr.across
	// A row of bare numbers is one of criteria only where no id says otherwise.
	if across == criteriaAcross && !f.criteria(fr, n, stacks) {
		across = headsAcross
	}
	names := func(not func(col int) bool) int {
		col := most(n, func(b *below) int { return b.communes }, not)
		if col == 0 {
			for c := t.FirstCol; c <= t.LastCol && col == 0; c++ {
				// A code among names that nobody knows is one more way to write a name.
				if headed(c, words.CommuneHead) && !(not != nil && not(c)) && (n[c] == nil || n[c].codes*2 < n[c].filled && n[c].marks*2 < n[c].filled && n[c].numbers == 0) {
					col = c
				}
			}
		}
		return col
	}
	switch across {
	case idsAcross, criteriaAcross:
		isID := func(col int) bool {
			for _, c := range stacks[col] {
				if s := f.sense(c); f.indicator(c) != nil || s.Criterion != 0 && !f.numbersRow(c.Pos.Row, fr.firstCol) || s.Weak && s.ID != nil {
					return true
				}
			}
			return false
		}
		t.Layout = Wide
		t.NameCol = names(isID)
		if t.NameCol == 0 {
			// One commune's own table: its title names it, its rows say what they hold.
			if !f.place(t) {
				return nil
			}
		}
		t.CodeCol = most(n, func(b *below) int { return b.codes }, isID)
	case communesAcross:
		if col := f.wholeCommune(fr); col != 0 && f.place(t) {
			// A commune's own table: its parts stand beside the whole, which counts.
			t.Layout = Long
			t.IDCol = most(n, idsIn, func(c int) bool { return c >= col })
			t.TitleCol = most(n, func(b *below) int { return b.named + b.strong }, func(c int) bool { return c >= col || c == t.IDCol })
			if t.IDCol == 0 && t.TitleCol == 0 {
				return nil
			}
			break
		}
		t.Layout, t.Turned = Wide, true
		isPlace := func(col int) bool {
			return slices.ContainsFunc(stacks[col], func(c *grid.Cell) bool { return f.sense(c).Commune })
		}
		t.IDCol = most(n, idsIn, isPlace)
		t.TitleCol = most(n, func(b *below) int { return b.named + b.strong }, isPlace)
		if t.TitleCol == t.IDCol && t.IDCol != 0 {
			t.TitleCol = 0
		}
		if t.IDCol == 0 && t.TitleCol == 0 {
			return nil
		}
	default:
		listCol := f.listOf(t, stacks)
		nameCol := names(func(col int) bool {
			b := n[col]
			return col == listCol || headed(col, words.UnmetHead) || headed(col, words.FailingHead) || b != nil && b.ids+b.named+b.unknown+b.strong > b.communes
		})
		if keyed := most(n, func(b *below) int { return b.keyed }, func(col int) bool {
			return col == listCol || headed(col, words.UnmetHead) || headed(col, words.FailingHead)
		}); keyed != 0 {
			nameCol = keyed
		}
		ids := func(b *below) int { return b.ids + b.named + b.strong + b.unknown }
		key := func(col int) bool { return col == nameCol || col == listCol || f.valueHead(stacks[col]) }
		idCol := most(n, idsIn, key)
		titleCol := most(n, func(b *below) int { return b.named + b.strong }, key)
		// A list's own ids are no column of keys.
		switch {
		case listCol != 0 && nameCol != 0 && idCol == 0 && titleCol == 0:
			t.Layout, t.NameCol, t.ListCol = List, nameCol, listCol
		case idCol == 0 && titleCol == 0:
			t.Only = f.onlyIndicator(t)
			if nameCol == 0 || t.Only == nil || n[nameCol] == nil || n[nameCol].communes < 2 {
				return nil
			}
			t.Layout, t.NameCol = Wide, nameCol
		default:
			t.IDCol, t.TitleCol = idCol, titleCol
			if t.TitleCol == t.IDCol {
				t.TitleCol = 0
			}
			total := 0
			for _, col := range []int{idCol, titleCol} {
				if col != 0 {
					total = max(total, ids(n[col]))
				}
			}
			codeCol := most(n, func(b *below) int { return b.codes }, nil)
			isFlat := nameCol != 0 && n[nameCol] != nil && nameCol != idCol && nameCol != titleCol && (n[nameCol].keyed > 0 || n[nameCol].communes == 0 && headed(nameCol, words.CommuneHead)) ||
				codeCol != 0 && n[codeCol].codes*2 >= total
			if isFlat {
				t.Layout, t.NameCol, t.CodeCol = Flat, nameCol, codeCol
			} else {
				t.Layout = Long
				f.place(t)
			}
		}
		if t.CodeCol == 0 {
			t.CodeCol = most(n, func(b *below) int { return b.codes }, func(col int) bool {
				return col == t.IDCol || col == t.TitleCol || col == t.ListCol || f.valueHead(stacks[col])
			})
		}
	}
	if t.CodeCol != 0 && t.CodeCol == t.NameCol {
		t.CodeCol = 0
	}
	if (t.Turned || t.Layout == Long || t.Layout == Flat) && t.IDCol == 0 {
		t.ByCriteria = true
		for _, b := range n {
			t.ByCriteria = t.ByCriteria && b.ids+b.named == 0
		}
	}
	t.IDRow = f.idRow(fr)
	t.Requirements = f.requirements(t, fr)
	keyed := func(row int) bool { return f.keyed(t, row) }
	f.body(&fr, keyed)
	if fr.bottom < fr.top {
		return nil
	}
	t.Bottom = fr.bottom
	f.notes(t)
	f.columns(t, fr, n, stacks)
	if !slices.ContainsFunc(t.Cols, func(k Column) bool { return k.Role == Figures }) && !f.anyUnknown(t) {
		return nil
	}
	f.rowsOf(t, fr)
	if t.NameCol == 0 {
		f.leads(t)
		f.parts(t)
	}
	if !slices.ContainsFunc(t.Rows, func(r Row) bool { return r.What == Data }) {
		return nil
	}
	f.stand(t)
	return t
}

// listOf is the column of a header that lists what is not met; 0 for none. Of
// several, that of this period is meant, where only one can be.
func (f *finder) listOf(t *Table, stacks map[int][]*grid.Cell) int {
	type column struct {
		col int
		rel words.Relation
	}
	var lists []column
	for col := t.FirstCol; col <= t.LastCol; col++ {
		failing, unmet, other := false, false, false
		var when words.Time
		for _, c := range stacks[col] {
			h := f.sense(c).Head
			if !h.Says() || f.sense(c).Commune {
				continue
			}
			failing = failing || h.Has(words.FailingHead)
			unmet = unmet || h.Has(words.UnmetHead)
			other = other || h.Has(words.CriteriaTotal) || h.Has(words.IndicatorsTotal) || h.Has(words.NoteHead)
			if h.Time.Stated() {
				when = h.Time
			}
		}
		if other || !failing && !(unmet && f.listsIDs(t, col)) {
			continue
		}
		lists = append(lists, column{col, when.Against(f.asked.Period, t.Context.Year)})
	}
	if len(lists) == 0 {
		return 0
	}
	for _, rel := range []words.Relation{words.Present, 0} {
		same := slices.DeleteFunc(slices.Clone(lists), func(l column) bool { return l.rel != rel })
		if len(same) > 0 {
			return same[0].col
		}
	}
	return lists[0].col
}

// listsIDs tells a column below a header whose cells list ids or criteria.
func (f *finder) listsIDs(t *Table, col int) bool {
	lists, other := 0, 0
	for row := t.Top; row <= min(f.g.LastRow(), t.Top+200); row++ {
		c := f.g.At(row, col)
		if c == nil {
			continue
		}
		if l := f.v.ReadList(c); len(l.IDs) > 0 && len(l.Unclear) == 0 && !f.sense(c).Mark {
			lists++
		} else {
			other++
		}
	}
	return lists > 0 && lists >= other
}

// wholeCommune is the column of "Toàn xã" in a header, 0 for none.
func (f *finder) wholeCommune(fr frame) int {
	for row := fr.headTop; row <= fr.headBottom; row++ {
		for _, c := range f.g.Row(row) {
			if wholeForm(c.Fold) {
				return c.Pos.Col
			}
		}
	}
	return 0
}

func (f *finder) anyUnknown(t *Table) bool {
	return slices.ContainsFunc(t.Cols, func(k Column) bool { return k.Unknown != "" })
}

// valueHead tells a column whose headings say that it holds results, verdicts,
// requirements or notes: no keys.
func (f *finder) valueHead(stack []*grid.Cell) bool {
	for i := len(stack) - 1; i >= 0; i-- {
		s := f.sense(stack[i])
		if s.Head == nil || !s.Head.Says() {
			continue
		}
		h := s.Head
		if h.Has(words.IndicatorHead) || h.Has(words.CriterionHead) || h.Has(words.STT) || h.Has(words.CommuneHead) {
			return false
		}
		if h.Kind != "" || h.Time.Stated() || h.Polarity != 0 || h.Has(words.ClaimHead) || h.Has(words.RequirementHead) || h.Has(words.NoteHead) || h.Has(words.RateHead) || h.Has(words.CountHead) || h.Has(words.EvidenceHead) {
			return true
		}
	}
	return false
}

// criteria tells criteria 1 … 19 running across from column numbers: they do
// not number the keys too, nor headings of their own, and what stands below
// them are verdicts, unless the indicators stand below.
func (f *finder) criteria(fr frame, n map[int]*below, stacks map[int][]*grid.Cell) bool {
	marks, figures, own, cols := 0, 0, 0, 0
	for col := fr.firstCol; col <= fr.lastCol; col++ {
		plain := false
		for i, c := range stacks[col] {
			s := f.sense(c)
			if s.Criterion == 0 {
				continue
			}
			if !s.Plain {
				return true
			}
			if f.numbersRow(c.Pos.Row, fr.firstCol) {
				return false
			}
			plain = f.v.Only(s.Criterion) == nil
			if i > 0 {
				if h := stacks[col][i-1]; f.g.Span(h.Pos.Row, h.Pos.Col).To.Col == f.g.Span(h.Pos.Row, h.Pos.Col).From.Col && !f.shared(h) && f.sense(h).Criterion == 0 {
					own++
				}
			}
		}
		if b := n[col]; plain {
			cols++
			if b != nil {
				marks += b.marks
				figures += b.numbers + b.ids
			}
		}
	}
	return own*2 <= cols && figures <= marks
}

// idRow is the row of the header that holds most ids.
func (f *finder) idRow(fr frame) int {
	best, row := 0, fr.headBottom
	for r := fr.headTop; r <= fr.headBottom; r++ {
		p := f.profile(r)
		n := 3*(p.ids+p.weak) + 2*p.named + p.strong
		if p.ids+p.weak > 0 {
			n += p.plain // "11" among "14.3"
		}
		if fr.across == communesAcross {
			n = p.communes
		}
		if n == 0 && p.plain >= 5 && !f.numbersRow(r, fr.firstCol) {
			n = 1
		}
		if n > best {
			best, row = n, r
		}
	}
	return row
}

// requirements finds the rows of a header that state what is asked: a level
// somewhere, or "Đạt" below every id.
func (f *finder) requirements(t *Table, fr frame) map[int]bool {
	out := map[int]bool{}
	for row := fr.headTop; row <= fr.headBottom; row++ {
		if row == t.IDRow {
			continue
		}
		p := f.profile(row)
		asks, met, others := 0, 0, 0
		for _, c := range f.g.Row(row) {
			s := f.sense(c)
			switch {
			case c.Pos.Col <= max(t.NameCol, t.IDCol, 1) && s.Head.Says() && s.Head.Has(words.RequirementHead) && !s.Head.Key():
				asks += 5
			case s.Head != nil && s.Head.Time.Stated():
				others++
			case requirement.MatchString(c.Fold), c.Percent:
				asks++
			case s.Head.Says() && s.Head.Polarity == words.MetMarks, f.v.Is("yes", c.Fold), f.v.Is("no", c.Fold), s.Number:
				met++
			case unitOnly(s.Head, c.Fold):
			default:
				others++
			}
		}
		if p.ids+p.named+p.weak == 0 && (asks > 0 && f.requireRow(row) || asks == 0 && met >= 2 && others == 0 && row > t.IDRow) {
			out[row] = true
		}
	}
	return out
}

// stack is the headings over a column, from above, each once; rows of column
// numbers say nothing.
func (f *finder) stack(fr frame, col int, filled map[sheet.Pos]*grid.Cell) []*grid.Cell {
	var out []*grid.Cell
	for row := fr.headTop; row <= fr.headBottom; row++ {
		c := f.g.Shown(row, col)
		if c == nil {
			c = filled[sheet.Pos{Row: row, Col: col}]
		}
		if c == nil || c.Struck || len(out) > 0 && (out[len(out)-1] == c || out[len(out)-1].Fold == c.Fold) {
			continue
		}
		if f.numbersRow(row, fr.firstCol) && f.profile(row).strong == 0 {
			continue
		}
		out = append(out, c)
	}
	return out
}

// fill finds the places of a header that the heading left of them stands over
// though nothing is merged, as in a .csv: as long as the headings below differ
// from each other. Where they begin anew, a heading is missing, and nobody
// knows which.
func (f *finder) fill(fr frame) map[sheet.Pos]*grid.Cell {
	out := map[sheet.Pos]*grid.Cell{}
	below := func(row, col int) string {
		s := ""
		for r := row + 1; r <= fr.headBottom; r++ {
			if f.numbersRow(r, fr.firstCol) {
				continue
			}
			if c := f.g.Shown(r, col); c != nil {
				s += c.Fold + "|"
			} else if c := out[sheet.Pos{Row: r, Col: col}]; c != nil {
				s += c.Fold + "|"
			}
		}
		return s
	}
	for row := fr.headBottom - 1; row >= fr.headTop; row-- {
		if f.numbersRow(row, fr.firstCol) {
			continue
		}
		if slices.ContainsFunc(f.g.Row(row), func(c *grid.Cell) bool {
			m := f.g.Span(row, c.Pos.Col)
			return m.To.Col > m.From.Col && m.From.Row == row
		}) {
			continue // what heads several columns here is merged over them
		}
		var over *grid.Cell
		seen := map[string]bool{}
		for col := fr.firstCol; col <= fr.lastCol; col++ {
			if c := f.g.Shown(row, col); c != nil {
				s := f.sense(c)
				over = nil
				groups := f.indicator(c) != nil || s.Weak && s.ID != nil || s.Criterion != 0 || s.Commune || s.Head != nil && !s.Head.Key() && (s.Head.Kind != "" || s.Head.Time.Stated())
				if m := f.g.Span(row, col); groups && m.From == m.To && below(row, col) != "" {
					over, seen = c, map[string]bool{below(row, col): true}
				}
				continue
			}
			if over == nil {
				continue
			}
			key := below(row, col)
			if key == "" || seen[key] || f.named(fr, row, over.Pos.Col) != nil && !f.namedAlike(fr, row, over.Pos.Col, col) {
				over = nil
				continue
			}
			seen[key] = true
			out[sheet.Pos{Row: row, Col: col}] = over
		}
	}
	return out
}

// named is the cell of a header, below a row, that names an indicator or a
// criterion in a column.
func (f *finder) named(fr frame, row, col int) *grid.Cell {
	for r := row + 1; r <= fr.headBottom; r++ {
		if c := f.g.Shown(r, col); c != nil {
			if s := f.sense(c); f.indicator(c) != nil || s.Criterion != 0 || s.Weak && s.ID != nil {
				return c
			}
		}
	}
	return nil
}

// namedAlike tells that where a header names an indicator below one column, it
// leaves the other blank, or names one there too.
func (f *finder) namedAlike(fr frame, row, col, other int) bool {
	c := f.g.Shown(f.named(fr, row, col).Pos.Row, other)
	if c == nil {
		return true
	}
	s := f.sense(c)
	return f.indicator(c) != nil || s.Criterion != 0 || s.Weak && s.ID != nil
}

// titleRows is how many rows of a long text above a table are looked at, at its
// beginning and at its end.
const titleRows = 40

// titles are the texts above a table, below the one before it.
func (f *finder) titles(from, headTop int) []*grid.Cell {
	out := slices.Clone(f.above)
	for row := from; row < headTop; row++ {
		if row-from == titleRows && headTop-row > titleRows {
			row = headTop - titleRows
		}
		for _, c := range f.g.Row(row) {
			if c.Kind == sheet.Text && !c.Struck && !goesOn.MatchString(c.Fold) {
				out = append(out, c)
			}
		}
	}
	return out
}

// goesOn says that a table is the one before it, on another page.
var goesOn = regexp.MustCompile(`^\(?\s*(?:tiếp theo|tiếp|tt)\.?\s*(?:trang \d+)?\s*\)?$`)

// context is what the nearest title says, then the sheet's name, then what the
// table above said.
func (f *finder) context(t *Table, inherited Context) Context {
	var x Context
	p := f.asked.Period
	for i := len(t.Titles) - 1; i >= 0; i-- {
		c := t.Titles[i]
		if x.Kind == "" && !f.numberedGroup(c) {
			if k := f.v.TitleKind(c.Fold); k != "" {
				x.Kind, x.KindCell = k, c
			}
		}
		if !x.Time.Stated() && !refers(c.Fold) {
			if stated := f.periods(c); len(stated) > 0 {
				x.Time, x.TimeCell = words.Time{Periods: stated}, c
			}
		}
		if x.TitleAuthor == 0 && !refers(c.Fold) && i >= len(t.Titles)-3 {
			if h := f.v.Heading(c.Fold); h.Has(words.ClaimHead) && !strings.HasPrefix(c.Fold, "ubnd") && !strings.HasPrefix(c.Fold, "ủy ban") {
				x.TitleAuthor = h.Author
			}
		}
		if x.Unit == "" {
			x.Unit = f.v.UnitLine(c.Text)
		}
		if h := f.v.Heading(c.Fold); x.Polarity == 0 && !refers(c.Fold) && (h.Has(words.FailingHead) || h.Polarity == words.UnmetMarks) && !h.Has(words.MetHead) {
			x.Polarity = words.UnmetMarks
		}
	}
	if x.Polarity == 0 && inherited.Polarity == words.UnmetMarks && !slices.ContainsFunc(t.Titles, func(c *grid.Cell) bool { return f.v.Heading(c.Fold).Has(words.MetHead) }) {
		x.Polarity = words.UnmetMarks // the same form for another period, below the one whose title says so
	}
	if c := f.earlierTitle(t); c != nil {
		x.Time, x.TimeCell = words.Time{Earlier: true}, c
	}
	// A more precise statement in a farther line of the title goes on with it.
	for i := len(t.Titles) - 1; i >= 0; i-- {
		if c := t.Titles[i]; c != x.TimeCell && !refers(c.Fold) {
			for _, s := range f.periods(c) {
				if year := x.Time.Year(); year == 0 || s.Year() == 0 || s.Year() == year {
					x.Time.Periods = append(x.Time.Periods, s)
				}
			}
		}
	}
	x.Inverted = f.legend(t)
	named := words.Relation(0) // what the sheet's name says, where only it tells the months
	if name := grid.Fold(f.g.Sheet.Name); !f.asked.SheetIsFile && name != "" {
		h := f.v.Heading(name)
		if x.Author = h.Author; x.Author == 0 {
			x.Author = f.v.AuthorIn(name)
		}
		x.Example = example.MatchString(name)
		if x.Kind == "" && (h.Kind == words.Plan || h.Kind == words.Registration || h.Kind == words.Estimate || h.Kind == words.Comparison) {
			x.Kind = h.Kind
		}
		if f.v.EarlierIn(name) {
			h = &words.Heading{Time: words.Time{Earlier: true}, Kind: h.Kind, Author: h.Author}
		}
		if h.Time.Stated() {
			mine, theirs := x.Time.Precision(), h.Time.Precision()
			byName := h.Time.Against(p, x.Time.Year())
			switch {
			case !x.Time.Stated(), mine <= 1 && (theirs > mine || theirs == mine && h.Time.Year() == 0):
				x.Time = words.Time{Periods: append(slices.Clone(x.Time.Periods), h.Time.Periods...), Earlier: h.Time.Earlier, Now: h.Time.Now}
				if mine == 0 {
					x.TimeCell = nil
				}
				if h.Time.Year() == 0 && len(h.Time.Periods) > 0 {
					named = h.Time.Against(p, x.Time.Year()) // "9T" beside "NĂM 2017"
				}
			case byName != 0 && byName != words.Present && x.Time.Against(p, 0) == words.Present:
				x.Conflict = f.g.Sheet.Name
			}
		}
	}
	if len(t.Titles) == 0 && !x.Time.Stated() && x.Kind == "" {
		// Nothing above it: what the table before it said goes on.
		inherited.Conflict = ""
		return inherited
	}
	x.Relation = x.Time.Title(p)
	if x.TimeCell != nil {
		// The nearest statement wins over the farther ones, which only make a year
		// more precise.
		near := words.Time{Periods: words.StatedPeriods(x.TimeCell.Text)}
		if rel := near.Title(p); rel != 0 && (near.Precision() > 1 || rel != words.Present) {
			x.Relation = rel
		}
	}
	if named != 0 && x.Relation != words.Past && x.Relation != words.Future {
		x.Relation = named
	}
	x.Year = x.Time.Year()
	return x
}

// numberedGroup tells the name of a group of communes, "I | Các xã phấn đấu đạt
// chuẩn": where the header comes again below it, it is no title.
func (f *finder) numberedGroup(c *grid.Cell) bool {
	cells := f.g.Row(c.Pos.Row)
	return len(cells) == 2 && cells[1] == c && strings.Trim(cells[0].Fold, "ivxabcd. ") == "" && strings.HasPrefix(c.Fold, "các xã")
}

// earlierTitle is the nearest title, where it says that the table is of another
// time ("SỐ LIỆU CÙNG KỲ") and neither states a period nor compares.
func (f *finder) earlierTitle(t *Table) *grid.Cell {
	if len(t.Titles) == 0 {
		return nil
	}
	c := t.Titles[len(t.Titles)-1]
	if refers(c.Fold) || len(f.periods(c)) > 0 || compares.MatchString(c.Fold) || !f.v.Heading(c.Fold).Time.Earlier {
		return nil
	}
	return c
}

// compares tells a title that holds this period against another.
var compares = regexp.MustCompile(`(?:^|\s)so\s|so sánh|tăng|giảm|đối chiếu`)

// example is what sheets are called that show how a form is filled in.
var example = regexp.MustCompile(`^(?:mẫu|biểu mẫu|ví dụ|vd|hướng dẫn.*|huong dan.*|hd|mau|vi du|example|(?:bản )?nháp|(?:ban )?nhap|draft|bản cũ|cũ|ban cu|old|backup|sao lưu|mẫu (?:điền|nhập|ghi|minh họa).*|ví dụ.*)$`)

// legendForm is a note of what a mark means: "x: chưa đạt", "(dấu x là chưa đạt)",
// "1 = không đạt".
var legendForm = regexp.MustCompile(`(?:^|[\s("“'(,;.])(?:dấu\s+)?["“']?(?:x|✓|\+|v|1)["”']?\s*(?:\)\s*)?(?:[:=–-]|là|nghĩa là|tức là)\s*(?:tiêu chí |chỉ tiêu )?(chưa đạt|không đạt|chưa đạt chuẩn)`)

// legend looks for such a note above and below a table.
func (f *finder) legend(t *Table) bool {
	for _, c := range t.Titles {
		if legendForm.MatchString(c.Fold) {
			return true
		}
	}
	if f.inverted == nil {
		f.inverted = map[int]bool{}
		for row := 1; row <= f.g.LastRow(); row++ {
			for _, c := range f.g.Row(row) {
				if c.Kind == sheet.Text && len(c.Fold) < 300 && strings.Contains(c.Fold, "đạt") && legendForm.MatchString(c.Fold) {
					f.inverted[row] = true
				}
			}
		}
	}
	for row := range f.inverted {
		if row >= t.HeadTop {
			return true
		}
	}
	return false
}

// notes reads what the notes right below a table say of all its figures: that they
// are estimates, or of another day than the period's.
func (f *finder) notes(t *Table) {
	for row := t.Bottom + 1; row <= min(t.Bottom+4, f.g.LastRow()) && f.heads(row) == nothingAcross && !f.signature(row); row++ {
		for _, c := range f.g.Row(row) {
			if c.Kind != sheet.Text || c.Struck || !noteForm.MatchString(c.Fold) {
				continue
			}
			if t.Context.Kind != words.Plan && t.Context.Kind != words.Registration && estimated.MatchString(c.Fold) {
				t.Context.Kind, t.Context.KindCell = words.Estimate, c
			}
			for _, s := range f.periods(c) {
				if rel := (words.Time{Periods: []words.Stated{s}}).Against(f.asked.Period, 0); s.Date && (rel == words.Past || rel == words.Future) {
					t.Context.Relation, t.Context.TimeCell, t.Context.Time = rel, c, words.Time{Periods: []words.Stated{s}}
				}
			}
		}
	}
}

var (
	// noteForm begins a note about the figures of a table.
	noteForm  = regexp.MustCompile(`^(?:\(?\*\)?\s*)?(?:ghi chú|lưu ý|chú thích|nguồn)?\s*[:.]?\s*(?:các |toàn bộ )?số liệu`)
	estimated = regexp.MustCompile(`(?:^|\s)ước(?:\s|$)|dự kiến|sơ bộ|tạm tính`)
)

// refers tells a line of a title that speaks of another document.
func refers(fold string) bool {
	return strings.HasPrefix(fold, "(kèm theo") || strings.HasPrefix(fold, "kèm theo") || strings.HasPrefix(fold, "căn cứ") || strings.HasPrefix(fold, "ban hành kèm") || strings.HasPrefix(fold, "(ban hành")
}

// place finds the commune that a table of one commune is about: its nearest
// title, else the sheet's name.
func (f *finder) place(t *Table) bool {
	for i := len(t.Titles) - 1; i >= 0; i-- {
		c := t.Titles[i]
		if name, several := f.v.CommuneIn(c.Text); name != "" {
			t.Place = c
			return true
		} else if several {
			return false
		}
	}
	if f.asked.SheetIsFile {
		return false
	}
	if name, _ := f.v.CommuneIn(f.g.Sheet.Name); name != "" {
		t.PlaceBySheet = true
		return true
	}
	return false
}

// onlyIndicator is the one that the titles of a table name.
func (f *finder) onlyIndicator(t *Table) *words.Indicator {
	var only *words.Indicator
	for _, c := range t.Titles {
		s := f.sense(c)
		ind := s.Indicator()
		if ind == nil && s.Criterion != 0 && !s.Plain {
			ind = f.v.Only(s.Criterion)
		}
		if ind == nil {
			continue
		}
		if only != nil && only != ind {
			return nil
		}
		only = ind
	}
	return only
}

// keyed tells a row that names what it is about.
func (f *finder) keyed(t *Table, row int) bool {
	if t.NameCol != 0 {
		if c := f.g.Shown(row, t.NameCol); c != nil && f.sense(c).Commune {
			return true
		}
		if t.CodeCol != 0 {
			if c := f.g.Shown(row, t.CodeCol); c != nil && f.sense(c).Code {
				return true
			}
		}
		if f.sum(t, row) != nil {
			return true
		}
	}
	for _, col := range []int{t.IDCol, t.TitleCol} {
		if col == 0 {
			continue
		}
		if c := f.g.Shown(row, col); c != nil {
			if s := f.sense(c); f.indicator(c) != nil || s.Unknown != "" || s.Criterion != 0 || s.Weak && s.ID != nil {
				return true
			}
		}
	}
	return false
}

// sum is the cell that makes a row one of totals; nil for others.
func (f *finder) sum(t *Table, row int) *grid.Cell {
	for _, c := range f.g.Row(row) {
		if c.Pos.Col > max(t.NameCol, t.IDCol, t.TitleCol) {
			break
		}
		s := f.sense(c)
		if s.Total && !s.Commune {
			return c
		}
	}
	return nil
}
