package main

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/bench/measure"
	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/report"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/internal/warehouse"
)

// bounds are steps done alone: what no program that does the whole job in Go
// could do without, and our workbook by itself. Each stops the time only over
// the step, not over what it prepares, so its peak memory would say nothing.
var bounds = map[string]struct {
	what    string
	of      string // the stages of ntm that cannot cost less
	measure func(settings) (stage, error)
}{
	"inflate":  {"every part of the workbooks inflated, no more", "reading", inflate},
	"append":   {"ntm's observations appended to a fresh DuckDB file", "reading", appendRows},
	"plain":    {"the cells of ntm's workbook by excelize's StreamWriter, unstyled", "workbook", func(s settings) (stage, error) { return plain(s, false) }},
	"shared":   {"those of the five sheets that the peers write too", "workbook", func(s settings) (stage, error) { return plain(s, true) }},
	"workbook": {"ntm's consolidated workbook by itself", "", workbook},
}

// stage is the time that one step took, in seconds.
type stage struct {
	Wall float64 `json:"wall"`
	CPU  float64 `json:"cpu"`
}

func (s *stage) add(other stage) {
	s.Wall += other.Wall
	s.CPU += other.CPU
}

// timed does a step and adds what it took.
func (s *stage) timed(do func() error) error {
	start, cpu := time.Now(), measure.CPUTime()
	err := do()
	s.add(stage{time.Since(start).Seconds(), (measure.CPUTime() - cpu).Seconds()})
	return err
}

// kept is where the publication stands that all bounds start from.
func (s settings) kept() string { return filepath.Join(s.work, "ntm", "out") }

// inflate unpacks every part with the library that our reader uses.
func inflate(s settings) (took stage, err error) {
	books, err := s.books()
	if err != nil {
		return took, err
	}
	inflater := flate.NewReader(bytes.NewReader(nil))
	room := make([]byte, 64<<10)
	for _, name := range books {
		data, err := os.ReadFile(name)
		if err != nil {
			return took, err
		}
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return took, fmt.Errorf("%s: %w", name, err)
		}
		err = took.timed(func() error {
			for _, f := range z.File {
				if f.Method != zip.Deflate {
					continue
				}
				from, err := f.DataOffset()
				if err != nil {
					return err
				}
				packed := bytes.NewReader(data[from : from+int64(f.CompressedSize64)])
				if err := inflater.(flate.Resetter).Reset(packed, nil); err != nil {
					return err
				}
				for err == nil {
					_, err = inflater.Read(room)
				}
				if err != io.EOF {
					return fmt.Errorf("%s in %s: %w", f.Name, name, err)
				}
			}
			return nil
		})
		if err != nil {
			return took, err
		}
	}
	return took, nil
}

