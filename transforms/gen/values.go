package gen

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// fact is what is true of one commune and one indicator in one section: the
// number in the indicator's unit, or the answer.
type fact struct {
	num float64
	met bool
}

// fact draws the truth. Another time's or kind's figure always differs from
// this period's, so that a mistaken line shows.
func (p *Plan) fact(c *Commune, i *Indicator, s *section) fact {
	r := p.dice.of("fact", c.Code, i.ID)
	good, x, step := r.Float64() < 0.66, r.Float64(), 0.02+0.1*r.Float64()
	if i.Yes() {
		f := fact{met: good}
		switch {
		case s.Kind == "plan" || s.Kind == "register" || s.Kind == "estimate":
			f.met = true
		case s.When == "prev" && x < 0.5:
			f.met = !good && x < 0.1
		}
		return f
	}
	var now, other float64
	switch {
	case i.Kind == "number":
		if now = i.Threshold * (0.72 + 0.26*x); good {
			now = i.Threshold + 12*x
		}
		other = now * (1 - step)
	case i.AtMost:
		if now = i.Threshold * (1.03 + 0.8*x); good {
			now = i.Threshold * (0.15 + 0.8*x)
		}
		other = now * (1.1 + step)
	default:
		if now = i.Threshold * (0.5 + 0.47*x); good {
			now = i.Threshold + (100-i.Threshold)*(0.05+0.95*x)
		}
		other = now * (1 - step)
	}
	now = p.round(i, now)
	f := fact{num: now}
	switch {
	case s.When == "prev":
		f.num = p.round(i, other)
	case s.Kind == "plan" || s.Kind == "register":
		f.num = p.round(i, i.Threshold)
		if s.When == "next" && !i.AtMost {
			f.num = p.round(i, min(i.Threshold*1.02+0.5, 100))
		}
	case s.Kind == "estimate":
		f.num = p.round(i, now*1.01)
		if !i.AtMost && i.Kind == "percent" {
			f.num = min(f.num, 100)
		}
	}
	if f.num == now && s.When+s.Kind != "nowdone" && now != 100 {
		f.num = p.round(i, now*0.97)
		if f.num == now {
			f.num = now + math.Pow(10, -float64(p.Style.Decimals))
		}
	}
	if i.Kind == "percent" && p.has(count) {
		// The rate is computed from the counts beside it.
		d := p.denominator(c, i)
		n := math.Round(f.num / 100 * float64(d))
		f.num = p.round(i, n/float64(d)*100)
	}
	f.met = i.meets(f.num)
	return f
}

// meets tells whether a number reaches the threshold.
func (i *Indicator) meets(v float64) bool {
	const small = 1e-9
	if i.AtMost {
		return v <= i.Threshold+small
	}
	return v >= i.Threshold-small
}

// round keeps as many decimals as the office writes.
func (p *Plan) round(i *Indicator, v float64) float64 {
	d := p.Style.Decimals
	if i.Kind == "number" || i.AtMost {
		d = max(d, 1)
	}
	f, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'f', d, 64), 64)
	return f
}

// claim is the sender's own verdict, which is mostly what the number says.
func (p *Plan) claim(c *Commune, i *Indicator, s *section) bool {
	f := p.fact(c, i, s)
	if !i.Yes() && p.dice.chance(0.03, "wrong claim", c.Code, i.ID) {
		return !f.met
	}
	return f.met
}

// written is a cell with what it says.
type written struct {
	cell     sheet.Cell
	blank    bool // nothing is written; what it says may still be something
	hasNum   bool
	num      float64
	hasMet   bool
	met      bool
	bad      bool // something is written that nobody can read
	doubtful bool
}

func blank() written { return written{blank: true} }

