package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// rows are the rows of one sheet in the form of the file, compressed as they
// come: those of a country are hundreds of megabytes, which need never stand
// anywhere as a whole. The library would make several values of each cell.
type rows struct {
	part  *part
	texts *texts
	xml   []byte // what waits to be compressed
	row   int
	no    []byte // the number of the row, in digits
	col   int
	above []placed // the last text of each column
}

type placed struct {
	text string
	n    int
}

// begin begins a row; a height of 0 is the usual one.
func (r *rows) begin(row int, height float64) {
	r.row, r.col = row, 0
	r.no = strconv.AppendInt(r.no[:0], int64(row), 10)
	r.xml = append(append(append(r.xml, `<row r="`...), r.no...), '"')
	if height > 0 {
		r.xml = append(r.xml, ` ht="`...)
		r.xml = strconv.AppendFloat(r.xml, min(height, excelize.MaxRowHeight), 'f', -1, 64)
		r.xml = append(r.xml, `" customHeight="1"`...)
	}
	r.xml = append(r.xml, '>')
}

// cell writes the next cell of the row down to where its value follows.
func (r *rows) cell(style int) {
	r.col++
	name, _ := excelize.ColumnNumberToName(r.col) // end sees to columns that there are not
	r.xml = append(append(append(append(r.xml, `<c r="`...), name...), r.no...), '"')
	if style > 0 {
		r.xml = append(strconv.AppendInt(append(r.xml, ` s="`...), int64(style), 10), '"')
	}
}

func (r *rows) blank(style int) {
	r.cell(style)
	r.xml = append(r.xml, `/>`...)
}

func (r *rows) whole(style int, n int64) {
	r.cell(style)
	r.xml = append(strconv.AppendInt(append(r.xml, `><v>`...), n, 10), `</v></c>`...)
}

// number writes a number with all of its digits, as people would write it where
// that is not too long.
func (r *rows) number(style int, x float64) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		r.blank(style)
		return
	}
	form := byte('f')
	if size := math.Abs(x); size != 0 && (size < 1e-6 || size >= 1e15) {
		form = 'g'
	}
	r.cell(style)
	r.xml = append(strconv.AppendFloat(append(r.xml, `><v>`...), x, form, -1, 64), `</v></c>`...)
}

// text writes a text as text whatever it begins with, so that nothing a sender
// wrote can become a formula.
func (r *rows) text(style int, s string) {
	if s == "" {
		r.blank(style)
		return
	}
	r.cell(style)
	if n, ok := r.place(s); ok {
		r.xml = append(strconv.AppendInt(append(r.xml, ` t="s"><v>`...), int64(n), 10), `</v></c>`...)
		return
	}
	r.xml = append(appendText(append(r.xml, ` t="inlineStr"><is>`...), s), `</is></c>`...)
}

// place is the number of a text. Most rows repeat most of the one above.
func (r *rows) place(s string) (n int, ok bool) {
	for len(r.above) <= r.col {
		r.above = append(r.above, placed{})
	}
	above := &r.above[r.col]
	if above.text == s {
		return above.n, true
	}
	if n, ok = r.texts.place(s); ok {
		*above = placed{s, n}
	}
	return n, ok
}

// put writes a value of any kind; nil, and pointers that are, leave the cell empty.
func (r *rows) put(style int, v any) {
	switch v := v.(type) {
	case nil:
		r.blank(style)
	case string:
		r.text(style, v)
	case float64:
		r.number(style, v)
	case *float64:
		if v == nil {
			r.blank(style)
			return
		}
		r.number(style, *v)
	case int:
		r.whole(style, int64(v))
	case int64:
		r.whole(style, v)
	case *int:
		if v == nil {
			r.blank(style)
			return
		}
		r.whole(style, int64(*v))
	case bool:
		r.cell(style)
		r.xml = append(r.xml, ` t="b"><v>0</v></c>`...)
		if v {
			r.xml[len(r.xml)-len(`0</v></c>`)] = '1'
		}
	default:
		r.text(style, fmt.Sprint(v))
	}
}

