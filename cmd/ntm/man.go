package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manCommand writes the manual pages, one a command, in the language of the
// terminal. Packages are made with it; nobody needs it at work, so the help
// does not list it. The date comes from SOURCE_DATE_EPOCH, so that the same
// sources give the same pages.
func (a *app) manCommand() *cobra.Command {
	t := a.ui.text
	return &cobra.Command{
		Use:    "man " + t("THƯ-MỤC", "DIR"),
		Short:  t("Ghi các trang hướng dẫn man", "Write the manual pages"),
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			err := doc.GenManTree(root, &doc.GenManHeader{
				Title: "NTM", Section: "1", Source: "ntm " + version(),
				Manual: t("Tổng hợp tiêu chí xã nông thôn mới", "Criteria of new rural communes"),
			}, args[0])
			if err != nil {
				return fmt.Errorf("write the manual pages: %w", err)
			}
			return nil
		},
	}
}
