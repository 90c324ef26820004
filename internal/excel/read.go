// Package excel reads spreadsheet files into the types of internal/sheet. It is
// the only reader of such files in this program.
//
// It is our own because the libraries at hand shorten a torn sheet, round what
// they show and move cells, all in silence. Here a file is either read whole,
// every stored cell at its own address with its stored value, or refused with
// a code, a reason and what to do about it. So each part is read in one pass to
// its closing tag and its checksum, only what is well-formed is accepted, and
// whatever the format does not foresee where cells are kept refuses the file.
package excel

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// Options says how a file may be read.
type Options struct {
	Limits
	// Passwords are tried, in order, on a workbook that needs one. They are
	// never part of a message.
	Passwords []string
	// Converter is "soffice" where LibreOffice may turn a kind of workbook that
	// we do not read (.xlsb, Excel 95) into one that we do; "" where not.
	Converter string
}

// Read is ReadWith without passwords and without a converter.
func Read(ctx context.Context, name string, data []byte, lim Limits) (*sheet.Book, issue.List, error) {
	return ReadWith(ctx, name, data, Options{Limits: lim})
}

// ReadWith reads a spreadsheet file (.xlsx, .xlsm, .xls, .ods or .csv) from
// data. What the file is comes from its bytes, never from its name.
//
// A file that cannot be read whole gives no book and exactly one issue of
// severity error; its check is "file_refused". What is worth saying about a
// file that was read comes as issues of lower severity. An error means that
// ctx ended, or that the program itself is broken.
func ReadWith(ctx context.Context, name string, data []byte, opts Options) (*sheet.Book, issue.List, error) {
	return readSource(ctx, name, inMemory(data), opts, nil)
}

// readSource reads a file; each takes the rows, nil when the book is to keep them.
func readSource(ctx context.Context, name string, src *source, opts Options, each func(Row) error) (book *sheet.Book, issues issue.List, err error) {
	name = baseName(name)
	b := newBookReader(ctx, name, opts.Limits)
	b.each = each
	// No input may end the run, so a fault of ours becomes one file's refusal.
	defer func() {
		if b.handing {
			return // a fault of the caller's is its own
		}
		if p := recover(); p != nil {
			message := fmt.Sprintf("Chương trình gặp lỗi khi đọc tệp này: %v (%s).", p, panicPlace(debug.Stack()))
			book, issues, err = nil, issue.List{found(codePanic, name, "", "", message)}, nil
		}
	}()

	if err := ctx.Err(); err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", name, err)
	}
	err = b.readFrom(src)
	switch {
	case refusedAs(err, codeEncrypted) && isXLS(src.all()):
		err = b.readProtected(src.all(), opts)
	case refusedAs(err, codeOldXLS, codeXLSB) && opts.Converter != "":
		err = b.readConverted(src.all(), opts, err)
	}
	if err == nil && each != nil {
		err = b.handKept()
	}
	if src.err != nil {
		err = src.err // whatever it looked like
	}
	var why *refusal
	switch {
	case errors.As(err, &why):
		return nil, issue.List{found(why.code, name, why.sheet, why.cell, why.message)}, nil
	case err != nil:
		return nil, nil, fmt.Errorf("read %s: %w", name, err)
	}
	return b.book, b.notes, nil
}

// readFrom reads a file in memory, or a zip file from where it is.
func (b *bookReader) readFrom(src *source) error {
	if src.size > b.lim.FileBytes {
		return refuse(codeTooLarge, "Tệp nặng hơn %s.", bytesText(b.lim.FileBytes))
	}
	if src.file != nil && string(src.slice(0, min(src.size, int64(len(sigLocal))))) == sigLocal {
		return b.readZip(src)
	}
	return b.read(b.book.Name, src.all())
}

func newBookReader(ctx context.Context, name string, lim Limits) *bookReader {
	b := &bookReader{lim: lim.filled(), book: &sheet.Book{Name: name}, clock: clock{ctx: ctx}}
	if lim.Seconds > 0 {
		b.clock.end = time.Now().Add(time.Duration(lim.Seconds) * time.Second)
	}
	return b
}

// baseName cuts the folders off a file's name, whichever system wrote it.
func baseName(name string) string {
	return name[strings.LastIndexAny(name, `/\`)+1:]
}

// panicPlace finds the line of this package that panicked, for the report.
func panicPlace(stack []byte) string {
	_, after, _ := strings.Cut(string(stack), "panic(")
	for line := range strings.Lines(after) {
		if i := strings.LastIndex(line, "/internal/excel/"); i >= 0 {
			place, _, _ := strings.Cut(line[i+len("/internal/excel/"):], " ")
			return strings.TrimSpace(place)
		}
	}
	return "?"
}
