package report

import (
	"context"
	"fmt"
)

// field is a column of a block: its head, over how many columns of the sheet
// it stands, and how its cells look.
type field struct {
	head string
	cols int
	look style
}

// block is a table that stands below others on a sheet, or on one of its own.
// Its query gives the columns in the order of the block, as texts and numbers
// that are printed as they are. A block without rows says nothing, or what empty
// says.
type block struct {
	title, note, empty string
	columns            []field
	sql                string
	args               []any
}

// blocks writes tables below what stands on a sheet already.
func (b *book) blocks(ctx context.Context, g *grid, list ...block) error {
	for _, k := range list {
		_, rows, err := b.q(ctx, k.sql, k.args...)
		if err != nil {
			return fmt.Errorf("%s: %w", k.title, err)
		}
		if len(rows) == 0 && k.empty == "" {
			continue
		}
		g.space()
		g.line(line{left: k.title, s: section, height: 24})
		if k.note != "" {
			g.line(line{left: k.note, s: remark})
		}
		if len(rows) == 0 {
			g.line(line{left: k.empty, s: text13.small(11)})
			continue
		}
		top := make([]span, len(k.columns))
		for i, c := range k.columns {
			top[i] = span{c.cols, c.head, head}
		}
		g.spans(top...)
		cells := make([]span, len(k.columns))
		for _, row := range rows {
			for i, c := range k.columns {
				cells[i] = span{c.cols, shown(row[i]), c.look}
			}
			g.spans(cells...)
		}
	}
	return g.err
}

// shown is what a block prints of a value.
func shown(v any) any {
	if x, ok := number(v); ok {
		return x
	}
	if v == nil {
		return ""
	}
	return v
}

// blockSheet writes a block on a sheet of its own, where its headings stay in
// view and are repeated on each page. A block without rows gets no sheet, for it
// would say nothing.
func (b *book) blockSheet(ctx context.Context, name string, lines func(title, note string) []line, p paper, ids int, k block) error {
	_, rows, err := b.q(ctx, k.sql, k.args...)
	if err != nil {
		return fmt.Errorf("%s: %w", k.title, err)
	}
	if len(rows) == 0 {
		return nil
	}
	top := make([]cell, len(k.columns))
	for i, c := range k.columns {
		top[i] = cell{c.head, head}
	}
	l := b.long(name, func(name string) *grid {
		g := b.sheet(name, p)
		g.heading(lines(k.title, k.note), 1)
		g.header(36, top...)
		return g
	}, ids)
	cells := make([]cell, len(k.columns))
	for _, row := range rows {
		for i, c := range k.columns {
			cells[i] = cell{shown(row[i]), c.look}
		}
		l.put(cells...)
	}
	return l.close("")
}

// supposedBlock says which communes another set would let pass, or fail.
func supposedBlock(o *overview) block {
	return block{
		title: "Nếu đánh giá theo bộ " + o.Supposed,
		note:  "So với kết quả theo bộ đang áp dụng, cùng các báo cáo của kỳ này; mức riêng theo năm lấy theo ngày cuối của kỳ.",
		empty: "Không có xã nào đổi kết quả.",
		columns: []field{{"STT", 1, centre}, {"Xã", 1, words}, {"Thay đổi", 1, words}, {"Tiêu chí đạt: đang áp dụng", 1, centre},
			{"Tiêu chí đạt: giả định", 1, centre}, {"Chưa đạt theo bộ đang áp dụng", 1, words}, {"Chưa đạt theo giả định", 2, words}},
		sql: `
			select row_number() over (), commune_name || coalesce(' (' || district_name || ')', ''),
			       case when passes then 'Thêm đạt đủ tiêu chí' else 'Không còn đạt đủ' end,
			       criteria_met_official || '/' || criteria_total_official, criteria_met || '/' || criteria_total, failing_official, failing_indicators
			from (select * from mart.what_if where period = ? and (passes or fails))`,
		args: []any{o.Period},
	}
}

