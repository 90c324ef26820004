package read

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/shape"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// readTable reads the records and observations of one table.
func (r *reader) readTable(t *found) {
	t.first, t.firstRecord = len(r.out.Observations), len(r.out.Records)
	r.settleChoices(t)
	r.useHeader(t)
	switch {
	case t.Layout == shape.List:
		r.readList(t)
	case t.Turned:
		r.readTurned(t)
	case t.Layout == shape.Long || t.Layout == shape.Flat:
		r.readDown(t)
	default:
		r.readWide(t)
	}
	t.end = len(r.out.Observations)
	r.blanksOfUnmet(t)
	r.say(t)
	r.out.Tables = append(r.out.Tables, r.describe(t))
}

// useHeader says what the cells above the rows are.
func (r *reader) useHeader(t *found) {
	for row := t.HeadTop; row < t.Top; row++ {
		for _, c := range t.Grid.Row(row) {
			r.use(t.Grid, c, roleHeader)
			if ids := r.v.Sense(c); c.Date && ids.ID != nil {
				r.undated(t, c)
			}
		}
	}
}

// undated names an id that Excel had made a day of.
func (r *reader) undated(t *found, c *grid.Cell) {
	id := ""
	for _, k := range t.Cols {
		if k.Decided == c && k.Ind != nil {
			id = k.Ind.ID
		}
	}
	for _, row := range t.Rows {
		if row.IDCell == c && row.Ind != nil {
			id = row.Ind.ID
		}
	}
	if id != "" {
		r.note("date_repaired", t.Grid.Sheet.Name, c.Pos.String(), "Excel đã đổi số hiệu thành ngày tháng; giữa các số hiệu bên cạnh chỉ có một số hiệu phù hợp nên đọc là "+id)
	}
}

// useRow says what the cells of a row are: as, or for 0 what their columns hold.
func (r *reader) useRow(t *found, row int, as role) {
	g := t.Grid
	for _, c := range g.Row(row) {
		if as != 0 {
			r.use(g, c, as)
			continue
		}
		k := t.column(c.Pos.Col)
		switch {
		case k == nil:
		case c.Struck:
			r.use(g, c, roleNamed)
		case k.Role == shape.Key:
			r.use(g, c, roleKey)
		case k.Role == shape.Note, k.Role == shape.Pair:
			r.use(g, c, roleNote)
		case k.Role == shape.Ignored:
			r.use(g, c, roleNamed)
		default:
			r.use(g, c, roleValue)
		}
	}
}

// column is the column of a table that stands in a column of the sheet.
func (t *found) column(col int) *shape.Column {
	i, ok := slices.BinarySearchFunc(t.Cols, col, func(k shape.Column, col int) int { return k.Col - col })
	if !ok {
		return nil
	}
	return &t.Cols[i]
}

// newRecord makes a record of a table.
func (r *reader) newRecord(t *found, kind string, row int, at sheet.Pos, text string) *Record {
	rec := &Record{
		No: len(r.out.Records) + 1, Kind: kind, Table: t.no, Layout: t.Layout,
		Sheet: t.Grid.Sheet.Name, SheetNo: t.Grid.No, Row: row, Cell: at.String(), Text: text,
		District: r.out.District,
	}
	r.out.Records = append(r.out.Records, rec)
	return rec
}

// match finds the commune of a record.
func (r *reader) match(rec *Record) {
	if rec.Commune == "" {
		if rec.District == "" {
			rec.District = r.out.District
		}
		name := rec.Text
		if code, other := r.v.CodeAndName(name); code != nil && other != nil && code != other {
			rec.Kind = "contradiction"
			r.note("code_name_mismatch", rec.Sheet, rec.Cell, fmt.Sprintf("“%s”: mã là xã %s nhưng tên là xã khác; không rõ số liệu của xã nào nên không được tính", short(name), code.Name))
			return
		}
		if c, step := r.v.MatchCommune(name, rec.District); c != nil {
			rec.Commune, rec.Step = c.Code, step
		} else if in, _ := r.v.CommuneIn(name); in != "" && in != name && !goesOn(name, in) {
			if c, step := r.v.MatchCommune(in, rec.District); c != nil {
				rec.Commune, rec.Step = c.Code, step
			}
		}
		if rec.Commune == "" {
			rec.Suggest = r.v.Suggest(name, rec.District)
		}
	}
	if c := r.v.Commune(rec.Commune); c != nil && c.Kind != "xã" && len(r.v.Districts) > 0 {
		r.note("commune_not_judged", rec.Sheet, rec.Cell, fmt.Sprintf("%s %s không phải xã nên không được đánh giá", c.Kind, c.Name))
	}
}

// goesOn tells a text that is a longer name than the one found in it: "Vĩnh Lộc
// Hạ" is no Vĩnh Lộc.
func goesOn(text, in string) bool {
	fold := grid.Fold(text)
	_, rest, ok := strings.Cut(fold, in)
	rest = strings.TrimLeft(rest, " ")
	n := len(strings.Fields(rest))
	first, _ := utf8.DecodeRuneInString(rest)
	return ok && n > 0 && n <= 2 && unicode.IsLetter(first)
}

