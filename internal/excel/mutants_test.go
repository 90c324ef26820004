package excel

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// mutants is how many mutants a test makes, and the source of their faults.
// NTM_MUTANTS asks for another number, and then NTM_SEED for others than the
// usual ones: see make fuzz.
func mutants(t *testing.T, usual int) (n int, rng *rand.Rand) {
	t.Helper()
	n = usual
	if s := os.Getenv("NTM_MUTANTS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	seed := uint64(2017)
	if s := os.Getenv("NTM_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	return n, rand.New(rand.NewPCG(seed, uint64(len(t.Name()))))
}

// mutateBytes flips bits, overwrites, cuts, drops, doubles or moves a stretch.
func mutateBytes(rng *rand.Rand, data []byte) []byte {
	if len(data) == 0 {
		return data
	}
	out := bytes.Clone(data)
	at := rng.IntN(len(out))
	n := min(1+rng.IntN(8), len(out)-at)
	switch rng.IntN(8) {
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
	case 6: // a long stretch is gone, such as some rows
		out = slices.Delete(out, at, min(len(out), at+1+rng.IntN(400)))
	case 7: // two stretches change places
		to := rng.IntN(len(out))
		n = min(n, len(out)-to)
		a, b := bytes.Clone(data[at:at+n]), bytes.Clone(data[to:to+n])
		copy(out[at:], b)
		copy(out[to:], a)
	}
	return out
}

// mutateMarkup drops, doubles or swaps whole pieces of XML, from one < to
// another: what is left is often well-formed.
func mutateMarkup(rng *rand.Rand, body string) string {
	var tags []int
	for i := range len(body) {
		if body[i] == '<' {
			tags = append(tags, i)
		}
	}
	if len(tags) < 4 {
		return body
	}
	i := rng.IntN(len(tags) - 2)
	j := min(len(tags)-1, i+1+rng.IntN(12))
	a, b := tags[i], tags[j]
	switch rng.IntN(4) {
	case 0:
		return body[:a] + body[b:]
	case 1:
		return body[:b] + body[a:b] + body[b:]
	case 2:
		k := min(len(tags)-1, j+1+rng.IntN(12))
		c := tags[k]
		return body[:a] + body[b:c] + body[a:b] + body[c:]
	}
	// One tag's name or attribute comes from another tag.
	k := rng.IntN(len(tags) - 1)
	return body[:a] + body[tags[k]:tags[k+1]] + body[tags[i+1]:]
}

// mutateEntries damages a zip file where its structure is: an entry is dropped
// or has another's bytes, name, size, checksum, method or offset.
func mutateEntries(t *testing.T, rng *rand.Rand, data []byte) []byte {
	t.Helper()
	out := bytes.Clone(data)
	end := bytes.LastIndex(out, []byte(sigEnd))
	start := int(binary.LittleEndian.Uint32(out[end+16:]))
	var heads []int // of the directory's entries
	for at := start; at < end; {
		heads = append(heads, at)
		word := func(i int) int { return int(binary.LittleEndian.Uint16(out[at+i:])) }
		at += 46 + word(28) + word(30) + word(32)
	}
	head := heads[rng.IntN(len(heads))]
	other := heads[rng.IntN(len(heads))]
	local := int(binary.LittleEndian.Uint32(out[head+42:]))
	falsify := func(at, n int) {
		for i := range n {
			out[at+i] = byte(rng.IntN(256))
		}
	}
	switch rng.IntN(8) {
	case 0: // a line of the directory is gone, with or without the number of lines
		size := 46
		for _, i := range []int{28, 30, 32} {
			size += int(binary.LittleEndian.Uint16(out[head+i:]))
		}
		out = slices.Delete(out, head, head+size)
		end -= size
		binary.LittleEndian.PutUint32(out[end+12:], uint32(end-start))
		if rng.IntN(2) == 0 {
			for _, i := range []int{8, 10} {
				binary.LittleEndian.PutUint16(out[end+i:], uint16(len(heads)-1))
			}
		}
	case 1: // checksum
		falsify(head+16, 4)
	case 2: // packed size, size
		falsify(head+20+4*rng.IntN(2), 1+rng.IntN(4))
	case 3: // where it is
		falsify(head+42, 1+rng.IntN(4))
	case 4: // another's place
		copy(out[head+42:head+46], data[other+42:other+46])
	case 5: // all that another has, but for the name
		copy(out[head+10:head+28], data[other+10:other+28])
		copy(out[head+42:head+46], data[other+42:other+46])
	case 6: // method, flags
		falsify(head+8, 4)
	case 7: // the local head
		falsify(local+4+rng.IntN(26), 1)
	}
	return out
}

// fixture is a workbook of ours as the parts of its zip file.
type fixture struct {
	name  string
	data  []byte
	parts parts
}

// fixtures are the workbooks that are mutated: a hand-made one with something
// of everything, some that LibreOffice saved, one of the sample province.
func fixtures(t *testing.T) []fixture {
	t.Helper()
	list := []fixture{{name: "hand-made", data: mutantFixture().zip()}}
	for _, name := range []string{
		"testdata/bieu.xlsx", "testdata/xls/kinds.xlsx", "testdata/xls/strings.xlsx", "testdata/xls/hidden.xlsx", "testdata/xls/dates.xlsx",
		"../../seeds/reports/2017-Q4/An Phú - Biểu 01 NTM năm 2017.xlsx",
	} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, fixture{name: filepath.Base(name), data: data})
	}
	for i := range list {
		list[i].parts = unzipped(t, list[i].data)
	}
	return list
}

