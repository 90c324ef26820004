package transforms

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// This file reads the forms that the program itself wrote. They are not
// recognised by their words: every sheet says by marks what its columns and
// rows hold (package form lists them), and a sheet of its own says which form
// it is. So a form is read exactly after rows were sorted, columns hidden,
// moved or widened, sheets renamed, and after another program saved it. Where
// the marks are gone, the sheets are read like anybody's.

// Measures that only forms have.
const (
	CauseKind    = "cause_kind"    // khách quan or chủ quan
	Cause        = "cause"         // why it is not met, in words
	Solution     = "solution"      // what will be done
	ExpectedDate = "expected_date" // by when
	Statement    = "statement"     // nothing to report: no change, or no data
)

// FormIdentity is what a form says about itself.
type FormIdentity struct {
	ID         string
	Version    int
	SetID      string
	Period     string
	SenderKind string // district or commune
	Sender     string // code

	hides map[[2]string]bool // check and sheet: what the form itself hides
}

// formVersion is the version of the marks that this program writes and reads.
const formVersion = 1

// Explains tells that a note about something hidden is about what the form
// itself hides.
func (f *FormIdentity) Explains(i issue.Issue) bool {
	return f != nil && f.hides[[2]string{i.Check, i.Sheet}]
}

// Name is how the form is kept in the list of submissions.
func (f *FormIdentity) Name() string {
	if f == nil {
		return ""
	}
	return f.ID + "/" + strconv.Itoa(f.Version)
}

// mark returns the parts of a cell that is a mark: "ntm|result|15.1".
func mark(c *cell) []string {
	if c == nil || c.kind != sheet.Text {
		return nil
	}
	rest, ok := strings.CutPrefix(c.fold, "ntm|")
	if !ok {
		return nil
	}
	return strings.Split(rest, "|")
}

// formTables finds the tables of a sheet by its marks. own tells that the sheet
// is a form's: then nothing else is looked for.
func (r *reader) formTables(g *grid) (tables []*table, own bool) {
	const look = 30 // the marks stand in the first row, above any title
	for row := 1; row <= min(look, g.lastRow()); row++ {
		var key, code *cell
		for _, c := range g.row(row) {
			switch m := mark(c); {
			case m == nil:
			case m[0] == "identity" || m[0] == "calc" || m[0] == "guide":
				for _, c := range g.cells {
					r.use(g, c, roleNote)
				}
				r.formSheets = append(r.formSheets, formSheet{g: g, identity: m[0] == "identity", whole: true})
				return nil, true
			case m[0] == "code":
				code = c
			case m[0] == "key":
				key = c
			}
		}
		if key == nil && code == nil {
			continue
		}
		t := r.formTable(g, row, key, code)
		if t == nil {
			return nil, false
		}
		return []*table{t}, true
	}
	return nil, false
}

// formSheet is one sheet of a form.
type formSheet struct {
	g        *grid
	identity bool
	whole    bool // nothing from the sender stands there
	markRow  int
	keyCol   int
}

// formsOwn tells a sheet on which the form speaks and the sender does not: it
// says nothing about the sender that the form's identity does not.
func (r *reader) formsOwn(g *grid) bool {
	return slices.ContainsFunc(r.formSheets, func(s formSheet) bool { return s.g == g && s.whole })
}

