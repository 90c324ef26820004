package report

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
)

// sortedZip writes the parts of a workbook in the order of their names, with
// no times, so that one workbook is always the same bytes. The library hands
// its sheets over in the order of a map. Each part is compressed as it comes
// in, so that only compressed bytes wait for the end.
type sortedZip struct {
	out   io.Writer
	rows  map[string]*part // of the sheets that the library believes to be empty
	texts *texts
	parts []*part
}

type part struct {
	name string
	size uint64
	sum  uint32
	body pieces
	to   *flate.Writer
	held *bytes.Buffer // what waits to be looked at as a whole
}

func newPart(name string) *part {
	p := &part{name: name, to: compressors.Get().(*flate.Writer)}
	p.to.Reset(&p.body)
	return p
}

// pieces are bytes that wait, in their order: the first megabyte in memory, which
// is all of most parts, and what comes after it in a file.
type pieces struct {
	list []piece
	size int64
	park *park // nil where all waits in memory
}

// piece is bytes in memory, or so many from a place in the file.
type piece struct {
	bytes    []byte
	at, size int64
}

// park is a file for what waits, made when it is needed.
type park struct {
	file *os.File
	size int64
}

const (
	mostHeld = 1 << 20  // bytes of a part in memory
	parked   = 64 << 10 // bytes that go into the file at a time
)

func (p *pieces) Write(b []byte) (int, error) {
	p.size += int64(len(b))
	for rest := b; len(rest) > 0; {
		last := len(p.list) - 1
		if last < 0 || len(p.list[last].bytes) == cap(p.list[last].bytes) {
			if err := p.next(); err != nil {
				return 0, err
			}
			last = len(p.list) - 1
		}
		to := &p.list[last].bytes
		n := min(len(rest), cap(*to)-len(*to))
		*to = append(*to, rest[:n]...)
		rest = rest[n:]
	}
	return len(b), nil
}

// next makes room: in a piece of its own, because one growing buffer would copy,
// and for a while hold twice, what it holds.
func (p *pieces) next() error {
	if p.park == nil || p.size <= mostHeld {
		p.list = append(p.list, piece{bytes: make([]byte, 0, min(max(4<<10, p.size), mostHeld))})
		return nil
	}
	last := len(p.list) - 1
	if last < 0 || cap(p.list[last].bytes) != parked {
		p.list = append(p.list, piece{bytes: make([]byte, 0, parked)})
		return nil
	}
	full := p.list[last]
	at, err := p.park.take(full.bytes)
	if err != nil {
		return err
	}
	if before := last - 1; before >= 0 && p.list[before].bytes == nil && p.list[before].at+p.list[before].size == at {
		p.list[before].size += parked
	} else {
		p.list = slices.Insert(p.list, last, piece{at: at, size: parked})
		last++
	}
	p.list[last].bytes = full.bytes[:0]
	return nil
}

// take takes bytes to the end of the file, and says where they stand.
func (p *park) take(b []byte) (at int64, err error) {
	if p.file == nil {
		if p.file, err = os.CreateTemp("", "ntm-*.part"); err != nil {
			return 0, err
		}
	}
	at = p.size
	n, err := p.file.Write(b)
	p.size += int64(n)
	return at, err
}

// close removes the file.
func (p *park) close() error {
	if p.file == nil {
		return nil
	}
	return errors.Join(p.file.Close(), os.Remove(p.file.Name()))
}

// copyTo hands all of it over.
func (p *pieces) copyTo(w io.Writer) error {
	for i, one := range p.list {
		var from io.Reader = bytes.NewReader(one.bytes)
		if one.bytes == nil {
			from = io.NewSectionReader(p.park.file, one.at, one.size)
		}
		if _, err := io.Copy(w, from); err != nil {
			return err
		}
		p.list[i].bytes = nil // what is written need not be held
	}
	return nil
}

// compressors waits for the next part: each is a megabyte, and a publication
// has thousands of parts.
var compressors = sync.Pool{New: func() any {
	w, err := flate.NewWriter(io.Discard, flate.DefaultCompression)
	if err != nil {
		panic(err) // a level the library does not have
	}
	return w
}}

// Create begins a part; the one before it is complete.
func (z *sortedZip) Create(name string) (io.Writer, error) {
	if err := z.complete(); err != nil {
		return nil, err
	}
	p := newPart(name)
	if name == contentTypes || z.texts != nil && name == workbookRels || z.rows[name] != nil {
		p.held = &bytes.Buffer{}
	}
	z.parts = append(z.parts, p)
	return p, nil
}

// contentTypes lists the parts. The library writes it in the order of a map
// once there are drawings.
const contentTypes = "[Content_Types].xml"

// workbookRels lists the parts that belong to the workbook.
const workbookRels = "xl/_rels/workbook.xml.rels"

var typeEntry = regexp.MustCompile(`<(Default|Override) [^>]*>(</(Default|Override)>)?`)

// inOrder sorts the entries of the list of content types.
func inOrder(list []byte) []byte {
	entries := typeEntry.FindAll(list, -1)
	if len(entries) == 0 {
		return list
	}
	at := typeEntry.FindAllIndex(list, -1)
	first, last := at[0][0], at[len(at)-1][1]
	entries = slices.Clone(entries)
	slices.SortFunc(entries, bytes.Compare)
	return slices.Concat(list[:first], bytes.Join(entries, nil), list[last:])
}

