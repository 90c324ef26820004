//go:build unix

package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/pipeline"
	"github.com/angiang-ntm/ntm/transforms"
)

// program builds the command once, as it is released: killing it takes a
// process of its own, and fifty of them under the race detector take too long.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "ntm-program-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "ntm")
	if said, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, said)
	}
	return path, nil
})

// process prepares a run of the period as a process.
func (o *office) process(period string, flags ...string) *exec.Cmd {
	o.t.Helper()
	path, err := program()
	if err != nil {
		o.t.Fatal(err)
	}
	args := slices.Concat([]string{"run", "--period", period, "--inbox", o.inbox, "--data", o.data, "--out", o.out}, flags)
	return exec.Command(path, asSample(args)...)
}

// finishes runs a process to its end and wants its exit status.
func (o *office) finishes(cmd *exec.Cmd, want ...int) string {
	o.t.Helper()
	said, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		o.t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); !slices.Contains(want, got) {
		o.t.Fatalf("exit status %d, want %v\n%s", got, want, said)
	}
	return string(said)
}

// disturbed is an office that has published, and whose inbox has news: the
// state in which everything that can be lost is there.
type disturbed struct {
	before string            // its folder
	want   map[string]string // the publication that an undisturbed run makes: file → SHA-256
	tables map[string]string // its warehouse, but for what the clock writes
	took   time.Duration
	count  atomic.Int64
}

const before, after = "v001", "v002"

func newDisturbed(t *testing.T) *disturbed {
	t.Helper()
	o := newOffice(t)
	reports := filepath.Join("..", "..", "seeds", "reports", "2017-Q4")
	put := func(to, from string) {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(reports, from))
		if err != nil {
			t.Fatal(err)
		}
		o.put("2017-Q4/"+to, data)
	}
	put("chau-doc.xlsx", "Chau Doc - bieu tong hop NTM quy IV 2017.xlsx")
	o.put("2017-Q4/hong.xlsx", []byte("PK\x03\x04 not a workbook"))
	o.finishes(o.process("2017-Q4"), pipeline.Incomplete)
	put("long-xuyen.xlsx", "BC NTM TP. Long Xuyên quý IV-2017.xlsx")
	if err := os.Remove(filepath.Join(o.inbox, "2017-Q4", "hong.xlsx")); err != nil {
		t.Fatal(err)
	}
	d := &disturbed{before: filepath.Dir(o.inbox)}
	calm := d.again(t)
	start := time.Now()
	calm.finishes(calm.process("2017-Q4"), pipeline.Incomplete)
	d.took = time.Since(start)
	d.want = calm.publication(after)
	d.tables = calm.figures()
	if len(d.want) < 30 || len(d.tables) < 30 {
		t.Fatalf("a publication of %d files, a warehouse of %d tables", len(d.want), len(d.tables))
	}
	return d
}

// again is a copy of the office as it was.
func (d *disturbed) again(t *testing.T) *office { return d.in(t, t.TempDir()) }

func (d *disturbed) in(t *testing.T, dir string) *office {
	t.Helper()
	if err := copyAll(d.before, dir); err != nil {
		t.Fatal(err)
	}
	return &office{t: t, inbox: filepath.Join(dir, "inbox"), data: filepath.Join(dir, "data"), out: filepath.Join(dir, "out")}
}

// copyAll copies a folder with its links as links.
func copyAll(from, to string) error {
	return filepath.WalkDir(from, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(from, p)
		at := filepath.Join(to, rel)
		switch {
		case e.IsDir():
			return os.MkdirAll(at, 0o755)
		case e.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(p)
			if err != nil {
				return err
			}
			return os.Symlink(target, at)
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		return os.WriteFile(at, data, 0o644)
	})
}

// publication digests the files of one version, but for the manifest, which
// has the clock.
func (o *office) publication(version string) map[string]string {
	o.t.Helper()
	sums := map[string]string{}
	dir := filepath.Join(o.out, "2017-Q4", version)
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == "manifest.json" {
			return err
		}
		data, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		sums[rel] = fmt.Sprintf("%x", sha256.Sum256(data))
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return sums
}

// figures digests the tables of the warehouse but for ops, which has the clock.
func (o *office) figures() map[string]string {
	o.t.Helper()
	digests := o.contents(o.data)
	maps.DeleteFunc(digests, func(table, _ string) bool { return strings.HasPrefix(table, "ops.") })
	return digests
}

