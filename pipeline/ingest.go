package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/sheet"
	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/transforms"
)

// The statuses of a received file.
const (
	accepted   = "accepted"
	superseded = "superseded"
	rejected   = "rejected"
	duplicate  = "duplicate"
	left       = "left" // of another period: not this run's business
	gone       = "gone" // rejected, and no longer in the inbox: nobody's task any more
)

// received is one file as received, with what became of it.
type received struct {
	key        fileKey
	receivedAt time.Time
	turn       int // which of all runs took it in
	inInbox    bool
	inPeriod   bool                // lies in the period's own folder
	reading    *transforms.Reading // what it says is in the warehouse once it has been read
	said       map[string]bool     // the communes it reports results of
	rows       rowCounts
	issues     issue.List
	status     string
	reason     string
	seq        int
	modified   time.Time // its own time stamp when it was received, zero when not known
	moment     int       // which of the sender's moments of writing it falls into; 0 when not known
	size       int64
	fresh      bool  // the archive did not have it before
	stamp      stamp // what it looked like when it had been read
}

// rowCounts are what a reading has given the warehouse.
type rowCounts struct {
	records, observations, asides int
	written                       int // observations that say something and count
}

// id derives from what was received, so that every warehouse made from the
// same files has the same ids.
func (f *received) id(p transforms.Period) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{p.String(), f.key.sha, f.key.folder, f.key.name}, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// ingest finds the files, archives each before looking into it, reads and
// understands them, decides which count, and fills raw.* and ops.submission.
func (r *Run) ingest(ctx context.Context) error {
	if err := r.discover(); err != nil {
		return err
	}
	if err := r.archived(); err != nil {
		return err
	}
	if err := r.db.DeletePeriod(ctx, []string{"raw.record", "raw.observation", "raw.aside"}, r.Period.String()); err != nil {
		return err
	}
	if err := r.readAll(ctx); err != nil {
		return err
	}
	r.decide()
	if len(r.received) == 0 {
		return r.nothingReceived()
	}
	if err := r.record(); err != nil {
		return err
	}
	return r.load(ctx)
}

func (r *Run) nothingReceived() error {
	f := &Fault{
		Status: Failed,
		VI:     "không có báo cáo nào cho kỳ " + r.Period.String() + " trong " + r.Config.Inbox,
		EN:     "no report for period " + r.Period.String() + " in " + r.Config.Inbox,
		HintVI: "Đặt các tệp Excel nhận được vào " + filepath.Join(r.Config.Inbox, r.Period.String()) + " rồi chạy lại.",
		HintEN: "Put the received Excel files into " + filepath.Join(r.Config.Inbox, r.Period.String()) + " and run again.",
	}
	if len(r.left) > 0 {
		f.HintVI += fmt.Sprintf(" Có %d tệp của kỳ khác, để lại cho lần chạy của kỳ đó.", len(r.left))
		f.HintEN += fmt.Sprintf(" %d files belong to other periods and were left alone.", len(r.left))
	}
	return f
}

// plainError says what went wrong without the path that stands beside it.
func plainError(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	if errors.Is(err, fs.ErrPermission) {
		return "không có quyền đọc"
	}
	return err.Error()
}

func (r *Run) refusal(f *received, code, message, remedy string) issue.Issue {
	return issue.Issue{Check: "file_refused", Code: code, Severity: issue.Error, File: f.key.name, Message: message, Remedy: remedy}
}

// archived adds the files that earlier runs took in for this period and that
// are no longer in the inbox. Rejected ones are gone with their removal; their
// bytes stay in the archive and their decision in the ledger.
func (r *Run) archived() error {
	have := map[fileKey]bool{}
	for _, f := range r.received {
		have[f.key] = true
	}
	for _, k := range r.ledger.order[r.Period.String()] {
		d := r.ledger.decided[r.Period.String()][k]
		if have[k] || d.Status == left || d.Status == gone {
			continue
		}
		if d.Status == rejected && !r.replaying {
			r.gone = append(r.gone, k)
			continue
		}
		f := &received{key: k, receivedAt: r.ledger.received[k], turn: r.ledger.turn[k], modified: r.ledger.modified[k], inPeriod: !d.Flat}
		if !archivedName.MatchString(k.sha) {
			r.refuseAgain(f, d)
		}
		r.received = append(r.received, f)
	}
	slices.SortStableFunc(r.received, func(a, b *received) int {
		return strings.Compare(a.key.folder+"/"+a.key.name+"\x00"+a.key.sha, b.key.folder+"/"+b.key.name+"\x00"+b.key.sha)
	})
	return nil
}

