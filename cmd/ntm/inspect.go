package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/internal/issue"
	"github.com/angiang-ntm/ntm/pipeline"
	"github.com/angiang-ntm/ntm/transforms"
)

func (a *app) inspectCommand() *cobra.Command {
	t := a.ui.text
	var period, format string
	cmd := &cobra.Command{
		Use:     "inspect " + t("TỆP…", "FILE…"),
		Short:   t("Xem một tệp sẽ được hiểu thế nào, không thay đổi gì", "Show how files would be understood; touches nothing"),
		Example: "  ntm inspect \"inbox/2017-Q4/Thoai Son.xlsx\"",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			if format != "text" && format != "json" {
				return usage{fmt.Errorf(t("--format %q: chọn text hoặc json", "--format %q: choose text or json"), format)}
			}
			var p *transforms.Period
			if period != "" {
				parsed, err := a.period(period)
				if err != nil {
					return err
				}
				p = &parsed
			}
			var all []inspected
			var first error // one broken file hides none of the others
			for i, file := range args {
				in, err := pipeline.Inspect(cmd.Context(), cfg, file, p, time.Now())
				if cmd.Context().Err() != nil {
					return cmd.Context().Err()
				}
				first = cmp.Or(first, err)
				if format == "json" {
					if err != nil {
						all = append(all, inspected{File: file, Error: a.ui.whatFailed(err)})
					} else {
						all = append(all, inspectedOf(in))
					}
					continue
				}
				if i > 0 {
					a.ui.printf("\n")
				}
				if err != nil {
					a.ui.printf("%s\n  %s\n", file, t("KHÔNG XEM ĐƯỢC: ", "NOT SHOWN: ")+a.ui.whatFailed(err))
					continue
				}
				a.ui.inspection(in)
			}
			if format == "json" {
				enc := json.NewEncoder(cmd.OutOrStdout())
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "  ")
				if err := enc.Encode(all); err != nil {
					return err
				}
			}
			return first
		},
	}
	cmd.Flags().StringVar(&period, "period", "", t("kỳ báo cáo để đối chiếu (mặc định: kỳ ghi trong tệp)", "period to hold the file against (default: the one it states)"))
	cmd.Flags().StringVar(&format, "format", "text", t("dạng kết quả: text hoặc json", "form of the result: text or json"))
	return cmd
}

// whatFailed says why a file could not be shown.
func (u *ui) whatFailed(err error) string {
	var fault *pipeline.Fault
	if errors.As(err, &fault) {
		what, _ := fault.In(u.lang)
		return what
	}
	return err.Error()
}

// inspected is an inspection for scripts.
type inspected struct {
	File        string             `json:"file"`
	Error       string             `json:"error,omitempty"` // why nothing is shown of it
	Refused     bool               `json:"refused"`
	Period      string             `json:"period"`
	PeriodLabel string             `json:"period_label"`
	PeriodMatch bool               `json:"period_matches"`
	AsOf        string             `json:"as_of_date,omitempty"`
	SetID       string             `json:"set_id"`       // by which it was read
	SetInForce  bool               `json:"set_in_force"` // for the period; else it is the nearest one
	NoReport    bool               `json:"not_a_report,omitempty"`
	SenderKind  string             `json:"sender_kind,omitempty"`
	Sender      string             `json:"sender_code"`
	SenderName  string             `json:"sender_name"`
	SenderWhy   string             `json:"sender_why"`
	Sheets      []string           `json:"sheets"`
	Hidden      []string           `json:"hidden_sheets,omitempty"`
	Cells       *transforms.Cells  `json:"cells,omitempty"` // what became of every non-blank cell
	Tables      []inspectedTable   `json:"tables"`
	Choices     []inspectedChoice  `json:"choices,omitempty"` // what may be read in more than one way
	Records     []inspectedRecord  `json:"records"`
	Ignored     []inspectedRegion  `json:"ignored"`
	Problems    []inspectedProblem `json:"problems"`
}

type inspectedTable struct {
	Layout     string             `json:"layout"`
	No         int                `json:"no"`
	Transposed bool               `json:"transposed,omitempty"`
	Standing   string             `json:"standing,omitempty"` // why nothing of it counts
	Sheet      string             `json:"sheet"`
	Area       string             `json:"area"`
	Header     string             `json:"header"`
	Evidence   []inspectedWitness `json:"evidence"`  // the cells that spoke for this reading
	Score      int                `json:"score"`     // cells written where a known commune meets what is reported
	RunnerUp   *inspectedRival    `json:"runner_up"` // the best other reading of these rows, null for none
	Why        []string           `json:"why"`
	Records    int                `json:"records"`
	Cells      int                `json:"cells"`
	Columns    []inspectedColumn  `json:"columns"`
}

