package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// tally is what a reader found: how many cells hold something, and the sum of
// the numbers among them.
type tally struct {
	cells int
	sum   float64
}

func (t *tally) add(other tally) {
	t.cells += other.cells
	t.sum += other.sum
}

// agrees allows for sums taken in another order.
func (t tally) agrees(with tally) bool {
	return t.cells == with.cells && math.Abs(t.sum-with.sum) <= 1e-9*math.Abs(with.sum)
}

// reader reads a workbook, from memory or from where it is.
type reader struct {
	memory func(data []byte) (tally, error)
	file   func(name string) (tally, error)
}

var readers = map[string]reader{
	"ntm":      {readBook, fromMemory(readBook)},
	"ntm-rows": {func(data []byte) (tally, error) { return readRows(bytes.NewReader(data), int64(len(data))) }, readRowsOf},
	"excelize": {readExcelize, fromMemory(readExcelize)},
	"inflate":  {nil, fromMemory(func(data []byte) (tally, error) { return tally{}, inflateBook(data) })},
}

func fromMemory(read func([]byte) (tally, error)) func(string) (tally, error) {
	return func(name string) (tally, error) {
		data, err := os.ReadFile(name)
		if err != nil {
			return tally{}, err
		}
		return read(data)
	}
}

// unlimited lets the long sheets pass; every other check is on.
func unlimited() excel.Options {
	lim := excel.DefaultLimits()
	lim.FileBytes, lim.InflatedBytes, lim.PartBytes, lim.TextBytes, lim.Cells, lim.Seconds = 0, 0, 0, 0, 0, 0
	return excel.Options{Limits: lim}
}

// readBook is our reading of a whole book.
func readBook(data []byte) (t tally, err error) {
	book, issues, err := excel.ReadWith(context.Background(), "book.xlsx", data, unlimited())
	if err != nil || book == nil {
		return t, fmt.Errorf("not read: %v %w", issues, err)
	}
	for _, s := range book.Sheets {
		t.cells += len(s.Cells)
		for i := range s.Cells {
			if c := &s.Cells[i]; c.Kind == sheet.Number {
				t.sum += c.Num
			}
		}
	}
	return t, nil
}

// readRows is our reading row by row.
func readRows(from io.ReaderAt, size int64) (t tally, err error) {
	book, issues, err := excel.ReadRows(context.Background(), "book.xlsx", from, size, unlimited(), func(row excel.Row) error {
		t.cells += len(row.Cells)
		for i := range row.Cells {
			if c := &row.Cells[i]; c.Kind == sheet.Number {
				t.sum += c.Num
			}
		}
		return nil
	})
	if err != nil || book == nil {
		return t, fmt.Errorf("not read: %v %w", issues, err)
	}
	return t, nil
}

func readRowsOf(name string) (t tally, err error) {
	f, err := os.Open(name)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return t, err
	}
	return readRows(f, info.Size())
}

// readExcelize is the library's row stream with raw values, which are text: a
// number must be told from a text by trying.
func readExcelize(data []byte) (t tally, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, name := range f.GetSheetList() {
		rows, err := f.Rows(name)
		if err != nil {
			return t, err
		}
		for rows.Next() {
			columns, err := rows.Columns()
			if err != nil {
				return t, err
			}
			for _, v := range columns {
				if v == "" {
					continue
				}
				t.cells++
				if v[0] <= '9' { // no text of the inputs begins so
					n, err := strconv.ParseFloat(v, 64)
					if err != nil {
						return t, err
					}
					t.sum += n
				}
			}
		}
		if err := errors.Join(rows.Error(), rows.Close()); err != nil {
			return t, err
		}
	}
	return t, nil
}

// packedParts returns the packed bytes of the parts that we read.
func packedParts(data []byte) (parts [][]byte, err error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	for _, f := range z.File {
		if strings.HasPrefix(f.Name, "docProps/") || strings.HasPrefix(f.Name, "xl/theme/") {
			continue
		}
		if f.Method != zip.Deflate {
			return nil, fmt.Errorf("%s is not deflated", f.Name)
		}
		from, err := f.DataOffset()
		if err != nil {
			return nil, err
		}
		parts = append(parts, data[from:from+int64(f.CompressedSize64)])
	}
	return parts, nil
}

var (
	inflater = flate.NewReader(bytes.NewReader(nil))
	inflated = make([]byte, 64<<10)
)

// inflate unpacks one part and does nothing with it, not even a checksum: what
// no reader of it can do without.
func inflate(packed []byte) error {
	if err := inflater.(flate.Resetter).Reset(bytes.NewReader(packed), nil); err != nil {
		return err
	}
	for {
		if _, err := inflater.Read(inflated); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func inflateBook(data []byte) error {
	parts, err := packedParts(data)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if err := inflate(p); err != nil {
			return err
		}
	}
	return nil
}
