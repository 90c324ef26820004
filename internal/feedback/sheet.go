package feedback

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// mark is a cell to be marked, with what its comment says.
type mark struct {
	pos      sheet.Pos
	severity issue.Severity // the worst of its problems
	text     string
	worn     bool // to be taken off: an earlier feedback set it
}

// survey is what has to be known of a sheet before it is patched.
type survey struct {
	root      tag
	legacy    tag       // <legacyDrawing>, where there is one
	legacyID  attribute // its r:id
	hasLegacy bool
	behind    int // where a <legacyDrawing> may be put
	selected  []tag
	columns   []columns
	width     float64         // of columns that say nothing of themselves
	heights   map[int]float64 // of rows that say something
	height    float64
	merges    []sheet.Rect // those that cover marks
	sheetData tag
	dataInner int
	hasData   bool
}

type columns struct {
	from, to int
	width    float64
	format   int
}

// beforeLegacy are the elements of a worksheet that stand before its
// <legacyDrawing>.
var beforeLegacy = map[string]bool{
	"sheetPr": true, "dimension": true, "sheetViews": true, "sheetFormatPr": true, "cols": true, "sheetData": true, "sheetCalcPr": true,
	"sheetProtection": true, "protectedRanges": true, "scenarios": true, "autoFilter": true, "sortState": true, "dataConsolidate": true,
	"customSheetViews": true, "mergeCells": true, "phoneticPr": true, "conditionalFormatting": true, "dataValidations": true,
	"hyperlinks": true, "printOptions": true, "pageMargins": true, "pageSetup": true, "headerFooter": true, "rowBreaks": true,
	"colBreaks": true, "customProperties": true, "cellWatches": true, "ignoredErrors": true, "smartTags": true, "drawing": true,
}

func lookOver(data []byte, marks []mark) (*survey, error) {
	v := &survey{width: 9.14, height: 15, heights: map[int]float64{}}
	rows := map[int]bool{}
	for _, m := range marks {
		for n := range 12 { // the rows that its comment may lie over
			rows[m.pos.Row+n] = true
		}
	}
	w := walk(data)
	if !w.next() {
		return nil, w.err
	}
	v.root = w.tag
	if name := v.root.local(); name != "worksheet" && name != "chartsheet" && name != "dialogsheet" {
		return nil, fmt.Errorf("%w: a sheet that begins with <%s>", errShape, clip(v.root.name, 40))
	}
	v.behind = v.root.to
	float := func(t tag, name string, otherwise float64) float64 {
		if f, err := strconv.ParseFloat(t.text(name), 64); err == nil && f >= 0 && f < 2000 {
			return f
		}
		return otherwise
	}
	row := 0
	top := "" // the child of the root that we are in
	for w.next() {
		t := w.tag
		switch {
		case t.depth == 0:
			continue
		case t.depth == 1 && !t.end:
			top = t.local()
			switch top {
			case "sheetData":
				v.sheetData, v.hasData, v.dataInner = t, true, t.to
			case "legacyDrawing":
				v.legacy, v.hasLegacy = t, true
				v.legacyID, _ = t.relation()
			case "sheetFormatPr":
				v.width, v.height = float(t, "defaultColWidth", v.width), float(t, "defaultRowHeight", v.height)
			}
			if t.empty && beforeLegacy[top] {
				v.behind = t.to
			}
		case t.depth == 1 && t.end:
			if top == "sheetData" {
				v.dataInner = t.from
			}
			if beforeLegacy[top] {
				v.behind = t.to
			}
		case t.end:
		case top == "sheetViews" && t.local() == "sheetView":
			if t.yes("tabSelected") {
				v.selected = append(v.selected, t)
			}
		case top == "cols" && t.local() == "col":
			c := columns{t.number("min", 0), t.number("max", 0), float(t, "width", v.width), t.number("style", 0)}
			if t.yes("hidden") {
				c.width = 0
			}
			v.columns = append(v.columns, c)
		case top == "sheetData" && t.depth == 2 && t.local() == "row":
			row = t.number("r", row+1)
			if rows[row] {
				if t.yes("hidden") {
					v.heights[row] = 0
				} else if h := float(t, "ht", -1); h >= 0 {
					v.heights[row] = h
				}
			}
		case top == "mergeCells" && t.local() == "mergeCell":
			r, ok := sheet.ParseRect(t.text("ref"))
			if !ok {
				continue
			}
			from, _ := slices.BinarySearchFunc(marks, r.From.Row, func(m mark, row int) int { return m.pos.Row - row })
			for _, m := range marks[from:] {
				if m.pos.Row > r.To.Row {
					break
				}
				if r.Contains(m.pos) {
					v.merges = append(v.merges, r)
					break
				}
			}
		}
	}
	return v, w.err
}

