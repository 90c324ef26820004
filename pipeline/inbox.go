package pipeline

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// reportTypes are the endings of files that can be reports. What a file is
// comes from its first bytes; the ending only says what to look at.
var reportTypes = map[string]bool{".xlsx": true, ".xlsm": true, ".xlsb": true, ".xls": true, ".ods": true, ".csv": true}

var (
	errNotRegular = errors.New("not a regular file")
	errChanged    = errors.New("written to while it was read")
)

// stamp is what a file looks like from outside.
type stamp struct {
	size int64
	mod  time.Time
	mode fs.FileMode // its type only
}

func stampOf(info fs.FileInfo) stamp { return stamp{info.Size(), info.ModTime(), info.Mode().Type()} }

// inboxFile is one file that a run would look at.
type inboxFile struct {
	path         string
	folder, name string // below the inbox, with slashes
	stamp        stamp
}

// inboxRoot is the folder in which a period's files lie: its own where there
// is one, else the whole inbox. A link is no folder of its own.
func inboxRoot(inbox, period string) string {
	if own := filepath.Join(inbox, period); isDirItself(own) {
		return own
	}
	return inbox
}

func isDirItself(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
}

// listInbox names the files below a folder of the inbox that can be reports, in
// order of their paths: also those that are no regular files, because somebody
// thinks that he sent them. Links are never followed.
func listInbox(inbox, root string, trouble func(path string, err error)) ([]inboxFile, error) {
	var files []inboxFile
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			trouble(p, err)
			if d != nil && d.IsDir() && p != root {
				return fs.SkipDir
			}
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if p != root && strings.HasPrefix(name, ".") {
				return fs.SkipDir
			}
			return nil
		}
		if p == filepath.Join(root, name) && strings.EqualFold(name, correctionsName) {
			return nil // no report; see takeCorrections
		}
		if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~") || !reportTypes[strings.ToLower(filepath.Ext(name))] {
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone since
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(inbox, p)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		f := inboxFile{path: p, name: path.Base(rel), folder: path.Dir(rel), stamp: stampOf(info)}
		if f.folder == "." {
			f.folder = ""
		}
		files = append(files, f)
		return nil
	})
	return files, err
}

// discover archives what lies in the inbox, each file before anything looks
// into it, and records it.
func (r *Run) discover() error {
	inbox := r.Config.Inbox
	if info, err := os.Stat(inbox); err != nil || !info.IsDir() {
		if len(r.ledger.decided[r.Period.String()]) > 0 && errors.Is(err, fs.ErrNotExist) {
			r.Log.Warn("no inbox; working from the archive", "inbox", inbox)
			return nil
		}
		return &Fault{
			Status: Usage, VI: "không có thư mục nhận báo cáo " + inbox, EN: "no such inbox folder: " + inbox,
			HintVI: "Tạo thư mục đó và đặt các tệp nhận được vào, hoặc chỉ thư mục khác bằng --inbox.",
			HintEN: "Make the folder and put the received files into it, or name another with --inbox.",
		}
	}
	root := inboxRoot(inbox, r.Period.String())
	if err := r.takeCorrections(root); err != nil {
		return err
	}
	files, err := listInbox(inbox, root, func(path string, err error) {
		r.Log.Warn("cannot look into folder", "path", path, "error", err)
	})
	if err != nil {
		return err
	}
	within, err := os.OpenRoot(inbox)
	if err != nil {
		return err
	}
	defer func() { _ = within.Close() }()
	for i, in := range files {
		r.tell(Progress{Stage: "receive", Item: in.name, Done: i + 1, Total: len(files)})
		f := &received{key: fileKey{folder: in.folder, name: in.name}, inInbox: true, inPeriod: root != inbox, turn: r.ledger.turnOf(r.ID)}
		if err := r.receive(f, within, in); err != nil {
			return err
		}
	}
	return r.recordReceived()
}

// receive archives one file. One that cannot be taken is refused, and one that
// is still being written is left for the next run.
func (r *Run) receive(f *received, within *os.Root, in inboxFile) error {
	name := path.Join(in.folder, in.name)
	refuse := func(sha, code, message, remedy string) {
		f.status, f.key.sha = rejected, sha
		f.issues = append(f.issues, r.refusal(f, code, message, remedy))
		r.received = append(r.received, f)
	}
	if what := oddity(in.stamp.mode); what != "" {
		refuse("not-a-file", codeUnreadable, notRegular+": "+what, remedyNotRegular)
		return nil
	}
	limit := int64(r.Config.Reader.Limits.FileMB) << 20
	if in.stamp.size > limit*4 {
		// Far beyond any limit: refused by its size alone, and not copied.
		refuse("size-"+strconv.FormatInt(in.stamp.size, 10), codeTooLarge, fmt.Sprintf("tệp quá lớn (%d MB)", in.stamp.size>>20), remedyTooLarge)
		return nil
	}
	// What a folder says of a file's size can be out of date, so the open file is
	// asked, before and after.
	sha, size, fresh, after, err := r.keepPlain(within, name, limit*4)
	switch {
	case errors.Is(err, errNotRegular):
		refuse("not-a-file", codeUnreadable, notRegular, remedyNotRegular)
		return nil
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errChanged):
		if fresh {
			r.ledger.forget(sha)
		}
		r.writing = append(r.writing, name)
		return nil
	case errors.Is(err, errUnkept):
		return err
	case err != nil:
		refuse("unreadable", codeUnreadable, "không đọc được tệp: "+plainError(err), remedyUnreadable)
		return nil
	}
	f.key.sha, f.size, f.stamp, f.fresh = sha, size, after, fresh
	r.received = append(r.received, f)
	return nil
}

