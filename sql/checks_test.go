package sql_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/sql"
	"github.com/angiang-ntm/ntm/transforms"
)

var update = flag.Bool("update", false, "rewrite the wanted part of the files in testdata by what comes out; review the difference")

// The period that the cases are about, and the file that a cell stands in
// where the case names none.
const (
	thisPeriod = "2017-Q4"
	thisFile   = "ts"
)

// TestChecks runs every case of testdata/checks: a small province
// (testdata/province.txtar) with what a few cells of its reports say, through
// the real models and the runner, and what the check of that name says of it.
//
// A section holds the rows of a table, its columns named in the first line and
// divided by |; it replaces the province's own. Columns that are left out get
// the ordinary value (see ordinaryRow). "want" is what was judged, then a line for
// each finding: severity, place, commune (else district), indicator, message.
func TestChecks(t *testing.T) {
	province := readCase(t, "testdata/province.txtar")
	checks := builtin(t)
	built := models(t)
	ctx := context.Background()
	db, err := warehouse.Open(ctx, filepath.Join(t.TempDir(), "ntm.duckdb"), warehouse.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()

	cases, err := filepath.Glob("testdata/checks/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	covered := map[string]bool{}
	for _, path := range cases {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		id, _, _ := strings.Cut(name, "-") // missing_commune-silent-district: a second case of a check
		t.Run(name, func(t *testing.T) {
			at := slices.IndexFunc(checks, func(c warehouse.Check) bool { return c.ID == id })
			if at < 0 {
				t.Fatalf("there is no check %q", id)
			}
			archive := readCase(t, path)
			loadCase(t, db, checks, province, archive)
			if err := db.Build(ctx, built, []string{"2017-Q3", thisPeriod}); err != nil {
				t.Fatal(err)
			}
			if err := db.RunChecks(ctx, checks[at:at+1], "run", []string{thisPeriod}, nil); err != nil {
				t.Fatal(err)
			}
			got := findingsOf(t, db, id)
			if *update {
				rewriteCase(t, path, archive, got)
				return
			}
			if want := caseSection(archive, "want"); got != want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", strings.TrimSpace(string(archive.Comment)), got, want)
			}
		})
		covered[id] = true
	}
	for _, c := range checks {
		if !covered[c.ID] {
			t.Errorf("%s has no case in testdata/checks", c.ID)
		}
	}
}

// TestCasesDecide holds the cases themselves: between them they show every
// check failing (or, where the reader of the files finds what is wrong, a check
// taking that over) and every check passing. A check that only ever says yes,
// or no, would not be noticed when it breaks.
func TestCasesDecide(t *testing.T) {
	counts := regexp.MustCompile(`^judged (\d+), failed (\d+), not judged (\d+)\n`)
	type sum struct{ failed, passed int }
	sums := map[string]*sum{}
	cases, err := filepath.Glob("testdata/checks/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range cases {
		id, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".txtar"), "-")
		if sums[id] == nil {
			sums[id] = &sum{}
		}
		m := counts.FindStringSubmatch(caseSection(readCase(t, path), "want"))
		if m == nil {
			t.Errorf("%s: the wanted text does not begin with what was judged", path)
			continue
		}
		judged, _ := strconv.Atoi(m[1])
		failed, _ := strconv.Atoi(m[2])
		sums[id].failed += failed
		sums[id].passed += judged - failed
	}
	for id, s := range sums {
		if s.failed == 0 || s.passed == 0 {
			t.Errorf("%s: %d rows fail and %d pass in its cases; want some of each", id, s.failed, s.passed)
		}
	}
}

