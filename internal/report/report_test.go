package report_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/internal/report"
	"github.com/angiang-ntm/ntm/internal/warehouse"
)

// fixture is a real warehouse with the rows of testdata/fixture.sql, after
// further statements.
func fixture(t *testing.T, statements ...string) report.Query {
	t.Helper()
	db, err := warehouse.Open(t.Context(), filepath.Join(t.TempDir(), "ntm.duckdb"), warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	rows, err := os.ReadFile("testdata/fixture.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range append([]string{string(rows)}, statements...) {
		if err := db.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	return db.All
}

func meta() report.Meta {
	return report.Meta{
		Period: "2017-Q4", Label: "Quý IV/2017", EndsOn: time.Date(2017, 12, 31, 0, 0, 0, 0, time.UTC), Version: "0.1.0",
		Versions:     []report.Fact{{Name: "Bảng tra cứu", Value: "sha256 0123"}},
		Illustrative: true, Province: "tỉnh Mẫu", Parent: "ỦY BAN NHÂN DÂN TỈNH MẪU", Office: "VĂN PHÒNG ĐIỀU PHỐI", Place: "Mẫu",
	}
}

func workbook(t *testing.T, q report.Query, m report.Meta) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := report.Workbook(t.Context(), q, m, &buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func open(t *testing.T, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// table reads the rows of a sheet below the header that begins with first,
// down to the first row that is empty or does not begin with a number.
func table(t *testing.T, f *excelize.File, sheet, first string) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	var list [][]string
	for n, row := range rows {
		if len(row) == 0 || row[0] != first {
			continue
		}
		for _, row := range rows[n+1:] {
			if len(row) == 0 || row[0] == "" || row[0][0] < '0' || row[0][0] > '9' {
				break
			}
			list = append(list, row)
		}
		return list
	}
	t.Fatalf("sheet %s: no header %q", sheet, first)
	return nil
}

func everything(t *testing.T, f *excelize.File, sheet string) string {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	var s strings.Builder
	for _, row := range rows {
		s.WriteString(strings.Join(row, "\t") + "\n")
	}
	return s.String()
}

// What is printed is read: nothing is set smaller than 7 points once the sheet is
// fitted to the page, and a header that repeats is its own table's.
func TestPaperIsLegible(t *testing.T) {
	f := open(t, workbook(t, fixture(t), meta()))
	internal := regexp.MustCompile(`\{[a-z_]+\}|\b(mart|raw|ops|ref)\.[a-z]`)
	for _, sheet := range f.GetSheetList() {
		size, err := f.GetPageLayout(sheet)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		cols := 0
		for _, row := range rows {
			cols = max(cols, len(row))
		}
		width := 0.0 // millimetres
		for c := range cols {
			name, _ := excelize.ColumnNumberToName(c + 1)
			w, err := f.GetColWidth(sheet, name)
			if err != nil {
				t.Fatal(err)
			}
			width += (w*7 + 5) / 96 * 25.4
		}
		room := 297.0 - 30 - 15
		if *size.Size == 8 {
			room = 420 - 30 - 15
		}
		scale := min(1, room*float64(*size.FitToWidth)/width)
		seen := map[int]bool{}
		heads := 0
		for r, row := range rows {
			if len(row) > 1 && row[0] == "STT" {
				heads++
			}
			for c, text := range row {
				if text == "" {
					continue
				}
				if m := internal.FindString(text); m != "" {
					t.Errorf("%s prints %q", sheet, m)
				}
				at, _ := excelize.CoordinatesToCellName(c+1, r+1)
				id, err := f.GetCellStyle(sheet, at)
				if err != nil {
					t.Fatal(err)
				}
				if seen[id] {
					continue
				}
				seen[id] = true
				style, err := f.GetStyle(id)
				if err != nil {
					t.Fatal(err)
				}
				if points := style.Font.Size * scale; points < 7 {
					t.Errorf("%s!%s is printed at %.1f points", sheet, at, points)
				}
				if style.Alignment != nil && style.Alignment.ShrinkToFit {
					t.Errorf("%s!%s is made smaller until it fits", sheet, at)
				}
			}
		}
		repeats := slices.ContainsFunc(f.GetDefinedName(), func(n excelize.DefinedName) bool { return n.Name == "_xlnm.Print_Titles" && n.Scope == sheet })
		if repeats && heads > 1 {
			t.Errorf("%s repeats one header over %d tables", sheet, heads)
		}
	}
}

func TestWorkbookHasTheTwelveSheetsInOrder(t *testing.T) {
	f := open(t, workbook(t, fixture(t), meta()))
	want := []string{"Tổng quan", "Theo huyện", "Theo tiêu chí", "Theo xã", "Phụ lục 1", "Phụ lục 2", "Chỉ tiêu chưa đạt",
		"So kỳ trước", "Kết quả chỉ tiêu", "Số liệu cần kiểm tra", "Tình hình nộp báo cáo", "Nguồn số liệu"}
	all := f.GetSheetList()
	if got := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return !slices.Contains(want, name) }); !slices.Equal(got, want) {
		t.Fatalf("sheets are %q, want among them %q", all, want)
	}
	for _, sheet := range all {
		if !strings.Contains(everything(t, f, sheet), "SỐ LIỆU MINH HỌA") {
			t.Errorf("sheet %s does not say that its data only illustrate", sheet)
		}
	}
	m := meta()
	m.Illustrative = false
	f = open(t, workbook(t, fixture(t), m))
	for _, sheet := range want {
		if strings.Contains(everything(t, f, sheet), "SỐ LIỆU MINH HỌA") {
			t.Errorf("sheet %s says that real data illustrate", sheet)
		}
	}
}

func TestTheSameRowsGiveTheSameBytes(t *testing.T) {
	q := fixture(t)
	first := workbook(t, q, meta())
	for range 3 {
		if !bytes.Equal(first, workbook(t, q, meta())) {
			t.Fatal("two workbooks of the same rows differ")
		}
	}
	if !bytes.Equal(first, workbook(t, fixture(t), meta())) {
		t.Fatal("the workbook of a second warehouse with the same rows differs")
	}
}

func TestOverviewNamesItsDenominators(t *testing.T) {
	s := everything(t, open(t, workbook(t, fixture(t), meta())), "Tổng quan")
	for _, want := range []string{
		"Kỳ báo cáo: Quý IV/2017 (số liệu đến ngày 31/12/2017)",
		"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
		"1/2 huyện, thị xã, thành phố và 3/5 xã",
		"3/5 (60,00%)", // recognised
		"1/2 (50,00%)", // retained, of those recognised under the earlier set
		"1/2 (50,00%)", // retained, of the recognised that are decided
		"1/3 xã chưa đủ số liệu để kết luận, không tính vào tỷ lệ",
		"Chưa có số liệu: Bình Một (huyện Tây), Bình Hai (huyện Tây)",
		"bình quân đạt 1,3 tiêu chí/xã",
		"Bình quân trên 3 xã có số liệu",
		"Cộng các nhóm là 3 xã, tổng số là 5 xã: 2 xã chưa có số liệu",
		"2/4 chỉ tiêu dùng tên hoặc mức chưa đối chiếu văn bản gốc; 1 chỉ tiêu khác mới đối chiếu được một phần",
		"1 trường hợp công nhận là dữ liệu minh họa",
		"1 điểm phải sửa", // and a district that has sent nothing, which has nothing to mend
		"1 chỗ chưa có số liệu: đơn vị gửi hoặc gửi bổ sung, không phải sửa",
		"1 nội dung của kế hoạch khắc phục đã quá hạn",
	} {
		if !strings.Contains(s, want) {
			t.Errorf("the overview does not say %q", want)
		}
	}
}

func TestRetentionAppendixIsAsPublished(t *testing.T) {
	f := open(t, workbook(t, fixture(t), meta()))
	rows, err := f.GetRows("Phụ lục 1")
	if err != nil {
		t.Fatal(err)
	}
	head := []string{"STT", "Tên xã", "Năm công nhận", "Số tiêu chí đạt", "Tiêu chí, chỉ tiêu chưa đạt", "Ghi chú"}
	var headers []int
	for n, row := range rows {
		if slices.Equal(row, head) {
			headers = append(headers, n)
		}
	}
	if len(headers) != 2 {
		t.Fatalf("%d tables have the published columns, want Phụ lục 1 and 1b", len(headers))
	}
	if got, want := rows[headers[0]+1], []string{"1", "An Một", "2015", "2", "0"}; !slices.Equal(got, want) {
		t.Errorf("first row is %q, want %q", got, want)
	}
	if got, want := rows[headers[0]+2], []string{"2", "=An+Hai", "2016", "1", "17.1; 17.10"}; !slices.Equal(got, want) {
		t.Errorf("second row is %q, want %q", got, want)
	}
	// Without data there is no count, and certainly nothing to print as 0.
	if got, want := rows[headers[1]+1], []string{"1", "Bình Một", "2017", "", "chưa có số liệu", "Minh họa"}; !slices.Equal(got, want) {
		t.Errorf("row of Phụ lục 1b is %q, want %q", got, want)
	}
}

func TestRemediationKeepsThePlanAndAddsItsState(t *testing.T) {
	got := table(t, open(t, workbook(t, fixture(t), meta())), "Phụ lục 2", "TT")
	if len(got) != 0 { // the first line below the header is a section's title
		t.Fatalf("rows before the section's title: %q", got)
	}
	s := everything(t, open(t, workbook(t, fixture(t), meta())), "Phụ lục 2")
	for _, want := range []string{
		"TT\tTÊN TIÊU CHÍ\tNỘI DUNG THỰC HIỆN\tTHỜI HẠN HOÀN THÀNH\t",
		"I\tTIÊU CHÍ, CHỈ TIÊU NÂNG CAO",
		"1\tTiêu chí 17\tĐầu tư cấp nước\tQuý III/2017\t17.1: 1 xã (=An+Hai); 1 xã chưa đủ số liệu\n17.10: 1 xã (=An+Hai); 1 xã chưa đủ số liệu\tSở Nông nghiệp\tQuá hạn",
		"2\tChỉ tiêu 15.1\tVận động bảo hiểm\tQuý IV/2018\t15.1: 0 xã; 1 xã chưa đủ số liệu\tBảo hiểm xã hội tỉnh\tChưa đủ số liệu để kết luận",
	} {
		if !strings.Contains(s, want) {
			t.Errorf("Phụ lục 2 does not hold %q:\n%s", want, s)
		}
	}
}

func TestLettersTellResultsApart(t *testing.T) {
	f := open(t, workbook(t, fixture(t), meta()))
	communes := table(t, f, "Theo xã", "STT")
	var letters []string
	for _, row := range communes {
		letters = append(letters, row[2]+": "+row[3]+row[4])
	}
	want := []string{"An Một: ĐĐ", "=An+Hai: ĐC", "An <b>Ba</b>: ?Đ", "Bình Một: ??", "Bình Hai: ??"}
	if !slices.Equal(letters, want) {
		t.Errorf("criteria are %q, want %q", letters, want)
	}
	values := table(t, f, "Kết quả chỉ tiêu", "STT")
	if got, want := values[0][3:], []string{"85.001", "Đ", "90", "K"}; !slices.Equal(got, want) {
		t.Errorf("values of An Một are %q, want %q", got, want)
	}
	if got, want := values[2][3:], []string{"?", "Đ", "99", "Đ"}; !slices.Equal(got, want) {
		t.Errorf("values of An Ba are %q, want %q", got, want)
	}
}

func TestUnmetIndicatorsHaveTheirGap(t *testing.T) {
	got := table(t, open(t, workbook(t, fixture(t), meta())), "Chỉ tiêu chưa đạt", "STT")
	want := [][]string{
		{"1", "huyện Đông", "=An+Hai", "17.1", "Tỷ lệ hộ dùng nước sạch", "84.6", "≥ 85", "0.4", "Sở Nông nghiệp", "Quý IV/2018", "7"},
		{"2", "huyện Đông", "=An+Hai", "17.10", "Khu chăn nuôi hợp vệ sinh", "Chưa đạt", "Đạt", "", "Sở Nông nghiệp", "Quý III/2018", "8"},
	}
	if !slices.EqualFunc(got, want, func(a, b []string) bool { return slices.Equal(a, b) }) {
		t.Errorf("rows are %q, want %q", got, want)
	}
}

func TestTextFromReportsIsInert(t *testing.T) {
	f := open(t, workbook(t, fixture(t), meta()))
	seen := map[string]bool{}
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			for c, text := range row {
				if text == "" || !strings.ContainsRune("=+-@", rune(text[0])) {
					continue
				}
				at, err := excelize.CoordinatesToCellName(c+1, r+1)
				if err != nil {
					t.Fatal(err)
				}
				if formula, err := f.GetCellFormula(sheet, at); err != nil || formula != "" {
					t.Errorf("%s!%s is the formula %q (%v)", sheet, at, formula, err)
				}
				seen[text] = true
			}
		}
	}
	for _, want := range []string{"=An+Hai", "=1+1", "+Đạt", "-la.xlsx", `@không phải số: "12o"`} {
		if !seen[want] {
			t.Errorf("%q is nowhere in the workbook as it was written", want)
		}
	}
}

