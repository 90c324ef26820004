package sql_test

import (
	"context"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/sql"
)

// Every table, view and column is described in Vietnamese, and nothing is
// described that is not there.
func TestComments(t *testing.T) {
	ctx := context.Background()
	g := newGiven(t)
	for _, section := range parseFile(t, "testdata/models/base.txt").Files {
		g.add(section.Name, string(section.Data))
	}
	db := g.build()
	comments, err := warehouse.ParseComments(sql.Comments())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Comment(ctx, comments); err != nil {
		t.Fatal(err)
	}
	missing, err := db.Uncommented(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range missing {
		t.Errorf("%s has no comment in comments.csv", name)
	}
	_, rows, err := db.All(ctx, "select schema_name || '.' || table_name, column_name from duckdb_columns() where database_name = 'ntm'")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, r := range rows {
		object, column := r[0].(string), r[1].(string)
		there[object] = true
		there[object+"."+column] = true
		there["*."+column] = true
	}
	for _, c := range comments {
		if name := strings.TrimSuffix(c.Object+"."+c.Column, "."); !there[name] {
			t.Errorf("comments.csv describes %s, which is not there", name)
		}
		if strings.TrimSpace(c.Text) == "" {
			t.Errorf("comments.csv says nothing about %s %s", c.Object, c.Column)
		}
	}
}
