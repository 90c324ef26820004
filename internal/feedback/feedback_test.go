package feedback

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// parts is a workbook written part by part, as strange as a test wants it.
type parts map[string]string

const (
	types = `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`
	root  = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	book1 = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Biểu 1" sheetId="1" r:id="rId1"/></sheets></workbook>`
	rels1 = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
)

// plain is a book of one sheet without styles.
func plain(sheetXML string) parts {
	return parts{"[Content_Types].xml": types, "_rels/.rels": root, "xl/workbook.xml": book1, "xl/_rels/workbook.xml.rels": rels1, "xl/worksheets/sheet1.xml": sheetXML}
}

func worksheet(inside string) string {
	return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` + inside + `</worksheet>`
}

func (p parts) zip(t testing.TB) []byte {
	t.Helper()
	z := &parcel{byName: map[string]*part{}}
	var names []string
	for name := range p {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		z.add(name, []byte(p[name]))
	}
	var out bytes.Buffer
	if err := z.write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func problem(v issue.Severity, cell string) Problem {
	return Problem{Severity: v, Code: "NTM-201", Sheet: "Biểu 1", Cell: cell, Message: "không phải số: “12o”", Remedy: "Nhập lại."}
}

func report(problems ...Problem) Report {
	return Report{Office: "Văn phòng Điều phối", Period: "Quý IV/2017", Sender: "huyện Chợ Mới", File: "Chợ Mới.xlsx", Status: "accepted", Problems: problems}
}

// marked makes the feedback of a book and wants it marked and readable.
func marked(t *testing.T, p parts, problems ...Problem) map[string][]byte {
	t.Helper()
	data := p.zip(t)
	ours, trouble, err := Make(Source{Workbook: data}, report(problems...))
	if err != nil || trouble != nil {
		t.Fatal(err, trouble)
	}
	before, issues, err := excel.Read(context.Background(), "x.xlsx", data, excel.DefaultLimits())
	if before == nil {
		t.Fatal("the book of the test is not one", issues, err)
	}
	checkBook(t, t.Name(), data, ours, before, report(problems...))
	return unzip(t, ours)
}

func wants(t *testing.T, part []byte, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !bytes.Contains(part, []byte(text)) {
			t.Errorf("no %s in\n%s", text, part)
		}
	}
}

func lacks(t *testing.T, part []byte, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if bytes.Contains(part, []byte(text)) {
			t.Errorf("still %s in\n%s", text, part)
		}
	}
}

func TestCellsAndRowsThatAreNotStored(t *testing.T) {
	z := marked(t, plain(worksheet(`<sheetData><row r="2" spans="1:2"><c r="B2"><v>1</v></c></row><row r="5"/></sheetData><pageMargins left="1" right="1" top="1" bottom="1" header="0" footer="0"/>`)),
		problem(issue.Error, "A1"), problem(issue.Error, "A2"), problem(issue.Warning, "B2"), problem(issue.Info, "D2"), problem(issue.Error, "C4"), problem(issue.Error, "B5"), problem(issue.Error, "A9"))
	wants(t, z["xl/worksheets/sheet1.xml"],
		`<sheetData><row r="1"><c r="A1" s="`, `<row r="2"><c r="A2" s="`, `<c s="`, `<v>1</v></c><c r="D2" s="`,
		`</row><row r="4"><c r="C4" s="`, `<row r="5"><c r="B5" s="`, `</row><row r="9"><c r="A9" s="`,
		`</sheetData><pageMargins left="1" right="1" top="1" bottom="1" header="0" footer="0"/><legacyDrawing `)
}

func TestPrefixesAndTheStrictForm(t *testing.T) {
	strict := strings.NewReplacer("http://schemas.openxmlformats.org/spreadsheetml/2006/main", mainSpaceStrict, "http://schemas.openxmlformats.org/officeDocument/2006/relationships", relSpaceStrict)
	p := parts{}
	for name, text := range plain(`<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData/><x:tableParts count="0"/></x:worksheet>`) {
		p[name] = strict.Replace(text)
	}
	z := marked(t, p, problem(issue.Error, "B3"))
	wants(t, z["xl/worksheets/sheet1.xml"], `<x:sheetData><x:row r="3"><x:c r="B3" s="`, `</x:sheetData><x:legacyDrawing xmlns:ntm="`+relSpaceStrict+`" ntm:id="rIdNtm2"/><x:tableParts`)
	wants(t, z["xl/comments1.xml"], `xmlns="`+mainSpaceStrict+`"`)
	wants(t, z["xl/_rels/workbook.xml.rels"], relSpaceStrict+"/styles", relSpaceStrict+"/worksheet")
}

