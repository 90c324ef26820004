package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/pipeline"
)

// small is an office with two districts' reports in two periods, one of them
// sent again, one file that nobody can read and one that is a duplicate.
func smallOffice(t *testing.T) *office {
	t.Helper()
	o := newOffice(t)
	sample := filepath.Join("..", "..", "seeds", "reports")
	for to, from := range map[string]string{
		"2017-Q3/chau-doc.xlsx":   "2017-Q3/Chau Doc - bieu tong hop NTM quy III 2017.xlsx",
		"2017-Q3/phu-tan.xlsx":    "2017-Q3/Phú Tân.xlsx",
		"2017-Q3/phu-tan-2.xlsx":  "2017-Q3/H Phu Tan - bieu tieu chi 9 thang 2017.xlsx",
		"2017-Q4/chau-doc.xlsx":   "2017-Q4/Chau Doc - bieu tong hop NTM quy IV 2017.xlsx",
		"2017-Q4/chau-doc 2.xlsx": "2017-Q4/Chau Doc - bieu tong hop NTM quy IV 2017.xlsx",
		"2017-Q4/long-xuyen.xlsx": "2017-Q4/BC NTM TP. Long Xuyên quý IV-2017.xlsx",
	} {
		data, err := os.ReadFile(filepath.Join(sample, from))
		if err != nil {
			t.Fatal(err)
		}
		o.put(to, data)
	}
	o.put("2017-Q4/hong.xlsx", []byte("PK\x03\x04 not a workbook"))
	return o
}

// contents digests every table of a warehouse, whatever the order of its rows.
func (o *office) contents(folder string) map[string]string {
	o.t.Helper()
	tables := o.askIn(folder, "select schema_name || '.' || table_name from duckdb_tables() where database_name = current_database() order by 1")
	if len(tables) < 40 {
		o.t.Fatalf("only %d tables in %s", len(tables), folder)
	}
	var union []string
	for _, table := range tables {
		union = append(union, fmt.Sprintf("select '%s', (select count(*) || ' ' || coalesce(md5(string_agg(row, '' order by row)), '') from (select md5(cast(t as varchar)) as row from %s t))", table, table))
	}
	digests := map[string]string{}
	for _, line := range o.askIn(folder, strings.Join(union, " union all ")) {
		name, digest, _ := strings.Cut(line, " | ")
		digests[name] = digest
	}
	return digests
}

func (o *office) folders(command ...string) []string {
	return append(command, "--data", o.data, "--out", o.out)
}

// The archive and its ledger are the truth: the warehouse made again from them
// is the one that the runs made, ops included, also when the old one is gone
// or is not a database at all.
func TestTheWarehouseIsMadeAgainFromTheArchive(t *testing.T) {
	t.Parallel()
	o := smallOffice(t)
	o.run("2017-Q4", 3) // before the quarter that it is compared with
	o.run("2017-Q3", 3)
	if err := os.Remove(filepath.Join(o.inbox, "2017-Q4", "hong.xlsx")); err != nil {
		t.Fatal(err)
	}
	o.run("2017-Q4", 3)
	want := o.contents(o.data)
	for _, damage := range []func(string) error{
		func(string) error { return nil },
		os.Remove,
		func(path string) error { return os.WriteFile(path, []byte("no database"), 0o644) },
	} {
		if err := damage(filepath.Join(o.data, "ntm.duckdb")); err != nil {
			t.Fatal(err)
		}
		if status, stdout, stderr := o.ntm(o.folders("rebuild")...); status != pipeline.OK || !strings.Contains(stdout, "2017-Q3, 2017-Q4") {
			t.Fatalf("ntm rebuild: status %d\n%s%s", status, stdout, stderr)
		}
		got := o.contents(o.data)
		for table, digest := range want {
			if got[table] != digest {
				t.Errorf("%s was %s, is %s", table, digest, got[table])
			}
		}
		if len(got) != len(want) {
			t.Errorf("%d tables, want %d", len(got), len(want))
		}
	}
	// It goes on from there: nothing new is published.
	if said := o.run("2017-Q4", 3); !strings.Contains(said, "Không có gì mới") {
		t.Errorf("a run after the rebuild:\n%s", said)
	}
	if status, stdout, stderr := o.ntm(o.folders("verify")...); status != pipeline.OK {
		t.Errorf("ntm verify: status %d\n%s%s", status, stdout, stderr)
	}
}

