package report

import (
	"context"
	"strconv"
	"strings"
)

// rules are the rules of evaluation, as a reader of the figures needs them.
var rules = []string{
	"Bộ tiêu chí áp dụng là bộ có hiệu lực vào ngày cuối của kỳ báo cáo; mức có thể khác theo năm, huyện, xã, loại xã hoặc nhóm xã khi có căn cứ.",
	"Chỉ tiêu có số liệu thì so số liệu với mức; chỉ có đánh giá của đơn vị thì theo đánh giá; đánh giá trái với số liệu thì theo số liệu và ghi vào Số liệu cần kiểm tra.",
	"Không áp dụng chỉ được chấp nhận ở chỉ tiêu cho phép, và tính là đạt.",
	"Tiêu chí đạt khi mọi chỉ tiêu đạt; chưa đạt khi có ít nhất một chỉ tiêu chưa đạt; còn lại là chưa đủ số liệu. Chưa đủ số liệu không bao giờ tính là đạt.",
	"Giữ vững: xã đã được công nhận và nay đạt mọi tiêu chí của bộ đang áp dụng; chưa giữ vững khi có ít nhất một tiêu chí chưa đạt; còn lại là chưa đủ số liệu để kết luận. Tỷ lệ giữ vững tính trên số xã đã kết luận được.",
	"Thiếu số liệu không phải là giảm: so với kỳ trước chỉ tính các xã, tiêu chí có kết quả ở cả hai kỳ.",
	"Số liệu và mức được so sau khi làm tròn đến 9 chữ số thập phân. Ghi một điều không phải con số vào chỉ tiêu hỏi con số thì chưa kết luận, dù bên cạnh có đánh giá của đơn vị. Chỉ tiêu chưa có mức trong danh mục thì không đánh giá.",
	"Số liệu giữ nguyên như báo cáo, chỉ làm tròn khi in: bình quân một chữ số, tỷ lệ hai chữ số thập phân. Bình quân tính trên các xã có số liệu.",
}

// sourceSheet traces every value to its cell, with the level that it was held
// against, where that comes from and how sure it is.
func (b *book) sourceSheet(ctx context.Context, name string) error {
	o := b.o
	columns := heads("STT", "Huyện", "Xã", "Tiêu chí", "Chỉ tiêu", "Giá trị", "Ghi trong báo cáo", "Mức áp dụng", "Kết quả", "Trạng thái số liệu",
		"Nguồn báo cáo", "Nguồn của mức", "Độ tin cậy của mức", "Tệp", "Trang tính", "Ô")
	l := b.long(name, func(name string) *grid {
		g := b.sheet(name, paper{widths: []float64{8, 18, 18, 8, 8, 12, 22, 11, 16, 17, 12, 54, 26, 40, 18, 9}, fixed: 3, a3: true, pages: 2})
		g.heading(b.sourceLines(), 1)
		g.header(36, columns...)
		return g
	}, 5)
	plainId, oneId, midId, numId := b.style(centre.shown("0")), b.style(words), b.style(centre), b.style(value)
	n := 0
	err := b.results(ctx, "true", []string{"value", "raw_text", "comparator", "threshold", "threshold_source", "threshold_confidence", "met", "state",
		"source", "file_name", "sheet", "cell"}, func(r *result) {
		b.value(r)
		n++
		l.next()
		// The longest sheet of all: its rows go out as they are, styles looked
		// up once.
		height := 15.0
		for _, t := range []struct {
			text string
			col  int
		}{{r.Name, 2}, {r.Raw, 6}, {say(thresholdWords, r.Origin), 11}, {b.confidence(r.Sure), 12}, {r.File, 13}, {r.Sheet, 14}} {
			height = max(height, l.g.height(t.text, words, t.col, t.col+1))
		}
		l.g.begin(height)
		w := l.g.rows
		w.whole(plainId, int64(n))
		w.text(oneId, r.DistrictName)
		w.text(oneId, r.Name)
		if i := o.indicator(r.Indicator); i.Criterion > 0 {
			w.whole(plainId, int64(i.Criterion))
		} else {
			w.blank(plainId)
		}
		w.text(midId, r.Indicator)
		w.put(numId, r.Value)
		w.text(oneId, r.Raw)
		w.text(midId, o.asked(r))
		w.text(oneId, resultWords[r.letter()])
		w.text(oneId, say(stateWords, r.State))
		w.text(oneId, say(senderWords, r.Source))
		w.text(oneId, say(thresholdWords, r.Origin))
		w.text(oneId, b.confidence(r.Sure))
		w.text(oneId, r.File)
		w.text(oneId, r.Sheet)
		w.text(midId, r.Cell)
		l.g.end()
	})
	l.do(err)
	l.do(b.valued())
	g := l.g
	if n == 0 {
		g.spans(span{len(columns), "Chưa có số liệu.", words})
	} else {
		l.end()
		g.textNumbers(excelRange{l.top + 1, 7, g.row, 7})
	}
	l.do(g.close())
	return l.err
}

