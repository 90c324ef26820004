package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zip"
	"github.com/xuri/excelize/v2"
)

// cell is what somebody typed: a text or a number, and how it is shown.
type cell struct {
	v       any    // string, float64, int; nil leaves the cell blank
	format  string // number format, "" for General
	formula string // v is then its stored result
	fault   bool   // v is an error word such as #DIV/0!
}

func text(s string) cell                          { return cell{v: s} }
func number(x float64, format string) cell        { return cell{v: x, format: format} }
func formula(f string, v any, format string) cell { return cell{v: v, formula: f, format: format} }

// look is how a cell is drawn.
type look struct {
	bold, italic, box, wrap bool
	size                    float64
	align                   string // left, center, right
	upright                 bool   // text turned by 90°
	fill                    string
	font                    string
	format                  string
}

// book is one workbook in the making. Its first error is kept until bytes, so
// that the offices' pages read as what they write.
type book struct {
	f       *excelize.File
	sheets  []string
	styles  map[look]int
	patches map[string][]patch // by sheet
	err     error
}

// patch changes a cell in the finished XML where the library cannot: an error
// value, the type of a formula's stored result, a value left under a merge.
type patch struct{ cell, attrs, inner string }

func newBook() *book {
	return &book{f: excelize.NewFile(), styles: map[look]int{}, patches: map[string][]patch{}}
}

func (b *book) keep(err error) {
	if b.err == nil {
		b.err = err
	}
}

// sheet adds a sheet; the first call renames the one every new book has.
func (b *book) sheet(name string) string {
	if len(b.sheets) == 0 {
		b.keep(b.f.SetSheetName("Sheet1", name))
	} else {
		_, err := b.f.NewSheet(name)
		b.keep(err)
	}
	b.sheets = append(b.sheets, name)
	return name
}

func (b *book) style(l look) int {
	if id, ok := b.styles[l]; ok {
		return id
	}
	if l.font == "" {
		l.font = "Times New Roman"
	}
	s := &excelize.Style{
		Font:      &excelize.Font{Family: l.font, Size: l.size, Bold: l.bold, Italic: l.italic},
		Alignment: &excelize.Alignment{Horizontal: l.align, Vertical: "center", WrapText: l.wrap},
	}
	if l.size == 0 {
		s.Font.Size = 11
	}
	if l.upright {
		s.Alignment.TextRotation = 90
	}
	if l.box {
		for _, side := range []string{"left", "top", "right", "bottom"} {
			s.Border = append(s.Border, excelize.Border{Type: side, Color: "000000", Style: 1})
		}
	}
	if l.fill != "" {
		s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{l.fill}}
	}
	if l.format != "" {
		s.CustomNumFmt = &l.format
	}
	id, err := b.f.NewStyle(s)
	b.keep(err)
	b.styles[l] = id
	return id
}

func at(row, col int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		panic(err) // a coordinate of our own making
	}
	return name
}

// put writes one cell. A blank cell still gets its borders.
func (b *book) put(sheet string, row, col int, c cell, l look) string {
	name := at(row, col)
	l.format = c.format
	b.keep(b.f.SetCellStyle(sheet, name, name, b.style(l)))
	switch v := c.v.(type) {
	case nil:
		return name
	case string:
		b.keep(b.f.SetCellStr(sheet, name, v))
	default:
		b.keep(b.f.SetCellValue(sheet, name, v))
	}
	switch {
	case c.fault:
		b.patches[sheet] = append(b.patches[sheet], patch{name, ` t="e"`, fmt.Sprintf("<f>%s</f><v>%v</v>", c.formula, c.v)})
	case c.formula != "":
		b.patches[sheet] = append(b.patches[sheet], patch{name, "", fmt.Sprintf("<f>%s</f><v>%v</v>", c.formula, c.v)})
	}
	return name
}

// leave leaves a value in a cell that a merge covers.
func (b *book) leave(sheet string, row, col int, v float64) {
	b.patches[sheet] = append(b.patches[sheet], patch{at(row, col), "", fmt.Sprintf("<v>%v</v>", v)})
}

func (b *book) merge(sheet string, row, col, lastRow, lastCol int) {
	if row != lastRow || col != lastCol {
		b.keep(b.f.MergeCell(sheet, at(row, col), at(lastRow, lastCol)))
	}
}

// line writes one text over a row of merged cells.
func (b *book) line(sheet string, row, col, lastCol int, s string, l look) {
	b.put(sheet, row, col, text(s), l)
	b.merge(sheet, row, col, row, lastCol)
}

