package warehouse

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

var ctx = context.Background()

func open(t *testing.T, o Options) *DB {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "ntm.duckdb.part"), o)
}

func openAt(t *testing.T, path string, o Options) *DB {
	t.Helper()
	db, err := Open(ctx, path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func exec(t *testing.T, db *DB, query string) {
	t.Helper()
	if err := db.Exec(ctx, query); err != nil {
		t.Fatal(err)
	}
}

// rows writes what a query returns, one line a row.
func rows(t *testing.T, db *DB, query string) string {
	t.Helper()
	_, list, err := db.All(ctx, query)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range list {
		lines = append(lines, strings.Trim(fmt.Sprint(r), "[]"))
	}
	return strings.Join(lines, "\n")
}

func mustSay(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error; want one that says %q", words)
		return
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("the error says %q, not %q", err, w)
		}
	}
}

// A closed warehouse is one file, in the oldest storage, and opens again with
// what was in it, under whatever name.
func TestOpenAgain(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "kho dữ liệu 100%.part")
	db := openAt(t, path, Options{MemoryLimit: "200MB", Threads: 1})
	exec(t, db, "insert into ops.model values ('a', 'b')")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("beside the file stays %v", entries)
	}
	moved := filepath.Join(dir, "ntm.duckdb")
	if err := os.Rename(path, moved); err != nil {
		t.Fatal(err)
	}
	again := openAt(t, moved, Options{})
	if got := rows(t, again, "from ops.model"); got != "a b" {
		t.Errorf("it holds %q", got)
	}
	if got := rows(t, again, "select tags['storage_version'] from duckdb_databases() where database_name = 'ntm'"); !strings.HasPrefix(got, "v1.0.0") {
		t.Errorf("its storage is %s", got)
	}
}

// What was received cannot be loaded again at will, so a table of another shape
// stops the run; a seed table is simply made anew.
func TestTablesOfAnotherVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ntm.duckdb")
	db := openAt(t, path, Options{})
	exec(t, db, "alter table ref.band drop column label")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = openAt(t, path, Options{})
	columns, err := db.Columns(ctx, "ref.band")
	if err != nil || !reflect.DeepEqual(columns, Columns("ref.band")) {
		t.Errorf("ref.band has %v, %v", columns, err)
	}
	exec(t, db, "alter table raw.record drop column cell")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = Open(ctx, path, Options{})
	mustSay(t, err, "raw.record", "another version", "rebuild")
}

