package read

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/shape"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// Where the bounds lie at which a line or a table is set aside: generated and
// sample reports with ordinary mess stay well below them.
const (
	fewValues  = 4 // a line says too little to judge
	fewClaims  = 6
	fewRecords = 4
)

// line is what was read from one line of figures.
type line struct {
	written, invalid, compared, against int
	cells                               []string // that tell
	first                               string
}

// lookBack holds each line and each table against itself. What contradicts
// itself is kept and does not count, and one finding says so.
func (r *reader) lookBack() {
	for _, t := range r.tables {
		r.lookAt(t)
		r.shifted(t)
	}
	r.beforeMerger()
	r.otherSets()
	r.byChance()
	r.twoWays()
	r.ofAnother()
	r.authorsDisagree()
	r.tablesAgainst()
}

func (r *reader) lookAt(t *found) {
	if t.Layout == shape.List || t.end == t.first {
		return
	}
	lines := map[int]*line{}
	var order []int
	all := line{}
	values := map[string]*Observation{}
	for i := t.first; i < t.end; i++ {
		o := &r.out.Observations[i]
		if o.Standing == shape.Counts && o.Record.Kind == "commune" && o.Measure == words.Result && o.HasNum {
			values[fmt.Sprint(o.Record.No, "|", o.Indicator)] = o
		}
	}
	for i := t.first; i < t.end; i++ {
		o := &r.out.Observations[i]
		if o.Standing != shape.Counts || o.Record.Kind != "commune" || o.Raw == "" {
			continue
		}
		if o.Measure != words.Result && o.Measure != words.Claim && o.Measure != words.CriterionClaim {
			continue
		}
		at, _ := sheet.ParsePos(o.Cell)
		l := lines[at.Col]
		if l == nil {
			l = &line{first: o.Cell}
			lines[at.Col] = l
			order = append(order, at.Col)
		}
		if o.State == words.Missing {
			continue
		}
		l.written++
		all.written++
		if o.State == words.Invalid {
			l.invalid++
			all.invalid++
			if len(l.cells) < 3 {
				l.cells = append(l.cells, o.Cell)
			}
			continue
		}
		// What a higher office found may be stricter than the figures.
		if o.Measure == words.Claim && o.HasWord && o.Author < words.DistrictSays {
			if v := values[fmt.Sprint(o.Record.No, "|", o.Indicator)]; v != nil {
				if met, ok := meets(r.v.Indicator(o.Indicator), v.Num); ok {
					l.compared++
					all.compared++
					if met != o.Word {
						l.against++
						all.against++
						if len(l.cells) < 3 {
							l.cells = append(l.cells, v.Cell)
						}
					}
				}
			}
		}
	}
	name := t.Grid.Sheet.Name
	bad := func(l *line) (string, bool) {
		switch {
		case l.written >= fewValues && l.invalid*2 >= l.written:
			return fmt.Sprintf("%d/%d ô không đọc được", l.invalid, l.written), true
		case l.compared >= fewClaims && l.against >= 3 && l.against*3 >= l.compared:
			return fmt.Sprintf("%d/%d lời tự đánh giá trái với số liệu", l.against, l.compared), true
		}
		return "", false
	}
	// A turned or a long table has its measures in columns and its indicators in
	// rows: there one column of claims that goes against the values of another
	// taints both, and so the whole table.
	if why, is := bad(&all); is && (len(order) > 2 || t.Turned || t.Layout == shape.Long || t.Layout == shape.Flat) {
		var cells []string
		for _, col := range order {
			cells = append(cells, lines[col].cells...)
		}
		r.setAside(t, func(o *Observation) bool { return true })
		r.note("table_quarantined", name, sheet.Pos{Row: t.HeadTop, Col: t.FirstCol}.String(), fmt.Sprintf(
			"bảng từ dòng %d: %s (ví dụ %s); có lẽ tiêu đề không đúng với số liệu nên cả bảng chưa được tính", t.HeadTop, why, strings.Join(cells[:min(3, len(cells))], ", ")))
		return
	}
	for _, col := range order {
		l := lines[col]
		why, is := bad(l)
		if !is {
			continue
		}
		k := t.column(col)
		heading := ""
		if k != nil {
			heading = k.Header()
		}
		// The claims beside a line of values go with it: what was written and is not
		// understood leaves open what a claim says (ruling 24); beside a sentence about a
		// yes/no indicator the claim decides.
		gone := map[string]bool{}
		for i := t.first; i < t.end; i++ {
			o := &r.out.Observations[i]
			if ind := r.v.Indicator(o.Indicator); o.Col == col && o.Measure == words.Result && o.Raw != "" && ind != nil && ind.Kind != "boolean" {
				gone[fmt.Sprint(o.Record.No, "|", o.Indicator)] = true
			}
		}
		r.setAside(t, func(o *Observation) bool {
			return o.Col == col || o.Measure == words.Claim && gone[fmt.Sprint(o.Record.No, "|", o.Indicator)]
		})
		r.note("line_quarantined", name, headCell(t, k, col), fmt.Sprintf(
			"cột %s (“%s”): %s (ví dụ %s); có lẽ tiêu đề không đúng với số liệu nên cột chưa được tính", sheet.ColName(col), short(heading), why, strings.Join(l.cells, ", ")))
	}
}

