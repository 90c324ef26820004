package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// secondReader asks openpyxl, which shares no code with what wrote the
// workbook, how each sheet is set up and what some of its cells hold.
const secondReader = `
import json, sys, openpyxl
from openpyxl.utils import get_column_letter
book = openpyxl.load_workbook(sys.argv[1])
out = {}
for ws in book:
    formulas = sum(1 for row in ws.iter_rows() for c in row if c.data_type == "f")
    inert = sorted({c.value for row in ws.iter_rows() for c in row if isinstance(c.value, str) and c.data_type != "f" and c.value[:1] in "=+-@"})
    negative = [c.value for row in ws.iter_rows() for c in row if isinstance(c.value, (int, float)) and c.value < 0]
    out[ws.title] = {
        "paper": ws.page_setup.paperSize, "landscape": ws.page_setup.orientation == "landscape", "wide": ws.page_setup.fitToWidth,
        "margins": [round(x * 25.4) for x in (ws.page_margins.top, ws.page_margins.bottom, ws.page_margins.left, ws.page_margins.right)],
        "number": ws.oddHeader.center.text or "", "first": (ws.firstHeader.center.text or "") if ws.HeaderFooter.differentFirst else "same",
        "titles": ws.print_title_rows or "", "frozen": ws.freeze_panes or "", "filter": ws.auto_filter.ref or "",
        "charts": len(ws._charts), "links": sum(1 for row in ws.iter_rows() for c in row if c.hyperlink), "formulas": formulas, "inert": inert, "negative": negative,
        "fonts": sorted({c.font.name for row in ws.iter_rows() for c in row if c.value is not None}),
    }
json.dump(out, sys.stdout)
`

type setUp struct {
	Paper     int
	Landscape bool
	Wide      int
	Margins   []int
	Number    string
	First     string
	Titles    string
	Frozen    string
	Filter    string
	Charts    int
	Links     int
	Formulas  int
	Inert     []string
	Negative  []float64
	Fonts     []string
}

func TestASecondReaderFindsThePagesSetUp(t *testing.T) {
	python := os.Getenv("NTM_PYTHON")
	if python == "" {
		if os.Getenv("NTM_CI") == "1" {
			t.Fatal("NTM_PYTHON names no Python with openpyxl")
		}
		t.Skip("NTM_PYTHON names no Python with openpyxl: nobody else reads the workbook")
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := os.WriteFile(path, workbook(t, fixture(t), meta()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, "-c", secondReader, path)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	sheets := map[string]setUp{}
	if err := json.Unmarshal(out, &sheets); err != nil {
		t.Fatal(err)
	}
	if len(sheets) < 12 {
		t.Fatalf("%d sheets, want at least 12", len(sheets))
	}
	links := 0
	seen := map[string]bool{}
	for name, s := range sheets {
		links += s.Links
		for _, words := range s.Inert {
			seen[words] = true
		}
		paper := 9
		if name == "Kết quả chỉ tiêu" || name == "Nguồn số liệu" {
			paper = 8
		}
		if s.Paper != paper || !s.Landscape || s.Wide < 1 {
			t.Errorf("%s: paper %d, landscape %v, %d pages wide", name, s.Paper, s.Landscape, s.Wide)
		}
		m := s.Margins
		if m[0] < 20 || m[0] > 25 || m[1] < 20 || m[1] > 25 || m[2] < 30 || m[2] > 35 || m[3] < 15 || m[3] > 20 {
			t.Errorf("%s: margins %v mm", name, m)
		}
		if !strings.Contains(s.Number, "&P") && !strings.Contains(s.Number, "&[Page]") || s.First != "" {
			t.Errorf("%s: page number %q, on the first page %q", name, s.Number, s.First)
		}
		several := name == "Tổng quan" || name == "Quy tắc, phiên bản" // tables, each with its own headings
		if !several && s.Frozen == "" {
			t.Errorf("%s: no header is frozen", name)
		}
		if !several && !strings.HasPrefix(name, "Phụ lục") && (s.Titles == "" || s.Filter == "") {
			t.Errorf("%s: repeats %q, filters %q", name, s.Titles, s.Filter)
		}
		if s.Formulas != 0 {
			t.Errorf("%s: %d formulas", name, s.Formulas)
		}
		if len(s.Fonts) != 1 || s.Fonts[0] != "Times New Roman" {
			t.Errorf("%s: fonts %q", name, s.Fonts)
		}
	}
	if got := sheets["Tổng quan"].Charts; got != 4 {
		t.Errorf("%d charts, want 4", got)
	}
	if links == 0 || links > 2000 {
		t.Errorf("%d links, want some and at most 2000", links)
	}
	for _, want := range []string{"=An+Hai", "=1+1", "+Đạt", "-la.xlsx", `@không phải số: "12o"`} {
		if !seen[want] {
			t.Errorf("%q is not there as text", want)
		}
	}
}

// What a chart shows must be cells: a series that is named by words of its own
// is a formula that no program can read.
func TestChartsShowCells(t *testing.T) {
	z, err := zip.NewReader(bytes.NewReader(workbook(t, fixture(t), meta())), int64(len(workbook(t, fixture(t), meta()))))
	if err != nil {
		t.Fatal(err)
	}
	charts := 0
	for _, part := range z.File {
		if !strings.HasPrefix(part.Name, "xl/charts/chart") {
			continue
		}
		charts++
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range regexp.MustCompile(`<f>([^<]*)</f>`).FindAllSubmatch(text, -1) {
			if !regexp.MustCompile(`^&#39;[^&]+&#39;!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?$`).Match(f[1]) {
				t.Errorf("%s shows %s", part.Name, f[1])
			}
		}
	}
	if charts != 4 {
		t.Errorf("%d charts, want 4", charts)
	}
}
