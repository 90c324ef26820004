package form

import (
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

const font = "Times New Roman"

// look is how a cell looks and whether it takes input. Two equal looks are one
// style in the workbook.
type look struct {
	size         float64
	bold, italic bool
	across, down string
	wrap, turned bool
	framed       bool
	underline    bool
	open         bool // takes input
	fill, colour string
	format       string
}

// The looks. What takes input is pale yellow, what the form says is white or
// grey: an officer sees at once where to type.
var (
	issuer   = look{size: 12, bold: true, across: "center", down: "center", wrap: true}
	motto    = look{size: 12, bold: true, across: "center", down: "center"}
	mottoTwo = look{size: 13, bold: true, across: "center", down: "center", underline: true}
	title    = look{size: 14, bold: true, across: "center", down: "center", wrap: true}
	subtitle = look{size: 13, italic: true, across: "center", down: "center", wrap: true}
	banner   = look{size: 13, bold: true, across: "center", down: "center", colour: "C00000"}
	remark   = look{size: 11, italic: true, across: "left", down: "center", wrap: true}
	label    = look{size: 12, bold: true, across: "left", down: "center", wrap: true}
	signer   = look{size: 13, bold: true, across: "center", down: "top", wrap: true}

	head       = look{size: 11, bold: true, across: "center", down: "center", wrap: true, framed: true, fill: "D9E2EC"}
	headSmall  = look{size: 10, bold: true, across: "center", down: "center", wrap: true, framed: true, fill: "D9E2EC"}
	headTurned = look{size: 9, across: "center", down: "bottom", wrap: true, turned: true, framed: true, fill: "EDF2F7"}
	headNumber = look{size: 9, italic: true, across: "center", down: "center", framed: true, fill: "EDF2F7"}

	own     = look{size: 11, across: "left", down: "center", wrap: true, framed: true, fill: "F7F7F7"}
	ownMid  = look{size: 11, across: "center", down: "center", wrap: true, framed: true, fill: "F7F7F7"}
	ownBold = look{size: 11, bold: true, across: "center", down: "center", framed: true, fill: "F7F7F7"}
	ownNum  = look{size: 11, across: "right", down: "center", framed: true, fill: "F7F7F7"}
	ownTop  = look{size: 9, across: "left", down: "top", wrap: true, framed: true, fill: "F7F7F7"}
	shut    = look{size: 11, across: "center", down: "center", framed: true, fill: "E7E6E6", colour: "7F7F7F"}

	input     = look{size: 11, across: "center", down: "center", framed: true, fill: "FFFBE6", open: true}
	inputText = look{size: 11, across: "left", down: "center", wrap: true, framed: true, fill: "FFFBE6", open: true}
	// What the form says about a row has to move with it when rows are sorted,
	// and a locked cell would forbid the sorting: these cells are open, and a
	// validation refuses what is typed there.
	keyCell  = look{size: 11, across: "center", down: "center", framed: true, open: true}
	nameCell = look{size: 11, bold: true, across: "left", down: "center", framed: true, open: true}
)

// style is the workbook's number of a look.
func (b *book) style(l look) int {
	if id, ok := b.styles[l]; ok {
		return id
	}
	x := &excelize.Style{
		Font:       &excelize.Font{Family: font, Size: l.size, Bold: l.bold, Italic: l.italic, Color: l.colour},
		Alignment:  &excelize.Alignment{Horizontal: l.across, Vertical: l.down, WrapText: l.wrap},
		Protection: &excelize.Protection{Locked: !l.open},
	}
	if l.underline {
		x.Font.Underline = "single"
	}
	if l.turned {
		x.Alignment.TextRotation = 90
	}
	if l.framed {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			x.Border = append(x.Border, excelize.Border{Type: side, Color: "7F7F7F", Style: 1})
		}
	}
	if l.fill != "" {
		x.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{l.fill}}
	}
	if l.format != "" {
		x.CustomNumFmt = &l.format
	}
	id, err := b.f.NewStyle(x)
	b.do(err)
	b.styles[l] = id
	return id
}