// format is what a cell wears that is not stored: its row's, else its column's.
func (v *survey) format(row tag, col int) int {
	if row.yes("customFormat") {
		return row.number("s", 0)
	}
	for _, c := range v.columns {
		if c.from <= col && col <= c.to {
			return c.format
		}
	}
	return 0
}

// uncover moves marks of cells that a merge covers to the merge's first cell,
// the only one that can be seen; two marks of one cell become one.
func (v *survey) uncover(marks []mark) []mark {
	var out []mark
	at := map[sheet.Pos]int{}
	for _, m := range marks {
		for _, r := range v.merges {
			if r.Contains(m.pos) && r.From != m.pos {
				m.text = "Ô " + m.pos.String() + " (bị ô gộp che):\n" + m.text
				m.pos = r.From
				break
			}
		}
		i, ok := at[m.pos]
		if !ok {
			at[m.pos] = len(out)
			out = append(out, m)
			continue
		}
		out[i].text += "\n\n" + m.text
		if rank[m.severity] < rank[out[i].severity] {
			out[i].severity = m.severity
		}
	}
	slices.SortStableFunc(out, func(a, b mark) int {
		if a.pos.Less(b.pos) {
			return -1
		}
		return 1
	})
	return out
}

// rank puts the gravest first.
var rank = map[issue.Severity]int{issue.Error: 0, issue.Warning: 1, issue.Info: 2}

// paint gives the marked cells their formats. Cells and rows that are not
// stored are put in where they belong.
func (v *survey) paint(data []byte, marks []mark, styles *stylesheet, edits *patch) error {
	if len(marks) == 0 {
		return nil
	}
	if !v.hasData && marks[0].worn {
		return nil
	}
	if !v.hasData {
		return fmt.Errorf("%w: a sheet without cells", errShape)
	}
	byRow := map[int][]mark{}
	var order []int
	for _, m := range marks {
		if byRow[m.pos.Row] == nil && !m.worn {
			order = append(order, m.pos.Row)
		}
		byRow[m.pos.Row] = append(byRow[m.pos.Row], m)
	}
	// Rows may stand in any order, so first find out which there are.
	stored, err := v.rows(data, byRow)
	if err != nil {
		return err
	}
	prefix := v.sheetData.prefix()
	missing := func(row int) (string, error) {
		var text strings.Builder
		fmt.Fprintf(&text, `<%srow r="%d">`, prefix, row)
		for _, m := range byRow[row] {
			if m.worn {
				continue
			}
			cell, err := v.newCell(prefix, tag{}, m, styles)
			if err != nil {
				return "", err
			}
			text.WriteString(cell)
		}
		return text.String() + "</" + prefix + "row>", nil
	}
	var absent []int
	for _, row := range order {
		if !stored[row] {
			absent = append(absent, row)
		}
	}
	slices.Sort(absent)
	next := 0
	var atEnd strings.Builder
	w := walk(data[v.sheetData.from:])
	base := v.sheetData.from
	row := 0
	w.next() // <sheetData>
	for !v.sheetData.empty && w.next() && w.tag.depth > 0 {
		t := w.tag
		if t.depth != 1 || t.end || t.local() != "row" {
			continue
		}
		row = t.number("r", row+1)
		for next < len(absent) && absent[next] < row {
			text, err := missing(absent[next])
			if err != nil {
				return err
			}
			edits.put(base+t.from, text)
			next++
		}
		if want := byRow[row]; want != nil {
			delete(byRow, row)
			if err := v.paintRow(w, base, t, want, styles, edits); err != nil {
				return err
			}
		}
	}
	if w.err != nil && !v.sheetData.empty && w.tag.depth > 0 {
		return w.err
	}
	for ; next < len(absent); next++ {
		text, err := missing(absent[next])
		if err != nil {
			return err
		}
		atEnd.WriteString(text)
	}
	if atEnd.Len() > 0 {
		edits.fill(v.sheetData, v.dataInner, atEnd.String())
	}
	return nil
}

// rows tells which of the wanted rows are stored.
func (v *survey) rows(data []byte, want map[int][]mark) (map[int]bool, error) {
	stored := map[int]bool{}
	if v.sheetData.empty {
		return stored, nil
	}
	w := walk(data[v.sheetData.from:v.dataInner])
	row := 0
	w.next()
	for w.next() {
		if t := w.tag; t.depth == 1 && !t.end && t.local() == "row" {
			row = t.number("r", row+1)
			if want[row] != nil {
				stored[row] = true
			}
		}
	}
	return stored, nil
}