func headCell(t *found, k *shape.Column, col int) string {
	if k != nil {
		for _, c := range slices.Backward(k.Stack) {
			if c.Pos.Col == col {
				return c.Pos.String()
			}
		}
	}
	return sheet.Pos{Row: max(t.Top-1, 1), Col: col}.String()
}

// meets compares a value with what is asked, as the warehouse does.
func meets(ind *words.Indicator, value float64) (bool, bool) {
	if ind == nil || !ind.HasThreshold || ind.Kind != "percent" {
		return false, false // the level of an amount changes with the year
	}
	switch ind.Comparator {
	case ">=":
		return value >= ind.Threshold-1e-9, true
	case ">":
		return value > ind.Threshold, true
	case "<=":
		return value <= ind.Threshold+1e-9, true
	case "<":
		return value < ind.Threshold, true
	}
	return false, false
}

// setAside takes the count from some of a table's observations.
func (r *reader) setAside(t *found, which func(*Observation) bool) {
	for i := t.first; i < t.end; i++ {
		if o := &r.out.Observations[i]; o.Standing == shape.Counts && which(o) {
			o.Standing = shape.Suspect
		}
	}
}

// hamletSet calls a set of criteria for parts of a commune.
const hamletSet = `tiêu chí\s+(?:công nhận\s+|xét\s+)?(?:ấp|thôn|khu dân cư|vườn|hộ gia đình)\s`

var (
	// otherSet is a set of criteria for something else than the communes' own: the
	// next level up, hamlets, gardens.
	otherSet = regexp.MustCompile(`tiêu chí\s.*(?:nông thôn mới|ntm)\s+(?:nâng cao|kiểu mẫu)|` + hamletSet)
	hamlets  = regexp.MustCompile(hamletSet)
	program  = regexp.MustCompile(`(?:nông thôn mới|ntm)(?:\s+(?:nâng cao|kiểu mẫu))?`)
)

// otherSets sets aside the tables whose title says that they follow another set.
func (r *reader) otherSets() {
	for _, t := range r.tables {
		for _, c := range t.Titles {
			if !otherSet.MatchString(c.Fold) {
				continue
			}
			both := slices.ContainsFunc(program.FindAllString(c.Fold, -1), func(s string) bool { return s == "nông thôn mới" || s == "ntm" })
			if both && !hamlets.MatchString(c.Fold) {
				continue // "nông thôn mới và nông thôn mới nâng cao"
			}
			r.setAside(t, func(*Observation) bool { return true })
			r.note("set_mismatch", t.Grid.Sheet.Name, c.Pos.String(), fmt.Sprintf("“%s” là bộ tiêu chí khác, không phải bộ %s; bảng từ dòng %d chưa được tính", short(c.Text), r.v.SetID, t.HeadTop))
			break
		}
	}
}

// beforeMerger sets aside the communes that stand beside the one that came of
// them and bears the name of one: "Xã Tân An" beside "Xã Tân An (mới)".
func (r *reader) beforeMerger() {
	for _, t := range r.tables {
		anew := map[string]*Record{}
		of := r.out.Records[t.firstRecord:]
		for _, rec := range of {
			if rec.Table == t.no && rec.Kind == "commune" && rec.Commune != "" && r.v.Anew(rec.Text) {
				anew[rec.Commune] = rec
			}
		}
		for _, rec := range of {
			if rec.Table != t.no || rec.Kind != "commune" || anew[rec.Commune] == nil || r.v.Anew(rec.Text) {
				continue
			}
			r.setAside(t, func(o *Observation) bool { return o.Record == rec })
			r.note("row_ignored", rec.Sheet, rec.Cell, fmt.Sprintf("“%s” đứng cạnh “%s”: là xã trước khi sắp xếp; không được tính", short(rec.Text), short(anew[rec.Commune].Text)))
		}
	}
}

