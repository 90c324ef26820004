package form

import (
	"fmt"
	"strconv"
	"strings"
)

// This file writes the sheet that counts while somebody types: one row for each
// commune and indicator, in a fixed order, whatever order the rows of the forms
// are in. Its formulas are those of Excel 2010, and none is long.

// The columns of the counting sheet.
const (
	keyOf    = 1  // commune code|indicator
	rowOf    = 2  // where the sender's row stands
	rawOf    = 3  // what is typed, "" for nothing
	valueOf  = 4  // the number in the indicator's unit, "" for none
	secondOf = 5  // the second number
	claimOf  = 6  // 1 or 0 for the sender's own verdict, "" for none
	metOf    = 7  // 1, 0, "" for not known, x for not understood
	saysOf   = 8  // "15.1: còn 1,4 điểm %; "
	shownOf  = 9  // the value as the list of details shows it
	communes = 11 // the first column of the table of communes
)

const countFirst = 3 // the first row of both tables

// number writes a number as formulas spell it.
func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// places is at how many decimals a value and a level are compared, here as in
// the province: what is 84.99999999999999 because somebody divided is 85.
const places = 9

// compared is the formula that holds a value against a level.
func compared(value, comparator string, level float64) string {
	return fmt.Sprintf("ROUND(%s,%d)%sROUND(%s,%d)", value, places, comparator, number(level), places)
}

// levelless tells that nobody knows what is asked: nothing is judged, and
// nobody is told that it is short of something.
func levelless(ind Indicator, ask Requirement) bool {
	return ind.Kind != "boolean" && ask.Threshold == nil
}

// percentOf brings a share to percent as the reader does: by the cell's format,
// or where the level is so high that a fraction cannot be meant.
func percentOf(cell string, threshold float64) string {
	s := fmt.Sprintf(`IF(LEFT(CELL("format",%[1]s),1)="P",ROUND(%[1]s*100,9),%%s)`, cell)
	plain := cell
	if threshold >= 25 {
		plain = fmt.Sprintf(`IF(AND(%[1]s>0,%[1]s<=1),ROUND(%[1]s*100,9),%[1]s)`, cell)
	}
	return fmt.Sprintf(s, plain)
}

// count writes the counting sheet.
func (b *book) count() {
	s := calcSheet
	b.text(s, 1, 1, "ntm|calc")
	row := countFirst
	n := len(b.Indicators)
	for _, c := range b.Communes {
		for i := range b.Indicators {
			b.countIndicator(row, c, i)
			row++
		}
	}
	last := row - 1
	b.name("ntm_key", s, keyOf, countFirst, keyOf, last)
	b.name("ntm_met", s, metOf, countFirst, metOf, last)
	b.name("ntm_value", s, shownOf, countFirst, shownOf, last)
	for i, c := range b.Communes {
		b.countCommune(countFirst+i, countFirst+i*n, c)
	}
	total := communes + len(b.Criteria)
	end := countFirst + len(b.Communes) - 1
	b.name("ntm_short", s, total+1, countFirst, total+1, end)
	b.name("ntm_missing", s, total+2, countFirst, total+2, end)
	b.lock(s)
}

