package excel

import (
	"strings"
	"time"
)

// parseISODate turns a date as cells of type "d" hold it into Excel's serial
// number: days since the beginning of 1900 or 1904.
func parseISODate(s string, from1904 bool) (float64, bool) {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02", "2006-01-02T15:04", "15:04:05", "15:04"} {
		t, err := time.Parse(layout, strings.TrimSuffix(s, "Z"))
		if err != nil {
			continue
		}
		if !strings.HasPrefix(layout, "2006") {
			day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
			return t.Sub(day).Hours() / 24, true
		}
		zero := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
		switch {
		case from1904:
			zero = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
		case t.Before(time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)):
			// Excel believes that 1900 was a leap year.
			zero = time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC)
		}
		// Days first: a Duration spans no more than 292 years.
		days := float64((t.Unix() - zero.Unix()) / 86400)
		rest := float64((t.Unix()-zero.Unix())%86400) + float64(t.Nanosecond())/1e9
		n := days + rest/86400
		return n, n >= 0
	}
	return 0, false
}
