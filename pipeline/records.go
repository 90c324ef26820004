package pipeline

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"mime"
	"mime/quotedprintable"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Record is what is written about a run for those who did not watch it.
type Record struct {
	RunID      string    `json:"run_id"`
	Period     string    `json:"period"`
	Supposed   string    `json:"supposed_set,omitempty"`
	Program    string    `json:"program"`
	Started    time.Time `json:"started_at"`
	Finished   time.Time `json:"finished_at"`
	Seconds    float64   `json:"seconds"`
	ExitStatus int       `json:"exit_status"`
	// PeakMemory is the most memory that the process has held, in bytes; 0 where
	// the system does not say.
	PeakMemory int64 `json:"peak_memory_bytes"`
	// Completed is an earlier run that was stopped while it published, and that
	// this one brought to its end first.
	Completed string `json:"completed,omitempty"`
	Error     string `json:"error,omitempty"`
	// Stack is where the program failed, when the fault is its own.
	Stack   string   `json:"stack,omitempty"`
	Hint    string   `json:"hint,omitempty"`
	Summary *Summary `json:"summary,omitempty"`
}

// ExitStatusOf is the program's exit status after a run.
func ExitStatusOf(s *Summary, err error) int {
	var fault *Fault
	switch {
	case errors.As(err, &fault):
		return fault.Status
	case err != nil:
		return Failed
	}
	return s.ExitStatus()
}

