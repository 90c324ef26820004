package report

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"sort"
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
	parts []*part
}

type part struct {
	name string
	size uint64
	sum  hash.Hash32
	body pieces
	to   *flate.Writer

	plain bytes.Buffer // what waits to be put in order
}

// pieces are bytes that wait. One growing buffer would copy, and for a while
// hold twice, what makes up most of a large workbook.
type pieces struct {
	list [][]byte
	size int
}

func (p *pieces) Write(b []byte) (int, error) {
	p.size += len(b)
	for rest := b; len(rest) > 0; {
		last := len(p.list) - 1
		if last < 0 || len(p.list[last]) == cap(p.list[last]) {
			p.list = append(p.list, make([]byte, 0, min(max(4<<10, p.size), 1<<20)))
			last++
		}
		n := min(len(rest), cap(p.list[last])-len(p.list[last]))
		p.list[last] = append(p.list[last], rest[:n]...)
		rest = rest[n:]
	}
	return len(b), nil
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
	p := &part{name: name, sum: crc32.NewIEEE()}
	p.to = compressors.Get().(*flate.Writer)
	p.to.Reset(&p.body)
	z.parts = append(z.parts, p)
	return p, nil
}

// contentTypes lists the parts. The library writes it in the order of a map
// once there are drawings.
const contentTypes = "[Content_Types].xml"

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
	if p.name == contentTypes {
		return p.plain.Write(b)
	}
	p.size += uint64(len(b))
	_, _ = p.sum.Write(b) // a hash never fails
	return p.to.Write(b)
}

func (z *sortedZip) complete() error {
	if len(z.parts) == 0 {
		return nil
	}
	if p := z.parts[len(z.parts)-1]; p.to != nil {
		if p.name == contentTypes {
			list := inOrder(p.plain.Bytes())
			p.size = uint64(len(list))
			_, _ = p.sum.Write(list)
			if _, err := p.to.Write(list); err != nil {
				return err
			}
		}
		err := p.to.Close()
		compressors.Put(p.to)
		p.to = nil // its part may wait long
		return err
	}
	return nil
}

// AddFS is asked for by the library's interface and not used by it.
func (z *sortedZip) AddFS(fs.FS) error { return fmt.Errorf("a workbook is not made from a folder") }

// Close writes the archive.
func (z *sortedZip) Close() error {
	if err := z.complete(); err != nil {
		return err
	}
	sort.Slice(z.parts, func(i, j int) bool { return z.parts[i].name < z.parts[j].name })
	w := zip.NewWriter(z.out)
	for _, p := range z.parts {
		to, err := w.CreateRaw(&zip.FileHeader{
			Name: p.name, Method: zip.Deflate, CRC32: p.sum.Sum32(),
			CompressedSize64: uint64(p.body.size), UncompressedSize64: p.size,
		})
		if err != nil {
			return err
		}
		for i, piece := range p.body.list {
			if _, err := to.Write(piece); err != nil {
				return err
			}
			p.body.list[i] = nil // what is written need not be held
		}
	}
	return w.Close()
}

// Steady packs the parts of a workbook so that one workbook is always the same
// bytes; whoever writes workbooks elsewhere is handed it.
func Steady(w io.Writer) excelize.ZipWriter { return &sortedZip{out: w} }
