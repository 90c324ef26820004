package words

import "sync"

// memo remembers what was found of a text: reports of one period repeat their
// headers, and a language its syllables. It is full at some number of texts, and
// takes no long ones, so that no inbox makes it grow without end.
type memo[V any] struct {
	mu    sync.RWMutex
	found map[string]V
}

const (
	memoTexts = 1 << 14
	memoBytes = 1 << 9 // of one text
)

// of returns what find gives for a text, which depends on the text alone.
func (m *memo[V]) of(text string, find func(string) V) V {
	if len(text) > memoBytes {
		return find(text)
	}
	m.mu.RLock()
	v, ok := m.found[text]
	m.mu.RUnlock()
	if ok {
		return v
	}
	v = find(text)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.found == nil {
		m.found = map[string]V{}
	}
	if len(m.found) < memoTexts {
		m.found[text] = v
	}
	return v
}
