package report

import (
	"context"
	"strconv"
)

// overviewSheet is the first sheet: the figures with their denominators, the
// bands, what the checks found, and what needs attention before signing.
func (b *book) overviewSheet(_ context.Context, name string) error {
	o := b.o
	g := b.sheet(name, paper{widths: []float64{6, 50, 19, 13, 19, 13, 30}})
	const left = 3 // columns under the issuing office
	place := o.Place
	if place != "" {
		place += ", "
	}
	number := o.Number
	if number == "" {
		number = "…/BC-…"
	}
	lines := []line{
		{left: o.Parent, right: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", s: issuer, rs: issuerB, split: left},
		{left: o.Office, right: "Độc lập - Tự do - Hạnh phúc", s: issuerB, rs: motto, split: left},
		{left: "Số: " + number, right: place + "ngày … tháng … năm …", s: dated, split: left, height: 22},
		{left: "TỔNG HỢP KẾT QUẢ THỰC HIỆN BỘ TIÊU CHÍ XÃ NÔNG THÔN MỚI", s: title, height: 30},
		{left: b.periodLine(), s: subtitle},
	}
	lines = append(lines, b.tail("")...)
	lines = append(lines,
		line{left: o.Sentence(), s: text13},
		line{left: o.Basis(), s: text13},
		line{left: o.Assumed(), s: text13})
	g.heading(lines, 0)

	g.line(line{left: "1. Số liệu chung", s: section, height: 24})
	g.spans(span{1, "STT", head}, span{1, "Nội dung", head}, span{1, "Kết quả", head}, span{4, "Tính trên, ghi chú", head})
	for i, h := range o.Headlines() {
		result := span{1, h.Text, centre.strong()}
		if h.Number != nil {
			result = span{1, h.Number, avg.strong().aligned("center")}
		}
		g.spans(span{1, i + 1, centre}, span{1, h.Label, words}, result, span{4, h.Note, words})
	}

	g.breakPage()
	g.line(line{left: "2. Phân nhóm xã theo số tiêu chí đạt", s: section, height: 24})
	g.spans(span{1, "STT", head}, span{1, "Nhóm", head}, span{1, "Số xã (rà soát)", head}, span{1, "Tỷ lệ (%)", head},
		span{1, "Số xã (theo công nhận)", head}, span{1, "Tỷ lệ (%)", head}, span{1, "Ghi chú", head})
	sum := o.BandTotals()
	for i, x := range o.Bands {
		g.spans(span{1, i + 1, centre}, span{1, x.Label, words},
			span{1, x.Communes, whole}, span{1, ratio(x.Communes, sum.Communes), pct},
			span{1, x.AsRecognised, whole}, span{1, ratio(x.AsRecognised, sum.AsRecognised), pct}, span{1, "", words})
	}
	g.spans(span{1, "", centre.total()}, span{1, "Cộng", words.total()},
		span{1, sum.Communes, whole.total()}, span{1, ratio(sum.Communes, sum.Communes), pct.total()},
		span{1, sum.AsRecognised, whole.total()}, span{1, ratio(sum.AsRecognised, sum.AsRecognised), pct.total()},
		span{1, "Tổng số: " + strconv.Itoa(o.Province.Communes) + " xã", words.total()})
	g.line(line{left: o.BandNote() + " Cột “rà soát”: xếp theo số tiêu chí đạt của bộ đang áp dụng. Cột “theo công nhận”: xã đã được công nhận xếp vào nhóm đạt đủ, như cách tổng hợp trong văn bản.", s: remark})

	g.line(line{left: "3. Số liệu cần kiểm tra", s: section, height: 24})
	g.spans(span{1, "STT", head}, span{1, "Mức độ", head}, span{1, "Số lượng", head}, span{4, "Nghĩa là", head})
	for i, x := range o.FindingLines() {
		g.spans(span{1, i + 1, centre}, span{1, x.Name, words}, span{1, x.Count, whole}, span{4, x.Meaning, words})
	}

	g.line(line{left: "4. Việc cần lưu ý", s: section, height: 24})
	attention := o.Attention()
	if len(attention) == 0 {
		attention = []string{"Không có."}
	}
	for _, a := range attention {
		g.line(line{left: "- " + a, s: text13})
	}
	g.sign(left)
	return g.close()
}
