package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/pipeline"
)

func (a *app) exportCommand() *cobra.Command {
	t := a.ui.text
	var lake string
	var periods []string
	cmd := &cobra.Command{
		Use:   "export --lake " + t("THƯ_MỤC", "DIR"),
		Short: t("Xuất mọi bảng thành Parquet cho các hệ khác", "Export every table as Parquet for other engines"),
		Long: t(`Ghi mọi bảng của bản công bố thành tệp Parquet, mỗi bảng và mỗi kỳ một tệp: <bảng>/period=<kỳ>/province=<mã tỉnh>/data.parquet.
Tệp không đổi thì để yên. _manifest/province=<mã tỉnh>.json được thay sau cùng và cho biết những tệp nào hợp thành một bản. Nhiều tỉnh
dùng chung một thư mục được.`,
			`Writes every table of the snapshot as Parquet files, one for each table and period:
<table>/period=<period>/province=<code>/data.parquet. What has not changed is left alone. _manifest/province=<code>.json is replaced last
and says which files make a whole. Several provinces may share the folder.`),
		Example: "  ntm export --lake /mnt/lake\n  ntm export --lake /mnt/lake --period 2017-Q4",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			if lake == "" {
				return usage{errors.New(t("thiếu --lake THƯ_MỤC", "missing --lake DIR"))}
			}
			for _, p := range periods {
				if _, err := a.period(p); err != nil {
					return err
				}
			}
			out, err := pipeline.ExportLake(cmd.Context(), cfg, lake, periods, a.ui.progress)
			a.ui.progressDone()
			if err != nil {
				return err
			}
			var rows, bytes int64
			for _, f := range out.Files {
				rows, bytes = rows+f.Rows, bytes+f.Bytes
			}
			a.ui.printf("%s\n", fmt.Sprintf(t("Đã xuất %d bảng, %d kỳ: %d tệp ghi mới, %d tệp không đổi; %d dòng, %s MB.", "Exported %d tables, %d periods: %d files written, %d unchanged; %d rows, %s MB."),
				len(out.Tables), len(out.Periods), out.Written, out.Unchanged, rows, a.ui.decimal(float64(bytes)/1e6, 1)))
			a.ui.printf("%s %s\n", t("Danh mục tệp:", "Manifest:"), out.Manifest)
			return nil
		},
	}
	cmd.Flags().StringVar(&lake, "lake", "", t("thư mục đích, có thể là ổ mạng hay kho đối tượng đã gắn", "target folder; a mounted share or object store will do"))
	cmd.Flags().StringSliceVar(&periods, "period", nil, t("chỉ ghi lại kỳ này (mặc định: mọi kỳ)", "write only this period anew (default: all)"))
	a.setting(cmd, false, "out", "out", t("thư mục công bố (mặc định ./out)", "folder of the publications (default ./out)"))
	return cmd
}
