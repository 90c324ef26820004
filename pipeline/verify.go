package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/config"
)

// Problem is something that is not as it was recorded.
type Problem struct {
	Path string `json:"path"`
	VI   string `json:"message"`
	EN   string `json:"message_en"`
}

// Verified is the outcome of holding everything against its record.
type Verified struct {
	Files        int       `json:"files"`        // of the archive
	Lines        int       `json:"lines"`        // of the ledger
	Publications int       `json:"publications"` // whole folders
	Outputs      int       `json:"outputs"`      // files in them
	Closed       []string  `json:"closed"`       // periods that stand closed
	Problems     []Problem `json:"problems"`
	// Notes are no faults: files nobody recorded, a ledger older than its chain.
	Notes []Problem `json:"notes"`
}

// Verify holds the archive, the ledger, the warehouse, the snapshot and the
// publications against the SHA-256 that were recorded. It writes nothing, and
// waits for nobody: a run that goes on at the same time may make it see what
// is half done, so callers take the lock where they can.
func Verify(ctx context.Context, c config.Config, tell func(Progress)) (*Verified, error) {
	if tell == nil {
		tell = func(Progress) {}
	}
	v := &Verified{Problems: []Problem{}, Notes: []Problem{}, Closed: []string{}}
	dir := filepath.Join(c.Data, "archive")
	l, err := readLedger(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Fault{
			Status: Failed, VI: "chưa có sổ nhận tệp trong " + dir, EN: "there is no ledger in " + dir,
			HintVI: "Chỉ đúng thư mục bằng --data.", HintEN: "Name the right folder with --data.",
		}
	}
	if err != nil {
		v.bad("archive/ledger.jsonl", "không đọc được: "+err.Error(), "cannot be read: "+err.Error())
		return v, nil
	}
	v.Lines = l.lines
	v.ledger(ctx, c, l)
	if err := v.archive(ctx, dir, l, tell); err != nil {
		return nil, err
	}
	v.placed(c, l)
	v.records(c, l)
	if err := v.publications(ctx, c.Out, l, tell); err != nil {
		return nil, err
	}
	for _, p := range l.periods() {
		if _, closed := l.closed(p.String()); closed {
			v.Closed = append(v.Closed, p.String())
		}
	}
	return v, nil
}

func (v *Verified) bad(path, vi, en string) {
	v.Problems = append(v.Problems, Problem{path, vi, en})
}

func (v *Verified) note(path, vi, en string) { v.Notes = append(v.Notes, Problem{path, vi, en}) }

// ledger holds the ledger against itself and against what remembers how far it
// went; publications are asked one by one where they are proven.
func (v *Verified) ledger(ctx context.Context, c config.Config, l *ledger) {
	doubts := l.doubts(c)
	doubts = append(doubts, l.againstWarehouse(storedAnchor(ctx, c))...)
	for _, d := range doubts {
		v.doubt(d)
	}
	if len(doubts) > 0 {
		if lost := l.unnamed(); len(lost) > 0 {
			v.bad(ledgerName, fmt.Sprintf("không còn ghi %d tệp của kho lưu: %s", len(lost), shortList(lost)), fmt.Sprintf("no longer names %d files of the archive: %s", len(lost), shortList(lost)))
		}
	}
	switch _, written, err := l.head(); {
	case err != nil:
		v.bad("runs/ledger.head", "nội dung đã bị thay đổi; lần chạy sau ghi lại", "its content has been changed; the next run writes it anew")
	case !written && l.lines > 0:
		v.note("runs/ledger.head", "chưa có: sổ do phiên bản cũ ghi, hoặc tệp đã bị xóa; lần chạy sau ghi lại", "is not there: an older version wrote the ledger, or it was deleted; the next run writes it")
	}
	for _, e := range l.acceptances {
		v.note(ledgerName, "đã được chấp nhận dù không nguyên vẹn, ngày "+e.At.Local().Format("02/01/2006")+" ("+e.By+"): "+e.Reason,
			"was accepted as it was, on "+e.At.Local().Format(time.DateOnly)+" ("+e.By+"): "+e.Reason)
	}
	for _, p := range l.periods() {
		period := p.String()
		a, text, marked := closedMark(c.Out, period)
		e, closed := l.closed(period)
		switch {
		case closed && !marked:
			v.note(period+"/"+closedMarker, "chưa có dấu chốt kỳ; lần chạy sau ghi lại", "the mark of the closing is not there; the next run writes it")
		case closed && text != closedText(e, l.anchorAt(l.closedLine[period])):
			v.bad(period+"/"+closedMarker, "nội dung đã bị thay đổi", "its content has been changed")
		case marked && !closed && (a.Lines == 0 || l.waived[a]):
			v.bad(period+"/"+closedMarker, "ghi kỳ đã chốt, mà sổ không còn ghi: chốt lại bằng ntm close, hoặc mở lại bằng ntm run --reopen", "says that the period is closed, which the ledger does not know any more: close it again, or reopen it")
		}
	}
}

