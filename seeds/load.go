package seeds

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/angiang-ntm/ntm/internal/issue"
)

// form is what a cell of a column may hold.
type form uint8

const (
	text       form = iota // anything
	integer                // 12
	number                 // 20.5, with a decimal point
	day                    // 2017-12-31
	deadline               // 2018, 2018-Q4, 2018-H2, 2018-09: a period, the last day of which counts
	confidence             // document, verified or assumed, perhaps with "; threshold assumed" after it
	list                   // texts separated by semicolons
)

// column describes one column of a seed file.
type column struct {
	name   string
	form   form
	needed bool     // an empty cell is an issue
	words  []string // the only words allowed, besides an empty cell
}

// file describes one seed file. The order of the columns is that of its table
// in the warehouse.
type file struct {
	name    string
	table   string // in the schema ref; "" for a file that is not loaded there
	filled  bool   // a file without rows is an issue
	columns []column
}

func free(name string) column                   { return column{name: name} }
func must(name string) column                   { return column{name: name, needed: true} }
func of(f form, name string) column             { return column{name: name, form: f} }
func mustOf(f form, name string) column         { return column{name: name, form: f, needed: true} }
func oneOf(name string, words ...string) column { return column{name: name, words: words} }
func mustBe(name string, words ...string) column {
	return column{name: name, needed: true, words: words}
}

