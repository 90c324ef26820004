package excel

import (
	"errors"
	"fmt"
	"slices"

	"github.com/angiang-ntm/ntm/internal/issue"
)

// Code is one kind of finding that reading a file can raise.
type Code struct {
	Code     string // stable, such as "NTM-006"
	Check    string // "file_refused", or the note's own id
	Severity issue.Severity
	Title    string // Vietnamese: what it is about
	Remedy   string // Vietnamese: what to do
}

const checkRefused = "file_refused"

// The codes. A number is never given a second meaning: NTM-007 was a workbook
// of Excel 97–2003, before such files were read.
const (
	codeEmpty         = "NTM-001"
	codeTooLarge      = "NTM-002"
	codeTruncated     = "NTM-003"
	codeContainer     = "NTM-004"
	codeNotWorkbook   = "NTM-005"
	codeEncrypted     = "NTM-006"
	codeOldXLS        = "NTM-008"
	codeODS           = "NTM-009"
	codeXLSB          = "NTM-010"
	codeText          = "NTM-011"
	codeHTML          = "NTM-012"
	codeWord          = "NTM-013"
	codePDF           = "NTM-014"
	codeJSON          = "NTM-015"
	codeLock          = "NTM-016"
	codeXML2003       = "NTM-017"
	codeOtherFile     = "NTM-018"
	codeArchive       = "NTM-019"
	codePartMissing   = "NTM-020"
	codeXML           = "NTM-021"
	codeDoctype       = "NTM-022"
	codeEncoding      = "NTM-023"
	codeAddress       = "NTM-024"
	codeRepeated      = "NTM-025"
	codeStringIndex   = "NTM-026"
	codeNoStrings     = "NTM-027"
	codeStyleIndex    = "NTM-028"
	codeNotUnderstood = "NTM-029"
	codeNoSheet       = "NTM-030"
	codeInflated      = "NTM-031"
	codePart          = "NTM-032"
	codeString        = "NTM-033"
	codeParts         = "NTM-034"
	codeSheets        = "NTM-035"
	codeRows          = "NTM-036"
	codeColumns       = "NTM-037"
	codeCells         = "NTM-038"
	codeTextTotal     = "NTM-039"
	codeSeconds       = "NTM-040"
	codeProtectedXLS  = "NTM-045"
	codeConverter     = "NTM-046"
	codeProtectedODS  = "NTM-047"
	codeQuote         = "NTM-048"
	codePanic         = "NTM-049"

	codeHiddenSheet   = "NTM-401"
	codeHiddenRows    = "NTM-402"
	codeHiddenColumns = "NTM-403"
	codeMacros        = "NTM-404"
	codeExternalLinks = "NTM-405"
	codeCovered       = "NTM-406"
	codeSameName      = "NTM-407"
	codeNotGrid       = "NTM-408"
	codeNotOfType     = "NTM-409"
	codeDisorder      = "NTM-410"
	codeControl       = "NTM-411"
	codeAssumed       = "NTM-420"
	codeConverted     = "NTM-421"
)

const (
	remedyResend   = "Mở lại tệp gốc bằng Excel, lưu lại thành .xlsx (File > Save As > Excel Workbook) rồi gửi lại."
	remedySaveAs   = "Mở tệp bằng Excel, lưu thành .xlsx (File > Save As > Excel Workbook) rồi gửi lại."
	remedyTransfer = "Tệp hỏng khi chép hoặc khi gửi: gửi lại tệp gốc, hoặc nén tệp vào .zip trước khi gửi rồi giải nén ở nơi nhận."
	remedyTooMuch  = "Chỉ giữ các sheet và vùng số liệu của biểu, xóa phần thừa rồi gửi lại; nếu biểu thật sự lớn như vậy, nâng giới hạn này trong cấu hình."
)

