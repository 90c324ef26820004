// Package form writes the workbooks that senders fill in: one for a district
// with all its communes, or one for a single commune. It knows how a form looks
// and how it counts while somebody types; what it asks, of whom and at which
// threshold is handed in.
//
// A form carries its identity, so that what comes back is read exactly. On the
// sheet "ntm" stands which form this is; the first row of every other sheet,
// hidden, says what each column holds, and a hidden column says what each row is
// about. Package transforms knows these marks by their text:
//
//	ntm|identity             A1 of the sheet that says which form this is
//	ntm|calc, ntm|guide      A1 of the sheets that hold nothing from the sender
//	ntm|code                 the column of the communes' codes
//	ntm|key                  the column of "commune code|indicator id"; "+" after
//	                         the id means the second value of that indicator
//	ntm|result|15.1          a column of results of one indicator
//	ntm|secondary|2.3        … of its second value
//	ntm|result, ntm|claim, … a column whose indicator the row's key names
//	ntm|name, ntm|own        the communes' names; what the form itself says
//	ntm|formula              what the form computes; nothing is typed there
//	ntm|rows                 in the column of codes or keys: rows follow below
//	ntm|sender               … this row holds the statement of the sender
package form

import (
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"
)

// Version is the version of the marks. A form of another version is read as far
// as its marks are known, and named.
const Version = 1

// ID names this kind of form.
const ID = "ntm-bieu-mau"

// The names of the sheets, in their order.
const (
	GuideSheet  = "Hướng dẫn"
	ValueSheet  = "Số liệu"
	DetailSheet = "Chi tiết"

	identitySheet = "ntm"
	calcSheet     = "tinh"
)

// The words of the drop-downs, as the reader knows them.
const (
	Met           = "Đạt"
	NotMet        = "Chưa đạt"
	Yes           = "Có"
	No            = "Không"
	NotApplicable = "Không áp dụng"
	Complete      = "Đủ"
	Incomplete    = "Chưa đủ"
	Objective     = "Khách quan"
	Subjective    = "Chủ quan"
	NoChange      = "Không có biến động"
	NoData        = "Không có số liệu"
)

// Form is everything that one form says.
type Form struct {
	Period      string // 2017-Q4
	PeriodLabel string // "Quý IV/2017"
	EndsOn      time.Time
	SetID       string
	SetName     string
	LegalBasis  string

	// SenderKind is district, department or commune; a commune's form holds that commune
	// alone.
	SenderKind, SenderCode string
	SenderName             string // "huyện Thoại Sơn", "xã Vĩnh Chánh"
	DistrictName           string // "" where there are no districts

	Communes   []Commune
	Criteria   []Criterion // in the order of the set
	Indicators []Indicator // likewise

	// PreviousLabel names the period whose values stand beside, "" for none.
	PreviousLabel string
	// Deadlines are offered for the date by which a gap will be closed.
	Deadlines    []string
	Illustrative bool // the values beside are sample data
}

// Commune is one commune of a form.
type Commune struct {
	Code, Name string
	// Asked is what each indicator asks of this commune, in the order of
	// Form.Indicators.
	Asked []Requirement
	// Previous is what it reported last time, in the same order: a float64, a
	// word, or nil.
	Previous []any
	// PreviousCount is its count of criteria then: "16/19", "" when not known.
	PreviousCount string
}

// Requirement is the threshold in force for one commune. Threshold is nil for a
// yes/no indicator and where the level is not known.
type Requirement struct {
	Comparator string // >=, <=, >, <, =
	Threshold  *float64
}

// Criterion is a numbered group of indicators.
type Criterion struct {
	No   int
	Name string
}

// Indicator is one thing asked for.
type Indicator struct {
	ID            string
	Criterion     int
	Name, Unit    string
	Kind          string // boolean, percent, number
	Answer        string // of a yes/no indicator: Đạt, Có or Không
	SubLabel      string // of the second value, "" where there is none
	SubComparator string
	SubThreshold  *float64
	NotApplicable bool // whether "Không áp dụng" may be said
}

