package excel

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/flate"
)

// container is the zip file around a workbook. We read its directory ourselves
// rather than through a zip package, because we want to refuse what such
// packages forgive: a local header of another name, a checksum of zero, more
// entries than announced.
type container struct {
	src      *source
	entries  map[string]*entry // by folded name
	order    []*entry
	lim      Limits
	inflated int64 // bytes of all parts read so far
	clock    clock
}

// entry is one line of the zip directory.
type entry struct {
	name   string // as written
	method uint16
	flags  uint16
	crc    uint32
	packed int64
	size   int64 // as claimed; must prove true, is never used to allocate
	offset int64
	twice  bool // another entry has this name too
}

// clock ends a reading that takes too long or is no longer wanted.
type clock struct {
	ctx context.Context
	end time.Time
}

func (c clock) check() error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	if !c.end.IsZero() && time.Now().After(c.end) {
		return refuse(codeSeconds, "Đọc tệp quá thời gian cho phép.")
	}
	return nil
}

// Signatures and sizes of the zip format.
const (
	sigLocal     = "PK\x03\x04"
	sigEntry     = "PK\x01\x02"
	sigEnd       = "PK\x05\x06"
	sigEnd64     = "PK\x06\x06"
	sigLocator64 = "PK\x06\x07"
	lenLocal     = 30
	lenEntry     = 46
	lenEnd       = 22
	lenEnd64     = 56
	lenLocator64 = 20
)

func damaged(format string, args ...any) error {
	return refuse(codeContainer, "Tệp bị hỏng: "+format, args...)
}

func openContainer(src *source, lim Limits, clk clock) (*container, error) {
	tailAt := max(0, src.size-lenLocator64-lenEnd-0xFFFF)
	tail := src.slice(tailAt, src.size-tailAt)
	i := findEnd(tail)
	if i < 0 {
		return nil, refuse(codeTruncated, "Tệp bị cắt cụt: thiếu phần cuối.")
	}
	u16, u32, u64 := binary.LittleEndian.Uint16, binary.LittleEndian.Uint32, binary.LittleEndian.Uint64
	end := uint64(tailAt) + uint64(i)
	count, mask := uint64(u16(tail[i+10:])), uint64(0xFFFF)
	size, offset := uint64(u32(tail[i+12:])), uint64(u32(tail[i+16:]))
	if loc := i - lenLocator64; loc >= 0 && string(tail[loc:loc+4]) == sigLocator64 {
		at, locAt := u64(tail[loc+8:]), end-lenLocator64
		if at > locAt || locAt-at < lenEnd64 {
			return nil, damaged("mục lục của tệp nén không đọc được.")
		}
		end64 := src.slice(int64(at), lenEnd64)
		if len(end64) < lenEnd64 || string(end64[:4]) != sigEnd64 {
			return nil, damaged("mục lục của tệp nén không đọc được.")
		}
		count, mask = u64(end64[32:]), ^uint64(0)
		size, offset = u64(end64[40:]), u64(end64[48:])
		end = at
	}
	if offset > end || size > end-offset {
		return nil, damaged("mục lục của tệp nén nằm ngoài tệp.")
	}

	c := &container{src: src, entries: make(map[string]*entry), lim: lim, clock: clk}
	// The directory is as long as it claims; it is looked at through a window.
	const longest = lenEntry + 3*0xFFFF
	var window []byte
	for at, left := int64(offset), int64(size); left > 0; {
		if int64(len(window)) < min(left, longest) {
			window = src.slice(at, min(left, 4*longest))
		}
		e, rest, ok := readEntry(window)
		if !ok {
			return nil, damaged("mục lục của tệp nén không đọc được.")
		}
		n := int64(len(window) - len(rest))
		window, at, left = rest, at+n, left-n
		if len(c.order) >= lim.Parts {
			return nil, refuse(codeParts, "Tệp có quá nhiều thành phần (hơn %d).", lim.Parts)
		}
		c.order = append(c.order, e)
		key := foldName(e.name)
		if other := c.entries[key]; other != nil {
			other.twice = true
			continue
		}
		c.entries[key] = e
	}
	if uint64(len(c.order))&mask != count {
		return nil, damaged("mục lục của tệp nén ghi %d thành phần nhưng có %d.", count, len(c.order))
	}
	return c, nil
}

// findEnd finds the record that ends a zip file in the file's last bytes, -1
// when there is none.
func findEnd(data []byte) int {
	low := max(0, len(data)-lenEnd-0xFFFF)
	for i := len(data) - lenEnd; i >= low; i-- {
		if data[i] == 'P' && string(data[i:i+4]) == sigEnd &&
			i+lenEnd+int(binary.LittleEndian.Uint16(data[i+20:])) <= len(data) {
			return i
		}
	}
	return -1
}

// readEntry reads the first entry of a directory and returns what follows it.
func readEntry(dir []byte) (e *entry, rest []byte, ok bool) {
	u16, u32 := binary.LittleEndian.Uint16, binary.LittleEndian.Uint32
	if len(dir) < lenEntry || string(dir[:4]) != sigEntry {
		return nil, nil, false
	}
	nameLen, extraLen, commentLen := int(u16(dir[28:])), int(u16(dir[30:])), int(u16(dir[32:]))
	total := lenEntry + nameLen + extraLen + commentLen
	if total > len(dir) {
		return nil, nil, false
	}
	e = &entry{
		name:   string(dir[lenEntry : lenEntry+nameLen]),
		flags:  u16(dir[8:]),
		method: u16(dir[10:]),
		crc:    u32(dir[16:]),
		packed: int64(u32(dir[20:])),
		size:   int64(u32(dir[24:])),
		offset: int64(u32(dir[42:])),
	}
	return e, dir[total:], e.read64(dir[lenEntry+nameLen : lenEntry+nameLen+extraLen])
}

