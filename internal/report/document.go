package report

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/docx"
)

//go:embed document_styles.xml
var documentStyles []byte

// blank marks what the data cannot say: somebody fills it in before signing.
const blank = "[…]"

// a4 is the paper of an administrative document: 20 mm above and below, 30 mm
// to the left, 15 mm to the right, so that the nation's name and the name of
// the issuer have room beside each other.
var a4 = docx.Page{Width: 11906, Height: 16838, Top: 1134, Bottom: 1134, Left: 1701, Right: 850, Header: 425}

// across makes columns as wide as the text, the widest taking up what is left.
func across(columns ...int) []int {
	left, widest := a4.Width-a4.Left-a4.Right, 0
	for i, w := range columns {
		left -= w
		if w > columns[widest] {
			widest = i
		}
	}
	columns[widest] += left
	return columns
}

// Document writes bao-cao-ntm-P.docx: the report on the period, drafted for
// signature. Its figures are those of the overview, as in the workbook; what
// the data cannot say is left open as a marked “[…]”.
func Document(ctx context.Context, q Query, m Meta, w io.Writer) error {
	o, err := overviewOf(ctx, q, m)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	d := &draft{overview: o}
	if err := d.read(ctx, q); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	d.heading()
	d.remarks()
	d.results()
	d.shortcomings()
	d.tasks()
	d.ending()
	doc := docx.Document{
		Title:    "Báo cáo " + d.subject(),
		Subject:  "Kỳ báo cáo: " + m.label(),
		Creator:  m.Office,
		Language: "vi-VN",
		Date:     m.asOf(),
		Styles:   documentStyles,
		Page:     a4,
		Header:   []docx.Paragraph{{Style: "Header", Runs: []docx.Run{{PageNumber: true}}}},
		Body:     d.body,
	}
	if words := m.banner(); words != "" {
		banner := docx.Text("HeaderBanner", words)
		doc.First = []docx.Paragraph{banner}
		doc.Header = append(doc.Header, banner)
	}
	return doc.Write(w)
}

// draft is the report on its way: the overview, what else it asks of the
// views, and the text so far.
type draft struct {
	*overview
	draftFacts
	body   []docx.Block
	tables int
}

// say adds a paragraph. A "[…]" in its text is marked; a paragraph that leads
// to a list stays on the page of the list's first line.
func (d *draft) say(style, text string) {
	if style == "BodyText" && strings.HasSuffix(text, ":") {
		style = "Lead"
	}
	d.body = append(d.body, marked(style, text))
}

func (d *draft) sayf(style, format string, args ...any) { d.say(style, fmt.Sprintf(format, args...)) }

// marked makes a paragraph whose blanks stand out.
func marked(style, text string) docx.Paragraph {
	p := docx.Paragraph{Style: style}
	for i, piece := range strings.Split(text, blank) {
		if i > 0 {
			p.Runs = append(p.Runs, docx.Run{Style: "Blank", Text: blank})
		}
		if piece != "" {
			p.Runs = append(p.Runs, docx.Run{Text: piece})
		}
	}
	return p
}

// caption numbers a table and says what it shows.
func (d *draft) caption(text string) string {
	d.tables++
	s := fmt.Sprintf("Bảng %d. %s", d.tables, text)
	d.say("Caption", s)
	return s
}

func cellOf(style, text string) docx.Cell {
	return docx.Cell{Body: []docx.Paragraph{marked(style, text)}}
}

func strongCell(style, text string) docx.Cell {
	return docx.Cell{Body: []docx.Paragraph{{Style: style, Runs: []docx.Run{{Style: "Strong", Text: text}}}}}
}

func headRow(titles ...string) docx.Row {
	r := docx.Row{Header: true}
	for _, t := range titles {
		r.Cells = append(r.Cells, cellOf("TableHead", t))
	}
	return r
}

// groupRow is a line over the whole width that names the rows below it.
func groupRow(columns int, text string) docx.Row {
	c := cellOf("TableGroup", text)
	c.Span = columns
	return docx.Row{Cells: []docx.Cell{c}}
}

