package words

import (
	"github.com/angiang-ntm/ntm/internal/sheet"
	"strings"
	"unicode"
)

// Legacy repairs text typed with the fonts of before Unicode: TCVN3 (ABC,
// .VnTime) and VNI. The tables come from the seeds.
type Legacy struct {
	tcvn3 map[rune]rune
	vni   map[string]rune
	// The characters that no Unicode Vietnamese text holds: ¹ and ® of TCVN3,
	// ï and ñ of VNI.
	tcvn3Marks, vniMarks map[rune]bool
}

// Add teaches one letter: its Unicode form, its TCVN3 character, its VNI
// sequence; either of the last two may be "".
func (l *Legacy) Add(unicodeChar, tcvn3, vni string) {
	if l.tcvn3 == nil {
		l.tcvn3, l.vni = map[rune]rune{}, map[string]rune{}
		l.tcvn3Marks, l.vniMarks = map[rune]bool{}, map[rune]bool{}
	}
	u := []rune(unicodeChar)[0]
	if r := []rune(tcvn3); len(r) == 1 {
		l.tcvn3[r[0]] = u
		if !unicode.IsLetter(r[0]) && r[0] != '\u00a0' {
			l.tcvn3Marks[r[0]] = true
		}
	}
	if vni != "" {
		l.vni[vni] = u
		for _, r := range vni {
			if strings.ContainsRune("ïûåäüëöñøæîÖÑ", r) {
				l.vniMarks[r] = true
			}
		}
	}
}

// isUnicode tells text that holds a letter which only Unicode has; no old
// encoding is looked for in it.
func isUnicode(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r >= 0x1ea0 && r <= 0x1ef9 || strings.ContainsRune("đĐơƠưƯăĂ", r)
	})
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
// character; the longer sequence wins. Capitals follow the small letters.
func (l *Legacy) VNI(s string) string {
	letter := func(seq []rune) (rune, bool) {
		if u, ok := l.vni[string(seq)]; ok {
			return u, true
		}
		u, ok := l.vni[strings.ToLower(string(seq))]
		return unicode.ToUpper(u), ok
	}
	rs := []rune(s)
	var b strings.Builder
	for i := 0; i < len(rs); i++ {
		for n := min(2, len(rs)-i); ; n-- {
			if n == 0 {
				b.WriteRune(rs[i])
				break
			}
			if u, ok := letter(rs[i : i+n]); ok {
				b.WriteRune(u)
				i += n - 1
				break
			}
		}
	}
	return b.String()
}

// readings are what a single cell says if it is in an old encoding; none where
// it shows that it is not.
func (l *Legacy) readings(s string) []string {
	if isUnicode(s) {
		return nil
	}
	var out []string
	// Unicode ó is TCVN3's ú: only beside a letter that Vietnamese does not
	// have is it one.
	if strings.ContainsFunc(s, func(r rune) bool {
		return l.tcvn3[r] != 0 && !strings.ContainsRune("àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ", r)
	}) {
		out = append(out, l.TCVN3(s))
	}
	if t := l.VNI(s); t != s {
		out = append(out, t)
	}
	return out
}

// byFont decodes text by the font of its cell; done is false where the font
// says nothing.
func (l *Legacy) byFont(s, font string) (text string, done bool) {
	f := strings.ToLower(font)
	switch {
	case isUnicode(s):
		// Pasted Unicode text keeps the cell's old font.
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

// byLetters tells, from the letters of a whole sheet, how its text is to be
// decoded whatever its fonts claim: the signs of one old encoding occur again
// and again, and no letter that only Unicode text would hold. Nil is Unicode.
func (l *Legacy) byLetters(texts []string) func(string) string {
	tcvn3, vni := 0, 0
	for _, s := range texts {
		if isUnicode(s) {
			return nil
		}
		for _, r := range s {
			if l.tcvn3Marks[r] {
				tcvn3++
			}
			if l.vniMarks[r] {
				vni++
			}
		}
	}
	switch {
	case tcvn3 >= 6 && tcvn3 >= vni:
		return l.TCVN3
	case vni >= 6:
		return l.VNI
	}
	return nil
}

// Repair says how the texts of a sheet read: as they are, or out of the old
// encoding that their font or the letters of the whole sheet tell. why answers,
// once the texts were read, by what it was told: "font", "letters", or "".
func (v *Vocabulary) Repair(s *sheet.Sheet) (text func(c *sheet.Cell) (string, bool), why func() string) {
	var texts []string
	for i := range s.Cells {
		if s.Cells[i].Kind == sheet.Text {
			texts = append(texts, s.Cells[i].Text)
		}
	}
	letters, told := v.Legacy.byLetters(texts), ""
	return func(c *sheet.Cell) (string, bool) {
		if t, done := v.Legacy.byFont(c.Text, c.Font); done {
			if t != c.Text {
				told = "font"
				return t, true
			}
		} else if t := dingbats(c.Text, c.Font); t != c.Text {
			return t, false
		} else if letters != nil {
			if t := letters(c.Text); t != c.Text {
				if told == "" {
					told = "letters"
				}
				return t, true
			}
		}
		return c.Text, false
	}, func() string { return told }
}

// dingbats are the ticks that fonts of signs show for letters.
func dingbats(s, font string) string {
	if len(s) > 4 || !strings.HasPrefix(strings.ToLower(font), "wingdings") {
		return s
	}
	two := strings.HasSuffix(strings.ToLower(font), "2")
	switch {
	case !two && (s == "ü" || s == "\uf0fc"), two && (s == "P" || s == "\uf050"):
		return "✓"
	case !two && (s == "þ" || s == "\uf0fe"), two && (s == "R" || s == "\uf052"):
		return "☑"
	}
	return s
}
