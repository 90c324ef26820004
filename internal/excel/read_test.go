package excel

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// What a row of XML is read as.
func TestCells(t *testing.T) {
	for _, test := range []struct{ name, rows, want string }{
		{"each type", `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>84.6</v></c><c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><v>#REF!</v></c>` +
			`<c r="E1" t="str"><f>A1</f><v>Đạt</v></c><c r="F1" t="inlineStr"><is><t>xã</t></is></c><c r="G1" t="d"><v>2017-12-31</v></c></row>`,
			`A1="Đạt" B1=84.6 C1=TRUE D1=#REF! E1="Đạt"f F1="xã" G1=2017-12-31d`},
		{"digits as stored", `<row r="1"><c r="A1"><v>6.6E-2</v></c><c r="B1"><v>84.600000000000009</v></c><c r="C1"><v>-0</v></c><c r="D1"><v> 12 </v></c></row>`,
			`A1=6.6E-2 B1=84.600000000000009 C1=-0 D1=12`},
		{"formulas with and without a result", `<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>C9</f></c><c r="C1"><f>C9</f><v></v></c><c r="D1" t="str"><f>IF(1,"")</f><v></v></c><c r="E1"><f t="shared" si="0"/><v>3</v></c></row>`,
			`A1=2f B1=?f C1=?f E1=3f`},
		{"blank cells are not stored", `<row r="1"><c r="A1" s="1"/><c r="B1" t="s"><v>4</v></c><c r="C1"><v/></c><c r="D1" t="str"><v></v></c></row>`, ``},
		{"no addresses", `<row><c><v>1</v></c><c><v>2</v></c></row><row r="4"><c r="C4"><v>3</v></c><c><v>4</v></c></row><row><c><v>5</v></c></row>`,
			`A1=1 B1=2 C4=3 D4=4 A5=5`},
		{"rows and cells out of order", `<row r="9"><c r="C9"><v>3</v></c><c r="A9"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>`,
			`B2=2 A9=1 C9=3`},
		{"a row number twice, no cell twice", `<row r="3"><c r="A3"><v>1</v></c></row><row r="3"><c r="B3"><v>2</v></c></row>`, `A3=1 B3=2`},
		{"rich text joined, phonetic text left out, escapes decoded", `<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>2</v></c><c r="C1" t="s"><v>3</v></c></row>`,
			"A1=\"Phú Thạnh\" B1=\"東京\" C1=\" a&b\r\nc \""},
		{"escapes in a formula's text", `<row r="1"><c r="A1" t="str"><v>x_x005F_x0041__xD83D__xDE00_ _xD83D_ _x00e_</v></c></row>`, `A1="x_x0041_😀 _xD83D_ _x00e_"`},
		{"CDATA, comments, entities", `<!-- one --><row r="1"><c r="A1" t="str"><v>a<![CDATA[<b>]]>&lt;&#x1ECB;</v></c><?pi x?></row>`, `A1="a<b><ị"`},
		{"percent and date by number format", `<row r="1"><c r="A1" s="1"><v>0.846</v></c><c r="B1" s="2"><v>84.6</v></c><c r="C1" s="3"><v>-0.5</v></c><c r="D1" s="4"><v>43100</v></c><c r="E1" s="5"><v>43100</v></c></row>`,
			`A1=0.846% B1=84.6 C1=-0.5% D1=43100d E1=43100d`},
		{"what is no number is kept as text", `<row r="1"><c r="A1"><v>86,57</v></c><c r="B1"><v>NaN</v></c><c r="C1"><v>1e999</v></c><c r="D1" t="b"><v>2</v></c><c r="E1" t="d"><v>hôm qua</v></c><c r="F1"><v>0x10</v></c></row>`,
			`A1="86,57" B1="NaN" C1="1e999" D1="2" E1="hôm qua" F1="0x10"`},
		{"lower-case addresses", `<row r="1"><c r="b1"><v>1</v></c></row>`, `B1=1`},
		{"single quotes and blanks in tags", `<row r = '1' ><c r='A1' ><v >1</v ></c ></row >`, `A1=1`},
	} {
		t.Run(test.name, func(t *testing.T) {
			book, _ := read(t, data(test.rows))
			if got := cellsText(book); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestNumbersAreExact(t *testing.T) {
	for _, digits := range []string{"84.6", "0.1", "86.57", "9007199254740993", "1.7976931348623157E+308", "5e-324",
		"123456789012345", "1234567890123456", ".5", "5.", "+3", "0.30000000000000004", "100.000000000000"} {
		book, _ := read(t, data(`<row r="1"><c r="A1"><v>`+digits+`</v></c></row>`))
		got := book.Sheets[0].Cells[0]
		if want := mustFloat(t, digits); got.Num != want || got.Kind != sheet.Number || got.Text != digits {
			t.Errorf("%s read as %v (%v), want %v", digits, got.Num, got.Kind, want)
		}
	}
}

// The conservation law: a sheet that is torn or damaged anywhere is refused,
// never shortened.
func TestTornSheetIsRefused(t *testing.T) {
	var rows strings.Builder
	for r := 1; r <= 119; r++ {
		n := sheet.Pos{Row: r, Col: 1}
		rows.WriteString(`<row r="` + n.String()[1:] + `"><c r="` + n.String() + `"><v>1</v></c></row>`)
	}
	whole := data(rows.String())
	xml := whole["xl/worksheets/sheet1.xml"]
	if book, _ := read(t, whole); len(book.Sheets[0].Cells) != 119 {
		t.Fatal("the whole sheet is not whole")
	}
	row60 := `<row r="60"><c r="A60"><v>1</v></c></row>`
	for name, damage := range map[string]string{
		"cut at 60 %":           xml[:len(xml)*6/10],
		"cut in a tag":          xml[:strings.Index(xml, row60)+10],
		"last tag missing":      strings.TrimSuffix(xml, "</worksheet>"),
		"tag broken in row 60":  strings.Replace(xml, row60, `<row r="60"><c r="A60"><v>1</c></row>`, 1),
		"undefined entity":      strings.Replace(xml, row60, `<row r="60"><c r="A60"><v>&nbsp;</v></c></row>`, 1),
		"bare ampersand":        strings.Replace(xml, row60, `<row r="60"><c r="A60" t="str"><v>a & b</v></c></row>`, 1),
		"illegal UTF-8":         strings.Replace(xml, row60, "<row r=\"60\"><c r=\"A60\" t=\"str\"><v>\xE1\xBA</v></c></row>", 1),
		"control character":     strings.Replace(xml, row60, "<row r=\"60\"><c r=\"A60\" t=\"str\"><v>\x01</v></c></row>", 1),
		"attribute unquoted":    strings.Replace(xml, row60, `<row r=60><c r="A60"><v>1</v></c></row>`, 1),
		"attribute twice":       strings.Replace(xml, row60, `<row r="60" r="61"><c><v>1</v></c></row>`, 1),
		"second root":           xml + "<worksheet/>",
		"text after the end":    xml + "x",
		"row name damaged":      strings.Replace(xml, row60, `<rov r="60"><c r="A60"><v>1</v></c></rov>`, 1),
		"cell name damaged":     strings.Replace(xml, row60, `<row r="60"><d r="A60"><v>1</v></d></row>`, 1),
		"value name damaged":    strings.Replace(xml, row60, `<row r="60"><c r="A60"><w>1</w></c></row>`, 1),
		"address name damaged":  strings.Replace(xml, row60, `<row r="60"><c q="A60"><v>1</v></c></row>`, 1),
		"address damaged":       strings.Replace(xml, row60, `<row r="60"><c r="A6O"><v>1</v></c></row>`, 1),
		"address of other row":  strings.Replace(xml, row60, `<row r="60"><c r="A61"><v>1</v></c></row>`, 1),
		"address beyond Excel":  strings.Replace(xml, row60, `<row r="60"><c r="XFE60"><v>1</v></c></row>`, 1),
		"address repeated":      strings.Replace(xml, row60, `<row r="59"><c r="A59"><v>1</v></c></row>`, 1),
		"repeated, once blank":  strings.Replace(xml, row60, `<row r="60"><c r="A60"/><c r="A60"><v>1</v></c></row>`, 1),
		"unknown type":          strings.Replace(xml, row60, `<row r="60"><c r="A60" t="z"><v>1</v></c></row>`, 1),
		"two values":            strings.Replace(xml, row60, `<row r="60"><c r="A60"><v>1</v><v>2</v></c></row>`, 1),
		"text between cells":    strings.Replace(xml, row60, `<row r="60">1</row>`, 1),
		"sheet data missing":    strings.NewReplacer("<sheetData>", "<sheetProtection>", "</sheetData>", "</sheetProtection>").Replace(xml),
		"sheet data renamed":    strings.NewReplacer("<sheetData>", "<sheetDatb>", "</sheetData>", "</sheetDatb>").Replace(xml),
		"foreign namespace":     strings.Replace(xml, nsMain, `xmlns="urn:x"`, 1),
		"undeclared prefix":     strings.Replace(xml, row60, `<row r="60"><x:c r="A60"><v>1</v></x:c></row>`, 1),
		"DOCTYPE":               strings.Replace(xml, "<worksheet", "<!DOCTYPE worksheet []><worksheet", 1),
		"shared string too far": strings.Replace(xml, row60, `<row r="60"><c r="A60" t="s"><v>5</v></c></row>`, 1),
		"style too far":         strings.Replace(xml, row60, `<row r="60"><c r="A60" s="6"><v>5</v></c></row>`, 1),
		"UTF-16":                "\xFF\xFE<\x00w\x00",
		"other encoding":        strings.Replace(xml, "UTF-8", "ISO-8859-1", 1),
		"empty":                 "",
	} {
		t.Run(name, func(t *testing.T) {
			why := refused(t, "test.xlsx", data("").with("xl/worksheets/sheet1.xml", damage).zip(), DefaultLimits())
			if why.Sheet != "Biểu 1" {
				t.Errorf("the refusal does not name the sheet: %v", why)
			}
		})
	}
}

func TestDamagedParts(t *testing.T) {
	one := `<row r="1"><c r="A1" t="s"><v>0</v></c></row>`
	for _, test := range []struct {
		name string
		p    parts
		code string
	}{
		{"shared strings lost", data(one).without("xl/sharedStrings.xml"), codeNoStrings},
		{"shared strings not related", data(one).edit("xl/_rels/workbook.xml.rels", relURI+"sharedStrings", "urn:x"), codeNoStrings},
		{"shared strings torn", data(one).edit("xl/sharedStrings.xml", "</sst>", ""), codeXML},
		{"string element renamed", data(one).edit("xl/sharedStrings.xml", "<si><t>Đạt</t></si>", "<sj><t>Đạt</t></sj>"), codeNotUnderstood},
		{"sheet lost", data(one).without("xl/worksheets/sheet1.xml"), codePartMissing},
		{"sheet not related", data(one).edit("xl/_rels/workbook.xml.rels", `Id="rId1"`, `Id="rId9"`), codePartMissing},
		{"relationships lost", data(one).without("xl/_rels/workbook.xml.rels"), codePartMissing},
		{"workbook lost", data(one).without("xl/workbook.xml"), codePartMissing},
		{"package relationships lost", data(one).without("_rels/.rels"), codePartMissing},
		{"content types lost", data(one).without("[Content_Types].xml"), codeNotWorkbook},
		{"styles lost", data(one).without("xl/styles.xml"), codePartMissing},
		{"styles torn", data(one).edit("xl/styles.xml", "</styleSheet>", ""), codeXML},
		{"no sheets", data(one).edit("xl/workbook.xml", `<sheet name="Biểu 1" sheetId="1" r:id="rId1"/>`, ""), codeNoSheet},
		{"workbook property damaged", data(one).edit("xl/workbook.xml", "<sheets>", `<workbookPr date1905="1"/><sheets>`), codeNotUnderstood},
		{"DOCTYPE in shared strings", data(one).edit("xl/sharedStrings.xml", "<sst", "<!DOCTYPE sst []><sst"), codeDoctype},
		{"two shared string tables", data(one).edit("xl/_rels/workbook.xml.rels", "</Relationships>",
			`<Relationship Id="x" Type="`+relURI+`sharedStrings" Target="styles.xml"/></Relationships>`), codeNotUnderstood},
		{"merge damaged", simple(`<sheetData/><mergeCells><mergeCell ref="A1:"/></mergeCells>`), codeAddress},
		{"kind of a sheet damaged", data(one).edit("xl/_rels/workbook.xml.rels", relURI+`worksheet"`, relURI+`worksheft"`), codeNotUnderstood},
		{"hidden damaged", data(`<row r="1" hidden="x"/>`), codeNotUnderstood},
		{"Word inside", data(one).edit("[Content_Types].xml", mainType, "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"), codeWord},
		{"xlsb inside", data(one).edit("[Content_Types].xml", mainType, "application/vnd.ms-excel.sheet.binary.macroEnabled.main"), codeXLSB},
	} {
		t.Run(test.name, func(t *testing.T) {
			if why := refused(t, "test.xlsx", test.p.zip(), DefaultLimits()); why.Code != test.code {
				t.Errorf("refused as %v, want %s", why, test.code)
			}
		})
	}
}

// Whatever the parts are called and however they are written, they are found.
func TestForms(t *testing.T) {
	const rows = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>0.5</v></c></row>`
	const want = `A1="Đạt" B1=0.5%`
	prefixed := strings.NewReplacer("<sheetData", "<x:sheetData", "</sheetData", "</x:sheetData", "<row", "<x:row", "</row", "</x:row",
		"<c ", "<x:c ", "</c>", "</x:c>", "<v>", "<x:v>", "</v>", "</x:v>")
	strict := data(rows)
	for name, body := range strict {
		body = strings.ReplaceAll(body, "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
		strict[name] = strings.ReplaceAll(body, "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships")
	}
	moved := data(rows).edit("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "/Bảng%20kê/A.xml")
	moved["Bảng kê/A.xml"] = moved["xl/worksheets/sheet1.xml"]
	backslash := data(rows)
	backslash[`xl\worksheets\sheet1.xml`] = backslash["xl/worksheets/sheet1.xml"]
	for name, p := range map[string]parts{
		"prefixed": data("").with("xl/worksheets/sheet1.xml", `<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`+
			prefixed.Replace("<sheetData>"+rows+"</sheetData>")+`</x:worksheet>`),
		"strict":                strict,
		"moved part":            moved,
		"backslashes":           backslash.without("xl/worksheets/sheet1.xml"),
		"byte order mark":       data(rows).edit("xl/worksheets/sheet1.xml", `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`, "\uFEFF"),
		"cells without prefix":  data(rows).edit("xl/worksheets/sheet1.xml", `<c r="B1" s="1">`, `<c xmlns:y="urn:y" r="B1" y:r="Z9" s="1">`),
		"extensions":            simple("<sheetData>" + rows + `</sheetData><y:z xmlns:y="urn:y"><y:row/></y:z><extLst><ext><row r="x"/></ext></extLst>`),
		"style part not needed": data(`<row r="1"><c r="A1" s="0" t="s"><v>0</v></c><c r="B1" t="str"><v>x</v></c></row>`).edit("xl/styles.xml", "cellXfs", "dxfs").edit("xl/styles.xml", "/cellXfs", "/dxfs"),
	} {
		t.Run(name, func(t *testing.T) {
			book, _ := read(t, p)
			want := want
			if name == "style part not needed" {
				want = `A1="Đạt" B1="x"`
			}
			if got := cellsText(book); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestFonts(t *testing.T) {
	book, _ := read(t, data(`<row r="1"><c r="A1" s="0" t="s"><v>0</v></c><c r="B1" s="1" t="s"><v>0</v></c><c r="C1" s="0" t="s"><v>1</v></c></row>`))
	var got []string
	for _, c := range book.Sheets[0].Cells {
		got = append(got, c.Font)
	}
	// C1's text is written in .VnTime by its own runs, whatever the cell says.
	if want := []string{"Times New Roman", ".VnTime", ".VnTime"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMerges(t *testing.T) {
	book, notes := read(t, simple(`<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c></row>`+
		`<row r="2"><c r="A2"><v>4</v></c><c r="B2" s="1"/><c r="D2"><v>5</v></c></row><row r="3"><c r="A3"><v>6</v></c></row></sheetData>`+
		`<mergeCells count="2"><mergeCell ref="A1:B2"/><mergeCell ref="C2:E2"/></mergeCells>`))
	if got, want := cellsText(book), "A1=1 C1=3 A3=6"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	s := book.Sheets[0]
	if want := []sheet.Pos{{Row: 1, Col: 2}, {Row: 2, Col: 1}, {Row: 2, Col: 4}}; !slices.Equal(s.Covered, want) {
		t.Errorf("covered %v, want %v", s.Covered, want)
	}
	if len(s.Merges) != 2 || codesOf(notes) != codeCovered || notes[0].Cell != "B1" {
		t.Errorf("merges %v, notes %v", s.Merges, notes)
	}
}

// The sweep over merges finds what trying every merge on every cell finds, also
// where merges overlap, as they never should.
func TestCoverAgainstEveryMerge(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 7))
		s := &sheet.Sheet{}
		for range rng.IntN(12) {
			from := sheet.Pos{Row: 1 + rng.IntN(12), Col: 1 + rng.IntN(12)}
			s.Merges = append(s.Merges, sheet.Rect{From: from, To: sheet.Pos{Row: from.Row + rng.IntN(4), Col: from.Col + rng.IntN(4)}})
		}
		var kept, covered []sheet.Pos
		for i := range 15 * 15 {
			p := sheet.Pos{Row: 1 + i/15, Col: 1 + i%15}
			if rng.IntN(3) == 0 {
				continue
			}
			s.Cells = append(s.Cells, sheet.Cell{Pos: p})
			if slices.ContainsFunc(s.Merges, func(m sheet.Rect) bool { return m.Contains(p) && m.From != p }) {
				covered = append(covered, p)
			} else {
				kept = append(kept, p)
			}
		}
		r := &sheetReader{book: newBookReader(context.Background(), "test.xlsx", DefaultLimits()), sheet: s}
		if err := r.cover(); err != nil {
			t.Fatal(err)
		}
		var got []sheet.Pos
		for _, c := range s.Cells {
			got = append(got, c.Pos)
		}
		if !slices.Equal(got, kept) || !slices.Equal(s.Covered, covered) {
			t.Fatalf("seed %d, merges %v: kept %v, want %v; covered %v, want %v", seed, s.Merges, got, kept, s.Covered, covered)
		}
	}
}

func TestHidden(t *testing.T) {
	p := simple(`<cols><col min="2" max="2" hidden="1"/><col min="3" max="3" width="0"/><col min="4" max="16384" hidden="true"/></cols>`+
		`<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c></row><row r="2" hidden="1"><c r="A2"><v>4</v></c></row>`+
		`<row r="3" ht="0" customHeight="1"><c r="A3"><v>5</v></c></row><row r="4" hidden="1"/></sheetData>`).
		edit("xl/workbook.xml", `sheetId="1"`, `sheetId="1" state="veryHidden"`)
	book, notes := read(t, p)
	s := book.Sheets[0]
	if !s.Hidden || len(s.HiddenRows) != 2 || !s.HiddenRows[2] || !s.HiddenRows[3] || len(s.HiddenCols) != 2 || !s.HiddenCols[2] || !s.HiddenCols[3] {
		t.Errorf("hidden: %v, rows %v, columns %v", s.Hidden, s.HiddenRows, s.HiddenCols)
	}
	if len(s.Cells) != 5 {
		t.Errorf("hidden cells are read too: %s", cellsText(book))
	}
	if got := codesOf(notes); got != "NTM-401 NTM-402 NTM-403" {
		t.Error(notes)
	}
}

func TestNotes(t *testing.T) {
	p := data(`<row r="2"><c r="A2"><v>x</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>`).
		edit("xl/workbook.xml", "</sheets>", `<sheet name="BIỂU 1" sheetId="2" r:id="rId5"/><sheet name="Đồ thị" sheetId="3" r:id="rId6"/></sheets>`).
		edit("xl/workbook.xml", "<sheets>", `<workbookPr date1904="1"/><sheets>`).
		edit("xl/_rels/workbook.xml.rels", "</Relationships>", `<Relationship Id="rId5" Type="`+relURI+`worksheet" Target="worksheets/sheet2.xml"/>`+
			`<Relationship Id="rId6" Type="`+relURI+`chartsheet" Target="chartsheets/sheet1.xml"/>`+
			`<Relationship Id="rId7" Type="`+relMacros+`" Target="vbaProject.bin"/>`+
			`<Relationship Id="rId8" Type="`+relURI+`externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>`).
		with("xl/worksheets/sheet2.xml", `<worksheet `+nsMain+`><sheetData><row><c><v>2</v></c></row></sheetData></worksheet>`)
	book, notes := read(t, p)
	if got, want := codesOf(notes), "NTM-404 NTM-405 NTM-409 NTM-410 NTM-407 NTM-408"; got != want {
		t.Errorf("notes %s, want %s: %v", got, want, notes)
	}
	if !book.Macros || !book.ExternalLinks || !book.Date1904 || len(book.Sheets) != 2 {
		t.Errorf("book %+v", book)
	}
	// Both sheets of one name are read, each its own.
	if book.Sheets[1].Name != "BIỂU 1" || book.Sheets[1].Cells[0].Text != "2" {
		t.Errorf("second sheet %+v", book.Sheets[1])
	}
}

func TestLimits(t *testing.T) {
	rows := `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>0</v></c></row><row r="7"><c r="A7" t="s"><v>1</v></c></row>`
	zip := data(rows).zip()
	for _, test := range []struct {
		code string
		set  func(*Limits)
	}{
		{codeTooLarge, func(l *Limits) { l.FileBytes = int64(len(zip)) - 1 }},
		{codeInflated, func(l *Limits) { l.InflatedBytes = 2000 }},
		{codePart, func(l *Limits) { l.PartBytes = 500 }},
		{codeString, func(l *Limits) { l.StringBytes = 6 }},
		{codeParts, func(l *Limits) { l.Parts = 6 }},
		{codeRows, func(l *Limits) { l.Rows = 6 }},
		{codeColumns, func(l *Limits) { l.Columns = 1 }},
		{codeCells, func(l *Limits) { l.Cells = 2 }},
		{codeTextTotal, func(l *Limits) { l.TextBytes = 20 }},
	} {
		lim := DefaultLimits()
		test.set(&lim)
		if why := refused(t, "test.xlsx", zip, lim); why.Code != test.code {
			t.Errorf("refused as %v, want %s", why, test.code)
		}
	}
	two := data(rows).edit("xl/workbook.xml", "</sheets>", `<sheet name="2" sheetId="2" r:id="rId1"/></sheets>`).zip()
	lim := DefaultLimits()
	lim.Sheets = 1
	if why := refused(t, "test.xlsx", two, lim); why.Code != codeSheets {
		t.Errorf("refused as %v, want %s", why, codeSheets)
	}
	if book, _, _ := Read(context.Background(), "test.xlsx", zip, Limits{}); book == nil {
		t.Error("limits of zero are not enforced")
	}
}

// Wherever the buffer ends within a cell, the cell is read all the same.
func TestCellsAcrossTheBuffersEnd(t *testing.T) {
	var rows strings.Builder
	const cell = `<row><c r="ABC%d" s="1" t="inlineStr"><is><t>Đạt</t></is></c></row>`
	for n := range 2000 {
		fmt.Fprintf(&rows, cell, n+1)
	}
	for pad := range len(cell) + 8 {
		book, issues, err := Read(context.Background(), "test.xlsx", data(strings.Repeat(" ", pad)+rows.String()).zip(), DefaultLimits())
		if err != nil || book == nil || len(book.Sheets[0].Cells) != 2000 {
			t.Fatalf("after %d blanks: %v %v", pad, issues, err)
		}
	}
}

// One long shared string in many cells is counted each time, so that a small
// file cannot become gigabytes of text.
func TestSharedStringsAreWeighedEachTime(t *testing.T) {
	var rows strings.Builder
	for range 4000 {
		rows.WriteString(`<row><c t="s"><v>0</v></c></row>`)
	}
	p := data(rows.String()).with("xl/sharedStrings.xml", `<sst `+nsMain+`><si><t>`+strings.Repeat("x", 100<<10)+`</t></si></sst>`)
	if why := refused(t, "test.xlsx", p.zip(), DefaultLimits()); why.Code != codeTextTotal {
		t.Error(why)
	}
}

// A bomb costs what its limits allow, whatever its size fields say.
func TestBombIsRefusedAtTheLimit(t *testing.T) {
	p := data("").with("xl/worksheets/sheet1.xml", "<worksheet "+nsMain+"><sheetData>"+strings.Repeat(" ", 64<<20)+"</sheetData></worksheet>")
	lim := DefaultLimits()
	lim.PartBytes = 1 << 20
	if why := refused(t, "bomb.xlsx", p.zip(), lim); why.Code != codePart {
		t.Error(why)
	}
}

func TestTimeLimitAndCancelledContext(t *testing.T) {
	zip := data(`<row><c><v>1</v></c></row>`).zip()
	b := newBookReader(context.Background(), "test.xlsx", DefaultLimits())
	b.clock.end = b.clock.end.AddDate(-1, 0, 0)
	var why *refusal
	if err := b.read("test.xlsx", zip); !errors.As(err, &why) || why.code != codeSeconds {
		t.Errorf("past its time: %v, want %s", err, codeSeconds)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if book, issues, err := Read(ctx, "test.xlsx", zip, DefaultLimits()); !errors.Is(err, context.Canceled) || book != nil || issues != nil {
		t.Errorf("cancelled: %v %v %v", book, issues, err)
	}
}

func TestNumberFormats(t *testing.T) {
	for _, test := range []struct {
		code          string
		n             float64
		percent, date bool
	}{
		{`0%`, 1, true, false},
		{`0.00"%"`, 1, false, false},
		{`0\%`, 1, false, false},
		{`#,##0_%`, 1, false, false},
		{`General`, 1, false, false},
		{`General"đ"`, 1, false, false},
		{`#,##0 "đồng"`, 1, false, false},
		{`#,##0\ [$₫-42A]`, 1, false, false},
		{`[Red]#,##0`, 1, false, false},
		{`0.00E+00`, 1, false, false},
		{`dd/mm/yyyy`, 1, false, true},
		{`[$-42A]d mmmm yyyy`, 1, false, true},
		{`[h]:mm`, 1, false, true},
		{`h:mm AM/PM`, 1, false, true},
		{`ge.m.d`, 1, false, true},
		{`[<1]0.0%;0.0`, 0.846, true, false},
		{`[<1]0.0%;0.0`, 84.6, false, false},
		{`0.0%;[Red]-0.0`, -1, false, false},
		{`0.0;-0.0;0%`, 0, true, false},
		{`@`, 1, false, false},
		{``, 1, false, false},
		{`"`, 1, false, false},
		{`\`, 1, false, false},
		{`[`, 1, false, false},
	} {
		if got := parseFormat(test.code).of(test.n); got.percent != test.percent || got.date != test.date {
			t.Errorf("%s shows %v as %+v", test.code, test.n, got)
		}
	}
	for id, want := range map[int]shows{0: {}, 1: {}, 9: {percent: true}, 10: {percent: true}, 14: {date: true}, 22: {date: true}, 27: {date: true}, 45: {date: true}, 49: {}, 57: {date: true}, 500: {}} {
		if got := formatOf(id, "", false).of(1); got != want {
			t.Errorf("built-in format %d shows %+v, want %+v", id, got, want)
		}
	}
}

func TestISODates(t *testing.T) {
	for _, test := range []struct {
		text  string
		d1904 bool
		want  float64
	}{
		{"2017-12-31", false, 43100},
		{"2017-12-31T12:00:00", false, 43100.5},
		{"2017-12-31T06:00:00Z", false, 43100.25},
		{"2017-12-31", true, 41638},
		{"1900-01-01", false, 1},
		{"1900-03-01", false, 61},
		{"18:00:00", false, 0.75},
	} {
		if got, ok := parseISODate(test.text, test.d1904); !ok || math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%s is %v, want %v", test.text, got, test.want)
		}
	}
}
