package excel

import (
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// odfStyles is what the styles of one part say that matters to us.
type odfStyles struct {
	faces   map[string]string // the name of a font's declaration → the font
	styles  map[string]*odfStyle
	formats map[string]*odfFormat
	hidden  map[string]bool // styles of tables that are not shown
	flat    map[string]bool // styles of rows and columns of no size
}

// odfStyle is one style of a cell, paragraph or stretch of text, by its family
// and name.
type odfStyle struct {
	parent, format, face, family string
	struck, raised               stated // resolved, too: unstated where no ancestor states it
	resolved                     bool
	style
}

// stated is a yes or no, or nothing.
type stated uint8

const (
	unstated stated = iota
	no
	yes
)

func statedAs(is bool) stated {
	if is {
		return yes
	}
	return no
}

// over is what a style states where the one around it is l.
func (o *odfStyle) over(l look) look {
	if o.struck != unstated {
		l.struck = o.struck == yes
	}
	if o.raised != unstated {
		l.raised = o.raised == yes
	}
	return l
}

// odfFormat is a data style; which numbers it shows may depend on conditions.
type odfFormat struct {
	shows
	words besides
	maps  []odfMap
}

type odfMap struct{ condition, target string }

func newODFStyles() odfStyles {
	return odfStyles{make(map[string]string), make(map[string]*odfStyle), make(map[string]*odfFormat), make(map[string]bool), make(map[string]bool)}
}

// readFonts reads <office:font-face-decls>.
func (o *odfStyles) readFonts(s *scanner) error {
	return s.children(func() error {
		if s.space == spaceStyle && string(s.local) == "font-face" {
			name, _ := s.getIn(spaceStyle, "name")
			family, _ := s.getIn(spaceSVG, "font-family")
			if len(o.faces) >= maxStyles {
				return s.strange("quá nhiều phông chữ")
			}
			o.faces[string(name)] = unquoted(string(family))
		}
		return s.skip()
	})
}

// unquoted takes the first font of a list of CSS's form.
func unquoted(family string) string {
	family, _, _ = strings.Cut(family, ",")
	return strings.Trim(strings.TrimSpace(family), `'"`)
}

// read reads <office:styles> or <office:automatic-styles>.
func (o *odfStyles) read(s *scanner) error {
	return s.children(func() error {
		if len(o.styles)+len(o.formats) > maxStyles {
			return s.strange("quá nhiều định dạng")
		}
		switch {
		case s.space == spaceStyle && (string(s.local) == "style" || string(s.local) == "default-style"):
			return o.readStyle(s)
		case s.space == spaceNumber:
			return o.readFormat(s)
		}
		return s.skip()
	})
}

func (o *odfStyles) readStyle(s *scanner) error {
	name, _ := s.getIn(spaceStyle, "name")
	family, _ := s.getIn(spaceStyle, "family")
	parent, _ := s.getIn(spaceStyle, "parent-style-name")
	format, _ := s.getIn(spaceStyle, "data-style-name")
	key, of := string(name), string(family)
	one := &odfStyle{parent: string(parent), format: string(format)}
	err := s.children(func() error {
		if s.space == spaceStyle {
			switch string(s.local) {
			case "text-properties":
				face, _ := s.getIn(spaceStyle, "font-name")
				family, _ := s.getIn(spaceFO, "font-family")
				one.face, one.family = string(face), unquoted(string(family))
				one.readLook(s)
			case "table-properties":
				if v, ok := s.getIn(spaceTable, "display"); ok && string(v) == "false" {
					o.hidden[key] = true
				}
			case "table-row-properties":
				o.noteFlat(s, of, key, "row-height")
			case "table-column-properties":
				o.noteFlat(s, of, key, "column-width")
			}
		}
		return s.skip()
	})
	o.styles[of+" "+key] = one
	return err
}

// readLook takes in whether text is struck out or raised.
func (o *odfStyle) readLook(s *scanner) {
	struck, line := false, false
	for _, name := range []string{"text-line-through-style", "text-line-through-type", "text-crossing-out"} {
		if v, ok := s.getIn(spaceStyle, name); ok {
			line = true
			struck = struck || string(v) != "none"
		}
	}
	if line {
		o.struck = statedAs(struck)
	}
	if v, ok := s.getIn(spaceStyle, "text-position"); ok {
		// "super", "sub" or by how many percent, and then the size.
		where, _, _ := strings.Cut(strings.TrimSpace(string(v)), " ")
		by, err := strconv.ParseFloat(strings.TrimSuffix(where, "%"), 64)
		o.raised = statedAs(where == "super" || err == nil && by > 0)
	}
}

// noteFlat notes a style that gives rows or columns no size: they are not seen.
func (o *odfStyles) noteFlat(s *scanner, family, name, attribute string) {
	if size, ok := s.getIn(spaceStyle, attribute); ok {
		number := strings.TrimRight(string(size), "abcdefghijklmnopqrstuvwxyz%")
		if f, err := strconv.ParseFloat(number, 64); err == nil && f == 0 {
			o.flat[family+" "+name] = true
		}
	}
}

func (o *odfStyles) readFormat(s *scanner) error {
	name, _ := s.getIn(spaceStyle, "name")
	key, one := string(name), &odfFormat{}
	var text []byte
	switch string(s.local) {
	case "percentage-style":
		one.percent = true
	case "date-style", "time-style":
		one.date = true
	}
	err := s.children(func() error {
		if s.space == spaceStyle && string(s.local) == "map" && len(one.maps) < 8 {
			condition, _ := s.getIn(spaceStyle, "condition")
			target, _ := s.getIn(spaceStyle, "apply-style-name")
			one.maps = append(one.maps, odfMap{string(condition), string(target)})
		}
		if s.space == spaceNumber {
			switch string(s.local) {
			case "text", "currency-symbol":
				var err error
				if text, err = s.content(text[:0], maxFormatText); err == nil {
					one.words.words(string(text))
				}
				return err
			case "fill-character":
				one.words.words(" ")
			default:
				one.words.digit()
				one.readScale(s)
			}
		}
		return s.skip()
	})
	if !one.date {
		one.besides = one.words.format()
		if f := one.besides; f != nil && one.percent {
			// The sign of the percentage is a text here.
			f.After = strings.TrimSpace(strings.Replace(f.After, "%", "", 1))
			f.Before = strings.TrimSpace(strings.Replace(f.Before, "%", "", 1))
			if *f == (sheet.Format{}) {
				one.besides = nil
			}
		}
	}
	o.formats[key] = one
	return err
}

// maxFormatText is far longer than what a number format may show.
const maxFormatText = 64 << 10

// readScale takes in by what a format divides what it shows.
func (f *odfFormat) readScale(s *scanner) {
	v, ok := s.getIn(spaceNumber, "display-factor")
	if !ok {
		return
	}
	if by, err := strconv.ParseFloat(string(v), 64); err == nil {
		for ; by >= 1000 && f.words.scale < 255; by /= 1000 {
			f.words.scale++
		}
	}
}

// odfConditions are the comparisons of a data style's map, longer ones first,
// and what a number format calls them.
var odfConditions = [][2]string{{"<=", "<="}, {">=", ">="}, {"!=", "<>"}, {"<", "<"}, {">", ">"}, {"=", "="}}

// section turns a map into a section of a number format.
func (m odfMap) section(target shows) (section, bool) {
	rest, ok := strings.CutPrefix(strings.ReplaceAll(m.condition, " ", ""), "value()")
	if !ok {
		return section{}, false
	}
	for _, op := range odfConditions {
		if number, ok := strings.CutPrefix(rest, op[0]); ok {
			bound, err := strconv.ParseFloat(number, 64)
			return section{target, op[1], bound}, err == nil
		}
	}
	return section{}, false
}

// numberFormat makes a number format of a data style, nil when there is none.
func (r *odsReader) numberFormat(name string) *numberFormat {
	find := func(name string) *odfFormat {
		if f := r.auto.formats[name]; f != nil {
			return f
		}
		return r.common.formats[name]
	}
	f := find(name)
	if f == nil {
		return nil
	}
	out := &numberFormat{uniform: true}
	for _, m := range f.maps {
		if target := find(m.target); target != nil {
			if s, ok := m.section(target.shows); ok {
				out.sections = append(out.sections, s)
				out.uniform = out.uniform && s.shows.same(f.shows)
			}
		}
	}
	out.sections = append(out.sections, section{shows: f.shows})
	return out
}

// resolve finds a style of a family by name, with what it inherits.
func (r *odsReader) resolve(family string, name []byte) *odfStyle {
	one := r.auto.styles[family+" "+string(name)]
	if one == nil {
		one = r.common.styles[family+" "+string(name)]
	}
	if one == nil || one.resolved {
		return one
	}
	format := ""
	const deepest = 32 // styles that inherit from each other end here
	for s, n := one, 0; s != nil && n < deepest; n++ {
		if one.font == "" {
			one.font = r.font(s)
		}
		one.inherit(s)
		if format == "" {
			format = s.format
		}
		if s.parent == "" {
			break
		}
		s = r.common.styles[family+" "+s.parent]
	}
	if one.font == "" {
		if s := r.common.styles[family+" "]; s != nil { // <style:default-style>
			one.font = r.font(s)
		}
	}
	if s := r.common.styles[family+" "]; s != nil && family == "table-cell" {
		one.inherit(s) // what holds for all paragraphs does not hold against a cell's own style
	}
	one.look = one.over(look{})
	one.style.format = r.numberFormat(format)
	one.resolved = true
	return one
}

// inherit takes what another style states and the style itself does not.
func (o *odfStyle) inherit(from *odfStyle) {
	if o.struck == unstated {
		o.struck = from.struck
	}
	if o.raised == unstated {
		o.raised = from.raised
	}
}

// font is the font that a style itself names.
func (r *odsReader) font(s *odfStyle) string {
	if s.face == "" {
		return s.family
	}
	if font := r.auto.faces[s.face]; font != "" {
		return font
	}
	if font := r.common.faces[s.face]; font != "" {
		return font
	}
	return s.face
}
