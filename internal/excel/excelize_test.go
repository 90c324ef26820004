package excel

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/xuri/excelize/v2"
)

// Workbooks that excelize writes with random contents read equal through
// excelize's own raw values, cell for cell.
func TestEqualToExcelize(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			data := randomWorkbook(t, rand.New(rand.NewPCG(seed, 1)))
			lib, err := excelize.OpenReader(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			defer lib.Close()
			book, notes, err := Read(context.Background(), "random.xlsx", data, DefaultLimits())
			if err != nil || book == nil {
				t.Fatal(notes, err)
			}
			if len(book.Sheets) != lib.SheetCount {
				t.Fatalf("%d sheets, want %d", len(book.Sheets), lib.SheetCount)
			}
			for i, s := range book.Sheets {
				if s.Name != lib.GetSheetName(i) {
					t.Fatalf("sheet %q, want %q", s.Name, lib.GetSheetName(i))
				}
				compareSheet(t, lib, s)
			}
		})
	}
}

func compareSheet(t *testing.T, lib *excelize.File, s *sheet.Sheet) {
	t.Helper()
	got := make(map[sheet.Pos]sheet.Cell)
	for _, c := range s.Cells {
		got[c.Pos] = c
	}
	rows, err := lib.GetRows(s.Name, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for r, row := range rows {
		for c, want := range row {
			p := sheet.Pos{Row: r + 1, Col: c + 1}
			cell, ok := got[p]
			delete(got, p)
			text := cell.Text
			if cell.Kind == sheet.Bool { // excelize's raw truth values are digits
				text = strconv.Itoa(int(cell.Num))
			}
			if text != want {
				t.Fatalf("%s!%s is %q (stored %v), want %q", s.Name, p, text, ok, want)
			}
			if cell.Kind == sheet.Number && strconv.FormatFloat(cell.Num, 'g', -1, 64) != strconv.FormatFloat(mustFloat(t, want), 'g', -1, 64) {
				t.Fatalf("%s!%s is the number %v, want %s", s.Name, p, cell.Num, want)
			}
		}
	}
	for p, c := range got {
		if c.Kind != sheet.NoResult { // to excelize an empty cell
			t.Fatalf("%s!%s is %q, excelize has nothing", s.Name, p, c.Text)
		}
	}
}

func randomWorkbook(t *testing.T, rng *rand.Rand) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	style, err := f.NewStyle(&excelize.Style{NumFmt: 10, Font: &excelize.Font{Family: ".VnTime"}})
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{"Đạt", "xã Vĩnh Hanh", "a<b>&\"c'", " hai  đầu ", "dòng 1\ndòng 2", "_x0041_", "e\u0323", "😀", "]]>", "0012", ""}
	for n := range 1 + rng.IntN(3) {
		name := fmt.Sprintf("Biểu %d & <x>", n+1)
		if n == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			t.Fatal(err)
		}
		for range rng.IntN(300) {
			cell, _ := excelize.CoordinatesToCellName(1+rng.IntN(30), 1+rng.IntN(60))
			switch rng.IntN(8) {
			case 0, 1:
				err = f.SetCellValue(name, cell, texts[rng.IntN(len(texts))])
			case 2:
				err = f.SetCellValue(name, cell, rng.IntN(2000)-1000)
			case 3:
				err = f.SetCellValue(name, cell, rng.NormFloat64()*math.Pow(10, float64(rng.IntN(30)-15)))
			case 4:
				err = f.SetCellValue(name, cell, rng.IntN(2) == 0)
			case 5:
				err = f.SetCellFormula(name, cell, "SUM(A1:B2)")
			case 6:
				err = f.SetCellRichText(name, cell, []excelize.RichTextRun{{Text: texts[rng.IntN(len(texts))] + "."}, {Text: "b", Font: &excelize.Font{Family: "VNI-Times"}}})
			case 7:
				err = f.SetCellStyle(name, cell, cell, style)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}
