package report

import (
	"strings"
	"testing"
)

// Averages under two criteria sets do not compare: the line ends where the set
// changes, and both the drawing and its description say so.
func TestTheTrendIsNotDrawnThroughAChangeOfSet(t *testing.T) {
	v := func(x float64) *float64 { return &x }
	points := []trendPoint{
		{Period: "2016-Q3", Label: "Quý III/2016", Set: "CU", Total: 19, Average: v(14), AsRecognised: v(14.5)},
		{Period: "2016-Q4", Label: "Quý IV/2016", Set: "CU", Total: 19, Average: v(14.2), AsRecognised: v(14.7)},
		{Period: "2017-Q1", Label: "Quý I/2017", Set: "MOI", Total: 19, Average: v(11), AsRecognised: v(12)},
		{Period: "2017-Q2", Label: "Quý II/2017", Set: "MOI", Total: 19},
		{Period: "2017-Q3", Label: "Quý III/2017", Set: "MOI", Total: 19, Average: v(11.5), AsRecognised: v(12.5)},
	}
	drawn := string(trendChart(points, 0))
	// One stroke of the line, and one in the legend: neither the change of set
	// nor the period without data is bridged.
	if n := strings.Count(drawn, `class="line1"`); n != 2 {
		t.Errorf("%d strokes of the reviewed average, want 2:\n%s", n, drawn)
	}
	if n := strings.Count(drawn, `class="break"`); n != 1 || !strings.Contains(drawn, "đổi bộ tiêu chí") {
		t.Errorf("%d breaks are marked, want 1", n)
	}
	for _, want := range []string{"từ đây theo bộ tiêu chí MOI, không so được với trước", "Quý II/2017: chưa có số liệu", "Quý III/2017: rà soát 11,5"} {
		if !strings.Contains(drawn, want) {
			t.Errorf("the description does not say %q", want)
		}
	}
}
