package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/warehouse"
)

// Lake says which files of a folder of open Parquet files make a whole: the
// tables of one province, all of one state of its snapshot. It is written last,
// so that a reader who starts from it never mixes two states.
type Lake struct {
	Format   int    `json:"format"` // of this file; 1
	Province string `json:"province"`
	// Snapshot is the SHA-256 of the analysts' snapshot that was exported.
	Snapshot string      `json:"snapshot_sha256"`
	Periods  []string    `json:"periods"`
	Tables   []LakeTable `json:"tables"`
	Files    []LakeFile  `json:"files"`

	// Written and Unchanged count files of this export.
	Written   int    `json:"-"`
	Unchanged int    `json:"-"`
	Manifest  string `json:"-"`
}

// LakeTable is one table with its columns, without those that stand in the
// folders' names.
type LakeTable struct {
	Name    string       `json:"name"`
	Comment string       `json:"comment"`
	Keys    []string     `json:"partitioned_by"` // period and province, or province alone
	Order   []string     `json:"sorted_by"`
	Columns []LakeColumn `json:"columns"`
}

// LakeColumn is a column with the engine's name of its type.
type LakeColumn struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Comment string `json:"comment"`
}

// LakeFile is one file, by its path below the folder.
type LakeFile struct {
	Table  string `json:"table"`
	Period string `json:"period,omitempty"`
	Path   string `json:"path"`
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// lakeOrder is the order of the rows of tables that are no views with an order
// of their own: by file and place in it, as somebody would look them up.
var lakeOrder = map[string][]string{
	"raw.record":       {"submission_id", "record_no"},
	"raw.observation":  {"submission_id", "record_no", "sheet_no", "row_no", "col_no", "measure", "indicator_id"},
	"raw.aside":        {"submission_id", "record_no", "sheet_no", "row_no", "col_no", "measure", "indicator_id"},
	"raw.issue":        {"submission_id", "code", "sheet", "cell", "message"},
	"raw.cell_count":   {"submission_id", "role"},
	"raw.correction":   {"line", "correction_id"},
	"ops.period":       {"ends_on"},
	"ops.submission":   {"seq"},
	"ops.finding":      {"code", "district_code", "commune_code", "finding_id"},
	"ops.check_result": {"run_id", "check_id"},
	"ops.run":          {"started_at", "run_id"},
	"ops.closing":      {"turn"},
}

// notInLake are tables that only serve the making of others.
var notInLake = []string{"ops.model", "ops.official"}

// ExportLake writes every table of the snapshot as Parquet files, one for each
// table and period, into folders that other engines know how to read
// (table/period=…/province=…). A file whose content is what stands already is
// left alone; each of the others is written aside and renamed over it. dir may
// hold other provinces, which are left alone. Only the periods named are written
// anew, all where none is.
func ExportLake(ctx context.Context, c config.Config, dir string, periods []string, tell func(Progress)) (*Lake, error) {
	snapshot, err := publishedSnapshot(c)
	if err != nil {
		return nil, err
	}
	if tell == nil {
		tell = func(Progress) {}
	}
	manifests := filepath.Join(dir, "_manifest")
	if err := os.MkdirAll(manifests, 0o755); err != nil {
		return nil, unwritable(dir, err)
	}
	unlock, err := lock(filepath.Join(manifests, ".province="+c.Province.Code+".lock"), time.Now())
	if err != nil {
		return nil, err
	}
	defer unlock()
	pattern := ".ntm-" + c.Province.Code + "-*"
	sweep(manifests, pattern) // what an export that was stopped has left
	aside, err := os.MkdirTemp(manifests, pattern)
	if err != nil {
		return nil, unwritable(dir, err)
	}
	defer func() { _ = os.RemoveAll(aside) }()

	lake := &Lake{Format: 1, Province: c.Province.Code, Manifest: filepath.Join(manifests, "province="+c.Province.Code+".json")}
	if lake.Snapshot, err = fileSum(snapshot); err != nil {
		return nil, err
	}
	db, err := warehouse.OpenForExport(ctx, snapshot, warehouse.Options{
		MemoryLimit: c.Warehouse.MemoryLimit, Threads: c.Warehouse.Threads, AllowedDirs: []string{aside},
	})
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	_, rows, err := db.All(ctx, "select period from ops.period order by ends_on, period")
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		lake.Periods = append(lake.Periods, row[0].(string))
	}
	for _, p := range periods {
		if !slices.Contains(lake.Periods, p) {
			return nil, &Fault{
				Status: Usage, VI: "chưa có số liệu của kỳ " + p, EN: "nothing is known of period " + p,
				HintVI: "Có các kỳ: " + strings.Join(lake.Periods, ", ") + ".", HintEN: "There are: " + strings.Join(lake.Periods, ", ") + ".",
			}
		}
	}
	if lake.Tables, err = lakeTables(ctx, db); err != nil {
		return nil, err
	}
	before := readLake(lake.Manifest)
	type job struct {
		table  LakeTable
		period string
	}
	var jobs []job
	for _, t := range lake.Tables {
		if !slices.Contains(t.Keys, "period") {
			jobs = append(jobs, job{t, ""})
			continue
		}
		for _, p := range lake.Periods {
			jobs = append(jobs, job{t, p})
		}
	}
	fresh := map[string]string{} // path → where it lies aside
	for i, j := range jobs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f := LakeFile{Table: j.table.Name, Period: j.period, Path: lakePath(j.table.Name, j.period, c.Province.Code)}
		tell(Progress{Stage: "export", Item: f.Path, Done: i + 1, Total: len(jobs)})
		if old, ok := before[f.Path]; ok && len(periods) > 0 && j.period != "" && !slices.Contains(periods, j.period) {
			lake.Files = append(lake.Files, old)
			lake.Unchanged++
			continue
		}
		at := filepath.Join(aside, fmt.Sprintf("%d.parquet", i))
		if f.Rows, err = exportTable(ctx, db, j.table, j.period, c.Province.Code, at); err != nil {
			return nil, err
		}
		info, err := os.Stat(at)
		if err != nil {
			return nil, err
		}
		f.Bytes = info.Size()
		if f.SHA256, err = fileSum(at); err != nil {
			return nil, err
		}
		lake.Files = append(lake.Files, f)
		if old, ok := before[f.Path]; ok && old.SHA256 == f.SHA256 {
			if info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(f.Path))); err == nil && info.Size() == f.Bytes {
				lake.Unchanged++
				_ = os.Remove(at)
				continue
			}
		}
		if err := syncFile(at); err != nil {
			return nil, err
		}
		fresh[f.Path] = at
		lake.Written++
	}
	text, err := json.MarshalIndent(lake, "", "  ")
	if err != nil {
		return nil, err
	}
	for _, f := range lake.Files {
		at, ok := fresh[f.Path]
		if !ok {
			continue
		}
		to := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return nil, unwritable(dir, err)
		}
		if err := os.Rename(at, to); err != nil {
			return nil, unwritable(to, err)
		}
	}
	manifest := filepath.Join(aside, "manifest.json")
	if err := writeSynced(manifest, append(text, '\n'), 0o644); err != nil {
		return nil, err
	}
	if err := os.Rename(manifest, lake.Manifest); err != nil {
		return nil, unwritable(lake.Manifest, err)
	}
	syncDir(manifests)
	return lake, nil
}

