package main

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// desk is one office at work on one period's report.
type desk struct {
	prov     *province
	story    *story
	period   string
	office   office
	district district
	file     string
	hand     hand
}

// hand is the habit of whoever types: how numbers, answers and names come out.
type hand struct {
	number func(w *desk, c commune, ind indicator, v float64) cell
	answer func(w *desk, c commune, ind indicator, yes bool) cell
	skip   func(ind indicator, k int) cell // an indicator that does not apply
	name   func(w *desk, c commune, k int) string
	font   string                         // "" for Times New Roman
	encode func(w *desk, s string) string // a legacy encoding, else nil
}

// figure gives the intended state of one indicator.
func (w *desk) figure(c commune, ind indicator) figure {
	return w.story.figures[w.period][c.code][ind.id]
}

// communes are the communes this office reports on, without the one it forgot.
func (w *desk) communes() []commune {
	var cs []commune
	for _, c := range w.district.communes {
		if w.story.absent[w.period] != c.code {
			cs = append(cs, c)
		}
	}
	return cs
}

// planted finds what is planted for one indicator of one commune.
func (w *desk) planted(c commune, ind indicator) *plant {
	for _, p := range w.story.plants {
		if p.period == w.period && p.commune == c.code && p.indicator == ind.id {
			return p
		}
	}
	return nil
}

// mark finds a fault that belongs to the whole report, by its check; nil if
// this office has none in this period.
func (w *desk) mark(check string) *plant {
	for _, p := range w.story.plants {
		if p.period == w.period && p.indicator == "" && p.check == check && p.district == w.district.code {
			return p
		}
	}
	return nil
}

// stand notes where a plant came to stand: the first place, when it fills a
// column.
func (w *desk) stand(p *plant, sheet, cell string) {
	if p != nil && p.file == "" {
		p.file, p.sheet, p.cell = w.period+"/"+w.file, sheet, cell
	}
}

// noted keeps the place of a figure.
func (w *desk) noted(c commune, ind indicator, sheet, cell string) {
	w.story.places = append(w.story.places, place{w.period, c.code, ind.id, w.period + "/" + w.file, sheet, cell})
	w.stand(w.planted(c, ind), sheet, cell)
}

// write gives the cell for one indicator of one commune.
func (w *desk) write(c commune, ind indicator) cell {
	if p := w.planted(c, ind); p != nil && p.written != nil {
		out := *p.written
		if s, ok := out.v.(string); ok && w.hand.encode != nil {
			out.v = w.hand.encode(w, s)
		}
		return out
	}
	f := w.figure(c, ind)
	var out cell
	switch {
	case f.notApplies:
		out = w.hand.skip(ind, dice("skip", w.period, c.code, ind.id).IntN(100))
	case ind.kind == "boolean":
		out = w.hand.answer(w, c, ind, f.is == met)
	default:
		out = w.hand.number(w, c, ind, f.value)
	}
	if s, ok := out.v.(string); ok && w.hand.encode != nil {
		out.v = w.hand.encode(w, s)
	}
	return out
}

// say encodes a text as this office types it.
func (w *desk) say(s string) string {
	if w.hand.encode != nil {
		return w.hand.encode(w, s)
	}
	return s
}

// comma writes a number as a person does: "86,57", "90".
func comma(v float64) string {
	return strings.ReplaceAll(plain(v), ".", ",")
}

func plain(v float64) string {
	s := fmt.Sprintf("%.2f", v)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// oldTone moves tone marks to where the older spelling has them: Hòa → Hoà.
func oldTone(s string) string {
	return strings.NewReplacer("òa", "oà", "ủy", "uỷ", "ÒA", "OÀ", "ỦY", "UỶ").Replace(s)
}

// bare writes a name without diacritics.
func bare(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'đ':
			b.WriteByte('d')
		case r == 'Đ':
			b.WriteByte('D')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// tcvn3 writes a text in the old 8-bit encoding of the .VnTime fonts. Capitals
// that the encoding lacks must not occur: the old offices used another font for
// them.
func tcvn3(w *desk, s string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(s) {
		if t, ok := w.prov.tcvn3[r]; ok {
			b.WriteRune(t)
			continue
		}
		if r > 0x7f && unicode.IsLetter(r) {
			panic(fmt.Sprintf("TCVN3 cannot write %q of %q", r, s))
		}
		b.WriteRune(r)
	}
	return b.String()
}
