package shape

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// columns says what each column of a table is.
func (f *finder) columns(t *Table, fr frame, n map[int]*below, stacks map[int][]*grid.Cell) {
	sharing := f.sharedCriteria(t, stacks)
	f.most, f.ownColumn = 0, map[*words.Indicator][]*grid.Cell{}
	p := f.profile(t.IDRow)
	f.ids = p.ids+p.weak > 0
	f.overID = map[*grid.Cell]bool{}
	for _, stack := range stacks {
		for i, c := range stack {
			s := f.sense(c)
			if s.Criterion != 0 && !s.Plain && slices.ContainsFunc(stack[i+1:], func(o *grid.Cell) bool { return f.sense(o).Plain && f.sense(o).Criterion == s.Criterion }) {
				f.overID[c] = true // "Tiêu chí 5" over "5"
			}
			if ind := f.indicator(c); ind != nil {
				f.ownColumn[ind] = append(f.ownColumn[ind], c)
			} else if s.Criterion != 0 && (s.Plain || c.Pos.Row == t.IDRow && f.ids) && f.v.Only(s.Criterion) != nil {
				f.ownColumn[f.v.Only(s.Criterion)] = append(f.ownColumn[f.v.Only(s.Criterion)], c)
			}
		}
	}
	for c := range maps.Clone(f.overID) {
		for _, stack := range stacks {
			for _, o := range stack {
				if o.Pos.Row == c.Pos.Row && o.Fold == c.Fold {
					f.overID[o] = true // written again over each column
				}
			}
		}
	}
	for _, b := range n {
		f.most = max(f.most, b.filled)
	}
	if t.Layout == Wide && !t.Turned && f.unmetBelow(t, n) {
		t.Context.Polarity = words.UnmetMarks
	}
	f.unitRows = map[int]bool{}
	for row := t.HeadTop; row < t.Top; row++ {
		f.unitRows[row] = t.Layout == Wide && !t.Turned && f.unitRow(row, stacks)
	}
	for col := t.FirstCol; col <= t.LastCol; col++ {
		b := n[col]
		if b == nil {
			b = &below{}
		}
		if b.filled == 0 && f.spacer(t, col, stacks[col], n) {
			continue
		}
		k := Column{Col: col, Stack: stacks[col], Role: Ignored}
		switch col {
		case t.NameCol:
			k.Role, k.Keys = Key, Names
		case t.CodeCol:
			k.Role, k.Keys = Key, Codes
		case t.IDCol:
			k.Role, k.Keys = Key, IDs
		case t.TitleCol:
			k.Role, k.Keys = Key, Titles
		default:
			f.column(t, &k, b, sharing)
		}
		if k.Role == Ignored && b.filled == 0 && len(k.Stack) == 0 {
			continue
		}
		t.Cols = append(t.Cols, k)
	}
	if t.Layout == Wide && !t.Turned && !slices.ContainsFunc(t.Cols, func(k Column) bool { return k.Ind != nil && k.Measure != words.CriterionClaim }) &&
		slices.ContainsFunc(t.Cols, func(k Column) bool { return k.Measure == words.CriterionClaim }) {
		t.Layout = ByCriteria
	}
	f.bare(t, n)
	f.unnamed(t)
	f.pairs(t)
}

// unmetBelow tells a header whose last words are one "Chưa đạt" below the first
// of its ids, over columns of marks: what is merged in a workbook stands once in a
// .csv.
func (f *finder) unmetBelow(t *Table, n map[int]*below) bool {
	for row := t.IDRow + 1; row < t.Top; row++ {
		cells := f.g.Row(row)
		if len(cells) != 1 || f.sense(cells[0]).Head == nil || f.sense(cells[0]).Head.Polarity != words.UnmetMarks {
			continue
		}
		from, cols := cells[0].Pos.Col, 0
		for _, c := range f.g.Row(t.IDRow) {
			if f.indicator(c) == nil && f.sense(c).Criterion == 0 {
				continue
			}
			if c.Pos.Col < from {
				return false
			}
			cols++
		}
		if cols < 2 {
			return false
		}
		for col, b := range n {
			if col >= from && b.numbers+b.ids > 0 {
				return false
			}
		}
		return true
	}
	return false
}

// unitRow tells a row of a header that says in what each indicator is given: "%"
// below those that are measured, "Đạt/Chưa đạt" below the yes/no ones. There
// "Đạt/Chưa đạt" is no heading of verdicts.
func (f *finder) unitRow(row int, stacks map[int][]*grid.Cell) bool {
	units, yes := 0, 0
	for _, c := range f.g.Row(row) {
		s := f.sense(c)
		if s.Head.Says() && s.Head.Key() {
			continue
		}
		if above := f.g.Shown(row-1, c.Pos.Col); above != nil && above != c && above.Fold == c.Fold {
			continue // merged down, written out
		}
		var ind *words.Indicator
		for _, o := range stacks[c.Pos.Col] {
			if i := f.indicator(o); i != nil {
				ind = i
			} else if s := f.sense(o); ind == nil && s.Criterion != 0 {
				ind = f.v.Only(s.Criterion)
			}
		}
		switch {
		case ind == nil && unitOnly(s.Head, c.Fold): // of a second value
		case ind == nil && s.Head.Has(words.ClaimHead) && strings.Contains(c.Fold, "/"): // of one without a name
		case ind == nil:
			return false
		case s.Head != nil && s.Head.Unit != "" && s.Head.Rest == 0 && ind.Kind != "boolean":
			units++
		case ind.Kind == "boolean" && s.Head.Has(words.ClaimHead) && strings.Contains(c.Fold, "/"), ind.Kind == "boolean" && (c.Fold == "đạt" || c.Fold == "có/không"):
			yes++
		default:
			return false
		}
	}
	return units > 0 && yes > 0
}

// unnamed passes over the verdicts below a criterion that stand like those of its
// indicators beside them: the heading that named their indicator is missing.
func (f *finder) unnamed(t *Table) {
	for i := range t.Cols {
		k := &t.Cols[i]
		if k.Measure != words.CriterionClaim || k.Ind != nil || strings.Contains(k.Label, "tiêu chí") {
			continue
		}
		if slices.ContainsFunc(t.Cols, func(o Column) bool {
			return o.Ind != nil && o.Criterion == k.Criterion && o.Measure == words.Claim && o.Label == k.Label && len(o.Stack) > len(k.Stack) ||
				o.Role == Ignored && o.Why == unnamedOf(k.Criterion) // beside the figures of the same
		}) {
			k.Role, k.Measure, k.Why = Ignored, "", unnamedOf(k.Criterion)
		}
	}
}

func unnamedOf(criterion int) string {
	return "không rõ là chỉ tiêu nào của tiêu chí " + itoa(criterion)
}

// bare takes the one column without a heading for the figures of a table whose
// rows say themselves what they hold ("Kế hoạch", "Thực hiện").
func (f *finder) bare(t *Table, n map[int]*below) {
	if t.Layout != Long && t.Layout != Flat || !slices.ContainsFunc(t.Cols, func(k Column) bool { return k.Keys == Kinds }) ||
		slices.ContainsFunc(t.Cols, func(k Column) bool { return k.Role == Figures }) {
		return
	}
	at := -1
	for i, k := range t.Cols {
		b := n[k.Col]
		if k.Role != Ignored || len(k.Stack) > 0 || b == nil || b.numbers+b.marks+b.ids+b.plain+b.years <= b.texts {
			continue
		}
		if at >= 0 {
			return
		}
		at = i
	}
	if at >= 0 {
		t.Cols[at].Role, t.Cols[at].Measure = Figures, words.Result
	}
}

