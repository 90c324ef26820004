package pipeline

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
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