func TestNamesViewsAndTheSheetsBehind(t *testing.T) {
	p := plain(worksheet(`<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews><sheetData/>`))
	p["xl/workbook.xml"] = strings.Replace(book1, `<sheets><sheet name="Biểu 1" sheetId="1" r:id="rId1"/></sheets>`,
		`<bookViews><workbookView activeTab="1" firstSheet="1" xWindow="3"/></bookViews><sheets><sheet name="cần chỉnh sửa" sheetId="7" r:id="rId2"/><sheet name="Biểu 1" sheetId="3" r:id="rId1"/></sheets><definedNames><definedName name="Vùng" localSheetId="1">'Biểu 1'!$A$1</definedName></definedNames>`, 1)
	p["xl/_rels/workbook.xml.rels"] = strings.Replace(rels1, `</Relationships>`, `<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="/xl/worksheets/hai.xml"/></Relationships>`, 1)
	p["xl/worksheets/hai.xml"] = worksheet(`<sheetData/>`)
	z := marked(t, p, problem(issue.Error, "B3"))
	wants(t, z["xl/workbook.xml"], `<workbookView xWindow="3"/>`, `<sheets><sheet name="Cần chỉnh sửa (2)" sheetId="8" `, `<definedName name="Vùng" localSheetId="2">`)
	lacks(t, z["xl/worksheets/sheet1.xml"], "tabSelected")
	if string(z["xl/worksheets/hai.xml"]) != p["xl/worksheets/hai.xml"] {
		t.Error("a sheet without problems was touched")
	}
}

func TestWhatIsUnderAMergeIsMarkedWhereItCanBeSeen(t *testing.T) {
	z := marked(t, plain(worksheet(`<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>`)), problem(issue.Warning, "B2"))
	wants(t, z["xl/comments1.xml"], `ref="A1"`, "Ô B2 (bị ô gộp che)")
}

