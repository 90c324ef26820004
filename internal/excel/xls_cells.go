package excel

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strconv"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// xlsSheet reads the records of one sheet. What it finds goes where the cells
// of an .xlsx sheet go, so that both are counted, sorted and covered alike.
type xlsSheet struct {
	*xlsReader
	to     *sheetReader
	hidden [1 << 16]bool // rows
	digits []byte        // scratch
	from   int64         // where the sheet's records begin,
	until  int64         // and where those of the next one do

	// A formula whose result is text, until the STRING with the text comes.
	waiting bool
	pos     sheet.Pos
	style   style
}

// The format's own number of columns; rows are told by two bytes.
const maxColXLS = 256

// readSheet reads a worksheet.
func (x *xlsReader) readSheet(one xlsSheetEntry) error {
	if one.at >= x.rec.size {
		return refuse(codePartMissing, "Không tìm thấy nội dung của trang tính %q.", clip(one.name))
	}
	if err := x.rec.seek(one.at); err != nil {
		return err
	}
	if err := x.begin(listSheet); err != nil {
		return err
	}
	out := &sheet.Sheet{Name: one.name, Hidden: one.hidden}
	s := &xlsSheet{xlsReader: x, to: &sheetReader{book: x.bookReader, sheet: out}, from: one.at, until: x.rec.size}
	for _, other := range x.list {
		if other.at > one.at {
			s.until = min(s.until, other.at)
		}
	}
	if err := s.read(); err != nil {
		return err
	}
	s.to.settle()
	x.book.Sheets = append(x.book.Sheets, out)
	x.noteSheet(out, s.to)
	return nil
}

// read reads to the sheet's own EOF.
func (s *xlsSheet) read() error {
	// A chart on the sheet is a list of records within the list, and has
	// numbers that are none of the sheet's.
	for depth := 0; ; {
		if err := s.rec.next(); err != nil {
			return err
		}
		id := s.rec.id
		if s.waiting && id != recContinue && id != recString && id != recSharedFmla && id != recArray && id != recTable && id < 0x0800 {
			if err := s.noResult(); err != nil {
				return err
			}
		}
		switch {
		case id == recBOF:
			depth++
		case id == recEOF && depth > 0:
			depth--
		case id == recEOF:
			return s.finish()
		case !isKnown(id, s.rec.body):
			return broken("bản ghi lạ %#x.", id)
		case depth == 0:
			if err := s.record(id, s.rec.body); err != nil {
				return err
			}
		}
	}
}

// cellSizes are the lengths of the records that are cells, so that one whose id
// is damaged is not taken for another. More is there where Excel tolerates it.
var cellSizes = map[uint16]struct{ least, most int }{
	recBlank:    {6, 6},
	recNumber:   {14, 14},
	recRK:       {10, 10},
	recLabelSST: {10, 10},
	recBoolErr:  {8, 9},
	recLabel:    {8, 1 << 16},
	recRString:  {8, 1 << 16},
	recFormula:  {20, 1 << 16},
	recFormula3: {20, 1 << 16},
	recFormula4: {20, 1 << 16},
	recMulRK:    {12, 1 << 16},
	recMulBlank: {8, 1 << 16},
	recRow:      {16, 16},
	recColInfo:  {10, 12},
}

