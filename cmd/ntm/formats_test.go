package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A district may report by workbook, by OpenDocument or by CSV: the figures
// come out the same.
func TestReportsInEveryFormatComeOutTheSame(t *testing.T) {
	t.Parallel()
	reports := map[string]tab{
		"Thoại Sơn": wide("huyện Thoại Sơn", "Quý IV/2017", ids("2.1", "9.1", "10", "11", "15.1", "17.8"),
			commune("Vĩnh Phú", "Đạt", "Không", 36.99, 4, 84.999, "Đạt"),
			commune("Vĩnh Trạch", "Chưa đạt", "Không", 37, 4.001, 85, "x"),
			commune("Thoại Giang", "Đạt", "Có", 41.5, 3.9, 86.57, ""),
			commune("Định Mỹ", "-", "Không", 50, 0, "12o", "Đạt")),
		"An Phú": wide("huyện An Phú", "Quý IV/2017", ids("10", "15.1", "17.8"),
			commune("Phú Hội", 36, 97.25, "Chưa đạt"),
			commune("Vĩnh Hậu", 38.5, 84.6, "Đạt; có \"ghi chú\"")),
	}
	figures := func(ending string, write func(*testing.T, tab) []byte) []string {
		o := newOffice(t)
		for district, report := range reports {
			o.put(filepath.Join("2017-Q4", district+ending), write(t, report))
		}
		o.evaluate("2017-Q4")
		o.says(`select distinct status from ops.submission`, "accepted")
		return append(o.ask(`select commune_code, indicator_id, value, claim, met, state, cell from mart.indicator_result
			where state <> 'missing' or cell is not null order by commune_code, indicator_id`),
			o.ask(`select check_id, severity, commune_code, indicator_id, cell from ops.finding order by all`)...)
	}
	want := figures(".xlsx", func(t *testing.T, report tab) []byte { return xlsx(t, report) })
	if len(want) < 30 {
		t.Fatalf("only %d figures", len(want))
	}
	for ending, write := range map[string]func(*testing.T, tab) []byte{
		".ods":            opendocument,
		".csv":            func(t *testing.T, report tab) []byte { return separated(t, report, ',', ".") },
		" (Việt Nam).csv": func(t *testing.T, report tab) []byte { return separated(t, report, ';', ",") },
	} {
		if got := figures(ending, write); !slices.Equal(got, want) {
			t.Errorf("%s differs:\n got %s\nwant %s", ending, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
	}
}

// A protected workbook is refused until its password is configured; nothing
// that is printed or published says the password.
func TestProtectedReportOpensWithAConfiguredPassword(t *testing.T) {
	o := newOffice(t)
	const secret = "mật khẩu của huyện"
	data, err := excelize.Encrypt(xlsx(t, wide("huyện Thoại Sơn", "Quý IV/2017", ids("10", "15.1", "17.8"), commune("Vĩnh Phú", 40, 86, "Đạt"), commune("Vĩnh Trạch", 41, 87, "x"))), &excelize.Options{Password: secret})
	if err != nil {
		t.Fatal(err)
	}
	o.put("2017-Q4/Thoại Sơn.xlsx", data)
	file := filepath.Join(o.inbox, "2017-Q4", "Thoại Sơn.xlsx")
	if _, stdout, stderr := o.ntm("inspect", file); !strings.Contains(stdout+stderr, "NTM-006") {
		t.Errorf("not refused without a password:\n%s%s", stdout, stderr)
	}
	t.Setenv("NTM_READER_PASSWORDS", "khác,"+secret)
	status, stdout, stderr := o.ntm("inspect", file)
	if strings.Contains(stdout+stderr, "NTM-006") || strings.Contains(stdout+stderr, "NTM-431") {
		t.Errorf("inspect %d:\n%s%s", status, stdout, stderr)
	}
	o.evaluate("2017-Q4")
	o.results("Vĩnh Phú", "15.1 | 86 | NULL | true | reported")
	if strings.Contains(stdout+stderr, secret) {
		t.Error("the password is printed")
	}
}

// separated writes the first sheet of a report as a CSV file.
func separated(t *testing.T, report tab, sep rune, point string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	w.Comma = sep
	for _, row := range report.rows {
		fields := make([]string, len(report.rows[3]))
		for i, v := range row {
			fields[i] = fmt.Sprint(v)
			if _, isNumber := v.(float64); isNumber {
				fields[i] = strings.Replace(fields[i], ".", point, 1)
			}
		}
		if err := w.Write(fields); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return buf.Bytes()
}

// opendocument writes the first sheet of a report as an .ods file.
func opendocument(t *testing.T, report tab) []byte {
	t.Helper()
	var rows strings.Builder
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;")
	for _, row := range report.rows {
		rows.WriteString("<table:table-row>")
		for _, v := range row {
			text := escape.Replace(fmt.Sprint(v))
			switch v.(type) {
			case string:
				fmt.Fprintf(&rows, `<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>`, text)
			default:
				fmt.Fprintf(&rows, `<table:table-cell office:value-type="float" office:value="%s"/>`, text)
			}
		}
		rows.WriteString("</table:table-row>")
	}
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, part := range [][2]string{
		{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
		{"content.xml", `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">` +
			`<office:body><office:spreadsheet><table:table table:name="Biểu 1">` + rows.String() + `</table:table></office:spreadsheet></office:body></office:document-content>`},
	} {
		f, err := w.CreateHeader(&zip.FileHeader{Name: part[0], Method: zip.Store})
		if err == nil {
			_, err = f.Write([]byte(part[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}
