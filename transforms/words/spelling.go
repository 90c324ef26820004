package words

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

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
