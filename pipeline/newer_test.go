package pipeline

import (
	"slices"
	"testing"

	"github.com/angiang-ntm/ntm/transforms"
	"golang.org/x/text/unicode/norm"
)

// Which of a sender's files counts, and whether it is said that only the names
// told. Each case lists the files as they came, and the one that counts.
func TestWhichFileIsNewer(t *testing.T) {
	type file struct {
		name, folder, title string
		turn                int
		asOf, modified      string
	}
	tests := []struct {
		name    string
		files   []file
		counts  string
		unclear bool
	}{
		{"an edition goes before the run that took it in", []file{{name: "TS lần 3.xlsx", turn: 1}, {name: "TS lần 2.xlsx", turn: 2}}, "TS lần 3.xlsx", false},
		{"an edition goes before the date of data", []file{{name: "TS v2.xlsx", asOf: "2017-12-25"}, {name: "TS v1.xlsx", asOf: "2017-12-31"}}, "TS v2.xlsx", false},
		{"the folder may state the edition", []file{{name: "TS.xlsx", folder: "lần 2"}, {name: "TS.xlsx", folder: "a"}}, "TS.xlsx", false},
		{"the title may", []file{{name: "b.xlsx"}, {name: "a.xlsx", title: "Báo cáo quý IV/2017 (lần 2)"}}, "a.xlsx", false},
		{"mended once more", []file{{name: "TS sửa lần 2.xlsx"}, {name: "TS sửa.xlsx"}, {name: "TS.xlsx"}}, "TS sửa lần 2.xlsx", false},
		{"no edition, but later than one that states it", []file{{name: "TS lần 2.xlsx", turn: 1}, {name: "TS moi.xlsx", turn: 2}}, "TS lần 2.xlsx", true},
		{"the date of data goes before the one in the name", []file{{name: "TS 01-01-2018.xlsx", asOf: "2017-12-20"}, {name: "TS 20171225.xlsx", asOf: "2017-12-31"}}, "TS 20171225.xlsx", false},
		{"the date in the name goes before the run", []file{{name: "TS 05.01.2018.xlsx", turn: 1}, {name: "TS 2018-01-03.xlsx", turn: 2}}, "TS 05.01.2018.xlsx", false},
		{"the run goes before the time stamp", []file{{name: "b.xlsx", turn: 2, modified: "2018-01-01"}, {name: "a.xlsx", turn: 1, modified: "2018-01-05"}}, "b.xlsx", false},
		{"the time stamp goes before the name", []file{{name: "a.xlsx", modified: "2018-01-01"}, {name: "b.xlsx", modified: "2018-01-05"}}, "b.xlsx", false},
		{"nothing tells", []file{{name: "b.xlsx"}, {name: "a.xlsx"}}, "a.xlsx", true},
		{"copied at one moment", []file{{name: "b.xlsx", modified: "2018-01-05"}, {name: "a.xlsx", modified: "2018-01-05"}}, "a.xlsx", true},
		{"only one of them is dated", []file{{name: "b.xlsx", asOf: "2017-12-31"}, {name: "a.xlsx"}}, "a.xlsx", true},
		{"one name written in two ways", []file{{name: norm.NFD.String("Tấn Mỹ.xlsx"), modified: "2018-01-05"}, {name: norm.NFC.String("Tấn Mỹ.xlsx"), modified: "2018-01-01"}}, norm.NFD.String("Tấn Mỹ.xlsx"), false},
	}
	for _, tt := range tests {
		for _, turned := range []bool{false, true} { // whatever order they are found in
			r := &Run{vocabulary: &transforms.Vocabulary{}}
			for i, x := range tt.files {
				f := &received{
					key: fileKey{sha: string(rune('a' + i)), name: x.name, folder: x.folder}, turn: x.turn, receivedAt: day("2018-01-10").AddDate(0, 0, x.turn),
					reading: &transforms.Reading{SenderKind: "district", SenderCode: "894", Title: x.title}, status: accepted, said: map[string]bool{"30694": true},
				}
				if x.asOf != "" {
					f.reading.Period.AsOf = day(x.asOf)
				}
				if x.modified != "" {
					f.modified = day(x.modified)
				}
				r.received = append(r.received, f)
			}
			if turned {
				slices.Reverse(r.received)
			}
			r.rank()
			r.supersede()
			said := false
			for _, f := range r.received {
				if want := f.key.name == tt.counts && (len(tt.files) != 2 || tt.files[0].name != tt.files[1].name || f.key.folder == tt.files[0].folder); want != (f.status == accepted) {
					t.Errorf("%s: %s/%s is %s", tt.name, f.key.folder, f.key.name, f.status)
				}
				for _, i := range f.issues {
					said = said || i.Check == checkUnclear && f.status == accepted
				}
			}
			if said != tt.unclear {
				t.Errorf("%s: said to be unclear: %v, want %v", tt.name, said, tt.unclear)
			}
		}
	}
}

func TestDateInName(t *testing.T) {
	for name, want := range map[string]string{
		"Thoại Sơn 05.01.2018.xlsx": "2018-01-05", "bc_2018-01-05": "2018-01-05", "20180105 Thoai Son": "2018-01-05", "05012018": "2018-01-05",
		"TS 5-1-18.xlsx": "2018-01-05", "Quý IV-2017": "", "NTM 12.2017": "", "99.99.2017": "", "0987654321": "", "1.1, 2.3, 15.1": "",
	} {
		got := ""
		if d := dateInName(name); !d.IsZero() {
			got = d.Format("2006-01-02")
		}
		if got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
