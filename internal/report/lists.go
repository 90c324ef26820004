package report

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Unit is a department or a district to which a list goes out.
type Unit struct {
	Kind string // department, district
	Code string
	Name string // as printed
}

// Units lists who gets a list for a period: departments that lead something
// that is not met or not proven, then districts with something of the kind, each
// in its own order.
func Units(ctx context.Context, q Query, period string) ([]Unit, error) {
	list, err := collect[struct {
		Kind string `col:"kind"`
		Code string `col:"code"`
		Name string `col:"name"`
	}](ctx, q, `
		with wanting as (
			select period, district_code, commune_code, indicator_id from mart.indicator_result
			where period = ? and (met = false or (met = true and evidence_complete = false))
		)
		select 1 as part, 'department' as kind, coalesce(l.department_code, l.department_name) as code, l.department_name as name, coalesce(min(l.sort_department), 1000) as place
		from staging.lead l join wanting w on w.period = l.period and w.indicator_id = l.indicator_id
		group by l.department_code, l.department_name
		union all
		select 2, 'district', c.district_code, min(c.district_name), min(c.sort_district)
		from staging.commune c join wanting w on w.period = c.period and w.commune_code = c.commune_code
		where c.district_code is not null
		group by c.district_code
		order by part, place, code`, period)
	units := make([]Unit, len(list))
	for i, u := range list {
		units[i] = Unit{u.Kind, u.Code, u.Name}
	}
	return units, err
}

// Lists writes the list of each unit: what is not met, what is met and not
// proven, and for a district what may not last. open hands out where each goes.
func Lists(ctx context.Context, q Query, m Meta, units []Unit, open func(Unit) (io.WriteCloser, error)) error {
	o, err := overviewOf(ctx, q, m)
	if err != nil {
		return fmt.Errorf("lists: %w", err)
	}
	for _, u := range units {
		w, err := open(u)
		if err != nil {
			return fmt.Errorf("list of %s: %w", u.Name, err)
		}
		err = writeList(ctx, q, o, u, w)
		if e := w.Close(); err == nil {
			err = e
		}
		if err != nil {
			return fmt.Errorf("list of %s: %w", u.Name, err)
		}
	}
	return nil
}

