package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/pipeline"
	"github.com/angiang-ntm/ntm/transforms"
)

func (a *app) runCommand() *cobra.Command {
	t := a.ui.text
	var period string
	var strict bool
	var reopen, set string
	cmd := &cobra.Command{
		Use:   "run --period " + t("KỲ", "PERIOD"),
		Short: t("Tổng hợp một kỳ báo cáo", "Consolidate one period"),
		Long: t(`Đọc các báo cáo của kỳ, kiểm tra, đánh giá và công bố.

Trạng thái thoát: 0 đã công bố, không có gì sai; 1 lỗi, chưa công bố; 2 sai cách dùng hoặc cấu hình;
3 đã công bố nhưng còn tệp bị trả lại, đơn vị chưa nộp hoặc số liệu phải sửa; 4 --strict và còn số liệu
phải sửa, chưa công bố; 5 một lần chạy khác đang làm việc.`, `Reads the period's reports, checks, evaluates and publishes.

Exit status: 0 published, nothing wrong; 1 failed, nothing published; 2 wrong usage or configuration;
3 published, but files were rejected, senders are missing or error findings exist; 4 --strict and error
findings exist, nothing published; 5 another run holds the lock.`),
		Example: "  ntm run --period 2017-Q4 --inbox inbox",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			p, err := a.period(period)
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("reopen") && strings.TrimSpace(reopen) == "" {
				return usage{errors.New(t("--reopen cần lý do mở lại kỳ đã chốt", "--reopen wants the reason"))}
			}
			start := time.Now()
			summary, err := pipeline.Do(cmd.Context(), pipeline.Options{
				Config: cfg, Period: p, Strict: strict, Reopen: reopen, Set: set, Version: version(), Now: time.Now,
				Progress: a.ui.progress, Log: a.log(cfg),
			})
			a.ui.progressDone()
			if err != nil {
				return err
			}
			summary.Took = time.Since(start)
			a.ui.summary(summary)
			if code := summary.ExitStatus(); code != pipeline.OK {
				return exit(code)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&period, "period", "", t("kỳ báo cáo: 2017-12 (tháng), 2017-Q4 (quý), 2017-H2 (nửa năm), 2017 (năm)", "period: 2017-12 (month), 2017-Q4 (quarter), 2017-H2 (half-year), 2017 (year)"))
	cmd.Flags().BoolVar(&strict, "strict", false, t("không công bố khi còn số liệu phải sửa", "do not publish while error findings exist"))
	cmd.Flags().StringVar(&set, "set", "", t("đánh giá giả định theo bộ tiêu chí khác, công bố riêng", "suppose another criteria set, published apart"))
	cmd.Flags().StringVar(&reopen, "reopen", "", t("mở lại kỳ đã chốt, kèm lý do", "reopen a closed period, with the reason"))
	a.setting(cmd, false, "inbox", "inbox", t("thư mục nhận báo cáo (mặc định inbox)", "folder of received files (default inbox)"))
	a.setting(cmd, false, "data", "data", t("thư mục kho dữ liệu (mặc định ./data)", "folder of the warehouse (default ./data)"))
	a.setting(cmd, false, "out", "out", t("thư mục công bố (mặc định ./out)", "folder of the publications (default ./out)"))
	return cmd
}

// period reads the --period flag.
func (a *app) period(s string) (transforms.Period, error) {
	t := a.ui.text
	if s == "" {
		return transforms.Period{}, usage{errors.New(t("thiếu --period, ví dụ --period 2017-Q4", "missing --period, for example --period 2017-Q4"))}
	}
	p, ok := transforms.ParsePeriod(s)
	if !ok {
		return p, usage{fmt.Errorf(t("không hiểu kỳ báo cáo %q; viết 2017-12 (tháng), 2017-Q4 (quý), 2017-H2 (nửa năm) hoặc 2017 (năm)",
			"unknown period %q; write 2017-12 (month), 2017-Q4 (quarter), 2017-H2 (half-year) or 2017 (year)"), s)}
	}
	return p, nil
}
