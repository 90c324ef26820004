package gen

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// File is a report as received, with the truth.
type File struct {
	Seed                 uint64
	Name, Folder, Period string
	Day                  string // the last of the period
	District             string // code of the sender
	Sender               string // as it is written
	Book                 *sheet.Book
	Truth                []Figure
	Features             []string
	Plan                 *Plan
	// Owed are places that a law has spoiled: a finding has to name each.
	Owed []Place
}

// Draw draws the report of a seed.
func Draw(seed uint64, w *World) *File { return NewPlan(seed, w).File() }

// File draws a plan.
func (p *Plan) File() *File {
	p.truth = &truth{figures: map[Key]*gathered{}}
	sheets := p.sheets()
	if p.Spoil == "period" || p.Spoil == "sender" {
		// All of the file is another period's or nobody's.
		p.truth.figures, p.truth.owed = nil, []Place{{}}
	}
	book := &sheet.Book{Name: p.Frame.File}
	for _, cv := range sheets {
		book.Sheets = append(book.Sheets, cv.sheet())
	}
	unique(book)
	if p.Frame.CSV && len(book.Sheets) == 1 {
		book.Name = strings.TrimSuffix(p.Frame.File, ".xlsx") + ".csv"
		s := book.Sheets[0]
		for i := range p.truth.figures {
			p.truth.figures[i].Sheet = ""
		}
		for i := range p.truth.owed {
			p.truth.owed[i].Sheet = ""
		}
		// Text knows neither merges nor kinds of cells.
		s.Name, s.Merges = "", nil
		for i := range s.Cells {
			s.Cells[i].Kind, s.Cells[i].Num, s.Cells[i].Percent = sheet.Text, 0, false
		}
	}
	return &File{Seed: p.Seed, Name: book.Name, Folder: p.Frame.Folder, Period: p.Period, Day: p.world.Day, District: p.District.Code, Sender: p.senderText(),
		Book: book, Truth: p.truth.list(), Owed: p.truth.owed, Features: p.features(), Plan: p}
}

// unique gives sheets of one name a number, as spreadsheets do.
func unique(b *sheet.Book) {
	seen := map[string]bool{}
	for _, s := range b.Sheets {
		for n := 2; seen[s.Name]; n++ {
			s.Name = fmt.Sprintf("%s (%d)", s.Name, n)
		}
		seen[s.Name] = true
	}
}

