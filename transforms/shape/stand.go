package shape

import (
	"fmt"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// stand settles which lines count: first each by what it says itself and what
// its table says, then those that are about the same against each other.
func (f *finder) stand(t *Table) {
	byRows := f.sections(t) || t.Labelled || slices.ContainsFunc(t.Cols, func(k Column) bool { return k.Keys == Kinds })
	for i := range t.Cols {
		if k := &t.Cols[i]; k.Role == Figures || k.Role == Pair {
			k.Standing = f.standing(t, k.Type, !byRows)
		}
	}
	f.against(t)
	if !byRows {
		return
	}
	for i := range t.Rows {
		if r := &t.Rows[i]; r.What == Data {
			r.Standing = f.standing(t, r.Type, true)
		}
	}
	f.rowsAgainst(t)
}

// standing says whether a line counts by its own kind and time; where it says
// nothing of them and alone holds, the table's title and the sheet's name say it.
func (f *finder) standing(t *Table, of Type, titled bool) Standing {
	p := f.asked.Period
	rel := of.Time.Against(p, t.Context.Year)
	byKind := func(k words.Kind) Standing {
		switch k {
		case words.Plan:
			return Planned
		case words.Comparison:
			return Compared
		case words.Registration:
			return Registered
		case words.Estimate:
			if f.asked.Estimates && rel != words.Past && rel != words.Future {
				return Counts
			}
			return Estimated
		}
		return Counts
	}
	if s := byKind(of.Kind); s != Counts || of.Kind == words.Estimate {
		return s
	}
	switch rel {
	case words.Past:
		return Earlier
	case words.Future:
		return Later
	case words.Present:
		return Counts
	}
	if !titled {
		return Counts
	}
	if t.Context.Example {
		return Example
	}
	if s := byKind(t.Context.Kind); s != Counts {
		return s
	}
	switch t.Context.Relation {
	case words.Past:
		return Earlier
	case words.Future:
		return Later
	}
	return Counts
}

// class groups the measures of which one line at a time may count.
func class(k *Column) string {
	switch k.Measure {
	case words.Result:
		return "result"
	case words.Claim, words.CriterionClaim:
		return "claim"
	case "":
		return ""
	}
	return string(k.Measure)
}

// against settles the columns that are about the same indicator, criterion or
// commune, and hold the same measure.
func (f *finder) against(t *Table) {
	type key struct {
		class, about string
	}
	groups := map[key][]int{}
	var order []key
	for i := range t.Cols {
		k := &t.Cols[i]
		if k.Role != Figures || class(k) == "" {
			continue
		}
		about := ""
		switch {
		case k.Place != nil:
			about = "p" + grid.Fold(k.Place.Text)
		case k.Ind != nil:
			about = "i" + k.Ind.ID
		case k.Criterion != 0:
			about = fmt.Sprint("c", k.Criterion)
		}
		g := key{class(k), about}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], i)
	}
	questions := map[string]int{} // labels → the question
	for _, g := range order {
		f.group(t, groups[g], questions)
	}
	f.besideUnstated(t)
	behindRates(t)
}

// besideUnstated passes over the result beside a verdict that is of no stated
// period, where it states none either: the heading over both is missing.
func (f *finder) besideUnstated(t *Table) {
	for i := range t.Cols {
		k := &t.Cols[i]
		if k.Standing != Unstated || k.Why != noPeriod {
			continue
		}
		for _, j := range []int{i - 1, i + 1} {
			if j < 0 || j >= len(t.Cols) {
				continue
			}
			o := &t.Cols[j]
			if o.Role == Figures && o.Standing == Counts && !o.Time.Stated() && len(o.Stack) == len(k.Stack) && o.Ind == k.Ind && o.SamePlace(k) {
				o.Standing, o.Why = Unstated, noPeriod
			}
		}
	}
}

const noPeriod = "không có tiêu đề cho biết của kỳ nào, đứng cạnh cột của kỳ khác hay kế hoạch"

