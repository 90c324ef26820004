package excel

import (
	"context"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// soffice runs LibreOffice on files and returns the folder of what it made of
// them. Without it the test is skipped.
func soffice(t *testing.T, to string, files ...string) string {
	t.Helper()
	program, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("no soffice in PATH: nothing converts the workbooks")
	}
	if len(files) == 0 {
		t.Fatal("no files to convert: soffice would wait for some")
	}
	dir := t.TempDir()
	args := append([]string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", to, "--outdir", dir}, files...)
	// It may ask something where nobody is, and wait for ever.
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	ownGroup(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	return dir
}

// The sample province's workbooks, turned into .ods by LibreOffice, read equal
// to the workbooks themselves, cell for cell.
func TestSampleWorkbooksAsODS(t *testing.T) {
	files, err := filepath.Glob("../../seeds/reports/2017-Q4/*.xlsx")
	if err != nil || len(files) == 0 {
		t.Fatal("no sample workbooks", err)
	}
	dir := soffice(t, "ods", files...)
	cells := 0
	for _, file := range files {
		want := readFile(t, file)
		got := readFile(t, filepath.Join(dir, strings.TrimSuffix(filepath.Base(file), ".xlsx")+".ods"))
		cells += sameBooks(t, filepath.Base(file), want, got)
	}
	t.Logf("%d workbooks, %d cells equal", len(files), cells)
}

func readFile(t *testing.T, file string) *sheet.Book {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	book, why, err := Read(context.Background(), file, data, DefaultLimits())
	if err != nil || book == nil {
		t.Fatal(file, why, err)
	}
	return book
}

// sameBooks compares a workbook with the .ods that LibreOffice made of it.
// LibreOffice keeps 15 digits of a number, writes a truth value as the formula
// TRUE() with the number 1, and has names of its own for some errors.
func sameBooks(t *testing.T, name string, want, got *sheet.Book) (cells int) {
	t.Helper()
	if len(got.Sheets) != len(want.Sheets) {
		t.Fatalf("%s: %d sheets, want %d", name, len(got.Sheets), len(want.Sheets))
	}
	for i, w := range want.Sheets {
		g := got.Sheets[i]
		if g.Name != w.Name || g.Hidden != w.Hidden || len(g.Merges) != len(w.Merges) {
			t.Errorf("%s!%s: sheet %q, hidden %v, %d merges; want hidden %v, %d merges", name, w.Name, g.Name, g.Hidden, len(g.Merges), w.Hidden, len(w.Merges))
		}
		if !sameKeys(g.HiddenRows, w.HiddenRows) || !sameKeys(g.HiddenCols, w.HiddenCols) {
			t.Errorf("%s!%s: hidden rows %v, columns %v; want %v, %v", name, w.Name, g.HiddenRows, g.HiddenCols, w.HiddenRows, w.HiddenCols)
		}
		if len(g.Cells) != len(w.Cells) {
			t.Fatalf("%s!%s: %d cells, want %d", name, w.Name, len(g.Cells), len(w.Cells))
		}
		for k, c := range w.Cells {
			if d := g.Cells[k]; !sameCell(c, d) {
				t.Errorf("%s!%s: %+v, want %+v", name, w.Name, d, c)
			}
			cells++
		}
	}
	return cells
}

func sameKeys(a, b map[int]bool) bool {
	if len(a) != len(b) {
		return false
	}
	for k := range a {
		if !b[k] {
			return false
		}
	}
	return true
}

func sameCell(want, got sheet.Cell) bool {
	if want.Kind == sheet.Bool {
		want.Kind, want.Formula, want.Text = sheet.Number, got.Formula, got.Text
	}
	if want.Kind == sheet.Number {
		if math.Abs(want.Num-got.Num) > 1e-14*math.Abs(want.Num) {
			return false
		}
		want.Num, want.Text = got.Num, got.Text
	}
	if want.Kind == sheet.Error && strings.HasPrefix(got.Text, "Err:5") {
		want.Text = got.Text
	}
	return want == got
}
