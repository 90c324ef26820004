package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/internal/docx"
)

// Reminder is what a sender is told whose report has not come.
type Reminder struct {
	Kind     string // district, department, commune
	Name     string // "huyện Thoại Sơn"
	Deadline time.Time
	// Returned are the files that came and could not be used, with the reason.
	Returned []Fact
	// Expected and OnTime count the periods so far in which the sender owed a
	// report, and in which it came in time.
	Expected, OnTime int
}

// addressee is who is written to.
func (r Reminder) addressee() string {
	if r.Kind == "department" {
		return r.Name
	}
	return "Ủy ban nhân dân " + r.Name
}

// reportOf is what was to be sent.
func reportOf(m Meta) string {
	return "báo cáo kết quả thực hiện Bộ tiêu chí xã nông thôn mới " + lowerFirst(m.label())
}

// Short is the reminder as a message of a few lines.
func (r Reminder) Short(m Meta) string {
	var b strings.Builder
	if words := m.banner(); words != "" {
		b.WriteString("[" + words + "] ")
	}
	fmt.Fprintf(&b, "%s: chưa có %s của %s (hạn nộp %s).", shortOffice(m), reportOf(m), r.Name, r.Deadline.Format("02/01/2006"))
	for _, f := range r.Returned {
		fmt.Fprintf(&b, " Tệp “%s” đã nhận nhưng chưa dùng được: %s.", f.Name, strings.TrimRight(f.Value, "."))
	}
	b.WriteString(" Đề nghị gửi tệp Excel sớm; nếu đã gửi, xin cho biết tên tệp và ngày gửi.\n")
	return b.String()
}

// shortOffice is the office's name in a message: not all in capitals.
func shortOffice(m Meta) string {
	if m.Office == "" {
		return "Văn phòng Điều phối nông thôn mới"
	}
	if m.Office != strings.ToUpper(m.Office) {
		return m.Office
	}
	if strings.Contains(m.Office, "ĐIỀU PHỐI") {
		return strings.TrimSpace("Văn phòng Điều phối nông thôn mới " + m.Province)
	}
	return firstUpper(strings.ToLower(m.Office))
}

// letterStyles are the styles of the written report and the two that only a
// letter has.
func letterStyles() []byte {
	return bytes.Replace(documentStyles, []byte("</w:styles>"), []byte(`  <w:style w:type="paragraph" w:customStyle="1" w:styleId="About">
    <w:name w:val="NTM Về việc"/><w:basedOn w:val="Number"/><w:qFormat/>
    <w:rPr><w:sz w:val="24"/><w:szCs w:val="24"/></w:rPr>
  </w:style>
  <w:style w:type="paragraph" w:customStyle="1" w:styleId="Addressee">
    <w:name w:val="NTM Kính gửi"/><w:basedOn w:val="Normal"/><w:next w:val="BodyText"/><w:qFormat/>
    <w:pPr><w:keepNext/><w:spacing w:before="360" w:after="240"/><w:jc w:val="center"/></w:pPr>
  </w:style>
</w:styles>`), 1)
}

// Letter writes the reminder as an official letter (.docx), drafted for
// signature: number, date and the new day are left open.
func (r Reminder) Letter(m Meta, w io.Writer) error {
	m.Number = strings.Replace(m.Number, "/BC-", "/", 1)
	d := &draft{overview: &overview{Meta: m}}
	d.masthead("V/v đôn đốc gửi báo cáo kết quả thực hiện Bộ tiêu chí xã nông thôn mới " + lowerFirst(m.label()))
	d.say("Addressee", "Kính gửi: "+r.addressee())
	d.sayf("BodyText", "Theo chế độ báo cáo, hạn gửi %s là ngày %s.", reportOf(m), r.Deadline.Format("02/01/2006"))
	if len(r.Returned) == 0 {
		d.sayf("BodyText", "Đến nay, %s chưa nhận được báo cáo của %s.", shortOffice(m), r.Name)
	} else {
		d.sayf("BodyText", "%s đã nhận tệp của %s nhưng chưa sử dụng được, cụ thể:", firstUpper(shortOffice(m)), r.Name)
		for _, f := range r.Returned {
			d.sayf("Dash", "- “%s”: %s.", f.Name, strings.TrimRight(f.Value, "."))
		}
	}
	if r.Expected > 1 {
		d.sayf("BodyText", "Tính cả kỳ này, trong %s kỳ phải báo cáo, %s gửi đúng hạn %s kỳ.", two(r.Expected), r.Name, two(r.OnTime))
	}
	d.sayf("BodyText", "Để kịp thời tổng hợp, báo cáo cấp có thẩm quyền, đề nghị %s quan tâm, chỉ đạo gửi báo cáo (tệp Excel) trước ngày %s. "+
		"Trường hợp đã gửi, đề nghị cho biết tên tệp và ngày gửi; trường hợp kỳ này không có nội dung báo cáo, đề nghị có văn bản nêu rõ./.", r.addressee(), blank)
	d.Recipients = []string{"Như trên", "Lưu: VT"}
	d.signature()
	doc := docx.Document{
		Title: "Đôn đốc gửi báo cáo – " + r.Name, Subject: "Kỳ báo cáo: " + m.label(), Creator: m.Office, Language: "vi-VN",
		Date: m.asOf(), Styles: letterStyles(), Page: a4,
		Header: []docx.Paragraph{{Style: "Header", Runs: []docx.Run{{PageNumber: true}}}}, Body: d.body,
	}
	if words := m.banner(); words != "" {
		doc.First = []docx.Paragraph{docx.Text("HeaderBanner", words)}
		doc.Header = append(doc.Header, doc.First...)
	}
	return doc.Write(w)
}
