package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/pipeline"
	"github.com/angiang-ntm/ntm/seeds"
)

// office is a provincial office in a folder of its own: an inbox, a warehouse
// and publications. Everything is done to it through the command line.
type office struct {
	t                *testing.T
	inbox, data, out string
	flags            []string // of every run
}

func newOffice(t *testing.T) *office {
	t.Helper()
	dir := t.TempDir()
	return &office{t: t, inbox: filepath.Join(dir, "inbox"), data: filepath.Join(dir, "data"), out: filepath.Join(dir, "out")}
}

// in is the same office in a part of a test.
func (o *office) in(t *testing.T) *office {
	part := *o
	part.t = t
	return &part
}

// ntm runs one command line and returns what it printed.
func (o *office) ntm(args ...string) (status int, stdout, stderr string) {
	o.t.Helper()
	var out, errs bytes.Buffer
	status = execute(o.t.Context(), asSample(args), &out, &errs)
	return status, out.String(), errs.String()
}

// run consolidates a period and wants the exit status.
func (o *office) run(period string, want int, flags ...string) string {
	o.t.Helper()
	args := slices.Concat([]string{"run", "--period", period, "--inbox", o.inbox, "--data", o.data, "--out", o.out}, o.flags, flags)
	status, stdout, stderr := o.ntm(args...)
	if status != want {
		o.t.Fatalf("ntm run --period %s: exit status %d, want %d\n%s%s", period, status, want, stdout, stderr)
	}
	return stdout + stderr
}

// evaluate consolidates a period without publishing it: most senders are
// missing, so --strict stops before the files are written, which is quick.
func (o *office) evaluate(period string) {
	o.t.Helper()
	o.run(period, pipeline.Strict, "--strict")
}

// receives puts a workbook into the period's folder.
func (o *office) receives(period, name string, tabs ...tab) {
	o.t.Helper()
	o.put(filepath.Join(period, name), xlsx(o.t, tabs...))
}

func (o *office) put(name string, data []byte) {
	o.t.Helper()
	write(o.t, filepath.Join(o.inbox, name), string(data))
}

// ask queries the published snapshot, or the warehouse where nothing is
// published yet, and returns each row with its values joined by " | ".
func (o *office) ask(sql string) []string {
	o.t.Helper()
	from := o.out
	if _, err := os.Stat(filepath.Join(from, "ntm.duckdb")); err != nil {
		from = o.data
	}
	return o.askIn(from, sql)
}

func (o *office) askIn(folder, sql string) []string {
	o.t.Helper()
	status, stdout, stderr := o.ntm("query", sql, "--out", folder, "--format", "json")
	if status != pipeline.OK {
		o.t.Fatalf("ntm query: exit status %d\n%s\n%s", status, sql, stderr)
	}
	lines, err := jsonRows(stdout)
	if err != nil {
		o.t.Fatalf("ntm query --format json: %v\n%s", err, stdout)
	}
	return lines
}

// says wants exactly these rows of a query.
func (o *office) says(sql string, want ...string) {
	o.t.Helper()
	got := o.ask(sql)
	if !slices.Equal(got, want) {
		o.t.Errorf("%s\n got: %s\nwant: %s", sql, strings.Join(got, "\n      "), strings.Join(want, "\n      "))
	}
}

// results wants, for one commune and some indicators, "id | value | claim | met | state".
func (o *office) results(commune string, want ...string) {
	o.t.Helper()
	var ids []string
	for _, w := range want {
		id, _, _ := strings.Cut(w, " | ")
		ids = append(ids, "'"+id+"'")
	}
	o.says(`select indicator_id, value, claim, met, state from mart.indicator_result
		where commune_name = '`+commune+`' and indicator_id in (`+strings.Join(ids, ", ")+`)
		order by list_position([`+strings.Join(ids, ", ")+`], indicator_id)`, want...)
}

