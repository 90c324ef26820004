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
	NotRetained    int      `col:"not_retained"`
	Undecided      int      `col:"retained_unknown"` // recognised, and nobody knows
	NotEarly       int      `col:"not_retained_earlier"`
	UndecidedEarly int      `col:"retained_earlier_unknown"`
	Open           int      `col:"criteria_unknown"` // criteria of communes with data that could not be judged
	OpenCommunes   int      `col:"communes_with_unknown"`
	NoLevel        int      `col:"criteria_without_threshold"`
	NoLevelBand    int      `col:"band_unknown"`
	ListTo         string   `col:"recognitions_to"` // the list of recognitions is complete to this day
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
	Moved        *int   `col:"moved"`  // of the communes whose band is certain in both periods
}

type district struct {
	Code         string   `col:"district_code"`
	Name         string   `col:"district_name"`
	Communes     int      `col:"communes"`
	Reported     int      `col:"communes_reported"`
	Recognised   int      `col:"recognised"`
	Retained     int      `col:"retained"`
	NotRetained  int      `col:"not_retained"`
	Undecided    int      `col:"retained_unknown"`
	Full         int      `col:"communes_full"`
	Average      *float64 `col:"avg_criteria_met"`
	AsRecognised *float64 `col:"avg_criteria_met_as_recognised"`
	Min          *int     `col:"min_criteria_met"`
	Max          *int     `col:"max_criteria_met"`
	Before       *float64 `col:"before"` // the average of the previous period
	Moved        *float64 // criteria gained a commune, of what is known in both periods
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
	Open           int    `col:"criteria_unknown"`
	NoLevel        int    `col:"criteria_without_threshold"` // of these, for which the seeds know no level
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
	Moved    *float64 // percentage points, of the communes that are decided in both periods
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
	Low        *float64 `col:"low"` // the lowest level that was asked of a commune
	High       *float64 `col:"high"`
	Moved      *float64 // as of a criterion
}

