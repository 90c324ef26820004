package excel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"unicode/utf16"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// What follows reads legacy workbooks a second time, to hold the reader against
// it: everything in memory, by plain indexing, and sharing none of its code. A
// slip of an index is an objection, by panic.

// errDoNotKnow says that the slow reading does not find the records in a
// container: it may stumble over what nobody needs.
var errDoNotKnow = errors.New("the slow reader does not know")

// slowXLS reads a file of the OLE2 format or bare records.
func slowXLS(data []byte) (book slowBook, err error) {
	defer func() {
		if p := recover(); p != nil && err == nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	if string(data[:4]) == "\xD0\xCF\x11\xE0" {
		if data, err = slowStream(data, "Workbook"); err != nil {
			return nil, errDoNotKnow
		}
	}
	return slowRecords(data)
}

// slowStream finds a stream of an OLE2 file and puts its sectors together.
func slowStream(data []byte, want string) (stream []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			stream, err = nil, errDoNotKnow
		}
	}()
	word := func(at int) int { return int(binary.LittleEndian.Uint16(data[at:])) }
	long := func(at int) int { return int(binary.LittleEndian.Uint32(data[at:])) }
	const none = 0xFFFFFFFE
	size, mini := 1<<word(30), 64 // as the format demands, whatever stands there
	sector := func(n int) []byte { return data[(n+1)*size : min(len(data), (n+2)*size)] }

	var tables []int // of the FAT
	for i := range 109 {
		if n := long(76 + 4*i); n < none-2 {
			tables = append(tables, n)
		}
	}
	for next, n := long(68), 0; n < long(72); n++ {
		s := sector(next)
		for i := 0; i < size-4; i += 4 {
			if n := int(binary.LittleEndian.Uint32(s[i:])); n < none-2 {
				tables = append(tables, n)
			}
		}
		next = int(binary.LittleEndian.Uint32(s[size-4:]))
	}
	tables = tables[:min(len(tables), long(44))]
	var fat []int
	for _, n := range tables {
		if (n+1)*size >= len(data) { // a table that is not there, and perhaps not needed
			fat = append(fat, slices.Repeat([]int{none}, size/4)...)
			continue
		}
		s := sector(n)
		for i := 0; i+4 <= len(s); i += 4 {
			fat = append(fat, int(binary.LittleEndian.Uint32(s[i:])))
		}
	}
	// What comes after the bytes that are wanted may be damaged.
	chain := func(first, wanted int) (out []byte, err error) {
		for n, steps := first, 0; n < len(fat) && len(out) < wanted; steps++ {
			if steps > len(fat) {
				return nil, errors.New("a chain in a circle")
			}
			if wanted == math.MaxInt && (n+1)*size >= len(data) {
				break // what was found of the directory must do
			}
			out = append(out, sector(n)...)
			n = fat[n]
		}
		return out, nil
	}
	dir, err := chain(long(48), math.MaxInt)
	if err != nil {
		return nil, err
	}
	entry := func(i int) (name string, kind byte, first, length int) {
		e := dir[128*i:]
		n := int(binary.LittleEndian.Uint16(e[64:]))
		if n < 2 || n > 64 {
			return "", e[66], 0, 0
		}
		var u []uint16
		for k := 0; k < n-2; k += 2 {
			u = append(u, binary.LittleEndian.Uint16(e[k:]))
		}
		return string(utf16.Decode(u)), e[66], int(binary.LittleEndian.Uint32(e[116:])), int(binary.LittleEndian.Uint32(e[120:]))
	}
	found := -1
	for i := range len(dir) / 128 {
		if name, kind, _, _ := entry(i); name == want && kind == 2 {
			if found >= 0 {
				return nil, errDoNotKnow // which of them is the root's own
			}
			found = i
		}
	}
	if found < 0 {
		return nil, errDoNotKnow
	}
	_, _, first, length := entry(found)
	if length >= 4096 {
		out, err := chain(first, length)
		if err != nil {
			return nil, err
		}
		return out[:length], nil
	}
	_, _, root, rootLength := entry(0)
	store, err := chain(root, rootLength)
	if err != nil {
		return nil, err
	}
	store = store[:min(len(store), rootLength)]
	table, err := chain(long(60), math.MaxInt)
	if err != nil {
		return nil, err
	}
	var out []byte
	for n := first; n != none && len(out) < length; {
		if len(out) > len(data) {
			return nil, errors.New("a chain in a circle")
		}
		out = append(out, store[n*mini:min(len(store), (n+1)*mini)]...)
		n = int(binary.LittleEndian.Uint32(table[4*n:]))
	}
	return out[:length], nil
}

