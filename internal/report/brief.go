package report

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifregular"
	"golang.org/x/text/unicode/norm"
)

// The paper of the brief, in millimetres.
const (
	briefWidth, briefHeight = 210.0, 297.0
	briefLeft, briefTop     = 15.0, 12.0
	briefInside             = briefWidth - 2*briefLeft
	briefBottom             = briefHeight - 12
)

// Brief writes tom-tat-ntm-P.pdf: one page of A4 for whoever has one minute.
// Its figures and sentences are those of the overview. What varies in length is
// cut to what the page holds, and says where the rest stands.
func Brief(ctx context.Context, q Query, m Meta, w io.Writer) error {
	o, err := overviewOf(ctx, q, m)
	if err != nil {
		return fmt.Errorf("brief: %w", err)
	}
	b := newBrief(o)
	b.heading()
	b.figures()
	b.bands()
	b.tasks(b.tiles)
	// Write nothing rather than half a page.
	var page bytes.Buffer
	if err := b.pdf.Output(&page); err != nil {
		return fmt.Errorf("brief: %w", err)
	}
	_, err = w.Write(page.Bytes())
	return err
}

// brief is the page on its way; y is where the next thing begins.
type brief struct {
	*overview
	pdf *fpdf.Fpdf
	y   float64
}

type colour [3]int

var (
	ink   = colour{27, 27, 27}
	soft  = colour{80, 86, 92}
	faint = colour{150, 156, 162}
	warn  = colour{161, 42, 30}
	green = colour{28, 78, 48}
	white = colour{255, 255, 255}
)

func newBrief(o *overview) *brief {
	pdf := fpdf.New("P", "mm", "A4", "")
	// The clock and the order of maps have no place in the bytes.
	made := o.asOf().UTC()
	if made.IsZero() {
		made = time.Unix(0, 0).UTC() // the library takes no date for today
	}
	pdf.SetCreationDate(made)
	pdf.SetModificationDate(made)
	pdf.SetCatalogSort(true)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(briefLeft, briefTop, briefLeft)
	pdf.SetCellMargin(0)
	pdf.AddUTF8FontFromBytes("serif", "", liberationserifregular.TTF)
	pdf.AddUTF8FontFromBytes("serif", "B", liberationserifbold.TTF)
	pdf.SetLang("vi-VN")
	pdf.SetTitle(oneLine("Tóm tắt kết quả xã nông thôn mới, "+o.label()), true)
	pdf.SetAuthor(oneLine(o.Office), true)
	pdf.SetProducer("ntm", true)
	pdf.AddPage()
	return &brief{overview: o, pdf: pdf, y: briefTop}
}

// oneLine is text as the page can show it: one line, composed letters, and
// a mark for what no font of two bytes has.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r == 0x7f || r == 0xa0:
			return ' '
		case r > 0xffff:
			return '?'
		}
		return r
	}, norm.NFC.String(s))
}

func (b *brief) font(style string, size float64, c colour) {
	b.pdf.SetFont("serif", style, size)
	b.pdf.SetTextColor(c[0], c[1], c[2])
}

func (b *brief) fill(c colour)   { b.pdf.SetFillColor(c[0], c[1], c[2]) }
func (b *brief) stroke(c colour) { b.pdf.SetDrawColor(c[0], c[1], c[2]) }

// line writes one line in a box, cut where it does not fit.
func (b *brief) line(x, y, w, h float64, align, s string) {
	b.pdf.SetXY(x, y)
	b.pdf.CellFormat(w, h, b.cut(oneLine(s), w), "", 0, align, false, 0, "")
}

// fitted takes the largest size between two in which a text fits.
func (b *brief) fitted(size, least float64, c colour, s string, w float64) {
	b.font("", size, c)
	if wide := b.pdf.GetStringWidth(oneLine(s)); wide > w {
		b.font("", max(least, 0.99*size*w/wide), c)
	}
}