// nameRow makes the record of a row by its name and its code; where they are
// two communes the row counts for nobody.
func (r *reader) nameRow(t *found, row *shape.Row) *Record {
	at := sheet.Pos{Row: row.Row, Col: max(t.NameCol, t.CodeCol)}
	if t.NameCol != 0 {
		at.Col = t.NameCol
	}
	text := ""
	if row.Name != nil {
		text = row.Name.Text
	}
	rec := r.newRecord(t, "commune", row.Row, at, text)
	r.districtOf(t, row, rec)
	if row.Name != nil && row.Name.Pos.Row == row.Row {
		rec.Cell = row.Name.Pos.String()
	}
	if row.Code != nil {
		c, _ := r.v.MatchCommune(row.Code.Text, "")
		if c != nil {
			if rec.District != "" && c.District != rec.District {
				c2, _ := r.v.MatchCommune(row.Code.Text, rec.District)
				if c2 == nil {
					r.note("code_name_mismatch", rec.Sheet, row.Code.Pos.String(), fmt.Sprintf("mã %s là của xã %s, không thuộc đơn vị báo cáo; dòng này không được tính", row.Code.Text, c.Name))
					rec.Kind = "contradiction"
					return rec
				}
			}
			if text != "" {
				m, _ := r.v.MatchCommune(text, c.District)
				if m == nil {
					m, _ = r.v.MatchCommune(text, "")
				}
				if m != nil && m.Code != c.Code {
					rec.Kind = "contradiction"
					r.note("code_name_mismatch", rec.Sheet, rec.Cell, fmt.Sprintf(
						"mã %s là xã %s nhưng tên ghi “%s”; không rõ số liệu của xã nào nên cả dòng không được tính", row.Code.Text, c.Name, short(text)))
					return rec
				}
			} else {
				rec.Text = c.Name
			}
			rec.Commune, rec.Step = c.Code, "code"
		}
	}
	r.match(rec)
	if row.Name != nil && row.Name.Repaired && rec.Step != "" && rec.Step != "code" {
		rec.Step = "legacy"
	}
	return rec
}

// districtOf is the district in which a row's commune is looked for: the
// file's own, or in a department's report the one that the row, or the row
// above that heads it, names.
func (r *reader) districtOf(t *found, row *shape.Row, rec *Record) {
	if r.out.SenderKind != words.DepartmentSender {
		return
	}
	for _, c := range t.Grid.Row(row.Row) {
		if c.Kind == sheet.Text && !(c == row.Name && r.v.Sense(c).Commune && len(t.Grid.Row(row.Row)) > 2) {
			if code := r.v.OneDistrict(c.Text); code != "" {
				t.district = code
			}
		}
	}
	rec.District = t.district
}

// observe keeps what one cell says.
func (r *reader) observe(t *found, rec *Record, k *shape.Column, row *shape.Row, at sheet.Pos, val words.Value, c *grid.Cell) *Observation {
	raw := ""
	if c != nil {
		raw = c.Text // of a number the stored value, whatever digits the file spells it with
	}
	o := Observation{
		Record: rec, Row: at.Row, Col: at.Col, Cell: at.String(), Measure: k.Measure, Raw: raw, Value: val,
		Standing: k.Standing, Kind: k.Kind, Author: k.Author, Criterion: k.Criterion,
	}
	if k.Ind != nil {
		o.Indicator = k.Ind.ID
	}
	when := k.Time
	if row != nil {
		if o.Standing == shape.Counts {
			o.Standing = row.Standing
		}
		if o.Kind == "" {
			o.Kind = row.Kind
		}
		if !when.Stated() {
			when = row.Time
		}
	}
	if o.Standing != shape.Counts {
		if !when.Stated() {
			when = t.Context.Time
		}
		if end, ok := when.Ends(r.src.Period, t.Context.Year); ok {
			o.StatedOn = end.Format(time.DateOnly)
		}
		if o.Kind == "" {
			o.Kind = t.Context.Kind
		}
	}
	if rec.Kind == "contradiction" {
		o.Standing = shape.Misnamed
	}
	r.out.Observations = append(r.out.Observations, o)
	return &r.out.Observations[len(r.out.Observations)-1]
}

// unit is what a figure is measured in, the nearest statement first; the
// cell's own words and number format go before all of them.
func (t *found) unit(k *shape.Column, row *shape.Row) string {
	switch {
	case k.Unit != "":
		return withMonth(k.Unit, row)
	case row != nil && row.Unit != "":
		return row.Unit
	}
	return t.Context.Unit
}

// money is the unit of an amount: the nearest statement of money.
func (t *found) money(k *shape.Column, row *shape.Row) string {
	said := []string{k.Unit, "", t.Context.Unit}
	if row != nil {
		said[1] = row.Unit
	}
	for _, unit := range said {
		if moneyUnit(unit) {
			return withMonth(unit, row)
		}
	}
	return ""
}

// withMonth adds what the row's unit tells to a column's that says only "/tháng".
func withMonth(unit string, row *shape.Row) string {
	if unit == "/tháng" && row != nil && row.Unit != "" && !strings.Contains(row.Unit, "/") && row.Unit != "%" {
		return row.Unit + unit
	}
	return unit
}

