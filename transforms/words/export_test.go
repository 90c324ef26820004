package words

// What the tests of this room look at from within, for the tests outside it,
// which read pages.

func (v *Vocabulary) DistrictInName(name string) string { return v.districtInName(name) }

func (v *Vocabulary) CommunesOf(district string) []*Commune { return v.names[district].communes }

func (l *Legacy) Readings(s string) []string { return l.readings(s) }

var (
	BareName      = bareName
	BareNames     = bareNames
	Syllables     = syllables
	HasDiacritics = hasDiacritics
)