// countIndicator judges one indicator of one commune as the province will: the
// second value where it falls short, the value, the sender's own verdict, "does
// not apply".
func (b *book) countIndicator(row int, c Commune, i int) {
	s, ind, ask := calcSheet, b.Indicators[i], c.Asked[i]
	cell := func(col int) string { return "$" + column(col) + strconv.Itoa(row) }
	set := func(col int, f string) { b.do(b.f.SetCellFormula(s, at(col, row), f)) }
	block := func(p place, col int) string { return absolute(p.sheet, col, p.first, col, p.last) }

	key := c.Code + "|" + ind.ID
	b.text(s, keyOf, row, key)
	v := b.values
	result := v.result
	look := `MATCH("` + key + `",` + block(v, v.key) + `,0)`
	if result == 0 { // the table of values: one row a commune
		result = v.column[i]
		look = `MATCH("` + c.Code + `",` + block(v, v.key) + `,0)`
	}
	set(rowOf, look)
	raw := "INDEX(" + block(v, result) + "," + cell(rowOf) + ")"
	set(rawOf, fmt.Sprintf(`IFERROR(IF(%[1]s="","",%[1]s),"")`, raw))

	switch {
	case ind.Kind == "percent":
		high := 0.0
		if ask.Threshold != nil {
			high = *ask.Threshold
		}
		scaled := cell(rawOf)
		if high >= 25 {
			scaled = fmt.Sprintf(`IF(AND(%[1]s>0,%[1]s<=1),ROUND(%[1]s*100,9),%[1]s)`, cell(rawOf))
		}
		set(valueOf, fmt.Sprintf(`IF(ISNUMBER(%[1]s),IF(IFERROR(LEFT(CELL("format",%[2]s),1)="P",FALSE),ROUND(%[1]s*100,9),%[3]s),"")`, cell(rawOf), raw, scaled))
	default:
		set(valueOf, fmt.Sprintf(`IF(ISNUMBER(%[1]s),%[1]s,"")`, cell(rawOf)))
	}
	second := ""
	switch {
	case ind.SubLabel == "":
	case v.result == 0:
		second = "INDEX(" + block(v, v.second[i]) + "," + cell(rowOf) + ")"
	default:
		second = `INDEX(` + block(v, v.result) + `,MATCH("` + key + `+",` + block(v, v.key) + `,0))`
	}
	if second != "" {
		share := second
		if ind.SubThreshold != nil {
			share = percentOf(second, *ind.SubThreshold)
		}
		set(secondOf, fmt.Sprintf(`IFERROR(IF(ISNUMBER(%s),%s,""),"")`, second, share))
	}
	if ind.Kind != "boolean" {
		claim := fmt.Sprintf(`TRIM(INDEX(%s,MATCH("%s",%s,0)))`, block(b.details, b.details.claim), key, block(b.details, b.details.key))
		set(claimOf, fmt.Sprintf(`IFERROR(IF(%[1]s="%[2]s",1,IF(%[1]s="%[3]s",0,"")),"")`, claim, Met, NotMet))
	}
	set(metOf, b.verdict(ind, ask, cell(rawOf), cell(valueOf), cell(secondOf), cell(claimOf)))
	set(saysOf, fmt.Sprintf(`IF(%s=0,"%s"&%s&"; ","")`, cell(metOf), ind.ID+": ", falls(ind, ask, cell(valueOf), cell(secondOf))))
	set(shownOf, fmt.Sprintf(`IF(%[1]s="",%[2]s,%[1]s)`, cell(valueOf), cell(rawOf)))
}

// verdict is the formula of 1, 0, "" or x.
func (b *book) verdict(ind Indicator, ask Requirement, raw, value, second, claim string) string {
	word := "TRIM(" + raw + ")"
	is := func(words ...string) string {
		var l []string
		for _, w := range words {
			l = append(l, word+`="`+w+`"`)
		}
		return "OR(" + strings.Join(l, ",") + ")"
	}
	odd := `"x"`
	if ind.NotApplicable {
		odd = fmt.Sprintf(`IF(%s="%s",1,"x")`, word, NotApplicable)
	}
	if ind.Kind == "boolean" {
		yes, no := is(Met, Yes), is(NotMet, No, "Không đạt")
		counted := fmt.Sprintf(`IF(%[1]s=1,1,IF(%[1]s=0,0,"x"))`, raw)
		if ind.inverted() {
			yes, no = is(Met, No), is(NotMet, Yes, "Không đạt")
			counted = fmt.Sprintf(`IF(%[1]s=0,1,IF(%[1]s>0,0,"x"))`, raw)
		}
		return fmt.Sprintf(`IF(%s="","",IF(ISNUMBER(%s),%s,IF(%s,1,IF(%s,0,%s))))`, word, raw, counted, yes, no, odd)
	}
	if levelless(ind, ask) {
		return `""`
	}
	judged := "IF(" + compared(value, ask.Comparator, *ask.Threshold) + ",1,0)"
	most := 999.0
	if ind.Kind == "percent" {
		most = 100
	}
	f := fmt.Sprintf(`IF(ISNUMBER(%[1]s),IF(OR(%[1]s<0,%[1]s>%[2]s),"x",%[3]s),IF(%[4]s="",IF(%[5]s="","",%[5]s),IF(%[6]s,%[7]s)))`,
		value, number(most), judged, word, claim, `OR(`+word+`="`+Met+`",`+word+`="`+NotMet+`")`,
		fmt.Sprintf(`IF(%s="%s",1,0),%s`, word, Met, odd))
	if ind.SubThreshold != nil {
		f = fmt.Sprintf(`IF(AND(ISNUMBER(%[1]s),NOT(IF(ISNUMBER(%[1]s),%[2]s,TRUE))),0,%[3]s)`, second, compared(second, ind.SubComparator, *ind.SubThreshold), f)
	}
	return f
}

