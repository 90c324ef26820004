package report

import (
	"context"
	"slices"
	"strconv"
)

// districtSheet compares the districts, with the province's own figures below.
func (b *book) districtSheet(ctx context.Context, name string) error {
	o := b.o
	counts, err := collect[struct {
		District string `col:"district_code"`
		Band     string `col:"band"`
		N        int    `col:"n"`
	}](ctx, b.q, `
		select district_code, band, count(*) as n from mart.commune_summary
		where period = ? and band is not null group by district_code, band order by district_code, band`, o.Period)
	if err != nil {
		return err
	}
	in := map[[2]string]int{}
	for _, c := range counts {
		in[[2]string{c.District, c.Band}] = c.N
	}

	p := paper{widths: []float64{6, 24, 8, 9, 9, 9, 9, 10, 9, 11, 9, 12, 8, 8}, fixed: 2, rows: 21}
	columns := heads("STT", "Huyện, thị xã, thành phố", "Số xã", "Xã có số liệu", "Được công nhận", "Giữ vững", "Chưa giữ vững", "Chưa đủ số liệu để kết luận", "Đạt đủ tiêu chí",
		"Bình quân tiêu chí (rà soát)", "So kỳ trước", "Bình quân tiêu chí (theo công nhận)", "Thấp nhất", "Cao nhất")
	for _, x := range o.Bands {
		p.widths = append(p.widths, 10)
		columns = append(columns, cell{x.Label, head})
	}
	p.widths = append(p.widths, 10)
	columns = append(columns, cell{"Chưa xếp nhóm", head})
	g := b.sheet(name, p)
	note := "Được công nhận = giữ vững + chưa giữ vững + chưa đủ số liệu để kết luận; số xã = các nhóm + chưa xếp nhóm (chưa có số liệu, hoặc tiêu chí chưa có mức để đánh giá). So kỳ trước: số tiêu chí đạt thêm mỗi xã, trên các xã và tiêu chí có kết quả ở cả hai kỳ. Bình quân tính trên số xã có số liệu. Rà soát: theo bộ tiêu chí đang áp dụng; theo công nhận: xã đã được công nhận tính đạt đủ. Các cột nhóm xếp theo kết quả rà soát."
	g.heading(b.table("KẾT QUẢ THEO HUYỆN, THỊ XÃ, THÀNH PHỐ", note), 1)
	g.header(62, columns...)
	header := g.row
	b.ranges.districts = b.rangeOf(name, 2, header+1, header+len(o.Districts))
	b.ranges.average = b.rangeOf(name, 10, header, header)
	b.ranges.averages = b.rangeOf(name, 10, header+1, header+len(o.Districts))
	for i, d := range o.Districts {
		row := []cell{{i + 1, centre}, {d.Name, words}, {d.Communes, whole}, {d.Reported, whole}, {d.Recognised, whole},
			{d.Retained, whole}, {d.NotRetained, whole}, {d.Undecided, whole}, {d.Full, whole}, {d.Average, avg}, {d.Moved, delta},
			{d.AsRecognised, avg}, {d.Min, whole}, {d.Max, whole}}
		without := d.Communes
		for _, x := range o.Bands {
			n := in[[2]string{d.Code, x.Band}]
			without -= n
			row = append(row, cell{n, whole})
		}
		row = append(row, cell{without, whole})
		g.put(row...)
	}
	g.filter(header)
	t := o.Province
	row := []cell{{"", centre.total()}, {"Toàn tỉnh", words.total()}, {t.Communes, whole.total()}, {t.Reported, whole.total()},
		{t.Recognised, whole.total()}, {t.Retained, whole.total()}, {t.NotRetained, whole.total()}, {t.Undecided, whole.total()},
		{t.Full, whole.total()}, {t.Average, avg.total()}, {o.Changes.Average, delta.total()}, {t.AsRecognised, avg.total()},
		{lowest(o.Districts), whole.total()}, {highest(o.Districts), whole.total()}}
	without := t.Communes
	for _, x := range o.Bands {
		without -= x.Communes
		row = append(row, cell{x.Communes, whole.total()})
	}
	row = append(row, cell{without, whole.total()})
	g.put(row...)
	return g.close()
}

func lowest(list []district) *int {
	var low *int
	for _, d := range list {
		if d.Min != nil && (low == nil || *d.Min < *low) {
			low = d.Min
		}
	}
	return low
}

func highest(list []district) *int {
	var high *int
	for _, d := range list {
		if d.Max != nil && (high == nil || *d.Max > *high) {
			high = d.Max
		}
	}
	return high
}