// value reads a cell as its lines say.
func (r *reader) value(t *found, k *shape.Column, row *shape.Row, ind *words.Indicator, c *grid.Cell) words.Value {
	if c != nil && c.Struck {
		return words.Value{State: words.Missing}
	}
	unit := ""
	if ind != nil && ind.Kind == "number" {
		unit = t.money(k, row)
	} else if t.unit(k, row) == "%" {
		unit = "%"
	} else if t.unit(k, row) == "‰" && ind != nil && ind.Kind == "percent" && c != nil && k.Measure == words.Result {
		return words.Refused("ghi theo phần nghìn (‰); ghi theo phần trăm")
	}
	if k.Measure == words.Result && ind != nil {
		if val, ok := r.datedRatio(t, k, c, ind); ok {
			return val
		}
	}
	val := r.v.Say(k.Measure, c, ind, unit)
	if t.Context.Inverted && val.HasWord && !val.HasNum && c != nil && (val.Mark || r.v.Is("no", c.Fold) || val.Sign != "" && r.v.Is("affirmative_sign", val.Sign)) {
		val.Word, val.Sign, val.Mark = !val.Word, "", false
		val.Note = strings.TrimSpace(val.Note + " theo chú thích của bảng, dấu nghĩa là chưa đạt")
		return val
	}
	if k.Polarity == words.UnmetMarks && k.PairCol == 0 && val.HasWord && (k.Measure == words.Claim || k.Measure == words.CriterionClaim) {
		if val.Sign != "" && (val.Mark || r.v.Is("yes", val.Sign)) {
			val.Word, val.Sign, val.Mark = false, "", false
			val.Note = strings.TrimSpace(val.Note + " dấu ở cột Chưa đạt")
		}
	}
	return val
}

func moneyUnit(unit string) bool {
	return strings.HasPrefix(unit, "triệu") || strings.HasPrefix(unit, "nghìn") || strings.HasPrefix(unit, "đồng") || unit == "/tháng"
}

// readWide reads a table with a commune a row.
func (r *reader) readWide(t *found) {
	for i := range t.Rows {
		row := &t.Rows[i]
		switch row.What {
		case shape.Heading:
			r.useRow(t, row.Row, roleHeader)
			continue
		case shape.Section:
			r.useRow(t, row.Row, roleSection)
			if r.out.SenderKind == words.DepartmentSender {
				r.districtOf(t, row, &Record{})
			}
			continue
		case shape.Notes:
			r.notesRow(t, row)
			continue
		case shape.Gone:
			r.useRow(t, row.Row, roleNamed)
			continue
		case shape.Sum:
			rec := r.newRecord(t, "total", row.Row, row.Name.Pos, grid.Clean(row.Name.Text))
			r.useRow(t, row.Row, 0)
			for j := range t.Cols {
				if k := &t.Cols[j]; k.Role == shape.Figures {
					if c := t.Grid.At(row.Row, k.Col); c != nil && !c.Struck {
						r.observe(t, rec, k, row, c.Pos, r.v.TotalOf(k.Measure, c, k.Ind), c)
					}
				}
			}
			continue
		}
		rec := r.rowRecord(t, row)
		r.useRow(t, row.Row, 0)
		for j := range t.Cols {
			k := &t.Cols[j]
			if k.Role != shape.Figures {
				continue
			}
			r.figure(t, rec, k, row, sheet.Pos{Row: row.Row, Col: k.Col}, k.Ind)
		}
	}
}

// rowRecord makes the record of a row: by its name, or in a commune's own table
// by the title.
func (r *reader) rowRecord(t *found, row *shape.Row) *Record {
	if t.NameCol == 0 && t.CodeCol == 0 {
		return r.placeRecord(t, nil, row.Row)
	}
	return r.nameRow(t, row)
}

// placeRecord makes the record of a table, or a part of one, that is about one
// commune: at names it, or the table's title does, or the sheet's name.
func (r *reader) placeRecord(t *found, at *grid.Cell, row int) *Record {
	if at == nil {
		at = t.Place
	}
	if at != nil && r.owner[place{t.Grid.No, at.Pos}] == 0 {
		r.use(t.Grid, at, roleKey) // tables side by side have one
	}
	switch {
	case at != nil:
		text := at.Text
		if name, _ := r.v.CommuneIn(text); name != "" && name != text {
			text = name
		}
		rec := r.newRecord(t, "commune", at.Pos.Row, at.Pos, text)
		r.match(rec)
		r.sheetAgainst(t, rec)
		return rec
	case t.PlaceBySheet:
		name, _ := r.v.CommuneIn(t.Grid.Sheet.Name)
		rec := r.newRecord(t, "commune", t.HeadTop, sheet.Pos{Row: t.HeadTop, Col: t.FirstCol}, name)
		r.match(rec)
		return rec
	}
	rec := r.newRecord(t, "commune", row, sheet.Pos{Row: row, Col: t.FirstCol}, "")
	r.match(rec)
	return rec
}

