package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/pipeline"
)

// app is what every command shares: where it prints and which flags were given.
type app struct {
	ui         *ui
	configFile string
	flags      map[string]string // flag → the setting it stands for
	stderr     io.Writer
}

// execute runs one command line and returns the exit status. Nothing below
// main calls os.Exit.
func execute(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	a := &app{ui: newUI(stdout, stderr, wantedLang(args)), flags: map[string]string{}, stderr: stderr}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	return a.status(err)
}

// wantedLang looks for the language before anything else does, because even
// the help and the complaint about a wrong flag are in it.
func wantedLang(args []string) string {
	lang := os.Getenv("NTM_LANG")
	for i, arg := range args {
		if v, ok := strings.CutPrefix(arg, "--lang="); ok {
			lang = v
		} else if arg == "--lang" && i+1 < len(args) {
			lang = args[i+1]
		}
	}
	return lang
}

func (a *app) root() *cobra.Command {
	t := a.ui.text
	root := &cobra.Command{
		Use:           "ntm",
		Short:         t("Tổng hợp báo cáo tiêu chí xã nông thôn mới", "Consolidates reports on the criteria of new rural communes"),
		Long:          t("ntm tổng hợp báo cáo Excel của các huyện về bộ tiêu chí xã nông thôn mới:\nđọc mọi ô, kiểm tra, và lập biểu tổng hợp của tỉnh.\n\nBắt đầu: đặt các tệp nhận được vào inbox/2017-Q4 rồi gõ\n  ntm run --period 2017-Q4", "ntm consolidates the districts' Excel reports on the criteria of new rural communes.\n\nTo begin: put the received files into inbox/2017-Q4, then type\n  ntm run --period 2017-Q4"),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentFlags().StringVar(&a.configFile, "config", "", t("tệp cấu hình (mặc định ./ntm.yaml, rồi config/ntm.yaml)", "configuration file (default ./ntm.yaml, then config/ntm.yaml)"))
	a.setting(root, true, "lang", "lang", t("ngôn ngữ trên màn hình: vi hoặc en", "language of the terminal: vi or en"))
	a.setting(root, true, "log-format", "log_format", t("dạng nhật ký trên stderr: text hoặc json", "form of the log on stderr: text or json"))
	root.AddCommand(a.runCommand(), a.inspectCommand(), a.templateCommand(), a.statusCommand(), a.queryCommand(),
		a.compareCommand(), a.closeCommand(), a.withdrawCommand(), a.confirmCommand(), a.verifyCommand(), a.rebuildCommand(), a.exportCommand(), a.consolidateCommand(), a.manCommand(), a.versionCommand())
	a.ui.translate(root)
	a.explain(root)
	return root
}

// setting adds a flag that stands for a key of the configuration.
func (a *app) setting(cmd *cobra.Command, persistent bool, flag, key, help string) {
	set := cmd.Flags()
	if persistent {
		set = cmd.PersistentFlags()
	}
	set.String(flag, "", help)
	a.flags[flag] = key
}

// config gathers the settings of a command: the flags that were given over
// the environment, the file and the defaults.
func (a *app) config(cmd *cobra.Command) (config.Config, error) {
	given := map[string]any{}
	for flag, key := range a.flags {
		if f := cmd.Flags().Lookup(flag); f != nil && f.Changed {
			given[key] = f.Value.String()
		}
	}
	cfg, err := config.Load(config.Options{File: a.configFile, Set: given})
	a.ui.lang = cfg.Lang
	if err == nil && cfg.LogFormat == "json" {
		a.ui.json = a.log(cfg)
	}
	return cfg, err
}

// log is the log of a run: warnings and errors always, the rest as JSON only,
// because people read the summary and machines the log.
func (a *app) log(cfg config.Config) *slog.Logger {
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(a.stderr, nil))
	}
	return slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// exit carries the status of a command that did its work and has something to
// say by it.
type exit int

func (exit) Error() string { return "" }

// status prints an error for a person and turns it into the exit status.
func (a *app) status(err error) int {
	var code exit
	var fault *pipeline.Fault
	var setting *config.UsageError
	var wrong usage
	switch {
	case err == nil:
		return pipeline.OK
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &fault):
		what, hint := fault.In(a.ui.lang)
		a.ui.fail(what, hint)
		return fault.Status
	case errors.As(err, &setting):
		a.ui.fail(setting.In(a.ui.lang), a.ui.text("Sửa cấu hình; config/ntm.yaml giải thích từng khóa.", "Mend the configuration; config/ntm.yaml explains every key."))
		return pipeline.Usage
	case errors.As(err, &wrong):
		a.ui.fail(err.Error(), a.ui.text("Gõ “ntm help” để xem cách dùng.", "Type “ntm help” to see the usage."))
		return pipeline.Usage
	case errors.Is(err, context.Canceled):
		a.ui.fail(a.ui.text("đã dừng theo yêu cầu; chưa công bố gì", "stopped as asked; nothing was published"), "")
		return pipeline.Failed
	}
	a.ui.fail(err.Error(), a.ui.text("Chưa công bố gì; bản công bố trước vẫn giữ nguyên.", "Nothing was published; the previous publication stands."))
	return pipeline.Failed
}
