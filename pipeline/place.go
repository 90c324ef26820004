package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// move is a publication on its way from where it was written aside to where it
// stands, by paths below the folder aside and below the output folder.
type move struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// settle records what is about to be put into place, and puts it there. Once
// the record stands, the run counts as done: killed in between, it is brought
// to its end by whoever takes the lock next (see recover).
func (r *Run) settle(snapshot string, then []entry) error {
	e := entry{
		Event: "placing", At: r.Now().UTC(), Run: r.ID, Period: r.Period.String(), Version: r.Version,
		Files: map[string]string{}, Aside: filepath.Base(r.stagingDir), Then: then,
	}
	if r.replaying {
		e.Period = ""
	}
	if r.retiring {
		e.Retired = r.Period.String()
	}
	sum := func(name, path string) error {
		hash, err := fileSum(path)
		e.Files[name] = hash
		return err
	}
	var err error
	if r.Set == "" {
		e.Work = filepath.Base(r.work)
		err = sum("data/ntm.duckdb", r.work)
	}
	if snapshot != "" && err == nil {
		err = sum("out/ntm.duckdb", snapshot)
	}
	for _, pub := range r.publication {
		if pub.dir == "" || err != nil {
			continue
		}
		to := r.folder(pub.Period) + "/" + pub.version
		err = sum(to+"/manifest.json", filepath.Join(pub.aside, "manifest.json"))
		e.Moves = append(e.Moves, move{filepath.Base(pub.aside), to})
	}
	if err != nil {
		return fmt.Errorf("record what is published: %w", err)
	}
	// Nothing may be pointed to that a power failure could still take away.
	if err := syncTree(r.stagingDir); err != nil {
		return fmt.Errorf("write what is published: %w", err)
	}
	if r.Set == "" {
		if err := syncFile(r.work); err != nil {
			return fmt.Errorf("write the warehouse: %w", err)
		}
	}
	syncDir(r.Config.Data)
	syncDir(r.Config.Out)
	if err := r.ledger.append(e); err != nil {
		return err
	}
	r.placing = true
	_, err = r.place(e)
	if err == nil {
		r.placing = false
	}
	return err
}

// place does what a placing entry says, step by step in this order: the
// warehouse, the publications, the snapshot, the pointers, the record. What is
// no longer aside has been moved already.
func (r *Run) place(e entry) (snapshot string, err error) {
	aside := filepath.Join(r.Config.Out, e.Aside)
	r.dropForeignLogs()
	if e.Work != "" {
		work := filepath.Join(r.Config.Data, e.Work)
		if exists(work) {
			if err := r.replaceWarehouse(work); err != nil {
				return "", err
			}
		}
	}
	for _, m := range e.Moves {
		from, to := filepath.Join(aside, m.From), filepath.Join(r.Config.Out, filepath.FromSlash(m.To))
		if !exists(from) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return "", err
		}
		if err := os.Rename(from, to); err != nil {
			return "", unplaced(to, err)
		}
		syncDir(filepath.Dir(to))
		syncDir(filepath.Dir(filepath.Dir(to)))
	}
	if fresh := filepath.Join(aside, "ntm.duckdb"); e.Files["out/ntm.duckdb"] != "" && exists(fresh) {
		if snapshot, err = placeSnapshot(fresh, filepath.Join(r.Config.Out, "ntm.duckdb")); err != nil {
			return "", err
		}
		r.dropForeignLogs()
		syncDir(r.Config.Out)
		if r.summary != nil {
			r.summary.Snapshot = snapshot
		}
	}
	for _, m := range e.Moves {
		to := filepath.Join(r.Config.Out, filepath.FromSlash(m.To))
		if err := point(filepath.Dir(to), filepath.Base(to)); err != nil {
			return "", unplaced(filepath.Join(filepath.Dir(to), "latest"), err)
		}
	}
	if err := retire(r.Config.Out, e); err != nil {
		return "", err
	}
	return snapshot, r.ledger.append(e.Then...)
}

// foreignLog is where a program that opened a database for writing leaves what it
// changed. Whoever opens the file after it is shown those changes, also where the
// file below has been replaced; ntm itself never leaves one.
func foreignLog(database string) string { return database + ".wal" }

// dropForeignLogs takes away what other programs have left beside the warehouse
// and the snapshot, before it can be read as a part of what is placed there.
func (r *Run) dropForeignLogs() {
	for _, database := range []string{filepath.Join(r.Config.Data, "ntm.duckdb"), filepath.Join(r.Config.Out, "ntm.duckdb")} {
		name := foreignLog(database)
		if !exists(name) {
			continue
		}
		if err := os.Remove(name); err != nil {
			r.Log.Warn("another program holds changes of its own beside a database of ntm", "file", name, "error", err)
			continue
		}
		r.Log.Warn("another program had left changes of its own beside a database of ntm; they are no part of it and were removed", "file", name)
	}
}

