package main

import (
	"fmt"
	"strings"
)

// column is one column of a wide sheet.
type column struct {
	kind      string // stt, name, result, claim, numerator, denominator, part, met, indicators, note, other
	title     string // for columns that belong to no criterion
	criterion criterion
	indicator indicator
	width     float64
	hidden    bool
}

// columns lays a row of result columns out for some criteria; with claims, a
// column for the office's own judgement follows each criterion.
func columns(criteria []criterion, claims bool, width float64) []column {
	var cols []column
	for _, k := range criteria {
		for _, ind := range k.indicators {
			cols = append(cols, column{kind: "result", criterion: k, indicator: ind, width: width})
		}
		if claims {
			cols = append(cols, column{kind: "claim", criterion: k, width: width})
		}
	}
	return cols
}

// beside puts columns of the given kinds before the results of one indicator
// (before) or after them.
func beside(cols []column, id string, before, after []string) []column {
	var out []column
	for _, c := range cols {
		if c.kind != "result" || c.indicator.id != id {
			out = append(out, c)
			continue
		}
		for _, kind := range before {
			d := c
			d.kind = kind
			out = append(out, d)
		}
		out = append(out, c)
		for _, kind := range after {
			d := c
			d.kind = kind
			out = append(out, d)
		}
	}
	return out
}

// headRow is one row of a header: what stands in a column, and which cells
// belong together. Cells of one group are merged; "" merges nothing.
type headRow func(c column, i int) (label any, group string)

// ofCriterion labels each criterion over all of its columns.
func ofCriterion(label func(criterion) string) headRow {
	return func(c column, i int) (any, string) {
		if c.title != "" {
			return c.title, "title " + c.title
		}
		return label(c.criterion), fmt.Sprint("criterion ", c.criterion.no)
	}
}

// ofIndicator labels each indicator. A criterion that is its own only indicator
// takes its cell together with the row above where joined.
func ofIndicator(label func(indicator) string, joined bool) headRow {
	return func(c column, i int) (any, string) {
		switch {
		case c.title != "":
			return c.title, "title " + c.title
		case c.kind == "claim":
			return "Đánh giá", fmt.Sprint("claim ", c.criterion.no)
		case joined && len(c.criterion.indicators) == 1:
			return label(c.indicator), fmt.Sprint("criterion ", c.criterion.no)
		case c.kind == "part":
			return c.indicator.part, "part " + c.indicator.id
		}
		return label(c.indicator), "indicator " + c.indicator.id
	}
}

// ofPart labels the counts behind a rate.
func ofPart(c column, i int) (any, string) {
	switch {
	case c.title != "":
		return c.title, "title " + c.title
	case c.indicator.id != "15.1":
		return "", "indicator " + c.indicator.id
	case c.kind == "numerator":
		return "Số người tham gia (tử số)", ""
	case c.kind == "denominator":
		return "Dân số (mẫu số)", ""
	}
	return "Tỷ lệ (%)", ""
}

// ofThreshold writes the set's levels under the indicators.
func ofThreshold(c column, i int) (any, string) {
	switch {
	case c.title != "":
		return c.title, "title " + c.title
	case c.kind == "claim":
		return "", fmt.Sprint("claim ", c.criterion.no)
	case c.kind == "part":
		return "≥ 30%", ""
	}
	return required(c.indicator), "threshold " + c.indicator.id
}

// ofNumber numbers the columns.
func ofNumber(number func(i int) any) headRow {
	return func(c column, i int) (any, string) { return number(i), "" }
}

// required writes what the set asks for.
func required(ind indicator) string {
	switch {
	case ind.inverted:
		return "Không"
	case ind.kind == "boolean":
		return "Đạt"
	case ind.kind == "number":
		return "≥ " + comma(ind.threshold)
	case ind.threshold == 100:
		return "100%"
	case ind.comparator == "<=":
		return "≤ " + comma(ind.threshold) + "%"
	}
	return "≥ " + comma(ind.threshold) + "%"
}

// row is one row below the header.
type row struct {
	kind    string // commune, spacer, section, subtotal, total, share
	commune commune
	stt     any
	name    string
	strange bool // the row of no commune: a copy of this commune's figures under another name
	again   bool // a second row of the commune
	hidden  bool
}

// form is a wide sheet's table.
type form struct {
	columns  []column
	head     []headRow
	heights  []float64
	rows     []row
	formulas bool
	upright  map[int]bool // header rows with turned text
	fill     string
	size     float64
}

