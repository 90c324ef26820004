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
	var duckLake bool
	var periods []string
	cmd := &cobra.Command{
		Use:   "export (--lake " + t("THƯ_MỤC", "DIR") + " | --ducklake)",
		Short: t("Xuất mọi bảng thành Parquet cho các hệ khác", "Export every table as Parquet for other engines"),
		Long: t(`Ghi mọi bảng của bản công bố thành tệp Parquet, mỗi bảng và mỗi kỳ một tệp: <bảng>/period=<kỳ>/province=<mã tỉnh>/data.parquet.
Tệp không đổi thì để yên. _manifest/province=<mã tỉnh>.json được thay sau cùng và cho biết những tệp nào hợp thành một bản. Nhiều tỉnh
dùng chung một thư mục được.
Với --ducklake: ghi mọi bảng vào kho chung của nhiều tỉnh, nêu trong cấu hình (ducklake.catalog, ducklake.data, ducklake.extensions),
trong một giao dịch; chỉ phần nào đổi mới ghi. “ntm run” tự làm việc này khi kho chung đã được cấu hình.`,
			`Writes every table of the snapshot as Parquet files, one for each table and period:
<table>/period=<period>/province=<code>/data.parquet. What has not changed is left alone. _manifest/province=<code>.json is replaced last
and says which files make a whole. Several provinces may share the folder.
With --ducklake: puts every table into the common warehouse of many provinces that the configuration names (ducklake.catalog, ducklake.data,
ducklake.extensions), in one transaction; only what differs is written. “ntm run” does so by itself where one is configured.`),
		Example: "  ntm export --lake /mnt/lake\n  ntm export --lake /mnt/lake --period 2017-Q4",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			if (lake == "") == !duckLake {
				return usage{errors.New(t("cần đúng một trong: --lake THƯ_MỤC, --ducklake", "want exactly one of: --lake DIR, --ducklake"))}
			}
			if duckLake {
				if cfg.DuckLake.Catalog == "" {
					return usage{errors.New(t("cấu hình chưa nêu kho chung: ducklake.catalog", "the configuration names no common warehouse: ducklake.catalog"))}
				}
				if len(periods) > 0 {
					return usage{errors.New(t("--period chỉ dùng với --lake", "--period goes with --lake only"))}
				}
				shared, err := pipeline.ShareLake(cmd.Context(), cfg, a.ui.progress)
				a.ui.progressDone()
				if err != nil {
					return err
				}
				a.ui.shared(shared)
				return nil
			}
			for i, p := range periods {
				asked, err := a.period(p)
				if err != nil {
					return err
				}
				periods[i] = asked.String()
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
	cmd.Flags().BoolVar(&duckLake, "ducklake", false, t("ghi vào kho chung nêu trong cấu hình", "put everything into the common warehouse of the configuration"))
	cmd.Flags().StringSliceVar(&periods, "period", nil, t("chỉ ghi lại kỳ này (mặc định: mọi kỳ)", "write only this period anew (default: all)"))
	a.setting(cmd, false, "out", "out", t("thư mục công bố (mặc định ./out)", "folder of the publications (default ./out)"))
	return cmd
}
