package report

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"
)

// headline is one figure of the first sheet and of the page, with what it is
// counted over.
type headline struct {
	Label  string
	Text   string   // as a sentence prints it
	Number *float64 // the same as a number, where it is one
	Note   string
}

// Headlines are the figures that everybody asks for first, each with its
// denominator.
func (o *overview) Headlines() []headline {
	p := o.Province
	over := fmt.Sprintf("bình quân trên %d xã có số liệu", p.Reported)
	var list []headline
	if len(o.Districts) > 0 {
		list = append(list, headline{Label: "Đơn vị cấp huyện có số liệu", Text: fmt.Sprintf("%d/%d", o.districtsReported(), len(o.Districts)), Note: o.silentDistricts()})
	}
	list = append(list, []headline{
		{Label: "Xã có số liệu", Text: fmt.Sprintf("%d/%d", p.Reported, p.Communes), Note: o.silentCommunes()},
		{Label: "Xã được công nhận đạt chuẩn", Text: outOf(p.Recognised, p.Communes),
			Note: fmt.Sprintf("Trong năm %d: %d xã; theo bộ tiêu chí trước: %d xã%s%s", o.year(), p.InYear, p.Earlier, o.illustrativeNote(), after("; ", o.listed()))},
		{Label: "Xã giữ vững, trong số công nhận theo bộ tiêu chí trước", Text: kept(p.RetainedEarly, p.NotEarly),
			Note: "Được công nhận theo bộ trước, nay đạt đủ các tiêu chí của bộ đang áp dụng (Phụ lục 1)" + undecided(p.UndecidedEarly, p.Earlier)},
		{Label: "Xã giữ vững, trong tổng số xã được công nhận", Text: kept(p.Retained, p.NotRetained),
			Note: "Được công nhận và nay đạt đủ các tiêu chí của bộ đang áp dụng" + undecided(p.Undecided, p.Recognised)},
		{Label: fmt.Sprintf("Xã đạt đủ %d tiêu chí khi rà soát", o.Set.Criteria), Text: outOf(p.Full, p.Reported),
			Note: fmt.Sprintf("Trên số xã có số liệu; trong đó %d xã chưa được công nhận", p.FullNotYet)},
		{Label: "Bình quân tiêu chí đạt mỗi xã (rà soát)", Text: average(p.Average), Number: p.Average,
			Note: firstUpper(over) + ", theo bộ tiêu chí đang áp dụng" + after("; ", o.open()) + o.sinceBefore()},
		{Label: "Bình quân tiêu chí đạt mỗi xã (theo công nhận)", Text: average(p.AsRecognised), Number: p.AsRecognised,
			Note: fmt.Sprintf("%s; xã đã được công nhận tính đạt đủ %d tiêu chí", firstUpper(over), o.Set.Criteria)},
		{Label: "Bình quân chỉ tiêu đạt mỗi xã", Text: average(p.IndicatorsMean), Number: p.IndicatorsMean,
			Note: fmt.Sprintf("%s, trong tổng số %d chỉ tiêu", firstUpper(over), len(o.Indicators))},
	}...)
	if words := o.noLevel(); words != "" {
		list = append(list, headline{Label: "Tiêu chí chưa đánh giá được", Text: fmt.Sprintf("%d/%d", p.NoLevel, o.Set.Criteria),
			Note: firstUpper(words) + ": không xã nào được tính là đạt hay chưa đạt các chỉ tiêu đó"})
	}
	return list
}

// kept is how many recognised communes are retained, of those that are decided.
func kept(retained, failed int) string {
	if retained+failed == 0 {
		return "chưa kết luận"
	}
	return outOf(retained, retained+failed)
}

// undecided says how many recognised communes the figure before it leaves out.
func undecided(n, recognised int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("; %d/%d xã chưa đủ số liệu để kết luận, không tính vào tỷ lệ", n, recognised)
}

// after puts what stands between before a text that is not empty.
func after(between, s string) string {
	if s == "" {
		return ""
	}
	return between + s
}

