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

// block is a table that stands below others on a sheet. Its query gives the
// columns in the order of the block, as texts and numbers that are printed as
// they are. A block without rows says nothing, or what empty says.
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
				v := row[i]
				if x, ok := number(v); ok {
					v = x
				}
				if v == nil {
					v = ""
				}
				cells[i] = span{c.cols, v, c.look}
			}
			g.spans(cells...)
		}
	}
	return g.err
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