type inspectedWitness struct {
	What  string `json:"what"`
	Area  string `json:"area"`
	Cells int    `json:"cells"`
	First string `json:"first"`
	Last  string `json:"last"`
}

type inspectedRival struct {
	Layout string `json:"layout"`
	Area   string `json:"area"`
	Score  int    `json:"score"`
}

type inspectedColumn struct {
	Column    int    `json:"column"`
	Header    string `json:"header"`
	Role      string `json:"role"`
	Measure   string `json:"measure,omitempty"`
	Indicator string `json:"indicator_id,omitempty"`
	Criterion int    `json:"criterion_no,omitempty"`
	Why       string `json:"why,omitempty"`
	Kind      string `json:"kind,omitempty"`     // result, plan, estimate, comparison, registration
	Time      string `json:"time,omitempty"`     // as stated
	Unit      string `json:"unit,omitempty"`     // as stated
	Polarity  string `json:"polarity,omitempty"` // what a mark means: met or not_met
	Author    string `json:"author,omitempty"`   // commune, district, appraisal
	Standing  string `json:"standing,omitempty"` // why it does not count
}

type inspectedChoice struct {
	Table       int                `json:"table"`
	Sheet       string             `json:"sheet"`
	Area        string             `json:"area"`
	Fingerprint string             `json:"fingerprint"`
	Chosen      int                `json:"chosen"` // the number of the reading that counts, 0 for none
	Confirmed   bool               `json:"confirmed"`
	Command     string             `json:"command"` // what settles it
	Readings    []inspectedReading `json:"readings"`
}

type inspectedReading struct {
	No    int     `json:"no"`
	Says  string  `json:"says"`
	Cells int     `json:"cells"`
	Score float64 `json:"score"`
}

type inspectedRecord struct {
	Sheet   string          `json:"sheet"`
	Cell    string          `json:"cell"`
	Kind    string          `json:"kind"`
	Text    string          `json:"text"`
	Commune string          `json:"commune_code"`
	Step    string          `json:"match_step"`
	Values  []inspectedCell `json:"values"`
}

type inspectedCell struct {
	Cell      string   `json:"cell"`
	Measure   string   `json:"measure"`
	Indicator string   `json:"indicator_id,omitempty"`
	Criterion int      `json:"criterion_no,omitempty"`
	Raw       string   `json:"raw_text"`
	Value     *float64 `json:"value"`
	Word      *bool    `json:"word"`
	State     string   `json:"state"`
	Standing  string   `json:"standing,omitempty"` // why it does not count
	StatedOn  string   `json:"stated_on,omitempty"`
}

type inspectedRegion struct {
	Sheet  string `json:"sheet"`
	Area   string `json:"area"`
	Cells  int    `json:"cells"`
	Reason string `json:"reason"`
}

type inspectedProblem struct {
	Code     string `json:"code"`
	Check    string `json:"check_id"`
	Severity string `json:"severity"`
	Sheet    string `json:"sheet"`
	Cell     string `json:"cell"`
	Message  string `json:"message"`
	Remedy   string `json:"remedy,omitempty"`
}