// appendRows appends the rows of raw.observation to a file that is made for it,
// with the driver's own appender and in as large pieces as it likes.
func appendRows(s settings) (took stage, err error) {
	ctx := context.Background()
	source, err := warehouse.OpenReadOnly(ctx, filepath.Join(s.kept(), "ntm.duckdb"))
	if err != nil {
		return took, err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	columns, err := source.Columns(ctx, "raw.observation")
	if err != nil {
		return took, err
	}
	var declared []string
	for _, c := range columns {
		declared = append(declared, c.Name+" "+c.Type)
	}
	dir, err := os.MkdirTemp(s.work, "append-")
	if err != nil {
		return took, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	var db *sql.DB
	var conn *sql.Conn
	var appender *duckdb.Appender
	err = took.timed(func() error {
		connector, err := duckdb.NewConnector(filepath.Join(dir, "fresh.duckdb"), nil)
		if err != nil {
			return err
		}
		db = sql.OpenDB(connector)
		if conn, err = db.Conn(ctx); err != nil {
			return err
		}
		if _, err := conn.ExecContext(ctx, "create table observation ("+strings.Join(declared, ", ")+")"); err != nil {
			return err
		}
		return conn.Raw(func(dc any) error {
			appender, err = duckdb.NewAppender(dc.(driver.Conn), "", "", "observation")
			return err
		})
	})
	if err != nil {
		return took, err
	}

	rows, err := source.Query(ctx, "select * from raw.observation where period = ?", s.period)
	if err != nil {
		return took, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	const most = 50_000
	batch := make([][]driver.Value, 0, most)
	flush := func() error {
		defer func() { batch = batch[:0] }()
		return took.timed(func() error {
			for _, row := range batch {
				if err := appender.AppendRow(row...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for rows.Next() {
		row := make([]driver.Value, len(columns))
		for i, v := range rows.Values() {
			row[i] = v
			// Rows hands out integers of one size.
			if n, ok := v.(int64); ok && columns[i].Type == "INTEGER" {
				row[i] = int32(n)
			}
		}
		if batch = append(batch, row); len(batch) == most {
			if err := flush(); err != nil {
				return took, err
			}
		}
	}
	if err := errors.Join(rows.Err(), flush()); err != nil {
		return took, err
	}
	err = took.timed(func() error { return errors.Join(appender.Close(), conn.Close(), db.Close()) })
	return took, err
}

// unlimited lets the consolidated workbook of a country pass.
func unlimited() excel.Options {
	lim := excel.DefaultLimits()
	lim.FileBytes, lim.InflatedBytes, lim.PartBytes, lim.TextBytes, lim.Cells, lim.Seconds = 0, 0, 0, 0, 0, 0
	return excel.Options{Limits: lim}
}

// eachRow hands out the rows of a workbook.
func eachRow(name string, each func(excel.Row) error) (err error) {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	book, issues, err := excel.ReadRows(context.Background(), name, f, info.Size(), unlimited(), each)
	if err == nil && book == nil {
		err = fmt.Errorf("%s is refused: %v", name, issues)
	}
	return err
}

// plain writes the cells of the consolidated workbook that is there, one
// StreamWriter a sheet: no styles, widths, heights or queries. Where only what is
// shared is asked for, it writes the sheets that the peers write too.
func plain(s settings, shared bool) (took stage, err error) {
	name, err := s.published(s.kept(), "tong-hop-*.xlsx")
	if err != nil {
		return took, err
	}
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	var open *excelize.StreamWriter
	var current *sheet.Sheet
	const most = 20_000
	type row struct {
		number int
		cells  []any
	}
	batch := make([]row, 0, most)
	flush := func() error {
		defer func() { batch = batch[:0] }()
		return took.timed(func() error {
			for _, r := range batch {
				if err := open.SetRow("A"+strconv.Itoa(r.number), r.cells); err != nil {
					return err
				}
			}
			return nil
		})
	}
	finish := func() error {
		if open == nil {
			return nil
		}
		return errors.Join(flush(), took.timed(open.Flush))
	}
	err = eachRow(name, func(r excel.Row) error {
		if shared && !slices.Contains(sheets, r.Sheet.Name) {
			return nil
		}
		if r.Sheet != current {
			if err := finish(); err != nil {
				return err
			}
			if _, err := book.NewSheet(r.Sheet.Name); err != nil {
				return err
			}
			if open, err = book.NewStreamWriter(r.Sheet.Name); err != nil {
				return err
			}
			current = r.Sheet
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
		}
		if batch = append(batch, row{r.Number, cells}); len(batch) == most {
			return flush()
		}
		return nil
	})
	if err := errors.Join(err, finish()); err != nil {
		return took, err
	}
	err = took.timed(func() error { return book.Write(io.Discard) })
	return took, err
}

// workbook writes our consolidated workbook from the snapshot that was published.
func workbook(s settings) (took stage, err error) {
	db, err := warehouse.OpenReadOnly(context.Background(), filepath.Join(s.kept(), "ntm.duckdb"))
	if err != nil {
		return took, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	meta := report.Meta{Period: s.period, Label: "Quý IV/2017", EndsOn: time.Date(2017, 12, 31, 0, 0, 0, 0, time.UTC), Version: "bench",
		Parent: "ỦY BAN NHÂN DÂN", Office: "VĂN PHÒNG MINH HỌA", SignerTitle: "CHÁNH VĂN PHÒNG"}
	err = took.timed(func() error { return report.Workbook(context.Background(), db.All, meta, io.Discard) })
	return took, err
}
