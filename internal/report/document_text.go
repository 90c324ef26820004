package report

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/angiang-ntm/ntm/internal/docx"
)

// This file owns the sentences of the written report. They follow the manner
// of the province's plan of 2018: counts with two digits, the whole before its
// parts, communes by district.

// results is part I.
func (d *draft) results() {
	if words := d.TooLittle(); words != "" {
		d.say("BodyText", words)
	}
	d.say("BodyText", d.opening())
	d.say("Heading1", "I. KẾT QUẢ THỰC HIỆN")

	d.say("Heading2", "1. Công tác chỉ đạo và chế độ báo cáo")
	d.say("Dash", "- Công tác chỉ đạo, điều hành, tuyên truyền và huy động nguồn lực trong kỳ: "+blank)
	d.say("Dash", "- "+d.reporting())

	d.say("Heading2", "2. Kết quả công nhận và mức độ đạt tiêu chí")
	d.recognised()
	d.reviewed()

	d.say("Heading2", "3. Kết quả duy trì ở các xã đã được công nhận")
	d.retention()

	d.say("Heading2", "4. Kết quả theo địa phương và theo tiêu chí")
	d.districts()
	d.criteria()

	d.say("Heading2", "5. So với kỳ trước")
	d.comparison()
}

// opening says by what and from what the period was judged.
func (d *draft) opening() string {
	set := d.Set.Name
	if set == "" {
		set = "Bộ tiêu chí " + d.Set.ID
	}
	if d.Set.Legal != "" {
		set += " (" + d.Set.Legal + ")"
	}
	s := fmt.Sprintf("Căn cứ %s, gồm %d tiêu chí và %d chỉ tiêu", set, d.Set.Criteria, len(d.Indicators))
	if d.Set.From != "" {
		s += ", áp dụng từ ngày " + dayOf(d.Set.From)
	}
	return s + fmt.Sprintf("; trên cơ sở số liệu báo cáo và tự đánh giá của các địa phương, kết quả thực hiện %s trên địa bàn %s (số liệu đến ngày %s) như sau:",
		d.when(), d.where(), day(d.asOf()))
}

func (d *draft) reporting() string {
	p := d.Province
	var s string
	switch {
	case p.Reported == 0:
		return "Trong kỳ chưa có địa phương nào có số liệu báo cáo."
	case len(d.Districts) > 0:
		s = fmt.Sprintf("Có %s/%s huyện, thị xã, thành phố có số liệu báo cáo, với số liệu của %s",
			two(d.districtsReported()), two(len(d.Districts)), share(p.Reported, p.Communes))
	default:
		s = "Có số liệu của " + share(p.Reported, p.Communes)
	}
	var wanting []place
	for _, c := range d.Communes {
		if !c.Reported {
			wanting = append(wanting, place{c.DistrictName, c.Name})
		}
	}
	if len(wanting) == 0 {
		return s + "."
	}
	return s + fmt.Sprintf("; còn %s xã chưa có số liệu%s.", two(len(wanting)), gathered(wanting))
}

// recognised is the plan's first paragraph of figures: the recognised, and the
// others by band.
func (d *draft) recognised() {
	p := d.Province
	s := "Tính đến ngày " + day(d.asOf()) + ", toàn tỉnh "
	if p.Recognised == 0 {
		s += "chưa có xã nào được công nhận đạt chuẩn “Xã nông thôn mới”"
	} else {
		s += fmt.Sprintf("đã có %s/%s xã được công nhận đạt chuẩn “Xã nông thôn mới” (chiếm %s)",
			two(p.Recognised), two(p.Communes), percent(ratio(p.Recognised, p.Communes)))
	}
	if words := d.listed(); words != "" {
		s += ", " + words
	}
	var some, none []string
	for _, b := range d.Bands {
		n, in := b.AsRecognised, bandIn(b.Label)
		if b.Band == "full" { // those recognised are counted in it
			if n = p.FullNotYet; n == 0 {
				continue
			}
			in = fmt.Sprintf("đạt đủ %d tiêu chí nhưng chưa được công nhận", d.Set.Criteria)
		}
		if n == 0 {
			none = append(none, "không có xã nào "+in)
		} else {
			some = append(some, two(n)+" xã "+in)
		}
	}
	if p.Reported > 0 && len(some)+len(none) > 0 {
		s += "; trong số các xã còn lại có số liệu: " + strings.Join(append(some, none...), ", ")
	}
	if p.Recognised == 0 {
		d.say("BodyText", s+".")
		return
	}
	d.say("BodyText", s+". Trong đó:")
	for i, r := range d.recognitions {
		years := fmt.Sprintf("Năm %d", r.To)
		switch {
		case r.Stage != "":
			years = "Giai đoạn " + r.Stage
		case r.From < r.To:
			years = fmt.Sprintf("Giai đoạn %d-%d", r.From, r.To)
		}
		by := "bộ tiêu chí " + r.Set
		if r.Legal != "" { // the decision itself, without what explains it
			by = "Bộ tiêu chí của " + strings.SplitN(r.Legal, ";", 2)[0]
		}
		in := ""
		if r.From < r.To && r.Now > 0 {
			in = fmt.Sprintf(" (riêng năm %d có %s xã)", d.year(), two(r.Now))
		}
		d.sayf("Dash", "- %s: Có %s xã đạt chuẩn nông thôn mới theo %s%s%s",
			years, two(r.N), by, in, listEnd(i, len(d.recognitions)))
	}
}

