package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// result is a row of mart.indicator_result, as far as a sheet asks for it.
type result struct {
	*commune
	Indicator  string
	Value      *float64
	Raw        string
	Comparator string
	Threshold  *float64
	Origin     string
	Sure       string
	Gap        *float64
	Met        *bool
	State      string
	Source     string
	File       string
	Sheet      string
	Cell       string

	rank, place int // administrative order of the commune, place of the indicator in the set
}

func (r *result) letter() string { return letter(r.Met, r.State == "not_applicable") }

// fields fill a result from the columns of its view.
var fields = map[string]func(*result, any){
	"value":                func(r *result, v any) { r.Value = maybe(v) },
	"raw_text":             func(r *result, v any) { r.Raw = text(v) },
	"comparator":           func(r *result, v any) { r.Comparator = text(v) },
	"threshold":            func(r *result, v any) { r.Threshold = maybe(v) },
	"threshold_source":     func(r *result, v any) { r.Origin = text(v) },
	"threshold_confidence": func(r *result, v any) { r.Sure = text(v) },
	"gap":                  func(r *result, v any) { r.Gap = maybe(v) },
	"met":                  func(r *result, v any) { r.Met = truth(v) },
	"state":                func(r *result, v any) { r.State = text(v) },
	"source":               func(r *result, v any) { r.Source = text(v) },
	"file_name":            func(r *result, v any) { r.File = text(v) },
	"sheet":                func(r *result, v any) { r.Sheet = text(v) },
	"cell":                 func(r *result, v any) { r.Cell = text(v) },
}

// results hands over the results of the period in administrative order, some
// communes at a time, so that a whole country never stands in memory at
// once. There are too many rows to fetch what a sheet does not show, or to look
// a field up for each.
func (b *book) results(ctx context.Context, condition string, columns []string, each func(*result)) error {
	const cells = 300_000 // of one query, but for a district that has more
	o := b.o
	most := cells / (max(1, len(o.Indicators)) * (2 + len(columns))) // communes
	set := make([]func(*result, any), len(columns))
	for i, c := range columns {
		set[i] = fields[c]
	}
	var districts []any
	var list []result
	read := func() error {
		if len(districts) == 0 {
			return nil
		}
		// A condition on the column itself lets the database pass over most of
		// the table; one on an expression does not.
		within := "district_code in (?" + strings.Repeat(", ?", len(districts)-1) + ")"
		if slices.Contains(districts, any("")) {
			within = "(" + within + " or district_code is null)"
		}
		_, rows, err := b.q(ctx, "select commune_code, indicator_id, "+strings.Join(columns, ", ")+
			" from mart.indicator_result where period = ? and "+condition+" and "+within, append([]any{o.Period}, districts...)...)
		if err != nil {
			return fmt.Errorf("results of %d districts from %v: %w", len(districts), districts[0], err)
		}
		list = slices.Grow(list[:0], len(rows))[:len(rows)]
		for i, row := range rows {
			code, id := text(row[0]), text(row[1])
			r := &list[i]
			*r = result{Indicator: id, rank: o.rank[code], place: o.place[id]}
			if r.commune = &o.Communes[r.rank]; r.Code != code {
				r.commune = &commune{Code: code, Name: code}
			}
			for i, v := range row[2:] {
				set[i](r, v)
			}
		}
		// The view has the same order, but for what the set does not know.
		order := func(a, b result) int {
			return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.place, b.place), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Indicator, b.Indicator))
		}
		if !slices.IsSortedFunc(list, order) {
			slices.SortStableFunc(list, order)
		}
		for i := range list {
			each(&list[i])
		}
		districts = districts[:0]
		return nil
	}
	communes := 0
	for i, c := range o.Communes {
		if i == 0 || o.Communes[i-1].District != c.District {
			if communes >= most {
				if err := read(); err != nil {
					return err
				}
				communes = 0
			}
			districts = append(districts, c.District)
		}
		communes++
	}
	return read()
}

// maybe is a number where there is one.
func maybe(v any) *float64 {
	if v == nil {
		return nil
	}
	x, ok := number(v)
	if !ok {
		return nil
	}
	return &x
}

// truth is what is true or false, nil where nobody knows.
func truth(v any) *bool {
	if b, ok := v.(bool); ok {
		return &b
	}
	return nil
}