func (i Indicator) inverted() bool { return i.Kind == "boolean" && i.Answer == No }

// book is a form being written. The first error stays and is told at the end,
// so that a sheet reads as the list of what it prints.
type book struct {
	Form
	f      *excelize.File
	styles map[look]int
	rules  map[rule]int
	err    error

	values  place // of the inputs, as the sheet that counts finds them
	details place
}

// place says where the rows of a sheet stand.
type place struct {
	sheet       string
	first, last int
	key         int         // the column of codes or keys
	column      map[int]int // indicator → column of its results (in the table of values)
	second      map[int]int // indicator → column of its second value
	result      int         // the one column of results (in a commune's form)
	claim       int
	statement   string // the cell of the sender's statement
	stated      int    // the column of the communes' statements, 0 for none
}

// Write writes a form. zip packs its parts, so that one form is always the same
// bytes.
func Write(w io.Writer, form Form, zip func(io.Writer) excelize.ZipWriter) (err error) {
	b := &book{Form: form, f: excelize.NewFile(), styles: map[look]int{}, rules: map[rule]int{}}
	defer func() {
		if e := b.f.Close(); err == nil && e != nil {
			err = fmt.Errorf("form of %s: %w", form.SenderCode, e)
		}
	}()
	b.properties()
	b.do(b.f.SetSheetName("Sheet1", GuideSheet))
	b.sheet(ValueSheet)
	if b.SenderKind != "commune" {
		b.sheet(DetailSheet)
	}
	b.sheet(identitySheet)
	b.sheet(calcSheet)
	if b.SenderKind != "commune" {
		b.tableOfValues()
		b.listOfDetails(DetailSheet)
	} else {
		b.listOfDetails(ValueSheet)
		b.values = b.details
	}
	b.identity()
	b.count()
	b.guide()
	for _, name := range []string{identitySheet, calcSheet} {
		b.do(b.f.SetSheetVisible(name, false, true))
	}
	b.do(b.f.ProtectWorkbook(&excelize.WorkbookProtectionOptions{LockStructure: true}))
	if i, e := b.f.GetSheetIndex(ValueSheet); e == nil {
		b.f.SetActiveSheet(i)
	}
	b.do(b.f.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: boolean(true)}))
	if b.err != nil {
		return fmt.Errorf("form of %s: %w", form.SenderCode, b.err)
	}
	b.f.SetZipWriter(zip)
	if err := b.f.Write(w); err != nil {
		return fmt.Errorf("form of %s: %w", form.SenderCode, err)
	}
	return nil
}

// properties fixes what the library would take from the clock or from itself.
func (b *book) properties() {
	b.do(b.f.SetDefaultFont(font))
	stamp := b.EndsOn.UTC().Format("2006-01-02T15:04:05Z")
	b.do(b.f.SetDocProps(&excelize.DocProperties{
		Title:   "Biểu số liệu tiêu chí xã nông thôn mới, " + b.PeriodLabel + ", " + b.SenderName,
		Creator: "ntm", LastModifiedBy: "ntm", Created: stamp, Modified: stamp, Language: "vi-VN",
	}))
	b.do(b.f.SetAppProps(&excelize.AppProperties{Application: "ntm"}))
}

func (b *book) do(err error) {
	if b.err == nil && err != nil {
		b.err = err
	}
}

func (b *book) sheet(name string) {
	_, err := b.f.NewSheet(name)
	b.do(err)
}

func boolean(v bool) *bool { return &v }

// lock protects a sheet without a password: whoever must may take it off.
// Rows can be sorted and filtered, rows and columns resized and hidden.
func (b *book) lock(sheet string) {
	b.do(b.f.ProtectSheet(sheet, &excelize.SheetProtectionOptions{
		AutoFilter: true, Sort: true, FormatColumns: true, FormatRows: true,
		SelectLockedCells: true, SelectUnlockedCells: true,
	}))
}

