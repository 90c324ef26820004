package gen_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/transforms/gen"
)

// changed draws the files that a law makes of a report. Few changes are tried on
// each, in turn, so that all of them are tried on some; NTM_GEN_CHANGE names the
// only one to try.
func changed(law int, seed uint64, p *gen.Plan, few int) map[string]*gen.File {
	files := map[string]*gen.File{}
	var changes []gen.Change
	for _, c := range gen.Changes {
		if c.Law == law {
			changes = append(changes, c)
		}
	}
	only := os.Getenv("NTM_GEN_CHANGE")
	for n := range changes {
		c := changes[(int(seed%9973)*few+n)%len(changes)]
		if only != "" && c.Name != only || only == "" && len(files) == few {
			continue
		}
		if q, ok := c.On(p); ok {
			files[c.Name] = q.File()
		}
	}
	return files
}

// byChange counts what came of each change.
type byChange map[string]*struct{ files, same, better, less, changed int }

func (b byChange) of(name string) *struct{ files, same, better, less, changed int } {
	if b[name] == nil {
		b[name] = &struct{ files, same, better, less, changed int }{}
	}
	return b[name]
}

func (b byChange) String() string {
	var names []string
	for name := range b {
		names = append(names, name)
	}
	slices.Sort(names)
	var s strings.Builder
	fmt.Fprintf(&s, "%-44s %6s %8s %8s %8s %8s\n", "change", "files", "same", "better", "less", "changed")
	for _, name := range names {
		c := b[name]
		fmt.Fprintf(&s, "%-44s %6d %8d %8d %8d %8d\n", name, c.files, c.same, c.better, c.less, c.changed)
	}
	return s.String()
}

// open are the changes that still move figures, by the seed of the file: to be
// mended, and to be taken out with that.
var open = map[string]uint64{}

// sameFigures holds the changed file's figures against those of the file as it
// was. A figure that was read and is now left out with a finding is less; one
// that is counted otherwise, or left out in silence, has changed.
func sameFigures(t *testing.T, law, few, each int) {
	stats := byChange{}
	shown := 0
	for _, seed := range seedsOf(t, few) {
		p := draw(seed)
		before := p.File()
		said, _ := understand(before)
		for name, after := range changed(law, seed, p, each) {
			sameTruth(t, name, before, after)
			now, findings := understand(after)
			tally := gen.Judge(after, now, findings)
			c := stats.of(name)
			c.files++
			told, moved, known := false, 0, open[name] == seed
			for _, v := range tally.Verdicts {
				var is gen.Said
				if v.Said != nil {
					is = *v.Said
				}
				switch was := said[v.Key]; {
				case is.Same(was):
					c.same++
				case v.Outcome == gen.Right:
					c.better++
				case v.Outcome == gen.Abstained:
					c.less++
				case known:
					moved++
				default:
					if c.changed++; shown < show() && !told {
						told = true
						shown++
						t.Errorf("%s: was %v\n%s", name, was, complain(after, v))
					}
				}
			}
			if known && moved == 0 {
				t.Errorf("seed %d, %s: nothing moves any more; take it out of what is open", seed, name)
			}
		}
	}
	t.Logf("\n%s", stats)
	all, less, changed := 0, 0, 0
	for _, c := range stats {
		all += c.same + c.better + c.less + c.changed
		less, changed = less+c.less, changed+c.changed
	}
	if changed > 0 {
		t.Errorf("%d of %d figures changed with what does not concern them", changed, all)
	}
	if share := float64(less) / float64(max(all, 1)); share > 0.02 {
		t.Errorf("%.2f %% of the figures are no longer counted after a change that does not concern them; 2 %% may be", 100*share)
	}
}

// sameTruth proves the generator: what a change does not concern is as true as
// before.
func sameTruth(t *testing.T, name string, a, b *gen.File) {
	t.Helper()
	truth := func(f *gen.File) map[gen.Key]gen.Figure {
		m := map[gen.Key]gen.Figure{}
		for _, fig := range f.Truth {
			key := fig.Key()
			fig.Sheet, fig.Cell = "", ""
			m[key] = fig
		}
		return m
	}
	x, y := truth(a), truth(b)
	for k, fig := range x {
		if o, ok := y[k]; !ok || o != fig {
			t.Fatalf("seed %d, %s: the generator itself changes %v: %+v, then %+v", a.Seed, name, k, fig, o)
		}
	}
	if len(x) != len(y) {
		t.Fatalf("seed %d, %s: the generator itself reports %d figures, then %d", a.Seed, name, len(x), len(y))
	}
}

// Law 2: an odd row, a block of totals, a note, an empty line, an earlier
// period's or a plan's line, sheet or table changes no other figure.
func TestLaw2AdditionsChangeNothing(t *testing.T) { sameFigures(t, 2, 40, 6) }

// Law 3: order and words change nothing.
func TestLaw3OrderAndWordsChangeNothing(t *testing.T) { sameFigures(t, 3, 40, 4) }

// Law 5: turning a table, splitting it and repeating its header change nothing.
func TestLaw5FormChangesNothing(t *testing.T) { sameFigures(t, 5, 60, 4) }

// Law 4: what is wrong about codes, period, set and sender is found, and what it
// concerns counts for nobody.
func TestLaw4WrongKeysAreFound(t *testing.T) {
	shown, silent, counted := 0, 0, 0
	for _, seed := range seedsOf(t, 60) {
		for name, f := range changed(4, seed, draw(seed), 4) {
			said, findings := understand(f)
			tally := gen.Judge(f, said, findings)
			for _, at := range f.Owed {
				if !gen.Named(findings, at) {
					if silent++; shown < show() {
						shown++
						t.Errorf("seed %d, %s: no error or warning names %s!%s\n%s", seed, name, at.Sheet, at.Cell, gen.Text(f.Book, f.Book.Sheets[0].Name, at.Cell, 4, 4))
					}
					break
				}
			}
			if name == "set" {
				continue // the other columns count
			}
			for _, v := range tally.Verdicts {
				if v.Said != nil && v.Truth == nil {
					if counted++; shown < show() {
						shown++
						t.Errorf("%s: counted for somebody\n%s", name, complain(f, v))
					}
					break
				}
			}
		}
	}
	if silent+counted > 0 {
		t.Errorf("%d files with a wrong key say nothing of it, %d count figures of it", silent, counted)
	}
}

// Law 6: without the heading of a key or of a line that counts, less is read and
// nothing else.
func TestLaw6LessNeverDifferent(t *testing.T) {
	stats := byChange{}
	shown := 0
	for _, seed := range seedsOf(t, 60) {
		p := draw(seed)
		before := p.File()
		said, _ := understand(before)
		for name, after := range changed(6, seed, p, 5) {
			now, findings := understand(after)
			// What was true of the file with its headings is all that may be said.
			full := *after
			full.Truth = before.Truth
			c := stats.of(name)
			c.files++
			told := false
			for _, v := range gen.Judge(&full, now, findings).Verdicts {
				var is gen.Said
				if v.Said != nil {
					is = *v.Said
				}
				switch was := said[v.Key]; {
				case is.Same(was):
					c.same++
				case v.Outcome == gen.Right:
					c.better++
				case v.Said == nil:
					c.less++
				case v.Outcome == gen.Flagged:
					c.less++
				default:
					if c.changed++; shown < show() && !told {
						told = true
						shown++
						t.Errorf("%s\n%s", name, complain(&full, v))
					}
				}
			}
		}
	}
	t.Logf("\n%s", stats)
	for name, c := range stats {
		if c.changed > 0 {
			t.Errorf("%s: %d figures are read otherwise", name, c.changed)
		}
	}
}