// stands wants that what was published stands, whole: what was there before,
// or what the run was about to publish, and nothing torn.
func (o *office) stands() {
	o.t.Helper()
	if version, err := os.Readlink(filepath.Join(o.out, "2017-Q4", "latest")); err != nil || version != before && version != after {
		o.t.Fatalf("the pointer says %q: %v", version, err)
	}
	if status, stdout, stderr := o.ntm(o.folders("verify")...); status != pipeline.OK {
		o.t.Fatalf("after the disturbance ntm verify says %d\n%s%s", status, stdout, stderr)
	}
	if said := o.askIn(o.out, "select count(*) > 0 from mart.commune_summary where period = '2017-Q4'"); said[0] != "true" {
		o.t.Fatalf("the snapshot says %q", said)
	}
}

// recovers runs the period once more and wants what an undisturbed run makes:
// no version more, no file lost, nothing left lying about.
func (d *disturbed) recovers(o *office) (said string) {
	o.t.Helper()
	said = o.finishes(o.process("2017-Q4"), pipeline.Incomplete)
	if version, err := os.Readlink(filepath.Join(o.out, "2017-Q4", "latest")); err != nil || version != after {
		o.t.Fatalf("the next run leaves the pointer at %q: %v", version, err)
	}
	if got := o.publication(after); !maps.Equal(got, d.want) {
		o.t.Errorf("the publication differs from that of an undisturbed run in %v", changed(got, d.want))
	}
	if d.count.Add(1)%3 == 0 { // what is published was derived from it
		if got := o.figures(); !maps.Equal(got, d.tables) {
			o.t.Errorf("the warehouse differs from that of an undisturbed run in %v", changed(got, d.tables))
		}
	}
	for folder, fine := range map[string]string{
		filepath.Join(o.out, "2017-Q4"):   `^(v001|v002|latest)$`,
		o.out:                             `^(2017-Q4|ntm\.duckdb)$`,
		o.data:                            `^(archive|runs|ntm\.duckdb|ntm\.lock)$`,
		filepath.Join(o.data, "archive"):  `^([0-9a-f]{64}|ledger\.jsonl)$`,
		filepath.Join(o.inbox, "2017-Q4"): `^(chau-doc|long-xuyen)\.xlsx$`,
	} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			o.t.Fatal(err)
		}
		for _, e := range entries {
			if !regexp.MustCompile(fine).MatchString(e.Name()) {
				o.t.Errorf("%s is left in %s", e.Name(), folder)
			}
		}
	}
	if status, stdout, stderr := o.ntm(o.folders("verify")...); status != pipeline.OK {
		o.t.Errorf("ntm verify says %d\n%s%s", status, stdout, stderr)
	}
	return said
}

