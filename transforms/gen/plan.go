package gen

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// Plan is what a report will be, before it is drawn: what it is about, and how
// its office writes. Two plans that differ in one field give two files that
// differ in what that field means, and in nothing else.
type Plan struct {
	Seed  uint64
	world *World
	dice  dice
	clock clock

	Period     string // of the run: 2017-Q4
	District   *District
	Communes   []*Commune
	Department string // the sender, where it is one of the province's
	Indicators []*Indicator

	Shape      string    // wide, turned, sheets (one a commune), blocks (one sheet, commune after commune), flat, list, criteria
	Sections   []section // which times and kinds are reported
	At         string    // where they stand: sub, over, rows, below, beside, sheets
	Measures   []measure
	SplitBy    string // indicators or communes
	SplitBelow bool   // the parts stand one below the other on one sheet
	Split      int    // into how many sheets the table is cut; 0 or 1 for one
	Repeat     bool   // the header comes once more in the middle

	Head    heading
	Style   style
	Frame   frame
	Extras  []string // other sheets
	Odd     []string // odd rows within the tables
	Mess    float64  // the share of cells that hold nonsense
	Gone    float64  // the share of cells left blank
	Spoil   string   // what a law has spoiled on purpose
	shuffle uint64   // not 0: rows, columns and sheets in another order
	synonym uint64   // not 0: other words for the same headings
	erased  string   // the heading that a law has deleted
	truth   *truth   // of the drawing under way
}

// heading is how keys and lines are named.
type heading struct {
	IDs           string // number, text, comma, prefixed, dotted, inname, nameonly
	Name          string // of a wide table: names of indicators above or below their ids, or nowhere
	Numbered      bool   // a row of column numbers
	CriterionName bool   // a row of names under the row of criteria's numbers
	Merge         string // merged, repeated
	LeftMerge     string // merged, top, bottom: where the keys' headings stand in a deep header
	Codes         string // "", before, after: a column of commune codes
	Running       bool   // a column of running numbers
	District      bool   // a column that repeats the district
	KeyRepeat     string // merged, repeated, first: a key over several rows
	Require       bool   // a column or row of thresholds
	Unit          bool   // a column or row of units
	Criteria      bool   // rows or columns that head each criterion
	Claims        bool   // a verdict on the whole criterion beside its indicators
	Totals        bool   // columns that count criteria and indicators met
	MeasureFirst  bool   // the times of each measure stand together, not the measures of each time
	Lead          bool   // a heading over the measures that belong together
	UnmetTitle    bool   // the title says that marks mean "not met"
	Named         string // where a commune's own table names it: title, cells, sheet
	Second        bool   // the second values of 2.3 and 17.1
	Differ        bool   // labels differ from block to block
	First         bool   // the whole district's block comes first
	Note          string // "" or what a column of remarks holds
	Label         string // the text of a single section: shown or not
}

// style is how one office writes what it fills in.
type style struct {
	Names    string // of communes
	Case     string // of headings: as is, upper
	Numbers  string // number, percent, comma, suffix, mixed, fraction
	Decimals int
	Words    string // dat, short, yes, digit, mark, kd
	Mark     string
	Income   string // year, thousand, dong, month, thousandmonth, cell, bare
	Alike    bool   // Ð for Đ
	Mixed    bool   // single cells with qualifiers, ratios, sentences
}

// frame is what stands around the tables.
type frame struct {
	Letterhead bool
	Title      int
	PeriodLine string // what the title says about time
	Annex      bool
	Signature  bool
	Column     int // the column in which the table begins
	SheetName  string
	CSV        bool
	File       string
	Folder     string
}

// section is one time and kind: "TH 2016", "Kế hoạch 2017".
type section struct {
	When  string // now, prev, next
	Kind  string // done, plan, estimate, compare, register
	Label string
	Title string // the title of its own table, where it has one
	Sheet string // the name of its own sheet
}

