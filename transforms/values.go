package transforms

import (
	"math"
	"math/big"
	"regexp"
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

func invalid(message string) Value {
	return Value{State: Invalid, Issue: "invalid_value", Message: message}
}

var (
	ratioForm  = regexp.MustCompile(`^(\d{1,6})\s*/\s*(\d{1,6})$`)
	percentIn  = regexp.MustCompile(`^\(\s*([\d.,]+\s*%)\s*\)?$`)
	splitForm  = regexp.MustCompile(`^(\d{1,4})\s*(?:tr|triệu)\s*(\d{3})(?:\s*(?:đ|đồng|ngàn|nghìn))?$`)
	counted    = regexp.MustCompile(`^(\d[\d.,]*)\s*(?:căn|nhà|ngôi|hộ|cái)(?:\s+(?:nhà|tạm|dột nát|nhà tạm|hộ))*$`)
	qualifiers = []string{"đạt", "≥", ">=", "≤", "<=", ">", "<", "trên", "hơn", "dưới", "từ", "tới", "bằng", "="}
	vague      = []string{"gần", "khoảng", "xấp xỉ", "ước", "~", "≈"}
)

// readValue understands one cell for one indicator. c is nil for a blank cell.
func (v *Vocabulary) readValue(c *cell, ind *Indicator) Value {
	if c == nil {
		return Value{State: Missing}
	}
	switch c.kind {
	case sheet.Error:
		return invalid("ô chứa lỗi " + c.text + " của Excel, không có số liệu")
	case sheet.NoResult:
		return invalid("ô chứa công thức chưa có kết quả; mở tệp bằng Excel, tính lại rồi lưu")
	case sheet.Bool:
		return v.wordValue(ind, c.num != 0, true, "")
	case sheet.Number:
		if c.date {
			return invalid("Excel đã đổi nội dung ô thành ngày tháng; gõ lại dưới dạng số hoặc chữ")
		}
		if c.num > 1 && c.num <= 100 && !c.percent && ind.Kind != "boolean" {
			return Value{State: Reported, Num: c.num, HasNum: true} // as nearly all are: number would leave it as it is
		}
		n, ok := new(big.Rat).SetString(strconv.FormatFloat(c.num, 'g', -1, 64))
		if !ok {
			return invalid("không phải số dùng được: " + c.text)
		}
		if c.percent {
			n.Mul(n, big.NewRat(100, 1))
		}
		return v.number(ind, n, c.percent, "")
	}
	return v.textValue(c, ind)
}

func (v *Vocabulary) textValue(c *cell, ind *Indicator) Value {
	s := strings.Trim(c.fold, " .;,:")
	switch {
	case v.missing(c.fold):
		return Value{State: Missing}
	case asAbove[c.fold]:
		return invalid("ô ghi “" + c.text + "” (như trên); ghi rõ số liệu của xã này")
	case v.is("not_applicable", s):
		if ind.NotApplicableAllowed {
			return Value{State: NotApplicable}
		}
		return invalid("ghi “" + c.text + "” nhưng " + ind.title() + " áp dụng cho mọi xã")
	case v.is("none", s), ind.Kind == "boolean" && v.nothingOf(s):
		switch ind.AbsenceMeans {
		case "not_applicable":
			return Value{State: NotApplicable}
		case "met":
			return v.wordValue(ind, !ind.inverted(), true, "")
		case "not_met":
			return v.wordValue(ind, false, !ind.inverted(), "")
		}
		return invalid("ghi “" + c.text + "”: không rõ nghĩa ở " + ind.title() + "; ghi con số hoặc Đạt / Chưa đạt")
	}
	for _, w := range v.wordsOf["never_met"] {
		if rest, ok := strings.CutPrefix(s, w); ok && (rest == "" || rest[0] == ' ') {
			return invalid("“" + c.text + "” không phải kết luận Đạt hay Chưa đạt")
		}
	}
	digits := strings.Trim(s, "0123456789") == ""
	// Digits are a sign only where nothing is counted: 0 houses typed as text
	// are as many as 0 stored as a number.
	if w, answer, note, ok := v.word(s); ok && (!digits || ind.Kind == "boolean" && !ind.inverted()) {
		if m := percentIn.FindStringSubmatch(note); m != nil && ind.Kind == "percent" {
			// "Đạt (86,57%)": the value decides, the word stays as a note.
			val := v.numberText(m[1], c.text, ind)
			val.Note = strings.TrimSpace(strings.TrimSuffix(s, note))
			return val
		}
		if w && v.hedged(note) {
			return invalid("“" + c.text + "” không phải kết luận Đạt hay Chưa đạt")
		}
		val := v.wordValue(ind, w, answer, note)
		if w && note == "" {
			val.Sign, val.Mark = s, digits || v.is("affirmative_sign", s)
		}
		return val
	}
	if m := ratioForm.FindStringSubmatch(s); m != nil && ind.Kind == "percent" {
		num, _ := new(big.Rat).SetString(m[1])
		den, _ := new(big.Rat).SetString(m[2])
		if den.Sign() == 0 || num.Cmp(den) > 0 {
			return invalid("tỷ số “" + c.text + "” không tính được thành tỷ lệ phần trăm")
		}
		val := v.number(ind, num.Mul(num.Quo(num, den), big.NewRat(100, 1)), true, "")
		val.Note = "tính từ tỷ số " + c.text
		return val
	}
	return v.numberText(s, c.text, ind)
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
		if ind.inverted() { // a count or a share of what should not be
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
			} else if n.Cmp(one) < 0 {
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
	case base == "" && n.Cmp(big.NewRat(1000, 1)) >= 0:
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
	val := Value{State: Reported, Num: f, HasNum: true, Note: note}
	if from != "" {
		val.Issue = "unit_converted"
		val.Message = "ghi " + decimal(written) + " " + from + ", đổi thành " + decimal(f) + " " + ind.Unit
	}
	return val
}

// numberText reads a number that was typed as text, with its qualifier and unit.
func (v *Vocabulary) numberText(s, original string, ind *Indicator) Value {
	for _, q := range vague {
		if strings.HasPrefix(s, q) {
			return invalid("“" + original + "” là số ước chừng; ghi số chính xác")
		}
	}
	note, up, down := "", false, false
	for again := true; again; {
		again = false
		for _, q := range qualifiers {
			t, ok := strings.CutPrefix(s, q)
			if t = strings.TrimLeft(t, " :"); !ok || t == "" {
				continue
			}
			s, note, again = t, strings.TrimSpace(note+" "+q), true
			up = up || strings.Contains("trên hơn từ > ≥ >=", q)
			down = down || strings.Contains("dưới tới < ≤ <=", q)
			break
		}
	}
	if up && strings.HasPrefix(ind.Comparator, "<") || down && strings.HasPrefix(ind.Comparator, ">") {
		return invalid("“" + original + "” không cho biết số liệu có qua mức quy định hay không; ghi số chính xác")
	}
	if isMoney(ind) {
		if m := splitForm.FindStringSubmatch(s); m != nil {
			n, _ := new(big.Rat).SetString(m[1] + "." + m[2])
			return v.money(ind, n, "triệu", note)
		}
		digits, unit, ok := moneyUnit(s)
		if !ok {
			return invalid("không phải số: “" + original + "”")
		}
		as := either
		switch strings.TrimSuffix(unit, "/tháng") {
		case "triệu":
			as = decimals // "63,320 triệu": sixty-three thousand million would be absurd
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
	if m := counted.FindStringSubmatch(s); m != nil && ind.inverted() {
		s = m[1] // "12 căn": how many of what should not be
	}
	t, percent := strings.CutSuffix(s, "%")
	t = strings.TrimSpace(t)
	if percent && ind.Kind == "boolean" && !ind.inverted() {
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

// decimal writes a number as Vietnamese text does: decimal comma, no noise.
func decimal(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if len(s) > 14 {
		s = strings.TrimRight(strings.TrimRight(strconv.FormatFloat(f, 'f', 6, 64), "0"), ".")
	}
	return strings.Replace(s, ".", ",", 1)
}

// Reread understands a text as if it stood where an observation does: what a
// correction puts in the place of what was written.
func (v *Vocabulary) Reread(measure, indicator, text string) Value {
	text = strings.TrimSpace(text)
	var c *cell
	if text != "" {
		c = &cell{kind: sheet.Text, text: text, fold: Fold(text)}
	}
	r, ind := &reader{v: v}, v.byID[indicator]
	switch measure {
	case Claim, CriterionClaim:
		return r.claimValue(c, ind)
	case Evidence:
		return r.evidenceValue(c)
	case CriteriaTotal, IndicatorsTotal, Numerator, Denominator:
		return r.totalValue(c, thousands)
	case Secondary:
		return r.secondaryValue(c, ind)
	}
	return v.readValue(c, ind)
}