var (
	againstWords = "case against when 'previous' then 'kỳ trước' when 'year_end' then 'cuối năm trước' else 'cùng kỳ năm trước' end"
	classInWords = "case change_class when 'new' then 'mới' when 'raised' then 'nâng cao' else 'không thay đổi' end"
	causeInWords = "case cause when 'rule' then 'do quy định' when 'value' then 'do số liệu' when 'evidence' then 'do minh chứng' end"
	reading      = "replace(cast(round(%s, 2) as varchar), '.', ',')"
)

// overviewBlocks are the tables of the first sheet that say where the province
// stands against its plan, against other periods, and why recognised communes
// are not retained.
func overviewBlocks(o *overview) []block {
	return []block{
		{
			title: "Kết quả so với kế hoạch",
			columns: []field{{"STT", 1, centre}, {"Chỉ tiêu kế hoạch", 1, words}, {"Kế hoạch", 1, value}, {"Kết quả", 1, value}, {"Chênh lệch", 1, value},
				{"Đạt kế hoạch", 1, centre}, {"Căn cứ", 2, words}},
			sql: `select row_number() over (), name || coalesce(' (' || district_name || ')', ''), planned, result, difference,
				case reached when true then 'Đạt' when false then 'Chưa đạt' else 'Chưa đủ số liệu' end, legal_basis
				from (select * from mart.target where period = ?)`,
			args: []any{o.Period},
		},
		{
			title: "So với các kỳ khác",
			note:  "Thay đổi là phần chắc chắn, dù các xã và tiêu chí chưa đủ số liệu thế nào; chỉ ghi khi hai kỳ cùng bộ tiêu chí, hoặc con số không theo bộ tiêu chí. Kỳ chưa có trong kho thì không ghi.",
			columns: []field{{"STT", 1, centre}, {"Nội dung", 1, words}, {"So với", 1, words}, {"Kỳ này", 1, value}, {"Kỳ được so", 1, value}, {"Thay đổi", 1, value.shown("+General;-General;0")},
				{"Ghi chú", 2, words}},
			sql: `select row_number() over (), p.name, ` + againstWords + ` || ' (' || coalesce(c.label, compared_period) || ')', round(p.value, 1), round(compared_value, 1),
				round(difference, 2), concat_ws('; ',
					case when metric like 'avg%' then 'trên ' || a.communes_reported || ' xã có số liệu, kỳ được so ' || b.communes_reported || ' xã' end,
					case when comparable or p.value is null or compared_value is null then null
					     when compared_set_id <> p.set_id and metric not in ('recognised', 'recognised_in_year', 'districts_all_recognised', 'communes_reported')
					          then 'khác bộ tiêu chí (' || compared_set_id || '): không so trực tiếp'
					     else 'chưa đủ số liệu để kết luận tăng hay giảm' end)
				from (select *, row_number() over () as place from (select * from mart.period_comparison where period = ? and compared_period is not null)) p
				left join ops.period c on c.period = p.compared_period
				left join mart.province_summary a on a.period = p.period
				left join mart.province_summary b on b.period = p.compared_period
				order by place`,
			args: []any{o.Period},
		},
		{
			title: "Vì sao chưa giữ vững: xã công nhận theo bộ trước",
			note: fmt.Sprintf("Giữ vững, công nhận theo bộ trước: %s. Giữ vững, xã được công nhận nói chung: %s. Mỗi chỉ tiêu chưa đạt so với bộ tiêu chí lúc công nhận: do quy định nếu chỉ tiêu mới, hoặc mức đã nâng mà số liệu vẫn đạt mức cũ; do số liệu nếu không đạt cả mức cũ hoặc mức không đổi.",
				kept(o.Province.RetainedEarly, o.Province.NotEarly)+undecided(o.Province.UndecidedEarly, o.Province.Earlier), kept(o.Province.Retained, o.Province.NotRetained)+undecided(o.Province.Undecided, o.Province.Recognised)),
			columns: []field{{"STT", 1, centre}, {"Nhóm chỉ tiêu, nguyên nhân", 1, words}, {"Số chỉ tiêu × xã", 1, whole}, {"Số xã", 1, whole}, {"Chỉ tiêu", 4, words}},
			sql: `select row_number() over (), 'Chỉ tiêu ' || ` + classInWords + ` || ', ' || ` + causeInWords + `, n, communes, ids
				from (select change_class, cause, count(*) as n, count(distinct commune_code) as communes, min(place) as first,
				             string_agg(distinct indicator_id, '; ' order by indicator_id) as ids
				      from (select c.*, case change_class when 'new' then 1 when 'raised' then 2 else 3 end as place from mart.recognition_change c where period = ?)
				      group by change_class, cause order by first, cause)`,
			args: []any{o.Period},
		},
		{
			title: "Đối chiếu quy định thu hồi quyết định công nhận",
			note:  "Chỉ nêu xã thuộc diện theo các tiêu chí đã biết là chưa đạt; chưa đủ số liệu thì không kết luận." + open(o) + " Không thay cho thẩm định.",
			columns: []field{{"STT", 1, centre}, {"Xã", 1, words}, {"Kết luận", 1, words}, {"Chưa đạt", 1, centre}, {"Tỷ lệ (%)", 1, pct}, {"Chưa đủ số liệu", 1, whole},
				{"Quy định, căn cứ", 2, words}},
			sql: `select row_number() over (), commune_name || coalesce(' (' || district_name || ')', ''), 'Thuộc diện',
				not_met || '/' || criteria_total, share_not_met, unknown, rule_name || ' (' || legal_basis || ')'
				from (select * from mart.withdrawal where period = ? and falls)`,
			args: []any{o.Period},
		},
	}
}