// heading is the block above the text: who reports, the nation's name and
// motto, number and date left open, the kind of document and what it is about.
func (d *draft) heading() {
	d.masthead("")
	d.say("Title", "BÁO CÁO")
	d.say("Subtitle", firstUpper(strings.Replace(d.subject(), " trên địa bàn", "\ntrên địa bàn", 1)))
	d.say("TitleRule", "")
}

// masthead names the issuer and the nation, with number and date; a letter has
// what it is about below its number.
func (d *draft) masthead(about string) {
	var issuer []docx.Paragraph
	if d.Parent != "" {
		issuer = append(issuer, docx.Text("Parent", d.Parent))
	}
	issuer = append(issuer, docx.Text("Office", d.Office), docx.Paragraph{Style: "OfficeRule"})
	number := d.Number
	if number == "" {
		number = "…/BC-…"
	}
	place := ""
	if d.Place != "" {
		place = d.Place + ", "
	}
	numbered := cellOf("Number", "Số: "+number)
	if about != "" {
		numbered.Body = append(numbered.Body, docx.Text("About", about))
	}
	d.body = append(d.body, docx.Table{Style: "Arranged", Columns: across(4150, 5204), Rows: []docx.Row{
		{Cells: []docx.Cell{{Body: issuer}, {Body: []docx.Paragraph{
			docx.Text("Nation", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), docx.Text("Motto", "Độc lập - Tự do - Hạnh phúc"), {Style: "MottoRule"},
		}}}},
		{Cells: []docx.Cell{numbered, cellOf("DateLine", place+"ngày … tháng … năm …")}},
	}})
}

// subject is what the report is about, as after "Báo cáo".
func (d *draft) subject() string {
	return "kết quả thực hiện Bộ tiêu chí xã nông thôn mới " + d.when() + " trên địa bàn " + d.where()
}

// when is the period inside a sentence: "quý IV/2017".
func (d *draft) when() string { return lowerFirst(d.label()) }

func (d *draft) where() string {
	if d.Meta.Province == "" {
		return "tỉnh"
	}
	return d.Meta.Province
}

// remarks tell whoever prepares the signature what the text itself must not
// say: that it is a draft, and how far its figures may be relied on.
func (d *draft) remarks() {
	notes := []string{"Ghi chú của bản dự thảo (xóa khi trình ký). Chỗ đánh dấu " + blank + " là nội dung mà số liệu không nói được, cần bổ sung."}
	if words := d.TooLittle(); words != "" {
		notes = append(notes, words)
	}
	if words := d.noLevel(); words != "" {
		notes = append(notes, firstUpper(words)+".")
	}
	if d.Illustrative {
		notes = append(notes, "Số liệu trong báo cáo này chỉ để minh họa.")
	}
	if n := len(d.illustrative); n > 0 {
		notes = append(notes, fmt.Sprintf("%s trường hợp công nhận là dữ liệu minh họa.", two(n)))
	}
	if d.anyAssumed() {
		notes = append(notes, strings.Replace(d.Assumed(), "trang Mức đánh giá", "trang Mức đánh giá của bảng tổng hợp", 1))
	}
	if n := d.Findings.Mend(); n > 0 {
		notes = append(notes, fmt.Sprintf("Số liệu đã nhận còn %s điểm phải sửa (trang Số liệu cần kiểm tra).", two(n)))
	}
	for n, message := range d.Published {
		if n == 4 {
			notes = append(notes, fmt.Sprintf("Còn %s số liệu đã công bố khác với số tính lại.", two(len(d.Published)-n)))
			break
		}
		notes = append(notes, "Đối chiếu số đã công bố: "+strings.TrimSuffix(message, ".")+".")
	}
	d.say("Remark", strings.Join(notes, "\n"))
}

func (d *draft) anyAssumed() bool {
	for _, i := range d.Indicators {
		if strings.Contains(i.Confidence, "assumed") {
			return true
		}
	}
	return false
}

