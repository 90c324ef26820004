package report

import (
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// style is how a cell looks. It is a plain value: two equal styles are one in
// the workbook.
type style struct {
	size         float64
	bold, italic bool
	across, down string
	wrap         bool
	turned       bool   // text runs upwards
	frame        string // "", or "cell": all around
	fill, colour string
	format       string // of numbers
}

const font = "Times New Roman"

// The styles of all sheets. Sizes follow the state's rules for documents;
// tables are set smaller than text, as those rules allow.
var (
	issuer   = style{size: 12, across: "center", down: "top", wrap: true}
	issuerB  = style{size: 12, bold: true, across: "center", down: "top", wrap: true}
	motto    = style{size: 13, bold: true, across: "center", down: "top"}
	number13 = style{size: 13, across: "center", down: "center"}
	dated    = style{size: 13, italic: true, across: "center", down: "center"}
	title    = style{size: 14, bold: true, across: "center", down: "center", wrap: true}
	subtitle = style{size: 13, italic: true, across: "center", down: "center", wrap: true}
	banner   = style{size: 12, bold: true, across: "center", down: "center", colour: "C00000"}
	section  = style{size: 13, bold: true, across: "left", down: "center", wrap: true}
	text13   = style{size: 13, across: "left", down: "top", wrap: true}
	remark   = style{size: 11, italic: true, across: "left", down: "top", wrap: true}
	signer   = style{size: 13, bold: true, across: "center", down: "top", wrap: true}

	head       = style{size: 11, bold: true, across: "center", down: "center", wrap: true, frame: "cell", fill: "D9E2EC"}
	headTurned = style{size: 10, bold: true, across: "center", down: "bottom", wrap: true, turned: true, frame: "cell", fill: "D9E2EC"}

	words  = style{size: 11, across: "left", down: "center", wrap: true, frame: "cell"}
	centre = style{size: 11, across: "center", down: "center", wrap: true, frame: "cell"}
	whole  = style{size: 11, across: "right", down: "center", frame: "cell", format: "#,##0"}
	// rowNumber names a row, which is no amount.
	rowNumber = style{size: 11, across: "right", down: "center", frame: "cell", format: "0"}
	avg       = style{size: 11, across: "right", down: "center", frame: "cell", format: "0.0"}
	pct       = style{size: 11, across: "right", down: "center", frame: "cell", format: "0.00"}
	change    = style{size: 11, across: "right", down: "center", frame: "cell", format: "+0.00;-0.00;0.00"}
	delta     = style{size: 11, across: "right", down: "center", frame: "cell", format: "+0.0;-0.0;0.0"}
	more      = style{size: 11, across: "right", down: "center", frame: "cell", format: "+#,##0;-#,##0;0"}
	value     = style{size: 11, across: "right", down: "center", frame: "cell"}
	key       = style{size: 11, across: "left", down: "center"} // of a legend, beside its letter

	met     = style{size: 11, across: "center", down: "center", frame: "cell", fill: "E2F0D9"}
	notMet  = style{size: 11, bold: true, across: "center", down: "center", frame: "cell", fill: "F4B6B0"}
	unknown = style{size: 11, across: "center", down: "center", frame: "cell", fill: "FFF2CC"}
	none    = style{size: 11, italic: true, across: "center", down: "center", frame: "cell", fill: "E7E6E6"}
)

// byLetter is the style of a result.
var byLetter = map[string]style{letterMet: met, letterNotMet: notMet, letterUnknown: unknown, letterNone: none}

// measured is the style of a reported value with its result: the number stays
// a number at full precision, and the letter behind it tells in black and white
// what the fill says.
func measured(letter, format string) style {
	s := byLetter[letter]
	s.across = "right"
	s.format = format + `" ` + letter + `"`
	return s
}

// shownAs is the format in which a value is read: percentages with two
// decimals, other figures with those they have, at most three. A percentage
// that two decimals would round onto the level it was held against keeps as
// many as tell the two apart, up to six: 84.999 must not print as a failed 85.00.
func shownAs(unit string, x float64, level *float64) string {
	decimals := 2
	if unit != "%" {
		_, own, _ := strings.Cut(strconv.FormatFloat(x, 'f', -1, 64), ".")
		decimals = min(len(own), 3)
	}
	for level != nil && x != *level && decimals < 6 && rounded(x, decimals) == rounded(*level, decimals) {
		decimals++
	}
	if decimals == 0 {
		return "0"
	}
	return "0." + strings.Repeat("0", decimals)
}

func (s style) strong() style          { s.bold = true; return s }
func (s style) filled(c string) style  { s.fill = c; return s }
func (s style) small(n float64) style  { s.size = n; return s }
func (s style) aligned(a string) style { s.across = a; return s }
func (s style) shown(f string) style   { s.format = f; return s }

// total is a style as the line of sums wears it.
func (s style) total() style { return s.strong().filled("F2F2F2") }

// excelize turns the style into the library's.
func (s style) excelize() *excelize.Style {
	x := &excelize.Style{
		Font:      &excelize.Font{Family: font, Size: s.size, Bold: s.bold, Italic: s.italic, Color: s.colour},
		Alignment: &excelize.Alignment{Horizontal: s.across, Vertical: s.down, WrapText: s.wrap},
	}
	// Figures do not touch the rule: they end in room for a dash, for LibreOffice
	// forgets the indent of some cells of a row. One without a format fits itself
	// to its column, and would not with anything behind it.
	if s.across == "right" && s.frame != "" && s.format != "" {
		s.format = strings.ReplaceAll(s.format, ";", "_-;") + "_-"
	}
	if s.turned {
		x.Alignment.TextRotation = 90
	}
	if s.frame != "" {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			x.Border = append(x.Border, excelize.Border{Type: side, Color: "7F7F7F", Style: 1})
		}
	}
	if s.fill != "" {
		x.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{s.fill}}
	}
	if s.format != "" {
		x.CustomNumFmt = &s.format
	}
	return x
}
