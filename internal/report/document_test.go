package report_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/report"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// changed is the fixture after further statements, with a column for the state
// of the evidence.
func changed(t *testing.T, statements ...string) report.Query {
	t.Helper()
	return fixture(t, append([]string{"alter table mart.indicator_result add column if not exists evidence_complete boolean"}, statements...)...)
}

func document(t *testing.T, q report.Query, m report.Meta) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := report.Document(t.Context(), q, m, &buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// node is an XML element with its children in order.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []node     `xml:",any"`
}

func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (n node) each(do func(node)) {
	do(n)
	for _, c := range n.Children {
		c.each(do)
	}
}

// parts are the XML parts of a document, by name.
func parts(t *testing.T, b []byte) map[string]node {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]node{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		var n node
		if err := xml.Unmarshal(text, &n); err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		all[f.Name] = n
	}
	return all
}

// words is the text of an element; a table is one line for each row.
func words(n node) string {
	switch n.XMLName.Local {
	case "t":
		return n.Text
	case "br":
		return " / "
	case "tr":
		var cells []string
		for _, c := range n.Children {
			if c.XMLName.Local == "tc" {
				cells = append(cells, words(c))
			}
		}
		return "  | " + strings.Join(cells, " | ") + "\n"
	case "tc":
		var list []string
		for _, c := range n.Children {
			if c.XMLName.Local == "p" {
				list = append(list, words(c))
			}
		}
		return strings.Join(list, " / ")
	}
	var s strings.Builder
	for _, c := range n.Children {
		s.WriteString(words(c))
	}
	return s.String()
}

// told is a document as lines: the style of a paragraph and its text.
func told(t *testing.T, b []byte) string {
	t.Helper()
	all := parts(t, b)
	var s strings.Builder
	for _, name := range []string{"word/header1.xml", "word/header2.xml"} {
		for _, p := range all[name].Children {
			s.WriteString(strings.TrimSpace(name+": "+words(p)) + "\n")
		}
	}
	for _, block := range all["word/document.xml"].Children[0].Children {
		switch block.XMLName.Local {
		case "p":
			style := ""
			block.each(func(n node) {
				if n.XMLName.Local == "pStyle" {
					style = n.attr("val")
				}
			})
			s.WriteString(strings.TrimSpace(style+": "+words(block)) + "\n")
		case "tbl":
			s.WriteString(words(block))
		}
	}
	return s.String()
}

// TestTheWrittenReport reads the whole report of the small province.
func TestTheWrittenReport(t *testing.T) {
	m := meta()
	m.SignerTitle, m.SignerName = "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH", "Người Ký"
	m.Recipients = []string{"Thường trực Tỉnh ủy", "Lưu: VT."}
	got := told(t, document(t, changed(t, "update ref.recognition set stage = '2011-2016' where set_id = 'BO-CU'"), m))
	const golden = "testdata/document.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the report reads otherwise than %s; -update and look at the difference\n%s", golden, got)
	}
}