var files = []file{
	{"provinces.csv", "province", true, []column{
		must("province_code"), must("name"), must("kind"), of(day, "valid_from"), of(day, "valid_to"),
		free("source"), mustOf(confidence, "confidence")}},
	{"districts.csv", "district", true, []column{
		must("district_code"), must("name"), mustBe("kind", "huyện", "thị xã", "thành phố"), must("display_name"),
		must("province_code"), mustOf(integer, "sort_order"), of(day, "valid_from"), of(day, "valid_to"),
		of(list, "aliases"), free("legal_basis"), free("source"), mustOf(confidence, "confidence")}},
	{"communes.csv", "commune", true, []column{
		must("commune_code"), must("name"), mustBe("kind", KindXa, "phường", "thị trấn"), free("district_code"),
		mustOf(integer, "sort_order"), free("commune_class"), free("commune_group"),
		of(day, "valid_from"), of(day, "valid_to"), of(list, "aliases"),
		free("legal_basis"), free("source"), mustOf(confidence, "confidence")}},
	{"commune_successors.csv", "commune_successor", false, []column{
		must("old_code"), must("new_code"), mustOf(day, "valid_from"), mustBe("part", "whole", "part"),
		must("legal_basis"), free("source"), mustOf(confidence, "confidence")}},
	{"departments.csv", "department", false, []column{
		must("department_code"), must("name"), mustOf(integer, "sort_order"), of(day, "valid_from"), of(day, "valid_to"),
		of(list, "aliases"), free("successor_code"), free("legal_basis"), free("source"), mustOf(confidence, "confidence")}},
	{"criteria_sets.csv", "criteria_set", true, []column{
		must("set_id"), must("name"), must("scope"), mustBe("role", "evaluate", "reference", "what_if"), must("legal_basis"),
		of(day, "issued_on"), of(day, "effective_from"), of(day, "effective_to"),
		of(integer, "criteria"), of(integer, "indicators"), free("replaces_set_id"), free("base_set_id"),
		free("note"), free("source"), mustOf(confidence, "confidence")}},
	{"criteria.csv", "criterion", true, []column{
		must("set_id"), mustOf(integer, "criterion_no"), must("name"), free("group_name"),
		free("source"), mustOf(confidence, "confidence")}},
	{"indicators.csv", "indicator", true, []column{
		must("set_id"), must("indicator_id"), mustOf(integer, "criterion_no"), must("name"), free("concept_key"),
		free("unit"), mustBe("value_kind", "boolean", "percent", "number"),
		mustBe("comparator", ">=", "<=", ">", "<", "=", "yes_no"), of(number, "threshold"),
		oneOf("required_answer", "Đạt", "Có", "Không"),
		free("sub_label"), oneOf("sub_comparator", ">=", "<=", ">", "<", "="), of(number, "sub_threshold"),
		oneOf("change_class", "unchanged", "new", "raised"), of(deadline, "deadline"),
		free("lead_department"), free("lead_confidence"), mustBe("not_applicable_allowed", "yes", "no"),
		mustBe("absence_means", "met", "not_met", "not_applicable", "invalid"), free("volatile_source"), mustOf(integer, "sort_order"),
		must("legal_basis"), free("note"), free("source"), mustOf(confidence, "confidence")}},
	{"threshold_overrides.csv", "threshold_override", false, []column{
		must("set_id"), must("indicator_id"),
		mustBe("scope_kind", "year", "district", "commune", "commune_class", "commune_group", "province"), must("scope_value"),
		oneOf("comparator", ">=", "<=", ">", "<", "="), of(number, "threshold"),
		of(day, "valid_from"), of(day, "valid_to"), must("legal_basis"),
		free("source"), mustOf(confidence, "confidence"), free("note")}},
	{decisionsFile, "", false, []column{
		must("commune_code"), must("commune_name"), mustBe("decision_kind", decisionRecognises, decisionWithdraws), must("decision_no"),
		mustOf(day, "decided_on"), free("set_id"), must("source"), free("note")}},
	{"recognition_lists.csv", "recognition_list", false, []column{
		mustOf(day, "complete_to"), free("source"), mustOf(confidence, "confidence"), free("note")}},
	{"recognitions.csv", "recognition", false, []column{
		must("commune_code"), mustOf(integer, "recognised_year"), must("set_id"), mustOf(integer, "order_no"),
		free("stage"), free("decision"), of(day, "valid_from"), of(day, "valid_to"), mustBe("illustrative", "yes", "no"),
		free("note"), free("source"), mustOf(confidence, "confidence")}},
	{"withdrawal_rules.csv", "withdrawal_rule", false, []column{
		must("rule_id"), must("set_id"), must("name"), mustOf(number, "min_share"), of(number, "max_share"),
		of(list, "required_criteria"), of(day, "valid_from"), of(day, "valid_to"), must("legal_basis"),
		free("source"), mustOf(confidence, "confidence"), free("note")}},
	{"targets.csv", "target", false, []column{
		must("target_id"), must("name"), mustBe("scope_kind", "province", "district"), free("scope_value"),
		mustBe("metric", Metrics...), mustBe("comparator", ">=", "<="), mustOf(number, "value"),
		of(day, "valid_from"), of(day, "valid_to"), must("legal_basis"),
		free("source"), mustOf(confidence, "confidence"), free("note")}},
	{"remediation.csv", "remediation", false, []column{
		must("set_id"), mustOf(integer, "row_no"), must("section"), must("section_title"), free("tt_printed"),
		must("label"), mustOf(list, "indicator_ids"), mustBe("change_class", "unchanged", "new", "raised"),
		must("action"), free("deadline_printed"), of(deadline, "deadline"), of(day, "deadline_date"),
		free("note"), free("source"), mustOf(confidence, "confidence")}},
	{"published_figures.csv", "published_figure", false, []column{
		mustOf(deadline, "period"), must("figure_id"), must("name"), must("metric"), must("printed"),
		mustOf(number, "value"), mustOf(integer, "decimals"),
		free("note"), free("source"), mustOf(confidence, "confidence")}},
	{"counting_rules.csv", "counting_rule", false, []column{must("rule_id"), free("metric"), must("name"), must("words")}},
	{"bands.csv", "band", true, []column{
		must("set_id"), must("band"), must("label"), mustOf(integer, "min_criteria"), mustOf(integer, "max_criteria"),
		mustOf(integer, "sort_order")}},
	{"words.csv", "word", true, []column{mustBe("role", Roles...), must("text"), of(list, "shares"), free("note")}},
	{"legacy_encodings.csv", "", true, []column{
		must("unicode_char"), must("tcvn3_char"), must("vni_chars"), mustBe("letter_case", "lower", "upper")}},
}

// Metrics lists the figures that a target can be set for, by their names in
// mart.headline.
var Metrics = []string{"recognised", "recognised_in_year", "retained", "communes_full", "avg_criteria_met", "avg_criteria_met_as_recognised",
	"full_not_recognised", "communes_below_five", "districts_all_recognised"}

// Roles lists what a word of the vocabulary can be.
var Roles = []string{
	"met", "not_met", "yes", "no", "none", "not_applicable", "never_met", "missing",
	"total", "section", "evidence_complete", "evidence_incomplete",
	"stt", "commune_header", "indicator_header", "criterion_header", "unit_header", "period_header", "district_header",
	"result_header", "claim_header", "requirement_header", "note_header", "evidence_header", "failing_header",
	"criteria_total_header", "indicators_total_header", "recognised_year_header", "count_header", "whole_header", "rate_header",
	"plan_header", "estimate_header", "comparison_header", "registration_header", "earlier_header", "now_header",
	"met_header", "unmet_header", "author_commune", "author_district", "author_appraisal", "unit", "filler",
	"title_noise", "affirmative_sign",
}