func unzipped(t *testing.T, data []byte) parts {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	p := make(parts)
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		p[f.Name] = string(body)
	}
	return p
}

func mutantFixture() parts {
	var rows strings.Builder
	for r := 1; r <= 12; r++ {
		n := sheet.Pos{Row: r, Col: 1}.String()[1:]
		rows.WriteString(`<row r="` + n + `" spans="1:4"><c r="A` + n + `" t="s"><v>0</v></c><c r="B` + n + `" s="1"><v>0.846</v></c><c r="C` + n + `" t="str"><f>A1&amp;B1</f><v>x&lt;y</v></c><c r="D` + n + `" s="2"/>` +
			`<c r="E` + n + `" s="6"><v>9</v></c><c r="F` + n + `" s="7" t="s"><v>5</v></c><c r="G` + n + `" t="s"><v>5</v></c><c r="H` + n + `" t="s"><v>6</v></c><c r="I` + n + `" s="6" t="s"><v>0</v></c>` +
			`<c r="J` + n + `" s="6" t="inlineStr"><is><r><t>7</t></r><r><rPr><b/></rPr><t>8</t></r></is></c></row>`)
	}
	return marking(simple(`<dimension ref="A1:D12"/><sheetData>` + rows.String() + `</sheetData><mergeCells count="1"><mergeCell ref="A11:B12"/><mergeCell ref="D9:E9"/></mergeCells>`))
}

// marking adds to a simple book styles that strike (6) and raise (7), and texts
// of which a part is struck (5) or raised (6).
func marking(p parts) parts {
	return p.edit("xl/styles.xml", "</fonts>", `<font><strike/><name val="A"/></font><font><vertAlign val="superscript"/></font></fonts>`).
		edit("xl/styles.xml", "</cellXfs>", `<xf numFmtId="0" fontId="2"/><xf numFmtId="0" fontId="3"/></cellXfs>`).
		edit("xl/sharedStrings.xml", "</sst>", `<si><r><rPr><strike val="1"/></rPr><t>7</t></r><r><rPr/><t>3</t></r></si>`+
			`<si><r><t>36,9 m</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>2</t></r><r><rPr><b/></rPr><t> a</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>(1)</t></r></si></sst>`)
}

// tally counts what became of mutants.
type tally struct{ total, read int }