func TestACellThatHasACommentKeepsIt(t *testing.T) {
	p := plain(worksheet(`<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><legacyDrawing r:id="rId1"/>`))
	p["xl/worksheets/_rels/sheet1.xml.rels"] = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/vmlDrawing" Target="../v.vml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="../c.xml"/></Relationships>`
	p["xl/v.vml"] = `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="_x0000_s1025" type="#_x0000_t202"><br><x:ClientData ObjectType="Note"><x:Row>0</x:Row><x:Column>0</x:Column></x:ClientData></v:shape></xml>`
	p["xl/c.xml"] = `<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author>Lan</author></authors><commentList><comment ref="A1" authorId="0"><text><t>lấy từ sở</t></text></comment></commentList></comments>`
	p["[Content_Types].xml"] = strings.Replace(types, `</Types>`, `<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/><Override PartName="/xl/c.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"/></Types>`, 1)
	z := marked(t, p, problem(issue.Error, "A1"), problem(issue.Warning, "C3"))
	wants(t, z["xl/c.xml"], `<text><r><t>lấy từ sở</t></r><r>`, "— PHẢI SỬA [NTM-201]", `<author>Văn phòng Điều phối</author>`, `<comment ref="C3" authorId="1">`)
	wants(t, z["xl/v.vml"], `<v:shape id="_x0000_s1025"`, `<v:shape id="_x0000_s1026"`, `<v:shapetype id="_x0000_t202"`)
	if n := bytes.Count(z["xl/v.vml"], []byte("ClientData ObjectType")); n != 2 {
		t.Errorf("%d boxes, want that of the sender and one of ours", n)
	}
}

// Macros, links to other files and their contents do not come back; what was
// calculated from them does, as a value.
func TestMacrosAndLinksDoNotComeBack(t *testing.T) {
	p := plain(worksheet(`<sheetData><row r="1"><c r="A1"><f>[1]Sheet1!A1*2</f><v>4</v></c><c r="B1"><f t="shared" ref="B1:B2" si="0">'[1]Tờ 2'!A1</f><v>5</v></c><c r="C1"><f>Bảng[2017]+1</f><v>6</v></c><c r="D1"><f>Ngoài+1</f><v>7</v></c></row><row r="2"><c r="B2"><f t="shared" si="0"/><v>8</v></c></row></sheetData>`))
	p["xl/workbook.xml"] = strings.Replace(book1, `</workbook>`, `<externalReferences><externalReference r:id="rId3"/></externalReferences><definedNames><definedName name="Ngoài">[1]Sheet1!$A$1</definedName></definedNames></workbook>`, 1)
	p["xl/_rels/workbook.xml.rels"] = strings.Replace(rels1, `</Relationships>`, `<Relationship Id="rId2" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" Target="externalLinks/externalLink1.xml"/><Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain" Target="calcChain.xml"/></Relationships>`, 1)
	p["[Content_Types].xml"] = strings.Replace(strings.Replace(types, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml", 1), `</Types>`,
		`<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override PartName="/xl/externalLinks/externalLink1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"/></Types>`, 1)
	p["xl/vbaProject.bin"] = "macro"
	p["xl/calcChain.xml"] = `<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A1" i="1"/></calcChain>`
	p["xl/externalLinks/externalLink1.xml"] = `<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>`
	p["xl/externalLinks/_rels/externalLink1.xml.rels"] = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" Target="file:///C:/mật.xlsx" TargetMode="External"/></Relationships>`
	z := marked(t, p, problem(issue.Error, "A1"))
	for name, body := range z {
		if unwantedPart(name) {
			t.Errorf("part %s comes back", name)
		}
		lacks(t, body, "C:/mật.xlsx", "externalLink+xml", "macroEnabled", "vbaProject.bin", "externalReference ", "[1]")
	}
	wants(t, z["xl/worksheets/sheet1.xml"], `<v>4</v>`, `<c r="B1"><v>5</v></c><c r="C1"><f>Bảng[2017]+1</f><v>6</v></c><c r="D1"><v>7</v></c>`, `<c r="B2"><v>8</v></c>`)
	wants(t, z["xl/worksheets/sheet2.xml"], "Không gửi trả kèm: macro; liên kết tới tệp khác")
	wants(t, z["xl/workbook.xml"], `<definedName name="Ngoài">#REF!</definedName>`)
}

// A sender may mend the very file that came back: the old list is replaced, and
// what is right now does not stay marked.
func TestMendingTheFileThatCameBack(t *testing.T) {
	first, trouble, err := Make(Source{Workbook: plain(worksheet(`<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row></sheetData>`)).zip(t)},
		report(problem(issue.Error, "A1"), problem(issue.Warning, "B1"), problem(issue.Error, "C7")))
	if err != nil || trouble != nil {
		t.Fatal(err, trouble)
	}
	second, trouble, err := Make(Source{Workbook: first}, report(problem(issue.Info, "B1")))
	if err != nil || trouble != nil {
		t.Fatal(err, trouble)
	}
	book, issues, err := excel.Read(context.Background(), "x.xlsx", second, excel.DefaultLimits())
	if book == nil {
		t.Fatal(issues, err)
	}
	if len(book.Sheets) != 2 || book.Sheets[0].Name != listName || book.Sheets[1].Name != "Biểu 1" {
		t.Fatalf("%d sheets, the first is %q", len(book.Sheets), book.Sheets[0].Name)
	}
	if left := WithoutList(book); !slices.Equal(left, []string{listName}) || len(book.Sheets) != 1 {
		t.Errorf("the reader of reports sees the list: %v", left)
	}
	f, err := excelize.OpenReader(bytes.NewReader(second))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	comments, err := f.GetComments("Biểu 1")
	if err != nil || len(comments) != 1 || comments[0].Cell != "B1" || len(comments[0].Paragraph) != 1 || !strings.HasPrefix(comments[0].Paragraph[0].Text, "LƯU Ý") {
		t.Errorf("comments %+v, %v", comments, err)
	}
	styles, err := readStyles(unzip(t, second)["xl/styles.xml"])
	if err != nil {
		t.Fatal(err)
	}
	for cell, still := range map[string]bool{"A1": false, "B1": true, "C7": false} {
		id, err := f.GetCellStyle("Biểu 1", cell)
		if err != nil {
			t.Fatal(err)
		}
		xf := walk([]byte(styles.element("cellXfs", id)))
		if !xf.next() || styles.ours(xf.tag.number("fillId", -1)) != still {
			t.Errorf("%s: format %s, want it marked: %t", cell, xf.tag.raw, still)
		}
	}
	z := unzip(t, second)
	if n := bytes.Count(z["xl/drawings/vmldrawing1.vml"], []byte(`ObjectType="Note"`)); n != 1 {
		t.Errorf("%d boxes of comments, want 1", n)
	}
}

