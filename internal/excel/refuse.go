package excel

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"path"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// refuseByBytes names what is neither a zip nor an OLE2 file for what it is. It
// returns nil for these, whatever they hold.
func refuseByBytes(name string, data []byte) error {
	if bytes.HasPrefix(data, []byte(sigLocal)) || isXLS(data) {
		return nil
	}
	has := func(magic string) bool { return bytes.HasPrefix(data, []byte(magic)) }
	switch {
	case len(data) == 0:
		return refuse(codeEmpty, "Tệp rỗng (0 byte).")
	case len(bytes.Trim(data[:min(len(data), 64<<10)], "\x00")) == 0:
		return refuse(codeEmpty, "Tệp chỉ có byte 0: nội dung chưa được ghi hoặc tải về chưa xong.")
	case isLockFile(name, data):
		return refuse(codeLock, "Đây là tệp tạm của chương trình bảng tính, không phải báo cáo.")
	case has("\x09\x00\x04\x00"), has("\x09\x02\x06\x00"), has("\x09\x04\x06\x00"), has("\x09\x08\x08\x00\x00\x05"):
		return refuse(codeOldXLS, "Đây là bảng tính Excel 95 hoặc cũ hơn, không đọc được.")
	case has(sigEnd):
		return refuse(codeNotWorkbook, "Tệp nén rỗng, không có gì bên trong.")
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return refuse(codePDF, "Đây là tệp PDF, không phải bảng tính.")
	case has(`{\rtf`):
		return refuse(codeWord, "Đây là văn bản RTF (Word), không phải bảng tính.")
	case has("Rar!"), has("7z\xBC\xAF\x27\x1C"), has("\x1F\x8B"):
		return refuse(codeArchive, "Đây là tệp nén, chưa giải nén.")
	case has("\x89PNG"), has("\xFF\xD8\xFF"), has("GIF8"), has("BM") && !isText(data), has("II*\x00"), has("MM\x00*"):
		return refuse(codeOtherFile, "Đây là tệp ảnh, không phải bảng tính.")
	}
	if text, ok := plainText(data); ok {
		return refuseText(text)
	}
	return refuse(codeOtherFile, "Không nhận ra đây là loại tệp gì; tệp có thể bị hỏng.")
}

// refuseText tells kinds of text files apart.
func refuseText(text string) error {
	head := strings.ToLower(strings.TrimSpace(text[:min(len(text), 4096)]))
	contains := func(s string) bool { return strings.Contains(head, s) }
	switch {
	case contains("urn:schemas-microsoft-com:office:spreadsheet") && strings.HasPrefix(head, "<?"):
		return refuse(codeXML2003, "Đây là bảng tính lưu dạng XML 2003, không phải .xlsx.")
	case contains("<office:document"):
		return refuse(codeODS, "Đây là bảng tính OpenDocument dạng XML phẳng (.fods), không đọc được.")
	case strings.HasPrefix(head, "<") && (contains("<html") || contains("<!doctype html") || contains("<table") || contains("<head") || contains("<body") || contains("<meta")),
		strings.HasPrefix(head, "mime-version:"):
		return refuse(codeHTML, "Đây là trang web (HTML) đổi tên, không phải bảng tính.")
	case strings.HasPrefix(head, "<?xml"):
		return refuse(codeOtherFile, "Đây là tệp XML, không phải bảng tính Excel.")
	case (strings.HasPrefix(head, "{") || strings.HasPrefix(head, "[")) && json.Valid([]byte(text)),
		strings.HasPrefix(head, `{"`):
		return refuse(codeJSON, "Đây là dữ liệu JSON, không phải bảng tính.")
	}
	return refuse(codeText, "Đây là tệp văn bản, không có bảng.")
}

// plainText returns data as text when it looks like some: UTF-8, UTF-16 with
// its mark, or an 8-bit encoding, with hardly a control character.
func plainText(data []byte) (string, bool) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		order = binary.BigEndian
	default:
		return strings.TrimPrefix(string(data), "\uFEFF"), isText(data)
	}
	units := make([]uint16, 0, min(len(data), 64<<10)/2)
	for i := 2; i+1 < len(data) && len(units) < cap(units); i += 2 {
		units = append(units, order.Uint16(data[i:]))
	}
	text := string(utf16.Decode(units))
	return text, isText([]byte(text))
}