// byChance finds the tables in which a few rows match a commune, or an
// indicator, among many that do not: such a sheet is no report.
func (r *reader) byChance() {
	anything := false
	for _, t := range r.tables {
		known, unknown := 0, 0
		for _, rec := range r.out.Records {
			if rec.Table != t.no || rec.Kind != "commune" {
				continue
			}
			if rec.Commune != "" || r.namesAny(rec.Text) {
				known++
			} else {
				unknown++
			}
		}
		if t.Turned || t.Layout == shape.Long || t.Layout == shape.Flat {
			strange := 0
			for i := range t.Rows {
				switch row := &t.Rows[i]; {
				case row.What == shape.Notes || row.What == shape.Data && row.Ind == nil && row.Criterion == 0:
					strange++
				case row.What == shape.Data:
					known++
				}
			}
			if strange > 2*known {
				unknown += strange
			}
		}
		if unknown > fewRecords && unknown >= 3*max(known, 1) {
			r.setAside(t, func(*Observation) bool { return true })
			r.note("table_quarantined", t.Grid.Sheet.Name, sheet.Pos{Row: t.HeadTop, Col: t.FirstCol}.String(), fmt.Sprintf(
				"bảng từ dòng %d: chỉ %d trên %d dòng nêu xã hoặc chỉ tiêu đã biết; bảng này không phải báo cáo nên không được tính", t.HeadTop, known, known+unknown))
			t.byChance = true
			continue
		}
		anything = true
	}
	if len(r.tables) > 0 && !anything && len(r.forms) == 0 {
		r.out.NoReport = true
		t := r.tables[0]
		r.note("not_a_report", t.Grid.Sheet.Name, sheet.Pos{Row: t.HeadTop, Col: t.FirstCol}.String(), "tệp chỉ tình cờ có vài tên xã hoặc số hiệu; không phải báo cáo tiêu chí")
	}
}

// twoWays finds the tables whose rows name communes and whose columns do too:
// whose figures they are, nobody can tell.
func (r *reader) twoWays() {
	for _, t := range r.tables {
		if !t.Turned {
			continue
		}
		for j := range t.Cols {
			k := &t.Cols[j]
			if k.Role == shape.Figures || k.Col == t.IDCol {
				continue
			}
			named, rows := 0, 0
			for i := range t.Rows {
				if row := &t.Rows[i]; row.What == shape.Data && row.Ind != nil {
					rows++
					if c := t.Grid.At(row.Row, k.Col); c != nil && r.v.Sense(c).Commune {
						named++
					}
				}
			}
			if named >= 2 && named*2 > rows {
				r.setAside(t, func(*Observation) bool { return true })
				r.note("table_quarantined", t.Grid.Sheet.Name, sheet.Pos{Row: t.HeadTop, Col: t.FirstCol}.String(), fmt.Sprintf(
					"bảng từ dòng %d: cả tiêu đề cột lẫn cột %s đều nêu tên xã; không rõ số liệu của xã nào nên cả bảng chưa được tính", t.HeadTop, sheet.ColName(k.Col)))
				break
			}
		}
	}
}

// committee is how the letterhead of a commune begins.
var committee = regexp.MustCompile(`^(?:ủy ban nhân dân|uỷ ban nhân dân|ubnd)\s+(?:xã|x\.)\s*(.+)$`)

