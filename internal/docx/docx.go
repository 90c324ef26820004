// Package docx writes a Word document (.docx, WordprocessingML of ISO/IEC
// 29500-1) from paragraphs and tables. How anything looks is said once, by the
// named styles of the caller's styles part: a paragraph, a run and a table
// name a style and nothing else, so that whoever edits the document changes a
// style and not a hundred paragraphs.
//
// The same Document gives the same bytes: there is no clock in it, and the
// parts of the package have no times.
package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Document is everything a written document holds. Lengths are twentieths of a
// point, the unit of the format: 567 are one centimetre.
type Document struct {
	Title, Subject, Creator string
	Language                string    // of the properties, such as "vi-VN"; the text's own is in Styles
	Date                    time.Time // stated in the properties as the day of creation and of change
	// Styles is the styles part as it is written. Every style that the
	// document names is defined there.
	Styles []byte
	Page   Page
	// First stands above the text of the first page, Header above that of all
	// others.
	First, Header []Paragraph
	Body          []Block
}

// Page is the paper and its margins.
type Page struct {
	Width, Height            int
	Top, Bottom, Left, Right int
	Header                   int // from the paper's edge to the header
}

// Block is a Paragraph or a Table.
type Block interface{ write(*bytes.Buffer) }

// Paragraph is text in one paragraph style.
type Paragraph struct {
	Style string
	Runs  []Run
}

// Run is text in one character style. A line break in the text stays one, and
// so does a tab.
type Run struct {
	Style string // "" for the paragraph's own
	Text  string
	// PageNumber writes the number of the page instead of Text.
	PageNumber bool
}

// Table is rows over columns of stated widths.
type Table struct {
	Style   string
	Title   string // what a screen reader says of it; "" for a table that only arranges
	Columns []int
	Rows    []Row
}

// Row is one row; it is never torn over two pages.
type Row struct {
	Header bool // repeated on top of every page that the table reaches
	Cells  []Cell
}

// Cell holds at least one paragraph; an empty one is written where there is none.
type Cell struct {
	Span int // columns it covers; 0 is 1
	Body []Paragraph
}

// Text makes a paragraph of one run in the paragraph's own look.
func Text(style, text string) Paragraph {
	return Paragraph{Style: style, Runs: []Run{{Text: text}}}
}

const (
	prolog     = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	namespaces = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	officeRels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	wordType   = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)

