package warehouse

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Column is a column of a table, with the engine's name of its type.
type Column struct{ Name, Type string }

// fixed lists the tables that Go fills, in the order of their columns. The
// tables and views that are derived are declared by their models.
//
// None of them has a constraint: the appender reports a violation late and
// without its row, and what must be unique is judged by the checks.
var fixed = []struct{ name, columns string }{
	{"ref.province", "province_code, name, kind, valid_from DATE, valid_to DATE, source, confidence"},
	{"ref.district", "district_code, name, kind, display_name, province_code, sort_order INTEGER, valid_from DATE, valid_to DATE, aliases, legal_basis, source, confidence"},
	{"ref.commune", "commune_code, name, kind, district_code, sort_order INTEGER, commune_class, commune_group, valid_from DATE, valid_to DATE, aliases, legal_basis, source, confidence"},
	{"ref.commune_successor", "old_code, new_code, valid_from DATE, part, legal_basis, source, confidence"},
	{"ref.department", "department_code, name, sort_order INTEGER, valid_from DATE, valid_to DATE, aliases, successor_code, legal_basis, source, confidence"},
	{"ref.criteria_set", "set_id, name, scope, role, legal_basis, issued_on DATE, effective_from DATE, effective_to DATE, criteria INTEGER, indicators INTEGER, replaces_set_id, base_set_id, note, source, confidence"},
	{"ref.criterion", "set_id, criterion_no INTEGER, name, group_name, source, confidence"},
	{"ref.indicator", "set_id, indicator_id, criterion_no INTEGER, name, concept_key, unit, value_kind, comparator, threshold DOUBLE, required_answer, sub_label, sub_comparator, sub_threshold DOUBLE, change_class, deadline, lead_department, lead_confidence, not_applicable_allowed BOOLEAN, absence_means, volatile_source, sort_order INTEGER, legal_basis, note, source, confidence"},
	{"ref.threshold_override", "set_id, indicator_id, scope_kind, scope_value, comparator, threshold DOUBLE, valid_from DATE, valid_to DATE, legal_basis, source, confidence, note"},
	{"ref.recognition_list", "complete_to DATE, source, confidence, note"},
	{"ref.recognition", "commune_code, recognised_year INTEGER, set_id, order_no INTEGER, stage, decision, valid_from DATE, valid_to DATE, illustrative BOOLEAN, note, source, confidence"},
	{"ref.withdrawal_rule", "rule_id, set_id, name, min_share DOUBLE, max_share DOUBLE, required_criteria, valid_from DATE, valid_to DATE, legal_basis, source, confidence, note"},
	{"ref.target", "target_id, name, scope_kind, scope_value, metric, comparator, value DOUBLE, valid_from DATE, valid_to DATE, legal_basis, source, confidence, note"},
	{"ref.remediation", "set_id, row_no INTEGER, section, section_title, tt_printed, label, indicator_ids, change_class, action, deadline_printed, deadline, deadline_date DATE, note, source, confidence"},
	{"ref.published_figure", "period, figure_id, name, metric, printed, value DOUBLE, decimals INTEGER, note, source, confidence"},
	{"ref.counting_rule", "rule_id, metric, name, words"},
	{"ref.band", "set_id, band, label, min_criteria INTEGER, max_criteria INTEGER, sort_order INTEGER"},
	{"ref.word", "role, text, shares, note"},
	{"ref.sender_setting", "setting, value"},
	{"ref.check_parameter", "check_id, name, value DOUBLE"},

	{"raw.record", "submission_id, period, record_no INTEGER, kind, table_no INTEGER, layout, sheet, sheet_no INTEGER, row_no INTEGER, cell, district_code, commune_code, commune_text, match_step, suggestions"},
	{"raw.observation", "submission_id, period, record_no INTEGER, table_no INTEGER, layout, district_code, commune_code, sheet, sheet_no INTEGER, row_no INTEGER, col_no INTEGER, cell, measure, indicator_id, criterion_no INTEGER, set_id, raw_text, value DOUBLE, word BOOLEAN, word_is_answer BOOLEAN, is_sign BOOLEAN, state, note, issue, issue_message"},
	// What is written and does not count: the same columns, and why not.
	{"raw.aside", "submission_id, period, record_no INTEGER, table_no INTEGER, layout, district_code, commune_code, sheet, sheet_no INTEGER, row_no INTEGER, col_no INTEGER, cell, measure, indicator_id, criterion_no INTEGER, set_id, raw_text, value DOUBLE, word BOOLEAN, word_is_answer BOOLEAN, is_sign BOOLEAN, state, note, issue, issue_message, standing, kind, stated_on DATE, author"},
	{"raw.issue", "submission_id, period, check_id, code, severity, file_name, sheet, cell, commune_code, indicator_id, message, remedy"},
	{"raw.correction", "correction_id, period, line INTEGER, submission_id, file_name, sheet, cell, commune_code, indicator_id, criterion_no INTEGER, measure, was, is_text, value DOUBLE, word BOOLEAN, word_is_answer BOOLEAN, state, who, why, document_no, decided_on DATE, status, said"},
	{"raw.cell_count", "submission_id, period, role, cells INTEGER"},

	{"ops.period", "period, granularity, starts_on DATE, ends_on DATE, label, chosen_set_id, compared_with"},
	{"ops.submission", "submission_id, period, sender_kind, sender_code, district_code, file_name, sha256, form_id, as_of_date DATE, received_at TIMESTAMP, status, reason, observations INTEGER, findings INTEGER, seq INTEGER, folder, illustrative BOOLEAN, layouts, title, size BIGINT"},
	{"ops.finding", "finding_id, run_id, period, check_id, code, severity, district_code, commune_code, indicator_id, submission_id, file_name, sheet, cell, message, remedy"},
	{"ops.check_result", "run_id, check_id, period, severity, evaluated BIGINT, failed BIGINT, skipped BIGINT"},
	{"ops.run", "run_id, period, started_at TIMESTAMP, finished_at TIMESTAMP, status, version, config_sha256"},
	{"ops.official", "period, commune_code, set_id, reported BOOLEAN, criteria_met INTEGER, criteria_total INTEGER, failing_indicators"},
	{"ops.model", "name, sha256"},
	{"ops.closing", "period, turn INTEGER, event, at TIMESTAMP, decision, decided_on DATE, reason, publication"},
}

