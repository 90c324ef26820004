package report

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// sheets are the sheets of the consolidated workbook, in their order. People
// and scripts know them by these names. One that would say nothing is left out.
var sheets = []struct {
	name string
	do   func(*book, context.Context, string) error
}{
	{"Tổng quan", (*book).overviewSheet},
	{"Theo huyện", (*book).districtSheet},
	{"Theo tiêu chí", (*book).criterionSheet},
	{"Theo xã", (*book).communeSheet},
	{"Phụ lục 1", (*book).retentionSheet},
	{"Phụ lục 2", (*book).remediationSheet},
	{"Chỉ tiêu chưa đạt", (*book).unmetSheet},
	{"Việc phải làm", (*book).dutySheet},
	{"Nguy cơ không giữ được", (*book).riskSheet},
	{"So kỳ trước", (*book).changeSheet},
	{"Kết quả chỉ tiêu", (*book).valueSheet},
	{"Số liệu cần kiểm tra", (*book).findingSheet},
	{"Tình hình nộp báo cáo", (*book).submissionSheet},
	{"Bản gửi lại", (*book).resentSheet},
	{levelName, (*book).levelSheet},
	{"Danh mục công nhận", (*book).recognitionSheet},
	{ruleName, (*book).ruleSheet},
	{sourceName, (*book).sourceSheet},
}

// book is a workbook being written.
type book struct {
	q      Query
	o      *overview
	f      *excelize.File
	styles map[style]int
	sheets int
	rows   map[string]*part // of each sheet, by the name of its part
	park   *park
	texts  *texts
	links  int
	err    error

	// The first sheet stays open until the ranges that its charts show are
	// written; traced is where the sheet of sources has each commune's rows.
	first  *grid
	charts []func()
	ranges ranges
	traced map[string]trace
	value  func(*result)     // a result goes into the sheet of values
	valued func() error      // which has all of them
	sure   map[string]string // words of confidence
}

// The sheets that other sheets refer to.
const (
	sourceName = "Nguồn số liệu"
	levelName  = "Mức đánh giá"
	ruleName   = "Quy tắc, phiên bản"
)

// ranges are where the charts find their figures.
type ranges struct {
	districts, average, averages              string
	criteria, criteriaChange, criteriaChanges string
}

func newBook(q Query, o *overview) *book {
	return &book{q: q, o: o, f: excelize.NewFile(), styles: map[style]int{}, rows: map[string]*part{}, texts: newTexts(), park: &park{}, sure: map[string]string{}}
}

// Workbook writes tong-hop-ntm-P.xlsx.
func Workbook(ctx context.Context, q Query, m Meta, w io.Writer) (err error) {
	o, err := overviewOf(ctx, q, m)
	if err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	b := newBook(q, o)
	defer func() {
		if e := b.close(); err == nil && e != nil {
			err = fmt.Errorf("workbook: %w", e)
		}
	}()
	if err := b.properties(); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	if err := b.trace(ctx); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	for _, s := range sheets {
		if err := s.do(b, ctx, s.name); err != nil {
			return fmt.Errorf("workbook: %w", err)
		}
	}
	for _, draw := range b.charts {
		draw()
	}
	if err := b.first.close(); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	if b.err != nil {
		return fmt.Errorf("workbook: %w", b.err)
	}
	// The first sheet is the active one as it is. Saying so would make the
	// library read every sheet back, and write it anew.
	if err := b.write(w); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	return nil
}

// write packs the workbook, straight to where it goes: the library would hold
// all of it once more.
func (b *book) write(w io.Writer) error {
	b.f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return &sortedZip{out: w, rows: b.rows, texts: b.texts} })
	return b.f.Write(io.Discard)
}

// close removes what waited in files.
func (b *book) close() error { return errors.Join(b.f.Close(), b.park.close()) }

// properties fixes what the library would take from the clock or from itself.
func (b *book) properties() error {
	if err := b.f.SetDefaultFont(font); err != nil {
		return err
	}
	stamp := b.o.EndsOn.UTC().Format("2006-01-02T15:04:05Z")
	if err := b.f.SetDocProps(&excelize.DocProperties{
		Title:    "Tổng hợp kết quả thực hiện tiêu chí nông thôn mới, " + b.o.label(),
		Creator:  b.o.Office,
		Created:  stamp,
		Modified: stamp, LastModifiedBy: b.o.Office,
		Language: "vi-VN",
	}); err != nil {
		return err
	}
	return b.f.SetAppProps(&excelize.AppProperties{Application: "ntm"})
}

// style is the workbook's number of a style.
func (b *book) style(s style) int {
	if id, ok := b.styles[s]; ok {
		return id
	}
	id, err := b.f.NewStyle(s.excelize())
	if err != nil && b.err == nil {
		b.err = err
	}
	b.styles[s] = id
	return id
}

// top is the heading of a working sheet: who issues it, what it is, for when.
func (b *book) top(name, note string) []line {
	list := []line{
		{left: b.o.Office, s: issuerB.aligned("left")},
		{left: name, s: title},
		{left: b.periodLine(), s: subtitle},
	}
	return append(list, b.tail(note)...)
}

// table is the heading of a table that goes with the report.
func (b *book) table(name, note string) []line {
	list := []line{
		{left: b.o.Office, s: issuerB.aligned("left")},
		{left: name, s: title},
		{left: b.belongs(), s: subtitle},
		{left: b.periodLine(), s: subtitle},
	}
	return append(list, b.tail(note)...)
}

// tail ends a heading: the banner, and a note on how to read the table.
func (b *book) tail(note string) []line {
	var list []line
	if words := b.o.banner(); words != "" {
		list = append(list, line{left: words, s: banner})
	}
	if note != "" {
		list = append(list, line{left: note, s: remark})
	}
	return list
}

// annex is the heading of an appendix, which carries no national motto: it
// belongs to a report that does.
func (b *book) annex(number string, titles ...string) []line {
	list := []line{{left: number, s: title}}
	for _, t := range titles {
		list = append(list, line{left: t, s: title})
	}
	return append(list, line{left: b.belongs(), s: subtitle}, line{left: b.periodLine(), s: subtitle})
}

// belongs names the report that a table or an appendix goes with.
func (b *book) belongs() string {
	return "(Kèm theo Báo cáo số " + b.number() + " ngày … tháng … năm …)"
}

// number is the number and sign of the report, open where it has none yet.
func (b *book) number() string {
	if b.o.Number == "" {
		return "…/BC-…"
	}
	return b.o.Number
}

func (b *book) periodLine() string {
	return "Kỳ báo cáo: " + b.o.label() + " (số liệu đến ngày " + day(b.o.asOf()) + ")"
}