// listEnd closes an item of a list: semicolons, and a full stop at the end.
func listEnd(i, n int) string {
	if i == n-1 {
		return "."
	}
	return ";"
}

// reviewed is the result against the set in force, the headline average first,
// the one that counts the recognised in full beside it.
func (d *draft) reviewed() {
	p := d.Province
	if p.Reported == 0 {
		d.say("BodyText", "Chưa có số liệu để rà soát theo Bộ tiêu chí đang áp dụng.")
		return
	}
	s := fmt.Sprintf("Rà soát theo Bộ tiêu chí đang áp dụng, bình quân toàn tỉnh đạt %s tiêu chí/xã", average(p.Average))
	if p.AsRecognised != nil && p.Recognised > 0 {
		s += fmt.Sprintf(" (%s tiêu chí/xã nếu tính xã đã được công nhận đạt đủ %d tiêu chí, như cách tổng hợp trước đây)", average(p.AsRecognised), d.Set.Criteria)
	}
	s += fmt.Sprintf(", trên %s xã có số liệu", two(p.Reported))
	if p.IndicatorsMean != nil {
		s += fmt.Sprintf("; bình quân mỗi xã đạt %s/%d chỉ tiêu", average(p.IndicatorsMean), len(d.Indicators))
	}
	if words := d.open(); words != "" {
		s += "; " + words
	}
	if words := d.noLevel(); words != "" {
		s += "; " + words
	}
	s += fmt.Sprintf(". Khi rà soát, %s đạt đủ %d tiêu chí", communesIn(p.Full), d.Set.Criteria)
	switch {
	case p.Full == 0 || p.Recognised == 0:
	case p.FullNotYet == 0:
		s += ", đều đã được công nhận"
	default:
		s += fmt.Sprintf(", trong đó có %s xã chưa được công nhận", two(p.FullNotYet))
	}
	d.say("BodyText", s+".")

	title := d.caption("Phân nhóm xã theo số tiêu chí đạt")
	t := docx.Table{Style: "Ruled", Title: title, Columns: across(2871, 1550, 1550, 1550, 1550), Rows: []docx.Row{
		headRow("Nhóm", "Số xã (rà soát)", "Tỷ lệ (%)", "Số xã (theo công nhận)", "Tỷ lệ (%)"),
	}}
	sum := d.BandTotals()
	line := func(cell func(style, text string) docx.Cell, label string, b band) {
		t.Rows = append(t.Rows, docx.Row{Cells: []docx.Cell{cell("TableText", label),
			cell("TableNumber", fmt.Sprint(b.Communes)), cell("TableNumber", hundredths(ratio(b.Communes, sum.Communes))),
			cell("TableNumber", fmt.Sprint(b.AsRecognised)), cell("TableNumber", hundredths(ratio(b.AsRecognised, sum.AsRecognised)))}})
	}
	for _, b := range d.Bands {
		line(cellOf, b.Label, b)
	}
	line(strongCell, "Cộng", sum)
	d.body = append(d.body, t)
	d.say("TableNote", d.BandNote()+" Theo công nhận: xã đã được công nhận xếp vào nhóm đạt đủ.")
}

// hundredths is a percentage in a column that has the sign in its head.
func hundredths(x *float64) string {
	if x == nil {
		return "–"
	}
	return decimal(*x, 2)
}

// retention says which recognised communes still meet everything, in the
// plan's manner: from the highest count of criteria down, by district.
func (d *draft) retention() {
	p := d.Province
	if p.Recognised == 0 {
		d.say("BodyText", "Chưa có xã nào được công nhận đạt chuẩn nên chưa đánh giá việc duy trì.")
		return
	}
	if p.Earlier > 0 {
		who := "các địa phương"
		if p.Reported < p.Communes {
			who = "các địa phương có báo cáo"
		}
		d.sayf("BodyText", "Đối với %s xã đạt chuẩn nông thôn mới theo bộ tiêu chí trước%s, %s đã rà soát, cập nhật đánh giá theo bộ tiêu chí mới. Đến ngày %s, %s, cụ thể:",
			two(p.Earlier), ofYears(d.Retention), who, day(d.asOf()), d.retained(p.RetainedEarly, p.NotEarly, p.UndecidedEarly, "giữ vững, duy trì nâng chất theo bộ tiêu chí mới"))
		d.held(d.Retention)
	}
	if n := len(d.Current); n > 0 {
		d.sayf("BodyText", "Đối với %s xã đạt chuẩn nông thôn mới theo Bộ tiêu chí đang áp dụng%s, %s, cụ thể:",
			two(n), ofYears(d.Current), d.retained(p.Retained-p.RetainedEarly, p.NotRetained-p.NotEarly, p.Undecided-p.UndecidedEarly, "giữ vững"))
		d.held(d.Current)
	}
	d.sayf("BodyText", "Tính chung các xã đã được công nhận, %s. (Chi tiết xem Phụ lục 1 đính kèm)",
		d.retained(p.Retained, p.NotRetained, p.Undecided, "giữ vững các tiêu chí của bộ đang áp dụng"))
}

