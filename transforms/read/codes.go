package read

import "github.com/angiang-ntm/ntm/internal/issue"

// Kind is one kind of problem that reading can state by itself.
type Kind struct {
	Check, Code string
	Severity    issue.Severity
	Title       string // Vietnamese
	Remedy      string // Vietnamese: what the sender does
}

// Kinds are all kinds of problems that reading states, with their stable codes.
var Kinds = []Kind{
	{"no_table", "NTM-060", issue.Error, "Không nhận ra bảng số liệu nào", "Gửi lại theo biểu mẫu có cột Tên xã và các cột chỉ tiêu (1.1, 1.2, …), hoặc danh sách chỉ tiêu chưa đạt."},
	{"sender_unknown", "NTM-061", issue.Error, "Không rõ đơn vị báo cáo", "Ghi tên huyện ở tiêu đề (ví dụ “UBND huyện Thoại Sơn”) hoặc trong tên tệp, rồi gửi lại."},
	{"period_unknown", "NTM-062", issue.Error, "Không rõ kỳ báo cáo", "Ghi kỳ báo cáo ở tiêu đề (ví dụ “Quý IV/2017”) hoặc đặt tệp trong thư mục của kỳ, rồi gửi lại."},
	{"period_mismatch", "NTM-106", issue.Error, "Kỳ báo cáo không khớp", "Kiểm tra kỳ báo cáo ghi ở tiêu đề, tên tệp và thư mục; sửa cho thống nhất rồi gửi lại."},
	{"district_mismatch", "NTM-107", issue.Warning, "Tên huyện không khớp", "Kiểm tra tên huyện ở tiêu đề và tên tệp; sửa cho thống nhất."},
	{"set_mismatch", "NTM-108", issue.Error, "Chỉ tiêu không thuộc bộ tiêu chí đang áp dụng", "Dùng số hiệu chỉ tiêu của bộ tiêu chí đang áp dụng cho kỳ báo cáo."},
	{"legacy_encoding", "NTM-430", issue.Info, "Chữ dùng mã cũ (TCVN3, VNI)", "Nên dùng phông Unicode (Times New Roman); chữ đã được đổi tự động."},
	{"sheet_ignored", "NTM-431", issue.Info, "Trang tính không có bảng số liệu", "Không cần làm gì nếu trang này không phải số liệu."},
	{"column_ignored", "NTM-432", issue.Warning, "Cột không rõ ý nghĩa", "Ghi số hiệu chỉ tiêu vào tiêu đề cột, hoặc bỏ cột không thuộc biểu."},
	{"row_ignored", "NTM-433", issue.Warning, "Dòng không rõ ý nghĩa", "Ghi số hiệu chỉ tiêu hoặc tên xã vào dòng này, hoặc bỏ dòng thừa."},
	{"commune_not_judged", "NTM-434", issue.Info, "Phường, thị trấn không thuộc diện đánh giá", "Không cần làm gì; dòng này không được tính."},
	{"list_expanded", "NTM-435", issue.Info, "Ghi cả tiêu chí thay vì chỉ tiêu", "Nên ghi rõ từng chỉ tiêu chưa đạt (13.1; 13.2)."},
	{"layout_unclear", "NTM-436", issue.Error, "Có hai cách đọc, không rõ cách nào đúng", "Ghi “Thực hiện” hoặc “Kết quả” và năm ở tiêu đề cột kết quả của kỳ này rồi gửi lại; hoặc người phụ trách chọn cách đọc bằng lệnh ntm confirm."},
	{"date_repaired", "NTM-437", issue.Warning, "Số hiệu chỉ tiêu bị Excel đổi thành ngày tháng", "Kiểm tra lại số hiệu đã đọc. Lần sau định dạng ô là Text trước khi gõ số hiệu."},
	{"code_name_mismatch", "NTM-446", issue.Error, "Mã và tên cạnh nhau là hai xã (hoặc hai chỉ tiêu) khác nhau", "Đối chiếu cột mã và cột tên (thường do sắp xếp lại một cột); sửa cho khớp từng dòng rồi gửi lại."},
	{"estimate_only", "NTM-447", issue.Error, "Chỉ có số ước, chưa có kết quả của kỳ", "Gửi lại số thực hiện chính thức của kỳ báo cáo, ghi “Thực hiện” hoặc “Kết quả” ở tiêu đề cột."},
	{"no_current_result", "NTM-448", issue.Error, "Bảng không có số liệu kết quả của kỳ báo cáo", "Bổ sung cột hoặc bảng kết quả thực hiện của kỳ báo cáo rồi gửi lại."},
	{"not_this_period", "NTM-449", issue.Info, "Bảng, cột hoặc dòng của kỳ khác, của kế hoạch hay của so sánh", "Không cần làm gì: phần này được giữ để đối chiếu, không tính vào kỳ này."},
	{"line_quarantined", "NTM-454", issue.Error, "Một cột hoặc dòng số liệu tự mâu thuẫn nên chưa được tính", "Kiểm tra tiêu đề và các ô được nêu; sửa cho thống nhất rồi gửi lại."},
	{"table_quarantined", "NTM-455", issue.Error, "Cả bảng tự mâu thuẫn nên chưa được tính", "Kiểm tra tiêu đề bảng và các ô được nêu; sửa cho thống nhất rồi gửi lại."},
	{"not_a_report", "NTM-065", issue.Error, "Tệp không phải báo cáo tiêu chí nông thôn mới", "Gửi đúng báo cáo theo biểu mẫu: mỗi xã một dòng, mỗi chỉ tiêu một cột (hoặc ngược lại)."},
	{"source_disagreement", "NTM-456", issue.Warning, "Xã và cấp trên đánh giá khác nhau", "Đối chiếu hồ sơ của xã với kết quả đánh giá của cấp trên; đánh giá của cấp cao nhất được tính."},
	{"polarity_blank", "NTM-457", issue.Warning, "Ô trống dưới “Chưa đạt” được hiểu là đạt", "Kiểm tra lại: cột chỉ đánh dấu phần chưa đạt; nên ghi rõ Đạt hoặc Chưa đạt ở từng ô."},
	{"struck_out", "NTM-458", issue.Warning, "Chữ hoặc số bị gạch ngang, chữ số nhỏ ghi chú", "Phần gạch ngang và chữ số ghi chú được bỏ qua; xóa hẳn để khỏi nhầm."},
	{"context_conflict", "NTM-459", issue.Warning, "Tên trang và tiêu đề bảng nêu hai kỳ khác nhau", "Sửa tên trang hoặc tiêu đề cho thống nhất; chương trình đọc theo tiêu đề gần bảng nhất."},
	{"time_out", "NTM-064", issue.Error, "Tệp quá phức tạp, đọc quá thời gian cho phép", "Tách thành nhiều tệp nhỏ hơn, bỏ các bảng không liên quan rồi gửi lại."},
	{"merged_over", "NTM-445", issue.Warning, "Ô gộp trùm lên nhiều xã hoặc nhiều chỉ tiêu", "Bỏ gộp ô và ghi số liệu vào từng ô; một ô gộp chỉ được tính cho xã và chỉ tiêu ở ô đầu."},
	{"cell_lost", "NTM-438", issue.Error, "Ô không được đọc mà không có lý do", "Đây là thiếu sót của chương trình, không phải của báo cáo: đối chiếu ô này bằng mắt và gửi tệp cho người phát triển."},
	{"cell_twice", "NTM-439", issue.Error, "Ô được đọc theo hai nghĩa", "Đây là thiếu sót của chương trình, không phải của báo cáo: đối chiếu ô này bằng mắt và gửi tệp cho người phát triển."},
	{"form_version", "NTM-450", issue.Warning, "Biểu mẫu của phiên bản khác", "Lần sau dùng biểu mẫu mới của văn phòng tỉnh; kiểm tra số liệu đã đọc của tệp này."},
	{"form_row_contradicts", "NTM-451", issue.Error, "Tên xã không khớp mã xã ghi sẵn trong biểu mẫu", "Lấy lại biểu mẫu gốc, chép số liệu vào đúng dòng của xã rồi gửi lại."},
	{"form_name_changed", "NTM-452", issue.Info, "Tên xã trong biểu mẫu đã bị sửa", "Không cần làm gì nếu số liệu đúng là của xã mang mã ở dòng đó."},
	{"form_cell_ignored", "NTM-453", issue.Warning, "Ô tự tính của biểu mẫu bị gõ đè", "Gõ số liệu vào ô nền vàng của biểu mẫu rồi gửi lại."},
}

// KindOf returns the kind of a check id that reading states.
func KindOf(check string) Kind {
	for _, k := range Kinds {
		if k.Check == check {
			return k
		}
	}
	panic("read: a check without a code: " + check)
}
