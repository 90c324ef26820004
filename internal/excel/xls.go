package excel

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// The format of Excel 97–2003 (BIFF8): one stream of records, first those of
// the workbook, then those of each sheet, each list from a BOF to its EOF.

const biff8 = 0x0600

// The kinds of record lists, as BOF states them.
const (
	listWorkbook = 0x0005
	listSheet    = 0x0010
)

// xlsReader reads a workbook of that format.
type xlsReader struct {
	*bookReader
	rec   *records
	list  []xlsSheetEntry
	tabs  int // sheets as another table counts them
	fonts []xlsxFont
	text  xlsText
	parts textParts // scratch
}

// xlsSheetEntry is a sheet as the workbook lists it.
type xlsSheetEntry struct {
	name   string
	at     int64
	kind   byte
	hidden bool
}

// readXLS reads a workbook of Excel 97–2003 from its stream of records.
func (b *bookReader) readXLS(rec *records) error {
	x := &xlsReader{bookReader: b, rec: rec}
	if err := x.begin(listWorkbook); err != nil {
		return err
	}
	if err := x.readGlobals(); err != nil {
		return err
	}
	if len(x.list) < x.tabs {
		return broken("danh sách có %d trang tính nhưng tệp ghi là %d.", len(x.list), x.tabs)
	}
	if b.book.Macros {
		b.note(codeMacros, "", "", "Tệp chứa macro; macro không được chạy.")
	}
	if b.book.ExternalLinks {
		b.note(codeExternalLinks, "", "", "Tệp liên kết tới tệp khác; chỉ đọc giá trị đã lưu.")
	}
	names := make(map[string]bool)
	places := make(map[int64]bool)
	for _, one := range x.list {
		if places[one.at] {
			return at(broken("hai trang tính cùng trỏ tới một nội dung."), one.name, "")
		}
		places[one.at] = true
		if kind := otherKinds[one.kind]; kind != "" {
			b.note(codeNotGrid, one.name, "", fmt.Sprintf("Trang %q không phải bảng (%s) nên được bỏ qua.", one.name, kind))
			continue
		}
		if err := x.readSheet(one); err != nil {
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

// otherKinds are the kinds of sheets that hold no cells of a report.
var otherKinds = map[byte]string{1: "macro của Excel 4.0", 2: "biểu đồ", 6: "mô-đun macro"}

// begin reads the BOF that every list of records begins with.
func (x *xlsReader) begin(kind int) error {
	if err := x.rec.next(); err != nil {
		return err
	}
	body := x.rec.body
	if x.rec.id != recBOF || len(body) < 4 {
		return broken("không bắt đầu bằng bản ghi BOF.")
	}
	version, got := int(binary.LittleEndian.Uint16(body)), int(binary.LittleEndian.Uint16(body[2:]))
	if version != biff8 {
		return refuse(codeOldXLS, "Đây là bảng tính Excel 95 hoặc cũ hơn, không đọc được.")
	}
	if got != kind {
		return broken("kiểu nội dung %#x, phải là %#x.", got, kind)
	}
	return nil
}

// readGlobals reads the records of the workbook.
func (x *xlsReader) readGlobals() error {
	type xf struct{ font, format int }
	var xfs []xf
	codes := make(map[int]string)
	for {
		if err := x.rec.next(); err != nil {
			return err
		}
		f := x.rec.fields(0)
		switch id := x.rec.id; id {
		case recEOF:
			x.styles = make([]style, len(xfs))
			formats := make(map[int]*numberFormat)
			for i, one := range xfs {
				format, ok := formats[one.format]
				if !ok {
					code, declared := codes[one.format]
					format = formatOf(one.format, code, declared)
					formats[one.format] = format
				}
				font := x.font(one.font)
				x.styles[i] = style{format, font.name, font.look}
			}
			return nil
		case recBOF:
			// Lists within lists are for charts on sheets: here the EOF that
			// ends the one within would end the list of sheets too early.
			return broken("bản ghi BOF nằm trong phần chung của bảng tính.")
		case recFilePass:
			// Excel encrypts with a password of its own where only the
			// structure is locked, so people may know of no password.
			return refuse(codeProtectedXLS, "Tệp đặt mật khẩu, hoặc khóa cấu trúc (Protect Workbook), nên nội dung bị mã hóa, không đọc được.")
		case recDateMode:
			x.book.Date1904 = f.uint16() == 1
		case recTabID:
			x.tabs = len(x.rec.body) / 2
		case recSupBook:
			x.book.ExternalLinks = x.book.ExternalLinks || x.otherFile(f)
		case recBoundSheet:
			if len(x.list) >= x.lim.Sheets {
				return refuse(codeSheets, "Tệp có hơn %d trang tính.", x.lim.Sheets)
			}
			one := xlsSheetEntry{at: f.uint32(), hidden: f.byte()&3 != 0, kind: f.byte()}
			x.text.read(f, int(f.byte()))
			one.name = string(x.text.bytes())
			x.list = append(x.list, one)
			if f.err == nil && one.kind > 2 && one.kind != 6 {
				return broken("kiểu trang tính lạ %d.", one.kind)
			}
			// Sheets of macros come with the macros of newer files, too.
			x.book.Macros = x.book.Macros || one.kind == 1 || one.kind == 6
		case recFont:
			const struck, raised = 1 << 3, 1
			var l look
			f.skip(2)
			l.struck = f.uint16()&struck != 0
			f.skip(4)
			l.raised = f.uint16() == raised
			f.skip(4)
			x.text.read(f, int(f.byte()))
			x.fonts = append(x.fonts, xlsxFont{string(x.text.bytes()), l})
		case recXF:
			xfs = append(xfs, xf{f.uint16(), f.uint16()})
		case recFormat:
			n := f.uint16()
			x.text.read(f, f.uint16())
			codes[n] = string(x.text.bytes())
			if f.short {
				f.err = nil // some old writers leave the end off, and it counts for nothing
			}
		case recSST:
			if x.strings.present {
				return broken("hai bảng chữ trong một tệp.")
			}
			if err := x.readStrings(f); err != nil {
				return err
			}
		default:
			if !isKnown(id, x.rec.body) {
				return broken("bản ghi lạ %#x.", id)
			}
		}
		if f.err != nil {
			return f.err
		}
		if len(x.fonts) > maxStyles || len(xfs) > maxStyles || len(codes) > maxStyles {
			return broken("quá nhiều định dạng.")
		}
	}
}

// font finds a font by its number; number 4 is never used, and its place in the
// table is the next one's.
func (x *xlsReader) font(n int) xlsxFont {
	if n > 4 {
		n--
	}
	if n >= len(x.fonts) {
		return xlsxFont{}
	}
	return x.fonts[n]
}

// otherFile tells whether a SUPBOOK leads to another file, and not to the
// workbook itself or to Excel's own functions.
func (x *xlsReader) otherFile(f *fields) bool {
	const self, functions = 0x0401, 0x3A01
	f.uint16() // the number of sheets
	n := f.uint16()
	if f.err != nil || n == self || n == functions {
		return false
	}
	x.text.read(f, n)
	return len(x.text.units) > 1 // one blank or zero is no file
}

// readStrings reads the SST, the table of the strings that cells share.
func (x *xlsReader) readStrings(f *fields) error {
	t := sharedStrings{present: true}
	var (
		keep  arena
		total int64
		known = make(map[string]int32)
		cells = slices.ContainsFunc(x.fonts, func(f xlsxFont) bool { return !f.look.plain() })
	)
	f.uint32() // how often they are used
	// The number is only a claim: the table ends at the latest where its
	// records do, and a cell that points beyond is found out.
	for n := f.uint32(); n > 0 && f.more(); n-- {
		if len(t.list) >= x.lim.Cells {
			return refuse(codeCells, "Tệp có quá nhiều chữ khác nhau (hơn %d).", x.lim.Cells)
		}
		x.text.read(f, f.uint16())
		if f.err != nil {
			return f.err
		}
		text := x.text.bytes()
		if len(text) > x.lim.StringBytes {
			return x.tooLong()
		}
		if total += int64(len(text)); total > x.lim.TextBytes {
			return refuse(codeTextTotal, "Chữ trong tệp nhiều hơn %s.", bytesText(x.lim.TextBytes))
		}
		one := sharedString{text: keep.keep(text)}
		if font := x.text.font(x.font); font != "" {
			k, ok := known[font]
			if !ok {
				t.fonts = append(t.fonts, font)
				k = int32(len(t.fonts))
				known[font] = k
			}
			one.font = k
		}
		x.parts = x.text.parts(x.parts[:0], x.font)
		t.keepLook(&one, x.parts, cells)
		t.list = append(t.list, one)
	}
	x.strings = t
	return f.err
}

func (x *xlsReader) tooLong() error {
	return refuse(codeString, "Một ô chứa chữ dài hơn %s.", bytesText(int64(x.lim.StringBytes)))
}
