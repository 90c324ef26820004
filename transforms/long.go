package transforms

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// findLong recognises blocks of one commune each (L2): ids or indicators'
// names running down, with columns of results and verdicts beside them.
func (r *reader) findLong(g *grid, others []*table) []*table {
	type line struct {
		row int
		ind *Indicator
		c   *cell
	}
	// headings[row] counts the headings in the rows up to it: the block of the
	// next commune starts at one, even where its ids would go on rising.
	headings := make([]int, g.lastRow()+1)
	for row := 1; row <= g.lastRow(); row++ {
		headings[row] = headings[row-1]
		if r.longHeading(g, row) >= 2 {
			headings[row]++
		}
	}
	byCol := map[int][]line{}
	for row := 1; row <= g.lastRow(); row++ {
		if inAny(others, row) {
			continue
		}
		for _, c := range g.row(row) {
			if c.percent || c.date || c.kind == sheet.Error || c.kind == sheet.NoResult {
				continue
			}
			ind, _ := r.v.indicatorOf(c)
			if ind == nil && c.kind == sheet.Text {
				ind = r.v.named(c.fold)
			}
			if ind != nil {
				byCol[c.pos.Col] = append(byCol[c.pos.Col], line{row, ind, c})
			}
		}
	}
	// The column where most ids run upwards; figures that look like ids jump.
	// Ids typed as text under a heading may stand in any order.
	best, bestRising := 0, 0
	for col, lines := range byCol {
		rising, steps := 0, 0
		distinct, typed := map[*Indicator]bool{}, headings[lines[0].row-1] > 0
		for _, l := range lines {
			distinct[l.ind] = true
			typed = typed && l.c.kind == sheet.Text
		}
		for i := 1; i < len(lines); i++ {
			before, after := r.order(lines[i-1].ind), r.order(lines[i].ind)
			if before == after || headings[lines[i-1].row] < headings[lines[i].row-1] {
				continue
			}
			if steps++; before < after {
				rising++
			}
		}
		upwards := rising*10 >= steps*7
		if typed && !upwards {
			rising = len(distinct) - 1
		}
		if (upwards || typed) && (rising > bestRising || rising == bestRising && best > 0 && col < best) {
			best, bestRising = col, rising
		}
	}
	if bestRising < 2 {
		return nil
	}
	lines := byCol[best]
	var out []*table
	for start := 0; start < len(lines); {
		if inAny(out, lines[start].row) {
			start++ // after the last id of the block above, and part of it
			continue
		}
		end := start + 1
		// A block ends where its ids begin anew: that is the next commune.
		seen := map[*Indicator]bool{lines[start].ind: true}
		for end < len(lines) && (lines[end].ind == lines[end-1].ind || !seen[lines[end].ind]) && headings[lines[end-1].row] >= headings[lines[end].row-1] &&
			!between(others, lines[end-1].row, lines[end].row) {
			seen[lines[end].ind] = true
			end++
		}
		t := r.longBlock(g, lines[start].row, lines[end-1].row, best, slices.Concat(others, out))
		if t != nil {
			t.because("L2: cột %s có %d số hiệu hoặc tên chỉ tiêu chạy dọc (%s … %s); tiêu đề cột ở dòng %d",
				sheet.ColName(best), end-start, lines[start].c.pos, lines[end-1].c.pos, t.idRow)
			out = append(out, t)
		}
		start = end
	}
	return out
}

func between(tables []*table, from, to int) bool {
	return slices.ContainsFunc(tables, func(t *table) bool { top, _ := t.rows(); return from < top && top < to })
}

var longRoles = []string{"claim_header", "evidence_header", "note_header", "result_header", "requirement_header", "indicator_header", "criterion_header", "stt"}

// longHeads lists what a text may head in a commune's own table.
func (v *Vocabulary) longHeads(folded string) []string {
	return v.longHeaded.of(folded, func(s string) []string {
		var roles []string
		for _, role := range longRoles {
			if v.header(role, s) {
				roles = append(roles, role)
			}
		}
		return roles
	})
}

// longHeading counts how many kinds of headings of a commune's own table a row
// holds.
func (r *reader) longHeading(g *grid, row int) int {
	kinds := map[string]bool{}
	for _, c := range g.row(row) {
		if ind, _ := r.v.indicatorOf(c); ind != nil && !c.percent && !c.date {
			return 0 // "1.2 | Quy định quản lý | Đạt" reports, in words of headings
		}
		if c.kind != sheet.Text {
			continue
		}
		for _, role := range r.v.longHeads(c.fold) {
			if !kinds[role] {
				kinds[role] = true
				break
			}
		}
	}
	if !kinds["result_header"] && !kinds["claim_header"] {
		return 0
	}
	return len(kinds)
}

