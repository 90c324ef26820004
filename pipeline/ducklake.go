package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/warehouse"
)

// Shared is what has gone into the common warehouse.
type Shared struct {
	Tables    int    `json:"tables"`
	Written   int    `json:"parts_written"`   // a table's rows of one period
	Unchanged int    `json:"parts_unchanged"` // that stand there already
	Rows      int64  `json:"rows_written"`
	Tries     int    `json:"tries"`             // more than one where others wrote at the same time
	Problem   string `json:"problem,omitempty"` // why nothing went there
	fault     *Fault
}

// Fault says what a person can do where nothing went there, nil where it did.
func (s *Shared) Fault() *Fault { return s.fault }

// share is ShareLake at the end of a run. The publication stands by then, so that
// what goes wrong here is said and does not undo it.
func (r *Run) share(ctx context.Context) *Shared {
	shared, err := ShareLake(ctx, r.Config, r.Progress)
	if err == nil {
		return shared
	}
	r.Log.Error("nothing went into the common warehouse", "error", err)
	var f *Fault
	if !errors.As(err, &f) {
		f = lakeFault(err)
	}
	why := err.Error()
	if f.Err != nil {
		why = f.Err.Error()
	}
	return &Shared{Problem: why, fault: f}
}

// mostTries is how often sharing tries before it says that the lake is too busy.
const mostTries = 40

func duckLake(c config.Config) warehouse.DuckLake {
	return warehouse.DuckLake{Catalog: c.DuckLake.Catalog, Data: c.DuckLake.Data, Extensions: c.DuckLake.Extensions}
}

// OpenDuckLake opens the lake of the configuration for reading.
func OpenDuckLake(ctx context.Context, c config.Config) (*warehouse.DB, error) {
	if c.DuckLake.Catalog == "" {
		return nil, &Fault{
			Status: Usage, VI: "cấu hình chưa nêu kho chung", EN: "the configuration names no common warehouse",
			HintVI: "Đặt ducklake.catalog và ducklake.extensions.", HintEN: "Set ducklake.catalog and ducklake.extensions.",
		}
	}
	l := duckLake(c)
	l.Data = "" // the catalogue knows
	db, err := warehouse.OpenDuckLake(ctx, l, warehouse.Options{MemoryLimit: c.Warehouse.MemoryLimit, Threads: c.Warehouse.Threads})
	if err != nil {
		f := lakeFault(err)
		f.VI, f.EN = "không mở được kho chung (DuckLake)", "cannot open the common warehouse (DuckLake)"
		return nil, f
	}
	return db, nil
}

// ShareLake puts every table of the snapshot into the DuckLake of the
// configuration, beside those of other provinces, in one transaction: whoever reads
// there sees all of this state or all of the one before. Of each table and period only what
// differs from what stands there is written.
func ShareLake(ctx context.Context, c config.Config, tell func(Progress)) (*Shared, error) {
	snapshot, err := publishedSnapshot(c)
	if err != nil {
		return nil, err
	}
	if tell == nil {
		tell = func(Progress) {}
	}
	l := duckLake(c)
	o := warehouse.Options{MemoryLimit: c.Warehouse.MemoryLimit, Threads: c.Warehouse.Threads}
	if l.Data != "" {
		abs, err := filepath.Abs(l.Data)
		if err != nil {
			return nil, err
		}
		l.Data, o.AllowedDirs = abs, []string{abs}
		for _, schema := range lakeSchemas { // the engine makes one level of folders
			if err := os.MkdirAll(filepath.Join(abs, schema), 0o755); err != nil {
				return nil, unwritable(abs, err)
			}
		}
	}
	var db *warehouse.DB
	// Two that make the lake at the same moment get in each other's way once.
	for try := 1; ; try++ {
		if db, err = warehouse.OpenBesideDuckLake(ctx, snapshot, l, o); err == nil {
			break
		}
		if errors.Is(err, warehouse.ErrNoExtension) || try == 3 {
			return nil, lakeFault(err)
		}
		if err := pause(ctx, try); err != nil {
			return nil, err
		}
	}
	defer func() { _ = db.Close() }()
	tables, err := lakeTables(ctx, db)
	if err != nil {
		return nil, err
	}
	shared := &Shared{Tables: len(tables)}
	var parts []lakePart
	for i, t := range tables {
		tell(Progress{Stage: "ducklake", Item: t.Name, Done: i + 1, Total: len(tables)})
		more, err := lakeParts(ctx, db, t)
		if err != nil {
			return nil, err
		}
		parts = append(parts, more...)
	}
	for shared.Tries = 1; ; shared.Tries++ {
		shared.Written, shared.Unchanged, shared.Rows = 0, 0, 0
		err := db.Together(ctx, func(exec func(string, ...any) error, all func(string, ...any) ([][]any, error)) error {
			return share(exec, all, c.Province.Code, tables, parts, shared)
		})
		if err == nil {
			return shared, nil
		}
		if !errors.Is(err, warehouse.ErrConflict) || shared.Tries == mostTries {
			return nil, lakeFault(err)
		}
		if err := pause(ctx, shared.Tries); err != nil {
			return nil, err
		}
	}
}

