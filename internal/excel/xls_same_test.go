package excel

import (
	"bytes"
	"context"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/xuri/excelize/v2"
)

var writeXLS = flag.Bool("write-xls", false, "write testdata/xls anew, with LibreOffice")

// sameContents are workbooks that testdata/xls holds twice, saved by LibreOffice
// as .xlsx and as .xls from what these functions make.
var sameContents = map[string]func(*testing.T) []byte{
	"kinds":   kindsWorkbook,
	"strings": stringsWorkbook,
	"hidden":  hiddenWorkbook,
	"dates":   datesWorkbook,
}

// The same contents saved as .xlsx and as .xls read equal.
func TestXLSReadsAsXLSX(t *testing.T) {
	for name, contents := range sameContents {
		t.Run(name, func(t *testing.T) {
			base := filepath.Join("testdata", "xls", name)
			if *writeXLS {
				for ext, filter := range map[string]string{".xls": "MS Excel 97", ".xlsx": "Calc MS Excel 2007 XML"} {
					if err := os.WriteFile(base+ext, convert(t, contents(t), ext, filter), 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
			checkSame(t, openBook(t, base+".xlsx"), openBook(t, base+".xls"))
		})
	}
}

// So does a report of the sample province.
func TestSampleReportReadsAsXLSX(t *testing.T) {
	const report = "../../seeds/reports/2017-Q4/An Phú - Biểu 01 NTM năm 2017.xlsx"
	xlsx, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	checkSame(t, readBook(t, report, xlsx), readBook(t, "a.xls", convert(t, xlsx, ".xls", "MS Excel 97")))
}

// convert has LibreOffice save a workbook in another format.
func convert(t *testing.T, xlsx []byte, ext, filter string) []byte {
	t.Helper()
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("soffice is not installed")
	}
	dir := t.TempDir()
	in := filepath.Join(dir, "a.xlsx")
	if err := os.WriteFile(in, xlsx, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), soffice, "-env:UserInstallation=file://"+dir+"/profile", "--headless",
		"--convert-to", ext[1:]+":"+filter, "--outdir", filepath.Join(dir, "out"), in)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	saved, err := os.ReadFile(filepath.Join(dir, "out", "a"+ext))
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func openBook(t *testing.T, name string) *sheet.Book {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return readBook(t, name, data)
}

func readBook(t *testing.T, name string, data []byte) *sheet.Book {
	t.Helper()
	book, notes, err := Read(context.Background(), name, data, DefaultLimits())
	if err != nil || book == nil {
		t.Fatal(notes, err)
	}
	return book
}

// checkSame compares two books in everything but the digits of numbers: .xlsx
// holds some, .xls holds none and gets the fewest that give the number again.
func checkSame(t *testing.T, want, got *sheet.Book) {
	t.Helper()
	if got.Date1904 != want.Date1904 || len(got.Sheets) != len(want.Sheets) {
		t.Fatalf("1904 %v, %d sheets; want %v, %d", got.Date1904, len(got.Sheets), want.Date1904, len(want.Sheets))
	}
	for i, g := range got.Sheets {
		w := want.Sheets[i]
		if g.Name != w.Name || g.Hidden != w.Hidden {
			t.Errorf("sheet %q, hidden %v; want %q, %v", g.Name, g.Hidden, w.Name, w.Hidden)
		}
		if !maps.Equal(g.HiddenRows, w.HiddenRows) || !maps.Equal(g.HiddenCols, w.HiddenCols) {
			t.Errorf("%s: hidden rows %v, columns %v; want %v, %v", w.Name, g.HiddenRows, g.HiddenCols, w.HiddenRows, w.HiddenCols)
		}
		if !slices.Equal(sorted(g.Merges), sorted(w.Merges)) || !slices.Equal(g.Covered, w.Covered) {
			t.Errorf("%s: merges %v, covered %v; want %v, %v", w.Name, g.Merges, g.Covered, w.Merges, w.Covered)
		}
		if len(g.Cells) != len(w.Cells) {
			t.Errorf("%s: %d cells, want %d", w.Name, len(g.Cells), len(w.Cells))
		}
		for k := range min(len(g.Cells), len(w.Cells)) {
			a, b := g.Cells[k], w.Cells[k]
			if a.Kind == sheet.Number && mustFloat(t, a.Text) == a.Num {
				a.Text = b.Text
			}
			if a != b {
				t.Errorf("%s: %+v, want %+v", w.Name, a, b)
			}
		}
	}
}

func sorted(rects []sheet.Rect) []string {
	var out []string
	for _, r := range rects {
		out = append(out, r.String())
	}
	slices.Sort(out)
	return out
}

// workbook lets excelize write what fill puts into it.
func workbook(t *testing.T, fill func(f *excelize.File, must func(error))) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f, func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	})
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// kindsWorkbook has each kind of cell, fonts, formats and merges.
func kindsWorkbook(t *testing.T) []byte {
	return workbook(t, func(f *excelize.File, must func(error)) {
		must(f.SetSheetName("Sheet1", "Biểu 1"))
		format := func(font string, code string) int {
			id, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Family: font, Size: 11}, CustomNumFmt: &code})
			must(err)
			return id
		}
		plain := format("Times New Roman", "General")
		old := format(".VnTime", "General")
		for i, row := range [][]any{
			{"Xã", "Tỷ lệ", "Đạt", "Phú Thạnh", "  hai  khoảng \n trắng ", "𝔘 ✓", strings.Repeat("Tân Châu ", 30)},
			{0, 1, -1, 84.6, 0.846, 1e-10, 1e300, 536870911, 536870912, -536870913, 0.1, 123456.78, 1.0 / 3, 12345678901234567.0},
			nil, // truth values: LibreOffice makes formulas of them in .xls alone
			{"X\u00b7 Ph\u00f3 Th\u00b9nh", "t\u00ad", "\u00a0x"},
		} {
			for k, v := range row {
				at, err := excelize.CoordinatesToCellName(k+1, i+1)
				must(err)
				must(f.SetCellValue("Biểu 1", at, v))
				must(f.SetCellStyle("Biểu 1", at, at, plain))
			}
		}
		must(f.SetCellStyle("Biểu 1", "A4", "B4", old))
		for i, code := range []string{"0%", "0.00%", `0.0"%"`, "dd/mm/yyyy", "[<1]0.0%;0.0", "0.0%;[Red]-0.0", "#,##0 \"đồng\"", "@", "hh:mm"} {
			at, err := excelize.CoordinatesToCellName(i+1, 6)
			must(err)
			must(f.SetCellValue("Biểu 1", at, 0.846))
			must(f.SetCellStyle("Biểu 1", at, at, format("Arial", code)))
		}
		for at, c := range map[string]string{
			"A8": "1+1", "B8": `"Đ"&"ạt"`, "C8": "1=1", "D8": "1/0", "E8": `""`, "F8": "NA()", "G8": "A2/4", "H8": `REPT("Đạt ",2500)`,
		} {
			must(f.SetCellFormula("Biểu 1", at, c))
			must(f.SetCellStyle("Biểu 1", at, at, plain))
		}
		must(f.MergeCell("Biểu 1", "A10", "C12"))
		must(f.MergeCell("Biểu 1", "E10", "E11"))
		must(f.SetCellValue("Biểu 1", "A10", "gộp"))
		must(f.SetCellValue("Biểu 1", "E10", 5))
		must(f.SetCellRichText("Biểu 1", "A14", []excelize.RichTextRun{
			{Text: "Phú ", Font: &excelize.Font{Family: ".VnTime", Bold: true}}, {Text: "Thạnh", Font: &excelize.Font{Family: ".VnTime"}},
		}))
		must(f.SetCellRichText("Biểu 1", "B14", []excelize.RichTextRun{
			{Text: "Phú ", Font: &excelize.Font{Family: ".VnTime"}}, {Text: "Thạnh", Font: &excelize.Font{Family: "Arial"}},
		}))
		must(f.SetCellValue("Biểu 1", "IV65536", "góc"))
	})
}

