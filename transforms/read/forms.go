package read

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/shape"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// This file reads the forms that the program itself wrote. They are not
// recognised by their words: every sheet says by marks what its columns and
// rows hold (package form lists them), and a sheet of its own says which form
// it is. So a form is read exactly after rows were sorted, columns hidden,
// moved or widened, sheets renamed, and after another program saved it. Where
// the marks are gone, the sheets are read like anybody's.

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
func mark(c *grid.Cell) []string {
	if c == nil || c.Kind != sheet.Text {
		return nil
	}
	rest, ok := strings.CutPrefix(c.Fold, "ntm|")
	if !ok {
		return nil
	}
	return strings.Split(rest, "|")
}

// formTables finds the tables of a sheet by its marks. own tells that the sheet
// is a form's: then nothing else is looked for.
func (r *reader) formTables(g *grid.Grid) (tables []*formTable, own bool) {
	const look = 30 // the marks stand in the first row, above any title
	for row := 1; row <= min(look, g.LastRow()); row++ {
		var key, code *grid.Cell
		for _, c := range g.Row(row) {
			switch m := mark(c); {
			case m == nil:
			case m[0] == "identity" || m[0] == "calc" || m[0] == "guide":
				for _, c := range cellsOf(g) {
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
		return []*formTable{t}, true
	}
	return nil, false
}

// formTable is one table of a form, placed by its marks.
type formTable struct {
	g                   *grid.Grid
	no                  int
	idRow               int // of the marks
	codeCol, nameCol    int
	headTop             int
	dataTop, dataBottom int
	cols                []formColumn
	why                 []string
}

type formColumn struct {
	Col       int
	Header    string
	Measure   words.Measure
	Indicator string
	Criterion int
	Role      shape.Role
	Why       string
	formula   bool
}

// formSheet is one sheet of a form.
type formSheet struct {
	g        *grid.Grid
	identity bool
	whole    bool // nothing from the sender stands there
	markRow  int
	keyCol   int
}

// formsOwn tells a sheet on which the form speaks and the sender does not: it
// says nothing about the sender that the form's identity does not.
func (r *reader) formsOwn(g *grid.Grid) bool {
	return slices.ContainsFunc(r.formSheets, func(s formSheet) bool { return s.g == g && s.whole })
}

// formTable places a table by the row of marks; nil where no row is marked.
func (r *reader) formTable(g *grid.Grid, markRow int, key, code *grid.Cell) *formTable {
	t := &formTable{g: g, idRow: markRow}
	anchor := code
	if code == nil {
		anchor = key
	}
	t.codeCol = anchor.Pos.Col
	seen := map[string]bool{}
	for _, c := range g.Row(markRow) {
		m := mark(c)
		if m == nil {
			continue
		}
		k := formColumn{Col: c.Pos.Col, Why: c.Pos.String() + " “" + c.Text + "”", Role: shape.Note}
		switch m[0] {
		case "code", "key":
			k.Role = shape.Key
		case "name":
			k.Role, t.nameCol = shape.Key, c.Pos.Col
		case "formula":
			k.formula = true
		case string(words.Result), string(words.Secondary), string(words.Claim), string(words.Evidence), string(words.Numerator), string(words.Denominator), string(words.CauseKind), string(words.Cause), string(words.Solution), string(words.ExpectedDate), string(words.Statement):
			k.Role, k.Measure = shape.Figures, words.Measure(m[0])
			if len(m) > 1 {
				k.Indicator = m[1]
				if ind := r.v.Indicator(m[1]); ind != nil {
					k.Criterion = ind.Criterion
				}
			}
			if what := m[0] + "|" + k.Indicator; seen[what] {
				k.Role, k.Measure, k.Indicator, k.Criterion = shape.Ignored, "", "", 0
			} else {
				seen[what] = true
			}
		}
		t.cols = append(t.cols, k)
	}
	lastKey := 0
	for row := markRow + 1; row <= g.LastRow(); row++ {
		c := g.At(row, t.codeCol)
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
	for row, blank := lastKey+1, 0; row <= g.LastRow() && blank <= 20; row++ {
		if len(g.Row(row)) == 0 {
			blank++
			continue
		}
		if shape.Signature(g, row) {
			break
		}
		if t.nameCol != 0 && g.At(row, t.nameCol) != nil && r.inputs(t, row) {
			t.dataBottom, blank = row, 0
		}
	}
	t.headTop = t.dataTop - 1
	for row := t.dataTop - 1; row > markRow; row-- {
		span := g.Span(row, t.codeCol)
		if c := g.At(span.From.Row, t.codeCol); c != nil && (mark(c) == nil || mark(c)[0] == "rows") {
			t.headTop = span.From.Row
			continue
		}
		if g.At(row, t.codeCol) == nil && g.Span(row, t.codeCol).From.Row == row {
			break
		}
	}
	for i := range t.cols {
		var stack []*grid.Cell
		for row := t.headTop; row < t.dataTop; row++ {
			if c := g.Shown(row, t.cols[i].Col); c != nil && mark(c) == nil && !shape.ColumnNumber.MatchString(c.Fold) && (len(stack) == 0 || stack[len(stack)-1] != c) {
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
		for _, c := range g.Row(row) {
			if !known[c.Pos.Col] {
				known[c.Pos.Col] = true
				t.cols = append(t.cols, formColumn{Col: c.Pos.Col, Role: shape.Ignored})
			}
		}
	}
	slices.SortFunc(t.cols, func(a, b formColumn) int { return a.Col - b.Col })
	t.why = append(t.why, fmt.Sprintf("biểu mẫu của chương trình: dòng %d ghi nội dung từng cột, cột %s ghi mã từng dòng", markRow, sheet.ColName(t.codeCol)))
	r.formSheets = append(r.formSheets, formSheet{g: g, markRow: markRow, keyCol: t.codeCol})
	return t
}

// keyOf is the commune's code that a cell of the column of codes or keys names,
// "" for none.
func (r *reader) keyOf(c *grid.Cell) string {
	if c == nil {
		return ""
	}
	code, _, _ := strings.Cut(c.Text, "|")
	if r.v.Commune(code) == nil {
		return ""
	}
	return code
}

// inputs tells that a row has something where senders write.
func (r *reader) inputs(t *formTable, row int) bool {
	return slices.ContainsFunc(t.cols, func(k formColumn) bool { return k.Measure != "" && t.g.At(row, k.Col) != nil })
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
		name := s.g.Sheet.Name
		if s.whole {
			for _, check := range []string{"hidden_sheet", "hidden_rows", "hidden_columns"} {
				f.hides[[2]string{check, name}] = true
			}
			continue
		}
		f.hides[[2]string{"hidden_rows", name}] = len(s.g.Sheet.HiddenRows) == 1 && s.g.Sheet.HiddenRows[s.markRow]
		f.hides[[2]string{"hidden_columns", name}] = len(s.g.Sheet.HiddenCols) == 1 && s.g.Sheet.HiddenCols[s.keyCol]
	}
	if f.Version != formVersion {
		r.note("form_version", "", "", fmt.Sprintf("biểu mẫu phiên bản %d, chương trình lập và đọc phiên bản %d; chỉ đọc được những ô mà hai phiên bản hiểu như nhau", f.Version, formVersion))
	}
	district := f.Sender
	if f.SenderKind == "commune" {
		district = ""
		if c := r.v.Commune(f.Sender); c != nil {
			district = c.District
		}
	}
	if d := r.v.District(district); d != nil {
		if said := r.v.District(r.out.District); said != nil && said != d {
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
	if p, ok := words.ParsePeriod(f.Period); ok {
		said := r.out.Period
		v := words.JudgePeriod([]words.Stated{words.LabelOf(p)}, r.src.Period)
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
func (r *reader) takeIdentity(g *grid.Grid) {
	said := map[string]string{}
	for row := 1; row <= g.LastRow(); row++ {
		cells := g.Row(row)
		if len(cells) >= 2 && cells[0].Kind == sheet.Text && said[cells[0].Fold] == "" {
			said[cells[0].Fold] = cells[1].Text
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

// readRows reads the rows of a form.
func (r *reader) readRows(t *formTable) {
	g := t.g
	for _, c := range g.Row(t.idRow) {
		r.use(g, c, roleHeader)
	}
	for row := t.idRow + 1; row < t.dataTop; row++ {
		if m := mark(g.At(row, t.codeCol)); m != nil && m[0] == "sender" {
			r.senderStatement(t, row)
		}
	}
	typed := map[sheet.Pos]bool{}
	for i := range g.Sheet.Cells {
		typed[g.Sheet.Cells[i].Pos] = !g.Sheet.Cells[i].Formula
	}
	records := map[string]*Record{} // of a list: commune → its record
	said := map[string]bool{}
	over := map[int]int{} // column of formulas → cells typed over
	for row := t.dataTop; row <= t.dataBottom; row++ {
		if len(g.Row(row)) == 0 {
			continue
		}
		for _, k := range t.cols {
			if c := g.At(row, k.Col); c != nil && k.formula && typed[c.Pos] {
				over[k.Col]++
			}
		}
		if r.otherSet() {
			r.useFormRow(t, row, roleNamed)
			continue
		}
		code := r.keyOf(g.At(row, t.codeCol))
		_, id, listed := strings.Cut(cellText(g.At(row, t.codeCol)), "|")
		if !listed {
			if code != "" || r.inputs(t, row) {
				r.formRow(t, row, code)
			} else {
				r.useFormRow(t, row, roleNote)
			}
			continue
		}
		id, second := strings.CutSuffix(id, "+")
		ind := r.v.Indicator(id)
		if ind == nil || code == "" {
			r.useFormRow(t, row, roleNamed)
			r.note("row_ignored", g.Sheet.Name, (sheet.Pos{Row: row, Col: t.codeCol}).String(), fmt.Sprintf("dòng %d không rõ thuộc xã, chỉ tiêu nào (mã “%s”); không được đọc", row, cellText(g.At(row, t.codeCol))))
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
				r.useFormRow(t, row, 0)
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
			r.note("form_cell_ignored", g.Sheet.Name, (sheet.Pos{Row: t.dataTop, Col: k.Col}).String(), fmt.Sprintf(
				"cột %s (“%s”) do biểu mẫu tự tính nhưng %d ô đã bị gõ đè; các ô đó không được đọc", sheet.ColName(k.Col), k.Header, n))
		}
	}
}

func cellText(c *grid.Cell) string {
	if c == nil {
		return ""
	}
	return c.Text
}

// holdsMore tells whether a row of a list makes a record: something is written,
// or the list is where results are reported, so that blanks count too.
func (r *reader) holdsMore(t *formTable, row int) bool {
	return r.inputs(t, row) || slices.ContainsFunc(t.cols, func(k formColumn) bool { return k.Measure == words.Result })
}

// unsay takes back that the inputs of a row are values: nothing is written in
// them, so there is nothing to take back but a rule to keep.
func (r *reader) unsay(t *formTable, row int) {
	for _, k := range t.cols {
		if c := t.g.At(row, k.Col); c != nil && k.Measure != "" {
			r.mark(t.g, c, roleNote)
		}
	}
}

// formRecord makes the record of a row that says its commune by code. A name
// beside it that is another commune's contradicts the code: a paste or a sort
// has torn the row apart, nobody knows which half is right, and nothing in the
// row is counted.
func (r *reader) formRecord(t *formTable, row int, code string) *Record {
	g := t.g
	name := g.At(row, t.nameCol)
	rec := &Record{
		No: len(r.out.Records) + 1, Kind: "commune", Table: t.no, Layout: shape.Form, Sheet: g.Sheet.Name, SheetNo: g.No, Row: row,
		Cell: (sheet.Pos{Row: row, Col: max(t.nameCol, 1)}).String(), Text: cellText(name),
	}
	if t.nameCol == 0 {
		rec.Cell = (sheet.Pos{Row: row, Col: t.codeCol}).String()
	}
	r.out.Records = append(r.out.Records, rec)
	if code == "" {
		r.match(rec)
		return rec
	}
	rec.Commune, rec.Step = code, "code"
	commune := r.v.Commune(code)
	if rec.Text == "" {
		rec.Text = commune.Name
	}
	if name == nil {
		return rec
	}
	written := rec.Text
	// A department's form says the district beside the name.
	if bare, inside, ok := strings.Cut(strings.TrimSuffix(written, ")"), " ("); ok && commune.District != "" && r.v.OneDistrict(inside) == commune.District {
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
func (r *reader) formRow(t *formTable, row int, code string) {
	rec := r.formRecord(t, row, code)
	r.useFormRow(t, row, 0)
	for _, k := range t.cols {
		if k.Measure == "" {
			continue
		}
		c := t.g.At(row, k.Col)
		if ind := r.v.Indicator(k.Indicator); ind != nil || k.Measure == words.Statement {
			r.formCell(t, rec, row, k, ind, c)
		} else if c != nil {
			r.mark(t.g, c, roleNamed)
			r.note("set_mismatch", t.g.Sheet.Name, c.Pos.String(), fmt.Sprintf("cột %s ghi chỉ tiêu “%s”, không có trong bộ tiêu chí %s; không được tính", sheet.ColName(k.Col), k.Indicator, r.v.SetID))
		}
	}
}

// formLine reads a row of the list of details: one indicator of one commune.
func (r *reader) formLine(t *formTable, row int, rec *Record, ind *words.Indicator, second bool) {
	if t.nameCol != 0 && rec.Row != row {
		if name := t.g.At(row, t.nameCol); name != nil && name.Text != "" && grid.Fold(name.Text) != grid.Fold(rec.Text) {
			// The first row of a commune was held against its code; each later
			// one has to carry the same name.
			if m, _ := r.v.MatchCommune(name.Text, ""); m != nil && m.Code != rec.Commune && rec.Kind == "commune" {
				r.useFormRow(t, row, roleNamed)
				r.note("form_row_contradicts", t.g.Sheet.Name, name.Pos.String(), fmt.Sprintf(
					"dòng mang mã %s nhưng ghi tên “%s”; không rõ số liệu của xã nào nên cả dòng không được tính", rec.Commune, name.Text))
				return
			}
		}
	}
	r.useFormRow(t, row, 0)
	for _, k := range t.cols {
		if k.Measure == "" {
			continue
		}
		c := t.g.At(row, k.Col)
		k.Indicator, k.Criterion = ind.ID, ind.Criterion
		if second {
			if k.Measure != words.Result {
				if c != nil {
					r.mark(t.g, c, roleNamed)
					r.note("form_cell_ignored", t.g.Sheet.Name, c.Pos.String(), "ô này không thuộc phần phải điền của chỉ tiêu; không được đọc")
				}
				continue
			}
			k.Measure = words.Secondary
		}
		r.formCell(t, rec, row, k, ind, c)
	}
}

// formCell reads one input. Results and second values are observed where they
// are blank too: somebody was asked for them. The rest is observed where it is
// written.
func (r *reader) formCell(t *formTable, rec *Record, row int, k formColumn, ind *words.Indicator, c *grid.Cell) {
	var val words.Value
	raw := ""
	switch k.Measure {
	case words.Result:
		val = r.v.Read(c, ind, "")
	case words.Secondary:
		val = r.v.Say(words.Secondary, c, ind, "")
	default:
		if c == nil {
			return
		}
		switch k.Measure {
		case words.Claim:
			val = r.v.Say(words.Claim, c, ind, "")
		case words.Evidence:
			val = r.v.Say(words.Evidence, c, ind, "")
		case words.Numerator, words.Denominator:
			val = r.v.Say(words.Numerator, c, ind, "")
			if val.HasNum && val.Num < 0 {
				val = words.Value{State: words.Invalid, Issue: "out_of_range", Message: "số đếm không thể âm"}
			}
		case words.CauseKind:
			val = wordOf(c, "chọn Khách quan hoặc Chủ quan", "khách quan", "chủ quan")
		case words.Statement:
			val = statementValue(c)
		case words.ExpectedDate:
			val = proseValue(c)
			if c.Kind == sheet.Number && c.Date {
				raw = isoDay(c)
			}
		default:
			val = proseValue(c)
		}
	}
	r.observeForm(t.g, rec, row, k, val, c)
	if raw != "" {
		r.out.Observations[len(r.out.Observations)-1].Raw = raw
	}
}

// senderStatement reads the cell in which the sender says that there is nothing
// to report: the first one right of its label.
func (r *reader) senderStatement(t *formTable, row int) {
	g := t.g
	r.use(g, g.At(row, t.codeCol), roleHeader)
	label := false
	for _, c := range g.Row(row) {
		if c.Pos.Col <= t.codeCol {
			continue
		}
		if !label {
			label = true
			r.use(g, c, roleHeader)
			continue
		}
		rec := &Record{
			No: len(r.out.Records) + 1, Kind: "sender", Table: t.no, Layout: shape.Form,
			Sheet: g.Sheet.Name, SheetNo: g.No, Row: row, Cell: c.Pos.String(), Text: c.Text,
		}
		r.out.Records = append(r.out.Records, rec)
		r.use(g, c, roleValue)
		r.observeForm(g, rec, row, formColumn{Col: c.Pos.Col, Measure: words.Statement}, statementValue(c), c)
		return
	}
}

// statementValue reads "Không có biến động" (Word is true: the sender says that
// all stays as it was) and "Không có số liệu".
func statementValue(c *grid.Cell) words.Value {
	s := strings.Trim(c.Fold, " .;,:")
	switch {
	case c.Kind != sheet.Text:
	case s == "không có biến động", s == "không biến động":
		return words.Value{State: words.Reported, Word: true, HasWord: true, Issue: "stated_nothing",
			Message: "xác nhận “" + c.Text + "”: số liệu kỳ trước không tự chuyển sang kỳ này"}
	case s == "không có số liệu":
		return words.Value{State: words.Reported, HasWord: true, Issue: "stated_nothing", Message: "xác nhận “" + c.Text + "”"}
	case strings.Trim(s, "-–—") == "":
		return words.Value{State: words.Missing}
	}
	return words.Refused("“" + c.Text + "” không phải lời xác nhận của biểu mẫu: chọn “Không có biến động” hoặc “Không có số liệu”")
}

func wordOf(c *grid.Cell, remedy string, of ...string) words.Value {
	s := strings.Trim(c.Fold, " .;,:")
	if c.Kind == sheet.Text && slices.Contains(of, s) {
		return words.Value{State: words.Reported}
	}
	if strings.Trim(s, "-–—") == "" {
		return words.Value{State: words.Missing}
	}
	return words.Refused("“" + c.Text + "” không rõ nghĩa: " + remedy)
}

// proseValue keeps words as they are.
func proseValue(c *grid.Cell) words.Value {
	switch {
	case c.Kind == sheet.Error:
		return words.Refused("ô chứa lỗi " + c.Text + " của Excel")
	case c.Kind == sheet.NoResult:
		return words.Refused("ô chứa công thức chưa có kết quả; mở tệp bằng Excel, tính lại rồi lưu")
	case strings.Trim(c.Fold, " .;,:-–—…_") == "":
		return words.Value{State: words.Missing}
	}
	return words.Value{State: words.Reported}
}

// isoDay writes the day that a date cell shows: 2018-12-31.
func isoDay(c *grid.Cell) string {
	zero := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if c.Mac {
		zero = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if c.Num < 1 || c.Num > 2_958_465 {
		return c.Text
	}
	return zero.AddDate(0, 0, int(c.Num)).Format(time.DateOnly)
}

// readForm reads one table of a form.
func (r *reader) readForm(t *formTable) {
	records, cells := len(r.out.Records), len(r.out.Observations)
	for row := t.headTop; row < t.dataTop; row++ {
		r.useFormRow(t, row, roleHeader)
	}
	r.readRows(t)
	written := 0
	for _, o := range r.out.Observations[cells:] {
		if o.Raw != "" {
			written++
		}
	}
	first, last := 1, 1
	var cols []Column
	for i, k := range t.cols {
		if i == 0 {
			first = k.Col
		}
		last = max(last, k.Col)
		cols = append(cols, Column{Col: k.Col, Header: k.Header, Measure: k.Measure, Indicator: k.Indicator, Criterion: k.Criterion, Role: k.Role, Why: k.Why})
		if k.Role != shape.Ignored {
			continue
		}
		n := 0
		for row := t.dataTop; row <= t.dataBottom; row++ {
			if c := t.g.At(row, k.Col); c != nil && r.used[t.g.No-1][c.Pos] == roleNamed {
				n++
			}
		}
		if n > 0 {
			r.note("column_ignored", t.g.Sheet.Name, (sheet.Pos{Row: t.headTop, Col: k.Col}).String(), fmt.Sprintf(
				"cột %s (tiêu đề “%s”) không rõ là chỉ tiêu nào; bỏ qua %d ô", sheet.ColName(k.Col), k.Header, n))
		}
	}
	r.out.Tables = append(r.out.Tables, Table{
		No: t.no, Layout: shape.Form, Sheet: t.g.Sheet.Name, Columns: cols, Why: t.why,
		Area:    sheet.Rect{From: sheet.Pos{Row: t.headTop, Col: first}, To: sheet.Pos{Row: t.dataBottom, Col: last}},
		Header:  sheet.Rect{From: sheet.Pos{Row: t.headTop, Col: first}, To: sheet.Pos{Row: t.dataTop - 1, Col: last}},
		Records: len(r.out.Records) - records, Cells: written, Score: written,
	})
}

// useFormRow says what the cells of a row, in the table's columns, are: as, or
// for 0 what their columns hold.
func (r *reader) useFormRow(t *formTable, row int, as role) {
	for _, k := range t.cols {
		c := t.g.At(row, k.Col)
		switch {
		case as != 0:
			r.use(t.g, c, as)
		case k.Role == shape.Key:
			r.use(t.g, c, roleKey)
		case k.Role == shape.Note:
			r.use(t.g, c, roleNote)
		case k.Role == shape.Ignored:
			r.use(t.g, c, roleNamed)
		default:
			r.use(t.g, c, roleValue)
		}
	}
}

func (r *reader) observeForm(g *grid.Grid, rec *Record, row int, k formColumn, val words.Value, c *grid.Cell) {
	raw := ""
	if c != nil {
		raw = c.Text
	}
	r.out.Observations = append(r.out.Observations, Observation{
		Record: rec, Row: row, Col: k.Col, Cell: sheet.Pos{Row: row, Col: k.Col}.String(),
		Measure: k.Measure, Indicator: k.Indicator, Criterion: k.Criterion, Raw: raw, Value: val,
	})
}

func cellsOf(g *grid.Grid) []*grid.Cell {
	var out []*grid.Cell
	for row := 1; row <= g.LastRow(); row++ {
		out = append(out, g.Row(row)...)
	}
	return out
}

func headerText(stack []*grid.Cell) string {
	var parts []string
	for _, c := range stack {
		parts = append(parts, grid.Clean(c.Text))
	}
	return strings.Join(parts, " / ")
}

// Marked tells a sheet of a form of the program's own: its marks say all.
func Marked(g *grid.Grid) bool {
	for row := 1; row <= min(30, g.LastRow()); row++ {
		for _, c := range g.Row(row) {
			if m := mark(c); m != nil {
				switch m[0] {
				case "identity", "calc", "guide", "code", "key":
					return true
				}
			}
		}
	}
	return false
}