// onlyHeadings tells a row that holds nothing but headings of columns, such as
// "Đạt" and "Chưa đạt" under a merged "Đánh giá".
func (r *reader) onlyHeadings(cells []*cell) bool {
	return !slices.ContainsFunc(cells, func(c *cell) bool {
		return c.kind != sheet.Text || len(r.v.longHeads(c.fold)) == 0
	})
}

func (r *reader) longBlock(g *grid, first, last, idCol int, before []*table) *table {
	t := &table{g: g, layout: "L2", dataBottom: last}
	floor := 0
	for _, b := range before {
		if _, bottom := b.rows(); bottom < first {
			floor = max(floor, bottom)
		}
	}
	for row := first - 1; row > floor && row >= first-8; row-- {
		if n := r.longHeading(g, row); n >= 2 {
			t.headTop, t.idRow = row, row
			break
		}
	}
	if t.headTop == 0 {
		return nil
	}
	head := t.headTop
	for _, c := range g.row(t.headTop) {
		head = max(head, min(g.span(c.pos).To.Row, first-1))
	}
	t.dataTop = head + 1
	// A second header row, or column numbers, below the first.
	for t.dataTop < first {
		cells := g.row(t.dataTop)
		numbers := len(cells) > 1 && !slices.ContainsFunc(cells, func(c *cell) bool { return !columnNumber.MatchString(c.fold) })
		if !numbers && r.longHeading(g, t.dataTop) < 2 && len(cells) > 0 && !r.onlyHeadings(cells) {
			break
		}
		t.dataTop++
	}
	r.longColumns(t, idCol)
	// The criterion's own row may stand after its last indicator's.
	for row, blank := last+1, 0; row <= g.lastRow() && blank <= 20; row++ {
		if len(g.row(row)) == 0 {
			blank++
			continue
		}
		if blank = 0; r.longHeading(g, row) >= 2 || inAny(before, row) {
			break
		}
		if _, _, ok := r.lineOf(t, row); !ok && r.totalLine(g, row) == "" && r.secondOf(t, row) == nil && !r.goesOn(t, row) {
			break
		}
		t.dataBottom = row
	}
	if !slices.ContainsFunc(t.cols, func(k Column) bool { return k.Measure == Result || k.Measure == Claim }) {
		return nil
	}
	r.nameLong(t, floor)
	return t
}

// goesOn tells a row that carries on the table though nobody knows what it is
// about: numbered, and with something to report.
func (r *reader) goesOn(t *table, row int) bool {
	numbered, figures := false, false
	for _, k := range t.cols {
		c := t.g.at(row, k.Col)
		numbered = numbered || c != nil && k.Role == "key" && strings.Trim(c.fold, "0123456789. ") == ""
		figures = figures || c != nil && k.Measure != ""
	}
	return numbered && figures
}

