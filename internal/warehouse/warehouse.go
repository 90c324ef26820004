// Package warehouse keeps what was reported and what follows from it in one
// DuckDB file: seed, load, build, check, query. It is the only importer of the
// driver.
//
// The file is attached to an engine in memory under the name ntm, whatever the
// file itself is called, so that a copy under another name serves as well.
package warehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/duckdb/duckdb-go/v2"
)

// storageVersion is the oldest storage that serves, so that analysts' older
// clients open the files. It is stated wherever a file is made, because the
// engine's own default moves.
const storageVersion = "v1.0.0"

// catalog is the name under which the file is attached.
const catalog = "ntm"

// Options are the limits of one run.
type Options struct {
	// MemoryLimit is the engine's limit, such as "1GB", which is also what ""
	// means: without a limit the engine takes most of the machine.
	MemoryLimit string
	// Threads is the number of threads, 0 for the engine's choice.
	Threads int
	// AllowedDirs are the only folders in which files may be written
	// (ExportParquet). Everything else outside the warehouse file is
	// out of reach, also for an office's own checks.
	AllowedDirs []string
}

// DB is an open warehouse.
type DB struct {
	path     string
	sql      *sql.DB
	readOnly bool
}

// Open opens the warehouse for writing and creates what is not there yet: the
// file, its schemas and its tables. One process writes a file at a time; the
// caller hands in a copy of its own and renames it when all is done.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	db, err := attach(ctx, path, o, false)
	if err != nil {
		return nil, fmt.Errorf("open warehouse %s: %w", path, err)
	}
	if err := db.createTables(ctx); err != nil {
		_ = db.sql.Close() // the error that made us close says more
		return nil, fmt.Errorf("open warehouse %s: %w", path, err)
	}
	return db, nil
}

// OpenReadOnly opens a warehouse or a snapshot for reading. Nothing can be
// written through it, inside the file or outside.
func OpenReadOnly(ctx context.Context, path string) (*DB, error) {
	// The engine's own message for a file that is not there speaks of
	// databases that cannot be created in read-only mode.
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open warehouse: %w", err)
	}
	db, err := attach(ctx, path, Options{}, true)
	if err != nil {
		return nil, fmt.Errorf("open warehouse %s: %w", path, err)
	}
	return db, nil
}

// OpenForExport opens a snapshot for reading; query results may be written into
// the allowed folders (ExportParquet).
func OpenForExport(ctx context.Context, path string, o Options) (*DB, error) {
	db, err := attach(ctx, path, o, true)
	if err != nil {
		return nil, fmt.Errorf("open warehouse %s: %w", path, err)
	}
	return db, nil
}

func attach(ctx context.Context, path string, o Options, readOnly bool) (*DB, error) {
	attachment := fmt.Sprintf("attach %s as %s (storage_version %s)", quote(path), catalog, quote(storageVersion))
	if readOnly {
		attachment = fmt.Sprintf("attach %s as %s (read_only)", quote(path), catalog)
	}
	return engine(ctx, path, o, readOnly, attachment)
}