// retained is a clause about the recognised: the share of those that are
// decided, and how many are not.
func (d *draft) retained(kept, failed, undecided int, what string) string {
	if kept+failed == 0 {
		return fmt.Sprintf("chưa đủ số liệu để kết luận xã nào %s (%s xã)", what, two(undecided))
	}
	if undecided == 0 {
		return orNone(share(kept, kept+failed), kept) + " " + what
	}
	return fmt.Sprintf("trong %s xã đã đủ số liệu để kết luận %s %s; còn %s xã chưa đủ số liệu để kết luận",
		two(kept+failed), orNone(share(kept, kept+failed), kept), what, two(undecided))
}

// orNone begins a clause about a share of communes.
func orNone(share string, n int) string {
	if n == 0 {
		return "không có xã nào"
	}
	return "có " + share
}

// ofYears says when the communes of a list were recognised: " giai đoạn
// 2011-2016" as the seeds name the stage, else the years: " năm 2017".
func ofYears(list []retained) string {
	if name := sameStage(list); name != "" {
		return " giai đoạn " + name
	}
	from, to := yearsOf(list)
	switch {
	case to == 0:
		return ""
	case from == to:
		return fmt.Sprintf(" năm %d", to)
	}
	return fmt.Sprintf(" giai đoạn %d-%d", from, to)
}

// held lists communes by how many criteria they meet now.
func (d *draft) held(list []retained) {
	type group struct {
		met       int // -1 without data
		undecided bool
	}
	byCount := map[group][]place{}
	var groups []group
	for _, r := range list {
		g := group{met: -1}
		if r.Met != nil {
			g = group{*r.Met, r.Kept == nil}
		}
		if _, seen := byCount[g]; !seen {
			groups = append(groups, g)
		}
		byCount[g] = append(byCount[g], place{r.DistrictName, r.Name})
	}
	slices.SortStableFunc(groups, func(a, b group) int {
		if a.met != b.met {
			return b.met - a.met
		}
		if a.undecided { // what is known first
			return 1
		}
		return -1
	})
	for i, g := range groups {
		what := fmt.Sprintf("đạt %d tiêu chí", g.met)
		switch {
		case g.met == -1:
			what = "chưa có số liệu để đánh giá"
		case g.met == d.Set.Criteria:
			what = fmt.Sprintf("giữ vững %d tiêu chí", g.met)
		case g.undecided && g.met == 0:
			what = "chưa đủ số liệu để đánh giá tiêu chí nào"
		case g.undecided:
			what = fmt.Sprintf("có %d tiêu chí đạt, các tiêu chí còn lại chưa đủ số liệu để đánh giá", g.met)
		case g.met == 0:
			what = "chưa có tiêu chí nào được tính là đạt"
		}
		d.sayf("Dash", "- Có %s xã %s%s%s", two(len(byCount[g])), what, gathered(byCount[g]), listEnd(i, len(groups)))
	}
}

// districts is the table of the districts, and who stands highest and lowest.
func (d *draft) districts() {
	if len(d.Districts) == 0 {
		return
	}
	var high, low string
	for _, x := range d.Districts {
		if x.Average == nil {
			continue
		}
		if a := average(x.Average); high == "" || rounded(*x.Average, 1) > parsed(high) {
			high = a
		}
		if a := average(x.Average); low == "" || rounded(*x.Average, 1) < parsed(low) {
			low = a
		}
	}
	if high != "" {
		s := fmt.Sprintf("Bình quân tiêu chí đạt mỗi xã cao nhất là %s (%s tiêu chí/xã)", strings.Join(d.districtsAt(high), ", "), high)
		if low != high {
			s += fmt.Sprintf(", thấp nhất là %s (%s tiêu chí/xã)", strings.Join(d.districtsAt(low), ", "), low)
		}
		d.say("BodyText", s+".")
	}
	title := d.caption("Kết quả theo huyện, thị xã, thành phố")
	head := []string{"STT", "Đơn vị", "Số xã", "Xã có số liệu", "Xã được công nhận", "Xã giữ vững", "Chưa giữ vững", "Chưa kết luận", "Bình quân tiêu chí/xã"}
	columns := across(550, 2300, 700, 850, 950, 850, 850, 850, 1000)
	if d.Previous != "" {
		head = append(head, "Kỳ trước")
		columns = across(550, 2000, 650, 800, 900, 800, 800, 850, 950, 800)
	}
	t := docx.Table{Style: "Ruled", Title: title, Columns: columns, Rows: []docx.Row{headRow(head...)}}
	line := func(cell func(style, text string) docx.Cell, first, name string, communes, reported, recognised, retained, failed, undecided int, avg, before *float64) {
		cells := []docx.Cell{cell("TableCentre", first), cell("TableText", name), cell("TableNumber", fmt.Sprint(communes)),
			cell("TableNumber", fmt.Sprint(reported)), cell("TableNumber", fmt.Sprint(recognised)), cell("TableNumber", fmt.Sprint(retained)),
			cell("TableNumber", fmt.Sprint(failed)), cell("TableNumber", fmt.Sprint(undecided)),
			cell("TableNumber", average(avg))}
		if d.Previous != "" {
			cells = append(cells, cell("TableNumber", average(before)))
		}
		t.Rows = append(t.Rows, docx.Row{Cells: cells})
	}
	for i, x := range d.Districts {
		line(cellOf, fmt.Sprint(i+1), firstUpper(x.Name), x.Communes, x.Reported, x.Recognised, x.Retained, x.NotRetained, x.Undecided, x.Average, x.Before)
	}
	p := d.Province
	line(strongCell, "", "Toàn tỉnh", p.Communes, p.Reported, p.Recognised, p.Retained, p.NotRetained, p.Undecided, p.Average, d.Before.Average)
	d.body = append(d.body, t)
	d.say("TableNote", "Bình quân theo rà soát, trên số xã có số liệu của từng đơn vị. Chưa kết luận: xã được công nhận chưa đủ số liệu.")
}

