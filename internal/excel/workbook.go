package excel

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// bookReader reads one file.
type bookReader struct {
	lim   Limits
	clock clock
	book  *sheet.Book
	notes issue.List

	zip     *container
	types   contentTypes
	styles  []style
	strings sharedStrings
	cells   int   // of all sheets so far
	text    int64 // bytes of text that these cells hold, each time it is used
	slow    bool  // tests read cells without the short cut

	// each takes the rows of sheets as they are read; nil when books keep them.
	each    func(Row) error
	handing bool // each is at work
}

// read finds out what the bytes are and reads them.
func (b *bookReader) read(name string, data []byte) error {
	if int64(len(data)) > b.lim.FileBytes {
		return refuse(codeTooLarge, "Tệp nặng hơn %s.", bytesText(b.lim.FileBytes))
	}
	if err := refuseByBytes(name, data); err != nil {
		if refusedAs(err, codeText) {
			return b.readText(data)
		}
		return err
	}
	if isXLS(data) {
		return b.readOLE2(data)
	}
	return b.readZip(inMemory(data))
}

// readZip reads a zip file.
func (b *bookReader) readZip(src *source) (err error) {
	if b.zip, err = openContainer(src, b.lim, b.clock); err != nil {
		return err
	}
	if err := refuseByParts(b.zip); err != nil {
		if refusedAs(err, codeODS) {
			return b.readODS()
		}
		return err
	}
	main, err := b.findWorkbook()
	if err != nil {
		return err
	}
	return b.readWorkbook(main)
}

// part reads one part to its end with f.
func (b *bookReader) part(e *entry, f func(*scanner) error) error {
	p, err := b.zip.open(e)
	if err != nil {
		return err
	}
	defer p.close()
	s, err := scan(e.name, p)
	defer s.release()
	if err == nil {
		err = f(s)
	}
	var why *refusal
	if errors.As(err, &why) && p.err == nil && faultOfContents[why.code] {
		// Say that the file was damaged on its way, if it was, rather than
		// what the damage happened to look like.
		if damage := p.drain(); damage != nil {
			return damage
		}
	}
	if err != nil {
		return err
	}
	if p.err == nil {
		return fmt.Errorf("part %s was not read to its end", e.name)
	}
	return nil
}

// faultOfContents are the refusals that a damaged container can bring about.
var faultOfContents = map[string]bool{
	codeXML: true, codeDoctype: true, codeEncoding: true, codeAddress: true, codeRepeated: true,
	codeStringIndex: true, codeStyleIndex: true, codeNotUnderstood: true,
}

// contentTypes says what each part is.
type contentTypes struct {
	byPart, byExtension map[string]string
}

func (t contentTypes) of(e *entry) string {
	if kind, ok := t.byPart[foldName(e.name)]; ok {
		return kind
	}
	return t.byExtension[strings.TrimPrefix(path.Ext(foldName(e.name)), ".")]
}

func (b *bookReader) readTypes(e *entry) error {
	b.types = contentTypes{make(map[string]string), make(map[string]string)}
	return b.part(e, func(s *scanner) error {
		if err := s.root(spaceTypes, "Types"); err != nil {
			return err
		}
		err := s.children(func() error {
			if len(b.types.byPart)+len(b.types.byExtension) > 2*b.lim.Parts {
				return refuse(codeParts, "Tệp có quá nhiều thành phần (hơn %d).", b.lim.Parts)
			}
			kind, _ := s.get("ContentType")
			if name, ok := s.get("PartName"); ok {
				b.types.byPart[foldName(string(name))] = string(kind)
			} else if ext, ok := s.get("Extension"); ok {
				b.types.byExtension[strings.ToLower(string(ext))] = string(kind)
			}
			return s.skip()
		})
		if err != nil {
			return err
		}
		return s.close()
	})
}

// relation is one relationship of a part to another.
type relation struct {
	id, kind, target string
	external         bool
}

// The kinds of relationships, without the part of the URI in which the
// transitional and the strict form of the format differ.
const (
	relWorkbook   = "officeDocument"
	relWorksheet  = "worksheet"
	relStrings    = "sharedStrings"
	relStyles     = "styles"
	relExternal   = "externalLink"
	relMacros     = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
	relMacroSheet = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"
)

