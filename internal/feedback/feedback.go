// Package feedback writes what goes back to a sender: the sender's own file with
// every problem marked in its cell, and in front of it a sheet that lists them.
//
// The file of a sender is never written anew by a library: of a workbook each
// part is copied as it was received, byte for byte, except the few that have to
// change. Libraries that read a workbook and write it again drop what they do
// not know and break on what they do not expect, and then the sender gets back
// something else than what was sent.
package feedback

import (
	"bytes"
	"cmp"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"unicode"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// Source is the sender's file: the bytes of an .xlsx or .xlsm workbook, or any
// other format as it was read. Without either only the list is written.
type Source struct {
	Workbook []byte
	Book     *sheet.Book
	// PartBytes bounds one part of the workbook, unpacked; 0 is 256 MiB.
	PartBytes int64
}

// Report is what the list sheet says.
type Report struct {
	Office       string // who sends it back; also the author of the comments
	Period       string // as printed: "Quý IV/2017"
	Sender       string // "huyện Chợ Mới", "" where nobody can tell
	File         string // the name as received
	Status       string // accepted, rejected
	Reason       string // why it was rejected
	Illustrative bool   // prints "SỐ LIỆU MINH HỌA"
	Problems     []Problem
	// SetID, Communes and Average say how the sender's communes were counted;
	// Average is over those with data, nil where there are none.
	SetID    string
	Communes []Commune
	Average  *float64
	Others   []Other // the sender's other files of the period
	// ListOnly says, in a Vietnamese sentence, why the file itself does not
	// come back.
	ListOnly string
	// Copied says that the file was received in another format.
	Copied bool
	// Dropped is what was not carried over; the patcher fills it in.
	Dropped []string
}

// Problem is one finding, as the sender is told of it.
type Problem struct {
	Severity        issue.Severity
	Code            string
	Sheet, Cell     string // "" where the problem is of no cell
	Message, Remedy string // Vietnamese
}

// Commune is how one commune of the sender was counted.
type Commune struct {
	Name       string
	Reported   bool
	Met, Total int    // criteria
	Failing    string // indicators: "13.1; 15.1"
	Unknown    int    // criteria that could not be judged
	File       string // whose figures counted
}

// Other is another file of the same sender and what became of it.
type Other struct{ File, Status, Reason string }

const listName = "Cần chỉnh sửa"

// CodeListOnly is the code under which it is said that a file could not be
// marked although it was read.
const CodeListOnly = "NTM-440"

// Make writes the workbook that goes back. trouble is why the sender's file
// could not be marked; book then holds the list alone and says so on its sheet.
// An error means that the program is broken.
func Make(src Source, r Report) (book []byte, trouble, err error) {
	if src.PartBytes <= 0 {
		src.PartBytes = 256 << 20
	}
	if src.Workbook != nil || src.Book != nil {
		if book, trouble = attempt(src, r); trouble == nil {
			return book, nil, nil
		}
		r.ListOnly = "Chương trình không đánh dấu được vào bản sao của tệp này (mã " + CodeListOnly + "), nên chỉ gửi danh sách; tệp vẫn được đọc và tính như ghi dưới đây."
	}
	book, err = attempt(Source{PartBytes: src.PartBytes}, r)
	if err != nil {
		return nil, trouble, fmt.Errorf("write the list for %s: %w", r.File, err)
	}
	return book, trouble, nil
}

// attempt makes one of the forms. No file may end the run, so a fault of ours is
// an error here.
func attempt(src Source, r Report) (book []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			book, err = nil, fmt.Errorf("panic: %v (%s)", p, panicPlace(debug.Stack()))
		}
	}()
	r.Problems = slices.Clone(r.Problems)
	base := src.Workbook
	switch {
	case src.Book != nil:
		r.Copied = true
		if base, err = copyOf(src.Book, r.Problems); err != nil {
			return nil, err
		}
	case base == nil:
		if base, err = copyOf(&sheet.Book{}, nil); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	if err := patchWorkbook(&out, base, r, src.PartBytes); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// panicPlace finds the line of this package that panicked, for the log.
func panicPlace(stack []byte) string {
	_, after, _ := strings.Cut(string(stack), "panic(")
	for line := range strings.Lines(after) {
		if i := strings.LastIndex(line, "/internal/feedback/"); i >= 0 {
			place, _, _ := strings.Cut(line[i+len("/internal/feedback/"):], " ")
			return strings.TrimSpace(place)
		}
	}
	return "?"
}

// order sorts problems as they are listed: the gravest first, then as they
// stand in the book, those of no cell before the others.
func order(problems []Problem, tabOf func(string) int) {
	place := func(p Problem) (int, sheet.Pos) {
		pos, _ := sheet.ParsePos(p.Cell)
		if p.Sheet == "" && p.Cell == "" {
			return -1, pos
		}
		return tabOf(p.Sheet), pos
	}
	slices.SortStableFunc(problems, func(a, b Problem) int {
		ta, pa := place(a)
		tb, pb := place(b)
		return cmp.Or(rank[a.Severity]-rank[b.Severity], ta-tb, pa.Row-pb.Row, pa.Col-pb.Col,
			strings.Compare(a.Code, b.Code), strings.Compare(a.Message, b.Message))
	})
}

var severityWords = map[issue.Severity]string{issue.Error: "Phải sửa", issue.Warning: "Cần kiểm tra", issue.Info: "Lưu ý"}

// text is what the comment in the cell says: how grave, what is wrong, what to
// do, and the code to look it up by.
func (p Problem) text() string {
	s := strings.ToUpper(severityWords[p.Severity]) + " [" + p.Code + "]: " + upperFirst(p.Message)
	if p.Remedy != "" {
		s += "\nCách xử lý: " + p.Remedy
	}
	return s
}

// upperFirst begins a sentence.
func upperFirst(s string) string {
	for _, r := range s {
		return strings.ToUpper(string(r)) + s[len(string(r)):]
	}
	return s
}

// WithoutList takes the lists of earlier feedback out of a book that was read,
// so that a sender may mend the very file that came back. It returns the names
// of the sheets that are left out.
func WithoutList(book *sheet.Book) (names []string) {
	book.Sheets = slices.DeleteFunc(book.Sheets, func(s *sheet.Sheet) bool {
		if !strings.HasPrefix(s.Name, listName) {
			return false
		}
		for _, c := range s.Cells {
			if c.Pos.Row > 4 {
				break
			}
			if c.Text == listTitle || c.Text == allGood {
				names = append(names, s.Name)
				return true
			}
		}
		return false
	})
	return names
}

// Names hands out the paths of feedback files, none twice.
type Names map[string]bool

// Unknown is the folder of files of which nobody can tell the sender.
const Unknown = "chua-ro"

var reserved = []string{"con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"}

// safe makes one element of a path of a text, whatever it holds, that every
// system accepts.
func safe(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F || strings.ContainsRune(`<>:"/\|?*`, r) {
			return '_'
		}
		if unicode.Is(unicode.Cf, r) || r == 0x2028 || r == 0x2029 {
			return -1 // what hides, or turns the direction round, makes one name look like another
		}
		return r
	}, strings.ToValidUTF8(s, "_"))
	for len(s) > most {
		runes := []rune(s)
		s = string(runes[:len(runes)-1])
	}
	s = strings.TrimRight(strings.TrimLeft(s, " "), " .")
	if stem, _, _ := strings.Cut(strings.ToLower(s), "."); s == "" || strings.Trim(s, ".") == "" || slices.Contains(reserved, stem) {
		s = "_" + s
	}
	return s
}

