package transforms

import (
	"fmt"
	"slices"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// findFlat recognises tables of one observation a row (L2f): a column of
// communes and one of indicators beside columns of results and verdicts.
func (r *reader) findFlat(g *grid, others []*table) []*table {
	var out []*table
	for row := 1; row <= g.lastRow(); row++ {
		if inAny(others, row) || inAny(out, row) || !r.flatHeading(g, row) {
			continue
		}
		t := &table{g: g, layout: "L2f", headTop: row, idRow: row}
		idCol, lines := r.frameFlat(t, others)
		if lines < 2 {
			continue
		}
		for _, c := range g.row(row) {
			t.headTop = min(t.headTop, g.span(c.pos).From.Row)
		}
		r.flatColumns(t, idCol)
		if !slices.ContainsFunc(t.cols, func(k Column) bool { return k.Measure == Result || k.Measure == Claim }) {
			continue
		}
		t.because("L2f: mỗi dòng một số liệu: cột %s có tên xã, cột %s có số hiệu hoặc tên chỉ tiêu ở %d dòng; tiêu đề cột ở dòng %d",
			sheet.ColName(t.nameCol), sheet.ColName(idCol), lines, row)
		out = append(out, t)
	}
	return out
}

// flatHeading tells a row that heads results or verdicts, and beside them
// communes or indicators.
func (r *reader) flatHeading(g *grid, row int) bool {
	reports, keys := false, false
	for _, c := range g.row(row) {
		switch {
		case c.kind != sheet.Text || r.communeLike(c):
		case r.v.header("result_header", c.fold), r.v.header("claim_header", c.fold):
			reports = true
		case r.v.header("commune_header", c.fold), r.v.header("indicator_header", c.fold), r.v.header("criterion_header", c.fold):
			keys = true
		}
	}
	return reports && keys
}

// frameFlat finds the columns of communes and of indicators below a heading,
// and where the rows of data start and end. lines counts the rows that name
// both.
func (r *reader) frameFlat(t *table, others []*table) (idCol, lines int) {
	g := t.g
	last := t.idRow
	names, codes, ids := map[int]int{}, map[int]int{}, map[int]int{}
	head := map[int]*cell{}
	for _, c := range g.row(t.idRow) {
		head[c.pos.Col] = c
	}
	for row, blank := t.idRow+1, 0; row <= g.lastRow() && blank <= 20; row++ {
		if len(g.row(row)) == 0 {
			blank++
			continue
		}
		blank = 0
		if r.endsTable(g, row, 0) && !slices.ContainsFunc(g.row(row), r.communeLike) || inAny(others, row) || r.flatHeading(g, row) && !r.headsAgain(t, row) {
			break
		}
		last = row
		for _, c := range g.row(row) {
			h := head[c.pos.Col]
			if h != nil && (r.v.header("result_header", h.fold) || r.v.header("claim_header", h.fold)) {
				continue // 15.1 of a hundred, not the indicator 15.1
			}
			switch {
			case c.kind == sheet.Text && r.communeLike(c):
				names[c.pos.Col]++
			case c.kind == sheet.Number && c.num >= 1000 && r.communeLike(c):
				codes[c.pos.Col]++
			case r.namesIndicator(c):
				ids[c.pos.Col]++
			}
		}
	}
	if t.nameCol, idCol = mostOf(names, 1), mostOf(ids, 1); t.nameCol == 0 {
		t.nameCol = mostOf(codes, 1)
	}
	if t.nameCol == 0 || idCol == 0 || t.nameCol == idCol {
		return 0, 0
	}
	told := map[*Indicator]bool{}
	for row := t.idRow + 1; row <= last; row++ {
		name, id := g.shown(row, t.nameCol), g.shown(row, idCol)
		ind, beside := r.indicatorAt(id), name != nil && r.communeLike(name)
		criterion := 0
		if ind == nil && beside {
			// "10" has no point by which an id is known; beside a commune it is
			// its criterion's, and its only indicator's.
			criterion = r.v.criterionOf(id)
			ind = r.v.only(criterion)
		}
		if ind != nil {
			told[ind] = true
			if beside {
				lines++
			}
		}
		if t.dataTop == 0 && (ind != nil || criterion != 0) {
			t.dataTop = row
		}
		if t.dataTop != 0 && (name != nil || id != nil) {
			t.dataBottom = row
		}
	}
	if len(told) < 2 && lines < 3 {
		return 0, 0 // a commune and something like an id, by chance on one line
	}
	return idCol, lines
}

// headsAgain tells the table's own heading, written again.
func (r *reader) headsAgain(t *table, row int) bool {
	return !slices.ContainsFunc(t.g.row(row), func(c *cell) bool {
		h := t.g.shown(t.idRow, c.pos.Col)
		return h == nil || h.fold != c.fold
	})
}

func (r *reader) namesIndicator(c *cell) bool { return r.indicatorAt(c) != nil }

// indicatorAt is the indicator that a cell names by its id or its full name.
func (r *reader) indicatorAt(c *cell) *Indicator {
	if c == nil || c.percent || c.date || c.kind != sheet.Text && c.kind != sheet.Number {
		return nil
	}
	ind, _ := r.v.indicatorOf(c)
	if ind == nil && c.kind == sheet.Text && len([]rune(c.fold)) >= 8 {
		ind = r.v.named(c.fold)
	}
	return ind
}

// flatColumns decides what the columns hold: as in a commune's own table, with
// keys of its own.
func (r *reader) flatColumns(t *table, idCol int) {
	r.longColumns(t, idCol)
	t.keyCols = []int{idCol}
	for i := range t.cols {
		k := &t.cols[i]
		head := Fold(k.Header)
		switch {
		case k.Col == t.nameCol, k.Col == idCol:
			k.Role, k.Measure = "key", ""
		case k.Role == "ignored" && (r.codesBelow(t, k.Col) || r.v.header("commune_header", head)):
			k.Role, t.codeCol = "key", k.Col
		case k.Role == "ignored" && r.districtsBelow(t, k.Col):
			k.Role = "key"
		case k.Role == "key" && r.indicatorsBelow(t, k.Col):
			t.keyCols = append(t.keyCols, k.Col)
		case k.Role == "observation" && r.indicatorsBelow(t, k.Col) && r.looksNamed(t, k.Col):
			k.Role, k.Measure = "note", ""
		}
	}
	t.running = r.runningColumns(t)
}

func (r *reader) below(t *table, col int, is func(*cell) bool) bool {
	for row := t.dataTop; row <= t.dataBottom; row++ {
		if c := t.g.at(row, col); c != nil && is(c) {
			return true
		}
	}
	return false
}

func (r *reader) districtsBelow(t *table, col int) bool {
	return r.below(t, col, func(c *cell) bool {
		return c.kind == sheet.Text && (len(r.v.districtsIn(c.text)) > 0 ||
			slices.ContainsFunc(r.v.Districts, func(d District) bool { return Fold(d.Name) == c.fold }))
	})
}

func (r *reader) indicatorsBelow(t *table, col int) bool { return r.below(t, col, r.namesIndicator) }

// looksNamed tells a column that names indicators in words.
func (r *reader) looksNamed(t *table, col int) bool {
	return r.below(t, col, func(c *cell) bool { return c.kind == sheet.Text && r.v.named(c.fold) != nil })
}

// extractFlat reads a flat table: one record for each commune (or total) that
// it names, at the first row that does; each row's cells speak for its own.
func (r *reader) extractFlat(t *table) {
	g := t.g
	type entry struct {
		rec     *Record
		observe func(int, Column, Value, *cell)
	}
	records := map[string]*entry{}
	grouped := r.namedOnce(t)
	var above *entry
	lastOrder := -1
	for row := t.dataTop; row <= t.dataBottom; row++ {
		if len(g.row(row)) == 0 {
			above = nil
			continue
		}
		if r.headsAgain(t, row) {
			r.useRow(t, row, roleHeader)
			continue
		}
		ind, criterion, ok := r.flatLine(t, row)
		name := g.shown(row, t.nameCol)
		if !ok {
			if !r.flatFigures(t, row) {
				r.useRow(t, row, roleSection)
				continue
			}
			r.oddRow(t, row, "không ứng với chỉ tiêu nào")
			continue
		}
		var e *entry
		order := 1 << 20
		if ind != nil {
			order = r.order(ind)
		}
		switch {
		case name != nil:
			text := Clean(name.text)
			rec := &Record{Kind: "commune", Table: t.no, Layout: t.layout, Sheet: g.sheet.Name, SheetNo: g.no, Row: row,
				Cell: sheet.Pos{Row: row, Col: t.nameCol}.String(), Text: name.text}
			if r.totalWord(t, row) != nil && !r.communeLike(name) {
				rec.Kind = "total"
			}
			key := rec.Kind + Fold(text)
			if rec.Kind == "commune" {
				if t.codeCol != 0 {
					if code := g.shown(row, t.codeCol); code != nil {
						if c, step := r.v.MatchCommune(code.text, r.out.District); c != nil && step == "code" {
							rec.Commune, rec.Step = c.Code, step
						}
					}
				}
				if c, _ := r.v.MatchCommune(name.text, r.out.District); rec.Commune != "" {
					key = rec.Commune
				} else if c != nil {
					key = c.Code
				}
			}
			if e = records[key]; e == nil {
				rec.No = len(r.out.Records) + 1
				if rec.Kind == "commune" {
					r.matchRecord(rec)
					if name.repaired && rec.Step != "" && rec.Step != "code" {
						rec.Step = "legacy"
					}
				}
				r.out.Records = append(r.out.Records, rec)
				e = &entry{rec, r.observeOnce(g, rec, map[string]int{})}
				records[key] = e
			}
		case grouped && above != nil && order > lastOrder:
			e = above // a name written once heads the rows below it while their ids go on
		default:
			r.oddRow(t, row, "không ghi tên xã")
			continue
		}
		above, lastOrder = e, order
		if ind == nil {
			lastOrder = -1
		}
		r.useRow(t, row, 0)
		switch {
		case e.rec.Kind == "total":
			for _, k := range t.cols {
				c := g.at(row, k.Col)
				if k.Measure == "" || c == nil {
					continue
				}
				as := thousands
				if ind != nil {
					k.Indicator = ind.ID
					if k.Measure == Result && ind.Kind != "boolean" {
						as = decimals
					}
				}
				k.Criterion = criterion
				e.observe(row, k, r.totalValue(c, as), c)
			}
		case ind == nil:
			r.criterionLine(t, row, criterion, e.observe)
		default:
			r.indicatorLine(t, row, ind, false, e.observe)
		}
	}
}

// flatLine tells what a row is about, also where an id is merged over several.
func (r *reader) flatLine(t *table, row int) (*Indicator, int, bool) {
	if ind, criterion, ok := r.lineOf(t, row); ok {
		return ind, criterion, ok
	}
	for _, col := range t.keyCols {
		if c := t.g.shown(row, col); r.namesIndicator(c) {
			ind := r.indicatorAt(c)
			return ind, ind.Criterion, true
		}
	}
	return nil, 0, false
}

// namedOnce tells a table in which a commune's name stands only in the first
// of its rows.
func (r *reader) namedOnce(t *table) bool {
	seen := map[string]bool{}
	for row := t.dataTop; row <= t.dataBottom; row++ {
		if c := t.g.at(row, t.nameCol); c != nil && r.communeLike(c) {
			if seen[bareName(c.text)] {
				return false
			}
			seen[bareName(c.text)] = true
		}
	}
	return len(seen) > 0
}

// flatFigures tells a row with something in the columns of data.
func (r *reader) flatFigures(t *table, row int) bool {
	return slices.ContainsFunc(t.cols, func(k Column) bool { return k.Measure != "" && t.g.at(row, k.Col) != nil })
}

// oddRow names a row that reports, though nobody knows on what.
func (r *reader) oddRow(t *table, row int, because string) {
	var words string
	at := t.g.row(row)[0]
	// What names the indicator tells the row best, a running number least.
	for _, col := range t.keyCols {
		if c := t.g.at(row, col); c != nil && words == "" {
			words, at = " “"+Clean(c.text)+"”", c
		}
	}
	r.note("row_ignored", t.g.sheet.Name, at.pos.String(), fmt.Sprintf("dòng %d%s %s; không được tính", row, words, because))
	r.useRow(t, row, roleNamed)
}
