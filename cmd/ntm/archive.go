package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/pipeline"
)

// folders adds the two flags that name an office's folders.
func (a *app) folders(cmd *cobra.Command) {
	t := a.ui.text
	a.setting(cmd, false, "data", "data", t("thư mục kho dữ liệu (mặc định ./data)", "folder of the warehouse (default ./data)"))
	a.setting(cmd, false, "out", "out", t("thư mục công bố (mặc định ./out)", "folder of the publications (default ./out)"))
}

func (a *app) closeCommand() *cobra.Command {
	t := a.ui.text
	var decision, date string
	cmd := &cobra.Command{
		Use:   "close " + t("KỲ", "PERIOD"),
		Short: t("Chốt một kỳ: bản công bố không đổi nữa", "Close a period: its publication changes no more"),
		Long: t(`Chốt bản công bố đang có hiệu lực của kỳ, theo văn bản đã ký. Sau đó ntm run không làm lại kỳ này, và sửa kỳ trước
cũng không động đến nó, trừ khi mở lại có lý do: ntm run --period KỲ --reopen "lý do". Cả hai đều được ghi vào sổ.`,
			`Closes the standing publication of a period by the document that was signed. From then on ntm run leaves the
period alone, also when an earlier one is corrected, unless it is reopened: ntm run --period PERIOD --reopen "why".
Both are recorded.`),
		Example: `  ntm close 2017-Q4 --decision "Số 15/QĐ-UBND" --date 2018-01-20`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			p, err := a.period(args[0])
			if err != nil {
				return err
			}
			if strings.TrimSpace(decision) == "" {
				return usage{errors.New(t(`thiếu --decision, ví dụ --decision "Số 15/QĐ-UBND"`, `missing --decision, for example --decision "No. 15/QĐ-UBND"`))}
			}
			day, err := statedDay(date)
			if err != nil {
				return usage{fmt.Errorf(t("--date %q: viết ngày của văn bản như 2018-01-20 hoặc 20/01/2018", "--date %q: write the document's day as 2018-01-20 or 20/01/2018"), date)}
			}
			c, err := pipeline.Close(cmd.Context(), pipeline.CloseOptions{Config: cfg, Period: p, Decision: decision, Date: day, Version: version(), Now: time.Now})
			if err != nil {
				return err
			}
			a.ui.printf("%s\n", fmt.Sprintf(t("Đã chốt kỳ %s, bản %s, theo %s ngày %s.", "Closed period %s, publication %s, by %s of %s."), c.Period, c.Version, c.Decision, day.Format("02/01/2006")))
			a.ui.printf("%s\n", fmt.Sprintf(t(`Muốn làm lại: ntm run --period %s --reopen "lý do".`, `To do it again: ntm run --period %s --reopen "why".`), c.Period))
			return nil
		},
	}
	cmd.Flags().StringVar(&decision, "decision", "", t("số, ký hiệu văn bản chốt số liệu", "number of the document that closes the period"))
	cmd.Flags().StringVar(&date, "date", "", t("ngày của văn bản: 2018-01-20 hoặc 20/01/2018", "day of the document: 2018-01-20 or 20/01/2018"))
	a.folders(cmd)
	return cmd
}

// statedDay reads a day as people write it.
func statedDay(s string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Parse("2/1/2006", s)
	}
	return t, nil
}

