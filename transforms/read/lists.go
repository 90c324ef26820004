package read

import (
	"fmt"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/shape"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// readList reads a list of exceptions: what the list names is not met, the rest
// of the set is met, all of it by claim and from the list's cell.
func (r *reader) readList(t *found) {
	g := t.Grid
	for i := range t.Rows {
		row := &t.Rows[i]
		if r.rowAside(t, row) {
			continue
		}
		list := t.column(t.ListCol)
		if row.What == shape.Sum {
			rec := r.newRecord(t, "total", row.Row, row.Name.Pos, row.Name.Text)
			r.useRow(t, row.Row, 0)
			for j := range t.Cols {
				if k := &t.Cols[j]; k.Role == shape.Figures {
					if c := g.At(row.Row, k.Col); c != nil {
						r.observe(t, rec, k, row, c.Pos, r.v.TotalOf(words.AllCriteria, c, nil), c)
					}
				}
			}
			continue
		}
		rec := r.nameRow(t, row)
		r.useRow(t, row.Row, 0)
		for j := range t.Cols {
			if k := &t.Cols[j]; k.Measure == words.AllCriteria || k.Measure == words.AllIndicators {
				c := g.At(row.Row, k.Col)
				r.observe(t, rec, k, row, sheet.Pos{Row: row.Row, Col: k.Col}, r.v.Say(k.Measure, c, nil, ""), c)
			}
		}
		c := g.At(row.Row, t.ListCol)
		if c != nil && c.Struck {
			c = nil
		}
		l := r.v.ReadList(c)
		if c == nil {
			r.blankList(t, row.Row, &l)
		}
		at := sheet.Pos{Row: row.Row, Col: t.ListCol}
		if l.Repaired != "" {
			r.note("date_repaired", g.Sheet.Name, at.String(), "Excel đã đổi nội dung ô thành ngày tháng; chỉ có một số hiệu phù hợp nên đọc là "+l.Repaired)
		}
		if len(l.Expanded) > 0 {
			r.note("list_expanded", g.Sheet.Name, at.String(), l.Note())
		}
		if met, ok := r.metBeside(t, row.Row); ok && l.OneOrTwo != nil {
			if way := l.OneOrTwo; l.Settle(r.v, len(r.v.Criteria)-met) {
				as := way.ID
				if !slices.Contains(l.IDs, way.ID) || len(l.Expanded) > 0 {
					as = fmt.Sprintf("tiêu chí %d và tiêu chí %d", way.Criteria[0], way.Criteria[1])
				}
				r.note("list_expanded", g.Sheet.Name, at.String(), fmt.Sprintf("“%s” đọc là %s: chỉ cách đọc này khớp với số tiêu chí đạt ghi %d", way.Written, as, met))
			}
		}
		said := false
		for i := range r.v.Indicators {
			ind := &r.v.Indicators[i]
			failing := slices.Contains(l.IDs, ind.ID)
			val := words.Value{State: words.Claimed, HasWord: true, Word: !failing}
			if l.Missing {
				val = words.Value{State: words.Missing, Note: cellText(c)}
			}
			if len(l.Unclear) > 0 && !failing {
				// What was not understood may name any of the others.
				val = words.Refused("danh sách “" + cellText(c) + "” có phần không hiểu: " + join(l.Unclear) + why(l.Why))
				if c == nil {
					val = words.Refused("danh sách chỉ tiêu chưa đạt để trống nhưng " + l.Why)
				}
				if said {
					val.Issue = "" // one finding for the cell is enough
				}
				said = true
			}
			k := *list
			k.Ind, k.Criterion = ind, ind.Criterion
			r.observe(t, rec, &k, row, at, val, c)
		}
	}
}

// blankList judges a list left blank by the count beside it. A blank means
// "nothing fails" only where the count does not say otherwise: without a count
// nobody has reported, and 12 of 19 with nothing failing is a contradiction.
func (r *reader) blankList(t *found, row int, l *words.FailingList) {
	counted := false
	for _, k := range t.Cols {
		if k.CountsUnmet {
			counted = true
			switch count := r.v.Say(words.AllCriteria, t.Grid.At(row, k.Col), nil, ""); {
			case !count.HasNum:
				l.Missing = true
			case count.Num > 0:
				l.Unclear, l.Why = []string{""}, "số tiêu chí chưa đạt ghi "+words.Decimal(count.Num)
			}
		}
		if k.Measure != words.AllCriteria || k.Standing != shape.Counts {
			continue
		}
		counted = true
		count := r.v.Say(words.AllCriteria, t.Grid.At(row, k.Col), nil, "")
		switch {
		case !count.HasNum:
			l.Missing = true
		case int(count.Num) < len(r.v.Criteria):
			l.Unclear, l.Why = []string{""}, "số tiêu chí đạt chỉ ghi "+words.Decimal(count.Num)
		}
	}
	if !counted && r.saysNone(t) {
		l.Missing = true // where others say "Không", a blank is none of it
	}
}

// saysNone tells a list in which some row says that nothing fails.
func (r *reader) saysNone(t *found) bool {
	for i := range t.Rows {
		if c := t.Grid.At(t.Rows[i].Row, t.ListCol); t.Rows[i].What == shape.Data && c != nil && !c.Struck {
			if l := r.v.ReadList(c); len(l.IDs)+len(l.Unclear) == 0 && !l.Missing {
				return true
			}
		}
	}
	return false
}

// metBeside is the count of criteria that are met beside a list.
func (r *reader) metBeside(t *found, row int) (int, bool) {
	for _, k := range t.Cols {
		if k.Measure == words.AllCriteria && k.Standing == shape.Counts {
			if count := r.v.Say(words.AllCriteria, t.Grid.At(row, k.Col), nil, ""); count.HasNum && count.Num == float64(int(count.Num)) {
				return int(count.Num), true
			}
		}
	}
	return 0, false
}

func join(parts []string) string {
	quoted := make([]string, len(parts))
	for i, p := range parts {
		quoted[i] = "“" + p + "”"
	}
	return strings.Join(quoted, "; ")
}

func why(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}
