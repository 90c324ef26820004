package excel

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/xuri/excelize/v2"
)

// One workbook saved as .xlsx and as .ods reads equal, whatever its cells hold.
func TestOneWorkbookInTwoFormats(t *testing.T) {
	cells := sameBooks(t, "bieu", readFile(t, "testdata/bieu.xlsx"), readFile(t, "testdata/bieu.ods"))
	t.Logf("%d cells equal", cells)
}

// A table of texts is the same as .xlsx, .ods and .csv.
func TestOneTableInThreeFormats(t *testing.T) {
	place := func(file string) (cells []string) {
		for _, c := range readFile(t, file).Sheets[0].Cells {
			if c.Kind != sheet.Text {
				t.Errorf("%s: %s is not a text", file, c.Pos)
			}
			cells = append(cells, c.Pos.String()+" "+c.Text)
		}
		return cells
	}
	want := place("testdata/bieu.xlsx")
	for _, file := range []string{"testdata/bieu.ods", "testdata/bieu.csv"} {
		if got := place(file); !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %q\nwant %q", file, got, want)
		}
	}
}

// A protected workbook opens with any of the passwords that are configured,
// and is refused without; no message says a password.
func TestProtectedWorkbooks(t *testing.T) {
	plain, err := os.ReadFile("testdata/bieu.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	agile, err := os.ReadFile("testdata/mat-khau.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	encrypt := func(password string, inside []byte) []byte {
		out, err := excelize.Encrypt(inside, &excelize.Options{Password: password})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	const secret = "An Giang, 2017"
	want := readFile(t, "testdata/bieu.xlsx").Sheets
	for _, test := range []struct {
		name      string
		data      []byte
		passwords []string
		code      string
	}{
		{"as Excel 2010 and later", agile, []string{"khác", secret}, ""},
		{"as Excel 2007", encrypt(secret, plain), []string{secret}, ""},
		{"by Excel itself, with nobody's password", encrypt(defaultPassword, plain), nil, ""},
		{"wrong password", agile, []string{"khác"}, codeEncrypted},
		{"no password", agile, nil, codeEncrypted},
		{"what is inside is no workbook", encrypt(secret, storedZip("word/document.xml", strings.Repeat("x", 8000))), []string{secret}, codeWord},
		{"what is inside is damaged", encrypt(secret, plain[:len(plain)/2]), []string{secret}, codeTruncated},
		{"cut", agile[:len(agile)/2], []string{secret}, codeEncrypted},
	} {
		t.Run(test.name, func(t *testing.T) {
			book, issues, err := ReadWith(context.Background(), "a.xlsx", test.data, Options{Limits: DefaultLimits(), Passwords: test.passwords})
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range issues {
				if strings.Contains(i.Message+i.Remedy, secret) || strings.Contains(i.Message+i.Remedy, "khác") {
					t.Errorf("says a password: %v", i)
				}
			}
			if test.code != "" {
				if book != nil || len(issues) != 1 || issues[0].Code != test.code || issues[0].Remedy == "" {
					t.Errorf("%v, want a refusal %s", issues, test.code)
				}
				return
			}
			if book == nil || !reflect.DeepEqual(book.Sheets, want) {
				t.Errorf("not the cells of the workbook inside: %v", issues)
			}
		})
	}
}

// Damage to a protected file is a refusal, or the original cells: it never
// harms the program.
func TestProtectedMutants(t *testing.T) {
	plain, err := os.ReadFile("testdata/bieu.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	want := readFile(t, "testdata/bieu.xlsx").Sheets
	data, err := excelize.Encrypt(plain, &excelize.Options{Password: "x"})
	if err != nil {
		t.Fatal(err)
	}
	opts := Options{Limits: fuzzLimits(), Passwords: []string{"x"}}
	rng := rand.New(rand.NewPCG(2017, 6))
	read, total := 0, 60
	for range total {
		book, issues, err := ReadWith(context.Background(), "a.xlsx", mutateBytes(rng, data), opts)
		if err != nil || book == nil && (len(issues) != 1 || issues[0].Code == codePanic) {
			t.Fatal(issues, err)
		}
		if book != nil {
			if read++; !reflect.DeepEqual(book.Sheets, want) {
				t.Fatalf("a mutant gives other cells: %s", cellsText(book))
			}
		}
	}
	t.Logf("%d mutants: %d read with the original cells, %d refused", total, read, total-read)
}

// biff2 is a sheet as Excel 2 saved it: a name and a number.
func biff2() []byte {
	var out []byte
	record := func(kind uint16, body ...byte) {
		out = binary.LittleEndian.AppendUint16(out, kind)
		out = binary.LittleEndian.AppendUint16(out, uint16(len(body)))
		out = append(out, body...)
	}
	record(0x0009, 2, 0, 0x10, 0)
	record(0x0004, append([]byte{0, 0, 0, 0, 0, 0, 0, 8}, "Phu Tanh"...)...)
	record(0x0002, 0, 0, 1, 0, 0, 0, 0, 86, 0)
	record(0x000A)
	return out
}

// What only LibreOffice can read is refused, unless it is allowed to convert
// it; then the result says so.
func TestConverter(t *testing.T) {
	why := refused(t, "a.xls", biff2(), DefaultLimits())
	if why.Code != codeOldXLS {
		t.Error(why)
	}
	_, issues, err := ReadWith(context.Background(), "a.xls", biff2(), Options{Limits: DefaultLimits(), Converter: "no-such-program"})
	if converterPlaceExists() {
		t.Log("LibreOffice is where it installs itself, so it cannot be missing")
	} else if err != nil || len(issues) != 1 || issues[0].Code != codeConverter || issues[0].Remedy == "" {
		t.Errorf("without the program: %v %v", issues, err)
	}

	if _, err := exec.LookPath("soffice"); err != nil {
		t.Skip("no soffice in PATH: nothing converts the file")
	}
	t.Setenv("NTM_READER_PASSWORDS", "secret")
	before := leftovers(t)
	book, issues, err := ReadWith(context.Background(), "a.xls", biff2(), Options{Limits: DefaultLimits(), Converter: "soffice"})
	if err != nil || book == nil {
		t.Fatal(issues, err)
	}
	if got := cellsText(book); got != `A1="Phu Tanh" B1=86` || book.Name != "a.xls" || codesOf(issues) != codeConverted || issues[0].Severity != issue.Info {
		t.Errorf("%s %q %v", got, book.Name, issues)
	}
	if after := leftovers(t); after != before {
		t.Errorf("%d folders left behind", after-before)
	}

	hurried := DefaultLimits()
	hurried.Seconds = 1
	_, issues, err = ReadWith(context.Background(), "a.xls", biff2(), Options{Limits: hurried, Converter: "soffice"})
	if err != nil || len(issues) != 1 || issues[0].Code != codeSeconds && issues[0].Code != codeConverted {
		t.Errorf("in a hurry: %v %v", issues, err)
	}
	if after := leftovers(t); after != before {
		t.Errorf("%d folders left behind by a conversion that was ended", after-before)
	}
}

func converterPlaceExists() bool {
	for _, place := range converterPlaces {
		if _, err := os.Stat(place); err == nil {
			return true
		}
	}
	return false
}

func leftovers(t *testing.T) (n int) {
	t.Helper()
	entries, err := os.ReadDir(os.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "ntm-convert-") {
			n++
		}
	}
	return n
}