// ruleSheet says by which rules the figures were made, of which set and versions,
// which levels stand in for the set's own, and what became of figures that were
// published or corrected.
func (b *book) ruleSheet(ctx context.Context, name string) error {
	o := b.o
	g := b.sheet(name, paper{widths: []float64{7, 17, 17, 9, 11, 13, 13, 13, 12, 12, 12, 13, 14, 13, 14, 14}})
	g.heading(b.top("QUY TẮC, BỘ TIÊU CHÍ VÀ PHIÊN BẢN", o.Basis()+" "+o.Assumed()), 0)
	g.line(line{left: "1. Quy tắc đánh giá", s: section})
	for _, r := range rules {
		g.line(line{left: "- " + r, s: text13.small(11)})
	}
	fact := func(list ...Fact) {
		for _, f := range list {
			if f.Value != "" {
				g.spans(span{4, f.Name, words}, span{12, f.Value, words})
			}
		}
	}
	g.together(120)
	g.line(line{left: "2. Bộ tiêu chí đang áp dụng", s: section, height: 24})
	valid := "từ " + dayOf(o.Set.From)
	if o.Set.To != "" {
		valid += " đến " + dayOf(o.Set.To)
	}
	fact(Fact{"Bộ tiêu chí", o.Set.ID + ": " + o.Set.Name}, Fact{"Căn cứ pháp lý", o.Set.Legal}, Fact{"Hiệu lực", valid},
		Fact{"Nguồn", o.Set.Source}, Fact{"Độ tin cậy", confidence(o.Set.Confidence)}, Fact{"Ghi chú", o.Set.Note})
	if err := b.overrides(ctx, g); err != nil {
		return err
	}
	g.together(90)
	g.line(line{left: "4. Phiên bản", s: section, height: 24})
	fact(append([]Fact{{"Kỳ báo cáo", o.label() + " (mã kỳ " + o.Period + ")"}, {"Bộ tiêu chí", o.Set.ID}, {"Phiên bản chương trình ntm", o.Version}}, o.Versions...)...)
	g.breakPage()
	g.do(b.blocks(ctx, g, publishedBlock(o), correctionBlock(o)))
	return g.close()
}

// sourceHeader is the row of the header in the sheet of sources.
func (b *book) sourceHeader() int { return len(b.sourceLines()) + 1 }

// sourceLines are the lines above it.
func (b *book) sourceLines() []line {
	o := b.o
	return b.top("NGUỒN SỐ LIỆU", o.Basis()+" "+o.Assumed()+" Phiên bản chương trình: "+o.Version+
		". Quy tắc, căn cứ pháp lý, mức và giả định: các trang "+ruleName+" và "+levelName+
		". Lọc theo huyện, xã, tiêu chí, chỉ tiêu và kết quả để thấy các dòng làm nên một số tổng hợp ở các trang khác. "+printedPart)
}

// sourcePlace is the sheet and the row of a row of sources by its number.
func (b *book) sourcePlace(n int) (sheet string, row int) {
	per := maxRows - b.sourceHeader()
	return partName(sourceName, (n-1)/per+1), b.sourceHeader() + (n-1)%per + 1
}

// confidence is remembered: a province has few, and thousands of rows with them.
func (b *book) confidence(s string) string {
	words, ok := b.sure[s]
	if !ok {
		words = confidence(s)
		b.sure[s] = words
	}
	return words
}

// levelSheet lists the indicators of the set with the level that was applied, its
// legal basis, and how sure both are.
func (b *book) levelSheet(_ context.Context, name string) error {
	o := b.o
	g := b.sheet(name, paper{widths: []float64{6, 8, 46, 13, 13, 17, 15, 34, 14, 37}, fixed: 2})
	g.heading(b.top("MỨC CỦA TỪNG CHỈ TIÊU, CĂN CỨ VÀ ĐỘ TIN CẬY", o.Assumed()+" Mức áp dụng: mức đã dùng để đánh giá các xã trong kỳ, có thể khác mức của bộ tiêu chí khi có mức riêng theo năm, huyện, xã hoặc nhóm xã."), 1)
	g.header(36, heads("STT", "Chỉ tiêu", "Nội dung", "Mức áp dụng", "Mức của bộ tiêu chí", "Đơn vị tính", "Nhóm", "Căn cứ", "Độ tin cậy", "Nguồn, ghi chú")...)
	header := g.row
	for n, i := range o.Indicators {
		g.put(cell{n + 1, centre}, cell{i.ID, centre}, cell{i.Name, words}, cell{i.level(false), centre}, cell{i.Requirement(), centre}, cell{i.Unit, centre},
			cell{say(classWords, i.Class), words}, cell{i.Legal, words}, cell{confidence(i.Confidence), words}, cell{joined(i.Source, i.Note), words})
	}
	if len(o.Indicators) == 0 {
		g.spans(span{len(g.p.widths), "Chưa có bộ tiêu chí.", words})
	}
	g.filter(header)
	g.textNumbers(excelRange{header + 1, 2, g.row, 2})
	return g.close()
}

