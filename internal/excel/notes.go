package excel

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

func (b *bookReader) note(code, sheet, cell, message string) {
	b.notes = append(b.notes, found(code, b.book.Name, sheet, cell, message))
}

// noteSheet says what a reader of the sheet might not see: one note for each
// kind, with the first few places.
func (b *bookReader) noteSheet(s *sheet.Sheet, r *sheetReader) {
	if s.Hidden {
		b.note(codeHiddenSheet, s.Name, "", "Trang tính bị ẩn; số liệu vẫn được đọc.")
	}
	rows, n := r.hiddenRows.first(most+1), r.hiddenRows.size()
	if r.each == nil {
		rows, n = slices.Sorted(maps.Keys(s.HiddenRows)), len(s.HiddenRows)
	}
	if n > 0 {
		b.note(codeHiddenRows, s.Name, "", fmt.Sprintf("%d dòng có nội dung bị ẩn: %s; số liệu vẫn được đọc.", n, few(rows, strconv.Itoa)))
	}
	if n := len(s.HiddenCols); n > 0 {
		b.note(codeHiddenColumns, s.Name, "", fmt.Sprintf("%d cột có nội dung bị ẩn: %s; số liệu vẫn được đọc.",
			n, few(slices.Sorted(maps.Keys(s.HiddenCols)), sheet.ColName)))
	}
	if n := len(s.Covered); n > 0 {
		b.note(codeCovered, s.Name, s.Covered[0].String(), fmt.Sprintf("%d ô bị ô gộp che vẫn còn giá trị, không được đọc: %s.",
			n, few(s.Covered, sheet.Pos.String)))
	}
	if r.notOfType > 0 {
		p := r.notOfTypeAt.String()
		b.note(codeNotOfType, s.Name, p, fmt.Sprintf("%d ô có giá trị không đúng kiểu đã ghi, đọc như chữ: ô đầu tiên %s.", r.notOfType, p))
	}
	if r.mixed {
		b.note(codeDisorder, s.Name, "", "Các ô lưu không theo thứ tự; đã đặt đúng theo địa chỉ.")
	}
}

// most is how many places of one kind a note lists.
const most = 5

// few writes the first of a list.
func few[T any](list []T, text func(T) string) string {
	var parts []string
	for _, v := range list[:min(most, len(list))] {
		parts = append(parts, text(v))
	}
	if len(list) > most {
		parts = append(parts, "…")
	}
	return strings.Join(parts, ", ")
}