// Load reads and validates the seed files of a folder: FS, or what Overlay
// returns. What is wrong with them is a list of issues, each with its file and
// line, ordered by file; a Set with an error among its issues must not be used
// to judge reports. The error is for a folder that cannot be read.
func Load(fsys fs.FS) (*Set, issue.List, error) {
	l := loader{rows: make(map[string][]row)}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, nil, fmt.Errorf("read seeds: %w", err)
	}
	for _, e := range entries {
		l.checkName(e)
	}
	set := new(Set)
	for _, f := range files {
		data, err := fs.ReadFile(fsys, f.name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			l.add(f.name, 0, "Thiếu tệp danh mục "+f.name, "Đặt lại tệp "+f.name+" vào thư mục danh mục.")
			continue
		case err != nil:
			return nil, nil, fmt.Errorf("read seeds: %w", err)
		}
		rows := l.inherit(f, l.read(f, data))
		if f.name == "recognitions.csv" {
			rows = l.decided(f, rows)
		}
		l.rows[f.name] = rows
		if f.table != "" {
			set.Tables = append(set.Tables, tableOf(f, rows))
		}
	}
	set.fill(l.rows)
	// What refers to a row that could not be read would be blamed for it; so
	// rows are held against each other only when all of them were read.
	if l.issues.Worst() != issue.Error {
		l.validate(set)
	}
	slices.SortStableFunc(l.issues, func(a, b issue.Issue) int {
		return cmp.Or(cmp.Compare(fileOrder(a.File), fileOrder(b.File)), cmp.Compare(lineOf(a), lineOf(b)))
	})
	return set, l.issues, nil
}

// inherited are the files of which a set that only supposes something has the
// rows of the set that it is based on.
var inherited = []string{"criteria.csv", "indicators.csv", "threshold_overrides.csv", "remediation.csv", "bands.csv"}

// inherit gives every what-if set the rows of its base, in front of its own:
// such a set states only what it supposes to be otherwise.
func (l *loader) inherit(f file, rows []row) []row {
	if !slices.Contains(inherited, f.name) {
		return rows
	}
	at := slices.IndexFunc(f.columns, func(c column) bool { return c.name == "set_id" })
	all := slices.Clone(rows)
	for _, set := range l.rows["criteria_sets.csv"] {
		base := set.text("base_set_id")
		if base == "" {
			continue
		}
		for _, r := range rows {
			if r.cells[at] == base {
				cells := slices.Clone(r.cells)
				cells[at] = set.text("set_id")
				all = append(all, row{r.line, r.file, cells})
			}
		}
	}
	return all
}

// fileOrder is the place of a file among the known ones; unknown ones, being
// the likely cause of the rest, come first.
func fileOrder(name string) int {
	return slices.IndexFunc(files, func(f file) bool { return f.name == name })
}

func lineOf(i issue.Issue) int {
	n, _ := strconv.Atoi(i.Cell)
	return n
}

// loader collects what Load finds.
type loader struct {
	issues issue.List
	rows   map[string][]row // by file name
}

// add records an issue; line 0 means the file as a whole.
func (l *loader) add(file string, line int, message, remedy string) {
	l.issues = append(l.issues, issue.Issue{
		Check: "invalid_seed", Code: "NTM-050", Severity: issue.Error,
		File: file, Cell: cellOf(line), Message: message, Remedy: remedy,
	})
}

// cellOf writes a line as the place of an issue.
func cellOf(line int) string {
	if line == 0 {
		return ""
	}
	return strconv.Itoa(line)
}

// checkName makes an issue of a file that nothing reads, since it is most
// likely a misspelt one. Folders, hidden files and what editors leave behind
// are nobody's mistake.
func (l *loader) checkName(e fs.DirEntry) {
	name := e.Name()
	if e.IsDir() || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") || strings.HasSuffix(name, "~") ||
		slices.ContainsFunc(files, func(f file) bool { return f.name == name }) {
		return
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.name
	}
	i := issue.Issue{
		Check: "invalid_seed", Code: "NTM-050", Severity: issue.Error, File: name,
		Message: "Không có danh mục nào tên " + name + "; gần nhất là " + nearest(name, names),
		Remedy:  "Đổi tên thành " + nearest(name, names) + " hoặc bỏ tệp khỏi thư mục danh mục.",
	}
	if !strings.HasSuffix(strings.ToLower(name), ".csv") {
		i.Severity = issue.Warning
	}
	l.issues = append(l.issues, i)
}

