package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/angiang-ntm/ntm/internal/warehouse"
	ntmsql "github.com/angiang-ntm/ntm/sql"
	"github.com/angiang-ntm/ntm/transforms"
)

// Rebuilt says what a warehouse was made from.
type Rebuilt struct {
	Periods   []string `json:"periods"`
	Files     int      `json:"files"`
	Runs      int      `json:"runs"`
	Warehouse string   `json:"warehouse"`
	// Snapshot is the analysts' snapshot where there was none, "" where it stands.
	Snapshot string `json:"snapshot,omitempty"`
}

// Rebuild makes the warehouse again from the archive and its ledger: the same
// ref, raw, staging and mart as the runs made with these seeds and settings,
// and ops as the ledger has it. The old file, if there is one, is neither read
// nor needed; it is replaced by one rename at the end.
func Rebuild(ctx context.Context, o Options) (*Rebuilt, error) {
	r := &Run{Options: o, Started: o.Now().UTC(), replaying: true}
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	for _, dir := range []string{o.Config.Data, o.Config.Out} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	unlock, err := lock(filepath.Join(o.Config.Data, "ntm.lock"), r.Started)
	if err != nil {
		return nil, err
	}
	defer unlock()
	defer r.abandon()
	if err := r.begin("rebuild"); err != nil {
		return nil, err
	}
	l := r.ledger
	periods := slices.DeleteFunc(l.periods(), func(p transforms.Period) bool { return !l.ran(p.String()) })
	if len(periods) == 0 {
		return nil, &Fault{
			Status: Failed, VI: "sổ nhận tệp chưa ghi kỳ nào: không có gì để lập lại", EN: "the ledger names no period: there is nothing to make again",
			HintVI: "Kiểm tra --data; chạy ntm run cho kỳ đầu tiên.", HintEN: "Check --data; do ntm run for the first period.",
		}
	}
	r.work = filepath.Join(o.Config.Data, ".ntm-"+strconv.Itoa(os.Getpid())+".duckdb")
	if r.stagingDir, err = os.MkdirTemp(o.Config.Out, r.asidePattern()); err != nil {
		return nil, fmt.Errorf("make a folder for the snapshot: %w", err)
	}
	if err := r.openWork(ctx); err != nil {
		return nil, err
	}
	out := &Rebuilt{Warehouse: filepath.Join(o.Config.Data, "ntm.duckdb")}
	for i, p := range periods {
		r.Period = p
		r.tell(Progress{Stage: "rebuild", Item: p.String(), Done: i + 1, Total: len(periods)})
		if err := r.seed(ctx); err != nil {
			return nil, err
		}
		r.received, r.corrections, r.withdrawn = nil, nil, nil
		if err := r.archived(); err != nil {
			return nil, err
		}
		r.leaveOut()
		if err := r.readAll(ctx); err != nil {
			return nil, err
		}
		r.decide()
		if err := r.load(ctx); err != nil {
			return nil, fmt.Errorf("rebuild %s: %w", p, err)
		}
		out.Periods = append(out.Periods, p.String())
		out.Files += len(r.received)
	}
	r.periods = out.Periods
	if err := r.loadClosings(ctx); err != nil {
		return nil, err
	}
	if err := r.loadWithdrawals(ctx); err != nil {
		return nil, err
	}
	if err := r.models(ctx, ntmsql.Staging); err != nil {
		return nil, err
	}
	if err := r.evaluate(ctx); err != nil {
		return nil, err
	}
	// A finding names the run that found it: the latest that derived its period.
	for _, p := range out.Periods {
		if err := r.db.RunChecks(ctx, r.checks, l.derivedBy(p), []string{p}, r.Config.Checks.Severity); err != nil {
			return nil, badCheck(err)
		}
	}
	if out.Runs, err = r.replayRuns(ctx); err != nil {
		return nil, err
	}
	if err := r.anchorWarehouse(ctx); err != nil {
		return nil, err
	}
	return out, r.placeRebuilt(out)
}

