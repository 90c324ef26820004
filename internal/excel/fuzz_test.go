package excel

import (
	"bytes"
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
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

// checkAgainstOracle compares a book of one sheet with the slow reading of the
// sheet's XML.
func checkAgainstOracle(t *testing.T, book *sheet.Book, body string) {
	t.Helper()
	want, merges, err := slowCells(body)
	if err != nil {
		t.Fatalf("accepted, but the slow reader says: %v", err)
	}
	covered := func(p sheet.Pos) bool {
		return slices.ContainsFunc(merges, func(m sheet.Rect) bool { return m.Contains(p) && m.From != p })
	}
	got := make(map[sheet.Pos]sheet.Cell)
	for _, c := range book.Sheets[0].Cells {
		got[c.Pos] = c
	}
	shared := []string{"Đạt", "Phú Thạnh", "東京", " a&b\r\nc ", ""}
	for p, w := range want {
		text := w.value
		switch w.kind {
		case "s":
			if n, ok := parseIndex(trim([]byte(text))); ok && n < len(shared) {
				text = shared[n]
			}
		case "", "n", "d":
			text = strings.Trim(text, " \t\r\n")
		case "b":
			if v, ok := parseBool(trim([]byte(text))); ok {
				text = strings.ToUpper(map[bool]string{true: "true", false: "false"}[v])
			}
		case "str", "inlineStr":
			text = string(decodeEscapes([]byte(text)))
		}
		c, ok := got[p]
		delete(got, p)
		if covered(p) || text == "" && (!w.formula || w.kind == "str" || w.kind == "inlineStr") {
			if ok && c.Kind != sheet.NoResult {
				t.Fatalf("%s should not be there: %+v", p, c)
			}
			continue
		}
		if !ok {
			if strings.TrimSpace(text) == "" {
				continue // white space in a number: blank
			}
			t.Fatalf("%s is lost: %+v", p, w)
		}
		if c.Formula != w.formula || c.Kind != sheet.NoResult && c.Text != text && strings.TrimSpace(c.Text) != text {
			t.Fatalf("%s is %+v, want %+v", p, c, w)
		}
	}
	for p, c := range got {
		t.Fatalf("%s is invented: %+v", p, c)
	}
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
		checkAgainstOracle(t, book, p["xl/worksheets/sheet1.xml"])
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

// Damage to the container gives a refusal or exactly the original cells: the
// checksums see to it.
func TestContainerMutants(t *testing.T) {
	original := mutantFixture()
	zip := original.zip()
	want := checkOutcome(t, zip, fuzzLimits())
	rng := rand.New(rand.NewPCG(2017, 4))
	read, total := 0, 4000
	for range total {
		mutant := mutateBytes(rng, zip)
		got := checkOutcome(t, mutant, fuzzLimits())
		if got == nil {
			continue
		}
		read++
		if !reflect.DeepEqual(got.Sheets, want.Sheets) {
			t.Fatalf("a mutant gives other cells:\n%s\n%s", cellsText(got), cellsText(want))
		}
	}
	t.Logf("%d mutants: %d read with the original cells, %d refused", total, read, total-read)
}

// Mutants of the XML in a sound container give a refusal or what the slow
// reader reads in the same XML; never fewer cells in silence.
func TestSheetMutants(t *testing.T) {
	rng := rand.New(rand.NewPCG(2017, 12))
	const part = "xl/worksheets/sheet1.xml"
	read, total := 0, 4000
	for range total {
		p := mutantFixture()
		p[part] = string(mutateBytes(rng, []byte(p[part])))
		got := checkOutcome(t, p.zip(), fuzzLimits())
		if got != nil {
			read++
			checkAgainstOracle(t, got, p[part])
		}
	}
	t.Logf("%d mutants: %d read as the slow reader reads them, %d refused", total, read, total-read)
}

func mutantFixture() parts {
	var rows strings.Builder
	for r := 1; r <= 12; r++ {
		n := sheet.Pos{Row: r, Col: 1}.String()[1:]
		rows.WriteString(`<row r="` + n + `" spans="1:4"><c r="A` + n + `" t="s"><v>0</v></c><c r="B` + n + `" s="1"><v>0.846</v></c><c r="C` + n + `" t="str"><f>A1&amp;B1</f><v>x&lt;y</v></c><c r="D` + n + `" s="2"/></row>`)
	}
	return simple(`<dimension ref="A1:D12"/><sheetData>` + rows.String() + `</sheetData><mergeCells count="1"><mergeCell ref="A11:B12"/></mergeCells>`)
}

// mutateBytes flips bits, overwrites, cuts, drops or doubles a stretch.
func mutateBytes(rng *rand.Rand, data []byte) []byte {
	out := bytes.Clone(data)
	at := rng.IntN(len(out))
	n := min(1+rng.IntN(8), len(out)-at)
	switch rng.IntN(6) {
	case 0:
		out[at] ^= 1 << rng.IntN(8)
	case 1:
		out[at] = byte(rng.IntN(256))
	case 2:
		out[at] = `<>/&"' =0159AZrstv`[rng.IntN(18)]
	case 3:
		out = out[:at]
	case 4:
		out = slices.Delete(out, at, at+n)
	case 5:
		out = slices.Insert(out, at, data[at:at+n]...)
	}
	return out
}
