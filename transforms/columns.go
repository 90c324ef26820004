package transforms

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// wideColumns decides what each column of a wide table means from the stack of
// header cells above it.
func (r *reader) wideColumns(t *table) {
	g := t.g
	idRows := map[int]bool{t.idRow: true}
	for row := t.headTop; row < t.dataTop; row++ {
		if _, ok := r.headerHits(g, row); ok {
			idRows[row] = true
		}
	}
	numberRows := map[int]bool{}
	for row := t.idRow + 1; row < t.dataTop; row++ {
		if c := g.at(row, t.nameCol); c != nil && columnNumber.MatchString(c.fold) {
			numberRows[row] = true
		}
	}
	for row := t.headTop; row < t.dataTop; row++ {
		if c := g.at(row, t.nameCol); g.turned != nil {
			numberRows[row] = r.runningRow(t, row)
		} else if c != nil && r.v.is("stt", c.fold) {
			numberRows[row] = true
		}
	}
	t.required = r.requirementRows(t)
	lastCol := 0
	for row := t.headTop; row <= t.dataBottom; row++ {
		if cells := g.row(row); len(cells) > 0 {
			lastCol = max(lastCol, cells[len(cells)-1].pos.Col)
		}
	}
	for col := 1; col <= lastCol; col++ {
		var stack []*cell
		for row := t.headTop; row < t.dataTop; row++ {
			c := g.shown(row, col)
			if c == nil || numberRows[row] || len(stack) > 0 && (stack[len(stack)-1] == c || stack[len(stack)-1].fold == c.fold) {
				continue
			}
			if m := g.span(c.pos); c.pos.Row < t.headTop && m.To.Row < t.idRow {
				continue
			}
			stack = append(stack, c)
		}
		if r.spacer(t, col, stack) {
			continue
		}
		k := r.wideColumn(t, col, stack, idRows)
		if k.Role == "" {
			k.Role = "ignored"
			if k.Why = r.spoiltHeading(stack); k.Why != "" {
				k.told = true
			}
		}
		if col != t.nameCol && k.Role == "key" && len(stack) == 0 && !r.columnHasData(t, col) {
			continue // an empty column left of the names is none of the table's
		}
		t.cols = append(t.cols, k)
	}
	r.pairs(t)
	r.settle(t)
}

// spacer tells a column that only keeps others apart: it holds nothing, and
// what stands above it is the heading of its neighbours, merged over it.
func (r *reader) spacer(t *table, col int, stack []*cell) bool {
	if r.columnHasData(t, col) {
		return false
	}
	return !slices.ContainsFunc(stack, func(c *cell) bool {
		if c.pos.Col != col {
			return false
		}
		m := t.g.span(c.pos)
		for beside := max(1, col-1); beside <= max(col+1, m.To.Col); beside++ {
			// Merged over the next column, or written again in it.
			if h := t.g.shown(c.pos.Row, beside); h != nil && h.fold == c.fold && r.columnHasData(t, beside) {
				return false
			}
		}
		return true
	})
}

// settle leaves one column for each thing said of an indicator. Where an id
// heads several columns, the one of the rate is the result and the counts
// behind it are what they are; a label that says "thực hiện" is the result
// before one that nobody knows; and where no label tells, nothing is guessed.
func (r *reader) settle(t *table) {
	results := map[string][]*Column{}
	var order []string
	for i := range t.cols {
		if k := &t.cols[i]; k.Measure == Result && k.Role == "observation" {
			if results[k.Indicator] == nil {
				order = append(order, k.Indicator)
			}
			results[k.Indicator] = append(results[k.Indicator], k)
		}
	}
	for _, id := range order {
		if of := results[id]; len(of) > 1 {
			r.settleResult(t, of)
		}
	}
	first := map[string]*Column{}
	for i := range t.cols {
		k := &t.cols[i]
		if k.Measure == "" || k.Role != "observation" {
			continue
		}
		key := fmt.Sprint(k.Measure, k.Indicator, k.Criterion)
		have := first[key]
		if have == nil {
			first[key] = k
			continue
		}
		if k.Measure == CriterionClaim && k.heads == "claim_header" && have.heads != "claim_header" {
			first[key], have, k = k, k, have // the column of verdicts, not the one that stands before it
		}
		r.passOver(t, k, have)
	}
}

