package report

import (
	"context"
	"fmt"
)

// draftFacts is what the written report asks of the views beyond the overview.
type draftFacts struct {
	recognitions []recognition
	sameSet      bool // the previous period was judged by the same set
	changes      []changeCount
	unmet        map[string]int // recognised communes that do not meet an indicator
	evidence     evidence
	evidenceBy   []indicatorCount // results without complete evidence
	near         []indicatorCount // met by less than the margin
	plan         []planRow
	errors       map[string]int // findings to be corrected, by district
	leads        map[string]string
}

// recognition counts the communes recognised under one set.
type recognition struct {
	Set   string `col:"set_id"`
	Legal string `col:"legal_basis"`
	Name  string `col:"name"`
	N     int    `col:"n"`
	From  int    `col:"first_year"`
	To    int    `col:"last_year"`
	Now   int    `col:"in_year"` // of these, in the period's year
	Stage string `col:"stage"`   // "2011-2016" where the seeds name one for all of them
}

type changeCount struct {
	Change string `col:"change"`
	Cause  string `col:"cause"`
	N      int    `col:"n"`
}

// evidence counts results whose evidence the senders speak of.
type evidence struct {
	Known      int `col:"known"`
	Incomplete int `col:"incomplete"`
	Communes   int `col:"communes"` // with any incomplete
}

type indicatorCount struct {
	ID string `col:"indicator_id"`
	N  int    `col:"n"`
}

// planRow is one indicator of the remediation plan with its live state.
type planRow struct {
	Row        int    `col:"row_no"`
	Section    string `col:"section_title"`
	Label      string `col:"label"`
	Action     string `col:"action"`
	Deadline   string `col:"deadline"`
	Indicator  string `col:"indicator_id"`
	Department string `col:"lead_department"`
	NotMet     int    `col:"communes_not_met"`
	Names      string `col:"commune_names"`
	Unknown    int    `col:"communes_unknown"`
	Overdue    bool   `col:"overdue"`
}

func (d *draft) read(ctx context.Context, q Query) error {
	var err error
	wrap := func(what string) error { return fmt.Errorf("read %s: %w", what, err) }
	d.recognitions, err = collect[recognition](ctx, q, `
		select c.recognised_under_set as set_id, s.legal_basis, s.name, count(*) as n,
		       min(c.recognised_year) as first_year, max(c.recognised_year) as last_year,
		       count(case when c.recognised_year = ? then 1 end) as in_year,
		       case when min(coalesce(g.stage, '')) = max(coalesce(g.stage, '')) then min(g.stage) end as stage
		from mart.commune_summary c
		left join (select commune_code, set_id, min(stage) as stage from ref.recognition group by commune_code, set_id) g
		  on g.commune_code = c.commune_code and g.set_id = c.recognised_under_set
		left join ref.criteria_set s on s.set_id = c.recognised_under_set
		where c.period = ? and c.recognised
		group by c.recognised_under_set, s.legal_basis, s.name
		order by last_year desc, c.recognised_under_set`, d.year(), d.Period)
	if err != nil {
		return wrap("recognitions")
	}
	before, err := first[struct {
		Set string `col:"set_id"`
	}](ctx, q, `select set_id from staging.period where period = ?`, d.Previous)
	if err != nil {
		return wrap("previous period")
	}
	d.sameSet = before.Set == d.Set.ID
	if d.changes, err = collect[changeCount](ctx, q, `
		select change, cause, count(*) as n from mart.change where period = ?
		group by change, cause order by change, cause`, d.Period); err != nil {
		return wrap("changes")
	}
	unmet, err := collect[indicatorCount](ctx, q, `
		select r.indicator_id, count(*) as n
		from mart.indicator_result r
		join mart.commune_summary c on c.period = r.period and c.commune_code = r.commune_code and c.recognised
		where r.period = ? and r.met = false group by r.indicator_id order by r.indicator_id`, d.Period)
	if err != nil {
		return wrap("unmet indicators")
	}
	d.unmet = map[string]int{}
	for _, x := range unmet {
		d.unmet[x.ID] = x.N
	}
	if d.evidence, err = first[evidence](ctx, q, `
		select count(evidence_complete) as known, count(case when not evidence_complete then 1 end) as incomplete,
		       count(distinct case when not evidence_complete then commune_code end) as communes
		from mart.indicator_result where period = ?`, d.Period); err != nil {
		return wrap("evidence")
	}
	if d.evidenceBy, err = collect[indicatorCount](ctx, q, `
		select indicator_id, count(*) as n from mart.indicator_result
		where period = ? and not evidence_complete group by indicator_id order by n desc, indicator_id`, d.Period); err != nil {
		return wrap("evidence")
	}
	if d.near, err = collect[indicatorCount](ctx, q, `
		select indicator_id, count(*) as n from ops.finding
		where period = ? and check_id = 'near_threshold' group by indicator_id order by n desc, indicator_id`, d.Period); err != nil {
		return wrap("results near the threshold")
	}
	if d.plan, err = collect[planRow](ctx, q, `
		select m.row_no, p.section_title, p.label, p.action, p.deadline_printed as deadline, m.indicator_id, m.lead_department,
		       m.communes_not_met, m.commune_names, m.communes_unknown, m.overdue
		from mart.remediation m
		left join ref.remediation p on p.set_id = ? and try_cast(p.row_no as integer) = m.row_no
		where m.period = ? order by m.row_no, (select min(try_cast(i.sort_order as integer)) from ref.indicator i
		      where i.set_id = ? and i.indicator_id = m.indicator_id), m.indicator_id`, d.Set.ID, d.Period, d.Set.ID); err != nil {
		return wrap("remediation")
	}
	errors, err := collect[struct {
		District string `col:"district_code"`
		N        int    `col:"n"`
	}](ctx, q, `
		select district_code, count(*) as n from ops.finding
		where period = ? and severity = 'error' and check_id not in (`+wantOfData+`) and district_code is not null group by district_code order by district_code`, d.Period)
	if err != nil {
		return wrap("findings")
	}
	d.errors = map[string]int{}
	for _, x := range errors {
		d.errors[x.District] = x.N
	}
	leads, err := collect[struct {
		ID         string `col:"indicator_id"`
		Confidence string `col:"lead_confidence"`
	}](ctx, q, `select indicator_id, lead_confidence from ref.indicator where set_id = ? order by indicator_id`, d.Set.ID)
	if err != nil {
		return wrap("lead departments")
	}
	d.leads = map[string]string{}
	for _, x := range leads {
		d.leads[x.ID] = x.Confidence
	}
	return nil
}
