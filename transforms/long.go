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
	best, bestRising := 0, 0
	for col, lines := range byCol {
		rising := 0
		for i := 1; i < len(lines); i++ {
			if r.order(lines[i].ind) > r.order(lines[i-1].ind) {
				rising++
			}
		}
		if rising*10 >= (len(lines)-1)*7 && (rising > bestRising || rising == bestRising && best > 0 && col < best) {
			best, bestRising = col, rising
		}
	}
	if bestRising < 2 {
		return nil
	}
	lines := byCol[best]
	var out []*table
	for start := 0; start < len(lines); {
		end := start + 1
		for end < len(lines) && r.order(lines[end].ind) > r.order(lines[end-1].ind) && !r.headingBetween(g, lines[end-1].row, lines[end].row) {
			end++
		}
		t := r.longBlock(g, lines[start].row, lines[end-1].row, best, out)
		if t != nil {
			t.because("L2: cột %s có %d số hiệu hoặc tên chỉ tiêu chạy dọc (%s … %s); tiêu đề cột ở dòng %d",
				sheet.ColName(best), end-start, lines[start].c.pos, lines[end-1].c.pos, t.idRow)
			out = append(out, t)
		}
		start = end
	}
	return out
}

// headingBetween tells that a new heading stands between two rows: the block
// of the next commune starts there even where its ids would go on rising.
func (r *reader) headingBetween(g *grid, from, to int) bool {
	for row := from + 1; row < to; row++ {
		if r.longHeading(g, row) >= 2 {
			return true
		}
	}
	return false
}

var longRoles = []string{"claim_header", "evidence_header", "note_header", "result_header", "requirement_header", "indicator_header", "criterion_header", "stt"}

// longHeading counts how many kinds of headings of a commune's own table a row
// holds.
func (r *reader) longHeading(g *grid, row int) int {
	kinds := map[string]bool{}
	for _, c := range g.row(row) {
		if c.kind != sheet.Text {
			continue
		}
		for _, role := range longRoles {
			if r.v.header(role, c.fold) && !kinds[role] {
				if ind, _ := r.v.indicatorOf(c); ind == nil {
					kinds[role] = true
					break
				}
			}
		}
	}
	if !kinds["result_header"] && !kinds["claim_header"] {
		return 0
	}
	return len(kinds)
}