// trace is where the rows of a commune begin in the sheet of sources.
type trace struct{ first, rows int }

// trace counts the rows that the sheet of sources will have of each commune, so
// that the sheets before it can name them.
func (b *book) trace(ctx context.Context) error {
	counts, err := collect[struct {
		Commune string `col:"commune_code"`
		N       int    `col:"n"`
	}](ctx, b.q, `select commune_code, count(*) as n from mart.indicator_result where period = ?
		group by commune_code order by commune_code`, b.o.Period)
	if err != nil {
		return fmt.Errorf("count results: %w", err)
	}
	b.traced = make(map[string]trace, len(counts))
	for _, c := range counts {
		b.traced[c.Commune] = trace{rows: c.N}
	}
	next := 1
	for _, c := range b.o.Communes {
		if t, ok := b.traced[c.Code]; ok {
			b.traced[c.Code] = trace{next, t.rows}
			next += t.rows
		}
	}
	return nil
}

// sourceRow is the number of a result's row in the sheet of sources. It is
// known where the commune has one row for each indicator of the set.
func (b *book) sourceRow(commune, indicator string) *int {
	t, ok := b.traced[commune]
	place, known := b.o.place[indicator]
	if !ok || !known || t.rows != len(b.o.Indicators) {
		return nil
	}
	n := t.first + place
	return &n
}

// maxLinks is how many links a workbook bears; each is a part of its own to
// the programs that open it.
const maxLinks = 2000

// linkSource makes the commune in the next row a link to its rows in the sheet
// of sources, where communes are few enough for all of them to have one.
func (b *book) linkSource(g *grid, col int, c commune) {
	t, ok := b.traced[c.Code]
	if !ok || t.first == 0 || 2*len(b.o.Communes) > maxLinks-50 {
		return
	}
	sheet, row := b.sourcePlace(t.first)
	g.link(at(col, g.row+1), sheet, row, "Nguồn số liệu của xã "+c.Name)
}

// indicator finds an indicator of the set in force; one that is not in it is
// known by its id alone.
func (o *overview) indicator(id string) indicator {
	if n, ok := o.place[id]; ok {
		return o.Indicators[n]
	}
	return indicator{ID: id}
}

// asked is what a result was held against, overrides applied.
func (o *overview) asked(r *result) string {
	return requirement(r.Comparator, r.Threshold, o.indicator(r.Indicator).Answer)
}

// short is what is wanting to the level; a gap is negative below it.
func short(gap *float64) *float64 {
	if gap == nil || *gap >= 0 {
		return nil
	}
	x := rounded(-*gap, 6) // the difference of two decimals is not one
	return &x
}

// unmetSheet lists every indicator that a commune does not meet, with who
// leads and until when.
func (b *book) unmetSheet(ctx context.Context, name string) error {
	o := b.o
	note := "Mọi chỉ tiêu được đánh giá là chưa đạt. Còn thiếu: khoảng cách đến mức áp dụng, theo đơn vị tính của chỉ tiêu. Dòng nguồn: số thứ tự ở trang Nguồn số liệu, nơi ghi tệp, trang tính và ô của số liệu. " + printedPart
	l := b.long(name, func(name string) *grid {
		g := b.sheet(name, paper{widths: []float64{7, 18, 18, 8, 50, 12, 12, 11, 26, 14, 9}, fixed: 3, pages: 20})
		g.heading(b.table("CHỈ TIÊU CHƯA ĐẠT THEO XÃ", note), 1)
		g.header(36, heads("STT", "Huyện", "Xã", "Chỉ tiêu", "Nội dung chỉ tiêu", "Giá trị", "Mức áp dụng", "Còn thiếu", "Cơ quan chủ trì", "Thời hạn", "Dòng nguồn")...)
		return g
	}, 4)
	n := 0
	err := b.results(ctx, "met = false", []string{"value", "raw_text", "comparator", "threshold", "gap"}, func(r *result) {
		n++
		i := o.indicator(r.Indicator)
		var shown any = answer(r.Raw)
		look, gap := centre, short(r.Gap)
		if r.Value != nil {
			shown, look = r.Value, value.shown(shownAs(i.Unit, *r.Value, r.Threshold))
		}
		wanting := value
		if gap != nil {
			zero := 0.0
			wanting = wanting.shown(shownAs(i.Unit, *gap, &zero))
		}
		l.put(cell{n, centre}, cell{r.DistrictName, words}, cell{r.Name, words}, cell{r.Indicator, centre}, cell{i.Name, words},
			cell{shown, look}, cell{o.asked(r), centre}, cell{gap, wanting}, cell{i.Department, words}, cell{deadline(i.Deadline), centre},
			cell{b.sourceRow(r.Code, r.Indicator), rowNumber})
	})
	l.do(err)
	return l.close("Không có chỉ tiêu nào chưa đạt.")
}

