package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/transforms"
)

// Closed says what a period was closed with.
type Closed struct {
	Period   string `json:"period"`
	Version  string `json:"publication"`
	Decision string `json:"decision"`
	Date     string `json:"date"`
}

// CloseOptions name the period to close and the document that closes it.
type CloseOptions struct {
	Config   config.Config
	Period   transforms.Period
	Decision string
	Date     time.Time
	Version  string
	Now      func() time.Time
}

// Close freezes a period: the publication that stands is the one that was
// decided on, and no run changes it any more unless it is told why.
func Close(ctx context.Context, o CloseOptions) (*Closed, error) {
	unlock, l, err := openArchive(ctx, o.Config, o.Now())
	if err != nil {
		return nil, err
	}
	defer unlock()
	p := o.Period.String()
	if e, out := l.outPeriods[p]; out {
		return nil, periodOut(p, e)
	}
	if e, closed := l.closed(p); closed {
		return nil, &Fault{
			Status: Usage, VI: "kỳ " + p + " đã chốt theo " + e.Decision, EN: "period " + p + " is closed already, by " + e.Decision,
			HintVI: "Muốn chốt lại theo văn bản khác thì mở lại trước: ntm run --period " + p + " --reopen \"lý do\".",
			HintEN: "To close it by another document, reopen it first: ntm run --period " + p + " --reopen \"why\".",
		}
	}
	base := filepath.Join(o.Config.Out, p)
	version := latestVersion(base)
	m, err := readManifest(filepath.Join(base, version))
	if version == "" || errors.Is(err, fs.ErrNotExist) {
		return nil, &Fault{
			Status: Failed, VI: "kỳ " + p + " chưa có bản công bố nào để chốt", EN: "period " + p + " has no publication to close",
			HintVI: "Chạy trước: ntm run --period " + p + ".", HintEN: "Do first: ntm run --period " + p + ".",
		}
	}
	if err != nil {
		return nil, err
	}
	if problems := checkPublication(o.Config.Out, p, version, m, ""); len(problems) > 0 {
		return nil, &Fault{
			Status: Failed, VI: "bản công bố " + p + " " + version + " đã bị thay đổi: " + problems[0].Path + " " + problems[0].VI,
			EN:     "publication " + p + " " + version + " has been changed: " + problems[0].Path + " " + problems[0].EN,
			HintVI: "Khôi phục từ bản sao lưu, hoặc chạy lại kỳ này, rồi chốt.", HintEN: "Restore it from a backup, or run the period again, then close it.",
		}
	}
	sum, err := fileSum(filepath.Join(base, version, "manifest.json"))
	if err != nil {
		return nil, err
	}
	c := &Closed{Period: p, Version: version, Decision: strings.TrimSpace(o.Decision), Date: o.Date.Format(time.DateOnly)}
	err = l.append(entry{
		Event: "closed", At: o.Now().UTC(), Period: p, Version: o.Version, Identity: m.Identity, Output: version,
		Decision: c.Decision, Date: c.Date, Files: map[string]string{filepath.ToSlash(filepath.Join(p, version, "manifest.json")): sum},
	})
	if err != nil {
		return nil, err
	}
	// A mark of a closing that the ledger had lost gives way to that of this one.
	if err := os.Remove(filepath.Join(base, closedMarker)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return c, l.mark(o.Config.Out)
}

// openArchive takes the lock and opens the ledger, for what is not a run. A run
// that was stopped while it published is brought to its end first.
func openArchive(ctx context.Context, c config.Config, now time.Time) (func(), *ledger, error) {
	if err := os.MkdirAll(c.Data, 0o755); err != nil {
		return nil, nil, err
	}
	unlock, err := lock(filepath.Join(c.Data, "ntm.lock"), now)
	if err != nil {
		return nil, nil, err
	}
	l, err := openLedger(filepath.Join(c.Data, "archive"))
	if err != nil {
		unlock()
		return nil, nil, err
	}
	r := &Run{Options: Options{Config: c, Now: func() time.Time { return now }}, ledger: l}
	err = l.trust(append(l.doubts(c), l.againstWarehouse(storedAnchor(ctx, c))...), "", "", now)
	if err == nil {
		_, err = r.recover()
	}
	if err == nil {
		err = l.mark(c.Out)
	}
	if err != nil {
		_ = l.Close()
		unlock()
		return nil, nil, err
	}
	return func() { _ = l.Close(); unlock() }, l, nil
}

// mayRun stops a run of a closed period, unless it is told why to reopen it.
func (r *Run) mayRun() error {
	p := r.Period.String()
	e, closed := r.ledger.closedFor(r.Config.Out, p)
	if e, out := r.ledger.outPeriods[p]; out {
		return periodOut(p, e)
	}
	if r.Set != "" {
		return r.mayBeOfAnotherLength() // it changes nothing of what was closed
	}
	if err := unmark(r.Config.Out, p); err != nil { // where giving the period back was stopped
		return err
	}
	why := strings.TrimSpace(r.Reopen)
	if !closed {
		if err := r.mayBeOfAnotherLength(); err != nil {
			return err
		}
		if why != "" {
			r.Log.Warn("the period is not closed: nothing to reopen", "period", p)
		}
		return nil
	}
	if why == "" {
		return &Fault{
			Status: Usage,
			VI:     "kỳ " + p + " đã chốt theo " + e.Decision + " (" + vietnameseDate(e.Date) + "), bản " + e.Output,
			EN:     "period " + p + " is closed by " + e.Decision + " (" + e.Date + "), publication " + e.Output,
			HintVI: "Bản đã chốt vẫn nguyên. Thật cần làm lại thì nêu lý do: --reopen \"lý do\"; lý do được ghi vào sổ và vào bản công bố mới.",
			HintEN: "The closed publication stands. If it must be done again, say why: --reopen \"why\"; the reason is recorded and published.",
		}
	}
	if err := r.ledger.append(entry{Event: "reopened", At: r.Started, Run: r.ID, Period: p, Version: r.Version, Reason: why}); err != nil {
		return err
	}
	if marker := filepath.Join(r.Config.Out, p, closedMarker); exists(marker) {
		return os.Remove(marker)
	}
	return nil
}

// loadClosings replays closings and reopenings of all periods from the ledger.
func (r *Run) loadClosings(ctx context.Context) error {
	if err := r.db.Exec(ctx, "delete from ops.closing"); err != nil {
		return err
	}
	var rows [][]any
	for _, p := range r.ledger.periods() {
		for n, e := range r.ledger.closings[p.String()] {
			var day any
			if t, err := time.Parse(time.DateOnly, e.Date); err == nil {
				day = t
			}
			rows = append(rows, []any{p.String(), int64(n + 1), e.Event, e.At, orNull(e.Decision), day, orNull(e.Reason), orNull(e.Output)})
		}
	}
	return r.db.AppendRows(ctx, "ops.closing", []string{"period", "turn", "event", "at", "decision", "decided_on", "reason", "publication"}, rows)
}

// closingsOf lists what was decided about a period, without the clock: it is
// part of what is published.
func (r *Run) closingsOf(p transforms.Period) []string {
	var lines []string
	for _, e := range r.ledger.closings[p.String()] {
		switch e.Event {
		case "closed":
			lines = append(lines, "Chốt theo "+e.Decision+" ngày "+vietnameseDate(e.Date)+" (bản "+e.Output+")")
		case "reopened":
			lines = append(lines, "Mở lại: "+e.Reason)
		}
	}
	return lines
}

func vietnameseDate(day string) string {
	if t, err := time.Parse(time.DateOnly, day); err == nil {
		return t.Format("02/01/2006")
	}
	return day
}

func fileSum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
