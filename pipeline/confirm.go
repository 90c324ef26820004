package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/transforms"
)

// understand is the recogniser.
var understand = transforms.UnderstandUntil

// settled are the readings that people chose: by sender and fingerprint of the
// form, the entry of the ledger that says so.
type settled map[[2]string]entry

// reading is the number of the reading chosen, 0 for none.
func (s settled) reading(sender, fingerprint string) int {
	return s[[2]string{sender, fingerprint}].Reading
}

// settled are the readings that this run knows: a warehouse that is made again
// is made as each period's last run had it.
func (r *Run) settled() settled {
	if r.replaying {
		return r.ledger.settledAt[r.Period.String()]
	}
	return r.ledger.settled
}

// Confirmed is a reading that a person chose for a sender's form.
type Confirmed struct {
	Sender      string    `json:"sender_code"`
	Fingerprint string    `json:"fingerprint"`
	Reading     int       `json:"reading"`
	Says        string    `json:"says"`
	File        string    `json:"file_name"` // the one it was chosen by
	By          string    `json:"by"`
	At          time.Time `json:"at"`
}

func (s settled) list() []Confirmed {
	var list []Confirmed
	for _, key := range slices.SortedFunc(maps.Keys(s), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		list = append(list, confirmedOf(s[key]))
	}
	return list
}

func confirmedOf(e entry) Confirmed {
	return Confirmed{Sender: e.Sender, Fingerprint: e.Fingerprint, Reading: e.Reading, Says: e.Reason, File: e.Name, By: e.By, At: e.At}
}

// ConfirmOptions say which reading of a file's table is right.
type ConfirmOptions struct {
	Config  config.Config
	File    string // a path, or the name, SHA-256 or submission id of a received file
	Period  *transforms.Period
	Reading int // 0 to see what there is to choose
	Table   int // where several tables are open; 0 for the only one
	Forget  bool
	By      string
	Version string
	Now     func() time.Time
}

// Confirmation is what came of it.
type Confirmation struct {
	Forget  bool
	Sender  string // as people write it
	Period  string
	Choices []transforms.Choice // of the file
	Settled []Confirmed
}

// Confirm records how a form of a sender's is to be read, by one of its files:
// later files of the same form are read so, and those already received with the
// next run. With Forget the form is open again.
func Confirm(ctx context.Context, o ConfirmOptions) (*Confirmation, error) {
	unlock, l, err := openArchive(ctx, o.Config, o.Now())
	if err != nil {
		return nil, err
	}
	defer unlock()
	key, data, period, err := l.open(o)
	if err != nil {
		return nil, err
	}
	in, err := inspect(ctx, o.Config, o.File, key, data, period, o.Now(), l.settled)
	if err != nil {
		return nil, err
	}
	if in.Refused {
		f := &Fault{Status: Usage, VI: "tệp “" + visible(o.File) + "” không đọc được", EN: "“" + visible(o.File) + "” cannot be read"}
		for _, i := range in.Issues {
			f.HintVI, f.HintEN = i.Message+" "+i.Remedy, i.Message+" "+i.Remedy
		}
		return nil, f
	}
	out := &Confirmation{Forget: o.Forget, Sender: in.Sender, Period: in.Period.String(), Choices: in.Reading.Choices}
	choices, err := o.choose(in)
	if err != nil || o.Reading == 0 && !o.Forget {
		return out, err
	}
	var news []entry
	for _, c := range choices {
		e := entry{
			Event: "confirmed", At: o.Now().UTC(), Sender: in.Reading.SenderCode, Fingerprint: c.Fingerprint, Reading: o.Reading,
			SHA256: key.sha, Folder: key.folder, Name: key.name, By: o.By, Version: o.Version,
		}
		if o.Forget {
			e.Event, e.Reading = "forgotten", l.settled.reading(e.Sender, e.Fingerprint)
		}
		for _, x := range c.Readings {
			if x.No == e.Reading {
				e.Reason = x.Says
			}
		}
		if !o.Forget && l.settled.reading(e.Sender, e.Fingerprint) == e.Reading || slices.ContainsFunc(news, func(x entry) bool { return x.Fingerprint == e.Fingerprint }) {
			continue // it is so already, or of the same form
		}
		news = append(news, e)
	}
	for _, c := range choices {
		if e, ok := l.settled[[2]string{in.Reading.SenderCode, c.Fingerprint}]; ok && !o.Forget && e.Reading == o.Reading {
			out.Settled = append(out.Settled, confirmedOf(e))
		}
	}
	for _, e := range news {
		out.Settled = append(out.Settled, confirmedOf(e))
	}
	return out, l.append(news...)
}

