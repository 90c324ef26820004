package transforms_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms"
	"github.com/angiang-ntm/ntm/transforms/page"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// A case is a small report as an office may send it, and its truth: every
// figure that it reports, and nothing else. testdata/cases holds them, written
// as the pages of testdata/layouts are; {Mỹ Đức} stands for that commune's
// code. In the truth a line is a commune with its figures (a number, or yes or
// no for met or not) or one of:
//
//	finds: check …     findings that must be there
//	sender: code       who sent it
//	refused: check     the whole file is refused for this
//	unknown: name      the only records of communes that nobody knows
//	measures: m …      other measures than results and claims, one for each observation
//	others: yes        what is not listed may count as met, and as nothing else (a list of exceptions)
//	may abstain        a figure may stay uncounted where an error or warning says so
type readCase struct {
	name     string
	src      transforms.Source
	v        *words.Vocabulary
	book     *sheet.Book
	want     map[figure]string
	finds    []string
	sender   string
	refused  string
	others   bool
	mayLeave bool
	unknown  *string // the rows that name no commune, as written
	measures []string
}

type figure struct{ commune, indicator string }

var vocabularyOn = func() func(day string) *words.Vocabulary {
	var mu sync.Mutex
	made := map[string]*words.Vocabulary{}
	return func(day string) *words.Vocabulary {
		mu.Lock()
		defer mu.Unlock()
		if made[day] == nil {
			made[day] = page.VocabularyOn(day)
		}
		return made[day]
	}
}()

var codeOf = regexp.MustCompile(`\{([^}]+)\}`)

func readCases(t *testing.T) []*readCase {
	t.Helper()
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	var out []*readCase
	for _, name := range files {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c := &readCase{name: strings.TrimSuffix(filepath.Base(name), ".txt"), want: map[figure]string{}}
		c.src = transforms.Source{File: "bao cao.xlsx", Period: page.Quarter4}
		for line := range strings.Lines(string(a.Comment)) {
			line = strings.TrimSpace(line)
			if v, ok := strings.CutPrefix(line, "file: "); ok {
				c.src.File = v
			}
			if v, ok := strings.CutPrefix(line, "folder: "); ok {
				c.src.Folder = v
			}
			if v, ok := strings.CutPrefix(line, "period: "); ok {
				if c.src.Period, ok = transforms.ParsePeriod(v); !ok {
					t.Fatalf("%s: period %q", name, v)
				}
			}
		}
		c.v = vocabularyOn(c.src.Period.End().Format(time.DateOnly))
		c.book = &sheet.Book{Name: c.src.File}
		for _, f := range a.Files {
			if f.Name == "truth" {
				c.truth(t, string(f.Data))
				continue
			}
			text := codeOf.ReplaceAllStringFunc(string(f.Data), func(s string) string { return c.commune(t, s[1:len(s)-1]) })
			if f.Name == "csv" {
				f.Name = "" // its sheet has no name
			}
			c.book.Sheets = append(c.book.Sheets, page.Sheet(f.Name, strings.TrimRight(text, "\n")))
		}
		out = append(out, c)
	}
	return out
}

func (c *readCase) commune(t *testing.T, name string) string {
	m, _ := c.v.MatchCommune(name, "")
	if m == nil {
		t.Fatalf("%s: %q is no commune", c.name, name)
	}
	return m.Code
}

func (c *readCase) truth(t *testing.T, text string) {
	for line := range strings.Lines(text) {
		head, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		rest = strings.TrimSpace(rest)
		switch head {
		case "":
		case "finds":
			c.finds = append(c.finds, strings.Fields(rest)...)
		case "sender":
			c.sender = rest
		case "refused":
			c.refused = rest
		case "unknown":
			c.unknown = &rest
		case "measures":
			c.measures = strings.Fields(rest)
		case "others":
			c.others = true
		case "may abstain":
			c.mayLeave = true
		default:
			code := c.commune(t, head)
			for _, s := range strings.Fields(rest) {
				id, value, ok := strings.Cut(s, "=")
				if c.v.Indicator(id) == nil || !ok {
					t.Fatalf("%s: %q", c.name, s)
				}
				c.want[figure{code, id}] = value
			}
		}
	}
}