// passOver leaves a column out because another one counts.
func (r *reader) passOver(t *table, k, counts *Column) {
	what := "chỉ tiêu " + k.Indicator
	if k.Indicator == "" {
		what = fmt.Sprint("tiêu chí ", k.Criterion)
	}
	if k.Criterion == 0 {
		what = "nội dung này"
	}
	k.Role, k.Measure, k.Indicator = "ignored", "", ""
	k.Why = what + " đã lấy ở " + t.g.column(counts.Col)
	if turned := t.g.turned; turned != nil && turned.lines[k.Col].row == turned.lines[counts.Col].row {
		k.Why = what + " đã lấy ở cột “" + counts.Header[strings.LastIndex(counts.Header, "/")+1:] + "”"
		k.Why = strings.Replace(k.Why, "“ ", "“", 1)
	}
	k.told = true
}

// settleResult decides which of several columns under one id is the result.
func (r *reader) settleResult(t *table, of []*Column) {
	best := slices.IndexFunc(of, func(k *Column) bool {
		return strings.Contains(k.label, "tỷ lệ") || strings.Contains(k.label, "tỉ lệ") || strings.Contains(k.label, "%")
	})
	told := best >= 0
	best = max(best, 0)
	for i, k := range of {
		switch {
		case i == best:
		case k.secondary:
			k.Measure = Secondary
		case strings.HasPrefix(k.label, "tổng"):
			k.Measure = Denominator
		case strings.HasPrefix(k.label, "số ") && k.heads == "":
			k.Measure = Numerator
		}
	}
	if of[best].secondary { // "nước hợp vệ sinh" stands before the result itself
		for _, k := range of {
			if k.Measure == Result && !k.secondary {
				of[best].Measure = Secondary
			}
		}
	}
	rivals := slices.DeleteFunc(slices.Clone(of), func(k *Column) bool { return k.Measure != Result || !r.columnHasData(t, k.Col) })
	if told || len(rivals) < 2 {
		return
	}
	best = -1
	for _, fits := range []func(*Column) bool{
		func(k *Column) bool { return k.heads == "result_header" && k.year == r.src.Period.Year },
		func(k *Column) bool { return k.heads == "result_header" && k.year == 0 },
		func(k *Column) bool { return k.heads == "result_header" },
		func(k *Column) bool { return k.heads == "" && k.year == r.src.Period.Year },
		func(k *Column) bool { return k.label == "" },
	} {
		if n := slices.IndexFunc(rivals, fits); n >= 0 {
			if best = n; slices.IndexFunc(rivals[n+1:], fits) >= 0 {
				best = -1 // two that fit alike
			}
			break
		}
	}
	if !slices.ContainsFunc(rivals, func(k *Column) bool { return k.label != "" }) {
		return // one id twice over, and no label to tell them apart: the first counts
	}
	if best >= 0 {
		for i, k := range rivals {
			switch {
			case i == best:
			case k.heads == "result_header" && k.year != 0 && k.year != r.src.Period.Year && rivals[best].year == r.src.Period.Year:
				k.Role, k.Measure = "note", "" // the year before, beside this one
			default:
				r.passOver(t, k, rivals[best])
			}
		}
		return
	}
	var labels []string
	for _, k := range rivals {
		label := fmt.Sprintf("%s “%s”", sheet.ColName(t.g.place(t.dataTop, k.Col).Col), k.label)
		labels = append(labels, label)
	}
	at := t.g.place(t.idRow, rivals[0].Col)
	r.add("layout_unclear", t.g.sheet.Name, at.String(), fmt.Sprintf(
		"chỉ tiêu %s có nhiều cột số liệu mà không rõ cột nào là kết quả (%s); không cột nào được tính", rivals[0].Indicator, strings.Join(labels, ", ")),
		"Ghi “Thực hiện” hoặc “Kết quả” ở tiêu đề cột kết quả của kỳ này rồi gửi lại.")
	for _, k := range rivals {
		k.Why = "không rõ cột nào là kết quả của chỉ tiêu " + k.Indicator
		k.told = true
		k.Role, k.Measure, k.Indicator = "ignored", "", ""
	}
}

var requirement = regexp.MustCompile(`^(?:[≥≤<>=]|tối thiểu|tối đa|từ \d).*\d|^\d+(?:[.,]\d+)?\s*%$`)

// requirementRows finds header rows that state thresholds: "≥ 85%" under one
// id makes "Đạt" under another a requirement and not the heading of a claim.
func (r *reader) requirementRows(t *table) map[int]bool {
	out := map[int]bool{}
	for row := t.idRow + 1; row < t.dataTop; row++ {
		for _, c := range t.g.row(row) {
			if head := t.g.shown(row, t.nameCol); c.pos.Col > t.nameCol && (c.percent || requirement.MatchString(c.fold) ||
				t.g.turned != nil && head != nil && r.v.header("requirement_header", head.fold)) {
				out[row] = true
				break
			}
		}
	}
	return out
}