// notGrids are the kinds of sheets that hold no cells of a report. A kind that
// is neither among them nor a worksheet may be a damaged name of one.
var notGrids = map[string]bool{
	"chartsheet": true, "dialogsheet": true, relMacroSheet: true,
	"http://schemas.microsoft.com/office/2006/relationships/xlIntlMacrosheet": true,
}

func relationKind(uri string) string {
	for _, prefix := range []string{
		"http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
		"http://purl.oclc.org/ooxml/officeDocument/relationships/",
	} {
		if kind, ok := strings.CutPrefix(uri, prefix); ok {
			return kind
		}
	}
	return uri
}

// relations reads the relationships of a part; "" is the package itself. A part
// without any has no such list.
func (b *bookReader) relations(of string) ([]relation, error) {
	dir, base := path.Split(of)
	e := b.zip.find(dir + "_rels/" + base + ".rels")
	if e == nil {
		return nil, nil
	}
	var list []relation
	seen := make(map[string]bool)
	err := b.part(e, func(s *scanner) error {
		if err := s.root(spacePackage, "Relationships"); err != nil {
			return err
		}
		err := s.children(func() error {
			if s.space != spacePackage || string(s.local) != "Relationship" {
				return s.unknown()
			}
			if err := s.only("Id", "Type", "Target", "TargetMode"); err != nil {
				return err
			}
			if len(list) > 2*b.lim.Parts {
				return refuse(codeParts, "Tệp có quá nhiều thành phần (hơn %d).", b.lim.Parts)
			}
			id, _ := s.get("Id")
			kind, _ := s.get("Type")
			target, _ := s.get("Target")
			mode, _ := s.get("TargetMode")
			r := relation{string(id), relationKind(string(kind)), string(target), string(mode) == "External"}
			if seen[r.id] {
				return s.strange("liên kết " + clip(r.id) + " có hai lần")
			}
			seen[r.id] = true
			if !r.external {
				r.target = resolveTarget(of, r.target)
			}
			list = append(list, r)
			return s.skip()
		})
		if err != nil {
			return err
		}
		return s.close()
	})
	return list, err
}

// resolveTarget makes a target absolute; it is written relative to the part
// whose relationship it is, or from the root.
func resolveTarget(of, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if rooted, ok := strings.CutPrefix(target, "/"); ok {
		return path.Clean(rooted)
	}
	return path.Join(path.Dir(of), target)
}

// one returns the part that the only relationship of a kind leads to, nil when
// there is no such relationship.
func (b *bookReader) one(list []relation, kind string) (*entry, error) {
	var target string
	for _, r := range list {
		if r.kind != kind || r.external || r.target == target {
			continue
		}
		if target != "" {
			return nil, refuse(codeNotUnderstood, "Nội dung ngoài chuẩn bảng tính: hai thành phần %s.", kind)
		}
		target = r.target
	}
	if target == "" {
		return nil, nil
	}
	e := b.zip.find(target)
	if e == nil {
		return nil, missing(kind, target)
	}
	return e, nil
}

func missing(kind, target string) error {
	if kind == relStrings {
		return refuse(codeNoStrings, "Tệp không còn bảng chữ (%s) mà các ô trỏ tới.", clip(target))
	}
	return refuse(codePartMissing, "Tệp thiếu thành phần %s.", clip(target))
}

