package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/pipeline"
)

// todo is what the summary tells the operator to do, one entry each.
func todo(s *pipeline.Summary, width int) []string {
	var out bytes.Buffer
	(&ui{out: &out, lang: "vi", width: width}).next(s)
	var list []string
	for _, line := range strings.Split(out.String(), "\n") {
		if _, text, ok := strings.Cut(line, ". "); ok && strings.HasPrefix(line, "  ") {
			list = append(list, text)
		}
	}
	return list
}

func TestTheSummaryEndsWithWhatToDo(t *testing.T) {
	const again = "Sửa xong, chạy lại: ntm run --period 2017-Q4."
	for _, c := range []struct {
		name    string
		summary pipeline.Summary
		want    []string
	}{
		{"all is well", pipeline.Summary{Status: "published"}, []string{"Mở bảng tổng hợp và báo cáo, xem lại rồi trình ký."}},
		{"nothing is new and nothing is wrong", pipeline.Summary{Status: "unchanged"}, nil},
		{"a warning alone holds nothing up", pipeline.Summary{Status: "published", Findings: map[string]int{"warning": 3}},
			[]string{"Mở bảng tổng hợp và báo cáo, xem lại rồi trình ký."}},
		{"much is wrong", pipeline.Summary{Status: "published", MissingSenders: []string{"huyện A", "huyện B"}, Writing: []string{"c.xlsx"},
			Files: []pipeline.File{{Status: "rejected"}, {Status: "accepted"}, {Status: "duplicate"}}, Findings: map[string]int{"error": 4}},
			[]string{"Đôn đốc 2 đơn vị chưa báo cáo: ntm status --period 2017-Q4.", "Đề nghị gửi lại 1 tệp bị trả lại, theo lý do nêu ở trên.",
				"Sửa 4 điểm ghi ở trang “Số liệu cần kiểm tra” của bảng tổng hợp.", "Chờ chép xong các tệp đang được ghi.", again}},
		{"those are asked who have something to mend", pipeline.Summary{Status: "published", Findings: map[string]int{"error": 6}, ErrorsWanting: 1,
			ToMend: []pipeline.Mender{{Name: "huyện Phú Tân", Errors: 3}, {Name: "thị xã Tân Châu", Errors: 1}, {Errors: 1}}},
			[]string{"Đề nghị gửi bổ sung số liệu còn thiếu (1 chỗ ghi ở trang “Số liệu cần kiểm tra”).",
				"Đề nghị huyện Phú Tân (3), thị xã Tân Châu (1) sửa số liệu; gửi lại từng đơn vị tệp của mình trong phan-hoi.", again}},
		{"--strict has published no workbook to look into", pipeline.Summary{Status: "loaded", Findings: map[string]int{"error": 1}},
			[]string{"Xem đơn vị nào có số liệu phải sửa: ntm status --period 2017-Q4; hoặc chạy lại không có --strict để có danh sách trong bảng tổng hợp.", again}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.summary.Period = "2017-Q4"
			if got := todo(&c.summary, 0); !slices.Equal(got, c.want) {
				t.Errorf("it says\n%q, want\n%q", got, c.want)
			}
		})
	}
}

func TestLongLinesHangOnATerminal(t *testing.T) {
	var out bytes.Buffer
	(&ui{out: &out, width: 40}).hang("  1. ", "Đề nghị gửi lại 1 tệp bị trả lại, theo lý do nêu ở trên.")
	want := "  1. Đề nghị gửi lại 1 tệp bị trả lại,\n     theo lý do nêu ở trên.\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}
