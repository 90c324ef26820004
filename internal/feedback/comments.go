package feedback

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// maxComment is how many characters a comment gets; the list sheet has them
// all. Excel itself stops at 32,767.
const maxComment = 2000

// richText is a comment's text in a font of its own size.
func richText(prefix, text string) string {
	return "<" + prefix + `r><` + prefix + `rPr><` + prefix + `sz val="10"/><` + prefix + `rFont val="Times New Roman"/></` + prefix + `rPr><` +
		prefix + `t xml:space="preserve">` + cellText(text) + "</" + prefix + "t></" + prefix + "r>"
}

func comment(prefix string, m mark, author int) string {
	return fmt.Sprintf(`<%scomment ref="%s" authorId="%d"><%stext>%s</%stext></%scomment>`,
		prefix, m.pos, author, prefix, richText(prefix, clip(m.text, maxComment)), prefix, prefix)
}

// newComments is the part for a sheet that has no comments yet.
func newComments(space, author string, marks []mark) []byte {
	var b strings.Builder
	b.WriteString(xmlHead + `<comments xmlns="` + space + `"><authors><author>` + escape(author) + `</author></authors><commentList>`)
	for _, m := range marks {
		b.WriteString(comment("", m, 0))
	}
	b.WriteString(`</commentList></comments>`)
	return []byte(b.String())
}

// addComments adds to the comments of a sheet. A cell that already has one
// keeps it: ours goes behind the sender's words. It returns the marks that
// need a box to be shown in.
func addComments(data []byte, author string, marks []mark) (edits patch, boxes []mark, err error) {
	at := map[sheet.Pos]int{}
	for i, m := range marks {
		at[m.pos] = i
	}
	done := map[int]bool{}
	w := walk(data)
	root, err := w.root("comments")
	if err != nil {
		return nil, nil, fmt.Errorf("comments: %w", err)
	}
	if root.empty {
		return nil, nil, fmt.Errorf("comments: %w: empty", errShape)
	}
	prefix := root.prefix()
	authors, listed := 0, false
	var list tag
	listInner := 0
	newAuthor := "<" + prefix + "author>" + escape(author) + "</" + prefix + "author>"
	authorsSeen := false
	for w.next() {
		t := w.tag
		switch {
		case t.depth == 1 && !t.end && t.local() == "authors":
			authorsSeen = true
			for !t.empty && w.next() && w.tag.depth > 1 {
				if w.tag.depth == 2 && !w.tag.end {
					authors++
				}
			}
			edits.fill(t, w.tag.from, newAuthor)
		case t.depth == 1 && !t.end && t.local() == "commentList":
			list, listed = t, true
			listInner = t.to
		case t.depth == 1 && t.end && t.local() == "commentList":
			listInner = t.from
		case t.depth == 2 && !t.end && t.local() == "comment":
			p, _ := sheet.ParsePos(t.text("ref"))
			i, ours := at[p]
			if !ours || done[i] || t.empty {
				continue
			}
			for w.next() && w.tag.depth > 2 {
				if in := w.tag; in.depth == 3 && !in.end && in.local() == "text" {
					if err := appendText(w, in, marks[i].text, &edits); err != nil {
						return nil, nil, err
					}
					done[i] = true
				}
			}
		}
	}
	if w.err != nil {
		return nil, nil, fmt.Errorf("comments: %w", w.err)
	}
	if !authorsSeen {
		edits.put(root.to, "<"+prefix+"authors>"+newAuthor+"</"+prefix+"authors>")
	}
	var text strings.Builder
	for i, m := range marks {
		if !done[i] {
			text.WriteString(comment(prefix, m, authors))
			boxes = append(boxes, m)
		}
	}
	switch {
	case text.Len() == 0:
	case listed:
		edits.fill(list, listInner, text.String())
	default:
		return nil, nil, fmt.Errorf("comments: %w: no list", errShape)
	}
	return edits, boxes, nil
}

// appendText adds to the text of a comment. The walker stands on its <text>.
func appendText(w *walker, text tag, more string, edits *patch) error {
	prefix := text.prefix()
	run := richText(prefix, "\n\n— "+clip(more, maxComment))
	if text.empty {
		edits.fill(text, text.to, run)
		return nil
	}
	place := -1
	for w.next() && w.tag.depth > text.depth {
		t := w.tag
		if t.depth != text.depth+1 || t.end {
			continue
		}
		_, to := w.finish()
		switch t.local() {
		case "t": // plain text and runs do not go together
			edits.put(t.from, "<"+prefix+"r>")
			edits.put(to, "</"+prefix+"r>")
		case "rPh", "phoneticPr":
			if place < 0 {
				place = t.from
			}
		}
	}
	if place < 0 {
		place = w.tag.from
	}
	edits.put(place, run)
	return w.err
}

