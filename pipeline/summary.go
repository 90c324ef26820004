package pipeline

import (
	"cmp"
	"context"
	"path"
	"strings"
	"time"
)

// Summary is what the operator is told at the end of a run.
type Summary struct {
	RunID  string `json:"run_id"`
	Period string `json:"period"`
	Label  string `json:"label"`
	SetID  string `json:"set_id"`
	// Status is published, unchanged, or loaded (--strict stopped the publication).
	Status       string      `json:"status"`
	Publications []Published `json:"publications"`
	Snapshot     string      `json:"snapshot,omitempty"`
	// Feedback is the folder of what goes back to the senders, "" where nobody
	// has anything to mend.
	Feedback string `json:"feedback,omitempty"`
	// Lists is the folder of the lists for departments and districts.
	Lists string `json:"lists,omitempty"`

	Senders         int      `json:"senders"`          // expected
	SendersReported int      `json:"senders_reported"` // with an accepted report
	MissingSenders  []string `json:"missing_senders"`
	Communes        int      `json:"communes"`
	Reported        int      `json:"communes_reported"`
	MissingCommunes []string `json:"missing_communes"` // at most 10 names
	// Average is over the communes with data; nil when none has any.
	Average             *float64 `json:"avg_criteria_met"`
	AverageAsRecognised *float64 `json:"avg_criteria_met_as_recognised"`
	Recognised          int      `json:"recognised"`
	// RecognisedTo is the day up to which the list of recognitions is complete,
	// "" where nobody says.
	RecognisedTo      string `json:"recognitions_to,omitempty"`
	Retained          int    `json:"retained"`
	NotRetained       int    `json:"not_retained"`
	RetainedUnknown   int    `json:"retained_unknown"` // recognised, and nobody knows
	RecognisedEarlier int    `json:"recognised_earlier"`
	RetainedEarlier   int    `json:"retained_earlier"`
	NotRetainedEarly  int    `json:"not_retained_earlier"`
	UnknownEarlier    int    `json:"retained_earlier_unknown"`
	// CriteriaUnknown counts criteria of communes with data that could not be
	// judged, WithoutThreshold the criteria of the set for which the seeds know
	// no level.
	CriteriaUnknown  int `json:"criteria_unknown"`
	CriteriaTotal    int `json:"criteria_total"`
	WithoutThreshold int `json:"criteria_without_threshold"`
	BandUnknown      int `json:"band_unknown"`
	// TooLittle tells that fewer communes have data than report.enough_percent asks for.
	TooLittle bool `json:"too_little"`
	// ErrorsWanting are the error findings that only say that something has not
	// come, ErrorsLevels those about the seeds: nobody mends a report for them.
	ErrorsWanting int `json:"errors_missing"`
	ErrorsLevels  int `json:"errors_seeds"`
	// ToMend are the senders with errors of their own to mend, most first.
	ToMend []Mender `json:"to_mend"`
	Bands  []Band   `json:"bands"`
	// Findings counts by severity: error, warning, info.
	Findings map[string]int `json:"findings"`
	Files    []File         `json:"files"`
	// Opened are zip files, each member of which has its own outcome.
	Opened []string `json:"opened"`
	// Withdrawn are files that were taken back and do not count.
	Withdrawn []File   `json:"withdrawn"`
	Left      []string `json:"left"`    // of other periods
	Kept      []string `json:"kept"`    // closed periods that would have been published again
	Writing   []string `json:"writing"` // still growing while they were read

	// Completed is the run that was stopped while it published, and that this one
	// brought to its end before it began; "" for none.
	Completed string `json:"completed,omitempty"`

	// DuckLake is what has gone into the common warehouse, nil where none is configured.
	DuckLake *Shared `json:"ducklake,omitempty"`

	Supposed *Supposed `json:"supposed,omitempty"` // of a run that supposes another set

	Timings []Timing      `json:"timings"`
	Took    time.Duration `json:"-"`
}

// nobodyMends are the checks whose errors are in no report: what has not come, and
// levels that the seeds lack.
const nobodyMends = "('missing_district', 'missing_commune', 'missing_indicator', 'threshold_missing')"

// Mender is a sender with so many errors to mend.
type Mender struct {
	Name   string `json:"name"` // "" where nobody knows whose they are
	Errors int    `json:"errors"`
}