func TestFindingsComeErrorsFirst(t *testing.T) {
	var got []string
	for _, row := range table(t, open(t, workbook(t, fixture(t), meta())), "Số liệu cần kiểm tra", "STT") {
		got = append(got, row[1]+" "+row[2])
	}
	want := []string{"Phải sửa NTM-101", "Phải sửa NTM-201", "Cần kiểm tra NTM-302", "Cần kiểm tra NTM-306"}
	if !slices.Equal(got, want) {
		t.Errorf("findings are %q, want %q", got, want)
	}
}

func TestSubmissionsNameWhoIsMissing(t *testing.T) {
	var got []string
	for _, row := range table(t, open(t, workbook(t, fixture(t), meta())), "Tình hình nộp báo cáo", "STT") {
		got = append(got, row[1]+": "+row[5])
	}
	want := []string{"huyện Đông: Đã tiếp nhận", "huyện Tây: Chưa nộp báo cáo", "Chưa rõ đơn vị: Trả lại"}
	if !slices.Equal(got, want) {
		t.Errorf("submissions are %q, want %q", got, want)
	}
}

func TestEveryValueNamesItsCell(t *testing.T) {
	rows := table(t, open(t, workbook(t, fixture(t), meta())), "Nguồn số liệu", "STT")
	if len(rows) != 12 {
		t.Fatalf("%d values have a source, want 12", len(rows))
	}
	last := func(row []string) string { return strings.Join(row[13:], "!") }
	// The rows that other sheets name by their number are those.
	if rows[6][0] != "7" || rows[6][4] != "17.1" {
		t.Errorf("row 7 begins %q", rows[6][:5])
	}
	if got := last(rows[6]); got != "dong.xlsx!Biểu 1!H13" {
		t.Errorf("84,6 comes from %s", got)
	}
}

