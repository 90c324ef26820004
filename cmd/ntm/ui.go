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
	"unicode/utf8"

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
	terminal bool   // stderr is one
	line     int    // width of the progress line that stands on the terminal
	last     string // the stage last named elsewhere
	// json is set when stderr is to hold log records and nothing else.
	json *slog.Logger
}

func newUI(out, err io.Writer, lang string) *ui {
	u := &ui{out: out, err: err, lang: lang}
	if f, ok := err.(*os.File); ok {
		if info, e := f.Stat(); e == nil {
			u.terminal = info.Mode()&os.ModeCharDevice != 0
		}
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

func (u *ui) printf(format string, args ...any) { _, _ = fmt.Fprintf(u.out, format, args...) }

// fail says what went wrong and what to do about it.
func (u *ui) fail(what, hint string) {
	if u.json != nil {
		u.json.Error(what, "hint", hint)
		return
	}
	u.progressDone()
	_, _ = fmt.Fprintf(u.err, "%s %s\n", u.text("Lỗi:", "Error:"), what)
	if hint != "" {
		_, _ = fmt.Fprintf(u.err, "%s %s\n", u.text("Cách xử lý:", "What to do:"), hint)
	}
}

// usageError says cobra's complaints in Vietnamese.
func (u *ui) usageError(err error) string {
	s := err.Error()
	if u.lang == "en" {
		return s
	}
	for _, r := range [][2]string{
		{"unknown command", "không có lệnh"}, {"unknown flag", "không có tùy chọn"}, {"unknown shorthand flag", "không có tùy chọn"},
		{" for ", " trong "}, {"flag needs an argument", "tùy chọn thiếu giá trị"}, {"invalid argument", "giá trị không hợp lệ"},
		{"requires at least 1 arg(s), only received 0", "cần ít nhất một tham số"}, {"accepts 1 arg(s), received 0", "cần một tham số"},
	} {
		s = strings.ReplaceAll(s, r[0], r[1])
	}
	return s
}

var stageNames = map[string][2]string{
	"seed":     {"nạp bảng tra cứu", "loading seeds"},
	"ingest":   {"đọc báo cáo", "reading reports"},
	"stage":    {"sắp xếp số liệu", "staging"},
	"evaluate": {"đánh giá", "evaluating"},
	"check":    {"kiểm tra", "checking"},
	"publish":  {"công bố", "publishing"},
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
		if r := []rune(text); len(r) > 78 {
			text = string(r[:77]) + "…"
		}
		width := utf8.RuneCountInString(text)
		_, _ = fmt.Fprintf(u.err, "\r%s%s", text, strings.Repeat(" ", max(0, u.line-width)))
		u.line = width
		return
	}
	if p.Item != "" {
		if p.Stage == "ingest" {
			_, _ = fmt.Fprintf(u.err, "%s [%d/%d] %s\n", text, p.Done, p.Total, p.Item)
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
	row := func(vi, en, value string) { u.printf("  %s %s\n", pad(t(vi, en), 34), value) }

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
	row("Xã được công nhận đạt chuẩn", "Communes recognised", fmt.Sprintf("%d/%d%s", s.Recognised, s.Communes, u.share(s.Recognised, s.Communes)))
	row("  giữ vững", "  retained", fmt.Sprintf("%d/%d", s.Retained, s.Recognised)+
		t(fmt.Sprintf("; công nhận theo bộ trước: %d/%d", s.RetainedEarlier, s.RecognisedEarlier), fmt.Sprintf("; recognised under an earlier set: %d/%d", s.RetainedEarlier, s.RecognisedEarlier)))
	if len(s.Bands) > 0 {
		u.printf("\n  %s %10s %22s\n", pad(t("Nhóm xã", "Band"), 34), t("rà soát", "reviewed"), t("tính theo công nhận", "as recognised"))
		sum, sumAs := 0, 0
		for _, b := range s.Bands {
			u.printf("  %s %10d %22d\n", pad(b.Label, 34), b.Communes, b.AsRecognised)
			sum, sumAs = sum+b.Communes, sumAs+b.AsRecognised
		}
		u.printf("  %s %10d %22d\n", pad(t("Cộng", "Total"), 34), sum, sumAs)
		if sum < s.Communes {
			u.printf("  %s\n", t(fmt.Sprintf("Các nhóm cộng lại %d, không phải %d: %d xã chưa có số liệu.", sum, s.Communes, s.Communes-sum),
				fmt.Sprintf("The bands add to %d, not %d; communes without data: %d.", sum, s.Communes, s.Communes-sum)))
		}
	}
	u.printf("\n  %s %d %s, %d %s, %d %s\n", pad(t("Số liệu cần kiểm tra", "Findings"), 34),
		s.Findings["error"], t("phải sửa", "errors"), s.Findings["warning"], t("cần kiểm tra", "warnings"), s.Findings["info"], t("lưu ý", "infos"))

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
		if p.Period == s.Period {
			u.printf("  %s\n", filepath.Join(p.Dir, "tong-hop-ntm-"+p.Period+".xlsx"))
			u.printf("  %s\n", filepath.Join(p.Dir, "bao-cao-ntm-"+p.Period+".html"))
		}
	}
	if s.Feedback != "" {
		u.printf("%s %s\n", t("Gửi lại các đơn vị:", "To send back:"), s.Feedback)
	}
	if s.Snapshot != "" {
		u.printf("%s %s\n", t("Bản cho người phân tích:", "Analysts' snapshot:"), s.Snapshot)
	}
	u.printf("%s %s\n", t("Thời gian:", "Took:"), u.decimal(s.Took.Seconds(), 1)+" s")
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
		u.printf("  %s: %s", label, name)
		if why != "" {
			u.printf(" – %s", why)
		}
		u.printf("\n")
	}
	for _, f := range s.Files {
		if label, ok := names[f.Status]; ok {
			say(label, f.Name, f.Reason)
		}
	}
	for _, name := range s.Writing {
		say(t("Đang được ghi", "Still being written"), name, t("chạy lại khi chép xong", "run again when it is complete"))
	}
	if n := len(s.Left); n > 0 {
		say(t("Của kỳ khác, để lại", "Of another period, left alone"), fmt.Sprint(n)+t(" tệp", " files"), strings.Join(s.Left[:min(n, 3)], ", "))
	}
}

// pad fills text with blanks to a width in characters.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// table prints rows in columns as wide as their contents; numbers to the right.
func (u *ui) table(header []string, rows [][]string, numeric []bool) {
	width := make([]int, len(header))
	for i, h := range header {
		width[i] = utf8.RuneCountInString(h)
	}
	for _, row := range rows {
		for i, c := range row {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	print := func(row []string) {
		var b strings.Builder
		for i, c := range row {
			if i > 0 {
				b.WriteString("  ")
			}
			if i < len(numeric) && numeric[i] {
				b.WriteString(strings.Repeat(" ", max(0, width[i]-utf8.RuneCountInString(c))) + c)
			} else {
				b.WriteString(pad(c, width[i]))
			}
		}
		u.printf("%s\n", strings.TrimRight(b.String(), " "))
	}
	print(header)
	rule := make([]string, len(header))
	for i := range rule {
		rule[i] = strings.Repeat("─", width[i])
	}
	print(rule)
	for _, row := range rows {
		print(row)
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
