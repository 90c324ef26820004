// Package transforms understands sheets: cells in, typed observations and
// positioned issues out. It recognises layouts, names, ids, values and periods
// from content alone, against the vocabulary of the seeds. It is pure: no
// files, no database, no clock.
//
// Four rooms, each knowing only those before it: grid (cells by place), words
// (what a text may mean), shape (which tables a sheet holds, and what each of
// their lines is), read (what each cell says, and the look back).
package transforms

import (
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/read"
	"github.com/angiang-ntm/ntm/transforms/shape"
)

// Understand reads a book: which tables it holds, who sent it, for which
// period, and what each cell says. Nothing is refused here; what cannot be
// understood is in the issues and regions of the result.
func Understand(book *sheet.Book, v *Vocabulary, src Source) *Reading {
	return UnderstandUntil(book, v, src, nil)
}

// UnderstandUntil is Understand, and gives up looking for tables as soon as
// cancelled answers true; what was found until then is read, and a finding says
// that the rest was not.
func UnderstandUntil(book *sheet.Book, v *Vocabulary, src Source, cancelled func() bool) *Reading {
	sheets := make([]read.Sheet, len(book.Sheets))
	for i, s := range book.Sheets {
		text, why := v.Repair(s)
		g := grid.New(s, i+1, book.Date1904, text)
		sheets[i] = read.Sheet{Grid: g, Legacy: why()}
		if !read.Marked(g) {
			asked := shape.Asked{Period: src.Period, Estimates: src.CountEstimates, SheetIsFile: s.Name == ""}
			sheets[i].Tables = shape.Tables(g, v, asked, cancelled)
		}
	}
	return read.Read(book, v, src, sheets)
}
