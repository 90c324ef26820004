package report_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/report"
)

func brief(t *testing.T, q report.Query, m report.Meta) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := report.Brief(t.Context(), q, m, &buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// textOf is what a reader of PDF finds in the file: what is embedded must also
// be searchable and legible to a screen reader.
func textOf(t *testing.T, b []byte) string {
	t.Helper()
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("no pdftotext (apt-get install poppler-utils)")
	}
	file := filepath.Join(t.TempDir(), "brief.pdf")
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

var aPage = regexp.MustCompile(`/Type\s*/Page\b`)

func onePage(t *testing.T, b []byte) {
	t.Helper()
	if n := len(aPage.FindAll(b, -1)); n != 1 || !bytes.HasPrefix(b, []byte("%PDF-")) {
		t.Errorf("%d pages, want 1", n)
	}
	if len(b) > 200<<10 {
		t.Errorf("%d bytes: the whole font is in the file", len(b))
	}
}

func says(t *testing.T, text string, want ...string) {
	t.Helper()
	flat := strings.Join(strings.Fields(text), " ")
	for _, w := range want {
		if !strings.Contains(flat, w) {
			t.Errorf("the brief does not say %q:\n%s", w, text)
		}
	}
}

// communes adds so many communes to the fixture, in so many districts or in
// none, every third of them undecided.
func communes(n, districts int) []string {
	list := []string{"delete from mart.commune_summary where period = '2017-Q4'"}
	for i := range n {
		district := "''"
		if districts > 0 {
			district = fmt.Sprintf("'huyện số %d'", i%districts)
		}
		met, open, band := "2", 0, "'full'"
		switch i % 3 {
		case 1:
			met, open, band = "0", 1, "'0'"
		case 2:
			met, open, band = "1", 0, "'1'"
		}
		list = append(list, fmt.Sprintf(`insert into mart.commune_summary (period, commune_code, district_code, district_name, commune_name, reported, criteria_met, criteria_unknown, band, set_id, criteria_total)
			values ('2017-Q4', 'x%d', %s, %s, 'Thị trấn Phú Nghĩa %d', true, %s, %d, %s, 'BO-MOI', 2)`, i, district, district, i, met, open, band))
	}
	return []string{strings.Join(list, ";\n")}
}

func TestBriefIsOnePage(t *testing.T) {
	for _, c := range []struct{ communes, districts int }{{0, 0}, {1, 1}, {119, 11}, {102, 0}, {200, 15}, {200, 0}} {
		t.Run(fmt.Sprintf("%d communes in %d districts", c.communes, c.districts), func(t *testing.T) {
			b := brief(t, fixture(t, communes(c.communes, c.districts)...), meta())
			onePage(t, b)
			keep(t, fmt.Sprintf("brief-%d-%d.pdf", c.communes, c.districts), b)
			text := textOf(t, b)
			says(t, text, "SỐ LIỆU MINH HỌA", "quý IV/2017", "Việc cần quyết định")
			if strings.Contains(text, "()") || c.districts == 0 && strings.Contains(text, "huyện số") {
				t.Errorf("a district is named where there is none:\n%s", text)
			}
			if strings.Contains(text, "không vừa một trang") {
				t.Error("the communes are not drawn")
			}
			if drawn := strings.Count(text, "0–1?"); drawn != (c.communes+1)/3 {
				t.Errorf("%d undecided communes are drawn, want %d:\n%s", drawn, (c.communes+1)/3, text)
			}
		})
	}
	// What no page holds is said, and the page stays one.
	b := brief(t, fixture(t, communes(1500, 40)...), meta())
	onePage(t, b)
	says(t, textOf(t, b), "1500 xã không vừa một trang: xem trang Theo xã của bảng tổng hợp.")
}

// A commune of which nothing was received, or of which criteria are open, has
// no number that reads like a result.
func TestBriefLeavesTheUndecidedOpen(t *testing.T) {
	q := fixture(t, "update mart.commune_summary set criteria_unknown = 1 where commune_code = '23'")
	text := textOf(t, brief(t, q, meta()))
	says(t, text, "“?” là chưa có số liệu", "1–2?", "2 xã chưa có số liệu nên không xếp nhóm", "Đôn đốc để có số liệu của 2/5 xã")
	// The box of too little data stands where it does on the other papers.
	m := meta()
	m.Enough = 80
	says(t, textOf(t, brief(t, q, m)), "MỚI CÓ SỐ LIỆU CỦA 3/5 (60,00%) XÃ, dưới mức 80%")
	// With nothing left open, the key of what is open is gone.
	q = fixture(t, "update mart.commune_summary set reported = true, criteria_met = 1, band = '1', criteria_unknown = 0")
	if text := textOf(t, brief(t, q, meta())); strings.Contains(text, "?") {
		t.Errorf("something is open:\n%s", text)
	}
}

// Where communes report to the province, a commune stands without a district.
func TestCommunesStandAloneWithoutDistricts(t *testing.T) {
	q := fixture(t, "update mart.commune_summary set district_code = '', district_name = ''; delete from mart.district_summary")
	text := textOf(t, brief(t, q, meta()))
	says(t, text, "chưa có số liệu: Bình Một, Bình Hai.", "3/5 xã báo cáo")
	for _, wrong := range []string{"()", "huyện"} {
		if strings.Contains(text, wrong) {
			t.Errorf("the brief says %q:\n%s", wrong, text)
		}
	}
	var page bytes.Buffer
	if err := report.Page(t.Context(), q, meta(), &page); err != nil || strings.Contains(page.String(), "Bình Một ()") {
		t.Errorf("the page names an empty district (%v)", err)
	}
}

func TestBriefIsTheSameTwice(t *testing.T) {
	q := fixture(t, communes(119, 11)...)
	first := brief(t, q, meta())
	for range 5 {
		if !bytes.Equal(first, brief(t, q, meta())) {
			t.Fatal("two briefs of the same rows differ")
		}
	}
	// A period whose day nobody knows must not take the clock's.
	m := meta()
	m.EndsOn = m.AsOf
	if b := brief(t, q, m); !bytes.Contains(b, []byte("(D:19700101")) {
		t.Error("the date of the file is the clock's")
	}
}

// What stands in a report may be any text; the page takes it as text.
func TestBriefTakesAnyName(t *testing.T) {
	q := fixture(t, `update mart.commune_summary set commune_name = '🌾 (\) ' || chr(10) || repeat('dài ', 90) where commune_code = '21'`)
	b := brief(t, q, meta())
	onePage(t, b)
	says(t, textOf(t, b), `An <b>Ba</b>`)
}

// keep leaves a brief to be looked at, where a folder is named.
func keep(t *testing.T, name string, b []byte) {
	t.Helper()
	if dir := os.Getenv("NTM_TEST_PICTURES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
