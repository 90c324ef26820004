package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/pipeline"
)

// quarters are those of the tests about looking back: the first is judged by the
// set that communes were recognised under, the others by the next.
var quarters = []struct{ period, label string }{{"2016-Q4", "Quý IV/2016"}, {"2017-Q1", "Quý I/2017"}, {"2017-Q3", "Quý III/2017"}, {"2017-Q4", "Quý IV/2017"}}

// reportsWater puts a report of two communes into the inbox of a quarter.
func (o *office) reportsWater(quarter, edition int, first, second float64) string {
	o.t.Helper()
	q := quarters[quarter]
	name := fmt.Sprintf("Châu Thành lần %d.xlsx", edition)
	o.receives(q.period, name, wide("huyện Châu Thành", q.label, ids("15.1", "17.1"), commune("Vĩnh Thành", first, 70), commune("Cần Đăng", second, second)))
	return name
}

// waterOffice has every quarter reported and published once.
func waterOffice(t *testing.T) *office {
	t.Helper()
	o := newOffice(t)
	for i := range quarters {
		o.reportsWater(i, 1, 80, 90)
		o.run(quarters[i].period, 3)
	}
	return o
}

// A correction of an old quarter reaches every later one that looks back on it,
// however far: what is shown of it there, and what was published.
func TestACorrectionReachesWhateverLooksBack(t *testing.T) {
	t.Parallel()
	o := waterOffice(t)
	then := "select period, value_then, value_then_period from mart.recognition_change where commune_name = 'Vĩnh Thành' and indicator_id = '15.1' order by period"
	o.says(then, "2017-Q1 | 80 | 2016-Q4", "2017-Q3 | 80 | 2016-Q4", "2017-Q4 | 80 | 2016-Q4")
	before := o.latest("2017-Q4")
	o.reportsWater(0, 2, 75, 90)
	said := o.run("2016-Q4", 3)
	o.says(then, "2017-Q1 | 75 | 2016-Q4", "2017-Q3 | 75 | 2016-Q4", "2017-Q4 | 75 | 2016-Q4")
	for _, q := range quarters {
		if want := q.period + " v002"; !strings.Contains(said, want) {
			t.Errorf("the correction does not say that %s was published:\n%s", want, said)
		}
	}
	if before != "v001" || o.latest("2017-Q4") != "v002" {
		t.Errorf("the last quarter stands at %s, then at %s; want v001 and v002", before, o.latest("2017-Q4"))
	}
	if said := o.run("2017-Q4", 3); !strings.Contains(said, "Không có gì mới") {
		t.Errorf("the last quarter, run again, has something new:\n%s", said)
	}
	want := o.contents(o.data)
	o.tells(pipeline.OK, "rebuild")
	equalFigures(t, want, o.contents(o.data))
	o.tells(pipeline.OK, "verify")
}

// A closed quarter stays as it was signed, however far it looks back, and the run
// that corrects what it looks back on says that it does.
func TestAClosedPeriodThatLooksFarBackIsNamed(t *testing.T) {
	t.Parallel()
	o := waterOffice(t)
	o.tells(pipeline.OK, "close", "2017-Q4", "--decision", "Số 15/QĐ minh họa", "--date", "2018-01-20")
	then := "select value_then from mart.recognition_change where commune_name = 'Vĩnh Thành' and indicator_id = '15.1' and period = '2017-Q4'"
	const kept = "Kỳ 2017-Q4 so với kỳ này, nhưng đã chốt"
	if said := o.run("2016-Q4", 3); strings.Contains(said, kept) {
		t.Errorf("nothing has changed, and yet:\n%s", said)
	}
	o.reportsWater(0, 2, 75, 90)
	if said := o.run("2016-Q4", 3); !strings.Contains(said, kept) {
		t.Errorf("the correction does not name the closed quarter:\n%s", said)
	}
	o.says(then, "80")
	if at := o.latest("2017-Q4"); at != "v001" {
		t.Errorf("the closed quarter stands at %s", at)
	}
}

// Whatever the order of runs, corrections and withdrawals, the warehouse holds
// what one made from the archive alone holds.
func TestAnySequenceOfRunsEqualsARebuild(t *testing.T) {
	t.Parallel()
	draws := 2
	if testing.Short() {
		draws = 1
	}
	for seed := range draws {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			o := newOffice(t)
			random := rand.New(rand.NewPCG(uint64(seed), 39))
			files := map[string]bool{} // those that may be withdrawn
			editions := map[int]int{}
			var story []string
			for range 9 {
				i := random.IntN(len(quarters))
				q := quarters[i]
				var mine []string
				for edition := 1; edition <= editions[i]; edition++ {
					if name := fmt.Sprintf("Châu Thành lần %d.xlsx", edition); files[filepath.Join(q.period, name)] {
						mine = append(mine, name)
					}
				}
				if len(mine) > 0 && random.IntN(3) == 0 {
					name := mine[random.IntN(len(mine))]
					files[filepath.Join(q.period, name)] = false
					o.tells(pipeline.OK, "withdraw", name, "--period", q.period, "--reason", "gửi nhầm", "--by", "Trần Thị B")
					story = append(story, "withdraw "+q.period+" "+name)
				} else {
					editions[i]++
					name := o.reportsWater(i, editions[i], float64(60+random.IntN(35)), float64(60+random.IntN(35)))
					files[filepath.Join(q.period, name)] = true
					story = append(story, "receive "+q.period+" "+name)
				}
				o.evaluate(q.period)
			}
			want := o.contents(o.data)
			o.tells(pipeline.OK, "rebuild")
			got := o.contents(o.data)
			for table, digest := range want {
				if got[table] != digest {
					t.Errorf("after %s: %s was %s, made again it is %s", strings.Join(story, "; "), table, digest, got[table])
				}
			}
		})
	}
}