// cut shortens a text to a width of the present font.
func (b *brief) cut(s string, w float64) string {
	if b.pdf.GetStringWidth(s) <= w {
		return s
	}
	r := []rune(s)
	for len(r) > 0 && b.pdf.GetStringWidth(strings.TrimSpace(string(r))+"…") > w {
		r = r[:len(r)-1]
	}
	return strings.TrimSpace(string(r)) + "…"
}

// wrapped breaks a text into no more lines than there is room for; the last
// says by its "…" that there was more.
func (b *brief) wrapped(s string, w float64, most int) []string {
	lines := b.pdf.SplitText(oneLine(s), w-0.5)
	if len(lines) > most {
		lines[most-1] = b.cut(lines[most-1]+" "+lines[most], w-0.5)
		if !strings.HasSuffix(lines[most-1], "…") {
			lines[most-1] += "…"
		}
		lines = lines[:most]
	}
	return lines
}

// say writes a text over the width of the page.
func (b *brief) say(s string, height float64, align string, most int) {
	for _, l := range b.wrapped(s, briefInside, most) {
		b.line(briefLeft, b.y, briefInside, height, align, l)
		b.y += height
	}
}

// boxed writes a warning that nobody overlooks.
func (b *brief) boxed(s string, most int) {
	b.font("B", 9.5, warn)
	lines := b.wrapped(s, briefInside-6, most)
	b.stroke(warn)
	b.pdf.SetLineWidth(0.5)
	b.pdf.Rect(briefLeft, b.y, briefInside, 4.3*float64(len(lines))+2.4, "D")
	for n, l := range lines {
		b.line(briefLeft+3, b.y+1.2+4.3*float64(n), briefInside-6, 4.3, "L", l)
	}
	b.y += 4.3*float64(len(lines)) + 4.4
}

// title begins a part of the page.
func (b *brief) title(s string) {
	b.font("B", 10.5, green)
	b.line(briefLeft, b.y, briefInside, 5, "L", s)
	b.y += 5.4
}

func (b *brief) heading() {
	if words := b.banner(); words != "" {
		b.fill(warn)
		b.pdf.Rect(briefLeft, b.y, briefInside, 6, "F")
		b.font("B", 10, white)
		b.line(briefLeft+2, b.y, briefInside-4, 6, "C", words)
		b.y += 7.5
	}
	const dated = 42.0
	b.font("", 9, soft)
	b.line(briefLeft+briefInside-dated, b.y, dated, 4.5, "R", "Số liệu đến ngày "+day(b.asOf()))
	b.fitted(9, 7, soft, b.Office, briefInside-dated-2)
	b.line(briefLeft, b.y, briefInside-dated-2, 4.5, "L", b.Office)
	b.y += 5.5
	b.font("B", 15, ink)
	b.line(briefLeft, b.y, briefInside, 7, "L", "Xã nông thôn mới "+b.whole()+": tóm tắt "+lowerFirst(b.label()))
	b.y += 7.5
	b.font("", 8.5, soft)
	b.say(b.Basis(), 3.8, "L", 2)
	b.y += 1.5
	if words := b.TooLittle(); words != "" {
		b.boxed(words, 3)
	}
}

// figures are the four of the page, each with what it is counted over.
func (b *brief) figures() {
	tiles := b.Tiles()
	const gap, height = 3.0, 27.0
	w := (briefInside - gap*float64(len(tiles)-1)) / float64(len(tiles))
	b.pdf.SetLineWidth(0.25)
	for n, t := range tiles {
		x := briefLeft + float64(n)*(w+gap)
		b.stroke(faint)
		b.pdf.Rect(x, b.y, w, height, "D")
		text := t.Text
		if strings.HasSuffix(text, "/0") { // of none that are decided, nothing is said
			text = "–"
		}
		b.font("B", 18, green)
		b.line(x+2, b.y+1.5, w-4, 8, "L", text)
		y := b.y + 9.8
		b.font("B", 8.5, ink)
		for _, l := range b.wrapped(t.Label, w-4, 2) {
			b.line(x+2, y, w-4, 3.6, "L", l)
			y += 3.6
		}
		b.font("", 7, soft)
		for _, l := range b.wrapped(t.Note, w-4, int((b.y+height-0.6-y)/2.9)) {
			b.line(x+2, y, w-4, 2.9, "L", l)
			y += 2.9
		}
	}
	b.y += height + 3.5
}

