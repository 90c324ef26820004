package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/seeds"
	"github.com/angiang-ntm/ntm/transforms"
)

// Inspection is how one file would be understood.
type Inspection struct {
	File   string
	Period transforms.Period // the one it was held against
	SetID  string            // by which it was read
	// NoSet says that no set is in force for the period; SetID is the nearest
	// then, so that layout, sender and cells can be shown all the same.
	NoSet    bool
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
func Inspect(ctx context.Context, cfg config.Config, file string, period *transforms.Period, today time.Time) (seen *Inspection, err error) {
	defer func() {
		if p := recover(); p != nil { // one file of several: the others are still to be shown
			seen, err = nil, &Fault{
				Status: Failed, Err: fmt.Errorf("%v", p), VI: "chương trình gặp lỗi của chính nó khi đọc " + file, EN: "the program is at fault on " + file,
				HintVI: "Gửi tệp này cho người phụ trách chương trình.", HintEN: "Send this file to whoever looks after the program.",
			}
		}
	}()
	set, err := LoadSeeds(cfg.Seeds.Dir)
	if err != nil {
		return nil, err
	}
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
	if errors.As(err, &fault) {
		v, in.NoSet = nearestVocabulary(set, in.Period), true
	} else if err != nil {
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
	late := false
	in.Reading, late = understandInTime(ctx, book, v, transforms.Source{
		File: name, Folder: folder, Period: in.Period, CountEstimates: cfg.Reader.Estimates == config.CountEstimates,
	}, cfg.Reader.Limits.Seconds)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	in.Issues = append(slices.DeleteFunc(in.Issues, in.Reading.Form.Explains), in.Reading.Issues...)
	if late {
		in.Issues = append(in.Issues, tookTooLong(name, cfg.Reader.Limits.Seconds))
	}
	for i := range in.Reading.Observations {
		o := &in.Reading.Observations[i]
		if o.Issue == "" || o.Standing != "" {
			continue // what does not count is nobody's task
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

// nearestVocabulary is what the recogniser knows of a day for which no set is in
// force: the units of that day, or of the nearest one that has any, and the
// indicators of the set whose time is nearest.
func nearestVocabulary(set *seeds.Set, p transforms.Period) *transforms.Vocabulary {
	day := p.End()
	id, distance, units := "", time.Duration(-1), day
	for _, c := range set.CanJudge() {
		if c.Role != "evaluate" {
			continue
		}
		edge, err := time.Parse(time.DateOnly, c.EffectiveFrom)
		if err != nil {
			continue
		}
		if to, err := time.Parse(time.DateOnly, c.EffectiveTo); err == nil && to.Before(day) {
			edge = to
		}
		if d := edge.Sub(day).Abs(); distance < 0 || d < distance {
			id, distance, units = c.ID, d, edge
		}
	}
	if len(set.CommunesOn(day.Format(time.DateOnly))) > 0 {
		units = day
	}
	return transforms.FromSeeds(set, id, units.Format(time.DateOnly))
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