// What cannot be marked does not end anything: the list goes back alone and
// says so.
func TestAFileThatCannotBeMarked(t *testing.T) {
	p := plain(worksheet(`<sheetData/>`))
	p["xl/workbook.xml"] = strings.Replace(book1, "<workbook ", "<workbooks ", 1)
	book, trouble, err := Make(Source{Workbook: p.zip(t)}, report(problem(issue.Error, "A1")))
	if err != nil || trouble == nil {
		t.Fatal(err, trouble)
	}
	read, issues, err := excel.Read(context.Background(), "x.xlsx", book, excel.DefaultLimits())
	if read == nil || len(read.Sheets) != 1 {
		t.Fatal(issues, err)
	}
	wants(t, unzip(t, book)["xl/worksheets/sheet1.xml"], CodeListOnly, "hông phải số: “12o”")
}

// Text from a report is text in every place it gets to, never a formula, a tag
// or a control character; a text that looks like an escape stays one.
func TestTextStaysText(t *testing.T) {
	q := problem(issue.Error, "A1")
	q.Message = "=cmd|' /C calc'!A0 <b>&\x00\x1f _x0041_ \U0010FFFF"
	q.Remedy = "+1"
	book, trouble, err := Make(Source{Workbook: plain(worksheet(`<sheetData/>`)).zip(t)}, report(q, Problem{Severity: issue.Info, Code: "NTM-1", Message: "-1"}))
	if err != nil || trouble != nil {
		t.Fatal(err, trouble)
	}
	read, issues, err := excel.Read(context.Background(), "x.xlsx", book, excel.DefaultLimits())
	if read == nil {
		t.Fatal(issues, err)
	}
	var texts []string
	for _, c := range read.Sheets[0].Cells {
		if c.Formula {
			t.Errorf("%s is a formula", c.Pos)
		}
		texts = append(texts, c.Text)
	}
	if !slices.Contains(texts, "=cmd|' /C calc'!A0 <b>&   _x0041_ \U0010FFFF") || !slices.Contains(texts, "+1") || !slices.Contains(texts, "-1") {
		t.Errorf("%q", texts)
	}
}

func TestOtherFormatsComeBackAsACopy(t *testing.T) {
	book := &sheet.Book{Name: "bao cao.xls", Sheets: []*sheet.Sheet{{
		Name: "Biểu/1 [tổng hợp] với một tên rất là dài",
		Cells: []sheet.Cell{
			{Pos: sheet.Pos{Row: 1, Col: 1}, Text: "=1+1", Font: ".VnTime"},
			{Pos: sheet.Pos{Row: 2, Col: 2}, Kind: sheet.Number, Text: "0.846", Num: 0.846, Percent: true},
			{Pos: sheet.Pos{Row: 2, Col: 3}, Kind: sheet.Bool, Text: "TRUE", Num: 1},
			{Pos: sheet.Pos{Row: 3, Col: 1}, Kind: sheet.Error, Text: "#DIV/0!"},
			{Pos: sheet.Pos{Row: 3, Col: 2}, Kind: sheet.Number, Text: "-5", Num: -5},
		},
		Merges: []sheet.Rect{{From: sheet.Pos{Row: 4, Col: 1}, To: sheet.Pos{Row: 4, Col: 3}}}, HiddenRows: map[int]bool{3: true},
	}}}
	q := problem(issue.Error, "B2")
	q.Sheet = book.Sheets[0].Name
	out, trouble, err := Make(Source{Book: book}, report(q))
	if err != nil || trouble != nil {
		t.Fatal(err, trouble)
	}
	read, issues, err := excel.Read(context.Background(), "x.xlsx", out, excel.DefaultLimits())
	if read == nil {
		t.Fatal(issues, err)
	}
	if name := read.Sheets[1].Name; name != "Biểu_1 _tổng hợp_ với một tên r" {
		t.Errorf("sheet %q", name)
	}
	var got []string
	for _, c := range read.Sheets[1].Cells {
		got = append(got, fmt.Sprint(c.Pos, " ", c.Text, " ", c.Percent, " ", c.Formula, " ", c.Font))
	}
	want := []string{"A1 =1+1 false false .VnTime", "B2 0.846 true false Times New Roman", "C2 TRUE false false Times New Roman", "A3 #DIV/0! false false Times New Roman", "B3 -5 false false Times New Roman"}
	if !slices.Equal(got, want) || !read.Sheets[1].HiddenRows[3] || len(read.Sheets[1].Merges) != 1 {
		t.Errorf("got %q", got)
	}
	wants(t, unzip(t, out)["xl/worksheets/sheet2.xml"], "không phải .xlsx nên đây là bản sao", `location="&#39;Biểu_1 _tổng hợp_ với một tên r&#39;!B2"`)
}

