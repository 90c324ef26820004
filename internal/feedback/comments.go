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

// remarks is what becomes of the comments of a sheet.
type remarks struct {
	edits patch
	boxes []mark      // need a box to be shown in
	stale []sheet.Pos // cells that an earlier feedback has marked
	empty []sheet.Pos // those of them whose comment is gone, box and all
}

// earlier recognises what an earlier feedback said: a sender may mend the very
// file that came back, and what is mended must not stay marked.
var earlier = regexp.MustCompile(`^\s*(— )?(Ô [A-Z]+\d+ \(bị ô gộp che\):\s*)?(PHẢI SỬA|CẦN KIỂM TRA|LƯU Ý) \[[A-Z]+-\d+\]: `)

// addComments adds to the comments of a sheet. A cell that already has one
// keeps it: ours goes behind the sender's words. What an earlier feedback said
// is taken out.
func addComments(data []byte, author string, marks []mark) (*remarks, error) {
	var out remarks
	edits := &out.edits
	old, err := earlierComments(data)
	if err != nil {
		return nil, err
	}
	at := map[sheet.Pos]int{}
	for i, m := range marks {
		at[m.pos] = i
	}
	done := map[int]bool{}
	w := walk(data)
	root, err := w.root("comments")
	if err != nil {
		return nil, fmt.Errorf("comments: %w", err)
	}
	if root.empty {
		return nil, fmt.Errorf("comments: %w: empty", errShape)
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
			if len(marks) > 0 {
				edits.fill(t, w.tag.from, newAuthor)
			}
		case t.depth == 1 && !t.end && t.local() == "commentList":
			list, listed = t, true
			listInner = t.to
		case t.depth == 1 && t.end && t.local() == "commentList":
			listInner = t.from
		case t.depth == 2 && !t.end && t.local() == "comment":
			p, _ := sheet.ParsePos(t.text("ref"))
			i, ours := at[p]
			was := old[t.from]
			if was != nil {
				out.stale = append(out.stale, p)
				for _, run := range was.runs {
					edits.replace(run[0], run[1], "")
				}
			}
			if was != nil && was.whole {
				_, to := w.finish()
				edits.replace(t.from, to, "")
				if ours && !done[i] { // the box is there already
					edits.put(t.from, comment(prefix, marks[i], authors))
					done[i] = true
				} else if !ours {
					out.empty = append(out.empty, p)
				}
				continue
			}
			if !ours || done[i] || t.empty {
				continue
			}
			for w.next() && w.tag.depth > 2 {
				if in := w.tag; in.depth == 3 && !in.end && in.local() == "text" {
					if err := appendText(w, in, marks[i].text, edits); err != nil {
						return nil, err
					}
					done[i] = true
				}
			}
		}
	}
	if w.err != nil {
		return nil, fmt.Errorf("comments: %w", w.err)
	}
	if !authorsSeen && len(marks) > 0 {
		edits.put(root.to, "<"+prefix+"authors>"+newAuthor+"</"+prefix+"authors>")
	}
	var text strings.Builder
	for i, m := range marks {
		if !done[i] {
			text.WriteString(comment(prefix, m, authors))
			out.boxes = append(out.boxes, m)
		}
	}
	switch {
	case text.Len() == 0:
	case listed:
		edits.fill(list, listInner, text.String())
	default:
		return nil, fmt.Errorf("comments: %w: no list", errShape)
	}
	return &out, nil
}

// earlierComment is where in a comment an earlier feedback speaks.
type earlierComment struct {
	whole bool     // nobody else does
	runs  [][2]int // else the places of its runs
}

// earlierComments finds what earlier feedback said, by where the comments begin.
func earlierComments(data []byte) (map[int]*earlierComment, error) {
	found := map[int]*earlierComment{}
	if !bytes.Contains(data, []byte("NTM-")) {
		return found, nil
	}
	w := walk(data)
	for w.next() {
		t := w.tag
		if t.depth != 2 || t.end || t.empty || t.local() != "comment" {
			continue
		}
		var all string
		one := &earlierComment{}
		for w.next() && w.tag.depth > 2 {
			in := w.tag
			if in.end || in.depth != 4 || in.local() != "r" && in.local() != "t" {
				continue
			}
			text, to, err := runText(w, data)
			if err != nil {
				return nil, err
			}
			all += text
			if in.local() == "r" && earlier.MatchString(text) && strings.Contains(text, "— ") {
				one.runs = append(one.runs, [2]int{in.from, to})
			}
		}
		if one.whole = earlier.MatchString(all); one.whole {
			one.runs = nil
		}
		if one.whole || len(one.runs) > 0 {
			found[t.from] = one
		}
	}
	if w.err != nil {
		return nil, fmt.Errorf("comments: %w", w.err)
	}
	return found, nil
}

// runText reads the text of the <r> or <t> just begun, to its end.
func runText(w *walker, data []byte) (text string, to int, err error) {
	t := w.tag
	if t.local() == "t" {
		inner, to := w.finish()
		return unescape(data[t.to:max(t.to, inner)]), to, w.err
	}
	if t.empty {
		return "", t.to, nil
	}
	for w.next() && w.tag.depth > t.depth {
		if in := w.tag; !in.end && in.local() == "t" {
			inner, _ := w.finish()
			text += unescape(data[in.to:max(in.to, inner)])
		}
	}
	return text, w.tag.to, w.err
}

var (
	noteShape = regexp.MustCompile(`(?s)<v:shape\b[^>]*>.*?</v:shape>`)
	noteRow   = regexp.MustCompile(`<x:Row>\s*(\d+)\s*</x:Row>`)
	noteCol   = regexp.MustCompile(`<x:Column>\s*(\d+)\s*</x:Column>`)
)

// dropBoxes takes the boxes of comments that are gone out of a drawing.
func dropBoxes(data []byte, cells []sheet.Pos) []byte {
	if len(cells) == 0 {
		return data
	}
	gone := map[sheet.Pos]bool{}
	for _, p := range cells {
		gone[p] = true
	}
	return noteShape.ReplaceAllFunc(data, func(shape []byte) []byte {
		row, col := noteRow.FindSubmatch(shape), noteCol.FindSubmatch(shape)
		if row == nil || col == nil || !bytes.Contains(shape, []byte(`"Note"`)) {
			return shape
		}
		r, _ := strconv.Atoi(string(row[1]))
		c, _ := strconv.Atoi(string(col[1]))
		if gone[sheet.Pos{Row: r + 1, Col: c + 1}] {
			return nil
		}
		return shape
	})
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
