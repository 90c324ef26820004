package pipeline

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/report"
	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/transforms"
)

// Status says who has reported for a period, how complete that is and whether
// it came in time.
type Status struct {
	Period   string   `json:"period"`
	Label    string   `json:"label"`
	Deadline string   `json:"deadline"` // the last day on time, as 2018-01-15
	Senders  []Sender `json:"senders"`  // every expected one, in administrative order
	Others   []File   `json:"others"`   // superseded, rejected and duplicate files
	Missing  []string `json:"missing"`
	// Total is over the senders of the period; History over all periods up to
	// it, by sender, and OverAll their sum.
	Total   Timeliness   `json:"total"`
	History []Timeliness `json:"history"`
	OverAll Timeliness   `json:"over_all"`
	Periods []string     `json:"periods"`
	LastRun time.Time    `json:"last_run"`
	// Withdrawn are the files of the period that were taken back,
	// WithdrawnPeriods all periods that were: by whom, when, why.
	Withdrawn        []Withdrawal `json:"withdrawn"`
	WithdrawnPeriods []Withdrawal `json:"withdrawn_periods"`
	// Confirmed are the readings that people chose, for all periods.
	Confirmed []Confirmed `json:"confirmed"`

	illustrative bool
}

// Timeliness counts reports: how many were expected, how many came, how many of
// them by the deadline. A report has come when a file of the sender was
// accepted; its time is that of the first such file, whatever replaced it since,
// or of the first copy of it, since a day of receipt can be stated of any.
type Timeliness struct {
	Code     string   `json:"sender_code,omitempty"`
	Sender   string   `json:"sender,omitempty"`
	Expected int      `json:"expected"`
	Actual   int      `json:"actual"`
	OnTime   int      `json:"on_time"`
	Rate     *float64 `json:"rate"`         // actual of expected, in percent; null where nothing was expected
	RateOn   *float64 `json:"on_time_rate"` // on time of expected, in percent
}

func (t *Timeliness) add(reported, onTime bool) {
	t.Expected++
	if reported {
		t.Actual++
	}
	if onTime {
		t.OnTime++
	}
	rate, on := 100*float64(t.Actual)/float64(t.Expected), 100*float64(t.OnTime)/float64(t.Expected)
	t.Rate, t.RateOn = &rate, &on
}

// Sender is one expected sender and its accepted report.
type Sender struct {
	Kind       string     `json:"sender_kind"`
	Code       string     `json:"sender_code"`
	Sender     string     `json:"sender"`
	Status     string     `json:"status"` // accepted, or "" when nothing counts
	FileName   string     `json:"file_name"`
	ReceivedAt *time.Time `json:"received_at"` // of the files that count, the latest
	FirstAt    *time.Time `json:"first_received_at"`
	// DaysLate is how long after the deadline the first report came, 0 on time.
	DaysLate int    `json:"days_late"`
	Communes int    `json:"communes"`
	Reported int    `json:"communes_reported"`
	Unknown  int    `json:"indicators_unknown"` // of the communes with data
	Errors   int    `json:"errors"`
	Warnings int    `json:"warnings"`
	Returned []File `json:"returned"` // its rejected files, where nothing counts
}

