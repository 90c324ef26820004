//go:build unix

package measure

import (
	"os"
	"runtime"
	"syscall"
	"time"
)

// CPUTime is the processor time that this process has used, in all its threads.
func CPUTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// PeakOf is the largest resident size that an ended process had, in bytes.
func PeakOf(state *os.ProcessState) float64 {
	u, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return float64(u.Maxrss)
	}
	return float64(u.Maxrss) * 1024
}
