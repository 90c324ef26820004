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
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/transforms"
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

// inboxFile is one thing that lies in the inbox, and that a run has an answer to.
type inboxFile struct {
	path, raw    string // on the disk, and below the inbox with slashes: as the system names it
	folder, name string // below the inbox, with slashes: as it is called from here on, see names.go
	stamp        stamp
	trouble      string // what it is instead of a file: one of the below, "" for a file
}

// What can lie where a file is expected.
const (
	folderAsFile = "folder"       // a folder with a file's name
	emptyFolder  = "empty-folder" // a folder in which nothing lies
	closedFolder = "unreadable"   // a folder that cannot be looked into
)

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

func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

// passedOver tells of names that are no sender's: what programs leave beside an
// open file, what is still on its way, what systems put into every folder.
func passedOver(name string) bool {
	lower := strings.ToLower(name)
	switch path.Ext(lower) {
	case ".part", ".partial", ".crdownload", ".opdownload", ".download", ".filepart", ".tmp", ".swp":
		return true
	}
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") || strings.HasPrefix(lower, "~wrl") ||
		lower == "thumbs.db" || lower == "desktop.ini" || lower == "icon\r" || lower == "__macosx"
}

// fileTypes are endings of files: a folder that has one stands where somebody
// meant to put a file.
var fileTypes = map[string]bool{
	".xlsx": true, ".xlsm": true, ".xlsb": true, ".xls": true, ".ods": true, ".csv": true,
	".zip": true, ".rar": true, ".7z": true, ".pdf": true, ".doc": true, ".docx": true, ".jpg": true, ".jpeg": true, ".png": true,
}

// listInbox names everything below a folder of the inbox that somebody can have
// sent, in order of the paths: reports, and also what is no report and no
// regular file, because whoever put it there is owed an answer. Links are never
// followed.
func listInbox(inbox, root string, trouble func(path string, err error)) ([]inboxFile, error) {
	var files []inboxFile
	called := namer{}
	holds := map[string]bool{} // folders, as the system names them, with something in them
	var folders []inboxFile    // those looked into
	add := func(p string, info fs.FileInfo, what string) error {
		raw, err := filepath.Rel(inbox, p)
		if err != nil {
			return err
		}
		f := inboxFile{path: p, raw: filepath.ToSlash(raw), trouble: what}
		f.folder, f.name = called.of(f.raw)
		if info != nil {
			f.stamp = stampOf(info)
		}
		if what == emptyFolder {
			folders = append(folders, f)
			return nil
		}
		files = append(files, f)
		for dir := filepath.Dir(p); len(dir) >= len(root); dir = filepath.Dir(dir) {
			holds[dir] = true
			if dir == filepath.Dir(dir) {
				break
			}
		}
		return nil
	}
	// The inbox itself may be a link: whoever set it up meant what it points to.
	base := root
	if info, err := os.Lstat(root); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if base, err = filepath.EvalSymlinks(root); err != nil {
			return nil, err
		}
	}
	err := filepath.WalkDir(base, func(p string, d fs.DirEntry, err error) error {
		p = root + strings.TrimPrefix(p, base)
		if err != nil {
			trouble(p, err)
			if d != nil && d.IsDir() && p != root {
				if e := add(p, nil, closedFolder); e != nil {
					return e
				}
				return fs.SkipDir
			}
			return err
		}
		name := d.Name()
		if d.IsDir() {
			switch {
			case p == root:
				return nil
			case passedOver(name):
				return fs.SkipDir
			case fileTypes[strings.ToLower(filepath.Ext(name))]:
				if e := add(p, nil, folderAsFile); e != nil {
					return e
				}
				return fs.SkipDir
			}
			return add(p, nil, emptyFolder) // until something is found in it
		}
		if p == filepath.Join(root, name) && strings.EqualFold(name, correctionsName) {
			return nil // no report; see takeCorrections
		}
		if passedOver(name) {
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone since
		}
		if err != nil {
			return err
		}
		return add(p, info, "")
	})
	if err != nil {
		return nil, err
	}
	idle := map[string]bool{}
	for _, f := range folders { // the outer ones come first
		if holds[f.path] {
			continue
		}
		idle[f.path] = true
		if _, period := transforms.ParsePeriod(f.name); !period && !idle[filepath.Dir(f.path)] {
			files = append(files, f)
		}
	}
	slices.SortStableFunc(files, func(a, b inboxFile) int { return strings.Compare(a.raw, b.raw) })
	return files, nil
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
	if own := filepath.Join(inbox, r.Period.String()); root == inbox && isLink(own) {
		return &Fault{
			Status: Usage, VI: "thư mục " + own + " là liên kết nên không được đọc", EN: "the folder " + own + " is a link and is not read",
			HintVI: "Đặt các tệp vào một thư mục thật tên là " + r.Period.String() + "; hoặc dùng --inbox chỉ thẳng đến thư mục chứa nó.",
			HintEN: "Put the files into a folder of that name, or point --inbox to the folder that holds it.",
		}
	}
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
		f := &received{key: fileKey{folder: in.folder, name: in.name}, raw: in.raw, inInbox: true, inPeriod: root != inbox, turn: r.ledger.turnOf(r.ID)}
		if err := r.receive(f, within, in); err != nil {
			return err
		}
	}
	return r.recordReceived()
}

