package seeds

import (
	"bytes"
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/angiang-ntm/ntm/internal/issue"
)

// load loads the embedded seeds, which have to be without fault.
func load(t *testing.T) *Set {
	t.Helper()
	set, issues, err := Load(FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range issues {
		t.Error(i)
	}
	return set
}

func count[T any](all []T, is func(T) bool) int {
	n := 0
	for _, v := range all {
		if is(v) {
			n++
		}
	}
	return n
}

func TestTheProvinceOf2017(t *testing.T) {
	s := load(t)
	if on := s.CommunesOn("2017-12-31"); len(s.DistrictsOn("2017-12-31")) != 11 || len(on) != 156 {
		t.Errorf("%d districts, %d communes; want 11, 156", len(s.Districts), len(on))
	}
	for _, day := range []struct {
		day                 string
		xa, phuong, thitran int
	}{
		{"2017-12-31", 119, 21, 16},
		{"2020-12-31", 119, 21, 16},
		{"2021-01-01", 116, 21, 19}, // three xã had become townships
		{"2023-04-10", 110, 28, 18}, // Tịnh Biên became a town with seven wards; two more townships
		{"2025-01-01", 110, 27, 18}, // one ward went to another
		{"2025-07-01", 44, 10, 0},   // on the territory of the old province; no district level any more
	} {
		on := s.CommunesOn(day.day)
		for kind, want := range map[string]int{KindXa: day.xa, "phường": day.phuong, "thị trấn": day.thitran} {
			if got := count(on, func(c Commune) bool { return c.Kind == kind }); got != want {
				t.Errorf("%s on %s: %d, want %d", kind, day.day, got, want)
			}
		}
	}
	perDistrict := make(map[string]int)
	for _, c := range s.CommunesOn("2017-12-31") {
		if c.Kind == KindXa {
			perDistrict[c.DistrictCode]++
		}
	}
	for _, d := range []struct {
		code, name string
		xa         int
	}{
		{"883", "TP. Long Xuyên", 2}, {"884", "TP. Châu Đốc", 2}, {"886", "huyện An Phú", 12},
		{"887", "thị xã Tân Châu", 9}, {"888", "huyện Phú Tân", 16}, {"889", "huyện Châu Phú", 12},
		{"890", "huyện Tịnh Biên", 11}, {"891", "huyện Tri Tôn", 13}, {"892", "huyện Châu Thành", 12},
		{"893", "huyện Chợ Mới", 16}, {"894", "huyện Thoại Sơn", 14},
	} {
		at := slices.IndexFunc(s.Districts, func(x District) bool { return x.Code == d.code })
		if at < 0 || s.Districts[at].DisplayName != d.name || perDistrict[d.code] != d.xa {
			t.Errorf("district %s: want %s with %d xã, got %d", d.code, d.name, d.xa, perDistrict[d.code])
		}
	}
}

// Every unit of 2017 that is no more went somewhere, and 24 of the codes of
// 2025 had named something else: a code means a unit only on a day.
func TestEveryUnitOf2017HasASuccessor(t *testing.T) {
	s := load(t)
	to := make(map[string][]Successor)
	for _, r := range s.Successors {
		to[r.Old] = append(to[r.Old], r)
	}
	for _, c := range s.CommunesOn("2017-12-31") {
		if len(to[c.Code]) == 0 {
			t.Errorf("%s %s went nowhere", c.Code, c.Name)
		}
	}
	for code, want := range map[string]int{"30334": 2, "30355": 2, "30358": 3, "30313": 1} {
		if len(to[code]) != want || to[code][0].Whole != (want == 1) {
			t.Errorf("%s went to %+v, want %d units", code, to[code], want)
		}
	}
	reused := 0
	for _, now := range s.CommunesOn("2025-07-01") {
		for _, then := range s.CommunesOn("2017-12-31") {
			if now.Code == then.Code && now.Name != then.Name {
				reused++
			}
		}
	}
	if reused != 24 {
		t.Errorf("%d codes of 2025 named another unit in 2017, want 24", reused)
	}
}

func TestDepartmentsHaveSuccessorsOfTheirDay(t *testing.T) {
	s := load(t)
	for _, d := range s.Departments {
		if d.ValidTo == "" {
			continue
		}
		if !slices.ContainsFunc(s.DepartmentsOn("2025-03-01"), func(o Department) bool { return o.Code == d.Successor }) {
			t.Errorf("%s ends on %s and nobody on 2025-03-01 takes over", d.Name, d.ValidTo)
		}
	}
	shared := s.Indicators[slices.IndexFunc(s.Indicators, func(i Indicator) bool { return i.SetID == "AG-3379" && i.ID == "17.8" })]
	if got := shared.LeadDepartments(); len(got) != 3 || got[0] != "Sở Y tế" {
		t.Errorf("17.8 is led by %q", got)
	}
}

func TestSpellingsThatOfficesUse(t *testing.T) {
	s := load(t)
	for code, want := range map[string]string{
		"30313": "Mỹ Hoà Hưng", "30475": "Ô Long Vĩ", "30490": "Bình Thuỷ", "30643": "Tân Mỹ",
	} {
		i := slices.IndexFunc(s.Communes, func(c Commune) bool { return c.Code == code })
		if !slices.Contains(s.Communes[i].Aliases, want) {
			t.Errorf("%s: %q is not among %q", s.Communes[i].Name, want, s.Communes[i].Aliases)
		}
	}
	// A spelling that nobody has seen yet says so.
	i := slices.IndexFunc(s.Communes, func(c Commune) bool { return c.Code == "30643" })
	if got := s.Communes[i].Confidence; got != "verified; alias “Tân Mỹ” assumed" {
		t.Errorf("confidence of Tấn Mỹ: %q", got)
	}
}

func TestEachDayHasItsSet(t *testing.T) {
	s := load(t)
	for _, want := range []struct {
		day, set string
	}{
		{"2013-11-14", ""},
		{"2013-11-15", "AG-2361"}, {"2016-12-31", "AG-2361"},
		{"2017-01-01", "AG-3379"}, {"2017-12-31", "AG-3379"}, {"2022-03-07", "AG-3379"},
		{"2022-03-08", "QG-318"}, {"2026-02-14", "QG-318"},
		{"2026-02-15", ""},
	} {
		if got, ok := s.SetInForce(want.day); got != want.set || ok != (want.set != "") {
			t.Errorf("set in force on %s: %q, %v; want %q", want.day, got, ok, want.set)
		}
	}
}

func TestTheSetsAreComplete(t *testing.T) {
	s := load(t)
	if len(s.Sets) != 13 {
		t.Errorf("%d criteria sets, want 13", len(s.Sets))
	}
	for set, want := range map[string]int{"AG-2361": 39, "AG-3379": 49, "QG-1980": 49, "QG-318": 57, "AG-3379-MUC-CU": 49} {
		if got := len(s.IndicatorsOf(set)); got != want {
			t.Errorf("%s has %d indicators, want %d", set, got, want)
		}
		if got := count(s.Criteria, func(c Criterion) bool { return c.SetID == set }); got != 19 {
			t.Errorf("%s has %d criteria, want 19", set, got)
		}
	}
	confidence := make(map[string]int)
	for _, i := range s.IndicatorsOf("AG-3379") {
		confidence[i.Confidence]++
	}
	if confidence["assumed"] != 36 || confidence["document"] != 3 || confidence["document; threshold assumed"] != 10 {
		t.Errorf("confidence of the 49 indicators: %v", confidence)
	}
}

// The thresholds that the plan of 2018 names itself, and the traps.
func TestThresholds(t *testing.T) {
	s := load(t)
	for _, want := range []struct {
		set, id, comparator string
		threshold           float64
		answer, class       string
	}{
		{"AG-2361", "11", "<=", 7, "", ""},
		{"AG-2361", "15.1", ">=", 70, "", ""},
		{"AG-2361", "17.1", ">=", 80, "", ""},
		{"AG-2361", "13", "yes_no", 0, "Có", ""},
		{"AG-3379", "11", "<=", 4, "", "raised"},
		{"AG-3379", "15.1", ">=", 85, "", "raised"},
		{"AG-3379", "17.1", ">=", 85, "", "raised"},
		{"AG-3379", "15.3", "<=", 20.5, "", "new"},
		{"AG-3379", "9.1", "yes_no", 0, "Không", "unchanged"},
		{"AG-3379", "13.1", "yes_no", 0, "Đạt", "new"},
		{"QG-318", "17.10", ">=", 100, "", ""},
	} {
		i, ok := s.indicator(want.set, want.id)
		if !ok || i.Comparator != want.comparator || i.RequiredAnswer != want.answer || i.ChangeClass != want.class ||
			(i.Threshold == nil) != (want.threshold == 0) || i.Threshold != nil && *i.Threshold != want.threshold {
			t.Errorf("%s %s: %+v", want.set, want.id, i)
		}
	}
	for year, want := range map[string]float64{"2017": 37, "2018": 41, "2019": 45} {
		i := slices.IndexFunc(s.Overrides, func(o Override) bool {
			return o.SetID == "AG-3379" && o.IndicatorID == "10" && o.ScopeKind == "year" && o.ScopeValue == year
		})
		if i < 0 || *s.Overrides[i].Threshold != want || s.Overrides[i].Confidence != "assumed" {
			t.Errorf("income of %s: want %v, assumed", year, want)
		}
	}
}

func TestWhatAbsenceMeans(t *testing.T) {
	s := load(t)
	for _, want := range []struct {
		set, id string
		allowed bool
		means   string
	}{
		{"AG-3379", "9.1", false, "met"},
		{"AG-3379", "13.1", false, "not_met"},
		{"AG-3379", "7", true, "not_met"},
		{"AG-3379", "2.4", true, "not_applicable"},
		{"AG-3379", "15.1", false, "invalid"},
		{"AG-2361", "9.1", false, "met"},           // as in AG-3379, being the same thing
		{"QG-318", "17.9", true, "not_applicable"}, // 17.7 of AG-3379
		{"QG-318", "17.6", false, "invalid"},       // yes or no in AG-3379, a share here
	} {
		if i, _ := s.indicator(want.set, want.id); i.NotApplicableAllowed != want.allowed || i.AbsenceMeans != want.means {
			t.Errorf("%s %s: %v, %s; want %v, %s", want.set, want.id, i.NotApplicableAllowed, i.AbsenceMeans, want.allowed, want.means)
		}
	}
}

// What an office begins with is what somebody can look up: the 21 of the plan and those that the province's own pages name.
// The twelve that only illustrate the plan's number are the sample province's.
func TestRecognitions(t *testing.T) {
	s := load(t)
	recognised := make(map[string]bool)
	for i, r := range s.Recognitions {
		wantSet, wantOrder := "AG-2361", i+1
		if i >= 21 {
			wantSet, wantOrder = "AG-3379", i+1-21
			if r.Decision == "" || r.ValidFrom == "" || r.Source == "" || !strings.HasPrefix(r.Confidence, "verified") {
				t.Errorf("line %d does not say by what, since when and where that stands: %+v", r.Line, r)
			}
		}
		if r.SetID != wantSet || r.OrderNo != wantOrder || r.Illustrative || strings.HasPrefix(r.Confidence, "assumed") || recognised[r.CommuneCode] {
			t.Errorf("line %d: %+v", r.Line, r)
		}
		recognised[r.CommuneCode] = true
	}
	if len(s.Recognitions) != 28 {
		t.Errorf("%d recognitions, want 21 and 7", len(s.Recognitions))
	}

	s, issues, err := Load(Overlay("sample/office"))
	if err != nil || len(issues) > 0 {
		t.Fatal(err, issues)
	}
	made, districts := 0, make(map[string]bool)
	for _, r := range s.Recognitions {
		if r.Illustrative {
			made++
			at := slices.IndexFunc(s.Communes, func(c Commune) bool { return c.Code == r.CommuneCode })
			districts[s.Communes[at].DistrictCode] = true
		}
		if r.Illustrative != strings.HasPrefix(r.Note, "Số liệu minh họa") || r.Illustrative != (r.Confidence == "assumed") {
			t.Errorf("line %d does not say whether it is made up: %+v", r.Line, r)
		}
	}
	if len(s.Recognitions) != 33 || made != 12 || len(districts) < 8 {
		t.Errorf("the sample has %d recognitions, %d made up, in %d districts", len(s.Recognitions), made, len(districts))
	}
}

// An office writes a line for each decision that it receives; each is held against the registry.
func TestDecisionsOfTheOffice(t *testing.T) {
	const head = "commune_code,commune_name,decision_kind,decision_no,decided_on,set_id,source,note\n"
	decided := func(lines ...string) (*Set, issue.List) {
		t.Helper()
		m := copied(t)
		m["recognition_decisions.csv"] = &fstest.MapFile{Data: []byte(head + strings.Join(lines, "\n") + "\n")}
		s, issues, err := Load(m)
		if err != nil {
			t.Fatal(err)
		}
		return s, issues
	}
	of := func(s *Set, code string) string {
		var said []string
		for _, r := range s.Recognitions {
			if r.CommuneCode == code {
				said = append(said, strings.Join([]string{strconv.Itoa(r.Year), r.SetID, strconv.Itoa(r.OrderNo), r.Decision, r.ValidFrom, r.ValidTo, r.Note}, " | "))
			}
		}
		return strings.Join(said, "\n")
	}

	// Whatever their order: withdrawn, and recognised again.
	s, issues := decided(
		"30694,Vĩnh Phú,công nhận,99/QĐ-UBND,2019-12-20,,công báo,công nhận lại",
		"30721,xã Thoại Giang,công nhận,12/QĐ-UBND,2019-01-10,AG-3379,công báo,",
		"30694,Vĩnh Phú,thu hồi,45/QĐ-UBND,2018-06-01,,công báo,",
		"30454,Bình Thạnh Đông,công nhận,50/QĐ-UBND,2018-12-28,,công báo,")
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	for code, want := range map[string]string{
		"30694": "2015 | AG-2361 | 1 |  | 2015-12-31 | 2018-05-31 | Thu hồi theo 45/QĐ-UBND ngày 2018-06-01\n2019 | AG-3379 | 10 | 99/QĐ-UBND ngày 2019-12-20 | 2019-12-20 |  | công nhận lại",
		"30721": "2016 | AG-2361 | 3 |  | 2016-12-31 |  | \n2019 | AG-3379 | 9 | 12/QĐ-UBND ngày 2019-01-10 | 2019-01-10 |  | ",
		"30454": "2018 | AG-3379 | 8 | 50/QĐ-UBND ngày 2018-12-28 | 2018-12-28 |  | ",
	} {
		if got := of(s, code); got != want {
			t.Errorf("%s\n got %s\nwant %s", code, got, want)
		}
	}

	for _, c := range []struct{ what, line, says string }{
		{"a code of nobody", "99999,Vĩnh Phú,công nhận,1/QĐ,2019-01-01,,công báo,", "Không có xã nào mã “99999”"},
		{"a code of another", "30694,Vĩnh Trạch,công nhận,1/QĐ,2019-01-01,AG-3379,công báo,", "Mã 30694 là xã Vĩnh Phú, không phải “Vĩnh Trạch”"},
		{"a wrong tone", "30694,Vĩnh Phủ,công nhận,1/QĐ,2019-01-01,AG-3379,công báo,", "không phải “Vĩnh Phủ”"},
		{"withdrawn twice", "30694,Vĩnh Phú,thu hồi,1/QĐ,2014-01-01,,công báo,", "không có công nhận nào còn hiệu lực"},
		{"recognised twice", "30421,Phú Lâm,công nhận,1/QĐ,2019-01-01,,công báo,", "đã được công nhận theo bộ AG-3379 từ 2017-12-28"},
		{"no number", "30694,Vĩnh Phú,thu hồi,,2019-01-01,,công báo,", "Cột “decision_no”: không được để trống"},
		{"a date as it is spoken", "30694,Vĩnh Phú,thu hồi,1/QĐ,01/01/2019,,công báo,", "không phải là ngày"},
		{"another word", "30694,Vĩnh Phú,rút,1/QĐ,2019-01-01,,công báo,", "không hiểu “rút”"},
		{"no source", "30694,Vĩnh Phú,thu hồi,1/QĐ,2019-01-01,,,", "Cột “source”: không được để trống"},
		{"a set of nobody", "30694,Vĩnh Phú,công nhận,1/QĐ,2019-01-01,XX,công báo,", "Không có bộ tiêu chí “XX”"},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, issues := decided(c.line)
			if !slices.ContainsFunc(issues, func(i issue.Issue) bool {
				return i.File == "recognition_decisions.csv" && i.Cell == "2" && i.Severity == issue.Error && i.Remedy != "" && strings.Contains(i.Message, c.says)
			}) {
				t.Errorf("nothing says %q: %v", c.says, issues)
			}
		})
	}
}

