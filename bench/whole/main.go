// Command whole measures the whole job beside what others would write for it:
// ./bench/country's workbooks in, the communes' verdicts and a consolidated
// workbook out. The peers are in ./bench/peers.
//
//	go run ./bench/whole -in build/bench/country     compare, after all have shown the same figures
//	go run ./bench/whole -only inflate -in …         one of the lower bounds once, in a process of its own
//
// Times are printed as ratios, because machines differ; what counts is what
// stood side by side in one run. Nothing here asserts a time, but every program
// must arrive at the same figures, row for row, before any is measured.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
)

// settings are where everything is.
type settings struct {
	in     string // what ./bench/country/make.py wrote
	period string
	ntm    string // the command
	python string // has what ./bench/peers/requirements.txt names
	node   string // the folder with node_modules and sheetjs.mjs
	root   string // of the repository
	work   string // where everybody writes
	rounds int
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("whole: ")
	var s settings
	flag.StringVar(&s.in, "in", "build/bench/country", "the folder that bench/country/make.py wrote")
	flag.StringVar(&s.period, "period", "2017-Q4", "the period whose workbooks are read")
	flag.StringVar(&s.ntm, "ntm", "bin/ntm", "the ntm command")
	flag.StringVar(&s.python, "python", os.Getenv("NTM_PYTHON"), "a Python that has what bench/peers/requirements.txt names")
	flag.StringVar(&s.node, "node", "build/bench/node", "the folder where bench/peers/package.json is installed")
	flag.StringVar(&s.root, "root", ".", "the root of the repository")
	flag.StringVar(&s.work, "work", "", "where everybody writes (default: a temporary folder, removed afterwards)")
	flag.IntVar(&s.rounds, "rounds", 7, "how often each program runs; the median counts")
	only := flag.String("only", "", "do one thing once: inflate, append, plain, shared, workbook or verify")
	flag.Parse()

	if err := s.do(*only, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func (s settings) do(only string, args []string) (err error) {
	for _, p := range []*string{&s.in, &s.ntm, &s.node, &s.root} {
		if *p, err = filepath.Abs(*p); err != nil {
			return err
		}
	}
	switch {
	case only == "verify":
		return s.verify(args)
	case only != "":
		bound, ok := bounds[only]
		if !ok {
			return fmt.Errorf("there is no bound named %q", only)
		}
		took, err := bound.measure(s)
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(map[string]stage{only: took})
	}
	if books, err := s.books(); err != nil || len(books) == 0 {
		return errors.Join(err, fmt.Errorf("no workbooks of %s in %s: python bench/country/make.py --out %s", s.period, s.in, s.in))
	}
	if s.rounds < 1 {
		return fmt.Errorf("-rounds %d: at least one is needed", s.rounds)
	}
	if s.work == "" {
		if s.work, err = os.MkdirTemp("", "ntm-whole-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(s.work)) }()
	} else if s.work, err = filepath.Abs(s.work); err != nil {
		return err
	}
	return s.compare()
}

func (s settings) books() ([]string, error) {
	return filepath.Glob(filepath.Join(s.in, "inbox", s.period, "*.xlsx"))
}

// published is a file of ntm's first publication under out.
func (s settings) published(out, pattern string) (string, error) {
	found, err := filepath.Glob(filepath.Join(out, s.period, "v001", pattern))
	if err != nil || len(found) != 1 {
		return "", errors.Join(err, fmt.Errorf("%d files like %s in the publication under %s", len(found), pattern, out))
	}
	return found[0], nil
}
