package report

import (
	"fmt"
)

// maxRows is where a long table goes on in another sheet: a sheet ends at row
// 1,048,576, and what stands below the table needs room too. Tests lower it.
var maxRows = 1_000_000

// long is a table that may outgrow a sheet. It goes on in "<name> (2)", with
// the same heading and header.
type long struct {
	g     *grid
	begin func(name string) *grid
	name  string
	ids   int // the column that holds ids which look like numbers
	parts int
	top   int // the row of the header
	err   error
}

// long begins a table; begin writes the sheet down to the end of the header.
func (b *book) long(name string, begin func(name string) *grid, ids int) *long {
	g := begin(name)
	return &long{g: g, begin: begin, name: name, ids: ids, parts: 1, top: g.row}
}

// partName is the name of a part of a table that outgrew its sheet.
func partName(name string, part int) string {
	if part < 2 {
		return name
	}
	return fmt.Sprintf("%s (%d)", name, part)
}

func (l *long) do(err error) {
	if l.err == nil {
		l.err = err
	}
}

// next makes room for a row.
func (l *long) next() {
	if l.g.row < maxRows || l.err != nil {
		return
	}
	l.end()
	l.do(l.g.close())
	l.parts++
	l.g = l.begin(partName(l.name, l.parts))
	l.top = l.g.row
}

func (l *long) put(cells ...cell) {
	l.next()
	l.g.put(cells...)
}

// end completes the table, not the sheet.
func (l *long) end() {
	l.g.filter(l.top)
	l.g.textNumbers(excelRange{l.top + 1, l.ids, l.g.row, l.ids})
}

// close ends the table and its sheet; nothing is what an empty one says, and
// below writes what stands under the table.
func (l *long) close(nothing string, below ...func(*grid) error) error {
	if l.err == nil && l.g.row == l.top {
		l.g.spans(span{len(l.g.p.widths), nothing, words})
	} else {
		l.end()
	}
	for _, write := range below {
		l.do(write(l.g))
	}
	l.do(l.g.close())
	return l.err
}
