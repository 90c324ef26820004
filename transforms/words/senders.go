package words

import (
	"github.com/angiang-ntm/ntm/transforms/grid"
	"strings"
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

// DepartmentAt returns the department whose name a line of a text begins with:
// the block of the issuing agency, and not a mention in a sentence.
func (v *Vocabulary) DepartmentAt(text string) *Department {
	var best *Department
	for line := range strings.Lines(text) {
		s := grid.Fold(line)
		for i := range v.Departments {
			d := &v.Departments[i]
			if name := grid.Fold(d.Name); strings.HasPrefix(s, name) && (best == nil || len(d.Name) > len(best.Name)) {
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

// DepartmentInName returns the one department that a file's or folder's name
// carries, by its name, its code or a short form.
func (v *Vocabulary) DepartmentInName(name string) *Department {
	words := func(s string) string {
		return " " + strings.Join(strings.FieldsFunc(Plain(grid.Fold(s)), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }), " ") + " "
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

// DistrictsOwn tells that a text is the block of a district's committee.
func (v *Vocabulary) DistrictsOwn(text string) bool {
	for line := range strings.Lines(text) {
		s := grid.Fold(line)
		if (strings.HasPrefix(s, "ubnd") || strings.HasPrefix(s, "ủy ban nhân dân") || strings.HasPrefix(s, "uỷ ban nhân dân")) && len(v.DistrictsIn(line)) > 0 {
			return true
		}
	}
	return false
}

// OneDistrict reads a cell that says a district and nothing else.
func (v *Vocabulary) OneDistrict(text string) string { return v.districtForms[grid.Fold(text)] }