// pause waits a little before the next try, longer each time and never as long
// as somebody else who waits too.
func pause(ctx context.Context, try int) error {
	most := min(time.Duration(try)*200*time.Millisecond, 5*time.Second)
	timer := time.NewTimer(most/4 + rand.N(most))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func lakeFault(err error) *Fault {
	f := &Fault{
		Status: Failed, Err: err, VI: "không ghi được vào kho chung (DuckLake)", EN: "cannot write to the common warehouse (DuckLake)",
		HintVI: "Kiểm tra ducklake.catalog, ducklake.data và máy chủ PostgreSQL, rồi chạy “ntm export --ducklake”. Bản công bố của đơn vị không bị ảnh hưởng.",
		HintEN: "Check ducklake.catalog, ducklake.data and the PostgreSQL server, then do “ntm export --ducklake”. The office's own publication is not touched.",
	}
	if errors.Is(err, warehouse.ErrNoExtension) {
		f.HintVI = "Đặt hai tệp phần mở rộng của DuckDB " + warehouse.Version() + " vào thư mục ducklake.extensions; xem docs/phan-tich.md."
		f.HintEN = "Put the two extensions of DuckDB " + warehouse.Version() + " into the folder ducklake.extensions; see docs/phan-tich.md."
	}
	return f
}

// lakePart are the rows of a table that come and go together: of one period, or
// all of a table without periods.
type lakePart struct {
	table   LakeTable
	period  string
	rows    int64
	content string // the sum of the rows' hashes, and whose hashes they are
}

func (p lakePart) key() string { return p.table.Name + " " + p.period }

func lakeParts(ctx context.Context, db *warehouse.DB, t LakeTable) ([]lakePart, error) {
	period, group := "''", ""
	if slices.Contains(t.Keys, "period") {
		period, group = "period", " group by period order by period"
	}
	_, rows, err := db.All(ctx, "select "+period+", count(*), coalesce(sum(hash(t)::hugeint), 0)::varchar from (select * from "+t.Name+") t"+group)
	if err != nil {
		return nil, err
	}
	var parts []lakePart
	for _, v := range rows {
		if n := v[1].(int64); n > 0 {
			parts = append(parts, lakePart{t, v[0].(string), n, warehouse.Version() + " " + v[2].(string)})
		}
	}
	return parts, nil
}

var lakeSchemas = []string{"ref", "raw", "ops", "mart"}

// share writes, inside a transaction, what differs.
func share(exec func(string, ...any) error, all func(string, ...any) ([][]any, error), province string, tables []LakeTable, parts []lakePart, shared *Shared) error {
	const state = warehouse.Lake + ".ops.shared_part"
	for _, schema := range lakeSchemas {
		if err := exec("create schema if not exists " + warehouse.Lake + "." + schema); err != nil {
			return err
		}
	}
	if err := exec("create table if not exists " + state + " (province varchar, table_name varchar, period varchar, rows bigint, content varchar)"); err != nil {
		return err
	}
	have, err := lakeColumns(all)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if err := lakeTable(exec, t, have[t.Name]); err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
	}
	rows, err := all("select table_name, period, content from "+state+" where province = ?", province)
	if err != nil {
		return err
	}
	stands := map[string]string{}
	for _, v := range rows {
		stands[v[0].(string)+" "+v[1].(string)] = v[2].(string)
	}
	whose := "province = " + warehouse.Quote(province)
	drop := func(table, period string) error {
		where := whose
		if period != "" {
			where += " and period = " + warehouse.Quote(period)
		}
		return exec("delete from " + warehouse.Lake + "." + table + " where " + where)
	}
	for _, p := range parts {
		before, known := stands[p.key()]
		delete(stands, p.key())
		if known && before == p.content {
			shared.Unchanged++
			continue
		}
		if known {
			if err := drop(p.table.Name, p.period); err != nil {
				return err
			}
		}
		where := ""
		if p.period != "" {
			where = " where period = " + warehouse.Quote(p.period)
		}
		if err := exec("insert into " + warehouse.Lake + "." + p.table.Name + " by name select *, " + warehouse.Quote(province) + " as province from " + p.table.Name + where); err != nil {
			return fmt.Errorf("%s: %w", p.key(), err)
		}
		if known {
			if err := exec("delete from "+state+" where "+whose+" and table_name = ? and period = ?", p.table.Name, p.period); err != nil {
				return err
			}
		}
		if err := exec("insert into "+state+" values (?, ?, ?, ?, ?)", province, p.table.Name, p.period, p.rows, p.content); err != nil {
			return err
		}
		shared.Written++
		shared.Rows += p.rows
	}
	for key := range stands { // what the office no longer has
		table, period, _ := strings.Cut(key, " ")
		if err := drop(table, period); err != nil {
			return err
		}
		if err := exec("delete from "+state+" where "+whose+" and table_name = ? and period = ?", table, period); err != nil {
			return err
		}
	}
	return nil
}

