package gen

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// oddRows puts rows into a table that are no communes.
func (p *Plan) oddRows(t *table) {
	plain := func(role, name string) item {
		return item{role: role, text: map[string]string{"commune": name}, group: map[string]string{}, cells: map[string]sheet.Cell{}}
	}
	insert := func(at int, r item) { t.rows = slices.Insert(t.rows, at, r) }
	// Rows of one commune stay together.
	between := func(what string) int {
		k := p.dice.of("between", what).IntN(len(t.rows) + 1)
		for k > 0 && k < len(t.rows) && t.rows[k].group["key"] != "" && t.rows[k].group["key"] == t.rows[k-1].group["key"] {
			k++
		}
		return k
	}
	for _, odd := range p.Odd {
		r := p.dice.of("odd", odd)
		switch odd {
		case "groups":
			if len(t.rows) < 4 {
				continue
			}
			name := pick(r, "Các xã ven sông Hậu", "Các xã vùng núi", "Nhóm xã điểm", "Các xã còn lại")
			g := plain("group", name)
			g.text["running"] = "II"
			at := len(t.rows) / 2
			for at < len(t.rows) && at > 0 && t.rows[at].group["key"] == t.rows[at-1].group["key"] {
				at++
			}
			insert(at, g)
			g = plain("group", pick(r, "Các xã phấn đấu đạt chuẩn", "Xã điểm", "Các xã đạt chuẩn"))
			g.text["running"] = "I"
			insert(0, g)
		case "blank":
			insert(between(odd), plain("blank", ""))
		case "remark":
			insert(between(odd), plain("remark", pick(r, "(số liệu chưa chính thức)", "Ghi chú: số liệu do ngành cung cấp", "Nguồn: Chi cục Thống kê")))
		case "town":
			if len(p.District.Towns) > 0 && p.Department == "" {
				c := &p.District.Towns[r.IntN(len(p.District.Towns))]
				x := plain("town", c.Kind+" "+c.Name)
				x.no = 1
				insert(between(odd), x)
			}
		case "unknown":
			x := plain("town", pick(r, "Xã Bình Minh Đông", "Thới Hòa Tây", "Xã Vĩnh Lộc Hạ"))
			insert(between(odd), x)
		case "hamlets":
			at := between(odd)
			for n := range 2 {
				insert(at+n, plain("town", pick(r, "- Ấp ", "  + Ấp ", "Ấp ")+[]string{"Tân Đông", "Tây Bình B", "Trung Hòa"}[n]))
			}
		}
	}
	if slices.Contains(p.Odd, "total") {
		r := p.dice.of("odd", "total")
		for n := range 1 + r.IntN(2) {
			x := plain("sum", pick(r, [][]string{{"Cộng", "Tổng cộng", "Toàn huyện", "Bình quân"}, {"Số xã đạt", "Tỷ lệ %"}}[n]...))
			if n == 0 && x.text["commune"] != "Bình quân" && r.Float64() < 0.15 {
				insert(0, x)
				continue
			}
			t.rows = append(t.rows, x)
		}
	}
	if p.Repeat && p.Shape == "wide" {
		t.repeat = between("repeat")
		if t.repeat == len(t.rows) {
			t.repeat = 0
		}
	}
}

// oddIndicatorRows puts rows into a table with indicators down that are no
// indicators.
func (p *Plan) oddIndicatorRows(t *table) {
	name := "name"
	if !slices.ContainsFunc(t.lefts, func(l left) bool { return l.name == "name" }) {
		name = "id"
	}
	plain := func(role, text string) item {
		return item{role: role, text: map[string]string{name: text}, group: map[string]string{}, cells: map[string]sheet.Cell{}}
	}
	boundary := func(k int) int {
		for k > 0 && k < len(t.rows) && t.rows[k].group["key"] != "" && t.rows[k].group["key"] == t.rows[k-1].group["key"] {
			k++
		}
		return k
	}
	for _, odd := range p.Odd {
		r := p.dice.of("odd", odd)
		switch odd {
		case "groups":
			if p.shuffle != 0 {
				continue
			}
			last, n := "", 0
			for k := 0; k < len(t.rows); k++ {
				no := t.rows[k].no
				if t.rows[k].ind != nil {
					no = t.rows[k].ind.Criterion
				}
				if g := p.world.Groups[no]; g != last && (t.rows[k].ind != nil || t.rows[k].role == "criterion") {
					last = g
					n++
					x := plain("group", strings.ToUpper(g))
					if name == "name" {
						x.text["id"] = roman(n)
					} else {
						x.text[name] = roman(n) + ". " + strings.ToUpper(g)
					}
					t.rows = slices.Insert(t.rows, k, x)
					k++
				}
			}
		case "blank":
			t.rows = slices.Insert(t.rows, boundary(r.IntN(len(t.rows)+1)), plain("blank", ""))
		case "remark":
			t.rows = slices.Insert(t.rows, boundary(r.IntN(len(t.rows)+1)), plain("remark", pick(r, "(số liệu chưa chính thức)", "Ghi chú: số liệu do ngành cung cấp", "Trong đó:")))
		case "total":
			t.rows = append(t.rows, plain("metrow", pick(r, "Tổng số chỉ tiêu đạt", "Tổng cộng", "Số chỉ tiêu đạt", "Cộng")))
		}
	}
}

