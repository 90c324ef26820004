// Package pipeline is the main job: districts' workbooks in, the province's
// figures out. It owns the order of things and everything that touches the
// disk; understanding is in transforms, judging in SQL.
package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/seeds"
	"github.com/angiang-ntm/ntm/transforms"
)

// stages is the run. Each stage reads only what earlier ones wrote.
var stages = []struct {
	name string
	do   func(*Run, context.Context) error
}{
	{"seed", (*Run).seed},         // seeds/*.csv          → ref.*
	{"ingest", (*Run).ingest},     // inbox/<period>/*     → archive, raw.*, ops.submission
	{"stage", (*Run).stage},       // sql/staging/*.sql    → staging.*
	{"evaluate", (*Run).evaluate}, // sql/marts/*.sql      → mart.*
	{"check", (*Run).check},       // sql/checks/*.sql     → ops.finding, ops.check_result
	{"suppose", (*Run).suppose},   // another set          → mart.*, aside
	{"publish", (*Run).publish},   // mart.*, ops.finding  → out/<period>/v00N/*
}

// Options are what one run is asked to do.
type Options struct {
	Config config.Config
	Period transforms.Period
	Strict bool   // error findings stop the publication
	Set    string // the set to suppose instead of the one in force; "" for none
	// Received is the day on which the files that this run takes in came, where
	// that is not today; nil for now.
	Received *time.Time
	Reopen   string // why a closed period is run again; "" leaves it closed
	// AnyLength lets a period be of another length than the office's, NewPeriod
	// be one of which no file says that it is of it.
	AnyLength, NewPeriod bool
	// AcceptLedger says why to go on with a ledger that has lost lines, or whose
	// lines were changed; "" does not. By is who says so.
	AcceptLedger, By string
	// Ask puts a question to whoever runs this; nil where nobody can answer.
	Ask     func(Question) bool
	Version string
	// Now is the only clock: it appears in the ledger, in ops and in the
	// manifest, never in what is published.
	Now func() time.Time
	// Progress is told of each file and stage; nil is fine.
	Progress func(Progress)
	Log      *slog.Logger
	// Letter words the letter about a run, from its summary or what stopped it;
	// nil writes none.
	Letter func(*Summary, error) (subject, body string)
}

// Progress is one step of the work. Total is 0 where it is not known.
type Progress struct {
	Stage string
	Item  string
	Done  int
	Total int
}

// Run is one run while it goes on.
type Run struct {
	Options
	ID      string
	Started time.Time
	Timings []Timing

	seeds       *seeds.Set
	setID       string
	vocabulary  *transforms.Vocabulary
	db          *warehouse.DB
	work        string // the copy of the warehouse that this run writes
	stagingDir  string // where publications are written aside
	ledger      *ledger
	received    []*received // everything of this period, in order
	left        []*received // files of other periods, left for their own runs
	corrections []correction
	gone        []fileKey   // rejected files that are no longer in the inbox
	writing     []string    // files that grew while they were read
	periods     []string    // the periods that this run derives anew
	replaying   bool        // the warehouse is made again from the archive
	unrecorded  bool        // the ledger has lost what it knew of the files that stand
	retiring    bool        // the period is being withdrawn
	opened      []*received // zip files, of which each member counts for itself
	withdrawn   []*received // files of the period that were taken back
	later       []string    // later periods, of which only what looks far back is derived anew
	kept        []string    // a closed period that would have been derived with them
	checks      []warehouse.Check
	checksText  string // SHA-256 over the SQL of models and checks
	publication []*publication
	placing     bool // what is aside is recorded and on its way into place
	logFile     *os.File
	telling     sync.Mutex // of Progress, which prints
	completed   string     // the run that was stopped while it published, and is complete now
	summary     *Summary
}

// Timing is the time one stage took.
type Timing struct {
	Stage string        `json:"stage"`
	Wall  time.Duration `json:"-"`
	MS    float64       `json:"milliseconds"`
}

// Do runs the main job. The error is a *Fault where a person can act on it; the
// publication that stood before stands unchanged then.
func Do(ctx context.Context, opts Options) (summary *Summary, err error) {
	run := &Run{Options: opts, Started: opts.Now().UTC()}
	if run.Log == nil {
		run.Log = slog.New(slog.DiscardHandler)
	}
	begun := time.Now()
	unlock, err := run.take()
	if err != nil {
		return nil, err
	}
	defer unlock()
	defer run.abandon()
	if err := run.begin(run.Period.String()); err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil {
			summary, err = nil, brokenBy(p, string(debug.Stack()))
		}
		if summary != nil {
			summary.Took = time.Since(begun)
		}
		run.report(summary, err, time.Since(begun))
	}()
	if err := run.mayRun(); err != nil {
		return nil, err
	}
	if err := run.openCopy(ctx); err != nil {
		return nil, err
	}
	for i, s := range stages {
		if s.name == "suppose" && run.Set == "" {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		run.tell(Progress{Stage: s.name, Done: i, Total: len(stages)})
		start := time.Now()
		if err := s.do(run, ctx); err != nil {
			return nil, run.failed(s.name, err)
		}
		if s.name == "ingest" || s.name == "check" {
			debug.FreeOSMemory() // the database is next to need it
		}
		t := Timing{Stage: s.name, Wall: time.Since(start)}
		t.MS = float64(t.Wall.Microseconds()) / 1000
		run.Timings = append(run.Timings, t)
		run.Log.Info("stage done", "stage", s.name, "ms", t.MS)
	}
	run.summary.Timings = run.Timings
	if run.Config.DuckLake.Catalog != "" && run.Set == "" && run.summary.Status != "loaded" {
		run.tell(Progress{Stage: "ducklake", Done: len(stages), Total: len(stages)})
		run.summary.DuckLake = run.share(ctx)
	}
	return run.summary, nil
}

func (r *Run) tell(p Progress) {
	if r.Progress != nil {
		r.telling.Lock()
		defer r.telling.Unlock()
		r.Progress(p)
	}
}

// failed names the stage of an error once, and leaves alone what already
// speaks to a person.
func (r *Run) failed(stage string, err error) error {
	var fault *Fault
	if errors.As(err, &fault) {
		return err
	}
	return fmt.Errorf("%s %s: %w", stage, r.Period, err)
}

// models derives the named models for the periods that this run concerns.
func (r *Run) models(ctx context.Context, names []string) error {
	models, err := loadModels(names)
	if err != nil {
		return err
	}
	return r.db.Build(ctx, models, r.periods)
}