func inspectedOf(in *pipeline.Inspection) inspected {
	out := inspected{File: in.File, Refused: in.Refused, Period: in.Period.String(), SetID: in.SetID, SetInForce: !in.NoSet, Sheets: in.Sheets, Hidden: in.Hidden, SenderName: in.Sender}
	for _, i := range in.Issues {
		out.Problems = append(out.Problems, inspectedProblem{i.Code, i.Check, string(i.Severity), i.Sheet, i.Cell, i.Message, i.Remedy})
	}
	rd := in.Reading
	if rd == nil {
		return out
	}
	out.PeriodLabel, out.PeriodMatch, out.Sender, out.SenderWhy = rd.Period.Label, rd.Period.Matches, cmp.Or(rd.SenderCode, rd.District), cmp.Or(rd.SenderWhy, rd.DistrictWhy)
	if !rd.Period.AsOf.IsZero() {
		out.AsOf = rd.Period.AsOf.Format("2006-01-02")
	}
	out.SenderKind, out.NoReport = rd.SenderKind, rd.NoReport
	out.Cells = &rd.Cells
	for _, t := range rd.Tables {
		x := inspectedTable{
			No: t.No, Standing: string(t.Standing), Layout: string(t.Layout), Transposed: t.Transposed, Sheet: t.Sheet, Area: t.Area.String(), Header: t.Header.String(),
			Score: t.Score, Why: t.Why, Records: t.Records, Cells: t.Cells,
		}
		for _, w := range t.Witnesses {
			x.Evidence = append(x.Evidence, inspectedWitness{w.What, w.Area.String(), w.Cells, w.First, w.Last})
		}
		if t.RunnerUp != nil {
			x.RunnerUp = &inspectedRival{string(t.RunnerUp.Layout), t.RunnerUp.Area.String(), t.RunnerUp.Score}
		}
		for _, c := range t.Columns {
			x.Columns = append(x.Columns, inspectedColumn{
				Column: c.Col, Header: c.Header, Role: string(c.Role), Measure: string(c.Measure), Indicator: c.Indicator, Criterion: c.Criterion, Why: c.Why,
				Kind: string(c.Kind), Time: c.Time, Unit: c.Unit, Polarity: polarity(c), Author: transforms.AuthorName(c.Author), Standing: string(c.Standing),
			})
		}
		out.Tables = append(out.Tables, x)
	}
	for _, c := range rd.Choices {
		x := inspectedChoice{
			Table: c.Table, Sheet: c.Sheet, Area: c.Area.String(), Fingerprint: c.Fingerprint, Chosen: c.Chosen, Confirmed: c.Confirmed, Command: confirming(in, c),
		}
		for _, a := range c.Readings {
			x.Readings = append(x.Readings, inspectedReading{a.No, a.Says, a.Cells, a.Score})
		}
		out.Choices = append(out.Choices, x)
	}
	values := map[*transforms.Record][]inspectedCell{}
	for i := range rd.Observations {
		o := &rd.Observations[i]
		c := inspectedCell{Cell: o.Cell, Measure: string(o.Measure), Indicator: o.Indicator, Criterion: o.Criterion, Raw: o.Raw, State: o.State, Standing: string(o.Standing), StatedOn: o.StatedOn}
		if o.HasNum {
			c.Value = &o.Num
		}
		if o.HasWord {
			c.Word = &o.Word
		}
		values[o.Record] = append(values[o.Record], c)
	}
	for _, r := range rd.Records {
		out.Records = append(out.Records, inspectedRecord{r.Sheet, r.Cell, r.Kind, transforms.Clean(r.Text), r.Commune, r.Step, values[r]})
	}
	for _, g := range rd.Ignored {
		out.Ignored = append(out.Ignored, inspectedRegion{g.Sheet, g.Area.String(), g.Cells, g.Reason})
	}
	return out
}

// confirming is the command that settles a choice.
func confirming(in *pipeline.Inspection, c transforms.Choice) string {
	command := fmt.Sprintf("ntm confirm %q --reading N", in.File)
	if slices.ContainsFunc(in.Reading.Choices, func(o transforms.Choice) bool { return o.Table != c.Table }) {
		command += fmt.Sprintf(" --table %d", c.Table)
	}
	return command
}

// polarity says what a mark in a line means, "" where no heading says it.
func polarity(c transforms.Column) string {
	switch c.Polarity {
	case transforms.MetMarks:
		return "met"
	case transforms.UnmetMarks:
		return "not_met"
	}
	return ""
}