// Every indicator of the set in force has its place in the plan, once.
func TestRemediationCoversTheSet(t *testing.T) {
	s := load(t)
	var covered []string
	for _, r := range s.Remediation {
		if r.SetID != "AG-3379" {
			continue // a set that supposes something has the plan of its base
		}
		covered = append(covered, r.IndicatorIDs...)
		if (r.Section == "III") != (r.RowNo > 12) {
			t.Errorf("row %d in section %s: Phụ lục 2 has 12 rows", r.RowNo, r.Section)
		}
	}
	var all []string
	for _, i := range s.IndicatorsOf("AG-3379") {
		all = append(all, i.ID)
	}
	slices.Sort(covered)
	slices.Sort(all)
	if !slices.Equal(covered, all) {
		t.Errorf("covered: %q\nindicators: %q", covered, all)
	}
}

func TestPublishedFigures(t *testing.T) {
	s := load(t)
	for metric, want := range map[string]float64{
		"province.communes": 119, "province.recognised": 33, "province.recognised_pct": 27.32,
		"province.recognised_in_year": 12, "province.recognised_earlier": 21, "province.retained_earlier": 7,
		"band_as_recognised.15-18": 7, "band_as_recognised.10-14": 44, "band_as_recognised.5-9": 34,
		"band_as_recognised.0-4": 0, "band_as_recognised.total": 119,
		"province.avg_criteria_met_as_recognised": 12.9,
		"retention.at_19":                         7, "retention.at_18": 3, "retention.at_17": 7,
		"retention.at_16": 2, "retention.at_15": 1, "retention.at_14": 1,
	} {
		i := slices.IndexFunc(s.Published, func(f Figure) bool { return f.Metric == metric && f.Period == "2017-Q4" })
		if i < 0 || s.Published[i].Value != want {
			t.Errorf("%s: want %v", metric, want)
		}
	}
}

