package excel

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/xuri/excelize/v2"
)

func TestProbe(t *testing.T) {
	files, _ := filepath.Glob("/tmp/poi/x/*.xls[xm]")
	ours, theirs, covered, noRes, caughtEdit, caughtDrop, tried, sheets, zero := 0, 0, 0, 0, 0, 0, 0, 0, 0
	for _, file := range files {
		data, _ := os.ReadFile(file)
		book, _, _ := Read(context.Background(), file, data, DefaultLimits())
		if book == nil { continue }
		lib, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil { t.Log("open", file, err); continue }
		n := 0
		for _, s := range book.Sheets {
			sheets++
			ours += len(s.Cells); n += len(s.Cells); covered += len(s.Covered)
			for _, c := range s.Cells { if c.Kind == sheet.NoResult { noRes++ } }
			rows, err := lib.Rows(s.Name)
			if err != nil { t.Log("rows", file, err); continue }
			for rows.Next() { cols, _ := rows.Columns(excelize.Options{RawCellValue: true}); for _, v := range cols { if v != "" { theirs++ } } }
			if len(s.Cells) > 0 && s.Cells[0].Kind != sheet.NoResult {
				tried++
				keep := s.Cells[0]
				s.Cells[0].Text += "X"
				if differences(t, "EDIT", lib, s) > 0 { caughtEdit++ }
				s.Cells[0] = keep
				d := *s; d.Cells = s.Cells[1:]
				if differences(t, "DROP", lib, &d) > 0 { caughtDrop++ }
			}
		}
		if n == 0 { zero++ }
		lib.Close()
	}
	t.Logf("PROBE sheets=%d ours=%d theirs=%d covered=%d noresult=%d tried=%d caughtEdit=%d caughtDrop=%d booksWithoutCells=%d", sheets, ours, theirs, covered, noRes, tried, caughtEdit, caughtDrop, zero)
}