// inspection prints how a file would be understood, and why.
func (u *ui) inspection(in *pipeline.Inspection) {
	t := u.text
	u.printf("%s\n", in.File)
	row := func(vi, en, value string) { u.printf("  %s %s\n", pad(t(vi, en)+":", 20), value) }
	if in.Refused {
		row("Kết quả", "Result", t("TRẢ LẠI – không đọc được", "REJECTED – cannot be read"))
	} else {
		rd := in.Reading
		sender := t("không nêu – tệp sẽ bị trả lại", "not stated – the file would be rejected")
		if rd.SenderCode != "" {
			sender = in.Sender + " (" + u.said(cmp.Or(rd.SenderWhy, rd.DistrictWhy)) + ")"
		}
		row("Đơn vị báo cáo", "Sender", sender)
		switch {
		case rd.Period.Matches:
			row("Kỳ báo cáo", "Period", strings.TrimSpace(fmt.Sprintf("%s – “%s” %s", in.Period.Label(), rd.Period.Label, rd.Period.Cell)))
		case rd.Period.Contradicts:
			row("Kỳ báo cáo", "Period", fmt.Sprintf(t("ghi “%s” %s, không phải %s", "states “%s” %s, not %s"), rd.Period.Label, rd.Period.Cell, in.Period.Label()))
		default:
			row("Kỳ báo cáo", "Period", t("không nêu (lấy theo thư mục của kỳ)", "not stated (taken from the period's folder)"))
		}
		if !rd.Period.AsOf.IsZero() {
			row("Số liệu đến ngày", "Data as of", rd.Period.AsOf.Format("02/01/2006"))
		}
		set := in.SetID
		if in.NoSet {
			set = fmt.Sprintf(t("KHÔNG CÓ bộ nào áp dụng cho %s; xem theo bộ gần nhất: %s", "NONE is in force for %s; shown by the nearest: %s"), in.Period.Label(), cmp.Or(in.SetID, "–"))
		}
		row("Bộ tiêu chí", "Criteria set", set)
		if names := strings.Join(in.Sheets, ", "); names != "" {
			row("Trang tính", "Sheets", names)
		}
		if len(in.Hidden) > 0 {
			row("Trang ẩn", "Hidden sheets", strings.Join(in.Hidden, ", "))
		}
		if rd.NoReport {
			row("Kết quả", "Result", t("KHÔNG PHẢI BÁO CÁO TIÊU CHÍ – tệp sẽ bị trả lại", "NO REPORT ON CRITERIA – the file would be rejected"))
		}
		if len(rd.Tables) == 0 {
			row("Kết quả", "Result", t("KHÔNG NHẬN RA BẢNG NÀO – tệp sẽ bị trả lại", "NO TABLE RECOGNISED – the file would be rejected"))
		}
		for _, tb := range rd.Tables {
			u.printf("\n  %s %d: %s – %s\n", t("Bảng", "Table"), tb.No, tb.Layout, u.layout(tb))
			u.printf("    %s: %s, %s\n", t("vị trí", "place"), place(tb.Sheet, tb.Area), fmt.Sprintf(t("tiêu đề %s; %d dòng báo cáo, %d ô có số liệu", "header %s; %d records, %d cells with data"), tb.Header, tb.Records, tb.Cells))
			u.because(tb)
			u.columns(tb)
		}
		u.choices(in)
		u.records(in)
		for i, g := range rd.Ignored {
			if i == 0 {
				u.printf("\n  %s\n", t("Không đọc làm số liệu:", "Not read as data:"))
			}
			u.printf("    %s – %s (%d %s)\n", place(g.Sheet, g.Area), u.said(g.Reason), g.Cells, t("ô", "cells"))
		}
		u.cells(rd.Cells)
	}
	for i, p := range in.Issues {
		if i == 0 {
			u.printf("\n  %s\n", t("Cần lưu ý:", "Problems:"))
		}
		p.File = ""
		u.printf("    %s %s\n", pad(u.severity(p.Severity)+":", 13), p)
	}
}

// layout says in words what a table of a layout looks like.
func (u *ui) layout(tb transforms.Table) string {
	switch {
	case tb.Transposed:
		return u.text("mỗi xã một cột (hoặc một khối cột), mỗi chỉ tiêu một dòng", "one column (or block) a commune, one row an indicator")
	case tb.Layout == "L1":
		return u.text("mỗi xã một dòng, mỗi chỉ tiêu một cột", "one row a commune, one column an indicator")
	case tb.Layout == "L2":
		return u.text("bảng riêng của một xã, mỗi chỉ tiêu một dòng", "a commune's own table, one row an indicator")
	case tb.Layout == "L2f":
		return u.text("mỗi dòng một số liệu của một xã về một chỉ tiêu", "one figure a row, of one commune and one indicator")
	case tb.Layout == "L3":
		return u.text("danh sách xã với các chỉ tiêu chưa đạt", "a list of communes with what is not met")
	case tb.Layout == "L4":
		return u.text("mỗi xã một dòng, mỗi tiêu chí một cột, ghi Đạt / Chưa đạt", "one row a commune, one column a criterion, met or not")
	}
	return u.text("biểu mẫu đã biết", "a known form")
}

// said gives the fixed words of a reading in the terminal's language. What
// findings say is data, and stays as it is published.
func (u *ui) said(vi string) string {
	if u.lang != "en" {
		return vi
	}
	switch vi {
	case transforms.NoTable:
		return "no table was recognised on this sheet"
	case transforms.Titles:
		return "titles"
	case transforms.Signature:
		return "signatures and remarks below the tables"
	case transforms.Outside:
		return "outside the tables"
	case "tên tệp hoặc thư mục":
		return "name of the file or folder"
	}
	if cell, ok := strings.CutPrefix(vi, "tiêu đề "); ok {
		return "title in " + cell
	}
	return vi
}

func (u *ui) severity(s issue.Severity) string {
	switch s {
	case issue.Error:
		return u.text("Phải sửa", "Error")
	case issue.Warning:
		return u.text("Cần kiểm tra", "Warning")
	}
	return u.text("Lưu ý", "Info")
}