// counts tells whether the figures of a section are those of the report.
func (s *section) counts() bool { return s.When == "now" && s.Kind == "done" }

func (s *section) key() string { return s.When + s.Kind }

// measure is what a line says about its indicator.
type measure string

const (
	result     measure = "result"
	verdict    measure = "verdict"
	metMark    measure = "met"
	unmetMark  measure = "unmet"
	count      measure = "count"
	total      measure = "total"
	own        measure = "own"        // xã tự đánh giá
	district   measure = "district"   // huyện đánh giá
	appraisal  measure = "appraisal"  // thẩm định
	evidence   measure = "evidence"   // hồ sơ minh chứng
	unmetGroup measure = "unmetgroup" // only what is not met is marked
)

// NewPlan draws a plan from a seed.
func NewPlan(seed uint64, w *World) *Plan {
	p := &Plan{Seed: seed, world: w, dice: dice(seed), clock: clockOf(w.Day)}
	p.Period = pick(p.dice.of("period"), p.clock.codes()...)
	p.drawSubject()
	p.drawShape()
	p.drawSections()
	p.drawMeasures()
	p.drawHeading()
	p.drawStyle()
	p.drawFrame()
	p.drawExtras()
	return p
}

func (p *Plan) drawSubject() {
	r := p.dice.of("subject")
	var big []*District
	for i := range p.world.Districts {
		if len(p.world.Districts[i].Communes) >= 5 {
			big = append(big, &p.world.Districts[i])
		}
	}
	if len(big) == 0 {
		// Communes report for themselves.
		for i := range p.world.Districts {
			big = append(big, &p.world.Districts[i])
		}
	}
	p.District = pick(r, big...)
	all := len(p.District.Communes)
	n := all
	if all > 4 && r.Float64() < 0.75 {
		n = 4 + r.IntN(min(all, 10)-3)
	}
	from := r.IntN(all - n + 1)
	for i := from; i < from+n; i++ {
		p.Communes = append(p.Communes, &p.District.Communes[i])
	}
	set := p.world.Indicators
	if !p.ownReport() && r.Float64() < 0.05 && p.drawDepartment() {
		return
	}
	switch oneOf(r, share{"all", 0.15}, share{"some", 0.45}, share{"criteria", 0.25}, share{"numbers", 0.15}) {
	case "all":
		for i := range set {
			p.Indicators = append(p.Indicators, &set[i])
		}
	case "some":
		n := 4 + r.IntN(11)
		for _, i := range r.Perm(len(set))[:n] {
			p.Indicators = append(p.Indicators, &set[i])
		}
	case "criteria":
		first := 1 + r.IntN(14)
		last := first + 2 + r.IntN(5)
		for i := range set {
			if set[i].Criterion >= first && set[i].Criterion <= last {
				p.Indicators = append(p.Indicators, &set[i])
			}
		}
	case "numbers":
		n := 4 + r.IntN(7)
		for _, i := range r.Perm(len(set)) {
			if !set[i].Yes() && len(p.Indicators) < n {
				p.Indicators = append(p.Indicators, &set[i])
			}
		}
	}
	place := func(i *Indicator) int { return slices.IndexFunc(set, func(o Indicator) bool { return o.ID == i.ID }) }
	slices.SortFunc(p.Indicators, func(a, b *Indicator) int { return place(a) - place(b) })
}

