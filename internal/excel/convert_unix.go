//go:build unix

package excel

import (
	"os/exec"
	"syscall"
)

// ownGroup makes the end of a conversion the end of every process it started:
// soffice is a script that waits for another program.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
