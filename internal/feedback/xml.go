package feedback

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A part is patched by its bytes: it is walked tag by tag, each with its place,
// and what has to change is cut out or put in there. Everything else stays as
// the sender's program wrote it, down to the blanks.

// tag is one start or end tag of a part.
type tag struct {
	from, to int    // of the tag itself
	name     string // as written, with its prefix
	end      bool   // </name>
	empty    bool   // <name/>: start and end in one
	depth    int    // of the element: the root is 0
	raw      []byte
}

// local is the tag's name without its prefix.
func (t tag) local() string { return t.name[strings.IndexByte(t.name, ':')+1:] }

// prefix is the tag's prefix with its colon, "" for none. What is put inside an
// element is written with that element's own prefix, which is in scope there.
func (t tag) prefix() string { return t.name[:strings.IndexByte(t.name, ':')+1] }

// attribute is one attribute of a tag, with the places of its value.
type attribute struct {
	name     string
	value    string // unescaped
	whole    int    // where the blank before the name begins
	from, to int    // of the value, between its quotes
}

// attributes reads the attributes of a start tag.
func (t tag) attributes() []attribute {
	var list []attribute
	b := t.raw
	i := 1 + len(t.name)
	for {
		whole := i
		for i < len(b) && isBlank(b[i]) {
			i++
		}
		start := i
		for i < len(b) && b[i] != '=' && b[i] != '>' && b[i] != '/' && !isBlank(b[i]) {
			i++
		}
		name := string(b[start:i])
		for i < len(b) && isBlank(b[i]) {
			i++
		}
		if name == "" || i >= len(b) || b[i] != '=' {
			return list
		}
		for i++; i < len(b) && isBlank(b[i]); i++ {
		}
		if i >= len(b) || b[i] != '"' && b[i] != '\'' {
			return list
		}
		n := bytes.IndexByte(b[i+1:], b[i])
		if n < 0 {
			return list
		}
		from := i + 1
		i = from + n + 1
		list = append(list, attribute{name, unescape(b[from : from+n]), t.from + whole, t.from + from, t.from + from + n})
	}
}

// get returns an attribute without prefix.
func (t tag) get(name string) (attribute, bool) {
	if !bytes.Contains(t.raw, []byte(name)) {
		return attribute{}, false
	}
	for _, a := range t.attributes() {
		if a.name == name {
			return a, true
		}
	}
	return attribute{}, false
}

// text returns the value of an attribute without prefix, "" when it is not there.
func (t tag) text(name string) string {
	a, _ := t.get(name)
	return a.value
}

// number returns an attribute as a number, otherwise where it is none.
func (t tag) number(name string, otherwise int) int {
	a, ok := t.get(name)
	if !ok {
		return otherwise
	}
	n, err := strconv.Atoi(strings.TrimSpace(a.value))
	if err != nil {
		return otherwise
	}
	return n
}

// yes tells whether a boolean attribute is set.
func (t tag) yes(name string) bool {
	switch t.text(name) {
	case "1", "true", "on":
		return true
	}
	return false
}

