package feedback

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/issue"
)

// stylesheet is styles.xml with what we add to it. Formats of the sender are
// never changed: a marked cell gets a copy of its own format with a fill.
type stylesheet struct {
	data     []byte
	root     tag
	prefix   string
	sections map[string]*section
	fills    map[issue.Severity]int
	marked   map[markedFormat]int
	dark     map[int]int // font → the same in black
	own      map[look]int
	borders  map[bool]int
}

// section is one list of styles.xml: fonts, fills, borders, cellXfs.
type section struct {
	tag      tag
	inner    int      // where its contents end
	children [][2]int // the places of its elements
	added    []string
	there    bool
}

type markedFormat struct {
	format   int
	severity issue.Severity
}

// sectionOrder is the order that the format asks for.
var sectionOrder = []string{"numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors", "extLst"}

// needed are the sections that we add to, with the elements a missing one
// begins with.
var needed = []struct {
	name, element string
	first         []string
}{
	{"fonts", "font", []string{`<P:font><P:sz val="11"/><P:name val="Calibri"/></P:font>`}},
	{"fills", "fill", []string{`<P:fill><P:patternFill patternType="none"/></P:fill>`, `<P:fill><P:patternFill patternType="gray125"/></P:fill>`}},
	{"borders", "border", []string{`<P:border><P:left/><P:right/><P:top/><P:bottom/><P:diagonal/></P:border>`}},
	{"cellXfs", "xf", []string{`<P:xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>`}},
}

// maxFormats is where Excel stops counting cell formats.
const maxFormats = 65000

func emptyStyles(space string) []byte {
	return []byte(xmlHead + `<styleSheet xmlns="` + space + `"></styleSheet>`)
}

func readStyles(data []byte) (*stylesheet, error) {
	if w := walk(data); w.next() && w.tag.empty && w.tag.local() == "styleSheet" {
		// Says nothing: opened, so that something can be said in it.
		text := strings.TrimSuffix(string(w.tag.raw), "/>") + "></" + w.tag.name + ">"
		data = []byte(string(data[:w.tag.from]) + text)
	}
	s := &stylesheet{
		data: data, sections: map[string]*section{}, fills: map[issue.Severity]int{}, marked: map[markedFormat]int{},
		dark: map[int]int{}, own: map[look]int{}, borders: map[bool]int{},
	}
	w := walk(data)
	root, err := w.root("styleSheet")
	if err != nil {
		return nil, fmt.Errorf("styles: %w", err)
	}
	s.root, s.prefix = root, root.prefix()
	for w.next() {
		t := w.tag
		if t.depth != 1 || t.end {
			continue
		}
		sec := &section{tag: t, there: true, inner: t.to}
		if !t.empty {
			for w.next() && w.tag.depth > 1 {
				if w.tag.depth == 2 && !w.tag.end {
					from := w.tag.from
					_, to := w.finish()
					sec.children = append(sec.children, [2]int{from, to})
				}
			}
			sec.inner = w.tag.from
		}
		if s.sections[t.local()] == nil {
			s.sections[t.local()] = sec
		}
	}
	if w.err != nil {
		return nil, fmt.Errorf("styles: %w", w.err)
	}
	for _, n := range needed {
		sec := s.sections[n.name]
		if sec == nil {
			sec = &section{}
			s.sections[n.name] = sec
		}
		if len(sec.children) == 0 {
			for _, text := range n.first {
				s.append(n.name, text)
			}
		}
	}
	return s, nil
}

// append adds an element to a section and returns its number. "P:" stands for
// the part's own prefix.
func (s *stylesheet) append(name, text string) int {
	sec := s.sections[name]
	text = strings.ReplaceAll(strings.ReplaceAll(text, "<P:", "<"+s.prefix), "</P:", "</"+s.prefix)
	sec.added = append(sec.added, text)
	return len(sec.children) + len(sec.added) - 1
}

// element returns the text of an element of a section, "" for none.
func (s *stylesheet) element(name string, n int) string {
	sec := s.sections[name]
	switch {
	case n < 0:
		return ""
	case n < len(sec.children):
		return string(s.data[sec.children[n][0]:sec.children[n][1]])
	case n-len(sec.children) < len(sec.added):
		return sec.added[n-len(sec.children)]
	}
	return ""
}

