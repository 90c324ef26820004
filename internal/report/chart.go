package report

import (
	"fmt"
	"math"

	"github.com/xuri/excelize/v2"
)

// chart is a native chart over ranges of the workbook: what it shows is what
// the cells say. Bars are dark and light rather than coloured, so that they
// survive a black-and-white printer, and every bar carries its number.
type chart struct {
	name  string // of the drawing, for those who list them
	title string
	alt   string // read aloud instead of the picture
	lying bool   // bars lie, the first on top
	// category and quantity are the titles of the axes.
	category, quantity string
	categories         string // range of the labels
	series             []series
	format             string // of the numbers at the bars
	least, most        *float64
}

// series is one set of bars; the name is the cell that holds it.
type series struct{ name, values, fill string }

const (
	dark  = "1F4E79"
	light = "B4C7DC"
)

// block is room for a row of charts: so many rows of one height, which the
// library has to be told before it can place anything on them.
func (g *grid) block(rows int, height float64) (top int) {
	top = g.row + 1
	for range rows {
		g.write(height, cell{"", style{}})
		if g.err == nil {
			g.do(g.book.f.SetRowHeight(g.name, g.row, height))
		}
	}
	return top
}

// chart draws over columns from..to (counted from 1, the last included) of the
// rows of a block.
func (g *grid) chart(c chart, from, to, top, rows int, height float64) {
	if g.err != nil {
		return
	}
	// The library takes columns for wider and rows for lower than programs draw
	// them. What counts is the cell that the far corner comes to lie in, and how
	// far into it.
	width := pixels(g.p.widths[to-1]) - 6
	for _, w := range g.p.widths[from-1 : to-1] {
		width += int(w*8 + 0.5)
	}
	down := rows*int(math.Ceil(4/3.4*height)) - 6
	text := func(s string, size float64, bold bool) []excelize.RichTextRun {
		return []excelize.RichTextRun{{Text: s, Font: &excelize.Font{Family: font, Size: size, Bold: bold, Color: "000000"}}}
	}
	label := excelize.Font{Family: font, Size: 9, Color: "000000"}
	none := excelize.LineOptions{Type: excelize.LineNone}
	gap, overlap, plain := uint(45), 0, false
	x := &excelize.Chart{
		Type:       excelize.Col,
		Dimension:  excelize.ChartDimension{Width: uint(width), Height: uint(down)},
		Format:     excelize.GraphicOptions{Name: c.name, AltText: c.alt, OffsetX: 2, OffsetY: 2},
		Title:      excelize.ChartTitle{Paragraph: text(c.title, 12, true)},
		Legend:     excelize.ChartLegend{Position: "none"},
		VaryColors: &plain,
		GapWidth:   &gap,
		Overlap:    &overlap,
		XAxis: excelize.ChartAxis{Font: label, Title: excelize.ChartTitle{Paragraph: text(c.category, 10, false)},
			TickLabelPosition: excelize.ChartTickLabelLow, ReverseOrder: c.lying},
		// The numbers stand at the bars: a scale beside them would say them twice.
		YAxis: excelize.ChartAxis{Font: label, Title: excelize.ChartTitle{Paragraph: text(c.quantity, 10, false)},
			TickLabelPosition: excelize.ChartTickLabelNone, Minimum: c.least, Maximum: c.most},
		PlotArea: excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: c.format}},
		Border:   excelize.LineOptions{Type: excelize.LineSolid, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"A6A6A6"}}, Width: 0.75},
	}
	if c.lying {
		x.Type = excelize.Bar
	}
	if len(c.series) > 1 {
		x.Legend = excelize.ChartLegend{Position: "bottom", Font: &label}
	}
	for _, s := range c.series {
		x.Series = append(x.Series, excelize.ChartSeries{
			Name: s.name, Categories: c.categories, Values: s.values,
			Fill:              excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{s.fill}},
			Line:              none,
			DataLabel:         excelize.ChartDataLabel{Font: label},
			DataLabelPosition: excelize.ChartDataLabelsPositionOutsideEnd,
		})
	}
	g.do(g.book.f.AddChart(g.name, at(from, top), x))
}

// rule draws the line that stands below the issuing office and below the
// national motto: centred under columns from..to (counted from 0, the last left
// out), so wide in the unit of column widths, so many points below the top of
// the row.
func (g *grid) rule(row, from, to int, width, below float64) {
	if g.err != nil {
		return
	}
	left, room := 0, 0.0
	for i, w := range g.p.widths[:to] {
		if i < from {
			left += pixels(w)
		} else {
			room += w
		}
	}
	left += pixels((room - width) / 2)
	col := 0
	for col < len(g.p.widths)-1 && left >= pixels(g.p.widths[col]) {
		left -= pixels(g.p.widths[col])
		col++
	}
	black := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"000000"}}
	// A height of nothing is asked for by a scale: the library takes a zero for
	// its own default.
	g.do(g.book.f.AddShape(g.name, &excelize.Shape{
		Cell: at(col+1, row), Type: "line", Width: uint(pixels(width)), Height: 1,
		Line: excelize.LineOptions{Type: excelize.LineSolid, Fill: black, Width: 0.75},
		Format: excelize.GraphicOptions{OffsetX: left, OffsetY: int(below / 0.75), Positioning: "oneCell", ScaleX: 1, ScaleY: 0.1,
			Name: fmt.Sprintf("Đường kẻ %d", row)},
	}))
}
