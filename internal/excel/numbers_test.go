package excel

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// Numbers of every length come out as strconv reads them, bit for bit, on each
// of the ways that a cell's value can take.
func TestEveryLengthOfNumberIsExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(2017, 9))
	for range 200_000 {
		whole, fraction := rng.IntN(12), rng.IntN(12)
		var digits strings.Builder
		if rng.IntN(4) == 0 {
			digits.WriteByte("+-"[rng.IntN(2)])
		}
		for range whole {
			digits.WriteByte(byte('0' + rng.IntN(10)))
		}
		if fraction > 0 || rng.IntN(8) == 0 {
			digits.WriteByte('.')
			for range fraction {
				digits.WriteByte(byte('0' + rng.IntN(10)))
			}
		}
		text := digits.String()
		want, err := strconv.ParseFloat(text, 64)
		if got, ok := parseNumber([]byte(text)); ok != (err == nil) || ok && math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%s is read as %v (%v), want %v (%v)", text, got, ok, want, err)
		}
		short, n, ok := shortDecimal([]byte(text + "</v></c>"))
		if ok && (err != nil || n != len(text) || math.Float64bits(short) != math.Float64bits(want)) {
			t.Fatalf("%s is read as %v, %d bytes, want %v", text, short, n, want)
		}
	}
	for _, text := range []string{"", ".", "-", "1x", "1..2", "1.2.3", "0x10", "1e5", "12345678", " 1", "1/2", "1:"} {
		if f, _, ok := shortDecimal([]byte(text + "</v></c>")); ok {
			t.Errorf("%q is read as %v", text, f)
		}
		if n, _, ok := shortIndex([]byte(text + "</v></c>")); ok {
			t.Errorf("%q is the index %d", text, n)
		}
	}
}
