package seeds

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// validate holds rows against each other. Each file has its own function, in
// the order of the files, so that the issues come out in that order.
func (l *loader) validate(s *Set) {
	l.validatePlaces(s)
	l.validateSuccessors(s)
	l.validateDepartments(s)
	l.validateSets(s)
	l.validateCriteria(s)
	l.validateIndicators(s)
	l.validateOverrides(s)
	l.validateRecognitions(s)
	l.validateWithdrawal(s)
	l.validateTargets(s)
	l.validateRemediation(s)
	l.validatePublished(s)
	l.validateBands(s)
	l.validateWords(s)
	l.validateLegacy(s)
}

// span is the interval in which a row holds, and the line that says so.
type span struct {
	line     int
	from, to string
}

// overlap tells whether two spans have a day in common.
func (a span) overlap(b span) bool {
	return (a.to == "" || b.from == "" || b.from <= a.to) && (b.to == "" || a.from == "" || a.from <= b.to)
}

// spans checks intervals: from not after to, and none with a day in common
// with another of the same key.
type spans struct {
	l    *loader
	file string
	held map[string][]span
}

func (l *loader) spansOf(file string) spans { return spans{l, file, make(map[string][]span)} }

// add records the interval of a key, what naming the key to a person.
func (s spans) add(key, what string, line int, from, to string) {
	if from != "" && to != "" && from > to {
		s.l.add(s.file, line, fmt.Sprintf("%s: ngày bắt đầu %s sau ngày kết thúc %s", what, from, to), "Sửa một trong hai ngày.")
		return
	}
	at := span{line, from, to}
	for _, other := range s.held[key] {
		if at.overlap(other) {
			s.l.add(s.file, line, fmt.Sprintf("%s: thời gian hiệu lực trùng với dòng %d", what, other.line),
				"Để lại một dòng, hoặc sửa ngày để hai khoảng thời gian không có ngày chung.")
			break
		}
	}
	s.held[key] = append(s.held[key], at)
}

// keys checks that a key stands once in a file.
type keys struct {
	l    *loader
	file string
	line map[string]int
}

func (l *loader) keysOf(file string) keys { return keys{l, file, make(map[string]int)} }

// add records a key, what naming it to a person, and tells whether it is new.
func (k keys) add(key, what string, line int) bool {
	if first, twice := k.line[key]; twice {
		k.l.add(k.file, line, fmt.Sprintf("%s đã có ở dòng %d", what, first), "Bỏ một trong hai dòng, hoặc sửa cho khác nhau.")
		return false
	}
	k.line[key] = line
	return true
}

// unknown records a reference to something that no row defines.
func (l *loader) unknown(file string, line int, what, name, where string) {
	l.add(file, line, fmt.Sprintf("Không có %s “%s” trong %s", what, name, where), "Sửa mã cho đúng, hoặc thêm dòng còn thiếu vào "+where+".")
}

// key makes one key of several parts. They are quoted, so that no two lists of
// parts make the same key.
func key(parts ...any) string {
	var b strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&b, "%q", fmt.Sprint(p))
	}
	return b.String()
}

