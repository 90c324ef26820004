package pipeline

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/report"
	"github.com/angiang-ntm/ntm/seeds"
	ntmsql "github.com/angiang-ntm/ntm/sql"
	"github.com/angiang-ntm/ntm/transforms"
)

// publication is one period's output on its way out.
type publication struct {
	Period   transforms.Period
	identity string
	inputs   []input
	seeds    string // SHA-256 over the seed rows that matter for the period
	aside    string // where it is written
	dir      string // where it will stand; "" when nothing new is published
	version  string
	latest   string // the publication that stood before, "" for none
}

// manifest says what a publication was made from and what it holds.
type manifest struct {
	Period    string         `json:"period"`
	Label     string         `json:"label"`
	Version   string         `json:"publication"`
	Program   string         `json:"program"`
	GoVersion string         `json:"go"`
	RunID     string         `json:"run_id"`
	Created   time.Time      `json:"created_at"`
	Identity  string         `json:"identity"`
	Config    string         `json:"config_sha256"`
	Seeds     string         `json:"seeds_sha256"`
	SQL       string         `json:"sql_sha256"`
	SetID     string         `json:"set_id"`
	Previous  string         `json:"previous_period,omitempty"`
	Inputs    []input        `json:"inputs"`
	Outputs   []output       `json:"outputs"`
	Rows      map[string]int `json:"rows"`
	Timings   []Timing       `json:"timings"`
	// Ledger is how far the ledger went, so that it cannot lose its end unnoticed.
	Ledger anchor `json:"ledger"`
}

type input struct {
	Period string `json:"period"`
	ID     string `json:"submission_id"`
	Folder string `json:"folder,omitempty"`
	Name   string `json:"file_name"`
	SHA256 string `json:"sha256"`
	Status string `json:"status"`
	// Cells says what became of the file's non-blank cells; nil for a file that
	// could not be read.
	Cells *transforms.Cells `json:"cells,omitempty"`
}

type output struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// publish writes the period's publication, and those of the periods that look
// back on it where they stood before and are no longer what their inputs give;
// then moves everything into place, the pointers last.
func (r *Run) publish(ctx context.Context) error {
	var err error
	if r.summary, err = r.summarise(ctx); err != nil {
		return err
	}
	if r.Strict && r.summary.Findings["error"] > 0 {
		r.summary.Status = "loaded"
		return r.finish(ctx)
	}
	for _, code := range slices.Concat(r.periods, r.later) {
		p, _ := transforms.ParsePeriod(code)
		if r.Set != "" && p != r.Period {
			continue // only compared with
		}
		pub, err := r.prepare(ctx, p)
		if err != nil {
			return err
		}
		if p != r.Period && pub.latest == "" {
			continue // never published: its own run will
		}
		r.publication = append(r.publication, pub)
	}
	r.summary.Status = "unchanged"
	for _, pub := range r.publication {
		if pub.dir == "" {
			continue
		}
		if err := r.write(ctx, pub); err != nil {
			return err
		}
		if pub.Period == r.Period {
			r.summary.Status = "published"
		}
	}
	return r.finish(ctx)
}

// prepare decides whether a period needs a new publication.
func (r *Run) prepare(ctx context.Context, p transforms.Period) (*publication, error) {
	pub := &publication{Period: p, seeds: r.seedsInForce(p)}
	if err := r.identify(ctx, pub); err != nil {
		return nil, err
	}
	base := filepath.Join(r.Config.Out, filepath.FromSlash(r.folder(p)))
	pub.latest = latestVersion(base)
	if pub.latest != "" {
		if m, err := readManifest(filepath.Join(base, pub.latest)); err == nil && m.Identity == pub.identity && whole(filepath.Join(base, pub.latest), m) {
			pub.version = pub.latest
			return pub, nil
		}
	}
	n := 0
	entries, err := os.ReadDir(base)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, &Fault{
			Status: Failed, Err: err, VI: "không dùng được thư mục " + base, EN: "cannot use the folder " + base,
			HintVI: "Nếu ở đó là một tệp, dời tệp đó đi; nếu là thư mục, kiểm tra quyền đọc và ghi; rồi chạy lại. Bản công bố trước vẫn giữ nguyên.",
			HintEN: "If a file stands there, move it away; if it is a folder, check its permissions; then run again. The previous publication stands.",
		}
	}
	for _, e := range entries {
		if v, ok := versionNumber(e.Name()); ok {
			n = max(n, v)
		}
	}
	pub.version = fmt.Sprintf("v%03d", n+1)
	pub.dir = filepath.Join(base, pub.version)
	pub.aside = filepath.Join(r.stagingDir, p.String())
	return pub, nil
}