// write draws the cell of one commune, indicator, section and measure.
func (p *Plan) write(c *Commune, i *Indicator, s *section, m measure) written {
	place := []string{c.Code, i.ID, s.key()}
	at := func(what string) []string { return append([]string{what}, place...) }
	f := p.fact(c, i, s)
	marks := p.marked(m)
	if s.Kind == "compare" {
		return p.comparison(c, i)
	}
	if !marks && p.dice.chance(p.Gone, at("gone "+string(m))...) {
		// Where the office that has the last word says nothing, it is not
		// clear whether another's word stands.
		w := blank()
		w.doubtful = m == district || m == appraisal
		return w
	}
	if (m == result && !i.Yes()) && p.dice.chance(p.Mess, at("mess")...) {
		return p.nonsense(i, place)
	}
	if m == result && len(p.Measures) == 1 && i.NotApplicable && p.Style.Words != "mark" && p.dice.chance(0.1, "has none", c.Code, i.ID) {
		// Neither a number nor a verdict.
		return written{cell: words(pick(p.dice.of("none words"), "Không thuộc diện", "Không áp dụng", "KXD"))}
	}
	if len(p.Measures) == 1 && (m == verdict || m == result && i.Yes()) && p.Style.Words != "mark" && p.dice.chance(p.Mess, at("unsettled")...) {
		// Neither met nor not met.
		return written{bad: true, cell: words(pick(p.dice.of(at("unsettled as")...), "Cơ bản đạt", "Đang thực hiện", "Gần đạt", "Chưa đánh giá", "Đang hoàn thiện"))}
	}
	switch m {
	case result:
		if !i.Yes() {
			return p.number(i, f.num, place)
		}
		if len(p.Measures) > 1 && !p.has(count) {
			// Beside a column of verdicts the result of a question is a
			// sentence, the verdict again, or nothing.
			switch r := p.dice.of("answer", i.ID); weighed(r, 0.5, 0.3, 0.2) {
			case 1:
				return blank()
			case 2:
				w := blank()
				w.blank, w.cell = false, words(sentence(r.IntN(4)))
				return w
			}
		}
		if i.RequiredAnswer == "Không" && p.Style.Words == "dat" && p.dice.chance(0.15, "houses as numbers") {
			// How many such houses there are; none is wanted.
			w := written{hasMet: true, met: f.met, cell: number(0)}
			if !f.met {
				w.cell = number(float64(1 + p.dice.of(at("houses")...).IntN(40)))
			}
			return w
		}
		return p.answer(i, s, f.met)
	case verdict:
		return p.verdictWord(i, p.claim(c, i, s))
	case own:
		met := p.claim(c, i, s)
		if p.dice.chance(0.15, at("own")...) {
			met = true
		}
		return p.verdictWord(i, met)
	case district, appraisal:
		met := p.claim(c, i, s)
		if m == appraisal && p.dice.chance(0.1, at("appraisal")...) {
			met = false
		}
		return p.verdictWord(i, met)
	case metMark, unmetMark, unmetGroup:
		met := p.claim(c, i, s)
		w := written{hasMet: true, met: met, cell: words(p.Style.Mark)}
		if met != (m == metMark) {
			w.blank = true
			// Of a pair, the cell with the mark is the one that speaks; of a
			// line by itself the blanks do.
			w.hasMet = m == unmetGroup || m == metMark && !p.has(unmetMark)
			if w.hasMet {
				w.doubtful = p.unmarked(c, i, s, m)
			}
		}
		return w
	case evidence:
		w := written{cell: words(pick(p.dice.of(at("evidence")...), "Đủ", "Đủ", "Chưa đủ"))}
		return w
	case count, total:
		if i.Yes() || i.Kind == "number" {
			return blank()
		}
		n, d := p.counts(c, i, s)
		if m == count {
			d = n
		}
		return written{cell: number(float64(d))}
	}
	return blank()
}

// marked tells a line in which blanks speak.
func (p *Plan) marked(m measure) bool {
	return m == metMark || m == unmetMark || m == unmetGroup
}

// unmarked tells a line without any mark, which may be one that nobody has
// filled in.
func (p *Plan) unmarked(c *Commune, i *Indicator, s *section, m measure) bool {
	any := false
	if p.Shape == "wide" {
		for _, o := range p.Communes {
			any = any || p.claim(o, i, s) == (m == metMark)
		}
	} else {
		for _, o := range p.Indicators {
			any = any || p.claim(c, o, s) == (m == metMark)
		}
	}
	// Where only what is not met is marked, all of the table speaks.
	return !any && m == metMark
}