// Killed at any of two dozen instants (make soak: 200), between any two stages,
// and before every rename, a run leaves a publication that is whole, and the
// next run makes what an undisturbed one makes.
func TestKilledAtAnyInstant(t *testing.T) {
	t.Parallel()
	d := newDisturbed(t)

	t.Run("instants", func(t *testing.T) {
		t.Parallel()
		seed := uint64(time.Now().UnixNano())
		if given, err := strconv.ParseUint(os.Getenv("NTM_SEED"), 10, 64); err == nil {
			seed = given
		}
		chance := rand.New(rand.NewPCG(seed, 0))
		times := 24
		if testing.Short() {
			times = 6
		}
		if n, err := strconv.Atoi(os.Getenv("NTM_INSTANTS")); err == nil {
			times = n
		}
		// Two to an office: the run that completes the first may be killed as well.
		for n := 0; n < times; n += 2 {
			o := d.again(t)
			var at [2]time.Duration
			for k := range at {
				cmd := o.process("2017-Q4")
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				at[k] = time.Duration(chance.Int64N(int64(d.took) + 1))
				time.AfterFunc(at[k], func() { _ = cmd.Process.Kill() })
				_ = cmd.Wait()
				o.stands()
			}
			d.recovers(o)
			if n%24 == 0 {
				o.rebuildsTheSame()
			}
			if t.Failed() {
				t.Fatalf("killed after %v, and again after %v (NTM_SEED=%d, instant %d)", at[0], at[1], seed, n)
			}
			_ = os.RemoveAll(filepath.Dir(o.inbox))
		}
	})

	t.Run("stages", func(t *testing.T) {
		t.Parallel()
		var marks []string
		calm := d.again(t)
		for line := range strings.Lines(calm.finishes(calm.process("2017-Q4", "--log-format", "json"), pipeline.Incomplete)) {
			if mark := boundary(line); mark != "" && !slices.Contains(marks, mark) {
				marks = append(marks, mark)
			}
		}
		// Where one stage ends the next begins.
		marks = slices.DeleteFunc(marks, func(mark string) bool {
			return strings.HasPrefix(mark, "stage done") && mark != "stage done publish"
		})
		if len(marks) < 7 {
			t.Fatalf("a run tells of %d boundaries: %v", len(marks), marks)
		}
		for _, mark := range marks {
			o := d.again(t)
			cmd := o.process("2017-Q4", "--log-format", "json")
			said, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			in := bufio.NewReader(said)
			for {
				line, err := in.ReadString('\n')
				if boundary(line) == mark || err != nil {
					break
				}
			}
			_ = cmd.Process.Kill()
			_, _ = io.Copy(io.Discard, in)
			_ = cmd.Wait()
			o.stands()
			d.recovers(o)
			if t.Failed() {
				t.Fatalf("killed at %s", mark)
			}
		}
	})

	t.Run("renames", func(t *testing.T) {
		t.Parallel()
		need(t, "strace", "the process is stopped before each of its renames with it")
		calls := "rename,renameat,renameat2,symlinkat"
		traced := func(o *office, args ...string) *exec.Cmd {
			run := o.process("2017-Q4")
			return exec.Command("strace", append(append([]string{"-f", "-qq", "-e", "trace=" + calls, "-e", "signal=none"}, args...), run.Args...)...)
		}
		calm := d.again(t)
		log := filepath.Join(t.TempDir(), "calls")
		calm.finishes(traced(calm, "-o", log), pipeline.Incomplete)
		text, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		// strace counts the calls of each thread by itself, so that a rename is
		// named by what it makes. A run's own records are named by the clock.
		var made []string
		for _, call := range regexp.MustCompile(`(?m)\b(?:rename|renameat|renameat2|symlinkat)\(.*"([^"]+)"\)`).FindAllSubmatch(text, -1) {
			rel, err := filepath.Rel(filepath.Dir(calm.inbox), string(call[1]))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(rel, "data/runs/2") {
				made = append(made, rel)
			}
		}
		// What is put in place once the ledger says so.
		placed := []string{"data/ntm.duckdb", "out/2017-Q4/" + after, "out/ntm.duckdb", "out/2017-Q4/.latest", "out/2017-Q4/latest"}
		for _, rel := range append(slices.Clone(placed), "data/runs/ntm.prom") {
			if !slices.Contains(made, rel) {
				t.Fatalf("a run does not make %s by a rename:\n%s", rel, text)
			}
		}
		for n, rel := range made {
			o := d.again(t)
			path := filepath.Join(filepath.Dir(o.inbox), filepath.FromSlash(rel))
			cmd := traced(o, "-o", "/dev/null", "-P", path, "-e", "inject="+calls+":signal=KILL:when=1")
			// strace ends as the process it follows did.
			if err := cmd.Run(); cmd.ProcessState.ExitCode() != -1 {
				t.Fatalf("the run was not killed before it made %s: %v", rel, err)
			}
			o.stands()
			completed := strings.Contains(d.recovers(o), "bị ngắt khi đang công bố; đã hoàn tất lần đó trước")
			if want := slices.Contains(placed, rel); completed != want {
				t.Errorf("killed before it made %s: the next run says that it completed it: %v", rel, completed)
			}
			if n%4 == 0 {
				o.rebuildsTheSame()
			}
			if t.Failed() {
				t.Fatalf("killed before it made %s:\n%s", rel, text)
			}
		}
	})
}

// boundary names the point of a run at which a line of its log was written.
func boundary(line string) string {
	var rec struct {
		Msg, Stage, Item string
	}
	if json.Unmarshal([]byte(line), &rec) != nil || rec.Item != "" || rec.Stage == "" {
		return ""
	}
	return rec.Msg + " " + rec.Stage
}

