"""Runs the core models of ntm, from observations to summaries, on Apache Spark.

    python ntm_spark.py --lake LAKE --sql SQL --out OUT [--master local-cluster[2,1,1024]]
                        [--partitions 64] [--province 89 …] [--compare]

LAKE  the folder that `ntm export --lake` has written; the manifest of each
      province says which of its files belong together
SQL   the folder sql/ of ntm: the models are run from the same files, unchanged
OUT   is written: OUT/<schema>/<table>/province=<code>/*.parquet

The few models that every engine spells in a way of its own stand beside this
program, in spark/: see HERE. --compare holds what Spark derives against what the
lake says that ntm derived, row for row, and ends with status 1 where they differ.

Needs pyspark 4.1 and Java 17.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import unicodedata

from pyspark.sql import SparkSession

HERE = os.path.dirname(os.path.abspath(__file__))

# What a model reads stands before it.
CORE = [
    "staging.period", "staging.commune", "staging.lead", "staging.threshold", "staging.cell", "staging.counted", "staging.chosen",
    "staging.observation", "staging.criterion_claim",
    "mart.indicator_result", "mart.criterion_result", "mart.failing", "mart.commune_summary", "mart.district_summary", "mart.province_summary",
    "mart.band_summary", "mart.criterion_summary", "mart.indicator_summary",
]
# Files that Spark cannot read, and why. Each has a twin in HERE/spark.
OWN = {
    "staging.lead": "a list is unfolded by unnest() there and by explode() here",
    "mart.failing": "lists of structs are sorted and written out by functions of other names",
}


def model(sql, name):
    schema, table = name.split(".")
    folder = os.path.join(HERE, "spark") if name in OWN else sql
    with open(os.path.join(folder, "marts" if schema == "mart" else schema, table + ".sql"), encoding="utf-8") as f:
        return f.read()


def session(master, partitions):
    spark = (
        SparkSession.builder.master(master).appName("ntm")
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")  # 01 is a code, not a number
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", str(partitions))
        .config("spark.sql.adaptive.enabled", "true")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.warehouse.dir", tempfile.mkdtemp(prefix="ntm-spark-"))
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    # The one function of the models that Spark has not got.
    spark.udf.register("nfc_normalize", lambda s: None if s is None else unicodedata.normalize("NFC", s))
    return spark


def read_province(spark, lake, manifest):
    """Makes the tables of one province known under their names."""
    for table in manifest["tables"]:
        files = [f for f in manifest["files"] if f["table"] == table["name"]]
        schema, name = table["name"].split(".")
        paths = [os.path.join(lake, f["path"]) for f in files if f["rows"] > 0]
        if not paths:
            kinds = {"VARCHAR": "string", "INTEGER": "int", "BIGINT": "bigint", "DOUBLE": "double", "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "timestamp"}
            columns = [(c["name"], kinds.get(c["type"], "string")) for c in table["columns"]] + [(k, "string") for k in table["partitioned_by"]]
            frame = spark.createDataFrame([], ", ".join(f"`{n}` {t}" for n, t in columns))
        else:
            frame = spark.read.option("basePath", os.path.join(lake, schema, name)).parquet(*paths)
        yield table["name"], frame.drop("province")


def run(spark, lake, sql, out, manifest):
    province = manifest["province"]
    for schema in ("ref", "raw", "ops", "staging", "mart"):
        spark.sql(f"drop database if exists {schema} cascade")
        spark.sql(f"create database {schema}")
    theirs = {}
    for name, frame in read_province(spark, lake, manifest):
        if name.startswith("mart."):
            theirs[name] = frame
        else:
            at = os.path.join(out, "_in", name)
            frame.write.mode("overwrite").parquet(at)
            spark.sql(f"create table {name} using parquet location '{at}'")
    for name in CORE:
        schema, table = name.split(".")
        at = os.path.join(out, schema, table, f"province={province}")
        spark.sql(model(sql, name)).write.mode("overwrite").parquet(at)
        spark.sql(f"create table {name} using parquet location '{at}'")
    shutil.rmtree(os.path.join(out, "_in"), ignore_errors=True)
    return theirs


def value(v):
    """A value as text; doubles to twelve digits, since a sum depends on its order."""
    if v is None:
        return "NULL"
    if isinstance(v, bool):
        return str(v).lower()
    if isinstance(v, (int, float)):
        return f"{float(v):.12g}"
    return str(v)


def lines(frame, columns):
    return sorted(" | ".join(value(v) for v in row) for row in frame.select(*(f"`{c}`" for c in columns)).collect())


def compare(spark, theirs, province):
    wrong = 0
    for name in CORE:
        if not name.startswith("mart."):
            continue
        columns = theirs[name].columns
        ours, want = lines(spark.table(name), columns), lines(theirs[name], columns)
        state = "same" if ours == want else "DIFFERS"
        print(f"{province} {name}: {len(ours)} rows, {state}")
        if ours != want:
            wrong += 1
            extra, lacking = sorted(set(ours) - set(want))[:3], sorted(set(want) - set(ours))[:3]
            print("  columns:", ", ".join(columns), *("  Spark has: " + x for x in extra), *("  ntm has:   " + x for x in lacking), sep="\n", file=sys.stderr)
    return wrong


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--lake", required=True)
    p.add_argument("--sql", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--master", default="local-cluster[2,1,1024]")
    p.add_argument("--partitions", type=int, default=64, help="into how many parts rows are shuffled; two or three for each core of the cluster")
    p.add_argument("--province", nargs="*", default=[])
    p.add_argument("--compare", action="store_true")
    a = p.parse_args()
    lake, out = os.path.abspath(a.lake), os.path.abspath(a.out)
    manifests = []
    folder = os.path.join(lake, "_manifest")
    for name in sorted(os.listdir(folder)):
        if name.startswith("province=") and name.endswith(".json"):
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                m = json.load(f)
            if not a.province or m["province"] in a.province:
                manifests.append(m)
    spark = session(a.master, a.partitions)
    wrong = 0
    try:
        for m in manifests:
            theirs = run(spark, lake, a.sql, out, m)
            if a.compare:
                wrong += compare(spark, theirs, m["province"])
    finally:
        spark.stop()
    sys.exit(1 if wrong or not manifests else 0)


if __name__ == "__main__":
    main()
