package excel

import (
	"cmp"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// odsTable reads one <table:table> into a sheet. Its cells have no addresses:
// each follows the one before it, and both cells and rows say how often they
// are repeated. Blank repetitions are only counted; others are written out, up
// to the limits.
type odsTable struct {
	*odsReader
	sheetReader // row is the last row that has been placed

	columns []odfColumns
	next    int // the column after these
	pending []odfCell
	spans   []odfSpan
	text    odfText
	first   []byte // scratch for a cell's value
	placed  int
}

// odfColumns is a stretch of columns of one style.
type odfColumns struct {
	from, to int
	hidden   bool
	style    *odfStyle
}

// odfCell is a cell of the current row, or a stretch of equal cells.
type odfCell struct {
	col, repeat int
	covered     bool
	sheet.Cell
	mark sheet.Mark
}

// odfSpan is a merge whose first cell is in the current row.
type odfSpan struct{ col, columns, rows int }

// read reads the element just begun to its end.
func (t *odsTable) read() error {
	if err := t.grid(false); err != nil {
		return err
	}
	if err := t.cover(); err != nil {
		return err
	}
	slices.SortFunc(t.sheet.Covered, func(a, b sheet.Pos) int { return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Col, b.Col)) })
	t.hideColumns()
	t.settle()
	return nil
}

// besideRows may stand in a table without being a part of its grid.
var besideRows = map[string]bool{
	"title": true, "desc": true, "shapes": true, "scenario": true, "named-expressions": true, "table-protection": true,
}

// grid reads columns and rows, and the groups they stand in. A group that is
// folded away hides all that it holds.
func (t *odsTable) grid(hidden bool) error {
	return t.children(func() error {
		if t.space != spaceTable {
			if t.space == spaceText && string(t.local) != "soft-page-break" {
				return t.strange("thẻ lạ <" + clip(string(t.local)) + "> trong bảng")
			}
			return t.skip()
		}
		switch name := string(t.local); name {
		case "table-row":
			return t.tableRow(hidden)
		case "table-column":
			return t.tableColumn(hidden)
		case "table-rows", "table-header-rows", "table-columns", "table-header-columns":
			return t.grid(hidden)
		case "table-row-group", "table-column-group":
			shown, _ := t.getIn(spaceTable, "display")
			return t.grid(hidden || string(shown) == "false")
		case "table-source", "dde-source":
			t.odsReader.book.ExternalLinks = true
			return t.skip()
		default:
			if !besideRows[name] {
				return t.strange("thẻ lạ <" + clip(name) + "> trong bảng")
			}
			return t.skip()
		}
	})
}

// known refuses attributes of OpenDocument that are not among these: a damaged
// name would otherwise drop what it says in silence.
func (t *odsTable) known(names ...string) error {
	for i := range t.attrs {
		a := &t.attrs[i]
		if (a.space == spaceTable || a.space == spaceOffice || a.space == spaceNone) && !slices.Contains(names, string(a.local)) {
			return t.strange("thuộc tính lạ " + clip(string(a.local)) + " trong thẻ <" + clip(string(t.local)) + ">")
		}
	}
	return nil
}

// count reads how often something is repeated, or how far it reaches.
func (t *odsTable) count(name string) (int, error) {
	v, ok := t.getIn(spaceTable, name)
	if !ok {
		return 1, nil
	}
	n, ok := parseIndex(v)
	if !ok || n < 1 {
		return 0, t.strange("thuộc tính " + name + " không phải số dương")
	}
	return n, nil
}

// unseen tells whether a row or a column is folded or filtered away.
func (t *odsTable) unseen() bool {
	v, _ := t.getIn(spaceTable, "visibility")
	return string(v) == "collapse" || string(v) == "filter"
}

func (t *odsTable) flatStyle(family string) bool {
	v, ok := t.getIn(spaceTable, "style-name")
	if !ok || len(t.auto.flat)+len(t.common.flat) == 0 {
		return false
	}
	key := family + " " + string(v)
	return t.auto.flat[key] || t.common.flat[key]
}

func (t *odsTable) tableColumn(hidden bool) error {
	if err := t.known("number-columns-repeated", "style-name", "default-cell-style-name", "visibility"); err != nil {
		return err
	}
	n, err := t.count("number-columns-repeated")
	if err != nil {
		return err
	}
	c := odfColumns{from: t.next + 1, to: t.next + n, hidden: hidden || t.unseen() || t.flatStyle("table-column"), style: t.named("default-cell-style-name")}
	t.next = min(c.to, noLimit)
	if c.from <= maxCol {
		if len(t.columns) > maxCol {
			return refuse(codeColumns, "Trang tính có quá nhiều cột (hơn %d).", maxCol)
		}
		t.columns = append(t.columns, c)
		if c.hidden {
			if t.sheetReader.columns == nil {
				t.sheetReader.columns = make([]bool, maxCol+1)
			}
			for i := c.from; i <= min(c.to, maxCol); i++ {
				t.sheetReader.columns[i] = true
			}
		}
	}
	return t.skip()
}