// slowRecord is a record with those that continue it.
type slowRecord struct {
	id     int
	pieces [][]byte
}

func (r slowRecord) word(at int) int { return int(binary.LittleEndian.Uint16(r.pieces[0][at:])) }

// slowList reads the records from a place to the EOF that ends them, without
// those of lists within.
func slowList(data []byte, at int) (list []slowRecord) {
	for depth := 0; ; {
		id, n := int(binary.LittleEndian.Uint16(data[at:])), int(binary.LittleEndian.Uint16(data[at+2:]))
		body := data[at+4 : at+4+n : at+4+n]
		at += 4 + n
		switch {
		case id == 0x0809:
			depth++
		case id == 0x000A:
			if depth--; depth == 0 {
				return list
			}
		case id == 0x003C && depth == 1 && len(list) > 0:
			last := &list[len(list)-1]
			last.pieces = append(last.pieces, body)
		case depth == 1:
			list = append(list, slowRecord{id, [][]byte{body}})
		}
	}
}

// slowUnits reads strings out of pieces.
type slowUnits struct {
	pieces [][]byte
	piece  int
	at     int
}

func (s *slowUnits) byte() int {
	for s.at == len(s.pieces[s.piece]) {
		s.piece++
		s.at = 0
	}
	s.at++
	return int(s.pieces[s.piece][s.at-1])
}

func (s *slowUnits) end() bool {
	return s.piece == len(s.pieces)-1 && s.at == len(s.pieces[s.piece])
}

func (s *slowUnits) word() int { b := s.byte(); return b + s.byte()*256 }

// string reads n units behind their flags. In a further piece the flags come
// anew, except within the runs and phonetics that follow the units.
func (s *slowUnits) string(n int) string {
	text, _, _ := s.rich(n)
	return text
}

// rich is string with the runs: where each begins, and its font.
func (s *slowUnits) rich(n int) (text string, units []uint16, begins [][2]int) {
	if n == 0 && s.end() {
		return "", nil, nil
	}
	flags := s.byte()
	runs, phonetic := 0, 0
	if flags&8 != 0 {
		runs = s.word()
	}
	if flags&4 != 0 {
		phonetic = s.word()
		phonetic += s.word() << 16
	}
	for range n {
		for s.at == len(s.pieces[s.piece]) {
			s.piece++
			s.at = 1
			flags = int(s.pieces[s.piece][0])
		}
		unit := int(s.pieces[s.piece][s.at])
		s.at++
		if flags&1 != 0 {
			unit += int(s.pieces[s.piece][s.at]) << 8
			s.at++
		}
		units = append(units, uint16(unit))
	}
	for range runs {
		from := s.word()
		begins = append(begins, [2]int{from, s.word()})
	}
	for range phonetic {
		s.byte()
	}
	return string(utf16.Decode(units)), units, begins
}

// slowFontXLS is what a FONT says of struck and raised text.
type slowFontXLS struct{ struck, raised bool }

// slowRuns is a text of the file with the fonts of its runs.
type slowRuns struct {
	units []uint16
	runs  [][2]int
}

