package words_test

import (
	"testing"
	"time"

	"github.com/angiang-ntm/ntm/transforms/page"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// What a title says, held against a run's period: matches, contradicts, or
// says nothing; and the date of data that is kept (ruling 5).
func TestPeriodsInTitles(t *testing.T) {
	for _, c := range []struct{ title, period, want, asOf string }{
		{"BÁO CÁO QUÝ IV NĂM 2017", "2017-Q4", "matches", ""},
		{"Quý IV/2017", "2017-Q4", "matches", ""},
		{"quý 4/2017", "2017-Q4", "matches", ""},
		{"Quý 4 - 2017", "2017-Q4", "matches", ""},
		{"QUÝ IV (NĂM 2017)", "2017-Q4", "matches", ""},
		{"Q4-2017", "2017-Q4", "matches", ""},
		{"Q4/2017", "2017-Q4", "matches", ""},
		{"2017-Q4", "2017-Q4", "matches", ""},
		{"quy IV nam 2017", "2017-Q4", "matches", ""},
		{"năm 2017", "2017-Q4", "matches", ""},
		{"CẢ NĂM 2017", "2017-Q4", "matches", ""},
		{"12 tháng năm 2017", "2017-Q4", "matches", ""},
		{"tháng 12/2017", "2017-Q4", "matches", ""},
		{"Tháng 12 năm 2017", "2017-Q4", "matches", ""},
		{"T12/2017", "2017-Q4", "matches", ""},
		{"6 tháng cuối năm 2017", "2017-Q4", "matches", ""},
		{"lũy kế đến 31/12/2017", "2017-Q4", "matches", "2017-12-31"},
		{"Luỹ kế đến ngày 31 tháng 12 năm 2017", "2017-Q4", "matches", "2017-12-31"},
		{"9 tháng đầu năm 2017", "2017-Q3", "matches", ""},
		{"09 THÁNG ĐẦU NĂM 2017", "2017-Q3", "matches", ""},
		{"9 tháng 2017", "2017-Q3", "matches", ""},
		{"9T/2017", "2017-Q3", "matches", ""},
		{"6 tháng đầu năm 2017", "2017-Q2", "matches", ""},
		{"6 tháng đầu năm 2017", "2017-H1", "matches", ""},
		{"06 tháng đầu năm 2017", "2017-06", "matches", ""},
		{"Quý IV/2017", "2017", "matches", ""},
		{"Quý IV/2017", "2017-12", "matches", ""},

		// Labels without a year take the run's.
		{"KẾT QUẢ THỰC HIỆN QUÝ IV", "2017-Q4", "matches", ""},
		{"12 tháng", "2017-Q4", "matches", ""},
		{"Báo cáo 9 tháng", "2017-Q3", "matches", ""},
		{"6 tháng đầu năm", "2017-Q2", "matches", ""},
		{"KẾT QUẢ THỰC HIỆN QUÝ III", "2017-Q4", "contradicts", ""},
		{"báo cáo định kỳ 6 tháng", "2017-Q4", "", ""},

		{"Quý III/2017", "2017-Q4", "contradicts", ""},
		{"Quý IV/2016", "2017-Q4", "contradicts", ""},
		{"9 tháng đầu năm 2017", "2017-Q4", "contradicts", ""},
		{"năm 2016", "2017-Q4", "contradicts", ""},
		{"năm 2017", "2017-Q3", "contradicts", ""},
		{"lũy kế đến 30/9/2017", "2017-Q4", "contradicts", ""},

		// Dates of data, up to 15 days after the period.
		{"Số liệu tính đến ngày 31/12/2017", "2017-Q4", "matches", "2017-12-31"},
		{"tính đến 15.12.2017", "2017-Q4", "matches", "2017-12-15"},
		{"tính đến ngày 15/01/2018", "2017-Q4", "matches", "2018-01-15"},
		{"tính đến ngày 16/01/2018", "2017-Q4", "contradicts", ""},
		{"Quý IV/2017, số liệu đến 10/01/2018", "2017-Q4", "matches", "2018-01-10"},
		{"Quý III/2017, số liệu đến 31/12/2017", "2017-Q4", "contradicts", "2017-12-31"},
		{"tính đến ngày 31/02/2017", "2017-Q4", "", ""}, // there is no such day

		// The date of signing or sending says nothing.
		{"Thoại Sơn, ngày 05 tháng 01 năm 2018", "2017-Q4", "", ""},
		{"Thoại Sơn, ngày 31 tháng 12 năm 2017", "2017-Q4", "", ""},
		{"Thoại Sơn, tháng 01 năm 2018", "2017-Q4", "", ""},
		{"Thoại Sơn, ngày    tháng    năm 2018", "2017-Q4", "", ""},
		{"(Kèm theo Báo cáo số 12/BC-UBND ngày 10/01/2018 của UBND huyện Thoại Sơn)", "2017-Q4", "", ""},
		{"bao cao 2018-01-10", "2017-Q4", "", ""},
		{"ngày 31/12/2017", "2017-Q4", "", ""},

		// Spans, plans, laws.
		{"Bộ tiêu chí quốc gia giai đoạn 2016-2020", "2017-Q4", "", ""},
		{"giai đoạn 2016 – 2020", "2017-Q4", "", ""},
		{"Thu nhập bình quân đến năm 2020", "2017-Q4", "", ""},
		{"Kế hoạch năm 2018", "2017-Q4", "", ""},
		{"theo Luật Hợp tác xã năm 2012", "2017-Q4", "", ""},
		{"KẾT QUẢ NĂM 2017, KẾ HOẠCH NĂM 2018 (GIAI ĐOẠN 2016-2020)", "2017-Q4", "matches", ""},
		{"so với năm 2016, năm 2017 tăng", "2017-Q4", "matches", ""},
		{"UBND HUYỆN THOẠI SƠN", "2017-Q4", "", ""},
		{"tháng 13/2017", "2017-Q4", "", ""},
	} {
		p, _ := words.ParsePeriod(c.period)
		v := words.JudgePeriod(words.StatedPeriods(c.title), p)
		got := map[[2]bool]string{{true, false}: "matches", {false, true}: "contradicts"}[[2]bool{v.Matches, v.Contradicts}]
		if got != c.want {
			t.Errorf("%q for %s %s (%q), want %s", c.title, c.period, page.Or(got, "says nothing"), v.Label, page.Or(c.want, "nothing said"))
		}
		asOf := ""
		if !v.AsOf.IsZero() {
			asOf = v.AsOf.Format(time.DateOnly)
		}
		if asOf != c.asOf {
			t.Errorf("%q for %s: date of data %q, want %q", c.title, c.period, asOf, c.asOf)
		}
	}
}

// Labels stand on several lines: the most precise decides, wherever it stands,
// and a year on its own line completes a quarter.
func TestSeveralLabels(t *testing.T) {
	for _, c := range []struct {
		lines  []string
		period string
		want   bool
	}{
		{[]string{"BÁO CÁO NĂM 2017", "Quý III/2017"}, "2017-Q3", true},
		{[]string{"BÁO CÁO NĂM 2017", "Quý III/2017"}, "2017-Q4", false},
		{[]string{"KẾT QUẢ QUÝ III", "Năm 2017"}, "2017-Q3", true},
		{[]string{"KẾT QUẢ QUÝ III", "Năm 2016"}, "2017-Q3", false},
		{[]string{"KẾT QUẢ QUÝ IV", "Năm 2017", "Kế hoạch quý I/2018 kèm theo"}, "2017-Q4", false}, // two quarters, and the whole one is another
		{[]string{"Quý IV/2017", "so với quý III/2017"}, "2017-Q4", true},
		{[]string{"Báo cáo 9 tháng", "Năm 2017"}, "2017-Q3", true},
	} {
		p, _ := words.ParsePeriod(c.period)
		var found []words.Stated
		for _, l := range c.lines {
			found = append(found, words.StatedPeriods(l)...)
		}
		if v := words.JudgePeriod(found, p); v.Matches != c.want {
			t.Errorf("%q for %s: matches %v, want %v", c.lines, c.period, v.Matches, c.want)
		}
	}
}

func TestPeriods(t *testing.T) {
	for _, c := range []struct{ code, label, start, end string }{
		{"2017-12", "Tháng 12/2017", "2017-12-01", "2017-12-31"},
		{"2016-02", "Tháng 02/2016", "2016-02-01", "2016-02-29"},
		{"2017-Q4", "Quý IV/2017", "2017-10-01", "2017-12-31"},
		{"2017-Q1", "Quý I/2017", "2017-01-01", "2017-03-31"},
		{"2017-H2", "6 tháng cuối năm 2017", "2017-07-01", "2017-12-31"},
		{"2017", "Năm 2017", "2017-01-01", "2017-12-31"},
	} {
		p, ok := words.ParsePeriod(c.code)
		if !ok || p.String() != c.code || p.Label() != c.label ||
			p.Start().Format(time.DateOnly) != c.start || p.End().Format(time.DateOnly) != c.end {
			t.Errorf("%s: %v %q %s … %s", c.code, ok, p.Label(), p.Start().Format(time.DateOnly), p.End().Format(time.DateOnly))
		}
	}
	for _, bad := range []string{"", "2017-13", "2017-Q5", "2017-H3", "2017-1", "17-Q4", "2017-q4", "1889", "2017-Q4 "} {
		if p, ok := words.ParsePeriod(bad); ok {
			t.Errorf("%q is read as %s", bad, p)
		}
	}
}
