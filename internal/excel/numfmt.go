package excel

import (
	"strconv"
	"strings"
	"unicode/utf8"
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
type shows struct{ percent, date bool }

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

// parseFormat reads a format code. Quoted, escaped and bracketed text is passed
// over: the d in [Red] and in "đ" is no day.
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
		if s.shows != f.sections[0].shows {
			f.uniform = false
		}
	}
	return f
}

// parseSection reads up to the next semicolon that counts; more tells whether
// there was one.
func parseSection(code string) (s section, rest string, more bool) {
	for i := 0; i < len(code); {
		switch c := code[i]; c {
		case ';':
			return s, code[i+1:], true
		case '"':
			i++
			for i < len(code) && code[i] != '"' {
				i++
			}
			i++
		case '\\', '_', '*':
			i++
			_, n := utf8.DecodeRuneInString(code[i:])
			i += n
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return s, "", false
			}
			s.bracket(code[i+1 : i+end])
			i += end + 1
		case '%':
			s.percent = true
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
				i += len(general)
				continue
			}
			s.date = true
			i++
		default:
			i++
		}
	}
	if s.date {
		s.percent = false
	}
	return s, "", false
}

// bracket takes in a bracketed part: a condition, or an elapsed time; colours,
// locales and currencies mean nothing here.
func (s *section) bracket(in string) {
	if in != "" && strings.Trim(in, "hmsHMS") == "" {
		s.date = true
		return
	}
	op := in[:len(in)-len(strings.TrimLeft(in, "<>="))]
	switch op {
	case "<", "<=", ">", ">=", "=", "<>":
		if bound, err := strconv.ParseFloat(in[len(op):], 64); err == nil {
			s.op, s.bound = op, bound
		}
	}
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
