package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/report"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/pipeline"
	"github.com/angiang-ntm/ntm/transforms"
)

// BenchmarkWorkbook writes the consolidated workbook of the sample province,
// and one of as many communes as the country has (8,900; the province 75 times
// over), each beside writing the same cells plainly: one StreamWriter a sheet,
// no styles, widths, heights or queries. Each is done by a process of its own,
// so that its peak memory is its own.
func BenchmarkWorkbook(b *testing.B) {
	for _, size := range []struct {
		name   string
		copies int
	}{{"province", 1}, {"country", 75}} {
		var dir string
		prepare := func(b *testing.B) {
			if dir == "" {
				dir = b.TempDir()
				prepareWarehouse(b, dir, size.copies)
			}
		}
		b.Run(size.name, func(b *testing.B) {
			prepare(b)
			var ours, plain measured
			for b.Loop() {
				ours = apart(b, "workbook", dir)
				plain = apart(b, "plain", dir)
			}
			b.ReportMetric(ours.Wall*1000, "workbook-ms")
			b.ReportMetric(plain.Wall*1000, "plain-ms")
			b.ReportMetric(ours.Wall/plain.Wall, "ratio")
			b.ReportMetric(ours.CPU/plain.CPU, "cpu-ratio")
			b.ReportMetric(ours.Peak/(1<<20), "peak-MiB")
			b.ReportMetric(ours.Bytes/(1<<20), "file-MiB")
			b.ReportMetric(plain.Cells, "cells")
		})
	}
}

// measured is what a process of its own reports. Seconds, bytes, cells.
type measured struct{ Wall, CPU, Peak, Bytes, Cells float64 }

// apart runs one job in a process of its own.
func apart(b *testing.B, job, dir string) (m measured) {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "NTM_BENCH_JOB="+job, "NTM_BENCH_DIR="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &m)
	}
	if err != nil {
		b.Fatalf("%s: %v\n%s", job, err, out)
	}
	return m
}

