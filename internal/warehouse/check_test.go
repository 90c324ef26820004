package warehouse

import (
	"errors"
	"strings"
	"testing"
)

const header = `-- id: tall
-- code: NTM-900
-- severity: warning
-- message: {name} cao {height} m, ngưỡng {limit}
-- remedy: Đo lại.
-- missing: skip
-- parameter: limit = 1.5
-- Nobody is taller than the limit.
`

func TestParseCheck(t *testing.T) {
	c, err := ParseCheck("tall.sql", header+"select 1;\n")
	if err != nil {
		t.Fatal(err)
	}
	if c.ID != "tall" || c.Code != "NTM-900" || c.Severity != "warning" || c.Missing != "skip" || c.Remedy != "Đo lại." {
		t.Errorf("got %+v", c)
	}
	if len(c.Parameters) != 1 || c.Parameters[0] != (Parameter{"limit", 1.5}) {
		t.Errorf("parameters: %v", c.Parameters)
	}
	if !strings.HasSuffix(c.SQL, "select 1") {
		t.Errorf("the statement ends with %q", c.SQL[len(c.SQL)-10:])
	}

	for name, wrong := range map[string]struct {
		old, new string
		line     int
		says     string
	}{
		"a misspelt key":     {"-- severity:", "-- serverity:", 3, `unknown key "serverity"`},
		"another severity":   {"warning", "fatal", 3, `not "fatal"`},
		"no code":            {"-- code: NTM-900\n", "", 7, `"-- code: …"`},
		"an empty remedy":    {"Đo lại.", "", 5, "remedy is empty"},
		"missing what":       {"missing: skip", "missing: maybe", 6, `not "maybe"`},
		"a key twice":        {"-- remedy", "-- message: lại\n-- remedy", 5, "message is given twice"},
		"a number in words":  {"limit = 1.5", "limit = một", 7, "want parameter: name = number"},
		"a decimal comma":    {"limit = 1.5", "limit = 1,5", 7, "want parameter: name = number"},
		"a parameter twice":  {"-- Nobody", "-- parameter: limit = 2\n-- Nobody", 8, "given twice"},
		"an id with a blank": {"id: tall", "id: too tall", 1, "an id is made of"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseCheck("tall.sql", strings.Replace(header, wrong.old, wrong.new, 1)+"select 1")
			var at *CheckError
			if !errors.As(err, &at) {
				t.Fatalf("got %v", err)
			}
			if at.File != "tall.sql" || at.Line != wrong.line || !strings.Contains(err.Error(), wrong.says) {
				t.Errorf("got %v; want line %d: %s", err, wrong.line, wrong.says)
			}
		})
	}
	if _, err := ParseCheck("empty.sql", ""); err == nil {
		t.Error("an empty file is no check")
	}
}

// people is what the checks below judge.
const people = `select * from (values
	('2017-Q4', 'An', 1.75, true, '30694', 'f1', 'A1'),
	('2017-Q4', 'Bình', 1.20, false, '30697', 'f1', 'A2'),
	('2017-Q4', 'Chi', null, null, '30697', 'f1', 'A3'),
	('2017-Q3', 'Dũng', 2.0, true, '30694', 'f0', 'A1'))
	as t(period, name, height, failed, commune_code, submission_id, cell)`

