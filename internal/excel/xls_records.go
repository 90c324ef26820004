package excel

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// The records that we read. A record is an id and a length, two bytes each,
// and a body.
const (
	recFormula     = 0x0006
	recEOF         = 0x000A
	recDateMode    = 0x0022
	recFilePass    = 0x002F
	recFont        = 0x0031
	recContinue    = 0x003C
	recColInfo     = 0x007D
	recWsBool      = 0x0081
	recBoundSheet  = 0x0085
	recMulRK       = 0x00BD
	recMulBlank    = 0x00BE
	recRString     = 0x00D6
	recXF          = 0x00E0
	recMergedCells = 0x00E5
	recSST         = 0x00FC
	recLabelSST    = 0x00FD
	recTabID       = 0x013D
	recSupBook     = 0x01AE
	recBlank       = 0x0201
	recNumber      = 0x0203
	recLabel       = 0x0204
	recBoolErr     = 0x0205
	recFormula3    = 0x0206 // the id of Excel 3; the body is of our format all the same
	recString      = 0x0207
	recRow         = 0x0208
	recArray       = 0x0221
	recTable       = 0x0236
	recRK          = 0x027E
	recFormula4    = 0x0406 // the id of Excel 4
	recFormat      = 0x041E
	recSharedFmla  = 0x04BC
	recBOF         = 0x0809
)

// knownRecords are the ids that a workbook of this format may hold. One that is
// not among them is damage, and might have been a cell or a sheet. From 0x0800
// on, newer versions of Excel may add what concerns no cell.
var knownRecords = func() (known [0x0800]bool) {
	for _, id := range []uint16{
		// Of the workbook and its sheets, as the format's description lists them.
		6, 10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 28, 29, 34, 35, 38, 39, 40, 41, 42, 43,
		47, 49, 51, 60, 61, 64, 65, 66, 77, 80, 81, 82, 85, 89, 90, 91, 92, 93, 94, 95, 96, 97, 99, 125, 128, 129,
		130, 131, 132, 133, 134, 140, 141, 144, 146, 151, 152, 153, 154, 155, 156, 157, 158, 160, 161, 174, 175,
		176, 177, 178, 180, 181, 182, 184, 185, 189, 190, 193, 197, 198, 199, 200, 201, 202, 203, 204, 205, 206,
		207, 208, 209, 210, 211, 213, 215, 216, 217, 218, 220, 221, 222, 224, 225, 226, 227, 229, 233, 235, 236,
		237, 239, 240, 241, 242, 244, 245, 246, 247, 248, 249, 251, 252, 253, 255, 256, 259, 290, 311, 312, 315,
		317, 318, 319, 320, 330, 331, 333, 334, 335, 336, 337, 338, 339, 340, 351, 352, 353, 401, 402, 403, 404,
		405, 406, 407, 408, 425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 437, 438, 439, 440, 441, 442, 443,
		444, 445, 446, 448, 449, 450, 512, 513, 515, 516, 517, 519, 520, 523, 545, 549, 566, 574, 638, 659, 1048,
		1054, 1084, 1212,
		// Left over from older versions, or in no description, but met in real
		// files: settings of printing, views, pictures, Access tables.
		0x0016, 0x0030, 0x0034, 0x0063, 0x007F, 0x0094, 0x0099, 0x00AB, 0x00AC, 0x00D6, 0x0206, 0x0406,
	} {
		known[id] = true
	}
	return known
}()

func isKnown(id uint16, body []byte) bool {
	switch {
	case id == 0:
		return len(body) == 0 // Crystal Reports pads with four zeros
	case id < 0x0800:
		return knownRecords[id]
	}
	return id < 0x0900 || id >= 0x1000 && id < 0x1100
}

// broken is the refusal of a workbook whose contents are damaged.
func broken(format string, args ...any) error {
	return refuse(codeXML, "Nội dung bên trong bảng tính bị hỏng: "+format, args...)
}

// records reads a stream of records. It holds no more of it than one record.
type records struct {
	src   io.ReadSeeker
	buf   *bufio.Reader
	size  int64
	fault func(error) error // makes a refusal of an error of src
	clock clock

	at   int64 // of the record after the current one
	id   uint16
	body []byte // valid until the next record is read
	held int    // bytes of the current record, still in buf
	read int    // records so far
}

const (
	maxRecord = 4 + 1<<16
	recBuffer = 128 << 10 // longer than any record
)

