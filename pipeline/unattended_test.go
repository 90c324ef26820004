package pipeline

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/transforms"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// The period that is due is the latest of its kind that has ended, on every day
// of several years: it ends before the day, and the next one does not.
func TestDuePeriodHasJustEnded(t *testing.T) {
	for at := day("2015-12-28"); at.Before(day("2020-03-05")); at = at.AddDate(0, 0, 1) {
		for granularity, months := range map[string]int{"month": 1, "quarter": 3, "half": 6, "year": 12} {
			p := DuePeriod(at, granularity)
			if back, ok := transforms.ParsePeriod(p.String()); !ok || back != p {
				t.Fatalf("on %s the %s is %q, which is no period", at, granularity, p)
			}
			next := p.End().AddDate(0, 0, 1).AddDate(0, months, -1)
			if !p.End().Before(at) || next.Before(at) {
				t.Fatalf("on %s the %s due is %s", at.Format(time.DateOnly), granularity, p)
			}
		}
	}
	if p := DuePeriod(day("2018-01-01"), "quarter"); p.String() != "2017-Q4" {
		t.Errorf("on New Year's Day of 2018: %s", p)
	}
}

func TestDeadlines(t *testing.T) {
	c := config.Reporting{DeadlineDays: 15, Deadlines: map[string]string{"2017-Q4": "2018-01-10"}}
	for period, want := range map[string]string{"2017-Q4": "2018-01-10", "2018-Q1": "2018-04-15", "2017": "2018-01-15"} {
		p, _ := transforms.ParsePeriod(period)
		if got := Deadline(c, p).Format(time.DateOnly); got != want {
			t.Errorf("%s is due %s, want %s", period, got, want)
		}
	}
	last := day("2018-01-10")
	for at, want := range map[time.Time]bool{
		time.Date(2018, 1, 10, 23, 59, 59, 0, time.Local): true,
		time.Date(2018, 1, 11, 0, 0, 0, 0, time.Local):    false,
		time.Date(2018, 1, 1, 12, 0, 0, 0, time.Local):    true,
	} {
		if got := onTime(at, last); got != want {
			t.Errorf("received %s: on time %v", at, got)
		}
	}
}

// A watch runs once for each state of the inbox in which it has rested, never
// while something changes, never on an empty inbox; after a failure it waits.
func TestWatchWaitsForTheInboxToRest(t *testing.T) {
	synctest.Test(t, watchWaits)
}