// spacer tells a column that only keeps others apart: it holds nothing, and
// what stands above it is the heading of its neighbours.
func (f *finder) spacer(t *Table, col int, stack []*grid.Cell, n map[int]*below) bool {
	for _, c := range stack {
		if c.Pos.Col != col {
			continue
		}
		m := f.g.Span(c.Pos.Row, c.Pos.Col)
		if m.To.Col == m.From.Col {
			return false
		}
		filled := false
		for beside := m.From.Col; beside <= m.To.Col; beside++ {
			filled = filled || n[beside] != nil
		}
		if !filled {
			return false
		}
	}
	return true
}

// sharedCriteria are the headings of criteria that stand over columns with ids
// of their own: a column below one that names no indicator is none of theirs.
func (f *finder) sharedCriteria(t *Table, stacks map[int][]*grid.Cell) map[*grid.Cell]bool {
	out := map[*grid.Cell]bool{}
	for _, stack := range stacks {
		for i, c := range stack {
			s := f.sense(c)
			if s.Criterion == 0 || f.indicator(c) != nil {
				continue
			}
			for _, below := range stack[i+1:] {
				if s := f.sense(below); f.indicator(below) != nil || s.Unknown != "" || s.Weak && s.ID != nil {
					out[c] = true
				}
			}
		}
	}
	// Nor is it where the heading is written again over each column.
	for _, stack := range stacks {
		for _, c := range stack {
			for other := range out {
				if f.sense(c).Criterion != 0 && other.Pos.Row == c.Pos.Row && other.Fold == c.Fold {
					out[c] = true
					break
				}
			}
		}
	}
	return out
}

// column says what one column is that holds no key of the table.
func (f *finder) column(t *Table, k *Column, b *below, sharing map[*grid.Cell]bool) {
	var labels []*grid.Cell // nearest first, below what names the indicator or commune
	var head *grid.Cell     // that names it
	var extra []string      // what that heading says besides
	criterionAt := (*grid.Cell)(nil)
	counted := false // "Số trường đạt chuẩn" names an indicator, and a count of it
	var farther []*grid.Cell
	for i := len(k.Stack) - 1; i >= 0; i-- {
		c := k.Stack[i]
		s := f.sense(c)
		if (t.Requirements[c.Pos.Row] || f.unitRows[c.Pos.Row]) && !unitOnly(s.Head, c.Fold) && !s.Head.Key() {
			continue
		}
		ind := f.indicator(c)
		if ind == nil && s.Weak && s.ID != nil && !c.Date && !t.Turned {
			ind = s.ID
		}
		switch {
		case t.Turned && s.Commune && !s.Code:
			k.Place, head = c, c
			continue
		case t.Turned && s.Total && k.Place == nil && !f.labels(s):
			k.Total, head = true, c
			continue
		case t.Turned && c.Pos.Row == t.IDRow && c.Kind == sheet.Text && k.Place == nil && s.Head != nil && !s.Head.Says() && s.Criterion == 0 && ind == nil && c.Pos.Col > max(t.IDCol, t.TitleCol) && s.Head.Rest == s.Head.Words:
			k.Place, head = c, c // a name that nobody knows, among communes
			continue
		case t.Layout == Wide && !t.Turned && ind != nil:
			if k.Ind == nil {
				k.Ind, head = ind, c
			}
			if k.Ind == ind {
				counted = counted || strings.HasPrefix(c.Fold, "số ") && !strings.HasPrefix(grid.Fold(ind.Name), "số ") && !strings.Contains(c.Fold, "tỷ lệ")
				extra = append(extra, f.v.Beyond(c.Fold, ind))
			} else if k.Ind != ind && (s.Named != nil || f.sense(head).Named != nil) {
				k.Clash = c
			}
			continue
		case t.Layout == Wide && !t.Turned && s.Unknown != "" && k.Ind == nil && c.Pos.Row == t.IDRow:
			k.Unknown, head = s.Unknown, c
			continue
		case t.Layout == Wide && !t.Turned && (s.Plain || s.Criterion != 0 && !f.overID[c] && f.v.BeyondCriterion(c.Fold, s.Criterion) == "") && c.Pos.Row == t.IDRow && f.ids && f.v.Only(s.Criterion) != nil:
			// Among ids "16" and "Tiêu chí 16" are the id of the only indicator of criterion 16.
			if k.Ind == nil {
				k.Ind, head = f.v.Only(s.Criterion), c
				if rest := f.v.BeyondCriterion(c.Fold, s.Criterion); rest != "" {
					extra = append(extra, rest)
				}
			}
			continue
		case t.Layout == Wide && !t.Turned && s.Criterion != 0 && criterionAt == nil && (!s.Plain || c.Pos.Row <= t.IDRow):
			k.Criterion, criterionAt = s.Criterion, c
			if head == nil {
				head = c
				if rest := f.v.BeyondCriterion(c.Fold, s.Criterion); rest != "" {
					extra = append(extra, rest)
				}
			}
			continue
		}
		if head == nil {
			labels = append(labels, c)
		} else {
			farther = append(farther, c)
		}
	}
	if len(labels) > 0 {
		k.Label = labels[0].Fold
	}
	if k.Ind != nil {
		k.Criterion = k.Ind.Criterion
	}
	// The nearest statement wins.
	see := func(h *words.Heading) {
		if h == nil {
			return
		}
		// "Thực trạng" below "Kế hoạch năm 2017" is a plan's: only the nearest
		// word that says what the figures are for is one for sure.
		if k.Kind == "" || k.Kind == words.Done && h.Kind != words.Done && h.Kind != "" {
			k.Kind = h.Kind
		}
		if !k.Time.Stated() {
			k.Time = h.Time
		} else if h.Time.Stated() && !k.Time.Earlier {
			// "Quý IV" under "Năm 2017": one goes on with the other.
			k.Time.Periods = append(slices.Clone(k.Time.Periods), h.Time.Periods...)
		}
		if k.Unit == "" {
			k.Unit = h.Unit
		}
		if k.Polarity == 0 {
			k.Polarity = h.Polarity
		}
		if k.Author == 0 {
			k.Author = h.Author
		}
	}
	calls := func(c *grid.Cell) bool { // "Không đạt" is a heading, whatever words a name has
		h := f.sense(c).Head
		return k.Ind != nil && !(h != nil && h.Polarity != 0 && h.Rest == 0) && f.v.Calls(c.Fold, k.Ind)
	}
	for _, c := range labels {
		h := f.sense(c).Head
		if h != nil && h.Polarity != 0 && calls(c) {
			x := *h
			x.Polarity = 0 // "Nhà ở đạt chuẩn" is the name of what is measured
			h = &x
		}
		see(h)
	}
	for _, x := range extra {
		see(f.besideName(x))
	}
	for _, c := range farther {
		see(f.sense(c).Head)
	}
	if k.Author == 0 {
		k.Author = t.Context.Author
	}
	k.Decided = head
	if k.Decided == nil && len(labels) > 0 {
		k.Decided = labels[0]
	}
	if k.Unknown != "" && k.Ind == nil {
		k.Role, k.Why = Note, "chỉ tiêu "+k.Unknown+" không có trong bộ tiêu chí"
		return
	}
	said := f.said(labels)
	if said.what == "result" && (k.Kind == "" || k.Kind == words.Done) && b.marks > 0 && b.numbers+b.ids+b.plain+b.years == 0 {
		// "Tự đánh giá" over "Thực hiện": the verdicts of the two kinds stand together.
		for _, c := range labels {
			if h := f.sense(c).Head; h != nil && f.of(h, c).what == "claim" {
				said = f.of(h, c)
			}
		}
	}
	if (said.what == "polar" || said.what == "requirement") && said.cell != nil && calls(said.cell) {
		said = f.said(slices.DeleteFunc(slices.Clone(labels), calls))
	}
	k.Verdict = said.what == "claim" || said.what == "polar"
	for _, x := range extra {
		if said.what == "" {
			if h := f.besideName(x); h != nil {
				said = f.of(h, nil)
			}
		}
	}
	if said.what == "" && counted {
		said.what = "count"
	}
	if said.what == "" {
		said = f.said(farther)
		if said.what == "requirement" || said.what == "key" || said.what == "total" {
			said = saying{}
		}
	}
	k.Rate = said.what == "rate" || k.Unit == "%"
	k.Count = said.what == "count" || said.what == "whole" || k.Unit != "" && k.Unit != "%" && k.Unit != "‰" && !strings.ContainsAny(k.Unit, "/") && !isMoneyUnit(k.Unit)
	if said.cell != nil && k.Decided == nil {
		k.Decided = said.cell
	}
	about := k.Ind != nil || k.Criterion != 0 || k.Place != nil || t.Layout == Long || t.Layout == Flat || t.Only != nil || k.Total
	if k.Ind == nil && k.Place == nil && !k.Total && k.Criterion == 0 && f.kinds(b, said) {
		k.Role, k.Keys = Key, Kinds
		return
	}
	if k.Col == t.ListCol {
		k.Role, k.Measure, k.Polarity = Figures, words.Claim, 0
		return
	}
	switch said.what {
	case "evidence":
		k.Role, k.Measure = Figures, words.Evidence
		if !about {
			k.Role, k.Measure = Note, ""
		}
		return
	case "failing":
		k.Role = Note
		if about && !t.Turned && t.Layout == Wide && b.numbers+b.ids+b.texts == 0 {
			// "Chỉ tiêu chưa đạt" over the ids: a mark is one that is not met.
			k.Role, k.Measure, k.Polarity = Figures, words.Claim, words.UnmetMarks
			if k.Ind == nil {
				k.Measure = words.CriterionClaim
			}
		}
		if (t.Layout == Long || t.Layout == Flat) && b.marks > 0 && b.numbers+b.ids+b.texts == 0 {
			// "Chỉ tiêu chưa đạt (đánh dấu x)" beside the ids.
			k.Role, k.Measure, k.Polarity = Figures, words.Claim, words.UnmetMarks
		}
		return
	case "note", "year":
		k.Role = Note
		return
	case "unmet count":
		k.Role, k.CountsUnmet = Note, true
		return
	case "criteria":
		k.Role, k.Measure = Figures, words.AllCriteria
		if k.Ind != nil {
			k.Role, k.Measure = Note, ""
		}
		return
	case "indicators":
		k.Role, k.Measure = Figures, words.AllIndicators
		return
	}
	if t.Layout == List {
		f.listColumn(t, k, said)
		return
	}
	if f.keyColumn(t, k, b, said, labels) {
		return
	}
	if !about && said.what == "requirement" {
		k.Role = Note
		return
	}
	if !about {
		return // nothing says which indicator, commune or measure
	}
	for _, ind := range f.secondaries(t, k) {
		if secondary(ind, labels) {
			k.Role, k.Measure, k.Ind, k.Criterion = Figures, words.Secondary, ind, ind.Criterion
			return
		}
	}
	if t.Only != nil && k.Ind == nil && !t.Turned && t.Layout == Wide {
		if said.what == "" {
			return
		}
		k.Ind, k.Criterion = t.Only, t.Only.Criterion
	}
	if t.Layout == Long || t.Layout == Flat {
		f.measured(k, b, said)
		return
	}
	if k.Total {
		k.Role = Note
		k.Why = "số chung của cả huyện"
		return
	}
	if k.Ind != nil && (said.what == "" || said.what == "rate" || said.what == "result" && (k.Kind == "" || k.Kind == words.Done)) && t.Context.Polarity == words.UnmetMarks && !t.Turned && b.numbers+b.texts+b.ids == 0 {
		// "CÁC CHỈ TIÊU CHƯA ĐẠT": the title says what a mark means.
		k.Role, k.Measure, k.Polarity = Figures, words.Claim, words.UnmetMarks
		return
	}
	if k.Ind == nil && k.Place == nil {
		f.criterionColumn(t, k, b, said, criterionAt, sharing)
		return
	}
	switch {
	case said.what == "requirement" && (f.shared(head) || head != nil && head.Pos.Col != k.Col || k.Place != nil):
		k.Role = Note
	case said.what == "requirement":
		k.Role, k.Measure = Figures, words.Result
	default:
		f.measured(k, b, said)
		if k.Role == Ignored && (said.what == "" || said.what == "key" && k.Ind != nil) {
			k.Role, k.Measure = Figures, words.Result
		}
	}
}

