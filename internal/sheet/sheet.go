// Package sheet is the vocabulary of spreadsheets: books, sheets, cells and
// positions, with one text form for each. It knows no file format and reads
// nothing; internal/excel fills these types and transforms understands them.
package sheet

import (
	"strconv"
	"strings"
)

// Kind says what a cell stores. A blank cell is not stored at all.
type Kind uint8

// The kinds of stored cells.
const (
	Text     Kind = iota // a string, as written
	Number               // a number (also a date: see Cell.Date)
	Bool                 // TRUE or FALSE
	Error                // an error value such as #REF!
	NoResult             // a formula that was saved without its result
)

// Cell is one stored, non-blank cell. A large sheet has millions of them: the
// order of the fields keeps a cell at 64 bytes.
type Cell struct {
	Pos Pos
	// Text is the stored string (Text), the error word (Error), "TRUE" or
	// "FALSE" (Bool), or the number's digits as the file holds them (Number).
	// It is never the displayed text. What is struck out of it and raised
	// footnote marks are left out: see Sheet.Marks.
	Text string
	// Num is the stored value of a Number, unrounded; 1 or 0 for a Bool.
	Num float64
	// Font is the font's name, "" when the file names none.
	Font string
	Kind Kind
	// Percent tells that the number format shows the value as a percentage:
	// 0.846 in such a cell means 84.6 %.
	Percent bool
	// Date tells that the number format shows the value as a date or time.
	Date bool
	// Formula tells that the cell holds a formula; its stored result counts.
	Formula bool
	// Format says where in its sheet's Formats stands what the number format of
	// a Number shows besides the digits: 1 is the first, 0 is nothing. The
	// sheet's FormatOf looks it up.
	Format uint16
}

// Format is what a number format makes of a number besides digits, percentage
// and date: literal words, such as the unit in 0.0" triệu", and a scale. Two
// that differ in nothing are one to a sheet.
type Format struct {
	// Before and After are the words on either side of the digits, without the
	// blanks around them: After is "triệu" for 0.0" triệu", "₫" for
	// #,##0 [$₫-42A], "%" for 0.00"%" (which, being a word, scales nothing),
	// Before is "khoảng" for "khoảng "0. Signs, brackets and other punctuation
	// are no words. What stands among the digits counts as After.
	Before, After string
	// Alone tells that no digits are shown at all: After is all there is to
	// see of the number, such as "Đạt" for 1 in [=1]"Đạt";"Chưa đạt".
	Alone bool
	// Thousands is how many times the format divides by a thousand what it
	// shows: 2 for 0.0,," triệu". Cell.Num is the stored number, undivided, so
	// Before and After are words about Num/1000^Thousands.
	Thousands uint8
}

// Mark is what was struck out of a cell, and what was raised in it.
type Mark struct {
	// Struck is the text that is struck out, the pieces joined.
	Struck string
	// Raised is the raised (superscript) text, which is a footnote's mark; the
	// 2 of m² is none. Neither is part of Cell.Text, unless Whole.
	Raised string
	// Whole tells that nothing else is left: the cell counts for nothing. It
	// keeps its Text and Num as they are stored, so that they can be named. So
	// does a cell that is no Text and of which any part is marked, because no
	// number is left of half a number.
	Whole bool
}

// Sheet is one worksheet: its cells in row-major order without blanks, each at
// its own address, none twice.
type Sheet struct {
	Name       string
	Hidden     bool
	Cells      []Cell
	Merges     []Rect       // only a merge's first cell counts; the reader drops the others
	HiddenRows map[int]bool // 1-based
	HiddenCols map[int]bool // 1-based
	// Covered lists cells that a merge covers and that still hold a value:
	// they are never read as data, and the reader says so.
	Covered []Pos
	// Marks are the cells with struck-out or raised text, nil where there are
	// none, as almost everywhere.
	Marks map[Pos]Mark
	// Formats are the number formats that show words or a scale, in the order
	// of the cells that came first in the file: see Cell.Format.
	Formats []Format
}

// FormatOf is what the number format of one of the sheet's cells shows besides
// digits.
func (s *Sheet) FormatOf(c *Cell) Format {
	if c.Format == 0 || int(c.Format) > len(s.Formats) {
		return Format{}
	}
	return s.Formats[c.Format-1]
}

// Book is one spreadsheet file as read.
type Book struct {
	Name          string // the file's name as received, without folders
	Sheets        []*Sheet
	Date1904      bool
	Macros        bool // holds a VBA project, never run
	ExternalLinks bool // refers to other workbooks, never followed
}

// Pos is a cell's place, 1-based: row 12, column 6 is F12.
type Pos struct{ Row, Col int }

// String writes a position in A1 form.
func (p Pos) String() string {
	if p.Row < 1 || p.Col < 1 {
		return ""
	}
	return ColName(p.Col) + strconv.Itoa(p.Row)
}

// Less orders positions by row, then column.
func (p Pos) Less(q Pos) bool {
	return p.Row < q.Row || p.Row == q.Row && p.Col < q.Col
}

// ColName writes a 1-based column number in letters: 1 is A, 28 is AB.
func ColName(col int) string {
	var buf [8]byte
	i := len(buf)
	for col > 0 {
		col--
		i--
		buf[i] = byte('A' + col%26)
		col /= 26
	}
	return string(buf[i:])
}

// ParsePos reads a position in A1 form; dollar signs are allowed, anything
// else is refused.
func ParsePos(s string) (Pos, bool) {
	s = strings.ReplaceAll(s, "$", "")
	var p Pos
	i := 0
	for ; i < len(s); i++ {
		c := s[i] &^ 0x20 // upper case
		if c < 'A' || c > 'Z' {
			break
		}
		p.Col = p.Col*26 + int(c-'A'+1)
		if p.Col > 1<<20 {
			return Pos{}, false
		}
	}
	if i == 0 || i == len(s) || s[i] == '0' {
		return Pos{}, false
	}
	for ; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return Pos{}, false
		}
		p.Row = p.Row*10 + int(s[i]-'0')
		if p.Row > 1<<30 {
			return Pos{}, false
		}
	}
	return p, true
}

// Rect is a block of cells, both corners included.
type Rect struct{ From, To Pos }

// Contains tells whether p lies in r.
func (r Rect) Contains(p Pos) bool {
	return r.From.Row <= p.Row && p.Row <= r.To.Row && r.From.Col <= p.Col && p.Col <= r.To.Col
}

// String writes a block in A1:B2 form, a single cell as A1.
func (r Rect) String() string {
	if r.From == r.To {
		return r.From.String()
	}
	return r.From.String() + ":" + r.To.String()
}

// ParseRect reads "A1:B2" or "A1"; corners may stand in any order.
func ParseRect(s string) (Rect, bool) {
	a, b, two := strings.Cut(s, ":")
	from, ok := ParsePos(a)
	if !ok {
		return Rect{}, false
	}
	if !two {
		return Rect{from, from}, true
	}
	to, ok := ParsePos(b)
	if !ok {
		return Rect{}, false
	}
	return Rect{
		Pos{min(from.Row, to.Row), min(from.Col, to.Col)},
		Pos{max(from.Row, to.Row), max(from.Col, to.Col)},
	}, true
}
