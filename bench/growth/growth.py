"""Measures how the cost of a run grows with the files of a period, and with the periods held.

    python growth.py --ntm bin/ntm --work build/bench/growth [--files 10 30 100 300 700] [--months 40] [--districts 20]

Writes WORK/files.csv, WORK/periods.csv and a curve of each as SVG. Offices are made
by bench/country/make.py (SỐ LIỆU MINH HỌA). Each size of an inbox is run once in
fresh folders; the months of one office follow one another in the same folders, and
what it takes to copy the warehouse file is measured beside each of them: a run
begins with a copy and, where it publishes, ends with one.

Processor time is that of the process and all its threads; the peak is the
system's own account of it.
"""

import argparse
import csv
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
MAKE = os.path.join(os.path.dirname(HERE), "country", "make.py")


def run(ntm, office, period, extra=()):
    """One run of ntm: wall and processor time in seconds, peak in MiB."""
    start = time.monotonic()
    with open(os.path.join(office, "last.log"), "w", encoding="utf-8") as log:
        p = subprocess.Popen([ntm, "run", "--config", os.path.join(office, "ntm.yaml"), "--period", period, *extra], stdout=log, stderr=log)
        _, status, used = os.wait4(p.pid, 0)
    wall = time.monotonic() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 3):
        sys.exit(f"ntm run ended with status {code}: see {office}/last.log")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def copying(path):
    """Seconds of processor time that copying the file takes, and its size in MiB."""
    start = time.process_time()
    shutil.copyfile(path, path + ".copy")
    taken = time.process_time() - start
    os.remove(path + ".copy")
    return taken, os.path.getsize(path) / 2**20


def made(office, districts, periods):
    subprocess.run([sys.executable, MAKE, "--out", office, "--districts", str(districts), "--periods", *periods], check=True)


def write(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(header)
        w.writerows(rows)
    for row in [header, *rows]:
        print("  ".join(str(v).rjust(12) for v in row))


def curve(path, title, across, lines, logarithmic=False):
    """One small chart: lines is a list of (name, colour, points)."""
    import math

    at = (lambda x: math.log10(x)) if logarithmic else (lambda x: x)
    xs = [at(x) for _, _, points in lines for x, _ in points]
    top = max(y for _, _, points in lines for _, y in points) * 1.1
    left, right = min(xs), max(xs)
    px = lambda x: 60 + 520 * (at(x) - left) / ((right - left) or 1)
    py = lambda y: 260 - 220 * y / top
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="320" font-family="sans-serif" font-size="12"><rect width="640" height="320" fill="#fff"/>',
           f'<text x="60" y="24" font-size="14">{title}</text><path d="M60 40V260H580" fill="none" stroke="#888"/><text x="320" y="300" text-anchor="middle">{across}</text>']
    for i in range(5):
        y = top * i / 4
        out.append(f'<text x="54" y="{py(y) + 4:.0f}" text-anchor="end">{y:.3g}</text><path d="M60 {py(y):.0f}H580" stroke="#eee"/>')
    for x in sorted({x for _, _, points in lines for x, _ in points}):
        if logarithmic or x in (1,) or x % 10 == 0:
            out.append(f'<text x="{px(x):.0f}" y="276" text-anchor="middle">{x}</text>')
    for n, (name, colour, points) in enumerate(lines):
        path_ = " ".join(f"{px(x):.1f},{py(y):.1f}" for x, y in points)
        out.append(f'<polyline points="{path_}" fill="none" stroke="{colour}" stroke-width="2"/><text x="{70 + 260 * n}" y="316" fill="{colour}">{name}</text>')
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(out) + "\n</svg>\n")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--ntm", required=True)
    p.add_argument("--work", required=True)
    p.add_argument("--files", nargs="*", type=int, default=[10, 30, 100, 300, 700])
    p.add_argument("--months", type=int, default=40)
    p.add_argument("--districts", type=int, default=20)
    a = p.parse_args()
    ntm, work = os.path.abspath(a.ntm), os.path.abspath(a.work)
    os.makedirs(work, exist_ok=True)
    rows = []
    for n in a.files:
        office = os.path.join(work, f"files-{n}")
        shutil.rmtree(office, ignore_errors=True)
        made(office, n, ["2017-Q4"])
        wall, cpu, peak = run(ntm, office, "2017-Q4")
        rows.append([n, round(wall, 1), round(cpu, 1), round(1000 * cpu / n, 1), round(peak)])
        shutil.rmtree(office, ignore_errors=True)
    if rows:
        write(os.path.join(work, "files.csv"), ["files", "wall_s", "cpu_s", "cpu_ms_per_file", "peak_mib"], rows)
        curve(os.path.join(work, "files.svg"), "CPU of a run per workbook, ms", "workbooks in the period", [("ms per workbook", "#c33", [(r[0], r[3]) for r in rows])], True)
    if a.months:
        months = [f"{2017 + m // 12}-{m % 12 + 1:02d}" for m in range(a.months)]
        office = os.path.join(work, "months")
        shutil.rmtree(office, ignore_errors=True)
        made(office, a.districts, months)
        rows = []
        for n, month in enumerate(months, 1):
            wall, cpu, peak = run(ntm, office, month)
            copied, size = copying(os.path.join(office, "data", "ntm.duckdb"))
            rows.append([n, month, round(wall, 2), round(cpu, 2), round(2 * copied, 3), round(cpu - 2 * copied, 2), round(peak), round(size, 1)])
        write(os.path.join(work, "periods.csv"), ["periods", "period", "wall_s", "cpu_s", "cpu_copying_s", "cpu_without_s", "peak_mib", "warehouse_mib"], rows)
        curve(os.path.join(work, "periods.svg"), "CPU of a run without copying the warehouse, s", "periods held", [("seconds", "#c33", [(r[0], r[5]) for r in rows])])
        shutil.rmtree(office, ignore_errors=True)


if __name__ == "__main__":
    main()
