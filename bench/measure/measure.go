// Package measure is what the comparisons share: the processor time and memory
// of a process, and the median of the ratios of what stood side by side.
package measure

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"time"
)

// Ratio is the median of the ratios of what stood side by side.
func Ratio(of, to []float64) float64 {
	r := make([]float64, len(of))
	for i := range of {
		r[i] = of[i] / to[i]
	}
	return Median(r)
}

// Median is the middle of a list that is not empty.
func Median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return (list[(len(list)-1)/2] + list[len(list)/2]) / 2
}

// CPUOf is the processor time that another process has used so far, where the
// system tells: in /proc, in hundredths of a second.
func CPUOf(pid int) (used time.Duration, ok bool) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, false
	}
	// The program's name, in parentheses, may hold anything.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return 0, false
	}
	for _, f := range fields[11:13] {
		ticks, err := strconv.Atoi(string(f))
		if err != nil {
			return 0, false
		}
		used += time.Duration(ticks) * 10 * time.Millisecond
	}
	return used, true
}
