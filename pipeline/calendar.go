package pipeline

import (
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/transforms"
)

// DuePeriod is the period whose reports are due on a day: the latest of its
// kind (month, quarter, half, year) that has ended.
func DuePeriod(day time.Time, granularity string) transforms.Period {
	year, month := day.Year(), int(day.Month())
	switch granularity {
	case "month":
		if month--; month == 0 {
			year, month = year-1, 12
		}
		return transforms.Period{Granularity: granularity, Year: year, N: month}
	case "half":
		if month <= 6 {
			return transforms.Period{Granularity: granularity, Year: year - 1, N: 2}
		}
		return transforms.Period{Granularity: granularity, Year: year, N: 1}
	case "year":
		return transforms.Period{Granularity: granularity, Year: year - 1}
	}
	if month <= 3 {
		return transforms.Period{Granularity: "quarter", Year: year - 1, N: 4}
	}
	return transforms.Period{Granularity: "quarter", Year: year, N: (month - 1) / 3}
}

// Deadline is the last day on which a report of a period is on time: the one
// stated for the period, else so many days after the period's end.
func Deadline(c config.Reporting, p transforms.Period) time.Time {
	if day, err := time.Parse(time.DateOnly, c.Deadlines[p.String()]); err == nil {
		return day
	}
	end := p.End()
	return time.Date(end.Year(), end.Month(), end.Day(), 0, 0, 0, 0, time.UTC).AddDate(0, 0, c.DeadlineDays)
}

// onTime tells that something was received by the end of a day, in the office's
// own time.
func onTime(received, deadline time.Time) bool {
	day := received.Local()
	return !time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC).After(deadline)
}