func watchWaits(t *testing.T) {
	inbox := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		path := filepath.Join(inbox, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data := t.TempDir()
	var ledger string
	record := func(line string) {
		t.Helper()
		ledger += line
		if err := errors.Join(os.MkdirAll(filepath.Join(data, "archive"), 0o755), os.WriteFile(filepath.Join(data, "archive", "ledger.jsonl"), []byte(ledger), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	p, _ := transforms.ParsePeriod("2017-Q4")
	ticks := make(chan time.Time)
	ran, fails := 0, false
	done := make(chan struct{})
	go func() {
		defer close(done)
		Watch(context.Background(), WatchOptions{
			Config: config.Config{Inbox: inbox, Data: data}, Settle: 30 * time.Second, Ticks: ticks,
			Period:  func(time.Time) transforms.Period { return p },
			Run:     func(context.Context, transforms.Period) bool { ran++; return !fails },
			Trouble: func(err error) { t.Error(err) },
		})
	}()
	now := day("2018-01-05")
	after := func(pass time.Duration, want int, what string) {
		t.Helper()
		now = now.Add(pass)
		ticks <- now
		synctest.Wait()
		if ran != want {
			t.Fatalf("%s: %d runs, want %d", what, ran, want)
		}
	}
	after(0, 0, "an empty inbox")
	after(time.Hour, 0, "an inbox that stays empty")
	put("2017-Q4/a.xlsx", "half")
	after(10*time.Second, 0, "a file has begun")
	put("2017-Q4/a.xlsx", "half and half")
	after(25*time.Second, 0, "the file has grown")
	after(25*time.Second, 0, "it rests for 25 seconds")
	after(10*time.Second, 1, "it has come to rest")
	after(time.Hour, 1, "nothing new")
	put("2017-Q4/~$a.xlsx", "lock file of Excel")
	put("2017-Q4/notes.txt", "no report")
	after(time.Hour, 1, "nothing that counts")
	put("2017-Q4/corrections.csv", "period,file_name\n")
	after(10*time.Second, 1, "corrections came")
	after(30*time.Second, 2, "corrections rest")
	fails = true
	put("2017-Q4/b.xlsx", "b")
	after(time.Second, 2, "another file")
	after(30*time.Second, 3, "the run fails")
	after(time.Minute, 3, "not again at once")
	after(retryAfter, 4, "but later")
	fails = false
	after(retryAfter, 5, "and then it works")
	after(time.Hour, 5, "and is done")
	if err := os.Remove(filepath.Join(inbox, "2017-Q4", "b.xlsx")); err != nil {
		t.Fatal(err)
	}
	after(time.Second, 5, "a file has gone")
	after(time.Minute, 6, "which is news too")
	record(`{"event":"run","period":"2017-Q4"}` + "\n" + `{"event":"withdrawn","period":"2017-Q3","sha256":"aa","name":"a.xlsx"}` + "\n")
	after(time.Hour, 6, "what runs write, and a file of another period taken back")
	record(`{"event":"withdrawn","period":"2017-Q4","sha256":"aa","name":"a.xlsx"}` + "\n")
	after(time.Second, 6, "a file has been taken back")
	after(time.Minute, 7, "and counts no more")
	record(`{"event":"confirmed","sender":"884","reading":2}` + "\n" + `{"event":"conf`)
	after(time.Second, 7, "a reading has been settled")
	after(time.Minute, 8, "and is used")
	close(ticks)
	<-done
}

// The letter is one that a mail program reads, with its words intact.
func TestTheLetterIsAMessage(t *testing.T) {
	subject := "ntm: Quý IV/2017 – còn việc phải xử lý và một tiêu đề dài hơn một dòng của thư"
	body := "KẾT QUẢ\n\n  = dấu bằng\n.chấm đầu dòng\n" + strings.Repeat("Thoại Sơn ", 40) + "\n"
	at := time.Date(2018, 1, 5, 8, 0, 0, 0, time.UTC)
	text, err := letter("vpdp@example.org", "chanh.vp@example.org,\r\nBcc: x@example.org", subject, body, at)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(text), "\r\n") {
		if len(line) > 200 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("line %q", line)
		}
	}
	m, err := mail.ReadMessage(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil || got != subject {
		t.Errorf("subject %q: %v", got, err)
	}
	if got, err := m.Header.Date(); err != nil || !got.Equal(at) {
		t.Errorf("date %v: %v", got, err)
	}
	if m.Header.Get("Bcc") != "" {
		t.Error("a setting has added a header")
	}
	got, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil || strings.ReplaceAll(string(got), "\r\n", "\n") != body {
		t.Errorf("body %q: %v", got, err)
	}
}

// What lies aside is put into place in any of the states in which a run may
// have been stopped, and only when all of it is what was recorded.
func TestOnlyWhatWasRecordedIsPlaced(t *testing.T) {
	for _, c := range []struct {
		what    string
		disturb func(data, out string) error
		placed  bool
	}{
		{"everything aside", func(string, string) error { return nil }, true},
		{"the warehouse placed", func(data, _ string) error {
			return os.Rename(filepath.Join(data, ".ntm-1.duckdb"), filepath.Join(data, "ntm.duckdb"))
		}, true},
		{"the publication placed", func(_, out string) error {
			if err := os.Mkdir(filepath.Join(out, "2017-Q4"), 0o755); err != nil {
				return err
			}
			return os.Rename(filepath.Join(out, ".run-1", "2017-Q4"), filepath.Join(out, "2017-Q4", "v001"))
		}, true},
		{"the warehouse torn", func(data, _ string) error {
			return os.WriteFile(filepath.Join(data, ".ntm-1.duckdb"), []byte("ware"), 0o644)
		}, false},
		{"the publication gone", func(_, out string) error { return os.RemoveAll(filepath.Join(out, ".run-1")) }, false},
	} {
		data, out := t.TempDir(), t.TempDir()
		files := map[string]string{
			filepath.Join(data, ".ntm-1.duckdb"):                     "warehouse",
			filepath.Join(out, ".run-1", "2017-Q4", "manifest.json"): "{}",
		}
		sums := map[string]string{}
		for path, text := range files {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			sums[text], _ = fileSum(path)
		}
		l := open(t, filepath.Join(data, "archive"))
		err := l.append(entry{
			Event: "placing", Run: "r1", Work: ".ntm-1.duckdb", Aside: ".run-1", Moves: []move{{"2017-Q4", "2017-Q4/v001"}},
			Files: map[string]string{"data/ntm.duckdb": sums["warehouse"], "2017-Q4/v001/manifest.json": sums["{}"]},
			Then:  []entry{{Event: "run", Run: "r1", Period: "2017-Q4"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.disturb(data, out); err != nil {
			t.Fatal(err)
		}
		cfg := config.Default()
		cfg.Data, cfg.Out = data, out
		r := &Run{Options: Options{Config: cfg, Now: time.Now}, ledger: l}
		completed, err := r.recover()
		if err != nil || (completed == "r1") != c.placed {
			t.Errorf("%s: completed %q: %v", c.what, completed, err)
		}
		if latestVersion(filepath.Join(out, "2017-Q4")) == "v001" != c.placed || l.ran("2017-Q4") != c.placed {
			t.Errorf("%s: placed is not %v", c.what, c.placed)
		}
		if again, err := r.recover(); err != nil || again != "" {
			t.Errorf("%s: recovered twice: %q, %v", c.what, again, err)
		}
		_ = l.Close()
	}
}

// Versions beyond those to keep go, oldest first, but never the one that stands
// nor one that was ever closed; the ledger has it.
func TestPruneKeepsWhatWasClosed(t *testing.T) {
	data, out := t.TempDir(), t.TempDir()
	base := filepath.Join(out, "2017-Q4")
	for _, v := range []string{"v001", "v002", "v003", "v004", "v005", "v999", "v1000"} {
		if err := os.MkdirAll(filepath.Join(base, v), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := point(base, "v1000"); err != nil {
		t.Fatal(err)
	}
	l := open(t, filepath.Join(data, "archive"))
	if err := l.append(entry{Event: "closed", Period: "2017-Q4", Output: "v002"}, entry{Event: "reopened", Period: "2017-Q4"}); err != nil {
		t.Fatal(err)
	}
	cfg := config.Default()
	cfg.Data, cfg.Out, cfg.Records.KeepPublications = data, out, 2
	p, _ := transforms.ParsePeriod("2017-Q4")
	r := &Run{Options: Options{Config: cfg, Now: time.Now, Log: slog.New(slog.DiscardHandler)}, ledger: l, publication: []*publication{{Period: p}}}
	if err := r.prune(); err != nil {
		t.Fatal(err)
	}
	var left []string
	entries, _ := os.ReadDir(base)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	slices.Sort(left)
	if want := []string{"latest", "v002", "v1000", "v999"}; !slices.Equal(left, want) {
		t.Errorf("left are %v, want %v", left, want)
	}
	if !l.pruned["2017-Q4/v001"] || l.pruned["2017-Q4/v002"] {
		t.Errorf("the ledger has %v", l.pruned)
	}
}
