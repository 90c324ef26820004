package report

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// retentionSheet is Phụ lục 1 as the published plan prints it, and below it,
// in the same columns, the communes recognised under the set in force.
func (b *book) retentionSheet(_ context.Context, name string) error {
	o := b.o
	const page = 22 // rows that fit below the heading of an appendix
	g := b.sheet(name, paper{
		widths:   []float64{7, 30, 14, 14, 46, 34},
		together: len(o.Retention) <= page && len(o.Current) <= page,
	})
	titles := func(list []retained, under string) []string {
		return []string{
			fmt.Sprintf("KẾT QUẢ ĐẠT ĐƯỢC CỦA %d XÃ NÔNG THÔN MỚI", len(list)),
			"ĐƯỢC CÔNG NHẬN " + years(list) + under,
		}
	}
	g.heading(append(b.annex("PHỤ LỤC 1", titles(o.Retention, "THEO BỘ TIÊU CHÍ TRƯỚC")...), b.tail("")...), 1)
	b.retainedRows(g, o.Retention)
	g.line(line{left: "Ghi chú: Tổng hợp theo số liệu báo cáo của các huyện, thị xã, thành phố kỳ " + o.label() +
		", đánh giá theo bộ tiêu chí đang áp dụng. 0: không có chỉ tiêu chưa đạt." + sentence(" Về công nhận: ", o.RetentionNote), s: remark})

	g.space()
	g.breakPage()
	for _, l := range append(b.annex("PHỤ LỤC 1b", titles(o.Current, "THEO BỘ TIÊU CHÍ ĐANG ÁP DỤNG")...), b.tail("")...) {
		g.line(l)
	}
	b.retainedRows(g, o.Current)
	if len(o.illustrative) > 0 || o.CurrentNote != "" {
		note := "Ghi chú:"
		if len(o.illustrative) > 0 {
			note += " “Minh họa” là trường hợp công nhận chỉ để minh họa."
		}
		g.line(line{left: note + sentence(" ", o.CurrentNote), s: remark})
	}
	return g.close()
}

// sentence makes a remark a sentence after what stands before it.
func sentence(before, s string) string {
	if s == "" {
		return ""
	}
	return before + strings.TrimSuffix(s, ".") + "."
}

// years writes the years of recognition: "NĂM 2013-2016 ".
func years(list []retained) string {
	low, high := 0, 0
	for _, r := range list {
		if r.Year > 0 && (low == 0 || r.Year < low) {
			low = r.Year
		}
		high = max(high, r.Year)
	}
	switch {
	case high == 0:
		return ""
	case low == high:
		return fmt.Sprintf("NĂM %d ", low)
	}
	return fmt.Sprintf("NĂM %d-%d ", low, high)
}

func (b *book) retainedRows(g *grid, list []retained) {
	g.header(36, heads("STT", "Tên xã", "Năm công nhận", "Số tiêu chí đạt", "Tiêu chí, chỉ tiêu chưa đạt", "Ghi chú")...)
	top := g.row + 1
	for _, r := range list {
		g.put(cell{r.STT, centre}, cell{r.Name, words}, cell{r.Year, centre}, cell{r.Met, centre},
			cell{r.Missing(), words}, cell{r.Note, words})
	}
	if len(list) == 0 {
		g.spans(span{6, "Không có xã nào.", words})
	}
	g.textNumbers(excelRange{top, 5, g.row, 5})
}

