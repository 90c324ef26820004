package words

import (
	"github.com/angiang-ntm/ntm/seeds"
	"github.com/angiang-ntm/ntm/transforms/grid"
)

// FromSeeds builds the vocabulary of one day: the units in force and the
// indicators of one criteria set.
func FromSeeds(s *seeds.Set, setID, day string) *Vocabulary {
	v := &Vocabulary{SetID: setID, OtherIDs: map[string]bool{}, Words: map[string]map[string]bool{}}
	for _, d := range s.DistrictsOn(day) {
		v.Districts = append(v.Districts, District{Code: d.Code, Name: d.Name, Kind: d.Kind, Display: d.DisplayName, Aliases: d.Aliases})
	}
	for _, d := range s.DepartmentsOn(day) {
		v.Departments = append(v.Departments, Department{Code: d.Code, Name: d.Name, Aliases: d.Aliases})
	}
	for _, c := range s.CommunesOn(day) {
		v.Communes = append(v.Communes, Commune{Code: c.Code, Name: c.Name, Kind: c.Kind, District: c.DistrictCode, Aliases: c.Aliases})
	}
	for _, c := range s.Criteria {
		if c.SetID == setID {
			v.Criteria = append(v.Criteria, Criterion{No: c.No, Name: c.Name})
		}
	}
	for _, i := range s.Indicators {
		if i.SetID != setID {
			v.OtherIDs[i.ID] = true
			continue
		}
		ind := Indicator{
			ID: i.ID, Criterion: i.CriterionNo, Name: i.Name, Unit: i.Unit, Kind: i.ValueKind, Comparator: i.Comparator,
			RequiredAnswer: i.RequiredAnswer, SubLabel: i.SubLabel,
			NotApplicableAllowed: i.NotApplicableAllowed, AbsenceMeans: i.AbsenceMeans,
		}
		if i.Threshold != nil {
			ind.Threshold, ind.HasThreshold = *i.Threshold, true
		}
		v.Indicators = append(v.Indicators, ind)
	}
	for _, w := range s.Words {
		if v.Words[w.Role] == nil {
			v.Words[w.Role] = map[string]bool{}
		}
		v.Words[w.Role][grid.Fold(w.Text)] = true
	}
	for _, l := range s.Legacy {
		v.Legacy.Add(l.Unicode, l.TCVN3, l.VNI)
	}
	return v.Prepare()
}
