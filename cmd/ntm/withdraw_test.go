package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/pipeline"
)

// published reads what stands of a period, but for the manifest, which alone
// knows the clock.
func (o *office) published(period string) map[string][]byte {
	o.t.Helper()
	files := listing(o.t, filepath.Join(o.out, period, o.latest(period)))
	delete(files, "manifest.json")
	if len(files) < 10 {
		o.t.Fatalf("only %d files of %s are published", len(files), period)
	}
	return files
}

// tells does one command over the office's folders and wants the exit status.
func (o *office) tells(want int, command ...string) string {
	o.t.Helper()
	args := o.folders(command...)
	if command[0] == "status" {
		args = append(command, "--data", o.data) // it reads the warehouse only
	}
	status, stdout, stderr := o.ntm(args...)
	if status != want {
		o.t.Fatalf("ntm %s: exit status %d, want %d\n%s%s", strings.Join(command, " "), status, want, stdout, stderr)
	}
	return stdout + stderr
}

// derived digests the tables that hold what reports came to, whatever the ids
// of the runs and the times of receipt.
func (o *office) derived() map[string]string {
	o.t.Helper()
	all := o.contents(o.data)
	for _, clock := range []string{"ops.submission", "ops.finding", "ops.check_result", "ops.run", "ops.withdrawn", "ops.model", "ops.ledger"} {
		delete(all, clock)
	}
	return all
}

func equalFigures(t *testing.T, want, got map[string]string) {
	t.Helper()
	for table, digest := range want {
		if got[table] != digest {
			t.Errorf("%s was %s, is %s", table, digest, got[table])
		}
	}
}

// copySample puts one of the sample's reports into the inbox.
func (o *office) copySample(to, from string) {
	o.t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "seeds", "reports", from))
	if err != nil {
		o.t.Fatal(err)
	}
	o.put(to, data)
}

const (
	chauDocQ4   = "2017-Q4/Chau Doc - bieu tong hop NTM quy IV 2017.xlsx"
	longXuyenQ4 = "2017-Q4/BC NTM TP. Long Xuyên quý IV-2017.xlsx"
	chauDocQ3   = "2017-Q3/Chau Doc - bieu tong hop NTM quy III 2017.xlsx"
)

