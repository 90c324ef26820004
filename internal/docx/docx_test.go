package docx_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/angiang-ntm/ntm/internal/docx"
)

const styles = `<?xml version="1.0" encoding="UTF-8"?><w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>`

func sample() *docx.Document {
	return &docx.Document{
		Title: "A < B & \"C\"", Creator: "Văn phòng", Language: "vi-VN", Date: time.Date(2017, 12, 31, 0, 0, 0, 0, time.UTC),
		Styles: []byte(styles), Page: docx.Page{Width: 11906, Height: 16838},
		Header: []docx.Paragraph{{Style: "Header", Runs: []docx.Run{{PageNumber: true}}}},
		Body: []docx.Block{
			docx.Text("Title", "Một\nhai\tba"),
			docx.Paragraph{Runs: []docx.Run{{Text: "=1+1 <w:p/> \x00\x1b ]]>"}, {Style: "Blank", Text: "[…]"}}},
			docx.Table{Style: "Ruled", Title: "Bảng", Columns: []int{1000, 2000}, Rows: []docx.Row{
				{Header: true, Cells: []docx.Cell{{Span: 2}}},
				{Cells: []docx.Cell{{Body: []docx.Paragraph{docx.Text("", "a")}}, {}}},
			}},
		},
	}
}

func write(t *testing.T, d *docx.Document) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := d.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	if !bytes.Equal(write(t, sample()), write(t, sample())) {
		t.Error("two documents differ")
	}
}

// TestEveryPartIsDeclaredAndWellFormed reads the package as a program that
// opens it does: the content types, then the parts.
func TestEveryPartIsDeclaredAndWellFormed(t *testing.T) {
	b := write(t, sample())
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if first := z.File[0].Name; first != "[Content_Types].xml" {
		t.Errorf("the package begins with %s", first)
	}
	var types string
	for _, f := range z.File {
		if !f.Modified.IsZero() && f.Modified.Year() > 1980 {
			t.Errorf("%s has the time %s", f.Name, f.Modified)
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == "[Content_Types].xml" {
			types = string(text)
		} else if !strings.HasSuffix(f.Name, ".rels") && !strings.Contains(types, `PartName="/`+f.Name+`"`) {
			t.Errorf("%s has no content type", f.Name)
		}
		for dec := xml.NewDecoder(bytes.NewReader(text)); ; {
			if _, err := dec.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Errorf("%s: %v", f.Name, err)
				break
			}
		}
		if f.Name == "word/document.xml" {
			for _, want := range []string{
				`<w:t xml:space="preserve">Một</w:t><w:br/><w:t xml:space="preserve">hai</w:t><w:tab/><w:t xml:space="preserve">ba</w:t>`,
				"=1+1 &lt;w:p/&gt; \uFFFD\uFFFD ]]&gt;", `<w:tblHeader/>`, `<w:gridSpan w:val="2"/>`, `</w:tbl><w:p></w:p><w:sectPr>`,
			} {
				if !strings.Contains(string(text), want) {
					t.Errorf("the text does not hold %q", want)
				}
			}
		}
	}
}

func TestARowThatDoesNotFitItsTableIsRefused(t *testing.T) {
	d := sample()
	d.Body = []docx.Block{docx.Table{Title: "Bảng 1", Columns: []int{1}, Rows: []docx.Row{{Cells: make([]docx.Cell, 2)}}}}
	var out bytes.Buffer
	if err := d.Write(&out); err == nil || !strings.Contains(err.Error(), "Bảng 1") || out.Len() > 0 {
		t.Errorf("%d bytes and error %v", out.Len(), err)
	}
}