// named finds the cell style that an attribute of the current tag names.
func (t *odsTable) named(attribute string) *odfStyle {
	v, ok := t.getIn(spaceTable, attribute)
	if !ok {
		return nil
	}
	s, known := t.cells[string(v)]
	if !known {
		s = t.resolve("table-cell", v)
		t.cells[string(v)] = s
	}
	return s
}

// tableRow reads a row and places its cells, as often as it is repeated.
func (t *odsTable) tableRow(hidden bool) error {
	if err := t.known("number-rows-repeated", "style-name", "default-cell-style-name", "visibility"); err != nil {
		return err
	}
	repeat, err := t.count("number-rows-repeated")
	if err != nil {
		return err
	}
	t.hidden = hidden || t.unseen() || t.flatStyle("table-row")
	byRow := t.named("default-cell-style-name")
	t.pending, t.spans = t.pending[:0], t.spans[:0]
	t.col = 0
	err = t.children(func() error {
		if t.space == spaceTable && (string(t.local) == "table-cell" || string(t.local) == "covered-table-cell") {
			return t.tableCell(byRow)
		}
		if t.space == spaceText && string(t.local) == "soft-page-break" {
			return t.skip()
		}
		return t.strange("thẻ lạ <" + clip(string(t.local)) + "> trong dòng")
	})
	if err != nil {
		return err
	}
	if len(t.pending) == 0 && len(t.spans) == 0 {
		t.row = min(t.row+repeat, noLimit)
		return nil
	}
	for range repeat {
		t.row = min(t.row+1, noLimit)
		if err := t.placeRow(); err != nil {
			return err
		}
	}
	return nil
}

// placeRow places the cells and merges that have been read at the current row.
func (t *odsTable) placeRow() error {
	for _, m := range t.spans {
		from := sheet.Pos{Row: t.row, Col: m.col}
		to := sheet.Pos{Row: t.row + m.rows - 1, Col: m.col + m.columns - 1}
		if to.Row > maxRow || to.Col > maxCol {
			return at(refuse(codeAddress, "Ô gộp %s vượt quá giới hạn của bảng tính.", from), "", from.String())
		}
		if len(t.sheet.Merges) >= t.lim.Cells {
			return refuse(codeCells, "Tệp có quá nhiều ô gộp.")
		}
		t.sheet.Merges = append(t.sheet.Merges, sheet.Rect{From: from, To: to})
	}
	for i := range t.pending {
		c := &t.pending[i]
		for k := range c.repeat {
			if t.placed++; t.placed%4096 == 0 {
				if err := t.clock.check(); err != nil {
					return err
				}
			}
			p := sheet.Pos{Row: t.row, Col: c.col + k}
			out, err := t.add(p)
			if err != nil {
				return at(err, "", p.String())
			}
			*out = c.Cell
			out.Pos = p
			if err := t.weigh(c.Text); err != nil {
				return at(err, "", p.String())
			}
			if c.mark != (sheet.Mark{}) && !c.covered {
				if err := cmp.Or(t.weigh(c.mark.Struck), t.weigh(c.mark.Raised)); err != nil {
					return at(err, "", p.String())
				}
				t.sheetReader.mark(p, c.mark)
			}
			if c.covered {
				// It was made room for, and so counted; now it is taken back.
				*out = sheet.Cell{}
				t.sheet.Cells = t.sheet.Cells[:len(t.sheet.Cells)-1]
				t.sheet.Covered = append(t.sheet.Covered, p)
			}
		}
	}
	return nil
}

// odfValue is a cell's value as its attributes state it.
type odfValue struct {
	kind    string
	value   []byte // of the attribute that belongs to the kind
	stated  bool
	formula bool
	failed  bool // LibreOffice says that the result is an error
}

// valueOf names, for each kind of value, the attribute that holds it.
var valueOf = map[string]string{
	"float": "value", "percentage": "value", "currency": "value", "date": "date-value", "time": "time-value",
	"boolean": "boolean-value", "string": "string-value",
}

