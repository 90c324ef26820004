package transforms

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
	for _, page := range pages {
		t.Run(strings.TrimSuffix(filepath.Base(page), ".txt"), func(t *testing.T) {
			a, err := txtar.ParseFile(page)
			if err != nil {
				t.Fatal(err)
			}
			src := Source{File: "bao cao.xlsx", Period: quarter4}
			for line := range strings.Lines(string(a.Comment)) {
				line = strings.TrimSpace(line)
				if v, ok := strings.CutPrefix(line, "file: "); ok {
					src.File = v
				}
				if v, ok := strings.CutPrefix(line, "folder: "); ok {
					src.Folder = v
				}
				if v, ok := strings.CutPrefix(line, "period: "); ok {
					src.Period, _ = ParsePeriod(v)
				}
			}
			book := &sheet.Book{Name: src.File}
			var want *txtar.File
			for i := range a.Files {
				if a.Files[i].Name == "reading" {
					want = &a.Files[i]
					continue
				}
				book.Sheets = append(book.Sheets, parseSheet(a.Files[i].Name, string(a.Files[i].Data)))
			}
			r := understand(book, words(), src)
			checkReading(t, r)
			got := []byte(tell(r))
			if *update {
				if want == nil {
					a.Files = append(a.Files, txtar.File{Name: "reading"})
					want = &a.Files[len(a.Files)-1]
				}
				want.Data = got
				if err := os.WriteFile(page, txtar.Format(a), 0o644); err != nil {
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

// parseSheet reads a sheet as the pages write it.
func parseSheet(name, text string) *sheet.Sheet {
	s := &sheet.Sheet{Name: name, HiddenRows: map[int]bool{}}
	var rows [][]string
	for line := range strings.Lines(text) {
		line, hidden := strings.CutPrefix(strings.TrimRight(line, "\n"), "!")
		if hidden {
			s.HiddenRows[len(rows)+1] = true
		}
		cells := strings.Split(line, "|")
		for i := range cells {
			cells[i] = strings.Trim(cells[i], " ") // other blanks belong to the text
		}
		rows = append(rows, cells)
	}
	at := func(row, col int) string {
		if row < len(rows) && col < len(rows[row]) {
			return rows[row][col]
		}
		return ""
	}
	for row := range rows {
		for col, text := range rows[row] {
			if text == "" || text == "<" || text == "^" {
				continue
			}
			c := parseCell(text)
			c.Pos = sheet.Pos{Row: row + 1, Col: col + 1}
			s.Cells = append(s.Cells, c)
			to := c.Pos
			for at(row, to.Col) == "<" {
				to.Col++
			}
			for at(to.Row, col) == "^" {
				to.Row++
			}
			if to != c.Pos {
				s.Merges = append(s.Merges, sheet.Rect{From: c.Pos, To: to})
			}
		}
	}
	return s
}

// tell writes a reading as the pages show it.
func tell(r *reader) string {
	var b strings.Builder
	out := r.out
	fmt.Fprintf(&b, "district %s (%s), period ", or(out.District, "?"), or(out.DistrictWhy, "nothing says"))
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
		fmt.Fprintf(&b, "\ntable %d: %s %s %s, header %s\n", t.No, t.Layout, t.Sheet, t.Area, t.Header)
		for _, k := range t.Columns {
			at := sheet.ColName(k.Col)
			if t.Transposed {
				at = fmt.Sprint("row ", k.Col)
			}
			fmt.Fprintf(&b, "  %s %s", at, k.Role)
			for _, s := range []string{k.Measure, k.Indicator} {
				if s != "" {
					b.WriteString(" " + s)
				}
			}
			if k.Indicator == "" && k.Criterion != 0 {
				fmt.Fprintf(&b, " of %d", k.Criterion)
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

func tellRecord(b *strings.Builder, out *Reading, rec *Record) {
	fmt.Fprintf(b, "%d %s %s “%s”", rec.No, rec.Kind, or(rec.Cell, "-"), Clean(rec.Text))
	if rec.Kind == "commune" {
		fmt.Fprintf(b, " = %s %s", or(rec.Commune, "unknown"), rec.Step)
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
			key := fmt.Sprintf("%s “%s” %s", o.Cell, Clean(o.Raw), say(v))
			if claims[key] == nil {
				order = append(order, key)
			}
			claims[key] = append(claims[key], o.Indicator)
			continue
		}
		fmt.Fprintf(b, "    %s", o.Cell)
		if o.Measure != Result {
			b.WriteString(" " + o.Measure)
		}
		if about != "" {
			b.WriteString(" " + about)
		}
		b.WriteString(" " + say(o.Value))
		if o.State == Invalid {
			fmt.Fprintf(b, " “%s”", Clean(o.Raw))
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
func checkReading(t testing.TB, r *reader) {
	t.Helper()
	for _, g := range r.grids {
		regions := map[sheet.Pos]int{}
		for _, p := range r.out.Ignored {
			if p.SheetNo != g.no {
				continue
			}
			n := 0
			for pos := range g.cells {
				if p.Area.Contains(pos) {
					regions[pos]++
					n++
				}
			}
			if n != p.Cells {
				t.Errorf("region %s!%s says %d cells, holds %d", p.Sheet, p.Area, p.Cells, n)
			}
		}
		for pos := range g.cells {
			if used := r.used[g][pos] != 0; used && regions[pos] > 0 || !used && regions[pos] != 1 {
				t.Errorf("%s!%s: read %v, in %d ignored regions", g.sheet.Name, pos, used, regions[pos])
			}
		}
	}
	stored := 0
	for _, g := range r.grids {
		stored += len(g.cells) + len(g.sheet.Covered)
	}
	parts := 0
	for _, c := range r.out.Cells.ByRole() {
		parts += c.Cells
	}
	if n := r.out.Cells; n.Total != stored || parts != stored || n.Lost+n.Twice > 0 {
		t.Errorf("%d cells, accounted for as %+v", stored, n)
	}
	type what struct {
		rec       *Record
		measure   string
		indicator string
		criterion int
	}
	once := map[what]string{}
	for i := range r.out.Observations {
		o := &r.out.Observations[i]
		g := r.grids[o.Record.SheetNo-1]
		at, _ := sheet.ParsePos(o.Cell)
		if at.Row < 1 || at.Row > g.lastRow() || at.Col < 1 || o.Row < 1 || o.Col < 1 {
			t.Errorf("observation outside the sheet: %s %s", o.Record.Sheet, o.Cell)
		}
		if place := (sheet.Pos{Row: o.Row, Col: o.Col}); place != at && !r.out.Tables[o.Record.Table-1].Transposed {
			t.Errorf("%s!%s is at %s", o.Record.Sheet, o.Cell, place)
		}
		c := g.cells[at]
		if (o.Raw != "") && c == nil {
			t.Errorf("%s!%s is blank but says %q", o.Record.Sheet, o.Cell, o.Raw)
		}
		if c != nil && r.used[g][c.pos] != roleValue {
			t.Errorf("%s!%s is observed but read as %q", o.Record.Sheet, o.Cell, r.used[g][c.pos])
		}
		if o.State == Invalid && o.Message == "" || o.State == "" {
			t.Errorf("%s!%s: state %q without a message", o.Record.Sheet, o.Cell, o.State)
		}
		w := what{o.Record, o.Measure, o.Indicator, o.Criterion}
		if at, twice := once[w]; twice {
			t.Errorf("record %d: %s %s %d is said at %s and at %s", o.Record.No, o.Measure, o.Indicator, o.Criterion, at, o.Cell)
		}
		once[w] = o.Cell
	}
	observed := map[string]bool{}
	for _, o := range r.out.Observations {
		observed[fmt.Sprint(o.Record.SheetNo, o.Cell)] = true
	}
	for _, g := range r.grids {
		for pos, as := range r.used[g] {
			if as == roleValue && !observed[fmt.Sprint(g.no, pos.String())] {
				t.Errorf("%s!%s is said to be a value, but nothing is observed there", g.sheet.Name, pos)
			}
		}
	}
	for i, rec := range r.out.Records {
		if rec.No != i+1 || len(rec.Suggest) > 3 || rec.Commune != "" && rec.Step == "" {
			t.Errorf("record %+v", rec)
		}
	}
}
