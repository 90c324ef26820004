package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// figures are what every program must arrive at: a name, and how ntm is asked.
// The columns, their order and the rows' are those of the peers' files.
var figures = []struct{ name, query string }{
	{"criterion", `
		select commune_code, criterion_no, indicators_total as indicators, indicators_met, indicators_unknown,
		       case when met then 'met' when not met then 'not_met' else 'unknown' end as verdict
		from mart.criterion_result where period = '%s' order by commune_code, criterion_no`},
	{"commune", `
		select commune_code, district_code, criteria_met, criteria_unknown, indicators_met, indicators_unknown
		from mart.commune_summary where period = '%s' order by commune_code`},
	{"district", `
		select district_code, communes, communes_reported, communes_full, printf('%%.4f', avg_criteria_met) as avg_criteria_met,
		       min_criteria_met, max_criteria_met, band_full, band_15_18, band_10_14, band_5_9, band_0_4
		from mart.district_summary where period = '%s' order by district_code`},
	{"country", `
		select communes, communes_reported, communes_full, printf('%%.4f', avg_criteria_met) as avg_criteria_met,
		       printf('%%.4f', avg_indicators_met) as avg_indicators_met
		from mart.province_summary where period = '%s'`},
	// Where each cell stands, and how it was understood.
	{"observation", `
		select regexp_replace(s.file_name, '^.*/', '') as file, o.sheet, o.cell, o.indicator_id,
		       printf('%%.6f', o.value) as value, o.word
		from raw.observation o join ops.submission s on s.period = o.period and s.submission_id = o.submission_id
		where o.period = '%s' and o.measure = 'result'
		order by file, o.sheet, o.indicator_id, length(o.cell), o.cell`},
}

// figuresOf asks a publication.
func (s settings) figuresOf(out, query string) ([]byte, error) {
	cmd := exec.Command(s.ntm, "query", "--out", out, "--format", "csv", fmt.Sprintf(query, s.period))
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("ntm query: %w %s", err, complaint.String())
	}
	return text, nil
}

// verify holds the folders of peers against the publication, first the figures,
// then the cells of the workbooks. It is done in a process of its own, because
// the peak that the system states for a process counts from the one that
// started it.
func (s settings) verify(folders []string) error {
	for _, f := range figures {
		want, err := s.figuresOf(s.kept(), f.query)
		if err != nil {
			return err
		}
		if bytes.Count(want, []byte("\n")) < 2 {
			return fmt.Errorf("ntm has no figures of %s", f.name)
		}
		for _, dir := range folders {
			got, err := os.ReadFile(filepath.Join(dir, f.name+".csv"))
			if err != nil {
				return err
			}
			if err := sameLines(got, want); err != nil {
				return fmt.Errorf("%s, %s: %w", filepath.Base(dir), f.name, err)
			}
		}
		fmt.Printf("  %d rows of %s\n", bytes.Count(want, []byte("\n"))-1, f.name)
	}
	return s.sameWorkbooks(folders)
}

// sameLines names the first line that differs.
func sameLines(got, want []byte) error {
	if bytes.Equal(got, want) {
		return nil
	}
	g, w := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	for i := range min(len(g), len(w)) {
		if !bytes.Equal(g[i], w[i]) {
			return fmt.Errorf("line %d is %q, ntm says %q", i+1, g[i], w[i])
		}
	}
	return fmt.Errorf("%d lines, ntm has %d", len(g), len(w))
}

// sheets are the two that the peers write too, and ntm's columns that they do
// without: those of earlier periods and of recognition.
var sheets = map[string][]string{
	"Theo huyện": {"Được công nhận", "Giữ vững", "So kỳ trước", "Bình quân tiêu chí (theo công nhận)"},
	"Theo xã":    {"Năm công nhận", "Giữ vững"},
}

// sameWorkbooks holds every cell of the peers' workbooks against ntm's.
func (s settings) sameWorkbooks(folders []string) error {
	name, err := s.published(s.kept(), "tong-hop-*.xlsx")
	if err != nil {
		return err
	}
	want, err := tables(name)
	if err != nil {
		return err
	}
	for _, dir := range folders {
		books, err := filepath.Glob(filepath.Join(dir, "*.xlsx"))
		if err != nil {
			return err
		}
		got, err := tables(books...)
		if err != nil {
			return err
		}
		for sheet, without := range sheets {
			w, g := want[sheet], got[sheet]
			if len(w) < 2 || len(g) != len(w) {
				return fmt.Errorf("%s: %d rows in sheet %s, ntm has %d", filepath.Base(dir), len(g), sheet, len(w))
			}
			var columns []int // ntm's, that a peer has
			for i, head := range w[0] {
				if !slices.Contains(without, head) {
					columns = append(columns, i)
				}
			}
			for r := range w {
				for n, i := range columns {
					if at(g[r], n) != at(w[r], i) {
						return fmt.Errorf("%s: row %d, column %d of the table in sheet %s is %q, ntm has %q", filepath.Base(dir), r+1, n+1, sheet, at(g[r], n), at(w[r], i))
					}
				}
			}
		}
	}
	for _, name := range []string{"Theo huyện", "Theo xã"} {
		fmt.Printf("  %d rows in sheet %s\n", len(want[name])-1, name)
	}
	return nil
}

func at(row []string, i int) string {
	if i < len(row) {
		return row[i]
	}
	return ""
}

// tables reads the tables of the two sheets from their header row, the one that
// begins with STT, in one or more files.
func tables(books ...string) (map[string][][]string, error) {
	found := map[string][][]string{}
	for _, book := range books {
		err := eachRow(book, func(r excel.Row) error {
			name := r.Sheet.Name
			if _, ours := sheets[name]; !ours {
				return nil
			}
			var row []string
			for _, c := range r.Cells {
				for len(row) < c.Pos.Col-1 {
					row = append(row, "")
				}
				text := c.Text
				if c.Kind == sheet.Number { // an average is the same to twelve digits
					text = strconv.FormatFloat(c.Num, 'g', 12, 64)
				}
				row = append(row, text)
			}
			if len(found[name]) > 0 || at(row, 0) == "STT" {
				found[name] = append(found[name], row)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(found) != len(sheets) {
		return nil, errors.New("a sheet is missing from " + fmt.Sprint(books))
	}
	return found, nil
}
