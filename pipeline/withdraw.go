package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/angiang-ntm/ntm/config"
	ntmsql "github.com/angiang-ntm/ntm/sql"
	"github.com/angiang-ntm/ntm/transforms"
)

// withdrawn is the status, in the ledger and in what people are told, of a file
// that the office has taken back. It is no row of ops.submission: what is
// published is what would have been published had the file never come.
const withdrawn = "withdrawn"

// contentOf is by what a withdrawal knows a file: by its bytes, under whatever
// name they come again, because it is what they say that was wrong. What was
// never kept has no bytes and is known by its name.
func contentOf(k fileKey) string {
	if archivedName.MatchString(k.sha) {
		return k.sha
	}
	return k.sha + "\x00" + path.Join(k.folder, k.name)
}

func (l *ledger) learnWithdrawal(e entry) {
	l.withdrawals = append(l.withdrawals, e)
	if e.SHA256 == "" {
		if delete(l.outPeriods, e.Period); e.Event == "withdrawn" {
			l.outPeriods[e.Period] = e
			l.history = append(l.history, e)
		}
		return
	}
	content := contentOf(fileKey{e.SHA256, e.Folder, e.Name})
	if delete(l.out[e.Period], content); e.Event == "withdrawn" {
		if l.out[e.Period] == nil {
			l.out[e.Period] = map[string]entry{}
		}
		l.out[e.Period][content] = e
	}
}

// withdrawnFile tells whether a file counts no more in a period, and by which
// entry. A warehouse that is made again is made as the last run had it, and a
// withdrawal counts from the run after it.
func (r *Run) withdrawnFile(k fileKey) (entry, bool) {
	p := r.Period.String()
	if r.replaying {
		d := r.ledger.decided[p][k]
		return d, d.Status == withdrawn
	}
	e, is := r.ledger.out[p][contentOf(k)]
	return e, is
}

// leaveOut takes the withdrawn files out of those of this period, before
// anything reads them.
func (r *Run) leaveOut() {
	var rest []*received
	for _, f := range r.received {
		if e, is := r.withdrawnFile(f.key); is {
			f.status, f.reason = withdrawn, e.Reason
			r.withdrawn = append(r.withdrawn, f)
			continue
		}
		rest = append(rest, f)
	}
	r.received = rest
}

// WithdrawOptions say what is taken back, or with Undo given back.
type WithdrawOptions struct {
	Config  config.Config
	Files   []string // by name, path in the inbox, SHA-256 or submission id; none for the whole period
	Period  *transforms.Period
	Reason  string
	By      string
	Undo    bool
	Version string
	Now     func() time.Time
	Log     *slog.Logger
	// Progress is told of each step; nil is fine.
	Progress func(Progress)
}