func TestWithoutAnEarlierPeriodTheComparisonSaysSo(t *testing.T) {
	m := meta()
	m.Period, m.Label, m.EndsOn = "2017-Q3", "Quý III/2017", time.Date(2017, 9, 30, 0, 0, 0, 0, time.UTC)
	s := everything(t, open(t, workbook(t, fixture(t), m)), "So kỳ trước")
	if !strings.Contains(s, "Chưa có kỳ báo cáo trước cùng loại để so sánh.") {
		t.Errorf("the sheet says:\n%s", s)
	}
}

func TestAPeriodWithoutRowsIsStillWritten(t *testing.T) {
	m := meta()
	m.Period = "2016-Q4"
	f := open(t, workbook(t, fixture(t), m))
	if n := len(f.GetSheetList()); n < 12 {
		t.Errorf("%d sheets, want at least 12", n)
	}
}

func TestAFailingQueryIsAnError(t *testing.T) {
	q := fixture(t)
	broken := func(ctx context.Context, sql string, args ...any) ([]string, [][]any, error) {
		if strings.Contains(sql, "mart.retention_current") {
			return nil, nil, context.DeadlineExceeded
		}
		return q(ctx, sql, args...)
	}
	for name, write := range writers {
		var buf bytes.Buffer
		if err := write(t.Context(), broken, meta(), &buf); name != "statistics" && (err == nil || buf.Len() > 0) {
			t.Errorf("%s: error %v after %d bytes", name, err, buf.Len())
		}
	}
}

