package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/pipeline"
)

func colName(col int) string { return sheet.ColName(col) }

func (a *app) statusCommand() *cobra.Command {
	t := a.ui.text
	var period, format, reminders string
	cmd := &cobra.Command{
		Use:   "status",
		Short: t("Tình hình nộp báo cáo của một kỳ", "Who has reported for a period"),
		Long: t(`Ai đã nộp, nộp lúc nào, đủ đến đâu, còn bao nhiêu điểm phải sửa; tỷ lệ nộp và nộp đúng hạn của từng đơn vị qua các kỳ.
Hạn nộp đặt ở reporting.deadline_days và reporting.deadlines trong tệp cấu hình. --reminders viết sẵn tin nhắn và công văn
đôn đốc cho từng đơn vị chưa nộp; chương trình không gửi.`,
			`Who has reported, when, how complete, with how many findings; the rates of reports and of reports on time by sender over
the periods. Deadlines are reporting.deadline_days and reporting.deadlines of the configuration. --reminders writes a
message and a formal letter for each sender that has not reported; nothing is sent.`),
		Example: "  ntm status --period 2017-Q4\n  ntm status --period 2017-Q4 --reminders don-doc",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			if format != "text" && format != "json" {
				return usage{fmt.Errorf(t("--format %q: chọn text hoặc json", "--format %q: choose text or json"), format)}
			}
			if period != "" {
				p, err := a.period(period)
				if err != nil {
					return err
				}
				period = p.String()
			}
			path := filepath.Join(cfg.Data, "ntm.duckdb")
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
				return noWarehouse(path)
			}
			s, err := pipeline.ReadStatus(cmd.Context(), path, period, cfg.Reporting)
			if err != nil {
				return err
			}
			var written []string
			if reminders != "" {
				if written, err = pipeline.Remind(s, cfg, reminders, version()); err != nil {
					return err
				}
			}
			if format == "json" {
				enc := json.NewEncoder(cmd.OutOrStdout())
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "  ")
				return enc.Encode(s)
			}
			a.ui.status(s)
			if len(written) > 0 {
				a.ui.printf("\n%s %s\n", t("Đã viết tin nhắn và công văn đôn đốc vào", "Reminders written to"), reminders)
				for _, name := range written {
					a.ui.printf("  %s\n", name)
				}
			} else if reminders != "" {
				a.ui.printf("\n%s\n", t("Mọi đơn vị đã nộp: không có gì để đôn đốc.", "Every sender has reported: nobody to remind."))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&period, "period", "", t("kỳ báo cáo (mặc định: kỳ mới nhất)", "period (default: the latest)"))
	cmd.Flags().StringVar(&format, "format", "text", t("dạng kết quả: text hoặc json", "form of the result: text or json"))
	cmd.Flags().StringVar(&reminders, "reminders", "", t("viết tin nhắn và công văn đôn đốc vào thư mục này", "write reminders into this folder"))
	a.setting(cmd, false, "data", "data", t("thư mục kho dữ liệu (mặc định ./data)", "folder of the warehouse (default ./data)"))
	return cmd
}

func noWarehouse(path string) error {
	return &pipeline.Fault{
		Status: pipeline.Failed,
		VI:     "chưa có kho dữ liệu " + path, EN: "there is no warehouse " + path + " yet",
		HintVI: "Chạy “ntm run --period KỲ” trước, hoặc chỉ đúng thư mục bằng --data / --out.",
		HintEN: "Do “ntm run --period PERIOD” first, or name the right folder with --data / --out.",
	}
}

