package pipeline

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/report"
	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/seeds"
	ntmsql "github.com/angiang-ntm/ntm/sql"
	"github.com/angiang-ntm/ntm/transforms"
)

// Country is what has been put together from the lakes of provinces.
type Country struct {
	Provinces []string   `json:"provinces"`
	Snapshot  string     `json:"snapshot"`
	Workbooks []string   `json:"workbooks"`
	Rows      [][]string `json:"-"` // of the newest period: each province, then all
	Period    string     `json:"period"`
	// Shared are commune codes that more than one province uses: their figures
	// count twice, and somebody has to say whose they are.
	Shared []string `json:"shared_codes,omitempty"`
}

// Consolidate puts together what provinces have exported into one folder: one
// warehouse with a column province in every table, country-wide views, and a workbook for each
// period asked for (the newest where none is). A province counts with what its manifest names;
// where a file is not what the manifest says, nothing is written.
func Consolidate(ctx context.Context, c config.Config, lake string, periods []string, version string, tell func(Progress)) (*Country, error) {
	if tell == nil {
		tell = func(Progress) {}
	}
	abs, err := filepath.Abs(lake)
	if err != nil {
		return nil, err
	}
	manifests, err := lakeManifests(abs, tell)
	if err != nil {
		return nil, err
	}
	country := &Country{Snapshot: filepath.Join(c.Out, "ntm.duckdb")}
	tables := map[string]*warehouse.Gathered{}
	var known []string
	for _, m := range manifests {
		country.Provinces = append(country.Provinces, m.Province)
		known = append(known, m.Periods...)
		for _, t := range m.Tables {
			if tables[t.Name] == nil {
				tables[t.Name] = &warehouse.Gathered{Name: t.Name, Comment: t.Comment}
				for _, col := range t.Columns {
					tables[t.Name].Columns = append(tables[t.Name].Columns, [2]string{col.Name, col.Comment})
				}
			}
		}
		for _, f := range m.Files {
			tables[f.Table].Files = append(tables[f.Table].Files, filepath.Join(abs, filepath.FromSlash(f.Path)))
		}
	}
	slices.Sort(known)
	known = slices.Compact(known)
	if len(periods) == 0 && len(known) > 0 {
		periods = []string{slices.MaxFunc(known, byEnd)}
	}
	for _, p := range periods {
		if !slices.Contains(known, p) {
			return nil, &Fault{
				Status: Usage, VI: "chưa tỉnh nào có số liệu của kỳ " + p, EN: "no province has period " + p,
				HintVI: "Có các kỳ: " + strings.Join(known, ", ") + ".", HintEN: "There are: " + strings.Join(known, ", ") + ".",
			}
		}
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, unwritable(c.Out, err)
	}
	unlock, err := lock(filepath.Join(c.Out, ".ntm-country.lock"), time.Now())
	if err != nil {
		return nil, err
	}
	defer unlock()
	sweep(c.Out, ".ntm-country-*") // what a consolidation that was stopped has left
	aside, err := os.MkdirTemp(c.Out, ".ntm-country-*")
	if err != nil {
		return nil, unwritable(c.Out, err)
	}
	defer func() { _ = os.RemoveAll(aside) }()

	var list []warehouse.Gathered
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		if len(tables[name].Files) > 0 {
			list = append(list, *tables[name])
		}
	}
	at := filepath.Join(aside, "ntm.duckdb")
	err = warehouse.Gather(ctx, at, abs, warehouse.Options{MemoryLimit: c.Warehouse.MemoryLimit, Threads: c.Warehouse.Threads}, list, ntmsql.National(),
		func(done int, name string) {
			tell(Progress{Stage: "consolidate", Item: name, Done: done + 1, Total: len(list)})
		})
	if err != nil {
		return nil, err
	}
	fresh := map[string]string{}
	if err := country.write(ctx, c, at, aside, periods, version, fresh); err != nil {
		return nil, err
	}
	if err := syncFile(at); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(fresh)) {
		if err := os.Rename(fresh[name], name); err != nil {
			return nil, unwritable(name, err)
		}
		country.Workbooks = append(country.Workbooks, name)
	}
	if country.Snapshot, err = placeSnapshot(at, country.Snapshot); err != nil {
		return nil, err
	}
	syncDir(c.Out)
	return country, nil
}