// Published is one publication that stands after the run.
type Published struct {
	Period  string `json:"period"`
	Version string `json:"version"`
	Dir     string `json:"dir"`
	New     bool   `json:"new"`
	// Since says what differs from Earlier, the version before it.
	Earlier string  `json:"earlier,omitempty"`
	Since   []Since `json:"since,omitempty"`
}

// Band counts communes by criteria met.
type Band struct {
	Key          string `json:"band"`
	Label        string `json:"label"`
	Communes     int    `json:"communes"`
	AsRecognised int    `json:"communes_as_recognised"`
}

// File is one received file and what became of it.
type File struct {
	Name   string `json:"file_name"`
	Status string `json:"status"`
	Sender string `json:"sender"`
	Reason string `json:"reason,omitempty"`
	// Folder is where it lay below the inbox; in a summary the name has it.
	Folder string `json:"folder,omitempty"`
	// Sent says in words what came where no spreadsheet did: "tệp PDF".
	Sent string `json:"sent,omitempty"`
}

// sentInstead says what a file is that is no spreadsheet, by the code for which
// it was refused: "" for a spreadsheet with something wrong in it.
func sentInstead(name, reason string) string {
	_, code, coded := strings.Cut(reason, " [NTM-")
	if !coded {
		return ""
	}
	switch "NTM-" + strings.TrimSuffix(code, "]") {
	case "NTM-001":
		return "tệp rỗng"
	case "NTM-011":
		return "tệp văn bản"
	case "NTM-012":
		return "trang web"
	case "NTM-013":
		return "tệp Word"
	case "NTM-014":
		return "tệp PDF"
	case "NTM-018":
		if strings.Contains(reason, "ảnh") {
			return "tệp ảnh"
		}
		return "tệp không phải bảng tính"
	case "NTM-019", codeZip:
		if kind := strings.ToUpper(strings.TrimPrefix(path.Ext(name), ".")); kind == "RAR" || kind == "7Z" || kind == "ZIP" {
			return "tệp nén " + kind
		}
		return "tệp nén"
	case codeFolder:
		return "thư mục"
	case codeEnding:
		return "tệp " + cmp.Or(path.Ext(name), "không có đuôi")
	}
	return ""
}

// ExitStatus is the program's exit status after this run.
func (s *Summary) ExitStatus() int {
	switch {
	case s.Status == "loaded":
		return Strict
	case s.DuckLake != nil && s.DuckLake.Problem != "":
		return Incomplete
	case s.Findings["error"] > 0, len(s.MissingSenders) > 0, len(s.Writing) > 0:
		return Incomplete
	}
	for _, f := range s.Files {
		if f.Status == rejected {
			return Incomplete
		}
	}
	return OK
}

// toMend tells that some sender has something to mend or to look at.
func (s *Summary) toMend() bool {
	return s.Findings["error"]+s.Findings["warning"] > 0
}

// count is a whole number as the warehouse hands it over; NULL counts as 0.
func count(v any) int {
	n, _ := v.(int64)
	return int(n)
}

