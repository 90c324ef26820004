package excel

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

const (
	odsType  = "application/vnd.oasis.opendocument.spreadsheet"
	odfNames = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" ` +
		`xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" ` +
		`xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" ` +
		`xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" ` +
		`xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"`
)

// ods is a document with this XML inside its <office:spreadsheet> and, before
// that, inside its styles.
func ods(styles, tables string) parts {
	return parts{
		"mimetype": odsType,
		"META-INF/manifest.xml": `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">` +
			`<manifest:file-entry manifest:full-path="/" manifest:media-type="` + odsType + `"/><manifest:file-entry manifest:full-path="content.xml"/></manifest:manifest>`,
		"content.xml": `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<office:document-content ` + odfNames + ` office:version="1.3">` +
			`<office:font-face-decls><style:font-face style:name="F1" svg:font-family="&apos;.VnTime&apos;"/></office:font-face-decls>` +
			`<office:automatic-styles>` + styles + `</office:automatic-styles><office:body><office:spreadsheet>` + tables + `</office:spreadsheet></office:body></office:document-content>`,
	}
}

// odsRows is a document of one sheet, "Biểu 1", of these rows.
func odsRows(rows string) parts {
	return ods("", `<table:table table:name="Biểu 1">`+rows+`</table:table>`)
}

// odsCells is the same with one row.
func odsCells(cells string) parts { return odsRows(`<table:table-row>` + cells + `</table:table-row>`) }

// numbered is a cell that holds a number.
func numbered(n string) string {
	return `<table:table-cell office:value-type="float" office:value="` + n + `"><text:p>` + n + `</text:p></table:table-cell>`
}

func worded(inside string) string {
	return `<table:table-cell office:value-type="string"><text:p>` + inside + `</text:p></table:table-cell>`
}

