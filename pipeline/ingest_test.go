package pipeline

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/transforms"
)

// What reading understood and the warehouse has not got, or has got twice, is
// a broken program: an error with the table, the file and both numbers.
func TestWarehouseHoldsWhatWasRead(t *testing.T) {
	ctx := t.Context()
	db, err := warehouse.Open(ctx, filepath.Join(t.TempDir(), "w.duckdb"), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	period, _ := transforms.ParsePeriod("2017-Q4")
	r := &Run{Options: Options{Period: period}, db: db}
	columns := []string{"submission_id", "period", "record_no"}
	rows := [][]any{{"a", "2017-Q4", int64(1)}, {"a", "2017-Q4", int64(2)}, {"b", "2017-Q4", int64(1)}, {"c", "2017-Q3", int64(1)}}
	if err := db.AppendRows(ctx, "raw.record", columns, rows); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		read map[string]int
		says string // "" where the warehouse holds it
	}{
		{"the same", map[string]int{"a": 2, "b": 1}, ""},
		{"a row lost", map[string]int{"a": 3, "b": 1}, "raw.record holds 2 rows of submission a, reading gave 3"},
		{"a row twice", map[string]int{"a": 1, "b": 1}, "raw.record holds 2 rows of submission a, reading gave 1"},
		{"a file lost", map[string]int{"a": 2, "b": 1, "d": 7}, "raw.record holds no rows of submission d, reading gave 7"},
		{"a file that nobody read", map[string]int{"a": 2}, "raw.record holds 1 rows of submission b, reading gave 0"},
		{"nothing was read", map[string]int{}, "raw.record holds 2 rows of submission a, reading gave 0"},
	} {
		want := holdings{}
		want.add("raw.record", "", 0)
		for id, n := range c.read {
			want.add("raw.record", id, n)
		}
		err := r.holds(ctx, want)
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.says)
		}
	}
}
