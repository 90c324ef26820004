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
)

// open takes the lock, makes sure that everything can be written before
// anything is, and copies the warehouse: a run writes its copy and renames it
// over the old one at the end, so that a crash at any instant leaves the old
// one whole and no reader is ever in the way.
func (r *Run) open(ctx context.Context) (unlock func(), err error) {
	for _, dir := range []string{r.Config.Data, r.Config.Out} {
		if err := writable(dir); err != nil {
			return nil, &Fault{
				Status: Failed, Err: err,
				VI: "không ghi được vào thư mục " + dir, EN: "cannot write to folder " + dir,
				HintVI: "Kiểm tra quyền ghi và dung lượng đĩa, hoặc chọn thư mục khác bằng --data / --out. Bản công bố trước vẫn giữ nguyên.",
				HintEN: "Check permissions and free space, or choose another folder with --data / --out. The previous publication stands.",
			}
		}
	}
	unlock, err = lock(filepath.Join(r.Config.Data, "ntm.lock"))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			r.abandon()
			unlock()
		}
	}()
	r.ledger, err = openLedger(filepath.Join(r.Config.Data, "archive"))
	if err != nil {
		return nil, err
	}
	r.stagingDir, err = os.MkdirTemp(r.Config.Out, ".run-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the publication: %w", err)
	}
	r.work = filepath.Join(r.Config.Data, ".ntm-"+strconv.Itoa(os.Getpid())+".duckdb")
	_ = os.Remove(r.work)
	current := filepath.Join(r.Config.Data, "ntm.duckdb")
	if err := copyFile(current, r.work); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("copy the warehouse: %w", err)
	}
	if err := r.openWork(ctx); err != nil {
		return nil, &Fault{
			Status: Failed, Err: err,
			VI: "không mở được kho dữ liệu " + current, EN: "cannot open the warehouse " + current,
			HintVI: "Tệp hỏng, hoặc do phiên bản khác lập: chạy “ntm rebuild” để lập lại kho từ thư mục archive, rồi chạy lại.",
			HintEN: "The file is damaged, or was made by another version: make the warehouse again from the archive with “ntm rebuild”, then run again.",
		}
	}
	return unlock, nil
}

// abandon removes whatever of a run did not become a publication.
func (r *Run) abandon() {
	if r.db != nil {
		_ = r.db.Close()
		r.db = nil
	}
	if r.ledger != nil {
		_ = r.ledger.Close()
	}
	if r.work != "" {
		_ = os.Remove(r.work)
		_ = os.Remove(r.work + ".wal")
	}
	if r.stagingDir != "" {
		_ = os.RemoveAll(r.stagingDir)
	}
}

// writable makes a folder if it is not there and proves that a file can be
// made in it: permissions alone do not tell on every system.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
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
	if e := os.Remove(name); err == nil {
		err = e
	}
	return err
}

// lock makes sure that one run at a time works on a data folder.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the lock: %w", err)
	}
	if err := tryLock(f); err != nil {
		owner, _ := io.ReadAll(io.LimitReader(f, 32))
		_ = f.Close()
		pid := strings.TrimSpace(string(owner))
		return nil, &Fault{
			Status: Locked,
			VI:     "một lần chạy khác đang làm việc với kho dữ liệu này (tiến trình " + pid + ")",
			EN:     "another run holds the lock of this data folder (process " + pid + ")",
			HintVI: "Chờ lần chạy đó xong rồi chạy lại.",
			HintEN: "Wait for it to finish, then run again.",
		}
	}
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return func() { _ = f.Close() }, nil
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
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
