package transforms_test

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms"
	"github.com/angiang-ntm/ntm/transforms/page"
)

// pieces are what the fuzzed sheets are made of.
var pieces = []string{
	"", "", "", "", "STT", "Tên xã", "Vĩnh Phú", "Vĩnh Trạch", "Vinh Trach", "Phú Thạnh", "xã không ai biết", "1.1", "1.2", "2.3", "5", "10", "15.1",
	"17.1", "=2.2999999999999998", "=15.1", "=1", "=2", "=86.57", "=0.5[%]", "=43000[date]", "=#REF!", "=?", "=TRUE", "x", "Đạt", "Chưa đạt", "Không",
	"Tiêu chí 15", "TC 2", "Y tế", "86,57", "//", "-", "Tổng cộng", "Cộng", "Tổng số tiêu chí đạt", "Tiêu chí, chỉ tiêu chưa đạt", "13.1; 15.1", "TC 13",
	"Ghi chú", "Kết quả", "Tự đánh giá", "Nội dung", "Yêu cầu", "Trong đó: cứng hóa", "Nước hợp vệ sinh", "Hồ sơ minh chứng", "Đủ", "(1)", "=-2", "A", "I",
	"Tỷ lệ người dân tham gia bảo hiểm y tế", "Thu nhập bình quân đầu người", "UBND HUYỆN THOẠI SƠN", "QUÝ IV NĂM 2017", "Xã: Vĩnh Phú", "Nơi nhận:",
	"Thoại Sơn, ngày 05 tháng 01 năm 2018", "Huyện Thoại Sơn", "≥ 85%", "3", "4", "6", "7", "8", "9.1", "1.3", "Số hộ", "Tỷ lệ (%)", "<", "^", "<", "^",
}

// Whatever the cells: no panic, every cell read once or named as ignored,
// nothing said twice, nothing observed outside the sheet. The sheets are those
// of testdata/layouts, edited: four bytes are one edit (what, row, column, with
// which piece); page 255 starts from nothing.
func FuzzUnderstand(f *testing.F) {
	names, err := filepath.Glob("testdata/layouts/*.txt")
	if err != nil || len(names) == 0 {
		f.Fatal("no pages", err)
	}
	var pages [][][][]string // page, sheet, row, cell
	for i, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		var sheets [][][]string
		for _, file := range a.Files {
			if file.Name == "reading" {
				continue
			}
			var rows [][]string
			for line := range strings.Lines(string(file.Data)) {
				rows = append(rows, strings.Split(strings.TrimRight(line, "\n"), "|"))
			}
			sheets = append(sheets, rows)
		}
		pages = append(pages, sheets)
		f.Add(uint8(i), []byte{0, 5, 2, 30})
		f.Add(uint8(i), []byte{1, 4, 0, 0, 2, 6, 0, 0})
	}
	f.Add(uint8(255), []byte{0, 0, 0, 4, 0, 0, 1, 5, 0, 0, 2, 11, 0, 1, 1, 6, 0, 1, 2, 28})
	f.Fuzz(func(t *testing.T, which uint8, edits []byte) {
		book := &sheet.Book{}
		sheets := [][][]string{nil}
		if which != 255 {
			sheets = pages[int(which)%len(pages)]
		}
		for n, source := range sheets {
			rows := make([][]string, len(source), len(source)+8)
			for i := range source {
				rows[i] = slices.Clone(source[i])
			}
			for e := 0; e+3 < len(edits) && e < 4*64; e += 4 {
				row, col, piece := int(edits[e+1])%(len(rows)+3), int(edits[e+2])%14, pieces[int(edits[e+3])%len(pieces)]
				for len(rows) <= row {
					rows = append(rows, nil)
				}
				for len(rows[row]) <= col {
					rows[row] = append(rows[row], "")
				}
				switch edits[e] % 5 {
				case 0, 1:
					rows[row][col] = piece
				case 2: // a row twice
					rows = slices.Insert(rows, row, slices.Clone(rows[row]))
				case 3: // a row less
					rows = slices.Delete(rows, row, row+1)
				case 4: // a column more, or less
					for i := range rows {
						switch {
						case len(rows[i]) <= col:
						case edits[e+3]&1 == 0:
							rows[i] = slices.Insert(rows[i], col, piece)
						default:
							rows[i] = slices.Delete(rows[i], col, col+1)
						}
					}
				}
			}
			lines := make([]string, len(rows))
			for i := range rows {
				lines[i] = strings.Join(rows[i], "|")
			}
			book.Sheets = append(book.Sheets, page.Sheet("Biểu "+strconv.Itoa(n+1), strings.Join(lines, "\n")))
		}
		src := transforms.Source{File: "Thoại Sơn.xlsx", Period: page.Quarter4}
		r := transforms.Understand(book, page.Vocabulary(), src)
		checkReading(t, book, r)
		if t.Failed() {
			t.Log(tell(r))
		}
		if tell(transforms.Understand(book, page.Vocabulary(), src)) != tell(r) {
			t.Fatal("two readings of one file differ")
		}
		records, observations, aside := r.Batches("s", page.Quarter4, "AG-3379")
		if int(records.NumRows()) != len(r.Records) || int(observations.NumRows()) != r.Counting() {
			t.Fatal("rows are lost on the way to the warehouse")
		}
		records.Release()
		aside.Release()
		observations.Release()
	})
}