var writers = map[string]func(context.Context, report.Query, report.Meta, *bytes.Buffer) error{
	"workbook": func(ctx context.Context, q report.Query, m report.Meta, b *bytes.Buffer) error {
		return report.Workbook(ctx, q, m, b)
	},
	"page": func(ctx context.Context, q report.Query, m report.Meta, b *bytes.Buffer) error {
		return report.Page(ctx, q, m, b)
	},
	"statistics": func(ctx context.Context, q report.Query, m report.Meta, b *bytes.Buffer) error {
		return report.Stats(ctx, q, m, b)
	},
}

func TestPageEscapesAndAsksForNothing(t *testing.T) {
	q := fixture(t)
	var page, again bytes.Buffer
	if err := report.Page(t.Context(), q, meta(), &page); err != nil {
		t.Fatal(err)
	}
	if err := report.Page(t.Context(), q, meta(), &again); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(page.Bytes(), again.Bytes()) {
		t.Error("two pages of the same rows differ")
	}
	s := page.String()
	for _, never := range []string{"<b>Ba", "http:", "https:", "src=", "@import", "style=", " onclick", "ZgotmplZ"} {
		if strings.Contains(s, never) {
			t.Errorf("the page holds %q", never)
		}
	}
	if n, own := strings.Count(s, "url("), strings.Count(s, "url(#"); n != own {
		t.Errorf("%d of %d url() point outside the page", n-own, n)
	}
	// The policy names the one style and the one script by what they are, so
	// that nothing else runs.
	for _, tag := range []string{"style", "script"} {
		_, text, _ := strings.Cut(s, "<"+tag+">")
		text, _, _ = strings.Cut(text, "</"+tag+">")
		sum := sha256.Sum256([]byte(text))
		if hash := tag + "-src &#39;sha256-" + strings.ReplaceAll(base64.StdEncoding.EncodeToString(sum[:]), "+", "&#43;") + "&#39;"; !strings.Contains(s, hash) {
			t.Errorf("the policy does not name the page's %s: want %s", tag, hash)
		}
		if n := strings.Count(s, "<"+tag); n != 1 {
			t.Errorf("%d %s elements, want one", n, tag)
		}
	}
	for _, want := range []string{"Tỷ lệ &lt;script&gt;", "SỐ LIỆU MINH HỌA", "3/5 (60,00%)", "17.1; 17.10", "Môi trường &amp; an toàn"} {
		if !strings.Contains(s, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
}

func TestStatisticsAreTheViewsAsTheyStand(t *testing.T) {
	q := fixture(t)
	var buf bytes.Buffer
	if err := report.Stats(t.Context(), q, meta(), &buf); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Period      string           `json:"period"`
		Set         string           `json:"set_id"`
		Province    map[string]any   `json:"province"`
		Bands       []map[string]any `json:"bands"`
		Districts   []map[string]any `json:"districts"`
		Criteria    []map[string]any `json:"criteria"`
		Indicators  []map[string]any `json:"indicators"`
		Retention   []map[string]any `json:"retention"`
		Submissions []map[string]any `json:"submissions"`
		Findings    map[string]int   `json:"findings"`
	}
	dec := json.NewDecoder(&buf)
	dec.DisallowUnknownFields()
	text := buf.String()
	if err := dec.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.Period != "2017-Q4" || got.Set != "BO-MOI" {
		t.Errorf("period %s, set %s", got.Period, got.Set)
	}
	if x := got.Province["avg_criteria_met"]; x != 4.0/3 {
		t.Errorf("the average is %v, want it unrounded", x)
	}
	var order []string
	for _, b := range got.Bands {
		order = append(order, b["band"].(string))
	}
	for _, d := range got.Districts {
		order = append(order, d["district_name"].(string))
	}
	for _, i := range got.Indicators {
		order = append(order, i["indicator_id"].(string))
	}
	if want := []string{"full", "1", "0", "huyện Đông", "huyện Tây", "15.1", "15.2", "17.1", "17.10"}; !slices.Equal(order, want) {
		t.Errorf("the order is %q, want %q", order, want)
	}
	if got.Districts[1]["avg_criteria_met"] != nil {
		t.Error("a district without data has an average")
	}
	if _, told := got.Submissions[0]["received_at"]; told || got.Submissions[0]["as_of_date"] != nil && got.Submissions[0]["as_of_date"] != "2017-12-31" {
		t.Errorf("submission: %v", got.Submissions[0])
	}
	if want := map[string]int{"error": 2, "warning": 2, "info": 0}; got.Findings["error"] != want["error"] || got.Findings["warning"] != want["warning"] {
		t.Errorf("findings are %v, want %v", got.Findings, want)
	}
	// Keys stand in the order of the view's columns, top-level ones in that of the contract.
	if !strings.HasPrefix(text, "{\n  \"period\": \"2017-Q4\",\n  \"set_id\": \"BO-MOI\",\n  \"province\": {\n    \"period\": \"2017-Q4\",\n    \"communes\": 5,\n    \"communes_reported\": 3,") {
		t.Errorf("the statistics begin\n%.200s", text)
	}
	if !strings.Contains(text, "An <b>Ba") && strings.Contains(text, `\u003c`) {
		t.Error("text is escaped for a web page")
	}
}

// TestTheStatistics reads the whole file of the small province.
func TestTheStatistics(t *testing.T) {
	var got bytes.Buffer
	if err := report.Stats(t.Context(), fixture(t), meta(), &got); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/statistics.json"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the statistics are otherwise than %s; -update and look at the difference\n%s", golden, got.String())
	}
}

