package feedback

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
)

// TestCorpus marks some cells of every workbook of a folder that NTM_CORPUS
// names (public test files; none is kept here). Whatever our reader reads must
// come back marked, with the same values, and every part that is not patched
// byte for byte. With LibreOffice on the machine, each that it opened before it
// must open afterwards.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("NTM_CORPUS")
	if dir == "" {
		t.Skip("NTM_CORPUS names no folder of workbooks")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.[xX][lL][sS][xXmM]"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no workbooks in %s (%v)", dir, err)
	}
	before, after := t.TempDir(), t.TempDir()
	outcomes := map[string]int{}
	var names []string
	for n, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(file)
		book, _, err := excel.Read(context.Background(), name, data, excel.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(2018, uint64(n)))
		r := Report{Office: "Văn phòng Điều phối", Period: "Quý IV/2017", Sender: "huyện Chợ Mới", File: name, Status: "accepted", Problems: someProblems(rng, book)}
		start := time.Now()
		ours, trouble, err := Make(Source{Workbook: data}, r)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if trouble != nil {
			if strings.Contains(trouble.Error(), "panic") {
				t.Errorf("%s: %v", name, trouble)
			}
			if book != nil {
				t.Errorf("%s was read but not marked: %v", name, trouble)
			}
			outcomes["list only"]++
			continue
		}
		if book == nil {
			outcomes["marked though our reader refuses it"]++
		} else {
			outcomes["marked"]++
			checkBook(t, name, data, ours, book, r)
		}
		again, _, _ := Make(Source{Workbook: data}, r)
		if !bytes.Equal(again, ours) {
			t.Errorf("%s: another result the second time", name)
		}
		as := fmt.Sprintf("%04d.xlsx", n)
		if err := os.WriteFile(filepath.Join(before, as), data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(after, as), ours, 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	t.Logf("%d files: %v", len(files), outcomes)
	if _, err := exec.LookPath("soffice"); err != nil || testing.Short() {
		t.Skip("no LibreOffice (soffice) to open them with, or -short")
	}
	opened, still := opens(t, before), opens(t, after)
	lost := 0
	for as := range opened {
		if !still[as] {
			var n int
			_, _ = fmt.Sscanf(as, "%04d", &n)
			t.Errorf("LibreOffice opened %s before and does not any more", files[n])
			lost++
		}
	}
	t.Logf("LibreOffice opened %d of %d before, %d after, %d lost", len(opened), len(names), len(still), lost)
}

// someProblems makes problems at a few cells of a book, one of which holds
// nothing as a rule.
func someProblems(rng *rand.Rand, book *sheet.Book) []Problem {
	list := []Problem{{Severity: issue.Error, Code: "NTM-102", Message: "xã Long Giang không có số liệu", Remedy: "Bổ sung."}}
	if book == nil {
		return list
	}
	severities := []issue.Severity{issue.Error, issue.Warning, issue.Info}
	for range 4 {
		s := book.Sheets[rng.IntN(len(book.Sheets))]
		pos := sheet.Pos{Row: 1 + rng.IntN(60), Col: 1 + rng.IntN(20)}
		if len(s.Cells) > 0 && rng.IntN(3) > 0 {
			pos = s.Cells[rng.IntN(len(s.Cells))].Pos
		}
		list = append(list, Problem{
			Severity: severities[rng.IntN(3)], Code: "NTM-201", Sheet: s.Name, Cell: pos.String(),
			Message: "không phải số: “12o” <ở " + pos.String() + ">", Remedy: "Nhập lại một con số.",
		})
	}
	return list
}

