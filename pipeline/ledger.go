package pipeline

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/transforms"
)

// entry is one line of the ledger: what happened, when, to which file. Lines
// are only ever appended, and each is chained to all before it (see chain).
type entry struct {
	// received, decided; placing (what is about to be renamed into place),
	// published, run, supposed, rebuilt, or abandoned; closed, reopened; pruned;
	// recorded; withdrawn and restored (a file, or a whole period where it names
	// none); confirmed and forgotten (how a sender's form is read);
	// ledger-accepted (that lines are lost, or have been changed).
	Event    string    `json:"event"`
	At       time.Time `json:"at"`
	Run      string    `json:"run,omitempty"`
	Period   string    `json:"period,omitempty"`
	SHA256   string    `json:"sha256,omitempty"`
	Folder   string    `json:"folder,omitempty"`
	Name     string    `json:"name,omitempty"`
	Size     int64     `json:"size,omitempty"`
	Status   string    `json:"status,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Version  string    `json:"version,omitempty"`
	Identity string    `json:"identity,omitempty"`
	Output   string    `json:"output,omitempty"`
	// Modified is the time stamp that a file had when it was received.
	Modified *time.Time `json:"modified,omitempty"`
	// Stated is the day, as 2018-01-10, on which a file came, where somebody says
	// so; Raw its name where that could not be kept as it was.
	Stated string `json:"stated,omitempty"`
	Raw    string `json:"raw,omitempty"`
	// Flat tells of a file that it lay in an inbox shared by all periods.
	Flat bool `json:"flat,omitempty"`
	// Started, Config, Derived and Checks let ops be replayed.
	Started *time.Time    `json:"started,omitempty"`
	Config  string        `json:"config,omitempty"`
	Derived []string      `json:"derived,omitempty"`
	Checks  []checkResult `json:"checks,omitempty"`
	// Files are SHA-256 of what is placed: the warehouse, the snapshot and the
	// manifests, by their paths below --data and --out.
	Files map[string]string `json:"files,omitempty"`
	// Work, Aside and Moves say where the things lie that are being placed, and
	// Then what is recorded once they are in their places.
	Work  string  `json:"work,omitempty"`
	Aside string  `json:"aside,omitempty"`
	Moves []move  `json:"moves,omitempty"`
	Then  []entry `json:"then,omitempty"`
	// Retired is the period whose folder is to say that it is withdrawn.
	Retired string `json:"retired,omitempty"`
	// Decision and Date are of the document that closes a period.
	Decision string `json:"decision,omitempty"`
	Date     string `json:"date,omitempty"`
	// Sender and Fingerprint are of the form of which a person chose a Reading.
	Sender      string `json:"sender,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
	Reading     int    `json:"reading,omitempty"`
	// Waived are the anchors that do not hold any more, Line the first line that
	// did not fit, of a ledger that somebody accepted as it was.
	Waived []anchor `json:"waived,omitempty"`
	Line   int      `json:"line,omitempty"`
	// By is who decided what a person decides outside a report.
	By string `json:"by,omitempty"`
}

// checkResult is a row of ops.check_result.
type checkResult struct {
	Check     string `json:"check"`
	Period    string `json:"period"`
	Severity  string `json:"severity"`
	Evaluated int64  `json:"evaluated"`
	Failed    int64  `json:"failed"`
	Skipped   int64  `json:"skipped"`
}

// fileKey tells received files apart: the same bytes under another name are
// another receipt.
type fileKey struct{ sha, folder, name string }

