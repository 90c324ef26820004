package report

import (
	"context"
	"slices"
)

// TrendPeriods is how many periods, with the one that is published, the page's
// trend goes back. Whoever publishes counts the figures of those periods among
// what a publication is made from.
const TrendPeriods = 9

// trendPoint is the province in one period of the trend.
type trendPoint struct {
	Period       string   `col:"period"`
	Label        string   `col:"label"`
	Set          string   `col:"set_id"`
	Communes     int      `col:"communes"`
	Reported     int      `col:"communes_reported"`
	Recognised   int      `col:"recognised"`
	Retained     int      `col:"retained"`
	Undecided    int      `col:"retained_unknown"`
	Full         int      `col:"communes_full"`
	Total        int      `col:"criteria"`
	Average      *float64 `col:"avg_criteria_met"`
	AsRecognised *float64 `col:"avg_criteria_met_as_recognised"`
}

// thin tells that too few communes have data for the period's averages to be
// held against another's.
func (p trendPoint) thin(enough float64) bool {
	return float64(p.Reported)*100 < enough*float64(p.Communes)
}

// TrendSQL selects the periods of the trend, the latest first: those of the
// same granularity that end no later than the period in the argument.
const TrendSQL = `
	select s.period, o.label, t.set_id, s.communes, s.communes_reported, s.recognised, s.retained, s.retained_unknown, s.communes_full,
	       try_cast(c.criteria as integer) as criteria, s.avg_criteria_met, s.avg_criteria_met_as_recognised
	from mart.province_summary s
	join ops.period o on o.period = s.period
	join ops.period this on this.period = ? and this.granularity = o.granularity and o.ends_on <= this.ends_on
	join staging.period t on t.period = s.period
	left join ref.criteria_set c on c.set_id = t.set_id
	order by o.ends_on desc, s.period desc
	limit ?`

// trend reads the province's figures over the last periods, the earliest first.
func (o *overview) trend(ctx context.Context, q Query) ([]trendPoint, error) {
	points, err := collect[trendPoint](ctx, q, TrendSQL, o.Period, TrendPeriods)
	slices.Reverse(points)
	return points, err
}