// end ends the row.
func (r *rows) end() error {
	if r.row > excelize.TotalRows || r.col > excelize.MaxColumns {
		return fmt.Errorf("row %d of %d cells: a sheet has %d rows of %d", r.row, r.col, excelize.TotalRows, excelize.MaxColumns)
	}
	r.xml = append(r.xml, `</row>`...)
	if len(r.xml) < 16<<10 {
		return nil
	}
	return r.pass()
}

// close ends the rows.
func (r *rows) close() error {
	if err := r.pass(); err != nil {
		return err
	}
	return r.part.flush()
}

// pass compresses what waits.
func (r *rows) pass() error {
	_, err := r.part.Write(r.xml)
	r.xml = r.xml[:0]
	return err
}

// appendText writes a text element. What XML cannot hold is left out, and so is
// what goes beyond the length of a cell; what looks like an escape of the
// file's form is escaped itself.
func appendText(b []byte, s string) []byte {
	if len(s) > excelize.TotalCellChars {
		s = cut(s, excelize.TotalCellChars)
	}
	whole := len(b)
	if spaced(s[0]) || spaced(s[len(s)-1]) {
		b = append(b, `<t xml:space="preserve">`...)
	} else {
		b = append(b, `<t>`...)
	}
	done := 0
	for i := 0; i < len(s); {
		c, width, as := s[i], 1, ""
		switch {
		case c >= utf8.RuneSelf:
			var l rune
			if l, width = utf8.DecodeRuneInString(s[i:]); printable(l) < 0 {
				return appendClean(b[:whole], s)
			}
		case c > '_', c >= '?' && c < '_', c >= '(' && c < '<', c == ' ':
		case c == '&':
			as = `&amp;`
		case c == '<':
			as = `&lt;`
		case c == '>':
			as = `&gt;`
		case c == '_' && escape(s[i:]):
			as = `_x005F_`
		case printable(rune(c)) < 0:
			return appendClean(b[:whole], s)
		}
		if i += width; as != "" {
			b = append(append(b, s[done:i-1]...), as...)
			done = i
		}
	}
	return append(append(b, s[done:]...), `</t>`...)
}

// appendClean is appendText of what XML can hold of a text.
func appendClean(b []byte, s string) []byte {
	if s = strings.Map(printable, s); s == "" {
		return append(b, `<t></t>`...)
	}
	return appendText(b, s)
}

// spaced tells what readers drop at the ends of a text unless told not to.
func spaced(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// escape tells whether a text begins as the form writes characters by number:
// _x0041_.
func escape(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	for _, c := range []byte(s[2:6]) {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

// cut cuts a text to so many characters as spreadsheets count them.
func cut(s string, most int) string {
	for i, r := range s {
		if most -= max(1, utf16.RuneLen(r)); most < 0 {
			return s[:i]
		}
	}
	return s
}

// texts are the texts that cells refer to by number: most of a long table are
// the same few. Nil, or once it is full, it leaves them to the cells.
type texts struct {
	part *part
	xml  []byte
	at   map[string]int
	held int // bytes
}

// mostTexts is how much text is held, in bytes.
const mostTexts = 8 << 20

const (
	textsPart = "xl/sharedStrings.xml"
	textsType = `<Override PartName="/` + textsPart + `" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>`
	textsRel  = `<Relationship Id="rIdTexts" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>`
)

func newTexts() *texts {
	return &texts{part: newPart(textsPart), at: map[string]int{},
		xml: []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`)}
}

// place is the number of a text.
func (t *texts) place(s string) (n int, ok bool) {
	if t == nil {
		return 0, false
	}
	if n, ok := t.at[s]; ok {
		return n, true
	}
	if t.held += len(s) + 64; t.held > mostTexts {
		t.held = mostTexts
		return 0, false
	}
	n = len(t.at)
	t.at[s] = n
	t.xml = append(appendText(append(t.xml, `<si>`...), s), `</si>`...)
	if len(t.xml) > 16<<10 {
		_, _ = t.part.Write(t.xml)
		t.xml = t.xml[:0]
	}
	return n, true
}