// paintRow marks cells of one row. The walker stands on the row's tag.
func (v *survey) paintRow(w *walker, base int, row tag, want []mark, styles *stylesheet, edits *patch) error {
	at := func(t tag) tag { // places within the part
		t.from += base
		t.to += base
		return t
	}
	here := at(row)
	// Cells may stand in any order too.
	type cell struct {
		col int
		tag tag
	}
	var cells []cell
	inner := here.to
	if !row.empty {
		col := 0
		for w.next() && w.tag.depth > row.depth {
			t := w.tag
			if t.depth != row.depth+1 || t.end || t.local() != "c" {
				continue
			}
			col++
			if ref, ok := t.get("r"); ok {
				p, ok := sheet.ParsePos(ref.value)
				if !ok {
					return fmt.Errorf("%w: a cell at %s", errShape, clip(ref.value, 20))
				}
				col = p.Col
			}
			cells = append(cells, cell{col, at(t)})
		}
		inner = w.tag.from + base
	}
	var atEnd strings.Builder
	outside := false
	for _, m := range want {
		i := slices.IndexFunc(cells, func(c cell) bool { return c.col == m.pos.Col })
		if i >= 0 {
			t := cells[i].tag
			n, err := styles.mark(t.number("s", 0), m.severity)
			if m.worn {
				n, err = styles.unmark(t.number("s", 0))
			}
			if err != nil {
				return err
			}
			edits.set(t, "s", strconv.Itoa(n))
			continue
		}
		if m.worn {
			continue
		}
		text, err := v.newCell(row.prefix(), row, m, styles)
		if err != nil {
			return err
		}
		outside = true
		if i = slices.IndexFunc(cells, func(c cell) bool { return c.col > m.pos.Col }); i >= 0 {
			edits.put(cells[i].tag.from, text)
		} else {
			atEnd.WriteString(text)
		}
	}
	if outside {
		edits.unset(here, "spans") // no longer true, and nobody needs it
	}
	if atEnd.Len() > 0 {
		edits.fill(here, inner, atEnd.String())
	}
	return nil
}

// newCell is a cell that holds nothing but its format.
func (v *survey) newCell(prefix string, row tag, m mark, styles *stylesheet) (string, error) {
	n, err := styles.mark(v.format(row, m.pos.Col), m.severity)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`<%sc r="%s" s="%d"/>`, prefix, m.pos, n), nil
}

// cutExternal takes the formulas out of a sheet that point to other files; the
// values stored with them stay. Elsewhere (conditions, validations, charts) such
// a formula becomes #REF!, as Excel writes of what is lost. It reports whether
// cells lost formulas.
func cutExternal(data []byte, names map[string]bool, edits *patch) (cells bool, err error) {
	shared := map[string]bool{} // groups of formulas whose first was taken out
	w := walk(data)
	for w.next() {
		t := w.tag
		if t.end || t.empty && t.local() != "f" {
			continue
		}
		switch t.local() {
		case "f", "formula", "formula1", "formula2", "definedName":
		default:
			continue
		}
		inCell := len(w.open) > 1 && t.local() == "f" && localOf(w.open[max(0, t.depth-1)]) == "c"
		inner, to := w.finish()
		text := data[t.to:max(t.to, inner)]
		external := pointsOutside(text, names)
		group := t.text("si")
		if inCell && t.text("t") == "shared" && group != "" {
			if external {
				shared[group] = true
			}
			external = external || shared[group]
		}
		switch {
		case !external:
		case inCell:
			cells = true
			edits.replace(t.from, to, "")
		default:
			edits.replace(t.to, inner, "#REF!")
		}
	}
	return cells, w.err
}

func localOf(name string) string { return name[strings.IndexByte(name, ':')+1:] }

// pointsOutside tells whether a formula refers to another file, [1]Sheet!A1, or
// to one of these names, which do. Within a string it does not.
func pointsOutside(formula []byte, names map[string]bool) bool {
	if bytes.IndexByte(formula, '[') < 0 && len(names) == 0 {
		return false
	}
	s := unescape(formula)
	quoted := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '"' {
			quoted = !quoted
		}
		if quoted {
			continue
		}
		if c == '[' && (i == 0 || !isWord(s[i-1]) && s[i-1] != ']' && s[i-1] != '[') {
			n := i + 1
			for n < len(s) && s[n] >= '0' && s[n] <= '9' {
				n++
			}
			if n > i+1 && n < len(s) && s[n] == ']' && s[i+1:n] != "0" {
				return true
			}
		}
		if len(names) > 0 && isWord(c) && (i == 0 || !isWord(s[i-1])) {
			n := i
			for n < len(s) && isWord(s[n]) {
				n++
			}
			if names[strings.ToLower(s[i:n])] {
				return true
			}
			i = n - 1
		}
	}
	return false
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '.' || c == '\\' || c >= 0x80
}
