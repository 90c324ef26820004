package pipeline

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// entry is one line of the ledger: what happened, when, to which file. Lines
// are only ever appended.
type entry struct {
	Event    string    `json:"event"` // received, decided, run
	At       time.Time `json:"at"`
	Run      string    `json:"run"`
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
}

// fileKey tells received files apart: the same bytes under another name are
// another receipt.
type fileKey struct{ sha, folder, name string }

// ledger is the archive with its append-only record. The archive is the
// truth: a file that was accepted counts even when it has gone from the inbox.
type ledger struct {
	dir      string
	file     *os.File
	received map[fileKey]time.Time
	decided  map[string]map[fileKey]entry // by period: the latest decision on each file
	order    map[string][]fileKey         // by period: files in the order of their first decision
}

func openLedger(dir string) (*ledger, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the archive: %w", err)
	}
	path := filepath.Join(dir, "ledger.jsonl")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open the ledger: %w", err)
	}
	l := &ledger{
		dir: dir, file: f, received: map[fileKey]time.Time{},
		decided: map[string]map[fileKey]entry{}, order: map[string][]fileKey{},
	}
	in := bufio.NewReader(f)
	good := int64(0) // where the last whole line ends
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			if len(line) == 0 {
				break
			}
			// A run that was killed while writing leaves a torn last line. What
			// it was about to say had not happened yet.
			if err := f.Truncate(good); err != nil {
				_ = f.Close()
				return nil, fmt.Errorf("mend the ledger: %w", err)
			}
			break
		}
		var e entry
		if err == nil {
			err = json.Unmarshal(line, &e)
		}
		if err != nil {
			_ = f.Close()
			return nil, fmt.Errorf("ledger %s, line %d: %w", path, n, err)
		}
		good += int64(len(line))
		l.learn(e)
	}
	return l, nil
}

func (l *ledger) learn(e entry) {
	k := fileKey{e.SHA256, e.Folder, e.Name}
	switch e.Event {
	case "received":
		if _, known := l.received[k]; !known {
			l.received[k] = e.At
		}
	case "decided":
		if l.decided[e.Period] == nil {
			l.decided[e.Period] = map[fileKey]entry{}
		}
		if _, known := l.decided[e.Period][k]; !known {
			l.order[e.Period] = append(l.order[e.Period], k)
		}
		l.decided[e.Period][k] = e
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
		buf = append(append(buf, line...), '\n')
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

// keep stores a file's bytes under their own hash, once, read-only.
func (l *ledger) keep(data []byte) (sha string, err error) {
	sum := sha256.Sum256(data)
	sha = hex.EncodeToString(sum[:])
	path := filepath.Join(l.dir, sha)
	if info, err := os.Stat(path); err == nil && info.Size() == int64(len(data)) {
		return sha, nil
	}
	tmp, err := os.CreateTemp(l.dir, ".in-")
	if err != nil {
		return "", fmt.Errorf("archive a file: %w", err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(data)
	if e := tmp.Sync(); err == nil {
		err = e
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), 0o444)
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return "", fmt.Errorf("archive a file: %w", err)
	}
	return sha, nil
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
