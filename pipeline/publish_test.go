package pipeline

import (
	"os"
	"path/filepath"
	"testing"
)

// Where an open file forbids replacing the snapshot, the new one stands beside
// it under a number, readers find it, and the next run clears up.
func TestSnapshotStandsBesideOneThatIsHeldOpen(t *testing.T) {
	out := t.TempDir()
	target := filepath.Join(out, "ntm.duckdb")
	place := func(content string) string {
		t.Helper()
		fresh := filepath.Join(out, "fresh")
		if err := os.WriteFile(fresh, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		at, err := placeSnapshot(fresh, target)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	// A folder that is not empty cannot be renamed over, on any system: it
	// stands for the open file.
	if err := os.MkdirAll(filepath.Join(target, "held"), 0o755); err != nil {
		t.Fatal(err)
	}
	beside := filepath.Join(out, "ntm-2.duckdb")
	if at := place("one"); at != beside || Snapshot(out) != beside {
		t.Errorf("placed at %s, found at %s, want %s", at, Snapshot(out), beside)
	}
	if err := os.RemoveAll(target); err != nil {
		t.Fatal(err)
	}
	if at := place("two"); at != target || Snapshot(out) != target {
		t.Errorf("placed at %s, found at %s, want %s", at, Snapshot(out), target)
	}
	if _, err := os.Stat(beside); !os.IsNotExist(err) {
		t.Errorf("the numbered snapshot still stands: %v", err)
	}
}