// fold makes two spellings of the same name equal: letter case and spacing
// count for nothing, tone marks count.
func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// validatePlaces checks provinces, districts and communes.
func (l *loader) validatePlaces(s *Set) {
	provinces := l.keysOf("provinces.csv")
	for _, p := range s.Provinces {
		provinces.add(p.Code, "Tỉnh "+p.Code, p.Line)
	}

	const dFile = "districts.csv"
	districts := make(map[string]bool)
	held, order, names := l.spansOf(dFile), l.keysOf(dFile), l.namesOf(dFile)
	for _, d := range s.Districts {
		districts[d.Code] = true
		if _, ok := provinces.line[d.ProvinceCode]; !ok {
			l.unknown(dFile, d.Line, "tỉnh", d.ProvinceCode, "provinces.csv")
		}
		held.add(d.Code, "Đơn vị "+d.Code, d.Line, d.ValidFrom, d.ValidTo)
		order.add(key(d.SortOrder), fmt.Sprintf("Thứ tự %d", d.SortOrder), d.Line)
		names.add("", d.Code, append([]string{d.Name, d.DisplayName}, d.Aliases...), span{d.Line, d.ValidFrom, d.ValidTo})
	}

	const cFile = "communes.csv"
	held, order, names = l.spansOf(cFile), l.keysOf(cFile), l.namesOf(cFile)
	placed := make(map[string]int)
	for _, c := range s.Communes {
		switch {
		case c.DistrictCode == "":
			// Only where there is no district level on the commune's first day.
			if c.ValidFrom == "" || len(s.DistrictsOn(c.ValidFrom)) > 0 {
				l.add(cFile, c.Line, "Đơn vị "+c.Code+" không ghi huyện, trong khi có cấp huyện", "Ghi district_code.")
			}
		case !districts[c.DistrictCode]:
			l.unknown(cFile, c.Line, "huyện", c.DistrictCode, dFile)
		}
		held.add(c.Code, "Đơn vị "+c.Code, c.Line, c.ValidFrom, c.ValidTo)
		// The rows of one unit, one for each of its kinds, keep its place.
		if place, again := placed[c.Code]; !again || place != c.SortOrder {
			order.add(key(c.SortOrder), fmt.Sprintf("Thứ tự %d", c.SortOrder), c.Line)
			placed[c.Code] = c.SortOrder
		}
		names.add(c.DistrictCode, c.Code, append([]string{c.Name}, c.Aliases...), span{c.Line, c.ValidFrom, c.ValidTo})
	}
}

// validateSuccessors checks who continues whom: both ends exist on the days
// that the row joins, and a unit that goes elsewhere as a whole goes to one.
func (l *loader) validateSuccessors(s *Set) {
	const file = "commune_successors.csv"
	exists := func(code string, holds func(Commune) bool) bool {
		return slices.ContainsFunc(s.Communes, func(c Commune) bool { return c.Code == code && holds(c) })
	}
	pairs := l.keysOf(file)
	whole := make(map[string]int)
	for _, r := range s.Successors {
		pairs.add(key(r.Old, r.New, r.ValidFrom), fmt.Sprintf("Cặp %s → %s", r.Old, r.New), r.Line)
		if !exists(r.Old, func(c Commune) bool { return c.ValidTo != "" && c.ValidTo < r.ValidFrom }) {
			l.add(file, r.Line, fmt.Sprintf("Đơn vị cũ %s không kết thúc trước ngày %s", r.Old, r.ValidFrom), "Sửa mã, hoặc ghi valid_to của đơn vị trong communes.csv.")
		}
		if !exists(r.New, func(c Commune) bool { return within(r.ValidFrom, c.ValidFrom, c.ValidTo) }) {
			l.add(file, r.Line, fmt.Sprintf("Đơn vị mới %s chưa có vào ngày %s", r.New, r.ValidFrom), "Sửa mã, hoặc thêm đơn vị vào communes.csv.")
		}
		k := key(r.Old, r.ValidFrom)
		if first, known := whole[k]; known && (r.Whole || s.Successors[first].Whole) {
			l.add(file, r.Line, fmt.Sprintf("Đơn vị %s đã chuyển toàn bộ, không thể chuyển thêm cho %s", r.Old, r.New), "Ghi part cho mọi dòng của đơn vị bị chia.")
		} else if !known {
			whole[k] = slices.IndexFunc(s.Successors, func(o Successor) bool { return o.Line == r.Line })
		}
	}
}