func isMoneyUnit(unit string) bool {
	return strings.HasPrefix(unit, "triệu") || strings.HasPrefix(unit, "nghìn") || strings.HasPrefix(unit, "đồng")
}

// labels tells that a word for sums is a label here: "Tỷ lệ", "Tổng số".
func (f *finder) labels(s *words.Sense) bool {
	return s.Head.Has(words.RateHead) || s.Head.Has(words.WholeHead) || s.Head.Has(words.CountHead)
}

// besideName reads what a heading says besides its indicator's name; of words
// that go on the name, only what is a statement by itself.
func (f *finder) besideName(rest string) *words.Heading {
	if rest == "" {
		return nil
	}
	h := f.v.Heading(rest)
	if h.Says() {
		return h
	}
	// Other words for the name: its time, its unit and the kind at its edge are
	// still stated, its measure is not.
	x := *h
	x.Roles, x.Lead, x.Polarity, x.Author = nil, nil, 0, 0
	if x.Unit != "" && x.Unit != "%" && x.Unit != "‰" && !isMoneyUnit(x.Unit) && x.Unit != "/tháng" {
		x.Unit = ""
	}
	if x.Kind == words.Done || x.Kind == words.Comparison && h.Rest > 2 {
		x.Kind = ""
	}
	return &x
}

// saying is what a heading says of the measure.
type saying struct {
	what string
	cell *grid.Cell
}

// said is what the nearest heading that says anything of the measure says.
func (f *finder) said(stack []*grid.Cell) saying {
	var unit, timed saying
	for _, c := range stack {
		s := f.sense(c)
		if s.Head == nil || s.Commune {
			continue
		}
		x := f.of(s.Head, c)
		if h := s.Head; x.what == "result" && (h.Time.Stated() || h.Kind != words.Done) {
			// "TH năm 2016" tells the time; a heading above may tell the measure.
			if timed.what == "" {
				timed = x
			}
			continue
		}
		if unitOnly(s.Head, c.Fold) {
			unit = x // "%" alone is a unit first
			continue
		}
		if x.what != "" {
			if timed.what != "" && (x.what == "key" || x.what == "total") {
				continue
			}
			return x
		}
	}
	if timed.what != "" {
		return timed
	}
	return unit
}

func (f *finder) of(h *words.Heading, c *grid.Cell) saying {
	in := h.Heads
	switch {
	case in(words.EvidenceHead):
		return saying{"evidence", c}
	case (in(words.CriteriaTotal) || in(words.IndicatorsTotal)) && (h.Has(words.UnmetHead) || h.Has(words.FailingHead)):
		return saying{"unmet count", c} // "Tổng số tiêu chí chưa đạt"
	case in(words.FailingHead) && h.Polarity == 0:
		return saying{"failing", c}
	case in(words.CriteriaTotal):
		return saying{"criteria", c}
	case in(words.IndicatorsTotal):
		return saying{"indicators", c}
	case in(words.RecognisedYear):
		return saying{"year", c}
	case in(words.NoteHead):
		return saying{"note", c}
	case h.Negated, (in(words.RateHead) || in(words.CountHead) || in(words.WholeHead)) && h.Has(words.UnmetHead) && !h.Has(words.MetHead):
		return saying{"negated", c} // "Tỷ lệ chưa đạt (%)"
	case h.Kind == words.Plan || h.Kind == words.Estimate || h.Kind == words.Comparison || h.Kind == words.Registration:
		if in(words.ClaimHead) {
			return saying{"claim", c}
		}
		return saying{"result", c}
	case slices.Contains(h.Lead, words.CountHead) && !slices.Contains(h.Lead, words.RequirementHead):
		return saying{"count", c} // "Số trường đạt chuẩn": what is asked is only what was counted
	case in(words.RequirementHead) && !in(words.ResultHead):
		return saying{"requirement", c}
	case c != nil && strings.HasPrefix(c.Fold, "số ") && !h.Says() && len(h.Lead) == 0 && h.Words > 2 && !strings.Contains(c.Fold, "tỷ lệ") && !strings.Contains(c.Fold, "%") && !strings.HasPrefix(c.Fold, "số liệu"):
		return saying{"count", c} // "Số trường đạt chuẩn"
	case in(words.MetHead), in(words.UnmetHead):
		return saying{"polar", c} // "đạt" inside a name ("trường học đạt chuẩn") is none
	case in(words.ClaimHead), h.Author != 0 && !in(words.ResultHead) && !in(words.RateHead):
		return saying{"claim", c}
	case in(words.RateHead):
		return saying{"rate", c}
	case in(words.CountHead):
		return saying{"count", c}
	case in(words.WholeHead):
		return saying{"whole", c}
	case in(words.ResultHead), h.Kind == words.Done:
		return saying{"result", c}
	case h.Key():
		return saying{"key", c}
	case h.Time.Stated():
		return saying{"result", c}
	}
	return saying{}
}

