package excel

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// fuzzLimits keep one input cheap.
func fuzzLimits() Limits {
	lim := DefaultLimits()
	lim.InflatedBytes, lim.PartBytes, lim.Cells, lim.TextBytes = 4<<20, 1<<20, 20_000, 1<<20
	return lim
}

// checkOutcome holds what must be true of any input: a complete refusal, or a
// book whose cells are sorted, unique, not blank, and not under a merge.
func checkOutcome(t *testing.T, data []byte, lim Limits) *sheet.Book {
	t.Helper()
	book, issues, err := Read(context.Background(), "fuzz.xlsx", data, lim)
	if err != nil {
		t.Fatal(err)
	}
	if book == nil {
		if len(issues) != 1 || issues[0].Severity != issue.Error || issues[0].Message == "" || issues[0].Remedy == "" {
			t.Fatalf("no complete refusal: %v", issues)
		}
		if issues[0].Code == codePanic {
			t.Fatal(issues[0])
		}
		return nil
	}
	if issues.Worst() == issue.Error {
		t.Fatalf("read, with an error: %v", issues)
	}
	for _, s := range book.Sheets {
		for i, c := range s.Cells {
			if i > 0 && !s.Cells[i-1].Pos.Less(c.Pos) {
				t.Fatalf("%s comes after %s", c.Pos, s.Cells[i-1].Pos)
			}
			if c.Text == "" && c.Kind != sheet.NoResult {
				t.Fatalf("%s is blank", c.Pos)
			}
		}
	}
	return book
}

var sheetSeeds = []string{
	`<sheetData><row r="1"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1" s="2"><v>84.6</v></c><c r="C1"/></row><row r="2"><c r="A2"><f>SUM(A1)</f><v>1</v></c></row></sheetData>`,
	`<sheetData><row><c><v>1</v></c><c t="b"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`,
	`<cols><col min="1" max="3" hidden="1"/></cols><sheetData><row r="3" hidden="1"><c r="B3" t="inlineStr"><is><r><t>a</t></r><rPh><t>b</t></rPh></is></c></row></sheetData>`,
	`<sheetData><row r="9"><c r="C9" t="str"><v>x&amp;_x000A_</v></c><c r="A9" t="e"><v>#N/A</v></c></row><row r="2"><c r="B2" t="d"><v>2017-12-31</v></c></row></sheetData>`,
	"<!-- c --><sheetData>\r\n<row r='1' spans=\"1:2\"><c r='A1'><v><![CDATA[1]]></v></c></row></sheetData><extLst><ext/></extLst>",
}

func FuzzSheet(f *testing.F) {
	for _, s := range sheetSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, inside string) {
		p := simple(inside)
		zip := p.zip()
		book := checkOutcome(t, zip, fuzzLimits())
		slow := newBookReader(context.Background(), "fuzz.xlsx", fuzzLimits())
		slow.slow = true
		err := slow.read("fuzz.xlsx", zip)
		if (err == nil) != (book != nil) {
			t.Fatalf("the short cut and the long way differ: %v", err)
		}
		if book == nil {
			return
		}
		if !reflect.DeepEqual(book, slow.book) {
			t.Fatalf("the short cut and the long way differ:\n%s\n%s", cellsText(book), cellsText(slow.book))
		}
		checkSlow(t, book, p)
	})
}

func FuzzContainer(f *testing.F) {
	for _, s := range sheetSeeds {
		f.Add(simple(s).zip())
	}
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Add([]byte(ole2("Root Entry", "Workbook")))
	f.Add([]byte("STT;Tên xã\n"))
	f.Fuzz(func(t *testing.T, data []byte) { checkOutcome(t, data, fuzzLimits()) })
}