// checkBook holds a marked workbook against the one received.
func checkBook(t *testing.T, name string, data, ours []byte, book *sheet.Book, r Report) {
	t.Helper()
	again, issues, err := excel.Read(context.Background(), name, ours, excel.DefaultLimits())
	if err != nil || again == nil {
		t.Errorf("%s: our reader refuses it now: %v %v", name, err, issues)
		return
	}
	if first := again.Sheets[0]; !strings.HasPrefix(first.Name, listName) || first.Hidden {
		t.Errorf("%s: the first sheet is %q", name, first.Name)
	}
	kept := again.Sheets[1:]
	i := 0
	for _, s := range book.Sheets {
		if i == len(kept) || kept[i].Name != s.Name {
			continue // a sheet of macros
		}
		k := kept[i]
		i++
		a, b := strip(s.Cells), strip(k.Cells)
		if !slices.Equal(a, b) || !slices.Equal(s.Merges, k.Merges) || s.Hidden != k.Hidden {
			t.Errorf("%s!%s: %d cells, now %d, or not the same ones", name, s.Name, len(a), len(b))
		}
	}
	if i != len(kept) {
		t.Errorf("%s: %d sheets beside the list, want %d", name, len(kept), i)
	}
	z := unzip(t, ours)
	for _, p := range r.Problems {
		if p.Cell != "" && !commented(t, z, p) {
			t.Errorf("%s: no comment at %s!%s", name, p.Sheet, p.Cell)
		}
	}
	sameParts(t, name, data, ours)
}

// strip leaves of cells what may not change: a formula that pointed to another
// file is a plain value now.
func strip(cells []sheet.Cell) []sheet.Cell {
	cells = slices.Clone(cells)
	kept := cells[:0]
	for _, c := range cells {
		c.Formula, c.Font = false, ""
		if c.Kind != sheet.NoResult {
			kept = append(kept, c)
		}
	}
	return kept
}

func unzip(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(r) // some parts of the corpora are damaged, and copied so
		parts[foldName(f.Name)] = body
	}
	return parts
}

// commented looks for a problem's comment by other means than the patcher's:
// encoding/xml, and from the workbook down.
func commented(t *testing.T, z map[string][]byte, p Problem) bool {
	t.Helper()
	type rels struct {
		Relationship []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
			Mode   string `xml:"TargetMode,attr"`
		}
	}
	load := func(of string) (list rels) {
		_ = decode(z[foldName(relsName(of))], &list)
		return list
	}
	var main string
	for _, r := range load("").Relationship {
		if strings.HasSuffix(r.Type, "/officeDocument") {
			main = resolve("", r.Target)
		}
	}
	var wb struct {
		Sheets struct {
			Sheet []struct {
				Name  string     `xml:"name,attr"`
				Attrs []xml.Attr `xml:",any,attr"`
			} `xml:"sheet"`
		} `xml:"sheets"`
	}
	if err := decode(z[foldName(main)], &wb); err != nil {
		t.Errorf("%s: %v", main, err)
		return false
	}
	for _, s := range wb.Sheets.Sheet {
		if s.Name != p.Sheet {
			continue
		}
		for _, a := range s.Attrs {
			if a.Name.Local != "id" {
				continue
			}
			for _, r := range load(main).Relationship {
				if r.ID != a.Value {
					continue
				}
				part := resolve(main, r.Target)
				var merges struct {
					List []struct {
						Ref string `xml:"ref,attr"`
					} `xml:"mergeCells>mergeCell"`
				}
				_ = decode(z[foldName(part)], &merges)
				at := p.Cell
				pos, _ := sheet.ParsePos(p.Cell)
				for _, m := range merges.List {
					if rect, ok := sheet.ParseRect(m.Ref); ok && rect.Contains(pos) {
						at = rect.From.String()
						break
					}
				}
				for _, c := range load(part).Relationship {
					if !strings.HasSuffix(c.Type, "/comments") {
						continue
					}
					var list struct {
						Comment []struct {
							Ref  string `xml:"ref,attr"`
							Text struct {
								T string   `xml:"t"`
								R []string `xml:"r>t"`
							} `xml:"text"`
						} `xml:"commentList>comment"`
					}
					if err := decode(z[foldName(strings.ReplaceAll(resolve(part, c.Target), "%20", " "))], &list); err != nil {
						t.Error(err)
					}
					for _, one := range list.Comment {
						if one.Ref == at && strings.Contains(strings.Join(one.Text.R, ""), p.Message[1:]) {
							return true
						}
					}
				}
			}
		}
	}
	return false
}

