package transforms_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms"
	"github.com/angiang-ntm/ntm/transforms/page"
)

var update = flag.Bool("update", false, "rewrite the expected readings in testdata")

// Each page of testdata/layouts is a story, the sheets of one file, and the
// reading that is expected of them. On a sheet a line is a row and | divides
// its cells; < joins a cell to the one on its left, ^ to the one above, ! hides
// a row; parseCell says how the rest is written. The story may name the file,
// its folder and the run's period: "file: …", "folder: …", "period: …".
func TestLayouts(t *testing.T) {
	pages, err := filepath.Glob("testdata/layouts/*.txt")
	if err != nil || len(pages) == 0 {
		t.Fatal("no pages", err)
	}
	for _, name := range pages {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			src := transforms.Source{File: "bao cao.xlsx", Period: page.Quarter4}
			for line := range strings.Lines(string(a.Comment)) {
				line = strings.TrimSpace(line)
				if v, ok := strings.CutPrefix(line, "file: "); ok {
					src.File = v
				}
				if v, ok := strings.CutPrefix(line, "folder: "); ok {
					src.Folder = v
				}
				if v, ok := strings.CutPrefix(line, "period: "); ok {
					src.Period, _ = transforms.ParsePeriod(v)
				}
			}
			book := &sheet.Book{Name: src.File}
			var want *txtar.File
			for i := range a.Files {
				if a.Files[i].Name == "reading" {
					want = &a.Files[i]
					continue
				}
				book.Sheets = append(book.Sheets, page.Sheet(a.Files[i].Name, string(a.Files[i].Data)))
			}
			r := transforms.Understand(book, page.Vocabulary(), src)
			checkReading(t, book, r)
			got := []byte(tell(r))
			if *update {
				if want == nil {
					a.Files = append(a.Files, txtar.File{Name: "reading"})
					want = &a.Files[len(a.Files)-1]
				}
				want.Data = got
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want == nil || !bytes.Equal(want.Data, got) {
				t.Errorf("reading differs (go test ./transforms -update rewrites it):\n%s", got)
			}
		})
	}
}

// tell writes a reading as the pages show it.
func tell(out *transforms.Reading) string {
	var b strings.Builder
	fmt.Fprintf(&b, "district %s (%s), period ", page.Or(out.District, "?"), page.Or(out.DistrictWhy, "nothing says"))
	switch p := out.Period; {
	case p.Matches:
		fmt.Fprintf(&b, "matches “%s” %s", p.Label, p.Cell)
	case p.Contradicts:
		fmt.Fprintf(&b, "contradicts “%s” %s", p.Label, p.Cell)
	default:
		b.WriteString("not stated")
	}
	if !out.Period.AsOf.IsZero() {
		b.WriteString(", as of " + out.Period.AsOf.Format(time.DateOnly))
	}
	b.WriteByte('\n')
	for _, t := range out.Tables {
		layout := string(t.Layout)
		if t.Transposed {
			layout += " turned"
		}
		fmt.Fprintf(&b, "\ntable %d: %s %s %s, header %s\n", t.No, layout, t.Sheet, t.Area, t.Header)
		for _, k := range t.Columns {
			at := sheet.ColName(k.Col)
			if t.Transposed {
				at = fmt.Sprint("row ", k.Col)
			}
			fmt.Fprintf(&b, "  %s %s", at, k.Role)
			for _, s := range []string{string(k.Measure), k.Indicator} {
				if s != "" {
					b.WriteString(" " + s)
				}
			}
			if k.Indicator == "" && k.Criterion != 0 {
				fmt.Fprintf(&b, " of %d", k.Criterion)
			}
			if k.Standing != "" {
				fmt.Fprintf(&b, " (%s)", k.Standing)
			}
			fmt.Fprintf(&b, " “%s”\n", k.Header)
		}
		for _, rec := range out.Records {
			if rec.Table == t.No {
				tellRecord(&b, out, rec)
			}
		}
	}
	b.WriteByte('\n')
	for _, p := range out.Ignored {
		fmt.Fprintf(&b, "ignored %s!%s, %d cells: %s\n", p.Sheet, p.Area, p.Cells, p.Reason)
	}
	for _, i := range out.Issues {
		fmt.Fprintf(&b, "%s %s %s!%s: %s\n", i.Severity, i.Check, i.Sheet, i.Cell, i.Message)
	}
	return b.String()
}

