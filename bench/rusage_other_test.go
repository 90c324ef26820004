//go:build !unix

package bench

import "time"

// Systems without getrusage report wall time only.
func cpuTime() time.Duration { return 0 }

func peakMemory() float64 { return 0 }
