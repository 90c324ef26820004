package report

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// A table that outgrows a sheet goes on in a further one, and what names its
// rows still finds them.
func TestALongTableGoesOnInAnotherSheet(t *testing.T) {
	defer func(was int) { maxRows = was }(maxRows)
	maxRows = 20
	b := newBook(nil, &overview{Meta: Meta{EndsOn: time.Date(2017, 12, 31, 0, 0, 0, 0, time.UTC)}})
	l := b.long(sourceName, func(name string) *grid {
		g := b.sheet(name, paper{widths: []float64{8, 8}})
		g.heading(b.sourceLines(), 1)
		g.header(20, heads("STT", "Giá trị")...)
		return g
	}, 2)
	const rows = 40
	for n := range rows {
		l.put(cell{n + 1, centre}, cell{fmt.Sprint("=", n+1), words})
	}
	if err := l.close(""); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := b.write(&buf); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&buf)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.GetSheetList(); len(got) < 3 || !slices.Equal(got[:2], []string{sourceName, sourceName + " (2)"}) {
		t.Fatalf("sheets are %q", got)
	}
	for n := 1; n <= rows; n++ {
		sheet, row := b.sourcePlace(n)
		if got, err := f.GetCellValue(sheet, at(1, row)); err != nil || got != fmt.Sprint(n) {
			t.Errorf("row %d is said to be %s!A%d, which holds %q (%v)", n, sheet, row, got, err)
		}
	}
}

// A failed percentage never prints as the level it failed.
func TestAPercentageNeverPrintsAsTheLevelItMissed(t *testing.T) {
	level := 85.0
	for _, x := range []struct {
		unit  string
		value float64
		want  string
	}{{"%", 84.6, "0.00"}, {"%", 84.999, "0.000"}, {"%", 85, "0.00"}, {"%", 82.350139, "0.00"}, {"triệu đồng", 41, "0"}, {"triệu đồng", 41.2567, "0.000"}} {
		if got := shownAs(x.unit, x.value, &level); got != x.want {
			t.Errorf("%v %s is shown as %s, want %s", x.value, x.unit, got, x.want)
		}
	}
}
