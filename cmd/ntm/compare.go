package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/pipeline"
)

var compareFormats = []string{"text", "json", "csv", "xlsx"}

func (a *app) compareCommand() *cobra.Command {
	t := a.ui.text
	var format, output string
	cmd := &cobra.Command{
		Use:   "compare " + t("KỲ1 KỲ2", "P1 P2"),
		Short: t("Hai kỳ bất kỳ: đạt thêm gì, giảm gì, vì sao", "Any two periods: what was gained and lost, and why"),
		Long: t(`So hai kỳ bất kỳ đã công bố: tiêu chí, chỉ tiêu đạt thêm và giảm theo huyện, theo xã. Qua hai bộ tiêu chí thì so
theo nội dung chỉ tiêu; xã sáp nhập, chia tách, đổi tên thì so với các xã cũ. csv và xlsx ghi từng thay đổi một dòng.`,
			`Holds any two published periods against each other: criteria and indicators gained and lost, by district and commune.
Across a change of set indicators are compared by what they measure; communes that were merged, split or renamed, with
what they were. csv and xlsx have one row for each change.`),
		Example: "  ntm compare 2016-Q4 2017-Q4",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			if !slices.Contains(compareFormats, format) {
				return usage{fmt.Errorf(t("--format %q: chọn text, json, csv hoặc xlsx", "--format %q: choose text, json, csv or xlsx"), format)}
			}
			before, err := a.period(args[0])
			if err != nil {
				return err
			}
			after, err := a.period(args[1])
			if err != nil {
				return err
			}
			return pipeline.Compare(cmd.Context(), pipeline.Snapshot(cfg.Out), before, after, func(db *warehouse.DB, c *pipeline.Comparison) (err error) {
				if format == "text" && output == "" {
					a.ui.comparison(c)
					return nil
				}
				var w io.Writer = cmd.OutOrStdout()
				if output != "" {
					f, err := os.Create(output)
					if err != nil {
						return &pipeline.Fault{Status: pipeline.Failed, Err: err, VI: "không ghi được tệp " + output, EN: "cannot write " + output, HintVI: "Kiểm tra quyền ghi.", HintEN: "Check permissions."}
					}
					defer func() {
						if e := f.Close(); err == nil {
							err = e
						}
					}()
					w = f
				}
				switch format {
				case "text":
					plain := *a.ui
					plain.out, plain.width = w, 0
					plain.comparison(c)
					return nil
				case "json":
					enc := json.NewEncoder(w)
					enc.SetEscapeHTML(false)
					enc.SetIndent("", "  ")
					return enc.Encode(c)
				}
				rows, err := db.Query(cmd.Context(), "select * from mart.change where period = ?", c.After)
				if err != nil {
					return err
				}
				defer func() { _ = rows.Close() }()
				buf := bufio.NewWriterSize(w, 1<<16)
				if err := a.writeRows(buf, rows, format, 0, false); err != nil {
					return err
				}
				return buf.Flush()
			})
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", t("dạng kết quả: text, json, csv, xlsx", "form of the result: text, json, csv, xlsx"))
	cmd.Flags().StringVarP(&output, "output", "o", "", t("tệp kết quả (mặc định stdout)", "file for the result (default stdout)"))
	a.setting(cmd, false, "out", "out", t("thư mục công bố (mặc định ./out)", "folder of the publications (default ./out)"))
	return cmd
}

func (u *ui) comparison(c *pipeline.Comparison) {
	t := u.text
	u.printf("%s\n\n", fmt.Sprintf(t("SO SÁNH %s VỚI %s", "%s AGAINST %s"), c.After, c.Before))
	if c.SetBefore != c.SetAfter {
		u.hang("  ", fmt.Sprintf(t("Hai kỳ đánh giá theo hai bộ tiêu chí (%s và %s): không so trực tiếp số tiêu chí; chỉ tiêu được so theo nội dung.",
			"The periods are judged by two criteria sets (%s and %s): counts of criteria do not compare; indicators are held against each other by what they measure."), c.SetBefore, c.SetAfter))
	}
	if c.Boundaries > 0 {
		u.hang("  ", fmt.Sprintf(t("%d xã không còn nguyên địa bàn hoặc tên như trước; so với các xã cũ ghi trong ngoặc.", "%d communes are not the territory or name they were; they are held against the earlier ones, in brackets."), c.Boundaries))
	}
	average := func(f *float64) string {
		if f == nil {
			return "–"
		}
		return u.decimal(*f, 1)
	}
	u.printf("  %s %s → %s %s\n", pad(t("Bình quân tiêu chí/xã (rà soát)", "Average criteria met (reviewed)"), 34), average(c.AverageBefore), average(c.AverageAfter),
		fmt.Sprintf(t("(trên %d → %d xã có số liệu)", "(over %d → %d communes)"), c.CommunesBefore, c.CommunesAfter))
	u.printf("  %s %d\n", pad(t("Chỉ tiêu × xã đạt thêm", "Indicators × communes gained"), 34), c.Gained)
	u.printf("  %s %d %s\n", pad(t("Chỉ tiêu × xã giảm", "Indicators × communes lost"), 34), c.Lost,
		fmt.Sprintf(t("(số liệu %d, quy định %d, minh chứng %d)", "(value %d, rule %d, evidence %d)"), c.Causes["value"], c.Causes["rule"], c.Causes["evidence"]))
	u.printf("  %s %d %s\n\n", pad(t("Thiếu số liệu, chưa kết luận", "Data missing, undecided"), 34), c.Missing,
		t("(kỳ trước đạt, kỳ sau không có số liệu: không tính là giảm)", "(met before, not known after: no loss)"))
	var rows [][]string
	for _, d := range c.Districts {
		rows = append(rows, []string{d.Name, fmt.Sprint(d.GainedCount), fmt.Sprint(d.LostCount), fmt.Sprint(d.ByValue), fmt.Sprint(d.ByRule), fmt.Sprint(d.ByEvidence), fmt.Sprint(d.Missing)})
	}
	u.table([]string{t("Đơn vị", "District"), t("Đạt thêm", "Gained"), t("Giảm", "Lost"), t("do số liệu", "by value"), t("do quy định", "by rule"), t("do minh chứng", "by evidence"), t("thiếu số liệu", "data missing")},
		rows, []bool{false, true, true, true, true, true, true}, []bool{true})
	if len(c.Communes) == 0 {
		u.printf("\n%s\n", t("Không xã nào đạt thêm hoặc giảm.", "No commune gained or lost anything."))
		return
	}
	u.printf("\n")
	number := func(n *int) string {
		if n == nil {
			return "–"
		}
		return fmt.Sprint(*n)
	}
	district := ""
	for _, m := range c.Communes {
		if m.District != district {
			district = m.District
			u.printf("%s\n", district)
		}
		name := m.Name
		if m.Was != "" {
			name += " [" + m.Was + "]"
		}
		line := name + ": " + number(m.CriteriaBefore) + " → " + number(m.CriteriaAfter) + t(" tiêu chí", " criteria")
		if m.CriteriaAfter != nil && m.Open > 0 {
			line += fmt.Sprintf(t(" (%d chưa đủ số liệu)", " (%d not known)"), m.Open)
		}
		add := func(vi, en, ids string) {
			if ids != "" {
				line += "; " + t(vi, en) + " " + ids
			}
		}
		add("tiêu chí đạt thêm", "criteria gained", m.GainedCriteria)
		add("tiêu chí giảm", "criteria lost", m.LostCriteria)
		add("chỉ tiêu đạt thêm", "indicators gained", m.Gained)
		add("chỉ tiêu giảm", "indicators lost", m.Lost)
		add("chỉ tiêu thiếu số liệu", "indicators not known any more", m.Unknown)
		u.hang("  – ", line)
	}
}
