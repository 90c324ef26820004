package read

import (
	"fmt"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/shape"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// say names what of a table is not read or does not count, and why.
func (r *reader) say(t *found) {
	g := t.Grid
	name := g.Sheet.Name
	at := func(k *shape.Column) string { return headCell(t, k, k.Col) }
	if t.Context.Conflict != "" {
		cell := ""
		if t.Context.TimeCell != nil {
			cell = t.Context.TimeCell.Pos.String()
		}
		r.note("context_conflict", name, cell, fmt.Sprintf("trang tính tên “%s” nhưng tiêu đề bảng nêu kỳ khác; đọc theo tiêu đề", t.Context.Conflict))
	}
	counts := false
	var aside []*shape.Column
	for i := range t.Cols {
		k := &t.Cols[i]
		switch {
		case k.Unknown != "" && k.Ind == nil:
			r.note("set_mismatch", name, at(k), fmt.Sprintf("cột %s ghi chỉ tiêu %s, không có trong bộ tiêu chí %s; không được tính", sheet.ColName(k.Col), k.Unknown, r.v.SetID))
		case k.Clash != nil:
			r.note("code_name_mismatch", name, at(k), fmt.Sprintf("cột %s: số hiệu và tên chỉ tiêu ở tiêu đề (“%s”) là hai chỉ tiêu khác nhau; cột không được tính", sheet.ColName(k.Col), short(k.Clash.Text)))
		case k.Role == shape.Ignored:
			if n := r.named(t, k.Col); n > 0 {
				because := "không rõ là chỉ tiêu nào"
				if k.Why != "" {
					because = "không được tính: " + k.Why
				} else if spoilt := r.spoilt(k.Stack); spoilt != "" {
					because = "không được tính: " + spoilt
				}
				r.note("column_ignored", name, at(k), fmt.Sprintf("cột %s (tiêu đề “%s”) %s; bỏ qua %d ô", sheet.ColName(k.Col), k.Header(), because, n))
			}
		case k.Role == shape.Figures && k.Standing == shape.Counts && (k.Measure == words.Result || k.Measure == words.Claim || k.Measure == words.CriterionClaim):
			counts = true
		case k.Role == shape.Figures && k.Standing == shape.CountOf:
			if !r.hasRate(t, k) {
				r.note("column_ignored", name, at(k), fmt.Sprintf("cột %s (tiêu đề “%s”) không được tính: %s", sheet.ColName(k.Col), k.Header(), k.Why))
			}
		case k.Role == shape.Figures && k.Standing == shape.Unstated && k.Why != "":
			if n := r.written(t, k.Col); n > 0 {
				r.note("column_ignored", name, at(k), fmt.Sprintf("cột %s (tiêu đề “%s”) không được tính: %s; giữ %d ô để đối chiếu", sheet.ColName(k.Col), k.Header(), k.Why, n))
			}
		case k.Role == shape.Figures && k.Standing != shape.Counts && k.Standing != shape.Unclear && k.Standing != shape.Outranked:
			aside = append(aside, k)
		}
	}
	if counts && !slices.ContainsFunc(t.Rows, func(row shape.Row) bool { return row.What == shape.Data && row.Standing == shape.Counts }) {
		counts = false
	}
	r.sayAside(t, aside, counts, at)
	r.sayChoices(t, at)
	for i := range t.Rows {
		if t.Rows[i].What == shape.Gone {
			r.note("struck_out", name, sheet.Pos{Row: t.Rows[i].Row, Col: t.FirstCol}.String(), fmt.Sprintf("dòng %d bị gạch ngang toàn bộ; không được tính", t.Rows[i].Row))
		}
	}
}

// hasRate tells that a count stands beside the rate that it is behind.
func (r *reader) hasRate(t *found, k *shape.Column) bool {
	return slices.ContainsFunc(t.Cols, func(o shape.Column) bool {
		return o.Col != k.Col && o.Role == shape.Figures && o.Measure == words.Result && o.Ind == k.Ind && o.Standing == shape.Counts
	})
}

// sayAside says of the lines of other periods, plans, estimates and comparisons
// that they do not count: an error where nothing else does.
func (r *reader) sayAside(t *found, aside []*shape.Column, counts bool, at func(*shape.Column) string) {
	byStanding := map[shape.Standing][]*shape.Column{}
	var order []shape.Standing
	for _, k := range aside {
		if byStanding[k.Standing] == nil {
			order = append(order, k.Standing)
		}
		byStanding[k.Standing] = append(byStanding[k.Standing], k)
	}
	rows := map[shape.Standing]int{}
	for i := range t.Rows {
		if row := &t.Rows[i]; row.What == shape.Data && row.Standing != shape.Counts {
			rows[row.Standing]++
			if rows[row.Standing] == 1 && byStanding[row.Standing] == nil {
				order = append(order, row.Standing)
			}
		}
	}
	for _, s := range order {
		cell, what := "", ""
		if s == shape.Estimated && counts {
			// Of some indicators there is nothing but an estimate.
			var only, beside []*shape.Column
			for _, k := range byStanding[s] {
				if r.onlyEstimate(t, k) {
					only = append(only, k)
				} else {
					beside = append(beside, k)
				}
			}
			if len(only) > 0 {
				r.note("estimate_only", t.Grid.Sheet.Name, at(only[0]), fmt.Sprintf("cột %s (“%s”) chỉ có số ước, chưa có kết quả; %d cột như vậy không được tính vào kỳ này",
					sheet.ColName(only[0].Col), short(only[0].Header()), len(only)))
				if byStanding[s] = beside; len(beside) == 0 && rows[s] == 0 {
					continue
				}
			}
		}
		if ks := byStanding[s]; len(ks) > 0 {
			cell = at(ks[0])
			what = fmt.Sprintf("cột %s (“%s”)", sheet.ColName(ks[0].Col), short(ks[0].Header()))
			if len(ks) > 1 {
				what += fmt.Sprintf(" và %d cột cùng loại", len(ks)-1)
			}
		} else {
			for i := range t.Rows {
				if row := &t.Rows[i]; row.What == shape.Data && row.Standing == s {
					cell, what = sheet.Pos{Row: row.Row, Col: t.FirstCol}.String(), fmt.Sprintf("%d dòng (từ dòng %d)", rows[s], row.Row)
					break
				}
			}
		}
		check := "not_this_period"
		if s == shape.Estimated && !counts {
			check = "estimate_only"
		}
		r.note(check, t.Grid.Sheet.Name, cell, what+" là "+standingWord(s)+"; không được tính vào kỳ này")
	}
	if !counts && len(order) > 0 && !slices.Contains(order, shape.Estimated) && t.Context.Kind != words.Plan && t.Context.Kind != words.Registration && t.Context.Relation != words.Past && t.Context.Relation != words.Future {
		r.note("no_current_result", t.Grid.Sheet.Name, sheet.Pos{Row: t.HeadTop, Col: t.FirstCol}.String(), "bảng không có cột hay dòng kết quả của kỳ báo cáo: chỉ có "+standingWord(order[0]))
	}
}

// onlyEstimate tells that an indicator of its own column has an estimate and no
// result of the period beside it.
func (r *reader) onlyEstimate(t *found, k *shape.Column) bool {
	if k.Ind == nil || k.Measure != words.Result {
		return false
	}
	return !slices.ContainsFunc(t.Cols, func(o shape.Column) bool {
		return o.Role == shape.Figures && o.Ind == k.Ind && o.Measure == words.Result && (o.Standing == shape.Counts || o.Standing == shape.Unclear || o.Standing == shape.CountOf)
	})
}

func standingWord(s shape.Standing) string {
	switch s {
	case shape.Earlier:
		return "số liệu của kỳ trước"
	case shape.Later:
		return "số liệu của kỳ sau"
	case shape.Planned:
		return "kế hoạch, mục tiêu"
	case shape.Estimated:
		return "số ước, chưa phải kết quả"
	case shape.Compared:
		return "so sánh, chênh lệch"
	case shape.Registered:
		return "đăng ký"
	case shape.Unstated:
		return "dòng không ghi kỳ, đứng cạnh dòng ghi rõ kỳ này"
	case shape.CountOf:
		return "số lượng, không phải tỷ lệ"
	case shape.Struck:
		return "phần bị gạch ngang"
	}
	return "phần không tính"
}

// named counts the cells of a column that were not read and have to be named.
func (r *reader) named(t *found, col int) int {
	n := 0
	for row := t.Top; row <= t.Bottom; row++ {
		if c := t.Grid.At(row, col); c != nil && r.used[t.Grid.No-1][c.Pos] == roleNamed {
			n++
		}
	}
	return n
}

func (r *reader) written(t *found, col int) int {
	n := 0
	for row := t.Top; row <= t.Bottom; row++ {
		if t.Grid.At(row, col) != nil {
			n++
		}
	}
	return n
}

// spoilt says why a heading tells nothing: its id became a date, and more than
// one id, or none, may have been typed; or it is a formula of which nobody
// stored the result. It is "" for other headings.
func (r *reader) spoilt(stack []*grid.Cell) string {
	for _, c := range stack {
		switch c.Kind {
		case sheet.NoResult:
			return "tiêu đề ở ô " + c.Pos.String() + " là công thức chưa có kết quả"
		case sheet.Error:
			return "tiêu đề ở ô " + c.Pos.String() + " là lỗi " + c.Text + " của Excel"
		}
		if day, ok := words.DayOf(c); ok {
			why := "Excel đã đổi tiêu đề ở ô " + c.Pos.String() + " thành ngày " + day.Format("02/01/2006")
			switch ids := r.v.DatedIDs(c); len(ids) {
			case 0:
				return why
			case 1:
				return why + ", có thể là " + ids[0]
			default:
				return why + ", có thể là " + ids[0] + " hoặc " + ids[1]
			}
		}
	}
	return ""
}

// describe says how a table was understood.
func (r *reader) describe(t *found) Table {
	written := 0
	for _, o := range r.out.Observations[t.first:] {
		if o.Raw != "" {
			written++
		}
	}
	area := sheet.Rect{From: sheet.Pos{Row: t.HeadTop, Col: t.FirstCol}, To: sheet.Pos{Row: t.Bottom, Col: t.LastCol}}
	if len(t.Cols) > 0 {
		area.From.Col, area.To.Col = t.Cols[0].Col, t.Cols[len(t.Cols)-1].Col
	}
	d := Table{
		No: t.no, Layout: t.Layout, Sheet: t.Grid.Sheet.Name, Transposed: t.Turned, Area: area,
		Header:  sheet.Rect{From: area.From, To: sheet.Pos{Row: t.Top - 1, Col: area.To.Col}},
		Records: len(r.out.Records) - t.firstRecord, Cells: written,
	}
	d.Score = r.evidence(t)
	d.Witnesses = r.spoke(t)
	if t.Turned {
		for i := range t.Rows {
			row := &t.Rows[i]
			if row.What != shape.Data || row.Ind == nil && row.Criterion == 0 {
				continue
			}
			for _, m := range []words.Measure{words.Result, words.Claim} {
				j := slices.IndexFunc(t.Cols, func(k shape.Column) bool {
					return k.Role == shape.Figures && k.Measure == m && k.Standing == shape.Counts
				})
				if j < 0 {
					continue
				}
				k := &t.Cols[j]
				c := column(k)
				c.Col, c.Header, c.Criterion = row.Row, cellText(row.IDCell), row.Criterion
				if row.Ind != nil {
					c.Indicator = row.Ind.ID
				}
				if row.IDCell != nil {
					c.Why = row.IDCell.Pos.String() + " “" + grid.Clean(row.IDCell.Text) + "”"
				}
				d.Columns = append(d.Columns, c)
			}
		}
	} else {
		for i := range t.Cols {
			d.Columns = append(d.Columns, column(&t.Cols[i]))
		}
	}
	d.Why = append(d.Why, r.because(t))
	return d
}

func column(k *shape.Column) Column {
	c := Column{
		Col: k.Col, Header: k.Header(), Measure: k.Measure, Criterion: k.Criterion, Role: k.Role, Standing: k.Standing,
		Kind: k.Kind, Unit: k.Unit, Author: k.Author, Polarity: k.Polarity, Why: k.Why,
	}
	if k.Ind != nil {
		c.Indicator = k.Ind.ID
	}
	var said []string
	for _, p := range k.Time.Periods {
		said = append(said, p.Text)
	}
	c.Time = strings.Join(said, ", ")
	if c.Why == "" && k.Decided != nil {
		c.Why = k.Decided.Pos.String() + " “" + grid.Clean(k.Decided.Text) + "”"
	}
	return c
}

// because says in one line why a table was read as it was.
func (r *reader) because(t *found) string {
	n, first, last := 0, "", ""
	for _, k := range t.Cols {
		if k.Ind != nil || k.Criterion != 0 {
			if k.Decided != nil {
				if first == "" {
					first = k.Decided.Text
				}
				last = k.Decided.Text
			}
			n++
		}
	}
	col := func(c int) string { return "cột " + sheet.ColName(c) }
	ids := max(t.IDCol, t.TitleCol)
	if t.IDCol != 0 {
		ids = t.IDCol
	}
	switch {
	case t.Layout == shape.List:
		return fmt.Sprintf("L3: %s có tên xã, %s có danh sách chỉ tiêu chưa đạt", col(t.NameCol), col(t.ListCol))
	case t.Turned:
		return fmt.Sprintf("L1t: %s có số hiệu hoặc tên chỉ tiêu chạy dọc; dòng %d có tên xã chạy ngang", col(ids), t.IDRow)
	case t.Layout == shape.Flat:
		return fmt.Sprintf("L2f: mỗi dòng nêu xã (%s) và chỉ tiêu (%s)", col(max(t.NameCol, t.CodeCol)), col(ids))
	case t.Layout == shape.Long && t.PlaceBySheet:
		return fmt.Sprintf("L2: %s có chỉ tiêu chạy dọc; xã theo tên trang “%s”", col(ids), t.Grid.Sheet.Name)
	case t.Layout == shape.Long && t.Place != nil:
		return fmt.Sprintf("L2: %s có chỉ tiêu chạy dọc; xã theo ô %s “%s”", col(ids), t.Place.Pos, short(t.Place.Text))
	case t.Layout == shape.Long:
		return fmt.Sprintf("L2: %s có chỉ tiêu chạy dọc", col(ids))
	case t.NameCol == 0:
		return fmt.Sprintf("%s: dòng %d có %d số hiệu (%s … %s) chạy ngang; bảng của một xã", t.Layout, t.IDRow, n, short(first), short(last))
	}
	return fmt.Sprintf("%s: dòng %d có %d số hiệu (%s … %s) chạy ngang; cột %s có tên xã ở bên dưới", t.Layout, t.IDRow, n, short(first), short(last), sheet.ColName(t.NameCol))
}

// evidence counts the cells written where a known commune meets what is known
// to be reported.
func (r *reader) evidence(t *found) int {
	n := 0
	seen := map[string]bool{}
	for _, o := range r.out.Observations[t.first:] {
		if o.Raw != "" && o.Record.Commune != "" && !seen[o.Cell] {
			seen[o.Cell] = true
			n++
		}
	}
	return n
}

// spoke lists the cells that spoke for a table's reading.
func (r *reader) spoke(t *found) []Witness {
	var out []Witness
	add := func(what string, cells []*grid.Cell) {
		if len(cells) == 0 {
			return
		}
		first, last := cells[0], cells[len(cells)-1]
		out = append(out, Witness{What: what, Area: sheet.Rect{From: first.Pos, To: last.Pos}, Cells: len(cells), First: short(first.Text), Last: short(last.Text)})
	}
	var across, names, ids, heads []*grid.Cell
	for i := range t.Cols {
		k := &t.Cols[i]
		switch {
		case k.Place != nil:
			if !slices.Contains(across, k.Place) {
				across = append(across, k.Place)
			}
		case (k.Ind != nil || k.Criterion != 0) && k.Decided != nil:
			if !slices.Contains(across, k.Decided) {
				across = append(across, k.Decided)
			}
		case k.Role == shape.Figures && k.Decided != nil:
			heads = append(heads, k.Decided)
		}
	}
	for i := range t.Rows {
		row := &t.Rows[i]
		if row.What != shape.Data {
			continue
		}
		if row.Name != nil && r.v.Sense(row.Name).Commune && row.Name.Pos.Row == row.Row {
			names = append(names, row.Name)
		}
		if row.IDCell != nil {
			ids = append(ids, row.IDCell)
		}
	}
	switch {
	case t.Layout == shape.List:
		if k := t.column(t.ListCol); k != nil {
			add(FailingHeading, k.Stack)
		}
		add(CommunesDown, names)
	case t.Turned:
		add(IDsDown, ids)
		add(CommunesAcross, across)
	case t.Layout == shape.Long || t.Layout == shape.Flat:
		if t.Layout == shape.Flat {
			add(CommunesDown, names)
		}
		add(IDsDown, ids)
		add(ColumnHeadings, heads)
		switch {
		case t.Layout == shape.Flat:
		case t.Place != nil:
			add(CommuneNamed, []*grid.Cell{t.Place})
		case t.PlaceBySheet:
			out = append(out, Witness{What: SheetNamed, First: t.Grid.Sheet.Name})
		}
	default:
		add(IDsAcross, across)
		add(CommunesDown, names)
	}
	return out
}

// struck names what is struck out or raised in the tables: it is not there, and
// whoever reads the sheet by eye may not have seen it (ruling 30).
func (r *reader) struck() {
	for i := range r.sheets {
		g := r.sheets[i].Grid
		var at []sheet.Pos
		for p := range g.Sheet.Marks {
			if r.used[g.No-1][p] != 0 && slices.ContainsFunc(g.Row(p.Row), func(c *grid.Cell) bool { return !c.Struck }) {
				at = append(at, p) // a row that is struck as a whole has been named
			}
		}
		slices.SortFunc(at, func(a, b sheet.Pos) int {
			if a.Row != b.Row {
				return a.Row - b.Row
			}
			return a.Col - b.Col
		})
		for _, p := range at {
			m := g.Sheet.Marks[p]
			var said []string
			if m.Struck != "" {
				said = append(said, "phần gạch ngang “"+short(m.Struck)+"” được bỏ qua")
			}
			if m.Raised != "" {
				said = append(said, "chữ số nhỏ ghi chú “"+short(m.Raised)+"” được bỏ qua")
			}
			if m.Whole {
				said = append(said, "ô không được tính")
			}
			r.note("struck_out", g.Sheet.Name, p.String(), "ô "+p.String()+": "+strings.Join(said, "; "))
		}
	}
}
