//go:build unix

package main

import (
	"archive/zip"
	"encoding/json"
	"html"
	"io"
	"io/fs"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/pipeline"
)

func oneReport(o *office, value any) {
	o.t.Helper()
	o.receives("2017-Q4", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", ids("15.1", "17.1"), commune("Vĩnh Phú", value, 85)))
}

// Who did not watch a run finds it in a folder: a summary for programs, a letter
// for people, a log in which every line has the run's id, figures for
// monitoring. A run that fails leaves them too. The oldest go by the settings.
func TestEveryRunLeavesARecord(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	settings := filepath.Join(t.TempDir(), "ntm.yaml")
	write(t, settings, "records:\n  keep_runs: 3\n  mail_to: chanh.vp@example.org\n")
	o.flags = []string{"--config", settings}
	runs := filepath.Join(o.data, "runs")
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(runs, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	latest := func(ending string) string {
		t.Helper()
		names, err := filepath.Glob(filepath.Join(runs, "*"+ending))
		if err != nil || len(names) == 0 {
			t.Fatal(names, err)
		}
		return filepath.Base(slices.Max(names))
	}
	sample := func() map[string]string {
		t.Helper()
		values := map[string]string{}
		for line := range strings.Lines(read("ntm.prom")) {
			line = strings.TrimSuffix(line, "\n")
			if strings.HasPrefix(line, "# ") {
				continue
			}
			m := regexp.MustCompile(`^([a-z_]+(?:\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})?) (\S+)$`).FindStringSubmatch(line)
			if m == nil {
				t.Fatalf("ntm.prom: %q", line)
			}
			values[m[1]] = m[2]
		}
		return values
	}

	write(t, filepath.Join(o.inbox, "2017-Q4", "ghi-chu.txt"), "")
	if said := o.run("2017-Q4", pipeline.Failed); !strings.Contains(said, "không có báo cáo nào") {
		t.Fatal(said)
	}
	var rec pipeline.Record
	if err := json.Unmarshal([]byte(read(latest(".json"))), &rec); err != nil {
		t.Fatal(err)
	}
	if rec.ExitStatus != pipeline.Failed || !strings.Contains(rec.Error, "không có báo cáo nào") || rec.Hint == "" || rec.Summary != nil {
		t.Errorf("the record of a run that failed: %+v", rec)
	}
	if v := sample(); v["ntm_run_exit_status"] != "1" || v["ntm_run_success_timestamp_seconds"] != "" {
		t.Errorf("the figures of a run that failed: %v", v)
	}

	oneReport(o, 85)
	said := o.run("2017-Q4", pipeline.Incomplete)
	id := strings.TrimSuffix(latest(".json"), ".json")
	if err := json.Unmarshal([]byte(read(id+".json")), &rec); err != nil {
		t.Fatal(err)
	}
	if rec.RunID != id || rec.ExitStatus != pipeline.Incomplete || rec.Summary == nil || rec.Summary.Reported != 1 || len(rec.Summary.MissingSenders) != 10 {
		t.Errorf("the record: %+v", rec)
	}
	o.says("select run_id from ops.run", id)
	m, err := mail.ReadMessage(strings.NewReader(read(id + ".eml")))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	if to := m.Header.Get("To"); to != "chanh.vp@example.org" {
		t.Errorf("the letter is to %q", to)
	}
	// What the terminal showed, but for how long the run took.
	for _, line := range strings.Split(strings.ReplaceAll(string(body), "\r\n", "\n"), "\n") {
		if !strings.Contains(said, line) && !strings.HasPrefix(line, "Thời gian:") {
			t.Errorf("the letter says %q, the terminal does not", line)
		}
	}
	if n := strings.Count(string(body), "\n"); n < 20 {
		t.Errorf("a letter of %d lines", n)
	}
	stages := 0
	for line := range strings.Lines(read(id + ".log")) {
		var l struct {
			Run, Msg, Time string
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil || l.Run != id || l.Time == "" {
			t.Errorf("the log has %q: %v", line, err)
		}
		if l.Msg == "stage done" {
			stages++
		}
	}
	if stages != 6 {
		t.Errorf("the log tells of %d stages", stages)
	}
	v := sample()
	if v["ntm_run_exit_status"] != "3" || v["ntm_senders_expected"] != "11" || v["ntm_senders_reported"] != "1" || v["ntm_communes_reported"] != "1" ||
		v["ntm_run_success_timestamp_seconds"] == "" || v[`ntm_findings{severity="error"}`] == "" {
		t.Errorf("the figures: %v", v)
	}

	for range 4 {
		o.run("2017-Q4", pipeline.Incomplete)
	}
	for _, ending := range []string{".json", ".eml", ".log"} {
		if names, _ := filepath.Glob(filepath.Join(runs, "*"+ending)); len(names) != 3 {
			t.Errorf("%d records %s are kept, want 3", len(names), ending)
		}
	}
	if _, err := os.Stat(filepath.Join(runs, id+".json")); err == nil {
		t.Error("the oldest record is still there")
	}
	if status, stdout, stderr := o.ntm(o.folders("verify", "--config", settings)...); status != pipeline.OK {
		t.Errorf("ntm verify: status %d\n%s%s", status, stdout, stderr)
	}
}

// Old publications go by the settings, and what is closed never does.
func TestOldPublicationsGoAndClosedOnesStay(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.flags = []string{"--config", filepath.Join(t.TempDir(), "ntm.yaml")}
	write(t, o.flags[1], "records:\n  keep_publications: 2\n")
	oneReport(o, 81)
	o.run("2017-Q4", 3)
	if status, stdout, stderr := o.ntm(o.folders("close", "2017-Q4", "--decision", "Số 1/QĐ", "--date", "2018-01-20")...); status != pipeline.OK {
		t.Fatalf("%d\n%s%s", status, stdout, stderr)
	}
	for n := range 3 {
		oneReport(o, 82+n)
		o.run("2017-Q4", 3, "--reopen", "thử")
	}
	var names []string
	entries, err := os.ReadDir(filepath.Join(o.out, "2017-Q4"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if want := []string{"latest", "v001", "v003", "v004"}; !slices.Equal(names, want) {
		t.Errorf("there are %v, want %v", names, want)
	}
	if status, stdout, stderr := o.ntm(o.folders("verify")...); status != pipeline.OK {
		t.Errorf("ntm verify: status %d\n%s%s", status, stdout, stderr)
	}
}

// The rates are over expected reports, and a report is on time by its first
// receipt; who has not reported is reminded by a text and a letter of his own.
func TestStatusTellsWhoIsLateAndWhomToRemind(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	settings := filepath.Join(t.TempDir(), "ntm.yaml")
	write(t, settings, "reporting:\n  deadlines:\n    \"2017-Q4\": \"2099-12-31\"\n")
	o.receives("2017-Q3", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý III/2017", ids("15.1", "17.1"), commune("Vĩnh Phú", 81, 85)))
	oneReport(o, 85)
	o.put("2017-Q4/Cho Moi.xlsx", []byte("PK\x03\x04"))
	o.run("2017-Q3", 3)
	o.run("2017-Q4", 3)
	dir := filepath.Join(t.TempDir(), "don-doc")
	status, stdout, stderr := o.ntm("status", "--period", "2017-Q4", "--data", o.data, "--config", settings, "--format", "json", "--reminders", dir)
	if status != pipeline.OK {
		t.Fatalf("status %d\n%s", status, stderr)
	}
	var s pipeline.Status
	fromJSON(t, []byte(stdout), &s)
	if s.Deadline != "2099-12-31" || s.Total.Expected != 11 || s.Total.Actual != 1 || s.Total.OnTime != 1 {
		t.Errorf("due %s: %+v", s.Deadline, s.Total)
	}
	// The quarter before was due in October 2017.
	if s.OverAll.Expected != 22 || s.OverAll.Actual != 2 || s.OverAll.OnTime != 1 || *s.OverAll.RateOn < 4.5 || *s.OverAll.RateOn > 4.6 {
		t.Errorf("over all periods: %+v", s.OverAll)
	}
	for _, x := range s.History {
		if want := map[bool]int{true: 2, false: 0}[x.Sender == "huyện Thoại Sơn"]; x.Expected != 2 || x.Actual != want {
			t.Errorf("%s: %+v", x.Sender, x)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 20 {
		t.Fatalf("%d reminders: %v", len(entries), err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "893-huyen-cho-moi.txt"))
	if err != nil || !strings.Contains(string(text), "hạn nộp 31/12/2099") || !strings.Contains(string(text), "“Cho Moi.xlsx”") || strings.Contains(string(text), "NTM-") {
		t.Errorf("Chợ Mới is told %q: %v", text, err)
	}
	letter := docxText(t, filepath.Join(dir, "893-huyen-cho-moi.docx"))
	for _, want := range []string{"Kính gửi: Ủy ban nhân dân huyện Chợ Mới", "“Cho Moi.xlsx”", "31/12/2099", "trong 02 kỳ phải báo cáo, huyện Chợ Mới gửi đúng hạn 00 kỳ", "V/v đôn đốc"} {
		if !strings.Contains(letter, want) {
			t.Errorf("the letter does not say %q:\n%s", want, letter)
		}
	}
	_, stdout, _ = o.ntm("status", "--period", "2017-Q4", "--data", o.data, "--config", settings)
	for _, want := range []string{"Hạn nộp: 31/12/2099", "Đúng hạn: 1/11 (9,09%)", "– huyện Chợ Mới: tệp bị trả lại: Cho Moi.xlsx", "– huyện Tri Tôn: chưa nhận được tệp nào", "Qua 2 kỳ"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("the terminal does not say %q:\n%s", want, stdout)
		}
	}
}

// The calendar says the period that has just ended, whatever the day.
func TestThePeriodByTheCalendar(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	write(t, filepath.Join(o.inbox, "a.txt"), "")
	for granularity, form := range map[string]string{"quarter": `20\d\d-Q[1-4]`, "month": `20\d\d-\d\d`, "half": `20\d\d-H[12]`, "year": `20\d\d`} {
		settings := filepath.Join(t.TempDir(), "ntm.yaml")
		write(t, settings, "reporting:\n  granularity: "+granularity+"\n")
		// There is nothing to do, and perhaps no set in force today.
		status, _, said := o.ntm(o.folders("run", "--period", "auto", "--inbox", o.inbox, "--config", settings)...)
		if m := regexp.MustCompile(`^Kỳ theo lịch: ` + form + `\n`).FindString(said); m == "" || status != pipeline.Failed && status != pipeline.Usage {
			t.Errorf("%s: status %d, it says\n%s", granularity, status, said)
		}
	}
	o.run("2017-Q4", pipeline.Usage, "--watch", "--set", "QG-491")
	o.run("2017-Q4", pipeline.Usage, "--watch", "--settle", "10ms")
}

// Passwords of workbooks come from the environment or the file, and turn up in
// nothing that is written or said.
func TestPasswordsAreWrittenNowhere(t *testing.T) {
	const secret = "mật-khẩu-Xyz-4711"
	t.Setenv("NTM_READER_PASSWORDS", secret)
	o := newOffice(t)
	oneReport(o, 85)
	locked, err := excelize.Encrypt(xlsx(t, wide("huyện Chợ Mới", "Quý IV/2017", ids("15.1", "17.1"), commune("Long Giang", 85, 85))), &excelize.Options{Password: secret})
	if err != nil {
		t.Fatal(err)
	}
	o.put("2017-Q4/khoa.xlsx", locked)
	status, stdout, stderr := o.ntm(o.folders("run", "--period", "2017-Q4", "--inbox", o.inbox, "--log-format", "json")...)
	if status != pipeline.Incomplete || strings.Contains(stdout+stderr, secret) {
		t.Errorf("status %d\n%s%s", status, stdout, stderr)
	}
	o.says("select count(*) from ops.submission where status = 'accepted'", "2")
	for _, root := range []string{o.data, o.out} {
		err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			text, err := os.ReadFile(p)
			if strings.Contains(string(text), secret) || strings.Contains(string(text), "4711") && !strings.HasSuffix(p, ".duckdb") {
				t.Errorf("%s holds the password", p)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A run opens no socket of the network, whatever it reads and writes.
func TestNoNetwork(t *testing.T) {
	t.Parallel()
	need(t, "strace", "it tells which sockets a run opens")
	o := newOffice(t)
	oneReport(o, 85)
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "calls")
	cmd := exec.Command("strace", append([]string{"-f", "-qq", "-e", "trace=socket,connect,bind,listen,sendto", "-e", "signal=none", "-o", log, path, "run", "--period", "2017-Q4", "--inbox", o.inbox}, o.folders()...)...)
	if said, err := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != pipeline.Incomplete {
		t.Fatalf("%v\n%s", err, said)
	}
	calls, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(calls)) {
		if !strings.Contains(line, "AF_UNIX") {
			t.Errorf("it calls %s", line)
		}
	}
}

// docxText is the text of a written document, a paragraph a line.
func docxText(t *testing.T, path string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	plain := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(strings.ReplaceAll(string(text), "</w:p>", "\n"), "")
	return html.UnescapeString(plain)
}

// What the files for unattended running type is what the command knows.
func TestDeploymentFilesCallTheCommandAsItIs(t *testing.T) {
	root := (&app{ui: newUI(io.Discard, io.Discard, "vi"), flags: map[string]string{}}).root()
	files, err := filepath.Glob("../../deploy/*/*")
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // a folder
		}
		for _, m := range regexp.MustCompile(`(?:/usr/bin/ntm|nice ntm|ntm\.exe|-Argument ")\s*"?(run|status|verify)( [^\r\n]*)`).FindAllStringSubmatch(string(text), -1) {
			calls++
			cmd, _, err := root.Find([]string{m[1]})
			if err != nil || cmd.Name() != m[1] {
				t.Fatalf("%s calls ntm %s: %v", name, m[1], err)
			}
			for _, flag := range regexp.MustCompile(`--([a-z-]+)`).FindAllStringSubmatch(m[2], -1) {
				if cmd.Flags().Lookup(flag[1]) == nil && root.PersistentFlags().Lookup(flag[1]) == nil {
					t.Errorf("%s gives ntm %s the flag --%s, which it does not know", name, m[1], flag[1])
				}
			}
		}
	}
	if calls < 5 {
		t.Errorf("only %d calls found in %v", calls, files)
	}
	for _, name := range []string{"Tong-hop-NTM.cmd", "Dat-lich.ps1"} {
		text, err := os.ReadFile("../../deploy/windows/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(text), "\n") != strings.Count(string(text), "\r\n") {
			t.Errorf("%s has line ends that Windows does not know", name)
		}
		// PowerShell takes a file without the mark for one of the system's old
		// encoding; cmd.exe would run the mark as a command.
		if marked := strings.HasPrefix(string(text), "\ufeff"); marked != strings.HasSuffix(name, ".ps1") {
			t.Errorf("%s: byte order mark %v", name, marked)
		}
	}
	// The units, by systemd's own judgement.
	need(t, "systemd-analyze", "it judges the units")
	tree := t.TempDir()
	units, err := filepath.Glob("../../deploy/systemd/*")
	if err != nil || len(units) != 3 {
		t.Fatal(units, err)
	}
	names := []string{"verify", "--man=no", "--recursive-errors=no", "--root=" + tree}
	for _, unit := range units {
		text, err := os.ReadFile(unit)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(tree, "usr/lib/systemd/system", filepath.Base(unit)), string(text))
		names = append(names, filepath.Base(unit))
	}
	write(t, filepath.Join(tree, "usr/bin/ntm"), "#!/bin/sh\n")
	if err := os.Chmod(filepath.Join(tree, "usr/bin/ntm"), 0o755); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command("systemd-analyze", names...).CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s", err, said)
	}
}

// A file that grows while it is read is left for the next run: neither counted
// nor refused, and no half of it stays in the archive.
func TestAFileThatIsStillBeingWrittenWaits(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	oneReport(o, 85)
	whole := xlsx(t, wide("huyện Chợ Mới", "Quý IV/2017", ids("15.1", "17.1"), commune("Long Giang", 85, 85)))
	o.put("2017-Q4/Chợ Mới.xlsx", whole[:len(whole)/2])
	path := filepath.Join(o.inbox, "2017-Q4", "Chợ Mới.xlsx")
	stop, stopped := make(chan struct{}), make(chan error, 1)
	go func() {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		for err == nil {
			select {
			case <-stop:
				stopped <- f.Close()
				return
			default:
				_, err = f.Write([]byte{0})
			}
		}
		stopped <- err
	}()
	said := o.run("2017-Q4", pipeline.Incomplete)
	close(stop)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said, "Đang được ghi: 2017-Q4/Chợ Mới.xlsx") || !strings.Contains(said, "Chờ chép xong các tệp đang được ghi.") {
		t.Errorf("it says:\n%s", said)
	}
	o.says("select file_name, status from ops.submission", "Thoại Sơn.xlsx | accepted")
	if kept, err := filepath.Glob(filepath.Join(o.data, "archive", "????????????????????????????????*")); err != nil || len(kept) != 1 {
		t.Errorf("the archive holds %v: %v", kept, err)
	}
	o.put("2017-Q4/Chợ Mới.xlsx", whole)
	if said := o.run("2017-Q4", pipeline.Incomplete); strings.Contains(said, "Đang được ghi") {
		t.Errorf("once it is whole it says:\n%s", said)
	}
	o.says("select file_name, status from ops.submission order by 1", "Chợ Mới.xlsx | accepted", "Thoại Sơn.xlsx | accepted")
}