func newRecords(src io.ReadSeeker, size int64, fault func(error) error, clock clock) *records {
	return &records{src: src, buf: bufio.NewReaderSize(src, recBuffer), size: size, fault: fault, clock: clock}
}

// seek goes to a record.
func (r *records) seek(at int64) error {
	if at == r.at {
		return nil
	}
	if _, err := r.src.Seek(at, io.SeekStart); err != nil {
		return r.fault(err)
	}
	r.buf.Reset(r.src)
	r.at, r.held = at, 0
	return nil
}

// peek looks at the next bytes without reading them.
func (r *records) peek(n int) ([]byte, error) {
	p, err := r.buf.Peek(n)
	switch {
	case err == nil:
		return p, nil
	case errors.Is(err, io.EOF):
		return nil, broken("dừng giữa chừng, chưa có dấu kết thúc.")
	}
	return nil, r.fault(err)
}

// next reads a record. There must be one: every list of records ends with EOF.
func (r *records) next() error {
	if r.read++; r.read%4096 == 0 {
		if err := r.clock.check(); err != nil {
			return err
		}
	}
	if r.held > 0 {
		if _, err := r.buf.Discard(r.held); err != nil {
			return r.fault(err)
		}
		r.held = 0
	}
	head, err := r.peek(4)
	if err != nil {
		return err
	}
	n := 4 + int(binary.LittleEndian.Uint16(head[2:]))
	if int64(n) > r.size-r.at {
		return broken("bản ghi ở vị trí %d dài quá phần còn lại.", r.at)
	}
	p, err := r.peek(n)
	if err != nil {
		return err
	}
	r.id, r.body = binary.LittleEndian.Uint16(p), p[4:]
	r.held = n
	r.at += int64(n)
	return nil
}

// continues reads the next record if it is one that continues the current one.
func (r *records) continues() (bool, error) {
	if r.at+4 > r.size {
		return false, nil
	}
	head, err := r.peek(r.held + 4)
	if err != nil {
		return false, err
	}
	if binary.LittleEndian.Uint16(head[r.held:]) != recContinue {
		return false, nil
	}
	return true, r.next()
}

// fields reads the fields of a record one after the other, on through its
// CONTINUE records. The first fault stays, and all that follows reads as zero.
type fields struct {
	rec   *records
	b     []byte // what is left of the current piece
	err   error
	short bool // err is that the record ends too early
}

// fields begins at an offset into the current record.
func (r *records) fields(from int) *fields {
	f := &fields{rec: r}
	if from > len(r.body) {
		f.fail()
		return f
	}
	f.b = r.body[from:]
	return f
}

func (f *fields) fail() {
	if f.err == nil {
		f.err = broken("bản ghi trước vị trí %d quá ngắn.", f.rec.at)
		f.short = true
	}
	f.b = nil
}

// more tells whether there is another byte; it goes on to the next CONTINUE
// where the current piece is used up.
func (f *fields) more() bool {
	for len(f.b) == 0 {
		if f.err != nil {
			return false
		}
		ok, err := f.rec.continues()
		if err != nil {
			f.err = err
			return false
		}
		if !ok {
			return false
		}
		f.b = f.rec.body
	}
	return true
}

func (f *fields) byte() byte {
	if !f.more() {
		f.fail()
		return 0
	}
	c := f.b[0]
	f.b = f.b[1:]
	return c
}

func (f *fields) uint16() int {
	low := int(f.byte())
	return low | int(f.byte())<<8
}

func (f *fields) uint32() int64 {
	low := int64(f.uint16())
	return low | int64(f.uint16())<<16
}

func (f *fields) skip(n int64) {
	for n > 0 {
		if !f.more() {
			f.fail()
			return
		}
		k := min(n, int64(len(f.b)))
		f.b = f.b[k:]
		n -= k
	}
}

// text is a string as records hold it.
type xlsText struct {
	units []uint16 // UTF-16
	runs  []xlsRun
	utf8  []byte
}

// xlsRun says that from a unit on, the text has another font.
type xlsRun struct{ from, font int }

const (
	wideText     = 1 << 0 // two bytes for each unit; else the upper byte is zero
	phoneticText = 1 << 2
	richText8    = 1 << 3
)