// sheets draws all sheets in their order.
func (p *Plan) sheets() []*canvas {
	var list []*canvas
	switch p.Shape {
	case "list":
		list = p.drawList()
	case "criteria":
		list = p.drawCriteria()
	case "sheets":
		for n, c := range p.Communes {
			name := c.Name
			switch x := p.dice.of("sheet names"); {
			case x.Float64() < 0.15:
				name = "Xã " + c.Name
			case x.Float64() < 0.1:
				name = strconv.Itoa(n+1) + ". " + c.Name
			case x.Float64() < 0.1 && p.Head.Named != "sheet":
				name = Plain(c.Name)
			}
			cv := newCanvas(name)
			row := p.top(cv, 6, p.main(), n == 0)
			p.oneCommune(cv, row, c)
			list = append(list, cv)
		}
	case "blocks":
		cv := newCanvas(p.Frame.SheetName)
		row := p.top(cv, 6, p.main(), true)
		for _, c := range p.Communes {
			row = p.oneCommune(cv, row, c) + 2
		}
		p.signature(cv, row+1)
		list = append(list, cv)
	default:
		list = p.drawMatrix()
	}
	for _, e := range p.Extras {
		cv := p.extra(e)
		if p.dice.chance(0.4, "extra first", e) {
			list = append([]*canvas{cv}, list...)
		} else {
			list = append(list, cv)
		}
	}
	if p.shuffle != 0 {
		r := (p.dice ^ dice(p.shuffle)).of("sheets")
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	return list
}

// top writes what stands above a table and returns the table's first row.
func (p *Plan) top(cv *canvas, width int, s *section, letterhead bool) int {
	r := p.dice.of("top")
	k, q := p.clock, p.clock.quarter(0)
	col := p.Frame.Column
	row := 1
	if p.Frame.Letterhead && letterhead && p.erased != "letterhead" {
		name := strings.ToUpper(p.letterhead().Kind + " " + p.letterhead().Name)
		if p.Department != "" {
			cv.text(row, col, "UBND TỈNH AN GIANG\n"+strings.ToUpper(p.Department))
		} else {
			cv.text(row, col, pick(r, "UBND "+name, "ỦY BAN NHÂN DÂN "+name, "UBND "+name, "UBND "+name+p.office()))
		}
		if r.Float64() < 0.4 {
			right := col + max(4, width/2)
			cv.text(row, right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
			cv.text(row+1, right, "Độc lập - Tự do - Hạnh phúc")
		}
		row += 2
	}
	title := p.titleOf(s.Kind, p.headingDice("title", s.Kind))
	if p.Head.UnmetTitle {
		title = pick(p.headingDice("unmet title"), "TỔNG HỢP CÁC CHỈ TIÊU CHƯA ĐẠT CỦA CÁC XÃ", "CÁC CHỈ TIÊU CHƯA ĐẠT (ĐÁNH DẤU X VÀO CHỈ TIÊU CHƯA ĐẠT)")
	}
	alone := p.At == "sheets" || p.At == "below" || p.At == "beside"
	if alone && s.Title != "" {
		title += " " + s.Title
	}
	if p.erased == "title" {
		title = ""
	}
	cv.text(row, col, title)
	if p.dice.chance(0.5, "merge title") {
		cv.merge(row, col, row, col+width-1)
	}
	row++
	if p.Spoil == "period" {
		cv.text(row, col, pick(r, "Quý "+k.quarter(-1)+" năm "+k.y(0), "QUÝ "+k.quarter(-1)+"/"+k.y(0), "Quý "+k.quarter(0)+" năm "+k.y(-1), "Năm "+k.y(-1)))
		row++
	} else if p.erased == "period" {
		row++
	} else if !alone {
		switch p.Frame.PeriodLine {
		case "quarter":
			cv.text(row, col, pick(r, "Quý "+q+" năm "+k.y(0), "QUÝ "+q+"/"+k.y(0), "Kỳ báo cáo: Quý "+q+"/"+k.y(0))+pick(r, "", " - "+p.senderText()))
		case "year":
			cv.text(row, col, pick(r, "Năm "+k.y(0), "NĂM "+k.y(0), "(Năm "+k.y(0)+")"))
		case "date":
			cv.text(row, col, pick(r, "(Số liệu tính đến ngày "+k.date(0)+")", "Tính đến "+k.date(0), "(Đến ngày "+strings.Replace(k.day, "/", " tháng ", 1)+" năm "+k.y(0)+")"))
		case "months":
			if k.yearEnd() {
				cv.text(row, col, pick(r, "12 tháng năm "+k.y(0), "Cả năm "+k.y(0)))
			} else {
				cv.text(row, col, pick(r, k.months()+" đầu năm ", k.months()+" năm ")+k.y(0))
			}
		default:
			row--
		}
		row++
	}
	if p.Frame.Annex {
		cv.text(row, col, pick(r, "(Kèm theo Báo cáo số 215/BC-UBND ngày "+k.signed("/")+" của "+p.senderText()+")", "(Ban hành kèm theo Công văn số 12/UBND-KT ngày "+k.signed(" tháng ")+")"))
		row++
	}
	if r.Float64() < 0.25 {
		cv.text(row, col+max(2, width-2), pick(r, "ĐVT: %", "Đơn vị tính: %"))
		row++
	}
	if r.Float64() < 0.8 {
		row++
	}
	return row
}

// senderText is who sends the report, as running text writes it.
func (p *Plan) senderText() string {
	if p.Department != "" {
		return p.Department
	}
	return "UBND " + p.District.Display
}

// placeOf is where the report is signed.
func (p *Plan) placeOf() string {
	if p.Department != "" {
		return "An Giang"
	}
	return p.District.Name
}

// office is the second line of a letterhead.
func (p *Plan) office() string {
	if p.ownReport() {
		return "\nPHÒNG KINH TẾ"
	}
	return "\nPHÒNG NÔNG NGHIỆP VÀ PTNT"
}

// letterhead is whose name stands above the table.
func (p *Plan) letterhead() *District {
	if p.Spoil == "sender" {
		return p.other()
	}
	return p.District
}

// other is a district that the communes of the report do not belong to.
func (p *Plan) other() *District {
	k := slices.IndexFunc(p.world.Districts, func(d District) bool { return d.Code == p.District.Code })
	return &p.world.Districts[(k+1+p.dice.of("other").IntN(len(p.world.Districts)-1))%len(p.world.Districts)]
}

func (p *Plan) signature(cv *canvas, row int) {
	if !p.Frame.Signature {
		return
	}
	r := p.dice.of("signature")
	cv.text(row+1, p.Frame.Column+1, pick(r, "Người lập biểu", "NGƯỜI LẬP"))
	cv.text(row, p.Frame.Column+4, p.placeOf()+", ngày "+p.clock.signed(" tháng "))
	cv.text(row+1, p.Frame.Column+4, pick(r, "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", "TRƯỞNG PHÒNG"))
}

// communeText writes a commune's name as the office does.
func (p *Plan) communeText(c *Commune, n int) string {
	name := c.Name
	switch p.Style.Names {
	case "xa":
		return "Xã " + name
	case "x.":
		return pick(p.dice.of("x."), "X.", "X. ") + name
	case "numbered":
		return strconv.Itoa(n) + ". " + pick(p.dice.of("numbered"), "Xã ", "") + name
	case "noted":
		if p.dice.chance(0.4, "noted", c.Code) {
			return name + pick(p.dice.of("note", c.Code), " (xã điểm)", "*", " (NTM 2016)", " (xã điểm "+p.clock.y(0)+")")
		}
	case "ubnd":
		return pick(p.dice.of("ubnd"), "UBND xã ", "Ủy ban nhân dân xã ") + name
	case "upper":
		return strings.ToUpper(pick(p.dice.of("upper"), "", "Xã ") + name)
	case "tone":
		return otherTone(name)
	case "coded":
		return c.Code + pick(p.dice.of("coded"), " - ", " ", ". Xã ") + name
	case "nfd":
		if p.dice.chance(0.5, "nfd", c.Code) {
			return nfd(name)
		}
	case "blanks":
		return pick(p.dice.of("blanks", c.Code), name+" ", " "+name, strings.Replace(name, " ", " ", 1), strings.Replace(name, " ", "  ", 1), strings.Replace(name, " ", "\n", 1))
	case "ascii":
		same := 0
		for _, other := range append(slices.Clone(p.world.district(c).Communes), p.world.district(c).Towns...) {
			if Plain(other.Name) == Plain(name) {
				same++
			}
		}
		if same == 1 {
			return Plain(name)
		}
	}
	return name
}

// idCell writes the id of an indicator.
func (p *Plan) idCell(i *Indicator) sheet.Cell {
	if p.erased == "one id" && i == p.Indicators[p.dice.of("one id").IntN(len(p.Indicators))] {
		return words("")
	}
	switch p.Head.IDs {
	case "number":
		if strings.HasSuffix(i.ID, "0") && strings.Contains(i.ID, ".") || p.world.has(i.ID+"0") {
			// As a number 17.10 would be 17.1: a careful clerk types text.
			return words(i.ID)
		}
		v, _ := strconv.ParseFloat(i.ID, 64)
		return number(v)
	case "comma":
		return words(strings.Replace(i.ID, ".", ",", 1))
	case "prefixed":
		return words(pick(p.headingDice("prefix"), "Chỉ tiêu ", "CT ", "TC ", "Tiêu chí ") + i.ID)
	case "dotted":
		return words(i.ID + ".")
	case "inname":
		return words(i.ID + pick(p.headingDice("joint"), " ", ". ", " - ", ": ", "\n") + p.nameOf(i))
	case "nameonly":
		return words(p.nameOf(i))
	}
	return words(i.ID)
}

// nameOf writes the name of an indicator, with the unit where nothing else
// says it.
func (p *Plan) nameOf(i *Indicator) string {
	if p.erased == "one id" && i == p.Indicators[p.dice.of("one id").IntN(len(p.Indicators))] {
		return ""
	}
	s := i.Name
	if i.Kind == "percent" && p.dice.chance(0.3, "percent sign") && !p.Head.Unit {
		s += " (%)"
	}
	if p.saysUnit(i) {
		s += " (" + p.unitOf(i) + ")"
	}
	return s
}

// keyed tells whether an id stands in a cell of its own.
func (p *Plan) keyed() bool { return p.Head.IDs != "inname" && p.Head.IDs != "nameonly" }

// order puts keys in another order where a law asks for it.
func order[T any](p *Plan, what string, list []T) []T {
	if p.shuffle == 0 {
		return list
	}
	list = slices.Clone(list)
	r := (p.dice ^ dice(p.shuffle)).of("order", what)
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

func (p *Plan) features() []string {
	var list []string
	add := func(s string) { list = append(list, s) }
	add("shape:" + p.Shape)
	if p.Shape == "list" || p.Shape == "criteria" {
		add("names:" + p.Style.Names)
		for _, e := range p.Extras {
			add("extra:" + e)
		}
		return list
	}
	var kinds []string
	for _, s := range p.Sections {
		kinds = append(kinds, strings.TrimSuffix(s.When+" "+s.Kind, " done"))
	}
	slices.Sort(kinds)
	if len(kinds) > 1 {
		add("sections:" + strings.Join(kinds, "+"))
		add("sections@" + p.At)
	} else if p.Head.Label != "hidden" {
		add("sections:labelled")
	} else {
		add("sections:none")
	}
	if p.Department != "" {
		add("department")
	}
	if p.Head.MeasureFirst && p.Shape != "wide" {
		add("measure first")
	}
	if p.Head.Lead {
		add("measures under a lead")
	}
	if p.Head.UnmetTitle {
		add("unmet by title")
	}
	if p.Shape == "sheets" || p.Shape == "blocks" {
		add("commune by " + p.Head.Named)
	}
	var ms []string
	for _, m := range p.Measures {
		ms = append(ms, string(m))
	}
	add("measures:" + strings.Join(ms, "+"))
	add("ids:" + p.Head.IDs)
	add("numbers:" + p.Style.Numbers)
	add("words:" + p.Style.Words)
	add("names:" + p.Style.Names)
	add("keys:" + p.Head.KeyRepeat)
	add("header:" + p.Head.Merge + "/" + p.Head.LeftMerge)
	for _, i := range p.Indicators {
		if i.Income {
			add("income:" + p.Style.Income)
		}
	}
	if p.Split > 1 {
		add("split by " + p.SplitBy + map[bool]string{true: " below"}[p.SplitBelow])
	}
	if p.Repeat {
		add("repeated header")
	}
	if p.Head.Codes != "" {
		add("codes")
	}
	if p.Head.Claims {
		add("criterion claims")
	}
	if p.Head.Totals {
		add("total columns")
	}
	if p.Head.Note != "" {
		add("note:" + p.Head.Note)
	}
	if p.Style.Mixed {
		add("mixed numbers")
	}
	if p.Frame.CSV {
		add("csv")
	}
	if p.Style.Alike {
		add("look-alike Đ")
	}
	if p.Head.Second {
		add("second values")
	}
	if p.Head.Differ && p.Shape == "turned" {
		add("labels differ")
	}
	add("period:" + p.Period)
	if p.Mess > 0 {
		add("mess")
	}
	for _, e := range p.Extras {
		add("extra:" + e)
	}
	if p.Shape != "flat" {
		for _, e := range p.Odd {
			add("odd:" + e)
		}
	}
	if p.Spoil != "" {
		add("spoiled:" + p.Spoil)
	}
	return list
}

// main is the section that the report is about: its results, or the last of its
// sections where it holds none.
func (p *Plan) main() *section {
	if s := p.find("now", "done"); s != nil {
		return s
	}
	return &p.Sections[len(p.Sections)-1]
}