// formTable places a table by the row of marks; nil where no row is marked.
func (r *reader) formTable(g *grid, markRow int, key, code *cell) *table {
	t := &table{g: g, layout: "template", idRow: markRow}
	anchor := code
	if code == nil {
		anchor = key
	}
	t.codeCol = anchor.pos.Col
	seen := map[string]bool{}
	for _, c := range g.row(markRow) {
		m := mark(c)
		if m == nil {
			continue
		}
		k := Column{Col: c.pos.Col, Why: c.pos.String() + " “" + c.text + "”", Role: "note"}
		switch m[0] {
		case "code", "key":
			k.Role = "key"
		case "name":
			k.Role, t.nameCol = "key", c.pos.Col
		case "formula":
			k.label = "formula"
		case Result, Secondary, Claim, Evidence, Numerator, Denominator, CauseKind, Cause, Solution, ExpectedDate, Statement:
			k.Role, k.Measure = "observation", m[0]
			if len(m) > 1 {
				k.Indicator = m[1]
				if ind := r.v.byID[m[1]]; ind != nil {
					k.Criterion = ind.Criterion
				}
			}
			if what := m[0] + "|" + k.Indicator; seen[what] {
				k.Role, k.Measure, k.Indicator, k.Criterion = "ignored", "", "", 0
			} else {
				seen[what] = true
			}
		}
		t.cols = append(t.cols, k)
	}
	lastKey := 0
	for row := markRow + 1; row <= g.lastRow(); row++ {
		c := g.at(row, t.codeCol)
		switch m := mark(c); {
		case c == nil:
		case m != nil && m[0] == "rows":
			t.dataTop = row + 1
		case m != nil:
		case r.keyOf(c) != "":
			if t.dataTop == 0 {
				t.dataTop = row
			}
			lastKey = row
		}
	}
	if lastKey == 0 || t.dataTop == 0 || t.dataTop > lastKey {
		return nil
	}
	t.dataBottom = lastKey
	// Rows that somebody added below carry no code: a name and figures tell them.
	for row, blank := lastKey+1, 0; row <= g.lastRow() && blank <= 20; row++ {
		if len(g.row(row)) == 0 {
			blank++
			continue
		}
		if r.endsTable(g, row, t.nameCol) {
			break
		}
		if t.nameCol != 0 && g.at(row, t.nameCol) != nil && r.inputs(t, row) {
			t.dataBottom, blank = row, 0
		}
	}
	t.headTop = t.dataTop - 1
	for row := t.dataTop - 1; row > markRow; row-- {
		span := g.span(sheet.Pos{Row: row, Col: t.codeCol})
		if c := g.at(span.From.Row, t.codeCol); c != nil && (mark(c) == nil || mark(c)[0] == "rows") {
			t.headTop = span.From.Row
			continue
		}
		if g.at(row, t.codeCol) == nil && g.span(sheet.Pos{Row: row, Col: t.codeCol}).From.Row == row {
			break
		}
	}
	for i := range t.cols {
		var stack []*cell
		for row := t.headTop; row < t.dataTop; row++ {
			if c := g.shown(row, t.cols[i].Col); c != nil && mark(c) == nil && !columnNumber.MatchString(c.fold) && (len(stack) == 0 || stack[len(stack)-1] != c) {
				stack = append(stack, c)
			}
		}
		t.cols[i].Header = headerText(stack)
	}
	// Columns without a mark that somebody wrote into are named, not read.
	known := map[int]bool{}
	for _, k := range t.cols {
		known[k.Col] = true
	}
	for row := t.dataTop; row <= t.dataBottom; row++ {
		for _, c := range g.row(row) {
			if !known[c.pos.Col] {
				known[c.pos.Col] = true
				t.cols = append(t.cols, Column{Col: c.pos.Col, Role: "ignored"})
			}
		}
	}
	slices.SortFunc(t.cols, func(a, b Column) int { return a.Col - b.Col })
	t.because("biểu mẫu của chương trình: dòng %d ghi nội dung từng cột, cột %s ghi mã từng dòng", markRow, sheet.ColName(t.codeCol))
	r.formSheets = append(r.formSheets, formSheet{g: g, markRow: markRow, keyCol: t.codeCol})
	return t
}

// keyOf is the commune's code that a cell of the column of codes or keys names,
// "" for none.
func (r *reader) keyOf(c *cell) string {
	if c == nil {
		return ""
	}
	code, _, _ := strings.Cut(c.text, "|")
	if r.v.byCode[code] == nil {
		return ""
	}
	return code
}

// inputs tells that a row has something where senders write.
func (r *reader) inputs(t *table, row int) bool {
	return slices.ContainsFunc(t.cols, func(k Column) bool { return k.Measure != "" && t.g.at(row, k.Col) != nil })
}

