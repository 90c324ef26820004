// Package gen draws reports as offices write them, together with the truth:
// what a careful official would say that the file reports for its period. A
// recogniser is held against it by the laws in this folder's tests.
//
// It knows nothing of how files are recognised. Everything is drawn from one
// number, the seed, so that a file that was misread can be drawn again; and all
// that is drawn is first a Plan, which the laws change in one respect and draw
// once more.
package gen

import (
	"strings"

	"github.com/angiang-ntm/ntm/seeds"
)

// World is what reports are about: the communes of each district and the
// indicators of the set in force.
type World struct {
	SetID      string
	Day        string // the period's last day
	Districts  []District
	Criteria   map[int]string
	Groups     map[int]string // of criteria
	Indicators []Indicator
}

// District is a sender and its communes.
type District struct {
	Code, Name, Kind, Display string
	Communes                  []Commune // those that the criteria are about
	Towns                     []Commune // wards and townships, which are not judged
}

// Commune is a row of a report.
type Commune struct{ Code, Name, Kind, District string }

// Indicator is what a report's figures measure.
type Indicator struct {
	ID             string
	Criterion      int
	Name, Unit     string
	Kind           string  // boolean, percent, number
	AtMost         bool    // the threshold is an upper bound
	Threshold      float64 // a plausible one where the set's is not known
	Unknown        bool    // the set's threshold is not known
	NotApplicable  bool    // a commune may be without the thing measured
	RequiredAnswer string
	SubLabel       string
	Income         bool     // in money, which offices write in many units
	Leads          []string // the departments that lead it
}

// has tells whether the set has an id.
func (w *World) has(id string) bool {
	for k := range w.Indicators {
		if w.Indicators[k].ID == id {
			return true
		}
	}
	return false
}

// district returns the district of a commune.
func (w *World) district(c *Commune) *District {
	for k := range w.Districts {
		if w.Districts[k].Code == c.District {
			return &w.Districts[k]
		}
	}
	return nil
}

// Yes tells a question that is answered by a word.
func (i *Indicator) Yes() bool { return i.Kind == "boolean" }

// NewWorld takes the units and the indicators of one set on one day from the
// seeds.
func NewWorld(s *seeds.Set, setID, day string) *World {
	w := &World{SetID: setID, Day: day, Criteria: map[int]string{}, Groups: map[int]string{}}
	for _, c := range s.Criteria {
		if c.SetID == setID {
			w.Criteria[c.No], w.Groups[c.No] = c.Name, c.Group
		}
	}
	for _, i := range s.IndicatorsOf(setID) {
		in := Indicator{ID: i.ID, Criterion: i.CriterionNo, Name: i.Name, Unit: i.Unit, Kind: i.ValueKind,
			AtMost: strings.HasPrefix(i.Comparator, "<"), RequiredAnswer: i.RequiredAnswer, SubLabel: i.SubLabel, NotApplicable: i.NotApplicableAllowed, Income: i.ValueKind == "number" && strings.Contains(i.Unit, "triệu"), Leads: i.LeadDepartments()}
		if i.Threshold != nil {
			in.Threshold = *i.Threshold
		}
		for _, o := range s.Overrides {
			if o.SetID == setID && o.IndicatorID == i.ID && o.ScopeKind == "year" && o.ScopeValue == day[:4] && o.Threshold != nil {
				in.Threshold = *o.Threshold
			}
		}
		if in.Threshold == 0 && !in.Yes() {
			in.Unknown = true
			if in.Threshold = 70; in.AtMost {
				in.Threshold = 10
			}
		}
		w.Indicators = append(w.Indicators, in)
	}
	communes := s.CommunesOn(day)
	if len(s.DistrictsOn(day)) == 0 {
		// Without districts each commune is its own sender.
		for _, c := range communes {
			if c.Kind == seeds.KindXa {
				w.Districts = append(w.Districts, District{Code: c.Code, Name: c.Name, Kind: c.Kind, Display: c.Kind + " " + c.Name,
					Communes: []Commune{{c.Code, c.Name, c.Kind, c.Code}}})
			}
		}
	}
	for _, d := range s.DistrictsOn(day) {
		own := District{Code: d.Code, Name: d.Name, Kind: d.Kind, Display: d.DisplayName}
		for _, c := range communes {
			if c.DistrictCode != d.Code {
				continue
			}
			if one := (Commune{c.Code, c.Name, c.Kind, d.Code}); c.Kind == seeds.KindXa {
				own.Communes = append(own.Communes, one)
			} else {
				own.Towns = append(own.Towns, one)
			}
		}
		if len(own.Communes) > 0 {
			w.Districts = append(w.Districts, own)
		}
	}
	return w
}
