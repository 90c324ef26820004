package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/angiang-ntm/ntm/pipeline"
)

// recordLines writes the rows of a record batch, each value as text.
func recordLines(rec arrow.RecordBatch) []string {
	var lines []string
	for row := range int(rec.NumRows()) {
		var values []string
		for _, column := range rec.Columns() {
			values = append(values, column.ValueStr(row))
		}
		lines = append(lines, strings.Join(values, " | "))
	}
	return lines
}

// The lake is the snapshot: every table, each of its rows, for readers that
// share no code with the engine that wrote it; the manifest says so of each
// file, moves last, and leaves other provinces and what has not changed alone.
func TestTheLakeIsTheSnapshot(t *testing.T) {
	t.Parallel()
	o := smallOffice(t)
	o.run("2017-Q3", 3)
	o.run("2017-Q4", 3)
	lake := filepath.Join(t.TempDir(), "hồ dữ liệu")
	export := func(want int, flags ...string) string {
		t.Helper()
		status, stdout, stderr := o.ntm(append([]string{"export", "--lake", lake, "--out", o.out}, flags...)...)
		if status != want {
			t.Fatalf("ntm export: status %d, want %d\n%s%s", status, want, stdout, stderr)
		}
		return stdout + stderr
	}
	manifest := func() (m pipeline.Lake) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(lake, "_manifest", "province=89.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	// Of another province, and not ours to touch.
	other := filepath.Join(lake, "mart", "commune_summary", "period=2017-Q4", "province=91", "data.parquet")
	write(t, other, "of Kiên Giang")
	export(pipeline.OK)
	m := manifest()
	if !slices.Equal(m.Periods, []string{"2017-Q3", "2017-Q4"}) || m.Province != "89" || m.Snapshot != sha(t, filepath.Join(o.out, "ntm.duckdb")) {
		t.Errorf("the manifest is of %s, %v", m.Province, m.Periods)
	}
	listed := map[string]bool{}
	rows := int64(0)
	for _, f := range m.Files {
		listed[f.Path] = true
		rows += f.Rows
		if got := sha(t, filepath.Join(lake, filepath.FromSlash(f.Path))); got != f.SHA256 {
			t.Errorf("%s is not what the manifest says", f.Path)
		}
	}
	_ = filepath.WalkDir(lake, func(p string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(lake, p)
		if rel = filepath.ToSlash(rel); err == nil && d.Type().IsRegular() && strings.HasSuffix(p, ".parquet") && p != other && !listed[rel] {
			t.Errorf("%s is there and not listed", rel)
		}
		return nil
	})
	if len(m.Tables) < 50 || len(listed) < 80 || rows < 10_000 {
		t.Errorf("%d tables, %d files, %d rows", len(m.Tables), len(listed), rows)
	}

	for _, table := range m.Tables {
		period := ""
		columns, where, order := "*", "", ""
		if slices.Contains(table.Keys, "period") {
			period, columns, where = "2017-Q4", "* exclude (period)", " where period = '2017-Q4'"
		}
		if len(table.Order) > 0 {
			order = " order by " + strings.Join(table.Order, ", ")
		}
		at := slices.IndexFunc(m.Files, func(f pipeline.LakeFile) bool { return f.Table == table.Name && f.Period == period })
		if at < 0 {
			t.Errorf("%s has no file of %q", table.Name, period)
			continue
		}
		out := filepath.Join(t.TempDir(), "rows.arrow")
		if status, _, stderr := o.ntm("query", "select "+columns+" from "+table.Name+where+order, "--out", o.out, "--format", "arrow", "--output", out); status != pipeline.OK {
			t.Fatal(stderr)
		}
		text, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		stream, err := ipc.NewReader(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for stream.Next() {
			want = append(want, recordLines(stream.RecordBatch())...)
		}
		pf, err := file.OpenParquetFile(filepath.Join(lake, filepath.FromSlash(m.Files[at].Path)), false)
		if err != nil {
			t.Fatal(err)
		}
		if got := pf.MetaData().KeyValueMetadata().FindValue("ntm.table"); got == nil || *got != table.Name {
			t.Errorf("%s: the file says it is %v", table.Name, got)
		}
		reader, err := pqarrow.NewFileReader(pf, pqarrow.ArrowReadProperties{BatchSize: 4096}, memory.DefaultAllocator)
		if err != nil {
			t.Fatal(err)
		}
		batches, err := reader.GetRecordReader(t.Context(), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for batches.Next() {
			got = append(got, recordLines(batches.RecordBatch())...)
		}
		if len(got) != len(want) || int64(len(got)) != m.Files[at].Rows {
			t.Errorf("%s: the file has %d rows, the snapshot %d, the manifest %d", table.Name, len(got), len(want), m.Files[at].Rows)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%s row %d:\n%s\n%s", table.Name, i, got[i], want[i])
				break
			}
		}
		batches.Release()
		if err := pf.Close(); err != nil {
			t.Fatal(err)
		}
	}

	if said := export(pipeline.OK); !strings.Contains(said, "0 tệp ghi mới") {
		t.Errorf("the second export says %s", said)
	}
	// Another report of the last quarter: the files of that quarter change, and those of the one before stay.
	data, err := os.ReadFile(filepath.Join("..", "..", "seeds", "reports", "2017-Q4", "TriTon_TH19TC_Q4.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	o.put("2017-Q4/tri-ton.xlsx", data)
	o.run("2017-Q4", 3)
	// An export that was stopped has left something.
	write(t, filepath.Join(lake, "_manifest", ".ntm-89-123", "0.parquet"), "half")
	said := export(pipeline.OK, "--period", "2017-Q4")
	if !regexp.MustCompile(`: [1-9]\d* tệp ghi mới`).MatchString(said) {
		t.Errorf("after a correction the export says %s", said)
	}
	now := manifest()
	for _, f := range now.Files {
		was := m.Files[slices.IndexFunc(m.Files, func(old pipeline.LakeFile) bool { return old.Path == f.Path })]
		if f.Period == "2017-Q3" && f != was {
			t.Errorf("%s has changed", f.Path)
		}
		if f.Table == "mart.commune_summary" && f.Period == "2017-Q4" && f.SHA256 == was.SHA256 {
			t.Errorf("%s has not changed", f.Path)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(lake, "_manifest", ".ntm-*")); len(left) > 0 {
		t.Errorf("left lying about: %v", left)
	}
	if text, err := os.ReadFile(other); err != nil || string(text) != "of Kiên Giang" {
		t.Errorf("the other province's file says %q: %v", text, err)
	}
	export(pipeline.Usage, "--period", "2031-Q1")
	if status, _, stderr := o.ntm("export", "--out", o.out); status != pipeline.Usage || !strings.Contains(stderr, "--lake") {
		t.Errorf("without a folder: %d %s", status, stderr)
	}
}