// ReadStatus reads the warehouse without locking anybody out. An empty period
// means the latest.
func ReadStatus(ctx context.Context, path, period string, calendar config.Reporting) (*Status, error) {
	db, err := warehouse.OpenReadOnly(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	s := &Status{Withdrawn: []Withdrawal{}, WithdrawnPeriods: []Withdrawal{}, Confirmed: []Confirmed{}}
	// What was withdrawn since the last run is known to the ledger only.
	if l, err := readLedger(filepath.Join(filepath.Dir(path), "archive")); err == nil {
		if e, out := l.outPeriods[period]; out {
			return nil, periodOut(period, e)
		}
		defer func() {
			if files, periods := l.standing(s.Period); s.Period != "" {
				s.Withdrawn, s.WithdrawnPeriods = append(s.Withdrawn, files...), append(s.WithdrawnPeriods, periods...)
				s.Confirmed = append(s.Confirmed, l.settled.list()...)
			}
		}()
	}
	_, rows, err := db.All(ctx, `select period, label from ops.period where ? in ('', period) order by ends_on desc, period limit 1`, period)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, &Fault{
			Status: Failed, VI: "chưa có số liệu của kỳ " + period, EN: "nothing is known of period " + period,
			HintVI: "Chạy “ntm run --period " + period + "” trước.", HintEN: "Do “ntm run --period " + period + "” first.",
		}
	}
	s.Period, s.Label = rows[0][0].(string), rows[0][1].(string)
	p, _ := transforms.ParsePeriod(s.Period)
	deadline := Deadline(calendar, p)
	s.Deadline = deadline.Format(time.DateOnly)
	_, rows, err = db.All(ctx, `
		with communes as (
			select period, coalesce(district_code, commune_code) as unit, count(*) as communes, count(case when reported then 1 end) as reported,
				coalesce(sum(case when reported then indicators_unknown end), 0) as unknown
			from mart.commune_summary where period = ? group by all
		),
		found as (
			select coalesce(f.district_code, f.commune_code) as unit,
				count(case when severity = 'error' then 1 end) as errors, count(case when severity = 'warning' then 1 end) as warnings
			from ops.finding f where f.period = ? group by all
		)
		select e.sender_kind, e.sender_code, e.name, s.file_name, s.received_at, coalesce(c.communes, 0), coalesce(c.reported, 0), coalesce(c.unknown, 0), coalesce(f.errors, 0), coalesce(f.warnings, 0)
		from (select *, row_number() over () as place from (select * from mart.expected_sender where period = ?)) e
		left join communes c on c.unit = e.sender_code
		left join found f on f.unit = e.sender_code
		left join (
			select sender_kind, sender_code, string_agg(file_name, '; ' order by seq) as file_name, max(received_at) as received_at
			from ops.submission where period = ? and status = 'accepted' group by sender_kind, sender_code
		) s on s.sender_kind = e.sender_kind and s.sender_code = e.sender_code
		order by e.place`, s.Period, s.Period, s.Period, s.Period)
	if err != nil {
		return nil, err
	}
	for _, v := range rows {
		x := Sender{
			Kind: v[0].(string), Code: v[1].(string), Sender: v[2].(string), Communes: count(v[5]), Reported: count(v[6]), Unknown: count(v[7]),
			Errors: count(v[8]), Warnings: count(v[9]), Returned: []File{},
		}
		if name, ok := v[3].(string); ok {
			x.Status, x.FileName = accepted, name
			if at, ok := v[4].(time.Time); ok {
				x.ReceivedAt = &at
			}
		} else {
			s.Missing = append(s.Missing, x.Sender)
		}
		s.Senders = append(s.Senders, x)
	}
	_, rows, err = db.All(ctx, `
		select file_name, status, coalesce(sender_code, ''), coalesce(reason, ''), coalesce(folder, '')
		from ops.submission where period = ? and status <> 'accepted' order by folder, file_name`, s.Period)
	if err != nil {
		return nil, err
	}
	for _, v := range rows {
		f := File{Name: v[0].(string), Status: v[1].(string), Sender: v[2].(string), Reason: v[3].(string), Folder: v[4].(string)}
		if f.Status == rejected {
			f.Sent = sentInstead(f.Name, f.Reason)
		}
		s.Others = append(s.Others, f)
		for i := range s.Senders {
			if x := &s.Senders[i]; x.Code == f.Sender && x.Status == "" && f.Status == rejected {
				x.Returned = append(x.Returned, f)
			}
		}
	}
	if err := s.timeliness(ctx, db, p, calendar); err != nil {
		return nil, err
	}
	_, rows, err = db.All(ctx, `
		select (select max(finished_at) from ops.run where period = ?),
			(select coalesce(bool_or(illustrative), false) from ops.submission where period = ?)`, s.Period, s.Period)
	if err != nil {
		return nil, err
	}
	if at, ok := rows[0][0].(time.Time); ok {
		s.LastRun = at
	}
	s.illustrative, _ = rows[0][1].(bool)
	return s, nil
}