// record takes in one record of the sheet.
func (s *xlsSheet) record(id uint16, body []byte) error {
	size, ok := cellSizes[id]
	if !ok {
		switch id {
		case recString:
			return s.result()
		case recMergedCells:
			return s.merges(body)
		}
		return nil
	}
	if len(body) < size.least || len(body) > size.most {
		return broken("bản ghi ô trước vị trí %d dài %d byte.", s.rec.at, len(body))
	}
	word := func(i int) int { return int(binary.LittleEndian.Uint16(body[i:])) }
	switch id {
	case recRow:
		const hidden = 0x20
		s.hidden[word(0)] = body[12]&hidden != 0
		return nil
	case recColInfo:
		return s.columns(word(0), word(2), word(8)&1 != 0 || word(4) == 0)
	}

	p := sheet.Pos{Row: 1 + word(0), Col: 1 + word(2)}
	if p.Col > maxColXLS {
		return refuse(codeAddress, "Cột %d vượt quá giới hạn của Excel 97–2003.", p.Col)
	}
	switch id {
	case recMulRK, recMulBlank:
		return s.many(id, p, body)
	}
	if id == recBlank {
		_, err := s.format(p, word(4))
		return err
	}
	st, err := s.occupy(p, word(4))
	if err != nil {
		return at(err, "", p.String())
	}
	switch id {
	case recNumber:
		err = s.number(p, st, math.Float64frombits(binary.LittleEndian.Uint64(body[6:])), false)
	case recRK:
		err = s.number(p, st, rkNumber(binary.LittleEndian.Uint32(body[6:])), false)
	case recLabelSST:
		err = s.shared(p, st, int64(binary.LittleEndian.Uint32(body[6:])))
	case recBoolErr:
		err = s.boolOrError(p, st, body[6], body[7] != 0, false)
	case recLabel, recRString:
		err = s.label(p, &st, s.rec.fields(6), false, id == recRString)
	case recFormula, recFormula3, recFormula4:
		err = s.formula(p, st, body[6:14])
	}
	return at(err, "", p.String())
}

// many reads cells that stand side by side: formats with their numbers, or
// formats alone.
func (s *xlsSheet) many(id uint16, p sheet.Pos, body []byte) error {
	size := 2
	if id == recMulRK {
		size = 6
	}
	n := (len(body) - 6) / size
	last := int(binary.LittleEndian.Uint16(body[len(body)-2:]))
	if (len(body)-6)%size != 0 || last != p.Col-1+n-1 {
		return at(refuse(codeAddress, "Dãy %d ô bắt đầu từ %s lại kết thúc ở cột %d.", n, p, last+1), "", p.String())
	}
	if last >= maxColXLS {
		return refuse(codeAddress, "Cột %d vượt quá giới hạn của Excel 97–2003.", last+1)
	}
	for i := range n {
		one := body[4+size*i:]
		xf := int(binary.LittleEndian.Uint16(one))
		var st style
		var err error
		if id == recMulBlank {
			_, err = s.format(p, xf)
		} else if st, err = s.occupy(p, xf); err == nil {
			err = s.number(p, st, rkNumber(binary.LittleEndian.Uint32(one[2:])), false)
		}
		if err != nil {
			return at(err, "", p.String())
		}
		p.Col++
	}
	return nil
}

// occupy takes an address, which none may take twice, and finds the format.
func (s *xlsSheet) occupy(p sheet.Pos, xf int) (style, error) {
	if err := s.to.occupy(p); err != nil {
		return style{}, err
	}
	s.room()
	return s.format(p, xf)
}

// format finds a cell's format. A blank has nothing but that, and takes no
// address: some programs leave the blank of an empty form behind when they
// write the value, and then the value is all there is to read.
func (s *xlsSheet) format(p sheet.Pos, xf int) (style, error) {
	if xf >= len(s.styles) {
		return style{}, at(refuse(codeStyleIndex, "Ô %s dùng định dạng số %d nhưng tệp chỉ có %d.", p, xf, len(s.styles)), "", p.String())
	}
	return s.styles[xf], nil
}

// room sees to it that there is room for one more cell. How many more follow is
// guessed from the share of the sheet's records that those so far took.
func (s *xlsSheet) room() {
	const first = 256
	n := len(s.to.sheet.Cells)
	if n < cap(s.to.sheet.Cells) {
		return
	}
	read, left := s.rec.at-s.from, max(0, s.until-s.rec.at)
	guess := int64(float64(n)*float64(left)/float64(read)*1.03) + first
	// A cell takes at least 6 bytes.
	guess = min(guess, left/6+1, int64(max(1, s.lim.Cells-n)))
	s.to.sheet.Cells = slices.Grow(s.to.sheet.Cells, int(guess))
}

