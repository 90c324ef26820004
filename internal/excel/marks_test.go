package excel

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// marksText writes the cells of a book's first sheet with what is marked in
// them: A1="3" -7 ^1 means that 7 was struck out and 1 raised, and ! that
// nothing else is there.
func marksText(b *sheet.Book) string {
	s := b.Sheets[0]
	words := strings.Split(cellsText(b), "\x00")
	if len(s.Cells) > 1 {
		words = words[:0]
		for _, c := range s.Cells {
			words = append(words, cellsText(&sheet.Book{Sheets: []*sheet.Sheet{{Cells: []sheet.Cell{c}}}}))
		}
	}
	for i, c := range s.Cells {
		m := s.Marks[c.Pos]
		if m.Struck != "" {
			words[i] += " -" + m.Struck
		}
		if m.Raised != "" {
			words[i] += " ^" + m.Raised
		}
		if m.Whole {
			words[i] += " !"
		}
	}
	return strings.Join(words, " ")
}

// What is struck out is not there, and raised digits are footnote marks, in
// texts of the table and of the cell.
func TestStruckAndRaisedText(t *testing.T) {
	const plain, struck, raised, lowered = "", `<rPr><strike/></rPr>`, `<rPr><vertAlign val="superscript"/></rPr>`, `<rPr><vertAlign val="subscript"/></rPr>`
	runs := func(pairs ...string) (out string) {
		for i := 0; i < len(pairs); i += 2 {
			out += `<r>` + pairs[i] + `<t xml:space="preserve">` + pairs[i+1] + `</t></r>`
		}
		return out
	}
	for _, test := range []struct {
		name, text string
		style      string // of the cell: 6 strikes, 7 raises
		want       string
	}{
		{"a digit struck out", runs(struck, "7", `<rPr/>`, "3"), "0", `"3" -7`},
		{"a footnote mark", runs(plain, "36,9", raised, "(1)"), "0", `"36,9" ^(1)`},
		{"a raised digit after a digit", runs(plain, "4", raised, "1"), "0", `"4" ^1`},
		{"a raised 2 after a digit", runs(plain, "9", raised, "2"), "0", `"9" ^2`},
		{"a raised letter", runs(plain, "Đạt", raised, "a"), "0", `"Đạt" ^a`},
		{"square metres", runs(plain, "100 m", raised, "2"), "0", `"100 m2"`},
		{"square kilometres, in capitals", runs(plain, "người/KM", raised, "2", plain, " (đất)"), "0", `"người/KM2 (đất)"`},
		{"cubic metres", runs(plain, "5m", raised, "3"), "0", `"5m3"`},
		{"square metres and a footnote mark", runs(plain, "m", raised, "2", plain, "/người", raised, "2"), "0", `"m2/người" ^2`},
		{"a word that ends as a unit", runs(plain, "Lâm", raised, "2"), "0", `"Lâm" ^2`},
		{"the same in an old font", runs(plain, "L©m", raised, "2"), "0", `"L©m" ^2`},
		{"no power of a metre", runs(plain, "5 m", raised, "1"), "0", `"5 m" ^1`},
		{"the mark x with a footnote", runs(plain, "x", raised, "2"), "0", `"x" ^2`},
		{"lowered digits are text", runs(plain, "CO", lowered, "2"), "0", `"CO2"`},
		{"baseline", runs(plain, "8", `<rPr><vertAlign val="baseline"/><strike val="0"/></rPr>`, "6"), "0", `"86"`},
		{"blanks are never marked", runs(plain, "Phú", struck, " ", raised, "\n", plain, "Mỹ"), "0", "\"Phú \nMỹ\""},
		{"struck in several runs", runs(struck, "7", `<rPr><strike val="true"/><b/></rPr>`, "8", plain, "9", struck, "x"), "0", `"9" -78x`},
		{"struck and raised is struck", runs(plain, "5", `<rPr><strike/><vertAlign val="superscript"/></rPr>`, "1"), "0", `"5" -1`},
		{"all struck", runs(struck, "86,57"), "0", `"86,57" -86,57 !`},
		{"all struck but blanks", runs(struck, "86", plain, " \n"), "0", "\"86 \n\" -86 !"},
		{"struck and a footnote mark, and nothing else", runs(struck, "86", raised, "1"), "0", `"861" -86 ^1 !`},
		{"nothing but a footnote mark", runs(raised, "(1)"), "0", `"(1)" ^(1) !`},
		{"a text of a struck cell", `<t>86,57</t>`, "6", `"86,57" -86,57 !`},
		{"a text of a raised cell", `<t>86,57</t>`, "7", `"86,57" ^86,57 !`},
		{"a run that says nothing looks as its cell", runs(plain, "7", `<rPr><b/></rPr>`, "3"), "6", `"3" -7`},
		{"and so in a raised cell", runs(`<rPr><b/></rPr>`, "3", plain, "1"), "7", `"3" ^1`},
		{"and so in a plain cell", runs(plain, "7", `<rPr><b/></rPr>`, "3"), "0", `"73"`},
		{"escapes are decoded first", runs(struck, "7_x000A_", plain, "3"), "0", "\"3\" -7\n"},
		{"an empty run", runs(plain, "7", struck, "", plain, "3"), "0", `"73"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			inline := marking(data(`<row r="1"><c r="A1" s="` + test.style + `" t="inlineStr"><is>` + test.text + `</is></c></row>`))
			// In the table, once with the short cut open and once with it closed.
			shared := marking(data(`<row r="1"><c r="A1" s="`+test.style+`" t="s"><v>7</v></c></row>`)).edit("xl/sharedStrings.xml", "</sst>", "<si>"+test.text+"</si></sst>")
			second := marking(data(`<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="`+test.style+`" t="s"><v>7</v></c></row>`)).edit("xl/sharedStrings.xml", "</sst>", "<si>"+test.text+"</si></sst>")
			for name, p := range map[string]parts{"A1=": inline, "A1= ": shared, "A1=1 B1=": second} {
				book, _ := read(t, p)
				if got, want := marksText(book), strings.TrimSuffix(name, " ")+test.want; got != want {
					t.Errorf("got  %s\nwant %s", got, want)
				}
				checkSlow(t, book, p)
			}
		})
	}
}

// A cell that its own font strikes or raises stays, with what it held, and
// counts for nothing.
func TestStruckCells(t *testing.T) {
	p := marking(data(`<row r="1"><c r="A1"><v>1</v></c><c r="B1" s="6"><v>86.57</v></c><c r="C1" s="7"><v>3</v></c><c r="D1" s="6" t="b"><v>1</v></c>` +
		`<c r="E1" s="6" t="e"><v>#REF!</v></c><c r="F1" s="6"><f>A1</f></c><c r="G1" s="6" t="d"><v>2017-12-31</v></c><c r="H1" s="6" t="str"><f>A1</f><v>Đạt</v></c>` +
		`<c r="I1" s="6"><v>12o</v></c><c r="J1" s="6"/><c r="K1" s="6" t="s"><v>4</v></c><c r="L1" s="6" t="s"><v>0</v></c><c r="M1" s="6"><f>A1</f><v>5</v></c></row>`))
	const want = `A1=1 B1=86.57 -86.57 ! C1=3 ^3 ! D1=TRUE -TRUE ! E1=#REF! -#REF! ! F1=?f ! G1=2017-12-31d -2017-12-31 ! H1="Đạt"f -Đạt ! I1="12o" -12o ! L1="Đạt" -Đạt ! M1=5f -5 !`
	book, _ := read(t, p)
	if got := marksText(book); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	checkSlow(t, book, p)
	sameByRows(t, p.zip(), Options{Limits: DefaultLimits()})

	// Where nothing is marked, nothing is kept for it.
	if book, _ := read(t, data(`<row r="1"><c r="A1" t="s"><v>1</v></c></row>`)); book.Sheets[0].Marks != nil || book.Sheets[0].Formats != nil {
		t.Errorf("%+v", book.Sheets[0])
	}
}

