// Package page reads sheets as the tests write them, and writes values as they
// tell them: what is given and what is wanted stand on one page, as text.
package page

import (
	"strconv"
	"strings"
	"sync"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/seeds"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// Vocabulary is what most tests read with: the real seeds, the set AG-3379, on
// the last day of 2017.
var Vocabulary = sync.OnceValue(func() *words.Vocabulary { return VocabularyOf("AG-3379", "2017-12-31") })

// VocabularyOf is the vocabulary of the seeds for a set, on a day.
func VocabularyOf(set, day string) *words.Vocabulary {
	s, _, err := seeds.Load(seeds.FS)
	if err != nil {
		panic(err) // the seeds are built in
	}
	return words.FromSeeds(s, set, day)
}

// Quarter4 is the period that most tests read for.
var Quarter4 = words.Period{Granularity: "quarter", Year: 2017, N: 4}

// Cell reads a cell: text as it is; =86.57 a number; =0.8657[%] a number in a
// percent format; =42937[date] a number shown as a date; =TRUE; =#REF! an error;
// =? a formula without a result; text[.VnTime] text in a font. \n is a line break.
func Cell(s string) sheet.Cell {
	var c sheet.Cell
	if body, tag, ok := strings.Cut(strings.TrimSuffix(s, "]"), "["); ok && strings.HasSuffix(s, "]") {
		switch {
		case tag == "%":
			c.Percent, s = true, body
		case tag == "date":
			c.Date, s = true, body
		case strings.HasPrefix(tag, ".Vn"), strings.HasPrefix(tag, "VNI"):
			c.Font, s = tag, body
		}
	}
	v, special := strings.CutPrefix(s, "=")
	switch {
	case !special || v == "":
		c.Text = strings.ReplaceAll(s, `\n`, "\n")
	case v == "?":
		c.Kind = sheet.NoResult
	case v == "TRUE", v == "FALSE":
		c.Kind, c.Text = sheet.Bool, v
		if v == "TRUE" {
			c.Num = 1
		}
	case v[0] == '#':
		c.Kind, c.Text = sheet.Error, v
	default:
		n, err := strconv.ParseFloat(v, 64)
		if err != nil {
			panic("not a number in a test: " + s)
		}
		c.Kind, c.Text, c.Num = sheet.Number, v, n
	}
	return c
}

// OneCell is a cell as the recogniser sees it on a sheet of its own; nil where
// it is blank.
func OneCell(s string) *grid.Cell {
	src := Cell(s)
	src.Pos = sheet.Pos{Row: 1, Col: 1}
	return one(src)
}

// OneText is a cell that holds a text as it is, whatever it looks like.
func OneText(s string) *grid.Cell {
	return one(sheet.Cell{Pos: sheet.Pos{Row: 1, Col: 1}, Text: s})
}

func one(c sheet.Cell) *grid.Cell {
	return Grid(&sheet.Sheet{Cells: []sheet.Cell{c}}, 1).At(1, 1)
}

// Grid is a sheet with its text repaired, as the recogniser walks over it.
func Grid(s *sheet.Sheet, no int) *grid.Grid {
	text, _ := Vocabulary().Repair(s)
	return grid.New(s, no, false, text)
}

// Sheet reads a sheet: a line is a row and | divides its cells; < joins a cell
// to the one on its left, ^ to the one above, ! hides a row.
func Sheet(name, text string) *sheet.Sheet {
	s := &sheet.Sheet{Name: name, HiddenRows: map[int]bool{}}
	var rows [][]string
	for line := range strings.Lines(text) {
		line, hidden := strings.CutPrefix(strings.TrimRight(line, "\n"), "!")
		if hidden {
			s.HiddenRows[len(rows)+1] = true
		}
		cells := strings.Split(line, "|")
		for i := range cells {
			cells[i] = strings.Trim(cells[i], " ") // other blanks belong to the text
		}
		rows = append(rows, cells)
	}
	at := func(row, col int) string {
		if row < len(rows) && col < len(rows[row]) {
			return rows[row][col]
		}
		return ""
	}
	for row := range rows {
		for col, text := range rows[row] {
			if text == "" || text == "<" || text == "^" {
				continue
			}
			c := Cell(text)
			c.Pos = sheet.Pos{Row: row + 1, Col: col + 1}
			s.Cells = append(s.Cells, c)
			to := c.Pos
			for at(row, to.Col) == "<" {
				to.Col++
			}
			for at(to.Row, col) == "^" {
				to.Row++
			}
			if to != c.Pos {
				s.Merges = append(s.Merges, sheet.Rect{From: c.Pos, To: to})
			}
		}
	}
	return s
}

// Say writes a value on one line: what it is, how it was understood.
func Say(v words.Value) string {
	var b strings.Builder
	switch {
	case v.HasNum:
		b.WriteString(strconv.FormatFloat(v.Num, 'f', -1, 64))
	case v.HasWord:
		b.WriteString(map[bool]string{true: "yes", false: "no"}[v.Word])
		b.WriteString(map[bool]string{true: " answer", false: " verdict"}[v.Answer])
		if v.State == words.Claimed {
			b.WriteString(" claimed")
		}
	default:
		b.WriteString(v.State)
	}
	if v.Issue != "" && v.Issue != "invalid_value" {
		b.WriteString(" " + v.Issue)
	}
	if v.Note != "" {
		b.WriteString(" note “" + v.Note + "”")
	}
	if v.Mark {
		b.WriteString(" mark")
	}
	return b.String()
}

// Or is s, or what is said where s is empty.
func Or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// VocabularyOn is the vocabulary of the set in force on a day.
func VocabularyOn(day string) *words.Vocabulary {
	s, _, err := seeds.Load(seeds.FS)
	if err != nil {
		panic(err)
	}
	set, ok := s.SetInForce(day)
	if !ok {
		panic("no set in force on " + day)
	}
	return words.FromSeeds(s, set, day)
}