// remediationSheet is Phụ lục 2 as published, with the state of each indicator
// beside it.
func (b *book) remediationSheet(ctx context.Context, name string) error {
	o := b.o
	rows, err := collect[struct {
		Row      int    `col:"row_no"`
		Section  string `col:"section"`
		Title    string `col:"section_title"`
		TT       string `col:"tt_printed"`
		Label    string `col:"label"`
		Action   string `col:"action"`
		Deadline string `col:"deadline_printed"`
		Due      string `col:"deadline_date"`
	}](ctx, b.q, `
		select try_cast(row_no as integer) as row_no, section, section_title, tt_printed, label, action, deadline_printed,
		       cast(deadline_date as varchar) as deadline_date
		from ref.remediation where set_id = ? order by try_cast(row_no as integer)`, o.Set.ID)
	if err != nil {
		return err
	}
	type state struct {
		Row        int    `col:"row_no"`
		Indicator  string `col:"indicator_id"`
		Department string `col:"lead_department"`
		NotMet     int    `col:"communes_not_met"`
		Names      string `col:"commune_names"`
		Overdue    bool   `col:"overdue"`
	}
	states, err := collect[state](ctx, b.q, `
		select m.row_no, m.indicator_id, m.lead_department, m.communes_not_met, m.commune_names, m.overdue
		from mart.remediation m
		where m.period = ? order by m.row_no, (select min(try_cast(i.sort_order as integer)) from ref.indicator i
		      where i.set_id = ? and i.indicator_id = m.indicator_id), m.indicator_id`, o.Period, o.Set.ID)
	if err != nil {
		return err
	}
	live := map[int][]state{}
	for _, s := range states {
		live[s.Row] = append(live[s.Row], s)
	}

	g := b.sheet(name, paper{widths: []float64{6, 23, 41, 15, 9, 9, 40, 22, 14}})
	titles := []string{"KẾ HOẠCH DUY TRÌ, NÂNG CHẤT TIÊU CHÍ NÔNG THÔN MỚI", "ĐỐI VỚI CÁC TIÊU CHÍ, CHỈ TIÊU MỚI, NÂNG CAO VÀ KHÔNG THAY ĐỔI"}
	note := "Bốn cột đầu theo kế hoạch đã ban hành; các cột sau là kết quả rà soát các xã đã được công nhận trong kỳ báo cáo. Quá hạn tính đến ngày " + day(o.EndsOn) + "."
	g.heading(append(b.annex("PHỤ LỤC 2", titles...), b.tail(note)...), 1)
	g.header(36, heads("TT", "TÊN TIÊU CHÍ", "NỘI DUNG THỰC HIỆN", "THỜI HẠN HOÀN THÀNH",
		"Chỉ tiêu", "Số xã chưa đạt", "Xã chưa đạt (trong số xã được công nhận)", "Cơ quan chủ trì", "Tình trạng")...)
	top := g.row + 1
	section := ""
	for _, r := range rows {
		if r.Section != section {
			section = r.Section
			g.spans(span{1, r.Section, centre.total()}, span{8, r.Title, words.total()})
		}
		list := live[r.Row]
		if len(list) == 0 {
			list = []state{{}}
		}
		for n, s := range list {
			plan := []cell{{printedNumber(r.TT), centre}, {r.Label, words}, {r.Action, words}, {r.Deadline, centre}}
			frame := "cell" // a row of several indicators prints its plan once
			switch {
			case len(list) == 1:
			case n == 0:
				frame = "first"
			case n == len(list)-1:
				frame = "last"
			default:
				frame = "open"
			}
			for i := range plan {
				plan[i].s = plan[i].s.framed(frame)
				if n > 0 {
					plan[i].v = ""
				}
			}
			var count any
			status := "chưa có kết quả"
			if s.Indicator != "" {
				count = s.NotMet
				switch {
				case s.NotMet == 0:
					status = "không còn xã chưa đạt"
				case s.Overdue:
					status = "quá hạn"
				case r.Due == "":
					status = "thực hiện hằng năm"
				default:
					status = "trong hạn"
				}
			}
			look := words
			if s.Overdue && s.NotMet > 0 {
				look = look.strong().filled(notMet.fill)
			}
			g.put(append(plan, cell{s.Indicator, centre}, cell{count, whole},
				cell{shortened(listed(s.Names), 24), words.small(10)}, cell{s.Department, words}, cell{firstUpper(status), look})...)
		}
	}
	if len(rows) == 0 {
		g.spans(span{9, "Chưa có kế hoạch khắc phục cho bộ tiêu chí đang áp dụng.", words})
	}
	g.textNumbers(excelRange{top, 5, g.row, 5})
	return g.close()
}

// printedNumber keeps a printed ordinal a number where it is one.
func printedNumber(s string) any {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return s
}
