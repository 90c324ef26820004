package excel

import (
	"context"
	"io"
	"math/bits"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// Row is one row of a sheet that holds something, as ReadRows hands it out.
type Row struct {
	// Sheet is the sheet that the row is in. Its name and whether it is hidden
	// are known, its Marks for these cells and its Formats so far; its merges
	// and hidden columns only when ReadRows has returned. Its Marks are written
	// over with the next row.
	Sheet  *sheet.Sheet
	Number int // 1-based
	Hidden bool
	// Cells are the row's cells by column, none blank and none twice. The next
	// row is written over them; their texts may be kept.
	Cells []sheet.Cell
}

// ReadRows reads a spreadsheet file like ReadWith, but hands out each row as it
// is read instead of keeping it, so that memory does not grow with the number
// of rows: of an .xlsx file only its shared strings and styles are held. The
// file itself is read from where it is; size is its length in bytes.
//
// Nothing that each was given counts until ReadRows has returned a book: what
// refuses a file may stand at its very end, and then the issue that says so
// comes after the rows, exactly as from ReadWith. The book has the sheets
// without cells, their marks, covered cells and hidden rows. An error of each ends the
// reading and is returned.
//
// Two things are known only at a sheet's end, and are left to the caller:
//
//   - Merges stand after the cells. A row of an .xlsx file may hold cells that
//     one of the sheet's Merges covers; ReadWith takes these out, and says so.
//   - Rows come in the order of the file. In a file that keeps them otherwise
//     than from top to bottom (there is an issue that says so) Number may fall,
//     and a row may come in several pieces; no cell comes twice all the same.
//
// Files of other kinds than .xlsx and .xlsm are read whole, and their rows
// handed out at the end.
func ReadRows(ctx context.Context, name string, file io.ReaderAt, size int64, opts Options, each func(Row) error) (*sheet.Book, issue.List, error) {
	return readSource(ctx, name, &source{file: file, size: size}, opts, each)
}

// rowByRow is what a sheetReader keeps besides when rows are handed out.
type rowByRow struct {
	each       func(Row) error
	rowMixed   bool   // the current row's cells came out of order
	seen       rowSet // the rows that had cells so far, blank or not
	again      rowSet // those of them that came in more than one piece
	hiddenRows rowSet
	checking   bool // the sheet is read once more, to see whether rows in pieces hold an address twice
	checked    int  // how many runs were kept for that before the current row
}

// startOver prepares to read the sheet once more: which addresses the earlier
// pieces of a row took was forgotten with them.
func (r *sheetReader) startOver() {
	r.checking = true
	r.row, r.last, r.runs = 0, sheet.Pos{}, nil
}

// endRow hands a row out and forgets it.
func (r *sheetReader) endRow() error {
	if r.each == nil || len(r.runs) == 0 {
		return nil
	}
	if r.checking {
		if !r.again.has(r.row) {
			r.runs = r.runs[:r.checked]
		}
		r.checked = len(r.runs)
		return nil
	}
	if r.seen.has(r.row) {
		r.again.add(r.row)
	}
	r.seen.add(r.row)
	cells := r.sheet.Cells
	if r.rowMixed {
		if err := r.checkRuns(); err != nil {
			return err
		}
		sortCells(cells)
		r.rowMixed = false
	}
	r.runs = r.runs[:0]
	if len(cells) == 0 {
		return nil
	}
	if r.hidden {
		r.hiddenRows.add(r.row)
	}
	r.hideColumns()
	if err := r.book.hand(Row{Sheet: r.sheet, Number: r.row, Hidden: r.hidden, Cells: cells}); err != nil {
		return err
	}
	clear(cells)
	clear(r.sheet.Marks)
	r.sheet.Cells = cells[:0]
	return nil
}

// hand hands out one row.
func (b *bookReader) hand(row Row) error {
	b.handing = true // a panic from here on is the caller's
	err := b.each(row)
	b.handing = false
	return err
}

// handKept hands out the rows of the sheets that were kept whole.
func (b *bookReader) handKept() error {
	for _, s := range b.book.Sheets {
		for cells := s.Cells; len(cells) > 0; {
			row, n := cells[0].Pos.Row, 1
			for n < len(cells) && cells[n].Pos.Row == row {
				n++
			}
			if err := b.hand(Row{Sheet: s, Number: row, Hidden: s.HiddenRows[row], Cells: cells[:n:n]}); err != nil {
				return err
			}
			cells = cells[n:]
		}
		s.Cells, s.Covered, s.HiddenRows, s.Marks = nil, nil, nil, nil
	}
	return nil
}

// rowSet is a set of row numbers, at most 128 KiB whatever it holds.
type rowSet []uint64

func (s *rowSet) add(row int) {
	for len(*s) <= row/64 {
		*s = append(*s, 0)
	}
	(*s)[row/64] |= 1 << (row % 64)
}

func (s rowSet) has(row int) bool { return row/64 < len(s) && s[row/64]>>(row%64)&1 != 0 }

func (s rowSet) size() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// first returns the lowest n.
func (s rowSet) first(n int) (rows []int) {
	for i, w := range s {
		for ; w != 0 && len(rows) < n; w &= w - 1 {
			rows = append(rows, 64*i+bits.TrailingZeros64(w))
		}
	}
	return rows
}