// kinds tells a column that says of each row what it holds: "Kế hoạch", "Thực
// hiện", a year. A column of notes may say such things now and then; it is one
// only where it says them always.
func (f *finder) kinds(b *below, said saying) bool {
	switch {
	case b.kinds == 0 || b.numbers+b.ids+b.plain > 0:
		return false
	case said.what == "note":
		return b.kinds == b.filled && b.filled*3 >= f.most*2 // sums below them say no kind
	}
	return b.kinds*2 >= b.filled && b.filled*2 >= f.most
}

// keyColumn tells a column of numbers, units, kinds or districts.
func (f *finder) keyColumn(t *Table, k *Column, b *below, said saying, labels []*grid.Cell) bool {
	if k.Ind != nil || k.Place != nil || k.Total {
		return false
	}
	is := func(role words.Role) bool {
		return slices.ContainsFunc(labels, func(c *grid.Cell) bool { h := f.sense(c).Head; return h.Has(role) && h.Says() })
	}
	some := max(b.filled, 1)
	switch {
	case is(words.STT) && (b.texts*2 <= some || k.Col < max(t.NameCol, t.IDCol, t.TitleCol)):
		k.Role, k.Keys = Key, Numbers
		if t.STT == 0 {
			t.STT = k.Col
		}
	case is(words.UnitHead):
		k.Role, k.Keys = Key, Units
	case b.districts*2 > some, is(words.DistrictHead):
		k.Role, k.Keys = Key, Districts
	case periodNumber(k) != nil && b.filled > 0 && b.numbers+b.marks+b.ids == 0 && k.Criterion == 0:
		k.Role, k.Keys = Key, Kinds // "Quý": III, IV
	case b.filled > 0 && (b.kinds+b.years)*2 >= some && b.numbers == 0 && is(words.PeriodHead):
		k.Role, k.Keys = Key, Kinds
	case is(words.CommuneHead) && k.Criterion == 0, is(words.CriterionHead) && said.what != "requirement":
		k.Role, k.Keys = Key, Other
	case is(words.IndicatorHead) && !(is(words.RequirementHead) && b.texts+b.kinds <= b.numbers+b.marks+b.plain && (t.IDCol != 0 && k.Col > t.IDCol || t.TitleCol != 0 && k.Col > t.TitleCol)):
		k.Role, k.Keys = Key, Other
	case said.what == "" && (t.NameCol != 0 && k.Col < t.NameCol || t.Turned && k.Col < f.firstPlace(t) || (t.Layout == Long || t.Layout == Flat) && k.Col < max(t.IDCol, t.TitleCol)) && k.Criterion == 0:
		k.Role, k.Keys = Key, Other
	default:
		return false
	}
	return true
}

func (f *finder) firstPlace(t *Table) int {
	for col := t.FirstCol; col <= t.LastCol; col++ {
		for row := t.HeadTop; row < t.Top; row++ {
			if c := f.g.At(row, col); c != nil && f.sense(c).Commune {
				return col
			}
		}
	}
	return t.LastCol
}

// measured says which measure a column holds by what its headings say, and by
// what stands below where they allow both.
func (f *finder) measured(k *Column, b *below, said saying) {
	figures := b.numbers + b.ids + b.plain + b.years
	verdicts := b.marks
	switch said.what {
	case "result", "rate":
		k.Role, k.Measure = Figures, words.Result
	case "count":
		k.Role, k.Measure = Figures, words.Result
	case "whole":
		k.Role, k.Measure = Figures, words.Denominator
	case "polar":
		k.Role, k.Measure = Figures, words.Claim
		switch {
		case b.figures*2 <= b.filled:
		case k.Polarity == words.UnmetMarks:
			k.Role, k.Measure, k.Why = Ignored, "", "tiêu đề nói về phần chưa đạt, không phải kết quả"
		default:
			// "Số đạt", "Đạt tỷ lệ %": what is met, counted or as a share.
			k.Measure, k.Polarity = words.Result, 0
			k.Rate = k.Unit == "%"
			k.Count = !k.Rate && (b.parts*2 < b.figures || strings.HasPrefix(k.Label, "số "))
		}
	case "claim":
		k.Role, k.Measure = Figures, words.Claim
		if figures > verdicts && b.numbers > 0 {
			k.Measure = words.Result // what the office found, in figures
		}
	case "requirement":
		k.Role = Note
	case "negated":
		k.Why = "tiêu đề nói về phần chưa đạt, không phải kết quả"
	}
	if said.what == "whole" && k.Ind == nil && k.Place == nil {
		k.Measure = words.Denominator
	}
}

// criterionColumn says what a column is whose headings name a criterion and no
// indicator.
func (f *finder) criterionColumn(t *Table, k *Column, b *below, said saying, at *grid.Cell, sharing map[*grid.Cell]bool) {
	figures := b.numbers + b.ids
	only := f.v.Only(k.Criterion)
	if said.what == "" && t.Context.Polarity == words.UnmetMarks && !t.Turned && figures+b.texts == 0 && (at == nil || !sharing[at]) {
		// "CÁC TIÊU CHÍ CHƯA ĐẠT": the title says what a mark means.
		k.Role, k.Measure, k.Polarity = Figures, words.CriterionClaim, words.UnmetMarks
		if only != nil && !f.byCriteria(t) && !f.elsewhere(t, only, k) {
			k.Measure, k.Ind = words.Claim, only
		}
		return
	}
	switch said.what {
	case "claim", "polar":
		k.Role, k.Measure = Figures, words.CriterionClaim
		if only != nil && !f.byCriteria(t) && !strings.Contains(k.Label, "tiêu chí") && !f.elsewhere(t, only, k) {
			k.Measure, k.Ind = words.Claim, only
		}
		return
	case "requirement", "count", "whole", "negated":
		k.Role = Note
		return
	}
	if said.what == "" && at != nil && only == nil && k.Label == "" && f.overSeveral(t, at) {
		k.Why = "tiêu chí " + itoa(k.Criterion) + " có nhiều cột, không rõ cột này là gì"
		k.Criterion = 0
		return
	}
	if (said.what == "" || said.what == "key") && at != nil && only == nil && k.Label != "" {
		label := k.Stack[len(k.Stack)-1]
		switch s := f.sense(label); {
		case label == at || label.Pos.Row < at.Pos.Row:
		case s.Plain && f.shared(at):
			k.Why = "“" + grid.Clean(label.Text) + "” dưới tiêu chí " + itoa(k.Criterion) + " không rõ là chỉ tiêu nào"
			k.Criterion = 0
			return
		case f.ids && f.sense(at).Plain && s.Head != nil && s.Head.Rest > 0 && f.v.BeyondCriterion(label.Fold, k.Criterion) != "":
			// Among ids a number with the words of something else is an id of another set.
			k.Why = "số hiệu " + itoa(k.Criterion) + " với nội dung “" + grid.Clean(label.Text) + "” không phải chỉ tiêu của bộ tiêu chí"
			k.Criterion = 0
			return
		}
	}
	if at != nil && sharing[at] && !(only != nil && said.what != "") {
		k.Why = unnamedOf(k.Criterion)
		k.Criterion = 0
		if b.filled == 0 {
			k.Role, k.Keys = Key, Other
		}
		return
	}
	switch {
	case only != nil && (figures > b.marks || !f.byCriteria(t)):
		k.Role, k.Measure, k.Ind = Figures, words.Result, only
	case figures > b.marks:
		k.Why = "tiêu chí " + itoa(k.Criterion) + " có nhiều chỉ tiêu, không rõ số liệu của chỉ tiêu nào"
	default:
		k.Role, k.Measure = Figures, words.CriterionClaim
	}
}

