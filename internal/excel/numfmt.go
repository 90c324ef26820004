package excel

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// numberFormat tells how a number format shows numbers, by section: a format
// may have one section for positive, one for negative numbers and one for
// zero, or sections with conditions such as [<1].
type numberFormat struct {
	sections []section
	uniform  bool // every number is shown the same way
}

type section struct {
	shows
	op    string // "<", ">=", …; "" without condition
	bound float64
}

// shows is what one section does to a number.
type shows struct {
	percent, date bool
	// besides is what is shown besides digits, nil where that is nothing.
	besides *sheet.Format
}

// same tells whether two sections do the same.
func (s shows) same(o shows) bool {
	if s.percent != o.percent || s.date != o.date || (s.besides == nil) != (o.besides == nil) {
		return false
	}
	return s.besides == nil || *s.besides == *o.besides
}

var general = &numberFormat{sections: []section{{}}, uniform: true}

// formatOf finds the format of an id: built in, unless the file declares it.
// An id that is neither is shown as General, as Excel does.
func formatOf(id int, code string, declared bool) *numberFormat {
	if declared {
		return parseFormat(code)
	}
	switch {
	case id == 9 || id == 10:
		return &numberFormat{sections: []section{{shows: shows{percent: true}}}, uniform: true}
	case id >= 14 && id <= 22, id >= 45 && id <= 47,
		id >= 27 && id <= 36, id >= 50 && id <= 58, // Chinese, Japanese, Korean
		id >= 71 && id <= 81: // Thai
		return &numberFormat{sections: []section{{shows: shows{date: true}}}, uniform: true}
	}
	return general
}

// parseFormat reads a format code. Quoted, escaped and bracketed text is only
// shown: the d in [Red] and in "đ" is no day, the % in "%" no percentage.
func parseFormat(code string) *numberFormat {
	f := &numberFormat{}
	for rest, more := code, true; more; {
		var s section
		s, rest, more = parseSection(rest)
		f.sections = append(f.sections, s)
	}
	if len(f.sections) > 3 {
		f.sections = f.sections[:3] // the fourth is for text
	}
	f.uniform = true
	for _, s := range f.sections {
		if !s.shows.same(f.sections[0].shows) {
			f.uniform = false
		}
	}
	return f
}

// parseSection reads up to the next semicolon that counts; more tells whether
// there was one.
func parseSection(code string) (s section, rest string, more bool) {
	var b besides
	for i := 0; i < len(code) && !more; {
		switch c := code[i]; c {
		case ';':
			rest, more = code[i+1:], true
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				end = len(code) - i - 1
			}
			b.words(code[i+1 : i+1+end])
			i += end + 2
		case '\\':
			_, n := utf8.DecodeRuneInString(code[i+1:])
			b.words(code[i+1 : i+1+n])
			i += 1 + n
		case '_', '*': // a gap as wide as the next character, and one filled with it
			_, n := utf8.DecodeRuneInString(code[i+1:])
			b.words(" ")
			i += 1 + n
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				i = len(code)
				continue
			}
			b.words(s.bracket(code[i+1 : i+end]))
			i += end + 1
		case '%':
			s.percent = true
			i++
		case '0', '#', '?', '@':
			b.digit()
			i++
		case ',':
			b.comma()
			i++
		case '.':
			b.point()
			i++
		case 'E', 'e':
			// An exponent when a sign follows, else the year of an era.
			if i+1 < len(code) && (code[i+1] == '+' || code[i+1] == '-') {
				i += 2
				continue
			}
			s.date = true
			i++
		case 'd', 'D', 'm', 'M', 'y', 'Y', 'h', 'H', 's', 'S', 'b', 'B':
			s.date = true
			i++
		case 'g', 'G':
			const general = "general"
			if len(code)-i >= len(general) && strings.EqualFold(code[i:i+len(general)], general) {
				b.digit()
				i += len(general)
				continue
			}
			s.date = true
			i++
		default:
			// Shown as it is, also without quotes: ₫, –, a blank.
			_, n := utf8.DecodeRuneInString(code[i:])
			b.words(code[i : i+n])
			i += n
		}
	}
	if s.date {
		s.percent = false
		return s, rest, more
	}
	s.besides = b.format()
	return s, rest, more
}

// besides gathers what a section shows besides digits.
type besides struct {
	before, after []byte
	digits        bool
	commas        int // since the last digit; they scale if none follows
	scale         int // those just before the decimal point
}

func (b *besides) words(text string) {
	if b.digits {
		b.after = append(b.after, text...)
	} else {
		b.before = append(b.before, text...)
	}
}

func (b *besides) digit() { b.digits, b.commas = true, 0 }

func (b *besides) comma() {
	if b.digits {
		b.commas++
	}
}

func (b *besides) point() {
	b.scale += b.commas
	b.commas = 0
}

// format is nil where nothing is shown but digits and punctuation.
func (b *besides) format() *sheet.Format {
	f := sheet.Format{Before: wordsOf(b.before), After: wordsOf(b.after), Thousands: uint8(min(b.scale+b.commas, 255))}
	if !b.digits && f.Before != "" {
		f.Before, f.After, f.Alone = "", f.Before, true
	}
	if f == (sheet.Format{}) {
		return nil
	}
	return &f
}

// wordsOf is what a literal text says: nothing when it is punctuation alone,
// the signs and brackets of negative numbers, dashes and blanks.
func wordsOf(text []byte) string {
	says := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Sc, r) || strings.ContainsRune("%‰°<>=≤≥≈~±", r)
	}
	s := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' ' // also the narrow and the hard ones
		}
		return r
	}, string(text))
	if strings.IndexFunc(s, says) < 0 {
		return ""
	}
	s = strings.Trim(strings.Join(strings.Fields(s), " "), "-–+ ")
	if strings.Count(s, "(") != strings.Count(s, ")") {
		s = strings.Trim(s, "() ") // around a negative number
	}
	return s
}

// bracket takes in a bracketed part: a condition, an elapsed time, or the symbol
// of a currency, which it returns; colours and locales mean nothing here.
func (s *section) bracket(in string) (symbol string) {
	if in != "" && strings.Trim(in, "hmsHMS") == "" {
		s.date = true
		return ""
	}
	if currency, ok := strings.CutPrefix(in, "$"); ok {
		symbol, _, _ = strings.Cut(currency, "-") // before its locale
		return symbol
	}
	op := in[:len(in)-len(strings.TrimLeft(in, "<>="))]
	switch op {
	case "<", "<=", ">", ">=", "=", "<>":
		if bound, err := strconv.ParseFloat(in[len(op):], 64); err == nil {
			s.op, s.bound = op, bound
		}
	}
	return ""
}

// of tells how a number is shown.
func (f *numberFormat) of(n float64) shows {
	if f.uniform {
		return f.sections[0].shows
	}
	conditions := false
	for _, s := range f.sections {
		if s.op == "" {
			continue
		}
		conditions = true
		if s.holds(n) {
			return s.shows
		}
	}
	last := f.sections[len(f.sections)-1].shows
	switch {
	case conditions:
		// The first section without a condition takes what no condition took.
		for _, s := range f.sections {
			if s.op == "" {
				return s.shows
			}
		}
		return last
	case n < 0:
		return f.sections[1].shows
	case n == 0 && len(f.sections) > 2:
		return last
	}
	return f.sections[0].shows
}

func (s section) holds(n float64) bool {
	switch s.op {
	case "<":
		return n < s.bound
	case "<=":
		return n <= s.bound
	case ">":
		return n > s.bound
	case ">=":
		return n >= s.bound
	case "=":
		return n == s.bound
	}
	return n != s.bound
}
