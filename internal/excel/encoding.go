package excel

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decodeText turns the bytes of a text file into UTF-8. encoding names the
// encoding when it had to be assumed: nothing in such a file states it.
func decodeText(data []byte) (text []byte, encoding string, err error) {
	text, marked := bytes.CutPrefix(data, []byte("\uFEFF"))
	switch {
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		text, err = decodeUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		text, err = decodeUTF16(data[2:], binary.BigEndian)
	case utf8.Valid(text):
	case marked || mostlyUTF8(text):
		// One damaged byte must not turn the whole file into another alphabet.
		err = refuse(codeEncoding, "Chữ UTF-8 trong tệp bị hỏng ở byte %d.", len(data)-len(text)+firstInvalid(text))
	default:
		text, encoding, err = decodeOneByte(text)
	}
	if err != nil {
		return nil, "", err
	}
	if n, at := controls(text); n > allowedControls(len(text)) {
		line := 1 + bytes.Count(text[:at], []byte("\n"))
		return nil, "", refuse(codeEncoding, "Dòng %d của tệp có ký tự điều khiển (%#02x), không phải chữ.", line, text[at])
	}
	return text, encoding, nil
}

// controls counts the control characters that have no place in a text, and says
// where the first is. A few come from programs that put texts together, and
// stand alone; two side by side are a piece of something else, or of a file
// that was not written to its end, and there are too many of them.
func controls(text []byte) (n, first int) {
	first, last := -1, -2
	for i, c := range text {
		if c >= ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' {
			continue
		}
		if n++; last == i-1 {
			return noLimit, last
		}
		if last = i; first < 0 {
			first = i
		}
	}
	return n, first
}

// allowedControls is how many control characters a text of a length may hold:
// one, and one more in every hundred bytes. Other kinds of files have many
// times that.
func allowedControls(size int) int { return 1 + size/100 }

// cleaned takes out of a text the characters that cannot be seen and count for
// nothing: control characters and byte order marks within it. Those that divide
// lines or words elsewhere become blanks. It returns the number of characters
// and the line of the first; the text itself where there are none.
func cleaned(text []byte) (clean []byte, n, line int) {
	const nextLine, lineSeparator, paragraphSeparator, byteOrderMark = '\u0085', '\u2028', '\u2029', '\uFEFF'
	kept := 0 // what lies before it is in clean
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c < utf8.RuneSelf || c == '\t' || c == '\n' || c == '\r' || c == '\f' {
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		blank := false
		switch {
		case r == '\v', r >= 0x1C && r <= 0x1F, r == nextLine, r == lineSeparator, r == paragraphSeparator:
			blank = true
		case r < ' ', r >= 0x80 && r < 0xA0, r == byteOrderMark:
		default:
			i += size
			continue
		}
		if n++; n == 1 {
			line = 1 + bytes.Count(text[:i], []byte("\n"))
			clean = make([]byte, 0, len(text))
		}
		clean = append(clean, text[kept:i]...)
		if blank {
			clean = append(clean, ' ')
		}
		i += size
		kept = i
	}
	if n == 0 {
		return text, 0, 0
	}
	return append(clean, text[kept:]...), n, line
}

func decodeUTF16(data []byte, order binary.ByteOrder) ([]byte, error) {
	if len(data)%2 != 0 {
		return nil, refuse(codeTruncated, "Tệp UTF-16 bị cắt cụt giữa một ký tự.")
	}
	text := make([]byte, 0, len(data))
	for i := 0; i < len(data); i += 2 {
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) {
			low := rune(0)
			if i+3 < len(data) {
				low = rune(order.Uint16(data[i+2:]))
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				return nil, refuse(codeEncoding, "Chữ UTF-16 trong tệp bị hỏng ở byte %d.", i+2)
			}
			i += 2
		}
		text = utf8.AppendRune(text, r)
	}
	return text, nil
}

