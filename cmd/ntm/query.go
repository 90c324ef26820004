package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/spf13/cobra"

	"github.com/angiang-ntm/ntm/config"
	"github.com/angiang-ntm/ntm/internal/report"
	"github.com/angiang-ntm/ntm/internal/warehouse"
	"github.com/angiang-ntm/ntm/pipeline"
	ntmsql "github.com/angiang-ntm/ntm/sql"
)

var queryFormats = []string{"table", "csv", "json", "xlsx", "parquet", "arrow"}

func (a *app) queryCommand() *cobra.Command {
	t := a.ui.text
	var format, output, file, saved string
	var list, duckLake, guarded bool
	asked := map[string]*string{}
	cmd := &cobra.Command{
		Use:   "query \"SQL\"",
		Short: t("Truy vấn SQL chỉ đọc trên bản công bố", "Read-only SQL on the published snapshot"),
		Long: t("Đúng một câu lệnh đọc (SELECT, WITH, DESCRIBE, SUMMARIZE…). Bảng và cột: docs/phan-tich.md,\nhoặc ntm query \"select table_name, comment from duckdb_views() where schema_name = 'mart'\".",
			"Exactly one statement that reads (SELECT, WITH, DESCRIBE, SUMMARIZE…). Tables and columns: docs/phan-tich.md,\nor ntm query \"select view_name, comment from duckdb_views() where schema_name = 'mart'\"."),
		Example: "  ntm query \"select * from mart.province_summary\" --format csv\n  ntm query --list\n  ntm query --saved giu-vung --ky 2017-Q4 --huyen \"Thoại Sơn\"\n  ntm query --file cau-hoi.sql",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			if !slices.Contains(queryFormats, format) {
				return usage{fmt.Errorf(t("--format %q: chọn table, csv, json, xlsx, parquet hoặc arrow", "--format %q: choose table, csv, json, xlsx, parquet or arrow"), format)}
			}
			if list {
				for _, q := range ntmsql.Queries() {
					a.ui.hang(pad(q.Name, 18)+" ", q.Question+" "+strings.Join(takes(q.SQL), " "))
				}
				return nil
			}
			sql, err := a.queryText(args, file, saved)
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			if cfg.Query.Seconds > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, time.Duration(cfg.Query.Seconds)*time.Second)
				defer cancel()
			}
			// The engine's words for a query that was stopped name no cause.
			badQuery := func(err error) error { return badQuery(ctx, cfg, err) }
			db, err := openForQuery(ctx, cfg, duckLake)
			if err != nil {
				return err
			}
			defer func() { _ = db.Close() }()
			if sql, err = a.narrow(ctx, db, sql, asked); err != nil {
				if wrong := (usage{}); errors.As(err, &wrong) {
					return err
				}
				return badQuery(err)
			}
			if err := db.CheckSelect(ctx, sql); err != nil {
				return badQuery(err)
			}
			rows, err := db.Query(ctx, sql)
			if err != nil {
				return badQuery(err)
			}
			defer func() { _ = rows.Close() }()
			w := cmd.OutOrStdout()
			if output != "" {
				f, err := os.Create(output)
				if err != nil {
					return &pipeline.Fault{Status: pipeline.Failed, Err: err, VI: "không ghi được tệp " + output, EN: "cannot write " + output,
						HintVI: "Kiểm tra quyền ghi.", HintEN: "Check permissions."}
				}
				defer func() {
					if e := f.Close(); err == nil {
						err = e
					}
				}()
				w = f
			}
			buf := bufio.NewWriterSize(w, 1<<16)
			width := a.ui.width
			if output != "" {
				width = 0
			}
			if err := a.writeRows(buf, rows, format, width, guarded); err != nil {
				return badQuery(err)
			}
			return buf.Flush()
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", t("dạng kết quả: table, csv, json, xlsx, parquet, arrow", "form of the result: table, csv, json, xlsx, parquet, arrow"))
	cmd.Flags().BoolVar(&list, "list", false, t("liệt kê các câu hỏi có sẵn", "list the saved queries"))
	cmd.Flags().BoolVar(&duckLake, "ducklake", false, t("hỏi kho chung của nhiều tỉnh nêu trong cấu hình", "ask the common warehouse of many provinces"))
	cmd.Flags().StringVar(&saved, "saved", "", t("trả lời câu hỏi có sẵn này", "answer this saved query"))
	cmd.Flags().StringVarP(&file, "file", "f", "", t("đọc câu truy vấn từ tệp", "read the query from a file"))
	cmd.Flags().StringVarP(&output, "output", "o", "", t("tệp kết quả (mặc định stdout)", "file for the result (default stdout)"))
	cmd.Flags().BoolVar(&guarded, "guard-formulas", false, t("với csv: đặt dấu ' trước chữ bắt đầu bằng = + - @, để Excel không chạy như công thức", "with csv: put ' before text that begins with = + - @, so that a spreadsheet takes it for no formula"))
	for _, p := range parameters {
		asked[p.variable] = cmd.Flags().String(p.flag, "", t(p.vi, p.en))
	}
	a.setting(cmd, false, "out", "out", t("thư mục công bố (mặc định ./out)", "folder of the publications (default ./out)"))
	a.setting(cmd, false, "timeout", "query.seconds", t("thời gian tối đa, tính bằng giây; 0: không giới hạn (mặc định)", "most time, in seconds; 0: no limit (default)"))
	a.setting(cmd, false, "memory-limit", "warehouse.memory_limit", t("bộ nhớ tối đa, ví dụ 512MiB (mặc định 1GiB)", "most memory, such as 512MiB (default 1GiB)"))
	return cmd
}