// read64 takes the fields that are too large for 32 bits from the zip64 extra
// field; it reports whether the entry is complete.
func (e *entry) read64(extra []byte) bool {
	const all = 0xFFFFFFFF
	if e.size != all && e.packed != all && e.offset != all {
		return true
	}
	for len(extra) >= 4 {
		id, n := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if n > len(extra)-4 {
			return false
		}
		if id != 1 {
			extra = extra[4+n:]
			continue
		}
		f := extra[4 : 4+n]
		for _, p := range []*int64{&e.size, &e.packed, &e.offset} {
			if *p != all {
				continue
			}
			if len(f) < 8 {
				return false
			}
			*p = int64(binary.LittleEndian.Uint64(f))
			f = f[8:]
		}
		return e.size >= 0 && e.packed >= 0 && e.offset >= 0
	}
	return false
}

// foldName brings a part's name to the form in which names are compared: no
// leading slash, forward slashes, letter case aside.
func foldName(name string) string {
	return strings.ToLower(strings.TrimLeft(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// find looks a part up; some writers escape blanks in targets, others do not.
func (c *container) find(name string) *entry {
	if e := c.entries[foldName(name)]; e != nil {
		return e
	}
	if plain, err := url.PathUnescape(name); err == nil {
		return c.entries[foldName(plain)]
	}
	return nil
}

// body finds where a part's packed bytes begin.
func (c *container) body(e *entry) (from int64, err error) {
	if e.twice {
		return 0, damaged("thành phần %s có hai lần.", e.name)
	}
	if e.flags&1 != 0 {
		return 0, refuse(codeEncrypted, "Tệp đặt mật khẩu nên không đọc được.")
	}
	n := c.src.size
	if e.offset > n-lenLocal {
		return 0, damaged("không tìm thấy thành phần %s.", e.name)
	}
	h := c.src.slice(e.offset, min(lenLocal+int64(len(e.name)), n-e.offset))
	if len(h) < lenLocal || string(h[:4]) != sigLocal {
		return 0, damaged("không tìm thấy thành phần %s.", e.name)
	}
	nameLen, extraLen := int64(binary.LittleEndian.Uint16(h[26:])), int64(binary.LittleEndian.Uint16(h[28:]))
	from = e.offset + lenLocal + nameLen + extraLen
	if from > n || e.packed > n-from {
		return 0, damaged("thành phần %s bị cắt cụt.", e.name)
	}
	// A directory that was tampered with may point one name at another's bytes.
	if nameLen != int64(len(e.name)) || string(h[lenLocal:]) != e.name || binary.LittleEndian.Uint16(h[8:]) != e.method {
		return 0, damaged("mục lục và thành phần %s không khớp.", e.name)
	}
	return from, nil
}

// part streams one part, unpacked. It ends with io.EOF only when the part's
// length and CRC-32 have been found right.
type part struct {
	c     *container
	e     *entry
	src   io.Reader
	input stretch
	crc   uint32
	n     int64
	err   error
}

var inflaters = sync.Pool{New: func() any { return flate.NewReader(bytes.NewReader(nil)) }}

// open begins to read a part. The caller calls close.
func (c *container) open(e *entry) (*part, error) {
	from, err := c.body(e)
	if err != nil {
		return nil, err
	}
	if e.method != 0 && e.method != 8 {
		return nil, damaged("thành phần %s nén theo cách lạ (%d).", e.name, e.method)
	}
	p := &part{c: c, e: e}
	p.input.begin(c.src, from, e.packed)
	p.src = p.input.reader()
	if e.method == 8 {
		z := inflaters.Get().(io.ReadCloser)
		if err := z.(flate.Resetter).Reset(p.src, nil); err != nil {
			return nil, err
		}
		p.src = z
	}
	return p, nil
}

func (p *part) close() {
	if z, ok := p.src.(flate.Resetter); ok {
		p.src = nil
		inflaters.Put(z)
	}
	p.input.close()
}

func (p *part) Read(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	if p.err = p.c.clock.check(); p.err != nil {
		return 0, p.err
	}
	n, err := p.src.Read(b)
	p.crc = crc32.Update(p.crc, crc32.IEEETable, b[:n])
	p.n += int64(n)
	p.c.inflated += int64(n)
	switch {
	case p.c.src.err != nil:
		p.err = p.c.src.err
	case p.n > p.c.lim.PartBytes:
		p.err = refuse(codePart, "Thành phần %s bung ra hơn %s.", p.e.name, bytesText(p.c.lim.PartBytes))
	case p.c.inflated > p.c.lim.InflatedBytes:
		p.err = refuse(codeInflated, "Nội dung tệp bung ra hơn %s.", bytesText(p.c.lim.InflatedBytes))
	case p.n > p.e.size || errors.Is(err, io.EOF) && p.n != p.e.size:
		p.err = damaged("thành phần %s dài khác với mục lục.", p.e.name)
	case errors.Is(err, io.EOF) && p.crc != p.e.crc:
		p.err = damaged("thành phần %s sai mã kiểm tra (CRC).", p.e.name)
	case err != nil && !errors.Is(err, io.EOF):
		p.err = damaged("thành phần %s không giải nén được.", p.e.name)
	default:
		p.err = err
	}
	if p.err != nil && p.err != io.EOF {
		n = 0
	}
	return n, p.err
}

// drain reads a part to its end, so that damage of the container is told from
// damage of the contents. It returns the container's error, if any.
func (p *part) drain() error {
	for buf := make([]byte, 32<<10); ; {
		if _, err := p.Read(buf); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
