package pipeline

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/warehouse"
)

// anchor is the ledger's head as something outside the ledger remembers it: how
// many lines there were, and the chain's member of the last. The chain tells when
// a line has changed; only an anchor tells when the last ones are gone.
type anchor struct {
	Ledger string `json:"ledger"` // the first member of the chain: which ledger
	Lines  int    `json:"lines"`
	Chain  string `json:"chain"`
}

// anchor is the head of the ledger as it stands.
func (l *ledger) anchor() anchor { return l.anchorAt(l.lines) }

func (l *ledger) anchorAt(lines int) anchor {
	if lines < 1 || lines > len(l.links) {
		return anchor{}
	}
	return anchor{Ledger: l.id, Lines: lines, Chain: l.links[lines-1]}
}

// holds tells whether the ledger still is what an anchor remembers, and more.
func (l *ledger) holds(a anchor) bool {
	return a.Lines <= l.lines && a.Lines > 0 && l.links[a.Lines-1] == a.Chain
}

// doubt is a sign that the ledger is not what it was.
type doubt struct {
	path   string
	anchor anchor
	vi, en string
}

// headPath is where the ledger's latest head is kept, beside the records of runs.
func (l *ledger) headPath() string { return filepath.Join(filepath.Dir(l.dir), "runs", "ledger.head") }

// keepHead writes the head down outside the archive. One that cannot be written
// is an old one, and an old one holds.
func (l *ledger) keepHead() {
	text, err := json.Marshal(l.anchor())
	if err != nil {
		return
	}
	path := l.headPath()
	aside := filepath.Join(filepath.Dir(path), ".ntm-ledger.head")
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return
	}
	if err := writeSynced(aside, append(text, '\n'), 0o640); err != nil {
		_ = os.Remove(aside)
		return
	}
	if err := os.Rename(aside, path); err != nil {
		_ = os.Remove(aside)
	}
}

// head reads the head that was written down last. ok is false where there is none.
func (l *ledger) head() (a anchor, ok bool, err error) {
	text, err := os.ReadFile(l.headPath())
	if errors.Is(err, fs.ErrNotExist) {
		return a, false, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	if again, _ := json.Marshal(a); err == nil && string(again)+"\n" != string(text) {
		err = errors.New("it is not as it was written")
	}
	return a, true, err
}

// against says what an anchor tells of the ledger, nil where it holds or somebody
// has accepted that it does not. where names the anchor in the text.
func (l *ledger) against(a anchor, path, vi, en string) []doubt {
	if a.Lines == 0 || l.holds(a) || l.waived[a] {
		return nil
	}
	d := doubt{path: path, anchor: a}
	if a.Lines > l.lines {
		d.vi = fmt.Sprintf("sổ chỉ còn %d dòng, %s thì có %d dòng: mất %d dòng cuối", l.lines, vi, a.Lines, a.Lines-l.lines)
		d.en = fmt.Sprintf("it has %d lines, %s it had %d: the last %d are lost", l.lines, en, a.Lines, a.Lines-l.lines)
	} else {
		d.vi = fmt.Sprintf("dòng %d của sổ không phải dòng đã có %s: sổ đã bị sửa hoặc thay bằng bản khác", a.Lines, vi)
		d.en = fmt.Sprintf("line %d is not the one that stood there %s: the ledger was changed, or is another", a.Lines, en)
	}
	return []doubt{d}
}

const ledgerName = "archive/ledger.jsonl"

// doubts holds the ledger against itself and against what remembers its head
// beside it: the last head written down, and the publications that stand.
func (l *ledger) doubts(c config.Config) []doubt {
	var all []doubt
	if l.broken > 0 {
		all = append(all, doubt{path: ledgerName, vi: l.brokenVI, en: l.brokenEN})
	}
	if a, ok, err := l.head(); ok && err == nil {
		all = append(all, l.against(a, ledgerName, "lần ghi cuối", "when it was last written")...)
	}
	if len(all) == 0 && l.lines == 0 && exists(filepath.Join(c.Data, "ntm.duckdb")) {
		all = append(all, doubt{path: ledgerName, vi: "sổ trống, mà đã có kho dữ liệu lập từ nó", en: "it is empty, and there is a warehouse that was made from it"})
	}
	entries, _ := os.ReadDir(c.Out)
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		base := filepath.Join(c.Out, e.Name())
		if version := latestVersion(base); version != "" {
			if m, err := readManifest(filepath.Join(base, version)); err == nil {
				all = append(all, l.againstManifest(e.Name()+"/"+version, m)...)
			}
		}
		all = append(all, l.againstMarker(c.Out, e.Name())...)
	}
	return all
}