// folder is where a period's publications stand below the output folder. What
// only supposes something stands apart, with versions of its own.
func (r *Run) folder(p transforms.Period) string {
	if r.Set != "" {
		return p.String() + "/gia-dinh-" + r.Set
	}
	return p.String()
}

var versionForm = regexp.MustCompile(`^v(\d{3,})$`)

func versionNumber(name string) (int, bool) {
	m := versionForm.FindStringSubmatch(name)
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	return n, err == nil
}

// latestVersion reads the pointer to the publication that stands.
func latestVersion(base string) string {
	if to, err := os.Readlink(filepath.Join(base, "latest")); err == nil {
		if _, ok := versionNumber(to); ok {
			return to
		}
	}
	if text, err := os.ReadFile(filepath.Join(base, "LATEST")); err == nil {
		to := strings.TrimSpace(string(text))
		if _, ok := versionNumber(to); ok {
			return to
		}
	}
	return ""
}

func readManifest(dir string) (manifest, error) {
	var m manifest
	text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(text, &m)
}

// whole tells that a publication still has all its files, in their sizes.
func whole(dir string, m manifest) bool {
	for _, o := range m.Outputs {
		if info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(o.Path))); err != nil || info.Size() != o.Size {
			return false
		}
	}
	return true
}

// identify says what a publication is made from: the files of its period and of
// the period it is compared with, each with its status (the publication lists
// them all), the figures of the earlier periods that its trend shows, the seed
// rows in force, the settings, the SQL and the program's version. Two runs with
// one identity give the same bytes.
func (r *Run) identify(ctx context.Context, pub *publication) error {
	_, rows, err := r.db.All(ctx, `
		select s.period, s.submission_id, coalesce(s.folder, ''), s.file_name, s.sha256, s.status
		from ops.submission s
		join staging.period t on t.period = ? and s.period in (t.period, coalesce(t.previous_period, t.period))
		order by s.period, s.folder, s.file_name, s.sha256`, pub.Period.String())
	if err != nil {
		return err
	}
	cells, err := r.cellCounts(ctx)
	if err != nil {
		return err
	}
	h := sha256.New()
	for _, row := range rows {
		in := input{row[0].(string), row[1].(string), row[2].(string), row[3].(string), row[4].(string), row[5].(string), nil}
		in.Cells = cells[in.ID]
		pub.inputs = append(pub.inputs, in)
		fmt.Fprintf(h, "%q\n", row)
	}
	// The trend goes back further than the files above: what it shows counts by
	// its figures, so that a correction there is a reason to publish anew.
	_, trend, err := r.db.All(ctx, "select * from ("+report.TrendSQL+") where period <> ?", pub.Period.String(), report.TrendPeriods, pub.Period.String())
	if err != nil {
		return err
	}
	// So it is with what else is shown of other periods.
	for _, view := range append(ntmsql.FarBack(), "mart.correction") {
		_, rows, err := r.db.All(ctx, "select * from "+view+" where period = ?", pub.Period.String())
		if err != nil {
			return err
		}
		trend = append(trend, rows...)
	}
	_, restated, err := r.db.All(ctx, `
		select submission_id, commune_code, indicator_id, sheet, cell, message from ops.finding
		where period = ? and check_id = 'restated_previous' order by finding_id`, pub.Period.String())
	if err != nil {
		return err
	}
	trend = append(trend, restated...)
	for _, row := range trend {
		fmt.Fprintf(h, "%v\n", row)
	}
	// A reading that a person chose gives other figures of the same files.
	_, chosen, err := r.db.All(ctx, `
		select c.period, c.submission_id, c.fingerprint, c.chosen from raw.choice c
		join staging.period t on t.period = ? and c.period in (t.period, coalesce(t.previous_period, t.period))
		where c.confirmed order by all`, pub.Period.String())
	if err != nil {
		return err
	}
	for _, row := range chosen {
		fmt.Fprintf(h, "%v\n", row)
	}
	fmt.Fprintf(h, "%q\n", r.closingsOf(pub.Period))
	fmt.Fprintln(h, r.Set, pub.Period, pub.seeds, r.Config.Fingerprint(), r.checksText, r.Version)
	pub.identity = hex.EncodeToString(h.Sum(nil))
	return nil
}