// counts are the numbers behind a rate; the rate is rounded from them when it
// is written beside them, so that both agree.
func (p *Plan) counts(c *Commune, i *Indicator, s *section) (n, d int) {
	d = p.denominator(c, i)
	return int(math.Round(p.fact(c, i, s).num / 100 * float64(d))), d
}

func (p *Plan) denominator(c *Commune, i *Indicator) int {
	return 217 + p.dice.of("counts", c.Code, i.ID).IntN(3800)
}

// comparison is a column beside results; nothing in it is a figure.
func (p *Plan) comparison(c *Commune, i *Indicator) written {
	if i.Yes() {
		return blank()
	}
	now := p.fact(c, i, p.find("now", "done")).num
	other := now
	prev, plan := p.find("prev", "done"), p.find("now", "plan")
	label := p.find("now", "compare").Label
	if plan != nil && (prev == nil || strings.Contains(label, "KH")) {
		other = p.fact(c, i, plan).num
	} else if prev != nil {
		other = p.fact(c, i, prev).num
	}
	if other == 0 {
		return blank()
	}
	s := p.find("now", "compare")
	v := math.Round(now/other*1000) / 10
	if strings.Contains(s.Label, "ăng") {
		v = math.Round((now-other)*100) / 100
	}
	return written{cell: number(v)}
}

func sentence(n int) string {
	return []string{"Xã đã công bố quy hoạch năm 2012", "Có quyết định của UBND huyện", "Đã xây dựng, đang sử dụng tốt", "Theo báo cáo của ngành"}[n]
}

// nonsense is a cell that a clerk left in a state that says nothing.
func (p *Plan) nonsense(i *Indicator, place []string) written {
	r := p.dice.of(append([]string{"nonsense"}, place...)...)
	w := written{bad: true}
	switch r.IntN(7) {
	case 6:
		w.cell = words("80-85%")
		if i.Kind == "number" {
			w.cell = words("37 - 39")
		}
	case 0:
		w.cell = sheet.Cell{Kind: sheet.Error, Text: pick(r, "#REF!", "#DIV/0!", "#N/A")}
	case 1:
		w.cell = words(pick(r, "//", "nt", "-nt-"))
	case 2:
		w.cell = words(pick(r, "đang rà soát", "xem báo cáo", "?%"))
	case 3:
		w.cell = words("8O,5")
	case 4:
		w.cell = number(1000 + float64(r.IntN(900)))
		if i.Kind == "number" {
			w.cell = words("ba mươi bảy")
		}
	case 5:
		w.bad, w.cell = false, words(pick(r, "-", "…", "Chưa có số liệu"))
	}
	return w
}

// answer is the word of a yes/no indicator.
func (p *Plan) answer(i *Indicator, s *section, met bool) written {
	style := p.Style.Words
	if i.RequiredAnswer == "Không" {
		// The question is asked the other way round: only words are clear.
		w := written{hasMet: true, met: met}
		switch {
		case style == "dat" || style == "short" || style == "kd":
			return p.verdictWord(i, met)
		case met:
			w.cell = words("Không")
		default:
			w.cell = words("Có")
		}
		return w
	}
	w := written{hasMet: true, met: met}
	switch style {
	case "yes":
		w.cell = words(map[bool]string{true: "Có", false: "Không"}[met])
	case "digit":
		w.cell = number(map[bool]float64{true: 1, false: 0}[met])
	case "mark":
		w.cell, w.blank = words(p.Style.Mark), !met
		// A line without any mark may be one that nobody has filled in.
		w.doubtful = !slices.ContainsFunc(p.Communes, func(c *Commune) bool { return p.fact(c, i, s).met })
	default:
		return p.verdictWord(i, met)
	}
	return w
}