// What a merge covers has no mark, because it is not there.
func TestMarksUnderMerges(t *testing.T) {
	p := marking(simple(`<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1" s="6"><v>2</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>`))
	if book, _ := read(t, p); marksText(book) != "A1=1" || book.Sheets[0].Marks != nil {
		t.Errorf("%s, %v", marksText(book), book.Sheets[0].Marks)
	}
}

// A font that is damaged where it says this refuses the file: what it said would
// be lost in silence.
func TestDamagedLooks(t *testing.T) {
	for _, damage := range []struct{ old, new string }{
		{`<strike/>`, `<strike val="x"/>`}, {`<strike/>`, `<strike va1="0"/>`},
		{`<vertAlign val="superscript"/>`, `<vertAlign val="superscripu"/>`}, {`<vertAlign val="superscript"/>`, `<vertAlign/>`},
	} {
		p := marking(data("")).edit("xl/styles.xml", damage.old, damage.new)
		if why := refused(t, "a.xlsx", p.zip(), DefaultLimits()); why.Code != codeNotUnderstood {
			t.Errorf("%s: %v", damage.new, why)
		}
	}
	if why := refused(t, "a.xlsx", data("").edit("xl/styles.xml", "numFmtId=\"165\" f", "numFmtIe=\"165\" f").zip(), DefaultLimits()); why.Code != codeNotUnderstood {
		t.Error(why)
	}
}