// pieces are the stretches of a text between the beginnings of its runs. A run
// that begins within a character begins after it.
func (t slowRuns) pieces(fonts []slowFontXLS) (out []slowRun) {
	now := slowRun{}
	at := 0
	cut := func(to int) {
		if to > at && to < len(t.units) && utf16.IsSurrogate(rune(t.units[to])) && utf16.DecodeRune(rune(t.units[to-1]), rune(t.units[to])) != '\uFFFD' && !slowSecond(t.units, to-1) {
			to++
		}
		if to > at {
			now.text = string(utf16.Decode(t.units[at:to]))
			out = append(out, now)
			at = to
		}
	}
	for _, run := range t.runs {
		cut(min(run[0], len(t.units)))
		now = slowRun{own: true}
		if n := run[1]; n > 4 {
			run[1]--
		}
		if run[1] < len(fonts) {
			now.struck, now.raised = fonts[run[1]].struck, fonts[run[1]].raised
		}
	}
	cut(len(t.units))
	return out
}

// slowSecond tells whether a unit is the second half of a character.
func slowSecond(units []uint16, i int) bool {
	for k := 0; k < i; k++ {
		if k+1 < len(units) && utf16.DecodeRune(rune(units[k]), rune(units[k+1])) != '\uFFFD' {
			if k+1 == i {
				return true
			}
			k++
		}
	}
	return false
}

func slowRecords(data []byte) (slowBook, error) {
	type entry struct {
		at     int
		hidden bool
		kind   int
		name   string
	}
	var sheets []entry
	var texts []slowRuns
	var fonts []slowFontXLS
	var formats []slowFontXLS
	var xfs []int
	for _, r := range slowList(data, 0) {
		b := r.pieces[0]
		switch r.id {
		case 0x0085:
			text := &slowUnits{pieces: r.pieces, at: 7}
			sheets = append(sheets, entry{int(binary.LittleEndian.Uint32(b)), b[4]&3 != 0, int(b[5]), text.string(int(b[6]))})
		case 0x0031:
			fonts = append(fonts, slowFontXLS{b[2]&8 != 0, b[8] == 1 && b[9] == 0})
		case 0x00E0:
			xfs = append(xfs, r.word(0))
		case 0x00FC:
			text := &slowUnits{pieces: r.pieces, at: 8}
			for n := binary.LittleEndian.Uint32(b[4:]); n > 0; n-- {
				if text.piece == len(text.pieces)-1 && text.at == len(text.pieces[text.piece]) {
					break // fewer than it claims
				}
				_, units, runs := text.rich(text.word())
				texts = append(texts, slowRuns{units, runs})
			}
		}
	}
	for _, font := range xfs {
		if font > 4 {
			font--
		}
		one := slowFontXLS{}
		if font < len(fonts) {
			one = fonts[font]
		}
		formats = append(formats, one)
	}
	var book slowBook
	for _, e := range sheets {
		if e.kind != 0 {
			continue
		}
		s, err := slowRecordSheet(slowList(data, e.at), texts, fonts, formats)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.name, err)
		}
		s.name, s.hidden = e.name, e.hidden
		book = append(book, s)
	}
	return book, nil
}

func slowRK(rk uint32) float64 {
	n := math.Float64frombits(uint64(rk>>2) << 34)
	if rk&2 != 0 {
		n = float64(int32(rk) / 4)
		if int32(rk) < 0 && int32(rk)%4 != 0 {
			n = math.Floor(float64(int32(rk)) / 4)
		}
	}
	if rk&1 != 0 {
		n /= 100
	}
	return n
}

