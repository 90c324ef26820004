package transforms

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// The measures: what a cell says about its record.
const (
	Result          = "result"           // the reported value or word of an indicator
	Claim           = "claim"            // the sender's own verdict on an indicator
	Secondary       = "secondary"        // the second value of 2.3 and 17.1
	CriterionClaim  = "criterion_claim"  // the sender's own verdict on a whole criterion
	CriteriaTotal   = "criteria_total"   // "Tổng số tiêu chí đạt"
	IndicatorsTotal = "indicators_total" // "Tổng số chỉ tiêu đạt"
	Evidence        = "evidence"         // "Hồ sơ minh chứng": đủ or chưa đủ
	Numerator       = "numerator"        // the counts behind a rate
	Denominator     = "denominator"
)

// Record is one thing that a table reports on: a row of a wide table or list,
// a commune's own sheet, or a row of totals.
type Record struct {
	No      int    // 1-based within the submission
	Kind    string // commune or total
	Table   int
	Layout  string
	Sheet   string
	SheetNo int
	Row     int
	Cell    string // of the name
	Commune string // code, "" when the name matched nothing
	Text    string // the name as written
	Step    string // how the name matched; see MatchCommune
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
	// transposed table is that not the place on the sheet, which Cell is.
	Row, Col  int
	Cell      string
	Measure   string
	Indicator string // "" when the cell is about no single indicator
	Criterion int    // 0 when unknown
	Raw       string // as written; "" for a blank
	Value
}

// Column is one column of a recognised table, or one row of a transposed one.
type Column struct {
	Col       int
	Header    string
	Measure   string // "" for keys and ignored columns
	Indicator string
	Criterion int
	Role      string // key, observation, pair, note, ignored
	Why       string // the cell and the words that decided

	label     string // the lowest heading below the id
	heads     string // what that heading says the column holds; see labelRole
	year      int    // that it states, 0 for none
	told      bool   // Why says why it is ignored
	secondary bool   // the id's own cell holds the words of the secondary value
}

// Table is one recognised table.
type Table struct {
	No      int
	Layout  string
	Sheet   string
	Area    sheet.Rect
	Header  sheet.Rect
	Columns []Column
	Why     []string
	// Witnesses are the cells that spoke for this reading; Score counts the
	// cells written where a known commune meets what is known to be reported.
	Witnesses []Witness
	Score     int
	RunnerUp  *Rival // the best other reading; only Explain looks for it
	// Transposed tells that communes run across: each of Columns is a row of
	// the sheet then.
	Transposed bool
	Records    int
	Cells      int // observations with something written
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
	Period                            PeriodVerdict
	PeriodStated                      bool
	Illustrative                      bool
	Title                             string
	Tables                            []Table
	Records                           []*Record
	Observations                      []Observation
	Ignored                           []Region
	Cells                             Cells // what became of every non-blank cell
	Issues                            issue.List
	Choices                           []Choice      // tables that can be read in more than one way
	Form                              *FormIdentity // nil unless the file is a form of the program's own
}

// Layouts names the layouts found, each once, in order.
func (r *Reading) Layouts() string {
	var l []string
	for _, t := range r.Tables {
		if !slices.Contains(l, t.Layout) {
			l = append(l, t.Layout)
		}
	}
	return strings.Join(l, ", ")
}

// Source is what is known about a file besides its cells.
type Source struct {
	File   string // name as received
	Folder string // below the inbox, "" at its top
	Period Period // of the run
	// Settled tells which reading of a form of a sender's a person has chosen, 0
	// for none; nil where nobody was asked.
	Settled func(sender, fingerprint string) int
}

