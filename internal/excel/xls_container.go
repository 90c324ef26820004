package excel

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"github.com/richardlehane/mscfb"
)

// sigOLE2 begins every OLE2 file, the container of Office 97–2003 and of
// encrypted newer files: a small file system of storages and streams.
const sigOLE2 = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// sigBIFF8 begins the records of a workbook that some programs write without a
// container around them.
const sigBIFF8 = "\x09\x08\x10\x00\x00\x06\x05\x00"

// isXLS tells whether a file may hold a workbook of Excel 97–2003. An OLE2 file
// may just as well be something else.
func isXLS(data []byte) bool {
	return bytes.HasPrefix(data, []byte(sigOLE2)) || bytes.HasPrefix(data, []byte(sigBIFF8))
}

// ole2File is an open OLE2 file: what stands in its root.
type ole2File struct {
	bytes    *ole2Bytes
	streams  map[string]*mscfb.File // by name in capitals; names differ in more than case
	storages map[string]bool
}

// openOLE2 reads the directory.
func openOLE2(data []byte, lim Limits, clock clock) (*ole2File, error) {
	f := &ole2File{
		bytes:    newOLE2Bytes(data, lim, clock),
		streams:  make(map[string]*mscfb.File),
		storages: make(map[string]bool),
	}
	dir, err := mscfb.New(f.bytes)
	if err != nil {
		return nil, f.bytes.fault(err)
	}
	// A stream is no longer than the file, so reading it needs no budget.
	f.bytes.left = 1<<63 - 1
	if len(dir.File) > lim.Parts {
		return nil, tooManyParts(lim)
	}
	for _, one := range dir.File {
		if len(one.Path) > 0 {
			continue // in a storage: an embedded workbook is not the workbook
		}
		name := strings.ToUpper(one.Name)
		if one.FileInfo().IsDir() {
			f.storages[name] = true
			continue
		}
		if f.streams[name] != nil {
			return nil, damaged("hai thành phần cùng tên %s.", clip(one.Name))
		}
		f.streams[name] = one
	}
	return f, nil
}

// open returns a stream's records.
func (f *ole2File) open(stream *mscfb.File) (*records, error) {
	if stream.Size > int64(len(f.bytes.data)) {
		return nil, refuse(codeTruncated, "Tệp bị cắt cụt: nội dung dài %s nhưng tệp chỉ có %s.",
			bytesText(stream.Size), bytesText(int64(len(f.bytes.data))))
	}
	return newRecords(stream, stream.Size, f.bytes.fault, f.bytes.clock), nil
}

// ole2Bytes lends a file's bytes to mscfb and watches over what it does with
// them. That library believes what the file says about its own tables; here
// each of these costs no more than the file's size warrants.
type ole2Bytes struct {
	data  []byte
	clock clock
	parts Limits
	left  int64 // bytes that may still be asked for
	reads int
	why   error // why a read failed, the first time
	until int64 // where the file ends by its own account
}

func newOLE2Bytes(data []byte, lim Limits, clock clock) *ole2Bytes {
	o := &ole2Bytes{data: data, clock: clock, parts: lim}
	// The directory takes 128 bytes for each entry, and may come twice before
	// a circle in it is noticed; the tables of sectors take 4 bytes for each.
	const entry, sector = 2 * 128, 512
	o.left = int64(lim.Parts)*entry + int64(len(data))/sector*16 + 64<<10
	if len(data) >= sector {
		size := int64(1) << min(binary.LittleEndian.Uint16(data[30:]), 16)
		o.until = size * (1 + size/4*int64(binary.LittleEndian.Uint32(data[44:])))
	}
	return o
}

// ReadAt implements io.ReaderAt.
func (o *ole2Bytes) ReadAt(p []byte, off int64) (int, error) {
	n, err := o.readAt(p, off)
	if err != nil && o.why == nil {
		o.why = err
	}
	return n, err
}

func (o *ole2Bytes) readAt(p []byte, off int64) (int, error) {
	if o.reads++; o.reads%1024 == 0 {
		if err := o.clock.check(); err != nil {
			return 0, err
		}
	}
	if o.left -= int64(len(p)); o.left < 0 {
		return 0, tooManyParts(o.parts)
	}
	end := off + int64(len(p))
	switch {
	case o.reads > 1 && off < 512:
		// A chain of sectors that goes on where no sector is comes out here.
		return 0, damaged("một chuỗi khối dữ liệu bị đứt.")
	case end <= int64(len(o.data)):
		return copy(p, o.data[off:]), nil
	case o.until == 0 || end <= o.until && o.until > int64(len(o.data)):
		return 0, refuse(codeTruncated, "Tệp bị cắt cụt: chỉ có %s, thiếu phần cuối.", bytesText(int64(len(o.data))))
	}
	return 0, damaged("một khối dữ liệu nằm ngoài tệp.")
}

// fault turns an error of mscfb's into a refusal.
func (o *ole2Bytes) fault(err error) error {
	switch {
	case o.why != nil:
		return o.why
	case errors.Is(err, io.EOF):
		return damaged("một thành phần dừng giữa chừng.")
	}
	return damaged("cấu trúc bên trong sai.")
}

func tooManyParts(lim Limits) error {
	return refuse(codeParts, "Tệp có quá nhiều thành phần (hơn %d).", lim.Parts)
}

// readOLE2 reads an OLE2 file that holds a workbook, and names another for
// what it is.
func (b *bookReader) readOLE2(data []byte) error {
	if bytes.HasPrefix(data, []byte(sigBIFF8)) {
		fault := func(err error) error { return err } // reading memory does not fail
		return b.readXLS(newRecords(bytes.NewReader(data), int64(len(data)), fault, b.clock))
	}
	f, err := openOLE2(data, b.lim, b.clock)
	if err != nil {
		// The names in a damaged directory may still tell that the file would
		// not be a workbook if it were whole.
		return cmp.Or(refuseOLE2(data), err)
	}
	has := func(name string) bool { return f.streams[name] != nil }
	stream := f.streams["WORKBOOK"]
	switch {
	case has("ENCRYPTEDPACKAGE"):
		return refuse(codeEncrypted, "Tệp đặt mật khẩu nên không đọc được.")
	case stream != nil:
	case has("BOOK"):
		stream = f.streams["BOOK"] // as Excel 95 calls it, and some that write the newer form
	case has("WORDDOCUMENT"):
		return refuse(codeWord, "Đây là văn bản Word 97–2003, không phải bảng tính.")
	case has("POWERPOINT DOCUMENT"):
		return refuse(codeOtherFile, "Đây là bản trình chiếu PowerPoint, không phải bảng tính.")
	default:
		return refuse(codeOtherFile, "Đây là tệp Office cũ (OLE2) nhưng không có bảng tính bên trong.")
	}
	rec, err := f.open(stream)
	if err != nil {
		return err
	}
	b.book.Macros = f.storages["_VBA_PROJECT_CUR"]
	return b.readXLS(rec)
}
