package report

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// written is a workbook of one sheet with one value in each row, behind a text
// that stays the same.
func written(t *testing.T, values ...any) []byte {
	t.Helper()
	b := newBook(nil, &overview{})
	g := b.sheet("Trang", paper{widths: []float64{8, 8}})
	for _, v := range values {
		g.write(20, cell{"x", words}, cell{v, words})
	}
	if err := g.close(); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := b.write(&buf); err != nil {
		t.Fatal(err)
	}
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// What is written is what our reader and the library read back: text as text
// whatever it begins with, less what no cell can hold, and numbers to the last
// digit.
func FuzzRows(f *testing.F) {
	for _, s := range []string{"", "xã Vĩnh Hanh", "=1+1", "+84", "-", "@x", "a<b>&\"c'", " hai  đầu ", "\ttab", "dòng 1\ndòng 2\n", "a\rb", "_x0041_", "_x0041_x0042_",
		"_x00\x0041_", "__x005F_", "e\u0323", "😀", "]]>", "0012", "\x00", "\xff\xfe", "a\uFFFDb\uFFFE", strings.Repeat("😀", 17_000), strings.Repeat("a", 40_000)} {
		f.Add(s, 84.999, int64(-7), true)
	}
	for _, x := range []float64{0, math.Copysign(0, -1), 1.0 / 3, 0.1 + 0.2, 1e15, 1e21, -1e300, 5e-324, math.MaxFloat64, math.NaN(), math.Inf(-1)} {
		f.Add("x", x, int64(math.MaxInt32), false)
	}
	f.Fuzz(func(t *testing.T, s string, x float64, n int64, yes bool) {
		n %= 1 << 53 // more is no whole number to a spreadsheet
		data := written(t, s, x, n, yes, nil, &x, (*float64)(nil), s)
		if again := written(t, s, x, n, yes, nil, &x, (*float64)(nil), s); !bytes.Equal(data, again) {
			t.Fatal("the same values give other bytes")
		}
		text := cut(strings.Map(printable, cut(s, excelize.TotalCellChars)), excelize.TotalCellChars)
		number := math.Float64bits(x)
		if math.IsNaN(x) || math.IsInf(x, 0) {
			number = 0
		}

		book, issues, err := excel.Read(t.Context(), "a.xlsx", data, excel.DefaultLimits())
		if err != nil || book == nil {
			t.Fatal(issues, err)
		}
		got := map[int]sheet.Cell{}
		for _, c := range book.Sheets[0].Cells {
			if c.Pos.Col == 2 {
				got[c.Pos.Row] = c
			}
		}
		for _, row := range []int{1, 8} {
			if c := got[row]; c.Text != text || text != "" && c.Kind != sheet.Text {
				t.Errorf("row %d: read %q (%v), want %q", row, c.Text, c.Kind, text)
			}
		}
		for _, row := range []int{2, 6} {
			if c := got[row]; math.Float64bits(c.Num) != number && c.Num != x {
				t.Errorf("row %d: read %v, want %v", row, c.Num, x)
			}
		}
		if c := got[3]; c.Num != float64(n) {
			t.Errorf("read %v, want %d", c.Num, n)
		}
		if c := got[4]; c.Kind != sheet.Bool || (c.Num == 1) != yes {
			t.Errorf("read %v, want %v", c, yes)
		}
		if got[5].Text+got[7].Text != "" {
			t.Errorf("read %v and %v where nothing was written", got[5], got[7])
		}

		lib, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = lib.Close() }()
		for _, at := range []string{"B1", "B8"} {
			if v, err := lib.GetCellValue("Trang", at, excelize.Options{RawCellValue: true}); err != nil || v != text {
				t.Errorf("%s: the library reads %q (%v), want %q", at, v, err, text)
			}
			if v, err := lib.GetCellFormula("Trang", at); err != nil || v != "" {
				t.Errorf("%s is the formula %q (%v)", at, v, err)
			}
		}
	})
}