// ofAnother finds the tables of a commune's own report that are about another
// commune than its letterhead: a form that was copied and not finished.
func (r *reader) ofAnother() {
	for _, t := range r.tables {
		var of *words.Commune
		var at *grid.Cell
		for i := range r.sheets {
			if r.sheets[i].Grid.No != t.Grid.No {
				continue
			}
			for _, c := range r.letterhead(&r.sheets[i]) {
				if m := committee.FindStringSubmatch(c.Fold); m != nil && of == nil {
					if of, _ = r.v.MatchCommune(m[1], r.out.District); of == nil {
						of, _ = r.v.MatchCommune(m[1], "")
					}
					at = c
				}
			}
		}
		if of == nil || slices.ContainsFunc(r.tables, func(o *found) bool { return o.Place == at }) {
			continue // of no letterhead, but the title of one of several tables
		}
		other := (*Record)(nil)
		own := false
		for _, rec := range r.out.Records[t.firstRecord:] {
			if rec.Table != t.no || rec.Kind != "commune" || rec.Commune == "" {
				continue
			}
			own = own || rec.Commune == of.Code
			if other == nil {
				other = rec
			}
		}
		if own || other == nil {
			continue
		}
		r.setAside(t, func(*Observation) bool { return true })
		r.note("code_name_mismatch", t.Grid.Sheet.Name, other.Cell, fmt.Sprintf(
			"tiêu đề (%s) là của UBND xã %s nhưng bảng ghi xã “%s”; không rõ số liệu của xã nào nên cả bảng chưa được tính", at.Pos, of.Name, short(other.Text)))
	}
}

// shifted finds the tables in which the ids and the names beside them are two
// indicators again and again: one column has slipped, and the rows where that
// does not show are no better.
func (r *reader) shifted(t *found) {
	clash, rows := 0, 0
	for i := range t.Rows {
		if row := &t.Rows[i]; row.What == shape.Data && row.IDCell != nil {
			rows++
			if row.Clash != nil {
				clash++
			}
		}
	}
	for i := range t.Cols {
		if k := &t.Cols[i]; k.Ind != nil || k.Clash != nil {
			rows++
			if k.Clash != nil {
				clash++
			}
		}
	}
	if clash >= 3 && clash*3 >= rows {
		r.setAside(t, func(*Observation) bool { return true })
		r.note("table_quarantined", t.Grid.Sheet.Name, sheet.Pos{Row: t.HeadTop, Col: t.FirstCol}.String(), fmt.Sprintf(
			"bảng từ dòng %d: %d trên %d số hiệu không khớp tên chỉ tiêu bên cạnh; có lẽ một cột bị lệch nên cả bảng chưa được tính", t.HeadTop, clash, rows))
	}
}

// namesAny tells the name of a commune of another district, or a name that one
// may have meant.
func (r *reader) namesAny(text string) bool {
	if m, _ := r.v.MatchCommune(text, ""); m != nil {
		return true
	}
	return len(r.v.Suggest(text, r.out.District)) > 0
}

