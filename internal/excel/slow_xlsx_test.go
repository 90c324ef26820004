package excel

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// What follows reads workbooks a second time, to hold the reader against it:
// slow, simple, strict, through encoding/xml and trees in memory, and sharing
// none of the reader's code. Whatever it objects to must have been refused.

// slowBook is a workbook as the slow reading has it.
type slowBook []slowSheet

type slowSheet struct {
	name   string
	hidden bool
	cells  map[sheet.Pos]slowCell
	merges []sheet.Rect
}

// slowCell is what the slow reading says about one cell. Of a number only num
// counts, of all others text.
type slowCell struct {
	kind    sheet.Kind
	text    string
	num     float64
	formula bool
	shown   *slowShown // nil when the format is none of those known here
	mark    sheet.Mark
}

// slowRun is a stretch of text that looks as its cell does, or struck or raised
// of itself.
type slowRun struct {
	text                string
	own, struck, raised bool
}

var slowUnit = regexp.MustCompile(`(?i)(^|[\x00-@\[-` + "`" + `{-\x7F])(m|km|hm|dam|dm|cm|mm)$`)

// slowMarked leaves out of a text what is struck and what is raised, one
// character after the other.
func slowMarked(runs []slowRun, struck, raised bool) (text string, mark sheet.Mark) {
	var out strings.Builder
	all := ""
	for _, r := range runs {
		all += r.text
	}
	for i := 0; i < len(runs); i++ {
		now := func(r slowRun) (bool, bool) {
			if r.own {
				return r.struck, r.raised
			}
			return struck, raised
		}
		s, u := now(runs[i])
		part := runs[i].text
		for i+1 < len(runs) {
			s2, u2 := now(runs[i+1])
			if runs[i+1].text != "" && (s2 != s || u2 != u) {
				break
			}
			i++
			part += runs[i].text
		}
		switch trimmed := strings.TrimSpace(part); {
		case trimmed == "", !s && !u, !s && (trimmed == "2" || trimmed == "3") && slowUnit.MatchString(out.String()):
			out.WriteString(part)
		case s:
			mark.Struck += part
		default:
			mark.Raised += part
		}
	}
	if mark != (sheet.Mark{}) && strings.TrimSpace(out.String()) == "" {
		mark.Whole = true
		return all, mark
	}
	return out.String(), mark
}

// slowWhole marks a cell that its font strikes or raises.
func slowWhole(text string, struck, raised bool) sheet.Mark {
	switch {
	case struck:
		return sheet.Mark{Struck: text, Whole: true}
	case raised:
		return sheet.Mark{Raised: text, Whole: true}
	}
	return sheet.Mark{}
}

type slowShown struct{ percent, date bool }

const (
	slowMain  = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	slowRel   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	slowRels  = "http://schemas.openxmlformats.org/package/2006/relationships"
	slowTypes = "http://schemas.openxmlformats.org/package/2006/content-types"
)

// slowNode is an XML element held in memory.
type slowNode struct {
	name  xml.Name
	attrs map[xml.Name]string
	kids  []any // *slowNode or string
}

func (n *slowNode) is(space, local string) bool {
	return n.name.Space == space && n.name.Local == local
}
func (n *slowNode) get(space, local string) string {
	return n.attrs[xml.Name{Space: space, Local: local}]
}
func (n *slowNode) has(space, local string) bool {
	_, ok := n.attrs[xml.Name{Space: space, Local: local}]
	return ok
}

// all are the children of one name.
func (n *slowNode) all(space, local string) (list []*slowNode) {
	for _, k := range n.kids {
		if k, ok := k.(*slowNode); ok && k.is(space, local) {
			list = append(list, k)
		}
	}
	return list
}

// text is the text of the element itself.
func (n *slowNode) text() string {
	var b strings.Builder
	for _, k := range n.kids {
		if s, ok := k.(string); ok {
			b.WriteString(s)
		}
	}
	return b.String()
}