// elsewhere tells that an indicator has a column of its own under another heading,
// or its figures beside the column under the same one.
func (f *finder) elsewhere(t *Table, ind *words.Indicator, k *Column) bool {
	alike := func(stack []*grid.Cell, c *grid.Cell) bool {
		return slices.ContainsFunc(stack, func(o *grid.Cell) bool { return o.Pos.Row == c.Pos.Row && o.Fold == c.Fold })
	}
	return slices.ContainsFunc(f.ownColumn[ind], func(c *grid.Cell) bool {
		switch {
		case !alike(k.Stack, c):
			return true
		case strings.HasPrefix(c.Fold, "chỉ tiêu"), strings.HasPrefix(c.Fold, "ct"):
			return false
		}
		return slices.ContainsFunc(t.Cols, func(o Column) bool { return o.Measure == words.Result && alike(o.Stack, c) })
	})
}

// overSeveral tells a heading that is merged over several columns that hold
// something.
func (f *finder) overSeveral(t *Table, c *grid.Cell) bool {
	m := f.g.Span(c.Pos.Row, c.Pos.Col)
	filled := 0
	for col := m.From.Col; col <= m.To.Col; col++ {
		for row := t.Top; row <= min(f.g.LastRow(), t.Top+20); row++ {
			if f.g.At(row, col) != nil {
				filled++
				break
			}
		}
	}
	return filled > 1
}

// byCriteria tells a table whose header names criteria and no indicators. Where
// each of them has one indicator, its name is as good as an id.
func (f *finder) byCriteria(t *Table) bool {
	several := false
	for row := t.HeadTop; row < t.Top; row++ {
		if f.numbersRow(row, t.FirstCol) {
			continue
		}
		for _, c := range f.g.Row(row) {
			if s := f.sense(c); (f.indicator(c) != nil || s.Weak && s.ID != nil && !c.Date) && s.Criterion == 0 {
				return false
			} else if s.Criterion != 0 && f.v.Only(s.Criterion) == nil {
				several = true
			}
		}
	}
	return several
}

func itoa(n int) string {
	if n >= 10 {
		return string(rune('0'+n/10)) + string(rune('0'+n%10))
	}
	return string(rune('0' + n))
}

// shared tells a heading that stands over several columns: merged over them, or
// written again in the next.
func (f *finder) shared(c *grid.Cell) bool {
	if c == nil {
		return false
	}
	if m := f.g.Span(c.Pos.Row, c.Pos.Col); m.To.Col > m.From.Col {
		return true
	}
	cells := f.g.Row(c.Pos.Row)
	at := slices.IndexFunc(cells, func(x *grid.Cell) bool { return x == c })
	return at > 0 && cells[at-1].Fold == c.Fold || at >= 0 && at+1 < len(cells) && cells[at+1].Fold == c.Fold
}

func (f *finder) secondaries(t *Table, k *Column) []*words.Indicator {
	if t.Turned || t.Layout != Wide {
		return nil
	}
	if k.Ind != nil {
		if k.Ind.SubLabel != "" {
			return []*words.Indicator{k.Ind}
		}
		return nil
	}
	return slices.DeleteFunc(slices.Clone(f.v.Of(k.Criterion)), func(i *words.Indicator) bool { return i.SubLabel == "" })
}

// subWords are the words of an indicator's second value, without their bracket.
func subWords(ind *words.Indicator) string {
	want := grid.Fold(ind.SubLabel)
	if i := strings.IndexByte(want, '('); i > 0 {
		want = strings.TrimSpace(want[:i])
	}
	return want
}

// secondary tells a heading with the words of an indicator's second value.
func secondary(ind *words.Indicator, labels []*grid.Cell) bool {
	want := subWords(ind)
	return slices.ContainsFunc(labels, func(c *grid.Cell) bool {
		return strings.Contains(c.Fold, want) || len(want) > 12 && strings.Contains(c.Fold, strings.TrimPrefix(want, "trong đó "))
	})
}

func (f *finder) listColumn(t *Table, k *Column, said saying) {
	switch {
	case said.what == "key" && slices.ContainsFunc(k.Stack, func(c *grid.Cell) bool { h := f.sense(c).Head; return h.Has(words.STT) && h.Says() }):
		k.Role, k.Keys, t.STT = Key, Numbers, k.Col
	case said.what == "key":
		k.Role, k.Keys = Key, Other
	}
}

// pairs joins a column of "Đạt" and one of "Chưa đạt" that are about the same:
// the one that holds the mark decides, in whichever order they stand.
func (f *finder) pairs(t *Table) {
	for i := range t.Cols {
		a := &t.Cols[i]
		if a.Role != Figures || a.Polarity != words.MetMarks || a.Measure != words.Claim && a.Measure != words.CriterionClaim {
			continue
		}
		for _, j := range []int{i + 1, i - 1} {
			if j < 0 || j >= len(t.Cols) {
				continue
			}
			b := &t.Cols[j]
			if b.Role == Figures && b.Polarity == words.UnmetMarks && b.Measure == a.Measure && b.Ind == a.Ind && b.Criterion == a.Criterion && a.SamePlace(b) &&
				a.Kind == b.Kind && a.Author == b.Author && a.PairCol == 0 && a.Time.Text() == b.Time.Text() {
				b.Role = Pair
				a.PairCol, b.PairCol = b.Col, a.Col
				break
			}
		}
	}
}

// SamePlace tells two columns that are about one commune, or both about none.
func (k *Column) SamePlace(o *Column) bool {
	return k.Place == o.Place || k.Place != nil && o.Place != nil && k.Place.Fold == o.Place.Fold
}

// rowsOf says what each row is.
func (f *finder) rowsOf(t *Table, fr frame) {
	var last *Row // the last row with keys
	for row := t.Top; row <= t.Bottom; row++ {
		if f.stopped(row) {
			t.Bottom = row - 1
			break
		}
		r := Row{Row: row}
		cells := f.g.Row(row)
		if len(cells) == 0 {
			continue
		}
		if !slices.ContainsFunc(cells, func(c *grid.Cell) bool { return !c.Struck }) {
			r.What = Gone
			t.Rows = append(t.Rows, r)
			continue
		}
		f.row(t, fr, &r, last)
		if n := len(t.Rows); n > 0 && t.Rows[n-1].What == Heading && r.What != Heading && f.repeats(row, fr.headTop, fr.headBottom) {
			r.What = Heading // what is asked, written again below the heading
		}
		t.Rows = append(t.Rows, r)
		if r.What == Section || r.What == Notes {
			f.heading(t, &t.Rows[len(t.Rows)-1])
		}
		if r.What == Data || r.What == Sum {
			last = &t.Rows[len(t.Rows)-1]
		} else if r.What == Section && r.Name != nil {
			last = nil
		}
	}
}

