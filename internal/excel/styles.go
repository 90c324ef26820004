package excel

import "strconv"

// style is what we want to know of one cell format.
type style struct {
	format *numberFormat
	font   string
	look   look
}

// readStyles reads styles.xml: what each cellXfs entry says about percent,
// dates and fonts.
func readStyles(s *scanner) ([]style, error) {
	if err := s.root(spaceMain, "styleSheet"); err != nil {
		return nil, err
	}
	var fonts []xlsxFont
	type xf struct{ format, font int }
	var xfs []xf
	codes := make(map[int]string)
	err := s.children(func() error {
		switch {
		case s.is("numFmts"):
			return s.children(func() error {
				if !s.is("numFmt") {
					return s.unknown()
				}
				if len(codes) >= maxStyles {
					return s.strange("quá nhiều định dạng")
				}
				if err := s.only("numFmtId", "formatCode"); err != nil {
					return err
				}
				if _, ok := s.get("numFmtId"); !ok {
					return s.strange("định dạng số không có số hiệu")
				}
				id, err := s.number("numFmtId", 0)
				if err != nil {
					return err
				}
				code, _ := s.get("formatCode")
				codes[id] = string(code)
				return s.skip()
			})
		case s.is("fonts"):
			return s.children(func() error {
				if !s.is("font") {
					return s.unknown()
				}
				if len(fonts) >= maxStyles {
					return s.strange("quá nhiều phông chữ")
				}
				font, err := readFont(s, "name")
				fonts = append(fonts, font)
				return err
			})
		case s.is("cellXfs"):
			return s.children(func() error {
				if !s.is("xf") {
					return s.unknown()
				}
				if len(xfs) >= maxStyles {
					return s.strange("quá nhiều định dạng")
				}
				if err := s.only("numFmtId", "fontId", "fillId", "borderId", "xfId", "quotePrefix", "pivotButton",
					"applyNumberFormat", "applyFont", "applyFill", "applyBorder", "applyAlignment", "applyProtection"); err != nil {
					return err
				}
				format, err := s.number("numFmtId", 0)
				if err != nil {
					return err
				}
				font, err := s.number("fontId", 0)
				if err != nil {
					return err
				}
				xfs = append(xfs, xf{format, font})
				return s.skip()
			})
		case s.is("fills"), s.is("borders"), s.is("cellStyleXfs"), s.is("cellStyles"), s.is("dxfs"),
			s.is("tableStyles"), s.is("colors"), s.is("extLst"):
			return s.skip()
		}
		return s.unknown()
	})
	if err != nil {
		return nil, err
	}

	// The order of the tables in the part is not relied upon.
	formats := make(map[int]*numberFormat)
	styles := make([]style, len(xfs))
	for i, x := range xfs {
		f, ok := formats[x.format]
		if !ok {
			code, declared := codes[x.format]
			f = formatOf(x.format, code, declared)
			formats[x.format] = f
		}
		styles[i].format = f
		if x.font < len(fonts) {
			styles[i].font, styles[i].look = fonts[x.font].name, fonts[x.font].look
		}
	}
	return styles, s.close()
}

// xlsxFont is what a font says that matters to us.
type xlsxFont struct {
	name string
	look look
}

// readFont reads a <font> or <rPr> to its end; the child of the given name
// holds the font's own.
func readFont(s *scanner, child string) (f xlsxFont, err error) {
	err = s.children(func() error {
		switch {
		case s.is(child):
			v, _ := s.get("val")
			f.name = string(v)
		case s.is("strike"):
			if err := s.only("val"); err != nil {
				return err
			}
			_, stated := s.get("val")
			struck, err := s.flag("val")
			if err != nil {
				return err
			}
			f.look.struck = struck || !stated
		case s.is("vertAlign"):
			if err := s.only("val"); err != nil {
				return err
			}
			switch v, _ := s.get("val"); string(v) {
			case "superscript":
				f.look.raised = true
			case "subscript", "baseline":
				f.look.raised = false
			default:
				return s.strange("kiểu chữ nâng lạ " + clip(string(v)))
			}
		}
		return s.skip()
	})
	return f, err
}

// number reads a count or index from an attribute.
func (s *scanner) number(name string, absent int) (int, error) {
	v, ok := s.get(name)
	if !ok {
		return absent, nil
	}
	n, ok := parseIndex(v)
	if !ok {
		return 0, s.strange("thuộc tính " + name + " không phải số")
	}
	return n, nil
}

// flag reads a boolean attribute.
func (s *scanner) flag(name string) (bool, error) {
	v, ok := s.get(name)
	if !ok {
		return false, nil
	}
	b, ok := parseBool(v)
	if !ok {
		return false, s.strange("thuộc tính " + name + " không phải đúng/sai")
	}
	return b, nil
}

// parseBool reads a boolean as the formats write it.
func parseBool(v []byte) (value, ok bool) {
	switch string(v) {
	case "1", "true", "on", "True", "TRUE":
		return true, true
	case "0", "false", "off", "False", "FALSE":
		return false, true
	}
	return false, false
}

// parseIndex reads a small number without sign.
func parseIndex(v []byte) (int, bool) {
	if len(v) == 0 || len(v) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// parseSize reads a row's height or a column's width.
func parseSize(v []byte) (float64, bool) {
	f, err := strconv.ParseFloat(string(v), 64)
	return f, err == nil
}