// row is one record of a file, its cells in the order of the file's columns.
type row struct {
	line  int
	file  *file
	cells []string
}

// text returns the cell of a named column. A column that the file format does
// not have is a broken program.
func (r row) text(name string) string {
	return r.cells[slices.IndexFunc(r.file.columns, func(c column) bool { return c.name == name })]
}

// int returns a whole number, 0 when the cell is empty or unreadable.
func (r row) int(name string) int {
	n, _ := parseInt(r.text(name))
	return n
}

// float returns a number, nil when the cell is empty or unreadable.
func (r row) float(name string) *float64 {
	if f, ok := parseNumber(r.text(name)); ok {
		return &f
	}
	return nil
}

func (r row) yes(name string) bool { return r.text(name) == "yes" }

func (r row) list(name string) []string { return splitList(r.text(name)) }

// read turns the bytes of one file into rows, and says what is wrong with them.
func (l *loader) read(f file, data []byte) []row {
	// Excel writes a byte order mark before UTF-8.
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		line := 1 + bytes.Count(data[:invalidAt(data)], []byte("\n"))
		l.add(f.name, line, "Chữ không theo bảng mã UTF-8", "Lưu lại tệp với kiểu “CSV UTF-8”.")
		return nil
	}
	r := csv.NewReader(bytes.NewReader(data))
	header, err := r.Read()
	if err != nil {
		l.add(f.name, 1, "Tệp trống hoặc không đọc được dòng tiêu đề", "Ghi dòng tiêu đề: "+headerLine(f)+".")
		return nil
	}
	place, ok := l.placeColumns(f, header)
	if !ok {
		return nil
	}
	var rows []row
	for {
		record, err := r.Read()
		if err == io.EOF {
			break
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			if errors.Is(err, csv.ErrFieldCount) {
				l.add(f.name, bad.StartLine,
					fmt.Sprintf("Dòng có %d cột, tiêu đề có %d cột", len(record), len(header)),
					"Sửa số dấu phẩy; đặt ô có dấu phẩy trong dấu ngoặc kép.")
				continue
			}
			l.add(f.name, bad.StartLine, "Dấu ngoặc kép đặt sai", "Đặt cả ô trong dấu ngoặc kép và viết dấu ngoặc kép bên trong hai lần.")
			return rows // where the record ends is not known
		}
		line, _ := r.FieldPos(0)
		cells := make([]string, len(f.columns))
		blank := true
		for i := range cells {
			if place[i] >= 0 {
				cells[i] = strings.TrimSpace(record[place[i]])
			}
			blank = blank && cells[i] == ""
		}
		if blank {
			continue // a line that a spreadsheet keeps after its contents are deleted
		}
		rows = append(rows, row{line, &f, cells})
		for i, c := range f.columns {
			l.checkCell(f.name, line, c, cells[i])
		}
	}
	if len(rows) == 0 && f.filled {
		l.add(f.name, 1, "Tệp không có dòng nào dưới tiêu đề", "Ghi ít nhất một dòng, hoặc bỏ tệp này khỏi thư mục danh mục để dùng bản có sẵn.")
	}
	return rows
}

// placeColumns finds, for each column of the format, its place in the header.
func (l *loader) placeColumns(f file, header []string) ([]int, bool) {
	if len(header) == 1 && strings.Contains(header[0], ";") {
		l.add(f.name, 1, "Các cột ngăn cách bằng dấu chấm phẩy", "Lưu lại tệp với dấu phẩy giữa các cột.")
		return nil, false
	}
	names := make([]string, len(f.columns))
	for i, c := range f.columns {
		names[i] = c.name
	}
	ok := true
	seen := make(map[string]int)
	for i, h := range header {
		h = strings.TrimSpace(h)
		if !slices.Contains(names, h) {
			l.add(f.name, 1, fmt.Sprintf("Không có cột nào tên “%s”; gần nhất là “%s”", h, nearest(h, names)), "Sửa tên cột hoặc bỏ cột.")
			ok = false
		} else if _, twice := seen[h]; twice {
			l.add(f.name, 1, fmt.Sprintf("Cột “%s” có hai lần", h), "Bỏ một cột.")
			ok = false
		}
		seen[h] = i
	}
	place := make([]int, len(names))
	for i, n := range names {
		at, found := seen[n]
		if !found && !f.columns[i].needed {
			// A column that may be empty may be absent: a file that an office made
			// for an earlier version goes on working.
			place[i] = -1
			continue
		}
		if !found {
			l.add(f.name, 1, fmt.Sprintf("Thiếu cột “%s”", n), "Ghi đủ các cột: "+headerLine(f)+".")
			ok = false
		}
		place[i] = at
	}
	return place, ok
}