// keepPlain archives a regular file below a folder, without holding it in
// memory. The error is errChanged for one that was written to meanwhile, and
// wraps errUnkept where the archive failed and not the file.
func (r *Run) keepPlain(within *os.Root, name string, limit int64) (sha string, size int64, fresh bool, after stamp, err error) {
	f, err := openPlain(within, filepath.FromSlash(name))
	if err != nil {
		return "", 0, false, after, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return "", 0, false, after, err
	}
	before := stampOf(info)
	if before.mode != 0 {
		return "", 0, false, after, errNotRegular
	}
	sha, size, fresh, err = r.ledger.keep(f, limit)
	if err != nil {
		return sha, size, fresh, after, err
	}
	if info, err = f.Stat(); err != nil {
		return sha, size, fresh, after, err
	}
	if after = stampOf(info); after != before || size != after.size {
		return sha, size, fresh, after, errChanged
	}
	return sha, size, fresh, after, nil
}

// readPlain reads a regular file below a folder into memory, up to a size.
func readPlain(within *os.Root, name string, limit int64) ([]byte, error) {
	f, err := openPlain(within, filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, cmp.Or(err, errNotRegular)
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("larger than %d MB", limit>>20)
	}
	return data, err
}

// recordReceived looks at all files once more, since the first of them may have
// gone on growing while the last was read, and records those that stand still.
func (r *Run) recordReceived() error {
	var still []*received
	var news []entry
	for _, f := range r.received {
		if f.status == rejected { // not kept
			still = append(still, f)
			continue
		}
		name := path.Join(f.key.folder, f.key.name)
		if info, err := os.Lstat(filepath.Join(r.Config.Inbox, filepath.FromSlash(name))); err != nil || stampOf(info) != f.stamp {
			if f.fresh {
				r.ledger.forget(f.key.sha)
			}
			r.writing = append(r.writing, name)
			continue
		}
		still = append(still, f)
		if at, known := r.ledger.received[f.key]; known {
			f.receivedAt, f.turn, f.modified = at, r.ledger.turn[f.key], r.ledger.modified[f.key]
			continue
		}
		f.receivedAt, f.modified = r.Started, f.stamp.mod.UTC().Truncate(time.Second)
		news = append(news, entry{Event: "received", At: r.Started, Run: r.ID, SHA256: f.key.sha, Folder: f.key.folder, Name: f.key.name, Size: f.size, Modified: &f.modified})
	}
	r.received = still
	syncDir(r.ledger.dir)
	if err := r.ledger.append(news...); err != nil {
		return err
	}
	for _, f := range still {
		if at, known := r.ledger.turn[f.key]; known {
			f.turn = at // what has just come in is later than all that came before
		}
	}
	return nil
}

const (
	codeTooLarge, remedyTooLarge     = "NTM-002", "Gửi lại tệp chỉ có bảng số liệu của kỳ này."
	codeUnreadable, remedyUnreadable = "NTM-063", "Kiểm tra quyền đọc của tệp, đóng chương trình đang mở nó, rồi chạy lại."
	notRegular, remedyNotRegular     = "không phải tệp thường", "Đặt chính tệp báo cáo vào thư mục nhận, không đặt liên kết hay lối tắt đến nó."
)

// oddity says what something is that is no regular file, "" for one that is.
func oddity(mode fs.FileMode) string {
	switch {
	case mode == 0:
		return ""
	case mode&fs.ModeSymlink != 0:
		return "liên kết đến chỗ khác"
	case mode&fs.ModeNamedPipe != 0:
		return "ống dẫn (FIFO)"
	case mode&fs.ModeSocket != 0:
		return "ổ cắm (socket)"
	case mode&fs.ModeDevice != 0:
		return "thiết bị"
	}
	return "loại không rõ"
}

// refuseAgain repeats what was decided on a file that was never kept, because
// it was too large or could not be read.
func (r *Run) refuseAgain(f *received, d entry) {
	f.status = rejected
	message, rest, _ := strings.Cut(d.Reason, " [NTM-")
	code, remedy := codeTooLarge, remedyTooLarge
	if "NTM-"+strings.TrimSuffix(rest, "]") == codeUnreadable {
		code, remedy = codeUnreadable, remedyUnreadable
		if strings.HasPrefix(message, notRegular) {
			remedy = remedyNotRegular
		}
	}
	f.issues = append(f.issues, r.refusal(f, code, message, remedy))
}