// findings wants exactly these findings of a check: severity, commune,
// indicator, sheet and cell.
func (o *office) findings(check string, want ...string) {
	o.t.Helper()
	o.says(`select f.severity, c.commune_name, f.indicator_id, f.sheet, f.cell from ops.finding f
		left join staging.commune c on c.period = f.period and c.commune_code = f.commune_code
		where f.check_id = '`+check+`' order by f.file_name, f.sheet, f.cell, c.sort_commune, f.indicator_id`, want...)
}

// jsonRows reads an array of objects without losing the order of the columns.
func jsonRows(text string) ([]string, error) {
	var objects []json.RawMessage
	if err := json.Unmarshal([]byte(text), &objects); err != nil {
		return nil, err
	}
	var lines []string
	for _, object := range objects {
		d := json.NewDecoder(bytes.NewReader(object))
		d.UseNumber()
		var values []string
		for n := -1; ; n++ { // {, key, value, key, value, }
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				return nil, err
			}
			if n >= 0 && n%2 == 1 {
				if token == nil {
					token = "NULL"
				}
				values = append(values, fmt.Sprint(token))
			}
		}
		lines = append(lines, strings.Join(values, " | "))
	}
	return lines, nil
}

// tab is a sheet of a workbook: its rows from A1 down, and what is done to it.
type tab struct {
	name    string
	rows    [][]any
	merge   []string          // "B2:D2"
	formats map[string]string // cell → number format
}

// xlsx writes a workbook as an office would have sent it.
func xlsx(t *testing.T, tabs ...tab) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for n, tab := range tabs {
		if tab.name == "" {
			tab.name = fmt.Sprintf("Biểu %d", n+1)
		}
		if n == 0 {
			must(f.SetSheetName("Sheet1", tab.name))
		} else {
			_, err := f.NewSheet(tab.name)
			must(err)
		}
		for r, row := range tab.rows {
			must(f.SetSheetRow(tab.name, fmt.Sprintf("A%d", r+1), &row))
		}
		for _, area := range tab.merge {
			from, to, _ := strings.Cut(area, ":")
			must(f.MergeCell(tab.name, from, to))
		}
		for cell, format := range tab.formats {
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			must(err)
			must(f.SetCellStyle(tab.name, cell, cell, style))
		}
	}
	var buf bytes.Buffer
	must(f.Write(&buf))
	return buf.Bytes()
}

// wide is the plainest report: two title lines, then one row a commune from
// row 5 and one column an indicator from column C.
func wide(district, period string, ids []any, communes ...[]any) tab {
	t := tab{rows: [][]any{{"UBND " + district}, {"Biểu tổng hợp tiêu chí nông thôn mới " + period}, nil,
		append([]any{"STT", "Tên xã"}, ids...)}}
	for n, c := range communes {
		t.rows = append(t.rows, append([]any{n + 1}, c...))
	}
	return t
}

func ids(list ...any) []any       { return list }
func commune(values ...any) []any { return values }

// allIDs are the 49 indicators of the set in force in 2017, in its order.
func allIDs(t *testing.T) []any {
	t.Helper()
	var list []any
	for _, i := range indicators2017(t) {
		list = append(list, i.ID)
	}
	return list
}

func indicators2017(t *testing.T) []seeds.Indicator {
	t.Helper()
	set, _, err := seeds.Load(seeds.FS)
	if err != nil {
		t.Fatal(err)
	}
	var list []seeds.Indicator
	for _, i := range set.Indicators {
		if i.SetID == "AG-3379" {
			list = append(list, i)
		}
	}
	return list
}

// meeting is the row of a commune that meets everything, but for what is said
// otherwise: "15.1", 80 writes 80 there.
func meeting(t *testing.T, name string, otherwise ...any) []any {
	t.Helper()
	row := []any{name}
	for _, i := range indicators2017(t) {
		var v any = "Đạt"
		switch {
		case i.RequiredAnswer == "Không":
			v = "Không"
		case i.Threshold != nil && i.Comparator == "<=":
			v = *i.Threshold / 2
		case i.Threshold != nil:
			v = *i.Threshold
		}
		if i.ID == "10" {
			v = 45.5
		}
		for n := 0; n < len(otherwise); n += 2 {
			if otherwise[n] == i.ID {
				v = otherwise[n+1]
			}
		}
		row = append(row, v)
	}
	return row
}

