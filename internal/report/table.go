package report

import (
	"io"
	"slices"
	"time"

	"github.com/xuri/excelize/v2"
)

// Table writes rows as they are into a plain workbook of one sheet, for
// analysts: a header, then one row for each call of next until it says no.
// Text stays text, whatever it begins with; failed tells afterwards whether the
// rows ended early.
func Table(w io.Writer, columns []string, next func() ([]any, bool), failed func() error) (err error) {
	f := excelize.NewFile()
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	sw, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	header := make([]any, len(columns))
	for i, c := range columns {
		header[i] = excelize.Cell{Value: c, StyleID: bold}
	}
	if err := sw.SetRow("A1", header); err != nil {
		return err
	}
	for n := 2; ; n++ {
		row, ok := next()
		if !ok {
			break
		}
		row = slices.Clone(row)
		for i, v := range row {
			if t, ok := v.(time.Time); ok {
				row[i] = t.Format("2006-01-02 15:04:05") // SQL's own form; Excel's dates begin in 1900
			}
		}
		cell, err := excelize.CoordinatesToCellName(1, n)
		if err != nil {
			return err
		}
		if err := sw.SetRow(cell, row); err != nil {
			return err
		}
	}
	if err := failed(); err != nil {
		return err
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}