// open finds the file that somebody names: on the disk, else in the archive,
// where its period is known.
func (l *ledger) open(o ConfirmOptions) (fileKey, []byte, *transforms.Period, error) {
	data, err := os.ReadFile(o.File)
	if err == nil {
		key := fileKey{name: filepath.Base(o.File), folder: filepath.Base(filepath.Dir(o.File))}
		if key.folder == "." || key.folder == string(filepath.Separator) {
			key.folder = ""
		}
		return key, data, o.Period, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fileKey{}, nil, nil, &Fault{
			Status: Usage, Err: err, VI: "không đọc được tệp " + visible(o.File), EN: "cannot read file " + visible(o.File),
			HintVI: "Kiểm tra đường dẫn và quyền đọc.", HintEN: "Check the path and its permissions.",
		}
	}
	e, err := l.find(o.File, WithdrawOptions{Period: o.Period})
	if err != nil {
		return fileKey{}, nil, nil, err
	}
	p, _ := transforms.ParsePeriod(e.Period)
	data, err = l.fetch(e.SHA256)
	return fileKey{e.SHA256, e.Folder, e.Name}, data, &p, err
}

// choose picks the tables that are meant: the one that is stated, else those
// that are open, which must be of one form.
func (o ConfirmOptions) choose(in *Inspection) ([]transforms.Choice, error) {
	wrong := func(vi, en, hintVI, hintEN string) error {
		return &Fault{Status: Usage, VI: vi, EN: en, HintVI: hintVI, HintEN: hintEN}
	}
	sees := "Xem các cách đọc: ntm inspect \"" + visible(o.File) + "\"."
	all := in.Reading.Choices
	if len(all) == 0 {
		return nil, wrong("tệp “"+visible(o.File)+"” không có bảng nào phải chọn cách đọc", "no table of “"+visible(o.File)+"” can be read in more than one way",
			"Không cần làm gì. "+sees, "There is nothing to do.")
	}
	if in.Reading.SenderCode == "" {
		return nil, wrong("không rõ tệp “"+visible(o.File)+"” của đơn vị nào, nên không ghi được cách đọc", "the sender of “"+visible(o.File)+"” is not known: nothing can be settled",
			"Đặt tệp trong thư mục mang tên đơn vị, hoặc ghi tên đơn vị vào tên tệp, rồi làm lại.", "Put the file into a folder of the sender's name, or its name into the file's, and do it again.")
	}
	var mine []transforms.Choice
	for _, c := range all {
		switch {
		case o.Table != 0 && c.Table != o.Table:
		case o.Forget && !c.Confirmed:
		case o.Table == 0 && !o.Forget && c.Chosen != 0 && !c.Confirmed: // clear by itself
		default:
			mine = append(mine, c)
		}
	}
	if o.Table == 0 && !o.Forget && slices.ContainsFunc(mine, func(c transforms.Choice) bool { return c.Chosen == 0 }) {
		mine = slices.DeleteFunc(mine, func(c transforms.Choice) bool { return c.Chosen != 0 })
	}
	var forms, tables []string
	for _, c := range mine {
		if !slices.Contains(forms, c.Fingerprint) {
			forms = append(forms, c.Fingerprint)
			tables = append(tables, fmt.Sprintf("%d (%s!%s)", c.Table, c.Sheet, c.Area))
		}
	}
	switch {
	case len(mine) == 0 && o.Forget:
		return nil, wrong("chưa ai chọn cách đọc nào cho tệp “"+visible(o.File)+"”", "no reading of “"+visible(o.File)+"” was ever settled", sees, "See: ntm inspect.")
	case len(mine) == 0:
		return nil, wrong("không có bảng nào phải chọn cách đọc như vậy trong tệp “"+visible(o.File)+"”", "no such table of “"+visible(o.File)+"” can be read in more than one way", sees, "See: ntm inspect.")
	case o.Reading == 0 && !o.Forget:
		return mine, nil
	case len(forms) > 1 && !o.Forget:
		return nil, wrong("có nhiều bảng phải chọn cách đọc: "+strings.Join(tables, "; "), "several tables are open: "+strings.Join(tables, "; "),
			"Chọn từng bảng: thêm --table, ví dụ --table "+fmt.Sprint(mine[0].Table)+".", "Settle one at a time: add --table, such as --table "+fmt.Sprint(mine[0].Table)+".")
	}
	for _, c := range mine {
		if !o.Forget && !slices.ContainsFunc(c.Readings, func(x transforms.Alternative) bool { return x.No == o.Reading }) {
			return nil, wrong(fmt.Sprintf("bảng %s!%s không có cách đọc %d; có %d cách", c.Sheet, c.Area, o.Reading, len(c.Readings)),
				fmt.Sprintf("table %s!%s has no reading %d, only %d", c.Sheet, c.Area, o.Reading, len(c.Readings)), sees, "See: ntm inspect.")
		}
	}
	return mine, nil
}

// loadChoices keeps which tables of the period's files could be read in more
// than one way, and how they were.
func (r *Run) loadChoices(ctx context.Context) error {
	var rows [][]any
	for _, f := range r.received {
		if f.reading == nil {
			continue
		}
		for _, c := range f.reading.Choices {
			rows = append(rows, []any{f.id(r.Period), r.Period.String(), c.Fingerprint, int64(c.Table), c.Sheet, c.Area.String(), int64(len(c.Readings)), int64(c.Chosen), c.Confirmed})
		}
	}
	return r.db.AppendRows(ctx, "raw.choice", []string{"submission_id", "period", "fingerprint", "table_no", "sheet", "area", "readings", "chosen", "confirmed"}, rows)
}
