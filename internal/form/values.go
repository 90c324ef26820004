package form

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The rows of the table of values above its first commune.
const (
	markRow      = 1
	criterionRow = 10
	idRow        = 11
	nameRow      = 12
	askedRow     = 13
	numberRow    = 14
)

// Its first columns. The count comes first because it is a formula: what is
// sorted (code to the last input) must hold open cells only.
const (
	countCol = 1
	codeCol  = 2
	sttCol   = 3
	nameCol  = 4
	firstCol = 5 // of the inputs
)

// tableOfValues writes a district's sheet: communes down, indicators across.
func (b *book) tableOfValues() {
	s := ValueSheet
	p := place{sheet: s, first: numberRow + 1, key: codeCol, column: map[int]int{}, second: map[int]int{}}
	p.last = p.first + len(b.Communes) - 1
	col := firstCol
	begins := map[int]int{} // criterion → its first column
	for i, ind := range b.Indicators {
		if begins[ind.Criterion] == 0 {
			begins[ind.Criterion] = col
		}
		p.column[i] = col
		col++
		if ind.SubLabel != "" {
			p.second[i] = col
			col++
		}
	}
	lastInput := col - 1
	p.stated = col
	previousCol, missingCol := col+1, col+2
	// The heading stands right of the columns that repeat on every page, and
	// stays on the first.
	right := min(firstCol+13, lastInput)

	b.heading(s, firstCol, firstCol+4, right)
	senderRow := 8
	b.text(s, codeCol, senderRow, "ntm|sender")
	b.across(s, firstCol, firstCol+3, senderRow, "Xác nhận của đơn vị (nếu có):", label)
	b.across(s, firstCol+4, firstCol+7, senderRow, "", input)
	p.statement = at(firstCol+4, senderRow)
	b.askStatement(s, p.statement, "Cả đơn vị không có gì để báo cáo thì chọn một dòng. Có số liệu thì để trống.")
	b.across(s, firstCol, right, 9, "Chỉ gõ vào ô nền vàng. ✓: đạt; ✗: chưa đạt; nền cam: chương trình chưa đọc được. Số có phần thập phân: 86,57 (không gõ dấu %).", remark)

	for _, c := range []struct {
		col  int
		mark string
		text string
	}{
		{countCol, "ntm|formula", "Số TC đạt"}, {codeCol, "ntm|code", "Mã xã"}, {sttCol, "ntm|own", "STT"}, {nameCol, "ntm|name", "Tên xã"},
		{p.stated, "ntm|statement", "Xác nhận của xã"}, {previousCol, "ntm|formula", "Kỳ trước: số TC đạt"}, {missingCol, "ntm|formula", "Còn thiếu để đạt"},
	} {
		b.text(s, c.col, markRow, c.mark)
		b.down(s, c.col, criterionRow, askedRow, c.text, head)
	}
	for n, c := range b.Criteria {
		from := begins[c.No]
		if from == 0 {
			continue
		}
		to := lastInput
		for _, next := range b.Criteria[n+1:] {
			if begins[next.No] != 0 {
				to = begins[next.No] - 1
				break
			}
		}
		text := fmt.Sprintf("%d. %s", c.No, c.Name)
		if to-from > 0 || len([]rune(text)) <= 14 {
			b.across(s, from, to, criterionRow, text, headSmall)
		} else {
			b.across(s, from, to, criterionRow, text, headSmall.small(8))
		}
	}
	varies := false
	for i, ind := range b.Indicators {
		col := p.column[i]
		b.text(s, col, markRow, "ntm|result|"+ind.ID)
		last := max(col, p.second[i])
		b.across(s, col, last, idRow, ind.ID, headSmall)
		b.put(s, col, nameRow, ind.Name, headTurned.small(turnedSize(ind.Name)))
		asked := requirement(ind, b.Communes[0].Asked[i])
		for _, c := range b.Communes {
			if requirement(ind, c.Asked[i]) != asked {
				asked, varies = "tùy xã (*)", true
				break
			}
		}
		if ind.Kind == "number" && !strings.HasPrefix(asked, "tùy") {
			b.put(s, col, askedRow, asked+" "+shortUnit(ind.Unit), headSmall.small(8))
		} else {
			b.put(s, col, askedRow, asked, headSmall.small(9))
		}
		if second := p.second[i]; second != 0 {
			b.text(s, second, markRow, "ntm|secondary|"+ind.ID)
			b.put(s, second, nameRow, ind.SubLabel, headTurned)
			b.put(s, second, askedRow, subRequirement(ind), headSmall.small(9))
		}
	}
	n := 0
	for c := countCol; c <= missingCol; c++ {
		if c == codeCol {
			continue
		}
		n++
		b.put(s, c, numberRow, "("+strconv.Itoa(n)+")", headNumber)
	}
	b.put(s, codeCol, numberRow, "ntm|rows", headNumber)

	for i, c := range b.Communes {
		row := p.first + i
		b.formula(s, countCol, row, find("ntm_short", row), ownBold)
		b.put(s, codeCol, row, c.Code, keyCell)
		b.put(s, sttCol, row, i+1, keyCell)
		b.put(s, nameCol, row, c.Name, nameCell)
		for col := firstCol; col <= lastInput; col++ {
			b.put(s, col, row, nil, input)
		}
		b.put(s, p.stated, row, nil, input.small(10))
		b.formula(s, previousCol, row, find("ntm_previous", row), ownMid)
		b.formula(s, missingCol, row, find("ntm_missing", row), ownTop)
		b.do(b.f.SetRowHeight(s, row, 26))
	}
	for i, ind := range b.Indicators {
		col := p.column[i]
		block := at(col, p.first) + ":" + at(col, p.last)
		b.askResult(s, block, i)
		b.judge(s, block, at(col, p.first), fmt.Sprintf("INDEX(ntm_met,(MATCH($%s%d,ntm_communes,0)-1)*%d+%d)", column(codeCol), p.first, len(b.Indicators), i+1))
		if second := p.second[i]; second != 0 {
			block := at(second, p.first) + ":" + at(second, p.last)
			b.ask(s, block, asked{number: true, most: 100, title: ind.ID + " – " + ind.SubLabel,
				message: "Gõ tỷ lệ phần trăm từ 0 đến 100, ví dụ 86,57.", prompt: firstUpper(ind.SubLabel) + ": yêu cầu " + subRequirement(ind) + ". Gõ tỷ lệ phần trăm, ví dụ 86,57."})
			if ind.SubThreshold != nil {
				cell := at(second, p.first)
				b.judge(s, block, cell, secondVerdict(ind, cell))
			}
		}
	}
	b.ask(s, at(codeCol, p.first)+":"+at(nameCol, p.last), asked{formula: "FALSE", title: "Ô của biểu mẫu",
		message: "Mã xã, số thứ tự và tên xã do biểu mẫu ghi sẵn; không sửa. Bấm Hủy (Cancel) để trở lại."})
	b.askStatement(s, at(p.stated, p.first)+":"+at(p.stated, p.last), "Xã không có gì để báo cáo thì chọn một dòng. Có số liệu thì để trống.")

	foot := p.last + 2
	if varies {
		b.across(s, firstCol, right, foot, "(*) Mức quy định khác nhau giữa các xã: xem cột Yêu cầu ở trang Chi tiết; ô được tô theo mức của từng xã.", remark)
		foot++
	}
	b.signature(s, foot+1, firstCol, firstCol+4, right-5, right)

	b.do(b.f.AutoFilter(s, at(codeCol, numberRow)+":"+at(p.stated, p.last), nil))
	b.hideRow(s, markRow)
	b.hideColumn(s, codeCol)
	b.width(s, countCol, 8)
	b.width(s, sttCol, 5)
	b.width(s, nameCol, 19)
	for c := firstCol; c <= lastInput; c++ {
		b.width(s, c, 9.5)
	}
	b.width(s, p.stated, 14)
	b.width(s, previousCol, 9)
	b.width(s, missingCol, 110)
	b.do(b.f.SetRowHeight(s, criterionRow, 45))
	b.do(b.f.SetRowHeight(s, nameRow, 190))
	b.do(b.f.SetRowHeight(s, askedRow, 30))
	b.do(b.f.SetPanes(s, &excelize.Panes{
		Freeze: true, XSplit: nameCol, YSplit: numberRow, TopLeftCell: at(firstCol, p.first), ActivePane: "bottomRight",
		Selection: []excelize.Selection{{SQRef: at(firstCol, p.first), ActiveCell: at(firstCol, p.first), Pane: "bottomRight"}},
	}))
	b.page(s, criterionRow, numberRow, nameCol)
	// Criteria stay together on a page.
	const most = 15
	onPage := firstCol
	starts := make([]int, 0, len(begins))
	for _, from := range begins {
		starts = append(starts, from)
	}
	slices.Sort(starts)
	starts = append(starts, p.stated)
	for n := 1; n < len(starts); n++ {
		end := missingCol
		if n+1 < len(starts) {
			end = starts[n+1] - 1
		}
		if end-onPage+1 > most {
			b.do(b.f.InsertPageBreak(s, at(starts[n], 1)))
			onPage = starts[n]
		}
	}
	b.lock(s)
	b.values = p
}

