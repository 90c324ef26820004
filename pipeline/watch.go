package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/transforms"
)

// retryAfter is how long a watch waits after a run that failed: whatever is
// wrong (a full disk, a share that is away) does not pass in seconds.
const retryAfter = 5 * time.Minute

// settling decides when an inbox has come to rest. It knows no clock and no
// disk: what lies there, and when that was seen, is handed in.
type settling struct {
	wait  time.Duration // how long nothing may have changed
	seen  string        // what lay there at the last look
	since time.Time     // when that was seen first
	done  string        // what lay there at the last run
	again time.Time     // not before, after a run that failed
}

// look tells whether to run now, given what lies in the inbox.
func (s *settling) look(lies string, now time.Time) bool {
	if lies != s.seen {
		s.seen, s.since = lies, now
	}
	return lies != "" && lies != s.done && now.Sub(s.since) >= s.wait && !now.Before(s.again)
}

// ran takes note of a run. What it could not take stays to be done.
func (s *settling) ran(complete bool, now time.Time) {
	if complete {
		s.done, s.again = s.seen, time.Time{}
	} else {
		s.again = now.Add(max(s.wait, retryAfter))
	}
}

// WatchOptions are what a watch is asked to do.
type WatchOptions struct {
	Config config.Config
	// Period is asked at each look: with --period auto it moves on.
	Period func(now time.Time) transforms.Period
	// Settle is how long nothing in the inbox may have changed before a run.
	Settle time.Duration
	// Ticks are the times of the looks; the watch ends when it is closed.
	Ticks <-chan time.Time
	// Run does one run; false says that it has to be done again.
	Run func(context.Context, transforms.Period) bool
	// Trouble is told when the inbox cannot be looked into.
	Trouble func(error)
}

// Watch runs a period each time that its inbox has changed and come to rest, or
// somebody took a file back or settled a reading, until the context ends. It looks
// instead of being told, because shares tell nothing.
func Watch(ctx context.Context, o WatchOptions) {
	s := settling{wait: o.Settle}
	for {
		select {
		case <-ctx.Done():
			return
		case now, open := <-o.Ticks:
			if !open {
				return
			}
			p := o.Period(now)
			lies, err := lying(o.Config.Inbox, p)
			if err == nil {
				var told string
				told, err = decidedApart(o.Config.Data, p)
				lies += told
			}
			if err != nil {
				o.Trouble(err)
				continue
			}
			if s.look(lies, now) {
				s.ran(o.Run(ctx, p), now)
			}
		}
	}
}

// lying describes what lies in the inbox for a period, "" for nothing.
func lying(inbox string, p transforms.Period) (string, error) {
	root := inboxRoot(inbox, p.String())
	files, err := listInbox(inbox, root, func(string, error) {})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintln(&b, p, f.path, f.stamp.size, f.stamp.mod.UnixNano(), f.stamp.mode)
	}
	entries, err := os.ReadDir(root)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	for _, e := range entries {
		if !strings.EqualFold(e.Name(), correctionsName) {
			continue
		}
		if info, err := os.Lstat(filepath.Join(root, e.Name())); err == nil {
			fmt.Fprintln(&b, p, e.Name(), info.Size(), info.ModTime().UnixNano())
		}
	}
	return b.String(), nil
}

// decidedApart lists what people decided of a period's files apart from reports: what
// was taken back, and how a form is read. Both count from the next run on, so they are
// news as a file is. Runs write none of these lines, or each would call for another.
func decidedApart(data string, p transforms.Period) (string, error) {
	text, err := os.ReadFile(filepath.Join(data, "archive", "ledger.jsonl"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	var b strings.Builder
	for line := range bytes.Lines(text) {
		var e entry
		if json.Unmarshal(line, &e) != nil {
			continue // one that is being written; whoever takes the lock holds the others against their chain
		}
		switch e.Event {
		case "withdrawn", "restored":
			if e.SHA256 != "" && e.Period == p.String() {
				fmt.Fprintln(&b, e.Event, e.SHA256, e.Folder, e.Name)
			}
		case "confirmed", "forgotten":
			fmt.Fprintln(&b, e.Event, e.Sender, e.Fingerprint, e.Reading)
		}
	}
	return b.String(), nil
}