func (r *reader) columnHasData(t *table, col int) bool {
	for row := t.dataTop; row <= t.dataBottom; row++ {
		if t.g.at(row, col) != nil && !r.repeatsHeader(t, row) {
			return true
		}
	}
	return false
}

func headerText(stack []*cell) string {
	var parts []string
	for _, c := range stack {
		parts = append(parts, Clean(c.text))
	}
	return strings.Join(parts, " / ")
}

// wideColumn decides one column.
func (r *reader) wideColumn(t *table, col int, stack []*cell, idRows map[int]bool) Column {
	k := Column{Col: col, Header: headerText(stack)}
	decide := func(c *cell, role, measure string) Column {
		k.Role, k.Measure = role, measure
		if c != nil {
			k.Why = c.on.String() + " “" + Clean(c.text) + "”"
		}
		return k
	}
	if col == t.nameCol {
		return decide(nil, "key", "")
	}
	var ind *Indicator
	var idCell, criterionCell *cell
	criterion := 0
	for i := len(stack) - 1; i >= 0; i-- {
		c := stack[i]
		span := t.g.span(c.pos)
		inIDRow := false
		for row := span.From.Row; row <= span.To.Row; row++ {
			inIDRow = inIDRow || idRows[row]
		}
		if ind == nil && (inIDRow || c.kind == sheet.Text && len([]rune(c.fold)) > 6) {
			found, unknown := r.v.indicatorOf(c)
			if found == nil && unknown != "" && inIDRow {
				r.note("set_mismatch", t.g.sheet.Name, c.on.String(), fmt.Sprintf(
					"%s ghi chỉ tiêu %s, không có trong bộ tiêu chí %s; không được tính", t.g.column(col), unknown, r.v.SetID))
				return decide(c, "note", "")
			}
			if found == nil && c.kind == sheet.Text {
				found = r.v.named(c.fold)
			}
			if found != nil {
				ind, idCell = found, c
			}
		}
		if criterion == 0 && span.From.Row <= t.idRow {
			if n := r.v.criterionOf(c); n != 0 {
				criterion, criterionCell = n, c
			}
		}
	}
	bottom := ""
	var labels []*cell // header cells below the one that names the indicator or criterion
	anchor := idCell
	if anchor == nil {
		anchor = criterionCell
	}
	for i := len(stack) - 1; i >= 0; i-- {
		if stack[i] == anchor {
			break
		}
		if !t.required[stack[i].pos.Row] {
			labels = append(labels, stack[i])
		}
	}
	if len(labels) > 0 {
		bottom = labels[0].fold
	}
	for _, c := range labels {
		if k.heads = r.labelRole(c); k.heads != "" {
			break
		}
	}
	for _, c := range labels {
		if k.year = yearOf(c.text); k.year != 0 {
			break
		}
	}
	any := func(role string) *cell {
		for _, c := range labels {
			if r.v.header(role, c.fold) || r.v.header(role, bareLabel(c.fold)) {
				return c
			}
		}
		return nil
	}
	if ind == nil && criterion == 0 {
		for _, m := range []struct{ role, measure, kind string }{
			{"criteria_total_header", CriteriaTotal, "observation"},
			{"indicators_total_header", IndicatorsTotal, "observation"},
			{"failing_header", "", "note"},
			{"recognised_year_header", "", "note"},
			{"stt", "", "key"},
			{"commune_header", "", "key"},
			{"note_header", "", "note"},
			{"evidence_header", "", "note"},
		} {
			if c := any(m.role); c != nil {
				if m.role == "stt" {
					t.sttCol = col
				}
				if m.role == "commune_header" && r.codesBelow(t, col) {
					t.codeCol = col
				}
				return decide(c, m.kind, m.measure)
			}
		}
		if col < t.nameCol {
			return decide(nil, "key", "")
		}
		return k
	}
	if ind == nil {
		for _, of := range r.v.byCriterion[criterion] {
			if of.SubLabel != "" && secondaryLabel(of, labels, nil) {
				k.Criterion, k.Indicator = criterion, of.ID
				return decide(labels[0], "observation", Secondary)
			}
		}
		if only := r.v.only(criterion); only != nil && any("claim_header") == nil && t.layout != "L4" {
			ind, idCell = only, criterionCell
		} else {
			k.Criterion = criterion
			if t.layout != "L4" && any("claim_header") == nil && len(labels) > 0 && any("result_header") == nil {
				if any("note_header") != nil || any("evidence_header") != nil || any("requirement_header") != nil && r.siblingColumn(t, criterionCell, col) {
					return decide(labels[0], "note", "")
				}
			}
			if t.g.turned != nil && !r.columnHasData(t, col) {
				return decide(criterionCell, "key", "") // the criterion above its indicators
			}
			return decide(criterionCell, "observation", CriterionClaim)
		}
	}
	k.Criterion = ind.Criterion
	k.Indicator = ind.ID
	switch {
	case any("evidence_header") != nil:
		return decide(any("evidence_header"), "observation", Evidence)
	case strings.Contains(bottom, "tử số"):
		return decide(labels[0], "observation", Numerator)
	case strings.Contains(bottom, "mẫu số"):
		return decide(labels[0], "observation", Denominator)
	case ind.SubLabel != "" && secondaryLabel(ind, labels, nil):
		return decide(idCell, "observation", Secondary)
	case any("note_header") != nil:
		return decide(any("note_header"), "note", "")
	case any("requirement_header") != nil && any("result_header") == nil && r.siblingColumn(t, idCell, col):
		return decide(any("requirement_header"), "note", "") // what was planned, beside what was done
	case any("claim_header") != nil && r.siblingColumn(t, idCell, col):
		if criterionCell != nil && idCell == criterionCell {
			k.Indicator = ""
			if r.v.only(k.Criterion) != nil {
				k.Indicator = ind.ID
				return decide(any("claim_header"), "observation", Claim)
			}
			return decide(any("claim_header"), "observation", CriterionClaim)
		}
		return decide(any("claim_header"), "observation", Claim)
	}
	// The words of the secondary value in the id's own cell decide only where
	// another column holds the result.
	k.label, k.secondary = bottom, ind.SubLabel != "" && secondaryLabel(ind, labels, idCell)
	return decide(idCell, "observation", Result)
}

