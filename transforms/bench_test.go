package transforms_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/transforms"
	"github.com/angiang-ntm/ntm/transforms/page"
)

// One small sheet of each layout.
func BenchmarkUnderstand(b *testing.B) {
	for _, name := range []string{"L1-four-header-rows", "L2-sheet-per-commune", "L3"} {
		b.Run(name, func(b *testing.B) {
			data, err := os.ReadFile(filepath.Join("testdata/layouts", name+".txt"))
			if err != nil {
				b.Fatal(err)
			}
			book := &sheet.Book{}
			for _, f := range txtar.Parse(data).Files {
				if f.Name != "reading" {
					book.Sheets = append(book.Sheets, page.Sheet(f.Name, string(f.Data)))
				}
			}
			v := page.Vocabulary()
			for b.Loop() {
				transforms.Understand(book, v, transforms.Source{File: "bao cao.xlsx", Period: page.Quarter4})
			}
		})
	}
}
