package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/warehouse"
	ntmsql "github.com/angiang-ntm/ntm/sql"
	"github.com/angiang-ntm/ntm/transforms"
)

// Comparison is what changed between two periods, the earlier one first.
type Comparison struct {
	Before string `json:"before"`
	After  string `json:"after"`
	// SetBefore and SetAfter are the criteria sets; where they differ, counts
	// of criteria stand side by side and no difference is drawn.
	SetBefore  string `json:"set_before"`
	SetAfter   string `json:"set_after"`
	Boundaries int    `json:"boundary_changes"` // communes that are not the territory they were

	CommunesBefore int      `json:"communes_reported_before"`
	CommunesAfter  int      `json:"communes_reported_after"`
	AverageBefore  *float64 `json:"avg_criteria_met_before"`
	AverageAfter   *float64 `json:"avg_criteria_met_after"`

	Gained    int            `json:"gained"` // indicators × communes
	Lost      int            `json:"lost"`
	Missing   int            `json:"data_missing"`  // met before, and not known now: no loss
	Causes    map[string]int `json:"lost_by_cause"` // value, rule, evidence
	Districts []Moved        `json:"districts"`
	Communes  []Moved        `json:"communes"` // with something gained or lost
}

// Moved is a district, or a commune, and what it gained and lost.
type Moved struct {
	Code           string `json:"code"`
	Name           string `json:"name"`
	District       string `json:"district,omitempty"`
	Was            string `json:"was,omitempty"` // earlier communes, where the territory changed
	Comparable     bool   `json:"comparable"`
	CriteriaBefore *int   `json:"criteria_met_before,omitempty"`
	CriteriaAfter  *int   `json:"criteria_met_after,omitempty"`
	GainedCriteria string `json:"gained_criteria,omitempty"`
	LostCriteria   string `json:"lost_criteria,omitempty"`
	Gained         string `json:"gained_indicators,omitempty"`
	Lost           string `json:"lost_indicators,omitempty"`
	GainedCount    int    `json:"gained"`
	LostCount      int    `json:"lost"`
	ByValue        int    `json:"lost_by_value"`
	ByRule         int    `json:"lost_by_rule"`
	ByEvidence     int    `json:"lost_by_evidence"`
	Missing        int    `json:"data_missing"`
	Unknown        string `json:"unknown_indicators,omitempty"` // met before, and not known now
	Open           int    `json:"criteria_unknown"`
}

