package feedback

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// reply answers the conversations of newer Excel: where a cell has one, that is
// what Excel shows, and a plain comment would not be seen.
func (b *workbook) reply(rels []relation, marks []mark, author string) error {
	i := slices.IndexFunc(rels, func(r relation) bool { return r.kind == "threadedComment" && !r.external })
	if i < 0 {
		return nil
	}
	one := b.find(rels[i].target)
	if one == nil {
		return nil
	}
	data, err := b.read(one)
	if err != nil {
		return err
	}
	w := walk(data)
	root, err := w.root("ThreadedComments")
	if err != nil {
		return fmt.Errorf("conversations: %w", err)
	}
	first := map[sheet.Pos]string{} // the id of the comment that a conversation begins with
	for w.next() && w.tag.depth > 0 {
		t := w.tag
		if t.depth != 1 || t.end || t.local() != "threadedComment" || t.text("parentId") != "" {
			continue
		}
		if p, ok := sheet.ParsePos(t.text("ref")); ok && first[p] == "" {
			first[p] = t.text("id")
		}
	}
	if w.err != nil {
		return fmt.Errorf("conversations: %w", w.err)
	}
	var text strings.Builder
	p := root.prefix()
	for _, m := range marks {
		if parent := first[m.pos]; parent != "" {
			fmt.Fprintf(&text, `<%sthreadedComment ref="%s" personId="%s" id="%s" parentId="%s"><%stext>%s</%stext></%sthreadedComment>`,
				p, m.pos, guid(author), guid(one.name, m.pos.String(), m.text), escape(parent), p, escape(clip(m.text, maxComment)), p, p)
		}
	}
	if text.Len() == 0 {
		return nil
	}
	known, err := b.person(author)
	if err != nil || !known {
		return err
	}
	var edits patch
	edits.fill(root, w.tag.from, text.String())
	return b.edit(one, data, edits)
}

// person makes the author one of the persons that conversations are between; it
// reports false where the workbook keeps no list of them.
func (b *workbook) person(author string) (bool, error) {
	rels, _, err := b.relations(b.name)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(rels, func(r relation) bool { return r.kind == "person" && !r.external })
	if i < 0 {
		return false, nil
	}
	one := b.find(rels[i].target)
	if one == nil {
		return false, nil
	}
	data, err := b.read(one)
	if err != nil {
		return false, err
	}
	w := walk(data)
	root, err := w.root("personList")
	if err != nil {
		return false, fmt.Errorf("persons: %w", err)
	}
	id := guid(author)
	for w.next() && w.tag.depth > 0 {
		if !w.tag.end && strings.EqualFold(w.tag.text("id"), id) {
			return true, nil
		}
	}
	if w.err != nil {
		return false, fmt.Errorf("persons: %w", w.err)
	}
	var edits patch
	edits.fill(root, w.tag.from, fmt.Sprintf(`<%sperson displayName="%s" id="%s" userId="%s" providerId="None"/>`, root.prefix(), escape(author), id, escape(author)))
	return true, b.edit(one, data, edits)
}

// guid makes an id of a text, the same at every run.
func guid(of ...string) string {
	s := sha256.Sum256([]byte(strings.Join(of, "\x00")))
	return fmt.Sprintf("{%X-%X-%X-%X-%X}", s[:4], s[4:6], s[6:8], s[8:10], s[10:16])
}
