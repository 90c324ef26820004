package pipeline

import (
	"testing"

	"github.com/angiang-ntm/ntm/transforms"
)

func TestPeriodsAreUnderstoodAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"2017-Q4": "2017-Q4", "2017-q4": "2017-Q4", " 2017-q4 ": "2017-Q4", "Q4/2017": "2017-Q4", "q4-2017": "2017-Q4", "2017Q4": "2017-Q4", "2017/Q4": "2017-Q4",
		"quý IV/2017": "2017-Q4", "Quý 4 năm 2017": "2017-Q4", "QUÝ III.2017": "2017-Q3", "quy i 2017": "2017-Q1", "Quý II/2017": "2017-Q2", "Quý IV - 2017": "2017-Q4",
		"2017-h2": "2017-H2", "H1/2017": "2017-H1", "6 tháng đầu năm 2017": "2017-H1", "sáu tháng cuối năm 2017": "2017-H2",
		"2017-12": "2017-12", "12/2017": "2017-12", "tháng 3/2017": "2017-03", "tháng 12 năm 2017": "2017-12", "T3/2017": "2017-03", "2017/03": "2017-03",
		"2017": "2017", "năm 2017": "2017",
		// Two periods, or none.
		"2017-4": "", "quý V/2017": "", "quý 5/2017": "", "13/2017": "", "0/2017": "", "9 tháng 2017": "", "IV/2017": "", "17-Q4": "", "Q4": "", "": "", "tháng 2017": "", "2017-Q44": "",
	} {
		p, ok := AskedPeriod(text)
		if got := p.String(); ok != (want != "") || ok && got != want {
			t.Errorf("%q is read as %s (%v), want %q", text, got, ok, want)
		}
	}
}

func TestThePeriodOfTheOfficesLength(t *testing.T) {
	for text, want := range map[string][4]string{ // month, quarter, half, year
		"2017-12": {"2017-12", "2017-Q4", "2017-H2", "2017"},
		"2017-11": {"2017-11", "2017-Q4", "2017-H2", "2017"},
		"2017-Q2": {"2017-06", "2017-Q2", "2017-H1", "2017"},
		"2017-H1": {"2017-06", "2017-Q2", "2017-H1", "2017"},
		"2017":    {"2017-12", "2017-Q4", "2017-H2", "2017"},
	} {
		p, _ := transforms.ParsePeriod(text)
		for i, granularity := range []string{"month", "quarter", "half", "year"} {
			if got := containing(p, granularity).String(); got != want[i] {
				t.Errorf("the %s of %s is %s, want %s", granularity, text, got, want[i])
			}
		}
	}
}
