package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/pipeline"
)

// besideEarlier is a report of quý IV/2017 that shows the quarter before and the
// plan beside its own figures of 15.1.
func besideEarlier(vinhPhu, vinhTrach int) tab {
	return tab{rows: [][]any{
		{"UBND huyện Thoại Sơn"}, {"Biểu tổng hợp tiêu chí nông thôn mới Quý IV/2017"}, nil,
		{"STT", "Tên xã", "15.1", "15.1", "15.1"},
		{nil, nil, "Thực hiện quý III/2017", "Kế hoạch năm 2017", "Thực hiện quý IV/2017"},
		{1, "Vĩnh Phú", vinhPhu, 90, 86},
		{2, "Vĩnh Trạch", vinhTrach, 90, 87},
	}}
}

// What a report shows beside its own figures does not count and is kept: the
// quarter before is held against what was published for it, also when that is
// corrected later, and a warehouse that is made again has it all.
func TestWhatDoesNotCountIsKept(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q3", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý III/2017", ids("15.1"), commune("Vĩnh Phú", 80), commune("Vĩnh Trạch", 81)))
	o.run("2017-Q3", pipeline.Incomplete)
	o.receives("2017-Q4", "Thoại Sơn.xlsx", besideEarlier(79, 81))
	o.run("2017-Q4", pipeline.Incomplete)
	o.says("select cell, value, standing, kind, stated_on from raw.aside where period = '2017-Q4' order by cell",
		"C6 | 79 | earlier | result | 2017-09-30", "C7 | 81 | earlier | result | 2017-09-30",
		"D6 | 90 | plan | plan | 2017-12-31", "D7 | 90 | plan | plan | 2017-12-31")
	o.says("select cell, value from raw.observation where period = '2017-Q4' order by cell", "E6 | 86", "E7 | 87")
	o.findings("restated_previous", "warning | Vĩnh Phú | 15.1 | Biểu 1 | C6")
	o.says("select evaluated, failed, skipped from ops.check_result where check_id = 'restated_previous' and period = '2017-Q4'", "2 | 1 | 0")

	// The earlier report is corrected: both figures are what they were said to be then.
	o.receives("2017-Q3", "Thoại Sơn lần 2.xlsx", wide("huyện Thoại Sơn", "Quý III/2017", ids("15.1"), commune("Vĩnh Phú", 79)))
	o.run("2017-Q3", pipeline.Incomplete)
	o.findings("restated_previous")

	before := o.contents(o.data)
	status, stdout, stderr := o.ntm(o.folders("rebuild")...)
	if status != pipeline.OK {
		t.Fatalf("rebuild: status %d\n%s%s", status, stdout, stderr)
	}
	after := o.contents(o.data)
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if before[name] != after[name] {
			t.Errorf("%s differs after rebuild:\n%s\nwas\n%s", name, after[name], before[name])
		}
	}
}

// A file whose communes are another district's is filed under neither, and goes
// back to nobody but the operator.
func TestCommunesOfAnotherDistrict(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "Châu Thành.xlsx", wide("huyện Châu Thành", "Quý IV/2017", ids("15.1", "17.1"),
		commune("Vĩnh Phú", 86, 90), commune("Vĩnh Trạch", 87, 91), commune("Phú Thuận", 88, 92)))
	o.receives("2017-Q4", "Tri Tôn.xlsx", wide("huyện Tri Tôn", "Quý IV/2017", ids("15.1"), commune("Vĩnh Gia", 86)))
	o.run("2017-Q4", pipeline.Incomplete)
	o.says("select status, coalesce(sender_code, '–'), coalesce(district_code, '–'), reason like '%[NTM-107]' from ops.submission where file_name = 'Châu Thành.xlsx'", "rejected | – | – | true")
	o.says("select severity, coalesce(district_code, '–'), cell from ops.finding where check_id = 'district_mismatch' and file_name = 'Châu Thành.xlsx'", "error | – | A4")
	o.says("select count(*) from raw.observation o join staging.commune c using (period, commune_code) where c.commune_name = 'Vĩnh Phú'", "0")
	back := slices.Sorted(maps.Keys(listing(t, filepath.Join(o.out, "2017-Q4", "v001", "phan-hoi"))))
	if !slices.Contains(back, "chua-ro/Châu Thành.xlsx") || slices.ContainsFunc(back, func(name string) bool {
		return strings.HasSuffix(name, "Châu Thành.xlsx") && !strings.HasPrefix(name, "chua-ro/")
	}) {
		t.Errorf("the file goes back to %q", back)
	}
}

// A file in which communes stand by chance among other names is refused as what
// it is.
func TestNoReport(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	list := tab{rows: [][]any{{"UBND huyện Thoại Sơn"}, {"Danh sách khách hàng Quý IV/2017"}, nil, {"STT", "Tên", "1.1", "1.2"}}}
	for i, name := range strings.Fields("Lan Huệ Cúc Mai Đào Hạnh Phúc Tâm Đức Hiền Thảo Nhân Nghĩa Lễ Trí Tín") {
		list.rows = append(list.rows, []any{i + 1, "Cửa hàng " + name, 10 + i, 20 + i})
	}
	list.rows = append(list.rows, []any{20, "Vĩnh Phú", 5, 6})
	o.receives("2017-Q4", "Thoại Sơn khach hang.xlsx", list)
	o.receives("2017-Q4", "Tri Tôn.xlsx", wide("huyện Tri Tôn", "Quý IV/2017", ids("15.1"), commune("Vĩnh Gia", 86)))
	o.run("2017-Q4", pipeline.Incomplete)
	o.says("select status, reason like '%[NTM-065]', observations from ops.submission where file_name like '%khach hang%'", "rejected | true | 0")
	o.says("select count(*) from ops.finding where check_id = 'not_a_report'", "1")
}

