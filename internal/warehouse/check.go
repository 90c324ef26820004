package warehouse

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// Check is one rule over the data: a SELECT of the rows it judges, and what to
// say of those it judged wrong.
//
// Columns of the SELECT that mean something: period (required); failed, NULL
// where the rule could not judge (without the column every row failed);
// district_code, commune_code, indicator_id, submission_id, file_name, sheet and
// cell, the place; message and severity, which go before the header's.
type Check struct {
	ID, Code   string
	Severity   string // error, warning, info
	Message    string // Vietnamese; {column} is filled in from the row
	Remedy     string // Vietnamese
	Missing    string // what a row that could not be judged is: skip, fail
	Parameters []Parameter
	SQL        string // the whole file, header and all, so that line numbers hold
	File       string
}

// Parameter is a number that a check reads from ref.check_parameter, because an
// office may set its own.
type Parameter struct {
	Name  string
	Value float64
}

// CheckError is a check that cannot be used as it is written, or a setting of
// one that does not exist: for whoever wrote it to mend, not a fault of the data.
type CheckError struct {
	File string // "" for a setting
	Line int    // 1-based, 0 when not known
	Err  error
}

func (e *CheckError) Error() string {
	switch {
	case e.File == "":
		return e.Err.Error()
	case e.Line == 0:
		return fmt.Sprintf("%s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err)
}

func (e *CheckError) Unwrap() error { return e.Err }

var (
	severities  = []string{"error", "warning", "info"}
	headerKeys  = []string{"id", "code", "severity", "message", "remedy", "missing", "parameter"}
	headerLine  = regexp.MustCompile(`^--\s*([a-z_]+):\s*(.*?)\s*$`)
	placeholder = regexp.MustCompile(`\{([a-z_][a-z0-9_]*)\}`)
	idForm      = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// ParseCheck reads a check file: comment lines `-- key: value` on top, then the
// rule in words as further comments, then one SELECT.
func ParseCheck(file, text string) (Check, error) {
	c := Check{SQL: strings.TrimSuffix(strings.TrimRight(text, " \t\r\n"), ";"), File: file}
	wrong := func(line int, format string, args ...any) (Check, error) {
		return Check{}, &CheckError{file, line, fmt.Errorf(format, args...)}
	}
	set := map[string]*string{
		"id": &c.ID, "code": &c.Code, "severity": &c.Severity,
		"message": &c.Message, "remedy": &c.Remedy, "missing": &c.Missing,
	}
	number := 0
	for line := range strings.Lines(text) {
		number++
		m := headerLine.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if m == nil {
			break // the header ends with its first line of another form
		}
		key, value := m[1], m[2]
		field := set[key]
		switch {
		case key == "parameter":
			name, figure, ok := strings.Cut(value, "=")
			name = strings.TrimSpace(name)
			f, err := strconv.ParseFloat(strings.TrimSpace(figure), 64)
			if !ok || err != nil || !idForm.MatchString(name) {
				return wrong(number, "want parameter: name = number, got %q", value)
			}
			if slices.ContainsFunc(c.Parameters, func(p Parameter) bool { return p.Name == name }) {
				return wrong(number, "parameter %s is given twice", name)
			}
			c.Parameters = append(c.Parameters, Parameter{name, f})
		case field == nil:
			return wrong(number, "unknown key %q; the keys are %s", key, strings.Join(headerKeys, ", "))
		case *field != "":
			return wrong(number, "%s is given twice", key)
		case value == "":
			return wrong(number, "%s is empty", key)
		case key == "severity" && !slices.Contains(severities, value):
			return wrong(number, "severity is one of %s, not %q", strings.Join(severities, ", "), value)
		case key == "missing" && value != "skip" && value != "fail":
			return wrong(number, "missing is skip or fail, not %q", value)
		case key == "id" && !idForm.MatchString(value):
			return wrong(number, "an id is made of a-z, 0-9 and _, not %q", value)
		default:
			*field = value
		}
	}
	for _, key := range headerKeys {
		if field := set[key]; field != nil && *field == "" {
			return wrong(max(number, 1), "the header has no line \"-- %s: …\" before this one", key)
		}
	}
	return c, nil
}

// LoadParameters fills ref.check_parameter with the numbers of the checks, an
// office's own in their place. It goes before Build, because a model may read
// the number of a check.
func (db *DB) LoadParameters(ctx context.Context, checks []Check, overrides map[string]map[string]float64) error {
	left := map[string]float64{}
	for id, values := range overrides {
		for name, v := range values {
			left[id+"."+name] = v
		}
	}
	var rows [][]string
	for _, c := range checks {
		for _, p := range c.Parameters {
			v := p.Value
			if own, ok := left[c.ID+"."+p.Name]; ok {
				v = own
				delete(left, c.ID+"."+p.Name)
			}
			rows = append(rows, []string{c.ID, p.Name, strconv.FormatFloat(v, 'g', -1, 64)})
		}
	}
	if unknown := slices.Sorted(maps.Keys(left)); len(unknown) > 0 {
		return &CheckError{Err: unknownParameter(checks, unknown[0])}
	}
	return db.LoadRef(ctx, "check_parameter", []string{"check_id", "name", "value"}, rows)
}

func unknownParameter(checks []Check, key string) error {
	id, name, _ := strings.Cut(key, ".")
	i := slices.IndexFunc(checks, func(c Check) bool { return c.ID == id })
	if i < 0 {
		return fmt.Errorf("parameter %s: there is no check %q", key, id)
	}
	var has []string
	for _, p := range checks[i].Parameters {
		has = append(has, p.Name)
	}
	return fmt.Errorf("parameter %s: check %s has no parameter %q (it has: %s)", key, id, name, strings.Join(has, ", "))
}

// finding is a row of ops.finding, in the order of its columns.
type finding struct {
	id, runID, period, check, code, severity           string
	district, commune, indicator, submission, fileName *string
	sheet, cell                                        *string
	message, remedy                                    string
}

var findingColumns = []string{
	"finding_id", "run_id", "period", "check_id", "code", "severity",
	"district_code", "commune_code", "indicator_id", "submission_id", "file_name",
	"sheet", "cell", "message", "remedy",
}

// identify derives the finding's id from what it says and where: no clock and no
// run, so that the same data says the same in every warehouse.
func (f *finding) identify() {
	h := sha256.New()
	for _, part := range []string{f.period, f.check, text(f.commune), text(f.indicator), text(f.submission), text(f.sheet), text(f.cell), f.message} {
		h.Write([]byte(part))
		h.Write([]byte{0}) // so that "1"+"2.1" is not "12"+".1"
	}
	f.id = hex.EncodeToString(h.Sum(nil))[:16]
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// tally counts what a check judged in a period.
type tally struct{ evaluated, failed, skipped int64 }

// outcome is all that the checks of a run say.
type outcome struct {
	findings []finding
	tallies  map[[2]string]*tally // by check and period
	severity map[string]string    // by check
	order    []string             // of the checks
}

func (o *outcome) tally(check, severity, period string) *tally {
	if _, ok := o.severity[check]; !ok {
		o.severity[check] = severity
		o.order = append(o.order, check)
	}
	t := o.tallies[[2]string{check, period}]
	if t == nil {
		t = &tally{}
		o.tallies[[2]string{check, period}] = t
	}
	return t
}

// RunChecks judges the periods. It replaces their findings, notes what every
// check judged, failed and skipped in this run, and counts the findings of
// every submission. What was wrong with a file, a sheet or a header (raw.issue)
// becomes a finding as it is, in the same place: no check needs to repeat it.
//
// overrides sets the severity of whole checks, by their id.
func (db *DB) RunChecks(ctx context.Context, checks []Check, runID string, periods []string, overrides map[string]string) error {
	for _, id := range slices.Sorted(maps.Keys(overrides)) {
		if !slices.Contains(severities, overrides[id]) {
			return &CheckError{Err: fmt.Errorf("severity of %s is one of %s, not %q", id, strings.Join(severities, ", "), overrides[id])}
		}
	}
	places, err := db.places(ctx, periods)
	if err != nil {
		return fmt.Errorf("run checks: %w", err)
	}
	o := &outcome{tallies: map[[2]string]*tally{}, severity: map[string]string{}}
	files := map[string]string{}
	for _, c := range checks {
		if other, twice := files[c.ID]; twice {
			return &CheckError{c.File, 0, fmt.Errorf("the id %s is taken by %s", c.ID, other)}
		}
		files[c.ID] = c.File
		if err := db.runCheck(ctx, c, periods, overrides[c.ID], places, o); err != nil {
			return err
		}
	}
	if err := db.readIssues(ctx, periods, overrides, places, o); err != nil {
		return fmt.Errorf("run checks: issues of files: %w", err)
	}
	if err := db.keepOutcome(ctx, runID, periods, o); err != nil {
		return fmt.Errorf("run checks: %w", err)
	}
	return nil
}

// places knows which district a commune is in, and which file a submission is,
// for checks that do not say.
type places struct {
	district     map[[2]string]string    // by period and commune
	fileDistrict map[[2]string][2]string // by period and submission: name, district
}

func (db *DB) places(ctx context.Context, periods []string) (*places, error) {
	p := &places{map[[2]string]string{}, map[[2]string][2]string{}}
	in := literals(periods)
	if len(periods) == 0 {
		return p, nil
	}
	_, rows, err := db.All(ctx, "select period, commune_code, coalesce(district_code, '') from staging.commune where period in ("+in+")")
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		p.district[[2]string{r[0].(string), r[1].(string)}] = r[2].(string)
	}
	_, rows, err = db.All(ctx, "select period, submission_id, coalesce(file_name, ''), coalesce(district_code, '') from ops.submission where period in ("+in+")")
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		p.fileDistrict[[2]string{r[0].(string), r[1].(string)}] = [2]string{r[2].(string), r[3].(string)}
	}
	return p, nil
}

// fill adds the district and the file's name where the finding leaves them open.
func (p *places) fill(f *finding) {
	file := p.fileDistrict[[2]string{f.period, text(f.submission)}]
	if f.fileName == nil && file[0] != "" {
		f.fileName = &file[0]
	}
	if f.district == nil {
		if d := p.district[[2]string{f.period, text(f.commune)}]; d != "" {
			f.district = &d
		} else if file[1] != "" {
			f.district = &file[1]
		}
	}
}

func (db *DB) runCheck(ctx context.Context, c Check, periods []string, severity string, places *places, o *outcome) error {
	wrong := func(err error) error {
		if ctx.Err() != nil {
			return err
		}
		return &CheckError{c.File, lineOf(err), err}
	}
	if severity == "" {
		severity = c.Severity
	}
	for _, period := range periods {
		o.tally(c.ID, severity, period)
	}
	if len(periods) == 0 {
		return nil
	}
	// Held on its own first: a text that closes the parentheses early and goes
	// on with something else is one SELECT only between them.
	columns, err := db.describe(ctx, c.SQL)
	if err != nil {
		var not *NotASelect
		if errors.As(err, &not) {
			return wrong(fmt.Errorf("want one SELECT: %w", err))
		}
		return wrong(err)
	}
	at := map[string]int{}
	for i, column := range columns {
		at[column.name] = i
	}
	for _, m := range placeholder.FindAllStringSubmatch(c.Message+c.Remedy, -1) {
		if _, ok := at[m[1]]; !ok {
			return wrong(fmt.Errorf("the message names {%s}, which the SELECT does not return", m[1]))
		}
	}
	if period, ok := at["period"]; !ok || columns[period].kind != duckdb.TYPE_VARCHAR {
		return wrong(errors.New("the column period is not text"))
	}
	failed, judges := at["failed"]
	if judges && columns[failed].kind != duckdb.TYPE_BOOLEAN {
		return wrong(errors.New("the column failed is not boolean"))
	}
	// One at a time: only of a single constant does the planner see that it goes
	// for all tables of a join.
	for _, period := range periods {
		if err := db.judge(ctx, c, period, severity, at, places, o); err != nil {
			return wrong(err)
		}
	}
	return nil
}

// judge asks a check for one period. at is the place of each of its columns.
func (db *DB) judge(ctx context.Context, c Check, period, severity string, at map[string]int, places *places, o *outcome) error {
	from := "from " + parenthesised(c.SQL) + " where period = " + quote(period)
	t := o.tally(c.ID, severity, period)
	if _, judges := at["failed"]; judges {
		// Mostly all is in order, and of what is only the number is wanted: half a
		// million rows in a country, whose words nobody will read.
		var fine, unknown, failed int64
		if err := db.sql.QueryRowContext(ctx, "select count(*) filter (where failed = false), count(*) filter (where failed is null), count(*) filter (where failed) "+from).
			Scan(&fine, &unknown, &failed); err != nil {
			return shiftLine(err)
		}
		found := "failed"
		if c.Missing == "skip" {
			t.skipped += unknown
		} else {
			found = "failed or failed is null"
			failed += unknown
		}
		t.evaluated += fine
		if failed == 0 {
			return nil
		}
		from += " and (" + found + ")"
	}
	rows, err := db.Query(ctx, "select * "+from)
	if err != nil {
		return shiftLine(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		values := rows.Values()
		t.evaluated++
		t.failed++
		column := func(name string) *string {
			i, ok := at[name]
			if !ok || values[i] == nil {
				return nil
			}
			s := show(values[i])
			return &s
		}
		f := finding{
			period: period, check: c.ID, code: c.Code, severity: severity,
			district: column("district_code"), commune: column("commune_code"), indicator: column("indicator_id"),
			submission: column("submission_id"), fileName: column("file_name"), sheet: column("sheet"), cell: column("cell"),
			message: fill(c.Message, at, values), remedy: fill(c.Remedy, at, values),
		}
		if own := column("message"); own != nil {
			f.message = *own
		}
		if own := column("severity"); own != nil && severity == c.Severity {
			if !slices.Contains(severities, *own) {
				return fmt.Errorf("the column severity says %q; it is one of %s", *own, strings.Join(severities, ", "))
			}
			f.severity = *own
		}
		places.fill(&f)
		o.findings = append(o.findings, f)
	}
	return rows.Close()
}

// readIssues takes over what was wrong with files, sheets and headers.
func (db *DB) readIssues(ctx context.Context, periods []string, overrides map[string]string, places *places, o *outcome) error {
	if len(periods) == 0 {
		return nil
	}
	in := literals(periods)
	_, rows, err := db.All(ctx, `
		select period, check_id, code, severity, commune_code, indicator_id, submission_id, file_name, sheet, cell,
			coalesce(message, ''), coalesce(remedy, '')
		from raw.issue where period in (`+in+`)`)
	if err != nil {
		return err
	}
	for _, r := range rows {
		of := func(i int) *string {
			s, ok := r[i].(string)
			if !ok || s == "" {
				return nil
			}
			return &s
		}
		f := finding{
			period: text(of(0)), check: text(of(1)), code: text(of(2)), severity: text(of(3)),
			commune: of(4), indicator: of(5), submission: of(6), fileName: of(7), sheet: of(8), cell: of(9),
			message: text(of(10)), remedy: text(of(11)),
		}
		if own := overrides[f.check]; own != "" {
			f.severity = own
		}
		places.fill(&f)
		t := o.tally(f.check, f.severity, f.period)
		t.evaluated++
		t.failed++
		o.findings = append(o.findings, f)
	}
	return nil
}

func (db *DB) keepOutcome(ctx context.Context, runID string, periods []string, o *outcome) error {
	for i := range o.findings {
		o.findings[i].runID = runID
		o.findings[i].identify()
	}
	// A stated order, so that the same data makes the same table; two findings
	// that say the same of the same place are one.
	slices.SortStableFunc(o.findings, func(a, b finding) int {
		return cmp.Or(
			cmp.Compare(a.period, b.period), cmp.Compare(a.code, b.code), cmp.Compare(a.check, b.check),
			cmp.Compare(text(a.district), text(b.district)), cmp.Compare(text(a.commune), text(b.commune)),
			cmp.Compare(text(a.fileName), text(b.fileName)), cmp.Compare(a.id, b.id),
		)
	})
	o.findings = slices.CompactFunc(o.findings, func(a, b finding) bool { return a.id == b.id })

	in := literals(periods)
	return db.inTx(ctx, func(conn *sql.Conn) error {
		if len(periods) > 0 {
			if _, err := conn.ExecContext(ctx, "delete from ops.finding where period in ("+in+")"); err != nil {
				return err
			}
		}
		// The same run made twice has one history.
		if _, err := conn.ExecContext(ctx, "delete from ops.check_result where run_id = ?", runID); err != nil {
			return err
		}
		err := appendRows(ctx, conn, "ops.finding", Columns("ops.finding"), findingColumns, len(o.findings), func(i, j int) (driver.Value, error) {
			return o.findings[i].value(j), nil
		})
		if err != nil {
			return fmt.Errorf("keep findings: %w", err)
		}
		var results [][]driver.Value
		for _, check := range o.order {
			for _, period := range periods {
				t := o.tallies[[2]string{check, period}]
				if t == nil {
					continue
				}
				results = append(results, []driver.Value{runID, check, period, o.severity[check], t.evaluated, t.failed, t.skipped})
			}
		}
		err = appendRows(ctx, conn, "ops.check_result", Columns("ops.check_result"),
			[]string{"run_id", "check_id", "period", "severity", "evaluated", "failed", "skipped"}, len(results),
			func(i, j int) (driver.Value, error) { return results[i][j], nil })
		if err != nil {
			return fmt.Errorf("keep check results: %w", err)
		}
		if len(periods) == 0 {
			return nil
		}
		_, err = conn.ExecContext(ctx, `
			update ops.submission s
			set findings = (
				select count(*) from ops.finding f
				where f.period = s.period and f.submission_id = s.submission_id
			)
			where s.period in (`+in+")")
		return err
	})
}

func (f *finding) value(column int) driver.Value {
	or := func(s *string) driver.Value {
		if s == nil {
			return nil
		}
		return *s
	}
	return [...]driver.Value{
		f.id, f.runID, f.period, f.check, f.code, f.severity,
		or(f.district), or(f.commune), or(f.indicator), or(f.submission), or(f.fileName),
		or(f.sheet), or(f.cell), f.message, f.remedy,
	}[column]
}

// fill puts the row's values into a message.
func fill(template string, at map[string]int, values []any) string {
	return placeholder.ReplaceAllStringFunc(template, func(name string) string {
		return show(values[at[name[1:len(name)-1]]])
	})
}

// show writes a value as people here read it: a decimal comma, no trailing
// zeros, the day before the month.
func show(v any) string {
	switch v := v.(type) {
	case nil:
		return "không rõ"
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		// 84.6 - 85 is -0.4000000000000057 to a machine; nine decimals are more
		// than any report has.
		rounded := math.Round(v*1e9) / 1e9
		if math.IsInf(v*1e9, 0) || math.IsNaN(v) {
			rounded = v
		}
		if rounded == 0 {
			return "0" // and not -0
		}
		return strings.Replace(strconv.FormatFloat(rounded, 'f', -1, 64), ".", ",", 1)
	case bool:
		if v {
			return "Đạt"
		}
		return "Chưa đạt"
	case time.Time:
		return v.Format("02/01/2006")
	}
	return fmt.Sprint(v)
}

var engineLine = regexp.MustCompile(`(?m)^LINE (\d+):`)

// lineOf finds the line that the engine names in its error, 0 if it names none.
func lineOf(err error) int {
	m := engineLine.FindStringSubmatch(err.Error())
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// shiftLine takes off the line of the opening parenthesis, so that the line
// named is that of the file.
func shiftLine(err error) error {
	n := lineOf(err)
	if n < 2 {
		return err
	}
	return errors.New(engineLine.ReplaceAllString(err.Error(), fmt.Sprintf("LINE %d:", n-1)))
}