// relation returns the attribute r:id, whatever the prefix of relationships is.
func (t tag) relation() (attribute, bool) {
	for _, a := range t.attributes() {
		if prefix, name, ok := strings.Cut(a.name, ":"); ok && name == "id" && prefix != "xml" && prefix != "xmlns" {
			return a, true
		}
	}
	return attribute{}, false
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// walker goes through a part tag by tag. Text, comments and instructions are
// passed over; a DOCTYPE and whatever is not balanced are refused.
type walker struct {
	data  []byte
	pos   int
	tag   tag
	open  []string
	begun bool
	err   error
}

var (
	errNotXML = errors.New("not well-formed XML")
	// errShape says that a part is well-formed and still not what it should be.
	errShape = errors.New("not of a known shape")
)

func walk(data []byte) *walker { return &walker{data: data} }

func (w *walker) fail(what string) bool {
	w.err = fmt.Errorf("%w: %s at byte %d", errNotXML, what, w.pos)
	return false
}

// next goes on to the next tag; false at the end of the part or where it cannot
// be followed any further, which err tells.
func (w *walker) next() bool {
	if w.err != nil {
		return false
	}
	for {
		n := bytes.IndexByte(w.data[w.pos:], '<')
		if n < 0 {
			if len(w.open) > 0 || !w.begun {
				return w.fail("the end comes too early")
			}
			return false
		}
		at := w.pos + n
		rest := w.data[at:]
		skip := ""
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			skip = "-->"
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			skip = "]]>"
		case bytes.HasPrefix(rest, []byte("<?")):
			skip = "?>"
		case bytes.HasPrefix(rest, []byte("<!")):
			return w.fail("a declaration")
		}
		if skip != "" {
			n := bytes.Index(rest[2:], []byte(skip))
			if n < 0 {
				return w.fail("a construct without its end")
			}
			w.pos = at + 2 + n + len(skip)
			continue
		}
		end := tagEnd(rest)
		if end < 0 {
			return w.fail("a tag without its end")
		}
		w.pos = at + end
		return w.take(at)
	}
}

// tagEnd returns the length of the tag at the beginning of b, -1 for none.
func tagEnd(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '>':
			return i + 1
		case '<':
			return -1
		case '"', '\'':
			n := bytes.IndexByte(b[i+1:], b[i])
			if n < 0 {
				return -1
			}
			i += n + 1
		}
	}
	return -1
}

func (w *walker) take(at int) bool {
	raw := w.data[at:w.pos]
	t := tag{from: at, to: w.pos, raw: raw}
	from := 1
	if raw[1] == '/' {
		t.end, from = true, 2
	}
	to := from
	for to < len(raw) && raw[to] != '>' && raw[to] != '/' && !isBlank(raw[to]) {
		to++
	}
	t.name = string(raw[from:to])
	if t.name == "" || strings.HasSuffix(t.name, ":") {
		return w.fail("a tag without a name")
	}
	switch {
	case t.end:
		if len(w.open) == 0 || w.open[len(w.open)-1] != t.name {
			return w.fail("</" + t.name + "> closes nothing")
		}
		w.open = w.open[:len(w.open)-1]
		t.depth = len(w.open)
	default:
		if len(w.open) == 0 && w.begun {
			return w.fail("a second root")
		}
		w.begun = true
		t.empty = raw[len(raw)-2] == '/'
		t.depth = len(w.open)
		if !t.empty {
			if len(w.open) > 1000 {
				return w.fail("elements nested too deeply")
			}
			w.open = append(w.open, t.name)
		}
	}
	w.tag = t
	return true
}

// finish reads the element just begun to its end and returns where it ends,
// and where its contents do.
func (w *walker) finish() (inner, to int) {
	t := w.tag
	if t.empty || t.end {
		return t.to, t.to
	}
	for w.next() {
		if w.tag.end && w.tag.depth == t.depth {
			return w.tag.from, w.tag.to
		}
	}
	return len(w.data), len(w.data)
}

// root reads on to the root element.
func (w *walker) root(local string) (tag, error) {
	if !w.next() {
		return tag{}, cmp.Or(w.err, errNotXML)
	}
	if w.tag.local() != local {
		return tag{}, fmt.Errorf("%w: <%s> where <%s> should be", errShape, clip(w.tag.name, 40), local)
	}
	return w.tag, nil
}

// edit replaces the bytes from..to of a part.
type edit struct {
	from, to int
	text     string
}

// patch is a list of edits to one part. Those at one place apply in the order
// in which they were added.
type patch []edit

func (p *patch) put(at int, text string)           { *p = append(*p, edit{at, at, text}) }
func (p *patch) replace(from, to int, text string) { *p = append(*p, edit{from, to, text}) }

