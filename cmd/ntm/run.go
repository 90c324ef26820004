package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/pipeline"
	"github.com/angiang-ntm/ntm/transforms"
)

func (a *app) runCommand() *cobra.Command {
	t := a.ui.text
	var period string
	var strict, watch, moving, anyLength, newPeriod bool
	var reopen, set, received, acceptLedger string
	var settle time.Duration
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
		Example: "  ntm run --period 2017-Q4 --inbox inbox\n  ntm run --period auto --watch",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			if period == auto {
				period = pipeline.DuePeriod(time.Now(), cfg.Reporting.Granularity).String()
				a.ui.note(fmt.Sprintf(t("Kỳ theo lịch: %s", "Period by the calendar: %s"), period))
				moving = true
			}
			p, err := a.period(period)
			if err != nil {
				return err
			}
			if watch && (reopen != "" || set != "") {
				return usage{errors.New(t("--watch không đi cùng --reopen hay --set", "--watch goes with neither --reopen nor --set"))}
			}
			if settle < time.Second {
				return usage{fmt.Errorf(t("--settle %s: từ 1s trở lên, ví dụ 30s", "--settle %s: 1s or more, such as 30s"), settle)}
			}
			if cmd.Flags().Changed("reopen") && strings.TrimSpace(reopen) == "" {
				return usage{errors.New(t("--reopen cần lý do mở lại kỳ đã chốt", "--reopen wants the reason"))}
			}
			o := pipeline.Options{Config: cfg, Period: p, Strict: strict, Reopen: reopen, Set: set, AnyLength: anyLength, NewPeriod: newPeriod, AcceptLedger: acceptLedger, By: a.who("")}
			if cmd.Flags().Changed("accept-ledger") && strings.TrimSpace(acceptLedger) == "" {
				return usage{errors.New(t("--accept-ledger cần lý do", "--accept-ledger wants the reason"))}
			}
			if !watch {
				o.Ask = a.asks()
			}
			if received != "" {
				day, err := statedDay(received)
				switch {
				case err != nil:
					return usage{fmt.Errorf(t("--received %q: viết ngày nhận như 2018-01-10 hoặc 10/01/2018", "--received %q: write the day as 2018-01-10 or 10/01/2018"), received)}
				case day.After(time.Now()):
					return usage{fmt.Errorf(t("--received %q: ngày nhận chưa đến", "--received %q: that day is yet to come"), received)}
				case watch:
					return usage{errors.New(t("--watch không đi cùng --received", "--watch does not go with --received"))}
				}
				o.Received = &day
			}
			if !watch {
				return a.once(cmd.Context(), o)
			}
			return a.watch(cmd.Context(), o, moving, settle)
		},
	}
	cmd.Flags().StringVar(&period, "period", "", t("kỳ báo cáo: 2017-12 (tháng), 2017-Q4 (quý), 2017-H2 (nửa năm), 2017 (năm); auto: kỳ vừa kết thúc", "period: 2017-12 (month), 2017-Q4 (quarter), 2017-H2 (half-year), 2017 (year); auto: the one that has just ended"))
	cmd.Flags().BoolVar(&strict, "strict", false, t("không công bố khi còn số liệu phải sửa", "do not publish while error findings exist"))
	cmd.Flags().StringVar(&set, "set", "", t("đánh giá giả định theo bộ tiêu chí khác, công bố riêng", "suppose another criteria set, published apart"))
	cmd.Flags().StringVar(&reopen, "reopen", "", t("mở lại kỳ đã chốt, kèm lý do", "reopen a closed period, with the reason"))
	cmd.Flags().StringVar(&acceptLedger, "accept-ledger", "", t("chạy tiếp dù sổ nhận tệp bị mất hoặc bị sửa, kèm lý do", "go on though the ledger has lost lines or was changed, with the reason"))
	cmd.Flags().BoolVar(&anyLength, "any-length", false, t("cho phép kỳ có độ dài khác kỳ báo cáo của đơn vị (reporting.granularity)", "allow a period of another length than the office's (reporting.granularity)"))
	cmd.Flags().BoolVar(&newPeriod, "new-period", false, t("lập kỳ mới dù không tệp nào tự ghi là của kỳ này", "make a new period though no file says that it is of it"))
	cmd.Flags().StringVar(&received, "received", "", t("ngày nhận của các tệp mới, khi chép vào sau ngày đó: 2018-01-10; hoặc để tệp trong thư mục con mang tên ngày nhận", "day on which the new files came, where they are copied later: 2018-01-10; or put them into a folder named for it"))
	cmd.Flags().BoolVar(&watch, "watch", false, t("theo dõi thư mục nhận, chạy mỗi khi có thay đổi, cho đến khi bị dừng", "watch the inbox and run whenever it has changed, until stopped"))
	cmd.Flags().DurationVar(&settle, "settle", 30*time.Second, t("với --watch: chờ thư mục nhận yên trong khoảng này rồi mới đọc", "with --watch: how long nothing may have changed before reading"))
	a.setting(cmd, false, "inbox", "inbox", t("thư mục nhận báo cáo (mặc định inbox)", "folder of received files (default inbox)"))
	a.setting(cmd, false, "data", "data", t("thư mục kho dữ liệu (mặc định ./data)", "folder of the warehouse (default ./data)"))
	a.setting(cmd, false, "out", "out", t("thư mục công bố (mặc định ./out)", "folder of the publications (default ./out)"))
	return cmd
}

