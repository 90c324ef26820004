package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/pipeline"
)

func (a *app) consolidateCommand() *cobra.Command {
	t := a.ui.text
	var lake string
	var periods []string
	cmd := &cobra.Command{
		Use:   "consolidate --lake " + t("THƯ_MỤC", "DIR"),
		Short: t("Tổng hợp số liệu nhiều tỉnh đã xuất vào một thư mục", "Consolidate what many provinces have exported into one folder"),
		Long: t(`Đọc số liệu các tỉnh đã xuất bằng “ntm export --lake” vào cùng một thư mục, đối chiếu từng tệp với danh mục của tỉnh, rồi ghi vào
thư mục công bố: ntm.duckdb gồm mọi bảng của mọi tỉnh (thêm cột province) và các bảng chung country.province, country.country,
country.criterion; và toan-quoc-ntm-<kỳ>.xlsx. Tệp của tỉnh nào không khớp danh mục thì không ghi gì.`,
			`Reads what provinces have exported by “ntm export --lake” into one folder, holds each file against its province's manifest, and writes into the
folder of publications: ntm.duckdb with all tables of all provinces (and a column province) and the views country.province, country.country and
country.criterion; and toan-quoc-ntm-<period>.xlsx. Where a file is not what its manifest says, nothing is written.`),
		Example: "  ntm consolidate --lake /mnt/lake --out ./toan-quoc\n  ntm query --out ./toan-quoc \"select * from country.province\"",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			if lake == "" {
				return usage{errors.New(t("thiếu --lake THƯ_MỤC", "missing --lake DIR"))}
			}
			for i, p := range periods {
				asked, err := a.period(p)
				if err != nil {
					return err
				}
				periods[i] = asked.String()
			}
			c, err := pipeline.Consolidate(cmd.Context(), cfg, lake, periods, version(), a.ui.progress)
			a.ui.progressDone()
			if err != nil {
				return err
			}
			a.ui.country(c)
			return nil
		},
	}
	cmd.Flags().StringVar(&lake, "lake", "", t("thư mục có số liệu của các tỉnh", "the folder that provinces have exported into"))
	cmd.Flags().StringSliceVar(&periods, "period", nil, t("lập bảng của kỳ này (mặc định: kỳ mới nhất)", "write the workbook of this period (default: the newest)"))
	a.setting(cmd, false, "out", "out", t("thư mục công bố (mặc định ./out)", "folder of the publications (default ./out)"))
	return cmd
}

// country says what many provinces have come to.
func (u *ui) country(c *pipeline.Country) {
	t := u.text
	u.printf("%s\n\n", fmt.Sprintf(t("TỔNG HỢP %d TỈNH – kỳ %s", "%d PROVINCES – period %s"), len(c.Provinces), c.Period))
	u.printf("  %s %8s %12s %12s %10s %10s\n", pad(t("Tỉnh", "Province"), 28), t("Số xã", "Communes"), t("Có số liệu", "With data"), t("Công nhận", "Recognised"), t("Giữ vững", "Retained"), t("Bình quân", "Average"))
	for i, row := range c.Rows {
		name := row[0]
		if i == len(c.Rows)-1 {
			name = t("Cộng", "Total")
		}
		average := row[5]
		if u.lang != "en" {
			average = strings.ReplaceAll(average, ".", ",")
		}
		u.printf("  %s %8s %12s %12s %10s %10s\n", pad(name, 28), row[1], row[2], row[3], row[4], average)
	}
	u.printf("\n")
	if len(c.Shared) > 0 {
		u.hang("", fmt.Sprintf(t("Chú ý: %d mã xã có ở nhiều tỉnh (%s…): các xã này bị tính nhiều lần.", "Note: %d commune codes are used by several provinces (%s…): they count more than once."), len(c.Shared), strings.Join(c.Shared[:min(3, len(c.Shared))], ", ")))
	}
	for _, w := range c.Workbooks {
		u.printf("%s %s\n", t("Bảng tổng hợp:", "Workbook:"), w)
	}
	u.printf("%s %s\n", t("Bản cho người phân tích:", "Analysts' snapshot:"), c.Snapshot)
}