// because prints the cells that spoke for a table's reading.
func (u *ui) because(tb transforms.Table) {
	t := u.text
	words := map[string]string{
		transforms.IDsAcross:      t("số hiệu chạy ngang", "ids running across"),
		transforms.IDsDown:        t("số hiệu, tên chỉ tiêu chạy dọc", "ids or names of indicators running down"),
		transforms.CommunesDown:   t("tên xã đã biết chạy dọc", "known communes running down"),
		transforms.CommunesAcross: t("tên xã đã biết chạy ngang", "known communes running across"),
		transforms.FailingHeading: t("tiêu đề danh sách chưa đạt", "heading of a list of what is not met"),
		transforms.ColumnHeadings: t("tiêu đề cột kết quả, đánh giá", "headings of results or verdicts"),
		transforms.CommuneNamed:   t("ô ghi tên xã của bảng", "the cell naming the table's commune"),
		transforms.SheetNamed:     t("tên trang tính là tên xã", "the sheet's name is the commune's"),
	}
	u.printf("    %s\n", t("căn cứ:", "evidence:"))
	for _, w := range tb.Witnesses {
		line := "      " + words[w.What]
		if w.Cells > 0 {
			line += fmt.Sprintf(t(" – %d ô %s: “%s”", " – %d cells %s: “%s”"), w.Cells, w.Area, w.First)
		} else {
			line += fmt.Sprintf(": “%s”", w.First)
		}
		if w.Cells > 1 {
			line += " … “" + w.Last + "”"
		}
		u.printf("%s\n", line)
	}
	if len(tb.Witnesses) == 0 {
		for _, w := range tb.Why {
			u.printf("      %s\n", w)
		}
	}
	u.printf("      %s\n", fmt.Sprintf(t("%d ô có nội dung ở chỗ xã đã biết gặp chỉ tiêu, tiêu chí đã biết", "%d cells written where a known commune meets a known indicator or criterion"), tb.Score))
	if r := tb.RunnerUp; r != nil {
		u.printf("      %s\n", fmt.Sprintf(t("cách đọc gần nhất sau đó: %s (%s), %d ô", "the next best reading: %s (%s), %d cells"), r.Layout, r.Area, r.Score))
	}
	if tb.Standing != "" {
		u.printf("      %s\n", t("KHÔNG TÍNH: ", "DOES NOT COUNT: ")+u.standing(tb.Standing))
	}
}

// cells prints what became of the file's cells; nothing is printed of a role
// that no cell has.
func (u *ui) cells(n transforms.Cells) {
	t := u.text
	words := map[string]string{
		"header": t("tiêu đề", "header"), "key": t("tên, số hiệu", "key"), "section": t("tiêu đề nhóm", "section"),
		"observation": t("số liệu", "observation"), "claim": t("tự đánh giá", "claim"), "totals": t("tổng", "total"),
		"note": t("ghi chú", "note"), "named": t("bỏ qua, có thông báo", "named by a finding"),
		"ignored": t("vùng không đọc", "ignored region"), "covered": t("bị ô gộp che", "covered by a merge"),
		"lost": t("KHÔNG CÓ VAI TRÒ", "WITHOUT A ROLE"), "twice": t("HAI VAI TRÒ", "TWO ROLES"),
	}
	var parts []string
	for _, c := range n.ByRole() {
		if c.Cells > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", words[c.Role], c.Cells))
		}
	}
	u.printf("\n  %s\n", fmt.Sprintf(t("Vai trò của %d ô không trống trong tệp:", "What became of the %d non-blank cells:"), n.Total))
	u.wrapped("", parts)
}

// measure says in words what a column holds besides results.
func (u *ui) measure(m transforms.Measure) string {
	t := u.text
	switch m {
	case transforms.Claim, transforms.CriterionClaim:
		return t("tự đánh giá", "claim")
	case transforms.Secondary:
		return t("trị số thứ hai", "second value")
	case transforms.CriteriaTotal:
		return t("tổng số tiêu chí đạt", "criteria met")
	case transforms.IndicatorsTotal:
		return t("tổng số chỉ tiêu đạt", "indicators met")
	case transforms.Evidence:
		return t("hồ sơ", "evidence")
	case transforms.Numerator:
		return t("tử số", "numerator")
	case transforms.Denominator:
		return t("mẫu số", "denominator")
	}
	return ""
}

func (u *ui) about(indicator string, criterion int) string {
	if indicator == "" && criterion > 0 {
		return u.text("tiêu chí ", "criterion ") + fmt.Sprint(criterion)
	}
	return indicator
}