// behindRates lets a count stand as the numerator of its rate where the whole is
// there too: the two are what the rate is held against. One of several counts
// may be of anything.
func behindRates(t *Table) {
	counts, wholes := map[string][]*Column{}, map[string]int{}
	for i := range t.Cols {
		switch k := &t.Cols[i]; {
		case k.Role != Figures || k.Ind == nil || k.Place != nil:
		case k.Measure == words.Numerator && (k.Standing == CountOf || k.Standing == Counts):
			counts[k.Ind.ID] = append(counts[k.Ind.ID], k)
		case k.Measure == words.Denominator && k.Standing == Counts:
			wholes[k.Ind.ID]++
		}
	}
	for id, cs := range counts {
		if len(cs) == 1 && wholes[id] == 1 {
			cs[0].Standing = Counts
		}
	}
}

// group settles one group of columns.
func (f *finder) group(t *Table, cols []int, questions map[string]int) {
	counting := func() []*Column {
		var out []*Column
		for _, i := range cols {
			if k := &t.Cols[i]; k.Standing == Counts && (k.Role == Figures) {
				out = append(out, k)
			}
		}
		return out
	}
	p := f.asked.Period
	present := func(k *Column) bool { return k.Time.Against(p, t.Context.Year) == words.Present }
	// A count beside a rate of the same is the number behind it. Where each has an
	// id of its own and others stand between, only its own words make it a count.
	cs := counting()
	apart := f.apart(t, cs)
	if slices.ContainsFunc(cs, func(k *Column) bool { return k.Measure == words.Result && k.Rate && !k.Count }) {
		for _, k := range cs {
			if k.Measure == words.Result && !k.Rate && (k.Count || !apart && (k.Ind != nil && k.Ind.Kind == "percent" || len(cs) > 1 && k.Kind == "" && !k.Time.Stated())) {
				k.Standing, k.Why = CountOf, "số lượng đứng cạnh tỷ lệ"
				if k.Count {
					k.Measure = words.Numerator
				}
			}
		}
	}
	for _, k := range cs {
		if k.Count && k.Measure == words.Result && k.Standing == Counts && k.Ind != nil && k.Ind.Kind == "percent" {
			k.Standing, k.Measure, k.Why = CountOf, words.Numerator, "là số lượng, không phải tỷ lệ"
		}
	}
	// One without any heading beside others that are of another period, or a plan,
	// may be of any.
	aside := slices.ContainsFunc(cols, func(i int) bool {
		switch t.Cols[i].Standing {
		case Earlier, Later, Planned, Estimated, Registered:
			return true
		}
		return false
	})
	// Nor does one tell it that is headed as those of the other period are, where
	// they have one heading more.
	alike := func(k *Column) bool {
		return k.Label != "" && slices.ContainsFunc(cols, func(i int) bool {
			o := &t.Cols[i]
			return o.Label == k.Label && len(o.Stack) > len(k.Stack) && (o.Standing == Earlier || o.Standing == Later || o.Standing == Planned || o.Standing == Estimated || o.Standing == Registered)
		})
	}
	for _, k := range cs {
		if aside && k.Standing == Counts && !k.Time.Stated() && (k.Kind == "" && k.Label == "" && k.Author == 0 || alike(k)) {
			k.Standing, k.Why = Unstated, noPeriod
		}
	}
	// A line that says nothing is of its table's period; beside one that states
	// this period it is no result.
	cs = counting()
	says := func(k *Column) bool { return k.Kind == words.Done || present(k) }
	if len(cs) > 1 && slices.ContainsFunc(cs, says) {
		for _, k := range cs {
			if !says(k) && k.Author == 0 {
				k.Standing, k.Why = Unstated, "không ghi là kết quả của kỳ nào, đứng cạnh cột ghi rõ kỳ này"
			}
		}
	}
	cs = counting()
	if len(cs) > 1 && slices.ContainsFunc(cs, present) {
		for _, k := range cs {
			if !present(k) && k.Author == 0 {
				k.Standing, k.Why = Unstated, "không ghi kỳ, đứng cạnh cột ghi rõ kỳ này"
			}
		}
	}
	cs = counting()
	month := func(k *Column) bool { return k.Time.OneMonth() }
	if p.Granularity != "month" && slices.ContainsFunc(cs, month) && slices.ContainsFunc(cs, func(k *Column) bool { return present(k) && !month(k) }) {
		for _, k := range cs {
			if month(k) {
				k.Standing, k.Why = Unstated, "chỉ là số liệu của một tháng, đứng cạnh cột của cả kỳ"
			}
		}
	}
	cs = counting()
	if best := slices.MaxFunc(append(cs, &Column{}), func(a, b *Column) int { return int(a.Author) - int(b.Author) }); best.Author > 0 {
		for _, k := range cs {
			// Beside the commune's own word one that names nobody may be a higher office's.
			if k.Author < best.Author && (best.Author > words.CommuneSays || k.Label == "") {
				k.Standing, k.Why = Outranked, "cấp trên đã đánh giá ở cột “"+grid.Clean(headerText(best.Stack))+"”"
			}
		}
	}
	cs = counting()
	if len(cs) < 2 {
		return
	}
	if cs[0].Measure != words.Result {
		verdicts := slices.DeleteFunc(slices.Clone(cs), func(k *Column) bool { return !k.Verdict })
		if n := len(verdicts); n > 0 && n < len(cs) {
			for _, k := range cs {
				if !k.Verdict {
					k.Standing, k.Why = Unstated, "đứng cạnh cột đánh giá"
				}
			}
			cs = verdicts
		}
		if len(cs) < 2 {
			return
		}
	}
	// One that is labelled by the words of the measure itself, beside others.
	if len(cs) > 1 && cs[0].Measure == words.Result && !apart {
		told := slices.DeleteFunc(slices.Clone(cs), func(k *Column) bool { return !says(k) && !k.Rate })
		if len(told) == 1 {
			for _, k := range cs {
				if k != told[0] {
					k.Standing, k.Why = Unstated, "đứng cạnh cột kết quả"
				}
			}
			return
		}
		if rates := slices.DeleteFunc(slices.Clone(cs), func(k *Column) bool { return !k.Rate }); len(rates) == 1 {
			for _, k := range cs {
				if k != rates[0] {
					k.Standing, k.Why = CountOf, "đứng cạnh cột tỷ lệ"
				}
			}
			return
		}
	}
	// The same thing twice over is once.
	first := cs[0]
	if !slices.ContainsFunc(cs[1:], func(k *Column) bool { return !f.same(t, first, k) }) {
		for _, k := range cs[1:] {
			k.Standing, k.Why = Unstated, "ghi lại số liệu của cột bên cạnh"
		}
		return
	}
	// Columns that are never filled together go on each other.
	if !f.together(t, cs) {
		filled := slices.DeleteFunc(slices.Clone(cs), func(k *Column) bool { return !f.filled(t, k) })
		if len(filled) == 1 {
			for _, k := range cs {
				if k != filled[0] {
					k.Standing, k.Why = Unstated, "cột để trống"
				}
			}
			return
		}
	}
	var labels []string
	for _, k := range cs {
		labels = append(labels, f.labelOf(k))
	}
	name := cs[0].string() + strings.Join(labels, "\x00")
	no := questions[name]
	if no == 0 {
		t.Choices = append(t.Choices, Choice{Readings: labels})
		no = len(t.Choices)
		questions[name] = no
	}
	for i, k := range cs {
		k.Standing, k.Choice, k.Reading = Unclear, no, i+1
		k.Why = "không rõ cột nào là kết quả"
	}
}

