package excel

import (
	"context"
	"encoding/binary"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/angiang-ntm/ntm/internal/issue"
)

// What a file is comes from its bytes; each kind has its own message.
func TestKindsOfFiles(t *testing.T) {
	book := data(`<row><c><v>1</v></c></row>`).zip()
	lock := append([]byte{5}, []byte("Phong"+strings.Repeat(" ", 49)+"\x05\x00")...)
	for len(lock) < 165 {
		lock = append(lock, ' ', 0)
	}
	for _, test := range []struct {
		name string
		data string
		code string
	}{
		{"empty.xlsx", "", codeEmpty},
		{"zeros.xlsx", strings.Repeat("\x00", 512), codeEmpty},
		{"cut.xlsx", string(book[:len(book)/2]), codeTruncated},
		{"empty.zip", "PK\x05\x06" + strings.Repeat("\x00", 18), codeNotWorkbook},
		{"other.zip", string(parts{"a.txt": "x"}.zip()), codeNotWorkbook},
		{"reports.zip", string(parts{"Thoại Sơn.xlsx": "x"}.zip()), codeArchive},
		{"a.rar", "Rar!\x1A\x07", codeArchive},
		{"a.docx", string(parts{"word/document.xml": "x"}.zip()), codeWord},
		{"locked.xlsx", ole2("Root Entry", "EncryptionInfo", "EncryptedPackage"), codeEncrypted},
		{"a.xls", ole2("Root Entry", "Workbook"), codeContainer},
		{"95.xls", ole2("Root Entry", "Book"), codeOldXLS},
		{"4.xls", "\x09\x04\x06\x00\x00\x00\x10\x00\x00\x00", codeOldXLS},
		{"a.doc", ole2("Root Entry", "WordDocument"), codeWord},
		{"a.ppt", ole2("Root Entry", "PowerPoint Document"), codeOtherFile},
		{"a.msg", string(ole2Container(ole2Entry{name: "x"})), codeOtherFile},
		{"a.rtf", `{\rtf1\ansi}`, codeWord},
		{"a.pdf", "%PDF-1.7\n…", codePDF},
		{"a.html", "\uFEFF\n<!DOCTYPE html><html>", codeHTML},
		{"table.xls", "<table><tr><td>1</td></tr></table>", codeHTML},
		{"web.mht", "MIME-Version: 1.0\r\n", codeHTML},
		{"2003.xml", `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`, codeXML2003},
		{"a.fods", `<?xml version="1.0"?><office:document xmlns:office="x">`, codeODS},
		{"a.xml", `<?xml version="1.0"?><a/>`, codeOtherFile},
		{"a.json", `{"error": "not found"}`, codeJSON},
		{"list.json", `[1, 2]`, codeJSON},
		{"~$bao cao.xlsx", string(lock), codeLock},
		{"renamed.xlsx", string(lock), codeLock},
		{".~lock.a.xlsx#", ",phong,may1,01.01.2018 08:00,file:///home/phong;", codeLock},
		{"letter.txt", "Kính gửi Ban Chỉ đạo tỉnh,\nĐoàn kiểm tra, gồm ba người, đã đến huyện.\n", codeText},
		{"one column.csv", "Tên xã\nPhú Thạnh\n", codeText},
		{"utf16.txt", utf16Text("STT\tTên xã\n"), codeText},
		{"a.png", "\x89PNG\r\n\x1a\n", codeOtherFile},
		{"noise.xlsx", "\x01\x02\x03\xFF\xFE\x00", codeOtherFile},
	} {
		t.Run(test.name, func(t *testing.T) {
			why := refused(t, `C:\hộp thư\`+test.name, []byte(test.data), DefaultLimits())
			if why.Code != test.code || why.File != test.name {
				t.Errorf("refused as %v, want %s", why, test.code)
			}
		})
	}
	odt := storedZip("mimetype", "application/vnd.oasis.opendocument.text")
	if why := refused(t, "a.odt", odt, DefaultLimits()); why.Code != codeOtherFile {
		t.Error(why)
	}
}

// ole2 makes the beginning of an OLE2 file whose directory holds these names.
func ole2(names ...string) string {
	out := make([]byte, 512, 1024)
	copy(out, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	for i, name := range names {
		var record [128]byte
		for k, u := range utf16.Encode([]rune(name)) {
			binary.LittleEndian.PutUint16(record[2*k:], u)
		}
		record[64] = byte(2*len(name) + 2)
		record[66] = 2
		if i == 0 {
			record[66] = 5
		}
		out = append(out, record[:]...)
	}
	return string(out)
}

func utf16Text(s string) string {
	out := []byte("\xFF\xFE")
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return string(out)
}

// Every code has its words, its number and its range; none has two meanings.
func TestCodes(t *testing.T) {
	seen := make(map[string]bool)
	form := regexp.MustCompile(`^NTM-(0[0-4]\d|4[0-4]\d)$`)
	for _, c := range Codes() {
		if seen[c.Code] || !form.MatchString(c.Code) || c.Title == "" || c.Remedy == "" || c.Check == "" {
			t.Errorf("code %+v", c)
		}
		seen[c.Code] = true
		refusal := c.Code < "NTM-050"
		if refusal != (c.Check == "file_refused") || refusal != (c.Severity == issue.Error) {
			t.Errorf("%s: refusals and only refusals are errors of check file_refused: %+v", c.Code, c)
		}
	}
}

// A fault of our own becomes the refusal of one file, and says where it is.
func TestPanicBecomesRefusal(t *testing.T) {
	var none context.Context // makes Read fail at its first use
	book, why, err := Read(none, "a.xlsx", []byte("PK\x03\x04"), DefaultLimits())
	if book != nil || err != nil || len(why) != 1 || why[0].Code != codePanic || !strings.Contains(why[0].Message, "read.go:") {
		t.Errorf("%v %v %v", book, why, err)
	}
}