// The fills of marks. Besides their colour they have different patterns, so
// that print in black and white tells them apart: full for what must be mended,
// hatched for what is to be checked, dotted for what is only said.
var fillText = map[issue.Severity]string{
	issue.Error:   `<P:fill><P:patternFill patternType="solid"><P:fgColor rgb="FFF4A6A0"/><P:bgColor indexed="64"/></P:patternFill></P:fill>`,
	issue.Warning: `<P:fill><P:patternFill patternType="lightUp"><P:fgColor rgb="FFBF9000"/><P:bgColor rgb="FFFFF2CC"/></P:patternFill></P:fill>`,
	issue.Info:    `<P:fill><P:patternFill patternType="gray0625"><P:fgColor rgb="FF2E75B6"/><P:bgColor rgb="FFDDEBF7"/></P:patternFill></P:fill>`,
}

func (s *stylesheet) fill(v issue.Severity) int {
	n, ok := s.fills[v]
	if !ok {
		n = s.append("fills", fillText[v])
		s.fills[v] = n
	}
	return n
}

// mark returns the format that a marked cell wears instead of its own.
func (s *stylesheet) mark(format int, v issue.Severity) (int, error) {
	key := markedFormat{format, v}
	if n, ok := s.marked[key]; ok {
		return n, nil
	}
	xf := s.element("cellXfs", format)
	if xf == "" {
		if xf = s.element("cellXfs", 0); xf == "" {
			return 0, fmt.Errorf("%w: no cell format %d", errShape, format)
		}
	}
	w := walk([]byte(xf))
	t, err := w.root("xf")
	if err != nil {
		return 0, fmt.Errorf("cell format %d: %w", format, err)
	}
	var edits patch
	edits.set(t, "fillId", strconv.Itoa(s.fill(v)))
	edits.set(t, "applyFill", "1")
	if font := t.number("fontId", 0); s.light(font) {
		edits.set(t, "fontId", strconv.Itoa(s.darkened(font)))
		edits.set(t, "applyFont", "1")
	}
	text, err := edits.apply([]byte(xf))
	if err != nil {
		return 0, err
	}
	n := s.append("cellXfs", string(text))
	if n > maxFormats {
		return 0, fmt.Errorf("%w: too many cell formats", errShape)
	}
	s.marked[key] = n
	return n, nil
}

// unmark returns the format of a cell whose mark is taken off. What its ground
// was before, nobody knows any more.
func (s *stylesheet) unmark(format int) (int, error) {
	xf := s.element("cellXfs", format)
	w := walk([]byte(xf))
	t, err := w.root("xf")
	if err != nil || !s.ours(t.number("fillId", 0)) {
		return format, nil
	}
	key := markedFormat{format, ""}
	if n, ok := s.marked[key]; ok {
		return n, nil
	}
	var edits patch
	edits.set(t, "fillId", "0")
	text, err := edits.apply([]byte(xf))
	if err != nil {
		return 0, err
	}
	s.marked[key] = s.append("cellXfs", string(text))
	return s.marked[key], nil
}

// ours tells whether a fill is that of a mark.
func (s *stylesheet) ours(fill int) bool {
	kind, colour := "", ""
	w := walk([]byte(s.element("fills", fill)))
	for w.next() {
		switch w.tag.local() {
		case "patternFill":
			kind += w.tag.text("patternType")
		case "fgColor":
			colour += w.tag.text("rgb")
		}
	}
	for _, text := range fillText {
		if kind != "" && strings.Contains(text, `"`+kind+`"`) && strings.Contains(text, `<P:fgColor rgb="`+colour+`"`) {
			return true
		}
	}
	return false
}

// colour finds the colour of a font.
func (s *stylesheet) colour(font int) (text string, t tag, found bool) {
	text = s.element("fonts", font)
	w := walk([]byte(text))
	for w.next() {
		if w.tag.depth == 1 && !w.tag.end && w.tag.local() == "color" {
			return text, w.tag, true
		}
	}
	return text, tag{}, false
}

// light tells that a font is made to be read on a dark ground; on the pale one
// of a mark it could not be.
func (s *stylesheet) light(font int) bool {
	_, t, ok := s.colour(font)
	if !ok {
		return false
	}
	if a, ok := t.get("theme"); ok {
		return a.value == "0" || a.value == "2"
	}
	if a, ok := t.get("indexed"); ok {
		return a.value == "1" || a.value == "9" || a.value == "65"
	}
	rgb := t.text("rgb")
	if len(rgb) != 8 {
		return false
	}
	n, err := strconv.ParseUint(rgb[2:], 16, 32)
	return err == nil && 299*(n>>16)+587*(n>>8&0xFF)+114*(n&0xFF) > 170_000
}