// Write writes the package. It writes nothing when it fails before the end.
func (d *Document) Write(w io.Writer) error {
	for _, b := range d.Body {
		t, ok := b.(Table)
		if !ok {
			continue
		}
		for i, r := range t.Rows {
			if n := r.columns(); n != len(t.Columns) {
				return fmt.Errorf("row %d of table %q covers %d columns, not %d", i+1, t.Title, n, len(t.Columns))
			}
		}
	}
	parts := []struct {
		name string
		body []byte
	}{
		{"[Content_Types].xml", contentTypes()},
		{"_rels/.rels", relationships([][3]string{
			{"rId1", officeRels + "officeDocument", "word/document.xml"},
			{"rId2", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml"},
			{"rId3", officeRels + "extended-properties", "docProps/app.xml"},
		})},
		{"docProps/app.xml", []byte(prolog + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>ntm</Application></Properties>`)},
		{"docProps/core.xml", d.core()},
		{"word/_rels/document.xml.rels", relationships([][3]string{
			{"rId1", officeRels + "styles", "styles.xml"},
			{"rId2", officeRels + "settings", "settings.xml"},
			{"rId3", officeRels + "header", "header1.xml"},
			{"rId4", officeRels + "header", "header2.xml"},
		})},
		{"word/document.xml", d.body()},
		{"word/header1.xml", header(d.First)},
		{"word/header2.xml", header(d.Header)},
		{"word/settings.xml", d.settings()},
		{"word/styles.xml", d.Styles},
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		to, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		if _, err := to.Write(p.body); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	_, err := out.WriteTo(w)
	return err
}

func contentTypes() []byte {
	var b bytes.Buffer
	b.WriteString(prolog + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>`)
	for _, p := range [][2]string{
		{"docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"},
		{"docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"},
		{"word/document.xml", wordType + "document.main+xml"},
		{"word/header1.xml", wordType + "header+xml"},
		{"word/header2.xml", wordType + "header+xml"},
		{"word/settings.xml", wordType + "settings+xml"},
		{"word/styles.xml", wordType + "styles+xml"},
	} {
		b.WriteString(`<Override PartName="/` + p[0] + `" ContentType="` + p[1] + `"/>`)
	}
	b.WriteString(`</Types>`)
	return b.Bytes()
}

func relationships(list [][3]string) []byte {
	var b bytes.Buffer
	b.WriteString(prolog + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for _, r := range list {
		b.WriteString(`<Relationship Id="` + r[0] + `" Type="` + r[1] + `" Target="` + r[2] + `"/>`)
	}
	b.WriteString(`</Relationships>`)
	return b.Bytes()
}

func (d *Document) core() []byte {
	day := d.Date.UTC().Format("2006-01-02T15:04:05Z")
	var b bytes.Buffer
	b.WriteString(prolog + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"` +
		` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`)
	for _, p := range [][2]string{
		{"dc:title", d.Title}, {"dc:subject", d.Subject}, {"dc:creator", d.Creator}, {"dc:language", d.Language},
	} {
		b.WriteString("<" + p[0] + ">" + escaped(p[1]) + "</" + p[0] + ">")
	}
	for _, name := range []string{"dcterms:created", "dcterms:modified"} {
		b.WriteString("<" + name + ` xsi:type="dcterms:W3CDTF">` + day + "</" + name + ">")
	}
	b.WriteString(`</cp:coreProperties>`)
	return b.Bytes()
}

// settings says that the document is laid out as Word 2013 and later do, so
// that it does not open in a compatibility mode.
func (d *Document) settings() []byte {
	return []byte(prolog + `<w:settings ` + namespaces + `><w:zoom w:percent="100"/><w:defaultTabStop w:val="567"/>` +
		`<w:characterSpacingControl w:val="doNotCompress"/><w:compat>` +
		`<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>` +
		`<w:themeFontLang w:val="` + escaped(d.Language) + `"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>`)
}

func header(list []Paragraph) []byte {
	var b bytes.Buffer
	b.WriteString(prolog + `<w:hdr ` + namespaces + `>`)
	if len(list) == 0 {
		list = []Paragraph{{}}
	}
	for _, p := range list {
		p.write(&b)
	}
	b.WriteString(`</w:hdr>`)
	return b.Bytes()
}

// body writes the text. The section's properties come last in the body, and
// their children in the order of CT_SectPr (ISO/IEC 29500-1, annex A.1):
// header references, pgSz, pgMar, titlePg.
func (d *Document) body() []byte {
	var b bytes.Buffer
	b.WriteString(prolog + `<w:document ` + namespaces + `><w:body>`)
	for i, block := range d.Body {
		if _, table := block.(Table); table && i > 0 {
			// Two tables without a paragraph between them grow together.
			if _, before := d.Body[i-1].(Table); before {
				Paragraph{}.write(&b)
			}
		}
		block.write(&b)
	}
	if n := len(d.Body); n > 0 {
		if _, table := d.Body[n-1].(Table); table {
			Paragraph{}.write(&b) // a body does not end in a table
		}
	}
	p := d.Page
	b.WriteString(`<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:headerReference w:type="first" r:id="rId3"/>`)
	fmt.Fprintf(&b, `<w:pgSz w:w="%d" w:h="%d"/>`, p.Width, p.Height)
	fmt.Fprintf(&b, `<w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="%d" w:footer="%d" w:gutter="0"/>`,
		p.Top, p.Right, p.Bottom, p.Left, p.Header, p.Header)
	b.WriteString(`<w:titlePg/></w:sectPr></w:body></w:document>`)
	return b.Bytes()
}

func (p Paragraph) write(b *bytes.Buffer) {
	b.WriteString(`<w:p>`)
	if p.Style != "" {
		b.WriteString(`<w:pPr><w:pStyle w:val="` + escaped(p.Style) + `"/></w:pPr>`)
	}
	for _, r := range p.Runs {
		r.write(b)
	}
	b.WriteString(`</w:p>`)
}

func (r Run) write(b *bytes.Buffer) {
	if r.PageNumber {
		b.WriteString(`<w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>`)
		return
	}
	if r.Text == "" {
		return
	}
	b.WriteString(`<w:r>`)
	if r.Style != "" {
		b.WriteString(`<w:rPr><w:rStyle w:val="` + escaped(r.Style) + `"/></w:rPr>`)
	}
	for i, line := range strings.Split(r.Text, "\n") {
		if i > 0 {
			b.WriteString(`<w:br/>`)
		}
		for j, piece := range strings.Split(line, "\t") {
			if j > 0 {
				b.WriteString(`<w:tab/>`)
			}
			if piece != "" {
				b.WriteString(`<w:t xml:space="preserve">` + escaped(piece) + `</w:t>`)
			}
		}
	}
	b.WriteString(`</w:r>`)
}

func (r Row) columns() int {
	n := 0
	for _, c := range r.Cells {
		n += max(1, c.Span)
	}
	return n
}

// write writes the table. Word refuses a document whose elements stand out of
// order; these are the orders of CT_TblPr (tblStyle, tblW, tblLayout, tblLook,
// tblCaption) and CT_TcPr (tcW, gridSpan) in ISO/IEC 29500-1, annex A.1.
func (t Table) write(b *bytes.Buffer) {
	whole := 0
	for _, w := range t.Columns {
		whole += w
	}
	b.WriteString(`<w:tbl><w:tblPr><w:tblStyle w:val="` + escaped(t.Style) + `"/><w:tblW w:w="` + strconv.Itoa(whole) + `" w:type="dxa"/><w:tblLayout w:type="fixed"/>` +
		`<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>`)
	if t.Title != "" {
		b.WriteString(`<w:tblCaption w:val="` + escaped(t.Title) + `"/>`)
	}
	b.WriteString(`</w:tblPr><w:tblGrid>`)
	for _, w := range t.Columns {
		b.WriteString(`<w:gridCol w:w="` + strconv.Itoa(w) + `"/>`)
	}
	b.WriteString(`</w:tblGrid>`)
	for _, r := range t.Rows {
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
		if r.Header {
			b.WriteString(`<w:tblHeader/>`)
		}
		b.WriteString(`</w:trPr>`)
		at := 0
		for _, c := range r.Cells {
			width, span := 0, max(1, c.Span)
			for _, w := range t.Columns[at : at+span] {
				width += w
			}
			at += span
			b.WriteString(`<w:tc><w:tcPr><w:tcW w:w="` + strconv.Itoa(width) + `" w:type="dxa"/>`)
			if span > 1 {
				b.WriteString(`<w:gridSpan w:val="` + strconv.Itoa(span) + `"/>`)
			}
			b.WriteString(`</w:tcPr>`)
			body := c.Body
			if len(body) == 0 {
				body = []Paragraph{{}}
			}
			for _, p := range body {
				p.write(b)
			}
			b.WriteString(`</w:tc>`)
		}
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl>`)
}

// escaped is text as XML holds it; what XML cannot hold is replaced.
func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder never fails
	return b.String()
}