// open says how many recognised communes nobody can judge yet.
func open(o *overview) string {
	if o.Province.Undecided == 0 {
		return ""
	}
	return fmt.Sprintf(" %d/%d xã được công nhận chưa đủ số liệu.", o.Province.Undecided, o.Province.Recognised)
}

// duties are what recognised communes that do not hold their recognition have to do.
func duties(o *overview) block {
	return block{
		title: "VIỆC PHẢI LÀM CỦA CÁC XÃ ĐÃ CÔNG NHẬN CHƯA GIỮ VỮNG",
		note:  "Số ngày còn lại tính từ ngày cuối kỳ đến thời hạn; số âm là đã quá hạn. Còn thiếu (đơn vị đếm): số người, số hộ… phải thêm (mức từ trở lên) hoặc phải giảm (mức đến) để đạt, tính từ tử số và mẫu số đã báo cáo.",
		columns: []field{{"STT", 1, centre}, {"Huyện", 1, words}, {"Xã", 1, words}, {"Chỉ tiêu", 1, centre}, {"Nội dung phải làm", 1, words}, {"Nhóm", 1, centre},
			{"Thời hạn", 1, centre}, {"Còn lại (ngày)", 1, whole}, {"Cơ quan chủ trì", 1, words}, {"Còn thiếu (điểm)", 1, value.shown("0.00")}, {"Còn thiếu (đếm)", 1, whole}},
		sql: `select row_number() over (), district_name, commune_name, indicator_id, coalesce(action, ''), ` + classInWords + `, deadline, days_left, lead_department,
				case when gap < 0 then -gap end, short_count from (select * from mart.slippage where period = ?)`,
		args: []any{o.Period},
	}
}