// listed says to which day the list of recognitions is complete.
func (o *overview) listed() string {
	if o.Province.ListTo == "" {
		return ""
	}
	s := "theo danh mục công nhận đến " + dayOf(o.Province.ListTo)
	if o.Province.ListTo < o.EndsOn.Format(time.DateOnly) {
		s += ", sau ngày này danh mục chưa đầy đủ"
	}
	return s
}

// open says how many criteria of communes with data could not be judged.
func (o *overview) open() string {
	if o.Province.Open == 0 {
		return ""
	}
	return fmt.Sprintf("còn %d lượt tiêu chí ở %d xã chưa đủ số liệu, không tính là đạt", o.Province.Open, o.Province.OpenCommunes)
}

// noLevel names the criteria for which the seeds know no level.
func (o *overview) noLevel() string {
	if o.Province.NoLevel == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d tiêu chí chưa có mức để đánh giá", o.Province.NoLevel, o.Set.Criteria)
}

// TooLittle says that the period is drawn from too little, "" where it is not.
func (o *overview) TooLittle() string {
	p := o.Province
	if p.Communes == 0 || float64(p.Reported)*100 >= o.Enough*float64(p.Communes) {
		return ""
	}
	return fmt.Sprintf("MỚI CÓ SỐ LIỆU CỦA %s XÃ, dưới mức %s%% để kết luận chung: các số bình quân, phân nhóm và tỷ lệ dưới đây chỉ nói về các xã có số liệu.",
		outOf(p.Reported, p.Communes), plain(o.Enough))
}

// Sentence is the headline as an official would say it.
func (o *overview) Sentence() string {
	p := o.Province
	districts := "" // from July 2025 there are none
	if len(o.Districts) > 0 {
		districts = fmt.Sprintf("%d/%d huyện, thị xã, thành phố và ", o.districtsReported(), len(o.Districts))
	}
	s := ""
	if words := o.TooLittle(); words != "" {
		s = words + " "
	}
	s += fmt.Sprintf("Đến ngày %s, %s có số liệu của %s%d/%d xã; có %s xã được công nhận đạt chuẩn nông thôn mới",
		day(o.asOf()), o.whole(), districts, p.Reported, p.Communes, outOf(p.Recognised, p.Communes))
	if words := o.listed(); words != "" {
		s += " (" + words + ")"
	}
	if p.Average != nil {
		s += fmt.Sprintf("; bình quân đạt %s tiêu chí/xã khi rà soát theo bộ tiêu chí đang áp dụng", average(p.Average))
	}
	if p.AsRecognised != nil {
		s += fmt.Sprintf(" (%s tiêu chí/xã nếu tính xã đã công nhận đạt đủ %d tiêu chí), trên %d xã có số liệu", average(p.AsRecognised), o.Set.Criteria, p.Reported)
	}
	if words := o.noLevel(); words != "" {
		s += "; " + words
	}
	return s + "."
}

func (o *overview) whole() string {
	if o.Meta.Province == "" {
		return "toàn tỉnh"
	}
	return o.Meta.Province
}

// Basis names the set in force with its legal basis.
func (o *overview) Basis() string {
	s := "Đánh giá theo " + o.Set.Name
	if o.Set.Name == "" {
		s = "Đánh giá theo bộ tiêu chí " + o.Set.ID
	}
	if o.Set.Legal != "" {
		s += " (" + o.Set.Legal + ")"
	}
	return s + fmt.Sprintf(": %d tiêu chí, %d chỉ tiêu.", o.Set.Criteria, len(o.Indicators))
}

// Assumed counts the indicators whose name or level nobody has yet held
// against the legal text, and those where a part is assumed.
func (o *overview) Assumed() string {
	assumed, partly := 0, 0
	for _, i := range o.Indicators {
		switch {
		case i.Confidence == "assumed":
			assumed++
		case strings.Contains(i.Confidence, "assumed"):
			partly++
		}
	}
	if assumed+partly == 0 {
		return "Tên và mức của tất cả chỉ tiêu đã đối chiếu văn bản gốc."
	}
	s := fmt.Sprintf("%d/%d chỉ tiêu dùng tên hoặc mức chưa đối chiếu văn bản gốc", assumed, len(o.Indicators))
	if partly > 0 {
		s += fmt.Sprintf("; %d chỉ tiêu khác mới đối chiếu được một phần", partly)
	}
	return s + " (chi tiết ở trang Mức đánh giá)."
}