// validateDepartments checks the departments, and that each department that
// leads an indicator of a set that judges is one of them.
func (l *loader) validateDepartments(s *Set) {
	const file = "departments.csv"
	held, order, names := l.spansOf(file), l.keysOf(file), l.namesOf(file)
	codes := make(map[string]bool)
	for _, d := range s.Departments {
		codes[d.Code] = true
		held.add(d.Code, "Đơn vị "+d.Code, d.Line, d.ValidFrom, d.ValidTo)
		order.add(key(d.SortOrder), fmt.Sprintf("Thứ tự %d", d.SortOrder), d.Line)
		names.add("", d.Code, append([]string{d.Name}, d.Aliases...), span{d.Line, d.ValidFrom, d.ValidTo})
	}
	for _, d := range s.Departments {
		if d.Successor != "" && !codes[d.Successor] {
			l.unknown(file, d.Line, "đơn vị", d.Successor, file)
		}
	}
	if len(s.Departments) == 0 {
		return // an office may do without
	}
	for _, i := range s.Indicators {
		for _, lead := range i.LeadDepartments() {
			if _, known := names.held[key("", fold(lead))]; !known {
				l.unknown("indicators.csv", i.Line, "sở, ngành", lead, file)
			}
		}
	}
}

// validateWithdrawal checks the rules of withdrawal.
func (l *loader) validateWithdrawal(s *Set) {
	const file = "withdrawal_rules.csv"
	held := l.spansOf(file)
	for _, w := range s.Withdrawal {
		held.add(key(w.SetID, w.ID), "Quy tắc "+w.ID, w.Line, w.ValidFrom, w.ValidTo)
		if !slices.ContainsFunc(s.Sets, func(c CriteriaSet) bool { return c.ID == w.SetID }) {
			l.unknown(file, w.Line, "bộ tiêu chí", w.SetID, "criteria_sets.csv")
			continue
		}
		if w.MinShare < 0 || w.MinShare > 100 || w.MaxShare != nil && (*w.MaxShare <= w.MinShare || *w.MaxShare > 100) {
			l.add(file, w.Line, "Tỷ lệ không hợp lý", "Ghi min_share và max_share từ 0 đến 100, min_share nhỏ hơn max_share.")
		}
		for _, no := range w.Required {
			if !slices.ContainsFunc(s.Criteria, func(c Criterion) bool { return c.SetID == w.SetID && fmt.Sprint(c.No) == no }) {
				l.unknown(file, w.Line, "tiêu chí", no, "criteria.csv của bộ "+w.SetID)
			}
		}
	}
}

// validateTargets checks the targets.
func (l *loader) validateTargets(s *Set) {
	const file = "targets.csv"
	ids := l.keysOf(file)
	for _, g := range s.Targets {
		ids.add(g.ID, "Mục tiêu "+g.ID, g.Line)
		switch {
		case g.ScopeKind == "province" && g.ScopeValue != "":
			l.add(file, g.Line, "Mục tiêu của tỉnh không có scope_value", "Để trống scope_value.")
		case g.ScopeKind == "district" && !slices.ContainsFunc(s.Districts, func(d District) bool { return d.Code == g.ScopeValue }):
			l.unknown(file, g.Line, "huyện", g.ScopeValue, "districts.csv")
		}
		if g.ValidFrom != "" && g.ValidTo != "" && g.ValidFrom > g.ValidTo {
			l.add(file, g.Line, fmt.Sprintf("Ngày bắt đầu %s sau ngày kết thúc %s", g.ValidFrom, g.ValidTo), "Sửa một trong hai ngày.")
		}
	}
}

// names checks that within one group, at one time, a name or alias means one
// unit only: else a report could not say which it is about.
type names struct {
	l    *loader
	file string
	held map[string][]named // by group and folded name
}

type named struct {
	code string
	span
}

func (l *loader) namesOf(file string) names { return names{l, file, make(map[string][]named)} }

func (n names) add(group, code string, spellings []string, at span) {
	for _, name := range spellings {
		k := key(group, fold(name))
		for _, other := range n.held[k] {
			if other.code != code && other.overlap(at) {
				n.l.add(n.file, at.line, fmt.Sprintf("Tên “%s” cũng là tên của đơn vị %s ở dòng %d", name, other.code, other.line),
					"Mỗi tên hoặc tên khác chỉ dùng cho một đơn vị trong cùng một cấp trên và cùng thời gian: bỏ tên gây nhầm.")
				break
			}
		}
		n.held[k] = append(n.held[k], named{code, at})
	}
}