// tableCell reads a cell, or a stretch of equal ones.
func (t *odsTable) tableCell(byRow *odfStyle) error {
	if err := t.known("number-columns-repeated", "number-columns-spanned", "number-rows-spanned",
		"number-matrix-columns-spanned", "number-matrix-rows-spanned", "style-name", "content-validation-name",
		"formula", "protect", "protected", "value-type", "value", "currency", "date-value", "time-value",
		"boolean-value", "string-value"); err != nil {
		return err
	}
	c := odfCell{col: t.col + 1, covered: string(t.local) == "covered-table-cell"}
	var err error
	if c.repeat, err = t.count("number-columns-repeated"); err != nil {
		return err
	}
	span := odfSpan{col: c.col}
	if span.columns, err = t.count("number-columns-spanned"); err != nil {
		return err
	}
	if span.rows, err = t.count("number-rows-spanned"); err != nil {
		return err
	}
	t.col = min(t.col+c.repeat, noLimit)

	st := t.named("style-name")
	if st == nil {
		st = byRow
	}
	if st == nil {
		st = t.columnStyle(c.col)
	}
	var v odfValue
	kind, _ := t.getIn(spaceOffice, "value-type")
	v.kind = string(kind)
	if attribute, ok := valueOf[v.kind]; ok {
		raw, stated := t.getIn(spaceOffice, attribute)
		t.first = append(t.first[:0], raw...)
		v.value, v.stated = t.first, stated
	} else if v.kind != "" && v.kind != "void" {
		return t.strange("kiểu ô lạ " + clip(v.kind))
	}
	_, v.formula = t.getIn(spaceTable, "formula")
	if kind, _ := t.getIn(spaceCalc, "value-type"); string(kind) == "error" {
		v.failed = true
	}
	if len(v.value) > t.lim.StringBytes {
		return at(refuse(codeString, "Một ô chứa chữ dài hơn %s.", bytesText(int64(t.lim.StringBytes))), "", t.here(c.col))
	}

	t.text.reset(t.odsReader, t.scanner, st)
	if err := t.text.paragraphs(); err != nil {
		return at(err, "", t.here(c.col))
	}
	if span.columns > 1 || span.rows > 1 {
		for k := range c.repeat {
			if len(t.spans) >= maxCol {
				return refuse(codeCells, "Tệp có quá nhiều ô gộp.")
			}
			t.spans = append(t.spans, odfSpan{span.col + k, span.columns, span.rows})
		}
	}
	ok, err := t.interpret(&c.Cell, v, st)
	if err != nil {
		return at(err, "", t.here(c.col))
	}
	if ok {
		t.readMarks(&c, st)
		t.pending = append(t.pending, c)
	}
	return nil
}

// readMarks takes out of a cell what its text says is struck or raised.
func (t *odsTable) readMarks(c *odfCell, st *odfStyle) {
	if t.text.lines == 0 && st != nil && !st.look.plain() {
		if c.mark = (sheet.Mark{Whole: true}); st.look.struck {
			c.mark.Struck = c.Text
		} else {
			c.mark.Raised = c.Text
		}
		return
	}
	if !t.text.parts.marked() {
		return
	}
	shown := string(t.text.out)
	kept, mark := t.text.parts.read(shown, look{})
	if c.mark = mark; mark == (sheet.Mark{}) {
		return
	}
	if c.Kind == sheet.Text && c.Text == shown {
		c.Text = kept
	} else {
		c.mark.Whole = true // what counts is not the text that is marked
	}
}

// here is the address of a cell of the row that is being read.
func (t *odsTable) here(col int) string { return sheet.Pos{Row: t.row + 1, Col: col}.String() }

func (t *odsTable) columnStyle(col int) *odfStyle {
	i, _ := slices.BinarySearchFunc(t.columns, col, func(c odfColumns, col int) int { return cmp.Compare(c.to, col) })
	if i < len(t.columns) && t.columns[i].from <= col {
		return t.columns[i].style
	}
	return nil
}