// unitsReported says how many of those who owe a report have sent one that
// says something.
func (o *overview) unitsReported() string {
	if len(o.Districts) == 0 {
		return fmt.Sprintf("%d/%d xã báo cáo", o.Province.Reported, o.Province.Communes)
	}
	return fmt.Sprintf("%d/%d đơn vị cấp huyện", o.districtsReported(), len(o.Districts))
}

func (o *overview) districtsReported() int {
	n := 0
	for _, d := range o.Districts {
		if d.Reported > 0 {
			n++
		}
	}
	return n
}

func (o *overview) silentDistricts() string {
	var names []string
	for _, d := range o.Districts {
		if d.Reported == 0 {
			names = append(names, d.Name)
		}
	}
	if len(names) == 0 {
		return "Đủ các đơn vị"
	}
	return "Chưa có số liệu: " + strings.Join(names, ", ")
}

// silent are the communes without data, with their districts.
func (o *overview) silent() []string {
	var names []string
	for _, c := range o.Communes {
		if !c.Reported {
			names = append(names, ofDistrict(c.Name, c.DistrictName))
		}
	}
	return names
}

// ofDistrict names a commune with its district, where there are districts.
func ofDistrict(commune, district string) string {
	if district == "" {
		return commune
	}
	return commune + " (" + district + ")"
}

func (o *overview) silentCommunes() string {
	names := o.silent()
	if len(names) == 0 {
		return "Đủ các xã"
	}
	return "Chưa có số liệu: " + shortened(names, 12)
}

func (o *overview) illustrativeNote() string {
	if len(o.illustrative) == 0 {
		return ""
	}
	return fmt.Sprintf("; %d trường hợp công nhận là dữ liệu minh họa", len(o.illustrative))
}

func (o *overview) sinceBefore() string {
	if o.Before.Average == nil {
		return ""
	}
	return fmt.Sprintf("; %s: %s trên %d xã", o.PreviousLabel, average(o.Before.Average), o.Before.Reported)
}

// BandTotals adds the bands up, for the line below them.
func (o *overview) BandTotals() (t band) {
	for _, b := range o.Bands {
		t.Communes += b.Communes
		t.AsRecognised += b.AsRecognised
		if b.Before != nil {
			n := *b.Before
			if t.Before != nil {
				n += *t.Before
			}
			t.Before = &n
		}
	}
	return t
}

// BandNote says why the bands add up to less than the communes there are.
func (o *overview) BandNote() string {
	sum, all := o.BandTotals().Communes, o.Province.Communes
	if sum == all {
		return fmt.Sprintf("Cộng các nhóm bằng tổng số %d xã.", all) + after(" ", sentenceOf(o.open()))
	}
	s := fmt.Sprintf("Cộng các nhóm là %d xã, tổng số là %d xã", sum, all)
	var why []string
	if names := o.silent(); len(names) > 0 {
		why = append(why, fmt.Sprintf("%d xã chưa có số liệu nên không xếp nhóm, gồm %s", len(names), shortened(names, 12)))
	}
	if n := o.Province.NoLevelBand; n > 0 {
		why = append(why, fmt.Sprintf("%d xã có số liệu nhưng không xếp nhóm, vì %s", n, o.noLevel()))
	}
	if len(why) > 0 {
		s += ": " + strings.Join(why, "; ")
	}
	s += "."
	if words := o.open(); words != "" {
		s += " " + firstUpper(words) + "."
	}
	if recognised := o.BandTotals().AsRecognised; recognised != sum {
		s += fmt.Sprintf(" Theo công nhận cộng lại là %d xã, vì xã đã được công nhận được xếp nhóm cả khi chưa có số liệu.", recognised)
	}
	return s
}