// validateSets checks the criteria sets and what they say of themselves.
func (l *loader) validateSets(s *Set) {
	const file = "criteria_sets.csv"
	ids, evaluate := l.keysOf(file), l.spansOf(file)
	for _, c := range s.Sets {
		ids.add(c.ID, "Bộ tiêu chí "+c.ID, c.Line)
	}
	criteria, indicators := make(map[string]int), make(map[string]int)
	for _, c := range s.Criteria {
		criteria[c.SetID]++
	}
	for _, i := range s.Indicators {
		indicators[i.SetID]++
	}
	judging := 0
	for _, c := range s.Sets {
		if _, ok := ids.line[c.Replaces]; c.Replaces != "" && !ok {
			l.unknown(file, c.Line, "bộ tiêu chí", c.Replaces, file)
		}
		if c.Role != "evaluate" {
			continue
		}
		judging++
		if c.EffectiveFrom == "" {
			l.add(file, c.Line, "Bộ dùng để đánh giá "+c.ID+" không có ngày hiệu lực", "Ghi effective_from.")
		}
		// Whatever their scope: a day must choose one set.
		evaluate.add("", "Bộ dùng để đánh giá "+c.ID, c.Line, c.EffectiveFrom, c.EffectiveTo)
		for _, n := range []struct {
			what        string
			stated, are int
			in          string
		}{
			{"tiêu chí", c.Criteria, criteria[c.ID], "criteria.csv"},
			{"chỉ tiêu", c.Indicators, indicators[c.ID], "indicators.csv"},
		} {
			if n.stated != n.are {
				l.add(file, c.Line, fmt.Sprintf("Bộ %s ghi %d %s nhưng %s có %d dòng", c.ID, n.stated, n.what, n.in, n.are),
					"Bổ sung dòng còn thiếu hoặc sửa số đã ghi.")
			}
		}
	}
	if judging == 0 {
		l.add(file, 0, "Không có bộ tiêu chí nào dùng để đánh giá", "Ghi role là evaluate cho bộ đang áp dụng.")
	}
}

// hasSet records a reference to a set that does not exist.
func (l *loader) hasSet(s *Set, file string, line int, id string) bool {
	if slices.ContainsFunc(s.Sets, func(c CriteriaSet) bool { return c.ID == id }) {
		return true
	}
	l.unknown(file, line, "bộ tiêu chí", id, "criteria_sets.csv")
	return false
}

func (l *loader) validateCriteria(s *Set) {
	const file = "criteria.csv"
	nos := l.keysOf(file)
	for _, c := range s.Criteria {
		l.hasSet(s, file, c.Line, c.SetID)
		nos.add(key(c.SetID, c.No), fmt.Sprintf("Tiêu chí %d của bộ %s", c.No, c.SetID), c.Line)
		// Of a set that is only looked up the text may not be at hand.
		if len(s.IndicatorsOf(c.SetID)) > 0 && !slices.ContainsFunc(s.Indicators, func(i Indicator) bool { return i.SetID == c.SetID && i.CriterionNo == c.No }) {
			l.add(file, c.Line, fmt.Sprintf("Tiêu chí %d của bộ %s không có chỉ tiêu nào", c.No, c.SetID), "Thêm chỉ tiêu vào indicators.csv, hoặc bỏ dòng này.")
		}
	}
}