// longColumns decides what the columns of a commune's table hold.
func (r *reader) longColumns(t *table, idCol int) {
	g := t.g
	lastCol := 0
	for row := t.headTop; row <= t.dataBottom; row++ {
		if cells := g.row(row); len(cells) > 0 {
			lastCol = max(lastCol, cells[len(cells)-1].pos.Col)
		}
	}
	have := map[string]bool{}
	for col := 1; col <= lastCol; col++ {
		var stack []*cell
		for row := t.headTop; row < t.dataTop; row++ {
			c := g.shown(row, col)
			if c != nil && (len(stack) == 0 || stack[len(stack)-1] != c) && !columnNumber.MatchString(c.fold) {
				stack = append(stack, c)
			}
		}
		k := Column{Col: col, Header: headerText(stack)}
		var decided *cell
		role := ""
		for i := len(stack) - 1; i >= 0 && role == ""; i-- {
			for _, try := range longRoles {
				if r.v.is(try, strings.Trim(stack[i].fold, " .:*")) {
					role, decided = try, stack[i]
					break
				}
			}
			for _, try := range longRoles {
				if role == "" && r.v.header(try, stack[i].fold) {
					role, decided = try, stack[i]
				}
			}
		}
		if decided != nil {
			k.Why = decided.pos.String() + " “" + Clean(decided.text) + "”"
		}
		switch role {
		case "claim_header":
			k.Role, k.Measure = "observation", Claim
		case "evidence_header":
			k.Role, k.Measure = "observation", Evidence
		case "result_header":
			k.Role, k.Measure = "observation", Result
		case "note_header", "requirement_header":
			k.Role = "note"
		case "indicator_header", "criterion_header", "stt":
			k.Role = "key"
			if role == "indicator_header" && have["indicator_header"] && col > idCol && r.looksRequired(t, col) {
				k.Role = "note" // "Chỉ tiêu" heads the requirement when the content has its own column
			}
		default:
			switch {
			case len(stack) == 0 && !r.columnHasData(t, col):
				continue
			case col == idCol:
				k.Role = "key"
			default:
				k.Role = "ignored"
			}
		}
		if k.Measure != "" && have[k.Measure] {
			k.Role, k.Measure = "ignored", ""
		}
		if k.Measure != "" {
			have[k.Measure] = true
		}
		have[role] = true
		if k.Role == "key" {
			t.keyCols = append(t.keyCols, col)
		}
		t.cols = append(t.cols, k)
	}
	// A column Chưa đạt right of one headed Đạt is its other half.
	for i := 1; i < len(t.cols); i++ {
		a, b := &t.cols[i-1], &t.cols[i]
		if a.Measure == Claim && b.Role == "ignored" && a.Col+1 == b.Col && lastHeader(a.Header) == "đạt" &&
			(lastHeader(b.Header) == "chưa đạt" || lastHeader(b.Header) == "không đạt") {
			b.Role = "pair"
		}
	}
	t.running = r.runningColumns(t)
}

// lastHeader is the lowest of a column's header cells, folded.
func lastHeader(header string) string {
	parts := strings.Split(Fold(header), " / ")
	return parts[len(parts)-1]
}

// runningColumns finds the key columns whose bare numbers count rows: beside an
// indicator that names itself stands another number than its criterion's.
func (r *reader) runningColumns(t *table) map[int]bool {
	out := map[int]bool{}
	for row := t.dataTop; row <= t.dataBottom; row++ {
		ind := (*Indicator)(nil)
		for _, col := range t.keyCols {
			if c := t.g.at(row, col); c != nil && ind == nil && !c.percent && !c.date {
				if ind, _ = r.v.indicatorOf(c); ind == nil && c.kind == sheet.Text && len([]rune(c.fold)) >= 8 {
					ind = r.v.named(c.fold)
				}
			}
		}
		if ind == nil {
			continue
		}
		for _, col := range t.keyCols {
			if c := t.g.at(row, col); c != nil && strings.Trim(c.fold, "0123456789") == "" && c.fold != fmt.Sprint(ind.Criterion) {
				out[col] = true
			}
		}
	}
	return out
}

// looksRequired tells a column of requirements: thresholds and "Đạt", none of
// the indicators' ids or names.
func (r *reader) looksRequired(t *table, col int) bool {
	for row := t.dataTop; row <= t.dataBottom; row++ {
		c := t.g.at(row, col)
		if c == nil {
			continue
		}
		if ind, _ := r.v.indicatorOf(c); ind != nil && c.kind == sheet.Text {
			return false
		}
		if c.kind == sheet.Text && r.v.named(c.fold) != nil {
			return false
		}
	}
	return true
}

var communeWord = regexp.MustCompile(`(?:^|[\s,(:;–-])(?:xã|xa)\s*[:.]?\s+`)

// nameLong finds the commune that a block is about: a cell "Xã: …" or a title
// above the heading, else the sheet's name.
func (r *reader) nameLong(t *table, floor int) {
	g := t.g
	for row := t.headTop - 1; row > floor && row >= 1; row-- {
		for _, c := range g.row(row) {
			if c.kind != sheet.Text {
				continue
			}
			if name := r.communeInTitle(c, g); name != "" {
				t.nameCell, t.nameText = c, name
				return
			}
		}
	}
	t.nameText = g.sheet.Name
}

