package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// Each department and each district gets what it has to do: the recognised
// communes first, with the plan's deadline, and apart from that what is reached
// and not proven.
func TestListsGoOutToEveryUnit(t *testing.T) {
	t.Parallel()
	o := sampleOffice(t)
	o.run("2017-Q4", 3)
	dir := filepath.Join(o.out, "2017-Q4", "latest", "theo-don-vi")
	names, err := filepath.Glob(filepath.Join(dir, "*.xlsx"))
	if err != nil || len(names) < 20 {
		t.Fatalf("%d lists, %v", len(names), err)
	}
	rows := func(name, sheet string) [][]string {
		t.Helper()
		f, err := excelize.OpenFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		if got := f.GetSheetList(); !slices.Equal(got, []string{"Chưa đạt", "Hồ sơ minh chứng", "Nguy cơ"}) {
			t.Fatalf("%s has sheets %v", name, got)
		}
		all, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(slices.Concat(all...), " "); !strings.Contains(text, "SỐ LIỆU MINH HỌA") {
			t.Errorf("%s, %s: does not say that the sample is one", name, sheet)
		}
		at := slices.IndexFunc(all, func(r []string) bool { return len(r) > 0 && r[0] == "STT" })
		return all[at+1:]
	}
	// Health insurance leads 15.1 alone: the nine communes of Phụ lục 1 that
	// lack it stand first, each due at the end of 2018.
	var recognised []string
	for _, r := range rows("bhxh.xlsx", "Chưa đạt") {
		if r[4] != "15.1" {
			t.Errorf("bhxh.xlsx lists %s", r[4])
		}
		if r[3] != "" {
			recognised = append(recognised, r[2])
			if r[11] != "Quý IV/2018" || strings.TrimSpace(r[12]) != "365" {
				t.Errorf("%s is due %s, in %s days", r[2], r[11], r[12])
			}
		} else if len(r) > 11 && r[11] != "" {
			t.Errorf("%s is not recognised and due %s", r[2], r[11])
		}
	}
	slices.Sort(recognised)
	want := []string{"Bình Chánh", "Bình Thủy", "Khánh An", "Kiến Thành", "Long Điền A", "Long Điền B", "Mỹ Đức", "Vĩnh Thành"}
	slices.Sort(want)
	if !slices.Equal(recognised, want) {
		t.Errorf("bhxh.xlsx: recognised %v, want %v", recognised, want)
	}
	// A district's list is its own, and agrees with the warehouse.
	var got []string
	for _, r := range rows("893-huyen-cho-moi.xlsx", "Chưa đạt") {
		if r[1] != "huyện Chợ Mới" {
			t.Errorf("Chợ Mới's list has %s", r[1])
		}
		got = append(got, r[2]+" "+r[4])
	}
	have := o.ask("select commune_name || ' ' || indicator_id from mart.indicator_result where period = '2017-Q4' and district_code = '893' and met = false")
	slices.Sort(got)
	slices.Sort(have)
	if !slices.Equal(got, have) {
		t.Errorf("Chợ Mới's list has %d rows, the warehouse %d", len(got), len(have))
	}
}
