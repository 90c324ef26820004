package sql_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/unicode/norm"
)

// TestModels reads testdata/models/*.txt. Each file says in its first lines what it is
// about, then what was reported and what the models have to say of it, in
// tables as people write them. All of them share the province of base.txt.
//
// A section "reported" is a table as a district sends it: communes down,
// indicators across ("15.1" its result, "15.1 claim" the sender's own verdict,
// "TC 15" a claim of the whole criterion, "evidence" of everything). Words after "reported" are what is
// unlike the ordinary: file, seq, period, layout, sheet, sender, kind, district,
// status, set.
// A section named after a table holds rows of it. A section "want" is a query,
// a blank line, and its rows.
func TestModels(t *testing.T) {
	files, err := filepath.Glob("testdata/models/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 2 {
		t.Fatal("no test files in testdata/models")
	}
	base := parseFile(t, "testdata/models/base.txt")
	for _, file := range files {
		if strings.HasSuffix(file, "base.txt") {
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			archive := parseFile(t, file)
			g := newGiven(t)
			for _, section := range slices.Concat(base.Files, archive.Files) {
				g.add(section.Name, string(section.Data))
			}
			db := g.build()
			changed := false
			for i, section := range archive.Files {
				if !strings.HasPrefix(section.Name, "want") {
					continue
				}
				query, want, _ := strings.Cut(string(section.Data), "\n\n")
				got := ask(t, db, query)
				if *update {
					archive.Files[i].Data = []byte(query + "\n\n" + got + "\n")
					changed = true
				} else if !reflect.DeepEqual(cells(want), cells(got)) {
					t.Errorf("%s\n%s\ngot:\n%s\nwant:\n%s", section.Name, query, got, want)
				}
			}
			if changed {
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func parseFile(t *testing.T, file string) *txtar.Archive {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

// given collects what a test file gives.
type given struct {
	t      *testing.T
	tables map[string][]map[string]string
	files  int
}

func newGiven(t *testing.T) *given {
	return &given{t: t, tables: map[string][]map[string]string{}}
}

func (g *given) add(name, data string) {
	g.t.Helper()
	switch {
	case strings.HasPrefix(name, "reported"):
		g.reported(strings.Fields(strings.TrimPrefix(name, "reported")), data)
	case strings.Contains(name, "."):
		header, rows := table(data)
		for _, row := range rows {
			r := map[string]string{}
			for i, column := range header {
				r[column] = row[i]
			}
			g.tables[name] = append(g.tables[name], r)
		}
	}
}

// reported adds a submission, with its rows and cells, as the reader of
// workbooks would: the communes from A2 down, the columns from B on.
func (g *given) reported(options []string, data string) {
	g.t.Helper()
	g.files++
	o := map[string]string{
		"file": fmt.Sprintf("s%d", g.files), "seq": "1", "period": "2017-Q4", "layout": "L1", "sheet": "1",
		"kind": "district", "sender": "894", "district": "894", "status": "accepted", "set": "T", "table": "1",
	}
	for _, option := range options {
		key, value, ok := strings.Cut(option, "=")
		if _, known := o[key]; !ok || !known {
			g.t.Fatalf("reported: unknown option %q", option)
		}
		o[key] = value
	}
	if !slices.ContainsFunc(g.tables["ops.submission"], func(s map[string]string) bool {
		return s["submission_id"] == o["file"] && s["period"] == o["period"]
	}) {
		g.tables["ops.submission"] = append(g.tables["ops.submission"], map[string]string{
			"submission_id": o["file"], "period": o["period"], "sender_kind": o["kind"], "sender_code": o["sender"],
			"district_code": o["district"], "file_name": o["file"] + ".xlsx", "seq": o["seq"], "status": o["status"],
		})
	}
	header, rows := table(data)
	for i, row := range rows {
		number := strconv.Itoa(i + 2)
		code := g.commune(row[0])
		record := strconv.Itoa(100*g.files + i)
		kind := "commune"
		if row[0] == "Tổng cộng" {
			kind = "total"
		}
		where := map[string]string{
			"submission_id": o["file"], "period": o["period"], "record_no": record, "table_no": o["table"],
			"layout": o["layout"], "district_code": o["district"], "commune_code": code,
			"sheet": "Biểu " + o["sheet"], "sheet_no": o["sheet"], "row_no": number,
		}
		r := map[string]string{"kind": kind, "cell": "A" + number, "commune_text": row[0]}
		for k, v := range where {
			r[k] = v
		}
		g.tables["raw.record"] = append(g.tables["raw.record"], r)
		for j := 1; j < len(header); j++ {
			if header[j] == "" {
				continue
			}
			c := understood(row[j])
			for k, v := range where {
				c[k] = v
			}
			subject, measure, _ := strings.Cut(header[j], " ")
			c["measure"], c["indicator_id"], c["set_id"] = measure, subject, o["set"]
			switch {
			case subject == "TC":
				c["measure"], c["indicator_id"], c["criterion_no"] = "criterion_claim", "", measure
			case subject == "criteria_total", header[j] == "evidence":
				c["measure"], c["indicator_id"] = subject, ""
			case strings.HasPrefix(header[j], "evidence TC"):
				c["measure"], c["indicator_id"], c["criterion_no"] = "evidence", "", strings.Fields(header[j])[2]
			case measure == "":
				c["measure"] = "result"
			}
			if c["state"] == "reported" && (c["measure"] == "claim" || c["measure"] == "criterion_claim") {
				c["state"] = "claimed"
			}
			c["col_no"] = strconv.Itoa(j + 1)
			c["cell"] = sheet.Pos{Row: i + 2, Col: j + 1}.String()
			g.tables["raw.observation"] = append(g.tables["raw.observation"], c)
		}
	}
}

// understood is what the reader makes of a cell.
func understood(written string) map[string]string {
	c := map[string]string{"raw_text": written, "state": "reported"}
	switch norm.NFC.String(written) {
	case "", "-":
		c["state"] = "missing"
	case "Đạt":
		c["word"], c["word_is_answer"] = "true", "false"
	case "Chưa đạt":
		c["word"], c["word_is_answer"] = "false", "false"
	case "Có":
		c["word"], c["word_is_answer"] = "true", "true"
	case "Không":
		c["word"], c["word_is_answer"] = "false", "true"
	case "x", "✓", "Đủ":
		c["word"], c["word_is_answer"], c["is_sign"] = "true", "true", "true"
	case "không áp dụng":
		c["state"] = "not_applicable"
	default:
		if _, err := strconv.ParseFloat(written, 64); err != nil {
			c["state"] = "invalid"
		} else {
			c["value"] = written
		}
	}
	return c
}

func (g *given) commune(name string) string {
	for _, c := range g.tables["ref.commune"] {
		if c["name"] == name {
			return c["commune_code"]
		}
	}
	return ""
}

// build loads what was given into a warehouse and derives every model.
func (g *given) build() *warehouse.DB {
	g.t.Helper()
	ctx := context.Background()
	db, err := warehouse.Open(ctx, filepath.Join(g.t.TempDir(), "ntm.duckdb"), warehouse.Options{Threads: 2})
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() {
		if err := db.Close(); err != nil {
			g.t.Error(err)
		}
	})
	var periods []string
	for _, p := range g.tables["ops.period"] {
		periods = append(periods, p["period"])
	}
	for name, rows := range g.tables {
		types := map[string]string{}
		var columns []string
		for _, c := range warehouse.Columns(name) {
			types[c.Name] = c.Type
			columns = append(columns, c.Name)
		}
		var values [][]any
		for _, row := range rows {
			for k := range row {
				if types[k] == "" {
					g.t.Fatalf("%s has no column %q", name, k)
				}
			}
			var v []any
			for _, c := range columns {
				if written, given := row[c]; given && c == "raw_text" {
					v = append(v, written) // a blank cell is '', not unknown
					continue
				}
				v = append(v, caseValue(g.t, row[c], types[c]))
			}
			values = append(values, v)
		}
		if err := db.AppendRows(ctx, name, columns, values); err != nil {
			g.t.Fatal(err)
		}
	}
	if err := db.Build(ctx, models(g.t), periods); err != nil {
		g.t.Fatal(err)
	}
	return db
}

// table reads rows of cells that bars keep apart.
func table(data string) (header []string, rows [][]string) {
	for line := range strings.Lines(data) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		var cells []string
		for cell := range strings.SplitSeq(strings.TrimRight(line, "\n"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		if header == nil {
			header = cells
			continue
		}
		for len(cells) < len(header) {
			cells = append(cells, "")
		}
		rows = append(rows, cells)
	}
	return header, rows
}

// cells reads a table whatever the width of its columns.
func cells(data string) [][]string {
	header, rows := table(data)
	return append([][]string{header}, rows...)
}

// ask writes the rows of a query as a table.
func ask(t *testing.T, db *warehouse.DB, query string) string {
	t.Helper()
	columns, rows, err := db.All(context.Background(), query)
	if err != nil {
		t.Fatalf("%s\n%v", query, err)
	}
	lines := [][]string{columns}
	for _, row := range rows {
		var cells []string
		for _, v := range row {
			switch v := v.(type) {
			case nil:
				cells = append(cells, "NULL")
			case string:
				if v == "" {
					v = "''"
				}
				cells = append(cells, v)
			case float64:
				cells = append(cells, strconv.FormatFloat(v, 'g', -1, 64))
			case time.Time:
				cells = append(cells, v.Format(time.DateOnly))
			default:
				cells = append(cells, fmt.Sprint(v))
			}
		}
		lines = append(lines, cells)
	}
	width := make([]int, len(columns))
	for _, cells := range lines {
		for i, c := range cells {
			width[i] = max(width[i], len([]rune(c)))
		}
	}
	var b strings.Builder
	for _, cells := range lines {
		var line strings.Builder
		for i, c := range cells {
			if i > 0 {
				line.WriteString(" | ")
			}
			line.WriteString(c + strings.Repeat(" ", width[i]-len([]rune(c))))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}