func (n *tally) log(t *testing.T) {
	t.Logf("%d mutants: %d read, %d refused", n.total, n.read, n.total-n.read)
	if n.total > 500 && (n.read == 0 || n.read == n.total) {
		t.Error("the mutants are no trial: all of one fate")
	}
}

// saveMutant keeps a mutant that broke a rule, to be looked at.
func saveMutant(t *testing.T, name string, data []byte) {
	if t.Failed() {
		dir := os.Getenv("NTM_KEEP")
		if dir == "" {
			dir = os.TempDir()
		}
		file := filepath.Join(dir, "ntm-mutant-"+name)
		if os.WriteFile(file, data, 0o600) == nil {
			t.Logf("the mutant is %s", file)
		}
	}
}

// Damage to the container gives a refusal or exactly the original cells: the
// checksums see to it.
func TestContainerMutants(t *testing.T) {
	list := fixtures(t)
	var want []*sheet.Book
	for _, f := range list {
		want = append(want, checkOutcome(t, f.data, fuzzLimits()))
	}
	var n tally
	total, rng := mutants(t, 4000)
	var mutant []byte
	defer func() { saveMutant(t, "container.xlsx", mutant) }()
	for i := range total {
		k := i % len(list)
		if i%2 == 0 {
			mutant = mutateBytes(rng, list[k].data)
		} else {
			mutant = mutateEntries(t, rng, list[k].data)
		}
		n.total++
		got := checkOutcome(t, mutant, fuzzLimits())
		if got == nil {
			continue
		}
		n.read++
		if !reflect.DeepEqual(got.Sheets, want[k].Sheets) {
			t.Fatalf("a mutant of %s gives other cells:\n%s\n%s", list[k].name, cellsText(got), cellsText(want[k]))
		}
	}
	n.log(t)
}

// A part that is dropped, or stands in another's place with sound checksums,
// gives a refusal, or what the slow reader reads.
func TestPartMutants(t *testing.T) {
	var n tally
	for _, f := range fixtures(t)[:4] {
		names := slices.Sorted(maps.Keys(f.parts))
		for _, name := range names {
			p := parts(maps.Clone(f.parts)).without(name)
			n.total++
			if got := checkOutcome(t, p.zipped(zip.Store), fuzzLimits()); got != nil {
				n.read++
				checkSlow(t, got, p)
			}
			for _, other := range names {
				if other == name {
					continue
				}
				p := parts(maps.Clone(f.parts))
				p[name], p[other] = p[other], p[name]
				n.total++
				if got := checkOutcome(t, p.zipped(zip.Store), fuzzLimits()); got != nil {
					n.read++
					checkSlow(t, got, p)
				}
			}
		}
	}
	n.log(t)
}

// Mutants of the XML in a sound container give a refusal or what the slow
// reader reads in the same XML; never fewer cells in silence.
func TestXMLMutants(t *testing.T) {
	list := fixtures(t)
	for _, f := range list {
		checkSlow(t, checkOutcome(t, f.data, fuzzLimits()), f.parts)
	}
	var n tally
	total, rng := mutants(t, 2000)
	var mutant []byte
	defer func() { saveMutant(t, "xml.xlsx", mutant) }()
	for i := range total {
		f := list[i%len(list)]
		p := parts(maps.Clone(f.parts))
		name := ""
		// Mostly a sheet; now and then another of the parts that are read.
		for names := slices.Sorted(maps.Keys(p)); name == ""; {
			one := names[rng.IntN(len(names))]
			if strings.HasPrefix(one, "xl/worksheets/sheet") || rng.IntN(4) == 0 && !strings.HasPrefix(one, "docProps/") {
				name = one
			}
		}
		if i%3 == 0 {
			p[name] = mutateMarkup(rng, p[name])
		} else {
			p[name] = string(mutateBytes(rng, []byte(p[name])))
		}
		mutant = p.zipped(zip.Store) // packing would be most of the work
		n.total++
		if got := checkOutcome(t, mutant, fuzzLimits()); got != nil {
			n.read++
			checkSlow(t, got, p)
		}
	}
	n.log(t)
}

