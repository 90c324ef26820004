package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/bench/measure"
)

// contestant is a program that does the whole job, or a step of it, as one
// process.
type contestant struct {
	name    string
	short   string // of its folder
	command func(dir string) []string
	probe   []string // succeeds where the program can be had; none is needed for our own
	stages  []string // what it must say of itself
	ntm     bool     // says its stages in its log, and ends with 3 where there are findings
}

// run is what one process took. Stages are what it says of itself, or what was
// seen from outside.
type run struct {
	stage
	peak   float64
	stages map[string]stage
}

func (s settings) peers() []contestant {
	python := func(script string) contestant {
		path := filepath.Join(s.root, "bench", "peers", script)
		return contestant{
			command: func(dir string) []string {
				return []string{s.python, path, "--in", s.in, "--period", s.period, "--out", dir}
			},
			probe: []string{s.python, path, "--help"},
		}
	}
	named := func(name, short string, c contestant) contestant {
		c.name, c.short, c.stages = name, short, []string{"read", "load", "evaluate", "publish"}
		return c
	}
	sheetjs := filepath.Join(s.node, "sheetjs.mjs")
	return []contestant{
		named("pandas + openpyxl", "pandas", python("pandas_openpyxl.py")),
		named("polars + fastexcel + DuckDB", "polars", python("polars_fastexcel.py")),
		named("SheetJS + DuckDB", "sheetjs", contestant{
			command: func(dir string) []string {
				return []string{"node", sheetjs, "--root", s.root, "--in", s.in, "--period", s.period, "--out", dir}
			},
			probe: []string{"node", sheetjs, "--help"},
		}),
		named("DuckDB with excel", "duckdb", python("duckdb_excel.py")),
	}
}

func (s settings) compare() error {
	us := contestant{name: "ntm run", short: "ntm", ntm: true, stages: ntmStages, command: func(dir string) []string {
		return []string{s.ntm, "run", "--config", filepath.Join(s.in, "ntm.yaml"), "--period", s.period, "--inbox", filepath.Join(s.in, "inbox"),
			"--data", filepath.Join(dir, "data"), "--out", filepath.Join(dir, "out"), "--log-format", "json"}
	}}
	all := []contestant{us}
	for _, p := range s.peers() {
		if why := absent(p.probe); why != "" {
			fmt.Printf("%s: skipped, because %s\n", p.name, why)
			continue
		}
		all = append(all, p)
	}
	if err := s.agree(all); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	whole := len(all)
	for _, name := range []string{"inflate", "append", "plain", "shared", "workbook"} {
		all = append(all, contestant{name: bounds[name].what, short: name, stages: []string{name}, command: func(string) []string {
			return []string{self, "-only", name, "-in", s.in, "-period", s.period, "-work", s.work}
		}})
	}

	runs := make([][]run, len(all))
	for round := range s.rounds {
		for k := range all {
			i := (round + k) % len(all) // each goes first in its turn
			dir := filepath.Join(s.work, "round")
			r, err := all[i].run(dir)
			if err != nil {
				return fmt.Errorf("%s: %w", all[i].name, err)
			}
			runs[i] = append(runs[i], r)
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
		}
	}
	books, err := s.books()
	if err != nil {
		return err
	}
	tell(os.Stdout, all, runs, whole, fmt.Sprintf("%d district workbooks; medians of %d", len(books), s.rounds))
	return nil
}

// absent says why a program cannot be had, "" when it can.
func absent(probe []string) string {
	if probe[0] == "" {
		return "no Python is named (NTM_PYTHON or -python)"
	}
	if out, err := exec.Command(probe[0], probe[1:]...).CombinedOutput(); err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		for _, l := range lines {
			if strings.Contains(l, "Error") { // Node says what is wrong amid the rest
				return strings.TrimSpace(l)
			}
		}
		return strings.TrimSpace(err.Error() + " " + lines[len(lines)-1])
	}
	return ""
}