// openForQuery opens the snapshot, or the common warehouse.
func openForQuery(ctx context.Context, cfg config.Config, duckLake bool) (*warehouse.DB, error) {
	if duckLake {
		return pipeline.OpenDuckLake(ctx, cfg)
	}
	path := pipeline.Snapshot(cfg.Out)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, noWarehouse(path)
	}
	return warehouse.OpenForExport(ctx, path, warehouse.Options{MemoryLimit: cfg.Warehouse.MemoryLimit, Threads: cfg.Warehouse.Threads})
}

// queryText is the query that was given, in one of three ways.
func (a *app) queryText(args []string, file, saved string) (string, error) {
	t := a.ui.text
	given := len(args)
	for _, s := range []string{file, saved} {
		if s != "" {
			given++
		}
	}
	if given != 1 {
		return "", usage{errors.New(t("cần đúng một trong: câu SQL, --file TỆP, --saved TÊN", "want exactly one of: SQL, --file FILE, --saved NAME"))}
	}
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", usage{err}
		}
		return strings.TrimPrefix(string(text), "\ufeff"), nil
	}
	if saved != "" {
		var names []string
		for _, q := range ntmsql.Queries() {
			if q.Name == saved {
				return q.SQL, nil
			}
			names = append(names, q.Name)
		}
		return "", usage{fmt.Errorf(t("không có câu hỏi %q; có: %s", "no saved query %q; there are: %s"), saved, strings.Join(names, ", "))}
	}
	return args[0], nil
}