// TestTheReportKeepsToTheData changes the province and reads the sentences
// that depend on it.
func TestTheReportKeepsToTheData(t *testing.T) {
	const nobodyRecognised = `
		update mart.province_summary set recognised = 0, recognised_in_year = 0, retained = 0, recognised_earlier = 0, retained_earlier = 0, full_not_recognised = 1, not_retained = 0, not_retained_earlier = 0, retained_unknown = 0, retained_earlier_unknown = 0;
		update mart.band_summary set communes_as_recognised = communes;
		update mart.commune_summary set recognised = false, recognised_year = null, recognised_under_set = null, retained = false;
		delete from mart.retention; delete from mart.retention_current;
		update mart.remediation set communes_not_met = 0, commune_names = '', overdue = false;`
	for _, c := range []struct {
		name        string
		statements  []string
		meta        func(*report.Meta)
		want, never []string
	}{
		{name: "as it stands", want: []string{
			"đã có 03/05 xã được công nhận đạt chuẩn “Xã nông thôn mới” (chiếm 60,00%)",
			"Có 01 xã giữ vững 2 tiêu chí: An Một - huyện Đông;",
			"bình quân toàn tỉnh đạt 1,3 tiêu chí/xã (1,7 tiêu chí/xã nếu tính xã đã được công nhận đạt đủ 2 tiêu chí, như cách tổng hợp trước đây), trên 03 xã có số liệu",
			"Có 01/02 huyện, thị xã, thành phố có số liệu báo cáo, với số liệu của 03/05 xã (60,00%); còn 02 xã chưa có số liệu gồm: Bình Một, Bình Hai - huyện Tây.",
			"các báo cáo không nêu tình trạng hồ sơ. […]",
			"tại ngày 31/12/2017 có 01 nội dung đã quá hạn",
		}},
		{name: "the seeds name no stage", want: []string{"- Giai đoạn 2015-2016: Có 02 xã", "theo bộ tiêu chí trước giai đoạn 2015-2016,", "- Năm 2017: Có 01 xã"}},
		{name: "the seeds name two stages", statements: []string{"update ref.recognition set stage = case when recognised_year = 2015 then '2011-2015' else '2016-2020' end"},
			want: []string{"- Giai đoạn 2015-2016: Có 02 xã", "theo bộ tiêu chí trước giai đoạn 2015-2016,"}, never: []string{"2011-2015"}},
		{name: "the seeds name the stage of some", statements: []string{"update ref.recognition set stage = '2011-2016' where recognised_year = 2015"},
			want: []string{"- Giai đoạn 2015-2016: Có 02 xã", "theo bộ tiêu chí trước giai đoạn 2015-2016,"}, never: []string{"2011-2016"}},
		{name: "nobody is recognised", statements: []string{nobodyRecognised}, want: []string{
			"toàn tỉnh chưa có xã nào được công nhận đạt chuẩn “Xã nông thôn mới”; trong số các xã còn lại có số liệu: 01 xã đạt đủ 2 tiêu chí nhưng chưa được công nhận",
			"Chưa có xã nào được công nhận đạt chuẩn nên chưa đánh giá việc duy trì.",
			"Chưa có xã nào được công nhận; các địa phương tiếp tục",
		}, never: []string{"Trong đó:", "Bảng 4"}},
		{name: "no earlier period", statements: []string{"update staging.period set previous_period = null"},
			want: []string{"Chưa có kỳ báo cáo trước cùng loại để so sánh."}, never: []string{"Kỳ trước", "So với quý"}},
		{name: "an earlier period under another set", statements: []string{"update staging.period set set_id = 'BO-CU' where period = '2017-Q3'"},
			want: []string{"So với quý III/2017: ", "hai bộ tiêu chí khác nhau nên không so sánh từng chỉ tiêu"}},
		{name: "nobody has reported", statements: []string{`
			update mart.province_summary set communes_reported = 0, avg_criteria_met = null, avg_criteria_met_as_recognised = null, avg_indicators_met = null, communes_full = 0, retained = 0, retained_earlier = 0, full_not_recognised = 0, not_retained = 0, not_retained_earlier = 0, retained_unknown = 3, retained_earlier_unknown = 2, criteria_unknown = 0 where period = '2017-Q4';
			update mart.commune_summary set reported = false, criteria_met = null, band = null, failing_indicators = '', retained = null;
			update mart.district_summary set communes_reported = 0, avg_criteria_met = null, avg_criteria_met_as_recognised = null, retained = 0;
			update mart.indicator_summary set met = 0, not_met = 0, unknown = 5, met_pct = null; update mart.criterion_summary set met = 0, not_met = 0, unknown = 5, met_pct = null;
			update mart.retention set criteria_met = null, failing_indicators = '';
			update mart.indicator_result set met = null; update mart.band_summary set communes = 0;
			update mart.remediation set communes_not_met = 0, commune_names = '', overdue = false`},
			want: []string{"Trong kỳ chưa có địa phương nào có số liệu báo cáo.", "Chưa có số liệu để rà soát theo Bộ tiêu chí đang áp dụng.",
				"Có 02 xã chưa có số liệu để đánh giá gồm: An Một, =An+Hai - huyện Đông.", "Chưa có số liệu để đánh giá.",
				"Tính chung các xã đã được công nhận, chưa đủ số liệu để kết luận xã nào giữ vững các tiêu chí của bộ đang áp dụng (03 xã).",
				"Chưa kết luận xã đã được công nhận nào chưa giữ vững; 03 xã chưa đủ số liệu để kết luận, các địa phương gửi, bổ sung số liệu."},
			never: []string{"khắc phục các", "chưa giữ vững (", "giảm từ", "Tất cả xã đã được công nhận giữ vững", "quá hạn"}},
		{name: "too little to conclude from", meta: func(m *report.Meta) { m.Enough = 61 }, want: []string{
			"Remark: Ghi chú của bản dự thảo (xóa khi trình ký). Chỗ đánh dấu […] là nội dung mà số liệu không nói được, cần bổ sung. / MỚI CÓ SỐ LIỆU CỦA 3/5 (60,00%) XÃ, dưới mức 61%",
			"\nBodyText: MỚI CÓ SỐ LIỆU CỦA 3/5 (60,00%) XÃ, dưới mức 61%"}},
		{name: "enough, just", meta: func(m *report.Meta) { m.Enough = 60 }, never: []string{"MỚI CÓ SỐ LIỆU"}},
		{name: "the seeds know no level of some", statements: []string{"update mart.province_summary set criteria_without_threshold = 1, indicators_without_threshold = 2, band_unknown = 1"},
			want: []string{"1/2 tiêu chí chưa có mức để đánh giá. / Số liệu", "; 1/2 tiêu chí chưa có mức để đánh giá. Khi rà soát", "1 xã có số liệu nhưng không xếp nhóm, vì 1/2 tiêu chí chưa có mức để đánh giá"}},
		{name: "a list of recognitions that ends before", statements: []string{"update mart.province_summary set recognitions_to = date '2016-12-31'"},
			want: []string{"(chiếm 60,00%), theo danh mục công nhận đến 31/12/2016, sau ngày này danh mục chưa đầy đủ"}},
		{name: "a list of recognitions that is complete", statements: []string{"update mart.province_summary set recognitions_to = date '2017-12-31'"},
			want: []string{"(chiếm 60,00%), theo danh mục công nhận đến 31/12/2017;"}},
		{name: "no districts any more", statements: []string{"delete from mart.district_summary; update mart.commune_summary set district_code = null, district_name = null"},
			want: []string{"Có số liệu của 03/05 xã (60,00%); còn 02 xã chưa có số liệu gồm: Bình Một, Bình Hai."}, never: []string{"huyện, thị xã, thành phố có số liệu"}},
		{name: "evidence is spoken of", statements: []string{"update mart.indicator_result set evidence_complete = indicator_id <> '17.1'"},
			want: []string{"03/12 kết quả chỉ tiêu có nêu tình trạng hồ sơ còn thiếu minh chứng, ở 03 xã; nhiều nhất là chỉ tiêu 17.1 (03 xã)."}},
		{name: "a month", meta: func(m *report.Meta) { m.Label = "Tháng 12/2017" }, want: []string{"mới tháng 12/2017 / trên địa bàn tỉnh Mẫu"}},
		{name: "a half-year", meta: func(m *report.Meta) { m.Label = "6 tháng cuối năm 2017" }, want: []string{"mới 6 tháng cuối năm 2017 / trên"}},
		{name: "a year", meta: func(m *report.Meta) { m.Label = "Năm 2017" }, want: []string{"mới năm 2017 / trên"}},
		{name: "an office that signs for nobody", meta: func(m *report.Meta) { m.Parent, m.Place, m.Province = "", "", "" },
			want: []string{"| ngày … tháng … năm …", "trên địa bàn tỉnh\n", "| […] / […]"}, never: []string{"TỈNH MẪU"}},
		{name: "real data", statements: []string{"update ref.recognition set illustrative = false"}, meta: func(m *report.Meta) { m.Illustrative = false }, never: []string{"MINH HỌA", "minh họa"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := meta()
			if c.meta != nil {
				c.meta(&m)
			}
			got := told(t, document(t, changed(t, c.statements...), m))
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("the report does not say %q", want)
				}
			}
			for _, never := range append(c.never, "%!", "-1 tiêu chí", "19 tiêu chí") {
				if strings.Contains(got, never) {
					t.Errorf("the report says %q", never)
				}
			}
			if t.Failed() {
				t.Log(got)
			}
		})
	}
}

