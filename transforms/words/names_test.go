package words_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/angiang-ntm/ntm/transforms/grid"
	"github.com/angiang-ntm/ntm/transforms/page"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// The steps by which a name is matched, in their order. District 888 is Phú
// Tân, 889 Châu Phú, 892 Châu Thành, 894 Thoại Sơn.
func TestCommuneNames(t *testing.T) {
	for _, c := range []struct{ district, written, want string }{
		{"894", "30694", "Vĩnh Phú, code"},
		{"894", "Vĩnh Phú", "Vĩnh Phú, exact"},
		{"894", "xã Vĩnh Phú", "Vĩnh Phú, exact"},
		{"894", "XÃ VĨNH PHÚ", "Vĩnh Phú, exact"},
		{"894", "1. Xã  Vĩnh\u00a0Phú ", "Vĩnh Phú, exact"},
		{"894", "Vĩnh\nPhú", "Vĩnh Phú, exact"},
		{"894", "X. Vĩnh Phú", "Vĩnh Phú, exact"},
		{"894", "Xã: Vĩnh Phú", "Vĩnh Phú, exact"},
		{"894", norm.NFD.String("Vĩnh Phú"), "Vĩnh Phú, exact"},
		{"894", "TT. Óc Eo", "Óc Eo, exact"},
		{"889", "Ô Long Vỹ", "Ô Long Vỹ, exact"},
		{"889", "Ô Long Vĩ", "Ô Long Vỹ, tone"},
		{"892", "An Hoà", "An Hòa, tone"},
		{"892", "AN HOÀ", "An Hòa, tone"},
		{"888", "Long Hoà", "Long Hòa, tone"},
		{"894", "Vinh Phu", "Vĩnh Phú, ascii"},
		{"894", "XA VINH PHU", "Vĩnh Phú, ascii"},
		{"884", "Vĩnh Nguơn", "Vĩnh Ngươn, alias"},
		{"894", "VÜnh Phó", "Vĩnh Phú, legacy"},  // TCVN3
		{"894", "Vónh Phuù", "Vĩnh Phú, legacy"}, // VNI
		{"894", "VÓNH PHUÙ", "Vĩnh Phú, legacy"}, // VNI capitals
		{"888", "Phuù Thaïnh", "Phú Thạnh, legacy"},
		{"888", "Phuù Thaønh", "Phú Thành, legacy"},

		// Two communes of one district differ by a tone.
		{"888", "Phú Thạnh", "Phú Thạnh, exact"},
		{"888", "Phú Thành", "Phú Thành, exact"},
		{"888", "Phu Thanh", ""}, // without diacritics nobody knows which
		{"888", "Phú Thanh", ""}, // half of them is none of them
		{"888", "Phù Thành", ""},

		// Nothing fuzzy is accepted.
		{"894", "Vĩnh Thánh", ""}, // a wrong tone (ruling 12)
		{"894", "Vĩnh Phu", ""},   // diacritics on one word only
		{"894", "Vĩnh Phúc", ""},
		{"894", "Vĩnh Phú (xã điểm)", "Vĩnh Phú, exact"}, // a note in brackets is no part of the name: nothing else was lost by refusing it
		{"894", "Phú Vĩnh", ""},                          // the words swapped
		{"894", "Phó Hòa", ""},                           // Unicode ó is no TCVN3 ú
		{"892", "Vĩnh Phú", ""},                          // another district's commune
		{"892", "30694", ""},
		{"894", "99999", ""},
		{"894", "", ""},
		{"894", "xã", ""},
		{"", "Vĩnh Phú", "Vĩnh Phú, exact"},
		{"", "Vinh Phu", ""}, // without a district, names without diacritics name nothing
		{"000", "Vĩnh Phú", ""},
	} {
		got := ""
		if m, step := page.Vocabulary().MatchCommune(c.written, c.district); m != nil {
			got = m.Name + ", " + step
		}
		if got != c.want {
			t.Errorf("%q in district %s is %q, want %q", c.written, c.district, got, c.want)
		}
	}
}

// A commune that came of a merger may be said to be the new one, and one is
// called so.
func TestNewCommunes(t *testing.T) {
	v := page.VocabularyOn("2025-12-31")
	for written, want := range map[string]string{
		"Xã Tân An (mới)": "Tân An", "Tân An mới": "Tân An", "Xã Tân An sau sắp xếp": "Tân An",
		"Xã Chợ Mới": "Chợ Mới", "CHỢ MỚI": "Chợ Mới", "Chợ Mới (mới)": "Chợ Mới",
		"Tân An (cũ)": "",
	} {
		got := ""
		if c, _ := v.MatchCommune(written, ""); c != nil {
			got = c.Name
		}
		if got != want {
			t.Errorf("%q is %q, want %q", written, got, want)
		}
	}
}