// lakeColumns are the columns of the lake's tables with their types.
func lakeColumns(all func(string, ...any) ([][]any, error)) (map[string]map[string]string, error) {
	rows, err := all("select schema_name || '.' || table_name, column_name, data_type from duckdb_columns() where database_name = " + warehouse.Quote(warehouse.Lake))
	if err != nil {
		return nil, err
	}
	have := map[string]map[string]string{}
	for _, v := range rows {
		name := v[0].(string)
		if have[name] == nil {
			have[name] = map[string]string{}
		}
		have[name][v[1].(string)] = v[2].(string)
	}
	return have, nil
}

// lakeTable makes a table of the lake, or gives it the columns that an office
// with a newer program has. One that means something else by a column may not write.
func lakeTable(exec func(string, ...any) error, t LakeTable, have map[string]string) error {
	name := warehouse.Lake + "." + t.Name
	columns := slices.Clone(t.Columns)
	if slices.Contains(t.Keys, "period") {
		columns = append([]LakeColumn{{"period", "VARCHAR", "Kỳ báo cáo"}}, columns...)
	}
	columns = append([]LakeColumn{{"province", "VARCHAR", "Mã tỉnh"}}, columns...)
	if have == nil {
		var list []string
		for _, c := range columns {
			list = append(list, warehouse.Ident(c.Name)+" "+c.Type)
		}
		if err := exec("create table " + name + " (" + strings.Join(list, ", ") + ")"); err != nil {
			return err
		}
		keys := "province"
		if slices.Contains(t.Keys, "period") {
			keys = "province, period"
		}
		if err := exec("alter table " + name + " set partitioned by (" + keys + ")"); err != nil {
			return err
		}
		if err := exec("comment on table " + name + " is " + warehouse.Quote(t.Comment)); err != nil {
			return err
		}
		for _, c := range columns {
			if c.Comment == "" {
				continue
			}
			if err := exec("comment on column " + name + "." + warehouse.Ident(c.Name) + " is " + warehouse.Quote(c.Comment)); err != nil {
				return err
			}
		}
		return nil
	}
	for _, c := range columns {
		switch typ, ok := have[c.Name]; {
		case !ok:
			if err := exec("alter table " + name + " add column " + warehouse.Ident(c.Name) + " " + c.Type); err != nil {
				return err
			}
		case typ != c.Type:
			return fmt.Errorf("the lake holds %s as %s, this program has %s", c.Name, typ, c.Type)
		}
	}
	return nil
}
