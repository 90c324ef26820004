package excel

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// TestCorpusXLS reads every .xls file of the folder that NTM_CORPUS names. Each
// must be read or refused with a code, in time. Where NTM_PYTHON names a Python
// that has xlrd, what is read is compared with what that reads, and each
// difference is shown, to be explained by hand.
func TestCorpusXLS(t *testing.T) {
	dir := os.Getenv("NTM_CORPUS")
	if dir == "" {
		t.Skip("NTM_CORPUS names no folder of workbooks")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.xls"))
	if err != nil || len(files) == 0 {
		t.Skipf("no .xls files in %s (%v)", dir, err)
	}
	theirs := xlrdReads(t, files)
	outcomes := make(map[string]int)
	cells := 0
	for _, file := range files {
		base := filepath.Base(file)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		book, issues, err := Read(context.Background(), file, data, DefaultLimits())
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s took %v", base, took)
		}
		lib, known := theirs[file]
		switch {
		case err != nil:
			t.Errorf("%s: %v", base, err)
		case book == nil:
			outcomes[issues[0].Code]++
			if issues[0].Code == codePanic {
				t.Error(issues[0])
			}
			t.Logf("%v (xlrd: %s)", issues[0], lib.Error)
			if lib.Error == "" && lib.Version >= 80 {
				outcomes["refused, though xlrd reads it"]++
			}
		case !known:
			outcomes["read"]++
		case lib.Error != "":
			outcomes["read, though xlrd does not"]++
			t.Logf("%s: xlrd: %s", base, lib.Error)
		default:
			values, dates := lib.differences(t, base, book)
			switch {
			case values > 0:
				outcomes["other cells than xlrd"]++
			case dates > 0:
				outcomes["same cells as xlrd, other dates"]++
			default:
				outcomes["same cells as xlrd"]++
			}
			for _, s := range book.Sheets {
				cells += len(s.Cells)
			}
		}
	}
	t.Logf("%d files, %d cells compared: %v", len(files), cells, outcomes)
}

// xlrdBook is what testdata/xls/cells.py says about a file.
type xlrdBook struct {
	File    string
	Error   string
	Version int
	Sheets  []struct {
		Name  string
		Cells [][4]any // row, column, kind, value
	}
}

func xlrdReads(t *testing.T, files []string) map[string]*xlrdBook {
	python := os.Getenv("NTM_PYTHON")
	if python == "" || exec.Command(python, "-c", "import xlrd").Run() != nil {
		t.Log("NTM_PYTHON names no Python with xlrd: nothing to compare with")
		return nil
	}
	out, err := exec.Command(python, append([]string{"testdata/xls/cells.py"}, files...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	books := make(map[string]*xlrdBook)
	lines := bufio.NewReader(bytes.NewReader(out))
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return books
		}
		b := new(xlrdBook)
		if err := json.Unmarshal(line, b); err != nil {
			t.Fatal(err)
		}
		books[b.File] = b
	}
}

// differences counts the cells that xlrd reads otherwise, and those that it
// only takes for dates otherwise; it shows the first of either.
func (b *xlrdBook) differences(t *testing.T, file string, book *sheet.Book) (values, dates int) {
	t.Helper()
	if len(b.Sheets) != len(book.Sheets) {
		t.Logf("%s: %d sheets, xlrd has %d", file, len(book.Sheets), len(b.Sheets))
		return 1, 0
	}
	for i, s := range book.Sheets {
		if s.Name != b.Sheets[i].Name {
			t.Logf("%s: sheet %q, xlrd has %q", file, s.Name, b.Sheets[i].Name)
			values++
		}
		got := make(map[sheet.Pos]sheet.Cell, len(s.Cells))
		for _, c := range s.Cells {
			got[c.Pos] = c
		}
		for _, p := range s.Covered {
			got[p] = sheet.Cell{Kind: 255}
		}
		tell := func(count *int, p sheet.Pos, c sheet.Cell, kind, value string) {
			if *count++; *count == 1 {
				t.Logf("%s!%s!%s: ours %+v, xlrd %s %q", file, s.Name, p, c, kind, clip(value))
			}
		}
		for _, w := range b.Sheets[i].Cells {
			p := sheet.Pos{Row: int(w[0].(float64)), Col: int(w[1].(float64))}
			kind, value := w[2].(string), w[3].(string)
			c, ok := got[p]
			delete(got, p)
			same := false
			switch c.Kind {
			case sheet.Text:
				same = ok && (kind == "text" && c.Text == value || kind == "number" && c.Text == "NaN" && value == "nan")
			case sheet.Number:
				n, err := strconv.ParseFloat(value, 64)
				same = (kind == "number" || kind == "date") && err == nil && (n == c.Num || math.IsNaN(n) && math.IsNaN(c.Num))
			case sheet.Bool:
				same = kind == "bool" && c.Text == value
			case sheet.Error:
				same = kind == "error" && c.Text == value
			case 255:
				same = true
			}
			switch {
			case !same:
				tell(&values, p, c, kind, value)
			case c.Kind == sheet.Number && c.Date != (kind == "date"):
				tell(&dates, p, c, kind, value)
			}
		}
		for p, c := range got {
			if c.Kind != 255 && c.Kind != sheet.NoResult {
				tell(&values, p, c, "", "")
			}
		}
	}
	return values, dates
}
