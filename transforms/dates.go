package transforms

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// Excel takes 13.1 and 7/21 for dates when they are typed. What was typed can
// be told only where exactly one id, or one ratio, fits what the date may have
// been; then it is used and a finding says so.

// dayOf is the day that a cell stores as a date, without a time of day.
func dayOf(c *cell) (time.Time, bool) {
	if c == nil || !c.date || c.kind != sheet.Number || c.num != math.Trunc(c.num) || c.num < 1 || c.num > 100_000 {
		return time.Time{}, false
	}
	zero := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if c.mac {
		zero = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return zero.AddDate(0, 0, int(c.num)), true
}

// datedIDs are the ids of the set that Excel may have made this date of, day
// first or month first.
func (v *Vocabulary) datedIDs(c *cell) []string {
	day, ok := dayOf(c)
	if !ok {
		return nil
	}
	var ids []string
	for _, id := range []string{
		fmt.Sprintf("%d.%d", day.Day(), day.Month()), fmt.Sprintf("%d.%d", day.Month(), day.Day()),
	} {
		if v.byID[id] != nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// datedID returns the id that Excel took for a date when it was typed: 13.1 is
// the 13th of January. Only where exactly one id of the set fits; else "".
func (v *Vocabulary) datedID(c *cell) string {
	if ids := v.datedIDs(c); len(ids) == 1 {
		return ids[0]
	}
	return ""
}

// undateIDs gives ids back to cells that stand in a row or a column of ids and
// hold a date instead. Where two ids may have been typed, that between its
// neighbours was.
func (r *reader) undateIDs(g *grid) {
	byCol := map[int][]*cell{}
	for row := 1; row <= g.lastRow(); row++ {
		for _, c := range g.row(row) {
			if dayWritten(c) {
				byCol[c.pos.Col] = nil
			}
		}
	}
	if len(byCol) == 0 {
		return
	}
	for row := 1; row <= g.lastRow(); row++ {
		if !slices.ContainsFunc(g.row(row), r.communeText) { // a row of figures is none of ids
			r.undateLine(g, g.row(row))
		}
		for _, c := range g.row(row) {
			if _, ok := byCol[c.pos.Col]; ok {
				byCol[c.pos.Col] = append(byCol[c.pos.Col], c)
			}
		}
	}
	for col := 1; col <= g.cols; col++ {
		r.undateLine(g, byCol[col])
	}
}

func (r *reader) communeText(c *cell) bool { return c.kind == sheet.Text && r.communeLike(c) }

func dayWritten(c *cell) bool { _, ok := dayOf(c); return ok }

func (r *reader) undateLine(g *grid, line []*cell) {
	if !slices.ContainsFunc(line, dayWritten) {
		return
	}
	ids := make([]int, len(line)) // each cell's place in the set, -1 for others
	first, last, n, dates := -1, -1, 0, 0
	rising, before := true, -1
	for i, c := range line {
		ids[i] = -1
		if dayWritten(c) {
			dates++
			continue
		}
		if c.percent || c.date || c.kind != sheet.Text && c.kind != sheet.Number {
			continue
		}
		if ind, _ := r.v.indicatorOf(c); ind != nil {
			ids[i] = r.order(ind)
			if first < 0 {
				first = i
			}
			rising = rising && ids[i] > before
			last, n, before = i, n+1, ids[i]
		}
	}
	if n < 3 || 2*(n+dates) < last-first+1 || dates > n || slices.ContainsFunc(line[first:last+1], r.communeText) {
		return // no line of ids
	}
	for i, c := range line {
		if !dayWritten(c) {
			continue
		}
		possible := r.v.datedIDs(c)
		if rising {
			low, high := -1, len(r.v.Indicators)
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
				at := r.order(r.v.byID[id])
				return at <= low || at >= high
			})
		}
		if len(possible) != 1 {
			continue
		}
		ids[i] = r.order(r.v.byID[possible[0]])
		c.kind, c.date, c.text, c.fold = sheet.Text, false, possible[0], possible[0]
		r.undated = append(r.undated, undated{g, c})
	}
}

// undated is a cell whose date was read as the id that had been typed.
type undated struct {
	g *grid
	c *cell
}

// sayUndated names the ids that were repaired, where they head or name
// something that was read.
func (r *reader) sayUndated() {
	for _, u := range r.undated {
		if r.used[u.g][u.c.pos] != 0 {
			r.note("date_repaired", u.g.sheet.Name, u.c.pos.String(), "Excel đã đổi số hiệu thành ngày tháng; giữa các số hiệu bên cạnh chỉ có một số hiệu phù hợp nên đọc là "+u.c.text)
		}
	}
}

// spoiltHeading says why a column is not known: its id became a date, and more
// than one id, or none, may have been typed; or it is a formula of which nobody
// stored the result. It is "" for other headings.
func (r *reader) spoiltHeading(stack []*cell) string {
	for _, c := range stack {
		switch c.kind {
		case sheet.NoResult:
			return "tiêu đề ở ô " + c.on.String() + " là công thức chưa có kết quả"
		case sheet.Error:
			return "tiêu đề ở ô " + c.on.String() + " là lỗi " + c.text + " của Excel"
		}
		if day, ok := dayOf(c); ok {
			why := "Excel đã đổi tiêu đề ở ô " + c.on.String() + " thành ngày " + day.Format("02/01/2006")
			switch ids := r.v.datedIDs(c); len(ids) {
			case 0:
				return why
			case 1:
				return why + ", có thể là " + ids[0]
			default:
				return why + ", có thể là " + ids[0] + " hoặc " + ids[1]
			}
		}
	}
	return ""
}

// datedRatio reads a date that stands in a column of ratios as the ratio that
// was typed: 21 July is 7/21, for 21/7 is no share. The first of a month may
// also be the month and a year, 7/21; then nobody can tell.
func (r *reader) datedRatio(t *table, c *cell, ind *Indicator) (Value, bool) {
	day, ok := dayOf(c)
	if !ok || ind == nil || ind.Kind != "percent" || !r.ratiosIn(t, c.pos.Col) {
		return Value{}, false
	}
	d, m := day.Day(), int(day.Month())
	possible := [][2]int{{d, m}, {m, d}}
	if d == 1 {
		possible = append(possible, [2]int{m, day.Year() % 100})
	}
	var fits [][2]int
	for _, p := range possible {
		if p[0] <= p[1] && !slices.Contains(fits, p) {
			fits = append(fits, p)
		}
	}
	if len(fits) != 1 {
		return Value{}, false
	}
	val := r.v.number(ind, big.NewRat(int64(fits[0][0])*100, int64(fits[0][1])), true, "")
	written := fmt.Sprintf("%d/%d", fits[0][0], fits[0][1])
	val.Note = "tính từ tỷ số " + written
	r.note("date_repaired", t.g.sheet.Name, c.on.String(), "Excel đã đổi tỷ số thành ngày "+day.Format("02/01/2006")+"; chỉ có một tỷ số phù hợp nên đọc là "+written)
	return val, true
}

// ratiosIn tells a column in which ratios are written: 7/21.
func (r *reader) ratiosIn(t *table, col int) bool {
	return r.below(t, col, func(c *cell) bool { return c.kind == sheet.Text && ratioForm.MatchString(c.fold) })
}