// Withdrawal is one thing that was taken back.
type Withdrawal struct {
	Period     string    `json:"period"`
	Submission string    `json:"submission_id,omitempty"`
	Name       string    `json:"file_name,omitempty"`
	Folder     string    `json:"folder,omitempty"`
	SHA256     string    `json:"sha256,omitempty"`
	Reason     string    `json:"reason"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
	// Pending tells that the last run still counted the file.
	Pending bool `json:"pending"`
}

// Withdrawn is what came of taking something back.
type Withdrawn struct {
	Undo  bool
	Items []Withdrawal
	// Published are later periods whose comparison with a withdrawn one was
	// published anew; Kept those that are closed and were left alone.
	Published []Published
	Kept      []string
	Marker    string // what the folder of a withdrawn period says, "" where there is none
}

func withdrawalOf(e entry) Withdrawal {
	w := Withdrawal{Period: e.Period, Name: e.Name, Folder: e.Folder, SHA256: e.SHA256, Reason: e.Reason, By: e.By, At: e.At}
	if p, ok := transforms.ParsePeriod(e.Period); ok && e.SHA256 != "" {
		w.Submission = (&received{key: fileKey{e.SHA256, e.Folder, e.Name}}).id(p)
	}
	return w
}

// Withdraw takes back a received file or a whole period: what a person put there
// by mistake counts as if it had never been. Nothing is deleted from the archive,
// and the ledger says who did it and why, so that it can be undone.
func Withdraw(ctx context.Context, o WithdrawOptions) (*Withdrawn, error) {
	if len(o.Files) == 0 && !o.Undo {
		return withdrawPeriod(ctx, o)
	}
	unlock, l, err := openArchive(ctx, o.Config, o.Now())
	if err != nil {
		return nil, err
	}
	defer unlock()
	if len(o.Files) == 0 {
		return restorePeriod(o, l)
	}
	chosen := map[string]bool{}
	out := &Withdrawn{Undo: o.Undo}
	var news []entry
	var files []entry
	for _, file := range o.Files {
		if inside := l.inZip(file, o); len(inside) > 0 {
			files = append(files, inside...)
			continue
		}
		e, err := l.find(file, o)
		if err != nil {
			return nil, err
		}
		files = append(files, e)
	}
	for _, e := range files {
		if err := l.mayChange(o.Config.Out, e.Period); err != nil {
			return nil, err
		}
		e.Event, e.At, e.Reason, e.By, e.Version = "withdrawn", o.Now().UTC(), strings.TrimSpace(o.Reason), o.By, o.Version
		if o.Undo {
			e.Event = "restored"
		}
		if key := e.Period + "\x00" + contentOf(fileKey{e.SHA256, e.Folder, e.Name}); !chosen[key] {
			chosen[key] = true
			news = append(news, e)
			out.Items = append(out.Items, withdrawalOf(e))
		}
	}
	return out, l.append(news...)
}

// mayChange stops whoever would change a closed period, or one that is withdrawn.
func (l *ledger) mayChange(out, period string) error {
	if e, closed := l.closedFor(out, period); closed {
		return &Fault{
			Status: Usage,
			VI:     "kỳ " + period + " đã chốt theo " + e.Decision + " (" + vietnameseDate(e.Date) + "), không rút lại được",
			EN:     "period " + period + " is closed by " + e.Decision + " (" + e.Date + "): nothing of it can be withdrawn",
			HintVI: "Mở lại kỳ trước, kèm lý do: ntm run --period " + period + " --reopen \"lý do\"; rồi rút.",
			HintEN: "Reopen it first, saying why: ntm run --period " + period + " --reopen \"why\"; then withdraw.",
		}
	}
	if e, out := l.outPeriods[period]; out {
		return periodOut(period, e)
	}
	return nil
}

// periodOut says that a period has been withdrawn, and how that is undone.
func periodOut(period string, e entry) *Fault {
	return &Fault{
		Status: Usage,
		VI:     fmt.Sprintf("kỳ %s đã được rút lại ngày %s (%s): %s", period, e.At.Local().Format("02/01/2006"), e.By, e.Reason),
		EN:     fmt.Sprintf("period %s was withdrawn on %s (%s): %s", period, e.At.Local().Format(time.DateOnly), e.By, e.Reason),
		HintVI: "Kiểm tra lại --period. Nếu đúng là cần kỳ này: ntm withdraw --period " + period + " --undo, rồi chạy lại.",
		HintEN: "Check --period. If the period is wanted after all: ntm withdraw --period " + period + " --undo, then run it.",
	}
}

// find looks up the one file that somebody names. Where several fit it asks.
func (l *ledger) find(file string, o WithdrawOptions) (entry, error) {
	var found []entry
	seen := map[string]bool{}
	for _, code := range slices.Sorted(maps.Keys(l.decided)) {
		p, ok := transforms.ParsePeriod(code)
		if !ok || o.Period != nil && *o.Period != p {
			continue
		}
		for _, k := range l.order[code] {
			status := l.decided[code][k].Status
			if _, is := l.out[code][contentOf(k)]; is != o.Undo || status == left || status == gone && !o.Undo || !k.named(file, p) {
				continue
			}
			if content := code + "\x00" + contentOf(k); !seen[content] {
				seen[content] = true
				found = append(found, entry{Period: code, SHA256: k.sha, Folder: k.folder, Name: k.name})
			}
		}
	}
	switch {
	case len(found) == 0:
		return entry{}, l.unknownFile(file, o)
	case len(found) > 1:
		f := &Fault{Status: Usage, VI: "có " + strconv.Itoa(len(found)) + " tệp ứng với “" + visible(file) + "”:", EN: "several files are meant by “" + visible(file) + "”:"}
		for _, e := range found {
			w := withdrawalOf(e)
			line := fmt.Sprintf("\n  %s  %s  %s", w.Submission, e.Period, visible(path.Join(e.Folder, e.Name)))
			f.VI, f.EN = f.VI+line, f.EN+line
		}
		f.HintVI, f.HintEN = "Nêu mã ở đầu dòng thay cho tên tệp, hoặc thêm --period.", "Give the id at the beginning of the line instead of the name, or add --period."
		return entry{}, f
	}
	e := found[0]
	if o.Undo {
		return e, nil
	}
	// The same bytes under another name would count in its stead: whoever names one
	// of them may not know of the other.
	if p, _ := transforms.ParsePeriod(e.Period); !strings.HasPrefix(e.SHA256, file) || len(file) < 8 {
		for _, k := range l.order[e.Period] {
			status := l.decided[e.Period][k].Status
			if k.sha == e.SHA256 && archivedName.MatchString(k.sha) && !k.named(file, p) && status != left && status != gone {
				return entry{}, &Fault{
					Status: Usage,
					VI:     "tệp “" + visible(file) + "” trùng nguyên văn với “" + visible(path.Join(k.folder, k.name)) + "” đã nhận trong kỳ " + e.Period,
					EN:     "“" + visible(file) + "” is the same, byte for byte, as “" + visible(path.Join(k.folder, k.name)) + "”, received for " + e.Period,
					HintVI: "Rút một tệp là rút cả hai, vì nội dung là một. Nếu đúng ý đó: ntm withdraw " + e.SHA256[:16] + " --period " + e.Period + " --reason \"lý do\". Nếu chỉ thừa một bản thì không cần rút: bản trùng không được tính hai lần.",
					HintEN: "To withdraw one is to withdraw both, since they say the same. If that is meant: ntm withdraw " + e.SHA256[:16] + " --period " + e.Period + " --reason \"why\". A copy too many need not be withdrawn: it does not count twice.",
				}
			}
		}
	}
	return e, nil
}

// inZip lists the files that came in a zip of that name: who names the zip means
// all that was in it.
func (l *ledger) inZip(file string, o WithdrawOptions) (inside []entry) {
	if !strings.EqualFold(path.Ext(file), ".zip") {
		return nil
	}
	file = norm.NFC.String(path.Clean(filepath.ToSlash(file)))
	for _, code := range slices.Sorted(maps.Keys(l.decided)) {
		if p, ok := transforms.ParsePeriod(code); !ok || o.Period != nil && *o.Period != p {
			continue
		}
		for _, k := range l.order[code] {
			status := l.decided[code][k].Status
			if _, is := l.out[code][contentOf(k)]; is != o.Undo || status == left || status == gone {
				continue
			}
			folder := "/" + norm.NFC.String(k.folder) + "/"
			if strings.Contains(folder, "/"+file+"/") || strings.Contains("/"+file+"/", folder) && strings.EqualFold(path.Ext(k.folder), ".zip") {
				inside = append(inside, entry{Period: code, SHA256: k.sha, Folder: k.folder, Name: k.name})
			}
		}
	}
	return inside
}

// named tells whether somebody who writes this means the file.
func (k fileKey) named(text string, p transforms.Period) bool {
	if len(text) >= 8 && strings.HasPrefix(k.sha, strings.ToLower(text)) || text == (&received{key: k}).id(p) {
		return true
	}
	text = norm.NFC.String(path.Clean(filepath.ToSlash(text)))
	name, whole := norm.NFC.String(k.name), norm.NFC.String(path.Join(k.folder, k.name))
	return text == name || text == whole || strings.HasSuffix(text, "/"+whole) || strings.HasSuffix(whole, "/"+text)
}

// unknownFile says that nothing is known of a file, and why that may be.
func (l *ledger) unknownFile(file string, o WithdrawOptions) error {
	f := &Fault{
		Status: Usage, VI: "không có tệp nào đã nhận tên là “" + visible(file) + "”", EN: "no file was received under the name “" + visible(file) + "”",
		HintVI: "Xem tên các tệp đã nhận bằng ntm status --period KỲ; dùng tên tệp, mã SHA-256 hoặc submission_id.",
		HintEN: "See what was received with ntm status --period PERIOD; give the file's name, its SHA-256 or its submission_id.",
	}
	if o.Undo {
		f.VI, f.EN = "không có tệp nào đang được rút lại tên là “"+visible(file)+"”", "no file is withdrawn under the name “"+visible(file)+"”"
	}
	for _, code := range slices.Sorted(maps.Keys(l.decided)) {
		p, _ := transforms.ParsePeriod(code)
		for _, k := range l.order[code] {
			if !k.named(file, p) {
				continue
			}
			e, is := l.out[code][contentOf(k)]
			switch {
			case is && !o.Undo:
				f.VI = fmt.Sprintf("tệp “%s” của kỳ %s đã được rút lại ngày %s: %s", visible(file), code, e.At.Local().Format("02/01/2006"), e.Reason)
				f.EN = fmt.Sprintf("“%s” of %s was withdrawn on %s: %s", visible(file), code, e.At.Local().Format(time.DateOnly), e.Reason)
				f.HintVI, f.HintEN = "Muốn tính lại tệp này thì thêm --undo.", "To have it count again, add --undo."
			case o.Period != nil && *o.Period != p:
				f.HintVI, f.HintEN = "Có tệp tên như vậy ở kỳ "+code+".", "There is such a file in "+code+"."
			}
		}
	}
	return f
}

// retiredMarker is the file in the folder of a withdrawn period that says so.
const retiredMarker = "RÚT LẠI.txt"

// retiredText is what it says: made from the ledger alone, so that it can be
// held against it.
func retiredText(e entry) string {
	return fmt.Sprintf("RÚT LẠI\n\nKỳ %s đã được rút lại: các số liệu trong thư mục này không còn hiệu lực.\n\nLý do: %s\nNgười rút: %s\nLúc: %s\n\nLấy lại: ntm withdraw --period %s --undo\n",
		e.Period, e.Reason, e.By, e.At.UTC().Format("2006-01-02 15:04:05 UTC"), e.Period)
}

// retire marks the folder of a period that a placing entry withdraws. No
// publication of it stands any more, so nothing points to one.
func retire(out string, placing entry) error {
	if placing.Retired == "" {
		return nil
	}
	base := filepath.Join(out, placing.Retired)
	if !exists(base) {
		return nil // never published
	}
	for _, e := range placing.Then {
		if e.Event == "withdrawn" && e.Period == placing.Retired {
			if err := writeSynced(filepath.Join(base, retiredMarker), []byte(retiredText(e)), 0o644); err != nil {
				return unplaced(filepath.Join(base, retiredMarker), err)
			}
		}
	}
	for _, pointer := range []string{"latest", "LATEST"} {
		if err := os.Remove(filepath.Join(base, pointer)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return unplaced(filepath.Join(base, pointer), err)
		}
	}
	syncDir(base)
	return nil
}

// restorePeriod lets a withdrawn period be run again.
func restorePeriod(o WithdrawOptions, l *ledger) (*Withdrawn, error) {
	p := o.Period.String()
	if _, is := l.outPeriods[p]; !is {
		return nil, &Fault{
			Status: Usage, VI: "kỳ " + p + " không phải là kỳ đã rút lại", EN: "period " + p + " is not withdrawn",
			HintVI: "Xem các kỳ đã rút bằng ntm status.", HintEN: "See what is withdrawn with ntm status.",
		}
	}
	e := entry{Event: "restored", At: o.Now().UTC(), Period: p, Reason: strings.TrimSpace(o.Reason), By: o.By, Version: o.Version}
	if err := l.append(e); err != nil {
		return nil, err
	}
	return &Withdrawn{Undo: true, Items: []Withdrawal{withdrawalOf(e)}}, unmark(o.Config.Out, p)
}

// unmark takes the marker of a withdrawal away.
func unmark(out, period string) error {
	if marker := filepath.Join(out, period, retiredMarker); exists(marker) {
		return os.Remove(marker)
	}
	return nil
}

// withdrawPeriod takes a period out of the warehouse and the snapshot. Periods
// that look back on it are derived and published again, as after a correction.
func withdrawPeriod(ctx context.Context, o WithdrawOptions) (*Withdrawn, error) {
	r := &Run{
		Options: Options{Config: o.Config, Period: *o.Period, Version: o.Version, Now: o.Now, Log: o.Log, Progress: o.Progress},
		Started: o.Now().UTC(), retiring: true,
	}
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	unlock, err := r.take()
	if err != nil {
		return nil, err
	}
	defer unlock()
	defer r.abandon()
	if err := r.begin("withdraw"); err != nil {
		return nil, err
	}
	p := r.Period.String()
	if err := r.ledger.mayChange(o.Config.Out, p); err != nil {
		return nil, err
	}
	if len(r.ledger.decided[p]) == 0 && !r.ledger.ran(p) {
		f := &Fault{
			Status: Usage, VI: "chưa từng có kỳ " + p + ": không có gì để rút", EN: "there never was a period " + p + ": nothing to withdraw",
			HintVI: "Chưa có kỳ nào.", HintEN: "There is none yet.",
		}
		if all := r.ledger.periods(); len(all) > 0 {
			var codes []string
			for _, x := range all {
				codes = append(codes, x.String())
			}
			f.HintVI, f.HintEN = "Có các kỳ: "+strings.Join(codes, ", ")+".", "There are: "+strings.Join(codes, ", ")+"."
		}
		return nil, f
	}
	if err := r.openCopy(ctx); err != nil {
		return nil, err
	}
	event := entry{Event: "withdrawn", At: r.Started, Run: r.ID, Period: p, Reason: strings.TrimSpace(o.Reason), By: o.By, Version: o.Version}
	if err := r.takeOut(ctx, &event); err != nil {
		return nil, r.failed("withdraw", err)
	}
	out := &Withdrawn{Items: []Withdrawal{withdrawalOf(event)}, Kept: r.kept}
	snapshot := Snapshot(o.Config.Out)
	if err := r.anchorWarehouse(ctx); err != nil {
		return nil, err
	}
	fresh, err := r.closeWarehouse(exists(snapshot))
	if err != nil {
		return nil, err
	}
	var then []entry
	for _, pub := range r.publication {
		if pub.dir == "" {
			continue
		}
		then = append(then, entry{Event: "published", At: r.Started, Run: r.ID, Period: pub.Period.String(), Version: r.Version, Identity: pub.identity, Output: pub.version})
		out.Published = append(out.Published, Published{Period: pub.Period.String(), Version: pub.version, Dir: pub.dir, New: true})
	}
	if err := r.settle(fresh, append(then, event)); err != nil {
		return nil, err
	}
	if base := filepath.Join(o.Config.Out, p); exists(base) {
		out.Marker = filepath.Join(base, retiredMarker)
	}
	return out, nil
}

// takeOut deletes every row of the period and derives what looked back on it.
func (r *Run) takeOut(ctx context.Context, event *entry) error {
	if err := r.seed(ctx); err != nil {
		return err
	}
	_, rows, err := r.db.All(ctx, `
		select schema_name || '.' || table_name from duckdb_columns()
		where database_name = current_database() and column_name = 'period' and schema_name in ('raw', 'staging', 'store', 'ops')
			and (schema_name, table_name) in (select (schema_name, table_name) from duckdb_tables())
			and (schema_name, table_name) not in (('ops', 'closing'), ('ops', 'withdrawn'))
		order by 1`)
	if err != nil {
		return err
	}
	var tables []string
	for _, row := range rows {
		tables = append(tables, row[0].(string))
	}
	if err := r.db.DeletePeriod(ctx, tables, r.Period.String()); err != nil {
		return err
	}
	if err := r.loadClosings(ctx); err != nil {
		return err
	}
	if err := r.loadWithdrawals(ctx, *event); err != nil {
		return err
	}
	if err := r.lookingBack(ctx); err != nil {
		return err
	}
	if err := r.models(ctx, ntmsql.Staging); err != nil {
		return err
	}
	if err := r.evaluate(ctx); err != nil {
		return err
	}
	if len(r.periods)+len(r.later) == 0 {
		return nil
	}
	if err := r.check(ctx); err != nil {
		return err
	}
	if event.Checks, err = r.checkResults(ctx); err != nil {
		return err
	}
	event.Derived = r.periods
	for _, code := range slices.Concat(r.periods, r.later) {
		p, _ := transforms.ParsePeriod(code)
		pub, err := r.prepare(ctx, p)
		if err != nil {
			return err
		}
		if pub.latest == "" {
			continue
		}
		r.publication = append(r.publication, pub)
		if pub.dir == "" {
			continue
		}
		if err := r.write(ctx, pub); err != nil {
			return err
		}
	}
	return nil
}

// loadWithdrawals replays what was withdrawn and given back, for analysts.
func (r *Run) loadWithdrawals(ctx context.Context, more ...entry) error {
	if err := r.db.Exec(ctx, "delete from ops.withdrawn"); err != nil {
		return err
	}
	var rows [][]any
	for n, e := range slices.Concat(r.ledger.withdrawals, more) {
		w := withdrawalOf(e)
		rows = append(rows, []any{int64(n + 1), e.Event, e.Period, orNull(w.Submission), orNull(e.Name), orNull(e.Folder), orNull(e.SHA256), orNull(e.Reason), orNull(e.By), e.At})
	}
	return r.db.AppendRows(ctx, "ops.withdrawn", []string{"turn", "event", "period", "submission_id", "file_name", "folder", "sha256", "reason", "who", "at"}, rows)
}

// withdrawnAt is the place in the history of a period's last withdrawal, -1 for
// none: what the history says of the period before it is as if it had not been.
func (l *ledger) withdrawnAt(period string) int {
	for i, e := range slices.Backward(l.history) {
		if e.Event == "withdrawn" && e.Period == period {
			return i
		}
	}
	return -1
}

// standing lists what is withdrawn now: the files of a period, and all
// periods.
func (l *ledger) standing(period string) (files, periods []Withdrawal) {
	for _, e := range l.out[period] {
		w := withdrawalOf(e)
		for _, k := range l.order[period] {
			if d := l.decided[period][k]; contentOf(k) == contentOf(fileKey{e.SHA256, e.Folder, e.Name}) && d.Status != withdrawn && d.Status != gone {
				w.Pending = true
			}
		}
		files = append(files, w)
	}
	for _, e := range l.outPeriods {
		periods = append(periods, withdrawalOf(e))
	}
	slices.SortFunc(files, func(a, b Withdrawal) int {
		return cmp.Or(strings.Compare(a.Folder+"/"+a.Name, b.Folder+"/"+b.Name), strings.Compare(a.SHA256, b.SHA256))
	})
	slices.SortFunc(periods, func(a, b Withdrawal) int { return strings.Compare(a.Period, b.Period) })
	return files, periods
}