// apart tells columns of one indicator that are named by two cells, with a column
// about something else between them: an id that was written twice.
func (f *finder) apart(t *Table, cs []*Column) bool {
	for i := 1; i < len(cs); i++ {
		a, b := cs[i-1], cs[i]
		if a.Ind == nil || t.Turned || t.Layout != Wide || a.Decided == b.Decided {
			continue
		}
		for j := range t.Cols {
			if k := &t.Cols[j]; k.Col > a.Col && k.Col < b.Col && k.Role == Figures && k.Ind != a.Ind {
				return true
			}
		}
	}
	return false
}

func (k *Column) string() string { return class(k) + "\x00" }

// labelOf is what tells a column from those beside it: its headings without
// the one that names the indicator or the commune.
func (f *finder) labelOf(k *Column) string {
	var parts []string
	for _, c := range k.Stack {
		s := f.sense(c)
		if c == k.Place || k.Ind != nil && (s.Indicator() == k.Ind || s.ID == k.Ind) || s.Criterion != 0 && s.Indicator() == nil {
			continue
		}
		if day, ok := words.DayOf(c); ok {
			parts = append(parts, day.Format("02/01/2006"))
			continue
		}
		parts = append(parts, grid.Clean(c.Text))
	}
	if len(parts) == 0 {
		return "cột " + sheet.ColName(k.Col)
	}
	return strings.Join(parts, " / ")
}

