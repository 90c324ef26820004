package gen

import (
	"hash/fnv"
	"math/rand/v2"
)

// dice gives every choice its own generator, drawn from the seed and from what
// the choice is about. A change to one part of a plan therefore leaves every
// other choice as it was, which is what the laws compare.
type dice uint64

// of returns the generator of the choice that the words name.
func (d dice) of(about ...string) *rand.Rand {
	h := fnv.New64a()
	for _, a := range about {
		h.Write([]byte(a))
		h.Write([]byte{0})
	}
	return rand.New(rand.NewPCG(uint64(d), h.Sum64()))
}

// chance tells whether something of probability p happens.
func (d dice) chance(p float64, about ...string) bool { return d.of(about...).Float64() < p }

// pick returns one of the texts, each with the same probability.
func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// weighed returns the index of one of the weights, drawn in proportion to them.
func weighed(r *rand.Rand, weights ...float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	x := r.Float64() * sum
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// oneOf is weighed for named cases.
func oneOf(r *rand.Rand, cases ...share) string {
	weights := make([]float64, len(cases))
	for i, c := range cases {
		weights[i] = c.weight
	}
	return cases[weighed(r, weights...)].name
}

type share struct {
	name   string
	weight float64
}
