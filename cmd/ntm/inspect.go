package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

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
			for i, file := range args {
				in, err := pipeline.Inspect(cmd.Context(), cfg, file, p, time.Now())
				if err != nil {
					return err
				}
				if format == "json" {
					all = append(all, inspectedOf(in))
					continue
				}
				if i > 0 {
					a.ui.printf("\n")
				}
				a.ui.inspection(in)
			}
			if format == "json" {
				enc := json.NewEncoder(cmd.OutOrStdout())
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "  ")
				return enc.Encode(all)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&period, "period", "", t("kỳ báo cáo để đối chiếu (mặc định: kỳ ghi trong tệp)", "period to hold the file against (default: the one it states)"))
	cmd.Flags().StringVar(&format, "format", "text", t("dạng kết quả: text hoặc json", "form of the result: text or json"))
	return cmd
}

// inspected is an inspection for scripts.
type inspected struct {
	File        string             `json:"file"`
	Refused     bool               `json:"refused"`
	Period      string             `json:"period"`
	PeriodLabel string             `json:"period_label"`
	PeriodMatch bool               `json:"period_matches"`
	AsOf        string             `json:"as_of_date,omitempty"`
	SetID       string             `json:"set_id"`
	Sender      string             `json:"sender_code"`
	SenderName  string             `json:"sender_name"`
	SenderWhy   string             `json:"sender_why"`
	Sheets      []string           `json:"sheets"`
	Tables      []inspectedTable   `json:"tables"`
	Records     []inspectedRecord  `json:"records"`
	Ignored     []inspectedRegion  `json:"ignored"`
	Problems    []inspectedProblem `json:"problems"`
}

type inspectedTable struct {
	Layout     string            `json:"layout"`
	Transposed bool              `json:"transposed,omitempty"`
	Sheet      string            `json:"sheet"`
	Area       string            `json:"area"`
	Header     string            `json:"header"`
	Why        []string          `json:"why"`
	Records    int               `json:"records"`
	Cells      int               `json:"cells"`
	Columns    []inspectedColumn `json:"columns"`
}

type inspectedColumn struct {
	Column    int    `json:"column"`
	Header    string `json:"header"`
	Role      string `json:"role"`
	Measure   string `json:"measure,omitempty"`
	Indicator string `json:"indicator_id,omitempty"`
	Criterion int    `json:"criterion_no,omitempty"`
	Why       string `json:"why,omitempty"`
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
	out := inspected{File: in.File, Refused: in.Refused, Period: in.Period.String(), SetID: in.SetID, Sheets: in.Sheets, SenderName: in.Sender}
	for _, i := range in.Issues {
		out.Problems = append(out.Problems, inspectedProblem{i.Code, i.Check, string(i.Severity), i.Sheet, i.Cell, i.Message, i.Remedy})
	}
	rd := in.Reading
	if rd == nil {
		return out
	}
	out.PeriodLabel, out.PeriodMatch, out.Sender, out.SenderWhy = rd.Period.Label, rd.Period.Matches, rd.District, rd.DistrictWhy
	if !rd.Period.AsOf.IsZero() {
		out.AsOf = rd.Period.AsOf.Format("2006-01-02")
	}
	for _, t := range rd.Tables {
		x := inspectedTable{Layout: t.Layout, Transposed: t.Transposed, Sheet: t.Sheet, Area: t.Area.String(), Header: t.Header.String(), Why: t.Why, Records: t.Records, Cells: t.Cells}
		for _, c := range t.Columns {
			x.Columns = append(x.Columns, inspectedColumn{c.Col, c.Header, c.Role, c.Measure, c.Indicator, c.Criterion, c.Why})
		}
		out.Tables = append(out.Tables, x)
	}
	values := map[*transforms.Record][]inspectedCell{}
	for i := range rd.Observations {
		o := &rd.Observations[i]
		c := inspectedCell{Cell: o.Cell, Measure: o.Measure, Indicator: o.Indicator, Criterion: o.Criterion, Raw: o.Raw, State: o.State}
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
		if rd.District != "" {
			sender = in.Sender + " (" + rd.DistrictWhy + ")"
		}
		row("Đơn vị báo cáo", "Sender", sender)
		switch {
		case rd.Period.Matches:
			row("Kỳ báo cáo", "Period", fmt.Sprintf("%s – “%s” %s", in.Period.Label(), rd.Period.Label, rd.Period.Cell))
		case rd.Period.Contradicts:
			row("Kỳ báo cáo", "Period", fmt.Sprintf(t("ghi “%s” %s, không phải %s", "states “%s” %s, not %s"), rd.Period.Label, rd.Period.Cell, in.Period.Label()))
		default:
			row("Kỳ báo cáo", "Period", t("không nêu (lấy theo thư mục của kỳ)", "not stated (taken from the period's folder)"))
		}
		if !rd.Period.AsOf.IsZero() {
			row("Số liệu đến ngày", "Data as of", rd.Period.AsOf.Format("02/01/2006"))
		}
		row("Bộ tiêu chí", "Criteria set", in.SetID)
		if names := strings.Join(in.Sheets, ", "); names != "" {
			row("Trang tính", "Sheets", names)
		}
		for _, tb := range rd.Tables {
			u.printf("\n  %s %d: %s %s – %d %s, %d %s\n", t("Bảng", "Table"), tb.No, tb.Layout, place(tb.Sheet, tb.Area), tb.Records, t("dòng báo cáo", "records"), tb.Cells, t("ô có số liệu", "cells with data"))
			for _, w := range tb.Why {
				u.printf("    %s\n", w)
			}
			u.columns(tb)
		}
		u.records(in)
		for i, g := range rd.Ignored {
			if i == 0 {
				u.printf("\n  %s\n", t("Không đọc làm số liệu:", "Not read as data:"))
			}
			u.printf("    %s – %s (%d %s)\n", place(g.Sheet, g.Area), g.Reason, g.Cells, t("ô", "cells"))
		}
	}
	for i, p := range in.Issues {
		if i == 0 {
			u.printf("\n  %s\n", t("Cần lưu ý:", "Problems:"))
		}
		p.File = ""
		u.printf("    %s\n", p)
	}
}