// slowTree reads a document; the node returned is above its root.
func slowTree(body string) (*slowNode, error) {
	dec := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(body, "\uFEFF")))
	// "UTF8" without its hyphen is UTF-8 all the same.
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	above := &slowNode{}
	open := []*slowNode{above}
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			return above, nil
		}
		if err != nil {
			return nil, err
		}
		top := open[len(open)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &slowNode{name: tok.Name, attrs: make(map[xml.Name]string)}
			for _, a := range tok.Attr {
				if _, twice := n.attrs[a.Name]; twice {
					return nil, fmt.Errorf("attribute %v twice", a.Name)
				}
				n.attrs[a.Name] = a.Value
			}
			top.kids = append(top.kids, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.kids = append(top.kids, string(tok))
		}
	}
}

// slowRoot reads a part of the workbook.
func (p parts) slowRoot(name, space, local string) (*slowNode, error) {
	body, ok := p[name]
	if !ok {
		return nil, fmt.Errorf("no part %s", name)
	}
	above, err := slowTree(body)
	if err != nil {
		return nil, err
	}
	roots := above.all(space, local)
	if len(roots) != 1 {
		return nil, fmt.Errorf("%s has no root %s", name, local)
	}
	return roots[0], nil
}

// slowTargets are the relationships of a part by id: kind and target.
func (p parts) slowTargets(of string) (map[string][2]string, error) {
	dir, base := path.Split(of)
	root, err := p.slowRoot(dir+"_rels/"+base+".rels", slowRels, "Relationships")
	if err != nil {
		return nil, err
	}
	out := make(map[string][2]string)
	for _, r := range root.all(slowRels, "Relationship") {
		target := r.get("", "Target")
		if !strings.HasPrefix(target, "/") {
			target = "/" + dir + target
		}
		target = strings.TrimPrefix(path.Clean(target), "/")
		kind := r.get("", "Type")
		out[r.get("", "Id")] = [2]string{kind[strings.LastIndex(kind, "/")+1:], target}
	}
	return out, nil
}

// find looks a part up as zip files do, letter case aside.
func (p parts) slowFind(name string) string {
	for have := range p {
		if strings.EqualFold(have, name) {
			return have
		}
	}
	return name
}

// slowXLSX reads a whole workbook of the transitional format.
func slowXLSX(p parts) (slowBook, error) {
	top, err := p.slowTargets("")
	if err != nil {
		return nil, err
	}
	main := ""
	for _, id := range slices.Sorted(maps.Keys(top)) {
		if top[id][0] == "officeDocument" {
			main = p.slowFind(top[id][1])
		}
	}
	book, err := p.slowRoot(main, slowMain, "workbook")
	if err != nil {
		return nil, err
	}
	targets, err := p.slowTargets(main)
	if err != nil {
		return nil, err
	}
	var texts []*slowNode
	var shown []slowStyle
	for _, id := range slices.Sorted(maps.Keys(targets)) {
		name := p.slowFind(targets[id][1])
		switch targets[id][0] {
		case "sharedStrings":
			texts, err = p.slowStrings(name)
		case "styles":
			shown, err = p.slowStyles(name)
		}
		if err != nil {
			return nil, err
		}
	}
	var out slowBook
	for _, list := range book.all(slowMain, "sheets") {
		for _, one := range list.all(slowMain, "sheet") {
			target := targets[one.get(slowRel, "id")]
			switch target[0] {
			case "worksheet":
			case "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet":
				continue
			default:
				return nil, fmt.Errorf("a sheet of kind %q", target[0])
			}
			s, err := p.slowSheet(p.slowFind(target[1]), texts, shown)
			if err != nil {
				return nil, err
			}
			s.name, s.hidden = slowBlanks(one.get("", "name")), strings.HasSuffix(strings.ToLower(one.get("", "state")), "hidden")
			out = append(out, s)
		}
	}
	return out, nil
}

// slowBlanks makes every white space a blank: encoding/xml does not, in
// attributes, though XML says so.
func slowBlanks(s string) string {
	return strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ").Replace(s)
}

func (p parts) slowStrings(name string) (list []*slowNode, err error) {
	root, err := p.slowRoot(name, slowMain, "sst")
	if err != nil {
		return nil, err
	}
	return root.all(slowMain, "si"), nil
}

// slowFont tells whether a <font> or <rPr> strikes or raises; the last word
// counts.
func slowFont(n *slowNode) (struck, raised bool) {
	for _, k := range n.all(slowMain, "strike") {
		struck = !k.has("", "val") || slowTruth[k.get("", "val")]
	}
	for _, k := range n.all(slowMain, "vertAlign") {
		raised = k.get("", "val") == "superscript"
	}
	return struck, raised
}