// A wrong file that was dropped, run, withdrawn and run again leaves nothing
// behind: what is published is what an office publishes that never saw it.
func TestAWithdrawnFileIsAsIfItHadNeverCome(t *testing.T) {
	t.Parallel()
	never, o := newOffice(t), newOffice(t)
	for _, x := range []*office{never, o} {
		x.copySample("2017-Q4/chau-doc.xlsx", chauDocQ4)
		x.run("2017-Q4", 3)
	}
	want := never.published("2017-Q4")
	wrong := xlsx(t, wide("thành phố Châu Đốc", "quý IV/2017", allIDs(t), meeting(t, "Vĩnh Châu", "15.1", 12.5)))
	o.put("2017-Q4/chau-doc sua.xlsx", wrong)
	o.copySample("2017-Q4/long-xuyen.xlsx", longXuyenQ4)
	o.run("2017-Q4", 3)
	if bytes.Equal(o.published("2017-Q4")["thong-ke-ntm-2017-Q4.json"], want["thong-ke-ntm-2017-Q4.json"]) {
		t.Fatal("the wrong files changed nothing")
	}

	said := o.tells(pipeline.OK, "withdraw", "chau-doc sua.xlsx", "2017-Q4/long-xuyen.xlsx", "--reason", "gửi nhầm", "--by", "Nguyễn Văn A")
	if !strings.Contains(said, "Đã rút lại “2017-Q4/chau-doc sua.xlsx” của kỳ 2017-Q4: gửi nhầm") || !strings.Contains(said, "ntm run --period 2017-Q4") {
		t.Errorf("withdrawing says:\n%s", said)
	}
	// A warehouse made again is the one that the last run made: it still counts them.
	before := o.contents(o.data)
	o.tells(pipeline.OK, "rebuild")
	after := o.contents(o.data)
	delete(before, "ops.withdrawn")
	equalFigures(t, before, after)
	if said := o.tells(pipeline.OK, "status"); !strings.Contains(said, "lần chạy gần nhất còn tính") {
		t.Errorf("before the next run the status says:\n%s", said)
	}

	said = o.run("2017-Q4", 3)
	if !strings.Contains(said, "Đã rút lại: 2017-Q4/chau-doc sua.xlsx – gửi nhầm") {
		t.Errorf("the run says:\n%s", said)
	}
	same(t, want, o.published("2017-Q4"))
	equalFigures(t, never.derived(), o.derived())
	o.says("select event, period, file_name, reason, who from ops.withdrawn order by turn",
		"withdrawn | 2017-Q4 | chau-doc sua.xlsx | gửi nhầm | Nguyễn Văn A", "withdrawn | 2017-Q4 | long-xuyen.xlsx | gửi nhầm | Nguyễn Văn A")
	o.says("select file_name, status from ops.submission", "chau-doc.xlsx | accepted")
	if said := o.run("2017-Q4", 3); !strings.Contains(said, "Không có gì mới") {
		t.Errorf("run again:\n%s", said)
	}

	// The same bytes under another name are no news.
	o.put("2017-Q4/lai/chau-doc ban cuoi.xlsx", wrong)
	o.run("2017-Q4", 3)
	same(t, want, o.published("2017-Q4"))
	if err := os.RemoveAll(filepath.Join(o.inbox, "2017-Q4", "lai")); err != nil {
		t.Fatal(err)
	}

	// status says what, by whom and why; so does its JSON.
	if said := o.tells(pipeline.OK, "status"); !strings.Contains(said, "Các tệp đã rút lại, không tính:") || !strings.Contains(said, "gửi nhầm (Nguyễn Văn A, ") {
		t.Errorf("status says:\n%s", said)
	}
	var s pipeline.Status
	if err := json.Unmarshal([]byte(o.tells(pipeline.OK, "status", "--format", "json")), &s); err != nil || len(s.Withdrawn) != 2 || s.Withdrawn[0].By != "Nguyễn Văn A" || s.Withdrawn[0].Pending {
		t.Errorf("status --format json: %v, %+v", err, s.Withdrawn)
	}

	// The warehouse made again knows of it, and of a file that has left the inbox.
	for _, name := range []string{"chau-doc sua.xlsx", "long-xuyen.xlsx"} {
		if err := os.Remove(filepath.Join(o.inbox, "2017-Q4", name)); err != nil {
			t.Fatal(err)
		}
	}
	o.run("2017-Q4", 3)
	before = o.contents(o.data)
	o.tells(pipeline.OK, "rebuild")
	equalFigures(t, before, o.contents(o.data))
	o.tells(pipeline.OK, "verify")

	// --undo has it count again, though it lies in the archive only.
	o.tells(pipeline.OK, "withdraw", "chau-doc sua.xlsx", "--undo")
	o.run("2017-Q4", 3)
	o.says("select status from ops.submission where file_name = 'chau-doc sua.xlsx'", "accepted")
	before = o.contents(o.data)
	o.tells(pipeline.OK, "rebuild")
	equalFigures(t, before, o.contents(o.data))
}