func tall(t *testing.T, changes ...string) Check {
	t.Helper()
	text := strings.NewReplacer(changes...).Replace(header + `
select period, name, height, failed, commune_code, submission_id, cell,
	(select value from ref.check_parameter where check_id = 'tall') as "limit"
from (` + people + `)`)
	c, err := ParseCheck("tall.sql", text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func readyToCheck(t *testing.T) *DB {
	t.Helper()
	db := open(t, Options{})
	exec(t, db, "create table staging.commune (period VARCHAR, commune_code VARCHAR, district_code VARCHAR)")
	exec(t, db, "insert into staging.commune values ('2017-Q4', '30694', '894'), ('2017-Q3', '30694', '894')")
	exec(t, db, "insert into ops.submission (submission_id, period, file_name, district_code) values ('f1', '2017-Q4', 'thoai-son.xlsx', '894'), ('f0', '2017-Q3', 'cu.xlsx', '894'), ('f2', '2017-Q4', 'tot.xlsx', '892')")
	return db
}

func check(t *testing.T, db *DB, run string, overrides map[string]string, periods []string, checks ...Check) {
	t.Helper()
	if err := db.LoadParameters(ctx, checks, nil); err != nil {
		t.Fatal(err)
	}
	if err := db.RunChecks(ctx, checks, run, periods, overrides); err != nil {
		t.Fatal(err)
	}
}

func TestRunChecks(t *testing.T) {
	db := readyToCheck(t)
	c := tall(t)
	check(t, db, "run1", nil, []string{"2017-Q3", "2017-Q4"}, c)
	got := rows(t, db, "select period, check_id, code, severity, district_code, commune_code, submission_id, file_name, cell, message, remedy from ops.finding order by period")
	want := "2017-Q3 tall NTM-900 warning 894 30694 f0 cu.xlsx A1 Dũng cao 2 m, ngưỡng 1,5 Đo lại.\n" +
		"2017-Q4 tall NTM-900 warning 894 30694 f1 thoai-son.xlsx A1 An cao 1,75 m, ngưỡng 1,5 Đo lại."
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	results := "from ops.check_result order by all"
	if got, want := rows(t, db, results), "run1 tall 2017-Q3 warning 1 1 0\nrun1 tall 2017-Q4 warning 2 1 1"; got != want {
		t.Errorf("results\n%s\nwant\n%s", got, want)
	}
	if got, want := rows(t, db, "select submission_id, findings from ops.submission order by 1"), "f0 1\nf1 1\nf2 0"; got != want {
		t.Errorf("submissions\n%s\nwant\n%s", got, want)
	}

	// A later run of one period replaces its findings, leaves the others, and
	// adds to the history. The same finding keeps its id.
	before := rows(t, db, "select finding_id from ops.finding order by 1")
	check(t, db, "run2", nil, []string{"2017-Q4"}, c)
	check(t, db, "run2", nil, []string{"2017-Q4"}, c)
	if after := rows(t, db, "select finding_id from ops.finding order by 1"); after != before {
		t.Errorf("the ids were\n%s\nand are\n%s", before, after)
	}
	if got, want := rows(t, db, results), "run1 tall 2017-Q3 warning 1 1 0\nrun1 tall 2017-Q4 warning 2 1 1\nrun2 tall 2017-Q4 warning 2 1 1"; got != want {
		t.Errorf("results\n%s\nwant\n%s", got, want)
	}
	if got := rows(t, db, "select distinct length(finding_id) from ops.finding"); got != "16" {
		t.Errorf("ids are %s long", got)
	}

	// Where the header says so, what could not be judged is a failure.
	check(t, db, "run3", map[string]string{"tall": "error"}, []string{"2017-Q4"}, tall(t, "missing: skip", "missing: fail"))
	if got, want := rows(t, db, "select severity, message from ops.finding where period = '2017-Q4' order by cell"),
		"error An cao 1,75 m, ngưỡng 1,5\nerror Chi cao không rõ m, ngưỡng 1,5"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}

	// Without the column failed every row is a failure; a row may say its own
	// message and severity.
	every, err := ParseCheck("every.sql", strings.Replace(header, "id: tall", "id: every", 1)+
		"select period, 'của dòng' as message, 'info' as severity, 'x' as name, 1 as height, 2 as \"limit\" from ("+people+")")
	if err != nil {
		t.Fatal(err)
	}
	check(t, db, "run4", nil, []string{"2017-Q4"}, every)
	if got, want := rows(t, db, "select severity, message from ops.finding where period = '2017-Q4'"), "info của dòng"; got != want {
		t.Errorf("three rows that say the same of the same place are one finding; got\n%s", got)
	}
}

// What the reader found wrong with a file is a finding as it is, beside the
// checks, and counted with them.
func TestIssuesBecomeFindings(t *testing.T) {
	db := readyToCheck(t)
	exec(t, db, `insert into raw.issue values
		('f1', '2017-Q4', 'unknown_commune', 'NTM-104', 'error', 'thoai-son.xlsx', 'Biểu 1', 'B9', null, null, 'Không có xã "Vĩnh Thánh"', 'Sửa tên xã.'),
		('f1', '2017-Q4', 'hidden_rows', 'NTM-401', 'info', 'thoai-son.xlsx', 'Biểu 1', 'A5', null, null, 'Dòng ẩn', 'Bỏ ẩn.')`)
	check(t, db, "run1", map[string]string{"hidden_rows": "warning"}, []string{"2017-Q4"}, tall(t))
	got := rows(t, db, "select code, severity, district_code, file_name, sheet, cell, message, remedy from ops.finding order by code")
	want := "NTM-104 error 894 thoai-son.xlsx Biểu 1 B9 Không có xã \"Vĩnh Thánh\" Sửa tên xã.\n" +
		"NTM-401 warning 894 thoai-son.xlsx Biểu 1 A5 Dòng ẩn Bỏ ẩn.\n" +
		"NTM-900 warning 894 thoai-son.xlsx <nil> A1 An cao 1,75 m, ngưỡng 1,5 Đo lại."
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := rows(t, db, "select check_id, severity, evaluated, failed, skipped from ops.check_result order by 1"),
		"hidden_rows warning 1 1 0\ntall warning 2 1 1\nunknown_commune error 1 1 0"; got != want {
		t.Errorf("results\n%s\nwant\n%s", got, want)
	}
	if got := rows(t, db, "select findings from ops.submission where submission_id = 'f1'"); got != "3" {
		t.Errorf("the submission has %s findings", got)
	}
}

// An office's own check that does not work is named, with the line as its file
// has it, and nothing is kept.
func TestBrokenChecks(t *testing.T) {
	db := readyToCheck(t)
	exec(t, db, "insert into ops.finding (finding_id, period) values ('kept', '2017-Q4')")
	for name, c := range map[string]struct {
		text string
		line int
		says string
	}{
		"a column that is not there": {header + "select '2017-Q4' as period,\n  nothere\nfrom ops.run", 10, "nothere"},
		"a syntax error":             {header + "select '2017-Q4' as period fromm x y", 9, "syntax"},
		"no period":                  {header + "select 1 as name, 2 as height, 3 as \"limit\"", 0, "period"},
		"a name in the message":      {header + "select '2017-Q4' as period, 'x' as name", 0, "{height}"},
		"failed in words":            {header + "select '2017-Q4' as period, 'x' as name, 1 as height, 2 as \"limit\", 'yes' as failed", 0, "not boolean"},
		"a severity of its own":      {header + "select '2017-Q4' as period, 'x' as name, 1 as height, 2 as \"limit\", 'bad' as severity", 0, `"bad"`},
		"two statements":             {header + "select '2017-Q4' as period; delete from ops.finding", 0, "more than one"},
		"no SELECT":                  {header + "delete from ops.finding", 0, "not a SELECT"},
		"closing the parentheses":    {header + "select '2017-Q4' as period); delete from ops.finding; select * from (select '' as period", 9, "syntax"},
		"a file outside":             {header + "select content as period from read_text('/etc/passwd')", 0, "disabled by configuration"},
		"only comments":              {header, 0, "no statement"},
	} {
		t.Run(name, func(t *testing.T) {
			parsed, err := ParseCheck("tall.sql", c.text)
			if err != nil {
				t.Fatal(err)
			}
			err = db.RunChecks(ctx, []Check{parsed}, "run", []string{"2017-Q4"}, nil)
			var at *CheckError
			if !errors.As(err, &at) {
				t.Fatalf("got %v", err)
			}
			if at.File != "tall.sql" || !strings.Contains(err.Error(), c.says) || c.line > 0 && at.Line != c.line {
				t.Errorf("got line %d: %v; want line %d: %s", at.Line, err, c.line, c.says)
			}
		})
	}
	if got := rows(t, db, "select finding_id from ops.finding"); got != "kept" {
		t.Errorf("findings: %s", got)
	}
	var at *CheckError
	if err := db.RunChecks(ctx, []Check{tall(t), tall(t)}, "run", nil, nil); !errors.As(err, &at) {
		t.Errorf("one id twice: %v", err)
	}
	if err := db.RunChecks(ctx, nil, "run", nil, map[string]string{"tall": "fatal"}); !errors.As(err, &at) {
		t.Errorf("an unknown severity: %v", err)
	}
}

func TestLoadParameters(t *testing.T) {
	db := readyToCheck(t)
	checks := []Check{tall(t)}
	if err := db.LoadParameters(ctx, checks, map[string]map[string]float64{"tall": {"limit": 1.25}}); err != nil {
		t.Fatal(err)
	}
	if got := rows(t, db, "from ref.check_parameter"); got != "tall limit 1.25" {
		t.Errorf("got %s", got)
	}
	var at *CheckError
	for _, wrong := range []map[string]map[string]float64{{"taal": {"limit": 1}}, {"tall": {"limits": 1}}} {
		if err := db.LoadParameters(ctx, checks, wrong); !errors.As(err, &at) {
			t.Errorf("%v: got %v", wrong, err)
		}
	}
}

func TestShow(t *testing.T) {
	for want, v := range map[string]any{
		"84,6":     84.6,
		"-0,4":     84.6 - 85,
		"85":       85.0,
		"0,000001": 0.000001,
		"0":        -1e-15,
		"119":      int64(119),
		"không rõ": nil,
		"Chưa đạt": false,
	} {
		if got := show(v); got != want {
			t.Errorf("%v is shown as %s, want %s", v, got, want)
		}
	}
}