// patched rewrites one part of a workbook, for what no library would write.
func patched(t *testing.T, book []byte, part, old, replacement string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	out := zip.NewWriter(&buf)
	found := false
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == part && strings.Contains(string(text), old) {
			text, found = []byte(strings.Replace(string(text), old, replacement, 1)), true
		}
		w, err := out.Create(f.Name)
		if err == nil {
			_, err = w.Write(text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if !found {
		t.Fatalf("no %s in %s", old, part)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// marts returns every mart view of a period: key → the whole row, without the
// ids of submissions, which change with every byte of a file.
func (o *office) marts(period string) map[string]map[string]string {
	o.t.Helper()
	keys := map[string]string{
		"indicator_result": "commune_name || ' ' || indicator_id", "criterion_result": "commune_name || ' ' || criterion_no",
		"commune_summary": "commune_name", "district_summary": "district_name", "province_summary": "period", "band_summary": "band",
		"criterion_summary": "criterion_no", "indicator_summary": "indicator_id", "retention": "commune_name", "retention_current": "commune_name",
		"remediation": "indicator_id", "change": "commune_name || ' ' || indicator_id",
		"failing": "commune_code", "commune_history": "commune_name", "what_if": "commune_name", "withdrawal": "commune_name", "recognition_change": "commune_name || ' ' || indicator_id",
		"unmet": "commune_name || ' ' || indicator_id", "slippage": "commune_name || ' ' || indicator_id", "risk": "commune_name || ' ' || indicator_id", "headline": "metric", "target": "target_id",
		"period_comparison": "metric", "published_figure": "figure_id", "correction": "correction_id", "expected_sender": "sender_code", "source_comparison": "commune_name || ' ' || indicator_id", "submission_change": "commune_name || ' ' || indicator_id",
	}
	all := map[string]map[string]string{}
	for _, view := range o.ask("select view_name from duckdb_views() where schema_name = 'mart' order by all") {
		all[view] = map[string]string{}
		for _, line := range o.ask("select " + keys[view] + ", x::varchar from (select columns(c -> c not like '%submission_id') from mart." + view + " where period = '" + period + "') x") {
			key, row, _ := strings.Cut(line, " | ")
			all[view][key] += row
		}
	}
	return all
}

// latest is the version that a period's pointer names: a link, or a file where
// links are not to be had.
func (o *office) latest(period string) string {
	o.t.Helper()
	to, err := os.Readlink(filepath.Join(o.out, period, "latest"))
	if err != nil {
		text, err := os.ReadFile(filepath.Join(o.out, period, "LATEST"))
		if err != nil {
			o.t.Error(err)
		}
		to = strings.TrimSpace(string(text))
	}
	return to
}

// changed names the keys whose rows differ, came or went.
func changed(before, after map[string]string) []string {
	var keys []string
	for key, row := range after {
		if before[key] != row {
			keys = append(keys, key)
		}
	}
	for key := range before {
		if _, stays := after[key]; !stays {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// listing reads every file below a folder; a link counts as its target's name.
func listing(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if d.Type()&fs.ModeSymlink != 0 {
			to, err := os.Readlink(path)
			files[filepath.ToSlash(name)] = []byte(to)
			return err
		}
		files[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func same(t *testing.T, before, after map[string][]byte) {
	t.Helper()
	for name, data := range after {
		if !bytes.Equal(before[name], data) {
			t.Errorf("%s is new or changed", name)
		}
	}
	for name := range before {
		if _, stays := after[name]; !stays {
			t.Errorf("%s is gone", name)
		}
	}
}

func sha(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))
}

func fromJSON(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}

// keys lists the keys of a JSON object in their order.
func keys(t *testing.T, object []byte) []string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(object))
	_, err := d.Token()
	var list []string
	for err == nil && d.More() {
		var key json.Token
		if key, err = d.Token(); err == nil {
			list = append(list, fmt.Sprint(key))
			err = d.Decode(new(json.RawMessage))
		}
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, object)
	}
	return list
}
