// Package issue describes something wrong with the data: what, where, how bad,
// and what to do about it. Bad data is a value of this package, never an error.
package issue

import "strings"

// Severity orders findings: an error must be mended, a warning looked at, an
// info is only said.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Issue is one thing that is wrong, at one place.
type Issue struct {
	Check    string // the check's id, such as "invalid_value"
	Code     string // its stable code, such as "NTM-201", the anchor in docs/findings.md
	Severity Severity
	// File, Sheet and Cell say where; what is unknown is "".
	File, Sheet, Cell string
	// Commune and Indicator are the commune's code and the indicator's id,
	// where they are known.
	Commune, Indicator string
	Message            string // Vietnamese: what is wrong
	Remedy             string // Vietnamese: what to do
}

// Where writes the place as file!sheet!cell, leaving out what is not known.
func (i Issue) Where() string {
	parts := make([]string, 0, 3)
	for _, p := range []string{i.File, i.Sheet, i.Cell} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, "!")
}

// String writes the issue on one line: place, message, code.
func (i Issue) String() string {
	s := i.Message + " [" + i.Code + "]"
	if w := i.Where(); w != "" {
		return w + ": " + s
	}
	return s
}

// List is a list of issues; nil is an empty list.
type List []Issue

// Worst returns the gravest severity in the list, "" when it is empty.
func (l List) Worst() Severity {
	var worst Severity
	for _, i := range l {
		switch {
		case i.Severity == Error:
			return Error
		case i.Severity == Warning, worst == "":
			worst = i.Severity
		}
	}
	return worst
}
