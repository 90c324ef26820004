package warehouse

import (
	"context"
	"fmt"
	"strings"
)

// ExportParquet writes the rows of a query to a Parquet file. The same rows in
// the same order make the same bytes, however many threads work, so the query
// states its order; what is read of one period of a mart comes in its own.
//
// metadata stands in the file beside the schema, as pairs of key and value.
func (db *DB) ExportParquet(ctx context.Context, query, path string, metadata ...[2]string) error {
	options := "format parquet, compression zstd"
	if len(metadata) > 0 {
		var pairs []string
		for _, m := range metadata {
			pairs = append(pairs, quote(m[0])+": "+quote(m[1]))
		}
		options += ", kv_metadata {" + strings.Join(pairs, ", ") + "}"
	}
	statement := "copy (\n" + query + "\n) to " + quote(path) + " (" + options + ")"
	if err := db.Exec(ctx, statement); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
