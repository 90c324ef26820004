package pipeline

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	ntmsql "github.com/angiang-ntm/ntm/sql"
)

// Supposed is what a period would come to under another criteria set.
type Supposed struct {
	SetID  string   `json:"set_id"`
	Name   string   `json:"name"`
	Passes []string `json:"passes"` // communes that would meet everything, and do not
	Fails  []string `json:"fails"`  // communes that meet everything, and would not
	// Undecided counts communes of which the reports say too little for this
	// set, though nothing that they say fails.
	Undecided int `json:"undecided"`
}

// maySuppose refuses a set that judges nothing, or the one in force.
func (r *Run) maySuppose() error {
	if r.Set == "" {
		return nil
	}
	var known []string
	for _, s := range r.seeds.CanJudge() {
		if s.ID == r.Set && s.ID != r.setID {
			return nil
		}
		if s.ID != r.setID {
			known = append(known, s.ID)
		}
	}
	f := &Fault{
		Status: Usage, VI: "không đánh giá giả định được theo bộ “" + r.Set + "”", EN: "cannot suppose the criteria set “" + r.Set + "”",
		HintVI: "Chọn một trong: " + strings.Join(known, ", ") + ".", HintEN: "Choose one of: " + strings.Join(known, ", ") + ".",
	}
	if r.Set == r.setID {
		f.VI, f.EN = "bộ "+r.Set+" đang áp dụng cho kỳ này: chạy không có --set", "set "+r.Set+" is in force for this period: run without --set"
	}
	return f
}

// suppose judges the same reports by another set. What was found wrong with
// them stays as it is: it is of the reports and not of the set. The period
// before is judged by that set too, so that changes are those of the communes.
func (r *Run) suppose(ctx context.Context) error {
	if r.Set == "" {
		return nil
	}
	p := r.Period.String()
	err := r.db.Exec(ctx, `
		insert into ops.official
		select period, commune_code, set_id, reported, criteria_met, criteria_total, failing_indicators
		from mart.commune_summary where period = ?`, p)
	if err != nil {
		return err
	}
	_, rows, err := r.db.All(ctx, "select previous_period from staging.period where period = ? and previous_period is not null", p)
	if err != nil {
		return err
	}
	r.periods = []string{p}
	for _, row := range rows {
		r.periods = append(r.periods, row[0].(string))
	}
	for _, code := range r.periods {
		if err := r.db.Exec(ctx, "update ops.period set chosen_set_id = ? where period = ?", r.Set, code); err != nil {
			return err
		}
	}
	return r.models(ctx, slices.Concat(ntmsql.Staging, ntmsql.Marts))
}

// supposed gathers for the summary what the other set makes of the communes.
func (r *Run) supposed(ctx context.Context) (*Supposed, error) {
	s := &Supposed{SetID: r.Set, Passes: []string{}, Fails: []string{}}
	for _, set := range r.seeds.Sets {
		if set.ID == r.Set {
			s.Name = set.Name
		}
	}
	_, rows, err := r.db.All(ctx, `
		select commune_name || coalesce(' (' || district_name || ')', ''), passes, undecided
		from mart.what_if where period = ? and (passes or fails or undecided)`, r.Period.String())
	if err != nil {
		return nil, err
	}
	for _, v := range rows {
		if undecided, _ := v[2].(bool); undecided {
			s.Undecided++
		} else if passes, _ := v[1].(bool); passes {
			s.Passes = append(s.Passes, v[0].(string))
		} else {
			s.Fails = append(s.Fails, v[0].(string))
		}
	}
	return s, nil
}

// finishSupposed publishes apart: the warehouse, the snapshot and the official
// publication stay what they are.
func (r *Run) finishSupposed(context.Context) error {
	finished := r.Now().UTC()
	var entries []entry
	for _, pub := range r.publication {
		base := filepath.Join(r.Config.Out, filepath.FromSlash(r.folder(pub.Period)))
		entries = append(entries, entry{
			Event: "supposed", At: finished, Run: r.ID, Period: pub.Period.String(), Version: r.Version, Identity: pub.identity,
			Output: "gia-dinh-" + r.Set + "/" + pub.version, Status: r.summary.Status,
		})
		r.summary.Publications = append(r.summary.Publications, Published{
			Period: pub.Period.String(), Version: pub.version, Dir: filepath.Join(base, pub.version), New: pub.dir != "",
		})
	}
	return r.settle("", entries)
}