// parts tells the rows of a commune's own wide table that are about a part of it:
// hamlets, and whatever stands beside "Toàn xã".
func (f *finder) parts(t *Table) {
	if t.Layout != Wide || t.Turned {
		return
	}
	called := func(r *Row) string {
		for _, c := range f.g.Row(r.Row) {
			if k := slices.IndexFunc(t.Cols, func(k Column) bool { return k.Col == c.Pos.Col }); k >= 0 && t.Cols[k].Role == Figures {
				break
			}
			if c.Kind == sheet.Text && !c.Struck && strings.ContainsFunc(c.Fold, func(r rune) bool { return r >= 'a' }) {
				return c.Fold
			}
		}
		return ""
	}
	whole := slices.ContainsFunc(t.Rows, func(r Row) bool { return r.What == Data && wholeForm(called(&r)) })
	for i := range t.Rows {
		r := &t.Rows[i]
		if r.What != Data || r.Kind != "" || r.Time.Stated() {
			continue
		}
		if name := called(r); whole && !wholeForm(name) || subRow(name) {
			r.What = Notes
		}
	}
}

// wholeForm tells the words for all of a commune.
func wholeForm(fold string) bool {
	for _, p := range []string{"toàn xã", "cả xã", "chung toàn xã", "tổng toàn xã"} {
		if strings.HasPrefix(fold, p) {
			return true
		}
	}
	return false
}

// leads tells rows that only head those below them: "15.1 Bảo hiểm y tế" without
// a figure, above the counts and the rate.
func (f *finder) leads(t *Table) {
	for i := range t.Rows {
		r := &t.Rows[i]
		if r.What != Data || r.Ind == nil || r.Measure != "" || slices.ContainsFunc(t.Cols, func(k Column) bool {
			return (k.Role == Figures || k.Role == Pair) && f.g.At(r.Row, k.Col) != nil
		}) {
			continue
		}
		for j := i + 1; j < len(t.Rows) && t.Rows[j].What == Data && t.Rows[j].Ind == r.Ind && t.Rows[j].Measure != "" && t.Rows[j].Standing == r.Standing; j++ {
			if t.Rows[j].Measure == words.Result {
				r.What, r.Name = Section, nil
				break
			}
		}
	}
}

// heading reads what a heading between rows says of the kind and the time of the
// rows below it: "II. Kế hoạch năm 2018". A group of communes ("Các xã phấn đấu
// đạt chuẩn năm 2018") says nothing about its figures, unless they are the same
// communes again.
func (f *finder) heading(t *Table, r *Row) {
	for _, c := range f.g.Row(r.Row) {
		if c.Kind != sheet.Text || c.Struck || len(f.g.Row(r.Row)) > 3 && !f.oneText(r.Row) {
			continue
		}
		if cells := f.g.Row(r.Row); c != cells[0] && c.Pos.Col > max(t.NameCol, t.IDCol, t.TitleCol) && !f.oneText(r.Row) {
			continue // beside the heading of the rows: a late heading of its column, or a note
		}
		if strings.HasPrefix(c.Fold, "ghi chú") || strings.HasPrefix(c.Fold, "nguồn") || strings.HasPrefix(c.Fold, "lưu ý") || strings.HasPrefix(c.Fold, "(*)") || strings.HasPrefix(c.Fold, "*") {
			continue
		}
		text := strings.TrimLeft(romanNumber.ReplaceAllString(c.Fold, ""), " .-–:)")
		h := f.v.Heading(text)
		kind, when := h.Kind, h.Time
		if kind == "" {
			kind = f.v.TitleKind(text)
		}
		if kind == words.Comparison && h.Key() {
			kind = "" // "Các xã còn lại"
		}
		if kind == "" && !when.Stated() {
			continue
		}
		r.Kind, r.Time = kind, when
		r.Group = strings.Contains(text, "xã") || strings.Contains(text, "đơn vị")
		t.Headings = true
	}
}

// romanNumber is what numbers a heading between rows.
var romanNumber = regexp.MustCompile(`^(?:[ivx]+|[a-dđ]|\d{1,2})\s*[.)/\-:]\s*`)

// sections hands to each row what the heading above it says, where that is about
// figures and not about communes.
func (f *finder) sections(t *Table) bool {
	if !t.Headings || t.Layout == List {
		return false // the years in a list are those of recognition
	}
	key := func(r *Row) string {
		s := ""
		if r.Code != nil {
			s = r.Code.Fold
		} else if r.Name != nil {
			s = r.Name.Fold
		}
		if r.Ind != nil {
			s += "|" + r.Ind.ID
		}
		return s
	}
	// Below how many headings each thing stands.
	seen := map[string]map[int]bool{}
	part := 0
	for i := range t.Rows {
		switch r := &t.Rows[i]; r.What {
		case Section:
			part++
		case Data:
			if seen[key(r)] == nil {
				seen[key(r)] = map[int]bool{}
			}
			seen[key(r)][part] = true
		}
	}
	var over *Row
	any := false
	// A group of communes that stand below another heading too is one of figures.
	again := func(from int) bool {
		n, twice := 0, 0
		for i := from; i < len(t.Rows) && t.Rows[i].What != Section; i++ {
			if r := &t.Rows[i]; r.What == Data && key(r) != "" {
				n++
				if len(seen[key(r)]) > 1 {
					twice++
				}
			}
		}
		return n > 0 && twice*2 >= n
	}
	for i := range t.Rows {
		r := &t.Rows[i]
		switch {
		case (r.What == Section || r.What == Notes) && (r.Kind != "" || r.Time.Stated()):
			over = r
			if r.Group && !again(i+1) {
				over = nil
			}
		case r.What == Section && (r.Name == nil || t.Layout != Long):
			if !again(i + 1) {
				continue // a heading of something else goes on below it
			}
		case r.What == Data && over != nil:
			if r.Kind == "" {
				r.Kind = over.Kind
			}
			if !r.Time.Stated() {
				r.Time = over.Time
			}
			any = true
		}
	}
	return any
}