func (l *loader) validateIndicators(s *Set) {
	const file = "indicators.csv"
	ids, order, concepts := l.keysOf(file), l.keysOf(file), l.keysOf(file)
	criteria := make(map[string]bool)
	for _, c := range s.Criteria {
		criteria[key(c.SetID, c.No)] = true
	}
	for _, i := range s.Indicators {
		what := fmt.Sprintf("Chỉ tiêu %s của bộ %s", i.ID, i.SetID)
		wrong := func(that, remedy string) { l.add(file, i.Line, what+" "+that, remedy) }
		ids.add(key(i.SetID, i.ID), what, i.Line)
		order.add(key(i.SetID, i.SortOrder), fmt.Sprintf("Thứ tự %d của bộ %s", i.SortOrder, i.SetID), i.Line)
		if i.Concept != "" {
			concepts.add(key(i.SetID, i.Concept), fmt.Sprintf("Nội dung “%s” của bộ %s", i.Concept, i.SetID), i.Line)
		}
		if l.hasSet(s, file, i.Line, i.SetID) && !criteria[key(i.SetID, i.CriterionNo)] {
			l.unknown(file, i.Line, "tiêu chí", fmt.Sprintf("%d của bộ %s", i.CriterionNo, i.SetID), "criteria.csv")
		}
		// Lists of failing indicators write a criterion for all of its
		// indicators, so an id has to show where it belongs.
		if of, sub, parted := strings.Cut(i.ID, "."); of != fmt.Sprint(i.CriterionNo) || parted && !allDigits(sub) {
			wrong(fmt.Sprintf("không mang số của tiêu chí %d", i.CriterionNo), fmt.Sprintf("Ghi indicator_id là %d, hoặc %d. và một số thứ tự.", i.CriterionNo, i.CriterionNo))
		}
		boolean := i.ValueKind == "boolean"
		switch {
		case boolean && i.Comparator != "yes_no":
			wrong("là loại có/không nhưng comparator là “"+i.Comparator+"”", "Ghi comparator là yes_no.")
		case !boolean && i.Comparator == "yes_no":
			wrong("có comparator yes_no nhưng không phải loại có/không", "Ghi value_kind là boolean, hoặc chọn comparator khác.")
		case boolean && i.RequiredAnswer == "":
			wrong("là loại có/không nhưng không ghi câu trả lời phải có", "Ghi required_answer là Đạt, Có hoặc Không.")
		case boolean && (i.Threshold != nil || i.SubThreshold != nil):
			wrong("là loại có/không nên không có mức quy định bằng số", "Để trống threshold và sub_threshold.")
		case !boolean && i.RequiredAnswer != "":
			wrong("đo bằng số nên không có câu trả lời phải có", "Để trống required_answer.")
		}
		for _, t := range []*float64{i.Threshold, i.SubThreshold} {
			if t != nil && i.ValueKind == "percent" && (*t < 0 || *t > 100) {
				wrong(fmt.Sprintf("có mức quy định %v ngoài khoảng 0 đến 100%%", *t), "Sửa mức quy định.")
			}
		}
		if i.SubThreshold != nil && (i.SubComparator == "" || i.SubLabel == "") {
			wrong("có mức phụ nhưng thiếu tên hoặc phép so sánh của mức phụ", "Ghi sub_label và sub_comparator.")
		}
		if i.AbsenceMeans == "not_applicable" && !i.NotApplicableAllowed {
			wrong("coi “Không có” là không áp dụng trong khi không cho phép không áp dụng", "Ghi not_applicable_allowed là yes, hoặc sửa absence_means.")
		}
	}
}

// indicator finds an indicator of a set.
func (s *Set) indicator(setID, id string) (Indicator, bool) {
	i := slices.IndexFunc(s.Indicators, func(i Indicator) bool { return i.SetID == setID && i.ID == id })
	if i < 0 {
		return Indicator{}, false
	}
	return s.Indicators[i], true
}

