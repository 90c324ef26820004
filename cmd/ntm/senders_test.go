package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/pipeline"
)

// A department reports on its own indicators for the communes of all
// districts: by a column that names the district, merged or not, or by rows that
// head the communes of one. Both words stand; the settings say whose counts.
func TestADepartmentSpeaksBesideTheDistricts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "Châu Đốc.xlsx", wide("TP. Châu Đốc", "Quý IV/2017", ids("15.1", "15.2", "15.3"), commune("Vĩnh Châu", 90, "Đạt", 10), commune("Vĩnh Tế", 90, "Đạt", 10)))
	o.receives("2017-Q4", "Thoại Sơn.xlsx", wide("huyện Thoại Sơn", "Quý IV/2017", ids("15.1", "15.2"), commune("Vĩnh Phú", 90, "Đạt")))
	o.receives("2017-Q4", "bao cao thang 12.xlsx", tab{name: "Biểu", rows: [][]any{
		{"SỞ Y TẾ TỈNH AN GIANG"},
		{"ĐÁNH GIÁ CÁC CHỈ TIÊU Y TẾ, Quý IV/2017"},
		{},
		{"STT", "Huyện", "Tên xã", "15.2", "15.3", "10"},
		{1, "TP. Châu Đốc", "Vĩnh Châu", "Chưa đạt", 12, 50},
		{2, nil, "Vĩnh Tế", "Đạt", 30, 50},
		{3, "Thoại Sơn", "Vĩnh Phú", "Đạt", 9, 50},
		{4, "Châu Phú", "Mỹ Đức", "Đạt", 9, 50}, // Châu Phú's own, unreported otherwise
	}})
	o.run("2017-Q4", 3)
	o.says("select file_name, sender_kind, sender_code, district_code, status from ops.submission order by file_name",
		"Châu Đốc.xlsx | district | 884 | 884 | accepted", "Thoại Sơn.xlsx | district | 894 | 894 | accepted", "bao cao thang 12.xlsx | department | so-y-te | NULL | accepted")
	const counted = "select commune_name, indicator_id, value, met, source from mart.indicator_result where period = '2017-Q4' and indicator_id in ('10', '15.2', '15.3') and state <> 'missing' order by all"
	o.says(counted,
		"Mỹ Đức | 15.2 | NULL | true | department", "Mỹ Đức | 15.3 | 9 | true | department",
		"Vĩnh Châu | 15.2 | NULL | true | district", "Vĩnh Châu | 15.3 | 10 | true | district",
		"Vĩnh Phú | 15.2 | NULL | true | district", "Vĩnh Phú | 15.3 | 9 | true | department",
		"Vĩnh Tế | 15.2 | NULL | true | district", "Vĩnh Tế | 15.3 | 10 | true | district")
	o.says("select commune_name, indicator_id, severity from ops.finding f join staging.commune c using (period, commune_code) where check_id = 'source_disagreement' order by all",
		"Vĩnh Châu | 15.2 | warning", "Vĩnh Châu | 15.3 | warning", "Vĩnh Tế | 15.3 | warning")
	o.says("select indicator_id from ops.finding where check_id = 'not_lead'", "10")
	o.says("select source, raw_text, met, counts from mart.source_comparison where commune_name = 'Vĩnh Tế' and indicator_id = '15.3' order by source",
		"department | 30 | false | false", "district | 10 | true | true")
	if _, err := os.Stat(filepath.Join(o.out, "2017-Q4", "v001", "phan-hoi", "so-y-te", "bao cao thang 12.xlsx")); err != nil {
		t.Error(err)
	}
	// A district is not excused by what a department says of its communes.
	o.says("select count(*) from ops.finding where check_id = 'missing_district' and district_code = '889'", "1")

	// The office lets the department decide on 15.3.
	config := filepath.Join(t.TempDir(), "ntm.yaml")
	write(t, config, "senders:\n  department_first: [\"15.3\"]\n  departments_expected: [\"so-y-te\", \"bhxh\"]\n")
	o.flags = []string{"--config", config}
	if said := o.run("2017-Q4", 3); !strings.Contains(said, "2017-Q4 v002") || !strings.Contains(said, "3/13") || !strings.Contains(said, "Bảo hiểm xã hội tỉnh") {
		t.Errorf("with other settings:\n%s", said)
	}
	o.says("select commune_name, value, met, source from mart.indicator_result where indicator_id = '15.3' and state <> 'missing' order by all",
		"Mỹ Đức | 9 | true | department", "Vĩnh Châu | 12 | true | department", "Vĩnh Phú | 9 | true | department", "Vĩnh Tế | 30 | false | department")
}

