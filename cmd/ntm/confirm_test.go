package main

import (
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/pipeline"
)

// A report in which two columns of one indicator give other figures: neither
// counts until somebody says which is meant, then that one does, also in a
// warehouse made again.
func TestAReportWithTwoEqualColumnsIsSettled(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.receives("2017-Q4", "Châu Phú.xlsx", wide("huyện Châu Phú", "Quý IV/2017", ids("2.2", "15.1", "15.1"), commune("Mỹ Đức", 52.5, 88.1, 70.1), commune("Mỹ Phú", 53.5, 89.1, 71.1)))
	confirm := func(want int, flags ...string) string {
		t.Helper()
		status, stdout, stderr := o.ntm(append([]string{"confirm", "Châu Phú.xlsx", "--data", o.data}, flags...)...)
		if status != want {
			t.Fatalf("ntm confirm %v: status %d, want %d\n%s%s", flags, status, want, stdout, stderr)
		}
		return stdout + stderr
	}
	const figures = "select commune_name, value from mart.indicator_result where indicator_id = '15.1' and commune_name in ('Mỹ Đức', 'Mỹ Phú') order by all"
	const asked = "select count(*) > 0 from ops.finding where check_id = 'layout_unclear'"
	o.run("2017-Q4", 3)
	o.says(figures, "Mỹ Phú | NULL", "Mỹ Đức | NULL")
	o.says(asked, "true")
	if said := confirm(pipeline.Usage); !strings.Contains(said, "88,1") && !strings.Contains(said, "88.1") {
		t.Errorf("what there is to choose does not show the figure:\n%s", said)
	}
	confirm(pipeline.OK, "--reading", "2", "--by", "Trần Thị B")
	o.run("2017-Q4", 3)
	o.says(figures, "Mỹ Phú | 71.1", "Mỹ Đức | 70.1")
	o.says(asked, "false")
	if at := o.latest("2017-Q4"); at != "v002" {
		t.Errorf("the settled report stands at %s, want v002", at)
	}
	before := o.contents(o.data)
	o.tells(pipeline.OK, "rebuild")
	equalFigures(t, before, o.contents(o.data))
}