// slowRich are the texts of a shared or inline string, each unescaped for
// itself.
func slowRich(n *slowNode) (runs []slowRun) {
	for _, k := range n.kids {
		k, ok := k.(*slowNode)
		if !ok {
			continue
		}
		switch {
		case k.is(slowMain, "t"):
			runs = append(runs, slowRun{text: slowUnescape(k.text())})
		case k.is(slowMain, "r"):
			var run slowRun
			for _, p := range k.all(slowMain, "rPr") {
				run.own = true
				run.struck, run.raised = slowFont(p)
			}
			for _, t := range k.all(slowMain, "t") {
				run.text += slowUnescape(t.text())
			}
			runs = append(runs, run)
		}
	}
	return runs
}

var slowEscape = regexp.MustCompile(`^_x([0-9A-Fa-f]{4})_`)

// slowUnescape reads Excel's escapes of UTF-16 units from left to right; half
// of a pair stays as written.
func slowUnescape(s string) string {
	var out strings.Builder
	unit := func(s string) (rune, bool) {
		m := slowEscape.FindStringSubmatch(s)
		if m == nil {
			return 0, false
		}
		n, _ := strconv.ParseUint(m[1], 16, 16)
		return rune(n), true
	}
	for len(s) > 0 {
		r, ok := unit(s)
		if ok && utf16.IsSurrogate(r) {
			low, two := unit(s[7:])
			if pair := utf16.DecodeRune(r, low); two && pair != '\uFFFD' {
				out.WriteRune(pair)
				s = s[14:]
				continue
			}
			ok = false
		}
		if ok {
			out.WriteRune(r)
			s = s[7:]
			continue
		}
		out.WriteByte(s[0])
		s = s[1:]
	}
	return out.String()
}

// slowFormats are the number formats whose meaning is known here.
var slowFormats = map[string]slowShown{
	"General": {}, "0": {}, "0.0": {}, "0.00": {}, "#,##0": {}, "#,##0.00": {}, "@": {}, `0.0"%"`: {},
	"0%": {percent: true}, "0.0%": {percent: true}, "0.00%": {percent: true}, "[Red]0.00%;-0.00%": {percent: true},
	"dd/mm/yyyy": {date: true}, "yyyy-mm-dd": {date: true}, "hh:mm": {date: true}, "dd/mm/yy": {date: true}, "[h]:mm:ss": {date: true},
}

var slowBuiltIn = map[string]slowShown{
	"": {}, "0": {}, "1": {}, "2": {}, "3": {}, "4": {}, "9": {percent: true}, "10": {percent: true}, "14": {date: true}, "22": {date: true}, "49": {},
}

type slowStyle struct {
	shown          *slowShown
	struck, raised bool
}

func (p parts) slowStyles(name string) (list []slowStyle, err error) {
	root, err := p.slowRoot(name, slowMain, "styleSheet")
	if err != nil {
		return nil, err
	}
	codes := make(map[string]string)
	for _, n := range root.all(slowMain, "numFmts") {
		for _, f := range n.all(slowMain, "numFmt") {
			codes[f.get("", "numFmtId")] = f.get("", "formatCode")
		}
	}
	var fonts []*slowNode
	for _, n := range root.all(slowMain, "fonts") {
		fonts = append(fonts, n.all(slowMain, "font")...)
	}
	for _, n := range root.all(slowMain, "cellXfs") {
		for _, xf := range n.all(slowMain, "xf") {
			var known *slowShown
			id := xf.get("", "numFmtId")
			code, own := codes[id]
			shown, ok := slowBuiltIn[id]
			if own {
				shown, ok = slowFormats[code]
			}
			if ok {
				known = &shown
			}
			one := slowStyle{shown: known}
			n, _ := strconv.Atoi(xf.get("", "fontId"))
			if n < len(fonts) {
				one.struck, one.raised = slowFont(fonts[n])
			}
			list = append(list, one)
		}
	}
	return list, nil
}

var (
	slowDigits = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
	slowTruth  = map[string]bool{"1": true, "true": true, "on": true, "0": false, "false": false, "off": false, "True": true, "TRUE": true, "False": false, "FALSE": false}
)

