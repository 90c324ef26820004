package feedback

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/angiang-ntm/ntm/internal/issue"
)

// This file owns the list sheet: its words and its looks.

// listTitle heads the list; the reader of reports knows the sheet by it and
// passes over it when a sender mends the very file that came back.
const listTitle = "NHỮNG CHỖ CẦN CHỈNH SỬA TRONG BÁO CÁO"

const allGood = "BÁO CÁO ĐÃ ĐƯỢC TIẾP NHẬN, KHÔNG CÓ CHỖ CẦN CHỈNH SỬA"

var (
	lookOffice = look{size: 12, bold: true, down: "center", wrap: true}
	lookTitle  = look{size: 14, bold: true, across: "center", down: "center", wrap: true}
	lookSub    = look{size: 13, italic: true, across: "center", down: "center", wrap: true}
	lookBanner = look{size: 13, bold: true, across: "center", down: "center", colour: "C00000"}
	lookText   = look{size: 11, down: "top", wrap: true}
	lookStrong = look{size: 11, bold: true, down: "top", wrap: true}
	lookHead   = look{size: 11, bold: true, across: "center", down: "center", wrap: true, frame: true, ground: "D9E2EC"}
	lookCell   = look{size: 11, down: "top", wrap: true, frame: true}
	lookCentre = look{size: 11, across: "center", down: "top", wrap: true, frame: true}
	lookLink   = look{size: 11, down: "top", wrap: true, frame: true, link: true}
)

// widths of the columns of the list, in characters; together as wide as a
// landscape page takes at nearly full size.
var listWidths = []int{5, 12, 10, 21, 50, 42}

// page is the list sheet being written.
type page struct {
	rows   strings.Builder
	merges []string
	links  []string
	row    int
	points int // height of the rows so far
	styles *stylesheet
}

// line writes a text over the whole width.
func (p *page) line(text string, l look) {
	p.row++
	perLine := 0
	for _, w := range listWidths {
		perLine += w
	}
	lines := 0
	for part := range strings.SplitSeq(text, "\n") {
		lines += 1 + utf8.RuneCountInString(part)*l.size/11*100/(perLine*130)
	}
	height := lines*(l.size+4) + 3
	p.points += height
	fmt.Fprintf(&p.rows, `<row r="%d" ht="%d" customHeight="1">`, p.row, height)
	for col := range listWidths {
		if col == 0 {
			fmt.Fprintf(&p.rows, `<c r="A%d" s="%d"%s`, p.row, p.styles.format(l), inline(text))
			continue
		}
		fmt.Fprintf(&p.rows, `<c r="%c%d" s="%d"/>`, 'A'+col, p.row, p.styles.format(l))
	}
	p.rows.WriteString("</row>")
	p.merges = append(p.merges, fmt.Sprintf("A%d:F%d", p.row, p.row))
}

// field is one cell of a table.
type field struct {
	text   string
	number int // instead of a text
	look   look
	link   string
}

// cells writes a row of a table, as high as its longest text needs: programs
// do not all find that out when they open a file.
func (p *page) cells(fields ...field) {
	p.row++
	lines := 1
	for col, f := range fields {
		n := 0
		for part := range strings.SplitSeq(f.text, "\n") {
			n += 1 + utf8.RuneCountInString(part)*100/(listWidths[col]*125)
		}
		lines = max(lines, n)
	}
	height := min(lines*15+4, 405)
	p.points += height
	fmt.Fprintf(&p.rows, `<row r="%d" ht="%d" customHeight="1">`, p.row, height)
	for col, f := range fields {
		ref := fmt.Sprintf("%c%d", 'A'+col, p.row)
		fmt.Fprintf(&p.rows, `<c r="%s" s="%d"`, ref, p.styles.format(f.look))
		switch {
		case f.number > 0:
			fmt.Fprintf(&p.rows, `><v>%d</v></c>`, f.number)
		case f.text == "":
			p.rows.WriteString("/>")
		default:
			p.rows.WriteString(inline(f.text))
		}
		if f.link != "" && len(p.links) < maxLinks {
			p.links = append(p.links, fmt.Sprintf(`<hyperlink ref="%s" location="%s" display="%s"/>`, ref, escape(f.link), escape(clip(f.text, 250))))
		}
	}
	p.rows.WriteString("</row>")
}

// maxLinks is how many links a sheet may hold.
const maxLinks = 65000