func decode(data []byte, to any) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	return d.Decode(to)
}

// patchable are the kinds of parts that may differ, by a piece of their name or
// contents.
func patchable(name string, body []byte) bool {
	head := string(body[:min(len(body), 4000)])
	for _, mark := range []string{"worksheet", "chartsheet", "dialogsheet", "workbook", "styleSheet", "comments", "Types", "Relationships", "ThreadedComments", "personList"} {
		if strings.Contains(head, "<"+mark) || strings.Contains(head, ":"+mark) {
			return true
		}
	}
	return strings.Contains(name, "vml") || strings.Contains(head, "urn:schemas-microsoft-com:vml")
}

// sameParts wants every part that is not of a kind that is patched unchanged,
// packed bytes and all; parts may be missing only where something is never
// sent back.
func sameParts(t *testing.T, name string, data, ours []byte) {
	t.Helper()
	raw := func(data []byte) (map[string][]byte, map[string][]byte) {
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		packed, plain := map[string][]byte{}, unzip(t, data)
		for _, f := range z.File {
			r, err := f.OpenRaw()
			if err != nil {
				t.Fatal(err)
			}
			packed[foldName(f.Name)], _ = io.ReadAll(r)
		}
		return packed, plain
	}
	was, wasPlain := raw(data)
	is, isPlain := raw(ours)
	cleaned := false
	for part := range was {
		if _, ok := is[part]; !ok {
			cleaned = true
		}
	}
	changed := 0
	for part := range was {
		now, ok := is[part]
		switch {
		case strings.HasSuffix(part, "/"): // a folder is not a part
		case !ok:
			if !unwantedPart(part) {
				t.Errorf("%s: part %s is gone", name, part)
			}
		case bytes.Equal(was[part], now):
		case !patchable(part, wasPlain[part]):
			if !cleaned || !strings.Contains(part, "chart") && !strings.Contains(part, "table") && !strings.Contains(part, "pivot") {
				t.Errorf("%s: part %s has changed", name, part)
			}
		default:
			changed++
			if bytes.Equal(wasPlain[part], isPlain[part]) {
				t.Errorf("%s: part %s was packed anew for nothing", name, part)
			}
		}
	}
	if changed == 0 {
		t.Errorf("%s: nothing was patched", name)
	}
}

func unwantedPart(name string) bool {
	for _, s := range []string{"vba", "externallink", "connections", "querytable", "macrosheet", "calcchain", "customui", "_xmlsignatures", "webextension", "volatiledep", "toolbar", "model/"} {
		if strings.Contains(name, s) {
			return true
		}
	}
	return false
}

// opens asks LibreOffice which files of a folder it opens. What one file does to
// a batch must not be held against the others, so those that fail are asked
// again alone.
func opens(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, "*.xlsx"))
	out, profile := t.TempDir(), t.TempDir()
	convert := func(limit time.Duration, files ...string) {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		cmd := exec.CommandContext(ctx, "soffice", append([]string{
			"-env:UserInstallation=file://" + profile, "--headless", "--norestore", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", out}, files...)...)
		cmd.WaitDelay = time.Second
		_ = cmd.Run()
	}
	done := func(file string) bool {
		_, err := os.Stat(filepath.Join(out, strings.TrimSuffix(filepath.Base(file), ".xlsx")+".csv"))
		return err == nil
	}
	for batch := range slices.Chunk(files, 50) {
		convert(4*time.Minute, batch...)
	}
	opened := map[string]bool{}
	for _, file := range files {
		if !done(file) {
			convert(30*time.Second, file)
		}
		if done(file) {
			opened[filepath.Base(file)] = true
		}
	}
	return opened
}
