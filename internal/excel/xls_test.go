package excel

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// readXLS reads a hand-made workbook that must be accepted.
func readXLS(t *testing.T, data []byte) (*sheet.Book, issue.List) {
	t.Helper()
	book, notes, err := Read(context.Background(), "test.xls", data, DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if book == nil || notes.Worst() == issue.Error {
		t.Fatalf("refused: %v", notes)
	}
	return book, notes
}

// What one sheet's records read as, on one line: see cellsText.
func TestXLSCells(t *testing.T) {
	rk := func(n float64) uint32 { return uint32(math.Float64bits(n) >> 32) }
	number := func(row, col, xf int, n float64) string { return rec(recNumber, row, col, xf, n) }
	result := func(kind, value byte) string {
		return string([]byte{kind, 0, value, 0, 0, 0, 0xFF, 0xFF})
	}
	formula := func(row, col int, result string) string {
		return rec(recFormula, row, col, 0, result, 0, uint32(0), 3, "\x1e\x01\x00")
	}
	shared := rec(recSharedFmla, 0, 0, 0, 3, "\x1e\x01\x00")
	for _, test := range []struct{ name, records, want string }{
		{"number", number(0, 0, 0, 84.6) + number(0, 1, 0, -0.1) + number(0, 2, 0, 1e300) + number(0, 3, 0, 1e-10) + number(0, 4, 0, 12345678901234567) + number(0, 5, 0, math.Copysign(0, -1)),
			`A1=84.6 B1=-0.1 C1=1E+300 D1=1E-10 E1=12345678901234568 F1=0`},
		{"percent and date", number(0, 0, 1, 0.846) + number(0, 1, 2, 43100) + number(0, 2, 3, 0.5), `A1=0.846% B1=43100d C1=0.5%`},
		{"RK of four kinds", rec(recRK, 0, 0, 0, rk(1.5)) + rec(recRK, 0, 1, 0, rk(8460)|1) + rec(recRK, 0, 2, 0, uint32(7<<2|2)) + rec(recRK, 0, 3, 0, ^uint32(0)),
			`A1=1.5 B1=84.6 C1=7 D1=-0.01`},
		{"a row of RK", rec(recMulRK, 1, 2, 0, uint32(1<<2|2), 1, uint32(2<<2|2), 0, uint32(3<<2|2), 4), `C2=1 D2=2% E2=3`},
		{"shared string", rec(recLabelSST, 0, 0, 0, uint32(1)) + rec(recLabelSST, 1, 0, 4, uint32(0)), `A1="Phú Thạnh" A2="Đạt"`},
		{"text in the cell", rec(recLabel, 0, 0, 0, long(2, narrow("Ab"))) + rec(recLabel, 0, 1, 0, long(3, wide("Đạt"))), `A1="Ab" B1="Đạt"`},
		// A byte of text is the character of that number, whatever the code page.
		{"legacy text", rec(recLabel, 0, 0, 4, long(6, narrow("Th\xB9nh\xAD"))), "A1=\"Th¹nh\u00ad\""},
		{"rich text in the cell", rec(recRString, 0, 0, 0, long(3, narrow("abc")), 1, 1, 1), `A1="abc"`},
		{"empty text is blank", rec(recLabel, 0, 0, 0, long(0, narrow(""))) + rec(recLabel, 0, 1, 0, 0), ``},
		{"no half of a pair", rec(recLabel, 0, 0, 0, long(4, "\x01\x35\xD8\x35\xD8\x37\xDC\x35\xD8")), "A1=\"\uFFFD\U0001D437\uFFFD\""},
		{"no escapes", rec(recLabel, 0, 0, 0, long(7, narrow("_x000A_"))), `A1="_x000A_"`},
		{"true and false", rec(recBoolErr, 0, 0, 0, "\x01\x00") + rec(recBoolErr, 0, 1, 0, "\x00\x00"), `A1=TRUE B1=FALSE`},
		{"errors", rec(recBoolErr, 0, 0, 0, "\x2A\x01") + rec(recBoolErr, 0, 1, 0, "\x17\x01") + rec(recBoolErr, 0, 2, 0, "\x99\x01"), `A1=#N/A B1=#REF! C1=#UNKNOWN!`},
		{"blank of a form, and its value", rec(recBlank, 0, 0, 0) + rec(recMulBlank, 1, 0, 0, 0, 1) + number(0, 0, 1, 0.5) + number(1, 1, 0, 2), `A1=0.5% B2=2`},
		{"blank", rec(recBlank, 0, 0, 0) + rec(recMulBlank, 1, 0, 0, 0, 1), ``},
		{"formula", rec(recFormula, 0, 0, 1, 0.846, 0, uint32(0), 0) + formula(0, 1, result(1, 1)) + formula(0, 2, result(2, 7)), `A1=0.846%f B1=TRUEf C1=#DIV/0!f`},
		{"formula with text", formula(0, 0, result(0, 0)) + rec(recString, long(3, wide("Đạt"))) + number(0, 1, 0, 1), `A1="Đạt"f B1=1`},
		{"formula with text after shared formula", formula(0, 0, result(0, 0)) + shared + rec(recString, long(1, narrow("x"))), `A1="x"f`},
		{"formula with empty text is blank", formula(0, 0, result(3, 0)) + formula(0, 1, result(0, 0)) + rec(recString, long(0, narrow(""))), ``},
		{"formula without result", formula(0, 0, result(0, 0)) + number(0, 1, 0, 1) + formula(0, 2, result(0, 0)), `A1=?f B1=1 C1=?f`},
		{"formula with the ids of old", strings.Replace(formula(0, 0, result(1, 1)), "\x06\x00", "\x06\x04", 1), `A1=TRUEf`},
		{"numbers of a chart", number(0, 0, 0, 1) + bof(0x20) + number(0, 0, 0, 2) + eof + number(0, 1, 0, 3), `A1=1 B1=3`},
		{"out of order", number(3, 0, 0, 4) + number(1, 1, 0, 2) + number(1, 0, 0, 1), `A2=1 B2=2 A4=4`},
		{"the last cell", number(0xFFFF, 0xFF, 0, 1), `IV65536=1`},
		{"padding, and records of newer versions", rec(0) + rec(0x0867, "xx") + number(0, 0, 0, 1), `A1=1`},
		{"text over three records", rec(recLabel, 0, 0, 0, long(6, narrow("ab"))) + rec(recContinue, wide("Đạ")) + rec(recContinue, narrow("cd")), `A1="abĐạcd"`},
		{"formula's text over two records", formula(0, 0, result(0, 0)) + rec(recString, long(4, narrow("ab"))) + rec(recContinue, narrow("cd")), `A1="abcd"f`},
	} {
		t.Run(test.name, func(t *testing.T) {
			book, _ := readXLS(t, oneSheet(test.records).stream())
			if got := cellsText(book); got != test.want {
				t.Errorf("read %s\nwant %s", got, test.want)
			}
		})
	}
}

// The table of strings breaks wherever its record is full: within a text, which
// then goes on in another width, between two texts, within runs and phonetics.
func TestXLSStringTable(t *testing.T) {
	label := func(n int) string { return rec(recLabelSST, 0, n, 4, uint32(n)) }
	rich := long(3, "\x0C\x02\x00\x05\x00\x00\x00") // two runs and five bytes of phonetics
	for _, test := range []struct{ name, table, want string }{
		{"one record", rec(recSST, uint32(3), uint32(3), long(1, narrow("a")), long(1, wide("ạ")), long(0, narrow(""))), `A1="a" B1="ạ"`},
		{"within a text", rec(recSST, uint32(3), uint32(3), long(1, narrow("a")), long(4, narrow("bc"))) + rec(recContinue, wide("Đạ"), long(1, narrow("d"))), `A1="a" B1="bcĐạ" C1="d"`},
		{"from wide to narrow", rec(recSST, uint32(3), uint32(3), long(1, narrow("a")), long(4, wide("Đạ"))) + rec(recContinue, narrow("bc"), long(1, narrow("d"))), `A1="a" B1="Đạbc" C1="d"`},
		{"before a text's first unit", rec(recSST, uint32(3), uint32(3), long(1, narrow("a")), long(2, narrow(""))) + rec(recContinue, wide("Đạ"), long(1, narrow("d"))), `A1="a" B1="Đạ" C1="d"`},
		{"between two texts", rec(recSST, uint32(3), uint32(3), long(1, narrow("a"))) + rec(recContinue, long(1, wide("ạ"))) + rec(recContinue, long(1, narrow("d"))), `A1="a" B1="ạ" C1="d"`},
		{"within a text's head", rec(recSST, uint32(3), uint32(3), long(1, narrow("a")), "\x01") + rec(recContinue, "\x00", wide("ạ"), long(1, narrow("d"))), `A1="a" B1="ạ" C1="d"`},
		{"runs and phonetics", rec(recSST, uint32(3), uint32(3), long(1, narrow("a")), rich, "bcd", 0, 1, 1, 0, "ffff", "f", long(1, narrow("d"))), `A1="a" B1="bcd" C1="d"`},
		{"within runs and phonetics", rec(recSST, uint32(3), uint32(3), long(1, narrow("a")), rich, "bcd", 0, 1, 1) + rec(recContinue, 0, "ff") + rec(recContinue, "fff", long(1, narrow("d"))), `A1="a" B1="bcd" C1="d"`},
		{"fewer than it claims", rec(recSST, uint32(1<<32-1), uint32(1<<32-1), long(1, narrow("a")), long(1, narrow("b")), long(1, narrow("c"))), `A1="a" B1="b" C1="c"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := oneSheet(label(0), label(1), label(2))
			b.globals = formats + test.table
			book, _ := readXLS(t, b.stream())
			if got := cellsText(book); got != test.want {
				t.Errorf("read %s\nwant %s", got, test.want)
			}
		})
	}
}

// The font of a text is its runs' own where all agree, else the cell's.
func TestXLSFonts(t *testing.T) {
	fonts := formats + rec(recFont, strings.Repeat("\x00", 14), "\x01", narrow("C")) + rec(recFont, strings.Repeat("\x00", 14), "\x01", narrow("D")) +
		rec(recFont, strings.Repeat("\x00", 14), "\x01", narrow("E")) + rec(recXF, 5, 0, strings.Repeat("\x00", 16))
	cell := func(col, xf int, runs ...any) string {
		return rec(recLabel, append([]any{0, col, xf, long(4, "\x08"), len(runs) / 2, "a  b"}, runs...)...)
	}
	b := oneSheet(
		cell(0, 4),             // no runs
		cell(1, 0, 0, 1),       // one run over all
		cell(2, 0, 1, 1, 3, 0), // the first character has the cell's own font
		cell(3, 0, 0, 1, 1, 0, 3, 1),
		cell(4, 5), // number 5 is the fifth font: there is no number 4
	)
	b.globals = fonts
	book, _ := readXLS(t, b.stream())
	var got []string
	for _, c := range book.Sheets[0].Cells {
		got = append(got, c.Font)
	}
	if want := []string{".VnTime", ".VnTime", "Arial", ".VnTime", "E"}; !reflect.DeepEqual(got, want) {
		t.Errorf("fonts %q, want %q", got, want)
	}
}

// What a reader of the sheet might not see is said, as with .xlsx.
func TestXLSNotes(t *testing.T) {
	number := func(row, col int, n float64) string { return rec(recNumber, row, col, 0, n) }
	b := oneSheet(
		rec(recColInfo, 1, 1, 2560, 0, 1, 0), rec(recColInfo, 200, 255, 2560, 0, 1, 0),
		rec(recRow, 0, 0, 3, 255, 0, 0, uint32(0x20)), rec(recRow, 7, 0, 3, 255, 0, 0, uint32(0x20)),
		number(0, 0, 1), number(0, 1, 2), number(1, 0, 3), number(1, 1, math.NaN()),
		rec(recMergedCells, 1, 0, 1, 0, 0),
	)
	b.sheets[0].state = 2
	b.globals += rec(recSupBook, 1, 0x0401) + rec(recSupBook, 1, long(7, narrow("\x01a.xls")), long(2, narrow("S1")))
	b.sheets = append(b.sheets,
		xlsPart{name: "Biểu đồ", kind: 2, records: bof(0x20) + eof},
		xlsPart{name: "Macro", kind: 1, records: bof(0x40) + eof},
		xlsPart{name: "BIỂU 1", records: bof(listSheet) + eof})
	b.globals += rec(recTabID, 1, 2, 3, 4)
	book, notes := readXLS(t, b.stream())
	if got := codesOf(notes); got != "NTM-404 NTM-405 NTM-401 NTM-402 NTM-403 NTM-406 NTM-409 NTM-408 NTM-408 NTM-407" {
		t.Errorf("notes %s", got)
	}
	s := book.Sheets[0]
	if got := cellsText(book); got != `A1=1 B1=2 B2="NaN"` || len(book.Sheets) != 2 || !s.Hidden || !book.Macros || !book.ExternalLinks {
		t.Errorf("read %s, %+v", got, book)
	}
	if !reflect.DeepEqual(s.HiddenRows, map[int]bool{1: true}) || !reflect.DeepEqual(s.HiddenCols, map[int]bool{2: true}) ||
		!reflect.DeepEqual(s.Covered, []sheet.Pos{{Row: 2, Col: 1}}) || s.Merges[0].String() != "A1:A2" {
		t.Errorf("rows %v, columns %v, covered %v, merges %v", s.HiddenRows, s.HiddenCols, s.Covered, s.Merges)
	}
}

func TestXLS1904(t *testing.T) {
	b := oneSheet()
	b.globals += rec(recDateMode, 1)
	if book, _ := readXLS(t, b.stream()); !book.Date1904 {
		t.Error("counts from 1900")
	}
}

// Damage refuses the file, and says where.
func TestXLSDamage(t *testing.T) {
	one := rec(recNumber, 0, 0, 0, 1.0)
	text := string([]byte{0, 0, 0, 0, 0, 0, 0xFF, 0xFF})
	for _, test := range []struct {
		name string
		book xlsBook
		code string
	}{
		{"a cell twice", oneSheet(one, rec(recNumber, 0, 1, 0, 2.0), one), codeRepeated},
		{"unknown record", oneSheet(rec(0x0777)), codeXML},
		{"record that is too short", oneSheet(rec(recNumber, 0, 0, 0, "1234567")), codeXML},
		{"record that is too long", oneSheet(rec(recBlank, 0, 0, 0, 1.0)), codeXML},
		{"row record cut", oneSheet(rec(recRow, 0, 0)), codeXML},
		{"column beyond the format", oneSheet(rec(recNumber, 0, 256, 0, 1.0)), codeAddress},
		{"row of numbers beyond the format", oneSheet(rec(recMulRK, 0, 255, 0, uint32(2), 0, uint32(2), 256)), codeAddress},
		{"row of numbers that ends elsewhere", oneSheet(rec(recMulRK, 0, 0, 0, uint32(2), 0, uint32(2), 2)), codeAddress},
		{"row of numbers cut", oneSheet(rec(recMulRK, 0, 0, 0, uint32(2), 0, 2, 1)), codeAddress},
		{"format that is not there", oneSheet(rec(recNumber, 0, 0, 5, 1.0)), codeStyleIndex},
		{"string that is not there", oneSheet(rec(recLabelSST, 0, 0, 0, uint32(2))), codeStringIndex},
		{"no table of strings", xlsBook{formats, oneSheet(rec(recLabelSST, 0, 0, 0, uint32(0))).sheets}, codeNoStrings},
		{"two tables of strings", xlsBook{formats + sst + sst, oneSheet().sheets}, codeXML},
		{"string table cut within a text", xlsBook{formats + rec(recSST, uint32(1), uint32(1), long(4, narrow("abc"))), oneSheet().sheets}, codeXML},
		{"string table cut within a unit", xlsBook{formats + rec(recSST, uint32(1), uint32(1), long(2, wide("a")), "b") + rec(recContinue, "\x01\x00"), oneSheet().sheets}, codeXML},
		{"string table cut within phonetics", xlsBook{formats + rec(recSST, uint32(1), uint32(1), long(1, "\x04\xff\xff\xff\xffa")), oneSheet().sheets}, codeXML},
		{"text cut", oneSheet(rec(recLabel, 0, 0, 0, long(4, narrow("abc")))), codeXML},
		{"text of no formula", oneSheet(rec(recString, long(1, narrow("a")))), codeXML},
		{"formula's text twice", oneSheet(rec(recFormula, 0, 0, 0, text, 0, uint32(0), 0), strings.Repeat(rec(recString, long(1, narrow("a"))), 2)), codeXML},
		{"formula's result of no kind", oneSheet(rec(recFormula, 0, 0, 0, "\x09"+text[1:], 0, uint32(0), 0)), codeXML},
		{"merges cut", oneSheet(rec(recMergedCells, 2, 0, 1, 0, 1)), codeXML},
		{"merge beyond the format", oneSheet(rec(recMergedCells, 1, 0, 1, 0, 300)), codeAddress},
		{"columns the wrong way round", oneSheet(rec(recColInfo, 3, 2, 0, 0, 1, 0)), codeXML},
		{"no EOF", xlsBook{formats, []xlsPart{{name: "a", records: bof(listSheet) + one}}}, codeXML},
		{"no EOF of a chart", xlsBook{formats, []xlsPart{{name: "a", records: bof(listSheet) + one + bof(0x20) + eof}}}, codeXML},
		{"a list within the list of sheets", xlsBook{formats + bof(0x20) + eof, oneSheet().sheets}, codeXML},
		{"not a sheet", xlsBook{formats, []xlsPart{{name: "a", records: bof(0x20) + one + eof}}}, codeXML},
		{"sheet of an older format", xlsBook{formats, []xlsPart{{name: "a", records: rec(recBOF, 0x0500, listSheet) + eof}}}, codeOldXLS},
		{"sheet that begins nowhere", xlsBook{formats, []xlsPart{{name: "a"}}}, codePartMissing},
		{"sheet that begins amid another", xlsBook{formats, []xlsPart{{name: "a"}, {name: "b", records: one + eof}}}, codeXML},
		{"two sheets in one place", xlsBook{formats, []xlsPart{{name: "a"}, {name: "b", records: bof(listSheet) + eof}}}, codeXML},
		{"sheet of no kind", xlsBook{formats, []xlsPart{{name: "a", kind: 4, records: bof(listSheet) + eof}}}, codeXML},
		{"sheet missing in the list", xlsBook{formats + rec(recTabID, 1, 2), oneSheet().sheets}, codeXML},
		{"no sheet", xlsBook{formats, nil}, codeNoSheet},
		{"encrypted", xlsBook{rec(recFilePass, 1, 1, 1) + "\x31\x00\xff\xffnoise", oneSheet().sheets}, codeProtectedXLS},
		{"format record cut", xlsBook{rec(recXF, 0) + formats, oneSheet().sheets}, codeXML},
	} {
		t.Run(test.name, func(t *testing.T) {
			why := refused(t, "test.xls", test.book.stream(), DefaultLimits())
			if why.Code != test.code {
				t.Errorf("refused as %v, want %s", why, test.code)
			}
			if strings.Contains(test.name, "a cell") && (why.Cell != "A1" || why.Sheet != "Biểu 1") {
				t.Errorf("refused at %s", why.Where())
			}
		})
	}
}

// A format's text that is too short is an old writer's habit and costs nothing.
func TestXLSShortFormat(t *testing.T) {
	b := oneSheet(rec(recNumber, 0, 0, 3, 1.0))
	b.globals = strings.Replace(formats, long(4, narrow("0.0%")), long(5, narrow("0.0%")), 1) + sst
	if book, _ := readXLS(t, b.stream()); cellsText(book) != "A1=1%" {
		t.Error(cellsText(book))
	}
}

// Wherever the records are cut, the file is refused.
func TestXLSCutAnywhere(t *testing.T) {
	stream := xlsSeed().stream()
	readXLS(t, stream)
	for n := range len(stream) {
		refused(t, "cut.xls", stream[:n], DefaultLimits())
	}
}

// xlsSeed is a book with most kinds of records, to be cut, flipped and fuzzed.
func xlsSeed() xlsBook {
	b := oneSheet(
		rec(recColInfo, 1, 2, 2560, 0, 1, 0), rec(recRow, 0, 0, 3, 255, 0, 0, uint32(0x20)),
		rec(recNumber, 0, 0, 1, 0.846), rec(recLabelSST, 0, 1, 0, uint32(1)), rec(recMulRK, 0, 2, 0, uint32(6), 2, uint32(10), 3),
		rec(recLabel, 1, 0, 0, long(6, narrow("ab"))), rec(recContinue, wide("Đạt!")),
		rec(recFormula, 1, 1, 0, "\x00\x00\x00\x00\x00\x00\xFF\xFF", 0, uint32(0), 3, "\x1e\x01\x00"), rec(recString, long(2, wide("ạb"))),
		rec(recMulBlank, 2, 0, 0, 0, 1), rec(recBoolErr, 2, 2, 0, "\x2A\x01"), rec(recRK, 3, 0, 0, uint32(8460<<2|3)),
		rec(recMergedCells, 1, 0, 1, 3, 4),
		bof(0x20), rec(recNumber, 0, 0, 0, 1.0), eof,
	)
	b.sheets = append(b.sheets, xlsPart{name: "2", state: 1, records: bof(listSheet) + rec(recRString, 0, 0, 0, long(2, narrow("ab")), 0) +
		rec(recRString, 0, 1, 0, long(3, narrow("7b2")), 2, 1, 0, 2, 3) + rec(recNumber, 0, 2, 5, 7.0) + rec(recLabelSST, 0, 3, 5, uint32(1)) +
		rec(recLabelSST, 0, 4, 6, uint32(2)) + rec(recRString, 0, 5, 5, long(3, narrow("7b2")), 1, 1, 0) + eof})
	b.globals = formats + marking8 + rec(recSST, uint32(3), uint32(3), long(3, wide("Đạt")), long(4, "\x0C\x01\x00\x02\x00\x00\x00Th")) +
		rec(recContinue, wide("ạnh")[:5], 0, 1, "ff", long(4, "\x08\x02\x00"), "7a3b", 0, 2, 2, 1) + rec(recTabID, 1, 2)
	return b
}

// marking8 are fonts that strike (2) and raise (3), and cell formats in them (5, 6).
var marking8 = rec(recFont, 200, 1<<3, 0x7FFF, 400, 0, strings.Repeat("\x00", 4), "\x01", narrow("S")) +
	rec(recFont, 200, 0, 0x7FFF, 400, 1, strings.Repeat("\x00", 4), "\x01", narrow("U")) +
	rec(recXF, 2, 0, strings.Repeat("\x00", 16)) + rec(recXF, 3, 0, strings.Repeat("\x00", 16))

func TestXLSLimits(t *testing.T) {
	number := func(row, col int) string { return rec(recNumber, row, col, 0, 1.0) }
	for _, test := range []struct {
		code string
		set  func(*Limits)
		book xlsBook
	}{
		{codeTooLarge, func(l *Limits) { l.FileBytes = 100 }, oneSheet()},
		{codeRows, func(l *Limits) { l.Rows = 9 }, oneSheet(number(8, 0), number(9, 0))},
		{codeColumns, func(l *Limits) { l.Columns = 9 }, oneSheet(number(0, 8), number(0, 9))},
		{codeCells, func(l *Limits) { l.Cells = 3 }, oneSheet(number(0, 0), number(0, 1), number(0, 2), number(0, 3))},
		{codeCells, func(l *Limits) { l.Cells = 2 }, oneSheet(rec(recMergedCells, 3, strings.Repeat("\x00", 24)))},
		{codeCells, func(l *Limits) { l.Cells = 1 }, oneSheet()}, // two shared strings
		{codeString, func(l *Limits) { l.StringBytes = 3 }, oneSheet()},
		{codeString, func(l *Limits) { l.StringBytes = 30 }, oneSheet(rec(recLabel, 0, 0, 0, long(31, narrow(strings.Repeat("a", 31)))))},
		{codeTextTotal, func(l *Limits) { l.TextBytes = 10 }, oneSheet()},
		{codeTextTotal, func(l *Limits) { l.TextBytes = 40 }, oneSheet(strings.Repeat(number(0, 0), 1), rec(recLabelSST, 1, 0, 0, uint32(1)), rec(recLabelSST, 2, 0, 0, uint32(1)), rec(recLabelSST, 3, 0, 0, uint32(1)), rec(recLabelSST, 4, 0, 0, uint32(1)))},
		{codeSheets, func(l *Limits) { l.Sheets = 1 }, xlsSeed()},
	} {
		lim := DefaultLimits()
		test.set(&lim)
		if why := refused(t, "test.xls", test.book.stream(), lim); why.Code != test.code {
			t.Errorf("%v, want %s", why, test.code)
		}
	}
	b := newBookReader(context.Background(), "test.xls", DefaultLimits())
	b.clock.end = b.clock.end.AddDate(-1, 0, 0)
	var why *refusal
	blanks := strings.Repeat(rec(recWsBool, 0), 5000)
	if err := b.read("test.xls", oneSheet(blanks).stream()); !errors.As(err, &why) || why.code != codeSeconds {
		t.Errorf("past its time: %v", err)
	}
}

// The container: a workbook is what stands in the root under that name.
func TestXLSContainer(t *testing.T) {
	stream := xlsSeed().stream()
	want, _ := readXLS(t, stream)
	biff5 := []byte(rec(recBOF, 0x0500, listWorkbook, 0, 0) + eof)
	for name, file := range map[string][]byte{
		"plain":         ole2Container(ole2Entry{name: "Workbook", data: stream}),
		"capitals":      ole2Container(ole2Entry{name: "WORKBOOK", data: stream}),
		"old name":      ole2Container(ole2Entry{name: "Book", data: stream}),
		"both formats":  ole2Container(ole2Entry{name: "Book", data: biff5}, ole2Entry{name: "Workbook", data: stream}),
		"Word embedded": ole2Container(ole2Entry{name: "MBD1", storage: true, inside: []ole2Entry{{name: "WordDocument"}}}, ole2Entry{name: "Workbook", data: stream}),
	} {
		if got, _ := readXLS(t, file); !reflect.DeepEqual(got.Sheets, want.Sheets) || got.Macros {
			t.Errorf("%s: read %s", name, cellsText(got))
		}
	}
	macros := ole2Container(ole2Entry{name: "Workbook", data: stream}, ole2Entry{name: "_VBA_PROJECT_CUR", storage: true, inside: []ole2Entry{{name: "PROJECT"}}})
	if book, notes := readXLS(t, macros); !book.Macros || notes[0].Code != codeMacros {
		t.Errorf("macros not seen: %v", notes)
	}
	for name, test := range map[string]struct {
		file []byte
		code string
	}{
		"Excel 95":          {ole2Container(ole2Entry{name: "Book", data: biff5}), codeOldXLS},
		"Excel 95, newer":   {ole2Container(ole2Entry{name: "Workbook", data: biff5}), codeOldXLS},
		"encrypted":         {ole2Container(ole2Entry{name: "EncryptionInfo"}, ole2Entry{name: "EncryptedPackage"}), codeEncrypted},
		"Word":              {ole2Container(ole2Entry{name: "WordDocument"}), codeWord},
		"Excel in Word":     {ole2Container(ole2Entry{name: "Pool", storage: true, inside: []ole2Entry{{name: "Workbook", data: stream}}}, ole2Entry{name: "WordDocument"}), codeWord},
		"PowerPoint":        {ole2Container(ole2Entry{name: "PowerPoint Document"}), codeOtherFile},
		"something else":    {ole2Container(ole2Entry{name: "__properties_version1.0"}), codeOtherFile},
		"two workbooks":     {ole2Container(ole2Entry{name: "Workbook", data: stream}, ole2Entry{name: "WORKBOOK", data: stream}), codeContainer},
		"empty of records":  {ole2Container(ole2Entry{name: "Workbook"}), codeXML},
		"cut in the middle": {ole2Container(ole2Entry{name: "Workbook", data: stream})[:3000], codeTruncated},
		"cut in the header": {[]byte(sigOLE2), codeTruncated},
	} {
		if why := refused(t, "test.xls", test.file, DefaultLimits()); why.Code != test.code {
			t.Errorf("%s: %v, want %s", name, why, test.code)
		}
	}
}

// Whatever the container's tables claim, they cost no more than the file is
// worth.
func TestXLSContainerClaims(t *testing.T) {
	whole := ole2Container(ole2Entry{name: "Workbook", data: xlsSeed().stream()})
	put := func(at int, v uint32) []byte {
		file := bytes.Clone(whole)
		binary.LittleEndian.PutUint32(file[at:], v)
		return file
	}
	directory := 512 + 512*int(binary.LittleEndian.Uint32(whole[48:]))
	for name, file := range map[string][]byte{
		"sectors of sectors":        put(72, 1<<25),
		"short sectors":             put(64, 1<<20),
		"directory far away":        put(48, 1<<30),
		"directory in a circle":     put(48, 0),
		"stream of four gigabytes":  put(directory+128+120, 1<<32-1),
		"stream that begins beyond": put(directory+128+116, 1<<31),
		"stream without a begin":    put(directory+128+116, 1<<32-1),
		"brother of itself":         put(directory+128+72, 1),
	} {
		why := refused(t, "test.xls", file, DefaultLimits())
		if c := why.Code; c != codeContainer && c != codeTruncated && c != codeOtherFile && c != codeParts {
			t.Errorf("%s: %v", name, why)
		}
	}
	// Ten thousand names are more than any workbook has.
	many := make([]ole2Entry, 100)
	for i := range many {
		many[i] = ole2Entry{name: string(rune('a'+i%26)) + string(rune('a'+i/26)), storage: true}
	}
	lim := DefaultLimits()
	lim.Parts = 50
	if why := refused(t, "test.xls", ole2Container(many...), lim); why.Code != codeParts {
		t.Error(why)
	}
}

func FuzzXLS(f *testing.F) {
	f.Add(xlsSeed().stream())
	f.Add(oneSheet().stream())
	f.Add(ole2Container(ole2Entry{name: "Workbook", data: xlsSeed().stream()}))
	f.Fuzz(func(t *testing.T, data []byte) {
		if !isXLS(data) {
			data = append([]byte(bof(listWorkbook)), data...)
		}
		// Of a strange container the slow reader may want what is not needed;
		// that comparison is for TestXLSMutants.
		if book := checkOutcome(t, data, fuzzLimits()); book != nil && bytes.HasPrefix(data, []byte(sigBIFF8)) {
			checkSlowXLS(t, book, data)
		}
	})
}