// cellCounts gathers what became of the cells of every submission, of whatever
// period: a publication also lists the files of the one it is compared with.
func (r *Run) cellCounts(ctx context.Context) (map[string]*transforms.Cells, error) {
	_, rows, err := r.db.All(ctx, "select submission_id, role, cells from raw.cell_count")
	if err != nil {
		return nil, err
	}
	cells := map[string]*transforms.Cells{}
	for _, row := range rows {
		id := row[0].(string)
		if cells[id] == nil {
			cells[id] = &transforms.Cells{}
		}
		if role := row[1].(string); !cells[id].Add(role, int(row[2].(int64))) {
			return nil, fmt.Errorf("raw.cell_count has an unknown role %q", role)
		}
	}
	return cells, nil
}

// seedsInForce hashes the seed rows that can matter for a period: those valid
// on its last day or at any time in the year before it, of the sets in force
// then. A row added for a later year is no reason to publish an old period anew.
func (r *Run) seedsInForce(p transforms.Period) string {
	day := p.End().Format("2006-01-02")
	before := p.End().AddDate(-1, 0, 0).Format("2006-01-02")
	sets := map[string]bool{}
	for _, d := range []string{day, before} {
		if id, ok := r.seeds.SetInForce(d); ok {
			sets[id] = true
		}
	}
	if r.Set != "" {
		sets[r.Set] = true
	}
	h := sha256.New()
	for _, t := range r.seeds.Tables {
		col := func(names ...string) int {
			return slices.IndexFunc(t.Columns, func(c string) bool { return slices.Contains(names, c) })
		}
		from, to, set, period := col("valid_from", "effective_from"), col("valid_to", "effective_to"), col("set_id"), col("period")
		role := col("role")
		for _, row := range t.Rows {
			switch {
			case from >= 0 && row[from] > day, to >= 0 && row[to] != "" && row[to] < before:
				continue
			case set >= 0 && t.Name != "recognition" && t.Name != "criteria_set" && !sets[row[set]]:
				continue
			case period >= 0 && row[period] != p.String():
				continue
			case t.Name == "criteria_set" && row[role] == "what_if" && row[set] != r.Set:
				continue // nobody supposes it here
			}
			fmt.Fprintf(h, "%s%q\n", t.Name, row)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// write makes one publication aside.
func (r *Run) write(ctx context.Context, pub *publication) error {
	p := pub.Period.String()
	if err := os.MkdirAll(filepath.Join(pub.aside, "parquet"), 0o755); err != nil {
		return err
	}
	meta, err := r.meta(ctx, pub)
	if err != nil {
		return err
	}
	files := []struct {
		name string
		make func(context.Context, report.Query, report.Meta, io.Writer) error
	}{
		{"tong-hop-ntm-" + p + ".xlsx", report.Workbook},
		{"bao-cao-ntm-" + p + ".html", report.Page},
		{"bao-cao-ntm-" + p + ".docx", report.Document},
		{"tom-tat-ntm-" + p + ".pdf", report.Brief},
		{"thong-ke-ntm-" + p + ".json", report.Stats},
	}
	var tasks []func() error // the longest first
	if r.Set == "" {         // senders are told what counts, not what might
		tasks = append(tasks, func() error {
			if err := r.lists(ctx, pub, meta); err != nil {
				return fmt.Errorf("write the lists: %w", err)
			}
			return nil
		}, func() error {
			if err := r.feedback(ctx, pub, meta); err != nil {
				return fmt.Errorf("write the feedback: %w", err)
			}
			return nil
		})
	}
	for i, f := range files {
		tasks = append(tasks, func() error {
			r.tell(Progress{Stage: "publish", Item: f.name, Done: i, Total: len(files)})
			if err := writeThrough(filepath.Join(pub.aside, f.name), 0o644, func(w io.Writer) error { return f.make(ctx, r.db.All, meta, w) }); err != nil {
				return fmt.Errorf("write %s: %w", f.name, err)
			}
			return nil
		})
	}
	rows := map[string]int{}
	tasks = append(tasks, func() error { return r.parquet(ctx, pub, rows) })
	workers := runtime.GOMAXPROCS(0)
	if r.scant() {
		workers = 1
		for i, task := range tasks {
			tasks[i] = func() error {
				debug.FreeOSMemory() // what the one before held
				return task()
			}
		}
	}
	if err := sideBySide(tasks, workers); err != nil {
		return err
	}
	return r.writeManifest(ctx, pub, rows)
}

// parquet writes every view of the period, and counts its rows.
func (r *Run) parquet(ctx context.Context, pub *publication, rows map[string]int) error {
	p := pub.Period.String()
	for _, view := range ntmsql.Marts {
		name := strings.TrimPrefix(view, "mart.")
		_, count, err := r.db.All(ctx, "select count(*) from "+view+" where period = ?", p)
		if err != nil {
			return err
		}
		rows[view] = int(count[0][0].(int64))
		out, err := filepath.Abs(filepath.Join(pub.aside, "parquet", name+".parquet"))
		if err != nil {
			return err
		}
		if err := r.db.ExportParquet(ctx, "select * from "+view+" where period = '"+p+"'", out); err != nil {
			return err
		}
	}
	return nil
}

// sideBySide does tasks that have nothing to do with each other, as many at a
// time as there are workers, in order of their beginning. It returns the
// error of the first task that has one, once all have ended.
func sideBySide(tasks []func() error, workers int) error {
	errs := make([]error, len(tasks))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(workers, len(tasks)) {
		wg.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= len(tasks) {
					return
				}
				errs[n] = guarded(tasks[n])
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *Run) writeManifest(ctx context.Context, pub *publication, rows map[string]int) error {
	_, about, err := r.db.All(ctx, "select coalesce(previous_period, ''), set_id from staging.period where period = ?", pub.Period.String())
	if err != nil {
		return err
	}
	m := manifest{
		Period: pub.Period.String(), Label: pub.Period.Label(), Version: pub.version, Program: r.Version, GoVersion: runtime.Version(),
		RunID: r.ID, Created: r.Started, Identity: pub.identity, Config: r.Config.Fingerprint(), Seeds: pub.seeds,
		SQL: r.checksText, Inputs: pub.inputs, Rows: rows, Timings: r.Timings, Ledger: r.ledger.anchor(),
	}
	if len(about) == 1 {
		m.Previous, m.SetID = about[0][0].(string), about[0][1].(string)
	}
	err = filepath.WalkDir(pub.aside, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		sum, err := fileSum(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(pub.aside, path)
		if err != nil {
			return err
		}
		m.Outputs = append(m.Outputs, output{filepath.ToSlash(rel), info.Size(), sum})
		return nil
	})
	if err != nil {
		return err
	}
	sort.Slice(m.Outputs, func(i, j int) bool { return m.Outputs[i].Path < m.Outputs[j].Path })
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return writeSynced(filepath.Join(pub.aside, "manifest.json"), append(text, '\n'), 0o644)
}

// meta is what heads the published files: stated dates only.
func (r *Run) meta(ctx context.Context, pub *publication) (report.Meta, error) {
	p := pub.Period
	_, rows, err := r.db.All(ctx, `
		select coalesce(bool_or(illustrative), false), max(as_of_date)
		from ops.submission where period = ? and status = 'accepted'`, p.String())
	if err != nil {
		return report.Meta{}, err
	}
	m := metaOf(r.Config, r.seeds, p, r.Version)
	m.Illustrative, m.Supposed = rows[0][0].(bool), r.Set
	m.Versions = []report.Fact{{Name: "Bảng tra cứu", Value: "sha256 " + pub.seeds[:16]}, {Name: "Mô hình và phép kiểm tra", Value: "sha256 " + r.checksText[:16]}}
	for _, line := range r.closingsOf(p) {
		m.Versions = append(m.Versions, report.Fact{Name: "Chốt kỳ", Value: line})
	}
	if at, ok := rows[0][1].(time.Time); ok {
		m.AsOf = at
	}
	return m, nil
}

// metaOf is what the settings and the seeds say of every document of a period.
func metaOf(c config.Config, known *seeds.Set, p transforms.Period, version string) report.Meta {
	m := report.Meta{
		Period: p.String(), Label: p.Label(), EndsOn: p.End(), Version: version,
		Parent: c.Report.Parent, Office: c.Report.Office, Place: c.Report.Place, SignerTitle: c.Report.SignerTitle,
		Enough: float64(c.Report.EnoughPercent), SignerName: c.Report.SignerName, Recipients: c.Report.Recipients, Number: "…" + c.Report.NumberSuffix,
	}
	for _, prov := range known.Provinces {
		if prov.Code == c.Province.Code {
			m.Province = prov.Kind + " " + prov.Name
		}
	}
	return m
}

var runColumns = []string{"run_id", "period", "started_at", "finished_at", "status", "version", "config_sha256"}

// finish closes the warehouse and moves everything into place: the warehouse,
// the publications, the analysts' snapshot, and last the pointers.
func (r *Run) finish(ctx context.Context) error {
	if r.Set != "" {
		return r.finishSupposed(ctx)
	}
	finished := r.Now().UTC()
	err := r.db.AppendRows(ctx, "ops.run", runColumns,
		[][]any{{r.ID, r.Period.String(), r.Started, finished, r.summary.Status, r.Version, r.Config.Fingerprint()}})
	if err != nil {
		return err
	}
	results, err := r.checkResults(ctx)
	if err != nil {
		return err
	}
	if err := r.anchorWarehouse(ctx); err != nil {
		return err
	}
	snapshot := filepath.Join(r.Config.Out, "ntm.duckdb")
	_, statErr := os.Stat(snapshot)
	published := slices.ContainsFunc(r.publication, func(p *publication) bool { return p.dir != "" })
	renew := published || (errors.Is(statErr, fs.ErrNotExist) || r.unrecorded) && r.summary.Status != "loaded"
	fresh, err := r.closeWarehouse(renew)
	if err != nil {
		return err
	}
	if !renew && statErr == nil {
		r.summary.Snapshot = Snapshot(r.Config.Out)
	}
	var entries []entry
	for _, pub := range r.publication {
		base := filepath.Join(r.Config.Out, filepath.FromSlash(r.folder(pub.Period)))
		if pub.dir != "" {
			entries = append(entries, entry{Event: "published", At: finished, Run: r.ID, Period: pub.Period.String(), Version: r.Version, Identity: pub.identity, Output: pub.version})
		}
		r.summary.Publications = append(r.summary.Publications, Published{
			Period: pub.Period.String(), Version: pub.version, Dir: filepath.Join(base, pub.version), New: pub.dir != "",
		})
	}
	entries = append(entries, entry{
		Event: "run", At: finished, Run: r.ID, Period: r.Period.String(), Status: r.summary.Status, Version: r.Version,
		Started: &r.Started, Config: r.Config.Fingerprint(), Derived: r.periods, Checks: results,
	})
	if err := r.settle(fresh, entries); err != nil {
		return err
	}
	for i, pub := range r.summary.Publications {
		if pub.New {
			r.summary.Publications[i].Earlier, r.summary.Publications[i].Since = since(pub.Dir, pub.Period)
		}
		if pub.Period != r.Period.String() {
			continue
		}
		if lists := filepath.Join(pub.Dir, listsDir); isDir(lists) {
			r.summary.Lists = lists
		}
		if back := filepath.Join(pub.Dir, feedbackDir); r.summary.toMend() && isDir(back) {
			r.summary.Feedback = back
		}
	}
	if err := r.prune(); err != nil { // what was to be published is
		r.Log.Warn("old publications could not be removed", "error", err)
	}
	return nil
}

// closeWarehouse closes the warehouse that this run has written, and copies it
// for the analysts where their snapshot is to be renewed. A copy of the file
// costs the same memory however many periods it holds.
func (r *Run) closeWarehouse(renew bool) (snapshot string, err error) {
	if err := r.db.Close(); err != nil {
		return "", fmt.Errorf("close the warehouse: %w", err)
	}
	r.db = nil
	if !renew {
		return "", nil
	}
	snapshot = filepath.Join(r.stagingDir, "ntm.duckdb")
	if err := copyFile(r.work, snapshot, 0o644); err != nil {
		return "", fmt.Errorf("write the snapshot: %w", err)
	}
	return snapshot, nil
}

// checkResults are what the checks of this run came to, for the ledger.
func (r *Run) checkResults(ctx context.Context) ([]checkResult, error) {
	_, rows, err := r.db.All(ctx, `
		select check_id, period, severity, evaluated, failed, skipped from ops.check_result
		where run_id = ? order by check_id, period`, r.ID)
	if err != nil {
		return nil, err
	}
	var results []checkResult
	for _, v := range rows {
		results = append(results, checkResult{v[0].(string), v[1].(string), v[2].(string), v[3].(int64), v[4].(int64), v[5].(int64)})
	}
	return results, nil
}

// placeSnapshot renames the new snapshot over the old one. Where an open file
// forbids that, as on Windows, it stands beside it under a number.
func placeSnapshot(fresh, target string) (string, error) {
	err := os.Rename(fresh, target)
	if err == nil {
		for n := 2; n < 100; n++ { // numbered ones of earlier runs are out of date now
			if os.Remove(numbered(target, n)) != nil {
				break
			}
		}
		return target, nil
	}
	for n := 2; n < 100; n++ {
		if beside := numbered(target, n); os.Rename(fresh, beside) == nil {
			return beside, nil
		}
	}
	return "", fmt.Errorf("place the snapshot: %w", err)
}

// Snapshot is the newest analysts' snapshot in a folder of publications: the
// numbered one where an open file kept the last run from replacing the other.
func Snapshot(out string) string {
	newest := filepath.Join(out, "ntm.duckdb")
	for n := 2; n < 100; n++ {
		beside := numbered(filepath.Join(out, "ntm.duckdb"), n)
		if _, err := os.Stat(beside); err != nil {
			break
		}
		newest = beside
	}
	return newest
}

func numbered(path string, n int) string {
	ext := filepath.Ext(path)
	return strings.TrimSuffix(path, ext) + "-" + strconv.Itoa(n) + ext
}

// point moves the pointer to the newest publication: a link, or a file with
// the same text where links are not to be had.
func point(base, version string) error {
	tmp := filepath.Join(base, ".latest")
	_ = os.Remove(tmp)
	if err := os.Symlink(version, tmp); err == nil {
		if err := os.Rename(tmp, filepath.Join(base, "latest")); err == nil {
			syncDir(base)
			return nil
		}
		_ = os.Remove(tmp)
	}
	if err := writeSynced(tmp, []byte(version+"\n"), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, filepath.Join(base, "LATEST"))
}

func writeSynced(path string, data []byte, mode fs.FileMode) error {
	return writeThrough(path, mode, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// writeThrough makes a file last that is written piece by piece.
func writeThrough(path string, mode fs.FileMode, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 64<<10)
	err = write(w)
	if e := w.Flush(); err == nil {
		err = e
	}
	if e := f.Sync(); err == nil {
		err = e
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	err = f.Sync()
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}
