// Package shape finds the tables of a sheet and says what each of their lines,
// rows and columns, is: a key or figures, and of figures which measure, time,
// kind, unit, polarity and author. It is pure: it writes no issue, changes
// nothing that it was given, and knows nothing of other sheets.
package shape

import (
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// Layout is the shape of a table: on which side its communes, its indicators
// and its measures stand.
type Layout string

// The layouts. A wide table may also be turned: communes across, indicators down.
const (
	Wide       Layout = "L1"       // a commune a row, an indicator a column
	Long       Layout = "L2"       // one commune, an indicator a row
	Flat       Layout = "L2f"      // commune and indicator in each row
	List       Layout = "L3"       // a commune a row, a list of what fails
	ByCriteria Layout = "L4"       // a commune a row, a criterion a column
	Form       Layout = "template" // a form of the program's own
)

// Role is what a line is for.
type Role string

// The roles of lines.
const (
	Key     Role = "key"
	Figures Role = "observation"
	Pair    Role = "pair" // the column of "Chưa đạt" beside one of "Đạt"
	Note    Role = "note"
	Ignored Role = "ignored"
)

// Standing says whether a line's figures count, and if not, why.
type Standing string

// The standings; the empty one counts.
const (
	Counts     Standing = ""
	Earlier    Standing = "earlier"      // of a period before the run's
	Later      Standing = "later"        // of one after it
	Planned    Standing = "plan"         // what is to be done
	Estimated  Standing = "estimate"     // not yet known
	Compared   Standing = "comparison"   // a difference, or a share of a plan
	Registered Standing = "registration" // what is promised
	Unstated   Standing = "unstated"     // says nothing beside a line that states this period
	Outranked  Standing = "outranked"    // a higher office says it too
	CountOf    Standing = "count"        // the number behind a rate
	Unclear    Standing = "unclear"      // one of several that may be the result
	Suspect    Standing = "quarantined"  // contradicts itself; see package read
	Misnamed   Standing = "misnamed"     // code and name are two communes
	Example    Standing = "example"      // how to fill in a form
	Struck     Standing = "struck"       // struck out
)

// Type is what speaks for a figure besides its commune and indicator: what the
// headings over its column and beside its row say, the nearest first.
type Type struct {
	Kind     words.Kind
	Time     words.Time
	Unit     string
	Polarity words.Polarity
	Author   words.Author
	Rate     bool // "Tỷ lệ", "%"
	Count    bool // "Số lượng", a unit of things
}

// Column is one column of a table.
type Column struct {
	Type
	Col       int
	Stack     []*grid.Cell // the headings over it, from above
	Role      Role
	Keys      KeyKind
	Measure   words.Measure
	Ind       *words.Indicator
	Criterion int
	Place     *grid.Cell // names the commune of a turned table's column
	Total     bool       // "Toàn huyện": sums and averages
	// CountsUnmet tells a column of how many criteria are not met.
	CountsUnmet bool
	Unknown     string // an id that the set does not have
	Label       string // the nearest heading below the id or the commune, folded
	Standing    Standing
	Verdict     bool       // its own heading says that it holds verdicts
	PairCol     int        // the other column of Đạt · Chưa đạt
	Choice      int        // 1-based: the question of the table that it is one answer to
	Reading     int        // which answer
	Decided     *grid.Cell // the heading that decided
	Why         string     // why it does not count, or is ignored; Vietnamese
	Clash       *grid.Cell // a heading that names another indicator
}

// KeyKind says what a column of keys holds.
type KeyKind int

// The kinds of keys.
const (
	NoKey KeyKind = iota
	Numbers
	Names
	Codes
	IDs
	Titles // indicators in words
	Units
	Kinds     // "Kế hoạch", "Thực hiện", years
	Districts // in a department's report
	Other
)

// What is what a row of a table is.
type What int

// What rows are.
const (
	Blank   What = iota
	Data         // about a commune or an indicator
	Heading      // the header again
	Section      // a heading between rows
	Sum          // totals, averages
	Notes        // a comment
	Gone         // wholly struck out
)

// Row is one row below a table's header.
type Row struct {
	Type
	Row       int
	What      What
	Name      *grid.Cell // of the commune, or of the sum
	Code      *grid.Cell
	Ind       *words.Indicator
	IDCell    *grid.Cell
	Criterion int
	Unknown   string
	Standing  Standing
	Clash     *grid.Cell    // names another indicator than IDCell
	Orphan    bool          // a key that stands above is missing here
	Group     bool          // a heading of a group of communes
	Measure   words.Measure // that the row says itself: "Mẫu số", "Trong đó …"
	Counts    bool          // "Tổng số tiêu chí đạt"
}

// Table is one table as it was chosen.
type Table struct {
	Grid                    *grid.Grid
	Layout                  Layout
	Turned                  bool
	HeadTop, Top, Bottom    int // header from HeadTop, rows from Top to Bottom
	FirstCol, LastCol       int
	Cols                    []Column
	Rows                    []Row
	NameCol, CodeCol, IDCol int
	TitleCol, ListCol, STT  int
	Titles                  []*grid.Cell // the texts above it, from above
	Place                   *grid.Cell   // names the commune of a long table
	PlaceBySheet            bool
	Labelled                bool // some row below an indicator states a kind or a time
	Headings                bool // some heading between rows states a kind or a time
	ByCriteria              bool // its rows name criteria and no indicators
	Context                 Context
	Only                    *words.Indicator // that a title names for the whole table
	IDRow                   int
	Requirements            map[int]bool // rows of the header that state what is asked
	Choices                 []Choice
}

// Choice is a question that the table leaves open: which of several lines
// counts. Readings are labels of lines, as written.
type Choice struct {
	Readings []string
	Chosen   int // 1-based; 0 is open
	Settled  bool
}

// Context is what the nearest title of a table, and its sheet's name, say.
type Context struct {
	Kind     words.Kind
	KindCell *grid.Cell // nil where the sheet's name says it
	Time     words.Time
	TimeCell *grid.Cell
	Relation words.Relation
	Year     int
	Unit     string
	Author   words.Author
	Polarity words.Polarity // "CÁC CHỈ TIÊU CHƯA ĐẠT"
	// TitleAuthor is whose word the title says that the table is: it goes before
	// or after other tables by it.
	TitleAuthor words.Author
	Inverted    bool // a legend says that a mark means not met
	Example     bool // the sheet shows how a form is filled in
	// Conflict is the sheet's name where it states another period than the title.
	Conflict string
}

// Asked is what a sheet is held against.
type Asked struct {
	Period        words.Period
	Estimates     bool // an estimate counts
	SheetIsFile   bool // a .csv: its sheet's name says nothing
	InheritedYear int
}
