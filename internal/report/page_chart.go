package report

import (
	"fmt"
	"html"
	"html/template"
	"strings"
)

// The page's charts are drawn as SVG inside the page. Each is an image to a
// screen reader, named by its title and told in full by its description; the
// same figures stand in a table beside it. Colours come from the style sheet,
// so that a chart follows the light or the dark scheme, and the second series
// of a chart is hatched, so that it can be told apart in black and white.

// svg is a drawing in units of a viewBox that is always 640 wide, in which a
// letter is about 7 wide.
type svg struct {
	strings.Builder
	height int
}

const svgWidth = 640

func (s *svg) text(x, y float64, class, text string) {
	fmt.Fprintf(s, `<text x="%.1f" y="%.1f" class="%s">%s</text>`, x, y, class, html.EscapeString(text))
}

func (s *svg) line(x1, y1, x2, y2 float64, class string) {
	fmt.Fprintf(s, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="%s"/>`, x1, y1, x2, y2, class)
}

func (s *svg) rect(x, y, width, height float64, class string) {
	fmt.Fprintf(s, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" class="%s"/>`, x, y, max(width, 0), height, class)
}

// key draws an entry of the legend and returns where the next one begins.
func (s *svg) key(x float64, class, text string) float64 {
	s.rect(x, 4, 14, 11, class)
	s.text(x+20, 14, "label", text)
	return x + 44 + 6.6*float64(len([]rune(text)))
}

// image closes the drawing. The id sets its parts apart from those of other
// charts of the page.
func (s *svg) image(id, title, description string) template.HTML {
	return template.HTML(fmt.Sprintf(
		`<svg viewBox="0 0 %d %d" role="img" aria-labelledby="%s-t %s-d"><title id="%s-t">%s</title><desc id="%s-d">%s</desc>`+
			`<defs><pattern id="%s-h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="paper"/><rect width="2.6" height="6" class="ink"/></pattern></defs>%s</svg>`,
		svgWidth, s.height, id, id, id, html.EscapeString(title), id, html.EscapeString(description), id, s.String()))
}