// read reads a string of n units: flags, the numbers of runs and of phonetic
// bytes, where there are such, and then the units, the runs, the phonetic data.
//
// Text is Unicode whatever code page the file names: a byte stands for the
// character of that number. So text in TCVN3 or VNI comes out as it went in.
func (t *xlsText) read(f *fields, n int) {
	t.units, t.runs = t.units[:0], t.runs[:0]
	if n == 0 && len(f.b) == 0 {
		return // some leave out even the flags
	}
	flags := f.byte()
	var runs int
	var phonetic int64
	if flags&richText8 != 0 {
		runs = f.uint16()
	}
	if flags&phoneticText != 0 {
		phonetic = f.uint32()
	}
	for wide := flags&wideText != 0; n > 0; {
		if len(f.b) == 0 {
			// What follows of the text says anew how wide its units are.
			if !f.more() {
				f.fail()
				return
			}
			wide = f.byte()&wideText != 0
			continue
		}
		if wide {
			k := min(n, len(f.b)/2)
			if k == 0 {
				f.fail() // half a unit
				return
			}
			for i := range k {
				t.units = append(t.units, binary.LittleEndian.Uint16(f.b[2*i:]))
			}
			f.b, n = f.b[2*k:], n-k
			continue
		}
		k := min(n, len(f.b))
		for _, c := range f.b[:k] {
			t.units = append(t.units, uint16(c))
		}
		f.b, n = f.b[k:], n-k
	}
	for range runs {
		from := f.uint16()
		if t.runs = append(t.runs, xlsRun{from, f.uint16()}); f.err != nil {
			return
		}
	}
	f.skip(phonetic)
}

// bytes is the text in UTF-8; half a surrogate pair becomes U+FFFD.
func (t *xlsText) bytes() []byte {
	t.utf8 = appendUnits(t.utf8[:0], t.units)
	return t.utf8
}

func appendUnits(dst []byte, units []uint16) []byte {
	for i := 0; i < len(units); i++ {
		r := rune(units[i])
		switch {
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
			continue
		case utf16.IsSurrogate(r):
			if i+1 < len(units) {
				r = utf16.DecodeRune(r, rune(units[i+1]))
			} else {
				r = utf8.RuneError
			}
			if r != utf8.RuneError {
				i++
			}
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// font names the one font of a rich text: the name that every run with text
// has, "" where they differ or where it is the cell's own. The text before the
// first run has the cell's own.
func (t *xlsText) font(fonts func(int) xlsxFont) string {
	font, seen := "", false
	take := func(from, to int, one string) bool {
		if from >= to || to > len(t.units) || isBlank16(t.units[from:to]) {
			return true
		}
		if seen && one != font {
			return false
		}
		font, seen = one, true
		return true
	}
	from, one := 0, ""
	for _, run := range t.runs {
		to := min(run.from, len(t.units))
		if !take(from, to, one) {
			return ""
		}
		from, one = max(from, to), fonts(run.font).name
	}
	if !take(from, len(t.units), one) {
		return ""
	}
	return font
}

// parts appends to dst how the text looks along its way, by the bytes of its
// UTF-8. Before the first run it looks as its cell does.
func (t *xlsText) parts(dst textParts, fonts func(int) xlsxFont) textParts {
	if len(t.runs) == 0 {
		return dst
	}
	from, size := 0, 0
	own, now := false, look{}
	upTo := func(to int) {
		for from < to {
			n := 1
			r := rune(t.units[from])
			if utf16.IsSurrogate(r) {
				if from+1 < len(t.units) && utf16.DecodeRune(r, rune(t.units[from+1])) != utf8.RuneError {
					r, n = 0x10000, 2 // both halves, also where a run begins between them
				} else {
					r = utf8.RuneError
				}
			}
			from += n
			size += utf8.RuneLen(r)
		}
		dst = dst.add(size, own, now)
	}
	for _, run := range t.runs {
		upTo(min(run.from, len(t.units)))
		own, now = true, fonts(run.font).look
	}
	upTo(len(t.units))
	return dst
}

// readRuns reads the runs that follow a text in its cell's record, where they
// do not stand within the text itself.
func (t *xlsText) readRuns(f *fields) {
	if len(t.runs) > 0 || !f.more() {
		return
	}
	for n := f.uint16(); n > 0 && f.err == nil; n-- {
		from := f.uint16()
		t.runs = append(t.runs, xlsRun{from, f.uint16()})
	}
}

func isBlank16(units []uint16) bool {
	for _, u := range units {
		if u > ' ' || bytes.IndexByte([]byte(" \t\r\n"), byte(u)) < 0 {
			return false
		}
	}
	return true
}
