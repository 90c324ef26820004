package excel

import (
	"bytes"
	"context"
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

const (
	slowOffice = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
	slowTable  = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
	slowText   = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
	slowDraw   = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
	slowForm   = "urn:oasis:names:tc:opendocument:xmlns:form:1.0"
	slowScene  = "urn:oasis:names:tc:opendocument:xmlns:dr3d:1.0"
	slowCalc   = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
)

func (n *slowNode) times(local string) int {
	if v, err := strconv.Atoi(n.get(slowTable, local)); err == nil {
		return v
	}
	return 1
}

// slowODSCell is what a slow reading of content.xml says about one cell.
type slowODSCell struct {
	kind, value, text string
	failed, formula   bool
	covered           bool
	runs              []slowRun
	own               slowODSLook // of the cell's style
}

// slowODSLook is what a style states about its text; nil is nothing.
type slowODSLook struct{ struck, raised *bool }

func (l slowODSLook) over(o slowODSLook) slowODSLook {
	if l.struck == nil {
		l.struck = o.struck
	}
	if l.raised == nil {
		l.raised = o.raised
	}
	return l
}

func (l slowODSLook) run(text string) slowRun {
	return slowRun{text, true, l.struck != nil && *l.struck, l.raised != nil && *l.raised}
}

const slowStyleSpace = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"

// slowODSLooks are the styles of the document itself, by family and name.
func slowODSLooks(root *slowNode) map[string]slowODSLook {
	looks := make(map[string]slowODSLook)
	var find func(n *slowNode)
	find = func(n *slowNode) {
		for _, k := range n.kids {
			k, ok := k.(*slowNode)
			if !ok {
				continue
			}
			if k.is(slowStyleSpace, "style") && n.is(slowOffice, "automatic-styles") {
				var l slowODSLook
				for _, p := range k.all(slowStyleSpace, "text-properties") { // the last counts
					struck, line := false, false
					for _, name := range []string{"text-line-through-style", "text-line-through-type"} {
						if p.has(slowStyleSpace, name) {
							struck, line = struck || p.get(slowStyleSpace, name) != "none", true
						}
					}
					if line {
						l.struck = &struck
					}
					if p.has(slowStyleSpace, "text-position") {
						where, _, _ := strings.Cut(slowTrim(p.get(slowStyleSpace, "text-position")), " ")
						percent, err := strconv.ParseFloat(strings.TrimSuffix(where, "%"), 64)
						raised := where == "super" || err == nil && percent > 0
						l.raised = &raised
					}
				}
				looks[k.get(slowStyleSpace, "family")+" "+k.get(slowStyleSpace, "name")] = l
			}
			find(k)
		}
	}
	find(root)
	return looks
}

// slowODS reads the first sheet of content.xml by other means, encoding/xml and
// a tree, to hold the reader against.
func slowODS(body string) (map[sheet.Pos]slowODSCell, []sheet.Rect, error) {
	root, err := slowTree(body)
	if err != nil {
		return nil, nil, err
	}
	var table *slowNode
	var find func(n *slowNode)
	find = func(n *slowNode) {
		for _, k := range n.kids {
			if k, ok := k.(*slowNode); ok && table == nil {
				if k.is(slowTable, "table") {
					table = k
					return
				}
				find(k)
			}
		}
	}
	find(root)
	looks := slowODSLooks(root)
	cells := make(map[sheet.Pos]slowODSCell)
	var merges []sheet.Rect
	row := 0
	var walk func(n *slowNode)
	walk = func(n *slowNode) {
		for _, k := range n.kids {
			k, ok := k.(*slowNode)
			if !ok || k.name.Space != slowTable {
				continue
			}
			switch k.name.Local {
			case "table-header-rows", "table-rows", "table-row-group":
				walk(k)
			case "table-row":
				times := k.times("number-rows-repeated")
				col := 0
				for _, c := range k.kids {
					c, ok := c.(*slowNode)
					if !ok || c.name.Space != slowTable {
						continue
					}
					var one slowODSCell
					one.kind = c.get(slowOffice, "value-type")
					for _, a := range []string{"value", "date-value", "time-value", "boolean-value", "string-value"} {
						if v, ok := c.attrs[xml.Name{Space: slowOffice, Local: a}]; ok && (a != "string-value" || one.kind == "string") && (a == "string-value" || one.kind != "string") {
							one.value += v
						}
					}
					_, one.formula = c.attrs[xml.Name{Space: slowTable, Local: "formula"}]
					one.failed = c.get(slowCalc, "value-type") == "error"
					one.covered = c.name.Local == "covered-table-cell"
					for _, n := range []*slowNode{c, k} { // the cell's own style, else its row's
						name := n.get(slowTable, "style-name")
						if n == k {
							name = n.get(slowTable, "default-cell-style-name")
						}
						if l, ok := looks["table-cell "+name]; ok && name != "" {
							one.own = l
							break
						}
					}
					lines := 0
					for _, p := range c.kids {
						if p, ok := p.(*slowNode); ok && (p.is(slowText, "p") || p.is(slowText, "h")) {
							if lines++; lines > 1 {
								one.runs = append(one.runs, one.own.run("\n"))
							}
							one.runs = append(one.runs, slowParagraph(p, looks, one.own)...)
						}
					}
					for _, r := range one.runs {
						one.text += r.text
					}
					across, down := c.times("number-columns-spanned"), c.times("number-rows-spanned")
					for range min(c.times("number-columns-repeated"), 1000) {
						col++
						for r := range min(times, 1000) {
							p := sheet.Pos{Row: row + r + 1, Col: col}
							if one.kind != "" || one.text != "" || one.formula {
								cells[p] = one
							}
							if across > 1 || down > 1 {
								merges = append(merges, sheet.Rect{From: p, To: sheet.Pos{Row: p.Row + down - 1, Col: p.Col + across - 1}})
							}
						}
					}
					col += max(0, c.times("number-columns-repeated")-1000)
				}
				row += times
			}
		}
	}
	if table != nil {
		walk(table)
	}
	return cells, merges, nil
}

// slowParagraph takes a paragraph apart into characters and the looks that they
// have. Blanks that count stand as zero bytes until the others have been folded.
func slowParagraph(p *slowNode, looks map[string]slowODSLook, around slowODSLook) (out []slowRun) {
	var all []slowRun
	add := func(text string, l slowODSLook) {
		for _, r := range text {
			all = append(all, l.run(string(r)))
		}
	}
	var walk func(n *slowNode, family string, around slowODSLook)
	walk = func(n *slowNode, family string, around slowODSLook) {
		l := looks[family+" "+n.get(slowText, "style-name")].over(around)
		for _, k := range n.kids {
			switch k := k.(type) {
			case string:
				add(k, l)
			case *slowNode:
				switch {
				case k.is(slowText, "s"):
					n := 1
					if v, err := strconv.Atoi(k.get(slowText, "c")); err == nil {
						n = v
					}
					add(strings.Repeat("\x00", min(n, 1<<18)), l)
				case k.is(slowText, "tab"):
					add("\x01", l)
				case k.is(slowText, "line-break"):
					add("\x02", l)
				case k.is(slowOffice, "annotation"), k.is(slowOffice, "annotation-end"), k.name.Space == slowDraw, k.name.Space == slowForm, k.name.Space == slowScene,
					k.name.Space == slowText && slices.Contains([]string{"note", "ruby-text", "soft-page-break", "change", "change-start", "change-end", "bookmark", "bookmark-start", "bookmark-end"}, k.name.Local):
				case k.is(slowText, "span"):
					walk(k, "text", l)
				default:
					walk(k, "", l)
				}
			}
		}
	}
	walk(p, "paragraph", around)
	gap := true
	for _, r := range all {
		if strings.Contains(" \t\r\n", r.text) {
			if !gap {
				r.text = " "
				out = append(out, r)
			}
			gap = true
			continue
		}
		r.text = strings.NewReplacer("\x00", " ", "\x01", "\t", "\x02", "\n").Replace(r.text)
		out = append(out, r)
		gap = false
	}
	return out
}

// checkODS compares the first sheet of a book with the slow reading.
func checkODS(t *testing.T, book *sheet.Book, body string) {
	t.Helper()
	want, merges, err := slowODS(body)
	if err != nil {
		t.Fatalf("accepted, but the slow reader says: %v", err)
	}
	s := book.Sheets[0]
	got := make(map[sheet.Pos]sheet.Cell)
	for _, c := range s.Cells {
		got[c.Pos] = c
	}
	for p, w := range want {
		c, ok := got[p]
		delete(got, p)
		under := w.covered || slices.ContainsFunc(merges, func(m sheet.Rect) bool { return m.Contains(p) && m.From != p })
		text := w.text
		if w.kind == "string" && w.value != "" {
			text = w.value
		}
		blank := text == "" && w.value == "" && !w.formula
		if blank && !w.failed || under {
			if ok {
				t.Fatalf("%s should not be there: %+v", p, c)
			}
			continue
		}
		if !ok {
			if w.formula && text == "" && (w.kind == "" || w.kind == "void" || w.kind == "string") {
				continue // a formula's empty text
			}
			if strings.Trim(w.value, " \t\r\n") == "" && text == "" {
				continue
			}
			t.Fatalf("%s is lost: %+v", p, w)
		}
		if c.Formula != w.formula {
			t.Fatalf("%s is %+v, want %+v", p, c, w)
		}
		kept, mark := slowMarked(w.runs, false, false)
		switch {
		case len(w.runs) == 0 && c.Text == "":
			mark = slowWhole("", w.own.run("").struck, w.own.run("").raised)
		case len(w.runs) == 0:
			mark = slowWhole(c.Text, w.own.run("").struck, w.own.run("").raised)
		case mark != (sheet.Mark{}) && (c.Kind != sheet.Text || text != w.text):
			mark.Whole = true // the marks are on what is shown, and something else counts
		case mark != (sheet.Mark{}):
			text = kept
		}
		if s.Marks[p] != mark {
			t.Fatalf("%s is marked %+v, want %+v", p, s.Marks[p], mark)
		}
		switch c.Kind {
		case sheet.Text:
			// What is no value of its kind is kept as it is shown, else as stored.
			if c.Text != text && c.Text != strings.TrimSpace(w.value) {
				t.Fatalf("%s is %q, want %q", p, c.Text, text)
			}
		case sheet.Number:
			if c.Text != strings.Trim(w.value, " \t\r\n") {
				t.Fatalf("%s is %q, want %q", p, c.Text, w.value)
			}
		case sheet.Bool:
			if v, ok := slowTruth[slowTrim(w.value)]; !ok || v != (c.Num == 1) {
				t.Fatalf("%s is %q, want %q", p, c.Text, w.value)
			}
		case sheet.Error:
			if c.Text != w.text && w.text != "" {
				t.Fatalf("%s is %q, want %q", p, c.Text, w.text)
			}
		}
	}
	for p := range s.Marks {
		if !slices.ContainsFunc(s.Cells, func(c sheet.Cell) bool { return c.Pos == p }) {
			t.Fatalf("%s is marked, and not there", p)
		}
	}
	for p, c := range got {
		t.Fatalf("%s is invented: %+v", p, c)
	}
}

var odsSeeds = []string{
	`<table:table table:name="a"><table:table-row>` + numbered("84.6") + worded("Đạt <text:s/>x") + `<table:table-cell table:number-columns-repeated="3"/></table:table-row></table:table>`,
	`<table:table><table:table-column table:visibility="collapse"/><table:table-header-rows><table:table-row table:number-rows-repeated="3" table:visibility="filter"><table:covered-table-cell/>` + numbered("1") + `</table:table-row></table:table-header-rows></table:table>`,
	`<table:table><table:table-row><table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="2" office:value-type="percentage" office:value="0.5"/><table:covered-table-cell office:value-type="string" office:string-value="x"/></table:table-row></table:table>`,
	`<table:table><table:table-row><table:table-cell office:value-type="date" office:date-value="2017-12-31"><office:annotation><text:p>a</text:p></office:annotation><text:p>31</text:p><text:p/></table:table-cell><table:table-cell table:formula="of:=1/0" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell></table:table-row></table:table>`,
	`<table:table><table:table-row><table:table-cell office:value-type="boolean" office:boolean-value="true"/><table:table-cell office:value-type="time" office:time-value="PT1H"/><table:table-cell table:formula="x"/></table:table-row></table:table>`,
	`<table:table><table:table-row table:default-cell-style-name="ce6">` + numbered("7") + `<table:table-cell table:style-name="ce7" office:value-type="float" office:value="8"/>` +
		worded(`7<text:span text:style-name="N">3 m<text:span text:style-name="U">2</text:span> a<text:span text:style-name="U">(1)</text:span></text:span>`) +
		`<table:table-cell table:formula="x"/>` + worded(`<text:span text:style-name="S">7<text:s/></text:span>b`) + `</table:table-row></table:table>`,
}

// odsLooks are styles that strike (ce6, S) and raise (ce7, U) and neither (N).
const odsLooks = `<style:style style:name="ce6" style:family="table-cell"><style:text-properties style:text-line-through-style="solid" style:text-line-through-type="single"/></style:style>` +
	`<style:style style:name="ce7" style:family="table-cell"><style:text-properties style:text-position="super 58%"/></style:style>` +
	`<style:style style:name="S" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>` +
	`<style:style style:name="U" style:family="text"><style:text-properties style:text-position="33% 58%"/></style:style>` +
	`<style:style style:name="N" style:family="text"><style:text-properties style:text-line-through-style="none" style:text-position="0% 100%"/></style:style>`

func FuzzODS(f *testing.F) {
	for _, s := range odsSeeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, tables string) {
		p := ods(odsLooks, tables)
		if book := checkOutcome(t, p.zip(), fuzzLimits()); book != nil && len(book.Sheets) == 1 {
			checkODS(t, book, p["content.xml"])
		}
	})
}

