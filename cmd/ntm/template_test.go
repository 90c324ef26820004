package main

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/form"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/pipeline"
	"github.com/angiang-ntm/ntm/transforms"
)

const formPeriod = "2018-Q1"

// forms writes forms and returns their paths.
func (o *office) forms(flags ...string) []string {
	o.t.Helper()
	dir := o.t.TempDir()
	args := append([]string{"template", "--period", formPeriod, "--data", o.data, "--out", dir}, flags...)
	if status, stdout, stderr := o.ntm(args...); status != pipeline.OK {
		o.t.Fatalf("ntm template: exit status %d\n%s%s", status, stdout, stderr)
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.xlsx"))
	if err != nil || len(paths) == 0 {
		o.t.Fatal("no forms", err)
	}
	return paths
}

// blank is one input of a form, found by the form's marks alone.
type blank struct {
	sheet, cell        string
	commune, indicator string
	measure            string
}

// blanks lists the inputs of a form: the open cells of its marked columns.
func blanks(t *testing.T, f *excelize.File) []blank {
	t.Helper()
	var list []blank
	open := map[int]bool{}
	for _, name := range []string{form.ValueSheet, form.DetailSheet} {
		rows, err := f.GetRows(name)
		if err != nil {
			continue // a commune's form has one of them
		}
		marks := map[int][]string{}
		key := -1
		for i, v := range rows[0] {
			m := strings.Split(strings.TrimPrefix(v, "ntm|"), "|")
			switch m[0] {
			case "code", "key":
				key = i
			case "", "own", "formula", "name":
			default:
				marks[i] = m
			}
		}
		for n, row := range rows {
			if n == 0 || key >= len(row) || row[key] == "" || strings.Trim(row[key][:1], "0123456789") != "" {
				continue
			}
			commune, indicator, _ := strings.Cut(row[key], "|")
			for col, m := range marks {
				cell, _ := excelize.CoordinatesToCellName(col+1, n+1)
				style, err := f.GetCellStyle(name, cell)
				if err != nil {
					t.Fatal(err)
				}
				if _, known := open[style]; !known {
					s, err := f.GetStyle(style)
					if err != nil {
						t.Fatal(err)
					}
					open[style] = s.Protection != nil && !s.Protection.Locked
				}
				if !open[style] {
					continue
				}
				b := blank{sheet: name, cell: cell, commune: commune, indicator: indicator, measure: m[0]}
				if len(m) > 1 {
					b.indicator = m[1]
				}
				if of, second := strings.CutSuffix(b.indicator, "+"); second {
					b.indicator, b.measure = of, "secondary"
				}
				list = append(list, b)
			}
		}
	}
	slices.SortFunc(list, func(a, b blank) int { return strings.Compare(a.sheet+a.cell, b.sheet+b.cell) })
	return list
}

// anything is what somebody might write into an input, right or wrong.
func anything(r *rand.Rand, b blank) any {
	pick := func(of ...any) any { return of[r.IntN(len(of))] }
	number := float64(r.IntN(1_000_000)) / 10_000
	switch b.measure {
	case "result", "secondary":
		return pick("Đạt", "Chưa đạt", "Không áp dụng", norm.NFD.String("Chưa đạt"), "cơ bản đạt", "x", number, number, number,
			0.8657, -5.0, 120.5, "86,57 %", "12o", "≥ 85", "1.234", "=1+1", "Không")
	case "claim":
		return pick("Đạt", "Chưa đạt", "gần đạt")
	case "numerator", "denominator":
		return pick(float64(r.IntN(5000)), "1.250", "ba trăm")
	case "evidence":
		return pick("Đủ", "Chưa đủ", "chưa rõ")
	case "cause_kind":
		return pick("Khách quan", "Chủ quan", norm.NFD.String("Khách quan"), "cả hai")
	case "expected_date":
		return pick("Quý IV/2018", "cuối năm")
	case "statement":
		return pick("Không có số liệu", "Không có biến động", "không rõ")
	}
	return pick("Thiếu kinh phí\nđầu tư", "=chưa bố trí vốn", "- vận động nhân dân", norm.NFD.String("Tuyên truyền"), "+ 2 tỷ đồng")
}

// fill writes into every input that pick gives something for, and returns what
// has to come back, by commune, indicator and measure.
func fill(t *testing.T, path string, pick func(blank) any) (filled string, want map[string]string) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	want = map[string]string{}
	for _, b := range blanks(t, f) {
		v := pick(b)
		if v == nil {
			continue
		}
		key := b.commune + " " + b.indicator + " " + b.measure
		switch v := v.(type) {
		case string:
			want[key] = v
			err = f.SetCellStr(b.sheet, b.cell, v)
		case float64:
			want[key] = strconv.FormatFloat(v, 'f', -1, 64)
			err = f.SetCellValue(b.sheet, b.cell, v)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	filled = filepath.Join(t.TempDir(), filepath.Base(path))
	if err := f.SaveAs(filled); err != nil {
		t.Fatal(err)
	}
	return filled, want
}

// read understands a form as a run would.
func readForm(t *testing.T, path string) *pipeline.Inspection {
	t.Helper()
	cfg, err := config.Load(config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, _ := transforms.ParsePeriod(formPeriod)
	in, err := pipeline.Inspect(t.Context(), cfg, path, &p, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if in.Reading == nil {
		t.Fatalf("%s is refused: %v", path, in.Issues)
	}
	return in
}

// cameBack is everything that was written, as it was read.
func cameBack(in *pipeline.Inspection) map[string]string {
	got := map[string]string{}
	for i := range in.Reading.Observations {
		if o := &in.Reading.Observations[i]; o.Raw != "" {
			key := o.Record.Commune + " " + o.Indicator + " " + string(o.Measure)
			if _, twice := got[key]; twice {
				key += " twice"
			}
			got[key] = o.Raw
		}
	}
	return got
}

func sameCells(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	wrong := 0
	for key, w := range want {
		if g, ok := got[key]; (!ok || g != w) && wrong < 5 {
			wrong++
			t.Errorf("%s: %s: wrote %q, read %q (%v)", what, key, w, g, ok)
		}
	}
	for key, g := range got {
		if _, ok := want[key]; !ok && wrong < 5 {
			wrong++
			t.Errorf("%s: %s: read %q that nobody wrote", what, key, g)
		}
	}
}

// convert lets LibreOffice save files anew, all in one go. It is given 4 GiB at
// most.
func convert(t *testing.T, to string, files ...string) string {
	t.Helper()
	program, err := exec.LookPath("soffice")
	if err != nil {
		absent(t, "no soffice in PATH: nothing saves the forms anew")
	}
	dir, profile := t.TempDir(), t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	args := append([]string{"-c", `ulimit -v 4194304; exec "$@"`, "sh", program, "-env:UserInstallation=file://" + profile,
		"--headless", "--convert-to", to, "--outdir", dir}, files...)
	if out, err := exec.CommandContext(ctx, "sh", args...).CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	return dir
}

// The form of every district, filled with whatever somebody might write,
// returns every cell: as it was saved, and after LibreOffice saved it anew.
func TestFormsComeBackExactly(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	paths := append(o.forms(), o.forms("--sender", "30703")...)
	if len(paths) != 12 {
		t.Fatalf("%d forms, want 11 districts and one commune", len(paths))
	}
	r := rand.New(rand.NewPCG(1, 2))
	var files []string
	wants := map[string]map[string]string{}
	total := 0
	for _, path := range paths {
		filled, want := fill(t, path, func(b blank) any {
			if r.IntN(10) < 3 {
				return nil
			}
			return anything(r, b)
		})
		total += len(want)
		files, wants[filepath.Base(filled)] = append(files, filled), want
		in := readForm(t, filled)
		sameCells(t, filepath.Base(filled), cameBack(in), want)
		if in.Reading.Form == nil || in.Reading.Layouts() != "template" || in.Reading.District == "" || !in.Reading.Period.Matches {
			t.Errorf("%s is not known as a form: %+v", filled, in.Reading.Form)
		}
		for _, i := range in.Issues {
			switch i.Check {
			case "invalid_value", "out_of_range", "scale_inferred", "scale_doubtful", "unit_converted", "qualified_value", "stated_nothing":
			default:
				t.Errorf("%s: %s", filled, i)
			}
		}
	}
	t.Logf("%d cells in %d forms", total, len(files))
	dir := convert(t, "xlsx", files...)
	for name, want := range wants {
		sameCells(t, "LibreOffice, "+name, cameBack(readForm(t, filepath.Join(dir, name))), want)
	}
}

// everythingMet fills an input with what meets its indicator.
func everythingMet(b blank) any {
	if b.measure != "result" && b.measure != "secondary" {
		return nil
	}
	switch b.indicator {
	case "9.1":
		return "Không"
	case "11", "15.3":
		return 1.5
	case "10":
		return 60.25
	case "2.1", "2.2", "2.3", "2.4", "3.1", "4.2", "5", "6.3", "9.2", "12", "14.2", "14.3", "15.1", "16", "17.1", "17.2", "17.6", "17.7", "17.8", "18.4":
		return 100.0
	}
	return "Đạt"
}

// While somebody types, the form counts what the province will count, and names
// what is missing.
func TestFormCountsAsTheEvaluationDoes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	r := rand.New(rand.NewPCG(3, 4))
	filled, _ := fill(t, o.forms("--sender", "894")[0], func(b blank) any {
		good := everythingMet(b)
		switch b.commune {
		case "30691": // one gap, the one of the manual
			if b.indicator == "15.1" && b.measure == "result" {
				return 83.6
			}
			return good
		case "30692": // nothing at all
			return nil
		case "30694":
			if b.measure == "statement" {
				return "Không có số liệu"
			}
			return nil
		}
		if b.measure == "claim" && r.IntN(8) == 0 {
			return []any{"Đạt", "Chưa đạt"}[r.IntN(2)]
		}
		if good == nil || r.IntN(40) == 0 {
			return nil
		}
		if r.IntN(6) == 0 {
			switch good.(type) {
			case float64:
				return float64(r.IntN(10000)) / 100
			case string:
				if b.indicator == "9.1" {
					return "Có"
				}
				return "Chưa đạt"
			}
		}
		return good
	})
	saved := filepath.Join(convert(t, "xlsx", filled), filepath.Base(filled))
	data, err := os.ReadFile(saved)
	if err != nil {
		t.Fatal(err)
	}
	o.put(filepath.Join(formPeriod, filepath.Base(saved)), data)
	o.evaluate(formPeriod)

	f, err := excelize.OpenFile(saved)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows(form.ValueSheet)
	if err != nil {
		t.Fatal(err)
	}
	short, long := map[string]string{}, map[string]string{}
	for _, row := range rows {
		if len(row) > 2 && strings.HasPrefix(row[1], "30") {
			short[row[1]], long[row[1]] = row[0], row[len(row)-1]
		}
	}
	if got, want := long["30691"], "18/19, thiếu 15.1: còn 1,4 điểm %"; got != want {
		t.Errorf("30691: the form says %q, want %q", got, want)
	}
	if got := long["30692"]; got != "chưa nhập số liệu" {
		t.Errorf("30692: the form says %q of a blank row", got)
	}
	if got := long["30694"]; got != "Không có số liệu" {
		t.Errorf("30694: the form says %q beside a statement", got)
	}
	compared := 0
	for _, line := range o.ask(`select commune_code, criteria_met, failing_indicators from mart.commune_summary
		where district_code = '894' and reported order by 1`) {
		part := strings.Split(line, " | ")
		code, met, failing := part[0], part[1], part[2]
		if short[code] != met+"/19" {
			t.Errorf("%s: the form counts %q, the evaluation %s", code, short[code], met)
		}
		var named []string
		_, list, _ := strings.Cut(long[code], ", thiếu ")
		for _, p := range strings.Split(list, "; ") {
			if id, _, ok := strings.Cut(p, ": "); ok {
				named = append(named, id)
			}
		}
		if got := strings.Join(named, "; "); got != failing {
			t.Errorf("%s: the form names %q, the evaluation %q", code, got, failing)
		}
		compared++
	}
	if compared != 12 {
		t.Errorf("compared %d communes, want 12", compared)
	}
	// Nothing to report is not silence.
	o.says(`select c.commune_name from ops.finding f join staging.commune c using (period, commune_code) where check_id = 'missing_commune'`, "An Bình")
	o.says(`select c.commune_name, f.severity from ops.finding f join staging.commune c using (period, commune_code) where check_id = 'stated_nothing'`, "Vĩnh Phú | warning")
	o.says(`select count(*) from ops.finding where check_id = 'missing_district' and district_code = '894'`, "0")
	o.says(`select form_id, status from ops.submission`, "ntm-bieu-mau/1 | accepted")
}

// A sender's statement alone is a report, and no value of another period comes
// into this one.
func TestStatementOfTheWholeSenderIsAReport(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	f, err := excelize.OpenFile(o.forms("--sender", "884")[0])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if err := f.SetCellStr(form.ValueSheet, "I8", form.NoChange); err != nil {
		t.Fatal(err)
	}
	var data bytes.Buffer
	if err := f.Write(&data); err != nil {
		t.Fatal(err)
	}
	o.put(filepath.Join(formPeriod, "gui lai.xlsx"), data.Bytes())
	o.evaluate(formPeriod)
	o.says(`select status, district_code from ops.submission`, "accepted | 884")
	o.says(`select count(*) from ops.finding where district_code = '884' and check_id in ('missing_district', 'missing_commune')`, "0")
	o.says(`select severity, cell from ops.finding where check_id = 'stated_nothing'`, "warning | I8")
	o.says(`select count(*) from mart.commune_summary where reported`, "0")
}

// edited is a filled form with something done to it, and how it is read then.
func edited(t *testing.T, path string, edit func(f *excelize.File) error) *pipeline.Inspection {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if err := edit(f); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := f.SaveAs(to); err != nil {
		t.Fatal(err)
	}
	return readForm(t, to)
}

func checksIn(in *pipeline.Inspection) string {
	var l []string
	for _, i := range in.Issues {
		if !slices.Contains(l, i.Check) {
			l = append(l, i.Check)
		}
	}
	slices.Sort(l)
	return strings.Join(l, " ")
}

// What people do to a form does not change what it says; what nobody could
// understand is said.
func TestFormSurvivesItsReaders(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	r := rand.New(rand.NewPCG(5, 6))
	filled, want := fill(t, o.forms("--sender", "884")[0], func(b blank) any {
		if b.measure == "statement" || r.IntN(3) == 0 {
			return nil
		}
		return everythingMet(b)
	})
	const v = form.ValueSheet
	first, second := 15, 16
	swap := func(f *excelize.File, from, to int) error {
		for col := from; col <= to; col++ {
			a, _ := excelize.CoordinatesToCellName(col, first)
			b, _ := excelize.CoordinatesToCellName(col, second)
			x, err := f.GetCellValue(v, a, excelize.Options{RawCellValue: true})
			if err != nil {
				return err
			}
			y, err := f.GetCellValue(v, b, excelize.Options{RawCellValue: true})
			if err != nil {
				return err
			}
			for cell, s := range map[string]string{a: y, b: x} {
				if n, err := strconv.ParseFloat(s, 64); err == nil && col > 4 {
					err = f.SetCellValue(v, cell, n)
					if err != nil {
						return err
					}
				} else if err := f.SetCellStr(v, cell, s); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for name, c := range map[string]struct {
		edit   func(f *excelize.File) error
		checks string
		same   bool
	}{
		"sorted": {func(f *excelize.File) error { return swap(f, 2, 56) }, "", true},
		"a column hidden and one widened": {func(f *excelize.File) error {
			if err := f.SetColVisible(v, "K", false); err != nil {
				return err
			}
			return f.SetColWidth(v, "L", "L", 40)
		}, "hidden_columns", true},
		"a sheet renamed":                {func(f *excelize.File) error { return f.SetSheetName(v, "Biểu nộp") }, "", true},
		"rows below":                     {func(f *excelize.File) error { return f.SetCellStr(v, "E40", "ghi chú riêng") }, "", true},
		"the sheet of the identity gone": {func(f *excelize.File) error { return f.DeleteSheet("ntm") }, "hidden_columns hidden_rows hidden_sheet", true},
		"a title about another quarter": {func(f *excelize.File) error {
			if err := f.SetCellStr(form.DetailSheet, "A4", ""); err != nil {
				return err
			}
			return f.SetCellStr(v, "E5", "Kỳ báo cáo: Quý II/2018")
		}, "period_mismatch", true},
		"a title about another district": {func(f *excelize.File) error {
			if err := f.SetCellStr(form.DetailSheet, "B2", ""); err != nil {
				return err
			}
			return f.SetCellStr(v, "E3", "HUYỆN TRI TÔN")
		}, "district_mismatch", true},
		"a name nobody knows":       {func(f *excelize.File) error { return f.SetCellStr(v, "D15", "xã mới") }, "form_name_changed", true},
		"a count typed over":        {func(f *excelize.File) error { return f.SetCellStr(v, "A15", "19/19") }, "form_cell_ignored", true},
		"a form of another version": {func(f *excelize.File) error { return f.SetCellStr("ntm", "B3", "7") }, "form_version", true},
		"names without their rows":  {func(f *excelize.File) error { return swap(f, 4, 4) }, "form_row_contradicts", false},
		"a form of another set":     {func(f *excelize.File) error { return f.SetCellStr("ntm", "B4", "QG-318") }, "set_mismatch", false},
		"a form of another period":  {func(f *excelize.File) error { return f.SetCellStr("ntm", "B5", "2017-Q4") }, "period_mismatch", true},
	} {
		t.Run(name, func(t *testing.T) {
			in := edited(t, filled, c.edit)
			if got := checksIn(in); got != c.checks {
				t.Errorf("findings %q, want %q: %v", got, c.checks, in.Issues)
			}
			if in.Reading.District != "884" {
				t.Errorf("the district is %q", in.Reading.District)
			}
			if c.same {
				sameCells(t, name, cameBack(in), want)
			}
			if name == "a form of another period" && !in.Reading.Period.Contradicts {
				t.Error("the period is taken for the run's")
			}
			if !c.same {
				for i := range in.Reading.Observations {
					if o := &in.Reading.Observations[i]; o.Raw != "" && o.Record.Commune != "" {
						t.Fatalf("%s counts %s of %s", name, o.Raw, o.Record.Commune)
					}
				}
			}
		})
	}
}

// Without a single mark a form is still what its headings say.
func TestFormWithoutMarksReadsLikeAnyReport(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	filled, want := fill(t, o.forms("--sender", "884")[0], func(b blank) any {
		if b.measure == "statement" {
			return nil
		}
		return everythingMet(b)
	})
	in := edited(t, filled, func(f *excelize.File) error {
		for _, name := range []string{"ntm", "tinh"} {
			if err := f.DeleteSheet(name); err != nil {
				return err
			}
		}
		for _, name := range []string{form.GuideSheet, form.ValueSheet, form.DetailSheet} {
			if err := f.UnprotectSheet(name); err != nil {
				return err
			}
			if err := f.RemoveRow(name, 1); err != nil {
				return err
			}
		}
		return f.SetCellStr(form.ValueSheet, "B13", "")
	})
	if in.Reading.Form != nil || !strings.HasPrefix(in.Reading.Layouts(), "L1") || in.Reading.District != "884" || !in.Reading.Period.Matches {
		t.Fatalf("read as %s of %q", in.Reading.Layouts(), in.Reading.District)
	}
	got := cameBack(in)
	for key, w := range want {
		if got[key] != w {
			t.Errorf("%s: wrote %q, read %q", key, w, got[key])
		}
	}
}

func TestFormsAreAlwaysTheSameBytes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := o.forms("--sender", "883"), o.forms("--sender", "883")
	x, err := os.ReadFile(a[0])
	if err != nil {
		t.Fatal(err)
	}
	y, err := os.ReadFile(b[0])
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(x, y) {
		t.Error("two forms of one sender differ")
	}
}

// No formula is longer than Excel takes, and none uses what Excel 2010 does not
// know.
func TestFormulasAreThoseOfExcel2010(t *testing.T) {
	t.Parallel()
	f, err := excelize.OpenFile(newOffice(t).forms("--sender", "888")[0])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	longest, n := 0, 0
	for name, area := range map[string]sheet.Pos{form.ValueSheet: {Row: 40, Col: 70}, form.DetailSheet: {Row: 800, Col: 10}, "tinh": {Row: 800, Col: 40}} {
		for row := 1; row <= area.Row; row++ {
			for col := 1; col <= area.Col; col++ {
				formula, err := f.GetCellFormula(name, sheet.Pos{Row: row, Col: col}.String())
				if err != nil {
					t.Fatal(err)
				}
				if formula == "" {
					continue
				}
				n++
				longest = max(longest, len([]rune(formula)))
				for _, word := range []string{"TEXTJOIN", "LET(", "FILTER(", "XLOOKUP", "CONCAT(", "IFS(", "_xlfn", "UNIQUE("} {
					if strings.Contains(formula, word) {
						t.Fatalf("%s!%v uses %s", name, sheet.Pos{Row: row, Col: col}, word)
					}
				}
			}
		}
	}
	t.Logf("%d formulas, the longest %d characters", n, longest)
	if longest > 8000 || n < 1000 {
		t.Errorf("%d formulas, the longest %d characters", n, longest)
	}
}

// A second reader finds the locks, the validations and the rules of colour.
func TestSecondReaderFindsTheLocksOfAForm(t *testing.T) {
	t.Parallel()
	python := os.Getenv("NTM_PYTHON")
	if python == "" {
		absent(t, "NTM_PYTHON does not name a Python with openpyxl")
	}
	path := newOffice(t).forms("--sender", "894")[0]
	out, err := exec.CommandContext(t.Context(), python, "-c", `
import openpyxl, sys
wb = openpyxl.load_workbook(sys.argv[1])
print([(s.title, s.sheet_state, s.protection.sheet, s.protection.password) for s in wb])
ws = wb["Số liệu"]
p = ws.protection
print("allowed", [k for k in ("sort", "autoFilter", "formatColumns", "formatRows") if not getattr(p, k)])
print("refused", [k for k in ("insertRows", "deleteRows", "insertColumns", "deleteColumns", "formatCells") if getattr(p, k)])
print("open", sorted({c.column_letter for c in ws[15] if not c.protection.locked and c.border.left.style})[:4], ws["A15"].protection.locked)
dv = ws.data_validations.dataValidation
one = lambda cell: [(d.type, d.formula1, d.formula2, d.errorStyle) for d in dv if cell in d.sqref]
print(one("E15"), one("G15"), one("D15"))
print(all(d.error and len(d.error) <= 225 and (not d.prompt or len(d.prompt) <= 255) for d in dv))
print(len(dv), len([r for c in ws.conditional_formatting for r in c.rules]) > 200)
print(ws.freeze_panes, ws.auto_filter.ref, ws.page_setup.paperSize, ws.page_setup.orientation)
print(wb.security.lockStructure, sorted(wb.defined_names)[:3], ws["B15"].value, ws.column_dimensions["B"].hidden, ws.row_dimensions[1].hidden)
`, path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := `[('Hướng dẫn', 'visible', True, None), ('Số liệu', 'visible', True, None), ('Chi tiết', 'visible', True, None), ('ntm', 'veryHidden', True, None), ('tinh', 'veryHidden', True, None)]
allowed ['sort', 'autoFilter', 'formatColumns', 'formatRows']
refused ['insertRows', 'deleteRows', 'insertColumns', 'deleteColumns', 'formatCells']
open ['AA', 'AB', 'AC', 'AD'] True
[('list', '"Đạt,Chưa đạt"', None, 'stop')] [('decimal', '0', '100', 'stop')] [('custom', 'FALSE', None, 'stop')]
True
54 True
E15 $B$14:$BD$28 9 landscape
True ['ntm_communes', 'ntm_form', 'ntm_key'] 30691 True True
`
	if got := string(out); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