// rkNumber unpacks a number of four bytes: the upper 30 bits of a float64 or
// an integer of 30 bits, either perhaps to be divided by 100.
func rkNumber(rk uint32) float64 {
	const hundredth, integer = 1, 2
	n := math.Float64frombits(uint64(rk&^3) << 32)
	if rk&integer != 0 {
		n = float64(int32(rk) >> 2)
	}
	if rk&hundredth != 0 {
		n /= 100
	}
	return n
}

func (s *xlsSheet) number(p sheet.Pos, st style, n float64, formula bool) error {
	digits := appendDigits(s.digits[:0], n)
	s.digits = digits
	c := &rawCell{pos: p, value: digits, formula: formula}
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return s.to.addMisfit(p, c, &st)
	}
	out, err := s.to.add(p)
	if err != nil {
		return err
	}
	out.Kind = sheet.Number
	out.Num = n
	out.Text = s.to.keep.keep(digits)
	out.Formula = formula
	out.Font = st.font
	if st.format != general {
		if err := s.to.show(out, st.format.of(n)); err != nil {
			return err
		}
	}
	s.to.markWhole(out, st.look)
	return s.to.weigh(out.Text)
}

// appendDigits writes the fewest digits that give the number again, with an
// exponent only where the zeros would be too many.
func appendDigits(dst []byte, n float64) []byte {
	switch size := math.Abs(n); {
	case n == 0:
		return append(dst, '0') // whatever its sign
	case size < 1e-7, size >= 1e21:
		return strconv.AppendFloat(dst, n, 'E', -1, 64)
	}
	return strconv.AppendFloat(dst, n, 'f', -1, 64)
}

func (s *xlsSheet) shared(p sheet.Pos, st style, n int64) error {
	if !s.strings.present {
		return refuse(codeNoStrings, "Tệp không còn bảng chữ (SST) mà các ô trỏ tới.")
	}
	if n >= int64(len(s.strings.list)) {
		return refuse(codeStringIndex, "Ô %s trỏ tới chữ số %d nhưng tệp chỉ có %d.", p, n, len(s.strings.list))
	}
	one := &s.strings.list[n]
	if one.font != 0 {
		st.font = s.strings.fonts[one.font-1]
	}
	if one.parts != 0 {
		return s.to.addRich(p, &rawCell{}, &st, st.font, one.text, s.strings.look(one))
	}
	return s.to.addText(p, &rawCell{}, st.look, st.font, one.text)
}

// errorWords are the errors by their numbers.
var errorWords = map[byte]string{
	0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
	0x2B: "#GETTING_DATA",
}

func (s *xlsSheet) boolOrError(p sheet.Pos, st style, value byte, isError, formula bool) error {
	out, err := s.to.add(p)
	if err != nil {
		return err
	}
	out.Formula = formula
	out.Font = st.font
	if isError {
		out.Kind = sheet.Error
		out.Text = errorWords[value]
		if out.Text == "" {
			out.Text = "#UNKNOWN!" // as Excel shows it
		}
		s.to.markWhole(out, st.look)
		return s.to.weigh(out.Text)
	}
	out.Kind = sheet.Bool
	out.Text = "FALSE"
	if value != 0 {
		out.Text, out.Num = "TRUE", 1
	}
	s.to.markWhole(out, st.look)
	return nil
}

// label reads a text that stands in the cell's own record, or after it; rich
// tells that its runs follow it.
func (s *xlsSheet) label(p sheet.Pos, st *style, f *fields, formula, rich bool) error {
	s.text.read(f, f.uint16())
	if rich && f.err == nil {
		s.text.readRuns(f)
	}
	if f.err != nil {
		return f.err
	}
	text := s.text.bytes()
	if len(text) > s.lim.StringBytes {
		return s.tooLong()
	}
	font := cmp.Or(s.text.font(s.xlsReader.font), st.font)
	kept := s.to.keep.keep(text)
	if s.parts = s.text.parts(s.parts[:0], s.xlsReader.font); len(s.parts) > 0 {
		return s.to.addRich(p, &rawCell{formula: formula}, st, font, kept, s.parts)
	}
	return s.to.addText(p, &rawCell{formula: formula}, st.look, font, kept)
}