func TestBands(t *testing.T) {
	s := load(t)
	var got []string
	for _, b := range s.Bands {
		if b.SetID == "AG-3379" {
			got = append(got, b.Key+" = "+b.Label)
		}
	}
	want := []string{"full = Đạt 19 tiêu chí", "15-18 = 15-18 tiêu chí", "10-14 = 10-14 tiêu chí", "5-9 = 05-09 tiêu chí", "0-4 = Dưới 5 tiêu chí"}
	if !slices.Equal(got, want) {
		t.Errorf("bands: %q", got)
	}
}

// The letter ư in TCVN3 is a soft hyphen, which editors drop.
func TestLegacyKeepsTheInvisibleLetter(t *testing.T) {
	s := load(t)
	i := slices.IndexFunc(s.Legacy, func(c LegacyChar) bool { return c.Unicode == "ư" })
	if len(s.Legacy) != 74 || s.Legacy[i].TCVN3 != "\u00ad" || s.Legacy[i].VNI != "ö" {
		t.Errorf("%d letters, ư: %+v", len(s.Legacy), s.Legacy[i])
	}
}

func TestTablesForTheWarehouse(t *testing.T) {
	s := load(t)
	var names []string
	for _, table := range s.Tables {
		names = append(names, table.Name)
		if len(table.Types) != len(table.Columns) || len(table.Lines) != len(table.Rows) {
			t.Errorf("%s: %d columns, %d types; %d rows, %d lines", table.Name, len(table.Columns), len(table.Types), len(table.Rows), len(table.Lines))
		}
	}
	want := []string{"province", "district", "commune", "commune_successor", "department", "criteria_set", "criterion", "indicator",
		"threshold_override", "recognition_list", "recognition", "withdrawal_rule", "target", "remediation", "published_figure", "counting_rule", "band", "word"}
	if !slices.Equal(names, want) {
		t.Errorf("tables: %q", names)
	}
	// Indicator ids stay text: as numbers 17.1 and 17.10 would be one.
	indicators := s.Tables[slices.Index(want, "indicator")]
	at := slices.Index(indicators.Columns, "indicator_id")
	if indicators.Types[at] != "VARCHAR" {
		t.Errorf("indicator_id is %s", indicators.Types[at])
	}
}

