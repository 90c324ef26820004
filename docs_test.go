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

var update = flag.Bool("update", false, "rewrite what the pages in docs take from elsewhere")

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
	order = append(order, "ops.period", "ops.submission", "ops.finding", "ops.check_result", "ops.run", "ops.closing", "ops.withdrawn")

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
	for _, pattern := range []string{"docs/*.md", "docs/*/*.md", "docs/*/*/*.md"} {
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

var (
	section = regexp.MustCompile(`(?m)^## (NTM-\d+) · (\w+)\n`)
	// lead is how an entry begins: its severity, and what is wrong in one sentence.
	lead = regexp.MustCompile(`(?s)^\s*\*\*([^*]+)\*\* · (.+?)[.:;](?:\s|$)`)
	said = regexp.MustCompile(`\{([a-z_][a-z0-9_]*)\}`)
)

// Every code has a page of its own in the manual, which goes out with the
// packages: what the catalogue says of it, how the finding reads, where it
// stands and how an office makes it louder or quieter.
func TestEveryCodeHasAPageInTheManual(t *testing.T) {
	const folder = "docs/huong-dan/ma"
	text, err := os.ReadFile("docs/findings.md")
	if err != nil {
		t.Fatal(err)
	}
	messages := map[string][]string{}
	for _, name := range ntmsql.Checks() {
		sql, err := ntmsql.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := warehouse.ParseCheck(name, string(sql))
		if err != nil {
			t.Fatal(err)
		}
		lines := []string{"> " + strings.ReplaceAll(said.ReplaceAllString(c.Message, "…"), "……", "…")}
		for _, p := range c.Parameters {
			lines = append(lines, fmt.Sprintf("- `checks.parameters.%s.%s`: mặc định %v", c.ID, p.Name, p.Value))
		}
		messages[c.Code] = lines
	}
	want := map[string]string{}
	var index strings.Builder
	index.WriteString("# Mọi mã kiểm tra, mỗi mã một trang\n\n[← Hướng dẫn sử dụng](../README.md)\n\n| mã | nghĩa | mức độ |\n| --- | --- | --- |\n")
	places := section.FindAllSubmatchIndex(text, -1)
	for i, at := range places {
		code, check := string(text[at[2]:at[3]]), string(text[at[4]:at[5]])
		end := len(text)
		if i+1 < len(places) {
			end = places[i+1][0]
		}
		body, _, _ := strings.Cut(string(text[at[1]:end]), "\n# ")
		m := lead.FindStringSubmatch(body)
		if m == nil {
			t.Errorf("%s: the catalogue does not begin with a severity and a sentence", code)
			continue
		}
		title := strings.Join(strings.Fields(m[2]), " ")
		fmt.Fprintf(&index, "| [%s](%s.md) | %s | %s |\n", code, code, title, m[1])
		var b strings.Builder
		fmt.Fprintf(&b, "# %s · %s\n\n[← Mọi mã](README.md)\n\n%s\n", code, title, strings.TrimSpace(body))
		if lines := messages[code]; lines != nil {
			fmt.Fprintf(&b, "\n## Câu báo\n\n%s\n", lines[0])
			if len(lines) > 1 {
				fmt.Fprintf(&b, "\nSố dùng để xét, đổi được trong `ntm.yaml`:\n\n%s\n", strings.Join(lines[1:], "\n"))
			}
		}
		fmt.Fprintf(&b, "\n## Thấy ở đâu\n\n- Đơn vị gửi: trong tệp phản hồi, ô có dấu và trang danh sách đứng đầu.\n- Văn phòng tỉnh: trang “Số liệu cần kiểm tra” của bảng tổng hợp.\n- Người phân tích: `from ops.finding where code = '%s'`.\n", code)
		if check != "file_refused" && check != "invalid_seed" {
			fmt.Fprintf(&b, "\n## Đổi mức độ\n\nTrong `ntm.yaml`, một trong `error`, `warning`, `info`, `off`:\n\n```yaml\nchecks:\n  severity:\n    %s: info\n```\n", check)
		}
		want[code+".md"] = b.String()
	}
	want["README.md"] = index.String()
	stand, err := filepath.Glob(folder + "/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range stand {
		if _, ok := want[filepath.Base(page)]; !ok {
			if !*update {
				t.Errorf("%s explains a code that the catalogue does not have", page)
			} else if err := os.Remove(page); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, page := range want {
		path := filepath.Join(folder, name)
		got, err := os.ReadFile(path)
		if err == nil && string(got) == page {
			continue
		}
		if !*update {
			t.Errorf("%s does not say what the catalogue says; run: go test . -update", path)
			continue
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	rulingCited   = regexp.MustCompile(`(?i)\brulings? (\d+(?:(?:,| and|–|-)? ?\d+)*)`)
	rulingDefined = regexp.MustCompile(`(?m)^\*\*(\d+)\. `)
)

// A number tells a reader nothing who cannot look it up: each ruling that is
// cited anywhere is defined on the page of rulings, and each number there once.
func TestRulingsCitedAreDefined(t *testing.T) {
	const page = "docs/rulings.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var defined []string
	for _, m := range rulingDefined.FindAllStringSubmatch(string(text), -1) {
		if slices.Contains(defined, m[1]) {
			t.Errorf("%s defines ruling %s twice", page, m[1])
		}
		defined = append(defined, m[1])
	}
	number, cited := regexp.MustCompile(`\d+`), 0
	err = filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path == "build" || path == "bin" || path == ".git" {
				return filepath.SkipDir
			}
			return nil
		}
		if path == "docs_test.go" || !slices.Contains([]string{".go", ".sql", ".md", ".txt", ".txtar", ".csv", ".yaml"}, filepath.Ext(path)) {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range rulingCited.FindAllSubmatch(text, -1) {
			for _, n := range number.FindAll(m[1], -1) {
				cited++
				if !slices.Contains(defined, string(n)) {
					t.Errorf("%s cites ruling %s, which %s does not define", path, n, page)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if cited == 0 {
		t.Error("no ruling is cited anywhere: the pattern looks for something else")
	}
}

// A test that is renamed would fall out of the goals of the Makefile in silence.
func TestGoalsNameTestsThatExist(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("cmd/ntm/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tests.Write(text)
	}
	for _, list := range []string{"LONG", "RACED"} {
		m := regexp.MustCompile(`(?m)^` + list + ` := \^Test\(([\w|]+)\)\$\$$`).FindSubmatch(makefile)
		if m == nil {
			t.Errorf("the Makefile has no list %s as this test knows it", list)
			continue
		}
		for _, name := range strings.Split(string(m[1]), "|") {
			if !strings.Contains(tests.String(), "func Test"+name+"(t *testing.T)") {
				t.Errorf("%s names Test%s, which the command's tests do not have", list, name)
			}
		}
	}
}
