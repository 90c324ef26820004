package excel

import (
	"os/exec"
	"strconv"
)

// ownGroup makes the end of a conversion the end of every process it started:
// soffice.exe waits for soffice.bin, which does the work.
func ownGroup(cmd *exec.Cmd) {
	cmd.Cancel = func() error {
		return exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run()
	}
}
