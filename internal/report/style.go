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
	frame        string // "", "cell" all around; "first", "open" and "last" for a cell drawn over several rows
	fill, colour string
	format       string // of numbers
	underline    bool
}

const font = "Times New Roman"

// The styles of all sheets. Sizes follow the state's rules for documents;
// tables are set smaller than text, as those rules allow.
var (
	issuer   = style{size: 12, across: "center", down: "center", wrap: true}
	issuerB  = style{size: 12, bold: true, across: "center", down: "center", wrap: true}
	motto    = style{size: 13, bold: true, across: "center", down: "center", underline: true}
	dated    = style{size: 13, italic: true, across: "center", down: "center"}
	title    = style{size: 14, bold: true, across: "center", down: "center", wrap: true}
	subtitle = style{size: 13, italic: true, across: "center", down: "center", wrap: true}
	banner   = style{size: 13, bold: true, across: "center", down: "center", colour: "C00000"}
	section  = style{size: 13, bold: true, across: "left", down: "center", wrap: true}
	text13   = style{size: 13, across: "left", down: "top", wrap: true}
	remark   = style{size: 11, italic: true, across: "left", down: "top", wrap: true}
	signer   = style{size: 13, bold: true, across: "center", down: "top", wrap: true}

	head       = style{size: 11, bold: true, across: "center", down: "center", wrap: true, frame: "cell", fill: "D9E2EC"}
	headTurned = style{size: 10, bold: true, across: "center", down: "bottom", wrap: true, turned: true, frame: "cell", fill: "D9E2EC"}

	words   = style{size: 11, across: "left", down: "top", wrap: true, frame: "cell"}
	oneLine = style{size: 11, across: "left", down: "top", frame: "cell"}
	centre  = style{size: 11, across: "center", down: "top", wrap: true, frame: "cell"}
	whole   = style{size: 11, across: "right", down: "top", frame: "cell", format: "#,##0"}
	avg     = style{size: 11, across: "right", down: "top", frame: "cell", format: "0.0"}
	pct     = style{size: 11, across: "right", down: "top", frame: "cell", format: "0.00"}
	change  = style{size: 11, across: "right", down: "top", frame: "cell", format: "+0.00;-0.00;0.00"}
	delta   = style{size: 11, across: "right", down: "top", frame: "cell", format: "+0.0;-0.0;0.0"}
	value   = style{size: 11, across: "right", down: "top", frame: "cell"} // as reported, no rounding

	met     = style{size: 11, across: "center", down: "top", frame: "cell", fill: "E2F0D9"}
	notMet  = style{size: 11, bold: true, across: "center", down: "top", frame: "cell", fill: "F4B6B0"}
	unknown = style{size: 11, across: "center", down: "top", frame: "cell", fill: "FFF2CC"}
	none    = style{size: 11, italic: true, across: "center", down: "top", frame: "cell", fill: "E7E6E6"}
)

// byLetter is the style of a result.
var byLetter = map[string]style{letterMet: met, letterNotMet: notMet, letterUnknown: unknown, letterNone: none}

// measured is the style of a reported value with its result: the number stays
// a number at full precision, shown with as many decimals as it has and at most
// three, so that it fits its column; a letter behind it tells in black and white
// what the fill says.
func measured(letter string, value float64) style {
	s := byLetter[letter]
	s.across = "right"
	s.format = "0"
	if _, decimals, ok := strings.Cut(strconv.FormatFloat(value, 'f', -1, 64), "."); ok {
		s.format += "." + strings.Repeat("0", min(len(decimals), 3))
	}
	if letter == letterNotMet || letter == letterUnknown {
		s.format += `" ` + letter + `"`
	}
	return s
}

func (s style) strong() style          { s.bold = true; return s }
func (s style) filled(c string) style  { s.fill = c; return s }
func (s style) small(n float64) style  { s.size = n; return s }
func (s style) framed(f string) style  { s.frame = f; return s }
func (s style) aligned(a string) style { s.across = a; return s }

// total is a style as the line of sums wears it.
func (s style) total() style { return s.strong().filled("F2F2F2") }

// excelize turns the style into the library's.
func (s style) excelize() *excelize.Style {
	x := &excelize.Style{
		Font:      &excelize.Font{Family: font, Size: s.size, Bold: s.bold, Italic: s.italic, Color: s.colour},
		Alignment: &excelize.Alignment{Horizontal: s.across, Vertical: s.down, WrapText: s.wrap},
	}
	if s.across == "right" && s.frame != "" {
		x.Alignment.Indent = 1 // figures do not touch the rule
	}
	if s.underline {
		x.Font.Underline = "single"
	}
	if s.turned {
		x.Alignment.TextRotation = 90
	}
	sides := map[string][]string{
		"cell":  {"left", "right", "top", "bottom"},
		"first": {"left", "right", "top"},
		"open":  {"left", "right"},
		"last":  {"left", "right", "bottom"},
	}[s.frame]
	for _, side := range sides {
		x.Border = append(x.Border, excelize.Border{Type: side, Color: "7F7F7F", Style: 1})
	}
	if s.fill != "" {
		x.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{s.fill}}
	}
	if s.format != "" {
		x.CustomNumFmt = &s.format
	}
	return x
}
