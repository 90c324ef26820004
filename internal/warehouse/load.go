package warehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/duckdb/duckdb-go/v2"
)

// LoadRef replaces a seed table by rows of text: an empty text is NULL, yes and
// no are booleans, dates are written 2017-12-31. All columns of the table have
// to be there, in any order, and no others.
func (db *DB) LoadRef(ctx context.Context, name string, columns []string, rows [][]string) error {
	table := "ref." + strings.TrimPrefix(name, "ref.")
	want := Columns(table)
	if want == nil {
		return fmt.Errorf("load %s: there is no such seed table", table)
	}
	types, err := typesFor(table, want, columns)
	if err != nil {
		return err
	}
	values := make([][]any, len(rows))
	for i, row := range rows {
		if len(row) != len(columns) {
			return fmt.Errorf("load %s: row %d has %d values for %d columns", table, i+1, len(row), len(columns))
		}
		values[i] = make([]any, len(row))
		for j, text := range row {
			v, err := parse(text, types[j])
			if err != nil {
				return fmt.Errorf("load %s: row %d, column %s: %w", table, i+1, columns[j], err)
			}
			values[i][j] = v
		}
	}
	err = db.inTx(ctx, func(conn *sql.Conn) error {
		if _, err := conn.ExecContext(ctx, "delete from "+table); err != nil {
			return err
		}
		return appendRows(ctx, conn, table, want, columns, len(values), func(i, j int) (driver.Value, error) {
			return values[i][j], nil
		})
	})
	if err != nil {
		return fmt.Errorf("load %s: %w", table, err)
	}
	return nil
}

// typesFor returns the type of each given column and names the columns that are
// missing, unknown or given twice.
func typesFor(table string, want []Column, given []string) ([]string, error) {
	left := map[string]string{}
	for _, c := range want {
		left[c.Name] = c.Type
	}
	types := make([]string, len(given))
	for i, name := range given {
		typ, ok := left[name]
		if !ok {
			for _, c := range want {
				if c.Name == name {
					return nil, fmt.Errorf("load %s: column %q is given twice", table, name)
				}
			}
			return nil, fmt.Errorf("load %s: unknown column %q (it has %s)", table, name, names(want))
		}
		delete(left, name)
		types[i] = typ
	}
	for _, c := range want {
		if _, missing := left[c.Name]; missing {
			return nil, fmt.Errorf("load %s: column %q is missing", table, c.Name)
		}
	}
	return types, nil
}

func parse(text, typ string) (any, error) {
	if text == "" {
		return nil, nil
	}
	switch typ {
	case "INTEGER":
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("want a whole number, got %q", text)
		}
		return n, nil
	case "DOUBLE":
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("want a number with a decimal point, got %q", text)
		}
		return f, nil
	case "BOOLEAN":
		switch text {
		case "yes", "true":
			return true, nil
		case "no", "false":
			return false, nil
		}
		return nil, fmt.Errorf("want yes or no, got %q", text)
	case "DATE":
		t, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return nil, fmt.Errorf("want a date such as 2017-12-31, got %q", text)
		}
		return t, nil
	}
	return text, nil
}

// Append appends record batches of one schema to a table, column by name. They
// have to have every column of the table, in the table's types, and no others: a
// column that went missing on the way must not turn into NULLs in silence.
func (db *DB) Append(ctx context.Context, table string, batches ...arrow.RecordBatch) error {
	return db.Loading(ctx, func(l *Load) error { return l.Append(ctx, table, batches...) })
}

// Load is a transaction in which record batches are appended, a few at a time. As
// one transaction they are written once, as full groups of rows, where many small
// ones would go through the log first.
type Load struct {
	db    *DB
	conn  *sql.Conn
	holds map[string][]Column // by table, looked up once
}

// Loading does all of what do appends, or nothing.
func (db *DB) Loading(ctx context.Context, do func(*Load) error) error {
	return db.inTx(ctx, func(conn *sql.Conn) error { return do(&Load{db, conn, map[string][]Column{}}) })
}

