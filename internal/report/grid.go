package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"
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
	rows     float64 // the least height of a row, in points; 0 is a line of text
	// pages is how many are printed, 0 being all: of a list to look things up in,
	// which would bury what people sign.
	pages int
}

// pixels is how wide a column of that width is on a screen; the widths of a
// file count its margins in.
func pixels(width float64) int { return int(width * 7) }

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
	sw   *excelize.StreamWriter // all but the rows
	rows *rows
	p    paper
	row  int // the last row written
	err  error
	used float64 // points of the printed page that are taken, at its full size
	high float64 // points of all rows
	last int     // the last row that is printed, where not all are

	above []look // of the cells of the last row: most rows look alike
	cells []cell // room for the next row
}

// look is a style and the workbook's number of it.
type look struct {
	s  style
	id int
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
	g := &grid{book: b, name: name, p: p, rows: &rows{part: newPart(name), texts: b.texts}}
	if b.sheets == 0 {
		g.do(b.f.SetSheetName("Sheet1", name))
	} else if _, err := b.f.NewSheet(name); err != nil {
		g.do(err)
	}
	b.sheets++
	g.rows.part.body.park = b.park
	b.rows[fmt.Sprintf("xl/worksheets/sheet%d.xml", b.sheets)] = g.rows.part
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
	// From the last to the first: the library puts the newest in front, and
	// columns are to be listed in their order. It copies all of them each time.
	for first, last := len(p.widths), len(p.widths); last > 0; last = first {
		for first--; first > 0 && p.widths[first-1] == p.widths[last-1]; first-- {
		}
		g.do(g.sw.SetColWidth(first+1, last, p.widths[last-1]))
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
	if words := g.book.o.banner(); words != "" {
		footer = `&C&"` + font + `,Bold"&11` + words
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
func (g *grid) heading(lines []line, headerRows int) { g.headed(lines, 0, headerRows) }

// headed is heading where some more rows stand between the two, which are not
// repeated.
func (g *grid) headed(lines []line, between, headerRows int) {
	if g.err != nil {
		return
	}
	if rows := len(lines) + between + headerRows; headerRows > 0 {
		g.do(g.sw.SetPanes(&excelize.Panes{
			Freeze: true, XSplit: g.p.fixed, YSplit: rows, TopLeftCell: at(g.p.fixed+1, rows+1), ActivePane: pane(g.p.fixed),
		}))
		if !g.p.together {
			g.printTitles(len(lines)+between+1, rows)
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
		height = g.height(l.left, l.s, start, split)
		if split < cols {
			height = max(height, g.height(l.right, l.rs, split, cols))
		}
	}
	g.write(height, row...)
	g.merge(g.row, start+1, g.row, split)
	if split < cols {
		g.merge(g.row, split+1, g.row, cols)
	}
}

// legend says what the letters and fills of results mean, from a column
// (counted from 0) on, each text over so many columns.
func (g *grid) legend(from, over int) {
	var row []cell
	for range from {
		row = append(row, cell{"", style{}})
	}
	var merged []int
	for _, l := range []string{letterMet, letterNotMet, letterUnknown, letterNone} {
		row = append(row, cell{l, byLetter[l]}, cell{resultWords[l], key})
		merged = append(merged, len(row))
		cols := over
		if l == letterNone {
			cols *= 2
		}
		for range cols - 1 {
			row = append(row, cell{"", key})
		}
		merged = append(merged, len(row))
	}
	g.write(18, row...)
	for i := 0; i < len(merged); i += 2 {
		if merged[i+1] <= len(g.p.widths) {
			g.merge(g.row, merged[i], g.row, merged[i+1])
		}
	}
}

// space leaves a row empty.
func (g *grid) space() { g.row++ }

// header writes one row of a table's header, at least so high.
func (g *grid) header(height float64, cells ...cell) {
	g.write(max(height, g.tallest(cells)+4), cells...)
}

// heads makes plain header cells.
func heads(names ...string) []cell {
	list := make([]cell, len(names))
	for i, n := range names {
		list[i] = cell{n, head}
	}
	return list
}

// put writes a row, high enough for the tallest of its cells, and never tight:
// not every program fits the rows of a file it opens.
func (g *grid) put(cells ...cell) { g.write(max(g.tallest(cells), g.p.rows, 16.5), cells...) }

func (g *grid) tallest(cells []cell) float64 {
	height := 0.0
	for i, c := range cells {
		if words, ok := c.v.(string); ok && c.s.wrap && !c.s.turned && i < len(g.p.widths) {
			height = max(height, g.height(words, c.s, i, i+1))
		}
	}
	return height
}

// write writes the next row.
func (g *grid) write(height float64, cells ...cell) {
	g.used += max(height, 15)
	if g.used > pageHeight {
		g.used = height
	}
	g.begin(height)
	for i, c := range cells {
		if i == len(g.above) {
			g.above = append(g.above, look{c.s, g.book.style(c.s)})
		} else if g.above[i].s != c.s {
			g.above[i] = look{c.s, g.book.style(c.s)}
		}
		g.rows.put(g.above[i].id, c.v)
	}
	g.end()
}

// begin begins the next row, and end ends it, for who writes its cells itself.
func (g *grid) begin(height float64) {
	if g.high += max(height, 15); g.p.pages > 0 && g.last == 0 && g.high*g.scale() > float64(g.p.pages)*pageHeight*0.95 {
		g.last = g.row
	}
	g.row++
	g.rows.begin(g.row, height)
}

func (g *grid) end() { g.do(g.rows.end()) }

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

// printArea prints a part of the sheet only.
func (g *grid) printArea(r excelRange) {
	if g.err == nil {
		g.do(g.book.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Area", Scope: g.name,
			RefersTo: fmt.Sprintf("'%s'!$A$%d:$%s$%d", g.name, r.top, strings.TrimRight(at(r.right, 1), "1"), r.bottom)}))
	}
}

// link makes a cell a link to a row of a sheet.
func (g *grid) link(cell, sheet string, row int, tip string) {
	if g.err != nil || g.book.links >= maxLinks {
		return
	}
	g.book.links++
	g.do(g.book.f.SetCellHyperLink(g.name, cell, fmt.Sprintf("'%s'!A%d", sheet, row), "Location", excelize.HyperlinkOpts{Tooltip: &tip}))
}

// pageHeight is what fits a printed page between its margins, in points, less a
// line: programs differ a little.
const pageHeight = (210-20-20)/25.4*72 - 15

// together begins a new page where so many points would not fit the rest of
// this one, but would fit a page.
func (g *grid) together(height float64) {
	if g.used+height > pageHeight && height < pageHeight {
		g.breakPage()
	}
}

// breakPage begins a new printed page with the next row.
func (g *grid) breakPage() {
	g.used = 0
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

// signHeight is what the signature block takes, in points.
const signHeight = 12 + 20 + 56 + 20

// tall is what lines across the sheet take together, in points.
func (g *grid) tall(lines []string, st style) (height float64) {
	for _, l := range lines {
		height += g.height("- "+l, st, 0, len(g.p.widths))
	}
	return height
}

// sign ends a sheet with the signature block, on the right.
func (g *grid) sign(split int) {
	m := g.book.o.Meta
	if m.SignerTitle == "" {
		return
	}
	g.write(12, cell{"", style{}})
	g.line(line{split: split, right: m.SignerTitle, s: signer, height: 20})
	g.line(line{split: split, right: " ", s: signer, height: 56})
	if m.SignerName != "" {
		g.line(line{split: split, right: m.SignerName, s: signer})
	}
}

// scale is what a page that is as wide as the sheet is printed at.
func (g *grid) scale() float64 {
	width := 0.0
	for _, w := range g.p.widths {
		width += float64(pixels(w)+5) * 0.75 // points
	}
	room := (297.0 - 30 - 15) / 25.4 * 72
	if g.p.a3 {
		room *= math.Sqrt2
	}
	return min(1, room*float64(max(1, g.p.across))/width)
}

// close ends the sheet.
func (g *grid) close() error {
	if g.last > 0 {
		g.printArea(excelRange{1, 1, g.last, len(g.p.widths)})
	}
	if g.err == nil {
		g.do(g.sw.Flush())
		g.do(g.rows.close())
	}
	if g.err != nil {
		return fmt.Errorf("sheet %s: %w", g.name, g.err)
	}
	return nil
}

// height is the room that wrapped text needs over columns from..to. Merged
// cells are never fitted by the program that opens them, so we reckon it.
func (g *grid) height(s string, st style, from, to int) float64 {
	room := 0.0
	for _, w := range g.p.widths[from:to] {
		room += w
	}
	o := g.book.o
	of := measure{s, st.size, st.bold, room}
	if h, ok := o.heights[of]; ok {
		return h
	}
	h := float64(linesOf(s, st, room-0.8))*st.size*1.19 + 3
	if o.heights == nil || len(o.heights) > 1<<16 {
		o.heights = map[measure]float64{}
	}
	o.heights[of] = h
	return h
}

// measure is what the height of a text depends on. The same few texts fill most
// of a long table, and most of seven hundred lists.
type measure struct {
	text string
	size float64
	bold bool
	room float64
}

// linesOf counts the lines that a text takes in a column so wide, words whole
// where they can be.
func linesOf(s string, st style, room float64) int {
	n := 0
	for paragraph := range strings.SplitSeq(s, "\n") {
		n++
		used := 0.0
		for word := range strings.FieldsSeq(paragraph) {
			w := widthOf(word, st)
			if used > 0 && used+w > room {
				n++
				used = 0
			}
			for ; w > room && room > 0; w -= room {
				n++
			}
			used += w + widthOf(" ", st)
		}
	}
	return n
}

// widthOf is the width of a text in the unit of column widths, a digit at 11
// points, with a little to spare: programs round letters to whole pixels.
func widthOf(s string, st style) float64 {
	w := 0.0
	table := letterWidths()
	for _, r := range s {
		if int(r) < len(table) {
			w += float64(table[r])
		} else {
			w += 500
		}
	}
	w *= 1.06 / 500 * st.size / 11
	if st.bold {
		w *= 1.06
	}
	return w
}

// letterWidths are the widths of letters in Times New Roman, in thousandths of
// the size. Marks above and below a letter do not widen it.
var letterWidths = sync.OnceValue(func() []uint16 {
	const ascii = "250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 " +
		"500 500 500 500 500 500 500 500 500 500 278 278 564 564 564 444 " +
		"921 722 667 667 722 611 556 722 722 333 389 722 611 889 722 722 " +
		"556 722 667 556 611 722 722 944 722 722 611 333 278 333 469 500 " +
		"333 444 500 444 500 444 333 500 500 278 278 500 278 778 500 500 " +
		"500 500 333 389 278 500 500 722 500 500 444 480 200 480 541"
	table := make([]uint16, 0x1F00) // as far as Vietnamese goes
	for i := range table {
		table[i] = 500
	}
	for i, w := range strings.Fields(ascii) {
		n, _ := strconv.Atoi(w)
		table[' '+i] = uint16(n)
	}
	table['Đ'] = table['D']
	for r := rune(0xC0); int(r) < len(table); r++ {
		if base := []rune(norm.NFD.String(string(r))); len(base) > 1 && base[0] <= '~' {
			table[r] = table[base[0]]
		}
	}
	return table
})

// balanced breaks a text that needs several lines into lines of like length,
// as a heading wants them.
func balanced(s string, st style, room float64) string {
	n := linesOf(s, st, room)
	if n < 2 || strings.Contains(s, "\n") {
		return s
	}
	for narrow := widthOf(s, st) / float64(n); narrow < room; narrow++ {
		if linesOf(s, st, narrow) == n {
			room = narrow
			break
		}
	}
	var b strings.Builder
	used := 0.0
	for word := range strings.FieldsSeq(s) {
		w := widthOf(word, st)
		switch {
		case used == 0:
		case used+w > room:
			b.WriteByte('\n')
			used = 0
		default:
			b.WriteByte(' ')
		}
		b.WriteString(word)
		used += w + widthOf(" ", st)
	}
	return b.String()
}

// span is a cell that covers several columns.
type span struct {
	cols int
	v    any
	s    style
}

// spans writes a row of merged cells, high enough for the tallest.
func (g *grid) spans(list ...span) {
	cells := g.cells[:0]
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
	g.cells = cells
	g.write(max(height, g.p.rows, 16.5), cells...)
	col := 1
	for _, s := range list {
		g.merge(g.row, col, g.row, col+s.cols-1)
		col += s.cols
	}
}
