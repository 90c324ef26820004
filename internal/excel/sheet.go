package excel

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
	"strconv"
	"sync"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// sheetReader reads one worksheet part into a sheet.
type sheetReader struct {
	*scanner
	book   *bookReader
	entry  *entry
	sheet  *sheet.Sheet
	styles []style // of the workbook; it may have none, and then only style 0 is used

	row     int  // the current row; also the last one, between rows
	col     int  // the last cell's column in the current row
	hidden  bool // the current row is
	last    sheet.Pos
	mixed   bool // some cell came before one that precedes it
	runs    []run
	refEnd  uint64      // how addresses in the current row end: its number and a quote, little endian,
	refMask uint64      // the bytes of that which count,
	refLen  int         // and how many they are
	first   *firstCells // what sheet.Cells lies in as long as it fits
	keep    arena
	value   []byte // scratch for a cell's value
	formats map[sheet.Format]uint16

	lastFormat *sheet.Format // the last number format that was looked up in formats,
	lastPlace  uint16        // and what was found

	inline  richText
	columns []bool // hidden columns, by 1-based number; nil when none

	notOfType   int // cells whose value does not fit their type
	notOfTypeAt sheet.Pos

	rowByRow // what is kept where rows are handed out
}

// run is a stretch of neighbouring cells in the order of the file. Blank cells
// count, so that an address that comes twice is found even when one of the two
// is blank; stretches keep that cheap.
type run struct{ row, from, to int32 }

// sheetParts are the elements that a worksheet may have; one that is not among
// them is damage, and might have held something.
var sheetParts = map[string]bool{
	"sheetPr": true, "dimension": true, "sheetViews": true, "sheetFormatPr": true, "cols": true, "sheetData": true,
	"sheetCalcPr": true, "sheetProtection": true, "protectedRanges": true, "scenarios": true, "autoFilter": true,
	"sortState": true, "dataConsolidate": true, "customSheetViews": true, "mergeCells": true, "phoneticPr": true,
	"conditionalFormatting": true, "dataValidations": true, "hyperlinks": true, "printOptions": true,
	"pageMargins": true, "pageSetup": true, "headerFooter": true, "rowBreaks": true, "colBreaks": true,
	"customProperties": true, "cellWatches": true, "ignoredErrors": true, "smartTags": true, "drawing": true,
	"legacyDrawing": true, "legacyDrawingHF": true, "drawingHF": true, "picture": true, "oleObjects": true,
	"controls": true, "webPublishItems": true, "tableParts": true, "extLst": true,
}

// read reads the part to its end.
func (r *sheetReader) read() error {
	r.each = r.book.each
	if err := r.root(spaceMain, "worksheet"); err != nil {
		return err
	}
	data, merges := 0, 0
	err := r.children(func() error {
		switch {
		case r.is("sheetData"):
			if data++; data > 1 {
				return r.strange("hai vùng dữ liệu trong một trang tính")
			}
			return r.rows()
		case r.checking:
			return r.skip() // has been read
		case r.is("mergeCells"):
			if merges++; merges > 1 {
				return r.strange("hai bảng ô gộp trong một trang tính")
			}
			return r.readMerges()
		case r.is("cols"):
			return r.readColumns()
		case r.space == spaceMain && sheetParts[string(r.local)]:
			return r.skip()
		}
		return r.unknown()
	})
	if err != nil {
		return err
	}
	if data == 0 {
		return r.strange("thiếu vùng dữ liệu (sheetData)")
	}
	if err := r.close(); err != nil {
		return err
	}
	if r.each != nil {
		return r.checkRuns()
	}
	if r.mixed {
		if err := r.sort(); err != nil {
			return err
		}
	}
	if err := r.cover(); err != nil {
		return err
	}
	r.hideColumns()
	return nil
}

// rows reads <sheetData>. Nothing but rows may stand in it: an element that we
// do not know here could hold cells.
func (r *sheetReader) rows() error {
	return r.children(func() error {
		if !r.is("row") {
			return r.strange("thẻ lạ <" + clip(string(r.local)) + "> trong vùng dữ liệu")
		}
		if err := r.beginRow(); err != nil {
			return err
		}
		for {
			// Most cells are plain; they are read without the scanner's help.
			for !r.book.slow && !r.checking && r.home == spaceMain && !r.selfClosed {
				if done, err := r.plainCell(); err != nil {
					return err
				} else if !done {
					break
				}
			}
			tok, err := r.next()
			if err != nil {
				return err
			}
			switch tok {
			case tokenEnd:
				return r.endRow()
			case tokenText:
				if !blank(r.text) {
					return r.strange("chữ nằm ngoài ô")
				}
			case tokenStart:
				if r.is("extLst") {
					err = r.skip()
				} else if r.is("c") {
					err = r.cell()
				} else {
					err = r.strange("thẻ lạ <" + clip(string(r.local)) + "> trong dòng")
				}
				if err != nil {
					return err
				}
			}
		}
	})
}

