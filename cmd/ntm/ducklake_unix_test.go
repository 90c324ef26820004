//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/angiang-ntm/ntm/internal/warehouse"
)

// extensions is the folder of the engine's extensions, built for exactly this
// version of it (NTM_DUCKDB_EXTENSIONS; .ci/run fetches them).
func extensions(t *testing.T, names ...string) string {
	t.Helper()
	dir := os.Getenv("NTM_DUCKDB_EXTENSIONS")
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(dir, name+".duckdb_extension")); dir == "" || err != nil {
			if os.Getenv("NTM_CI") != "" {
				t.Fatalf("the extension %s is not in NTM_DUCKDB_EXTENSIONS=%q", name, dir)
			}
			t.Skipf("no extension %s for DuckDB %s here (NTM_DUCKDB_EXTENSIONS): the common warehouse is not tested", name, warehouse.Version())
		}
	}
	return dir
}

// postgres starts a server of its own on loopback and returns how to reach a
// fresh database.
func postgres(t *testing.T) string {
	t.Helper()
	bin := ""
	for _, dir := range append(strings.Split(os.Getenv("PATH"), ":"), globbed("/usr/lib/postgresql/*/bin")...) {
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil {
			bin = dir
		}
	}
	if bin == "" {
		if os.Getenv("NTM_CI") != "" {
			t.Fatal("no PostgreSQL here")
		}
		t.Skip("no PostgreSQL here: the common warehouse is not tested")
	}
	dir, err := os.MkdirTemp("", "ntm-pg-") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	as := func(cmd *exec.Cmd) *exec.Cmd {
		if os.Geteuid() != 0 {
			return cmd
		}
		// PostgreSQL does not run as root.
		u, err := user.Lookup("postgres")
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		cmd.Dir = dir
		return cmd
	}
	data := filepath.Join(dir, "data")
	if said, err := as(exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-A", "trust", "-U", "ntm", "--no-sync")).CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, said)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	_ = free.Close()
	options := fmt.Sprintf("-p %d -k %s -c listen_addresses=127.0.0.1 -c fsync=off", port, dir)
	if said, err := as(exec.Command(filepath.Join(bin, "pg_ctl"), "-D", data, "-o", options, "-l", filepath.Join(dir, "log"), "-w", "start")).CombinedOutput(); err != nil {
		t.Fatalf("pg_ctl: %v\n%s", err, said)
	}
	t.Cleanup(func() {
		_ = as(exec.Command(filepath.Join(bin, "pg_ctl"), "-D", data, "-m", "immediate", "stop")).Run()
	})
	return fmt.Sprintf("host=127.0.0.1 port=%d dbname=postgres user=ntm", port)
}

func globbed(pattern string) []string {
	list, _ := filepath.Glob(pattern)
	return list
}

// shares is the environment of an office of some province that writes into the
// common warehouse.
func (o *office) shares(catalog, data, extensions, province string) []string {
	return append(os.Environ(), "NTM_DUCKLAKE_CATALOG="+catalog, "NTM_DUCKLAKE_DATA="+data, "NTM_DUCKLAKE_EXTENSIONS="+extensions, "NTM_PROVINCE_CODE="+province)
}

// A run publishes into the common warehouse that its configuration names. What
// stands there is the snapshot, row for row; a second run writes nothing; and
// without the server the publication stands and says what to do.
func TestARunPublishesIntoTheCommonWarehouse(t *testing.T) {
	t.Parallel()
	dir, catalog := extensions(t, "ducklake", "postgres_scanner"), postgres(t)
	o := smallOffice(t)
	env := o.shares(catalog, filepath.Join(t.TempDir(), "kho chung"), dir, "89")
	run := func(env []string, want string) {
		t.Helper()
		cmd := o.process("2017-Q4")
		cmd.Env = env
		if said := o.finishes(cmd, 3); !strings.Contains(said, want) {
			t.Errorf("ntm run does not say %q:\n%s", want, said)
		}
	}
	run(env, "Kho chung (DuckLake):")
	run(env, "Kho chung (DuckLake): 0 phần ghi mới")

	digests := func(flags ...string) map[string]string {
		t.Helper()
		ask := func(sql string) []string {
			path, err := program()
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(path, append([]string{"query", "--out", o.out, "--format", "csv", sql}, flags...)...)
			cmd.Env = env
			out, err := cmd.Output()
			if err != nil {
				var exit *exec.ExitError
				if errors.As(err, &exit) {
					t.Fatalf("ntm query %q: %v\n%s", flags, err, exit.Stderr)
				}
				t.Fatal(err)
			}
			return strings.Split(strings.TrimSpace(string(out)), "\n")[1:]
		}
		// The columns of the snapshot, in its order, on both sides.
		var union []string
		for _, line := range o.ask(`select schema_name || '.' || table_name, string_agg('"' || column_name || '"', '; ' order by column_name) from duckdb_columns()
			where database_name = current_database() and schema_name in ('ref', 'raw', 'ops', 'mart') and not table_name in ('model', 'official', 'withdrawn', 'ledger') group by 1 order by 1`) {
			table, columns, _ := strings.Cut(line, " | ")
			columns = strings.ReplaceAll(columns, ";", ",")
			union = append(union, "select '"+table+"', (select count(*) || ' ' || coalesce(md5(string_agg(row, '' order by row)), '') from (select md5(cast(t as varchar)) as row from (select "+columns+" from "+table+") t))")
		}
		if len(union) < 50 {
			t.Fatalf("only %d tables", len(union))
		}
		list := map[string]string{}
		for _, line := range ask(strings.Join(union, " union all ")) {
			table, digest, _ := strings.Cut(line, ",")
			list[table] = digest
		}
		return list
	}
	ours, theirs := digests(), digests("--ducklake")
	for table, digest := range ours {
		if strings.HasPrefix(digest, "0 ") {
			continue // a table without rows needs none there
		}
		if theirs[table] != digest {
			t.Errorf("%s: the snapshot has %s, the common warehouse %s", table, digest, theirs[table])
		}
	}

	nowhere := slices.Concat(env, []string{"NTM_DUCKLAKE_CATALOG=host=127.0.0.1 port=1 dbname=postgres user=ntm"})
	run(nowhere, "không ghi được vào kho chung")
	without := slices.Concat(env, []string{"NTM_DUCKLAKE_EXTENSIONS=" + t.TempDir()})
	run(without, "Đặt hai tệp phần mở rộng của DuckDB "+warehouse.Version())
}

// Two provinces write at the same time while somebody reads: nothing is lost, and
// whoever reads sees each province as a whole. A writer that is killed leaves
// what stood before, and does not disturb the other.
func TestProvincesShareAWarehouse(t *testing.T) {
	t.Parallel()
	dir, catalog := extensions(t, "ducklake", "postgres_scanner"), postgres(t)
	data := filepath.Join(t.TempDir(), "kho")
	one, two := smallOffice(t), smallOffice(t)
	one.run("2017-Q4", 3)
	two.run("2017-Q3", 3)
	two.run("2017-Q4", 3)
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	// A province alternates between a state with one period and one with two.
	writes := func(ctx context.Context, province string, o *office) *exec.Cmd {
		cmd := exec.CommandContext(ctx, path, "export", "--ducklake", "--out", o.out)
		cmd.Env = o.shares(catalog, data, dir, province)
		return cmd
	}
	look := func() (states map[string]string, err error) {
		cmd := exec.CommandContext(t.Context(), path, "query", "--ducklake", "--format", "csv", `
			select p.province, count(*) as periods,
				(select count(*) from mart.commune_summary s where s.province = p.province) as communes,
				(select count(*) from mart.indicator_result r where r.province = p.province) as results,
				(select count(distinct s.period) from mart.province_summary s where s.province = p.province) as summaries,
				(select count(*) from raw.observation o where o.province = p.province) as observations
			from ops.period p group by p.province order by 1`)
		cmd.Env = one.shares(catalog, data, dir, "89")
		out, err := cmd.CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("%w\n%s", err, out)
		}
		states = map[string]string{}
		for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n")[1:] {
			province, state, _ := strings.Cut(line, ",")
			states[province] = state
		}
		return states, nil
	}
	must := func(cmd *exec.Cmd) {
		t.Helper()
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", cmd, err, said)
		}
	}
	must(writes(t.Context(), "01", one))
	must(writes(t.Context(), "02", two))
	states, err := look()
	if err != nil {
		t.Fatal(err)
	}
	single, double := states["01"], states["02"]
	if single == double || !strings.HasPrefix(single, "1,") || !strings.HasPrefix(double, "2,") {
		t.Fatalf("the two states: %q, %q", single, double)
	}

	const rounds = 4
	type done struct {
		province, said string
		err            error
	}
	ended := make(chan done)
	for _, province := range []string{"01", "02"} {
		go func() {
			for round := range rounds {
				o := one
				if (round%2 == 0) == (province == "01") {
					o = two
				}
				said, err := writes(t.Context(), province, o).CombinedOutput()
				if err != nil {
					ended <- done{province, string(said), err}
					return
				}
			}
			ended <- done{province: province}
		}()
	}
	for writing := 2; writing > 0; {
		select {
		case d := <-ended:
			writing--
			if d.err != nil {
				t.Errorf("province %s: %v\n%s", d.province, d.err, d.said)
			}
		default:
			states, err := look()
			if err != nil {
				t.Fatal(err)
			}
			for _, province := range []string{"01", "02"} {
				if s := states[province]; s != single && s != double {
					t.Errorf("a reader sees province %s as %q, which is neither %q nor %q", province, s, single, double)
				}
			}
		}
	}
	// An even number of rounds: the last one of 01 was its own state again.
	if states, err := look(); err != nil || states["01"] != single || states["02"] != double {
		t.Fatalf("in the end: %v, %v; want %q and %q", states, err, single, double)
	}

	// 02 writes its other state and is killed as soon as it has written a file.
	files := func() int {
		n := 0
		_ = filepath.WalkDir(data, func(path string, d os.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".parquet") {
				n++
			}
			return nil
		})
		return n
	}
	before, killed := files(), writes(t.Context(), "02", one)
	if err := killed.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan error, 1)
	go func() { gone <- killed.Wait() }()
	for files() == before {
		select {
		case err := <-gone:
			t.Fatalf("the writer ended (%v) before it was killed", err)
		case <-time.After(time.Millisecond):
		}
	}
	must(writes(t.Context(), "01", two)) // beside it
	_ = killed.Process.Kill()
	err = <-gone
	states, lookErr := look()
	if lookErr != nil {
		t.Fatal(lookErr)
	}
	if states["01"] != double {
		t.Errorf("beside a writer that was killed, province 01 is %q, want %q", states["01"], double)
	}
	if s := states["02"]; s != double && (err != nil || s != single) {
		t.Errorf("after its writer was killed (%v), province 02 is %q", err, s)
	}
	must(writes(t.Context(), "02", one))
	if states, err := look(); err != nil || states["02"] != single {
		t.Errorf("afterwards: %v, %v; want %q of 02", states, err, single)
	}
}