// dutySheet says what recognised communes have to do that do not hold their recognition.
func (b *book) dutySheet(ctx context.Context, name string) error {
	return b.blockSheet(ctx, name, b.table, paper{widths: []float64{7, 18, 18, 8, 50, 12, 12, 11, 26, 11, 11}, fixed: 3}, 4, duties(b.o))
}

// riskSheet says which of their results may not last.
func (b *book) riskSheet(ctx context.Context, name string) error {
	return b.blockSheet(ctx, name, b.table, paper{widths: []float64{7, 18, 18, 8, 50, 12, 12, 11, 26, 12, 10}, fixed: 3}, 4, risks(b.o))
}

// valueSheet is the working table of all values, commune by indicator. It begins
// the sheet; its rows are written as the sheet of sources goes through the results.
func (b *book) valueSheet(ctx context.Context, name string) error {
	o := b.o
	p := paper{widths: []float64{6, 18, 18}, fixed: 3, a3: true, across: 2}
	ids, asks, names := heads("STT", "Huyện", "Xã"), heads("", "", "Mức áp dụng"), heads("", "", "Nội dung chỉ tiêu")
	for _, i := range o.Indicators {
		p.widths = append(p.widths, 10.5) // 84.999 C, bold, with its indent
		ids = append(ids, cell{i.ID, head})
		names = append(names, cell{i.Name, headTurned.small(11)})
		asks = append(asks, cell{i.level(false), head.small(11)})
	}
	g := b.sheet(name, p)
	lines := b.top("KẾT QUẢ TỪNG CHỈ TIÊU THEO XÃ", "Có số thì ghi số như đã báo cáo, kèm chữ của kết quả; không có số thì ghi chữ. Tỷ lệ hiển thị hai số lẻ, số đầy đủ nằm trong ô.")
	g.headed(lines, 1, 3)
	g.legend(3, 2)
	g.header(150, names...)
	g.header(20, asks...)
	g.header(18, ids...)
	header := g.row
	g.textNumbers(excelRange{header, 4, header, len(p.widths)})

	n, current := 0, ""
	var row []cell
	flush := func() {
		if row != nil {
			b.linkSource(g, 3, o.Communes[o.rank[current]])
			g.put(row...)
		}
	}
	b.value = func(r *result) {
		if r.Code != current || row == nil {
			flush()
			n++
			current = r.Code
			row = append(row[:0], cell{n, centre}, cell{r.DistrictName, words}, cell{r.Name, words})
			for range o.Indicators {
				row = append(row, cell{letterUnknown, unknown})
			}
		}
		place, ok := o.place[r.Indicator]
		if !ok {
			return
		}
		l := r.letter()
		if r.Value != nil {
			row[3+place] = cell{r.Value, measured(l, shownAs(o.Indicators[place].Unit, *r.Value, r.Threshold))}
		} else {
			row[3+place] = cell{l, byLetter[l]}
		}
	}
	b.valued = func() error {
		flush()
		if n == 0 {
			g.put(cell{"", centre}, cell{"Chưa có kết quả.", words})
		}
		g.filter(header)
		return g.close()
	}
	return g.err
}