func (b *book) width(sheet string, col int, w float64) {
	name, err := excelize.ColumnNumberToName(col)
	b.keep(err)
	b.keep(b.f.SetColWidth(sheet, name, name, w))
}

func (b *book) height(sheet string, row int, h float64) { b.keep(b.f.SetRowHeight(sheet, row, h)) }

func (b *book) hideRow(sheet string, row int) { b.keep(b.f.SetRowVisible(sheet, row, false)) }

func (b *book) hideColumn(sheet string, col int) {
	name, err := excelize.ColumnNumberToName(col)
	b.keep(err)
	b.keep(b.f.SetColVisible(sheet, name, false))
}

// page sets the sheet up for printing so many pages wide, A4 or, for tables too
// wide for that, A3.
func (b *book) page(sheet string, wide int) {
	size, orientation, fit, high := 9, "landscape", true, 0
	if wide > 1 {
		size = 8
	}
	b.keep(b.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	b.keep(b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high}))
	m := 0.4
	b.keep(b.f.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{Left: &m, Right: &m, Top: &m, Bottom: &m}))
}

// hold keeps a wide table's header and its first two columns in view, on the
// screen and on paper.
func (b *book) hold(sheet string, top, rows int) {
	last := top + rows - 1
	b.keep(b.f.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: 2, YSplit: last, TopLeftCell: at(last+1, 3), ActivePane: "bottomRight"}))
	b.keep(b.f.SetDefinedName(&excelize.DefinedName{
		Name:     "_xlnm.Print_Titles",
		RefersTo: fmt.Sprintf("'%s'!$A:$B,'%s'!$%d:$%d", sheet, sheet, top, last),
		Scope:    sheet,
	}))
}

// bytes gives the finished file.
func (b *book) bytes() ([]byte, error) {
	b.keep(b.f.SetDocProps(&excelize.DocProperties{Created: "2017-01-01T00:00:00Z", Modified: "2017-01-01T00:00:00Z", Creator: "", LastModifiedBy: ""}))
	b.f.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return &steadyZip{w: w, book: b} })
	buf, err := b.f.WriteToBuffer()
	if b.err != nil {
		return nil, b.err
	}
	if err != nil {
		return nil, err
	}
	return buf.Bytes(), b.f.Close()
}

// steadyZip writes the same entries as the same bytes: sorted by name, with one
// fixed time, and compressed by a pinned dependency instead of the toolchain's
// own library.
type steadyZip struct {
	w       io.Writer
	book    *book
	entries []entry
}

type entry struct {
	name string
	data *bytes.Buffer
}

func (z *steadyZip) Create(name string) (io.Writer, error) {
	e := entry{strings.TrimPrefix(name, "/"), new(bytes.Buffer)}
	z.entries = append(z.entries, e)
	return e.data, nil
}

func (z *steadyZip) AddFS(fs.FS) error { return fmt.Errorf("not needed here") }

func (z *steadyZip) Close() error {
	slices.SortFunc(z.entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	zw := zip.NewWriter(z.w)
	for _, e := range z.entries {
		data := e.data.Bytes()
		for i, sheet := range z.book.sheets {
			if e.name == fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1) {
				var err error
				if data, err = apply(data, z.book.patches[sheet]); err != nil {
					return fmt.Errorf("sheet %s: %w", sheet, err)
				}
			}
		}
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)}
		w, err := zw.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
	return zw.Close()
}

var cellTag = regexp.MustCompile(`<c r="([A-Z]+[0-9]+)"( s="[0-9]+")?( t="[a-z]+")?(?:/>|>.*?</c>)`)

// apply puts the patches into a sheet's XML; a patch that finds no cell is an
// error, for the sheet would not say what it was meant to say.
func apply(data []byte, patches []patch) ([]byte, error) {
	if len(patches) == 0 {
		return data, nil
	}
	byCell := map[string]patch{}
	for _, p := range patches {
		byCell[p.cell] = p
	}
	out := cellTag.ReplaceAllFunc(data, func(tag []byte) []byte {
		m := cellTag.FindSubmatch(tag)
		p, ok := byCell[string(m[1])]
		if !ok {
			return tag
		}
		delete(byCell, p.cell)
		return fmt.Appendf(nil, `<c r="%s"%s%s>%s</c>`, m[1], m[2], p.attrs, p.inner)
	})
	if len(byCell) > 0 {
		return nil, fmt.Errorf("no cell to patch: %v", byCell)
	}
	return out, nil
}