// siblingColumn tells that an id's header spans several columns, so that a
// column headed "Đạt/Chưa" beside the result is a claim and not the result.
func (r *reader) siblingColumn(t *table, idCell *cell, col int) bool {
	return t.g.shared(idCell) || idCell.pos.Col != col
}

func secondaryLabel(ind *Indicator, labels []*cell, idCell *cell) bool {
	want := Fold(ind.SubLabel)
	if i := strings.IndexByte(want, '('); i > 0 {
		want = strings.TrimSpace(want[:i])
	}
	for _, c := range append(slices.Clone(labels), idCell) {
		if c != nil && (strings.Contains(c.fold, want) || len(want) > 12 && strings.Contains(c.fold, strings.TrimPrefix(want, "trong đó "))) {
			// The indicator's own name may hold the words too; then the id's
			// cell alone decides nothing.
			if c != idCell || !strings.Contains(Fold(ind.Name), want) {
				return true
			}
		}
	}
	return false
}

// codesBelow tells that a column holds communes' codes.
func (r *reader) codesBelow(t *table, col int) bool {
	for row := t.dataTop; row <= t.dataBottom; row++ {
		if c := t.g.at(row, col); c != nil {
			if m, step := r.v.MatchCommune(c.text, ""); m != nil && step == "code" {
				return true
			}
		}
	}
	return false
}

// pairs joins neighbouring columns headed Đạt and Chưa đạt under one
// indicator: the one that holds the mark decides.
func (r *reader) pairs(t *table) {
	for i := 0; i+1 < len(t.cols); i++ {
		a, b := &t.cols[i], &t.cols[i+1]
		if a.Col+1 != b.Col || !strings.HasSuffix(Fold(a.Header), "/ đạt") {
			continue
		}
		tail := Fold(b.Header)
		if !strings.HasSuffix(tail, "/ chưa đạt") && !strings.HasSuffix(tail, "/ không đạt") {
			continue
		}
		if a.Indicator == "" && b.Indicator == "" && a.Criterion == 0 {
			continue
		}
		a.Role, b.Role = "observation", "pair"
		if ind := r.v.byID[a.Indicator]; ind != nil && ind.Kind == "boolean" && a.Measure == Claim {
			a.Measure = Result // the mark is the report itself
		}
		if a.Indicator == "" {
			a.Indicator = b.Indicator
		}
		if a.Measure == "" {
			a.Measure = Result
		}
		b.Measure, b.Indicator, b.Criterion = "", a.Indicator, a.Criterion
	}
}
