package pipeline

import (
	"context"
	"time"

	"github.com/angiang-ntm/ntm/internal/warehouse"
)

// Status says who has reported for a period and how complete that is.
type Status struct {
	Period  string    `json:"period"`
	Label   string    `json:"label"`
	Senders []Sender  `json:"senders"` // every expected one, in administrative order
	Others  []File    `json:"others"`  // superseded, rejected and duplicate files
	Missing []string  `json:"missing"`
	LastRun time.Time `json:"last_run"`
}

// Sender is one expected sender and its accepted report.
type Sender struct {
	Code       string     `json:"sender_code"`
	Sender     string     `json:"sender"`
	Status     string     `json:"status"` // accepted, or "" when nothing counts
	FileName   string     `json:"file_name"`
	ReceivedAt *time.Time `json:"received_at"`
	Communes   int        `json:"communes"`
	Reported   int        `json:"communes_reported"`
	Unknown    int        `json:"indicators_unknown"` // of the communes with data
	Errors     int        `json:"errors"`
	Warnings   int        `json:"warnings"`
}

// ReadStatus reads the warehouse without locking anybody out. An empty period
// means the latest.
func ReadStatus(ctx context.Context, path, period string) (*Status, error) {
	db, err := warehouse.OpenReadOnly(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	s := &Status{}
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
		select e.sender_code, e.name, s.file_name, s.received_at, coalesce(c.communes, 0), coalesce(c.reported, 0), coalesce(c.unknown, 0), coalesce(f.errors, 0), coalesce(f.warnings, 0), e.reported
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
		x := Sender{Code: v[0].(string), Sender: v[1].(string), Communes: count(v[4]), Reported: count(v[5]), Unknown: count(v[6]), Errors: count(v[7]), Warnings: count(v[8])}
		if name, ok := v[2].(string); ok {
			x.Status, x.FileName = accepted, name
			if at, ok := v[3].(time.Time); ok {
				x.ReceivedAt = &at
			}
		} else {
			s.Missing = append(s.Missing, x.Sender)
		}
		s.Senders = append(s.Senders, x)
	}
	_, rows, err = db.All(ctx, `
		select file_name, status, coalesce(sender_code, ''), coalesce(reason, '')
		from ops.submission where period = ? and status <> 'accepted' order by folder, file_name`, s.Period)
	if err != nil {
		return nil, err
	}
	for _, v := range rows {
		s.Others = append(s.Others, File{Name: v[0].(string), Status: v[1].(string), Sender: v[2].(string), Reason: v[3].(string)})
	}
	_, rows, err = db.All(ctx, `select max(finished_at) from ops.run where period = ?`, s.Period)
	if err != nil {
		return nil, err
	}
	if at, ok := rows[0][0].(time.Time); ok {
		s.LastRun = at
	}
	return s, nil
}
