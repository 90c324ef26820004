package pipeline

import (
	"os"

	"golang.org/x/sys/windows"
)

// tryLock takes the lock without waiting. The system lets go of it when the
// process ends. The locked byte lies far behind the process id in the file,
// because Windows forbids others to read a locked range.
func tryLock(f *os.File) error {
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY,
		0, 1, 0, &windows.Overlapped{Offset: 1 << 20})
}