// receive archives one file. One that cannot be taken is refused, and one that
// is still being written is left for the next run.
func (r *Run) receive(f *received, within *os.Root, in inboxFile) error {
	refuse := func(sha, code, message, remedy string) {
		f.status, f.key.sha = rejected, sha
		f.issues = append(f.issues, r.refusal(f, code, message, remedy))
		r.received = append(r.received, f)
	}
	switch in.trouble {
	case folderAsFile:
		refuse(folderAsFile, codeFolder, "là thư mục, không phải tệp", remedyOf(codeFolder, ""))
		return nil
	case emptyFolder:
		refuse(emptyFolder, codeFolder, "thư mục không có tệp nào", remedyOf(codeFolder, ""))
		return nil
	case closedFolder:
		refuse(closedFolder, codeUnreadable, "không xem được trong thư mục này có gì: không có quyền đọc", remedyUnreadable)
		return nil
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
	sha, size, fresh, after, err := r.keepPlain(within, in.raw, limit*4)
	switch {
	case errors.Is(err, errNotRegular):
		refuse("not-a-file", codeUnreadable, notRegular, remedyNotRegular)
		return nil
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errChanged):
		if fresh {
			r.ledger.forget(sha)
		}
		r.writing = append(r.writing, path.Join(in.folder, in.name))
		return nil
	case errors.Is(err, errUnkept):
		return err
	case err != nil:
		refuse("unreadable", codeUnreadable, "không đọc được tệp: "+plainError(err), remedyUnreadable)
		return nil
	}
	f.key.sha, f.size, f.stamp, f.fresh = sha, size, after, fresh
	if strings.EqualFold(path.Ext(in.name), ".zip") {
		unpacked, err := r.unpack(f)
		if err != nil || unpacked {
			return err
		}
	}
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
	settled := func(f *received) bool {
		if info, err := os.Lstat(filepath.Join(r.Config.Inbox, filepath.FromSlash(f.raw))); err == nil && stampOf(info) == f.stamp {
			return true
		}
		if f.fresh {
			r.ledger.forget(f.key.sha)
		}
		return false
	}
	record := func(f *received) {
		if at, known := r.ledger.received[f.key]; known {
			f.receivedAt, f.turn, f.modified = at, r.ledger.turn[f.key], r.ledger.modified[f.key]
			return
		}
		f.modified = f.stamp.mod.UTC().Truncate(time.Second)
		e := entry{Event: "received", At: r.Started, Run: r.ID, SHA256: f.key.sha, Folder: f.key.folder, Name: f.key.name, Size: f.size, Modified: &f.modified}
		if whole := path.Join(f.key.folder, f.key.name); f.raw != whole && f.container == "" {
			e.Raw = visible(f.raw)
		} else if f.container != "" {
			e.Raw = f.repaired
		}
		if r.Received != nil {
			e.Stated = r.Received.Format(time.DateOnly)
		}
		f.receivedAt = receivedAt(e)
		news = append(news, e)
	}
	for _, f := range r.opened {
		if settled(f) {
			record(f)
		}
	}
	for _, f := range r.received {
		switch {
		case f.status == rejected && !archivedName.MatchString(f.key.sha): // not kept
			still = append(still, f)
		case settled(f):
			still = append(still, f)
			record(f)
		default:
			name := path.Join(f.key.folder, f.key.name)
			if f.container != "" {
				name = f.container
			}
			if !slices.Contains(r.writing, name) {
				r.writing = append(r.writing, name)
			}
		}
	}
	r.received = still
	if r.Received != nil && len(news) == 0 {
		r.Log.Warn("--received says when new files came; no file is new", "received", r.Received.Format(time.DateOnly))
	}
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
	// NTM-070 to NTM-072 are of what is no report at all, NTM-073 of a name.
	codeFolder, codeEnding, codeZip, codeName = "NTM-070", "NTM-071", "NTM-072", "NTM-073"
	codeBroken                                = "NTM-049" // as where the reader itself fails
	notRegular, remedyNotRegular              = "không phải tệp thường", "Đặt chính tệp báo cáo vào thư mục nhận, không đặt liên kết hay lối tắt đến nó."
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
	if info, err := os.Stat(filepath.Join(r.ledger.dir, f.key.sha)); err == nil {
		f.size = info.Size()
	}
	message, rest, coded := strings.Cut(d.Reason, " [NTM-")
	code := codeTooLarge
	if coded {
		code = "NTM-" + strings.TrimSuffix(rest, "]")
	}
	f.issues = append(f.issues, r.refusal(f, code, message, remedyOf(code, message)))
}