// publishedSnapshot is the path of the snapshot, a Fault where there is none yet.
func publishedSnapshot(c config.Config) (string, error) {
	snapshot := Snapshot(c.Out)
	if _, err := os.Stat(snapshot); errors.Is(err, fs.ErrNotExist) {
		return "", &Fault{
			Status: Failed, VI: "chưa có bản công bố " + snapshot, EN: "there is no snapshot " + snapshot + " yet",
			HintVI: "Chạy “ntm run --period KỲ” trước, hoặc chỉ đúng thư mục bằng --out.", HintEN: "Do “ntm run --period PERIOD” first, or name the right folder with --out.",
		}
	}
	return snapshot, nil
}

// lakePath is where a file stands: folders that name the values of columns, as
// Hive began it and Spark, DuckDB, Arrow and Trino read it.
func lakePath(table, period, province string) string {
	schema, name, _ := strings.Cut(table, ".")
	parts := []string{schema, name}
	if period != "" {
		parts = append(parts, "period="+period)
	}
	return path.Join(append(parts, "province="+province, "data.parquet")...)
}

// lakeTables lists what is exported: the seeds, what the files say, the views
// and the record of it all, with their comments.
func lakeTables(ctx context.Context, db *warehouse.DB) ([]LakeTable, error) {
	_, rows, err := db.All(ctx, `
		with objects as (
			select schema_name, table_name as name, comment from duckdb_tables() where database_name = current_database() and schema_name in ('ref', 'raw', 'ops')
			union all
			select schema_name, view_name, comment from duckdb_views() where database_name = current_database() and schema_name = 'mart'
		)
		select o.schema_name || '.' || o.name, coalesce(o.comment, ''), c.column_name, c.data_type, coalesce(c.comment, '')
		from objects o
		join duckdb_columns() c on c.database_name = current_database() and c.schema_name = o.schema_name and c.table_name = o.name
		order by o.schema_name, o.name, c.column_index`)
	if err != nil {
		return nil, err
	}
	var tables []LakeTable
	for _, v := range rows {
		name := v[0].(string)
		if slices.Contains(notInLake, name) {
			continue
		}
		if len(tables) == 0 || tables[len(tables)-1].Name != name {
			tables = append(tables, LakeTable{Name: name, Comment: v[1].(string), Keys: []string{"province"}, Order: []string{}})
		}
		t := &tables[len(tables)-1]
		if column := v[2].(string); column == "period" && !strings.HasPrefix(name, "ref.") {
			t.Keys = []string{"period", "province"}
		} else {
			t.Columns = append(t.Columns, LakeColumn{column, v[3].(string), v[4].(string)})
		}
	}
	for i := range tables {
		if order := lakeOrder[tables[i].Name]; order != nil {
			tables[i].Order = order
		} else if !strings.HasPrefix(tables[i].Name, "mart.") {
			for _, c := range tables[i].Columns { // seeds: by all they say
				tables[i].Order = append(tables[i].Order, c.Name)
			}
		}
	}
	return tables, nil
}