// Attention lists what somebody should look at before signing.
func (o *overview) Attention() []string {
	var list []string
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if words := o.TooLittle(); words != "" {
		add("%s", words)
	}
	if names := o.silent(); len(names) > 0 {
		add("%d xã chưa có số liệu: %s.", len(names), shortened(names, 12))
	}
	if words := o.noLevel(); words != "" {
		add("%s: bổ sung mức vào danh mục (trang Số liệu cần kiểm tra, mã NTM-308).", firstUpper(words))
	}
	if n := o.Findings.Mend(); n > 0 {
		add("%d điểm phải sửa trong số liệu đã nhận (trang Số liệu cần kiểm tra).", n)
	}
	if n := o.Province.NotRetained; n > 0 {
		add("%d/%d xã được công nhận chưa giữ vững theo bộ tiêu chí đang áp dụng (Phụ lục 1).", n, o.Province.Recognised)
	}
	if n := o.Province.Undecided; n > 0 {
		add("%d/%d xã được công nhận chưa đủ số liệu để kết luận có giữ vững hay không.", n, o.Province.Recognised)
	}
	if o.Province.FullNotYet > 0 {
		add("%d xã đạt đủ %d tiêu chí khi rà soát nhưng chưa được công nhận: có thể xem xét, thẩm định.", o.Province.FullNotYet, o.Set.Criteria)
	}
	if o.Overdue > 0 {
		add("%d nội dung của kế hoạch khắc phục đã quá hạn tại ngày %s mà còn xã chưa đạt (Phụ lục 2).", o.Overdue, day(o.EndsOn))
	}
	if worst := o.MostFailed(5); len(worst) > 0 {
		parts := make([]string, len(worst))
		for n, i := range worst {
			parts[n] = fmt.Sprintf("%s (%d xã)", i.ID, i.NotMet)
		}
		add("Chỉ tiêu nhiều xã chưa đạt nhất: %s.", strings.Join(parts, ", "))
	}
	for n, message := range o.Published {
		if n == 4 {
			add("Còn %d số liệu đã công bố khác với số tính lại (trang Số liệu cần kiểm tra).", len(o.Published)-n)
			break
		}
		list = append(list, "Đối chiếu số đã công bố: "+strings.TrimSuffix(message, ".")+".")
	}
	return list
}

// Changed says what is different from the previous period, and nothing where
// there is none.
func (o *overview) Changed() []string {
	if o.Previous == "" {
		return nil
	}
	var list []string
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	if o.Before.Average != nil && o.Province.Average != nil {
		add("Bình quân tiêu chí đạt mỗi xã (rà soát): %s (%d xã có số liệu); %s: %s (%d xã có số liệu).",
			average(o.Province.Average), o.Province.Reported, o.PreviousLabel, average(o.Before.Average), o.Before.Reported)
	}
	c := o.Changes
	if c.Average != nil {
		add("Trên %d xã có kết quả ở cả hai kỳ, chỉ tính các tiêu chí biết ở cả hai kỳ: %s tiêu chí/xã.", c.Communes, signed(*c.Average))
	}
	s := fmt.Sprintf("Kết quả chỉ tiêu của các xã: %d lượt đạt thêm", c.Gained)
	if c.GainedNew > 0 {
		s += fmt.Sprintf(" (%d lượt kỳ trước chưa có số liệu)", c.GainedNew)
	}
	s += fmt.Sprintf(", %d lượt giảm (kỳ trước đạt, kỳ này chưa đạt)", c.Lost)
	if c.Missing > 0 {
		s += fmt.Sprintf("; %d lượt kỳ trước đạt, kỳ này thiếu số liệu nên chưa kết luận", c.Missing)
	}
	list = append(list, s+" (trang So kỳ trước).")
	add("%d xã chắc chắn tăng số tiêu chí đạt%s; %d xã chắc chắn giảm%s.", len(c.More), most(c.More), len(c.Fewer), most(c.Fewer))
	if c.Undecided > 0 {
		add("%d xã chưa kết luận tăng hay giảm, vì còn tiêu chí chưa đủ số liệu ở một trong hai kỳ.", c.Undecided)
	}
	if names := full(c.More, func(m moved) int { return m.After }); len(names) > 0 {
		add("Mới đạt đủ %d tiêu chí khi rà soát: %s.", o.Set.Criteria, shortened(names, 12))
	}
	if names := full(c.Fewer, func(m moved) int { return m.Before }); len(names) > 0 {
		add("Không còn đạt đủ %d tiêu chí khi rà soát: %s.", o.Set.Criteria, shortened(names, 12))
	}
	return list
}