// summarise gathers the figures of the period from the views, the same that
// are published.
func (r *Run) summarise(ctx context.Context) (*Summary, error) {
	s := &Summary{
		RunID: r.ID, Period: r.Period.String(), Label: r.Period.Label(), SetID: r.setID,
		Findings: map[string]int{"error": 0, "warning": 0, "info": 0},
	}
	for _, f := range r.received {
		s.Files = append(s.Files, File{Name: path.Join(f.key.folder, f.key.name), Status: f.status, Sender: r.sender(f), Reason: f.reason, Sent: sentInstead(f.key.name, f.reason)})
	}
	for _, f := range r.left {
		s.Left = append(s.Left, path.Join(f.key.folder, f.key.name))
	}
	for _, f := range r.opened {
		s.Opened = append(s.Opened, path.Join(f.key.folder, f.key.name))
	}
	for _, f := range r.withdrawn {
		s.Withdrawn = append(s.Withdrawn, File{Name: path.Join(f.key.folder, f.key.name), Status: withdrawn, Reason: f.reason})
	}
	s.Writing, s.Kept, s.Completed = r.writing, r.kept, r.completed
	if r.Set != "" {
		s.SetID = r.Set
		var err error
		if s.Supposed, err = r.supposed(ctx); err != nil {
			return nil, err
		}
	}

	each := func(sql string, row func([]any)) error {
		_, rows, err := r.db.All(ctx, sql, r.Period.String())
		if err != nil {
			return err
		}
		for _, values := range rows {
			row(values)
		}
		return nil
	}
	mean := func(v any) *float64 {
		if f, ok := v.(float64); ok {
			return &f
		}
		return nil
	}
	err := each(`select communes, communes_reported, recognised, retained, recognised_earlier, retained_earlier,
			avg_criteria_met, avg_criteria_met_as_recognised, not_retained, retained_unknown, not_retained_earlier, retained_earlier_unknown,
			cast(criteria_unknown as bigint), cast(criteria_total as bigint), criteria_without_threshold, band_unknown, coalesce(cast(recognitions_to as varchar), '')
		from mart.province_summary where period = ?`, func(v []any) {
		s.Communes, s.Reported, s.Recognised, s.Retained = count(v[0]), count(v[1]), count(v[2]), count(v[3])
		s.RecognisedEarlier, s.RetainedEarlier = count(v[4]), count(v[5])
		s.Average, s.AverageAsRecognised = mean(v[6]), mean(v[7])
		s.NotRetained, s.RetainedUnknown, s.NotRetainedEarly, s.UnknownEarlier = count(v[8]), count(v[9]), count(v[10]), count(v[11])
		s.CriteriaUnknown, s.CriteriaTotal, s.WithoutThreshold, s.BandUnknown = count(v[12]), count(v[13]), count(v[14]), count(v[15])
		s.RecognisedTo, _ = v[16].(string)
		s.TooLittle = s.Reported*100 < r.Config.Report.EnoughPercent*s.Communes
	})
	if err != nil {
		return nil, err
	}
	err = each(`select name, reported from mart.expected_sender where period = ?`, func(v []any) {
		s.Senders++
		if reported, _ := v[1].(bool); reported {
			s.SendersReported++
		} else {
			s.MissingSenders = append(s.MissingSenders, v[0].(string))
		}
	})
	if err != nil {
		return nil, err
	}
	err = each(`select commune_name || coalesce(' (' || district_name || ')', '') from mart.commune_summary where period = ? and not reported limit 10`, func(v []any) {
		s.MissingCommunes = append(s.MissingCommunes, v[0].(string))
	})
	if err != nil {
		return nil, err
	}
	err = each(`select b.band, r.label, b.communes, b.communes_as_recognised
		from mart.band_summary b join staging.period p using (period)
		join ref.band r on r.set_id = p.set_id and r.band = b.band
		where b.period = ? order by r.sort_order`, func(v []any) {
		s.Bands = append(s.Bands, Band{v[0].(string), v[1].(string), count(v[2]), count(v[3])})
	})
	if err != nil {
		return nil, err
	}
	err = each("select severity, count(*) from ops.finding where period = ? group by severity", func(v []any) {
		s.Findings[v[0].(string)] = count(v[1])
	})
	if err != nil {
		return nil, err
	}
	err = each(`select count(case when check_id <> 'threshold_missing' then 1 end), count(case when check_id = 'threshold_missing' then 1 end)
		from ops.finding where period = ? and severity = 'error'
			and check_id in `+nobodyMends, func(v []any) {
		s.ErrorsWanting, s.ErrorsLevels = count(v[0]), count(v[1])
	})
	if err != nil {
		return nil, err
	}
	err = each(`select coalesce(e.name, d.display_name, ''), count(*)
		from ops.finding f
		left join ops.submission s on s.period = f.period and s.submission_id = f.submission_id
		left join mart.expected_sender e on e.period = f.period and e.sender_code = coalesce(s.sender_code, f.district_code, f.commune_code)
		left join (select district_code, min(display_name) as display_name from ref.district group by 1) d on d.district_code = f.district_code
		where f.period = ? and f.severity = 'error'
			and f.check_id not in `+nobodyMends+`
		group by 1 order by 2 desc, 1`, func(v []any) {
		s.ToMend = append(s.ToMend, Mender{v[0].(string), count(v[1])})
	})
	return s, err
}