// exportTable writes the rows of one table, of one period where it has periods.
// What is read of one period of a mart comes in its own order.
func exportTable(ctx context.Context, db *warehouse.DB, t LakeTable, period, province, to string) (int64, error) {
	columns := "*"
	where := ""
	if slices.Contains(t.Keys, "period") {
		columns = "* exclude (period)"
		where = " where period = '" + period + "'"
	}
	order := ""
	if len(t.Order) > 0 {
		order = " order by " + strings.Join(t.Order, ", ")
	}
	abs, err := filepath.Abs(to)
	if err != nil {
		return 0, err
	}
	err = db.ExportParquet(ctx, "select "+columns+" from "+t.Name+where+order, abs,
		[2]string{"ntm.table", t.Name}, [2]string{"ntm.comment", t.Comment}, [2]string{"ntm.period", period}, [2]string{"ntm.province", province})
	if err != nil {
		return 0, err
	}
	_, rows, err := db.All(ctx, "select count(*) from "+t.Name+where)
	if err != nil {
		return 0, err
	}
	return rows[0][0].(int64), nil
}

// readLake returns the files of the manifest that stands, by their paths.
func readLake(manifest string) map[string]LakeFile {
	files := map[string]LakeFile{}
	text, err := os.ReadFile(manifest)
	if err != nil {
		return files
	}
	var lake Lake
	if json.Unmarshal(text, &lake) != nil {
		return files // damaged: everything is written anew
	}
	for _, f := range lake.Files {
		files[f.Path] = f
	}
	return files
}