// wide writes one table and returns the row below it.
func (w *desk) wide(b *book, sheet string, top int, f form) int {
	head := look{bold: true, box: true, wrap: true, align: "center", size: f.size, fill: f.fill, font: w.hand.font}
	w.header(b, sheet, top, f, head)
	b.hold(sheet, top, len(f.head))
	for i, c := range f.columns {
		b.width(sheet, i+1, c.width)
		if c.hidden {
			b.hideColumn(sheet, i+1)
		}
	}

	at0 := top + len(f.head)
	r := at0
	since := r // first row of the running section
	first := r
	// marks and sums of each column as written, for the total rows.
	marks := make([]map[int]float64, len(f.columns))
	words := make([]map[string]bool, len(f.columns))
	for i := range marks {
		marks[i], words[i] = map[int]float64{}, map[string]bool{}
	}
	n := 0
	for _, row := range f.rows {
		body := look{box: true, align: "center", size: f.size, font: w.hand.font}
		switch row.kind {
		case "spacer":
			for i := range f.columns {
				b.put(sheet, r, i+1, cell{}, look{box: true, size: f.size})
			}
		case "section":
			body.bold = true
			b.put(sheet, r, 1, cell{v: row.stt}, body)
			body.align = "left"
			b.put(sheet, r, 2, text(w.say(row.name)), body)
			for i := 2; i < len(f.columns); i++ {
				b.put(sheet, r, i+1, cell{}, body)
			}
			since = r + 1
		case "subtotal", "total", "share":
			body.bold = true
			from := first
			if row.kind == "subtotal" {
				from = since
			}
			w.totals(b, sheet, r, f, row, from, marks, words, n, body)
		case "commune":
			n++
			if row.hidden {
				b.hideRow(sheet, r)
			}
			if strings.Contains(row.name, "\n") {
				b.height(sheet, r, 28)
			}
			for i, c := range f.columns {
				w.bodyCell(b, sheet, r, i, c, row, body, marks, words)
			}
		}
		r++
	}
	return r
}

// header writes the header rows and merges what belongs together.
func (w *desk) header(b *book, sheet string, top int, f form, l look) {
	rows, cols := len(f.head), len(f.columns)
	labels, groups := make([][]any, rows), make([][]string, rows)
	for r, h := range f.head {
		labels[r], groups[r] = make([]any, cols), make([]string, cols)
		for i, c := range f.columns {
			labels[r][i], groups[r][i] = h(c, i)
		}
		if r < len(f.heights) {
			b.height(sheet, top+r, f.heights[r])
		}
	}
	done := map[[2]int]bool{}
	for r := range rows {
		for i := range cols {
			look := l
			look.upright = f.upright[r] && f.columns[i].title == ""
			c := cell{v: labels[r][i]}
			if s, ok := c.v.(string); ok {
				c.v = w.say(s)
				if s == "" {
					c.v = nil
				}
			}
			if v, ok := c.v.(float64); ok {
				c = number(v, "(0);(0)")
			}
			if done[[2]int{r, i}] {
				c.v = nil
			}
			b.put(sheet, top+r, i+1, c, look)
			if done[[2]int{r, i}] || groups[r][i] == "" {
				continue
			}
			right, down := i, r
			for right+1 < cols && groups[r][right+1] == groups[r][i] && !done[[2]int{r, right + 1}] {
				right++
			}
			for down+1 < rows {
				same := true
				for j := i; j <= right; j++ {
					same = same && groups[down+1][j] == groups[r][i]
				}
				if !same {
					break
				}
				down++
			}
			for y := r; y <= down; y++ {
				for x := i; x <= right; x++ {
					done[[2]int{y, x}] = true
				}
			}
			b.merge(sheet, top+r, i+1, top+down, right+1)
		}
	}
}

