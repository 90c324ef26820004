package gen

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"unicode"
)

// nameSections gives every section the words by which its office names it. The
// words of one report belong together: who writes "TH 2016" writes "TH 2017".
func (p *Plan) nameSections() {
	r := p.headingDice("sections", "words")
	k := p.clock
	prev, plan, estimate := p.find("prev", "done"), p.find("now", "plan"), p.find("now", "estimate")
	var family string
	switch {
	case estimate != nil:
		family = "months"
	case !k.yearEnd() && prev != nil:
		family = oneOf(r, share{"date", 0.3}, share{"quarter", 0.2}, share{"turn", 0.2}, share{"same", 0.1}, share{"months", 0.2})
	case !k.yearEnd():
		family = oneOf(r, share{"date", 0.4}, share{"quarter", 0.3}, share{"months", 0.3})
	case prev != nil:
		family = oneOf(r, share{"year", 0.5}, share{"date", 0.16}, share{"quarter", 0.12}, share{"turn", 0.16}, share{"same", 0.06})
	case plan != nil:
		family = oneOf(r, share{"year", 0.55}, share{"bare", 0.45})
	default:
		family = oneOf(r, share{"year", 0.5}, share{"date", 0.3}, share{"quarter", 0.2})
	}
	alone := p.At == "below" || p.At == "sheets" || p.At == "beside"
	if alone && (family == "turn" || family == "same" || family == "bare" || family == "date") {
		// A table that stands alone is named by its year or quarter.
		if family = "year"; !k.yearEnd() {
			family = "quarter"
		}
	}
	lead := pick(r, "Thực hiện", "TH", "Kết quả", "KQ", "Kết quả thực hiện", "Số liệu", "")
	join := pick(r, " năm ", " ")
	if lead != "TH" && lead != "KQ" {
		join = " năm "
	}
	inYear := func(add int) string {
		if lead == "" {
			return "Năm " + k.y(add)
		}
		return lead + join + k.y(add)
	}
	turns := [][2]string{{"Kỳ trước", "Kỳ này"}, {"Kết quả kỳ trước", "Kết quả kỳ này"}, {"Đầu kỳ", "Cuối kỳ"}, {"Thực hiện kỳ trước", "Thực hiện kỳ này"}, {"Năm trước", "Năm nay"}, {"Năm trước", "Năm báo cáo"}}
	if !k.yearEnd() {
		turns = turns[:4]
	}
	turn := turns[r.IntN(len(turns))]
	planLead := pick(r, "Kế hoạch", "KH", "Chỉ tiêu giao", "Kế hoạch giao", "Mục tiêu", "KH giao")
	nextLead := pick(r, "Kế hoạch", "KH", "Mục tiêu", "Phấn đấu", "Dự kiến")
	bareDone := pick(r, "Thực hiện", "TH", "Kết quả", "Kết quả thực hiện", "KQTH")
	date := pick(r, "Kết quả đến ", "Thực hiện đến ", "Luỹ kế đến ", "KQ đến ", "Kết quả thực hiện đến ", "Đến ngày ", "Lũy kế đến hết ngày ")
	monthsLead := pick(r, "TH ", "Thực hiện ", "", "KQ ")
	monthsTail := pick(r, " đầu năm "+k.y(0), "/"+k.y(0), " năm "+k.y(0), "")
	quarterWords := pick(r, "Quý %s/%s", "Thực hiện quý %s/%s", "Quý %s năm %s", "KQ quý %s/%s")
	inQuarter := func(q, y string) string {
		return strings.Replace(strings.Replace(quarterWords, "%s", q, 1), "%s", y, 1)
	}
	compare := pick(r, "So sánh (%)", "TH/KH (%)", "% so KH", "So sánh TH/KH (%)", "Tăng, giảm so với năm "+k.y(-1))
	if plan == nil {
		compare = pick(r, "So với cùng kỳ (%)", "So sánh (%)", "Tăng/giảm", "Tăng, giảm so với kỳ trước", "So với năm trước (%)")
	}
	for i := range p.Sections {
		s := &p.Sections[i]
		switch s.key() {
		case "nowdone":
			s.Title, s.Sheet = "NĂM "+k.y(0), pick(r, "Năm "+k.y(0), "TH "+k.y(0), "KQ "+k.y(0), k.y(0))
			if family == "quarter" {
				s.Title, s.Sheet = "QUÝ "+k.quarter(0)+" NĂM "+k.y(0), "Quý "+k.quarter(0)
			} else if !k.yearEnd() {
				s.Title, s.Sheet = strings.ToUpper(k.months())+" ĐẦU NĂM "+k.y(0), k.months()
			}
			switch family {
			case "year":
				s.Label = inYear(0)
			case "date":
				s.Label = date + k.date(0)
			case "quarter":
				s.Label = inQuarter(k.quarter(0), k.y(0))
			case "months":
				s.Label = monthsLead + k.months() + monthsTail
				if k.yearEnd() {
					s.Label = monthsLead + "cả năm " + k.y(0)
				}
			case "turn":
				s.Label = turn[1]
			case "same":
				s.Label = pick(r, "Thực hiện kỳ này", "Kỳ báo cáo", "Kết quả kỳ này")
			case "bare":
				s.Label = bareDone
			}
		case "prevdone":
			s.Title, s.Sheet = "NĂM "+k.y(-1), pick(r, "Năm "+k.y(-1), "TH "+k.y(-1), "KQ "+k.y(-1), k.y(-1))
			if family == "quarter" {
				s.Title, s.Sheet = "QUÝ "+k.quarter(-1)+" NĂM "+k.y(0), "Quý "+k.quarter(-1)
			}
			switch family {
			case "year":
				s.Label = inYear(-1)
			case "date":
				s.Label = date + pick(r, k.date(-1), "31/12/"+k.y(-1))
			case "quarter":
				s.Label = inQuarter(k.quarter(-1), k.y(0))
			case "turn":
				s.Label = turn[0]
			case "same":
				s.Label = pick(r, "Cùng kỳ năm "+k.y(-1), "Cùng kỳ năm trước", "Cùng kỳ")
			case "months":
				// The months before, of the same year.
				m := strconv.Itoa(k.month-3) + " tháng"
				s.Label = monthsLead + m + monthsTail
				s.Title, s.Sheet = strings.ToUpper(m)+" ĐẦU NĂM "+k.y(0), m
			}
			s.Label = strings.TrimSpace(s.Label)
		case "nowplan":
			s.Label = planLead + " năm " + k.y(0)
			if family == "bare" {
				s.Label = planLead
			} else if r.Float64() < 0.4 {
				s.Label = planLead + " " + k.y(0)
			}
			s.Title, s.Sheet = "NĂM "+k.y(0), pick(r, "KH "+k.y(0), "Kế hoạch "+k.y(0))
		case "nextplan":
			s.Label = nextLead + pick(r, " năm ", " ") + k.y(1)
			s.Title, s.Sheet = "NĂM "+k.y(1), pick(r, "KH "+k.y(1), "Kế hoạch "+k.y(1), "Phấn đấu "+k.y(1))
		case "nextregister":
			s.Label = pick(r, "Đăng ký năm ", "Đăng ký ", "Đăng ký đạt năm ", "ĐK ") + k.y(1)
			s.Title, s.Sheet = "NĂM "+k.y(1), pick(r, "Đăng ký ", "ĐK ")+k.y(1)
		case "nowestimate":
			s.Label = pick(r, "Ước thực hiện năm "+k.y(0), "ƯTH "+k.y(0), "Ước TH năm "+k.y(0), "Ước cả năm", "Ước thực hiện cả năm")
			s.Title, s.Sheet = "NĂM "+k.y(0), pick(r, "Ước ", "ƯTH ")+k.y(0)
		case "nowcompare":
			s.Label = compare
		}
	}
}