// risks are the results of recognised communes that are met and may not last.
func risks(o *overview) block {
	return block{
		title: "CHỈ TIÊU ĐANG ĐẠT NHƯNG CÓ THỂ KHÔNG GIỮ ĐƯỢC Ở XÃ ĐÃ CÔNG NHẬN",
		note:  "Số dấu hiệu = sát mức (vượt ít hơn ngưỡng) + đang giảm (đường thẳng qua nhiều nhất năm kỳ cùng bộ tiêu chí, chạm mức trong bốn kỳ) + dễ biến động (kế hoạch nêu tên). Chỉ nêu dòng có từ hai dấu hiệu.",
		columns: []field{{"STT", 1, centre}, {"Huyện", 1, words}, {"Xã", 1, words}, {"Chỉ tiêu", 1, centre}, {"Nội dung chỉ tiêu", 1, words}, {"Số liệu", 1, value.shown("0.00")},
			{"Mức", 1, centre}, {"Vượt mức", 1, value.shown("0.00")}, {"Dấu hiệu", 1, words}, {"Mỗi kỳ thay đổi", 1, change}, {"Số dấu hiệu", 1, centre}},
		sql: `select row_number() over (), district_name, commune_name, indicator_id, indicator_name, value,
				case comparator when '>=' then '≥ ' when '<=' then '≤ ' else comparator || ' ' end || ` + fmt.Sprintf(reading, "threshold") + `, gap,
				concat_ws(', ', case when thin then 'sát mức' end, case when falling then 'đang giảm' end, case when volatile then 'dễ biến động' end),
				slope, signs || '/3'
				from (select * from mart.risk where period = ? and recognised and signs >= 2)`,
		args: []any{o.Period},
	}
}

// publishedBlock stands among the sources: what was published before, computed
// again.
func publishedBlock(o *overview) block {
	return block{
		title:   "5. Số đã công bố, tính lại theo từng cách đếm",
		note:    "Có cách đếm ra đúng số đã in thì ghi cách đó; không cách nào ra, hoặc văn bản tự mâu thuẫn, thì là chỗ sai của văn bản.",
		columns: []field{{"STT", 1, centre}, {"Con số", 2, words}, {"Đã in", 2, centre}, {"Kết luận", 2, words}, {"Cách đếm và kết quả tính lại", 6, words}, {"Ghi chú", 3, words}},
		sql: `select row_number() over (), name, printed,
			case verdict when 'reproduced' then 'Tính lại ra đúng' when 'slip' then 'Văn bản in sai hoặc mâu thuẫn' else 'Không tính lại được ở đây' end, ways, note
			from (select figure_id, name, printed, verdict, coalesce(any_value(note), '') as note, min(place) as first,
			             coalesce(string_agg(case when recomputed is not null then case when reproduces then '✓ ' else '✗ ' end || coalesce(rule_name, '') || ': ' || ` +
			fmt.Sprintf(reading, "recomputed") + ` end, '; ' order by place), '') as ways
			      from (select *, row_number() over () as place from (select * from mart.published_figure where period = ?))
			      group by figure_id, name, printed, verdict order by first)`,
		args: []any{o.Period},
	}
}

// correctionBlock lists the corrections of the period, applied or not.
func correctionBlock(o *overview) block {
	return block{
		title: "6. Đính chính số liệu của các báo cáo",
		note:  "Báo cáo gốc giữ nguyên; số đã đính chính được tính thay cho số ghi trong báo cáo.",
		columns: []field{{"STT", 1, centre}, {"Huyện", 1, words}, {"Xã", 1, words}, {"Chỉ tiêu", 1, centre}, {"Báo cáo ghi", 2, words}, {"Đính chính thành", 1, words},
			{"Áp dụng", 3, words}, {"Ai quyết định, vì sao", 2, words}, {"Văn bản", 1, words}, {"Tệp, trang, ô", 3, words}},
		sql: `select row_number() over (), district_name, commune_name, indicator_id, was, is_text,
			case when status = 'applied' then 'Đã áp dụng' else 'Chưa áp dụng: ' || coalesce(said, '') end, concat_ws(': ', who, why),
			concat_ws(' ngày ', document_no, strftime(decided_on, '%d/%m/%Y')), concat_ws(', ', file_name, nullif(sheet, ''), cell)
			from (select * from mart.correction where period = ?)`,
		args: []any{o.Period},
	}
}
