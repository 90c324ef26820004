package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Gathered is a table that is put together from Parquet files of many
// provinces, with the comments it has in theirs.
type Gathered struct {
	Name    string
	Comment string
	Columns [][2]string // name, comment
	Files   []string    // whose folders name the period and the province
}

// Gather makes a new warehouse file of the tables, with the columns period and
// province that the files' folders name, and of the views, by name and SELECT. from is
// the folder that the files lie in.
func Gather(ctx context.Context, path, from string, o Options, tables []Gathered, views [][2]string, tell func(done int, name string)) error {
	o.AllowedDirs = append(o.AllowedDirs, from)
	db, err := attach(ctx, path, o, false)
	if err != nil {
		return fmt.Errorf("gather: %w", err)
	}
	for i, t := range tables {
		tell(i, t.Name)
		if err = db.gather(ctx, t); err != nil {
			break
		}
	}
	for _, v := range views {
		if err == nil {
			schema, _, _ := strings.Cut(v[0], ".")
			if err = db.Exec(ctx, "create schema if not exists "+ident(schema)); err == nil {
				err = db.Exec(ctx, "create view "+qualified(v[0])+" as "+v[1])
			}
		}
	}
	if e := db.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("gather: %w", err)
	}
	return nil
}

func (db *DB) gather(ctx context.Context, t Gathered) error {
	var files []string
	for _, f := range t.Files {
		files = append(files, quote(f))
	}
	return db.inTx(ctx, func(conn *sql.Conn) error {
		schema, _, _ := strings.Cut(t.Name, ".")
		statements := []string{
			"create schema if not exists " + ident(schema),
			// A code such as 01 is text. Programs of different versions may have
			// written different columns.
			"create table " + qualified(t.Name) + " as select * from read_parquet([" + strings.Join(files, ", ") +
				"], hive_partitioning = true, hive_types_autocast = false, union_by_name = true)",
			"comment on table " + qualified(t.Name) + " is " + quote(t.Comment),
		}
		for _, c := range t.Columns {
			if c[1] != "" {
				statements = append(statements, "comment on column "+qualified(t.Name)+"."+ident(c[0])+" is "+quote(c[1]))
			}
		}
		for _, s := range statements {
			if _, err := conn.ExecContext(ctx, s); err != nil {
				return fmt.Errorf("%s: %w", t.Name, err)
			}
		}
		return nil
	})
}