// label returns the words of a line's measure. Where counts stand beside a
// rate, both say which they are.
func (p *Plan) label(m measure) string {
	if p.erased == "measures" || p.erased == "one measure" && m == p.Measures[p.dice.of("one measure").IntN(len(p.Measures))] {
		return ""
	}
	r := p.headingDice("measure", string(m))
	rate := p.has(count)
	switch m {
	case result:
		if rate {
			return pick(r, "Tỷ lệ (%)", "Tỷ lệ %", "Tỉ lệ (%)", "Tỷ lệ", "%")
		}
		return pick(r, "Kết quả", "KQ", "Kết quả thực hiện", "Thực hiện", "TH", "Số liệu", "Kết quả đạt được", "Hiện trạng", "Mức đạt được", "Thực trạng", "Giá trị", "Kết quả thực tế")
	case verdict:
		return pick(r, "Đánh giá", "Tự đánh giá", "ĐG", "Tự ĐG", "Đạt/Chưa đạt", "Đ/CĐ", "Kết quả đánh giá", "Đánh giá (Đạt/Chưa đạt)", "Kết luận", "Tự đánh giá (Đ/CĐ)", "Đạt hay chưa đạt")
	case metMark:
		return pick(p.headingDice("measure", "pair"), "Đạt", "Đạt", "Đạt chuẩn", "Đạt")
	case unmetMark:
		return pick(p.headingDice("measure", "pair"), "Chưa đạt", "Không đạt", "Chưa đạt chuẩn", "Chưa đạt")
	case unmetGroup:
		return pick(r, "Chưa đạt", "Chưa đạt (đánh dấu x)", "Không đạt")
	case count:
		return pick(r, "Số lượng", "Số ấp, hộ đạt", "SL đạt", "Số hộ (km, ấp) đạt", "Số lượng đạt")
	case total:
		return pick(r, "Tổng số", "Tổng số hộ (km, ấp)", "Tổng")
	case own:
		return pick(r, "Xã tự đánh giá", "Tự đánh giá của xã", "Xã đánh giá", "Xã tự ĐG")
	case district:
		return pick(r, "Huyện đánh giá", "Huyện ĐG", "Đánh giá của huyện", "Huyện thẩm tra")
	case appraisal:
		return pick(r, "Tỉnh thẩm định", "Thẩm định", "Đoàn thẩm định", "Kết quả thẩm định")
	case evidence:
		return pick(r, "Hồ sơ minh chứng", "Minh chứng", "HS minh chứng", "Hồ sơ")
	}
	return ""
}

