package report

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// overview holds what several sheets and the page share: the set in force, the
// figures of the province, the lists in administrative order. What grows with
// the number of results is read by the sheet that prints it.
type overview struct {
	Meta
	Set           criteriaSet
	Previous      string // the earlier period compared with, "" for none
	PreviousLabel string
	Province      province
	Before        province // of the previous period
	Bands         []band
	Districts     []district
	Communes      []commune
	Criteria      []criterion
	Indicators    []indicator
	Retention     []retained // recognised under an earlier set
	RetentionNote string
	Current       []retained // recognised under the set in force
	CurrentNote   string
	Findings      severities
	Published     []string // what differs from figures already published
	Overdue       int      // rows of the remediation plan past their deadline
	Changes       changes  // since the previous period

	illustrative map[string]bool // recognitions that only illustrate, by commune
	rank         map[string]int  // administrative order of communes
	place        map[string]int  // order of the set's indicators
	heights      map[measure]float64
}

type criteriaSet struct {
	ID         string `col:"set_id"`
	Name       string `col:"name"`
	Legal      string `col:"legal_basis"`
	From       string `col:"effective_from"`
	To         string `col:"effective_to"`
	Criteria   int    `col:"criteria"`
	Indicators int    `col:"indicators"`
	Note       string `col:"note"`
	Source     string `col:"source"`
	Confidence string `col:"confidence"`
}

type province struct {
	Communes       int      `col:"communes"`
	Reported       int      `col:"communes_reported"`
	Recognised     int      `col:"recognised"`
	InYear         int      `col:"recognised_in_year"`
	Retained       int      `col:"retained"`
	Earlier        int      `col:"recognised_earlier"`
	RetainedEarly  int      `col:"retained_earlier"`
	Full           int      `col:"communes_full"`
	FullNotYet     int      `col:"full_not_recognised"`
	Average        *float64 `col:"avg_criteria_met"`
	AsRecognised   *float64 `col:"avg_criteria_met_as_recognised"`
	IndicatorsMean *float64 `col:"avg_indicators_met"`
}

type band struct {
	Band         string `col:"band"`
	Label        string `col:"label"`
	Communes     int    `col:"communes"`
	AsRecognised int    `col:"communes_as_recognised"`
	Before       *int   `col:"before"` // communes of the previous period, judged by the same set
}

type district struct {
	Code         string   `col:"district_code"`
	Name         string   `col:"district_name"`
	Communes     int      `col:"communes"`
	Reported     int      `col:"communes_reported"`
	Recognised   int      `col:"recognised"`
	Retained     int      `col:"retained"`
	Full         int      `col:"communes_full"`
	Average      *float64 `col:"avg_criteria_met"`
	AsRecognised *float64 `col:"avg_criteria_met_as_recognised"`
	Min          *int     `col:"min_criteria_met"`
	Max          *int     `col:"max_criteria_met"`
	Before       *float64 `col:"before"` // the average of the previous period
}

type commune struct {
	Code           string `col:"commune_code"`
	Name           string `col:"commune_name"`
	District       string `col:"district_code"`
	DistrictName   string `col:"district_name"`
	Reported       bool   `col:"reported"`
	Total          int    `col:"criteria_total"`
	Met            *int   `col:"criteria_met"`
	Unknown        int    `col:"indicators_unknown"`
	Band           string `col:"band"`
	Recognised     bool   `col:"recognised"`
	RecognisedYear int    `col:"recognised_year"`
	Retained       *bool  `col:"retained"` // NULL: recognised, and nobody knows
}

type criterion struct {
	No       int      `col:"criterion_no"`
	Name     string   `col:"name"`
	Communes int      `col:"communes"`
	Met      int      `col:"met"`
	NotMet   int      `col:"not_met"`
	Unknown  int      `col:"unknown"`
	Share    *float64 `col:"met_pct"`
	Before   *float64 `col:"before"` // the share of the previous period
}

type indicator struct {
	ID         string   `col:"indicator_id"`
	Name       string   `col:"name"`
	Criterion  int      `col:"criterion_no"`
	Unit       string   `col:"unit"`
	Comparator string   `col:"comparator"`
	Threshold  *float64 `col:"threshold"`
	Answer     string   `col:"required_answer"`
	Class      string   `col:"change_class"`
	Deadline   string   `col:"deadline"`
	Department string   `col:"lead_department"`
	Legal      string   `col:"legal_basis"`
	Note       string   `col:"note"`
	Source     string   `col:"source"`
	Confidence string   `col:"confidence"`
	Communes   int      `col:"communes"`
	Met        int      `col:"met"`
	NotMet     int      `col:"not_met"`
	Unknown    int      `col:"unknown"`
	Share      *float64 `col:"met_pct"`
	Before     *float64 `col:"before"`
}

