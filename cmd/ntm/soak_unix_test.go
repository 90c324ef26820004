//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/pipeline"
	"github.com/angiang-ntm/ntm/seeds"
)

// An office over years: every month eleven districts report, some of them
// twice, some late, some partly, some with the same file under another name,
// some with what is no report. In the end the warehouse is the one that the
// archive gives, everything is as recorded, and a run takes no more memory than
// it did at the start.
//
// make soak runs forty months; the tests a few.
func TestSoak(t *testing.T) {
	t.Parallel()
	months, seed := 3, uint64(2017)
	if n, err := strconv.Atoi(os.Getenv("NTM_SOAK")); err == nil {
		months = n
	}
	if n, err := strconv.ParseUint(os.Getenv("NTM_SEED"), 10, 64); err == nil {
		seed = n
	}
	chance := rand.New(rand.NewPCG(seed, 1))
	o := newOffice(t)
	known, problems, err := seeds.Load(seeds.FS)
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	type district struct {
		name     string
		communes []string
	}
	var districts []district
	for _, d := range known.Districts {
		if d.ValidFrom > "2017-12-31" || d.ValidTo != "" && d.ValidTo < "2021-12-31" || d.ProvinceCode != "89" {
			continue
		}
		x := district{name: d.Kind + " " + d.Name}
		for _, c := range known.Communes {
			if c.DistrictCode == d.Code && c.Kind == "xã" && c.ValidFrom <= "2017-12-31" && (c.ValidTo == "" || c.ValidTo >= "2021-12-31") {
				x.communes = append(x.communes, c.Name)
			}
		}
		districts = append(districts, x)
	}
	if len(districts) != 11 {
		t.Fatalf("%d districts", len(districts))
	}
	value := func(id any) any {
		switch id {
		case "9.1":
			return "Không"
		case "2.1", "2.2", "2.3", "15.1", "17.1", "17.8", "12":
			return 70 + float64(chance.IntN(3000))/100
		}
		return []any{"Đạt", "Đạt", "Đạt", "Chưa đạt", nil}[chance.IntN(5)]
	}
	all := allIDs(t)
	report := func(d district, label string, of []string) []byte {
		var rows [][]any
		for _, name := range of {
			row := []any{name}
			for _, id := range all {
				row = append(row, value(id))
			}
			rows = append(rows, row)
		}
		return xlsx(t, wide(d.name, label, all, rows...))
	}
	type figures struct {
		month   string
		seconds float64
		peak    int64
		held    int64 // size of the warehouse before
	}
	var runs []figures
	run := func(period string) {
		t.Helper()
		var held int64
		if info, err := os.Stat(filepath.Join(o.data, "ntm.duckdb")); err == nil {
			held = info.Size()
		}
		o.finishes(o.process(period), pipeline.OK, pipeline.Incomplete)
		names, err := filepath.Glob(filepath.Join(o.data, "runs", "*.json"))
		if err != nil || len(names) == 0 {
			t.Fatal(names, err)
		}
		text, err := os.ReadFile(slices.Max(names))
		if err != nil {
			t.Fatal(err)
		}
		var rec pipeline.Record
		if err := json.Unmarshal(text, &rec); err != nil {
			t.Fatal(err)
		}
		runs = append(runs, figures{period, rec.Seconds, rec.PeakMemory, held})
	}
	files := 0
	for m := range months {
		year, month := 2017+(11+m)/12, (11+m)%12+1
		period, label := fmt.Sprintf("%d-%02d", year, month), fmt.Sprintf("Tháng %02d/%d", month, year)
		late := map[string][]byte{}
		put := func(name string, data []byte) {
			o.put(period+"/"+name, data)
			files++
		}
		for n, d := range districts {
			name := fmt.Sprintf("%02d %s", n, d.name)
			first := report(d, label, d.communes)
			switch chance.IntN(8) {
			case 0:
				late[name+".xlsx"] = first // comes after the first run
			case 1:
				put(name+".xlsx", first)
				put(name+" - bản sao.xlsx", first)
			case 2:
				put(name+".xlsx", first)
				late[name+" (lần 2).xlsx"] = report(d, label, d.communes) // wholly
			case 3:
				put(name+".xlsx", first)
				late[name+" (bổ sung).xlsx"] = report(d, label, d.communes[:1+chance.IntN(len(d.communes))])
			case 4:
				put(name+".xlsx", first[:len(first)*2/3]) // cut off on the way
				late[name+" gửi lại.xlsx"] = first
			default:
				put(name+".xlsx", first)
			}
		}
		junk := make([]byte, 200+chance.IntN(2000))
		for i := range junk {
			junk[i] = byte(chance.IntN(256))
		}
		put("rác.xls", junk)
		run(period)
		for _, name := range slices.Sorted(maps.Keys(late)) {
			put(name, late[name])
		}
		if err := os.Remove(filepath.Join(o.inbox, period, "rác.xls")); err != nil {
			t.Fatal(err)
		}
		run(period)
		if m > 0 && chance.IntN(4) == 0 { // a correction of a month long past
			back := chance.IntN(m)
			y, mo := 2017+(11+back)/12, (11+back)%12+1
			d := districts[chance.IntN(len(districts))]
			o.put(fmt.Sprintf("%d-%02d/sửa sau %s.xlsx", y, mo, period), report(d, fmt.Sprintf("Tháng %02d/%d", mo, y), d.communes))
			files++
			run(fmt.Sprintf("%d-%02d", y, mo))
		}
	}
	if status, stdout, stderr := o.ntm(o.folders("verify")...); status != pipeline.OK {
		t.Errorf("ntm verify: status %d\n%s%s", status, stdout, stderr)
	}
	o.says("select count(distinct period) from ops.submission", strconv.Itoa(months))
	o.rebuildsTheSame()

	var b strings.Builder
	for i, f := range runs {
		if i < 3 || i >= len(runs)-3 || i%10 == 0 {
			fmt.Fprintf(&b, "%4d  %s  %5.2f s  %4d MiB  warehouse %4d MiB\n", i+1, f.month, f.seconds, f.peak>>20, f.held>>20)
		}
	}
	t.Logf("%d months, %d files, %d runs (NTM_SEED=%d):\n%s", months, files, len(runs), seed, &b)
	middle := func(of []figures) int64 {
		var peaks []int64
		for _, f := range of {
			peaks = append(peaks, f.peak)
		}
		slices.Sort(peaks)
		return peaks[len(peaks)/2]
	}
	// The first run starts from nothing.
	quarter := max(1, (len(runs)-1)/4)
	if first, last := middle(runs[1:1+quarter]), middle(runs[len(runs)-quarter:]); last > first*3/2+64<<20 {
		t.Errorf("a run took %d MiB at first and takes %d MiB now", first>>20, last>>20)
	}
}
