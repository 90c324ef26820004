package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/xuri/excelize/v2"
)

// comparison is how one file reads through other readers.
type comparison struct {
	Reader    string // whose opinion was asked
	NoOpinion string `json:",omitempty"` // why that reader gave none
	Cells     int    // compared
	Equal     int
	Covered   int // under a merge, where only the first cell counts
	// Others counts the differences by class; Examples shows some of each.
	Others   map[string]int       `json:",omitempty"`
	Examples map[string][]example `json:",omitempty"`
}

type example struct{ Cell, Ours, Theirs, Third string }

//go:embed opinions.py
var opinions string

// opinion is what another reader reads in a file.
type opinion struct {
	Error  string
	Sheets []otherSheet
}

type otherSheet struct {
	Name  string
	Cells []otherCell
	cells map[sheet.Pos]otherCell
}

// otherCell is one cell as another reader has it. Of the kind "raw" only the
// stored text is known, "near" is raw and has been through a conversion, which
// writes the same number in other digits.
type otherCell struct {
	row, col   int
	kind, text string
}

func (c *otherCell) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&c.row, &c.col, &c.kind, &c.text})
}

// same tells whether a cell of ours is what the other reader has.
func (c otherCell) same(o sheet.Cell) bool {
	switch c.kind {
	case "text", "error":
		return (o.Kind == sheet.Text || o.Kind == sheet.Error) && o.Text == c.text
	case "bool":
		return o.Kind == sheet.Bool && o.Text == c.text
	case "number", "date":
		n, err := strconv.ParseFloat(c.text, 64)
		return o.Kind == sheet.Number && err == nil && n == o.Num
	}
	if o.Kind == sheet.Bool { // raw truth values are digits
		return c.text == strconv.Itoa(int(o.Num)) || c.text == o.Text
	}
	if c.kind == "near" && o.Kind == sheet.Number {
		n, err := strconv.ParseFloat(c.text, 64)
		return err == nil && math.Abs(n-o.Num) <= 1e-12*math.Abs(o.Num)
	}
	return o.Text == c.text
}

// compare reads a file by our reader and by others.
func compare(name, converted string) (out comparison) {
	go watchMemory()
	book, c := read(name)
	var second, third func() opinion
	switch ending(name) {
	case ".xls":
		out.Reader = "xlrd"
		second = func() opinion { return python("xlrd", name) }
		third = func() opinion { return office(name) }
	case ".ods":
		out.Reader = "LibreOffice"
		second = func() opinion { return throughOffice(converted) }
	case ".csv":
		out.Reader = "Python csv"
		second = func() opinion { return python("csv", name) }
	case ".xlsx", ".xlsm", ".xltx", ".xltm":
		out.Reader = "excelize"
		second = func() opinion { return excelizeReads(name, "raw") }
		third = func() opinion { return python("openpyxl", name) }
	default:
		return out
	}
	theirs := second()
	if book == nil {
		// A refusal is a loss if somebody else makes sense of the file.
		class := "refused " + c.Outcome
		if theirs.Error == "" {
			class += ", " + out.Reader + " reads it"
		}
		if third != nil && theirs.Error == "" {
			if t := third(); t.Error == "" {
				class += ", a third does"
			}
		}
		out.NoOpinion = theirs.Error
		out.add(class, example{Ours: c.Message, Theirs: theirs.Error})
		return out
	}
	if theirs.Error != "" && third != nil {
		out.NoOpinion, theirs, third = theirs.Error, third(), nil
		out.Reader = "a third"
	}
	if theirs.Error != "" {
		out.NoOpinion += "; " + theirs.Error
		return out
	}
	if out.Reader == "Python csv" {
		return compareTable(book.Sheets[0], theirs)
	}
	var asked *opinion
	ask := func() *opinion {
		if asked == nil {
			asked = &opinion{Error: "nobody"}
			if third != nil {
				*asked = third()
			}
		}
		return asked
	}
	seen := make(map[string]bool)
	for i, s := range book.Sheets {
		w := theirs.find(i, s.Name, len(book.Sheets))
		if w == nil {
			out.add("a sheet only ours", example{Cell: s.Name, Ours: fmt.Sprint(len(s.Cells), " cells")})
			continue
		}
		if seen[w.Name] && len(theirs.Sheets) < len(book.Sheets) {
			out.add("two sheets of one name", example{Cell: s.Name})
			continue
		}
		seen[w.Name] = true
		out.compareSheet(s, w, func(p sheet.Pos) (otherCell, bool, bool) {
			t := ask()
			w := t.find(i, s.Name, len(book.Sheets))
			if t.Error != "" || w == nil {
				return otherCell{}, false, false
			}
			c, ok := w.at(p)
			return c, ok, true
		})
	}
	for _, w := range theirs.Sheets {
		if !seen[w.Name] && len(w.Cells) > 0 {
			out.add("a sheet only theirs", example{Cell: w.Name, Theirs: fmt.Sprint(len(w.Cells), " cells")})
		}
	}
	return out
}

