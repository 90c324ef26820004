package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/angiang-ntm/ntm/internal/excel"
	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/seeds"
	ntmsql "github.com/angiang-ntm/ntm/sql"
	"github.com/angiang-ntm/ntm/transforms"
)

// LoadSeeds reads and validates the seeds, with the office's own files in dir
// over the built-in ones.
func LoadSeeds(dir string) (*seeds.Set, error) {
	if dir != "" {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return nil, &Fault{
				Status: Usage, VI: "không có thư mục bảng tra cứu " + dir, EN: "no such seeds folder: " + dir,
				HintVI: "Sửa seeds.dir trong tệp cấu hình.", HintEN: "Correct seeds.dir in the configuration.",
			}
		}
	}
	set, problems, err := seeds.Load(seeds.Overlay(dir))
	if err != nil {
		return nil, fmt.Errorf("load the seeds: %w", err)
	}
	if problems.Worst() == issue.Error {
		var b strings.Builder
		for _, p := range problems {
			fmt.Fprintf(&b, "\n  %s: dòng %s: %s", p.File, p.Cell, p.Message)
		}
		return nil, &Fault{
			Status: Usage, VI: "bảng tra cứu không nhất quán:" + b.String(), EN: "the seeds are inconsistent:" + b.String(),
			HintVI: "Sửa các dòng nêu trên.", HintEN: "Mend the lines named above.",
		}
	}
	return set, nil
}

// VocabularyFor is what the recogniser knows on the last day of a period.
func VocabularyFor(set *seeds.Set, p transforms.Period) (*transforms.Vocabulary, error) {
	day := p.End().Format("2006-01-02")
	id, ok := set.SetInForce(day)
	if !ok {
		return nil, &Fault{
			Status: Usage,
			VI:     "không có bộ tiêu chí nào áp dụng cho ngày " + p.End().Format("02/01/2006"), EN: "no criteria set is in force on " + day,
			HintVI: "Kiểm tra kỳ báo cáo (ví dụ 2017-Q4), hoặc bổ sung bộ tiêu chí vào criteria_sets.csv.",
			HintEN: "Check the period (for example 2017-Q4), or add the set to criteria_sets.csv.",
		}
	}
	return transforms.FromSeeds(set, id, day), nil
}

// seed loads what is known before any report is read.
func (r *Run) seed(ctx context.Context) error {
	var err error
	if r.seeds, err = LoadSeeds(r.Config.Seeds.Dir); err != nil {
		return err
	}
	if r.vocabulary, err = VocabularyFor(r.seeds, r.Period); err != nil {
		return err
	}
	r.setID = r.vocabulary.SetID
	if err := r.maySuppose(); err != nil {
		return err
	}
	if r.checks, err = r.loadChecks(); err != nil {
		return err
	}
	for _, t := range r.seeds.Tables {
		if err := r.db.LoadRef(ctx, t.Name, t.Columns, t.Rows); err != nil {
			return err
		}
	}
	var settings [][]string
	for _, id := range r.Config.Senders.DepartmentFirst {
		settings = append(settings, []string{"department_first", id})
	}
	for _, code := range r.Config.Senders.DepartmentsExpected {
		settings = append(settings, []string{"department_expected", code})
	}
	if err := r.db.LoadRef(ctx, "sender_setting", []string{"setting", "value"}, settings); err != nil {
		return err
	}
	return r.db.LoadParameters(ctx, r.checks, r.Config.Checks.Parameters)
}

// loadChecks reads the built-in checks and the office's own, and holds the
// configuration against them.
func (r *Run) loadChecks() ([]warehouse.Check, error) {
	sum := sha256.New()
	var checks []warehouse.Check
	add := func(name, text string) error {
		c, err := warehouse.ParseCheck(name, text)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(checks, func(have warehouse.Check) bool { return have.ID == c.ID }); i >= 0 {
			checks[i] = c // the office's version of a built-in check
			return nil
		}
		checks = append(checks, c)
		return nil
	}
	for _, name := range append(slices.Clone(ntmsql.Staging), ntmsql.Marts...) {
		text, err := ntmsql.Text(name)
		if err != nil {
			return nil, err
		}
		sum.Write([]byte(text))
	}
	for _, name := range ntmsql.Checks() {
		text, err := ntmsql.Files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		sum.Write(text)
		if err := add(name, string(text)); err != nil {
			return nil, err
		}
	}
	if dir := r.Config.Checks.Dir; dir != "" {
		names, err := matching(dir, "*.sql")
		if err != nil {
			return nil, &Fault{
				Status: Usage, VI: "không có thư mục phép kiểm tra " + dir, EN: "no such checks folder: " + dir,
				HintVI: "Sửa checks.dir trong tệp cấu hình.", HintEN: "Correct checks.dir in the configuration.",
			}
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, fmt.Errorf("read check %s: %w", name, err)
			}
			sum.Write(text)
			if err := add(name, string(text)); err != nil {
				return nil, badCheck(err)
			}
		}
	}
	known := map[string][]string{}
	for _, c := range checks {
		known[c.ID] = []string{}
		for _, p := range c.Parameters {
			known[c.ID] = append(known[c.ID], p.Name)
		}
	}
	// What reading states by itself can be set louder or quieter too.
	for _, k := range transforms.Kinds {
		if _, ok := known[k.Check]; !ok {
			known[k.Check] = nil
		}
	}
	for _, k := range excel.Codes() {
		if _, ok := known[k.Check]; !ok {
			known[k.Check] = nil
		}
	}
	known[checkUnclear] = nil // said where the files of a sender are held against each other
	known["name_repaired"] = nil
	if err := r.Config.RequireChecks(known); err != nil {
		return nil, err
	}
	r.checksText = hex.EncodeToString(sum.Sum(nil))
	return checks, nil
}

// builtinCheck is a check as the program brings it, by its id.
func builtinCheck(id string) (warehouse.Check, error) {
	name := "checks/" + id + ".sql"
	text, err := ntmsql.Files.ReadFile(name)
	if err != nil {
		return warehouse.Check{}, err
	}
	return warehouse.ParseCheck(name, string(text))
}

// badCheck turns a check that cannot be run into something its author mends.
func badCheck(err error) error {
	var bad *warehouse.CheckError
	if !errors.As(err, &bad) {
		return err
	}
	return &Fault{
		Status: Usage, Err: err, VI: "phép kiểm tra không chạy được", EN: "a check cannot be run",
		HintVI: "Sửa tệp .sql nêu trên; mẫu ở CONTRIBUTING.md.", HintEN: "Mend the .sql file named above; CONTRIBUTING.md has a recipe.",
	}
}

func loadModels(names []string) ([]warehouse.Model, error) {
	var models []warehouse.Model
	for _, name := range names {
		text, err := ntmsql.Text(name)
		if err != nil {
			return nil, err
		}
		models = append(models, warehouse.Model{Name: name, SQL: text, Passing: ntmsql.Passing[name]})
	}
	return models, nil
}
