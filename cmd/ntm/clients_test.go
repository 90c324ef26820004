package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// clientQuestions are asked of a snapshot through other programs. The answers
// that the last two have are the comments that people look for.
var clientQuestions = []string{
	"select period, communes, communes_reported, recognised from mart.province_summary order by period desc limit 1",
	"select count(*), count(met), sum(case when met then 1 else 0 end) from mart.indicator_result",
	"select v.comment from duckdb_views() v where v.schema_name = 'mart' and v.view_name = 'commune_summary'",
	"select c.comment from duckdb_columns() c where c.schema_name = 'mart' and c.table_name = 'commune_summary' and c.column_name = 'failing_indicators'",
}

// The snapshot opens in the clients that analysts use, from the oldest of 1.x
// to the newest that are to be had; each finds the same figures and the comments.
// NTM_CLIENTS is a folder with the clients; .ci/run fetches them.
func TestTheSnapshotOpensInOtherClients(t *testing.T) {
	t.Parallel()
	o := smallOffice(t)
	o.run("2017-Q4", 3)
	snapshot := filepath.Join(o.out, "ntm.duckdb")
	var want []string
	for _, q := range clientQuestions {
		want = append(want, o.ask(q)...)
	}
	for _, comment := range want[2:] {
		if len(comment) < 20 {
			t.Fatalf("no comment: %q", want)
		}
	}
	dir := os.Getenv("NTM_CLIENTS")
	here, err := filepath.Abs(filepath.Join("testdata", "clients"))
	if err != nil {
		t.Fatal(err)
	}
	python := os.Getenv("NTM_PYTHON")
	for _, client := range []struct {
		name, needs string
		env         []string
		command     []string
		extra       string // a line more that this client prints
	}{
		{"python 1.0.0", "python-1.0.0/duckdb", []string{"PYTHONPATH=" + filepath.Join(dir, "python-1.0.0")}, []string{python, filepath.Join(here, "ask.py"), snapshot}, ""},
		{"python 1.5.5", "python-1.5.5/duckdb", []string{"PYTHONPATH=" + filepath.Join(dir, "python-1.5.5")}, []string{python, filepath.Join(here, "ask.py"), snapshot}, ""},
		{"node 1.5.5", "node/node_modules/@duckdb/node-api", []string{"NTM_NODE_MODULES=" + filepath.Join(dir, "node", "node_modules")}, []string{"node", filepath.Join(here, "ask.mjs"), snapshot}, ""},
		{"jdbc 1.5.5", "duckdb_jdbc.jar", nil, []string{"java", "-cp", filepath.Join(dir, "duckdb_jdbc.jar"), filepath.Join(here, "Ask.java"), snapshot}, "commune_summary | " + want[2]},
		{"cli 1.5.5", "duckdb", nil, []string{filepath.Join(dir, "duckdb"), "-readonly", "-noheader", "-list", "-separator", " | ", snapshot}, ""},
	} {
		t.Run(client.name, func(t *testing.T) {
			missing := ""
			if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(client.needs))); dir == "" || err != nil {
				missing = client.needs + " in NTM_CLIENTS"
			} else if _, err := exec.LookPath(client.command[0]); err != nil {
				missing = err.Error()
			}
			if missing != "" {
				if os.Getenv("NTM_CI") != "" {
					t.Fatal("missing: ", missing)
				}
				t.Skip("not here, so not tried: ", missing)
			}
			separator := "\n;\n"
			end := ""
			if client.command[0] == filepath.Join(dir, "duckdb") {
				end = ";\n"
			}
			cmd := exec.CommandContext(t.Context(), client.command[0], client.command[1:]...)
			cmd.Env = append(os.Environ(), client.env...)
			cmd.Stdin = strings.NewReader(strings.Join(clientQuestions, separator) + end)
			var errs strings.Builder
			cmd.Stderr = &errs
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s%s", err, out, errs.String())
			}
			wanted := want
			if client.extra != "" {
				wanted = append(wanted[:len(wanted):len(wanted)], client.extra)
			}
			if got := strings.TrimSpace(strings.ReplaceAll(string(out), "\r\n", "\n")); got != strings.Join(wanted, "\n") {
				t.Errorf("%s says\n%s\nwant\n%s", client.name, got, strings.Join(wanted, "\n"))
			}
		})
	}
	t.Run("R", func(t *testing.T) {
		// The package is on CRAN only, so that it is tried where it happens to be.
		if err := exec.Command("Rscript", "-e", "library(duckdb)").Run(); err != nil {
			t.Skip("no R with its package duckdb here, so not tried: ", err)
		}
		cmd := exec.CommandContext(t.Context(), "Rscript", filepath.Join(here, "ask.R"), snapshot)
		cmd.Stdin = strings.NewReader(strings.Join(clientQuestions, "\n;\n"))
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(string(out)); got != strings.Join(want, "\n") {
			t.Errorf("R says\n%s\nwant\n%s", got, strings.Join(want, "\n"))
		}
	})
}