// sheetAgainst holds the commune of a title against the name of its sheet.
func (r *reader) sheetAgainst(t *found, rec *Record) {
	name, _ := r.v.CommuneIn(t.Grid.Sheet.Name)
	if name == "" || rec.Commune == "" {
		return
	}
	m, _ := r.v.MatchCommune(name, rec.District)
	if m == nil || m.Code == rec.Commune || t.tablesOnSheet(r) > 1 {
		return
	}
	rec.Kind = "contradiction"
	r.note("code_name_mismatch", rec.Sheet, rec.Cell, fmt.Sprintf("tiêu đề ghi xã “%s” nhưng trang tính tên “%s”; không rõ số liệu của xã nào nên không được tính", short(rec.Text), t.Grid.Sheet.Name))
}

func (t *found) tablesOnSheet(r *reader) int {
	n := 0
	for _, other := range r.tables {
		if other.Grid.No == t.Grid.No {
			n++
		}
	}
	return n
}

// figure reads one place of a table.
func (r *reader) figure(t *found, rec *Record, k *shape.Column, row *shape.Row, at sheet.Pos, ind *words.Indicator) {
	if k.PairCol != 0 {
		r.pair(t, rec, k, row, at, ind)
		return
	}
	c := t.Grid.At(at.Row, at.Col)
	r.observe(t, rec, k, row, at, r.value(t, k, row, ind, c), c)
}

// pair reads the columns Đạt and Chưa đạt of one thing: the one that holds a
// mark decides; both or none leave the question open.
func (r *reader) pair(t *found, rec *Record, k *shape.Column, row *shape.Row, at sheet.Pos, ind *words.Indicator) *Observation {
	g := t.Grid
	yes, no := g.At(at.Row, k.Col), g.At(at.Row, k.PairCol)
	// "Không" or "0" under Đạt is no mark; under Chưa đạt only "Chưa đạt" and
	// the affirmative signs are.
	say := func(c *grid.Cell) words.Value { return r.v.Say(words.Claim, c, nil, "") }
	ma, mb := say(yes), say(no)
	inA := ma.HasWord && ma.Word
	inB := mb.HasWord && (mb.Word || no != nil && r.v.Is("not_met", no.Fold))
	said, beside, val := yes, no, words.Value{State: words.Missing}
	verdict := func(met bool) words.Value { return words.Value{State: words.Claimed, Word: met, HasWord: true} }
	switch {
	case ma.State == words.Invalid:
		val = ma
	case inA && inB && mb.State != words.Invalid:
		val = words.Refused("đánh dấu ở cả hai cột Đạt và Chưa đạt")
	case mb.State == words.Invalid || inB:
		said, beside, at = no, yes, sheet.Pos{Row: at.Row, Col: k.PairCol}
		val = mb
		if inB {
			val = verdict(false)
		}
	case inA:
		val = verdict(true)
	}
	if beside != nil {
		r.mark(g, beside, roleNote)
	}
	o := r.observe(t, rec, k, row, at, val, said)
	if said != nil {
		r.mark(g, said, roleValue)
	}
	return o
}

// readTurned reads a table with communes across: each is a record, in all of
// its columns. A row about what an earlier row was about begins other records:
// two rows about one thing.
func (r *reader) readTurned(t *found) {
	records := map[string]*Record{}
	times := map[string]int{}
	recordOf := func(j, again int) *Record {
		k := &t.Cols[j]
		at := k.Place
		kind := "commune"
		if at == nil && k.Total {
			at, kind = k.Stack[0], "total"
		}
		if at == nil {
			return nil
		}
		key := fmt.Sprint(grid.Fold(at.Text), "|", again)
		if kind == "commune" && r.placedTwice(t, j) {
			key += fmt.Sprint("|", at.Pos.Col)
		}
		rec := records[key]
		if rec == nil {
			rec = r.newRecord(t, kind, at.Pos.Row, at.Pos, at.Text)
			if kind == "commune" {
				r.match(rec)
			}
			records[key] = rec
		}
		return rec
	}
	for j := range t.Cols {
		recordOf(j, 0)
	}
	for i := range t.Rows {
		row := &t.Rows[i]
		if r.rowAside(t, row) {
			continue
		}
		r.useRow(t, row.Row, 0)
		if row.What == shape.Sum {
			r.sumBelow(t, row, func(j int) *Record { return recordOf(j, 0) })
			continue
		}
		if !r.known(t, row) {
			continue
		}
		about := aboutRow(row)
		again := times[about]
		times[about]++
		for j := range t.Cols {
			k := t.Cols[j] // a copy: it is about this row
			if k.Role != shape.Figures && !k.Total {
				continue
			}
			k.Ind, k.Criterion = row.Ind, row.Criterion
			if k.Total {
				r.totalColumn(t, &k, row, func() *Record { return recordOf(j, 0) })
				continue
			}
			if k.Place == nil {
				continue
			}
			r.downFigure(t, recordOf(j, again), &k, row)
		}
	}
}