func TestTheWrittenReportIsTheSameTwice(t *testing.T) {
	if !bytes.Equal(document(t, changed(t), meta()), document(t, changed(t), meta())) {
		t.Error("two reports of the same rows differ")
	}
}

func TestAQueryThatFailsWritesNoReport(t *testing.T) {
	q := changed(t)
	n := 0
	count := func(ctx context.Context, sql string, args ...any) ([]string, [][]any, error) {
		n++
		return q(ctx, sql, args...)
	}
	if err := report.Document(t.Context(), count, meta(), io.Discard); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the disk is gone")
	for at := 1; at <= n; at++ {
		i := 0
		failing := func(ctx context.Context, sql string, args ...any) ([]string, [][]any, error) {
			if i++; i == at {
				return nil, nil, broken
			}
			return q(ctx, sql, args...)
		}
		var out bytes.Buffer
		if err := report.Document(t.Context(), failing, meta(), &out); !errors.Is(err, broken) || out.Len() > 0 {
			t.Errorf("query %d: error %v after %d bytes", at, err, out.Len())
		}
	}
}

// inOrder is the order of children that ISO/IEC 29500-1 (annex A.1) asks for.
// Word calls a file damaged where it is not kept.
var inOrder = map[string][]string{
	"pPr": {"pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "suppressLineNumbers", "pBdr", "shd", "tabs",
		"suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid",
		"spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr"},
	"rPr": {"rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow", "emboss", "imprint", "noProof", "snapToGrid", "vanish",
		"webHidden", "color", "spacing", "w", "kern", "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang"},
	"pBdr":       {"top", "left", "bottom", "right", "between", "bar"},
	"tbl":        {"tblPr", "tblGrid", "tr"},
	"tblPr":      {"tblStyle", "tblpPr", "tblOverlap", "bidiVisual", "tblStyleRowBandSize", "tblStyleColBandSize", "tblW", "jc", "tblCellSpacing", "tblInd", "tblBorders", "shd", "tblLayout", "tblCellMar", "tblLook", "tblCaption", "tblDescription"},
	"tblCellMar": {"top", "left", "bottom", "right"}, "tblBorders": {"top", "left", "bottom", "right", "insideH", "insideV"},
	"tr": {"tblPrEx", "trPr", "tc"}, "tc": {"tcPr", "p"},
	"tcPr":     {"cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection", "tcFitText", "vAlign", "hideMark"},
	"sectPr":   {"headerReference", "footerReference", "footnotePr", "endnotePr", "type", "pgSz", "pgMar", "paperSrc", "pgBorders", "lnNumType", "pgNumType", "cols", "formProt", "vAlign", "noEndnote", "titlePg"},
	"style":    {"name", "aliases", "basedOn", "next", "link", "autoRedefine", "hidden", "uiPriority", "semiHidden", "unhideWhenUsed", "qFormat", "locked", "pPr", "rPr", "tblPr", "trPr", "tcPr", "tblStylePr"},
	"styles":   {"docDefaults", "latentStyles", "style"},
	"settings": {"zoom", "defaultTabStop", "characterSpacingControl", "compat", "themeFontLang", "decimalSymbol", "listSeparator"},
}

