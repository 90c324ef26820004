package excel

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"testing"

	"github.com/xuri/excelize/v2"
)

// BenchmarkRead compares this reader with its lower bound, unpacking the parts
// it reads, and with excelize, on the same bytes:
//
//	go test -run '^$' -bench Read ./internal/excel
func BenchmarkRead(b *testing.B) {
	for _, size := range []struct {
		name       string
		rows, cols int
	}{
		{"119x60", 119, 60},
		{"20000x50", 20_000, 50},
	} {
		data := reportWorkbook(b, size.rows, size.cols)
		cells := float64(size.rows * size.cols)
		b.Run(size.name+"/inflate", func(b *testing.B) { benchInflate(b, data, cells) })
		b.Run(size.name+"/ntm", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				book, issues, err := Read(context.Background(), "b.xlsx", data, DefaultLimits())
				if err != nil || book == nil {
					b.Fatal(issues, err)
				}
				if n := len(book.Sheets[0].Cells); n != int(cells) {
					b.Fatalf("%d cells, want %v", n, cells)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/cells, "ns/cell")
		})
		b.Run(size.name+"/excelize", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if n := countWithExcelize(b, data); n != int(cells) {
					b.Fatalf("%d cells, want %v", n, cells)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/cells, "ns/cell")
		})
	}
}

// benchInflate unpacks the parts that Read reads, checksums aside, and does
// nothing with them.
func benchInflate(b *testing.B, data []byte, cells float64) {
	b.ReportAllocs()
	buf := make([]byte, scanBuffer)
	for b.Loop() {
		c, err := openContainer(inMemory(data), DefaultLimits().filled(), clock{ctx: context.Background()})
		if err != nil {
			b.Fatal(err)
		}
		for _, name := range []string{"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
			"xl/styles.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"} {
			e := c.find(name)
			if e == nil {
				b.Fatal("no part " + name)
			}
			p, err := c.open(e)
			if err != nil {
				b.Fatal(err)
			}
			for {
				if _, err = p.src.Read(buf); err != nil {
					break
				}
			}
			if err != io.EOF {
				b.Fatal(err)
			}
			p.close()
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/cells, "ns/cell")
}

func countWithExcelize(b *testing.B, data []byte) int {
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	rows, err := f.Rows(f.GetSheetName(0))
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for rows.Next() {
		cols, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			b.Fatal(err)
		}
		for _, v := range cols {
			if v != "" {
				n++
			}
		}
	}
	return n
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
