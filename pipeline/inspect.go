package pipeline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms"
)

// Inspection is how one file would be understood.
type Inspection struct {
	File     string
	Period   transforms.Period // the one it was held against
	SetID    string
	Sheets   []string
	Hidden   []string
	Refused  bool
	Reading  *transforms.Reading // nil when refused
	Sender   string              // as people write it; "" when not stated
	Issues   issue.List
	Communes map[string]string // code → name, of the period
}

// Inspect reads a file as a run would and touches nothing. Without a period
// the file's own label decides which set it is held against; where it states
// none, the day today does.
func Inspect(ctx context.Context, cfg config.Config, file string, period *transforms.Period, today time.Time) (*Inspection, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, &Fault{
			Status: Usage, Err: err, VI: "không đọc được tệp " + file, EN: "cannot read file " + file,
			HintVI: "Kiểm tra đường dẫn và quyền đọc.", HintEN: "Check the path and its permissions.",
		}
	}
	name := filepath.Base(file)
	folder := filepath.Base(filepath.Dir(file))
	if folder == "." || folder == string(filepath.Separator) {
		folder = ""
	}
	chosen := settled{}
	if l, err := readLedger(filepath.Join(cfg.Data, "archive")); err == nil {
		chosen = l.settled // as a run would read it
	}
	return inspect(ctx, cfg, file, fileKey{folder: folder, name: name}, data, period, today, chosen)
}

// inspect is Inspect of bytes that have been read.
func inspect(ctx context.Context, cfg config.Config, file string, key fileKey, data []byte, period *transforms.Period, today time.Time, chosen settled) (*Inspection, error) {
	name, folder := key.name, key.folder
	set, err := LoadSeeds(cfg.Seeds.Dir)
	if err != nil {
		return nil, err
	}
	book, notes, err := excel.ReadWith(ctx, name, data, excelOptions(cfg.Reader))
	if err != nil {
		return nil, err
	}
	in := &Inspection{File: file, Issues: notes, Communes: map[string]string{}}
	if period != nil {
		in.Period = *period
	} else {
		in.Period = statedPeriod(book, name, folder, today)
	}
	v, err := VocabularyFor(set, in.Period)
	var fault *Fault
	if period == nil && errors.As(err, &fault) {
		return nil, &Fault{
			Status: Usage, VI: "không rõ xem tệp " + file + " theo kỳ nào: " + fault.VI, EN: "cannot tell for which period to read " + file + ": " + fault.EN,
			HintVI: "Tệp không nêu kỳ báo cáo (hoặc nêu kỳ không có bộ tiêu chí). Chỉ rõ kỳ, ví dụ: ntm inspect --period 2017-Q4 …",
			HintEN: "The file states no period (or one without a criteria set). Name it, for example: ntm inspect --period 2017-Q4 …",
		}
	}
	if err != nil {
		return nil, err
	}
	in.SetID = v.SetID
	for _, c := range v.Communes {
		in.Communes[c.Code] = c.Name
	}
	if book == nil {
		in.Refused = true
		return in, nil
	}
	for _, s := range book.Sheets {
		in.Sheets = append(in.Sheets, s.Name)
		if s.Hidden {
			in.Hidden = append(in.Hidden, s.Name)
		}
	}
	in.Issues = append(in.Issues, withoutList(name, book)...)
	in.Reading = explain(book, v, transforms.Source{File: name, Folder: folder, Period: in.Period, Settled: chosen.reading})
	in.Issues = append(slices.DeleteFunc(in.Issues, in.Reading.Form.Explains), in.Reading.Issues...)
	for i := range in.Reading.Observations {
		o := &in.Reading.Observations[i]
		if o.Issue == "" {
			continue
		}
		check, err := builtinCheck(o.Issue)
		if err != nil {
			return nil, err
		}
		in.Issues = append(in.Issues, issue.Issue{
			Check: check.ID, Code: check.Code, Severity: issue.Severity(check.Severity), File: name,
			Sheet: o.Record.Sheet, Cell: o.Cell, Commune: o.Record.Commune, Indicator: o.Indicator, Message: o.Message,
		})
	}
	unknown, err := builtinCheck("unknown_commune")
	if err != nil {
		return nil, err
	}
	for _, rec := range in.Reading.Records {
		if rec.Kind == "commune" && rec.Commune == "" {
			in.Issues = append(in.Issues, issue.Issue{
				Check: unknown.ID, Code: unknown.Code, Severity: issue.Severity(unknown.Severity), File: name, Sheet: rec.Sheet, Cell: rec.Cell,
				Message: unknownName(rec),
			})
		}
	}
	for _, d := range v.Districts {
		if d.Code == in.Reading.District {
			in.Sender = d.Display
		}
	}
	for _, d := range v.Departments {
		if in.Reading.SenderKind == transforms.DepartmentSender && d.Code == in.Reading.SenderCode {
			in.Sender = d.Name
		}
	}
	for _, c := range v.Communes {
		if in.Reading.SenderKind == transforms.CommuneSender && c.Code == in.Reading.SenderCode {
			in.Sender = "xã " + c.Name
		}
	}
	return in, nil
}

func unknownName(rec *transforms.Record) string {
	if transforms.Clean(rec.Text) == "" {
		return "dòng có số liệu nhưng không có tên xã"
	}
	m := "không có xã tên “" + transforms.Clean(rec.Text) + "”"
	for i, s := range rec.Suggest {
		if i == 0 {
			m += "; có thể là: "
		} else {
			m += ", "
		}
		m += s
	}
	return m
}

// statedPeriod takes the period from the file itself: the most precise label
// near the top of its sheets, in its name or its folder.
func statedPeriod(book *sheet.Book, name, folder string, today time.Time) transforms.Period {
	var found []transforms.Stated
	if book != nil {
		for _, s := range book.Sheets {
			found = append(found, transforms.StatedPeriods(s.Name)...)
			for i := range s.Cells {
				if c := &s.Cells[i]; c.Kind == sheet.Text && c.Pos.Row <= 15 {
					found = append(found, transforms.StatedPeriods(c.Text)...)
				}
			}
		}
	}
	found = append(found, transforms.StatedPeriods(name)...)
	found = append(found, transforms.StatedPeriods(folder)...)
	if end, ok := transforms.MostPrecise(found); ok {
		today = end
	}
	return transforms.Period{Granularity: "quarter", Year: today.Year(), N: (int(today.Month())-1)/3 + 1}
}