func (v *Verified) doubt(d doubt) {
	for _, p := range v.Problems {
		if p.Path == d.path && p.VI == d.vi {
			return
		}
	}
	v.bad(d.path, d.vi, d.en)
}

// archive proves every file by its name, and that all that was received is there.
func (v *Verified) archive(ctx context.Context, dir string, l *ledger, tell func(Progress)) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	recorded := map[string]bool{}
	for k := range l.received {
		recorded[k.sha] = true
	}
	there := map[string]bool{}
	for i, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		name := e.Name()
		tell(Progress{Stage: "verify", Item: "archive/" + name, Done: i + 1, Total: len(entries)})
		if !archivedName.MatchString(name) {
			if name != "ledger.jsonl" && !strings.HasPrefix(name, ".in-") {
				v.note("archive/"+name, "không phải tệp của kho lưu", "is no file of the archive")
			}
			continue
		}
		there[name] = true
		v.Files++
		sum, err := fileSum(filepath.Join(dir, name))
		switch {
		case err != nil:
			v.bad("archive/"+name, "không đọc được: "+plainError(err), "cannot be read: "+err.Error())
		case sum != name:
			v.bad("archive/"+name, "nội dung đã bị thay đổi", "its content has been changed")
		case !recorded[name]:
			v.note("archive/"+name, "sổ nhận tệp không ghi tệp này (lần chạy bị ngắt khi đang nhận)", "the ledger does not name it (a run was stopped while receiving)")
		}
	}
	for _, sha := range slices.Sorted(maps.Keys(recorded)) {
		if !there[sha] {
			v.bad("archive/"+sha, "thiếu: sổ nhận tệp có ghi mà tệp không còn", "is missing: the ledger names it")
		}
	}
	return nil
}

// placed holds the warehouse and the snapshot against what the last run said
// it was about to put there. A run that was killed in between has left either
// what it meant to place or what stood before.
func (v *Verified) placed(c config.Config, l *ledger) {
	for _, f := range []struct{ name, path string }{
		{"data/ntm.duckdb", filepath.Join(c.Data, "ntm.duckdb")},
		{"out/ntm.duckdb", Snapshot(c.Out)},
	} {
		if exists(foreignLog(f.path)) {
			v.bad(f.name+".wal", "do chương trình khác ghi; ai mở cơ sở dữ liệu bên cạnh sẽ thấy cả những thay đổi đó. Đóng chương trình đang mở rồi xóa tệp này, hoặc chạy lại kỳ mới nhất",
				"was written by another program; whoever opens the database beside it is shown those changes too. Close that program and remove the file, or run the latest period again")
		}
		allowed := l.placedSums(f.name)
		sum, err := fileSum(f.path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			if len(allowed) > 0 {
				v.bad(f.name, "thiếu tệp; lập lại bằng ntm rebuild hoặc chạy lại kỳ mới nhất", "is missing; make it again with ntm rebuild, or run the latest period")
			}
		case err != nil:
			v.bad(f.name, "không đọc được: "+plainError(err), "cannot be read: "+err.Error())
		case len(allowed) == 0:
			v.note(f.name, "lập bởi phiên bản cũ, chưa ghi mã kiểm tra", "was made by an older version, which recorded no SHA-256")
		case !slices.Contains(allowed, sum):
			v.bad(f.name, "nội dung đã bị thay đổi so với mã đã ghi", "is not what was recorded")
		}
	}
}