// Take returns the path, with forward slashes, of the file that goes back for
// one received under this name. Where the sender has sent another file of that
// name, which happens when they lie in different folders, it gets a number.
func (n Names) Take(sender, received string) string {
	dir := Unknown
	if sender != "" {
		dir = safe(sender, 60)
	}
	stem := received[strings.LastIndexAny(received, `/\`)+1:]
	ending := ".xlsx"
	if len(stem) > len(ending) && strings.EqualFold(stem[len(stem)-len(ending):], ending) {
		stem, ending = stem[:len(stem)-len(ending)], stem[len(stem)-len(ending):]
	}
	stem = safe(stem, 200)
	for i := 1; ; i++ {
		name := stem
		if i > 1 {
			name = fmt.Sprintf("%s (bản %d)", stem, i)
		}
		path := dir + "/" + name + ending
		if key := strings.ToLower(path); !n[key] {
			n[key] = true
			return path
		}
	}
}

// IsWorkbook tells whether a file is a workbook that can be patched: .xlsx or
// .xlsm by its contents, whatever its name. Any other format is copied.
func IsWorkbook(data []byte) (yes bool) {
	defer func() {
		if recover() != nil {
			yes = false
		}
	}()
	_, err := openWorkbook(data, 16<<20)
	return err == nil
}
