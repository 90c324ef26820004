package excel

import (
	"context"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// readCSV reads text that must be accepted as a table.
func readCSV(t *testing.T, text string) (*sheet.Book, issue.List) {
	t.Helper()
	book, notes, err := Read(context.Background(), "test.csv", []byte(text), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if book == nil {
		t.Fatalf("refused: %v", notes)
	}
	if len(book.Sheets) != 1 || book.Sheets[0].Name != "" {
		t.Fatalf("not one sheet without a name: %+v", book.Sheets)
	}
	for _, c := range book.Sheets[0].Cells {
		if c.Kind != sheet.Text {
			t.Errorf("%s is not a text: %+v", c.Pos, c)
		}
	}
	return book, notes
}

func TestCSV(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"commas", "STT,Tên xã,15.1\n1,Phú Thạnh,86.57\n", `A1="STT" B1="Tên xã" C1="15.1" A2="1" B2="Phú Thạnh" C2="86.57"`},
		{"semicolons and decimal commas", "STT;Tên xã;15.1\n1;Phú Thạnh;86,57\n2;Phú Thành;84,6\n", `A1="STT" B1="Tên xã" C1="15.1" A2="1" B2="Phú Thạnh" C2="86,57" A3="2" B3="Phú Thành" C3="84,6"`},
		{"semicolons, and as many decimal commas in each row", "a;1,5\nb;2,5\n", `A1="a" B1="1,5" A2="b" B2="2,5"`},
		{"tabs", "STT\tTên, loại\n1\tPhú; Thạnh\n", `A1="STT" B1="Tên, loại" A2="1" B2="Phú; Thạnh"`},
		{"commas and lists of ids", "xã,năm,chưa đạt\nPhú Mỹ,2017,13.1; 15.1\nPhú Hòa,2016,2.1; 2.2\n", `A1="xã" B1="năm" C1="chưa đạt" A2="Phú Mỹ" B2="2017" C2="13.1; 15.1" A3="Phú Hòa" B3="2016" C3="2.1; 2.2"`},
		{"titles that are not padded", "ỦY BAN NHÂN DÂN\nAn Phú, ngày 5\n\nSTT;Xã;1\n1;A;x\n2;B;x\n", `A1="ỦY BAN NHÂN DÂN" A2="An Phú, ngày 5" A4="STT" B4="Xã" C4="1" A5="1" B5="A" C5="x" A6="2" B6="B" C6="x"`},
		{"a stated separator", "sep=|\na|1,2;3\n", `A1="a" B1="1,2;3"`},
		{"a stated separator in quotes", "\"sep=;\"\r\na,b;c\r\n", `A1="a,b" B1="c"`},
		{"what is no stated separator", "sep,x,y\n1,2,3\n", `A1="sep" B1="x" C1="y" A2="1" B2="2" C2="3"`},
		{"quotes", "a,\"Xã \"\"A\"\", xã B\",\"\"\nb,5\" ống,c\n", `A1="a" B1="Xã "A", xã B" A2="b" B2="5" ống" C2="c"`},
		{"line breaks in quotes", "a,\"x\r\ny\rz\",c\nd,e,f\n", "A1=\"a\" B1=\"x\ny\nz\" C1=\"c\" A2=\"d\" B2=\"e\" C2=\"f\""},
		{"CR alone", "a,b\rc,d\r", `A1="a" B1="b" A2="c" B2="d"`},
		{"CRLF and no last line end", "a,b\r\nc,d", `A1="a" B1="b" A2="c" B2="d"`},
		{"blank lines are rows, blank fields no cells", "a,,b\n\n,,\n,c,\n", `A1="a" C1="b" B4="c"`},
		{"ids stay as written", "code,n\n0012,1e5\n007,+1\n", `A1="code" B1="n" A2="0012" B2="1e5" A3="007" B3="+1"`},
		{"one row", "1,Phú Thạnh,x\n", `A1="1" B1="Phú Thạnh" C1="x"`},
		{"blanks after commas, but a table", "a, b, c\n1, 2, 3\n4, 5, 6\n", `A1="a" B1=" b" C1=" c" A2="1" B2=" 2" C2=" 3" A3="4" B3=" 5" C3=" 6"`},
		{"white space is a text", "a,b\n ,c\n", `A1="a" B1="b" A2=" " B2="c"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			book, notes := readCSV(t, test.text)
			if got := cellsText(book); got != test.want || len(notes) != 0 {
				t.Errorf("got  %s\nwant %s\nnotes %v", got, test.want, notes)
			}
		})
	}
}

const report = "STT;Tên xã;Đạt;Ghi chú\n1;Phú Thạnh;Chưa đạt;Đã có Quyết định\n2;Vĩnh Trạch;Đạt;Hộ nghèo ưu tiên\n"

// The same table in every encoding gives the same cells.
func TestCSVEncodings(t *testing.T) {
	want, _ := readCSV(t, report)
	utf16In := func(order binary.AppendByteOrder, mark string) string {
		out := []byte(mark)
		for _, u := range utf16.Encode([]rune(report)) {
			out = order.AppendUint16(out, u)
		}
		return string(out)
	}
	for _, test := range []struct{ name, text, notes string }{
		{"UTF-8 with its mark", "\uFEFF" + report, ""},
		{"UTF-16 LE", utf16In(binary.LittleEndian, "\xFF\xFE"), ""},
		{"UTF-16 BE", utf16In(binary.BigEndian, "\xFE\xFF"), ""},
		{"Windows-1258", in1258(t, report), codeAssumed},
	} {
		t.Run(test.name, func(t *testing.T) {
			book, notes := readCSV(t, test.text)
			if got := norm.NFC.String(cellsText(book)); got != cellsText(want) || codesOf(notes) != test.notes {
				t.Errorf("got  %s\nwant %s\nnotes %v", got, cellsText(want), notes)
			}
			if test.notes != "" && !strings.Contains(notes[0].Message, test.name) {
				t.Errorf("the note does not name %s: %v", test.name, notes[0])
			}
		})
	}
}

// Characters that nobody sees do not cost the file, nor a figure: they go, or
// are the blank that they stand for, and that is said.
func TestCSVControlCharacters(t *testing.T) {
	long := strings.Repeat("1;Phú Thạnh;86,57\n", 60)
	for _, test := range []struct{ name, text, want, said string }{
		{"a zero in a number", "a;b;c\n1;8\x006,57;x\n", `A1="a" B1="b" C1="c" A2="1" B2="86,57" C2="x"`, "1 ký tự điều khiển không nhìn thấy được (đầu tiên ở dòng 2"},
		{"a zero alone in its field", "a;b;c\n1;\x00;x\n", `A1="a" B1="b" C1="c" A2="1" C2="x"`, "1 ký tự"},
		{"a zero after a quote", "a;b;c\n1;\"5;6\"\x00;x\n", `A1="a" B1="b" C1="c" A2="1" B2="5;6" C2="x"`, "1 ký tự"},
		{"the first byte", "\x01a;b;c\n1;2;x\n", `A1="a" B1="b" C1="c" A2="1" B2="2" C2="x"`, "dòng 1"},
		{"the end of a file of DOS", "a;b;c\n1;2;x\n\x1A", `A1="a" B1="b" C1="c" A2="1" B2="2" C2="x"`, "dòng 3"},
		{"a line end of Word", "a;b;c\n1;Xã\vPhú;x\n", `A1="a" B1="b" C1="c" A2="1" B2="Xã Phú" C2="x"`, "1 ký tự"},
		{"a next line", "a;b;c\n1;Xã\u0085Phú;x\n", `A1="a" B1="b" C1="c" A2="1" B2="Xã Phú" C2="x"`, "1 ký tự"},
		{"two files put together", "\uFEFFa;b;c\n\uFEFF\uFEFF1;2;x\n", `A1="a" B1="b" C1="c" A2="1" B2="2" C2="x"`, "2 ký tự điều khiển không nhìn thấy được (đầu tiên ở dòng 2"},
		{"in UTF-16", utf16Text("a\tb\tc\n1\t8\x006\tx\n"), `A1="a" B1="b" C1="c" A2="1" B2="86" C2="x"`, "1 ký tự"},
		{"what is seen stays", "a;b;c\n1;x\fy\u00A0z\u200C;\x7F\n", "A1=\"a\" B1=\"b\" C1=\"c\" A2=\"1\" B2=\"x\fy\u00A0z\u200C\" C2=\"\x7F\"", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			book, notes := readCSV(t, test.text)
			if got := cellsText(book); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if test.said == "" {
				if len(notes) > 0 {
					t.Error(notes)
				}
			} else if codesOf(notes) != codeControl || !strings.Contains(notes[0].Message, test.said) {
				t.Errorf("notes %v, want %q", notes, test.said)
			}
			checkSlowCSV(t, book, []byte(test.text))
		})
	}
	if book, notes := readCSV(t, long+"2;\x02Vĩnh Trạch;8\x004,6\n"); len(book.Sheets[0].Cells) != 183 || codesOf(notes) != codeControl {
		t.Error(len(book.Sheets[0].Cells), notes)
	}
}

// in1258 writes Vietnamese as Windows does: vowels whole, tones as marks.
func in1258(t *testing.T, text string) string {
	t.Helper()
	var out []byte
	for _, r := range text {
		for _, split := range []string{string(r), norm.NFD.String(string(r))} {
			marks := []rune(split)
			// Â, Ă, Ê, Ô, Ơ and Ư are letters there; only the tone comes apart.
			if len(marks) > 1 {
				tone := -1
				for i, m := range marks {
					if strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", m) {
						tone = i
					}
				}
				if tone > 0 {
					mark := marks[tone]
					base := norm.NFC.String(string(append(append([]rune{}, marks[:tone]...), marks[tone+1:]...)))
					split = base + string(mark)
				}
			}
			b, err := charmap.Windows1258.NewEncoder().Bytes([]byte(split))
			if err == nil {
				out = append(out, b...)
				break
			}
			if split != string(r) {
				t.Fatalf("%q cannot be written: %v", r, err)
			}
		}
	}
	return string(out)
}

// Letters of TCVN3 and VNI fonts come out as they stand in workbooks, where
// they are recognised and repaired.
func TestCSVOfLegacyFonts(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"TCVN3", "1,X\xB7 Ph\xF3 Th\xB9nh,\xAE\xB9t\n2,\xCCm \xDE,x\n", `A1="1" B1="X· Phó Th¹nh" C1="®¹t" A2="2" B2="Ìm Þ" C2="x"`},
		{"VNI", "1,xa\xF5 Phu\xF9 Tha\xEFnh,\xF1a\xEFt\n", `A1="1" B1="xaõ Phuù Thaïnh" C1="ñaït"`},
	} {
		book, notes := readCSV(t, test.text)
		if got := cellsText(book); got != test.want || codesOf(notes) != codeAssumed || !strings.Contains(notes[0].Message, "1252") {
			t.Errorf("%s: got %s, want %s; %v", test.name, got, test.want, notes)
		}
	}
}

func TestCSVRefusals(t *testing.T) {
	small := DefaultLimits()
	small.Rows, small.Columns, small.Cells, small.StringBytes, small.TextBytes = 3, 3, 5, 10, 20
	for _, test := range []struct {
		name, text string
		lim        Limits
		code, cell string
	}{
		{"an unclosed quote", "a,b,c\n1,2,3\n4,\"5,6\n7,8,9\n", DefaultLimits(), codeQuote, "B3"},
		{"an unclosed quote at the beginning", "\"a,b,c\n1,2,3\n4,5,6\n", DefaultLimits(), codeQuote, "A1"},
		{"text after a quote", "a,b,c\n1,\"2\"x,3\n", DefaultLimits(), codeQuote, "B2"},
		{"a cut in UTF-8", "\uFEFFTên xã,b\n1,2\nPhú Th\xE1\xBA", DefaultLimits(), codeEncoding, ""},
		{"a damaged byte in UTF-8", "Tên xã,Đạt\nPhú Thạnh,ch\xFFưa\n", DefaultLimits(), codeEncoding, ""},
		{"UTF-16 cut in a character", utf16Text("a\tb\nc\td\n") + "x", DefaultLimits(), codeTruncated, ""},
		{"half a pair in UTF-16", utf16Text("a\tb\nc\td\n") + "\x00\xD8", DefaultLimits(), codeEncoding, ""},
		{"no alphabet at all", "a,b\n\x81\x9D,c\nd,e\n", DefaultLimits(), codeEncoding, ""},
		{"a stretch of zeros far down", strings.Repeat("a,b,c\n", 20_000) + "a,\x00\x00,c\n", DefaultLimits(), codeEncoding, ""},
		{"a stretch of zeros", "a,b,c\nd,e,f\n" + strings.Repeat("\x00", 8) + "g,h,i\n", DefaultLimits(), codeOtherFile, ""},
		{"many control characters, each alone", strings.Repeat("a,\x01b,c\n", 9), DefaultLimits(), codeOtherFile, ""},
		{"many control characters far down", strings.Repeat("a,b,c\n", 20_000) + strings.Repeat("a,\x01b,c\n", 2_000), DefaultLimits(), codeEncoding, ""},
		{"UTF-16 without its mark", utf16Text("STT\tTên xã\n1\tPhú Thạnh\n")[2:], DefaultLimits(), codeOtherFile, ""},
		{"rows", "a,b\nc,d\n\ne,f\n", small, codeRows, "A4"},
		{"columns", "a,,b,c\nd,,e,\n", small, codeColumns, "D1"},
		{"blank columns are free, cells are not", "a,b,\nc,d,\n,e,f\n", small, codeCells, "C3"},
		{"a long field", "a,b\nc,dddddddddddd\n", small, codeString, "B2"},
		{"a long field in quotes", "a,b\nc,\"dddddddddddd\"\n", small, codeString, "B2"},
		{"much text", "aaaaaaaa,bbbbbbbb\nccccccc,d\n", small, codeTextTotal, "A2"},
		{"markup", "<table><tr><td>1,2,3</td></tr></table>", DefaultLimits(), codeHTML, ""},
		{"JSON", "[\"a,b\",\n\"c,d\"]\n", DefaultLimits(), codeJSON, ""},
		{"prose", strings.Repeat("Thực hiện kế hoạch, huyện đã chỉ đạo các xã, các ngành, đoàn thể.\nKết quả, đến nay, rất tốt.\n", 9), DefaultLimits(), codeText, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			why := refused(t, "a.csv", []byte(test.text), test.lim)
			if why.Code != test.code || why.Cell != test.cell || why.Sheet != "" {
				t.Errorf("refused as %v at %q, want %s at %q", why, why.Cell, test.code, test.cell)
			}
		})
	}
}

// A character may lie across the place up to which a long file is looked at to
// tell text from other things.
func TestCSVLongerThanTheLookAtIt(t *testing.T) {
	for shift := range 3 {
		text := strings.Repeat("x", shift) + "ế,ế\n" + strings.Repeat("ếếếếếế,ếếếếếếế\n", 3000)
		if book, _ := readCSV(t, text); len(book.Sheets[0].Cells) != 6002 {
			t.Errorf("%d cells", len(book.Sheets[0].Cells))
		}
	}
}
