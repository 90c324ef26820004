package gen_test

import (
	"strings"
	"sync"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/seeds"
	"github.com/angiang-ntm/ntm/transforms"
	"github.com/angiang-ntm/ntm/transforms/gen"
)

// This file is all that knows the recogniser.

// days are the last days of the periods that are drawn: from 2025-07-01 on,
// communes report for themselves.
var days = []string{"2017-12-31", "2017-09-30", "2017-06-30", "2025-12-31"}

type office struct {
	world *gen.World
	words *transforms.Vocabulary
}

var offices = sync.OnceValue(func() map[string]office {
	s, _, err := seeds.Load(seeds.FS)
	if err != nil {
		panic(err)
	}
	m := map[string]office{}
	for _, day := range days {
		id, ok := s.SetInForce(day)
		if !ok {
			panic("no set in force on " + day)
		}
		m[day] = office{gen.NewWorld(s, id, day), transforms.FromSeeds(s, id, day)}
	}
	return m
})

// draw is a plan of a seed, in one of the worlds.
func draw(seed uint64) *gen.Plan {
	day := days[0]
	switch seed % 10 {
	case 7:
		day = days[1]
	case 8:
		day = days[2]
	case 9:
		day = days[3]
	}
	return gen.NewPlan(seed, offices()[day].world)
}

// counts tells whether an observation counts as a figure of the report.
func counts(o transforms.Observation) bool { return o.Standing == "" }

// understand reads a file and says what would be counted of it, and what was
// found.
func understand(f *gen.File) (map[gen.Key]gen.Said, []gen.Finding) {
	w, v := offices()[f.Day].world, offices()[f.Day].words
	period, ok := transforms.ParsePeriod(f.Period)
	if !ok {
		panic(f.Period)
	}
	book := *f.Book
	book.Sheets = make([]*sheet.Sheet, len(f.Book.Sheets))
	for i, s := range f.Book.Sheets {
		c := *s
		c.Cells = append([]sheet.Cell(nil), s.Cells...)
		c.Merges = append([]sheet.Rect(nil), s.Merges...)
		book.Sheets[i] = &c
	}
	r := transforms.Understand(&book, v, transforms.Source{File: f.Name, Folder: f.Folder, Period: period})
	var findings []gen.Finding
	refused := r.SenderCode == "" && r.District == "" || r.Period.Contradicts
	for _, i := range r.Issues {
		refused = refused || i.Check == "district_mismatch" && i.Severity == "error" || i.Check == "not_a_report"
	}
	if refused {
		// The file is rejected: all of it is named, and nothing counts.
		findings = append(findings, gen.Finding{Check: "rejected", Severity: "error"})
	}
	for _, i := range r.Issues {
		findings = append(findings, gen.Finding{Check: i.Check, Severity: string(i.Severity), Sheet: i.Sheet, Cell: i.Cell})
	}
	judged := map[string]bool{}
	for _, d := range w.Districts {
		for _, c := range d.Communes {
			judged[c.Code] = true
		}
	}
	required := map[string]string{}
	for _, i := range w.Indicators {
		required[i.ID] = i.RequiredAnswer
	}
	said := map[gen.Key]gen.Said{}
	claims := map[gen.Key]gen.Said{}
	no := blanksThatSayNo(r)
	blocked := map[gen.Key]bool{}
	for i, o := range r.Observations {
		if o.Record != nil && o.Record.Kind == "commune" && o.Record.Commune == "" && o.State != transforms.Missing {
			// The check unknown_commune names the record and all of its cells.
			findings = append(findings, gen.Finding{Check: "unknown_record", Severity: "error", Sheet: o.Record.Sheet, Cell: o.Cell})
		}
		if o.Record == nil || o.Record.Kind != "commune" || !judged[o.Record.Commune] || o.Indicator == "" && o.Measure != transforms.CriterionClaim || !counts(o) {
			continue
		}
		if o.Issue != "" {
			severity := "warning"
			if o.State == transforms.Invalid {
				severity = "error"
			}
			findings = append(findings, gen.Finding{Check: o.Issue, Severity: severity, Sheet: o.Record.Sheet, Cell: o.Cell})
		} else if o.State == transforms.Invalid {
			findings = append(findings, gen.Finding{Check: "invalid_value", Severity: "error", Sheet: o.Record.Sheet, Cell: o.Cell})
		}
		k := gen.Key{Commune: o.Record.Commune, Indicator: o.Indicator}
		s := gen.Said{Sheet: o.Record.Sheet, Cell: o.Cell}
		met := o.Word
		if o.Answer && required[o.Indicator] == "Không" {
			met = !met
		}
		if o.Measure == transforms.CriterionClaim {
			k.Indicator = gen.CriterionKey(o.Criterion)
		}
		var into map[gen.Key]gen.Said
		switch o.Measure {
		case transforms.Result:
			into = said
			if o.State == transforms.Invalid && required[o.Indicator] == "" {
				blocked[k] = true
			}
			if o.HasNum && required[o.Indicator] == "Không" {
				s.HasMet, s.Met = true, o.Num == 0
			} else if o.HasNum {
				s.HasNum, s.Num = true, o.Num
			} else if o.HasWord {
				s.HasMet, s.Met = true, met
			} else if no[i] {
				s.HasMet = true
				findings = append(findings, gen.Finding{Check: "blank_means_no", Severity: "warning", Sheet: o.Record.Sheet, Cell: o.Cell})
			}
		case transforms.Claim, transforms.CriterionClaim:
			into = claims
			if o.HasWord {
				s.HasMet, s.Met = true, met
			} else if no[i] {
				s.HasMet = true
				findings = append(findings, gen.Finding{Check: "blank_means_no", Severity: "warning", Sheet: o.Record.Sheet, Cell: o.Cell})
			}
		default:
			continue
		}
		if !s.HasNum && !s.HasMet {
			continue
		}
		if before, twice := into[k]; twice {
			if before.HasNum != s.HasNum || before.Num != s.Num || before.Met != s.Met {
				// The first counts, and both rows carry an error.
				for _, x := range []gen.Said{before, s} {
					findings = append(findings, gen.Finding{Check: "duplicate_commune", Severity: "error", Sheet: x.Sheet, Cell: x.Cell})
				}
			}
			continue
		}
		into[k] = s
	}
	for k, c := range claims {
		s, is := said[k]
		switch {
		case blocked[k]:
		case !is:
			said[k] = c
		case !s.HasNum && required[k.Indicator] != "":
			// A verdict stands beside the answer; the answer decides.
		}
	}
	for k := range blocked {
		if !said[k].HasNum {
			delete(said, k)
		}
	}
	if refused {
		said = nil
	}
	for _, o := range r.Observations {
		// The check missing_indicator names what a commune that reports leaves blank.
		k := gen.Key{Indicator: o.Indicator}
		if o.Record != nil {
			k.Commune = o.Record.Commune
		}
		if _, is := said[k]; !is && o.Record != nil && o.Record.Kind == "commune" && o.Indicator != "" && judged[k.Commune] && counts(o) && o.State == transforms.Missing && o.Measure == transforms.Result {
			findings = append(findings, gen.Finding{Check: "missing_indicator", Severity: "warning", Sheet: o.Record.Sheet, Cell: o.Cell})
		}
	}
	return said, findings
}

