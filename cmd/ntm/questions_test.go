package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/pipeline"
	ntmsql "github.com/angiang-ntm/ntm/sql"
)

// The page of worked questions is what the saved queries answer on the sample.
func TestSavedQueriesAnswerAsThePageSays(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.inbox = filepath.Join("..", "..", "seeds", "reports")
	o.run("2017-Q3", 3)
	o.run("2017-Q4", 3)
	const page, most = "../../docs/cau-hoi.md", 14
	var b strings.Builder
	b.WriteString(`# Hai mươi câu hỏi, trả lời bằng SQL

Câu trả lời dưới đây là của tỉnh mẫu (**số liệu minh họa**), hai kỳ 2017-Q3 và 2017-Q4. Chạy trên số liệu của mình: ` + "`ntm query --saved TÊN`" + `; xem danh sách:
` + "`ntm query --list`" + `; sửa lại cho việc khác: chép tệp trong ` + "[sql/queries](../sql/queries)" + ` rồi ` + "`ntm query --file TỆP`" + `. Bảng và cột: [phan-tich.md](phan-tich.md).

Trang này do ` + "`NTM_UPDATE=1 go test ./cmd/ntm -run SavedQueries`" + ` lập.
`)
	empty := 0
	for n, q := range ntmsql.Queries() {
		status, answer, stderr := o.ntm("query", "--saved", q.Name, "--out", o.out)
		if status != pipeline.OK {
			t.Errorf("%s: status %d\n%s", q.Name, status, stderr)
			continue
		}
		lines := strings.Split(strings.TrimRight(answer, "\n"), "\n")
		if len(lines) <= 2 {
			empty++
		}
		if len(lines) > most {
			lines = append(lines[:most], "…")
		}
		fmt.Fprintf(&b, "\n## %d. %s\n\n", n+1, q.Question)
		if q.Remark != "" {
			fmt.Fprintf(&b, "%s\n\n", q.Remark)
		}
		fmt.Fprintf(&b, "`ntm query --saved %s`\n\n```sql\n%s\n```\n\n```\n%s\n```\n", q.Name, q.SQL, strings.Join(lines, "\n"))
	}
	if empty > 3 {
		t.Errorf("%d questions have no answer on the sample", empty)
	}
	if os.Getenv("NTM_UPDATE") != "" {
		write(t, page, b.String())
	}
	if have, err := os.ReadFile(page); err != nil || string(have) != b.String() {
		t.Errorf("docs/cau-hoi.md is not what the queries answer: NTM_UPDATE=1 go test ./cmd/ntm -run SavedQueries (%v)", err)
	}

	// A query may come from a file, with comments on top; and only one way at a time.
	text := filepath.Join(t.TempDir(), "câu hỏi.sql")
	write(t, text, "\ufeff-- bao nhiêu xã?\nselect count(*) as n from mart.commune_summary where period = '2017-Q4'\n")
	if status, answer, stderr := o.ntm("query", "--file", text, "--out", o.out, "--format", "csv"); status != pipeline.OK || answer != "n\n119\n" {
		t.Errorf("from a file: %d %q %s", status, answer, stderr)
	}
	// A question can be narrowed; by a name that two communes have, or none, it is not answered.
	for _, x := range []struct{ args, want string }{
		{"theo-huyen --huyen thoai_son", "district_name\nhuyện Thoại Sơn\n"},
		{"theo-huyen --huyen 894 --ky quý_III/2017", "district_name\nhuyện Thoại Sơn\n"},
		{"giu-vung --xa Vĩnh_Thánh --huyen 894", `--xa: không có "Vĩnh Thánh"; có phải`},
		{"giu-vung --xa phu_thanh", "là nhiều nơi; ghi mã: "},
		{"theo-huyen --xa 30694", "câu hỏi này không hỏi theo --xa; chỉ nhận --ky, --huyen"},
		{"theo-huyen --ky 2015-Q1", `--ky: không có "2015-Q1"`},
	} {
		args := []string{"query", "--out", o.out, "--format", "csv", "--saved"}
		for _, word := range strings.Fields(x.args) {
			args = append(args, strings.ReplaceAll(word, "_", " "))
		}
		status, answer, stderr := o.ntm(args...)
		if status == pipeline.OK {
			var first strings.Builder
			for line := range strings.Lines(answer) {
				cell, _, _ := strings.Cut(line, ",")
				first.WriteString(cell + "\n")
			}
			stderr = first.String()
		}
		if !strings.Contains(stderr, x.want) || (status == pipeline.OK) != strings.HasSuffix(x.want, "\n") {
			t.Errorf("%s: status %d\n%s", x.args, status, stderr)
		}
	}
	// What a sheet would run as a formula can be guarded; numbers stay numbers.
	if _, answer, _ := o.ntm("query", "--out", o.out, "--format", "csv", "--guard-formulas", "select '=1+1' as a, -5 as b, '@x' as c, 'y' as d, '-' as e"); answer != "a,b,c,d,e\n'=1+1,-5,'@x,y,'-\n" {
		t.Errorf("guarded: %q", answer)
	}
	for _, args := range [][]string{{}, {"select 1", "--file", text}, {"--saved", "khong-co"}, {"--file", text + "x"}} {
		if status, _, stderr := o.ntm(append([]string{"query", "--out", o.out}, args...)...); status != pipeline.Usage {
			t.Errorf("ntm query %v: status %d %s", args, status, stderr)
		}
	}
}
