package excel

import (
	"archive/zip"
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// parts is a workbook as the parts of its zip file. The tests write the XML
// themselves, because no library writes the faults they are about.
type parts map[string]string

const (
	nsMain   = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	nsRel    = `xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	relURI   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	mainType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
)

// simple is a workbook of one sheet, "Biểu 1", with the given XML inside its
// <worksheet>, and with five shared strings and a few styles to point at.
func simple(inside string) parts {
	return parts{
		"[Content_Types].xml": `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + mainType + `"/></Types>`,
		"_rels/.rels": rels(`<Relationship Id="rId1" Type="` + relURI + `officeDocument" Target="xl/workbook.xml"/>`),
		"xl/workbook.xml": `<workbook ` + nsMain + ` ` + nsRel + `><sheets>` +
			`<sheet name="Biểu 1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": rels(`<Relationship Id="rId1" Type="` + relURI + `worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + relURI + `sharedStrings" Target="sharedStrings.xml"/>` +
			`<Relationship Id="rId3" Type="` + relURI + `styles" Target="/xl/styles.xml"/>`),
		"xl/sharedStrings.xml": `<sst ` + nsMain + `><si><t>Đạt</t></si><si><r><rPr><rFont val=".VnTime"/></rPr><t>Phú </t></r><r><rPr><rFont val=".VnTime"/></rPr><t>Thạnh</t></r></si>` +
			`<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si><si><t xml:space="preserve"> a&amp;b_x000D_&#10;c </t></si><si><t/></si></sst>`,
		"xl/styles.xml": `<styleSheet ` + nsMain + `><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0&quot;%&quot;"/><numFmt numFmtId="165" formatCode="[Red]0.00%;-0.00%"/><numFmt numFmtId="166" formatCode="dd/mm/yyyy"/></numFmts>` +
			`<fonts><font><name val="Times New Roman"/></font><font><name val=".VnTime"/></font></fonts>` +
			`<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="10" fontId="1"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml": `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<worksheet ` + nsMain + `>` + inside + `</worksheet>`,
	}
}

func rels(inside string) string {
	return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + inside + `</Relationships>`
}

// data is simple with the given rows.
func data(rows string) parts { return simple("<sheetData>" + rows + "</sheetData>") }

// with replaces or adds one part; without drops one; edit changes text in one.
func (p parts) with(name, body string) parts { p[name] = body; return p }
func (p parts) without(name string) parts    { delete(p, name); return p }
func (p parts) edit(name, old, new string) parts {
	if !strings.Contains(p[name], old) {
		panic("no " + old + " in " + name)
	}
	p[name] = strings.Replace(p[name], old, new, 1)
	return p
}

func (p parts) zip() []byte { return p.zipped(zip.Deflate) }

func (p parts) zipped(method uint16) []byte {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	names := make([]string, 0, len(p))
	for name := range p {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err == nil {
			_, err = f.Write([]byte(p[name]))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return buf.Bytes()
}

// read reads a workbook that must be accepted.
func read(t *testing.T, p parts) (*sheet.Book, issue.List) {
	t.Helper()
	book, notes, err := Read(context.Background(), "test.xlsx", p.zip(), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if book == nil {
		t.Fatalf("refused: %v", notes)
	}
	if notes.Worst() == issue.Error {
		t.Fatalf("read, with an error: %v", notes)
	}
	return book, notes
}

// refused reads bytes that must be refused, and returns why.
func refused(t *testing.T, name string, data []byte, lim Limits) issue.Issue {
	t.Helper()
	book, why, err := Read(context.Background(), name, data, lim)
	if err != nil {
		t.Fatal(err)
	}
	if book != nil {
		t.Fatalf("read, want a refusal: %s", cellsText(book))
	}
	if len(why) != 1 || why[0].Severity != issue.Error || why[0].Check != "file_refused" ||
		why[0].Message == "" || why[0].Remedy == "" || why[0].File == "" {
		t.Fatalf("not a complete refusal: %#v", why)
	}
	return why[0]
}

// cellsText writes the first sheet's cells on one line: A1="Đạt" B1=84.6% …
func cellsText(b *sheet.Book) string {
	var out []string
	for _, c := range b.Sheets[0].Cells {
		s := c.Pos.String() + "="
		switch c.Kind {
		case sheet.Text:
			s += `"` + c.Text + `"`
		case sheet.NoResult:
			s += "?"
		default:
			s += c.Text
		}
		if c.Percent {
			s += "%"
		}
		if c.Date {
			s += "d"
		}
		if c.Formula {
			s += "f"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

// codesOf lists the codes of notes.
func codesOf(notes issue.List) string {
	var out []string
	for _, n := range notes {
		out = append(out, n.Code)
	}
	return strings.Join(out, " ")
}

// storedZip makes a zip file of one entry that is not packed.
func storedZip(name, body string) []byte {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err == nil {
		_, err = f.Write([]byte(body))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err)
	}
	return buf.Bytes()
}

func mustFloat(t *testing.T, s string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