func (f *finder) row(t *Table, fr frame, r *Row, last *Row) {
	row := r.Row
	cells := f.g.Row(row)
	if f.repeats(row, fr.headTop, fr.headBottom) && (f.heads(row) != nothingAcross || row < t.Bottom && f.heads(row+1) != nothingAcross && f.repeats(row+1, fr.headTop, fr.headBottom)) || f.numbersRow(row, fr.firstCol) && len(cells) > 2 && !f.keyed(t, row) {
		r.What = Heading
		return
	}
	for i := range t.Cols {
		k := &t.Cols[i]
		c := f.g.Shown(row, k.Col)
		if c == nil {
			continue
		}
		switch k.Keys {
		case Kinds:
			if time := periodNumber(k); time != nil && time(c.Fold).Stated() {
				r.Time = time(c.Fold)
			} else if y := year(c); y != 0 {
				r.Time = words.YearTime(y)
			} else if h := f.sense(c).Head; h != nil {
				if h.Kind != "" {
					r.Kind = h.Kind
				}
				if h.Time.Stated() {
					r.Time = h.Time // the year may stand in another column than the kind
				} else if r.Kind == "" && !r.Time.Stated() && h.Has(words.PeriodHead) {
					r.Time.Now = true // "Kỳ báo cáo" among "Cùng kỳ"
				}
			}
		case Units:
			r.Unit = f.v.Heading(c.Fold).Unit
		}
	}
	for _, col := range []int{t.TitleCol, t.IDCol} {
		// "Thu nhập bình quân đầu người (nghìn đồng/tháng)"
		if c := f.g.Shown(row, col); col != 0 && c != nil && r.Unit == "" {
			if unit := f.v.Heading(c.Fold).Unit; isMoneyUnit(unit) {
				r.Unit = unit
			}
		}
	}
	figures := slices.ContainsFunc(cells, func(c *grid.Cell) bool {
		return slices.ContainsFunc(t.Cols, func(k Column) bool { return k.Col == c.Pos.Col && (k.Role == Figures || k.Role == Pair) })
	})
	if f.oneText(row) && !f.sense(cells[0]).Mark && !f.sense(cells[0]).Commune {
		r.What, r.Name = Section, nil
		return
	}
	if t.IDCol != 0 || t.TitleCol != 0 {
		f.rowIndicator(t, r)
		f.rowLabel(t, r, last)
		if r.Ind == nil && r.Unknown == "" && r.Criterion == 0 && r.IDCell == nil && t.NameCol == 0 && (r.Kind != "" || r.Time.Stated()) &&
			last != nil && last.What == Data && last.Ind != nil && f.nothingBetween(last.Row, row) {
			// "Thực hiện" below "Kế hoạch": of the indicator above.
			r.Ind, r.Criterion, r.IDCell = last.Ind, last.Ind.Criterion, last.IDCell
		}
	}
	if t.NameCol != 0 {
		r.Name = f.g.Shown(row, t.NameCol)
		if r.Name != nil && r.Name.Struck {
			r.Name = nil
		}
	}
	if t.CodeCol != 0 {
		if c := f.g.Shown(row, t.CodeCol); c != nil && f.sense(c).Code && !c.Struck {
			r.Code = c
		}
	}
	about := r.Ind != nil || r.Criterion != 0 || r.Unknown != ""
	switch {
	case t.NameCol != 0 || t.CodeCol != 0 && t.Layout == Flat:
		f.nameRow(t, r, last, figures, about)
	case t.Layout == Wide && !t.Turned: // one commune's own
		if figures {
			r.What = Data
		} else {
			r.What = Notes
		}
	default:
		switch total := f.sum(t, r.Row); {
		case about && !r.Counts:
			r.What = Data
		case r.Counts && figures:
			r.What = Sum
		case total != nil && figures:
			r.What, r.Name = Sum, total
		case t.Layout == Long && f.sectionPlace(r):
			r.What = Section
		case figures && len(cells) > 1:
			r.What = Notes
		default:
			r.What = Section
		}
	}
}

// periodNumber reads the numbers of quarters or months below such a heading; nil
// for other columns.
func periodNumber(k *Column) func(string) words.Time {
	switch k.Label {
	case "quý", "quý báo cáo":
		return words.QuarterTime
	case "tháng", "tháng báo cáo":
		return words.MonthTime
	}
	return nil
}

// year is the year that a cell is, as a number or as text; 0 for none.
func year(c *grid.Cell) int {
	switch {
	case c.Kind == sheet.Number && !c.Percent && !c.Date && c.Num >= 2000 && c.Num < 2100 && c.Num == float64(int(c.Num)):
		return int(c.Num)
	case c.Kind == sheet.Text && len(c.Fold) == 4 && strings.HasPrefix(c.Fold, "20") && strings.Trim(c.Fold, "0123456789") == "":
		y := 0
		for _, d := range c.Fold {
			y = y*10 + int(d-'0')
		}
		return y
	}
	return 0
}

// sectionPlace takes a heading between the rows of a long table that names a
// commune: what follows is about it.
func (f *finder) sectionPlace(r *Row) bool {
	for _, c := range f.g.Row(r.Row) {
		if c.Kind != sheet.Text {
			continue
		}
		if name, _ := f.v.CommuneIn(c.Text); name != "" {
			r.Name = c
			return true
		}
	}
	return false
}

// rowIndicator finds the indicator or criterion that a row is about.
func (f *finder) rowIndicator(t *Table, r *Row) {
	var byID, byName *words.Indicator
	if c := f.g.Shown(r.Row, t.IDCol); t.IDCol != 0 && c != nil {
		s := f.sense(c)
		r.IDCell = c
		switch {
		case f.dated[c] != nil:
			byID = f.dated[c]
		case s.ID != nil && !c.Date:
			byID = s.ID
		case s.Unknown != "":
			r.Unknown = s.Unknown
		case s.Named != nil:
			byName = s.Named
		case s.Criterion != 0:
			if c.Kind == sheet.Text || s.Plain {
				r.Criterion = s.Criterion
			}
		}
	}
	if c := f.g.Shown(r.Row, t.TitleCol); t.TitleCol != 0 && c != nil {
		s := f.sense(c)
		switch {
		case s.Named != nil || s.ID != nil:
			byName = s.Indicator()
			if r.IDCell == nil {
				r.IDCell = c
			}
			if byID != nil && byName != nil && byID != byName && f.v.Names(c.Fold) == byName {
				r.Clash = c
			}
		case byID == nil && r.Unknown == "" && s.Criterion != 0 && !s.Plain && r.Criterion == 0:
			r.Criterion = s.Criterion
			if r.IDCell == nil {
				r.IDCell = c
			}
		}
	}
	if t.Turned && byID == nil && byName == nil && r.Unknown == "" && r.Criterion != 0 {
		// The criterion is merged down the rows of its indicators, which stand beside it.
		for _, k := range t.Cols {
			if c := f.g.At(r.Row, k.Col); k.Role == Key && k.Keys == Other && k.Col > r.IDCell.Pos.Col {
				if ind := f.indicator(c); ind != nil && ind.Criterion == r.Criterion {
					byID, r.IDCell = ind, c
					break
				}
			}
		}
	}
	switch {
	case byID != nil:
		r.Ind = byID
	case r.Unknown != "":
	case r.Criterion != 0 && byName != nil && byName.Criterion != r.Criterion && t.IDCol != 0:
		r.Ind = nil
		r.Clash = r.IDCell
	case byName != nil:
		r.Ind = byName
	case r.Criterion != 0 && !t.ByCriteria:
		if only := f.v.Only(r.Criterion); only != nil {
			r.Ind = only
		}
	}
	if r.Ind != nil {
		r.Criterion = r.Ind.Criterion
	}
}

// rowLabel reads what a row below an indicator's says of the measure: its second
// value ("Trong đó cứng hóa"), the counts behind it, the verdict, the evidence;
// or that it counts what is met.
func (f *finder) rowLabel(t *Table, r *Row, last *Row) {
	own := r.IDCell != nil && r.IDCell.Pos.Row == r.Row
	for _, k := range t.Cols {
		if k.Role != Key || k.Keys == Units || k.Keys == Kinds {
			continue
		}
		c := f.g.At(r.Row, k.Col)
		if c == nil || c.Kind != sheet.Text || c.Struck || f.indicator(c) != nil {
			continue
		}
		if h := f.sense(c).Head; k.Keys == Numbers && !h.Heads(words.CriteriaTotal) && !h.Heads(words.IndicatorsTotal) {
			continue
		}
		s := f.sense(c)
		h := s.Head
		if h == nil || s.Commune {
			continue
		}
		switch {
		case h.Heads(words.CriteriaTotal), h.Heads(words.IndicatorsTotal):
			r.Counts, r.Name = true, c
			return
		}
		ind := r.Ind
		if ind == nil && r.Unknown == "" && r.Criterion == 0 && last != nil && last.What == Data && last.Ind != nil && f.nothingBetween(last.Row, r.Row) &&
			(secondaryText(last.Ind, strings.TrimLeft(c.Fold, " -+*•.:")) || last.Row == r.Row-1 && f.goesOn(t, r.Row, c, h)) {
			ind = last.Ind
		}
		if ind == nil {
			continue
		}
		if r.Ind == nil && h.Says() && (h.Kind != "" || h.Time.Stated()) && h.Polarity == 0 && !h.Has(words.NoteHead) && !h.Has(words.ClaimHead) {
			// "Năm 2016", "Năm 2017" below an indicator.
			r.Ind, r.Criterion, r.Kind, r.Time = ind, ind.Criterion, h.Kind, h.Time
			r.IDCell = c
			t.Labelled = true
			return
		}
		measure := words.Measure("")
		text := strings.TrimLeft(c.Fold, " -+*•.:")
		beside := t.Turned && k.Keys == Other && f.severalRows(r, k.Col)
		if beside && h.Says() && h.Polarity != 0 && r.Ind != nil {
			// "Đạt" and "Chưa đạt" below each other: what a mark means is in the word.
			r.Measure, r.Polarity = words.Claim, h.Polarity
			return
		}
		switch {
		case secondaryText(ind, text):
			measure = words.Secondary
		case strings.Contains(c.Fold, "mẫu số"):
			measure = words.Denominator
		case strings.Contains(c.Fold, "tử số"):
			measure = words.Numerator
		case own && !beside:
		case h.Heads(words.EvidenceHead):
			measure = words.Evidence
		case h.Heads(words.ClaimHead) && h.Polarity == 0:
			measure = words.Claim
		case h.Heads(words.WholeHead):
			measure = words.Denominator
		case h.Heads(words.CountHead):
			measure = words.Numerator
		case h.Heads(words.RateHead), h.Kind == words.Done:
			measure = words.Result
		}
		if measure == "" {
			continue
		}
		r.Ind, r.Criterion, r.Measure = ind, ind.Criterion, measure
		if r.IDCell == nil {
			r.IDCell = c
		}
		return
	}
}