// rebuildsTheSame wants that the warehouse made from the archive is the one
// that stands.
func (o *office) rebuildsTheSame() {
	o.t.Helper()
	have := o.contents(o.data)
	if status, stdout, stderr := o.ntm(o.folders("rebuild")...); status != pipeline.OK {
		o.t.Fatalf("ntm rebuild: status %d\n%s%s", status, stdout, stderr)
	}
	if got := o.contents(o.data); !maps.Equal(got, have) {
		o.t.Errorf("the rebuilt warehouse differs in %v", changed(got, have))
	}
}

// need skips a test for want of a program, which may not happen where
// everything is said to be there.
func need(t *testing.T, name, why string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("NTM_CI") != "" {
			t.Fatalf("%s is not there: %v", name, err)
		}
		t.Skipf("no %s here: %s", name, why)
	}
}

// A disk that fills up at any point stops the run with a plain message; with
// room again the next run makes what an undisturbed one makes.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	d := newDisturbed(t)

	t.Run("small disk", func(t *testing.T) {
		dir := t.TempDir()
		mount := func(args ...string) error { return exec.Command("mount", append(args, dir)...).Run() }
		if os.Geteuid() != 0 || mount("-t", "tmpfs", "-o", "size=256m", "tmpfs") != nil {
			t.Skip("a small disk cannot be mounted here; the limit on the size of files is tried instead")
		}
		t.Cleanup(func() { _ = exec.Command("umount", "-l", dir).Run() })
		var full syscall.Statfs_t
		ended := map[int]int{}
		for room := int64(0); ; room += room + 500<<10 {
			for _, name := range []string{"inbox", "data", "out"} {
				if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
			}
			o := d.in(t, dir)
			if err := syscall.Statfs(dir, &full); err != nil {
				t.Fatal(err)
			}
			used := int64(full.Blocks-full.Bfree) * int64(full.Bsize)
			if err := mount("-o", fmt.Sprintf("remount,size=%d", used+room)); err != nil {
				t.Fatal(err)
			}
			said := o.finishes(o.process("2017-Q4"), pipeline.Failed, pipeline.Incomplete)
			status := pipeline.Incomplete
			if strings.Contains(said, "Lỗi:") {
				status = pipeline.Failed
			}
			ended[status]++
			if status == pipeline.Failed && !strings.Contains(said, "Cách xử lý:") {
				t.Errorf("with %d KiB of room it says:\n%s", room>>10, said)
			}
			if err := mount("-o", "remount,size=256m"); err != nil {
				t.Fatal(err)
			}
			o.stands()
			d.recovers(o)
			if t.Failed() {
				t.Fatalf("with %d KiB of room", room>>10)
			}
			if status == pipeline.Incomplete {
				break
			}
		}
		if ended[pipeline.Failed] < 5 {
			t.Errorf("the disk filled up in %d runs only", ended[pipeline.Failed])
		}
	})

	t.Run("limit", func(t *testing.T) {
		t.Parallel()
		failed := 0
		for _, blocks := range []int{1, 8, 64, 1000, 1 << 20} { // of 512 or 1024 bytes
			o := d.again(t)
			run := o.process("2017-Q4")
			cmd := exec.Command("sh", append([]string{"-c", `trap '' XFSZ; ulimit -f ` + strconv.Itoa(blocks) + `; exec "$@"`, "sh"}, run.Args...)...)
			said, _ := cmd.CombinedOutput()
			if status := cmd.ProcessState.ExitCode(); status != pipeline.Incomplete {
				failed++
				if !bytes.Contains(said, []byte("Lỗi:")) {
					t.Errorf("with files of %d blocks: status %d\n%s", blocks, status, said)
				}
			}
			o.stands()
			d.recovers(o)
			if t.Failed() {
				t.Fatalf("with files of %d blocks at most", blocks)
			}
		}
		if failed < 3 {
			t.Errorf("the limit stopped %d runs only", failed)
		}
	})
}