func (p *Plan) has(m measure) bool {
	for _, o := range p.Measures {
		if o == m {
			return true
		}
	}
	return false
}

// heading words of the key columns.
func (p *Plan) headOf(what string) string {
	r := p.headingDice("head", what)
	switch {
	case p.erased == "communes" && (what == "commune" || what == "code"), p.erased == "ids" && (what == "id" || what == "name"):
		return ""
	}
	var s string
	switch what {
	case "running":
		s = pick(r, "STT", "TT", "Số TT", "S TT")
	case "commune":
		s = pick(r, "Tên xã", "Xã", "Đơn vị", "Tên đơn vị", "Xã, thị trấn", "Địa phương", "Tên xã, thị trấn", "Địa bàn")
		if p.Shape == "wide" && r.Float64() < 0.06 {
			// The corner cell, cut by a slanting line, names both keys.
			s = pick(r, "Chỉ tiêu\nTên xã", "Tiêu chí / Xã", "Tên xã \\ Tiêu chí")
		}
	case "code":
		s = pick(r, "Mã xã", "Mã ĐVHC", "Mã đơn vị", "Mã số xã")
	case "districtname":
		s = pick(r, "Huyện", "Tên huyện", "Huyện, thị xã, thành phố")
	case "id":
		s = pick(r, "Mã số", "Số hiệu", "TT", "STT", "Mã chỉ tiêu", "Số hiệu chỉ tiêu", "Chỉ tiêu")
	case "name":
		s = pick(r, "Nội dung", "Tên chỉ tiêu", "Nội dung tiêu chí", "Tiêu chí, chỉ tiêu", "Nội dung chỉ tiêu", "Chỉ tiêu", "Tên tiêu chí, chỉ tiêu")
	case "criterion":
		s = pick(r, "Tiêu chí", "Tên tiêu chí", "TC", "Nhóm tiêu chí")
	case "require":
		if p.headOf("name") != p.dress("Chỉ tiêu") && p.headOf("id") != p.dress("Chỉ tiêu") && r.Float64() < 0.12 {
			return p.dress("Chỉ tiêu")
		}
		s = pick(r, "Yêu cầu", "Mức quy định", "Chuẩn", "Tiêu chuẩn", "Mức yêu cầu", "Quy định", "Mức chuẩn", "Yêu cầu của bộ tiêu chí")
	case "unit":
		s = pick(r, "ĐVT", "Đơn vị tính", "Đvt")
	case "note":
		s = pick(r, "Ghi chú", "Ghi chú", "Nguyên nhân", "Khó khăn, vướng mắc", "Giải pháp", "Kiến nghị", "Người phụ trách")
	case "section":
		s = pick(r, "Nội dung", "Số liệu", "Loại số liệu", "Kỳ số liệu", "Diễn giải")
		if p.Shape == "flat" {
			s = pick(r, "Kỳ", "Năm", "Kỳ số liệu", "Loại số liệu")
		}
	case "criteriacount":
		s = pick(r, "Tổng số tiêu chí đạt", "Số tiêu chí đạt", "Tổng số TC đạt", "Cộng tiêu chí đạt", "Số TC đạt")
	case "indicatorcount":
		s = pick(r, "Tổng số chỉ tiêu đạt", "Số chỉ tiêu đạt", "Tổng số CT đạt", "Số CT đạt")
	}
	return p.dress(s)
}