// stringsWorkbook has texts of 8 and of 16 bits, short and long, so that the
// table of strings breaks within some of them.
func stringsWorkbook(t *testing.T) []byte {
	return workbook(t, func(f *excelize.File, must func(error)) {
		for i := range 100 {
			n := strconv.Itoa(i)
			must(f.SetCellValue("Sheet1", "A"+strconv.Itoa(i+1), "plain "+n+strings.Repeat("x", i)))
			must(f.SetCellValue("Sheet1", "B"+strconv.Itoa(i+1), "xã "+n+strings.Repeat(" Đạt", i)))
		}
		must(f.SetCellValue("Sheet1", "C1", strings.Repeat("a", 9000)))
		must(f.SetCellValue("Sheet1", "C2", strings.Repeat("Ấ", 9000)))
		must(f.SetCellRichText("Sheet1", "C3", []excelize.RichTextRun{
			{Text: strings.Repeat("đỏ ", 2000), Font: &excelize.Font{Family: "Arial", Color: "FF0000"}},
			{Text: strings.Repeat("xanh ", 2000), Font: &excelize.Font{Family: "Arial", Color: "0000FF"}},
		}))
	})
}

// hiddenWorkbook has hidden rows, columns and sheets, one of them empty.
func hiddenWorkbook(t *testing.T) []byte {
	return workbook(t, func(f *excelize.File, must func(error)) {
		for _, name := range []string{"Ẩn", "Ẩn hẳn", "Trống"} {
			_, err := f.NewSheet(name)
			must(err)
		}
		for _, name := range []string{"Sheet1", "Ẩn", "Ẩn hẳn"} {
			for r := 1; r <= 40; r++ {
				must(f.SetCellValue(name, "A"+strconv.Itoa(r), r))
				must(f.SetCellValue(name, "D"+strconv.Itoa(r), r))
			}
		}
		must(f.SetRowVisible("Sheet1", 3, false))
		must(f.SetRowVisible("Sheet1", 40, false))
		must(f.SetColVisible("Sheet1", "D:F", false))
		must(f.SetSheetVisible("Ẩn", false))
		must(f.SetSheetVisible("Ẩn hẳn", false, true))
	})
}

// datesWorkbook counts its days from 1904.
func datesWorkbook(t *testing.T) []byte {
	return workbook(t, func(f *excelize.File, must func(error)) {
		yes := true
		must(f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
		for i, code := range []string{"dd/mm/yyyy", "d-mmm", "h:mm", "0.00"} {
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
			must(err)
			at := "A" + strconv.Itoa(i+1)
			must(f.SetCellValue("Sheet1", at, 41638.25))
			must(f.SetCellStyle("Sheet1", at, at, style))
		}
	})
}