// A legacy workbook has no checksums, so a mutant of its records, or of the
// container around them, gives a refusal or what the slow reader reads; where
// that does not find the records, exactly the original cells.
func TestXLSMutants(t *testing.T) {
	files := [][]byte{xlsSeed().stream(), ole2Container(ole2Entry{name: "Workbook", data: xlsSeed().stream()})}
	for _, name := range []string{"kinds", "hidden", "dates", "strings"} {
		data, err := os.ReadFile(filepath.Join("testdata", "xls", name+".xls"))
		if err != nil {
			t.Fatal(err)
		}
		stream, err := slowStream(data, "Workbook")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, data, stream)
	}
	var originals []*sheet.Book
	for _, data := range files {
		book := checkOutcome(t, data, fuzzLimits())
		if !checkSlowXLS(t, book, data) {
			t.Fatal("the slow reader does not know the original")
		}
		originals = append(originals, book)
	}
	var n tally
	unknown := 0
	total, rng := mutants(t, 3000)
	var mutant []byte
	defer func() { saveMutant(t, "records.xls", mutant) }()
	for i := range total {
		mutant = files[i%len(files)]
		if i%3 == 0 {
			mutant = mutateRecords(rng, mutant)
		} else {
			mutant = mutateBytes(rng, mutant)
		}
		n.total++
		got := checkOutcome(t, mutant, fuzzLimits())
		if got == nil {
			continue
		}
		n.read++
		if !isXLS(mutant) {
			t.Fatal("read as something else")
		}
		if !checkSlowXLS(t, got, mutant) {
			unknown++
			if !reflect.DeepEqual(got.Sheets, originals[i%len(files)].Sheets) {
				t.Fatalf("a mutant gives other cells:\n%s", cellsText(got))
			}
		}
	}
	n.log(t)
	t.Logf("%d of them with the original cells in a container that the slow reader cannot open", unknown)
	if unknown*10 > n.read {
		t.Error("the slow reader knows too few")
	}
}

// mutateRecords drops, doubles or swaps whole records, or changes one byte of
// one: what is left is a list of records still. In a container it changes bytes.
func mutateRecords(rng *rand.Rand, data []byte) []byte {
	var starts []int
	for at := 0; at+4 <= len(data); at += 4 + int(binary.LittleEndian.Uint16(data[at+2:])) {
		starts = append(starts, at)
	}
	if string(data[:4]) == sigOLE2[:4] || len(starts) < 4 {
		return mutateBytes(rng, data)
	}
	i := rng.IntN(len(starts) - 2)
	a, b := starts[i], starts[i+1]
	out := bytes.Clone(data)
	switch rng.IntN(4) {
	case 0:
		return slices.Delete(out, a, b)
	case 1:
		return slices.Insert(out, b, data[a:b]...)
	case 2:
		c := starts[i+2]
		copy(out[a:], data[b:c])
		copy(out[a+c-b:], data[a:b])
	default:
		if b > a+4 {
			out[a+4+rng.IntN(b-a-4)] = byte(rng.IntN(256))
		}
	}
	return out
}