// checkCell says what is wrong with one cell, by itself.
func (l *loader) checkCell(file string, line int, c column, s string) {
	wrong := func(what, remedy string) {
		l.add(file, line, fmt.Sprintf("Cột “%s”: %s", c.name, what), remedy)
	}
	if s == "" {
		if c.needed {
			wrong("không được để trống", "Ghi giá trị vào cột này.")
		}
		return
	}
	if !norm.NFC.IsNormalString(s) {
		wrong(fmt.Sprintf("“%s” là Unicode tổ hợp", s), "Chuyển sang Unicode dựng sẵn (NFC).")
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) {
		wrong(fmt.Sprintf("%q có ký tự điều khiển", s), "Xóa các ký tự không nhìn thấy và gõ lại ô này.")
	}
	switch c.form {
	case integer:
		if _, ok := parseInt(s); !ok {
			wrong(fmt.Sprintf("“%s” không phải là số nguyên", s), "Ghi số nguyên, chẳng hạn 19.")
		}
	case number:
		if _, ok := parseNumber(s); !ok {
			wrong(fmt.Sprintf("“%s” không phải là số", s), "Ghi số với dấu chấm thập phân, không có đơn vị, chẳng hạn 20.5.")
		}
	case day:
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			wrong(fmt.Sprintf("“%s” không phải là ngày", s), "Ghi ngày theo mẫu năm-tháng-ngày, chẳng hạn 2017-12-31.")
		}
	case deadline:
		if !isPeriod(s) {
			wrong(fmt.Sprintf("“%s” không phải là kỳ", s), "Ghi kỳ theo mẫu 2018, 2018-H1, 2018-Q4 hoặc 2018-09.")
		}
	case confidence:
		first, _, _ := strings.Cut(s, " ")
		if w := []string{"document", "verified", "assumed"}; !slices.Contains(w, strings.TrimSuffix(first, ";")) {
			wrong(fmt.Sprintf("“%s” không nói rõ mức tin cậy", s), "Bắt đầu bằng một trong các từ: "+strings.Join(w, ", ")+".")
		}
	case list:
		if len(splitList(s)) < 1+strings.Count(s, ";") {
			wrong(fmt.Sprintf("“%s” có phần trống giữa các dấu chấm phẩy", s), "Bỏ dấu chấm phẩy thừa.")
		}
	}
	if c.words != nil && !slices.Contains(c.words, s) {
		wrong(fmt.Sprintf("không hiểu “%s”", s), "Dùng một trong các từ: "+strings.Join(c.words, ", ")+".")
	}
}

