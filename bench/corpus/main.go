// Command corpus holds the reader of spreadsheets against other readers, over a
// folder of workbooks that somebody else made: make corpus NTM_CORPUS=DIR.
//
// Each file is read in a process of its own, so that its time and its peak
// memory are its own and a fault ends nothing else. Each must be read or
// refused with a code; what is read must equal, cell for cell, what excelize
// (.xlsx, .xlsm), xlrd (.xls), LibreOffice (.ods) or Python's csv reads.
// Where two readers differ, a third is asked. Whatever remains must be in
// explained.csv, with who is right and why; anything else fails the run.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// The aims for one file at the default limits.
const (
	aimMemory = 256 << 20
	aimTime   = 5 * time.Second
)

// Exit statuses: everything as explained; a fault, or a difference that nobody
// has explained; nothing to read.
const (
	exitSame      = 0
	exitDifferent = 1
	exitUsage     = 2
)

const usage = `make corpus NTM_CORPUS=DIR so sánh trình đọc của ntm với các trình đọc khác trên mọi tệp .xlsx, .xlsm, .xls,
.ods, .csv trong thư mục DIR (kể cả thư mục con). Cần một thư mục bảng tính công khai, ví dụ:
make corpus NTM_CORPUS=DIR holds ntm's reader against other readers on every .xlsx, .xlsm, .xls, .ods and .csv in
folder DIR and below. It needs a folder of public workbooks, for example:

  mkdir -p build/corpus && cd build/corpus
  git clone --depth 1 https://github.com/apache/poi            # test-data/spreadsheet
  git clone --depth 1 https://github.com/tafia/calamine        # tests
  git clone --depth 1 https://github.com/tidyverse/readxl
  git clone --depth 1 https://github.com/nacnudus/tidyxl
  git clone --depth 1 https://github.com/python-excel/xlrd
  cd ../.. && make corpus NTM_CORPUS=build/corpus

Các trình đọc khác · the other readers: excelize (luôn có · always there); NTM_PYTHON = python có openpyxl, xlrd
(pip install openpyxl xlrd); soffice trong PATH (LibreOffice). Xem · see docs/corpus.md.
`

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	flags := flag.NewFlagSet("corpus", flag.ContinueOnError)
	one := flags.String("read", "", "read this one file and say what it cost (how each file is measured)")
	against := flags.String("compare", "", "compare this one file with the other readers")
	converted := flags.String("converted", "", "the same file as LibreOffice converted it")
	list := flags.String("explained", "bench/corpus/explained.csv", "the differences that are explained")
	keep := flags.String("json", "", "also write everything that was found to this file")
	if err := flags.Parse(args); err != nil {
		return exitUsage
	}
	switch {
	case *one != "":
		return answer(measure(*one))
	case *against != "":
		return answer(compare(*against, *converted))
	}
	dir := flags.Arg(0)
	files, err := spreadsheets(dir)
	if dir == "" || err != nil || len(files) == 0 {
		fmt.Fprint(os.Stderr, usage)
		if dir != "" {
			fmt.Fprintf(os.Stderr, "\nKhông có bảng tính nào trong %q · no workbooks in %q (%v)\n", dir, dir, err)
		}
		return exitUsage
	}
	explained, err := readExplained(*list)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitUsage
	}
	results, err := readAll(dir, files)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitDifferent
	}
	if *keep != "" {
		text, err := json.MarshalIndent(results, "", " ")
		if err == nil {
			err = os.WriteFile(*keep, text, 0o644)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return exitDifferent
		}
	}
	if !summary(os.Stdout, results, explained) {
		return exitDifferent
	}
	return exitSame
}

func answer(v any) int {
	if err := json.NewEncoder(os.Stdout).Encode(v); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitDifferent
	}
	return exitSame
}

// kinds are the endings of the files that are read. The .xlsb, .xltx and others
// that come along in such folders are named for what they are.
var kinds = []string{".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".xlsb", ".xltx", ".xltm"}

// spreadsheets lists the files of a folder and of those below it, in order,
// relative to it.
func spreadsheets(dir string) (files []string, err error) {
	if dir == "" {
		return nil, nil
	}
	err = filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.Type().IsRegular() && slices.Contains(kinds, ending(name)) {
			short, err := filepath.Rel(dir, name)
			if err != nil {
				return err
			}
			files = append(files, filepath.ToSlash(short))
		}
		return nil
	})
	return files, err
}

func ending(name string) string { return strings.ToLower(filepath.Ext(name)) }

// result is everything that was found out about one file.
type result struct {
	File string
	Cost cost
	Same comparison
}

// readAll measures and compares every file, as many at a time as there are
// processors.
func readAll(dir string, files []string) ([]result, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	converted, clean, err := convertAll(dir, files)
	if err != nil {
		return nil, err
	}
	defer clean()
	results := make([]result, len(files))
	var next sync.Mutex
	at := 0
	var all sync.WaitGroup
	for range runtime.NumCPU() {
		all.Go(func() {
			for {
				next.Lock()
				i := at
				at++
				next.Unlock()
				if i >= len(files) {
					return
				}
				r := &results[i]
				r.File = files[i]
				name := filepath.Join(dir, filepath.FromSlash(files[i]))
				if how := child(self, &r.Cost, time.Minute, "-read", name); how != "" {
					r.Cost.Outcome = how
				}
				if how := child(self, &r.Same, 2*time.Minute, "-compare", name, "-converted", converted[files[i]]); how != "" {
					r.Same = comparison{NoOpinion: how}
				}
				if at%250 == 0 {
					fmt.Fprintf(os.Stderr, "… %d/%d\n", at, len(files))
				}
			}
		})
	}
	all.Wait()
	return results, nil
}

// child asks a process of its own about one file. What it returns is "" when it
// answered, else how it ended.
func child(self string, into any, limit time.Duration, args ...string) string {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, self, args...)
	out, err := cmd.Output()
	switch {
	case ctx.Err() != nil:
		return outcomeTimeOut
	case err != nil:
		why := err.Error()
		if exit, ok := err.(*exec.ExitError); ok && len(exit.Stderr) > 0 {
			why, _, _ = strings.Cut(string(exit.Stderr), "\n")
		}
		return outcomeCrash + ": " + why
	}
	if err := json.Unmarshal(out, into); err != nil {
		return outcomeCrash + ": " + err.Error()
	}
	return ""
}