// secondVerdict is the formula of 1, 0 or x for the second value in a cell.
func secondVerdict(ind Indicator, cell string) string {
	return fmt.Sprintf(`IF(ISNUMBER(%s),IF(%s,1,0),"x")`, cell, compared(percentOf(cell, *ind.SubThreshold), ind.SubComparator, *ind.SubThreshold))
}

// find looks something of a row's commune up by the row's code.
func find(name string, row int) string {
	return fmt.Sprintf(`IFERROR(INDEX(%s,MATCH($%s%d,ntm_communes,0))&"","")`, name, column(codeCol), row)
}

func (l look) small(size float64) look { l.size = size; return l }

// turnedSize makes a long name fit its turned cell.
func turnedSize(name string) float64 {
	switch n := len([]rune(name)); {
	case n > 190:
		return 7
	case n > 120:
		return 8
	}
	return 9
}

func shortUnit(unit string) string {
	return strings.NewReplacer("triệu đồng", "tr.đ", "/người", "/ng", "/năm", "/năm").Replace(unit)
}

func subRequirement(i Indicator) string {
	if i.SubThreshold == nil {
		return "chưa có mức"
	}
	return sign(i.SubComparator) + " " + plain(*i.SubThreshold) + "%"
}

func firstUpper(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// askResult says what an indicator's result may be.
func (b *book) askResult(sheet, block string, i int) {
	ind := b.Indicators[i]
	wanted := requirement(ind, b.Communes[0].Asked[i])
	for _, c := range b.Communes {
		if requirement(ind, c.Asked[i]) != wanted {
			wanted = "theo mức của từng xã (trang Chi tiết)"
			break
		}
	}
	a := asked{title: "Chỉ tiêu " + ind.ID}
	first, _, _ := strings.Cut(block, ":")
	limit, example := "", ""
	switch ind.Kind {
	case "boolean":
		a.list = []string{Met, NotMet}
		if ind.inverted() {
			a.list = []string{No, Yes}
		}
		if ind.NotApplicable {
			a.list = append(a.list, NotApplicable)
		}
		a.message = "Chọn một dòng trong danh sách: " + strings.Join(a.list, ", ") + "."
		a.prompt = fmt.Sprintf("%s. Yêu cầu: %s. Chọn trong danh sách.", shorten(ind.Name, 150), wanted)
		b.ask(sheet, block, a)
		return
	case "percent":
		a.number, a.most = true, 100
		limit, example = "tỷ lệ phần trăm từ 0 đến 100", "ví dụ 86,57"
	default:
		a.number, a.most = true, 999
		limit, example = "số từ 0 đến 999, đơn vị "+ind.Unit, "ví dụ 37,5"
	}
	extra := ""
	if ind.NotApplicable {
		a.formula = fmt.Sprintf(`OR(AND(ISNUMBER(%[1]s),%[1]s>=0,%[1]s<=%[2]s),TRIM(%[1]s)="%[3]s")`, first, number(a.most), NotApplicable)
		a.number = false
		extra = " Không thuộc diện thì gõ: " + NotApplicable + "."
	}
	a.message = firstUpper(limit) + " (" + example + ")." + extra
	a.prompt = fmt.Sprintf("%s. Yêu cầu: %s. Gõ %s, %s.%s", shorten(strings.TrimRight(ind.Name, "."), 100), wanted, limit, example, extra)
	b.ask(sheet, block, a)
}

func (b *book) askStatement(sheet, block, prompt string) {
	b.ask(sheet, block, asked{list: []string{NoChange, NoData}, title: "Xác nhận",
		message: "Chọn “" + NoChange + "” hoặc “" + NoData + "”, hoặc để trống.", prompt: prompt})
}

// judge colours a block by what the counting sheet makes of each cell: 1 met, 0
// not met, x not understood.
func (b *book) judge(sheet, block, cell, met string) {
	percent := `LEFT(CELL("format",` + cell + `),1)="P"`
	b.when(sheet, block,
		fmt.Sprintf(`IFERROR(AND(%s<>"",%s=1,%s),FALSE)`, cell, met, percent), rulePctMet,
		fmt.Sprintf(`IFERROR(AND(%s<>"",%s=0,%s),FALSE)`, cell, met, percent), rulePctNot,
		fmt.Sprintf(`IFERROR(AND(%s<>"",%s=1),FALSE)`, cell, met), ruleMet,
		fmt.Sprintf(`IFERROR(AND(%s<>"",%s=0),FALSE)`, cell, met), ruleNotMet,
		fmt.Sprintf(`IFERROR(AND(%s<>"",%s="x"),FALSE)`, cell, met), ruleOdd,
	)
}

// heading writes the block of a document: who issues it, the national name and
// motto, what it is, for when, by which decision.
func (b *book) heading(s string, first, left, right int) {
	who := strings.ToUpper(b.SenderName)
	b.across(s, first, left, 2, "ỦY BAN NHÂN DÂN", issuer)
	b.across(s, first, left, 3, who, issuer)
	b.across(s, left+1, right, 2, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", motto)
	b.across(s, left+1, right, 3, "Độc lập - Tự do - Hạnh phúc", mottoTwo)
	name := "BIỂU SỐ LIỆU TIÊU CHÍ XÃ NÔNG THÔN MỚI"
	if b.SenderKind == "commune" && b.DistrictName != "" {
		name += "\n(" + b.SenderName + ", " + b.DistrictName + ")"
		b.do(b.f.SetRowHeight(s, 4, 40))
	} else {
		b.do(b.f.SetRowHeight(s, 4, 24))
	}
	b.across(s, first, right, 4, name, title)
	b.across(s, first, right, 5, "Kỳ báo cáo: "+b.PeriodLabel+" (số liệu tính đến ngày "+b.EndsOn.Format("02/01/2006")+")", subtitle)
	b.across(s, first, right, 6, b.SetName+" ("+b.SetID+")", subtitle.small(12))
	if b.Illustrative {
		b.across(s, first, right, 7, "SỐ LIỆU MINH HỌA", banner)
	}
}

// signature leaves room for those who sign.
func (b *book) signature(s string, row, left, leftEnd, right, rightEnd int) {
	b.across(s, left, leftEnd, row, "NGƯỜI LẬP BIỂU", signer)
	b.across(s, right, rightEnd, row, "TM. ỦY BAN NHÂN DÂN", signer)
	b.do(b.f.SetRowHeight(s, row, 80))
}

func (b *book) width(s string, col int, w float64) {
	b.do(b.f.SetColWidth(s, column(col), column(col), w))
}

func millimetres(x float64) *float64 {
	x /= 25.4
	return &x
}

// page sets a sheet up for A4 across, header rows and the names repeated, the
// page's number centred on top and none on the first.
func (b *book) page(s string, headTop, headBottom, names int) {
	size, landscape, first, order := 9, "landscape", uint(1), "overThenDown"
	scale := uint(68)
	layout := excelize.PageLayoutOptions{Size: &size, Orientation: &landscape, FirstPageNumber: &first, PageOrder: &order}
	if names > 0 {
		layout.AdjustTo = &scale
	} else {
		width, height := 1, 0
		layout.FitToWidth, layout.FitToHeight = &width, &height
		b.do(b.f.SetSheetProps(s, &excelize.SheetPropsOptions{FitToPage: boolean(true)}))
	}
	b.do(b.f.SetPageLayout(s, &layout))
	b.do(b.f.SetPageMargins(s, &excelize.PageLayoutMarginsOptions{
		Top: millimetres(20), Bottom: millimetres(20), Left: millimetres(30), Right: millimetres(15), Header: millimetres(10), Footer: millimetres(10),
	}))
	footer := ""
	if b.Illustrative {
		footer = `&C&"` + font + `,Bold"&11SỐ LIỆU MINH HỌA`
	}
	b.do(b.f.SetHeaderFooter(s, &excelize.HeaderFooterOptions{
		DifferentFirst: true, OddHeader: `&C&"` + font + `,Regular"&13&P`, OddFooter: footer, FirstFooter: footer,
	}))
	if headTop == 0 {
		return
	}
	titles := fmt.Sprintf("'%s'!$%d:$%d", s, headTop, headBottom)
	if names > 0 {
		titles = fmt.Sprintf("'%s'!$A:$%s,", s, column(names)) + titles
	}
	b.do(b.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: s}))
}
