package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/pipeline"
)

// The ledger of an older backup fits together line by line. That it has lost its
// end, and the closing of a period with it, is known to whatever remembers how far
// it went; nothing goes on until somebody says why, and what was signed stays so.
func TestALedgerCannotLoseItsTail(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.copySample("2017-Q3/chau-doc.xlsx", chauDocQ3)
	o.run("2017-Q3", 3)
	path := filepath.Join(o.data, "archive", "ledger.jsonl")
	backup, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	o.tells(pipeline.OK, "close", "2017-Q3", "--decision", "Số 15/QĐ-UBND", "--date", "2017-10-20")
	marker := filepath.Join(o.out, "2017-Q3", "ĐÃ CHỐT.txt")
	if text, err := os.ReadFile(marker); err != nil || !strings.Contains(string(text), "Số 15/QĐ-UBND") {
		t.Fatalf("the folder of the closed period: %v\n%s", err, text)
	}
	o.copySample("2017-Q4/chau-doc.xlsx", chauDocQ4)
	o.run("2017-Q4", 3)
	o.tells(pipeline.OK, "verify")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head := filepath.Join(o.data, "runs", "ledger.head")
	atEnd, err := os.ReadFile(head)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(strings.TrimSuffix(string(whole), "\n"), "\n")

	refuses := func(what string, want ...string) {
		t.Helper()
		said := o.tells(pipeline.Failed, "verify")
		for _, w := range append(want, "archive/ledger.jsonl") {
			if !strings.Contains(said, w) {
				t.Errorf("%s: verify does not say %q:\n%s", what, w, said)
			}
		}
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, command := range [][]string{{"run", "--period", "2017-Q4", "--inbox", o.inbox}, {"close", "2017-Q4", "--decision", "Số 1", "--date", "2018-01-20"}, {"withdraw", "chau-doc.xlsx", "--reason", "nhầm"}, {"withdraw", "--period", "2017-Q4", "--reason", "nhầm"}, {"rebuild"}} {
			said := o.tells(pipeline.Failed, command...)
			if !strings.Contains(said, "không còn nguyên vẹn") || !strings.Contains(said, "--accept-ledger") || !strings.Contains(said, "Khôi phục archive/ledger.jsonl") {
				t.Errorf("%s: ntm %s says:\n%s", what, command[0], said)
			}
		}
		if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
			t.Errorf("%s: the ledger was written to all the same: %v", what, err)
		}
	}
	damage := func(text string) { t.Helper(); write(t, path, text) }

	damage(string(backup))
	refuses("an older backup", "mất", "việc chốt kỳ 2017-Q3 (Số 15/QĐ-UBND", "không còn ghi 1 tệp của kho lưu")
	damage(strings.Join(lines[:len(lines)-1], ""))
	refuses("the last line", "mất 1 dòng cuối")
	// Without the head beside the records, the warehouse and the publications tell.
	if err := os.Remove(head); err != nil {
		t.Fatal(err)
	}
	damage(string(backup))
	refuses("an older backup, without the head", "lúc lập kho dữ liệu", "lúc lập bản công bố 2017-Q4/v001")
	if err := os.Rename(filepath.Join(o.data, "ntm.duckdb"), filepath.Join(o.data, "ntm.aside")); err != nil {
		t.Fatal(err)
	}
	refuses("and without the warehouse", "lúc lập bản công bố 2017-Q4/v001", "lúc chốt kỳ 2017-Q3")
	if err := os.Rename(filepath.Join(o.data, "ntm.aside"), filepath.Join(o.data, "ntm.duckdb")); err != nil {
		t.Fatal(err)
	}
	damage("")
	refuses("no ledger", "sổ trống, mà đã có kho dữ liệu")
	damage(string(whole) + strings.Repeat("\x00", 100) + "\n")
	refuses("NULs", "có byte 0")
	damage(strings.Replace(string(whole), `"status":"accepted"`, `"status":"rejected"`, 1))
	refuses("a changed line", "không khớp với các dòng trước")

	// As it was, all is well, and the head is written again.
	damage(string(whole))
	write(t, head, string(atEnd))
	o.tells(pipeline.OK, "verify")

	// Accepted, the work goes on; but what was closed is not done again for that.
	damage(string(backup))
	o.run("2017-Q4", pipeline.Usage, "--accept-ledger", " ")
	o.run("2017-Q4", 3, "--accept-ledger", "máy chủ hỏng, chỉ còn bản sao lưu cũ")
	if said := o.run("2017-Q3", pipeline.Usage); !strings.Contains(said, "Số 15/QĐ-UBND") || !strings.Contains(said, "--reopen") {
		t.Errorf("a run of the period whose closing was lost says:\n%s", said)
	}
	if said := o.tells(pipeline.Usage, "withdraw", "--period", "2017-Q3", "--reason", "nhầm"); !strings.Contains(said, "đã chốt") {
		t.Errorf("withdrawing it says:\n%s", said)
	}
	if said := o.tells(pipeline.Failed, "verify"); !strings.Contains(said, "ghi kỳ đã chốt, mà sổ không còn ghi") || !strings.Contains(said, "máy chủ hỏng") {
		t.Errorf("verify says:\n%s", said)
	}
	o.tells(pipeline.OK, "close", "2017-Q3", "--decision", "Số 15/QĐ-UBND", "--date", "2017-10-20")
	if said := o.tells(pipeline.OK, "verify"); !strings.Contains(said, "đã được chấp nhận dù không nguyên vẹn") {
		t.Errorf("verify says:\n%s", said)
	}
	o.run("2017-Q4", 3)
	o.run("2017-Q3", 3, "--reopen", "sửa số liệu")
	if _, err := os.Stat(marker); err == nil {
		t.Error("the folder of the reopened period still says that it is closed")
	}
	o.tells(pipeline.OK, "verify")
	before := o.derived() // what the lost lines said of runs is lost
	o.tells(pipeline.OK, "rebuild")
	equalFigures(t, before, o.derived())

	// Two warehouses that publish into one folder know nothing of each other.
	other := newOffice(t)
	other.out = o.out
	other.copySample("2016-Q4/chau-doc.xlsx", "2017-Q4/Chau Doc - bieu tong hop NTM quy IV 2017.xlsx")
	other.tells(pipeline.Incomplete, "run", "--period", "2016-Q4", "--inbox", other.inbox)
	o.run("2017-Q4", 3)
}

