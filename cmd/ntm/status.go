package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/pipeline"
)

func colName(col int) string { return sheet.ColName(col) }

func (a *app) statusCommand() *cobra.Command {
	t := a.ui.text
	var period, format string
	cmd := &cobra.Command{
		Use:   "status",
		Short: t("Tình hình nộp báo cáo của một kỳ", "Who has reported for a period"),
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			if format != "text" && format != "json" {
				return usage{fmt.Errorf(t("--format %q: chọn text hoặc json", "--format %q: choose text or json"), format)}
			}
			if period != "" {
				if _, err := a.period(period); err != nil {
					return err
				}
			}
			path := filepath.Join(cfg.Data, "ntm.duckdb")
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
				return noWarehouse(path)
			}
			s, err := pipeline.ReadStatus(cmd.Context(), path, period)
			if err != nil {
				return err
			}
			if format == "json" {
				enc := json.NewEncoder(cmd.OutOrStdout())
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "  ")
				return enc.Encode(s)
			}
			a.ui.status(s)
			return nil
		},
	}
	cmd.Flags().StringVar(&period, "period", "", t("kỳ báo cáo (mặc định: kỳ mới nhất)", "period (default: the latest)"))
	cmd.Flags().StringVar(&format, "format", "text", t("dạng kết quả: text hoặc json", "form of the result: text or json"))
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
		received := ""
		if x.ReceivedAt != nil {
			if received = u.when(*x.ReceivedAt); u.width > 0 && u.width < 120 {
				received = x.ReceivedAt.Local().Format("02/01 15:04") // the period says the year; the file's name needs the room
			}
		}
		rows = append(rows, []string{x.Sender, names[x.Status], x.FileName, received,
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
	if len(s.Missing) > 0 {
		u.printf("\n%s\n", t("Đề nghị gửi báo cáo:", "To remind:"))
		for _, m := range s.Missing {
			u.printf("  – %s\n", m)
		}
	}
	u.printf("\n%s %d/%d\n", t("Đã báo cáo:", "Reported:"), len(s.Senders)-len(s.Missing), len(s.Senders))
	if !s.LastRun.IsZero() {
		u.printf("%s %s\n", t("Lần chạy gần nhất:", "Last run:"), u.when(s.LastRun.In(time.Local)))
	}
}