// parsed reads back what average wrote.
func parsed(s string) float64 {
	var x float64
	_, _ = fmt.Sscan(strings.Replace(s, ",", ".", 1), &x)
	return x
}

func (d *draft) districtsAt(avg string) []string {
	var names []string
	for _, x := range d.Districts {
		if x.Average != nil && average(x.Average) == avg {
			names = append(names, x.Name)
		}
	}
	return names
}

// criteria names those that every commune meets and those that fewest do.
func (d *draft) criteria() {
	var all []string
	var rest []criterion
	for _, c := range d.Criteria {
		switch {
		case c.Share == nil:
		case c.NotMet == 0 && c.Met < d.Province.Reported: // nobody is known to fail it
		case c.NotMet == 0 && c.Met == d.Province.Reported:
			all = append(all, fmt.Sprint(c.No))
		default:
			rest = append(rest, c)
		}
	}
	if len(all)+len(rest) == 0 {
		return
	}
	var parts []string
	if len(all) > 0 {
		parts = append(parts, fmt.Sprintf("Tất cả xã có số liệu đã đạt %s tiêu chí: %s.", two(len(all)), strings.Join(all, ", ")))
	}
	sort.SliceStable(rest, func(a, b int) bool { return *rest[a].Share < *rest[b].Share })
	if len(rest) > 0 {
		var names []string
		for _, c := range rest[:min(5, len(rest))] {
			names = append(names, fmt.Sprintf("tiêu chí %d về %s (%s)", c.No, lowerFirst(c.Name), percent(c.Share)))
		}
		parts = append(parts, "Các tiêu chí có tỷ lệ xã đạt thấp nhất: "+strings.Join(names, "; ")+".")
	}
	d.say("BodyText", strings.Join(parts, " "))
}

// comparison holds the period against the previous one of the same length.
func (d *draft) comparison() {
	if d.Previous == "" {
		d.say("BodyText", "Chưa có kỳ báo cáo trước cùng loại để so sánh.")
		return
	}
	before, now := d.Before, d.Province
	var parts []string
	if before.Average != nil && now.Average != nil {
		s := fmt.Sprintf("bình quân tiêu chí đạt kỳ trước %s tiêu chí/xã (%s xã có số liệu), kỳ này %s tiêu chí/xã (%s xã có số liệu)",
			average(before.Average), two(before.Reported), average(now.Average), two(now.Reported))
		if x := d.Changes.Average; x != nil {
			s += fmt.Sprintf(", tính trên %s xã có kết quả ở cả hai kỳ thì %s", two(d.Changes.Communes), signed(*x))
		}
		parts = append(parts, s)
	}
	counted := func(a, b int) string { return fromTo(two(a), two(b), float64(b-a)) }
	parts = append(parts, "số xã được công nhận "+counted(before.Recognised, now.Recognised))
	// A number of communes that nobody could judge is no fall.
	if before.Undecided+now.Undecided == 0 {
		parts = append(parts, "số xã giữ vững "+counted(before.Retained, now.Retained))
	} else {
		known := func(p province) string {
			if p.Undecided == 0 {
				return two(p.Retained)
			}
			return fmt.Sprintf("%s (%s xã chưa đủ số liệu để kết luận)", two(p.Retained), two(p.Undecided))
		}
		parts = append(parts, "số xã giữ vững kỳ trước "+known(before)+", kỳ này "+known(now))
	}
	d.sayf("BodyText", "So với %s: %s.", lowerFirst(d.PreviousLabel), strings.Join(parts, "; "))
	if !d.sameSet {
		d.say("BodyText", "Hai kỳ được đánh giá theo hai bộ tiêu chí khác nhau nên không so sánh từng chỉ tiêu.")
		return
	}
	gained, lost, missing := 0, 0, 0
	var why []string
	for _, c := range d.changes {
		switch c.Change {
		case "gained":
			gained += c.N
		case "lost":
			lost += c.N
			why = append(why, fmt.Sprintf("%s lượt %s", two(c.N), say(causeWords, c.Cause)))
		case "data_missing":
			missing += c.N
		}
	}
	s := "Không có xã nào đạt thêm hoặc giảm chỉ tiêu"
	switch {
	case gained > 0 && lost > 0:
		s = fmt.Sprintf("Có %s lượt chỉ tiêu đạt thêm và %s lượt chỉ tiêu giảm (%s)", two(gained), two(lost), strings.Join(why, ", "))
	case gained > 0:
		s = fmt.Sprintf("Có %s lượt chỉ tiêu đạt thêm, không có chỉ tiêu giảm", two(gained))
	case lost > 0:
		s = fmt.Sprintf("Không có chỉ tiêu đạt thêm, có %s lượt chỉ tiêu giảm (%s)", two(lost), strings.Join(why, ", "))
	}
	if n := d.Changes.GainedNew; n > 0 {
		s += fmt.Sprintf("; trong số đạt thêm có %s lượt kỳ trước chưa có số liệu", two(n))
	}
	if missing > 0 {
		s += fmt.Sprintf("; %s lượt kỳ trước đạt, kỳ này thiếu số liệu nên chưa kết luận, không tính là giảm", two(missing))
	}
	d.say("BodyText", s+". Chi tiết ở trang So kỳ trước của bảng tổng hợp.")
}

