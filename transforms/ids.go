package transforms

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	listSplit = regexp.MustCompile(`[;\n]+|,\s+|\s+và\s+|\s*,\s*$`)
	commaIDs  = regexp.MustCompile(`^\d{1,2},\d{1,2}$`)
	inside    = regexp.MustCompile(`^(?:tiêu chí |tc ?)?(\d{1,2})\s*\(([^()]*)\)$`)
)

// FailingList is what a cell lists as not met.
type FailingList struct {
	IDs []string // in the order written, each once
	// Expanded are criteria given bare that stand for all of their indicators.
	Expanded []int
	// Unclear are the parts that name nothing of the set; Why says more.
	Unclear []string
	Why     string
}

// readList reads "13.1; 13.2", "TC 13", "13 (13.1; 13.2)", "0" or a blank.
func (v *Vocabulary) readList(c *cell) FailingList {
	var l FailingList
	if c == nil {
		return l
	}
	text := strings.Trim(c.fold, " ;,.")
	if text == "" || text == "0" || v.is("missing", text) || v.is("none", text) || text == "không" {
		return l
	}
	if c.date {
		l.Unclear, l.Why = []string{c.text}, "Excel đã đổi nội dung ô thành ngày tháng"
		return l
	}
	seen := map[string]bool{}
	add := func(id string) {
		if !seen[id] {
			seen[id] = true
			l.IDs = append(l.IDs, id)
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
		part = strings.Trim(part, " ;,.")
		if part == "" {
			continue
		}
		if m := inside.FindStringSubmatch(part); m != nil {
			for _, p := range strings.Split(m[2], "|") {
				if !v.listPart(strings.Trim(p, " ."), add, &l) {
					l.Unclear = append(l.Unclear, strings.TrimSpace(p))
				}
			}
			continue
		}
		// "13.1,15.1" without blanks is a list; "13,1" could be 13.1 or 13 and 1.
		if strings.Contains(part, ",") {
			if commaIDs.MatchString(part) {
				l.Unclear = append(l.Unclear, part)
				l.Why = "dấu phẩy có thể là dấu thập phân hoặc dấu ngăn cách"
				continue
			}
			for _, p := range strings.Split(part, ",") {
				if !v.listPart(strings.TrimSpace(p), add, &l) {
					l.Unclear = append(l.Unclear, strings.TrimSpace(p))
				}
			}
			continue
		}
		if !v.listPart(part, add, &l) {
			l.Unclear = append(l.Unclear, part)
		}
	}
	return l
}

func (v *Vocabulary) listPart(part string, add func(string), l *FailingList) bool {
	c := &cell{text: part, fold: part}
	id, rest, dotted := leadingID(c)
	if id == "" {
		return false
	}
	if ind := v.byID[id]; ind != nil && (dotted || v.only(ind.Criterion) != nil) {
		add(id)
		return rest == "" || !strings.ContainsAny(rest, "0123456789")
	}
	if dotted || rest != "" && !c.prefixed {
		return false
	}
	n := v.criterionOf(c)
	if n == 0 {
		return false
	}
	for _, ind := range v.byCriterion[n] {
		add(ind.ID)
	}
	l.Expanded = append(l.Expanded, n)
	return true
}

func (l FailingList) note() string {
	if len(l.Expanded) == 0 {
		return ""
	}
	s := make([]string, len(l.Expanded))
	for i, n := range l.Expanded {
		s[i] = fmt.Sprint(n)
	}
	return "ghi cả tiêu chí " + strings.Join(s, ", ") + ": hiểu là mọi chỉ tiêu của tiêu chí đó"
}