// write reads the new warehouse: workbooks aside, and what is said of it.
func (x *Country) write(ctx context.Context, c config.Config, at, aside string, periods []string, version string, fresh map[string]string) error {
	db, err := warehouse.OpenReadOnly(ctx, at)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, rows, err := db.All(ctx, "select commune_code from (select distinct province, commune_code from ref.commune) group by commune_code having count(*) > 1 order by commune_code")
	if err != nil {
		return err
	}
	for _, v := range rows {
		x.Shared = append(x.Shared, v[0].(string))
	}
	for _, code := range periods {
		p, _ := transforms.ParsePeriod(code) // one that a province has published
		_, rows, err := db.All(ctx, "select coalesce(bool_or(illustrative), false) from ops.submission where period = ? and status = 'accepted'", code)
		if err != nil {
			return err
		}
		m := metaOf(c, &seeds.Set{}, p, version) // of no one province
		m.Illustrative = rows[0][0].(bool)
		name := "toan-quoc-ntm-" + code + ".xlsx"
		if err := writeThrough(filepath.Join(aside, name), 0o644, func(w io.Writer) error { return report.Country(ctx, db.All, m, w) }); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		fresh[filepath.Join(c.Out, name)] = filepath.Join(aside, name)
	}
	if len(periods) == 0 {
		return nil
	}
	x.Period = periods[len(periods)-1]
	_, rows, err = db.All(ctx, `
		select province_code || ' ' || province_name, communes::varchar, communes_reported::varchar, recognised::varchar, retained || case when retained_unknown > 0 then ' (+' || retained_unknown || '?)' else '' end, coalesce(round(avg_criteria_met, 1)::varchar, '')
		from country.province where period = ? order by province_code`, x.Period)
	if err != nil {
		return err
	}
	_, all, err := db.All(ctx, `
		select '', communes::varchar, communes_reported::varchar, recognised::varchar, retained || case when retained_unknown > 0 then ' (+' || retained_unknown || '?)' else '' end, coalesce(round(avg_criteria_met, 1)::varchar, '')
		from country.country where period = ?`, x.Period)
	if err != nil {
		return err
	}
	for _, v := range append(rows, all...) {
		var line []string
		for _, text := range v {
			line = append(line, text.(string))
		}
		x.Rows = append(x.Rows, line)
	}
	return nil
}

// byEnd orders periods by their last day.
func byEnd(a, b string) int {
	p, okA := transforms.ParsePeriod(a)
	q, okB := transforms.ParsePeriod(b)
	if !okA || !okB {
		return strings.Compare(a, b)
	}
	return cmp.Or(p.End().Compare(q.End()), strings.Compare(a, b))
}

// lakeManifests reads the manifests of a lake and holds every file against
// what its manifest says.
func lakeManifests(dir string, tell func(Progress)) ([]Lake, error) {
	names, err := matching(filepath.Join(dir, "_manifest"), "province=*.json")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if len(names) == 0 {
		return nil, &Fault{
			Status: Failed, VI: "không có tỉnh nào trong " + dir, EN: "there is no province in " + dir,
			HintVI: "Mỗi tỉnh xuất số liệu vào đây bằng “ntm export --lake THƯ_MỤC”.", HintEN: "Each province exports into it by “ntm export --lake DIR”.",
		}
	}
	var list []Lake
	for i, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var m Lake
		if err := json.Unmarshal(text, &m); err != nil || m.Format != 1 || m.Province == "" {
			return nil, brokenLake(name, cmp.Or(err, errors.New("not a manifest of format 1")))
		}
		tell(Progress{Stage: "consolidate", Item: filepath.Base(name), Done: i + 1, Total: len(names)})
		tables := map[string]bool{}
		for _, t := range m.Tables {
			tables[t.Name] = true
		}
		for _, f := range m.Files {
			if !filepath.IsLocal(filepath.FromSlash(f.Path)) || !tables[f.Table] {
				return nil, brokenLake(name, fmt.Errorf("%s is no file of a table of this lake", f.Path))
			}
			sum, err := fileSum(filepath.Join(dir, filepath.FromSlash(f.Path)))
			if err == nil && sum != f.SHA256 {
				err = fmt.Errorf("%s has SHA-256 %s, the manifest says %s", f.Path, sum, f.SHA256)
			}
			if err != nil {
				return nil, brokenLake(name, err)
			}
		}
		list = append(list, m)
	}
	return list, nil
}

func brokenLake(manifest string, err error) *Fault {
	return &Fault{
		Status: Failed, Err: err, VI: "số liệu tỉnh không khớp danh mục " + filepath.Base(manifest), EN: "a province's files are not what its manifest says: " + filepath.Base(manifest),
		HintVI: "Có thể tỉnh đang xuất hoặc thư mục chưa đồng bộ xong: chờ rồi chạy lại; nếu vẫn vậy, đề nghị tỉnh chạy lại “ntm export --lake”. Chưa ghi gì.",
		HintEN: "An export or a sync may be going on: wait and do it again; else have the province do “ntm export --lake” again. Nothing was written.",
	}
}