// againstManifest asks a publication. One of another warehouse that publishes
// into the same folder says nothing of this ledger.
func (l *ledger) againstManifest(name string, m manifest) []doubt {
	if m.Ledger.Ledger != l.id {
		return nil
	}
	at := m.Created.Local().Format("15:04 02/01/2006")
	return l.against(m.Ledger, ledgerName, "lúc lập bản công bố "+name+" ("+at+")", "when "+name+" was published ("+at+")")
}

// againstMarker asks the mark of a closed period: that the closing is still known.
func (l *ledger) againstMarker(out, period string) []doubt {
	a, text, ok := closedMark(out, period)
	if !ok || a.Ledger != l.id {
		return nil // of another warehouse, whose closed periods are let be; see closedFor
	}
	d := l.against(a, ledgerName, "lúc chốt kỳ "+period, "when "+period+" was closed")
	for i := range d {
		by := ""
		if m := closedBy.FindStringSubmatch(text); m != nil {
			by = " (" + m[1] + ")"
		}
		d[i].vi += "; mất cả việc chốt kỳ " + period + by
		d[i].en += "; the closing of " + period + by + " is lost with them"
	}
	return d
}

// trust lets a command go on with a ledger that is what it was, or that somebody
// accepts as it is, saying why.
func (l *ledger) trust(doubts []doubt, why, by string, now time.Time) error {
	if len(doubts) == 0 {
		return nil
	}
	if why = strings.TrimSpace(why); why != "" {
		e := entry{
			Event: "ledger-accepted", At: now.UTC(), Reason: why, By: by,
			Files: map[string]string{ledgerName: hex.EncodeToString(l.whole.Sum(nil))}, Line: l.broken,
		}
		for _, d := range doubts {
			if d.anchor.Lines > 0 && !slices.Contains(e.Waived, d.anchor) {
				e.Waived = append(e.Waived, d.anchor)
			}
		}
		return l.append(e)
	}
	f := &Fault{
		Status: Failed,
		VI:     "sổ nhận tệp " + ledgerName + " không còn nguyên vẹn:", EN: "the ledger " + ledgerName + " is not what it was:",
		HintVI: `Chưa làm gì. Khôi phục archive/ledger.jsonl từ bản sao lưu mới nhất rồi chạy lại. Nếu không có bản nào mới hơn: ntm run … --accept-ledger "lý do"; sau đó đặt lại vào thư mục nhận những tệp sổ không còn ghi, rút lại và chốt lại những gì đã rút, đã chốt.`,
		HintEN: `Nothing was done. Restore archive/ledger.jsonl from the latest backup and run again. If there is none newer: ntm run … --accept-ledger "why"; then put the files that it no longer names into the inbox again, and withdraw and close again what was withdrawn and closed.`,
	}
	said := map[string]bool{}
	for _, d := range doubts {
		if !said[d.vi] {
			said[d.vi] = true
			f.VI, f.EN = f.VI+"\n  – "+d.vi, f.EN+"\n  – "+d.en
		}
	}
	if lost := l.unnamed(); len(lost) > 0 {
		f.VI += fmt.Sprintf("\n  – %d tệp trong kho lưu không còn tên trong sổ: %s", len(lost), shortList(lost))
		f.EN += fmt.Sprintf("\n  – %d files of the archive are no longer named by it: %s", len(lost), shortList(lost))
	}
	return f
}

// trust is that of the ledger. What a ledger that was accepted no longer has a
// record of is made anew by the run.
func (r *Run) trust(doubts []doubt) error {
	r.unrecorded = r.unrecorded || len(doubts) > 0
	return r.ledger.trust(doubts, r.AcceptLedger, r.By, r.Now())
}

// unnamed are the archived files that the ledger does not know.
func (l *ledger) unnamed() (lost []string) {
	known := map[string]bool{}
	for k := range l.received {
		known[k.sha] = true
	}
	entries, _ := os.ReadDir(l.dir)
	for _, e := range entries {
		if archivedName.MatchString(e.Name()) && !known[e.Name()] {
			lost = append(lost, e.Name())
		}
	}
	return lost
}

func shortList(names []string) string {
	var short []string
	for _, n := range names[:min(len(names), 5)] {
		short = append(short, n[:12]+"…")
	}
	if len(names) > 5 {
		short = append(short, "…")
	}
	return strings.Join(short, ", ")
}

