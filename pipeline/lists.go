package pipeline

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/angiang-ntm/ntm/internal/report"
	"github.com/angiang-ntm/ntm/transforms"
)

// listsDir is the folder of a publication with a list for each department and
// each district.
const listsDir = "theo-don-vi"

// lists writes what goes out to departments and districts.
func (r *Run) lists(ctx context.Context, pub *publication, meta report.Meta) error {
	units, err := report.Units(ctx, r.db.All, pub.Period.String())
	if err != nil || len(units) == 0 {
		return err
	}
	dir := filepath.Join(pub.aside, listsDir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	n := 0
	var file wholeFile // one at a time
	return report.Lists(ctx, r.db.All, meta, units, func(u report.Unit) (io.WriteCloser, error) {
		n++
		name := unitFile(u)
		r.tell(Progress{Stage: "publish", Item: listsDir + "/" + name, Done: n, Total: len(units)})
		file.Reset()
		file.path = filepath.Join(dir, name)
		return &file, nil
	})
}

// unitFile names a unit's list: a department by its code ("so-y-te.xlsx"), a
// district by its code and name ("893-cho-moi.xlsx").
func unitFile(u report.Unit) string {
	name := u.Code
	if u.Kind == "district" {
		name += " " + u.Name
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return ' '
	}, transforms.Plain(transforms.Fold(name)))
	return strings.Join(strings.Fields(name), "-") + ".xlsx"
}

// wholeFile is a file that is written, and made to last, all at once.
type wholeFile struct {
	bytes.Buffer
	path string
}

func (w *wholeFile) Close() error { return writeSynced(w.path, w.Bytes(), 0o644) }
