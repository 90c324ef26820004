"""One period evaluated among twenty million rows, beside the bare GROUP BY over them.

    python twenty.py --warehouse DATA/ntm.duckdb --period 2017-Q4 --sql sql [--rows 20000000] [--rounds 7]

WAREHOUSE is what `ntm run` has made of one period (bench/country/make.py). It is
copied, and the period's rows are repeated under other periods until there are as
many as asked for. Then, in turns on one engine: the models from what was said of a
cell to the summaries, for the one period; and GROUP BYs, of all rows and of the one
period's. Prints medians, and the share of each model.
"""

import argparse
import os
import shutil
import statistics
import time

import duckdb

MODELS = ["staging.cell", "staging.counted", "staging.chosen", "staging.observation", "staging.criterion_claim",
          "mart.indicator_result", "mart.criterion_result", "mart.failing", "mart.commune_summary", "mart.district_summary", "mart.province_summary"]
# staging.threshold is a view: what it costs, mart.indicator_result pays.
BARE = "select commune_code, indicator_id, count(*), max(value), bool_or(word), min(raw_text) from ntm.raw.observation {where} group by all"


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--warehouse", required=True)
    p.add_argument("--period", required=True)
    p.add_argument("--sql", required=True)
    p.add_argument("--rows", type=int, default=20_000_000)
    p.add_argument("--rounds", type=int, default=7)
    p.add_argument("--memory", default="8GB")
    a = p.parse_args()
    work = a.warehouse + ".many"
    shutil.copyfile(a.warehouse, work)
    db = duckdb.connect()
    db.execute(f"set memory_limit = '{a.memory}'")
    db.execute(f"attach '{work}' as ntm")
    db.execute("use ntm")
    one = db.execute("select count(*) from raw.observation where period = ?", [a.period]).fetchone()[0]
    for n in range(1, -(-a.rows // one)):
        for table in ("raw.observation", "raw.record", "ops.submission"):
            db.execute(f"insert into {table} select * replace ('H' || {n} as period) from {table} where period = ?", [a.period])
    db.execute("checkpoint ntm")
    total = db.execute("select count(*) from raw.observation").fetchone()[0]
    db.execute("create schema made")

    def model(name):
        schema, table = name.split(".")
        with open(os.path.join(a.sql, "marts" if schema == "mart" else schema, table + ".sql"), encoding="utf-8") as f:
            return f.read()

    def timed(do):
        start = time.perf_counter()
        do()
        return time.perf_counter() - start

    shares, evaluated, all_rows, one_period = {}, [], [], []
    for _ in range(a.rounds):
        took = 0
        for name in MODELS:
            t = timed(lambda: db.execute(f"create or replace table made.x as select * from (\n{model(name)}\n) where period = '{a.period}'"))
            shares.setdefault(name, []).append(t)
            took += t
        evaluated.append(took)
        all_rows.append(timed(lambda: db.execute("create or replace table made.x as " + BARE.format(where=""))))
        one_period.append(timed(lambda: db.execute("create or replace table made.x as " + BARE.format(where=f"where period = '{a.period}'"))))
    m = statistics.median
    print(f"{total} rows, {one} of the period; medians of {a.rounds} rounds")
    print(f"one period evaluated            {m(evaluated):8.2f} s")
    print(f"GROUP BY over all rows          {m(all_rows):8.2f} s   evaluated / this: {m(e / g for e, g in zip(evaluated, all_rows)):.2f}")
    print(f"GROUP BY over the period's rows {m(one_period):8.2f} s   evaluated / this: {m(e / g for e, g in zip(evaluated, one_period)):.2f}")
    for name, t in shares.items():
        print(f"  {name:28} {m(t):8.2f} s")
    db.close()
    os.remove(work)


if __name__ == "__main__":
    main()