func tellRecord(b *strings.Builder, out *transforms.Reading, rec *transforms.Record) {
	fmt.Fprintf(b, "%d %s %s “%s”", rec.No, rec.Kind, page.Or(rec.Cell, "-"), transforms.Clean(rec.Text))
	if rec.Kind == "commune" {
		fmt.Fprintf(b, " = %s %s", page.Or(rec.Commune, "unknown"), rec.Step)
	}
	if len(rec.Suggest) > 0 {
		fmt.Fprintf(b, ", perhaps %s", strings.Join(rec.Suggest, ", "))
	}
	b.WriteByte('\n')
	// The claims of a list share its cell; they are told together.
	claims := map[string][]string{}
	var order []string
	for _, o := range out.Observations {
		if o.Record != rec {
			continue
		}
		about := o.Indicator
		if about == "" && o.Criterion != 0 {
			about = fmt.Sprint("of ", o.Criterion)
		}
		if rec.Layout == "L3" && o.Indicator != "" {
			v := o.Value
			v.Issue = ""
			key := fmt.Sprintf("%s “%s” %s", o.Cell, transforms.Clean(o.Raw), page.Say(v))
			if claims[key] == nil {
				order = append(order, key)
			}
			claims[key] = append(claims[key], o.Indicator)
			continue
		}
		fmt.Fprintf(b, "    %s", o.Cell)
		if o.Measure != transforms.Result {
			b.WriteString(" " + string(o.Measure))
		}
		if about != "" {
			b.WriteString(" " + about)
		}
		b.WriteString(" " + page.Say(o.Value))
		if o.Standing != "" {
			fmt.Fprintf(b, " (%s)", o.Standing)
		}
		if o.State == transforms.Invalid {
			fmt.Fprintf(b, " “%s”", transforms.Clean(o.Raw))
		}
		b.WriteByte('\n')
	}
	for _, key := range order {
		ids := strings.Join(claims[key], " ")
		if n := len(claims[key]); n > 8 {
			ids = fmt.Sprintf("%d indicators", n)
		}
		fmt.Fprintf(b, "    %s: %s\n", key, ids)
	}
}

// checkReading holds what is true of every reading of every file: no cell is
// lost, none is read as two things, nothing is observed where nothing is.
func checkReading(t testing.TB, book *sheet.Book, r *transforms.Reading) {
	t.Helper()
	stored := 0
	for no, s := range book.Sheets {
		g := page.Grid(s, no+1)
		stored += len(s.Covered)
		regions := map[sheet.Pos]int{}
		for _, p := range r.Ignored {
			if p.SheetNo != no+1 {
				continue
			}
			n := 0
			for row := p.Area.From.Row; row <= min(p.Area.To.Row, g.LastRow()); row++ {
				for _, c := range g.Row(row) {
					if p.Area.Contains(c.Pos) {
						regions[c.Pos]++
						n++
					}
				}
			}
			if n != p.Cells {
				t.Errorf("region %s!%s says %d cells, holds %d", p.Sheet, p.Area, p.Cells, n)
			}
		}
		for row := 1; row <= g.LastRow(); row++ {
			stored += len(g.Row(row))
			for _, c := range g.Row(row) {
				if regions[c.Pos] > 1 {
					t.Errorf("%s!%s is in %d ignored regions", s.Name, c.Pos, regions[c.Pos])
				}
			}
		}
		for i := range r.Observations {
			o := &r.Observations[i]
			if o.Record.SheetNo != no+1 {
				continue
			}
			at, _ := sheet.ParsePos(o.Cell)
			if at.Row < 1 || at.Row > g.LastRow() || at.Col < 1 || o.Row < 1 || o.Col < 1 {
				t.Errorf("observation outside the sheet: %s %s", o.Record.Sheet, o.Cell)
			}
			if place := (sheet.Pos{Row: o.Row, Col: o.Col}); place != at && !tableOf(r, o).Transposed {
				t.Errorf("%s!%s is at %s", o.Record.Sheet, o.Cell, place)
			}
			c := g.At(at.Row, at.Col)
			if o.Raw != "" && c == nil {
				t.Errorf("%s!%s is blank but says %q", o.Record.Sheet, o.Cell, o.Raw)
			}
			if c != nil && regions[at] > 0 {
				t.Errorf("%s!%s is observed and ignored", o.Record.Sheet, o.Cell)
			}
		}
	}
	parts := 0
	for _, c := range r.Cells.ByRole() {
		parts += c.Cells
	}
	if n := r.Cells; n.Total != stored || parts != stored || n.Lost+n.Twice > 0 {
		t.Errorf("%d cells, accounted for as %+v", stored, n)
		for _, i := range r.Issues {
			if i.Check == "cell_lost" || i.Check == "cell_twice" {
				t.Log(i)
			}
		}
	}
	type what struct {
		rec       *transforms.Record
		measure   transforms.Measure
		indicator string
		criterion int
	}
	once := map[what]string{}
	for i := range r.Observations {
		o := &r.Observations[i]
		if o.State == transforms.Invalid && o.Message == "" || o.State == "" {
			t.Errorf("%s!%s: state %q without a message", o.Record.Sheet, o.Cell, o.State)
		}
		// What does not count may be said by several lines; what counts, by one.
		if o.Standing != "" {
			continue
		}
		w := what{o.Record, o.Measure, o.Indicator, o.Criterion}
		if at, twice := once[w]; twice {
			t.Errorf("record %d: %s %s %d is said at %s and at %s", o.Record.No, o.Measure, o.Indicator, o.Criterion, at, o.Cell)
		}
		once[w] = o.Cell
	}
	for i, rec := range r.Records {
		if rec.No != i+1 || len(rec.Suggest) > 3 || rec.Commune != "" && rec.Step == "" {
			t.Errorf("record %+v", rec)
		}
	}
}

// tableOf is the table that an observation stands in.
func tableOf(r *transforms.Reading, o *transforms.Observation) *transforms.Table {
	for i := range r.Tables {
		if r.Tables[i].No == o.Record.Table {
			return &r.Tables[i]
		}
	}
	return &transforms.Table{}
}
