package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// explanation is a line of explained.csv: which files (the end of a path, with
// * and ? within a name), which class of difference, who is right, and why.
type explanation struct{ file, class, right, reason string }

var rights = []string{"ours", "theirs", "undefined"}

func readExplained(name string) (list []explanation, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	for i, row := range rows {
		if i == 0 {
			continue // the names of the columns
		}
		e := explanation{row[0], row[1], row[2], row[3]}
		if e.file == "" || e.class == "" || e.reason == "" || !slices.Contains(rights, e.right) {
			return nil, fmt.Errorf("%s:%d: every line names a file, a class, who is right (%s) and why", name, i+1, strings.Join(rights, ", "))
		}
		list = append(list, e)
	}
	return list, nil
}

// covers tells whether this is the explanation of a difference.
func (e explanation) covers(file, class string) bool {
	if ok, err := path.Match(e.class, class); err != nil || !ok && e.class != class {
		return false
	}
	if e.file == "*" {
		return true
	}
	n := strings.Count(e.file, "/") + 1
	parts := strings.Split(file, "/")
	if len(parts) < n {
		return false
	}
	ok, err := path.Match(e.file, strings.Join(parts[len(parts)-n:], "/"))
	return err == nil && ok
}

// summary prints what was found, and tells whether all of it is as it should be.
func summary(w io.Writer, results []result, explained []explanation) bool {
	good := true
	outcomes := make(map[string]map[string]int) // by ending
	compared := make(map[string]*comparison)    // by reader
	none := make(map[string]int)
	type place struct {
		file     string
		count    int
		examples []example
		by       *explanation
	}
	classes := make(map[string][]place)
	used := make(map[explanation]bool)
	for i := range results {
		r := &results[i]
		kind := ending(r.File)
		if outcomes[kind] == nil {
			outcomes[kind] = make(map[string]int)
		}
		outcomes[kind][r.Cost.Outcome]++
		if o := r.Cost.Outcome; strings.HasPrefix(o, outcomeCrash) || o == outcomeTimeOut || o == codeOurFault {
			fmt.Fprintf(w, "FAIL %s: %s %s\n", r.File, o, r.Cost.Message)
			good = false
		}
		same := &r.Same
		if compared[same.Reader] == nil {
			compared[same.Reader] = new(comparison)
		}
		sum := compared[same.Reader]
		sum.Cells += same.Cells
		sum.Equal += same.Equal
		sum.Covered += same.Covered
		if same.Cells > 0 && len(same.Others) == 0 {
			none[same.Reader+", equal in every cell"]++
		} else if r.Cost.Outcome == outcomeRead && same.NoOpinion != "" && same.Cells == 0 {
			none[same.Reader+", no opinion"]++
			fmt.Fprintf(w, "alone %s: %s\n", r.File, same.NoOpinion)
		} else if r.Cost.Outcome == outcomeRead && len(same.Others) == 0 {
			none[same.Reader+", no cells on either side"]++
		} else if r.Cost.Outcome == outcomeRead {
			none[same.Reader+", some other cells"]++
		}
		for class, n := range same.Others {
			p := place{file: r.File, count: n, examples: same.Examples[class]}
			for k := range explained {
				if explained[k].covers(r.File, class) {
					p.by = &explained[k]
					used[explained[k]] = true
					break
				}
			}
			classes[class] = append(classes[class], p)
		}
	}

	fmt.Fprintf(w, "\nOUTCOMES of %d files\n", len(results))
	for _, kind := range slices.Sorted(maps.Keys(outcomes)) {
		total := 0
		var line []string
		for _, o := range slices.Sorted(maps.Keys(outcomes[kind])) {
			total += outcomes[kind][o]
			line = append(line, fmt.Sprintf("%s %d", o, outcomes[kind][o]))
		}
		fmt.Fprintf(w, "  %-6s %5d: %s\n", kind, total, strings.Join(line, ", "))
	}
	fmt.Fprintln(w, "\nCELLS compared")
	for _, reader := range slices.Sorted(maps.Keys(compared)) {
		if c := compared[reader]; c.Cells > 0 {
			fmt.Fprintf(w, "  %-12s %9d cells, %9d equal, %d others, %d under merges\n", reader, c.Cells, c.Equal, c.Cells-c.Equal, c.Covered)
		}
	}
	for _, what := range slices.Sorted(maps.Keys(none)) {
		fmt.Fprintf(w, "  %5d files: %s\n", none[what], strings.TrimPrefix(what, ", "))
	}

	unexplained := 0
	fmt.Fprintln(w, "\nDIFFERENCES, by class")
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		places := classes[class]
		cells := 0
		for _, p := range places {
			cells += p.count
		}
		fmt.Fprintf(w, "  %s: %d in %d files\n", class, cells, len(places))
		for _, p := range places {
			if p.by == nil {
				unexplained++
				fmt.Fprintf(w, "    UNEXPLAINED %s (%d)\n", p.file, p.count)
				for _, e := range p.examples {
					fmt.Fprintf(w, "      %s: ours %q, theirs %q, a third %q\n", e.Cell, e.Ours, e.Theirs, e.Third)
				}
			} else {
				fmt.Fprintf(w, "    %s (%d): %s, %s\n", p.file, p.count, p.by.right, p.by.reason)
			}
			if p.by != nil && p.by.right == "theirs" {
				good = false
			}
		}
	}
	for _, e := range explained {
		if !used[e] && e.file != "*" {
			fmt.Fprintf(w, "  (not met in this folder: %s, %s)\n", e.file, e.class)
		}
	}
	if unexplained > 0 {
		good = false
	}

	fmt.Fprintf(w, "\nCOST at the default limits (aim: %d MiB, %v a file)\n", aimMemory>>20, aimTime)
	worst := func(what string, by func(a, b result) int, show func(c cost) string) {
		all := slices.Clone(results)
		slices.SortStableFunc(all, by)
		fmt.Fprintf(w, "  most %s:\n", what)
		for _, r := range all[:min(5, len(all))] {
			fmt.Fprintf(w, "    %-10s %8d cells %9d bytes  %s (%s)\n", show(r.Cost), r.Cost.Cells, r.Cost.Bytes, r.File, r.Cost.Outcome)
		}
	}
	worst("memory", func(a, b result) int { return cmp.Compare(b.Cost.Peak, a.Cost.Peak) },
		func(c cost) string { return fmt.Sprintf("%d MiB", c.Peak>>20) })
	worst("time", func(a, b result) int { return cmp.Compare(b.Cost.Took, a.Cost.Took) },
		func(c cost) string { return c.Took.Round(time.Millisecond).String() })
	over := 0
	for _, r := range results {
		if r.Cost.Peak > aimMemory || r.Cost.Took > aimTime {
			over++
		}
	}
	fmt.Fprintf(w, "  %d files beyond the aim\n\n%d differences unexplained\n", over, unexplained)
	return good
}