// ran tells that a run of a period came to its end, since it was withdrawn if it
// ever was.
func (l *ledger) ran(period string) bool {
	return slices.ContainsFunc(l.history[l.withdrawnAt(period)+1:], func(e entry) bool { return e.Event == "run" && e.Period == period })
}

// derivedBy is the run that derived a period last.
func (l *ledger) derivedBy(period string) string {
	for _, e := range slices.Backward(l.history) {
		if (e.Event == "run" || e.Event == "withdrawn") && (e.Event == "run" && e.Period == period || slices.Contains(e.Derived, period)) {
			return e.Run
		}
	}
	return ""
}

// replayRuns fills ops.run and ops.check_result from the ledger.
func (r *Run) replayRuns(ctx context.Context) (int, error) {
	if err := r.db.Exec(ctx, "delete from ops.check_result"); err != nil {
		return 0, err
	}
	var runs, results [][]any
	for i, e := range r.ledger.history {
		if e.Event != "run" && e.Event != "withdrawn" {
			continue
		}
		var started any
		if e.Started != nil {
			started = *e.Started
		}
		if e.Event == "run" && i > r.ledger.withdrawnAt(e.Period) {
			runs = append(runs, []any{e.Run, e.Period, started, e.At, e.Status, e.Version, orNull(e.Config)})
		}
		for _, c := range e.Checks {
			if i < r.ledger.withdrawnAt(c.Period) {
				continue // went with its period
			}
			results = append(results, []any{e.Run, c.Check, c.Period, c.Severity, c.Evaluated, c.Failed, c.Skipped})
		}
	}
	if err := r.db.AppendRows(ctx, "ops.run", runColumns, runs); err != nil {
		return 0, err
	}
	return len(runs), r.db.AppendRows(ctx, "ops.check_result", []string{"run_id", "check_id", "period", "severity", "evaluated", "failed", "skipped"}, results)
}

// placeRebuilt closes the new warehouse and renames it over the old one; the
// analysts' snapshot is made where there is none.
func (r *Run) placeRebuilt(out *Rebuilt) error {
	snapshot := Snapshot(r.Config.Out)
	_, err := os.Stat(snapshot)
	fresh, err := r.closeWarehouse(errors.Is(err, fs.ErrNotExist))
	if err != nil {
		return err
	}
	if fresh != "" {
		out.Snapshot = snapshot
	}
	return r.settle(fresh, []entry{{Event: "rebuilt", At: r.Now().UTC(), Run: r.ID, Version: r.Version, Started: &r.Started}})
}

// scant tells that there is little memory beside the database. Then the files of a
// publication are written one after the other, and the engine works with one
// thread unless told otherwise: what each of several takes while it writes Parquet,
// its limit does not count.
func (r *Run) scant() bool { return r.Config.BesideDatabase() < 512<<20 }

// openWork opens the copy of the warehouse that this run writes.
func (r *Run) openWork(ctx context.Context) error {
	allowed, err := filepath.Abs(r.stagingDir)
	if err != nil {
		return err
	}
	threads := r.Config.Warehouse.Threads
	if threads == 0 && r.scant() {
		threads = 1
	}
	r.db, err = warehouse.Open(ctx, r.work, warehouse.Options{
		MemoryLimit: r.Config.Warehouse.MemoryLimit,
		Threads:     threads,
		AllowedDirs: []string{allowed},
	})
	return err
}

// replaceWarehouse renames the copy over the warehouse.
func (r *Run) replaceWarehouse(work string) error {
	if err := os.Rename(work, filepath.Join(r.Config.Data, "ntm.duckdb")); err != nil {
		return &Fault{
			Status: Failed, Err: err,
			VI: "không thay được kho dữ liệu ntm.duckdb", EN: "cannot replace the warehouse ntm.duckdb",
			HintVI: "Đóng chương trình đang mở tệp này trong thư mục --data rồi chạy lại; người phân tích nên mở bản trong thư mục --out.",
			HintEN: "Close the program that has the file in the --data folder open, then run again; analysts should open the one in --out.",
		}
	}
	syncDir(r.Config.Data)
	return nil
}