// anchorWarehouse writes into the warehouse how far the ledger goes, and
// trustWarehouse asks it. A warehouse that is made again remembers what that of
// the last run did.
func (r *Run) anchorWarehouse(ctx context.Context) error {
	a := r.ledger.anchor()
	if r.replaying {
		a = r.ledger.anchorAt(r.ledger.placedAt())
	}
	if err := r.db.Exec(ctx, "delete from ops.ledger"); err != nil || a.Lines == 0 {
		return err
	}
	return r.db.AppendRows(ctx, "ops.ledger", []string{"ledger", "lines", "chain"}, [][]any{{a.Ledger, int64(a.Lines), a.Chain}})
}

func warehouseAnchor(ctx context.Context, db *warehouse.DB) (a anchor) {
	_, rows, err := db.All(ctx, "select ledger, lines, chain from ops.ledger")
	if err != nil || len(rows) != 1 {
		return a // made by an earlier version
	}
	a.Ledger, _ = rows[0][0].(string)
	a.Lines = count(rows[0][1])
	a.Chain, _ = rows[0][2].(string)
	return a
}

// storedAnchor asks the warehouse as it stands; one that cannot be opened says nothing.
func storedAnchor(ctx context.Context, c config.Config) anchor {
	db, err := warehouse.OpenReadOnly(ctx, filepath.Join(c.Data, "ntm.duckdb"))
	if err != nil {
		return anchor{}
	}
	defer func() { _ = db.Close() }()
	return warehouseAnchor(ctx, db)
}

func (l *ledger) againstWarehouse(a anchor) []doubt {
	return l.against(a, ledgerName, "lúc lập kho dữ liệu", "when the warehouse was made")
}

// placedAt is how many lines stood before the last run began to put its warehouse
// into place.
func (l *ledger) placedAt() int {
	if len(l.placings) == 0 {
		return 0
	}
	return l.placings[len(l.placings)-1]
}

// closedMarker is the file in the folder of a closed period that says so: to
// people, and to a ledger that has lost it.
const closedMarker = "ĐÃ CHỐT.txt"

var (
	markForm = regexp.MustCompile(`(?m)^Dấu sổ: ([0-9a-f]{64}) (\d+) ([0-9a-f]{64})$`)
	closedBy = regexp.MustCompile(`(?m)^Văn bản: (.+)$`)
)

func closedText(e entry, a anchor) string {
	return fmt.Sprintf("ĐÃ CHỐT\n\nKỳ %s đã chốt, bản %s.\n\nVăn bản: %s, ngày %s\n\nMuốn làm lại: ntm run --period %s --reopen \"lý do\"\nKhông xóa, không sửa tệp này: chương trình dùng nó để nhận ra sổ nhận tệp bị mất phần cuối.\n\nDấu sổ: %s %d %s\n",
		e.Period, e.Output, e.Decision, vietnameseDate(e.Date), e.Period, a.Ledger, a.Lines, a.Chain)
}

// closedMark reads the mark of a closed period.
func closedMark(out, period string) (a anchor, text string, ok bool) {
	data, err := os.ReadFile(filepath.Join(out, period, closedMarker))
	if err != nil {
		return a, "", false
	}
	m := markForm.FindStringSubmatch(string(data))
	if m == nil {
		return a, string(data), true
	}
	lines, _ := strconv.Atoi(m[2])
	return anchor{m[1], lines, m[3]}, string(data), true
}

// mark has the folders of closed periods say so, and those of others not. What a
// stopped command left undone is done here.
func (l *ledger) mark(out string) error {
	for _, p := range l.periods() {
		period := p.String()
		e, closed := l.closed(period)
		at := filepath.Join(out, period, closedMarker)
		a, _, marked := closedMark(out, period)
		switch {
		case closed && !marked && exists(filepath.Join(out, period)):
			if err := writeSynced(at, []byte(closedText(e, l.anchorAt(l.closedLine[period]))), 0o644); err != nil {
				return err
			}
			syncDir(filepath.Dir(at))
		case !closed && marked && l.holds(a) && len(l.closings[period]) > 0:
			if err := os.Remove(at); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// closedFor tells whether a period stands closed: by the ledger, or by the mark in
// its folder where the ledger has lost the closing.
func (l *ledger) closedFor(out, period string) (entry, bool) {
	if e, closed := l.closed(period); closed {
		return e, true
	}
	a, text, marked := closedMark(out, period)
	if !marked || l.holds(a) && a.Lines > 0 {
		return entry{}, false
	}
	e := entry{Event: "closed", Period: period, Output: latestVersion(filepath.Join(out, period))}
	if m := closedBy.FindStringSubmatch(text); m != nil {
		e.Decision = m[1]
	}
	return e, true
}
