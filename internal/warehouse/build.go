package warehouse

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Model is one derived table: its name, such as "staging.period" or
// "mart.change", and the one SELECT that derives it, with a period column.
//
// What a mart derives is kept in a table of the schema store, under the same
// name, and people read a view in mart over it. A column whose name begins with
// sort_ gives the rows of a period their order, and is not shown in the view.
//
// A Passing model is a view: its rows are read once or twice, and writing them
// would cost more than deriving them again.
type Model struct {
	Name, SQL string
	Passing   bool
}

// kind is what the database keeps a model as.
func (m Model) kind() string {
	if m.Passing {
		return "VIEW"
	}
	return "TABLE"
}

// Build derives the models for the periods, in the order given, each in a
// transaction of its own: what one has written need not be held in memory while
// the others go on. After an error the warehouse is of no use; its caller works
// on a copy. A model whose text has changed since the warehouse was made is
// derived anew for all periods, and so is everything after it; nothing is
// migrated.
func (db *DB) Build(ctx context.Context, models []Model, periods []string) error {
	for _, m := range models {
		if err := db.checkModel(m); err != nil {
			return fmt.Errorf("build %s: %w", m.Name, err)
		}
	}
	var known map[string]string
	err := db.inTx(ctx, func(conn *sql.Conn) (err error) {
		known, err = knownModels(ctx, conn)
		return err
	})
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	changed := false
	for i, m := range models {
		sum := sha256.Sum256([]byte(m.kind() + "\n" + m.SQL))
		fingerprint := hex.EncodeToString(sum[:])
		err := db.inTx(ctx, func(conn *sql.Conn) error {
			if !changed && known[m.Name] != fingerprint {
				changed = true
				if err := forgetModels(ctx, conn, models[i:]); err != nil {
					return err
				}
			}
			if !changed {
				return derive(ctx, conn, m, periods)
			}
			if err := deriveAll(ctx, conn, m); err != nil {
				return err
			}
			_, err := conn.ExecContext(ctx, "insert into ops.model values (?, ?)", m.Name, fingerprint)
			return err
		})
		if err != nil {
			return fmt.Errorf("build %s: %w", m.Name, err)
		}
	}
	return nil
}

func (db *DB) checkModel(m Model) error {
	schema, _, _ := strings.Cut(m.Name, ".")
	if schema != "staging" && schema != "mart" {
		return errors.New("a model belongs to staging or mart")
	}
	return nil
}

func knownModels(ctx context.Context, conn *sql.Conn) (map[string]string, error) {
	rows, err := conn.QueryContext(ctx, "select name, sha256 from ops.model")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	known := map[string]string{}
	for rows.Next() {
		var name, sum string
		if err := rows.Scan(&name, &sum); err != nil {
			return nil, err
		}
		known[name] = sum
	}
	return known, rows.Err()
}

// forgetModels forgets the changed model and what comes after it, so that it is
// derived anew, in this call or in a later one: marts follow staging.
func forgetModels(ctx context.Context, conn *sql.Conn, models []Model) error {
	for _, m := range models {
		if _, err := conn.ExecContext(ctx, "delete from ops.model where name = ?", m.Name); err != nil {
			return err
		}
	}
	if strings.HasPrefix(models[0].Name, "staging.") {
		_, err := conn.ExecContext(ctx, "delete from ops.model where name like 'mart.%'")
		return err
	}
	return nil
}

// table names the table in which a model's rows are kept.
func (m Model) table() string {
	if name, ok := strings.CutPrefix(m.Name, "mart."); ok {
		return "store." + name
	}
	return m.Name
}

// parenthesised puts the file into parentheses, on lines of its own: so a
// second statement does not parse, and a comment on the last line ends there.
func parenthesised(text string) string { return "(\n" + text + "\n)" }

