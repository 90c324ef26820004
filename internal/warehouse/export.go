package warehouse

import (
	"context"
	"fmt"
	"os"
)

// ExportParquet writes the rows of a query to a Parquet file. The same rows in
// the same order make the same bytes, however many threads work, so the query
// states its order; a view of mart has one.
func (db *DB) ExportParquet(ctx context.Context, query, path string) error {
	statement := "copy (\n" + query + "\n) to " + quote(path) + " (format parquet, compression zstd)"
	if err := db.Exec(ctx, statement); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// Snapshot writes the warehouse as a file of its own for analysts: everything
// in it, views and comments too, in the oldest storage that serves. The file
// must not be there yet, and no half of it stays when writing fails.
func (db *DB) Snapshot(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("write snapshot: %s is there already", path)
	}
	const name = "analysts"
	if err := db.Exec(ctx, fmt.Sprintf("attach %s as %s (storage_version %s)", quote(path), name, quote(storageVersion))); err != nil {
		return fmt.Errorf("write snapshot %s: %w", path, err)
	}
	var err error
	for _, s := range []string{"copy from database " + catalog + " to " + name, "checkpoint " + name, "detach " + name} {
		if err = db.Exec(ctx, s); err != nil {
			break
		}
	}
	if err != nil {
		_ = db.Exec(context.WithoutCancel(ctx), "detach database if exists "+name)
		_ = os.Remove(path)
		_ = os.Remove(path + ".wal")
		return fmt.Errorf("write snapshot %s: %w", path, err)
	}
	return nil
}
