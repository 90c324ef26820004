import sys

import duckdb

db = duckdb.connect(sys.argv[1], read_only=True)
for question in sys.stdin.read().split("\n;\n"):
    print(" | ".join(str(v) for v in db.execute(question).fetchone()))