// findWorkbook follows the package's relationships to the workbook.
func (b *bookReader) findWorkbook() (*entry, error) {
	types := b.zip.find("[Content_Types].xml")
	if types == nil {
		return nil, refuse(codeNotWorkbook, "Tệp nén này không phải bảng tính Excel.")
	}
	if err := b.readTypes(types); err != nil {
		return nil, err
	}
	list, err := b.relations("")
	if err != nil {
		return nil, err
	}
	main, err := b.one(list, relWorkbook)
	if err != nil {
		return nil, err
	}
	if main == nil {
		return nil, refuse(codePartMissing, "Tệp không chỉ ra bảng tính ở đâu (officeDocument).")
	}
	switch kind := b.types.of(main); {
	case strings.HasPrefix(kind, "application/vnd.ms-excel.sheet.binary"):
		return nil, refuse(codeXLSB, "Đây là bảng tính nhị phân (.xlsb), bản này chưa đọc được.")
	case strings.Contains(kind, "wordprocessingml"), strings.HasPrefix(kind, "application/vnd.ms-word"):
		return nil, refuse(codeWord, "Đây là văn bản Word, không phải bảng tính.")
	case strings.Contains(kind, "presentationml"), strings.HasPrefix(kind, "application/vnd.ms-powerpoint"):
		return nil, refuse(codeOtherFile, "Đây là bản trình chiếu PowerPoint, không phải bảng tính.")
	}
	return main, nil
}

// bookSheet is a sheet as the workbook lists it.
type bookSheet struct {
	name, rel string
	hidden    bool
	partless  bool // says that it has no part: what old macro modules become
}

var workbookParts = map[string]bool{
	"fileVersion": true, "fileSharing": true, "workbookProtection": true, "bookViews": true, "functionGroups": true,
	"externalReferences": true, "definedNames": true, "calcPr": true, "oleSize": true, "customWorkbookViews": true,
	"pivotCaches": true, "smartTagPr": true, "smartTagTypes": true, "webPublishing": true, "fileRecoveryPr": true,
	"webPublishObjects": true, "extLst": true,
}

// listSheets reads workbook.xml.
func (b *bookReader) listSheets(main *entry) (list []bookSheet, err error) {
	err = b.part(main, func(s *scanner) error {
		if err := s.root(spaceMain, "workbook"); err != nil {
			return err
		}
		tables := 0
		err := s.children(func() error {
			switch {
			case s.is("workbookPr"):
				if err := s.only("date1904", "showObjects", "showBorderUnselectedObjects", "filterPrivacy",
					"promptedSolutions", "showInkAnnotation", "backupFile", "saveExternalLinkValues", "updateLinks",
					"codeName", "hidePivotFieldList", "showPivotChartFilter", "allowRefreshQuery", "publishItems",
					"checkCompatibility", "autoCompressPictures", "refreshAllConnections", "defaultThemeVersion",
					"dateCompatibility"); err != nil {
					return err
				}
				if b.book.Date1904, err = s.flag("date1904"); err != nil {
					return err
				}
				return s.skip()
			case s.is("sheets"):
				if tables++; tables > 1 {
					return s.strange("hai danh sách trang tính")
				}
				return s.children(func() error {
					one, err := b.listSheet(s)
					list = append(list, one)
					return err
				})
			case s.space == spaceMain && workbookParts[string(s.local)]:
				return s.skip()
			}
			return s.unknown()
		})
		if err != nil {
			return err
		}
		return s.close()
	})
	return list, err
}

func (b *bookReader) listSheet(s *scanner) (one bookSheet, err error) {
	if !s.is("sheet") {
		return one, s.strange("thẻ lạ <" + clip(string(s.local)) + "> trong danh sách trang tính")
	}
	if err := s.only("name", "sheetId", "state"); err != nil {
		return one, err
	}
	name, _ := s.get("name")
	id, stated := s.getIn(spaceRel, "id")
	state, _ := s.get("state")
	one = bookSheet{name: string(name), rel: string(id), partless: stated && len(id) == 0}
	switch string(state) {
	case "", "visible":
	case "hidden", "veryHidden":
		one.hidden = true
	default:
		return one, s.strange("trạng thái trang tính lạ " + clip(string(state)))
	}
	return one, s.skip()
}

