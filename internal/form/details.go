package form

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// detail is one column of the list of details.
type detail struct {
	mark, text string
	width      float64
	applies    func(Indicator) bool // nil: to every indicator
	look       look
	asked      asked
}

func measured(i Indicator) bool { return i.Kind != "boolean" }
func rate(i Indicator) bool     { return i.Kind == "percent" }

// explanations are the columns about what stands behind a result.
func (b *book) explanations() []detail {
	count := asked{number: true, most: 1e9, title: "Tử số, mẫu số", message: "Gõ một số đếm từ 0 trở lên, ví dụ 1250."}
	long := asked{text: 1000, title: "Quá dài", message: "Viết không quá 1000 ký tự."}
	return []detail{
		{"ntm|claim", "Tự đánh giá (khi chưa có số)", 11, measured, input, asked{list: []string{Met, NotMet}, title: "Tự đánh giá",
			message: "Chọn Đạt hoặc Chưa đạt; đã có số liệu thì để trống.", prompt: "Chỉ chọn khi chưa có số liệu. Có số liệu thì kết quả tính theo số liệu."}},
		{"ntm|numerator", "Tử số", 9, rate, input, count},
		{"ntm|denominator", "Mẫu số", 9, rate, input, count},
		{"ntm|evidence", "Hồ sơ minh chứng", 10, nil, input, asked{list: []string{Complete, Incomplete}, title: "Hồ sơ minh chứng", message: "Chọn Đủ hoặc Chưa đủ."}},
		{"ntm|cause_kind", "Nguyên nhân (loại)", 12, nil, input, asked{list: []string{Objective, Subjective}, title: "Nguyên nhân", message: "Chọn Khách quan hoặc Chủ quan."}},
		{"ntm|cause", "Nguyên nhân chưa đạt", 28, nil, inputText, long},
		{"ntm|solution", "Giải pháp", 28, nil, inputText, long},
		{"ntm|expected_date", "Thời gian hoàn thành", 13, nil, input, asked{list: b.Deadlines, soft: true, title: "Thời gian hoàn thành",
			message: "Nên chọn một quý trong danh sách, hoặc gõ ngày dạng 31/12/2018."}},
	}
}

