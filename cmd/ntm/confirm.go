package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/pipeline"
)

func (a *app) confirmCommand() *cobra.Command {
	t := a.ui.text
	var period, by string
	var reading, table int
	var forget bool
	cmd := &cobra.Command{
		Use:   "confirm " + t("TỆP", "FILE"),
		Short: t("Chọn cách đọc một bảng mà chương trình không tự quyết", "Settle how a table is read that was left open"),
		Long: t(`Khi một bảng đọc được theo hai cách ra số liệu khác nhau (NTM-436), không cách nào được tính. Lệnh này ghi vào sổ cách đúng:
các tệp cùng biểu của đơn vị đó, kể cả đã nhận, được đọc theo cách này từ lần chạy sau. Không có --reading thì chỉ nêu các cách
đọc để chọn. --forget bỏ cách đã chọn. Nêu tệp bằng đường dẫn, hoặc bằng tên, mã SHA-256, submission_id của tệp đã nhận.`,
			`Where a table can be read in two ways that give different figures (NTM-436), neither counts. This records the right one:
files of the same form by that sender, those already received too, are read so from the next run on. Without --reading the
ways are only shown. --forget opens the form again. Name the file by its path, or a received one by its name, its
SHA-256 or its submission_id.`),
		Example: "  ntm confirm \"inbox/2017-Q4/Thoai Son.xlsx\"\n  ntm confirm \"inbox/2017-Q4/Thoai Son.xlsx\" --reading 2\n  ntm confirm \"inbox/2017-Q4/Thoai Son.xlsx\" --forget",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			given := cmd.Flags().Changed("reading")
			switch {
			case given && forget:
				return usage{errors.New(t("--reading không đi cùng --forget", "--reading does not go with --forget"))}
			case given && reading < 1:
				return usage{fmt.Errorf(t("--reading %d: cách đọc đánh số từ 1", "--reading %d: readings are numbered from 1"), reading)}
			}
			o := pipeline.ConfirmOptions{Config: cfg, File: args[0], Reading: reading, Table: table, Forget: forget, By: a.who(by), Version: version(), Now: time.Now}
			if period != "" {
				p, err := a.period(period)
				if err != nil {
					return err
				}
				o.Period = &p
			}
			c, err := pipeline.Confirm(cmd.Context(), o)
			if err != nil {
				return err
			}
			if !given && !forget {
				a.ui.toChoose(c)
				return usage{errors.New(t("chưa chọn: thêm --reading N", "nothing chosen: add --reading N"))}
			}
			a.ui.confirmed(c)
			return nil
		},
	}
	cmd.Flags().IntVar(&reading, "reading", 0, t("số của cách đọc đúng", "number of the reading that is right"))
	cmd.Flags().IntVar(&table, "table", 0, t("số của bảng, khi tệp có nhiều bảng phải chọn", "number of the table, where several are open"))
	cmd.Flags().StringVar(&period, "period", "", t("kỳ báo cáo để đối chiếu (mặc định: kỳ ghi trong tệp)", "period to hold the file against (default: the one it states)"))
	cmd.Flags().StringVar(&by, "by", "", t("người chọn (mặc định: tài khoản đang dùng máy)", "who settles it (default: the account in use)"))
	cmd.Flags().BoolVar(&forget, "forget", false, t("bỏ cách đọc đã chọn", "open the form again"))
	a.setting(cmd, false, "data", "data", t("thư mục kho dữ liệu (mặc định ./data)", "folder of the warehouse (default ./data)"))
	return cmd
}

// toChoose shows what there is to choose.
func (u *ui) toChoose(c *pipeline.Confirmation) {
	t := u.text
	for _, x := range c.Choices {
		u.printf("%s\n", fmt.Sprintf(t("Bảng %d, trang “%s”, vùng %s:", "Table %d, sheet “%s”, area %s:"), x.Table, printable(x.Sheet), x.Area))
		for _, r := range x.Readings {
			mark := ""
			switch {
			case r.No == x.Chosen && x.Confirmed:
				mark = t(" (đã chọn)", " (settled)")
			case r.No == x.Chosen:
				mark = t(" (đang tính)", " (counts)")
			}
			u.hang(fmt.Sprintf("  %d. ", r.No), fmt.Sprintf(t("%s – %d ô%s", "%s – %d cells%s"), r.Says, r.Cells, mark))
		}
	}
}

func (u *ui) confirmed(c *pipeline.Confirmation) {
	t := u.text
	for _, x := range c.Settled {
		if c.Forget {
			u.hang("", fmt.Sprintf(t("Đã bỏ cách đọc %d (%s) của %s.", "Reading %d (%s) of %s is forgotten."), x.Reading, x.Says, c.Sender))
			continue
		}
		u.hang("", fmt.Sprintf(t("Đã ghi: biểu này của %s đọc theo cách %d (%s).", "Recorded: this form of %s is read by way %d (%s)."), c.Sender, x.Reading, x.Says))
	}
	u.hang("", fmt.Sprintf(t("Các tệp đã nhận được đọc lại ở lần chạy sau: ntm run --period %s.", "Files already received are read anew with the next run: ntm run --period %s."), c.Period))
}
