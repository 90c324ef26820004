package excel

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// scanner reads one XML part from its first byte to its last, in one pass and
// in constant memory. It accepts only what is well-formed: matching tags, quoted
// attributes, the five predefined entities and numeric ones, legal UTF-8. What
// it hands out (name, attributes, text) is valid until the next token.
//
// encoding/xml would do, but costs ten times as much as unpacking the part, and
// forgives a second root element and repeated attributes.
type scanner struct {
	part string // for messages
	src  io.Reader
	buf  []byte
	pos  int   // next byte to scan
	end  int   // buf[:end] holds whole, legal characters
	full int   // buf[end:full] is a character that the last read has cut
	base int64 // how many bytes were dropped before buf[0]
	eof  bool

	local      []byte // the current tag's name without prefix
	space      space  // and its namespace
	attrs      []attr
	text       []byte
	selfClosed bool // the next token is the end of this element

	names   []byte // the open elements' names, one after the other
	marks   []int  // where each begins in names
	scopes  []scope
	home    space // what elements without prefix are in
	rooted  bool
	scratch []byte // decoded text
	values  []byte // decoded attribute values
}

// attr is one attribute, its value decoded.
type attr struct {
	prefix, local, value []byte
	space                space
}

// space is a namespace, as far as we care.
type space uint8

const (
	spaceNone    space = iota // no namespace
	spaceMain                 // SpreadsheetML, transitional or strict
	spaceRel                  // relationship ids in parts, transitional or strict
	spacePackage              // .rels
	spaceTypes                // [Content_Types].xml
	spaceXML                  // xml:space
	spaceUnknown              // a prefix without declaration
	spaceOther                // anything else; to a workbook, all that follow too
	spaceOffice               // OpenDocument: the frame of a document
	spaceTable
	spaceText
	spaceStyle
	spaceNumber
	spaceDraw
	spaceSVG
	spaceFO
	spaceForm
	spaceScene
	spaceManifest
	spaceCalc // LibreOffice's own attributes of cells
)

func spaceOf(uri []byte) space {
	switch string(uri) {
	case "":
		return spaceNone
	case "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
		"http://purl.oclc.org/ooxml/spreadsheetml/main":
		return spaceMain
	case "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
		"http://purl.oclc.org/ooxml/officeDocument/relationships":
		return spaceRel
	case "http://schemas.openxmlformats.org/package/2006/relationships":
		return spacePackage
	case "http://schemas.openxmlformats.org/package/2006/content-types":
		return spaceTypes
	}
	if s, ok := odfSpaces[string(uri)]; ok {
		return s
	}
	return spaceOther
}

// scope is one declaration of a prefix, in force below the given depth.
type scope struct {
	prefix string
	space  space
	depth  int
}

type token uint8

const (
	tokenEOF token = iota
	tokenStart
	tokenEnd
	tokenText
)

const (
	scanBuffer = 64 << 10
	maxTag     = 1 << 20 // a longer tag is no tag
	maxDepth   = 128
	maxAttrs   = 256
)

var scanners = sync.Pool{New: func() any { return &scanner{buf: make([]byte, scanBuffer)} }}

// scan begins to read a part. The caller calls release.
func scan(name string, src io.Reader) (*scanner, error) {
	s := scanners.Get().(*scanner)
	*s = scanner{
		part: name, src: src, buf: s.buf,
		attrs: s.attrs[:0], names: s.names[:0], marks: s.marks[:0], scopes: s.scopes[:0],
		scratch: s.scratch[:0], values: s.values[:0],
	}
	return s, s.begin()
}

func (s *scanner) release() {
	s.src = nil
	if cap(s.buf) == scanBuffer && cap(s.scratch) <= scanBuffer {
		scanners.Put(s)
	}
}

// bad refuses the part for a fault in its XML.
func (s *scanner) bad(what string) error {
	return refuse(codeXML, "Nội dung bên trong bảng tính bị hỏng: %s (%s, byte %d).", what, s.part, s.base+int64(s.pos))
}

