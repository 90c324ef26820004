package main

import (
	"flag"
	"os"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "rewrite docs/licences.md")

// Everything that is linked, for either system, is listed with a licence that
// its own files state, and with none that a single binary could not carry.
func TestEveryLinkedModuleIsListed(t *testing.T) {
	list, err := all()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 20 {
		t.Fatalf("only %d modules", len(list))
	}
	carried := []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "OFL-1.1"}
	for _, m := range list {
		if len(m.licences) == 0 {
			t.Errorf("%s states no licence that is known", m.path)
		}
		for _, l := range m.licences {
			if !slices.Contains(carried, l) {
				t.Errorf("%s is under %s", m.path, l)
			}
		}
	}
	const page = "../../../docs/licences.md"
	want := table(list)
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(page); err != nil || string(got) != want {
		t.Errorf("%s is out of date: go test ./deploy/release/licences -update (%v)", page, err)
	}
}