// TestCatalogue keeps docs/findings.md in step with what finds: the checks, the
// reader of spreadsheets and the reader of tables. Every code has one heading,
// with its check's name and severity, and no heading is left of a code that
// nobody gives any more.
func TestCatalogue(t *testing.T) {
	text, err := os.ReadFile("../docs/findings.md")
	if err != nil {
		t.Fatal(err)
	}
	heading := regexp.MustCompile(`^## (NTM-\d{3}) · (\S+)$`)
	severity := regexp.MustCompile(`^\*\*(Phải sửa|Cần kiểm tra|Lưu ý)\*\*`)
	shown := map[string]string{"error": "Phải sửa", "warning": "Cần kiểm tra", "info": "Lưu ý"}
	type entry struct{ check, severity string }
	entries := map[string]entry{}
	code, last := "", ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if m := heading.FindStringSubmatch(line); m != nil {
			code = m[1]
			if _, twice := entries[code]; twice {
				t.Errorf("%s has two headings", code)
			}
			if code < last {
				t.Errorf("%s stands after %s", code, last)
			}
			last = code
			entries[code] = entry{check: m[2]}
		} else if m := severity.FindStringSubmatch(line); m != nil {
			e := entries[code]
			e.severity = m[1]
			entries[code] = e
		}
	}
	want := map[string]entry{
		"NTM-050": {"invalid_seed", shown["error"]},      // a seed file
		"NTM-063": {"file_refused", shown["error"]},      // a file that the system does not let us read
		"NTM-109": {"order_unclear", shown["warning"]},   // where the files of a sender are held against each other
		"NTM-440": {"feedback_list_only", shown["info"]}, // said in the log and in the feedback itself
	}
	for _, c := range excel.Codes() {
		want[c.Code] = entry{c.Check, shown[string(c.Severity)]}
	}
	for _, k := range transforms.Kinds {
		want[k.Code] = entry{k.Check, shown[string(k.Severity)]}
	}
	for _, c := range builtin(t) {
		if e, both := want[c.Code]; both && e != (entry{c.ID, shown[c.Severity]}) {
			t.Errorf("%s: %s says %s, %s; where the file is read it is %q", c.Code, c.File, c.ID, c.Severity, e)
		}
		want[c.Code] = entry{c.ID, shown[c.Severity]}
	}
	for code, e := range want {
		if entries[code] != e {
			t.Errorf("%s: docs/findings.md has %q, want %q", code, entries[code], e)
		}
	}
	for code := range entries {
		if _, ok := want[code]; !ok {
			t.Errorf("%s: docs/findings.md explains a code that nothing gives", code)
		}
	}
}

// TestCodes holds the codes: each once, and as the file is named.
func TestCodes(t *testing.T) {
	by := map[string]string{}
	for _, c := range builtin(t) {
		if other, taken := by[c.Code]; taken {
			t.Errorf("%s: the code %s is taken by %s", c.File, c.Code, other)
		}
		by[c.Code] = c.File
		if want := "checks/" + c.ID + ".sql"; c.File != want {
			t.Errorf("%s holds the check %s", c.File, c.ID)
		}
	}
}

func builtin(t *testing.T) []warehouse.Check {
	t.Helper()
	var checks []warehouse.Check
	for _, name := range sql.Checks() {
		text, err := sql.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := warehouse.ParseCheck(name, string(text))
		if err != nil {
			t.Fatal(err)
		}
		checks = append(checks, c)
	}
	return checks
}

// models returns the models as the pipeline builds them.
func models(t *testing.T) []warehouse.Model {
	t.Helper()
	var list []warehouse.Model
	for _, name := range slices.Concat(sql.Staging, sql.Marts) {
		text, err := sql.Text(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, warehouse.Model{Name: name, SQL: text})
	}
	return list
}

