//go:build !unix

package measure

import (
	"os"
	"time"
)

var began = time.Now()

// CPUTime is the time on the wall where processor time cannot be had.
func CPUTime() time.Duration { return time.Since(began) }

// PeakOf cannot be had either.
func PeakOf(*os.ProcessState) float64 { return 0 }