// verdictWord is Đạt or Chưa đạt, as the office writes it.
func (p *Plan) verdictWord(_ *Indicator, met bool) written {
	var yes, no string
	switch p.Style.Words {
	case "short":
		yes, no = "Đ", "CĐ"
	case "abbr":
		yes, no = "Đạt", pick(p.dice.of("abbreviation"), "Ko đạt", "K đạt", "C.đạt", "Chưa")
	case "kd":
		yes, no = "Đạt", "Không đạt"
	default:
		yes, no = "Đạt", "Chưa đạt"
	}
	if p.Style.Case == "upper" {
		yes, no = strings.ToUpper(yes), strings.ToUpper(no)
	}
	if p.Style.Alike {
		// The Icelandic letter, which looks the same.
		yes, no = strings.ReplaceAll(yes, "Đ", "Ð"), strings.ReplaceAll(no, "Đ", "Ð")
	}
	if met {
		no = yes
	}
	return written{hasMet: true, met: met, cell: words(no)}
}

// number writes a figure.
func (p *Plan) number(i *Indicator, v float64, place []string) written {
	r := p.dice.of(append([]string{"number"}, place...)...)
	if i.Income {
		return p.income(v, r.Float64(), place)
	}
	w := written{hasNum: true, num: v}
	style := p.Style.Numbers
	if style == "mixed" {
		style = pick(r, "number", "comma", "suffix", "point")
	}
	if style == "fraction" && (i.Threshold < 50 || i.AtMost) {
		style = "number"
	}
	text := strconv.FormatFloat(v, 'f', -1, 64)
	comma := strings.Replace(text, ".", ",", 1)
	if i.Kind == "number" && style != "comma" && style != "point" {
		style = "number" // a count or a size is no percentage
	}
	switch style {
	case "percent", "fraction":
		w.cell = number(v / 100)
		w.cell.Percent = style == "percent"
		// A bare 1 may be one per cent or all of it.
		w.doubtful = style == "fraction" && v == 100
		w.num = w.cell.Num * 100
	case "comma":
		w.cell = words(comma)
	case "suffix":
		w.cell = words(comma + pick(p.dice.of("suffix"), "%", " %", "%"))
	case "point":
		w.cell = words(text)
	default:
		w.cell = number(v)
		if r.Float64() < 0.1 {
			// As spreadsheets store what they have computed.
			w.cell.Text = strconv.FormatFloat(v, 'g', 17, 64)
		}
	}
	if p.Style.Mixed && i.Kind == "percent" && style != "percent" && style != "fraction" && !p.has(count) {
		switch x := r.Float64(); {
		case x < 0.04:
			w.cell = words(pick(r, "trên ", "đạt ", "gần ", "khoảng ", "Đạt ", "hơn ") + comma + "%")
		case x < 0.06 && p.Style.Decimals < 9:
			for d := 211 + r.IntN(400); d < 3000; d++ {
				n := int(math.Round(v / 100 * float64(d)))
				if p.round(i, float64(n)/float64(d)*100) == v {
					w.cell = words(pick(r, fmt.Sprintf("%s%% (%d/%d hộ)", comma, n, d), fmt.Sprintf("%d/%d hộ (%s%%)", n, d, comma)))
					break
				}
			}
		case x < 0.07:
			w.cell = words("đạt " + comma + "%, tăng 2% so với năm " + p.clock.y(-1))
		case x < 0.08:
			w.cell = words(" " + comma + " % ")
		case x < 0.085:
			w.cell = words(comma + "% (KH " + strings.Replace(strconv.FormatFloat(i.Threshold, 'f', -1, 64), ".", ",", 1) + "%)")
		case x < 0.09 && v > 1:
			w.cell = words("tăng từ " + strings.Replace(strconv.FormatFloat(p.round(i, v*0.9), 'f', -1, 64), ".", ",", 1) + "% lên " + comma + "%")
		case x < 0.1 && i.Threshold >= 50 && !i.AtMost && v < 100 && v > 1:
			// A share without the format of one.
			w.cell = number(v / 100)
			w.num = w.cell.Num * 100
		}
	}
	return w
}