// fill turns rows into typed values.
func (s *Set) fill(rows map[string][]row) {
	for _, r := range rows["provinces.csv"] {
		s.Provinces = append(s.Provinces, Province{
			Line: r.line, Code: r.text("province_code"), Name: r.text("name"), Kind: r.text("kind"),
			ValidFrom: r.text("valid_from"), ValidTo: r.text("valid_to"),
			Source: r.text("source"), Confidence: r.text("confidence"),
		})
	}
	for _, r := range rows["districts.csv"] {
		s.Districts = append(s.Districts, District{
			Line: r.line, Code: r.text("district_code"), Name: r.text("name"), Kind: r.text("kind"),
			DisplayName: r.text("display_name"), ProvinceCode: r.text("province_code"), SortOrder: r.int("sort_order"),
			ValidFrom: r.text("valid_from"), ValidTo: r.text("valid_to"), Aliases: r.list("aliases"),
			LegalBasis: r.text("legal_basis"), Source: r.text("source"), Confidence: r.text("confidence"),
		})
	}
	for _, r := range rows["communes.csv"] {
		s.Communes = append(s.Communes, Commune{
			Line: r.line, Code: r.text("commune_code"), Name: r.text("name"), Kind: r.text("kind"),
			DistrictCode: r.text("district_code"), SortOrder: r.int("sort_order"),
			Class: r.text("commune_class"), Group: r.text("commune_group"),
			ValidFrom: r.text("valid_from"), ValidTo: r.text("valid_to"), Aliases: r.list("aliases"),
			LegalBasis: r.text("legal_basis"), Source: r.text("source"), Confidence: r.text("confidence"),
		})
	}
	for _, r := range rows["commune_successors.csv"] {
		s.Successors = append(s.Successors, Successor{
			Line: r.line, Old: r.text("old_code"), New: r.text("new_code"), ValidFrom: r.text("valid_from"), Whole: r.text("part") == "whole",
			LegalBasis: r.text("legal_basis"), Source: r.text("source"), Confidence: r.text("confidence"),
		})
	}
	for _, r := range rows["departments.csv"] {
		s.Departments = append(s.Departments, Department{
			Line: r.line, Code: r.text("department_code"), Name: r.text("name"), SortOrder: r.int("sort_order"),
			ValidFrom: r.text("valid_from"), ValidTo: r.text("valid_to"), Aliases: r.list("aliases"), Successor: r.text("successor_code"),
			LegalBasis: r.text("legal_basis"), Source: r.text("source"), Confidence: r.text("confidence"),
		})
	}
	for _, r := range rows["criteria_sets.csv"] {
		s.Sets = append(s.Sets, CriteriaSet{
			Line: r.line, ID: r.text("set_id"), Name: r.text("name"), Scope: r.text("scope"), Role: r.text("role"), Base: r.text("base_set_id"),
			LegalBasis: r.text("legal_basis"), IssuedOn: r.text("issued_on"),
			EffectiveFrom: r.text("effective_from"), EffectiveTo: r.text("effective_to"),
			Criteria: r.int("criteria"), Indicators: r.int("indicators"), Replaces: r.text("replaces_set_id"),
			Note: r.text("note"), Source: r.text("source"), Confidence: r.text("confidence"),
		})
	}
	for _, r := range rows["criteria.csv"] {
		s.Criteria = append(s.Criteria, Criterion{
			Line: r.line, SetID: r.text("set_id"), No: r.int("criterion_no"), Name: r.text("name"),
			Group: r.text("group_name"), Source: r.text("source"), Confidence: r.text("confidence"),
		})
	}
	for _, r := range rows["indicators.csv"] {
		s.Indicators = append(s.Indicators, Indicator{
			Line: r.line, SetID: r.text("set_id"), ID: r.text("indicator_id"), CriterionNo: r.int("criterion_no"),
			Name: r.text("name"), Concept: r.text("concept_key"), Unit: r.text("unit"), ValueKind: r.text("value_kind"),
			Comparator: r.text("comparator"), Threshold: r.float("threshold"), RequiredAnswer: r.text("required_answer"),
			SubLabel: r.text("sub_label"), SubComparator: r.text("sub_comparator"), SubThreshold: r.float("sub_threshold"),
			ChangeClass: r.text("change_class"), Deadline: r.text("deadline"),
			LeadDepartment: r.text("lead_department"), LeadConfidence: r.text("lead_confidence"),
			NotApplicableAllowed: r.yes("not_applicable_allowed"), AbsenceMeans: r.text("absence_means"),
			SortOrder: r.int("sort_order"), LegalBasis: r.text("legal_basis"), Note: r.text("note"),
			Source: r.text("source"), Confidence: r.text("confidence"),
		})
	}
	for _, r := range rows["threshold_overrides.csv"] {
		s.Overrides = append(s.Overrides, Override{
			Line: r.line, SetID: r.text("set_id"), IndicatorID: r.text("indicator_id"),
			ScopeKind: r.text("scope_kind"), ScopeValue: r.text("scope_value"),
			Comparator: r.text("comparator"), Threshold: r.float("threshold"),
			ValidFrom: r.text("valid_from"), ValidTo: r.text("valid_to"), LegalBasis: r.text("legal_basis"),
			Source: r.text("source"), Confidence: r.text("confidence"), Note: r.text("note"),
		})
	}
	for _, r := range rows["recognitions.csv"] {
		s.Recognitions = append(s.Recognitions, Recognition{
			Line: r.line, CommuneCode: r.text("commune_code"), Year: r.int("recognised_year"), SetID: r.text("set_id"),
			OrderNo: r.int("order_no"), Stage: r.text("stage"), Decision: r.text("decision"),
			ValidFrom: r.text("valid_from"), ValidTo: r.text("valid_to"), Illustrative: r.yes("illustrative"),
			Note: r.text("note"), Source: r.text("source"), Confidence: r.text("confidence"),
		})
	}
	for _, r := range rows["withdrawal_rules.csv"] {
		w := WithdrawalRule{
			Line: r.line, ID: r.text("rule_id"), SetID: r.text("set_id"), Name: r.text("name"), MaxShare: r.float("max_share"),
			Required: r.list("required_criteria"), ValidFrom: r.text("valid_from"), ValidTo: r.text("valid_to"),
			LegalBasis: r.text("legal_basis"), Source: r.text("source"), Confidence: r.text("confidence"), Note: r.text("note"),
		}
		if v := r.float("min_share"); v != nil {
			w.MinShare = *v
		}
		s.Withdrawal = append(s.Withdrawal, w)
	}
	for _, r := range rows["targets.csv"] {
		g := Target{
			Line: r.line, ID: r.text("target_id"), Name: r.text("name"), ScopeKind: r.text("scope_kind"), ScopeValue: r.text("scope_value"),
			Metric: r.text("metric"), Comparator: r.text("comparator"), ValidFrom: r.text("valid_from"), ValidTo: r.text("valid_to"),
			LegalBasis: r.text("legal_basis"), Source: r.text("source"), Confidence: r.text("confidence"), Note: r.text("note"),
		}
		if v := r.float("value"); v != nil {
			g.Value = *v
		}
		s.Targets = append(s.Targets, g)
	}
	for _, r := range rows["remediation.csv"] {
		s.Remediation = append(s.Remediation, Remediation{
			Line: r.line, SetID: r.text("set_id"), RowNo: r.int("row_no"),
			Section: r.text("section"), SectionTitle: r.text("section_title"), Printed: r.text("tt_printed"),
			Label: r.text("label"), IndicatorIDs: r.list("indicator_ids"), ChangeClass: r.text("change_class"),
			Action: r.text("action"), DeadlinePrinted: r.text("deadline_printed"),
			Deadline: r.text("deadline"), DeadlineDate: r.text("deadline_date"),
			Note: r.text("note"), Source: r.text("source"), Confidence: r.text("confidence"),
		})
	}
	for _, r := range rows["published_figures.csv"] {
		f := Figure{
			Line: r.line, Period: r.text("period"), ID: r.text("figure_id"), Name: r.text("name"),
			Metric: r.text("metric"), Printed: r.text("printed"), Decimals: r.int("decimals"),
			Note: r.text("note"), Source: r.text("source"), Confidence: r.text("confidence"),
		}
		if v := r.float("value"); v != nil {
			f.Value = *v
		}
		s.Published = append(s.Published, f)
	}
	for _, r := range rows["bands.csv"] {
		s.Bands = append(s.Bands, Band{
			Line: r.line, SetID: r.text("set_id"), Key: r.text("band"), Label: r.text("label"),
			Min: r.int("min_criteria"), Max: r.int("max_criteria"), SortOrder: r.int("sort_order"),
		})
	}
	for _, r := range rows["words.csv"] {
		s.Words = append(s.Words, Word{Line: r.line, Role: r.text("role"), Text: r.text("text"), Shares: r.list("shares"), Note: r.text("note")})
	}
	for _, r := range rows["legacy_encodings.csv"] {
		s.Legacy = append(s.Legacy, LegacyChar{
			Line: r.line, Unicode: r.text("unicode_char"), TCVN3: r.text("tcvn3_char"),
			VNI: r.text("vni_chars"), Case: r.text("letter_case"),
		})
	}
	s.sort()
}