// totalColumn keeps what a column of sums says of an indicator, for checking.
func (r *reader) totalColumn(t *found, k *shape.Column, row *shape.Row, rec func() *Record) {
	c := t.Grid.At(row.Row, k.Col)
	if c == nil {
		return
	}
	if k.Label != "" && !strings.HasPrefix(k.Label, "kết quả") && !strings.HasPrefix(k.Label, "thực hiện") || row.Measure != "" || row.Standing != shape.Counts {
		r.mark(t.Grid, c, roleNote)
		return
	}
	k.Measure, k.Standing = words.Result, shape.Counts
	r.mark(t.Grid, c, roleValue)
	r.observe(t, rec(), k, row, c.Pos, r.v.TotalOf(k.Measure, c, k.Ind), c)
}

// placedTwice tells that a commune of a turned table heads two groups of
// columns that say the same thing twice.
func (r *reader) placedTwice(t *found, i int) bool {
	k := &t.Cols[i]
	for j := range t.Cols {
		o := &t.Cols[j]
		if j != i && o.Place != nil && o.Place != k.Place && grid.Fold(o.Place.Text) == grid.Fold(k.Place.Text) && o.Label == k.Label && o.Role == k.Role && o.Kind == k.Kind &&
			o.Time.Against(r.src.Period, t.Context.Year) == k.Time.Against(r.src.Period, t.Context.Year) {
			return true
		}
	}
	return false
}

// sumBelow keeps what a row of sums says below each commune of a turned table.
func (r *reader) sumBelow(t *found, row *shape.Row, recordOf func(int) *Record) {
	said := ""
	if row.Name != nil {
		said = row.Name.Fold
	}
	measure := words.Measure("")
	h := r.v.Heading(said)
	switch {
	case h.Heads(words.CriteriaTotal):
		measure = words.AllCriteria
	case h.Heads(words.IndicatorsTotal):
		measure = words.AllIndicators
	}
	for j := range t.Cols {
		k := t.Cols[j]
		c := t.Grid.At(row.Row, k.Col)
		if c == nil || k.Role != shape.Figures {
			continue
		}
		if measure == "" || k.Place == nil {
			r.mark(t.Grid, c, roleNote)
			continue
		}
		k.Measure, k.Ind, k.Criterion = measure, nil, 0
		r.observe(t, recordOf(j), &k, row, c.Pos, r.v.Say(measure, c, nil, ""), c)
	}
}

// rowAside says what a row is that holds no figures of indicators.
func (r *reader) rowAside(t *found, row *shape.Row) bool {
	switch row.What {
	case shape.Heading:
		r.useRow(t, row.Row, roleHeader)
	case shape.Section:
		r.useRow(t, row.Row, roleSection)
	case shape.Notes:
		r.notesRow(t, row)
	case shape.Gone:
		r.useRow(t, row.Row, roleNamed)
	default:
		return false
	}
	return true
}

// notesRow says what a row of words between the others is; where it holds
// figures, that they are not read is said.
func (r *reader) notesRow(t *found, row *shape.Row) {
	figures := 0
	var first *grid.Cell
	for _, c := range t.Grid.Row(row.Row) {
		k := t.column(c.Pos.Col)
		if k != nil && k.Role == shape.Figures && (c.Kind == sheet.Number || r.v.Sense(c).Mark || r.v.Sense(c).Number) {
			figures++
			if first == nil {
				first = c
			}
		}
	}
	if figures == 0 {
		r.useRow(t, row.Row, roleNote)
		return
	}
	r.useRow(t, row.Row, roleNamed)
	what := "dòng không nêu xã"
	if t.IDCol != 0 || t.TitleCol != 0 {
		what = "dòng không nêu chỉ tiêu"
	}
	if row.Name != nil {
		what = "dòng “" + short(row.Name.Text) + "”"
	}
	r.note("row_ignored", t.Grid.Sheet.Name, first.Pos.String(), fmt.Sprintf("dòng %d: %s; %d ô số liệu không được tính", row.Row, what, figures))
}

// known tells that a row's indicator is one of the set; where it is not, or two
// cells of the row name two, that is said.
func (r *reader) known(t *found, row *shape.Row) bool {
	at := sheet.Pos{Row: row.Row, Col: max(t.IDCol, t.TitleCol, 1)}
	if row.IDCell != nil {
		at = row.IDCell.Pos
	}
	named := func(check, message string) bool {
		for _, c := range t.Grid.Row(row.Row) {
			if k := t.column(c.Pos.Col); k != nil && (k.Role == shape.Figures || k.Role == shape.Pair) {
				r.mark(t.Grid, c, roleNamed)
			}
		}
		r.note(check, t.Grid.Sheet.Name, at.String(), message)
		return false
	}
	switch {
	case row.Clash != nil:
		return named("code_name_mismatch", fmt.Sprintf("dòng %d: số hiệu “%s” và nội dung bên cạnh là hai chỉ tiêu khác nhau; không được tính", row.Row, cellText(row.IDCell)))
	case row.Unknown != "":
		return named("set_mismatch", fmt.Sprintf("dòng %d ghi chỉ tiêu %s, không có trong bộ tiêu chí %s; không được tính", row.Row, row.Unknown, r.v.SetID))
	case row.Ind == nil && row.Criterion == 0:
		return named("row_ignored", fmt.Sprintf("dòng %d không rõ thuộc chỉ tiêu nào; không được tính", row.Row))
	}
	if row.IDCell != nil && row.IDCell.Date {
		r.undated(t, row.IDCell)
	}
	if row.Measure == words.Secondary && row.IDCell != nil && row.IDCell.Pos.Row == row.Row && row.IDCell.Pos.Col == t.IDCol &&
		!slices.ContainsFunc(t.Rows, func(o shape.Row) bool {
			return o.What == shape.Data && o.Ind == row.Ind && o.Measure != words.Secondary
		}) {
		r.note("row_ignored", t.Grid.Sheet.Name, at.String(), fmt.Sprintf("dòng %d: số hiệu %s nhưng nội dung là “%s”, số phụ của chỉ tiêu này; không được tính là kết quả %s", row.Row, row.Ind.ID, row.Ind.SubLabel, row.Ind.ID))
	}
	return true
}

