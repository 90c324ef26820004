package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	ntmsql "github.com/angiang-ntm/ntm/sql"
)

const sparkDir = "../../deploy/spark"

// notInSpark names the core models whose files Spark cannot read, and why. All
// others run there unchanged.
var notInSpark = map[string]string{
	"staging/lead.sql":  "unnest() of string_split() is explode() of split() there",
	"marts/failing.sql": "list(), list_sort(), list_transform() and array_to_string() have other names there",
}

// onlyDuckDB are spellings that Spark does not know.
var onlyDuckDB = regexp.MustCompile(`(?i)\bunnest\b|string_agg|list_|\blist\(|struct_pack|::|\bvarchar\b|\bexclude\b|\bqualify\b|\bany_value\b|array_to_string|make_date|\bfilter \(`)

// coreModels reads from the Spark program what it runs.
func coreModels(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(sparkDir, "ntm_spark.py"))
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(text), "CORE = [")
	list, _, _ = strings.Cut(list, "]")
	models := regexp.MustCompile(`(staging|mart)\.\w+`).FindAllString(list, -1)
	if len(models) < 15 {
		t.Fatalf("the Spark program runs %v", models)
	}
	return models
}

// The core models keep to SQL that both engines share; those that cannot are
// named, and have a twin beside the Spark program.
func TestCoreModelsKeepToSharedSQL(t *testing.T) {
	t.Parallel()
	models := coreModels(t)
	for _, name := range []string{"staging.observation", "mart.indicator_result", "mart.criterion_result", "mart.commune_summary", "mart.district_summary", "mart.province_summary"} {
		if !slices.Contains(models, name) {
			t.Errorf("%s is not run on Spark", name)
		}
	}
	for _, name := range models {
		text, err := ntmsql.Text(name)
		if err != nil {
			t.Error(err)
			continue
		}
		file := strings.Replace(strings.Replace(name, "mart.", "marts/", 1), ".", "/", 1) + ".sql"
		text = regexp.MustCompile(`--[^\n]*`).ReplaceAllString(text, "")
		found := onlyDuckDB.FindString(text)
		if _, own := notInSpark[file]; own != (found != "") {
			t.Errorf("%s: holds %q, which only DuckDB knows; named as such: %v", file, found, own)
		}
	}
	var twins []string
	err := filepath.WalkDir(filepath.Join(sparkDir, "spark"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(filepath.Join(sparkDir, "spark"), path)
			twins = append(twins, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, twin := range twins {
		if notInSpark[twin] == "" {
			t.Errorf("%s has a twin for Spark and no reason for one", twin)
		}
	}
	if len(twins) != len(notInSpark) {
		t.Errorf("the twins are %v, the reasons %v", twins, notInSpark)
	}
}

// Spark, on a local cluster of two workers, derives from the lake what ntm has
// derived, row for row. NTM_SPARK is a Python with pyspark.
func TestSparkGivesTheSameRows(t *testing.T) {
	t.Parallel()
	python := os.Getenv("NTM_SPARK")
	if python == "" {
		if os.Getenv("NTM_CI") != "" {
			t.Fatal("no Python with pyspark: NTM_SPARK is not set")
		}
		t.Skip("no Python with pyspark here (NTM_SPARK): Spark is not tried")
	}
	o := smallOffice(t)
	o.run("2017-Q3", 3)
	o.run("2017-Q4", 3)
	dir := t.TempDir()
	if status, stdout, stderr := o.ntm("export", "--lake", filepath.Join(dir, "lake"), "--out", o.out); status != 0 {
		t.Fatalf("ntm export: %d\n%s%s", status, stdout, stderr)
	}
	cmd := exec.CommandContext(t.Context(), python, filepath.Join(sparkDir, "ntm_spark.py"), "--lake", filepath.Join(dir, "lake"), "--sql", "../../sql", "--out", filepath.Join(dir, "spark"), "--partitions", "8", "--compare")
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, out, errs.String())
	}
	for _, name := range coreModels(t) {
		if strings.HasPrefix(name, "mart.") && !regexp.MustCompile(`(?m)^89 `+regexp.QuoteMeta(name)+`: [1-9]\d* rows, same$`).Match(out) {
			t.Errorf("Spark does not say that %s is the same:\n%s", name, out)
		}
	}
}
