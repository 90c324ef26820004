package transforms_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms"
	"github.com/angiang-ntm/ntm/transforms/page"
)

// A wide table's header is any mix of rows: criteria by number or name, ids,
// indicators' names, thresholds, column numbers, in this order, with the
// communes' heading merged over all of them or not, below any number of title
// rows. Whatever the mix, the same table must be read.
func TestHeaderMixes(t *testing.T) {
	v := page.Vocabulary()
	ids := []string{"2.1", "2.4", "10", "15.1", "15.2"}
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = v.Indicator(id).Name
	}
	rows := []struct {
		what  string
		cells []string
	}{
		{"criteria", []string{"Tiêu chí 2", "<", "Tiêu chí 10", "Tiêu chí 15", "<"}},
		{"criterion names", []string{"Giao thông", "<", "Thu nhập", "Y tế", "<"}},
		{"ids", ids},
		{"names", names},
		{"thresholds", []string{"≥ 100%", "50%", "≥ 32", "Tối thiểu 85%", "Đạt"}},
		{"column numbers", nil},
	}
	// Ids are written in many ways; each mix takes the next.
	writtenAs := []func(id, name string) string{
		func(id, _ string) string { return id },
		func(id, _ string) string { return "=" + id }, // a number
		func(id, _ string) string { return "Chỉ tiêu " + id },
		func(id, name string) string { return id + ". " + name },
		func(id, name string) string { return id + `\n` + name },
	}
	numbers := [][]string{
		{"A", "B", "1", "2", "3", "4", "5"},
		{"(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"},
		{"=-1", "=-2", "=-3", "=-4", "=-5", "=-6", "=-7"},
		{"1", "2", "3", "4", "5", "6", "7"},
	}
	data := "1|Vĩnh Phú|100|60|37,39|86,57|Đạt\n2|Vĩnh Trạch|=98|50|=30|=15.1|Chưa đạt\n|Tổng cộng|=1|2|||1"
	want := ""
	for mix := range 1 << len(rows) {
		if mix&4 == 0 && mix&8 == 0 {
			continue // neither ids nor names: L4, or nothing
		}
		for titles := range 9 {
			if titles > 1 && mix%8 != titles%8 {
				continue // every number of titles is tried with some mixes
			}
			for _, merged := range []bool{true, false} {
				var lines, has []string
				for i := range titles {
					lines = append(lines, []string{"UBND HUYỆN THOẠI SƠN", "BIỂU TỔNG HỢP QUÝ IV NĂM 2017", "(Kèm theo Báo cáo số 1)", "", "ĐVT: %"}[i%5])
				}
				top := len(lines)
				for i, row := range rows {
					if mix&(1<<i) == 0 {
						continue
					}
					has = append(has, row.what)
					lead := "|"
					switch {
					case len(lines) == top:
						lead = "STT|Tên xã"
					case merged:
						lead = "^|^"
					}
					if row.cells == nil {
						lines = append(lines, strings.Join(numbers[(mix+titles)%len(numbers)], "|"))
						continue
					}
					cells := slices.Clone(row.cells)
					if row.what == "ids" {
						for i := range cells {
							cells[i] = writtenAs[(mix+titles)%len(writtenAs)](ids[i], names[i])
						}
					}
					lines = append(lines, lead+"|"+strings.Join(cells, "|"))
				}
				text := strings.Join(lines, "\n") + "\n" + data
				book := &sheet.Book{Sheets: []*sheet.Sheet{page.Sheet("Biểu 1", text)}}
				r := transforms.Understand(book, v, transforms.Source{File: "Thoại Sơn.xlsx", Period: page.Quarter4})
				checkReading(t, book, r)
				var got strings.Builder
				for _, o := range r.Observations {
					fmt.Fprintln(&got, o.Record.Kind, o.Record.Commune, o.Measure, o.Indicator, page.Say(o.Value))
				}
				if want == "" {
					want = got.String()
					if n := strings.Count(want, "\n"); n != 13 || len(r.Tables) != 1 {
						t.Fatalf("the first mix is read wrong:\n%s\n%s", text, want)
					}
				}
				if got.String() != want {
					t.Fatalf("%d titles, merged %v, with %s:\n%s\nreads\n%s\nwant\n%s", titles, merged, strings.Join(has, ", "), text, got.String(), want)
				}
			}
		}
	}
}
