package excel

import (
	"bytes"
	"time"

	"github.com/xuri/excelize/v2"
)

// defaultPassword opens the workbooks that Excel itself encrypts without
// asking anybody, those whose structure is protected. It is no secret.
const defaultPassword = "VelvetSweatshop"

// readProtected tries the passwords on an encrypted workbook and reads what is
// inside. Neither a password nor which of them opened the file is ever said.
func (b *bookReader) readProtected(data []byte, opts Options) error {
	for _, password := range append([]string{defaultPassword}, opts.Passwords...) {
		if err := b.clock.check(); err != nil {
			return err
		}
		inside, err := b.decrypt(data, password)
		if err != nil {
			return err
		}
		// The library does not tell a wrong password; noise does not begin
		// like a zip file.
		if !bytes.HasPrefix(inside, []byte(sigLocal)) {
			continue
		}
		err = b.read(b.book.Name, inside)
		if refusedAs(err, codeXLSB) && opts.Converter != "" {
			return b.readConverted(inside, opts, err)
		}
		return err
	}
	if len(opts.Passwords) > 0 {
		return refuse(codeEncrypted, "Tệp đặt mật khẩu; không mật khẩu nào trong cấu hình mở được tệp.")
	}
	return refuse(codeEncrypted, "Tệp đặt mật khẩu nên không đọc được.")
}

// decrypt returns what a password makes of the file. A file states how many
// times a password is to be hashed, and ten million times takes half a minute,
// so the clock is watched meanwhile; the work itself cannot be stopped, but
// ends of its own accord.
func (b *bookReader) decrypt(data []byte, password string) ([]byte, error) {
	done := make(chan []byte, 1)
	go func() {
		var inside []byte
		defer func() {
			// What the library stumbles over, it cannot open.
			if recover() != nil {
				inside = nil
			}
			done <- inside
		}()
		inside, _ = excelize.Decrypt(data, &excelize.Options{Password: password})
	}()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case inside := <-done:
			return inside, nil
		case <-tick.C:
			if err := b.clock.check(); err != nil {
				return nil, err
			}
		}
	}
}
