package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What provinces have exported comes together: every row of each, under its
// province; sums that are those of the provinces; and nothing at all where a
// file is not what its province's manifest says.
func TestProvincesAreConsolidated(t *testing.T) {
	t.Parallel()
	lake, out := filepath.Join(t.TempDir(), "hồ"), filepath.Join(t.TempDir(), "toàn quốc")
	one, two := smallOffice(t), smallOffice(t)
	one.run("2017-Q4", 3)
	two.run("2017-Q3", 3)
	two.run("2017-Q4", 3)
	export := func(o *office, province string) {
		t.Helper()
		config := filepath.Join(t.TempDir(), "ntm.yaml")
		write(t, config, "province:\n  code: \""+province+"\"\n")
		if status, stdout, stderr := o.ntm("export", "--config", config, "--lake", lake, "--out", o.out); status != 0 {
			t.Fatalf("ntm export: %d\n%s%s", status, stdout, stderr)
		}
	}
	export(one, "01")
	export(two, "89")
	consolidate := func(want int, flags ...string) string {
		t.Helper()
		status, stdout, stderr := one.ntm(append([]string{"consolidate", "--lake", lake, "--out", out}, flags...)...)
		if status != want {
			t.Fatalf("ntm consolidate: status %d, want %d\n%s%s", status, want, stdout, stderr)
		}
		return stdout + stderr
	}
	said := consolidate(0)
	if !strings.Contains(said, "TỔNG HỢP 2 TỈNH – kỳ 2017-Q4") || !strings.Contains(said, "mã xã có ở nhiều tỉnh") {
		t.Errorf("it says:\n%s", said)
	}
	count := func(folder, sql string) string { return strings.Join(one.askIn(folder, sql), "; ") }
	for _, table := range []string{"raw.observation", "raw.record", "mart.indicator_result", "mart.commune_summary", "ops.finding", "ops.submission", "ref.indicator", "ref.commune"} {
		for province, o := range map[string]*office{"01": one, "89": two} {
			got := count(out, "select count(*) from "+table+" where province = '"+province+"'")
			if want := count(o.out, "select count(*) from "+table); got != want {
				t.Errorf("%s of province %s: %s rows, its own snapshot has %s", table, province, got, want)
			}
		}
	}
	// The same figures as an average over the rows of both, and as each province says.
	sum := "select sum(communes), sum(communes_reported), sum(recognised), sum(retained) from "
	if got, want := count(out, sum+"country.country where period = '2017-Q4'"), count(out, sum+"mart.province_summary where period = '2017-Q4'"); got != want {
		t.Errorf("the country has %s, its provinces add to %s", got, want)
	}
	if got, want := count(out, "select provinces, period from country.country order by period"), "1 | 2017-Q3; 2 | 2017-Q4"; got != want {
		t.Errorf("provinces by period: %s, want %s", got, want)
	}
	mean := "select round(sum(avg_criteria_met * communes_reported) / sum(communes_reported), 6) from mart.province_summary where period = '2017-Q4'"
	if got, want := count(out, "select round(avg_criteria_met, 6) from country.country where period = '2017-Q4'"), count(out, mean); got != want {
		t.Errorf("average %s, want %s", got, want)
	}
	if got := count(out, "select comment from duckdb_tables() where schema_name = 'mart' and table_name = 'commune_summary'"); len(got) < 20 {
		t.Errorf("no comment: %q", got)
	}

	consolidate(0, "--period", "2017-Q3")
	if _, err := os.Stat(filepath.Join(out, "toan-quoc-ntm-2017-Q3.xlsx")); err != nil {
		t.Error(err)
	}
	if said := consolidate(2, "--period", "2016-Q1"); !strings.Contains(said, "2017-Q3, 2017-Q4") {
		t.Errorf("of a period that nobody has it says:\n%s", said)
	}

	stands := listing(t, out)
	damaged := filepath.Join(lake, "mart", "commune_summary", "period=2017-Q4", "province=01", "data.parquet")
	data, err := os.ReadFile(damaged)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(damaged, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if said := consolidate(1); !strings.Contains(said, "province=01.json") {
		t.Errorf("of a damaged file it says:\n%s", said)
	}
	same(t, stands, listing(t, out))
}
