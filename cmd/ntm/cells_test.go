package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
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
// the files of the period it is compared with too, and also when the files come
// out of the archive. The sum is what another reader counts.
func TestManifestAccountsForEveryCell(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, period := range []string{"2017-Q3", "2017-Q4"} {
		files, err := filepath.Glob(filepath.Join("..", "..", "seeds", "reports", period, "*.xlsx"))
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
		o.evaluate(period)
	}
	counted := func() []string {
		return o.askIn(o.data, `select s.sha256, c.role, c.cells from ops.submission s join raw.cell_count c using (period, submission_id) order by all`)
	}
	received := counted()
	if err := os.RemoveAll(o.inbox); err != nil {
		t.Fatal(err)
	}
	o.run("2017-Q4", pipeline.Incomplete)
	if again := counted(); len(received) == 0 || !slices.Equal(again, received) {
		t.Errorf("as received %q\nfrom the archive %q", received, again)
	}
	var m struct {
		Inputs []struct {
			Name   string `json:"file_name"`
			SHA256 string
			Cells  *transforms.Cells
		}
	}
	text, err := os.ReadFile(filepath.Join(o.out, "2017-Q4", "v001", "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Inputs) != 8 {
		t.Errorf("%d inputs in the manifest, want 8", len(m.Inputs))
	}
	for _, in := range m.Inputs {
		data, err := os.ReadFile(filepath.Join(o.data, "archive", in.SHA256))
		if err != nil {
			t.Fatal(err)
		}
		if in.Cells == nil {
			t.Errorf("%s: no cells in the manifest", in.Name)
			continue
		}
		sum := 0
		for _, c := range in.Cells.ByRole() {
			sum += c.Cells
		}
		if want := nonBlank(t, data); in.Cells.Total != want || sum != want || in.Cells.Lost+in.Cells.Twice > 0 {
			t.Errorf("%s: %d cells in the manifest, %d in their sum, another reader finds %d", in.Name, in.Cells.Total, sum, want)
		}
	}
}
