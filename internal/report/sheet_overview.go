package report

import (
	"context"
	"fmt"
	"strconv"
)

// overviewSheet is the first sheet, and the one that is signed: the figures
// with their denominators, charts, what changed, and what needs attention.
func (b *book) overviewSheet(ctx context.Context, name string) error {
	o := b.o
	// The columns fill a page at its full size, and fall into two halves.
	g := b.sheet(name, paper{widths: []float64{6, 44, 17, 13, 14, 13, 13, 14}})
	const left, all = 3, 8 // columns of the left half, and of both
	b.first = g
	place := o.Place
	if place != "" {
		place += ", "
	}
	half := g.p.widths[0] + g.p.widths[1] + g.p.widths[2]
	office := balanced(o.Office, issuerB, half-4)
	lines := []line{
		{left: o.Parent, right: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", s: issuer, rs: issuerB, split: left, height: 17},
		{left: office, right: "Độc lập - Tự do - Hạnh phúc", s: issuerB, rs: motto, split: left},
		{left: "", s: issuer, height: 8},
		{left: "Số: " + b.number(), right: place + "ngày … tháng … năm …", s: number13, rs: dated, split: left, height: 20},
		{left: "TỔNG HỢP KẾT QUẢ THỰC HIỆN BỘ TIÊU CHÍ XÃ NÔNG THÔN MỚI", s: title, height: 30},
		{left: b.periodLine(), s: subtitle},
	}
	lines = append(lines, b.tail("")...)
	lines = append(lines,
		line{left: o.Sentence(), s: text13},
		line{left: o.Basis(), s: text13},
		line{left: o.Assumed(), s: text13})
	if o.Office != "" {
		g.rule(3, 0, left, widthOf(o.Office, issuerB)/float64(linesOf(office, issuerB, half))*0.4, 2)
	}
	g.rule(2, left, all, 25.5, 19)
	g.heading(lines, 0)

	g.line(line{left: "1. Số liệu chung", s: section, height: 24})
	g.spans(span{1, "STT", head}, span{1, "Nội dung", head}, span{1, "Kết quả", head}, span{5, "Tính trên, ghi chú", head})
	for i, h := range o.Headlines() {
		result := span{1, h.Text, centre.strong()}
		if h.Number != nil {
			result = span{1, h.Number, avg.strong().aligned("center")}
		}
		g.spans(span{1, i + 1, centre}, span{1, h.Label, words}, result, span{5, h.Note, words})
	}

	if o.Supposed != "" {
		g.do(b.blocks(ctx, g, supposedBlock(o)))
	}

	g.breakPage()
	g.line(line{left: "2. Biểu đồ", s: section, height: 22})
	const rows, height = 13, 17.0
	upper := g.block(rows, height)
	lower := 0
	if len(o.Indicators) > 0 {
		lower = g.block(rows, height)
	}

	g.breakPage()
	g.line(line{left: "3. Phân nhóm xã theo số tiêu chí đạt", s: section, height: 24})
	g.spans(span{1, "STT", head}, span{1, "Nhóm", head}, span{1, "Số xã (rà soát)", head}, span{1, "Tỷ lệ (%)", head},
		span{1, "Số xã (theo công nhận)", head}, span{1, "Tỷ lệ (%)", head}, span{1, "Kỳ trước (rà soát)", head}, span{1, "Thay đổi (số xã)", head})
	sum, bandTop := o.BandTotals(), g.row+1
	for i, x := range o.Bands {
		g.spans(span{1, i + 1, centre}, span{1, x.Label, words},
			span{1, x.Communes, whole}, span{1, ratio(x.Communes, sum.Communes), pct},
			span{1, x.AsRecognised, whole}, span{1, ratio(x.AsRecognised, sum.AsRecognised), pct},
			span{1, x.Before, whole}, span{1, x.Moved, more})
	}
	bandEnd := g.row
	g.spans(span{1, "", centre.total()}, span{1, "Cộng (tổng số: " + strconv.Itoa(o.Province.Communes) + " xã)", words.total()},
		span{1, sum.Communes, whole.total()}, span{1, ratio(sum.Communes, sum.Communes), pct.total()},
		span{1, sum.AsRecognised, whole.total()}, span{1, ratio(sum.AsRecognised, sum.AsRecognised), pct.total()},
		span{1, sum.Before, whole.total()}, span{1, nil, whole.total()})
	g.line(line{left: o.BandNote() + " Cột “rà soát”: xếp theo số tiêu chí đạt của bộ đang áp dụng. Cột “theo công nhận”: xã đã được công nhận xếp vào nhóm đạt đủ, như cách tổng hợp trong văn bản. Cột “thay đổi”: chỉ tính các xã có nhóm chắc chắn ở cả hai kỳ.", s: remark})

	worst := o.MostFailed(8)
	worstTop := 0
	if len(worst) > 0 {
		g.together(140)
		g.line(line{left: "4. Chỉ tiêu nhiều xã chưa đạt nhất", s: section, height: 24})
		g.spans(span{1, "Số", head}, span{1, "Chỉ tiêu", head}, span{1, "Số xã chưa đạt", head}, span{1, "Tỷ lệ đạt (%)", head},
			span{1, "Kỳ trước (%)", head}, span{1, "Thay đổi (điểm %)", head}, span{2, "Cơ quan chủ trì", head})
		worstTop = g.row + 1
		for _, i := range worst {
			g.spans(span{1, i.ID, centre}, span{1, i.Name, words}, span{1, i.NotMet, whole}, span{1, i.Share, pct},
				span{1, i.Before, pct}, span{1, i.Moved, change}, span{2, i.Department, words})
		}
		g.textNumbers(excelRange{worstTop, 1, g.row, 1})
	}

	changed := o.Changed()
	g.together(24 + g.tall(changed, text13))
	g.line(line{left: "5. Thay đổi so với kỳ trước", s: section, height: 24})
	if len(changed) == 0 {
		changed = []string{"Chưa có kỳ báo cáo trước cùng loại để so sánh."}
	}
	for _, c := range changed {
		g.line(line{left: "- " + c, s: text13})
	}

	g.do(b.blocks(ctx, g, overviewBlocks(o)...))

	g.together(110)
	g.line(line{left: "6. Số liệu cần kiểm tra", s: section, height: 24})
	g.spans(span{1, "STT", head}, span{1, "Mức độ", head}, span{1, "Số lượng", head}, span{5, "Nghĩa là", head})
	for i, x := range o.FindingLines() {
		g.spans(span{1, i + 1, centre}, span{1, x.Name, words}, span{1, x.Count, whole}, span{5, x.Meaning, words})
	}

	attention := o.Attention()
	if len(attention) == 0 {
		attention = []string{"Không có."}
	}
	// A signature never stands on a page of its own.
	g.together(24 + g.tall(attention, text13) + signHeight)
	g.line(line{left: "7. Việc cần lưu ý", s: section, height: 24})
	for _, a := range attention {
		g.line(line{left: "- " + a, s: text13})
	}
	g.sign(left)

	// Drawn last: some of the figures stand on sheets that follow.
	b.charts = append(b.charts, func() {
		here := func(col, top, bottom int) string { return b.rangeOf(name, col, top, bottom) }
		zero, total := 0.0, float64(max(1, o.Set.Criteria))*1.12
		if len(o.Bands) > 0 {
			g.chart(chart{
				name: "Xã theo nhóm", title: "Số xã theo nhóm số tiêu chí đạt", category: "Nhóm", quantity: "Số xã", format: "#,##0",
				alt:        "Biểu đồ cột: số xã ở từng nhóm, theo kết quả rà soát và theo công nhận; số liệu ở mục 3.",
				categories: here(2, bandTop, bandEnd),
				series: []series{{here(3, bandTop-1, bandTop-1), here(3, bandTop, bandEnd), dark},
					{here(5, bandTop-1, bandTop-1), here(5, bandTop, bandEnd), light}},
				least: &zero,
			}, 1, left, upper, rows, height)
		}
		switch n := len(o.Districts); {
		case n > 30: // names would not be legible
		case n > 0:
			g.chart(chart{
				name: "Bình quân theo huyện", title: "Bình quân tiêu chí đạt mỗi xã theo huyện (rà soát)", lying: true,
				category: "", quantity: "Tiêu chí/xã", format: "0.0",
				alt:        "Biểu đồ thanh: bình quân số tiêu chí đạt mỗi xã của từng huyện, thị xã, thành phố; số liệu ở trang Theo huyện.",
				categories: b.ranges.districts, series: []series{{b.ranges.average, b.ranges.averages, dark}},
				least: &zero, most: &total,
			}, left+1, all, upper, rows, height)
		}
		if len(worst) > 0 && lower > 0 {
			bottom := worstTop + len(worst) - 1
			g.chart(chart{
				name: "Chỉ tiêu chưa đạt", title: fmt.Sprintf("%d chỉ tiêu nhiều xã chưa đạt nhất", len(worst)), lying: true,
				category: "Chỉ tiêu", quantity: "Số xã chưa đạt", format: "#,##0",
				alt:        "Biểu đồ thanh: số xã chưa đạt của các chỉ tiêu nhiều xã chưa đạt nhất; số liệu ở mục 4.",
				categories: here(1, worstTop, bottom), series: []series{{here(3, worstTop-1, worstTop-1), here(3, worstTop, bottom), dark}},
				least: &zero,
			}, 1, left, lower, rows, height)
		}
		if b.ranges.criteriaChanges != "" && lower > 0 {
			g.chart(chart{
				name: "Thay đổi so kỳ trước", title: "Thay đổi tỷ lệ xã đạt từng tiêu chí so với " + o.PreviousLabel,
				category: "Tiêu chí số", quantity: "Điểm %", format: "+0.0;-0.0;0.0",
				alt:        "Biểu đồ cột: tỷ lệ xã đạt từng tiêu chí tăng hay giảm bao nhiêu điểm phần trăm, trên các xã có kết quả ở cả hai kỳ; số liệu ở trang Theo tiêu chí.",
				categories: b.ranges.criteria, series: []series{{b.ranges.criteriaChange, b.ranges.criteriaChanges, dark}},
			}, left+1, all, lower, rows, height)
		}
	})
	return g.err
}

// rangeOf is an absolute reference to a part of a column.
func (b *book) rangeOf(sheet string, col, top, bottom int) string {
	c := at(col, 1)
	c = c[:len(c)-1]
	if top == bottom {
		return fmt.Sprintf("'%s'!$%s$%d", sheet, c, top)
	}
	return fmt.Sprintf("'%s'!$%s$%d:$%s$%d", sheet, c, top, c, bottom)
}
