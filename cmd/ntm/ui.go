package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/pipeline"
)

// ui owns everything that is printed for people.
//
// Results go to stdout, progress and complaints to stderr. Vietnamese unless
// English is asked for. An error says what happened and, on a line of its own,
// what to do. No colours, no cursor tricks but the one line of progress on a
// terminal: what is printed must read the same in a log and on paper.
type ui struct {
	out, err io.Writer
	lang     string
	width    int    // width of the terminal that stdout is, 0 where it is none
	terminal bool   // stderr is one that can rewrite a line
	room     int    // its width
	line     int    // width of the progress line that stands on the terminal
	last     string // the stage last named elsewhere
	// json is set when stderr is to hold log records and nothing else.
	json *slog.Logger
}

func newUI(out, err io.Writer, lang string) *ui {
	u := &ui{out: out, err: err, lang: lang}
	if f, ok := out.(*os.File); ok {
		u.width = terminalColumns(f)
	}
	if f, ok := err.(*os.File); ok && os.Getenv("TERM") != "dumb" {
		u.room = terminalColumns(f)
		u.terminal = u.room > 0
	}
	return u
}

// text chooses the language.
func (u *ui) text(vi, en string) string {
	if u.lang == "en" {
		return en
	}
	return vi
}

// printf writes a result. Names and contents of files may stand in it, so
// nothing but line breaks acts on the terminal.
func (u *ui) printf(format string, args ...any) {
	_, _ = io.WriteString(u.out, lines(fmt.Sprintf(format, args...)))
}

// fail says what went wrong and what to do about it.
func (u *ui) fail(what, hint string) {
	if u.json != nil {
		u.json.Error(what, "hint", hint)
		return
	}
	u.progressDone()
	_, _ = fmt.Fprintf(u.err, "%s %s\n", u.text("Lỗi:", "Error:"), lines(what))
	if hint != "" {
		_, _ = fmt.Fprintf(u.err, "%s %s\n", u.text("Cách xử lý:", "What to do:"), hint)
	}
}

// note says something beside the result.
func (u *ui) note(text string) {
	if u.json != nil {
		u.json.Info(text)
		return
	}
	u.progressDone()
	_, _ = fmt.Fprintln(u.err, printable(text))
}

var stageNames = map[string][2]string{
	"seed":     {"nạp bảng tra cứu", "loading seeds"},
	"receive":  {"nhận tệp", "receiving files"},
	"ingest":   {"đọc báo cáo", "reading reports"},
	"stage":    {"sắp xếp số liệu", "staging"},
	"evaluate": {"đánh giá", "evaluating"},
	"check":    {"kiểm tra", "checking"},
	"suppose":  {"đánh giá giả định", "supposing"},
	"rebuild":  {"lập lại kho dữ liệu", "rebuilding"},
	"verify":   {"đối chiếu", "verifying"},
	"export":   {"xuất Parquet", "exporting"},
	"withdraw": {"rút lại", "withdrawing"},
	"ducklake": {"ghi vào kho chung", "sharing"},
	"publish":  {"công bố", "publishing"},

	"consolidate": {"tổng hợp các tỉnh", "consolidating"},
}

// progress shows one line that changes on a terminal, and plain lines elsewhere.
func (u *ui) progress(p pipeline.Progress) {
	if u.json != nil {
		u.json.Info("progress", "stage", p.Stage, "item", p.Item, "done", p.Done, "total", p.Total)
		return
	}
	name := stageNames[p.Stage]
	text := u.text(name[0], name[1])
	if u.terminal {
		if p.Item != "" {
			text = fmt.Sprintf("%s [%d/%d] %s", text, p.Done, p.Total, p.Item)
		}
		text = cut(printable(text), u.room-2)
		width := textWidth(text)
		_, _ = fmt.Fprintf(u.err, "\r%s%s", text, strings.Repeat(" ", max(0, u.line-width)))
		u.line = width
		return
	}
	if p.Item != "" {
		if p.Stage == "ingest" {
			_, _ = fmt.Fprintf(u.err, "%s [%d/%d] %s\n", text, p.Done, p.Total, printable(p.Item))
		}
		return
	}
	if p.Stage != u.last {
		u.last = p.Stage
		_, _ = fmt.Fprintln(u.err, text)
	}
}

