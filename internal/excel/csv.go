package excel

import (
	"bytes"
	"fmt"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// readText reads a text file that holds a table (.csv) as a book of one sheet
// without a name. Every field is a text: such a file knows no types, and what
// looks like a number may be an id.
func (b *bookReader) readText(data []byte) error {
	text, encoding, err := decodeText(data)
	if err != nil {
		return err
	}
	if int64(len(text)) > min(b.lim.PartBytes, b.lim.InflatedBytes) {
		return refuse(codePart, "Chữ trong tệp dài hơn %s.", bytesText(min(b.lim.PartBytes, b.lim.InflatedBytes)))
	}
	text, strays, line := cleaned(text)
	r := csvReader{text: text}
	if sep, rest, ok := statedSeparator(text); ok {
		r.sep, r.pos, r.line = sep, rest, 1
	} else if r.sep = findSeparator(text); r.sep == 0 {
		return refuse(codeText, "Đây là tệp văn bản, không có bảng: các dòng không cùng số cột theo dấu phẩy, chấm phẩy hay tab.")
	}
	out := &sheet.Sheet{}
	if err := b.readRecords(&r, out); err != nil {
		return err
	}
	b.book.Sheets = append(b.book.Sheets, out)
	if encoding != "" {
		b.note(codeAssumed, "", "", fmt.Sprintf("Tệp không phải UTF-8; chữ được đọc theo bảng mã %s.", encoding))
	}
	if strays > 0 {
		b.note(codeControl, "", "", fmt.Sprintf("Tệp có %d ký tự điều khiển không nhìn thấy được (đầu tiên ở dòng %d của tệp); đã bỏ đi hoặc thay bằng dấu cách khi đọc.", strays, line))
	}
	return nil
}

// readRecords keeps every field that is not empty at its row and column. A
// line without fields is a row too, as it is to Excel.
func (b *bookReader) readRecords(r *csvReader, out *sheet.Sheet) error {
	size := int64(len(r.text))
	into := sheetReader{
		scanner: &scanner{}, book: b, sheet: out,
		entry: &entry{size: size, packed: size}, // the text stands for a part: cells are counted against it
	}
	for row := 1; r.more(); row++ {
		if row%1024 == 0 {
			if err := b.clock.check(); err != nil {
				return err
			}
		}
		for col, last := 1, false; !last; col++ {
			p := sheet.Pos{Row: row, Col: col}
			var field []byte
			var err error
			if field, last, err = r.field(b.lim.StringBytes); err != nil {
				return at(err, "", p.String())
			}
			if into.pos = r.pos; len(field) == 0 {
				continue
			}
			if err := into.addText(p, &rawCell{}, look{}, "", into.keep.keep(field)); err != nil {
				return at(err, "", p.String())
			}
		}
	}
	into.settle()
	return nil
}

// csvReader reads a text field by field: separated by sep, rows ended by CR,
// LF or both, quoted as RFC 4180 says.
type csvReader struct {
	text  []byte
	sep   byte
	pos   int
	line  int // lines ended so far, also within quotes
	value []byte
}

func (r *csvReader) more() bool { return r.pos < len(r.text) }

// field returns the next field, valid until the next call; last tells that its
// row ends with it.
func (r *csvReader) field(limit int) (field []byte, last bool, err error) {
	if r.more() && r.text[r.pos] == '"' {
		if field, err = r.quoted(limit); err != nil {
			return nil, false, err
		}
	} else {
		from := r.pos
		for r.more() {
			if c := r.text[r.pos]; c == r.sep || c == '\n' || c == '\r' {
				break
			}
			r.pos++
		}
		field = r.text[from:r.pos]
	}
	if len(field) > limit {
		return nil, false, refuse(codeString, "Một ô chứa chữ dài hơn %s.", bytesText(int64(limit)))
	}
	if !r.more() {
		return field, true, nil
	}
	if r.text[r.pos] == r.sep {
		r.pos++
		return field, false, nil
	}
	if !r.newline() {
		return nil, false, refuse(codeQuote, "Sau dấu ngoặc kép đóng ở dòng %d của tệp còn chữ, nên không biết ô kết thúc ở đâu.", r.line+1)
	}
	return field, true, nil
}

// quoted reads a field in quotes. One that never closes would swallow the rest
// of the file, and refuses it.
func (r *csvReader) quoted(limit int) ([]byte, error) {
	began := r.line + 1
	r.value = r.value[:0]
	for r.pos++; r.more(); {
		switch c := r.text[r.pos]; c {
		case '"':
			if r.pos++; !r.more() || r.text[r.pos] != '"' {
				return r.value, nil
			}
			r.value = append(r.value, '"')
			r.pos++
		case '\r', '\n':
			r.newline()
			r.value = append(r.value, '\n')
		default:
			r.value = append(r.value, c)
			r.pos++
		}
		if len(r.value) > limit {
			// The rest of the file tells whether it is long or unclosed, and
			// reading it costs no more memory.
			r.value = r.value[:limit+1]
		}
	}
	return nil, refuse(codeQuote, "Dấu ngoặc kép mở ở dòng %d của tệp không có dấu đóng.", began)
}

// newline passes over one line end, if there is one.
func (r *csvReader) newline() bool {
	rest := r.text[r.pos:]
	switch {
	case bytes.HasPrefix(rest, []byte("\r\n")):
		r.pos += 2
	case rest[0] == '\n', rest[0] == '\r':
		r.pos++
	default:
		return false
	}
	r.line++
	return true
}

// statedSeparator reads the line "sep=;" with which some programs tell Excel
// the separator. It is not a row of the table.
func statedSeparator(text []byte) (sep byte, rest int, ok bool) {
	const word = "sep="
	from := 0
	if bytes.HasPrefix(text, []byte(`"`)) {
		from = 1
	}
	if len(text) < from+len(word)+1 || !bytes.EqualFold(text[from:from+len(word)], []byte(word)) {
		return 0, 0, false
	}
	sep = text[from+len(word)]
	if sep < ' ' && sep != '\t' || sep == '"' || sep >= 0x80 || sep >= '0' && sep <= '9' || sep|0x20 >= 'a' && sep|0x20 <= 'z' {
		return 0, 0, false
	}
	r := csvReader{text: text, pos: from + len(word) + 1 + from}
	if from == 1 && (r.pos > len(text) || text[r.pos-1] != '"') {
		return 0, 0, false
	}
	if r.more() && !r.newline() {
		return 0, 0, false
	}
	return sep, r.pos, true
}

// separators are tried in this order, and the first of equal evidence wins: a
// tab is hardly ever part of a text, a semicolon seldom, a comma often.
var separators = []byte{'\t', ';', ','}

// findSeparator finds out by which character most rows have the same number of
// columns; 0 when the text is no table by any of them.
func findSeparator(text []byte) byte {
	for _, quotes := range []bool{true, false} {
		var best byte
		most := 0
		for _, sep := range separators {
			if w := weighSeparator(text, sep, quotes); w.table() && w.rows > most {
				best, most = sep, w.rows
			}
		}
		// Where quotes hide the table, look without them: a reading then says
		// which quote is wrong.
		if best != 0 {
			return best
		}
	}
	return 0
}

// evidence is what speaks for a separator.
type evidence struct {
	all     int // rows that are not blank
	columns int // the commonest number of columns above one
	rows    int // how many rows have it
	fields  int // fields after a separator
	spaced  int // and how many of them begin with a blank, as words of a sentence do
}

// weighSeparator reads the beginning of a text by one separator.
func weighSeparator(text []byte, sep byte, quotes bool) evidence {
	const (
		enoughRows  = 500
		enoughBytes = 256 << 10
	)
	var w evidence
	count := make(map[int]int)
	r := csvReader{text: text, sep: sep}
	for w.all < enoughRows && r.pos < enoughBytes && r.more() {
		if r.newline() {
			continue // a blank line speaks neither for nor against
		}
		columns, spaced := 0, 0
		for last := false; !last; columns++ {
			if columns > 0 && r.more() && r.text[r.pos] == ' ' {
				spaced++
			}
			if quotes {
				var err error
				if _, last, err = r.field(noLimit); err != nil {
					return w
				}
				continue
			}
			for r.more() && r.text[r.pos] != sep && r.text[r.pos] != '\n' && r.text[r.pos] != '\r' {
				r.pos++
			}
			if last = !r.more() || r.newline(); !last {
				r.pos++
			}
		}
		w.all++
		if columns > 1 {
			w.fields += columns - 1
			w.spaced += spaced
			count[columns]++
			if n := count[columns]; n > w.rows || n == w.rows && columns > w.columns {
				w.rows, w.columns = n, columns
			}
		}
	}
	return w
}

// table tells whether the evidence is that of a table rather than of prose,
// which has commas too, but blanks after them, and not the same number in
// every line. Title lines above a table may have none.
func (w evidence) table() bool {
	prose := w.spaced*2 > w.fields
	switch {
	case w.rows == 0:
		return false
	case prose:
		return w.columns >= 3 && w.rows >= 3 && w.rows*10 >= w.all*9
	case w.rows == 1:
		return w.columns >= 3 && w.all <= 2
	case w.columns == 2:
		return w.rows*2 >= w.all
	}
	return w.rows*5 >= w.all
}
