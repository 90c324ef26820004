package words

import (
	"strings"

	"github.com/angiang-ntm/ntm/transforms/grid"
)

// CommuneIn returns the name of the one commune that a line of text is about:
// the text is its name, or says "xã" before it. several tells that it names
// more than one.
func (v *Vocabulary) CommuneIn(text string) (name string, several bool) {
	if is, code := v.namesCommune(text); is && !code {
		return text, false
	}
	s := grid.Fold(text)
	words := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" :,;.()[]–-/\"“”", r) })
	for i := 0; i < len(words); i++ {
		if k := words[i]; k != "xã" && k != "x" && k != "phường" && !(k == "trấn" && i > 0 && words[i-1] == "thị") {
			continue
		}
		for n := min(5, len(words)-i-1); n > 0; n-- {
			candidate := strings.Join(words[i+1:i+1+n], " ")
			if !v.known[candidate] && !v.known[syllables(candidate)] {
				continue
			}
			if n == 1 && len([]rune(candidate)) < 2 {
				break
			}
			if name != "" && syllables(candidate) != syllables(grid.Fold(name)) {
				return "", true
			}
			name = candidate
			i += n
			break
		}
	}
	return name, false
}
