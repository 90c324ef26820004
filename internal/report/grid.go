package report

import (
	"fmt"
	"math"
	"strings"
	"unicode"

	"github.com/xuri/excelize/v2"
)

// cell is a value and how it looks.
type cell struct {
	v any
	s style
}

// paper is how a sheet is laid out and printed.
type paper struct {
	widths []float64
	a3     bool
	across int // pages side by side; 0 is one
	fixed  int // columns that stay in view, and repeat where pages lie side by side
	// together tells that each table fits a page: no header is repeated.
	together bool
}

// line is a line of the heading above a table: one text across the sheet, or
// two side by side.
type line struct {
	left, right string
	s           style
	rs          style // of the right text, where it looks different
	split       int   // columns of the left text, where there are two
	height      float64
}

// grid writes one sheet from the top down. The first error stays and is told
// at the end, so that a sheet reads as the list of what it prints.
type grid struct {
	book *book
	name string
	sw   *excelize.StreamWriter
	p    paper
	row  int // the last row written
	err  error
}

type excelRange struct{ top, left, bottom, right int }

func (r excelRange) String() string {
	return at(r.left, r.top) + ":" + at(r.right, r.bottom)
}

// at writes an address; the sheets here never leave the limits of one.
func at(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return "A1"
	}
	return name
}

// millimetres in inches, as page margins want them.
func mm(x float64) *float64 {
	x /= 25.4
	return &x
}

// sheet begins the next sheet.
func (b *book) sheet(name string, p paper) *grid {
	g := &grid{book: b, name: name, p: p}
	if b.sheets == 0 {
		g.do(b.f.SetSheetName("Sheet1", name))
	} else if _, err := b.f.NewSheet(name); err != nil {
		g.do(err)
	}
	b.sheets++
	g.setup()
	if g.err != nil {
		return g
	}
	var err error
	g.sw, err = b.f.NewStreamWriter(name)
	g.do(err)
	if g.err != nil {
		return g
	}
	for i, w := range p.widths {
		g.do(g.sw.SetColWidth(i+1, i+1, w))
	}
	return g
}

// setup sets the page up, as the rules for documents want it: the number of
// the page centred on top and none on the first, and the margins.
func (g *grid) setup() {
	f, yes := g.book.f, true
	size, landscape := 9, "landscape" // A4
	if g.p.a3 {
		size = 8
	}
	across, down, one := max(1, g.p.across), 0, uint(1)
	g.do(f.SetSheetProps(g.name, &excelize.SheetPropsOptions{FitToPage: &yes}))
	g.do(f.SetPageLayout(g.name, &excelize.PageLayoutOptions{
		Size: &size, Orientation: &landscape, FitToWidth: &across, FitToHeight: &down, FirstPageNumber: &one,
	}))
	g.do(f.SetPageMargins(g.name, &excelize.PageLayoutMarginsOptions{
		Top: mm(20), Bottom: mm(20), Left: mm(30), Right: mm(15), Header: mm(10), Footer: mm(10), Horizontally: &yes,
	}))
	footer := ""
	if g.book.o.Illustrative {
		footer = `&C&"` + font + `,Bold"&11` + illustrativeBanner
	}
	g.do(f.SetHeaderFooter(g.name, &excelize.HeaderFooterOptions{
		DifferentFirst: true,
		OddHeader:      `&C&"` + font + `,Regular"&13&P`,
		OddFooter:      footer,
		FirstFooter:    footer,
	}))
	// The size of a streamed sheet is not known beforehand; a wrong one would
	// cut the sheet short for readers that believe it.
	g.do(f.SetSheetDimension(g.name, ""))
	grey := false
	g.do(f.SetSheetView(g.name, 0, &excelize.ViewOptions{ShowGridLines: &grey}))
}

func (g *grid) do(err error) {
	if g.err == nil && err != nil {
		g.err = err
	}
}