// communeInTitle takes the commune's name out of a title line: what follows
// the word "xã", as far as it is the name of one.
func (r *reader) communeInTitle(c *cell, g *grid) string {
	text := Clean(c.text)
	low := strings.ToLower(text)
	if len(low) != len(text) {
		return "" // a letter changed its length; no Vietnamese one does
	}
	for _, m := range communeWord.FindAllStringIndex(low, -1) {
		rest := text[m[1]:]
		words := strings.Fields(rest)
		if len(words) == 0 {
			continue
		}
		// "xã: " may stand in one cell and the name in the next.
		for n := min(len(words), 5); n >= 1; n-- {
			name := strings.Trim(strings.Join(words[:n], " "), " ,.;:()–-")
			if r.communeLike(&cell{text: name, fold: Fold(name), kind: sheet.Text}) {
				return name
			}
		}
		if strings.HasPrefix(strings.TrimSpace(low[m[0]:]), "xã:") {
			return strings.Trim(strings.SplitN(rest, ",", 2)[0], " .;:()") // named, though unknown
		}
	}
	if strings.Trim(low, " :.") == "xã" || strings.Trim(low, " :.") == "tên xã" {
		for col := c.pos.Col + 1; col <= c.pos.Col+4; col++ {
			if next := g.at(c.pos.Row, col); next != nil {
				return Clean(next.text)
			}
		}
	}
	if r.communeLike(c) && c.kind == sheet.Text && r.v.names[""].exact[Fold(c.text)] != nil {
		return text // the name alone on a line of its own
	}
	return ""
}

// lineOf tells what a row of a commune's table is about: an indicator, or a
// criterion as a whole.
func (r *reader) lineOf(t *table, row int) (ind *Indicator, criterion int, ok bool) {
	g := t.g
	cols := t.keyCols
	if cols == nil {
		for _, c := range g.row(row) {
			cols = append(cols, c.pos.Col)
		}
	}
	for _, col := range cols {
		if c := g.at(row, col); c != nil && !c.percent && !c.date {
			if found, _ := r.v.indicatorOf(c); found != nil {
				return found, found.Criterion, true
			}
		}
	}
	for _, col := range cols {
		if c := g.at(row, col); c != nil && c.kind == sheet.Text && len([]rune(c.fold)) >= 8 {
			if found := r.v.named(c.fold); found != nil {
				return found, found.Criterion, true
			}
		}
	}
	for _, col := range cols {
		if c := g.at(row, col); c != nil {
			if t.running[col] && strings.Trim(c.fold, "0123456789. ") == "" {
				continue // a running number, not a criterion's
			}
			if n := r.v.criterionOf(c); n != 0 {
				if only := r.v.only(n); only != nil {
					return only, n, true
				}
				return nil, n, true
			}
		}
	}
	return nil, 0, false
}

// totalLine tells a closing row such as "Tổng số tiêu chí đạt: 15/19".
func (r *reader) totalLine(g *grid, row int) string {
	for _, c := range g.row(row) {
		switch {
		case r.v.header("criteria_total_header", c.fold):
			return CriteriaTotal
		case r.v.header("indicators_total_header", c.fold):
			return IndicatorsTotal
		}
	}
	return ""
}

// extractLong reads a commune's own table.
func (r *reader) extractLong(t *table) {
	g := t.g
	rec := &Record{
		No: len(r.out.Records) + 1, Kind: "commune", Table: t.no, Layout: t.layout,
		Sheet: g.sheet.Name, SheetNo: g.no, Row: t.headTop, Text: t.nameText,
	}
	if t.nameCell != nil {
		rec.Cell, rec.Row = t.nameCell.pos.String(), t.nameCell.pos.Row
		r.use(g, t.nameCell, roleKey)
	}
	r.matchRecord(rec)
	r.out.Records = append(r.out.Records, rec)
	said := map[string]int{} // measure and indicator → place of its observation
	observe := r.observeOnce(g, rec, said)
	for row := t.dataTop; row <= t.dataBottom; row++ {
		if len(g.row(row)) == 0 {
			continue
		}
		ind, criterion, ok := r.lineOf(t, row)
		if !ok {
			r.oddLine(t, row, observe)
			continue
		}
		r.useRow(t, row, 0)
		if ind == nil {
			r.criterionLine(t, row, criterion, observe)
			continue
		}
		r.indicatorLine(t, row, ind, secondaryLine(t, ind, row, said), observe)
	}
}

