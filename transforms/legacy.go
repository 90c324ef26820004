package transforms

import (
	"strings"
	"unicode"
)

// Legacy repairs text typed with the fonts of before Unicode: TCVN3 (ABC,
// .VnTime) and VNI. The tables come from the seeds.
type Legacy struct {
	tcvn3 map[rune]rune
	vni   map[string]rune
	marks map[rune]bool // letters that only legacy text holds
}

// Add teaches one letter: its Unicode form, its TCVN3 character, its VNI
// sequence; either of the last two may be "".
func (l *Legacy) Add(unicodeChar, tcvn3, vni string) {
	if l.tcvn3 == nil {
		l.tcvn3, l.vni, l.marks = map[rune]rune{}, map[string]rune{}, map[rune]bool{}
	}
	u := []rune(unicodeChar)[0]
	if r := []rune(tcvn3); len(r) == 1 {
		l.tcvn3[r[0]] = u
		if r[0] < 0x100 && !unicode.IsLetter(r[0]) {
			l.marks[r[0]] = true
		}
	}
	if vni != "" {
		l.vni[vni] = u
	}
}

// TCVN3 decodes text typed with a TCVN3 font. Its "ư" is U+00AD, which nothing
// may trim before this.
func (l *Legacy) TCVN3(s string) string {
	return strings.Map(func(r rune) rune {
		if u, ok := l.tcvn3[r]; ok {
			return u
		}
		return r
	}, s)
}

// VNI decodes text typed with a VNI font: a letter, then its mark as a second
// character; the longer sequence wins.
func (l *Legacy) VNI(s string) string {
	rs := []rune(s)
	var b strings.Builder
	for i := 0; i < len(rs); i++ {
		if i+1 < len(rs) {
			if u, ok := l.vni[string(rs[i:i+2])]; ok {
				b.WriteRune(u)
				i++
				continue
			}
		}
		if u, ok := l.vni[string(rs[i])]; ok {
			b.WriteRune(u)
			continue
		}
		b.WriteRune(rs[i])
	}
	return b.String()
}

// byFont decodes text by the font of its cell; done is false where the font
// says nothing.
func (l *Legacy) byFont(s, font string) (text string, done bool) {
	f := strings.ToLower(font)
	switch {
	case strings.HasPrefix(f, ".vn"):
		s = l.TCVN3(s)
		if strings.HasSuffix(f, "h") { // capitals live in the "H" fonts under the lower-case codes
			s = strings.ToUpper(s)
		}
		return s, true
	case strings.HasPrefix(f, "vni"):
		return l.VNI(s), true
	}
	return s, false
}

// looksTCVN3 tells, from the letters of a whole sheet, that its text is TCVN3
// whatever its fonts claim: its typical signs occur again and again, and no
// letter that only Unicode text would hold.
func (l *Legacy) looksTCVN3(texts []string) bool {
	signs := 0
	for _, s := range texts {
		for _, r := range s {
			if r >= 0x1ea0 && r <= 0x1ef9 || r == 'đ' || r == 'Đ' || r == 'ơ' || r == 'ư' || r == 'ă' {
				return false
			}
			if l.marks[r] && r != '\u00a0' {
				signs++
			}
		}
	}
	return signs >= 6
}