func TestODSCells(t *testing.T) {
	for _, test := range []struct{ name, cells, want string }{
		{"text", worded("Phú Thạnh"), `A1="Phú Thạnh"`},
		{"the stored number, not the one shown", `<table:table-cell office:value-type="float" office:value="84.6"><text:p>85</text:p></table:table-cell>`, `A1=84.6`},
		{"a percentage is stored as a fraction", `<table:table-cell office:value-type="percentage" office:value="0.846"><text:p>84,6%</text:p></table:table-cell>`, `A1=0.846%`},
		{"money", `<table:table-cell office:value-type="currency" office:currency="VND" office:value="37390000"/>`, `A1=37390000`},
		{"a date", `<table:table-cell office:value-type="date" office:date-value="2017-12-31"/>`, `A1=2017-12-31d`},
		{"a time", `<table:table-cell office:value-type="time" office:time-value="PT36H30M00S"/>`, `A1=PT36H30M00Sd`},
		{"truth", `<table:table-cell office:value-type="boolean" office:boolean-value="true"/>`, `A1=TRUE`},
		{"text in an attribute", `<table:table-cell office:value-type="string" office:string-value="Đạt"><text:p>khác</text:p></table:table-cell>`, `A1="Đạt"`},
		{"text without a type", `<table:table-cell><text:p>Đạt</text:p></table:table-cell>`, `A1="Đạt"`},
		{"a formula's result counts", `<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/>`, `A1=2f`},
		{"a formula without a result", `<table:table-cell table:formula="of:=1+1"/>`, `A1=?f`},
		{"a formula's empty text is blank", `<table:table-cell table:formula="of:=&quot;&quot;"><text:p/></table:table-cell>`, ``},
		{"an error as LibreOffice says it", `<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>`, `A1=#DIV/0!f`},
		{"an error as others say it", `<table:table-cell table:formula="of:=#REF!" office:value-type="float" office:value="0"><text:p>#REF!</text:p></table:table-cell>`, `A1=#REF!f`},
		{"what only looks like an error", worded("#REF!"), `A1="#REF!"`},
		{"paragraphs are lines", `<table:table-cell office:value-type="string"><text:p>a</text:p><text:p/><text:p>b</text:p></table:table-cell>`, `A1="a` + "\n\n" + `b"`},
		{"white space", worded("\n <text:s/>hai <text:s text:c=\"2\"/>đầu<text:tab/>x<text:line-break/>y "), `A1=" hai   đầu` + "\tx\n" + `y "`},
		{"spans and links", worded(`Phú <text:span>Th</text:span><text:a>ạnh</text:a>`), `A1="Phú Thạnh"`},
		{"comments are not the text", `<table:table-cell office:value-type="string"><office:annotation><text:p>xem lại</text:p></office:annotation><text:p>Đạt</text:p></table:table-cell>`, `A1="Đạt"`},
		{"drawings are not the text", worded(`Đạt<draw:frame><text:p>hình</text:p></draw:frame>`), `A1="Đạt"`},
		{"repeated cells", `<table:table-cell table:number-columns-repeated="2"/><table:table-cell table:number-columns-repeated="3" office:value-type="float" office:value="7"/>` + numbered("8"), `C1=7 D1=7 E1=7 F1=8`},
		{"a number that is none", `<table:table-cell office:value-type="float" office:value="12o"/>`, `A1="12o"`},
		{"nothing", `<table:table-cell table:number-columns-repeated="16384"/>`, ``},
	} {
		t.Run(test.name, func(t *testing.T) {
			book, _ := read(t, odsCells(test.cells))
			if got := cellsText(book); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestODSNumbers(t *testing.T) {
	book, _ := read(t, odsCells(`<table:table-cell office:value-type="date" office:date-value="2017-12-31T12:00:00"/><table:table-cell office:value-type="time" office:time-value="PT18H00M00S"/>`))
	if a, b := book.Sheets[0].Cells[0].Num, book.Sheets[0].Cells[1].Num; a != 43100.5 || b != 0.75 {
		t.Errorf("the date is %v, the time %v", a, b)
	}
}

func TestODSRows(t *testing.T) {
	group := func(inside string) string { return `<table:table-row-group>` + inside + `</table:table-row-group>` }
	row := func(cells string) string { return `<table:table-row>` + cells + `</table:table-row>` }
	for _, test := range []struct{ name, rows, want string }{
		{"repeated rows", `<table:table-row table:number-rows-repeated="2">` + numbered("1") + `</table:table-row>` + row(numbered("2")), `A1=1 A2=1 A3=2`},
		{"blank rows are counted, not made", `<table:table-row table:number-rows-repeated="1048575"/>` + row(numbered("1")), `A1048576=1`},
		{"blank rows beyond the sheet say nothing", row(numbered("1")) + `<table:table-row table:number-rows-repeated="999999999"><table:table-cell table:number-columns-repeated="999999999"/></table:table-row>`, `A1=1`},
		{"headers and groups", `<table:table-header-rows>` + row(numbered("1")) + `</table:table-header-rows>` + group(row(numbered("2"))+group(row(numbered("3")))) + `<table:table-rows>` + row(numbered("4")) + `</table:table-rows>`, `A1=1 A2=2 A3=3 A4=4`},
		{"beside the rows", `<table:shapes><draw:frame/></table:shapes><x:y xmlns:x="urn:x"/>` + row(numbered("1")) + `<table:named-expressions/>`, `A1=1`},
	} {
		t.Run(test.name, func(t *testing.T) {
			book, _ := read(t, odsRows(test.rows))
			if got := cellsText(book); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// A merge's other cells are covered; so are those that say so themselves.
func TestODSMerges(t *testing.T) {
	book, notes := read(t, odsRows(
		`<table:table-row><table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="2" office:value-type="string"><text:p>gộp</text:p></table:table-cell>`+
			`<table:covered-table-cell office:value-type="string"><text:p>cũ</text:p></table:covered-table-cell>`+numbered("1")+`</table:table-row>`+
			`<table:table-row><table:covered-table-cell/><table:table-cell office:value-type="float" office:value="9"/>`+numbered("2")+`</table:table-row>`))
	s := book.Sheets[0]
	if got := cellsText(book); got != `A1="gộp" C1=1 C2=2` || fmt.Sprint(s.Merges) != "[A1:B2]" || fmt.Sprint(s.Covered) != "[B1 B2]" || codesOf(notes) != codeCovered {
		t.Errorf("%s, merges %v, covered %v, notes %v", got, s.Merges, s.Covered, notes)
	}
}

// What a reader of the sheet would not see is read, and named.
func TestODSHidden(t *testing.T) {
	row := func(attributes string) string {
		return `<table:table-row ` + attributes + `>` + numbered("1") + numbered("2") + numbered("3") + `</table:table-row>`
	}
	book, notes := read(t, ods(
		`<style:style style:name="ta1" style:family="table"><style:table-properties table:display="false"/></style:style>`+
			`<style:style style:name="co0" style:family="table-column"><style:table-column-properties style:column-width="0in"/></style:style>`,
		`<table:table table:name="Ẩn" table:style-name="ta1"><table:table-column/><table:table-column table:visibility="collapse"/><table:table-column table:style-name="co0"/>`+
			row("")+row(`table:visibility="collapse"`)+row(`table:visibility="filter"`)+
			`<table:table-row-group table:display="false">`+row("")+`</table:table-row-group></table:table>`))
	s := book.Sheets[0]
	if !s.Hidden || fmt.Sprint(s.HiddenRows) != "map[2:true 3:true 4:true]" || fmt.Sprint(s.HiddenCols) != "map[2:true 3:true]" ||
		codesOf(notes) != codeHiddenSheet+" "+codeHiddenRows+" "+codeHiddenColumns {
		t.Errorf("hidden %v, rows %v, columns %v, notes %v", s.Hidden, s.HiddenRows, s.HiddenCols, notes)
	}
}

// Percentages, dates and fonts come through styles: the cell's own, else the
// row's, else the column's, each with what it inherits.
func TestODSStyles(t *testing.T) {
	styles := `<number:percentage-style style:name="N10"/><number:date-style style:name="N37"/><number:number-style style:name="N0"/>` +
		`<number:number-style style:name="N9"><style:map style:condition="value()&lt;1" style:apply-style-name="N10"/></number:number-style>` +
		`<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N10"><style:text-properties style:font-name="F1"/></style:style>` +
		`<style:style style:name="ce2" style:family="table-cell" style:data-style-name="N37"><style:text-properties fo:font-family="&apos;VNI-Times&apos;, serif"/></style:style>` +
		`<style:style style:name="ce3" style:family="table-cell" style:parent-style-name="Common"/>` +
		`<style:style style:name="ce4" style:family="table-cell" style:data-style-name="N9"/>` +
		`<style:style style:name="T1" style:family="text"><style:text-properties style:font-name="F1"/></style:style>`
	styled := func(style, n string) string {
		return `<table:table-cell table:style-name="` + style + `" office:value-type="float" office:value="` + n + `"/>`
	}
	p := ods(styles, `<table:table table:name="a"><table:table-column table:default-cell-style-name="ce1"/><table:table-column table:number-columns-repeated="9" table:default-cell-style-name="ce3"/>`+
		`<table:table-row>`+numbered("0.1")+numbered("0.2")+styled("ce2", "3")+styled("ce4", "0.4")+styled("ce4", "5")+`</table:table-row>`+
		`<table:table-row table:default-cell-style-name="ce2">`+numbered("6")+
		worded(`<text:span text:style-name="T1">Phó Th¹nh</text:span> `)+worded(`Phó <text:span text:style-name="T1">Th¹nh</text:span>`)+`</table:table-row></table:table>`)
	p["styles.xml"] = `<office:document-styles ` + odfNames + `><office:styles><style:default-style style:family="table-cell"><style:text-properties fo:font-family="Arial"/></style:default-style>` +
		`<style:style style:name="Common" style:family="table-cell" style:data-style-name="N1"/><number:percentage-style style:name="N1"/></office:styles></office:document-styles>`
	book, _ := read(t, p)
	if got, want := cellsText(book), `A1=0.1% B1=0.2% C1=3d D1=0.4% E1=5 A2=6d B2="Phó Th¹nh " C2="Phó Th¹nh"`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var fonts []string
	for _, c := range book.Sheets[0].Cells {
		fonts = append(fonts, c.Font)
	}
	if got, want := strings.Join(fonts, "|"), ".VnTime|Arial|VNI-Times|Arial|Arial|VNI-Times|.VnTime|VNI-Times"; got != want {
		t.Errorf("fonts %s, want %s", got, want)
	}
}

func TestODSBooks(t *testing.T) {
	table := func(name, inside string) string {
		return `<table:table table:name="` + name + `">` + inside + `<table:table-row>` + numbered("1") + `</table:table-row></table:table>`
	}
	p := ods("", `<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>`+
		table("Biểu 1", "")+table("BIỂU 1", `<table:table-source/>`)+table("&apos;file:///a.ods&apos;#$S", ""))
	p["Basic/Standard/Module1.xml"] = "x"
	book, notes := read(t, p)
	if len(book.Sheets) != 2 || !book.Date1904 || !book.Macros || !book.ExternalLinks || codesOf(notes) != codeSameName+" "+codeMacros+" "+codeExternalLinks {
		t.Errorf("%d sheets, %+v, notes %v", len(book.Sheets), book, notes)
	}
}

// What cannot be read whole is refused, and says where.
func TestODSRefusals(t *testing.T) {
	two := `<table:table-cell office:value-type="float" office:value="7" table:number-columns-repeated="`
	cell := func(inside string) parts { return odsCells(numbered("1") + inside) }
	for _, test := range []struct {
		name string
		file parts
		code string
		cell string
	}{
		{"encrypted", odsCells("").edit("META-INF/manifest.xml", `manifest:full-path="content.xml"/>`, `manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>`), codeProtectedODS, ""},
		{"doctype", odsCells("").edit("content.xml", "?>\n", `?><!DOCTYPE x [<!ENTITY a "b">]>`), codeDoctype, ""},
		{"content gone", odsCells("").without("content.xml"), codePartMissing, ""},
		{"styles gone", odsCells("").edit("META-INF/manifest.xml", "content.xml", "styles.xml"), codePartMissing, ""},
		{"cut", odsCells("").edit("content.xml", "</office:spreadsheet></office:body></office:document-content>", ""), codeXML, ""},
		{"no sheet", ods("", ""), codeNoSheet, ""},
		{"a text document inside", odsCells("").edit("content.xml", "<office:spreadsheet>", "<office:text>").edit("content.xml", "</office:spreadsheet>", "</office:text>"), codeNotUnderstood, ""},
		{"a table within a cell", cell(`<table:table-cell><table:table/></table:table-cell>`), codeNotUnderstood, "B1"},
		{"unknown element in a cell", cell(`<table:table-cell><text:q>1</text:q></table:table-cell>`), codeNotUnderstood, "B1"},
		{"unknown element in a row", cell(`<table:cell/>`), codeNotUnderstood, ""},
		{"unknown attribute of a cell", cell(`<table:table-cell office:valve="1"/>`), codeNotUnderstood, ""},
		{"unknown type", cell(`<table:table-cell office:value-type="flot" office:value="1"/>`), codeNotUnderstood, ""},
		{"a number without its value", cell(`<table:table-cell office:value-type="float"/>`), codeNotUnderstood, "B1"},
		{"repeated minus once", cell(`<table:table-cell table:number-columns-repeated="-1"/>`), codeNotUnderstood, ""},
		{"columns without end", cell(two + `999999999"/>`), codeColumns, "XFE1"},
		{"rows without end", odsRows(`<table:table-row table:number-rows-repeated="999999999">` + two + `2"/></table:table-row>`), codeCells, "A500001"},
		{"text without end", odsRows(`<table:table-row table:number-rows-repeated="999999">` + worded(strings.Repeat("Đạt ", 1000)) + `</table:table-row>`), codeTextTotal, ""},
		{"blanks without end", cell(worded(`<text:s text:c="999999999"/>`)), codeString, "B1"},
		{"below the last row", odsRows(`<table:table-row table:number-rows-repeated="1048576"/><table:table-row>` + numbered("1") + `</table:table-row>`), codeRows, "A1048577"},
		{"a merge beyond the sheet", cell(`<table:table-cell table:number-rows-spanned="999999999"/>`), codeAddress, "B1"},
		{"merges without end", odsRows(`<table:table-row table:number-rows-repeated="9999999"><table:table-cell table:number-columns-spanned="2"/></table:table-row>`), codeCells, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			why := refused(t, "a.ods", test.file.zip(), DefaultLimits())
			if why.Code != test.code || test.cell != "" && why.Cell != test.cell {
				t.Errorf("refused as %v, want %s at %s", why, test.code, test.cell)
			}
		})
	}
	lim := DefaultLimits()
	lim.Sheets = 1
	if why := refused(t, "a.ods", ods("", strings.Repeat(`<table:table table:name="a"/>`, 2)).zip(), lim); why.Code != codeSheets {
		t.Error(why)
	}
}

// A file of two kilobytes that asks for gigabytes costs next to nothing.
func TestODSRepeatedBlanksCostNothing(t *testing.T) {
	var rows strings.Builder
	for range 200 {
		rows.WriteString(`<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`)
	}
	data := odsRows(rows.String()).zip()
	got := testing.AllocsPerRun(3, func() {
		if book, why, err := Read(context.Background(), "a.ods", data, DefaultLimits()); err != nil || book == nil {
			t.Fatal(why, err)
		}
	})
	if got > 2000 {
		t.Errorf("%v allocations", got)
	}
}

// packed is a document whose parts are packed, as office programs write them.
func packed(p parts) []byte {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	write := func(name string, method uint16) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err == nil {
			_, err = f.Write([]byte(p[name]))
		}
		if err != nil {
			panic(err)
		}
	}
	write("mimetype", zip.Store)
	for _, name := range []string{"META-INF/manifest.xml", "content.xml", "styles.xml"} {
		if p[name] != "" {
			write(name, zip.Deflate)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return buf.Bytes()
}

func TestODSOrderedAndPacked(t *testing.T) {
	book, notes, err := Read(context.Background(), "a.xlsx", packed(odsCells(numbered("1"))), DefaultLimits())
	if err != nil || book == nil || notes.Worst() == issue.Error || cellsText(book) != "A1=1" || book.Sheets[0].Cells[0].Kind != sheet.Number {
		t.Error(book, notes, err)
	}
}