// Whoever names a file so that it is not clear which is asked, not obeyed.
func TestWithdrawingAsksWhatIsMeant(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.copySample("2017-Q3/bao-cao.xlsx", chauDocQ3)
	o.copySample("2017-Q4/bao-cao.xlsx", chauDocQ4)
	o.copySample("2017-Q4/bao-cao 2.xlsx", chauDocQ4)
	o.run("2017-Q3", 3)
	o.run("2017-Q4", 3)
	for _, c := range []struct {
		want string
		args []string
	}{
		{"thiếu --reason", []string{"bao-cao.xlsx"}},
		{"nêu tệp cần rút", []string{"--reason", "nhầm"}},
		{"có 2 tệp ứng với “bao-cao.xlsx”", []string{"bao-cao.xlsx", "--reason", "nhầm"}},
		{"không có tệp nào đã nhận tên là “khong-co.xlsx”", []string{"khong-co.xlsx", "--reason", "nhầm"}},
		{"trùng nguyên văn với “2017-Q4/bao-cao 2.xlsx”", []string{"bao-cao.xlsx", "--period", "2017-Q4", "--reason", "nhầm"}},
		{"Rút một tệp là rút cả hai", []string{"bao-cao 2.xlsx", "--reason", "nhầm"}},
		{"chưa từng có kỳ 2016-Q4", []string{"--period", "2016-Q4", "--reason", "nhầm"}},
		{"không có tệp nào đang được rút lại", []string{"bao-cao.xlsx", "--period", "2017-Q3", "--undo"}},
		{"không phải là kỳ đã rút lại", []string{"--period", "2017-Q3", "--undo"}},
	} {
		if said := o.tells(pipeline.Usage, append([]string{"withdraw"}, c.args...)...); !strings.Contains(said, c.want) {
			t.Errorf("ntm withdraw %s says:\n%s", strings.Join(c.args, " "), said)
		}
	}
	// By its SHA-256 both copies go; by its id the one file.
	id := o.ask("select submission_id from ops.submission where period = '2017-Q3'")[0]
	o.tells(pipeline.OK, "withdraw", id, "--reason", "nhầm")
	o.tells(pipeline.OK, "withdraw", sha(t, filepath.Join(o.inbox, "2017-Q4", "bao-cao.xlsx"))[:12], "--reason", "nhầm")
	// Nobody's report counts in the last quarter any more, and that is what is said.
	if said := o.run("2017-Q4", 3); !strings.Contains(said, "Đã công bố 2017-Q4 v002") || !strings.Contains(said, "0/11") {
		t.Errorf("a run of a period whose files were all withdrawn says:\n%s", said)
	}
	o.says("select count(*) from ops.submission where period = '2017-Q4'", "0")
	o.says("select count(*) from mart.indicator_result where period = '2017-Q4' and value is not null", "0")
}

// A closed period refuses to have anything taken from it.
func TestAClosedPeriodRefusesWithdrawals(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.copySample("2017-Q3/chau-doc.xlsx", chauDocQ3)
	o.run("2017-Q3", 3)
	o.tells(pipeline.OK, "close", "2017-Q3", "--decision", "Số 15/QĐ-UBND", "--date", "2017-10-20")
	for _, args := range [][]string{{"chau-doc.xlsx"}, {"--period", "2017-Q3"}} {
		said := o.tells(pipeline.Usage, append([]string{"withdraw", "--reason", "nhầm"}, args...)...)
		if !strings.Contains(said, "kỳ 2017-Q3 đã chốt theo Số 15/QĐ-UBND (20/10/2017), không rút lại được") {
			t.Errorf("withdraw %v says:\n%s", args, said)
		}
	}
}