// beginRow takes in the attributes of <row>. A row without number follows the
// one before it.
func (r *sheetReader) beginRow() error {
	r.row++
	r.col, r.hidden = 0, false
	for i := range r.attrs {
		a := &r.attrs[i]
		if a.space != spaceNone {
			continue
		}
		switch string(a.local) {
		case "r":
			n, ok := parseIndex(a.value)
			if !ok || n < 1 {
				return refuse(codeAddress, "Số dòng %q không hợp lệ.", clip(string(a.value)))
			}
			r.row = n
		case "hidden":
			hidden, ok := parseBool(a.value)
			if !ok {
				return r.strange("thuộc tính hidden không phải đúng/sai")
			}
			r.hidden = r.hidden || hidden
		case "ht":
			if height, ok := parseSize(a.value); ok && height == 0 {
				r.hidden = true
			}
		case "spans", "s", "customFormat", "customHeight", "outlineLevel", "collapsed", "thickTop", "thickBot", "ph":
		default:
			return r.strange("thuộc tính lạ " + clip(string(a.local)) + " của dòng")
		}
	}
	if r.row > maxRow {
		return refuse(codeAddress, "Dòng %d vượt quá giới hạn của Excel.", r.row)
	}
	var end [8]byte // at most seven digits and the quote
	r.refLen = len(append(strconv.AppendInt(end[:0], int64(r.row), 10), '"'))
	r.refEnd, r.refMask = binary.LittleEndian.Uint64(end[:]), ^uint64(0)>>(64-8*r.refLen)
	return nil
}

// rawCell is a cell as the file states it.
type rawCell struct {
	pos     sheet.Pos // zero when the cell states no address
	kind    cellKind
	style   int
	value   []byte // of <v>
	stated  bool   // <v> is there
	inline  bool   // <is> is there: its text is in sheetReader.inline
	formula bool
}

// cell reads a <c> element of any form.
func (r *sheetReader) cell() error {
	var c rawCell
	for i := range r.attrs {
		a := &r.attrs[i]
		if a.space != spaceNone {
			continue
		}
		ok := true
		switch string(a.local) {
		case "r":
			if c.pos, ok = parseRef(a.value); !ok {
				return refuse(codeAddress, "Địa chỉ ô %q không hợp lệ ở dòng %d.", clip(string(a.value)), r.row)
			}
		case "t":
			if c.kind, ok = kindOf(a.value); !ok {
				return r.strange("kiểu ô lạ " + clip(string(a.value)))
			}
		case "s":
			if c.style, ok = parseIndex(a.value); !ok {
				return r.strange("định dạng ô không phải số")
			}
		case "cm", "vm", "ph":
		default:
			return r.strange("thuộc tính lạ " + clip(string(a.local)) + " của ô")
		}
	}
	err := r.children(func() (err error) {
		switch {
		case r.is("v"):
			if c.stated {
				return r.strange("một ô có hai giá trị")
			}
			c.stated = true
			r.value, err = r.content(r.value[:0], r.book.lim.StringBytes)
			c.value = r.value
			return err
		case r.is("f"):
			c.formula = true
			return r.skip()
		case r.is("is"):
			if c.inline {
				return r.strange("một ô có hai giá trị")
			}
			c.inline = true
			return r.inline.read(r.scanner, r.book.lim.StringBytes)
		case r.is("extLst"):
			return r.skip()
		}
		return r.strange("thẻ lạ <" + clip(string(r.local)) + "> trong ô")
	})
	if err != nil {
		return err
	}
	return r.place(&c)
}

