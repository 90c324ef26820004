package main

import (
	"fmt"
	"math"
	"strconv"
)

// leaf is a long table: one indicator a row, all of one commune.
type leaf struct {
	heads   []string // the header's labels
	kinds   []string // what stands below each: tt, id, criterion, content, required, result, evidence, claim, claim yes, claim no, note
	widths  []float64
	groups  bool // section rows for the groups of criteria
	total   string
	numbers bool // ids stored as numbers
	prefix  bool // ids in front of the indicator's name
	size    float64
}

// groupOf names the group of a criterion, as the set's own table does.
var groupOf = []struct {
	first       int
	roman, name string
}{
	{1, "I", "QUY HOẠCH"}, {2, "II", "HẠ TẦNG KINH TẾ - XÃ HỘI"}, {10, "III", "KINH TẾ VÀ TỔ CHỨC SẢN XUẤT"},
	{14, "IV", "VĂN HÓA - XÃ HỘI - MÔI TRƯỜNG"}, {18, "V", "HỆ THỐNG CHÍNH TRỊ"},
}

// leaf writes one commune's table and returns the row below it.
func (w *desk) leaf(b *book, sheet string, top int, c commune, f leaf) int {
	head := look{bold: true, box: true, wrap: true, align: "center", size: f.size, fill: "DDEBF7"}
	r := top
	paired := false
	for i, k := range f.kinds {
		paired = paired || k == "claim no"
		b.width(sheet, i+1, f.widths[i])
	}
	for i, label := range f.heads {
		b.put(sheet, r, i+1, text(label), head)
	}
	b.height(sheet, r, 32)
	if paired {
		// "Tự đánh giá" stands over its two columns.
		b.height(sheet, r, 18)
		for i, k := range f.kinds {
			switch k {
			case "claim yes":
				b.put(sheet, r, i+1, text("Tự đánh giá"), head)
				b.put(sheet, r, i+2, cell{}, head)
				b.merge(sheet, r, i+1, r, i+2)
				b.put(sheet, r+1, i+1, text("Đạt"), head)
			case "claim no":
				b.put(sheet, r+1, i+1, text("Chưa đạt"), head)
			default:
				b.put(sheet, r+1, i+1, cell{}, head)
				b.merge(sheet, r, i+1, r+1, i+1)
			}
		}
		r++
	}
	r++
	for _, k := range w.prov.criteria {
		if f.groups {
			for _, g := range groupOf {
				if g.first == k.no {
					l := look{bold: true, box: true, align: "center", size: f.size}
					b.put(sheet, r, 1, text(g.roman), l)
					l.align = "left"
					for i := 1; i < len(f.kinds); i++ {
						b.put(sheet, r, i+1, cell{}, l)
					}
					b.put(sheet, r, 2, text(g.name), l)
					r++
				}
			}
		}
		start := r
		for _, ind := range k.indicators {
			lines := 1.0
			for i, kind := range f.kinds {
				w.leafCell(b, sheet, r, i, kind, c, k, ind, f, r == start)
				switch {
				case kind == "content":
					lines = max(lines, linesOf(ind.name, 1.2*f.widths[i]))
				case kind == "criterion" && len(k.indicators) == 1:
					lines = max(lines, linesOf(k.name, f.widths[i]))
				}
			}
			b.height(sheet, r, 15.5*lines)
			r++
		}
		for i, kind := range f.kinds {
			if kind == "tt" || kind == "criterion" {
				b.merge(sheet, start, i+1, r-1, i+1)
			}
		}
	}
	if f.total != "" {
		l := look{bold: true, box: true, align: "left", size: f.size}
		for i, kind := range f.kinds {
			switch kind {
			case "content":
				b.put(sheet, r, i+1, text(f.total), l)
			case "result":
				l.align = "center"
				n := w.story.evaluate(w.period, c.code).met
				for _, k := range w.prov.criteria {
					if w.boasts(c, k) {
						n++
					}
				}
				b.put(sheet, r, i+1, cell{v: n}, l)
				l.align = "left"
			default:
				b.put(sheet, r, i+1, cell{}, l)
			}
		}
		r++
	}
	return r
}

// linesOf guesses how many lines a text takes in a column of so many characters.
func linesOf(s string, width float64) float64 {
	return max(1, math.Ceil(float64(len([]rune(s))+7)/width))
}

