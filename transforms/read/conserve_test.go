package read

import (
	"slices"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms/page"
	"github.com/angiang-ntm/ntm/transforms/shape"
	"github.com/angiang-ntm/ntm/transforms/words"
)

// understood reads one sheet of a page, for a test to spoil what came out.
func understood(text string) (*reader, *sheet.Book) {
	book := &sheet.Book{Sheets: []*sheet.Sheet{page.Sheet("Biểu 1", strings.TrimLeft(text, "\n"))}}
	v, src := page.Vocabulary(), Source{File: "huyện Thoại Sơn.xlsx", Period: page.Quarter4}
	g := page.Grid(book.Sheets[0], 1)
	sheets := []Sheet{{Grid: g, Tables: shape.Tables(g, v, shape.Asked{Period: src.Period}, nil)}}
	return read(book, v, src, sheets), book
}

const accountPage = `
UBND HUYỆN THOẠI SƠN
STT | Tên xã | 1.1 | 2.1 | Tổng số tiêu chí đạt | Chi phí | Ghi chú
1 | Vĩnh Phú | x | 100 | 19 | 5 | tốt
2 | Vĩnh Trạch | Chưa | =90 | 18 | 6 |
Cộng | | | 2 | | |
Nơi nhận:
`

// The account of a sound reading names every cell once.
func TestCellsAreCounted(t *testing.T) {
	r, _ := understood(accountPage)
	want := Cells{
		Total: 24, Header: 7, Key: 5, Observation: 4, Totals: 3, Note: 1, Named: 2, Ignored: 2,
	}
	if r.out.Cells != want {
		t.Errorf("counted %+v\nwant    %+v", r.out.Cells, want)
	}
	for _, i := range r.out.Issues {
		if i.Check == "cell_lost" || i.Check == "cell_twice" {
			t.Errorf("a sound reading has a breach: %s", i)
		}
	}
}

// Whatever reading does wrong with a cell, the account finds that cell.
func TestAccountFindsWhatReadingSpoils(t *testing.T) {
	at := func(s string) sheet.Pos { p, _ := sheet.ParsePos(s); return p }
	drop := func(r *reader, cell string) {
		r.out.Observations = slices.DeleteFunc(r.out.Observations, func(o Observation) bool { return o.Cell == cell })
	}
	for _, c := range []struct {
		name, cell, check, says string
		spoil                   func(*reader)
	}{
		{"a role is dropped", "B4", "cell_lost", "không được đọc", func(r *reader) { delete(r.used[0], at("B4")) }},
		{"an observation is dropped", "D4", "cell_lost", "không có trong kết quả", func(r *reader) { drop(r, "D4") }},
		{"an observation is doubled", "D3", "cell_twice", "hai số liệu", func(r *reader) {
			for _, o := range r.out.Observations {
				if o.Cell == "D3" {
					o.Measure, o.Indicator = words.Claim, "1.2"
					r.out.Observations = append(r.out.Observations, o)
				}
			}
		}},
		{"a total is a note too", "E3", "cell_twice", "cũng là ghi chú", func(r *reader) { r.used[0][at("E3")] = roleNote }},
		{"an observation is in an ignored region", "C3", "cell_twice", "vùng không đọc", func(r *reader) {
			r.out.Ignored = append(r.out.Ignored, Region{Sheet: "Biểu 1", SheetNo: 1, Area: sheet.Rect{From: at("C3"), To: at("C3")}, Cells: 1})
		}},
		{"a region is named twice", "A1", "cell_twice", "2 vùng", func(r *reader) { r.out.Ignored = append(r.out.Ignored, r.out.Ignored[0]) }},
		{"a region is forgotten", "A6", "cell_lost", "không được đọc", func(r *reader) { r.out.Ignored = r.out.Ignored[:1] }},
		{"a column is passed over in silence", "F3", "cell_lost", "thông báo", func(r *reader) { r.out.Issues = nil }},
		{"two tables take a cell", "A3", "cell_twice", "hai bảng", func(r *reader) {
			r.table++
			g := r.sheets[0].Grid
			r.use(g, g.At(3, 1), roleKey)
		}},
		{"an observation quotes a blank", "C5", "cell_lost", "ô đó trống", func(r *reader) {
			o := r.out.Observations[0]
			o.Cell = "C5"
			r.out.Observations = append(r.out.Observations, o)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, book := understood(accountPage)
			c.spoil(r)
			r.settleAccount(book)
			for _, i := range r.out.Issues {
				if i.Check == c.check && i.Cell == c.cell && i.Sheet == "Biểu 1" && i.Severity == "error" && strings.Contains(i.Message, c.says) {
					return
				}
			}
			t.Errorf("nobody says %s of %s: %v", c.check, c.cell, r.out.Issues)
		})
	}
}
