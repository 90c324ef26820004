package gen

import "slices"

// Change is one thing that a law does to a report. It answers false where it
// does not apply to a plan.
type Change struct {
	Law   int
	Name  string
	apply func(*Plan) bool
}

// On returns the plan with the change made.
func (c Change) On(p *Plan) (*Plan, bool) {
	q := p.clone()
	if !c.apply(q) {
		return nil, false
	}
	return q, true
}

// matrix tells the shapes in which communes and indicators meet on one sheet.
func (p *Plan) matrix() bool {
	return p.Shape == "wide" || p.Shape == "turned" || p.Shape == "flat"
}

// listed tells the shapes that are no tables of values.
func (p *Plan) listed() bool { return p.Shape == "list" || p.Shape == "criteria" }

// alone tells a plan with the results of its period and nothing else.
func (p *Plan) alone() bool { return len(p.Sections) == 1 && p.Sections[0].counts() && !p.listed() }

func addTo(list *[]string, what string) bool {
	if slices.Contains(*list, what) {
		return false
	}
	*list = append(*list, what)
	return true
}

// erasedAlone tells that the indicator whose heading would be deleted is the only
// one of its criterion: under the criterion's heading its column would look like
// a verdict on all of it.
func (p *Plan) erasedAlone() bool {
	i, n := p.Indicators[p.dice.of("one id").IntN(len(p.Indicators))], 0
	for _, o := range p.Indicators {
		if o.Criterion == i.Criterion {
			n++
		}
	}
	return n == 1
}

// splits cuts a table in two, where that says the same.
func splits(p *Plan) bool {
	if p.Shape != "wide" && p.Shape != "turned" || p.Frame.CSV || p.Split > 1 || p.Repeat || p.At != "sub" && p.At != "over" {
		return false
	}
	if p.SplitBy == "communes" && (len(p.Communes) < 4 || p.Style.Words == "mark" || p.has(unmetGroup)) || p.SplitBy == "indicators" && len(p.Indicators) < 4 {
		// What blanks say is said by the marks of a whole line.
		return false
	}
	p.Split = 2
	return true
}