func (u *ui) columns(tb transforms.Table) {
	var parts []string
	var ignored []string
	for _, c := range tb.Columns {
		what := c.Indicator
		if what == "" && c.Criterion > 0 {
			what = u.text("tiêu chí ", "criterion ") + fmt.Sprint(c.Criterion)
		}
		name := colName(c.Col)
		if tb.Transposed {
			name = fmt.Sprint(c.Col)
		}
		switch {
		case c.Role == "ignored":
			ignored = append(ignored, name)
		case c.Measure == transforms.Result && what != "":
			parts = append(parts, name+"="+what)
		case c.Measure != "":
			parts = append(parts, strings.TrimSpace(name+"="+what+" "+c.Measure))
		}
	}
	heading := u.text("cột: ", "columns: ")
	if tb.Transposed {
		heading = u.text("dòng: ", "rows: ")
	}
	u.wrapped(heading, parts)
	if len(ignored) > 0 {
		heading = u.text("cột bỏ qua: ", "columns ignored: ")
		if tb.Transposed {
			heading = u.text("dòng bỏ qua: ", "rows ignored: ")
		}
		u.wrapped(heading, ignored)
	}
}

func (u *ui) wrapped(label string, parts []string) {
	line := "    " + label
	for i, p := range parts {
		if i > 0 {
			p = ", " + p
		}
		if len([]rune(line))+len([]rune(p)) > 100 {
			u.printf("%s\n", line+",")
			line, p = "      ", strings.TrimPrefix(p, ", ")
		}
		line += p
	}
	u.printf("%s\n", line)
}

// records prints the table as understood, one line a commune.
func (u *ui) records(in *pipeline.Inspection) {
	count := map[*transforms.Record]map[string]int{}
	for i := range in.Reading.Observations {
		o := &in.Reading.Observations[i]
		if count[o.Record] == nil {
			count[o.Record] = map[string]int{}
		}
		count[o.Record][o.State]++
	}
	t := u.text
	var rows [][]string
	for _, r := range in.Reading.Records {
		name := in.Communes[r.Commune]
		switch {
		case r.Kind == "total":
			name = t("(dòng tổng)", "(total)")
		case r.Commune == "":
			name = t("(không rõ)", "(unknown)")
		}
		c := count[r]
		rows = append(rows, []string{"    " + place(r.Sheet, r.Cell), transforms.Clean(r.Text), name, r.Commune, r.Step,
			fmt.Sprint(c[transforms.Reported]), fmt.Sprint(c[transforms.Claimed]), fmt.Sprint(c[transforms.Missing]), fmt.Sprint(c[transforms.Invalid])})
	}
	if len(rows) == 0 {
		return
	}
	u.printf("\n")
	u.table([]string{"    " + t("Ô", "Cell"), t("Ghi trong tệp", "As written"), t("Xã", "Commune"), t("Mã", "Code"), t("Cách khớp", "Match"),
		t("số liệu", "values"), t("tự đánh giá", "claims"), t("trống", "blank"), t("không hiểu", "invalid")}, rows,
		[]bool{false, false, false, false, false, true, true, true, true})
}

// place writes where something stands in its file; the only sheet of a CSV file
// has no name.
func place[T any](sheet string, at T) string {
	if sheet == "" {
		return fmt.Sprint(at)
	}
	return fmt.Sprintf("%s!%v", sheet, at)
}
