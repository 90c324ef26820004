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
	if err := r.loadWithdrawals(ctx); err != nil {
		return err
	}
	r.periods = []string{r.Period.String()}
	if err := r.lookingBack(ctx); err != nil {
		return err
	}
	return r.models(ctx, ntmsql.Staging)
}

// lookingBack adds the periods that have to be derived because this one has
// changed.
func (r *Run) lookingBack(ctx context.Context) error {
	// A report of a later period may repeat the figures of this one.
	_, rows, err := r.db.All(ctx, `
		select period from ops.period
		where granularity = ? and ends_on > ?
				-- The next, and those between it and the next with a report: one without is the period before of none.
				and ends_on <= coalesce((
					select min(p.ends_on) from ops.period p join ops.submission s on s.period = p.period and s.status in ('accepted', 'superseded')
					where p.granularity = ? and p.ends_on > ?), ends_on)
			or ends_on > ? and period in (select period from raw.aside where standing = 'earlier' and stated_on = ?)
		order by ends_on, period`, r.Period.Granularity, r.Period.End(), r.Period.Granularity, r.Period.End(), r.Period.End(), r.Period.End())
	if err != nil {
		return err
	}
	for _, row := range rows {
		next := row[0].(string)
		if _, closed := r.ledger.closedFor(r.Config.Out, next); closed {
			r.kept = append(r.kept, next) // what was signed is not changed from behind
			continue
		}
		r.periods = append(r.periods, next)
	}
	return nil
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
// before them: trends, comparisons with last year, what a commune was recognised
// with. Where that changes what was published of one, it is published again; what
// was signed is left alone.
func (r *Run) lookedBackUpon(ctx context.Context) error {
	_, rows, err := r.db.All(ctx, "select period from ops.period where ends_on > ? order by ends_on, period", r.Period.End())
	if err != nil {
		return err
	}
	names, err := ntmsql.AfterCorrection()
	if err != nil {
		return err
	}
	models, err := loadModels(names)
	if err != nil {
		return err
	}
	r.later = nil
	for _, row := range rows {
		p := row[0].(string)
		if slices.Contains(r.periods, p) || slices.Contains(r.kept, p) {
			continue
		}
		if _, closed := r.ledger.closedFor(r.Config.Out, p); !closed {
			r.later = append(r.later, p)
			continue
		}
		// A closed one stays as it was signed, and somebody has to know that it says
		// something else than it would today.
		stale, err := r.db.Stale(ctx, models, p)
		if err != nil {
			return err
		}
		if stale {
			r.kept = append(r.kept, p)
		}
	}
	if len(r.later) == 0 {
		return nil
	}
	return r.db.Build(ctx, models, r.later)
}

// check runs the checks over the periods derived.
func (r *Run) check(ctx context.Context) error {
	if err := r.db.RunChecks(ctx, r.checks, r.ID, r.periods, r.Config.Checks.Severity); err != nil {
		return badCheck(err)
	}
	return nil
}