// ledger is the archive with its append-only record. The archive is the
// truth: a file that was accepted counts even when it has gone from the inbox.
type ledger struct {
	dir         string
	file        *os.File
	received    map[fileKey]time.Time
	modified    map[fileKey]time.Time        // the files' own time stamps, of those that have one
	raw         map[fileKey]string           // the name of a file that could not be kept as it was
	decided     map[string]map[fileKey]entry // by period: the latest decision on each file
	order       map[string][]fileKey         // by period: files in the order of their first decision
	corrections map[string]fileKey           // by period: the latest file of corrections
	closings    map[string][]entry           // by period: closed and reopened, in turn
	history     []entry                      // everything else that happened: placing, published, run, rebuilt
	pruned      map[string]bool              // publications that retention took away, as period/version
	turn        map[fileKey]int              // the run, by its place among all, that took a file in
	turns       int
	lastTurn    string
	runs        map[string]bool             // ids of runs
	latest      time.Time                   // the latest time of any line
	records     map[string][]string         // SHA-256 of what was written about runs
	withdrawals []entry                     // withdrawn and restored, in turn
	out         map[string]map[string]entry // by period: what of it is withdrawn now, by content; see contentOf
	outPeriods  map[string]entry            // the periods that are withdrawn now
	settled     settled                     // the readings chosen by people
	settledAt   map[string]settled          // by period: those that its last run knew
	lines       int
	chain       chain
	links       []string  // of every line: its member of the chain, as it states it
	id          string    // the first of them
	whole       hash.Hash // over all lines
	size        int64     // of all whole lines
	placings    []int     // how many lines stood before each placing of a run's warehouse
	closedLine  map[string]int
	waived      map[anchor]bool
	acceptances []entry
	// broken is the first line that does not fit those before it, 0 for none, and
	// brokenVI and brokenEN what is wrong there.
	broken             int
	brokenVI, brokenEN string
}

// chain is what ties the lines of the ledger together: the last member of each
// line is SHA-256 over that of the line before it and the rest of this one. A
// line that is changed, left out or put in breaks it. Lines of a ledger older
// than the chain are covered as a whole by the first line that has one.
type chain struct {
	last   string // that of the latest line; "" while no line had any
	before hash.Hash
}

const chainMember = `,"chain":"`

// of computes the member for a line without it.
func (c *chain) of(line []byte) string {
	link := c.last
	if link == "" {
		link = hex.EncodeToString(c.before.Sum(nil))
	}
	sum := sha256.New()
	sum.Write([]byte(link))
	sum.Write(line)
	return hex.EncodeToString(sum.Sum(nil))
}

// follows takes in a line as it stands in the file, and tells whether it fits.
func (c *chain) follows(line []byte) bool {
	at := bytes.LastIndex(line, []byte(chainMember))
	if at < 0 {
		if c.last != "" {
			return false // once chained, always chained
		}
		c.before.Write(line)
		return true
	}
	rest := append(slices.Clone(line[:at]), '}')
	stated := strings.TrimSuffix(strings.TrimRight(string(line[at+len(chainMember):]), "\n"), `"}`)
	if want := c.of(rest); stated != want {
		return false
	}
	c.last = stated
	return true
}

// closed tells whether a period stands closed, and by which entry.
func (l *ledger) closed(period string) (entry, bool) {
	turns := l.closings[period]
	if len(turns) == 0 {
		return entry{}, false
	}
	last := turns[len(turns)-1]
	return last, last.Event == "closed"
}

// periods lists the periods for which files were decided, the earliest first.
func (l *ledger) periods() []transforms.Period {
	var all []transforms.Period
	for code := range l.decided {
		if p, ok := transforms.ParsePeriod(code); ok {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b transforms.Period) int {
		return cmp.Or(a.End().Compare(b.End()), strings.Compare(a.String(), b.String()))
	})
	return all
}

