package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/pipeline"
)

func (a *app) templateCommand() *cobra.Command {
	t := a.ui.text
	o := pipeline.FormOptions{}
	var period string
	cmd := &cobra.Command{
		Use:   "template --period " + t("KỲ", "PERIOD") + " --out " + t("THƯ_MỤC", "DIR"),
		Short: t("Lập biểu mẫu để các đơn vị điền", "Write the forms that senders fill in"),
		Long: t(`Lập biểu mẫu Excel của một kỳ: mỗi huyện một tệp, ghi sẵn mã và tên xã, mức quy định đang áp dụng và
số liệu kỳ trước (nếu kho dữ liệu có); gõ đến đâu tự đánh giá đến đó. Biểu điền xong gửi lại được đọc
đúng từng ô.

Với --sender: một huyện (mã huyện) hoặc một xã (mã xã). Với --communes: mỗi xã một tệp, để xã gửi huyện.

Trạng thái thoát: 0 đã ghi; 1 lỗi; 2 sai cách dùng hoặc cấu hình.`, `Writes the Excel forms of a period: one for each district, with the codes and names of its communes, the
thresholds in force and the values of the period before (where the warehouse has them); it judges while one
types. Filled in and sent back, every cell is read exactly.

With --sender: one district (its code) or one commune (its code). With --communes: one form for each
commune, which the commune sends to its district.

Exit status: 0 written; 1 failed; 2 wrong usage or configuration.`),
		Example: "  ntm template --period 2017-Q4 --out bieu-mau\n  ntm template --period 2017-Q4 --sender 894 --communes --out bieu-mau",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			if o.Period, err = a.period(period); err != nil {
				return err
			}
			if o.Dir == "" {
				return usage{errors.New(t("thiếu --out, ví dụ --out bieu-mau", "missing --out, for example --out forms"))}
			}
			o.Config = cfg
			forms, err := pipeline.WriteForms(cmd.Context(), o)
			if err != nil {
				return err
			}
			a.ui.forms(o.Period.Label(), forms)
			return nil
		},
	}
	cmd.Flags().StringVar(&period, "period", "", t("kỳ báo cáo, ví dụ 2017-Q4", "period, for example 2017-Q4"))
	cmd.Flags().StringVar(&o.Sender, "sender", "", t("mã một huyện hoặc một xã (mặc định: mọi huyện)", "code of one district or commune (default: every district)"))
	cmd.Flags().BoolVar(&o.Communes, "communes", false, t("mỗi xã một biểu (xã gửi huyện)", "one form for each commune (commune to district)"))
	// Not the setting "out": forms do not belong among the publications.
	cmd.Flags().StringVar(&o.Dir, "out", "", t("thư mục ghi biểu mẫu", "folder for the forms"))
	a.setting(cmd, false, "data", "data", t("thư mục kho dữ liệu, nơi có số liệu kỳ trước (mặc định ./data)", "folder of the warehouse, for the values of the period before (default ./data)"))
	return cmd
}

// forms says what was written, and what stands beside the inputs.
func (u *ui) forms(label string, f *pipeline.Forms) {
	t := u.text
	u.printf(t("Đã lập %d biểu mẫu, %s, theo bộ tiêu chí %s:\n", "Wrote %d forms, %s, set %s:\n"), len(f.Written), label, f.SetID)
	for _, w := range f.Written {
		u.printf(t("  %s (%d xã): %s\n", "  %s (%d communes): %s\n"), w.Sender, w.Communes, w.Path)
	}
	if f.Previous == "" {
		u.printf("%s\n", t("Kho dữ liệu chưa có kỳ trước cùng bộ tiêu chí: cột Kỳ trước để trống.", "The warehouse has no earlier period of this set: the column Kỳ trước is empty."))
	} else {
		u.printf(t("Cột Kỳ trước: %s.\n", "The column Kỳ trước holds %s.\n"), f.Previous)
	}
}