// heading freezes the rows down to the table's header, repeats that header on
// every printed page, and writes its lines. headerRows are the rows of the
// header that will follow; 0 freezes nothing.
func (g *grid) heading(lines []line, headerRows int) {
	if g.err != nil {
		return
	}
	if rows := len(lines) + headerRows; headerRows > 0 {
		g.do(g.sw.SetPanes(&excelize.Panes{
			Freeze: true, XSplit: g.p.fixed, YSplit: rows, TopLeftCell: at(g.p.fixed+1, rows+1), ActivePane: pane(g.p.fixed),
		}))
		if !g.p.together {
			g.printTitles(len(lines)+1, rows)
		}
	}
	for _, l := range lines {
		g.line(l)
	}
}

func pane(fixed int) string {
	if fixed > 0 {
		return "bottomRight"
	}
	return "bottomLeft"
}

// printTitles repeats rows, and the fixed columns, on every printed page.
func (g *grid) printTitles(from, to int) {
	quoted := "'" + g.name + "'!"
	ref := fmt.Sprintf("%s$%d:$%d", quoted, from, to)
	if g.p.fixed > 0 && g.p.across > 1 {
		last, _ := excelize.ColumnNumberToName(g.p.fixed)
		ref = fmt.Sprintf("%s$A:$%s,%s", quoted, last, ref)
	}
	g.do(g.book.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: ref, Scope: g.name}))
}

// line writes one line across the sheet.
func (g *grid) line(l line) {
	start, cols := 0, len(g.p.widths)
	if g.p.across > 1 {
		// The first page only, and beside the columns that every page
		// repeats: a text over more than that would be cut.
		start = g.p.fixed
		cols = start + (cols-start)/(g.p.across+1)
	}
	row := make([]cell, cols)
	for i := range row {
		row[i] = cell{"", l.s}
	}
	split := cols
	if start < cols {
		row[start].v = l.left
	}
	if l.right != "" || l.split > 0 {
		split = l.split
		if split <= 0 || split >= cols {
			split = cols / 2
		}
		if l.rs == (style{}) {
			l.rs = l.s
		}
		row[split] = cell{l.right, l.rs}
	}
	height := l.height
	if height == 0 {
		height = max(g.height(l.left, l.s, start, split), g.height(l.right, l.rs, split, cols))
	}
	g.write(height, row...)
	g.merge(g.row, start+1, g.row, split)
	if split < cols {
		g.merge(g.row, split+1, g.row, cols)
	}
}

// space leaves a row empty.
func (g *grid) space() { g.row++ }

// header writes one row of a table's header, at least so high.
func (g *grid) header(height float64, cells ...cell) {
	g.write(max(height, g.tallest(cells)), cells...)
}

// heads makes plain header cells.
func heads(names ...string) []cell {
	list := make([]cell, len(names))
	for i, n := range names {
		list[i] = cell{n, head}
	}
	return list
}

// put writes a row, high enough for the tallest of its cells: not every
// program fits the rows of a file it opens.
func (g *grid) put(cells ...cell) { g.write(g.tallest(cells), cells...) }

func (g *grid) tallest(cells []cell) float64 {
	height := 0.0
	for i, c := range cells {
		if words, ok := c.v.(string); ok && c.s.wrap && !c.s.turned && i < len(g.p.widths) {
			height = max(height, g.height(words, c.s, i, i+1))
		}
	}
	return height
}

// write writes the next row. Text is written as text whatever it begins with,
// so that nothing a sender wrote can become a formula.
func (g *grid) write(height float64, cells ...cell) {
	g.row++
	if g.err != nil {
		return
	}
	values := make([]any, len(cells))
	for i, c := range cells {
		values[i] = excelize.Cell{StyleID: g.book.style(c.s), Value: plainValue(c.v)}
	}
	var opts []excelize.RowOpts
	if height > 0 {
		opts = append(opts, excelize.RowOpts{Height: min(height, 409)})
	}
	g.do(g.sw.SetRow(at(1, g.row), values, opts...))
}

// plainValue opens pointers and leaves out what a cell cannot hold.
func plainValue(v any) any {
	switch v := v.(type) {
	case *float64:
		if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
			return nil
		}
		return *v
	case *int:
		if v == nil {
			return nil
		}
		return *v
	case string:
		if v == "" {
			return nil
		}
		return strings.Map(printable, v)
	}
	return v
}

