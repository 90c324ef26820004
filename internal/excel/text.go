package excel

import (
	"bytes"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// maxEntity is the length of the longest entity that we accept.
const maxEntity = 16

// unescape appends raw to dst with entities replaced and line ends made \n; in
// attributes every white space becomes a blank. It reports whether all
// entities are legal.
func unescape(dst, raw []byte, attribute bool) ([]byte, bool) {
	for i := 0; i < len(raw); {
		switch c := raw[i]; {
		case c == '&':
			semi := bytes.IndexByte(raw[i:min(len(raw), i+maxEntity)], ';')
			if semi < 0 {
				return dst, false
			}
			r, ok := entity(raw[i+1 : i+semi])
			if !ok {
				return dst, false
			}
			dst = utf8.AppendRune(dst, r)
			i += semi + 1
		case c == '\r':
			if i+1 < len(raw) && raw[i+1] == '\n' {
				i++
			}
			if attribute {
				dst = append(dst, ' ')
			} else {
				dst = append(dst, '\n')
			}
			i++
		case attribute && (c == '\n' || c == '\t'):
			dst = append(dst, ' ')
			i++
		default:
			dst = append(dst, c)
			i++
		}
	}
	return dst, true
}

// normalizeLines appends raw to dst with line ends made \n.
func normalizeLines(dst, raw []byte) []byte {
	for i, c := range raw {
		if c != '\r' {
			dst = append(dst, c)
		} else if i+1 == len(raw) || raw[i+1] != '\n' {
			dst = append(dst, '\n')
		}
	}
	return dst
}

// entity reads the name between & and ;.
func entity(name []byte) (rune, bool) {
	switch string(name) {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], rune(10)
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	if len(digits) == 0 {
		return 0, false
	}
	var r rune
	for _, c := range digits {
		d := hexDigit(c)
		if d < 0 || d >= base {
			return 0, false
		}
		if r = r*base + d; r > utf8.MaxRune {
			return 0, false
		}
	}
	legal := r >= 0x20 && utf8.ValidRune(r) && r != 0xFFFE && r != 0xFFFF || r == '\t' || r == '\n' || r == '\r'
	return r, legal
}

func hexDigit(c byte) rune {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0')
	case c >= 'a' && c <= 'f':
		return rune(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return rune(c-'A') + 10
	}
	return -1
}

// decodeEscapes replaces Excel's own _xHHHH_ escapes in place. They stand for
// UTF-16 units, so two of them may make one character; half of such a pair is
// left as written.
func decodeEscapes(p []byte) []byte {
	at := bytes.Index(p, []byte("_x"))
	if at < 0 {
		return p
	}
	out := p[:at]
	for i := at; i < len(p); {
		unit, ok := escapeAt(p, i)
		if !ok {
			out = append(out, p[i])
			i++
			continue
		}
		n := 7
		if utf16.IsSurrogate(unit) {
			low, ok := escapeAt(p, i+7)
			pair := utf16.DecodeRune(unit, low)
			if !ok || pair == utf8.RuneError {
				out = append(out, p[i])
				i++
				continue
			}
			unit, n = pair, 14
		}
		out = utf8.AppendRune(out, unit)
		i += n
	}
	return out
}

// escapeAt reads the escape that begins at p[i].
func escapeAt(p []byte, i int) (rune, bool) {
	if i+7 > len(p) || p[i] != '_' || p[i+1] != 'x' || p[i+6] != '_' {
		return 0, false
	}
	var r rune
	for _, c := range p[i+2 : i+6] {
		d := hexDigit(c)
		if d < 0 {
			return 0, false
		}
		r = r<<4 | d
	}
	return r, true
}

// arena keeps many short strings in few allocations.
type arena struct {
	block []byte // its bytes up to len are in use, and never written again
	size  int
}

func (a *arena) keep(p []byte) string {
	const least, most, short = 2 << 10, 64 << 10, 16
	switch {
	case len(p) == 0:
		return ""
	case len(p) > least:
		return string(p)
	}
	from := len(a.block)
	if cap(a.block)-from < max(len(p), short) {
		a.size = min(max(least, 2*a.size), most)
		a.block = make([]byte, 0, a.size)
		from = 0
	}
	if len(p) <= short && cap(p) >= short {
		// Most texts are numbers, each of another length; copying a fixed length
		// is faster, and what is too much is written over by the next text.
		*(*[short]byte)(a.block[from : from+short]) = [short]byte(p[:short])
		a.block = a.block[:from+len(p)]
	} else {
		a.block = append(a.block, p...)
	}
	// As in strings.Builder: nobody writes to these bytes any more.
	return unsafe.String(&a.block[from], len(p))
}

// clip shortens foreign text for a message.
func clip(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	n := most
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// bytesText writes a size for people.
func bytesText(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%d MB", n>>20)
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d byte", n)
}
