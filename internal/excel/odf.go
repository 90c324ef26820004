package excel

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// odfSpaces are the namespaces of OpenDocument that matter to a table. Elements
// of others are drawings, forms and extensions.
var odfSpaces = map[string]space{
	"urn:oasis:names:tc:opendocument:xmlns:office:1.0":                     spaceOffice,
	"urn:oasis:names:tc:opendocument:xmlns:table:1.0":                      spaceTable,
	"urn:oasis:names:tc:opendocument:xmlns:text:1.0":                       spaceText,
	"urn:oasis:names:tc:opendocument:xmlns:style:1.0":                      spaceStyle,
	"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0":                  spaceNumber,
	"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0":                    spaceDraw,
	"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0":             spaceSVG,
	"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0":          spaceFO,
	"urn:oasis:names:tc:opendocument:xmlns:form:1.0":                       spaceForm,
	"urn:oasis:names:tc:opendocument:xmlns:dr3d:1.0":                       spaceScene,
	"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0":                   spaceManifest,
	"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": spaceCalc,
}

// mimetype returns what an OpenDocument file says it is, "" for other files.
func (c *container) mimetype() (string, error) {
	e := c.find("mimetype")
	if e == nil {
		return "", nil
	}
	p, err := c.open(e)
	if err != nil {
		return "", err
	}
	defer p.close()
	const longest = 256
	body, err := io.ReadAll(io.LimitReader(p, longest+1))
	if err != nil || len(body) > longest {
		return "", err
	}
	return string(bytes.TrimSpace(body)), nil
}

// readODS reads an OpenDocument spreadsheet: its styles, then its tables.
func (b *bookReader) readODS() error {
	if err := b.readManifest(); err != nil {
		return err
	}
	content := b.zip.find("content.xml")
	if content == nil {
		return refuse(codePartMissing, "Tệp thiếu thành phần content.xml.")
	}
	for _, e := range b.zip.order {
		name := foldName(e.name)
		b.book.Macros = b.book.Macros || !strings.HasSuffix(name, "/") && (strings.HasPrefix(name, "basic/") || strings.HasPrefix(name, "scripts/"))
	}
	r := &odsReader{bookReader: b, entry: content, cells: make(map[string]*odfStyle), names: make(map[string]bool)}
	if e := b.zip.find("styles.xml"); e != nil {
		if err := b.part(e, r.commonStyles); err != nil {
			return err
		}
	}
	if err := b.part(content, r.document); err != nil {
		return err
	}
	if b.book.Macros {
		b.note(codeMacros, "", "", "Tệp chứa macro; macro không được chạy.")
	}
	if b.book.ExternalLinks {
		b.note(codeExternalLinks, "", "", "Tệp liên kết tới tệp khác; chỉ đọc giá trị đã lưu.")
	}
	if len(b.book.Sheets) == 0 {
		return refuse(codeNoSheet, "Tệp không có trang tính nào.")
	}
	return nil
}

// readManifest reads the list of parts, which says whether they are encrypted
// and what should be there.
func (b *bookReader) readManifest() error {
	e := b.zip.find("META-INF/manifest.xml")
	if e == nil {
		return nil
	}
	return b.part(e, func(s *scanner) error {
		if err := s.root(spaceManifest, "manifest"); err != nil {
			return err
		}
		err := s.children(func() error {
			if s.space != spaceManifest || string(s.local) != "file-entry" {
				return s.unknown()
			}
			path, _ := s.getIn(spaceManifest, "full-path")
			if name := string(path); (name == "content.xml" || name == "styles.xml") && b.zip.find(name) == nil {
				return refuse(codePartMissing, "Tệp thiếu thành phần %s.", name)
			}
			return s.children(func() error {
				if s.space == spaceManifest && string(s.local) == "encryption-data" {
					return refuse(codeProtectedODS, "Tệp OpenDocument đặt mật khẩu nên không đọc được.")
				}
				return s.skip()
			})
		})
		if err != nil {
			return err
		}
		return s.close()
	})
}

// odsReader reads the two parts that make a spreadsheet.
type odsReader struct {
	*bookReader
	entry        *entry // content.xml
	common, auto odfStyles
	cells        map[string]*odfStyle // of cells, by name, resolved; nil for a name that no style has
	names        map[string]bool
}

