package read

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// mergedOver names the merges that reach from a figure over places where
// another commune, or another indicator, is reported on: only the first place
// counts, and the others are blank.
func (r *reader) mergedOver() {
	about := make(map[place]*Observation, len(r.out.Observations))
	for i := range r.out.Observations {
		o := &r.out.Observations[i]
		if at, ok := sheet.ParsePos(o.Cell); ok && about[place{o.Record.SheetNo, at}] == nil {
			about[place{o.Record.SheetNo, at}] = o
		}
	}
	for _, s := range r.sheets {
		g := s.Grid
		for _, m := range g.Sheet.Merges {
			first := about[place{g.No, m.From}]
			if first == nil || first.Raw == "" || g.Span(m.To.Row, m.To.Col) != m {
				continue
			}
			var records []*Record
			var others []string
			add := func(what string) {
				if !slices.Contains(others, what) {
					others = append(others, what)
				}
			}
			for row := m.From.Row; row <= m.To.Row; row++ {
				for col := m.From.Col; col <= m.To.Col; col++ {
					o := about[place{g.No, sheet.Pos{Row: row, Col: col}}]
					switch {
					case o == nil || o == first:
					case o.Record != first.Record:
						if !slices.Contains(records, o.Record) {
							records = append(records, o.Record)
							add("“" + short(o.Record.Text) + "”")
						}
					case o.Indicator != first.Indicator:
						add("chỉ tiêu " + o.Indicator)
					}
				}
			}
			if len(others) == 0 {
				continue
			}
			for len(others) > 4 {
				others = append(others[:3], "…")
			}
			counts := "“" + short(first.Record.Text) + "”"
			if first.Indicator != "" {
				counts += ", chỉ tiêu " + first.Indicator
			}
			r.note("merged_over", g.Sheet.Name, m.From.String(), fmt.Sprintf(
				"ô gộp %s (“%s”) trùm cả phần của %s; chỉ được tính cho %s, phần kia coi như để trống", m, short(first.Raw), strings.Join(others, ", "), counts))
		}
	}
}

// leftOver names every region that was not read: titles, signatures, whole
// sheets without a table, cells beside a table. Regions do not overlap and hold
// no cell that was read.
func (r *reader) leftOver() {
	for _, s := range r.sheets {
		g := s.Grid
		first, last := 0, 0
		see := func(top, bottom int) {
			if first == 0 || top < first {
				first = top
			}
			last = max(last, bottom)
		}
		for _, t := range r.tables {
			if t.Grid.No == g.No {
				see(t.HeadTop, t.Bottom)
			}
		}
		for _, t := range r.forms {
			if t.g.No == g.No {
				see(t.headTop, t.dataBottom)
			}
		}
		begin := len(r.out.Ignored)
		open := -1 // the region that whole rows still join
		for row := 1; row <= g.LastRow(); row++ {
			var reason string
			switch {
			case first == 0:
				reason = NoTable
			case row < first:
				reason = Titles
			case row > last:
				reason = Signature
			default:
				reason = Outside
			}
			cells := g.Row(row)
			if len(cells) == 0 {
				continue
			}
			whole := !slices.ContainsFunc(cells, func(c *grid.Cell) bool { return r.used[g.No-1][c.Pos] != 0 })
			if whole && open >= 0 && r.out.Ignored[open].Reason == reason {
				p := &r.out.Ignored[open]
				p.Cells += len(cells)
				p.Area.From.Col = min(p.Area.From.Col, cells[0].Pos.Col)
				p.Area.To = sheet.Pos{Row: row, Col: max(p.Area.To.Col, cells[len(cells)-1].Pos.Col)}
				continue
			}
			open = -1
			for i := 0; i < len(cells); i++ {
				from := i
				for i < len(cells) && r.used[g.No-1][cells[i].Pos] == 0 {
					i++
				}
				if i > from {
					r.out.Ignored = append(r.out.Ignored, Region{
						Sheet: g.Sheet.Name, SheetNo: g.No, Area: sheet.Rect{From: cells[from].Pos, To: cells[i-1].Pos}, Cells: i - from, Reason: reason,
					})
				}
			}
			if whole {
				open = len(r.out.Ignored) - 1
			}
		}
		r.figuresPassedOver(g)
		if first == 0 && len(r.out.Ignored) > begin {
			n := 0
			for _, p := range r.out.Ignored[begin:] {
				n += p.Cells
			}
			what := "trang “" + g.Sheet.Name + "”"
			if g.Sheet.Name == "" {
				what = "tệp"
			}
			if rows := r.resultsWithoutHeader(g); rows >= 3 {
				r.add("row_ignored", g.Sheet.Name, "", fmt.Sprintf("%s có tiêu đề là kết quả và %d dòng nêu chỉ tiêu kèm số liệu nhưng không có dòng tiêu đề của các cột; không dòng nào được tính", what, rows),
					"Ghi dòng tiêu đề (Chỉ tiêu, Kết quả, Đánh giá) ngay trên các dòng này rồi gửi lại.")
			}
			r.note("sheet_ignored", g.Sheet.Name, "", fmt.Sprintf("%s không có bảng nào nhận ra được; bỏ qua %d ô", what, n))
		}
	}
}

