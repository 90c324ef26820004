//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/angiang-ntm/ntm/pipeline"
)

func TestOneRunAtATime(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", ids("15.1", "17.1"), commune("Vĩnh Phú", 85, 85)))
	o.evaluate("2017-Q4")
	lock, err := os.OpenFile(filepath.Join(o.data, "ntm.lock"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Close() }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if err := lock.Truncate(0); err != nil {
		t.Fatal(err)
	}
	if _, err := lock.WriteAt([]byte("4321\n"), 0); err != nil {
		t.Fatal(err)
	}
	if said := o.run("2017-Q4", pipeline.Locked); !strings.Contains(said, "4321") {
		t.Errorf("it does not name the process that holds the lock: %s", said)
	}
	if err := lock.Close(); err != nil { // a process that ends lets go
		t.Fatal(err)
	}
	o.evaluate("2017-Q4")
}