var codes = []Code{
	{codeEmpty, checkRefused, issue.Error, "Tệp rỗng", "Kiểm tra tệp gốc còn nội dung không rồi gửi lại."},
	{codeTooLarge, checkRefused, issue.Error, "Tệp quá lớn", remedyTooMuch},
	{codeTruncated, checkRefused, issue.Error, "Tệp bị cắt cụt", remedyTransfer},
	{codeContainer, checkRefused, issue.Error, "Tệp bị hỏng", remedyTransfer},
	{codeNotWorkbook, checkRefused, issue.Error, "Không phải bảng tính", "Gửi đúng tệp Excel (.xlsx) của báo cáo."},
	{codeEncrypted, checkRefused, issue.Error, "Tệp đặt mật khẩu", "Mở tệp bằng Excel, bỏ mật khẩu (File > Info > Protect Workbook > Encrypt with Password, xóa trắng) rồi gửi lại; hoặc cho văn phòng tổng hợp biết mật khẩu (người vận hành đặt vào reader.passwords)."},
	{codeOldXLS, checkRefused, issue.Error, "Bảng tính Excel 95 hoặc cũ hơn", remedySaveAs},
	{codeODS, checkRefused, issue.Error, "Bảng tính OpenDocument dạng XML phẳng (.fods)", "Mở tệp bằng LibreOffice, lưu thành .ods hoặc .xlsx rồi gửi lại."},
	{codeXLSB, checkRefused, issue.Error, "Bảng tính nhị phân (.xlsb)", remedySaveAs},
	{codeText, checkRefused, issue.Error, "Tệp văn bản không có bảng", "Nếu là tệp CSV: mỗi dòng phải có cùng số cột, ngăn bằng dấu phẩy, chấm phẩy hoặc tab; mở bằng Excel, lưu lại thành .xlsx hoặc CSV UTF-8 rồi gửi lại."},
	{codeHTML, checkRefused, issue.Error, "Trang web (HTML)", remedySaveAs},
	{codeWord, checkRefused, issue.Error, "Văn bản Word", "Chép bảng số liệu từ Word sang Excel, lưu thành .xlsx rồi gửi lại."},
	{codePDF, checkRefused, issue.Error, "Tệp PDF", "Gửi tệp Excel (.xlsx) đã dùng để in ra bản PDF này."},
	{codeJSON, checkRefused, issue.Error, "Dữ liệu JSON", "Có thể tải nhầm thông báo lỗi của trang web thay cho tệp: tải lại tệp gốc rồi gửi lại."},
	{codeLock, checkRefused, issue.Error, "Tệp tạm của Excel", "Đây là tệp tạm Excel tạo ra khi đang mở báo cáo: đóng Excel rồi gửi tệp gốc (tên không bắt đầu bằng ~$)."},
	{codeXML2003, checkRefused, issue.Error, "Bảng tính XML 2003", remedySaveAs},
	{codeOtherFile, checkRefused, issue.Error, "Loại tệp không đọc được", "Gửi tệp Excel (.xlsx) của báo cáo; ảnh chụp, bản trình chiếu không đọc được."},
	{codeArchive, checkRefused, issue.Error, "Tệp nén", "Giải nén rồi gửi từng tệp Excel (.xlsx) bên trong."},
	{codePartMissing, checkRefused, issue.Error, "Thiếu thành phần của bảng tính", remedyResend},
	{codeXML, checkRefused, issue.Error, "Nội dung bên trong bảng tính bị hỏng", remedyResend},
	{codeDoctype, checkRefused, issue.Error, "Bảng tính chứa khai báo DOCTYPE", remedyResend},
	{codeEncoding, checkRefused, issue.Error, "Nội dung không phải UTF-8", remedyResend},
	{codeAddress, checkRefused, issue.Error, "Địa chỉ ô sai", remedyResend},
	{codeRepeated, checkRefused, issue.Error, "Một ô được ghi hai lần", remedyResend},
	{codeStringIndex, checkRefused, issue.Error, "Ô trỏ tới chữ không có trong tệp", remedyResend},
	{codeNoStrings, checkRefused, issue.Error, "Mất bảng chữ của tệp", remedyResend},
	{codeStyleIndex, checkRefused, issue.Error, "Ô trỏ tới định dạng không có trong tệp", remedyResend},
	{codeNotUnderstood, checkRefused, issue.Error, "Nội dung ngoài chuẩn bảng tính", remedyResend},
	{codeNoSheet, checkRefused, issue.Error, "Không có trang tính nào", "Kiểm tra lại: tệp chỉ có biểu đồ hoặc không có trang tính; gửi tệp có biểu số liệu."},
	{codeInflated, checkRefused, issue.Error, "Nội dung bung ra quá lớn", remedyTooMuch},
	{codePart, checkRefused, issue.Error, "Một thành phần bung ra quá lớn", remedyTooMuch},
	{codeString, checkRefused, issue.Error, "Một ô chứa chữ quá dài", remedyTooMuch},
	{codeParts, checkRefused, issue.Error, "Quá nhiều thành phần", remedyTooMuch},
	{codeSheets, checkRefused, issue.Error, "Quá nhiều trang tính", remedyTooMuch},
	{codeRows, checkRefused, issue.Error, "Quá nhiều dòng", remedyTooMuch},
	{codeColumns, checkRefused, issue.Error, "Quá nhiều cột", remedyTooMuch},
	{codeCells, checkRefused, issue.Error, "Quá nhiều ô", remedyTooMuch},
	{codeTextTotal, checkRefused, issue.Error, "Quá nhiều chữ", remedyTooMuch},
	{codeSeconds, checkRefused, issue.Error, "Đọc quá lâu", remedyTooMuch},
	{codeProtectedXLS, checkRefused, issue.Error, "Bảng tính Excel 97–2003 đặt mật khẩu", "Mở tệp bằng Excel, bỏ mật khẩu và bỏ khóa cấu trúc (Review > Protect Workbook), lưu thành .xlsx (File > Save As > Excel Workbook) rồi gửi lại."},
	{codeConverter, checkRefused, issue.Error, "Không chuyển đổi được bằng LibreOffice", "Cài LibreOffice trên máy chạy chương trình (lệnh soffice), hoặc để trống reader.converter trong cấu hình; nếu vẫn không được, mở tệp bằng Excel, lưu thành .xlsx rồi gửi lại."},
	{codeProtectedODS, checkRefused, issue.Error, "Bảng tính OpenDocument đặt mật khẩu", "Mở tệp bằng LibreOffice, lưu lại không có mật khẩu (File > Save As, bỏ chọn Save with password) rồi gửi lại."},
	{codeQuote, checkRefused, issue.Error, "Dấu ngoặc kép trong tệp CSV đặt sai", "Mở tệp gốc bằng Excel, lưu thành .xlsx hoặc CSV UTF-8 rồi gửi lại; nếu sửa tay: nội dung có dấu ngoặc kép phải nằm trong ngoặc kép, mỗi dấu bên trong viết hai lần."},
	{codePanic, checkRefused, issue.Error, "Chương trình không đọc được tệp này", "Gửi tệp này cho người phụ trách chương trình; trong khi chờ, mở tệp bằng Excel, lưu thành .xlsx mới rồi gửi lại."},

	{codeHiddenSheet, "hidden_sheet", issue.Info, "Trang tính bị ẩn", "Số liệu trong trang tính ẩn vẫn được đọc; xóa trang tính nếu không dùng."},
	{codeHiddenRows, "hidden_rows", issue.Info, "Dòng bị ẩn", "Số liệu trong dòng ẩn vẫn được đọc; xóa dòng nếu không dùng."},
	{codeHiddenColumns, "hidden_columns", issue.Info, "Cột bị ẩn", "Số liệu trong cột ẩn vẫn được đọc; xóa cột nếu không dùng."},
	{codeMacros, "macros_ignored", issue.Info, "Tệp chứa macro", "Macro không được chạy; không cần làm gì nếu số liệu đã lưu trong ô."},
	{codeExternalLinks, "external_links_ignored", issue.Info, "Tệp liên kết tới tệp khác", "Số liệu đọc theo giá trị đã lưu; kiểm tra giá trị đã lưu là mới nhất."},
	{codeCovered, "covered_cells", issue.Warning, "Ô bị ô gộp che còn giá trị", "Bỏ gộp ô (Unmerge Cells) để thấy giá trị bị che, xóa hoặc chuyển về đúng ô."},
	{codeSameName, "same_sheet_name", issue.Warning, "Hai trang tính trùng tên", "Đặt lại tên để mỗi trang tính một tên khác nhau."},
	{codeNotGrid, "sheet_without_cells", issue.Info, "Trang không phải bảng", "Trang biểu đồ hoặc hộp thoại không có ô số liệu; không cần làm gì."},
	{codeNotOfType, "value_not_of_type", issue.Warning, "Giá trị không đúng kiểu của ô", "Kiểm tra các ô được nêu, nhập lại giá trị."},
	{codeDisorder, "cells_out_of_order", issue.Info, "Ô lưu không theo thứ tự", "Các ô đã được đặt đúng theo địa chỉ; không cần làm gì."},
	{codeControl, "control_characters", issue.Info, "Ký tự điều khiển trong tệp CSV", "Kiểm tra các dòng được nêu có đọc đúng không; lần sau lưu thành .xlsx hoặc CSV UTF-8."},
	{codeAssumed, "encoding_assumed", issue.Info, "Tệp CSV không phải UTF-8", "Kiểm tra tiếng Việt hiển thị đúng; lần sau lưu thành .xlsx hoặc CSV UTF-8."},
	{codeConverted, "converted", issue.Info, "Tệp được chuyển đổi bằng LibreOffice", "Không cần làm gì nếu số liệu đúng; lần sau gửi thẳng tệp .xlsx."},
}