// Which of two files of a sender counts by its name alone is said, and where a
// better sign tells, nothing is.
func TestOrderUnclear(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	report := func(value int) tab {
		return wide("huyện Thoại Sơn", "Quý IV/2017", ids("15.1"), commune("Vĩnh Phú", value))
	}
	o.receives("2017-Q4", "b Thoại Sơn.xlsx", report(80))
	o.receives("2017-Q4", "a Thoại Sơn.xlsx", report(81))
	o.run("2017-Q4", pipeline.Incomplete)
	o.says("select file_name, status from ops.submission order by file_name", "a Thoại Sơn.xlsx | accepted", "b Thoại Sơn.xlsx | superseded")
	o.says("select severity, code, file_name from ops.finding where check_id = 'order_unclear'", "warning | NTM-109 | a Thoại Sơn.xlsx")
	o.receives("2017-Q4", "a Thoại Sơn lần 2.xlsx", report(82))
	o.run("2017-Q4", pipeline.Incomplete)
	o.says("select file_name from ops.submission where status = 'accepted'", "a Thoại Sơn lần 2.xlsx")
	o.findings("order_unclear")
}

// A file that cannot be looked at hides none of the others, and a period without
// a set in force is shown by the nearest.
func TestInspectShowsEveryFile(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "Thoại Sơn.xlsx", besideEarlier(79, 81))
	file := filepath.Join(o.inbox, "2017-Q4", "Thoại Sơn.xlsx")
	broken := filepath.Join(o.inbox, "2017-Q4", "hỏng.xlsx")
	if err := os.WriteFile(broken, []byte("PK\x03\x04"), 0o644); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := o.ntm("inspect", filepath.Join(o.inbox, "khong-co.xlsx"), broken, file)
	if status != pipeline.Usage || !strings.Contains(stderr, "khong-co.xlsx") {
		t.Errorf("status %d\n%s", status, stderr)
	}
	for _, want := range []string{
		"KHÔNG XEM ĐƯỢC", "TRẢ LẠI – không đọc được", "huyện Thoại Sơn", "kỳ “quý iii/2017”, KHÔNG TÍNH: của kỳ trước: C=15.1",
		"kế hoạch, kỳ “2017”, KHÔNG TÍNH: kế hoạch: D=15.1", "kỳ “quý iv/2017”: E=15.1",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in\n%s", want, stdout)
		}
	}

	status, stdout, stderr = o.ntm("inspect", "--period", "1999-Q4", "--format", "json", file)
	if status != pipeline.OK {
		t.Fatalf("status %d\n%s", status, stderr)
	}
	var all []struct {
		Sender     string `json:"sender_code"`
		SetID      string `json:"set_id"`
		SetInForce bool   `json:"set_in_force"`
		Tables     []struct{ Layout string }
		Cells      struct{ Total int }
	}
	fromJSON(t, []byte(stdout), &all)
	if len(all) != 1 || all[0].Sender != "894" || all[0].SetInForce || all[0].SetID == "" || len(all[0].Tables) != 1 || all[0].Cells.Total == 0 {
		t.Errorf("without a set in force: %+v\n%s", all, stdout)
	}
}

// Where a table can be read in two ways, both are shown, with the command that
// settles it.
func TestInspectShowsChoices(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", ids("15.1", "15.1", "17.1"), commune("Vĩnh Phú", 80, 81, 90), commune("Vĩnh Trạch", 82, 83, 91)))
	file := filepath.Join(o.inbox, "2017-Q4", "Thoại Sơn.xlsx")
	_, stdout, _ := o.ntm("inspect", file)
	for _, want := range []string{"cách 1: ", "cách 2: ", "ntm confirm ", "--reading N", "NTM-436", "KHÔNG TÍNH: chưa rõ cách đọc: C=15.1; D=15.1"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in\n%s", want, stdout)
		}
	}
	_, stdout, _ = o.ntm("inspect", "--format", "json", file)
	var all []struct {
		Choices []struct {
			Fingerprint, Command string
			Chosen               int
			Readings             []struct {
				No, Cells int
				Says      string
			}
		}
		Tables []struct {
			Columns []struct {
				Column   int
				Standing string
			}
		}
	}
	fromJSON(t, []byte(stdout), &all)
	if len(all) != 1 || len(all[0].Choices) != 1 || len(all[0].Choices[0].Readings) != 2 || all[0].Choices[0].Fingerprint == "" || all[0].Choices[0].Chosen != 0 ||
		all[0].Choices[0].Readings[1].Cells != 2 || !strings.Contains(all[0].Choices[0].Command, "ntm confirm") ||
		!slices.ContainsFunc(all[0].Tables[0].Columns, func(c struct {
			Column   int
			Standing string
		}) bool {
			return c.Column == 4 && c.Standing == "unclear"
		}) {
		t.Errorf("choices: %+v\n%s", all, stdout)
	}
}