// districtBlock is a block of the whole district beside the communes.
func (p *Plan) districtBlock(t *table) []item {
	var list []item
	name := p.dress(pick(p.headingDice("district block"), "Toàn huyện", "Bình quân", "Cộng", "Toàn huyện (BQ)"))
	like := 1
	if len(p.Measures) > 1 || len(p.Sections) > 1 {
		like = 2
	}
	for n := range like {
		c := item{role: "average", text: map[string]string{"commune": name}, group: map[string]string{"commune": "district"}}
		if like == 2 {
			c.text["measure"] = []string{"Số xã đạt", "Tỷ lệ (%)"}[n]
			if slices.Contains(t.levels, "section") {
				c.text["section"], c.text["measure"] = c.text["measure"], ""
			}
			c.role = []string{"metcount", "metshare"}[n]
		}
		list = append(list, c)
	}
	return list
}

// drawOther writes what stands in rows and columns that hold no figures.
func (p *Plan) drawOther(cv *canvas, row, col int, r, c *item, commune *Commune, ind *Indicator, sec *section, m measure) {
	role := r.role
	if role == "" {
		role = c.role
	}
	switch role {
	case "foreign":
		if r.role == "" {
			cv.put(row, col, number(float64(50+row)))
			p.truth.owe(cv.name, sheet.Pos{Row: row, Col: col})
		}
	case "metrow":
		// Counts of what is met, below all indicators.
		if commune != nil && c.role == "" && (m == result || m == verdict && !p.has(result)) && sec.Kind != "compare" {
			n := 0
			for _, i := range p.Indicators {
				if p.claim(commune, i, sec) {
					n++
				}
			}
			if p.dice.chance(0.4, "met row") {
				cv.text(row, col, strconv.Itoa(n)+"/"+strconv.Itoa(len(p.Indicators)))
			} else {
				cv.put(row, col, number(float64(n)))
			}
		}
	case "sum":
		if ind == nil || c.role != "" || m != result && m != verdict {
			return
		}
		if sec.Kind == "compare" {
			return
		}
		name := r.text["commune"]
		if name == "Bình quân" && ind.Yes() {
			return
		}
		v := p.averageOf(ind, sec, name == "Số xã đạt" || name == "Tỷ lệ %" || ind.Yes(), name == "Tỷ lệ %")
		cv.put(row, col, number(v))
	case "town":
		if ind == nil || c.role != "" {
			return
		}
		// Another unit's row is filled in like the others'.
		like := *p.Communes[0]
		like.Code = "town" + r.text["commune"]
		if w := p.write(&like, ind, sec, m); !w.blank {
			cv.put(row, col, w.cell)
		}
	case "average", "metcount", "metshare":
		if r.role != "" || ind == nil {
			return
		}
		if r.sec != nil {
			sec = r.sec
		}
		if now := p.find("now", "done"); now != nil {
			sec = now
		}
		cv.put(row, col, number(p.averageOf(ind, sec, role != "average" || ind.Yes(), role == "metshare")))
	case "claim":
		if r.role != "" || commune == nil {
			return
		}
		met := true
		for _, i := range p.Indicators {
			if i.Criterion == c.no {
				met = met && p.fact(commune, i, sec).met
			}
		}
		cv.put(row, col, p.verdictWord(nil, met).cell)
		p.truth.criterion(commune, c.no, met, false, cv.name, sheet.Pos{Row: row, Col: col})
	case "second":
		if c.ind != nil {
			ind = c.ind
		}
		if commune == nil || ind == nil || m != result || sec.Kind == "compare" {
			return
		}
		// A number of its own, never that of the indicator.
		v := math.Round(p.fact(commune, ind, sec).num*61) / 100
		cv.put(row, col, number(v))
	case "criteriacount", "indicatorcount":
		if r.role != "" || commune == nil {
			return
		}
		criteriaMet, indicatorsMet := p.tally(commune, sec)
		if role == "indicatorcount" {
			criteriaMet = indicatorsMet
		}
		cv.put(row, col, number(float64(criteriaMet)))
	case "note":
		if r.role != "" {
			return
		}
		key := ""
		if commune != nil {
			key = commune.Code
		}
		if ind != nil {
			key += ind.ID
		}
		if r.sec != nil {
			key += r.sec.key()
		}
		d := p.dice.of("note", key)
		switch p.Head.Note {
		case "words":
			if strings.Contains(strings.ToLower(p.headOf("note")), "phụ trách") {
				cv.text(row, col, pick(d, "Công chức địa chính", "Phòng NN&PTNT", "Phòng Kinh tế", ""))
			} else if d.Float64() < 0.5 {
				cv.text(row, col, pick(d, "Đã có hồ sơ", "Phấn đấu đạt quý II/"+p.clock.y(1), "Năm "+p.clock.y(-1)+" chưa đạt", "Chưa đạt do thiếu vốn", "Theo số liệu của ngành", "Đạt 75% khối lượng"))
			}
		case "numbers":
			if d.Float64() < 0.4 {
				cv.put(row, col, number(float64(d.IntN(90)+1)))
			}
		}
	}
}

