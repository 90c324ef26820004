package transforms

import "github.com/angiang-ntm/ntm/internal/sheet"

// Choice is a table that can be read in more than one way. Its fingerprint is of
// the form, not of the figures: a later file of the same form has the same.
type Choice struct {
	Fingerprint string
	Table       int // its number among the file's tables, from 1
	Sheet       string
	Area        sheet.Rect
	Readings    []Alternative
	// Chosen is the number of the reading that counts, 0 where none does.
	Chosen int
	// Confirmed tells that a person chose it.
	Confirmed bool
}

// Alternative is one way to read a table, in words that a person can choose by.
type Alternative struct {
	No    int // from 1
	Says  string
	Cells int
	Score float64
}