// most names the communes that moved furthest.
func most(list []moved) string {
	var parts []string
	for _, m := range list[:min(3, len(list))] {
		to := "lên"
		if m.Change < 0 {
			to = "còn"
		}
		open := ""
		if m.Open > 0 {
			open = fmt.Sprintf(", %d tiêu chí chưa đủ số liệu", m.Open)
		}
		parts = append(parts, fmt.Sprintf("%s từ %d %s %d%s", ofDistrict(m.Name, m.DistrictName), m.Before, to, m.After, open))
	}
	if len(parts) == 0 {
		return ""
	}
	return ", nhiều nhất: " + strings.Join(parts, ", ")
}

// full names the communes that meet every criterion in one of the two periods.
func full(list []moved, met func(moved) int) []string {
	var names []string
	for _, m := range list {
		if met(m) == m.Total {
			names = append(names, ofDistrict(m.Name, m.DistrictName))
		}
	}
	return names
}

// MostFailed are the indicators that most communes do not meet.
func (o *overview) MostFailed(most int) []indicator {
	var list []indicator
	for _, i := range o.Indicators {
		if i.NotMet > 0 {
			list = append(list, i)
		}
	}
	sort.SliceStable(list, func(a, b int) bool { return list[a].NotMet > list[b].NotMet })
	return list[:min(most, len(list))]
}

// bandLabel is a band as people read it.
func (o *overview) bandLabel(key string) string {
	for _, b := range o.Bands {
		if b.Band == key && b.Label != "" {
			return b.Label
		}
	}
	return key
}

// recognition says in a cell when a commune was recognised, and where that
// only illustrates.
func (o *overview) recognition(c commune) string {
	switch {
	case !c.Recognised:
		return ""
	case o.illustrative[c.Code]:
		return strconv.Itoa(c.RecognisedYear) + " (minh họa)"
	}
	return strconv.Itoa(c.RecognisedYear)
}

// findingLine is how many findings of one severity there are.
type findingLine struct {
	Name    string
	Count   int
	Meaning string
}

// FindingLines counts the findings, the gravest first.
func (o *overview) FindingLines() []findingLine {
	return []findingLine{
		{severityWords["error"], o.Findings.Error, o.errorsMean()},
		{severityWords["warning"], o.Findings.Warning, "Số liệu đáng ngờ: đơn vị báo cáo xem lại, đúng thì giữ nguyên"},
		{severityWords["info"], o.Findings.Info, "Điều nên biết khi đọc số liệu"},
	}
}

// errorsMean tells apart what is wrong in reports that came and what has not come.
func (o *overview) errorsMean() string {
	f := o.Findings
	var parts []string
	if n := f.Mend(); n > 0 {
		parts = append(parts, fmt.Sprintf("%d chỗ sai hoặc mâu thuẫn trong số liệu đã nhận: đơn vị báo cáo sửa rồi gửi lại", n))
	}
	if f.Wanting > 0 {
		parts = append(parts, fmt.Sprintf("%d chỗ chưa có số liệu: đơn vị gửi hoặc gửi bổ sung, không phải sửa", f.Wanting))
	}
	if f.NoLevel > 0 {
		parts = append(parts, fmt.Sprintf("%d chỉ tiêu chưa có mức trong danh mục: văn phòng tổng hợp bổ sung", f.NoLevel))
	}
	if len(parts) == 0 {
		return "Số liệu sai hoặc mâu thuẫn: đơn vị báo cáo sửa rồi gửi lại"
	}
	return strings.Join(parts, "; ")
}

// signed says how an average moved: "tăng 0,7", "giảm 0,2", "không đổi".
func signed(x float64) string {
	switch r := rounded(x, 1); {
	case r > 0:
		return "tăng " + decimal(r, 1)
	case r < 0:
		return "giảm " + decimal(-r, 1)
	}
	return "không thay đổi đáng kể (dưới 0,05)"
}

// sentenceOf makes a remark a sentence, and nothing of none.
func sentenceOf(s string) string {
	if s == "" {
		return ""
	}
	return firstUpper(s) + "."
}