// downFigure reads one place of a table with an indicator a row.
func (r *reader) downFigure(t *found, rec *Record, k *shape.Column, row *shape.Row) {
	g := t.Grid
	at := sheet.Pos{Row: row.Row, Col: k.Col}
	c := g.At(row.Row, k.Col)
	if row.Measure != "" {
		if k.Measure == words.Result || k.Measure == words.Claim && row.Measure == words.Claim {
			k.Measure = row.Measure
		} else {
			if c != nil {
				r.mark(g, c, roleNote)
			}
			return
		}
	}
	if k.Measure == words.Claim && k.Polarity == 0 {
		k.Polarity = row.Polarity
	}
	if k.Measure == words.Claim || k.Measure == words.CriterionClaim {
		// One verdict merged over the rows of a criterion is about the criterion.
		switch first, several := r.mergedVerdict(t, row, k); {
		case several && !first:
			return
		case several:
			k.Measure, k.Ind = words.CriterionClaim, nil
		}
	}
	if only := r.v.Only(row.Criterion); k.Ind == nil && t.ByCriteria && only != nil && k.Measure == words.Result && c != nil && r.v.Sense(c).Number && !r.v.Sense(c).Mark {
		k.Ind = only // a figure in a table of criteria
	}
	if k.Ind == nil { // the row of a criterion above its indicators
		if c == nil {
			if t.ByCriteria && row.Criterion != 0 && (k.Measure == words.Claim || k.Measure == words.Result) && !r.saidBeside(t, k, row) {
				k.Measure = words.CriterionClaim
				r.figure(t, rec, k, row, at, nil)
			}
			return
		}
		s := r.v.Sense(c)
		if k.Measure != words.Claim && k.Measure != words.CriterionClaim && !(k.Measure == words.Result && s.Mark) {
			if k.Measure == words.Result || k.Measure == words.Numerator {
				r.mark(g, c, roleNamed)
				r.note("row_ignored", g.Sheet.Name, c.Pos.String(), fmt.Sprintf("dòng %d ghi số liệu cho cả tiêu chí %d, không rõ là chỉ tiêu nào; không được tính", row.Row, row.Criterion))
			} else {
				r.mark(g, c, roleNote)
			}
			return
		}
		if n, err := countOf(c.Fold); err == nil && n {
			r.mark(g, c, roleNote)
			return
		}
		if beside := r.verdictBeside(t, k, row); beside != nil {
			// "Đạt" under "Kết quả" and again under "Đánh giá": one verdict, not two.
			r.mark(g, c, roleNote)
			if a, b := r.v.Say(words.CriterionClaim, c, nil, ""), r.v.Say(words.CriterionClaim, beside, nil, ""); a.HasWord != b.HasWord || a.Word != b.Word {
				r.mark(g, c, roleNamed)
				r.note("row_ignored", g.Sheet.Name, c.Pos.String(), fmt.Sprintf("dòng %d: tiêu chí %d ghi “%s” ở ô này và “%s” ở ô %s; chỉ ô %s được tính", row.Row, row.Criterion, short(c.Text), short(beside.Text), beside.Pos, beside.Pos))
			}
			return
		}
		k.Measure = words.CriterionClaim
	}
	if k.Standing == shape.CountOf && k.Ind != nil && k.Ind.Kind != "percent" && c != nil && row.Standing == shape.Counts && r.rateBlank(t, k, row) {
		// What is no rate is written where the numbers are: "Đạt", an income.
		k.Standing, k.Measure = shape.Counts, words.Result
	}
	if u := row.Unit; counts(u) && k.Unit == "" && !k.Rate && !k.Count && k.Ind != nil && k.Ind.Kind == "percent" && k.Measure == words.Result && k.Standing == shape.Counts &&
		c != nil && !c.Percent && !(c.Kind == sheet.Text && strings.ContainsAny(c.Text, "%/")) && r.v.Sense(c).Number {
		// "Hộ nghèo | hộ | 25": the row's unit says that it is a count (ruling 28).
		k.Count = true
		r.note("column_ignored", g.Sheet.Name, c.Pos.String(), fmt.Sprintf("dòng %d: đơn vị tính “%s” là số lượng, không phải tỷ lệ; chỉ tiêu %s chưa được tính", row.Row, u, k.Ind.ID))
	}
	if k.Count && k.Ind != nil && k.Ind.Kind == "percent" && k.Measure == words.Result && k.Standing == shape.Counts {
		if c != nil && c.Kind == sheet.Text && strings.ContainsAny(c.Text, "%/") {
			// The words of the cell say that it is a rate after all.
		} else {
			k.Standing, k.Measure = shape.CountOf, words.Numerator
		}
	}
	r.figure(t, rec, k, row, at, k.Ind)
}

