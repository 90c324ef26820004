// Command inputs writes the workbooks that the readers are measured on:
//
//	go run ./bench/inputs -out build/bench
//
// They are written by excelize, so that no reader is measured on files that its
// own side has written, and they are the same on every machine. All figures in
// them are made up (SỐ LIỆU MINH HỌA). What is there already is kept.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"math"
	"os"
	"path/filepath"

	"github.com/xuri/excelize/v2"
)

const (
	districtBooks = 700
	communes      = 17
	indicators    = 60
	largeRows     = 100_000
	millionRows   = 1_000_000
	largeColumns  = 50
)

func main() {
	out := flag.String("out", "build/bench", "folder to write to")
	withMillion := flag.Bool("million", false, "also write the sheet of 1,000,000 rows")
	flag.Parse()
	log.SetFlags(0)
	if err := write(*out, *withMillion); err != nil {
		log.Fatal("inputs: ", err)
	}
}

func write(out string, withMillion bool) error {
	for n := range districtBooks {
		name := filepath.Join(out, "districts", fmt.Sprintf("huyen-%03d.xlsx", n))
		if err := once(name, func(to string) error { return district(to, n) }); err != nil {
			return err
		}
	}
	if err := once(filepath.Join(out, "large.xlsx"), large); err != nil || !withMillion {
		return err
	}
	return once(filepath.Join(out, "million.xlsx"), million)
}

// once makes a file unless it is there, and never leaves half of one.
func once(name string, make func(to string) error) error {
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	partial := filepath.Join(filepath.Dir(name), "partial.xlsx")
	if err := make(partial); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return os.Rename(partial, name)
}

// value is what stands in one cell: a text, a whole number, a share with many
// digits, or a share to be shown in percent.
func value(row, col int) (v any, percent bool) {
	n := row*7919 + col*104729
	switch {
	case col == 2:
		return fmt.Sprintf("Xã Minh Họa %d", row%156), false
	case n%4 == 0:
		return [...]string{"Đạt", "Chưa đạt", "Không có"}[n%3], false
	case n%4 == 1:
		return n % 100, false
	case n%4 == 2:
		return math.Mod(float64(n)*0.37, 100), false
	}
	return float64(n%10000) / 10000, true
}

// district is a report as a district sends it: a title over merged cells, then
// a table.
func district(to string, n int) error {
	return workbook(to, func(f *excelize.File, sheet string, percent int) error {
		if err := f.SetCellValue(sheet, "A1", fmt.Sprintf("SỐ LIỆU MINH HỌA, đơn vị %d", n)); err != nil {
			return err
		}
		if err := f.MergeCell(sheet, "A1", "BH1"); err != nil {
			return err
		}
		return table(f, sheet, percent, 3, communes, indicators, n*communes)
	})
}

// large is one long table in the form in which spreadsheet programs save it,
// its texts in the table of shared strings.
func large(to string) error {
	return workbook(to, func(f *excelize.File, sheet string, percent int) error {
		return table(f, sheet, percent, 1, largeRows, largeColumns, 0)
	})
}

// million is one long table with its texts in the cells themselves: excelize
// writes shared strings only of what it holds in memory as a whole.
func million(to string) error {
	return workbook(to, func(f *excelize.File, sheet string, percent int) error {
		w, err := f.NewStreamWriter(sheet)
		if err != nil {
			return err
		}
		line := make([]any, largeColumns)
		for row := 1; row <= millionRows; row++ {
			for i := range line {
				v, asPercent := value(row, i+1)
				if asPercent {
					v = excelize.Cell{StyleID: percent, Value: v}
				}
				line[i] = v
			}
			if err := w.SetRow(fmt.Sprintf("A%d", row), line); err != nil {
				return err
			}
		}
		return w.Flush()
	})
}

// workbook saves a workbook of one sheet, which fill fills.
func workbook(to string, fill func(f *excelize.File, sheet string, percent int) error) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	const sheet = "Biểu 1"
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	percent, err := f.NewStyle(&excelize.Style{NumFmt: 10, Font: &excelize.Font{Family: "Times New Roman"}})
	if err != nil {
		return err
	}
	if err := fill(f, sheet, percent); err != nil {
		return err
	}
	return f.SaveAs(to)
}

// table fills a block of cells from column A on.
func table(f *excelize.File, sheet string, percent, firstRow, rows, columns, seed int) error {
	for row := firstRow; row < firstRow+rows; row++ {
		for col := 1; col <= columns; col++ {
			cell, err := excelize.CoordinatesToCellName(col, row)
			if err != nil {
				return err
			}
			v, asPercent := value(seed+row, col)
			if err := f.SetCellValue(sheet, cell, v); err != nil {
				return err
			}
			if !asPercent {
				continue
			}
			if err := f.SetCellStyle(sheet, cell, cell, percent); err != nil {
				return err
			}
		}
	}
	return nil
}
