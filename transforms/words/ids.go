package words

import (
	"fmt"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

var (
	listSplit = regexp.MustCompile(`;+|,\s+|\s*,\s*$`)
	commaIDs  = regexp.MustCompile(`^\d{1,2},\d{1,2}$`)
	spacedIDs = regexp.MustCompile(`^\d{1,2}\.\d{1,2}(?: \d{1,2}\.\d{1,2})+$`)
	under     = regexp.MustCompile(`^(?:tiêu chí|tc)\s*(?:số |thứ )?\s*(\d{1,2})\s*:\s*(.+)$`)
	inside    = regexp.MustCompile(`^(?:(?:tiêu chí|tc)\s*(?:số |thứ )?\s*)?(\d{1,2})\s*\(([^()]*)\)$`)
	// "03 tiêu chí: 5, 6, 17", "4 TC (2, 5)", "2/19 (5; 17)": how many, then which.
	countOfList = regexp.MustCompile(`^(\d{1,2})\s*(?:(?:/\s*\d{1,2}\s*)?(?:tiêu chí|tc)(?:\s*(?:chưa|không) đạt)?\s*[:(]|/\s*\d{1,2}\s*[:(])\s*(.+?)\)?$`)
	// "11 (5,2%)": what was reached.
	reached = regexp.MustCompile(`(\d)\s*\(\s*(?:(?:mới|chỉ|đạt|được)\s+)*[≥≤<>~=]*\s*\d[\d.,]*\s*%\s*\)`)
	// "Chưa đạt TC 5", "Còn tiêu chí 16": what the list is of, once more.
	leadWords = regexp.MustCompile(`^(?:chưa đạt|không đạt|còn lại|còn|gồm|thiếu)\s+(?:các\s+)?((?:(?:tiêu chí|chỉ tiêu|tc|ct)\s*(?:số\s*)?)?\d)`)
	// "và" between two ids; inside a name it is a part of it.
	andIDs = regexp.MustCompile(`([\d)])\s+và\s+((?:(?:tiêu chí|chỉ tiêu|tc|ct)\s*(?:số\s*)?)?\d)`)
	// "Chưa đạt: 5, 17; cần củng cố: 10": a part that says what it lists.
	labelled = regexp.MustCompile(`^([^\d:;(]*[^\d:;(\s])\s*:\s*(.*)$`)
	named    = regexp.MustCompile(`^([^\d()]+)\(([^()]*\d[^()]*)\)$`)
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
	// OneOrTwo is a list such as "1,2" that may be two criteria or one id: the
	// criteria that fail decide, where a count beside it tells how many.
	OneOrTwo *TwoWays
}

// TwoWays are the two ways of reading "1,2": as the id of an indicator, and as
// two criteria.
type TwoWays struct {
	Written  string
	ID       string
	Criteria [2]int
}

// Settle takes the way of reading in which as many criteria fail as a count
// says; false where both or neither do.
func (l *FailingList) Settle(v *Vocabulary, failing int) bool {
	if l.OneOrTwo == nil || len(l.Unclear) != 1 {
		return false
	}
	criteria := map[int]bool{}
	for _, id := range l.IDs {
		criteria[v.byID[id].Criterion] = true
	}
	asID, asTwo := len(criteria), len(criteria)
	w := l.OneOrTwo
	if !criteria[v.byID[w.ID].Criterion] {
		asID++
	}
	for _, n := range w.Criteria {
		if !criteria[n] {
			asTwo++
		}
	}
	switch {
	case asID == asTwo:
		return false
	case asID == failing:
		l.IDs = append(l.IDs, w.ID)
	case asTwo == failing:
		for _, n := range w.Criteria {
			for _, ind := range v.byCriterion[n] {
				if !slices.Contains(l.IDs, ind.ID) {
					l.IDs = append(l.IDs, ind.ID)
				}
			}
		}
		l.Expanded = append(l.Expanded, w.Criteria[:]...)
	default:
		return false
	}
	l.Unclear, l.Why, l.OneOrTwo = nil, "", nil
	return true
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
	text = reached.ReplaceAllString(text, "$1")
	// How many are listed is said in front of some lists, and must be so.
	count := 0
	if m := countOfList.FindStringSubmatch(text); m != nil {
		count, text = atoi(m[1]), m[2]
	}
	text = leadWords.ReplaceAllString(text, "$1")
	text = andIDs.ReplaceAllString(text, "$1; $2")
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
	for _, part := range listSplit.Split(v.ofUnmet(flat, &l), -1) {
		part = strings.Trim(part, " ;,.-–+*•")
		if m := under.FindStringSubmatch(part); m != nil { // "Tiêu chí 13: 13.1, …", "Tiêu chí 13: Tổ chức sản xuất"
			criterion := strings.TrimLeft(m[1], "0")
			switch in := named.FindStringSubmatch(m[2]); {
			case !strings.ContainsAny(m[2], "0123456789") && v.callsCriterion(m[2], atoi(criterion)):
				read(criterion, criterion)
			case in != nil && v.callsCriterion(strings.TrimSpace(in[1]), atoi(criterion)):
				for p := range strings.SplitSeq(in[2], "|") {
					read(p, criterion)
				}
			default:
				read(m[2], criterion)
			}
			continue
		}
		switch m := inside.FindStringSubmatch(part); {
		case m != nil && strings.ContainsAny(m[2], "0123456789"): // words in brackets are a note
			for p := range strings.SplitSeq(m[2], "|") {
				read(p, strings.TrimLeft(m[1], "0"))
			}
		case commaIDs.MatchString(part):
			v.commaList(part, add, &l)
		case spacedIDs.MatchString(part):
			for _, p := range strings.Fields(part) {
				read(p, "")
			}
		default: // "13.1,15.1" without blanks is a list; "13,1" was caught above
			for p := range strings.SplitSeq(part, ",") {
				read(p, "")
			}
		}
	}
	if count > 0 && len(l.Unclear) == 0 && !l.counts(v, count) {
		l.Unclear = []string{grid.Clean(c.Text)}
		l.Why = fmt.Sprintf("ghi %d nhưng không liệt kê đúng bấy nhiêu tiêu chí", count)
	}
	return l
}

// ofUnmet leaves of a list the parts that say what is not met: "Đạt: 1, 2; chưa
// đạt: 3". What a part is about that says something else nobody can tell.
func (v *Vocabulary) ofUnmet(text string, l *FailingList) string {
	if !strings.Contains(text, ":") {
		return text
	}
	var out []string
	other := ""
	for part := range strings.SplitSeq(text, ";") {
		part = strings.Trim(part, " ,.-–+*•")
		if m := labelled.FindStringSubmatch(part); m != nil {
			h := v.Heading(m[1])
			switch {
			case leadingID(part).id != "":
				other = ""
			case h.Rest == 0 && (h.Has(UnmetHead) || h.Has(FailingHead)), v.is("not_met", m[1]):
				part, other = m[2], ""
			default:
				other = m[1]
			}
		}
		if part == "" {
			continue
		}
		if other != "" {
			l.Unclear = append(l.Unclear, part)
			continue
		}
		out = append(out, part)
	}
	return strings.Join(out, ";")
}

// callsCriterion tells that words may stand beside the number of a criterion:
// they are none that name another one.
func (v *Vocabulary) callsCriterion(words string, n int) bool {
	name := v.criterion[n]
	if name == "" {
		return false
	}
	if words == name || strings.HasPrefix(words, name) || strings.HasPrefix(name, words) {
		return true
	}
	for other, called := range v.criterion {
		if other != n && called == words {
			return false
		}
	}
	return true
}

// commaList reads "11,12": two criteria where the set has no 11.12.
func (v *Vocabulary) commaList(part string, add func(string), l *FailingList) {
	a, b, _ := strings.Cut(part, ",")
	first, second := atoi(a), atoi(b)
	id := strings.TrimLeft(a, "0") + "." + b
	both := v.byCriterion[first] != nil && v.byCriterion[second] != nil && first != second
	if both && v.byID[id] == nil && !v.OtherIDs[id] && first < second {
		for _, n := range []int{first, second} {
			for _, ind := range v.byCriterion[n] {
				add(ind.ID)
			}
			if v.Only(n) == nil {
				l.Expanded = append(l.Expanded, n)
			}
		}
		return
	}
	l.Unclear = append(l.Unclear, part)
	l.Why = "dấu phẩy có thể là dấu thập phân hoặc dấu ngăn cách"
	if both && v.byID[id] != nil {
		l.OneOrTwo = &TwoWays{part, id, [2]int{first, second}}
	}
}

// counts tells that a list holds so many criteria, or so many ids.
func (l *FailingList) counts(v *Vocabulary, n int) bool {
	criteria := map[int]bool{}
	for _, id := range l.IDs {
		criteria[v.byID[id].Criterion] = true
	}
	return len(criteria) == n || len(l.IDs) == n && len(l.Expanded) == 0
}

// listPart reads one id of a list; false where it names nothing of the set.
func (v *Vocabulary) listPart(part string, add func(string), l *FailingList) bool {
	ld := leadingID(part)
	id, rest, dotted := ld.id, ld.rest, ld.dotted
	if id == "" {
		for n, name := range v.criterion { // by its name alone
			if name == part && v.byCriterion[n] != nil {
				for _, ind := range v.byCriterion[n] {
					add(ind.ID)
				}
				if v.Only(n) == nil {
					l.Expanded = append(l.Expanded, n)
				}
				return true
			}
		}
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
