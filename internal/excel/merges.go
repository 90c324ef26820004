package excel

import (
	"cmp"
	"slices"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// readMerges reads <mergeCells>.
func (r *sheetReader) readMerges() error {
	return r.children(func() error {
		if !r.is("mergeCell") {
			return r.strange("thẻ lạ <" + clip(string(r.local)) + "> trong bảng ô gộp")
		}
		ref, _ := r.get("ref")
		rect, ok := sheet.ParseRect(string(ref))
		if !ok || rect.To.Row > maxRow || rect.To.Col > maxCol {
			return refuse(codeAddress, "Vùng ô gộp %q không hợp lệ.", clip(string(ref)))
		}
		if len(r.sheet.Merges) >= r.book.lim.Cells {
			return refuse(codeCells, "Tệp có quá nhiều ô gộp.")
		}
		r.sheet.Merges = append(r.sheet.Merges, rect)
		return r.skip()
	})
}

// cover takes out the cells that a merge covers. Excel shows only a merge's
// first cell; what the others still hold is left over from before.
//
// Cells and merges are walked together from top to bottom, while a Fenwick tree
// counts the merges over each column. So the cost stays near-linear even for
// files whose merges overlap by the thousand.
func (r *sheetReader) cover() error {
	if len(r.sheet.Merges) == 0 {
		return nil
	}
	begin := slices.Clone(r.sheet.Merges)
	slices.SortFunc(begin, func(a, b sheet.Rect) int {
		return cmp.Or(cmp.Compare(a.From.Row, b.From.Row), cmp.Compare(a.From.Col, b.From.Col))
	})
	finish := slices.Clone(begin)
	slices.SortFunc(finish, func(a, b sheet.Rect) int { return cmp.Compare(a.To.Row, b.To.Row) })

	widest := 0
	for _, m := range begin {
		widest = max(widest, m.To.Col)
	}
	over := make([]int32, widest+2)
	shift := func(m sheet.Rect, by int32) {
		for i := m.From.Col; i < len(over); i += i & -i {
			over[i] += by
		}
		for i := m.To.Col + 1; i < len(over); i += i & -i {
			over[i] -= by
		}
	}
	cells := r.sheet.Cells
	kept, began, finished, first := 0, 0, 0, 0
	for n := range cells {
		p := cells[n].Pos
		if n%4096 == 0 {
			if err := r.book.clock.check(); err != nil {
				return err
			}
		}
		for began < len(begin) && begin[began].From.Row <= p.Row {
			shift(begin[began], 1)
			began++
		}
		for finished < len(finish) && finish[finished].To.Row < p.Row {
			shift(finish[finished], -1)
			finished++
		}
		merges := 0
		if began > finished && p.Col <= widest {
			for i := p.Col; i > 0; i -= i & -i {
				merges += int(over[i])
			}
			for first < len(begin) && begin[first].From.Less(p) {
				first++
			}
			for k := first; k < len(begin) && begin[k].From == p; k++ {
				merges-- // the cell is this merge's first
			}
		}
		if merges > 0 {
			r.sheet.Covered = append(r.sheet.Covered, p)
			delete(r.sheet.Marks, p)
			continue
		}
		if kept < n {
			cells[kept] = cells[n]
		}
		kept++
	}
	if len(r.sheet.Marks) == 0 {
		r.sheet.Marks = nil // all were covered
	}
	clear(cells[kept:])
	r.sheet.Cells = cells[:kept]
	return nil
}