// authorsDisagree names the verdicts of a lower office that a higher one does
// not share.
func (r *reader) authorsDisagree() {
	type key struct {
		rec *Record
		ind string
		cri int
	}
	counted, ranked, lower, blank := map[key]*Observation{}, map[key]*Observation{}, map[key]*Observation{}, map[key]*Observation{}
	for i := range r.out.Observations {
		// The highest that says something: where the district left its column blank,
		// the commune's word stands.
		o := &r.out.Observations[i]
		k := key{o.Record, o.Indicator, o.Criterion}
		switch {
		case o.Measure != words.Claim && o.Measure != words.CriterionClaim || o.Author == 0:
		case o.Standing == shape.Counts && o.Raw != "":
			ranked[k] = o
		case o.Standing == shape.Counts:
			blank[k] = o
		case o.Standing == shape.Outranked && o.HasWord && (lower[k] == nil || lower[k].Author < o.Author):
			lower[k] = o
		}
	}
	for k, o := range lower {
		if ranked[k] == nil {
			o.Standing = shape.Counts
			if b := blank[k]; b != nil {
				b.Standing = shape.Outranked // by what is written
			}
		}
	}
	clear(ranked)
	for i := range r.out.Observations {
		o := &r.out.Observations[i]
		if o.Standing == shape.Counts && (o.Measure == words.Claim || o.Measure == words.Result || o.Measure == words.CriterionClaim) && o.Author > 0 {
			counted[key{o.Record, o.Indicator, o.Criterion}] = o
			if o.Author >= words.DistrictSays && o.HasWord && o.Measure == words.Claim {
				ranked[key{o.Record, o.Indicator, o.Criterion}] = o
			}
		}
	}
	// In a yes/no indicator the word of a higher office goes before the sender's
	// own; a figure goes before every word.
	for i := range r.out.Observations {
		o := &r.out.Observations[i]
		ind := r.v.Indicator(o.Indicator)
		answer := o.HasWord && !o.HasNum || o.HasNum && ind != nil && ind.Inverted() // "0" houses are an answer
		if o.Standing != shape.Counts || o.Measure != words.Result || !answer || o.Author >= words.DistrictSays {
			continue
		}
		k := key{o.Record, o.Indicator, o.Criterion}
		if c := ranked[k]; c != nil {
			o.Standing = shape.Outranked
		} else if c := lower[k]; c != nil && c.Standing == shape.Counts && o.HasWord && c.Word != o.Word {
			r.note("source_disagreement", o.Record.Sheet, o.Cell, fmt.Sprintf("“%s”: kết quả ghi “%s” nhưng xã tự đánh giá “%s” (%s), cấp trên chưa đánh giá; kết quả được tính, cần kiểm tra lại", short(o.Record.Text), short(o.Raw), short(c.Raw), c.Cell))
		}
	}
	n := map[int]int{}
	first := map[int]*Observation{}
	for i := range r.out.Observations {
		o := &r.out.Observations[i]
		if o.Standing != shape.Outranked {
			continue
		}
		c := counted[key{o.Record, o.Indicator, o.Criterion}]
		if c == nil || !(o.HasWord && c.HasWord && o.Word != c.Word || o.HasNum && c.HasNum && o.Num != c.Num) {
			continue
		}
		r.note("source_disagreement", o.Record.Sheet, o.Cell, fmt.Sprintf("“%s”: ghi “%s” nhưng cấp cao hơn ghi “%s” (%s); đánh giá của cấp cao hơn được tính", short(o.Record.Text), short(o.Raw), short(c.Raw), c.Cell))
		n[o.Record.Table]++
		if first[o.Record.Table] == nil {
			first[o.Record.Table] = o
		}
	}
}

// tablesAgainst settles tables that report the same figures: one whose title
// states this period goes before one that states none, and two that state it
// alike stand beside each other, for the check of doubles to see.
func (r *reader) tablesAgainst() {
	stated := func(t *found) bool { return t.Context.Relation == words.Present && t.Context.Time.Precision() > 1 }
	// Nor does a table count whose sheet bears the name of another period, where
	// one without that contradiction reports the same.
	author := words.Author(0)
	says := func(t *found) words.Author { return max(t.Context.Author, t.Context.TitleAuthor) }
	for _, t := range r.tables {
		author = max(author, says(t))
	}
	for _, pass := range []struct {
		before, after func(*found) bool
		why           string
	}{
		{func(t *found) bool { return author > 0 && says(t) == author }, func(t *found) bool { return says(t) < author }, "là đánh giá của cấp dưới"},
		{func(t *found) bool { return t.Context.Conflict == "" }, func(t *found) bool { return t.Context.Conflict != "" }, "mang tên trang của kỳ khác"},
		{stated, func(t *found) bool { return !stated(t) }, "không ghi kỳ"},
	} {
		r.tableAgainst(pass.before, pass.after, pass.why)
	}
}

func (r *reader) tableAgainst(before, after func(*found) bool, why string) {
	if len(r.tables) < 2 || !slices.ContainsFunc(r.tables, before) || !slices.ContainsFunc(r.tables, after) {
		return
	}
	type key struct{ commune, ind string }
	speaks := func(o *Observation) bool {
		return o.Standing == shape.Counts && (o.Measure == words.Result || o.Measure == words.Claim) && o.Record.Commune != "" && o.Raw != ""
	}
	have := map[key]bool{}
	for _, t := range r.tables {
		if !before(t) || t.Layout == shape.List {
			continue
		}
		for i := t.first; i < t.end; i++ {
			if o := &r.out.Observations[i]; speaks(o) {
				have[key{o.Record.Commune, o.Indicator}] = true
			}
		}
	}
	for _, t := range r.tables {
		if !after(t) || t.Layout == shape.List {
			continue
		}
		n, twice, cell := 0, 0, ""
		for i := t.first; i < t.end; i++ {
			o := &r.out.Observations[i]
			if !speaks(o) {
				continue
			}
			n++
			if have[key{o.Record.Commune, o.Indicator}] {
				twice++
				if cell == "" {
					cell = o.Cell
				}
			}
		}
		if twice > 0 && twice*2 >= n {
			for i := t.first; i < t.end; i++ {
				if o := &r.out.Observations[i]; o.Standing == shape.Counts && (twice*3 >= n*2 || have[key{o.Record.Commune, o.Indicator}]) {
					o.Standing = shape.Unstated
				}
			}
			r.note("row_ignored", t.Grid.Sheet.Name, cell, fmt.Sprintf("bảng từ dòng %d %s, nêu lại số liệu mà một bảng của kỳ này đã nêu; không được tính", t.HeadTop, why))
		}
	}
}

