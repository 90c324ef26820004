package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/pipeline"
)

// seedFolder is an office's own folder of seeds, made from the built-in files.
type seedFolder struct {
	t   *testing.T
	dir string
}

// change rewrites a seed file: each row as a map by column, in and out.
func (s seedFolder) change(name string, change func(rows []map[string]string) []map[string]string) {
	s.t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "seeds", name))
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	text, err := csv.NewReader(f).ReadAll()
	if err != nil {
		s.t.Fatal(err)
	}
	var rows []map[string]string
	for _, cells := range text[1:] {
		row := map[string]string{}
		for i, c := range cells {
			row[text[0][i]] = c
		}
		rows = append(rows, row)
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(text[0])
	for _, row := range change(rows) {
		cells := make([]string, len(text[0]))
		for i, column := range text[0] {
			cells[i] = row[column]
		}
		_ = w.Write(cells)
	}
	w.Flush()
	write(s.t, filepath.Join(s.dir, name), b.String())
}

// A set of quite another shape works from seeds alone: ten criteria, 47
// indicators, levels by group of communes, as the set of 2026–2030 has them. Its
// figures here are made up: the decision's annex is not at hand.
func TestASetOfTenCriteriaWithLevelsByGroup(t *testing.T) {
	t.Parallel()
	s := seedFolder{t, t.TempDir()}
	type rows = []map[string]string
	var list []string
	for c := 1; c <= 10; c++ {
		for i := 1; i <= 5 && len(list) < 47; i++ {
			list = append(list, fmt.Sprintf("%d.%d", c, i))
		}
	}
	s.change("criteria_sets.csv", func(r rows) rows {
		for _, row := range r {
			switch row["set_id"] {
			case "AG-3379":
				row["effective_to"] = "2017-09-30"
			case "QG-51":
				row["role"], row["effective_from"], row["effective_to"] = "evaluate", "2017-10-01", "2022-03-07"
			}
		}
		return r
	})
	s.change("indicators.csv", func(r rows) rows {
		for n, id := range list {
			criterion, _, _ := strings.Cut(id, ".")
			r = append(r, map[string]string{
				"set_id": "QG-51", "indicator_id": id, "criterion_no": criterion, "name": "Chỉ tiêu minh họa " + id, "concept_key": "minh_hoa_" + id,
				"unit": "%", "value_kind": "percent", "comparator": ">=", "threshold": "50", "not_applicable_allowed": "no", "absence_means": "invalid",
				"sort_order": fmt.Sprint(n + 1), "legal_basis": "Quyết định 51/2025/QĐ-TTg", "source": "minh họa", "confidence": "assumed",
			})
		}
		return r
	})
	s.change("bands.csv", func(r rows) rows {
		for n, b := range []struct {
			key, label string
			min, max   int
		}{{"full", "Đạt 10 tiêu chí", 10, 10}, {"5-9", "05-09 tiêu chí", 5, 9}, {"0-4", "Dưới 5 tiêu chí", 0, 4}} {
			r = append(r, map[string]string{"set_id": "QG-51", "band": b.key, "label": b.label,
				"min_criteria": fmt.Sprint(b.min), "max_criteria": fmt.Sprint(b.max), "sort_order": fmt.Sprint(n + 1)})
		}
		return r
	})
	s.change("communes.csv", func(r rows) rows {
		for _, row := range r {
			if row["district_code"] == "884" {
				row["commune_group"] = map[string]string{"Vĩnh Châu": "nhóm 1", "Vĩnh Tế": "nhóm 3"}[row["name"]]
			}
		}
		return r
	})
	s.change("threshold_overrides.csv", func(r rows) rows {
		for group, level := range map[string]string{"nhóm 1": "80", "nhóm 3": "40"} {
			r = append(r, map[string]string{"set_id": "QG-51", "indicator_id": "2.1", "scope_kind": "commune_group", "scope_value": group,
				"comparator": ">=", "threshold": level, "legal_basis": "minh họa", "confidence": "assumed"})
		}
		return r
	})
	config := filepath.Join(t.TempDir(), "ntm.yaml")
	write(t, config, "seeds:\n  dir: "+s.dir+"\n")
	o := newOffice(t)
	o.flags = []string{"--config", config}

	value := func(id string, v any) []any { // 2.1 as given, all else met
		row := []any{}
		for _, i := range list {
			if i == id {
				row = append(row, v)
			} else {
				row = append(row, 60)
			}
		}
		return row
	}
	heads := make([]any, len(list))
	for i, id := range list {
		heads[i] = id
	}
	o.receives("2017-Q3", "Châu Đốc.xlsx", wide("TP. Châu Đốc", "Quý III/2017", ids("2.1", "15.1"), commune("Vĩnh Châu", 100, 90), commune("Vĩnh Tế", 100, 90)))
	o.receives("2017-Q4", "Châu Đốc.xlsx", wide("TP. Châu Đốc", "Quý IV/2017", heads,
		append([]any{"Vĩnh Châu"}, value("2.1", 70)...), append([]any{"Vĩnh Tế"}, value("2.1", 45)...)))
	o.run("2017-Q3", 3)
	o.run("2017-Q4", 3)
	o.says("select commune_name, threshold, threshold_scope, met from mart.indicator_result where period = '2017-Q4' and indicator_id = '2.1' and value is not null order by 1",
		"Vĩnh Châu | 80 | commune_group | false", "Vĩnh Tế | 40 | commune_group | true")
	o.says("select commune_name, criteria_total, criteria_met, failing_indicators, band from mart.commune_summary where period = '2017-Q4' and reported order by 1",
		"Vĩnh Châu | 10 | 9 | 2.1 | 5-9", "Vĩnh Tế | 10 | 10 |  | full")
	// No figure is drawn through the change of set, and no change without a counterpart is told but what is new.
	o.says("select distinct comparable, criteria_met_change from mart.commune_history where period = '2017-Q4' and reported", "false | NULL")
	o.says("select commune_name, indicator_id, change, cause from mart.change where period = '2017-Q4' order by 1, 2", "Vĩnh Châu | 2.1 | lost | rule")

	book, err := excelize.OpenFile(filepath.Join(o.out, "2017-Q4", "latest", "tong-hop-ntm-2017-Q4.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	if n := len(book.GetSheetList()); n < 12 {
		t.Errorf("%d sheets", n)
	}
	for _, sheet := range book.GetSheetList() {
		if sheet == "Số liệu cần kiểm tra" || sheet == "Quy tắc, phiên bản" {
			continue // these quote what was published of the period under another set
		}
		for _, wrong := range []string{"19 tiêu chí", "49 chỉ tiêu", "/19", "15-18"} {
			if cells, err := book.SearchSheet(sheet, wrong, true); err != nil || len(cells) > 0 {
				t.Errorf("sheet %s speaks of %q at %v (%v)", sheet, wrong, cells, err)
			}
		}
	}
	for _, name := range []string{"bao-cao-ntm-2017-Q4.html", "thong-ke-ntm-2017-Q4.json"} {
		text, err := os.ReadFile(filepath.Join(o.out, "2017-Q4", "latest", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []string{"19 tiêu chí", "49 chỉ tiêu", "15-18"} {
			if strings.Contains(string(text), wrong) {
				t.Errorf("%s speaks of %q", name, wrong)
			}
		}
	}
	forms := t.TempDir()
	if status, _, stderr := o.ntm("template", "--period", "2018-Q1", "--sender", "884", "--out", forms, "--data", o.data, "--config", config); status != pipeline.OK {
		t.Fatalf("ntm template: status %d\n%s", status, stderr)
	}
	names, _ := filepath.Glob(filepath.Join(forms, "*.xlsx"))
	if len(names) != 1 {
		t.Fatalf("forms: %v", names)
	}
	status, stdout, stderr := o.ntm("inspect", names[0], "--format", "json", "--config", config)
	if status != pipeline.OK || !strings.Contains(stdout, `"10.2"`) {
		t.Errorf("ntm inspect of the form: status %d\n%.2000s\n%s", status, stdout, stderr)
	}
	if !slices.Contains(list, "10.2") || len(list) != 47 {
		t.Fatalf("the test's own set: %v", list)
	}
}