// overrides lists the levels that replace the set's own somewhere.
func (b *book) overrides(ctx context.Context, g *grid) error {
	list, err := collect[struct {
		Indicator  string   `col:"indicator_id"`
		Scope      string   `col:"scope_kind"`
		Value      string   `col:"scope_value"`
		Comparator string   `col:"comparator"`
		Threshold  *float64 `col:"threshold"`
		From       string   `col:"valid_from"`
		To         string   `col:"valid_to"`
		Legal      string   `col:"legal_basis"`
		Source     string   `col:"source"`
		Confidence string   `col:"confidence"`
		Note       string   `col:"note"`
	}](ctx, b.q, `
		select indicator_id, scope_kind, cast(scope_value as varchar) as scope_value, comparator, try_cast(threshold as double) as threshold,
		       cast(valid_from as varchar) as valid_from, cast(valid_to as varchar) as valid_to, legal_basis, source, confidence, note
		from ref.threshold_override
		where set_id = ? and (valid_from is null or valid_from <= ?) and (valid_to is null or valid_to >= ?) order by all`, b.o.Set.ID, b.o.EndsOn, b.o.EndsOn)
	if err != nil {
		return err
	}
	g.together(60)
	g.line(line{left: "3. Mức riêng thay mức chung của bộ tiêu chí (không ghi mức: mức chung vẫn áp dụng)", s: section, height: 24})
	if len(list) == 0 {
		g.line(line{left: "Không có.", s: text13.small(11)})
		return nil
	}
	g.spans(span{1, "STT", head}, span{1, "Chỉ tiêu", head}, span{2, "Phạm vi", head}, span{1, "Mức", head}, span{3, "Hiệu lực", head},
		span{4, "Căn cứ", head}, span{1, "Độ tin cậy", head}, span{3, "Nguồn, ghi chú", head})
	for n, x := range list {
		level := "–"
		if x.Threshold != nil {
			level = requirement(x.Comparator, x.Threshold, "")
		}
		g.spans(span{1, n + 1, centre}, span{1, x.Indicator, centre}, span{2, say(thresholdWords, x.Scope) + ": " + x.Value, words}, span{1, level, centre},
			span{3, strings.Trim(dayOf(x.From)+" – "+dayOf(x.To), " –"), words}, span{4, x.Legal, words}, span{1, confidence(x.Confidence), words},
			span{3, joined(x.Source, x.Note), words})
	}
	return nil
}

// recognitionSheet lists the recognitions in force, those that only illustrate
// marked as such.
func (b *book) recognitionSheet(ctx context.Context, name string) error {
	list, err := collect[struct {
		Commune    string `col:"commune_code"`
		Name       string `col:"commune_name"`
		District   string `col:"district_name"`
		Year       int    `col:"recognised_year"`
		Set        string `col:"set_id"`
		Decision   string `col:"decision"`
		Source     string `col:"source"`
		Confidence string `col:"confidence"`
	}](ctx, b.q, `
		select c.commune_code, c.commune_name, c.district_name, c.recognised_year, r.set_id, r.decision, r.source, r.confidence
		from mart.commune_summary c
		join ref.recognition r on r.commune_code = c.commune_code and r.set_id = c.recognised_under_set
		 and (r.valid_from is null or r.valid_from <= ?) and (r.valid_to is null or r.valid_to >= ?)
		where c.period = ? and c.recognised
		order by r.set_id, try_cast(r.order_no as integer), c.commune_code`, b.o.EndsOn, b.o.EndsOn, b.o.Period)
	if err != nil {
		return err
	}
	g := b.sheet(name, paper{widths: []float64{6, 20, 20, 9, 14, 34, 12, 16, 56}, fixed: 3})
	g.heading(b.top("DANH MỤC CÔNG NHẬN ĐƯỢC DÙNG", firstUpper(b.o.listed())), 1)
	g.header(36, heads("STT", "Huyện", "Xã", "Năm", "Theo bộ", "Quyết định", "Ghi chú", "Độ tin cậy", "Nguồn")...)
	header := g.row
	for n, r := range list {
		remark := ""
		if b.o.illustrative[r.Commune] {
			remark = "Minh họa"
		}
		g.put(cell{n + 1, centre}, cell{r.District, words}, cell{r.Name, words}, cell{strconv.Itoa(r.Year), centre}, cell{r.Set, centre},
			cell{r.Decision, words}, cell{remark, words}, cell{confidence(r.Confidence), words}, cell{r.Source, words})
	}
	if len(list) == 0 {
		g.spans(span{len(g.p.widths), "Không có.", words})
	}
	g.filter(header)
	return g.close()
}

// printedPart says of a sheet to look things up in that not all of it is printed.
const printedPart = "Bản in chỉ gồm những trang đầu; cần in hết thì bỏ vùng in của trang tính (Print Area)."

// joined puts two remarks into one text.
func joined(a, b string) string { return strings.Trim(a+"; "+b, "; ") }
