package grid

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Clean returns text as a reader would compare it: NFC, full-width digits and
// signs made plain, every kind of blank folded to single spaces, ends trimmed.
// The original is kept by the caller; Clean never feeds what is stored.
func Clean(s string) string {
	if isClean(s) {
		return s
	}
	return clean(s)
}

func clean(s string) string {
	s = norm.NFC.String(s)
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range s {
		switch {
		case invisible(r):
			continue // breaks words apart or hides between letters
		case unicode.IsSpace(r) || r == '\u00a0' || r == '\u202f' || r == '\u2007':
			blank = true
			continue
		case r >= '\uff01' && r <= '\uff5e':
			r -= 0xfee0 // full-width forms
		}
		if like, ok := lookAlike[r]; ok {
			r = like
		}
		if blank && b.Len() > 0 {
			b.WriteByte(' ')
		}
		blank = false
		b.WriteRune(r)
	}
	return b.String()
}

// lookAlike are letters and signs that look like others and stand for them:
// the Icelandic and African D for Đ, Cyrillic letters among Latin ones, the
// many ticks.
var lookAlike = map[rune]rune{
	'Ð': 'Đ', 'ð': 'đ', 'Ɖ': 'Đ', 'ɖ': 'đ',
	'х': 'x', 'Х': 'X', 'а': 'a', 'А': 'A', 'е': 'e', 'Е': 'E', 'о': 'o', 'О': 'O', 'р': 'p', 'Р': 'P', 'с': 'c', 'С': 'C',
	'у': 'y', 'У': 'Y', 'к': 'k', 'К': 'K', 'м': 'm', 'М': 'M', 'т': 't', 'Т': 'T', 'н': 'h', 'Н': 'H', 'в': 'b', 'В': 'B', 'і': 'i', 'І': 'I',
	'Χ': 'X', 'χ': 'x', '×': 'x', '✕': 'x', '✖': 'x', '⨯': 'x', '╳': 'x',
	'✅': '✓', '🗸': '✓', '🗹': '☑', '\uf0fc': '✓', '\uf0fe': '☑',
	'＋': '+', '➕': '+', '∕': '/', '⁄': '/', '٪': '%', '﹪': '%', '‐': '-', '‑': '-', '−': '-',
}

// invisible tells the characters that show nothing: joiners, direction marks,
// variation selectors, soft hyphens and the controls that are no blanks.
func invisible(r rune) bool {
	switch {
	case r >= '\u200b' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2060' && r <= '\u206f',
		r >= '\ufe00' && r <= '\ufe0f', r == '\ufeff', r == '\u00ad':
		return true
	}
	return unicode.IsControl(r) && !unicode.IsSpace(r)
}

// isClean tells text that Clean leaves as it is, which most text is. It says no
// where it would have to look closer: beyond ASCII and the composed letters of
// Vietnamese, none of which combines with what stands beside it.
func isClean(s string) bool {
	blank := true
	for _, r := range s {
		switch {
		case r == ' ' && blank:
			return false
		case r == 'Ð' || r == 'ð' || r == '×' || r == 'Ɖ':
			return false
		case r >= ' ' && r < 0x7f, r >= 0xc0 && r < 0x250, r >= 0x1ea0 && r <= 0x1ef9:
			blank = r == ' '
		default:
			return false
		}
	}
	return !blank || s == ""
}

// Fold is Clean in lower case: two texts that fold alike are the same words.
func Fold(s string) string { return strings.ToLower(Clean(s)) }