// Requirement writes what the set asks for; overrides show with each value.
func (i indicator) Requirement() string { return requirement(i.Comparator, i.Threshold, i.Answer) }

type retained struct {
	STT          int    `col:"stt"`
	Code         string `col:"commune_code"`
	Name         string `col:"commune_name"`
	DistrictName string `col:"district_name"`
	Year         int    `col:"recognised_year"`
	Met          *int   `col:"criteria_met"`
	Total        int    `col:"criteria_total"`
	Unknown      int    `col:"indicators_unknown"`
	Failing      string `col:"failing_indicators"`
	Note         string `col:"note"`
	Stage        string `col:"stage"` // as the published appendix is headed: "2011-2016"
}

// Missing prints what is not met: 0 where nothing is, as in the published
// appendix, but never where data is wanting.
func (r retained) Missing() string {
	switch {
	case r.Failing != "":
		return r.Failing
	case r.Met == nil:
		return noData
	case r.Unknown > 0 && *r.Met < r.Total:
		return "chưa đủ số liệu"
	}
	return "0"
}

type severities struct{ Error, Warning, Info int }

// changes is what is different from the previous period: results of
// indicators, and the communes that now meet more criteria or fewer.
type changes struct {
	Gained, Lost, Improved, Declined int
	LostData                         int // of those lost, only for want of data
	More, Fewer                      []moved
}

// moved is a commune that meets more criteria than before, or fewer.
type moved struct {
	Name         string `col:"commune_name"`
	DistrictName string `col:"district_name"`
	Before       int    `col:"before"`
	After        int    `col:"after"`
	Total        int    `col:"criteria_total"`
}

// orderOf is the seeds' order of a row of a view, for a query's order by. The
// seeds keep a row for each interval of validity, and may be all text.
func orderOf(table, key, row string) string {
	return fmt.Sprintf(`(select min(try_cast(o.sort_order as integer)) from ref.%s o where o.%s = %s.%s)`, table, key, row, key)
}

// overviewOf reads the overview of the period.
func overviewOf(ctx context.Context, q Query, m Meta) (*overview, error) {
	o := &overview{Meta: m}
	steps := []struct {
		what string
		read func(context.Context, Query) error
	}{
		{"period", o.readPeriod},
		{"province", o.readProvince},
		{"districts", o.readDistricts},
		{"criteria", o.readCriteria},
		{"communes", o.readCommunes},
		{"retention", o.readRetention},
		{"findings", o.readFindings},
		{"changes", o.readChanges},
	}
	for _, s := range steps {
		if err := s.read(ctx, q); err != nil {
			return nil, fmt.Errorf("read %s: %w", s.what, err)
		}
	}
	return o, nil
}

func (o *overview) readPeriod(ctx context.Context, q Query) error {
	p, err := first[struct {
		Set           string `col:"set_id"`
		Previous      string `col:"previous_period"`
		PreviousLabel string `col:"label"`
	}](ctx, q, `
		select p.set_id, p.previous_period, b.label
		from staging.period p left join ops.period b on b.period = p.previous_period
		where p.period = ?`, o.Period)
	if err != nil {
		return err
	}
	o.Previous, o.PreviousLabel = p.Previous, p.PreviousLabel
	if o.PreviousLabel == "" {
		o.PreviousLabel = deadline(p.Previous)
	}
	o.Set, err = first[criteriaSet](ctx, q, `
		select set_id, name, legal_basis, effective_from, effective_to,
		       try_cast(criteria as integer) as criteria, try_cast(indicators as integer) as indicators,
		       note, source, confidence
		from ref.criteria_set where set_id = ?`, p.Set)
	o.Set.ID = p.Set
	return err
}

func (o *overview) readProvince(ctx context.Context, q Query) (err error) {
	const sql = `
		select communes, communes_reported, recognised, recognised_in_year, retained, recognised_earlier,
		       retained_earlier, communes_full, full_not_recognised, avg_criteria_met,
		       avg_criteria_met_as_recognised, avg_indicators_met
		from mart.province_summary where period = ?`
	if o.Province, err = first[province](ctx, q, sql, o.Period); err != nil {
		return err
	}
	if o.Before, err = first[province](ctx, q, sql, o.Previous); err != nil {
		return err
	}
	// Every band of the set is a line, also one that no commune is in.
	o.Bands, err = collect[band](ctx, q, `
		select b.band, b.label, coalesce(s.communes, 0) as communes,
		       coalesce(s.communes_as_recognised, 0) as communes_as_recognised, p.communes as before
		from ref.band b left join mart.band_summary s on s.period = ? and s.band = b.band
		left join mart.band_summary p on p.band = b.band
		 and p.period = (select e.period from staging.period e where e.period = ? and e.set_id = b.set_id)
		where b.set_id = ? order by try_cast(b.sort_order as integer), b.band`, o.Period, o.Previous, o.Set.ID)
	return err
}

