package excel

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/xuri/excelize/v2"
)

// BenchmarkRead is for a profiler; what it compares with is in ./bench/read.
//
//	go test -run '^$' -bench Read ./internal/excel
func BenchmarkRead(b *testing.B) {
	for _, size := range []struct {
		name       string
		rows, cols int
	}{
		{"17x60", 17, 60},
		{"20000x50", 20_000, 50},
	} {
		data := reportWorkbook(b, size.rows, size.cols)
		want := size.rows * size.cols
		b.Run(size.name+"/book", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				book, issues, err := Read(context.Background(), "b.xlsx", data, DefaultLimits())
				if err != nil || book == nil || len(book.Sheets[0].Cells) != want {
					b.Fatal(issues, err)
				}
			}
		})
		b.Run(size.name+"/rows", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				book, issues, err := ReadRows(context.Background(), "b.xlsx", bytes.NewReader(data), int64(len(data)), Options{Limits: DefaultLimits()}, func(row Row) error {
					n += len(row.Cells)
					return nil
				})
				if err != nil || book == nil || n != want {
					b.Fatal(n, issues, err)
				}
			}
		})
	}
}

// reportWorkbook makes a workbook as districts send them: names, verdicts as
// shared strings, percentages with and without long decimals. It goes through
// SetCellValue, as the stream writer writes no shared strings.
func reportWorkbook(tb testing.TB, rows, cols int) []byte {
	tb.Helper()
	f := excelize.NewFile()
	defer f.Close()
	percent, err := f.NewStyle(&excelize.Style{NumFmt: 10})
	if err != nil {
		tb.Fatal(err)
	}
	verdicts := []string{"Đạt", "Chưa đạt", "Không có"}
	for r := 1; r <= rows; r++ {
		for c := 1; c <= cols; c++ {
			cell, _ := excelize.CoordinatesToCellName(c, r)
			n := r*7919 + c*104729
			switch {
			case c == 2:
				f.SetCellValue("Sheet1", cell, fmt.Sprintf("Xã Vĩnh Phú %d", r%156))
			case n%4 == 0:
				f.SetCellValue("Sheet1", cell, verdicts[n%3])
			case n%4 == 1:
				f.SetCellValue("Sheet1", cell, n%100)
			case n%4 == 2:
				f.SetCellValue("Sheet1", cell, math.Mod(float64(n)*0.37, 100))
			default:
				f.SetCellValue("Sheet1", cell, float64(n%10000)/100)
				f.SetCellStyle("Sheet1", cell, cell, percent)
			}
		}
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		tb.Fatal(err)
	}
	return buf.Bytes()
}
