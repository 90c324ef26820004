package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// DuckLake says where the common warehouse of many offices is: its catalogue in
// PostgreSQL, its data in Parquet files of a folder that all of them reach.
type DuckLake struct {
	// Catalog is the connection to PostgreSQL in its own words, such as
	// "host=db.example dbname=ntm user=ntm". A password belongs into ~/.pgpass or
	// PGPASSWORD.
	Catalog string
	// Data is the folder of the files. Whoever makes the lake decides it; "" takes
	// what the catalogue says.
	Data string
	// Extensions is the folder with the engine's extensions for the two,
	// ducklake.duckdb_extension and postgres_scanner.duckdb_extension.
	Extensions string
}

// Lake is the name under which a lake is attached beside the warehouse.
const Lake = "lake"

// ErrNoExtension says that an extension of the engine is not where it should be.
var ErrNoExtension = errors.New("the extension is not there")

// loads are the statements that load what a DuckLake needs.
func (l DuckLake) loads() ([]string, error) {
	var list []string
	for _, name := range []string{"ducklake", "postgres_scanner"} {
		at, err := filepath.Abs(filepath.Join(l.Extensions, name+".duckdb_extension"))
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(at); err != nil {
			return nil, fmt.Errorf("%w: %s", ErrNoExtension, at)
		}
		list = append(list, "load "+quote(at))
	}
	return list, nil
}

func (l DuckLake) attachment(as string, readOnly bool) string {
	var options []string
	if l.Data != "" {
		options = append(options, "data_path "+quote(l.Data))
	}
	if readOnly {
		options = append(options, "read_only")
	}
	statement := "attach " + quote("ducklake:postgres:"+l.Catalog) + " as " + as
	if len(options) > 0 {
		statement += " (" + strings.Join(options, ", ") + ")"
	}
	return statement
}

// OpenDuckLake opens a lake for reading, as if it were a snapshot of all of its
// provinces.
func OpenDuckLake(ctx context.Context, l DuckLake, o Options) (*DB, error) {
	statements, err := l.loads()
	if err != nil {
		return nil, err
	}
	statements = append(statements, l.attachment(catalog, true))
	// Where the files are, the catalogue says; they are all that may be read then.
	db, err := engine(ctx, "ducklake", o, true, statements...)
	if err != nil {
		return nil, fmt.Errorf("open the lake: %w", err)
	}
	_, rows, err := db.All(ctx, "select value from __ducklake_metadata_"+catalog+".ducklake_metadata where key = 'data_path'")
	if e := db.Close(); err == nil {
		err = e
	}
	if err != nil {
		return nil, fmt.Errorf("open the lake: %w", err)
	}
	for _, v := range rows {
		o.AllowedDirs = append(o.AllowedDirs, v[0].(string))
	}
	if db, err = engine(ctx, "ducklake", o, true, statements...); err != nil {
		return nil, fmt.Errorf("open the lake: %w", err)
	}
	return db, nil
}

// OpenBesideDuckLake opens a snapshot for reading, and beside it the lake, under
// the name Lake, for writing (Together). A lake that is not there yet is made.
func OpenBesideDuckLake(ctx context.Context, snapshot string, l DuckLake, o Options) (*DB, error) {
	statements, err := l.loads()
	if err != nil {
		return nil, err
	}
	statements = append(statements, fmt.Sprintf("attach %s as %s (read_only)", quote(snapshot), catalog), l.attachment(Lake, false))
	db, err := engine(ctx, snapshot, o, true, statements...)
	if err != nil {
		return nil, fmt.Errorf("open the lake: %w", err)
	}
	return db, nil
}

// ErrConflict says that somebody else has changed the lake at the same time.
// Nothing has been written; to try again is all that it takes.
var ErrConflict = errors.New("the lake was changed by somebody else at the same time")

// Together runs do in one transaction: to everybody else all of it has happened,
// or nothing.
func (db *DB) Together(ctx context.Context, do func(exec func(string, ...any) error, all func(string, ...any) ([][]any, error)) error) error {
	err := db.inTx(ctx, func(conn *sql.Conn) error {
		return do(func(query string, args ...any) error {
			_, err := conn.ExecContext(ctx, query, args...)
			return err
		}, func(query string, args ...any) ([][]any, error) {
			rows, err := conn.QueryContext(ctx, query, args...)
			if err != nil {
				return nil, err
			}
			r, err := newRows(rows)
			if err != nil {
				return nil, err
			}
			var list [][]any
			for r.Next() {
				list = append(list, slices.Clone(r.Values()))
			}
			return list, r.Close()
		})
	})
	// The engine has no kind of its own for these.
	if err != nil && (strings.Contains(err.Error(), "Transaction conflict") || strings.Contains(err.Error(), "Failed to commit DuckLake")) {
		return fmt.Errorf("%w: %w", ErrConflict, err)
	}
	return err
}

// Version is the engine's version, such as "v1.5.5": an extension is built for
// one.
var Version = sync.OnceValue(func() string {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return ""
	}
	defer func() { _ = db.Close() }()
	var v string
	if err := db.QueryRowContext(context.Background(), "select version()").Scan(&v); err != nil {
		return ""
	}
	return v
})

// Quote writes a text as the engine reads it.
func Quote(s string) string { return quote(s) }

// Ident writes a name as the engine reads it.
func Ident(s string) string { return ident(s) }