// severalRows tells that the thing that a row is about has more rows than this
// one, told apart by their words in a column beside it.
func (f *finder) severalRows(r *Row, col int) bool {
	c := r.IDCell
	if c == nil || c.Pos.Col >= col {
		return false
	}
	if m := f.g.Span(c.Pos.Row, c.Pos.Col); m.To.Row > m.From.Row {
		return true
	}
	for _, row := range []int{r.Row - 1, r.Row + 1} {
		id := f.g.Shown(row, c.Pos.Col)
		if f.g.At(row, col) != nil && (id != nil && id.Fold == c.Fold || id == nil && row > r.Row) {
			return true
		}
	}
	return false
}

func (f *finder) nothingBetween(above, row int) bool {
	for row--; row > above; row-- {
		if len(f.g.Row(row)) > 0 {
			return false
		}
	}
	return true
}

// goesOn tells that a row without an indicator is about the one of the row
// above: it has no number of its own, and its words say a part, a measure or a
// time and hardly anything else.
func (f *finder) goesOn(t *Table, row int, c *grid.Cell, h *words.Heading) bool {
	if subRow(c.Fold) || strings.HasPrefix(c.Fold, "*") || strings.HasPrefix(c.Fold, "•") {
		return true
	}
	if h.Says() && (h.Heads(words.ClaimHead) || h.Heads(words.EvidenceHead)) {
		return true
	}
	for _, k := range t.Cols {
		if k.Col < c.Pos.Col && k.Role == Key && f.g.At(row, k.Col) != nil {
			return false
		}
	}
	return h.Rest <= 3
}

func secondaryText(ind *words.Indicator, text string) bool {
	if ind.SubLabel == "" {
		return false
	}
	want := subWords(ind)
	short := strings.TrimPrefix(want, "trong đó ")
	return strings.HasPrefix(text, want) || strings.HasPrefix(text, short) || strings.HasPrefix(text, "trong đó") && strings.Contains(text, short)
}

// subRow is how a row below a commune begins: hamlets, "trong đó".
func subRow(fold string) bool {
	for _, p := range []string{"ấp ", "- ấp", "+ ấp", "thôn ", "- thôn", "khóm ", "- khóm", "tổ ", "- tổ", "trong đó", "- trong đó", "bản ", "+ ", "- "} {
		if strings.HasPrefix(fold, p) {
			return true
		}
	}
	return false
}

// partBeside tells a row that names a hamlet in another column of keys than the
// commune's: its figures are the hamlet's.
func (f *finder) partBeside(t *Table, row int) bool {
	return slices.ContainsFunc(t.Cols, func(k Column) bool {
		if k.Role != Key || k.Col == t.NameCol || k.Col == t.CodeCol || k.Keys != Other {
			return false
		}
		c := f.g.At(row, k.Col)
		return c != nil && c.Kind == sheet.Text && hamlet.MatchString(c.Fold)
	})
}

// hamlet is how the name of a part of a commune begins.
var hamlet = regexp.MustCompile(`^(?:ấp|thôn|khóm|tổ|bản)\s+\S`)

// exampleRow tells a row that shows how the others are filled in.
func (f *finder) exampleRow(t *Table, row int) bool {
	for _, c := range f.g.Row(row) {
		if c.Pos.Col > t.NameCol {
			break
		}
		if c.Kind == sheet.Text && (strings.HasPrefix(c.Fold, "ví dụ") || c.Fold == "vd" || strings.HasPrefix(c.Fold, "vd:") || strings.HasPrefix(c.Fold, "vd.") || c.Fold == "mẫu" || strings.HasSuffix(c.Fold, "(ví dụ)") || strings.HasSuffix(c.Fold, "(mẫu)")) {
			return true
		}
	}
	return false
}

// nameRow says what a row of a table is whose rows name communes.
func (f *finder) nameRow(t *Table, r *Row, last *Row, figures, about bool) {
	cells := f.g.Row(r.Row)
	name := r.Name
	commune := name != nil && f.sense(name).Commune
	total := f.sum(t, r.Row)
	if total == nil && figures && name != nil && !commune && len(f.v.DistrictsIn(name.Text)) > 0 {
		total = name // "Huyện Thoại Sơn" above the sums of its communes
	}
	switch {
	case f.exampleRow(t, r.Row), f.partBeside(t, r.Row):
		r.What = Notes
	case t.Layout == Flat && !about && (r.Code != nil || commune):
		r.What = Data // an indicator that nobody knows
	case r.Code != nil, commune && !f.sectionNumber(t, r.Row):
		r.What = Data
	case commune:
		r.What = Data
		if !figures {
			r.What = Section
		}
	case total != nil && t.Layout != Flat:
		r.What, r.Name = Sum, total
	case total != nil:
		r.What, r.Name = Sum, total
	case name == nil && !figures:
		r.What = Notes
	case name == nil && (r.Kind != "" || r.Time.Stated()) && last != nil && last.What == Data && last.Row == r.Row-1:
		// The second line of a commune: "Thực hiện" below "Kế hoạch".
		r.What, r.Name, r.Code = Data, last.Name, last.Code
		if last.Kind == r.Kind && !last.Time.Stated() && !r.Time.Stated() {
			r.Orphan = true
		}
	case name == nil && t.Layout == Flat && about && last != nil && last.What == Data && r.Ind != nil && last.Ind != nil && f.v.Order(r.Ind) > f.v.Order(last.Ind):
		// A list that names the commune in its first line only, as long as the
		// indicators go on.
		r.What, r.Name, r.Code = Data, last.Name, last.Code
	case name == nil:
		r.What, r.Orphan = Data, true
	case subRow(name.Fold), f.exampleRow(t, r.Row):
		r.What = Notes
	case figures, f.numbered(t, r.Row) && !f.sectionNumber(t, r.Row):
		r.What = Data
	default:
		r.What = Section
	}
	if r.What == Data && name != nil && !figures && !commune && r.Code == nil && len(cells) == 1 {
		r.What = Section
	}
}

// sectionNumber tells a roman number or letter where running numbers stand.
func (f *finder) sectionNumber(t *Table, row int) bool {
	for _, c := range f.g.Row(row) {
		if c.Pos.Col < t.NameCol && c.Kind == sheet.Text && strings.Trim(c.Fold, "ivxabcd. ") == "" {
			return true
		}
	}
	return false
}

// numbered tells a row with a running number left of its name.
func (f *finder) numbered(t *Table, row int) bool {
	for _, c := range f.g.Row(row) {
		if c.Pos.Col < t.NameCol && (c.Kind == sheet.Number || strings.Trim(c.Fold, "0123456789.") == "") {
			return true
		}
	}
	return false
}
