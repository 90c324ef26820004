package report

import (
	"context"
	"fmt"
	"io"
)

// Country writes toan-quoc-ntm-P.xlsx: the provinces beside each other, and the
// criteria over all of them. It reads the views of the schema country.
func Country(ctx context.Context, q Query, m Meta, w io.Writer) (err error) {
	b := newBook(q, &overview{Meta: m})
	defer func() {
		if e := b.close(); err == nil && e != nil {
			err = fmt.Errorf("country workbook: %w", e)
		}
	}()
	if err := b.properties(); err != nil {
		return fmt.Errorf("country workbook: %w", err)
	}
	for _, write := range []func(context.Context) error{b.provinces, b.countryCriteria} {
		if err := write(ctx); err != nil {
			return fmt.Errorf("country workbook: %w", err)
		}
	}
	if b.err != nil {
		return fmt.Errorf("country workbook: %w", b.err)
	}
	if err := b.write(w); err != nil {
		return fmt.Errorf("country workbook: %w", err)
	}
	return nil
}

func (b *book) provinces(ctx context.Context) error {
	type province struct {
		Code         string   `col:"code"`
		Name         string   `col:"name"`
		Set          string   `col:"set_id"`
		Communes     int      `col:"communes"`
		Reported     int      `col:"communes_reported"`
		Recognised   int      `col:"recognised"`
		Share        *float64 `col:"recognised_pct"`
		Retained     int      `col:"retained"`
		Undecided    int      `col:"retained_unknown"`
		Full         int      `col:"communes_full"`
		Average      *float64 `col:"avg_criteria_met"`
		AsRecognised *float64 `col:"avg_criteria_met_as_recognised"`
	}
	list, err := collect[province](ctx, b.q, "select province_code as code, province_name as name, * from country.province where period = ? order by province_code", b.o.Period)
	if err != nil {
		return err
	}
	all, err := first[province](ctx, b.q, "select '' as code, 'Cả nước' as name, '' as set_id, * from country.country where period = ?", b.o.Period)
	if err != nil {
		return err
	}
	g := b.sheet("Theo tỉnh", paper{widths: []float64{6, 8, 24, 14, 10, 10, 11, 11, 10, 12, 11, 13, 14}, fixed: 3})
	g.heading(b.table("KẾT QUẢ THEO TỈNH, THÀNH PHỐ",
		"Chỉ gồm các tỉnh đã gửi số liệu kỳ này. Bình quân tính trên số xã có số liệu: rà soát theo bộ tiêu chí đang áp dụng; theo công nhận: xã đã được công nhận tính đạt đủ."), 1)
	g.header(62, heads("STT", "Mã", "Tỉnh, thành phố", "Bộ tiêu chí", "Số xã", "Xã có số liệu", "Được công nhận", "Tỷ lệ công nhận (%)", "Giữ vững", "Chưa đủ số liệu để kết luận", "Đạt đủ tiêu chí",
		"Bình quân tiêu chí (rà soát)", "Bình quân tiêu chí (theo công nhận)")...)
	header := g.row
	row := func(p province, no any, with func(style) style) []cell {
		return []cell{{no, with(centre)}, {p.Code, with(centre)}, {p.Name, with(words)}, {p.Set, with(centre)}, {p.Communes, with(whole)}, {p.Reported, with(whole)},
			{p.Recognised, with(whole)}, {p.Share, with(value.shown("0.00"))}, {p.Retained, with(whole)}, {p.Undecided, with(whole)}, {p.Full, with(whole)}, {p.Average, with(avg)}, {p.AsRecognised, with(avg)}}
	}
	for i, p := range list {
		g.put(row(p, i+1, func(s style) style { return s })...)
	}
	g.filter(header)
	g.put(row(all, "", style.total)...)
	return g.close()
}

func (b *book) countryCriteria(ctx context.Context) error {
	list, err := collect[struct {
		Set      string   `col:"set_id"`
		No       int      `col:"criterion_no"`
		Name     string   `col:"criterion_name"`
		Communes int      `col:"communes"`
		Reported int      `col:"communes_reported"`
		Met      int      `col:"met"`
		NotMet   int      `col:"not_met"`
		Unknown  int      `col:"unknown"`
		Share    *float64 `col:"met_pct"`
	}](ctx, b.q, "select * from country.criterion where period = ? order by set_id, criterion_no", b.o.Period)
	if err != nil {
		return err
	}
	g := b.sheet("Theo tiêu chí", paper{widths: []float64{14, 9, 44, 10, 12, 10, 11, 13, 14}, fixed: 3})
	g.heading(b.table("KẾT QUẢ THEO TIÊU CHÍ", "Tỷ lệ đạt tính trên số xã có số liệu. Chưa đủ số liệu gồm cả xã chưa có số liệu."), 1)
	g.header(46, heads("Bộ tiêu chí", "Tiêu chí", "Tên tiêu chí", "Số xã", "Xã có số liệu", "Đạt", "Chưa đạt", "Chưa đủ số liệu", "Tỷ lệ đạt (%)")...)
	header := g.row
	for _, x := range list {
		g.put(cell{x.Set, centre}, cell{x.No, centre}, cell{x.Name, words}, cell{x.Communes, whole}, cell{x.Reported, whole}, cell{x.Met, whole}, cell{x.NotMet, whole},
			cell{x.Unknown, whole}, cell{x.Share, value.shown("0.00")})
	}
	g.filter(header)
	return g.close()
}
