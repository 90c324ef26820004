package transforms

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
		case r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\ufeff' || r == '\u00ad':
			continue // invisible: breaks words apart or hides between letters
		case unicode.IsSpace(r) || r == '\u00a0' || r == '\u202f' || r == '\u2007':
			blank = true
			continue
		case r >= '\uff01' && r <= '\uff5e':
			r -= 0xfee0 // full-width forms
		}
		if blank && b.Len() > 0 {
			b.WriteByte(' ')
		}
		blank = false
		b.WriteRune(r)
	}
	return b.String()
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

// Plain strips Vietnamese diacritics from folded text; đ becomes d. Phú Thạnh
// and Phú Thành become equal, so Plain only ever compares texts that were
// written without diacritics.
func Plain(s string) string {
	if ascii(s) {
		return s
	}
	return plainForms.of(s, plain)
}

var plainForms memo[string]

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func plain(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'đ':
			b.WriteByte('d')
		case r == 'Đ':
			b.WriteByte('D')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// tones are the five tone marks of Vietnamese in decomposed form.
var tones = map[rune]byte{'\u0300': 'f', '\u0301': 's', '\u0303': 'x', '\u0309': 'r', '\u0323': 'j'}

// syllables writes folded text so that the place of a tone mark inside its
// syllable, and i for y, no longer matter: Hoà and Hòa, Quí and Quý are equal,
// Thạnh and Thành are not.
func syllables(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		words[i] = syllableForms.of(w, syllable)
	}
	return strings.Join(words, " ")
}

var syllableForms memo[string]

func syllable(word string) string {
	var b strings.Builder
	tone := byte(0)
	for _, r := range norm.NFD.String(word) {
		if t, ok := tones[r]; ok {
			tone = t
			continue
		}
		if r == 'y' {
			r = 'i'
		}
		b.WriteRune(r)
	}
	if tone != 0 {
		b.WriteByte('\'')
		b.WriteByte(tone)
	}
	return norm.NFC.String(b.String())
}

// hasDiacritics tells whether folded text carries any Vietnamese mark.
func hasDiacritics(s string) bool { return Plain(s) != s }

// distance is the Levenshtein distance in runes. It only orders suggestions;
// nothing is ever accepted by it.
func distance(a, b string) int {
	ra, rb := []rune(a), []rune(b)
	row := make([]int, len(rb)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range ra {
		diag := row[0]
		row[0] = i + 1
		for j, y := range rb {
			cost := 1
			if x == y {
				cost = 0
			}
			diag, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diag+cost)
		}
	}
	return row[len(rb)]
}