// formIdentity takes the sender, the period and the set from the form itself.
// They win over titles and names; a contradiction is a finding.
func (r *reader) formIdentity() {
	for _, s := range r.formSheets {
		if s.identity {
			r.takeIdentity(s.g)
			break
		}
	}
	f := r.out.Form
	if f == nil {
		return
	}
	for _, s := range r.formSheets {
		name := s.g.sheet.Name
		if s.whole {
			for _, check := range []string{"hidden_sheet", "hidden_rows", "hidden_columns"} {
				f.hides[[2]string{check, name}] = true
			}
			continue
		}
		f.hides[[2]string{"hidden_rows", name}] = len(s.g.sheet.HiddenRows) == 1 && s.g.sheet.HiddenRows[s.markRow]
		f.hides[[2]string{"hidden_columns", name}] = len(s.g.sheet.HiddenCols) == 1 && s.g.sheet.HiddenCols[s.keyCol]
	}
	if f.Version != formVersion {
		r.note("form_version", "", "", fmt.Sprintf("biểu mẫu phiên bản %d, chương trình lập và đọc phiên bản %d; chỉ đọc được những ô mà hai phiên bản hiểu như nhau", f.Version, formVersion))
	}
	district := f.Sender
	if f.SenderKind == "commune" {
		district = ""
		if c := r.v.byCode[f.Sender]; c != nil {
			district = c.District
		}
	}
	if d := r.v.district[district]; d != nil {
		if said := r.v.district[r.out.District]; said != nil && said != d {
			where := strings.TrimPrefix(r.out.DistrictWhy, "tiêu đề ")
			at, place := "", r.out.DistrictWhy
			if where != r.out.DistrictWhy {
				at, place = where, "tiêu đề"
			}
			r.note("district_mismatch", sheetOf(at), cellOf(at), fmt.Sprintf(
				"%s ghi %s nhưng biểu mẫu được lập cho %s; lấy theo biểu mẫu", place, said.Display, d.Display))
		}
		r.out.District, r.out.DistrictWhy = district, "biểu mẫu"
	}
	if p, ok := ParsePeriod(f.Period); ok {
		said := r.out.Period
		v := JudgePeriod([]Stated{{Text: p.Label(), End: p.End(), rank: 9}}, r.src.Period)
		v.AsOf = said.AsOf
		if said.Matches == v.Matches {
			v.Cell = said.Cell
		} else if said.Matches || said.Contradicts {
			r.note("period_mismatch", sheetOf(said.Cell), cellOf(said.Cell), fmt.Sprintf(
				"tiêu đề hoặc tên tệp ghi “%s” nhưng biểu mẫu được lập cho %s; lấy theo biểu mẫu", said.Label, p.Label()))
		}
		r.out.Period, r.out.PeriodStated = v, true
	}
	if f.SetID != "" && f.SetID != r.v.SetID {
		r.note("set_mismatch", "", "", fmt.Sprintf("biểu mẫu lập theo bộ tiêu chí %s, kỳ này áp dụng bộ %s; số liệu trong biểu không được tính", f.SetID, r.v.SetID))
	}
}

// takeIdentity reads the sheet that says which form this is: a word and its
// value beside it, in any row.
func (r *reader) takeIdentity(g *grid) {
	said := map[string]string{}
	for row := 1; row <= g.lastRow(); row++ {
		cells := g.row(row)
		if len(cells) >= 2 && cells[0].kind == sheet.Text && said[cells[0].fold] == "" {
			said[cells[0].fold] = cells[1].text
		}
	}
	if said["form"] == "" {
		return
	}
	version, _ := strconv.Atoi(said["version"])
	r.out.Form = &FormIdentity{
		ID: said["form"], Version: version, SetID: said["set"], Period: said["period"],
		SenderKind: said["sender_kind"], Sender: said["sender"], hides: map[[2]string]bool{},
	}
}

// otherSet tells that the form's ids mean nothing in the set in force.
func (r *reader) otherSet() bool {
	return r.out.Form != nil && r.out.Form.SetID != "" && r.out.Form.SetID != r.v.SetID
}