// find is a sheet by its place where both have as many, else by its name.
func (o *opinion) find(i int, name string, of int) *otherSheet {
	if len(o.Sheets) == of && strings.EqualFold(o.Sheets[i].Name, name) {
		return &o.Sheets[i]
	}
	for k := range o.Sheets {
		if strings.EqualFold(o.Sheets[k].Name, name) {
			return &o.Sheets[k]
		}
	}
	return nil
}

func (s *otherSheet) at(p sheet.Pos) (otherCell, bool) {
	if s.cells == nil {
		s.cells = make(map[sheet.Pos]otherCell, len(s.Cells))
		for _, c := range s.Cells {
			s.cells[sheet.Pos{Row: c.row, Col: c.col}] = c
		}
	}
	c, ok := s.cells[p]
	return c, ok
}

func (out *comparison) compareSheet(s *sheet.Sheet, w *otherSheet, third func(sheet.Pos) (c otherCell, there, asked bool)) {
	under := newCover(s)
	ours := make(map[sheet.Pos]sheet.Cell, len(s.Cells))
	tell := func(p sheet.Pos, o sheet.Cell, stored bool, c otherCell, theirs bool) {
		class := classOf(o, stored, c, theirs)
		e := example{Cell: s.Name + "!" + p.String(), Ours: o.Text, Theirs: c.text}
		if t, there, asked := third(p); asked {
			e.Third = t.text
			switch {
			case there == stored && (!there || t.same(o)):
				class += "; a third as ours"
			case there == theirs && (!there || t.text == c.text):
				class += "; a third as theirs"
			default:
				class += "; a third otherwise"
			}
		}
		out.add(class, e)
	}
	for _, c := range s.Cells {
		if c.Kind == sheet.NoResult {
			continue // to the others an empty cell
		}
		ours[c.Pos] = c
	}
	for _, c := range s.Cells {
		w, ok := w.at(c.Pos)
		if c.Kind == sheet.NoResult && !ok {
			continue
		}
		out.Cells++
		if ok && w.same(c) {
			out.Equal++
		} else {
			tell(c.Pos, c, true, w, ok)
		}
	}
	for _, c := range w.Cells {
		p := sheet.Pos{Row: c.row, Col: c.col}
		if _, ok := ours[p]; ok {
			continue
		}
		if under.has(p) {
			out.Covered++
			continue
		}
		out.Cells++
		tell(p, sheet.Cell{}, false, c, true)
	}
}

// cover knows which addresses a merge covers.
type cover struct{ merges []sheet.Rect }

func newCover(s *sheet.Sheet) cover { return cover{s.Merges} }

func (c cover) has(p sheet.Pos) bool {
	for _, m := range c.merges {
		if m.Contains(p) && m.From != p {
			return true
		}
	}
	return false
}

// classOf names in what two readings of a cell differ.
func classOf(o sheet.Cell, stored bool, c otherCell, theirs bool) string {
	switch {
	case !theirs:
		return "only ours"
	case !stored:
		if strings.TrimSpace(c.text) == "" {
			return "only theirs, white space"
		}
		return "only theirs"
	}
	n, err := strconv.ParseFloat(c.text, 64)
	lines := strings.NewReplacer("\r\n", "\n", "\r", "\n", "_x000D_", "", "_x000d_", "")
	switch {
	case o.Kind == sheet.NoResult:
		return "a value that was not stored"
	case o.Kind == sheet.Number && err == nil && n == o.Num:
		return "the same number in other digits"
	case o.Kind == sheet.Number && err == nil:
		return "another number"
	case o.Kind == sheet.Number && o.Date:
		return "a date as text"
	case o.Kind == sheet.Text && (c.kind == "number" || c.kind == "date"):
		return "text where they have a number"
	case strings.TrimSpace(o.Text) == strings.TrimSpace(c.text):
		return "white space at the ends"
	case lines.Replace(o.Text) == lines.Replace(c.text):
		return "line ends"
	}
	return "another text"
}

func (out *comparison) add(class string, e example) {
	if out.Others == nil {
		out.Others, out.Examples = make(map[string]int), make(map[string][]example)
	}
	if out.Others[class]++; out.Others[class] <= 3 {
		e.Ours, e.Theirs, e.Third = short(e.Ours), short(e.Theirs), short(e.Third)
		out.Examples[class] = append(out.Examples[class], e)
	}
}

func short(s string) string {
	if r := []rune(s); len(r) > 120 {
		return string(r[:120]) + "…"
	}
	return s
}

