package pipeline

import (
	"context"
	"slices"

	"github.com/angiang-ntm/ntm/internal/warehouse"
	ntmsql "github.com/angiang-ntm/ntm/sql"
)

// stage derives what the files of this period say, and finds the periods that
// have to be derived with it: the next of the same kind is compared with this
// one and changes when this one is corrected.
func (r *Run) stage(ctx context.Context) error {
	if err := r.loadClosings(ctx); err != nil {
		return err
	}
	r.periods = []string{r.Period.String()}
	// A report of a later period may repeat the figures of this one.
	_, rows, err := r.db.All(ctx, `
		select period from ops.period
		where period = (select period from ops.period where granularity = ? and ends_on > ? order by ends_on limit 1)
			or ends_on > ? and period in (select period from raw.aside where standing = 'earlier' and stated_on = ?)
		order by ends_on, period`, r.Period.Granularity, r.Period.End(), r.Period.End(), r.Period.End())
	if err != nil {
		return err
	}
	for _, row := range rows {
		next := row[0].(string)
		if _, closed := r.ledger.closed(next); closed {
			r.kept = append(r.kept, next) // what was signed is not changed from behind
			continue
		}
		r.periods = append(r.periods, next)
	}
	return r.models(ctx, ntmsql.Staging)
}

// evaluate judges: indicators, criteria, communes, and the summaries.
func (r *Run) evaluate(ctx context.Context) error {
	if err := r.models(ctx, ntmsql.Marts); err != nil {
		return err
	}
	if err := r.lookedBackUpon(ctx); err != nil {
		return err
	}
	comments, err := warehouse.ParseComments(ntmsql.Comments())
	if err != nil {
		return err
	}
	return r.db.Comment(ctx, comments)
}

// lookedBackUpon derives anew what later periods say about more than the period
// before them: trends, and comparisons with last year. Theirs are published at
// their own next runs; what was signed is left alone.
func (r *Run) lookedBackUpon(ctx context.Context) error {
	_, rows, err := r.db.All(ctx, "select period from ops.period where ends_on > ? order by ends_on, period", r.Period.End())
	if err != nil {
		return err
	}
	var later []string
	for _, row := range rows {
		p := row[0].(string)
		if _, closed := r.ledger.closed(p); !closed && !slices.Contains(r.periods, p) {
			later = append(later, p)
		}
	}
	if len(later) == 0 {
		return nil
	}
	models, err := loadModels([]string{"mart.period_comparison", "mart.risk"})
	if err != nil {
		return err
	}
	return r.db.Build(ctx, models, later)
}

// check runs the checks over the periods derived.
func (r *Run) check(ctx context.Context) error {
	if err := r.db.RunChecks(ctx, r.checks, r.ID, r.periods, r.Config.Checks.Severity); err != nil {
		return badCheck(err)
	}
	return nil
}