// observeOnce keeps what is said of one thing of a record once: a later figure
// fills a blank, a second figure is named.
func (r *reader) observeOnce(g *grid, rec *Record, said map[string]int) func(int, Column, Value, *cell) {
	return func(row int, k Column, val Value, c *cell) {
		key := fmt.Sprint(k.Measure, k.Indicator, k.Criterion)
		at, twice := said[key]
		switch {
		case !twice:
			said[key] = len(r.out.Observations)
			r.observe(g, rec, row, k, val, c)
		case c == nil:
		case r.out.Observations[at].Raw == "" && r.out.Observations[at].State == Missing:
			r.observe(g, rec, row, k, val, c)
			n := len(r.out.Observations) - 1
			r.out.Observations[at] = r.out.Observations[n]
			r.out.Observations = r.out.Observations[:n]
		default:
			about := "tiêu chí " + fmt.Sprint(k.Criterion)
			if k.Indicator != "" {
				about = "chỉ tiêu " + k.Indicator
			}
			r.note("row_ignored", rec.Sheet, c.pos.String(), fmt.Sprintf(
				"%s đã có số liệu ở ô %s; ô này (“%s”) không được tính", about, r.out.Observations[at].Cell, Clean(c.text)))
			r.mark(g, c, roleNamed)
		}
	}
}

// indicatorLine reads the columns of a row that is about one indicator; second
// tells that the row holds the indicator's secondary value.
func (r *reader) indicatorLine(t *table, row int, ind *Indicator, second bool, observe func(int, Column, Value, *cell)) {
	g, criterion := t.g, ind.Criterion
	for i, k := range t.cols {
		if k.Measure == "" {
			continue
		}
		k.Indicator, k.Criterion = ind.ID, criterion
		c := g.at(row, k.Col)
		if i+1 < len(t.cols) && t.cols[i+1].Role == "pair" && !second {
			no := t.cols[i+1]
			no.Indicator, no.Criterion = ind.ID, criterion
			k, val, c := r.pair(g, row, k, no)
			observe(row, k, val, c)
			if c != nil && r.used[g.sheetGrid()][c.on] != roleNamed {
				r.mark(g, c, roleValue)
			}
			continue
		}
		m := g.span(sheet.Pos{Row: row, Col: k.Col})
		if k.Measure == Claim && m.To.Row > m.From.Row && r.oneCommune(t, m.From.Row, row) && r.coversSeveral(t, m, criterion) {
			// One verdict merged over the rows of a criterion is about the criterion.
			if row == m.From.Row {
				k.Measure, k.Indicator = CriterionClaim, ""
				observe(row, k, r.claimValue(c, nil), c)
			}
			continue
		}
		var val Value
		switch {
		case second && k.Measure == Result:
			k.Measure = Secondary
			val = r.secondaryValue(c, ind)
		case second: // the verdict on the indicator stands in its own row
			if c != nil {
				r.mark(g, c, roleNote)
			}
			continue
		case k.Measure == Claim:
			val = r.claimValue(c, ind)
		case k.Measure == Evidence:
			val = r.evidenceValue(c)
		default:
			if ratio, ok := r.datedRatio(t, c, ind); ok {
				observe(row, k, ratio, c)
				continue
			}
			val = r.v.readValue(c, ind)
			if claim := r.claimBeside(t, row); claim && prose(val, c, ind) {
				// "Có 02 hợp tác xã hoạt động tốt" beside a verdict explains
				// the verdict; it is kept, and the verdict speaks.
				val = Value{State: Missing, Note: c.text}
			}
		}
		observe(row, k, val, c)
	}
}

// criterionLine reads the row of a criterion as a whole: its verdict, from the
// column of verdicts or else from that of results.
func (r *reader) criterionLine(t *table, row, criterion int, observe func(int, Column, Value, *cell)) {
	found := false
	for _, measure := range []string{Claim, Result, Evidence} {
		for _, k := range t.cols {
			c := t.g.at(row, k.Col)
			if k.Measure != measure || c == nil {
				continue
			}
			val := r.claimValue(c, nil)
			if found || measure == Evidence || measure == Result && !val.HasWord {
				r.mark(t.g, c, roleNote) // "4/4 chỉ tiêu": says nothing that its indicators do not
				continue
			}
			found = true
			k.Measure, k.Indicator, k.Criterion = CriterionClaim, "", criterion
			observe(row, k, val, c)
		}
	}
}

// secondaryValue reads a second value, which is always a share to be reached.
func (r *reader) secondaryValue(c *cell, ind *Indicator) Value {
	sub := *ind
	sub.Comparator = ">="
	return r.v.readValue(c, &sub)
}

// prose tells free words in the result of a yes/no indicator.
func prose(val Value, c *cell, ind *Indicator) bool {
	return val.State == Invalid && val.Issue == "invalid_value" && c != nil && c.kind == sheet.Text &&
		ind.Kind == "boolean" && len(strings.Fields(c.fold)) >= 3
}