// Append is DB.Append within the transaction.
func (l *Load) Append(ctx context.Context, table string, batches ...arrow.RecordBatch) error {
	if len(batches) == 0 {
		return nil
	}
	want, known := l.holds[table]
	if !known {
		var err error
		if want, err = l.db.Columns(ctx, table); err != nil {
			return err
		}
		l.holds[table] = want
	}
	if len(want) == 0 {
		return fmt.Errorf("append to %s: there is no such table", table)
	}
	var columns []string
	for _, f := range batches[0].Schema().Fields() {
		columns = append(columns, f.Name)
	}
	types, err := typesFor(table, want, columns)
	if err != nil {
		return err
	}
	rows := &incoming{batches: batches}
	for j, name := range columns {
		typ, info := columnType(batches[0].Column(j))
		if typ != types[j] {
			return fmt.Errorf("append to %s: column %s is %s in the table, the batch has %s", table, name, types[j], batches[0].Column(j).DataType())
		}
		rows.columns = append(rows.columns, duckdb.ColumnInfo{Name: name, T: info})
	}
	for _, batch := range batches {
		if !batch.Schema().Equal(batches[0].Schema()) {
			return fmt.Errorf("append to %s: batches of different schemas", table)
		}
	}
	_, err = l.conn.ExecContext(context.WithValue(ctx, incomingKey{}, rows), "insert into "+qualified(table)+" by name from incoming()")
	if err != nil {
		return fmt.Errorf("append to %s: %w", table, err)
	}
	return nil
}

// AppendRows appends rows of Go values: string, int, int64, float64, bool,
// time.Time or nil. Columns that are not named become NULL.
func (db *DB) AppendRows(ctx context.Context, table string, columns []string, rows [][]any) error {
	want, err := db.Columns(ctx, table)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, c := range want {
		known[c.Name] = true
	}
	for _, name := range columns {
		if !known[name] {
			return fmt.Errorf("append to %s: unknown column %q (it has %s)", table, name, names(want))
		}
	}
	err = db.inTx(ctx, func(conn *sql.Conn) error {
		return appendRows(ctx, conn, table, want, columns, len(rows), func(i, j int) (driver.Value, error) {
			if len(rows[i]) != len(columns) {
				return nil, fmt.Errorf("row %d has %d values for %d columns", i+1, len(rows[i]), len(columns))
			}
			return rows[i][j], nil
		})
	})
	if err != nil {
		return fmt.Errorf("append to %s: %w", table, err)
	}
	return nil
}

// appendRows appends through the driver's appender, which belongs to the
// connection's transaction. value is asked for row i, given column j.
func appendRows(ctx context.Context, conn *sql.Conn, table string, want []Column, given []string, rows int, value func(i, j int) (driver.Value, error)) error {
	schema, name, _ := strings.Cut(table, ".")
	place := make([]int, len(want)) // of the given columns, -1 for NULL
	for k, c := range want {
		place[k] = -1
		for j, g := range given {
			if g == c.Name {
				place[k] = j
			}
		}
	}
	return conn.Raw(func(dc any) error {
		appender, err := duckdb.NewAppender(dc.(driver.Conn), catalog, schema, name)
		if err != nil {
			return err
		}
		row := make([]driver.Value, len(want))
		for i := range rows {
			for k, j := range place {
				row[k] = nil
				if j < 0 {
					continue
				}
				if row[k], err = value(i, j); err != nil {
					_ = appender.Close()
					return err
				}
				if s, is := row[k].(string); is && !utf8.ValidString(s) {
					row[k] = strings.ToValidUTF8(s, "\uFFFD") // the engine would take it for NULL
				}
			}
			if err := appender.AppendRow(row...); err != nil {
				_ = appender.Close()
				return fmt.Errorf("row %d: %w", i+1, err)
			}
		}
		return appender.CloseWithCancel(ctx)
	})
}

// DeleteSubmissions deletes the rows of some submissions of a period from the
// tables.
func (db *DB) DeleteSubmissions(ctx context.Context, tables []string, period string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return db.inTx(ctx, func(conn *sql.Conn) error {
		for _, t := range tables {
			if _, err := conn.ExecContext(ctx, "delete from "+qualified(t)+" where period = "+quote(period)+" and submission_id in ("+literals(ids)+")"); err != nil {
				return fmt.Errorf("delete submissions of %s from %s: %w", period, t, err)
			}
		}
		return nil
	})
}

// DeletePeriod deletes the rows of a period from the tables.
func (db *DB) DeletePeriod(ctx context.Context, tables []string, period string) error {
	return db.inTx(ctx, func(conn *sql.Conn) error {
		for _, t := range tables {
			if _, err := conn.ExecContext(ctx, "delete from "+qualified(t)+" where period = ?", period); err != nil {
				return fmt.Errorf("delete %s from %s: %w", period, t, err)
			}
		}
		return nil
	})
}