// fromTo says how a figure changed.
func fromTo(before, now string, by float64) string {
	switch {
	case by > 0:
		return "tăng từ " + before + " lên " + now
	case by < 0:
		return "giảm từ " + before + " xuống " + now
	}
	return "giữ ở mức " + now
}

// shortcomings is part II.
func (d *draft) shortcomings() {
	d.say("Heading1", "II. TỒN TẠI, NGUYÊN NHÂN")
	d.say("Heading2", "1. Các chỉ tiêu, tiêu chí chưa đạt")
	d.failing()
	d.say("Heading2", "2. Số liệu và hồ sơ minh chứng")
	d.wanting()
	d.say("Heading2", "3. Nguyên nhân")
	d.causes()
}

// classes are the groups of the plan, in its order; a set that does not say
// what changed has one group without a name.
var classes = []struct{ key, title string }{
	{"unchanged", "Nhóm chỉ tiêu không thay đổi"}, {"new", "Nhóm chỉ tiêu bổ sung mới"}, {"raised", "Nhóm chỉ tiêu nâng cao"}, {"", "Các chỉ tiêu"},
}

// counted writes "13.1 (62 xã), 17.8 (38 xã)" for the first of a list.
func counted(list []indicatorCount, most int) string {
	var parts []string
	for _, x := range list[:min(most, len(list))] {
		parts = append(parts, fmt.Sprintf("%s (%s xã)", x.ID, two(x.N)))
	}
	return strings.Join(parts, ", ")
}

func (d *draft) failing() {
	all := d.MostFailed(len(d.Indicators))
	if len(all) == 0 {
		if d.Province.Reported > 0 {
			d.say("BodyText", "Không còn chỉ tiêu nào có xã chưa đạt trong số các xã có số liệu.")
		} else {
			d.say("BodyText", "Chưa có số liệu để đánh giá.")
		}
		return
	}
	const most = 5 // rows of each group; the workbook has all
	d.sayf("BodyText", "Qua rà soát %s xã có số liệu, còn %s/%s chỉ tiêu có xã chưa đạt, gồm:", two(d.Province.Reported), two(len(all)), two(len(d.Indicators)))
	var groups []docx.Row
	letters := "abcd"
	for _, c := range classes {
		var members, bad []indicator
		for _, i := range d.Indicators {
			if i.Class == c.key {
				members = append(members, i)
			}
		}
		for _, i := range all {
			if i.Class == c.key {
				bad = append(bad, i)
			}
		}
		if len(members) == 0 {
			continue
		}
		letter := letters[:1]
		letters = letters[1:]
		if len(bad) == 0 {
			d.sayf("Dash", "%s) %s: Không còn chỉ tiêu nào có xã chưa đạt.", letter, c.title)
			continue
		}
		var list []indicatorCount
		for _, i := range bad {
			list = append(list, indicatorCount{i.ID, i.NotMet})
		}
		d.sayf("Dash", "%s) %s: Còn %s/%s chỉ tiêu có xã chưa đạt, nhiều nhất là chỉ tiêu %s.", letter, c.title, two(len(bad)), two(len(members)), counted(list, most))
		groups = append(groups, groupRow(5, c.title))
		for _, i := range bad[:min(most, len(bad))] {
			groups = append(groups, docx.Row{Cells: []docx.Cell{cellOf("TableCentre", i.ID), cellOf("TableText", i.Name),
				cellOf("TableCentre", i.level(true)), cellOf("TableNumber", fmt.Sprint(i.NotMet)), cellOf("TableNumber", fmt.Sprint(d.unmet[i.ID]))}})
		}
	}
	if n := d.Province.NotRetained; n > 0 {
		var list []indicatorCount
		for _, i := range d.Indicators {
			if d.unmet[i.ID] > 0 {
				list = append(list, indicatorCount{i.ID, d.unmet[i.ID]})
			}
		}
		sort.SliceStable(list, func(a, b int) bool { return list[a].N > list[b].N })
		s := fmt.Sprintf("Riêng các xã đã được công nhận, còn %s chưa giữ vững", share(n, n+d.Province.Retained))
		if open := d.Province.Undecided; open > 0 {
			s += fmt.Sprintf(" (ngoài ra %s xã chưa đủ số liệu để kết luận)", two(open))
		}
		if len(list) > 0 {
			s += "; chỉ tiêu nhiều xã chưa đạt nhất là " + counted(list, most)
		}
		d.say("BodyText", s+".")
	}
	title := d.caption("Chỉ tiêu nhiều xã chưa đạt nhất của mỗi nhóm")
	d.body = append(d.body, docx.Table{Style: "Ruled", Title: title, Columns: across(850, 4321, 1500, 1100, 1300),
		Rows: append([]docx.Row{headRow("Chỉ tiêu", "Nội dung", "Yêu cầu", "Số xã chưa đạt", "Trong đó xã đã công nhận")}, groups...)})
	d.say("TableNote", "Danh sách đầy đủ ở trang Chỉ tiêu chưa đạt của bảng tổng hợp.")
}