// engine begins an engine in memory and attaches what the statements say, one
// of them as the catalogue that everything is looked up in.
func engine(ctx context.Context, path string, o Options, readOnly bool, attachments ...string) (*DB, error) {
	// Every pooled connection has to look into the file and not into the empty
	// database in memory; the first one only once the file is attached.
	var attached atomic.Bool
	connector, err := duckdb.NewConnector("", func(conn driver.ExecerContext) error {
		if !attached.Load() {
			return nil
		}
		// Not the caller's context: connections are made long after Open.
		_, err := conn.ExecContext(context.Background(), "use "+catalog, nil)
		return err
	})
	if err != nil {
		return nil, err
	}
	db := &DB{path: path, sql: sql.OpenDB(connector), readOnly: readOnly}

	if o.MemoryLimit == "" {
		o.MemoryLimit = "1GB"
	}
	// What does not fit into memory goes beside the file that is written; a
	// reader may not be allowed to write there.
	spill := path + ".spill"
	if readOnly {
		spill = filepath.Join(os.TempDir(), fmt.Sprintf("ntm-spill-%d", os.Getpid()))
	}
	settings := []string{
		"set autoinstall_known_extensions = false",
		"set autoload_known_extensions = false",
		"set memory_limit = " + quote(o.MemoryLimit),
		// What is written in a transaction stays in memory until the next
		// checkpoint; a run writes many times as much as it needs at once.
		"set checkpoint_threshold = '16MB'",
		// Trying it costs a tenth of what writing takes, and it saves a thirtieth of
		// the file: our texts repeat, and dictionaries hold them.
		"set disabled_compression_methods = 'fsst'",
		"set temp_directory = " + quote(spill),
		// The allocator gives back to the system what it no longer needs.
		"set allocator_background_threads = true",
		"set allocator_flush_threshold = '8MB'",
		"set allocator_bulk_deallocation_flush_threshold = '8MB'",
	}
	settings = append(settings, attachments...)
	if o.Threads > 0 {
		settings = append(settings, fmt.Sprintf("set threads = %d", o.Threads))
	}
	if len(o.AllowedDirs) > 0 {
		var dirs []string
		for _, dir := range o.AllowedDirs {
			abs, err := filepath.Abs(dir)
			if err != nil {
				_ = db.sql.Close()
				return nil, err
			}
			dirs = append(dirs, quote(abs))
		}
		settings = append(settings, "set allowed_directories = ["+strings.Join(dirs, ", ")+"]")
	}
	// The order matters: after these two nothing can be attached from elsewhere
	// and no setting can be loosened again.
	settings = append(settings,
		"set enable_external_access = false",
		"set lock_configuration = true",
	)

	conn, err := db.sql.Conn(ctx)
	if err != nil {
		_ = db.sql.Close()
		return nil, err
	}
	for _, s := range settings {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			_ = conn.Close()
			_ = db.sql.Close()
			return nil, err
		}
	}
	attached.Store(true)
	if _, err := conn.ExecContext(ctx, "use "+catalog); err != nil {
		_ = conn.Close()
		_ = db.sql.Close()
		return nil, err
	}
	if err := registerIncoming(conn); err != nil {
		_ = conn.Close()
		_ = db.sql.Close()
		return nil, err
	}
	if err := conn.Close(); err != nil {
		_ = db.sql.Close()
		return nil, err
	}
	return db, nil
}

// Close writes everything into the one file, so that no log stays beside it,
// and lets it go.
func (db *DB) Close() error {
	var err error
	if !db.readOnly {
		_, err = db.sql.ExecContext(context.Background(), "checkpoint "+catalog)
	}
	if closeErr := db.sql.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("close warehouse %s: %w", db.path, err)
	}
	return nil
}

// inTx runs do in one transaction on one connection: all of it or nothing.
func (db *DB) inTx(ctx context.Context, do func(*sql.Conn) error) error {
	conn, err := db.sql.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // it only goes back to the pool
	if _, err := conn.ExecContext(ctx, "begin transaction"); err != nil {
		return err
	}
	if err := do(conn); err != nil {
		// The context may be what ended the work; undoing must not depend on it.
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "rollback")
		return err
	}
	_, err = conn.ExecContext(ctx, "commit")
	return err
}

// quote writes a string literal.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// ident writes an identifier.
func ident(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// qualified writes a table's name as schema and table.
func qualified(table string) string {
	schema, name, ok := strings.Cut(table, ".")
	if !ok {
		return ident(table)
	}
	return ident(schema) + "." + ident(name)
}

// literals writes "'2017-Q4', '2018-Q1'". Periods stand in queries as literals:
// a condition that is known when the query is planned is carried from table to
// table, and what is not asked for is not read.
func literals(values []string) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = quote(v)
	}
	return strings.Join(list, ", ")
}