// plainCell reads a cell of the commonest forms when the buffer holds all of it:
//
//	<c r="B7" s="3" t="s"><v>42</v></c>
//	<c r="B7" s="3"><f>A7*2</f><v>42</v></c>
//	<c r="B7" t="inlineStr"><is><t>Đạt</t></is></c>
//	<c r="B7" s="3"/>
//
// When it does not, or when anything is out of the ordinary, done is false:
// nothing has been read and cell must do it. It accepts only what cell reads in
// the same way, and most of a reading's time is spent here.
func (r *sheetReader) plainCell() (done bool, err error) {
	b := r.buf[r.pos:r.end]
	const open, style, kind = `<c r="`, ` s="`, ` t="`
	if len(b) < 32 || string(b[:len(open)]) != open {
		return false, nil
	}
	i, col := len(open), 0
	for ; b[i]-'A' < 26 && i < len(open)+3; i++ {
		col = col*26 + int(b[i]-'A') + 1
	}
	if col == 0 || col > maxCol || binary.LittleEndian.Uint64(b[i:])&r.refMask != r.refEnd {
		return false, nil
	}
	c := rawCell{pos: sheet.Pos{Row: r.row, Col: col}}
	i += r.refLen
	if string(b[i:i+len(style)]) == style {
		i += len(style)
		from := i
		for ; i < len(b) && b[i]-'0' <= 9 && i-from < 9; i++ {
			c.style = c.style*10 + int(b[i]-'0')
		}
		if i == from || i == len(b) || b[i] != '"' {
			return false, nil
		}
		i++
	}
	if len(b)-i < 8 {
		return false, nil
	}
	if string(b[i:i+len(kind)]) == kind {
		i += len(kind)
		if b[i] == 's' && b[i+1] == '"' {
			c.kind = kindShared
			i += 2
		} else {
			from := i
			for i < len(b) && b[i]|0x20-'a' < 26 {
				i++
			}
			var ok bool
			if c.kind, ok = kindOf(b[from:i]); !ok || i == len(b) || b[i] != '"' {
				return false, nil
			}
			i++
		}
		if len(b)-i < 2 {
			return false, nil // the buffer ends here, or within the tag's end
		}
	}
	if b[i] == '/' && b[i+1] == '>' {
		r.pos += i + 2
		return true, r.place(&c)
	}
	const formula, formulaEnd, value, valueEnd, text, textEnd = "<f>", "</f>", "<v>", "</v></c>", "<is><t>", "</t></is></c>"
	if b[i] != '>' {
		return false, nil
	}
	i++
	if hasPrefix(b[i:], formula) {
		i += len(formula)
		if i += plainLength(b[i:]); !hasPrefix(b[i:], formulaEnd) {
			return false, nil
		}
		i += len(formulaEnd)
		c.formula = true
	}
	end := valueEnd
	switch {
	case hasPrefix(b[i:], value):
		i += len(value)
	case hasPrefix(b[i:], text) && c.kind == kindText && !c.formula:
		i += len(text)
		end = textEnd
	default:
		return false, nil
	}
	c.stated = true
	from := i
	switch c.kind {
	case kindNumber:
		n, size, ok := shortDecimal(b[i:])
		if !ok {
			n, size, ok = scanDecimal(b[i:])
		}
		if i += size; !ok || !hasPrefix(b[i:], valueEnd) {
			break
		}
		c.value = b[from:i]
		r.pos += i + len(valueEnd)
		if out, st := r.beside(&c); out != nil {
			if err := r.fillNumber(out, st, &c, n); err != nil {
				return true, r.placed(&c, err)
			}
			return true, nil
		}
		err := r.take(c.pos)
		if err == nil {
			err = r.addNumber(&c, n)
		}
		return true, r.placed(&c, err)
	case kindShared:
		n, size, ok := shortIndex(b[i:])
		if i += size; !ok || !hasPrefix(b[i:], valueEnd) {
			break
		}
		r.pos += i + len(valueEnd)
		if list := r.book.strings.list; n < uint64(len(list)) && list[n].font|list[n].parts == 0 && list[n].text != "" {
			if out, st := r.beside(&c); out != nil {
				out.Text = list[n].text
				out.Formula = c.formula
				out.Font = st.font
				if err := r.weigh(out.Text); err != nil {
					return true, r.placed(&c, err)
				}
				return true, nil
			}
		}
		err := r.take(c.pos)
		if err == nil {
			err = r.addShared(&c, int(n))
		}
		return true, r.placed(&c, err)
	}
	i = from + plainLength(b[from:])
	if !hasPrefix(b[i:], end) || i-from > r.book.lim.StringBytes {
		return false, nil
	}
	c.value = b[from:i]
	r.pos += i + len(end)
	return true, r.place(&c)
}

func hasPrefix(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }

// plainLength tells how much text that needs no thought stands at the
// beginning of b.
func plainLength(b []byte) int {
	for i, c := range b {
		if !plainByte[c] {
			return i
		}
	}
	return len(b)
}

// plainByte are the bytes of text that need no thought.
var plainByte = func() (t [256]bool) {
	for c := 0x20; c < 256; c++ {
		t[c] = c != '<' && c != '&' && c != ']'
	}
	return t
}()