// asides tells the records of which nothing counts from those that report.
func (r *reader) asides() {
	counts := map[*Record]bool{}
	any := map[*Record]bool{}
	for i := range r.out.Observations {
		o := &r.out.Observations[i]
		any[o.Record] = true
		if o.Standing == shape.Counts {
			counts[o.Record] = true
		}
	}
	for _, rec := range r.out.Records {
		if any[rec] && !counts[rec] && (rec.Kind == "commune" || rec.Kind == "total") {
			rec.Kind = "aside"
		}
	}
}

// settleChoices applies what a person has settled of the questions of a table.
func (r *reader) settleChoices(t *found) {
	if len(t.Choices) == 0 || r.src.Settled == nil {
		return
	}
	for q := range t.Choices {
		if n := r.src.Settled(r.sender(), fingerprint(t.Table, q)); n > 0 {
			t.Settle(q+1, n)
		}
	}
}

func (r *reader) sender() string {
	if r.out.SenderCode != "" {
		return r.out.SenderCode
	}
	return r.out.District
}

// fingerprint tells a form by its headings: two files that ask the same
// question in the same words have one.
func fingerprint(t *shape.Table, question int) string {
	h := sha256.New()
	fmt.Fprintln(h, t.Layout, t.Turned, question)
	for row := t.HeadTop; row < t.Top; row++ {
		for _, c := range t.Grid.Row(row) {
			fmt.Fprintln(h, row-t.HeadTop, c.Pos.Col-t.FirstCol, c.Fold)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// sayChoices names the questions that a table leaves open, with one cell read
// both ways, and offers the readings to a person.
func (r *reader) sayChoices(t *found, at func(*shape.Column) string) {
	for q := range t.Choices {
		ch := &t.Choices[q]
		area := sheet.Rect{From: sheet.Pos{Row: t.HeadTop, Col: t.FirstCol}, To: sheet.Pos{Row: t.Bottom, Col: t.LastCol}}
		out := Choice{Fingerprint: fingerprint(t.Table, q), Table: t.no, Sheet: t.Grid.Sheet.Name, Area: area, Chosen: ch.Chosen, Confirmed: ch.Settled}
		var firstCol *shape.Column
		for i := range ch.Readings {
			alt, called := Alternative{No: i + 1}, "cột “"+ch.Readings[i]+"”"
			for j := range t.Cols {
				k := &t.Cols[j]
				if k.Choice != q+1 || k.Reading != i+1 {
					continue
				}
				if firstCol == nil {
					firstCol = k
				}
				if letter := "cột " + sheet.ColName(k.Col); ch.Readings[i] == letter {
					called = letter // nothing but its place tells it from the others
				}
				for row := t.Top; row <= t.Bottom; row++ {
					c := t.Grid.At(row, k.Col)
					if c == nil {
						continue
					}
					alt.Cells++
					if alt.Says == "" {
						alt.Says = fmt.Sprintf("%s: ô %s là “%s”", called, c.Pos, short(c.Text))
						if k.Ind != nil {
							alt.Says += ", chỉ tiêu " + k.Ind.ID
						}
					}
				}
			}
			if alt.Says == "" {
				alt.Says = called
			}
			out.Readings = append(out.Readings, alt)
		}
		r.out.Choices = append(r.out.Choices, out)
		if ch.Settled || firstCol == nil {
			continue
		}
		var ways []string
		for _, a := range out.Readings {
			ways = append(ways, fmt.Sprintf("cách %d: %s", a.No, a.Says))
		}
		r.note("layout_unclear", t.Grid.Sheet.Name, at(firstCol), "có nhiều cột có thể là kết quả mà không rõ cột nào ("+strings.Join(ways, "; ")+"); chưa cột nào được tính")
	}
}
