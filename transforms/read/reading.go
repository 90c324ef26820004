// Package read turns the tables that package shape chose into records and
// observations: what each cell says, about which commune and indicator, and
// what became of every cell. Then it looks back on what it read, and sets
// aside what contradicts itself.
package read

import (
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/shape"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// Record is one thing that a table reports on: a row of a wide table or list,
// a commune's own sheet, or a row of totals.
type Record struct {
	No int // 1-based within the submission
	// Kind is commune, total, sender (a statement of the sender's), contradiction
	// (code and name are two communes) or aside: nothing of it counts.
	Kind    string
	Table   int
	Layout  shape.Layout
	Sheet   string
	SheetNo int
	Row     int
	Cell    string // of the name
	Commune string // code, "" when the name matched nothing
	Text    string // the name as written
	Step    string // how the name matched; see words.Vocabulary.MatchCommune
	Suggest []string
	// District is where the commune was looked for; in a department's report
	// each row has its own.
	District string
}

// Observation is what one cell says about one record.
type Observation struct {
	Record *Record
	// Row and Col place the observation in its table, communes down and
	// indicators across: what adds up or is of one kind shares a Col. Only in a
	// turned table is that not the place on the sheet, which Cell is.
	Row, Col  int
	Cell      string
	Measure   words.Measure
	Indicator string // "" when the cell is about no single indicator
	Criterion int    // 0 when unknown
	Raw       string // as written; "" for a blank
	// Standing is empty where the observation counts; else it says why not. What
	// does not count is kept with its kind and the last day it is stated for.
	Standing shape.Standing
	Kind     words.Kind
	StatedOn string // ISO date, "" when not stated
	Author   words.Author
	words.Value
}

// Column is one line of figures of a recognised table: a column, or a row of a
// turned one, with what speaks for it.
type Column struct {
	Col       int
	Header    string
	Measure   words.Measure // "" for keys and ignored columns
	Indicator string
	Criterion int
	Role      shape.Role
	Standing  shape.Standing
	Kind      words.Kind
	Time      string // as stated
	Unit      string
	Author    words.Author
	Polarity  words.Polarity
	Why       string // the cell and the words that decided, or why it does not count
}

// Table is one recognised table.
type Table struct {
	No      int
	Layout  shape.Layout
	Sheet   string
	Area    sheet.Rect
	Header  sheet.Rect
	Columns []Column
	Why     []string
	// Witnesses are the cells that spoke for this reading; Score counts the
	// cells written where a known commune meets what is known to be reported.
	Witnesses []Witness
	Score     int
	RunnerUp  *Rival // the best other reading
	// Transposed tells that communes run across: each of Columns is a row of
	// the sheet then.
	Transposed bool
	Records    int
	Cells      int            // observations with something written
	Standing   shape.Standing // of the table as a whole
}

// Witness is a group of cells that spoke for the reading of a table.
type Witness struct {
	What        string
	Area        sheet.Rect
	Cells       int
	First, Last string // what the first and the last of them say
}

// Rival is the best of the other readings of the same rows.
type Rival struct {
	Layout shape.Layout
	Area   sheet.Rect
	Score  int
}

// The kinds of evidence for a reading: what stands where.
const (
	IDsAcross      = "ids_across"      // ids of indicators or criteria in one row
	IDsDown        = "ids_down"        // ids or names of indicators in one column
	CommunesDown   = "communes_down"   // known communes in one column
	CommunesAcross = "communes_across" // known communes in one row
	FailingHeading = "failing_heading" // "Tiêu chí, chỉ tiêu chưa đạt"
	ColumnHeadings = "column_headings" // "Kết quả", "Tự đánh giá"
	CommuneNamed   = "commune_named"   // the cell that says whose table it is
	SheetNamed     = "sheet_named"     // the sheet's name says it
)

// Choice is a question that a table leaves open: which of several readings
// counts. A person settles it once for a form; see Source.Settled.
type Choice struct {
	Fingerprint string // of the form: its headings, not its figures
	Table       int
	Sheet       string
	Area        sheet.Rect
	Readings    []Alternative
	Chosen      int  // 1-based; 0 is open
	Confirmed   bool // by a person
}

// Alternative is one reading of a choice.
type Alternative struct {
	No    int
	Says  string // one cell read this way, in Vietnamese
	Cells int    // that would count
	Score float64
}

// Region is a part of a sheet that was not read as data, and why.
type Region struct {
	Sheet   string
	SheetNo int // 1-based: two sheets may have one name
	Area    sheet.Rect
	Cells   int
	Reason  string // one of the reasons below
}

// The reasons for not reading a region.
const (
	NoTable   = "trang không có bảng nào nhận ra được"
	Titles    = "tiêu đề"
	Signature = "phần ký, ghi chú cuối trang"
	Outside   = "ngoài bảng"
)

// Reading is everything understood from one file.
type Reading struct {
	District    string // code; "" when nothing states it
	DistrictWhy string
	// SenderKind and SenderCode are who sent it: mostly the district.
	SenderKind, SenderCode, SenderWhy string
	Period                            words.PeriodVerdict
	PeriodStated                      bool
	Illustrative                      bool
	Title                             string
	Tables                            []Table
	Records                           []*Record
	Observations                      []Observation
	Choices                           []Choice
	Ignored                           []Region
	Cells                             Cells // what became of every non-blank cell
	Issues                            issue.List
	Form                              *FormIdentity // nil unless the file is a form of the program's own
	// NoReport tells a file whose tables name communes and ids by chance only.
	NoReport bool
}

// Layouts names the layouts found, each once, in order.
func (r *Reading) Layouts() string {
	var l []string
	for _, t := range r.Tables {
		if !slices.Contains(l, string(t.Layout)) {
			l = append(l, string(t.Layout))
		}
	}
	return strings.Join(l, ", ")
}

// Source is what is known about a file besides its cells.
type Source struct {
	File   string       // name as received
	Folder string       // below the inbox, "" at its top
	Period words.Period // of the run
	// Settled is the reading that a person chose for a sender's form, 1-based;
	// 0 for none. It may be nil.
	Settled func(sender, fingerprint string) int
	// CountEstimates lets an estimate ("ước") of this period count, with a
	// warning.
	CountEstimates bool
}

// Sheet is one sheet with the tables that were found on it.
type Sheet struct {
	Grid   *grid.Grid
	Tables []*shape.Table
	Form   bool   // a form's own sheet: nothing was looked for
	Legacy string // why text was repaired: "font" or "letters"; "" if none was
	Broken string // why the search of it ended early; "" if it did not
}

// role is what a cell was read as. A cell has one; those without are named in
// the regions of Reading.Ignored.
type role byte

const (
	roleHeader  role = 'h'
	roleKey     role = 'k' // numbers, names, ids
	roleSection role = 's' // headings between rows
	roleValue   role = 'o' // an observation, or a total as written
	roleNote    role = 'n'
	roleNamed   role = 'f' // not read, named by an issue
)

// reader holds one file's reading while it grows.
type reader struct {
	v          *words.Vocabulary
	src        Source
	out        *Reading
	sheets     []Sheet
	used       []map[sheet.Pos]role // by sheet
	tables     []*found
	doubled    map[place]bool // cells that two tables took
	owner      map[place]int
	table      int // the number of the table that is being read
	formSheets []formSheet
	forms      []*formTable
}

// found is a table on its sheet.
type found struct {
	*shape.Table
	no          int
	first       int // its first observation
	end         int
	firstRecord int
	district    string // that the rows below belong to, in a department's report
	byChance    bool
}

// Read reads the tables of a file.
func Read(book *sheet.Book, v *words.Vocabulary, src Source, sheets []Sheet) *Reading {
	return read(book, v, src, sheets).out
}

func read(book *sheet.Book, v *words.Vocabulary, src Source, sheets []Sheet) *reader {
	cells := 0
	for _, s := range book.Sheets {
		cells += len(s.Cells)
	}
	r := &reader{v: v, src: src, out: &Reading{}, sheets: sheets, doubled: map[place]bool{}, owner: make(map[place]int, cells)}
	for _, s := range sheets {
		r.used = append(r.used, make(map[sheet.Pos]role, len(s.Grid.Sheet.Cells)))
		if s.Legacy != "" {
			r.note("legacy_encoding", s.Grid.Sheet.Name, "", "trang tính dùng mã chữ cũ (TCVN3/VNI); đã đổi sang Unicode")
		}
	}
	for i := range sheets {
		if form, own := r.formTables(sheets[i].Grid); own {
			sheets[i].Form, sheets[i].Tables = true, nil
			r.forms = append(r.forms, form...)
		}
		for _, t := range sheets[i].Tables {
			r.tables = append(r.tables, &found{Table: t})
		}
	}
	r.identify()
	r.formIdentity()
	r.identifySender()
	r.ownCommunes()
	for i, t := range r.tables {
		t.no, r.table = i+1, i+1
		r.readTable(t)
	}
	for i, t := range r.forms {
		t.no, r.table = len(r.tables)+i+1, len(r.tables)+i+1
		r.readForm(t)
	}
	slices.SortStableFunc(r.out.Tables, func(a, b Table) int { return r.sheetNo(a.Sheet) - r.sheetNo(b.Sheet) })
	r.identifyCommune()
	r.lookBack()
	r.asides()
	r.struck()
	r.mergedOver()
	r.leftOver()
	r.settleAccount(book)
	return r
}

func (r *reader) sheetNo(name string) int {
	for i := range r.sheets {
		if r.sheets[i].Grid.Sheet.Name == name {
			return i
		}
	}
	return len(r.sheets)
}

// add records a problem that belongs to no observation.
func (r *reader) add(check, sheetName, cellName, message, remedy string) {
	k := KindOf(check)
	r.out.Issues = append(r.out.Issues, issue.Issue{
		Check: check, Code: k.Code, Severity: k.Severity, File: r.src.File,
		Sheet: sheetName, Cell: cellName, Message: message, Remedy: remedy,
	})
}

func (r *reader) note(check, sheetName, cellName, message string) {
	r.add(check, sheetName, cellName, message, KindOf(check).Remedy)
}

// worse records a problem with another severity than its kind's.
func (r *reader) worse(check string, severity issue.Severity, sheetName, cellName, message string) {
	r.note(check, sheetName, cellName, message)
	r.out.Issues[len(r.out.Issues)-1].Severity = severity
}

// use says what a cell is where nothing was said yet.
func (r *reader) use(g *grid.Grid, c *grid.Cell, as role) {
	if c == nil {
		return
	}
	r.own(g, c)
	if r.used[g.No-1][c.Pos] == 0 {
		r.used[g.No-1][c.Pos] = as
	}
}

// mark says what a cell is, whatever it was said to be before.
func (r *reader) mark(g *grid.Grid, c *grid.Cell, as role) {
	r.own(g, c)
	r.used[g.No-1][c.Pos] = as
}

// own notes which table takes a cell. No two may: the second reading would
// hide behind the first.
func (r *reader) own(g *grid.Grid, c *grid.Cell) {
	here := place{g.No, c.Pos}
	if by := r.owner[here]; by != 0 && by != r.table {
		r.doubled[here] = true
		return
	}
	r.owner[here] = r.table
}

// address writes a cell's place within its file. The only sheet of a CSV file
// has no name.
func address(name string, p sheet.Pos) string {
	if name == "" {
		return p.String()
	}
	return name + "!" + p.String()
}

// sheetOf and cellOf take an address apart; a sheet's name may hold the mark too.
func sheetOf(address string) string { return address[:max(0, strings.LastIndexByte(address, '!'))] }
func cellOf(address string) string  { return address[strings.LastIndexByte(address, '!')+1:] }

// short cuts what a message quotes from a cell.
func short(s string) string {
	s = grid.Clean(s)
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// Counting is how many observations count.
func (r *Reading) Counting() int {
	n := 0
	for i := range r.Observations {
		if r.Observations[i].Standing == shape.Counts {
			n++
		}
	}
	return n
}