// utf16Reader reads a stream of UTF-16 as UTF-8. Half a character becomes a byte
// that is no UTF-8, so that whoever reads on refuses it at its place.
type utf16Reader struct {
	src   io.Reader
	order binary.ByteOrder
	raw   []byte // read, and not yet turned into UTF-8
	text  []byte // that, as far as nobody has asked for it
	room  []byte // what text lies in
	err   error  // of src
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	const broken = 0xFF
	for len(u.text) == 0 {
		if u.err != nil && (u.err != io.EOF || len(u.raw) == 0) {
			return 0, u.err
		}
		if u.err == nil {
			const atOnce = 16 << 10
			n := len(u.raw)
			u.raw = slices.Grow(u.raw, atOnce)[:n+atOnce]
			var k int
			k, u.err = u.src.Read(u.raw[n:])
			u.raw = u.raw[:n+k]
		}
		out, i := u.room[:0], 0
		for ; i+1 < len(u.raw); i += 2 {
			r := rune(u.order.Uint16(u.raw[i:]))
			if utf16.IsSurrogate(r) {
				if i+3 >= len(u.raw) {
					break
				}
				if r = utf16.DecodeRune(r, rune(u.order.Uint16(u.raw[i+2:]))); r == utf8.RuneError {
					out = append(out, broken)
					continue
				}
				i += 2
			}
			out = utf8.AppendRune(out, r)
		}
		u.raw = u.raw[:copy(u.raw, u.raw[i:])]
		if u.err == io.EOF && len(u.raw) > 0 {
			out, u.raw = append(out, broken), u.raw[:0]
		}
		u.room, u.text = out, out
	}
	n := copy(p, u.text)
	u.text = u.text[n:]
	return n, nil
}

// mostlyUTF8 tells damaged UTF-8 from an 8-bit encoding: in the latter, high
// bytes hardly ever happen to make a character of UTF-8.
func mostlyUTF8(text []byte) bool {
	good, bad := 0, 0
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		text = text[n:]
	}
	return good > bad
}

func firstInvalid(text []byte) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(text)
}

// decodeOneByte reads a text of one byte a letter: Windows-1258, which Excel
// writes on a Vietnamese system, or, where that makes no Vietnamese, Windows-1252,
// as which the letters of TCVN3 and VNI fonts are stored in workbooks too, so
// that they are recognised and repaired in the same way.
func decodeOneByte(data []byte) (text []byte, encoding string, err error) {
	code, encoding := charmap.Windows1258, "Windows-1258"
	if !vietnamese(data) {
		code, encoding = charmap.Windows1252, "Windows-1252 (phông chữ cũ như TCVN3, VNI)"
	}
	text = make([]byte, 0, len(data)*3/2)
	for i, c := range data {
		r := code.DecodeByte(c)
		if r == utf8.RuneError || r >= 0x80 && r < 0xA0 {
			return nil, "", refuse(codeEncoding, "Không nhận ra bảng mã của tệp: byte %d (%#02x) không phải chữ.", i, c)
		}
		text = utf8.AppendRune(text, r)
	}
	return text, encoding, nil
}

// vietnamese tells whether bytes make Vietnamese in Windows-1258, where the five
// tone marks are bytes of their own and follow their vowel, and where the
// letters of other languages do not occur.
func vietnamese(data []byte) bool {
	vowel := false
	for _, c := range data {
		switch c {
		case 0xCC, 0xD2, 0xDE, 0xEC, 0xF2: // the tone marks
			if !vowel {
				return false
			}
			vowel = false
		case 0xC4, 0xC5, 0xC6, 0xC7, 0xCB, 0xCE, 0xCF, 0xD1, 0xD6, 0xD8, 0xDB, 0xDC, 0xDF,
			0xE4, 0xE5, 0xE6, 0xE7, 0xEB, 0xEE, 0xEF, 0xF1, 0xF6, 0xF8, 0xFB, 0xFC, 0xFF:
			return false
		case 'a', 'e', 'i', 'o', 'u', 'y', 'A', 'E', 'I', 'O', 'U', 'Y',
			0xC2, 0xC3, 0xCA, 0xD4, 0xD5, 0xDD, 0xE2, 0xE3, 0xEA, 0xF4, 0xF5, 0xFD: // Â Ă Ê Ô Ơ Ư
			vowel = true
		default:
			vowel = false
		}
	}
	return true
}