func (p *part) Write(b []byte) (int, error) {
	if p.held != nil {
		return p.held.Write(b)
	}
	p.size += uint64(len(b))
	p.sum = crc32.Update(p.sum, crc32.IEEETable, b)
	return p.to.Write(b)
}

// complete completes the last part.
func (z *sortedZip) complete() error {
	if len(z.parts) == 0 {
		return nil
	}
	p := z.parts[len(z.parts)-1]
	if p.held != nil {
		text := p.held.Bytes()
		p.held = nil
		if rows := z.rows[p.name]; rows != nil {
			if err := p.splice(text, rows); err != nil {
				return err
			}
			delete(z.rows, p.name)
		} else if _, err := p.Write(z.amended(p.name, text)); err != nil {
			return err
		}
	}
	return p.close()
}

// amended is a list of parts with the texts in it, which the library does not
// know of.
func (z *sortedZip) amended(name string, list []byte) []byte {
	switch {
	case name == workbookRels:
		return bytes.Replace(list, []byte("</Relationships>"), []byte(textsRel+"</Relationships>"), 1)
	case z.texts != nil:
		list = bytes.Replace(list, []byte("</Types>"), []byte(textsType+"</Types>"), 1)
	}
	return inOrder(list)
}

// flush ends what was compressed so that anything may follow it, and gives the
// compressor back.
func (p *part) flush() error {
	if p.to == nil {
		return nil
	}
	err := p.to.Flush()
	compressors.Put(p.to)
	p.to = nil
	return err
}

func (p *part) close() error {
	if p.to == nil {
		return nil
	}
	err := p.to.Close()
	compressors.Put(p.to)
	p.to = nil // its part may wait long
	return err
}

// splice writes a sheet with rows that are compressed already: whatever a
// compressor was flushed after can stand between two others.
func (p *part) splice(sheet []byte, rows *part) error {
	const open, end = "<sheetData>", "</sheetData>"
	at := bytes.Index(sheet, []byte(open+end))
	if at < 0 {
		return fmt.Errorf("%s: no place for its rows", p.name)
	}
	at += len(open)
	if _, err := p.Write(sheet[:at]); err != nil {
		return err
	}
	if err := p.to.Flush(); err != nil {
		return err
	}
	p.size += rows.size
	p.sum = sumOf(p.sum, rows.sum, rows.size)
	p.body.list = append(p.body.list, rows.body.list...)
	p.body.size += rows.body.size
	p.body.park = rows.body.park
	p.to.Reset(&p.body) // what follows cannot refer to what stands before the rows
	_, err := p.Write(sheet[at:])
	return err
}

// sumOf is the checksum of two texts, one behind the other, from those of each
// and the length of the second: the first is moved on by so many zeros, which
// is to multiply it by a power of x, modulo the polynomial of the checksum.
func sumOf(first, second uint32, length uint64) uint32 {
	const one, byByte = 1 << 31, 1 << 23 // x^0 and x^8, the bits in the order of the checksum
	shift, power := uint32(one), uint32(byByte)
	for ; length > 0; length >>= 1 {
		if length&1 > 0 {
			shift = product(shift, power)
		}
		power = product(power, power)
	}
	return product(first, shift) ^ second
}

// product multiplies two polynomials modulo that of the checksum.
func product(a, b uint32) (p uint32) {
	for bit := uint32(1 << 31); bit > 0; bit >>= 1 {
		if a&bit > 0 {
			p ^= b
		}
		carry := b & 1
		b >>= 1
		if carry > 0 {
			b ^= crc32.IEEE
		}
	}
	return p
}

// AddFS is asked for by the library's interface and not used by it.
func (z *sortedZip) AddFS(fs.FS) error { return fmt.Errorf("a workbook is not made from a folder") }

// Close writes the archive.
func (z *sortedZip) Close() error {
	if err := z.complete(); err != nil {
		return err
	}
	if len(z.rows) > 0 {
		return fmt.Errorf("%d sheets were not written", len(z.rows))
	}
	if t := z.texts; t != nil {
		if _, err := t.part.Write(append(t.xml, `</sst>`...)); err != nil {
			return err
		}
		if err := t.part.close(); err != nil {
			return err
		}
		z.parts = append(z.parts, t.part)
	}
	slices.SortFunc(z.parts, func(a, b *part) int { return strings.Compare(a.name, b.name) })
	w := zip.NewWriter(z.out)
	for _, p := range z.parts {
		to, err := w.CreateRaw(&zip.FileHeader{
			Name: p.name, Method: zip.Deflate, CRC32: p.sum,
			CompressedSize64: uint64(p.body.size), UncompressedSize64: p.size,
		})
		if err != nil {
			return err
		}
		if err := p.body.copyTo(to); err != nil {
			return err
		}
	}
	return w.Close()
}

// Steady packs the parts of a workbook so that one workbook is always the same
// bytes; whoever writes workbooks elsewhere is handed it.
func Steady(w io.Writer) excelize.ZipWriter { return &sortedZip{out: w} }