func (l *loader) validateOverrides(s *Set) {
	const file = "threshold_overrides.csv"
	held := l.spansOf(file)
	for _, o := range s.Overrides {
		held.add(key(o.SetID, o.IndicatorID, o.ScopeKind, fold(o.ScopeValue)),
			fmt.Sprintf("Mức riêng của chỉ tiêu %s (%s: %s)", o.IndicatorID, o.ScopeKind, o.ScopeValue), o.Line, o.ValidFrom, o.ValidTo)
		if !l.hasSet(s, file, o.Line, o.SetID) {
			continue
		}
		if o.IndicatorID == "*" {
			if o.Threshold != nil {
				l.add(file, o.Line, "Một mức không thể áp dụng cho mọi chỉ tiêu", "Ghi mỗi chỉ tiêu một dòng, hoặc để trống threshold.")
			}
		} else if i, ok := s.indicator(o.SetID, o.IndicatorID); !ok {
			l.unknown(file, o.Line, "chỉ tiêu", o.IndicatorID+" của bộ "+o.SetID, "indicators.csv")
		} else if i.ValueKind == "boolean" && o.Threshold != nil {
			l.add(file, o.Line, fmt.Sprintf("Chỉ tiêu %s của bộ %s là loại có/không, không có mức bằng số", o.IndicatorID, o.SetID), "Bỏ dòng này.")
		}
		if o.Threshold != nil && o.Comparator == "" {
			l.add(file, o.Line, "Có mức nhưng không có phép so sánh", "Ghi comparator, chẳng hạn >=.")
		}
		switch o.ScopeKind {
		case "year":
			first, last := o.ScopeValue+"-01-01", o.ScopeValue+"-12-31"
			if len(o.ScopeValue) != 4 || !allDigits(o.ScopeValue) {
				l.add(file, o.Line, fmt.Sprintf("“%s” không phải là năm", o.ScopeValue), "Ghi scope_value là năm, chẳng hạn 2017.")
			} else if o.ValidFrom < first || o.ValidFrom > last || o.ValidTo < first || o.ValidTo > last {
				l.add(file, o.Line, "Thời gian hiệu lực không nằm trong năm "+o.ScopeValue, fmt.Sprintf("Ghi valid_from là %s và valid_to là %s.", first, last))
			}
		case "district":
			if !slices.ContainsFunc(s.Districts, func(d District) bool { return d.Code == o.ScopeValue }) {
				l.unknown(file, o.Line, "huyện", o.ScopeValue, "districts.csv")
			}
		case "commune":
			if !slices.ContainsFunc(s.Communes, func(c Commune) bool { return c.Code == o.ScopeValue }) {
				l.unknown(file, o.Line, "xã", o.ScopeValue, "communes.csv")
			}
		}
	}
}

func (l *loader) validateRecognitions(s *Set) {
	const file = "recognitions.csv"
	order, held := l.keysOf(file), l.spansOf(file)
	for _, r := range s.Recognitions {
		l.hasSet(s, file, r.Line, r.SetID)
		if !slices.ContainsFunc(s.Communes, func(c Commune) bool { return c.Code == r.CommuneCode && c.Kind == KindXa }) {
			l.unknown(file, r.Line, "xã", r.CommuneCode, "communes.csv")
		}
		if r.Year < 2009 || r.Year > 2100 {
			l.add(file, r.Line, fmt.Sprintf("Năm công nhận %d không hợp lý", r.Year), "Ghi năm công nhận bốn chữ số.")
		}
		// A commune that was withdrawn may be recognised again by the same set.
		held.add(key(r.CommuneCode, r.SetID), "Công nhận xã "+r.CommuneCode, r.Line, r.ValidFrom, r.ValidTo)
		order.add(key(r.SetID, r.OrderNo), fmt.Sprintf("Thứ tự %d của bộ %s", r.OrderNo, r.SetID), r.Line)
	}
}

