package main

import (
	"fmt"
	"math"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// office is one district's office: its files, its habits and its form.
type office struct {
	district string
	files    map[string]string
	hand     hand
	build    func(*desk) *book
	counts   bool            // writes the people behind 15.1 and divides
	onlyX    map[string]bool // columns where only x is ever written
}

// periodLabels are the ways the period is stated, by period.
var (
	byQuarter = map[string]string{q3: "QUÝ III NĂM 2017", q4: "QUÝ IV NĂM 2017"}
	byYear    = map[string]string{q3: "9 THÁNG NĂM 2017", q4: "NĂM 2017"}
	byMonths  = map[string]string{q3: "9 tháng năm 2017", q4: "12 tháng năm 2017"}
	upTo      = map[string]string{q3: "Quý III/2017 (lũy kế đến 30/9/2017)", q4: "Quý IV/2017 (lũy kế đến 31/12/2017)"}
	short     = map[string]string{q3: "Quý III/2017", q4: "Quý IV/2017"}
)

var offices = []office{
	{
		district: "883",
		files:    map[string]string{q3: "TP Long Xuyen_bao cao NTM 9 thang 2017.xlsx", q4: "BC NTM TP. Long Xuyên quý IV-2017.xlsx"},
		hand:     hand{number: percentText, answer: haveWords, skip: skipWords, name: plainNames},
		build:    longXuyen,
	},
	{
		district: "884",
		files:    map[string]string{q3: "Chau Doc - bieu tong hop NTM quy III 2017.xlsx", q4: "Chau Doc - bieu tong hop NTM quy IV 2017.xlsx"},
		hand:     hand{number: commaText, answer: haveWords, skip: skipWords, name: plainNames},
		build:    chauDoc,
	},
	{
		district: "886",
		files:    map[string]string{q3: "H Phu Tan - bieu tieu chi 9 thang 2017.xlsx", q4: "An Phú - Biểu 01 NTM năm 2017.xlsx"},
		hand:     hand{number: numbersMostly, answer: metWords, skip: skipWords, name: untidyNames},
		build:    anPhu,
		counts:   true,
	},
	{
		district: "887",
		files:    map[string]string{q3: "BC_NTM_TX Tân Châu Q3-2017.xlsx", q4: "BC_NTM_TX Tân Châu Q4-2017.xlsx"},
		hand:     hand{number: longDecimals, answer: metWords, skip: skipWords, name: plainNames},
		build:    tanChau,
	},
	{
		district: "888",
		files:    map[string]string{q3: "Phú Tân.xlsx", q4: "H. Phú Tân (sửa).xlsx"},
		hand:     hand{number: commaText, answer: crosses, skip: skipWords, name: oldToneNames},
		build:    phuTan,
		onlyX:    map[string]bool{"8.3": true},
	},
	{
		district: "889",
		files:    map[string]string{q3: "bieu so lieu 9T CHAU PHU.xlsx", q4: "CHAU PHU - so lieu 19 tieu chi nam 2017.xlsx"},
		hand:     hand{number: mixedText, answer: ticksAndDigits, skip: skipWords, name: chauPhuNames},
		build:    chauPhu,
	},
	{
		district: "890",
		files:    map[string]string{q3: "Tịnh Biên q3.xlsx", q4: "huyện Tịnh Biên_báo cáo 19 TC_Q4 (lần 2).xlsx"},
		hand:     hand{number: percentText, answer: haveWords, skip: skipWords, name: plainNames},
		build:    tinhBien,
	},
	{
		district: "891",
		files:    map[string]string{q3: "TriTon_TH19TC_Q3.xlsx", q4: "TriTon_TH19TC_Q4.xlsx"},
		hand:     hand{number: commaText, answer: plainWords, skip: skipWords, name: plainNames, font: ".VnTime", encode: tcvn3},
		build:    triTon,
	},
	{
		district: "892",
		files:    map[string]string{q3: "Châu Thành - biểu quý II-2017 (cập nhật).xlsx", q4: "PL kèm BC 415 - Châu Thành.xlsx"},
		hand:     hand{number: longDecimals, answer: shortWords, skip: skipShort, name: upperNames},
		build:    chauThanh,
	},
	{
		district: "893",
		files:    map[string]string{q3: "Cho Moi Q3 2017 FINAL.xlsx", q4: "Cho Moi Q4 2017 FINAL (2).xlsx"},
		hand:     hand{number: percentFormat, answer: haveWords, skip: skipWords, name: prefixedNames},
		build:    choMoi,
	},
	{
		district: "894",
		files:    map[string]string{q3: "thoai son 9 thang.xlsx", q4: "Thoại Sơn - danh sách tiêu chí chưa đạt 31.12.2017.xlsx"},
		hand:     hand{name: plainNames},
		build:    thoaiSon,
	},
}

// How numbers are typed.

func commaText(w *desk, c commune, ind indicator, v float64) cell { return text(comma(v)) }

func percentText(w *desk, c commune, ind indicator, v float64) cell {
	if ind.kind == "number" {
		return text(comma(v) + " triệu")
	}
	return text(comma(v) + "%")
}

func percentFormat(w *desk, c commune, ind indicator, v float64) cell {
	if ind.kind == "number" {
		return number(v, "0.00")
	}
	return number(math.Round(v*100)/10000, "0.00%")
}

// numbersMostly types numbers as numbers, a few with a point or a blank and a
// percent sign.
func numbersMostly(w *desk, c commune, ind indicator, v float64) cell {
	switch k := dice("number", w.period, c.code, ind.id).IntN(20); {
	case ind.kind == "number":
		return number(v, "0.00")
	case k == 0:
		return text(plain(v))
	case k == 1:
		return text(comma(v) + " %")
	}
	return number(v, "0.00")
}

// longDecimals is what comes of dividing counts: many decimals, one shown.
func longDecimals(w *desk, c commune, ind indicator, v float64) cell {
	if v == math.Trunc(v) {
		return number(v, "")
	}
	x := v + 0.004*(dice("decimals", w.period, c.code, ind.id).Float64()-0.5)
	if ind.kind == "boolean" || judge(ind, x) != judge(ind, v) {
		x = v
	}
	return number(x, "0.0")
}

func mixedText(w *desk, c commune, ind indicator, v float64) cell {
	if ind.kind == "number" {
		return text(comma(v))
	}
	switch dice("number", w.period, c.code, ind.id).IntN(5) {
	case 0:
		return text(comma(v) + " %")
	case 1:
		return text(" " + comma(v) + "%")
	case 2:
		return number(v, "")
	}
	return text(comma(v))
}

// How answers are typed. Where the required answer is "Không", Có and Không
// answer the question; everywhere else they say whether it is met.

func answerOr(ind indicator, yes bool, good, bad string) cell {
	switch {
	case ind.inverted && yes:
		return text("Không")
	case ind.inverted:
		return text("Có")
	case yes:
		return text(good)
	}
	return text(bad)
}

func metWords(w *desk, c commune, ind indicator, yes bool) cell {
	k := dice("word", w.period, c.code, ind.id).IntN(12)
	good, bad := "Đạt", "Chưa đạt"
	switch k {
	case 0:
		good, bad = "đạt", "Chưa"
	case 1:
		good, bad = "ĐẠT", "Không đạt"
	}
	return answerOr(ind, yes, good, bad)
}

func plainWords(w *desk, c commune, ind indicator, yes bool) cell {
	return answerOr(ind, yes, "Đạt", "Chưa đạt")
}

func shortWords(w *desk, c commune, ind indicator, yes bool) cell {
	return answerOr(ind, yes, "Đ", "CĐ")
}

func crosses(w *desk, c commune, ind indicator, yes bool) cell {
	return answerOr(ind, yes, "x", "K")
}

func haveWords(w *desk, c commune, ind indicator, yes bool) cell {
	switch {
	case ind.id == "13.1" && !yes:
		return text("Không có")
	case strings.HasPrefix(ind.name, "Xã có") || strings.HasPrefix(ind.name, "Có"):
		return answerOr(ind, yes, "Có", "Không")
	}
	return answerOr(ind, yes, "Đạt", "Chưa đạt")
}

// ticksAndDigits ticks the first criteria and codes the later ones 1 and 0, for
// they were typed by two people.
func ticksAndDigits(w *desk, c commune, ind indicator, yes bool) cell {
	if ind.criterion < 10 || ind.inverted {
		return answerOr(ind, yes, "✓", "Chưa")
	}
	if yes {
		return cell{v: 1}
	}
	return cell{v: 0}
}

func skipWords(ind indicator, k int) cell {
	if ind.id == "7" {
		return text("Không quy hoạch")
	}
	return text([]string{"Không áp dụng", "Không thuộc diện"}[k%2])
}

func skipShort(ind indicator, k int) cell { return text([]string{"KXD", "N/A"}[k%2]) }

// How names are typed.

func plainNames(w *desk, c commune, k int) string { return c.name }
func prefixedNames(w *desk, c commune, k int) string {
	if c.code == "30637" { // unique in its district without diacritics
		return bare(c.name)
	}
	return "Xã " + c.name
}

func upperNames(w *desk, c commune, k int) string {
	if c.code == "30595" {
		return bare(c.name)
	}
	return strings.ToUpper(oldTone(c.name))
}

func oldToneNames(w *desk, c commune, k int) string {
	switch c.code {
	case "30454":
		return "Bình Thạnh\nĐông"
	case "30451":
		return "PHÚ HƯNG"
	}
	return oldTone(c.name)
}

func untidyNames(w *desk, c commune, k int) string {
	switch k % 6 {
	case 1:
		return "xã " + c.name
	case 2:
		return strings.ReplaceAll(c.name, " ", "\u00a0")
	case 3:
		return strings.ReplaceAll(c.name, " ", "  ") + " "
	case 4:
		return norm.NFD.String(c.name)
	}
	return c.name
}

func chauPhuNames(w *desk, c commune, k int) string {
	switch {
	case c.code == "30475" && k < 100:
		return "Ô Long Vĩ"
	case c.code == "30493" && k >= 100:
		return "Dao Huu Canh"
	}
	return oldTone(c.name)
}

// Around the table.

// letterhead is what stands above a table.
type letterhead struct {
	left, right []string
	lines       []string
	unit        string
	size        float64
}

var motto = []string{"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"}

// onePage is how many columns of a wide table the first printed page shows: its
// titles and signatures stand there, not in the middle of three pages.
const onePage = 24

const illustrative = "SỐ LIỆU MINH HỌA"

// letterhead writes the lines above a table over so many columns and returns
// the row for the table.
func (w *desk) letterhead(b *book, sheet string, top, cols int, h letterhead) int {
	r := top
	if h.size == 0 {
		h.size = 12
	}
	cols = min(cols, onePage)
	half := cols / 2
	for i := range max(len(h.left), len(h.right)) {
		l := look{size: h.size, align: "center", bold: i > 0 || len(h.left) == 1, font: w.hand.font}
		if i < len(h.left) {
			b.line(sheet, r, 1, max(1, half-1), w.say(h.left[i]), l)
		}
		if i < len(h.right) {
			l.bold = true
			b.line(sheet, r, half+1, cols, w.say(h.right[i]), l)
		}
		r++
	}
	if r > top {
		r++
	}
	for i, s := range h.lines {
		b.line(sheet, r, 1, cols, w.say(s), look{size: h.size + 1, align: "center", bold: i == 0, italic: strings.HasPrefix(s, "("), font: w.hand.font})
		r++
	}
	b.line(sheet, r, 1, cols, illustrative, look{size: h.size, align: "center", bold: true, italic: true})
	r++
	if h.unit != "" {
		b.line(sheet, r, max(1, cols-5), cols, w.say(h.unit), look{size: h.size - 1, align: "right", italic: true, font: w.hand.font})
		r++
	}
	return r
}

// signatures writes the block below a table: titles, no names.
func (w *desk) signatures(b *book, sheet string, top, cols int, place, date string, left, right []string) {
	cols = min(cols, onePage)
	half := cols / 2
	r := top + 1
	b.line(sheet, r, half+1, cols, w.say(place+", "+date), look{italic: true, align: "center", font: w.hand.font, size: 12})
	r++
	for i := range max(len(left), len(right)) {
		l := look{bold: true, align: "center", font: w.hand.font, size: 12}
		if i < len(left) {
			b.line(sheet, r, 1, max(1, half-1), w.say(left[i]), l)
		}
		if i < len(right) {
			b.line(sheet, r, half+1, cols, w.say(right[i]), l)
		}
		r++
	}
	l := look{italic: true, align: "center", font: w.hand.font, size: 12}
	b.line(sheet, r+1, half+1, cols, w.say("(Đã ký)"), l)
	b.line(sheet, r+1, 1, max(1, half-1), w.say("(Đã ký)"), l)
}

var (
	maker = []string{"NGƯỜI LẬP BIỂU"}
	chair = []string{"TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"}
)

// rows gives one row per commune.
func (w *desk) rows() []row {
	var rows []row
	for i, c := range w.communes() {
		rows = append(rows, row{kind: "commune", commune: c, stt: i + 1, name: w.hand.name(w, c, i)})
	}
	return rows
}

var totalRows = []row{{kind: "total", name: "Tổng cộng"}, {kind: "share", name: "Tỷ lệ %"}}

func sttAndName(nameWidth float64) []column {
	return []column{{kind: "stt", title: "STT", width: 5}, {kind: "name", title: "Tên xã", width: nameWidth}}
}

func head(format string) func(criterion) string {
	return func(k criterion) string {
		return strings.NewReplacer("{no}", fmt.Sprint(k.no), "{name}", k.name).Replace(format)
	}
}

func id(ind indicator) string { return ind.id }

// The offices' forms.

// anPhu sends one wide sheet: four header rows, the people behind the insurance
// rate, and a forgotten second sheet.
func anPhu(w *desk) *book {
	b := newBook()
	s := b.sheet("Biểu 01")
	cols := append(sttAndName(20), columns(w.prov.criteria, false, 8.5)...)
	cols = beside(cols, "15.1", []string{"numerator", "denominator"}, nil)
	cols = append(cols, column{kind: "met", title: "Tổng số tiêu chí đạt", width: 9}, column{kind: "indicators", title: "Tổng số chỉ tiêu đạt", width: 9}, column{kind: "note", title: "Ghi chú", width: 24})
	date := map[string]string{q3: "ngày 25 tháng 9 năm 2017", q4: "ngày 22 tháng 12 năm 2017"}[w.period]
	top := w.letterhead(b, s, 1, len(cols), letterhead{
		left:  []string{"UBND HUYỆN AN PHÚ", "PHÒNG NÔNG NGHIỆP VÀ PTNT"},
		right: motto,
		lines: []string{
			"BIỂU TỔNG HỢP KẾT QUẢ THỰC HIỆN BỘ TIÊU CHÍ XÃ NÔNG THÔN MỚI " + byQuarter[w.period],
			"(Kèm theo Báo cáo số " + map[string]string{q3: "198", q4: "312"}[w.period] + "/BC-UBND " + date + " của UBND huyện An Phú)",
		},
		unit: "Đơn vị tính: %; thu nhập: triệu đồng/người/năm",
	})
	w.stand(w.mark("district_mismatch"), s, "A1")
	rows := append(w.rows(), row{kind: "spacer"})
	end := w.wide(b, s, top, form{
		columns: cols,
		head: []headRow{
			ofCriterion(head("Tiêu chí {no}. {name}")),
			ofIndicator(id, false),
			ofPart,
			ofThreshold,
			ofNumber(func(i int) any { return fmt.Sprintf("(%d)", i+1) }),
		},
		heights: []float64{62, 16, 44, 16, 15},
		rows:    append(rows, totalRows...),
		size:    10,
		fill:    "E2EFDA",
	})
	b.leave(s, top+2, 1, 1) // under the merged "STT": an older header's
	w.signatures(b, s, end, len(cols), "An Phú", date, maker, chair)
	b.page(s, 2)
	b.sheet("Sheet2")
	return b
}

// phuTan judges each criterion in a column of its own and marks with crosses.
func phuTan(w *desk) *book {
	b := newBook()
	s := b.sheet("TH " + map[string]string{q3: "Quy III", q4: "Quy IV"}[w.period])
	cols := append(sttAndName(18), columns(w.prov.criteria, true, 7.5)...)
	if w.mark("set_mismatch") != nil {
		var with []column
		for _, c := range cols {
			if c.kind == "claim" && c.criterion.no == 1 {
				with = append(with, column{kind: "other", criterion: c.criterion, indicator: indicator{id: "1.3", kind: "boolean", criterion: 1}, width: 7.5})
			}
			with = append(with, c)
		}
		cols = with
	}
	cols = append(cols, column{kind: "met", title: "Tổng số tiêu chí đạt", width: 9}, column{kind: "note", title: "Ghi chú", width: 24})
	top := w.letterhead(b, s, 1, len(cols), letterhead{
		left:  []string{"ỦY BAN NHÂN DÂN", "HUYỆN PHÚ TÂN"},
		right: motto,
		lines: []string{
			"TỔNG HỢP ĐÁNH GIÁ 19 TIÊU CHÍ NÔNG THÔN MỚI CÁC XÃ",
			upTo[w.period],
		},
	})
	rows := w.rows()
	if w.mark("duplicate_commune") != nil {
		for _, r := range rows {
			if r.commune.code == w.mark("duplicate_commune").commune {
				r.again, r.stt = true, len(rows)+1
				rows = append(rows, r)
				break
			}
		}
	}
	end := w.wide(b, s, top, form{
		columns: cols,
		head: []headRow{
			ofCriterion(head("Tiêu chí {no}")),
			ofIndicator(func(ind indicator) string { return "Chỉ tiêu " + ind.id }, false),
			ofNumber(func(i int) any { return float64(-i - 1) }),
		},
		heights:  []float64{24, 32, 15},
		rows:     append(rows, totalRows...),
		formulas: true,
		size:     10,
	})
	w.signatures(b, s, end, len(cols), "Phú Tân", map[string]string{q3: "ngày 02 tháng 10 năm 2017", q4: "ngày 05 tháng 01 năm 2018"}[w.period], maker, chair)
	b.page(s, 2)
	return b
}

// triTon types in an old font: criteria by name, indicators by id and name.
func triTon(w *desk) *book {
	b := newBook()
	s := b.sheet("Bieu TH")
	cols := append(sttAndName(18), columns(w.prov.criteria, false, 9)...)
	cols = append(cols, column{kind: "note", title: "Ghi chú", width: 22})
	top := w.letterhead(b, s, 1, len(cols), letterhead{
		left:  []string{"Uỷ ban nhân dân huyện Tri Tôn"},
		right: []string{"Cộng hoà xã hội chủ nghĩa Việt Nam", "Độc lập - Tự do - Hạnh phúc"},
		lines: []string{
			"Biểu tổng hợp kết quả thực hiện bộ tiêu chí xã nông thôn mới",
			map[string]string{q3: "9 tháng năm 2017", q4: "năm 2017"}[w.period],
		},
	})
	end := w.wide(b, s, top, form{
		columns: cols,
		head: []headRow{
			ofCriterion(head("{name}")),
			ofIndicator(func(ind indicator) string {
				if len(ind.name) > 90 || ind.id == fmt.Sprint(ind.criterion) {
					return ind.id
				}
				return ind.id + " " + ind.name
			}, false),
			ofNumber(func(i int) any { return i + 1 }),
		},
		heights: []float64{36, 150, 15},
		upright: map[int]bool{1: true},
		rows:    append(w.rows(), row{kind: "total", name: "Cộng"}),
		size:    10,
	})
	w.signatures(b, s, end, len(cols), "Tri Tôn", map[string]string{q3: "ngày 28 tháng 9 năm 2017", q4: "ngày 25 tháng 12 năm 2017"}[w.period],
		[]string{"Người lập biểu"}, []string{"TM. Uỷ ban nhân dân", "Phó chủ tịch"})
	b.page(s, 2)
	return b
}

// chauThanh divides its communes into two areas with subtotals, and hides a row
// that it did not want to print.
func chauThanh(w *desk) *book {
	b := newBook()
	s := b.sheet("Sheet1")
	cols := append(sttAndName(22), columns(w.prov.criteria, false, 8)...)
	cols = append(cols, column{kind: "met", title: "Tổng số tiêu chí đạt", width: 9}, column{kind: "note", title: "Ghi chú", width: 24})
	date := map[string]string{q3: "29/9/2017", q4: "28/12/2017"}[w.period]
	top := w.letterhead(b, s, 1, len(cols), letterhead{
		lines: []string{
			"PHỤ LỤC: KẾT QUẢ THỰC HIỆN CÁC TIÊU CHÍ NÔNG THÔN MỚI " + byQuarter[w.period],
			"HUYỆN CHÂU THÀNH",
			"(Kèm theo Báo cáo số " + map[string]string{q3: "287", q4: "415"}[w.period] + "/BC-UBND ngày " + date + " của UBND huyện Châu Thành)",
		},
		unit: "ĐVT: %, triệu đồng",
	})
	w.stand(w.mark("period_mismatch"), s, "A1")
	communes := w.rows()
	if w.period == q4 {
		communes[10].hidden = true
	}
	rows := []row{{kind: "section", stt: "I", name: "Các xã ven sông Hậu"}}
	rows = append(rows, communes[:5]...)
	rows = append(rows, row{kind: "subtotal", name: "Cộng"}, row{kind: "section", stt: "II", name: "Các xã nội đồng"})
	rows = append(rows, communes[5:]...)
	if w.mark("unknown_commune") != nil {
		again := communes[2]
		again.strange, again.stt, again.name = true, len(communes)+1, "Vĩnh Thánh"
		rows = append(rows, again)
	}
	rows = append(rows, row{kind: "subtotal", name: "Cộng"})
	end := w.wide(b, s, top, form{
		columns: cols,
		head: []headRow{
			ofCriterion(head("{no}")),
			ofCriterionName,
			ofIndicator(id, true),
			ofThreshold,
		},
		heights: []float64{18, 60, 18, 18},
		rows:    append(rows, totalRows...),
		size:    10,
		fill:    "FFF2CC",
	})
	w.signatures(b, s, end, len(cols), "Châu Thành", map[string]string{q3: "ngày 29 tháng 9 năm 2017", q4: "ngày 28 tháng 12 năm 2017"}[w.period], maker, chair)
	b.page(s, 2)
	return b
}

// ofCriterionName is the second line over a criterion: its name.
func ofCriterionName(c column, i int) (any, string) {
	if c.title != "" {
		return c.title, "title " + c.title
	}
	return c.criterion.name, fmt.Sprint("name ", c.criterion.no)
}

// choMoi names its indicators without ids, formats shares as percentages and
// keeps a hidden column of old figures.
func choMoi(w *desk) *book {
	b := newBook()
	s := b.sheet("Tong hop")
	cols := append(sttAndName(24), columns(w.prov.criteria, false, 9.5)...)
	cols = append(cols, column{kind: "met", title: "Tổng số tiêu chí đạt", width: 9}, column{kind: "note", title: "Ghi chú", width: 24},
		column{kind: "old", title: "Số liệu cũ năm 2015 (không in)", width: 10, hidden: true})
	date := map[string]string{q3: "ngày 22 tháng 9 năm 2017", q4: "ngày 20 tháng 12 năm 2017"}[w.period]
	top := w.letterhead(b, s, 1, len(cols), letterhead{
		left:  []string{"BAN CHỈ ĐẠO CÁC CTMTQG", "HUYỆN CHỢ MỚI"},
		right: motto,
		lines: []string{
			"KẾT QUẢ RÀ SOÁT BỘ TIÊU CHÍ QUỐC GIA VỀ XÃ NÔNG THÔN MỚI " + byYear[w.period],
			"(Ban hành kèm theo Báo cáo số " + map[string]string{q3: "401", q4: "560"}[w.period] + "/BC-UBND " + date + " của UBND huyện Chợ Mới)",
		},
	})
	w.stand(w.mark("missing_commune"), s, "")
	end := w.wide(b, s, top, form{
		columns: cols,
		head: []headRow{
			ofCriterion(head("TC {no}: {name}")),
			ofIndicator(func(ind indicator) string { return ind.name }, true),
			ofNumber(func(i int) any {
				if i < 2 {
					return []string{"A", "B"}[i]
				}
				return i - 1
			}),
		},
		heights:  []float64{40, 220, 15},
		upright:  map[int]bool{1: true},
		rows:     append(w.rows(), row{kind: "total", name: "TOÀN HUYỆN"}, row{kind: "share", name: "Tỷ lệ %"}),
		formulas: true,
		size:     10,
	})
	w.signatures(b, s, end, len(cols), "Chợ Mới", date, maker, chair)
	b.page(s, 2)
	return b
}

// chauPhu continues one table over two sheets, typed by two people, behind a
// page of instructions.
func chauPhu(w *desk) *book {
	b := newBook()
	help := b.sheet("Huong dan")
	for i, s := range []string{
		illustrative,
		"Hướng dẫn nhập biểu",
		"- Đơn vị nhập số liệu vào hai trang sau, không thêm bớt cột.",
		"- Các chỉ tiêu đạt/chưa đạt: đánh dấu ✓ hoặc ghi 1; chưa đạt ghi “Chưa” hoặc 0.",
		"- Gửi về Văn phòng Điều phối nông thôn mới tỉnh đúng thời gian quy định.",
	} {
		b.put(help, i+1, 1, text(s), look{bold: i < 2, size: 12})
	}
	b.width(help, 1, 90)

	one := b.sheet("TC 1-9")
	var first, second []criterion
	for _, k := range w.prov.criteria {
		if k.no < 10 {
			first = append(first, k)
		} else {
			second = append(second, k)
		}
	}
	cols := beside(append(sttAndName(20), columns(first, false, 9)...), "2.3", nil, []string{"part"})
	top := w.letterhead(b, one, 1, len(cols), letterhead{
		left:  []string{"UBND HUYỆN CHÂU PHÚ"},
		right: motto[:1],
		lines: []string{"SỐ LIỆU 19 TIÊU CHÍ NÔNG THÔN MỚI", byMonths[w.period]},
		unit:  "ĐVT: %",
	})
	w.wide(b, one, top, form{
		columns: cols,
		head: []headRow{
			ofCriterion(head("{no}. {name}")),
			ofIndicator(id, true),
			ofThreshold,
		},
		heights: []float64{46, 30, 16},
		rows:    append(w.rows(), row{kind: "total", name: "Tổng cộng"}),
		size:    11,
		fill:    "DDEBF7",
	})
	b.page(one, 1)

	two := b.sheet("TC 10-19")
	cols = append(sttAndName(20), columns(second, false, 8.5)...)
	cols = append(cols, column{kind: "met", title: "Số tiêu chí đạt", width: 9}, column{kind: "note", title: "Ghi chú", width: 22})
	top = w.letterhead(b, two, 1, len(cols), letterhead{
		lines: []string{"SỐ LIỆU 19 TIÊU CHÍ NÔNG THÔN MỚI (tiếp theo)", "Huyện Châu Phú, " + byMonths[w.period]},
	})
	rows := w.rows()
	for i := range rows {
		rows[i].name = w.hand.name(w, rows[i].commune, 100+i)
	}
	end := w.wide(b, two, top, form{
		columns: cols,
		head: []headRow{
			ofCriterion(head("Tiêu chí {no}: {name}")),
			ofIndicator(id, false),
			ofThreshold,
			ofNumber(func(i int) any { return fmt.Sprintf("(%d)", i+1) }),
		},
		heights: []float64{62, 16, 16, 15},
		rows:    append(rows, row{kind: "total", name: "Tổng cộng"}),
		size:    11,
		fill:    "DDEBF7",
	})
	w.signatures(b, two, end, len(cols), "Châu Phú", map[string]string{q3: "ngày 26 tháng 9 năm 2017", q4: "ngày 26 tháng 12 năm 2017"}[w.period], maker, chair)
	b.page(two, 2)
	return b
}

// longXuyen sends one sheet per commune.
func longXuyen(w *desk) *book {
	b := newBook()
	for _, c := range w.communes() {
		s := b.sheet(c.name)
		top := w.letterhead(b, s, 1, 6, letterhead{
			left:  []string{"UBND TP. LONG XUYÊN"},
			right: motto,
			lines: []string{
				"KẾT QUẢ THỰC HIỆN BỘ TIÊU CHÍ XÃ NÔNG THÔN MỚI",
				"XÃ " + strings.ToUpper(c.name) + ", THÀNH PHỐ LONG XUYÊN",
				"(" + byQuarter[w.period] + ")",
			},
			size: 11,
		})
		end := w.leaf(b, s, top, c, leaf{
			heads:  []string{"TT", "Tên tiêu chí", "Nội dung tiêu chí", "Yêu cầu", "Kết quả thực hiện", "Tự đánh giá", "Ghi chú"},
			kinds:  []string{"tt", "criterion", "content", "required", "result", "claim", "note"},
			widths: []float64{5, 16, 56, 10, 13, 12, 22},
			prefix: true,
			size:   11,
		})
		w.signatures(b, s, end, 6, "Long Xuyên", map[string]string{q3: "ngày 27 tháng 9 năm 2017", q4: "ngày 27 tháng 12 năm 2017"}[w.period], maker, chair)
		b.page(s, 1)
	}
	return b
}

// chauDoc sends one sheet per commune with a pair of columns for the judgement.
func chauDoc(w *desk) *book {
	b := newBook()
	for _, c := range w.communes() {
		s := b.sheet("Xa " + bare(c.name))
		top := w.letterhead(b, s, 1, 8, letterhead{
			lines: []string{
				"BẢNG TỰ ĐÁNH GIÁ TIÊU CHÍ NÔNG THÔN MỚI " + byYear[w.period],
				"Đơn vị: UBND thành phố Châu Đốc",
			},
			size: 11,
		})
		b.put(s, top, 1, text("Xã: "+c.name), look{bold: true, size: 12})
		top += 2
		w.leaf(b, s, top, c, leaf{
			heads:  []string{"TT", "Tên tiêu chí", "Nội dung tiêu chí", "Chỉ tiêu (yêu cầu)", "Kết quả thực hiện", "Tự đánh giá", "", "Ghi chú"},
			kinds:  []string{"tt", "criterion", "content", "required", "result", "claim yes", "claim no", "note"},
			widths: []float64{5, 18, 58, 10, 13, 8, 8, 22},
			groups: true,
			total:  "Tổng số tiêu chí đạt",
			size:   11,
		})
		b.page(s, 1)
	}
	return b
}

// tanChau sends one sheet per commune with ids in a column, stored as numbers.
func tanChau(w *desk) *book {
	b := newBook()
	for i, c := range w.communes() {
		s := b.sheet(fmt.Sprintf("%d.%s", i+1, bare(c.name)))
		top := w.letterhead(b, s, 1, 8, letterhead{
			left: []string{"UBND THỊ XÃ TÂN CHÂU"},
			lines: []string{
				"BIỂU ĐÁNH GIÁ MỨC ĐỘ ĐẠT CHUẨN XÃ NÔNG THÔN MỚI",
				"Xã " + c.name + " - " + short[w.period],
			},
			size: 11,
		})
		end := w.leaf(b, s, top, c, leaf{
			heads:   []string{"TT", "Tên tiêu chí", "Nội dung tiêu chí", "Yêu cầu", "Kết quả thực hiện", "Hồ sơ minh chứng", "Tự đánh giá", "Ghi chú"},
			kinds:   []string{"id", "criterion", "content", "required", "result", "evidence", "claim", "note"},
			widths:  []float64{6, 18, 54, 10, 12, 11, 12, 20},
			numbers: true,
			total:   "Tổng số tiêu chí đạt",
			size:    11,
		})
		w.signatures(b, s, end, 8, "Tân Châu", map[string]string{q3: "ngày 25 tháng 9 năm 2017", q4: "ngày 25 tháng 12 năm 2017"}[w.period], []string{"CÁN BỘ TỔNG HỢP"}, chair)
		b.page(s, 1)
	}
	return b
}

// tinhBien stacks a block per commune on one sheet.
func tinhBien(w *desk) *book {
	b := newBook()
	s := b.sheet("19 tieu chi")
	r := w.letterhead(b, s, 1, 7, letterhead{
		left:  []string{"UBND HUYỆN TỊNH BIÊN"},
		right: motto[:1],
		lines: []string{"TỔNG HỢP KẾT QUẢ THỰC HIỆN 19 TIÊU CHÍ CỦA CÁC XÃ", upTo[w.period]},
		size:  11,
	})
	for _, c := range w.communes() {
		r++
		b.put(s, r, 1, text("Xã: "+c.name), look{bold: true, size: 12})
		r = w.leaf(b, s, r+1, c, leaf{
			heads:  []string{"TT", "Tên tiêu chí", "Nội dung", "Yêu cầu", "Kết quả thực hiện", "Tự đánh giá", "Ghi chú"},
			kinds:  []string{"id", "criterion", "content", "required", "result", "claim", "note"},
			widths: []float64{6, 20, 56, 10, 13, 12, 20},
			size:   11,
		})
	}
	w.signatures(b, s, r, 7, "Tịnh Biên", map[string]string{q3: "ngày 30 tháng 9 năm 2017", q4: "ngày 29 tháng 12 năm 2017"}[w.period], maker, chair)
	b.page(s, 1)
	return b
}

// thoaiSon sends the exceptions only.
func thoaiSon(w *desk) *book {
	b := newBook()
	s := b.sheet("Danh sach")
	top := w.letterhead(b, s, 1, 6, letterhead{
		left:  []string{"UBND HUYỆN THOẠI SƠN"},
		right: motto,
		lines: []string{
			"DANH SÁCH CÁC XÃ VÀ TIÊU CHÍ, CHỈ TIÊU CHƯA ĐẠT THEO QUYẾT ĐỊNH 3379/QĐ-UBND",
			map[string]string{q3: "Kỳ báo cáo: 9 tháng năm 2017", q4: "Kỳ báo cáo: Quý IV/2017 (tính đến ngày 31/12/2017)"}[w.period],
		},
	})
	end := w.exceptions(b, s, top)
	w.signatures(b, s, end, 6, "Thoại Sơn", map[string]string{q3: "ngày 26 tháng 9 năm 2017", q4: "ngày 03 tháng 01 năm 2018"}[w.period], maker, chair)
	b.page(s, 1)
	return b
}