// changeSheet lists what changed since the previous period.
func (b *book) changeSheet(ctx context.Context, name string) error {
	o := b.o
	p := paper{widths: []float64{7, 18, 18, 8, 50, 12, 12, 11, 11, 18, 20, 9}, fixed: 3}
	if o.Previous == "" {
		g := b.sheet(name, p)
		g.heading(b.table("SO SÁNH VỚI KỲ TRƯỚC", ""), 0)
		g.line(line{left: "Chưa có kỳ báo cáo trước cùng loại để so sánh.", s: text13})
		return g.close()
	}
	type changed struct {
		Commune   string   `col:"commune_code"`
		Name      string   `col:"commune_name"`
		District  string   `col:"district_name"`
		Indicator string   `col:"indicator_id"`
		Before    *float64 `col:"value_before"`
		After     *float64 `col:"value_after"`
		MetBefore *bool    `col:"met_before"`
		MetAfter  *bool    `col:"met_after"`
		Change    string   `col:"change"`
		Cause     string   `col:"cause"`
	}
	list, err := collect[changed](ctx, b.q, `
		select h.commune_code, coalesce(c.commune_name, h.commune_code) as commune_name, c.district_name, h.indicator_id,
		       h.value_before, h.value_after, h.met_before, h.met_after, h.change, h.cause
		from mart.change h
		left join mart.commune_summary c on c.period = h.period and c.commune_code = h.commune_code
		where h.period = ? and h.previous_period = ? order by h.commune_code, h.indicator_id`, o.Period, o.Previous)
	if err != nil {
		return err
	}
	// What decides comes first: results lost, then those gained. Where only the
	// figure moved, the sheet keeps it for who looks it up, and does not print it.
	weight := map[string]int{"lost": 1, "gained": 2, "data_missing": 3, "declined": 4, "improved": 5}
	slices.SortStableFunc(list, func(a, c changed) int {
		return cmp.Or(cmp.Compare(weight[a.Change], weight[c.Change]), cmp.Compare(o.rank[a.Commune], o.rank[c.Commune]),
			cmp.Compare(o.place[a.Indicator], o.place[c.Indicator]))
	})
	c := o.Changes
	note := fmt.Sprintf("So với %s: %d kết quả giảm (trước đạt, nay chưa đạt), %d kết quả đạt thêm; %d số liệu kém hơn, %d số liệu tốt hơn nhưng chưa đổi kết quả.",
		o.PreviousLabel, c.Lost, c.Gained, c.Declined, c.Improved)
	if c.GainedNew > 0 {
		note += fmt.Sprintf(" Trong số đạt thêm có %d kết quả kỳ trước chưa có số liệu.", c.GainedNew)
	}
	if c.Missing > 0 {
		note += fmt.Sprintf(" %d kết quả trước đạt, nay thiếu số liệu: chưa kết luận, không tính là giảm.", c.Missing)
	}
	decided := c.Lost + c.Gained
	if decided > 0 && decided < len(list) {
		note += " Bản in chỉ gồm các kết quả giảm và đạt thêm."
	}
	printed := 0
	l := b.long(name, func(name string) *grid {
		g := b.sheet(name, p)
		g.heading(b.table("SO SÁNH VỚI KỲ TRƯỚC", note), 1)
		g.header(36, heads("STT", "Huyện", "Xã", "Chỉ tiêu", "Nội dung chỉ tiêu", "Giá trị kỳ trước", "Giá trị kỳ này", "Kết quả kỳ trước", "Kết quả kỳ này", "Thay đổi", "Nguyên nhân", "Dòng nguồn")...)
		return g
	}, 4)
	for n, x := range list {
		if n == decided && decided > 0 {
			printed = l.g.row
		}
		i := o.indicator(x.Indicator)
		before, after := letter(x.MetBefore, false), letter(x.MetAfter, false)
		figure := func(v *float64) cell {
			if v == nil {
				return cell{nil, value}
			}
			return cell{v, value.shown(shownAs(i.Unit, *v, i.Threshold))}
		}
		l.put(cell{n + 1, centre}, cell{x.District, words}, cell{x.Name, words}, cell{x.Indicator, centre},
			cell{i.Name, words}, figure(x.Before), figure(x.After), cell{before, byLetter[before]}, cell{after, byLetter[after]},
			cell{say(changeWords, x.Change), words}, cell{say(causeWords, x.Cause), words}, cell{b.sourceRow(x.Commune, x.Indicator), rowNumber})
	}
	if printed > 0 && l.parts == 1 {
		l.g.printArea(excelRange{1, 1, printed, len(p.widths)})
	}
	return l.close("Không có thay đổi.")
}

