package read

import (
	"fmt"
	"slices"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/shape"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// datedRatio reads a date that stands in a column of ratios as the ratio that
// was typed: 21 July is 7/21, for 21/7 is no share. The first of a month may
// also be the month and a year, 7/21; then nobody can tell.
func (r *reader) datedRatio(t *found, k *shape.Column, c *grid.Cell, ind *words.Indicator) (words.Value, bool) {
	day, ok := words.DayOf(c)
	if !ok || ind.Kind != "percent" || !r.ratiosIn(t, k.Col) {
		return words.Value{}, false
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
		return words.Value{}, false
	}
	val := r.v.Ratio(ind, fits[0][0], fits[0][1])
	written := fmt.Sprintf("%d/%d", fits[0][0], fits[0][1])
	val.Note = "tính từ tỷ số " + written
	r.note("date_repaired", t.Grid.Sheet.Name, c.Pos.String(), "Excel đã đổi tỷ số thành ngày "+day.Format("02/01/2006")+"; chỉ có một tỷ số phù hợp nên đọc là "+written)
	return val, true
}

// ratiosIn tells a column in which ratios are written: 7/21.
func (r *reader) ratiosIn(t *found, col int) bool {
	for row := t.Top; row <= t.Bottom; row++ {
		if c := t.Grid.At(row, col); c != nil && c.Kind == sheet.Text && words.IsRatio(c.Fold) {
			return true
		}
	}
	return false
}
