package pipeline

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A run that was killed while writing leaves a torn last line. It says nothing
// that had happened; everything before it does, and the next line stands alone.
func TestLedgerSurvivesATornLine(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir)
	at := time.Date(2018, 1, 5, 8, 0, 0, 0, time.UTC)
	key := fileKey{"abc", "2017-Q4", "Thoại Sơn.xlsx"}
	if err := l.append(entry{Event: "received", At: at, SHA256: key.sha, Folder: key.folder, Name: key.name}); err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	path := filepath.Join(dir, "ledger.jsonl")
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"event":"decided","per`); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()

	l = open(t, dir)
	if got := l.received[key]; !got.Equal(at) {
		t.Errorf("received at %v, want %v", got, at)
	}
	if err := l.append(entry{Event: "decided", Period: "2017-Q4", SHA256: key.sha, Folder: key.folder, Name: key.name, Status: accepted}); err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	l = open(t, dir)
	if got := l.decided["2017-Q4"][key].Status; got != accepted {
		t.Errorf("after the torn line: %q, want %q", got, accepted)
	}
	_ = l.Close()

	// Damage anywhere else is not the trace of a killed run, and is named.
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append([]byte("{\n"), text...), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := openLedger(dir); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("a damaged line went unnoticed: %v", err)
	}
}

func open(t *testing.T, dir string) *ledger {
	t.Helper()
	l, err := openLedger(dir)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// The archive keeps bytes under their own hash and proves them when asked.
func TestArchiveProvesWhatItReturns(t *testing.T) {
	l := open(t, t.TempDir())
	defer func() { _ = l.Close() }()
	sha, size, fresh, err := l.keep(strings.NewReader("báo cáo"), 100)
	if err != nil || size != int64(len("báo cáo")) || !fresh {
		t.Fatalf("%d bytes, new %v: %v", size, fresh, err)
	}
	if again, _, fresh, err := l.keep(strings.NewReader("báo cáo"), 100); err != nil || again != sha || fresh {
		t.Errorf("the same bytes again: %s, new %v: %v", again, fresh, err)
	}
	if got, err := l.fetch(sha); err != nil || string(got) != "báo cáo" {
		t.Fatalf("fetch: %q, %v", got, err)
	}
	path := filepath.Join(l.dir, sha)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("bao cao"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := l.fetch(sha); err == nil {
		t.Error("a changed file came out of the archive as if it were the one received")
	}
}

// Names tell which of two files of one sender is the later one when nothing
// better does.
func TestEditionOrdersNames(t *testing.T) {
	order := []string{
		"Thoại Sơn quý IV.xlsx",
		"Thoại Sơn quý IV (sửa).xlsx",
		"Thoại Sơn quý IV lần 2.xlsx",
		"Thoại Sơn quý IV lần 2 - sửa.xlsx",
		"Thoại Sơn quý IV (3).xlsx",
		"Thoại Sơn quý IV lan 10.xlsx",
	}
	for i := 1; i < len(order); i++ {
		if a, b := edition(order[i-1]), edition(order[i]); a >= b {
			t.Errorf("%q (%d) should come before %q (%d)", order[i-1], a, order[i], b)
		}
	}
}

// growing is a file that is written to while it is read: at each reading from
// the start it has become longer.
type growing struct {
	text string
	at   int
}

func (g *growing) Read(p []byte) (int, error) {
	if g.at == len(g.text) {
		return 0, io.EOF
	}
	n := copy(p, g.text[g.at:])
	g.at += n
	return n, nil
}

func (g *growing) Seek(int64, int) (int64, error) {
	g.at, g.text = 0, g.text+"…"
	return 0, nil
}

// What is archived is named by what was archived, also while the file changes;
// and what was never recorded can be taken away again.
func TestAFileThatGrowsIsArchivedAsItWasRead(t *testing.T) {
	l := open(t, t.TempDir())
	defer func() { _ = l.Close() }()
	sha, _, fresh, err := l.keep(&growing{text: "nửa"}, 100)
	if err != nil || !fresh {
		t.Fatal(sha, fresh, err)
	}
	if got, err := l.fetch(sha); err != nil || string(got) != "nửa…" {
		t.Errorf("archived %q: %v", got, err)
	}
	l.forget(sha)
	if _, err := l.fetch(sha); err == nil {
		t.Error("what nobody recorded is still there")
	}
	sha, _, _, err = l.keep(strings.NewReader("báo cáo"), 100)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.append(entry{Event: "received", SHA256: sha, Name: "a.xlsx"}); err != nil {
		t.Fatal(err)
	}
	l.forget(sha)
	if _, err := l.fetch(sha); err != nil {
		t.Errorf("what was recorded is gone: %v", err)
	}
}
