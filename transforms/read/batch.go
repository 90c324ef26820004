package read

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/shape"
	"github.com/angiang-ntm/ntm/transforms/words"
)

func text(name string, nullable bool) arrow.Field {
	return arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: nullable}
}

func whole(name string, nullable bool) arrow.Field {
	return arrow.Field{Name: name, Type: arrow.PrimitiveTypes.Int32, Nullable: nullable}
}

func truth(name string) arrow.Field {
	return arrow.Field{Name: name, Type: arrow.FixedWidthTypes.Boolean, Nullable: true}
}

// ObservationSchema is the one schema in which observations travel: one row
// per cell that says something about a record. value is in the indicator's
// unit (%, triệu đồng/người/năm, or a count).
var ObservationSchema = arrow.NewSchema([]arrow.Field{
	text("submission_id", false), text("period", false), whole("record_no", false), whole("table_no", false),
	text("layout", false), text("district_code", true), text("commune_code", true),
	text("sheet", false), whole("sheet_no", false), whole("row_no", false), whole("col_no", false), text("cell", false),
	text("measure", false), text("indicator_id", true), whole("criterion_no", true), text("set_id", false),
	text("raw_text", false), {Name: "value", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	truth("word"), truth("word_is_answer"), truth("is_sign"),
	text("state", false), text("note", true), text("issue", true), text("issue_message", true),
}, nil)

// AsideSchema is the schema in which travels what does not count: an
// observation, and why it does not, of which kind it is, for which day it is
// stated and whose word it is.
var AsideSchema = arrow.NewSchema(append(slices.Clone(ObservationSchema.Fields()),
	text("standing", false), text("kind", true),
	arrow.Field{Name: "stated_on", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
	text("author", true),
), nil)

// RecordSchema is the schema of what the observations are about: one row per
// record of a table.
var RecordSchema = arrow.NewSchema([]arrow.Field{
	text("submission_id", false), text("period", false), whole("record_no", false), text("kind", false),
	whole("table_no", false), text("layout", false), text("sheet", false), whole("sheet_no", false),
	whole("row_no", false), text("cell", false), text("district_code", true), text("commune_code", true),
	text("commune_text", false), text("match_step", true), text("suggestions", true),
}, nil)

// row fills one row of a record batch, field by field in the schema's order.
type row struct {
	b *array.RecordBuilder
	i int
}

func (w *row) str(s string) {
	w.b.Field(w.i).(*array.StringBuilder).Append(s)
	w.i++
}

// opt writes NULL for "".
func (w *row) opt(s string) {
	if s == "" {
		w.b.Field(w.i).AppendNull()
		w.i++
		return
	}
	w.str(s)
}

func (w *row) int(n int) {
	w.b.Field(w.i).(*array.Int32Builder).Append(int32(n))
	w.i++
}

func (w *row) optInt(n int) {
	if n == 0 {
		w.b.Field(w.i).AppendNull()
		w.i++
		return
	}
	w.int(n)
}

func (w *row) float(f float64, ok bool) {
	if ok {
		w.b.Field(w.i).(*array.Float64Builder).Append(f)
	} else {
		w.b.Field(w.i).AppendNull()
	}
	w.i++
}

func (w *row) bool(v, ok bool) {
	if ok {
		w.b.Field(w.i).(*array.BooleanBuilder).Append(v)
	} else {
		w.b.Field(w.i).AppendNull()
	}
	w.i++
}

// day writes an ISO date, NULL for one that is not stated.
func (w *row) day(iso string) {
	b := w.b.Field(w.i).(*array.Date32Builder)
	if at, err := time.Parse(time.DateOnly, iso); err == nil {
		b.Append(arrow.Date32FromTime(at))
	} else {
		b.AppendNull()
	}
	w.i++
}

// AuthorName names whose word a figure is, "" where nothing says it.
func AuthorName(a words.Author) string {
	switch a {
	case words.CommuneSays:
		return "commune"
	case words.DistrictSays:
		return "district"
	case words.AppraisalSays:
		return "appraisal"
	}
	return ""
}

// Batches writes a reading as record batches of RecordSchema, ObservationSchema
// and AsideSchema: what does not count never stands among what does. The caller
// releases all three.
func (r *Reading) Batches(submission string, p words.Period, setID string) (records, observations, asides arrow.RecordBatch) {
	period := p.String()
	rb := array.NewRecordBuilder(memory.DefaultAllocator, RecordSchema)
	defer rb.Release()
	rb.Reserve(len(r.Records))
	for _, rec := range r.Records {
		w := row{b: rb}
		w.str(submission)
		w.str(period)
		w.int(rec.No)
		w.str(rec.Kind)
		w.int(rec.Table)
		w.str(string(rec.Layout))
		w.str(rec.Sheet)
		w.int(rec.SheetNo)
		w.int(rec.Row)
		w.str(rec.Cell)
		w.opt(cmp.Or(rec.District, r.District))
		w.opt(rec.Commune)
		w.str(grid.Clean(rec.Text))
		w.opt(rec.Step)
		w.opt(strings.Join(rec.Suggest, "; "))
	}
	ob := array.NewRecordBuilder(memory.DefaultAllocator, ObservationSchema)
	defer ob.Release()
	ob.Reserve(len(r.Observations))
	ab := array.NewRecordBuilder(memory.DefaultAllocator, AsideSchema)
	defer ab.Release()
	for i := range r.Observations {
		o := &r.Observations[i]
		w := row{b: ob}
		if o.Standing != shape.Counts {
			w.b = ab
		}
		w.str(submission)
		w.str(period)
		w.int(o.Record.No)
		w.int(o.Record.Table)
		w.str(string(o.Record.Layout))
		w.opt(cmp.Or(o.Record.District, r.District))
		w.opt(o.Record.Commune)
		w.str(o.Record.Sheet)
		w.int(o.Record.SheetNo)
		w.int(o.Row)
		w.int(o.Col)
		w.str(o.Cell)
		w.str(string(o.Measure))
		w.opt(o.Indicator)
		w.optInt(o.Criterion)
		w.str(setID)
		w.str(o.Raw)
		w.float(o.Num, o.HasNum)
		w.bool(o.Word, o.HasWord)
		w.bool(o.Answer, o.HasWord)
		// Beside marks a blank is an answer, beside words an omission: only a
		// table of criterion claims is filled in either way.
		w.bool(o.Sign != "" && (o.Mark || o.Record.Layout == shape.ByCriteria), true)
		w.str(o.State)
		w.opt(o.Note)
		w.opt(o.Issue)
		w.opt(o.Message)
		if o.Standing != shape.Counts {
			w.str(string(o.Standing))
			w.opt(string(o.Kind))
			w.day(o.StatedOn)
			w.opt(AuthorName(o.Author))
		}
	}
	return rb.NewRecordBatch(), ob.NewRecordBatch(), ab.NewRecordBatch()
}
