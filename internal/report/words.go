package report

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// This file owns the wording: how figures, dates and the codes of the views
// read in Vietnamese. The decimal sign of text is a comma.

const (
	illustrativeBanner = "SỐ LIỆU MINH HỌA"
	noData             = "chưa có số liệu"
)

// rounded is x with that many decimals, halves away from zero as in a
// spreadsheet, so that a sentence and a cell beside it print the same digits.
func rounded(x float64, decimals int) float64 {
	p := math.Pow10(decimals)
	y, err := strconv.ParseFloat(strconv.FormatFloat(x*p, 'g', 15, 64), 64)
	if err != nil {
		return x
	}
	return math.Round(y) / p
}

// decimal writes x with that many decimals: "12,9".
func decimal(x float64, decimals int) string {
	return strings.Replace(strconv.FormatFloat(rounded(x, decimals), 'f', decimals, 64), ".", ",", 1)
}

// average writes an average as people read it, a dash where there is none.
func average(x *float64) string {
	if x == nil {
		return "–"
	}
	return decimal(*x, 1)
}

// plain writes a reported number at full precision with a decimal comma.
func plain(x float64) string {
	return strings.Replace(strconv.FormatFloat(x, 'f', -1, 64), ".", ",", 1)
}

// ratio is part of whole in percent, nil where there is no whole.
func ratio(part, whole int) *float64 {
	if whole == 0 {
		return nil
	}
	x := 100 * float64(part) / float64(whole)
	return &x
}

// outOf writes "33/119 (27,73%)".
func outOf(part, whole int) string {
	s := strconv.Itoa(part) + "/" + strconv.Itoa(whole)
	if p := ratio(part, whole); p != nil {
		s += " (" + percent(p) + ")"
	}
	return s
}

// percent writes a percentage with its sign: "27,73%".
func percent(x *float64) string {
	if x == nil {
		return "–"
	}
	return decimal(*x, 2) + "%"
}

// day writes a date: "31/12/2017".
func day(t time.Time) string {
	if t.IsZero() {
		return "…/…/…"
	}
	return t.Format("02/01/2006")
}

// dayOf rewrites 2017-12-31 as 31/12/2017 and leaves other text alone.
func dayOf(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return day(t)
}

var quarter = regexp.MustCompile(`^(\d{4})-(Q[1-4]|H[12]|\d\d)$`)

// deadline writes the key of a period as people print it: "Quý IV/2018".
func deadline(s string) string {
	m := quarter.FindStringSubmatch(s)
	if m == nil {
		return dayOf(s)
	}
	switch m[2] {
	case "Q1", "Q2", "Q3", "Q4":
		return "Quý " + [...]string{"I", "II", "III", "IV"}[m[2][1]-'1'] + "/" + m[1]
	case "H1":
		return "6 tháng đầu năm " + m[1]
	case "H2":
		return "6 tháng cuối năm " + m[1]
	}
	return "Tháng " + m[2] + "/" + m[1]
}

// The letters of a result, which tell it apart also in black and white.
const (
	letterMet     = "Đ"
	letterNotMet  = "C"
	letterUnknown = "?"
	letterNone    = "K"
)

// letter is the letter of a result; a NULL result is never taken for a no.
func letter(met *bool, notApplicable bool) string {
	switch {
	case met == nil:
		return letterUnknown
	case !*met:
		return letterNotMet
	case notApplicable:
		return letterNone
	}
	return letterMet
}

// resultWords is a result in words.
var resultWords = map[string]string{
	letterMet: "Đạt", letterNotMet: "Chưa đạt", letterUnknown: "Chưa đủ số liệu", letterNone: "Không áp dụng (tính đạt)",
}

// requirement writes what an indicator asks for: "≥ 85", or the answer of a
// yes/no indicator.
func requirement(comparator string, threshold *float64, answer string) string {
	if threshold == nil {
		if answer != "" {
			return answer
		}
		if comparator == "yes_no" {
			return "Đạt"
		}
		return "chưa có mức"
	}
	sign, ok := map[string]string{">=": "≥", "<=": "≤"}[comparator]
	if !ok {
		sign = comparator
	}
	return sign + " " + plain(*threshold)
}

// say looks a code up in a list of words; an unknown code stands as it is, so
// that nothing is hidden.
func say(words map[string]string, code string) string {
	if w, ok := words[code]; ok {
		return w
	}
	return code
}

var severityWords = map[string]string{"error": "Phải sửa", "warning": "Cần kiểm tra", "info": "Lưu ý"}

var statusWords = map[string]string{
	"accepted": "Đã tiếp nhận", "superseded": "Đã thay bằng bản sau",
	"rejected": "Trả lại", "duplicate": "Trùng bản đã nhận",
}

var stateWords = map[string]string{
	"reported": "Có số liệu", "claimed": "Chỉ có đánh giá của đơn vị", "missing": "Thiếu số liệu",
	"invalid": "Không đọc được", "not_applicable": "Không áp dụng (tính đạt)",
}

var changeWords = map[string]string{
	"gained": "Đạt thêm", "lost": "Giảm",
	"improved": "Số liệu tốt hơn", "declined": "Số liệu kém hơn", "data_missing": "Thiếu số liệu, chưa kết luận",
}

var causeWords = map[string]string{
	"value": "do số liệu", "rule": "do quy định", "evidence": "do minh chứng", "data": "một kỳ thiếu số liệu",
}

var senderWords = map[string]string{
	"district": "Cấp huyện", "department": "Sở, ngành", "commune": "Xã", "province": "Cấp tỉnh",
}

var thresholdWords = map[string]string{
	"set": "Bộ tiêu chí", "year": "Riêng cho năm", "district": "Riêng cho huyện", "commune": "Riêng cho xã",
	"commune_class": "Riêng cho loại xã", "commune_group": "Riêng cho nhóm xã",
	"province": "Riêng cho toàn tỉnh",
}

var classWords = map[string]string{"unchanged": "không thay đổi", "new": "mới", "raised": "nâng cao"}

var confidenceWords = strings.NewReplacer(
	"effective_from", "ngày hiệu lực", "effective_to", "ngày hết hiệu lực", "effective dates", "thời hạn hiệu lực",
	"n_indicators", "số chỉ tiêu", "threshold", "mức", "name", "tên", "abbreviations", "chữ viết tắt",
	"assumed", "giả định", "verified", "đã đối chiếu", "document", "theo văn bản kế hoạch")

// confidence says in words how sure a seed row is.
func confidence(s string) string { return confidenceWords.Replace(s) }

// answer is what a report answers where a number was not asked, and the answer was
// not enough: its own words where they are one ("Không có"), the verdict where the
// cell holds a mark, or a list of what is not met.
func answer(raw string) string {
	folded := strings.ToLower(norm.NFC.String(strings.TrimSpace(raw)))
	first, _, _ := strings.Cut(folded, " ")
	if slices.Contains([]string{"không", "chưa", "có"}, first) && len([]rune(folded)) <= 60 && !strings.ContainsAny(folded, ";:,0123456789\n") {
		return firstUpper(strings.TrimSpace(raw))
	}
	return "Chưa đạt"
}

// firstUpper begins a sentence.
func firstUpper(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// listed splits names that a view has joined into one text.
func listed(s string) []string {
	sep := ","
	if strings.Contains(s, ";") {
		sep = ";"
	}
	var names []string
	for _, name := range strings.Split(s, sep) {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// shortened joins the first names and counts the rest, so that a cell stays
// readable however long the list is.
func shortened(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " và " + strconv.Itoa(len(names)-most) + " xã khác"
}