func (r *reader) claimBeside(t *table, row int) bool {
	for _, k := range t.cols {
		if k.Measure == Claim {
			if c := t.g.shown(row, k.Col); c != nil {
				return r.claimValue(c, nil).HasWord
			}
		}
	}
	return false
}

// secondaryLine tells the row below an indicator's own that holds its
// secondary value ("Trong đó: cứng hóa").
func secondaryLine(t *table, ind *Indicator, row int, said map[string]int) bool {
	if _, main := said[fmt.Sprint(Result, ind.ID, ind.Criterion)]; ind.SubLabel == "" || !main {
		return false
	}
	want := strings.TrimPrefix(Fold(ind.SubLabel), "trong đó ")
	for _, col := range t.keyCols {
		if c := t.g.at(row, col); c != nil && strings.Contains(c.fold, want) {
			return true
		}
	}
	return false
}

// secondOf returns the indicator in the row above whose secondary value a row
// under no id holds, nil when it is no such row. Blank rows may stand between.
func (r *reader) secondOf(t *table, row int) *Indicator {
	above := row - 1
	for above > t.dataTop && len(t.g.row(above)) == 0 {
		above--
	}
	prev, _, ok := r.lineOf(t, above)
	if !ok || prev == nil || row <= t.dataTop || !secondaryLine(t, prev, row, map[string]int{fmt.Sprint(Result, prev.ID, prev.Criterion): 0}) {
		return nil
	}
	return prev
}

// oneCommune tells that two rows of a table speak of one commune: always in a
// commune's own table, and in a flat one where the names do not change between.
func (r *reader) oneCommune(t *table, from, to int) bool {
	if t.layout != "L2f" {
		return true
	}
	name := ""
	for row := from; row >= t.dataTop && name == ""; row-- {
		if c := t.g.shown(row, t.nameCol); c != nil {
			name = bareName(c.text)
		}
	}
	for row := from; row <= to; row++ {
		if c := t.g.shown(row, t.nameCol); c != nil && bareName(c.text) != name {
			return false
		}
	}
	return true
}

func (r *reader) coversSeveral(t *table, m sheet.Rect, criterion int) bool {
	inds := map[string]bool{}
	for row := m.From.Row; row <= min(m.To.Row, t.dataBottom) && r.oneCommune(t, m.From.Row, row); row++ {
		if ind, n, ok := r.lineOf(t, row); ok && n == criterion && ind != nil {
			inds[ind.ID] = true
		}
	}
	return len(inds) > 1
}

// oddLine handles a row that is about no indicator: a total, the secondary
// value of the indicator above, a group heading, or something nobody expected.
func (r *reader) oddLine(t *table, row int, observe func(int, Column, Value, *cell)) {
	g := t.g
	cells := g.row(row)
	if m := r.totalLine(g, row); m != "" {
		r.useRow(t, row, roleNote)
		for i := len(cells) - 1; i >= 0; i-- {
			c := cells[i]
			if val := r.totalValue(c, thousands); val.HasNum {
				r.mark(g, c, roleValue)
				observe(row, Column{Col: c.pos.Col, Measure: m}, val, c)
				return
			}
		}
		return
	}
	figures := 0
	for _, k := range t.cols {
		if k.Measure != "" && g.at(row, k.Col) != nil {
			figures++
		}
	}
	if figures == 0 {
		r.useRow(t, row, roleSection) // a group's heading
		return
	}
	// A secondary value stands below its indicator's row, under no id of its own.
	if prev := r.secondOf(t, row); prev != nil {
		r.useRow(t, row, roleNote)
		for _, k := range t.cols {
			if c := g.at(row, k.Col); k.Measure == Result && c != nil {
				k.Measure, k.Indicator, k.Criterion = Secondary, prev.ID, prev.Criterion
				r.mark(g, c, roleValue)
				observe(row, k, r.secondaryValue(c, prev), c)
			}
		}
		return
	}
	first := cells[0]
	for _, c := range cells {
		if c.kind == sheet.Text && strings.Trim(c.fold, "0123456789. ") != "" {
			first = c
			break
		}
	}
	r.note("row_ignored", g.sheet.Name, first.pos.String(), fmt.Sprintf(
		"dòng %d “%s” không ứng với chỉ tiêu nào; không được tính", row, Clean(first.text)))
	r.useRow(t, row, roleNamed)
}
