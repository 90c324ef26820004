package pipeline

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/transforms"
)

// Of the files that one sender gave for a period the newest counts, commune by
// commune. Which is newer is told by, in this order: the edition that it states,
// the date of its data, a date in its name, when it was received, its own time
// stamp. What only some of the files state orders those among themselves and
// leaves the others where they are, since a stated date and a time of receipt are
// no measure for one another.

var (
	resent = regexp.MustCompile(`(?:^|[^\p{L}])(?:lần|lan|bản|ban|v|ver|version)(?:\s*(?:thứ|thu))?\s*\.?\s*(\d{1,2})(?:\D|$)|\((\d{1,2})\)`)
	// entitled is how a title states an edition: more words stand there by chance.
	entitled = regexp.MustCompile(`(?:^|[^\p{L}])lần(?:\s*thứ)?\s*(\d{1,2})(?:\D|$)`)
)

// edition reads from a name how late a file stands among those of one sender:
// "lần 2" before "lần 3", "(sửa)" after the plain name.
func edition(name string) int {
	s := transforms.Fold(name)
	n := 0
	for _, m := range resent.FindAllStringSubmatch(s, -1) {
		d, _ := strconv.Atoi(m[1] + m[2])
		n = max(n, d*10)
	}
	plain := transforms.Plain(s)
	for _, w := range []string{"sua", "bo sung", "thay the", "dieu chinh", "final", "chinh thuc"} {
		if strings.Contains(plain, w) {
			n += 5
			break
		}
	}
	return n
}

// edition is that of the file's name, else of the folder it lies in, else of its
// title; 0 where nothing states one.
func (f *received) edition() int {
	if n := cmp.Or(edition(f.key.name), edition(path.Base(f.key.folder))); n != 0 || f.reading == nil {
		return n
	}
	n := 0
	for _, m := range entitled.FindAllStringSubmatch(transforms.Fold(f.reading.Title), -1) {
		d, _ := strconv.Atoi(m[1])
		n = max(n, d*10)
	}
	return n
}

var (
	dayFirst  = regexp.MustCompile(`(?:^|\D)(\d{1,2})[-._/ ](\d{1,2})[-._/ ](\d{4}|\d{2})(?:\D|$)`)
	yearFirst = regexp.MustCompile(`(?:^|\D)(\d{4})[-._/ ](\d{1,2})[-._/ ](\d{1,2})(?:\D|$)`)
	together8 = regexp.MustCompile(`(?:^|\D)(\d{8})(?:\D|$)`)
)

// dateInName is the latest full date that a name states, zero for none.
func dateInName(name string) time.Time {
	var latest time.Time
	add := func(y, m, d string) bool {
		if len(y) == 2 {
			y = "20" + y
		}
		day, err := time.Parse("2006-1-2", y+"-"+m+"-"+d)
		if err != nil || day.Year() < 1990 || day.Year() > 2099 {
			return false
		}
		if day.After(latest) {
			latest = day
		}
		return true
	}
	for _, m := range yearFirst.FindAllStringSubmatch(name, -1) {
		add(m[1], m[2], m[3])
	}
	for _, m := range dayFirst.FindAllStringSubmatch(name, -1) {
		add(m[3], m[2], m[1])
	}
	for _, m := range together8.FindAllStringSubmatch(name, -1) {
		if d := m[1]; !add(d[:4], d[4:6], d[6:]) {
			add(d[4:], d[2:4], d[:2])
		}
	}
	return latest
}

// asOf is the date of data that the file states, zero for none.
func (f *received) asOf() time.Time {
	if f.reading == nil {
		return time.Time{}
	}
	return f.reading.Period.AsOf
}

// path is where a file lay, as a name is compared: the two ways to write an
// accented letter are one.
func (f *received) path() string { return norm.NFC.String(f.key.folder + "/" + f.key.name) }

// apart is how far apart two time stamps have to lie to tell which file is newer:
// a folder that was copied gives its files the moments of copying.
const apart = time.Minute

// rank orders the files of the period from the earliest to the latest.
func (r *Run) rank() {
	order := slices.Clone(r.received)
	slices.SortFunc(order, func(a, b *received) int {
		return cmp.Or(
			cmp.Compare(a.turn, b.turn), a.receivedAt.Compare(b.receivedAt), // the clock may be set back between two runs
			strings.Compare(b.path(), a.path()), strings.Compare(b.key.sha, a.key.sha), // where nothing tells, the first by name counts
		)
	})
	groups := map[string][]int{}
	for i, f := range order {
		if f.reading != nil {
			groups[f.sender()] = append(groups[f.sender()], i)
		}
	}
	for _, at := range groups {
		moments(order, at)
		for from := 0; from < len(at); {
			to := from + 1
			for to < len(at) && receivedTogether(order[at[from]], order[at[to]]) {
				to++
			}
			among(order, at[from:to], func(f *received) bool { return f.moment != 0 }, func(a, b *received) int { return cmp.Compare(a.moment, b.moment) })
			from = to
		}
		dated := func(f *received) bool { return !dateInName(f.key.name).IsZero() }
		among(order, at, dated, func(a, b *received) int { return dateInName(a.key.name).Compare(dateInName(b.key.name)) })
		among(order, at, func(f *received) bool { return !f.asOf().IsZero() }, func(a, b *received) int { return a.asOf().Compare(b.asOf()) })
		among(order, at, func(*received) bool { return true }, func(a, b *received) int { return cmp.Compare(a.edition(), b.edition()) })
	}
	for i, f := range order {
		f.seq = i + 1
	}
}