// The same name in two districts is told apart by the row that heads it.
func TestADepartmentsRowsBelongToTheDistrictAboveThem(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "BC Sở Y tế.xlsx", tab{name: "Biểu", rows: [][]any{
		{"SỞ Y TẾ"},
		{"Kết quả quý IV/2017"},
		{},
		{"STT", "Tên xã", "15.2", "15.3"},
		{"I", "Huyện Phú Tân", nil, nil},
		{1, "Tân Hòa", "Đạt", 11},
		{2, "Phú Thạnh", "Đạt", 12},
		{"II", "Huyện Châu Thành", nil, nil},
		{3, "Hòa Bình Thạnh", "Đạt", 13},
		{"III", "Huyện Chợ Mới", nil, nil},
		{4, "Hòa An", "Chưa đạt", 14},
		{5, "Hòa Bình", "Đạt", 15},
	}})
	o.run("2017-Q4", 3)
	o.says("select district_name, commune_name, value from mart.indicator_result where indicator_id = '15.3' and value is not null order by value",
		"huyện Phú Tân | Tân Hòa | 11", "huyện Phú Tân | Phú Thạnh | 12", "huyện Châu Thành | Hòa Bình Thạnh | 13", "huyện Chợ Mới | Hòa An | 14", "huyện Chợ Mới | Hòa Bình | 15")
	o.says("select count(*) from ops.finding where check_id in ('unknown_commune', 'sender_unknown', 'row_ignored')", "0")
}

// A department's form has its own indicators for every commune, and comes back
// as that department's report whatever it is called.
func TestADepartmentsFormComesBackAsItsReport(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	forms := t.TempDir()
	if status, _, stderr := o.ntm("template", "--period", "2017-Q4", "--sender", "so-y-te", "--out", forms, "--data", o.data); status != pipeline.OK {
		t.Fatalf("ntm template: status %d\n%s", status, stderr)
	}
	f, err := excelize.OpenFile(filepath.Join(forms, "bieu-mau-ntm-2017-Q4-so-y-te.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	const sheet = "Số liệu"
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	var head []string
	filled := 0
	for n, row := range rows {
		if slices.Contains(row, "15.2") && head == nil {
			head = row
		}
		at := slices.IndexFunc(row, func(s string) bool {
			return strings.HasPrefix(s, "Vĩnh Châu (") || strings.HasPrefix(s, "Hòa Bình (")
		})
		if at < 0 || head == nil {
			continue
		}
		for id, v := range map[string]any{"15.2": "Đạt", "15.3": 11.5} {
			cell, _ := excelize.CoordinatesToCellName(slices.Index(head, id)+1, n+1)
			if err := f.SetCellValue(sheet, cell, v); err != nil {
				t.Fatal(err)
			}
			filled++
		}
	}
	if filled != 4 {
		t.Fatalf("%d cells filled, under %v", filled, head)
	}
	var back bytes.Buffer
	if err := f.Write(&back); err != nil {
		t.Fatal(err)
	}
	o.put("2017-Q4/tra loi.xlsx", back.Bytes())
	o.run("2017-Q4", 3)
	o.says("select sender_kind, sender_code, status from ops.submission", "department | so-y-te | accepted")
	o.says("select district_name, commune_name, indicator_id, value, met, source from mart.indicator_result where state <> 'missing' order by all",
		"TP. Châu Đốc | Vĩnh Châu | 15.2 | NULL | true | department", "TP. Châu Đốc | Vĩnh Châu | 15.3 | 11.5 | true | department",
		"huyện Chợ Mới | Hòa Bình | 15.2 | NULL | true | department", "huyện Chợ Mới | Hòa Bình | 15.3 | 11.5 | true | department")
	o.says("select count(*) from ops.finding where code like 'NTM-45%'", "0")
}

// From July 2025 there is no district: the communes report themselves, and
// who is expected is those in force.
func TestCommunesReportOnceThereAreNoDistricts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2025-Q3", "bao cao 1.xlsx", tab{name: "Biểu", rows: [][]any{
		{"UBND XÃ AN CHÂU"}, {"Kết quả quý III/2025"}, {}, {"STT", "Tên xã", "15.1", "15.2"}, {1, "An Châu", 96, "Đạt"},
	}})
	o.receives("2025-Q3", "bao cao 2.xlsx", tab{name: "Biểu", rows: [][]any{
		{"UBND XÃ AN PHÚ"}, {"Kết quả quý III/2025"}, {}, {"STT", "Tên xã", "15.1", "15.2"}, {1, "An Phú", 90, "Chưa đạt"},
	}})
	said := o.run("2025-Q3", 3)
	o.says("select file_name, sender_kind, district_code, status from ops.submission order by file_name", "bao cao 1.xlsx | commune | NULL | accepted", "bao cao 2.xlsx | commune | NULL | accepted")
	o.says("select sender_kind, count(*), count(*) filter (where reported) from mart.expected_sender where period = '2025-Q3' group by 1", "commune | 44 | 2")
	o.says("select count(*) from ops.finding where check_id = 'missing_district'", "0")
	if !strings.Contains(said, "2/44") {
		t.Errorf("the summary:\n%s", said)
	}
	if status, stdout, stderr := o.ntm("status", "--data", o.data); status != pipeline.OK || !strings.Contains(stdout, "2/44") {
		t.Errorf("ntm status: status %d\n%s%s", status, stdout, stderr)
	}
	page, err := os.ReadFile(filepath.Join(o.out, "2025-Q3", "latest", "bao-cao-ntm-2025-Q3.html"))
	if err != nil || strings.Contains(string(page), "0/0 huyện") {
		t.Errorf("the page speaks of districts (%v)", err)
	}
}
