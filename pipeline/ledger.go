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
	"os"
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
	// recorded.
	Event  string    `json:"event"`
	At     time.Time `json:"at"`
	Run    string    `json:"run,omitempty"`
	Period string    `json:"period,omitempty"`
	SHA256 string    `json:"sha256,omitempty"`
	Folder string    `json:"folder,omitempty"`
	Name   string    `json:"name,omitempty"`
	Size   int64     `json:"size,omitempty"`
	// Modified is the time stamp that a file had when it was received.
	Modified *time.Time `json:"modified,omitempty"`
	Status   string     `json:"status,omitempty"`
	Reason   string     `json:"reason,omitempty"`
	Version  string     `json:"version,omitempty"`
	Identity string     `json:"identity,omitempty"`
	Output   string     `json:"output,omitempty"`
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
	// Decision and Date are of the document that closes a period.
	Decision string `json:"decision,omitempty"`
	Date     string `json:"date,omitempty"`
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
	decided     map[string]map[fileKey]entry // by period: the latest decision on each file
	order       map[string][]fileKey         // by period: files in the order of their first decision
	corrections map[string]fileKey           // by period: the latest file of corrections
	closings    map[string][]entry           // by period: closed and reopened, in turn
	history     []entry                      // everything else that happened: placing, published, run, rebuilt
	pruned      map[string]bool              // publications that retention took away, as period/version
	turn        map[fileKey]int              // the run, by its place among all, that took a file in
	turns       int
	lastTurn    string
	runs        map[string]bool     // ids of runs
	latest      time.Time           // the latest time of any line
	records     map[string][]string // SHA-256 of what was written about runs
	lines       int
	chain       chain
	broken      int // the first line that does not fit those before it; 0 for none
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
	good, torn, err := l.take(f)
	if err == nil && torn {
		// A run that was killed while writing leaves a torn last line. What it
		// was about to say had not happened yet.
		err = f.Truncate(good)
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
	_, _, err = l.take(f)
	return l, err
}

func newLedger(dir string) *ledger {
	return &ledger{
		dir: dir, received: map[fileKey]time.Time{}, modified: map[fileKey]time.Time{}, decided: map[string]map[fileKey]entry{}, order: map[string][]fileKey{},
		closings: map[string][]entry{}, corrections: map[string]fileKey{}, pruned: map[string]bool{},
		turn: map[fileKey]int{}, runs: map[string]bool{}, records: map[string][]string{}, chain: chain{before: sha256.New()},
	}
}

// take learns the lines of a ledger. good is where the last whole line ends;
// torn tells that something stands after it.
func (l *ledger) take(from io.Reader) (good int64, torn bool, err error) {
	in := bufio.NewReader(from)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			// What a killed run leaves has no end; an end without its line break
			// has been changed afterwards.
			if _, end, chained := bytes.Cut(line, []byte(chainMember)); chained && len(end) > hex.EncodedLen(sha256.Size)+len(`"}`) && l.broken == 0 {
				l.broken = n
			}
			return good, len(line) > 0, nil
		}
		var e entry
		if err == nil {
			err = json.Unmarshal(line, &e)
		}
		if err != nil {
			return good, false, fmt.Errorf("line %d: %w", n, err)
		}
		good += int64(len(line))
		l.lines++
		if l.broken == 0 && !l.chain.follows(line) {
			l.broken = n
		}
		l.learn(e)
	}
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
			l.received[k] = e.At
			if e.Modified != nil {
				l.modified[k] = *e.Modified
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
		l.closings[e.Period] = append(l.closings[e.Period], e)
	case "pruned":
		l.pruned[e.Period+"/"+e.Output] = true
	default:
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
	for _, e := range entries {
		line, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("write the ledger: %w", err)
		}
		link := l.chain.of(line)
		l.chain.last = link
		buf = append(append(append(buf, line[:len(line)-1]...), chainMember+link+`"}`...), '\n')
	}
	if _, err := l.file.Write(buf); err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	if err := l.file.Sync(); err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	for _, e := range entries {
		l.learn(e)
	}
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