// unplaced says that a publication is ready and could not be put in its place.
func unplaced(path string, err error) error {
	return &Fault{
		Status: Failed, Err: err,
		VI: "không đưa được bản công bố vào chỗ " + path, EN: "cannot put the publication in its place " + path,
		HintVI: "Đóng cửa sổ hoặc chương trình đang mở thư mục đó, kiểm tra quyền ghi và dung lượng đĩa, rồi chạy lại: lần chạy sau làm tiếp từ đây.",
		HintEN: "Close the window or program that has the folder open, check permissions and free space, then run again: the next run goes on from here.",
	}
}

// recover brings to its end what a run that was stopped while it put things
// into place had recorded, and clears away what stopped runs left behind. It
// tells which run it completed, "" for none.
func (r *Run) recover() (completed string, err error) {
	e, pending := r.ledger.pending()
	if pending {
		ready, err := r.ready(e)
		if err != nil {
			return "", err
		}
		if ready {
			if _, err := r.place(e); err != nil {
				return "", err
			}
			completed = e.Run
		} else if err := r.ledger.append(entry{Event: "abandoned", At: r.Now().UTC(), Run: e.Run, Period: e.Period}); err != nil {
			return "", err
		}
	}
	r.dropForeignLogs()
	sweep(r.Config.Data, ".ntm-*", ".ntm-write-*")
	sweep(r.Config.Out, r.asidePattern(), ".ntm-write-*")
	sweep(filepath.Join(r.Config.Data, "archive"), ".in-*")
	sweep(r.Config.RecordsDir(), ".ntm-*")
	sweep(filepath.Dir(r.ledger.headPath()), ".ntm-*")
	return completed, nil
}

// ready tells that what a placing entry announces is all there, aside or in
// place, as it was recorded. It is not when the disk filled up before the
// entry itself could be made to last: its run then cleared everything away.
func (r *Run) ready(e entry) (bool, error) {
	is := func(name string, paths ...string) (bool, error) {
		for _, path := range paths {
			sum, err := fileSum(path)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return false, err
			}
			if sum == e.Files[name] {
				return true, nil
			}
		}
		return false, nil
	}
	if e.Work != "" {
		if ok, err := is("data/ntm.duckdb", filepath.Join(r.Config.Data, e.Work), filepath.Join(r.Config.Data, "ntm.duckdb")); !ok {
			return false, err
		}
	}
	for _, m := range e.Moves {
		ok, err := is(m.To+"/manifest.json", filepath.Join(r.Config.Out, e.Aside, m.From, "manifest.json"), filepath.Join(r.Config.Out, filepath.FromSlash(m.To), "manifest.json"))
		if !ok {
			return false, err
		}
	}
	if e.Files["out/ntm.duckdb"] != "" {
		return is("out/ntm.duckdb", filepath.Join(r.Config.Out, e.Aside, "ntm.duckdb"), Snapshot(r.Config.Out))
	}
	return true, nil
}

// pending is the placing entry that no entry of the same run follows.
func (l *ledger) pending() (entry, bool) {
	for _, e := range slices.Backward(l.history) {
		if e.Event == "placing" {
			return e, len(e.Then) > 0
		}
		return entry{}, false // run, supposed, rebuilt, abandoned, withdrawn
	}
	return entry{}, false
}

// sweep removes what matches below a folder. Nobody else is at work there: the
// caller holds the lock.
func sweep(dir string, patterns ...string) {
	for _, pattern := range patterns {
		names, _ := matching(dir, pattern)
		for _, name := range names {
			_ = os.RemoveAll(name)
		}
	}
}

// matching lists what lies in a folder under names of a pattern, in order. The
// folder's own name is no pattern: an office's may hold brackets or stars.
func matching(dir, pattern string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if ok, err := filepath.Match(pattern, e.Name()); err != nil {
			return nil, err
		} else if ok {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	return names, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// syncTree makes everything below a folder last.
func syncTree(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			syncDir(path)
			return nil
		}
		return syncFile(path)
	})
}

// asidePattern names the folders in which this data folder's runs write
// publications aside. Another warehouse may publish into the same output folder,
// and what it is writing must not be cleared away.
func (r *Run) asidePattern() string {
	data, err := filepath.Abs(r.Config.Data)
	if err != nil {
		data = r.Config.Data
	}
	sum := sha256.Sum256([]byte(data))
	return ".run-" + hex.EncodeToString(sum[:4]) + "-*"
}

// begin opens the ledger, completes what an earlier run left, and gives this
// run its identity.
func (r *Run) begin(kind string) (err error) {
	if r.ledger, err = openLedger(filepath.Join(r.Config.Data, "archive")); err != nil {
		return err
	}
	if err := r.trust(r.ledger.doubts(r.Config)); err != nil {
		return err
	}
	if r.completed, err = r.recover(); err != nil {
		return err
	}
	if err := r.ledger.mark(r.Config.Out); err != nil {
		return err
	}
	latest := r.ledger.latest
	r.ID = r.ledger.newRunID(r.Started, kind)
	if !r.replaying && !r.retiring {
		r.openLog()
	}
	if r.Started.Before(latest) {
		r.Log.Warn("the clock has been set back; files keep the order in which they came", "now", r.Started, "latest", latest)
	}
	if r.completed != "" {
		r.Log.Info("completed an earlier run that was stopped while it published", "completed", r.completed)
	}
	return nil
}