func (o *overview) readDistricts(ctx context.Context, q Query) (err error) {
	o.Districts, err = collect[district](ctx, q, `
		select s.district_code, s.district_name, s.communes, s.communes_reported, s.recognised, s.retained,
		       s.communes_full, s.avg_criteria_met, s.avg_criteria_met_as_recognised, s.min_criteria_met,
		       s.max_criteria_met, b.avg_criteria_met as before
		from mart.district_summary s
		left join mart.district_summary b on b.period = ? and b.district_code = s.district_code
		where s.period = ? order by `+orderOf("district", "district_code", "s")+`, s.district_code`, o.Previous, o.Period)
	return err
}

// readCriteria reads criteria and indicators with the shares of the previous
// period, which say something only where it was judged by the same set.
func (o *overview) readCriteria(ctx context.Context, q Query) (err error) {
	before, err := first[struct {
		Set string `col:"set_id"`
	}](ctx, q, `select set_id from staging.period where period = ?`, o.Previous)
	if err != nil {
		return err
	}
	compared := o.Previous
	if before.Set != o.Set.ID {
		compared = ""
	}
	o.Criteria, err = collect[criterion](ctx, q, `
		select s.criterion_no, c.name, s.communes, s.met, s.not_met, s.unknown, s.met_pct, b.met_pct as before
		from mart.criterion_summary s
		left join ref.criterion c on c.set_id = ? and try_cast(c.criterion_no as integer) = s.criterion_no
		left join mart.criterion_summary b on b.period = ? and b.criterion_no = s.criterion_no
		where s.period = ? order by s.criterion_no`, o.Set.ID, compared, o.Period)
	if err != nil {
		return err
	}
	o.Indicators, err = collect[indicator](ctx, q, `
		select i.indicator_id, i.name, try_cast(i.criterion_no as integer) as criterion_no, i.unit, i.comparator,
		       try_cast(i.threshold as double) as threshold, i.required_answer, i.change_class, i.deadline,
		       i.lead_department, i.legal_basis, i.note, i.source, i.confidence,
		       coalesce(s.communes, 0) as communes, coalesce(s.met, 0) as met, coalesce(s.not_met, 0) as not_met,
		       coalesce(s.unknown, 0) as unknown, s.met_pct, b.met_pct as before
		from ref.indicator i
		left join mart.indicator_summary s on s.period = ? and s.indicator_id = i.indicator_id
		left join mart.indicator_summary b on b.period = ? and b.indicator_id = i.indicator_id
		where i.set_id = ? order by try_cast(i.sort_order as integer), i.indicator_id`, o.Period, compared, o.Set.ID)
	o.place = make(map[string]int, len(o.Indicators))
	for n, i := range o.Indicators {
		o.place[i.ID] = n
	}
	return err
}

func (o *overview) readCommunes(ctx context.Context, q Query) (err error) {
	o.Communes, err = collect[commune](ctx, q, `
		select s.commune_code, s.commune_name, s.district_code, s.district_name, s.reported, s.criteria_total,
		       s.criteria_met, s.indicators_unknown, s.band, s.recognised, s.recognised_year, s.retained
		from mart.commune_summary s where s.period = ?
		order by `+orderOf("district", "district_code", "s")+`, s.district_code, `+
		orderOf("commune", "commune_code", "s")+`, s.commune_code`, o.Period)
	o.rank = make(map[string]int, len(o.Communes))
	for n, c := range o.Communes {
		o.rank[c.Code] = n
	}
	return err
}

