package grid

import (
	"testing"
)

// Text that is taken as clean at a glance is what cleaning would leave as it is.
func TestClean(t *testing.T) {
	taken := 0
	for r := rune(0); r < 0x3100; r++ {
		for _, s := range []string{string(r), "a" + string(r) + "e", string(r) + string(r), string(r) + " ỗ", "e" + string(r) + "\u0301"} {
			if isClean(s) {
				taken++
				if got := clean(s); got != s {
					t.Errorf("%q (%U) is taken as clean, but would become %q", s, r, got)
				}
			}
		}
	}
	if taken < 2000 {
		t.Errorf("only %d texts are taken as clean", taken)
	}
	for given, want := range map[string]string{
		"":                "",
		" ":               "",
		"Xã  Vĩnh Phú ":   "Xã Vĩnh Phú",
		"Ho\u0300a":       "Hòa",
		"8\u00a0650":      "8 650",
		"１５．１":            "15.1",
		"Ðạt\u200b\r\nđủ": "Đạt đủ", // Ð (U+00D0) is typed for Đ, and looks the same
	} {
		if got := Clean(given); got != want {
			t.Errorf("Clean(%q) = %q, want %q", given, got, want)
		}
	}
}