// TestStatisticsSayNumbersAsTheyAre asks for numbers of every type that a view
// may give.
func TestStatisticsSayNumbersAsTheyAre(t *testing.T) {
	q := changed(t, `
		alter table mart.province_summary add column n1 double default 12.6;
		alter table mart.province_summary add column n2 float default 12.6;
		alter table mart.province_summary add column n3 decimal(9, 3) default 12.6;
		alter table mart.province_summary add column n5 decimal(4, 2) default -0.05;
		alter table mart.province_summary add column n6 hugeint default 123456789012345678;
		alter table mart.province_summary add column n7 double default 1e21;
		alter table mart.province_summary add column n8 double default 'infinity';
		alter table mart.province_summary add column n9 float default 'nan';
		alter table mart.province_summary add column n10 double default 0.00001`)
	var got bytes.Buffer
	if err := report.Stats(t.Context(), q, meta(), &got); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"n1": 12.6,`, `"n2": 12.6,`, `"n3": 12.6,`, `"n5": -0.05,`,
		`"n6": 123456789012345678,`, `"n7": 1000000000000000000000,`, `"n8": null,`, `"n9": null,`, `"n10": 0.00001`,
	} {
		if !strings.Contains(got.String(), want) {
			t.Errorf("the statistics do not say %s", want)
		}
	}
	if !json.Valid(got.Bytes()) || !bytes.HasSuffix(got.Bytes(), []byte("}\n")) || bytes.HasSuffix(got.Bytes(), []byte("\n\n")) {
		t.Errorf("the statistics are not one JSON text and a line break:\n%s", got.String())
	}
}