// TestWordFindsEverythingInItsPlace holds the document against the schema
// where Word is strict, and against our own rule that looks come from styles.
func TestWordFindsEverythingInItsPlace(t *testing.T) {
	all := parts(t, document(t, changed(t), meta()))
	defined := map[string]string{}
	for _, s := range all["word/styles.xml"].Children {
		if s.XMLName.Local == "style" {
			defined[s.attr("styleId")] = s.attr("type")
		}
	}
	names := map[string]bool{}
	for name, part := range all {
		part.each(func(n node) {
			order, strict := inOrder[n.XMLName.Local]
			at := 0
			for _, c := range n.Children {
				local := c.XMLName.Local
				if strict {
					i := slices.Index(order, local)
					if i < at {
						t.Errorf("%s: %s stands in %s where it may not", name, local, n.XMLName.Local)
					}
					at = max(at, i)
				}
				if kind, isStyle := map[string]string{"pStyle": "paragraph", "rStyle": "character", "tblStyle": "table"}[local]; isStyle {
					names[c.attr("val")] = true
					if defined[c.attr("val")] != kind {
						t.Errorf("%s: no %s style %q", name, kind, c.attr("val"))
					}
				}
				if local == "basedOn" || local == "next" {
					names[c.attr("val")] = true
					if defined[c.attr("val")] == "" {
						t.Errorf("style %s: there is no %q to be %s", n.attr("styleId"), c.attr("val"), local)
					}
				}
				// No look of its own outside the styles.
				if name != "word/styles.xml" {
					if p := n.XMLName.Local; p == "pPr" && local != "pStyle" || p == "rPr" && local != "rStyle" || p == "tcPr" && local != "tcW" && local != "gridSpan" {
						t.Errorf("%s: %s in %s is formatting that no style says", name, local, p)
					}
				}
			}
		})
	}
	for id := range defined {
		if !names[id] && !slices.Contains([]string{"Normal", "TableNormal", "Strong"}, id) {
			t.Errorf("nothing is in the style %s", id)
		}
	}
}