// wanting is what is not known, and what is not proven.
func (d *draft) wanting() {
	p := d.Province
	unknown, communes := 0, 0
	for _, c := range d.Communes {
		if c.Reported && c.Unknown > 0 {
			unknown += c.Unknown
			communes++
		}
	}
	var parts []string
	if n := p.Communes - p.Reported; n > 0 {
		parts = append(parts, fmt.Sprintf("còn %s xã chưa có số liệu", two(n)))
	}
	if unknown > 0 {
		parts = append(parts, fmt.Sprintf("%s xã có số liệu nhưng còn %s kết quả chỉ tiêu chưa đủ căn cứ đánh giá (không tính là đạt)", two(communes), two(unknown)))
	}
	if len(parts) == 0 {
		parts = append(parts, "tất cả xã có số liệu đầy đủ cho mọi chỉ tiêu")
	}
	d.say("Dash", "- Về số liệu: "+strings.Join(parts, "; ")+".")
	s := "Qua kiểm tra, "
	switch f := d.Findings; {
	case f.Mend()+f.Warning == 0:
		s += "không phát hiện số liệu phải sửa hoặc cần kiểm tra lại"
	case f.Mend() == 0:
		s += fmt.Sprintf("không có số liệu phải sửa, còn %s điểm cần kiểm tra lại", two(f.Warning))
	default:
		s += fmt.Sprintf("số liệu báo cáo còn %s điểm phải sửa và %s điểm cần kiểm tra lại", two(f.Mend()), two(f.Warning))
	}
	d.say("Dash", "- "+s+".")
	e := d.evidence
	switch {
	case e.Known == 0:
		d.say("Dash", "- Về hồ sơ minh chứng: các báo cáo không nêu tình trạng hồ sơ. "+blank)
	case e.Incomplete == 0:
		d.sayf("Dash", "- Về hồ sơ minh chứng: tất cả %s kết quả chỉ tiêu có nêu tình trạng hồ sơ đều đủ minh chứng.", two(e.Known))
	default:
		d.sayf("Dash", "- Về hồ sơ minh chứng: %s/%s kết quả chỉ tiêu có nêu tình trạng hồ sơ còn thiếu minh chứng, ở %s xã; nhiều nhất là chỉ tiêu %s.",
			two(e.Incomplete), two(e.Known), two(e.Communes), counted(d.evidenceBy, 5))
	}
}

func (d *draft) causes() {
	d.say("Heading3", "a) Nguyên nhân khách quan")
	byClass := func(class string) (ids []string, unmet, unknown int) {
		for _, i := range d.Indicators {
			if i.Class == class {
				ids, unmet, unknown = append(ids, i.ID), unmet+i.NotMet, unknown+i.Unknown
			}
		}
		return ids, unmet, unknown
	}
	if ids, n, open := byClass("new"); len(ids) > 0 {
		d.sayf("Dash", "- Bộ tiêu chí đang áp dụng có %s chỉ tiêu hoàn toàn mới: %s; %s.", two(len(ids)), strings.Join(ids, ", "), timesUnmet(n, open))
	}
	if ids, n, open := byClass("raised"); len(ids) > 0 {
		d.sayf("Dash", "- Bộ tiêu chí đang áp dụng có %s chỉ tiêu có mức quy định tăng cao: %s; %s.", two(len(ids)), strings.Join(d.raised(ids), ", "), timesUnmet(n, open))
	}
	d.say("Dash", "- Nguyên nhân khách quan khác: "+blank)
	d.say("Heading3", "b) Nguyên nhân chủ quan")
	if len(d.near) > 0 {
		n := 0
		for _, x := range d.near {
			n += x.N
		}
		d.sayf("Dash", "- Một số chỉ tiêu đạt sát mức quy định, thiếu bền vững, dễ biến động (%s kết quả): %s.", two(n), counted(d.near, 5))
	}
	d.say("Dash", "- Nguyên nhân chủ quan khác trong lãnh đạo, chỉ đạo, kiểm tra, giám sát: "+blank)
}