// strange refuses the part for contents that the format does not know there.
func (s *scanner) strange(what string) error {
	return refuse(codeNotUnderstood, "Nội dung ngoài chuẩn bảng tính: %s (%s, byte %d).", what, s.part, s.base+int64(s.pos))
}

var errTorn = errors.New("the part ends here")

// fill reads on, keeping everything from pos. It returns errTorn at the end.
func (s *scanner) fill() error {
	if s.eof {
		return errTorn
	}
	if s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.full])
		s.base += int64(s.pos)
		s.end -= s.pos
		s.full -= s.pos
		s.pos = 0
	}
	if s.full == len(s.buf) {
		if len(s.buf) >= maxTag {
			return s.bad("một thẻ dài quá mức")
		}
		s.buf = slices.Grow(s.buf, len(s.buf))[:2*len(s.buf)]
	}
	for s.full < len(s.buf) && !s.eof {
		n, err := s.src.Read(s.buf[s.full:])
		s.full += n
		if err == io.EOF {
			s.eof = true
		} else if err != nil {
			return err
		}
	}
	n, ok := legal(s.buf[s.end:s.full])
	if !ok || s.eof && s.end+n < s.full {
		return refuse(codeEncoding, "Nội dung bên trong bảng tính có ký tự không hợp lệ (%s, byte %d).", s.part, s.base+int64(s.end+n))
	}
	if n == 0 && s.eof {
		return errTorn
	}
	s.end += n
	return nil
}

// legal returns how many leading bytes of p are whole characters that XML
// allows, and whether nothing worse follows than a character that is cut.
func legal(p []byte) (int, bool) {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	i := 0
	for {
		for i+32 <= len(p) {
			q := p[i : i+32 : i+32]
			a, b := binary.LittleEndian.Uint64(q), binary.LittleEndian.Uint64(q[8:])
			c, d := binary.LittleEndian.Uint64(q[16:]), binary.LittleEndian.Uint64(q[24:])
			if (a|(a-ones*0x20)|b|(b-ones*0x20)|c|(c-ones*0x20)|d|(d-ones*0x20))&high != 0 {
				break
			}
			i += 32
		}
		for i+8 <= len(p) {
			w := binary.LittleEndian.Uint64(p[i:])
			// The subtraction borrows into a byte's high bit when the byte is
			// below 0x20; high bits of w itself mean non-ASCII.
			if (w|(w-ones*0x20))&high != 0 {
				break
			}
			i += 8
		}
		for stop := min(i+8, len(p)); i < stop; {
			c := p[i]
			if c < utf8.RuneSelf {
				if c < 0x20 && c != '\t' && c != '\n' && c != '\r' {
					return i, false
				}
				i++
				continue
			}
			r, n := utf8.DecodeRune(p[i:])
			if n == 1 {
				return i, !utf8.FullRune(p[i:])
			}
			if r == 0xFFFE || r == 0xFFFF {
				return i, false
			}
			i += n
		}
		if i == len(p) {
			return i, true
		}
	}
}

// more reads on within a tag, which must not end here.
func (s *scanner) more() error {
	err := s.fill()
	if err == errTorn {
		return s.bad("bị cắt cụt giữa chừng")
	}
	return err
}