func (o *overview) readRetention(ctx context.Context, q Query) (err error) {
	const sql = `
		select r.stt, r.commune_code, r.commune_name, r.district_name, r.recognised_year, r.criteria_met,
		       c.criteria_total, c.indicators_unknown, r.failing_indicators, r.note,
		       (select min(g.stage) from ref.recognition g
		        where g.commune_code = r.commune_code and g.set_id = c.recognised_under_set) as stage
		from mart.%s r
		left join mart.commune_summary c on c.period = r.period and c.commune_code = r.commune_code
		where r.period = ? order by r.stt`
	if o.Retention, err = collect[retained](ctx, q, fmt.Sprintf(sql, "retention"), o.Period); err != nil {
		return err
	}
	if o.Current, err = collect[retained](ctx, q, fmt.Sprintf(sql, "retention_current"), o.Period); err != nil {
		return err
	}
	shown, err := collect[struct {
		Code string `col:"commune_code"`
	}](ctx, q, `
		select distinct r.commune_code
		from ref.recognition r
		join mart.commune_summary c on c.commune_code = r.commune_code and c.recognised
		 and c.recognised_under_set = r.set_id
		where c.period = ? and lower(cast(r.illustrative as varchar)) in ('yes', 'true')
		order by 1`, o.Period)
	o.illustrative = make(map[string]bool, len(shown))
	for _, s := range shown {
		o.illustrative[s.Code] = true
	}
	o.RetentionNote = o.remarks(o.Retention)
	o.CurrentNote = o.remarks(o.Current)
	return err
}

// remarks completes the notes of an appendix: a recognition that only
// illustrates says so, and so does a result that lacks data. A note that every
// row carries says nothing about any of them: it is returned, to stand once
// below the table.
func (o *overview) remarks(list []retained) (common string) {
	if len(list) > 1 {
		common = list[0].Note
		for _, r := range list {
			if r.Note != common {
				common = ""
			}
		}
	}
	for i, r := range list {
		var notes []string
		if o.illustrative[r.Code] {
			notes = append(notes, "Minh họa")
		}
		if r.Note != "" && common == "" && !(o.illustrative[r.Code] && strings.Contains(strings.ToLower(r.Note), "minh họa")) {
			notes = append(notes, r.Note)
		}
		if r.Met != nil && r.Unknown > 0 {
			notes = append(notes, strconv.Itoa(r.Unknown)+" chỉ tiêu chưa đủ số liệu")
		}
		list[i].Note = strings.Join(notes, "; ")
	}
	return common
}

func (o *overview) readFindings(ctx context.Context, q Query) error {
	counts, err := collect[struct {
		Severity string `col:"severity"`
		N        int    `col:"n"`
	}](ctx, q, `
		select severity, count(*) as n from ops.finding where period = ? group by severity order by severity`, o.Period)
	if err != nil {
		return err
	}
	for _, c := range counts {
		switch c.Severity {
		case "error":
			o.Findings.Error = c.N
		case "warning":
			o.Findings.Warning = c.N
		case "info":
			o.Findings.Info = c.N
		}
	}
	published, err := collect[struct {
		Message string `col:"message"`
	}](ctx, q, `
		select message from ops.finding
		where period = ? and check_id = 'published_figure_mismatch' order by message, finding_id`, o.Period)
	if err != nil {
		return err
	}
	for _, p := range published {
		o.Published = append(o.Published, p.Message)
	}
	overdue, err := first[struct {
		N int `col:"n"`
	}](ctx, q, `
		select count(distinct row_no) as n from mart.remediation
		where period = ? and overdue and communes_not_met > 0`, o.Period)
	o.Overdue = overdue.N
	return err
}

func (o *overview) readChanges(ctx context.Context, q Query) error {
	counts, err := collect[struct {
		Change string `col:"change"`
		Cause  string `col:"cause"`
		N      int    `col:"n"`
	}](ctx, q, `
		select change, cause, count(*) as n from mart.change where period = ? and previous_period = ?
		group by change, cause order by change, cause`, o.Period, o.Previous)
	if err != nil {
		return err
	}
	for _, c := range counts {
		switch c.Change {
		case "gained":
			o.Changes.Gained += c.N
		case "lost":
			o.Changes.Lost += c.N
			if c.Cause == "data" {
				o.Changes.LostData += c.N
			}
		case "improved":
			o.Changes.Improved += c.N
		case "declined":
			o.Changes.Declined += c.N
		}
	}
	list, err := collect[moved](ctx, q, `
		select s.commune_name, s.district_name, b.criteria_met as before, s.criteria_met as after, s.criteria_total
		from mart.commune_summary s
		join mart.commune_summary b on b.period = ? and b.commune_code = s.commune_code and b.set_id = s.set_id
		where s.period = ? and s.criteria_met <> b.criteria_met
		order by abs(s.criteria_met - b.criteria_met) desc, `+orderOf("district", "district_code", "s")+`, `+
		orderOf("commune", "commune_code", "s")+`, s.commune_code`, o.Previous, o.Period)
	for _, m := range list {
		if m.After > m.Before {
			o.Changes.More = append(o.Changes.More, m)
		} else {
			o.Changes.Fewer = append(o.Changes.Fewer, m)
		}
	}
	return err
}
