package words

import (
	"github.com/angiang-ntm/ntm/transforms/grid"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// The states of a cell that should say something about an indicator.
const (
	Reported      = "reported"       // a usable value or word
	Claimed       = "claimed"        // only the sender's own Đạt / Chưa đạt
	Missing       = "missing"        // blank, or a dash
	Invalid       = "invalid"        // present, not understood: kept as text, never guessed
	NotApplicable = "not_applicable" // said not to apply, where the indicator allows that
)

// Value is what one cell says about one indicator.
type Value struct {
	State string
	// Num is the value in the indicator's unit; HasNum tells whether there is one.
	Num    float64
	HasNum bool
	// Word is a yes/no word as written; HasWord tells whether there is one.
	Word    bool
	HasWord bool
	// Answer tells an answer to the question (Có, Không, x, 1, 0) from a
	// verdict (Đạt, Chưa đạt). They differ only where the wanted answer is "Không".
	Answer bool
	// Sign is the folded affirmative word or mark when the cell holds nothing
	// else; Mark tells a mark (x, ✓, 1) from a word (Đạt).
	Sign string
	Mark bool
	Note string
	// Issue is the check that the cell fails or the inference it needed, with
	// its message; "" when there is none.
	Issue, Message string
}

// Refused is a value that is present and not understood.
func Refused(message string) Value { return invalid(message) }

func invalid(message string) Value {
	return Value{State: Invalid, Issue: "invalid_value", Message: message}
}

var (
	ratioForm = regexp.MustCompile(`^(\d{1,3}(?:\.\d{3})+|\d{1,6})\s*/\s*(\d{1,3}(?:\.\d{3})+|\d{1,6})(?:\s+(?:ấp|thôn|bản|hộ|xã|trường|người|cơ sở|em|trẻ|km|ha|đơn vị|tổ chức))?$`)
	percentIn = regexp.MustCompile(`^\(\s*([\d.,]+\s*%)\s*\)?$`)
	// A verdict and a figure in one cell, told apart by a sign: "Chưa đạt: 64,78%",
	// "84,5 (chưa đạt)".
	verdictBefore = regexp.MustCompile(`^(\pL[\pL. ]*?)\s*(?:[:;–-]|\()\s*(\d[\d.,]*\s*%?)\s*\)?$`)
	verdictBehind = regexp.MustCompile(`^(\d[\d.,]*\s*%?)\s*((?:\(|[-–:;]|,\s|/).*)$`)
	splitForm     = regexp.MustCompile(`^(\d{1,4})\s*(?:tr|triệu)\s*(\d{3})(?:\s*(?:đ|đồng|ngàn|nghìn))?$`)
	counted       = regexp.MustCompile(`^(\d[\d.,]*)\s*(?:căn|nhà|ngôi|hộ|cái)(?:\s+(?:nhà|tạm|dột nát|nhà tạm|hộ))*$`)
	qualifiers    = []string{"đạt", "≥", ">=", "≤", "<=", ">", "<", "trên", "hơn", "dưới", "từ", "tới", "bằng", "=", "gần", "khoảng", "xấp xỉ", "chừng", "~", "≈", "chỉ", "được", "tỷ lệ", "tỉ lệ", "là"}
	vague         = []string{"ước", "dự kiến", "phấn đấu"}
)

// Read understands one cell for one indicator; c is nil for a blank cell. unit
// is what its line says of the unit; the cell's own words and its number
// format go before it.
func (v *Vocabulary) Read(c *grid.Cell, ind *Indicator, unit string) Value {
	if c == nil {
		return Value{State: Missing}
	}
	scale := 0 // of the number format: 37390000 shown as "37,4 triệu"
	if c.Unit != "" {
		if own := unitIn(c.Unit); own != "" {
			unit, scale = own, c.Scale
		}
	}
	switch c.Kind {
	case sheet.Error:
		return invalid("ô chứa lỗi " + c.Text + " của Excel, không có số liệu")
	case sheet.NoResult:
		return invalid("ô chứa công thức chưa có kết quả; mở tệp bằng Excel, tính lại rồi lưu")
	case sheet.Bool:
		return v.wordValue(ind, c.Num != 0, true, "")
	case sheet.Number:
		if c.Date {
			return invalid("Excel đã đổi nội dung ô thành ngày tháng; gõ lại dưới dạng số hoặc chữ")
		}
		if unit == "" && c.Num > 1 && c.Num <= 100 && !c.Percent && ind.Kind != "boolean" && !isMoney(ind) {
			return Value{State: Reported, Num: c.Num, HasNum: true} // as nearly all are: number would leave it as it is
		}
		n, ok := new(big.Rat).SetString(strconv.FormatFloat(c.Num, 'g', -1, 64))
		if !ok {
			return invalid("không phải số dùng được: " + c.Text)
		}
		if c.Percent {
			n.Mul(n, big.NewRat(100, 1))
		}
		if isMoney(ind) {
			if n.Sign() < 0 {
				return v.number(ind, n, true, "")
			}
			for range scale {
				n.Quo(n, big.NewRat(1000, 1))
			}
			return v.money(ind, n, unit, "")
		}
		return v.number(ind, n, c.Percent || c.Unit == "%", "")
	}
	return v.textValue(c, ind, unit)
}

func (v *Vocabulary) textValue(c *grid.Cell, ind *Indicator, unit string) Value {
	s := strings.Trim(c.Fold, " .;,:")
	switch {
	case v.missing(c.Fold):
		return Value{State: Missing}
	case asAbove[c.Fold]:
		return invalid("ô ghi “" + c.Text + "” (như trên); ghi rõ số liệu của xã này")
	case v.is("not_applicable", s):
		if ind.NotApplicableAllowed {
			return Value{State: NotApplicable}
		}
		return invalid("ghi “" + c.Text + "” nhưng " + ind.Title() + " áp dụng cho mọi xã")
	case v.is("none", s), ind.Kind == "boolean" && v.nothingOf(s):
		switch ind.AbsenceMeans {
		case "not_applicable":
			return Value{State: NotApplicable}
		case "met":
			return v.wordValue(ind, !ind.Inverted(), true, "")
		case "not_met":
			return v.wordValue(ind, false, !ind.Inverted(), "")
		}
		return invalid("ghi “" + c.Text + "”: không rõ nghĩa ở " + ind.Title() + "; ghi con số hoặc Đạt / Chưa đạt")
	}
	for _, w := range v.wordsOf["never_met"] {
		if rest, ok := strings.CutPrefix(s, w); ok && (rest == "" || rest[0] == ' ') {
			return invalid("“" + c.Text + "” không phải kết luận Đạt hay Chưa đạt")
		}
	}
	digits := strings.Trim(s, "0123456789") == ""
	// Digits are a sign only where nothing is counted: 0 houses typed as text
	// are as many as 0 stored as a number.
	if w, answer, note, ok := v.word(s); ok && (!digits || ind.Kind == "boolean" && !ind.Inverted()) {
		if m := percentIn.FindStringSubmatch(note); m != nil && ind.Kind == "percent" {
			// "Đạt (86,57%)": the value decides, the word stays as a note.
			val := v.numberText(m[1], c.Text, ind, unit)
			val.Note = strings.TrimSpace(strings.TrimSuffix(s, note))
			return val
		}
		if w && v.hedged(note) {
			return invalid("“" + c.Text + "” không phải kết luận Đạt hay Chưa đạt")
		}
		val := v.wordValue(ind, w, answer, note)
		if w && note == "" {
			val.Sign, val.Mark = s, digits || v.is("affirmative_sign", s)
		}
		return val
	}
	if m := verdictBefore.FindStringSubmatch(s); m != nil && ind.Kind != "boolean" {
		if v.is("met", m[1]) || v.is("not_met", m[1]) {
			// "Chưa đạt: 64,78%": the value decides, the word stays as a note.
			val := v.numberText(m[2], c.Text, ind, unit)
			val.Note = strings.TrimSpace(m[1] + " " + val.Note)
			return val
		}
	}
	if m := verdictBehind.FindStringSubmatch(s); m != nil && ind.Kind != "boolean" {
		if w := strings.Trim(m[2], " ()-–:;,/"); v.is("met", w) || v.is("not_met", w) {
			val := v.numberText(strings.TrimSpace(m[1]), c.Text, ind, unit)
			val.Note = strings.TrimSpace(w + " " + val.Note)
			return val
		}
	}
	if val, ok := v.sentence(s, c.Text, ind); ok {
		return val
	}
	if ind.Kind == "boolean" && !ind.Inverted() && prose(s) {
		// What a sentence tells is no verdict, and no fault either.
		return Value{State: Missing, Note: c.Text}
	}
	if m := ratioForm.FindStringSubmatch(s); m != nil && ind.Kind == "percent" {
		num, _ := new(big.Rat).SetString(strings.ReplaceAll(m[1], ".", ""))
		den, _ := new(big.Rat).SetString(strings.ReplaceAll(m[2], ".", ""))
		if den.Sign() == 0 || num.Cmp(den) > 0 {
			return invalid("tỷ số “" + c.Text + "” không tính được thành tỷ lệ phần trăm")
		}
		val := v.number(ind, num.Mul(num.Quo(num, den), big.NewRat(100, 1)), true, "")
		val.Note = "tính từ tỷ số " + c.Text
		return val
	}
	return v.numberText(s, c.Text, ind, unit)
}

// nothingOf tells "Không có" followed by the name of what is not there:
// "Không có HTX", "không có nhà tạm". More words than that are prose.
func (v *Vocabulary) nothingOf(s string) bool {
	for _, w := range v.wordsOf["none"] {
		if rest, ok := strings.CutPrefix(s, w); ok && strings.HasPrefix(rest, " ") && len(strings.Fields(rest)) <= 3 && !strings.ContainsAny(rest, "0123456789%,;:") {
			return true
		}
	}
	return false
}

// missing tells a blank, a dash, or words that say there is no figure yet.
func (v *Vocabulary) missing(folded string) bool {
	return strings.Trim(folded, " .;,:-–—…_") == "" || v.is("missing", folded)
}

// asAbove are the ways of writing "as above".
var asAbove = map[string]bool{
	"//": true, "/": true, `"`: true, "''": true, "”": true, "“": true, "〃": true,
	"-nt-": true, "nt": true, "- nt -": true, "như trên": true, "-như trên-": true,
}

// hedged tells an explanation that takes back the word before it: a share of
// completion, or "đang hoàn thiện".
func (v *Vocabulary) hedged(note string) bool {
	if strings.Contains(note, "%") {
		return true
	}
	for _, w := range v.wordsOf["never_met"] {
		if wordIndex(note, w) >= 0 {
			return true
		}
	}
	return false
}

// word recognises a yes/no word, alone or followed by an explanation:
// "Đạt (QĐ số 12)", "Chưa đạt - thiếu hồ sơ".
func (v *Vocabulary) word(s string) (met, answer bool, note string, ok bool) {
	try := func(w string) bool {
		// Answers come first: "Không" answers the question of 9.1 and is a
		// verdict only where nothing is asked.
		switch {
		case v.is("yes", w), v.is("affirmative_sign", w):
			met, answer = true, true
		case v.is("no", w):
			met, answer = false, true
		case v.is("met", w):
			met, answer = true, false
		case v.is("not_met", w):
			met, answer = false, false
		default:
			return false
		}
		return true
	}
	if try(s) {
		return met, answer, "", true
	}
	if i := strings.IndexAny(s, "(;,:-–"); i > 0 {
		head, tail := strings.TrimSpace(s[:i]), strings.TrimSpace(s[i:])
		// "đạt: 80 % khối lượng" is a completion share, not a verdict.
		if strings.ContainsAny(tail, "%0123456789") && !strings.HasPrefix(tail, "(") {
			return false, false, "", false
		}
		if try(head) {
			return met, answer, tail, true
		}
	}
	return false, false, "", false
}

// wordValue places a word: in a yes/no indicator it is the report itself, in a
// measured one only the sender's claim.
func (v *Vocabulary) wordValue(ind *Indicator, w, answer bool, note string) Value {
	state := Claimed
	if ind.Kind == "boolean" {
		state = Reported
	}
	return Value{State: state, Word: w, HasWord: true, Answer: answer, Note: note}
}

// number places a number that needs no more parsing. scaled tells that its
// percent scale is beyond doubt.
func (v *Vocabulary) number(ind *Indicator, n *big.Rat, scaled bool, note string) Value {
	f, _ := n.Float64()
	if math.IsInf(f, 0) {
		return invalid("số quá lớn")
	}
	val := Value{State: Reported, Num: f, HasNum: true, Note: note}
	zero, one, hundred := new(big.Rat), big.NewRat(1, 1), big.NewRat(100, 1)
	shown := decimal(f)
	switch ind.Kind {
	case "boolean":
		if ind.Inverted() { // a count or a share of what should not be
			if n.Sign() < 0 {
				return Value{State: Invalid, Issue: "out_of_range", Message: "số âm (" + shown + ") không thể là số lượng hay tỷ lệ"}
			}
			if scaled && n.Cmp(hundred) > 0 {
				return Value{State: Invalid, Issue: "out_of_range", Message: "tỷ lệ " + shown + "% nằm ngoài khoảng 0–100%"}
			}
			return val
		}
		if scaled {
			return invalid("“" + shown + "%” là mức độ hoàn thành, không phải kết luận Đạt hay Chưa đạt")
		}
		if n.Cmp(one) == 0 || n.Cmp(zero) == 0 {
			val := v.wordValue(ind, n.Sign() > 0, true, note)
			if val.Word {
				val.Sign, val.Mark = "1", true
			}
			return val
		}
		return invalid("ghi " + shown + " ở chỉ tiêu Đạt / Chưa đạt")
	case "percent":
		if n.Sign() < 0 || n.Cmp(hundred) > 0 {
			return Value{State: Invalid, Issue: "out_of_range", Message: "tỷ lệ " + shown + "% nằm ngoài khoảng 0–100%"}
		}
		if !scaled && n.Sign() > 0 && n.Cmp(one) <= 0 {
			if ind.HasThreshold && ind.Threshold >= 25 {
				p, _ := new(big.Rat).Mul(n, hundred).Float64()
				val.Num, val.Issue = p, "scale_inferred"
				val.Message = "ghi " + shown + " không có định dạng phần trăm, đọc là " + decimal(p) + "%"
			} else {
				val.Issue = "scale_doubtful"
				val.Message = "ghi " + shown + " không có định dạng phần trăm, đọc nguyên là " + shown + "%; có thể là " +
					decimal(f*100) + "%"
			}
		}
		return val
	}
	if n.Sign() < 0 {
		return Value{State: Invalid, Issue: "out_of_range", Message: "số âm (" + shown + ") không thể là " + ind.Name}
	}
	if isMoney(ind) {
		return v.money(ind, n, "", note)
	}
	return val
}

func isMoney(ind *Indicator) bool { return strings.Contains(ind.Unit, "triệu đồng") }

// money brings an amount into million đồng per person and year. unit is what
// the cell itself says; without it the size decides only beyond doubt.
func (v *Vocabulary) money(ind *Indicator, n *big.Rat, unit, note string) Value {
	written, _ := n.Float64()
	per := new(big.Rat).Set(n)
	from := ""
	switch base := strings.TrimSuffix(unit, "/tháng"); {
	case base == "đồng", base == "" && n.Cmp(big.NewRat(1_000_000, 1)) >= 0:
		per.Quo(per, big.NewRat(1_000_000, 1))
		from = "đồng"
	case base == "nghìn":
		per.Quo(per, big.NewRat(1000, 1))
		from = "nghìn đồng"
	case base == "triệu", base == "" && n.Cmp(big.NewRat(1000, 1)) < 0:
	case base != "":
		return invalid("ghi " + decimal(written) + " theo đơn vị “" + unit + "”, không phải tiền; ghi theo " + ind.Unit)
	default:
		return invalid("ghi " + decimal(written) + " không rõ đơn vị; ghi theo " + ind.Unit)
	}
	if per.Cmp(big.NewRat(1000, 1)) >= 0 {
		return invalid(strings.TrimSpace("ghi "+decimal(written)+" "+unit) + " là quá lớn; ghi theo " + ind.Unit)
	}
	if strings.HasSuffix(unit, "/tháng") {
		per.Mul(per, big.NewRat(12, 1))
		if from == "" {
			from = "triệu đồng"
		}
		from += "/tháng"
	}
	f, _ := per.Float64()
	if unit == "" && from == "" && n.Sign() > 0 && f < leastIncome {
		return invalid("ghi " + decimal(written) + " mà không ghi đơn vị: quá nhỏ để là thu nhập cả năm, có lẽ là của một tháng; ghi theo " + ind.Unit)
	}
	if unit != "" && n.Sign() > 0 && f < 1 {
		return invalid("ghi " + decimal(written) + " theo đơn vị " + strings.TrimSuffix(from, "/tháng") + " thì quá nhỏ; ghi theo " + ind.Unit)
	}
	val := Value{State: Reported, Num: f, HasNum: true, Note: note}
	if from != "" {
		val.Issue = "unit_converted"
		val.Message = "ghi " + decimal(written) + " " + from + ", đổi thành " + decimal(f) + " " + ind.Unit
	}
	return val
}

// numberText reads a number that was typed as text, with its qualifier and
// unit; unit is what the line says where the text does not.
func (v *Vocabulary) numberText(s, original string, ind *Indicator, unit string) Value {
	for _, q := range vague {
		if strings.HasPrefix(s, q) {
			return invalid("“" + original + "” là số ước, không phải kết quả; ghi số chính xác")
		}
	}
	note, up, down, about := "", false, false, false
	for again := true; again; {
		again = false
		for _, q := range qualifiers {
			t, ok := strings.CutPrefix(s, q)
			if t = strings.TrimLeft(t, " :"); !ok || t == "" {
				continue
			}
			s, note, again = t, strings.TrimSpace(note+" "+q), true
			switch q {
			case "trên", "hơn", "từ", ">", "≥", ">=":
				up = true
			case "dưới", "tới", "<", "≤", "<=":
				down = true
			case "gần", "khoảng", "xấp xỉ", "chừng", "~", "≈":
				about = true
			}
			break
		}
	}
	val := v.plainNumber(s, original, note, ind, unit)
	if val.HasNum && (up || down || about) && val.Issue == "" {
		v.qualify(&val, original, ind, up, down, about)
	}
	return val
}

// qualify warns where what a word says of a number may decide otherwise than
// the number does: "trên 1,72" where at most 4 is asked.
func (v *Vocabulary) qualify(val *Value, original string, ind *Indicator, up, down, about bool) {
	if !ind.HasThreshold {
		return
	}
	below, above := val.Num < ind.Threshold, val.Num > ind.Threshold
	least := strings.HasPrefix(ind.Comparator, ">")
	near := math.Abs(val.Num-ind.Threshold) <= 0.1*math.Abs(ind.Threshold)
	if up && (below || !above && !least) || down && (above || !below && least) || about && near {
		val.Issue = "qualified_value"
		val.Message = "ghi “" + original + "”: đọc là " + decimal(val.Num) + ", nhưng chữ đi kèm cho biết số thật có thể ở phía bên kia mức " + ind.Comparator + " " + decimal(ind.Threshold)
	}
}

// leastIncome is the least that a commune's income for a year, in million đồng,
// is taken to be where the other reading of its text is possible too.
const leastIncome = 5

// plainNumber reads a number that was typed as text, without its qualifier.
func (v *Vocabulary) plainNumber(s, original, note string, ind *Indicator, unit string) Value {
	if isMoney(ind) {
		if m := splitForm.FindStringSubmatch(s); m != nil {
			n, _ := new(big.Rat).SetString(m[1] + "." + m[2])
			return v.money(ind, n, "triệu", note)
		}
		digits, own, ok := moneyUnit(s)
		if !ok {
			return invalid("không phải số: “" + original + "”")
		}
		if own != "" {
			unit = own
		}
		as := either
		switch strings.TrimSuffix(unit, "/tháng") {
		case "triệu":
			// "63,320 triệu": sixty-three thousand million would be absurd. So would
			// "1.234" be that only the heading says to be millions: too little.
			if n, problem := parseNumber(digits, decimals); own != "" || problem == "" && n.Cmp(big.NewRat(leastIncome, 1)) >= 0 {
				as = decimals
			}
		case "đồng":
			as = thousands // a đồng has no parts
		}
		n, problem := parseNumber(digits, as)
		if problem != "" {
			return invalid(strings.ReplaceAll(problem, "?", original))
		}
		if n.Sign() < 0 {
			return v.number(ind, n, true, note)
		}
		return v.money(ind, n, unit, note)
	}
	if m := counted.FindStringSubmatch(s); m != nil && ind.Inverted() {
		s = m[1] // "12 căn": how many of what should not be
	}
	t, percent := strings.CutSuffix(s, "%")
	t = strings.TrimSpace(t)
	if percent && ind.Kind == "boolean" && !ind.Inverted() {
		return invalid("“" + original + "” là mức độ hoàn thành, không phải kết luận Đạt hay Chưa đạt")
	}
	// In a percent column the thousands reading of 84.999 is impossible, so
	// the other one is not a guess.
	as := either
	if percent || ind.Kind == "percent" {
		as = decimals
	}
	n, problem := parseNumber(t, as)
	if problem != "" {
		return invalid(strings.ReplaceAll(problem, "?", original))
	}
	return v.number(ind, n, percent, note)
}

// moneyUnit splits an amount from its unit words.
func moneyUnit(s string) (digits, unit string, ok bool) {
	end := strings.LastIndexAny(s, "0123456789") + 1
	if end == 0 {
		return "", "", false
	}
	digits = strings.TrimSpace(s[:end])
	rest := strings.NewReplacer(" ", "", ".", "", "/người", "", "/năm", "", "/ng", "").Replace(s[end:])
	rest, month := strings.CutSuffix(rest, "/tháng")
	if !month {
		rest, month = strings.CutSuffix(rest, "/th")
	}
	switch rest {
	case "":
	case "triệu", "tr", "trđ", "triệuđồng", "trđồng", "triệuđ":
		unit = "triệu"
	case "đ", "đồng", "vnđ", "vnd", "đvn":
		unit = "đồng"
	case "nghìn", "ngàn", "nghìnđồng", "ngànđồng", "k", "nghìnđ", "ngànđ":
		unit = "nghìn"
	default:
		return "", "", false
	}
	if month {
		unit += "/tháng"
	}
	return digits, unit, true
}

// What one point or comma before three digits divides, as the column or the
// unit decides; where neither does, the number is refused.
const (
	either = iota
	decimals
	thousands
)

// parseNumber reads digits with separators. A point or comma may divide
// thousands or decimals; the form decides, and where it allows both, as does.
func parseNumber(s string, as int) (*big.Rat, string) {
	notNumber := "không phải số: “?”"
	if len(s) > 40 {
		return nil, notNumber
	}
	sign := ""
	if t, ok := strings.CutPrefix(s, "-"); ok {
		sign, s = "-", t
	}
	if s == "" || strings.Trim(s, "0123456789., ") != "" || s[0] < '0' || s[0] > '9' {
		return nil, notNumber
	}
	if last := s[len(s)-1]; last < '0' || last > '9' {
		return nil, notNumber
	}
	points, commas := strings.Count(s, "."), strings.Count(s, ",")
	if strings.Contains(s, " ") {
		if !groups(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' })) || points+commas > 0 {
			return nil, notNumber
		}
		s = strings.ReplaceAll(s, " ", "")
	} else if points > 0 && commas > 0 {
		dec, tho := ",", "."
		if strings.LastIndex(s, ".") > strings.LastIndex(s, ",") {
			dec, tho = ".", ","
		}
		whole, frac, _ := strings.Cut(s, dec)
		if strings.Contains(frac, dec) || strings.Contains(frac, tho) || !groups(strings.Split(whole, tho)) {
			return nil, notNumber
		}
		s = strings.ReplaceAll(whole, tho, "") + "." + frac
	} else if points+commas > 0 {
		sep := "."
		if commas > 0 {
			sep = ","
		}
		parts := strings.Split(s, sep)
		switch {
		case len(parts) > 2:
			if !groups(parts) {
				return nil, notNumber
			}
			s = strings.Join(parts, "")
		case len(parts[1]) == 3 && as == thousands && groups(parts):
			s = parts[0] + parts[1]
		case len(parts[1]) == 3 && as == either && groups(parts):
			return nil, "“?” đọc được hai cách (phần nghìn hay phần thập phân); ghi rõ, ví dụ " + parts[0] + "," + parts[1] + "0"
		default:
			s = parts[0] + "." + parts[1]
		}
	}
	n, ok := new(big.Rat).SetString(sign + s)
	if !ok {
		return nil, notNumber
	}
	return n, ""
}

// groups tells whether digit runs form thousands: one to three digits without
// a leading zero, then threes.
func groups(parts []string) bool {
	if len(parts[0]) < 1 || len(parts[0]) > 3 || parts[0][0] == '0' {
		return false
	}
	for _, p := range parts[1:] {
		if len(p) != 3 {
			return false
		}
	}
	return true
}

func decimal(f float64) string { return Decimal(f) }

// Decimal writes a number as Vietnamese text does: decimal comma, no noise.
func Decimal(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if len(s) > 14 {
		s = strings.TrimRight(strings.TrimRight(strconv.FormatFloat(f, 'f', 6, 64), "0"), ".")
	}
	return strings.Replace(s, ".", ",", 1)
}

// Reread understands a text as if it stood where an observation does: what a
// correction puts in the place of what was written.
func (v *Vocabulary) Reread(measure Measure, indicator, text string) Value {
	text = strings.TrimSpace(text)
	var c *grid.Cell
	if text != "" {
		c = &grid.Cell{Kind: sheet.Text, Text: text, Fold: grid.Fold(text)}
	}
	return v.Say(measure, c, v.byID[indicator], "")
}

// Say reads a cell as what its line measures.
func (v *Vocabulary) Say(measure Measure, c *grid.Cell, ind *Indicator, unit string) Value {
	switch measure {
	case Claim, CriterionClaim:
		return v.claimValue(c, ind)
	case Evidence:
		return v.evidenceValue(c)
	case AllCriteria, AllIndicators, Numerator, Denominator:
		return v.totalValue(c, thousands)
	case Secondary:
		return v.secondaryValue(c, ind)
	}
	return v.Read(c, ind, unit)
}

// secondaryValue reads the second value of an indicator that has one.
func (v *Vocabulary) secondaryValue(c *grid.Cell, ind *Indicator) Value {
	sub := *ind
	sub.Comparator = ">="
	return v.Read(c, &sub, "")
}

// TotalOf reads what a row of totals says in a column of an indicator.
func (v *Vocabulary) TotalOf(measure Measure, c *grid.Cell, ind *Indicator) Value {
	if ind != nil && measure == Result && ind.Kind != "boolean" {
		return v.totalValue(c, decimals)
	}
	return v.totalValue(c, thousands) // counts are whole
}

var (
	clauses   = regexp.MustCompile(`[;()]|,(?:\s|$)|\.\s|\s[-–]\s`)
	plainForm = regexp.MustCompile(`^(?:(?:đạt|trên|hơn|dưới|từ|tới|bằng|gần|khoảng|xấp xỉ|chừng|chỉ|được|tỷ lệ|tỉ lệ|là|≥|≤|>=|<=|>|<|=|~|≈)\s*:?\s*)*[\d.,]+\s*%?$`)
	percentAt = regexp.MustCompile(`(\d[\d.,]*)\s*%`)
	ratioAt   = regexp.MustCompile(`(?:^|[^\d/])(\d[\d.]*)\s*/\s*(\d[\d.]*)(?:$|[^\d/])`)
	ofAnother = regexp.MustCompile(`tăng|giảm|so với|so cùng|năm trước|kỳ trước|cùng kỳ|quý trước|kế hoạch|mục tiêu|chỉ tiêu|\bkh\b|vượt|yêu cầu|quy định|tối thiểu|còn lại|còn|chưa|không|thiếu|phấn đấu|ước|dự kiến|năm \d{4}|quý [iv\d]|khối lượng|hoàn thành|tiến độ`)
)

// sentence reads the one figure of a percentage that a text of several words
// states: "Tỷ lệ đạt 97,9% (517/1.298 hộ)", "12/13 ấp (92,31%)". What is said
// of another time, of a difference or of a plan is passed over; a ratio beside
// the figure must agree with it. ok is false where the text is none.
func (v *Vocabulary) sentence(s, original string, ind *Indicator) (Value, bool) {
	if ind.Kind != "percent" || !strings.ContainsFunc(s, isLetter) && !strings.ContainsAny(s, "(;") || !strings.ContainsAny(s, "%/") {
		return Value{}, false
	}
	if plainForm.MatchString(s) {
		return Value{}, false
	}
	type figure struct {
		text string
		n    *big.Rat
	}
	var percents, ratios []figure
	passed := 0
	for _, part := range clauses.Split(s, -1) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		of := ofAnother.MatchString(part)
		for _, m := range percentAt.FindAllStringSubmatch(part, -1) {
			if of {
				passed++
				continue
			}
			n, problem := parseNumber(strings.TrimRight(m[1], ".,"), decimals)
			if problem != "" {
				return Value{}, false
			}
			percents = append(percents, figure{m[1], n})
		}
		if of {
			continue
		}
		for _, m := range ratioAt.FindAllStringSubmatch(part, -1) {
			a, p1 := parseNumber(strings.Trim(m[1], "."), thousands)
			b, p2 := parseNumber(strings.Trim(m[2], "."), thousands)
			if p1 != "" || p2 != "" || b.Sign() == 0 || a.Cmp(b) > 0 {
				continue
			}
			if dayOnly.MatchString(m[1] + "/" + m[2]) {
				continue // "31/12"
			}
			ratios = append(ratios, figure{m[1] + "/" + m[2], new(big.Rat).Mul(new(big.Rat).Quo(a, b), big.NewRat(100, 1))})
		}
	}
	distinct := slices.CompactFunc(percents, func(a, b figure) bool { return a.n.Cmp(b.n) == 0 })
	switch {
	case len(distinct) > 1:
		return invalid("“" + original + "” có nhiều tỷ lệ, không rõ tỷ lệ nào là kết quả; chỉ ghi một con số"), true
	case len(distinct) == 1:
		for _, r := range ratios {
			if !agree(distinct[0].n, r.n) {
				got, _ := r.n.Float64()
				return invalid("“" + original + "”: tỷ số " + r.text + " là " + decimal(math.Round(got*100)/100) + "%, không phải " + distinct[0].text + "%; sửa lại cho khớp"), true
			}
		}
		val := v.number(ind, distinct[0].n, true, original)
		return val, true
	case len(ratios) == 1 && passed == 0 && strings.ContainsFunc(s, isLetter):
		val := v.number(ind, ratios[0].n, true, "tính từ tỷ số "+original)
		return val, true
	}
	return Value{}, false
}

// agree tells a rate that is a ratio, rounded.
func agree(a, b *big.Rat) bool {
	d := new(big.Rat).Sub(a, b)
	return d.Abs(d).Cmp(big.NewRat(6, 10)) <= 0
}

// prose tells a text of several words.
func prose(s string) bool {
	return len(strings.Fields(s)) >= 3 && strings.ContainsFunc(s, isLetter) && !strings.Contains(s, "%")
}

// IsRatio tells a text such as 7/21.
func IsRatio(fold string) bool { return ratioForm.MatchString(fold) }

// Ratio is the value of a share, part of whole.
func (v *Vocabulary) Ratio(ind *Indicator, part, whole int) Value {
	return v.number(ind, big.NewRat(int64(part)*100, int64(whole)), true, "")
}
