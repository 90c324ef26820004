package words

import (
	"regexp"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/grid"
)

// claimValue reads a verdict on an indicator, or on a criterion (ind is nil). In
// a column of verdicts "Không" and "x" are verdicts too, whatever is asked.
func (v *Vocabulary) claimValue(c *grid.Cell, ind *Indicator) Value {
	verdict := Indicator{Kind: "boolean", RequiredAnswer: "Đạt", AbsenceMeans: "invalid"}
	if ind != nil {
		verdict.ID, verdict.NotApplicableAllowed = ind.ID, ind.NotApplicableAllowed
	}
	val := v.Read(c, &verdict, "")
	if val.State == Reported {
		val.State, val.Answer = Claimed, false
	}
	return val
}

// ofAll is a count beside what it is a part of, and perhaps what is counted.
var ofAll = regexp.MustCompile(`^(\d{1,6})\s*/\s*\d{1,6}(?:\s*(?:tiêu chí|chỉ tiêu|tc|ct|xã)?(?:$|[,;(].*))`)

// evidenceValue reads "Đủ" / "Chưa đủ".
func (v *Vocabulary) evidenceValue(c *grid.Cell) Value {
	if c == nil || c.Kind == sheet.Text && v.missing(c.Fold) {
		return Value{State: Missing}
	}
	f := strings.Trim(c.Fold, " .")
	switch {
	case v.is("evidence_complete", f):
		return Value{State: Reported, Word: true, HasWord: true}
	case v.is("evidence_incomplete", f):
		return Value{State: Reported, HasWord: true}
	}
	if val := v.claimValue(c, nil); val.HasWord {
		val.State = Reported
		return val
	}
	return invalid("“" + c.Text + "” không cho biết hồ sơ minh chứng đủ hay chưa đủ")
}

// totalValue reads a plain number: a count, or a total as written. "16/19"
// counts as 16; a percentage stays a percentage. as says what "12.345" is.
func (v *Vocabulary) totalValue(c *grid.Cell, as int) Value {
	switch {
	case c == nil || c.Kind == sheet.Text && v.missing(c.Fold):
		return Value{State: Missing}
	case c.Kind == sheet.Number && c.Date:
		return invalid("Excel đã đổi nội dung ô thành ngày tháng")
	}
	switch c.Kind {
	case sheet.Number:
		if c.Percent {
			return Value{State: Reported, Num: c.Num * 100, HasNum: true, Note: "%"}
		}
		return Value{State: Reported, Num: c.Num, HasNum: true}
	case sheet.Text:
		f := c.Fold
		if i := strings.LastIndexByte(f, ':'); i >= 0 {
			f = strings.TrimSpace(f[i+1:])
		}
		if m := ofAll.FindStringSubmatch(f); m != nil {
			f = m[1] // "17/19 tiêu chí, 33/35 chỉ tiêu": of criteria
		}
		f, pct := strings.CutSuffix(f, "%")
		if pct {
			as = decimals
		}
		for _, unit := range []string{" tiêu chí", " chỉ tiêu", " xã"} {
			f = strings.TrimSuffix(f, unit)
		}
		if n, problem := parseNumber(strings.TrimSpace(f), as); problem == "" {
			v, _ := n.Float64()
			val := Value{State: Reported, Num: v, HasNum: true}
			if pct {
				val.Note = "%"
			}
			return val
		}
		return invalid("không phải số: “" + c.Text + "”")
	case sheet.Error:
		return invalid("ô chứa lỗi " + c.Text + " của Excel")
	case sheet.NoResult:
		return invalid("ô chứa công thức chưa có kết quả; mở tệp bằng Excel, tính lại rồi lưu")
	}
	return invalid("không phải số: “" + c.Text + "”")
}