func FuzzODSStyles(f *testing.F) {
	f.Add(`<style:style style:name="ce1" style:family="table-cell" style:parent-style-name="ce1" style:data-style-name="N1"/><number:number-style style:name="N1"><style:map style:condition="value()&gt;=0" style:apply-style-name="N1"/></number:number-style>`)
	f.Fuzz(func(t *testing.T, styles string) {
		checkOutcome(t, ods(styles, `<table:table><table:table-row><table:table-cell table:style-name="ce1" office:value-type="float" office:value="1"/></table:table-row></table:table>`).zip(), fuzzLimits())
	})
}

func tableInsides() (out []string) {
	for _, s := range odsSeeds[1:] {
		s = s[strings.Index(s, ">")+1:]
		out = append(out, strings.TrimSuffix(s, "</table:table>"))
	}
	return out
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{report, "\uFEFFa,b\r\n\"c \"\"d\"\"\",e\r\n", "sep=|\na|b\n", "a\tb\rc\td", utf16Text("a;b\nc;d\n"), "1,X\xB7,x\n", "a,\"b\nc,d\n", "\uFEFFa;b\n\uFEFFc\v;\x00d\n", ";;\n;1,5;\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		book, issues, err := Read(context.Background(), "fuzz.csv", data, fuzzLimits())
		if err != nil || book == nil && (len(issues) != 1 || issues[0].Code == codePanic) {
			t.Fatal(issues, err)
		}
		if book == nil || bytes.HasPrefix(data, []byte(sigLocal)) {
			return
		}
		checkOutcome(t, data, fuzzLimits())
		checkSlowCSV(t, book, data)
	})
}