func headerText(stack []*grid.Cell) string {
	var parts []string
	for _, c := range stack {
		parts = append(parts, grid.Clean(c.Text))
	}
	return strings.Join(parts, " / ")
}

// Header is the headings over a column, in one line.
func (k *Column) Header() string { return headerText(k.Stack) }

// same tells that two columns say the same in every row.
func (f *finder) same(t *Table, a, b *Column) bool {
	for row := t.Top; row <= t.Bottom; row++ {
		x, y := f.g.At(row, a.Col), f.g.At(row, b.Col)
		if (x == nil) != (y == nil) || x != nil && x.Fold != y.Fold {
			return false
		}
	}
	return true
}

func (f *finder) together(t *Table, cs []*Column) bool {
	for row := t.Top; row <= t.Bottom; row++ {
		n := 0
		for _, k := range cs {
			if f.g.At(row, k.Col) != nil {
				n++
			}
		}
		if n > 1 {
			return true
		}
	}
	return false
}

func (f *finder) filled(t *Table, k *Column) bool {
	for row := t.Top; row <= t.Bottom; row++ {
		if f.g.At(row, k.Col) != nil {
			return true
		}
	}
	return false
}

// rowsAgainst settles the rows that are about the same, told apart by a column
// of kinds.
func (f *finder) rowsAgainst(t *Table) {
	groups := map[string][]*Row{}
	var order []string
	block := 0
	for i := range t.Rows {
		r := &t.Rows[i]
		if r.What == Section && t.Layout == Long && r.Name != nil {
			block++ // another commune
		}
		if r.What != Data {
			continue
		}
		about := fmt.Sprint(block, r.Measure, "|")
		if r.Code != nil {
			about += r.Code.Fold
		} else if r.Name != nil {
			about += r.Name.Fold
		}
		if r.Ind != nil {
			about += "|" + r.Ind.ID
		} else {
			about += fmt.Sprint("|", r.Criterion, r.Unknown)
		}
		if groups[about] == nil {
			order = append(order, about)
		}
		groups[about] = append(groups[about], r)
	}
	present := func(r *Row) bool { return r.Time.Against(f.asked.Period, t.Context.Year) == words.Present }
	for _, about := range order {
		rows := slices.DeleteFunc(groups[about], func(r *Row) bool { return r.Standing != Counts })
		if len(rows) < 2 {
			continue
		}
		for _, says := range []func(*Row) bool{func(r *Row) bool { return r.Kind == words.Done || present(r) }, present} {
			if !slices.ContainsFunc(rows, says) {
				continue
			}
			for _, r := range rows {
				if !says(r) {
					r.Standing = Unstated
				}
			}
			rows = slices.DeleteFunc(rows, func(r *Row) bool { return r.Standing != Counts })
		}
	}
}

// Settle takes a reading of a question as a person chose it: the columns of that
// reading count, the others do not.
func (t *Table) Settle(question, reading int) {
	if question < 1 || question > len(t.Choices) || reading < 1 || reading > len(t.Choices[question-1].Readings) {
		return
	}
	t.Choices[question-1].Chosen = reading
	t.Choices[question-1].Settled = true
	for i := range t.Cols {
		k := &t.Cols[i]
		if k.Choice != question {
			continue
		}
		if k.Reading == reading {
			k.Standing, k.Why = Counts, "người phụ trách đã chọn cách đọc này"
		} else {
			k.Standing, k.Why = Unstated, "người phụ trách đã chọn cột khác"
		}
	}
}