// openLedger opens the ledger for appending, and makes it where there is none.
func openLedger(dir string) (*ledger, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("make the archive: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "ledger.jsonl"), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o640)
	if err != nil {
		return nil, fmt.Errorf("open the ledger: %w", err)
	}
	l := newLedger(dir)
	l.file = f
	torn, err := l.take(f)
	if err == nil && l.complete(torn) {
		// Only its end is missing, and it fits: an editor leaves a file so.
		if _, err = f.Write([]byte("\n")); err == nil {
			torn = append(torn, '\n')
			l.takeLine(torn, l.chain.follows(torn))
		}
	} else if err == nil && len(torn) > 0 {
		// A run that was killed while writing leaves a torn last line. What it
		// was about to say had not happened yet.
		err = f.Truncate(l.size)
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	return l, nil
}

// readLedger reads the ledger and leaves it as it is.
func readLedger(dir string) (*ledger, error) {
	f, err := os.Open(filepath.Join(dir, "ledger.jsonl"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	l := newLedger(dir)
	torn, err := l.take(f)
	if err == nil && l.complete(torn) && l.broken == 0 {
		// What a killed run leaves has no end; an end without its line break has
		// been changed afterwards.
		l.breaks(l.lines+1, "thiếu dấu xuống dòng ở cuối: sổ đã bị sửa", "has no line break at its end: the ledger has been changed")
	}
	return l, err
}

func newLedger(dir string) *ledger {
	return &ledger{
		dir: dir, received: map[fileKey]time.Time{}, modified: map[fileKey]time.Time{}, raw: map[fileKey]string{}, decided: map[string]map[fileKey]entry{}, order: map[string][]fileKey{},
		closings: map[string][]entry{}, corrections: map[string]fileKey{}, pruned: map[string]bool{},
		out: map[string]map[string]entry{}, outPeriods: map[string]entry{}, settled: settled{}, settledAt: map[string]settled{}, whole: sha256.New(), closedLine: map[string]int{}, waived: map[anchor]bool{},
		turn: map[fileKey]int{}, runs: map[string]bool{}, records: map[string][]string{}, chain: chain{before: sha256.New()},
	}
}

// take learns the lines of a ledger, and returns what stands after the last whole
// one. A line that cannot be read, or does not fit, is named and passed over:
// whether to go on all the same is for a person to say.
func (l *ledger) take(from io.Reader) (torn []byte, err error) {
	in := bufio.NewReader(from)
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return line, nil
		}
		if err != nil {
			return nil, err
		}
		l.takeLine(line, l.chain.follows(line))
	}
}

// complete tells that what stands after the last line lacks nothing but its line
// break.
func (l *ledger) complete(torn []byte) bool {
	if len(torn) == 0 || !json.Valid(torn) {
		return false
	}
	c := chain{last: l.chain.last, before: l.chain.before}
	return c.last != "" && c.follows(torn)
}

// takeLine takes in one line as it stands in the file; fits tells that the chain
// goes on with it.
func (l *ledger) takeLine(line []byte, fits bool) {
	before := hex.EncodeToString(l.whole.Sum(nil))
	l.whole.Write(line)
	l.lines++
	l.size += int64(len(line))
	l.links = append(l.links, linkOf(line))
	if l.id == "" {
		l.id = linkOf(line)
	}
	var e entry
	err := json.Unmarshal(line, &e)
	switch {
	case bytes.IndexByte(line, 0) >= 0:
		l.breaks(l.lines, "có byte 0, thường do mất điện hay đĩa hỏng khi đang ghi", "holds NUL bytes, as a loss of power or a failing disk leaves them")
	case err != nil:
		l.breaks(l.lines, "không phải là một dòng sổ trọn vẹn: bị cắt hoặc bị sửa", "is no whole line of the ledger: cut, or changed")
	case !fits:
		l.breaks(l.lines, "không khớp với các dòng trước: sổ đã bị sửa", "does not fit those before it: the ledger has been changed")
	}
	if err != nil {
		return
	}
	if e.Event == "ledger-accepted" && fits {
		l.accept(e, before)
	}
	l.learn(e)
}

// accept takes note of what somebody has accepted: what did not hold then, and that
// the lines before were what they are now.
func (l *ledger) accept(e entry, before string) {
	l.acceptances = append(l.acceptances, e)
	for _, a := range e.Waived {
		l.waived[a] = true
	}
	if e.Files[ledgerName] == before {
		l.broken, l.brokenVI, l.brokenEN = 0, "", ""
	}
}

// breaks notes the first line that is wrong.
func (l *ledger) breaks(line int, vi, en string) {
	if l.broken == 0 {
		l.broken, l.brokenVI, l.brokenEN = line, fmt.Sprintf("dòng %d %s", line, vi), fmt.Sprintf("line %d %s", line, en)
	}
}

// linkOf is the member of the chain that a line states, "" for none.
func linkOf(line []byte) string {
	at := bytes.LastIndex(line, []byte(chainMember))
	if at < 0 {
		return ""
	}
	return strings.TrimSuffix(strings.TrimRight(string(line[at+len(chainMember):]), "\n"), `"}`)
}

func (l *ledger) learn(e entry) {
	k := fileKey{e.SHA256, e.Folder, e.Name}
	if e.Run != "" {
		l.runs[e.Run] = true
	}
	if e.At.After(l.latest) {
		l.latest = e.At
	}
	switch e.Event {
	case "received":
		if _, known := l.received[k]; !known {
			l.received[k] = receivedAt(e)
			if e.Modified != nil {
				l.modified[k] = *e.Modified
			}
			if e.Raw != "" {
				l.raw[k] = e.Raw
			}
			l.turn[k] = l.turnOf(e.Run)
		}
	case "recorded":
		for name, sum := range e.Files {
			l.records[name] = append(l.records[name], sum)
		}
	case "decided":
		if e.Status == corrected {
			l.corrections[e.Period] = k
			return
		}
		if l.decided[e.Period] == nil {
			l.decided[e.Period] = map[fileKey]entry{}
		}
		if _, known := l.decided[e.Period][k]; !known {
			l.order[e.Period] = append(l.order[e.Period], k)
		}
		l.decided[e.Period][k] = e
	case "closed", "reopened":
		l.closedLine[e.Period] = l.lines
		l.closings[e.Period] = append(l.closings[e.Period], e)
	case "pruned":
		l.pruned[e.Period+"/"+e.Output] = true
	case "withdrawn", "restored":
		l.learnWithdrawal(e)
	case "confirmed":
		l.settled[[2]string{e.Sender, e.Fingerprint}] = e
	case "forgotten":
		delete(l.settled, [2]string{e.Sender, e.Fingerprint})
	default:
		switch {
		case e.Event == "placing" && e.Work != "" && e.Period != "":
			l.placings = append(l.placings, l.lines-1)
		case e.Event == "abandoned" && e.Period != "" && len(l.placings) > 0:
			l.placings = l.placings[:len(l.placings)-1]
		}
		if e.Event == "run" {
			l.settledAt[e.Period] = maps.Clone(l.settled)
		}
		l.history = append(l.history, e)
	}
}

// turnOf counts runs in the order in which they took files in, whatever the
// clock said then.
func (l *ledger) turnOf(run string) int {
	if run != l.lastTurn || l.turns == 0 {
		l.turns++
		l.lastTurn = run
	}
	return l.turns
}

// newRunID names a run by its start; no two runs have one name, also when the
// clock is set back.
func (l *ledger) newRunID(started time.Time, kind string) string {
	for ; ; started = started.Add(time.Millisecond) {
		if id := started.Format("20060102T150405.000Z") + "-" + kind; !l.runs[id] {
			return id
		}
	}
}

// append writes entries and makes them last before anything builds on them.
func (l *ledger) append(entries ...entry) error {
	if len(entries) == 0 {
		return nil
	}
	var buf []byte
	var lines [][]byte
	last := l.chain.last
	for _, e := range entries {
		line, err := json.Marshal(e)
		if err != nil {
			l.chain.last = last
			return fmt.Errorf("write the ledger: %w", err)
		}
		link := l.chain.of(line)
		l.chain.last = link
		line = append(append(line[:len(line)-1], chainMember+link+`"}`...), '\n')
		lines = append(lines, line)
		buf = append(buf, line...)
	}
	_, err := l.file.Write(buf)
	if err == nil {
		err = l.file.Sync()
	}
	if err != nil {
		// Half a line must not stand in the way of the next.
		_ = l.file.Truncate(l.size)
		l.chain.last = last
		return fmt.Errorf("write the ledger: %w", err)
	}
	for _, line := range lines {
		l.takeLine(line, true)
	}
	l.keepHead()
	return nil
}

// errUnkept tells that the archive could not take a file, whatever the file is.
var errUnkept = errors.New("archive a file")

// keep stores a file's bytes under their own hash, once, read-only: up to a
// limit, beyond which nobody wants them. fresh tells that the archive did not
// have them. What is stored is what was read while storing, and is named by it.
func (l *ledger) keep(from io.ReadSeeker, limit int64) (sha string, size int64, fresh bool, err error) {
	h := sha256.New()
	if size, err = io.Copy(h, io.LimitReader(from, limit)); err != nil {
		return "", 0, false, err
	}
	sha = hex.EncodeToString(h.Sum(nil))
	if info, err := os.Stat(filepath.Join(l.dir, sha)); err == nil && info.Size() == size {
		return sha, size, false, nil
	}
	if _, err = from.Seek(0, io.SeekStart); err != nil {
		return "", 0, false, err
	}
	tmp, err := os.CreateTemp(l.dir, ".in-")
	if err != nil {
		return "", 0, false, fmt.Errorf("%w: %w", errUnkept, err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	h.Reset()
	in := &watched{from: io.LimitReader(from, limit)}
	size, err = io.Copy(io.MultiWriter(tmp, h), in)
	if err != nil && in.err != nil {
		_ = tmp.Close()
		return "", 0, false, in.err
	}
	sha = hex.EncodeToString(h.Sum(nil))
	if e := tmp.Sync(); err == nil {
		err = e
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), 0o440)
	}
	if err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(l.dir, sha))
	}
	if err != nil {
		return "", 0, false, fmt.Errorf("%w: %w", errUnkept, err)
	}
	return sha, size, true, nil
}

