package report

import (
	"context"
	"fmt"
	"sort"
	"strconv"
)

// result is a row of mart.indicator_result.
type result struct {
	Commune    string   `col:"commune_code"`
	Name       string   `col:"commune_name"`
	District   string   `col:"district_name"`
	Indicator  string   `col:"indicator_id"`
	Value      *float64 `col:"value"`
	Raw        string   `col:"raw_text"`
	Comparator string   `col:"comparator"`
	Threshold  *float64 `col:"threshold"`
	Origin     string   `col:"threshold_source"`
	Sure       string   `col:"threshold_confidence"`
	Gap        *float64 `col:"gap"`
	Met        *bool    `col:"met"`
	State      string   `col:"state"`
	Source     string   `col:"source"`
	File       string   `col:"file_name"`
	Sheet      string   `col:"sheet"`
	Cell       string   `col:"cell"`
}

func (r result) letter() string { return letter(r.Met, r.State == "not_applicable") }

// results hands over the results of the period, district by district, so that
// a whole province never stands in memory at once.
func (b *book) results(ctx context.Context, condition string, each func(result)) error {
	o := b.o
	districts := []string{}
	for _, c := range o.Communes {
		if n := len(districts); n == 0 || districts[n-1] != c.District {
			districts = append(districts, c.District)
		}
	}
	for _, d := range districts {
		list, err := collect[result](ctx, b.q, `
			select commune_code, commune_name, district_name, indicator_id, value, raw_text, comparator, threshold,
			       threshold_source, threshold_confidence, gap, met, state, source, file_name, sheet, cell
			from mart.indicator_result where period = ? and coalesce(district_code, '') = ? and `+condition+`
			order by commune_code, indicator_id`, o.Period, d)
		if err != nil {
			return fmt.Errorf("district %s: %w", d, err)
		}
		sort.SliceStable(list, func(i, j int) bool {
			a, b := list[i], list[j]
			if a.Commune != b.Commune {
				return o.rank[a.Commune] < o.rank[b.Commune]
			}
			return o.place[a.Indicator] < o.place[b.Indicator]
		})
		for _, r := range list {
			each(r)
		}
	}
	return nil
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
func (o *overview) asked(r result) string {
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
	g := b.sheet(name, paper{widths: []float64{7, 18, 18, 8, 50, 11, 12, 11, 26, 13}, fixed: 3})
	note := "Mọi chỉ tiêu được đánh giá là chưa đạt. Còn thiếu: khoảng cách đến mức áp dụng, theo đơn vị tính của chỉ tiêu."
	g.heading(b.top("CHỈ TIÊU CHƯA ĐẠT THEO XÃ", note), 1)
	g.header(36, heads("STT", "Huyện", "Xã", "Chỉ tiêu", "Nội dung chỉ tiêu", "Giá trị", "Mức áp dụng", "Còn thiếu", "Cơ quan chủ trì", "Thời hạn")...)
	header, n := g.row, 0
	err := b.results(ctx, "met = false", func(r result) {
		n++
		i := o.indicator(r.Indicator)
		var shown any = firstUpper(r.Raw)
		look := centre
		if r.Value != nil {
			shown, look = r.Value, value
		}
		g.put(cell{n, centre}, cell{r.District, words}, cell{r.Name, words}, cell{r.Indicator, centre}, cell{i.Name, words},
			cell{shown, look}, cell{o.asked(r), centre}, cell{short(r.Gap), value}, cell{i.Department, words}, cell{deadline(i.Deadline), centre})
	})
	g.do(err)
	if n == 0 {
		g.spans(span{10, "Không có chỉ tiêu nào chưa đạt.", words})
		return g.close()
	}
	g.filter(header)
	g.textNumbers(excelRange{header + 1, 4, g.row, 4})
	return g.close()
}

// valueSheet is the working table of all values, commune by indicator.
func (b *book) valueSheet(ctx context.Context, name string) error {
	o := b.o
	p := paper{widths: []float64{6, 18, 18}, fixed: 3, a3: true, across: 2}
	ids, asks, names := heads("STT", "Huyện", "Xã"), heads("", "", "Mức của bộ tiêu chí"), heads("", "", "Nội dung chỉ tiêu")
	for _, i := range o.Indicators {
		p.widths = append(p.widths, 10) // 84.999 C, bold, with its indent
		ids = append(ids, cell{i.ID, head})
		names = append(names, cell{i.Name, headTurned.small(8)})
		asks = append(asks, cell{i.Requirement(), head.small(9)})
	}
	g := b.sheet(name, p)
	g.heading(b.top("KẾT QUẢ TỪNG CHỈ TIÊU THEO XÃ", "Có số thì ghi số như đã báo cáo (hiển thị tối đa ba số lẻ), kèm chữ C khi chưa đạt; không có số thì ghi chữ. "+legend), 3)
	g.header(168, names...)
	g.header(30, asks...)
	g.header(20, ids...)
	header := g.row
	g.textNumbers(excelRange{header, 4, header, len(p.widths)})

	n := 0
	byCommune := map[string]commune{}
	for _, c := range o.Communes {
		byCommune[c.Code] = c
	}
	var current string
	var row []cell
	flush := func() {
		if row != nil {
			g.put(row...)
		}
	}
	err := b.results(ctx, "true", func(r result) {
		if r.Commune != current || row == nil {
			flush()
			n++
			current = r.Commune
			row = []cell{{n, centre}, {r.District, words}, {r.Name, words}}
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
			row[3+place] = cell{r.Value, measured(l, *r.Value)}
		} else {
			row[3+place] = cell{l, byLetter[l]}
		}
	})
	flush()
	g.do(err)
	if n == 0 {
		g.put(cell{"", centre}, cell{"Chưa có kết quả.", words})
	}
	g.filter(header)
	return g.close()
}

// changeSheet lists what changed since the previous period.
func (b *book) changeSheet(ctx context.Context, name string) error {
	o := b.o
	g := b.sheet(name, paper{widths: []float64{7, 18, 18, 8, 50, 12, 12, 11, 11, 18, 20}, fixed: 3})
	if o.Previous == "" {
		g.heading(b.top("SO SÁNH VỚI KỲ TRƯỚC", ""), 0)
		g.line(line{left: "Chưa có kỳ báo cáo trước cùng loại để so sánh.", s: text13})
		return g.close()
	}
	list, err := collect[struct {
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
	}](ctx, b.q, `
		select h.commune_code, coalesce(c.commune_name, h.commune_code) as commune_name, c.district_name, h.indicator_id,
		       h.value_before, h.value_after, h.met_before, h.met_after, h.change, h.cause
		from mart.change h
		left join mart.commune_summary c on c.period = h.period and c.commune_code = h.commune_code
		where h.period = ? and h.previous_period = ? order by h.commune_code, h.indicator_id`, o.Period, o.Previous)
	if err != nil {
		return err
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if a.Commune != b.Commune {
			return o.rank[a.Commune] < o.rank[b.Commune]
		}
		return o.place[a.Indicator] < o.place[b.Indicator]
	})
	count, wanting := map[string]int{}, 0
	for _, c := range list {
		count[c.Change]++
		if c.Cause == "data" {
			wanting++
		}
	}
	note := fmt.Sprintf("So với %s: %d chỉ tiêu đạt thêm, %d chỉ tiêu giảm (trước đạt, nay không còn đạt); %d số liệu tốt hơn, %d số liệu kém hơn nhưng chưa đổi kết quả.",
		o.PreviousLabel, count["gained"], count["lost"], count["improved"], count["declined"])
	if wanting > 0 {
		note += fmt.Sprintf(" Trong đó %d thay đổi chỉ do một trong hai kỳ thiếu số liệu.", wanting)
	}
	if o.Before.Average != nil && o.Province.Average != nil {
		note += fmt.Sprintf(" Bình quân tiêu chí đạt mỗi xã (rà soát): %s trên %d xã có số liệu, kỳ này %s trên %d xã.",
			average(o.Before.Average), o.Before.Reported, average(o.Province.Average), o.Province.Reported)
	}
	g.heading(b.top("SO SÁNH VỚI KỲ TRƯỚC", note), 1)
	g.header(36, heads("STT", "Huyện", "Xã", "Chỉ tiêu", "Nội dung chỉ tiêu", "Giá trị kỳ trước", "Giá trị kỳ này", "Kết quả kỳ trước", "Kết quả kỳ này", "Thay đổi", "Nguyên nhân")...)
	header := g.row
	for n, c := range list {
		before, after := letter(c.MetBefore, false), letter(c.MetAfter, false)
		g.put(cell{n + 1, centre}, cell{c.District, words}, cell{c.Name, words}, cell{c.Indicator, centre},
			cell{o.indicator(c.Indicator).Name, words}, cell{c.Before, value}, cell{c.After, value},
			cell{before, byLetter[before]}, cell{after, byLetter[after]},
			cell{say(changeWords, c.Change), words}, cell{say(causeWords, c.Cause), words})
	}
	if len(list) == 0 {
		g.spans(span{11, "Không có thay đổi.", words})
		return g.close()
	}
	g.filter(header)
	g.textNumbers(excelRange{header + 1, 4, g.row, 4})
	return g.close()
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
	g := b.sheet(name, paper{widths: []float64{6, 12, 10, 17, 15, 8, 50, 40, 25, 11, 7}, fixed: 3})
	note := fmt.Sprintf("%d phải sửa, %d cần kiểm tra, %d lưu ý. Tệp, trang tính và ô là nơi ghi số liệu trong báo cáo đã nhận.",
		o.Findings.Error, o.Findings.Warning, o.Findings.Info)
	g.heading(b.top("SỐ LIỆU CẦN KIỂM TRA", note), 1)
	g.header(24, heads("STT", "Mức độ", "Mã", "Huyện", "Xã", "Chỉ tiêu", "Nội dung", "Cách xử lý", "Tệp", "Trang tính", "Ô")...)
	header := g.row
	for n, f := range list {
		look := words
		if f.Severity == "error" {
			look = look.strong().filled(notMet.fill)
		} else if f.Severity == "warning" {
			look = look.filled(unknown.fill)
		}
		g.put(cell{n + 1, centre}, cell{say(severityWords, f.Severity), look}, cell{f.Code, centre}, cell{f.District, words},
			cell{f.Name, words}, cell{f.Indicator, centre}, cell{f.Message, words}, cell{f.Remedy, words},
			cell{f.File, words}, cell{f.Sheet, words}, cell{f.Cell, centre})
	}
	if len(list) == 0 {
		g.spans(span{11, "Không có.", words})
		return g.close()
	}
	g.filter(header)
	g.textNumbers(excelRange{header + 1, 6, g.row, 6})
	return g.close()
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
		select s.sender_kind, s.sender_code, s.district_code, coalesce(d.display_name, c.name) as sender_name, s.file_name, s.sha256,
		       s.form_id, cast(s.as_of_date as varchar) as as_of_date, s.status, s.reason, s.observations, s.findings
		from ops.submission s
		left join (select district_code, min(display_name) as display_name from ref.district group by 1) d
		       on d.district_code = coalesce(s.district_code, s.sender_code)
		left join (select commune_code, min(name) as name from ref.commune group by 1) c on c.commune_code = s.sender_code
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
	note := fmt.Sprintf("%d/%d đơn vị cấp huyện, %d/%d xã có số liệu.", o.districtsReported(), len(o.Districts), o.Province.Reported, o.Province.Communes)
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
