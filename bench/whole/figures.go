package main

import (
	"bytes"
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

// sheets are those that the peers write too.
var sheets = []string{"Theo huyện", "Theo xã", "Chỉ tiêu chưa đạt", "Kết quả chỉ tiêu", "Nguồn số liệu"}

// without are ntm's columns in them that the peers do without: those of earlier
// periods, of recognition, and of who leads until when.
var without = map[string][]string{
	"Theo huyện":        {"Được công nhận", "Giữ vững", "So kỳ trước", "Bình quân tiêu chí (theo công nhận)"},
	"Theo xã":           {"Năm công nhận", "Giữ vững"},
	"Chỉ tiêu chưa đạt": {"Cơ quan chủ trì", "Thời hạn"},
}

// sameWorkbooks holds every cell of the peers' tables against ntm's. Only ntm's
// are kept, a line for each row: the sheet of sources has millions of cells.
func (s settings) sameWorkbooks(folders []string) error {
	name, err := s.published(s.kept(), "tong-hop-*.xlsx")
	if err != nil {
		return err
	}
	want := map[string][]string{}
	err = eachLine([]string{name}, func(sheet string, line []byte) error {
		want[sheet] = append(want[sheet], string(line))
		return nil
	})
	if err != nil {
		return err
	}
	for _, dir := range folders {
		books, err := filepath.Glob(filepath.Join(dir, "*.xlsx"))
		if err != nil {
			return err
		}
		seen := map[string]int{}
		err = eachLine(books, func(sheet string, line []byte) error {
			n := seen[sheet]
			seen[sheet]++
			if w := want[sheet]; n < len(w) && w[n] != string(line) {
				return fmt.Errorf("row %d of the table in sheet %s is %q, ntm has %q", n+1, sheet, line, w[n])
			}
			return nil
		})
		for _, sheet := range sheets {
			if n := seen[sheet]; err == nil && (n < 2 || n != len(want[sheet])) {
				err = fmt.Errorf("%d rows in sheet %s, ntm has %d", n, sheet, len(want[sheet]))
			}
		}
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(dir), err)
		}
	}
	for _, sheet := range sheets {
		fmt.Printf("  %d rows in sheet %s\n", len(want[sheet])-1, sheet)
	}
	return nil
}

// eachLine hands out the tables of the sheets, a row as a line that is written
// over by the next. A table is from the row that begins with STT to the first
// blank one; the columns that the peers do without are left out.
func eachLine(books []string, each func(sheet string, line []byte) error) error {
	for _, book := range books {
		var (
			name string
			keep []bool // by column; none before the table
			next int    // the number of the table's next row, 0 after the table
			line []byte
		)
		err := eachRow(book, func(r excel.Row) error {
			if r.Sheet.Name != name {
				name, keep, next = r.Sheet.Name, nil, 0
			}
			if !slices.Contains(sheets, name) {
				return nil
			}
			if keep == nil && r.Cells[0].Text == "STT" {
				next = r.Number
				for _, c := range r.Cells {
					keep = append(keep, !slices.Contains(without[name], c.Text))
				}
			}
			if r.Number != next {
				next = 0
				return nil
			}
			next++
			line = line[:0]
			cells := r.Cells
			for col, kept := range keep {
				var c sheet.Cell
				if len(cells) > 0 && cells[0].Pos.Col == col+1 {
					c, cells = cells[0], cells[1:]
				}
				if !kept {
					continue
				}
				line = append(appendCell(line, c), '\t')
			}
			return each(name, line)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// appendCell appends what is compared of a cell. A number is the same to twelve
// digits, also as text: readers hand out 0.7665000000000001 rounded, and DuckDB
// writes text where letters stand among the numbers of a column.
func appendCell(line []byte, c sheet.Cell) []byte {
	number := c.Num
	if c.Kind != sheet.Number {
		var err error
		if number, err = strconv.ParseFloat(c.Text, 64); err != nil {
			return append(line, c.Text...)
		}
	}
	return strconv.AppendFloat(line, number, 'g', 12, 64)
}
