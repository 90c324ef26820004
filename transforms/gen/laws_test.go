package gen_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/transforms/gen"
)

// files is how many files each law draws: NTM_GEN asks for more.
func files(t *testing.T, few int) int {
	if s := os.Getenv("NTM_GEN"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatalf("NTM_GEN: %v", err)
		}
		return n
	}
	return few
}

// seedsOf are the seeds of one run: always the same, and where NTM_GEN asks for
// so many files a fresh one among them, which is printed. NTM_GEN_SEED draws one
// file alone.
func seedsOf(t *testing.T, few int) []uint64 {
	if s := os.Getenv("NTM_GEN_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatalf("NTM_GEN_SEED: %v", err)
		}
		return []uint64{n}
	}
	n := files(t, few)
	list := make([]uint64, n)
	for i := range list {
		list[i] = uint64(i + 1)
	}
	if os.Getenv("NTM_GEN") != "" {
		fresh := rand.Uint64() >> 1
		list[n-1] = fresh
		t.Logf("%d files; the fresh seed is %d", n, fresh)
	}
	return list
}

// show is how many misread figures are drawn: NTM_GEN_SHOW asks for more.
func show() int {
	if n, err := strconv.Atoi(os.Getenv("NTM_GEN_SHOW")); err == nil {
		return n
	}
	return 8
}

// complain shows what is needed to find out why a figure was misread.
func complain(f *gen.File, v gen.Verdict) string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d (%s, %s): %s %s %s\n", f.Seed, f.Plan.Shape, f.Name, v.Outcome, v.Key.Commune, v.Key.Indicator)
	fmt.Fprintf(&b, "  features %s\n", strings.Join(f.Features, ", "))
	name, cell := "", ""
	if v.Truth != nil {
		name, cell = v.Truth.Sheet, v.Truth.Cell
		switch {
		case v.Truth.Bad:
			fmt.Fprintf(&b, "  truth: cannot be read, at %s!%s\n", name, cell)
		case v.Truth.HasNum:
			fmt.Fprintf(&b, "  truth: %v at %s!%s\n", v.Truth.Num, name, cell)
		default:
			fmt.Fprintf(&b, "  truth: %v at %s!%s\n", v.Truth.Met, name, cell)
		}
	} else {
		b.WriteString("  truth: the file reports nothing of it\n")
	}
	if v.Said != nil {
		fmt.Fprintf(&b, "  said:  %v\n", *v.Said)
		if name == "" {
			name, cell = v.Said.Sheet, v.Said.Cell
		}
	} else {
		b.WriteString("  said:  nothing\n")
	}
	b.WriteString(gen.Text(f.Book, name, cell, 4, 4))
	return b.String()
}

// statistics are the outcomes by feature.
type statistics struct {
	counts map[string]map[gen.Outcome]int
	files  map[string]int
	bad    map[string]int
}

func newStatistics() *statistics {
	return &statistics{map[string]map[gen.Outcome]int{}, map[string]int{}, map[string]int{}}
}

func (s *statistics) add(f *gen.File, t gen.Tally) {
	for _, name := range append([]string{"all"}, f.Features...) {
		if s.counts[name] == nil {
			s.counts[name] = map[gen.Outcome]int{}
		}
		for o, n := range t.Counts {
			s.counts[name][o] += n
		}
		s.files[name]++
		if !t.Good() {
			s.bad[name]++
		}
	}
}

func (s *statistics) String() string {
	names := make([]string, 0, len(s.counts))
	for name := range s.counts {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	fmt.Fprintf(&b, "%-48s %6s %8s %9s %8s %7s %7s %9s\n", "feature", "files", "right", "abstained", "flagged", "lost", "wrong", "bad files")
	for _, name := range names {
		c := s.counts[name]
		fmt.Fprintf(&b, "%-48s %6d %8d %9d %8d %7d %7d %9d\n", name, s.files[name], c[gen.Right], c[gen.Abstained], c[gen.Flagged], c[gen.Lost], c[gen.Wrong], s.bad[name])
	}
	return b.String()
}

// Law 1: a figure is right, or an error or a warning names its cell, its line or
// its table. Law 7: where a person would not hesitate, 98 % of figures count.
func TestLaw1RightOrLoud(t *testing.T) {
	stats := newStatistics()
	hard, right, shown := 0, 0, 0
	for _, seed := range seedsOf(t, 120) {
		f := draw(seed).File()
		said, findings := understand(f)
		tally := gen.Judge(f, said, findings)
		stats.add(f, tally)
		hard, right = hard+tally.Hard, right+tally.HardRight
		if os.Getenv("NTM_GEN_MISSED") != "" && tally.Hard > tally.HardRight {
			t.Logf("seed %d: %d of %d figures do not count (%s)", seed, tally.Hard-tally.HardRight, tally.Hard, strings.Join(f.Features, " "))
			n := 0
			for _, v := range tally.Verdicts {
				if v.Outcome != gen.Right && v.Truth != nil {
					if n++; n <= 4 {
						t.Logf("      %s %s %s %+v", v.Key.Commune, v.Key.Indicator, v.Outcome, *v.Truth)
					}
				}
			}
		}
		if tally.Good() {
			continue
		}
		for _, v := range tally.Verdicts {
			if v.Outcome == gen.Wrong || v.Outcome == gen.Lost {
				if shown++; shown <= show() {
					t.Errorf("%s", complain(f, v))
				}
				break
			}
		}
	}
	t.Logf("\n%s", stats)
	if bad := stats.bad["all"]; bad > 0 {
		t.Errorf("%d of %d files hold figures that are wrong or lost in silence", bad, stats.files["all"])
	}
	if share := float64(right) / float64(max(hard, 1)); share < 0.98 {
		t.Errorf("%.2f %% of the figures that leave no doubt count; 98 %% are to", 100*share)
	}
}
