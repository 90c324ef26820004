package main

import (
	"bytes"
	"encoding/csv"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"
)

var expectedFile = flag.String("expected", "", "write what the reports must come to into this CSV file")

func sample(t *testing.T) ([]file, *story) {
	t.Helper()
	prov, err := readProvince("..")
	if err != nil {
		t.Fatal(err)
	}
	files, story, err := generate(prov)
	if err != nil {
		t.Fatal(err)
	}
	return files, story
}

// The published headline comes out of the intended states.
func TestHeadline(t *testing.T) {
	_, s := sample(t)
	communes, bands := 0, map[string]int{}
	asRecognised, reviewed, recognised := 0, 0, 0
	for _, d := range s.prov.districts {
		for _, c := range d.communes {
			communes++
			if s.absent[q4] == c.code {
				if s.prov.recognised[c.code] != "" {
					t.Errorf("the absent commune %s is recognised", c.code)
				}
				continue
			}
			met := s.evaluate(q4, c.code).met
			reviewed += met
			if s.prov.recognised[c.code] != "" {
				recognised++
				asRecognised += 19
				continue
			}
			asRecognised += met
			switch {
			case met == 19:
				bands["full, not recognised"]++
			case met >= 15:
				bands["15-18"]++
			case met >= 10:
				bands["10-14"]++
			case met >= 5:
				bands["5-9"]++
			default:
				bands["0-4"]++
			}
		}
	}
	if communes != 119 || recognised != 33 {
		t.Errorf("%d communes, %d recognised; want 119, 33", communes, recognised)
	}
	if want := map[string]int{"15-18": 7, "10-14": 44, "5-9": 34}; !maps.Equal(bands, want) {
		t.Errorf("bands %v, want %v", bands, want)
	}
	if asRecognised != 1522 || reviewed != 1490 {
		t.Errorf("criteria met: %d as recognised, %d reviewed; want 1522 (12,9 on average), 1490", asRecognised, reviewed)
	}
}

// The communes of the published appendix and the newly recognised ones carry
// their exact state, without anything unknown.
func TestRecognisedCommunes(t *testing.T) {
	_, s := sample(t)
	levels := map[int]int{}
	for code, want := range published {
		res := s.evaluate(q4, code)
		levels[res.met]++
		if got := strings.Join(res.failing, "; "); got != want || len(res.unknown) > 0 {
			t.Errorf("commune %s fails %q, unknown %v; want %q", code, got, res.unknown, want)
		}
	}
	if want := map[int]int{19: 7, 18: 3, 17: 7, 16: 2, 15: 1, 14: 1}; !maps.Equal(levels, want) {
		t.Errorf("levels %v, want %v", levels, want)
	}
	late := 0
	for _, code := range s.prov.newest {
		if res := s.evaluate(q4, code); res.met != 19 || res.indicators != 49 {
			t.Errorf("commune %s meets %d criteria, %d indicators; want all", code, res.met, res.indicators)
		}
		if s.evaluate(q3, code).met < 19 {
			late++
		}
	}
	if len(s.prov.newest) != 12 || late != 3 {
		t.Errorf("%d communes recognised in the year, %d of them not yet full a quarter before; want 12, 3", len(s.prov.newest), late)
	}
}

