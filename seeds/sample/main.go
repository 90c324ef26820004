// Command sample writes the sample province: one workbook per district and
// period, as eleven different offices would have typed them. The reports are
// illustrative and say so on every sheet; only the state of the communes of the
// published appendix is real. Nothing here knows how ntm reads a workbook, so
// that reading the sample proves something.
//
// The same seeds give the same bytes: no clock, no global random numbers, and
// every choice hangs on what it is about (see dice), so that a change in one
// place leaves the other files alone.
//
//	go run ./seeds/sample -out seeds/reports
//	go run ./seeds/sample -history build/history
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	seeds := flag.String("seeds", "seeds", "folder of the seed tables")
	out := flag.String("out", "seeds/reports", "folder to write the reports to")
	history := flag.String("history", "", "write nine quarters into this folder instead")
	flag.Parse()
	if *history != "" {
		if err := writeHistory(*seeds, *history); err != nil {
			fmt.Fprintln(os.Stderr, "sample:", err)
			os.Exit(1)
		}
		return
	}
	if err := run(*seeds, *out); err != nil {
		fmt.Fprintln(os.Stderr, "sample:", err)
		os.Exit(1)
	}
}

// run replaces the workbooks of every period and the page that explains them.
func run(seeds, out string) error {
	prov, err := readProvince(seeds)
	if err != nil {
		return fmt.Errorf("read seeds: %w", err)
	}
	files, _, err := generate(prov)
	if err != nil {
		return err
	}
	for _, p := range periods {
		// Workbooks of an earlier layout would be read as second reports.
		old, err := filepath.Glob(filepath.Join(out, p, "*.xlsx"))
		if err != nil {
			return err
		}
		for _, name := range old {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	for _, f := range files {
		name := filepath.Join(out, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// file is one file to write, its name relative to the reports folder.
type file struct {
	name string
	data []byte
}

// generate makes all files in memory: the workbooks and the page about them.
func generate(prov *province) ([]file, *story, error) {
	story, err := tell(prov)
	if err != nil {
		return nil, nil, fmt.Errorf("decide the communes' states: %w", err)
	}
	var files []file
	for _, p := range periods {
		for _, o := range offices {
			d, ok := prov.district(o.district)
			if !ok {
				return nil, nil, fmt.Errorf("the seeds have no district %s", o.district)
			}
			w := &desk{prov: prov, story: story, period: p, office: o, district: d, file: o.files[p], hand: o.hand}
			b := o.build(w)
			data, err := b.bytes()
			if err != nil {
				return nil, nil, fmt.Errorf("write %s/%s: %w", p, w.file, err)
			}
			files = append(files, file{p + "/" + w.file, data})
		}
	}
	if left := story.unplaced(); len(left) > 0 {
		return nil, nil, fmt.Errorf("planted but written nowhere: %v", left)
	}
	return append(files, file{"README.md", readme(story)}), story, nil
}
