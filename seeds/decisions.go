package seeds

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/internal/issue"
)

// The kinds of decision that an office records, in the words it writes.
const (
	decisionRecognises = "công nhận"
	decisionWithdraws  = "thu hồi"
)

// decisionsFile is where an office writes the decisions that it receives, a
// line each: it never has to copy the list of recognitions to add to it.
const decisionsFile = "recognition_decisions.csv"

// decided adds the office's decisions to the recognitions: one that recognises
// is a row more, one that withdraws ends the row that it is about on the day
// before. Each is held against the registry first, since a wrong code would
// count a commune that nobody recognised.
func (l *loader) decided(f file, rows []row) []row {
	decisions := slices.Clone(l.rows[decisionsFile])
	if len(decisions) == 0 || l.blames(decisionsFile, "communes.csv", "criteria_sets.csv", f.name) {
		return rows
	}
	slices.SortStableFunc(decisions, func(a, b row) int { return strings.Compare(a.text("decided_on"), b.text("decided_on")) })
	at := func(name string) int {
		return slices.IndexFunc(f.columns, func(c column) bool { return c.name == name })
	}
	all := slices.Clone(rows)
	for i, r := range all {
		all[i].cells = slices.Clone(r.cells)
	}
	last := map[string]int{} // the highest place in each set's list
	for _, r := range all {
		last[r.text("set_id")] = max(last[r.text("set_id")], r.int("order_no"))
	}
	for _, d := range decisions {
		code, day := d.text("commune_code"), d.text("decided_on")
		if !l.known(d, code, day) {
			continue
		}
		// What is in force of this commune on the day.
		var open []int
		for i, r := range all {
			from := r.text("valid_from")
			if from == "" {
				from = r.text("recognised_year") + "-01-01"
			}
			if r.text("commune_code") == code && within(day, from, r.text("valid_to")) {
				open = append(open, i)
			}
		}
		set := d.text("set_id")
		if d.text("decision_kind") == decisionWithdraws {
			open = slices.DeleteFunc(open, func(i int) bool { return set != "" && all[i].text("set_id") != set })
			if len(open) == 0 {
				l.add(decisionsFile, d.line, fmt.Sprintf("Xã %s (%s) không có công nhận nào còn hiệu lực vào ngày %s để thu hồi", d.text("commune_name"), code, day),
					"Kiểm tra mã xã và ngày; ghi quyết định công nhận trước, nếu danh mục chưa có.")
			}
			for _, i := range open {
				all[i].cells[at("valid_to")] = dayBefore(day)
				note := "Thu hồi theo " + d.text("decision_no") + " ngày " + day
				all[i].cells[at("note")] = strings.Trim(all[i].text("note")+"; "+note, "; ")
			}
			continue
		}
		switch {
		case set == "":
			if set = l.setOn(day); set == "" {
				l.add(decisionsFile, d.line, "Không có bộ tiêu chí nào áp dụng vào ngày "+day, "Ghi mã bộ tiêu chí vào cột set_id.")
				continue
			}
		case !slices.ContainsFunc(l.rows["criteria_sets.csv"], func(r row) bool { return r.text("set_id") == set }):
			l.unknown(decisionsFile, d.line, "bộ tiêu chí", set, "criteria_sets.csv")
			continue
		}
		if i := slices.IndexFunc(open, func(i int) bool { return all[i].text("set_id") == set }); i >= 0 {
			l.add(decisionsFile, d.line, fmt.Sprintf("Xã %s (%s) đã được công nhận theo bộ %s từ %s", d.text("commune_name"), code, set, all[open[i]].text("valid_from")),
				"Bỏ dòng này nếu là cùng một quyết định; nếu công nhận lại thì ghi quyết định thu hồi trước.")
			continue
		}
		last[set]++
		cells := make([]string, len(f.columns))
		for name, value := range map[string]string{
			"commune_code": code, "recognised_year": day[:4], "set_id": set, "order_no": strconv.Itoa(last[set]),
			"decision": d.text("decision_no") + " ngày " + day, "valid_from": day, "illustrative": "no",
			"note": d.text("note"), "source": d.text("source"), "confidence": "document",
		} {
			cells[at(name)] = value
		}
		all = append(all, row{d.line, &f, cells})
	}
	return all
}

// blames tells whether one of these files has an error: what refers to a row
// that could not be read would be blamed for it.
func (l *loader) blames(files ...string) bool {
	return slices.ContainsFunc(files, func(name string) bool {
		for _, i := range l.issues {
			if i.File == name && i.Severity == issue.Error {
				return true
			}
		}
		return false
	})
}

// known holds a decision against the registry: the code is a xã on the day, and
// the name beside it is that commune's.
func (l *loader) known(d row, code, day string) bool {
	var names []string
	for _, c := range l.rows["communes.csv"] {
		if c.text("commune_code") != code || c.text("kind") != KindXa || !within(day, c.text("valid_from"), c.text("valid_to")) {
			continue
		}
		names = append(append(names, c.text("name")), c.list("aliases")...)
	}
	name := strings.TrimSpace(d.text("commune_name"))
	switch {
	case len(names) == 0:
		l.add(decisionsFile, d.line, fmt.Sprintf("Không có xã nào mã “%s” vào ngày %s trong communes.csv", code, day), "Sửa mã xã hoặc ngày quyết định.")
		return false
	case !slices.ContainsFunc(names, func(n string) bool {
		return fold(n) == fold(name) || fold("xã "+n) == fold(name)
	}):
		l.add(decisionsFile, d.line, fmt.Sprintf("Mã %s là xã %s, không phải “%s”", code, names[0], name), "Sửa mã hoặc tên cho đúng một xã; dòng này chưa được tính.")
		return false
	}
	return true
}

// setOn is the set in force on a day, "" for none.
func (l *loader) setOn(day string) string {
	for _, s := range l.rows["criteria_sets.csv"] {
		if s.text("role") == "evaluate" && within(day, s.text("effective_from"), s.text("effective_to")) {
			return s.text("set_id")
		}
	}
	return ""
}

// dayBefore is the day before a day, which is known to be one.
func dayBefore(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day // cannot be: the cell was checked
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly)
}