func (l *loader) validateRemediation(s *Set) {
	const file = "remediation.csv"
	nos, covered := l.keysOf(file), l.keysOf(file)
	for _, r := range s.Remediation {
		nos.add(key(r.SetID, r.RowNo), fmt.Sprintf("Dòng số %d của bộ %s", r.RowNo, r.SetID), r.Line)
		if !l.hasSet(s, file, r.Line, r.SetID) {
			continue
		}
		for _, id := range r.IndicatorIDs {
			i, ok := s.indicator(r.SetID, id)
			if !ok {
				l.unknown(file, r.Line, "chỉ tiêu", id+" của bộ "+r.SetID, "indicators.csv")
				continue
			}
			if i.ChangeClass != r.ChangeClass {
				l.add(file, r.Line, fmt.Sprintf("Chỉ tiêu %s là %s trong indicators.csv nhưng là %s ở đây", id, cmp.Or(i.ChangeClass, "(trống)"), r.ChangeClass),
					"Sửa change_class cho hai nơi giống nhau.")
			}
			covered.add(key(r.SetID, id), fmt.Sprintf("Chỉ tiêu %s của bộ %s", id, r.SetID), r.Line)
		}
	}
}

func (l *loader) validatePublished(s *Set) {
	const file = "published_figures.csv"
	ids := l.keysOf(file)
	for _, f := range s.Published {
		ids.add(key(f.Period, f.ID), "Số liệu "+f.ID+" của kỳ "+f.Period, f.Line)
		if of, what, ok := strings.Cut(f.Metric, "."); !ok || of == "" || what == "" {
			l.add(file, f.Line, fmt.Sprintf("“%s” không phải là tên một số liệu tính lại được", f.Metric), "Ghi metric theo mẫu bảng.số liệu, chẳng hạn province.recognised.")
		}
		if f.Decimals < 0 || f.Decimals > 6 {
			l.add(file, f.Line, fmt.Sprintf("Số chữ số thập phân %d không hợp lý", f.Decimals), "Ghi từ 0 đến 6.")
		}
	}
}

// validateBands checks that the bands of a set cover 0 to its number of
// criteria, each number once.
func (l *loader) validateBands(s *Set) {
	const file = "bands.csv"
	ids := l.keysOf(file)
	bySet := make(map[string][]Band)
	for _, b := range s.Bands {
		ids.add(key(b.SetID, b.Key), fmt.Sprintf("Nhóm %s của bộ %s", b.Key, b.SetID), b.Line)
		if l.hasSet(s, file, b.Line, b.SetID) {
			bySet[b.SetID] = append(bySet[b.SetID], b)
		}
	}
	for _, c := range s.Sets {
		bands := bySet[c.ID]
		if len(bands) == 0 {
			if c.Role == "evaluate" {
				l.add(file, 0, "Bộ "+c.ID+" dùng để đánh giá nhưng không có nhóm nào", "Thêm các nhóm của bộ "+c.ID+".")
			}
			continue
		}
		slices.SortStableFunc(bands, func(a, b Band) int { return cmp.Compare(a.Min, b.Min) })
		next := 0 // the smallest number that no band holds yet
		for _, b := range bands {
			switch {
			case b.Min > b.Max:
				l.add(file, b.Line, fmt.Sprintf("Nhóm %s của bộ %s: %d lớn hơn %d", b.Key, b.SetID, b.Min, b.Max), "Sửa min_criteria hoặc max_criteria.")
			case b.Min > next:
				l.add(file, b.Line, fmt.Sprintf("Bộ %s: không nhóm nào chứa %s tiêu chí", c.ID, numbers(next, b.Min-1)), "Sửa min_criteria hoặc thêm nhóm còn thiếu.")
			case b.Min < next:
				l.add(file, b.Line, fmt.Sprintf("Bộ %s: %s tiêu chí nằm trong hai nhóm", c.ID, numbers(b.Min, min(next-1, b.Max))), "Sửa để các nhóm không chồng nhau.")
			}
			next = max(next, b.Max+1)
		}
		last := bands[len(bands)-1]
		switch {
		case next <= c.Criteria:
			l.add(file, last.Line, fmt.Sprintf("Bộ %s: không nhóm nào chứa %s tiêu chí", c.ID, numbers(next, c.Criteria)), "Sửa max_criteria hoặc thêm nhóm còn thiếu.")
		case next > c.Criteria+1:
			l.add(file, last.Line, fmt.Sprintf("Bộ %s chỉ có %d tiêu chí nhưng nhóm %s đến %d", c.ID, c.Criteria, last.Key, next-1), "Sửa max_criteria.")
		}
	}
}