// interpret fills a cell; ok is false when it is blank.
func (t *odsTable) interpret(c *sheet.Cell, v odfValue, st *odfStyle) (ok bool, err error) {
	c.Formula = v.formula
	var format *numberFormat
	if st != nil {
		c.Font, format = st.font, st.style.format
	}
	text := t.text.out
	switch {
	case v.failed, v.formula && errorWord(text):
		// What an error is called is only in the text that is shown.
		c.Kind = sheet.Error
		c.Text = "Err"
		if len(text) > 0 {
			c.Text = t.keep.keep(text)
		}
		return true, nil
	case v.kind == "" || v.kind == "void":
		if v.formula && t.text.lines == 0 {
			c.Kind = sheet.NoResult
			return true, nil
		}
		return t.plain(c, text), nil
	case v.kind == "string":
		if v.stated {
			text = v.value
		}
		return t.plain(c, text), nil
	case !v.stated && t.text.lines == 0:
		if !v.formula {
			return false, t.strange("ô kiểu " + v.kind + " không có giá trị")
		}
		c.Kind = sheet.NoResult
		return true, nil
	}

	raw := trim(v.value)
	switch v.kind {
	case "boolean":
		if value, isBool := parseBool(raw); isBool {
			c.Kind, c.Text = sheet.Bool, "FALSE"
			if value {
				c.Text, c.Num = "TRUE", 1
			}
			return true, nil
		}
	case "date":
		if n, isDate := parseISODate(string(raw), t.odsReader.book.Date1904); isDate {
			c.Kind, c.Num, c.Date, c.Text = sheet.Number, n, true, t.keep.keep(raw)
			return true, nil
		}
	case "time":
		if n, isTime := parseDuration(string(raw)); isTime {
			c.Kind, c.Num, c.Date, c.Text = sheet.Number, n, true, t.keep.keep(raw)
			return true, nil
		}
	default:
		if n, isNumber := parseNumber(raw); isNumber {
			c.Kind, c.Num, c.Text = sheet.Number, n, t.keep.keep(raw)
			c.Percent = v.kind == "percentage"
			if format != nil {
				shown := format.of(n)
				if shown.besides != nil {
					if c.Format, err = t.formatOf(shown.besides); err != nil {
						return false, err
					}
				}
				c.Date = shown.date
				// Where the format shows only some numbers as a percentage, it
				// knows which.
				c.Percent = shown.percent || c.Percent && format.uniform
			}
			return true, nil
		}
	}
	if len(text) == 0 {
		text = raw
	}
	if t.plain(c, text) {
		if t.notOfType == 0 {
			t.notOfTypeAt = sheet.Pos{Row: t.row + 1, Col: t.col}
		}
		t.notOfType++
		return true, nil
	}
	return false, nil
}

// plain makes the cell a text; an empty one is blank.
func (t *odsTable) plain(c *sheet.Cell, text []byte) bool {
	if len(text) == 0 {
		return false
	}
	c.Kind, c.Text = sheet.Text, t.keep.keep(text)
	if font := t.text.font; font != "" {
		c.Font = font
	}
	return true
}

// errorWord tells whether a formula's text is what an error is called.
func errorWord(text []byte) bool {
	switch string(text) {
	case "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#N/A", "#NULL!":
		return true
	}
	digits, ok := strings.CutPrefix(string(text), "Err:")
	return ok && len(digits) == 3 && strings.Trim(digits, "0123456789") == ""
}

// parseDuration reads a time as XML Schema writes it, PT12H30M00S, as a share
// of a day.
func parseDuration(s string) (days float64, ok bool) {
	negative := strings.HasPrefix(s, "-")
	s, ok = strings.CutPrefix(strings.TrimPrefix(s, "-"), "P")
	if !ok {
		return 0, false
	}
	date, clock, timed := strings.Cut(s, "T")
	seconds, parts := 0.0, 0
	take := func(from *string, unit string, worth float64) {
		number, rest, found := strings.Cut(*from, unit)
		if !found {
			return
		}
		if n, isNumber := parseNumber([]byte(strings.Replace(number, ",", ".", 1))); isNumber && n >= 0 && number[0] != '+' && number[0] != '-' {
			seconds += n * worth
			parts++
			*from = rest
		}
	}
	take(&date, "D", 86400)
	if timed {
		take(&clock, "H", 3600)
		take(&clock, "M", 60)
		take(&clock, "S", 1)
	}
	if date != "" || clock != "" || parts == 0 {
		return 0, false
	}
	if negative {
		seconds = -seconds
	}
	return seconds / 86400, true
}

// odfText gathers the text of one cell: its paragraphs, joined by line ends.
// What stands in it without being part of it (comments, drawings, notes) is
// left out.
type odfText struct {
	*scanner
	styles *odsReader
	out    []byte
	lines  int
	gap    bool // the last character is white space that swallows more of it

	font  string // the font that all stretches of text name, else ""
	runs  int
	fonts []string // of the elements that are open
	looks []look   // and how they have their text look, the cell itself first
	parts textParts
}