// findingSheet lists what the checks found, errors first.
func (b *book) findingSheet(ctx context.Context, name string) error {
	o := b.o
	type finding struct {
		ID        string `col:"finding_id"`
		Severity  string `col:"severity"`
		Code      string `col:"code"`
		District  string `col:"district_name"`
		Commune   string `col:"commune_code"`
		Name      string `col:"commune_name"`
		Indicator string `col:"indicator_id"`
		Message   string `col:"message"`
		Remedy    string `col:"remedy"`
		File      string `col:"file_name"`
		Sheet     string `col:"sheet"`
		Cell      string `col:"cell"`
	}
	list, err := collect[finding](ctx, b.q, `
		select f.finding_id, f.severity, f.code, coalesce(d.district_name, c.district_name, f.district_code) as district_name,
		       f.commune_code, coalesce(c.commune_name, f.commune_code) as commune_name, f.indicator_id, f.message, f.remedy,
		       f.file_name, f.sheet, f.cell
		from ops.finding f
		left join mart.commune_summary c on c.period = f.period and c.commune_code = f.commune_code
		left join mart.district_summary d on d.period = f.period and d.district_code = f.district_code
		where f.period = ?
		order by case f.severity when 'error' then 1 when 'warning' then 2 else 3 end, f.code,
		         `+orderOf("district", "district_code", "f")+` nulls first, f.file_name nulls first, f.sheet nulls first, f.finding_id`, o.Period)
	if err != nil {
		return err
	}
	note := fmt.Sprintf("%d phải sửa, %d cần kiểm tra, %d lưu ý. Tệp, trang tính và ô là nơi ghi số liệu trong báo cáo đã nhận.",
		o.Findings.Error, o.Findings.Warning, o.Findings.Info)
	l := b.long(name, func(name string) *grid {
		g := b.sheet(name, paper{widths: []float64{6, 11, 10, 15, 15, 8, 50, 42, 27, 13, 8}, fixed: 3})
		g.heading(b.top("SỐ LIỆU CẦN KIỂM TRA", note), 1)
		g.header(24, heads("STT", "Mức độ", "Mã", "Huyện", "Xã", "Chỉ tiêu", "Nội dung", "Cách xử lý", "Tệp", "Trang tính", "Ô")...)
		return g
	}, 6)
	for n, f := range list {
		look := words
		if f.Severity == "error" {
			look = look.strong().filled(notMet.fill)
		} else if f.Severity == "warning" {
			look = look.filled(unknown.fill)
		}
		l.put(cell{n + 1, centre}, cell{say(severityWords, f.Severity), look}, cell{f.Code, centre}, cell{f.District, words},
			cell{f.Name, words}, cell{f.Indicator, centre}, cell{f.Message, words}, cell{f.Remedy, words},
			cell{f.File, words}, cell{f.Sheet, words}, cell{f.Cell, centre})
	}
	return l.close("Không có.")
}