// reader holds one file's reading while it grows.
type reader struct {
	v      *Vocabulary
	src    Source
	out    *Reading
	grids  []*grid
	tables []*table
	used   map[*grid]map[sheet.Pos]role
	like   map[string]bool // texts that communeLike was asked about

	table      int            // the number of the table that is being extracted
	owner      map[place]int  // the table that took a cell
	doubled    map[place]bool // cells that two tables took
	undated    []undated
	formSheets []formSheet
	// underDistrict is, by table, the district that the rows below belong to in
	// a department's report.
	underDistrict map[int]string
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

// Understand reads a book: which tables it holds, who sent it, for which
// period, and what each cell says. Nothing is refused here; what cannot be
// understood is in the issues and regions of the result.
func Understand(book *sheet.Book, v *Vocabulary, src Source) *Reading {
	return understand(book, v, src).out
}

func understand(book *sheet.Book, v *Vocabulary, src Source) *reader {
	cells := 0
	for _, s := range book.Sheets {
		cells += len(s.Cells)
	}
	r := &reader{v: v, src: src, out: &Reading{}, used: map[*grid]map[sheet.Pos]role{}, like: map[string]bool{},
		owner: make(map[place]int, cells), doubled: map[place]bool{}}
	for i, s := range book.Sheets {
		g := newGrid(s, i+1, v)
		if book.Date1904 {
			for _, c := range g.cells {
				c.mac = true
			}
		}
		r.grids = append(r.grids, g)
		r.used[g] = make(map[sheet.Pos]role, len(g.cells))
		found, own := r.formTables(g)
		if !own {
			r.undateIDs(g)
			for _, pane := range r.panes(g) {
				found = append(found, r.findTables(pane)...)
			}
			slices.SortStableFunc(found, func(a, b *table) int {
				aTop, _ := a.rows()
				bTop, _ := b.rows()
				return aTop - bTop
			})
		}
		r.tables = append(r.tables, found...)
		if g.legacy != "" {
			r.note("legacy_encoding", s.Name, "", "trang tính dùng mã chữ cũ (TCVN3/VNI); đã đổi sang Unicode")
		}
	}
	r.identify()
	r.formIdentity()
	r.identifySender()
	for i, t := range r.tables {
		t.no, r.table = i+1, i+1
		r.extract(t)
	}
	r.identifyCommune()
	r.sayUndated()
	r.mergedOver()
	r.leftOver()
	r.settleAccount(book)
	return r
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

// use says what a cell is where nothing was said yet.
func (r *reader) use(g *grid, c *cell, as role) {
	if c == nil {
		return
	}
	r.own(g, c)
	if r.used[g.sheetGrid()][c.on] == 0 {
		r.mark(g, c, as)
	}
}

// mark says what a cell is, whatever it was said to be before.
func (r *reader) mark(g *grid, c *cell, as role) {
	r.own(g, c)
	r.used[g.sheetGrid()][c.on] = as
}

// own notes which table takes a cell. No two may: the second reading would
// hide behind the first.
func (r *reader) own(g *grid, c *cell) {
	here := place{g.no, c.on}
	if by := r.owner[here]; by != 0 && by != r.table {
		r.doubled[here] = true
		return
	}
	r.owner[here] = r.table
}

// identify decides the district, the period, and whether the figures are only
// illustrative, from the texts outside the tables; the file's and the folder's
// names speak only where the contents do not.
func (r *reader) identify() {
	mentions := map[string]int{}
	where := map[string]string{}
	var first string
	var stated []Stated
	for _, g := range r.grids {
		title := r.titleCells(g)
		for _, c := range title {
			for _, code := range r.v.districtsIn(c.text) {
				if mentions[code] == 0 {
					where[code] = address(g.sheet.Name, c.pos)
					if first == "" {
						first = code
					}
				}
				mentions[code]++
			}
			for _, s := range StatedPeriods(c.text) {
				s.Cell = address(g.sheet.Name, c.pos)
				stated = append(stated, s)
			}
			if strings.Contains(c.fold, "minh họa") || strings.Contains(c.fold, "minh hoạ") {
				r.out.Illustrative = true
			}
			if r.out.Title == "" && (strings.Contains(c.fold, "tổng hợp") || strings.Contains(c.fold, "kết quả") || strings.Contains(c.fold, "báo cáo") || strings.Contains(c.fold, "biểu")) && !strings.Contains(c.fold, "kèm theo") {
				r.out.Title = Clean(c.text)
			}
		}
		stated = append(stated, StatedPeriods(g.sheet.Name)...)
	}
	best, tie := first, false
	for _, d := range r.v.Districts {
		code, n := d.Code, mentions[d.Code]
		switch {
		case n == 0:
		case n > mentions[best]:
			best, tie = code, false
		case n == mentions[best] && code != best:
			tie = true
		}
	}
	named := r.v.SenderInName(r.src.File, r.src.Folder)
	if tie && named != "" && mentions[named] == mentions[best] {
		best, tie = named, false
	}
	switch {
	case best != "" && !tie:
		r.out.District, r.out.DistrictWhy = best, "tiêu đề "+where[best]
		if named != "" && named != best {
			r.note("district_mismatch", sheetOf(where[best]), cellOf(where[best]), fmt.Sprintf(
				"tiêu đề ghi %s nhưng tên tệp “%s” chỉ %s; lấy theo tiêu đề",
				r.v.district[best].Display, r.src.File, r.v.district[named].Display))
		}
	case best != "":
		r.note("district_mismatch", sheetOf(where[best]), cellOf(where[best]), "tiêu đề nêu nhiều huyện khác nhau, không rõ báo cáo của huyện nào")
	case named != "":
		r.out.District, r.out.DistrictWhy = named, "tên tệp hoặc thư mục"
	}

	v := JudgePeriod(stated, r.src.Period)
	base := strings.TrimSuffix(r.src.File, extension(r.src.File))
	fileSays := JudgePeriod(StatedPeriods(strings.NewReplacer("_", " ", "+", " ").Replace(base)), r.src.Period)
	switch {
	case v.Matches || v.Contradicts:
		if v.Matches && fileSays.Contradicts {
			r.note("period_mismatch", "", "", fmt.Sprintf("tên tệp ghi “%s” nhưng tiêu đề (%s) ghi “%s”; lấy theo tiêu đề", fileSays.Label, v.Cell, v.Label))
		}
	case fileSays.Matches || fileSays.Contradicts:
		asOf := v.AsOf
		v = fileSays
		v.Cell = ""
		if asOf.After(v.AsOf) {
			v.AsOf = asOf
		}
	default:
		folder := JudgePeriod(StatedPeriods(r.src.Folder), r.src.Period)
		if folder.Matches || folder.Contradicts {
			v.Matches, v.Contradicts, v.Label = folder.Matches, folder.Contradicts, folder.Label
		}
	}
	r.out.Period = v
	r.out.PeriodStated = v.Matches || v.Contradicts
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

func extension(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[i:]
	}
	return ""
}

// titleCells are the texts of a sheet that stand outside its tables: above the
// first, and between blocks. Below the last table stands the signature.
func (r *reader) titleCells(g *grid) []*cell {
	if r.formsOwn(g) {
		return nil
	}
	lastTable := 0
	inside := func(row int) bool {
		for _, t := range r.tables {
			if top, bottom := t.rows(); t.g.sheetGrid() == g && top <= row && row <= bottom {
				return true
			}
		}
		return false
	}
	for _, t := range r.tables {
		if _, bottom := t.rows(); t.g.sheetGrid() == g {
			lastTable = max(lastTable, bottom)
		}
	}
	if lastTable == 0 {
		lastTable = min(g.lastRow(), 15) // a cover sheet
	}
	var out []*cell
	for row := 1; row <= lastTable && row <= g.lastRow(); row++ {
		if inside(row) {
			continue
		}
		for _, c := range g.row(row) {
			if c.kind == sheet.Text {
				out = append(out, c)
			}
		}
	}
	return out
}

// mergedOver names the merges that reach from a figure over places where
// another commune, or another indicator, is reported on: only the first place
// counts, and the others are blank.
func (r *reader) mergedOver() {
	about := make(map[place]*Observation, len(r.out.Observations))
	for i := range r.out.Observations {
		o := &r.out.Observations[i]
		if at, ok := sheet.ParsePos(o.Cell); ok && about[place{o.Record.SheetNo, at}] == nil {
			about[place{o.Record.SheetNo, at}] = o
		}
	}
	for _, g := range r.grids {
		for _, m := range g.sheet.Merges {
			first := about[place{g.no, m.From}]
			if first == nil || first.Raw == "" || g.cover[m.To] != m {
				continue
			}
			var records []*Record
			var others []string
			add := func(what string) {
				if !slices.Contains(others, what) {
					others = append(others, what)
				}
			}
			for row := m.From.Row; row <= m.To.Row; row++ {
				for col := m.From.Col; col <= m.To.Col; col++ {
					o := about[place{g.no, sheet.Pos{Row: row, Col: col}}]
					switch {
					case o == nil || o == first:
					case o.Record != first.Record:
						if !slices.Contains(records, o.Record) {
							records = append(records, o.Record)
							add("“" + short(o.Record.Text) + "”")
						}
					case o.Indicator != first.Indicator:
						add("chỉ tiêu " + o.Indicator)
					}
				}
			}
			if len(others) == 0 {
				continue
			}
			for len(others) > 4 {
				others = append(others[:3], "…")
			}
			counts := "“" + short(first.Record.Text) + "”"
			if first.Indicator != "" {
				counts += ", chỉ tiêu " + first.Indicator
			}
			r.note("merged_over", g.sheet.Name, m.From.String(), fmt.Sprintf(
				"ô gộp %s (“%s”) trùm cả phần của %s; chỉ được tính cho %s, phần kia coi như để trống", m, short(first.Raw), strings.Join(others, ", "), counts))
		}
	}
}

// leftOver names every region that was not read: titles, signatures, whole
// sheets without a table, cells beside a table. Regions do not overlap and hold
// no cell that was read.
func (r *reader) leftOver() {
	for _, g := range r.grids {
		first, last := 0, 0
		for _, t := range r.tables {
			if t.g.sheetGrid() == g {
				top, bottom := t.rows()
				if first == 0 {
					first = top
				}
				last = max(last, bottom)
			}
		}
		begin := len(r.out.Ignored)
		open := -1 // the region that whole rows still join
		for row := 1; row <= g.lastRow(); row++ {
			var reason string
			switch {
			case first == 0:
				reason = NoTable
			case row < first:
				reason = Titles
			case row > last:
				reason = Signature
			default:
				reason = Outside
			}
			cells := g.row(row)
			if len(cells) == 0 {
				continue
			}
			whole := !slices.ContainsFunc(cells, func(c *cell) bool { return r.used[g][c.pos] != 0 })
			if whole && open >= 0 && r.out.Ignored[open].Reason == reason {
				p := &r.out.Ignored[open]
				p.Cells += len(cells)
				p.Area.From.Col = min(p.Area.From.Col, cells[0].pos.Col)
				p.Area.To = sheet.Pos{Row: row, Col: max(p.Area.To.Col, cells[len(cells)-1].pos.Col)}
				continue
			}
			open = -1
			for i := 0; i < len(cells); i++ {
				from := i
				for i < len(cells) && r.used[g][cells[i].pos] == 0 {
					i++
				}
				if i > from {
					r.out.Ignored = append(r.out.Ignored, Region{
						Sheet: g.sheet.Name, SheetNo: g.no, Area: sheet.Rect{From: cells[from].pos, To: cells[i-1].pos}, Cells: i - from, Reason: reason,
					})
				}
			}
			if whole {
				open = len(r.out.Ignored) - 1
			}
		}
		r.figuresPassedOver(g)
		if first == 0 && len(r.out.Ignored) > begin {
			n := 0
			for _, p := range r.out.Ignored[begin:] {
				n += p.Cells
			}
			what := "trang “" + g.sheet.Name + "”"
			if g.sheet.Name == "" {
				what = "tệp"
			}
			r.note("sheet_ignored", g.sheet.Name, "", fmt.Sprintf("%s không có bảng nào nhận ra được; bỏ qua %d ô", what, n))
		}
	}
}

// figuresPassedOver warns of rows that name a commune and hold figures, and yet
// lie in a region that was not read: a sheet that goes on a table of another
// one without repeating its header, say. Where it is known to be unclear how to
// read the sheet, that has been said.
func (r *reader) figuresPassedOver(g *grid) {
	if slices.ContainsFunc(r.out.Issues, func(i issue.Issue) bool { return i.Check == "layout_unclear" && i.Sheet == g.sheet.Name }) {
		return
	}
	var at *cell
	rows, last := 0, 0
	for row := 1; row <= g.lastRow(); row++ {
		figures, name := 0, (*cell)(nil)
		for _, c := range g.row(row) {
			switch {
			case r.used[g][c.pos] != 0:
			case name == nil && c.kind == sheet.Text && r.communeLike(c):
				name = c
			case name != nil && (c.kind == sheet.Number && !c.date || figureText.MatchString(c.fold)):
				figures++
			}
		}
		if name == nil || figures < 2 {
			continue
		}
		if rows++; at == nil {
			at = name
		}
		last = row
	}
	if rows < 2 {
		return
	}
	r.add("row_ignored", g.sheet.Name, at.pos.String(), fmt.Sprintf(
		"%d dòng (từ dòng %d đến dòng %d) có tên xã và số liệu nhưng không có dòng tiêu đề cho biết các cột là chỉ tiêu nào; không được tính", rows, at.pos.Row, last),
		"Ghi lại dòng tiêu đề (số hiệu chỉ tiêu) ngay trên các dòng này, cả khi bảng tiếp nối trang khác, rồi gửi lại.")
}

var figureText = regexp.MustCompile(`^\d+(?:[.,]\d+)?\s*%?$`)
