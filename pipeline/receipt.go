package pipeline

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/transforms"
)

// A folder is named for the day on which its files came when it is called by
// that day and nothing else but a word for receiving: "2018-01-10",
// "nhận 10.1.2018", "ngày nhận 20180110". A date in any other name is of the data.
var (
	receivedWord    = regexp.MustCompile(`^(?:da |ngay )?(?:nhan|received)(?: ngay)?\s+`)
	statedDayFirst  = regexp.MustCompile(`^(\d{1,2})[-._ /](\d{1,2})[-._ /](\d{4})$`)
	statedYearFirst = regexp.MustCompile(`^(\d{4})[-._ /]?(\d{2})[-._ /]?(\d{2})$`)
)

// statedIn reads the day of receipt from the folders of a file, the innermost first.
func statedIn(folder string) (time.Time, bool) {
	parts := strings.Split(folder, "/")
	for i := len(parts) - 1; i >= 0; i-- {
		s := strings.TrimSpace(transforms.Plain(transforms.Fold(parts[i])))
		s = receivedWord.ReplaceAllString(s, "")
		var y, m, d string
		if x := statedDayFirst.FindStringSubmatch(s); x != nil {
			d, m, y = x[1], x[2], x[3]
		} else if x := statedYearFirst.FindStringSubmatch(s); x != nil {
			y, m, d = x[1], x[2], x[3]
		} else {
			continue
		}
		year, _ := strconv.Atoi(y)
		month, _ := strconv.Atoi(m)
		n, _ := strconv.Atoi(d)
		at := time.Date(year, time.Month(month), n, 12, 0, 0, 0, time.Local)
		if at.Day() == n && int(at.Month()) == month && year >= 1990 {
			return at, true
		}
	}
	return time.Time{}, false
}

// receivedAt is when a file came: on the day that its folder or whoever ran the
// period states, at noon, else when a run first saw it. Nothing comes after it was
// seen.
func receivedAt(e entry) time.Time {
	at, ok := statedIn(e.Folder)
	if !ok {
		day, err := time.Parse(time.DateOnly, e.Stated)
		if err != nil {
			return e.At
		}
		at = time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, time.Local)
	}
	if at.UTC().After(e.At) {
		return e.At
	}
	return at.UTC()
}