// drawDepartment makes the report one of a department of the province: on the
// indicators that it leads, for communes of several districts.
func (p *Plan) drawDepartment() bool {
	r := p.dice.of("department")
	p.Department = pick(r, "Sở Giao thông vận tải", "Sở Nông nghiệp và Phát triển nông thôn", "Sở Y tế", "Sở Giáo dục và Đào tạo", "Sở Lao động - Thương binh và Xã hội", "Sở Nội vụ")
	for k := range p.world.Indicators {
		if i := &p.world.Indicators[k]; slices.Contains(i.Leads, p.Department) {
			p.Indicators = append(p.Indicators, i)
		}
	}
	if len(p.Indicators) < 2 {
		p.Department, p.Indicators = "", nil
		return false
	}
	p.Communes = nil
	from := r.IntN(len(p.world.Districts))
	for k := range 3 {
		d := &p.world.Districts[(from+k)%len(p.world.Districts)]
		for n := range min(len(d.Communes), 3+r.IntN(3)) {
			p.Communes = append(p.Communes, &d.Communes[n])
		}
	}
	return true
}

func (p *Plan) drawShape() {
	r := p.dice.of("shape")
	p.Shape = oneOf(r, share{"wide", 0.36}, share{"turned", 0.22}, share{"sheets", 0.11}, share{"blocks", 0.09}, share{"flat", 0.11}, share{"list", 0.06}, share{"criteria", 0.05})
	if p.Department != "" {
		p.Shape = oneOf(r, share{"wide", 0.7}, share{"flat", 0.3})
	}
	if p.ownReport() {
		p.Shape = oneOf(r, share{"sheets", 0.75}, share{"turned", 0.15}, share{"wide", 0.1})
	}
	if p.Shape == "sheets" || p.Shape == "blocks" {
		p.Communes = p.Communes[:min(len(p.Communes), 6)]
	}
	if p.Shape == "list" || p.Shape == "criteria" {
		// A list speaks of all indicators, whichever it names.
		p.Indicators = nil
		for i := range p.world.Indicators {
			p.Indicators = append(p.Indicators, &p.world.Indicators[i])
		}
	}
	if p.Shape == "wide" || p.Shape == "turned" {
		if len(p.Indicators) > 8 && len(p.Communes) > 4 && r.Float64() < 0.12 {
			p.Split = 2
		}
		p.SplitBy = pick(r, "indicators", "indicators", "communes")
		p.SplitBelow = r.Float64() < 0.3
		p.Repeat = r.Float64() < 0.05
	}
}

func (p *Plan) drawSections() {
	r := p.dice.of("sections")
	now := section{When: "now", Kind: "done"}
	prev := section{When: "prev", Kind: "done"}
	plan := section{When: "now", Kind: "plan"}
	next := section{When: "next", Kind: pick(r, "plan", "register")}
	compare := section{When: "now", Kind: "compare"}
	estimate := section{When: "now", Kind: "estimate"}
	var list []section
	switch oneOf(r, share{"bare", 0.36}, share{"one", 0.12}, share{"prev", 0.17}, share{"plan", 0.12}, share{"full", 0.07},
		share{"next", 0.06}, share{"estimate", 0.03}, share{"prevplan", 0.02}, share{"noresult", 0.02}, share{"compare", 0.03}) {
	case "bare", "one":
		list = []section{now}
	case "prev":
		list = []section{prev, now}
	case "plan":
		list = []section{plan, now}
	case "full":
		list = []section{prev, plan, now, compare}
	case "next":
		list = []section{now, next}
	case "estimate":
		list = []section{prev, estimate}
		if !p.clock.yearEnd() {
			// Before the year ends its estimate stands beside the results.
			list = []section{now, estimate}
		}
	case "prevplan":
		list = []section{prev, now, next}
	case "noresult":
		list = []section{prev, plan}
	case "compare":
		list = []section{prev, now, compare}
	}
	if p.Shape == "list" || p.Shape == "criteria" {
		list = []section{now}
	}
	p.Sections = list
	p.At = "sub"
	if len(list) > 1 {
		hasCompare := slices.ContainsFunc(list, func(s section) bool { return s.Kind == "compare" })
		switch p.Shape {
		case "wide", "turned":
			p.At = oneOf(r, share{"sub", 0.46}, share{"over", 0.16}, share{"rows", 0.16}, share{"below", 0.08}, share{"beside", 0.05}, share{"sheets", 0.09})
		case "sheets", "blocks":
			p.At = oneOf(r, share{"sub", 0.85}, share{"rows", 0.15})
		case "flat":
			p.At = oneOf(r, share{"sub", 0.6}, share{"rows", 0.25}, share{"sheets", 0.15})
		}
		if hasCompare && p.At != "sub" {
			p.At = "sub"
		}
		if p.At != "sub" && p.At != "over" {
			p.Split, p.Repeat = 0, false
		}
		if r.Float64() < 0.3 {
			r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		}
	}
	if len(list) == 1 && r.Float64() < 0.75 {
		p.Head.Label = "hidden"
	}
	p.nameSections()
}