// copied returns the embedded files, so that a test can break one.
func copied(t *testing.T) fstest.MapFS {
	t.Helper()
	m := make(fstest.MapFS)
	for _, f := range files {
		data, err := fs.ReadFile(FS, f.name)
		if err != nil {
			t.Fatal(err)
		}
		m[f.name] = &fstest.MapFile{Data: data}
	}
	return m
}

// Each row replaces the first old text of a file by a new one. The issue has
// to name the file and, unless line says otherwise, the line of that text.
func TestBrokenSeedsNameFileAndLine(t *testing.T) {
	for _, b := range []struct {
		what           string
		file, old, new string
		line           string
		message        string
	}{
		// What one file shows by itself.
		{"a column is missing", "bands.csv", ",label,", ",nhãn,", "1", "Thiếu cột “label”"},
		{"a column is unknown", "communes.csv", "commune_class", "commune_clas", "1", "Không có cột nào tên “commune_clas”; gần nhất là “commune_class”"},
		{"a column stands twice", "words.csv", "role,text,shares,note", "role,text,text", "1", "Cột “text” có hai lần"},
		{"semicolons between columns", "words.csv", "role,text,shares,note", "role;text;note", "1", "dấu chấm phẩy"},
		{"a row has a comma too many", "districts.csv", "887,Tân Châu", "887,,Tân Châu", "", "Dòng có 13 cột, tiêu đề có 12 cột"},
		{"a quote is not closed", "words.csv", "met,Đã đạt", "met,\"Đã\" đạt", "", "Dấu ngoặc kép đặt sai"},
		{"not UTF-8", "words.csv", "met,Đã đạt", "met,\xd0a dat", "", "UTF-8"},
		{"combining Unicode", "communes.csv", "Mỹ Khánh", "Mỹ Kha\u0301nh", "", "Unicode tổ hợp"},
		{"an invisible character", "communes.csv", "Mỹ Khánh", "Mỹ\x00Khánh", "", "ký tự điều khiển"},
		{"a needed cell is empty", "communes.csv", "30310,Mỹ Khánh", "30310,", "", "Cột “name”: không được để trống"},
		{"a decimal comma", "indicators.csv", "<=,20.5", `<=,"20,5"`, "", "“20,5” không phải là số"},
		{"an exponent", "indicators.csv", "<=,20.5", "<=,2e1", "", "“2e1” không phải là số"},
		{"not a whole number", "bands.csv", ",15,18,", ",15.0,18,", "", "“15.0” không phải là số nguyên"},
		{"not a date", "criteria_sets.csv", "2017-01-01", "01/01/2017", "", "“01/01/2017” không phải là ngày"},
		{"a day that does not exist", "remediation.csv", "2018-09-30", "2018-09-31", "", "“2018-09-31” không phải là ngày"},
		{"not a period", "published_figures.csv", "2017-Q4", "2017-Q5", "", "“2017-Q5” không phải là kỳ"},
		{"an unknown word", "recognitions.csv", ",no,", ",không,", "", "không hiểu “không”"},
		{"an unknown confidence", "provinces.csv", ",verified", ",chắc chắn", "", "mức tin cậy"},
		{"an empty part of a list", "remediation.csv", "13.1; 13.2", "13.1;; 13.2", "", "phần trống"},
		{"an unknown role", "words.csv", "total,Cộng", "totals,Cộng", "", "không hiểu “totals”"},

		// What shows between the rows of one file.
		{"a code stands twice", "communes.csv", "30313,Mỹ Hòa Hưng", "30310,Mỹ Hòa Hưng", "", "Đơn vị 30310: thời gian hiệu lực trùng với dòng 13"},
		{"an order stands twice", "districts.csv", "89,3,", "89,2,", "", "Thứ tự 2 đã có ở dòng 3"},
		{"an interval ends before it begins", "criteria_sets.csv", "2013-11-15,2016-12-31", "2017-11-15,2016-12-31", "", "sau ngày kết thúc"},
		{"two sets judge one day", "criteria_sets.csv", "2022-03-08,2026-02-14,19,57,QG-1980", "2022-03-07,2026-02-14,19,57,QG-1980", "", "Bộ dùng để đánh giá QG-318: thời gian hiệu lực trùng với dòng 6"},
		{"one override for one year twice", "threshold_overrides.csv", "year,2018,>=,41,2018-01-01,2018-12-31", "year,2017,>=,41,2017-01-01,2017-12-31", "", "trùng với dòng 3"},
		{"an override outside its year", "threshold_overrides.csv", "41,2018-01-01", "41,2017-01-01", "", "không nằm trong năm 2018"},
		{"two communes of one district share a name", "communes.csv", "30433,Phú Thành", "30433,PHÚ  THẠNH", "", "cũng là tên của đơn vị 30427"},
		{"an alias is another commune's name", "communes.csv", "Tân Mỹ,", "Long Điền A,", "", "Tên “Long Điền A” cũng là tên của đơn vị 30640"},
		{"an alias is another district's name", "districts.csv", "; TPLX;", "; Châu Đốc;", "3", "cũng là tên của đơn vị 883"},
		{"an indicator stands twice", "indicators.csv", "AG-3379,15.3,15", "AG-3379,15.2,15", "", "Chỉ tiêu 15.2 của bộ AG-3379 đã có"},
		{"a gap between bands", "bands.csv", "AG-3379,10-14,10-14 tiêu chí,10,14", "AG-3379,10-14,10-14 tiêu chí,10,13", "23", "không nhóm nào chứa 14 tiêu chí"},
		{"bands overlap", "bands.csv", "AG-3379,10-14,10-14 tiêu chí,10,14", "AG-3379,10-14,10-14 tiêu chí,9,14", "", "9 tiêu chí nằm trong hai nhóm"},
		{"no band for the full set", "bands.csv", "AG-3379,full,Đạt 19 tiêu chí,19,19", "AG-3379,full,Đạt 19 tiêu chí,18,18", "", "18 tiêu chí nằm trong hai nhóm"},
		{"a band beyond the set", "bands.csv", "AG-3379,full,Đạt 19 tiêu chí,19,19", "AG-3379,full,Đạt 19 tiêu chí,19,20", "", "chỉ có 19 tiêu chí"},
		{"one word, two meanings", "words.csv", "not_met,CĐ", "not_met,Đ", "", "Từ “Đ” với một nghĩa khác đã có ở dòng 3"},
		{"one letter twice", "legacy_encodings.csv", "à,µ", "á,µ", "", "Chữ “á” đã có ở dòng 2"},
		{"a sign in words", "legacy_encodings.csv", "ư,\u00ad", "ư,(dấu)", "", "quá nhiều ký tự"},

		// What shows between files.
		{"a commune of no district", "communes.csv", "30310,Mỹ Khánh,xã,883", "30310,Mỹ Khánh,xã,885", "", "Không có huyện “885”"},
		{"a district of no province", "districts.csv", "huyện An Phú,89", "huyện An Phú,99", "", "Không có tỉnh “99”"},
		{"an indicator of no criterion", "criteria.csv", "AG-3379,13,", "AG-3379,20,", "", "Tiêu chí 20 của bộ AG-3379 không có chỉ tiêu nào"},
		{"an indicator of no set", "indicators.csv", "AG-3379,15.3,15", "AG-3397,15.3,15", "", "Không có bộ tiêu chí “AG-3397”"},
		{"an indicator of another criterion", "indicators.csv", "AG-3379,15.3,15", "AG-3379,15.3,16", "", "không mang số của tiêu chí 16"},
		{"fewer indicators than the text states", "criteria_sets.csv", ",19,49,AG-2361", ",19,50,AG-2361", "", "Bộ AG-3379 ghi 50 chỉ tiêu nhưng indicators.csv có 49 dòng"},
		{"it replaces an unknown set", "criteria_sets.csv", ",19,49,AG-2361", ",19,49,AG-2316", "", "Không có bộ tiêu chí “AG-2316”"},
		{"a yes/no indicator with a comparator", "indicators.csv", "boolean,yes_no", "boolean,>=", "", "Ghi comparator là yes_no"},
		{"a share without a comparator", "indicators.csv", "percent,<=,20.5", "percent,yes_no,20.5", "", "không phải loại có/không"},
		{"a share above 100", "indicators.csv", "percent,<=,20.5", "percent,<=,205", "", "ngoài khoảng 0 đến 100%"},
		{"absence counts as met where it may not", "indicators.csv", "no,invalid", "no,not_applicable", "", "không cho phép không áp dụng"},
		{"an override of no indicator", "threshold_overrides.csv", "AG-3379,10,year,2017", "AG-3379,10.1,year,2017", "", "Không có chỉ tiêu “10.1 của bộ AG-3379”"},
		{"an override of all indicators", "threshold_overrides.csv", "AG-3379,10,year,2017", "AG-3379,*,year,2017", "", "không thể áp dụng cho mọi chỉ tiêu"},
		{"an override of a yes/no indicator", "threshold_overrides.csv", "AG-3379,10,year,2017", "AG-3379,9.1,year,2017", "", "loại có/không"},
		{"an override for no commune", "threshold_overrides.csv", "10,year,2020,>=,50,2020-01-01,2020-12-31", "10,commune,39999,>=,50,,", "", "Không có xã “39999”"},
		{"a recognition of no commune", "recognitions.csv", "30694,2015", "30695,2015", "", "Không có xã “30695”"},
		{"a recognition of a ward", "recognitions.csv", "30694,2015", "30280,2015", "", "Không có xã “30280”"},
		{"a recognition twice", "recognitions.csv", "30697,2015", "30694,2015", "", "Công nhận xã 30694: thời gian hiệu lực trùng với dòng 2"},
		{"a successor that is not there yet", "commune_successors.csv", "30313,30313,2025-07-01", "30313,30313,2024-07-01", "", "không kết thúc trước ngày"},
		{"a unit that goes twice as a whole", "commune_successors.csv", "30355,30346,2025-07-01,part", "30355,30346,2025-07-01,whole", "", "đã chuyển toàn bộ"},
		{"a lead nobody knows", "indicators.csv", ",Sở Y tế,", ",Sở Y Học,", "", "Không có sở, ngành “Sở Y Học”"},
		{"a department continued by nobody", "departments.csv", ",so-kh-cn,", ",so-kh,", "", "Không có đơn vị “so-kh”"},
		{"a withdrawal for no criterion", "withdrawal_rules.csv", "10; 17; 19", "10; 17; 20", "", "Không có tiêu chí “20”"},
		{"a withdrawal for an impossible share", "withdrawal_rules.csv", ",30,50,", ",50,30,", "", "Tỷ lệ không hợp lý"},
		{"a target for a figure nobody counts", "targets.csv", ",recognised_in_year,", ",recognised_last_year,", "", "metric"},
		{"a target of a district that is not", "targets.csv", "province,,recognised,", "district,885,recognised,", "", "Không có huyện “885”"},
		{"a plan for no indicator", "remediation.csv", "Chỉ tiêu 15.3,15.3", "Chỉ tiêu 15.3,15.4", "", "Không có chỉ tiêu “15.4 của bộ AG-3379”"},
		{"a plan for one indicator twice", "remediation.csv", "Chỉ tiêu 15.3,15.3", "Chỉ tiêu 15.3,13.2", "", "Chỉ tiêu 13.2 của bộ AG-3379 đã có"},
		{"a plan of another class", "remediation.csv", "Chỉ tiêu 15.3,15.3,new", "Chỉ tiêu 15.3,15.3,raised", "", "Chỉ tiêu 15.3 là new trong indicators.csv nhưng là raised ở đây"},
		{"a figure that cannot be recomputed", "published_figures.csv", "province.communes", "communes", "", "“communes” không phải là tên một số liệu"},
	} {
		t.Run(b.what, func(t *testing.T) {
			m := copied(t)
			before, after, found := strings.Cut(string(m[b.file].Data), b.old)
			if !found {
				t.Fatalf("%q does not stand in %s", b.old, b.file)
			}
			m[b.file].Data = []byte(before + b.new + after)
			line := b.line
			if line == "" {
				line = cellOf(1 + strings.Count(before, "\n"))
			}
			_, issues, err := Load(m)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range issues {
				if i.File == b.file && i.Cell == line && strings.Contains(i.Message+" "+i.Remedy, b.message) &&
					i.Code == "NTM-050" && i.Severity == issue.Error && i.Remedy != "" {
					return
				}
			}
			t.Errorf("no issue at %s line %s says %q; got %v", b.file, line, b.message, issues)
		})
	}
}