// criterionSheet says how many communes meet each criterion and indicator, in
// the province and in each district.
func (b *book) criterionSheet(ctx context.Context, name string) error {
	o := b.o
	type count struct {
		District string `col:"district_code"`
		ID       string `col:"id"`
		N        int    `col:"n"`
	}
	met := map[[2]string]int{}
	for _, sql := range []string{
		`select district_code, 'c' || criterion_no as id, count(*) as n from mart.criterion_result
		 where period = ? and met group by all order by all`,
		`select district_code, 'i' || indicator_id as id, count(*) as n from mart.indicator_result
		 where period = ? and met group by all order by all`,
	} {
		counts, err := collect[count](ctx, b.q, sql, o.Period)
		if err != nil {
			return err
		}
		for _, c := range counts {
			met[[2]string{c.District, c.ID}] = c.N
		}
	}

	p := paper{widths: []float64{7, 44, 7, 7, 7, 8, 9, 9, 9}, fixed: 2}
	columns := heads("Số", "Tiêu chí, chỉ tiêu", "Số xã", "Đạt", "Chưa đạt", "Chưa đủ số liệu", "Tỷ lệ đạt (%)", "Kỳ trước (%)", "Thay đổi (điểm %)")
	for _, d := range o.Districts {
		p.widths = append(p.widths, 6.5)
		columns = append(columns, cell{d.Name, headTurned})
	}
	g := b.sheet(name, p)
	note := "Số xã đạt từng tiêu chí, chỉ tiêu; các cột bên phải là số xã đạt của từng đơn vị cấp huyện. Tiêu chí đạt khi mọi chỉ tiêu của tiêu chí đều đạt; chưa đủ số liệu không tính là đạt. Tỷ lệ tính trên số xã có số liệu."
	if o.Previous == "" {
		note += " Chưa có kỳ trước để so sánh."
	} else {
		note += " Kỳ trước: " + o.PreviousLabel + "; thay đổi tính trên các xã có kết quả ở cả hai kỳ."
	}
	g.heading(b.table("KẾT QUẢ THEO TIÊU CHÍ", note), 1)
	g.header(110, columns...)
	header := g.row
	b.ranges.criteria = b.rangeOf(name, 1, header+1, header+len(o.Criteria))
	if o.Previous != "" && slices.ContainsFunc(o.Criteria, func(c criterion) bool { return c.Moved != nil }) {
		b.ranges.criteriaChange = b.rangeOf(name, 9, header, header)
		b.ranges.criteriaChanges = b.rangeOf(name, 9, header+1, header+len(o.Criteria))
	}
	row := func(id any, key, label string, communes, yes, no, unknown int, share, before, moved *float64) {
		cells := []cell{{id, centre}, {label, words}, {communes, whole}, {yes, whole}, {no, whole}, {unknown, whole},
			{share, pct}, {before, pct}, {moved, change}}
		for _, d := range o.Districts {
			cells = append(cells, cell{met[[2]string{d.Code, key}], whole})
		}
		g.put(cells...)
	}
	for _, c := range o.Criteria {
		row(c.No, "c"+strconv.Itoa(c.No), c.Name, c.Communes, c.Met, c.NotMet, c.Unknown, c.Share, c.Before, c.Moved)
	}
	g.filter(header)
	g.space()
	g.breakPage()
	g.line(line{left: "Trong đó, theo chỉ tiêu", s: section})
	top := g.row + 1
	for _, i := range o.Indicators {
		row(i.ID, "i"+i.ID, i.Name, i.Communes, i.Met, i.NotMet, i.Unknown, i.Share, i.Before, i.Moved)
	}
	g.textNumbers(excelRange{top, 1, g.row, 1})
	return g.close()
}

// communeSheet is the table of communes and criteria, one letter to a cell.
func (b *book) communeSheet(ctx context.Context, name string) error {
	o := b.o
	results, err := collect[struct {
		Commune   string `col:"commune_code"`
		Criterion int    `col:"criterion_no"`
		Met       *bool  `col:"met"`
	}](ctx, b.q, `select commune_code, criterion_no, met from mart.criterion_result where period = ?
		order by commune_code, criterion_no`, o.Period)
	if err != nil {
		return err
	}
	// A criterion is "not applicable" where every indicator of it is.
	empty, err := collect[struct {
		Commune   string `col:"commune_code"`
		Criterion int    `col:"criterion_no"`
	}](ctx, b.q, `select commune_code, criterion_no from mart.indicator_result where period = ?
		group by commune_code, criterion_no having count(*) = count(*) filter (where state = 'not_applicable')
		order by commune_code, criterion_no`, o.Period)
	if err != nil {
		return err
	}
	type key struct {
		commune   string
		criterion int
	}
	judged, without := map[key]*bool{}, map[key]bool{}
	for _, r := range results {
		judged[key{r.Commune, r.Criterion}] = r.Met
	}
	for _, e := range empty {
		without[key{e.Commune, e.Criterion}] = true
	}

	p := paper{widths: []float64{6, 18, 18}, fixed: 3}
	columns := heads("STT", "Huyện", "Xã")
	for _, c := range o.Criteria {
		p.widths = append(p.widths, 5)
		columns = append(columns, cell{strconv.Itoa(c.No) + ". " + c.Name, headTurned})
	}
	p.widths = append(p.widths, 8, 15, 16, 11)
	columns = append(columns, heads("Số tiêu chí đạt", "Nhóm", "Năm công nhận", "Giữ vững")...)
	g := b.sheet(name, p)
	lines := b.table("KẾT QUẢ THEO XÃ", "")
	g.headed(lines, 1, 1)
	g.legend(3, 3)
	g.header(112, columns...)
	header := g.row
	var row []cell
	for i, c := range o.Communes {
		b.linkSource(g, 3, c)
		row = append(row[:0], cell{i + 1, centre}, cell{c.DistrictName, words}, cell{c.Name, words})
		for _, k := range o.Criteria {
			l := letter(judged[key{c.Code, k.No}], without[key{c.Code, k.No}])
			row = append(row, cell{l, byLetter[l]})
		}
		label, kept := o.bandLabel(c.Band), ""
		switch {
		case !c.Reported:
			label = firstUpper(noData)
		case c.Band == "":
			label = "Chưa xếp nhóm"
		}
		if c.Recognised {
			kept = "Chưa đủ số liệu"
			if c.Retained != nil {
				kept = map[bool]string{true: "Giữ vững", false: "Chưa giữ vững"}[*c.Retained]
			}
		}
		row = append(row, cell{c.Met, whole.strong().aligned("center")}, cell{label, words},
			cell{o.recognition(c), centre}, cell{kept, centre})
		g.put(row...)
	}
	g.filter(header)
	return g.close()
}
