//go:build unix

package pipeline

import (
	"os"
	"syscall"
)

// tryLock takes the lock without waiting. The kernel lets go of it when the
// process ends, however it ends, so that no stale lock can stand in the way.
func tryLock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
