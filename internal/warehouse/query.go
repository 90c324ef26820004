package warehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// Exec runs a statement.
func (db *DB) Exec(ctx context.Context, query string, args ...any) error {
	_, err := db.sql.ExecContext(ctx, query, args...)
	return err
}

// Query runs a query and streams its rows. The caller closes them.
func (db *DB) Query(ctx context.Context, query string, args ...any) (*Rows, error) {
	rows, err := db.sql.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return newRows(rows)
}

// All runs a query and returns all of its rows.
func (db *DB) All(ctx context.Context, query string, args ...any) (columns []string, rows [][]any, err error) {
	r, err := db.Query(ctx, query, args...)
	if err != nil {
		return nil, nil, err
	}
	var room []any // of many rows at a time: there may be very many
	for r.Next() {
		n := len(r.Values())
		if len(room)+n > cap(room) {
			room = make([]any, 0, n*min(max(4, len(rows)), 256))
		}
		room = append(room, r.Values()...)
		rows = append(rows, room[len(room)-n:len(room):len(room)])
	}
	if err := r.Close(); err != nil {
		return nil, nil, err
	}
	return r.Columns(), rows, nil
}

// Rows are the rows of a query, one at a time.
type Rows struct {
	rows    *sql.Rows
	columns []string
	types   []string
	values  []any
	into    []any
	err     error
}

func newRows(rows *sql.Rows) (*Rows, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		_ = rows.Close()
		return nil, err
	}
	r := &Rows{rows: rows, values: make([]any, len(types)), into: make([]any, len(types))}
	for i, t := range types {
		r.columns = append(r.columns, t.Name())
		r.types = append(r.types, t.DatabaseTypeName())
		r.into[i] = &r.values[i]
	}
	return r, nil
}

// Columns names the columns.
func (r *Rows) Columns() []string { return r.columns }

// Types are the engine's names of the columns' types.
func (r *Rows) Types() []string { return r.types }

// Next goes to the next row, false when there is none or reading failed.
func (r *Rows) Next() bool {
	if r.err != nil || !r.rows.Next() {
		return false
	}
	if r.err = r.rows.Scan(r.into...); r.err != nil {
		return false
	}
	for i, v := range r.values {
		r.values[i] = plain(v)
	}
	return true
}

// Values returns the row's values, good until the next Next: nil, string,
// int64 for whole numbers of any width, float64, bool, time.Time; lists and
// structs as []any and map[string]any; the text form of anything else.
func (r *Rows) Values() []any { return r.values }

// Err returns what ended the reading, nil at the regular end.
func (r *Rows) Err() error {
	if r.err != nil {
		return r.err
	}
	return r.rows.Err()
}

// Close ends the reading and returns what went wrong in it, if anything.
func (r *Rows) Close() error {
	closeErr := r.rows.Close()
	if err := r.Err(); err != nil {
		return err
	}
	return closeErr
}

func plain(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v
	case int:
		return int64(v)
	case int8:
		return int64(v)
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	case uint8:
		return int64(v)
	case uint16:
		return int64(v)
	case uint32:
		return int64(v)
	case uint64:
		return plain(new(big.Int).SetUint64(v))
	case *big.Int:
		if v.IsInt64() {
			return v.Int64()
		}
		return v.String()
	case float32: // 12.6 stays 12.6, not 12.600000381469727
		f, _ := strconv.ParseFloat(strconv.FormatFloat(float64(v), 'g', -1, 32), 64)
		return f
	case duckdb.Decimal:
		return v.Float64()
	case duckdb.UUID:
		return v.String()
	case duckdb.Interval:
		return fmt.Sprintf("%d months %d days %d microseconds", v.Months, v.Days, v.Micros)
	case duckdb.Union:
		return plain(v.Value)
	case []byte:
		return fmt.Sprintf("\\x%x", v)
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
		return v
	case map[string]any:
		for k := range v {
			v[k] = plain(v[k])
		}
		return v
	case duckdb.Map:
		m := make(map[string]any, len(v))
		for k, e := range v {
			m[fmt.Sprint(plain(k))] = plain(e)
		}
		return m
	case fmt.Stringer:
		return v.String()
	}
	return v
}

// NotASelect says why a text is not one reading statement.
type NotASelect struct{ Reason string }

func (e *NotASelect) Error() string { return e.Reason }

// CheckSelect refuses everything but one reading statement, before it runs: a
// SELECT in any of its forms (WITH, FROM first, VALUES, DESCRIBE, SUMMARIZE,
// SHOW) or an EXPLAIN of one. The engine's own parser judges, so nothing can
// be hidden from it in comments or quotes.
func (db *DB) CheckSelect(ctx context.Context, query string) error {
	_, err := db.describe(ctx, query)
	return err
}

