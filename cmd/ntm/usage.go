package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/angiang-ntm/ntm/config"
)

// usage marks an error of the command line, for exit status 2.
type usage struct{ error }

// explain lets a command and those below it say in the terminal's language what
// is wrong with a command line, and what was probably meant.
func (a *app) explain(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if check(cmd, args) == nil {
				return nil
			}
			return usage{errors.New(a.misplaced(cmd, args))}
		}
	}
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage{errors.New(a.misused(cmd, err))} })
	for _, sub := range cmd.Commands() {
		a.explain(sub)
	}
}

// misplaced says what is wrong with words that are no flags.
func (a *app) misplaced(cmd *cobra.Command, args []string) string {
	t := a.ui.text
	if cmd.HasSubCommands() {
		var names []string
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				names = append(names, c.Name())
			}
		}
		return fmt.Sprintf(t("không có lệnh %q", "there is no command %q"), args[0]) + a.meant(args[0], names, "")
	}
	_, wants, _ := strings.Cut(cmd.Use, " ")
	call := strings.TrimSpace(cmd.CommandPath() + " " + wants)
	if len(args) == 1 && (wants == "" || strings.HasPrefix(wants, "-")) {
		said := fmt.Sprintf(t("%s không nhận tham số %q", "%s takes no argument %q"), cmd.CommandPath(), args[0])
		if _, err := a.period(args[0]); err == nil && cmd.Flags().Lookup("period") != nil {
			said += fmt.Sprintf(t("; có phải --period %s không?", "; did you mean --period %s?"), args[0])
		}
		return said
	}
	return fmt.Sprintf(t("số tham số không đúng (%d); cách gọi: %s", "wrong number of arguments (%d); the call is: %s"), len(args), call)
}

// misused says what is wrong with a flag.
func (a *app) misused(cmd *cobra.Command, err error) string {
	t := a.ui.text
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var wrong *pflag.InvalidValueError
	var form *pflag.InvalidSyntaxError
	switch {
	case errors.As(err, &unknown):
		if short := unknown.GetSpecifiedShortnames(); short != "" {
			return fmt.Sprintf(t("không có tùy chọn: -%s", "there is no option -%s"), short)
		}
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden {
				names = append(names, f.Name)
			}
		})
		name := unknown.GetSpecifiedName()
		return fmt.Sprintf(t("không có tùy chọn: --%s", "there is no option --%s"), name) + a.meant(name, names, "--")
	case errors.As(err, &bare):
		return fmt.Sprintf(t("tùy chọn thiếu giá trị: --%s", "the option wants a value: --%s"), bare.GetFlag().Name)
	case errors.As(err, &wrong):
		want := map[string]string{
			"bool": t("true hoặc false", "true or false"), "duration": t("một khoảng thời gian, ví dụ 30s hoặc 5m", "a length of time, such as 30s or 5m"),
			"int": t("một số nguyên", "a whole number"),
		}[wrong.GetFlag().Value.Type()]
		said := fmt.Sprintf(t("--%s %q: giá trị không hợp lệ", "--%s %q: not a valid value"), wrong.GetFlag().Name, wrong.GetValue())
		if want != "" {
			said += t("; viết ", "; write ") + want
		}
		return said
	case errors.As(err, &form):
		return fmt.Sprintf(t("tùy chọn viết sai: %s", "the option is not well formed: %s"), form.GetSpecifiedFlag())
	}
	return err.Error()
}

// meant asks for the nearest of some names, where one is near.
func (a *app) meant(written string, names []string, before string) string {
	near := config.Nearest(strings.ToLower(written), names)
	if near == "" {
		return ""
	}
	return fmt.Sprintf(a.ui.text("; có phải %s không?", "; did you mean %s?"), before+near)
}