// place finds the cell's address and stores the cell there unless it is blank.
func (r *sheetReader) place(c *rawCell) error {
	switch {
	case c.pos.Row == 0:
		c.pos = sheet.Pos{Row: r.row, Col: r.col + 1}
		if c.pos.Col > maxCol {
			return refuse(codeAddress, "Dòng %d có quá nhiều ô.", r.row)
		}
	case c.pos.Row != r.row:
		// Either may be right, so neither is believed.
		return refuse(codeAddress, "Ô %s nằm trong dòng %d.", c.pos, r.row)
	}
	if err := r.take(c.pos); err != nil {
		return err
	}
	if r.checking {
		return nil
	}
	return r.placed(c, r.store(c))
}

// placed says at which cell an error occurred.
func (r *sheetReader) placed(c *rawCell, err error) error {
	if err == nil {
		return nil
	}
	return at(err, "", c.pos.String())
}

// take takes an address of the current row for its cell.
func (r *sheetReader) take(p sheet.Pos) error {
	if beside := r.col > 0 && r.col == p.Col-1; beside {
		r.runs[len(r.runs)-1].to++
		r.last = p
	} else if err := r.occupy(p); err != nil {
		return err
	}
	r.col = p.Col
	return nil
}

// occupy notes that an address is taken, and whether cells come in order.
func (r *sheetReader) occupy(p sheet.Pos) error {
	if k := len(r.runs); k > 0 && r.runs[k-1].row == int32(p.Row) && r.runs[k-1].to == int32(p.Col-1) {
		r.runs[k-1].to++
	} else {
		if k/4 > r.book.lim.Cells {
			return refuse(codeCells, "Tệp có quá nhiều ô.")
		}
		r.runs = append(r.runs, run{int32(p.Row), int32(p.Col), int32(p.Col)})
	}
	if !r.last.Less(p) {
		r.mixed = true
		r.rowMixed = r.rowMixed || r.last.Row == p.Row
	}
	r.last = p
	return nil
}

// parseRef reads an address such as BC12, without dollar signs.
func parseRef(ref []byte) (p sheet.Pos, ok bool) {
	i := 0
	for ; i < len(ref) && i < 4; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		p.Col = p.Col*26 + int(c-'A'+1)
	}
	if i == 0 || i == len(ref) || len(ref)-i > 7 || ref[i] == '0' {
		return p, false
	}
	for ; i < len(ref); i++ {
		d := ref[i] - '0'
		if d > 9 {
			return p, false
		}
		p.Row = p.Row*10 + int(d)
	}
	return p, p.Row <= maxRow && p.Col <= maxCol
}

// styleOf finds the format of a cell.
func (r *sheetReader) styleOf(c *rawCell) (*style, error) {
	if c.style < len(r.styles) {
		return &r.styles[c.style], nil
	}
	return r.noStyle(c)
}

func (r *sheetReader) noStyle(c *rawCell) (*style, error) {
	if len(r.styles) > 0 || c.style > 0 {
		// The format says whether 0.846 is 84.6 %, so it cannot be done without.
		return nil, refuse(codeStyleIndex, "Ô %s dùng định dạng số %d nhưng tệp chỉ có %d.", c.pos, c.style, len(r.styles))
	}
	return &plainStyle, nil
}

// plainStyle is that of cells in a workbook without styles.
var plainStyle = style{format: general}

// addNumber keeps a number, whose digits are the cell's value.
func (r *sheetReader) addNumber(c *rawCell, n float64) error {
	st, err := r.styleOf(c)
	if err != nil {
		return err
	}
	out, err := r.add(c.pos)
	if err != nil {
		return err
	}
	if err := r.fillNumber(out, st, c, n); err != nil {
		return err
	}
	r.markWhole(out, st.look)
	return nil
}

// fillNumber makes a new cell a number.
func (r *sheetReader) fillNumber(out *sheet.Cell, st *style, c *rawCell, n float64) error {
	out.Kind = sheet.Number
	out.Num = n
	out.Text = r.keep.keep(c.value)
	out.Formula = c.formula
	out.Font = st.font
	if st.format != general {
		if err := r.show(out, st.format.of(n)); err != nil {
			return err
		}
	}
	return r.weigh(out.Text)
}

// show takes in how a number is shown.
func (r *sheetReader) show(out *sheet.Cell, how shows) (err error) {
	out.Percent, out.Date = how.percent, how.date
	if how.besides != nil {
		out.Format, err = r.formatOf(how.besides)
	}
	return err
}

