package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"github.com/angiang-ntm/ntm/bench/measure"
)

// compareInProcess reads each set of files by turns with each reader. The files
// are in memory, so that only reading is measured.
func compareInProcess(in string, rounds int) error {
	all, err := tasks(in)
	if err != nil {
		return err
	}
	// First, because the peak that the system states for a process counts from
	// the one that started it, and this one is still small.
	if err := measureMillion(filepath.Join(in, "million.xlsx")); err != nil {
		return err
	}
	for _, t := range all {
		if err := compareTask(t, rounds); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return nil
}

func compareTask(t task, rounds int) error {
	var books, packed [][]byte
	for _, name := range t.files {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		parts, err := packedParts(data)
		if err != nil {
			return err
		}
		books, packed = append(books, data), append(packed, parts...)
	}
	whole := func(name string) func() (tally, error) {
		return func() (sum tally, err error) {
			for _, data := range books {
				one, err := readers[name].memory(data)
				if err != nil {
					return sum, err
				}
				sum.add(one)
			}
			return sum, nil
		}
	}
	want, err := whole("ntm")()
	if err != nil {
		return err
	}
	contestants := []struct {
		name string
		read func() (tally, error)
	}{
		{"inflating alone", func() (tally, error) {
			for _, p := range packed {
				if err := inflate(p); err != nil {
					return tally{}, err
				}
			}
			return want, nil
		}},
		{"ntm, whole books", whole("ntm")},
		{"ntm, row by row", whole("ntm-rows")},
		{"excelize Rows, raw", whole("excelize")},
	}

	times := make([][]float64, len(contestants))
	peaks := make([]float64, len(contestants))
	for range rounds {
		for i, c := range contestants {
			runtime.GC() // each pays for its own garbage
			before := measure.CPUTime()
			got, err := c.read()
			times[i] = append(times[i], (measure.CPUTime() - before).Seconds())
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			if !got.agrees(want) {
				return fmt.Errorf("%s found %d cells and a sum of %v, ntm %d and %v", c.name, got.cells, got.sum, want.cells, want.sum)
			}
		}
	}
	for i, c := range contestants {
		if peaks[i], err = peakOf(func() error { _, err := c.read(); return err }); err != nil {
			return err
		}
	}
	fmt.Printf("%s: %d cells; medians of %d\n", t.name, want.cells, rounds)
	fmt.Printf("  %-20s %14s %14s %12s\n", "", "CPU, inflate=1", "CPU, ntm=1", "peak, MiB")
	for i, c := range contestants {
		fmt.Printf("  %-20s %14.2f %14.2f %12.1f\n", c.name, measure.Ratio(times[i], times[0]), measure.Ratio(times[i], times[1]), peaks[i]/(1<<20))
	}
	return nil
}

// measureMillion reads a sheet that would not fit into memory as a book, in a
// process of its own, and says how much memory that process had at the most.
func measureMillion(name string) error {
	if _, err := os.Stat(name); err != nil {
		fmt.Printf("one sheet of 1,000,000 × 50: skipped, because %v (go run ./bench/inputs -million)\n", err)
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	got, _, peak, err := runPeer(peer{command: []string{self, "-only", "ntm-rows"}}, []string{name})
	if err != nil {
		return err
	}
	fmt.Printf("one sheet of 1,000,000 × 50, row by row: %d cells, peak of the whole process %.1f MiB\n", got.cells, peak/(1<<20))
	return nil
}

// peakOf runs f and returns how much more memory the program held than before,
// at the most, looked at every millisecond. Memory that the runtime has given
// back to the system does not count.
func peakOf(f func() error) (float64, error) {
	debug.FreeOSMemory()
	before := held()
	most := before
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				most = max(most, held())
			case <-done:
				return
			}
		}
	}()
	err := f()
	close(done)
	<-stopped
	return max(most, held()) - before, err
}

func held() float64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return float64(samples[0].Value.Uint64()) - float64(samples[1].Value.Uint64())
}