// together is how many rows go into the warehouse with one statement.
const together = 20_000

// readAll reads and understands every file, several at a time, and puts what
// they say into the warehouse, in the files' own order whatever finishes first:
// two runs of one inbox give the same warehouse. What has been loaded is let go,
// and the engine writes it out while the transaction is still open, so that the
// memory does not grow with the number of files. Which of them count is decided
// once all have been read.
func (r *Run) readAll(ctx context.Context) error {
	return r.db.Loading(ctx, func(l *warehouse.Load) error { return r.readInto(ctx, l) })
}

func (r *Run) readInto(ctx context.Context, l *warehouse.Load) error {
	type read struct {
		*received
		err  error
		done chan struct{}
	}
	options := excelOptions(r.Config.Reader)
	var alone sync.Mutex // held by a large file
	workers := min(runtime.GOMAXPROCS(0), max(len(r.received), 1))
	work := make(chan *read)
	inOrder := make(chan *read, 4*workers) // how far reading may be ahead of loading
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var done int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for f := range work {
				if f.err = ctx.Err(); f.err == nil {
					f.err = r.readOne(ctx, f.received, options, &alone)
				}
				close(f.done)
				mu.Lock()
				done++
				r.tell(Progress{Stage: "ingest", Item: f.key.name, Done: done, Total: len(r.received)})
				mu.Unlock()
			}
		})
	}
	wg.Go(func() {
		for _, f := range r.received {
			if f.status == "" {
				one := &read{received: f, done: make(chan struct{})}
				inOrder <- one
				work <- one
			}
		}
		close(work)
		close(inOrder)
	})
	var first error
	var rows batches
	defer func() { rows.release() }()
	for f := range inOrder {
		<-f.done
		if first == nil {
			first = f.err
		}
		if first == nil && f.reading != nil {
			rows.add(f.reading.Batches(f.id(r.Period), r.Period, r.setID))
			f.loaded()
			if rows.count >= together {
				first = rows.load(ctx, l)
			}
		}
		if first != nil {
			stop() // the others are let by
		}
	}
	wg.Wait()
	if first == nil {
		first = rows.load(ctx, l)
	}
	return first
}

// batches are record batches on their way into the warehouse.
type batches struct {
	records, observations, asides []arrow.RecordBatch
	count                         int64
}

func (b *batches) add(records, observations, asides arrow.RecordBatch) {
	b.records, b.observations, b.asides = append(b.records, records), append(b.observations, observations), append(b.asides, asides)
	b.count += records.NumRows() + observations.NumRows() + asides.NumRows()
}

func (b *batches) load(ctx context.Context, l *warehouse.Load) error {
	defer b.release()
	if err := l.Append(ctx, "raw.record", b.records...); err != nil {
		return err
	}
	if err := l.Append(ctx, "raw.observation", b.observations...); err != nil {
		return err
	}
	return l.Append(ctx, "raw.aside", b.asides...)
}

func (b *batches) release() {
	for _, batch := range slices.Concat(b.records, b.observations, b.asides) {
		batch.Release()
	}
	*b = batches{}
}

// loaded notes what deciding will ask of a reading, and lets the rest go.
func (f *received) loaded() {
	counting := f.reading.Counting()
	f.rows = rowCounts{records: len(f.reading.Records), observations: counting, asides: len(f.reading.Observations) - counting}
	f.said = map[string]bool{}
	for i := range f.reading.Observations {
		o := &f.reading.Observations[i]
		// What does not count takes no commune over, nor does it count as said.
		if o.Standing != "" || o.State == transforms.Missing {
			continue
		}
		f.rows.written++
		switch o.Measure {
		case transforms.Result, transforms.Claim, transforms.Secondary, transforms.CriterionClaim:
			// What it says beside results (evidence, causes, that there is nothing to
			// report) takes no commune over from an earlier file.
			if o.Record.Commune != "" {
				f.said[o.Record.Commune] = true
			}
		}
	}
	f.reading.Records, f.reading.Observations = nil, nil
}

// largeFile is the size from which files are read one at a time: what they
// unfold to in memory must not come together.
const largeFile = 4 << 20