func derive(ctx context.Context, conn *sql.Conn, m Model, periods []string) error {
	if len(periods) == 0 || m.Passing {
		return nil
	}
	if _, err := conn.ExecContext(ctx, "delete from "+qualified(m.table())+" where period in ("+literals(periods)+")"); err != nil {
		return err
	}
	order, err := orderOf(ctx, conn, m)
	if err != nil {
		return err
	}
	// One at a time: only a single constant does the planner carry from one
	// table of a join to the next.
	for _, p := range periods {
		insert := "insert into " + qualified(m.table()) + " by name select * from " + parenthesised(m.SQL) + " where period = " + quote(p)
		if within := order[1:]; len(within) > 0 {
			insert += " order by " + strings.Join(within, ", ")
		}
		if _, err := conn.ExecContext(ctx, insert); err != nil {
			return err
		}
	}
	return nil
}

// Stale tells whether a model would hold other rows of the period if it were
// derived now. Nothing is changed.
func (db *DB) Stale(ctx context.Context, models []Model, period string) (bool, error) {
	for _, m := range models {
		if m.Passing {
			continue // never older than what it reads
		}
		now := "select * from " + parenthesised(m.SQL) + " where period = " + quote(period)
		kept := "select * from " + qualified(m.table()) + " where period = " + quote(period)
		_, rows, err := db.All(ctx, "select exists (("+now+") except all ("+kept+")) or exists (("+kept+") except all ("+now+"))")
		if err != nil {
			return false, fmt.Errorf("compare %s: %w", m.Name, err)
		}
		if rows[0][0] == true {
			return true, nil
		}
	}
	return false, nil
}

func deriveAll(ctx context.Context, conn *sql.Conn, m Model) error {
	if err := vacate(ctx, conn, m); err != nil {
		return err
	}
	create := "create or replace " + m.kind() + " " + qualified(m.table()) + " as select * from " + parenthesised(m.SQL)
	if !m.Passing {
		create += " limit 0"
	}
	if _, err := conn.ExecContext(ctx, create); err != nil {
		return err
	}
	columns, err := columnNames(ctx, conn, m.table())
	if err != nil {
		return err
	}
	if !slices.Contains(columns, "period") {
		return errors.New("the model has no column period")
	}
	if m.Passing {
		return nil
	}
	order, err := orderOf(ctx, conn, m)
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "insert into "+qualified(m.table())+" by name select * from "+parenthesised(m.SQL)+
		" order by "+strings.Join(order, ", ")); err != nil {
		return err
	}
	if !strings.HasPrefix(m.Name, "mart.") {
		return nil
	}
	var shown []string
	for _, c := range columns {
		if !strings.HasPrefix(c, "sort_") {
			shown = append(shown, ident(c))
		}
	}
	// The rows of a period stand in their order, and a plain read hands them over so. An ORDER BY in the view would
	// sort all of them for whoever only counts.
	_, err = conn.ExecContext(ctx, "create or replace view "+qualified(m.Name)+" as select "+strings.Join(shown, ", ")+" from "+qualified(m.table()))
	return err
}

// vacate drops what an earlier version of the program kept the model as: a view
// does not replace a table, nor a table a view.
func vacate(ctx context.Context, conn *sql.Conn, m Model) error {
	schema, name, _ := strings.Cut(m.table(), ".")
	var kept string
	err := conn.QueryRowContext(ctx, `
		select 'TABLE' from duckdb_tables() where database_name = $1 and schema_name = $2 and table_name = $3
		union all
		select 'VIEW' from duckdb_views() where database_name = $1 and schema_name = $2 and view_name = $3`, catalog, schema, name).Scan(&kept)
	if errors.Is(err, sql.ErrNoRows) || kept == m.kind() {
		return nil
	}
	if err == nil {
		_, err = conn.ExecContext(ctx, "drop "+kept+" "+qualified(m.table()))
	}
	return err
}

// orderOf returns the order of a model's rows: the period, then its sort_
// columns as they stand.
func orderOf(ctx context.Context, conn *sql.Conn, m Model) ([]string, error) {
	columns, err := columnNames(ctx, conn, m.table())
	if err != nil {
		return nil, err
	}
	order := []string{"period"}
	for _, c := range columns {
		if strings.HasPrefix(c, "sort_") {
			order = append(order, ident(c))
		}
	}
	return order, nil
}