const vmlHead = `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">`

const vmlType = `<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`

// newDrawing is the part with the boxes of a sheet's comments. Shapes are
// numbered by sheet, a thousand each.
func newDrawing(number int, marks []mark, v *survey) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `%s<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%d"/></o:shapelayout>%s`, vmlHead, number, vmlType)
	for i, m := range marks {
		b.WriteString(box(number*1024+1+i, m, v))
	}
	b.WriteString("</xml>")
	return []byte(b.String())
}

var (
	shapeID  = regexp.MustCompile(`_x0000_s(\d{1,9})\b`)
	typeID   = regexp.MustCompile(`id\s*=\s*["']_x0000_t202["']`)
	vmlRoot  = regexp.MustCompile(`(?s)<xml\b[^>]*>`)
	standard = []string{`xmlns:v="urn:schemas-microsoft-com:vml"`, `xmlns:o="urn:schemas-microsoft-com:office:office"`, `xmlns:x="urn:schemas-microsoft-com:office:excel"`}
)

// addBoxes adds to a drawing that is there. Such drawings are not always
// well-formed (Excel itself leaves <br> open in them), so nothing of it is
// parsed beyond its first and last tag.
func addBoxes(data []byte, marks []mark, v *survey) ([]byte, error) {
	end := bytes.LastIndex(data, []byte("</xml>"))
	root := vmlRoot.Find(data)
	if end < 0 || root == nil {
		return nil, fmt.Errorf("drawing of comments: %w", errShape)
	}
	// Some programs bind other prefixes: then ours are bound where they are used.
	bound := ""
	for _, space := range standard {
		if !bytes.Contains(bytes.ReplaceAll(root, []byte("'"), []byte(`"`)), []byte(space)) {
			bound = " " + strings.Join(standard, " ")
		}
	}
	shape := func(text string) string {
		head, rest, _ := strings.Cut(text, " ")
		return head + bound + " " + rest
	}
	last := 1024
	for _, m := range shapeID.FindAllSubmatch(data, -1) {
		if n, err := strconv.Atoi(string(m[1])); err == nil && n < 1<<29 {
			last = max(last, n)
		}
	}
	var b bytes.Buffer
	b.Write(data[:end])
	if !typeID.Match(data) {
		b.WriteString(shape(vmlType))
	}
	for i, m := range marks {
		b.WriteString(shape(box(last+1+i, m, v)))
	}
	b.Write(data[end:])
	return b.Bytes(), nil
}

// box is where a comment is shown when somebody points at its cell: to the
// right of it, as large as its text needs.
func box(id int, m mark, v *survey) string {
	const width = 290 // pixels
	lines := 1
	for line := range strings.Lines(clip(m.text, maxComment)) {
		lines += 1 + len([]rune(line))/44
	}
	height := min(max(lines*18, 54), 420)
	left, top := m.pos.Col, max(m.pos.Row-2, 0) // counted from 0: one to the right, one up
	right, room := left, width
	for right < left+200 {
		w := v.columnPixels(right + 1)
		if room <= w {
			break
		}
		room -= w
		right++
	}
	rightAt := room
	bottom, room := top, height
	for bottom < top+200 {
		h := v.rowPixels(bottom + 1)
		if room <= h {
			break
		}
		room -= h
		bottom++
	}
	return fmt.Sprintf(`<v:shape id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;margin-left:80pt;margin-top:5pt;width:%dpt;height:%dpt;z-index:%d;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%d, 12, %d, 4, %d, %d, %d, %d</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>`,
		id, width*3/4, height*3/4, id%1024+1, left, top, right, rightAt, bottom, room, m.pos.Row-1, m.pos.Col-1)
}

// columnPixels is about how wide a column is on the screen.
func (v *survey) columnPixels(col int) int {
	width := v.width
	for _, c := range v.columns {
		if c.from <= col && col <= c.to {
			width = c.width
			break
		}
	}
	if width == 0 {
		return 0
	}
	return int(width*7) + 5
}

func (v *survey) rowPixels(row int) int {
	if h, ok := v.heights[row]; ok {
		return int(h * 4 / 3)
	}
	return int(v.height * 4 / 3)
}
