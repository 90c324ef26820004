package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

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
	"bar":       bar,
	"kept":      kept,
	"undecided": func(n, recognised int) string { return undecided(n, recognised) },
	"plus": func(d *float64) string {
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

// pagePolicy lets the browser run the page's own style and script, which it
// knows by their hashes, and nothing else from anywhere: what a district wrote
// in a cell cannot become either, and no request leaves the page.
var pagePolicy = fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'",
	fingerprint(pageStyle), fingerprint(pageScript))

func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// pageCommune is a row of the page's list of communes, in which the finder
// looks.
type pageCommune struct {
	commune
	Failing string
}

// State says in a word how a recognised commune stands.
func (c pageCommune) State() string {
	switch {
	case !c.Recognised:
		return ""
	case c.Retained == nil && !c.Reported:
		return strconv.Itoa(c.RecognisedYear) + ", " + noData
	case c.Retained == nil:
		return strconv.Itoa(c.RecognisedYear) + ", chưa đủ số liệu"
	case *c.Retained:
		return strconv.Itoa(c.RecognisedYear) + ", giữ vững"
	}
	return strconv.Itoa(c.RecognisedYear) + ", chưa giữ vững"
}

// Standing is the number of criteria met, with what is wanting to say more.
func (c pageCommune) Standing() string {
	if c.Met == nil {
		return noData
	}
	s := strconv.Itoa(*c.Met) + "/" + strconv.Itoa(c.Total)
	if c.Open > 0 {
		s += fmt.Sprintf(" (%d chưa đủ số liệu)", c.Open)
	}
	return s
}

// Missing lists what is not met.
func (c pageCommune) Missing() string {
	switch {
	case c.Met == nil:
		return "–"
	case c.Unknown > 0 && c.Failing == "":
		return fmt.Sprintf("%d chỉ tiêu chưa đủ số liệu", c.Unknown)
	case c.Unknown > 0:
		return fmt.Sprintf("%s; %d chỉ tiêu chưa đủ số liệu", c.Failing, c.Unknown)
	case c.Failing == "":
		return "không có"
	}
	return c.Failing
}

// Page writes bao-cao-ntm-P.html: one page that asks nothing of anywhere, for
// a screen and for A4 paper.
func Page(ctx context.Context, q Query, m Meta, w io.Writer) error {
	o, err := overviewOf(ctx, q, m)
	if err != nil {
		return fmt.Errorf("page: %w", err)
	}
	trend, err := o.trend(ctx, q)
	if err != nil {
		return fmt.Errorf("page: read the trend: %w", err)
	}
	failing, err := collect[struct {
		Code string `col:"commune_code"`
		List string `col:"failing_indicators"`
	}](ctx, q, `select commune_code, failing_indicators from mart.commune_summary where period = ?`, o.Period)
	if err != nil {
		return fmt.Errorf("page: read the communes: %w", err)
	}
	of := make(map[string]string, len(failing))
	for _, f := range failing {
		of[f.Code] = f.List
	}
	all := make([]pageCommune, len(o.Communes))
	for n, c := range o.Communes {
		all[n] = pageCommune{commune: c, Failing: of[c.Code]}
	}
	var trendImage template.HTML
	if len(trend) > 1 {
		trendImage = trendChart(trend, o.Enough)
	}
	// Write nothing rather than half a page.
	var page bytes.Buffer
	if err := pageTemplate.Execute(&page, struct {
		*overview
		P          province
		Banner     string
		Rules      []string
		Date       string
		Policy     string
		Style      template.CSS
		Script     template.JS
		Trend      []trendPoint
		TrendChart template.HTML
		SetChanged bool
		Broken     bool
		All        []pageCommune
	}{
		o, o.Province, o.banner(), rules, day(o.asOf()), pagePolicy,
		template.CSS(pageStyle), template.JS(pageScript), trend, trendImage, setChanges(trend), slices.ContainsFunc(trend, func(p trendPoint) bool { return p.thin(o.Enough) }), all,
	}); err != nil {
		return fmt.Errorf("page: %w", err)
	}
	_, err = w.Write(page.Bytes())
	return err
}

// setChanges tells whether the periods were judged by more than one set.
func setChanges(points []trendPoint) bool {
	for n := range points {
		if n > 0 && points[n].Set != points[n-1].Set {
			return true
		}
	}
	return false
}

// Tiles are the four figures that stand above everything else.
func (o *overview) Tiles() []headline {
	p := o.Province
	tile := func(text, label, note string) headline { return headline{Text: text, Label: label, Note: note} }
	return []headline{
		tile(fmt.Sprintf("%d/%d", p.Reported, p.Communes), "xã có số liệu", o.unitsReported()),
		tile(fmt.Sprintf("%d/%d", p.Recognised, p.Communes), "xã được công nhận", percent(ratio(p.Recognised, p.Communes))+after("; ", o.listed())),
		tile(fmt.Sprintf("%d/%d", p.Retained, p.Retained+p.NotRetained), "xã giữ vững, trên số xã đã đủ số liệu", fmt.Sprintf("trong đó công nhận theo bộ trước: %d/%d", p.RetainedEarly, p.RetainedEarly+p.NotEarly)+
			after("; ", strings.TrimPrefix(undecided(p.Undecided, p.Recognised), "; "))),
		tile(average(p.Average), "tiêu chí/xã", fmt.Sprintf("bình quân khi rà soát, trên %d xã", p.Reported)+after("; ", o.noLevel())),
	}
}