// beside does at once what take, styleOf and add do, for a cell that follows
// its neighbour and that nothing is the matter with; else it does nothing and
// returns nil.
func (r *sheetReader) beside(c *rawCell) (*sheet.Cell, *style) {
	b, n := r.book, len(r.sheet.Cells)
	if r.col == 0 || r.col != c.pos.Col-1 || c.style >= len(r.styles) || r.styles[c.style].look != (look{}) || r.hidden || n == cap(r.sheet.Cells) ||
		b.cells >= b.lim.Cells || c.pos.Row > b.lim.Rows || c.pos.Col > b.lim.Columns {
		return nil, nil
	}
	r.runs[len(r.runs)-1].to++
	r.last, r.col = c.pos, c.pos.Col
	b.cells++
	r.sheet.Cells = r.sheet.Cells[:n+1]
	out := &r.sheet.Cells[n]
	out.Pos = c.pos
	return out, &r.styles[c.style]
}

// addShared keeps a text of the workbook's table.
func (r *sheetReader) addShared(c *rawCell, n int) error {
	st, err := r.styleOf(c)
	if err != nil {
		return err
	}
	if n >= len(r.book.strings.list) {
		return r.noString(c, n)
	}
	one := &r.book.strings.list[n]
	font := st.font
	if one.font != 0 {
		font = r.book.strings.fonts[one.font-1]
	}
	if one.parts != 0 {
		return r.addRich(c.pos, c, st, font, one.text, r.book.strings.look(one))
	}
	return r.addText(c.pos, c, st.look, font, one.text)
}

// noString says why a text cannot be found.
func (r *sheetReader) noString(c *rawCell, n int) error {
	if !r.book.strings.present {
		return refuse(codeNoStrings, "Tệp không còn bảng chữ (sharedStrings) mà các ô trỏ tới.")
	}
	return refuse(codeStringIndex, "Ô %s trỏ tới chữ số %d nhưng tệp chỉ có %d.", c.pos, n, len(r.book.strings.list))
}

// store interprets a cell by its type and keeps it unless it is blank.
func (r *sheetReader) store(c *rawCell) error {
	p := c.pos
	st, err := r.styleOf(c)
	if err != nil {
		return err
	}
	switch {
	case c.inline && len(c.value) > 0:
		return r.strange("một ô có hai giá trị")
	case c.inline:
		font, text := cmp.Or(r.inline.font, st.font), r.keep.keep(r.inline.text)
		if len(r.inline.parts) > 0 {
			return r.addRich(p, c, st, font, text, r.inline.parts)
		}
		return r.addText(p, c, st.look, font, text)
	case !c.stated, len(c.value) == 0 && c.kind != kindText:
		// A formula's empty text is a result, and blank; no value is no result.
		if !c.formula {
			return nil
		}
		out, err := r.add(p)
		if err != nil {
			return err
		}
		out.Kind = sheet.NoResult
		out.Formula = true
		out.Font = st.font
		r.markWhole(out, st.look)
		return nil
	}

	switch c.kind {
	case kindNumber:
		digits := trim(c.value)
		n, ok := parseNumber(digits)
		if !ok {
			return r.addMisfit(p, c, st)
		}
		c.value = digits
		return r.addNumber(c, n)
	case kindShared:
		n, ok := parseIndex(trim(c.value))
		if !ok {
			return refuse(codeStringIndex, "Ô %s trỏ tới chữ số %q.", p, clip(string(c.value)))
		}
		return r.addShared(c, n)
	case kindText:
		return r.addText(p, c, st.look, st.font, r.keep.keep(r.unescaped(c.value)))
	case kindError:
		out, err := r.add(p)
		if err != nil {
			return err
		}
		out.Kind = sheet.Error
		out.Text = r.keep.keep(c.value)
		out.Formula = c.formula
		out.Font = st.font
		r.markWhole(out, st.look)
		return r.weigh(out.Text)
	case kindBool:
		value, ok := parseBool(trim(c.value))
		if !ok {
			return r.addMisfit(p, c, st)
		}
		out, err := r.add(p)
		if err != nil {
			return err
		}
		out.Kind = sheet.Bool
		out.Text = "FALSE"
		out.Formula = c.formula
		out.Font = st.font
		if value {
			out.Text, out.Num = "TRUE", 1
		}
		r.markWhole(out, st.look)
		return nil
	}
	n, ok := parseISODate(string(trim(c.value)), r.book.book.Date1904)
	if !ok {
		return r.addMisfit(p, c, st)
	}
	out, err := r.add(p)
	if err != nil {
		return err
	}
	out.Kind = sheet.Number
	out.Num = n
	out.Date = true
	out.Text = r.keep.keep(trim(c.value))
	out.Formula = c.formula
	out.Font = st.font
	r.markWhole(out, st.look)
	return r.weigh(out.Text)
}