func (a *app) verifyCommand() *cobra.Command {
	t := a.ui.text
	var format string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: t("Đối chiếu kho lưu, kho dữ liệu và các bản công bố với mã đã ghi", "Hold archive, warehouse and publications against their record"),
		Long: t(`Đối chiếu từng tệp trong kho lưu, sổ nhận tệp, kho dữ liệu, bản cho người phân tích và mọi bản công bố với mã
SHA-256 đã ghi. Không ghi gì. Trạng thái thoát: 0 nguyên vẹn, 1 có chỗ bị thay đổi hoặc thiếu.`,
			`Holds every file of the archive, the ledger, the warehouse, the analysts' snapshot and all publications against
the recorded SHA-256. Writes nothing. Exit status: 0 all is as recorded, 1 something was changed or is missing.`),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			if format != "text" && format != "json" {
				return usage{fmt.Errorf(t("--format %q: chọn text hoặc json", "--format %q: choose text or json"), format)}
			}
			v, err := pipeline.Verify(cmd.Context(), cfg, a.ui.progress)
			a.ui.progressDone()
			if err != nil {
				return err
			}
			if format == "json" {
				enc := json.NewEncoder(cmd.OutOrStdout())
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "  ")
				if err := enc.Encode(v); err != nil {
					return err
				}
			} else {
				a.ui.verified(v)
			}
			if len(v.Problems) > 0 {
				return exit(pipeline.Failed)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", t("dạng kết quả: text hoặc json", "form of the result: text or json"))
	a.folders(cmd)
	return cmd
}

func (u *ui) verified(v *pipeline.Verified) {
	t := u.text
	list := func(title string, problems []pipeline.Problem) {
		if len(problems) > 0 {
			u.printf("%s\n", title)
		}
		for _, p := range problems {
			u.hang("  "+p.Path+": ", t(p.VI, p.EN))
		}
	}
	list(t("KHÔNG KHỚP:", "NOT AS RECORDED:"), v.Problems)
	list(t("Lưu ý:", "Notes:"), v.Notes)
	u.printf("%s\n", fmt.Sprintf(t("Đã đối chiếu: %d tệp lưu, %d dòng sổ, %d bản công bố (%d tệp), kho dữ liệu và bản cho người phân tích.",
		"Checked: %d archived files, %d lines of the ledger, %d publications (%d files), warehouse and snapshot."), v.Files, v.Lines, v.Publications, v.Outputs))
	if len(v.Closed) > 0 {
		u.printf("%s %s\n", t("Kỳ đã chốt:", "Closed periods:"), strings.Join(v.Closed, ", "))
	}
	if len(v.Problems) == 0 {
		u.printf("%s\n", t("Tất cả nguyên vẹn.", "All is as recorded."))
		return
	}
	u.printf("%s\n", t("Khôi phục các tệp nêu trên từ bản sao lưu; kho dữ liệu thì lập lại được bằng ntm rebuild.",
		"Restore the files named above from a backup; the warehouse can be made again with ntm rebuild."))
}

func (a *app) rebuildCommand() *cobra.Command {
	t := a.ui.text
	var acceptLedger string
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: t("Lập lại kho dữ liệu từ kho lưu và sổ nhận tệp", "Make the warehouse again from the archive"),
		Long: t(`Lập lại data/ntm.duckdb từ data/archive: mọi tệp đã nhận, theo đúng lúc nhận và quyết định đã ghi. Dùng khi kho dữ
liệu mất, hỏng, hoặc do phiên bản khác lập. Các bản công bố không bị động đến.`,
			`Makes data/ntm.duckdb again from data/archive: every file received, at the recorded times and by the recorded
decisions. For a warehouse that is lost, damaged, or of another version. Publications are left alone.`),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			out, err := pipeline.Rebuild(cmd.Context(), pipeline.Options{Config: cfg, Version: version(), Now: time.Now, Progress: a.ui.progress, Log: a.log(cfg), AcceptLedger: acceptLedger, By: a.who("")})
			a.ui.progressDone()
			if err != nil {
				return err
			}
			a.ui.printf("%s\n", fmt.Sprintf(t("Đã lập lại kho dữ liệu %s: %d kỳ (%s), %d tệp, %d lần chạy.", "Made the warehouse %s again: %d periods (%s), %d files, %d runs."),
				out.Warehouse, len(out.Periods), strings.Join(out.Periods, ", "), out.Files, out.Runs))
			if out.Snapshot != "" {
				a.ui.printf("%s %s\n", t("Bản cho người phân tích:", "Analysts' snapshot:"), out.Snapshot)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&acceptLedger, "accept-ledger", "", t("lập lại dù sổ nhận tệp bị mất hoặc bị sửa, kèm lý do", "go on though the ledger has lost lines or was changed, with the reason"))
	a.folders(cmd)
	return cmd
}
