package pipeline

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/form"
	"github.com/angiang-ntm/ntm/internal/report"
	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/seeds"
	"github.com/angiang-ntm/ntm/transforms"
)

// FormOptions are what one set of forms is made for.
type FormOptions struct {
	Config config.Config
	Period transforms.Period
	// Sender is the code of one district or commune, "" for all senders of the
	// period: its districts, or its communes where there are no districts.
	Sender string
	// Communes asks for a form for each commune instead of one for the district.
	Communes bool
	Dir      string // where the forms are written; made if need be
}

// WrittenForm is one form as written.
type WrittenForm struct {
	Sender   string // as people write it
	Code     string
	Communes int
	Path     string
}

// Forms is what was written, in administrative order. Previous is the label of
// the period whose values stand beside, "" where the warehouse has none.
type Forms struct {
	SetID    string
	Previous string
	Written  []WrittenForm
}

// WriteForms writes the senders' forms of a period. The same seeds and the same
// warehouse give the same bytes.
func WriteForms(ctx context.Context, o FormOptions) (*Forms, error) {
	set, err := LoadSeeds(o.Config.Seeds.Dir)
	if err != nil {
		return nil, err
	}
	v, err := VocabularyFor(set, o.Period)
	if err != nil {
		return nil, err
	}
	asked, err := requirements(ctx, set, o.Period)
	if err != nil {
		return nil, err
	}
	base := formOf(set, v.SetID, o.Period)
	previous, err := previousValues(ctx, filepath.Join(o.Config.Data, "ntm.duckdb"), o.Period, v.SetID)
	if err != nil {
		return nil, err
	}
	base.PreviousLabel, base.Illustrative = previous.label, previous.illustrative
	senders, err := formSenders(set, o)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, unwritable(o.Dir, err)
	}
	forms := &Forms{SetID: v.SetID, Previous: previous.label}
	for _, s := range senders {
		f := base
		f.SenderKind, f.SenderCode, f.SenderName, f.DistrictName = s.kind, s.code, s.name, s.district
		if s.leads != nil {
			f.Indicators = slices.DeleteFunc(slices.Clone(f.Indicators), func(i form.Indicator) bool { return !s.leads[i.ID] })
			f.Criteria = slices.DeleteFunc(slices.Clone(f.Criteria), func(c form.Criterion) bool {
				return !slices.ContainsFunc(f.Indicators, func(i form.Indicator) bool { return i.Criterion == c.No })
			})
		}
		for _, c := range s.communes {
			fc := form.Commune{Code: c.Code, Name: cmp.Or(s.names[c.Code], c.Name), PreviousCount: previous.count[c.Code], Previous: make([]any, len(f.Indicators))}
			for i, ind := range f.Indicators {
				fc.Asked = append(fc.Asked, asked[c.Code+"|"+ind.ID])
				fc.Previous[i] = previous.value[c.Code+"|"+ind.ID]
			}
			f.Communes = append(f.Communes, fc)
		}
		var file bytes.Buffer
		if err := form.Write(&file, f, report.Steady); err != nil {
			return nil, err
		}
		path := filepath.Join(o.Dir, "bieu-mau-ntm-"+o.Period.String()+"-"+s.file+".xlsx")
		if err := os.WriteFile(path, file.Bytes(), 0o644); err != nil {
			return nil, unwritable(path, err)
		}
		forms.Written = append(forms.Written, WrittenForm{Sender: s.name, Code: s.code, Communes: len(s.communes), Path: path})
	}
	return forms, nil
}

func unwritable(path string, err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return &Fault{
		Status: Usage, Err: err, VI: "không ghi được " + path, EN: "cannot write " + path,
		HintVI: "Chọn thư mục khác bằng --out, hoặc đóng tệp đang mở rồi chạy lại.",
		HintEN: "Name another folder with --out, or close the file and run again.",
	}
}

// formOf is what every form of a period says, whoever it is for.
func formOf(set *seeds.Set, setID string, p transforms.Period) form.Form {
	f := form.Form{Period: p.String(), PeriodLabel: p.Label(), EndsOn: p.End(), SetID: setID}
	for _, s := range set.Sets {
		if s.ID == setID {
			f.SetName, f.LegalBasis = s.Name, s.LegalBasis
		}
	}
	for _, c := range set.Criteria {
		if c.SetID == setID {
			f.Criteria = append(f.Criteria, form.Criterion{No: c.No, Name: c.Name})
		}
	}
	for _, i := range set.IndicatorsOf(setID) {
		f.Indicators = append(f.Indicators, form.Indicator{
			ID: i.ID, Criterion: i.CriterionNo, Name: i.Name, Unit: i.Unit, Kind: i.ValueKind, Answer: i.RequiredAnswer,
			SubLabel: i.SubLabel, SubComparator: i.SubComparator, SubThreshold: i.SubThreshold, NotApplicable: i.NotApplicableAllowed,
		})
	}
	// Gaps are closed within the two years after the period.
	quarter := (int(p.End().Month()) + 2) / 3
	for n := 1; n <= 8; n++ {
		q := transforms.Period{Granularity: "quarter", Year: p.End().Year() + (quarter+n-1)/4, N: (quarter+n-1)%4 + 1}
		f.Deadlines = append(f.Deadlines, q.Label())
	}
	return f
}