func TestOpenReadOnlyOfNothing(t *testing.T) {
	_, err := OpenReadOnly(ctx, filepath.Join(t.TempDir(), "none.duckdb"))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// A reader changes nothing and sees nothing but the file, whatever is asked.
func TestReadOnlyInFact(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ntm.duckdb")
	if err := openAt(t, path, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	db, err := OpenReadOnly(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, query := range []string{
		"insert into ops.model values ('a', 'b')",
		"create table ops.x (a int)",
		"drop table ops.model",
		"copy ops.model to '" + filepath.Join(dir, "out.csv") + "'",
		"copy ops.model from '/etc/passwd'",
		"attach '" + filepath.Join(dir, "other.duckdb") + "' as other",
		"select * from read_csv('/etc/passwd')",
		"select * from read_text('/etc/passwd')",
		"select * from '/etc/passwd'",
		"select * from glob('/etc/*')",
		"set enable_external_access = true",
		"set lock_configuration = false",
		"set memory_limit = '100GB'",
		"set allowed_directories = ['/']",
		"set profiling_output = '" + filepath.Join(dir, "profile.json") + "'",
		"install httpfs",
		"load httpfs",
		"export database '" + dir + "'",
	} {
		if err := db.Exec(ctx, query); err == nil {
			t.Errorf("%s: allowed", query)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("in the folder there is %v, %v", entries, err)
	}
}

func TestCheckSelect(t *testing.T) {
	db := open(t, Options{})
	for _, query := range []string{
		"select 1",
		"select 1;",
		" -- a comment\n select 1 -- another",
		"with a as (select 1) from a",
		"from ops.model",
		"table ops.model",
		"values (1)",
		"describe ops.model",
		"describe select 1",
		"summarize ops.model",
		"show tables",
		"show all tables",
		"explain select 1",
		"explain analyze select 1",
		"/* why */ EXPLAIN\n--\nANALYZE from ops.model",
		"select ';' as a, 'drop table b' as b",
		"select current_setting('threads')",
	} {
		if err := db.CheckSelect(ctx, query); err != nil {
			t.Errorf("%s: refused: %v", query, err)
		}
	}
	for _, query := range []string{
		"",
		"-- nothing",
		"select 1; select 2",
		"select 1; drop table ops.model",
		"insert into ops.model values ('a', 'b')",
		"insert into ops.model values ('a', 'b') returning name",
		"update ops.model set name = ''",
		"delete from ops.model",
		"create table a (b int)",
		"create temp table a (b int)",
		"create temp view a as select 1",
		"drop table ops.model",
		"alter table ops.model rename to b",
		"copy ops.model to 'a.csv'",
		"copy (select 1) to 'a.csv'",
		"export database 'a'",
		"attach 'a.duckdb' as a",
		"detach ntm",
		"use memory",
		"install httpfs",
		"load httpfs",
		"set threads = 1",
		"reset threads",
		"pragma threads = 1",
		"pragma enable_profiling",
		"call pragma_version()",
		"begin",
		"prepare a as select 1",
		"checkpoint",
		"vacuum",
		"comment on table ops.model is 'a'",
		"explain insert into ops.model values ('a', 'b')",
		"explain analyze insert into ops.model values ('a', 'b')",
		"explain analyze copy ops.model to 'a.csv'",
		"explain create table a as select 1",
		"set variable a = 1",
	} {
		if err := db.CheckSelect(ctx, query); err == nil {
			t.Errorf("%s: allowed", query)
		}
	}
	if got := rows(t, db, "select count(*) from ops.model"); got != "0" {
		t.Errorf("checking ran something: %s rows", got)
	}
	var not *NotASelect
	if err := db.CheckSelect(ctx, "select 1; select 2"); !errors.As(err, &not) || not.Reason != "more than one statement" {
		t.Errorf("got %v", err)
	}
	if err := db.CheckSelect(ctx, "select nothere"); err == nil || errors.As(err, &not) {
		t.Errorf("a SELECT that does not bind: got %v", err)
	}
}

func TestLoadRef(t *testing.T) {
	db := open(t, Options{})
	columns := []string{"commune_code", "set_id", "recognised_year", "order_no", "decision", "valid_from", "valid_to", "illustrative", "note", "source", "confidence", "stage"}
	row := []string{"30694", "AG-2361", "2015", "1", "", "2015-12-31", "", "no", "Vĩnh Phú", "", "", ""}
	for range 2 { // the second time replaces the first
		if err := db.LoadRef(ctx, "recognition", columns, [][]string{row}); err != nil {
			t.Fatal(err)
		}
	}
	got := rows(t, db, "select commune_code, recognised_year, valid_from::text, valid_to, illustrative, decision is null, note from ref.recognition")
	if want := "30694 2015 2015-12-31 <nil> false true Vĩnh Phú"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}

	err := db.LoadRef(ctx, "recognition", columns[1:], [][]string{row[1:]})
	mustSay(t, err, "ref.recognition", `"commune_code" is missing`)
	err = db.LoadRef(ctx, "recognition", append(columns[:10:10], "certainty"), nil)
	mustSay(t, err, "ref.recognition", `unknown column "certainty"`)
	err = db.LoadRef(ctx, "recognition", append(columns[:10:10], "source"), nil)
	mustSay(t, err, `"source" is given twice`)
	err = db.LoadRef(ctx, "mayors", nil, nil)
	mustSay(t, err, "ref.mayors", "no such")
	for column, wrong := range map[int]string{2: "năm 2015", 5: "31/12/2015", 7: "maybe"} {
		bad := append([]string(nil), row...)
		bad[column] = wrong
		err = db.LoadRef(ctx, "recognition", columns, [][]string{row, bad})
		mustSay(t, err, "row 2", columns[column], wrong)
	}
	if got := rows(t, db, "select count(*) from ref.recognition"); got != "1" {
		t.Errorf("a load that failed left %s rows", got)
	}
}

// issues is a batch for raw.issue.
func issues(schema *arrow.Schema, periods ...string) arrow.RecordBatch {
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for _, p := range periods {
		for i, f := range schema.Fields() {
			s := b.Field(i).(*array.StringBuilder)
			switch f.Name {
			case "period":
				s.Append(p)
			case "message":
				s.Append("tệp hỏng")
			default:
				s.AppendNull()
			}
		}
	}
	return b.NewRecordBatch()
}

func textSchema(columns []string) *arrow.Schema {
	var fields []arrow.Field
	for _, c := range columns {
		fields = append(fields, arrow.Field{Name: c, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	return arrow.NewSchema(fields, nil)
}

func TestAppend(t *testing.T) {
	db := open(t, Options{})
	columns := strings.Split(names(Columns("raw.issue")), ", ")
	reversed := append([]string(nil), columns...)
	for i, c := range columns {
		reversed[len(columns)-1-i] = c // by name, not by place
	}
	many := make([]string, 5000) // more than the engine takes at once
	for i := range many {
		many[i] = "2017-Q4"
	}
	batch := issues(textSchema(reversed), append(many, "2017-Q3")...)
	defer batch.Release()
	if err := db.Append(ctx, "raw.issue", batch); err != nil {
		t.Fatal(err)
	}
	got := rows(t, db, "select period, count(*), count(submission_id), min(message) from raw.issue group by period order by period")
	if want := "2017-Q3 1 0 tệp hỏng\n2017-Q4 5000 0 tệp hỏng"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := db.DeletePeriod(ctx, []string{"raw.issue", "raw.record"}, "2017-Q4"); err != nil {
		t.Fatal(err)
	}
	if got := rows(t, db, "select period from raw.issue"); got != "2017-Q3" {
		t.Errorf("after deleting 2017-Q4: %s", got)
	}

	for name, c := range map[string]struct{ columns, says []string }{
		"a column less":       {columns[1:], []string{"raw.issue", `"submission_id" is missing`}},
		"a column more":       {append(columns[:len(columns):len(columns)], "when"), []string{"raw.issue", `unknown column "when"`}},
		"another's columns":   {[]string{"name", "sha256"}, []string{`unknown column "name"`}},
		"a column of two":     {append(columns[:len(columns):len(columns)], "period"), []string{`"period" is given twice`}},
		"no columns whatever": {nil, []string{"is missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			batch := issues(textSchema(c.columns))
			defer batch.Release()
			mustSay(t, db.Append(ctx, "raw.issue", batch), c.says...)
		})
	}
	empty := issues(textSchema(columns))
	defer empty.Release()
	mustSay(t, db.Append(ctx, "raw.nothing", empty), "raw.nothing", "no such table")
	mustSay(t, db.Append(ctx, "ref.check_parameter", issues(textSchema([]string{"check_id", "name", "value"}))), "value", "DOUBLE", "utf8")
}

// Every type that we use goes in as Arrow and comes out as Go.
func TestTypes(t *testing.T) {
	db := open(t, Options{})
	exec(t, db, "create table raw.types (s VARCHAR, i INTEGER, l BIGINT, f DOUBLE, b BOOLEAN, d DATE, t TIMESTAMP)")
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "s", Type: arrow.BinaryTypes.String}, {Name: "i", Type: arrow.PrimitiveTypes.Int32},
		{Name: "l", Type: arrow.PrimitiveTypes.Int64}, {Name: "f", Type: arrow.PrimitiveTypes.Float64},
		{Name: "b", Type: arrow.FixedWidthTypes.Boolean}, {Name: "d", Type: arrow.FixedWidthTypes.Date32},
		{Name: "t", Type: arrow.FixedWidthTypes.Timestamp_us},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	day := time.Date(2017, 12, 31, 0, 0, 0, 0, time.UTC)
	moment := day.Add(7*time.Hour + 123456*time.Microsecond)
	b.Field(0).(*array.StringBuilder).Append("Đạt")
	b.Field(1).(*array.Int32Builder).Append(-7)
	b.Field(2).(*array.Int64Builder).Append(1 << 40)
	b.Field(3).(*array.Float64Builder).Append(84.999)
	b.Field(4).(*array.BooleanBuilder).Append(true)
	b.Field(5).(*array.Date32Builder).Append(arrow.Date32FromTime(day))
	b.Field(6).(*array.TimestampBuilder).Append(arrow.Timestamp(moment.UnixMicro()))
	for i := range 7 {
		b.Field(i).AppendNull()
	}
	batch := b.NewRecordBatch()
	defer batch.Release()
	if err := db.Append(ctx, "raw.types", batch); err != nil {
		t.Fatal(err)
	}
	columns, got, err := db.All(ctx, "from raw.types")
	if err != nil {
		t.Fatal(err)
	}
	want := []any{"Đạt", int64(-7), int64(1 << 40), 84.999, true, day, moment}
	if !reflect.DeepEqual(got[0], want) || !reflect.DeepEqual(got[1], make([]any, 7)) {
		t.Errorf("%v: got %v, want %v and NULLs", columns, got, want)
	}
	if err := db.AppendRows(ctx, "raw.types", []string{"t", "s"}, [][]any{{moment, "x"}}); err != nil {
		t.Fatal(err)
	}
	if got := rows(t, db, "select s, i, t = timestamp '2017-12-31 07:00:00.123456' from raw.types where s = 'x'"); got != "x <nil> true" {
		t.Errorf("got %s", got)
	}
	mustSay(t, db.AppendRows(ctx, "raw.types", []string{"z"}, nil), `unknown column "z"`)
	mustSay(t, db.AppendRows(ctx, "raw.types", []string{"s", "i"}, [][]any{{"a", 1}, {"b"}}), "row 2 has 1 values for 2")

	_, got, err = db.All(ctx, "select sum(i), count(*), 1.5::decimal(9, 2), [1, 2], {'a': 1}, 340282366920938463463374607431768211455::uhugeint from raw.types")
	if err != nil {
		t.Fatal(err)
	}
	want = []any{int64(-7), int64(3), 1.5, []any{int64(1), int64(2)}, map[string]any{"a": int64(1)}, "340282366920938463463374607431768211455"}
	if !reflect.DeepEqual(got[0], want) {
		t.Errorf("got %#v, want %#v", got[0], want)
	}
}

// Batches of any length come out in their order, whatever pieces the engine takes
// them in.
func TestAppendInPieces(t *testing.T) {
	db := open(t, Options{})
	exec(t, db, "create table raw.pieces (n INTEGER, s VARCHAR, f DOUBLE, b BOOLEAN)")
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "s", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "n", Type: arrow.PrimitiveTypes.Int32},
		{Name: "b", Type: arrow.FixedWidthTypes.Boolean, Nullable: true}, {Name: "f", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	}, nil)
	text := func(n int) string {
		return []string{"", "ngắn", "dài hơn mười hai byte", strings.Repeat("rất dài ", 5000), "\x00"}[n/7%5]
	}
	var batches []arrow.RecordBatch
	n := 0
	for _, size := range []int{1, 0, 2047, 3000, 2, 2048, 5000, 833, 0} {
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		for range size {
			if n%7 == 0 {
				b.Field(0).AppendNull()
				b.Field(2).AppendNull()
				b.Field(3).AppendNull()
			} else {
				b.Field(0).(*array.StringBuilder).Append(text(n))
				b.Field(2).(*array.BooleanBuilder).Append(n%3 == 0)
				b.Field(3).(*array.Float64Builder).Append(float64(n) / 8)
			}
			b.Field(1).(*array.Int32Builder).Append(int32(n))
			n++
		}
		batches = append(batches, b.NewRecordBatch())
		b.Release()
	}
	// A batch that is a part of another begins in the middle of its columns.
	batches = slices.Replace(batches, 3, 4, batches[3].NewSlice(0, 1234), batches[3].NewSlice(1234, 3000))
	if err := db.Append(ctx, "raw.pieces", batches...); err != nil {
		t.Fatal(err)
	}
	_, got, err := db.All(ctx, "select n, s, f, b from raw.pieces order by rowid")
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != n {
		t.Fatalf("%d rows came out of %d", len(got), n)
	}
	for i, row := range got {
		want := []any{int64(i), text(i), float64(i) / 8, i%3 == 0}
		if i%7 == 0 {
			want = []any{int64(i), nil, nil, nil}
		}
		if !reflect.DeepEqual(row, want) {
			t.Fatalf("row %d: got %.80v, want %.80v", i, row, want)
		}
	}
}

// What is appended together is there as a whole, or not at all.
func TestLoading(t *testing.T) {
	db := open(t, Options{})
	columns := strings.Split(names(Columns("raw.issue")), ", ")
	batch := issues(textSchema(columns), "2017-Q3", "2017-Q4")
	defer batch.Release()
	other := issues(textSchema(columns[:3]))
	defer other.Release()
	canceled, cancel := context.WithCancel(ctx)
	for name, c := range map[string]struct {
		then func(*Load) error
		says string
	}{
		"an error of the caller's": {func(*Load) error { return errors.New("hết giấy") }, "hết giấy"},
		"batches of two schemas":   {func(l *Load) error { return l.Append(ctx, "raw.issue", batch, other) }, "different schemas"},
		"another's columns":        {func(l *Load) error { return l.Append(ctx, "raw.record", batch) }, "unknown column"},
		"the end of the run": {func(l *Load) error {
			cancel()
			return l.Append(canceled, "raw.issue", batch)
		}, "canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			mustSay(t, db.Loading(ctx, func(l *Load) error {
				if err := l.Append(ctx, "raw.issue", batch); err != nil {
					t.Fatal(err)
				}
				return c.then(l)
			}), c.says)
			if got := rows(t, db, "select count(*) from raw.issue"); got != "0" {
				t.Errorf("%s rows stayed", got)
			}
		})
	}
	err := db.Loading(ctx, func(l *Load) error {
		for range 3 {
			if err := l.Append(ctx, "raw.issue", batch); err != nil {
				return err
			}
		}
		return l.Append(ctx, "raw.issue")
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := rows(t, db, "select count(*) from raw.issue"); got != "6" {
		t.Errorf("%s rows of 6", got)
	}
	// A query of an office's own finds nothing there.
	_, _, err = db.All(ctx, "from incoming()")
	mustSay(t, err, "nothing is coming in")
}

// A row is there before the last one is computed, and an error in between is
// told.
func TestRowsStream(t *testing.T) {
	db := open(t, Options{})
	r, err := db.Query(ctx, "select i as number, error('giữa chừng') from range(10) t(i) where i > 100 or i = 5")
	if err == nil {
		for r.Next() {
			t.Error("a row came out")
		}
		err = r.Close()
	}
	mustSay(t, err, "giữa chừng")
}

func TestBuild(t *testing.T) {
	db := open(t, Options{})
	exec(t, db, "insert into ops.period (period) values ('2017-Q3'), ('2017-Q4')")
	exec(t, db, "insert into raw.issue (period, message) values ('2017-Q3', 'a'), ('2017-Q4', 'b')")
	numbers := Model{Name: "staging.numbers", SQL: "-- a comment goes first\nselect p.period, i.message, i.message = 'b' as sort_b, 3 as n\nfrom ops.period p join raw.issue i on i.period = p.period -- and last"}
	sums := Model{Name: "mart.sums", SQL: "select period, message, n + 1 as n, message as sort_message from staging.numbers"}
	build := func(periods ...string) {
		t.Helper()
		// As the pipeline does: staging and marts in calls of their own.
		if err := db.Build(ctx, []Model{numbers}, periods); err != nil {
			t.Fatal(err)
		}
		if err := db.Build(ctx, []Model{sums}, periods); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(want string) {
		t.Helper()
		if got := rows(t, db, "from mart.sums"); got != want {
			t.Errorf("mart.sums holds\n%s\nwant\n%s", got, want)
		}
	}
	build("2017-Q4")
	holds("2017-Q3 a 4\n2017-Q4 b 4") // new models are derived for all periods

	exec(t, db, "update raw.issue set message = message || '!'")
	build("2017-Q4")
	holds("2017-Q3 a 4\n2017-Q4 b! 4") // known ones for the periods concerned

	numbers.SQL = strings.Replace(numbers.SQL, "3 as n", "5 as n", 1)
	build("2017-Q4")
	holds("2017-Q3 a! 6\n2017-Q4 b! 6") // a changed one, and what reads it, for all

	sums.SQL = strings.Replace(sums.SQL, "n + 1 as n", "n + 2 as n, true as more", 1)
	build("2017-Q4")
	holds("2017-Q3 a! 7 true\n2017-Q4 b! 7 true") // also with other columns

	broken := sums
	broken.SQL = "select period, nothere from staging.numbers"
	mustSay(t, db.Build(ctx, []Model{broken}, []string{"2017-Q4"}), "build mart.sums", "nothere")
	holds("2017-Q3 a! 7 true\n2017-Q4 b! 7 true") // a failure changes nothing

	for name, text := range map[string]string{
		"two statements":     "select '2017-Q4' as period; drop table raw.issue",
		"not a SELECT":       "drop table raw.issue",
		"no column period":   "select 1 as a",
		"open parenthesis":   "select (1 as period",
		"nothing":            "",
		"reads a later file": "select * from read_csv('/etc/passwd')",
	} {
		if err := db.Build(ctx, []Model{{Name: "mart.bad", SQL: text}}, nil); err == nil {
			t.Errorf("%s: built", name)
		}
	}
	mustSay(t, db.Build(ctx, []Model{{Name: "ops.bad", SQL: "select 1"}}, nil), "ops.bad", "staging or mart")
	if got := rows(t, db, "select count(*) from raw.issue"); got != "2" {
		t.Errorf("raw.issue has %s rows", got)
	}
}

func TestComments(t *testing.T) {
	db := open(t, Options{})
	model := Model{Name: "mart.sums", SQL: "select 'x' as period, 1 as n, 2 as sort_n"}
	comments, err := ParseComments("object,column,comment\nmart.sums,,Tổng\nmart.sums,n,\"Số, đếm\"\n*,period,Kỳ báo cáo\n*,sort_n,Thứ tự\n")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time, the table is made anew and has lost its own
		if err := db.Build(ctx, []Model{model}, nil); err != nil {
			t.Fatal(err)
		}
		if err := db.Comment(ctx, comments); err != nil {
			t.Fatal(err)
		}
		model.SQL += " -- changed"
	}
	got := rows(t, db, "select schema_name, column_name, comment from duckdb_columns() where table_name = 'sums' order by schema_name, column_index")
	want := "mart period Kỳ báo cáo\nmart n Số, đếm\nstore period Kỳ báo cáo\nstore n Số, đếm\nstore sort_n Thứ tự"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := rows(t, db, "select comment from duckdb_views() where view_name = 'sums' union all select comment from duckdb_tables() where table_name = 'sums'"); got != "Tổng\nTổng" {
		t.Errorf("got %s", got)
	}
	missing, err := db.Uncommented(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if len(missing) == 0 || strings.Contains(strings.Join(missing, " "), "sums") {
		t.Errorf("uncommented: %v", missing)
	}
	_, err = ParseComments("object,column,comment\na.b,,x\na.b,,y\n")
	mustSay(t, err, "line 3", "a.b")
}

// A closed warehouse is one file, in the oldest storage: a copy of it under
// another name is whole, views with their order and comments included.
func TestAClosedWarehouseIsOneFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "ntm.duckdb")
	db, err := Open(ctx, file, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Build(ctx, []Model{{Name: "mart.sums", SQL: "select 'x' as period, i as n, -i as sort_n from range(3) t(i)"}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := db.Comment(ctx, []Comment{{"mart.sums", "n", "Số đếm"}}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("beside the file: %v, %v", entries, err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "của phân tích.duckdb")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	copied, err := OpenReadOnly(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = copied.Close() }()
	if got := rows(t, copied, "select n from mart.sums"); got != "2\n1\n0" {
		t.Errorf("the view says %s", got)
	}
	if got := rows(t, copied, "select comment from duckdb_columns() where schema_name = 'mart' and column_name = 'n'"); got != "Số đếm" {
		t.Errorf("the comment says %s", got)
	}
	if got := rows(t, copied, "select tags['storage_version'] from duckdb_databases() where database_name = 'ntm'"); !strings.HasPrefix(got, "v1.0.0") {
		t.Errorf("its storage is %s", got)
	}
}

// The same ordered rows make the same bytes, whatever the number of threads.
func TestParquetIsDeterministic(t *testing.T) {
	var first []byte
	for _, threads := range []int{1, 4, 2} {
		dir := t.TempDir()
		db := openAt(t, filepath.Join(dir, "ntm.duckdb"), Options{Threads: threads, AllowedDirs: []string{dir}})
		path := filepath.Join(dir, "bảng.parquet")
		// A period that was derived twice among others: its rows stand where there
		// were some before, and come in their order all the same.
		model := Model{Name: "mart.rows", SQL: "select p.period, i, 'xã ' || (i % 119) as name, i / 7 as share, i % 1000 as sort_a, i as sort_b from ops.period p, range(150000) t(i)"}
		exec(t, db, "insert into ops.period (period) values ('2017-Q3'), ('2017-Q4'), ('2018-Q1')")
		for range 2 {
			if err := db.Build(ctx, []Model{model}, []string{"2017-Q4"}); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.ExportParquet(ctx, "select * from mart.rows where period = '2017-Q4' -- end", path); err != nil {
			t.Fatal(err)
		}
		if got := rows(t, db, "select count(*) from (select i % 1000 as a, lag(i % 1000) over () as before, i, lag(i) over () as last from read_parquet("+quote(path)+")) where a < before or a = before and i < last"); got != "0" {
			t.Errorf("with %d threads %s rows are out of order", threads, got)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = data
		}
		if !bytes.Equal(first, data) {
			t.Errorf("with %d threads the file is another", threads)
		}
		if err := db.ExportParquet(ctx, "select 1", filepath.Join(t.TempDir(), "x.parquet")); err == nil {
			t.Error("written outside the allowed folders")
		}
	}
}

// A run that is called off in the middle leaves what was there, and the
// warehouse can be closed in good order.
func TestCalledOff(t *testing.T) {
	db := open(t, Options{})
	model := Model{Name: "mart.sums", SQL: "select 'x' as period, 1 as n"}
	if err := db.Build(ctx, []Model{model}, nil); err != nil {
		t.Fatal(err)
	}
	soon, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	slow := Model{Name: "mart.sums", SQL: "select 'x' as period, sum(a.i * b.i) as n from range(1000000) a(i), range(1000000) b(i)"}
	if err := db.Build(soon, []Model{slow}, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if got := rows(t, db, "from mart.sums"); got != "x 1" {
		t.Errorf("mart.sums holds %s", got)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// A PIVOT that finds its columns in the data is several statements to the
// engine, and one read to its author; with a semicolon it is not.
func TestCheckSelectPivot(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.duckdb")
	db, err := Open(ctx, file, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = OpenReadOnly(ctx, file); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	const pivot = "pivot (select 1 a, 'x' b) on b using sum(a)"
	for _, query := range []string{pivot, pivot + ";", "select * from (" + pivot + ")", "with c as (select 1 a, 'x' b) pivot c on b using sum(a)", "from (" + pivot + ")"} {
		if err := db.CheckSelect(ctx, query); err != nil {
			t.Errorf("%s: refused: %v", query, err)
		} else if got := rows(t, db, query); got != "1" {
			t.Errorf("%s: got %q", query, got)
		}
	}
	for _, query := range []string{
		pivot + "; select 1", "select 1; " + pivot, pivot + "; create temp table a (b int)",
		"create temp table a as " + pivot, "with c as (select 1 a, 'x' b) insert into ops.model pivot c on b using sum(a)",
	} {
		if err := db.CheckSelect(ctx, query); err == nil {
			t.Errorf("%s: allowed", query)
		}
	}
}