// schemas lists all schemas; those of derived tables stand empty at first.
var schemas = []string{"ref", "raw", "staging", "store", "mart", "ops"}

// Columns returns the columns of a table that Go fills, such as
// "raw.observation", nil for any other. It needs no file, so that whoever
// builds record batches can be held against it in a test.
func Columns(table string) []Column {
	for _, t := range fixed {
		if t.name == table {
			return columnsOf(t.columns)
		}
	}
	return nil
}

func columnsOf(declared string) []Column {
	var columns []Column
	for c := range strings.SplitSeq(declared, ", ") {
		name, typ, typed := strings.Cut(c, " ")
		if !typed {
			typ = "VARCHAR"
		}
		columns = append(columns, Column{name, typ})
	}
	return columns
}

// Columns returns the columns of a table or view of the warehouse, in order.
func (db *DB) Columns(ctx context.Context, table string) ([]Column, error) {
	schema, name, ok := strings.Cut(table, ".")
	if !ok {
		return nil, fmt.Errorf("columns of %q: want schema.table", table)
	}
	rows, err := db.sql.QueryContext(ctx, `
		select column_name, data_type from duckdb_columns()
		where database_name = ? and schema_name = ? and table_name = ?
		order by column_index`, catalog, schema, name)
	if err != nil {
		return nil, fmt.Errorf("columns of %s: %w", table, err)
	}
	defer func() { _ = rows.Close() }()
	var columns []Column
	for rows.Next() {
		var c Column
		if err := rows.Scan(&c.Name, &c.Type); err != nil {
			return nil, fmt.Errorf("columns of %s: %w", table, err)
		}
		columns = append(columns, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("columns of %s: %w", table, err)
	}
	return columns, nil
}

// createTables creates the schemas and the tables that Go fills. A seed table
// of another shape is made anew, because it is loaded at every run; what was
// received cannot be, so there the shape has to match.
func (db *DB) createTables(ctx context.Context) error {
	for _, s := range schemas {
		if _, err := db.sql.ExecContext(ctx, "create schema if not exists "+s); err != nil {
			return err
		}
	}
	all, err := db.allColumns(ctx)
	if err != nil {
		return err
	}
	for _, t := range fixed {
		want := columnsOf(t.columns)
		var list []string
		for _, c := range want {
			list = append(list, ident(c.Name)+" "+c.Type)
		}
		have := all[t.name]
		if slices.Equal(have, want) {
			continue
		}
		create := "create table if not exists "
		if len(have) > 0 {
			if !strings.HasPrefix(t.name, "ref.") {
				return fmt.Errorf("table %s was made by another version of ntm, with columns %s: make the warehouse again from the archive (ntm rebuild)", t.name, names(have))
			}
			create = "create or replace table "
		}
		if _, err := db.sql.ExecContext(ctx, create+t.name+" ("+strings.Join(list, ", ")+")"); err != nil {
			return fmt.Errorf("create %s: %w", t.name, err)
		}
	}
	return nil
}

// allColumns returns the columns of every table of the warehouse, in order.
func (db *DB) allColumns(ctx context.Context) (map[string][]Column, error) {
	rows, err := db.sql.QueryContext(ctx, `
		select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()
		where database_name = ? order by 1, column_index`, catalog)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	all := map[string][]Column{}
	for rows.Next() {
		var table string
		var c Column
		if err := rows.Scan(&table, &c.Name, &c.Type); err != nil {
			return nil, err
		}
		all[table] = append(all[table], c)
	}
	return all, rows.Err()
}

func names(columns []Column) string {
	var list []string
	for _, c := range columns {
		list = append(list, c.Name)
	}
	return strings.Join(list, ", ")
}
