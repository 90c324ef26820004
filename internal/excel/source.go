package excel

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"sync"
)

// source is a file as received: in memory, or left where it is and read as
// needed.
type source struct {
	data []byte      // the whole file, when it is in memory
	file io.ReaderAt // nil when it is
	size int64
	err  error // the first fault of file itself: no fault of its contents
}

func inMemory(data []byte) *source { return &source{data: data, size: int64(len(data))} }

// ReadAt implements io.ReaderAt, and remembers what went wrong. A file that
// ends before its stated size is cut short, which its contents will tell.
func (s *source) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.file.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) && s.err == nil {
		s.err = err
	}
	return n, err
}

// slice returns n bytes from off, which must lie within the file; fewer only
// when the file itself is at fault.
func (s *source) slice(off, n int64) []byte {
	if s.file == nil {
		return s.data[off : off+n]
	}
	buf := make([]byte, n)
	got, _ := s.ReadAt(buf, off)
	return buf[:got]
}

// all returns the whole file, read into memory.
func (s *source) all() []byte {
	if s.data == nil {
		s.data = s.slice(0, s.size)
	}
	return s.data
}

// stretch reads one stretch of a file. Inflating asks for single bytes, and is
// fastest with the two readers that it knows.
type stretch struct {
	memory   bytes.Reader
	buffered *bufio.Reader // nil when the file is in memory
}

var buffers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 32<<10) }}

func (s *stretch) begin(from *source, off, n int64) {
	if from.file == nil {
		s.memory.Reset(from.data[off : off+n])
		return
	}
	s.buffered = buffers.Get().(*bufio.Reader)
	s.buffered.Reset(io.NewSectionReader(from, off, n))
}

func (s *stretch) reader() io.Reader {
	if s.buffered != nil {
		return s.buffered
	}
	return &s.memory
}

func (s *stretch) close() {
	if s.buffered != nil {
		s.buffered.Reset(nil)
		buffers.Put(s.buffered)
		s.buffered = nil
	}
}
