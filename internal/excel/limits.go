package excel

// Limits bounds what one file may cost, whatever it claims about itself.
// Everything is counted while it streams past; no size field is believed.
// A limit of zero or less is not enforced, except that Rows and Columns never
// exceed the format's own 1,048,576 and 16,384.
type Limits struct {
	FileBytes     int64 // the file as received
	InflatedBytes int64 // all parts that are read, unpacked
	PartBytes     int64 // one part, unpacked
	StringBytes   int   // one text; Excel itself stops at 32,767 characters
	Sheets        int
	Rows          int // the highest row that holds something
	Columns       int // the highest column that holds something
	Cells         int // non-blank cells of the whole file; also shared strings, merges
	Parts         int // entries of the zip container
	TextBytes     int64
	Seconds       int // wall clock
}

// DefaultLimits fits every report an office has sent, with room to spare, and
// keeps the memory for one file near 256 MiB.
func DefaultLimits() Limits {
	return Limits{
		FileBytes:     64 << 20,
		InflatedBytes: 512 << 20,
		PartBytes:     256 << 20,
		StringBytes:   128 << 10,
		Sheets:        256,
		Rows:          maxRow,
		Columns:       maxCol,
		Cells:         1_000_000,
		Parts:         10_000,
		TextBytes:     64 << 20,
		Seconds:       30,
	}
}

// The format's own bounds.
const (
	maxRow = 1 << 20
	maxCol = 1 << 14
)

// maxStyles bounds the tables of styles.xml; Excel stops at 65,490 formats.
const maxStyles = 1 << 17

// noLimit leaves room for sums and products of limits.
const noLimit = 1<<31 - 1

// filled replaces limits that are not enforced by the greatest number, so that
// the checks themselves need no special case.
func (l Limits) filled() Limits {
	for _, p := range []*int{&l.StringBytes, &l.Sheets, &l.Cells, &l.Parts} {
		if *p <= 0 {
			*p = noLimit
		}
	}
	for _, p := range []*int64{&l.FileBytes, &l.InflatedBytes, &l.PartBytes, &l.TextBytes} {
		if *p <= 0 {
			*p = 1<<63 - 1
		}
	}
	if l.Rows <= 0 || l.Rows > maxRow {
		l.Rows = maxRow
	}
	if l.Columns <= 0 || l.Columns > maxCol {
		l.Columns = maxCol
	}
	return l
}