// begin handles what may stand before the first tag only: a byte order mark
// and the XML declaration.
func (s *scanner) begin() error {
	// UTF-16 would fail as illegal UTF-8; look before fill does.
	for s.full < 4 && !s.eof {
		n, err := s.src.Read(s.buf[s.full:])
		s.full += n
		if err == io.EOF {
			s.eof = true
		} else if err != nil {
			return err
		}
	}
	head := s.buf[:s.full]
	wide := true
	switch {
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("<\x00?\x00")):
		s.transcode(binary.LittleEndian)
	case bytes.HasPrefix(head, []byte("\xFE\xFF")), bytes.HasPrefix(head, []byte("\x00<\x00?")):
		s.transcode(binary.BigEndian)
	default:
		wide = false
	}
	marked := !wide || bytes.HasPrefix(head, []byte("\xFE\xFF")) || bytes.HasPrefix(head, []byte("\xFF\xFE"))
	s.eof = false // the source says so again, after fill has checked the bytes
	if err := s.fill(); err != nil && err != errTorn {
		return err
	}
	if bytes.HasPrefix(s.buf[:s.end], []byte("\xEF\xBB\xBF")) {
		s.pos = 3
	}
	b := s.buf[s.pos:s.end]
	if !bytes.HasPrefix(b, []byte("<?xml")) || len(b) < 6 || !isSpace(b[5]) {
		return nil
	}
	stop := bytes.Index(b, []byte("?>"))
	if stop < 0 {
		return s.bad("khai báo XML không đóng")
	}
	// The declaration has the form of a tag, and is read as one.
	tag := slices.Concat([]byte("<"), b[2:stop], []byte("/>"))
	d := scanner{part: s.part}
	if n, err := d.parseStart(tag); err != nil || n != len(tag) {
		return s.bad("khai báo XML không hợp lệ")
	}
	version, _ := d.get("version")
	if d.only("version", "encoding", "standalone") != nil || string(version) != "1.0" {
		return s.bad("khai báo XML không hợp lệ")
	}
	encoding, stated := d.get("encoding")
	switch strings.ToLower(string(encoding)) {
	case "utf-8", "utf8", "us-ascii":
		if wide {
			return s.foreign("UTF-16") // it is one or the other
		}
	case "utf-16", "utf-16le", "utf-16be", "utf16":
		if !wide {
			return s.foreign(string(encoding))
		}
	default:
		if stated || !marked {
			return s.foreign(cmp.Or(string(encoding), "UTF-16"))
		}
	}
	s.pos += stop + 2
	return nil
}

// transcode makes the scanner read UTF-8 of a part in UTF-16, whose beginning has
// been read already.
func (s *scanner) transcode(order binary.ByteOrder) {
	s.src = &utf16Reader{src: s.src, order: order, raw: bytes.Clone(s.buf[:s.full])}
	s.full = 0
}

func (s *scanner) foreign(encoding string) error {
	return refuse(codeEncoding, "Nội dung bên trong bảng tính ghi bằng bảng mã %.40q, không phải UTF-8 (%s).", encoding, s.part)
}

// Classes of bytes in names. Bytes above ASCII are all let through: legal has
// seen to it that they are characters.
const (
	nameInner = 1 << iota
	nameFirst
)

var nameClass = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c >= 0x80:
			t[c] = nameInner | nameFirst
		case c >= '0' && c <= '9', c == '-', c == '.', c == ':':
			t[c] = nameInner
		}
	}
	return t
}()