// badQuery tells a query that its author mends from a program that broke.
// What stopped it comes first, whatever the engine says of it.
func badQuery(ctx context.Context, cfg config.Config, err error) error {
	switch ctx.Err() {
	case context.DeadlineExceeded:
		return &pipeline.Fault{Status: pipeline.Failed,
			VI:     fmt.Sprintf("câu truy vấn chạy quá %d giây nên bị dừng; kết quả đã in hay ghi ra (nếu có) chưa đầy đủ", cfg.Query.Seconds),
			EN:     fmt.Sprintf("the query took more than %d seconds and was stopped; what was written of its result, if anything, is incomplete", cfg.Query.Seconds),
			HintVI: "Thu hẹp câu truy vấn, hoặc đặt --timeout (query.seconds) lớn hơn; 0 là không giới hạn.",
			HintEN: "Narrow the query, or set --timeout (query.seconds) higher; 0 is no limit."}
	case context.Canceled:
		return &pipeline.Fault{Status: pipeline.Failed,
			VI:     "câu truy vấn đã bị dừng theo yêu cầu; kết quả đã in hay ghi ra (nếu có) chưa đầy đủ",
			EN:     "the query was stopped as asked; what was written of its result, if anything, is incomplete",
			HintVI: "Chạy lại câu truy vấn để có kết quả đầy đủ.", HintEN: "Run the query again for the whole result."}
	}
	if strings.Contains(err.Error(), "Out of Memory Error") {
		return &pipeline.Fault{Status: pipeline.Failed,
			VI:     "câu truy vấn cần nhiều bộ nhớ hơn " + cfg.Warehouse.MemoryLimit,
			EN:     "the query needs more memory than " + cfg.Warehouse.MemoryLimit,
			HintVI: "Thu hẹp câu truy vấn, hoặc đặt --memory-limit (warehouse.memory_limit) lớn hơn.",
			HintEN: "Narrow the query, or set --memory-limit (warehouse.memory_limit) higher."}
	}
	var no *warehouse.NotASelect
	if errors.As(err, &no) {
		return &pipeline.Fault{Status: pipeline.Usage, Err: err, VI: "câu truy vấn bị từ chối", EN: "the query is refused",
			HintVI: "Viết đúng một câu lệnh chỉ đọc, ví dụ: select * from mart.province_summary.",
			HintEN: "Write exactly one statement that reads, for example: select * from mart.province_summary."}
	}
	return &pipeline.Fault{Status: pipeline.Failed, Err: err, VI: "câu truy vấn không chạy được", EN: "the query failed",
		HintVI: "Kiểm tra tên bảng và cột: ntm query \"describe mart.commune_summary\".",
		HintEN: "Check the names of tables and columns: ntm query \"describe mart.commune_summary\"."}
}