// hatched fills a bar with the chart's own hatching.
func (s *svg) hatched(id string, x, y, width, height float64) {
	fmt.Fprintf(s, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="url(#%s-h)" class="edge"/>`, x, y, max(width, 0), height, id)
}

// bandChart compares the bands as reviewed and as recognised.
func (o *overview) BandChart() template.HTML {
	const id, left, right = "bands", 130.0, 560.0
	most := 1
	for _, b := range o.Bands {
		most = max(most, b.Communes, b.AsRecognised)
	}
	s := svg{}
	s.rect(left, 4, 14, 11, "s1")
	s.text(left+20, 14, "label", "rà soát theo bộ đang áp dụng")
	s.hatched(id, left+230, 4, 14, 11)
	s.text(left+250, 14, "label", "theo công nhận")
	y := 28.0
	var told []string
	for _, b := range o.Bands {
		s.text(left-8, y+19, "label end", b.Label)
		for n, count := range []int{b.Communes, b.AsRecognised} {
			width := (right - left) * float64(count) / float64(most)
			top := y + 15*float64(n)
			if n == 0 {
				s.rect(left, top, width, 13, "s1")
			} else {
				s.hatched(id, left, top, width, 13)
			}
			s.text(left+width+5, top+11, "value", fmt.Sprintf("%d xã", count))
		}
		told = append(told, fmt.Sprintf("%s: %d xã khi rà soát, %d xã theo công nhận", b.Label, b.Communes, b.AsRecognised))
		y += 40
	}
	s.line(left, 24, left, y-4, "axis")
	s.height = int(y)
	return s.image(id, "Số xã theo nhóm tiêu chí đạt, "+o.label(), strings.Join(told, "; ")+".")
}

// DistrictChart shows the average of each district, with a mark where it stood
// in the previous period.
func (o *overview) DistrictChart() template.HTML {
	const id, left, right = "districts", 130.0, 590.0
	total := float64(max(o.Set.Criteria, 1))
	s := svg{}
	y := 10.0
	marked := false
	for _, d := range o.Districts {
		marked = marked || d.Before != nil
	}
	if marked {
		next := s.key(left, "s1", o.label())
		s.line(next+6, 2, next+6, 17, "mark")
		s.text(next+16, 14, "label", o.PreviousLabel)
		y = 28
	}
	var told []string
	top := y
	for _, d := range o.Districts {
		s.text(left-8, y+12, "label end", d.Name)
		words := d.Name + ": chưa có số liệu"
		if d.Average == nil {
			s.text(left+5, y+12, "value", "chưa có số liệu")
		} else {
			width := (right - left) * *d.Average / total
			s.rect(left, y, width, 15, "s1")
			at := width
			words = d.Name + ": " + average(d.Average)
			if d.Before != nil {
				x := (right - left) * *d.Before / total
				s.line(left+x, y-2, left+x, y+17, "mark")
				at = max(at, x)
				words += ", kỳ trước " + average(d.Before)
			}
			s.text(left+at+6, y+12, "value", average(d.Average))
		}
		told = append(told, words)
		y += 23
	}
	s.line(left, top-4, left, y-2, "axis")
	s.height = int(y + 4)
	return s.image(id, fmt.Sprintf("Bình quân tiêu chí đạt mỗi xã theo đơn vị, trên %d tiêu chí, %s", o.Set.Criteria, o.label()), strings.Join(told, "; ")+".")
}

// trendChart draws the province's averages over the periods. The line is
// broken where the criteria set changed, since averages under two sets do not
// compare, and where too few communes have data: an average of a few districts
// is no fall of the province. The chart says so.
func trendChart(points []trendPoint, enough float64) template.HTML {
	const id, left, right, top, bottom = "trend", 40.0, 590.0, 40.0, 210.0
	total := 1
	for _, p := range points {
		total = max(total, p.Total)
	}
	step := (total + 3) / 4
	total = (total + step - 1) / step * step // so that the topmost line has a number
	s := svg{height: 258}
	x := func(n int) float64 {
		if len(points) == 1 {
			return (left + right) / 2
		}
		return left + 30 + (right-left-60)*float64(n)/float64(len(points)-1)
	}
	y := func(v float64) float64 { return bottom - (bottom-top)*v/float64(total) }
	s.line(left, 10, left+22, 10, "line1")
	s.text(left+28, 14, "label", "rà soát")
	s.line(left+120, 10, left+142, 10, "line2")
	s.text(left+148, 14, "label", "theo công nhận")
	for v := 0; v <= total; v += step {
		s.line(left, y(float64(v)), right, y(float64(v)), "grid")
		s.text(left-6, y(float64(v))+4, "label end", fmt.Sprint(v))
	}
	var told []string
	for n, p := range points {
		s.text(x(n), bottom+20, "label middle", p.Label)
		words := p.Label + ": chưa có số liệu"
		if p.Average != nil {
			words = fmt.Sprintf("%s: rà soát %s, theo công nhận %s, trên %d xã", p.Label, average(p.Average), average(p.AsRecognised), p.Reported)
		}
		if n > 0 && points[n-1].Set != p.Set {
			middle := (x(n-1) + x(n)) / 2
			s.line(middle, top-12, middle, bottom, "break")
			s.text(middle, bottom+38, "label middle", "đổi bộ tiêu chí")
			words = "từ đây theo bộ tiêu chí " + p.Set + ", không so được với trước; " + words
		}
		told = append(told, words)
	}
	series := []struct {
		class string
		value func(trendPoint) *float64
		above float64
	}{
		{"2", func(p trendPoint) *float64 { return p.AsRecognised }, -8},
		{"1", func(p trendPoint) *float64 { return p.Average }, 18},
	}
	for _, line := range series {
		for n, p := range points {
			v := line.value(p)
			if v == nil {
				continue
			}
			if n > 0 && points[n-1].Set == p.Set && !p.thin(enough) && !points[n-1].thin(enough) {
				if before := line.value(points[n-1]); before != nil {
					s.line(x(n-1), y(*before), x(n), y(*v), "line"+line.class)
				}
			}
			fmt.Fprintf(&s, `<circle cx="%.1f" cy="%.1f" r="4" class="dot%s"/>`, x(n), y(*v), line.class)
			s.text(x(n), y(*v)+line.above, "value middle", average(v))
		}
	}
	return s.image(id, "Bình quân tiêu chí đạt mỗi xã qua các kỳ", strings.Join(told, "; ")+".")
}

// bar is a bar beside a figure in a table. The figure says it all, so that the
// bar is kept from screen readers.
func bar(part, whole int) template.HTML {
	width := 0.0
	if whole > 0 {
		width = 100 * float64(part) / float64(whole)
	}
	return template.HTML(fmt.Sprintf(`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="%.1f" height="10" class="s1"/></svg>`, width))
}
