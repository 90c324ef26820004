package excel

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/xuri/excelize/v2"
)

// TestCorpus reads every workbook of a folder that NTM_CORPUS names (public
// test files; none is kept here). Each must be read or refused with a code,
// within the time limit; what is read is compared with excelize's raw values
// and each difference is shown, to be explained by hand.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("NTM_CORPUS")
	if dir == "" {
		t.Skip("NTM_CORPUS names no folder of workbooks")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.xls[xm]"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no workbooks in %s (%v)", dir, err)
	}
	outcomes := make(map[string]int)
	cells := 0 // so that an empty comparison does not pass for an equal one
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		book, issues, err := Read(context.Background(), file, data, DefaultLimits())
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s took %v", file, took)
		}
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if book == nil {
			outcomes[issues[0].Code]++
			if issues[0].Code == codePanic {
				t.Error(issues[0])
			}
			t.Log(issues[0])
			continue
		}
		outcomes["read"]++
		lib, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipXMLSizeLimit: 64 << 20})
		if err != nil {
			t.Logf("%s: excelize: %v", file, err)
			continue
		}
		differs := 0
		for _, s := range book.Sheets {
			cells += len(s.Cells)
			differs += differences(t, filepath.Base(file), lib, s)
		}
		lib.Close()
		if differs > 0 {
			outcomes["other cells than excelize"]++
		} else {
			outcomes["same cells as excelize"]++
		}
	}
	t.Logf("%d files, %d cells compared: %v", len(files), cells, outcomes)
}

// differences counts the cells that excelize sees otherwise and shows the first.
func differences(t *testing.T, file string, lib *excelize.File, s *sheet.Sheet) int {
	rows, err := lib.Rows(s.Name)
	if err != nil {
		t.Logf("%s!%s: excelize: %v", file, s.Name, err)
		return 1
	}
	defer rows.Close()
	got := make(map[sheet.Pos]sheet.Cell, len(s.Cells))
	for _, c := range s.Cells {
		got[c.Pos] = c
	}
	covered := make(map[sheet.Pos]bool)
	for _, p := range s.Covered {
		covered[p] = true
	}
	differs := 0
	tell := func(p sheet.Pos, ours, theirs string) {
		if differs++; differs == 1 {
			t.Logf("%s!%s!%s: ours %q, excelize %q", file, s.Name, p, clip(ours), clip(theirs))
		}
	}
	for r := 1; rows.Next(); r++ {
		cols, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			t.Logf("%s!%s: excelize: %v", file, s.Name, err)
			return differs + 1
		}
		for c, want := range cols {
			p := sheet.Pos{Row: r, Col: c + 1}
			if covered[p] {
				continue
			}
			cell := got[p]
			delete(got, p)
			text := cell.Text
			if cell.Kind == sheet.Bool && (want == "0" || want == "1") {
				text = strconv.Itoa(int(cell.Num))
			}
			if text != want {
				tell(p, text, want)
			}
		}
	}
	for p, c := range got {
		if c.Kind != sheet.NoResult {
			tell(p, c.Text, "")
		}
	}
	return differs
}