// saidBeside tells that another column says the verdict on a row's criterion, or
// that it is the one to say that there is none.
func (r *reader) saidBeside(t *found, k *shape.Column, row *shape.Row) bool {
	for j := range t.Cols {
		o := &t.Cols[j]
		if o.Col == k.Col || o.Role != shape.Figures || o.Standing != k.Standing || !o.SamePlace(k) || o.Measure != words.Claim && o.Measure != words.Result {
			continue
		}
		if c := t.Grid.At(row.Row, o.Col); c != nil && !c.Struck || k.Measure == words.Result && o.Measure == words.Claim {
			return true
		}
	}
	return false
}

// counts tells a unit in which things are counted.
func counts(unit string) bool {
	return unit != "" && unit != "%" && unit != "‰" && !moneyUnit(unit) && !strings.Contains(unit, "/")
}

// verdictBeside is the verdict on a row's criterion that stands in a column of
// verdicts, for a column of results; nil where there is none.
func (r *reader) verdictBeside(t *found, k *shape.Column, row *shape.Row) *grid.Cell {
	if k.Measure != words.Result {
		return nil
	}
	for j := range t.Cols {
		o := &t.Cols[j]
		if o.Role == shape.Figures && o.Measure == words.Claim && o.Standing == k.Standing && o.SamePlace(k) {
			if c := t.Grid.At(row.Row, o.Col); c != nil && !c.Struck && r.v.Sense(c).Mark {
				return c
			}
		}
	}
	return nil
}

// rateBlank tells that the columns of rates beside a count are blank in a row.
func (r *reader) rateBlank(t *found, k *shape.Column, row *shape.Row) bool {
	if k.Kind != "" && k.Kind != words.Done || k.Time.Against(r.src.Period, t.Context.Year) == words.Past {
		return false
	}
	for j := range t.Cols {
		o := &t.Cols[j]
		if o.Col != k.Col && o.Role == shape.Figures && o.Measure == words.Result && o.Standing == shape.Counts && o.SamePlace(k) && t.Grid.At(row.Row, o.Col) != nil {
			return false
		}
	}
	return true
}

// countOf tells "2/2" beside a criterion: how many of its indicators are met.
func countOf(fold string) (bool, error) {
	a, b, ok := strings.Cut(fold, "/")
	return ok && strings.Trim(a+b, "0123456789 ") == "" && a != "" && b != "", nil
}

// mergedVerdict tells that a verdict is merged over the rows of several
// indicators of one criterion, and whether the row is the first of them.
func (r *reader) mergedVerdict(t *found, row *shape.Row, k *shape.Column) (first, several bool) {
	m := t.Grid.Span(row.Row, k.Col)
	if m.To.Row == m.From.Row {
		return true, false
	}
	inds := map[*words.Indicator]bool{}
	for i := range t.Rows {
		other := &t.Rows[i]
		if other.Row < m.From.Row || other.Row > m.To.Row || other.Ind == nil {
			continue
		}
		if other.Criterion != row.Criterion {
			return true, false
		}
		inds[other.Ind] = true
	}
	return row.Row == m.From.Row, len(inds) > 1
}

// readDown reads a table with an indicator a row: of one commune, of several
// one below the other, or with the commune in each row.
func (r *reader) readDown(t *found) {
	var rec *Record
	var place *grid.Cell
	lost := false
	last := -1
	byKey := map[string]*Record{}
	said := map[string]bool{} // record, indicator and kind
	for i := range t.Rows {
		row := &t.Rows[i]
		if row.What == shape.Section && t.Layout == shape.Long && row.Name != nil {
			place, rec, lost, last = row.Name, nil, false, -1
			r.useRow(t, row.Row, roleSection)
			r.use(t.Grid, row.Name, roleKey)
			continue
		}
		if r.rowAside(t, row) {
			continue
		}
		r.useRow(t, row.Row, 0)
		if row.What == shape.Sum {
			r.sumDown(t, row, rec)
			continue
		}
		if !r.known(t, row) {
			continue
		}
		switch t.Layout {
		case shape.Flat:
			key := ""
			if row.Code != nil {
				key = row.Code.Fold
			} else if row.Name != nil {
				key = row.Name.Fold
			} else {
				key = fmt.Sprint("row", row.Row)
			}
			rec = byKey[key]
			about := key + "|" + aboutRow(row)
			if rec != nil && said[about] {
				rec = nil // a key twice begins another record: two rows about one thing
				for k := range said {
					if strings.HasPrefix(k, key+"|") {
						delete(said, k)
					}
				}
			}
			if rec == nil || row.Name != nil && grid.Fold(row.Name.Text) != grid.Fold(rec.Text) && row.Code != nil {
				rec = r.nameRow(t, row)
				byKey[key] = rec
			}
			said[about] = true
			if rec.Kind == "contradiction" && row.Row != rec.Row && row.Name != nil {
				r.note("code_name_mismatch", rec.Sheet, sheet.Pos{Row: row.Row, Col: max(t.NameCol, t.CodeCol)}.String(), fmt.Sprintf("dòng %d: mã và tên là hai xã khác nhau; không được tính", row.Row))
			}
		default:
			if row.Ind != nil {
				order := r.v.Order(row.Ind)
				if place != nil && last >= 0 && order < last && said[aboutRow(row)] && !lost {
					// The indicators begin anew and nobody says of which commune.
					lost, rec = true, nil
					r.note("row_ignored", t.Grid.Sheet.Name, sheet.Pos{Row: row.Row, Col: t.FirstCol}.String(), fmt.Sprintf("từ dòng %d các chỉ tiêu bắt đầu lại mà không nêu tên xã; không được tính", row.Row))
				}
				last = order
			}
			about := aboutRow(row)
			if rec != nil && said[about] {
				rec = nil
			}
			if rec == nil {
				clear(said)
				if lost {
					rec = r.newRecord(t, "contradiction", row.Row, sheet.Pos{Row: row.Row, Col: t.FirstCol}, "")
				} else {
					rec = r.placeRecord(t, place, row.Row)
				}
			}
			said[about] = true
		}
		for j := range t.Cols {
			k := t.Cols[j]
			if k.Role != shape.Figures {
				continue
			}
			k.Ind, k.Criterion = row.Ind, row.Criterion
			r.downFigure(t, rec, &k, row)
		}
	}
}

