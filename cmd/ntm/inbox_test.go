package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/pipeline"
)

// zipped is a zip of files, in order.
func zipped(t *testing.T, members ...any) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(members); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: members[i].(string), Method: zip.Deflate, NonUTF8: true})
		if err == nil {
			_, err = w.Write(members[i+1].([]byte))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (o *office) folder(name string) {
	o.t.Helper()
	if err := os.MkdirAll(filepath.Join(o.inbox, filepath.FromSlash(name)), 0o755); err != nil {
		o.t.Fatal(err)
	}
}

// Whatever somebody puts into the inbox has an outcome: it is named in the
// summary, in the status and its JSON, and to the sender, with a code that says
// what to do. What programs and systems leave there is nobody's.
func TestEverythingInTheInboxHasAnOutcome(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	report := func(district, name string) []byte {
		return xlsx(t, wide("huyện "+district, "Quý IV/2017", ids("15.1", "17.1"), commune(name, 85, 85)))
	}
	ole2 := func(stream string) []byte { // as far as naming needs it
		data := make([]byte, 2048)
		copy(data, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
		for i, c := range []byte(stream) {
			data[1024+2*i] = c
		}
		data[1024+64], data[1024+66] = byte(2*len(stream)+2), 2
		return data
	}
	want := map[string]string{} // the path below the period's folder → code
	put := func(name, code string, data []byte) {
		o.put("2017-Q4/"+name, data)
		want[name] = code
	}
	put("An Phú.pdf", "NTM-014", []byte("%PDF-1.4\n1 0 obj\n"))
	put("Châu Phú.doc", "NTM-013", ole2("WordDocument"))
	put("Châu Thành.docx", "NTM-013", zipped(t, "[Content_Types].xml", []byte(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`), "word/document.xml", []byte("<document/>")))
	put("Tân Châu.JPG", "NTM-018", []byte("\xFF\xD8\xFF\xE0 not much of a picture"))
	put("Phú Tân.rar", "NTM-019", []byte("Rar!\x1a\x07\x00 packed"))
	put("Tri Tôn.7z", "NTM-019", []byte("7z\xBC\xAF\x27\x1C packed"))
	put("rong.xlsx", "NTM-001", nil)
	put("rong.pdf", "NTM-001", nil)
	put("ghi-chu.txt", "NTM-011", []byte("Gửi anh chị báo cáo.\n"))
	put("bang.txt", "NTM-071", []byte("STT;Tên xã;15.1\n1;Vĩnh Phú;85\n2;Vĩnh Chánh;85\n"))
	put("khong-duoi", "NTM-071", report("Tri Tôn", "Châu Lăng"))
	put("that-ra-la-excel.zip", "NTM-071", report("Tri Tôn", "Lương Phi"))
	put("hong.zip", "NTM-072", []byte("PK\x03\x04 no zip"))
	put("zip-rong.zip", "NTM-072", zipped(t))
	put("la", "NTM-018", []byte{0, 1, 2, 255, 0, 7, 9, 200})
	o.put("2017-Q4/gui.zip", zipped(t,
		"huyen/Thoại Sơn.xlsx", report("Thoại Sơn", "Vĩnh Phú"), "huyen/anh.png", []byte("\x89PNG\r\n"), "__MACOSX/._x", []byte("x"), ".DS_Store", []byte("x"),
		"trong.zip", zipped(t, "a.xlsx", []byte("x")), `..\..\thoat.pdf`, []byte("%PDF-1.4\n")))
	want["gui.zip/huyen/anh.png"], want["gui.zip/trong.zip"], want["gui.zip/thoat.pdf"] = "NTM-018", "NTM-072", "NTM-014"
	o.folder("2017-Q4/bao-cao.xlsx")
	o.put("2017-Q4/bao-cao.xlsx/xl/workbook.xml", []byte("<workbook/>"))
	want["bao-cao.xlsx"] = "NTM-070"
	o.folder("2017-Q4/thu-muc-rong/trong-nua")
	want["thu-muc-rong"] = "NTM-070"
	o.folder("2017-Q4/Tịnh Biên")
	want["Tịnh Biên"] = "NTM-070"
	o.folder("2017-Q4/Thoại Sơn") // it has reported by another way
	for _, name := range []string{"Thumbs.db", "desktop.ini", "~$Thoai Son.xlsx", ".hidden.xlsx", "tai-ve.xlsx.crdownload", "dang-chep.xlsx.part"} {
		o.put("2017-Q4/"+name, []byte("x"))
	}

	said := o.run("2017-Q4", pipeline.Incomplete)
	got := map[string]string{}
	for _, line := range o.ask(`select coalesce(s.folder, '') || '/' || s.file_name, string_agg(distinct f.code, ' ') from ops.submission s
		left join ops.finding f on f.submission_id = s.submission_id and f.severity = 'error' where s.status = 'rejected' group by all`) {
		name, codes, _ := strings.Cut(line, " | ")
		got[strings.TrimPrefix(name, "2017-Q4/")] = codes
	}
	var status pipeline.Status
	if err := json.Unmarshal([]byte(o.tells(pipeline.OK, "status", "--format", "json")), &status); err != nil {
		t.Fatal(err)
	}
	for name, code := range want {
		if got[name] != code {
			t.Errorf("%s: %q, want %s", name, got[name], code)
		}
		if !strings.Contains(said, name) {
			t.Errorf("the summary does not name %s", name)
		}
		if !slices.ContainsFunc(status.Others, func(f pipeline.File) bool {
			return f.Folder+"/"+f.Name == "2017-Q4/"+name && f.Status == "rejected" && strings.Contains(f.Reason, code)
		}) {
			t.Errorf("status --format json does not name %s: %+v", name, status.Others)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d things are refused, want %d: %v", len(got), len(want), got)
	}
	o.says("select file_name, folder from ops.submission where status = 'accepted'", "Thoại Sơn.xlsx | 2017-Q4/gui.zip/huyen")
	if !strings.Contains(said, "Đã mở tệp nén: 2017-Q4/gui.zip") {
		t.Errorf("the summary does not say that the zip was opened:\n%s", said)
	}
	text := o.tells(pipeline.OK, "status")
	for _, line := range []string{"huyện An Phú: đã gửi tệp PDF “An Phú.pdf”, cần tệp Excel", "huyện Phú Tân: đã gửi tệp nén RAR “Phú Tân.rar”", "huyện Châu Phú: đã gửi tệp Word", "huyện Tịnh Biên: đã gửi thư mục", "huyện Chợ Mới: chưa nhận được tệp nào"} {
		if !strings.Contains(text, line) {
			t.Errorf("status does not say %q:\n%s", line, text)
		}
	}
	reminders := t.TempDir()
	o.tells(pipeline.OK, "status", "--reminders", reminders)
	letters, err := filepath.Glob(filepath.Join(reminders, "*.txt"))
	if err != nil || len(letters) != 10 {
		t.Fatal(letters, err)
	}
	reminded := ""
	for _, letter := range letters {
		data, err := os.ReadFile(letter)
		if err != nil {
			t.Fatal(err)
		}
		reminded += string(data)
	}
	for _, line := range []string{"Tệp “An Phú.pdf” đã nhận nhưng chưa dùng được: đã gửi tệp PDF, cần tệp Excel", "đã gửi tệp ảnh, cần tệp Excel", "đã gửi tệp nén 7Z, cần tệp Excel"} {
		if !strings.Contains(reminded, line) {
			t.Errorf("no reminder says %q:\n%s", line, reminded)
		}
	}
	o.tells(pipeline.OK, "verify")
	before := o.contents(o.data)
	o.tells(pipeline.OK, "rebuild")
	equalFigures(t, before, o.contents(o.data))
	if said := o.run("2017-Q4", pipeline.Incomplete); !strings.Contains(said, "Không có gì mới") {
		t.Errorf("run again:\n%s", said)
	}

	// What came in the zip is taken back by the zip's name, and stays when the zip is gone.
	if err := os.Remove(filepath.Join(o.inbox, "2017-Q4", "gui.zip")); err != nil {
		t.Fatal(err)
	}
	o.run("2017-Q4", pipeline.Incomplete)
	o.says("select file_name from ops.submission where status = 'accepted'", "Thoại Sơn.xlsx")
	o.tells(pipeline.OK, "withdraw", "gui.zip", "--reason", "nhầm")
	o.run("2017-Q4", pipeline.Incomplete)
	o.says("select file_name from ops.submission where status = 'accepted'")
}

// A zip is opened within the limits of a workbook, and its members are read as
// files are: none leads out of it, none is taken for another.
func TestZipsAreOpenedWithinLimits(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	config := filepath.Join(t.TempDir(), "ntm.yaml")
	write(t, config, "reader:\n  limits:\n    inflated_mb: 4\n    file_mb: 1\n    parts: 20\n")
	o.flags = []string{"--config", config}
	report := xlsx(t, wide("huyện Thoại Sơn", "Quý IV/2017", ids("15.1", "17.1"), commune("Vĩnh Phú", 85, 85)))
	var many []any
	for i := range 21 {
		many = append(many, fmt.Sprintf("%d.xlsx", i), report)
	}
	o.put("2017-Q4/nhieu.zip", zipped(t, many...))
	o.put("2017-Q4/bom.zip", zipped(t, "a.xlsx", report, "b.csv", bytes.Repeat([]byte("0,"), 3<<20)))
	o.put("2017-Q4/hai.zip", zipped(t, "a/bao-cao.xlsx", report, `b\bao-cao.xlsx`, xlsx(t, wide("huyện Chợ Mới", "Quý IV/2017", ids("15.1", "17.1"), commune("Long Giang", 85, 85)))))
	// Both names are one once what cannot be read is made readable.
	o.put("2017-Q4/ten.zip", zipped(t, "An C\xfd.pdf", []byte("%PDF-1.4 1"), "An C\u200b\xfd.pdf", []byte("%PDF-1.4 2")))
	locked := zipped(t, "khoa.xlsx", report)
	for _, sign := range []string{"PK\x03\x04", "PK\x01\x02"} { // the first bit of its flags
		locked[bytes.Index(locked, []byte(sign))+map[string]int{"PK\x03\x04": 6, "PK\x01\x02": 8}[sign]] |= 1
	}
	o.put("2017-Q4/khoa.zip", locked)
	broken := zipped(t, "hong.xlsx", report)
	broken[200] ^= 0xFF
	o.put("2017-Q4/hong.zip", broken)
	o.run("2017-Q4", pipeline.Incomplete)
	o.says("select folder, file_name, status from ops.submission where status <> 'rejected' order by folder",
		"2017-Q4/hai.zip/a | bao-cao.xlsx | accepted", "2017-Q4/hai.zip/b | bao-cao.xlsx | accepted")
	o.says("select folder || '/' || file_name, reason from ops.submission where status = 'rejected' order by 1",
		"2017-Q4/bom.zip | tệp nén bung ra quá lớn, hơn 4 MB [NTM-072]",
		"2017-Q4/hong.zip/hong.xlsx | không lấy ra được khỏi tệp nén: phần này bị hỏng [NTM-072]",
		"2017-Q4/khoa.zip/khoa.xlsx | nằm trong tệp nén có mật khẩu, không mở được [NTM-072]",
		"2017-Q4/nhieu.zip | tệp nén chứa 21 tệp, quá giới hạn 20 [NTM-072]",
		"2017-Q4/ten.zip/An Cư (2).pdf | Đây là tệp PDF, không phải bảng tính. [NTM-014]",
		"2017-Q4/ten.zip/An Cư.pdf | Đây là tệp PDF, không phải bảng tính. [NTM-014]")
	if found := o.ask("select message from ops.finding where code = 'NTM-073' order by 1"); len(found) != 2 || !strings.Contains(strings.Join(found, ""), `An C\u200B\xFD.pdf`) {
		t.Errorf("of the names it is said: %q", found)
	}
	o.tells(pipeline.OK, "verify")
	before := o.contents(o.data)
	if status, stdout, stderr := o.ntm(o.folders("rebuild", "--config", config)...); status != pipeline.OK {
		t.Fatal(stdout, stderr)
	}
	equalFigures(t, before, o.contents(o.data))
}

// When a file came can be stated, for the run or by its folder, so that it is not
// late for having been copied late.
func TestTheDayOfReceiptIsStated(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for i, place := range []string{"Thoại Sơn.xlsx", "2018-01-09/Chợ Mới.xlsx", "nhận 10.1.2018/Tri Tôn.xlsx", "đến 31-12-2017/An Phú.xlsx", "2018-13-40/Phú Tân.xlsx"} {
		name := []string{"Vĩnh Phú", "Long Giang", "Châu Lăng", "Khánh An", "Tân Trung"}[i]
		o.receives("2017-Q4", place, wide("huyện "+strings.TrimSuffix(filepath.Base(place), ".xlsx"), "Quý IV/2017", ids("15.1", "17.1"), commune(name, 85, 85)))
	}
	for _, wrong := range []string{"hôm qua", "2099-01-01"} {
		o.run("2017-Q4", pipeline.Usage, "--received", wrong)
	}
	o.run("2017-Q4", pipeline.Incomplete, "--received", "20/01/2018")
	o.says("select file_name, received_at::date from ops.submission where status = 'accepted' order by 1",
		"An Phú.xlsx | 2018-01-20", "Chợ Mới.xlsx | 2018-01-09", "Phú Tân.xlsx | 2018-01-20", "Thoại Sơn.xlsx | 2018-01-20", "Tri Tôn.xlsx | 2018-01-10")
	var status pipeline.Status
	if err := json.Unmarshal([]byte(o.tells(pipeline.OK, "status", "--format", "json")), &status); err != nil {
		t.Fatal(err)
	}
	if status.Total.Actual != 5 || status.Total.OnTime != 2 {
		t.Errorf("%d have reported, %d on time, want 5 and 2", status.Total.Actual, status.Total.OnTime)
	}
	// A run later, without the flag, knows it still; so does a warehouse made again.
	o.run("2017-Q4", pipeline.Incomplete)
	before := o.contents(o.data)
	o.tells(pipeline.OK, "rebuild")
	equalFigures(t, before, o.contents(o.data))
	// Put later into a folder that says so, a file has come on that day.
	o.put("2017-Q4/2018-01-15/An Phú.xlsx", o.read("2017-Q4/đến 31-12-2017/An Phú.xlsx"))
	o.run("2017-Q4", pipeline.Incomplete)
	if err := json.Unmarshal([]byte(o.tells(pipeline.OK, "status", "--format", "json")), &status); err != nil || status.Total.OnTime != 3 {
		t.Errorf("%d on time, want 3: %v", status.Total.OnTime, err)
	}
}

// What is no report does not begin a period, and is named all the same; nor does
// it go unnamed in a period that has begun.
func TestWhatIsNoReportBeginsNoPeriod(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.put("2017-Q4/An Phú.pdf", []byte("%PDF-1.4\n"))
	o.folder("2017-Q4/bao-cao.xlsx")
	said := o.run("2017-Q4", pipeline.Failed)
	for _, want := range []string{"không có báo cáo nào cho kỳ 2017-Q4", "2017-Q4/An Phú.pdf: Đây là tệp PDF", "2017-Q4/bao-cao.xlsx: là thư mục"} {
		if !strings.Contains(said, want) {
			t.Errorf("the run does not say %q:\n%s", want, said)
		}
	}
	if _, err := os.Stat(filepath.Join(o.out, "2017-Q4")); err == nil {
		t.Error("a period was begun")
	}
}
