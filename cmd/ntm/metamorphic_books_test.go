package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms"
	written "github.com/angiang-ntm/ntm/transforms/page"
)

// testBook is one report that the relations are held against.
type testBook struct {
	title string // how a test calls it
	book  *sheet.Book
	src   transforms.Source
	large bool      // a sample report, which takes its time
	base  *baseline // what it says as it stands, read once
}

// baseline is a book's own reading, and what was noted when its file was opened.
type baseline struct {
	reading *transforms.Reading
	notes   issue.List
}

// read is the book's own reading. Nobody changes it.
func (b testBook) read(t *testing.T) *transforms.Reading {
	t.Helper()
	if b.base.reading == nil {
		_, notes, err := readAny(t, b.src.File, container{}.file(t, b.book))
		if err != nil {
			t.Fatal(err)
		}
		*b.base = baseline{transforms.Understand(b.book, vocabulary(t, b.src.Period), b.src), notes}
	}
	return b.base.reading
}

// allBooks are the sample province of both quarters, the pages on which
// transforms shows each layout, and pages of our own with more communes and
// more faults on them.
func allBooks(t *testing.T) []testBook {
	t.Helper()
	var all []testBook
	for _, quarter := range []int{3, 4} {
		p := transforms.Period{Granularity: "quarter", Year: 2017, N: quarter}
		files, err := filepath.Glob(filepath.Join("../../seeds/reports", p.String(), "*.xlsx"))
		if err != nil || len(files) != 11 {
			t.Fatal("sample reports:", len(files), err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Base(file)
			all = append(all, testBook{
				title: p.String() + " " + name, book: readBook(t, name, data),
				src:   transforms.Source{File: name, Folder: p.String(), Period: p},
				large: true, base: &baseline{},
			})
		}
	}
	for _, folder := range []string{"../../transforms/testdata/layouts", "testdata/books"} {
		pages, err := filepath.Glob(folder + "/*.txt")
		if err != nil || len(pages) == 0 {
			t.Fatal("no pages in", folder, err)
		}
		for _, page := range pages {
			all = append(all, readPage(t, page))
		}
	}
	return all
}

func readBook(t testing.TB, name string, data []byte) *sheet.Book {
	t.Helper()
	book, issues, err := excel.Read(t.Context(), name, data, excel.DefaultLimits())
	if err != nil || book == nil {
		t.Fatalf("%s is refused: %v %v", name, issues, err)
	}
	return book
}

// readPage reads a book as transforms/testdata/layouts writes them: a line is
// a row, | divides its cells, < joins a cell to the one on its left, ^ to the
// one above, ! hides a row.
func readPage(t *testing.T, page string) testBook {
	t.Helper()
	a, err := txtar.ParseFile(page)
	if err != nil {
		t.Fatal(err)
	}
	b := testBook{title: filepath.Base(page), book: &sheet.Book{}, base: &baseline{}}
	b.src = transforms.Source{File: "bao cao.xlsx", Period: transforms.Period{Granularity: "quarter", Year: 2017, N: 4}}
	for line := range strings.Lines(string(a.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "file":
			b.src.File = value
		case "folder":
			b.src.Folder = value
		case "period":
			b.src.Period, _ = transforms.ParsePeriod(value)
		}
	}
	b.book.Name = b.src.File
	for _, f := range a.Files {
		if f.Name == "reading" {
			continue
		}
		s := &sheet.Sheet{Name: f.Name, HiddenRows: map[int]bool{}, HiddenCols: map[int]bool{}}
		var rows [][]string
		for line := range strings.Lines(string(f.Data)) {
			line, hidden := strings.CutPrefix(strings.TrimRight(line, "\n"), "!")
			if hidden {
				s.HiddenRows[len(rows)+1] = true
			}
			cells := strings.Split(line, "|")
			for i := range cells {
				cells[i] = strings.Trim(cells[i], " ")
			}
			rows = append(rows, cells)
		}
		at := func(row, col int) string {
			if row < len(rows) && col < len(rows[row]) {
				return rows[row][col]
			}
			return ""
		}
		for row := range rows {
			for col, text := range rows[row] {
				if text == "" || text == "<" || text == "^" {
					continue
				}
				c := written.Cell(text)
				c.Pos = sheet.Pos{Row: row + 1, Col: col + 1}
				s.Cells = append(s.Cells, c)
				to := c.Pos
				for at(row, to.Col) == "<" {
					to.Col++
				}
				for at(to.Row, col) == "^" {
					to.Row++
				}
				if to != c.Pos {
					s.Merges = append(s.Merges, sheet.Rect{From: c.Pos, To: to})
				}
			}
		}
		b.book.Sheets = append(b.book.Sheets, s)
	}
	return b
}

// container is how a book is written, where the cells do not say it.
type container struct {
	inline bool               // strings in their cells, not in the shared table
	stale  bool               // cells that a merge covers keep old values
	csv    rune               // a CSV file with this separator; 0 for .xlsx
	points map[sheet.Pos]bool // numbers that keep their point in it: ids
}

// file writes a book. Excel's own library is not used: it would not write what
// a hand or another program may have written.
func (w container) file(t testing.TB, b *sheet.Book) []byte {
	t.Helper()
	if w.csv != 0 {
		return w.separated(t, b)
	}
	var shared []string
	index := map[string]int{}
	type look struct {
		font   string
		format int
	}
	looks, fonts := []look{{}}, []string{"Times New Roman"}
	style := func(c *sheet.Cell) int {
		l := look{font: c.Font}
		if l.font == "" {
			l.font = fonts[0]
		}
		switch {
		case c.Percent:
			l.format = 10 // 0.00%
		case c.Date:
			l.format = 14 // a day
		}
		if l.format == 0 && l.font == fonts[0] {
			return 0
		}
		if i := slices.Index(looks, l); i >= 0 {
			return i
		}
		if !slices.Contains(fonts, l.font) {
			fonts = append(fonts, l.font)
		}
		looks = append(looks, l)
		return len(looks) - 1
	}
	escaped := func(text string) string {
		var b strings.Builder
		_ = xml.EscapeText(&b, []byte(text))
		return b.String()
	}
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	part := func(name, text string) {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write([]byte(xml.Header + text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	var list, rels, types strings.Builder
	for n, s := range b.Sheets {
		var x strings.Builder
		x.WriteString("<worksheet " + main + ">")
		if len(s.HiddenCols) > 0 {
			x.WriteString("<cols>")
			for _, col := range slices.Sorted(maps.Keys(s.HiddenCols)) {
				fmt.Fprintf(&x, `<col min="%d" max="%d" width="9" hidden="1" customWidth="1"/>`, col, col)
			}
			x.WriteString("</cols>")
		}
		x.WriteString("<sheetData>")
		cells := slices.Clone(s.Cells)
		if w.stale {
			cells = append(cells, staleCells(s)...)
		}
		slices.SortFunc(cells, func(a, b sheet.Cell) int {
			if a.Pos.Less(b.Pos) {
				return -1
			}
			return 1
		})
		row := 0
		for i := range cells {
			c := &cells[i]
			if c.Pos.Row != row {
				if row != 0 {
					x.WriteString("</row>")
				}
				row = c.Pos.Row
				hidden := ""
				if s.HiddenRows[row] {
					hidden = ` hidden="1"`
				}
				fmt.Fprintf(&x, `<row r="%d"%s>`, row, hidden)
			}
			formula := ""
			if c.Formula || c.Kind == sheet.NoResult {
				formula = "<f>Z1</f>"
			}
			typed, value := "", "<v>"+escaped(c.Text)+"</v>"
			switch c.Kind {
			case sheet.Number:
				value = "<v>" + strconv.FormatFloat(c.Num, 'g', -1, 64) + "</v>"
			case sheet.Bool:
				typed, value = "b", fmt.Sprintf("<v>%g</v>", c.Num)
			case sheet.Error:
				typed = "e"
			case sheet.NoResult:
				value = ""
			default:
				switch {
				case c.Formula:
					typed = "str"
				case w.inline:
					typed, value = "inlineStr", `<is><t xml:space="preserve">`+escaped(c.Text)+"</t></is>"
				default:
					at, known := index[c.Text]
					if !known {
						at = len(shared)
						index[c.Text], shared = at, append(shared, c.Text)
					}
					typed, value = "s", fmt.Sprintf("<v>%d</v>", at)
				}
			}
			if typed != "" {
				typed = ` t="` + typed + `"`
			}
			fmt.Fprintf(&x, `<c r="%s" s="%d"%s>%s%s</c>`, c.Pos, style(c), typed, formula, value)
		}
		if row != 0 {
			x.WriteString("</row>")
		}
		x.WriteString("</sheetData>")
		if len(s.Merges) > 0 {
			x.WriteString("<mergeCells>")
			for _, m := range s.Merges {
				fmt.Fprintf(&x, `<mergeCell ref="%s"/>`, m)
			}
			x.WriteString("</mergeCells>")
		}
		x.WriteString("</worksheet>")
		name := fmt.Sprintf("worksheets/sheet%d.xml", n+1)
		part("xl/"+name, x.String())
		state := ""
		if s.Hidden {
			state = ` state="hidden"`
		}
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d"%s r:id="rId%d"/>`, escaped(s.Name), n+1, state, n+1)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="%s"/>`, n+1, office, name)
		fmt.Fprintf(&types, `<Override PartName="/xl/%s" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, name)
	}
	var strs, faces, xfs strings.Builder
	for _, s := range shared {
		strs.WriteString(`<si><t xml:space="preserve">` + escaped(s) + "</t></si>")
	}
	for _, f := range fonts {
		faces.WriteString(`<font><sz val="12"/><name val="` + escaped(f) + `"/></font>`)
	}
	for _, l := range looks {
		fmt.Fprintf(&xfs, `<xf numFmtId="%d" fontId="%d" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>`, l.format, max(0, slices.Index(fonts, l.font)))
	}
	dates := ""
	if b.Date1904 {
		dates = `<workbookPr date1904="1"/>`
	}
	part("xl/workbook.xml", `<workbook `+main+` xmlns:r="`+office+`">`+dates+`<sheets>`+list.String()+`</sheets></workbook>`)
	part("xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`+rels.String()+
		`<Relationship Id="rIdS" Type="`+office+`/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rIdY" Type="`+office+`/styles" Target="styles.xml"/></Relationships>`)
	part("xl/sharedStrings.xml", `<sst `+main+`>`+strs.String()+`</sst>`)
	part("xl/styles.xml", `<styleSheet `+main+`><fonts>`+faces.String()+`</fonts><fills><fill><patternFill patternType="none"/></fill></fills><borders><border/></borders>`+
		`<cellStyleXfs><xf/></cellStyleXfs><cellXfs>`+xfs.String()+`</cellXfs></styleSheet>`)
	part("_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="`+office+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	part("[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`+
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>`+types.String()+
		`<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>`+
		`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// staleCells are old values under the merges of a sheet.
func staleCells(s *sheet.Sheet) []sheet.Cell {
	taken := map[sheet.Pos]bool{}
	for i := range s.Cells {
		taken[s.Cells[i].Pos] = true
	}
	var stale []sheet.Cell
	for _, m := range s.Merges {
		for row := m.From.Row; row <= m.To.Row; row++ {
			for col := m.From.Col; col <= m.To.Col; col++ {
				p := sheet.Pos{Row: row, Col: col}
				if !taken[p] {
					stale = append(stale, sheet.Cell{Pos: p, Text: "Chưa đạt 12"})
				}
			}
		}
	}
	return stale
}

// separated writes the only sheet of a book as CSV, numbers as text with the
// decimal mark that goes with the separator. A CSV file has no merges: who saves
// one has filled them before.
func (w container) separated(t testing.TB, b *sheet.Book) []byte {
	t.Helper()
	point := "."
	if w.csv == ';' {
		point = ","
	}
	var rows [][]string
	width := 0
	for _, c := range b.Sheets[0].Cells {
		width = max(width, c.Pos.Col)
	}
	for _, c := range b.Sheets[0].Cells {
		for len(rows) < c.Pos.Row {
			rows = append(rows, make([]string, width))
		}
		text := c.Text
		if c.Kind == sheet.Number {
			text = strings.Replace(numberText(&c), ".", point, 1)
		}
		if w.points[c.Pos] {
			text = strings.Replace(text, ",", ".", 1)
		}
		rows[c.Pos.Row-1][c.Pos.Col-1] = text
	}
	var buf bytes.Buffer
	buf.WriteString("\ufeff")
	out := csv.NewWriter(&buf)
	out.Comma = w.csv
	if err := out.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// numberText is a stored number as a person would type it, all its digits kept.
func numberText(c *sheet.Cell) string {
	n, ok := new(big.Rat).SetString(strconv.FormatFloat(c.Num, 'g', -1, 64))
	if !ok {
		return c.Text
	}
	sign := ""
	if c.Percent {
		n.Mul(n, big.NewRat(100, 1))
		sign = "%"
	}
	text := n.FloatString(24)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + sign
}

func readAny(t testing.TB, name string, data []byte) (*sheet.Book, issue.List, error) {
	return excel.Read(t.Context(), name, data, excel.DefaultLimits())
}