// What stands in the cells says what was meant: every report is read back with
// nothing but a short list of words and the thresholds of the seeds.
func TestCellsSayTheState(t *testing.T) {
	files, s := sample(t)
	books := map[string]*excelize.File{}
	for _, f := range files {
		if strings.HasSuffix(f.name, ".xlsx") {
			book, err := excelize.OpenReader(bytes.NewReader(f.data))
			if err != nil {
				t.Fatalf("%s: %v", f.name, err)
			}
			books[f.name] = book
		}
	}
	byID := map[string]indicator{}
	for _, ind := range s.prov.indicators() {
		byID[ind.id] = ind
	}
	back := map[rune]rune{}
	for u, legacy := range s.prov.tcvn3 {
		back[legacy] = u
	}
	for _, p := range s.places {
		book, ind := books[p.file], byID[p.indicator]
		raw, err := book.GetCellValue(p.sheet, p.cell, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		id, err := book.GetCellStyle(p.sheet, p.cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := book.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if style.Font.Family == ".VnTime" {
			raw = strings.Map(func(r rune) rune {
				if u, ok := back[r]; ok {
					return u
				}
				return r
			}, raw)
		}
		percent := style.CustomNumFmt != nil && strings.HasSuffix(*style.CustomNumFmt, "%")
		want := s.figures[p.period][p.commune][p.indicator].is
		var got verdict
		if strings.Contains(p.file, "oai son") || strings.Contains(p.file, "oại Sơn") {
			got = met
			if listed(raw, ind) {
				got = notMet
			}
		} else {
			got = understand(raw, percent, ind)
			if raw == "" && ind.id == "8.3" && strings.Contains(p.file, "Phú Tân") {
				got = notMet // the column holds nothing but x
			}
		}
		if got != want {
			t.Errorf("%s %s!%s: %q for %s of %s reads as %d, meant as %d", p.file, p.sheet, p.cell, raw, ind.id, p.commune, got, want)
		}
	}
	if want := (119 + 118) * 49; len(s.places) != want {
		t.Errorf("%d figures written, want %d", len(s.places), want)
	}
}

var digits = regexp.MustCompile(`[0-9]+(?:[.,][0-9]+)*`)

// understand reads one cell as a careful clerk would.
func understand(raw string, percent bool, ind indicator) verdict {
	s := strings.ToLower(strings.TrimSpace(raw))
	if ind.kind == "boolean" {
		switch {
		case strings.HasPrefix(s, "không quy hoạch") && ind.id == "7":
			return met
		case slices.Contains([]string{"kxd", "n/a", "không áp dụng", "không thuộc diện"}, s) && ind.mayNotApply:
			return met
		case ind.inverted && (s == "không" || s == "0"):
			return met
		case ind.inverted:
			return notMet
		case slices.Contains([]string{"đạt", "đ", "x", "✓", "có", "1"}, s):
			return met
		case slices.Contains([]string{"chưa đạt", "chưa", "cđ", "k", "không", "không có", "không đạt", "0"}, s):
			return notMet
		}
		return unknown
	}
	switch {
	case slices.Contains([]string{"kxd", "n/a", "không áp dụng", "không thuộc diện"}, s) && ind.mayNotApply:
		return met
	case s == "đạt":
		return met
	case s == "1.234", strings.Contains(s, "o"), strings.HasPrefix(s, "#"):
		return unknown
	}
	if m := regexp.MustCompile(`^([0-9]+) tr ([0-9]+)$`).FindStringSubmatch(s); m != nil {
		s = m[1] + "," + m[2]
	}
	num := digits.FindString(s)
	if num == "" {
		return unknown
	}
	if strings.Count(num, ".") > 1 {
		num = strings.ReplaceAll(num, ".", "")
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(num, ",", "."), 64)
	if err != nil {
		return unknown
	}
	switch {
	case percent:
		v *= 100
	case ind.kind == "number" && v > 1e6:
		v /= 1e6
	case strings.HasSuffix(s, "/tháng"):
		v *= 12
	case ind.kind == "percent" && ind.threshold >= 25 && v > 0 && v < 1:
		v *= 100
	}
	if ind.kind == "percent" && v > 100 {
		return unknown
	}
	return judge(ind, v)
}

// listed tells whether a list of failing ids names an indicator, itself or
// through its criterion.
func listed(list string, ind indicator) bool {
	for _, id := range digits.FindAllString(list, -1) {
		// Only a bare "TC 13" stands for all; "13 (13.1)" explains itself.
		if id == ind.id || strings.Contains(list, "TC "+strconv.Itoa(ind.criterion)) && id == strconv.Itoa(ind.criterion) {
			return true
		}
	}
	return false
}

// Every sheet with anything on it says that it is illustrative, and no file
// names anybody's sheet after another's.
func TestEverySheetSaysItIsIllustrative(t *testing.T) {
	files, _ := sample(t)
	for _, f := range files {
		if !norm.NFC.IsNormalString(f.name) {
			t.Errorf("the name %q is not in NFC", f.name)
		}
		if !strings.HasSuffix(f.name, ".xlsx") {
			continue
		}
		if len(f.data) > 64<<10 {
			t.Errorf("%s takes %d bytes", f.name, len(f.data))
		}
		book, err := excelize.OpenReader(bytes.NewReader(f.data))
		if err != nil {
			t.Fatal(err)
		}
		for _, sheet := range book.GetSheetList() {
			rows, err := book.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) == 0 {
				continue
			}
			said := false
			for _, row := range rows[:min(9, len(rows))] {
				said = said || slices.Contains(row, illustrative)
			}
			if !said {
				t.Errorf("%s, %s does not say %q", f.name, sheet, illustrative)
			}
		}
	}
}

// Formulas keep their stored results, as numbers.
func TestFormulasHaveResults(t *testing.T) {
	files, _ := sample(t)
	n := 0
	for _, f := range files {
		if !strings.HasSuffix(f.name, ".xlsx") {
			continue
		}
		book, err := excelize.OpenReader(bytes.NewReader(f.data))
		if err != nil {
			t.Fatal(err)
		}
		for _, sheet := range book.GetSheetList() {
			rows, err := book.Rows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			for r := 1; rows.Next(); r++ {
				cols, err := rows.Columns(excelize.Options{RawCellValue: true})
				if err != nil {
					t.Fatal(err)
				}
				for i, v := range cols {
					formula, err := book.GetCellFormula(sheet, at(r, i+1))
					if err != nil {
						t.Fatal(err)
					}
					if formula == "" || v == "#DIV/0!" {
						continue
					}
					n++
					stored, err := strconv.ParseFloat(v, 64)
					if err != nil {
						t.Errorf("%s, %s!%s: stored result %q", f.name, sheet, at(r, i+1), v)
						continue
					}
					// The library computes the formula anew.
					fresh, err := book.CalcCellValue(sheet, at(r, i+1), excelize.Options{RawCellValue: true})
					if err != nil {
						t.Fatal(err)
					}
					computed, err := strconv.ParseFloat(fresh, 64)
					if err != nil || round(computed-stored, 6) != 0 {
						t.Errorf("%s, %s!%s: %s is stored as %s, comes to %s", f.name, sheet, at(r, i+1), formula, v, fresh)
					}
				}
			}
		}
	}
	if n < 50 {
		t.Errorf("only %d formulas", n)
	}
}

// The same seeds give the same bytes, and they are the bytes in the repository.
func TestSameBytes(t *testing.T) {
	once, _ := sample(t)
	again, _ := sample(t)
	for i, f := range once {
		if !bytes.Equal(f.data, again[i].data) {
			t.Errorf("%s differs between two runs", f.name)
		}
		kept, err := os.ReadFile(filepath.Join("..", "reports", filepath.FromSlash(f.name)))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(f.data, kept) {
			t.Errorf("%s in the repository is not what the program writes: go run ./seeds/sample", f.name)
		}
	}
	for _, p := range periods {
		names, err := filepath.Glob(filepath.Join("..", "reports", p, "*.xlsx"))
		if err != nil || len(names) != 11 {
			t.Errorf("%s holds %d workbooks (%v), want 11", p, len(names), err)
		}
	}
}

// TestWriteExpected writes the intended state for whoever compares a run's
// results with it.
func TestWriteExpected(t *testing.T) {
	if *expectedFile == "" {
		t.Skip("no -expected file")
	}
	_, s := sample(t)
	f, err := os.Create(*expectedFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := csv.NewWriter(f)
	lines := [][]string{{"period", "commune_code", "criteria_met", "failing_indicators", "unknown_indicators"}}
	for _, p := range periods {
		for _, d := range s.prov.districts {
			for _, c := range d.communes {
				if s.absent[p] == c.code {
					lines = append(lines, []string{p, c.code, "", "", ""})
					continue
				}
				res := s.evaluate(p, c.code)
				lines = append(lines, []string{p, c.code, strconv.Itoa(res.met), strings.Join(res.failing, "; "), strings.Join(res.unknown, "; ")})
			}
		}
	}
	if err := w.WriteAll(lines); err != nil {
		t.Fatal(err)
	}
}