func (p *Plan) drawMeasures() {
	r := p.dice.of("measures")
	many := len(p.Sections) > 1
	var kind string
	switch p.Shape {
	case "wide":
		kind = oneOf(r, share{"result", 0.58}, share{"both", 0.1}, share{"pair", 0.07}, share{"verdict", 0.06}, share{"rate", 0.08}, share{"authors", 0.03}, share{"unmet", 0.04}, share{"evidence", 0.04})
	case "turned":
		kind = oneOf(r, share{"result", 0.5}, share{"both", 0.24}, share{"pair", 0.08}, share{"verdict", 0.04}, share{"rate", 0.08}, share{"authors", 0.06})
	default:
		kind = oneOf(r, share{"both", 0.4}, share{"result", 0.16}, share{"pair", 0.14}, share{"fullpair", 0.08}, share{"rate", 0.1}, share{"authors", 0.08}, share{"evidence", 0.04}, share{"metonly", 0.05})
	}
	if p.At == "rows" || many && p.Shape == "wide" && r.Float64() < 0.7 {
		kind = "result"
	}
	switch kind {
	case "result":
		p.Measures = []measure{result}
	case "both":
		p.Measures = []measure{result, verdict}
	case "pair":
		p.Measures = []measure{metMark, unmetMark}
	case "fullpair":
		p.Measures = []measure{result, metMark, unmetMark}
	case "verdict":
		p.Measures = []measure{verdict}
	case "rate":
		p.Measures = []measure{count, result}
		if r.Float64() < 0.4 {
			p.Measures = []measure{count, total, result}
		}
		if p.Shape != "wide" && r.Float64() < 0.4 {
			p.Measures = append(p.Measures, verdict)
		}
	case "authors":
		p.Measures = []measure{result, own, district}
		if p.ownReport() {
			p.Measures = []measure{result, own, appraisal}
		} else if r.Float64() < 0.3 {
			p.Measures = append(p.Measures, appraisal)
		}
	case "evidence":
		p.Measures = []measure{result, verdict, evidence}
	case "unmet":
		p.Measures = []measure{unmetGroup}
	case "metonly":
		p.Measures = []measure{result, metMark}
	}
	if i := slices.Index(p.Measures, unmetMark); i > 0 && r.Float64() < 0.5 {
		p.Measures[i], p.Measures[i-1] = p.Measures[i-1], p.Measures[i]
	}
	if kind == "rate" {
		// Counts stand behind rates: a table of them asks for no words.
		p.Indicators = slices.DeleteFunc(p.Indicators, func(i *Indicator) bool { return i.Kind == "boolean" && r.Float64() < 0.6 })
	}
}

