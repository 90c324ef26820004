package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/pipeline"
	"github.com/angiang-ntm/ntm/transforms"
)

// nonBlank counts the cells of a workbook as another reader sees them: raw,
// with what stands under merges.
func nonBlank(t *testing.T, data []byte) int {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	n := 0
	for _, name := range book.GetSheetList() {
		rows, err := book.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if strings.TrimSpace(cell) != "" {
					n++
				}
			}
		}
	}
	return n
}

// The manifest says of every cell of the sample's files what became of it, for
// the files of the period it is compared with too, and the same when the files
// come out of the archive. The sum is what another reader counts.
func TestManifestAccountsForEveryCell(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sample := filepath.Join("..", "..", "seeds", "reports")
	for _, period := range []string{"2017-Q3", "2017-Q4"} {
		files, err := filepath.Glob(filepath.Join(sample, period, "*.xlsx"))
		if err != nil || len(files) < 4 {
			t.Fatal("no sample", err)
		}
		for _, file := range files[:4] {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			o.put(filepath.Join(period, filepath.Base(file)), data)
		}
		if period == "2017-Q4" {
			o.run(period, pipeline.Incomplete)
		} else {
			o.evaluate(period)
		}
	}
	counts := func(version string) map[string]*transforms.Cells {
		var m struct {
			Inputs []struct {
				SHA256 string
				Cells  *transforms.Cells
			}
		}
		text, err := os.ReadFile(filepath.Join(o.out, "2017-Q4", version, "manifest.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatal(err)
		}
		out := map[string]*transforms.Cells{}
		for _, in := range m.Inputs {
			out[in.SHA256] = in.Cells
		}
		return out
	}
	first := counts("v001")
	if len(first) != 8 {
		t.Fatalf("%d inputs in the manifest, want 8", len(first))
	}
	for sha, cells := range first {
		data, err := os.ReadFile(filepath.Join(o.data, "archive", sha))
		if err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, c := range cells.ByRole() {
			sum += c.Cells
		}
		if want := nonBlank(t, data); cells.Total != want || sum != want || cells.Lost+cells.Twice > 0 {
			t.Errorf("%s: %d cells in the manifest, %d in their sum, another reader finds %d", sha[:8], cells.Total, sum, want)
		}
	}
	// Without the inbox a file of the archive counts as before. One report
	// more makes a new publication.
	if err := os.RemoveAll(o.inbox); err != nil {
		t.Fatal(err)
	}
	o.receives("2017-Q4", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", ids("2.1", "15.1"), commune("Vĩnh Phú", 100, 86)))
	o.run("2017-Q4", pipeline.Incomplete)
	second := counts("v002")
	if len(second) != 9 {
		t.Fatalf("%d inputs in the second manifest, want 11", len(second))
	}
	for sha, cells := range first {
		if second[sha] == nil || *second[sha] != *cells {
			t.Errorf("%s: counted %+v, from the archive %+v", sha[:8], cells, second[sha])
		}
	}
}
