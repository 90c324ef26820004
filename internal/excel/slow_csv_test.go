package excel

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"golang.org/x/text/encoding/charmap"
)

// slowTables reads a text file in every way that the reader may have chosen:
// the alphabet is certain where the file states it or is valid UTF-8, and else
// one of two. What is no character of a text is gone, or a blank.
func slowTexts(data []byte) (texts []string) {
	for _, text := range slowAlphabets(data) {
		texts = append(texts, strings.Map(func(r rune) rune {
			switch {
			case strings.ContainsRune("\v\x1C\x1D\x1E\x1F\u0085\u2028\u2029", r):
				return ' '
			case strings.ContainsRune("\t\n\r\f\x7F", r):
				return r
			case unicode.IsControl(r), r == 0xFEFF:
				return -1
			}
			return r
		}, text))
	}
	return texts
}

func slowAlphabets(data []byte) (texts []string) {
	s := string(data)
	switch {
	case strings.HasPrefix(s, "\xFF\xFE"), strings.HasPrefix(s, "\xFE\xFF"):
		var units []uint16
		for i := 2; i+1 < len(s); i += 2 {
			low, high := s[i], s[i+1]
			if s[0] == 0xFE {
				low, high = high, low
			}
			units = append(units, uint16(low)|uint16(high)<<8)
		}
		return []string{string(utf16.Decode(units))}
	case utf8.ValidString(s):
		return []string{strings.TrimPrefix(s, "\uFEFF")}
	}
	for _, page := range []*charmap.Charmap{charmap.Windows1258, charmap.Windows1252} {
		if text, err := page.NewDecoder().String(s); err == nil {
			texts = append(texts, text)
		}
	}
	return texts
}

// slowCSV reads a text by one separator, as RFC 4180 says, character by
// character; a quote within a field that does not begin with one is a character
// as any other.
func slowCSV(text string, sep rune) (map[sheet.Pos]string, error) {
	cells := make(map[sheet.Pos]string)
	r := []rune(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text))
	row, col, i := 1, 1, 0
	for i < len(r) {
		var field []rune
		if r[i] == '"' {
			for i++; ; i++ {
				if i >= len(r) {
					return nil, fmt.Errorf("a quote of row %d is not closed", row)
				}
				if r[i] == '"' {
					if i+1 >= len(r) || r[i+1] != '"' {
						break
					}
					i++
				}
				field = append(field, r[i])
			}
			if i++; i < len(r) && r[i] != sep && r[i] != '\n' {
				return nil, fmt.Errorf("something after a quote of row %d", row)
			}
		} else {
			for i < len(r) && r[i] != sep && r[i] != '\n' {
				field = append(field, r[i])
				i++
			}
		}
		if len(field) > 0 {
			cells[sheet.Pos{Row: row, Col: col}] = string(field)
		}
		if i < len(r) && r[i] == sep {
			col++
		} else {
			row, col = row+1, 1
		}
		i++
	}
	return cells, nil
}

// checkSlowCSV holds a table against the slow reading under each separator; one
// must be the reader's. Which it returns.
func checkSlowCSV(t *testing.T, book *sheet.Book, data []byte) rune {
	t.Helper()
	var why []string
	for _, text := range slowTexts(data) {
		tries := []rune{';', ',', '\t'}
		if rest, line, ok := slowStated(text); ok {
			tries, text = []rune{line}, rest
		}
		for _, sep := range tries {
			cells, err := slowCSV(text, sep)
			if err != nil {
				why = append(why, err.Error())
				continue
			}
			same := len(cells) == len(book.Sheets[0].Cells)
			for _, c := range book.Sheets[0].Cells {
				if cells[c.Pos] != c.Text {
					same = false
					why = append(why, fmt.Sprintf("by %q %s is %q, have %q", sep, c.Pos, cells[c.Pos], c.Text))
					break
				}
			}
			if same {
				return sep
			}
		}
	}
	t.Fatalf("%q is read as by no separator: %s\n%s", data, cellsText(book), strings.Join(why, "\n"))
	return 0
}

// slowStated reads the line "sep=;".
func slowStated(text string) (rest string, sep rune, ok bool) {
	line, rest := text, ""
	if i := strings.IndexAny(text, "\r\n"); i >= 0 {
		line, rest = text[:i], strings.TrimPrefix(text[i:], "\r")
		rest = strings.TrimPrefix(rest, "\n")
	}
	if len(line) > 1 && line[0] == '"' && strings.HasSuffix(line, `"`) {
		line = line[1 : len(line)-1]
	}
	if len(line) != 5 || !strings.EqualFold(line[:4], "sep=") || !strings.Contains("\t !#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\x7f", line[4:]) {
		return text, 0, false
	}
	return rest, rune(line[4]), true
}