func (w *desk) leafCell(b *book, sheet string, r, i int, kind string, c commune, k criterion, ind indicator, f leaf, first bool) {
	l := look{box: true, align: "center", size: f.size}
	var out cell
	fig := w.figure(c, ind)
	p := w.planted(c, ind)
	yes := fig.is == met || p != nil && p.boast
	switch kind {
	case "tt":
		l.bold = true
		if first {
			out = cell{v: k.no}
		}
	case "id":
		out = text(ind.id)
		if f.numbers {
			x, err := strconv.ParseFloat(ind.id, 64)
			b.keep(err)
			out = number(x, "")
		}
	case "criterion":
		l.wrap = true
		if first {
			out = text(k.name)
		}
	case "content":
		l.wrap, l.align = true, "left"
		out = text(ind.name)
		if f.prefix && len(k.indicators) > 1 {
			out = text(ind.id + ". " + ind.name)
		}
	case "required":
		out = text(required(ind))
	case "result":
		out = w.write(c, ind)
		w.noted(c, ind, sheet, at(r, i+1))
	case "evidence":
		// Where the plan blames the files rather than the result, they are not
		// complete.
		out = text("Đủ")
		if fig.is != met {
			out = text("Chưa đủ")
		}
	case "claim":
		switch {
		case yes:
			out = text("Đạt")
		case fig.is == notMet: // nobody judges what is not known
			out = text("Chưa đạt")
		}
	case "claim yes":
		if yes {
			out = text("x")
		}
	case "claim no":
		if !yes && fig.is == notMet {
			out = text("x")
		}
	case "note":
		l.align, l.wrap = "left", true
		if fig.is == notMet && ind.kind == "boolean" {
			out = text("Đang bổ sung hồ sơ minh chứng")
		}
	}
	b.put(sheet, r, i+1, out, l)
}

// exceptions writes the list of what each commune does not meet, and returns
// the row below it.
func (w *desk) exceptions(b *book, sheet string, top int) int {
	head := look{bold: true, box: true, wrap: true, align: "center", size: 12}
	for i, label := range []string{"STT", "Tên xã", "Năm công nhận", "Số tiêu chí đạt", "Tiêu chí, chỉ tiêu chưa đạt", "Ghi chú"} {
		b.put(sheet, top, i+1, text(label), head)
	}
	for i, width := range []float64{6, 20, 12, 11, 58, 24} {
		b.width(sheet, i+1, width)
	}
	b.height(sheet, top, 36)
	r := top + 1
	for i, c := range w.communes() {
		l := look{box: true, align: "center", size: 12}
		res := w.story.evaluate(w.period, c.code)
		b.put(sheet, r, 1, cell{v: i + 1}, l)
		recognised := w.prov.recognised[c.code]
		if w.period == q3 && recognised == year {
			recognised = ""
		}
		out := cell{}
		if recognised != "" {
			y, err := strconv.Atoi(recognised)
			b.keep(err)
			out = cell{v: y}
		}
		b.put(sheet, r, 3, out, l)
		b.put(sheet, r, 4, cell{v: res.met}, l)
		l.align, l.wrap = "left", true
		b.put(sheet, r, 2, text(w.hand.name(w, c, i)), l)
		listed := b.put(sheet, r, 5, w.list(c, i), l)
		for _, ind := range w.prov.indicators() {
			w.noted(c, ind, sheet, listed)
		}
		note := cell{}
		if recognised == year {
			note = text("Công nhận trong năm " + year)
		}
		b.put(sheet, r, 6, note, l)
		r++
	}
	return r
}

// list writes a commune's failing indicators the way the k-th line was typed.
func (w *desk) list(c commune, k int) cell {
	res := w.story.evaluate(w.period, c.code)
	if len(res.failing) == 0 {
		if k%2 == 0 {
			return cell{v: 0}
		}
		return text("0")
	}
	if len(res.failing) == 1 {
		if x, err := strconv.ParseFloat(res.failing[0], 64); err == nil {
			return number(x, "") // Excel takes a lone id for a number
		}
	}
	var out string
	sep := []string{"; ", ", ", "; "}[k%3]
	for _, crit := range w.prov.criteria {
		var ids string
		n := 0
		for _, ind := range crit.indicators {
			if w.figure(c, ind).is == notMet {
				if n > 0 {
					ids += sep
				}
				ids += ind.id
				n++
			}
		}
		if n == 0 {
			continue
		}
		if out != "" {
			out += sep
		}
		switch {
		case n == len(crit.indicators) && n > 1 && k%4 == 0:
			out += fmt.Sprintf("TC %d", crit.no)
		case n > 1 && k%4 == 2 && sep == "; ":
			out += fmt.Sprintf("%d (%s)", crit.no, ids)
		default:
			out += ids
		}
	}
	if k%5 == 3 {
		out += ";" // as in row 16 of the published appendix
	}
	return text(out)
}
