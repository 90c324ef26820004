package excel

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// look is what a font does to a text besides its shape: text that is struck out
// is not there any more, and what is raised is a footnote's mark.
type look struct{ struck, raised bool }

func (l look) plain() bool { return !l.struck && !l.raised }

// textPart is a stretch of text of one look, up to a byte of it.
type textPart struct {
	end  int32
	own  bool // else it looks as the cell's own font has it
	look look
}

// textParts are the looks along a text. A plain text, as nearly all are, has
// none.
type textParts []textPart

// add notes how the text looks from the end of the last part up to end.
func (p textParts) add(end int, own bool, l look) textParts {
	n := len(p)
	switch {
	case n > 0 && int(p[n-1].end) == end, n == 0 && end == 0:
		return p // no text
	case n > 0 && p[n-1].own == own && p[n-1].look == l:
		p[n-1].end = int32(end)
		return p
	}
	return append(p, textPart{int32(end), own, l})
}

// marked tells whether some part looks of itself as if it were not to be read.
func (p textParts) marked() bool {
	for _, one := range p {
		if one.own && !one.look.plain() {
			return true
		}
	}
	return false
}

// at is how far a part of a text of n bytes goes, and how it looks; what comes
// after the parts looks as the cell does.
func (p textParts) at(i, n int, base look) (end int, l look) {
	switch {
	case i >= len(p):
		return n, base
	case !p[i].own:
		return int(p[i].end), base
	}
	return int(p[i].end), p[i].look
}

// read takes out of a text what is struck and what is raised; base is the look
// of the cell's own font. Where nothing is left, kept is the whole text. The
// mark is empty where all of the text is to be read.
func (p textParts) read(text string, base look) (kept string, mark sheet.Mark) {
	var rest, struck, raised []byte
	from := 0
	for i := 0; from < len(text); {
		end, l := p.at(i, len(text), base)
		for i++; end < len(text); i++ {
			next, same := p.at(i, len(text), base)
			if same != l {
				break
			}
			end = next
		}
		part := text[from:end]
		from = end
		switch {
		case l.plain(), strings.TrimSpace(part) == "":
			rest = append(rest, part...)
		case l.struck:
			struck = append(struck, part...)
		case squares(rest, part):
			rest = append(rest, part...)
		default:
			raised = append(raised, part...)
		}
	}
	if len(struck) == 0 && len(raised) == 0 {
		return text, sheet.Mark{}
	}
	mark = sheet.Mark{Struck: string(struck), Raised: string(raised)}
	if len(bytes.TrimSpace(rest)) == 0 {
		mark.Whole = true
		return text, mark
	}
	return string(rest), mark
}

// squares tells whether a raised text is the 2 of m² or the 3 of km³, and so a
// part of a unit: the letters before it are a unit of length and no more.
func squares(before []byte, raised string) bool {
	switch strings.TrimSpace(raised) {
	case "2", "3":
	default:
		return false
	}
	i := len(before)
	for i > 0 {
		r, n := utf8.DecodeLastRune(before[:i])
		if r < utf8.RuneSelf && !unicode.IsLetter(r) {
			break // beyond ASCII, in the old fonts, all may be letters
		}
		i -= n
	}
	switch strings.ToLower(string(before[i:])) {
	case "m", "km", "hm", "dam", "dm", "cm", "mm":
		return true
	}
	return false
}

// mark remembers what is marked in a cell.
func (r *sheetReader) mark(p sheet.Pos, m sheet.Mark) {
	if r.sheet.Marks == nil {
		r.sheet.Marks = make(map[sheet.Pos]sheet.Mark)
	}
	r.sheet.Marks[p] = m
}

// markWhole marks a cell whose own font is struck or raised, when all that it
// holds looks so.
func (r *sheetReader) markWhole(c *sheet.Cell, l look) {
	switch {
	case l.struck:
		r.mark(c.Pos, sheet.Mark{Struck: c.Text, Whole: true})
	case l.raised:
		r.mark(c.Pos, sheet.Mark{Raised: c.Text, Whole: true})
	}
}

// addRich keeps a text that may look differently along its way.
func (r *sheetReader) addRich(p sheet.Pos, c *rawCell, st *style, font, text string, parts textParts) error {
	kept, mark := parts.read(text, st.look)
	if mark == (sheet.Mark{}) {
		return r.addText(p, c, look{}, font, text)
	}
	// The text was worked on in full, so all of it counts.
	if err := r.weigh(text); err != nil {
		return err
	}
	if err := r.addText(p, c, look{}, font, kept); err != nil {
		return err
	}
	r.mark(p, mark)
	return nil
}

// formatOf finds a number format's place among those of the sheet.
func (r *sheetReader) formatOf(f *sheet.Format) (uint16, error) {
	if f == r.lastFormat {
		return r.lastPlace, nil
	}
	place, known := r.formats[*f]
	if !known {
		const most = 1<<16 - 1
		if len(r.sheet.Formats) == most {
			return 0, refuse(codeNotUnderstood, "Nội dung ngoài chuẩn bảng tính: một trang tính dùng hơn %d định dạng số có chữ.", most)
		}
		r.sheet.Formats = append(r.sheet.Formats, *f)
		place = uint16(len(r.sheet.Formats))
		if r.formats == nil {
			r.formats = make(map[sheet.Format]uint16)
		}
		r.formats[*f] = place
	}
	r.lastFormat, r.lastPlace = f, place
	return place, nil
}