func columnNames(ctx context.Context, conn *sql.Conn, table string) ([]string, error) {
	// The catalogue's own list of columns is made for all tables at each question.
	rows, err := conn.QueryContext(ctx, "select * from "+qualified(table)+" limit 0")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	return rows.Columns()
}

// Comment is what a table, a view or a column holds, in the reader's words.
type Comment struct {
	Object string // "mart.change"; "*" for a column of that name anywhere
	Column string // "" for the object itself
	Text   string
}

// ParseComments reads comments as CSV: object, column, comment, with a header.
func ParseComments(text string) ([]Comment, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = 3
	var list []Comment
	seen := map[[2]string]bool{}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read comments: %w", err)
		}
		if len(seen) == 0 && record[0] == "object" {
			continue
		}
		key := [2]string{record[0], record[1]}
		if seen[key] {
			line, _ := r.FieldPos(0)
			return nil, fmt.Errorf("read comments: line %d: %s %s has a comment already", line, record[0], record[1])
		}
		seen[key] = true
		list = append(list, Comment{record[0], record[1], record[2]})
	}
}

// Comment gives every table, view and column its comment, where it has not got
// it: a table that was made anew has lost its own. What is kept in store is
// described as the view of mart over it.
func (db *DB) Comment(ctx context.Context, comments []Comment) error {
	text := map[[2]string]string{}
	for _, c := range comments {
		text[[2]string{c.Object, c.Column}] = c.Text
	}
	objects, err := db.described(ctx)
	if err != nil {
		return fmt.Errorf("comment: %w", err)
	}
	err = db.inTx(ctx, func(conn *sql.Conn) error {
		var all []string
		for _, o := range objects {
			want, ok := text[[2]string{o.object, o.column}]
			if view, kept := strings.CutPrefix(o.object, "store."); kept && !ok {
				want, ok = text[[2]string{"mart." + view, o.column}]
			}
			if !ok && o.column != "" {
				want, ok = text[[2]string{"*", o.column}]
			}
			if !ok || want == o.comment {
				continue
			}
			target := o.kind + " " + qualified(o.object)
			if o.column != "" {
				target = "column " + qualified(o.object) + "." + ident(o.column)
			}
			all = append(all, "comment on "+target+" is "+quote(want))
		}
		if len(all) == 0 {
			return nil
		}
		_, err := conn.ExecContext(ctx, strings.Join(all, ";\n"))
		return err
	})
	if err != nil {
		return fmt.Errorf("comment: %w", err)
	}
	return nil
}

type description struct{ kind, object, column, comment string }

// described lists every table, view and column with the comment it has.
func (db *DB) described(ctx context.Context) ([]description, error) {
	rows, err := db.sql.QueryContext(ctx, `
		with objects as (
			select 'table' as kind, schema_name, table_name as name, comment from duckdb_tables() where database_name = $1
			union all
			select 'view', schema_name, view_name, comment from duckdb_views() where database_name = $1 and not internal
		)
		select kind, schema_name || '.' || name, '', coalesce(comment, '') as comment, 0 as place from objects
		union all
		select o.kind, o.schema_name || '.' || o.name, c.column_name, coalesce(c.comment, ''), c.column_index
		from objects o
		join duckdb_columns() c on c.database_name = $1 and c.schema_name = o.schema_name and c.table_name = o.name
		order by 2, 5`, catalog)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var list []description
	for rows.Next() {
		var d description
		var place int
		if err := rows.Scan(&d.kind, &d.object, &d.column, &d.comment, &place); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, rows.Err()
}

// Uncommented names the tables, views and columns that have no comment.
func (db *DB) Uncommented(ctx context.Context) ([]string, error) {
	objects, err := db.described(ctx)
	if err != nil {
		return nil, fmt.Errorf("uncommented: %w", err)
	}
	var list []string
	for _, o := range objects {
		if o.comment == "" {
			list = append(list, strings.TrimSuffix(o.object+"."+o.column, "."))
		}
	}
	return list, nil
}