// cellKind is the t attribute of a cell.
type cellKind uint8

const (
	kindNumber cellKind = iota
	kindShared          // the value is an index into the shared strings
	kindText            // a formula's text; also a text in the cell itself
	kindBool
	kindError
	kindDate
)

func kindOf(t []byte) (cellKind, bool) {
	switch string(t) {
	case "n":
		return kindNumber, true
	case "s":
		return kindShared, true
	case "str", "inlineStr":
		return kindText, true
	case "b":
		return kindBool, true
	case "e":
		return kindError, true
	case "d":
		return kindDate, true
	}
	return 0, false
}

// addMisfit keeps what is stored but is no number, date or truth value as the
// text that it is.
func (r *sheetReader) addMisfit(p sheet.Pos, c *rawCell, st *style) error {
	if r.notOfType == 0 {
		r.notOfTypeAt = p
	}
	r.notOfType++
	return r.addText(p, c, st.look, st.font, r.keep.keep(r.unescaped(c.value)))
}

// addText keeps a text of one look; an empty one is a blank cell.
func (r *sheetReader) addText(p sheet.Pos, c *rawCell, l look, font, text string) error {
	if text == "" {
		return nil
	}
	out, err := r.add(p)
	if err != nil {
		return err
	}
	out.Text = text
	out.Formula = c.formula
	out.Font = font
	r.markWhole(out, l)
	return r.weigh(text)
}

// weigh counts text each time a cell uses it, so that one long shared string
// in a thousand cells counts a thousand times.
func (r *sheetReader) weigh(text string) error {
	if r.book.text += int64(len(text)); r.book.text > r.book.lim.TextBytes {
		return r.book.tooMuchText()
	}
	return nil
}

func (b *bookReader) tooMuchText() error {
	return refuse(codeTextTotal, "Chữ trong tệp nhiều hơn %s.", bytesText(b.lim.TextBytes))
}

// unescaped decodes Excel's escapes. The value may still stand in the
// scanner's buffer, which must not be written to.
func (r *sheetReader) unescaped(value []byte) []byte {
	if !bytes.Contains(value, []byte("_x")) {
		return value
	}
	r.value = append(r.value[:0], value...)
	return decodeEscapes(r.value)
}

// add makes room for one more cell, within the limits. Its fields are zero but
// for the address; filling them in place costs less than copying a cell.
func (r *sheetReader) add(p sheet.Pos) (*sheet.Cell, error) {
	lim := &r.book.lim
	if r.book.cells++; r.book.cells > lim.Cells || p.Row > lim.Rows || p.Col > lim.Columns {
		return nil, r.beyond(p)
	}
	if r.hidden && r.each == nil {
		if r.sheet.HiddenRows == nil {
			r.sheet.HiddenRows = make(map[int]bool)
		}
		r.sheet.HiddenRows[p.Row] = true
	}
	n := len(r.sheet.Cells)
	if n == cap(r.sheet.Cells) {
		r.grow()
	}
	r.sheet.Cells = r.sheet.Cells[:n+1]
	out := &r.sheet.Cells[n] // all zero: no cell is ever taken back
	out.Pos = p
	return out, nil
}

// beyond says which limit a cell exceeds.
func (r *sheetReader) beyond(p sheet.Pos) error {
	lim := &r.book.lim
	switch {
	case p.Row > lim.Rows:
		return refuse(codeRows, "Trang tính có dòng thứ %d, quá giới hạn %d.", p.Row, lim.Rows)
	case p.Col > lim.Columns:
		return refuse(codeColumns, "Trang tính có cột thứ %d, quá giới hạn %d.", p.Col, lim.Columns)
	}
	return refuse(codeCells, "Tệp có quá nhiều ô (hơn %d).", lim.Cells)
}

// firstCells is room for the first cells of a sheet. Until they are there,
// nothing tells how many will follow.
type firstCells [256]sheet.Cell

var firstRooms = sync.Pool{New: func() any { return new(firstCells) }}

// grow makes room for more cells.
func (r *sheetReader) grow() {
	old := r.sheet.Cells
	if len(old) == 0 && r.first == nil {
		r.first = firstRooms.Get().(*firstCells)
		r.sheet.Cells = r.first[:0]
		return
	}
	room := make([]sheet.Cell, len(old), len(old)+r.expect(len(old)))
	copy(room, old)
	r.sheet.Cells = room
	r.leaveFirst()
}