// records holds what was written about runs against the ledger. Those that are
// not there were let go, or never came to be; ntm.prom, which each run writes
// anew, may be that of the run before where the last one was stopped.
func (v *Verified) records(c config.Config, l *ledger) {
	for _, name := range slices.Sorted(maps.Keys(l.records)) {
		sum, err := fileSum(filepath.Join(c.RecordsDir(), name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			v.bad("runs/"+name, "không đọc được: "+plainError(err), "cannot be read: "+err.Error())
		case !slices.Contains(l.records[name][max(0, len(l.records[name])-2):], sum):
			v.bad("runs/"+name, "nội dung đã bị thay đổi", "its content has been changed")
		}
	}
}

// placedSums are the SHA-256 that a placed file may have: that of the latest
// placing, and while that one may not have got through, those before it.
func (l *ledger) placedSums(name string) []string {
	var sums []string
	open := true // no run has finished after the entries seen so far
	abandoned := map[string]bool{}
	for _, e := range slices.Backward(l.history) {
		switch e.Event {
		case "run", "rebuilt", "withdrawn":
			open = false
		case "abandoned":
			abandoned[e.Run] = true
		case "placing":
			if sum, ok := e.Files[name]; ok && !abandoned[e.Run] {
				sums = append(sums, sum)
				if !open {
					return sums
				}
			}
		}
	}
	return sums
}

// publications proves every file of every version by its manifest, and the
// manifest by the ledger.
func (v *Verified) publications(ctx context.Context, out string, l *ledger, tell func(Progress)) error {
	manifests := map[string]string{}
	for _, e := range l.history {
		if e.Event == "placing" {
			for name, sum := range e.Files {
				if path.Base(name) == "manifest.json" {
					manifests[name] = sum
				}
			}
		}
	}
	found := map[string]bool{}
	err := filepath.WalkDir(out, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) && p == out {
				return fs.SkipAll
			}
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !d.IsDir() {
			return nil
		}
		if strings.HasPrefix(d.Name(), ".") && p != out {
			return fs.SkipDir
		}
		if _, is := versionNumber(d.Name()); !is {
			return nil
		}
		rel, err := filepath.Rel(out, p)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		tell(Progress{Stage: "verify", Item: rel})
		v.Publications++
		name := rel + "/manifest.json"
		found[name] = true
		text, err := os.ReadFile(filepath.Join(p, "manifest.json"))
		if err != nil {
			v.bad(name, "không đọc được: "+plainError(err), "cannot be read: "+err.Error())
			return fs.SkipDir
		}
		want, known := manifests[name]
		if !known {
			v.note(name, "lập bởi phiên bản cũ, sổ chưa ghi mã kiểm tra", "was made by an older version; the ledger has no SHA-256 of it")
		}
		var m manifest
		if err := json.Unmarshal(text, &m); err != nil {
			v.bad(name, "đã bị thay đổi: "+err.Error(), "has been changed: "+err.Error())
			return fs.SkipDir
		}
		v.Outputs += len(m.Outputs)
		for _, d := range l.againstManifest(rel, m) {
			v.doubt(d)
		}
		v.Problems = append(v.Problems, checkPublication(out, path.Dir(rel), path.Base(rel), m, want)...)
		return fs.SkipDir
	})
	if err != nil {
		return err
	}
	for _, e := range l.history {
		// What was pointed to has to be there, unless retention took it away.
		if name := path.Join(e.Period, e.Output, "manifest.json"); e.Event == "published" && e.Output != "" && !found[name] && !l.pruned[path.Dir(name)] && manifests[name] != "" {
			v.bad(path.Dir(name), "thiếu bản công bố mà sổ có ghi", "is missing: the ledger says that it was published")
		}
	}
	for _, period := range slices.Sorted(maps.Keys(l.outPeriods)) {
		name := path.Join(period, retiredMarker)
		text, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(name)))
		switch {
		case errors.Is(err, fs.ErrNotExist) && !exists(filepath.Join(out, period)): // never published
		case err != nil:
			v.bad(name, "kỳ đã rút lại mà thư mục không nói điều đó: "+plainError(err), "the period is withdrawn and its folder does not say so: "+err.Error())
		case string(text) != retiredText(l.outPeriods[period]):
			v.bad(name, "nội dung đã bị thay đổi", "its content has been changed")
		}
	}
	for period := range l.closings {
		if e, closed := l.closed(period); closed {
			if name := path.Join(period, e.Output, "manifest.json"); e.Files[name] != "" && found[name] {
				if sum, err := fileSum(filepath.Join(out, filepath.FromSlash(name))); err == nil && sum != e.Files[name] {
					v.bad(name, "khác với bản đã chốt", "is not what was closed")
				}
			}
		}
	}
	return nil
}

// checkPublication holds the files of one version against its manifest, and
// the manifest against want where that is known.
func checkPublication(out, folder, version string, m manifest, want string) []Problem {
	var problems []Problem
	dir := filepath.Join(out, filepath.FromSlash(folder), version)
	at := func(name string) string { return path.Join(folder, version, name) }
	if want != "" {
		if sum, err := fileSum(filepath.Join(dir, "manifest.json")); err != nil || sum != want {
			problems = append(problems, Problem{at("manifest.json"), "đã bị thay đổi", "has been changed"})
		}
	}
	listed := map[string]bool{"manifest.json": true}
	for _, o := range m.Outputs {
		listed[o.Path] = true
		sum, err := fileSum(filepath.Join(dir, filepath.FromSlash(o.Path)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			problems = append(problems, Problem{at(o.Path), "thiếu tệp", "is missing"})
		case err != nil:
			problems = append(problems, Problem{at(o.Path), "không đọc được: " + plainError(err), "cannot be read: " + err.Error()})
		case sum != o.SHA256:
			problems = append(problems, Problem{at(o.Path), "nội dung đã bị thay đổi", "its content has been changed"})
		}
	}
	_ = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		rel, err := filepath.Rel(dir, p)
		// Office programs leave a lock file beside what is open.
		if name := filepath.ToSlash(rel); err == nil && !listed[name] && !strings.HasPrefix(d.Name(), "~$") && !strings.HasPrefix(d.Name(), ".~lock") {
			problems = append(problems, Problem{at(name), "tệp lạ trong bản công bố", "is no file of the publication"})
		}
		return nil
	})
	return problems
}