func (u *ui) status(s *pipeline.Status) {
	t := u.text
	u.printf("%s %s (%s)\n\n", t("TÌNH HÌNH NỘP BÁO CÁO –", "SUBMISSIONS –"), s.Label, s.Period)
	names := map[string]string{
		"accepted": t("Đã tiếp nhận", "Accepted"), "superseded": t("Đã thay bằng bản sau", "Superseded"),
		"rejected": t("Trả lại", "Rejected"), "duplicate": t("Trùng bản đã nhận", "Duplicate"), "": t("CHƯA NỘP", "MISSING"),
	}
	var rows [][]string
	for _, x := range s.Senders {
		state := names[x.Status]
		switch {
		case x.DaysLate > 365: // an old period entered later: the number says nothing
			state += t(", trễ hạn", ", late")
		case x.DaysLate > 0:
			state += fmt.Sprintf(t(", trễ %d ngày", ", %d days late"), x.DaysLate)
		}
		received := ""
		if x.ReceivedAt != nil {
			if received = u.when(*x.ReceivedAt); u.width > 0 && u.width < 120 {
				received = x.ReceivedAt.Local().Format("02/01 15:04") // the period says the year; the file's name needs the room
			}
		}
		rows = append(rows, []string{x.Sender, state, x.FileName, received,
			fmt.Sprintf("%d/%d", x.Reported, x.Communes), fmt.Sprint(x.Unknown), fmt.Sprint(x.Errors), fmt.Sprint(x.Warnings)})
	}
	u.table([]string{t("Đơn vị", "Sender"), t("Trạng thái", "Status"), t("Tệp", "File"), t("Nhận lúc", "Received"),
		t("Xã có số liệu", "Communes"), t("Chỉ tiêu chưa rõ", "Unknown"), t("Phải sửa", "Errors"), t("Cần kiểm tra", "Warnings")},
		rows, []bool{false, false, false, false, true, true, true, true}, []bool{true, true, false, true})
	for i, o := range s.Others {
		if i == 0 {
			u.printf("\n%s\n", t("Các tệp khác đã nhận:", "Other files received:"))
		}
		what := o.Name
		if o.Reason != "" {
			what += " – " + o.Reason
		}
		u.hang("  "+names[o.Status]+": ", what)
	}
	for i, w := range s.Withdrawn {
		if i == 0 {
			u.printf("\n%s\n", t("Các tệp đã rút lại, không tính:", "Withdrawn files, which do not count:"))
		}
		u.hang("  – ", u.withdrawal(w))
	}
	for i, w := range s.WithdrawnPeriods {
		if i == 0 {
			u.printf("\n%s\n", t("Các kỳ đã rút lại:", "Withdrawn periods:"))
		}
		u.hang("  – ", u.withdrawal(w))
	}
	for i, c := range s.Confirmed {
		if i == 0 {
			u.printf("\n%s\n", t("Cách đọc biểu đã chọn:", "Readings of forms that were settled:"))
		}
		u.hang("  – ", fmt.Sprintf(t("%s: cách %d, %s (%s, %s)", "%s: reading %d, %s (%s, %s)"), c.Sender, c.Reading, c.Says, c.By, u.when(c.At)))
	}
	if len(s.Missing) > 0 {
		u.printf("\n%s\n", t("Đề nghị gửi báo cáo:", "To remind:"))
	}
	for _, x := range s.Senders {
		if x.Status != "" {
			continue
		}
		why := t("chưa nhận được tệp nào", "no file has come")
		if len(x.Returned) > 0 {
			var files []string
			for _, f := range x.Returned {
				if f.Sent != "" {
					files = append(files, fmt.Sprintf(t("đã gửi %s “%s”, cần tệp Excel", "sent no workbook: %s “%s”"), f.Sent, f.Name))
					continue
				}
				files = append(files, t("tệp bị trả lại: ", "rejected: ")+f.Name)
			}
			why = strings.Join(files, "; ")
		}
		u.hang("  – ", x.Sender+": "+why)
	}
	day := s.Deadline
	if at, err := time.Parse(time.DateOnly, s.Deadline); err == nil && u.lang != "en" {
		day = at.Format("02/01/2006")
	}
	u.printf("\n%s %s\n", t("Hạn nộp:", "Deadline:"), day)
	u.printf("%s %d/%d%s\n", t("Đã báo cáo:", "Reported:"), s.Total.Actual, s.Total.Expected, u.share(s.Total.Actual, s.Total.Expected))
	u.printf("%s %d/%d%s\n", t("Đúng hạn:", "On time:"), s.Total.OnTime, s.Total.Expected, u.share(s.Total.OnTime, s.Total.Expected))
	if len(s.Periods) > 1 {
		u.printf("\n%s\n\n", fmt.Sprintf(t("Qua %d kỳ, từ %s đến %s:", "Over %d periods, from %s to %s:"), len(s.Periods), s.Periods[0], s.Periods[len(s.Periods)-1]))
		var rows [][]string
		line := func(name string, x pipeline.Timeliness) {
			rows = append(rows, []string{name, fmt.Sprint(x.Expected), fmt.Sprint(x.Actual), strings.Trim(u.share(x.Actual, x.Expected), " ()"), fmt.Sprint(x.OnTime), strings.Trim(u.share(x.OnTime, x.Expected), " ()")})
		}
		for _, x := range s.History {
			line(x.Sender, x)
		}
		line(t("Cộng", "Total"), s.OverAll)
		u.table([]string{t("Đơn vị", "Sender"), t("Phải nộp", "Expected"), t("Đã nộp", "Reported"), t("Tỷ lệ", "Rate"), t("Đúng hạn", "On time"), t("Tỷ lệ đúng hạn", "On-time rate")},
			rows, []bool{false, true, true, true, true, true}, []bool{true})
	}
	if !s.LastRun.IsZero() {
		u.printf("%s %s\n", t("Lần chạy gần nhất:", "Last run:"), u.when(s.LastRun.In(time.Local)))
	}
}