func readCase(t *testing.T, path string) *txtar.Archive {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

func caseSection(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// findingsOf writes what the check said as a case wants it.
func findingsOf(t *testing.T, db *warehouse.DB, id string) string {
	t.Helper()
	ctx := context.Background()
	_, counts, err := db.All(ctx, "select evaluated, failed, skipped from ops.check_result where check_id = ?", id)
	if err != nil || len(counts) != 1 {
		t.Fatalf("the result of %s: %v, %v", id, counts, err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "judged %v, failed %v, not judged %v\n", counts[0]...)
	_, rows, err := db.All(ctx, `
		select concat_ws(' ', severity, nullif(concat_ws('!', file_name, sheet, cell), ''), coalesce(commune_code, district_code), indicator_id) || ': ' || message
		from ops.finding
		where check_id = ?
		order by file_name, sheet, length(cell), cell, commune_code, indicator_id, message`, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		fmt.Fprintln(&b, r[0])
	}
	return b.String()
}

func rewriteCase(t *testing.T, path string, archive *txtar.Archive, got string) {
	t.Helper()
	archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
	archive.Files = append(archive.Files, txtar.File{Name: "want", Data: []byte(got)})
	if err := os.WriteFile(path, txtar.Format(archive), 0o666); err != nil {
		t.Fatal(err)
	}
}

// loadCase puts a case into the warehouse in place of the one before.
func loadCase(t *testing.T, db *warehouse.DB, checks []warehouse.Check, province, archive *txtar.Archive) {
	t.Helper()
	ctx := context.Background()
	tables := map[string][]map[string]string{}
	overrides := map[string]map[string]float64{}
	for _, f := range slices.Concat(province.Files, archive.Files) {
		switch {
		case f.Name == "want":
		case f.Name == "parameters":
			overrides = caseParameters(t, string(f.Data))
		case warehouse.Columns(f.Name) == nil:
			t.Fatalf("there is no table %q to fill", f.Name)
		default:
			tables[f.Name] = caseRows(t, f)
		}
	}
	addCaseRecords(t, tables)
	if err := db.LoadParameters(ctx, checks, overrides); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"ref.district", "ref.commune", "ref.criteria_set", "ref.criterion", "ref.indicator", "ref.threshold_override",
		"ref.recognition", "ref.recognition_list", "ref.remediation", "ref.published_figure", "ref.band", "ref.word", "ref.department", "ref.sender_setting",
	} {
		var columns []string
		for _, c := range warehouse.Columns(name) {
			columns = append(columns, c.Name)
		}
		var lines [][]string
		for _, r := range tables[name] {
			var line []string
			for _, c := range columns {
				line = append(line, r[c])
			}
			lines = append(lines, line)
		}
		if err := db.LoadRef(ctx, name, columns, lines); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"ops.period", "ops.submission", "raw.record", "raw.observation", "raw.aside", "raw.issue", "raw.correction"} {
		if err := db.Exec(ctx, "delete from "+name); err != nil {
			t.Fatal(err)
		}
		var columns []string
		for _, c := range warehouse.Columns(name) {
			columns = append(columns, c.Name)
		}
		var lines [][]any
		for _, r := range tables[name] {
			var line []any
			for _, c := range warehouse.Columns(name) {
				line = append(line, caseValue(t, r[c.Name], c.Type))
			}
			lines = append(lines, line)
		}
		if err := db.AppendRows(ctx, name, columns, lines); err != nil {
			t.Fatal(err)
		}
	}
}

// ordinaryRow is what a row says where the case does not.
var ordinaryRow = map[string]map[string]string{
	"ops.submission": {"period": thisPeriod, "status": "accepted", "sender_kind": "district", "seq": "1"},
	"raw.record": {
		"period": thisPeriod, "submission_id": thisFile, "kind": "commune", "layout": "L1", "table_no": "1",
		"sheet": "Biểu 1", "sheet_no": "1", "match_step": "exact",
	},
	"raw.observation": {
		"period": thisPeriod, "submission_id": thisFile, "layout": "L1", "table_no": "1", "sheet": "Biểu 1", "sheet_no": "1",
		"measure": "result", "set_id": "AG-3379", "is_sign": "false", "word_is_answer": "false",
	},
	"raw.aside": {
		"period": thisPeriod, "submission_id": thisFile, "layout": "L1", "table_no": "1", "sheet": "Biểu 1", "sheet_no": "1",
		"measure": "result", "set_id": "AG-3379", "is_sign": "false", "word_is_answer": "false",
	},
	"raw.issue": {"period": thisPeriod, "submission_id": thisFile},
}

// caseRows reads the table of a section. Two apostrophes are an empty text,
// nothing at all is NULL.
func caseRows(t *testing.T, f txtar.File) []map[string]string {
	t.Helper()
	var list []map[string]string
	var names []string
	for line := range strings.Lines(string(f.Data)) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		var fields []string
		for _, field := range strings.Split(line, "|") {
			fields = append(fields, strings.TrimSpace(field))
		}
		if names == nil {
			names = fields
			for _, name := range names {
				if !slices.ContainsFunc(warehouse.Columns(f.Name), func(c warehouse.Column) bool { return c.Name == name }) {
					t.Fatalf("%s has no column %q", f.Name, name)
				}
			}
			continue
		}
		if len(fields) != len(names) {
			t.Fatalf("%s: want %d fields in %q", f.Name, len(names), line)
		}
		row := map[string]string{}
		for name, value := range ordinaryRow[f.Name] {
			row[name] = value
		}
		for i, name := range names {
			if fields[i] != "" || row[name] == "" {
				row[name] = fields[i]
			}
		}
		if f.Name == "raw.observation" || f.Name == "raw.aside" {
			completeCell(t, row)
		}
		list = append(list, row)
	}
	return list
}

// completeCell tells from a cell's address and contents what follows from them.
func completeCell(t *testing.T, row map[string]string) {
	t.Helper()
	pos, ok := sheet.ParsePos(row["cell"])
	if !ok {
		t.Fatalf("want a cell, got %q", row["cell"])
	}
	row["row_no"], row["col_no"] = strconv.Itoa(pos.Row), strconv.Itoa(pos.Col)
	// A record of its own for each row of a sheet, so that cases need not number them.
	row["record_no"] = row["sheet_no"] + fmt.Sprintf("%03d", pos.Row)
	if row["criterion_no"] == "" {
		row["criterion_no"], _, _ = strings.Cut(row["indicator_id"], ".")
	}
	if row["raw_text"] == "" && row["value"] != "" {
		row["raw_text"] = row["value"]
	}
	if row["state"] == "" {
		row["state"] = "reported"
		if row["raw_text"] == "" {
			row["state"] = "missing"
		}
	}
	if row["raw_text"] == "" {
		row["raw_text"] = "''"
	}
}

// addCaseRecords makes the record of each row that has cells; a record that the
// case gives itself, by the cell of its name, goes before.
func addCaseRecords(t *testing.T, tables map[string][]map[string]string) {
	t.Helper()
	known := map[[3]string]bool{}
	for _, r := range tables["raw.record"] {
		pos, ok := sheet.ParsePos(r["cell"])
		if !ok {
			t.Fatalf("want the cell of a record's name, got %q", r["cell"])
		}
		r["row_no"] = strconv.Itoa(pos.Row)
		r["record_no"] = r["sheet_no"] + fmt.Sprintf("%03d", pos.Row)
		known[[3]string{r["period"], r["submission_id"], r["record_no"]}] = true
	}
	for _, o := range tables["raw.observation"] {
		key := [3]string{o["period"], o["submission_id"], o["record_no"]}
		if known[key] {
			continue
		}
		known[key] = true
		r := map[string]string{"kind": "commune", "cell": "B" + o["row_no"], "commune_text": o["commune_code"]}
		for _, name := range []string{"period", "submission_id", "record_no", "table_no", "layout", "sheet", "sheet_no", "row_no", "commune_code"} {
			r[name] = o[name]
		}
		tables["raw.record"] = append(tables["raw.record"], r)
	}
}

func caseParameters(t *testing.T, text string) map[string]map[string]float64 {
	t.Helper()
	set := map[string]map[string]float64{}
	for line := range strings.Lines(text) {
		var id, name string
		var value float64
		if _, err := fmt.Sscanf(line, "%s %s %g", &id, &name, &value); err != nil {
			t.Fatalf("want check, parameter and number, got %q", line)
		}
		if set[id] == nil {
			set[id] = map[string]float64{}
		}
		set[id][name] = value
	}
	return set
}

// caseValue reads a cell of a case as a value of the engine's type; blank is
// NULL, and quotes tell empty text from it.
func caseValue(t *testing.T, text, typ string) any {
	t.Helper()
	if text == "" {
		return nil
	}
	var v any
	var err error
	switch typ {
	case "INTEGER", "BIGINT":
		v, err = strconv.ParseInt(text, 10, 64)
	case "DOUBLE":
		v, err = strconv.ParseFloat(text, 64)
	case "BOOLEAN":
		v, err = strconv.ParseBool(text)
	case "DATE":
		v, err = time.Parse(time.DateOnly, text)
	default:
		v = strings.Trim(text, "'")
		if !bytes.HasPrefix([]byte(text), []byte("'")) {
			v = text
		}
	}
	if err != nil {
		t.Fatalf("want a %s: %v", typ, err)
	}
	return v
}