// writeRows streams a result in one of the formats; a table is fitted to a
// terminal of so many columns, 0 for none.
func (a *app) writeRows(w *bufio.Writer, rows *warehouse.Rows, format string, width int, guarded bool) error {
	switch format {
	case "csv":
		return writeCSV(w, rows, guarded)
	case "json":
		return writeJSON(w, rows)
	case "xlsx":
		return report.Table(w, rows.Columns(), func() ([]any, bool) {
			if !rows.Next() {
				return nil, false
			}
			return rows.Values(), true
		}, rows.Err)
	case "arrow", "parquet":
		return writeArrow(w, rows, format == "parquet")
	}
	names := rows.Columns()
	numeric := make([]bool, len(names))
	for i, typ := range rows.Types() {
		numeric[i] = isNumber(typ)
	}
	var out [][]string
	for rows.Next() {
		line := make([]string, len(names))
		for i, v := range rows.Values() {
			if line[i] = plain(v); v == nil {
				line[i] = "NULL" // an empty text is another thing
			}
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	t := &ui{out: w, lang: a.ui.lang, width: width}
	t.table(names, out, numeric, nil)
	t.printf("(%d %s)\n", len(out), t.text("dòng", "rows"))
	return nil
}

// isNumber tells a DuckDB type whose values stand to the right.
func isNumber(duck string) bool {
	switch duck {
	case "HUGEINT", "UHUGEINT", "UBIGINT":
		return true
	}
	id := arrowType(duck).ID()
	return id == arrow.INT64 || id == arrow.FLOAT64 || strings.HasPrefix(duck, "DECIMAL")
}

// plain writes a value without a language: SQL's own forms.
func plain(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		if size := math.Abs(x); size != 0 && (size < 1e-6 || size >= 1e21) {
			return strconv.FormatFloat(x, 'g', -1, 64)
		}
		return strconv.FormatFloat(x, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(x)
	case time.Time:
		if x.Hour() == 0 && x.Minute() == 0 && x.Second() == 0 && x.Nanosecond() == 0 {
			return x.Format("2006-01-02")
		}
		return x.Format("2006-01-02 15:04:05.999999")
	}
	return fmt.Sprint(v)
}

// writeCSV writes a header and rows. Text is written as it is; guarded, what a
// spreadsheet would run as a formula begins with an apostrophe.
func writeCSV(w io.Writer, rows *warehouse.Rows, guarded bool) error {
	out := csv.NewWriter(w)
	if err := out.Write(rows.Columns()); err != nil {
		return err
	}
	line := make([]string, len(rows.Columns()))
	for rows.Next() {
		for i, v := range rows.Values() {
			line[i] = plain(v)
			if _, words := v.(string); guarded && words && line[i] != "" && strings.ContainsRune("=+-@\t\r", rune(line[i][0])) {
				line[i] = "'" + line[i]
			}
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return errors.Join(rows.Err(), out.Error())
}

// writeJSON writes one array of objects, keys in the order of the columns.
func writeJSON(w *bufio.Writer, rows *warehouse.Rows) error {
	keys := make([][]byte, len(rows.Columns()))
	for i, c := range rows.Columns() {
		keys[i], _ = json.Marshal(c)
	}
	sep := "[\n"
	for rows.Next() {
		_, _ = w.WriteString(sep + "{")
		for i, v := range rows.Values() {
			if i > 0 {
				_ = w.WriteByte(',')
			}
			_, _ = w.Write(keys[i])
			_ = w.WriteByte(':')
			switch x := v.(type) {
			case float64:
				if math.IsNaN(x) || math.IsInf(x, 0) {
					v = nil // JSON has no word for it
				}
			case nil, string, int64, bool:
			default:
				v = plain(x)
			}
			text, err := json.Marshal(v)
			if err != nil {
				return err
			}
			_, _ = w.Write(text)
		}
		_ = w.WriteByte('}')
		sep = ",\n"
	}
	if sep == "[\n" {
		_, _ = w.WriteString("[")
	}
	_, err := w.WriteString("\n]\n")
	return errors.Join(rows.Err(), err)
}

// arrowType is the Arrow type that holds a DuckDB type without loss; what has
// no counterpart travels as text.
func arrowType(duck string) arrow.DataType {
	switch duck {
	case "BOOLEAN":
		return arrow.FixedWidthTypes.Boolean
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER":
		return arrow.PrimitiveTypes.Int64
	case "DOUBLE", "FLOAT":
		return arrow.PrimitiveTypes.Float64
	case "DATE":
		return arrow.FixedWidthTypes.Date32
	case "TIMESTAMP":
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	}
	return arrow.BinaryTypes.String
}

// writeArrow streams record batches, as Arrow IPC or Parquet.
func writeArrow(w io.Writer, rows *warehouse.Rows, asParquet bool) (err error) {
	fields := make([]arrow.Field, len(rows.Columns()))
	for i, c := range rows.Columns() {
		fields[i] = arrow.Field{Name: c, Type: arrowType(rows.Types()[i]), Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	var write func(arrow.RecordBatch) error
	var closeWriter func() error
	if asParquet {
		pw, err := pqarrow.NewFileWriter(schema, w, parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd)), pqarrow.DefaultWriterProps())
		if err != nil {
			return err
		}
		write, closeWriter = pw.WriteBuffered, pw.Close
	} else {
		iw := ipc.NewWriter(w, ipc.WithSchema(schema))
		write, closeWriter = iw.Write, iw.Close
	}
	defer func() {
		if e := closeWriter(); err == nil {
			err = e
		}
	}()
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	flush := func() error {
		batch := b.NewRecordBatch()
		defer batch.Release()
		return write(batch)
	}
	n := 0
	for rows.Next() {
		for i, v := range rows.Values() {
			appendValue(b.Field(i), v)
		}
		if n++; n%65536 == 0 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return flush()
}

func appendValue(b array.Builder, v any) {
	if v == nil {
		b.AppendNull()
		return
	}
	switch b := b.(type) {
	case *array.BooleanBuilder:
		b.Append(v.(bool))
	case *array.Int64Builder:
		b.Append(v.(int64))
	case *array.Float64Builder:
		b.Append(v.(float64))
	case *array.Date32Builder:
		b.Append(arrow.Date32FromTime(v.(time.Time)))
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(v.(time.Time).UnixMicro()))
	case *array.StringBuilder:
		b.Append(plain(v))
	}
}
