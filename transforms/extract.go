package transforms

import (
	"fmt"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// extract reads the records and observations of one recognised table.
func (r *reader) extract(t *table) {
	records, cells := len(r.out.Records), len(r.out.Observations)
	r.out.Issues = append(r.out.Issues, t.issues...)
	for row := t.headTop; row < t.dataTop; row++ {
		r.useRow(t, row, roleHeader)
	}
	switch t.layout {
	case "L2":
		r.extractLong(t)
	case "L2f":
		r.extractFlat(t)
	case "L3":
		r.extractList(t)
	case "template":
		r.extractForm(t)
	default:
		r.extractWide(t)
	}
	written := 0
	for _, o := range r.out.Observations[cells:] {
		if o.Raw != "" {
			written++
		}
	}
	whole := area(t)
	cols := slices.Clone(t.cols)
	if turned := t.g.turned; turned != nil {
		for _, c := range turned.extra {
			r.use(turned.base, c, roleHeader)
		}
		for i := range cols {
			cols[i].Col = turned.lines[cols[i].Col].row
		}
	}
	r.out.Tables = append(r.out.Tables, Table{
		No: t.no, Layout: t.layout, Sheet: t.g.sheet.Name, Transposed: t.g.turned != nil,
		Area:      whole,
		Header:    sheet.Rect{From: whole.From, To: t.g.place(t.dataTop-1, lastCol(t))},
		Witnesses: r.spoke(t), Score: r.evidence(t),
		Columns: cols, Why: t.why, Records: len(r.out.Records) - records, Cells: written,
	})
	for _, k := range t.cols {
		if k.Role != "ignored" {
			continue
		}
		n := 0
		for row := t.dataTop; row <= t.dataBottom; row++ {
			// Its heading may stand again in the middle.
			if c := t.g.at(row, k.Col); c != nil && r.used[t.g.sheetGrid()][c.on] == roleNamed {
				n++
			}
		}
		if n > 0 {
			because := "không rõ là chỉ tiêu nào"
			if k.told {
				because = "không được tính: " + k.Why
			}
			r.note("column_ignored", t.g.sheet.Name, t.g.place(t.headTop, k.Col).String(), fmt.Sprintf(
				"%s (tiêu đề “%s”) %s; bỏ qua %d ô", t.g.column(k.Col), k.Header, because, n))
		}
	}
}

// useRow says what the cells of a row, in the table's columns, are: as, or for
// 0 what their columns hold.
func (r *reader) useRow(t *table, row int, as role) {
	for _, k := range t.cols {
		c := t.g.at(row, k.Col)
		switch {
		case as != 0:
			r.use(t.g, c, as)
		case k.Role == "key":
			r.use(t.g, c, roleKey)
		case k.Role == "note", k.Role == "pair": // of a pair, the cell that decides is the value
			r.use(t.g, c, roleNote)
		case k.Role == "ignored":
			r.use(t.g, c, roleNamed)
		default:
			r.use(t.g, c, roleValue)
		}
	}
}

// rowRecord makes the record of one row of a wide table or a list; nil for a
// row that reports on nothing (blank, repeated header, section).
func (r *reader) rowRecord(t *table, row int) *Record {
	g := t.g
	if len(g.row(row)) == 0 {
		return nil
	}
	name := g.at(row, t.nameCol)
	rec := &Record{
		No: len(r.out.Records) + 1, Kind: "commune", Table: t.no, Layout: t.layout,
		Sheet: g.sheet.Name, SheetNo: g.no, Row: row,
		Cell: g.place(row, t.nameCol).String(), District: r.districtOf(t, row),
	}
	figures := r.hasFigures(t, row)
	section := r.sectionNumber(t, row)
	total := r.totalWord(t, row)
	if total == nil && figures && name != nil && len(r.v.districtsIn(name.text)) > 0 && !r.communeLike(name) {
		total = name // "Huyện Thoại Sơn" above the sums of its communes
	}
	switch {
	case g.turned != nil && r.notesBeside(t, row):
		r.useRow(t, row, roleNote) // "Ghi chú" right of the communes
		return nil
	case r.repeatsHeader(t, row):
		r.useRow(t, row, roleHeader)
		return nil
	case total != nil:
		rec.Kind, rec.Text, rec.Cell = "total", Clean(total.text), total.on.String()
	case name == nil && !figures:
		return nil // a footnote or a section's number
	case name == nil:
		// A merge over several rows names each of them only if it says one
		// commune twice; the rows below its first are nameless.
	case figures, r.communeLike(name) && !section, r.numbered(t, row) && !section:
		rec.Text = name.text
	default:
		r.useRow(t, row, roleSection)
		return nil
	}
	if t.codeCol != 0 && rec.Kind == "commune" {
		if code := g.at(row, t.codeCol); code != nil {
			if c, step := r.v.MatchCommune(code.text, rec.District); c != nil {
				rec.Commune, rec.Step = c.Code, step
			}
		}
	}
	if rec.Kind == "commune" {
		r.matchRecord(rec)
		if name != nil && name.repaired && rec.Step != "" && rec.Step != "code" {
			rec.Step = "legacy"
		}
	}
	r.out.Records = append(r.out.Records, rec)
	return rec
}

// sectionNumber tells a roman number or letter where running numbers stand.
func (r *reader) sectionNumber(t *table, row int) bool {
	for _, c := range t.g.row(row) {
		if c.pos.Col < t.nameCol && c.kind == sheet.Text && strings.Trim(c.fold, "ivxabcd. ") == "" {
			return true
		}
	}
	return false
}

func (r *reader) matchRecord(rec *Record) {
	if rec.Commune == "" {
		if rec.District == "" {
			rec.District = r.out.District
		}
		if c, step := r.v.MatchCommune(rec.Text, rec.District); c != nil {
			rec.Commune, rec.Step = c.Code, step
		} else {
			rec.Suggest = r.v.Suggest(rec.Text, rec.District)
		}
	}
	if c := r.v.byCode[rec.Commune]; c != nil && c.Kind != "xã" {
		r.note("commune_not_judged", rec.Sheet, rec.Cell, fmt.Sprintf("%s %s không phải xã nên không được đánh giá", c.Kind, c.Name))
	}
}

// extractWide reads the rows of a wide table.
func (r *reader) extractWide(t *table) {
	g := t.g
	figures := 0
	for _, k := range t.cols {
		if k.Measure != "" {
			figures++
		}
	}
	// Grown at once; a sheet with a cell here and there is not worth it.
	r.out.Observations = slices.Grow(r.out.Observations, min(figures*(t.dataBottom-t.dataTop+1), 2*len(g.cells)))
	for row := t.dataTop; row <= t.dataBottom; row++ {
		rec := r.rowRecord(t, row)
		if rec == nil {
			continue
		}
		r.useRow(t, row, 0)
		for i, k := range t.cols {
			if k.Measure == "" || g.narrow(row, k.Col) {
				continue
			}
			c := g.at(row, k.Col)
			if rec.Kind == "total" {
				if c != nil {
					as := thousands // counts are whole
					if ind := r.v.byID[k.Indicator]; ind != nil && k.Measure == Result && ind.Kind != "boolean" {
						as = decimals
					}
					r.observe(g, rec, row, k, r.totalValue(c, as), c)
				}
				continue
			}
			if i+1 < len(t.cols) && t.cols[i+1].Role == "pair" {
				r.observePair(g, rec, row, k, t.cols[i+1])
				continue
			}
			if k.Measure == Claim && g.turned != nil {
				// One verdict merged over the rows of a criterion is about the criterion.
				if first, several := r.mergedClaim(t, row, i); several {
					if first {
						k.Measure, k.Indicator = CriterionClaim, ""
						r.observe(g, rec, row, k, r.claimValue(c, nil), c)
					}
					continue
				}
			}
			var val Value
			switch k.Measure {
			case Claim, CriterionClaim:
				val = r.claimValue(c, r.v.byID[k.Indicator])
			case Evidence:
				val = r.evidenceValue(c)
			case CriteriaTotal, IndicatorsTotal, Numerator, Denominator:
				val = r.totalValue(c, thousands)
			case Secondary:
				val = r.secondaryValue(c, r.v.byID[k.Indicator])
			default:
				var ratio bool
				if val, ratio = r.datedRatio(t, c, r.v.byID[k.Indicator]); !ratio {
					val = r.v.readValue(c, r.v.byID[k.Indicator])
				}
			}
			r.observe(g, rec, row, k, val, c)
		}
	}
}

// mergedClaim tells that the verdict of a transposed table at its i-th column is
// merged over several indicators, all of one criterion, and whether the column
// is the first of them.
func (r *reader) mergedClaim(t *table, row, i int) (first, several bool) {
	base := t.g.sheetGrid()
	k := t.cols[i]
	at := t.g.place(row, k.Col)
	m := base.span(at)
	inds := map[string]bool{}
	for _, other := range t.cols {
		if other.Measure != Claim || !m.Contains(t.g.place(row, other.Col)) {
			continue
		}
		if other.Criterion != k.Criterion {
			return false, false
		}
		inds[other.Indicator] = true
	}
	return at == m.From, len(inds) > 1
}

// observePair reads the columns Đạt and Chưa đạt of one indicator: the one
// that holds a mark decides; both or none leave the question open.
func (r *reader) observePair(g *grid, rec *Record, row int, yes, no Column) {
	k, val, c := r.pair(g, row, yes, no)
	r.observe(g, rec, row, k, val, c)
	if c != nil {
		r.mark(g, c, roleValue)
	}
}

// pair decides what a pair of columns says in one row, and from which of them.
func (r *reader) pair(g *grid, row int, yes, no Column) (Column, Value, *cell) {
	a, b := g.at(row, yes.Col), g.at(row, no.Col)
	// "Không" or "0" under Đạt is no mark; under Chưa đạt only "Chưa đạt" and
	// the affirmative signs are.
	ma, mb := r.claimValue(a, nil), r.claimValue(b, nil)
	inA := ma.HasWord && ma.Word
	inB := mb.HasWord && (mb.Word || r.v.is("not_met", b.fold))
	said, beside, k, val := a, b, yes, Value{State: Missing}
	switch {
	case ma.State == Invalid:
		val = ma
	case inA && inB && mb.State != Invalid:
		val = invalid("đánh dấu ở cả hai cột Đạt và Chưa đạt")
	case mb.State == Invalid || inB:
		said, beside, k = b, a, no
		k.Measure, val = yes.Measure, mb
		if inB {
			val = pairValue(yes, r.v, false)
		}
	case inA:
		val = pairValue(yes, r.v, true)
	}
	if beside != nil {
		r.mark(g, beside, roleNote)
	}
	return k, val, said
}

func pairValue(k Column, v *Vocabulary, met bool) Value {
	state := Claimed
	if ind := v.byID[k.Indicator]; ind != nil && ind.Kind == "boolean" && k.Measure == Result {
		state = Reported
	}
	return Value{State: state, Word: met, HasWord: true}
}

// claimValue reads a verdict on an indicator, or on a criterion (ind is nil). In
// a column of verdicts "Không" and "x" are verdicts too, whatever is asked.
func (r *reader) claimValue(c *cell, ind *Indicator) Value {
	verdict := Indicator{Kind: "boolean", RequiredAnswer: "Đạt", AbsenceMeans: "invalid"}
	if ind != nil {
		verdict.ID, verdict.NotApplicableAllowed = ind.ID, ind.NotApplicableAllowed
	}
	val := r.v.readValue(c, &verdict)
	if val.State == Reported {
		val.State, val.Answer = Claimed, false
	}
	return val
}

// evidenceValue reads "Đủ" / "Chưa đủ".
func (r *reader) evidenceValue(c *cell) Value {
	if c == nil || c.kind == sheet.Text && r.v.missing(c.fold) {
		return Value{State: Missing}
	}
	f := strings.Trim(c.fold, " .")
	switch {
	case r.v.is("evidence_complete", f):
		return Value{State: Reported, Word: true, HasWord: true}
	case r.v.is("evidence_incomplete", f):
		return Value{State: Reported, HasWord: true}
	}
	if val := r.claimValue(c, nil); val.HasWord {
		val.State = Reported
		return val
	}
	return invalid("“" + c.text + "” không cho biết hồ sơ minh chứng đủ hay chưa đủ")
}

// totalValue reads a plain number: a count, or a total as written. "16/19"
// counts as 16; a percentage stays a percentage. as says what "12.345" is.
func (r *reader) totalValue(c *cell, as int) Value {
	switch {
	case c == nil || c.kind == sheet.Text && r.v.missing(c.fold):
		return Value{State: Missing}
	case c.kind == sheet.Number && c.date:
		return invalid("Excel đã đổi nội dung ô thành ngày tháng")
	}
	switch c.kind {
	case sheet.Number:
		if c.percent {
			return Value{State: Reported, Num: c.num * 100, HasNum: true, Note: "%"}
		}
		return Value{State: Reported, Num: c.num, HasNum: true}
	case sheet.Text:
		f := c.fold
		if i := strings.LastIndexByte(f, ':'); i >= 0 {
			f = strings.TrimSpace(f[i+1:])
		}
		if m := ratioForm.FindStringSubmatch(f); m != nil {
			f = m[1]
		}
		f, pct := strings.CutSuffix(f, "%")
		if pct {
			as = decimals
		}
		for _, unit := range []string{" tiêu chí", " chỉ tiêu", " xã"} {
			f = strings.TrimSuffix(f, unit)
		}
		if n, problem := parseNumber(strings.TrimSpace(f), as); problem == "" {
			v, _ := n.Float64()
			val := Value{State: Reported, Num: v, HasNum: true}
			if pct {
				val.Note = "%"
			}
			return val
		}
		return invalid("không phải số: “" + c.text + "”")
	case sheet.Error:
		return invalid("ô chứa lỗi " + c.text + " của Excel")
	case sheet.NoResult:
		return invalid("ô chứa công thức chưa có kết quả; mở tệp bằng Excel, tính lại rồi lưu")
	}
	return invalid("không phải số: “" + c.text + "”")
}

// observe keeps what one cell says.
func (r *reader) observe(g *grid, rec *Record, row int, k Column, val Value, c *cell) {
	raw := ""
	if c != nil {
		raw = c.text // of a number the stored value, whatever digits the file spells it with
	}
	r.out.Observations = append(r.out.Observations, Observation{
		Record: rec, Row: row, Col: k.Col, Cell: g.place(row, k.Col).String(),
		Measure: k.Measure, Indicator: k.Indicator, Criterion: k.Criterion, Raw: raw, Value: val,
	})
}