// agree runs every program once and holds what came of it together. What ntm
// published stays, for the bounds to start from.
func (s settings) agree(all []contestant) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	args := []string{"-only", "verify", "-in", s.in, "-period", s.period, "-ntm", s.ntm, "-work", s.work}
	for _, c := range all {
		dir := filepath.Join(s.work, c.short)
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
		var more []string
		if !c.ntm {
			more = append(more, "--observations")
			args = append(args, dir)
		}
		if _, err := c.run(dir, more...); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	fmt.Println("the same from all:")
	cmd := exec.Command(self, args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the figures disagree, so nothing is measured: %w", err)
	}
	return nil
}

// run runs the program once, writing into dir.
func (c contestant) run(dir string, more ...string) (r run, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return r, err
	}
	args := append(c.command(dir), more...)
	cmd := exec.Command(args[0], args[1:]...)
	var out, complaint bytes.Buffer
	cmd.Stdout = &out
	var log io.ReadCloser
	if c.ntm {
		if log, err = cmd.StderrPipe(); err != nil {
			return r, err
		}
	} else {
		cmd.Stderr = &complaint
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return r, err
	}
	if c.ntm {
		r.stages = watch(log, cmd.Process.Pid, &complaint)
	}
	err = cmd.Wait()
	r.Wall = time.Since(start).Seconds()
	if state := cmd.ProcessState; err != nil && (!c.ntm || state.ExitCode() != 3) {
		lines := strings.Split(strings.TrimSpace(complaint.String()), "\n")
		return r, errors.Join(err, errors.New(strings.Join(lines[max(0, len(lines)-20):], "\n")))
	}
	state := cmd.ProcessState
	r.CPU, r.peak = (state.UserTime() + state.SystemTime()).Seconds(), measure.PeakOf(state)
	if !c.ntm {
		if err := json.Unmarshal(out.Bytes(), &r.stages); err != nil {
			return r, fmt.Errorf("printed %q: %w", out.String(), err)
		}
	}
	for _, name := range c.stages {
		if _, ok := r.stages[name]; !ok { // a ratio to nothing would be printed all the same
			return r, fmt.Errorf("says nothing of its stage %s", name)
		}
	}
	return r, nil
}

// watch reads ntm's log as it is written and looks, whenever a stage is done,
// at the time on the wall and at the processor time of the process: ntm does
// not state the latter.
func watch(log io.Reader, pid int, complaint io.Writer) map[string]stage {
	stages := map[string]stage{}
	last, used := time.Now(), time.Duration(0)
	lines := bufio.NewScanner(io.TeeReader(log, complaint))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var entry struct{ Msg, Stage string }
		if json.Unmarshal(lines.Bytes(), &entry) != nil || entry.Msg != "stage done" {
			continue
		}
		now := time.Now()
		cpu, _ := measure.CPUOf(pid)
		stages[entry.Stage] = stage{now.Sub(last).Seconds(), (cpu - used).Seconds()}
		last, used = now, cpu
	}
	_, _ = io.Copy(complaint, log) // a line too long is no reason to block the writer
	return stages
}

// ntmStages are ntm's own names of what it does in turn.
var ntmStages = []string{"seed", "ingest", "stage", "evaluate", "check", "publish"}

// jobs are the parts of the job as everybody does them, with the names of the
// stages of ntm and of the peers.
var jobs = []struct {
	name      string
	ntm, peer []string
}{
	{"reading", []string{"seed", "ingest"}, []string{"read", "load"}},
	{"judging", []string{"stage", "evaluate"}, []string{"evaluate"}},
	{"workbook", []string{"workbook"}, []string{"publish"}},
}

func (r run) sum(names ...string) (sum stage) {
	for _, n := range names {
		sum.add(r.stages[n])
	}
	return sum
}