// sort puts everything that has an order into it, whatever the order of the
// lines, so that two spellings of the same seeds give the same publication.
func (s *Set) sort() {
	setOrder := make(map[string]int)
	for i, c := range s.Sets {
		setOrder[c.ID] = i
	}
	bySet := func(a, b string) int { return cmp.Compare(setOrder[a], setOrder[b]) }
	slices.SortStableFunc(s.Districts, func(a, b District) int { return cmp.Compare(a.SortOrder, b.SortOrder) })
	slices.SortStableFunc(s.Communes, func(a, b Commune) int { return cmp.Compare(a.SortOrder, b.SortOrder) })
	slices.SortStableFunc(s.Departments, func(a, b Department) int { return cmp.Compare(a.SortOrder, b.SortOrder) })
	slices.SortStableFunc(s.Criteria, func(a, b Criterion) int {
		return cmp.Or(bySet(a.SetID, b.SetID), cmp.Compare(a.No, b.No))
	})
	slices.SortStableFunc(s.Indicators, func(a, b Indicator) int {
		return cmp.Or(bySet(a.SetID, b.SetID), cmp.Compare(a.SortOrder, b.SortOrder))
	})
	slices.SortStableFunc(s.Recognitions, func(a, b Recognition) int {
		return cmp.Or(bySet(a.SetID, b.SetID), cmp.Compare(a.OrderNo, b.OrderNo))
	})
	slices.SortStableFunc(s.Remediation, func(a, b Remediation) int {
		return cmp.Or(bySet(a.SetID, b.SetID), cmp.Compare(a.RowNo, b.RowNo))
	})
	slices.SortStableFunc(s.Bands, func(a, b Band) int {
		return cmp.Or(bySet(a.SetID, b.SetID), cmp.Compare(a.SortOrder, b.SortOrder))
	})
}