// timeliness holds the first report of every sender against the deadline, for
// this period and those of its kind before it.
func (s *Status) timeliness(ctx context.Context, db *warehouse.DB, until transforms.Period, calendar config.Reporting) error {
	_, rows, err := db.All(ctx, `
		select e.period, e.sender_kind, e.sender_code, e.name, min(s.received_at) as first
		from mart.expected_sender e
		join ops.period p on p.period = e.period and p.granularity = ? and p.ends_on <= ?
		left join ops.submission s
			on s.period = e.period and s.status in ('accepted', 'superseded', 'duplicate')
			and ((s.sender_kind = e.sender_kind and s.sender_code = e.sender_code)
				or (e.sender_kind = 'district' and s.sender_kind = 'commune' and s.district_code = e.sender_code))
		group by e.period, e.sender_kind, e.sender_code, e.name, p.ends_on
		order by p.ends_on`, until.Granularity, until.End())
	if err != nil {
		return err
	}
	bySender := map[string]*Timeliness{}
	for _, v := range rows {
		code := v[0].(string)
		p, ok := transforms.ParsePeriod(code)
		if !ok {
			continue
		}
		if len(s.Periods) == 0 || s.Periods[len(s.Periods)-1] != code {
			s.Periods = append(s.Periods, code)
		}
		deadline := Deadline(calendar, p)
		first, reported := v[4].(time.Time)
		inTime := reported && onTime(first, deadline)
		key := v[1].(string) + " " + v[2].(string)
		if bySender[key] == nil {
			bySender[key] = &Timeliness{Code: v[2].(string), Sender: v[3].(string)}
		}
		bySender[key].add(reported, inTime)
		s.OverAll.add(reported, inTime)
		if code != s.Period {
			continue
		}
		s.Total.add(reported, inTime)
		for i := range s.Senders {
			if x := &s.Senders[i]; x.Kind+" "+x.Code == key && reported {
				x.FirstAt = &first
				if !inTime {
					day := first.Local()
					x.DaysLate = int(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC).Sub(deadline).Hours() / 24)
				}
			}
		}
	}
	// In the order of the period's senders; those that owe nothing any more last.
	s.History = []Timeliness{}
	for _, x := range s.Senders {
		if t := bySender[x.Kind+" "+x.Code]; t != nil {
			s.History = append(s.History, *t)
			delete(bySender, x.Kind+" "+x.Code)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(bySender)) {
		s.History = append(s.History, *bySender[key])
	}
	return nil
}

// Remind writes a reminder to every sender whose report of the period has not
// come: a short text and a letter to be signed. It returns the files' names.
func Remind(s *Status, c config.Config, dir, version string) ([]string, error) {
	p, _ := transforms.ParsePeriod(s.Period)
	known, err := LoadSeeds(c.Seeds.Dir)
	if err != nil {
		return nil, err
	}
	m := metaOf(c, known, p, version)
	m.Illustrative = s.illustrative
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	deadline := Deadline(c.Reporting, p)
	var names []string
	for _, x := range s.Senders {
		if x.Status != "" {
			continue
		}
		r := report.Reminder{Kind: x.Kind, Name: x.Sender, Deadline: deadline}
		for _, f := range x.Returned {
			why := withoutCode(f.Reason)
			if f.Sent != "" {
				why = "đã gửi " + f.Sent + ", cần tệp Excel (.xlsx)"
			}
			r.Returned = append(r.Returned, report.Fact{Name: f.Name, Value: why})
		}
		for _, t := range s.History {
			if t.Code == x.Code && t.Sender == x.Sender {
				r.Expected, r.OnTime = t.Expected, t.OnTime
			}
		}
		base := strings.TrimSuffix(unitFile(report.Unit{Kind: "district", Code: x.Code, Name: x.Sender}), ".xlsx")
		var letter bytes.Buffer
		if err := r.Letter(m, &letter); err != nil {
			return nil, err
		}
		for name, data := range map[string][]byte{base + ".docx": letter.Bytes(), base + ".txt": []byte(r.Short(m))} {
			if err := writeSynced(filepath.Join(dir, name), data, 0o644); err != nil {
				return nil, err
			}
		}
		names = append(names, base+".docx", base+".txt")
	}
	return names, nil
}

// withoutCode leaves the finding's code out of a reason: its reader has no
// list of them.
func withoutCode(reason string) string {
	text, _, _ := strings.Cut(reason, " [NTM-")
	return text
}
