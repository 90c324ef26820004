package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/bench/measure"
)

// peer is a program that reads the files named after its arguments and prints
// how many cells hold something and the sum of the numbers among them.
type peer struct {
	name    string
	command []string
	probe   []string // succeeds where the peer can be had; none is needed for our own
	slow    bool     // takes minutes for the large sheet, and is spared it
}

// comparePeers runs whole processes by turns, because what shares no process
// shares no heap, no thread and no warmth either.
func comparePeers(in string, rounds int, calamine, python string) error {
	all, err := tasks(in)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	peers := []peer{
		{"ntm, whole books", []string{self, "-only", "ntm"}, nil, false},
		{"ntm, row by row", []string{self, "-only", "ntm-rows"}, nil, false},
		{"calamine, whole sheets", []string{calamine}, []string{calamine}, false},
		{"calamine, cell by cell", []string{calamine, "rows"}, []string{calamine}, false},
		{"excelize Rows, raw", []string{self, "-only", "excelize"}, nil, false},
		{"python-calamine", []string{python, "bench/peers/python_calamine_rows.py"}, []string{python, "-c", "import python_calamine"}, false},
		{"openpyxl, read only", []string{python, "bench/peers/openpyxl_rows.py"}, []string{python, "-c", "import openpyxl"}, true},
	}
	var present []peer
	for _, p := range peers {
		if why := absent(p); why != "" {
			fmt.Printf("%s: skipped, because %s\n", p.name, why)
			continue
		}
		present = append(present, p)
	}
	for _, t := range all {
		if len(t.files) == 1 {
			present = slices.DeleteFunc(present, func(p peer) bool { return p.slow })
		}
		if err := comparePeersOn(t, present, rounds); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return nil
}

// absent says why a peer cannot be had, "" when it can.
func absent(p peer) string {
	if p.probe == nil {
		return ""
	}
	if p.probe[0] == "" {
		return "no Python is named (NTM_PYTHON or -python)"
	}
	if out, err := exec.Command(p.probe[0], p.probe[1:]...).CombinedOutput(); err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return strings.TrimSpace(err.Error() + " " + lines[len(lines)-1])
	}
	return ""
}

func comparePeersOn(t task, peers []peer, rounds int) error {
	times := make([][]float64, len(peers))
	peaks := make([][]float64, len(peers))
	var want tally
	for range rounds {
		for i, p := range peers {
			got, cpu, peak, err := runPeer(p, t.files)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			if want.cells == 0 {
				want = got
			}
			if !got.agrees(want) || got.cells == 0 {
				return fmt.Errorf("%s found %d cells and a sum of %v, %s %d and %v", p.name, got.cells, got.sum, peers[0].name, want.cells, want.sum)
			}
			times[i], peaks[i] = append(times[i], cpu), append(peaks[i], peak)
		}
	}
	fmt.Printf("%s: %d cells; whole processes, medians of %d\n", t.name, want.cells, rounds)
	fmt.Printf("  %-24s %12s %12s %12s\n", "", "CPU, ntm=1", "rows=1", "peak, MiB")
	for i, p := range peers {
		fmt.Printf("  %-24s %12.2f %12.2f %12.1f\n", p.name, measure.Ratio(times[i], times[0]), measure.Ratio(times[i], times[1]), measure.Median(peaks[i])/(1<<20))
	}
	return nil
}

// runPeer runs one peer once.
func runPeer(p peer, files []string) (got tally, cpu, peak float64, err error) {
	cmd := exec.Command(p.command[0], append(p.command[1:len(p.command):len(p.command)], files...)...)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		return got, 0, 0, errors.Join(err, errors.New(complaint.String()))
	}
	if _, err := fmt.Sscan(out.String(), &got.cells, &got.sum); err != nil {
		return got, 0, 0, fmt.Errorf("printed %q: %w", out.String(), err)
	}
	state := cmd.ProcessState
	return got, (state.UserTime() + state.SystemTime()).Seconds(), measure.PeakOf(state), nil
}