// Once the texts that may be held are full, cells hold their own, and read the
// same.
func TestTextsBeyondTheBoundStandInTheirCells(t *testing.T) {
	long := strings.Repeat("ấp ", 10_000)
	var values []any
	for i := range 2 * mostTexts / len(long) {
		values = append(values, fmt.Sprint(i, long))
	}
	data := written(t, append(values, values...)...)
	lib, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lib.Close() }()
	rows, err := lib.GetRows("Trang")
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if want := values[i%len(values)]; row[1] != want {
			t.Fatalf("row %d begins %q, want %q", i+1, row[1][:20], want.(string)[:20])
		}
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range z.File {
		if part.Name == textsPart && part.UncompressedSize64 > mostTexts {
			t.Errorf("%d bytes of texts are held, at most %d", part.UncompressedSize64, mostTexts)
		}
	}
}

// A part put together of pieces that were compressed apart unpacks to the
// pieces one behind the other, and has their checksum.
func FuzzSplice(f *testing.F) {
	f.Add([]byte("<a>"), []byte("rows"), []byte("</a>"))
	f.Add([]byte{}, []byte{}, []byte{})
	f.Fuzz(func(t *testing.T, before, rows, after []byte) {
		checkSplice(t, before, rows, after)
	})
}

func TestSplicedPartsOfAnyLength(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	some := func() []byte {
		b := make([]byte, rng.IntN(1<<rng.IntN(20)))
		for i := range b {
			b[i] = "<c r=\"1234567890"[rng.IntN(16)]
		}
		return b
	}
	for range 100 {
		checkSplice(t, some(), some(), some())
	}
}

func checkSplice(t *testing.T, before, rows, after []byte) {
	t.Helper()
	if got, want := sumOf(crc32.ChecksumIEEE(before), crc32.ChecksumIEEE(rows), uint64(len(rows))), crc32.ChecksumIEEE(append(bytes.Clone(before), rows...)); got != want {
		t.Fatalf("the sum of %d and %d bytes is %08x, want %08x", len(before), len(rows), got, want)
	}
	packed, parked := newPart(""), &park{}
	packed.body.park = parked
	defer func() {
		if err := parked.close(); err != nil {
			t.Error(err)
		}
	}()
	_, _ = packed.Write(rows)
	if err := packed.flush(); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	z := &sortedZip{out: &buf, rows: map[string]*part{"sheet": packed}}
	w, err := z.Create("sheet")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(before)
	_, _ = w.Write([]byte("<sheetData></sheetData>"))
	_, _ = w.Write(after)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil {
		t.Fatal(err)
	}
	in, err := r.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(in) // holds the checksum against what it reads
	if err != nil {
		t.Fatal(err)
	}
	if want := string(before) + "<sheetData>" + string(rows) + "</sheetData>" + string(after); string(got) != want && !bytes.Contains(before, []byte("<sheetData></sheetData>")) {
		t.Fatalf("unpacked %d bytes, want %d", len(got), len(want))
	}
}

// What parts leave in one file, in turns, comes back whole and in order, and the
// file goes with the workbook.
func TestPartsShareAFile(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	shared := &park{}
	parts, want := make([]pieces, 3), make([][]byte, 3)
	for i := range parts {
		parts[i].park = shared
	}
	for range 2000 {
		i := rng.IntN(len(parts))
		b := make([]byte, rng.IntN(8<<10))
		for j := range b {
			b[j] = byte(rng.Uint32())
		}
		if _, err := parts[i].Write(b); err != nil {
			t.Fatal(err)
		}
		want[i] = append(want[i], b...)
	}
	if shared.size < 2*mostHeld {
		t.Fatalf("%d bytes went to the file: this tests nothing", shared.size)
	}
	for i := range parts {
		held := 0
		for _, one := range parts[i].list {
			held += cap(one.bytes)
		}
		if held > 2*mostHeld+parked {
			t.Errorf("part %d holds %d bytes", i, held)
		}
		var got bytes.Buffer
		if err := parts[i].copyTo(&got); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got.Bytes(), want[i]) || parts[i].size != int64(len(want[i])) {
			t.Errorf("part %d: %d bytes came back, %d went in", i, got.Len(), len(want[i]))
		}
	}
	name := shared.file.Name()
	if err := shared.close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is still there: %v", name, err)
	}
}
