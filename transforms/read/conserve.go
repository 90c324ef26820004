package read

import (
	"fmt"
	"slices"
	"sort"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/shape"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// Cells counts the non-blank cells of a file by what became of them. Total is
// the sum of the others: nothing is lost in silence.
type Cells struct {
	Total       int `json:"total"`
	Header      int `json:"header"`
	Key         int `json:"key"`         // names, codes, ids, running numbers
	Section     int `json:"section"`     // headings between rows
	Observation int `json:"observation"` // results, also second values, counts behind a rate, evidence
	Claim       int `json:"claim"`       // verdicts of the sender
	Totals      int `json:"totals"`      // sums and counts as written
	Note        int `json:"note"`
	Named       int `json:"named"`   // not read, named by a finding
	Ignored     int `json:"ignored"` // in a region of Reading.Ignored
	Covered     int `json:"covered"` // stale values under a merge, named by the reader
	Lost        int `json:"lost"`    // without a role: a finding of its own
	Twice       int `json:"twice"`   // with two roles: a finding of its own
}

// Count is the number of cells of one role.
type Count struct {
	Role  string // as the field is called in JSON
	Cells int
}

// ByRole lists the counts in the order of the fields, without the total.
func (c *Cells) ByRole() []Count {
	return []Count{
		{"header", c.Header}, {"key", c.Key}, {"section", c.Section}, {"observation", c.Observation}, {"claim", c.Claim},
		{"totals", c.Totals}, {"note", c.Note}, {"named", c.Named}, {"ignored", c.Ignored}, {"covered", c.Covered},
		{"lost", c.Lost}, {"twice", c.Twice},
	}
}

// Add counts cells of a role; it answers false to a role that there is none of.
func (c *Cells) Add(role string, n int) bool {
	var of *int
	switch role {
	case "header":
		of = &c.Header
	case "key":
		of = &c.Key
	case "section":
		of = &c.Section
	case "observation":
		of = &c.Observation
	case "claim":
		of = &c.Claim
	case "totals":
		of = &c.Totals
	case "note":
		of = &c.Note
	case "named":
		of = &c.Named
	case "ignored":
		of = &c.Ignored
	case "covered":
		of = &c.Covered
	case "lost":
		of = &c.Lost
	case "twice":
		of = &c.Twice
	default:
		return false
	}
	*of += n
	c.Total += n
	return true
}

// breach is a cell that breaks the law: read as nothing, or as two things.
type breach struct {
	check   string
	sheet   string
	at      sheet.Pos
	message string
}

// conserve holds a reading against the book that it came from. It trusts
// nothing that reading did: it walks the stored cells again and asks of each
// what the observations, the findings, the ignored regions and the roles say of
// it, of which exactly one may claim it. roles are by sheet, in the book's
// order; doubled are cells that two tables took.
func conserve(book *sheet.Book, out *Reading, roles []map[sheet.Pos]role, doubled map[place]bool) (Cells, []breach) {
	var count Cells
	var broken []breach
	said, again, silent := observed(out)
	// A form of another criteria set is named as a whole.
	whole := slices.ContainsFunc(out.Issues, func(i issue.Issue) bool { return i.Check == "set_mismatch" && i.Cell == "" })
	for i, s := range book.Sheets {
		no := i + 1
		regions := regionsByRow(out, no)
		rows, cols := named(out, s.Name)
		seen := 0 // observations whose cell was met
		for k := range s.Cells {
			at := s.Cells[k].Pos
			as := roles[i][at]
			if as == 0 && s.Cells[k].Kind == sheet.Text && grid.Clean(s.Cells[k].Text) == "" {
				continue // nothing but blanks
			}
			here := place{no, at}
			what, observes := said[here]
			if observes {
				seen++
			} else if s.Cells[k].Kind == sheet.NoResult { // has no text to quote
				what, observes = silent[here]
			}
			breaks := func(check, role, format string, args ...any) {
				count.Add(role, 1)
				broken = append(broken, breach{check, s.Name, at, fmt.Sprintf("ô "+address(s.Name, at)+" (“%s”) ", short(s.Cells[k].Text)) + fmt.Sprintf(format, args...)})
			}
			ignored := regions[at.Row].holding(at.Col)
			switch {
			case ignored > 1:
				breaks("cell_twice", "twice", "nằm trong %d vùng không đọc", ignored)
			case ignored == 1 && (as != 0 || observes):
				breaks("cell_twice", "twice", "nằm trong vùng không đọc, nhưng cũng được đọc là %s", roleWord(as))
			case again[here]:
				breaks("cell_twice", "twice", "được đọc thành hai số liệu khác nhau")
			case doubled[here]:
				breaks("cell_twice", "twice", "được hai bảng cùng đọc")
			case observes && as != roleValue:
				breaks("cell_twice", "twice", "được đọc thành số liệu, nhưng cũng là %s", roleWord(as))
			case observes:
				count.Add(what, 1)
			case ignored == 1:
				count.Ignored++
				count.Total++
			case as == roleHeader:
				count.Add("header", 1)
			case as == roleKey:
				count.Add("key", 1)
			case as == roleSection:
				count.Add("section", 1)
			case as == roleNote:
				count.Add("note", 1)
			case as == roleNamed && (whole || rows[at.Row] || cols[at.Col]):
				count.Add("named", 1)
			case as == roleNamed:
				breaks("cell_lost", "lost", "không được đọc mà không có thông báo nào nêu tên")
			case as == roleValue:
				breaks("cell_lost", "lost", "được nhận là số liệu nhưng không có trong kết quả đọc")
			default:
				breaks("cell_lost", "lost", "không được đọc và không nằm trong vùng nào được nêu là không đọc")
			}
		}
		count.Add("covered", len(s.Covered))
		if seen < said.on(no) {
			broken = append(broken, said.phantoms(s, no)...)
		}
	}
	return count, broken
}

// place is a cell of a book.
type place struct {
	sheetNo int
	at      sheet.Pos
}

type claims map[place]string

// observed says, for each cell that an observation quotes, what it counts as;
// again holds the cells that two observations quote, silent those that one is
// about without any text to quote. A list of exceptions speaks for every
// indicator at once, and is one claim.
func observed(out *Reading) (said claims, again map[place]bool, silent claims) {
	said, again, silent = make(claims, len(out.Observations)), map[place]bool{}, claims{}
	lists := map[place]*Record{}
	for i := range out.Observations {
		o := &out.Observations[i]
		at, ok := sheet.ParsePos(o.Cell)
		if !ok {
			continue
		}
		here := place{o.Record.SheetNo, at}
		as := "observation"
		switch {
		case o.Record.Kind == "total", o.Measure == words.AllCriteria, o.Measure == words.AllIndicators:
			as = "totals"
		case o.Measure == words.Claim, o.Measure == words.CriterionClaim:
			as = "claim"
		}
		if o.Raw == "" {
			silent[here] = as
			continue
		}
		list := o.Record.Layout == shape.List && o.Measure == words.Claim && o.Record.Kind == "commune"
		if _, twice := said[here]; twice && !(list && lists[here] == o.Record) {
			again[here] = true
		}
		said[here] = as
		if list {
			lists[here] = o.Record
		}
	}
	return said, again, silent
}

func (c claims) on(sheetNo int) int {
	n := 0
	for at := range c {
		if at.sheetNo == sheetNo {
			n++
		}
	}
	return n
}

// phantoms are observations that quote a cell in which nothing is written.
func (c claims) phantoms(s *sheet.Sheet, sheetNo int) []breach {
	stored := make(map[sheet.Pos]bool, len(s.Cells))
	for i := range s.Cells {
		stored[s.Cells[i].Pos] = true
	}
	var out []breach
	for here := range c {
		if here.sheetNo == sheetNo && !stored[here.at] {
			out = append(out, breach{"cell_lost", s.Name, here.at, "số liệu được ghi là lấy từ ô " + address(s.Name, here.at) + ", nhưng ô đó trống"})
		}
	}
	slices.SortFunc(out, func(a, b breach) int {
		if a.at.Less(b.at) {
			return -1
		}
		return 1
	})
	return out
}

// named are the rows and columns of a sheet that a finding points into.
func named(out *Reading, name string) (rows, cols map[int]bool) {
	rows, cols = map[int]bool{}, map[int]bool{}
	for _, i := range out.Issues {
		if at, ok := sheet.ParsePos(i.Cell); ok && i.Sheet == name {
			rows[at.Row], cols[at.Col] = true, true
		}
	}
	return rows, cols
}

// spans are the ignored stretches of one row: their first and their last
// columns, each in order.
type spans struct{ from, to []int }

func (s *spans) holding(col int) int {
	if s == nil {
		return 0
	}
	return sort.SearchInts(s.from, col+1) - sort.SearchInts(s.to, col)
}

func regionsByRow(out *Reading, sheetNo int) map[int]*spans {
	byRow := map[int]*spans{}
	for i := range out.Ignored {
		p := &out.Ignored[i]
		if p.SheetNo != sheetNo {
			continue
		}
		for row := p.Area.From.Row; row <= p.Area.To.Row; row++ {
			if byRow[row] == nil {
				byRow[row] = &spans{}
			}
			byRow[row].from = append(byRow[row].from, p.Area.From.Col)
			byRow[row].to = append(byRow[row].to, p.Area.To.Col)
		}
	}
	for _, s := range byRow {
		slices.Sort(s.from)
		slices.Sort(s.to)
	}
	return byRow
}

func roleWord(as role) string {
	switch as {
	case roleHeader:
		return "tiêu đề"
	case roleKey:
		return "tên hoặc số hiệu"
	case roleSection:
		return "tiêu đề nhóm"
	case roleNote:
		return "ghi chú"
	case roleNamed:
		return "ô bị bỏ qua có thông báo"
	case roleValue:
		return "số liệu"
	}
	return "ô chưa rõ vai trò"
}

// settleAccount counts the cells, and names each that breaks the law.
func (r *reader) settleAccount(book *sheet.Book) {
	var broken []breach
	r.out.Cells, broken = conserve(book, r.out, r.used, r.doubled)
	for _, b := range broken {
		r.note(b.check, b.sheet, b.at.String(), b.message)
	}
}
