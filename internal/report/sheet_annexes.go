package report

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// retentionSheet is Phụ lục 1 as the published plan prints it, and below it,
// in the same columns, the communes recognised under the set in force.
func (b *book) retentionSheet(_ context.Context, name string) error {
	o := b.o
	const page = 22 // rows that fit below the heading of an appendix
	g := b.sheet(name, paper{
		widths:   []float64{7, 30, 14, 14, 46, 30},
		together: len(o.Retention) <= page && len(o.Current) <= page,
	})
	g.heading(append(b.annex("PHỤ LỤC 1", fmt.Sprintf("KẾT QUẢ ĐẠT ĐƯỢC CỦA %d XÃ NÔNG THÔN MỚI", len(o.Retention)),
		stage(o.Retention)), b.tail("")...), 1)
	b.retainedRows(g, o.Retention)
	g.line(line{left: "Ghi chú: Tổng hợp theo số liệu báo cáo tình hình thực hiện xây dựng nông thôn mới " + o.label() +
		" của UBND các huyện, thị xã, thành phố." + sentence(" Về công nhận: ", o.RetentionNote), s: remark})

	g.space()
	g.breakPage()
	for _, l := range append(b.annex("PHỤ LỤC 1b", fmt.Sprintf("KẾT QUẢ ĐẠT ĐƯỢC CỦA %d XÃ NÔNG THÔN MỚI", len(o.Current)),
		strings.TrimSpace("ĐƯỢC CÔNG NHẬN "+years(o.Current))+" THEO BỘ TIÊU CHÍ ĐANG ÁP DỤNG"), b.tail("")...) {
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

// stage is the second line of the published title: "GIAI ĐOẠN 2011-2016", or
// the years of recognition where the seeds do not name the stage.
func stage(list []retained) string {
	if name := sameStage(list); name != "" {
		return "GIAI ĐOẠN " + name
	}
	return strings.TrimSpace("ĐƯỢC CÔNG NHẬN "+years(list)) + " THEO BỘ TIÊU CHÍ TRƯỚC"
}

// sameStage is the stage of all communes of a list, "" where they differ or
// the seeds name none.
func sameStage(list []retained) string {
	name := ""
	for i, r := range list {
		if i > 0 && r.Stage != name {
			return ""
		}
		name = r.Stage
	}
	return name
}

// sentence makes a remark a sentence after what stands before it.
func sentence(before, s string) string {
	if s == "" {
		return ""
	}
	return before + strings.TrimSuffix(s, ".") + "."
}

// yearsOf are the first and the last year of recognition of a list, 0 where
// none is known.
func yearsOf(list []retained) (first, last int) {
	for _, r := range list {
		if r.Year > 0 && (first == 0 || r.Year < first) {
			first = r.Year
		}
		last = max(last, r.Year)
	}
	return first, last
}

// years writes the years of recognition: "NĂM 2013-2016".
func years(list []retained) string {
	low, high := yearsOf(list)
	switch {
	case high == 0:
		return ""
	case low == high:
		return fmt.Sprintf("NĂM %d", low)
	}
	return fmt.Sprintf("NĂM %d-%d", low, high)
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
		Class    string `col:"change_class"`
	}](ctx, b.q, `
		select try_cast(row_no as integer) as row_no, section, section_title, tt_printed, label, action, deadline_printed,
		       cast(deadline_date as varchar) as deadline_date, change_class
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
		Unknown    int    `col:"communes_unknown"`
		Overdue    bool   `col:"overdue"`
	}
	states, err := collect[state](ctx, b.q, `
		select m.row_no, m.indicator_id, m.lead_department, m.communes_not_met, m.commune_names, m.communes_unknown, m.overdue
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

	// The first four columns, from the header down, are the published table:
	// whoever needs it cuts it out. What the period adds stands to their right.
	g := b.sheet(name, paper{widths: []float64{6, 26, 50, 16, 52, 30, 16}})
	titles := []string{"KẾ HOẠCH DUY TRÌ, NÂNG CHẤT TIÊU CHÍ NÔNG THÔN MỚI", "ĐỐI VỚI CÁC TIÊU CHÍ, CHỈ TIÊU MỚI"}
	note := "Bốn cột đầu theo kế hoạch đã ban hành; các cột sau là kết quả rà soát các xã đã được công nhận trong kỳ báo cáo. Quá hạn tính đến ngày " + day(o.EndsOn) + "."
	g.heading(append(b.annex("PHỤ LỤC 2", titles...), b.tail(note)...), 1)
	g.header(36, heads("TT", "TÊN TIÊU CHÍ", "NỘI DUNG THỰC HIỆN", "THỜI HẠN HOÀN THÀNH",
		"Số xã chưa đạt (trong số xã được công nhận)", "Cơ quan chủ trì", "Tình trạng")...)
	section, beyond := "", false
	for _, r := range rows {
		if r.Section != section {
			section = r.Section
			if r.Class == "unchanged" && !beyond {
				beyond = true
				g.line(line{left: "Hết phần in trong Phụ lục 2 đã ban hành. Các dòng sau lấy từ phần lời của kế hoạch (tiêu chí, chỉ tiêu không thay đổi, thực hiện hằng năm).", s: remark})
				g.breakPage()
			}
			g.put(cell{r.Section, centre.total()}, cell{r.Title, words.total()}, cell{"", words.total()}, cell{"", words.total()},
				cell{"", words.total()}, cell{"", words.total()}, cell{"", words.total()})
			g.merge(g.row, 2, g.row, 4)
		}
		var lines, departments []string
		wanting, unknown, overdue := 0, 0, false
		for _, s := range live[r.Row] {
			l := fmt.Sprintf("%s: %d xã", s.Indicator, s.NotMet)
			if names := listed(s.Names); len(names) > 0 {
				l += " (" + shortened(names, 24) + ")"
			}
			if s.Unknown > 0 {
				l += fmt.Sprintf("; %d xã chưa đủ số liệu", s.Unknown)
			}
			unknown = max(unknown, s.Unknown)
			lines = append(lines, l)
			wanting += s.NotMet
			overdue = overdue || s.Overdue && s.NotMet > 0
			if s.Department != "" && !slices.Contains(departments, s.Department) {
				departments = append(departments, s.Department)
			}
		}
		status, look := "Trong hạn", words
		days := 0
		if due, err := time.Parse(time.DateOnly, r.Due); err == nil {
			days = int(math.Round(due.Sub(o.EndsOn).Hours() / 24))
			status = fmt.Sprintf("Trong hạn, còn %d ngày", days)
		}
		switch {
		case len(lines) == 0:
			status = "Chưa có kết quả"
		case wanting == 0 && unknown > 0:
			status = "Chưa đủ số liệu để kết luận"
		case wanting == 0:
			status = "Không còn xã chưa đạt"
		case overdue:
			status, look = "Quá hạn", look.strong().filled(notMet.fill)
			if days < 0 {
				status = fmt.Sprintf("Quá hạn %d ngày", -days)
			}
		case r.Due == "":
			status = "Thực hiện hằng năm"
		}
		g.put(cell{printedNumber(r.TT), centre}, cell{r.Label, words}, cell{r.Action, words}, cell{r.Deadline, centre},
			cell{strings.Join(lines, "\n"), words}, cell{strings.Join(departments, "\n"), words}, cell{status, look})
	}
	if len(rows) == 0 {
		g.spans(span{7, "Chưa có kế hoạch khắc phục cho bộ tiêu chí đang áp dụng.", words})
	}
	return g.close()
}

// printedNumber keeps a printed ordinal a number where it is one.
func printedNumber(s string) any {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	return s
}