// counted is what of a reading would count: a value before a verdict, nothing
// where a number was asked and something else stands (ruling 24). Of two records
// of one commune the first counts, and the warehouse's check names both (ruling
// 7): repeated tells that. One record that says two things is nobody's to see.
func counted(v *words.Vocabulary, r *transforms.Reading) (_ map[figure]string, repeated bool) {
	said, claimed, blocked := map[figure]string{}, map[figure]string{}, map[figure]bool{}
	by := map[figure]*transforms.Record{}
	var rec *transforms.Record
	twice := func(m map[figure]string, k figure, s string) {
		switch before, ok := m[k]; {
		case !ok:
			by[k] = rec
		case before == s:
		case by[k] != rec:
			repeated = true
			return
		default:
			s = before + " and " + s
		}
		m[k] = s
	}
	for i := range r.Observations {
		o := &r.Observations[i]
		ind := v.Indicator(o.Indicator)
		if o.Standing != "" || o.Record.Kind != "commune" || o.Record.Commune == "" || ind == nil {
			continue
		}
		k := figure{o.Record.Commune, o.Indicator}
		rec = o.Record
		word := map[bool]string{true: "yes", false: "no"}[o.Word != (o.Answer && ind.Inverted())]
		switch {
		case o.Measure == transforms.Result && o.HasNum && ind.Inverted():
			twice(said, k, map[bool]string{true: "yes", false: "no"}[o.Num == 0])
		case o.Measure == transforms.Result && o.HasNum:
			twice(said, k, strconv.FormatFloat(o.Num, 'f', -1, 64))
		case o.Measure == transforms.Result && o.HasWord:
			twice(said, k, word)
		case o.Measure == transforms.Result && o.State == transforms.Invalid && ind.Kind != "boolean":
			blocked[k] = true
		case o.Measure == transforms.Claim && o.HasWord:
			twice(claimed, k, word)
		}
	}
	for k, s := range claimed {
		if said[k] == "" && !blocked[k] {
			said[k] = s
		}
	}
	if refused(r) != "" {
		clear(said)
	}
	return said, repeated
}

// refused says why nothing of a file counts.
func refused(r *transforms.Reading) string {
	for _, i := range r.Issues {
		if i.Check == "district_mismatch" && i.Severity == "error" || i.Check == "not_a_report" {
			return i.Check
		}
	}
	switch {
	case r.Period.Contradicts:
		return "period_mismatch"
	case r.SenderCode == "" && r.District == "":
		return "sender_unknown"
	}
	return ""
}

// differs says in what a reading is not the truth.
func (c *readCase) differs(r *transforms.Reading) []string {
	var out []string
	got, repeated := counted(c.v, r)
	loud := repeated || slices.ContainsFunc(r.Issues, func(i issue.Issue) bool { return i.Severity != "info" })
	name := func(k figure) string { return c.v.Commune(k.commune).Name + " " + k.indicator }
	for k, want := range c.want {
		switch s := got[k]; {
		case s == want:
		case s == "" && c.mayLeave && loud:
		case s == "":
			out = append(out, name(k)+": want "+want+", nothing counts")
		default:
			out = append(out, name(k)+": want "+want+", got "+s)
		}
	}
	for k, s := range got {
		if _, ok := c.want[k]; !ok && !(c.others && s == "yes") {
			out = append(out, name(k)+": want nothing, got "+s)
		}
	}
	for _, check := range c.finds {
		if !found(r, check) {
			out = append(out, "no finding "+check)
		}
	}
	if c.sender != "" && r.SenderCode != c.sender {
		out = append(out, fmt.Sprintf("sender %q, want %s", r.SenderCode, c.sender))
	}
	if why := refused(r); why != c.refused && !(c.mayLeave && why == "sender_unknown") {
		out = append(out, fmt.Sprintf("refused for %q, want %q", why, c.refused))
	}
	if c.unknown != nil {
		var names []string
		for _, rec := range r.Records {
			if rec.Kind == "commune" && rec.Commune == "" {
				names = append(names, transforms.Fold(rec.Text))
			}
		}
		if got := strings.Join(names, " "); got != transforms.Fold(*c.unknown) {
			out = append(out, fmt.Sprintf("unknown communes %q, want %q", got, *c.unknown))
		}
	}
	if c.measures != nil {
		var got []string
		for i := range r.Observations {
			if o := &r.Observations[i]; o.Measure != transforms.Result && o.Measure != transforms.Claim && o.HasNum {
				got = append(got, string(o.Measure))
			}
		}
		if !slices.Equal(got, c.measures) {
			out = append(out, fmt.Sprintf("measures %q, want %q", got, c.measures))
		}
	}
	slices.Sort(out)
	return out
}

// found looks among the findings, those that observations carry included.
func found(r *transforms.Reading, check string) bool {
	return slices.ContainsFunc(r.Issues, func(i issue.Issue) bool { return i.Check == check }) ||
		slices.ContainsFunc(r.Observations, func(o transforms.Observation) bool { return o.Value.Issue == check })
}

// Each case reads as its truth.
func TestCases(t *testing.T) {
	for _, c := range readCases(t) {
		t.Run(c.name, func(t *testing.T) {
			r := transforms.Understand(c.book, c.v, c.src)
			checkReading(t, c.book, r)
			if d := c.differs(r); len(d) > 0 {
				t.Errorf("\n%s\n%s", strings.Join(d, "\n"), tell(r))
			}
		})
	}
}