// formSender is one unit that is sent a form.
type formSender struct {
	kind, code, name, district string
	file                       string // its part of the file's name
	communes                   []seeds.Commune
	leads                      map[string]bool   // the indicators of a department; nil is all
	names                      map[string]string // how a commune is written where its name alone does not tell
}

// formSenders lists whom forms are for, in administrative order.
func formSenders(set *seeds.Set, o FormOptions) ([]formSender, error) {
	day := o.Period.End().Format("2006-01-02")
	communes := map[string][]seeds.Commune{}
	var orphans []seeds.Commune // of no district: from 2025-07-01 all of them
	for _, c := range set.CommunesOn(day) {
		if c.Kind != seeds.KindXa {
			continue
		}
		if c.DistrictCode == "" {
			orphans = append(orphans, c)
		}
		communes[c.DistrictCode] = append(communes[c.DistrictCode], c)
	}
	var all []formSender
	one := func(c seeds.Commune, district, prefix string) formSender {
		return formSender{
			kind: "commune", code: c.Code, name: "xã " + c.Name, district: district,
			// The district stands in the name too: some communes are called like
			// another district.
			file: prefix + c.Code + "-" + slug("xã "+c.Name), communes: []seeds.Commune{c},
		}
	}
	for _, d := range set.DistrictsOn(day) {
		of := communes[d.Code]
		if len(of) == 0 {
			continue
		}
		mine := o.Sender == "" || o.Sender == d.Code
		if mine && !o.Communes {
			all = append(all, formSender{kind: "district", code: d.Code, name: d.DisplayName, file: d.Code + "-" + slug(d.DisplayName), communes: of})
			continue
		}
		for _, c := range of {
			if mine || c.Code == o.Sender {
				all = append(all, one(c, d.DisplayName, d.Code+"-"+slug(d.DisplayName)+"-"))
			}
		}
	}
	for _, c := range orphans {
		if o.Sender == "" || o.Sender == c.Code {
			all = append(all, one(c, "", ""))
		}
	}
	if len(all) > 0 {
		return all, nil
	}
	if d, ok := departmentForm(set, o, communes); ok {
		return []formSender{d}, nil
	}
	var codes []string
	for _, d := range set.DistrictsOn(day) {
		if len(communes[d.Code]) > 0 {
			codes = append(codes, d.Code+" "+d.DisplayName)
		}
	}
	if o.Sender == "" {
		return nil, &Fault{
			Status: Usage, VI: "danh mục không có xã nào vào ngày " + o.Period.End().Format("02/01/2006"), EN: "the seeds have no commune on " + day,
			HintVI: "Bổ sung communes.csv trong thư mục seeds.dir.", HintEN: "Add to communes.csv in the folder seeds.dir.",
		}
	}
	return nil, &Fault{
		Status: Usage, VI: "không có đơn vị báo cáo nào có mã " + o.Sender, EN: "no sender has the code " + o.Sender,
		HintVI: "Dùng mã huyện (" + strings.Join(codes, ", ") + "), mã xã, hoặc mã sở, ngành chủ trì chỉ tiêu (ví dụ so-y-te).",
		HintEN: "Use the code of a district (" + strings.Join(codes, ", ") + "), of a commune, or of a department that leads an indicator (for example so-y-te).",
	}
}

// departmentForm is the form of a department: the indicators that it leads, for
// every commune, district by district.
func departmentForm(set *seeds.Set, o FormOptions, communes map[string][]seeds.Commune) (formSender, bool) {
	day := o.Period.End().Format("2006-01-02")
	for _, d := range set.DepartmentsOn(day) {
		if d.Code != o.Sender {
			continue
		}
		s := formSender{kind: "department", code: d.Code, name: d.Name, file: d.Code, leads: map[string]bool{}, names: map[string]string{}}
		setID, _ := set.SetInForce(day)
		for _, i := range set.IndicatorsOf(setID) {
			for _, name := range i.LeadDepartments() {
				if name == d.Name || succeeds(set, name, d.Code, day) {
					s.leads[i.ID] = true
				}
			}
		}
		for _, u := range set.DistrictsOn(day) {
			for _, c := range communes[u.Code] {
				s.communes = append(s.communes, c)
				s.names[c.Code] = c.Name + " (" + u.DisplayName + ")"
			}
		}
		s.communes = append(s.communes, communes[""]...)
		return s, len(s.leads) > 0
	}
	return formSender{}, false
}