// watched tells errors of reading from those of writing.
type watched struct {
	from io.Reader
	err  error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// forget removes what was stored and never recorded.
func (l *ledger) forget(sha string) {
	for k := range l.received {
		if k.sha == sha {
			return
		}
	}
	_ = os.Remove(filepath.Join(l.dir, sha))
}

// fetch returns a file's bytes from the archive, proven by their hash.
func (l *ledger) fetch(sha string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(l.dir, sha))
	if errors.Is(err, fs.ErrNotExist) {
		name := sha
		for k := range l.received {
			if k.sha == sha && (name == sha || path.Join(k.folder, k.name) < name) {
				name = path.Join(k.folder, k.name)
			}
		}
		return nil, &Fault{
			Status: Failed,
			VI:     "kho lưu thiếu tệp “" + name + "” (" + sha + ")", EN: "the archive has lost “" + name + "” (" + sha + ")",
			HintVI: "Khôi phục thư mục archive từ bản sao lưu; hoặc đặt lại đúng tệp đó vào thư mục nhận rồi chạy lại; không còn ở đâu thì rút lại: ntm withdraw " + sha[:min(len(sha), 16)] + " --reason \"mất tệp gốc\".",
			HintEN: "Restore the archive from a backup; or put the very file into the inbox again and run; if it is nowhere left, withdraw it: ntm withdraw " + sha[:min(len(sha), 16)] + " --reason \"the file is lost\".",
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the archive: %w", err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != sha {
		return nil, &Fault{
			Status: Failed,
			VI:     "tệp lưu trữ " + sha + " đã bị thay đổi", EN: "archived file " + sha + " has been changed",
			HintVI: "Khôi phục thư mục archive từ bản sao lưu.", HintEN: "Restore the archive from a backup.",
		}
	}
	return data, nil
}

// Close ends the writing.
func (l *ledger) Close() error {
	if l == nil || l.file == nil {
		return nil
	}
	err := l.file.Close()
	if errors.Is(err, fs.ErrClosed) {
		return nil
	}
	return err
}