// One flipped byte anywhere is found, and the file named.
func TestVerifyFindsOneFlippedByte(t *testing.T) {
	t.Parallel()
	o := smallOffice(t)
	o.run("2017-Q3", 3)
	o.run("2017-Q4", 3)
	if status, stdout, stderr := o.ntm("close", "2017-Q3", "--decision", "Số 15/QĐ-UBND", "--date", "20/10/2017", "--data", o.data, "--out", o.out); status != pipeline.OK {
		t.Fatalf("ntm close: status %d\n%s%s", status, stdout, stderr)
	}
	verify := func() (int, string) {
		status, stdout, stderr := o.ntm(o.folders("verify")...)
		return status, stdout + stderr
	}
	if status, said := verify(); status != pipeline.OK || !strings.Contains(said, "Tất cả nguyên vẹn.") || !strings.Contains(said, "Kỳ đã chốt: 2017-Q3") {
		t.Fatalf("untouched: status %d\n%s", status, said)
	}
	var files []string
	for _, root := range []string{o.data, o.out} {
		err := filepath.WalkDir(root, func(p string, d os.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && d.Name() != "ntm.lock" {
				files = append(files, p)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(files) < 40 {
		t.Fatalf("only %d files", len(files))
	}
	for n, file := range files {
		if testing.Short() && n%7 != 0 {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, 0o644); err != nil {
			t.Fatal(err)
		}
		// Near the front, in the middle, at the end: each in another file.
		at := []int{0, len(data) / 2, len(data) - 1, len(data) / 3}[n%4]
		data[at] ^= 1
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		status, said := verify()
		if name := filepath.Base(file); status != pipeline.Failed || !strings.Contains(said, name) {
			t.Errorf("byte %d of %s flipped: status %d\n%s", at, file, status, said)
		}
		data[at] ^= 1
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// A line taken out of the middle of the ledger leaves every other one whole.
	path := filepath.Join(o.data, "archive", "ledger.jsonl")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	write(t, path, strings.Join(append(lines[:4:4], lines[5:]...), ""))
	if status, said := verify(); status != pipeline.Failed || !strings.Contains(said, "dòng 5 không khớp") {
		t.Errorf("a line taken out: status %d\n%s", status, said)
	}
	write(t, path, string(text))
	if status, said := verify(); status != pipeline.OK {
		t.Errorf("everything put back: status %d\n%s", status, said)
	}
}

// A closed period stands until somebody says why not: neither its own run nor
// the correction of the period before changes what was signed.
func TestAClosedPeriodStands(t *testing.T) {
	t.Parallel()
	o := smallOffice(t)
	closes := func(period string, want int) string {
		t.Helper()
		status, stdout, stderr := o.ntm("close", period, "--decision", "Số 15/QĐ-UBND", "--date", "2018-01-20", "--data", o.data, "--out", o.out)
		if status != want {
			t.Fatalf("ntm close %s: status %d, want %d\n%s%s", period, status, want, stdout, stderr)
		}
		return stdout + stderr
	}
	closes("2017-Q4", pipeline.Failed) // nothing is published yet
	o.run("2017-Q3", 3)
	o.run("2017-Q4", 3)
	closes("2017-Q4", pipeline.OK)
	closes("2017-Q4", pipeline.Usage)
	if said := o.run("2017-Q4", pipeline.Usage); !strings.Contains(said, "Số 15/QĐ-UBND (20/01/2018), bản v001") || !strings.Contains(said, "--reopen") {
		t.Errorf("a run of the closed period says:\n%s", said)
	}
	o.run("2017-Q4", pipeline.Usage, "--reopen", " ")

	if err := os.Remove(filepath.Join(o.inbox, "2017-Q3", "phu-tan-2.xlsx")); err != nil {
		t.Fatal(err)
	}
	o.put("2017-Q3/phu-tan lan 3.xlsx", o.read("2017-Q3/phu-tan.xlsx")) // the same bytes
	data, err := os.ReadFile(filepath.Join("..", "..", "seeds", "reports", "2017-Q3", "thoai son 9 thang.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	o.put("2017-Q3/thoai-son.xlsx", data)
	if said := o.run("2017-Q3", 3); !strings.Contains(said, "Đã công bố 2017-Q3 v002") || strings.Contains(said, "2017-Q4 v002") || !strings.Contains(said, "đã chốt nên giữ nguyên") {
		t.Errorf("the correction of the period before says:\n%s", said)
	}
	if said := o.run("2017-Q4", 3, "--reopen", "Bổ sung báo cáo của huyện Thoại Sơn"); !strings.Contains(said, "Đã công bố 2017-Q4 v002") {
		t.Errorf("the reopened run says:\n%s", said)
	}
	o.says("select turn, event, decision, decided_on, reason, publication from ops.closing order by turn",
		"1 | closed | Số 15/QĐ-UBND | 2018-01-20 | NULL | v001", "2 | reopened | NULL | NULL | Bổ sung báo cáo của huyện Thoại Sơn | NULL")
	o.run("2017-Q4", 3) // open until it is closed again
	closes("2017-Q4", pipeline.OK)
	o.run("2017-Q4", pipeline.Usage)
}

// read returns the bytes of a file of the inbox.
func (o *office) read(name string) []byte {
	o.t.Helper()
	data, err := os.ReadFile(filepath.Join(o.inbox, name))
	if err != nil {
		o.t.Fatal(err)
	}
	return data
}