// level is what was asked of the communes in the period: the set's threshold,
// or the one that stood in for it, where all had the same.
func (i indicator) level(unit bool) string {
	switch {
	case i.Low == nil || i.High == nil:
		return i.Requirement()
	case *i.Low != *i.High:
		return "theo từng xã"
	}
	s := requirement(i.Comparator, i.Low, i.Answer)
	switch {
	case !unit || i.Unit == "":
		return s
	case i.Unit == "%":
		return s + "%"
	}
	return s + " " + i.Unit
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
	Kept         *bool  `col:"retained"`
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

type severities struct {
	Error, Warning, Info int
	// Wanting are the errors that only say that data is missing, NoLevel those
	// that say that the seeds know no level: neither is anybody's to mend in a
	// report that was sent.
	Wanting, NoLevel int
}

// Mend counts what senders have to correct.
func (s severities) Mend() int { return s.Error - s.Wanting - s.NoLevel }

// wantOfData are the checks that say that data is missing.
const wantOfData = "'missing_district', 'missing_commune', 'missing_indicator', 'missing_sender'"

// changes is what is different from the previous period: results of
// indicators, and the communes that now meet more criteria or fewer.
type changes struct {
	Gained, Lost, Improved, Declined int
	GainedNew                        int // of those gained, nobody knew before
	Missing                          int // met before, and not known now
	More, Fewer                      []moved
	Undecided                        int // communes of which what is not known may be the whole difference
	Average                          *float64
	Communes                         int // with a criterion that is known in both periods
}

// moved is a commune that is certain to meet more criteria than before, or fewer.
type moved struct {
	Name         string `col:"commune_name"`
	DistrictName string `col:"district_name"`
	Before       int    `col:"before"`
	After        int    `col:"after"`
	Total        int    `col:"criteria_total"`
	Change       int    `col:"change"` // what is certain of it
	Open         int    `col:"criteria_unknown"`
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
		select communes, communes_reported, recognised, recognised_in_year, retained, not_retained, retained_unknown, recognised_earlier,
		       retained_earlier, not_retained_earlier, retained_earlier_unknown, communes_full, full_not_recognised, avg_criteria_met,
		       avg_criteria_met_as_recognised, avg_indicators_met, criteria_unknown, communes_with_unknown, criteria_without_threshold,
		       band_unknown, cast(recognitions_to as varchar) as recognitions_to
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
		       coalesce(s.communes_as_recognised, 0) as communes_as_recognised, p.communes as before, m.moved
		from ref.band b left join mart.band_summary s on s.period = ? and s.band = b.band
		left join mart.band_summary p on p.band = b.band
		 and p.period = (select e.period from staging.period e where e.period = ? and e.set_id = b.set_id)
		left join (
			-- Of the communes whose band nothing that is not known can change, in either period.
			select x.band, count(case when x.band = x.now then 1 end) - count(case when x.band = x.before then 1 end) as moved
			from (
				select r.band, a.band as now, c.band as before
				from mart.commune_summary a
				join mart.commune_summary c on c.period = ? and c.commune_code = a.commune_code and c.set_id = a.set_id
				join ref.band r on r.set_id = a.set_id
				join ref.band h on h.set_id = a.set_id and h.band = a.band and a.criteria_met + a.criteria_unknown <= h.max_criteria
				join ref.band g on g.set_id = c.set_id and g.band = c.band and c.criteria_met + c.criteria_unknown <= g.max_criteria
				where a.period = ?
			) x group by x.band
		) m on m.band = b.band
		where b.set_id = ? order by try_cast(b.sort_order as integer), b.band`, o.Period, o.Previous, o.Previous, o.Period, o.Set.ID)
	return err
}

func (o *overview) readDistricts(ctx context.Context, q Query) (err error) {
	o.Districts, err = collect[district](ctx, q, `
		select s.district_code, s.district_name, s.communes, s.communes_reported, s.recognised, s.retained,
		       s.not_retained, s.retained_unknown, s.communes_full, s.avg_criteria_met, s.avg_criteria_met_as_recognised, s.min_criteria_met,
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
		       coalesce(s.unknown, 0) as unknown, s.met_pct, b.met_pct as before, a.low, a.high
		from ref.indicator i
		left join mart.indicator_summary s on s.period = ? and s.indicator_id = i.indicator_id
		left join (
			select indicator_id, min(threshold) as low, max(threshold) as high
			from mart.indicator_result where period = ? group by indicator_id
		) a on a.indicator_id = i.indicator_id
		left join mart.indicator_summary b on b.period = ? and b.indicator_id = i.indicator_id
		where i.set_id = ? order by try_cast(i.sort_order as integer), i.indicator_id`, o.Period, o.Period, compared, o.Set.ID)
	if err != nil {
		return err
	}
	o.place = make(map[string]int, len(o.Indicators))
	for n, i := range o.Indicators {
		o.place[i.ID] = n
	}
	return o.readMoved(ctx, q, compared)
}

// readMoved holds the period against the previous one where both know: of what
// is not known in one of them nothing is said to have become better or worse.
func (o *overview) readMoved(ctx context.Context, q Query, compared string) error {
	type pairs struct {
		Key    string `col:"key"`
		Pairs  int    `col:"pairs"`
		Places int    `col:"communes"`
		Gained int    `col:"gained"`
		Lost   int    `col:"lost"`
	}
	read := func(view, id, key string) (map[string]pairs, error) {
		list, err := collect[pairs](ctx, q, fmt.Sprintf(`
			select coalesce(cast(%[3]s as varchar), '') as key, count(*) as pairs, count(distinct a.commune_code) as communes,
			       count(case when a.met and not b.met then 1 end) as gained, count(case when b.met and not a.met then 1 end) as lost
			from mart.%[1]s a
			join mart.%[1]s b on b.period = ? and b.commune_code = a.commune_code and b.%[2]s = a.%[2]s
			where a.period = ? and a.met is not null and b.met is not null
			group by 1 order by 1`, view, id, key), compared, o.Period)
		of := make(map[string]pairs, len(list))
		for _, p := range list {
			of[p.Key] = p
		}
		return of, err
	}
	points := func(p pairs) *float64 {
		if p.Pairs == 0 {
			return nil
		}
		x := 100 * float64(p.Gained-p.Lost) / float64(p.Pairs)
		return &x
	}
	criteria, err := read("criterion_result", "criterion_no", "a.criterion_no")
	if err != nil {
		return err
	}
	for n, c := range o.Criteria {
		o.Criteria[n].Moved = points(criteria[strconv.Itoa(c.No)])
	}
	indicators, err := read("indicator_result", "indicator_id", "a.indicator_id")
	if err != nil {
		return err
	}
	for n, i := range o.Indicators {
		o.Indicators[n].Moved = points(indicators[i.ID])
	}
	districts, err := read("criterion_result", "criterion_no", "a.district_code")
	if err != nil {
		return err
	}
	mean := func(p pairs) *float64 {
		if p.Places == 0 {
			return nil
		}
		x := float64(p.Gained-p.Lost) / float64(p.Places)
		return &x
	}
	for n, d := range o.Districts {
		o.Districts[n].Moved = mean(districts[d.Code])
	}
	var all pairs
	for _, p := range districts {
		all.Gained, all.Lost, all.Places = all.Gained+p.Gained, all.Lost+p.Lost, all.Places+p.Places
	}
	o.Changes.Average, o.Changes.Communes = mean(all), all.Places
	return nil
}

func (o *overview) readCommunes(ctx context.Context, q Query) (err error) {
	o.Communes, err = collect[commune](ctx, q, `
		select s.commune_code, s.commune_name, s.district_code, s.district_name, s.reported, s.criteria_total,
		       s.criteria_met, s.indicators_unknown, s.criteria_unknown, s.criteria_without_threshold, s.band, s.recognised, s.recognised_year, s.retained
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
		       c.criteria_total, c.indicators_unknown, c.retained, r.failing_indicators, r.note,
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
	wanting, err := first[struct {
		N      int `col:"n"`
		Levels int `col:"levels"`
	}](ctx, q, `
		select count(case when check_id in (`+wantOfData+`) then 1 end) as n, count(case when check_id = 'threshold_missing' then 1 end) as levels
		from ops.finding where period = ? and severity = 'error'`, o.Period)
	if err != nil {
		return err
	}
	o.Findings.Wanting, o.Findings.NoLevel = wanting.N, wanting.Levels
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
			if c.Cause == "data" {
				o.Changes.GainedNew += c.N
			}
		case "lost":
			o.Changes.Lost += c.N
		case "data_missing":
			o.Changes.Missing += c.N
		case "improved":
			o.Changes.Improved += c.N
		case "declined":
			o.Changes.Declined += c.N
		}
	}
	// A commune has more criteria, or fewer, where nothing that is not known can
	// be the whole difference.
	list, err := collect[moved](ctx, q, `
		select s.commune_name, s.district_name, b.criteria_met as before, s.criteria_met as after, s.criteria_total, s.criteria_unknown,
		       case when s.criteria_met + s.criteria_unknown < b.criteria_met then s.criteria_met + s.criteria_unknown - b.criteria_met
		            when s.criteria_met > b.criteria_met + b.criteria_unknown then s.criteria_met - b.criteria_met - b.criteria_unknown
		            else 0 end as change
		from mart.commune_summary s
		join mart.commune_summary b on b.period = ? and b.commune_code = s.commune_code and b.set_id = s.set_id
		where s.period = ? and s.criteria_met is not null and b.criteria_met is not null
		  and (s.criteria_met <> b.criteria_met or s.criteria_unknown > 0 or b.criteria_unknown > 0)
		order by abs(change) desc, `+orderOf("district", "district_code", "s")+`, `+
		orderOf("commune", "commune_code", "s")+`, s.commune_code`, o.Previous, o.Period)
	for _, m := range list {
		switch {
		case m.Change > 0:
			o.Changes.More = append(o.Changes.More, m)
		case m.Change < 0:
			o.Changes.Fewer = append(o.Changes.Fewer, m)
		default:
			o.Changes.Undecided++
		}
	}
	return err
}