// Changes are what the laws do to reports.
var Changes = func() []Change {
	var list []Change
	add := func(law int, name string, apply func(*Plan) bool) { list = append(list, Change{law, name, apply}) }

	for _, odd := range []string{"groups", "blank", "remark", "town", "unknown", "hamlets", "total"} {
		add(2, "row:"+odd, func(p *Plan) bool {
			if p.listed() || p.Shape == "flat" || p.Shape != "wide" && (odd == "town" || odd == "unknown" || odd == "hamlets") {
				return false
			}
			return addTo(&p.Odd, odd)
		})
	}
	for _, extra := range []string{"cover", "guide", "units", "earlier", "registration", "recipients", "empty", "hidden", "summary", "remedy", "other", "recognised"} {
		add(2, "sheet:"+extra, func(p *Plan) bool { return !p.Frame.CSV && addTo(&p.Extras, extra) })
	}
	add(2, "column:note", func(p *Plan) bool {
		if p.listed() || p.Head.Note != "" {
			return false
		}
		p.Head.Note = "words"
		return true
	})
	add(2, "column:total", func(p *Plan) bool {
		if p.Shape != "turned" || p.Head.Totals {
			return false
		}
		p.Head.Totals = true
		return true
	})
	for _, more := range []section{{When: "prev", Kind: "done"}, {When: "now", Kind: "plan"}, {When: "next", Kind: "plan"}} {
		for _, at := range []string{"sub", "over", "rows", "below", "beside", "sheets"} {
			add(2, at+":"+more.key(), func(p *Plan) bool {
				simple := len(p.Measures) == 1 && p.Measures[0] == result && p.Style.Words != "mark"
				switch {
				case !p.alone(), p.Frame.CSV && at == "sheets", p.Head.Claims, p.Split > 1, p.Repeat && at != "sub" && at != "over",
					at == "rows" && !simple,
					at != "sub" && !p.matrix(),
					p.Shape == "flat" && at != "sub" && at != "sheets",
					p.Style.Words == "mark":
					return false
				}
				p.At, p.Head.Label = at, ""
				p.Sections = []section{more, p.Sections[0]}
				p.nameSections()
				return true
			})
		}
	}

	add(3, "order of rows, columns and sheets", func(p *Plan) bool { p.shuffle = 7; return true })
	add(3, "order of sections", func(p *Plan) bool {
		slices.Reverse(p.Sections)
		return len(p.Sections) > 1
	})
	add(3, "order of a pair", func(p *Plan) bool {
		a, b := slices.Index(p.Measures, metMark), slices.Index(p.Measures, unmetMark)
		if a < 0 || b < 0 {
			return false
		}
		p.Measures[a], p.Measures[b] = p.Measures[b], p.Measures[a]
		return true
	})
	for _, s := range []uint64{11, 12} {
		add(3, "synonyms", func(p *Plan) bool {
			p.synonym = s
			p.nameSections()
			return true
		})
	}

	add(5, "turned", func(p *Plan) bool {
		plain := len(p.Measures) == 1 || p.has(metMark) && !p.has(result)
		if p.Shape != "wide" && p.Shape != "turned" || !plain || p.Style.Words == "mark" || p.Head.Claims || p.has(unmetGroup) || p.At == "beside" || len(p.Sections) == 1 && p.Head.Label != "hidden" {
			return false
		}
		if p.Shape = map[string]string{"wide": "turned", "turned": "wide"}[p.Shape]; p.Shape == "wide" {
			p.Odd = nil
		}
		return true
	})
	for _, by := range []string{"indicators", "communes"} {
		for _, below := range []bool{false, true} {
			name := "split by " + by
			if below {
				name += " below"
			}
			add(5, name, func(p *Plan) bool {
				p.SplitBy, p.SplitBelow = by, below
				return splits(p)
			})
		}
	}
	add(5, "header repeated", func(p *Plan) bool {
		if p.Shape != "wide" && p.Shape != "turned" || p.Repeat || p.Split > 1 || p.At != "sub" && p.At != "over" {
			return false
		}
		p.Repeat = true
		return true
	})
	add(5, "a sheet each or one below the other", func(p *Plan) bool {
		switch p.Shape {
		case "sheets":
			p.Shape = "blocks"
		case "blocks":
			p.Shape, p.Frame.CSV = "sheets", false
		default:
			return false
		}
		return true
	})

	for _, what := range []string{"communes", "ids", "now", "prev", "plan", "measures", "one measure", "one id", "title", "letterhead", "period"} {
		add(6, "no heading: "+what, func(p *Plan) bool {
			switch {
			case what == "communes" && (p.Shape == "sheets" || p.Shape == "blocks"),
				what == "now" && (len(p.Sections) < 2 || p.find("now", "done") == nil),
				what == "prev" && p.find("prev", "done") == nil,
				what == "plan" && p.find("now", "plan") == nil,
				(what == "now" || what == "prev" || what == "plan") && p.At != "sub" && p.At != "over",
				(what == "measures" || what == "one measure") && len(p.Measures) < 2,
				what == "one id" && (p.Shape != "wide" && p.Shape != "turned" || p.At == "rows" || p.Shape == "wide" && p.Head.Criteria && p.erasedAlone()),
				p.listed() && what != "communes" && what != "title" && what != "letterhead":
				return false
			}
			p.erased = what
			if p.erased == "now" || p.erased == "prev" || p.erased == "plan" {
				for i := range p.Sections {
					s := &p.Sections[i]
					if s.When == "now" && s.Kind == "done" && what == "now" || s.When == "prev" && what == "prev" || s.Kind == "plan" && s.When == "now" && what == "plan" {
						s.Label = ""
					}
				}
			}
			return true
		})
	}

	add(4, "codes", func(p *Plan) bool {
		if p.Shape != "wide" && p.Shape != "flat" || len(p.Communes) < 2 { // one code cannot be another row's
			return false
		}
		p.Head.Codes, p.Spoil = "before", "codes"
		p.Odd = nil
		return true
	})
	add(4, "period", func(p *Plan) bool {
		if p.listed() || p.At == "sheets" || p.At == "below" || p.At == "beside" || len(p.Sections) > 1 || p.Head.Label != "hidden" {
			return false
		}
		p.Frame.File = "bao cao " + Plain(p.District.Name) + ".xlsx"
		p.Frame.Folder = p.Period
		p.Spoil, p.Extras = "period", nil
		return true
	})
	add(4, "set", func(p *Plan) bool {
		if p.Shape != "wide" || p.Head.IDs == "nameonly" || p.Head.IDs == "inname" || len(p.Sections) > 1 {
			return false
		}
		p.Spoil = "set"
		return true
	})
	add(4, "sender", func(p *Plan) bool {
		if len(p.Communes) < 4 || p.Department != "" || p.listed() && p.Shape == "criteria" {
			return false
		}
		p.Spoil, p.Frame.Letterhead, p.Frame.CSV, p.Extras = "sender", true, false, nil
		p.Frame.File = "NTM_" + compact(Plain(p.other().Name)) + ".xlsx"
		p.Frame.Folder = p.Period
		p.Style.Names = "xa"
		return true
	})
	return list
}()