// readOne reads and understands one file, from the archive, which proves that
// what is read is what was received.
func (r *Run) readOne(ctx context.Context, f *received, options excel.Options, alone *sync.Mutex) error {
	if info, err := os.Stat(filepath.Join(r.ledger.dir, f.key.sha)); err == nil && info.Size() >= largeFile {
		alone.Lock()
		defer alone.Unlock()
	}
	data, err := r.ledger.fetch(f.key.sha)
	if err != nil {
		return err
	}
	f.size = int64(len(data))
	book, notes, err := excel.ReadWith(ctx, f.key.name, data, options)
	if err != nil {
		return fmt.Errorf("read %s: %w", f.key.name, err)
	}
	f.issues = append(f.issues, notes...)
	if book == nil {
		f.status = rejected
		return nil
	}
	f.issues = append(f.issues, withoutList(f.key.name, book)...)
	late := false
	f.reading, late = understandInTime(ctx, book, r.vocabulary, transforms.Source{
		File: f.key.name, Folder: f.key.folder, Period: r.Period, CountEstimates: r.Config.Reader.Estimates == config.CountEstimates,
	}, r.Config.Reader.Limits.Seconds)
	if err := ctx.Err(); err != nil {
		return err // half a reading is none
	}
	if late {
		f.status = rejected
		f.issues = append(f.issues, tookTooLong(f.key.name, r.Config.Reader.Limits.Seconds))
	}
	f.issues = append(slices.DeleteFunc(f.issues, f.reading.Form.Explains), f.reading.Issues...)
	return nil
}

// understandInTime gives up understanding a book when its time is over, or the
// context's; late tells that it was the time.
func understandInTime(ctx context.Context, book *sheet.Book, v *transforms.Vocabulary, src transforms.Source, seconds int) (rd *transforms.Reading, late bool) {
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	rd = transforms.UnderstandUntil(book, v, src, func() bool {
		late = late || time.Now().After(end)
		return late || ctx.Err() != nil
	})
	return rd, late
}

// tookTooLong says that a file was not understood in time.
func tookTooLong(name string, seconds int) issue.Issue {
	k := transforms.KindOf("time_out")
	return issue.Issue{
		Check: k.Check, Code: k.Code, Severity: k.Severity, File: name,
		Message: fmt.Sprintf("tìm bảng trong tệp quá %d giây; chưa đọc hết nên không tính", seconds), Remedy: k.Remedy,
	}
}

func excelOptions(r config.Reader) excel.Options {
	l := r.Limits
	return excel.Options{
		Limits: excel.Limits{
			FileBytes: int64(l.FileMB) << 20, InflatedBytes: int64(l.InflatedMB) << 20, PartBytes: int64(l.PartMB) << 20,
			StringBytes: l.StringKB << 10, Sheets: l.Sheets, Rows: l.Rows, Columns: l.Columns, Cells: l.Cells, Parts: l.Parts,
			TextBytes: int64(l.TextMB) << 20, Seconds: l.Seconds,
		},
		Passwords: r.Passwords, Converter: r.Converter,
	}
}

