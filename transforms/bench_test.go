package transforms

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/angiang-ntm/ntm/internal/sheet"
)

// One small sheet of each layout.
func BenchmarkUnderstand(b *testing.B) {
	for _, page := range []string{"L1-four-header-rows", "L2-sheet-per-commune", "L3"} {
		b.Run(page, func(b *testing.B) {
			data, err := os.ReadFile(filepath.Join("testdata/layouts", page+".txt"))
			if err != nil {
				b.Fatal(err)
			}
			book := &sheet.Book{}
			for _, f := range txtar.Parse(data).Files {
				if f.Name != "reading" {
					book.Sheets = append(book.Sheets, parseSheet(f.Name, string(f.Data)))
				}
			}
			v := words()
			for b.Loop() {
				Understand(book, v, Source{File: "bao cao.xlsx", Period: quarter4})
			}
		})
	}
}