// columns prints the lines of a table: what each holds, of which kind and time,
// in which unit, by whose word, whether it counts, and the cell that says so.
// Neighbours that differ in the indicator alone stand together.
func (u *ui) columns(tb transforms.Table) {
	t := u.text
	name := func(c transforms.Column) string {
		if tb.Transposed {
			return fmt.Sprint(c.Col)
		}
		return colName(c.Col)
	}
	type group struct {
		says  string
		parts []string
		whys  []string
	}
	var groups []group
	var notes, ignored []string
	for _, c := range tb.Columns {
		switch {
		case c.Role == "ignored":
			what := name(c)
			if c.Why != "" {
				what += " (" + c.Why + ")"
			}
			ignored = append(ignored, what)
			continue
		case c.Role == "note":
			if !slices.Contains(notes, name(c)) {
				notes = append(notes, name(c))
			}
			continue
		case c.Measure == "" && c.Role != "pair":
			continue // keys
		}
		says := u.says(c)
		if n := len(groups); n == 0 || groups[n-1].says != says {
			groups = append(groups, group{says: says})
		}
		g := &groups[len(groups)-1]
		part := name(c)
		if about := u.about(c.Indicator, c.Criterion); about != "" {
			part += "=" + about
		}
		g.parts = append(g.parts, part)
		if c.Why != "" && !slices.Contains(g.whys, c.Why) {
			g.whys = append(g.whys, c.Why)
		}
	}
	if len(groups) > 0 {
		u.printf("    %s\n", map[bool]string{true: t("từng dòng:", "row by row:"), false: t("từng cột:", "column by column:")}[tb.Transposed])
	}
	for _, g := range groups {
		u.wrapped("  "+g.says+": ", g.parts)
		switch n := len(g.whys); {
		case n == 1:
			u.printf("        %s\n", t("căn cứ: ", "because of: ")+g.whys[0])
		case n > 1:
			u.printf("        %s\n", t("căn cứ: ", "because of: ")+g.whys[0]+" … "+g.whys[n-1])
		}
	}
	if tb.Transposed {
		u.wrapped(t("dòng ghi chú, yêu cầu: ", "rows of notes, requirements: "), notes)
		u.wrapped(t("dòng bỏ qua: ", "rows ignored: "), ignored)
		return
	}
	u.wrapped(t("cột ghi chú, yêu cầu: ", "columns of notes, requirements: "), notes)
	u.wrapped(t("cột bỏ qua: ", "columns ignored: "), ignored)
}

// says puts into words what a line holds and whether it counts.
func (u *ui) says(c transforms.Column) string {
	t := u.text
	parts := []string{cmp.Or(u.measure(c.Measure), t("kết quả", "result"))}
	if c.Role == "pair" {
		parts[0] = t("cột “chưa đạt” đi kèm", "the column of “not met” beside it")
	}
	if k := u.kind(c.Kind); k != "" {
		parts = append(parts, k)
	}
	if c.Time != "" {
		parts = append(parts, t("kỳ “", "time “")+c.Time+"”")
	}
	if c.Unit != "" {
		parts = append(parts, t("đơn vị ", "in ")+c.Unit)
	}
	switch polarity(c) {
	case "met":
		parts = append(parts, t("dấu là đạt", "a mark is met"))
	case "not_met":
		parts = append(parts, t("dấu là chưa đạt", "a mark is not met"))
	}
	switch transforms.AuthorName(c.Author) {
	case "commune":
		parts = append(parts, t("xã tự đánh giá", "the commune's word"))
	case "district":
		parts = append(parts, t("huyện đánh giá", "the district's word"))
	case "appraisal":
		parts = append(parts, t("thẩm định", "the appraisal's word"))
	}
	if c.Standing != "" {
		parts = append(parts, t("KHÔNG TÍNH: ", "DOES NOT COUNT: ")+u.standing(c.Standing))
	}
	return strings.Join(parts, ", ")
}

func (u *ui) kind(k transforms.FigureKind) string {
	t := u.text
	switch k {
	case "result":
		return t("thực hiện", "actual")
	case "plan":
		return t("kế hoạch", "plan")
	case "estimate":
		return t("số ước", "estimate")
	case "comparison":
		return t("so sánh", "comparison")
	case "registration":
		return t("đăng ký", "registration")
	}
	return ""
}

// standing says why a line or a table does not count.
func (u *ui) standing(s transforms.Standing) string {
	t := u.text
	switch s {
	case "earlier":
		return t("của kỳ trước", "of an earlier period")
	case "later":
		return t("của kỳ sau", "of a later period")
	case "plan":
		return t("kế hoạch", "a plan")
	case "estimate":
		return t("số ước", "an estimate")
	case "comparison":
		return t("so sánh", "a comparison")
	case "registration":
		return t("đăng ký", "a registration")
	case "unstated":
		return t("không ghi kỳ, bên cạnh có chỗ ghi rõ kỳ này", "states no period beside what states this one")
	case "outranked":
		return t("cấp cao hơn đã đánh giá", "a higher office says it too")
	case "count":
		return t("số lượng, không phải tỷ lệ", "a count beside its rate")
	case "unclear":
		return t("chưa rõ cách đọc", "one of several readings")
	case "quarantined":
		return t("tự mâu thuẫn", "contradicts itself")
	case "misnamed":
		return t("mã và tên là hai xã", "code and name are two communes")
	case "struck":
		return t("bị gạch ngang", "struck out")
	}
	return string(s)
}