// TestASecondReaderUnderstandsTheReport asks python-docx, which shares no code
// with us.
func TestASecondReaderUnderstandsTheReport(t *testing.T) {
	python := os.Getenv("NTM_PYTHON")
	if python == "" {
		if os.Getenv("NTM_CI") == "1" {
			t.Fatal("NTM_PYTHON names no Python with python-docx")
		}
		t.Skip("NTM_PYTHON names no Python with python-docx: the report is not read by a second program")
	}
	if err := exec.Command(python, "-c", "import docx").Run(); err != nil && os.Getenv("NTM_CI") != "1" {
		t.Skip("the Python of NTM_PYTHON has no python-docx: the report is not read by a second program")
	}
	file := filepath.Join(t.TempDir(), "r.docx")
	if err := os.WriteFile(file, document(t, changed(t), meta()), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "-c", `
import docx, sys
sys.stdout.reconfigure(encoding="utf-8")
d = docx.Document(sys.argv[1])
s, p = d.sections[0], d.core_properties
print(round(s.page_width.mm), round(s.page_height.mm), round(s.top_margin.mm), round(s.bottom_margin.mm), round(s.left_margin.mm), round(s.right_margin.mm), s.different_first_page_header_footer)
print(p.title, "|", p.author, "|", p.created, "|", p.modified, "|", p.language)
print([x.text for x in s.first_page_header.paragraphs], ["PAGE" in x._p.xml for x in s.header.paragraphs])
for x in d.paragraphs:
    if x.style.name.startswith("Heading") or x.style.name in ("Title", "Subtitle"):
        print(x.style.name + ": " + x.text.replace("\n", " / "))
for t in d.tables:
    print(t.style.name, len(t.rows), len(t.columns), "tblHeader" in t.rows[0]._tr.xml)
`, file).CombinedOutput()
	if err != nil {
		t.Fatalf("python-docx: %v\n%s", err, out)
	}
	want := `210 297 20 20 30 15 True
Báo cáo kết quả thực hiện Bộ tiêu chí xã nông thôn mới quý IV/2017 trên địa bàn tỉnh Mẫu | VĂN PHÒNG ĐIỀU PHỐI | 2017-12-31 00:00:00+00:00 | 2017-12-31 00:00:00+00:00 | vi-VN
['SỐ LIỆU MINH HỌA'] [True, False]
Title: BÁO CÁO
Subtitle: Kết quả thực hiện Bộ tiêu chí xã nông thôn mới quý IV/2017 / trên địa bàn tỉnh Mẫu
Heading 1: I. KẾT QUẢ THỰC HIỆN
Heading 2: 1. Công tác chỉ đạo và chế độ báo cáo
Heading 2: 2. Kết quả công nhận và mức độ đạt tiêu chí
Heading 2: 3. Kết quả duy trì ở các xã đã được công nhận
Heading 2: 4. Kết quả theo địa phương và theo tiêu chí
Heading 2: 5. So với kỳ trước
Heading 1: II. TỒN TẠI, NGUYÊN NHÂN
Heading 2: 1. Các chỉ tiêu, tiêu chí chưa đạt
Heading 2: 2. Số liệu và hồ sơ minh chứng
Heading 2: 3. Nguyên nhân
Heading 3: a) Nguyên nhân khách quan
Heading 3: b) Nguyên nhân chủ quan
Heading 1: III. NHIỆM VỤ THỜI GIAN TỚI
Heading 2: 1. Nội dung cần khắc phục
Heading 2: 2. Các sở, ban, ngành chủ trì tiêu chí
Heading 2: 3. Ủy ban nhân dân cấp huyện
Heading 2: 4. Kiến nghị, đề xuất
NTM Bảng không kẻ 2 2 False
NTM Bảng số liệu 5 5 True
NTM Bảng số liệu 4 10 True
NTM Bảng số liệu 5 5 True
NTM Bảng số liệu 3 5 True
NTM Bảng không kẻ 1 2 False
`
	if got := string(out); got != want {
		t.Errorf("python-docx reads\n%s\nwant\n%s", got, want)
	}
}
