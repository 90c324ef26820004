package transforms_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms"
	"github.com/angiang-ntm/ntm/transforms/page"
)

// grown makes books that are n times as large in one direction: what doubles
// there may double the work, and no more (an office's archive holds 8,000 small
// tables down one sheet).
var grown = map[string]func(n int) *sheet.Book{
	"tables below each other": func(n int) *sheet.Book {
		return oneSheet(n, func(b *strings.Builder, i int) {
			fmt.Fprintf(b, "Xã: %s\nTT | Nội dung | Kết quả | Tự đánh giá\n2.2 | Đường ấp | =52.5 | Đạt\n15.1 | Bảo hiểm y tế | =88.1 | Đạt\n\n", communeNo(i))
		})
	},
	"wide tables below each other": func(n int) *sheet.Book {
		return oneSheet(n, func(b *strings.Builder, i int) {
			fmt.Fprintf(b, "STT | Tên xã | 2.2 | 15.1 | %s\n1 | %s | =52.5 | =88.1 | Đạt\n\n", []string{"1.1", "8.1", "8.2"}[i%3], communeNo(i))
		})
	},
	"headings without a table": func(n int) *sheet.Book {
		return oneSheet(n, func(b *strings.Builder, i int) {
			fmt.Fprintf(b, "STT | Tên xã | 2.2 | 15.1\nGhi chú %d: chưa có số liệu\n", i)
		})
	},
	"rows": func(n int) *sheet.Book {
		return oneSheet(n, func(b *strings.Builder, i int) {
			if i == 0 {
				b.WriteString("STT | Tên xã | 2.2 | 15.1 | 1.1\n")
			}
			fmt.Fprintf(b, "%d | %s | =52.5 | =88.1 | Đạt\n", i+1, communeNo(i))
		})
	},
	"rows of a flat table": func(n int) *sheet.Book {
		return oneSheet(n, func(b *strings.Builder, i int) {
			if i == 0 {
				b.WriteString("Tên xã | Chỉ tiêu | Kết quả\n")
			}
			fmt.Fprintf(b, "%s | %s | =52.5\n", communeNo(i/4), []string{"2.2", "15.1", "17.1", "16"}[i%4])
		})
	},
	"columns": func(n int) *sheet.Book {
		ids := []string{"2.2", "15.1", "17.1", "16"}
		var head, one, two strings.Builder
		head.WriteString("STT | Tên xã")
		one.WriteString("1 | Mỹ Đức")
		two.WriteString("2 | Mỹ Phú")
		for i := range 8 * n {
			fmt.Fprintf(&head, " | %s năm %d", ids[i%4], 1990+i/4%27)
			one.WriteString(" | =52.5")
			two.WriteString(" | =88.1")
		}
		return &sheet.Book{Sheets: []*sheet.Sheet{page.Sheet("Biểu", head.String()+"\n"+one.String()+"\n"+two.String())}}
	},
	"communes across": func(n int) *sheet.Book {
		lines := []string{"TT | Chỉ tiêu", "1 | 2.2", "2 | 15.1", "3 | 17.1"}
		for i := range 4 * n {
			lines[0] += " | " + communeNo(i)
			for k := 1; k < len(lines); k++ {
				lines[k] += " | =52.5"
			}
		}
		return &sheet.Book{Sheets: []*sheet.Sheet{page.Sheet("Biểu", strings.Join(lines, "\n"))}}
	},
	"tables side by side": func(n int) *sheet.Book {
		lines := []string{"STT | Tên xã | 2.2 | 15.1", "1 | Mỹ Đức | =52.5 | =88.1", "2 | Mỹ Phú | =52.5 | =88.1"}
		for range n {
			for k, more := range []string{" | | STT | Tên xã | 2.2 | 15.1", " | | 1 | Bình Long | =52.5 | =88.1", " | | 2 | Bình Phú | =52.5 | =88.1"} {
				lines[k] += more
			}
		}
		return &sheet.Book{Sheets: []*sheet.Sheet{page.Sheet("Biểu", strings.Join(lines, "\n"))}}
	},
	"long headings": func(n int) *sheet.Book {
		long := strings.Repeat("và các nội dung khác theo quy định của cấp có thẩm quyền ", n)
		return &sheet.Book{Sheets: []*sheet.Sheet{page.Sheet("Biểu", "STT | Tên xã | 2.2 "+long+" | 15.1 "+long+"\n1 | Mỹ Đức | =52.5 | đạt 88,1% "+long)}}
	},
	"sheets": func(n int) *sheet.Book {
		b := &sheet.Book{}
		for i := range n {
			b.Sheets = append(b.Sheets, page.Sheet(fmt.Sprintf("Xã %s %d", communeNo(i), i), "TT | Nội dung | Kết quả\n2.2 | Đường ấp | =52.5\n15.1 | BHYT | =88.1\n17.1 | Nước | =78.1"))
		}
		return b
	},
	"merges": func(n int) *sheet.Book {
		return oneSheet(n, func(b *strings.Builder, i int) {
			if i == 0 {
				b.WriteString("STT | Tên xã | Nội dung | 2.2 | 15.1\n")
			}
			fmt.Fprintf(b, "%d | %s | Kế hoạch | =52.5 | =88.1\n^ | ^ | Thực hiện | =52.5 | =88.1\n", i+1, communeNo(i))
		})
	},
	"sections": func(n int) *sheet.Book {
		return oneSheet(n, func(b *strings.Builder, i int) {
			if i == 0 {
				b.WriteString("STT | Tên xã | 2.2 | 15.1\n")
			}
			fmt.Fprintf(b, "I | Nhóm xã thứ %d\n1 | %s | =52.5 | =88.1\n", i, communeNo(i))
		})
	},
}