// decide gives every file its status.
func (r *Run) decide() {
	reject := func(f *received, check, message, at string) {
		f.status = rejected
		k := transforms.KindOf(check)
		i := issue.Issue{Check: check, Code: k.Code, Severity: issue.Error, File: f.key.name, Message: message, Remedy: k.Remedy}
		i.Cell = at
		if mark := strings.LastIndexByte(at, '!'); mark >= 0 { // "Biểu 1!A2"; a CSV file has no sheet to name
			i.Sheet, i.Cell = at[:mark], at[mark+1:]
		}
		f.issues = append(f.issues, i)
	}
	var mine []*received
	for _, f := range r.received {
		rd := f.reading
		switch {
		case f.status == rejected:
			// A file that cannot be read tells its period by folder or name only.
			if !f.inPeriod && f.inInbox && foreign(f, r.Period) {
				f.status = left
			}
		case rd.Period.Contradicts && !f.inPeriod:
			f.status = left
		case rd.NoReport:
			// Said where it was read, with the cell that shows it.
			if f.status = rejected; !f.inPeriod && foreign(f, r.Period) {
				f.status = left
			}
			f.reason = firstError(f.issues, "not_a_report")
		case f.rows.records == 0:
			if !f.inPeriod && foreign(f, r.Period) {
				f.status = left
			} else {
				reject(f, "no_table", "không nhận ra bảng số liệu nào trong tệp", "")
			}
		case rd.Period.Contradicts:
			where := ""
			if rd.Period.Cell != "" {
				where = " (" + rd.Period.Cell + ")"
			}
			reject(f, "period_mismatch", fmt.Sprintf("tệp ghi kỳ “%s”%s, không phải %s", rd.Period.Label, where, r.Period.Label()), rd.Period.Cell)
		case !rd.PeriodStated && !f.inPeriod:
			reject(f, "period_unknown", "tiêu đề, tên tệp và thư mục đều không nêu kỳ báo cáo", "")
		case rd.SenderCode == "" && firstError(f.issues, "district_mismatch") != "":
			// Its communes are another district's: it is filed under neither.
			f.status, f.reason = rejected, firstError(f.issues, "district_mismatch")
		case rd.SenderCode == "":
			reject(f, "sender_unknown", "tiêu đề, tên tệp và thư mục đều không nêu tên huyện, sở, ngành hoặc xã", "")
		default:
			f.status = accepted
		}
		if f.status == left {
			r.left = append(r.left, f)
			continue
		}
		mine = append(mine, f)
	}
	r.received = mine
	r.rank()
	r.supersede()
	for _, f := range r.received {
		if f.status == rejected && f.reason == "" && len(f.issues) > 0 {
			for _, i := range f.issues {
				if i.Severity == issue.Error {
					f.reason = i.Message + " [" + i.Code + "]"
					break
				}
			}
		}
	}
}

// firstError is the first error of a kind, as the reason for a rejection; "" for
// none.
func firstError(issues issue.List, check string) string {
	for _, i := range issues {
		if i.Severity == issue.Error && i.Check == check {
			return i.Message + " [" + i.Code + "]"
		}
	}
	return ""
}

// foreign tells that a file's folder or name states another period.
func foreign(f *received, p transforms.Period) bool {
	v := transforms.JudgePeriod(append(transforms.StatedPeriods(f.key.folder), transforms.StatedPeriods(strings.ReplaceAll(f.key.name, "_", " "))...), p)
	return v.Contradicts
}

// sender is the code of whose file it is, "" when nobody can tell.
func (r *Run) sender(f *received) string {
	if f.reading == nil {
		return r.vocabulary.SenderInName(f.key.name, f.key.folder)
	}
	return cmp.Or(f.reading.SenderCode, f.reading.District)
}

// sender tells the senders of understood files apart, whatever their kind.
func (f *received) sender() string { return f.reading.SenderKind + " " + f.reading.SenderCode }

// record writes the decisions that are news into the ledger.
func (r *Run) record() error {
	if r.Set != "" {
		return nil // nothing is decided where something is only supposed
	}
	var news []entry
	for _, f := range append(slices.Clone(r.received), r.left...) {
		have, known := r.ledger.decided[r.Period.String()][f.key]
		if known && have.Status == f.status && have.Reason == f.reason {
			continue
		}
		news = append(news, entry{
			Event: "decided", At: r.Started, Run: r.ID, Period: r.Period.String(), SHA256: f.key.sha,
			Folder: f.key.folder, Name: f.key.name, Status: f.status, Reason: f.reason, Flat: f.inInbox && !f.inPeriod,
		})
	}
	for _, k := range r.gone {
		news = append(news, entry{
			Event: "decided", At: r.Started, Run: r.ID, Period: r.Period.String(), SHA256: k.sha, Folder: k.folder, Name: k.name, Status: gone,
		})
	}
	return r.ledger.append(news...)
}