// printable drops what XML cannot hold.
func printable(r rune) rune {
	if r < ' ' && r != '\n' && r != '\t' || r == unicode.ReplacementChar || r == 0xFFFE || r == 0xFFFF {
		return -1
	}
	return r
}

func (g *grid) merge(row1, col1, row2, col2 int) {
	if g.err == nil && (row1 != row2 || col1 != col2) {
		g.do(g.sw.MergeCell(at(col1, row1), at(col2, row2)))
	}
}

// filter puts the arrows of a filter on the table that ends here and began at
// the row of its header.
func (g *grid) filter(headerRow int) {
	if g.err == nil && g.row > headerRow {
		g.do(g.book.f.AutoFilter(g.name, excelRange{headerRow, 1, g.row, len(g.p.widths)}.String(), nil))
	}
}

// breakPage begins a new printed page with the next row.
func (g *grid) breakPage() {
	if g.err == nil {
		g.do(g.sw.InsertPageBreak(at(1, g.row+1)))
	}
}

// textNumbers says that a column holds ids that only look like numbers.
func (g *grid) textNumbers(r excelRange) {
	if g.err == nil && r.bottom >= r.top {
		g.do(g.book.f.AddIgnoredErrors(g.name, r.String(), excelize.IgnoredErrorsNumberStoredAsText))
	}
}

// sign ends a sheet with the signature block, on the right.
func (g *grid) sign(split int) {
	m := g.book.o.Meta
	if m.SignerTitle == "" {
		return
	}
	g.space()
	g.line(line{split: split, right: m.SignerTitle, s: signer})
	g.line(line{split: split, right: " ", s: signer, height: 60})
	if m.SignerName != "" {
		g.line(line{split: split, right: m.SignerName, s: signer})
	}
}

// close ends the sheet.
func (g *grid) close() error {
	if g.err == nil {
		g.do(g.sw.Flush())
	}
	if g.err != nil {
		return fmt.Errorf("sheet %s: %w", g.name, g.err)
	}
	return nil
}

// height is the room that wrapped text needs over columns from..to. Merged
// cells are never fitted by the program that opens them, so we reckon it: the
// widths of a column are those of digits at 11 points, and letters are
// narrower or wider than digits.
func (g *grid) height(s string, st style, from, to int) float64 {
	room := 0.0
	for _, w := range g.p.widths[from:to] {
		room += w
	}
	return float64(linesOf(s, st, room))*st.size*1.16 + 2
}

func linesOf(s string, st style, room float64) int {
	if s == "" {
		return 1
	}
	scale := st.size / 11
	if st.bold {
		scale *= 1.06
	}
	n := 0
	for _, paragraph := range strings.Split(s, "\n") {
		n++
		used := 0.0
		for _, word := range strings.Fields(paragraph) {
			w := 0.0
			for _, r := range word {
				switch {
				case unicode.IsUpper(r):
					w += 1.4
				case unicode.IsDigit(r):
					w += 1
				default:
					w += 0.9
				}
			}
			w *= scale
			if used > 0 && used+w > room {
				n++
				used = 0
			}
			used += w + 0.5*scale
		}
	}
	return n
}

// span is a cell that covers several columns.
type span struct {
	cols int
	v    any
	s    style
}

// spans writes a row of merged cells, high enough for the tallest.
func (g *grid) spans(list ...span) {
	var cells []cell
	height := 0.0
	for _, s := range list {
		if words, ok := s.v.(string); ok {
			height = max(height, g.height(words, s.s, len(cells), len(cells)+s.cols))
		}
		for i := range s.cols {
			c := cell{"", s.s}
			if i == 0 {
				c.v = s.v
			}
			cells = append(cells, c)
		}
	}
	g.write(height, cells...)
	col := 1
	for _, s := range list {
		g.merge(g.row, col, g.row, col+s.cols-1)
		col += s.cols
	}
}
