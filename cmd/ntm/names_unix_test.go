//go:build linux

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/angiang-ntm/ntm/pipeline"
)

// Names are bytes on the disk. Whatever they hold, the files count, every name
// that goes anywhere is text that shows all of itself, and the same inbox is the
// same inbox.
func TestNamesOfAnyBytes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	report := func(district, name string) []byte {
		return xlsx(t, wide("huyện "+district, "Quý IV/2017", ids("15.1", "17.1"), commune(name, 85, 85)))
	}
	names := map[string][]byte{
		"2017-Q4/Tho\xe1i S\xf4n.xlsx":                       report("Thoại Sơn", "Vĩnh Phú"),  // Latin-1, from an unzip
		"2017-Q4/th\xff m\xfec/\xfe.xlsx":                    report("Chợ Mới", "Long Giang"),  // of a folder too
		"2017-Q4/bao-cao\u202Excod.xlsx":                     report("Tri Tôn", "Châu Lăng"),   // reads as "bao-caoslx.docx"
		"2017-Q4/An\u200b \u2066Phú\ufeff.xlsx":              report("An Phú", "Khánh An"),     // nobody sees these
		"2017-Q4/dong\nmoi\x1b[31m.xlsx":                     report("Phú Tân", "Tân Trung"),   // moves the cursor
		"2017-Q4/nuốt\u0301 dấu.xlsx":                        report("Tịnh Biên", "An Cư"),     // a mark of its own is text
		"2017-Q4/trung.xlsx":                                 report("Châu Phú", "Mỹ Đức"),     //
		"2017-Q4/tr\u200bung.xlsx":                           report("Châu Thành", "Bình Hòa"), // becomes the name above
		"2017-Q4/\xff\u202e.pdf":                             []byte("%PDF-1.4\n"),             //
		"2017-Q4/\u202e\u200b.csv":                           []byte("x"),                      // nothing is left of it
		"2017-Q4/nhi\xeau/trong " + "\xc3\x28" + "/tep.xlsx": report("Tân Châu", "Tân An"),     //
	}
	for name, data := range names {
		o.put(name, data)
	}
	said := o.run("2017-Q4", pipeline.Incomplete)
	o.says("select count(*), count(*) filter (where file_name is null or sha256 is null or folder is null) from ops.submission", "11 | 0")
	o.says("select count(*) from ops.submission where status = 'accepted'", "9")
	o.says("select count(*) from mart.commune_summary where reported", "9")
	o.says("select count(*) from ops.finding where code = 'NTM-073' and severity = 'info'", "9")
	for _, want := range []string{"2017-Q4/ÿ.pdf"} {
		if !strings.Contains(said, want) {
			t.Errorf("the summary does not name %q:\n%s", want, said)
		}
	}
	found := strings.Join(o.ask("select message from ops.finding where code = 'NTM-073'"), "\n")
	for _, want := range []string{`Tho\xE1i S\xF4n.xlsx`, `bao-cao\u202Excod.xlsx`, `dong\u000Amoi\u001B[31m.xlsx`, `An\u200B \u2066Phú\uFEFF.xlsx`} {
		if !strings.Contains(found, want) {
			t.Errorf("no finding quotes %q:\n%s", want, found)
		}
	}
	o.says("select file_name from ops.submission where file_name like 'tr%' order by 1", "trung (2).xlsx", "trung.xlsx")

	// Nothing that is published, and nothing that is said, hides anything.
	hidden := func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }
	err := filepath.WalkDir(o.out, func(p string, d fs.DirEntry, err error) error {
		if err == nil && (!utf8.ValidString(d.Name()) || strings.ContainsFunc(d.Name(), hidden)) {
			t.Errorf("a published name hides something: %q", d.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	said += o.tells(pipeline.OK, "status") + o.tells(pipeline.OK, "status", "--format", "json")
	if !utf8.ValidString(said) || strings.ContainsFunc(said, hidden) {
		t.Errorf("what is said hides something:\n%q", said)
	}
	ledger, err := os.ReadFile(filepath.Join(o.data, "archive", "ledger.jsonl"))
	if err != nil || strings.Contains(string(ledger), "\uFFFD") || strings.Contains(string(ledger), `\ufffd`) {
		t.Errorf("the ledger has lost a name: %v", err)
	}

	if said := o.run("2017-Q4", pipeline.Incomplete); !strings.Contains(said, "Không có gì mới") {
		t.Errorf("the same inbox again:\n%s", said)
	}
	before := o.contents(o.data)
	o.tells(pipeline.OK, "rebuild")
	equalFigures(t, before, o.contents(o.data))
	o.tells(pipeline.OK, "verify")
	o.tells(pipeline.OK, "withdraw", "Thoái Sôn.xlsx", "--reason", "nhầm")
}

// An inbox that is a link is what it points to; a period's folder that is one is
// said not to be read.
func TestLinksToFolders(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	real := t.TempDir()
	if err := os.Symlink(real, o.inbox); err != nil {
		t.Fatal(err)
	}
	o.receives("", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", ids("15.1"), commune("Vĩnh Phú", 85)))
	o.evaluate("2017-Q4")
	o.says("select file_name from ops.submission", "Thoại Sơn.xlsx")
	o.receives("2017-Q3", "Chợ Mới.xlsx", wide("huyện Chợ Mới", "Quý III/2017", ids("15.1"), commune("Long Giang", 85)))
	o.evaluate("2017-Q3")
	o.says("select file_name, folder from ops.submission where period = '2017-Q3'", "Chợ Mới.xlsx | 2017-Q3")
	if err := os.Symlink(t.TempDir(), filepath.Join(real, "2018-Q1")); err != nil {
		t.Fatal(err)
	}
	if said := o.run("2018-Q1", pipeline.Usage); !strings.Contains(said, "là liên kết nên không được đọc") {
		t.Errorf("a period's folder that is a link:\n%s", said)
	}
}
