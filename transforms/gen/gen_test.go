package gen_test

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/gen"
)

// The books are such as the reader of files hands on: cells in order, none
// blank, none twice, none under a merge.
func TestBooksAreAsRead(t *testing.T) {
	for seed := range uint64(400) {
		f := draw(seed + 1).File()
		for _, s := range f.Book.Sheets {
			var last sheet.Pos
			for _, c := range s.Cells {
				if !last.Less(c.Pos) {
					t.Fatalf("seed %d: %s!%v stands after %v", f.Seed, s.Name, c.Pos, last)
				}
				last = c.Pos
				if strings.TrimSpace(c.Text) == "" {
					t.Errorf("seed %d: %s!%v is blank", f.Seed, s.Name, c.Pos)
				}
				if c.Kind == sheet.Number {
					if v, err := strconv.ParseFloat(c.Text, 64); err != nil || v != c.Num {
						t.Errorf("seed %d: %s!%v stores %v and holds the digits %q", f.Seed, s.Name, c.Pos, c.Num, c.Text)
					}
				}
				for _, m := range s.Merges {
					if m.Contains(c.Pos) && m.From != c.Pos {
						t.Errorf("seed %d: %s!%v is covered by %v", f.Seed, s.Name, c.Pos, m)
					}
				}
			}
		}
	}
}

// A seed always draws the same file.
func TestSeedsAreRepeatable(t *testing.T) {
	for seed := range uint64(60) {
		a, b := draw(seed+1).File(), draw(seed+1).File()
		if !reflect.DeepEqual(a.Book, b.Book) || !reflect.DeepEqual(a.Truth, b.Truth) {
			t.Errorf("seed %d draws two files", seed+1)
		}
	}
}

// Every figure that is true is written where the truth says, or is said by a
// blank beside marks.
func TestTruthIsWritten(t *testing.T) {
	nums, words, blanks := 0, 0, 0
	for seed := range uint64(400) {
		f := draw(seed + 1).File()
		cells := map[gen.Place]sheet.Cell{}
		for _, s := range f.Book.Sheets {
			for _, c := range s.Cells {
				cells[gen.Place{Sheet: s.Name, Cell: c.Pos.String()}] = c
			}
		}
		for _, fig := range f.Truth {
			c, written := cells[gen.Place{Sheet: fig.Sheet, Cell: fig.Cell}]
			switch {
			case fig.HasNum:
				nums++
				if !written || c.Kind == sheet.Number && !c.Percent && c.Num < 2 && fig.Num > 1000 {
					t.Errorf("seed %d: %+v is not written: %+v", f.Seed, fig, c)
				}
			case written:
				words++
			default:
				blanks++
				if fig.Bad {
					t.Errorf("seed %d: %+v: a blank cannot be misread", f.Seed, fig)
				}
			}
		}
	}
	if nums < 1000 || words < 1000 || blanks < 50 || blanks > words {
		t.Errorf("%d numbers, %d words and %d blanks are no mixture of reports", nums, words, blanks)
	}
}

// What the judge says of a reader that reads all, of one that reads another
// line, and of one that reads nothing.
func TestJudge(t *testing.T) {
	tried := 0
	for seed := range uint64(60) {
		f := draw(seed + 1).File()
		said := map[gen.Key]gen.Said{}
		var bad []gen.Finding
		for _, fig := range f.Truth {
			if fig.Bad {
				bad = append(bad, gen.Finding{Check: "invalid_value", Severity: "error", Sheet: fig.Sheet, Cell: fig.Cell})
				continue
			}
			said[fig.Key()] = gen.Said{HasNum: fig.HasNum, Num: fig.Num, HasMet: fig.HasMet, Met: fig.Met, Sheet: fig.Sheet, Cell: fig.Cell}
		}
		if tally := gen.Judge(f, said, bad); !tally.Good() || tally.HardRight != tally.Hard || tally.Counts[gen.Right] != len(f.Truth) {
			t.Fatalf("seed %d: the truth itself is judged %v", f.Seed, tally.Counts)
		}
		for _, fig := range f.Truth {
			if fig.Bad {
				continue
			}
			other := map[gen.Key]gen.Said{}
			for k, s := range said {
				other[k] = s
			}
			s := said[fig.Key()]
			s.Num, s.Met = math.Nextafter(s.Num*1.001+1, 0), !s.Met
			other[fig.Key()] = s
			if n := gen.Judge(f, other, bad).Counts[gen.Wrong]; n != 1 {
				t.Fatalf("seed %d: one wrong figure is judged as %d", f.Seed, n)
			}
			delete(other, fig.Key())
			if fig.Doubtful {
				continue
			}
			tally := gen.Judge(f, other, bad)
			if tally.Counts[gen.Lost] != 1 {
				t.Fatalf("seed %d: one figure left out in silence is judged %v", f.Seed, tally.Counts)
			}
			for _, at := range []gen.Finding{{Check: "column_ignored", Severity: "warning", Sheet: fig.Sheet, Cell: fig.Cell}, {Check: "no_table", Severity: "error"}} {
				tried++
				if tally := gen.Judge(f, other, append(bad, at)); tally.Counts[gen.Lost] != 0 || tally.Counts[gen.Abstained] != 1 {
					t.Fatalf("seed %d: a figure left out with a finding is judged %v", f.Seed, tally.Counts)
				}
			}
			break
		}
		other := map[gen.Key]gen.Said{{Commune: "00000", Indicator: "1.1"}: {HasMet: true, Met: true, Sheet: "elsewhere", Cell: "A1"}}
		for k, s := range said {
			other[k] = s
		}
		if n := gen.Judge(f, other, bad).Counts[gen.Wrong]; n != 1 {
			t.Fatalf("seed %d: a figure that the file does not report is judged as %d", f.Seed, n)
		}
	}
	// A finding about one cell does not excuse its neighbours.
	fig := gen.Figure{Commune: "30691", Indicator: "15.1", HasNum: true, Num: 86.57, Sheet: "TH", Cell: "C9"}
	f := &gen.File{Truth: []gen.Figure{fig}}
	for at, want := range map[gen.Finding]gen.Outcome{
		{Check: "invalid_value", Severity: "error", Sheet: "TH", Cell: "C8"}:       gen.Lost,
		{Check: "invalid_value", Severity: "error", Sheet: "TH", Cell: "C9"}:       gen.Abstained,
		{Check: "column_ignored", Severity: "warning", Sheet: "TH", Cell: "C5"}:    gen.Abstained,
		{Check: "column_ignored", Severity: "warning", Sheet: "TH", Cell: "D5"}:    gen.Lost,
		{Check: "column_ignored", Severity: "info", Sheet: "TH", Cell: "C5"}:       gen.Lost,
		{Check: "column_ignored", Severity: "warning", Sheet: "TH 2", Cell: "C5"}:  gen.Lost,
		{Check: "row_ignored", Severity: "warning", Sheet: "TH", Cell: "A9"}:       gen.Abstained,
		{Check: "table_quarantined", Severity: "error", Sheet: "TH", Cell: "A1"}:   gen.Abstained,
		{Check: "column_ignored", Severity: "warning", Sheet: "TH", Cell: "C5:D5"}: gen.Abstained,
	} {
		if got := gen.Judge(f, nil, []gen.Finding{at}).Verdicts[0].Outcome; got != want {
			t.Errorf("with %+v it is %s, not %s", at, got, want)
		}
	}
	if tried < 50 {
		t.Errorf("only %d figures were tried", tried)
	}
}