func isText(data []byte) bool {
	data = data[:min(len(data), 64<<10)]
	high := 0
	for _, c := range data {
		if c >= utf8.RuneSelf {
			high++
		}
	}
	control, _ := controls(data)
	// Text in an 8-bit Vietnamese encoding has at most about a third of high
	// bytes; packed data has half. UTF-8 may be damaged, or cut above.
	return control <= allowedControls(len(data)) && (utf8.Valid(data) || mostlyUTF8(data) || high*5 < len(data)*2)
}

// isLockFile recognises what Excel and LibreOffice leave beside an open file:
// the user's name in a record of fixed length.
func isLockFile(name string, data []byte) bool {
	if len(data) == 165 && data[0] > 0 && data[0] < 55 && data[164] == 0 && data[163] == ' ' {
		return true
	}
	if len(data) < 1024 && bytes.HasPrefix(data, []byte(",")) && bytes.Contains(data, []byte("file://")) {
		return true
	}
	return len(data) < 1024 && (strings.HasPrefix(name, "~$") || strings.HasPrefix(name, ".~lock."))
}

// refuseOLE2 looks into the directory of a damaged OLE2 file for the stream that
// tells what it was. The directory is made of records of 128 bytes that begin
// with their name. It returns nil for a workbook of Excel 97–2003, and where no
// name is known.
func refuseOLE2(data []byte) error {
	var first string
	for i := 512; i+128 <= len(data); i += 128 {
		switch name := ole2Name(data[i : i+128]); name {
		case "EncryptedPackage":
			return refuse(codeEncrypted, "Tệp đặt mật khẩu nên không đọc được.")
		case "Workbook", "Book", "WordDocument", "PowerPoint Document":
			if first == "" {
				first = name
			}
		}
	}
	switch first {
	case "Book":
		return refuse(codeOldXLS, "Đây là bảng tính Excel 95 hoặc cũ hơn, không đọc được.")
	case "WordDocument":
		return refuse(codeWord, "Đây là văn bản Word 97–2003, không phải bảng tính.")
	case "PowerPoint Document":
		return refuse(codeOtherFile, "Đây là bản trình chiếu PowerPoint, không phải bảng tính.")
	}
	return nil
}

// ole2Name returns the name of a stream's record, "" when it is none.
func ole2Name(record []byte) string {
	const stream = 2
	n := int(binary.LittleEndian.Uint16(record[64:])) // bytes, with the final zero
	if record[66] != stream || n < 4 || n > 64 || n%2 != 0 {
		return ""
	}
	name := make([]byte, 0, 32)
	for i := 0; i < n-2; i += 2 {
		if record[i+1] != 0 {
			return ""
		}
		name = append(name, record[i])
	}
	return string(name)
}

// refuseByParts names a zip file that holds no workbook for what it is.
func refuseByParts(c *container) error {
	if kind, err := c.mimetype(); err != nil {
		return err
	} else if kind, ok := strings.CutPrefix(kind, "application/vnd.oasis.opendocument."); ok {
		if kind == "spreadsheet" || kind == "spreadsheet-template" {
			return refuse(codeODS, "Đây là bảng tính OpenDocument (.ods).")
		}
		return refuse(codeOtherFile, "Đây là tài liệu OpenDocument, không phải bảng tính.")
	}
	if c.find("[Content_Types].xml") != nil {
		return nil
	}
	for _, e := range c.order {
		switch path.Ext(foldName(e.name)) {
		case ".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".xlsb":
			return refuse(codeArchive, "Đây là tệp nén chứa %s, chưa giải nén.", clip(e.name))
		}
		if strings.HasPrefix(foldName(e.name), "word/") {
			return refuse(codeWord, "Đây là văn bản Word, không phải bảng tính.")
		}
	}
	return nil
}
