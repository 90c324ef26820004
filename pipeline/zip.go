package pipeline

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// unpack takes in the files of a zip, each as if it lay in a folder of the zip's
// name, and tells whether it was a zip of files: a workbook under that ending, or
// something else, is for the reader to name. What it unfolds to is bounded as that
// of a workbook is; zips within it are not opened.
func (r *Run) unpack(f *received) (bool, error) {
	refuse := func(message string) (bool, error) {
		f.status = rejected
		f.issues = append(f.issues, r.refusal(f, codeZip, message, remedyOf(codeZip, "")))
		r.received = append(r.received, f)
		return true, nil
	}
	file, err := os.Open(filepath.Join(r.ledger.dir, f.key.sha))
	if err != nil {
		return false, fmt.Errorf("open %s: %w", f.key.name, err)
	}
	defer func() { _ = file.Close() }()
	in, err := zip.NewReader(file, f.size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		head := make([]byte, 4)
		if n, _ := file.ReadAt(head, 0); n == 4 && string(head) == "PK\x03\x04" {
			return refuse("tệp nén bị hỏng hoặc chưa chép xong, không mở được")
		}
		return false, nil // no zip at all
	}
	limits := r.Config.Reader.Limits
	if len(in.File) > limits.Parts {
		return refuse(fmt.Sprintf("tệp nén chứa %d tệp, quá giới hạn %d", len(in.File), limits.Parts))
	}
	for _, m := range in.File {
		if m.Name == "[Content_Types].xml" || m.Name == "mimetype" {
			return false, nil // a document of some kind under another ending
		}
	}
	zipped := path.Join(f.key.folder, f.key.name)
	called := namer{}
	room := int64(limits.InflatedMB) << 20
	var members []*received
	for _, m := range in.File {
		raw := memberPath(m.Name)
		if raw == "" || strings.HasSuffix(m.Name, "/") || m.Mode().IsDir() {
			continue
		}
		litter := false
		for part := range strings.SplitSeq(raw, "/") {
			litter = litter || passedOver(part)
		}
		if litter {
			continue
		}
		g := &received{inInbox: true, inPeriod: f.inPeriod, turn: f.turn, raw: f.raw, container: zipped, stamp: f.stamp, receivedAt: f.receivedAt}
		folder, name := called.of(raw)
		g.key = fileKey{folder: path.Join(zipped, folder), name: name}
		if path.Join(folder, name) != raw {
			g.repaired = visible(path.Join(zipped, raw))
		}
		members = append(members, g)
		bad := func(sha, code, message string) {
			g.status, g.key.sha = rejected, sha
			g.issues = append(g.issues, r.refusal(g, code, message, remedyOf(code, message)))
		}
		switch {
		case m.Flags&1 != 0:
			bad("in-zip", codeZip, "nằm trong tệp nén có mật khẩu, không mở được")
			continue
		case !m.Mode().IsRegular():
			bad("in-zip", codeZip, "trong tệp nén là liên kết, không phải tệp")
			continue
		case strings.EqualFold(path.Ext(name), ".zip"):
			bad("in-zip", codeZip, "là tệp nén nằm trong tệp nén khác, không mở")
			continue
		}
		sha, size, fresh, err := r.keepMember(m, min(int64(limits.FileMB)<<22, room))
		switch {
		case errors.Is(err, errUnkept):
			return true, err
		case errors.Is(err, errTooMuch):
			if room < int64(limits.FileMB)<<22 {
				for _, g := range members {
					if g.fresh {
						r.ledger.forget(g.key.sha)
					}
				}
				return refuse(fmt.Sprintf("tệp nén bung ra quá lớn, hơn %d MB", limits.InflatedMB))
			}
			bad("in-zip", codeTooLarge, fmt.Sprintf("tệp quá lớn (hơn %d MB) trong tệp nén", limits.FileMB<<2))
			continue
		case err != nil:
			bad("in-zip", codeZip, "không lấy ra được khỏi tệp nén: phần này bị hỏng")
			continue
		}
		room -= size
		g.key.sha, g.size, g.fresh = sha, size, fresh
	}
	if len(members) == 0 {
		return refuse("tệp nén không có tệp nào bên trong")
	}
	r.opened = append(r.opened, f)
	r.received = append(r.received, members...)
	return true, nil
}

// memberPath is the path of a member, whatever system wrote it, without what
// would lead out of the zip.
func memberPath(name string) string {
	var parts []string
	for part := range strings.SplitSeq(strings.ReplaceAll(name, `\`, "/"), "/") {
		if part != "" && part != "." && part != ".." {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "/")
}

var errTooMuch = errors.New("unfolds to more than is allowed")

// keepMember archives one file of a zip, once it has been unfolded whole.
func (r *Run) keepMember(m *zip.File, limit int64) (sha string, size int64, fresh bool, err error) {
	from, err := m.Open()
	if err != nil {
		return "", 0, false, err
	}
	defer func() { _ = from.Close() }()
	tmp, err := os.CreateTemp(r.ledger.dir, ".in-")
	if err != nil {
		return "", 0, false, fmt.Errorf("%w: %w", errUnkept, err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	defer func() { _ = tmp.Close() }()
	in := &watched{from: io.LimitReader(from, limit+1)}
	size, err = io.Copy(tmp, in)
	switch {
	case in.err != nil:
		return "", 0, false, in.err
	case err != nil:
		return "", 0, false, fmt.Errorf("%w: %w", errUnkept, err)
	case size > limit:
		return "", 0, false, errTooMuch
	}
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return "", 0, false, fmt.Errorf("%w: %w", errUnkept, err)
	}
	sha, size, fresh, err = r.ledger.keep(tmp, size)
	if err != nil && !errors.Is(err, errUnkept) && !errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: %w", errUnkept, err)
	}
	return sha, size, fresh, err
}