// compareTable holds a table without types against Python's reading of it under
// each separator; the one that comes nearest is the one to be held against.
func compareTable(s *sheet.Sheet, theirs opinion) comparison {
	best := comparison{Equal: -1}
	for i := range theirs.Sheets {
		one := comparison{Reader: "Python csv"}
		one.compareSheet(s, &theirs.Sheets[i], func(sheet.Pos) (c otherCell, there, asked bool) { return })
		if best.Equal < 0 || one.Cells-one.Equal < best.Cells-best.Equal {
			best = one
		}
	}
	return best
}

// excelizeReads reads raw values, and types of none.
func excelizeReads(name, kind string) (o opinion) {
	defer func() {
		if p := recover(); p != nil {
			o = opinion{Error: fmt.Sprint("panic: ", p)}
		}
	}()
	data, err := os.ReadFile(name)
	if err != nil {
		return opinion{Error: err.Error()}
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipXMLSizeLimit: 64 << 20})
	if err != nil {
		return opinion{Error: err.Error()}
	}
	defer f.Close()
	for _, sheetName := range f.GetSheetList() {
		rows, err := f.Rows(sheetName)
		if err != nil {
			var none excelize.ErrSheetNotExist
			if errors.As(err, &none) || strings.Contains(err.Error(), "not a worksheet") {
				continue
			}
			return opinion{Error: err.Error()}
		}
		one := otherSheet{Name: sheetName}
		for r := 1; rows.Next(); r++ {
			cols, err := rows.Columns(excelize.Options{RawCellValue: true})
			if err != nil {
				return opinion{Error: err.Error()}
			}
			for c, v := range cols {
				if v != "" {
					one.Cells = append(one.Cells, otherCell{r, c + 1, kind, v})
				}
			}
		}
		if err := rows.Error(); err != nil {
			return opinion{Error: err.Error()}
		}
		rows.Close()
		o.Sheets = append(o.Sheets, one)
	}
	return o
}

// python asks a reader written in Python.
func python(reader, name string) (o opinion) {
	program := os.Getenv("NTM_PYTHON")
	if program == "" {
		return opinion{Error: noPython}
	}
	out, err := exec.Command(program, "-c", opinions, reader, name).Output()
	if err != nil {
		return opinion{Error: reader + ": " + err.Error()}
	}
	if err := json.Unmarshal(out, &o); err != nil {
		return opinion{Error: reader + ": " + err.Error()}
	}
	return o
}

const (
	noPython = "NTM_PYTHON names no Python"
	noOffice = "soffice is not installed"
)

// office has LibreOffice convert one file, and excelize read what comes out.
func office(name string) opinion {
	dir, err := os.MkdirTemp("", "ntm-corpus-")
	if err != nil {
		return opinion{Error: err.Error()}
	}
	defer os.RemoveAll(dir)
	if err := convert(dir, name); err != nil {
		return opinion{Error: err.Error()}
	}
	base := filepath.Base(name)
	return throughOffice(filepath.Join(dir, strings.TrimSuffix(base, filepath.Ext(base))+".xlsx"))
}

func throughOffice(converted string) opinion {
	if converted == "" {
		return opinion{Error: "not converted: " + noOffice + ", or did not make sense of the file"}
	}
	return excelizeReads(converted, "near")
}

// convert saves a file as .xlsx into a folder, with a profile of its own.
func convert(dir, name string) error {
	program, err := exec.LookPath("soffice")
	if err != nil {
		return errors.New(noOffice)
	}
	cmd := exec.Command(program, "-env:UserInstallation=file://"+filepath.ToSlash(dir)+"/profile", "--headless",
		"--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", dir, name)
	cmd.WaitDelay = time.Second
	end := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer end.Stop()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("soffice: %w: %s", err, short(string(out)))
	}
	return nil
}

// convertAll converts the .ods files, each by itself: one that LibreOffice does
// not survive must not cost the others.
func convertAll(dir string, files []string) (converted map[string]string, clean func(), err error) {
	into, err := os.MkdirTemp("", "ntm-corpus-")
	if err != nil {
		return nil, nil, err
	}
	converted = make(map[string]string)
	for i, f := range files {
		if ending(f) != ".ods" {
			continue
		}
		at := filepath.Join(into, strconv.Itoa(i))
		if err := os.Mkdir(at, 0o755); err != nil {
			return nil, nil, err
		}
		name := filepath.Join(dir, filepath.FromSlash(f))
		if err := convert(at, name); err != nil {
			if err.Error() == noOffice {
				break
			}
			continue
		}
		base := filepath.Base(name)
		converted[f] = filepath.Join(at, strings.TrimSuffix(base, filepath.Ext(base))+".xlsx")
		os.RemoveAll(filepath.Join(at, "profile"))
	}
	return converted, func() { os.RemoveAll(into) }, nil
}

// watchMemory ends this process when another reader takes all the machine has.
func watchMemory() {
	for {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		if m.Sys > 3<<30 {
			fmt.Fprintln(os.Stderr, "another reader took more than 3 GiB")
			os.Exit(exitDifferent)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
