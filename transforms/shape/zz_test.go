package shape

import (
	"fmt"
	"github.com/angiang-ntm/ntm/seeds"
	"github.com/angiang-ntm/ntm/transforms/gen"
	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/words"
	"os"
	"strconv"
	"testing"
)

func TestZZ(t *testing.T) {
	seed, _ := strconv.ParseUint(os.Getenv("SEED"), 10, 64)
	if seed == 0 {
		t.Skip()
	}
	s, _, _ := seeds.Load(seeds.FS)
	day := "2017-12-31"
	if seed%10 == 9 {
		day = "2025-12-31"
	}
	if seed%10 == 7 {
		day = "2017-09-30"
	}
	if seed%10 == 8 {
		day = "2017-06-30"
	}
	id, _ := s.SetInForce(day)
	f := gen.NewPlan(seed, gen.NewWorld(s, id, day)).File()
	v := words.FromSeeds(s, id, day)
	for i, sh := range f.Book.Sheets {
		text, _ := v.Repair(sh)
		g := grid.New(sh, i+1, false, text)
		fi := &finder{g: g, v: v, rows: make([]profile, g.LastRow()+1)}
		fi.undate()
		for _, tt := range Tables(g, v, Asked{Period: words.Period{Granularity: "quarter", Year: 2017, N: 4}}, nil) {
			fmt.Printf("TABLE %s %d-%d name%d code%d id%d title%d rows%d\n", tt.Layout, tt.Top, tt.Bottom, tt.NameCol, tt.CodeCol, tt.IDCol, tt.TitleCol, len(tt.Rows))
			for _, k := range tt.Cols {
				fmt.Println("  ", k.Col, k.Role, k.Keys, k.Measure)
			}
		}
		if fr, ok := fi.frame(6, 1); ok {
			n := fi.counts(fr)
			for c, b := range n {
				fmt.Printf("n %d %+v\n", c, *b)
			}
			fmt.Printf("%+v\n", fr)
		}
		for r := 1; r <= g.LastRow() && r < 40; r++ {
			if len(g.Row(r)) > 0 {
				fmt.Printf("%s %d heads=%d %+v\n", sh.Name, r, fi.heads(r), *fi.profile(r))
			}
		}
	}
}