// What does not concern the figures changes none of them (laws 2, 3 and 5):
// where the table stands, how names and figures are written, what else is there.
func TestCasesVaried(t *testing.T) {
	variants := map[string]func(*sheet.Book){
		"moved down and right": func(b *sheet.Book) {
			everywhere(b, func(p sheet.Pos) sheet.Pos { return sheet.Pos{Row: p.Row + 3, Col: p.Col + 2} })
		},
		"sheets in reverse":    func(b *sheet.Book) { slices.Reverse(b.Sheets) },
		"an empty sheet first": func(b *sheet.Book) { b.Sheets = slices.Insert(b.Sheets, 0, &sheet.Sheet{Name: "Sheet9"}) },
		"a signature below": func(b *sheet.Book) {
			for _, s := range b.Sheets {
				row := lastRow(s) + 2
				s.Cells = append(s.Cells,
					sheet.Cell{Pos: sheet.Pos{Row: row, Col: 1}, Text: "Người lập biểu"},
					sheet.Cell{Pos: sheet.Pos{Row: row, Col: 4}, Text: "TM. ỦY BAN NHÂN DÂN"},
					sheet.Cell{Pos: sheet.Pos{Row: row + 1, Col: 4}, Text: "CHỦ TỊCH"})
			}
		},
		"a note below": func(b *sheet.Book) {
			for _, s := range b.Sheets {
				s.Cells = append(s.Cells, sheet.Cell{Pos: sheet.Pos{Row: lastRow(s) + 1, Col: 1}, Text: "Ghi chú: số liệu do các xã cung cấp, chưa qua thẩm định."})
			}
		},
		"decimal commas": func(b *sheet.Book) {
			texts(b, func(c *sheet.Cell) {
				if c.Kind == sheet.Number && !c.Percent && !c.Date && strings.Contains(c.Text, ".") {
					c.Kind, c.Text, c.Num = sheet.Text, strings.Replace(c.Text, ".", ",", 1), 0
				}
			})
		},
		"blanks around text": func(b *sheet.Book) {
			texts(b, func(c *sheet.Cell) {
				if c.Kind == sheet.Text {
					c.Text = " " + strings.ReplaceAll(c.Text, " ", "\u00a0") + "\n"
				}
			})
		},
		"in capitals": func(b *sheet.Book) {
			texts(b, func(c *sheet.Cell) {
				if c.Kind == sheet.Text {
					c.Text = strings.ToUpper(c.Text)
				}
			})
		},
		"merged headings written out": func(b *sheet.Book) {
			for _, s := range b.Sheets {
				at := map[sheet.Pos]*sheet.Cell{}
				for i := range s.Cells {
					at[s.Cells[i].Pos] = &s.Cells[i]
				}
				var more []sheet.Cell
				var keep []sheet.Rect
				for _, m := range s.Merges {
					c := at[m.From]
					if c == nil || m.From.Row != m.To.Row {
						keep = append(keep, m)
						continue
					}
					for col := m.From.Col + 1; col <= m.To.Col; col++ {
						again := *c
						again.Pos.Col = col
						more = append(more, again)
					}
				}
				s.Cells, s.Merges = append(s.Cells, more...), keep
				slices.SortFunc(s.Cells, func(a, b sheet.Cell) int { return order(a.Pos, b.Pos) })
			}
		},
	}
	names := slices.Sorted(maps.Keys(variants))
	for _, c := range readCases(t) {
		before := c.differs(transforms.Understand(c.book, c.v, c.src))
		if len(before) > 0 {
			continue // TestCases says so
		}
		for _, name := range names {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				book := clone(c.book)
				variants[name](book)
				r := transforms.Understand(book, c.v, c.src)
				checkReading(t, book, r)
				if d := c.differs(r); len(d) > 0 {
					t.Errorf("\n%s\n%s", strings.Join(d, "\n"), tell(r))
				}
			})
		}
	}
}

func clone(b *sheet.Book) *sheet.Book {
	out := *b
	out.Sheets = make([]*sheet.Sheet, len(b.Sheets))
	for i, s := range b.Sheets {
		c := *s
		c.Cells, c.Merges = slices.Clone(s.Cells), slices.Clone(s.Merges)
		out.Sheets[i] = &c
	}
	return &out
}

func everywhere(b *sheet.Book, to func(sheet.Pos) sheet.Pos) {
	for _, s := range b.Sheets {
		for i := range s.Cells {
			s.Cells[i].Pos = to(s.Cells[i].Pos)
		}
		for i := range s.Merges {
			s.Merges[i] = sheet.Rect{From: to(s.Merges[i].From), To: to(s.Merges[i].To)}
		}
	}
}

func texts(b *sheet.Book, do func(*sheet.Cell)) {
	for _, s := range b.Sheets {
		for i := range s.Cells {
			do(&s.Cells[i])
		}
	}
}

func lastRow(s *sheet.Sheet) int {
	last := 0
	for i := range s.Cells {
		last = max(last, s.Cells[i].Pos.Row)
	}
	return last
}

func order(a, b sheet.Pos) int {
	if a.Row != b.Row {
		return a.Row - b.Row
	}
	return a.Col - b.Col
}