// A file that an office made for an earlier version lacks the columns added
// since; those that may be empty then are.
func TestAColumnThatMayBeEmptyMayBeAbsent(t *testing.T) {
	m := copied(t)
	rows, err := csv.NewReader(bytes.NewReader(m["targets.csv"].Data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var older bytes.Buffer
	w := csv.NewWriter(&older)
	for _, row := range rows {
		if err := w.Write(row[:len(row)-1]); err != nil { // the note is the last column
			t.Fatal(err)
		}
	}
	w.Flush()
	m["targets.csv"].Data = older.Bytes()
	s, issues, err := Load(m)
	if err != nil || len(issues) > 0 || len(s.Targets) != 2 || s.Targets[0].Note != "" || s.Targets[0].Confidence == "" {
		t.Errorf("%v %v: %+v", err, issues, s.Targets)
	}
}

func TestAMissingFileIsNamed(t *testing.T) {
	m := copied(t)
	delete(m, "bands.csv")
	_, issues, err := Load(m)
	if err != nil || len(issues) != 1 || issues[0].File != "bands.csv" || issues[0].Cell != "" {
		t.Errorf("%v, %v", issues, err)
	}
}

// A row that cannot be read is the only one blamed, not those that refer to it.
func TestOneFaultIsOneIssue(t *testing.T) {
	m := copied(t)
	data := m["criteria_sets.csv"].Data
	m["criteria_sets.csv"].Data = bytes.Replace(data, []byte("\nAG-3379,"), []byte("\n,AG-3379,"), 1)
	_, issues, _ := Load(m)
	if len(issues) != 1 || issues[0].Where() != "criteria_sets.csv!6" {
		t.Errorf("%v", issues)
	}
}

// Excel saves "CSV UTF-8" with a byte order mark, its own line ends and empty
// rows below; columns may stand in any order.
func TestAFileSavedByExcel(t *testing.T) {
	m := copied(t)
	m["words.csv"].Data = append([]byte("\ufeff"), bytes.ReplaceAll(append(m["words.csv"].Data, ",,,\n"...), []byte("\n"), []byte("\r\n"))...)
	m["provinces.csv"].Data = []byte("name,province_code,kind,valid_from,valid_to,confidence,source\nAn Giang,89,tỉnh,,2025-06-30,verified,\n")
	s, issues, err := Load(m)
	if err != nil || issues != nil {
		t.Fatal(issues, err)
	}
	if len(s.Words) != len(load(t).Words) || s.Provinces[0].Code != "89" {
		t.Errorf("%d words, %+v", len(s.Words), s.Provinces)
	}
	if got := s.Tables[0].Columns[0]; got != "province_code" {
		t.Errorf("the table follows the file's order of columns: %s", got)
	}
}

func TestTheOfficesOwnFilesReplaceOurs(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("threshold_overrides.csv",
		"set_id,indicator_id,scope_kind,scope_value,comparator,threshold,valid_from,valid_to,legal_basis,source,confidence,note\n"+
			"AG-3379,15.1,commune,30694,>=,80,2017-01-01,,Công văn 1/UBND,văn phòng,document,\n")
	write(".~lock.words.csv#", "")
	s, issues, err := Load(Overlay(dir))
	if err != nil || issues != nil {
		t.Fatal(issues, err)
	}
	// The one row, and the same for the set that is based on that one.
	if len(s.Overrides) != 2 || s.Overrides[0].ScopeValue != "30694" || len(s.CommunesOn("2017-12-31")) != 156 {
		t.Errorf("%d overrides, %d communes", len(s.Overrides), len(s.Communes))
	}

	write("threshold_override.csv", "set_id\n")
	write("Ghi chú.txt", "")
	_, issues, err = Load(Overlay(dir))
	if err != nil || len(issues) != 2 {
		t.Fatal(issues, err)
	}
	for _, i := range issues {
		switch i.File {
		case "threshold_override.csv":
			if i.Severity != issue.Error || !strings.Contains(i.Message, "gần nhất là threshold_overrides.csv") {
				t.Error(i)
			}
		case "Ghi chú.txt":
			if i.Severity != issue.Warning {
				t.Error(i)
			}
		default:
			t.Error(i)
		}
	}

	if _, _, err := Load(Overlay(filepath.Join(dir, "không có"))); err == nil {
		t.Error("a folder that does not exist is loaded without an error")
	}
	if s, issues, err := Load(Overlay("")); err != nil || issues != nil || len(s.CommunesOn("2017-12-31")) != 156 {
		t.Error("no folder is not the embedded files:", issues, err)
	}
}

// Whatever an office puts into its files, loading says so and goes on.
func FuzzLoad(f *testing.F) {
	for i := range files {
		f.Add(i, []byte("a,b\n1,2\n"))
		f.Add(i, []byte(headerLine(files[i])+"\n"+strings.Repeat(",", len(files[i].columns)-1)+"\n"))
	}
	f.Fuzz(func(t *testing.T, which int, data []byte) {
		m := make(fstest.MapFS)
		for _, f := range files {
			all, _ := fs.ReadFile(FS, f.name)
			m[f.name] = &fstest.MapFile{Data: all}
		}
		at := files[((which%len(files))+len(files))%len(files)]
		m[at.name] = &fstest.MapFile{Data: data}
		if _, _, err := Load(m); err != nil {
			t.Fatal(err)
		}
	})
}
