package report

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
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

// together is how many districts' rows are asked for at a time: a question costs
// the same for one district as for many, and the rows of all of a country are
// more than need be held.
const together = 100

// Lists writes the list of each unit: what is not met, what is met and not
// proven, and for a district what may not last. open hands out where each goes.
func Lists(ctx context.Context, q Query, m Meta, units []Unit, open func(Unit) (io.WriteCloser, error)) error {
	o, err := overviewOf(ctx, q, m)
	if err != nil {
		return fmt.Errorf("lists: %w", err)
	}
	for len(units) > 0 {
		n := 1
		for units[0].Kind == "district" && n < min(together, len(units)) && units[n].Kind == "district" {
			n++
		}
		rows, err := listRows(ctx, q, o.Period, units[:n])
		if err != nil {
			return fmt.Errorf("lists: %w", err)
		}
		for i, u := range units[:n] {
			w, err := open(u)
			if err != nil {
				return fmt.Errorf("list of %s: %w", u.Name, err)
			}
			err = writeList(q, o, u, rows[i], w)
			if e := w.Close(); err == nil {
				err = e
			}
			if err != nil {
				return fmt.Errorf("list of %s: %w", u.Name, err)
			}
		}
		units = units[n:]
	}
	return nil
}

// unitRows are the rows of one unit's list, in the order of their views.
type unitRows struct {
	unmet  []*unmetRow
	proofs []*proofRow
	risks  []*riskRow
}

type unmetRow struct {
	DistrictCode string   `col:"district_code"`
	District     string   `col:"district_name"`
	Commune      string   `col:"commune_name"`
	Recognised   bool     `col:"recognised"`
	Year         *int     `col:"recognised_year"`
	ID           string   `col:"indicator_id"`
	Name         string   `col:"indicator_name"`
	Raw          string   `col:"raw_text"`
	Value        *float64 `col:"value"`
	Sign         string   `col:"comparator"`
	Level        *float64 `col:"threshold"`
	Gap          *float64 `col:"gap"`
	Count        *float64 `col:"short_count"`
	Action       string   `col:"action"`
	Deadline     string   `col:"deadline"`
	Days         *int     `col:"days_left"`
	Overdue      bool     `col:"overdue"`
	Proven       *bool    `col:"evidence_complete"`
}

type proofRow struct {
	DistrictCode string `col:"district_code"`
	District     string `col:"district_name"`
	Commune      string `col:"commune_name"`
	ID           string `col:"indicator_id"`
	Name         string `col:"indicator_name"`
	Met          bool   `col:"met"`
	File         string `col:"file_name"`
	Cell         string `col:"place"`
}

type riskRow struct {
	DistrictCode string   `col:"district_code"`
	District     string   `col:"district_name"`
	Commune      string   `col:"commune_name"`
	Known        bool     `col:"recognised"`
	ID           string   `col:"indicator_id"`
	Name         string   `col:"indicator_name"`
	Value        *float64 `col:"value"`
	Sign         string   `col:"comparator"`
	Level        *float64 `col:"threshold"`
	Gap          *float64 `col:"gap"`
	Slope        *float64 `col:"slope"`
	Left         *float64 `col:"periods_left"`
	Formula      string   `col:"formula"`
}

// listRows fetches the rows of several districts, or of one department: those of
// the indicators that it leads, alone or with others.
func listRows(ctx context.Context, q Query, period string, units []Unit) ([]unitRows, error) {
	column, wanted := "district_code", make([]any, len(units))
	at := map[string]int{}
	for i, u := range units {
		wanted[i], at[u.Code] = u.Code, i
	}
	if units[0].Kind == "department" {
		_, led, err := q(ctx, "select distinct indicator_id from staging.lead where period = ? and coalesce(department_code, department_name) = ?", period, units[0].Code)
		if err != nil {
			return nil, err
		}
		column, wanted = "indicator_id", nil
		for _, row := range led {
			wanted = append(wanted, row[0])
		}
	}
	if len(wanted) == 0 {
		return make([]unitRows, len(units)), nil
	}
	of := column + " in (?" + strings.Repeat(", ?", len(wanted)-1) + ")"
	args := append([]any{period}, wanted...)

	unmet, err := collect[unmetRow](ctx, q, "select "+columns[unmetRow]()+" from mart.unmet where period = ? and "+of, args...)
	if err != nil {
		return nil, err
	}
	proofs, err := collect[proofRow](ctx, q, `
		select district_code, district_name, commune_name, indicator_id, indicator_name, met, file_name, concat_ws('!', nullif(sheet, ''), cell) as place
		from mart.indicator_result
		where period = ? and `+of+` and ((met = true and evidence_complete = false) or (met = false and evidence_complete = true))`, args...)
	if err != nil {
		return nil, err
	}
	risks, err := collect[riskRow](ctx, q, "select "+columns[riskRow]()+" from mart.risk where period = ? and "+of, args...)
	if err != nil {
		return nil, err
	}

	rows := make([]unitRows, len(units))
	one := units[0].Kind == "department"
	to := func(district string) *unitRows {
		if one {
			return &rows[0]
		}
		return &rows[at[district]]
	}
	for i := range unmet {
		l := to(unmet[i].DistrictCode)
		l.unmet = append(l.unmet, &unmet[i])
	}
	for i := range proofs {
		l := to(proofs[i].DistrictCode)
		l.proofs = append(l.proofs, &proofs[i])
	}
	for i := range risks {
		l := to(risks[i].DistrictCode)
		l.risks = append(l.risks, &risks[i])
	}
	for _, l := range rows {
		slices.SortStableFunc(l.unmet, func(a, b *unmetRow) int { return trueFirst(a.Recognised, b.Recognised) })
		slices.SortStableFunc(l.proofs, func(a, b *proofRow) int { return trueFirst(a.Met, b.Met) })
	}
	return rows, nil
}

func trueFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func writeList(q Query, o *overview, u Unit, rows unitRows, w io.Writer) (err error) {
	b := newBook(q, o)
	defer func() {
		if e := b.close(); err == nil {
			err = e
		}
	}()
	if err := b.properties(); err != nil {
		return err
	}
	who := strings.ToUpper(u.Name)

	g := b.sheet("Chưa đạt", paper{widths: []float64{6, 17, 18, 10, 8, 40, 11, 11, 11, 12, 38, 13, 11, 12}, fixed: 3})
	g.heading(b.table("CHỈ TIÊU CHƯA ĐẠT – "+who, "Xã đã công nhận xếp trước. Còn thiếu (điểm): theo đơn vị của chỉ tiêu. Còn thiếu (đếm): số người, số hộ… phải thêm hoặc phải giảm, tính từ tử số và mẫu số đã báo cáo. Còn lại: số ngày từ ngày cuối kỳ đến hạn của kế hoạch, số âm là đã quá hạn; xã chưa công nhận không có hạn trong kế hoạch."), 1)
	g.header(36, heads("STT", "Huyện", "Xã", "Công nhận", "Chỉ tiêu", "Nội dung chỉ tiêu", "Kết quả", "Mức", "Còn thiếu (điểm)", "Còn thiếu (đếm)", "Việc phải làm", "Thời hạn", "Còn lại (ngày)", "Hồ sơ minh chứng")...)
	header := g.row
	for n, x := range rows.unmet {
		i := o.indicator(x.ID)
		var figure any = answer(x.Raw)
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
	if len(rows.unmet) == 0 {
		g.spans(span{14, "Không có chỉ tiêu nào chưa đạt.", words})
	} else {
		g.filter(header)
		g.textNumbers(excelRange{header + 1, 5, g.row, 5})
	}
	if err := g.close(); err != nil {
		return err
	}

	// Result reached and evidence complete are two facts.
	g = b.sheet("Hồ sơ minh chứng", paper{widths: []float64{6, 18, 18, 9, 52, 38, 34, 18}, fixed: 3})
	g.heading(b.table("HỒ SƠ MINH CHỨNG – "+who, "Kết quả đạt và hồ sơ đủ là hai việc. Chỉ nêu chỗ hai việc không đi cùng nhau, theo cột minh chứng trong báo cáo."), 1)
	g.header(36, heads("STT", "Huyện", "Xã", "Chỉ tiêu", "Nội dung chỉ tiêu", "Tình trạng", "Tệp", "Ô")...)
	header = g.row
	for n, x := range rows.proofs {
		state := "Đã có hồ sơ đủ, kết quả chưa đạt"
		if x.Met {
			state = "Đã đạt kết quả, hồ sơ chưa đủ: bổ sung hồ sơ"
		}
		g.put(cell{n + 1, centre}, cell{x.District, words}, cell{x.Commune, words}, cell{x.ID, centre}, cell{x.Name, words}, cell{state, words}, cell{x.File, words}, cell{x.Cell, words})
	}
	if len(rows.proofs) == 0 {
		g.spans(span{8, "Không có; hoặc báo cáo không có cột hồ sơ minh chứng.", words})
	} else {
		g.filter(header)
		g.textNumbers(excelRange{header + 1, 4, g.row, 4})
	}
	if err := g.close(); err != nil {
		return err
	}

	g = b.sheet("Nguy cơ", paper{widths: []float64{6, 18, 18, 11, 9, 44, 11, 11, 11, 12, 13, 52}, fixed: 3})
	g.heading(b.table("ĐANG ĐẠT NHƯNG CÓ THỂ KHÔNG GIỮ ĐƯỢC – "+who, "Sát mức: vượt mức ít hơn ngưỡng. Đang giảm: đường thẳng qua nhiều nhất năm kỳ cùng bộ tiêu chí (ít nhất ba kỳ có số) chạm mức trong bốn kỳ. Dễ biến động: kế hoạch nêu tên."), 1)
	g.header(36, heads("STT", "Huyện", "Xã", "Đã công nhận", "Chỉ tiêu", "Nội dung chỉ tiêu", "Số liệu", "Mức", "Vượt mức", "Mỗi kỳ thay đổi", "Còn mấy kỳ đến mức", "Cách tính")...)
	header = g.row
	for n, x := range rows.risks {
		i, known := o.indicator(x.ID), ""
		if x.Known {
			known = "x"
		}
		g.put(cell{n + 1, centre}, cell{x.District, words}, cell{x.Commune, words}, cell{known, centre}, cell{x.ID, centre}, cell{x.Name, words},
			cell{x.Value, value.shown("0.00")}, cell{i.asks(x.Sign, x.Level), centre}, cell{x.Gap, value.shown("0.00")}, cell{x.Slope, change}, cell{x.Left, value.shown("0.0")}, cell{x.Formula, words})
	}
	if len(rows.risks) == 0 {
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
	return b.write(w)
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
