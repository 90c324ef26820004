package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/pipeline"
	"github.com/angiang-ntm/ntm/transforms"
)

func (a *app) withdrawCommand() *cobra.Command {
	t := a.ui.text
	var period, reason, by string
	var undo bool
	cmd := &cobra.Command{
		Use:   "withdraw " + t("[TỆP…]", "[FILE…]"),
		Short: t("Rút lại tệp đã nhận, hoặc cả một kỳ", "Take back a received file, or a whole period"),
		Long: t(`Rút lại tệp nhận nhầm: từ lần chạy sau, tệp không được tính nữa, như chưa từng nhận. Nêu tệp bằng tên, bằng mã SHA-256
(từ 8 ký tự) hoặc submission_id; cùng nội dung gửi lại dưới tên khác cũng không được tính. Không nêu tệp nào mà có --period
là rút cả kỳ, dùng khi gõ nhầm tên kỳ: kỳ đó ra khỏi kho dữ liệu và bản cho người phân tích ngay, thư mục công bố của kỳ vẫn
còn và ghi RÚT LẠI. Tệp gốc luôn ở lại kho lưu; ai rút, lúc nào, vì sao được ghi vào sổ, và --undo lấy lại được. Kỳ đã chốt
không rút được.`,
			`Takes back a file that was received by mistake: from the next run on it counts no more, as if it had never come. Name it by
its name, its SHA-256 (8 characters or more) or its submission_id; the same content under another name does not count
either. With --period and no file the whole period is taken back, as when its name was mistyped: it leaves the warehouse
and the analysts' snapshot at once, its folder of publications stays and says RÚT LẠI. The file itself stays in the
archive; who did it, when and why is recorded, and --undo takes it back. Closed periods refuse it.`),
		Example: "  ntm withdraw \"Thoai Son.xlsx\" --reason \"gửi nhầm biểu của năm trước\"\n  ntm withdraw \"Thoai Son.xlsx\" --undo\n  ntm withdraw --period 2017-12 --reason \"gõ nhầm, đúng là 2017-Q4\"",
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			o := pipeline.WithdrawOptions{
				Config: cfg, Files: args, Reason: strings.TrimSpace(reason), By: a.who(by), Undo: undo, Version: version(), Now: time.Now, Log: a.log(cfg), Progress: a.ui.progress,
			}
			if len(args) == 0 && period == "" {
				return usage{errors.New(t("nêu tệp cần rút, hoặc --period để rút cả kỳ", "name the files to take back, or a whole period with --period"))}
			}
			if o.Reason == "" && !undo {
				return usage{errors.New(t(`thiếu --reason, ví dụ --reason "gửi nhầm biểu của năm trước"`, `missing --reason, for example --reason "last year's form"`))}
			}
			if period != "" {
				p, err := a.period(period)
				if err != nil {
					return err
				}
				o.Period = &p
			}
			out, err := pipeline.Withdraw(cmd.Context(), o)
			a.ui.progressDone()
			if err != nil {
				return err
			}
			a.ui.withdrawn(out)
			return nil
		},
	}
	cmd.Flags().StringVar(&period, "period", "", t("kỳ của tệp; không nêu tệp nào: rút cả kỳ", "the files' period; without a file: the whole period"))
	cmd.Flags().StringVar(&reason, "reason", "", t("lý do, được ghi vào sổ", "why; it is recorded"))
	cmd.Flags().StringVar(&by, "by", "", t("người rút (mặc định: tài khoản đang dùng máy)", "who takes it back (default: the account in use)"))
	cmd.Flags().BoolVar(&undo, "undo", false, t("lấy lại tệp hoặc kỳ đã rút", "take a withdrawal back"))
	a.folders(cmd)
	return cmd
}

// who is the person that a decision is recorded of: the one that is stated, else
// whoever's account this is.
func (a *app) who(stated string) string {
	if stated = strings.TrimSpace(stated); stated != "" {
		return stated
	}
	if me, err := user.Current(); err == nil && me.Username != "" {
		return me.Username
	}
	return cmp.Or(os.Getenv("USER"), os.Getenv("USERNAME"), "?")
}

func (u *ui) withdrawn(out *pipeline.Withdrawn) {
	t := u.text
	seen := map[string]bool{}
	var next []string
	for _, w := range out.Items {
		p, _ := transforms.ParsePeriod(w.Period)
		switch {
		case w.Name != "" && out.Undo:
			u.printf("%s\n", fmt.Sprintf(t("Đã lấy lại “%s” của kỳ %s.", "“%s” of %s counts again."), printable(path.Join(w.Folder, w.Name)), w.Period))
		case w.Name != "":
			u.printf("%s\n", fmt.Sprintf(t("Đã rút lại “%s” của kỳ %s: %s.", "Withdrew “%s” of %s: %s."), printable(path.Join(w.Folder, w.Name)), w.Period, w.Reason))
		case out.Undo:
			u.printf("%s\n", fmt.Sprintf(t("Đã lấy lại kỳ %s (%s).", "Period %s (%s) can be run again."), w.Period, p.Label()))
		default:
			u.printf("%s\n", fmt.Sprintf(t("Đã rút lại kỳ %s (%s): %s.", "Withdrew period %s (%s): %s."), w.Period, p.Label(), w.Reason))
			u.printf("%s\n", t("Kỳ này không còn trong kho dữ liệu và bản cho người phân tích; các tệp đã nhận vẫn ở trong kho lưu.", "It has left the warehouse and the snapshot; the received files stay in the archive."))
		}
		if (w.Name != "" || out.Undo) && !seen[w.Period] {
			seen[w.Period] = true
			next = append(next, w.Period)
		}
	}
	if out.Marker != "" {
		u.printf("%s %s\n", t("Thư mục công bố của kỳ ghi RÚT LẠI:", "The folder of its publications says so:"), out.Marker)
	}
	for _, p := range out.Published {
		u.printf("%s %s %s: %s\n", t("Đã công bố lại, vì so với kỳ vừa rút:", "Published anew, since it was compared with what was withdrawn:"), p.Period, p.Version, p.Dir)
	}
	for _, p := range out.Kept {
		u.hang("", fmt.Sprintf(t("Kỳ %s so với kỳ vừa rút, nhưng đã chốt nên giữ nguyên bản đã công bố. Cần làm lại thì: ntm run --period %s --reopen \"lý do\".",
			"Period %s was compared with the one withdrawn, but is closed: its publication stands. To do it again: ntm run --period %s --reopen \"why\"."), p, p))
	}
	for _, p := range next {
		u.hang("", fmt.Sprintf(t("Có hiệu lực từ lần chạy sau: ntm run --period %s.", "It takes effect with the next run: ntm run --period %s."), p))
	}
}

// withdrawal says what was taken back, by whom, when and why.
func (u *ui) withdrawal(w pipeline.Withdrawal) string {
	t := u.text
	text := w.Period
	if w.Name != "" {
		text = printable(path.Join(w.Folder, w.Name))
	}
	text += fmt.Sprintf(" – %s (%s, %s)", w.Reason, w.By, u.when(w.At))
	if w.Pending {
		text += fmt.Sprintf(t("; lần chạy gần nhất còn tính, chạy lại: ntm run --period %s", "; the last run still counted it, do again: ntm run --period %s"), w.Period)
	}
	return text
}
