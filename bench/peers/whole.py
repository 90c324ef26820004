"""What the Python peers of the whole job share: arguments, lists, stages, results."""

import argparse
import csv
import json
import os
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SET = "AG-3379"  # the set that bench/country/make.py asks for

# Where each list stands and what the job needs of it; %s is the folder of the inbox.
LISTS = {
    "indicator": ("%s/criteria.csv", "indicator_id, cast(criterion_no as integer) as criterion_no, cast(sort_order as integer) as sort_order, name, unit, comparator, cast(nullif(threshold, '') as double) as threshold, required_answer, legal_basis, confidence"),
    "district": ("%s/seeds/districts.csv", "district_code, name, display_name, cast(sort_order as integer) as sort_order"),
    "commune": ("%s/seeds/communes.csv", "commune_code, district_code, name, cast(sort_order as integer) as sort_order"),
}
RESULTS = ["criterion", "commune", "district", "country"]
# What was read, to be compared cell by cell.
OBSERVATIONS = """
    select file, sheet, cell, indicator_id, printf('%.6f', value) as value, word
    from observation order by file, sheet, indicator_id, length(cell), cell"""


def arguments(description):
    p = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--in", dest="inbox", required=True, help="the folder that bench/country/make.py wrote")
    p.add_argument("--period", default="2017-Q4")
    p.add_argument("--out", required=True)
    p.add_argument("--observations", action="store_true", help="write the observations too, to be compared; never while measured")
    a = p.parse_args()
    os.makedirs(a.out, exist_ok=True)
    a.books = sorted(e.path for e in os.scandir(os.path.join(a.inbox, "inbox", a.period)) if e.name.endswith(".xlsx"))
    return a


def criterion_names():
    """The names of the set's criteria in their order, as headings."""
    with open(os.path.join(ROOT, "seeds", "criteria.csv"), encoding="utf-8", newline="") as f:
        named = {int(r["criterion_no"]): r["name"] for r in csv.DictReader(f) if r["set_id"] == SET}
    return [f"{no}. {named[no]}" for no in sorted(named)]


def indicator_ids(db):
    return [i for i, in db.sql("select indicator_id from indicator order by sort_order").fetchall()]


class Stages:
    """Times the stages: done() ends one and begins the next; tell() prints all as one line of JSON."""

    def __init__(self):
        self.stages = {}
        self.last = time.perf_counter(), time.process_time()

    def done(self, name):
        now = time.perf_counter(), time.process_time()
        self.stages[name] = {"wall": now[0] - self.last[0], "cpu": now[1] - self.last[1]}
        self.last = now

    def tell(self):
        print(json.dumps(self.stages))


def load_lists(db, inbox):
    """Makes tables of the lists that evaluate.sql reads."""
    for name, (path, columns) in LISTS.items():
        db.execute(f"create table {name} as select {columns} from read_csv(?, all_varchar = true)", [path % inbox])


def evaluate(db):
    with open(os.path.join(HERE, "evaluate.sql"), encoding="utf-8") as f:
        for statement in f.read().split(";\n"):
            db.execute(statement)


def write_results(db, out, observations):
    for name in RESULTS:
        db.execute(f"copy (from result_{name}) to '{os.path.join(out, name)}.csv' (header)")
    if observations:
        write_observations(db, out)


def write_observations(db, out):
    db.execute(f"copy ({OBSERVATIONS}) to '{os.path.join(out, 'observation.csv')}' (header)")