// Where nothing can be written, nothing is done, and the message says so.
func TestReadOnlyTarget(t *testing.T) {
	t.Parallel()
	d := newDisturbed(t)
	for _, folder := range []string{"data", "out"} {
		o := d.again(t)
		path := filepath.Join(filepath.Dir(o.inbox), folder)
		if os.Geteuid() == 0 { // whom permissions do not bind
			if exec.Command("mount", "--bind", path, path).Run() != nil || exec.Command("mount", "-o", "remount,bind,ro", path).Run() != nil {
				t.Skip("root, and no folder can be made read-only here")
			}
			t.Cleanup(func() { _ = exec.Command("umount", "-l", path).Run() })
		} else if err := os.Chmod(path, 0o555); err != nil {
			t.Fatal(err)
		}
		if said := o.finishes(o.process("2017-Q4"), pipeline.Failed); !strings.Contains(said, "không ghi được vào thư mục "+path) {
			t.Errorf("it says:\n%s", said)
		}
		if os.Geteuid() == 0 {
			if err := exec.Command("umount", path).Run(); err != nil {
				t.Fatal(err)
			}
		} else if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
		o.stands()
		d.recovers(o)
	}
}

// Of runs that start at the same time one works and the others say who; what
// comes of it is what one run makes.
func TestRunsAtTheSameTime(t *testing.T) {
	t.Parallel()
	d := newDisturbed(t)
	o := d.again(t)
	var all []*exec.Cmd
	var said [4]bytes.Buffer
	for n := range said {
		cmd := o.process("2017-Q4")
		cmd.Stdout, cmd.Stderr = &said[n], &said[n]
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, cmd)
	}
	worked := 0
	for n, cmd := range all {
		_ = cmd.Wait()
		switch status := cmd.ProcessState.ExitCode(); status {
		case pipeline.Incomplete:
			worked++
		case pipeline.Locked:
			if !regexp.MustCompile(`tiến trình \d+ trên máy .+, bắt đầu lúc \d\d:\d\d`).Match(said[n].Bytes()) {
				t.Errorf("it does not say who holds the lock:\n%s", &said[n])
			}
		default:
			t.Errorf("status %d\n%s", status, &said[n])
		}
	}
	if worked == 0 {
		t.Error("no run did the work")
	}
	d.recovers(o)
}

// A reader in another process that holds the snapshot open while a run
// publishes is not in its way, sees no change, and sees the new one afterwards.
func TestAReaderHoldsTheSnapshot(t *testing.T) {
	t.Parallel()
	d := newDisturbed(t)
	o := d.again(t)
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	const submissions = "select count(*) from ops.submission where status = 'accepted'"
	// More rows than the pipe holds: it goes on only as it is read.
	query := exec.Command(path, "query", "select ("+submissions+") as n, i, max(i) over () from range(300000) r(i)", "--out", o.out, "--format", "csv")
	rows, err := query.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := query.Start(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(rows)
	if _, err := in.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	o.finishes(o.process("2017-Q4"), pipeline.Incomplete)
	o.says(submissions, "2")
	seen := 0
	for {
		line, err := in.ReadString('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(line, "1,") {
			t.Fatalf("the reader sees %q", line)
		}
		seen++
	}
	if err := query.Wait(); err != nil || seen != 300000 {
		t.Errorf("the reader got %d rows: %v", seen, err)
	}
	d.recovers(o)
}

// A clock that was set back changes neither which file counts nor the names of
// runs: files keep the order in which they came.
func TestTheClockIsSetBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	table := func(value any) tab {
		return wide("huyện Thoại Sơn", "Quý IV/2017", ids("15.1", "17.1"), commune("Vĩnh Phú", value, 85))
	}
	now := time.Date(2018, 1, 5, 8, 0, 0, 0, time.UTC)
	names := map[string]bool{}
	cfg := config.Default()
	cfg.Inbox, cfg.Data, cfg.Out = o.inbox, o.data, o.out
	cfg.Seeds.Dir = sampleSeeds // as the rebuild below has them
	p, _ := transforms.ParsePeriod("2017-Q4")
	for n, at := range []time.Time{now, now.AddDate(-1, 0, 0), now.AddDate(-1, 0, 0), now} {
		o.receives("2017-Q4", fmt.Sprintf("%d.xlsx", 9-n), table(80+n))
		s, err := pipeline.Do(t.Context(), pipeline.Options{Config: cfg, Period: p, Version: "test", Now: func() time.Time { return at }})
		if err != nil {
			t.Fatal(err)
		}
		if names[s.RunID] {
			t.Errorf("two runs are called %s", s.RunID)
		}
		names[s.RunID] = true
		o.says("select value from mart.indicator_result where commune_name = 'Vĩnh Phú' and indicator_id = '15.1'", strconv.Itoa(80+n))
	}
	o.rebuildsTheSame()
}
