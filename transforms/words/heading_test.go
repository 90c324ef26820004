package words_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/page"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// What a heading says of the line below it: its kind, how its time stands to
// the quarter that ends 2017, its unit, which way its marks count and whose word
// it is (rulings 25 to 28).
func TestHeadings(t *testing.T) {
	p := page.Quarter4
	relation := map[words.Relation]string{words.Present: "now", words.Past: "earlier", words.Future: "later"}
	for _, c := range []struct{ written, want string }{
		// Time.
		{"Năm 2016", "earlier"},
		{"Năm 2017", "now"},
		{"Năm 2018", "later"},
		{"Năm 2016 (%)", "earlier in %"},
		{"2016", "earlier"},
		{"Quý III", "earlier"},
		{"Quý IV", "now"},
		{"Quý IV/2016", "earlier"},
		{"Tháng 12", "now"},
		{"Tháng 11/2017", "earlier"},
		{"9 tháng", "earlier"},
		{"12 tháng", "now"},
		{"Đến 31/12/2017", "now"},
		{"Đến 31/12/2016", "earlier"},
		{"Kỳ trước", "earlier"},
		{"Cùng kỳ", "earlier"},
		{"Năm trước", "earlier"},
		{"Đầu kỳ", "earlier"},
		{"Kỳ này", "now"},
		{"Cuối kỳ", "now"},
		{"Đến nay", "now"},

		// Kind.
		{"Thực hiện", "result"},
		{"TH", "result"},
		{"Kết quả", "result"},
		{"KQ", "result"},
		{"Kết quả thực hiện", "result"},
		{"Kế hoạch", "plan"},
		{"KH", "plan"},
		{"Kế hoạch năm 2017", "plan now"},
		{"KH 2018", "plan later"},
		{"Mục tiêu", "plan"},
		{"Chỉ tiêu giao", "plan"},
		{"Ước thực hiện", "estimate"},
		{"Ước TH 2017", "estimate now"},
		{"ƯTH", "estimate"},
		{"Đăng ký 2018", "registration later"},
		{"So sánh", "comparison"},
		{"So sánh %", "comparison in %"},
		{"TH/KH (%)", "comparison in %"},
		{"So với cùng kỳ", "comparison"},
		{"Tăng, giảm", "comparison"},
		{"Kết quả thực hiện kế hoạch", "result"},
		{"TH 2016", "result earlier"},
		{"Thực hiện đến 31/12/2017", "result now"},

		// Polarity: a heading of counts or rates heads no marks.
		{"Đạt", "met"},
		{"Chưa đạt", "unmet"},
		{"Không đạt", "unmet"},
		{"Tiêu chí chưa đạt", "unmet"},
		{"Số xã đạt", ""},

		// Author.
		{"Xã tự đánh giá", "by commune"},
		{"Huyện đánh giá", "by district"},
		{"Thẩm định", "by appraisal"},
		{"Kết quả thẩm định", "by appraisal"},

		// Unit.
		{"Triệu đồng", "in triệu"},
		{"%", "in %"},
		{"ĐVT: nghìn đồng", "in nghìn"},

		// Words of an indicator that name a kind say nothing about the line.
		{"Ban hành quy định quản lý quy hoạch và tổ chức thực hiện theo quy hoạch", ""},
		{"Đường ngõ, xóm sạch và không lầy lội vào mùa mưa", ""},
	} {
		h := page.Vocabulary().Heading(grid.Fold(c.written))
		var said []string
		if h.Kind != "" {
			said = append(said, string(h.Kind))
		}
		if h.Time.Stated() {
			said = append(said, relation[h.Time.Against(p, p.Year)])
		}
		switch h.Polarity {
		case words.MetMarks:
			said = append(said, "met")
		case words.UnmetMarks:
			said = append(said, "unmet")
		}
		if h.Author != 0 {
			said = append(said, []string{"", "by commune", "by district", "by appraisal"}[h.Author])
		}
		if h.Unit != "" {
			said = append(said, "in "+h.Unit)
		}
		if got := strings.Join(said, " "); got != c.want {
			t.Errorf("%q says %q, want %q", c.written, got, c.want)
		}
	}
}

// One content has many senses; none is thrown away (reading.md, kind 1).
func TestSenses(t *testing.T) {
	for _, c := range []struct{ written, want string }{
		{"15.1", "id 15.1, number"},
		{"15,1", "perhaps id 15.1, number"}, // among ids an id, else a number
		{"=15.1", "id 15.1, number"},
		{"=43113[date]", "perhaps id 13.1, number"},
		{"15", "plain criterion 15, number"},
		{"TC 15", "criterion 15"},
		{"Y tế", "criterion 15"},
		{"99.1", "unknown id 99.1, number"},
		{"15.1 Tỷ lệ người dân tham gia bảo hiểm y tế", "id 15.1"},
		{"Tỷ lệ người dân tham gia bảo hiểm y tế", "named 15.1"},
		{"Đạt", "mark, heading"},
		{"x", "mark"},
		{"Vĩnh Phú", "commune"},
		{"Xã Vĩnh Phú (xã điểm)", "commune"},
		{"30694", "commune by code, number"},
		{"Tổng cộng", "total, heading"},
		{"Toàn huyện", "total, heading"},
		{"86,57 %", "number"},
		{"Kết quả", "heading"},
		{"Chỉ tiêu", "heading"},
	} {
		s := page.Vocabulary().Sense(page.OneCell(c.written))
		var said []string
		switch {
		case s.ID != nil && s.Weak:
			said = append(said, "perhaps id "+s.ID.ID)
		case s.ID != nil:
			said = append(said, "id "+s.ID.ID)
		}
		if s.Unknown != "" {
			said = append(said, "unknown id "+s.Unknown)
		}
		if s.Criterion != 0 && s.ID == nil {
			name := "criterion "
			if s.Plain {
				name = "plain criterion "
			}
			said = append(said, name+strconv.Itoa(s.Criterion))
		}
		if s.ID == nil && s.Named != nil {
			said = append(said, "named "+s.Named.ID)
		}
		if s.Commune {
			said = append(said, map[bool]string{true: "commune by code", false: "commune"}[s.Code])
		}
		if s.Total {
			said = append(said, "total")
		}
		if s.Mark {
			said = append(said, "mark")
		}
		if s.Number {
			said = append(said, "number")
		}
		if s.Head.Says() {
			said = append(said, "heading")
		}
		if got := strings.Join(said, ", "); got != c.want {
			t.Errorf("%q is %q, want %q", c.written, got, c.want)
		}
	}
}