// extractForm reads the rows of a form.
func (r *reader) extractForm(t *table) {
	g := t.g
	for _, c := range g.row(t.idRow) {
		r.use(g, c, roleHeader)
	}
	for row := t.idRow + 1; row < t.dataTop; row++ {
		if m := mark(g.at(row, t.codeCol)); m != nil && m[0] == "sender" {
			r.senderStatement(t, row)
		}
	}
	typed := map[sheet.Pos]bool{}
	for i := range g.sheet.Cells {
		typed[g.sheet.Cells[i].Pos] = !g.sheet.Cells[i].Formula
	}
	records := map[string]*Record{} // of a list: commune → its record
	said := map[string]bool{}
	over := map[int]int{} // column of formulas → cells typed over
	for row := t.dataTop; row <= t.dataBottom; row++ {
		if len(g.row(row)) == 0 {
			continue
		}
		for _, k := range t.cols {
			if c := g.at(row, k.Col); c != nil && k.label == "formula" && typed[c.on] {
				over[k.Col]++
			}
		}
		if r.otherSet() {
			r.useRow(t, row, roleNamed)
			continue
		}
		code := r.keyOf(g.at(row, t.codeCol))
		_, id, listed := strings.Cut(cellText(g.at(row, t.codeCol)), "|")
		if !listed {
			if code != "" || r.inputs(t, row) {
				r.formRow(t, row, code)
			} else {
				r.useRow(t, row, roleNote)
			}
			continue
		}
		id, second := strings.CutSuffix(id, "+")
		ind := r.v.byID[id]
		if ind == nil || code == "" {
			r.useRow(t, row, roleNamed)
			r.note("row_ignored", g.sheet.Name, g.place(row, t.codeCol).String(), fmt.Sprintf("dòng %d không rõ thuộc xã, chỉ tiêu nào (mã “%s”); không được đọc", row, cellText(g.at(row, t.codeCol))))
			continue
		}
		// A key twice begins another record: two rows about one thing.
		key := code + "|" + id
		if second {
			key += "+"
		}
		rec := records[code]
		if rec == nil || said[key] {
			if !r.holdsMore(t, row) {
				r.useRow(t, row, 0)
				r.unsay(t, row)
				continue
			}
			rec = r.formRecord(t, row, code)
			records[code] = rec
			for k := range said {
				if strings.HasPrefix(k, code+"|") {
					delete(said, k)
				}
			}
		}
		said[key] = true
		r.formLine(t, row, rec, ind, second)
	}
	for _, k := range t.cols {
		if n := over[k.Col]; n > 0 {
			r.note("form_cell_ignored", g.sheet.Name, g.place(t.dataTop, k.Col).String(), fmt.Sprintf(
				"cột %s (“%s”) do biểu mẫu tự tính nhưng %d ô đã bị gõ đè; các ô đó không được đọc", sheet.ColName(k.Col), k.Header, n))
		}
	}
}

func cellText(c *cell) string {
	if c == nil {
		return ""
	}
	return c.text
}

// holdsMore tells whether a row of a list makes a record: something is written,
// or the list is where results are reported, so that blanks count too.
func (r *reader) holdsMore(t *table, row int) bool {
	return r.inputs(t, row) || slices.ContainsFunc(t.cols, func(k Column) bool { return k.Measure == Result })
}

// unsay takes back that the inputs of a row are values: nothing is written in
// them, so there is nothing to take back but a rule to keep.
func (r *reader) unsay(t *table, row int) {
	for _, k := range t.cols {
		if c := t.g.at(row, k.Col); c != nil && k.Measure != "" {
			r.mark(t.g, c, roleNote)
		}
	}
}