// shade is the colour of a band and of what is written on it: the more
// criteria, the darker, so that black and white tells the same.
func (b *brief) shade(n int) (fill, text colour) {
	dark, light := colour{28, 96, 54}, colour{250, 226, 172}
	part := float64(n) / float64(max(len(b.Bands)-1, 1))
	for i := range fill {
		fill[i] = dark[i] + int(part*float64(light[i]-dark[i]))
	}
	if part < 0.4 {
		return fill, white
	}
	return fill, ink
}

// bands is at once the count of each band and the key of the map below.
func (b *brief) bands() {
	if len(b.Bands) == 0 {
		return
	}
	b.title("Số xã theo nhóm tiêu chí đạt khi rà soát")
	const label = 34.0
	most := 1
	for _, k := range b.Bands {
		most = max(most, k.Communes)
	}
	h := min(4.6, 40/float64(len(b.Bands)))
	for n, k := range b.Bands {
		fill, _ := b.shade(n)
		b.font("", min(9, h*2.2), ink)
		b.line(briefLeft, b.y, label-2, h, "L", k.Label)
		w := (briefInside - label - 30) * float64(k.Communes) / float64(most)
		b.fill(fill)
		b.stroke(soft)
		b.pdf.SetLineWidth(0.15)
		if k.Communes > 0 {
			b.pdf.Rect(briefLeft+label, b.y+0.5, w, h-1, "FD")
		}
		b.line(briefLeft+label+w+1.5, b.y, 30, h, "L", fmt.Sprintf("%d xã", k.Communes))
		b.y += h
	}
	b.font("", 7.5, soft)
	b.y += 0.6
	b.say(b.BandNote(), 3.2, "L", 3)
	b.y += 2.5
}

// undecidedTile says that the data do not tell which band the commune is in:
// nothing was received, or criteria are open that count for neither side.
func undecidedTile(c commune) bool { return c.Met == nil || c.Open > 0 || c.Band == "" }

// standing is what a tile says: the criteria met, or between which two numbers
// they lie.
func standing(c commune) string {
	switch {
	case c.Met == nil:
		return "?"
	case c.Open > 0:
		return fmt.Sprintf("%d–%d?", *c.Met, *c.Met+c.Open)
	}
	return strconv.Itoa(*c.Met)
}

// group is a district's communes, or all where there are no districts.
type group struct {
	name     string
	communes []commune
}

func (b *brief) groups() []group {
	var list []group
	for _, c := range b.Communes {
		if n := slices.IndexFunc(list, func(g group) bool { return g.name == c.DistrictName }); n >= 0 {
			list[n].communes = append(list[n].communes, c)
			continue
		}
		list = append(list, group{c.DistrictName, []commune{c}})
	}
	return list
}

// tileGrid is how the tiles lie: so many in a row, of that size.
type tileGrid struct {
	columns       int
	left          float64 // the room for the districts' names
	width, height float64
	named         bool // the tiles have room for the communes' names
}

const districtGap = 1.1

// layout finds the largest tiles that fit into the height; none where even the
// smallest that can be read do not.
func layout(groups []group, room float64) (tileGrid, bool) {
	g := tileGrid{}
	if slices.ContainsFunc(groups, func(k group) bool { return k.name != "" }) {
		g.left = 25
	}
	var best tileGrid
	for columns := 8; columns <= 24; columns++ {
		rows := 0
		for _, k := range groups {
			rows += (len(k.communes) + columns - 1) / columns
		}
		height := min(9, (room-districtGap*float64(len(groups)))/float64(rows))
		width := (briefInside - g.left) / float64(columns)
		try := tileGrid{columns, g.left, width, height, height >= 5.6 && width >= 11}
		switch {
		case height < 3.4:
		case best.columns == 0, try.named && !best.named, try.named == best.named && min(try.height*2.2, try.width) > min(best.height*2.2, best.width):
			best = try
		}
	}
	return best, best.columns > 0
}

