package sheet

import (
	"testing"
	"unsafe"
)

// A large sheet has millions of cells.
func TestSizeOfCell(t *testing.T) {
	if n := unsafe.Sizeof(Cell{}); n != 64 {
		t.Errorf("a cell takes %d bytes", n)
	}
}

func TestFormatOf(t *testing.T) {
	s := &Sheet{Formats: []Format{{After: "triệu"}, {Before: "khoảng", Thousands: 1}}}
	for place, want := range map[uint16]Format{0: {}, 1: s.Formats[0], 2: s.Formats[1], 3: {}} {
		if got := s.FormatOf(&Cell{Format: place}); got != want {
			t.Errorf("format %d is %+v, want %+v", place, got, want)
		}
	}
}