// averageOf is what a row of totals says of one indicator.
func (p *Plan) averageOf(i *Indicator, s *section, counting, share bool) float64 {
	sum, met := 0.0, 0.0
	for _, c := range p.Communes {
		f := p.fact(c, i, s)
		sum += f.num
		if f.met {
			met++
		}
	}
	n := float64(len(p.Communes))
	switch {
	case share:
		return math.Round(met/n*10000) / 100
	case counting:
		return met
	}
	return math.Round(sum/n*100) / 100
}

// tally counts the criteria and the indicators that a commune meets.
func (p *Plan) tally(c *Commune, s *section) (met, indicators int) {
	bad := map[int]bool{}
	for k := range p.world.Indicators {
		i := &p.world.Indicators[k]
		if p.claim(c, i, s) {
			indicators++
		} else {
			bad[i.Criterion] = true
		}
	}
	return len(p.world.Criteria) - len(bad), indicators
}

// failing draws what a commune does not meet, and how a list names it.
func (p *Plan) failing(c *Commune) (bad map[string]bool, text string) {
	bad = map[string]bool{}
	d := p.dice.of("failing", c.Code)
	style := oneOf(p.dice.of("list style"), share{"ids", 0.5}, share{"criteria", 0.2}, share{"brackets", 0.15}, share{"worded", 0.15})
	var parts []string
	for no := 1; no <= len(p.world.Criteria); no++ {
		var all, some []string
		for k := range p.world.Indicators {
			if i := &p.world.Indicators[k]; i.Criterion == no {
				all = append(all, i.ID)
			}
		}
		n := strconv.Itoa(no)
		switch style {
		case "criteria":
			// A criterion by itself stands for all of its indicators.
			if d.Float64() < 0.15 {
				some = all
				parts = append(parts, n)
			}
		default:
			for _, id := range all {
				if d.Float64() < 0.12 {
					some = append(some, id)
				}
			}
			switch {
			case len(some) == 0:
			case style == "brackets" && len(all) > 1:
				parts = append(parts, n+" ("+strings.Join(some, "; ")+")")
			default:
				parts = append(parts, some...)
			}
		}
		for _, id := range some {
			bad[id] = true
		}
	}
	joint := pick(p.dice.of("list joint"), "; ", ", ", ";")
	if style == "brackets" {
		joint = pick(p.dice.of("list joint"), "; ", ", ")
	}
	text = strings.Join(parts, joint)
	switch {
	case len(parts) == 0:
	case style == "criteria":
		text = pick(p.dice.of("list criteria"), "Tiêu chí ", "TC ", "Tiêu chí số ") + strings.Join(parts, ", ")
	case style == "worded" && len(parts) > 1:
		last := len(parts) - 1
		text = "Chỉ tiêu " + strings.Join(parts[:last], ", ") + " và " + parts[last]
	case style == "worded":
		text = "Chỉ tiêu " + parts[0]
	}
	return bad, text
}