// load fills what else is in raw.*, and ops.submission, of this period, in the
// files' order, and takes out again what was read of files that do not count.
func (r *Run) load(ctx context.Context) error {
	p := r.Period.String()
	if err := r.db.DeletePeriod(ctx, []string{"raw.issue", "raw.cell_count", "ops.submission", "ops.period"}, p); err != nil {
		return err
	}
	var idle []string
	for _, f := range append(slices.Clone(r.received), r.left...) {
		if f.status != accepted && f.status != superseded && f.rows != (rowCounts{}) {
			idle = append(idle, f.id(r.Period))
		}
	}
	if err := r.db.DeleteSubmissions(ctx, []string{"raw.record", "raw.observation", "raw.aside"}, p, idle); err != nil {
		return err
	}
	err := r.db.AppendRows(ctx, "ops.period", []string{"period", "granularity", "starts_on", "ends_on", "label"},
		[][]any{{p, r.Period.Granularity, r.Period.Start(), r.Period.End(), r.Period.Label()}})
	if err != nil {
		return err
	}
	var issues, submissions, counts [][]any
	want := holdings{}
	for _, table := range []string{"raw.record", "raw.observation", "raw.aside", "raw.issue", "raw.cell_count"} {
		want.add(table, "", 0) // looked into even where no file gave anything
	}
	for _, f := range r.received {
		id := f.id(r.Period)
		row := []any{id, p, "district", nil, nil, f.key.name, f.key.sha, nil, f.receivedAt, f.status, orNull(f.reason), int64(0), int64(0), int64(f.seq), f.key.folder, false, nil, nil, f.size, nil}
		row[3] = orNull(r.sender(f))
		if f.reading == nil {
			row[4] = row[3]
		} else {
			row[2], row[4] = cmp.Or(f.reading.SenderKind, transforms.DistrictSender), orNull(f.reading.District)
			if !f.reading.Period.AsOf.IsZero() {
				row[7] = f.reading.Period.AsOf
			}
			row[15], row[16], row[17], row[19] = f.reading.Illustrative, orNull(f.reading.Layouts()), orNull(f.reading.Title), orNull(f.reading.Form.Name())
			if f.status == accepted || f.status == superseded {
				row[11] = int64(f.rows.written)
				want.add("raw.record", id, f.rows.records)
				want.add("raw.observation", id, f.rows.observations)
				want.add("raw.aside", id, f.rows.asides)
			}
			for _, n := range f.reading.Cells.ByRole() {
				counts = append(counts, []any{id, p, n.Role, int64(n.Cells)})
			}
			want.add("raw.cell_count", id, len(f.reading.Cells.ByRole()))
		}
		submissions = append(submissions, row)
		if f.status == superseded || f.status == duplicate {
			continue // what a replaced file got wrong is nobody's task any more
		}
		want.add("raw.issue", id, len(f.issues))
		for _, i := range f.issues {
			issues = append(issues, []any{id, p, i.Check, i.Code, string(i.Severity), f.key.name, i.Sheet, i.Cell, orNull(i.Commune), orNull(i.Indicator), i.Message, i.Remedy})
		}
	}
	err = r.db.AppendRows(ctx, "ops.submission", []string{
		"submission_id", "period", "sender_kind", "sender_code", "district_code", "file_name", "sha256", "as_of_date", "received_at",
		"status", "reason", "observations", "findings", "seq", "folder", "illustrative", "layouts", "title", "size", "form_id",
	}, submissions)
	if err != nil {
		return err
	}
	err = r.db.AppendRows(ctx, "raw.issue", []string{
		"submission_id", "period", "check_id", "code", "severity", "file_name", "sheet", "cell", "commune_code", "indicator_id", "message", "remedy",
	}, issues)
	if err != nil {
		return err
	}
	if err := r.db.AppendRows(ctx, "raw.cell_count", []string{"submission_id", "period", "role", "cells"}, counts); err != nil {
		return err
	}
	if err := r.recalledCorrections(); err != nil {
		return err
	}
	if err := r.loadCorrections(ctx); err != nil {
		return err
	}
	return r.holds(ctx, want)
}

// holdings are the rows that the readings said, by table and submission.
type holdings map[string]map[string]int

func (h holdings) add(table, submission string, rows int) {
	if h[table] == nil {
		h[table] = map[string]int{}
	}
	if rows > 0 {
		h[table][submission] += rows
	}
}

// holds proves that the warehouse has got what reading understood, row for
// row. Where it has not, the program is broken and nothing may be published.
func (r *Run) holds(ctx context.Context, want holdings) error {
	for _, table := range slices.Sorted(maps.Keys(want)) {
		_, rows, err := r.db.All(ctx, "select submission_id, count(*) from "+table+" where period = ? group by submission_id order by submission_id", r.Period.String())
		if err != nil {
			return err
		}
		left := maps.Clone(want[table])
		for _, row := range rows {
			id, n := row[0].(string), int(row[1].(int64))
			if n != left[id] {
				return fmt.Errorf("%s holds %d rows of submission %s, reading gave %d", table, n, id, left[id])
			}
			delete(left, id)
		}
		for _, id := range slices.Sorted(maps.Keys(left)) {
			return fmt.Errorf("%s holds no rows of submission %s, reading gave %d", table, id, left[id])
		}
	}
	return nil
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