// resultsWithoutHeader counts the rows of a sheet without a table that name an
// indicator beside a figure or a mark, where its title says that they are results.
func (r *reader) resultsWithoutHeader(g *grid.Grid) int {
	titled, rows := false, 0
	for row := 1; row <= g.LastRow(); row++ {
		named, figures := false, false
		for _, c := range g.Row(row) {
			s := r.v.Sense(c)
			switch {
			case c.Kind == sheet.Text && rows == 0 && r.v.TitleKind(c.Fold) == words.Done:
				titled = true
			case !named:
				named = s.ID != nil && !c.Date && c.Kind == sheet.Text || s.Named != nil
			case s.Number || s.Mark:
				figures = true
			}
		}
		if named && figures {
			rows++
		}
	}
	if !titled {
		return 0
	}
	return rows
}

// figuresPassedOver warns of rows that name a commune and hold figures, and yet
// lie in a region that was not read, and of figures right below a table: a sheet that goes on a table of another
// one without repeating its header, say. Where it is known to be unclear how to
// read the sheet, that has been said.
func (r *reader) figuresPassedOver(g *grid.Grid) {
	if slices.ContainsFunc(r.out.Issues, func(i issue.Issue) bool { return i.Check == "layout_unclear" && i.Sheet == g.Sheet.Name }) {
		return
	}
	var at *grid.Cell
	rows, last, unnamed := 0, 0, 0
	below := 0 // the last row of the tables above
	for _, t := range r.tables {
		if t.Grid.No == g.No {
			below = max(below, t.Bottom)
		}
	}
	for row := 1; row <= g.LastRow(); row++ {
		figures, name := 0, (*grid.Cell)(nil)
		for _, c := range g.Row(row) {
			switch {
			case r.used[g.No-1][c.Pos] != 0:
			case name == nil && c.Kind == sheet.Text && r.v.Sense(c).Commune && !r.v.Sense(c).Code:
				name = c
			case (name != nil || below > 0 && row > below) && (c.Kind == sheet.Number && !c.Date || figureText.MatchString(c.Fold)):
				figures++
			}
		}
		if name == nil && figures >= 3 {
			// Right below a table three figures are no signature, whoever they are about.
			name = g.Row(row)[0]
			unnamed++
		}
		if name == nil || figures < 2 {
			continue
		}
		if rows++; at == nil {
			at = name
		}
		last = row
	}
	if rows < 2 && unnamed == 0 {
		return
	}
	if unnamed > 0 {
		r.note("row_ignored", g.Sheet.Name, at.Pos.String(), fmt.Sprintf("%d dòng có số liệu ở dưới bảng (từ dòng %d đến dòng %d), không rõ của xã hay chỉ tiêu nào; không được tính", rows, at.Pos.Row, last))
		return
	}
	r.add("row_ignored", g.Sheet.Name, at.Pos.String(), fmt.Sprintf(
		"%d dòng (từ dòng %d đến dòng %d) có tên xã và số liệu nhưng không có dòng tiêu đề cho biết các cột là chỉ tiêu nào; không được tính", rows, at.Pos.Row, last),
		"Ghi lại dòng tiêu đề (số hiệu chỉ tiêu) ngay trên các dòng này, cả khi bảng tiếp nối trang khác, rồi gửi lại.")
}

var figureText = regexp.MustCompile(`^\d+(?:[.,]\d+)?\s*%?$`)
