package excel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// converterMemory bounds the address space of one conversion, where the system
// can. LibreOffice takes most of a gigabyte of it before it opens anything.
const converterMemory = 4 << 30

// converterPlaces are where LibreOffice installs itself without telling PATH.
var converterPlaces = []string{
	`C:\Program Files\LibreOffice\program\soffice.exe`,
	`C:\Program Files (x86)\LibreOffice\program\soffice.exe`,
	"/Applications/LibreOffice.app/Contents/MacOS/soffice",
}

// readConverted has LibreOffice write an .xlsx of a workbook that we do not
// read, and reads that. Each file gets a process, a profile and a folder of its
// own, all of which end with it.
func (b *bookReader) readConverted(data []byte, opts Options, why error) error {
	name, kind := "bao-cao.xls", "Bảng tính Excel 95 hoặc cũ hơn"
	if refusedAs(why, codeXLSB) {
		name, kind = "bao-cao.xlsb", "Bảng tính nhị phân (.xlsb)"
	}
	program, err := exec.LookPath(opts.Converter)
	for _, place := range converterPlaces {
		if err != nil {
			program, err = exec.LookPath(place)
		}
	}
	if err != nil {
		return refuse(codeConverter, "%s: cấu hình cho phép chuyển đổi bằng LibreOffice nhưng máy này không có lệnh %s.", kind, opts.Converter)
	}
	dir, err := os.MkdirTemp("", "ntm-convert-")
	if err != nil {
		return fmt.Errorf("make a folder for a conversion: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	in, out := filepath.Join(dir, name), filepath.Join(dir, "out", "bao-cao.xlsx")
	if err := os.WriteFile(in, data, 0o600); err != nil {
		return fmt.Errorf("write a file to convert: %w", err)
	}
	if err := b.convert(program, dir, in, filepath.Dir(out)); err != nil {
		return err
	}
	converted, err := readUpTo(out, b.lim.FileBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return refuse(codeConverter, "%s: LibreOffice không chuyển đổi được tệp này.", kind)
	}
	if err != nil {
		return fmt.Errorf("read a converted file: %w", err)
	}
	fresh := &bookReader{lim: b.lim, clock: b.clock, book: b.book}
	if err := fresh.read(b.book.Name, converted); err != nil {
		return err
	}
	b.notes = fresh.notes
	b.note(codeConverted, "", "", kind+"; tệp đã được LibreOffice chuyển sang .xlsx để đọc.")
	return nil
}

// convert runs LibreOffice until it is done or the time for the file is over.
// It is told nothing of our environment, which may hold passwords.
func (b *bookReader) convert(program, dir, in, out string) error {
	ctx, cancel := b.clock.ctx, context.CancelFunc(func() {})
	if !b.clock.end.IsZero() {
		ctx, cancel = context.WithDeadline(ctx, b.clock.end)
	}
	defer cancel()
	profile := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(filepath.Join(dir, "profile")), "/")}
	args := []string{
		program, "-env:UserInstallation=" + profile.String(), "--headless", "--norestore", "--nologo", "--nolockcheck",
		"--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out, in,
	}
	if runtime.GOOS == "linux" {
		// The shell sets the limit for itself and for what it becomes.
		args = append([]string{"/bin/sh", "-c", fmt.Sprintf(`ulimit -v %d; exec "$@"`, converterMemory>>10), "sh"}, args...)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = dir
	for _, name := range []string{"PATH", "SystemRoot", "SystemDrive", "windir"} {
		if v, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	cmd.Env = append(cmd.Env, "HOME="+dir, "TMPDIR="+dir, "TEMP="+dir, "TMP="+dir, "LC_ALL=C.UTF-8")
	ownGroup(cmd)
	cmd.WaitDelay = 2 * time.Second
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err := cmd.Run()
	if late := b.clock.check(); late != nil {
		return late
	}
	if ctx.Err() != nil {
		return refuse(codeSeconds, "Chuyển đổi tệp bằng LibreOffice quá thời gian cho phép.")
	}
	if err != nil {
		return refuse(codeConverter, "LibreOffice không chuyển đổi được tệp này: %s.", clip(strings.TrimSpace(lastLine(said.String())+" "+err.Error())))
	}
	return nil
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}

// readUpTo reads a file, and one byte more than the limit of a longer one, so
// that its reader refuses it.
func readUpTo(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	if limit == 1<<63-1 {
		limit--
	}
	return io.ReadAll(io.LimitReader(f, limit+1))
}