// formula reads a formula's stored result: a number, or, where its last two
// bytes are FF, what its first byte says.
func (s *xlsSheet) formula(p sheet.Pos, st style, result []byte) error {
	if result[6] != 0xFF || result[7] != 0xFF {
		return s.number(p, st, math.Float64frombits(binary.LittleEndian.Uint64(result)), true)
	}
	switch result[0] {
	case 0:
		s.waiting, s.pos, s.style = true, p, st
		return nil
	case 1, 2:
		return s.boolOrError(p, st, result[2], result[0] == 2, true)
	case 3:
		return nil // the empty text: a result, and blank
	}
	return broken("kết quả công thức kiểu %d.", result[0])
}

// result reads the text that a formula has for its result.
func (s *xlsSheet) result() error {
	if !s.waiting {
		return broken("kết quả công thức không thuộc ô nào.")
	}
	s.waiting = false
	return at(s.label(s.pos, &s.style, s.rec.fields(0), true, false), "", s.pos.String())
}

// noResult keeps a formula whose text never came.
func (s *xlsSheet) noResult() error {
	s.waiting = false
	out, err := s.to.add(s.pos)
	if err != nil {
		return at(err, "", s.pos.String())
	}
	out.Kind = sheet.NoResult
	out.Formula = true
	out.Font = s.style.font
	s.to.markWhole(out, s.style.look)
	return nil
}

// merges reads one of the lists of merged cells.
func (s *xlsSheet) merges(body []byte) error {
	if len(body) < 2 || len(body) != 2+8*int(binary.LittleEndian.Uint16(body)) {
		return broken("bảng ô gộp dài %d byte.", len(body))
	}
	for b := body[2:]; len(b) > 0; b = b[8:] {
		word := func(i int) int { return 1 + int(binary.LittleEndian.Uint16(b[i:])) }
		rect := sheet.Rect{
			From: sheet.Pos{Row: min(word(0), word(2)), Col: min(word(4), word(6))},
			To:   sheet.Pos{Row: max(word(0), word(2)), Col: max(word(4), word(6))},
		}
		if rect.To.Col > maxColXLS {
			return refuse(codeAddress, "Vùng ô gộp %s không hợp lệ.", rect)
		}
		if len(s.to.sheet.Merges) >= s.lim.Cells {
			return refuse(codeCells, "Tệp có quá nhiều ô gộp.")
		}
		s.to.sheet.Merges = append(s.to.sheet.Merges, rect)
	}
	return nil
}

// columns takes in whether some columns are hidden.
func (s *xlsSheet) columns(from, to int, hidden bool) error {
	if to < from {
		return broken("khoảng cột không hợp lệ.")
	}
	if !hidden {
		return nil
	}
	if s.to.columns == nil {
		s.to.columns = make([]bool, maxCol+1)
	}
	for c := from; c <= min(to, maxColXLS-1); c++ {
		s.to.columns[c+1] = true
	}
	return nil
}

// finish does what can be done only when all cells are there.
func (s *xlsSheet) finish() error {
	if s.to.mixed {
		if err := s.to.sort(); err != nil {
			return err
		}
	}
	// Records of rows may stand before or after their cells.
	for i := range s.to.sheet.Cells {
		if row := s.to.sheet.Cells[i].Pos.Row; s.hidden[row-1] {
			if s.to.sheet.HiddenRows == nil {
				s.to.sheet.HiddenRows = make(map[int]bool)
			}
			s.to.sheet.HiddenRows[row] = true
		}
	}
	if err := s.to.cover(); err != nil {
		return err
	}
	s.to.hideColumns()
	return nil
}