// tableOf returns the rows of a file as they are loaded into the warehouse.
func tableOf(f file, rows []row) Table {
	t := Table{Name: f.table, File: f.name}
	for _, c := range f.columns {
		t.Columns = append(t.Columns, c.name)
		switch c.form {
		case integer:
			t.Types = append(t.Types, "INTEGER")
		case number:
			t.Types = append(t.Types, "DOUBLE")
		case day:
			t.Types = append(t.Types, "DATE")
		default:
			t.Types = append(t.Types, "VARCHAR")
		}
	}
	for _, r := range rows {
		t.Rows = append(t.Rows, r.cells)
		t.Lines = append(t.Lines, r.line)
	}
	return t
}

// headerLine writes the header line of a file, for a remedy.
func headerLine(f file) string {
	names := make([]string, len(f.columns))
	for i, c := range f.columns {
		names[i] = c.name
	}
	return strings.Join(names, ",")
}

// splitList splits a list at its semicolons, leaving out what is blank.
func splitList(s string) []string {
	var parts []string
	for p := range strings.SplitSeq(s, ";") {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

// parseInt reads digits, perhaps after a minus sign, that fit an INTEGER.
func parseInt(s string) (int, bool) {
	n, err := strconv.ParseInt(s, 10, 32)
	return int(n), err == nil && s[0] != '+'
}

// parseNumber reads digits with at most one decimal point. It refuses what
// strconv would take besides: exponents, NaN, hexadecimal digits.
func parseNumber(s string) (float64, bool) {
	digits, _ := strings.CutPrefix(s, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if !allDigits(whole) || point && !allDigits(fraction) {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

func allDigits(s string) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}

// isPeriod tells whether s names a period: 2018, 2018-H2, 2018-Q4 or 2018-09.
func isPeriod(s string) bool {
	year, part, parted := strings.Cut(s, "-")
	if len(year) != 4 || !allDigits(year) {
		return false
	}
	return !parted || slices.Contains([]string{
		"H1", "H2", "Q1", "Q2", "Q3", "Q4",
		"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12",
	}, part)
}

// invalidAt returns where the first byte that is not UTF-8 stands.
func invalidAt(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(data)
}

// nearest returns the candidate that differs from s by the fewest letters,
// the first of several.
func nearest(s string, candidates []string) string {
	best, least := "", -1
	for _, c := range candidates {
		if d := distance(strings.ToLower(s), strings.ToLower(c)); least < 0 || d < least {
			best, least = c, d
		}
	}
	return best
}

// distance counts the letters to insert, delete or replace to turn a into b.
func distance(a, b string) int {
	rb := []rune(b)
	prev := make([]int, len(rb)+1)
	for j := range prev {
		prev[j] = j
	}
	for i, ca := range []rune(a) {
		cur := make([]int, len(rb)+1)
		cur[0] = i + 1
		for j, cb := range rb {
			cost := 1
			if ca == cb {
				cost = 0
			}
			cur[j+1] = min(prev[j]+cost, prev[j+1]+1, cur[j]+1)
		}
		prev = cur
	}
	return prev[len(rb)]
}