// auto stands for the period that the calendar says.
const auto = "auto"

// unseen is the memory, in bytes, of which neither the database nor Go knows:
// the program's own pages, and what the database's allocator has yet to give back.
const unseen = 128 << 20

// once does one run and says what came of it.
func (a *app) once(ctx context.Context, o pipeline.Options) error {
	o.Version, o.Now, o.Progress, o.Log, o.Letter = version(), time.Now, a.ui.progress, a.log(o.Config), letter
	// What the database does not take of the memory is left to everything else.
	debug.SetMemoryLimit(o.Config.BesideDatabase() - unseen)
	if os.Getenv("GOGC") == "" && o.Config.BesideDatabase() >= 1<<30 {
		debug.SetGCPercent(300) // up to that limit, memory is cheaper than looking for what is free
	}
	summary, err := pipeline.Do(ctx, o)
	a.ui.progressDone()
	if err != nil {
		return err
	}
	a.ui.summary(summary)
	if code := summary.ExitStatus(); code != pipeline.OK {
		return exit(code)
	}
	return nil
}

// watch runs whenever the inbox has changed and come to rest. It ends, with
// status 0, when it is told to.
func (a *app) watch(ctx context.Context, o pipeline.Options, moving bool, settle time.Duration) error {
	t := a.ui.text
	every := time.NewTicker(min(settle, max(time.Second, settle/6)))
	defer every.Stop()
	a.ui.note(fmt.Sprintf(t("Đang theo dõi %s (nhấn Ctrl+C để dừng).", "Watching %s (Ctrl+C to stop)."), o.Config.Inbox))
	said := ""
	pipeline.Watch(ctx, pipeline.WatchOptions{
		Config: o.Config, Settle: settle, Ticks: every.C,
		Period: func(now time.Time) transforms.Period {
			if moving {
				return pipeline.DuePeriod(now, o.Config.Reporting.Granularity)
			}
			return o.Period
		},
		Run: func(ctx context.Context, p transforms.Period) bool {
			o.Period, said = p, ""
			status := a.status(a.once(ctx, o))
			a.ui.note(fmt.Sprintf(t("Trạng thái %d. Tiếp tục theo dõi.", "Status %d. Watching on."), status))
			return status != pipeline.Failed && status != pipeline.Locked
		},
		Trouble: func(err error) {
			if err.Error() != said { // once, not at every look
				said = err.Error()
				a.ui.note(fmt.Sprintf(t("Không xem được thư mục nhận: %v", "Cannot look into the inbox: %v"), err))
			}
		},
	})
	return nil
}

// letter words the letter about a run: what the terminal would have said.
func letter(s *pipeline.Summary, err error) (subject, body string) {
	var out bytes.Buffer
	a := &app{ui: newUI(&out, &out, "vi"), stderr: &out}
	if err != nil {
		a.status(err)
		return "ntm: chưa công bố được", out.String()
	}
	a.ui.summary(s)
	switch s.ExitStatus() {
	case pipeline.OK:
		subject = "không còn gì phải xử lý"
	case pipeline.Strict:
		subject = "chưa công bố, còn số liệu phải sửa"
	default:
		subject = "còn việc phải xử lý"
	}
	return "ntm: " + s.Label + " – " + subject, out.String()
}

// asks puts questions to whoever sits before the terminal; nil where nobody does.
func (a *app) asks() func(pipeline.Question) bool {
	if terminalColumns(os.Stdin) == 0 || !a.ui.terminal {
		return nil
	}
	return func(q pipeline.Question) bool {
		a.ui.progressDone()
		_, _ = fmt.Fprintf(a.stderr, "%s %s ", printable(a.ui.text(q.VI, q.EN)), a.ui.text("[c/K]", "[y/N]"))
		answer, _ := bufio.NewReader(os.Stdin).ReadString('\n')
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "c", "có", "co", "y", "yes":
			return true
		}
		return false
	}
}

// period reads the --period flag.
func (a *app) period(s string) (transforms.Period, error) {
	t := a.ui.text
	if s == "" {
		return transforms.Period{}, usage{errors.New(t("thiếu --period, ví dụ --period 2017-Q4", "missing --period, for example --period 2017-Q4"))}
	}
	p, ok := pipeline.AskedPeriod(s)
	if !ok {
		return p, usage{fmt.Errorf(t("không hiểu kỳ báo cáo %q; viết 2017-12 (tháng), 2017-Q4 (quý), 2017-H2 (nửa năm) hoặc 2017 (năm)",
			"unknown period %q; write 2017-12 (month), 2017-Q4 (quarter), 2017-H2 (half-year) or 2017 (year)"), s)}
	}
	return p, nil
}
