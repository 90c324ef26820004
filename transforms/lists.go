package transforms

import (
	"slices"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// findLists recognises lists of exceptions (L3): a heading "Tiêu chí, chỉ tiêu
// chưa đạt" beside one for the communes' names.
func (r *reader) findLists(g *grid, others []*table) []*table {
	var out []*table
	for row := 1; row <= g.lastRow(); row++ {
		if inAny(others, row) || inAny(out, row) {
			continue
		}
		var list, name, stt *cell
		for _, c := range g.row(row) {
			switch {
			case list == nil && r.v.header("failing_header", c.fold):
				list = c
			case stt == nil && r.v.is("stt", c.fold):
				stt = c
			case name == nil && r.v.header("commune_header", c.fold):
				name = c
			}
		}
		if list == nil || name == nil {
			continue
		}
		t := &table{g: g, layout: "L3", headTop: row, idRow: row, nameCol: name.pos.Col, listCol: list.pos.Col}
		if stt != nil {
			t.sttCol = stt.pos.Col
		}
		head := row
		for _, c := range g.row(row) {
			head = max(head, min(g.span(c.pos).To.Row, row+4))
		}
		for below := head + 1; below <= g.lastRow() && !inAny(others, below); below++ {
			if r.isDataRow(t, below) || r.isSection(t, below) {
				t.dataTop = below
				break
			}
		}
		if t.dataTop == 0 {
			continue
		}
		blank := 0
		t.dataBottom = t.dataTop
		for below := t.dataTop; below <= g.lastRow(); below++ {
			if len(g.row(below)) == 0 {
				if blank++; blank > 20 {
					break
				}
				continue
			}
			if r.endsTable(g, below, t.nameCol) || inAny(others, below) {
				break
			}
			if slices.ContainsFunc(g.row(below), func(c *cell) bool {
				return c.pos.Col != t.listCol && c.pos.Col != t.nameCol && r.v.header("failing_header", c.fold)
			}) {
				break // another list, with other columns
			}
			blank = 0
			if r.isDataRow(t, below) {
				t.dataBottom = below
			}
		}
		r.listColumns(t)
		t.because("L3: %s “%s” và %s “%s” ở dòng %d", list.pos, Clean(list.text), name.pos, Clean(name.text), row)
		out = append(out, t)
	}
	return out
}

func (r *reader) listColumns(t *table) {
	for _, c := range t.g.row(t.headTop) {
		k := Column{Col: c.pos.Col, Header: Clean(c.text), Why: c.pos.String() + " “" + Clean(c.text) + "”"}
		switch {
		case c.pos.Col == t.nameCol, c.pos.Col == t.sttCol:
			k.Role = "key"
		case c.pos.Col == t.listCol:
			k.Role, k.Measure = "observation", Claim
		case r.v.header("criteria_total_header", c.fold):
			k.Role, k.Measure = "observation", CriteriaTotal
		case r.v.header("indicators_total_header", c.fold):
			k.Role, k.Measure = "observation", IndicatorsTotal
		case r.v.header("note_header", c.fold), r.v.header("recognised_year_header", c.fold):
			k.Role = "note"
		default:
			k.Role = "ignored"
		}
		t.cols = append(t.cols, k)
	}
}

// extractList reads a list of exceptions: what the list names is not met, the
// rest of the set is met, all of it by claim and from the list's cell.
func (r *reader) extractList(t *table) {
	g := t.g
	for row := t.dataTop; row <= t.dataBottom; row++ {
		rec := r.rowRecord(t, row)
		if rec == nil {
			continue
		}
		r.useRow(t, row, 0)
		for _, k := range t.cols {
			if c := g.at(row, k.Col); k.Measure == CriteriaTotal || k.Measure == IndicatorsTotal || rec.Kind == "total" && k.Measure != "" && c != nil {
				r.observe(g, rec, row, k, r.totalValue(c, thousands), c)
			}
		}
		if rec.Kind != "commune" {
			continue
		}
		at := sheet.Pos{Row: row, Col: t.listCol}
		c := g.at(row, t.listCol)
		l := r.v.readList(c)
		if c == nil {
			r.blankList(t, row, &l)
		}
		failing := map[string]bool{}
		for _, id := range l.IDs {
			failing[id] = true
		}
		if l.Repaired != "" {
			r.note("date_repaired", g.sheet.Name, at.String(), "Excel đã đổi nội dung ô thành ngày tháng; chỉ có một số hiệu phù hợp nên đọc là "+l.Repaired)
		}
		if len(l.Expanded) > 0 {
			r.note("list_expanded", g.sheet.Name, at.String(), l.note())
		}
		raw := ""
		if c != nil {
			raw = c.text
		}
		said := false
		for i := range r.v.Indicators {
			ind := &r.v.Indicators[i]
			val := Value{State: Claimed, HasWord: true, Word: !failing[ind.ID]}
			if l.Missing {
				val = Value{State: Missing, Note: raw}
			}
			if len(l.Unclear) > 0 && !failing[ind.ID] {
				// What was not understood may name any of the others.
				val = invalid("danh sách “" + raw + "” có phần không hiểu: " + join(l.Unclear) + why(l.Why))
				if c == nil {
					val = invalid("danh sách chỉ tiêu chưa đạt để trống nhưng " + l.Why)
				}
				if said {
					val.Issue = "" // one finding for the cell is enough
				}
				said = true
			}
			r.out.Observations = append(r.out.Observations, Observation{
				Record: rec, Row: row, Col: t.listCol, Cell: at.String(), Measure: Claim,
				Indicator: ind.ID, Criterion: ind.Criterion, Raw: raw, Value: val,
			})
		}
	}
}

// blankList judges a list left blank by the count beside it. A blank means
// "nothing fails" only where the count does not say otherwise: without a count
// nobody has reported, and 12 of 19 with nothing failing is a contradiction.
func (r *reader) blankList(t *table, row int, l *FailingList) {
	for _, k := range t.cols {
		if k.Measure != CriteriaTotal {
			continue
		}
		count := r.totalValue(t.g.at(row, k.Col), thousands)
		switch {
		case !count.HasNum:
			l.Missing = true
		case int(count.Num) < len(r.v.Criteria):
			l.Unclear, l.Why = []string{""}, "số tiêu chí đạt chỉ ghi "+decimal(count.Num)
		}
	}
}

func join(parts []string) string {
	s := ""
	for i, p := range parts {
		if i > 0 {
			s += "; "
		}
		s += "“" + p + "”"
	}
	return s
}

func why(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}