// listOfDetails writes a row for each commune and indicator. In a district's
// form the results stand in the table of values and are only shown here; in a
// commune's form this list is the form.
func (b *book) listOfDetails(s string) {
	district := b.SenderKind != "commune"
	const keyCol = 1
	top := 7
	if !district {
		top = 11
	}
	p := place{sheet: s, first: top + 2, key: keyCol}

	columns := []detail{{mark: "ntm|key", text: "Mã", width: 14}}
	if district {
		columns = append(columns, detail{mark: "ntm|name", text: "Tên xã", width: 17})
	} else {
		columns = append(columns, detail{mark: "ntm|own", text: "Tên tiêu chí", width: 22})
	}
	columns = append(columns,
		detail{mark: "ntm|own", text: "Chỉ tiêu", width: 8},
		detail{mark: "ntm|own", text: "Nội dung", width: 46},
		detail{mark: "ntm|own", text: "Yêu cầu", width: 11},
		detail{mark: "ntm|own", text: "Kỳ trước", width: 11})
	const nameCol, idCol, contentCol, askedCol, previousCol = 2, 3, 4, 5, 6
	resultCol, verdictCol := 7, 8
	if district {
		columns = append(columns, detail{mark: "ntm|formula", text: "Kỳ này", width: 11})
	} else {
		columns = append(columns, detail{mark: "ntm|result", text: "Kết quả kỳ này", width: 13})
		p.result = resultCol
	}
	columns = append(columns, detail{mark: "ntm|formula", text: "Đánh giá theo số liệu", width: 14})
	firstDetail := len(columns) + 1
	columns = append(columns, b.explanations()...)
	lastCol := len(columns)
	for i, c := range columns {
		if c.mark == "ntm|claim" {
			p.claim = i + 1
		}
	}

	if district {
		b.across(s, nameCol, contentCol, 2, "ỦY BAN NHÂN DÂN "+strings.ToUpper(b.SenderName), issuer)
		b.across(s, 1, lastCol, 3, "MINH CHỨNG, NGUYÊN NHÂN, GIẢI PHÁP CỦA TỪNG CHỈ TIÊU", title)
		b.across(s, 1, lastCol, 4, "Kỳ báo cáo: "+b.PeriodLabel+" (số liệu tính đến ngày "+b.EndsOn.Format("02/01/2006")+")", subtitle)
		if b.Illustrative {
			b.across(s, 1, lastCol, 5, "SỐ LIỆU MINH HỌA", banner)
		}
		b.across(s, nameCol, lastCol, 6, "Kỳ này lấy từ trang Số liệu. Lọc cột “Đánh giá theo số liệu” lấy “Chưa đạt”, rồi ghi nguyên nhân, giải pháp ở các ô nền cam. "+b.besides(), remark)
	} else {
		b.heading(s, 1, askedCol, lastCol)
		b.text(s, keyCol, 8, "ntm|sender")
		b.across(s, nameCol, contentCol, 8, "Xác nhận của xã (nếu không có gì để báo cáo):", label)
		b.across(s, askedCol, resultCol, 8, "", input)
		p.statement = at(askedCol, 8)
		b.askStatement(s, p.statement, "Xã không có gì để báo cáo thì chọn một dòng. Có số liệu thì để trống.")
		b.across(s, nameCol, contentCol, 9, "Số tiêu chí đạt (tự tính khi gõ):", label)
		b.across(s, askedCol, lastCol, 9, "", label)
		b.formula(s, askedCol, 9, `IFERROR(INDEX(ntm_missing,1)&"","")`, label)
		b.do(b.f.SetRowHeight(s, 9, 44))
		b.do(b.f.SetRowHeight(s, 8, 22))
		b.across(s, nameCol, lastCol, 10, "Chỉ gõ vào ô nền vàng. ✓: đạt; ✗: chưa đạt; nền cam ở cột kết quả: chưa đọc được, ở cột nguyên nhân, giải pháp: cần ghi. "+b.besides(), remark)
	}
	for i, c := range columns {
		b.text(s, i+1, markRow, c.mark)
		b.put(s, i+1, top, c.text, head)
		b.width(s, i+1, c.width)
		if i == 0 {
			b.put(s, 1, top+1, "ntm|rows", headNumber)
		} else {
			b.put(s, i+1, top+1, "("+strconv.Itoa(i)+")", headNumber)
		}
	}
	b.do(b.f.SetRowHeight(s, top, 48))

	criteria := map[int]string{}
	for _, c := range b.Criteria {
		criteria[c.No] = fmt.Sprintf("%d. %s", c.No, c.Name)
	}
	row := p.first - 1
	line := func(c Commune, i int, second bool) {
		ind := b.Indicators[i]
		row++
		key := c.Code + "|" + ind.ID
		name, content, wanted := c.Name, ind.Name, requirement(ind, c.Asked[i])
		if !district {
			name = criteria[ind.Criterion]
		}
		if second {
			key, content, wanted = key+"+", "– "+ind.SubLabel, subRequirement(ind)
		} else if ind.Kind == "number" && c.Asked[i].Threshold != nil {
			wanted += " " + shortUnit(ind.Unit)
		}
		b.put(s, keyCol, row, key, own)
		b.put(s, nameCol, row, name, own)
		b.put(s, idCol, row, ind.ID, ownMid)
		b.put(s, contentCol, row, content, own)
		b.put(s, askedCol, row, wanted, ownMid)
		b.do(b.f.SetRowHeight(s, row, max(20, 16*float64(1+len([]rune(content))/50), 16*float64(1+len([]rune(name))/22))))
		switch {
		case second:
			b.put(s, previousCol, row, nil, ownMid)
			b.put(s, resultCol, row, nil, input)
			cell := at(resultCol, row)
			b.ask(s, cell, asked{number: true, most: 100, title: ind.ID + " – " + ind.SubLabel, message: "Gõ tỷ lệ phần trăm từ 0 đến 100, ví dụ 86,57."})
			if ind.SubThreshold != nil {
				b.judge(s, cell, cell, secondVerdict(ind, cell))
			}
		case district:
			b.put(s, previousCol, row, c.Previous[i], previousLook(c.Previous[i]))
			b.formula(s, resultCol, row, fmt.Sprintf(`IFERROR(INDEX(ntm_value,MATCH($A%d,ntm_key,0)),"")`, row), ownMid)
		default:
			b.put(s, previousCol, row, c.Previous[i], previousLook(c.Previous[i]))
			cell := at(resultCol, row)
			b.put(s, resultCol, row, nil, input)
			b.askResult(s, cell, i)
			b.judge(s, cell, cell, fmt.Sprintf(`INDEX(ntm_met,MATCH($A%d,ntm_key,0))`, row))
		}
		if second {
			b.put(s, verdictCol, row, nil, shut)
		} else {
			b.formula(s, verdictCol, row, fmt.Sprintf(
				`IFERROR(IF(INDEX(ntm_met,MATCH($A%[1]d,ntm_key,0))=1,"%[2]s",IF(INDEX(ntm_met,MATCH($A%[1]d,ntm_key,0))=0,"%[3]s",IF(INDEX(ntm_met,MATCH($A%[1]d,ntm_key,0))="x","Chưa đọc được",""))),"")`,
				row, Met, NotMet), ownMid)
		}
		for n, d := range columns[firstDetail-1:] {
			if second || d.applies != nil && !d.applies(ind) {
				b.put(s, firstDetail+n, row, nil, shut)
				continue
			}
			b.put(s, firstDetail+n, row, nil, d.look)
		}
	}
	for n, c := range b.Communes {
		if n > 0 {
			b.do(b.f.InsertPageBreak(s, at(1, row+1)))
		}
		for i, ind := range b.Indicators {
			line(c, i, false)
			if !district && ind.SubLabel != "" {
				line(c, i, true)
			}
		}
	}
	p.last = row

	var causes int
	for n, d := range columns[firstDetail-1:] {
		col := firstDetail + n
		b.ask(s, at(col, p.first)+":"+at(col, p.last), d.asked)
		if d.mark == "ntm|cause_kind" {
			causes = col
		}
	}
	verdict := fmt.Sprintf("$%s%d", column(verdictCol), p.first)
	b.when(s, at(verdictCol, p.first)+":"+at(verdictCol, p.last),
		verdict+`="`+Met+`"`, rule{fill: "E2F0D9", colour: "1E5631"},
		verdict+`="`+NotMet+`"`, rule{fill: "F8CBC6", colour: "9C0006", bold: true},
		verdict+`="Chưa đọc được"`, ruleOdd)
	b.when(s, at(causes, p.first)+":"+at(lastCol, p.last),
		fmt.Sprintf(`AND(%s="%s",%s="")`, verdict, NotMet, at(causes, p.first)), ruleAsk)
	b.signature(s, p.last+2, nameCol, contentCol, lastCol-2, lastCol)

	b.do(b.f.AutoFilter(s, at(keyCol, top+1)+":"+at(lastCol, p.last), nil))
	b.hideRow(s, markRow)
	b.hideColumn(s, keyCol)
	split := idCol
	b.do(b.f.SetPanes(s, &excelize.Panes{
		Freeze: true, XSplit: split, YSplit: top + 1, TopLeftCell: at(split+1, p.first), ActivePane: "bottomRight",
		Selection: []excelize.Selection{{SQRef: at(resultCol, p.first), ActiveCell: at(resultCol, p.first), Pane: "bottomRight"}},
	}))
	b.page(s, top, top+1, 0)
	b.lock(s)
	b.details = p
}

// besides says which period's values stand beside, and that there are none.
func (b *book) besides() string {
	if b.PreviousLabel == "" {
		return "Chưa có số liệu kỳ trước để đối chiếu."
	}
	return "Kỳ trước: " + b.PreviousLabel + "."
}

func previousLook(v any) look {
	if _, ok := v.(float64); ok {
		return ownNum
	}
	return ownMid
}