// tiles draw the communes in the room that is left above bottom.
func (b *brief) tiles(bottom float64) {
	b.title(fmt.Sprintf("Số tiêu chí đạt của từng xã, trên %d tiêu chí", b.Set.Criteria))
	open := slices.ContainsFunc(b.Communes, undecidedTile)
	if open {
		bottom -= 4.5
	}
	groups := b.groups()
	if len(groups) == 0 {
		b.font("", 9, soft)
		b.say("Chưa có xã nào trong kỳ.", 4.5, "L", 1)
		return
	}
	g, fits := layout(groups, bottom-b.y)
	if !fits {
		b.font("", 9, soft)
		b.say(fmt.Sprintf("%d xã không vừa một trang: xem trang Theo xã của bảng tổng hợp.", len(b.Communes)), 4.5, "L", 2)
		return
	}
	for _, k := range groups {
		rows := (len(k.communes) + g.columns - 1) / g.columns
		if k.name != "" {
			b.font("B", 8, ink)
			lines := b.wrapped(k.name, g.left-1.5, max(1, int(float64(rows)*g.height/3.3)))
			for n, l := range lines {
				b.line(briefLeft, b.y+0.4+3.3*float64(n), g.left-1.5, 3.3, "L", l)
			}
		}
		for n, c := range k.communes {
			b.tile(g, briefLeft+g.left+float64(n%g.columns)*g.width, b.y+float64(n/g.columns)*g.height, c)
		}
		b.y += float64(rows)*g.height + districtGap
	}
	if open {
		b.y += 0.3
		b.unknown(briefLeft+g.left, b.y, 6, 3)
		b.font("", 7.5, soft)
		b.line(briefLeft+g.left+7.5, b.y-0.1, briefInside-g.left-8, 3.2, "L",
			"chưa đủ số liệu để kết luận: “?” là chưa có số liệu, “a–b?” là đạt từ a đến b tiêu chí tùy số liệu còn thiếu")
		b.y += 4.2
	}
}

// unknown is the ground of what is not decided: hatched on white, with a
// broken edge, like no band.
func (b *brief) unknown(x, y, w, h float64) {
	b.pdf.ClipRect(x, y, w, h, false)
	b.stroke(colour{222, 225, 228})
	b.pdf.SetLineWidth(0.2)
	for d := 1.6; d < w+h; d += 1.6 {
		b.pdf.Line(x+d, y, x+d-h, y+h)
	}
	b.pdf.ClipEnd()
	b.stroke(soft)
	b.pdf.SetDashPattern([]float64{0.7, 0.6}, 0)
	b.pdf.Rect(x, y, w, h, "D")
	b.pdf.SetDashPattern(nil, 0)
}

func (b *brief) tile(g tileGrid, x, y float64, c commune) {
	w, h := g.width-0.5, g.height-0.5
	text := ink
	if undecidedTile(c) {
		b.unknown(x, y, w, h)
	} else {
		fill, on := b.shade(slices.IndexFunc(b.Bands, func(k band) bool { return k.Band == c.Band }))
		text = on
		b.fill(fill)
		b.pdf.Rect(x, y, w, h, "F")
	}
	if !g.named {
		b.font("B", min(8, h*2), text)
		b.line(x, y, w, h, "C", standing(c))
		return
	}
	b.font("B", 8, text)
	b.line(x, y+0.3, w, h*0.5, "C", standing(c))
	// A name a little too long is set a little smaller; beyond that it is cut.
	b.fitted(6.5, 5, text, c.Name, w-0.6)
	b.line(x+0.3, y+h*0.52, w-0.6, h*0.42, "C", c.Name)
}

