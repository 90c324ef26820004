package sql_test

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/seeds"
	"github.com/angiang-ntm/ntm/sql"
)

func TestTmp(t *testing.T) {
	ctx := context.Background()
	set, issues, err := seeds.Load(seeds.FS)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(len(issues))
	dir := t.TempDir()
	start := time.Now()
	lap := func(what string) { fmt.Println(what, time.Since(start).Round(time.Millisecond)); start = time.Now() }
	db, err := warehouse.Open(ctx, filepath.Join(dir, "w.duckdb"), warehouse.Options{AllowedDirs: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	lap("open")
	for _, tb := range set.Tables {
		if err := db.LoadRef(ctx, tb.Name, tb.Columns, tb.Rows); err != nil {
			t.Error(err)
		}
	}
	lap("seeds")
	checks := builtin(t)
	if err := db.LoadParameters(ctx, checks, nil); err != nil {
		t.Fatal(err)
	}
	periods := []string{"2017-Q3", "2017-Q4"}
	n := 2
	if os.Getenv("BIG") != "" {
		periods = nil
		n = 32
		for y := 2017; y < 2025; y++ {
			for q := 1; q <= 4; q++ {
				periods = append(periods, fmt.Sprintf("%d-Q%d", y, q))
			}
		}
	}
	rng := rand.New(rand.NewSource(1))
	obs, rec, sub, per := [][]any{}, [][]any{}, [][]any{}, [][]any{}
	for _, p := range periods {
		var y, q int
		fmt.Sscanf(p, "%d-Q%d", &y, &q)
		s := time.Date(y, time.Month(q*3-2), 1, 0, 0, 0, 0, time.UTC)
		per = append(per, []any{p, "quarter", s, s.AddDate(0, 3, -1), p, "AG-3379"})
		for _, d := range set.Districts {
			id := p + d.Code
			sub = append(sub, []any{id, p, "district", d.Code, d.Code, d.Name + ".xlsx", "accepted", 1})
			r := 0
			for _, c := range set.Communes {
				if c.Kind != "xã" || c.DistrictCode != d.Code {
					continue
				}
				r++
				rec = append(rec, []any{id, p, r, "commune", 1, "L1", "B", 1, r, "A1", d.Code, c.Code, c.Name})
				k := 0
				for _, i := range set.Indicators {
					if i.SetID != "AG-3379" {
						continue
					}
					k++
					var v, w any
					if i.ValueKind == "boolean" {
						w = rng.Intn(10) > 0
					} else {
						v = float64(rng.Intn(1000)) / 10
					}
					obs = append(obs, []any{id, p, r, 1, "L1", d.Code, c.Code, "B", 1, r, k, "C1", "result", i.ID, i.CriterionNo, "AG-3379", "x", v, w, false, false, "reported"})
				}
			}
		}
	}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(db.AppendRows(ctx, "ops.period", []string{"period", "granularity", "starts_on", "ends_on", "label", "chosen_set_id"}, per))
	must(db.AppendRows(ctx, "ops.submission", []string{"submission_id", "period", "sender_kind", "sender_code", "district_code", "file_name", "status", "seq"}, sub))
	must(db.AppendRows(ctx, "raw.record", []string{"submission_id", "period", "record_no", "kind", "table_no", "layout", "sheet", "sheet_no", "row_no", "cell", "district_code", "commune_code", "commune_text"}, rec))
	must(db.AppendRows(ctx, "raw.observation", []string{"submission_id", "period", "record_no", "table_no", "layout", "district_code", "commune_code", "sheet", "sheet_no", "row_no", "col_no", "cell", "measure", "indicator_id", "criterion_no", "set_id", "raw_text", "value", "word", "word_is_answer", "is_sign", "state"}, obs))
	lap(fmt.Sprint("append ", len(obs)))
	must(db.Build(ctx, models(t), periods))
	lap("build all")
	must(db.Build(ctx, models(t), periods[n-1:]))
	lap("build one")
	cs, _ := warehouse.ParseComments(sql.Comments())
	must(db.Comment(ctx, cs))
	lap("comment")
	must(db.Comment(ctx, cs))
	lap("comment again")
	must(db.RunChecks(ctx, checks, "r", periods[n-1:], nil))
	lap("checks")
	must(db.Snapshot(ctx, filepath.Join(dir, "s.duckdb")))
	lap("snapshot")
	_, rows, err := db.All(ctx, "select check_id, severity, evaluated, failed, skipped from ops.check_result")
	must(err)
	for _, r := range rows {
		fmt.Println(r...)
	}
	_, rows, err = db.All(ctx, "from mart.province_summary limit 2")
	must(err)
	fmt.Println(rows)
	must(db.Close())
	lap("close")
	es, _ := os.ReadDir(dir)
	for _, e := range es {
		i, _ := e.Info()
		fmt.Println(e.Name(), i.Size())
	}
}