// formRecord makes the record of a row that says its commune by code. A name
// beside it that is another commune's contradicts the code: a paste or a sort
// has torn the row apart, nobody knows which half is right, and nothing in the
// row is counted.
func (r *reader) formRecord(t *table, row int, code string) *Record {
	g := t.g
	name := g.at(row, t.nameCol)
	rec := &Record{
		No: len(r.out.Records) + 1, Kind: "commune", Table: t.no, Layout: t.layout, Sheet: g.sheet.Name, SheetNo: g.no, Row: row,
		Cell: g.place(row, max(t.nameCol, 1)).String(), Text: cellText(name),
	}
	if t.nameCol == 0 {
		rec.Cell = g.place(row, t.codeCol).String()
	}
	r.out.Records = append(r.out.Records, rec)
	if code == "" {
		r.matchRecord(rec)
		return rec
	}
	rec.Commune, rec.Step = code, "code"
	commune := r.v.byCode[code]
	if rec.Text == "" {
		rec.Text = commune.Name
	}
	if name == nil {
		return rec
	}
	written := rec.Text
	// A department's form says the district beside the name.
	if bare, inside, ok := strings.Cut(strings.TrimSuffix(written, ")"), " ("); ok && commune.District != "" && r.v.oneDistrict(inside) == commune.District {
		written = bare
	}
	switch m, _ := r.v.MatchCommune(written, commune.District); {
	case m != nil && m.Code != code:
		rec.Kind, rec.Commune, rec.Step = "contradiction", "", ""
		r.note("form_row_contradicts", rec.Sheet, rec.Cell, fmt.Sprintf(
			"dòng mang mã %s (%s) nhưng ghi tên “%s”; không rõ số liệu của xã nào nên cả dòng không được tính", code, commune.Name, rec.Text))
	case m == nil:
		r.note("form_name_changed", rec.Sheet, rec.Cell, fmt.Sprintf("tên xã ghi “%s”; đọc theo mã %s là %s", rec.Text, code, commune.Name))
	}
	return rec
}

// formRow reads a row of the table of values.
func (r *reader) formRow(t *table, row int, code string) {
	rec := r.formRecord(t, row, code)
	r.useRow(t, row, 0)
	for _, k := range t.cols {
		if k.Measure == "" {
			continue
		}
		c := t.g.at(row, k.Col)
		if ind := r.v.byID[k.Indicator]; ind != nil || k.Measure == Statement {
			r.formCell(t, rec, row, k, ind, c)
		} else if c != nil {
			r.mark(t.g, c, roleNamed)
			r.note("set_mismatch", t.g.sheet.Name, c.on.String(), fmt.Sprintf("cột %s ghi chỉ tiêu “%s”, không có trong bộ tiêu chí %s; không được tính", sheet.ColName(k.Col), k.Indicator, r.v.SetID))
		}
	}
}

// formLine reads a row of the list of details: one indicator of one commune.
func (r *reader) formLine(t *table, row int, rec *Record, ind *Indicator, second bool) {
	if t.nameCol != 0 && rec.Row != row {
		if name := t.g.at(row, t.nameCol); name != nil && name.text != "" && Fold(name.text) != Fold(rec.Text) {
			// The first row of a commune was held against its code; each later
			// one has to carry the same name.
			if m, _ := r.v.MatchCommune(name.text, ""); m != nil && m.Code != rec.Commune && rec.Kind == "commune" {
				r.useRow(t, row, roleNamed)
				r.note("form_row_contradicts", t.g.sheet.Name, name.on.String(), fmt.Sprintf(
					"dòng mang mã %s nhưng ghi tên “%s”; không rõ số liệu của xã nào nên cả dòng không được tính", rec.Commune, name.text))
				return
			}
		}
	}
	r.useRow(t, row, 0)
	for _, k := range t.cols {
		if k.Measure == "" {
			continue
		}
		c := t.g.at(row, k.Col)
		k.Indicator, k.Criterion = ind.ID, ind.Criterion
		if second {
			if k.Measure != Result {
				if c != nil {
					r.mark(t.g, c, roleNamed)
					r.note("form_cell_ignored", t.g.sheet.Name, c.on.String(), "ô này không thuộc phần phải điền của chỉ tiêu; không được đọc")
				}
				continue
			}
			k.Measure = Secondary
		}
		r.formCell(t, rec, row, k, ind, c)
	}
}

