package form

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// guide writes the sheet of instructions: what to type where, what the colours
// mean, what not to touch, how to send it back.
func (b *book) guide() {
	s := GuideSheet
	b.text(s, 1, 1, "ntm|guide")
	b.hideRow(s, 1)
	b.width(s, 1, 5)
	b.width(s, 2, 120)
	row := 2
	line := func(no, text string, l look) {
		row++
		n := l
		n.across = "center"
		b.put(s, 1, row, no, n)
		b.put(s, 2, row, text, l)
		b.do(b.f.SetRowHeight(s, row, 18*float64(1+len([]rune(text))/122)))
	}
	b.across(s, 1, 2, row, "HƯỚNG DẪN ĐIỀN BIỂU SỐ LIỆU TIÊU CHÍ XÃ NÔNG THÔN MỚI", title)
	b.do(b.f.SetRowHeight(s, row, 26))
	row++
	b.across(s, 1, 2, row, fmt.Sprintf("%s – Kỳ báo cáo: %s (số liệu tính đến ngày %s)", firstUpper(b.SenderName), b.PeriodLabel, b.EndsOn.Format("02/01/2006")), subtitle)
	row++
	b.across(s, 1, 2, row, b.SetName+": "+b.LegalBasis, subtitle.small(12))
	b.do(b.f.SetRowHeight(s, row, 18*float64(1+len([]rune(b.SetName+b.LegalBasis))/105)))
	if b.Illustrative {
		row++
		b.across(s, 1, 2, row, "SỐ LIỆU MINH HỌA", banner)
	}
	row++
	text := look{size: 12, across: "left", down: "center", wrap: true}
	part := label.small(13)
	district := b.SenderKind != "commune"
	line("", "I. Điền số liệu (trang “Số liệu”)", part)
	if district {
		line("1", "Mỗi xã một dòng, mỗi chỉ tiêu một cột. Chỉ gõ vào ô nền vàng; mức quy định ghi ngay dưới tên chỉ tiêu.", text)
	} else {
		line("1", "Mỗi chỉ tiêu một dòng. Chỉ gõ vào ô nền vàng; mức quy định ghi ở cột Yêu cầu, số liệu kỳ trước ghi ở cột bên cạnh.", text)
	}
	line("2", "Chỉ tiêu tỷ lệ: gõ số phần trăm có dấu phẩy thập phân, ví dụ 86,57 (không cần dấu %). Thu nhập: gõ theo triệu đồng/người/năm, ví dụ 37,39. Gõ số đã đo, không làm tròn cho đạt mức.", text)
	line("3", "Chỉ tiêu Đạt / Chưa đạt: chọn trong danh sách. “Không áp dụng” chỉ có ở chỉ tiêu được phép; khi đó chỉ tiêu được tính là đạt.", text)
	line("4", "Ô trống là chưa có số liệu, không bao giờ được tính là đạt. Chưa có số thì để trống, không gõ 0.", text)
	line("5", "Gõ đến đâu biểu tự đánh giá đến đó: ✓ nền xanh là đạt, ✗ nền đỏ là chưa đạt, nền cam là chưa đọc được. Số tiêu chí đạt và phần còn thiếu tự tính, ví dụ “17/19, thiếu 15.1: còn 1,4 điểm %”.", text)
	if district {
		line("6", "Không có gì để báo cáo: chọn ở ô Xác nhận (của đơn vị ở đầu trang, hoặc của từng xã ở cột Xác nhận). “"+NoData+"” và “"+NoChange+"” đều là đã báo cáo; số liệu kỳ trước không tự chuyển sang kỳ này, muốn tính thì ghi lại số liệu.", text)
		line("", "II. Minh chứng, nguyên nhân, giải pháp (trang “Chi tiết”)", part)
		line("7", "Trang này có một dòng cho mỗi xã và chỉ tiêu, kèm số liệu kỳ trước. Không phải điền hết: với tỷ lệ nên ghi tử số và mẫu số; với chỉ tiêu chưa đạt thì ghi nguyên nhân, giải pháp, thời gian hoàn thành (ô nền cam).", text)
		line("8", "Dùng nút lọc ở cột “Đánh giá theo số liệu” để chỉ còn các dòng Chưa đạt, hoặc ở cột Tên xã để xem từng xã.", text)
	} else {
		line("6", "Không có gì để báo cáo: chọn ở ô Xác nhận ở đầu trang. “"+NoData+"” và “"+NoChange+"” đều là đã báo cáo; số liệu kỳ trước không tự chuyển sang kỳ này, muốn tính thì ghi lại số liệu.", text)
		line("", "II. Minh chứng, nguyên nhân, giải pháp (các cột bên phải)", part)
		line("7", "Với tỷ lệ nên ghi tử số và mẫu số; với chỉ tiêu chưa đạt thì ghi nguyên nhân, giải pháp, thời gian hoàn thành (ô nền cam).", text)
		line("8", "Dùng nút lọc ở cột “Đánh giá theo số liệu” để chỉ còn các dòng Chưa đạt.", text)
	}
	line("9", "Hồ sơ minh chứng: chọn Đủ hoặc Chưa đủ. Kết quả đạt và hồ sơ đủ là hai việc khác nhau; chỉ tiêu đạt mà hồ sơ chưa đủ vẫn ghi Chưa đủ.", text)
	line("", "III. Giữ biểu nguyên vẹn", part)
	line("10", "Biểu có khóa nhưng không có mật khẩu: vẫn sắp xếp, lọc, ẩn, kéo rộng dòng và cột được. Không xóa cột, không đổi tên trang, không chèn dòng. Dán số liệu từ nơi khác: dùng Paste Special > Values.", text)
	line("11", "Biểu mang sẵn mã đơn vị, kỳ báo cáo và mã xã, nên đổi tên tệp vẫn được. Mỗi kỳ dùng biểu của kỳ đó; không dùng lại biểu kỳ trước.", text)
	line("12", "Lưu ở dạng .xlsx rồi gửi lại. Nếu có chỗ phải sửa, đơn vị nhận lại chính tệp này, ô cần sửa được đánh dấu.", text)
	b.page(s, 0, 0, 0)
	one := 1
	b.do(b.f.SetPageLayout(s, &excelize.PageLayoutOptions{FitToHeight: &one}))
	b.lock(s)
}
