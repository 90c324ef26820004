// Command read measures our reading of workbooks beside others' on the files of
// ./bench/inputs:
//
//	go run ./bench/read                       one process: against inflating alone and excelize
//	go run ./bench/read -peers                whole processes: against calamine and openpyxl too
//	go run ./bench/read -only ntm FILE…       one reader once, for a profiler or for -peers
//
// Times are printed as ratios, because machines differ; what counts is what
// stood side by side in one run. Nothing here asserts a time, but every reader
// must count the same cells and the same sum of numbers.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
)

// task is a set of files to be read, one after the other.
type task struct {
	name  string
	files []string
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("read: ")
	in := flag.String("in", "build/bench", "folder of the inputs")
	rounds := flag.Int("rounds", 7, "how often each reader reads each set of files; the median counts")
	peers := flag.Bool("peers", false, "compare whole processes")
	calamine := flag.String("calamine", "build/bench/calamine/release/calamine-peer", "the calamine program, for -peers")
	python := flag.String("python", os.Getenv("NTM_PYTHON"), "a Python that has openpyxl and perhaps python_calamine, for -peers")
	only := flag.String("only", "", "read the named files with this reader, once")
	flag.Parse()

	var err error
	switch {
	case *only != "":
		err = readOnce(*only, flag.Args())
	case *peers:
		err = comparePeers(*in, *rounds, *calamine, *python)
	default:
		err = compareInProcess(*in, *rounds)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// tasks finds the inputs.
func tasks(in string) ([]task, error) {
	districts, err := filepath.Glob(filepath.Join(in, "districts", "huyen-*.xlsx"))
	if err != nil {
		return nil, err
	}
	large := filepath.Join(in, "large.xlsx")
	if _, err := os.Stat(large); err != nil || len(districts) == 0 {
		return nil, errors.Join(err, fmt.Errorf("no inputs in %s: go run ./bench/inputs", in))
	}
	return []task{
		{fmt.Sprintf("%d district workbooks", len(districts)), districts},
		{"one sheet of 100,000 × 50", []string{large}},
	}, nil
}

// readOnce is the whole of one process that is measured from outside.
func readOnce(name string, files []string) error {
	r, ok := readers[name]
	if !ok {
		return fmt.Errorf("no reader is named %q", name)
	}
	var all tally
	for _, file := range files {
		one, err := r.file(file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		all.add(one)
	}
	fmt.Println(all.cells, all.sum)
	return nil
}