// Compare holds any two periods of a snapshot against each other, by the very
// models that hold neighbours against each other: in a copy of the snapshot,
// the later period is told that the earlier one is the one before. use may ask
// the copy more; it is gone afterwards.
func Compare(ctx context.Context, snapshot string, a, b transforms.Period, use func(*warehouse.DB, *Comparison) error) error {
	if b.End().Before(a.End()) {
		a, b = b, a
	}
	if _, err := os.Stat(snapshot); errors.Is(err, fs.ErrNotExist) {
		return &Fault{
			Status: Failed, VI: "chưa có bản công bố " + snapshot, EN: "there is no snapshot " + snapshot + " yet",
			HintVI: "Chạy “ntm run --period KỲ” trước, hoặc chỉ đúng thư mục bằng --out.", HintEN: "Do “ntm run --period PERIOD” first, or name the right folder with --out.",
		}
	}
	dir, err := os.MkdirTemp("", "ntm-compare-")
	if err != nil {
		return fmt.Errorf("make a folder for the comparison: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	work := filepath.Join(dir, "ntm.duckdb")
	if err := copyFile(snapshot, work, 0o600); err != nil {
		return fmt.Errorf("copy the snapshot: %w", err)
	}
	db, err := warehouse.Open(ctx, work, warehouse.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, rows, err := db.All(ctx, "select period from ops.period order by ends_on, period")
	if err != nil {
		return err
	}
	var held []string
	for _, row := range rows {
		held = append(held, row[0].(string))
	}
	for _, p := range []transforms.Period{a, b} {
		if !slices.Contains(held, p.String()) {
			return &Fault{
				Status: Usage, VI: "chưa có số liệu của kỳ " + p.String(), EN: "nothing is known of period " + p.String(),
				HintVI: "Các kỳ đang có: " + strings.Join(held, ", ") + ".", HintEN: "Periods held: " + strings.Join(held, ", ") + ".",
			}
		}
	}
	if a == b {
		return &Fault{Status: Usage, VI: "hai kỳ phải khác nhau", EN: "the two periods must differ",
			HintVI: "Các kỳ đang có: " + strings.Join(held, ", ") + ".", HintEN: "Periods held: " + strings.Join(held, ", ") + "."}
	}
	if a.End().Equal(b.End()) {
		return &Fault{Status: Usage, VI: a.String() + " và " + b.String() + " kết thúc cùng ngày: không có gì trước sau để so", EN: a.String() + " and " + b.String() + " end on the same day",
			HintVI: "Chọn hai kỳ kết thúc vào hai ngày khác nhau.", HintEN: "Choose periods that end on different days."}
	}
	if err := db.Exec(ctx, "update ops.period set compared_with = ? where period = ?", a.String(), b.String()); err != nil {
		return err
	}
	for _, models := range [][]string{ntmsql.Staging, ntmsql.Marts} {
		list, err := loadModels(models)
		if err != nil {
			return err
		}
		if err := db.Build(ctx, list, []string{b.String()}); err != nil {
			return err
		}
	}
	c, err := compared(ctx, db, a, b)
	if err != nil {
		return err
	}
	return use(db, c)
}

func compared(ctx context.Context, db *warehouse.DB, a, b transforms.Period) (*Comparison, error) {
	c := &Comparison{Before: a.String(), After: b.String(), Causes: map[string]int{"value": 0, "rule": 0, "evidence": 0}, Districts: []Moved{}, Communes: []Moved{}}
	_, rows, err := db.All(ctx, "select period, set_id, communes_reported, avg_criteria_met from mart.province_summary where period in (?, ?)", c.Before, c.After)
	if err != nil {
		return nil, err
	}
	for _, v := range rows {
		set, reported := v[1].(string), count(v[2])
		var average *float64
		if f, ok := v[3].(float64); ok {
			average = &f
		}
		if v[0].(string) == c.Before {
			c.SetBefore, c.CommunesBefore, c.AverageBefore = set, reported, average
		} else {
			c.SetAfter, c.CommunesAfter, c.AverageAfter = set, reported, average
		}
	}
	_, rows, err = db.All(ctx, `
		select commune_code, commune_name, coalesce(district_code, ''), coalesce(district_name, ''), comparable,
			case when continuity not in ('same', 'new') then coalesce(previous_communes, '') else '' end,
			criteria_met_before, criteria_met, gained_criteria, lost_criteria, gained_indicators, lost_indicators,
			lost_by_value, lost_by_rule, lost_by_evidence, data_missing, continuity <> 'same', unknown_indicators, criteria_unknown
		from mart.commune_history where period = ?`, c.After)
	if err != nil {
		return nil, err
	}
	ids := func(v any) (string, int) {
		s, _ := v.(string)
		if s == "" {
			return "", 0
		}
		return s, strings.Count(s, ";") + 1
	}
	whole := func(v any) *int {
		if v == nil {
			return nil
		}
		n := count(v)
		if n32, ok := v.(int32); ok {
			n = int(n32)
		}
		return &n
	}
	at := map[string]int{}
	for _, v := range rows {
		m := Moved{Code: v[0].(string), Name: v[1].(string), District: v[3].(string), Was: v[5].(string), CriteriaBefore: whole(v[6]), CriteriaAfter: whole(v[7])}
		m.Comparable, _ = v[4].(bool)
		m.GainedCriteria, _ = ids(v[8])
		m.LostCriteria, _ = ids(v[9])
		m.Gained, m.GainedCount = ids(v[10])
		m.Lost, m.LostCount = ids(v[11])
		m.ByValue, m.ByRule, m.ByEvidence, m.Missing = count(v[12]), count(v[13]), count(v[14]), count(v[15])
		m.Unknown, _ = v[17].(string)
		if open := whole(v[18]); open != nil {
			m.Open = *open
		}
		if moved, _ := v[16].(bool); moved {
			c.Boundaries++
		}
		code := v[2].(string)
		if _, known := at[code]; !known {
			at[code] = len(c.Districts)
			c.Districts = append(c.Districts, Moved{Code: code, Name: m.District, Comparable: c.SetBefore == c.SetAfter})
		}
		d := &c.Districts[at[code]]
		d.GainedCount += m.GainedCount
		d.LostCount += m.LostCount
		d.ByValue += m.ByValue
		d.ByRule += m.ByRule
		d.ByEvidence += m.ByEvidence
		d.Missing += m.Missing
		c.Gained += m.GainedCount
		c.Lost += m.LostCount
		c.Causes["value"] += m.ByValue
		c.Causes["rule"] += m.ByRule
		c.Causes["evidence"] += m.ByEvidence
		c.Missing += m.Missing
		if m.GainedCount+m.LostCount > 0 || m.Was != "" {
			c.Communes = append(c.Communes, m)
		}
	}
	return c, nil
}
