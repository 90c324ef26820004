package read

import (
	"fmt"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/shape"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// letterhead is the texts above the first table of a sheet; of a sheet without
// tables, its first rows: a cover.
func (r *reader) letterhead(s *Sheet) []*grid.Cell {
	if s.Form && r.formsOwn(s.Grid) {
		return nil
	}
	until := 0
	for _, t := range s.Tables {
		if until == 0 || t.HeadTop < until {
			until = t.HeadTop
		}
	}
	for _, f := range r.forms {
		if f.g.No == s.Grid.No && (until == 0 || f.headTop < until) {
			until = f.headTop
		}
	}
	if until == 0 {
		until = min(s.Grid.LastRow(), 15) + 1
	}
	var out []*grid.Cell
	for row := 1; row < until; row++ {
		for _, c := range s.Grid.Row(row) {
			if c.Kind == sheet.Text && !c.Struck {
				out = append(out, c)
			}
		}
	}
	return out
}

// holds tells whether a sheet holds tables, and whether any counts.
func holds(s *Sheet, forms []*formTable) (tables, counts bool) {
	for _, t := range s.Tables {
		tables = true
		x := t.Context
		if x.Relation != words.Past && x.Relation != words.Future && x.Kind != words.Plan && x.Kind != words.Registration {
			counts = true
		}
	}
	for _, f := range forms {
		if f.g.No == s.Grid.No {
			return true, true
		}
	}
	return tables, counts
}

// ranked are the sheets that may say whose and of when the file is: those with
// tables that count, else those with any table, else the covers.
func (r *reader) ranked() [][]*Sheet {
	out := make([][]*Sheet, 3)
	for i := range r.sheets {
		s := &r.sheets[i]
		tables, counts := holds(s, r.forms)
		switch {
		case counts:
			out[0] = append(out[0], s)
		case tables:
			out[1] = append(out[1], s)
		case isCover(s):
			out[2] = append(out[2], s)
		}
	}
	return out
}

// isCover tells a sheet of a few lines that says what the file is: no guide, no
// list.
func isCover(s *Sheet) bool {
	g := s.Grid
	lines := 0
	for row := 1; row <= g.LastRow(); row++ {
		cells := g.Row(row)
		if len(cells) > 2 {
			return false
		}
		if len(cells) > 0 {
			if lines++; lines > 25 {
				return false
			}
			for _, word := range []string{"hướng dẫn", "ghi chú", "danh mục", "nơi nhận", "lưu ý", "ví dụ"} {
				if strings.HasPrefix(cells[0].Fold, word) || strings.HasPrefix(grid.Fold(g.Sheet.Name), word) {
					return false
				}
			}
		}
	}
	return lines > 0
}

// identify decides the district, the period, and whether the figures are only
// illustrative, from the letterheads of the tables' own sheets; the file's and
// the folder's names speak only where those do not.
func (r *reader) identify() {
	named := r.v.SenderInName(r.src.File, r.src.Folder)
	ranks := r.ranked()
	for _, rank := range ranks {
		if r.districtBy(rank, named) {
			break
		}
		if len(rank) > 0 && len(ranks[0])+len(ranks[1]) > 0 {
			break // what other sheets say of districts never decides
		}
	}
	if r.out.District == "" && named != "" && !slices.ContainsFunc(r.out.Issues, func(i issue.Issue) bool { return i.Check == "district_mismatch" }) {
		r.out.District, r.out.DistrictWhy = named, "tên tệp hoặc thư mục"
	}
	for i := range r.sheets {
		for _, c := range r.letterhead(&r.sheets[i]) {
			if strings.Contains(c.Fold, "minh họa") || strings.Contains(c.Fold, "minh hoạ") {
				r.out.Illustrative = true
			}
			if r.out.Title == "" && (strings.Contains(c.Fold, "tổng hợp") || strings.Contains(c.Fold, "kết quả") || strings.Contains(c.Fold, "báo cáo") || strings.Contains(c.Fold, "biểu")) && !strings.Contains(c.Fold, "kèm theo") {
				r.out.Title = grid.Clean(c.Text)
			}
		}
	}
	r.periodOf(ranks)
}

// districtBy takes the district that the letterheads of some sheets name; false
// where they name none.
func (r *reader) districtBy(sheets []*Sheet, named string) bool {
	type vote struct {
		code, where string
		own         bool
	}
	var votes []vote
	for _, s := range sheets {
		best := vote{}
		for _, c := range r.letterhead(s) {
			in := r.v.DistrictsIn(c.Text)
			if len(in) == 0 {
				continue
			}
			own := r.v.DistrictsOwn(c.Text)
			if best.code == "" || own && !best.own {
				best = vote{in[0], address(s.Grid.Sheet.Name, c.Pos), own}
			}
		}
		if best.code != "" {
			votes = append(votes, best)
		}
	}
	if len(votes) == 0 {
		return false
	}
	first := votes[0]
	for _, v := range votes[1:] {
		if v.code == first.code {
			continue
		}
		// Two letterheads: the file's name, or where one alone is a committee's
		// own block, that one.
		switch {
		case named == v.code:
			first = v
		case named == first.code:
		case v.own && !first.own:
			first = v
		case first.own && !v.own:
		default:
			r.note("district_mismatch", sheetOf(first.where), cellOf(first.where), fmt.Sprintf("tiêu đề nêu nhiều huyện khác nhau (%s, %s), không rõ báo cáo của huyện nào",
				r.v.District(first.code).Display, r.v.District(v.code).Display))
			return true
		}
	}
	r.out.District, r.out.DistrictWhy = first.code, "tiêu đề "+first.where
	if named != "" && named != first.code {
		r.note("district_mismatch", sheetOf(first.where), cellOf(first.where), fmt.Sprintf(
			"tiêu đề ghi %s nhưng tên tệp “%s” chỉ %s; lấy theo tiêu đề", r.v.District(first.code).Display, r.src.File, r.v.District(named).Display))
	}
	return true
}

// periodOf decides the period that a file is for: what the titles of its tables
// say, each with its sheet's name; else its covers; else its names.
func (r *reader) periodOf(ranks [][]*Sheet) {
	p := r.src.Period
	judge := func(sheets []*Sheet) words.PeriodVerdict {
		var stated []words.Stated
		var sheetNames []words.Stated
		for _, s := range sheets {
			for _, t := range s.Tables {
				for _, c := range t.Titles {
					if t.Context.Relation == words.Past && len(sheets) > 0 && r.anyCounts(sheets) {
						continue
					}
					for _, x := range words.StatedPeriods(c.Text) {
						x.Cell = address(s.Grid.Sheet.Name, c.Pos)
						stated = append(stated, x)
					}
				}
			}
			for _, c := range r.letterhead(s) {
				if len(s.Tables) > 0 {
					break // its titles have been heard
				}
				for _, x := range words.StatedPeriods(c.Text) {
					x.Cell = address(s.Grid.Sheet.Name, c.Pos)
					stated = append(stated, x)
				}
			}
			sheetNames = append(sheetNames, words.StatedPeriods(s.Grid.Sheet.Name)...)
		}
		v := words.JudgePeriod(append(slices.Clone(stated), sheetNames...), p)
		if v.Contradicts {
			// The name of a sheet does not contradict its title.
			if w := words.JudgePeriod(stated, p); w.Matches {
				return w
			}
		}
		return v
	}
	v := judge(ranks[0])
	if len(ranks[0]) == 0 || !v.Matches && !v.Contradicts && len(ranks[1]) > 0 && len(ranks[0]) == 0 {
		v = judge(ranks[1])
	}
	if !v.Matches && !v.Contradicts {
		if w := judge(ranks[2]); w.Matches || w.Contradicts {
			asOf := v.AsOf
			v = w
			if asOf.After(v.AsOf) {
				v.AsOf = asOf
			}
		}
	}
	base := strings.TrimSuffix(r.src.File, words.Extension(r.src.File))
	fileSays := words.JudgePeriod(words.StatedPeriods(strings.NewReplacer("_", " ", "+", " ").Replace(base)), p)
	switch {
	case v.Matches || v.Contradicts:
		if v.Matches && fileSays.Contradicts {
			r.note("period_mismatch", "", "", fmt.Sprintf("tên tệp ghi “%s” nhưng tiêu đề (%s) ghi “%s”; lấy theo tiêu đề", fileSays.Label, v.Cell, v.Label))
		}
	case fileSays.Matches || fileSays.Contradicts:
		asOf := v.AsOf
		v = fileSays
		v.Cell = ""
		if asOf.After(v.AsOf) {
			v.AsOf = asOf
		}
	default:
		folder := words.JudgePeriod(words.StatedPeriods(r.src.Folder), p)
		if folder.Matches || folder.Contradicts {
			v.Matches, v.Contradicts, v.Label = folder.Matches, folder.Contradicts, folder.Label
		}
	}
	r.out.Period = v
	r.out.PeriodStated = v.Matches || v.Contradicts
}

func (r *reader) anyCounts(sheets []*Sheet) bool {
	return slices.ContainsFunc(sheets, func(s *Sheet) bool { _, counts := holds(s, r.forms); return counts })
}

// identifySender decides who sent the file, once its district is known or not:
// a department by its own block, or by the file's name where nothing names a
// district; a commune where there are no districts.
func (r *reader) identifySender() {
	if r.out.Form != nil && r.out.Form.SenderKind == words.DepartmentSender {
		for i := range r.v.Departments {
			if d := &r.v.Departments[i]; d.Code == r.out.Form.Sender {
				r.ofDepartment(d, "biểu mẫu")
				return
			}
		}
	}
	var title *words.Department
	where := ""
decided:
	for i := range r.sheets {
		s := &r.sheets[i]
		if tables, _ := holds(s, r.forms); !tables && len(r.tables)+len(r.forms) > 0 {
			continue
		}
		for _, c := range r.letterhead(s) {
			if r.v.DistrictsOwn(c.Text) {
				title = nil
				break decided
			}
			if d := r.v.DepartmentAt(c.Text); d != nil && title == nil {
				title, where = d, "tiêu đề "+address(s.Grid.Sheet.Name, c.Pos)
			}
		}
	}
	named := r.v.DepartmentInName(strings.TrimSuffix(r.src.File, words.Extension(r.src.File)))
	if named == nil {
		named = r.v.DepartmentInName(r.src.Folder)
	}
	switch {
	case title != nil:
		r.ofDepartment(title, where)
		if named != nil && named != title {
			r.note("district_mismatch", "", "", "tiêu đề ghi "+title.Name+" nhưng tên tệp “"+r.src.File+"” chỉ "+named.Name+"; lấy theo tiêu đề")
		}
	case named != nil && r.out.District == "":
		r.ofDepartment(named, "tên tệp hoặc thư mục")
	case r.out.District != "":
		r.out.SenderKind, r.out.SenderCode = words.DistrictSender, r.out.District
	}
}

func (r *reader) ofDepartment(d *words.Department, why string) {
	r.out.SenderKind, r.out.SenderCode, r.out.SenderWhy = words.DepartmentSender, d.Code, why
	r.out.District, r.out.DistrictWhy = "", ""
	// Which districts its title names is no contradiction.
	r.out.Issues = slices.DeleteFunc(r.out.Issues, func(i issue.Issue) bool { return i.Check == "district_mismatch" })
}

// ownCommunes holds the communes of the tables against the district that the
// file says it is from: where most belong to another one, it is of neither.
func (r *reader) ownCommunes() {
	if r.out.District == "" || r.out.SenderKind == words.DepartmentSender || r.out.Form != nil {
		return
	}
	own, others := 0, map[string]int{}
	where := map[string]*found{}
	seen := map[string]bool{}
	see := func(t *found, text string) {
		key := grid.Fold(text)
		if seen[key] {
			return
		}
		seen[key] = true
		if m, _ := r.v.MatchCommune(text, r.out.District); m != nil {
			own++
			return
		}
		if m, _ := r.v.MatchCommune(text, ""); m != nil {
			others[m.District]++
			where[m.District] = t
		}
	}
	for _, t := range r.tables {
		for i := range t.Rows {
			if row := &t.Rows[i]; row.Name != nil && (row.What == shape.Data || row.What == shape.Section) {
				if name, _ := r.v.CommuneIn(row.Name.Text); name != "" {
					see(t, name)
				}
			} else if row.Code != nil {
				see(t, row.Code.Text)
			}
		}
		for j := range t.Cols {
			if k := &t.Cols[j]; k.Place != nil {
				see(t, k.Place.Text)
			}
		}
		if t.Place != nil {
			if name, _ := r.v.CommuneIn(t.Place.Text); name != "" {
				see(t, name)
			}
		} else if t.PlaceBySheet {
			if name, _ := r.v.CommuneIn(t.Grid.Sheet.Name); name != "" {
				see(t, name)
			}
		}
	}
	best, n := "", 0
	for _, d := range r.v.Districts {
		if others[d.Code] > n {
			best, n = d.Code, others[d.Code]
		}
	}
	if n <= own || n < 2 && own > 0 {
		return
	}
	t := where[best]
	at := sheet.Pos{Row: t.HeadTop, Col: t.FirstCol}
	r.worse("district_mismatch", issue.Error, t.Grid.Sheet.Name, at.String(), fmt.Sprintf(
		"%s ghi %s nhưng phần lớn các xã trong bảng (%d/%d) thuộc %s; không rõ báo cáo của đơn vị nào nên chưa nhận cho đơn vị nào",
		r.out.DistrictWhy, r.v.District(r.out.District).Display, n, n+own, r.v.District(best).Display))
	r.out.District, r.out.DistrictWhy = "", ""
	r.out.SenderKind, r.out.SenderCode = "", ""
}

// identifyCommune names a commune as the sender of a file that is about it
// alone, where there is no district that could be.
func (r *reader) identifyCommune() {
	if r.out.SenderCode != "" || len(r.v.Districts) > 0 {
		return
	}
	if f := r.out.Form; f != nil && f.SenderKind == words.CommuneSender && r.v.Commune(f.Sender) != nil {
		r.out.SenderKind, r.out.SenderCode, r.out.SenderWhy = words.CommuneSender, f.Sender, "biểu mẫu"
		return
	}
	var codes []string
	for _, rec := range r.out.Records {
		if rec.Commune != "" && !slices.Contains(codes, rec.Commune) {
			codes = append(codes, rec.Commune)
		}
	}
	if len(codes) == 1 {
		r.out.SenderKind, r.out.SenderCode, r.out.SenderWhy = words.CommuneSender, codes[0], "xã duy nhất trong tệp"
	}
}