func receivedTogether(a, b *received) bool {
	return a.turn == b.turn && a.receivedAt.Equal(b.receivedAt)
}

// moments numbers the times at which a sender's files were written, those as one
// that follow each other at once.
func moments(order []*received, at []int) {
	var known []*received
	for _, i := range at {
		if order[i].moment = 0; !order[i].modified.IsZero() {
			known = append(known, order[i])
		}
	}
	slices.SortStableFunc(known, func(a, b *received) int { return a.modified.Compare(b.modified) })
	for i, f := range known {
		switch {
		case i == 0:
			f.moment = 1
		case f.modified.Sub(known[i-1].modified) < apart:
			f.moment = known[i-1].moment
		default:
			f.moment = known[i-1].moment + 1
		}
	}
}

// among sorts those of some places of order that state something, and leaves
// the others where they are.
func among(order []*received, at []int, states func(*received) bool, compare func(a, b *received) int) {
	var places []int
	var some []*received
	for _, i := range at {
		if states(order[i]) {
			places, some = append(places, i), append(some, order[i])
		}
	}
	slices.SortStableFunc(some, compare)
	for n, i := range places {
		order[i] = some[n]
	}
}

// isNewer tells whether anything but the names tells which of two files of one
// sender is newer: the second of the two as ranked. A file that states no
// edition and came in after one that does may be a later one all the same.
func isNewer(earlier, later *received) bool {
	differ := func(a, b time.Time) bool { return !a.IsZero() && !b.IsZero() && !a.Equal(b) }
	switch {
	case earlier.edition() != later.edition():
		return earlier.edition() != 0 || earlier.turn <= later.turn
	case differ(earlier.asOf(), later.asOf()), differ(dateInName(earlier.key.name), dateInName(later.key.name)):
		return true
	case !receivedTogether(earlier, later):
		return true
	}
	return earlier.moment != 0 && later.moment != 0 && earlier.moment != later.moment
}

// supersede finds duplicates and, per sender, the files of which no commune
// counts any more. A later file takes over the communes it says something
// about; the earlier one stays accepted while any of its communes still counts.
func (r *Run) supersede() {
	order := slices.Clone(r.received)
	// Of two copies the one that came first stays, else the first by name.
	slices.SortFunc(order, func(a, b *received) int {
		return cmp.Or(
			cmp.Compare(a.turn, b.turn), a.receivedAt.Compare(b.receivedAt), // the clock may be set back between two runs
			cmp.Compare(a.edition(), b.edition()), strings.Compare(a.path(), b.path()), cmp.Compare(a.seq, b.seq),
		)
	})
	first := map[string]*received{}
	for _, f := range order {
		if f.status != accepted {
			continue
		}
		if have := first[f.key.sha]; have != nil {
			f.status = duplicate
			f.reason = "trùng nguyên văn với “" + have.key.name + "”"
			continue
		}
		first[f.key.sha] = f
	}
	slices.SortFunc(order, func(a, b *received) int { return a.seq - b.seq })
	owner := map[string]*received{} // sender and commune → the latest file that reports it
	for _, f := range order {
		if f.status != accepted {
			continue
		}
		for commune := range f.said {
			owner[f.sender()+" "+commune] = f
		}
	}
	r.unclear(order, owner)
	for _, f := range order {
		if f.status != accepted {
			continue
		}
		counts := len(f.said) == 0
		var by *received
		for commune := range f.said {
			if o := owner[f.sender()+" "+commune]; o == f {
				counts = true
			} else {
				by = o
			}
		}
		if !counts {
			f.status = superseded
			f.reason = "thay bằng bản gửi sau “" + by.key.name + "”"
		}
	}
}

// The kind of finding that says that nothing tells which of two files is newer.
const (
	codeUnclear, checkUnclear = "NTM-109", "order_unclear"
	remedyUnclear             = "Ghi “lần 2” vào tên bản gửi sau, hoặc chỉ giữ bản đúng trong thư mục nhận, rồi chạy lại. Nếu tệp đang được tính là bản đúng thì không phải làm gì."
)

// unclear says of the files that count by their names alone that it is so.
func (r *Run) unclear(order []*received, owner map[string]*received) {
	for _, counts := range order {
		if counts.status != accepted {
			continue
		}
		for _, other := range order {
			if other == counts || other.status != accepted || other.sender() != counts.sender() || other.seq > counts.seq || isNewer(other, counts) {
				continue
			}
			var both []string
			for commune := range counts.said {
				if other.said[commune] && owner[counts.sender()+" "+commune] == counts {
					both = append(both, commune)
				}
			}
			if len(both) == 0 {
				continue
			}
			slices.Sort(both)
			what := fmt.Sprintf("%d xã", len(both))
			if c := r.vocabulary.Commune(both[0]); c != nil && len(both) == 1 {
				what = "xã " + c.Name
			} else if c != nil {
				what += " (" + c.Name + ", …)"
			}
			why := "không có gì cho biết tệp nào mới hơn; đang tính theo tệp này vì tên đứng trước"
			if counts.edition() != 0 && other.edition() == 0 {
				why = "tệp kia nhận sau mà không ghi lần gửi; đang tính theo tệp này vì ghi lần gửi sau"
			}
			counts.issues = append(counts.issues, issue.Issue{
				Check: checkUnclear, Code: codeUnclear, Severity: issue.Warning, File: counts.key.name,
				Message: fmt.Sprintf("“%s” và “%s” cùng báo cáo %s, %s", counts.key.name, other.key.name, what, why), Remedy: remedyUnclear,
			})
		}
	}
}
