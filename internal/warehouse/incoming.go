package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/duckdb/duckdb-go/v2"
)

// incoming are record batches of one schema on their way into a table: the rows of
// the table function incoming(). It writes values where the engine wants them; the
// driver's appender boxes each, and the engine copies the rows once more.
type incoming struct {
	columns []duckdb.ColumnInfo
	batches []arrow.RecordBatch
	row     int // of the first batch, to be taken next
}

// incomingKey is how a statement's context carries what its incoming() reads.
type incomingKey struct{}

// registerIncoming makes the function known to the engine. Such a function is
// read by one thread, so that rows keep their order.
func registerIncoming(conn *sql.Conn) error {
	return duckdb.RegisterTableUDF(conn, "incoming", duckdb.ChunkTableFunction{
		BindArgumentsContext: func(ctx context.Context, _ map[string]any, _ ...any) (duckdb.ChunkTableSource, error) {
			rows, ok := ctx.Value(incomingKey{}).(*incoming)
			if !ok {
				return nil, errors.New("nothing is coming in")
			}
			return rows, nil
		},
	})
}

func (in *incoming) ColumnInfos() []duckdb.ColumnInfo { return in.columns }
func (in *incoming) Init()                            {}

func (in *incoming) Cardinality() *duckdb.CardinalityInfo {
	n := uint(0)
	for _, b := range in.batches {
		n += uint(b.NumRows())
	}
	return &duckdb.CardinalityInfo{Cardinality: n, Exact: true}
}

// FillChunk fills one piece of the engine's size, the last one with less.
func (in *incoming) FillChunk(chunk duckdb.DataChunk) error {
	filled, room := 0, duckdb.GetDataChunkCapacity()
	for filled < room && len(in.batches) > 0 {
		batch := in.batches[0]
		rows := min(int(batch.NumRows())-in.row, room-filled)
		if rows == 0 {
			in.batches, in.row = in.batches[1:], 0
			continue
		}
		for j := range in.columns {
			if err := copyTo(chunk, j, filled, batch.Column(j), in.row, rows); err != nil {
				return err
			}
		}
		filled += rows
		in.row += rows
	}
	return chunk.SetSize(filled)
}

// columnType is the column type of the warehouse that holds an Arrow column, ""
// for a type we do not use.
func columnType(column arrow.Array) (string, duckdb.TypeInfo) {
	name, typ := "", duckdb.TYPE_INVALID
	switch column.(type) {
	case *array.String:
		name, typ = "VARCHAR", duckdb.TYPE_VARCHAR
	case *array.Int32:
		name, typ = "INTEGER", duckdb.TYPE_INTEGER
	case *array.Int64:
		name, typ = "BIGINT", duckdb.TYPE_BIGINT
	case *array.Float64:
		name, typ = "DOUBLE", duckdb.TYPE_DOUBLE
	case *array.Boolean:
		name, typ = "BOOLEAN", duckdb.TYPE_BOOLEAN
	case *array.Date32:
		name, typ = "DATE", duckdb.TYPE_DATE
	case *array.Timestamp:
		name, typ = "TIMESTAMP", duckdb.TYPE_TIMESTAMP
	}
	info, _ := duckdb.NewTypeInfo(typ) // nil for a type we do not use
	return name, info
}

// copyTo copies rows of an Arrow column, from one on, to a place in a column of a chunk.
func copyTo(chunk duckdb.DataChunk, col, at int, column arrow.Array, from, rows int) error {
	switch a := column.(type) {
	case *array.String:
		text := a.ValueBytes()
		first := a.ValueOffset(0)
		return copyWith(chunk, col, at, a, from, rows, func(i int) []byte { return text[a.ValueOffset(i)-first:][:a.ValueLen(i)] })
	case *array.Int32:
		return copyWith(chunk, col, at, a, from, rows, a.Value)
	case *array.Int64:
		return copyWith(chunk, col, at, a, from, rows, a.Value)
	case *array.Float64:
		return copyWith(chunk, col, at, a, from, rows, a.Value)
	case *array.Boolean:
		return copyWith(chunk, col, at, a, from, rows, a.Value)
	case *array.Date32:
		return copyWith(chunk, col, at, a, from, rows, func(i int) any { return a.Value(i).ToTime() })
	case *array.Timestamp:
		unit := a.DataType().(*arrow.TimestampType).Unit
		return copyWith(chunk, col, at, a, from, rows, func(i int) any { return a.Value(i).ToTime(unit) })
	}
	return fmt.Errorf("column %d is %s", col, column.DataType())
}

func copyWith[T any](chunk duckdb.DataChunk, col, at int, a arrow.Array, from, rows int, value func(int) T) error {
	for i := range rows {
		var err error
		if a.IsNull(from + i) {
			err = chunk.SetValue(col, at+i, nil)
		} else {
			err = duckdb.SetChunkValue(chunk, col, at+i, value(from+i))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
