package warehouse

import (
	"context"
	"fmt"
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