var slowErrors = map[byte]string{0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A", 43: "#GETTING_DATA"}

func slowRecordSheet(list []slowRecord, texts []slowRuns, fonts, formats []slowFontXLS) (s slowSheet, err error) {
	s.cells = make(map[sheet.Pos]slowCell)
	taken := make(map[sheet.Pos]bool)
	blank := func(format int) { // a blank stands beside a value or alone
		if format >= len(formats) {
			panic(fmt.Sprintf("format %d of %d", format, len(formats)))
		}
	}
	looks := make(map[sheet.Pos]slowFontXLS)
	take := func(row, col, format int) sheet.Pos {
		p := sheet.Pos{Row: row + 1, Col: col + 1}
		blank(format)
		if taken[p] {
			panic(fmt.Sprintf("%s twice", p))
		}
		taken[p] = true
		looks[p] = formats[format]
		return p
	}
	put := func(p sheet.Pos, c slowCell) {
		if c.kind == sheet.Number && (math.IsNaN(c.num) || math.IsInf(c.num, 0)) {
			c.kind = sheet.NoResult + 2
		}
		if c.kind != sheet.Text || c.text != "" {
			if c.mark == (sheet.Mark{}) {
				text := c.text
				if c.kind == sheet.Number || c.kind == sheet.NoResult+2 {
					text = "digits" // which are not stored
				}
				c.mark = slowWhole(text, looks[p].struck, looks[p].raised)
			}
			s.cells[p] = c
		}
	}
	putText := func(p sheet.Pos, t slowRuns, formula bool) {
		c := slowCell{text: string(utf16.Decode(t.units)), formula: formula}
		if len(t.runs) == 0 {
			put(p, c)
			return
		}
		if c.text, c.mark = slowMarked(t.pieces(fonts), looks[p].struck, looks[p].raised); c.text != "" {
			s.cells[p] = c
		}
	}
	read := func(text *slowUnits, after bool) (t slowRuns) {
		_, t.units, t.runs = text.rich(text.word())
		if after && len(t.runs) == 0 && !text.end() {
			for n := text.word(); n > 0; n-- {
				from := text.word()
				t.runs = append(t.runs, [2]int{from, text.word()})
			}
		}
		return t
	}
	truth := func(value, isError byte, formula bool) slowCell {
		c := slowCell{kind: sheet.Bool, text: "FALSE", formula: formula}
		if isError != 0 {
			c.kind = sheet.Error
			if c.text = slowErrors[value]; c.text == "" {
				c.text = "#UNKNOWN!"
			}
		} else if value != 0 {
			c.text = "TRUE"
		}
		return c
	}
	var waiting *sheet.Pos
	for _, r := range list {
		b := r.pieces[0]
		switch r.id {
		case 0x0203: // NUMBER
			put(take(r.word(0), r.word(2), r.word(4)), slowCell{kind: sheet.Number, num: math.Float64frombits(binary.LittleEndian.Uint64(b[6:14]))})
		case 0x027E: // RK
			put(take(r.word(0), r.word(2), r.word(4)), slowCell{kind: sheet.Number, num: slowRK(binary.LittleEndian.Uint32(b[6:]))})
		case 0x00BD: // MULRK
			n := (len(b) - 6) / 6
			if (len(b)-6)%6 != 0 || r.word(len(b)-2) != r.word(2)+n-1 {
				panic("a row of numbers of another length")
			}
			for i := range n {
				put(take(r.word(0), r.word(2)+i, r.word(4+6*i)), slowCell{kind: sheet.Number, num: slowRK(binary.LittleEndian.Uint32(b[6+6*i:]))})
			}
		case 0x0201: // BLANK
			blank(r.word(4))
		case 0x00BE: // MULBLANK
			n := (len(b) - 6) / 2
			if len(b)%2 != 0 || r.word(len(b)-2) != r.word(2)+n-1 {
				panic("a row of blanks of another length")
			}
			for i := range n {
				blank(r.word(4 + 2*i))
			}
		case 0x00FD: // LABELSST
			putText(take(r.word(0), r.word(2), r.word(4)), texts[binary.LittleEndian.Uint32(b[6:])], false)
		case 0x0204, 0x00D6: // LABEL, RSTRING
			text := &slowUnits{pieces: r.pieces, at: 6}
			putText(take(r.word(0), r.word(2), r.word(4)), read(text, r.id == 0x00D6), false)
		case 0x0205: // BOOLERR
			put(take(r.word(0), r.word(2), r.word(4)), truth(b[6], b[7], false))
		case 0x0006, 0x0206, 0x0406: // FORMULA
			p := take(r.word(0), r.word(2), r.word(4))
			if b[12] != 0xFF || b[13] != 0xFF {
				put(p, slowCell{kind: sheet.Number, num: math.Float64frombits(binary.LittleEndian.Uint64(b[6:])), formula: true})
				break
			}
			switch b[6] {
			case 0:
				put(p, slowCell{kind: sheet.NoResult, formula: true})
				waiting = &p
				continue
			case 1:
				put(p, truth(b[8], 0, true))
			case 2:
				put(p, truth(b[8], 1, true))
			case 3:
			default:
				panic("a result of another kind")
			}
		case 0x0207: // STRING
			if waiting == nil {
				panic("a result of no formula")
			}
			text := &slowUnits{pieces: r.pieces}
			delete(s.cells, *waiting)
			putText(*waiting, read(text, false), true)
		case 0x04BC, 0x0221, 0x0236: // what may stand between a formula and its text
			continue
		case 0x00E5: // MERGEDCELLS
			for i := range r.word(0) {
				m := func(k int) int { return r.word(2+8*i+2*k) + 1 }
				s.merges = append(s.merges, sheet.Rect{
					From: sheet.Pos{Row: min(m(0), m(1)), Col: min(m(2), m(3))}, To: sheet.Pos{Row: max(m(0), m(1)), Col: max(m(2), m(3))},
				})
			}
		default:
			if r.id >= 0x0800 {
				continue
			}
		}
		waiting = nil
	}
	return s, nil
}

// checkSlowXLS holds a book against the slow reading of the same bytes; known
// is false where that does not know.
func checkSlowXLS(t *testing.T, book *sheet.Book, data []byte) (known bool) {
	t.Helper()
	want, err := slowXLS(data)
	if errors.Is(err, errDoNotKnow) {
		return false
	}
	if err != nil {
		t.Fatalf("accepted, but the slow reader says: %v", err)
	}
	if len(book.Sheets) != len(want) {
		t.Fatalf("%d sheets, the slow reader has %d", len(book.Sheets), len(want))
	}
	for i, s := range book.Sheets {
		w := want[i]
		if s.Name != w.name || s.Hidden != w.hidden {
			t.Fatalf("sheet %q, hidden %v; the slow reader has %q, %v", s.Name, s.Hidden, w.name, w.hidden)
		}
		got := make(map[sheet.Pos]sheet.Cell)
		for _, c := range s.Cells {
			got[c.Pos] = c
		}
		marks := len(s.Marks)
		for at, cell := range w.cells {
			c, ok := got[at]
			delete(got, at)
			if slices.ContainsFunc(w.merges, func(m sheet.Rect) bool { return m.Contains(at) && m.From != at }) {
				if ok {
					t.Fatalf("%s!%s is under a merge, and yet %+v", s.Name, at, c)
				}
				continue
			}
			same := ok && c.Formula == cell.formula
			switch cell.kind {
			case sheet.Number:
				same = same && c.Kind == cell.kind && c.Num == cell.num
			case sheet.NoResult:
				same = same && c.Kind == cell.kind
			case sheet.NoResult + 2: // no number, though stored as one
				same = same && c.Kind == sheet.Text
			default:
				same = same && c.Kind == cell.kind && c.Text == cell.text
			}
			mark := cell.mark
			if cell.kind == sheet.Number || cell.kind == sheet.NoResult+2 {
				mark = slowWhole(c.Text, mark.Struck != "", mark.Raised != "") // its digits are not stored
			}
			if got := s.Marks[at]; got != mark {
				t.Fatalf("%s!%s is marked %+v, the slow reader has %+v", s.Name, at, got, mark)
			}
			if mark != (sheet.Mark{}) {
				marks--
			}
			if !same {
				t.Fatalf("%s!%s is %+v, the slow reader has %+v", s.Name, at, c, cell)
			}
		}
		for at, c := range got {
			t.Fatalf("%s!%s is invented: %+v", s.Name, at, c)
		}
		if marks != 0 {
			t.Fatalf("%s has %d marks more than the slow reader", s.Name, marks)
		}
	}
	return true
}