// tell prints the ratios. The first whole of all do the whole job, ntm first;
// the others are the bounds, our workbook the last of them.
func tell(w io.Writer, all []contestant, runs [][]run, whole int, title string) {
	column := func(list []run, value func(run) float64) []float64 {
		var column []float64
		for _, r := range list {
			column = append(column, value(r))
		}
		return column
	}
	cpu, wall := func(r run) float64 { return r.CPU }, func(r run) float64 { return r.Wall }

	us := runs[0]
	fmt.Fprintf(w, "\n%s\n\nWhole processes. ntm run also archives, checks, and writes the report, the page, Parquet and the senders' feedback.\n", title)
	fmt.Fprintf(w, "  %-66s %9s %9s %10s\n", "", "CPU", "wall", "peak, MiB")
	for i, c := range all[:whole] {
		fmt.Fprintf(w, "  %-66s %9.3f %9.3f %10.1f\n", c.name, measure.Ratio(column(runs[i], cpu), column(us, cpu)),
			measure.Ratio(column(runs[i], wall), column(us, wall)), measure.Median(column(runs[i], func(r run) float64 { return r.peak }))/(1<<20))
	}

	// Our workbook is written by a process of its own, side by side with the run.
	equal := make([]run, len(us))
	for n, r := range us {
		equal[n].stages = map[string]stage{"workbook": runs[len(all)-1][n].stages["workbook"]}
		for name, took := range r.stages {
			equal[n].stages[name] = took
		}
	}
	if equal[0].stages["evaluate"].CPU > 0 {
		fmt.Fprintf(w, "\nThe jobs that all do, without the programs' own start: reading up to the observations in DuckDB, judging, and a workbook (the peers': five plain sheets; ntm's: all of its sheets, styled).\n")
	} else {
		fmt.Fprintf(w, "\nThe jobs that all do, by the wall alone: this system does not tell the processor time of another process.\n")
	}
	for _, kind := range []struct {
		name string
		of   func(stage) float64
	}{{"CPU", func(s stage) float64 { return s.CPU }}, {"wall", func(s stage) float64 { return s.Wall }}} {
		if equal[0].stages["evaluate"].CPU == 0 && kind.name == "CPU" {
			continue
		}
		fmt.Fprintf(w, "  %-66s", kind.name+", ntm = 1")
		for _, j := range jobs {
			fmt.Fprintf(w, " %9s", j.name)
		}
		fmt.Fprintf(w, " %9s\n", "all three")
		for i, c := range all[:whole] {
			fmt.Fprintf(w, "  %-66s", c.name)
			var names, ours []string
			list := runs[i]
			for _, j := range jobs {
				theirs := j.peer
				if c.ntm {
					list, theirs = equal, j.ntm
				}
				names, ours = append(names, theirs...), append(ours, j.ntm...)
				fmt.Fprintf(w, " %9.3f", measure.Ratio(column(list, func(r run) float64 { return kind.of(r.sum(theirs...)) }),
					column(equal, func(r run) float64 { return kind.of(r.sum(j.ntm...)) })))
			}
			fmt.Fprintf(w, " %9.3f\n", measure.Ratio(column(list, func(r run) float64 { return kind.of(r.sum(names...)) }),
				column(equal, func(r run) float64 { return kind.of(r.sum(ours...)) })))
		}
		for i, c := range all[whole:] {
			b := bounds[c.short]
			if b.of == "" {
				continue
			}
			fmt.Fprintf(w, "  %-66s", "≥ "+b.what)
			for _, j := range jobs {
				if j.name != b.of {
					fmt.Fprintf(w, " %9s", "")
					continue
				}
				fmt.Fprintf(w, " %9.3f", measure.Ratio(column(runs[whole+i], func(r run) float64 { return kind.of(r.stages[c.short]) }),
					column(equal, func(r run) float64 { return kind.of(r.sum(j.ntm...)) })))
			}
			fmt.Fprintln(w)
		}
	}

	fmt.Fprintf(w, "\n  %-66s %9s %9s\n", "ntm's stages, shares of the run", "CPU", "wall")
	for _, name := range ntmStages {
		fmt.Fprintf(w, "  %-66s %9.3f %9.3f\n", name, measure.Ratio(column(us, func(r run) float64 { return r.stages[name].CPU }), column(us, cpu)),
			measure.Ratio(column(us, func(r run) float64 { return r.stages[name].Wall }), column(us, wall)))
	}
	fmt.Fprintf(w, "  %-66s %9.3f %9.3f\n", "the consolidated workbook by itself (a part of publish)",
		measure.Ratio(column(equal, func(r run) float64 { return r.stages["workbook"].CPU }), column(us, cpu)),
		measure.Ratio(column(equal, func(r run) float64 { return r.stages["workbook"].Wall }), column(us, wall)))
	fmt.Fprintf(w, "\nFor the size of it: ntm run took %.1f s of processor time and %.1f s on the wall (medians).\n", measure.Median(column(us, cpu)), measure.Median(column(us, wall)))
}