// timesUnmet adds up a group's results that are not met.
func timesUnmet(n, unknown int) string {
	s := "còn " + two(n) + " lượt xã chưa đạt"
	switch {
	case n == 0 && unknown == 0:
		return "không còn xã chưa đạt"
	case n == 0:
		s = "chưa ghi nhận xã nào chưa đạt"
	}
	if unknown > 0 {
		s += " (" + two(unknown) + " lượt xã chưa đủ số liệu)"
	}
	return s
}

// raised names the indicators as the plan does where it does, with the old and
// the new level: "Tiêu chí 11 (giảm từ 7% xuống 4%)".
func (d *draft) raised(ids []string) []string {
	var names []string
	for _, id := range ids {
		name := "chỉ tiêu " + id
		for _, r := range d.plan {
			if r.Indicator == id && strings.Contains(r.Label, "(") {
				name = lowerFirst(r.Label)
				break
			}
		}
		names = append(names, name)
	}
	return names
}

// tasks is part III.
func (d *draft) tasks() {
	d.say("Heading1", "III. NHIỆM VỤ THỜI GIAN TỚI")
	var open []planRow
	for _, r := range d.plan {
		if r.NotMet > 0 {
			open = append(open, r)
		}
	}
	d.say("Heading2", "1. Nội dung cần khắc phục")
	d.remediation(open)
	d.say("Heading2", "2. Các sở, ban, ngành chủ trì tiêu chí")
	d.departments(open)
	d.say("Heading2", "3. Ủy ban nhân dân cấp huyện")
	d.duties()
	d.say("Heading2", "4. Kiến nghị, đề xuất")
	d.say("Dash", "- "+blank)
}

func (d *draft) remediation(open []planRow) {
	n, undecided := d.Province.NotRetained, d.Province.Undecided
	switch {
	case d.Province.Recognised == 0:
		d.say("BodyText", "Chưa có xã nào được công nhận; các địa phương tiếp tục thực hiện các chỉ tiêu chưa đạt nêu ở mục II. "+blank)
		return
	case n == 0 && undecided > 0:
		d.sayf("BodyText", "Chưa kết luận xã đã được công nhận nào chưa giữ vững; %s xã chưa đủ số liệu để kết luận, các địa phương gửi, bổ sung số liệu.", two(undecided))
		return
	case n == 0:
		d.say("BodyText", "Tất cả xã đã được công nhận giữ vững các tiêu chí; tiếp tục duy trì, nâng cao chất lượng.")
		return
	case len(open) == 0 && len(d.plan) == 0:
		d.say("BodyText", "Bộ tiêu chí đang áp dụng chưa có kế hoạch khắc phục; nội dung, thời hạn và cơ quan chủ trì: "+blank)
		return
	case len(open) == 0:
		d.sayf("BodyText", "Các nội dung của kế hoạch khắc phục không có xã được biết là chưa đạt; %s xã chưa giữ vững theo tự đánh giá của cả tiêu chí, cần rà soát từng chỉ tiêu.", two(n))
		return
	}
	s := fmt.Sprintf("Tập trung khắc phục các chỉ tiêu chưa đạt ở %s xã đã được công nhận nhưng chưa giữ vững, theo nội dung, thời hạn và cơ quan chủ trì dưới đây", two(n))
	if d.Overdue > 0 {
		s += fmt.Sprintf("; tại ngày %s có %s nội dung đã quá hạn", day(d.EndsOn), two(d.Overdue))
	}
	if undecided > 0 {
		s += fmt.Sprintf("; %s xã đã được công nhận chưa đủ số liệu để kết luận, chưa nêu ở đây", two(undecided))
	}
	d.say("BodyText", s+".")
	title := d.caption("Nội dung khắc phục ở các xã đã được công nhận")
	t := docx.Table{Style: "Ruled", Title: title, Columns: across(1400, 2571, 1050, 1650, 2400), Rows: []docx.Row{
		headRow("Tiêu chí, chỉ tiêu", "Nội dung thực hiện", "Thời hạn", "Cơ quan chủ trì", "Xã chưa đạt"),
	}}
	// One line for each line of the plan, with its indicators under one another.
	for i := 0; i < len(open); {
		r, n := open[i], i
		var who []string
		var failing docx.Cell
		overdue := false
		for ; i < len(open) && open[i].Row == r.Row; i++ {
			x := open[i]
			if lead := department(x.Department); !slices.Contains(who, lead) {
				who = append(who, lead)
			}
			overdue = overdue || x.Overdue
			failing.Body = append(failing.Body, docx.Text("TableText", fmt.Sprintf("%s (%s xã): %s", x.Indicator, two(x.NotMet), shortened(listed(x.Names), 12))))
		}
		if n == 0 || open[n-1].Section != r.Section {
			t.Rows = append(t.Rows, groupRow(5, r.Section))
		}
		due := cellOf("TableCentre", r.Deadline)
		if overdue {
			due.Body = append(due.Body, docx.Paragraph{Style: "TableCentre", Runs: []docx.Run{{Style: "Strong", Text: "quá hạn"}}})
		}
		t.Rows = append(t.Rows, docx.Row{Cells: []docx.Cell{cellOf("TableText", r.Label), cellOf("TableText", r.Action), due,
			cellOf("TableText", strings.Join(who, "; ")), failing}})
	}
	d.body = append(d.body, t)
	assumed := 0
	for _, r := range open {
		if strings.Contains(d.leads[r.Indicator], "assumed") {
			assumed++
		}
	}
	note := "Nội dung và thời hạn theo kế hoạch đã ban hành (Phụ lục 2)."
	if assumed > 0 {
		note += fmt.Sprintf(" Cơ quan chủ trì của %s/%s chỉ tiêu chưa đối chiếu văn bản phân công.", two(assumed), two(len(open)))
	}
	d.say("TableNote", note)
}