// tasks writes the three things to decide at the foot of the page, and lets
// what stands above have the room that they leave.
func (b *brief) tasks(above func(bottom float64)) {
	list := b.Decisions()
	const most, height, indent = 3, 4.1, 5.0
	b.font("", 9.5, ink)
	var lines [][]string
	need := 5.4 + 4.5
	for _, s := range list[:min(most, len(list))] {
		l := b.wrapped(s, briefInside-indent, 2)
		lines = append(lines, l)
		need += height*float64(len(l)) + 0.8
	}
	if len(list) == 0 {
		need += height
	}
	above(briefBottom - need - 2)
	b.y = briefBottom - need
	b.title("Việc cần quyết định")
	for n, l := range lines {
		b.font("B", 9.5, ink)
		b.line(briefLeft, b.y, indent, height, "L", strconv.Itoa(n+1)+".")
		b.font("", 9.5, ink)
		for _, s := range l {
			b.line(briefLeft+indent, b.y, briefInside-indent, height, "L", s)
			b.y += height
		}
		b.y += 0.8
	}
	if len(list) == 0 {
		b.font("", 9.5, ink)
		b.say("Số liệu của kỳ không nêu việc nào phải quyết định.", height, "L", 1)
	}
	b.font("", 7.5, soft)
	more := ""
	if n := len(list) - most; n > 0 {
		more = fmt.Sprintf("Còn %d việc khác. ", n)
	}
	b.line(briefLeft, briefBottom-3.6, briefInside, 3.6, "L", more+"Chi tiết: trang Tổng quan của bảng tổng hợp và báo cáo của cùng kỳ.")
}

// Decisions are what somebody has to decide, the weightiest first. For want of
// data only data is asked for, and where it is wanting that comes first.
func (o *overview) Decisions() []string {
	var list []string
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	p := o.Province
	asking := func() {
		if names := o.silent(); len(names) > 0 {
			add("Đôn đốc để có số liệu của %d/%d xã chưa có số liệu: %s.", len(names), p.Communes, shortened(names, 4))
		}
		if p.Undecided > 0 {
			add("Yêu cầu bổ sung số liệu của %d/%d xã được công nhận chưa đủ số liệu để kết luận có giữ vững hay không.", p.Undecided, p.Recognised)
		}
	}
	little := o.TooLittle() != ""
	if little {
		asking()
	}
	if p.NotRetained > 0 {
		add("Chỉ đạo khắc phục ở %d xã được công nhận chưa giữ vững, trên %d xã được công nhận đã đủ số liệu để kết luận (Phụ lục 1).", p.NotRetained, p.Retained+p.NotRetained)
	}
	if o.Overdue > 0 {
		add("Xử lý %d nội dung của kế hoạch khắc phục đã quá hạn tại ngày %s mà còn xã chưa đạt (Phụ lục 2).", o.Overdue, day(o.EndsOn))
	}
	if p.FullNotYet > 0 {
		var names []string
		for _, c := range o.Communes {
			if c.Met != nil && c.Total > 0 && *c.Met == c.Total && !c.Recognised {
				names = append(names, ofDistrict(c.Name, c.DistrictName))
			}
		}
		add("Xem xét, thẩm định %d xã đạt đủ %d tiêu chí khi rà soát mà chưa được công nhận%s.", p.FullNotYet, o.Set.Criteria, after(": ", shortened(names, 4)))
	}
	if !little {
		asking()
	}
	if n := o.Findings.Mend(); n > 0 {
		add("Yêu cầu đơn vị báo cáo sửa %d điểm trong số liệu đã nhận (trang Số liệu cần kiểm tra).", n)
	}
	if words := o.noLevel(); words != "" {
		add("%s: bổ sung mức vào danh mục.", firstUpper(words))
	}
	if n := len(o.Published); n > 0 {
		add("Kết luận về %d số liệu đã công bố khác với số tính lại (trang Số liệu cần kiểm tra).", n)
	}
	if worst := o.MostFailed(3); len(worst) > 0 {
		parts := make([]string, len(worst))
		for n, i := range worst {
			parts[n] = fmt.Sprintf("%s %s (%d xã)", i.ID, lowerFirst(shortName(i.Name)), i.NotMet)
		}
		add("Tập trung các chỉ tiêu nhiều xã chưa đạt nhất: %s.", strings.Join(parts, "; "))
	}
	return list
}

// shortName is as much of an indicator's name as a list has room for.
func shortName(s string) string {
	words := strings.Fields(s)
	if len(words) <= 12 {
		return strings.Join(words, " ")
	}
	return strings.Join(words[:12], " ") + "…"
}