func TestNamesOfFilesThatGoBack(t *testing.T) {
	n := Names{}
	for _, one := range []struct{ sender, received, want string }{
		{"893", "Chợ Mới.xlsx", "893/Chợ Mới.xlsx"},
		{"893", "chợ mới.XLSX", "893/chợ mới (bản 2).XLSX"},
		{"893", "Chợ Mới.xlsm", "893/Chợ Mới.xlsm.xlsx"},
		{"893", "b.xls", "893/b.xls.xlsx"},
		{"893", "b.xls.xlsx", "893/b.xls (bản 2).xlsx"},
		{"", "x.csv", "chua-ro/x.csv.xlsx"},
		{"../..", "../../etc/passwd.ods", ".._/passwd.ods.xlsx"},
		{"894", "a:b?.xlsx", "894/a_b_.xlsx"},
		{"894", "CON.xlsx", "894/_CON.xlsx"},
		{"894", strings.Repeat("ệ", 85) + ".ods", "894/" + strings.Repeat("ệ", 66) + ".xlsx"},
	} {
		if got := n.Take(one.sender, one.received); got != one.want {
			t.Errorf("%s: %s, want %s", one.received, got, one.want)
		}
	}
}

// FuzzSheet marks cells of sheets, comments and styles that no program wrote:
// whatever they are, there is a workbook, and one that was read before is read
// afterwards with the same cells.
func FuzzSheet(f *testing.F) {
	f.Add(worksheet(`<sheetData><row r="2"><c r="B2" s="0"><v>1</v></c></row></sheetData>`), `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="1"><xf/></cellXfs></styleSheet>`,
		`<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors/><commentList><comment ref="A1" authorId="0"><text><t>x</t></text></comment></commentList></comments>`, "B2")
	f.Add(`<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:cols><x:col min="1" max="9" style="0"/></x:cols><x:sheetData><x:row/><x:row><x:c/><x:c t="str"><x:f>[1]a!A1</x:f><x:v>u</x:v></x:c></x:row></x:sheetData></x:worksheet>`, `<styleSheet/>`, `<comments/>`, "C1")
	f.Fuzz(func(t *testing.T, sheetXML, styles, comments, cell string) {
		p := plain(sheetXML)
		p["xl/styles.xml"], p["xl/comments9.xml"] = styles, comments
		p["xl/_rels/workbook.xml.rels"] = strings.Replace(rels1, `</Relationships>`, `<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`, 1)
		p["xl/worksheets/_rels/sheet1.xml.rels"] = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments" Target="../comments9.xml"/></Relationships>`
		data := p.zip(t)
		ours, trouble, err := Make(Source{Workbook: data}, report(problem(issue.Error, cell)))
		if err != nil {
			t.Fatal(err)
		}
		if trouble != nil {
			if strings.Contains(trouble.Error(), "panic") {
				t.Fatal(trouble)
			}
			return
		}
		before, _, _ := excel.Read(context.Background(), "x.xlsx", data, excel.DefaultLimits())
		if before == nil {
			return
		}
		after, issues, _ := excel.Read(context.Background(), "x.xlsx", ours, excel.DefaultLimits())
		if after == nil {
			t.Fatal(issues)
		}
		if !slices.Equal(strip(before.Sheets[0].Cells), strip(after.Sheets[1].Cells)) {
			t.Fatalf("other cells: %v, %v", before.Sheets[0].Cells, after.Sheets[1].Cells)
		}
	})
}
