package pipeline

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/angiang-ntm/ntm/config"
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
	l = open(t, dir)
	if l.broken != 1 || !strings.Contains(l.brokenEN, "line 1 is no whole line") {
		t.Errorf("a damaged line went unnoticed: %d, %q", l.broken, l.brokenEN)
	}
	_ = l.Close()
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

// What is left of a ledger whose end is gone fits together: only what remembers
// its head elsewhere can tell.
func TestAnAnchorTellsWhatTheChainCannot(t *testing.T) {
	data := t.TempDir()
	dir := filepath.Join(data, "archive")
	l := open(t, dir)
	for _, name := range []string{"a", "b", "c"} {
		if err := l.append(entry{Event: "received", SHA256: name, Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	head := l.anchor()
	_ = l.Close()
	path := filepath.Join(dir, "ledger.jsonl")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(whole), "\n")
	c := config.Config{Data: data, Out: filepath.Join(data, "out")}
	for name, damage := range map[string]struct{ text, want string }{
		"cut":         {lines[0] + lines[1], "sổ chỉ còn 2 dòng, lần ghi cuối thì có 3 dòng: mất 1 dòng cuối"},
		"empty":       {"", "sổ chỉ còn 0 dòng"},
		"a line out":  {lines[0] + lines[2], "dòng 2 không khớp với các dòng trước"},
		"NULs":        {lines[0] + strings.Repeat("\x00", 40) + "\n" + lines[1] + lines[2], "dòng 2 có byte 0"},
		"half a line": {lines[0] + lines[1][:30] + "\n" + lines[2], "dòng 2 không phải là một dòng sổ trọn vẹn"},
		"another ledger": {func() string {
			other := open(t, filepath.Join(t.TempDir(), "archive"))
			for range 3 {
				if err := other.append(entry{Event: "received", SHA256: "x"}); err != nil {
					t.Fatal(err)
				}
			}
			_ = other.Close()
			text, err := os.ReadFile(filepath.Join(other.dir, "ledger.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}(), "dòng 3 của sổ không phải dòng đã có lần ghi cuối"},
	} {
		if err := os.WriteFile(path, []byte(damage.text), 0o644); err != nil {
			t.Fatal(err)
		}
		l := open(t, dir)
		err := l.trust(l.doubts(c), "", "", time.Now())
		if err == nil || !strings.Contains(err.(*Fault).VI, damage.want) {
			t.Errorf("%s: %v", name, err)
		}
		// Accepted, it is good until something else changes; what came before may not.
		if err := l.trust(l.doubts(c), "không còn bản sao lưu", "A", time.Now()); err != nil {
			t.Errorf("%s, accepted: %v", name, err)
		}
		if err := l.append(entry{Event: "received", SHA256: "d", Name: "d"}); err != nil {
			t.Fatal(err)
		}
		_ = l.Close()
		if l = open(t, dir); len(l.doubts(c)) > 0 || !l.waived[head] && strings.HasPrefix(damage.want, "sổ chỉ còn") || len(l.acceptances) != 1 {
			t.Errorf("%s, accepted and opened again: %+v", name, l.doubts(c))
		}
		_ = l.Close()
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(damage.text) > 0 {
			if err := os.WriteFile(path, []byte(strings.Replace(string(text), `"event":"received"`, `"event":"Received"`, 1)), 0o644); err != nil {
				t.Fatal(err)
			}
			if l = open(t, dir); len(l.doubts(c)) == 0 {
				t.Errorf("%s: what was accepted was changed afterwards, and nobody noticed", name)
			}
			_ = l.Close()
		}
		if err := os.WriteFile(path, whole, 0o644); err != nil {
			t.Fatal(err)
		}
		text, _ = json.Marshal(head)
		if err := os.WriteFile(l.headPath(), append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// A last line that lacks nothing but its end is whole.
	if err := os.WriteFile(path, whole[:len(whole)-1], 0o644); err != nil {
		t.Fatal(err)
	}
	l = open(t, dir)
	if l.lines != 3 || len(l.doubts(c)) > 0 {
		t.Errorf("%d lines, %+v", l.lines, l.doubts(c))
	}
	_ = l.Close()
	if text, err := os.ReadFile(path); err != nil || string(text) != string(whole) {
		t.Errorf("the last line has not got its end: %v", err)
	}
}

// A line that could not be written whole does not stand in the way of the next.
func TestAFailedAppendLeavesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "archive")
	l := open(t, dir)
	if err := l.append(entry{Event: "received", SHA256: "a"}); err != nil {
		t.Fatal(err)
	}
	real := l.file
	broken, err := os.Open(filepath.Join(dir, "ledger.jsonl")) // cannot be written
	if err != nil {
		t.Fatal(err)
	}
	l.file = broken
	if err := l.append(entry{Event: "received", SHA256: "b"}); err == nil {
		t.Fatal("written into a file that cannot be")
	}
	_ = broken.Close()
	l.file = real
	if err := l.append(entry{Event: "received", SHA256: "c"}); err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if l = open(t, dir); l.broken != 0 || l.lines != 2 {
		t.Errorf("%d lines, %s", l.lines, l.brokenEN)
	}
	_ = l.Close()
}