// submissionSheet says who has reported, with which file, and who has not.
func (b *book) submissionSheet(ctx context.Context, name string) error {
	o := b.o
	type submission struct {
		Kind         string `col:"sender_kind"`
		Sender       string `col:"sender_code"`
		District     string `col:"district_code"`
		Name         string `col:"sender_name"`
		File         string `col:"file_name"`
		SHA          string `col:"sha256"`
		Form         string `col:"form_id"`
		AsOf         string `col:"as_of_date"`
		Status       string `col:"status"`
		Reason       string `col:"reason"`
		Observations *int   `col:"observations"`
		Findings     *int   `col:"findings"`
	}
	list, err := collect[submission](ctx, b.q, `
		select s.sender_kind, s.sender_code, s.district_code, coalesce(case when s.sender_kind = 'department' then u.name end, d.display_name, 'xã ' || c.name) as sender_name, s.file_name, s.sha256,
		       s.form_id, cast(s.as_of_date as varchar) as as_of_date, s.status, s.reason, s.observations, s.findings
		from ops.submission s
		left join (select department_code, min(name) as name from ref.department group by 1) u on u.department_code = s.sender_code
		left join (select district_code, min(display_name) as display_name from ref.district group by 1) d
		       on d.district_code = coalesce(s.district_code, s.sender_code)
		left join (
			select p.period, c.commune_code, c.name
			from ref.commune c
			join staging.period p on 1 = 1
			join ops.period o on o.period = p.period
			where (c.valid_from is null or c.valid_from <= o.ends_on) and (c.valid_to is null or c.valid_to >= o.ends_on)
		) c on c.period = s.period and c.commune_code = s.sender_code
		where s.period = ? order by s.sender_kind, s.sender_code, s.file_name, s.submission_id`, o.Period)
	if err != nil {
		return err
	}
	of := map[string][]submission{}
	for _, s := range list {
		key := s.District
		if key == "" || s.Kind != "district" {
			key = "" // after the districts
		}
		of[key] = append(of[key], s)
	}

	g := b.sheet(name, paper{widths: []float64{6, 24, 34, 18, 13, 20, 34, 11, 11, 11, 16}, fixed: 2})
	note := fmt.Sprintf("%s, %d/%d xã có số liệu.", o.unitsReported(), o.Province.Reported, o.Province.Communes)
	g.heading(b.top("TÌNH HÌNH NỘP BÁO CÁO", note), 1)
	g.header(36, heads("STT", "Đơn vị báo cáo", "Tệp", "Biểu mẫu", "Ngày số liệu", "Trạng thái", "Lý do", "Xã có số liệu", "Số ô đọc được", "Điểm cần kiểm tra", "Mã băm (12 ký tự đầu)")...)
	header, n := g.row, 0
	put := func(who, share string, s submission) {
		n++
		look := words
		status := say(statusWords, s.Status)
		if s.Status == "" {
			status = "Chưa nộp báo cáo"
		}
		if s.Status != "accepted" && s.Status != "superseded" {
			look = look.strong().filled(unknown.fill)
		}
		g.put(cell{n, centre}, cell{who, words}, cell{s.File, words}, cell{s.Form, words}, cell{dayOf(s.AsOf), centre},
			cell{status, look}, cell{s.Reason, words}, cell{share, centre}, cell{s.Observations, whole}, cell{s.Findings, whole},
			cell{s.SHA[:min(12, len(s.SHA))], centre})
	}
	for _, d := range o.Districts {
		share := strconv.Itoa(d.Reported) + "/" + strconv.Itoa(d.Communes)
		sent := of[d.Code]
		if len(sent) == 0 {
			sent = []submission{{}}
		}
		for _, s := range sent {
			put(d.Name, share, s)
		}
		delete(of, d.Code)
	}
	if len(o.Districts) == 0 { // the communes report themselves
		sent := map[string]bool{}
		for _, s := range list {
			sent[s.Sender] = true
		}
		for _, c := range o.Communes {
			if !sent[c.Code] {
				put("xã "+c.Name, "0/1", submission{})
			}
		}
	}
	for _, s := range list {
		key := s.District
		if key == "" || s.Kind != "district" {
			key = ""
		}
		if _, rest := of[key]; rest {
			who := s.Name
			if who == "" {
				who = s.Sender
			}
			if who == "" {
				who = "Chưa rõ đơn vị"
			}
			put(who, "", s)
		}
	}
	g.filter(header)
	return g.close()
}

// resentSheet says what a sender's report changed in the one before it.
func (b *book) resentSheet(ctx context.Context, name string) error {
	return b.blockSheet(ctx, name, b.top, paper{widths: []float64{6, 30, 36, 9, 12, 24, 36, 24, 10}, fixed: 2}, 4, block{
		title: "BẢN GỬI LẠI THAY ĐỔI GÌ",
		note:  "So với bản liền trước của cùng đơn vị, chỉ các xã có trong bản gửi lại.",
		columns: []field{{"STT", 1, centre}, {"Đơn vị, xã", 1, words}, {"Tệp", 1, words}, {"Chỉ tiêu", 1, centre}, {"Thay đổi", 1, centre}, {"Bản trước ghi", 1, centre},
			{"Bản trước", 1, words}, {"Bản này ghi", 1, centre}, {"Ô", 1, centre}},
		sql: `select row_number() over (), concat_ws(', ', district_name, commune_name), file_name, indicator_id,
			case kind when 'changed' then 'đổi' when 'added' then 'thêm' else 'không còn ghi' end, raw_text_before, previous_file_name, raw_text_after, cell
			from (select * from mart.submission_change where period = ?)`,
		args: []any{b.o.Period},
	})
}
