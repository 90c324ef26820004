package gen

import (
	"fmt"
	"strconv"
)

// clock holds the words for the time of a report and for the times beside it.
type clock struct {
	year, month int
	day         string // 31/12
}

// clockOf reads the last day of a period: 2017-12-31.
func clockOf(day string) clock {
	c := clock{}
	d := 0
	fmt.Sscanf(day, "%d-%d-%d", &c.year, &c.month, &d)
	c.day = fmt.Sprintf("%d/%d", d, c.month)
	return c
}

// yearEnd tells a period that ends with its year: only then is "năm 2017" the
// time of the report.
func (c clock) yearEnd() bool { return c.month == 12 }

func (c clock) y(add int) string { return strconv.Itoa(c.year + add) }

// date is the last day of the period, or of the same one years before.
func (c clock) date(add int) string { return c.day + "/" + c.y(add) }

var quarters = []string{"I", "II", "III", "IV"}

// quarter is the quarter of the period, or one before it in the same year.
func (c clock) quarter(add int) string { return quarters[c.month/3-1+add] }

// months are those since the year began.
func (c clock) months() string {
	if c.yearEnd() {
		return "12 tháng"
	}
	return strconv.Itoa(c.month) + " tháng"
}

// codes are the periods of the program that end on the day.
func (c clock) codes() []string {
	q := c.y(0) + "-Q" + strconv.Itoa(c.month/3)
	switch c.month {
	case 12:
		return []string{q, q, q, q, c.y(0), c.y(0) + "-12", c.y(0) + "-H2"}
	case 6:
		return []string{q, q, c.y(0) + "-H1"}
	}
	return []string{q}
}

// signed is the day on which a report is signed, some days after its period.
func (c clock) signed(between string) string {
	year, month := c.year, c.month+1
	if month > 12 {
		year, month = year+1, 1
	}
	if between == "/" {
		return fmt.Sprintf("05/%02d/%d", month, year)
	}
	return fmt.Sprintf("08 tháng %02d năm %d", month, year)
}