func (r *odsReader) commonStyles(s *scanner) error {
	if err := s.root(spaceOffice, "document-styles"); err != nil {
		return err
	}
	r.common = newODFStyles()
	err := s.children(func() error {
		if s.space != spaceOffice {
			return s.unknown()
		}
		switch string(s.local) {
		case "font-face-decls":
			return r.common.readFonts(s)
		case "styles", "automatic-styles":
			return r.common.read(s)
		}
		return s.skip()
	})
	if err != nil {
		return err
	}
	return s.close()
}

// document reads content.xml.
func (r *odsReader) document(s *scanner) error {
	if err := s.root(spaceOffice, "document-content"); err != nil {
		return err
	}
	r.auto = newODFStyles()
	bodies := 0
	err := s.children(func() error {
		if s.space != spaceOffice {
			return s.unknown()
		}
		switch string(s.local) {
		case "font-face-decls":
			return r.auto.readFonts(s)
		case "automatic-styles":
			return r.auto.read(s)
		case "scripts":
			return s.skip()
		case "body":
			if bodies++; bodies > 1 {
				return s.strange("hai thân tài liệu")
			}
			return s.children(func() error {
				if s.space != spaceOffice || string(s.local) != "spreadsheet" {
					return s.strange("cần thẻ <spreadsheet>, gặp <" + clip(string(s.local)) + ">")
				}
				return s.children(func() error { return r.inBody(s) })
			})
		}
		return s.strange("thẻ lạ <" + clip(string(s.local)) + ">")
	})
	if err != nil {
		return err
	}
	return s.close()
}

// bodyParts may stand beside the tables of a spreadsheet.
var bodyParts = map[string]bool{
	"calculation-settings": true, "content-validations": true, "label-ranges": true, "named-expressions": true,
	"database-ranges": true, "data-pilot-tables": true, "consolidation": true, "dde-links": true,
	"tracked-changes": true,
}

// inBody reads one child of <office:spreadsheet>.
func (r *odsReader) inBody(s *scanner) error {
	name := string(s.local)
	switch {
	case s.space == spaceTable && name == "table":
		return r.table(s)
	case s.space == spaceTable && name == "calculation-settings":
		return s.children(func() error {
			if s.space == spaceTable && string(s.local) == "null-date" {
				day, _ := s.getIn(spaceTable, "date-value")
				r.book.Date1904 = string(day) == "1904-01-01"
			}
			return s.skip()
		})
	case s.space == spaceTable && !bodyParts[name]:
		return s.strange("thẻ lạ <" + clip(name) + ">")
	}
	r.book.ExternalLinks = r.book.ExternalLinks || s.space == spaceTable && name == "dde-links"
	return s.skip()
}

// table reads one sheet.
func (r *odsReader) table(s *scanner) error {
	named, _ := s.getIn(spaceTable, "name")
	name := string(named)
	if strings.HasPrefix(name, "'") && strings.Contains(name, "'#") {
		// What LibreOffice remembers of a sheet of another file.
		r.book.ExternalLinks = true
		return s.skip()
	}
	if len(r.book.Sheets) >= r.lim.Sheets {
		return refuse(codeSheets, "Tệp có quá nhiều trang tính (hơn %d).", r.lim.Sheets)
	}
	styleName, _ := s.getIn(spaceTable, "style-name")
	out := &sheet.Sheet{Name: name, Hidden: r.auto.hidden[string(styleName)] || r.common.hidden[string(styleName)]}
	t := &odsTable{odsReader: r, sheetReader: sheetReader{scanner: s, book: r.bookReader, entry: r.entry, sheet: out}}
	if err := t.read(); err != nil {
		return at(err, name, "")
	}
	r.book.Sheets = append(r.book.Sheets, out)
	r.noteSheet(out, &t.sheetReader)
	if key := strings.ToLower(name); r.names[key] {
		r.note(codeSameName, name, "", fmt.Sprintf("Có hai trang tính tên %q; cả hai đều được đọc.", name))
	} else {
		r.names[key] = true
	}
	return nil
}
