package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/pipeline"
)

// parameter is what a query can be narrowed to. In the text of the query it stands
// as getvariable('…'), so that the same text runs in any client: there SET VARIABLE
// gives it a value, and without one it is NULL.
type parameter struct {
	flag, variable, vi, en string
	known                  string // its codes with their names: code, name, where
}

var parameters = []parameter{
	{"ky", "ky", "với câu hỏi có sẵn: của kỳ này, ví dụ 2017-Q4 (mặc định kỳ mới nhất, hoặc mọi kỳ)", "for saved queries: of this period, such as 2017-Q4 (default the latest, or all)",
		"select period, coalesce(label, period), '' from ops.period"},
	{"huyen", "huyen", "với câu hỏi có sẵn: chỉ đơn vị cấp huyện này, mã hoặc tên", "for saved queries: this district only, code or name",
		"select distinct district_code, district_name, '' from mart.district_summary"},
	{"xa", "xa", "với câu hỏi có sẵn: chỉ xã này, mã hoặc tên", "for saved queries: this commune only, code or name",
		"select distinct commune_code, commune_name, coalesce(district_name, '') from mart.commune_summary"},
	{"chi-tieu", "chi_tieu", "với câu hỏi có sẵn: chỉ chỉ tiêu này, ví dụ 15.1", "for saved queries: this indicator only, such as 15.1",
		"select distinct indicator_id, indicator_id, '' from mart.indicator_result"},
}

// inQuery is how a query names a parameter.
func (p parameter) inQuery() string { return "getvariable('" + p.variable + "')" }

// takes lists the options that narrow a query.
func takes(sql string) []string {
	var flags []string
	for _, p := range parameters {
		if strings.Contains(sql, p.inQuery()) {
			flags = append(flags, "--"+p.flag)
		}
	}
	return flags
}

// narrow puts what was asked for into a query. What nobody has, or two have, is
// no answer without rows: it is said.
func (a *app) narrow(ctx context.Context, db *warehouse.DB, sql string, asked map[string]*string) (string, error) {
	t := a.ui.text
	for _, p := range parameters {
		written := strings.TrimSpace(*asked[p.variable])
		if written == "" {
			continue
		}
		if !strings.Contains(sql, p.inQuery()) {
			said := fmt.Sprintf(t("câu hỏi này không hỏi theo --%s", "this query takes no --%s"), p.flag)
			if others := takes(sql); len(others) > 0 {
				said += t("; chỉ nhận ", "; it takes ") + strings.Join(others, ", ")
			}
			return "", usage{errors.New(said)}
		}
		code, err := a.codeOf(ctx, db, p, written)
		if err != nil {
			return "", err
		}
		sql = strings.ReplaceAll(sql, p.inQuery(), "'"+strings.ReplaceAll(code, "'", "''")+"'")
	}
	return sql, nil
}

// codeOf finds what was meant by a code or a name; a name written without marks
// will do where it is one thing's only.
func (a *app) codeOf(ctx context.Context, db *warehouse.DB, p parameter, written string) (string, error) {
	t := a.ui.text
	if p.variable == "ky" {
		if of, ok := pipeline.AskedPeriod(written); ok {
			written = of.String()
		}
	}
	_, rows, err := db.All(ctx, `
		with known(code, name, place) as (`+p.known+`),
		said as (select lower(nfc_normalize(?)) as word),
		folded as (select *, lower(nfc_normalize(name)) as whole, regexp_replace(whole, '^(huyện|thị xã|thành phố|tp\.|xã|phường|thị trấn) ', '') as bare from known),
		near as (
			select code, name, place, case when lower(code) = word then 1
				when word in (whole, bare) then 2
				when strip_accents(word) = word and replace(strip_accents(bare), 'đ', 'd') = word then 3 end as how
			from folded, said
		)
		select code, name, place, how from near order by how nulls last, code`, written)
	if err != nil {
		return "", err
	}
	var found, names []string
	var code string
	var best any
	for _, row := range rows {
		names = append(names, row[1].(string))
		if row[3] == nil || best != nil && row[3] != best {
			continue
		}
		code, best = row[0].(string), row[3]
		found = append(found, strings.TrimSuffix(fmt.Sprintf("%s (%s, %s)", row[0], row[1], row[2]), ", )"))
	}
	switch len(found) {
	case 1:
		return code, nil
	case 0:
		said := fmt.Sprintf(t("--%s: không có %q", "--%s: there is no %q"), p.flag, written)
		if near := config.Nearest(written, names); near != "" {
			said += fmt.Sprintf(t("; có phải %q không?", "; did you mean %q?"), near)
		}
		return "", usage{errors.New(said)}
	}
	return "", usage{fmt.Errorf(t("--%s %q là nhiều nơi; ghi mã: %s", "--%s %q is several; write the code: %s"), p.flag, written, strings.Join(found, "; "))}
}