func slowTrim(s string) string { return strings.Trim(s, " \t\r\n") }

func (p parts) slowSheet(name string, texts []*slowNode, shown []slowStyle) (s slowSheet, err error) {
	root, err := p.slowRoot(name, slowMain, "worksheet")
	if err != nil {
		return s, err
	}
	s.cells = make(map[sheet.Pos]slowCell)
	for _, list := range root.all(slowMain, "mergeCells") {
		for _, m := range list.all(slowMain, "mergeCell") {
			rect, ok := sheet.ParseRect(m.get("", "ref"))
			if !ok {
				return s, fmt.Errorf("merge %q", m.get("", "ref"))
			}
			s.merges = append(s.merges, rect)
		}
	}
	data := root.all(slowMain, "sheetData")
	if len(data) != 1 {
		return s, errors.New("not one sheetData")
	}
	row, seen := 0, make(map[sheet.Pos]bool)
	for _, r := range data[0].all(slowMain, "row") {
		row++
		if r.has("", "r") {
			if row, err = strconv.Atoi(r.get("", "r")); err != nil {
				return s, err
			}
		}
		col := 0
		for _, c := range r.all(slowMain, "c") {
			p := sheet.Pos{Row: row, Col: col + 1}
			if c.has("", "r") {
				var ok bool
				if p, ok = sheet.ParsePos(c.get("", "r")); !ok || p.Row != row {
					return s, fmt.Errorf("cell %q in row %d", c.get("", "r"), row)
				}
			}
			if col = p.Col; seen[p] {
				return s, fmt.Errorf("%s twice", p)
			}
			seen[p] = true
			cell, stored, err := slowOne(c, texts, shown)
			if err != nil {
				return s, fmt.Errorf("%s: %w", p, err)
			}
			if stored {
				s.cells[p] = cell
			}
		}
	}
	return s, nil
}

// slowOne reads one <c>; stored is false where it is blank.
func slowOne(c *slowNode, texts []*slowNode, shown []slowStyle) (cell slowCell, stored bool, err error) {
	var st slowStyle
	if cell, stored, err = slowValue(c, texts, shown, &st); stored && cell.mark == (sheet.Mark{}) && !slowHasRuns(c, texts) {
		text := cell.text
		if cell.kind == sheet.NoResult+1 {
			text = slowTrim(text)
		}
		cell.mark = slowWhole(text, st.struck, st.raised)
	}
	return cell, stored, err
}

// slowHasRuns tells whether a cell's text says of its parts how they look.
func slowHasRuns(c *slowNode, texts []*slowNode) bool {
	for _, is := range c.all(slowMain, "is") {
		return len(is.all(slowMain, "r")) > 0
	}
	if c.get("", "t") != "s" {
		return false
	}
	n, _ := strconv.Atoi(slowTrim(c.all(slowMain, "v")[0].text()))
	return len(texts[n].all(slowMain, "r")) > 0
}