// progressDone clears the progress line.
func (u *ui) progressDone() {
	if u.terminal && u.line > 0 {
		_, _ = fmt.Fprintf(u.err, "\r%s\r", strings.Repeat(" ", u.line))
		u.line = 0
	}
}

// decimal writes a number as a reader of the language expects it.
func (u *ui) decimal(f float64, digits int) string {
	s := strconv.FormatFloat(f, 'f', digits, 64)
	if u.lang != "en" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

func (u *ui) share(n, of int) string {
	if of == 0 {
		return ""
	}
	return " (" + u.decimal(100*float64(n)/float64(of), 2) + "%)"
}

// summary tells the operator what a run came to.
func (u *ui) summary(s *pipeline.Summary) {
	t := u.text
	u.printf("%s\n\n", t("KẾT QUẢ TỔNG HỢP – "+s.Label, "SUMMARY – "+s.Period))
	if s.Completed != "" {
		u.hang("  ", fmt.Sprintf(t("Lần chạy %s bị ngắt khi đang công bố; đã hoàn tất lần đó trước.", "Run %s was stopped while it published; it was completed first."), s.Completed))
		u.printf("\n")
	}
	if s.Supposed != nil {
		u.hang("  ", t("GIẢ ĐỊNH: đánh giá theo bộ ", "SUPPOSED: judged by ")+s.Supposed.SetID+" ("+s.Supposed.Name+")"+t(", không phải kết quả chính thức.", ", not the official result."))
		u.printf("\n")
	}
	row := func(vi, en, value string) { u.hang("  "+pad(t(vi, en), 34)+" ", value) }
	if s.TooLittle {
		u.hang("  ", fmt.Sprintf(t("MỚI CÓ SỐ LIỆU CỦA %d/%d XÃ: các số dưới đây chỉ nói về các xã có số liệu.", "DATA OF %d OF %d COMMUNES ONLY: the figures below are about these."), s.Reported, s.Communes))
		u.printf("\n")
	}

	row("Đơn vị đã báo cáo", "Senders reported", fmt.Sprintf("%d/%d", s.SendersReported, s.Senders))
	if len(s.MissingSenders) > 0 {
		row("  chưa báo cáo", "  missing", strings.Join(s.MissingSenders, ", "))
	}
	row("Xã có số liệu", "Communes with data", fmt.Sprintf("%d/%d", s.Reported, s.Communes))
	if n := s.Communes - s.Reported; n > 0 && s.Reported > 0 {
		names := strings.Join(s.MissingCommunes, ", ")
		if n > len(s.MissingCommunes) {
			names += ", …"
		}
		row("  chưa có số liệu", "  without data", names)
	}
	if s.Average != nil {
		row("Bình quân tiêu chí đạt", "Average criteria met", fmt.Sprintf("%s %s", u.decimal(*s.Average, 1),
			t(fmt.Sprintf("tiêu chí/xã (rà soát theo %s, trên %d xã)", s.SetID, s.Reported), fmt.Sprintf("per commune (reviewed against %s, over %d communes)", s.SetID, s.Reported))))
	}
	if s.AverageAsRecognised != nil {
		row("  tính xã đã công nhận đạt đủ", "  recognised counted in full", u.decimal(*s.AverageAsRecognised, 1)+t(" tiêu chí/xã", " per commune"))
	}
	listed := ""
	if s.RecognisedTo != "" {
		listed = fmt.Sprintf(t("; theo danh mục công nhận đến %s", "; by the list of recognitions to %s"), dayOf(s.RecognisedTo))
	}
	row("Xã được công nhận đạt chuẩn", "Communes recognised", fmt.Sprintf("%d/%d%s", s.Recognised, s.Communes, u.share(s.Recognised, s.Communes))+listed)
	retained := func(kept, failed, unknown int) string {
		if unknown == 0 {
			return fmt.Sprintf("%d/%d", kept, kept+failed)
		}
		return fmt.Sprintf(t("%d/%d, %d xã chưa đủ số liệu để kết luận", "%d/%d, undecided for want of data: %d"), kept, kept+failed, unknown)
	}
	row("  giữ vững", "  retained", retained(s.Retained, s.NotRetained, s.RetainedUnknown)+
		t("; công nhận theo bộ trước: ", "; recognised under an earlier set: ")+retained(s.RetainedEarlier, s.NotRetainedEarly, s.UnknownEarlier))
	if s.WithoutThreshold > 0 {
		row("Chưa có mức để đánh giá", "Without a level to judge by", fmt.Sprintf(t("%d/%d tiêu chí", "%d/%d criteria"), s.WithoutThreshold, s.CriteriaTotal))
	}
	if len(s.Bands) > 0 {
		u.printf("\n  %s %10s %22s\n", pad(t("Nhóm xã", "Band"), 34), t("rà soát", "reviewed"), t("tính theo công nhận", "as recognised"))
		sum, sumAs := 0, 0
		for _, b := range s.Bands {
			u.printf("  %s %10d %22d\n", pad(b.Label, 34), b.Communes, b.AsRecognised)
			sum, sumAs = sum+b.Communes, sumAs+b.AsRecognised
		}
		u.printf("  %s %10d %22d\n", pad(t("Cộng", "Total"), 34), sum, sumAs)
		if sum < s.Communes {
			line := t(fmt.Sprintf("Các nhóm cộng lại %d, không phải %d: %d xã chưa có số liệu.", sum, s.Communes, s.Communes-s.Reported),
				fmt.Sprintf("The bands add to %d, not %d; communes without data: %d.", sum, s.Communes, s.Communes-s.Reported))
			if s.BandUnknown > 0 {
				line += fmt.Sprintf(t(" %d xã có số liệu chưa xếp nhóm vì có tiêu chí chưa có mức.", " With data and in no band, for want of a level: %d."), s.BandUnknown)
			}
			u.hang("  ", line)
		}
	}
	if x := s.Supposed; x != nil {
		u.printf("\n")
		row(fmt.Sprintf("Thêm đạt đủ tiêu chí: %d xã", len(x.Passes)), fmt.Sprintf("Would meet everything: %d", len(x.Passes)), strings.Join(x.Passes, "; "))
		row(fmt.Sprintf("Không còn đạt đủ: %d xã", len(x.Fails)), fmt.Sprintf("Would no longer: %d", len(x.Fails)), strings.Join(x.Fails, "; "))
		if x.Undecided > 0 {
			row("Chưa đủ số liệu để kết luận", "Undecided for want of data", fmt.Sprintf(t("%d xã", "%d communes"), x.Undecided))
		}
	}
	u.printf("\n")
	wanting := ""
	if s.ErrorsWanting > 0 {
		wanting = fmt.Sprintf(t(" (trong đó %d là chưa có số liệu)", " (of these, data that has not come: %d)"), s.ErrorsWanting)
	}
	row("Số liệu cần kiểm tra", "Findings", fmt.Sprintf("%d %s%s, %d %s, %d %s",
		s.Findings["error"], t("phải sửa", "errors"), wanting, s.Findings["warning"], t("cần kiểm tra", "warnings"), s.Findings["info"], t("lưu ý", "infos")))

	u.files(s)
	u.printf("\n")
	switch s.Status {
	case "loaded":
		u.printf("%s\n", t("Chưa công bố: còn số liệu phải sửa (--strict). Kho dữ liệu đã cập nhật.", "Not published: error findings exist (--strict). The warehouse is up to date."))
	case "unchanged":
		u.printf("%s\n", t("Không có gì mới: bản công bố trước vẫn đúng.", "Nothing new: the previous publication still holds."))
	}
	for _, p := range s.Publications {
		label := t("Bản công bố", "Publication")
		if p.New {
			label = t("Đã công bố", "Published")
		}
		u.printf("%s %s %s: %s\n", label, p.Period, p.Version, p.Dir)
		u.since(p)
		if p.Period == s.Period {
			for _, f := range [][3]string{
				{"Bảng tổng hợp", "Workbook", "tong-hop-ntm-" + p.Period + ".xlsx"},
				{"Báo cáo trình ký", "Report to sign", "bao-cao-ntm-" + p.Period + ".docx"},
				{"Trang báo cáo", "Page", "bao-cao-ntm-" + p.Period + ".html"},
			} {
				u.printf("  %s %s\n", pad(t(f[0], f[1])+":", 18), filepath.Join(p.Dir, f[2]))
			}
		}
	}
	for _, p := range s.Kept {
		u.hang("", fmt.Sprintf(t("Kỳ %s so với kỳ này, nhưng đã chốt nên giữ nguyên bản đã công bố. Cần làm lại thì: ntm run --period %s --reopen \"lý do\".",
			"Period %s is compared with this one, but is closed: its publication stands. To do it again: ntm run --period %s --reopen \"why\"."), p, p))
	}
	if s.Feedback != "" {
		u.printf("%s %s\n", t("Gửi lại các đơn vị:", "To send back:"), s.Feedback)
	}
	if s.Lists != "" {
		u.printf("%s %s\n", t("Danh sách gửi sở, ngành, huyện:", "Lists for departments and districts:"), s.Lists)
	}
	if s.Snapshot != "" {
		u.printf("%s %s\n", t("Bản cho người phân tích:", "Analysts' snapshot:"), s.Snapshot)
	}
	if s.DuckLake != nil && s.DuckLake.Problem == "" {
		u.shared(s.DuckLake)
	}
	u.next(s)
	u.printf("%s %s\n", t("Thời gian:", "Took:"), u.decimal(s.Took.Seconds(), 1)+" s")
}

// shared says what has gone into the common warehouse.
func (u *ui) shared(s *pipeline.Shared) {
	u.hang("", fmt.Sprintf(u.text("Kho chung (DuckLake): %d phần ghi mới (%d dòng), %d phần không đổi.", "Common warehouse (DuckLake): %d parts written (%d rows), %d unchanged."),
		s.Written, s.Rows, s.Unchanged))
}

// next says what the operator has to do, in the order in which it helps.
func (u *ui) next(s *pipeline.Summary) {
	t := u.text
	var todo []string
	add := func(vi, en string, args ...any) { todo = append(todo, fmt.Sprintf(t(vi, en), args...)) }
	rejected := 0
	for _, f := range s.Files {
		if f.Status == "rejected" {
			rejected++
		}
	}
	if n := len(s.MissingSenders); n > 0 {
		add("Đôn đốc %d đơn vị chưa báo cáo: ntm status --period %s.", "Remind the senders that have not reported (%d): ntm status --period %s.", n, s.Period)
	}
	if rejected > 0 {
		add("Đề nghị gửi lại %d tệp bị trả lại, theo lý do nêu ở trên.", "Ask for the rejected files (%d) again, for the reasons given above.", rejected)
	}
	if n := s.ErrorsWanting; n > 0 && len(s.MissingSenders) == 0 {
		add("Đề nghị gửi bổ sung số liệu còn thiếu (%d chỗ ghi ở trang “Số liệu cần kiểm tra”).", "Ask for the data that is still missing (%d places on the sheet “Số liệu cần kiểm tra”).", n)
	}
	if n := s.ErrorsLevels; n > 0 {
		add("Bổ sung mức của %d chỉ tiêu vào danh mục (thư mục seeds.dir), mã NTM-308.", "Add the levels of %d indicators to the seeds (seeds.dir), code NTM-308.", n)
	}
	// Nobody mends what has not come.
	if n := s.Findings["error"] - s.ErrorsWanting - s.ErrorsLevels; n > 0 || s.Findings["error"] > 0 && s.Status == "loaded" {
		if s.Status == "loaded" {
			add("Xem đơn vị nào có số liệu phải sửa: ntm status --period %s; hoặc chạy lại không có --strict để có danh sách trong bảng tổng hợp.",
				"See who has errors: ntm status --period %s; or run again without --strict to have the list in the workbook.", s.Period)
		} else {
			who := u.menders(s.ToMend)
			if who == "" {
				add("Sửa %d điểm ghi ở trang “Số liệu cần kiểm tra” của bảng tổng hợp.", "Have the errors (%d) mended that the sheet “Số liệu cần kiểm tra” of the workbook lists.", n)
			} else {
				add("Đề nghị %s sửa số liệu; gửi lại từng đơn vị tệp của mình trong phan-hoi.", "Ask %s to mend their data; send each its own file from phan-hoi.", who)
			}
		}
	}
	if s.DuckLake != nil && s.DuckLake.Problem != "" {
		f := s.DuckLake.Fault()
		add("Bản công bố đã có, nhưng %s: %s. %s", "The publication stands, but it %s: %s. %s", t(f.VI, f.EN), s.DuckLake.Problem, t(f.HintVI, f.HintEN))
	}
	if len(s.Writing) > 0 {
		add("Chờ chép xong các tệp đang được ghi.", "Wait for the files that are still being written.")
	}
	switch {
	case len(todo) > 0:
		add("Sửa xong, chạy lại: ntm run --period %s.", "Then run again: ntm run --period %s.", s.Period)
	case s.Status == "published":
		add("Mở bảng tổng hợp và báo cáo, xem lại rồi trình ký.", "Open the workbook and the report, look them through, have them signed.")
	default:
		return
	}
	u.printf("\n%s\n", t("Việc tiếp theo:", "What to do next:"))
	for i, line := range todo {
		u.hang(fmt.Sprintf("  %d. ", i+1), line)
	}
	u.printf("\n")
}

// since says in which headline figures a publication differs from the one before it.
func (u *ui) since(p pipeline.Published) {
	t := u.text
	names := map[string][2]string{
		"communes_reported": {"xã có số liệu", "communes with data"}, "avg_criteria_met": {"bình quân tiêu chí", "average of criteria met"},
		"communes_full": {"xã đạt đủ tiêu chí", "communes meeting all criteria"}, "recognised": {"xã được công nhận", "recognised"},
		"retained": {"giữ vững", "retained"}, "error": {"phải sửa", "errors"}, "warning": {"cần kiểm tra", "warnings"},
	}
	if p.Earlier == "" {
		return
	}
	var list []string
	for _, c := range p.Since {
		decimals := 0
		if c.Figure == "avg_criteria_met" {
			decimals = 1
			if c.Before != nil && c.Now != nil && u.decimal(*c.Before, 1) == u.decimal(*c.Now, 1) {
				decimals = 3 // what differs is shown to differ
			}
		}
		figure := func(x *float64) string {
			if x == nil {
				return "–"
			}
			return u.decimal(*x, decimals)
		}
		list = append(list, fmt.Sprintf("%s %s → %s", t(names[c.Figure][0], names[c.Figure][1]), figure(c.Before), figure(c.Now)))
	}
	if len(list) == 0 {
		list = append(list, t("các con số chung không đổi", "no headline figure has changed"))
	}
	u.hang("  ", fmt.Sprintf(t("So với %s: %s.", "Since %s: %s."), p.Earlier, strings.Join(list, "; ")))
}

// menders names who has how many errors to mend, "" where nobody is known.
func (u *ui) menders(list []pipeline.Mender) string {
	const most = 12
	var names []string
	others := 0
	for _, m := range list {
		switch {
		case m.Name == "":
		case len(names) == most:
			others++
		default:
			names = append(names, fmt.Sprintf("%s (%d)", m.Name, m.Errors))
		}
	}
	if others > 0 {
		names = append(names, fmt.Sprintf(u.text("%d đơn vị khác", "%d others"), others))
	}
	return strings.Join(names, ", ")
}

// hang prints text behind a label; on a terminal the lines after the first
// begin below the text.
func (u *ui) hang(label, text string) {
	text = printable(text)
	room := 0
	if u.width > 0 {
		room = max(20, u.width-textWidth(label))
	}
	for i, line := range wrap(text, room) {
		if i > 0 {
			label = strings.Repeat(" ", textWidth(label))
		}
		u.printf("%s\n", strings.TrimRight(label+line, " "))
	}
}

// files names the files that did not simply count.
func (u *ui) files(s *pipeline.Summary) {
	t := u.text
	names := map[string]string{
		"rejected":   t("Trả lại", "Rejected"),
		"duplicate":  t("Trùng bản đã nhận", "Duplicate"),
		"superseded": t("Đã thay bằng bản sau", "Superseded"),
	}
	first := true
	say := func(label, name, why string) {
		if first {
			u.printf("\n")
			first = false
		}
		if why != "" {
			name += " – " + why
		}
		u.hang("  "+label+": ", name)
	}
	for _, f := range s.Files {
		if label, ok := names[f.Status]; ok {
			say(label, f.Name, f.Reason)
		}
	}
	for _, name := range s.Opened {
		say(t("Đã mở tệp nén", "Opened"), name, "")
	}
	for _, f := range s.Withdrawn {
		say(t("Đã rút lại", "Withdrawn"), f.Name, f.Reason)
	}
	for _, name := range s.Writing {
		say(t("Đang được ghi", "Still being written"), name, t("chạy lại khi chép xong", "run again when it is complete"))
	}
	if n := len(s.Left); n > 0 {
		say(t("Của kỳ khác, để lại", "Of another period, left alone"), fmt.Sprint(n)+t(" tệp", " files"), strings.Join(s.Left[:min(n, 3)], ", "))
	}
}

// table prints rows in columns as wide as their contents, those of numbers to
// the right. In a pipe or a file everything is there. On a terminal long
// headers take several lines and then the widest texts are cut, never numbers
// or what else is kept, until a row fits its line; a table that cannot fit is
// printed row by row instead, one line for each field.
func (u *ui) table(header []string, rows [][]string, numeric, kept []bool) {
	is := func(flags []bool, i int) bool { return i < len(flags) && flags[i] }
	cols := make([]column, len(header))
	for i, h := range header {
		h = printable(h)
		cols[i] = column{header: textWidth(h), word: longestPiece(h)}
	}
	for _, row := range rows {
		for i, c := range row {
			cols[i].cells = max(cols[i].cells, textWidth(printable(c)))
		}
	}
	for i := range cols {
		if cols[i].least = leastCut; is(numeric, i) || is(kept, i) {
			cols[i].least = cols[i].cells
		}
	}
	widths, fits := fit(cols, u.width)
	if u.width > 0 && !fits {
		u.rowByRow(header, rows)
		return
	}
	print := func(row []string) {
		var b strings.Builder
		for i, c := range row {
			if i > 0 {
				b.WriteString("  ")
			}
			c = cut(printable(c), widths[i])
			blank := strings.Repeat(" ", max(0, widths[i]-textWidth(c)))
			if is(numeric, i) {
				b.WriteString(blank + c)
			} else {
				b.WriteString(c + blank)
			}
		}
		u.printf("%s\n", strings.TrimRight(b.String(), " "))
	}
	// A header of several lines stands on the rule.
	heads, height := make([][]string, len(header)), 1
	for i, h := range header {
		heads[i] = wrapPieces(printable(h), widths[i])
		height = max(height, len(heads[i]))
	}
	for n := range height {
		line := make([]string, len(header))
		for i, h := range heads {
			if at := n - height + len(h); at >= 0 {
				line[i] = h[at]
			}
		}
		print(line)
	}
	rule := make([]string, len(header))
	for i := range rule {
		rule[i] = strings.Repeat("─", widths[i])
	}
	print(rule)
	for _, row := range rows {
		print(row)
	}
}

// rowByRow prints rows one below the other, each field on its line.
func (u *ui) rowByRow(header []string, rows [][]string) {
	names := 0
	for _, h := range header {
		names = max(names, textWidth(printable(h)))
	}
	for n, row := range rows {
		u.printf("── %d ──\n", n+1)
		for i, c := range row {
			u.hang(pad(printable(header[i]), names)+"  ", c)
		}
	}
}

// when writes a time as an office does.
func (u *ui) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("02/01/2006 15:04")
}