// plainValue are the bytes that need no thought in the value of an attribute.
var plainValue = func() (t [256]bool) {
	for c := 0x20; c < 256; c++ {
		t[c] = c != '<' && c != '&' && c != '"' && c != '\''
	}
	return t
}()

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func blank(p []byte) bool {
	for _, c := range p {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

// next returns the next token. Comments and processing instructions are passed
// over; text may come in several pieces.
func (s *scanner) next() (token, error) {
	if s.selfClosed {
		s.selfClosed = false
		s.pop()
		return tokenEnd, nil
	}
	for {
		for s.pos+1 >= s.end {
			err := s.fill()
			if err == errTorn {
				if s.pos < s.end && (s.buf[s.pos] == '<' || len(s.marks) > 0) {
					return 0, s.bad("bị cắt cụt giữa chừng")
				}
				if s.pos < s.end {
					break // one last character after the root
				}
				return s.finish()
			}
			if err != nil {
				return 0, err
			}
		}
		if s.buf[s.pos] != '<' {
			if err := s.scanText(); err != nil {
				return 0, err
			}
			if len(s.marks) > 0 {
				return tokenText, nil
			}
			if !blank(s.text) {
				return 0, s.bad("có chữ nằm ngoài thẻ")
			}
			continue
		}
		switch s.buf[s.pos+1] {
		case '/':
			return tokenEnd, s.scanEnd()
		case '?':
			if err := s.scanPI(); err != nil {
				return 0, err
			}
		case '!':
			if cdata, err := s.scanBang(); err != nil {
				return 0, err
			} else if cdata {
				return tokenText, nil
			}
		default:
			return tokenStart, s.scanStart()
		}
	}
}

// finish judges the end of the part.
func (s *scanner) finish() (token, error) {
	if len(s.marks) > 0 {
		return 0, s.bad("bị cắt cụt, thẻ <" + s.top() + "> chưa đóng")
	}
	if !s.rooted {
		return 0, s.bad("không có nội dung")
	}
	return tokenEOF, nil
}

func (s *scanner) top() string { return string(s.names[s.marks[len(s.marks)-1]:]) }

func (s *scanner) pop() {
	n := len(s.marks) - 1
	s.names = s.names[:s.marks[n]]
	s.marks = s.marks[:n]
	if k := len(s.scopes); k > 0 && s.scopes[k-1].depth > n {
		for k > 0 && s.scopes[k-1].depth > n {
			k--
		}
		s.scopes = s.scopes[:k]
		s.home = s.resolve(nil)
	}
}

// resolve finds what a prefix stands for.
func (s *scanner) resolve(prefix []byte) space {
	for i := len(s.scopes) - 1; i >= 0; i-- {
		if s.scopes[i].prefix == string(prefix) {
			return s.scopes[i].space
		}
	}
	switch string(prefix) {
	case "":
		return spaceNone
	case "xml":
		return spaceXML
	}
	return spaceUnknown
}

// scanEnd reads </name>.
func (s *scanner) scanEnd() error {
	if len(s.marks) == 0 {
		return s.bad("thẻ đóng thừa")
	}
	name := s.names[s.marks[len(s.marks)-1]:]
	for {
		b := s.buf[s.pos:s.end]
		i := 2 + len(name)
		if len(b) > i && string(b[2:i]) == string(name) {
			for i < len(b) && isSpace(b[i]) {
				i++
			}
			if i < len(b) {
				if b[i] != '>' {
					return s.bad("thẻ đóng không khớp với <" + string(name) + ">")
				}
				s.pos += i + 1
				s.pop()
				return nil
			}
		} else if len(b) > i {
			return s.bad("thẻ đóng không khớp với <" + string(name) + ">")
		}
		if err := s.more(); err != nil {
			return err
		}
	}
}

// scanStart reads <name attribute="value" …> or <name/>.
func (s *scanner) scanStart() error {
	for {
		n, err := s.parseStart(s.buf[s.pos:s.end])
		if err != nil {
			return err
		}
		if n > 0 {
			s.pos += n
			return nil
		}
		if err := s.more(); err != nil {
			return err
		}
	}
}

// parseStart reads the start tag at the beginning of b and returns its length,
// 0 when b ends before the tag does.
func (s *scanner) parseStart(b []byte) (int, error) {
	i, colon := scanName(b, 1)
	if i == len(b) {
		return 0, nil
	}
	if i == 1 || colon < 0 {
		return 0, s.bad("tên thẻ không hợp lệ")
	}
	qname, prefix, local := b[1:i], b[1:1], b[1:i]
	if colon > 0 {
		prefix, local = b[1:colon], b[colon+1:i]
	}
	s.attrs, s.values = s.attrs[:0], s.values[:0]
	declares, selfClosed := false, false
	for {
		gap := i
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		if i == len(b) {
			return 0, nil
		}
		if b[i] == '>' {
			i++
			break
		}
		if b[i] == '/' {
			if i+1 == len(b) {
				return 0, nil
			}
			if b[i+1] != '>' {
				return 0, s.bad("dấu / nằm sai chỗ trong thẻ")
			}
			selfClosed = true
			i += 2
			break
		}
		if i == gap {
			return 0, s.bad("thiếu khoảng trắng giữa các thuộc tính")
		}
		from := i
		i, colon = scanName(b, i)
		if i == len(b) {
			return 0, nil
		}
		if i == from || colon < 0 {
			return 0, s.bad("tên thuộc tính không hợp lệ")
		}
		a := attr{local: b[from:i]}
		if colon > 0 {
			a.prefix, a.local = b[from:colon], b[colon+1:i]
		}
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		if i == len(b) {
			return 0, nil
		}
		if b[i] != '=' {
			return 0, s.bad("thuộc tính không có giá trị")
		}
		for i++; i < len(b) && isSpace(b[i]); i++ {
		}
		if i == len(b) {
			return 0, nil
		}
		quote := b[i]
		if quote != '"' && quote != '\'' {
			return 0, s.bad("giá trị thuộc tính không nằm trong dấu nháy")
		}
		i++
		from = i
		plain := true
		for {
			for i < len(b) && plainValue[b[i]] {
				i++
			}
			if i == len(b) || b[i] == quote {
				break
			}
			if b[i] == '<' {
				return 0, s.bad("dấu < trong giá trị thuộc tính")
			}
			if b[i] == '&' || b[i] < ' ' {
				plain = false
			}
			i++
		}
		if i == len(b) {
			return 0, nil
		}
		a.value = b[from:i]
		i++
		if !plain {
			mark := len(s.values)
			var ok bool
			if s.values, ok = unescape(s.values, a.value, true); !ok {
				return 0, s.bad("ký hiệu & không hợp lệ")
			}
			a.value = s.values[mark:]
		}
		if len(s.attrs) == maxAttrs {
			return 0, s.bad("quá nhiều thuộc tính")
		}
		for k := range s.attrs {
			if o := &s.attrs[k]; string(o.local) == string(a.local) && string(o.prefix) == string(a.prefix) {
				return 0, s.bad("thuộc tính lặp lại")
			}
		}
		if len(a.prefix) > 0 || len(a.local) == 5 && string(a.local) == "xmlns" {
			declares = true
		}
		s.attrs = append(s.attrs, a)
	}

	if len(s.marks) == 0 && s.rooted {
		return 0, s.bad("có thẻ thứ hai sau khi nội dung đã kết thúc")
	}
	if len(s.marks) == maxDepth {
		return 0, s.bad("thẻ lồng nhau quá sâu")
	}
	s.rooted = true
	s.marks = append(s.marks, len(s.names))
	s.names = append(s.names, qname...)
	if declares {
		if err := s.declare(); err != nil {
			return 0, err
		}
	}
	s.local, s.selfClosed, s.space = local, selfClosed, s.home
	if len(prefix) > 0 {
		if s.space = s.resolve(prefix); s.space == spaceUnknown {
			return 0, s.bad("tiền tố thẻ chưa khai báo")
		}
	}
	return i, nil
}

// scanName reads a name from b[i:] and returns where it ends and where its
// colon stands: 0 when it has none, -1 when the name is not legal.
func scanName(b []byte, i int) (end, colon int) {
	if i < len(b) && nameClass[b[i]]&nameFirst == 0 {
		return i, -1
	}
	for ; i < len(b) && nameClass[b[i]] != 0; i++ {
		if b[i] == ':' {
			if colon != 0 || i+1 < len(b) && nameClass[b[i+1]]&nameFirst == 0 {
				return i, -1
			}
			colon = i
		}
	}
	return i, colon
}

// declare takes in the namespace declarations of the current tag, then
// resolves the prefixes of its other attributes.
func (s *scanner) declare() error {
	depth := len(s.marks)
	for _, a := range s.attrs {
		switch {
		case len(a.prefix) == 0 && string(a.local) == "xmlns":
			s.scopes = append(s.scopes, scope{"", spaceOf(a.value), depth})
			s.home = spaceOf(a.value)
		case string(a.prefix) == "xmlns":
			if len(a.value) == 0 {
				return s.bad("khai báo tiền tố rỗng")
			}
			s.scopes = append(s.scopes, scope{string(a.local), spaceOf(a.value), depth})
		}
	}
	kept := s.attrs[:0]
	for _, a := range s.attrs {
		if string(a.prefix) == "xmlns" || len(a.prefix) == 0 && string(a.local) == "xmlns" {
			continue
		}
		if len(a.prefix) > 0 {
			if a.space = s.resolve(a.prefix); a.space == spaceUnknown {
				return s.bad("tiền tố thuộc tính chưa khai báo")
			}
		}
		kept = append(kept, a)
	}
	s.attrs = kept
	return nil
}

// scanPI passes over a processing instruction, <?name …?>.
func (s *scanner) scanPI() error {
	for {
		b := s.buf[s.pos:s.end]
		i, colon := scanName(b, 2)
		switch {
		case i == len(b):
			if err := s.more(); err != nil {
				return err
			}
			continue
		case i == 2, colon != 0, !isSpace(b[i]) && b[i] != '?', bytes.EqualFold(b[2:i], []byte("xml")):
			return s.bad("lệnh xử lý <? không hợp lệ")
		}
		s.pos += i
		return s.passOver("?>")
	}
}

// passOver skips to the end of a construct that may be longer than the buffer.
func (s *scanner) passOver(close string) error {
	for {
		if i := bytes.Index(s.buf[s.pos:s.end], []byte(close)); i >= 0 {
			s.pos += i + len(close)
			return nil
		}
		// Keep what may be the beginning of the closing mark.
		s.pos = max(s.pos, s.end-len(close)+1)
		if err := s.more(); err != nil {
			return err
		}
	}
}

// scanBang reads what begins with <!: a comment, CDATA (reported as text), or
// a DOCTYPE, which is refused: a workbook never needs one, and entities that
// it declares can make a small file endless.
func (s *scanner) scanBang() (cdata bool, err error) {
	const openComment, openCDATA, doctype = "<!--", "<![CDATA[", "<!DOCTYPE"
	for s.end-s.pos < len(openCDATA) && !bytes.HasPrefix(s.buf[s.pos:s.end], []byte(openComment)) {
		if err := s.more(); err != nil {
			return false, err
		}
	}
	b := s.buf[s.pos:s.end]
	switch {
	case bytes.HasPrefix(b, []byte(openComment)):
		s.pos += len(openComment)
		if err := s.passOver("--"); err != nil {
			return false, err
		}
		for s.pos == s.end {
			if err := s.more(); err != nil {
				return false, err
			}
		}
		if s.buf[s.pos] != '>' {
			return false, s.bad("hai dấu gạch trong chú thích")
		}
		s.pos++
		return false, nil
	case bytes.HasPrefix(b, []byte(openCDATA)) && len(s.marks) > 0:
		s.scratch = s.scratch[:0]
		for i := len(openCDATA); ; {
			if n := bytes.Index(s.buf[s.pos+i:s.end], []byte("]]>")); n >= 0 {
				s.scratch = normalizeLines(s.scratch, s.buf[s.pos+i:s.pos+i+n])
				s.text = s.scratch
				s.pos += i + n + 3
				return true, nil
			}
			if err := s.more(); err != nil { // at most maxTag: longer is refused
				return false, err
			}
		}
	case bytes.EqualFold(b[:len(doctype)], []byte(doctype)):
		return false, refuse(codeDoctype, "Bảng tính chứa khai báo DOCTYPE, có thể là mã độc (%s).", s.part)
	}
	return false, s.bad("ký hiệu <! không hợp lệ")
}

// scanText reads text up to the next tag, or as much of it as the buffer holds.
func (s *scanner) scanText() error {
	i, plain := s.pos, true
	for {
		b := s.buf[:s.end]
		for i < len(b) && b[i] != '<' {
			if c := b[i]; c == '&' || c == '\r' || c == ']' {
				plain = false
			}
			i++
		}
		if i < len(b) {
			break
		}
		if s.full == len(s.buf) && s.pos == 0 {
			// The buffer is full of text: hand out a piece, but do not cut
			// an entity, a line end or the forbidden "]]>" in two.
			i = safeCut(b)
			break
		}
		i -= s.pos
		err := s.fill() // moves the text to the front
		i += s.pos
		if err == errTorn {
			break
		}
		if err != nil {
			return err
		}
	}
	raw := s.buf[s.pos:i]
	s.pos = i
	if plain {
		s.text = raw
		return nil
	}
	if bytes.Contains(raw, []byte("]]>")) {
		return s.bad("]]> trong chữ")
	}
	var ok bool
	if s.scratch, ok = unescape(s.scratch[:0], raw, false); !ok {
		return s.bad("ký hiệu & không hợp lệ")
	}
	s.text = s.scratch
	return nil
}

// safeCut returns where a long text can be cut.
func safeCut(b []byte) int {
	n := len(b)
	if i := bytes.LastIndexByte(b[n-maxEntity:], '&'); i >= 0 {
		return n - maxEntity + i
	}
	switch {
	case bytes.HasSuffix(b, []byte("]]")):
		return n - 2
	case b[n-1] == ']', b[n-1] == '\r':
		return n - 1
	}
	return n
}

// is tells whether the current tag is this element of SpreadsheetML.
func (s *scanner) is(name string) bool {
	return s.space == spaceMain && string(s.local) == name
}

// get returns an attribute without prefix; ok is false when it is not there.
func (s *scanner) get(name string) (value []byte, ok bool) {
	for i := range s.attrs {
		if a := &s.attrs[i]; a.space == spaceNone && string(a.local) == name {
			return a.value, true
		}
	}
	return nil, false
}

// getIn returns an attribute of a namespace.
func (s *scanner) getIn(in space, name string) (value []byte, ok bool) {
	for i := range s.attrs {
		if a := &s.attrs[i]; a.space == in && string(a.local) == name {
			return a.value, true
		}
	}
	return nil, false
}

// only refuses attributes that the format does not know on this element: a
// damaged name would otherwise drop what it says in silence. Attributes of
// other namespaces are extensions and pass.
func (s *scanner) only(names ...string) error {
	for i := range s.attrs {
		if a := &s.attrs[i]; a.space == spaceNone && !slices.Contains(names, string(a.local)) {
			return s.strange("thuộc tính lạ " + clip(string(a.local)) + " trong thẻ <" + clip(string(s.local)) + ">")
		}
	}
	return nil
}

// unknown deals with an element that the caller does not know: elements of
// foreign namespaces are extensions, others are damage.
func (s *scanner) unknown() error {
	if s.space >= spaceOther {
		return s.skip()
	}
	return s.strange("thẻ lạ <" + clip(string(s.local)) + ">")
}

// children calls f at each child of the element just begun; f reads the child
// to its end. Text between children is refused.
func (s *scanner) children(f func() error) error {
	for {
		tok, err := s.next()
		if err != nil {
			return err
		}
		switch tok {
		case tokenStart:
			if err := f(); err != nil {
				return err
			}
		case tokenText:
			if !blank(s.text) {
				return s.strange("chữ nằm ngoài ô")
			}
		case tokenEnd:
			return nil
		}
	}
}

// skip reads the element just begun to its end, whatever it holds.
func (s *scanner) skip() error {
	for depth := 1; depth > 0; {
		tok, err := s.next()
		if err != nil {
			return err
		}
		switch tok {
		case tokenStart:
			depth++
		case tokenEnd:
			depth--
		}
	}
	return nil
}

// content appends the text of the element just begun to dst and reads it to
// its end. Child elements are refused.
func (s *scanner) content(dst []byte, limit int) ([]byte, error) {
	for {
		tok, err := s.next()
		if err != nil {
			return dst, err
		}
		switch tok {
		case tokenStart:
			return dst, s.strange("thẻ <" + clip(string(s.local)) + "> nằm trong chữ")
		case tokenText:
			if len(dst)+len(s.text) > limit {
				return dst, refuse(codeString, "Một ô chứa chữ dài hơn %s.", bytesText(int64(limit)))
			}
			dst = append(dst, s.text...)
		case tokenEnd:
			return dst, nil
		}
	}
}

// root reads on to the root element, which must be of this name.
func (s *scanner) root(in space, name string) error {
	tok, err := s.next()
	if err != nil {
		return err
	}
	if tok != tokenStart || s.space != in || string(s.local) != name {
		return s.strange("cần thẻ <" + name + ">, gặp <" + clip(string(s.local)) + ">")
	}
	return nil
}

// close reads what follows the root element: nothing that counts, and the end
// of the part with its checksum.
func (s *scanner) close() error {
	_, err := s.next() // a second root is refused by the scanner itself
	return err
}
