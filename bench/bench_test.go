// Package bench measures whole runs. Nothing here asserts a time: machines
// differ, so that what counts are the ratios within one run.
package bench

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/pipeline"
	"github.com/angiang-ntm/ntm/transforms"
)

const inbox = "../seeds/reports"

// BenchmarkSampleProvince does the main job on the bundled province: both
// periods, from an empty folder to two publications. Beside wall time it
// reports CPU time, the peak memory of the process, and each stage's share.
func BenchmarkSampleProvince(b *testing.B) {
	stages := map[string]time.Duration{}
	cpu := cpuTime()
	for b.Loop() {
		dir := b.TempDir()
		for _, code := range []string{"2017-Q3", "2017-Q4"} {
			p, _ := transforms.ParsePeriod(code)
			cfg := config.Default()
			cfg.Inbox, cfg.Data, cfg.Out = inbox, filepath.Join(dir, "data"), filepath.Join(dir, "out")
			s, err := pipeline.Do(context.Background(), pipeline.Options{Config: cfg, Period: p, Version: "bench", Now: time.Now})
			if err != nil {
				b.Fatal(err)
			}
			for _, t := range s.Timings {
				stages[t.Stage] += t.Wall
			}
		}
	}
	n := float64(b.N)
	b.ReportMetric((cpuTime()-cpu).Seconds()*1000/n, "cpu-ms/op")
	b.ReportMetric(peakMemory()/(1<<20), "peak-MiB")
	for stage, d := range stages {
		b.ReportMetric(d.Seconds()*1000/n, stage+"-ms/op")
	}
}

// BenchmarkRead reads the province's workbooks with our reader and, in the
// same run, with the library whose rows it replaces.
func BenchmarkRead(b *testing.B) {
	files := workbooks(b)
	b.Run("ntm", func(b *testing.B) {
		for b.Loop() {
			for name, data := range files {
				if book, notes, err := excel.Read(context.Background(), name, data, excel.DefaultLimits()); err != nil || book == nil {
					b.Fatal(name, notes, err)
				}
			}
		}
	})
	b.Run("excelize", func(b *testing.B) {
		for b.Loop() {
			for name, data := range files {
				if err := excelizeRows(data); err != nil {
					b.Fatal(name, err)
				}
			}
		}
	})
}

func excelizeRows(data []byte) error {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.Rows(sheet)
		if err != nil {
			return err
		}
		for rows.Next() {
			if _, err := rows.Columns(); err != nil {
				return err
			}
		}
		if err := rows.Close(); err != nil {
			return err
		}
	}
	return nil
}

func workbooks(b *testing.B) map[string][]byte {
	files := map[string][]byte{}
	err := filepath.WalkDir(inbox, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".xlsx" {
			return err
		}
		data, err := os.ReadFile(path)
		files[path] = data
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return files
}