// dress writes a heading as its office does: in capitals, broken over lines,
// with a no-break blank, with the tone mark in its other place.
func (p *Plan) dress(s string) string {
	r := p.headingDice("dress", s)
	switch p.Style.Case {
	case "upper":
		s = strings.ToUpper(s)
	case "broken":
		if i := strings.IndexByte(s, ' '); i > 0 && len(s) > 12 && r.Float64() < 0.6 {
			s = s[:i] + "\n" + s[i+1:]
		}
	}
	switch {
	case r.Float64() < 0.04:
		s = strings.Replace(s, " ", " ", 1)
	case r.Float64() < 0.03:
		s = " " + s + " "
	case r.Float64() < 0.05:
		s = otherTone(s)
	}
	return s
}

// otherTone moves the tone marks of oa, oe and uy to their other place.
func otherTone(s string) string {
	const a, b = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy", "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ"
	olds, news := strings.Fields(a), strings.Fields(b)
	for i := range olds {
		if strings.Contains(s, olds[i]) {
			// Only where the syllable ends there: "hoàn" is written one way.
			s = replaceAtEnd(s, olds[i], news[i])
		} else if strings.Contains(s, news[i]) {
			s = replaceAtEnd(s, news[i], olds[i])
		}
	}
	return s
}

func replaceAtEnd(s, old, with string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, old)
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		rest := s[i+len(old):]
		b.WriteString(s[:i])
		next := ' '
		for _, c := range rest {
			next = c
			break
		}
		q := i > 0 && s[i-1] == 'q' // quý has no other place
		if unicode.IsLetter(next) || q {
			b.WriteString(old)
		} else {
			b.WriteString(with)
		}
		s = rest
	}
}