// apply writes data with the edits made.
func (p patch) apply(data []byte) ([]byte, error) {
	list := slices.Clone(p)
	slices.SortStableFunc(list, func(a, b edit) int {
		if c := a.from - b.from; c != 0 {
			return c
		}
		return min(a.to-a.from, 1) - min(b.to-b.from, 1) // what is put before something goes before it
	})
	size := len(data)
	for _, e := range list {
		size += len(e.text)
	}
	out := make([]byte, 0, size)
	at := 0
	for _, e := range list {
		if e.from < at || e.to < e.from || e.to > len(data) {
			return nil, fmt.Errorf("%w: edits overlap", errShape)
		}
		out = append(append(out, data[at:e.from]...), e.text...)
		at = e.to
	}
	return append(out, data[at:]...), nil
}

// set gives a tag an attribute without prefix, or another value for it.
func (p *patch) set(t tag, name, value string) {
	value = escape(value)
	if a, ok := t.get(name); ok {
		p.replace(a.from, a.to, value)
		return
	}
	p.put(t.from+1+len(t.name), " "+name+`="`+value+`"`)
}

// unset takes an attribute away.
func (p *patch) unset(t tag, name string) {
	if a, ok := t.get(name); ok {
		p.replace(a.whole, a.to+1, "")
	}
}

// fill puts text before the end of an element that was read to its end. An
// element that closes itself gets an end tag of its own.
func (p *patch) fill(t tag, inner int, text string) {
	if !t.empty {
		p.put(inner, text)
		return
	}
	p.replace(t.to-2, t.to, ">"+text+"</"+t.name+">")
}

// escape makes text safe inside elements and attributes. Characters that XML
// does not know become blanks, so that no text of a report can break a part.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\'':
			b.WriteString("&#39;")
		case r == '\n':
			b.WriteString("&#10;")
		case r == '\t':
			b.WriteString("&#9;")
		case r < ' ', r == utf8.RuneError, r == 0xFFFE, r == 0xFFFF:
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// cellText is escape for the text of cells and comments, where a spreadsheet
// program takes _x0041_ for the letter A.
func cellText(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	if strings.Contains(s, "_x") || strings.Contains(s, "_X") {
		var b strings.Builder
		for i := 0; i < len(s); i++ {
			if s[i] == '_' && i+6 < len(s) && s[i+1]|0x20 == 'x' && isHex(s[i+2:i+6]) && s[i+6] == '_' {
				b.WriteString("_x005F")
			}
			b.WriteByte(s[i])
		}
		s = b.String()
	}
	return escape(s)
}

func isHex(s string) bool {
	_, err := strconv.ParseUint(s, 16, 16)
	return err == nil
}

// unescape reads the entities of an attribute value or of text; what is no
// entity stands as it is.
func unescape(b []byte) string {
	if bytes.IndexByte(b, '&') < 0 {
		return string(b)
	}
	var out strings.Builder
	for len(b) > 0 {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			break
		}
		out.Write(b[:i])
		b = b[i:]
		n := bytes.IndexByte(b[:min(len(b), 12)], ';')
		if n < 0 {
			out.WriteByte('&')
			b = b[1:]
			continue
		}
		name := string(b[1:n])
		switch name {
		case "amp":
			out.WriteByte('&')
		case "lt":
			out.WriteByte('<')
		case "gt":
			out.WriteByte('>')
		case "quot":
			out.WriteByte('"')
		case "apos":
			out.WriteByte('\'')
		default:
			code, err := uint64(0), errNotXML
			if hex, ok := strings.CutPrefix(name, "#x"); ok {
				code, err = strconv.ParseUint(hex, 16, 32)
			} else if dec, ok := strings.CutPrefix(name, "#"); ok {
				code, err = strconv.ParseUint(dec, 10, 32)
			}
			if err != nil {
				out.WriteByte('&')
				b = b[1:]
				continue
			}
			out.WriteRune(rune(code))
		}
		b = b[n+1:]
	}
	out.Write(b)
	return out.String()
}

// clip shortens a text to some characters.
func clip(s string, most int) string {
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
