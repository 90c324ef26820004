package words

import (
	"strings"
	"testing"
)

// No inbox makes what is remembered grow without end.
func TestMemoIsBounded(t *testing.T) {
	var m memo[string]
	for i := range 2 * memoTexts {
		if s := strings.Repeat("x", i%700) + strings.Repeat("y", i/700); m.of(s, strings.ToUpper) != strings.ToUpper(s) {
			t.Fatalf("%q was remembered wrong", s)
		}
	}
	if len(m.found) > memoTexts {
		t.Errorf("%d texts are remembered, want at most %d", len(m.found), memoTexts)
	}
	for s := range m.found {
		if len(s) > memoBytes {
			t.Fatalf("a text of %d bytes is remembered", len(s))
		}
	}
}
