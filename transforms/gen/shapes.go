package gen

import (
	"slices"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// drawMatrix draws the shapes in which communes and indicators meet on one
// sheet: wide, turned and flat.
func (p *Plan) drawMatrix() []*canvas {
	build := map[string]func([]*section, []*Indicator) *table{"wide": p.wide, "turned": p.turned, "flat": p.flat}[p.Shape]
	var all []*section
	for i := range p.Sections {
		all = append(all, &p.Sections[i])
	}
	main := p.main()
	col := p.Frame.Column
	switch p.At {
	case "sheets":
		var list []*canvas
		for n, s := range all {
			cv := newCanvas(s.Sheet)
			t := build([]*section{s}, p.Indicators)
			row := p.top(cv, t.width(), s, n == 0 || p.dice.chance(0.6, "every letterhead"))
			p.draw(cv, row, col, t)
			list = append(list, cv)
		}
		return list
	case "below":
		cv := newCanvas(p.Frame.SheetName)
		row := 1
		for n, s := range all {
			t := build([]*section{s}, p.Indicators)
			if n == 0 {
				row = p.top(cv, t.width(), s, true)
			} else {
				cv.text(row, col, p.titleOf(s.Kind, p.headingDice("title", s.Kind))+" "+s.Title)
				row += 1 + p.dice.of("below gap").IntN(2)
			}
			row = p.draw(cv, row, col, t) + 2 + p.dice.of("below").IntN(2)
		}
		p.signature(cv, row)
		return []*canvas{cv}
	case "beside":
		cv := newCanvas(p.Frame.SheetName)
		// Each of the tables has its own title over it, in one row.
		head := *p
		head.At = ""
		start := head.top(cv, 8, main, true)
		end := start
		for _, s := range all {
			t := build([]*section{s}, p.Indicators)
			cv.text(start, col, p.titleOf(s.Kind, p.headingDice("title", s.Kind))+" "+s.Title)
			end = max(end, p.draw(cv, start+1, col, t))
			col += t.width() + 1
		}
		p.signature(cv, end+2)
		return []*canvas{cv}
	}
	if p.Split > 1 {
		var list []*canvas
		row := 1
		for n := range p.Split {
			part, inds := *p, p.Indicators
			cut := func(n, all int) int { return n * all / p.Split }
			if p.SplitBy == "communes" {
				part.Communes = p.Communes[cut(n, len(p.Communes)):cut(n+1, len(p.Communes))]
			} else {
				inds = inds[cut(n, len(inds)):cut(n+1, len(inds))]
			}
			name := p.Frame.SheetName
			if n > 0 {
				name = pick(p.dice.of("split name"), "Tiếp theo", "Biểu 2", "TC tiếp", "Sheet2")
			}
			t := map[string]func(*Plan, []*section, []*Indicator) *table{"wide": (*Plan).wide, "turned": (*Plan).turned}[p.Shape](&part, all, inds)
			if n == 0 || !p.SplitBelow {
				cv := newCanvas(name)
				row = part.top(cv, t.width(), main, n == 0)
				list = append(list, cv)
			}
			row = p.draw(list[len(list)-1], row, col, t) + 2
		}
		return list
	}
	cv := newCanvas(p.Frame.SheetName)
	t := build(all, p.Indicators)
	row := p.top(cv, t.width(), main, true)
	row = p.draw(cv, row, col, t)
	p.signature(cv, row+2)
	return []*canvas{cv}
}

func (t *table) width() int { return len(t.lefts) + len(t.cols) }

// measuresOf leaves out the measures that an indicator does not have in a wide
// table: a question has no counts, and its answer is its verdict.
func (p *Plan) measuresOf(i *Indicator, s *section) []measure {
	if s.Kind == "compare" {
		return []measure{result}
	}
	if s.Kind == "plan" || s.Kind == "register" {
		if p.has(result) {
			return []measure{result}
		}
	}
	if p.Shape != "wide" {
		return p.Measures
	}
	if p.has(count) && (i.Yes() || i.Kind == "number") {
		return []measure{result}
	}
	if i.Yes() && p.has(result) && p.has(verdict) {
		if p.has(evidence) {
			return []measure{verdict, evidence}
		}
		return []measure{verdict}
	}
	return p.Measures
}

// measureText heads the column of a measure. A plan, an estimate and a
// comparison say what they are by themselves: nobody heads them "Thực hiện".
func (p *Plan) measureText(m measure, s *section) string {
	if m == result && !p.has(count) {
		mixed := slices.ContainsFunc(p.Sections, func(s section) bool { return s.Kind != "done" })
		switch {
		case mixed && p.Head.MeasureFirst:
			return p.dress(pick(p.headingDice("neutral"), "Số liệu", "Giá trị"))
		case s.Kind != "done":
			return ""
		}
	}
	return p.dress(p.label(m))
}

// wide has one row a commune and columns by indicator.
func (p *Plan) wide(secs []*section, inds []*Indicator) *table {
	t := &table{levels: p.levels()}
	rowSecs, colSecs := p.along(secs)
	if len(secs) == 1 {
		t.sec = secs[0]
	}
	h := p.Head
	if h.Running {
		t.lefts = append(t.lefts, left{"running", p.headOf("running"), true})
	}
	if h.Codes == "before" {
		t.lefts = append(t.lefts, left{"code", p.headOf("code"), true})
	}
	t.lefts = append(t.lefts, left{"commune", p.headOf("commune"), true})
	if h.Codes == "after" {
		t.lefts = append(t.lefts, left{"code", p.headOf("code"), true})
	}
	if h.District {
		t.lefts = append(t.lefts, left{"district", p.headOf("districtname"), false})
	}
	if rowSecs != nil {
		t.lefts = append(t.lefts, left{"section", p.headOf("section"), false})
	}
	add := func(i *Indicator, s *section) {
		for _, m := range p.measuresOf(i, s) {
			c := item{ind: i, m: m, text: map[string]string{}, group: map[string]string{}, cells: map[string]sheet.Cell{}}
			if rowSecs == nil {
				c.sec = s
			}
			no := strconv.Itoa(i.Criterion)
			c.text["criterion"] = pick(p.headingDice("criterion words"), "Tiêu chí "+no, "TC "+no, no+". "+p.world.Criteria[i.Criterion], "Tiêu chí "+no+": "+p.world.Criteria[i.Criterion], p.world.Criteria[i.Criterion])
			c.group["criterion"] = no + s.key()
			c.text["criterionname"] = p.world.Criteria[i.Criterion]
			c.group["criterionname"] = no + s.key()
			c.cells["id"] = p.idCell(i)
			if p.keyed() && p.saysUnit(i) && !slices.Contains(t.levels, "name") {
				c.cells["id"] = words(strings.TrimSuffix(c.cells["id"].Text, ".") + " (" + p.unitOf(i) + ")")
				c.cells["id"] = words(i.ID + " (" + p.unitOf(i) + ")")
			}
			c.group["id"] = i.ID + s.key()
			c.text["name"] = p.nameOf(i)
			c.group["name"] = i.ID + s.key()
			if p.At == "sub" {
				c.group["id"], c.group["name"] = i.ID, i.ID
				c.group["criterion"], c.group["criterionname"] = no, no
			}
			c.text["section"] = p.dress(s.Label)
			c.group["section"] = s.key()
			if p.At == "sub" {
				c.group["section"] = s.key() + i.ID
			}
			if len(p.Measures) > 1 || m == unmetGroup && !p.Head.UnmetTitle || m == verdict {
				c.text["measure"] = p.measureText(m, s)
				if i.Yes() && m == verdict && p.has(result) || m == result && p.has(count) && (i.Yes() || i.Kind == "number") {
					c.text["measure"] = ""
				}
			}
			if m == unmetGroup {
				c.group["measure"] = s.key()
			}
			p.lead(&c, m, s.key()+i.ID)
			if m == result || m == verdict && i.Yes() || len(p.Measures) == 1 {
				c.text["require"] = p.requirement(i)
				c.text["unit"] = p.unitOf(i)
			}
			if m == count || m == total {
				c.text["unit"] = "hộ"
			}
			t.cols = append(t.cols, c)
			if p.Head.Second && i.SubLabel != "" && m == result && len(p.Measures) == 1 && s.Kind != "compare" {
				x := c
				x.role, x.text, x.cells = "second", map[string]string{}, map[string]sheet.Cell{}
				for l, text := range c.text {
					x.text[l] = text
				}
				delete(x.text, "require")
				x.cells["id"] = words(pick(p.headingDice("second"), "Trong đó: ", "", "trong đó: ") + strings.TrimPrefix(i.SubLabel, "trong đó "))
				if p.headingDice("second").IntN(2) == 0 {
					x.cells["id"] = words(i.SubLabel)
				}
				x.group = map[string]string{}
				for l, g := range c.group {
					if l != "id" && l != "name" {
						x.group[l] = g
					}
				}
				delete(x.text, "name")
				t.cols = append(t.cols, x)
			}
		}
	}
	inds = order(p, "indicators", inds)
	claims := func(n int) {
		if h.Claims && (n+1 == len(inds) || inds[n+1].Criterion != inds[n].Criterion) {
			no := strconv.Itoa(inds[n].Criterion)
			c := item{role: "claim", no: inds[n].Criterion, sec: colSecs[0], text: map[string]string{}, group: map[string]string{"criterion": no + colSecs[0].key(), "criterionname": no + colSecs[0].key(), "section": colSecs[0].key()}}
			if p.At == "sub" {
				c.group["criterion"], c.group["criterionname"] = no, no
			}
			first := slices.IndexFunc(t.cols, func(o item) bool { return o.ind == inds[n] })
			for _, l := range []string{"criterion", "criterionname"} {
				c.text[l] = t.cols[first].text[l]
			}
			c.text["section"] = t.cols[first].text["section"]
			c.text["id"] = p.dress(pick(p.headingDice("claim"), "Đạt/Chưa đạt", "Đánh giá", "Kết luận", "Đánh giá tiêu chí "+no))
			t.cols = append(t.cols, c)
		}
	}
	if p.At == "over" {
		for _, s := range colSecs {
			for n, i := range inds {
				add(i, s)
				claims(n)
			}
		}
	} else {
		for n, i := range inds {
			for _, s := range colSecs {
				add(i, s)
			}
			claims(n)
		}
	}
	if h.Totals && len(secs) == 1 && len(inds) == len(p.world.Indicators) {
		for _, w := range []string{"criteriacount", "indicatorcount"} {
			t.cols = append(t.cols, item{role: w, text: map[string]string{t.topLevel(): p.headOf(w)}, group: map[string]string{}})
		}
	}
	if h.Note != "" {
		t.cols = append(t.cols, item{role: "note", text: map[string]string{t.topLevel(): p.headOf("note")}, group: map[string]string{}})
	}
	if p.Spoil == "set" {
		x := item{role: "foreign", text: map[string]string{}, group: map[string]string{}, cells: map[string]sheet.Cell{}}
		id := "17.12"
		if p.world.has(id) {
			id = "20.1"
		}
		x.cells["id"] = words(id)
		if v, err := strconv.ParseFloat(id, 64); err == nil && p.Head.IDs == "number" {
			x.cells["id"] = number(v)
		}
		t.cols = append(t.cols, x)
	}
	communes := order(p, "communes", p.Communes)
	if p.Department != "" {
		// The communes of one district stand together, under its name.
		slices.SortStableFunc(communes, func(a, b *Commune) int { return strings.Compare(a.District, b.District) })
	}
	for n, c := range communes {
		if p.Department != "" && !h.District && (n == 0 || communes[n-1].District != c.District) {
			name := p.world.district(c).Display
			g := item{role: "group", text: map[string]string{"commune": strings.ToUpper(name[:1]) + name[1:]}, group: map[string]string{}, cells: map[string]sheet.Cell{}}
			t.rows = append(t.rows, g)
		}
		for _, s := range orNil(rowSecs) {
			r := item{commune: c, sec: s, no: n + 1, text: map[string]string{"commune": p.communeText(c, n+1)}, group: map[string]string{"key": c.Code}, cells: map[string]sheet.Cell{}}
			if s != nil {
				r.text["section"] = s.Label
			}
			p.keyCells(&r, c, n+1)
			t.rows = append(t.rows, r)
		}
	}
	p.oddRows(t)
	return t
}

// topLevel is the first level of the header that is shown.
func (t *table) topLevel() string {
	for _, l := range t.levels {
		if l == "number" {
			continue
		}
		for k := range t.cols {
			if t.cols[k].says(l) {
				return l
			}
		}
	}
	return t.levels[0]
}

func orNil(list []*section) []*section {
	if list == nil {
		return []*section{nil}
	}
	return list
}

// along tells which sections stand in rows and which in columns.
func (p *Plan) along(secs []*section) (rows, cols []*section) {
	if p.At == "rows" && len(secs) > 1 {
		return secs, secs[:1]
	}
	return nil, secs
}

func (p *Plan) keyCells(r *item, c *Commune, n int) {
	own := c
	if p.Spoil == "codes" {
		// The names were sorted and the codes were not.
		k := slices.Index(p.Communes, c)
		c = p.Communes[(k+1)%len(p.Communes)]
	}
	code, _ := strconv.ParseFloat(c.Code, 64)
	r.cells["code"] = number(code)
	if p.dice.chance(0.4, "codes as text") {
		r.cells["code"] = words(c.Code)
	}
	r.cells["running"] = number(float64(n))
	if p.dice.chance(0.1, "running as text") {
		r.cells["running"] = words(strconv.Itoa(n))
	}
	r.text["district"] = p.world.district(own).Display
}

// turned has one row an indicator and columns by commune.
func (p *Plan) turned(secs []*section, inds []*Indicator) *table {
	t := &table{levels: p.levels()}
	if len(secs) == 1 {
		t.sec = secs[0]
	}
	rowSecs, colSecs := p.along(secs)
	p.indicatorLefts(t, rowSecs != nil)
	communes := order(p, "communes", p.Communes)
	add := func(n int, c *Commune, s *section) {
		for _, m := range p.measuresOf(inds[0], s) {
			x := item{commune: c, m: m, text: map[string]string{}, group: map[string]string{}, cells: map[string]sheet.Cell{}}
			if rowSecs == nil {
				x.sec = s
			}
			x.text["commune"] = p.communeText(c, n+1)
			x.group["commune"] = c.Code
			if p.At == "over" {
				x.group["commune"] += s.key()
			}
			x.text["section"] = p.dress(s.Label)
			x.group["section"] = s.key()
			if p.At != "over" {
				x.group["section"] += c.Code
			}
			if len(p.Measures) > 1 || m == verdict {
				x.text["measure"] = p.measureText(m, s)
				if p.Head.Differ && n == 0 {
					q := *p
					q.synonym += 31
					x.text["measure"] = q.measureText(m, s)
				}
			}
			p.lead(&x, m, s.key()+c.Code)
			t.cols = append(t.cols, x)
		}
	}
	if p.At == "over" {
		for _, s := range colSecs {
			for n, c := range communes {
				add(n, c, s)
			}
		}
	} else {
		for n, c := range communes {
			from := len(t.cols)
			for _, s := range colSecs {
				add(n, c, s)
			}
			p.byMeasure(t.cols[from:])
		}
	}
	if p.Head.Totals && p.At == "sub" {
		if block := p.districtBlock(t); p.Head.First {
			t.cols = append(block, t.cols...)
		} else {
			t.cols = append(t.cols, block...)
		}
	}
	if p.Head.Note != "" {
		t.cols = append(t.cols, item{role: "note", text: map[string]string{t.topLevel(): p.headOf("note")}, group: map[string]string{}})
	}
	p.indicatorRows(t, order(p, "indicators", inds), rowSecs)
	p.oddIndicatorRows(t)
	if p.Repeat {
		t.repeat = max(1, len(t.rows)/2)
		for t.repeat < len(t.rows) && t.rows[t.repeat].group["key"] != "" && t.rows[t.repeat].group["key"] == t.rows[t.repeat-1].group["key"] {
			t.repeat++
		}
	}
	return t
}

// indicatorLefts are the key columns of a table with indicators down.
func (p *Plan) indicatorLefts(t *table, sections bool) {
	h := p.Head
	ids := p.headOf("id")
	name := p.headOf("name")
	if p.keyed() {
		if h.Running && p.dice.chance(0.25, "running beside ids") {
			t.lefts = append(t.lefts, left{"running", p.headOf("running"), true})
			if ids == p.headOf("running") || strings.EqualFold(ids, "stt") || strings.EqualFold(ids, "tt") {
				ids = "Mã số"
			}
		}
		if ids == name {
			ids = "Mã số"
		}
		t.lefts = append(t.lefts, left{"id", ids, true})
		if p.dice.chance(0.85, "names beside ids") || h.Criteria {
			t.lefts = append(t.lefts, left{"name", name, true})
		}
	} else {
		if h.Running {
			t.lefts = append(t.lefts, left{"running", p.headOf("running"), true})
		}
		t.lefts = append(t.lefts, left{"id", name, true})
	}
	if h.Unit {
		t.lefts = append(t.lefts, left{"unit", p.headOf("unit"), false})
	}
	if h.Require {
		t.lefts = append(t.lefts, left{"require", p.headOf("require"), false})
	}
	if sections {
		t.lefts = append(t.lefts, left{"section", p.headOf("section"), false})
	}
}

// indicatorRows are the rows of a table with indicators down.
func (p *Plan) indicatorRows(t *table, inds []*Indicator, rowSecs []*section) {
	no := 0
	for n, i := range inds {
		if i.Criterion != no {
			no = i.Criterion
			if p.Head.Criteria && i.ID != strconv.Itoa(no) {
				name := p.world.Criteria[no]
				r := item{role: "criterion", no: no, text: map[string]string{}, cells: map[string]sheet.Cell{}}
				switch p.Head.IDs {
				case "inname":
					r.text["id"] = pick(p.headingDice("criterion row"), "Tiêu chí "+strconv.Itoa(no)+": "+name, strconv.Itoa(no)+". "+name)
				case "nameonly":
					r.text["id"] = pick(p.headingDice("criterion row"), strings.ToUpper(name), "Tiêu chí "+name)
				default:
					r.text["name"] = name
					if p.Head.IDs == "number" {
						r.cells["id"] = number(float64(no))
					} else {
						r.text["id"] = pick(p.headingDice("criterion row"), strconv.Itoa(no), "TC "+strconv.Itoa(no), roman(no))
					}
				}
				t.rows = append(t.rows, r)
			}
		}
		for _, s := range orNil(rowSecs) {
			r := item{ind: i, sec: s, no: n + 1, text: map[string]string{}, group: map[string]string{"key": i.ID}, cells: map[string]sheet.Cell{}}
			r.cells["id"] = p.idCell(i)
			r.cells["running"] = number(float64(n + 1))
			r.text["name"] = p.nameOf(i)
			if p.saysUnit(i) && !slices.ContainsFunc(t.lefts, func(l left) bool { return l.name == "name" }) && p.keyed() {
				r.cells["id"] = words(i.ID + " (" + p.unitOf(i) + ")")
			}
			r.text["unit"] = p.unitOf(i)
			r.text["require"] = p.requirement(i)
			if i.Threshold == 100 && p.dice.chance(0.3, "requirement as number") {
				r.cells["require"] = number(100)
			}
			if s != nil {
				r.text["section"] = s.Label
			}
			t.rows = append(t.rows, r)
			if p.Head.Second && i.SubLabel != "" && s == nil && p.Shape != "flat" {
				name := "name"
				if !slices.ContainsFunc(t.lefts, func(l left) bool { return l.name == "name" }) {
					name = "id"
				}
				x := item{role: "second", ind: i, text: map[string]string{name: pick(p.headingDice("second"), "Trong đó: ", "- ", "  Trong đó ") + strings.TrimPrefix(i.SubLabel, "trong đó ")}, cells: map[string]sheet.Cell{}, group: map[string]string{}}
				x.text["unit"] = r.text["unit"]
				t.rows = append(t.rows, x)
			}
		}
	}
}

func roman(n int) string {
	list := []string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII", "XIX"}
	return list[n-1]
}

// flat has one row for each commune and indicator.
func (p *Plan) flat(secs []*section, inds []*Indicator) *table {
	t := &table{levels: p.levels()}
	if len(secs) == 1 {
		t.sec = secs[0]
	}
	rowSecs, colSecs := p.along(secs)
	h := p.Head
	if h.Running {
		t.lefts = append(t.lefts, left{"running", p.headOf("running"), false})
	}
	if h.Codes != "" {
		t.lefts = append(t.lefts, left{"code", p.headOf("code"), false})
	}
	t.lefts = append(t.lefts, left{"commune", p.headOf("commune"), p.Head.KeyRepeat == "merged"})
	q := *p
	q.Head.Running = false
	q.indicatorLefts(t, rowSecs != nil)
	for k := range t.lefts {
		if t.lefts[k].name == "id" && (strings.EqualFold(t.lefts[k].head, "tt") || strings.EqualFold(t.lefts[k].head, "stt")) {
			t.lefts[k].head = "Mã chỉ tiêu"
		}
		t.lefts[k].merge = t.lefts[k].name == "commune" && p.Head.KeyRepeat == "merged"
	}
	p.measureColumns(t, colSecs, inds)
	n := 0
	for ci, c := range order(p, "communes", p.Communes) {
		for _, i := range order(p, "indicators", inds) {
			for _, s := range orNil(rowSecs) {
				n++
				one := &table{lefts: t.lefts}
				p.indicatorRows(one, []*Indicator{i}, []*section{s})
				r := one.rows[len(one.rows)-1]
				r.commune, r.sec = c, s
				r.text["commune"] = p.communeText(c, ci+1)
				r.group["key"] = c.Code
				if s != nil {
					r.text["section"] = s.Label
				}
				p.keyCells(&r, c, n)
				t.rows = append(t.rows, r)
			}
		}
	}
	return t
}

// measureColumns are the columns of a table in which rows are figures.
func (p *Plan) measureColumns(t *table, secs []*section, inds []*Indicator) {
	for _, s := range secs {
		for _, m := range p.measuresOf(inds[0], s) {
			c := item{m: m, text: map[string]string{}, group: map[string]string{}}
			if p.At != "rows" {
				c.sec = s
			}
			c.group["section"] = s.key()
			c.text["section"] = p.dress(s.Label)
			if len(p.Measures) > 1 || !slices.Contains(t.levels, "section") || len(secs) == 1 && p.Head.Label == "hidden" {
				c.text["measure"] = p.measureText(m, s)
			}
			p.lead(&c, m, s.key())
			t.cols = append(t.cols, c)
		}
	}
	p.byMeasure(t.cols)
	if p.Head.Note != "" {
		t.cols = append(t.cols, item{role: "note", text: map[string]string{t.topLevel(): p.headOf("note")}, group: map[string]string{}})
	}
}

// byMeasure puts the columns of one key in the order of their measures, where
// the office writes them so.
func (p *Plan) byMeasure(cols []item) {
	if !p.Head.MeasureFirst {
		return
	}
	slices.SortStableFunc(cols, func(a, b item) int { return slices.Index(p.Measures, a.m) - slices.Index(p.Measures, b.m) })
	for k := range cols {
		c := ""
		if cols[k].commune != nil {
			c = cols[k].commune.Code
		}
		cols[k].group["measure"] = string(cols[k].m) + c
		delete(cols[k].group, "section")
	}
}

// lead puts a heading over measures that belong together, where the office
// writes one.
func (p *Plan) lead(c *item, m measure, key string) {
	if !p.Head.Lead {
		return
	}
	r := p.headingDice("lead")
	switch {
	case m == metMark || m == unmetMark:
		c.text["lead"] = p.dress(pick(r, "Đánh giá", "Tự đánh giá", "Kết quả đánh giá", "Mức độ đạt"))
		c.group["lead"] = "pair" + key
	case p.has(count) && (m == count || m == total || m == result) && c.text["measure"] != "":
		c.text["lead"] = p.dress(pick(r, "Kết quả thực hiện", "Kết quả", "Thực hiện"))
		if p.find("now", "plan") != nil {
			c.text["lead"] = p.dress("Số liệu")
		}
		c.group["lead"] = "rate" + key
	default:
		c.text["lead"], c.text["measure"] = c.text["measure"], ""
	}
}

// named tells where a commune's table names it: only a sheet of its own can do so.
func (p *Plan) named(sheet string, c *Commune) string {
	if p.Head.Named == "sheet" && (p.Shape != "sheets" || !strings.Contains(sheet, c.Name)) {
		return "title"
	}
	return p.Head.Named
}

// oneCommune draws the table of one commune and returns its last row.
func (p *Plan) oneCommune(cv *canvas, row int, c *Commune) int {
	var secs []*section
	for i := range p.Sections {
		secs = append(secs, &p.Sections[i])
	}
	t := &table{levels: p.levels(), commune: c}
	rowSecs, colSecs := p.along(secs)
	p.indicatorLefts(t, rowSecs != nil)
	inds := order(p, "indicators", p.Indicators)
	p.measureColumns(t, colSecs, inds)
	p.indicatorRows(t, inds, rowSecs)
	p.oddIndicatorRows(t)
	n := slices.Index(p.Communes, c) + 1
	lead := pick(p.dice.of("commune title"), "Xã: %s", "Xã %s", "XÃ %s", "Tên xã: %s", "Đơn vị: Xã %s", "UBND xã %s")
	name := c.Name
	if strings.HasPrefix(lead, "XÃ") {
		name = strings.ToUpper(name)
	}
	title := strings.Replace(lead, "%s", name, 1)
	if p.Shape == "blocks" && p.dice.chance(0.3, "numbered blocks") {
		title = pick(p.dice.of("numbered as"), strconv.Itoa(n)+". ", roman(n)+". ") + title
	}
	switch p.named(cv.name, c) {
	case "cells":
		cv.text(row, p.Frame.Column, pick(p.dice.of("commune cells"), "Xã:", "Tên xã:", "Đơn vị:", "Xã"))
		cv.text(row, p.Frame.Column+1, c.Name)
	case "sheet":
	default:
		cv.text(row, p.Frame.Column, title)
	}
	row += 1 + p.dice.of("after commune").IntN(2)
	return p.draw(cv, row, p.Frame.Column, t)
}
