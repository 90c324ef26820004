//go:build unix

package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/angiang-ntm/ntm/pipeline"
)

// rezipped copies a workbook, with change applied to each part; a part that
// change returns nil for is left out.
func rezipped(t *testing.T, book []byte, change func(name string, body []byte) []byte, more map[string]func(io.Writer) error) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	put := func(name string, write func(io.Writer) error) {
		w, err := z.Create(name)
		if err == nil {
			err = write(w)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if body = change(f.Name, body); body != nil {
			put(f.Name, func(w io.Writer) error { _, err := w.Write(body); return err })
		}
	}
	for name, write := range more {
		put(name, write)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func keepAll(_ string, body []byte) []byte { return body }

// repeated writes a piece many times, after and before something else.
func repeated(head, piece, tail string, times int) func(io.Writer) error {
	return func(w io.Writer) error {
		if _, err := io.WriteString(w, head); err != nil {
			return err
		}
		block := strings.Repeat(piece, max(1, 65536/len(piece)))
		for left := times * len(piece); left > 0; left -= len(block) {
			if _, err := io.WriteString(w, block[:min(left, len(block))]); err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, tail)
		return err
	}
}

// replaced takes a part of a workbook out and puts another in its place.
func replaced(t *testing.T, book []byte, part string, write func(io.Writer) error) []byte {
	t.Helper()
	return rezipped(t, book, func(name string, body []byte) []byte {
		if name == part {
			return nil
		}
		return body
	}, map[string]func(io.Writer) error{part: write})
}

// overlapping is a package whose directory lists one compressed kernel many
// times over, each time as another part: it unfolds to far more than it holds
// without any entry being suspicious by itself.
func overlapping(t *testing.T, book []byte, parts int) []byte {
	t.Helper()
	big := replaced(t, book, "xl/worksheets/sheet1.xml", repeated("<worksheet>", "          ", "</worksheet>", 3<<20))
	in, err := zip.NewReader(bytes.NewReader(big), int64(len(big)))
	if err != nil {
		t.Fatal(err)
	}
	end := bytes.LastIndex(big, []byte("PK\x05\x06"))
	at := int(binary.LittleEndian.Uint32(big[end+16:]))
	out := bytes.Clone(big[:at])
	count := 0
	for _, f := range in.File {
		header := big[at:]
		size := 46 + len(f.Name) + int(binary.LittleEndian.Uint16(header[30:])) + int(binary.LittleEndian.Uint16(header[32:]))
		offset := binary.LittleEndian.Uint32(header[42:])
		out = append(out, header[:size]...)
		count++
		if f.Name == "xl/worksheets/sheet1.xml" {
			for i := range parts {
				name := fmt.Sprintf("xl/worksheets/sheet%d.xml", 100+i)
				h := bytes.Clone(header[:46])
				binary.LittleEndian.PutUint16(h[28:], uint16(len(name)))
				binary.LittleEndian.PutUint16(h[30:], 0)
				binary.LittleEndian.PutUint16(h[32:], 0)
				binary.LittleEndian.PutUint32(h[42:], offset)
				out = append(append(out, h...), name...)
				count++
			}
		}
		at += size
	}
	tail := bytes.Clone(big[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(count))
	binary.LittleEndian.PutUint16(tail[10:], uint16(count))
	binary.LittleEndian.PutUint32(tail[12:], uint32(len(out)-int(binary.LittleEndian.Uint32(big[end+16:]))))
	return append(out, tail...)
}

// lying states another size of a part than it has.
func lying(t *testing.T, book []byte) []byte {
	t.Helper()
	out := replaced(t, book, "xl/worksheets/sheet1.xml", repeated("<worksheet>", "          ", "</worksheet>", 3<<20))
	for at := bytes.Index(out, []byte("PK\x01\x02")); at >= 0 && at < len(out)-46; {
		n := int(binary.LittleEndian.Uint16(out[at+28:]))
		if bytes.HasPrefix(out[at:], []byte("PK\x01\x02")) && string(out[at+46:at+46+n]) == "xl/worksheets/sheet1.xml" {
			binary.LittleEndian.PutUint32(out[at+24:], 1000)
		}
		next := bytes.Index(out[at+4:], []byte("PK\x01\x02"))
		if next < 0 {
			break
		}
		at += 4 + next
	}
	return out
}

// Everything that a careless or an ill-meaning sender can put into an inbox, at
// once: two good reports beside it are published, every other file has an
// outcome of its own with a code, nothing outside is read or written, and the
// whole process stays within its memory.
func TestHostileInbox(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	report := func(district, name string) []byte {
		return xlsx(t, wide("huyện "+district, "Quý IV/2017", ids("15.1", "17.1"), commune(name, 85, 85)))
	}
	o.put("2017-Q4/tot-1.xlsx", report("Thoại Sơn", "Vĩnh Phú"))
	o.put("2017-Q4/tot-2.xlsx", report("Chợ Mới", "Long Giang"))
	book := report("An Phú", "Khánh An")
	const sheet, strings1 = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
	head := `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
	sst := `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`
	worksheet := `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`

	want := map[string]string{} // file → code
	hostile := func(name, code string, data []byte) {
		t.Helper()
		o.put("2017-Q4/"+name, data)
		want[name] = code
	}
	many := map[string]func(io.Writer) error{}
	for i := range 20_000 {
		many[fmt.Sprintf("xl/media/image%d.png", i)] = func(io.Writer) error { return nil }
	}
	hostile("bom-mot-phan.xlsx", "", replaced(t, book, sheet, repeated(head+worksheet, "          ", "</sheetData></worksheet>", 40<<20)))
	hostile("bom-nhieu-phan.xlsx", "", rezipped(t, overManySheets(t, 8), func(name string, body []byte) []byte {
		if strings.HasPrefix(name, "xl/worksheets/sheet") {
			return bytes.Replace(body, []byte("<sheetData>"), append(bytes.Repeat([]byte(" "), 100<<20), "<sheetData>"...), 1)
		}
		return body
	}, nil))
	hostile("bom-chong-nhau.xlsx", "", overlapping(t, book, 400))
	hostile("bom-noi-doi-kich-thuoc.xlsx", "", lying(t, book))
	hostile("bom-nhieu-muc.xlsx", "", rezipped(t, book, keepAll, many))
	hostile("khuech-dai.xlsx", "", rezipped(t, book, func(name string, body []byte) []byte {
		if name == sheet || name == strings1 {
			return nil
		}
		return body
	}, map[string]func(io.Writer) error{
		strings1: repeated(head+sst+"<si><t>", "chuỗi dài ", "</t></si></sst>", 9_000),
		sheet:    repeated(head+worksheet+`<row r="1">`, `<c t="s"><v>0</v></c>`, "</row></sheetData></worksheet>", 10_000),
	}))
	hostile("chuoi-64-MiB.xlsx", "", replaced(t, book, strings1, repeated(head+sst+"<si><t>", "xxxxxxxxxx", "</t></si></sst>", 64<<20/10)))
	hostile("doctype.xlsx", "", replaced(t, book, sheet, repeated(head+`<!DOCTYPE x [<!ENTITY a "&b;&b;"><!ENTITY b "ha">]>`+worksheet, " ", `<row r="1"><c t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>`, 1)))
	hostile("300-trang.xlsx", "", overManySheets(t, 300))
	hostile("html.xlsx", "", []byte("<html><table><tr><td>1</td></tr></table></html>"))
	hostile("pdf.xlsx", "", []byte("%PDF-1.7\n1 0 obj\n"))
	hostile("word.xlsx", "", rezipped(t, book, func(name string, body []byte) []byte { return nil }, map[string]func(io.Writer) error{
		"[Content_Types].xml": repeated(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`, " ", "", 1),
		"word/document.xml":   repeated("<document/>", " ", "", 1),
	}))
	hostile("rong.xlsx", "", nil)
	hostile("cut.xlsx", "", book[:len(book)/2])
	hostile("rac.xls", "", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+strings.Repeat("x", 3000)))
	hostile("rac.ods", "", []byte("PK\x03\x04 mimetype"))
	hostile("json.xlsx", "", []byte(`{"a": 1}`))
	hostile("khong-phai-bieu.csv", "", []byte("a;b;c\n1;2;3\n"))
	hostile("nhi-phan.csv", "", bytes.Repeat([]byte{0, 1, 2, 255}, 1000))
	// The name is one name here, and a path on the machine that opens the answer.
	hostile(`x\..\..\y.xlsx`, "", []byte("PK\x03\x04"))
	want["to.xlsx"] = "NTM-002"
	write(t, filepath.Join(o.inbox, "2017-Q4", "to.xlsx"), "")
	if err := os.Truncate(filepath.Join(o.inbox, "2017-Q4", "to.xlsx"), 1<<40); err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(t.TempDir(), "bi-mat.xlsx")
	write(t, secret, string(report("Tri Tôn", "Châu Lăng")))
	if err := os.Symlink(secret, filepath.Join(o.inbox, "2017-Q4", "lien-ket.xlsx")); err != nil {
		t.Fatal(err)
	}
	want["lien-ket.xlsx"] = "NTM-063"
	if err := os.Symlink(filepath.Dir(secret), filepath.Join(o.inbox, "2017-Q4", "thu-muc")); err != nil {
		t.Fatal(err)
	}
	want["thu-muc"] = "NTM-063" // a link to a folder is named, and not followed
	if err := syscall.Mkfifo(filepath.Join(o.inbox, "2017-Q4", "ong.xlsx"), 0o644); err != nil {
		t.Fatal(err)
	}
	want["ong.xlsx"] = "NTM-063"
	if err := syscall.Mknod(filepath.Join(o.inbox, "2017-Q4", "thiet-bi.xlsx"), syscall.S_IFCHR|0o666, 1<<8|5); err == nil { // /dev/zero
		want["thiet-bi.xlsx"] = "NTM-063"
	} else {
		t.Logf("no device in the inbox: %v", err)
	}
	// Read, and reported.
	related := func(book []byte, kind, target, body string) []byte {
		return rezipped(t, book, func(name string, text []byte) []byte {
			if name == "xl/_rels/workbook.xml.rels" {
				return bytes.Replace(text, []byte("</Relationships>"), []byte(`<Relationship Id="rId99" Type="`+kind+`" Target="`+target+`"/></Relationships>`), 1)
			}
			return text
		}, map[string]func(io.Writer) error{"xl/" + target: repeated(body, " ", "", 1)})
	}
	o.put("2017-Q4/macro.xlsm", related(report("Phú Tân", "Tân Trung"), "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin", "macro"))
	o.put("2017-Q4/lien-ket-ngoai.xlsx", related(report("Tịnh Biên", "An Cư"), "http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink", "externalLinks/externalLink1.xml", "<externalLink/>"))

	cmd := o.process("2017-Q4", "--config", func() string {
		path := filepath.Join(t.TempDir(), "ntm.yaml")
		write(t, path, "total_memory: 512MiB\nwarehouse:\n  memory_limit: 256MiB\n")
		return path
	}())
	o.finishes(cmd, pipeline.Incomplete)
	var rec pipeline.Record
	records, err := filepath.Glob(filepath.Join(o.data, "runs", "*.json"))
	if err != nil || len(records) != 1 {
		t.Fatal(records, err)
	}
	text, err := os.ReadFile(records[0])
	if err != nil {
		t.Fatal(err)
	}
	fromJSON(t, text, &rec)
	t.Logf("%.1f s, at most %d MiB", rec.Seconds, rec.PeakMemory>>20)
	if rec.PeakMemory > 512<<20 || rec.PeakMemory == 0 && runtime.GOOS == "linux" {
		t.Errorf("the process took %d MiB", rec.PeakMemory>>20)
	}

	o.says("select file_name from ops.submission where status = 'accepted' order by 1", "lien-ket-ngoai.xlsx", "macro.xlsm", "tot-1.xlsx", "tot-2.xlsx")
	o.says("select commune_name from mart.commune_summary where reported order by 1", "An Cư", "Long Giang", "Tân Trung", "Vĩnh Phú")
	codes := map[string]string{}
	for _, line := range o.ask("select s.file_name, string_agg(distinct f.code, ' ') from ops.submission s join ops.finding f using (submission_id) where s.status = 'rejected' and f.severity = 'error' group by all") {
		name, list, _ := strings.Cut(line, " | ")
		codes[name] = list
	}
	distinct := map[string]bool{}
	for name, code := range want {
		got := codes[name]
		if got == "" || code != "" && got != code {
			t.Errorf("%s: codes %q, want %q", name, got, code)
		}
		distinct[got] = true
	}
	if len(codes) != len(want) {
		t.Errorf("%d files are refused, want %d: %v", len(codes), len(want), codes)
	}
	if len(distinct) < 12 {
		t.Errorf("only %d different codes: %v", len(distinct), codes)
	}
	for name, code := range map[string]string{"macro.xlsm": "macro", "lien-ket-ngoai.xlsx": "external"} {
		if found := o.ask("select check_id from ops.finding where file_name = '" + name + "' and severity = 'info'"); !strings.Contains(strings.Join(found, " "), code) {
			t.Errorf("%s: %v", name, found)
		}
	}
	// Nothing came from behind the links, and the inbox is as it was.
	o.says("select count(*) from raw.observation where commune_code in (select commune_code from ref.commune where name = 'Châu Lăng')", "0")
	for name := range want {
		if _, err := os.Lstat(filepath.Join(o.inbox, "2017-Q4", name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Nobody but the office reads what was received; nothing is written by others.
	for path, mode := range map[string]os.FileMode{"": 0o750, "archive": 0o750, "archive/" + sha(t, filepath.Join(o.inbox, "2017-Q4", "tot-1.xlsx")): 0o440, "runs": 0o750} {
		info, err := os.Stat(filepath.Join(o.data, path))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got&^mode != 0 {
			t.Errorf("%q has mode %o, want %o at most", path, got, mode)
		}
	}
	_ = filepath.WalkDir(o.out, func(p string, d os.DirEntry, err error) error {
		if info, e := d.Info(); err == nil && e == nil && info.Mode().Type() == 0 && info.Mode().Perm()&0o022 != 0 {
			t.Errorf("%s can be written by others: %v", p, info.Mode())
		}
		return nil
	})
	if status, stdout, stderr := o.ntm(o.folders("verify")...); status != pipeline.OK {
		t.Errorf("ntm verify: status %d\n%s%s", status, stdout, stderr)
	}
}

// overManySheets is a workbook of so many sheets.
func overManySheets(t *testing.T, n int) []byte {
	t.Helper()
	var tabs []tab
	for i := range n {
		tabs = append(tabs, tab{name: fmt.Sprintf("Trang %d", i+1), rows: [][]any{{"x"}}})
	}
	return xlsx(t, tabs...)
}