func oneSheet(n int, part func(b *strings.Builder, i int)) *sheet.Book {
	var b strings.Builder
	for i := range n {
		part(&b, i)
	}
	return &sheet.Book{Sheets: []*sheet.Sheet{page.Sheet("Biểu", b.String())}}
}

func communeNo(i int) string {
	all := page.Vocabulary().Communes
	return all[i%len(all)].Name
}

// Work grows with the file and not with its square. What is counted is what is
// allocated, which says the same on every machine; BenchmarkGrowth shows the time.
// The smaller book is large enough for every step of the reading to be under way:
// some ways of reading are only tried where there is enough to try them on.
func TestWorkGrowsWithTheFile(t *testing.T) {
	v := page.Vocabulary()
	for name, of := range grown {
		t.Run(name, func(t *testing.T) {
			work := func(n int) float64 {
				book := of(n)
				src := transforms.Source{File: "Châu Phú.xlsx", Period: page.Quarter4}
				transforms.Understand(book, v, src) // what is remembered of texts is not counted
				return testing.AllocsPerRun(1, func() { transforms.Understand(book, v, src) })
			}
			one, four := work(100), work(400)
			if four > 6*one {
				t.Errorf("four times as much takes %.0f allocations instead of %.0f", four, one)
			}
		})
	}
}

// Two readings of one file are one, whatever order maps are walked in.
func TestReadingIsDeterministic(t *testing.T) {
	for _, c := range readCases(t) {
		want := tell(transforms.Understand(c.book, c.v, c.src))
		for range 5 {
			if got := tell(transforms.Understand(c.book, c.v, c.src)); got != want {
				t.Fatalf("%s reads\n%s\nand then\n%s", c.name, want, got)
			}
		}
	}
}

// A search that is cancelled at any time ends with a whole account, and says so.
func TestCancelledReadings(t *testing.T) {
	book := grown["rows"](400)
	src := transforms.Source{File: "Châu Phú.xlsx", Period: page.Quarter4}
	asked := 0
	transforms.UnderstandUntil(book, page.Vocabulary(), src, func() bool { asked++; return false })
	if asked == 0 {
		t.Fatal("nobody asks whether to go on")
	}
	for stop := range asked {
		n := 0
		r := transforms.UnderstandUntil(book, page.Vocabulary(), src, func() bool { n++; return n > stop })
		checkReading(t, book, r)
	}
}

func BenchmarkGrowth(b *testing.B) {
	names := make([]string, 0, len(grown))
	for name := range grown {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, n := range []int{250, 500, 1000} {
			b.Run(fmt.Sprint(name, "/", n), func(b *testing.B) {
				book := grown[name](n)
				v, src := page.Vocabulary(), transforms.Source{File: "Châu Phú.xlsx", Period: page.Quarter4}
				b.ReportAllocs()
				for b.Loop() {
					transforms.Understand(book, v, src)
				}
			})
		}
	}
}