// formCell reads one input. Results and second values are observed where they
// are blank too: somebody was asked for them. The rest is observed where it is
// written.
func (r *reader) formCell(t *table, rec *Record, row int, k Column, ind *Indicator, c *cell) {
	var val Value
	raw := ""
	switch k.Measure {
	case Result:
		val = r.v.readValue(c, ind)
	case Secondary:
		val = r.secondaryValue(c, ind)
	default:
		if c == nil {
			return
		}
		switch k.Measure {
		case Claim:
			val = r.claimValue(c, ind)
		case Evidence:
			val = r.evidenceValue(c)
		case Numerator, Denominator:
			val = r.totalValue(c, thousands)
			if val.HasNum && val.Num < 0 {
				val = Value{State: Invalid, Issue: "out_of_range", Message: "số đếm không thể âm"}
			}
		case CauseKind:
			val = wordOf(c, "chọn Khách quan hoặc Chủ quan", "khách quan", "chủ quan")
		case Statement:
			val = statementValue(c)
		case ExpectedDate:
			val = proseValue(c)
			if c.kind == sheet.Number && c.date {
				raw = isoDay(c)
			}
		default:
			val = proseValue(c)
		}
	}
	r.observe(t.g, rec, row, k, val, c)
	if raw != "" {
		r.out.Observations[len(r.out.Observations)-1].Raw = raw
	}
}

// senderStatement reads the cell in which the sender says that there is nothing
// to report: the first one right of its label.
func (r *reader) senderStatement(t *table, row int) {
	g := t.g
	r.use(g, g.at(row, t.codeCol), roleHeader)
	label := false
	for _, c := range g.row(row) {
		if c.pos.Col <= t.codeCol {
			continue
		}
		if !label {
			label = true
			r.use(g, c, roleHeader)
			continue
		}
		rec := &Record{
			No: len(r.out.Records) + 1, Kind: "sender", Table: t.no, Layout: t.layout,
			Sheet: g.sheet.Name, SheetNo: g.no, Row: row, Cell: c.on.String(), Text: c.text,
		}
		r.out.Records = append(r.out.Records, rec)
		r.use(g, c, roleValue)
		r.observe(g, rec, row, Column{Col: c.pos.Col, Measure: Statement}, statementValue(c), c)
		return
	}
}

// statementValue reads "Không có biến động" (Word is true: the sender says that
// all stays as it was) and "Không có số liệu".
func statementValue(c *cell) Value {
	s := strings.Trim(c.fold, " .;,:")
	switch {
	case c.kind != sheet.Text:
	case s == "không có biến động", s == "không biến động":
		return Value{State: Reported, Word: true, HasWord: true, Issue: "stated_nothing",
			Message: "xác nhận “" + c.text + "”: số liệu kỳ trước không tự chuyển sang kỳ này"}
	case s == "không có số liệu":
		return Value{State: Reported, HasWord: true, Issue: "stated_nothing", Message: "xác nhận “" + c.text + "”"}
	case strings.Trim(s, "-–—") == "":
		return Value{State: Missing}
	}
	return invalid("“" + c.text + "” không phải lời xác nhận của biểu mẫu: chọn “Không có biến động” hoặc “Không có số liệu”")
}

func wordOf(c *cell, remedy string, words ...string) Value {
	s := strings.Trim(c.fold, " .;,:")
	if c.kind == sheet.Text && slices.Contains(words, s) {
		return Value{State: Reported}
	}
	if strings.Trim(s, "-–—") == "" {
		return Value{State: Missing}
	}
	return invalid("“" + c.text + "” không rõ nghĩa: " + remedy)
}

// proseValue keeps words as they are.
func proseValue(c *cell) Value {
	switch {
	case c.kind == sheet.Error:
		return invalid("ô chứa lỗi " + c.text + " của Excel")
	case c.kind == sheet.NoResult:
		return invalid("ô chứa công thức chưa có kết quả; mở tệp bằng Excel, tính lại rồi lưu")
	case strings.Trim(c.fold, " .;,:-–—…_") == "":
		return Value{State: Missing}
	}
	return Value{State: Reported}
}

// isoDay writes the day that a date cell shows: 2018-12-31.
func isoDay(c *cell) string {
	zero := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if c.mac {
		zero = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if c.num < 1 || c.num > 2_958_465 {
		return c.text
	}
	return zero.AddDate(0, 0, int(c.num)).Format(time.DateOnly)
}