// income writes an income per head and year, in million đồng unless the office
// writes another unit.
func (p *Plan) income(v, x float64, place []string) written {
	w := written{hasNum: true, num: v}
	cell := func(v float64) sheet.Cell {
		if p.Style.Numbers == "comma" || p.Style.Numbers == "mixed" && x < 0.5 {
			return words(strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1))
		}
		return number(v)
	}
	switch p.Style.Income {
	case "thousand":
		w.cell = number(math.Round(v * 1000))
		w.num = w.cell.Num / 1000
	case "dong", "bare":
		n := math.Round(v*1000) * 1000
		w.num = n / 1e6
		if w.cell = number(n); x < 0.3 {
			w.cell = words(grouped(int(n)))
		}
	case "month":
		m := math.Round(v/12*100) / 100
		w.cell, w.num = cell(m), m*12
	case "thousandmonth":
		m := math.Round(v / 12 * 1000)
		w.cell, w.num = number(m), m*12/1000
	case "cell":
		text := strings.Replace(strconv.FormatFloat(v, 'f', -1, 64), ".", ",", 1)
		switch r := p.dice.of(append([]string{"income"}, place...)...); r.IntN(6) {
		case 0:
			w.cell = words(text + " triệu đồng")
		case 1:
			w.cell = words(text + " tr.đ/người/năm")
		case 2:
			m := math.Round(v/12*10) / 10
			w.cell, w.num = words(strings.Replace(strconv.FormatFloat(m, 'f', -1, 64), ".", ",", 1)+" tr/tháng"), m*12
		case 3:
			n := math.Round(v*1000) * 1000
			w.cell, w.num = words(grouped(int(n))+" đ"), n/1e6
		default:
			w.cell = words(text + " triệu")
		}
	default:
		w.cell = cell(v)
	}
	return w
}

// grouped writes 37390000 as 37.390.000.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}

// unitOf is what a heading, a row or a column of units says.
func (p *Plan) unitOf(i *Indicator) string {
	switch i.Kind {
	case "boolean":
		return pick(p.headingDice("unit word"), "Đạt", "Đạt/Chưa đạt", "")
	case "percent":
		return "%"
	}
	if !i.Income {
		return i.Unit
	}
	switch p.Style.Income {
	case "thousand":
		return pick(p.headingDice("income"), "Nghìn đồng/người/năm", "1.000 đ", "Nghìn đồng", "1000 đồng")
	case "dong":
		return pick(p.headingDice("income"), "Đồng/người/năm", "Đồng", "đồng")
	case "month":
		return pick(p.headingDice("income"), "Triệu đồng/người/tháng", "triệu/tháng", "Tr.đồng/tháng", "triệu đồng/tháng")
	case "thousandmonth":
		return pick(p.headingDice("income"), "Nghìn đồng/người/tháng", "nghìn/tháng", "1.000đ/tháng")
	}
	if p.Style.Income == "bare" {
		return "" // eight digits say themselves that they are đồng
	}
	return pick(p.headingDice("income"), "Triệu đồng", "Triệu đồng/người/năm", "Tr.đ", "triệu đồng/năm")
}

// saysUnit tells whether the income's unit has to be said in its heading,
// because neither cells nor a row or column of units say it.
func (p *Plan) saysUnit(i *Indicator) bool {
	if !i.Income || p.Head.Unit {
		return false
	}
	switch p.Style.Income {
	case "thousand", "dong", "month", "thousandmonth":
		return true
	}
	return false
}

// requirement is a threshold as a heading or a column shows it.
func (p *Plan) requirement(i *Indicator) string {
	if i.Yes() {
		return i.RequiredAnswer
	}
	if i.Unknown {
		return ""
	}
	t := strings.Replace(strconv.FormatFloat(i.Threshold, 'f', -1, 64), ".", ",", 1)
	sign := "≥"
	if i.AtMost {
		sign = "≤"
	}
	if i.Kind == "percent" {
		t += "%"
	}
	if i.Threshold == 100 {
		return t
	}
	if i.Income {
		// Written in the unit of the column, or with its own.
		return sign + " " + t + " triệu đồng/năm"
	}
	if i.AtMost {
		return sign + " " + t
	}
	return pick(p.headingDice("requirement"), sign, sign+" ", "Từ ") + t
}
