package pipeline

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
)

// headlines are the figures of a publication that people compare with those of
// the version before it; the names are those of its statistics.
type headlines struct {
	Province struct {
		Reported   int      `json:"communes_reported"`
		Recognised int      `json:"recognised"`
		Retained   int      `json:"retained"`
		Full       int      `json:"communes_full"`
		Average    *float64 `json:"avg_criteria_met"`
	} `json:"province"`
	Findings struct {
		Error   int `json:"error"`
		Warning int `json:"warning"`
	} `json:"findings"`
}

// Since says what a headline figure was in the version before, and is now; nil
// where there was or is none.
type Since struct {
	Figure string   `json:"figure"` // as in the statistics: communes_reported, …
	Before *float64 `json:"before"`
	Now    *float64 `json:"now"`
}

// since holds the statistics of a publication against those of the version before
// it. It says nothing where there is none, or where it cannot be read.
func since(dir, period string) (version string, changes []Since) {
	var n int
	if _, err := fmt.Sscanf(filepath.Base(dir), "v%d", &n); err != nil || n < 2 {
		return "", nil
	}
	version = fmt.Sprintf("v%03d", n-1)
	read := func(dir string) (h headlines, ok bool) {
		text, err := os.ReadFile(filepath.Join(dir, "thong-ke-ntm-"+period+".json"))
		return h, err == nil && json.Unmarshal(text, &h) == nil
	}
	before, ok := read(filepath.Join(filepath.Dir(dir), version))
	now, also := read(dir)
	if !ok || !also {
		return "", nil
	}
	whole := func(n int) *float64 { x := float64(n); return &x }
	for _, f := range []struct {
		name string
		of   func(h headlines) *float64
	}{
		{"communes_reported", func(h headlines) *float64 { return whole(h.Province.Reported) }},
		{"avg_criteria_met", func(h headlines) *float64 { return h.Province.Average }},
		{"communes_full", func(h headlines) *float64 { return whole(h.Province.Full) }},
		{"recognised", func(h headlines) *float64 { return whole(h.Province.Recognised) }},
		{"retained", func(h headlines) *float64 { return whole(h.Province.Retained) }},
		{"error", func(h headlines) *float64 { return whole(h.Findings.Error) }},
		{"warning", func(h headlines) *float64 { return whole(h.Findings.Warning) }},
	} {
		if b, n := f.of(before), f.of(now); !reflect.DeepEqual(b, n) {
			changes = append(changes, Since{f.name, b, n})
		}
	}
	return version, changes
}
