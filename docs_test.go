package ntm_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/seeds"
	ntmsql "github.com/angiang-ntm/ntm/sql"
)

var update = flag.Bool("update", false, "rewrite the reference in docs/phan-tich.md")

// The analysts' page ends with the views as the warehouse itself describes
// them, so that the page and the database never say different things.
func TestAnalystsPageSaysWhatTheWarehouseSays(t *testing.T) {
	const page, marker = "docs/phan-tich.md", "<!-- reference -->\n"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	prose, got, ok := strings.Cut(string(text), marker)
	if !ok {
		t.Fatalf("%s has no line %q", page, marker)
	}
	want := reference(t)
	if got == want {
		return
	}
	if !*update {
		t.Fatalf("%s does not describe the views as the warehouse does; run: go test . -update", page)
	}
	if err := os.WriteFile(page, []byte(prose+marker+want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// reference asks an empty warehouse for its views, their columns in order, and
// the comments on both.
func reference(t *testing.T) string {
	t.Helper()
	ctx := t.Context()
	db, err := warehouse.Open(ctx, filepath.Join(t.TempDir(), "ntm.duckdb"), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	known, problems, err := seeds.Load(seeds.FS)
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	for _, table := range known.Tables {
		if err := db.LoadRef(ctx, table.Name, table.Columns, table.Rows); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.LoadParameters(ctx, nil, nil); err != nil {
		t.Fatal(err)
	}
	var models []warehouse.Model
	var order []string
	for _, name := range slices.Concat(ntmsql.Staging, ntmsql.Marts) {
		text, err := ntmsql.Text(name)
		if err != nil {
			t.Fatal(err)
		}
		models = append(models, warehouse.Model{Name: name, SQL: text})
		order = append(order, name)
	}
	if err := db.Build(ctx, models, nil); err != nil {
		t.Fatal(err)
	}
	comments, err := warehouse.ParseComments(ntmsql.Comments())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Comment(ctx, comments); err != nil {
		t.Fatal(err)
	}
	order = append(order, "ops.period", "ops.submission", "ops.finding", "ops.check_result", "ops.run")

	var b strings.Builder
	for _, object := range order {
		schema, name, _ := strings.Cut(object, ".")
		if schema == "staging" {
			continue
		}
		_, rows, err := db.All(ctx, `
			select c.column_name, c.comment, coalesce(v.comment, t.comment)
			from duckdb_columns() c
			left join duckdb_views() v on v.database_name = c.database_name and v.schema_name = c.schema_name and v.view_name = c.table_name
			left join duckdb_tables() t on t.database_name = c.database_name and t.schema_name = c.schema_name and t.table_name = c.table_name
			where c.database_name = current_database() and c.schema_name = ? and c.table_name = ?
			order by c.column_index`, schema, name)
		if err != nil || len(rows) == 0 {
			t.Fatalf("%s: %d columns, %v", object, len(rows), err)
		}
		fmt.Fprintf(&b, "\n### `%s`\n\n%v\n\n| cột | nghĩa |\n| --- | --- |\n", object, rows[0][2])
		for _, row := range rows {
			fmt.Fprintf(&b, "| `%v` | %v |\n", row[0], row[1])
		}
	}
	return b.String()
}

var link = regexp.MustCompile(`\]\(([^)#]+)[^)]*\)`)

func TestLinksInThePagesLeadSomewhere(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"docs/*.md", "docs/*/*.md"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, more...)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s: %v", page, err)
			}
		}
	}
}

// Every direct dependency has its reason in decision 0001.
func TestEveryDependencyHasItsReason(t *testing.T) {
	module, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	reasons, err := os.ReadFile("docs/decisions/0001-libraries.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range requirement.FindAllStringSubmatch(string(module), -1) {
		if m[2] == "" && !strings.Contains(string(reasons), "`"+m[1]+"`") {
			t.Errorf("%s is required by go.mod and not explained in decision 0001", m[1])
		}
	}
}

// requirement matches a line of go.mod: module, version, and a comment on
// those that only others need.
var requirement = regexp.MustCompile(`(?m)^\s+([a-z]\S+/\S+) v\S+( // indirect)?$`)
