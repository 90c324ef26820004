package feedback

import (
	"bytes"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// copyOf writes a book as it was read as a plain workbook: values, merges, what
// is hidden, and of the formats those that change how a value reads: percent,
// date, and the font, without which text in an old encoding is unreadable. The
// problems are told the names that its sheets get.
func copyOf(book *sheet.Book, problems []Problem) ([]byte, error) {
	p := &parcel{byName: map[string]*part{}, dropped: map[string]bool{}}
	styles, err := readStyles(emptyStyles(mainSpace))
	if err != nil {
		return nil, err
	}
	names := sheetNames(book.Sheets)
	for i := range problems {
		q := &problems[i]
		if q.Sheet == "" && q.Cell == "" {
			continue
		}
		if at := slices.IndexFunc(book.Sheets, func(s *sheet.Sheet) bool { return s.Name == q.Sheet }); at >= 0 {
			q.Sheet = names[at]
		}
	}
	var tabs, rels, kinds strings.Builder
	visible := slices.ContainsFunc(book.Sheets, func(s *sheet.Sheet) bool { return !s.Hidden })
	for i, s := range book.Sheets {
		n := i + 1
		state := ""
		if s.Hidden && visible {
			state = ` state="hidden"`
		}
		fmt.Fprintf(&tabs, `<sheet name="%s" sheetId="%d"%s r:id="rId%d"/>`, escape(names[i]), n, state, n)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, n, relSpace, n)
		fmt.Fprintf(&kinds, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%s"/>`, n, typeSheet)
		p.add(path.Join("xl/worksheets", "sheet"+strconv.Itoa(n)+".xml"), copySheet(s, styles))
	}
	fmt.Fprintf(&rels, `<Relationship Id="rIdS" Type="%s/styles" Target="styles.xml"/>`, relSpace)
	date := ""
	if book.Date1904 {
		date = ` date1904="1"`
	}
	sheet := func(name, text string) { p.add(name, []byte(xmlHead+text)) }
	sheet("[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">`+
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`+
		`<Override PartName="/xl/workbook.xml" ContentType="`+typeWorkbook+`"/><Override PartName="/xl/styles.xml" ContentType="`+typeStyles+`"/>`+kinds.String()+`</Types>`)
	sheet("_rels/.rels", `<Relationships xmlns="`+relPackage+`"><Relationship Id="rId1" Type="`+relSpace+`/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	sheet("xl/workbook.xml", `<workbook xmlns="`+mainSpace+`" xmlns:r="`+relSpace+`"><workbookPr`+date+`/><bookViews><workbookView/></bookViews><sheets>`+tabs.String()+`</sheets></workbook>`)
	sheet("xl/_rels/workbook.xml.rels", `<Relationships xmlns="`+relPackage+`">`+rels.String()+`</Relationships>`)
	body, err := styles.write()
	if err != nil {
		return nil, err
	}
	p.add("xl/styles.xml", body)
	slices.SortStableFunc(p.parts, func(a, b *part) int { return strings.Compare(a.name, b.name) })
	var out bytes.Buffer
	if err := p.write(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// sheetNames makes names that a workbook allows of those of the sheets.
func sheetNames(sheets []*sheet.Sheet) []string {
	var names []string
	taken := map[string]bool{}
	for _, s := range sheets {
		name := strings.Map(func(r rune) rune {
			if r < ' ' || strings.ContainsRune(`[]:*?/\`, r) {
				return '_'
			}
			return r
		}, strings.ToValidUTF8(s.Name, "_"))
		if name = strings.Trim(name, "' "); name == "" {
			name = "Báo cáo"
		}
		short := func(most int) string { return string([]rune(name)[:min(most, utf8.RuneCountInString(name))]) }
		try := short(31)
		for n := 2; taken[strings.ToLower(try)]; n++ {
			try = short(25) + " (" + strconv.Itoa(n) + ")"
		}
		taken[strings.ToLower(try)] = true
		names = append(names, try)
	}
	return names
}

func copySheet(s *sheet.Sheet, styles *stylesheet) []byte {
	var b bytes.Buffer
	b.WriteString(xmlHead + `<worksheet xmlns="` + mainSpace + `"><sheetViews><sheetView workbookViewId="0"/></sheetViews>`)
	widths := map[int]int{}
	for _, c := range s.Cells {
		for line := range strings.Lines(c.Text) {
			widths[c.Pos.Col] = max(widths[c.Pos.Col], min(utf8.RuneCountInString(line)+2, 40))
		}
	}
	for col := range s.HiddenCols {
		widths[col] = max(widths[col], 9)
	}
	var cols []int
	for col := range widths {
		cols = append(cols, col)
	}
	slices.Sort(cols)
	if len(cols) > 0 {
		b.WriteString("<cols>")
		for _, col := range cols {
			hidden := ""
			if s.HiddenCols[col] {
				hidden = ` hidden="1"`
			}
			fmt.Fprintf(&b, `<col min="%d" max="%d" width="%d"%s customWidth="1"/>`, col, col, max(widths[col], 7), hidden)
		}
		b.WriteString("</cols>")
	}
	b.WriteString("<sheetData>")
	row := 0
	for _, c := range s.Cells {
		if c.Pos.Row != row {
			if row > 0 {
				b.WriteString("</row>")
			}
			row = c.Pos.Row
			hidden := ""
			if s.HiddenRows[row] {
				hidden = ` hidden="1"`
			}
			fmt.Fprintf(&b, `<row r="%d"%s>`, row, hidden)
		}
		font := c.Font
		if font == "" {
			font = "Times New Roman"
		}
		l := look{size: 11, font: font, percent: c.Percent && c.Kind == sheet.Number, date: c.Date && c.Kind == sheet.Number, wrap: c.Kind == sheet.Text}
		fmt.Fprintf(&b, `<c r="%s" s="%d"`, c.Pos, styles.format(l))
		switch c.Kind {
		case sheet.Number:
			if math.IsNaN(c.Num) || math.IsInf(c.Num, 0) {
				b.WriteString(inline(c.Text))
				break
			}
			text := c.Text
			if f, err := strconv.ParseFloat(text, 64); err != nil || f != c.Num {
				text = strconv.FormatFloat(c.Num, 'g', -1, 64)
			}
			b.WriteString("><v>" + escape(text) + "</v></c>")
		case sheet.Bool:
			fmt.Fprintf(&b, ` t="b"><v>%d</v></c>`, int(c.Num))
		case sheet.Error:
			if strings.HasPrefix(c.Text, "#") {
				b.WriteString(` t="e"><v>` + escape(c.Text) + `</v></c>`)
				break
			}
			b.WriteString(inline(c.Text))
		case sheet.NoResult:
			b.WriteString("/>")
		default:
			b.WriteString(inline(c.Text))
		}
	}
	if row > 0 {
		b.WriteString("</row>")
	}
	b.WriteString("</sheetData>")
	var merges []string
	for _, r := range s.Merges {
		if r.From != r.To {
			merges = append(merges, `<mergeCell ref="`+r.String()+`"/>`)
		}
	}
	if len(merges) > 0 {
		fmt.Fprintf(&b, `<mergeCells count="%d">%s</mergeCells>`, len(merges), strings.Join(merges, ""))
	}
	b.WriteString(`<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>`)
	return b.Bytes()
}

// inline ends a cell's tag with a text. A text that stands in the cell itself
// is never taken for a formula, whatever it begins with.
func inline(s string) string {
	return ` t="inlineStr"><is><t xml:space="preserve">` + cellText(clip(s, 32000)) + `</t></is></c>`
}