// choices prints what can be read in more than one way, and the command that
// settles it.
func (u *ui) choices(in *pipeline.Inspection) {
	t := u.text
	for _, c := range in.Reading.Choices {
		head := t("Bảng %d đọc được theo nhiều cách, chưa cách nào được tính (%s):", "Table %d can be read in several ways, and none counts (%s):")
		switch {
		case c.Confirmed:
			head = t("Bảng %d đọc được theo nhiều cách, đã chọn một cách (%s):", "Table %d can be read in several ways, and one was settled (%s):")
		case c.Chosen > 0:
			head = t("Bảng %d đọc được theo nhiều cách, một cách rõ hơn (%s):", "Table %d can be read in several ways, and one is clearer (%s):")
		}
		u.printf("\n  %s\n", fmt.Sprintf(head, c.Table, place(c.Sheet, c.Area)))
		for _, a := range c.Readings {
			mark := ""
			if a.No == c.Chosen {
				mark = t(" – được tính", " – counts")
			}
			u.hang(fmt.Sprintf(t("    cách %d: ", "    reading %d: "), a.No), fmt.Sprintf(t("%s (%d ô)%s", "%s (%d cells)%s"), a.Says, a.Cells, mark))
		}
		if !c.Confirmed {
			u.printf("    %s\n", t("chọn cách đúng: ", "settle it: ")+confirming(in, c))
		}
	}
}

// wrapped prints parts in lines of at most 100 characters; nothing for none.
func (u *ui) wrapped(label string, parts []string) {
	if len(parts) == 0 {
		return
	}
	line := "    " + label
	for i, p := range parts {
		if i > 0 {
			p = "; " + p
		}
		if textWidth(line)+textWidth(p) > 100 && i > 0 {
			u.printf("%s\n", line+";")
			line, p = "      ", strings.TrimPrefix(p, "; ")
		}
		line += p
	}
	u.printf("%s\n", line)
}

// records prints the table as understood: one line a commune, then what each
// of them reports.
func (u *ui) records(in *pipeline.Inspection) {
	count := map[*transforms.Record]map[string]int{}
	of := map[*transforms.Record][]*transforms.Observation{}
	for i := range in.Reading.Observations {
		o := &in.Reading.Observations[i]
		if count[o.Record] == nil {
			count[o.Record] = map[string]int{}
		}
		if o.Standing == "" {
			count[o.Record][o.State]++
		}
		of[o.Record] = append(of[o.Record], o)
	}
	t := u.text
	var rows [][]string
	names := map[*transforms.Record]string{}
	// On a terminal the address must not be cut away behind the name of the one
	// sheet, which stands above.
	oneSheet := !slices.ContainsFunc(in.Reading.Records, func(r *transforms.Record) bool { return r.Sheet != in.Reading.Records[0].Sheet })
	for _, r := range in.Reading.Records {
		at := place(r.Sheet, r.Cell)
		if u.width > 0 && oneSheet {
			at = fmt.Sprint(r.Cell)
		}
		name := in.Communes[r.Commune]
		switch {
		case r.Kind == "total":
			name = t("(dòng tổng)", "(total)")
		case r.Kind == "contradiction":
			name = t("(mã và tên khác nhau)", "(code and name differ)")
		case r.Kind == "aside":
			name = strings.TrimSpace(name + t(" (không tính)", " (does not count)"))
		case r.Commune == "":
			name = t("(không rõ)", "(unknown)")
		}
		names[r] = name
		c := count[r]
		rows = append(rows, []string{at, transforms.Clean(r.Text), name, r.Commune, u.matched(r.Step),
			fmt.Sprint(c[transforms.Reported]), fmt.Sprint(c[transforms.Claimed]), fmt.Sprint(c[transforms.Missing]),
			fmt.Sprint(c[transforms.NotApplicable]), fmt.Sprint(c[transforms.Invalid])})
	}
	if len(rows) == 0 {
		return
	}
	u.printf("\n")
	u.table([]string{t("Ô", "Cell"), t("Ghi trong tệp", "As written"), t("Xã", "Commune"), t("Mã", "Code"), t("Cách khớp", "Match"),
		t("số liệu", "values"), t("tự đánh giá", "claims"), t("trống", "blank"), t("không áp dụng", "not applicable"), t("không hiểu", "invalid")}, rows,
		[]bool{false, false, false, false, false, true, true, true, true, true}, nil)
	u.printf("\n  %s\n", t("Số liệu như đã hiểu (ô trống không ghi ra; trong ngoặc là tự đánh giá):", "As understood (blanks left out; claims in brackets):"))
	for _, r := range in.Reading.Records {
		name := names[r]
		if r.Kind == "total" || r.Commune == "" {
			name = strings.TrimSpace(name + " " + transforms.Clean(r.Text))
		}
		parts := u.understood(r, of[r])
		if len(parts) == 0 {
			parts = []string{t("không có số liệu", "nothing reported")}
		}
		u.wrapped(name+": ", parts)
	}
}