// falls is the formula of how far a result falls short, in words: "còn 1,4
// điểm %". A number joined to text takes the decimal sign of the machine, so
// the point is made a comma wherever it stands.
func falls(ind Indicator, ask Requirement, value, second string) string {
	const bare = `"chưa đạt"`
	unit := ind.Unit
	if ind.Kind == "percent" {
		unit = "điểm %"
	}
	if i := strings.IndexByte(unit, '/'); i > 0 {
		unit = unit[:i]
	}
	gap := func(a, b string) string {
		return fmt.Sprintf(`SUBSTITUTE(ROUNDUP(ROUND(ABS(%s-%s),6),2)&"",".",",")`, a, b)
	}
	says := func(comparator string) string {
		if strings.HasPrefix(comparator, "<") {
			return "vượt "
		}
		return "còn "
	}
	f := bare
	if ind.Kind != "boolean" && ask.Threshold != nil {
		t := number(*ask.Threshold)
		f = fmt.Sprintf(`IF(ISNUMBER(%s),IF(%s,%s,"%s"&%s&" %s"),%s)`, value, compared(value, ask.Comparator, *ask.Threshold), bare, says(ask.Comparator), gap(t, value), unit, bare)
	}
	if ind.SubThreshold != nil {
		t := number(*ind.SubThreshold)
		f = fmt.Sprintf(`IF(AND(ISNUMBER(%[1]s),NOT(IF(ISNUMBER(%[1]s),%[2]s,TRUE))),"%[3]s %[4]s"&%[5]s&" điểm %%",%[6]s)`,
			second, compared(second, ind.SubComparator, *ind.SubThreshold), ind.SubLabel, says(ind.SubComparator), gap(t, second), f)
	}
	return f
}

// countCommune adds one commune up: its criteria one by one, then "17/19", then
// that with what is missing.
func (b *book) countCommune(row, first int, c Commune) {
	s := calcSheet
	n := len(b.Indicators)
	last := first + n - 1
	col := communes
	b.text(s, col, row, c.Code)
	for _, criterion := range b.Criteria {
		col++
		from, to := 0, 0
		for i, ind := range b.Indicators {
			if ind.Criterion == criterion.No {
				if from == 0 {
					from = first + i
				}
				to = first + i
			}
		}
		if from == 0 {
			continue
		}
		block := fmt.Sprintf("$%[1]s$%[2]d:$%[1]s$%[3]d", column(metOf), from, to)
		b.do(b.f.SetCellFormula(s, at(col, row), fmt.Sprintf(`IF(COUNTIF(%[1]s,0)>0,0,IF(COUNTIF(%[1]s,1)=%[2]d,1,""))`, block, to-from+1)))
	}
	met := fmt.Sprintf("COUNTIF(%s:%s,1)", at(communes+1, row), at(col, row))
	all := fmt.Sprintf("$%[1]s$%[2]d:$%[1]s$%[3]d", column(metOf), first, last)
	odd := fmt.Sprintf(`COUNTIF(%s,"x")`, all)
	known := fmt.Sprintf(`(COUNTIF(%[1]s,0)+COUNTIF(%[1]s,1)+%[2]s)`, all, odd)
	short := col + 1
	b.do(b.f.SetCellFormula(s, at(short, row), fmt.Sprintf(`IF(%s=0,"",%s&"/%d")`, known, met, len(b.Criteria))))

	var says []string
	for r := first; r <= last; r++ {
		says = append(says, fmt.Sprintf("%s%d", column(saysOf), r))
	}
	missing := col + 3 // beside, so that no formula holds it twice
	b.do(b.f.SetCellFormula(s, at(missing, row), strings.Join(says, "&")))
	stated := `""`
	switch {
	case b.values.stated != 0:
		v := b.values
		stated = fmt.Sprintf(`IFERROR(INDEX(%s,MATCH("%s",%s,0))&"","")`,
			absolute(v.sheet, v.stated, v.first, v.stated, v.last), c.Code, absolute(v.sheet, v.key, v.first, v.key, v.last))
	case b.values.statement != "":
		stated = "'" + b.values.sheet + "'!" + b.values.statement + `&""`
	}
	m := at(missing, row)
	open := "" // what nobody can be asked for
	for i, ind := range b.Indicators {
		if levelless(ind, c.Asked[i]) {
			n--
		}
	}
	if k := len(b.Indicators) - n; k > 0 {
		open = fmt.Sprintf("; %d chỉ tiêu chưa có mức để đánh giá", k)
	}
	b.do(b.f.SetCellFormula(s, at(col+2, row), fmt.Sprintf(
		`IF(%[1]s="",IF(%[2]s="","chưa nhập số liệu",%[2]s),%[1]s&IF(%[3]s="","",", thiếu "&LEFT(%[3]s,LEN(%[3]s)-2))&IF(%[4]d-%[5]s=0,"","; "&(%[4]d-%[5]s)&" chỉ tiêu chưa có số liệu")&IF(%[6]s=0,"","; "&%[6]s&" ô chưa đọc được")&"%[7]s")`,
		at(short, row), stated, m, n, known, odd, open)))
}
