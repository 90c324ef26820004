// Package sql holds the models and checks as plain SQL files: one select each,
// as it would be pasted into the DuckDB shell. It knows no database; the
// warehouse runs what this package names.
package sql

import (
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// Files holds every SQL file and the comments.
//
//go:embed staging/*.sql marts/*.sql checks comments.csv
var Files embed.FS

// Staging lists the models that tidy what the files say, in the order in which
// they are built: a model reads only what stands before it.
var Staging = []string{
	"staging.period",          // the set in force and the period before
	"staging.commune",         // the communes that are judged
	"staging.continuity",      // what each of them was in the previous period
	"staging.lead",            // who leads each indicator, by the name that holds
	"staging.threshold",       // what is asked of each of them
	"staging.cell",            // what was said, and where a blank means "no"
	"staging.counted",         // whose word counts for which commune
	"staging.chosen",          // the one cell that counts
	"staging.observation",     // the cells of an indicator, put together
	"staging.criterion_claim", // what senders claim of whole criteria
}

// Passing are the models that are kept as views: to write half a million rows
// costs more than to put them together again. Where that takes as much memory as
// staging.observation, on top of what reads it, a table is the better of the two.
var Passing = map[string]bool{
	"staging.threshold": true,
}

// Marts lists the models that people read, in the order in which they are built.
var Marts = []string{
	"mart.indicator_result",
	"mart.criterion_result",
	"mart.failing", // what a summary lists
	"mart.commune_summary",
	"mart.district_summary",
	"mart.province_summary",
	"mart.band_summary",
	"mart.criterion_summary",
	"mart.indicator_summary",
	"mart.retention",
	"mart.retention_current",
	"mart.remediation",
	"mart.change",
	"mart.commune_history",
	"mart.withdrawal",
	"mart.recognition_change",
	"mart.unmet",    // reads the one before, and the plan
	"mart.slippage", // of the communes that the plan is about
	"mart.risk",
	"mart.headline",
	"mart.target",            // headline against what was planned
	"mart.period_comparison", // headline against other periods
	"mart.published_figure",
	"mart.correction",
	"mart.expected_sender",
	"mart.source_comparison",
	"mart.submission_change",
	"mart.what_if",
}

// Reach is how far back a model reads beyond the period of its rows.
type Reach int

const (
	// Previous is the one period before, of the same granularity.
	Previous Reach = iota + 1
	// Any is any earlier period, as far back as the warehouse goes.
	Any
)

// LooksBack declares, once, which models read periods before that of their rows.
// Which later periods are derived again when one is corrected, and what a
// publication's identity holds of other periods, follow from it; a test holds it
// against what the models read.
var LooksBack = map[string]Reach{
	"staging.period":          Previous,
	"staging.continuity":      Previous,
	"mart.change":             Previous,
	"mart.commune_history":    Previous,
	"mart.recognition_change": Any, // the latest figure under the set of the recognition
	"mart.risk":               Any, // the trend
	"mart.period_comparison":  Any, // the end of last year, the same period of last year
}

// FarBack lists the models that read more than the period before, in the order in
// which they are built.
func FarBack() []string {
	return slices.DeleteFunc(slices.Clone(Marts), func(name string) bool { return LooksBack[name] != Any })
}

// AfterCorrection lists the models that a correction of any earlier period may
// change: those that look far back, and whatever reads one of those, in the order
// in which they are built.
func AfterCorrection() ([]string, error) {
	var list []string
	for _, name := range Marts {
		text, err := Text(name)
		if err != nil {
			return nil, err
		}
		reads := func(other string) bool { return Reads(text, other) }
		if LooksBack[name] == Any || slices.ContainsFunc(list, reads) {
			list = append(list, name)
		}
	}
	return list, nil
}

// Reads tells whether a model's text reads another model.
func Reads(text, model string) bool {
	return regexp.MustCompile(`(?i)\b(?:from|join)\s+` + regexp.QuoteMeta(model) + `\b`).MatchString(text)
}

// Text returns the SQL of a model by its name, such as "mart.change".
func Text(name string) (string, error) {
	schema, table, ok := strings.Cut(name, ".")
	if !ok {
		return "", fmt.Errorf("model %q: want schema.table", name)
	}
	if schema == "mart" {
		schema = "marts"
	}
	text, err := Files.ReadFile(schema + "/" + table + ".sql")
	if err != nil {
		return "", fmt.Errorf("model %s: %w", name, err)
	}
	return string(text), nil
}

// Comments returns the Vietnamese comments of every table, view and column as
// CSV: object, column, comment.
func Comments() string {
	text, err := Files.ReadFile("comments.csv")
	if err != nil {
		return "" // cannot be: the file is embedded
	}
	return string(text)
}

// Checks returns the names of the built-in check files, sorted: "checks/….sql".
func Checks() []string {
	names, err := fs.Glob(Files, "checks/*.sql")
	if err != nil {
		return nil // cannot be: the pattern is well formed
	}
	return names
}

//go:embed queries/*.sql
var queries embed.FS

// Query is a question that is asked often: its name, the question in words,
// remarks on the answer, and the one SELECT that answers it.
type Query struct{ Name, Question, Remark, SQL string }

// Queries lists the saved queries in the order of their numbers.
func Queries() []Query {
	entries, err := queries.ReadDir("queries")
	if err != nil {
		panic(err) // embedded
	}
	var list []Query
	for _, e := range entries {
		text, err := queries.ReadFile("queries/" + e.Name())
		if err != nil {
			panic(err)
		}
		q := Query{Name: strings.TrimSuffix(e.Name(), ".sql")[len("01-"):]}
		rest := string(text)
		var comments []string
		for strings.HasPrefix(rest, "-- ") {
			line, after, _ := strings.Cut(rest, "\n")
			comments, rest = append(comments, line[len("-- "):]), after
		}
		q.Question, q.Remark, q.SQL = comments[0], strings.Join(comments[1:], " "), strings.TrimSpace(rest)
		list = append(list, q)
	}
	return list
}

//go:embed national/*.sql
var national embed.FS

// National lists the views over many provinces: name and SELECT.
func National() [][2]string {
	var list [][2]string
	for _, name := range []string{"province", "country", "criterion"} {
		text, err := national.ReadFile("national/" + name + ".sql")
		if err != nil {
			panic(err) // embedded
		}
		list = append(list, [2]string{"country." + name, string(text)})
	}
	return list
}