func TestMain(m *testing.M) {
	job := os.Getenv("NTM_BENCH_JOB")
	if job == "" {
		os.Exit(m.Run())
	}
	done, err := map[string]func(string) (measured, error){"workbook": writeWorkbook, "plain": writePlain}[job](os.Getenv("NTM_BENCH_DIR"))
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(done)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func writeWorkbook(dir string) (m measured, err error) {
	db, err := warehouse.OpenReadOnly(context.Background(), filepath.Join(dir, "ntm.duckdb"))
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	out, err := os.Create(filepath.Join(dir, "workbook.xlsx"))
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	meta := report.Meta{Period: "2017-Q4", Label: "Quý IV/2017", EndsOn: time.Date(2017, 12, 31, 0, 0, 0, 0, time.UTC), Version: "bench",
		Parent: "ỦY BAN NHÂN DÂN", Office: "VĂN PHÒNG ĐIỀU PHỐI", SignerTitle: "CHÁNH VĂN PHÒNG"}
	start, cpu := time.Now(), cpuTime()
	if err := report.Workbook(context.Background(), db.All, meta, out); err != nil {
		return m, err
	}
	size, err := out.Seek(0, io.SeekCurrent)
	return measured{Wall: time.Since(start).Seconds(), CPU: (cpuTime() - cpu).Seconds(), Peak: peakMemory(), Bytes: float64(size)}, err
}

// writePlain writes the cells of the workbook that is there.
func writePlain(dir string) (m measured, err error) {
	sheets, n, err := cellsOf(filepath.Join(dir, "workbook.xlsx"))
	if err != nil {
		return m, err
	}
	out, err := os.Create(filepath.Join(dir, "plain.xlsx"))
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	start, cpu := time.Now(), cpuTime()
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	for i, rows := range sheets {
		name := fmt.Sprintf("Sheet%d", i+1)
		if i > 0 {
			if _, err := f.NewSheet(name); err != nil {
				return m, err
			}
		}
		sw, err := f.NewStreamWriter(name)
		if err != nil {
			return m, err
		}
		for r, row := range rows {
			if err := sw.SetRow("A"+strconv.Itoa(r+1), row); err != nil {
				return m, err
			}
		}
		if err := sw.Flush(); err != nil {
			return m, err
		}
	}
	if err := f.Write(out); err != nil {
		return m, err
	}
	return measured{Wall: time.Since(start).Seconds(), CPU: (cpuTime() - cpu).Seconds(), Cells: float64(n)}, nil
}

// cellsOf reads the values of a workbook: numbers as numbers, text as text.
func cellsOf(path string) (sheets [][][]any, n int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	lim := excel.DefaultLimits()
	lim.FileBytes, lim.InflatedBytes, lim.PartBytes, lim.TextBytes, lim.Cells, lim.Seconds = 0, 0, 0, 0, 0, 0
	var current *sheet.Sheet
	book, issues, err := excel.ReadRows(context.Background(), path, f, info.Size(), excel.Options{Limits: lim}, func(r excel.Row) error {
		if r.Sheet != current {
			current = r.Sheet
			sheets = append(sheets, nil)
		}
		var cells []any
		for _, c := range r.Cells {
			for len(cells) < c.Pos.Col-1 {
				cells = append(cells, nil)
			}
			if c.Kind == sheet.Number {
				cells = append(cells, c.Num)
			} else {
				cells = append(cells, c.Text)
			}
			n++
		}
		rows := &sheets[len(sheets)-1]
		for len(*rows) < r.Number-1 {
			*rows = append(*rows, nil)
		}
		*rows = append(*rows, cells)
		return nil
	})
	if err != nil || book == nil {
		return nil, 0, fmt.Errorf("%s is not read: %v %w", path, issues, err)
	}
	return sheets, n, nil
}

// prepareWarehouse publishes the sample and leaves its warehouse in dir, each
// district and commune so many times.
func prepareWarehouse(b *testing.B, dir string, copies int) {
	b.Helper()
	ctx := context.Background()
	for _, code := range []string{"2017-Q3", "2017-Q4"} {
		p, _ := transforms.ParsePeriod(code)
		cfg := config.Default()
		cfg.Inbox, cfg.Data, cfg.Out = inbox, filepath.Join(dir, "data"), filepath.Join(dir, "out")
		if _, err := pipeline.Do(ctx, pipeline.Options{Config: cfg, Period: p, Version: "bench", Now: time.Now}); err != nil {
			b.Fatal(err)
		}
	}
	path := filepath.Join(dir, "ntm.duckdb")
	if err := os.Rename(filepath.Join(dir, "out", "ntm.duckdb"), path); err != nil {
		b.Fatal(err)
	}
	if copies == 1 {
		return
	}
	db, err := warehouse.Open(ctx, path, warehouse.Options{})
	if err != nil {
		b.Fatal(err)
	}
	const commune, district = "x.commune_code || '-' || n as commune_code", "x.district_code || '-' || n as district_code"
	for _, t := range []struct{ name, replaced string }{
		{"mart.commune_summary", commune + ", " + district},
		{"mart.district_summary", district},
		{"mart.criterion_result", commune + ", " + district},
		{"mart.indicator_result", commune + ", " + district},
		{"mart.change", commune + ", " + district},
		{"mart.retention", commune + ", " + district + ", x.stt + 1000 * n as stt"},
		{"mart.retention_current", commune + ", " + district + ", x.stt + 1000 * n as stt"},
		{"ref.district", district + ", x.sort_order + 100 * n as sort_order"},
		{"ref.commune", commune + ", " + district + ", x.sort_order + 1000 * n as sort_order"},
		{"ref.recognition", commune},
		{"ops.finding", commune + ", " + district + ", x.finding_id || '-' || n as finding_id"},
		{"ops.submission", district + ", x.submission_id || '-' || n as submission_id, x.sender_code || '-' || n as sender_code"},
	} {
		kind := "view"
		if !strings.HasPrefix(t.name, "mart.") {
			kind = "table"
		}
		sql := fmt.Sprintf(`create table larger as select x.* replace (%s) from %s x, range(%d) r(n); drop %s %s; create table %s as select * from larger; drop table larger`,
			t.replaced, t.name, copies, kind, t.name, t.name)
		if err := db.Exec(ctx, sql); err != nil {
			b.Fatalf("%s: %v", t.name, err)
		}
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}