// describe is CheckSelect, and returns the columns that the statement gives.
func (db *DB) describe(ctx context.Context, query string) ([]selected, error) {
	kind, columns, err := db.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	switch kind {
	case duckdb.STATEMENT_TYPE_SELECT:
		return columns, nil
	case duckdb.STATEMENT_TYPE_EXPLAIN:
		// EXPLAIN ANALYZE runs what it explains, so that has to be a read too.
		inner, ok := explained(query)
		if !ok {
			return nil, &NotASelect{"EXPLAIN of something that is not a SELECT"}
		}
		kind, _, err := db.prepared(ctx, inner)
		if err != nil {
			return nil, err
		}
		if kind != duckdb.STATEMENT_TYPE_SELECT {
			return nil, &NotASelect{"EXPLAIN of something that is not a SELECT"}
		}
		return columns, nil
	}
	return nil, &NotASelect{"not a SELECT"}
}

// selected is a column of a statement's result.
type selected struct {
	name string
	kind duckdb.Type
}

func (db *DB) prepared(ctx context.Context, query string) (kind duckdb.StmtType, columns []selected, err error) {
	conn, err := db.sql.Conn(ctx)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = conn.Close() }()
	err = conn.Raw(func(dc any) error {
		// Prepare, unlike PrepareContext, runs nothing: it refuses a text of
		// several statements, where the other executes all but the last.
		stmt, err := dc.(driver.Conn).Prepare(query)
		if err != nil {
			var engine *duckdb.Error
			switch {
			case errors.As(err, &engine) && reads(query):
				return err
			case errors.As(err, &engine):
				// It failed while it was bound, so the engine did not come to
				// say what it is; its first word does.
				return &NotASelect{"not a SELECT"}
			case strings.Contains(err.Error(), "empty query"):
				return &NotASelect{"no statement"}
			case db.readOnly && reads(query) && !strings.Contains(strings.TrimRight(query, "; \t\r\n"), ";"):
				// No semicolon, so the author wrote one statement: the engine makes
				// several of a PIVOT that finds its columns in the data. All but the
				// last then create temporary types, which PrepareContext does; the
				// last has to be a read as any other.
				if stmt, err = dc.(driver.ConnPrepareContext).PrepareContext(ctx, query); err != nil {
					return err
				}
			default:
				return &NotASelect{"more than one statement"}
			}
		}
		s := stmt.(*duckdb.Stmt)
		kind, err = s.StatementType()
		n := 0
		if err == nil {
			n, err = s.ColumnCount()
		}
		for i := 0; i < n && err == nil; i++ {
			var c selected
			if c.name, err = s.ColumnName(i); err == nil {
				c.kind, err = s.ColumnType(i)
			}
			columns = append(columns, c)
		}
		if closeErr := stmt.Close(); err == nil {
			err = closeErr
		}
		return err
	})
	return kind, columns, err
}

// reads tells whether a text starts like a reading statement. It only chooses
// between two refusals; what may run is decided by the engine.
func reads(query string) bool {
	if strings.HasPrefix(strings.TrimLeft(query, " \t\r\n\f\v"), "(") {
		return true
	}
	for _, word := range []string{"select", "with", "from", "values", "table", "describe", "desc", "show", "summarize", "explain", "pivot", "unpivot"} {
		if _, ok := cutWord(query, word); ok {
			return true
		}
	}
	return false
}

// explained returns what follows EXPLAIN or EXPLAIN ANALYZE. Options in
// parentheses are not understood, and so refused.
func explained(query string) (string, bool) {
	rest, ok := cutWord(query, "explain")
	if !ok {
		return "", false
	}
	if after, ok := cutWord(rest, "analyze"); ok {
		rest = after
	} else if after, ok := cutWord(rest, "analyse"); ok {
		rest = after
	}
	return rest, true
}

// cutWord cuts a leading word, after blanks and comments.
func cutWord(s, word string) (string, bool) {
	for {
		s = strings.TrimLeft(s, " \t\r\n\f\v")
		switch {
		case strings.HasPrefix(s, "--"):
			_, after, ok := strings.Cut(s, "\n")
			if !ok {
				return "", false
			}
			s = after
		case strings.HasPrefix(s, "/*"):
			_, after, ok := strings.Cut(s, "*/")
			if !ok {
				return "", false
			}
			s = after
		default:
			if len(s) < len(word) || !strings.EqualFold(s[:len(word)], word) {
				return "", false
			}
			rest := s[len(word):]
			if rest != "" && (rest[0] == '_' || rest[0] >= '0' && rest[0] <= '9' || rest[0]|0x20 >= 'a' && rest[0]|0x20 <= 'z' || rest[0] >= 0x80) {
				return "", false // the word goes on
			}
			return rest, true
		}
	}
}