// byEnding names a file that is no report for what its ending says it is, where
// its bytes only say what is wrong with them as a workbook.
func (r *Run) byEnding(f *received, ending string, issues issue.List) issue.List {
	if len(issues) == 1 && issues[0].Code < "NTM-020" && issues[0].Code != "NTM-003" && issues[0].Code != "NTM-004" && issues[0].Code != "NTM-005" {
		return issues
	}
	code := map[string]string{
		".doc": "NTM-013", ".docx": "NTM-013", ".docm": "NTM-013", ".rtf": "NTM-013", ".pdf": "NTM-014",
		".rar": "NTM-019", ".7z": "NTM-019", ".gz": "NTM-019", ".tar": "NTM-019",
		".jpg": "NTM-018", ".jpeg": "NTM-018", ".png": "NTM-018", ".gif": "NTM-018", ".bmp": "NTM-018", ".tif": "NTM-018", ".tiff": "NTM-018", ".heic": "NTM-018",
		".ppt": "NTM-018", ".pptx": "NTM-018", ".odt": "NTM-018",
	}[ending]
	for _, c := range excel.Codes() {
		if c.Code == code {
			return issue.List{r.refusal(f, code, "tệp có đuôi "+ending+", không phải bảng tính", c.Remedy)}
		}
	}
	return issues
}

// remedyOf says what to do about a file that was refused before it was read.
func remedyOf(code, message string) string {
	switch code {
	case codeFolder:
		return "Đặt chính các tệp báo cáo vào thư mục nhận; thư mục không dùng thì xóa đi."
	case codeEnding:
		return "Gửi tệp Excel (.xlsx) của báo cáo. Nếu đúng là báo cáo, đặt lại tên tệp cho đúng đuôi (.xlsx, .xls, .ods, .csv) rồi chạy lại."
	case codeZip:
		return "Giải nén rồi đặt từng tệp Excel (.xlsx) bên trong vào thư mục nhận."
	case codeBroken:
		return "Gửi tệp này cho người phụ trách chương trình; trong khi chờ, mở tệp bằng Excel, lưu thành .xlsx mới rồi gửi lại."
	case codeUnreadable:
		if strings.HasPrefix(message, notRegular) {
			return remedyNotRegular
		}
		return remedyUnreadable
	}
	return remedyTooLarge
}
