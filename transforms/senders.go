package transforms

import (
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// The kinds of senders.
const (
	DistrictSender   = "district"
	DepartmentSender = "department"
	CommuneSender    = "commune"
)

// Department is an office of the province that reports on its own indicators,
// for the communes of all districts.
type Department struct {
	Code, Name string
	Aliases    []string
}

// departmentAt returns the department whose name a line of a text begins with:
// the block of the issuing agency, and not a mention in a sentence.
func (v *Vocabulary) departmentAt(text string) *Department {
	var best *Department
	for line := range strings.Lines(text) {
		s := Fold(line)
		for i := range v.Departments {
			d := &v.Departments[i]
			if name := Fold(d.Name); strings.HasPrefix(s, name) && (best == nil || len(d.Name) > len(best.Name)) {
				// "Sở Y tế tỉnh An Giang" and "SỞ Y TẾ" are lines of that office,
				// "Sở Y tế đề nghị các huyện …" is a sentence.
				if rest := strings.TrimSpace(strings.TrimPrefix(s, name)); rest == "" || strings.HasPrefix(rest, "tỉnh") || strings.HasPrefix(rest, "an giang") {
					best = d
				}
			}
		}
	}
	return best
}

// departmentInName returns the one department that a file's or folder's name
// carries, by its name, its code or a short form.
func (v *Vocabulary) departmentInName(name string) *Department {
	words := func(s string) string {
		return " " + strings.Join(strings.FieldsFunc(Plain(Fold(s)), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }), " ") + " "
	}
	s := words(name)
	var found *Department
	for i := range v.Departments {
		d := &v.Departments[i]
		for _, form := range append([]string{d.Name, strings.ReplaceAll(d.Code, "-", " ")}, d.Aliases...) {
			if strings.Contains(s, words(form)) {
				if found != nil && found != d {
					return nil
				}
				found = d
			}
		}
	}
	return found
}

// districtsOwn tells that a text is the block of a district's committee.
func (v *Vocabulary) districtsOwn(text string) bool {
	for line := range strings.Lines(text) {
		s := Fold(line)
		if (strings.HasPrefix(s, "ubnd") || strings.HasPrefix(s, "ủy ban nhân dân") || strings.HasPrefix(s, "uỷ ban nhân dân")) && len(v.districtsIn(line)) > 0 {
			return true
		}
	}
	return false
}

// identifySender decides who sent the file, once its district is known or not:
// a department by its own block, or by the file's name where nothing names a
// district; a commune where there are no districts.
func (r *reader) identifySender() {
	if r.out.Form != nil && r.out.Form.SenderKind == DepartmentSender {
		for i := range r.v.Departments {
			if d := &r.v.Departments[i]; d.Code == r.out.Form.Sender {
				r.ofDepartment(d, "biểu mẫu")
				return
			}
		}
	}
	var title *Department
	where := ""
	for _, g := range r.grids {
		for _, c := range r.titleCells(g) {
			if r.v.districtsOwn(c.text) {
				title = nil
				goto decided
			}
			if d := r.v.departmentAt(c.text); d != nil && title == nil {
				title, where = d, "tiêu đề "+address(g.sheet.Name, c.pos)
			}
		}
	}
decided:
	named := r.v.departmentInName(strings.TrimSuffix(r.src.File, extension(r.src.File)))
	if named == nil {
		named = r.v.departmentInName(r.src.Folder)
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
		r.out.SenderKind, r.out.SenderCode = DistrictSender, r.out.District
	}
}

func (r *reader) ofDepartment(d *Department, why string) {
	r.out.SenderKind, r.out.SenderCode, r.out.SenderWhy = DepartmentSender, d.Code, why
	r.out.District, r.out.DistrictWhy = "", ""
	// Which districts its title names is no contradiction.
	r.out.Issues = slices.DeleteFunc(r.out.Issues, func(i issue.Issue) bool { return i.Check == "district_mismatch" })
}

// identifyCommune names a commune as the sender of a file that is about it
// alone, where there is no district that could be.
func (r *reader) identifyCommune() {
	if r.out.SenderCode != "" || len(r.v.Districts) > 0 {
		return
	}
	if f := r.out.Form; f != nil && f.SenderKind == CommuneSender && r.v.byCode[f.Sender] != nil {
		r.out.SenderKind, r.out.SenderCode, r.out.SenderWhy = CommuneSender, f.Sender, "biểu mẫu"
		return
	}
	var codes []string
	for _, rec := range r.out.Records {
		if rec.Commune != "" && !slices.Contains(codes, rec.Commune) {
			codes = append(codes, rec.Commune)
		}
	}
	if len(codes) == 1 {
		r.out.SenderKind, r.out.SenderCode, r.out.SenderWhy = CommuneSender, codes[0], "xã duy nhất trong tệp"
	}
}

// districtOf is the district in which a row's commune is looked for: the
// file's own, or in a department's report the one that the row, or the row
// above that heads it, names.
func (r *reader) districtOf(t *table, row int) string {
	if r.out.SenderKind != DepartmentSender {
		return r.out.District
	}
	if r.underDistrict == nil {
		r.underDistrict = map[int]string{}
	}
	for _, c := range t.g.row(row) {
		if c.kind != sheet.Text || c.pos.Col == t.nameCol && r.communeLike(c) && len(t.g.row(row)) > 2 {
			continue
		}
		if code := r.v.oneDistrict(c.text); code != "" {
			r.underDistrict[t.no] = code
		}
	}
	return r.underDistrict[t.no]
}

// oneDistrict reads a cell that says a district and nothing else.
func (v *Vocabulary) oneDistrict(text string) string {
	s := Fold(text)
	for _, d := range v.Districts {
		for _, form := range append([]string{d.Name, d.Display, d.Kind + " " + d.Name}, d.Aliases...) {
			if s == Fold(form) {
				return d.Code
			}
		}
	}
	return ""
}
