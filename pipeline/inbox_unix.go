//go:build unix

package pipeline

import (
	"os"
	"syscall"
)

// openPlain opens a file below a folder and never anything that a link in its
// name points to; it does not wait for whoever writes into a pipe.
func openPlain(root *os.Root, name string) (*os.File, error) {
	return root.OpenFile(name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
}
