// Command drawbook writes drawn reports as workbooks, each with its truth, for
// people to look at and for the program to be tried on:
//
//	go run ./transforms/gen/drawbook -seed 7 -n 20 -out build/drawn
//
// The names say the seeds. Everything in them is made up.
package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/seeds"
	"github.com/angiang-ntm/ntm/transforms/gen"
)

func main() {
	seed := flag.Uint64("seed", 1, "the first seed")
	n := flag.Int("n", 10, "how many files")
	out := flag.String("out", "build/drawn", "the folder to write to")
	day := flag.String("day", "2017-12-31", "the last day of the period")
	flag.Parse()
	if err := run(*seed, *n, *out, *day); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(seed uint64, n int, out, day string) error {
	set, _, err := seeds.Load(seeds.FS)
	if err != nil {
		return err
	}
	id, ok := set.SetInForce(day)
	if !ok {
		return fmt.Errorf("no set of criteria is in force on %s", day)
	}
	world := gen.NewWorld(set, id, day)
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for i := range uint64(n) {
		f := gen.Draw(seed+i, world)
		base := filepath.Join(out, fmt.Sprintf("%06d %s", f.Seed, f.Name))
		if err := writeBook(base, f.Book); err != nil {
			return err
		}
		if err := writeTruth(base+".truth.csv", f); err != nil {
			return err
		}
		fmt.Printf("%d\t%s\t%s\t%s\n", f.Seed, f.Name, f.Period, strings.Join(f.Features, ", "))
	}
	return nil
}

func writeBook(name string, b *sheet.Book) error {
	if strings.HasSuffix(name, ".csv") {
		return writeText(name, b.Sheets[0])
	}
	x := excelize.NewFile()
	defer x.Close()
	percent, err := x.NewStyle(&excelize.Style{NumFmt: 10})
	if err != nil {
		return err
	}
	for i, s := range b.Sheets {
		if i == 0 {
			err = x.SetSheetName("Sheet1", s.Name)
		} else {
			_, err = x.NewSheet(s.Name)
		}
		if err != nil {
			return err
		}
		for _, c := range s.Cells {
			at := c.Pos.String()
			if c.Kind == sheet.Number {
				err = x.SetCellFloat(s.Name, at, c.Num, -1, 64)
				if err == nil && c.Percent {
					err = x.SetCellStyle(s.Name, at, at, percent)
				}
			} else {
				err = x.SetCellStr(s.Name, at, c.Text)
			}
			if err != nil {
				return err
			}
		}
		for _, m := range s.Merges {
			if err := x.MergeCell(s.Name, m.From.String(), m.To.String()); err != nil {
				return err
			}
		}
		if s.Hidden {
			if err := x.SetSheetVisible(s.Name, false); err != nil {
				return err
			}
		}
	}
	return x.SaveAs(name)
}

func writeText(name string, s *sheet.Sheet) error {
	last := sheet.Pos{}
	cells := map[sheet.Pos]string{}
	for _, c := range s.Cells {
		cells[c.Pos] = c.Text
		last.Row, last.Col = max(last.Row, c.Pos.Row), max(last.Col, c.Pos.Col)
	}
	var rows [][]string
	for r := 1; r <= last.Row; r++ {
		var row []string
		for c := 1; c <= last.Col; c++ {
			row = append(row, cells[sheet.Pos{Row: r, Col: c}])
		}
		rows = append(rows, row)
	}
	return writeRows(name, ';', rows)
}

func writeTruth(name string, f *gen.File) error {
	rows := [][]string{{"commune_code", "indicator_id", "value", "met", "sheet", "cell", "remark"}}
	for _, t := range f.Truth {
		value, met, remark := "", "", ""
		switch {
		case t.Bad:
			remark = "cannot be read"
		case t.HasNum:
			value = strconv.FormatFloat(t.Num, 'g', -1, 64)
		default:
			met = strconv.FormatBool(t.Met)
		}
		if t.Doubtful {
			remark = "doubtful"
		}
		rows = append(rows, []string{t.Commune, t.Indicator, value, met, t.Sheet, t.Cell, remark})
	}
	return writeRows(name, ',', rows)
}

func writeRows(name string, comma rune, rows [][]string) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	w := csv.NewWriter(file)
	w.Comma = comma
	if err := w.WriteAll(rows); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