// department names those who lead an indicator; nobody is a blank.
func department(s string) string {
	names := listed(strings.ReplaceAll(s, ",", "\x00"))
	if len(names) == 0 {
		return blank
	}
	return strings.ReplaceAll(strings.Join(names, "; "), "\x00", ",")
}

// departments says what each department leads, with its deadlines.
func (d *draft) departments(open []planRow) {
	var order []string
	tasks := map[string][]string{}
	for _, r := range open {
		name := department(r.Department)
		if _, seen := tasks[name]; !seen {
			order = append(order, name)
		}
		tasks[name] = append(tasks[name], fmt.Sprintf("%s (%s xã, %s)", r.Indicator, two(r.NotMet), lowerFirst(r.Deadline)))
	}
	if len(order) > 0 {
		d.say("BodyText", "Chủ trì, phối hợp hướng dẫn, kiểm tra, đôn đốc các địa phương khắc phục các chỉ tiêu được phân công:")
	}
	for i, name := range order {
		d.sayf("Dash", "- %s: chỉ tiêu %s%s", name, strings.Join(tasks[name], ", "), listEnd(i, len(order)))
	}
	if len(order) == 0 {
		d.say("BodyText", "Tiếp tục hướng dẫn, kiểm tra, giám sát việc duy trì và nâng cao chất lượng các tiêu chí được phân công phụ trách. "+blank)
	}
}

// duties says what each district has to do, in administrative order.
func (d *draft) duties() {
	type duty struct {
		code, name                string
		mend, prove, tell, report []string
	}
	var order []*duty
	at := map[string]*duty{}
	of := func(code, name string) *duty {
		if at[code] == nil {
			at[code] = &duty{code: code, name: name}
			order = append(order, at[code])
		}
		return at[code]
	}
	for _, x := range d.Districts {
		of(x.Code, x.Name)
	}
	failing := map[string]string{}
	for _, r := range append(append([]retained{}, d.Retention...), d.Current...) {
		failing[r.Code] = r.Failing
	}
	for _, c := range d.Communes {
		x := of(c.District, c.DistrictName)
		switch {
		case !c.Reported:
			x.report = append(x.report, c.Name)
		case c.Recognised && failing[c.Code] != "":
			x.mend = append(x.mend, c.Name+" ("+failing[c.Code]+")")
		case c.Recognised && c.Retained == nil && c.Open > c.NoLevel:
			x.tell = append(x.tell, c.Name)
		case !c.Recognised && c.Met != nil && c.Total > 0 && *c.Met == c.Total:
			x.prove = append(x.prove, c.Name)
		}
	}
	const most = 30
	var lines []string
	for _, x := range order {
		var parts []string
		if len(x.mend) > 0 {
			parts = append(parts, "chỉ đạo khắc phục chỉ tiêu chưa đạt ở xã "+shortened(x.mend, most))
		}
		if len(x.tell) > 0 {
			parts = append(parts, "bổ sung số liệu còn thiếu của xã "+shortened(x.tell, most))
		}
		if len(x.report) > 0 {
			parts = append(parts, "gửi số liệu của xã "+shortened(x.report, most))
		}
		if len(x.prove) > 0 {
			parts = append(parts, fmt.Sprintf("xem xét, hoàn chỉnh hồ sơ đề nghị công nhận xã %s (đạt đủ %d tiêu chí khi rà soát)", shortened(x.prove, most), d.Set.Criteria))
		}
		if n := d.errors[x.code]; n > 0 {
			parts = append(parts, fmt.Sprintf("rà soát, sửa %s điểm sai trong số liệu báo cáo", two(n)))
		}
		if len(parts) > 0 {
			name := firstUpper(x.name)
			if name == "" {
				name = "Các xã"
			}
			lines = append(lines, name+": "+strings.Join(parts, "; "))
		}
	}
	d.say("BodyText", "Rà soát, cập nhật đánh giá, bổ sung hồ sơ minh chứng và duy trì các tiêu chí đã đạt ở tất cả các xã.")
	if len(lines) > 0 {
		d.say("BodyText", "Riêng trong kỳ tới:")
	}
	for i, line := range lines {
		d.say("Dash", "- "+line+listEnd(i, len(lines)))
	}
}
