"""The whole job with polars, fastexcel (calamine) and DuckDB; XlsxWriter writes.

fastexcel hands over values without their number formats, so that 0.9706 shown as
97,06% cannot be told from 0.9706. What was meant is inferred: with a threshold of
25 % or more a share of at most 1 is a fraction, else a column is one of fractions
where none of its numbers is above 1. That is right for this inbox, and a guess.

XlsxWriter keeps the cells until it closes. With constant_memory it would not, and
take a third more processor time for the same sheets, because it shares no strings then.
"""

import os

import duckdb
import fastexcel
import polars as pl
import xlsxwriter

import whole


def read(books, indicators):
    """The observations of all workbooks, in long form."""
    grids = []
    for path in books:
        sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string")
        grids.append(
            sheet.to_polars()
            .rename(lambda name: name.removeprefix("__UNNAMED__"))
            .with_row_index("row", offset=1)
            .with_columns(file=pl.lit(os.path.basename(path)), sheet=pl.lit(sheet.name))
        )
    cells = (
        pl.concat(grids, how="diagonal")
        .unpivot(index=["file", "sheet", "row"], variable_name="col", value_name="raw_text")
        .with_columns(pl.col("col").cast(pl.Int32), pl.col("row").cast(pl.Int32), pl.col("raw_text").str.strip_chars())
    )

    # The header row is the one with the indicators' ids; the communes' column has its heading above.
    ids = cells.join(indicators, left_on="raw_text", right_on="indicator_id")
    header = ids.group_by("file", "row").len().sort("file", "len", "row", descending=[False, True, False]).group_by("file").first().select("file", header="row")
    columns = ids.join(header, on="file").filter(pl.col("row") == pl.col("header"))
    columns = columns.select("file", "col", "header", "unit", "threshold", indicator_id="raw_text")
    names = cells.filter(pl.col("raw_text") == "Tên xã").select("file", name_col="col")
    communes = (
        cells.join(names, on="file")
        .filter(pl.col("col") == pl.col("name_col"), pl.col("raw_text").is_not_null())
        .join(header, on="file")
        .filter(pl.col("row") > pl.col("header"))
        .select("file", "row", commune="raw_text")
    )
    number = pl.col("raw_text").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    fraction = (
        pl.when(pl.col("unit") != "%").then(False)
        .when(pl.col("threshold") >= 25).then(pl.col("value") <= 1)
        .otherwise(pl.col("value").max().over("file", "col") <= 1)
    )
    return (
        cells.join(columns, on=["file", "col"])
        .join(communes, on=["file", "row"])
        .with_columns(value=number)
        .with_columns(value=pl.when(fraction).then((pl.col("value") * 100).round(8)).otherwise(pl.col("value")))
        .select(
            "file",
            "sheet",
            cell=pl.col("col").replace_strict({n: xlsxwriter.utility.xl_col_to_name(n) for n in range(200)}, return_dtype=pl.String) + pl.col("row").cast(pl.String),
            district=pl.col("file").str.strip_suffix(".xlsx"),
            commune="commune",
            indicator_id="indicator_id",
            raw_text="raw_text",
            value="value",
            word=pl.col("raw_text").replace_strict({"Đạt": True, "Có": True, "Chưa đạt": False, "Không": False}, default=None, return_dtype=pl.Boolean),
        )
    )


def publish(db, out):
    with xlsxwriter.Workbook(os.path.join(out, "tong-hop.xlsx")) as book:

        def add(name, head, rows):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, head)
            for n, row in enumerate(rows, 1):
                sheet.write_row(n, 0, row)

        frame = db.sql("from sheet_district").pl()
        add("Theo huyện", frame.columns, frame.iter_rows())
        frame = db.sql("from sheet_commune").pl()
        add("Theo xã", ["STT", "Huyện", "Xã", *whole.criterion_names(), "Số tiêu chí đạt", "Nhóm"],
            ((*place, *letters, met, band) for *place, letters, met, band in frame.iter_rows()))
        frame = db.sql("from sheet_unmet").pl()
        add("Chỉ tiêu chưa đạt", [c for c in frame.columns if c != "Ghi trong báo cáo"],
            ((*row[:5], row[6] if row[5] is None else row[5], *row[7:]) for row in frame.iter_rows()))
        frame = db.sql("from sheet_result").pl()
        add("Kết quả chỉ tiêu", ["STT", "Huyện", "Xã", *whole.indicator_ids(db)],
            ((*place, *(letter if value is None else value for value, letter in zip(values, letters))) for *place, values, letters in frame.iter_rows()))
        frame = db.sql("from sheet_source").pl()
        add("Nguồn số liệu", frame.columns, frame.iter_rows())


def main():
    a = whole.arguments(__doc__)
    stages = whole.Stages()
    db = duckdb.connect(os.path.join(a.out, "peer.duckdb"))
    whole.load_lists(db, a.inbox)
    observation = read(a.books, db.sql("select indicator_id, unit, threshold from indicator").pl())
    stages.done("read")
    db.execute("create table observation as from observation")
    stages.done("load")
    whole.evaluate(db)
    stages.done("evaluate")
    whole.write_results(db, a.out, a.observations)
    publish(db, a.out)
    db.close()
    stages.done("publish")
    stages.tell()


if __name__ == "__main__":
    main()
