package words

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
)

// Excel takes 13.1 and 7/21 for dates when they are typed. What was typed can
// be told only where exactly one id, or one ratio, fits what the date may have
// been; then it is used and a finding says so.

// DayOf is the day that a cell stores as a date, without a time of day.
func DayOf(c *grid.Cell) (time.Time, bool) {
	if c == nil || !c.Date || c.Kind != sheet.Number || c.Num != math.Trunc(c.Num) || c.Num < 1 || c.Num > 100_000 {
		return time.Time{}, false
	}
	zero := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if c.Mac {
		zero = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return zero.AddDate(0, 0, int(c.Num)), true
}

// DatedIDs are the ids of the set that Excel may have made this date of, day
// first or month first.
func (v *Vocabulary) DatedIDs(c *grid.Cell) []string {
	day, ok := DayOf(c)
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
func (v *Vocabulary) datedID(c *grid.Cell) string {
	if ids := v.DatedIDs(c); len(ids) == 1 {
		return ids[0]
	}
	return ""
}