// settle gives the sheet its cells in a room of about their number.
func (r *sheetReader) settle() {
	switch cells := r.sheet.Cells; {
	case r.each != nil:
		r.sheet.Cells, r.sheet.Marks = nil, nil // they were room for one row
	case r.first != nil, len(cells) < cap(cells)*3/4:
		r.sheet.Cells = slices.Clone(cells)
	}
	r.leaveFirst()
}

// leaveFirst gives the first room back, empty.
func (r *sheetReader) leaveFirst() {
	if r.first != nil {
		clear(r.first[:])
		firstRooms.Put(r.first)
		r.first = nil
	}
}

// expect guesses how many more cells follow the first n, from the share of the
// part that they took. The part's size is only claimed so far, so the guess
// never exceeds what so many packed bytes could hold in earnest.
func (r *sheetReader) expect(n int) int {
	if r.each != nil {
		return n // a wide row
	}
	read := r.base + int64(r.pos)
	guess := int64(float64(n)*float64(r.entry.size-read)/float64(read)*1.03) + 16
	most := min(max(r.entry.packed, int64(n)), int64(r.book.lim.Cells-n))
	return int(max(1, min(guess, most)))
}

// sort puts cells that came out of order into place.
func (r *sheetReader) sort() error {
	if err := r.checkRuns(); err != nil {
		return err
	}
	sortCells(r.sheet.Cells)
	return r.book.clock.check()
}

func sortCells(cells []sheet.Cell) {
	slices.SortFunc(cells, func(a, b sheet.Cell) int {
		return cmp.Or(cmp.Compare(a.Pos.Row, b.Pos.Row), cmp.Compare(a.Pos.Col, b.Pos.Col))
	})
}

// checkRuns refuses an address that came twice: nobody could say which of the
// two counts.
func (r *sheetReader) checkRuns() error {
	slices.SortFunc(r.runs, func(a, b run) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.from, b.from))
	})
	for i := 1; i < len(r.runs); i++ {
		if a, b := r.runs[i-1], r.runs[i]; a.row == b.row && b.from <= a.to {
			p := sheet.Pos{Row: int(b.row), Col: int(b.from)}
			return at(refuse(codeRepeated, "Ô %s được ghi hai lần.", p), "", p.String())
		}
	}
	return nil
}

// readColumns reads <cols>: which columns are hidden.
func (r *sheetReader) readColumns() error {
	return r.children(func() error {
		if !r.is("col") {
			return r.unknown()
		}
		from, err := r.number("min", 0)
		if err != nil {
			return err
		}
		to, err := r.number("max", 0)
		if err != nil {
			return err
		}
		hidden, err := r.flag("hidden")
		if err != nil {
			return err
		}
		if width, ok := r.get("width"); ok {
			if w, ok := parseSize(width); ok && w == 0 {
				hidden = true
			}
		}
		if from < 1 || to < from {
			return r.strange("khoảng cột không hợp lệ")
		}
		if hidden {
			if r.columns == nil {
				r.columns = make([]bool, maxCol+1)
			}
			for c := from; c <= min(to, maxCol); c++ {
				r.columns[c] = true
			}
		}
		return r.skip()
	})
}

// hideColumns keeps the hidden columns that hold something: files often hide
// everything up to XFD.
func (r *sheetReader) hideColumns() {
	if r.columns == nil {
		return
	}
	for i := range r.sheet.Cells {
		if c := r.sheet.Cells[i].Pos.Col; r.columns[c] {
			if r.sheet.HiddenCols == nil {
				r.sheet.HiddenCols = make(map[int]bool)
			}
			r.sheet.HiddenCols[c] = true
		}
	}
}

// trim cuts the white space that XML allows around a number.
func trim(p []byte) []byte {
	for len(p) > 0 && isSpace(p[0]) {
		p = p[1:]
	}
	for len(p) > 0 && isSpace(p[len(p)-1]) {
		p = p[:len(p)-1]
	}
	return p
}