// bodyCell writes one cell of a commune's row.
func (w *desk) bodyCell(b *book, sheet string, r, i int, c column, row row, l look, marks []map[int]float64, words []map[string]bool) {
	var out cell
	switch c.kind {
	case "stt":
		out = cell{v: row.stt}
	case "name":
		l.align, l.wrap = "left", strings.Contains(row.name, "\n")
		out = text(w.say(row.name))
	case "result":
		out = w.write(row.commune, c.indicator)
		if row.again && c.indicator.kind == "percent" {
			// The second row was typed from a later draft: a few tenths differ.
			if p := w.planted(row.commune, c.indicator); p == nil {
				f := w.figure(row.commune, c.indicator)
				if v := round(f.value+0.3, 2); !f.notApplies && v < 100 && judge(c.indicator, v) == f.is {
					out = w.hand.number(w, row.commune, c.indicator, v)
				}
			}
		}
		if c.indicator.id == "15.1" && i > 0 && w.office.counts && !row.strange {
			num, den := w.counts(row.commune, c.indicator)
			out = formula(fmt.Sprintf("%s/%s*100", at(r, i-1), at(r, i)), num/den*100, "0.00")
		}
		if c.indicator.kind == "boolean" && !c.indicator.inverted {
			if yes, word := affirmative(out, w); yes {
				marks[i][r] = 1
				words[i][word] = true
			}
		}
		if !row.strange && !row.again {
			w.noted(row.commune, c.indicator, sheet, at(r, i+1))
		}
		if w.office.onlyX[c.indicator.id] {
			if out.v != "x" {
				out = cell{}
			}
			w.stand(w.mark("blank_as_not_met"), sheet, at(r, i+1))
		}
	case "numerator", "denominator":
		num, den := w.counts(row.commune, c.indicator)
		out = number(num, "#,##0")
		if c.kind == "denominator" {
			out = number(den, "#,##0")
		}
	case "part":
		x := dice("part", w.period, row.commune.code, c.indicator.id).Float64()
		out = number(round(38+40*x, 1), "0.0")
	case "claim":
		v := w.story.criterionMet(w.period, row.commune.code, c.criterion)
		if w.boasts(row.commune, c.criterion) {
			v = met
		}
		out = text("Chưa")
		if v == met {
			out = text("Đạt")
			marks[i][r] = 1
			words[i]["Đạt"] = true
		}
	case "met", "indicators":
		res := w.story.evaluate(w.period, row.commune.code)
		v := res.indicators
		if c.kind == "met" {
			v = res.met
			for _, k := range w.prov.criteria {
				if w.boasts(row.commune, k) {
					v++
				}
			}
			if p := w.mark("claimed_total_mismatch"); p != nil && p.commune == row.commune.code && !row.strange {
				v++
				w.stand(p, sheet, at(r, i+1))
			}
		}
		marks[i][r] = float64(v)
		out = cell{v: v}
	case "note":
		l.align = "left"
		if y := w.prov.recognised[row.commune.code]; y != "" && !row.strange && (w.period == q4 || y < year) {
			out = text(w.say("Đã công nhận năm " + y))
		}
	case "other":
		out = text(w.say("Đạt"))
		w.stand(w.mark("set_mismatch"), sheet, at(r, i+1))
	case "old":
		out = number(float64(7+dice("old", row.commune.code).IntN(6)), "0")
	}
	if row.again && c.kind == "name" {
		w.stand(w.mark("duplicate_commune"), sheet, at(r, i+1))
	}
	if row.strange && c.kind == "name" {
		w.stand(w.mark("unknown_commune"), sheet, at(r, i+1))
	}
	b.put(sheet, r, i+1, out, l)
}

// boasts tells that the office claims a criterion against its own figures.
func (w *desk) boasts(c commune, k criterion) bool {
	for _, ind := range k.indicators {
		if p := w.planted(c, ind); p != nil && p.boast {
			return true
		}
	}
	return false
}

// affirmative tells whether a cell says yes, and with which word.
func affirmative(c cell, w *desk) (bool, string) {
	switch v := c.v.(type) {
	case string:
		for _, yes := range []string{"Đạt", "đạt", "ĐẠT", "Đ", "x", "X", "✓", "Có", "có"} {
			if v == yes || v == w.say(strings.ToLower(yes)) || yes != "ĐẠT" && v == w.say(yes) {
				return true, strings.ToLower(v)
			}
		}
	case float64:
		return v == 1, "1"
	case int:
		return v == 1, "1"
	}
	return false, ""
}

// counts gives the people behind a rate; their quotient is the rate.
func (w *desk) counts(c commune, ind indicator) (num, den float64) {
	f := w.figure(c, ind)
	den = float64(6200 + dice("people", c.code).IntN(9000))
	num = float64(int(f.value*den/100 + 0.5))
	return num, den
}

// totals writes a total row: communes that say yes under the yes/no columns,
// sums under the totals, nothing under percentages.
func (w *desk) totals(b *book, sheet string, r int, f form, row row, from int, marks []map[int]float64, words []map[string]bool, n int, l look) {
	for i, c := range f.columns {
		var out cell
		sum := 0.0
		for y, m := range marks[i] {
			if y >= from {
				sum += m
			}
		}
		counted := c.kind == "claim" || c.kind == "result" && c.indicator.kind == "boolean" && !c.indicator.inverted
		span := fmt.Sprintf("%s:%s", at(from, i+1), at(r-1, i+1))
		switch {
		case c.kind == "stt":
		case c.kind == "name":
			out = text(w.say(row.name))
		case row.kind == "share":
			if counted {
				out = number(round(100*sum/float64(n), 2), "0.00")
			}
		case counted:
			out = cell{v: int(sum)}
			if f.formulas && row.kind == "total" && len(words[i]) == 1 {
				for word := range words[i] {
					if word == "1" {
						word = "1"
					} else {
						word = `&quot;` + word + `&quot;`
					}
					out = formula("COUNTIF("+span+","+word+")", int(sum), "")
				}
			}
		case c.kind == "met" || c.kind == "indicators":
			v := int(sum)
			if p := w.mark("subtotal_mismatch"); p != nil && row.kind == "total" && c.kind == "met" {
				v += 2
				w.stand(p, sheet, at(r, i+1))
				out = cell{v: v}
			} else if f.formulas && row.kind == "total" {
				out = formula("SUM("+span+")", v, "")
			} else {
				out = cell{v: v}
			}
		}
		b.put(sheet, r, i+1, out, l)
	}
}