// readWorkbook reads the workbook, its tables and all its sheets.
func (b *bookReader) readWorkbook(main *entry) error {
	list, err := b.listSheets(main)
	if err != nil {
		return err
	}
	if len(list) > b.lim.Sheets {
		return refuse(codeSheets, "Tệp có %d trang tính, quá giới hạn %d.", len(list), b.lim.Sheets)
	}
	rels, err := b.relations(foldName(main.name))
	if err != nil {
		return err
	}
	if err := b.readTables(rels); err != nil {
		return err
	}
	for _, r := range rels {
		b.book.Macros = b.book.Macros || r.kind == relMacros || r.kind == relMacroSheet
		b.book.ExternalLinks = b.book.ExternalLinks || r.kind == relExternal
	}
	if b.book.Macros {
		b.note(codeMacros, "", "", "Tệp chứa macro; macro không được chạy.")
	}
	if b.book.ExternalLinks {
		b.note(codeExternalLinks, "", "", "Tệp liên kết tới tệp khác; chỉ đọc giá trị đã lưu.")
	}
	names := make(map[string]bool)
	for _, one := range list {
		if one.partless && !orphans(rels, list) {
			b.note(codeNotGrid, one.name, "", fmt.Sprintf("Trang %q không có nội dung nên được bỏ qua.", one.name))
			continue
		}
		i := slices.IndexFunc(rels, func(r relation) bool { return r.id == one.rel })
		if i < 0 {
			return at(refuse(codePartMissing, "Không tìm thấy nội dung của trang tính %q.", clip(one.name)), one.name, "")
		}
		switch kind := rels[i].kind; {
		case notGrids[kind]:
			b.note(codeNotGrid, one.name, "", fmt.Sprintf("Trang %q không phải bảng (%s) nên được bỏ qua.", one.name, clip(path.Base(kind))))
			continue
		case kind != relWorksheet:
			return at(refuse(codeNotUnderstood, "Nội dung ngoài chuẩn bảng tính: trang tính %q thuộc loại lạ %s.", clip(one.name), clip(path.Base(kind))), one.name, "")
		}
		e := b.zip.find(rels[i].target)
		if e == nil || rels[i].external {
			return at(missing(relWorksheet, rels[i].target), one.name, "")
		}
		if err := b.readSheet(one, e); err != nil {
			return at(err, one.name, "")
		}
		if key := strings.ToLower(one.name); names[key] {
			b.note(codeSameName, one.name, "", fmt.Sprintf("Có hai trang tính tên %q; cả hai đều được đọc.", one.name))
		} else {
			names[key] = true
		}
	}
	if len(b.book.Sheets) == 0 {
		return refuse(codeNoSheet, "Tệp không có trang tính nào.")
	}
	return nil
}

// orphans tells whether there is a worksheet that no sheet of the list leads to.
func orphans(rels []relation, list []bookSheet) bool {
	for _, r := range rels {
		if r.kind == relWorksheet && !slices.ContainsFunc(list, func(s bookSheet) bool { return s.rel == r.id }) {
			return true
		}
	}
	return false
}

// readTables reads the styles and the shared strings, where there are any.
func (b *bookReader) readTables(rels []relation) error {
	e, err := b.one(rels, relStyles)
	if err != nil {
		return err
	}
	if e != nil {
		err := b.part(e, func(s *scanner) (err error) {
			b.styles, err = readStyles(s)
			return err
		})
		if err != nil {
			return err
		}
	}
	e, err = b.one(rels, relStrings)
	if refusedAs(err, codeNoStrings) {
		// Some writers name the table without writing one when no cell needs
		// it. A cell that does will not find its text, and refuses the file.
		return nil
	}
	if err != nil || e == nil {
		return err
	}
	return b.part(e, func(s *scanner) (err error) {
		b.strings, err = readStrings(s, b.lim, b.styles)
		return err
	})
}

// readSheet reads one worksheet and says what is worth saying about it.
func (b *bookReader) readSheet(one bookSheet, e *entry) error {
	out := &sheet.Sheet{Name: one.name, Hidden: one.hidden}
	r := &sheetReader{book: b, entry: e, sheet: out, styles: b.styles}
	read := func(s *scanner) error {
		r.scanner = s
		return r.read()
	}
	if err := b.part(e, read); err != nil {
		return err
	}
	if len(r.again) > 0 {
		r.startOver()
		if err := b.part(e, read); err != nil {
			return err
		}
	}
	r.settle()
	b.book.Sheets = append(b.book.Sheets, out)
	b.noteSheet(out, r)
	return nil
}