// translate gives cobra's own words a Vietnamese form.
func (u *ui) translate(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpFlag()
	if u.lang == "en" {
		return
	}
	root.SetUsageTemplate(`Cách dùng:{{if .Runnable}}
  {{.UseLine}} [tùy chọn]{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} [lệnh]{{end}}{{if .HasExample}}

Ví dụ:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

Các lệnh:{{range .Commands}}{{if (or .IsAvailableCommand (eq .Name "help"))}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Tùy chọn:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

Tùy chọn chung:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

Gõ “{{.CommandPath}} [lệnh] --help” để xem cách dùng một lệnh.{{end}}
`)
	root.DisableFlagsInUseLine = true // the template says it in Vietnamese
	for _, c := range root.Commands() {
		c.DisableFlagsInUseLine = true
		c.InitDefaultHelpFlag()
		if f := c.Flags().Lookup("help"); f != nil {
			f.Usage = "xem cách dùng"
		}
		switch c.Name() {
		case "help":
			c.Short = "Xem cách dùng một lệnh"
		case "completion":
			c.Short = "Sinh tập lệnh gợi ý cho bash, zsh, fish, powershell"
		}
	}
	if f := root.Flags().Lookup("help"); f != nil {
		f.Usage = "xem cách dùng"
	}
}

// dayOf writes 2017-12-31 as it is read here: 31/12/2017.
func dayOf(iso string) string {
	if d, err := time.Parse(time.DateOnly, iso); err == nil {
		return d.Format("02/01/2006")
	}
	return iso
}