// blanksThatSayNo are the blanks of columns (or tables of criteria) in which
// every mark is one affirmative sign: there they mean "not met" (ruling 19),
// which the warehouse decides, over all of a submission's cells.
func blanksThatSayNo(r *transforms.Reading) map[int]bool {
	type line struct {
		table, col int
		measure    transforms.Measure
	}
	of := func(o *transforms.Observation) line {
		l := line{o.Record.Table, o.Col, o.Measure}
		if o.Record.Layout == "L4" {
			l.col = 0
		}
		return l
	}
	signs, others, spoke := map[line]string{}, map[line]bool{}, map[*transforms.Record]bool{}
	for i := range r.Observations {
		o := &r.Observations[i]
		if !counts(*o) || o.State == transforms.Missing || o.Record.Layout == "L3" || o.Record.Kind != "commune" {
			continue
		}
		spoke[o.Record] = true
		l := of(o)
		sign := o.Sign != "" && (o.Mark || o.Record.Layout == "L4")
		if !sign || signs[l] != "" && signs[l] != strings.ToLower(o.Raw) {
			others[l] = true
		}
		signs[l] = strings.ToLower(o.Raw)
	}
	no := map[int]bool{}
	for i := range r.Observations {
		o := &r.Observations[i]
		if l := of(o); counts(*o) && o.State == transforms.Missing && signs[l] != "" && !others[l] && spoke[o.Record] {
			no[i] = true
		}
	}
	return no
}