// parseNumber reads a decimal number exactly. It refuses what strconv would
// take besides: "Inf", "NaN", hexadecimal, and numbers beyond a float64.
func parseNumber(p []byte) (float64, bool) {
	if f, n, ok := scanDecimal(p); ok && n == len(p) {
		return f, true
	}
	digits := func(i int) int {
		for i < len(p) && p[i]-'0' <= 9 {
			i++
		}
		return i
	}
	from := 0
	if len(p) > 0 && (p[0] == '-' || p[0] == '+') {
		from = 1
	}
	i := digits(from)
	found := i > from
	if i < len(p) && p[i] == '.' {
		from = i + 1
		i = digits(from)
		found = found || i > from
	}
	if !found {
		return 0, false
	}
	if i < len(p) {
		if p[i]|0x20 != 'e' {
			return 0, false
		}
		if i++; i < len(p) && (p[i] == '-' || p[i] == '+') {
			i++
		}
		from = i
		if i = digits(from); i == from || i < len(p) {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(string(p), 64)
	return f, err == nil
}

// scanDecimal reads the number without exponent that stands at the beginning
// of p, and returns its length. Where that takes more than one exact division,
// because the number has too many digits, ok is false.
func scanDecimal(p []byte) (f float64, n int, ok bool) {
	negative := len(p) > 0 && p[0] == '-'
	if negative || len(p) > 0 && p[0] == '+' {
		n = 1
	}
	mantissa, count := addDigits(0, p[n:])
	n += count
	fraction := 0
	if n < len(p) && p[n] == '.' {
		n++
		mantissa, fraction = addDigits(mantissa, p[n:])
		n += fraction
		count += fraction
	}
	// With these bounds the mantissa is exact, and so is the power of ten; then
	// their quotient is rounded once, as it should be.
	if count == 0 || count > 19 || mantissa > 1<<53 {
		return 0, 0, false
	}
	f = float64(mantissa)
	if fraction > 0 {
		f /= powers[fraction]
	}
	if negative {
		f = -f
	}
	return f, n, true
}

// addDigits reads the digits at the beginning of p as the lower ones of n, and
// tells how many they are. With more than 19 in all, n overflows.
func addDigits(n uint64, p []byte) (uint64, int) {
	i := 0
	for ; i+8 <= len(p); i += 8 {
		eight, ok := eightDigits(binary.LittleEndian.Uint64(p[i:]))
		if !ok {
			break
		}
		n = n*100_000_000 + eight
	}
	for ; i < len(p); i++ {
		d := p[i] - '0'
		if d > 9 {
			break
		}
		n = n*10 + uint64(d)
	}
	return n, i
}

// powers are those that a float64 holds exactly, as far as they are needed.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

// The following read digits without a loop: how many there are is different in
// every cell, and a processor that guesses wrong when a loop ends loses more
// time than the digits take.

const inEveryByte = 0x0101010101010101

// eightDigits reads eight digits, the first of them in the lowest byte.
func eightDigits(w uint64) (n uint64, ok bool) {
	// A byte less '0' is at most 9 when adding 0x76 does not set its high bit.
	w ^= '0' * inEveryByte
	if (w|(w+0x76*inEveryByte))&(0x80*inEveryByte) != 0 {
		return 0, false
	}
	w = w*10 + w>>8 // pairs, in every second byte
	w = (w&0x000000FF000000FF*(100+1000000<<32) + w>>16&0x000000FF000000FF*(1+10000<<32)) >> 32
	return w & 0xFFFFFFFF, true
}

// firstByte finds a byte in w, from the lowest on; 8 when it is not there.
func firstByte(w uint64, c byte) int {
	x := w ^ uint64(c)*inEveryByte // zero where c was
	return bits.TrailingZeros64((x-inEveryByte)&^x&(0x80*inEveryByte)) / 8
}

// fewDigits reads the n lowest bytes of w as digits; n is 1 to 7.
func fewDigits(w uint64, n int) (uint64, bool) {
	return eightDigits(w<<(64-8*n) | '0'*inEveryByte>>(8*n))
}

// shortIndex reads the number of at most seven digits that stands at the
// beginning of b before a tag, and returns its length.
func shortIndex(b []byte) (index uint64, n int, ok bool) {
	if len(b) < 8 {
		return 0, 0, false
	}
	w := binary.LittleEndian.Uint64(b)
	if n = firstByte(w, '<'); n == 0 || n == 8 {
		return 0, 0, false
	}
	index, ok = fewDigits(w, n)
	return index, n, ok
}

// shortDecimal reads the number of at most seven characters, digits and perhaps
// a point, that stands at the beginning of b before a tag, and returns its
// length. What it reads, scanDecimal reads in the same way.
func shortDecimal(b []byte) (f float64, n int, ok bool) {
	if len(b) < 8 {
		return 0, 0, false
	}
	w := binary.LittleEndian.Uint64(b)
	n = firstByte(w, '<')
	if n == 0 || n == 8 {
		return 0, 0, false
	}
	w &= 1<<(8*n) - 1
	digits, fraction := n, 0
	if point := firstByte(w, '.'); point < n {
		before := uint64(1)<<(8*point) - 1
		w = w&before | w>>8&^before
		digits--
		if fraction = digits - point; digits == 0 {
			return 0, 0, false
		}
	}
	whole, ok := fewDigits(w, digits)
	return float64(whole) / powers[fraction], n, ok
}
