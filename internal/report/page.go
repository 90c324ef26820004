package report

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strconv"
)

//go:embed page.html
var pageText string

// pageTemplate escapes all that it prints; names and messages come from files
// that anybody may have sent.
var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"average": average,
	"percent": percent,
	"day":     day,
	"out":     outOf,
	"share": func(part, whole int) string {
		return percent(ratio(part, whole))
	},
	"bar": func(part, whole int) string { // a length for the bar beside a figure
		if whole <= 0 {
			return "0"
		}
		return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64)
	},
	"plus": func(a, b *float64) string {
		d := minus(a, b)
		if d == nil {
			return "–"
		}
		if rounded(*d, 2) > 0 {
			return "+" + decimal(*d, 2)
		}
		return decimal(*d, 2)
	},
	"count": func(n *int) string {
		if n == nil {
			return "–"
		}
		return strconv.Itoa(*n)
	},
}).Parse(pageText))

// Page writes bao-cao-ntm-P.html: one page that asks nothing of anywhere, for
// a screen and for A4 paper.
func Page(ctx context.Context, q Query, m Meta, w io.Writer) error {
	o, err := overviewOf(ctx, q, m)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	// Write nothing rather than half a page.
	var page bytes.Buffer
	if err := pageTemplate.Execute(&page, struct {
		*overview
		P      province
		Banner string
		Rules  []string
		Date   string
	}{o, o.Province, illustrativeBanner, rules, day(o.asOf())}); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	_, err = w.Write(page.Bytes())
	return err
}