// Codes lists every code this package raises, in order, so that the catalogue
// of findings can be held against it.
func Codes() []Code { return slices.Clone(codes) }

// lookup finds a code's row; a code without one is our own mistake and shows
// itself in the tests.
func lookup(code string) Code {
	for _, c := range codes {
		if c.Code == code {
			return c
		}
	}
	return Code{Code: code, Check: checkRefused, Severity: issue.Error, Title: "Lỗi", Remedy: remedyResend}
}

// refusal is why a file cannot be read. It travels as an error inside the
// package and leaves it as an issue.
type refusal struct {
	code, sheet, cell, message string
}

func (r *refusal) Error() string { return r.code + ": " + r.message }

func refuse(code, format string, args ...any) error {
	return &refusal{code: code, message: fmt.Sprintf(format, args...)}
}

// refusedAs tells whether err is a refusal with one of these codes.
func refusedAs(err error, codes ...string) bool {
	var r *refusal
	return errors.As(err, &r) && slices.Contains(codes, r.code)
}

// at adds the place to a refusal that does not know it yet.
func at(err error, sheet, cell string) error {
	var r *refusal
	if errors.As(err, &r) {
		if r.sheet == "" {
			r.sheet = sheet
		}
		if r.cell == "" {
			r.cell = cell
		}
	}
	return err
}

// found makes an issue of a code.
func found(code, file, sheet, cell, message string) issue.Issue {
	c := lookup(code)
	return issue.Issue{
		Check: c.Check, Code: c.Code, Severity: c.Severity,
		File: file, Sheet: sheet, Cell: cell,
		Message: message, Remedy: c.Remedy,
	}
}