func slowValue(c *slowNode, texts []*slowNode, shown []slowStyle, st *slowStyle) (cell slowCell, stored bool, err error) {
	if c.has("", "s") || len(shown) > 0 {
		n := 0
		if c.has("", "s") {
			if n, err = strconv.Atoi(c.get("", "s")); err != nil {
				return cell, false, err
			}
		}
		switch {
		case n < len(shown):
			*st = shown[n]
			cell.shown = st.shown
		case n > 0 || len(shown) > 0:
			return cell, false, fmt.Errorf("style %d of %d", n, len(shown))
		}
	}
	cell.formula = len(c.all(slowMain, "f")) > 0
	values, inline := c.all(slowMain, "v"), c.all(slowMain, "is")
	if len(values) > 1 || len(inline) > 1 {
		return cell, false, errors.New("two values")
	}
	raw := ""
	if len(values) > 0 {
		raw = values[0].text()
	}
	kind := c.get("", "t")
	switch {
	case len(inline) > 0 && raw != "":
		return cell, false, errors.New("two values")
	case len(inline) > 0:
		cell.text, cell.mark = slowMarked(slowRich(inline[0]), st.struck, st.raised)
		return cell, cell.text != "", nil
	case raw == "" && (len(values) == 0 || kind != "str" && kind != "inlineStr"):
		cell.kind = sheet.NoResult
		return cell, cell.formula, nil
	}
	trimmed := slowTrim(raw)
	switch kind {
	case "", "n":
		if slowDigits.MatchString(trimmed) {
			if cell.num, err = strconv.ParseFloat(trimmed, 64); err == nil {
				cell.kind, cell.text = sheet.Number, trimmed
				return cell, true, nil
			}
			err = nil // beyond all numbers
		}
	case "s":
		n, err := strconv.Atoi(trimmed)
		if err != nil || n < 0 || n >= len(texts) {
			return cell, false, fmt.Errorf("string %q of %d", trimmed, len(texts))
		}
		cell.text, cell.mark = slowMarked(slowRich(texts[n]), st.struck, st.raised)
		return cell, cell.text != "", nil
	case "b":
		if v, ok := slowTruth[trimmed]; ok {
			cell.kind, cell.text = sheet.Bool, strings.ToUpper(strconv.FormatBool(v))
			return cell, true, nil
		}
	case "e":
		cell.kind, cell.text = sheet.Error, raw
		return cell, true, nil
	case "d":
		// A date is a number to the reader and keeps its text; what is none is
		// kept as written. Either way the text is what counts here.
		cell.kind, cell.text = sheet.NoResult+1, raw
		return cell, true, nil
	case "str", "inlineStr":
	default:
		return cell, false, fmt.Errorf("kind %q", kind)
	}
	cell.text = slowUnescape(raw)
	return cell, cell.text != "", nil
}

// checkSlow holds a book against the slow reading of the same parts.
func checkSlow(t *testing.T, book *sheet.Book, p parts) {
	t.Helper()
	want, err := slowXLSX(p)
	if err != nil {
		t.Fatalf("accepted, but the slow reader says: %v", err)
	}
	if len(book.Sheets) != len(want) {
		t.Fatalf("%d sheets, the slow reader has %d", len(book.Sheets), len(want))
	}
	for i, s := range book.Sheets {
		w := want[i]
		if s.Name != w.name || s.Hidden != w.hidden {
			t.Fatalf("sheet %q, hidden %v; the slow reader has %q, %v", s.Name, s.Hidden, w.name, w.hidden)
		}
		got := make(map[sheet.Pos]sheet.Cell)
		for _, c := range s.Cells {
			got[c.Pos] = c
		}
		marked := 0
		for at, cell := range w.cells {
			c, ok := got[at]
			delete(got, at)
			if slices.ContainsFunc(w.merges, func(m sheet.Rect) bool { return m.Contains(at) && m.From != at }) {
				if ok {
					t.Fatalf("%s!%s is under a merge, and yet %+v", s.Name, at, c)
				}
				continue
			}
			if !ok {
				t.Fatalf("%s!%s is lost: %+v", s.Name, at, cell)
			}
			same := c.Kind == cell.kind && c.Text == cell.text && c.Num == cell.num
			switch cell.kind {
			case sheet.NoResult:
				same = c.Kind == cell.kind
			case sheet.Bool:
				same = c.Kind == cell.kind && c.Text == cell.text
			case sheet.NoResult + 1:
				same = c.Kind == sheet.Number && c.Date && c.Text == slowTrim(cell.text) || c.Kind == sheet.Text && c.Text == slowUnescape(cell.text)
			case sheet.Number:
				if f := cell.shown; f != nil && (c.Percent != f.percent || c.Date != f.date) {
					same = false
				}
			}
			mark := cell.mark
			if cell.kind == sheet.NoResult+1 && c.Kind == sheet.Text && mark.Whole {
				mark = slowWhole(c.Text, mark.Struck != "", mark.Raised != "")
			}
			if s.Marks[at] != mark {
				t.Fatalf("%s!%s is marked %+v, the slow reader has %+v", s.Name, at, s.Marks[at], mark)
			}
			marked++
			if mark == (sheet.Mark{}) {
				marked--
			}
			if !same || c.Formula != cell.formula {
				t.Fatalf("%s!%s is %+v, the slow reader has %+v", s.Name, at, c, cell)
			}
		}
		for at, c := range got {
			t.Fatalf("%s!%s is invented: %+v", s.Name, at, c)
		}
		if len(s.Marks) != marked {
			t.Fatalf("%s has %d marks, the slow reader %d", s.Name, len(s.Marks), marked)
		}
	}
}