func (p *Plan) drawHeading() {
	r := p.dice.of("heading")
	h := &p.Head
	switch p.Shape {
	case "wide":
		h.IDs = oneOf(r, share{"number", 0.4}, share{"text", 0.2}, share{"comma", 0.06}, share{"inname", 0.14}, share{"prefixed", 0.08}, share{"dotted", 0.03}, share{"nameonly", 0.09})
		h.Criteria = r.Float64() < 0.4
		h.CriterionName = r.Float64() < 0.4
		h.Claims = h.Criteria && len(p.Sections) == 1 && len(p.Measures) == 1 && p.Measures[0] == result && r.Float64() < 0.3
		h.Require = r.Float64() < 0.3
		h.Unit = r.Float64() < 0.2
		h.Name = oneOf(r, share{"", 0.6}, share{"below", 0.24}, share{"above", 0.16})
		h.Numbered = r.Float64() < 0.2
		h.Totals = r.Float64() < 0.3
		if len(p.Sections) == 1 && r.Float64() < 0.6 {
			// A single label stands over the whole table more often than over each column.
			p.At = "over"
		}
	case "turned":
		h.IDs = oneOf(r, share{"number", 0.3}, share{"text", 0.22}, share{"comma", 0.05}, share{"inname", 0.2}, share{"prefixed", 0.08}, share{"dotted", 0.03}, share{"nameonly", 0.12})
		h.Criteria = r.Float64() < 0.4
		h.Require = r.Float64() < 0.5
		h.Unit = r.Float64() < 0.5
		h.Numbered = r.Float64() < 0.15
		h.Totals = r.Float64() < 0.3
		if len(p.Sections) == 1 && r.Float64() < 0.4 {
			p.At = "over"
		}
	default:
		h.IDs = oneOf(r, share{"number", 0.24}, share{"text", 0.3}, share{"comma", 0.05}, share{"inname", 0.2}, share{"prefixed", 0.08}, share{"dotted", 0.03}, share{"nameonly", 0.1})
		h.Criteria = p.Shape != "flat" && r.Float64() < 0.4
		h.Require = r.Float64() < 0.6
		h.Unit = r.Float64() < 0.4
		h.Numbered = r.Float64() < 0.15
	}
	h.MeasureFirst = r.Float64() < 0.2 && len(p.Sections) > 1 && len(p.Measures) > 1 && p.At == "sub" && p.Shape != "wide"
	h.Lead = r.Float64() < 0.4 && !h.MeasureFirst && (p.has(metMark) && p.has(unmetMark) || p.has(count))
	h.UnmetTitle = p.has(unmetGroup) && r.Float64() < 0.4
	h.Named = oneOf(r, share{"title", 0.7}, share{"cells", 0.15}, share{"sheet", 0.15})
	h.Second = r.Float64() < 0.25
	h.Differ = r.Float64() < 0.06
	h.First = r.Float64() < 0.3
	h.Merge = oneOf(r, share{"merged", 0.7}, share{"repeated", 0.3})
	h.LeftMerge = oneOf(r, share{"merged", 0.7}, share{"top", 0.15}, share{"bottom", 0.15})
	h.KeyRepeat = oneOf(r, share{"merged", 0.5}, share{"repeated", 0.3}, share{"first", 0.2})
	h.Running = r.Float64() < 0.8
	if p.Shape == "wide" || p.Shape == "flat" || p.Shape == "list" || p.Shape == "criteria" {
		h.Codes = oneOf(r, share{"", 0.75}, share{"before", 0.15}, share{"after", 0.1})
		h.District = r.Float64() < 0.06 || p.Department != "" && (p.Shape != "wide" || p.At == "rows" || r.Float64() < 0.5)
	}
	if r.Float64() < 0.35 {
		h.Note = oneOf(r, share{"empty", 0.3}, share{"words", 0.4}, share{"numbers", 0.3})
	}
}