// drawList draws a list of exceptions: what is not met is named, the rest is.
func (p *Plan) drawList() []*canvas {
	cv := newCanvas(p.Frame.SheetName)
	now := p.find("now", "done")
	row := p.top(cv, 6, now, true)
	r := p.headingDice("list")
	type column struct {
		head  string
		write func(row, col, n int, c *Commune)
	}
	var cols []column
	add := func(head string, write func(row, col, n int, c *Commune)) { cols = append(cols, column{head, write}) }
	add(p.headOf("running"), func(row, col, n int, _ *Commune) { cv.put(row, col, number(float64(n+1))) })
	add(p.headOf("commune"), func(row, col, n int, c *Commune) { cv.text(row, col, p.communeText(c, n+1)) })
	add(pick(r, "Năm công nhận", "Năm đạt chuẩn", "Năm được công nhận"), func(row, col, _ int, c *Commune) {
		if d := p.dice.of("recognised", c.Code); d.Float64() < 0.6 {
			cv.put(row, col, number(float64(2014+d.IntN(4))))
		}
	})
	// met are the criteria of which nothing fails.
	met := func(c *Commune) []string {
		bad, _ := p.failing(c)
		var list []string
		for no := 1; no <= len(p.world.Criteria); no++ {
			if !slices.ContainsFunc(p.world.Indicators, func(i Indicator) bool { return i.Criterion == no && bad[i.ID] }) {
				list = append(list, strconv.Itoa(no))
			}
		}
		return list
	}
	add(p.headOf("criteriacount"), func(row, col, _ int, c *Commune) {
		n := len(met(c))
		switch p.dice.of("list count").IntN(3) {
		case 0:
			cv.put(row, col, number(float64(n)))
		case 1:
			cv.text(row, col, strconv.Itoa(n)+"/"+strconv.Itoa(len(p.world.Criteria)))
		case 2:
			cv.text(row, col, strconv.Itoa(n)+" tiêu chí")
		}
	})
	lists := []column{{p.dress(pick(r, "Tiêu chí, chỉ tiêu chưa đạt", "Chỉ tiêu chưa đạt", "Các chỉ tiêu chưa đạt", "TC, CT chưa đạt", "Các tiêu chí, chỉ tiêu chưa đạt")), func(row, col, _ int, c *Commune) {
		bad, text := p.failing(c)
		switch {
		case text == "":
			switch p.dice.of("list none").IntN(4) {
			case 0:
				cv.put(row, col, number(0))
			case 1:
				cv.text(row, col, "Không")
			case 2:
				cv.text(row, col, "0")
			}
		case len(bad) == 1 && text == strings.Trim(text, " ") && p.dice.chance(0.3, "id as number") && isNumber(text):
			v, _ := strconv.ParseFloat(text, 64)
			cv.put(row, col, number(v))
		default:
			if p.dice.chance(0.2, "list tail", c.Code) && isNumber(text[len(text)-1:]) {
				text += ";"
			}
			cv.text(row, col, text)
		}
		at := sheet.Pos{Row: row, Col: col}
		for k := range p.world.Indicators {
			i := &p.world.Indicators[k]
			p.truth.keep(c, i, verdict, written{hasMet: true, met: !bad[i.ID]}, cv.name, at)
		}
	}}}
	if p.dice.chance(0.15, "list of met") {
		// What is met is listed too: the same truth from the other side.
		lists = append(lists, column{p.dress(pick(r, "Tiêu chí đạt", "Các tiêu chí đạt", "Tiêu chí đã đạt")), func(row, col, _ int, c *Commune) { cv.text(row, col, strings.Join(met(c), ", ")) }})
	}
	if p.dice.chance(0.12, "list of plans") {
		lists = append(lists, column{p.dress(pick(r, "Phấn đấu đạt năm ", "Đăng ký đạt năm ", "Kế hoạch năm ") + p.clock.y(1)), func(row, col, _ int, c *Commune) {
			bad, _ := p.failing(c)
			for k := range p.world.Indicators {
				if id := p.world.Indicators[k].ID; bad[id] {
					cv.text(row, col, id)
					return
				}
			}
		}})
	}
	d := p.dice.of("order of lists")
	d.Shuffle(len(lists), func(i, j int) { lists[i], lists[j] = lists[j], lists[i] })
	cols = append(cols, lists...)
	add("Ghi chú", func(row, col, _ int, c *Commune) {
		cv.text(row, col, pick(p.dice.of("list note", c.Code), "", "", "", "Xã điểm", "Rà soát tháng 12"))
	})
	col := p.Frame.Column
	for k, c := range cols {
		cv.text(row, col+k, c.head)
	}
	for n, c := range order(p, "communes", p.Communes) {
		row++
		for k := range cols {
			cols[k].write(row, col+k, n, c)
		}
	}
	if slices.Contains(p.Odd, "total") {
		row++
		cv.text(row, col+1, pick(p.dice.of("list total"), "Tổng cộng", "Cộng"))
		cv.text(row, col+3, strconv.Itoa(len(p.Communes))+" xã")
	}
	p.signature(cv, row+2)
	return []*canvas{cv}
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// drawCriteria draws verdicts on criteria; no indicator has a figure there.
func (p *Plan) drawCriteria() []*canvas {
	cv := newCanvas(p.Frame.SheetName)
	now := p.find("now", "done")
	row := p.top(cv, 21, now, true)
	col := p.Frame.Column
	lead := pick(p.headingDice("criteria"), "TC ", "Tiêu chí ", "", "")
	communes := order(p, "communes", p.Communes)
	total := len(p.world.Criteria)
	id := func(row, col, no int) {
		if lead == "" {
			cv.put(row, col, number(float64(no)))
		} else {
			cv.text(row, col, lead+strconv.Itoa(no))
		}
	}
	isMet := func(c *Commune, no int) bool { return p.dice.chance(0.8, "criterion", c.Code, strconv.Itoa(no)) }
	write := func(row, col, no int, c *Commune) {
		met := isMet(c, no)
		marked := p.Style.Words == "mark"
		doubt := marked && !slices.ContainsFunc(p.Communes, func(o *Commune) bool { return isMet(o, no) })
		p.truth.criterion(c, no, met, doubt, cv.name, sheet.Pos{Row: row, Col: col})
		switch {
		case !marked:
			cv.put(row, col, p.verdictWord(nil, met).cell)
		case met:
			cv.text(row, col, p.Style.Mark)
		}
	}
	count := func(c *Commune) float64 {
		n := 0
		for no := 1; no <= total; no++ {
			if isMet(c, no) {
				n++
			}
		}
		return float64(n)
	}
	if p.dice.chance(0.25, "criteria down") {
		cv.text(row, col, pick(p.headingDice("criteria down"), "TT", "STT", "Tiêu chí"))
		cv.text(row, col+1, p.headOf("criterion"))
		for n, c := range communes {
			cv.text(row, col+2+n, p.communeText(c, n+1))
		}
		for no := 1; no <= total; no++ {
			row++
			id(row, col, no)
			cv.text(row, col+1, p.world.Criteria[no])
			for n, c := range communes {
				write(row, col+2+n, no, c)
			}
		}
		if slices.Contains(p.Odd, "total") {
			row++
			cv.text(row, col+1, "Tổng số tiêu chí đạt")
			for n, c := range communes {
				cv.put(row, col+2+n, number(count(c)))
			}
		}
		p.signature(cv, row+2)
		return []*canvas{cv}
	}
	top := row
	over := p.dice.chance(0.3, "criteria under one heading")
	if over {
		cv.text(row, col+2, pick(p.headingDice("over criteria"), "Tiêu chí", "Kết quả thực hiện các tiêu chí", "Các tiêu chí nông thôn mới"))
		cv.merge(row, col+2, row, col+1+total)
		row++
	}
	cv.text(top, col, p.headOf("running"))
	cv.text(top, col+1, p.headOf("commune"))
	if over {
		cv.merge(top, col, row, col)
		cv.merge(top, col+1, row, col+1)
	}
	sum := p.dice.chance(0.5, "criteria counted")
	if sum {
		cv.text(top, col+2+total, p.headOf("criteriacount"))
	}
	for no := 1; no <= total; no++ {
		id(row, col+1+no, no)
	}
	if p.dice.chance(0.3, "names of criteria") {
		row++
		for no := 1; no <= total; no++ {
			cv.text(row, col+1+no, p.world.Criteria[no])
		}
	}
	for n, c := range communes {
		row++
		cv.put(row, col, number(float64(n+1)))
		cv.text(row, col+1, p.communeText(c, n+1))
		for no := 1; no <= total; no++ {
			write(row, col+1+no, no, c)
		}
		if sum {
			cv.put(row, col+2+total, number(count(c)))
		}
	}
	if slices.Contains(p.Odd, "total") {
		row++
		cv.text(row, col+1, pick(p.dice.of("criteria total"), "Số xã đạt", "Cộng", "Tổng cộng"))
		for no := 1; no <= total; no++ {
			n := 0
			for _, c := range communes {
				if isMet(c, no) {
					n++
				}
			}
			cv.put(row, col+1+no, number(float64(n)))
		}
	}
	p.signature(cv, row+2)
	return []*canvas{cv}
}

// extra draws a sheet that holds no figures of the report.
func (p *Plan) extra(kind string) *canvas {
	r := p.dice.of("extra", kind)
	switch kind {
	case "cover":
		cv := newCanvas(pick(r, "Bìa", "Bia"))
		cv.text(2, 2, strings.ToUpper(p.senderText()))
		cv.text(6, 2, "BÁO CÁO")
		cv.text(7, 2, "Kết quả thực hiện Chương trình MTQG xây dựng nông thôn mới")
		cv.text(9, 2, "Năm "+p.clock.y(0))
		return cv
	case "guide":
		cv := newCanvas(pick(r, "Hướng dẫn", "Huong dan", "HD"))
		for n, s := range []string{"Hướng dẫn nhập biểu", "- Cột “Kết quả” ghi số liệu thực tế, đơn vị %.", "- Chỉ tiêu đạt ghi “Đạt”, chưa đạt ghi “Chưa đạt”.", "- Ví dụ: chỉ tiêu 15.1 đạt 86,5% thì ghi 86,5.", "- Gửi về Văn phòng Điều phối trước ngày 15/12 hằng năm."} {
			cv.text(n+1, 1, s)
		}
		return cv
	case "units":
		cv := newCanvas(pick(r, "DM xã", "Danh mục", "Danh sách xã"))
		for k, s := range []string{"STT", "Mã xã", "Tên xã", "Huyện"} {
			cv.text(1, k+1, s)
		}
		for n := range p.District.Communes {
			c := &p.District.Communes[n]
			cv.put(n+2, 1, number(float64(n+1)))
			code, _ := strconv.ParseFloat(c.Code, 64)
			cv.put(n+2, 2, number(code))
			cv.text(n+2, 3, c.Name)
			cv.text(n+2, 4, p.District.Display)
		}
		return cv
	case "summary":
		// How many communes meet each indicator: no commune's figures.
		cv := newCanvas(pick(r, "Tổng hợp chung", "TH theo tiêu chí", "Bieu 2"))
		cv.text(1, 1, "TỔNG HỢP SỐ XÃ ĐẠT THEO TỪNG CHỈ TIÊU")
		for k, s := range []string{"TT", "Chỉ tiêu", "Số xã đạt", "Tỷ lệ (%)"} {
			cv.text(3, k+1, s)
		}
		for n, i := range p.Indicators {
			cv.text(n+4, 1, i.ID)
			cv.text(n+4, 2, i.Name)
			cv.put(n+4, 3, number(p.averageOf(i, p.main(), true, false)))
			cv.put(n+4, 4, number(p.averageOf(i, p.main(), true, true)))
		}
		return cv
	case "remedy":
		// What is to be done: a plan, in words.
		cv := newCanvas(pick(r, "Giải pháp", "KH khac phuc", "PL2"))
		cv.text(1, 1, "KẾ HOẠCH KHẮC PHỤC CÁC TIÊU CHÍ, CHỈ TIÊU CHƯA ĐẠT NĂM "+p.clock.y(1))
		for k, s := range []string{"TT", "Tên tiêu chí", "Nội dung thực hiện", "Thời hạn hoàn thành"} {
			cv.text(3, k+1, s)
		}
		for n := range min(4, len(p.Indicators)) {
			cv.put(n+4, 1, number(float64(n+1)))
			cv.text(n+4, 2, "Chỉ tiêu "+p.Indicators[n].ID)
			cv.text(n+4, 3, pick(r, "Rà soát, cập nhật hồ sơ minh chứng", "Vận động nhân dân tham gia", "Bố trí vốn đầu tư"))
			cv.text(n+4, 4, "Quý "+quarters[r.IntN(4)]+"/"+p.clock.y(1))
		}
		return cv
	case "other":
		// A table of something else, with the same communes.
		cv := newCanvas(pick(r, "Dân số", "Dien tich", "Sheet3"))
		cv.text(1, 1, "DIỆN TÍCH, DÂN SỐ CÁC XÃ")
		for k, s := range []string{"STT", "Tên xã", "Số ấp", "Số hộ", "Nhân khẩu", "Diện tích tự nhiên (ha)"} {
			cv.text(3, k+1, s)
		}
		for n, c := range p.Communes {
			cv.put(n+4, 1, number(float64(n+1)))
			cv.text(n+4, 2, c.Name)
			for k, most := range []int{9, 4000, 16000, 5000} {
				cv.put(n+4, 3+k, number(float64(1+r.IntN(most))))
			}
		}
		return cv
	case "recognised":
		cv := newCanvas(pick(r, "DS xã đạt chuẩn", "Xa dat chuan"))
		cv.text(1, 1, "DANH SÁCH XÃ ĐƯỢC CÔNG NHẬN ĐẠT CHUẨN NÔNG THÔN MỚI")
		for k, s := range []string{"STT", "Tên xã", "Năm công nhận", "Số quyết định"} {
			cv.text(3, k+1, s)
		}
		for n := range min(3, len(p.Communes)) {
			cv.put(n+4, 1, number(float64(n+1)))
			cv.text(n+4, 2, p.Communes[n].Name)
			cv.put(n+4, 3, number(float64(2013+r.IntN(4))))
			cv.text(n+4, 4, strconv.Itoa(100+r.IntN(3000))+"/QĐ-UBND")
		}
		return cv
	case "recipients":
		cv := newCanvas(pick(r, "Nơi nhận", "Ghi chu"))
		other := p.world.Districts[r.IntN(len(p.world.Districts))]
		for n, s := range []string{"Nơi nhận:", "- UBND " + other.Display + ";", "- Phòng NN&PTNT " + other.Display + ";", "- Văn phòng Điều phối NTM tỉnh;", "- Lưu: VT."} {
			cv.text(n+1, 1, s)
		}
		return cv
	case "hidden":
		// What was sent the year before, left in the file out of sight.
		cv := p.extra("earlier")
		cv.hidden = true
		return cv
	case "earlier":
		// The same table of the year before, as it was sent then.
		q := p.clone()
		q.truth = &truth{figures: map[Key]*gathered{}}
		k := p.clock
		q.Sections = []section{{When: "prev", Kind: "done", Title: "NĂM " + k.y(-1), Sheet: pick(r, "Năm ", "", "So lieu ") + k.y(-1)}}
		if r.Float64() < 0.35 {
			q.Sections[0].Title, q.Sections[0].Sheet = "QUÝ "+k.quarter(-1)+" NĂM "+k.y(0), pick(r, "Quý ", "Q")+k.quarter(-1)
		}
		q.Shape, q.At, q.Extras, q.Split, q.Odd = "wide", "sheets", nil, 0, nil
		q.Head = heading{IDs: pick(r, "number", "text"), Merge: "merged", LeftMerge: "top", Label: "hidden"}
		q.Measures = []measure{result}
		q.Style.Income = "year"
		return q.drawMatrix()[0]
	case "registration":
		q := p.clone()
		q.truth = &truth{figures: map[Key]*gathered{}}
		q.Sections = []section{{When: "next", Kind: "register", Title: "NĂM " + p.clock.y(1), Sheet: pick(r, "Đăng ký ", "ĐK ", "Dang ky ") + p.clock.y(1)}}
		q.Shape, q.At, q.Extras, q.Split, q.Odd = "wide", "sheets", nil, 0, nil
		q.Head = heading{IDs: pick(r, "number", "text"), Merge: "merged", LeftMerge: "top", Label: "hidden"}
		q.Measures = []measure{result}
		q.Style.Income = "year"
		q.Communes = nil
		for n := range p.District.Communes {
			c := &p.District.Communes[n]
			if r.Float64() < 0.5 || !slices.Contains(p.Communes, c) {
				q.Communes = append(q.Communes, c)
			}
		}
		if len(q.Communes) == 0 {
			q.Communes = p.Communes[:1]
		}
		return q.drawMatrix()[0]
	}
	return newCanvas(pick(r, "Sheet2", "Sheet3"))
}