// identity writes the sheet that says which form this is, and the names by
// which other programs find the same.
func (b *book) identity() {
	rows := [][2]string{
		{"ntm|identity", ""},
		{"form", ID},
		{"version", fmt.Sprint(Version)},
		{"set", b.SetID},
		{"period", b.Period},
		{"sender_kind", b.SenderKind},
		{"sender", b.SenderCode},
	}
	for i, r := range rows {
		b.text(identitySheet, 1, i+1, r[0])
		b.text(identitySheet, 2, i+1, r[1])
		if i > 0 {
			b.name("ntm_"+r[0], identitySheet, 2, i+1, 2, i+1)
		}
	}
	const first = 10
	b.text(identitySheet, 1, first-1, "communes")
	for i, c := range b.Communes {
		b.text(identitySheet, 1, first+i, c.Code)
		b.text(identitySheet, 2, first+i, c.Name)
		b.text(identitySheet, 3, first+i, c.PreviousCount)
	}
	last := first + len(b.Communes) - 1
	b.name("ntm_communes", identitySheet, 1, first, 1, last)
	b.name("ntm_previous", identitySheet, 3, first, 3, last)
	b.lock(identitySheet)
}

// name defines a name for a block of cells.
func (b *book) name(name, sheet string, left, top, right, bottom int) {
	b.do(b.f.SetDefinedName(&excelize.DefinedName{Name: name, RefersTo: absolute(sheet, left, top, right, bottom)}))
}

func absolute(sheet string, left, top, right, bottom int) string {
	return "'" + sheet + "'!" + fixed(left, top) + ":" + fixed(right, bottom)
}

func fixed(col, row int) string {
	s, err := excelize.CoordinatesToCellName(col, row, true)
	if err != nil {
		return "$A$1"
	}
	return s
}

func at(col, row int) string {
	s, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return "A1"
	}
	return s
}

func column(col int) string {
	s, err := excelize.ColumnNumberToName(col)
	if err != nil {
		return "A"
	}
	return s
}

func (b *book) text(sheet string, col, row int, v string) {
	b.do(b.f.SetCellStr(sheet, at(col, row), v))
}

// put writes a value with its looks.
func (b *book) put(sheet string, col, row int, v any, l look) {
	cell := at(col, row)
	if v != nil && v != "" {
		b.do(b.f.SetCellValue(sheet, cell, v))
	}
	b.do(b.f.SetCellStyle(sheet, cell, cell, b.style(l)))
}

// formula writes a formula with its looks.
func (b *book) formula(sheet string, col, row int, f string, l look) {
	cell := at(col, row)
	b.do(b.f.SetCellFormula(sheet, cell, f))
	b.do(b.f.SetCellStyle(sheet, cell, cell, b.style(l)))
}

// across writes one text over several columns.
func (b *book) across(sheet string, left, right, row int, v string, l look) {
	b.put(sheet, left, row, v, l)
	b.do(b.f.SetCellStyle(sheet, at(left, row), at(right, row), b.style(l)))
	if right > left {
		b.do(b.f.MergeCell(sheet, at(left, row), at(right, row)))
	}
}

// down writes one text over several rows.
func (b *book) down(sheet string, col, top, bottom int, v string, l look) {
	b.put(sheet, col, top, v, l)
	b.do(b.f.SetCellStyle(sheet, at(col, top), at(col, bottom), b.style(l)))
	if bottom > top {
		b.do(b.f.MergeCell(sheet, at(col, top), at(col, bottom)))
	}
}

// hideRow and hideColumn take the marks out of sight.
func (b *book) hideRow(sheet string, row int) { b.do(b.f.SetRowVisible(sheet, row, false)) }
func (b *book) hideColumn(sheet string, col int) {
	b.do(b.f.SetColVisible(sheet, column(col), false))
}