// matched says how a commune's name was matched.
func (u *ui) matched(step string) string {
	t := u.text
	switch step {
	case "code":
		return t("mã", "code")
	case "exact":
		return t("đúng tên", "exact")
	case "tone":
		return t("dấu thanh", "tone marks")
	case "legacy":
		return t("phông cũ", "legacy font")
	case "ascii":
		return t("không dấu", "no diacritics")
	case "alias":
		return t("tên khác", "alias")
	}
	return step
}

// understood writes what one record says, in the order of its indicators.
func (u *ui) understood(r *transforms.Record, of []*transforms.Observation) []string {
	t := u.text
	if r.Layout == "L3" && r.Kind == "commune" {
		return u.listed(of)
	}
	value := func(o *transforms.Observation) string {
		switch {
		case o.State == transforms.Invalid:
			return t("không hiểu “", "invalid “") + transforms.Clean(o.Raw) + "”"
		case o.State == transforms.NotApplicable:
			return t("không áp dụng", "not applicable")
		case o.HasNum:
			return u.number(o.Num)
		case o.Measure == transforms.Evidence && o.HasWord:
			return map[bool]string{true: t("đủ", "complete"), false: t("chưa đủ", "incomplete")}[o.Word]
		case o.HasWord && o.Answer:
			return map[bool]string{true: t("có", "yes"), false: t("không", "no")}[o.Word]
		case o.HasWord:
			return map[bool]string{true: t("đạt", "met"), false: t("chưa đạt", "not met")}[o.Word]
		}
		return transforms.Clean(o.Raw)
	}
	var parts []string
	last := ""
	for _, o := range of {
		if o.State == transforms.Missing && o.Raw == "" || o.Standing != "" {
			continue
		}
		about := u.about(o.Indicator, o.Criterion)
		text := value(o)
		if o.State == transforms.Missing {
			text = "“" + transforms.Clean(o.Raw) + "”"
		}
		switch {
		case o.Measure == transforms.Claim && about == last && len(parts) > 0:
			parts[len(parts)-1] += " (" + text + ")"
			continue
		case o.Measure == transforms.Claim || o.Measure == transforms.CriterionClaim:
			text = "(" + text + ")"
		case o.Measure != transforms.Result:
			about = strings.TrimSpace(about + " " + u.measure(o.Measure))
		}
		parts = append(parts, about+" "+text)
		last = u.about(o.Indicator, o.Criterion)
	}
	return parts
}

// listed writes what a list of exceptions says of a commune.
func (u *ui) listed(of []*transforms.Observation) []string {
	t := u.text
	var parts, failing []string
	met, unclear := 0, 0
	for _, o := range of {
		switch {
		case o.Measure != transforms.Claim:
			if o.HasNum {
				parts = append(parts, u.measure(o.Measure)+" "+u.number(o.Num))
			}
		case o.State == transforms.Invalid:
			unclear++
		case o.HasWord && o.Word:
			met++
		case o.HasWord:
			failing = append(failing, o.Indicator)
		}
	}
	if len(failing) > 0 {
		parts = append(parts, t("chưa đạt ", "not met ")+strings.Join(failing, "; "))
	}
	if met > 0 {
		parts = append(parts, fmt.Sprintf(t("%d chỉ tiêu còn lại hiểu là đạt", "the other %d taken as met"), met))
	}
	if unclear > 0 {
		parts = append(parts, fmt.Sprintf(t("%d chỉ tiêu không rõ", "%d unclear"), unclear))
	}
	return parts
}

// number writes a value at full precision as people write it: a decimal comma
// in Vietnamese.
func (u *ui) number(n float64) string {
	s := strconv.FormatFloat(n, 'f', -1, 64)
	if u.lang == "en" {
		return s
	}
	return strings.Replace(s, ".", ",", 1)
}

// place writes where something stands in its file; the only sheet of a CSV file
// has no name.
func place[T any](sheet string, at T) string {
	if sheet == "" {
		return fmt.Sprint(at)
	}
	return fmt.Sprintf("%s!%v", sheet, at)
}
