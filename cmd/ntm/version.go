package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/internal/warehouse"
)

// release is set by the linker in released builds.
var release = ""

// version is the release, or the commit that the program was built from.
func version() string {
	if release != "" {
		return release
	}
	revision, dirty := "", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision" && len(s.Value) >= 12:
				revision = "-" + s.Value[:12]
			case s.Key == "vcs.modified" && s.Value == "true":
				dirty = "+"
			}
		}
	}
	return "dev" + revision + dirty
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: a.ui.text("In phiên bản", "Print the version"),
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "ntm %s (%s, DuckDB %s, %s/%s)\n", version(), runtime.Version(), warehouse.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
