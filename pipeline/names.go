package pipeline

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// hides tells of a character that is not seen, or that turns the reading
// direction round: in a name it makes one file look like another.
func hides(r rune) bool {
	switch {
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r >= 0x2028 && r <= 0x2029, r >= 0xFE00 && r <= 0xFE0F, r == 0x3164, r == 0x115F, r == 0x1160, r == 0x034F:
		return true
	}
	return r >= 0xE0100 && r <= 0xE01EF
}

// visible writes a name or another text of foreign origin so that nothing in it
// is hidden: what is not seen stands as its code, bytes that are no text as
// their values.
func visible(s string) string {
	if !strings.ContainsFunc(s, hides) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, "\\x%02X", s[i])
		case hides(r):
			fmt.Fprintf(&b, "\\u%04X", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// namer calls what lies in the inbox by names that are text and show all they
// hold. Each path is called once, and no two paths alike.
type namer struct {
	called map[string]string // raw path → path as called
	taken  map[string]bool
}

// of returns folder and name of a path.
func (n *namer) of(raw string) (folder, name string) {
	whole := n.whole(raw)
	if at := strings.LastIndexByte(whole, '/'); at >= 0 {
		return whole[:at], whole[at+1:]
	}
	return "", whole
}

func (n *namer) whole(raw string) string {
	if n.called == nil {
		n.called, n.taken = map[string]string{}, map[string]bool{}
	}
	if have, ok := n.called[raw]; ok {
		return have
	}
	folder, last := "", raw
	if at := strings.LastIndexByte(raw, '/'); at >= 0 {
		folder, last = n.whole(raw[:at])+"/", raw[at+1:]
	}
	plain := asText(last)
	name := folder + plain
	for i := 2; n.taken[name]; i++ {
		ext := path.Ext(plain)
		name = fmt.Sprintf("%s%s (%d)%s", folder, strings.TrimSuffix(plain, ext), i, ext)
	}
	n.called[raw], n.taken[name] = name, true
	return name
}

// asText makes a name that is text of one that may be bytes: what is not UTF-8
// is read as Windows writes Vietnamese, as an old zip program leaves it, and what
// hides is left out. A name that is in order stays as it is.
func asText(name string) string {
	if visible(name) == name {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		if r == utf8.RuneError && size <= 1 {
			r = charmap.Windows1258.DecodeByte(name[i])
		}
		i += max(size, 1)
		if r == utf8.RuneError {
			r = '_'
		}
		if !hides(r) {
			b.WriteRune(r)
		}
	}
	if text := norm.NFC.String(b.String()); strings.Trim(text, ". ") != "" {
		return text
	}
	return "khong-ten"
}