// openLog makes the log of this run, beside the one of the program: JSON, a
// record a line, each with the run's id.
func (r *Run) openLog() {
	dir := r.Config.RecordsDir()
	err := os.MkdirAll(dir, 0o750)
	if err == nil {
		r.logFile, err = os.OpenFile(filepath.Join(dir, r.ID+".log"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	}
	log := r.Log.Handler()
	if err == nil {
		log = slog.NewMultiHandler(log, slog.NewJSONHandler(r.logFile, nil))
	}
	r.Log = slog.New(log).With("run", r.ID)
	if err != nil {
		r.Log.Warn("no log of this run is kept", "error", err)
	}
	r.Log.Info("run begins", "period", r.Period.String(), "version", r.Version, "inbox", r.Config.Inbox, "data", r.Config.Data, "out", r.Config.Out)
}

// report writes what became of the run: a summary for programs, a letter for
// people, and figures for monitoring. A run whose record cannot be written has
// still done its work.
func (r *Run) report(s *Summary, failure error, took time.Duration) {
	rec := Record{
		RunID: r.ID, Period: r.Period.String(), Supposed: r.Set, Program: r.Version, Started: r.Started, Finished: r.Started.Add(took),
		Seconds: took.Seconds(), ExitStatus: ExitStatusOf(s, failure), PeakMemory: peakMemory(), Completed: r.completed, Summary: s,
	}
	var fault *Fault
	if errors.As(failure, &fault) {
		rec.Error, rec.Hint = fault.In("vi")
	} else if failure != nil {
		rec.Error = failure.Error()
	}
	var broken *panicked
	if errors.As(failure, &broken) {
		rec.Stack = broken.stack
		r.Log.Error("the program is at fault", "panic", broken.Error(), "stack", broken.stack)
	}
	r.Log.Info("run ends", "exit_status", rec.ExitStatus, "seconds", rec.Seconds, "peak_memory_bytes", rec.PeakMemory, "error", rec.Error)
	if err := r.writeRecord(rec, failure); err != nil {
		r.Log.Warn("the record of this run could not be written", "error", err)
	}
}

func (r *Run) writeRecord(rec Record, failure error) error {
	dir := r.Config.RecordsDir()
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	text, err := json.MarshalIndent(rec, "", "  ")
	if err != nil {
		return err
	}
	files := map[string][]byte{r.ID + ".json": append(text, '\n'), "ntm.prom": r.metrics(rec)}
	if r.Letter != nil {
		subject, body := r.Letter(rec.Summary, failure)
		if files[r.ID+".eml"], err = letter(r.Config.Records.MailFrom, r.Config.Records.MailTo, subject, body, rec.Finished); err != nil {
			return err
		}
	}
	if r.logFile != nil {
		_ = r.logFile.Close()
		r.logFile = nil
	}
	sums := map[string]string{}
	for name, text := range files {
		sum := sha256.Sum256(text)
		sums[name] = hex.EncodeToString(sum[:])
	}
	if sum, err := fileSum(filepath.Join(dir, r.ID+".log")); err == nil {
		sums[r.ID+".log"] = sum
	}
	// Recorded first: what stands afterwards is either this or what stood before.
	if err := r.ledger.append(entry{Event: "recorded", At: rec.Finished, Run: r.ID, Files: sums}); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		aside := filepath.Join(dir, ".ntm-"+name)
		if err := writeSynced(aside, files[name], 0o640); err != nil {
			return err
		}
		if err := os.Rename(aside, filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	syncDir(dir)
	r.forgetRecords(dir)
	return nil
}

var recordName = regexp.MustCompile(`^(\d{8}T\d{6}\.\d{3}Z-[0-9A-Za-z-]+)\.(json|eml|log)$`)

// forgetRecords removes the records of the oldest runs beyond those to keep.
func (r *Run) forgetRecords(dir string) {
	if r.Config.Records.KeepRuns == 0 {
		return
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	byRun := map[string][]string{}
	for _, e := range entries {
		if m := recordName.FindStringSubmatch(e.Name()); m != nil {
			byRun[m[1]] = append(byRun[m[1]], e.Name())
		}
	}
	runs := slices.Sorted(maps.Keys(byRun))
	for _, id := range runs[:max(0, len(runs)-r.Config.Records.KeepRuns)] {
		if id == r.ID {
			continue // the clock may have been set back
		}
		for _, name := range byRun[id] {
			_ = os.Remove(filepath.Join(dir, name))
		}
	}
}

// letter writes a message as mail programs open it for sending: RFC 5322, with
// the mark by which Outlook takes it for a draft.
func letter(from, to, subject, body string, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	header := func(name, value string) {
		if value = strings.Join(strings.Fields(value), " "); value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	header("From", from)
	header("To", to)
	header("Subject", mime.BEncoding.Encode("utf-8", subject))
	header("Date", at.Format(time.RFC1123Z))
	header("X-Unsent", "1")
	header("MIME-Version", "1.0")
	header("Content-Type", "text/plain; charset=utf-8")
	header("Content-Transfer-Encoding", "quoted-printable")
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	if _, err := w.Write([]byte(strings.ReplaceAll(body, "\n", "\r\n"))); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// metrics are the figures of the last run in Prometheus's text format, for the
// textfile collector of node_exporter. The time of the last success stays when
// a run fails.
func (r *Run) metrics(rec Record) []byte {
	var b bytes.Buffer
	gauge := func(name, help string, value float64, labels ...string) {
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s gauge\n%s", name, help, name, name)
		for i := 0; i+1 < len(labels); i += 2 {
			fmt.Fprintf(&b, "%s%s=%q", [2]string{"{", ","}[min(i, 1)], labels[i], labels[i+1])
		}
		if len(labels) > 0 {
			b.WriteByte('}')
		}
		b.WriteString(" " + strconv.FormatFloat(value, 'f', -1, 64) + "\n")
	}
	seconds := func(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
	gauge("ntm_run_info", "The last run.", 1, "period", rec.Period, "run_id", rec.RunID, "version", rec.Program)
	gauge("ntm_run_finished_timestamp_seconds", "When the last run ended.", seconds(rec.Finished))
	gauge("ntm_run_duration_seconds", "How long the last run took.", rec.Seconds)
	if rec.PeakMemory > 0 {
		gauge("ntm_run_peak_memory_bytes", "The most memory that the last run has held.", float64(rec.PeakMemory))
	}
	gauge("ntm_run_exit_status", "Exit status of the last run: 0 and 3 published.", float64(rec.ExitStatus))
	last := r.ledger.lastRun()
	if rec.ExitStatus == OK || rec.ExitStatus == Incomplete {
		last = rec.Finished
	}
	if !last.IsZero() {
		gauge("ntm_run_success_timestamp_seconds", "When a run last came to its end.", seconds(last))
	}
	if s := rec.Summary; s != nil {
		gauge("ntm_senders_expected", "Senders that owe a report of the period.", float64(s.Senders))
		gauge("ntm_senders_reported", "Senders with an accepted report.", float64(s.SendersReported))
		gauge("ntm_communes_expected", "Communes of the period.", float64(s.Communes))
		gauge("ntm_communes_reported", "Communes with data.", float64(s.Reported))
		rejectedFiles := 0
		for _, f := range s.Files {
			if f.Status == rejected {
				rejectedFiles++
			}
		}
		gauge("ntm_files_rejected", "Files that go back to their senders.", float64(rejectedFiles))
		b.WriteString("# HELP ntm_findings Findings of the period by severity.\n# TYPE ntm_findings gauge\n")
		for _, severity := range []string{"error", "warning", "info"} {
			fmt.Fprintf(&b, "ntm_findings{severity=%q} %d\n", severity, s.Findings[severity])
		}
	}
	return b.Bytes()
}

// lastRun is when a run last came to its end.
func (l *ledger) lastRun() time.Time {
	for _, e := range slices.Backward(l.history) {
		if e.Event == "run" {
			return e.At
		}
	}
	return time.Time{}
}

// prune removes the oldest versions of the period's publication beyond those to
// keep: never the one that stands, never one that is or was closed. The ledger
// says so before it happens.
func (r *Run) prune() error {
	keep := r.Config.Records.KeepPublications
	if keep == 0 {
		return nil
	}
	for _, pub := range r.publication {
		p := pub.Period.String()
		base := filepath.Join(r.Config.Out, p)
		stands := latestVersion(base)
		if stands == "" {
			continue
		}
		entries, err := os.ReadDir(base)
		if err != nil {
			return err
		}
		var versions []string
		for _, e := range entries {
			if _, is := versionNumber(e.Name()); is && e.IsDir() {
				versions = append(versions, e.Name())
			}
		}
		slices.SortFunc(versions, func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) })
		for _, v := range versions[:max(0, len(versions)-keep)] {
			if v == stands || r.ledger.everClosed(p, v) {
				continue
			}
			if !r.ledger.pruned[p+"/"+v] {
				if err := r.ledger.append(entry{Event: "pruned", At: r.Now().UTC(), Run: r.ID, Period: p, Output: v}); err != nil {
					return err
				}
			}
			if err := os.RemoveAll(filepath.Join(base, v)); err != nil {
				r.Log.Warn("an old publication could not be removed", "publication", p+"/"+v, "error", err)
				continue
			}
			r.Log.Info("old publication removed", "publication", p+"/"+v)
		}
	}
	return nil
}

// everClosed tells that a version was closed at some time: somebody signed it.
func (l *ledger) everClosed(period, version string) bool {
	return slices.ContainsFunc(l.closings[period], func(e entry) bool { return e.Event == "closed" && e.Output == version })
}