// ending is the closing sentence and what follows it.
func (d *draft) ending() {
	d.sayf("Lead", "Trên đây là báo cáo %s./.", d.subject())
	d.signature()
}

// signature is who receives the document and who signs it.
func (d *draft) signature() {
	left := []docx.Paragraph{docx.Text("RecipientsHead", "Nơi nhận:")}
	recipients := d.Recipients
	if len(recipients) == 0 {
		recipients = []string{blank, "Lưu: VT, " + blank}
	}
	for i, name := range recipients {
		end := ";"
		if i == len(recipients)-1 {
			end = "."
		}
		left = append(left, marked("Recipient", "- "+strings.TrimRight(name, " ;.")+end))
	}
	var right []docx.Paragraph
	title := strings.TrimSpace(d.SignerTitle)
	if title == "" {
		title = blank
	}
	for _, line := range strings.Split(title, "\n") {
		right = append(right, marked("SignerTitle", strings.TrimSpace(line)))
	}
	name := d.SignerName
	if name == "" {
		name = blank
	}
	right = append(right, marked("SignerName", name))
	d.body = append(d.body, docx.Table{Style: "Arranged", Columns: across(4200, 5154), Rows: []docx.Row{
		{Cells: []docx.Cell{{Body: left}, {Body: right}}},
	}})
	d.say("End", "") // a text does not end in a table; what follows must not need a page
}

// two writes a count as administrative documents do, with two digits: "07".
func two(n int) string { return fmt.Sprintf("%02d", n) }

// share writes "07/21 xã (33,33%)".
func share(part, whole int) string {
	s := two(part) + "/" + two(whole) + " xã"
	if p := ratio(part, whole); p != nil {
		s += " (" + percent(p) + ")"
	}
	return s
}

// communes counts communes in a sentence, and says so where there is none:
// "có 07 xã", "không có xã nào".
func communesIn(n int) string {
	if n == 0 {
		return "không có xã nào"
	}
	return "có " + two(n) + " xã"
}

// bandIn is the label of a band inside a sentence: "đạt 15-18 tiêu chí".
func bandIn(label string) string {
	s := lowerFirst(label)
	if strings.HasPrefix(s, "đạt ") {
		return s
	}
	return "đạt " + s
}

// lowerFirst lets a label stand inside a sentence; one that begins with an
// abbreviation stays as it is.
func lowerFirst(s string) string {
	r := []rune(s)
	if len(r) == 0 || len(r) > 1 && strings.ToUpper(string(r[1])) == string(r[1]) && strings.ToLower(string(r[1])) != string(r[1]) {
		return s
	}
	return strings.ToLower(string(r[:1])) + string(r[1:])
}

// place is a commune that a sentence names after its district.
type place struct{ district, name string }

// byDistrict lists communes in the plan's manner: "Vĩnh Phú, Thoại Giang -
// huyện Thoại Sơn; Vĩnh Tế - TP. Châu Đốc". Districts follow one another as
// they first appear. A list that nobody would read becomes counts.
func byDistrict(list []place) string {
	const most = 60
	var order []string
	names := map[string][]string{}
	for _, p := range list {
		if _, seen := names[p.district]; !seen {
			order = append(order, p.district)
		}
		names[p.district] = append(names[p.district], p.name)
	}
	var parts []string
	for _, d := range order {
		s := strings.Join(names[d], ", ")
		if len(list) > most {
			s = two(len(names[d])) + " xã"
		}
		if d != "" {
			s += " - " + d
		}
		parts = append(parts, s)
	}
	if len(parts) > most {
		return strings.Join(parts[:most], "; ") + "; và " + strconv.Itoa(len(parts)-most) + " địa phương khác"
	}
	return strings.Join(parts, "; ")
}

// gathered introduces a list: "gồm: A, B - huyện C", or ": A - huyện C" for one.
func gathered(list []place) string {
	if len(list) == 1 {
		return ": " + byDistrict(list)
	}
	return " gồm: " + byDistrict(list)
}