// numbers writes a range of numbers, one number by itself.
func numbers(from, to int) string {
	if from == to {
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d-%d", from, to)
}

// verdicts are the roles that a cell's word decides between, and evidence its
// own two: one word in two of them could not be understood.
var (
	verdicts = []string{"met", "not_met", "yes", "no", "none", "not_applicable", "never_met", "missing"}
	evidence = []string{"evidence_complete", "evidence_incomplete"}
)

func (l *loader) validateWords(s *Set) {
	const file = "words.csv"
	once, verdict := l.keysOf(file), l.keysOf(file)
	present := make(map[string]bool)
	for _, w := range s.Words {
		present[w.Role] = true
		what := fmt.Sprintf("Từ “%s”", w.Text)
		if !once.add(key(w.Role, fold(w.Text)), what+" với vai trò "+w.Role, w.Line) {
			continue
		}
		for i, group := range [][]string{verdicts, evidence} {
			if slices.Contains(group, w.Role) {
				verdict.add(key(i, fold(w.Text)), what+" với một nghĩa khác", w.Line)
			}
		}
	}
	l.sharedWords(s)
	for _, r := range Roles {
		if !present[r] {
			l.add(file, 0, "Không có từ nào với vai trò "+r, "Thêm ít nhất một từ với vai trò "+r+".")
		}
	}
}

// sharedWords holds every word of headings to the roles that it declares: a
// word that heads several things is understood by what stands around it, and
// whoever adds a sense to a word must have known of the others.
func (l *loader) sharedWords(s *Set) {
	roles := map[string][]string{}
	for _, w := range s.Words {
		if headingRole(w.Role) && !slices.Contains(roles[fold(w.Text)], w.Role) {
			roles[fold(w.Text)] = append(roles[fold(w.Text)], w.Role)
		}
	}
	for _, w := range s.Words {
		others := slices.DeleteFunc(slices.Clone(roles[fold(w.Text)]), func(r string) bool { return r == w.Role || !headingRole(w.Role) })
		declared := slices.Clone(w.Shares)
		slices.Sort(others)
		slices.Sort(declared)
		if !slices.Equal(others, declared) {
			l.add("words.csv", w.Line, fmt.Sprintf("Từ “%s” với vai trò %s còn có vai trò khác (%s) nhưng cột shares ghi “%s”", w.Text, w.Role, strings.Join(others, "; "), strings.Join(w.Shares, "; ")),
				"Ghi ở cột shares mọi vai trò khác của từ này, cách nhau bằng dấu chấm phẩy.")
		}
	}
}

// headingRole tells the roles whose words are looked up in headings.
func headingRole(role string) bool {
	return strings.HasSuffix(role, "_header") || strings.HasPrefix(role, "author_") || role == "stt" || role == "unit" || role == "filler" || role == "total"
}

func (l *loader) validateLegacy(s *Set) {
	const file = "legacy_encodings.csv"
	letters, tcvn3, vni := l.keysOf(file), l.keysOf(file), l.keysOf(file)
	for _, c := range s.Legacy {
		letters.add(c.Unicode, "Chữ “"+c.Unicode+"”", c.Line)
		tcvn3.add(c.TCVN3, fmt.Sprintf("Mã TCVN3 %q", c.TCVN3), c.Line)
		vni.add(c.VNI, fmt.Sprintf("Mã VNI %q", c.VNI), c.Line)
		if utf8.RuneCountInString(c.Unicode) != 1 || utf8.RuneCountInString(c.TCVN3) != 1 || utf8.RuneCountInString(c.VNI) > 2 {
			l.add(file, c.Line, fmt.Sprintf("Dòng của chữ “%s” có quá nhiều ký tự", c.Unicode), "Ghi một ký tự ở unicode_char và tcvn3_char, một hoặc hai ở vni_chars.")
		}
	}
}
