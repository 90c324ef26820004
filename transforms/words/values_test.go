package words_test

import (
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/transforms/page"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// What districts write, for which indicator, and what it means. The indicators:
// 15.1 at least 85 %, 11 at most 4 %, 15.3 at most 20.5 %, 10 income in million
// đồng, 8.1 yes/no, 9.1 yes/no where "Không" is wanted, 2.4 percent that may not
// apply, 7 a market that may not be planned.
func TestValues(t *testing.T) {
	for _, c := range []struct{ indicator, written, want string }{
		// Percentages.
		{"15.1", "86,57", "86.57"},
		{"15.1", "86.57", "86.57"},
		{"15.1", "=86.57", "86.57"},
		{"15.1", "86,57%", "86.57"},
		{"15.1", "86,57 %", "86.57"},
		{"15.1", "86,57\u00a0%", "86.57"},
		{"15.1", "８６,５７％", "86.57"},
		{"15.1", "=0.8657[%]", "86.57"},
		{"15.1", "=0.84599999999999997[%]", "84.6"},
		{"15.1", "=1[%]", "100"},
		{"15.1", "đạt 86,57%", "86.57 note “đạt”"},
		{"15.1", "Đạt: 86,57%", "86.57 note “đạt”"},
		{"15.1", "Đạt (86,57%)", "86.57 note “đạt”"},
		{"15.1", "Chưa đạt (80%)", "80 note “chưa đạt”"},
		{"15.1", "đạt trên 92,6%", "92.6 note “đạt trên”"},
		{"15.1", "≥ 86,57", "86.57 note “≥”"},
		{"15.1", "trên 86,57%", "86.57 note “trên”"},
		{"11", "≤ 3,5", "3.5 note “≤”"},
		{"11", "dưới 3,5%", "3.5 note “dưới”"},
		{"15.1", "≤ 86,57", "86.57 qualified_value note “≤”"},      // the number and a warning: it may be anything below (ruling 31)
		{"11", "trên 3%", "3 qualified_value note “trên”"},         // it may be anything above (ruling 31)
		{"15.1", "khoảng 86%", "86 qualified_value note “khoảng”"}, // read with its note (ruling 31)
		{"15.1", "gần 85%", "85 qualified_value note “gần”"},       // ruling 31
		{"15.1", "84.999", "84.999"},                               // thousands are impossible in a percent column
		{"15.1", "85,001", "85.001"},
		{"15.1", "1.234", "1.234"},
		{"15.1", "0", "0"},
		{"15.1", "=0", "0"},
		{"15.1", "100", "100"},
		{"15.1", "100,01", "invalid out_of_range"},
		{"15.1", "=-1", "invalid out_of_range"},
		{"15.1", "-5%", "invalid out_of_range"},
		{"15.1", "7/21", "33.333333333333336 note “tính từ tỷ số 7/21”"},
		{"15.1", "19/19", "100 note “tính từ tỷ số 19/19”"},
		{"15.1", "21/7", "invalid"},
		{"15.1", "7/0", "invalid"},
		{"15.1", "=42937[date]", "invalid"}, // 7/21 that Excel turned into 21 July
		{"15.1", "12o", "invalid"},
		{"15.1", "86,,5", "invalid"},
		{"15.1", "86.", "86"},
		{"15.1", "86,57 (QĐ 12)", "invalid"},

		// A fraction without a percent format (ruling 8).
		{"15.1", "0,8657", "86.57 scale_inferred"},
		{"15.1", "=0.8657", "86.57 scale_inferred"},
		{"15.1", "=1", "100 scale_inferred"},
		{"15.1", "0,8657%", "0.8657"},
		{"11", "0,035", "0.035 scale_doubtful"},
		{"11", "=0.035[%]", "3.5"},
		{"11", "=1", "1"},
		{"15.3", "0,19", "0.19 scale_doubtful"},

		// A verdict where a value is wanted is a claim.
		{"15.1", "Đạt", "yes verdict claimed"},
		{"15.1", "Chưa đạt", "no verdict claimed"},
		{"15.1", "x", "yes answer claimed mark"},
		{"15.1", "Không có", "invalid"},

		// Income.
		{"10", "37,39", "37.39"},
		{"10", "37,39 triệu", "37.39"},
		{"10", "37,39 triệu đồng/người/năm", "37.39"},
		{"10", "37.390.000", "37.39 unit_converted"},
		{"10", "37.390.000 đ", "37.39 unit_converted"},
		{"10", "37.390.000 đồng/người/năm", "37.39 unit_converted"},
		{"10", "37,390,000 VNĐ", "37.39 unit_converted"},
		{"10", "=37390000", "37.39 unit_converted"},
		{"10", "37 tr 390", "37.39"},
		{"10", "37tr390", "37.39"},
		{"10", "3,1 tr/tháng", "37.2 unit_converted"},
		{"10", "3,1 triệu đồng/người/tháng", "37.2 unit_converted"},
		{"10", "850.000 đ/tháng", "10.2 unit_converted"}, // a đồng has no parts
		{"10", "63,320 triệu đồng", "63.32"},             // not 63 thousand million
		{"10", "37390 nghìn đồng", "37.39 unit_converted"},
		{"10", "37.390 nghìn đồng", "invalid"}, // 37 thousand đồng, or 37 million
		{"10", "1.234", "invalid"},
		{"10", "1,234", "invalid"},
		{"10", "=37390", "invalid"}, // thousands of đồng? nobody says
		{"10", "37390 triệu", "invalid"},
		{"10", "=-3", "invalid out_of_range"},
		{"10", "37,39 USD", "invalid"},
		{"10", "Đạt", "yes verdict claimed"},

		// Yes and no.
		{"8.1", "Đạt", "yes verdict"}, {"8.1", "đạt", "yes verdict"}, {"8.1", "ĐẠT", "yes verdict"}, {"8.1", "Đ", "yes verdict"},
		{"8.1", "x", "yes answer mark"}, {"8.1", "X", "yes answer mark"}, {"8.1", "✓", "yes answer mark"}, {"8.1", "+", "yes answer mark"},
		{"8.1", "Có", "yes answer"}, {"8.1", "1", "yes answer mark"}, {"8.1", "=1", "yes answer mark"}, {"8.1", "=TRUE", "yes answer"},
		{"8.1", "Chưa đạt", "no verdict"}, {"8.1", "Không đạt", "no verdict"}, {"8.1", "Chưa", "no verdict"}, {"8.1", "CĐ", "no verdict"},
		{"8.1", "K", "no answer"}, {"8.1", "Không", "no answer"}, {"8.1", "0", "no answer"}, {"8.1", "=0", "no answer"},
		{"8.1", "Đạt (QĐ số 12)", "yes verdict note “(qđ số 12)”"},
		{"8.1", "Chưa đạt - thiếu hồ sơ", "no verdict note “- thiếu hồ sơ”"},
		{"8.1", "Đa\u0323t", "yes verdict"},   // NFD
		{"8.1", "Đa\u0323\u0302t", "invalid"}, // Đật
		{"8.1", "D\u0323a\u0323t", "invalid"}, // never by look
		{"8.1", "Cha đạt", "invalid"},         // nor nearly
		{"8.1", "=2", "invalid"},              // a count
		{"8.1", "=1[%]", "invalid"},           // 100 % of what?
		{"8.1", "=0.01[%]", "invalid"},        // 1 % is not a yes
		{"8.1", "80% khối lượng", "invalid"},  // a share of completion
		{"8.1", "Đạt 80%", "invalid"},         // the same
		{"8.1", "Đạt (80% khối lượng)", "invalid"},
		{"8.1", "Đạt (đang hoàn thiện hồ sơ)", "invalid"},
		{"8.1", "Chưa đạt (80% khối lượng)", "no verdict note “(80% khối lượng)”"},

		// 9.1, where "Không" is the wanted answer: the answer is kept as
		// written, a verdict as a verdict, a count as a number.
		{"9.1", "Không", "no answer"}, {"9.1", "K", "no answer"}, {"9.1", "Có", "yes answer"},
		{"9.1", "Đạt", "yes verdict"}, {"9.1", "Chưa đạt", "no verdict"},
		{"9.1", "=0", "0"}, {"9.1", "0", "0"}, {"9.1", "=1", "1"}, {"9.1", "1", "1"}, {"9.1", "=12", "12"}, {"9.1", "12", "12"}, {"9.1", "0,5%", "0.5"}, {"9.1", "=0.005[%]", "0.5"},
		{"9.1", "1,234%", "1.234"}, // 1234 % is impossible
		{"9.1", "1.234", "invalid"},
		{"9.1", "1,234", "invalid"},
		{"9.1", "=-1", "invalid out_of_range"},
		{"9.1", "150%", "invalid out_of_range"},

		// "Không có" (ruling 19).
		{"9.1", "Không có", "no answer"},
		{"13.1", "Không có", "no answer"},
		{"2.4", "Không có", "not_applicable"},
		{"10", "Không có", "invalid"},

		// Not applicable, only where the indicator allows it.
		{"7", "Không quy hoạch", "not_applicable"},
		{"7", "không thuộc diện", "not_applicable"},
		{"2.4", "N/A", "not_applicable"},
		{"2.4", "KXD", "not_applicable"},
		{"8.1", "Không áp dụng", "invalid"},
		{"15.1", "N/A", "invalid"},

		// Blanks, and what is not one.
		{"15.1", "-", "missing"}, {"15.1", "–", "missing"}, {"15.1", "...", "missing"}, {"15.1", " \u00a0 ", "missing"}, {"15.1", "---", "missing"},
		{"15.1", "Chưa có số liệu", "missing"},
		{"15.1", "//", "invalid"}, {"15.1", `"`, "invalid"}, {"15.1", "-nt-", "invalid"}, {"15.1", "như trên", "invalid"},
		{"8.1", "//", "invalid"},

		// Never met.
		{"8.1", "Cơ bản đạt", "invalid"}, {"8.1", "Gần đạt", "invalid"}, {"8.1", "Đang thực hiện", "invalid"},
		{"8.1", "Chưa đánh giá", "invalid"}, {"8.1", "đang xây dựng 50%", "invalid"}, {"15.1", "Cơ bản đạt", "invalid"},

		// What Excel says when it cannot.
		{"15.1", "=#REF!", "invalid"}, {"15.1", "=#DIV/0!", "invalid"}, {"15.1", "=?", "invalid"},
	} {
		ind := page.Vocabulary().Indicator(c.indicator)
		got := page.Vocabulary().Read(page.OneCell(c.written), ind, "")
		if page.Say(got) != c.want {
			t.Errorf("%s %q reads %q (%s), want %q", c.indicator, c.written, page.Say(got), got.Message, c.want)
		}
		if got.State == words.Invalid && (got.Message == "" || got.Issue == "") {
			t.Errorf("%s %q is invalid without saying why", c.indicator, c.written)
		}
	}
}

// Every kind of failure has a message of its own: the district must see what
// to mend, not only where.
func TestMessagesOfInvalidCells(t *testing.T) {
	for _, c := range []struct{ indicator, written, says string }{
		{"15.1", "=#REF!", "#REF!"},
		{"15.1", "=?", "chưa có kết quả"},
		{"15.1", "=42937[date]", "ngày tháng"},
		{"15.1", "12o", "không phải số: “12o”"},
		{"15.1", "//", "như trên"},
		{"15.1", "120", "ngoài khoảng"},
		{"15.1", "≤ 90", "có thể ở phía bên kia"},      // a number with a warning (ruling 31)
		{"15.1", "khoảng 86", "có thể ở phía bên kia"}, // ruling 31
		{"10", "1.234", "hai cách"},
		{"10", "=37390", "không rõ đơn vị"},
		{"8.1", "Cơ bản đạt", "không phải kết luận"},
		{"8.1", "80%", "mức độ hoàn thành"},
		{"8.1", "N/A", "áp dụng cho mọi xã"},
	} {
		got := page.Vocabulary().Read(page.OneCell(c.written), page.Vocabulary().Indicator(c.indicator), "")
		if !strings.Contains(got.Message, c.says) {
			t.Errorf("%s %q says %q, want it to say %q", c.indicator, c.written, got.Message, c.says)
		}
	}
}

// A column of verdicts holds verdicts: "Không" there is "not met" even for 9.1,
// and "không thuộc diện" follows the indicator.
func TestClaims(t *testing.T) {
	v := page.Vocabulary()
	for _, c := range []struct{ indicator, written, want string }{
		{"8.1", "Đạt", "yes verdict claimed"},
		{"8.1", "x", "yes verdict claimed mark"},
		{"9.1", "x", "yes verdict claimed mark"},
		{"9.1", "Không", "no verdict claimed"},
		{"15.1", "0", "no verdict claimed"},
		{"7", "Không thuộc diện", "not_applicable"},
		{"8.1", "Không thuộc diện", "invalid"},
		{"8.1", "Không có", "invalid"},
		{"15.1", "86,5", "invalid"},
		{"15.1", "80%", "invalid"},
		{"15.1", "", "missing"},
		{"15.1", "-", "missing"},
	} {
		if got := v.Say(words.Claim, page.OneCell(c.written), v.Indicator(c.indicator), ""); page.Say(got) != c.want {
			t.Errorf("claim on %s %q reads %q (%s), want %q", c.indicator, c.written, page.Say(got), got.Message, c.want)
		}
	}
}

func TestTotals(t *testing.T) {
	v := page.Vocabulary()
	for _, c := range []struct{ written, want string }{
		{"=16", "16"}, {"16", "16"}, {"16/19", "16"}, {"16 tiêu chí", "16"}, {"Tổng: 16", "16"},
		{"=0.8889[%]", "88.89 note “%”"}, {"88,89%", "88.89 note “%”"}, {"88,89", "88.89"},
		{"12.345", "12345"}, // counts are whole
		{"-", "missing"}, {"mười sáu", "invalid"}, {"=#REF!", "invalid"}, {"=?", "invalid"}, {"=43000[date]", "invalid"},
	} {
		if got := v.Say(words.AllCriteria, page.OneCell(c.written), nil, ""); page.Say(got) != c.want {
			t.Errorf("%q reads %q, want %q", c.written, page.Say(got), c.want)
		}
	}
}
