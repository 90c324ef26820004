package excel

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// gathered reads a file row by row and puts the rows together as ReadWith
// would have kept them.
func gathered(t *testing.T, data []byte, opts Options) (*sheet.Book, issue.List) {
	t.Helper()
	cells := make(map[*sheet.Sheet][]sheet.Cell)
	hidden := make(map[*sheet.Sheet]map[int]bool)
	marks := make(map[*sheet.Sheet]map[sheet.Pos]sheet.Mark)
	book, issues, err := ReadRows(context.Background(), "test.xlsx", bytes.NewReader(data), int64(len(data)), opts, func(row Row) error {
		if len(row.Cells) == 0 {
			t.Errorf("row %d is handed out without cells", row.Number)
		}
		for i, c := range row.Cells {
			if c.Pos.Row != row.Number || i > 0 && row.Cells[i-1].Pos.Col >= c.Pos.Col {
				t.Errorf("%s stands in row %d after %d cells", c.Pos, row.Number, i)
			}
		}
		cells[row.Sheet] = append(cells[row.Sheet], row.Cells...)
		for _, c := range row.Cells {
			if m, ok := row.Sheet.Marks[c.Pos]; ok {
				if marks[row.Sheet] == nil {
					marks[row.Sheet] = make(map[sheet.Pos]sheet.Mark)
				}
				marks[row.Sheet][c.Pos] = m
			}
		}
		if row.Hidden {
			if hidden[row.Sheet] == nil {
				hidden[row.Sheet] = make(map[int]bool)
			}
			hidden[row.Sheet][row.Number] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if book == nil {
		return nil, issues
	}
	for _, s := range book.Sheets {
		if s.Cells != nil || s.Covered != nil || s.HiddenRows != nil || s.Marks != nil {
			t.Errorf("the sheet keeps %d cells", len(s.Cells))
		}
		r := sheetReader{book: newBookReader(context.Background(), "test.xlsx", opts.Limits), sheet: s}
		s.Cells, s.HiddenRows, s.Marks = cells[s], hidden[s], marks[s]
		sortCells(s.Cells)
		if err := r.cover(); err != nil {
			t.Fatal(err)
		}
	}
	return book, issues
}

// sameByRows holds a reading row by row against a reading of the whole book.
func sameByRows(t *testing.T, data []byte, opts Options) {
	t.Helper()
	want, wantIssues, err := ReadWith(context.Background(), "test.xlsx", data, opts)
	if err != nil {
		t.Fatal(err)
	}
	got, gotIssues := gathered(t, data, opts)
	if (got == nil) != (want == nil) {
		t.Fatalf("by rows %v, whole %v", gotIssues, wantIssues)
	}
	// What a merge covers is known to a whole reading alone; an .ods or .xls
	// file is read whole, and says so in both.
	without := func(all issue.List) (kept issue.List) {
		for _, i := range all {
			if i.Code != codeCovered {
				kept = append(kept, i)
			}
		}
		return kept
	}
	if !reflect.DeepEqual(without(gotIssues), without(wantIssues)) {
		t.Fatalf("by rows %v\nwhole %v", gotIssues, wantIssues)
	}
	if want == nil {
		return
	}
	for i, w := range want.Sheets {
		g := got.Sheets[i]
		// What a merge of an .xls or .ods file covers has been taken out before.
		w.Covered, g.Covered = nil, nil
		if len(w.Cells) == 0 && len(g.Cells) == 0 {
			w.Cells, g.Cells = nil, nil
		}
		hidden := w.HiddenRows
		w.HiddenRows = nil
		for row := range hidden {
			if !g.HiddenRows[row] {
				t.Errorf("row %d is hidden", row)
			}
		}
		g.HiddenRows = nil
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("by rows and whole differ:\n%s\n%s", cellsText(got), cellsText(want))
	}
}

// Row by row comes the same as at once: cells, notes and refusals, on every
// fixture and on what is wrong only at the end.
func TestRowsAreThoseOfTheBook(t *testing.T) {
	var files []string
	for _, pattern := range []string{"testdata/*.*", "../../seeds/reports/*/*.xlsx", "../../seeds/reports/*/*.ods"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 6 {
		t.Fatalf("only %d fixtures: %v", len(files), files)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(name), func(t *testing.T) { sameByRows(t, data, Options{Limits: DefaultLimits()}) })
	}
	for name, rows := range map[string]string{
		"rows out of order":                 `<row r="9"><c r="A9"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row>`,
		"cells out of order":                `<row r="1"><c r="C1"><v>3</v></c><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>`,
		"a cell twice in a row":             `<row r="1"><c r="A1"><v>3</v></c><c r="B1"/><c r="A1"><v>1</v></c></row>`,
		"a row in two pieces":               `<row r="1"><c r="B1"><v>2</v></c></row><row r="2"><c r="A2"><v>3</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>`,
		"a row in two pieces, side by side": `<row r="1"><c r="A1"><v>2</v></c></row><row r="1"><c r="B1"><v>1</v></c></row>`,
		"a cell in both pieces":             `<row r="1"><c r="A1"><v>2</v></c></row><row r="2"><c r="A2"><v>3</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>`,
		"a blank cell in the other piece":   `<row r="1"><c r="A1"/></row><row r="2"><c r="A2"><v>3</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>`,
		"pieces of two rows, one at fault":  `<row r="1"><c r="A1"/></row><row r="2"><c r="A2"/></row><row r="1"><c r="B1"/></row><row r="2"><c r="A2"><v>1</v></c></row>`,
		"an empty row twice":                `<row r="1"/><row r="1"><c r="A1"><v>1</v></c></row><row r="1"/>`,
		"hidden rows":                       `<row r="1" hidden="1"><c r="A1"><v>1</v></c></row><row r="3" ht="0"><c r="A3"><v>1</v></c></row><row r="4" hidden="1"><c r="A4"/></row>`,
		"a fault in the last row":           `<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A3"><v>1</v></c></row>`,
		"torn":                              `<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>1`,
	} {
		t.Run(name, func(t *testing.T) { sameByRows(t, data(rows).zip(), Options{Limits: DefaultLimits()}) })
	}
	t.Run("columns and merges", func(t *testing.T) {
		sameByRows(t, simple(`<cols><col min="2" max="16384" hidden="1"/></cols><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>`+
			`<row r="2"><c r="A2"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:A2"/></mergeCells>`).zip(), Options{Limits: DefaultLimits()})
	})
	t.Run("mutants", func(t *testing.T) {
		rng := rand.New(rand.NewPCG(2017, 3))
		const part = "xl/worksheets/sheet1.xml"
		for range 500 {
			p := mutantFixture()
			p[part] = string(mutateBytes(rng, []byte(p[part])))
			sameByRows(t, p.zip(), Options{Limits: fuzzLimits()})
		}
	})
}

func TestRowsEndWhereTheCallerSaysSo(t *testing.T) {
	zip := data(`<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>`).zip()
	enough := errors.New("enough")
	rows := 0
	book, _, err := ReadRows(context.Background(), "a.xlsx", bytes.NewReader(zip), int64(len(zip)), Options{Limits: DefaultLimits()}, func(Row) error {
		rows++
		return enough
	})
	if book != nil || !errors.Is(err, enough) || rows != 1 {
		t.Errorf("%d rows, book %v, error %v", rows, book, err)
	}

	// A panic of the caller's is none of the file's.
	defer func() {
		if p := recover(); p != "mine" {
			t.Errorf("recovered %v", p)
		}
	}()
	_, issues, err := ReadRows(context.Background(), "a.xlsx", bytes.NewReader(zip), int64(len(zip)), Options{Limits: DefaultLimits()}, func(Row) error { panic("mine") })
	t.Errorf("the panic became %v, %v", issues, err)
}

// failing is a disk that cannot be read from some byte on.
type failing struct {
	io.ReaderAt
	from int64
}

var errDisk = errors.New("the disk fails")

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.from {
		return 0, errDisk
	}
	return f.ReaderAt.ReadAt(p, off)
}

// A disk that fails is no fault of the file: an error, not a refusal.
func TestRowsFromAFailingDisk(t *testing.T) {
	zip := data(`<row r="1"><c r="A1"><v>1</v></c></row>`).zip()
	for from := range int64(len(zip)) {
		book, issues, err := ReadRows(context.Background(), "a.xlsx", failing{bytes.NewReader(zip), from}, int64(len(zip)), Options{Limits: DefaultLimits()}, func(Row) error { return nil })
		if book != nil || issues != nil || !errors.Is(err, errDisk) {
			t.Fatalf("failing from byte %d: book %v, issues %v, error %v", from, book, issues, err)
		}
	}
}

// manyRows is a workbook of many rows, packed as it is made. Every row has gaps,
// texts of its own and a shared one.
func manyRows(t *testing.T, rows int) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	fixture := simple("")
	for name, body := range fixture {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if name != "xl/worksheets/sheet1.xml" {
			_, err = io.WriteString(f, body)
		} else {
			before, after, _ := strings.Cut(body, "</worksheet>")
			_, err = io.WriteString(f, before+"<sheetData>")
			for r := 1; err == nil && r <= rows; r++ {
				_, err = fmt.Fprintf(f, `<row r="%[1]d"><c r="A%[1]d" t="s"><v>0</v></c><c r="C%[1]d" t="inlineStr"><is><t>Xã Minh Họa %[1]d</t></is></c>`+
					`<c r="E%[1]d" s="1"><v>0.%[1]d</v></c><c r="G%[1]d"><f>E%[1]d*2</f><v>%[1]d</v></c><c r="I%[1]d"/></row>`, r)
			}
			if err == nil {
				_, err = io.WriteString(f, "</sheetData></worksheet>"+after)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// Ten times the rows take no more memory.
func TestRowsTakeFlatMemory(t *testing.T) {
	live := func(rows int) int64 {
		zip := manyRows(t, rows)
		base := heap()
		most, n := int64(0), 0
		book, issues, err := ReadRows(context.Background(), "a.xlsx", bytes.NewReader(zip), int64(len(zip)), Options{Limits: DefaultLimits()}, func(Row) error {
			if n++; n%(rows/5) == 0 {
				most = max(most, heap()-base)
			}
			return nil
		})
		if err != nil || book == nil || n != rows {
			t.Fatal(n, issues, err)
		}
		runtime.KeepAlive(zip)
		return most
	}
	few, many := live(5_000), live(50_000)
	if many > few+(1<<20) {
		t.Errorf("%d bytes live for 5,000 rows, %d for 50,000", few, many)
	}
	if many > 4<<20 {
		t.Errorf("%d bytes live, want at most 4 MiB", many)
	}
}

// heap is what is live.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A small file that claims to be huge costs what it is, not what it claims.
func TestClaimsCostNothing(t *testing.T) {
	const bound = 4 << 20 // everything allocated while reading, live or not
	one := `<sheetData><row r="1" spans="1:16384"><c r="A1" t="s"><v>0</v></c></row></sheetData>`
	huge := simple(`<dimension ref="A1:XFD1048576"/>` + one)
	zip64 := func(data []byte, size uint64) []byte { return claimSize(t, data, "xl/worksheets/sheet1.xml", size) }
	for _, test := range []struct {
		name string
		data []byte
	}{
		{"nothing", simple(one).zip()},
		{"dimension and spans", huge.zip()},
		{"shared strings", simple(one).edit("xl/sharedStrings.xml", "<sst ", `<sst count="2147483648" uniqueCount="2147483648" `).zip()},
		{"formats", simple(one).edit("xl/styles.xml", "<cellXfs>", `<cellXfs count="4294967295">`).edit("xl/styles.xml", "<fonts>", `<fonts count="4294967295">`).zip()},
		{"columns", simple(`<cols><col min="1" max="16384" hidden="1"/></cols>` + one).zip()},
		{"merges", simple(one + `<mergeCells count="4294967295"><mergeCell ref="A1:XFD1048576"/></mergeCells>`).zip()},
		{"the last cell there is", data(`<row r="1048576" spans="1:16384"><c r="XFD1048576"><v>1</v></c></row>`).zip()},
		{"an unpacked size of 4 GB", claimSize(t, simple(one).zip(), "xl/worksheets/sheet1.xml", 0xFFFFFFFE)},
		{"shared strings of 4 GB", claimSize(t, simple(one).zip(), "xl/sharedStrings.xml", 0xFFFFFFFE)},
		{"a negative size in 64 bits", zip64(simple(one).zip(), 0xFFFFFFFF)},
		{"a directory of 65,535 entries", claimEntries(simple(one).zip(), 0xFFFF)},
	} {
		t.Run(test.name, func(t *testing.T) {
			for way, read := range map[string]func(){
				"whole": func() { checkOutcome(t, test.data, DefaultLimits()) },
				"by rows": func() {
					_, _, err := ReadRows(context.Background(), "a.xlsx", bytes.NewReader(test.data), int64(len(test.data)), Options{Limits: DefaultLimits()}, func(Row) error { return nil })
					if err != nil {
						t.Error(err)
					}
				},
			} {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				read()
				runtime.ReadMemStats(&after)
				if n := after.TotalAlloc - before.TotalAlloc; n > bound {
					t.Errorf("%s: %d bytes allocated for a file of %d, want at most %d", way, n, len(test.data), bound)
				}
			}
		})
	}
}

// claimSize changes the unpacked size that the directory of a zip file states
// for an entry.
func claimSize(t *testing.T, data []byte, name string, size uint64) []byte {
	t.Helper()
	for i := 0; i+lenEntry+len(name) <= len(data); i++ {
		if string(data[i:i+4]) == sigEntry && string(data[i+lenEntry:i+lenEntry+len(name)]) == name {
			binary.LittleEndian.PutUint32(data[i+24:], uint32(size))
			return data
		}
	}
	t.Fatal("no entry " + name)
	return nil
}

// claimEntries changes the number of entries that the end of a zip file states.
func claimEntries(data []byte, n uint16) []byte {
	binary.LittleEndian.PutUint16(data[findEnd(data)+10:], n)
	return data
}