func writeList(ctx context.Context, q Query, o *overview, u Unit, w io.Writer) (err error) {
	b := &book{q: q, o: o, f: excelize.NewFile(), styles: map[style]int{}, sure: map[string]string{}}
	defer func() {
		if e := b.f.Close(); err == nil {
			err = e
		}
	}()
	if err := b.properties(); err != nil {
		return err
	}
	// A department's rows are those of the indicators that it leads, alone or
	// with others.
	of, args := "x.district_code = ?", []any{o.Period, u.Code}
	if u.Kind == "department" {
		of = "exists (select 1 from staging.lead l where l.period = x.period and l.indicator_id = x.indicator_id and coalesce(l.department_code, l.department_name) = ?)"
	}
	who := strings.ToUpper(u.Name)

	g := b.sheet("Chưa đạt", paper{widths: []float64{6, 17, 18, 10, 8, 40, 11, 11, 11, 12, 38, 13, 11, 12}, fixed: 3})
	g.heading(b.table("CHỈ TIÊU CHƯA ĐẠT – "+who, "Xã đã công nhận xếp trước. Còn thiếu (điểm): theo đơn vị của chỉ tiêu. Còn thiếu (đếm): số người, số hộ… phải thêm hoặc phải giảm, tính từ tử số và mẫu số đã báo cáo. Còn lại: số ngày từ ngày cuối kỳ đến hạn của kế hoạch, số âm là đã quá hạn; xã chưa công nhận không có hạn trong kế hoạch."), 1)
	g.header(36, heads("STT", "Huyện", "Xã", "Công nhận", "Chỉ tiêu", "Nội dung chỉ tiêu", "Kết quả", "Mức", "Còn thiếu (điểm)", "Còn thiếu (đếm)", "Việc phải làm", "Thời hạn", "Còn lại (ngày)", "Hồ sơ minh chứng")...)
	header := g.row
	type unmet struct {
		District string   `col:"district_name"`
		Commune  string   `col:"commune_name"`
		Year     *int     `col:"recognised_year"`
		ID       string   `col:"indicator_id"`
		Name     string   `col:"indicator_name"`
		Raw      string   `col:"raw_text"`
		Value    *float64 `col:"value"`
		Sign     string   `col:"comparator"`
		Level    *float64 `col:"threshold"`
		Gap      *float64 `col:"gap"`
		Count    *float64 `col:"short_count"`
		Action   string   `col:"action"`
		Deadline string   `col:"deadline"`
		Days     *int     `col:"days_left"`
		Overdue  bool     `col:"overdue"`
		Proven   *bool    `col:"evidence_complete"`
	}
	list, err := collect[unmet](ctx, q, `
		select x.* from (select *, row_number() over () as place from (select * from mart.unmet where period = ?)) x
		where `+of+` order by case when recognised then 0 else 1 end, place`, args...)
	if err != nil {
		return err
	}
	for n, x := range list {
		i := o.indicator(x.ID)
		var figure any = firstUpper(x.Raw)
		look := centre
		if x.Value != nil {
			figure, look = x.Value, value.shown(shownAs(i.Unit, *x.Value, x.Level))
		}
		left := whole
		if x.Overdue {
			left = left.strong().filled(notMet.fill)
		}
		g.put(cell{n + 1, centre}, cell{x.District, words}, cell{x.Commune, words}, cell{x.Year, centre.shown("0")}, cell{x.ID, centre}, cell{x.Name, words},
			cell{figure, look}, cell{i.asks(x.Sign, x.Level), centre}, cell{short(x.Gap), value.shown("0.00")}, cell{x.Count, whole}, cell{x.Action, words},
			cell{x.Deadline, centre}, cell{x.Days, left}, cell{proven(x.Proven), centre})
	}
	if len(list) == 0 {
		g.spans(span{14, "Không có chỉ tiêu nào chưa đạt.", words})
	} else {
		g.filter(header)
		g.textNumbers(excelRange{header + 1, 5, g.row, 5})
	}
	if err := g.close(); err != nil {
		return err
	}

	// Result reached and evidence complete are two facts.
	type evidence struct {
		District string `col:"district_name"`
		Commune  string `col:"commune_name"`
		ID       string `col:"indicator_id"`
		Name     string `col:"indicator_name"`
		Met      bool   `col:"met"`
		File     string `col:"file_name"`
		Cell     string `col:"cell"`
	}
	proofs, err := collect[evidence](ctx, q, `
		select x.district_name, x.commune_name, x.indicator_id, x.indicator_name, x.met, x.file_name, concat_ws('!', nullif(x.sheet, ''), x.cell) as cell
		from (select *, row_number() over () as place from (select * from mart.indicator_result where period = ?)) x
		where `+of+` and ((x.met = true and x.evidence_complete = false) or (x.met = false and x.evidence_complete = true))
		order by case when x.met then 0 else 1 end, x.place`, args...)
	if err != nil {
		return err
	}
	g = b.sheet("Hồ sơ minh chứng", paper{widths: []float64{6, 18, 18, 9, 52, 38, 34, 18}, fixed: 3})
	g.heading(b.table("HỒ SƠ MINH CHỨNG – "+who, "Kết quả đạt và hồ sơ đủ là hai việc. Chỉ nêu chỗ hai việc không đi cùng nhau, theo cột minh chứng trong báo cáo."), 1)
	g.header(36, heads("STT", "Huyện", "Xã", "Chỉ tiêu", "Nội dung chỉ tiêu", "Tình trạng", "Tệp", "Ô")...)
	header = g.row
	for n, x := range proofs {
		state := "Đã có hồ sơ đủ, kết quả chưa đạt"
		if x.Met {
			state = "Đã đạt kết quả, hồ sơ chưa đủ: bổ sung hồ sơ"
		}
		g.put(cell{n + 1, centre}, cell{x.District, words}, cell{x.Commune, words}, cell{x.ID, centre}, cell{x.Name, words}, cell{state, words}, cell{x.File, words}, cell{x.Cell, words})
	}
	if len(proofs) == 0 {
		g.spans(span{8, "Không có; hoặc báo cáo không có cột hồ sơ minh chứng.", words})
	} else {
		g.filter(header)
		g.textNumbers(excelRange{header + 1, 4, g.row, 4})
	}
	if err := g.close(); err != nil {
		return err
	}

	type risk struct {
		District string   `col:"district_name"`
		Commune  string   `col:"commune_name"`
		Known    bool     `col:"recognised"`
		ID       string   `col:"indicator_id"`
		Name     string   `col:"indicator_name"`
		Value    *float64 `col:"value"`
		Sign     string   `col:"comparator"`
		Level    *float64 `col:"threshold"`
		Gap      *float64 `col:"gap"`
		Slope    *float64 `col:"slope"`
		Left     *float64 `col:"periods_left"`
		Formula  string   `col:"formula"`
	}
	risks, err := collect[risk](ctx, q, `select x.* from (select *, row_number() over () as place from (select * from mart.risk where period = ?)) x where `+of+` order by place`, args...)
	if err != nil {
		return err
	}
	g = b.sheet("Nguy cơ", paper{widths: []float64{6, 18, 18, 11, 9, 44, 11, 11, 11, 12, 13, 52}, fixed: 3})
	g.heading(b.table("ĐANG ĐẠT NHƯNG CÓ THỂ KHÔNG GIỮ ĐƯỢC – "+who, "Sát mức: vượt mức ít hơn ngưỡng. Đang giảm: đường thẳng qua nhiều nhất năm kỳ cùng bộ tiêu chí (ít nhất ba kỳ có số) chạm mức trong bốn kỳ. Dễ biến động: kế hoạch nêu tên."), 1)
	g.header(36, heads("STT", "Huyện", "Xã", "Đã công nhận", "Chỉ tiêu", "Nội dung chỉ tiêu", "Số liệu", "Mức", "Vượt mức", "Mỗi kỳ thay đổi", "Còn mấy kỳ đến mức", "Cách tính")...)
	header = g.row
	for n, x := range risks {
		i, known := o.indicator(x.ID), ""
		if x.Known {
			known = "x"
		}
		g.put(cell{n + 1, centre}, cell{x.District, words}, cell{x.Commune, words}, cell{known, centre}, cell{x.ID, centre}, cell{x.Name, words},
			cell{x.Value, value.shown("0.00")}, cell{i.asks(x.Sign, x.Level), centre}, cell{x.Gap, value.shown("0.00")}, cell{x.Slope, change}, cell{x.Left, value.shown("0.0")}, cell{x.Formula, words})
	}
	if len(risks) == 0 {
		g.spans(span{12, "Không có.", words})
	} else {
		g.filter(header)
		g.textNumbers(excelRange{header + 1, 5, g.row, 5})
	}
	if err := g.close(); err != nil {
		return err
	}
	if b.err != nil {
		return b.err
	}
	b.f.SetZipWriter(func(w io.Writer) excelize.ZipWriter { return &sortedZip{out: w} })
	return b.f.Write(w)
}

// asks writes a level with its sign.
func (i indicator) asks(sign string, level *float64) string {
	if level == nil {
		return i.Requirement()
	}
	return requirement(sign, level, i.Unit)
}

func proven(complete *bool) string {
	switch {
	case complete == nil:
		return ""
	case *complete:
		return "Đủ"
	}
	return "Chưa đủ"
}