// Each known trap: a name is matched to itself in its own district and never to
// its look-alike, however it is written.
func TestNameTraps(t *testing.T) {
	traps := []struct{ kind, codeA, nameA, codeB, nameB string }{
		{"words swapped", "30280", "Mỹ Bình", "30487", "Bình Mỹ"},
		{"words swapped", "30292", "Bình Khánh", "30343", "Khánh Bình"},
		{"one letter", "30292", "Bình Khánh", "30499", "Bình Chánh"},
		{"one letter, one district", "30316", "Châu Phú B", "30319", "Châu Phú A"},
		{"words swapped", "30337", "An Phú", "30436", "Phú An"},
		{"same name, another kind of unit", "30337", "An Phú", "30514", "An Phú"},
		{"words swapped", "30341", "Long Bình", "30484", "Bình Long"},
		{"words swapped", "30394", "Long Phú", "30418", "Phú Long"},
		{"words swapped", "30400", "Phú Vĩnh", "30694", "Vĩnh Phú"},
		{"words swapped", "30406", "Phú Mỹ", "30472", "Mỹ Phú"},
		{"one tone, one district", "30427", "Phú Thạnh", "30433", "Phú Thành"},
		{"words swapped", "30436", "Phú An", "30514", "An Phú"},
		{"words swapped", "30445", "Phú Bình", "30496", "Bình Phú"},
		{"words swapped", "30592", "An Hòa", "30679", "Hòa An"},
		{"one tone", "30601", "Bình Thạnh", "30724", "Bình Thành"},
		{"words swapped", "30607", "Bình Hòa", "30676", "Hòa Bình"},
		{"one letter", "30622", "Tân Phú", "30691", "Tây Phú"},
		{"one letter, one district", "30640", "Long Điền A", "30646", "Long Điền B"},
		{"one letter, one district", "30703", "Vĩnh Chánh", "30718", "Vĩnh Khánh"},
	}
	v := page.Vocabulary()
	for _, trap := range traps {
		for _, side := range []struct{ code, name, otherCode, otherName string }{
			{trap.codeA, trap.nameA, trap.codeB, trap.nameB}, {trap.codeB, trap.nameB, trap.codeA, trap.nameA},
		} {
			district := v.Commune(side.code).District
			for _, written := range []string{side.name, strings.ToUpper(side.name), "xã " + side.name, norm.NFD.String(side.name)} {
				if m, _ := v.MatchCommune(written, district); m == nil || m.Code != side.code {
					t.Errorf("%s: %q is not found in its own district", trap.kind, written)
				}
			}
			if side.otherName == side.name {
				continue
			}
			lookAlikes := []string{side.otherName, strings.ToUpper(side.otherName)}
			if v.Commune(side.otherCode).District == district {
				lookAlikes = append(lookAlikes, words.Plain(grid.Fold(side.otherName)))
			}
			for _, written := range lookAlikes {
				if m, step := v.MatchCommune(written, district); m != nil && m.Code == side.code {
					t.Errorf("%s: %q is taken for %s by %s", trap.kind, written, side.name, step)
				}
			}
		}
	}

	// Spellings that the sources print, and that the seeds list.
	for written, code := range map[string]string{
		"Mỹ Hoà Hưng": "30313", "Long Hoà": "30415", "Hoà Lạc": "30430", "Phú Hoà": "30685",
		"Ô Long Vĩ": "30475", "Vĩnh Nguơn": "30328", "Mỹ Quí": "30298",
	} {
		if m, _ := v.MatchCommune(written, v.Commune(code).District); m == nil || m.Code != code {
			t.Errorf("%q is not %s", written, v.Commune(code).Name)
		}
	}
}

// A name that matches nothing gets suggestions for a person: three at most,
// the nearest first, and from elsewhere only that very name.
func TestSuggestions(t *testing.T) {
	for _, c := range []struct{ district, written, first string }{
		{"888", "Phu Thanh", "Phú Thạnh"},
		{"894", "Vĩnh Thánh", "Vĩnh Chánh"},
		{"894", "Vĩnh Phú (xã điểm)", "Vĩnh Phú"},
		{"892", "Vĩnh Phú", "Vĩnh Phú (huyện Thoại Sơn)"},
		{"894", "Hà Nội", ""},
		{"894", "", ""},
	} {
		got := page.Vocabulary().Suggest(c.written, c.district)
		if len(got) > 3 {
			t.Errorf("%q has %d suggestions: %q", c.written, len(got), got)
		}
		if c.first == "" && len(got) > 0 || c.first != "" && !slices.Contains(got, c.first) {
			t.Errorf("%q suggests %q, want %q among them", c.written, got, c.first)
		}
	}
}

func TestDistrictsInTitles(t *testing.T) {
	for title, want := range map[string]string{
		"ỦY BAN NHÂN DÂN HUYỆN THOẠI SƠN":                       "894",
		"UBND HUYỆN THOẠI SƠN":                                  "894",
		"UBND TX. TÂN CHÂU":                                     "887",
		"UBND thị xã Tân Châu":                                  "887",
		"TP. Long Xuyên":                                        "883",
		"Thành phố Châu Đốc":                                    "884",
		"H. Tri Tôn":                                            "891",
		"UBND HUYEN THOAI SON":                                  "894",
		"Xã Vĩnh Phú, huyện Thoại Sơn, tỉnh An Giang":           "894",
		"Biểu tổng hợp của xã An Phú":                           "", // a commune's name
		"Thoại Sơn, ngày 05 tháng 01 năm 2018":                  "", // a place, not a sender
		"huyện Châu Thành và huyện Châu Phú":                    "892 889",
		"Kèm theo Báo cáo số 12/BC-UBND của UBND huyện Phú Tân": "888",
	} {
		if got := strings.Join(page.Vocabulary().DistrictsIn(title), " "); got != want {
			t.Errorf("%q names %q, want %q", title, got, want)
		}
	}
}

func TestDistrictsInFileNames(t *testing.T) {
	for name, want := range map[string]string{
		"thoai son 9 thang":                   "894",
		"BC_NTM_TX Tân Châu Q4-2017":          "887",
		"TriTon_TH19TC_Q4":                    "891",
		"H. Phú Tân (sửa)":                    "888",
		"894_2017-Q4":                         "894",
		"Châu Thành - Châu Phú":               "",
		"bao cao":                             "",
		"huyện Tịnh Biên_báo cáo 19 TC_Q4":    "890",
		"BC NTM TP. Long Xuyên quý IV-2017":   "883",
		"CHAU PHU - so lieu 19 tieu chi 2017": "889",
	} {
		if got := page.Vocabulary().DistrictInName(name); got != want {
			t.Errorf("%q names %q, want %q", name, got, want)
		}
	}
}
