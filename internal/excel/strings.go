package excel

import "slices"

// sharedString is one text of the workbook's table.
type sharedString struct {
	text  string
	font  int32 // 1-based index into fonts, 0 when the cell's own font holds
	parts int32 // 1-based index into looks, 0 when the text is all of one look
}

// sharedStrings is the table that cells of type "s" point into.
type sharedStrings struct {
	present bool // the workbook names such a part
	list    []sharedString
	fonts   []string
	looks   []textParts
}

// look finds out how a text looks along its way.
func (t *sharedStrings) look(one *sharedString) textParts {
	if one.parts == 0 {
		return nil
	}
	return t.looks[one.parts-1]
}

// keepLook remembers how a text looks where that matters: when some of it is
// struck or raised, or may be no more than a part of what the font of its cell
// strikes or raises.
func (t *sharedStrings) keepLook(one *sharedString, parts textParts, cells bool) {
	if parts.marked() || cells && len(parts) > 0 {
		t.looks = append(t.looks, slices.Clone(parts))
		one.parts = int32(len(t.looks))
	}
}

// looks tells whether some cell format strikes or raises.
func looks(styles []style) bool {
	return slices.ContainsFunc(styles, func(s style) bool { return !s.look.plain() })
}

// readStrings reads sharedStrings.xml; styles are those of the cells.
func readStrings(s *scanner, lim Limits, styles []style) (sharedStrings, error) {
	t := sharedStrings{present: true}
	if err := s.root(spaceMain, "sst"); err != nil {
		return t, err
	}
	var (
		keep  arena
		total int64
		item  richText
		known = make(map[string]int32)
		cells = looks(styles)
	)
	err := s.children(func() error {
		if s.is("extLst") {
			return s.skip()
		}
		if !s.is("si") {
			return s.unknown()
		}
		if len(t.list) >= lim.Cells {
			return refuse(codeCells, "Tệp có quá nhiều chữ khác nhau (hơn %d).", lim.Cells)
		}
		if err := item.read(s, lim.StringBytes); err != nil {
			return err
		}
		if total += int64(len(item.text)); total > lim.TextBytes {
			return refuse(codeTextTotal, "Chữ trong tệp nhiều hơn %s.", bytesText(lim.TextBytes))
		}
		one := sharedString{text: keep.keep(item.text)}
		if item.font != "" {
			n, ok := known[item.font]
			if !ok {
				t.fonts = append(t.fonts, item.font)
				n = int32(len(t.fonts))
				known[item.font] = n
			}
			one.font = n
		}
		t.keepLook(&one, item.parts, cells)
		t.list = append(t.list, one)
		return nil
	})
	if err != nil {
		return t, err
	}
	return t, s.close()
}

// richText reads the text of <si> and <is>: either one <t>, or runs that are
// joined. Phonetic readings (<rPh>) are not part of the text.
type richText struct {
	text  []byte
	font  string // the font that every run with text names, else ""
	runs  int
	parts textParts
	raw   []byte
}

func (r *richText) read(s *scanner, limit int) error {
	r.text, r.font, r.runs, r.parts = r.text[:0], "", 0, r.parts[:0]
	plain := true
	return s.children(func() error {
		switch {
		case s.is("t"):
			err := r.add(s, limit)
			if !plain {
				r.parts = r.parts.add(len(r.text), false, look{})
			}
			return err
		case s.is("r"):
			var font xlsxFont
			own, from := false, len(r.text)
			if plain {
				plain = false
				r.parts = r.parts.add(from, false, look{})
			}
			err := s.children(func() error {
				switch {
				case s.is("rPr"):
					var err error
					own = true
					font, err = readFont(s, "rFont")
					return err
				case s.is("t"):
					return r.add(s, limit)
				}
				return s.unknown()
			})
			// What a run says of its looks is all that holds for it; one that
			// says nothing looks as the cell does.
			r.parts = r.parts.add(len(r.text), own, font.look)
			if !blank(r.text[from:]) {
				if r.runs == 0 {
					r.font = font.name
				} else if r.font != font.name {
					r.font = ""
				}
				r.runs++
			}
			return err
		case s.is("rPh"), s.is("phoneticPr"), s.is("extLst"):
			return s.skip()
		}
		return s.unknown()
	})
}

// add appends one <t>; escapes are decoded within it, never across two.
func (r *richText) add(s *scanner, limit int) (err error) {
	if r.raw, err = s.content(r.raw[:0], limit); err != nil {
		return err
	}
	r.text = append(r.text, decodeEscapes(r.raw)...)
	if len(r.text) > limit {
		return refuse(codeString, "Một ô chứa chữ dài hơn %s.", bytesText(int64(limit)))
	}
	return nil
}
