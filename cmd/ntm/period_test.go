package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/pipeline"
)

// A period that nobody reports in is not made by a slip of the hand: the run says
// what may have been meant, and nothing has happened.
func TestAPeriodIsNotInvented(t *testing.T) {
	t.Parallel()
	report := func(district, name, label string) tab {
		return wide("huyện "+district, label, ids("15.1", "17.1"), commune(name, 85, 85))
	}
	asks := func(o *office, period string, want ...string) {
		t.Helper()
		said := o.run(period, pipeline.Usage)
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("--period %s does not say %q:\n%s", period, w, said)
			}
		}
		if _, err := os.Stat(filepath.Join(o.out, period)); err == nil {
			t.Errorf("--period %s was published", period)
		}
		if _, err := os.Stat(filepath.Join(o.data, "ntm.duckdb")); err == nil && o.ask("select count(*) from ops.period where period = '" + period + "'")[0] != "0" {
			t.Errorf("--period %s is in the warehouse", period)
		}
	}

	// By folders: a period of another name, of another length, of no time at all.
	o := newOffice(t)
	o.receives("2017-Q4", "Thoại Sơn.xlsx", report("Thoại Sơn", "Vĩnh Phú", "Quý IV/2017"))
	o.receives("2017-Q4", "khong-ky.xlsx", report("Chợ Mới", "Long Giang", ""))
	o.put("2017-Q4/an-phu.pdf", []byte("%PDF-1.4\n"))
	asks(o, "2017-12", "2017-12 (Tháng 12/2017) là kỳ tháng, còn đơn vị báo cáo theo quý", "Ý bạn là 2017-Q4? Gõ: ntm run --period 2017-Q4", "--any-length")
	asks(o, "2017", "Ý bạn là 2017-Q4?")
	asks(o, "2017-11", "2017-Q4 chứa thời gian này")
	asks(o, "2018-Q4", "chưa từng có kỳ 2018-Q4", "Ý bạn là: ntm run --period 2017-Q4?")
	o.run("2017-q4", pipeline.Incomplete) // understood, and a period with a folder
	o.run("quý IV/2017", pipeline.Incomplete)
	asks(o, "2017-12", "Ý bạn là 2017-Q4?")
	if said := o.run("2017-12", pipeline.Incomplete, "--any-length", "--new-period"); !strings.Contains(said, "Đã công bố 2017-12 v001") {
		t.Errorf("--any-length says:\n%s", said)
	}
	o.run("2017-12", pipeline.Incomplete) // once it is there, nobody is asked

	// In a flat inbox: a file that says that it is of the period makes it; one that
	// names no year does not.
	flat := newOffice(t)
	flat.receives("", "Thoại Sơn.xlsx", report("Thoại Sơn", "Vĩnh Phú", "Quý IV/2017"))
	flat.receives("", "Chợ Mới.xlsx", report("Chợ Mới", "Long Giang", "Quý III/2017"))
	flat.receives("", "Tri Tôn.xlsx", report("Tri Tôn", "Châu Lăng", "Quý IV"))
	flat.put("scan.pdf", []byte("%PDF-1.4\n"))
	asks(flat, "2018-Q4", "Có tệp của: ", "2017-Q4", "2017-Q3", "--new-period")
	flat.run("2017-Q4", pipeline.Incomplete)
	flat.run("2017-Q3", pipeline.Incomplete)
	if said := flat.run("2018-Q4", pipeline.Incomplete, "--new-period"); !strings.Contains(said, "Đã công bố 2018-Q4 v001") {
		t.Errorf("--new-period says:\n%s", said)
	}
}
