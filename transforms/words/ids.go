package words

import (
	"fmt"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"regexp"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

var (
	listSplit = regexp.MustCompile(`;+|,\s+|\s+và\s+|\s*,\s*$`)
	commaIDs  = regexp.MustCompile(`^\d{1,2},\d{1,2}$`)
	spacedIDs = regexp.MustCompile(`^\d{1,2}\.\d{1,2}(?: \d{1,2}\.\d{1,2})+$`)
	under     = regexp.MustCompile(`^(?:tiêu chí (?:số )?|tc ?)(\d{1,2})\s*:\s*(.+)$`)
	inside    = regexp.MustCompile(`^(?:tiêu chí (?:số )?|tc ?)?(\d{1,2})\s*\(([^()]*)\)$`)
)

// FailingList is what a cell lists as not met.
type FailingList struct {
	IDs []string // in the order written, each once
	// Expanded are criteria given bare that stand for all of their indicators.
	Expanded []int
	// Unclear are the parts that name nothing of the set; Why says more.
	Unclear []string
	Why     string
	// Repaired is the id that Excel had made a date of.
	Repaired string
	// Missing tells a cell that says there is no report yet.
	Missing bool
}

// ReadList reads "13.1; 13.2", "TC 13", "13 (13.1; 13.2)", "0" or a blank.
func (v *Vocabulary) ReadList(c *grid.Cell) FailingList {
	var l FailingList
	if c == nil {
		return l
	}
	if id := v.datedID(c); id != "" {
		l.IDs, l.Repaired = []string{id}, id
		return l
	}
	switch {
	case c.Date:
		l.Why = "Excel đã đổi nội dung ô thành ngày tháng"
	case c.Kind == sheet.Error:
		l.Why = "lỗi của Excel"
	case c.Kind == sheet.NoResult:
		l.Why = "công thức chưa có kết quả"
	}
	if l.Why != "" {
		l.Unclear = []string{c.Text}
		return l
	}
	// Ids also stand one a line.
	text := strings.Trim(grid.Fold(strings.NewReplacer("\r", "", "\n", "; ").Replace(c.Text)), " ;,.-–—…_")
	if text == "" || text == "0" || text == "không" || v.is("none", text) {
		return l
	}
	if v.is("missing", text) {
		l.Missing = true // "chưa báo cáo" is not the same as nothing to list
		return l
	}
	seen := map[string]bool{}
	add := func(id string) {
		if !seen[id] {
			seen[id] = true
			l.IDs = append(l.IDs, id)
		}
	}
	read := func(part string, criterion string) {
		part = strings.Trim(part, " ;,.")
		switch {
		case part == "":
		case criterion != "" && part != criterion && !strings.HasPrefix(part, criterion+"."):
			l.Unclear = append(l.Unclear, part)
		case !v.listPart(part, add, &l):
			l.Unclear = append(l.Unclear, part)
		}
	}
	// A list inside brackets belongs to the criterion before them.
	depth := 0
	flat := strings.Map(func(r rune) rune {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case depth > 0 && (r == ';' || r == ','):
			return '|'
		}
		return r
	}, text)
	for _, part := range listSplit.Split(flat, -1) {
		part = strings.Trim(part, " ;,.-–+*•")
		if m := under.FindStringSubmatch(part); m != nil { // "Tiêu chí 13: 13.1, …"
			read(m[2], strings.TrimLeft(m[1], "0"))
			continue
		}
		switch m := inside.FindStringSubmatch(part); {
		case m != nil && strings.ContainsAny(m[2], "0123456789"): // words in brackets are a note
			for _, p := range strings.Split(m[2], "|") {
				read(p, strings.TrimLeft(m[1], "0"))
			}
		case commaIDs.MatchString(part):
			l.Unclear = append(l.Unclear, part)
			l.Why = "dấu phẩy có thể là dấu thập phân hoặc dấu ngăn cách"
		case spacedIDs.MatchString(part):
			for _, p := range strings.Fields(part) {
				read(p, "")
			}
		default: // "13.1,15.1" without blanks is a list; "13,1" was caught above
			for _, p := range strings.Split(part, ",") {
				read(p, "")
			}
		}
	}
	return l
}

// listPart reads one id of a list; false where it names nothing of the set.
func (v *Vocabulary) listPart(part string, add func(string), l *FailingList) bool {
	ld := leadingID(part)
	id, rest, dotted := ld.id, ld.rest, ld.dotted
	if id == "" {
		return false
	}
	if ind := v.byID[id]; ind != nil && (dotted || v.Only(ind.Criterion) != nil) {
		if strings.ContainsAny(rest, "0123456789") {
			return false // "17.2-17.5": which of them?
		}
		add(id)
		return true
	}
	// "Tiêu chí số 10 (thu nhập)" names the criterion; the bracket is a note.
	if i := strings.IndexByte(rest, '('); i == 0 || rest != "" && v.criterion[atoi(id)] != "" && strings.HasPrefix(rest, v.criterion[atoi(id)]) {
		rest = ""
	}
	if dotted || rest != "" && !ld.prefixed || strings.ContainsAny(rest, "0123456789") {
		return false
	}
	n := atoi(id)
	if v.criterion[n] == "" && v.byCriterion[n] == nil {
		return false
	}
	for _, ind := range v.byCriterion[n] {
		add(ind.ID)
	}
	l.Expanded = append(l.Expanded, n)
	return true
}

func atoi(s string) int { n, _ := strconv.Atoi(s); return n }

// Note says which criteria stand for all of their indicators.
func (l FailingList) Note() string {
	if len(l.Expanded) == 0 {
		return ""
	}
	s := make([]string, len(l.Expanded))
	for i, n := range l.Expanded {
		s[i] = fmt.Sprint(n)
	}
	return "ghi cả tiêu chí " + strings.Join(s, ", ") + ": hiểu là mọi chỉ tiêu của tiêu chí đó"
}