// reset begins a cell of a style.
func (x *odfText) reset(styles *odsReader, s *scanner, st *odfStyle) {
	x.scanner, x.styles = s, styles
	x.parts, x.looks = x.parts[:0], append(x.looks[:0], look{})
	if st != nil {
		x.looks[0] = st.look
	}
	x.out, x.lines, x.font, x.runs, x.fonts = x.out[:0], 0, "", 0, x.fonts[:0]
}

// paragraphs reads the contents of a cell, or of a list in it.
func (x *odfText) paragraphs() error {
	return x.children(func() error {
		name := string(x.local)
		switch x.space {
		case spaceText:
			switch name {
			case "p", "h":
				if x.lines++; x.lines > 1 {
					x.out = append(x.out, '\n')
					x.looked()
				}
				x.gap = true
				return x.inline("paragraph")
			case "list", "list-item", "list-header", "section", "numbered-paragraph":
				return x.paragraphs()
			case "soft-page-break", "change", "change-start", "change-end":
				return x.skip()
			}
		case spaceOffice:
			switch name {
			case "annotation", "annotation-end", "event-listeners", "forms":
				return x.skip()
			}
		case spaceTable:
			switch name {
			case "detective":
				return x.skip()
			case "cell-range-source":
				x.styles.book.ExternalLinks = true
				return x.skip()
			case "table":
				return x.strange("bảng con nằm trong ô")
			}
		case spaceDraw, spaceForm, spaceScene:
			return x.skip()
		}
		return x.strange("thẻ lạ <" + clip(name) + "> trong ô")
	})
}

// looked notes how what has been added to the text looks.
func (x *odfText) looked() {
	x.parts = x.parts.add(len(x.out), true, x.looks[len(x.looks)-1])
}

// inline reads a paragraph, or an element within one, to its end.
func (x *odfText) inline(family string) error {
	font := ""
	if len(x.fonts) > 0 {
		font = x.fonts[len(x.fonts)-1]
	}
	now := x.looks[len(x.looks)-1]
	if name, ok := x.getIn(spaceText, "style-name"); ok {
		if s := x.styles.resolve(family, name); s != nil {
			if s.font != "" {
				font = s.font
			}
			now = s.over(now)
		}
	}
	x.fonts, x.looks = append(x.fonts, font), append(x.looks, now)
	for {
		tok, err := x.next()
		if err != nil {
			return err
		}
		switch tok {
		case tokenText:
			x.append(x.scanner.text, font)
			x.looked()
		case tokenEnd:
			x.fonts, x.looks = x.fonts[:len(x.fonts)-1], x.looks[:len(x.looks)-1]
			return nil
		case tokenStart:
			err = x.within()
		}
		if err != nil {
			return err
		}
		if limit := x.styles.lim.StringBytes; len(x.out) > limit {
			return refuse(codeString, "Một ô chứa chữ dài hơn %s.", bytesText(int64(limit)))
		}
	}
}

// within reads an element that stands among text. One that we do not know is
// read for its text: so do other readers, and nothing is lost.
func (x *odfText) within() error {
	name := string(x.local)
	switch x.space {
	case spaceText:
		switch name {
		case "s":
			n := 1
			if v, ok := x.getIn(spaceText, "c"); ok {
				if n, ok = parseIndex(v); !ok {
					return x.strange("số dấu cách không hợp lệ")
				}
			}
			for range min(n, x.styles.lim.StringBytes+1) {
				x.out = append(x.out, ' ')
			}
			x.looked()
			x.gap = false
			return x.skip()
		case "tab":
			x.out = append(x.out, '\t')
			x.looked()
			x.gap = false
			return x.skip()
		case "line-break":
			x.out = append(x.out, '\n')
			x.looked()
			x.gap = false
			return x.skip()
		case "note", "ruby-text", "soft-page-break", "change", "change-start", "change-end", "bookmark", "bookmark-start", "bookmark-end":
			return x.skip()
		case "span":
			return x.inline("text")
		}
	case spaceOffice:
		if name == "annotation" || name == "annotation-end" {
			return x.skip()
		}
	case spaceDraw, spaceForm, spaceScene:
		return x.skip()
	}
	return x.inline("")
}

// append adds text, in which white space counts once, and not at all at the
// beginning of a paragraph. It counts at the end: LibreOffice relies on it.
func (x *odfText) append(text []byte, font string) {
	seen := false
	for _, c := range text {
		if isSpace(c) {
			if !x.gap {
				x.out = append(x.out, ' ')
			}
			x.gap = true
			continue
		}
		x.out = append(x.out, c)
		x.gap, seen = false, true
	}
	if !seen {
		return
	}
	if x.runs++; x.runs == 1 {
		x.font = font
	} else if x.font != font {
		x.font = ""
	}
}
