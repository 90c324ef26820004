package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/pipeline"
)

// Every file that counts or was refused goes back under its sender and its own
// name; a file that another replaced is mentioned in the list of that one.
func TestFeedbackGoesBackToEverySender(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	report := func(values ...any) tab {
		return wide("huyện Thoại Sơn", "Quý IV/2017", ids("10", "15.1", "17.8"), commune(append([]any{"Vĩnh Phú"}, values...)...), commune("Vĩnh Trạch", 41, 87, "Đạt"))
	}
	o.receives("2017-Q4", "Thoại Sơn.xlsx", report(40, 86, "Đạt"))
	o.receives("2017-Q4", "Thoại Sơn (lần 2).xlsx", report(40, "12o", "Đạt"))
	o.put("2017-Q4/An Phú.csv", separated(t, wide("huyện An Phú", "Quý IV/2017", ids("10", "15.1", "17.8"), commune("Phú Hội", 36, "=1+x", "Đạt")), ',', "."))
	secret, err := excelize.Encrypt(xlsx(t, wide("huyện Phú Tân", "Quý IV/2017", ids("10"), commune("Phú Thọ", 40))), &excelize.Options{Password: "bí mật"})
	if err != nil {
		t.Fatal(err)
	}
	o.put("2017-Q4/khong ro.xlsx", secret)
	o.put("2017-Q4/khac/khong ro.xlsx", []byte("%PDF-1.4"))
	out := o.run("2017-Q4", pipeline.Incomplete)
	back := filepath.Join(o.out, "2017-Q4", "v001", "phan-hoi")
	if !strings.Contains(out, back) {
		t.Errorf("the summary does not name %s:\n%s", back, out)
	}
	var names []string
	for name := range listing(t, back) {
		names = append(names, name)
	}
	slices.Sort(names)
	want := []string{"886/An Phú.csv.xlsx", "894/Thoại Sơn (lần 2).xlsx", "chua-ro/khong ro (bản 2).xlsx", "chua-ro/khong ro.xlsx"}
	if !slices.Equal(names, want) {
		t.Fatalf("files that go back: %q, want %q", names, want)
	}
	book, err := excelize.OpenFile(filepath.Join(back, "894", "Thoại Sơn (lần 2).xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	if got := book.GetSheetList(); !slices.Equal(got, []string{"Cần chỉnh sửa", "Biểu 1"}) {
		t.Errorf("sheets %q", got)
	}
	rows, err := book.GetRows("Cần chỉnh sửa")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, row := range rows {
		all.WriteString(strings.Join(row, " | ") + "\n")
	}
	for _, words := range []string{"Cách tính: 2/", "“Thoại Sơn.xlsx” đã thay bằng bản gửi sau", "Biểu 1, ô ", "12o", "NTM-201"} {
		if !strings.Contains(all.String(), words) {
			t.Errorf("the list does not say %q:\n%s", words, &all)
		}
	}
	cells := o.ask("select cell from ops.finding where check_id = 'invalid_value' and file_name like 'Thoại Sơn%'")
	comments, err := book.GetComments("Biểu 1")
	if err != nil {
		t.Fatal(err)
	}
	if len(cells) != 1 || !slices.ContainsFunc(comments, func(c excelize.Comment) bool { return c.Cell == cells[0] }) {
		t.Errorf("comments %+v, none at %q", comments, cells)
	}

	// Mended in the very file that came back, it is read like any other.
	if err := book.SetCellValue("Biểu 1", cells[0], 88); err != nil {
		t.Fatal(err)
	}
	if err := book.SaveAs(filepath.Join(o.inbox, "2017-Q4", "Thoại Sơn (lần 3).xlsx")); err != nil {
		t.Fatal(err)
	}
	o.evaluate("2017-Q4")
	from := o.data
	got := o.askIn(from, "select value from mart.indicator_result where commune_name = 'Vĩnh Phú' and indicator_id = '15.1' and period = '2017-Q4'")
	if !slices.Equal(got, []string{"88"}) {
		t.Errorf("15.1 of Vĩnh Phú is %q after mending", got)
	}
}

// A second reader finds the sample's feedback whole: every value of the
// sender's sheets, and a comment with a fill in each cell that a finding names.
func TestSampleFeedbackInAnotherReader(t *testing.T) {
	python := os.Getenv("NTM_PYTHON")
	if python == "" {
		absent(t, "NTM_PYTHON names no Python with openpyxl")
	}
	o := newOffice(t)
	o.inbox, _ = filepath.Abs("../../seeds/reports")
	o.run("2017-Q4", pipeline.Incomplete)
	script := `
import sys, glob, os, openpyxl
before, back = sys.argv[1:]
files = sorted(glob.glob(back + '/*/*.xlsx'))
marks = 0
for path in files:
    was = openpyxl.load_workbook(os.path.join(before, os.path.basename(path)))
    now = openpyxl.load_workbook(path)
    assert now.sheetnames == ['Cần chỉnh sửa'] + was.sheetnames, (path, now.sheetnames)
    assert now.active.title == 'Cần chỉnh sửa', path
    assert [s.title for s in now if s.sheet_view.tabSelected] == ['Cần chỉnh sửa'], path
    for s in was:
        n = now[s.title]
        assert n.merged_cells.ranges == s.merged_cells.ranges, path
        for row in s.iter_rows():
            for c in row:
                d = n[c.coordinate]
                if type(c).__name__ == 'MergedCell': continue
                assert c.value == d.value and c.number_format == d.number_format and c.font.name == d.font.name, (path, s.title, c.coordinate)
        for row in n.iter_rows():
            for d in row:
                if d.comment:
                    marks += 1
                    assert 'NTM-' in d.comment.text and d.fill.fill_type in ('solid', 'lightUp', 'gray0625'), (path, d.coordinate)
    links = [h for h in now['Cần chỉnh sửa']._hyperlinks]
    for h in links:
        sheet, cell = h.location.rsplit('!', 1)
        assert sheet.strip("'").replace("''", "'") in was.sheetnames, h.location
print(len(files), marks)
`
	cmd := exec.Command(python, "-c", script, filepath.Join(o.inbox, "2017-Q4"), filepath.Join(o.out, "2017-Q4", "v001", "phan-hoi"))
	text, err := cmd.CombinedOutput()
	if err != nil || !strings.HasPrefix(string(text), "11 ") || strings.HasPrefix(string(text), "11 0") {
		t.Errorf("%v\n%s", err, text)
	}
}