// writeList writes the list sheet. links has the target of each problem's place
// in the book. titles are the rows that are printed on every page.
func writeList(r Report, styles *stylesheet, space string, links []string) (body []byte, titles string) {
	p := &page{styles: styles}
	p.line(r.Office, lookOffice)
	title := listTitle
	if len(r.Problems) == 0 {
		title = allGood
	}
	p.line(title, lookTitle)
	about := "Kỳ báo cáo: " + r.Period
	if r.Sender != "" {
		about = upperFirst(r.Sender) + " – " + about
	}
	p.line(about, lookSub)
	if r.Illustrative {
		p.line("SỐ LIỆU MINH HỌA", lookBanner)
	}
	p.line("Tệp: "+r.File+". "+r.verdict(), lookStrong)
	for _, s := range r.counting() {
		p.line(s, lookText)
	}
	for _, s := range r.notes() {
		p.line(s, lookText)
	}
	// Frozen with its heading above it, unless that leaves no room on a small
	// screen for what it heads: then nobody could scroll.
	header, freeze := 0, false
	if len(r.Problems) > 0 {
		header, freeze = p.row+1, p.points <= maxFrozen
		p.problems(r, links)
	}
	if len(r.Communes) > 0 {
		p.communes(r)
	}

	var b strings.Builder
	b.WriteString(xmlHead + `<worksheet xmlns="` + space + `"><sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">`)
	if freeze {
		fmt.Fprintf(&b, `<pane ySplit="%d" topLeftCell="A%d" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="A%d" sqref="A%d"/>`, header, header+1, header+1, header+1)
	}
	b.WriteString(`</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>`)
	for i, w := range listWidths {
		fmt.Fprintf(&b, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, w)
	}
	b.WriteString("</cols><sheetData>" + p.rows.String() + "</sheetData>")
	fmt.Fprintf(&b, `<mergeCells count="%d">`, len(p.merges))
	for _, m := range p.merges {
		b.WriteString(`<mergeCell ref="` + m + `"/>`)
	}
	b.WriteString("</mergeCells>")
	if len(p.links) > 0 {
		b.WriteString("<hyperlinks>" + strings.Join(p.links, "") + "</hyperlinks>")
	}
	b.WriteString(`<printOptions horizontalCentered="1"/><pageMargins left="0.79" right="0.59" top="0.79" bottom="0.79" header="0.39" footer="0.39"/>` +
		`<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>` +
		`<headerFooter differentFirst="1"><oddHeader>&amp;C&amp;"Times New Roman,Regular"&amp;13&amp;P</oddHeader></headerFooter></worksheet>`)
	header = max(header, 1)
	return []byte(b.String()), fmt.Sprintf("$%d:$%d", header, header)
}

// maxFrozen is how high the frozen rows may be, in points.
const maxFrozen = 300

// verdict says what became of the file.
func (r Report) verdict() string {
	n := map[issue.Severity]int{}
	for _, p := range r.Problems {
		n[p.Severity]++
	}
	if r.Status == "rejected" {
		s := "Tệp bị trả lại, số liệu trong tệp chưa được tính"
		if r.Reason != "" {
			s += ": " + r.Reason
		}
		return strings.TrimSuffix(s, ".") + "."
	}
	if len(r.Problems) == 0 {
		return "Đã tiếp nhận toàn bộ; đơn vị không phải làm gì thêm."
	}
	s := fmt.Sprintf("Đã tiếp nhận; %d chỗ phải sửa, %d chỗ cần kiểm tra, %d chỗ lưu ý", n[issue.Error], n[issue.Warning], n[issue.Info])
	if n[issue.Error] == 0 {
		s += ". Không có chỗ nào bắt buộc phải sửa"
	}
	return s + "."
}

// counting says how the sender's figures were counted.
func (r Report) counting() []string {
	if len(r.Communes) == 0 {
		return nil
	}
	reported, mine := 0, 0
	var missing, met []string
	others := map[string][]string{}
	var files []string
	for _, c := range r.Communes {
		if !c.Reported {
			missing = append(missing, c.Name)
			continue
		}
		reported++
		met = append(met, c.Name+" "+strconv.Itoa(c.Met))
		if c.File == r.File {
			mine++
			continue
		}
		if others[c.File] == nil {
			files = append(files, c.File)
		}
		others[c.File] = append(others[c.File], c.Name)
	}
	s := fmt.Sprintf("Cách tính: %d/%d xã có số liệu", reported, len(r.Communes))
	if len(missing) > 0 {
		s += " (chưa có: " + strings.Join(missing, ", ") + ")"
	}
	if reported > 0 {
		s += fmt.Sprintf("; rà soát theo bộ tiêu chí %s", r.SetID)
		if r.Average != nil {
			s += ", bình quân " + strings.Replace(strconv.FormatFloat(*r.Average, 'f', 1, 64), ".", ",", 1) + " tiêu chí/xã"
		}
		s += ". Số tiêu chí đạt: " + strings.Join(met, "; ")
	}
	lines := []string{s + "."}
	if len(files) > 0 {
		s := fmt.Sprintf("Tệp này được tính cho %d xã.", mine)
		for _, f := range files {
			s += " Tính theo tệp “" + f + "”: " + strings.Join(others[f], ", ") + "."
		}
		lines = append(lines, s)
	}
	return lines
}