// rule is how a cell looks while a condition holds. format adds a sign to a
// number, so that the verdict shows without colour too.
type rule struct {
	fill, colour, format string
	bold                 bool
}

var (
	ruleMet    = rule{fill: "E2F0D9", colour: "1E5631", format: `General" ✓"`}
	ruleNotMet = rule{fill: "F8CBC6", colour: "9C0006", bold: true, format: `General" ✗"`}
	rulePctMet = rule{fill: "E2F0D9", colour: "1E5631", format: `0.##%" ✓"`}
	rulePctNot = rule{fill: "F8CBC6", colour: "9C0006", bold: true, format: `0.##%" ✗"`}
	ruleOdd    = rule{fill: "FFE699", colour: "7F6000", bold: true}
	ruleAsk    = rule{fill: "FFE699"}
)

// when adds rules to a block of cells; the first that holds wins.
func (b *book) when(sheet, block string, list ...any) {
	var options []excelize.ConditionalFormatOptions
	for i := 0; i+1 < len(list); i += 2 {
		r := list[i+1].(rule)
		id, ok := b.rules[r]
		if !ok {
			x := &excelize.Style{
				Font: &excelize.Font{Bold: r.bold, Color: r.colour},
				Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{r.fill}},
			}
			if r.format != "" {
				x.CustomNumFmt = &r.format
			}
			var err error
			id, err = b.f.NewConditionalStyle(x)
			b.do(err)
			b.rules[r] = id
		}
		options = append(options, excelize.ConditionalFormatOptions{Type: "formula", Criteria: list[i].(string), Format: &id, StopIfTrue: true})
	}
	b.do(b.f.SetConditionalFormat(sheet, block, options))
}

// asked is one validation: what a cell takes, and what is said otherwise.
type asked struct {
	list           []string
	formula        string  // a condition
	least, most    float64 // a number between these
	number         bool
	text           int // at most so many characters
	title, message string
	prompt         string
	soft           bool // anything else is taken after a question
}

// ask puts a validation on a block of cells.
func (b *book) ask(sheet, block string, a asked) {
	v := excelize.NewDataValidation(true)
	v.Sqref = block
	switch {
	case a.list != nil:
		b.do(v.SetDropList(a.list))
	case a.number:
		b.do(v.SetRange(a.least, a.most, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween))
	case a.text > 0:
		b.do(v.SetRange(0, a.text, excelize.DataValidationTypeTextLength, excelize.DataValidationOperatorBetween))
	default:
		v.Type = "custom"
		v.Formula1 = escape(a.formula)
	}
	style := excelize.DataValidationErrorStyleStop
	if a.soft {
		style = excelize.DataValidationErrorStyleWarning
	}
	v.SetError(style, shorten(a.title, 32), shorten(a.message, 225))
	if a.prompt != "" {
		v.SetInput(shorten(a.title, 32), shorten(a.prompt, 255))
	}
	b.do(b.f.AddDataValidation(sheet, v))
}

// escape writes a formula as the part of a file that is not escaped by the
// library.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// shorten cuts a text to what a message may hold.
func shorten(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return strings.TrimSpace(string(r[:most-1])) + "…"
}

// plain writes a number with a decimal comma.
func plain(x float64) string {
	return strings.Replace(strconv.FormatFloat(x, 'f', -1, 64), ".", ",", 1)
}

// requirement writes what is asked: "≥ 85%", "≥ 37", "Đạt".
func requirement(i Indicator, r Requirement) string {
	if i.Kind == "boolean" {
		if i.Answer == "" {
			return Met
		}
		return i.Answer
	}
	if r.Threshold == nil {
		return "chưa có mức"
	}
	s := sign(r.Comparator) + " " + plain(*r.Threshold)
	if i.Kind == "percent" {
		s += "%"
	}
	return s
}

func sign(comparator string) string {
	switch comparator {
	case ">=":
		return "≥"
	case "<=":
		return "≤"
	}
	return comparator
}