func (s *stylesheet) darkened(font int) int {
	if n, ok := s.dark[font]; ok {
		return n
	}
	text, t, _ := s.colour(font)
	w := walk([]byte(text))
	for w.next() && w.tag.from != t.from {
	}
	_, to := w.finish()
	n := s.append("fonts", text[:t.from]+"<"+t.name+` rgb="FF000000"/>`+text[to:])
	s.dark[font] = n
	return n
}

// look is how a cell of the list sheet looks. Two equal looks are one format.
type look struct {
	size         int
	bold, italic bool
	link         bool
	colour       string // RRGGBB, "" for black
	across, down string
	frame        bool
	ground       string         // RRGGBB
	severity     issue.Severity // the fill of a mark
	percent      bool           // number formats, for copies of other formats
	date         bool
	font         string // "" for Times New Roman
	wrap         bool
}

// format returns the number of a cell format with this look.
func (s *stylesheet) format(l look) int {
	if l.font == "" {
		l.font = "Times New Roman"
	}
	if n, ok := s.own[l]; ok {
		return n
	}
	var font strings.Builder
	font.WriteString("<P:font>")
	if l.bold {
		font.WriteString("<P:b/>")
	}
	if l.italic {
		font.WriteString("<P:i/>")
	}
	if l.link {
		font.WriteString("<P:u/>")
	}
	fmt.Fprintf(&font, `<P:sz val="%d"/>`, l.size)
	colour := l.colour
	if l.link {
		colour = "0563C1"
	}
	if colour == "" {
		colour = "000000"
	}
	fmt.Fprintf(&font, `<P:color rgb="FF%s"/><P:name val="%s"/><P:family val="1"/></P:font>`, colour, escape(l.font))
	fill := 0
	switch {
	case l.severity != "":
		fill = s.fill(l.severity)
	case l.ground != "":
		fill = s.append("fills", `<P:fill><P:patternFill patternType="solid"><P:fgColor rgb="FF`+l.ground+`"/><P:bgColor indexed="64"/></P:patternFill></P:fill>`)
	}
	border, ok := s.borders[l.frame]
	if !ok {
		text := `<P:border><P:left/><P:right/><P:top/><P:bottom/><P:diagonal/></P:border>`
		if l.frame {
			side := func(name string) string {
				return "<P:" + name + ` style="thin"><P:color rgb="FF7F7F7F"/></P:` + name + ">"
			}
			text = "<P:border>" + side("left") + side("right") + side("top") + side("bottom") + "<P:diagonal/></P:border>"
		}
		border = s.append("borders", text)
		s.borders[l.frame] = border
	}
	number := 0
	switch {
	case l.percent:
		number = 10
	case l.date:
		number = 14
	}
	base := ""
	if sec := s.sections["cellStyleXfs"]; sec != nil && len(sec.children) > 0 {
		base = ` xfId="0"`
	}
	xf := fmt.Sprintf(`<P:xf numFmtId="%d" fontId="%d" fillId="%d" borderId="%d"%s applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">`,
		number, s.append("fonts", font.String()), fill, border, base)
	xf += "<P:alignment"
	if l.across != "" {
		xf += ` horizontal="` + l.across + `"`
	}
	if l.down != "" {
		xf += ` vertical="` + l.down + `"`
	}
	if l.wrap {
		xf += ` wrapText="1"`
	}
	n := s.append("cellXfs", xf+"/></P:xf>")
	s.own[l] = n
	return n
}

// write returns styles.xml with everything added.
func (s *stylesheet) write() ([]byte, error) {
	var edits patch
	for _, n := range needed {
		sec := s.sections[n.name]
		if len(sec.added) == 0 {
			continue
		}
		count := strconv.Itoa(len(sec.children) + len(sec.added))
		text := strings.Join(sec.added, "")
		if sec.there && !sec.tag.empty {
			edits.set(sec.tag, "count", count)
			edits.put(sec.inner, text)
			continue
		}
		text = "<" + s.prefix + n.name + ` count="` + count + `">` + text + "</" + s.prefix + n.name + ">"
		if sec.there {
			edits.replace(sec.tag.from, sec.tag.to, text)
			continue
		}
		edits.put(s.place(n.name), text)
	}
	return edits.apply(s.data)
}

// place finds where a section belongs that is not there yet.
func (s *stylesheet) place(name string) int {
	at := s.root.to
	for _, other := range sectionOrder {
		if other == name {
			break
		}
		if sec := s.sections[other]; sec != nil && sec.there {
			at = sec.tag.to
			if !sec.tag.empty {
				at = sec.inner + bytes.IndexByte(s.data[sec.inner:], '>') + 1
			}
		}
	}
	return at
}
