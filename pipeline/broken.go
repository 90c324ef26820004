package pipeline

import (
	"fmt"
	"runtime/debug"
)

// panicked is a fault of the program itself: what it stumbled over and where, as
// whoever mends it needs it.
type panicked struct {
	value any
	stack string
}

func (p *panicked) Error() string { return fmt.Sprint(p.value) }

// guarded does something and makes an error of a panic: one in a goroutine of its
// own would end the process, and with it the record of the run.
func guarded(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = brokenBy(p, string(debug.Stack()))
		}
	}()
	return do()
}

func brokenBy(value any, stack string) *Fault {
	return &Fault{
		Status: Failed, Err: &panicked{value, stack},
		VI: "chương trình gặp lỗi của chính nó", EN: "the program is at fault",
		HintVI: "Bản công bố trước vẫn giữ nguyên. Gửi tệp ghi lần chạy này (.json và .log trong thư mục runs của --data) cho người phụ trách chương trình.",
		HintEN: "The previous publication stands. Send the record of this run (.json and .log in the runs folder of --data) to whoever looks after the program.",
	}
}
