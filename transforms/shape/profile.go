package shape

import (
	"regexp"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// finder looks for the tables of one grid.
type finder struct {
	g         *grid.Grid
	v         *words.Vocabulary
	asked     Asked
	rows      []profile
	dated     map[*grid.Cell]*words.Indicator   // dates that were ids, by their neighbours
	ownColumn map[*words.Indicator][]*grid.Cell // of the table: the headings that name one
	inverted  map[int]bool                      // rows with a legend that turns marks round
	overID    map[*grid.Cell]bool               // of the table: headings of criteria over their own number
	unitRows  map[int]bool                      // of the table: rows of the header that state units
	ids       bool                              // some header cell of the table is an id with a point
	most      int                               // cells in the fullest column below the header
	above     []*grid.Cell                      // the titles of tables side by side
	stated    map[*grid.Cell][]words.Stated     // what periods has found
	cancelled func() bool                       // nil, or answers true when the search is to end
}

// periods are the periods and dates that a cell states, found once: the titles
// above a table are those above the next one too, where nothing stands between.
func (f *finder) periods(c *grid.Cell) []words.Stated {
	found, ok := f.stated[c]
	if !ok {
		if f.stated == nil {
			f.stated = map[*grid.Cell][]words.Stated{}
		}
		found = words.StatedPeriods(c.Text)
		f.stated[c] = found
	}
	return found
}

// stopped asks now and then whether the search is to end.
func (f *finder) stopped(row int) bool {
	return row%64 == 0 && f.cancelled != nil && f.cancelled()
}

// profile counts what the cells of a row may be.
type profile struct {
	cells                       int
	ids, named, weak            int // distinct indicators; weak ones besides
	typed                       int // of the ids, those that are numbers
	unknown                     int // ids of other sets
	strong, plain               int // criteria: named, bare numbers
	communes                    int // distinct, not codes
	codes                       int
	keys, measures, polar       int // headings
	numbers, marks, texts, sums int // texts: words that nothing explains
	requires                    int
	years                       int  // of the numbers, those that are bare years or days
	breaks                      int  // how often ids or criteria go back: a second block begins anew
	rising                      bool // ids or criteria in order, in each block
	done                        bool
}

var (
	// ColumnNumber is a cell of a row of column numbers: (1), -2, A, 3.
	ColumnNumber = regexp.MustCompile(`^(?:\(?-?\d{1,3}\)?|\[\d{1,3}\]|[a-zđ]|\d{1,2}\s*=\s*.*|\(\d+\)\s*=.*)$`)
	requirement  = regexp.MustCompile(`^(?:[≥≤<>=]|>=|<=|tối thiểu|tối đa|từ \d|không quá|ít nhất|dưới \d|trên \d).*\d|^\d+(?:[.,]\d+)?\s*%$`)
	dates        = regexp.MustCompile(`đến|số liệu|qđ|quyết định|nghị quyết|văn bản|công văn|báo cáo`)
	datedPlace   = regexp.MustCompile(`ngày\s*[\d.…_]*\s*tháng\s*[\d.…_]*\s*năm`)
)

func (f *finder) sense(c *grid.Cell) *words.Sense { return f.v.Sense(c) }

// indicator is the one that a cell names by id or in words; dates that stand
// among ids are ids.
func (f *finder) indicator(c *grid.Cell) *words.Indicator {
	if c == nil {
		return nil
	}
	if ind := f.dated[c]; ind != nil {
		return ind
	}
	return f.sense(c).Indicator()
}

// profile counts the cells of a row once.
func (f *finder) profile(row int) *profile {
	p := &f.rows[row]
	if p.done {
		return p
	}
	p.done, p.rising = true, true
	seen := map[*words.Indicator]bool{}
	names := map[string]bool{}
	criteria := map[int]bool{}
	lastInd, lastCrit := -1, 0
	for _, c := range f.g.Row(row) {
		if c.Struck {
			continue
		}
		p.cells++
		s := f.sense(c)
		ind := f.indicator(c)
		if asks := c.Kind == sheet.Text && requirement.MatchString(c.Fold); asks || c.Percent {
			p.requires++
			if asks && ind == nil && !s.Number {
				continue
			}
		}
		switch {
		case ind != nil:
			if !seen[ind] {
				seen[ind] = true
				if s.Named != nil && s.ID == nil {
					p.named++
				} else {
					p.ids++
				}
				if c.Kind == sheet.Number && !c.Date {
					p.typed++
				}
			}
			at := f.v.Order(ind)
			if at < lastInd {
				p.breaks++
			}
			lastInd = at
		case s.Weak && s.ID != nil && !c.Date:
			if !seen[s.ID] {
				seen[s.ID] = true
				p.weak++
			}
			at := f.v.Order(s.ID)
			if at < lastInd {
				p.breaks++
			}
			lastInd = at
		case s.Unknown != "" && !s.Weak:
			p.unknown++
		case s.Criterion != 0 && !s.Plain:
			if !criteria[s.Criterion] {
				criteria[s.Criterion] = true
				p.strong++
			}
		case s.Plain:
			if lastCrit != s.Criterion { // written again over the next column
				p.plain++
			}
			if s.Criterion < lastCrit {
				p.breaks++
			}
			lastCrit = s.Criterion
		case s.Code:
			p.codes++
		case s.Commune:
			if !names[c.Fold] {
				names[c.Fold] = true
				p.communes++
			}
		case s.Total && !s.Head.Has(words.RateHead) && !s.Head.Has(words.WholeHead) && !s.Head.Has(words.ByDistrict):
			p.sums++
		case c.Date && s.Head != nil:
			p.measures++
		case s.Number || c.Kind == sheet.Number:
			p.numbers++
			if s.Head != nil && s.Head.Time.Stated() {
				p.years++
			}
		case s.Head.Says() && s.Head.Key():
			p.keys++
		case s.Head.Says() && s.Head.Polarity != 0 && s.Head.Kind == "" && !s.Head.Time.Stated():
			p.polar++
		case s.Head.Says():
			p.measures++
		case s.Mark:
			p.marks++
		case c.Kind == sheet.Text:
			p.texts++
		}
	}
	// Numbers of criteria among ids go back with them, and are one break.
	p.rising = p.breaks == 0 || p.breaks*6 <= p.cells
	return p
}

// across says what keys a row holds for the columns below it.
type across int

const (
	nothingAcross across = iota
	idsAcross
	criteriaAcross
	communesAcross
	headsAcross
)

// heads tells a row that heads columns, and by what.
func (f *finder) heads(row int) across {
	p := f.profile(row)
	ids := p.ids + p.named
	switch {
	case p.cells < 2 || f.signature(row) || f.oneText(row):
		return nothingAcross
	case p.communes >= 3 || p.communes == 2 && p.numbers == 0 && p.marks == 0 && ids <= 1 && p.plain == 0:
		if ids > 1 || p.numbers > p.communes {
			return nothingAcross
		}
		return communesAcross
	case p.communes == 1 && p.keys >= 2 && p.numbers == 0 && p.marks == 0 && ids == 0 && p.plain == 0:
		return communesAcross // a table of one commune
	case p.communes > 0 || p.codes > 0 || p.sums > 0 && p.keys == 0:
		return nothingAcross
	case ids >= 2 && p.typed > 0 && (p.numbers > 0 || p.named > 0 || p.marks > 0 || p.texts > 0 && p.keys == 0 || !p.rising && !f.headsCommunes(row)):
		return nothingAcross // among figures 15.1 and 17.2 are figures
	case ids >= 2 && p.texts <= ids && p.numbers*2 <= ids && p.marks == 0:
		return idsAcross
	case ids >= 1 && p.plain >= 1 && p.numbers+p.texts+p.marks+p.measures == 0 && f.belowKeys(row):
		return idsAcross // "15.1 | 16", below the headings of the keys
	case ids >= 1 && p.keys >= 1 && p.numbers == 0 && p.texts <= 2 && f.idBesideName(row):
		return idsAcross
	case p.weak+ids >= 3 && p.rising && p.texts*4 <= p.weak+ids && p.numbers == 0:
		return idsAcross
	case p.weak+ids >= 2 && p.weak+ids+p.plain >= 3 && p.keys >= 1 && p.numbers+p.marks+p.texts == 0 && f.headsCommunes(row):
		return idsAcross // "5 | 14,1 | 14,2", beside the headings of the keys
	case p.strong >= 2 && p.numbers == 0 && p.texts <= p.strong, p.strong == 1 && p.numbers+p.texts+p.marks+ids == 0 && p.keys >= 1 && f.headsCommunes(row):
		return criteriaAcross
	case p.plain >= 5 && (p.rising || p.keys > 0) && p.texts <= min(p.keys, 2) && p.marks == 0 && p.numbers == 0 && p.strong+p.plain > p.measures:
		return criteriaAcross
	case p.plain >= 2 && p.plain < 5 && p.rising && p.keys > 0 && p.texts == 0 && p.marks == 0 && p.numbers == 0 && f.headsCommunes(row):
		return criteriaAcross
	case f.v.Is("section", strings.Trim(f.g.Row(row)[0].Fold, " .)")):
		return nothingAcross // "II | Các xã phấn đấu đạt chuẩn năm 2018"
	case p.keys >= 1 && p.keys+p.measures+p.polar+p.years >= 2 && p.numbers == p.years && p.texts <= p.keys+p.measures+p.polar && ids+p.unknown == 0:
		return headsAcross
	case p.keys >= 2 && p.requires > 0 && p.numbers <= p.requires && p.texts == 0 && ids+p.unknown+p.weak+p.plain == 0 && f.headsCommunes(row):
		return headsAcross // the headings of keys beside what is asked
	case p.keys >= 2 && p.numbers == p.years && p.marks == 0 && ids+p.unknown+p.plain+p.strong == 0 && f.sense(f.g.Row(row)[0]).Head.Has(words.STT):
		return headsAcross // "TT | Nội dung | …" begins a header, whatever words follow
	case p.measures >= 3 && p.numbers == 0 && p.texts == 0 && ids+p.unknown+p.weak == 0:
		return headsAcross
	}
	return nothingAcross
}

// belowKeys tells a row that leaves the columns of the keys blank, below the row
// that heads them.
func (f *finder) belowKeys(row int) bool {
	if row < 2 {
		return false
	}
	above := f.profile(row - 1)
	first, over := f.g.Row(row), f.g.Row(row-1)
	return above.keys >= 1 && above.communes+above.numbers+above.marks == 0 && len(over) > 0 && first[0].Pos.Col > over[0].Pos.Col
}

func (f *finder) headsCommunes(row int) bool {
	for _, c := range f.g.Row(row) {
		if s := f.sense(c); s.Head.Has(words.CommuneHead) && s.Head.Says() {
			return true
		}
	}
	return false
}

// idBesideName tells a table of one indicator: an id right of the heading of
// communes.
func (f *finder) idBesideName(row int) bool {
	named := false
	for _, c := range f.g.Row(row) {
		s := f.sense(c)
		if s.Head.Has(words.CommuneHead) && s.Head.Says() {
			named = true
		}
		if named && f.indicator(c) != nil {
			return true
		}
	}
	return false
}

func (f *finder) signature(row int) bool { return Signature(f.g, row) }

// Signature tells a row of the block of signatures or the list of recipients.
func Signature(g *grid.Grid, row int) bool {
	for _, c := range g.Row(row) {
		if c.Kind != sheet.Text {
			continue
		}
		s := strings.Trim(c.Fold, " :*./-")
		if strings.HasPrefix(s, "nơi nhận") || strings.HasPrefix(s, "người lập") || strings.HasPrefix(s, "tm. ") || strings.HasPrefix(s, "kt. ") ||
			strings.HasPrefix(s, "người tổng hợp") || strings.HasPrefix(s, "thủ trưởng") ||
			len(g.Row(row)) <= 3 && datedPlace.MatchString(s) && !dates.MatchString(s) {
			return true
		}
	}
	return false
}

// headerish tells a row whose every cell may stand in a header.
func (f *finder) headerish(row int, kind across, firstCol int) bool {
	p := f.profile(row)
	if p.cells == 0 || p.communes > 0 && f.heads(row) != communesAcross || p.codes > 0 || f.signature(row) {
		return false
	}
	if f.numbersRow(row, firstCol) {
		return true
	}
	if kind == headsAcross || kind == communesAcross {
		// There an indicator begins the rows; and a criterion's number too.
		if p.ids+p.named+p.unknown+p.strong > 0 || p.weak > 0 || p.plain > 0 {
			return f.heads(row) == idsAcross || f.heads(row) == criteriaAcross
		}
	}
	if p.sums > 0 && p.keys == 0 && p.measures == 0 && !(kind == communesAcross) {
		return false
	}
	if p.requires > 0 && p.texts <= 1 && p.ids == 0 {
		return f.requireRow(row)
	}
	if p.numbers > p.years || p.years == 1 && p.cells == 1 || p.texts > (p.ids+p.named+p.strong+p.keys+p.measures+p.polar) {
		return false
	}
	if cells := f.g.Row(row); len(cells) == 1 && f.g.Span(row, cells[0].Pos.Col).To.Col == cells[0].Pos.Col {
		c := cells[0]
		s := f.sense(c)
		return s.Head.Says() && !f.v.Is("section", strings.Trim(c.Fold, " .")) && (f.indicator(c) == nil)
	}
	return !f.v.Is("section", strings.Trim(f.g.Row(row)[0].Fold, " ."))
}

// requireRow tells a row of what is asked: "Đạt", "≥ 85%", "100%" and words.
func (f *finder) requireRow(row int) bool {
	for _, c := range f.g.Row(row) {
		s := f.sense(c)
		switch {
		case requirement.MatchString(c.Fold), c.Percent, s.Mark, s.Head.Says(), ColumnNumber.MatchString(c.Fold):
		case s.Number && c.Kind == sheet.Text:
		default:
			return false
		}
	}
	return true
}

// numbersRow tells a row of column numbers: (1) (2) (3), A B 1 2, from the
// table's first column on. A row of criteria begins right of the keys.
func (f *finder) numbersRow(row, firstCol int) bool {
	cells := f.g.Row(row)
	if len(cells) < 2 {
		return false
	}
	if f.numbersInAnyOrder(row) {
		return true
	}
	if firstCol > 0 && cells[0].Pos.Col > firstCol {
		return false
	}
	last, seen := 0, 0
	for i, c := range cells {
		if !ColumnNumber.MatchString(c.Fold) || c.Percent {
			return false
		}
		n := firstNumber(c.Fold)
		if n > 0 {
			if n <= last && !(last == 0) || seen > 0 && n > last+3 {
				return false
			}
			if seen == 0 && n > 3 {
				return false
			}
			last = n
			seen++
		} else if i > 3 && seen > 0 {
			return false
		}
	}
	return seen >= 2 || seen >= 1 && len(cells) == 2
}

// numbersInAnyOrder tells a row of column numbers whose columns somebody has
// moved: each number once, from the first ones on, and all of them in brackets,
// which Excel keeps as negative numbers. Bare numbers are some only where they
// are 1 to n, one below every heading: criteria leave the columns of keys free.
func (f *finder) numbersInAnyOrder(row int) bool {
	cells := f.g.Row(row)
	seen, found := map[string]bool{}, map[int]bool{}
	numbers, marked, letters, low, high := 0, 0, 0, 0, 0
	for _, c := range cells {
		if !ColumnNumber.MatchString(c.Fold) || c.Percent || c.Struck {
			return false
		}
		n := firstNumber(c.Fold)
		if seen[c.Fold] || n > 0 && found[n] {
			return false
		}
		seen[c.Fold], found[n] = true, true
		if n > 0 {
			if numbers++; low == 0 || n < low {
				low = n
			}
			high = max(high, n)
			if strings.ContainsAny(c.Fold[:1], "([-") {
				marked++
			}
		} else {
			letters++
		}
	}
	switch {
	case numbers < 2 || low > 3 || letters > 3:
		return false
	case marked == numbers:
		return numbers >= 3 || numbers+letters >= 3 || row > 1 && len(f.g.Row(row-1)) == len(cells)
	case marked > 0 || low != 1 || high != numbers || numbers < 4:
		return false
	}
	for col := 1; col <= f.g.Cols; col++ {
		if row > 1 && f.g.Shown(row-1, col) != nil && f.g.At(row, col) == nil {
			return false
		}
	}
	return true
}

// firstNumber is the first whole number of a text, 0 for none.
func firstNumber(fold string) int {
	n := 0
	for _, r := range fold {
		if r >= '0' && r <= '9' {
			n = n*10 + int(r-'0')
		} else if n > 0 {
			break
		}
	}
	return n
}