// A received file that is gone from the archive is named, with the ways out.
func TestAMissingObjectHasWaysOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.copySample("2017-Q4/chau-doc.xlsx", chauDocQ4)
	o.run("2017-Q4", 3)
	object := filepath.Join(o.data, "archive", sha(t, filepath.Join(o.inbox, "2017-Q4", "chau-doc.xlsx")))
	data := o.read("2017-Q4/chau-doc.xlsx")
	for _, gone := range []string{object, filepath.Join(o.inbox, "2017-Q4", "chau-doc.xlsx")} {
		if err := os.Remove(gone); err != nil {
			t.Fatal(err)
		}
	}
	said := o.run("2017-Q4", pipeline.Failed)
	for _, want := range []string{"kho lưu thiếu tệp “2017-Q4/chau-doc.xlsx”", "đặt lại đúng tệp đó vào thư mục nhận", "ntm withdraw " + filepath.Base(object)[:16]} {
		if !strings.Contains(said, want) {
			t.Errorf("the run does not say %q:\n%s", want, said)
		}
	}
	o.put("2017-Q4/chau-doc.xlsx", data) // the way out works
	if said := o.run("2017-Q4", 3); !strings.Contains(said, "Không có gì mới") {
		t.Errorf("with the file back:\n%s", said)
	}
	o.tells(pipeline.OK, "verify")
}