// Struck text counts against the limits each time it is used, as all text does.
func TestMarksAreLimited(t *testing.T) {
	var rows strings.Builder
	for r := 1; r <= 50; r++ {
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%d" t="s"><v>7</v></c></row>`, r, r)
	}
	p := marking(data(rows.String())).edit("xl/sharedStrings.xml", "</sst>", `<si><r><rPr><strike/></rPr><t>`+strings.Repeat("x", 1000)+`</t></r><r><t>3</t></r></si></sst>`)
	lim := DefaultLimits()
	lim.TextBytes = 20_000
	if why := refused(t, "a.xlsx", p.zip(), lim); why.Code != codeTextTotal || why.Cell != "A20" {
		t.Error(why)
	}
}

func TestXLSMarks(t *testing.T) {
	label := func(id, col, xf int, text string, runs ...any) string {
		return rec(id, append([]any{0, col, xf, long(len(utf16.Encode([]rune(text))), wide(text))}, runs...)...)
	}
	shared := func(n int) string { return rec(recLabelSST, 0, 0, n, uint32(2)) }
	for _, test := range []struct{ name, records, want string }{
		// Fonts 0 and 1 are plain, 2 strikes, 3 raises; formats 5 and 6 are in these.
		{"a digit struck out", label(recRString, 0, 0, "73", 2, 0, 2, 1, 0), `A1="3" -7`},
		{"a footnote mark", label(recRString, 0, 0, "36,9(1)", 1, 4, 3), `A1="36,9" ^(1)`},
		{"square metres", label(recRString, 0, 0, "9 m2", 1, 3, 3), `A1="9 m2"`},
		{"before the first run as the cell", label(recRString, 0, 5, "73", 1, 1, 0), `A1="3" -7`},
		{"all runs plain", label(recRString, 0, 0, "73", 1, 1, 1), `A1="73"`},
		{"no runs in a struck cell", label(recRString, 0, 5, "73", 0), `A1="73" -73 !`},
		{"a plain text in a struck cell", label(recLabel, 0, 5, "Đạt"), `A1="Đạt" -Đạt !`},
		{"runs count units, not bytes", label(recRString, 0, 0, "Đạt😀1", 1, 5, 3), `A1="Đạt😀" ^1`},
		{"a run that begins within a character", label(recRString, 0, 0, "a😀b", 1, 2, 2), `A1="a😀" -b`},
		{"a run beyond the text", label(recRString, 0, 0, "73", 1, 9, 2), `A1="73"`},
		{"of the table", shared(0), `A1="b" -7 ^3`},
		{"of the table, in a struck cell", shared(5), `A1="b" -7 ^3`},
		{"a number", rec(recNumber, 0, 0, 5, 7.5) + rec(recRK, 0, 1, 6, uint32(6)), `A1=7.5 -7.5 ! B1=1 ^1 !`},
		{"truth and errors", rec(recBoolErr, 0, 0, 5, "\x01\x00") + rec(recBoolErr, 0, 1, 5, "\x2A\x01"), `A1=TRUE -TRUE ! B1=#N/A -#N/A !`},
		{"a formula with text", rec(recFormula, 0, 0, 5, "\x00\x00\x00\x00\x00\x00\xFF\xFF", 0, uint32(0), 0) + rec(recString, long(1, narrow("x"))), `A1="x"f -x !`},
		{"a formula without its text", rec(recFormula, 0, 0, 5, "\x00\x00\x00\x00\x00\x00\xFF\xFF", 0, uint32(0), 0), `A1=?f !`},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := oneSheet(test.records)
			b.globals = formats + marking8 + rec(recSST, uint32(3), uint32(3), long(1, narrow("a")), long(1, narrow("b")),
				long(3, "\x08\x03\x00"), "7b3", 0, 2, 1, 1, 2, 3)
			book, _ := readXLS(t, b.stream())
			if got := marksText(book); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			checkSlowXLS(t, book, b.stream())
		})
	}
	b := oneSheet(rec(recRString, 0, 0, 0, long(2, narrow("73")), 2, 0, 2))
	if why := refused(t, "a.xls", b.stream(), DefaultLimits()); why.Code != codeXML {
		t.Errorf("runs cut short: %v", why)
	}
}