// Mutants of content.xml in a sound container give a refusal or what the slow
// reader reads in the same XML; never fewer cells in silence.
func TestODSMutants(t *testing.T) {
	made := ods(odsLooks, odsSeeds[0]+`<table:table/>`)
	made.edit("content.xml", `<table:table table:name="a">`, `<table:table table:name="a">`+strings.Join(tableInsides(), ""))
	saved, err := os.ReadFile("testdata/bieu.ods")
	if err != nil {
		t.Fatal(err)
	}
	list := []parts{made, unzipped(t, saved)}
	if book := checkOutcome(t, made.zip(), fuzzLimits()); book == nil || len(book.Sheets[0].Cells) != 14 || len(book.Sheets[0].Marks) != 5 {
		t.Fatal("the original itself is not read")
	}
	var n tally
	total, rng := mutants(t, 1500)
	var mutant []byte
	defer func() { saveMutant(t, "content.ods", mutant) }()
	for i := range total {
		p := parts(maps.Clone(list[i%2]))
		if i%3 == 0 {
			p["content.xml"] = mutateMarkup(rng, p["content.xml"])
		} else {
			p["content.xml"] = string(mutateBytes(rng, []byte(p["content.xml"])))
		}
		mutant = p.zipped(zip.Store)
		n.total++
		if got := checkOutcome(t, mutant, fuzzLimits()); got != nil {
			n.read++
			checkODS(t, got, p["content.xml"])
		}
	}
	n.log(t)
}

// Damage to the container of a document gives a refusal or the original cells.
func TestODSContainerMutants(t *testing.T) {
	saved, err := os.ReadFile("testdata/bieu.ods")
	if err != nil {
		t.Fatal(err)
	}
	list := [][]byte{packed(ods("", odsSeeds[0])), saved}
	want := []*sheet.Book{checkOutcome(t, list[0], fuzzLimits()), checkOutcome(t, list[1], fuzzLimits())}
	var n tally
	total, rng := mutants(t, 1500)
	var mutant []byte
	defer func() { saveMutant(t, "container.ods", mutant) }()
	for i := range total {
		k := i % 2
		if i%4 < 2 {
			mutant = mutateBytes(rng, list[k])
		} else {
			mutant = mutateEntries(t, rng, list[k])
		}
		n.total++
		got := checkOutcome(t, mutant, fuzzLimits())
		if got == nil {
			continue
		}
		n.read++
		if !reflect.DeepEqual(got.Sheets, want[k].Sheets) {
			t.Fatalf("a mutant gives other cells:\n%s\n%s", cellsText(got), cellsText(want[k]))
		}
	}
	n.log(t)
}

// Text has no checksum and no grammar but quotes, so a mutant of it is another
// table, or none. What is read must be what the slow reader reads, and by the
// separator of the original: a few damaged bytes do not make another table.
func TestCSVMutants(t *testing.T) {
	saved, err := os.ReadFile("testdata/bieu.csv")
	if err != nil {
		t.Fatal(err)
	}
	quoted := "\uFEFFSTT,Tên xã,\"Ghi chú, nếu có\"\r\n1,Phú Thạnh,\"đã có \"\"quyết định\"\"\r\nsố 12\"\r\n2,Vĩnh Trạch,\r\n3,Núi Voi,x\r\n"
	list := []struct {
		data []byte
		sep  rune
	}{
		{saved, 0}, {[]byte(report), ';'}, {[]byte(quoted), ','}, {[]byte(utf16Text(strings.ReplaceAll(report, ";", "\t"))), '\t'},
		{[]byte(in1258(t, report)), ';'}, {[]byte("sep=|\r\n" + strings.ReplaceAll(report, ";", "|")), '|'},
	}
	for i := range list {
		sep := checkSlowCSV(t, readBook(t, "a.csv", list[i].data), list[i].data)
		if list[i].sep == 0 {
			list[i].sep = sep
		}
		if sep != list[i].sep {
			t.Fatalf("the original is read by %q, want %q", sep, list[i].sep)
		}
	}
	var n tally
	others := 0
	total, rng := mutants(t, 4000)
	var mutant []byte
	defer func() { saveMutant(t, "text.csv", mutant) }()
	for i := range total {
		one := list[i%len(list)]
		mutant = mutateBytes(rng, one.data)
		n.total++
		got := checkOutcome(t, mutant, fuzzLimits())
		if got == nil {
			continue
		}
		n.read++
		if sep := checkSlowCSV(t, got, mutant); sep != one.sep {
			others++
		}
	}
	n.log(t)
	t.Logf("%d read by another separator than the original's", others)
}
