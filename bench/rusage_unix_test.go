//go:build unix

package bench

import (
	"runtime"
	"syscall"
	"time"
)

func usage() syscall.Rusage {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return u
}

// cpuTime is the processor time that this process has used.
func cpuTime() time.Duration {
	u := usage()
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peakMemory is the largest resident size so far, in bytes.
func peakMemory() float64 {
	max := float64(usage().Maxrss)
	if runtime.GOOS == "darwin" {
		return max
	}
	return max * 1024
}
