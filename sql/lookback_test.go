package sql_test

import (
	"maps"
	"regexp"
	"slices"
	"testing"

	ntmsql "github.com/angiang-ntm/ntm/sql"
)

// What a model reads of earlier periods is declared, and what is declared is
// read: a model that looks back and does not say so would stay as it is when an
// old period is corrected.
func TestModelsDeclareWhatTheyReadOfEarlierPeriods(t *testing.T) {
	// The day of another period, or its code, beside the model's own.
	back := regexp.MustCompile(`\bprevious_period\b|\bq\.ends_on\b|join ops\.period earlier`)
	read := map[string]bool{}
	for _, name := range slices.Concat(ntmsql.Staging, ntmsql.Marts) {
		text, err := ntmsql.Text(name)
		if err != nil {
			t.Fatal(err)
		}
		if back.MatchString(text) {
			read[name] = true
		}
	}
	got, want := slices.Sorted(maps.Keys(read)), slices.Sorted(maps.Keys(ntmsql.LooksBack))
	if !slices.Equal(got, want) {
		t.Errorf("models that read earlier periods: %v; declared: %v", got, want)
	}
}

// Models are built after what they read, and whatever reads one that looks far
// back is derived again with it.
func TestWhatReadsAModelThatLooksBackFollowsIt(t *testing.T) {
	order := slices.Concat(ntmsql.Staging, ntmsql.Marts)
	after, err := ntmsql.AfterCorrection()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range ntmsql.FarBack() {
		if !slices.Contains(after, name) {
			t.Errorf("%s looks far back and is not derived again", name)
		}
	}
	for i, name := range order {
		text, err := ntmsql.Text(name)
		if err != nil {
			t.Fatal(err)
		}
		for j, other := range order {
			if !ntmsql.Reads(text, other) {
				continue
			}
			if j >= i {
				t.Errorf("%s reads %s, which is built after it", name, other)
			}
			if slices.Contains(after, other) && !slices.Contains(after, name) {
				t.Errorf("%s reads %s, which is derived again when an old period is corrected, and is not", name, other)
			}
		}
	}
}
