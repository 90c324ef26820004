"""The whole job in DuckDB itself, with its excel extension; Python only hands it the files' names.

What the extension (1.5.5) cannot do, and what is done instead:

* It reads one workbook a call; a pattern reads the first that fits. So each is inserted by a statement of its own.
* Without a range it takes the first rows, here a merged title, for the whole table; and it ends at the first empty row
  unless told otherwise. So a range is given that is large enough for any district, and UNPIVOT drops what is empty.
* It hands over no addresses. The names of the columns are their letters, and rows come in order, so they are counted.
* It hands over no number formats, so that 0.9706 shown as 97,06% cannot be told from 0.9706. What was meant is inferred:
  with a threshold of 25 % or more a share of at most 1 is a fraction, else a column is one of fractions where none of its
  numbers is above 1. That is right for this inbox, and a guess.
* It names no sheets, so that the first sheet's name is what the form says.
* COPY writes one sheet a file, so that the five sheets are five files; and one type a column, so that numbers are text
  where letters stand among them.
"""

import os

import duckdb
import duckdb_extension_excel

import whole

CELL = """
select ? as file, * from (
    unpivot (
        select row_number() over () as row_no, *
        from read_xlsx(?, header = false, all_varchar = true, range = 'A1:CZ200', stop_at_empty = false)
    ) on columns(* exclude (row_no)) into name col value raw_text
)
"""

OBSERVATION = """
create table observation as
with id as (
    select c.file, c.row_no, c.col, i.indicator_id, i.unit, i.threshold
    from cell c
    join indicator i on i.indicator_id = c.raw_text
),
-- The header row is the one with the indicators' ids.
header as (
    select file, arg_max(row_no, n) as row_no
    from (select file, row_no, count(*) as n from id group by all)
    group by file
),
col as (
    from id semi join header using (file, row_no)
),
commune_name as (
    select c.file, c.row_no, c.raw_text as commune
    from cell c
    join cell h on h.file = c.file and h.col = c.col and h.raw_text = 'Tên xã'
    join header on header.file = c.file and c.row_no > header.row_no
),
-- From the communes and the columns, so that a blank has its row too.
told as (
    select
        n.file,
        n.row_no,
        n.commune,
        k.col,
        k.indicator_id,
        k.unit,
        k.threshold,
        c.raw_text,
        try_cast(replace(c.raw_text, ',', '.') as double) as number
    from commune_name n
    join col k on k.file = n.file
    left join cell c on c.file = n.file and c.row_no = n.row_no and c.col = k.col
)
select
    file,
    'Biểu 01' as sheet,
    col || row_no as cell,
    regexp_replace(file, '\\.xlsx$', '') as district,
    commune,
    indicator_id,
    raw_text,
    case
        when unit <> '%' then number
        when threshold >= 25 and number <= 1 then round(number * 100, 8)
        when threshold < 25 and max(number) over (partition by file, col) <= 1 then round(number * 100, 8)
        else number
    end as value,
    case raw_text when 'Đạt' then true when 'Có' then true when 'Chưa đạt' then false when 'Không' then false end as word
from told
"""


def publish(db, out):
    letters = ", ".join(f'letters[{n}] as "{name}"' for n, name in enumerate(whole.criterion_names(), 1))
    results = ", ".join(f'coalesce(cast("values"[{n}] as varchar), letters[{n}]) as "{name}"' for n, name in enumerate(whole.indicator_ids(db), 1))
    for file, sheet, query in [
        ("theo-huyen", "Theo huyện", "from sheet_district"),
        ("theo-xa", "Theo xã", f'select "STT", "Huyện", "Xã", {letters}, "Số tiêu chí đạt", "Nhóm" from sheet_commune'),
        ("chua-dat", "Chỉ tiêu chưa đạt", """
            select * exclude ("Ghi trong báo cáo") replace (coalesce(cast("Giá trị" as varchar), "Ghi trong báo cáo") as "Giá trị")
            from sheet_unmet"""),
        ("ket-qua", "Kết quả chỉ tiêu", f'select "STT", "Huyện", "Xã", {results} from sheet_result'),
        ("nguon", "Nguồn số liệu", "from sheet_source"),
    ]:
        db.execute(f"copy ({query}) to '{os.path.join(out, file)}.xlsx' (format xlsx, header true, sheet '{sheet}')")


def main():
    a = whole.arguments(__doc__)
    stages = whole.Stages()
    db = duckdb.connect(os.path.join(a.out, "peer.duckdb"))
    db.load_extension(os.path.join(os.path.dirname(duckdb_extension_excel.__file__), "extensions", f"v{duckdb.__version__}", "excel.duckdb_extension"))
    whole.load_lists(db, a.inbox)
    for n, path in enumerate(a.books):
        into = "insert into cell" if n else "create temp table cell as"
        db.execute(into + CELL, [os.path.basename(path), path])
    stages.done("read")
    db.execute(OBSERVATION)
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