// A period that should not exist leaves the warehouse and the snapshot, and the
// period that was compared with it is as if it had never been.
func TestAWithdrawnPeriodIsAsIfItHadNeverBeen(t *testing.T) {
	t.Parallel()
	never, o := newOffice(t), newOffice(t)
	for _, x := range []*office{never, o} {
		x.copySample("2017-Q4/chau-doc.xlsx", chauDocQ4)
		x.copySample("2017-Q4/long-xuyen.xlsx", longXuyenQ4)
		x.run("2017-Q4", 3)
	}
	want := never.published("2017-Q4")
	o.copySample("2017-Q3/chau-doc.xlsx", chauDocQ3)
	o.run("2017-Q3", 3)
	if o.latest("2017-Q4") != "v002" {
		t.Fatal("the quarter after it was not compared with the bogus one")
	}
	lake := t.TempDir()
	exported := func() string {
		t.Helper()
		if status, stdout, stderr := o.ntm("export", "--lake", lake, "--out", o.out); status != pipeline.OK {
			t.Fatal(stdout, stderr)
		}
		var names []string
		for name := range listing(t, lake) {
			names = append(names, name)
		}
		return strings.Join(names, "\n")
	}
	if !strings.Contains(exported(), "period=2017-Q3") {
		t.Fatal("the bogus period was not exported")
	}
	said := o.tells(pipeline.OK, "withdraw", "--period", "2017-Q3", "--reason", "gõ nhầm kỳ", "--by", "Trần Thị B")
	if !strings.Contains(said, "Đã rút lại kỳ 2017-Q3 (Quý III/2017): gõ nhầm kỳ.") || !strings.Contains(said, "2017-Q4 v003") {
		t.Errorf("withdrawing says:\n%s", said)
	}
	same(t, want, o.published("2017-Q4"))
	for _, folder := range []string{o.data, o.out} {
		for _, table := range o.askIn(folder, `select schema_name || '.' || table_name from duckdb_columns()
			where database_name = current_database() and column_name = 'period' and schema_name <> 'ref' and table_name <> 'withdrawn' order by 1`) {
			if n := o.askIn(folder, "select count(*) from "+table+" where period = '2017-Q3'"); n[0] != "0" {
				t.Errorf("%s of %s still has %s rows of the withdrawn period", table, filepath.Base(folder), n[0])
			}
		}
	}
	if names := exported(); strings.Contains(names, "period=2017-Q3") || !strings.Contains(names, "period=2017-Q4") {
		t.Errorf("the lake still has the withdrawn period:\n%s", names)
	}
	marker := filepath.Join(o.out, "2017-Q3", "RÚT LẠI.txt")
	if text, err := os.ReadFile(marker); err != nil || !strings.Contains(string(text), "RÚT LẠI") || !strings.Contains(string(text), "gõ nhầm kỳ") || !strings.Contains(string(text), "Trần Thị B") {
		t.Errorf("the folder of the withdrawn period: %v\n%s", err, text)
	}
	if _, err := os.Lstat(filepath.Join(o.out, "2017-Q3", "latest")); err == nil {
		t.Error("a publication of the withdrawn period still stands as the latest")
	}
	if _, err := os.Stat(filepath.Join(o.out, "2017-Q3", "v001", "manifest.json")); err != nil {
		t.Error("the folder of the withdrawn period has gone:", err)
	}
	o.tells(pipeline.OK, "verify")
	before := o.contents(o.data)
	o.tells(pipeline.OK, "rebuild")
	equalFigures(t, before, o.contents(o.data))
	o.tells(pipeline.OK, "verify")

	if said := o.run("2017-Q4", 3); !strings.Contains(said, "Không có gì mới") {
		t.Errorf("run again:\n%s", said)
	}
	equalFigures(t, never.derived(), o.derived())
	if said := o.run("2017-Q3", pipeline.Usage); !strings.Contains(said, "đã được rút lại") || !strings.Contains(said, "--undo") {
		t.Errorf("a run of the withdrawn period says:\n%s", said)
	}
	for _, command := range [][]string{{"status", "--period", "2017-Q3"}, {"withdraw", "--period", "2017-Q3", "--reason", "nữa"}, {"close", "2017-Q3", "--decision", "Số 1", "--date", "2018-01-01"}} {
		if said := o.tells(pipeline.Usage, command...); !strings.Contains(said, "(Trần Thị B): gõ nhầm kỳ") {
			t.Errorf("ntm %v says:\n%s", command, said)
		}
	}
	if said := o.tells(pipeline.OK, "status"); !strings.Contains(said, "Các kỳ đã rút lại:") || !strings.Contains(said, "2017-Q3 – gõ nhầm kỳ") {
		t.Errorf("status says:\n%s", said)
	}

	// A marker that was tampered with is noticed.
	text, err := os.ReadFile(marker)
	if err != nil {
		t.Fatal(err)
	}
	write(t, marker, strings.Replace(string(text), "nhầm", "nhàm", 1))
	o.tells(pipeline.Failed, "verify")
	write(t, marker, string(text))

	// Undone, it is a period again with its next run.
	o.tells(pipeline.OK, "withdraw", "--period", "2017-Q3", "--undo", "--reason", "kỳ có thật")
	if _, err := os.Stat(marker); err == nil {
		t.Error("the folder still says that the period is withdrawn")
	}
	before = o.contents(o.data)
	o.tells(pipeline.OK, "rebuild")
	delete(before, "ops.withdrawn")
	equalFigures(t, before, o.contents(o.data))
	o.run("2017-Q3", 3)
	o.says("select period from ops.period order by ends_on", "2017-Q3", "2017-Q4")
	before = o.contents(o.data)
	o.tells(pipeline.OK, "rebuild")
	equalFigures(t, before, o.contents(o.data))
}