// aboutRow is what a row says something about: no record has two such rows.
func aboutRow(row *shape.Row) string {
	measure := row.Measure
	if measure == "" {
		measure = words.Result
	}
	return fmt.Sprint(indID(row), "|", measure, "|", row.Standing)
}

func indID(row *shape.Row) string {
	if row.Ind != nil {
		return row.Ind.ID
	}
	return fmt.Sprint("c", row.Criterion)
}

// sumDown keeps "Tổng số tiêu chí đạt" below the rows of a commune.
func (r *reader) sumDown(t *found, row *shape.Row, rec *Record) {
	measure := words.Measure("")
	if row.Name != nil {
		h := r.v.Heading(row.Name.Fold)
		switch {
		case h.Heads(words.CriteriaTotal):
			measure = words.AllCriteria
		case h.Heads(words.IndicatorsTotal):
			measure = words.AllIndicators
		}
	}
	done := false
	for j := range t.Cols {
		k := t.Cols[j]
		c := t.Grid.At(row.Row, k.Col)
		if c == nil || k.Role != shape.Figures {
			continue
		}
		if measure == "" || rec == nil || done || k.Standing != shape.Counts {
			r.mark(t.Grid, c, roleNote)
			continue
		}
		done = true
		k.Measure, k.Ind, k.Criterion = measure, nil, 0
		r.observe(t, rec, &k, row, c.Pos, r.v.Say(measure, c, nil, ""), c)
	}
}

// blanksOfUnmet reads the blanks of columns in which only what is not met is
// marked, where every mark of the table's columns is such: they are met
// (ruling 27).
func (r *reader) blanksOfUnmet(t *found) {
	unmet := map[int]*shape.Column{}
	for j := range t.Cols {
		k := &t.Cols[j]
		if k.Role == shape.Figures && k.Polarity == words.UnmetMarks && k.PairCol == 0 && (k.Measure == words.Claim || k.Measure == words.CriterionClaim) && k.Standing == shape.Counts {
			unmet[k.Col] = k
		}
	}
	marks, other := 0, 0
	blanks := map[int]int{}
	for i := t.first; i < t.end; i++ {
		o := &r.out.Observations[i]
		col := cellCol(o.Cell)
		if unmet[col] == nil || o.Record.Kind != "commune" {
			continue
		}
		switch {
		case o.State == words.Missing:
			blanks[col]++
		case o.HasWord && !o.Word:
			marks++
		default:
			other++
		}
	}
	if marks == 0 || other > 0 {
		return
	}
	for i := t.first; i < t.end; i++ {
		o := &r.out.Observations[i]
		if unmet[cellCol(o.Cell)] != nil && o.State == words.Missing && o.Record.Kind == "commune" {
			o.Value = words.Value{State: words.Claimed, Word: true, HasWord: true, Note: "để trống ở cột chỉ đánh dấu phần chưa đạt"}
		}
	}
	for j := range t.Cols {
		k := unmet[t.Cols[j].Col]
		if k == nil || blanks[k.Col] == 0 {
			continue
		}
		at := sheet.Pos{Row: t.Top - 1, Col: k.Col}
		if len(k.Stack) > 0 && k.Stack[len(k.Stack)-1].Pos.Col == k.Col {
			at = k.Stack[len(k.Stack)-1].Pos
		}
		r.note("polarity_blank", t.Grid.Sheet.Name, at.String(), fmt.Sprintf("cột %s chỉ đánh dấu phần chưa đạt; %d ô để trống được hiểu là đạt", sheet.ColName(k.Col), blanks[k.Col]))
	}
}

func cellCol(cell string) int {
	p, _ := sheet.ParsePos(cell)
	return p.Col
}
