package report

import (
	"context"
	"fmt"
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

// sourceSheet traces every value to its cell, and below says by which rules,
// levels and legal bases it was judged, and how sure those are.
func (b *book) sourceSheet(ctx context.Context, name string) error {
	o := b.o
	results := 0
	for _, t := range b.traced {
		results += t.rows
	}
	per := maxRows - b.sourceHeader()
	last := partName(name, max(1, (results+per-1)/per))
	below := b.sourceHeader() + max((results-1)%per+1, 1) + 2
	columns := heads("STT", "Huyện", "Xã", "Tiêu chí", "Chỉ tiêu", "Giá trị", "Ghi trong báo cáo", "Mức áp dụng", "Kết quả", "Trạng thái số liệu",
		"Nguồn báo cáo", "Nguồn của mức", "Độ tin cậy của mức", "Tệp", "Trang tính", "Ô")
	l := b.long(name, func(name string) *grid {
		g := b.sheet(name, paper{widths: []float64{8, 18, 18, 8, 8, 12, 22, 11, 16, 17, 12, 54, 26, 40, 18, 9}, fixed: 3, a3: true})
		g.heading(b.sourceLines(last, below), 1)
		g.link(at(1, b.sourceHeader()-1), last, below, "Quy tắc, căn cứ, giả định và phiên bản")
		g.header(36, columns...)
		return g
	}, 5)
	plainId, oneId, midId, numId := b.style(centre.shown("0")), b.style(oneLine), b.style(centre), b.style(value)
	n := 0
	err := b.results(ctx, "true", []string{"value", "raw_text", "comparator", "threshold", "threshold_source", "threshold_confidence", "met", "state",
		"source", "file_name", "sheet", "cell"}, func(r *result) {
		b.value(r)
		n++
		l.next()
		// The longest sheet of all: its rows go out as they are, styles looked
		// up once.
		l.g.begin(0)
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
	for g.row < below-1 {
		g.space()
	}
	g.line(line{left: "1. Quy tắc đánh giá", s: section})
	for _, r := range rules {
		g.line(line{left: "- " + r, s: text13.small(11)})
	}
	if err := b.legalBases(ctx, g); err != nil {
		return err
	}
	if err := b.overrides(ctx, g); err != nil {
		return err
	}
	if err := b.recognitions(ctx, g); err != nil {
		return err
	}
	g.line(line{left: "6. Phiên bản", s: section})
	facts := []Fact{{"Kỳ báo cáo", o.Period + " (" + o.label() + ")"}, {"Bộ tiêu chí", o.Set.ID}, {"Phiên bản chương trình ntm", o.Version}}
	for _, f := range append(facts, o.Versions...) {
		g.spans(span{5, f.Name, words}, span{11, f.Value, words})
	}
	l.do(b.blocks(ctx, g, publishedBlock(o), correctionBlock(o)))
	l.do(g.close())
	return l.err
}

// sourceHeader is the row of the header in the sheet of sources.
func (b *book) sourceHeader() int { return len(b.sourceLines("", 0)) + 1 }

// sourceLines are the lines above it; the last one links to what stands below
// the table.
func (b *book) sourceLines(last string, below int) []line {
	o := b.o
	lines := b.top("NGUỒN SỐ LIỆU", o.Basis()+" "+o.Assumed()+
		" Lọc theo huyện, xã, tiêu chí, chỉ tiêu và kết quả để thấy các dòng làm nên một số tổng hợp ở các trang khác.")
	return append(lines, line{left: fmt.Sprintf("Quy tắc đánh giá, căn cứ pháp lý, mức, giả định và phiên bản: trang %s, từ dòng %d.", last, below), s: remark.strong()})
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

// legalBases lists the set in force and its indicators, with how sure each is.
func (b *book) legalBases(_ context.Context, g *grid) error {
	o := b.o
	g.line(line{left: "2. Bộ tiêu chí đang áp dụng", s: section})
	valid := "từ " + dayOf(o.Set.From)
	if o.Set.To != "" {
		valid += " đến " + dayOf(o.Set.To)
	}
	for _, f := range []Fact{
		{"Bộ tiêu chí", o.Set.ID + ": " + o.Set.Name}, {"Căn cứ pháp lý", o.Set.Legal}, {"Hiệu lực", valid},
		{"Nguồn", o.Set.Source}, {"Độ tin cậy", confidence(o.Set.Confidence)}, {"Ghi chú", o.Set.Note},
	} {
		if f.Value != "" {
			g.spans(span{5, f.Name, words}, span{11, f.Value, words})
		}
	}
	g.line(line{left: "3. Mức của từng chỉ tiêu, căn cứ và độ tin cậy. " + o.Assumed(), s: section})
	g.spans(span{1, "STT", head}, span{1, "Chỉ tiêu", head}, span{5, "Nội dung", head}, span{1, "Mức", head}, span{1, "Đơn vị tính", head},
		span{1, "Nhóm", head}, span{2, "Căn cứ", head}, span{1, "Độ tin cậy", head}, span{3, "Nguồn, ghi chú", head})
	top := g.row + 1
	for n, i := range o.Indicators {
		g.spans(span{1, n + 1, centre}, span{1, i.ID, centre}, span{5, i.Name, words}, span{1, i.Requirement(), centre}, span{1, i.Unit, centre},
			span{1, say(classWords, i.Class), words}, span{2, i.Legal, words}, span{1, confidence(i.Confidence), words},
			span{3, joined(i.Source, i.Note), words})
	}
	g.textNumbers(excelRange{top, 2, g.row, 2})
	return nil
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
	g.line(line{left: "4. Mức riêng thay mức chung của bộ tiêu chí (không ghi mức: mức chung vẫn áp dụng)", s: section})
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

// recognitions lists the recognitions in force, those that only illustrate
// marked as such.
func (b *book) recognitions(ctx context.Context, g *grid) error {
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
	g.line(line{left: "5. Các trường hợp công nhận được dùng" + after(", ", b.o.listed()), s: section})
	if len(list) == 0 {
		g.line(line{left: "Không có.", s: text13.small(11)})
		return nil
	}
	g.spans(span{1, "STT", head}, span{1, "Huyện", head}, span{1, "Xã", head}, span{1, "Năm", head}, span{1, "Theo bộ", head},
		span{2, "Quyết định", head}, span{2, "Ghi chú", head}, span{3, "Độ tin cậy", head}, span{4, "Nguồn", head})
	for n, r := range list {
		remark := ""
		if b.o.illustrative[r.Commune] {
			remark = "Minh họa"
		}
		g.spans(span{1, n + 1, centre}, span{1, r.District, words}, span{1, r.Name, words}, span{1, strconv.Itoa(r.Year), centre}, span{1, r.Set, centre},
			span{2, r.Decision, words}, span{2, remark, words}, span{3, confidence(r.Confidence), words}, span{4, r.Source, words})
	}
	return nil
}

// joined puts two remarks into one text.
func joined(a, b string) string { return strings.Trim(a+"; "+b, "; ") }