var marks = strings.NewReplacer(pairs("aàáảãạăằắẳẵặâầấẩẫậ", "eèéẻẽẹêềếểễệ", "iìíỉĩị", "oòóỏõọôồốổỗộơờớởỡợ", "uùúủũụưừứửữự", "yỳýỷỹỵ", "dđ")...)

func pairs(groups ...string) []string {
	var list []string
	for _, g := range groups {
		runes := []rune(g)
		for _, c := range runes[1:] {
			list = append(list, string(c), string(runes[0]), string(unicode.ToUpper(c)), string(unicode.ToUpper(runes[0])))
		}
	}
	return list
}

// Plain leaves out the Vietnamese marks, as in names of files.
func Plain(s string) string { return marks.Replace(s) }

func compact(s string) string { return strings.ReplaceAll(s, " ", "") }

// nfd writes the letters with their marks apart, as some machines do.
func nfd(s string) string {
	var b strings.Builder
	for _, c := range s {
		if d, ok := apart[c]; ok {
			b.WriteString(d)
		} else {
			b.WriteRune(c)
		}
	}
	return b.String()
}

// apart holds the letters in their decomposed form.
var apart = func() map[rune]string {
	m := map[rune]string{}
	tones := []string{"", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"}
	rows := []struct{ base, letters string }{
		{"a", "aàáảãạ"}, {"a\u0306", "ăằắẳẵặ"}, {"a\u0302", "âầấẩẫậ"}, {"e", "eèéẻẽẹ"}, {"e\u0302", "êềếểễệ"}, {"i", "iìíỉĩị"},
		{"o", "oòóỏõọ"}, {"o\u0302", "ôồốổỗộ"}, {"o\u031b", "ơờớởỡợ"}, {"u", "uùúủũụ"}, {"u\u031b", "ưừứửữự"}, {"y", "yỳýỷỹỵ"},
	}
	for _, row := range rows {
		for i, c := range []rune(row.letters) {
			m[c] = row.base + tones[i]
			up := []rune(row.base)
			up[0] = unicode.ToUpper(up[0])
			m[unicode.ToUpper(c)] = string(up) + tones[i]
		}
	}
	return m
}()

// title lines of a table of results.
func (p *Plan) titleOf(kind string, r *rand.Rand) string {
	switch kind {
	case "plan":
		return pick(r, "KẾ HOẠCH THỰC HIỆN CÁC TIÊU CHÍ NÔNG THÔN MỚI", "CHỈ TIÊU KẾ HOẠCH XÂY DỰNG NÔNG THÔN MỚI", "KẾ HOẠCH XÂY DỰNG NÔNG THÔN MỚI")
	case "register":
		return pick(r, "ĐĂNG KÝ THỰC HIỆN CÁC TIÊU CHÍ NÔNG THÔN MỚI", "BIỂU ĐĂNG KÝ CHỈ TIÊU NÔNG THÔN MỚI")
	case "estimate":
		return pick(r, "ƯỚC THỰC HIỆN CÁC TIÊU CHÍ NÔNG THÔN MỚI")
	}
	return pick(r, "TỔNG HỢP KẾT QUẢ THỰC HIỆN BỘ TIÊU CHÍ XÃ NÔNG THÔN MỚI", "KẾT QUẢ THỰC HIỆN CÁC TIÊU CHÍ NÔNG THÔN MỚI", "BIỂU TỔNG HỢP KẾT QUẢ RÀ SOÁT TIÊU CHÍ NÔNG THÔN MỚI",
		"KẾT QUẢ RÀ SOÁT 19 TIÊU CHÍ NÔNG THÔN MỚI", "SỐ LIỆU CÁC CHỈ TIÊU XÃ NÔNG THÔN MỚI", "HIỆN TRẠNG CÁC TIÊU CHÍ XÃ NÔNG THÔN MỚI")
}
