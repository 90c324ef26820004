package ntm_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport lists, for every package of the house, the packages of the house
// it may import: cmd → pipeline → the rooms → the two vocabularies. The rooms
// do not know each other; what one needs from another is handed in as plain
// data or as a function. seeds is itself data, the vocabulary of transforms. A package that is not listed is refused, so that
// adding one is a decision.
var mayImport = map[string]string{
	"cmd/ntm":            "pipeline config transforms seeds sql internal/excel internal/report internal/warehouse internal/sheet internal/issue",
	"pipeline":           "config transforms seeds sql internal/excel internal/feedback internal/form internal/report internal/warehouse internal/sheet internal/issue",
	"config":             "",
	"transforms":         "seeds internal/sheet transforms/grid transforms/words transforms/shape transforms/read",
	"transforms/grid":    "internal/sheet", // knows no word
	"transforms/words":   "seeds internal/sheet transforms/grid",
	"transforms/shape":   "internal/sheet transforms/grid transforms/words", // writes no issue
	"transforms/read":    "internal/sheet internal/issue transforms/grid transforms/words transforms/shape",
	"transforms/page":    "seeds internal/sheet transforms/grid transforms/words", // the pages of tests; of use to none else
	"transforms/gen":     "seeds internal/sheet",                                  // draws reports for the laws; it must not know how they are recognised
	"seeds":              "internal/issue",
	"seeds/sample":       "seeds internal/issue",
	"sql":                "",
	"bench/corpus":       "internal/excel internal/sheet internal/issue", // holds our reader against others
	"internal/excel":     "internal/sheet internal/issue",
	"internal/feedback":  "internal/sheet internal/issue", // patches the senders' own files: shares nothing with report, which writes new ones
	"internal/form":      "",                              // writes what it is handed; how parts are packed is handed in by pipeline, from internal/report
	"internal/report":    "internal/docx internal/sheet internal/issue",
	"internal/docx":      "", // the Word format, which knows nothing of communes
	"internal/warehouse": "internal/issue",
	"internal/sheet":     "",
	"internal/issue":     "",
	// What is measured is the reader alone, beside others.
	"bench/inputs":            "",
	"bench/read":              "internal/excel internal/sheet bench/measure",
	"bench/measure":           "",
	"bench/whole":             "internal/excel internal/report internal/sheet internal/warehouse bench/measure", // runs ntm as others see it, and some of its steps alone
	"transforms/gen/drawbook": "transforms/gen seeds internal/sheet",
	"deploy/release/zip":      "", // packs a folder
	"deploy/release/licences": "", // lists what is linked
}

// only lists packages from outside that few may import, and who they are.
var only = map[string]string{
	"github.com/duckdb/duckdb-go/v2": "internal/warehouse bench/whole", // which appends with nothing between
	"database/sql":                   "internal/warehouse bench/whole",
	"github.com/xuri/excelize/v2":    "internal/excel internal/form internal/report seeds/sample transforms/gen/drawbook bench/corpus bench/inputs bench/read bench/whole",
	"codeberg.org/go-pdf/fpdf":       "internal/report",
	"github.com/spf13/viper":         "config",
	"github.com/spf13/cobra":         "cmd/ntm",
	"github.com/spf13/pflag":         "cmd/ntm",
}

func TestImportsRunOneWay(t *testing.T) {
	const module = "github.com/angiang-ntm/ntm/"
	for _, line := range goList(t, "-f", "{{if .GoFiles}}{{.ImportPath}} {{join .Imports \" \"}}{{end}}", "./...") {
		imports := strings.Fields(line)
		name := strings.TrimPrefix(imports[0], module)
		allowed, listed := mayImport[name]
		if !listed {
			t.Errorf("%s is not listed in mayImport", name)
			continue
		}
		for _, path := range imports[1:] {
			if own, ok := strings.CutPrefix(path, module); ok && !slices.Contains(strings.Fields(allowed), own) {
				t.Errorf("%s imports %s", name, own)
			}
			if few, ok := only[path]; ok && !slices.Contains(strings.Fields(few), name) {
				t.Errorf("%s imports %s, which is for %s alone", name, path, few)
			}
			if strings.HasPrefix(name+"/", "transforms/") && !strings.HasPrefix(name, "transforms/gen") && (path == "os" || strings.HasPrefix(path, "os/") || strings.HasPrefix(path, "net")) {
				t.Errorf("%s imports %s: it is to be a pure function of what it is given", name, path)
			}
		}
	}
	// Dates may be computed there, but the run's date is an argument: package
	// time is allowed, its clock is not.
	for _, file := range goList(t, "-f", "{{range .GoFiles}}{{$.Dir}}/{{.}}\n{{end}}", "./transforms", "./transforms/grid", "./transforms/words", "./transforms/shape", "./transforms/read") {
		if text, err := os.ReadFile(file); err != nil || strings.Contains(string(text), "time.Now") {
			t.Errorf("%s reads the clock (%v)", file, err)
		}
	}
	for _, path := range goList(t, "-deps", "./transforms") {
		if _, ok := only[path]; ok {
			t.Errorf("transforms reaches %s through another package", path)
		}
	}
}

func goList(t *testing.T, args ...string) []string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == '\n' })
}