var statusWords = map[string]string{
	"superseded": "đã thay bằng bản gửi sau", "duplicate": "trùng bản đã nhận", "rejected": "bị trả lại", "accepted": "đã tiếp nhận",
}

// notes are what else the sender should know before reading on.
func (r Report) notes() []string {
	var lines []string
	var others []string
	for _, o := range r.Others {
		s := "“" + o.File + "” " + statusWords[o.Status]
		if o.Reason != "" && o.Status != "accepted" {
			s += " (" + o.Reason + ")"
		}
		others = append(others, s)
	}
	if len(others) > 0 {
		lines = append(lines, "Tệp khác của đơn vị trong kỳ: "+strings.Join(others, "; ")+".")
	}
	if r.ListOnly != "" {
		lines = append(lines, r.ListOnly)
	}
	if r.Copied {
		lines = append(lines, "Tệp gửi không phải .xlsx nên đây là bản sao .xlsx: giá trị giữ nguyên, công thức chỉ còn kết quả, trình bày đơn giản hơn bản gốc.")
	}
	if len(r.Dropped) > 0 {
		lines = append(lines, "Không gửi trả kèm: "+strings.Join(r.Dropped, "; ")+".")
	}
	if len(r.Problems) > 0 && r.ListOnly == "" {
		lines = append(lines, "Bấm vào cột Vị trí để đến đúng ô; di chuột lên ô để đọc chú thích. Ô tô đặc màu đỏ: phải sửa; gạch chéo màu vàng: cần kiểm tra; chấm màu xanh: lưu ý. Sửa xong thì gửi lại tệp; trang này khi gửi lại được bỏ qua.")
	}
	return lines
}

// problems is the table of what is wrong.
func (p *page) problems(r Report, links []string) {
	p.cells(field{text: "STT", look: lookHead}, field{text: "Mức độ", look: lookHead}, field{text: "Mã", look: lookHead},
		field{text: "Vị trí", look: lookHead}, field{text: "Nội dung", look: lookHead}, field{text: "Cách xử lý", look: lookHead})
	for i, q := range r.Problems {
		grave := lookCentre
		grave.severity, grave.bold = q.Severity, q.Severity == issue.Error
		place := field{text: q.where(), look: lookCell}
		if i < len(links) && links[i] != "" {
			place.link, place.look = links[i], lookLink
		}
		p.cells(field{number: i + 1, look: lookCentre}, field{text: severityWords[q.Severity], look: grave}, field{text: q.Code, look: lookCentre},
			place, field{text: upperFirst(q.Message), look: lookCell}, field{text: upperFirst(q.Remedy), look: lookCell})
	}
}

// where is a problem's place in words.
func (p Problem) where() string {
	switch {
	case p.Cell != "" && p.Sheet != "":
		return p.Sheet + ", ô " + p.Cell
	case p.Cell != "":
		return "ô " + p.Cell
	case p.Sheet != "":
		return "trang " + p.Sheet
	}
	return "không riêng ô nào"
}

// communes is the table of how each commune was counted.
func (p *page) communes(r Report) {
	p.row++ // a line of air
	p.line("Số tiêu chí đạt của từng xã, như đã tính", lookStrong)
	p.cells(field{text: "STT", look: lookHead}, field{text: "Xã", look: lookHead}, field{look: lookHead},
		field{text: "Số tiêu chí đạt", look: lookHead}, field{text: "Chỉ tiêu chưa đạt", look: lookHead}, field{text: "Tính theo tệp", look: lookHead})
	p.merges = append(p.merges, fmt.Sprintf("B%d:C%d", p.row, p.row))
	for i, c := range r.Communes {
		met, failing := "chưa có số liệu", ""
		if c.Reported {
			met, failing = fmt.Sprintf("%d/%d", c.Met, c.Total), c.Failing
			if failing == "" {
				failing = "không có"
			}
			if c.Unknown > 0 {
				failing += fmt.Sprintf(" (%d tiêu chí chưa đủ số liệu)", c.Unknown)
			}
		}
		p.cells(field{number: i + 1, look: lookCentre}, field{text: c.Name, look: lookCell}, field{look: lookCell},
			field{text: met, look: lookCentre}, field{text: failing, look: lookCell}, field{text: c.File, look: lookCell})
		p.merges = append(p.merges, fmt.Sprintf("B%d:C%d", p.row, p.row))
	}
}