func TestODSMarks(t *testing.T) {
	span := func(style, text string) string {
		return `<text:span text:style-name="` + style + `">` + text + `</text:span>`
	}
	cell := func(style, kind, inside string) string {
		return `<table:table-cell table:style-name="` + style + `" ` + kind + `>` + inside + `</table:table-cell>`
	}
	const float, str = `office:value-type="float" office:value="86.5"`, `office:value-type="string"`
	for _, test := range []struct{ name, cells, want string }{
		{"a digit struck out", worded(span("S", "7") + "3"), `A1="3" -7`},
		{"a footnote mark", worded("36,9" + span("U", "(1)")), `A1="36,9" ^(1)`},
		{"square metres", worded("9 m" + span("U", "2")), `A1="9 m2"`},
		{"plain within struck", worded("7" + span("S", "8"+span("N", "9"))), `A1="79" -8`},
		{"two paragraphs", `<table:table-cell office:value-type="string"><text:p>` + span("S", "cũ") + `</text:p><text:p>mới</text:p></table:table-cell>`, "A1=\"\nmới\" -cũ"},
		{"all struck", worded(span("S", "86")), `A1="86" -86 !`},
		{"a text of a struck cell", cell("ce6", str, `<text:p>Đạt</text:p>`), `A1="Đạt" -Đạt !`},
		{"and plain within it", cell("ce6", str, `<text:p>7`+span("N", "3")+`</text:p>`), `A1="3" -7`},
		{"a number of a struck cell", cell("ce6", float, `<text:p>86,5</text:p>`), `A1=86.5 -86,5 !`},
		{"a number that is not shown", cell("ce7", float, ``), `A1=86.5 ^86.5 !`},
		{"a number of which a part is struck", `<table:table-cell ` + float + `><text:p>8` + span("S", "6,5") + `</text:p></table:table-cell>`, `A1=86.5 -6,5 !`},
		{"another text than the one that is marked", `<table:table-cell office:value-type="string" office:string-value="Đạt"><text:p>` + span("S", "Ch") + `ưa</text:p></table:table-cell>`, `A1="Đạt" -Ch !`},
		{"repeated", `<table:table-cell table:style-name="ce6" table:number-columns-repeated="2" ` + float + `/>`, `A1=86.5 -86.5 ! B1=86.5 -86.5 !`},
		{"covered", `<table:table-cell office:value-type="string" table:number-columns-spanned="2"><text:p>a</text:p></table:table-cell><table:covered-table-cell table:style-name="ce6" ` + float + `/>`, `A1="a"`},
		{"inherited from a named style", cell("ce8", float, ``), `A1=86.5 -86.5 !`},
		{"and taken back", cell("ce9", float, ``), `A1=86.5`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := ods(odsLooks+`<style:style style:name="ce8" style:family="table-cell" style:parent-style-name="Old"/>`+
				`<style:style style:name="ce9" style:family="table-cell" style:parent-style-name="Old"><style:text-properties style:text-line-through-type="none"/></style:style>`,
				`<table:table table:name="a"><table:table-row>`+test.cells+`</table:table-row></table:table>`)
			p["styles.xml"] = `<office:document-styles ` + odfNames + `><office:styles><style:style style:name="Old" style:family="table-cell">` +
				`<style:text-properties style:text-line-through-style="dotted"/></style:style></office:styles></office:document-styles>`
			book, _ := read(t, p)
			if got := marksText(book); got != test.want || !strings.Contains(test.want, " ") && book.Sheets[0].Marks != nil {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// The words that a number format shows, and by what it divides.
func TestFormatWords(t *testing.T) {
	for _, test := range []struct {
		code string
		n    float64
		want sheet.Format
	}{
		{`0.0" triệu"`, 1, sheet.Format{After: "triệu"}},
		{`#,##0 "đồng"`, 1, sheet.Format{After: "đồng"}},
		{`0.00"%"`, 1, sheet.Format{After: "%"}},
		{`0.0\%`, 1, sheet.Format{After: "%"}},
		{`0" nghìn đồng/tháng"`, 1, sheet.Format{After: "nghìn đồng/tháng"}},
		{`#,##0\ \t\r\i\ệ\u`, 1, sheet.Format{After: "triệu"}},
		{`#,##0\ [$₫-42A]`, 1, sheet.Format{After: "₫"}},
		{`[$₫-42A] #,##0`, 1, sheet.Format{Before: "₫"}},
		{`[$VND] #,##0`, 1, sheet.Format{Before: "VND"}},
		{`#,##0 ₫`, 1, sheet.Format{After: "₫"}},
		{`[$-42A]#,##0`, 1, sheet.Format{}},
		{`"$"#,##0_);("$"#,##0)`, -1, sheet.Format{Before: "$"}},
		{`_(* #,##0\ "đ"_);_(* (#,##0\ "đ");_(* "-"??\ "đ"_);_(@_)`, 0, sheet.Format{After: "đ"}},
		{`_(* #,##0\ "đ"_);_(* (#,##0\ "đ");_(* "-"??\ "đ"_);_(@_)`, -5, sheet.Format{After: "đ"}},
		{`_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-`, 0, sheet.Format{}},
		{`"khoảng "0" hộ"`, 1, sheet.Format{Before: "khoảng", After: "hộ"}},
		{`"≥ "0`, 1, sheet.Format{Before: "≥"}},
		{`0.0,," triệu"`, 1, sheet.Format{After: "triệu", Thousands: 2}},
		{`0,,`, 1, sheet.Format{Thousands: 2}},
		{`#,##0,.0`, 1, sheet.Format{Thousands: 1}},
		{`#,##0.00`, 1, sheet.Format{}},
		{`#,##0`, 1, sheet.Format{}},
		{`0.0%" hộ"`, 1, sheet.Format{After: "hộ"}},
		{`0.0%`, 1, sheet.Format{}},
		{`[=1]"Đạt";[=0]"Chưa đạt";0`, 1, sheet.Format{After: "Đạt", Alone: true}},
		{`[=1]"Đạt";[=0]"Chưa đạt";0`, 0, sheet.Format{After: "Chưa đạt", Alone: true}},
		{`[=1]"Đạt";[=0]"Chưa đạt";0`, 2, sheet.Format{}},
		{`0" km";"âm "0" km"`, -2, sheet.Format{Before: "âm", After: "km"}},
		{`[Red]0" m²"`, 1, sheet.Format{After: "m²"}},
		{"0\u00A0\"ha\"", 1, sheet.Format{After: "ha"}},
		{`dd" tháng "mm`, 1, sheet.Format{}},
		{`h:mm AM/PM`, 1, sheet.Format{}},
		{`General" người"`, 1, sheet.Format{After: "người"}},
		{`0.00E+00`, 1, sheet.Format{}},
		{`# ?/?`, 1, sheet.Format{}},
		{`General`, 1, sheet.Format{}},
		{`0"`, 1, sheet.Format{}},
		{`0"km`, 1, sheet.Format{After: "km"}},
		{`0\`, 1, sheet.Format{}},
	} {
		var got sheet.Format
		if f := parseFormat(test.code).of(test.n).besides; f != nil {
			got = *f
			if got == (sheet.Format{}) {
				t.Errorf("%s: nothing is no format", test.code)
			}
		}
		if got != test.want {
			t.Errorf("%s shows besides %v: %+v, want %+v", test.code, test.n, got, test.want)
		}
	}
}

// formatsText writes the cells with what their formats show: A1=5 ‹|triệu›.
func formatsText(s *sheet.Sheet) string {
	var out []string
	for i := range s.Cells {
		c := &s.Cells[i]
		one := c.Pos.String() + "=" + c.Text
		if c.Percent {
			one += "%"
		}
		if f := s.FormatOf(c); f != (sheet.Format{}) {
			one += fmt.Sprintf(" ‹%s|%s", f.Before, f.After)
			if f.Thousands > 0 {
				one += fmt.Sprintf("|%d", f.Thousands)
			}
			one += "›"
		}
		out = append(out, one)
	}
	return strings.Join(out, " ")
}

// Cells of every format say what is shown beside them.
func TestFormatsOfCells(t *testing.T) {
	x := data(`<row r="1"><c r="A1" s="6"><v>5</v></c><c r="B1" s="6"><v>6</v></c><c r="C1" s="7"><v>7</v></c><c r="D1" s="2"><v>84.6</v></c><c r="E1" s="6" t="s"><v>0</v></c><c r="F1" s="6"/><c r="G1" s="8"><v>1</v></c><c r="H1" s="1"><v>0.5</v></c></row>`).
		edit("xl/styles.xml", "</numFmts>", `<numFmt numFmtId="170" formatCode="0.0&quot; triệu&quot;"/><numFmt numFmtId="171" formatCode="0,&quot; nghìn&quot;"/><numFmt numFmtId="172" formatCode="0\ &quot;triệu&quot;"/></numFmts>`).
		edit("xl/styles.xml", "</cellXfs>", `<xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="172"/></cellXfs>`)
	book, _ := read(t, x)
	if got, want := formatsText(book.Sheets[0]), `A1=5 ‹|triệu› B1=6 ‹|triệu› C1=7 ‹|nghìn|1› D1=84.6 ‹|%› E1=Đạt G1=1 ‹|triệu› H1=0.5%`; got != want {
		t.Errorf("xlsx: got  %s\nwant %s", got, want)
	}
	if n := len(book.Sheets[0].Formats); n != 3 {
		t.Errorf("%d formats, want 3: equal ones are one", n)
	}

	b := oneSheet(rec(recNumber, 0, 0, 5, 5.0), rec(recRK, 0, 1, 5, uint32(6)), rec(recNumber, 0, 2, 0, 7.0))
	b.globals = formats + rec(recFormat, 170, long(len(`0.0" tri?u"`), wide(`0.0" triệu"`))) + rec(recXF, 0, 170, strings.Repeat("\x00", 16)) + sst
	legacy, _ := readXLS(t, b.stream())
	if got, want := formatsText(legacy.Sheets[0]), `A1=5 ‹|triệu› B1=1 ‹|triệu› C1=7`; got != want {
		t.Errorf("xls: got  %s\nwant %s", got, want)
	}

	format := func(kind, name, inside string) string {
		return `<number:` + kind + `-style style:name="` + name + `">` + inside + `</number:` + kind + `-style><style:style style:name="c` + name + `" style:family="table-cell" style:data-style-name="` + name + `"/>`
	}
	cell := func(style, kind, n string) string {
		return `<table:table-cell table:style-name="c` + style + `" office:value-type="` + kind + `" office:value="` + n + `"/>`
	}
	const digits = `<number:number number:min-integer-digits="1"/>`
	o := ods(format("number", "N1", digits+`<number:text> triệu</number:text>`)+format("currency", "N2", digits+`<number:text> </number:text><number:currency-symbol>₫</number:currency-symbol>`)+
		format("percentage", "N3", digits+`<number:text>%</number:text>`)+format("percentage", "N4", digits+`<number:text>% hộ</number:text>`)+format("number", "N5", digits+`<number:text>%</number:text>`)+
		format("number", "N6", `<number:number number:display-factor="1000000"/><number:text> triệu</number:text>`)+
		format("number", "N7", `<number:text>-</number:text>`+digits+`<style:map style:condition="value()&gt;=0" style:apply-style-name="N1"/>`)+
		format("number", "N8", `<number:text>Đạt</number:text>`),
		`<table:table table:name="a"><table:table-row>`+cell("N1", "float", "1")+cell("N2", "currency", "2")+cell("N3", "percentage", "0.3")+cell("N4", "percentage", "0.4")+cell("N5", "float", "5")+cell("N6", "float", "6000000")+cell("N7", "float", "7")+cell("N7", "float", "-8")+cell("N8", "float", "1")+`</table:table-row></table:table>`)
	open, _ := read(t, o)
	if got, want := formatsText(open.Sheets[0]), `A1=1 ‹|triệu› B1=2 ‹|₫› C1=0.3% D1=0.4% ‹|hộ› E1=5 ‹|%› F1=6000000 ‹|triệu|2› G1=7 ‹|triệu› H1=-8 I1=1 ‹|Đạt›`; got != want {
		t.Errorf("ods: got  %s\nwant %s", got, want)
	}
	if !open.Sheets[0].FormatOf(&open.Sheets[0].Cells[8]).Alone {
		t.Error("the digits of I1 are not shown")
	}

	// Row by row too.
	sameByRows(t, x.zip(), Options{Limits: DefaultLimits()})
}

// A table of shared strings that is named and not there costs the file nothing
// when no cell points into it.
func TestNoSharedStrings(t *testing.T) {
	for name, rows := range map[string]string{
		"numbers":           `<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="inlineStr"><is><t>Đạt</t></is></c></row>`,
		"a blank of a text": `<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="inlineStr"><is><t>Đạt</t></is></c><c r="C1" t="s"/></row>`,
	} {
		p := data(rows).without("xl/sharedStrings.xml").edit("[Content_Types].xml", "</Types>",
			`<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`)
		book, notes := read(t, p)
		if got := cellsText(book); got != `A1=1 B1="Đạt"` || len(notes) > 0 {
			t.Errorf("%s: %s %v", name, got, notes)
		}
	}
	p := data(`<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="s"><v>0</v></c></row>`).without("xl/sharedStrings.xml")
	if why := refused(t, "a.xlsx", p.zip(), DefaultLimits()); why.Code != codeNoStrings || why.Cell != "B1" || why.Sheet != "Biểu 1" {
		t.Error(why)
	}
}

// inUTF16 writes a part in UTF-16, with what it says about its encoding.
func inUTF16(body string, big, marked bool, declared string) string {
	if body, ok := strings.CutPrefix(body, `<?xml version="1.0" encoding="UTF-8"`); ok {
		return inUTF16(`<?xml version="1.0"`+declared+body, big, marked, "")
	}
	if declared != "" {
		body = `<?xml version="1.0"` + declared + `?>` + body
	}
	if marked {
		body = "\uFEFF" + body
	}
	out := []byte(units(body))
	if big {
		for i := 0; i < len(out); i += 2 {
			out[i], out[i+1] = out[i+1], out[i]
		}
	}
	return string(out)
}

// Parts may be in UTF-16, either way round.
func TestUTF16Parts(t *testing.T) {
	var rows strings.Builder
	for r := 1; r <= 3000; r++ {
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%d" t="s"><v>0</v></c><c r="B%d" s="1"><v>0.%d</v></c><c r="C%d" t="inlineStr"><is><t>Vĩnh Trạch 😀 %d</t></is></c></row>`, r, r, r, r, r, r)
	}
	want, _ := read(t, data(rows.String()))
	convert := func(one func(string) string) parts {
		p := data(rows.String())
		for name := range p {
			p[name] = one(p[name])
		}
		return p
	}
	for _, test := range []struct {
		name        string
		big, marked bool
		declared    string
	}{
		{"little", false, true, ` encoding="UTF-16"`}, {"big", true, true, ` encoding="utf-16"`},
		{"little, its mark alone", false, true, ""}, {"big, its declaration alone", true, false, ` encoding="UTF-16BE"`},
		{"little, its declaration alone", false, false, ` encoding="UTF-16LE"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := convert(func(body string) string { return inUTF16(body, test.big, test.marked, test.declared) })
			for _, method := range []uint16{zip.Deflate, zip.Store} {
				data := p.zipped(method)
				book, notes, err := Read(context.Background(), "test.xlsx", data, DefaultLimits())
				if err != nil || book == nil || notes.Worst() != "" {
					t.Fatal(notes, err)
				}
				if !slices.Equal(book.Sheets[0].Cells, want.Sheets[0].Cells) {
					t.Error("other cells")
				}
				sameByRows(t, data, Options{Limits: DefaultLimits()})
			}
		})
	}

	sheet1 := func(change func(string) string) parts {
		p := data(`<row r="1"><c r="A1" t="str"><v>Đạt</v></c></row>`)
		p["xl/worksheets/sheet1.xml"] = change(p["xl/worksheets/sheet1.xml"])
		return p
	}
	for _, test := range []struct {
		name   string
		change func(string) string
		code   string
	}{
		{"half a unit", func(s string) string { return inUTF16(s, false, true, "") + "\x20" }, codeEncoding},
		{"half a character", func(s string) string {
			return strings.Replace(inUTF16(s, false, true, ""), units("Đ"), "\x35\xD8", 1)
		}, codeEncoding},
		{"half a character at the end", func(s string) string { return inUTF16(s, true, true, "") + "\xD8\x35" }, codeEncoding},
		{"a zero", func(s string) string {
			return strings.Replace(inUTF16(s, false, true, ""), units("Đ"), "\x00\x00", 1)
		}, codeEncoding},
		{"declared as UTF-8", func(s string) string { return inUTF16(s, false, true, ` encoding="utf-8"`) }, codeEncoding},
		{"UTF-8 declared as UTF-16", func(s string) string { return strings.Replace(s, "UTF-8", "UTF-16", 1) }, codeEncoding},
		{"neither mark nor declaration", func(s string) string { return inUTF16(s, false, false, "") }, codeEncoding},
		{"cut", func(s string) string { return inUTF16(strings.TrimSuffix(s, "</worksheet>"), false, true, "") }, codeXML},
		{"DOCTYPE", func(s string) string {
			return inUTF16(strings.Replace(s, "<worksheet", "<!DOCTYPE worksheet []><worksheet", 1), false, true, "")
		}, codeDoctype},
	} {
		t.Run(test.name, func(t *testing.T) {
			if why := refused(t, "a.xlsx", sheet1(test.change).zip(), DefaultLimits()); why.Code != test.code {
				t.Errorf("refused as %v, want %s", why, test.code)
			}
		})
	}

	// The limit of a part is that of its own bytes.
	lim := DefaultLimits()
	lim.PartBytes = 50_000
	p := data(rows.String())
	p["xl/worksheets/sheet1.xml"] = inUTF16(p["xl/worksheets/sheet1.xml"], false, true, "")
	if why := refused(t, "a.xlsx", p.zip(), lim); why.Code != codePart {
		t.Error(why)
	}
}

// However few bytes are asked for or come at a time, the text is the same.
func TestUTF16ReaderInPieces(t *testing.T) {
	text := strings.Repeat("Đạt 😀 xã\n", 500)
	for _, ask := range []int{1, 3, 4096} {
		for _, come := range []int{1, 3, 1 << 20} {
			r := &utf16Reader{src: &trickle{[]byte(units(text)), come}, order: binary.LittleEndian}
			var got bytes.Buffer
			if _, err := io.CopyBuffer(struct{ io.Writer }{&got}, struct{ io.Reader }{r}, make([]byte, ask)); err != nil || got.String() != text {
				t.Errorf("asked for %d, %d came: %d bytes, %v", ask, come, got.Len(), err)
			}
		}
	}
}

type trickle struct {
	data []byte
	most int
}

func (r *trickle) Read(p []byte) (int, error) {
	n := copy(p[:min(len(p), r.most)], r.data)
	if r.data = r.data[n:]; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// What LibreOffice makes of such a workbook in the other formats is marked and
// shown the same. (Of cells that are raised as a whole it makes plain ones.)
func TestMarksInOtherFormats(t *testing.T) {
	p := marking(data(`<row r="1"><c r="A1" t="s"><v>5</v></c><c r="B1" t="s"><v>6</v></c><c r="C1" s="6"><v>7.5</v></c><c r="E1" s="6" t="s"><v>0</v></c></row>`+
		`<row r="2"><c r="A2" s="8"><v>5</v></c><c r="B2" s="9"><v>84.6</v></c><c r="C2" s="10"><v>37390000</v></c><c r="D2"><v>1</v></c></row>`)).
		edit("[Content_Types].xml", "</Types>", `<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`+
			`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`).
		edit("xl/styles.xml", "</numFmts>", `<numFmt numFmtId="170" formatCode="0.0&quot; triệu&quot;"/><numFmt numFmtId="171" formatCode="0.0&quot;%&quot;"/><numFmt numFmtId="172" formatCode="0.0,,&quot; triệu&quot;"/></numFmts>`).
		edit("xl/styles.xml", "</cellXfs>", `<xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="172"/></cellXfs>`)
	want, _ := read(t, p)
	const marked = `A1="3" -7 B1="36,9 m2 a" ^(1) C1=7.5`
	if got := marksText(want); !strings.HasPrefix(got, marked) {
		t.Fatal(got)
	}
	for ext, filter := range map[string]string{".xls": "MS Excel 97", ".ods": "calc8"} {
		book := readBook(t, "a"+ext, convert(t, p.zip(), ext, filter))
		got, want := marksText(book)+" "+formatsText(book.Sheets[0]), marksText(want)+" "+formatsText(want.Sheets[0])
		if got != want {
			t.Errorf("%s: got  %s\nwant %s", ext, got, want)
		}
	}
}
