package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// This file knows how wide text stands on a terminal. Vietnamese comes
// precomposed or with combining marks that take no room; names from elsewhere
// may hold wide characters.

// textWidth is the room that text takes, in terminal columns.
func textWidth(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	if r < 0x300 { // Latin, the most of it
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// printable is text on one line, as it may go to a terminal: what came in a
// report or in a file's name must not move the cursor, ring the bell or turn
// the direction of writing round.
func printable(s string) string {
	return escaped(s, func(r rune) string {
		switch r {
		case '\n', '\u2028', '\u2029':
			return "⏎"
		case '\t':
			return " "
		}
		return ""
	})
}

// lines is text of several lines, as it may go to a terminal.
func lines(s string) string {
	return escaped(s, func(r rune) string {
		if r == '\n' || r == '\t' {
			return string(r)
		}
		return ""
	})
}

// escaped writes a character that a terminal would obey, or that nobody would see,
// as its code, unless it is known what to write for it.
func escaped(s string, known func(rune) string) string {
	if !strings.ContainsFunc(s, acts) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\r':
		case !acts(r):
			b.WriteRune(r)
		default:
			if text := known(r); text != "" {
				b.WriteString(text)
			} else {
				fmt.Fprintf(&b, "\\u%04X", r)
			}
		}
	}
	return b.String()
}

func acts(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}

// pad fills text with blanks to a width.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-textWidth(s)))
}

// cut shortens text to a width, the last column being "…" where it was longer.
func cut(s string, width int) string {
	if textWidth(s) <= width {
		return s
	}
	n := 0
	for i, r := range s {
		if n+runeWidth(r) > width-1 {
			return s[:i] + "…"
		}
		n += runeWidth(r)
	}
	return s
}

// wrap breaks text between words into lines of at most a width; a single word
// that is longer keeps its line. No width, no breaks.
func wrap(s string, width int) []string {
	if width <= 0 || textWidth(s) <= width {
		return []string{s}
	}
	var lines []string
	line, n := "", 0
	for _, word := range strings.Split(s, " ") {
		w := textWidth(word)
		if line != "" && n+1+w > width {
			lines = append(lines, line)
			line, n = "", 0
		}
		if line != "" {
			line, n = line+" ", n+1
		}
		line, n = line+word, n+w
	}
	return append(lines, line)
}

// leastCut is the least a text is cut to: less shows nothing.
const leastCut = 8

// column is what fit asks of a column of a table: the widths of its header, of
// the header's longest piece and of its widest cell, and what its cells must
// keep.
type column struct{ header, word, cells, least int }

// fit gives the columns of a table their widths: what they want where there is
// no terminal (room 0) or one that is wide enough. Otherwise headers are broken
// first, then cells are cut, always those of the widest column. It says whether
// a row fits.
func fit(cols []column, room int) ([]int, bool) {
	const gap = 2
	widths := make([]int, len(cols))
	total := gap * (len(cols) - 1)
	for i, c := range cols {
		widths[i] = max(c.header, c.cells)
		total += widths[i]
	}
	if room <= 0 {
		return widths, true
	}
	narrow := func(least func(column) int) {
		for total > room {
			widest := -1
			for i, w := range widths {
				if w > least(cols[i]) && (widest < 0 || w > widths[widest]) {
					widest = i
				}
			}
			if widest < 0 {
				return
			}
			widths[widest]--
			total--
		}
	}
	narrow(func(c column) int { return max(c.word, c.cells) })
	narrow(func(c column) int { return max(c.word, min(c.least, c.cells)) })
	return widths, total <= room
}

// pieces are what a header may be broken into: words, and the parts of names
// like criteria_met.
func pieces(s string) []string {
	return strings.FieldsFunc(strings.NewReplacer(" ", " \x00", "_", "_\x00").Replace(s), func(r rune) bool { return r == 0 })
}

func longestPiece(s string) int {
	n := 0
	for _, p := range pieces(s) {
		n = max(n, textWidth(strings.TrimRight(p, " ")))
	}
	return n
}

// wrapPieces breaks a header into lines of at most a width.
func wrapPieces(s string, width int) []string {
	var list []string
	line := ""
	for _, p := range pieces(s) {
		if line != "" && textWidth(strings.TrimRight(line+p, " ")) > width {
			list = append(list, strings.TrimRight(line, " "))
			line = ""
		}
		line += p
	}
	return append(list, strings.TrimRight(line, " "))
}