// succeeds tells that a department that is named in the seeds was merged into
// another before the day.
func succeeds(set *seeds.Set, name, into, day string) bool {
	for _, d := range set.Departments {
		if d.Name == name && d.Successor == into && d.ValidTo != "" && d.ValidTo < day {
			return true
		}
	}
	return false
}

// slug writes a name as part of a file's name: "TP. Long Xuyên" is tp-long-xuyen.
func slug(name string) string {
	words := strings.FieldsFunc(transforms.Plain(transforms.Fold(name)), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, "-")
}

// requirements asks the models of the warehouse what each commune has to reach
// on the period's last day, overrides included, by "commune|indicator": what a
// form shows is what will judge it.
func requirements(ctx context.Context, set *seeds.Set, p transforms.Period) (map[string]form.Requirement, error) {
	dir, err := os.MkdirTemp("", "ntm-form-")
	if err != nil {
		return nil, fmt.Errorf("make a place to work: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	db, err := warehouse.Open(ctx, filepath.Join(dir, "ntm.duckdb"), warehouse.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	for _, t := range set.Tables {
		if err := db.LoadRef(ctx, t.Name, t.Columns, t.Rows); err != nil {
			return nil, err
		}
	}
	err = db.AppendRows(ctx, "ops.period", []string{"period", "granularity", "starts_on", "ends_on", "label"},
		[][]any{{p.String(), p.Granularity, p.Start(), p.End(), p.Label()}})
	if err != nil {
		return nil, err
	}
	models, err := loadModels([]string{"staging.period", "staging.commune", "staging.threshold"})
	if err != nil {
		return nil, err
	}
	if err := db.Build(ctx, models, nil); err != nil {
		return nil, err
	}
	_, rows, err := db.All(ctx, "select commune_code, indicator_id, value_kind, comparator, threshold from staging.threshold")
	if err != nil {
		return nil, err
	}
	asked := map[string]form.Requirement{}
	for _, r := range rows {
		var q form.Requirement
		q.Comparator, _ = r[3].(string)
		if t, ok := r[4].(float64); ok && r[2] != "boolean" {
			q.Threshold = &t
		}
		asked[r[0].(string)+"|"+r[1].(string)] = q
	}
	return asked, nil
}

// beforehand is what the period before says, as far as forms show it.
type beforehand struct {
	label        string
	illustrative bool
	value        map[string]any    // "commune|indicator" → a number or a word
	count        map[string]string // commune → "16/19"
}

// previousValues reads the results of the latest earlier period of the same
// length from the warehouse. There are none where there is no warehouse yet, no
// such period, or the period was judged by another set, whose ids mean other
// things.
func previousValues(ctx context.Context, path string, p transforms.Period, setID string) (beforehand, error) {
	b := beforehand{value: map[string]any{}, count: map[string]string{}}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	db, err := warehouse.OpenReadOnly(ctx, path)
	if err != nil {
		return b, err
	}
	defer func() { _ = db.Close() }()
	_, rows, err := db.All(ctx, `
		select o.period, o.label, coalesce(bool_or(u.illustrative), false)
		from ops.period o
		join ops.submission u on u.period = o.period and u.status = 'accepted'
		where o.granularity = ? and o.ends_on < ?
			and exists (select 1 from mart.commune_summary c where c.period = o.period and c.set_id = ?)
		group by o.period, o.label, o.ends_on
		order by o.ends_on desc limit 1`, p.Granularity, p.Start(), setID)
	if err != nil || len(rows) == 0 {
		return b, err
	}
	period := rows[0][0].(string)
	b.label = rows[0][1].(string)
	b.illustrative, _ = rows[0][2].(bool)
	_, rows, err = db.All(ctx, `
		select commune_code, indicator_id, value, state, met, value_kind, claim
		from mart.indicator_result where period = ? and state not in ('missing', 'invalid')`, period)
	if err != nil {
		return b, err
	}
	for _, r := range rows {
		key := r[0].(string) + "|" + r[1].(string)
		met, known := r[4].(bool)
		switch value, ok := r[2].(float64); {
		case ok:
			b.value[key] = value
		case r[3] == "not_applicable":
			b.value[key] = form.NotApplicable
		case known && met:
			b.value[key] = form.Met
		case known:
			b.value[key] = form.NotMet
		}
	}
	_, rows, err = db.All(ctx, `
		select commune_code, criteria_met, criteria_total from mart.commune_summary where period = ? and reported`, period)
	if err != nil {
		return b, err
	}
	for _, r := range rows {
		b.count[r[0].(string)] = fmt.Sprintf("%d/%d", count(r[1]), count(r[2]))
	}
	return b, nil
}
