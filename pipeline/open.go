package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// take makes sure that everything can be written before anything is, and takes
// the lock.
func (r *Run) take() (unlock func(), err error) {
	// Reports are the office's own; what is published is for everybody.
	for i, dir := range []string{r.Config.Data, r.Config.Out} {
		if err := writable(dir, []fs.FileMode{0o750, 0o755}[i]); err != nil {
			return nil, &Fault{
				Status: Failed, Err: err,
				VI: "không ghi được vào thư mục " + dir, EN: "cannot write to folder " + dir,
				HintVI: "Kiểm tra quyền ghi và dung lượng đĩa, hoặc chọn thư mục khác bằng --data / --out. Bản công bố trước vẫn giữ nguyên.",
				HintEN: "Check permissions and free space, or choose another folder with --data / --out. The previous publication stands.",
			}
		}
	}
	return lock(filepath.Join(r.Config.Data, "ntm.lock"), r.Started)
}

// openCopy makes the folder in which publications are written aside, and copies
// the warehouse: a run writes its copy and renames it over the old one at the
// end, so that a crash at any instant leaves the old one whole and no reader is
// ever in the way.
func (r *Run) openCopy(ctx context.Context) (err error) {
	if r.stagingDir, err = os.MkdirTemp(r.Config.Out, r.asidePattern()); err != nil {
		return fmt.Errorf("make a folder for the publication: %w", err)
	}
	r.work = filepath.Join(r.Config.Data, ".ntm-"+strconv.Itoa(os.Getpid())+".duckdb")
	current := filepath.Join(r.Config.Data, "ntm.duckdb")
	if err := copyFile(current, r.work, 0o640); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("copy the warehouse: %w", err)
	}
	if err := r.openWork(ctx); err != nil {
		return &Fault{
			Status: Failed, Err: err,
			VI: "không mở được kho dữ liệu " + current, EN: "cannot open the warehouse " + current,
			HintVI: "Tệp hỏng, hoặc do phiên bản khác lập: chạy “ntm rebuild” để lập lại kho từ thư mục archive, rồi chạy lại.",
			HintEN: "The file is damaged, or was made by another version: make the warehouse again from the archive with “ntm rebuild”, then run again.",
		}
	}
	return r.trust(r.ledger.againstWarehouse(warehouseAnchor(ctx, r.db)))
}

// abandon removes whatever of a run did not become a publication. What is on
// its way into place stays: the next run brings it there.
func (r *Run) abandon() {
	if r.db != nil {
		_ = r.db.Close()
		r.db = nil
	}
	if r.ledger != nil {
		_ = r.ledger.Close()
	}
	if r.logFile != nil {
		_ = r.logFile.Close()
	}
	if r.placing {
		return
	}
	if r.work != "" {
		_ = os.Remove(r.work)
		_ = os.Remove(r.work + ".wal")
		_ = os.RemoveAll(r.work + ".spill")
	}
	if r.stagingDir != "" {
		_ = os.RemoveAll(r.stagingDir)
	}
}

// writable makes a folder if it is not there and proves that a file can be
// made in it: permissions alone do not tell on every system.
func writable(dir string, mode fs.FileMode) error {
	if err := os.MkdirAll(dir, mode); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".ntm-write-")
	if err != nil {
		return err
	}
	name := f.Name()
	_, err = f.WriteString("ntm")
	if e := f.Close(); err == nil {
		err = e
	}
	if e := os.Remove(name); err == nil && !errors.Is(e, fs.ErrNotExist) {
		err = e
	}
	return err
}

// lock makes sure that one run at a time works on a folder. The file names its
// owner; the system lets go of it when the owner ends, however it ends, so that
// a file that was left behind locks nobody out.
func lock(path string, started time.Time) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the lock: %w", err)
	}
	if err := tryLock(f); err != nil {
		text, _ := io.ReadAll(io.LimitReader(f, 512))
		_ = f.Close()
		owner := append(strings.Split(string(text), "\n"), "", "", "")
		vi, en := "tiến trình "+owner[0], "process "+owner[0]
		if host := owner[1]; host != "" {
			vi, en = vi+" trên máy "+host, en+" on "+host
		}
		if at, err := time.Parse(time.RFC3339, owner[2]); err == nil {
			vi, en = vi+", bắt đầu lúc "+at.Local().Format("15:04 02/01/2006"), en+", since "+at.Local().Format("15:04 02/01/2006")
		}
		return nil, &Fault{
			Status: Locked,
			VI:     "một lần chạy khác đang làm việc với " + filepath.Dir(path) + " (" + vi + ")",
			EN:     "another run holds the lock of " + filepath.Dir(path) + " (" + en + ")",
			HintVI: "Chờ lần chạy đó xong rồi chạy lại.",
			HintEN: "Wait for it to finish, then run again.",
		}
	}
	if err := f.Truncate(0); err == nil {
		host, _ := os.Hostname()
		_, _ = f.WriteAt(fmt.Appendf(nil, "%d\n%s\n%s\n", os.Getpid(), host, started.Format(time.RFC3339)), 0)
	}
	return func() { _ = f.Close() }, nil
}

func copyFile(from, to string, mode fs.FileMode) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() {
		if e := out.Close(); err == nil {
			err = e
		}
	}()
	_, err = io.Copy(out, in)
	return err
}

// syncDir makes renames in a folder last through a power failure, where the
// system knows such a thing.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