func (p *Plan) drawStyle() {
	r := p.dice.of("style")
	s := &p.Style
	s.Names = oneOf(r, share{"plain", 0.34}, share{"xa", 0.2}, share{"x.", 0.06}, share{"numbered", 0.06}, share{"noted", 0.06}, share{"ubnd", 0.04}, share{"upper", 0.07}, share{"tone", 0.08}, share{"nfd", 0.03}, share{"blanks", 0.06}, share{"ascii", 0.02}, share{"coded", 0.02})
	s.Case = oneOf(r, share{"asis", 0.7}, share{"upper", 0.15}, share{"broken", 0.15})
	s.Numbers = oneOf(r, share{"number", 0.4}, share{"percent", 0.12}, share{"comma", 0.16}, share{"suffix", 0.12}, share{"mixed", 0.17}, share{"fraction", 0.03})
	s.Decimals = pick(r, 2, 2, 2, 1, 0, 9)
	s.Words = oneOf(r, share{"dat", 0.5}, share{"short", 0.14}, share{"kd", 0.1}, share{"yes", 0.06}, share{"digit", 0.05}, share{"mark", 0.15}, share{"abbr", 0.05})
	if p.At == "rows" || len(p.Sections) > 1 && s.Words == "mark" {
		// A blank means "not met" only in a line of its own.
		s.Words = pick(r, "dat", "short", "kd")
	}
	if p.Shape != "wide" && s.Words == "mark" {
		s.Words = "dat"
	}
	if s.Words == "mark" && p.Split > 1 && p.SplitBy == "communes" {
		s.Words = "dat"
	}
	if s.Words == "digit" && p.has(count) {
		s.Words = "dat" // a 1 under "Tỷ lệ" would be a rate
	}
	s.Mark = pick(r, "x", "x", "X", "✓", "+")
	if p.has(unmetGroup) {
		s.Mark = "x" // nobody ticks off what is not met
	}
	s.Income = oneOf(r, share{"year", 0.55}, share{"thousand", 0.07}, share{"dong", 0.07}, share{"month", 0.09}, share{"thousandmonth", 0.05}, share{"cell", 0.1}, share{"bare", 0.07})
	s.Mixed = r.Float64() < 0.3
	s.Alike = r.Float64() < 0.03
}

func (p *Plan) drawFrame() {
	r := p.dice.of("frame")
	f := &p.Frame
	f.Letterhead = r.Float64() < 0.85
	f.Title = r.IntN(6)
	f.PeriodLine = oneOf(r, share{"quarter", 0.4}, share{"year", 0.25}, share{"date", 0.12}, share{"months", 0.08}, share{"none", 0.15})
	f.Annex = r.Float64() < 0.25
	f.Signature = r.Float64() < 0.4
	f.Column = 1
	if r.Float64() < 0.08 {
		f.Column = 2
	}
	f.CSV = r.Float64() < 0.05 && !p.listed() && p.Split < 2 && p.At != "sheets" && p.Shape != "sheets" && p.Style.Numbers != "percent" && p.Style.Decimals != 9
	k := p.clock
	f.SheetName = pick(r, "Sheet1", "Biểu 1", "TH", "Bieu tong hop", "PL1", "Phụ lục", "Tổng hợp", "NTM", "So lieu")
	f.Folder = pick(r, p.Period, p.Period, p.Period, p.Period+"/"+p.District.Display, "")
	name := p.District.Name
	q := k.quarter(0)
	f.File = pick(r, "bao cao "+Plain(name)+" quy "+q+"-"+k.y(0)+".xlsx", "NTM_"+compact(Plain(name))+".xlsx", "Biểu tổng hợp NTM "+p.District.Kind+" "+name+" quý "+q+" năm "+k.y(0)+".xlsx",
		p.District.Display+" - bộ tiêu chí.xlsx", strconv.Itoa(10+r.IntN(300))+"-BC "+name+".xlsx", "19 tieu chi "+Plain(name)+" "+strings.ReplaceAll(k.date(0), "/", "-")+".xlsx")
	if p.Department != "" {
		f.Letterhead = true
		f.File = pick(r, Plain(p.Department)+" "+k.y(0)+".xlsx", "BC NTM "+p.Department+".xlsx", "so lieu nganh.xlsx")
		f.Folder = p.Period
	}
	if !f.Letterhead || f.PeriodLine == "none" || f.PeriodLine == "date" || len(p.Sections) > 1 {
		// Somewhere the file has to say whose it is and of which period.
		if f.Folder == "" {
			f.Folder = p.Period
		}
	}
	if !k.yearEnd() && f.PeriodLine == "year" {
		f.PeriodLine = "months"
	}
}