func (r *reader) longBlock(g *grid, first, last, idCol int, before []*table) *table {
	t := &table{g: g, layout: "L2", dataBottom: last}
	floor := 0
	for _, b := range before {
		floor = max(floor, b.dataBottom)
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
		if !numbers && r.longHeading(g, t.dataTop) < 2 && len(cells) > 0 {
			break
		}
		t.dataTop++
	}
	// The criterion's own row may stand after its last indicator's.
	for row := last + 1; row <= g.lastRow(); row++ {
		if len(g.row(row)) == 0 || r.endsTable(g, row) || r.longHeading(g, row) >= 2 {
			break
		}
		if _, _, ok := r.lineOf(t, row); !ok && r.totalLine(g, row) == "" {
			break
		}
		t.dataBottom = row
	}
	r.longColumns(t, idCol)
	if !slices.ContainsFunc(t.cols, func(k Column) bool { return k.Measure == Result || k.Measure == Claim }) {
		return nil
	}
	r.nameLong(t, floor)
	return t
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
		r.use(g, t.nameCell)
	}
	r.matchRecord(rec)
	r.out.Records = append(r.out.Records, rec)
	for row := t.headTop; row < t.dataTop; row++ {
		r.useRow(t, row)
	}
	seen := map[string]bool{}
	for row := t.dataTop; row <= t.dataBottom; row++ {
		if len(g.row(row)) == 0 {
			continue
		}
		ind, criterion, ok := r.lineOf(t, row)
		if !ok {
			r.oddLine(t, rec, row)
			continue
		}
		r.useRow(t, row)
		for _, k := range t.cols {
			if k.Measure == "" {
				continue
			}
			k.Criterion = criterion
			c := g.at(row, k.Col)
			m := g.span(sheet.Pos{Row: row, Col: k.Col})
			if k.Measure == Claim && m.To.Row > m.From.Row && r.coversSeveral(t, m, criterion) {
				// One verdict merged over the rows of a criterion is about the criterion.
				if row != m.From.Row {
					continue
				}
				k.Measure = CriterionClaim
				r.observe(rec, row, k, r.claimValue(c), c)
				continue
			}
			if ind == nil {
				if c == nil || k.Measure == Evidence {
					continue
				}
				k.Measure = CriterionClaim
				val := r.claimValue(c)
				if val.State == Invalid && g.at(row, k.Col) != nil && k.Measure == Result {
					continue
				}
				r.observe(rec, row, k, val, c)
				continue
			}
			k.Indicator = ind.ID
			if seen[ind.ID+k.Measure] && c == nil {
				continue
			}
			if k.Measure == Result && secondaryLine(t, ind, row, seen[ind.ID+Result]) {
				k.Measure = Secondary
			}
			seen[ind.ID+k.Measure] = true
			var val Value
			switch k.Measure {
			case Claim:
				val = r.claimValue(c)
			case Evidence:
				val = r.evidenceValue(c)
			default:
				val = r.v.readValue(c, ind)
				if claim := r.claimBeside(t, row); claim && prose(val, c, ind) {
					// "Có 02 hợp tác xã hoạt động tốt" beside a verdict explains
					// the verdict; it is kept, and the verdict speaks.
					val = Value{State: Missing, Note: c.text}
				}
			}
			r.observe(rec, row, k, val, c)
		}
	}
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
				return r.claimValue(c).HasWord
			}
		}
	}
	return false
}

// secondaryLine tells the row below an indicator's own that holds its
// secondary value ("Trong đó: cứng hóa").
func secondaryLine(t *table, ind *Indicator, row int, seenMain bool) bool {
	if ind.SubLabel == "" || !seenMain {
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

func (r *reader) coversSeveral(t *table, m sheet.Rect, criterion int) bool {
	inds := map[string]bool{}
	for row := m.From.Row; row <= min(m.To.Row, t.dataBottom); row++ {
		if ind, n, ok := r.lineOf(t, row); ok && n == criterion && ind != nil {
			inds[ind.ID] = true
		}
	}
	return len(inds) > 1
}

// oddLine handles a row that is about no indicator: a total, the continuation
// of the secondary value, a group heading, or something nobody expected.
func (r *reader) oddLine(t *table, rec *Record, row int) {
	g := t.g
	if m := r.totalLine(g, row); m != "" {
		r.useRow(t, row)
		for i := len(g.row(row)) - 1; i >= 0; i-- {
			c := g.row(row)[i]
			if val := r.totalValue(c); val.HasNum {
				r.observe(rec, row, Column{Col: c.pos.Col, Measure: m}, val, c)
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
	// A secondary value stands below its indicator's row, under no id of its own.
	if prev, _, ok := r.lineOf(t, row-1); ok && prev != nil && figures > 0 && secondaryLine(t, prev, row, true) {
		r.useRow(t, row)
		for _, k := range t.cols {
			if k.Measure == Result {
				k.Measure, k.Indicator, k.Criterion = Secondary, prev.ID, prev.Criterion
				c := g.at(row, k.Col)
				r.observe(rec, row, k, r.v.readValue(c, prev), c)
			}
		}
		return
	}
	if figures == 0 {
		r.useRow(t, row) // a group's heading
		return
	}
	r.note("row_ignored", g.sheet.Name, g.row(row)[0].pos.String(), fmt.Sprintf(
		"dòng %d “%s” không ứng với chỉ tiêu nào; không được tính", row, Clean(g.row(row)[0].text)))
	r.useRow(t, row)
}
