// Package report writes what people receive: the consolidated workbook, the
// one-page report, the written report and the summary statistics of a period. It reads the
// published views through a function it is given, and it knows neither the
// database nor the files nor the clock: the same rows and the same Meta give
// the same bytes.
package report

import (
	"context"
	"strings"
	"time"
)

// Query runs one read on the warehouse and returns all of its rows. Arguments
// stand for the question marks in the text, in order.
type Query func(ctx context.Context, sql string, args ...any) (columns []string, rows [][]any, err error)

// Meta is what the views do not say: which period is written, who issues it,
// and what stands in its heading.
type Meta struct {
	Period string // as in the views, such as "2017-Q4"
	Label  string // as printed, such as "Quý IV/2017"
	EndsOn time.Time
	// AsOf is the date of data that the senders state. The zero time means
	// that the period's last day is printed.
	AsOf time.Time
	// Version is the version of the program. The number of the publication
	// has no place here: the same inputs in a fresh folder are another
	// publication, and must give the same bytes.
	Version  string
	Versions []Fact // further versions for the last sheet, in this order
	// Enough is the share of communes with data, in percent, below which what
	// is published says first of all that it is drawn from too little.
	Enough float64
	// Illustrative prints "SỐ LIỆU MINH HỌA" on every sheet and page.
	Illustrative bool
	// Supposed names the set of a publication that only supposes something
	// (ntm run --set): it says so on every sheet and page. "" is official.
	Supposed string

	Province string // "tỉnh An Giang"
	Parent   string // first line of the heading: "ỦY BAN NHÂN DÂN TỈNH AN GIANG"
	Office   string // second line of the heading
	Place    string // where the report is dated: "An Giang"
	// Number is the number and sign of the report that the annexes belong to;
	// without one the place for it is left open.
	Number string
	// SignerTitle and SignerName make the signature block; without a title
	// there is none, without a name there is room for one. A title may stand
	// on several lines ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH").
	SignerTitle, SignerName string
	// Recipients are those who receive the written report, in their order.
	Recipients []string
}

// Fact is a named value, such as the version of something.
type Fact struct{ Name, Value string }

// banner is what has to stand on every sheet and page, "" for nothing.
func (m Meta) banner() string {
	var words []string
	if m.Supposed != "" {
		words = append(words, "GIẢ ĐỊNH THEO BỘ "+m.Supposed+", KHÔNG PHẢI KẾT QUẢ CHÍNH THỨC")
	}
	if m.Illustrative {
		words = append(words, illustrativeBanner)
	}
	return strings.Join(words, " – ")
}

// asOf is the date of data as it is printed.
func (m Meta) asOf() time.Time {
	if m.AsOf.IsZero() {
		return m.EndsOn
	}
	return m.AsOf
}

// year is the year of the period, as "năm 2017" means it.
func (m Meta) year() int { return m.EndsOn.Year() }

// label is the period as printed; its key stands in where there is no label.
func (m Meta) label() string {
	if m.Label == "" {
		return m.Period
	}
	return m.Label
}