func (p *Plan) drawExtras() {
	r := p.dice.of("extras")
	add := func(list *[]string, probability float64, name string) {
		if r.Float64() < probability {
			*list = append(*list, name)
		}
	}
	if p.Frame.CSV {
		// Text has one sheet.
		add = func(list *[]string, probability float64, name string) {
			if list != &p.Extras && r.Float64() < probability {
				*list = append(*list, name)
			}
		}
	}
	add(&p.Extras, 0.06, "cover")
	add(&p.Extras, 0.07, "guide")
	add(&p.Extras, 0.05, "units")
	add(&p.Extras, 0.07, "earlier")
	add(&p.Extras, 0.05, "registration")
	add(&p.Extras, 0.04, "recipients")
	add(&p.Extras, 0.05, "empty")
	add(&p.Odd, 0.3, "total")
	add(&p.Odd, 0.12, "groups")
	add(&p.Odd, 0.06, "blank")
	add(&p.Odd, 0.06, "remark")
	add(&p.Odd, 0.06, "town")
	add(&p.Odd, 0.05, "unknown")
	add(&p.Odd, 0.04, "hamlets")
	add(&p.Extras, 0.02, "hidden")
	add(&p.Extras, 0.03, "summary")
	add(&p.Extras, 0.03, "remedy")
	add(&p.Extras, 0.03, "other")
	add(&p.Extras, 0.03, "recognised")
	p.Mess = pick(r, 0, 0, 0, 0.01, 0.03)
	p.Gone = pick(r, 0, 0, 0.02, 0.06)
}

// ownReport tells a report that a commune sends of itself.
func (p *Plan) ownReport() bool { return p.District.Kind == "xã" }

// find returns the section of a plan by its key, nil where there is none.
func (p *Plan) find(when, kind string) *section {
	for i := range p.Sections {
		if p.Sections[i].When == when && p.Sections[i].Kind == kind {
			return &p.Sections[i]
		}
	}
	return nil
}

// levels are the rows of the header, from the top.
func (p *Plan) levels() []string {
	h := p.Head
	var list []string
	add := func(is bool, names ...string) {
		if is {
			list = append(list, names...)
		}
	}
	labelled := h.Label != "hidden" || len(p.Sections) > 1
	add(labelled && p.At == "over", "section")
	switch p.Shape {
	case "wide":
		add(h.Criteria, "criterion")
		add(h.Criteria && h.CriterionName, "criterionname")
		keyed := p.keyed()
		add(keyed && h.Name == "above", "name")
		list = append(list, "id")
		add(keyed && h.Name == "below", "name")
	case "turned":
		list = append(list, "commune")
	}
	add(labelled && p.At == "sub" && !h.MeasureFirst, "section")
	add(h.Lead, "lead")
	list = append(list, "measure")
	add(labelled && p.At == "sub" && h.MeasureFirst, "section")
	if p.Shape == "wide" {
		add(h.Require, "require")
		add(h.Unit, "unit")
	}
	add(h.Numbered, "number")
	return list
}

// headingDice is where words of headings are drawn from: a law draws others.
func (p *Plan) headingDice(about ...string) *rand.Rand {
	return (p.dice ^ dice(p.synonym)).of(about...)
}

// clone copies a plan, so that a change to one leaves the other alone.
func (p *Plan) clone() *Plan {
	q := *p
	q.Communes = slices.Clone(p.Communes)
	q.Indicators = slices.Clone(p.Indicators)
	q.Sections = slices.Clone(p.Sections)
	q.Measures = slices.Clone(p.Measures)
	q.Extras = slices.Clone(p.Extras)
	q.Odd = slices.Clone(p.Odd)
	return &q
}
