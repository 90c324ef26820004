"""Writes an inbox of the size of a country, with the lists its offices need.

    python make.py --out build/bench/country [--districts 700] [--communes 17] [--provinces 1] [--periods 2017-Q4 2017-12 …]

The workbooks are written by XlsxWriter, so that nobody is measured on files that
its own side has written. Every name and figure is made up (SỐ LIỆU MINH HỌA) and
the same on every machine; what is asked of them is set AG-3379 of the seeds.

With one province everything is one office: OUT/{seeds,inbox,ntm.yaml}. With more
of them each has an office of its own, OUT/NN/{seeds,inbox,ntm.yaml}, whose
districts and communes have names that occur in the others too.

OUT/criteria.csv holds what the peers need of the criteria: for each indicator its
name, what is asked in 2017, on which legal basis, and how sure that is.
"""

import argparse
import csv
import os
import sys

import xlsxwriter

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SET = "AG-3379"
CRITERIA = ["indicator_id", "criterion_no", "sort_order", "name", "unit", "comparator", "threshold", "required_answer", "legal_basis", "confidence"]
# Of two lists of syllables come 4,800 names; a district has no name twice.
FIRST = ("An Bình Cẩm Đại Đông Gia Hải Hòa Hưng Khánh Kim Lộc Long Lương Minh Mỹ Nam Ngọc Nhơn Ninh Phong Phú Phước Quang "
         "Quế Sơn Tam Tân Tây Thạnh Thanh Thành Thiện Thọ Thới Thuận Thủy Tiên Tịnh Trà Trung Trường Tường Vạn Văn Việt Vĩnh Xuân").split()
SECOND = ("An Bình Châu Chánh Cường Dân Đức Giang Hà Hải Hậu Hiệp Hiếu Hòa Hội Hưng Khánh Khê Kiên Lâm Lập Lạc Lộc Lợi Long "
          "Mỹ Nghĩa Nhơn Phong Phú Phúc Phước Quới Sơn Tân Thái Thắng Thạnh Thành Thịnh Thọ Thuận Thủy Tiến Trạch Trung Vân Viên Xuân Yên").split()


def rows(name):
    with open(os.path.join(ROOT, "seeds", name), encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def table(to, name, lines):
    """Writes one list in the columns of the built-in one."""
    with open(os.path.join(ROOT, "seeds", name), encoding="utf-8", newline="") as f:
        head = next(csv.reader(f))
    os.makedirs(to, exist_ok=True)
    with open(os.path.join(to, name), "w", encoding="utf-8", newline="") as f:
        out = csv.DictWriter(f, head, lineterminator="\n")
        out.writeheader()
        for line in lines:
            out.writerow(line)


def indicators(year):
    """The indicators of the set with their levels of the year, as text."""
    levels = {
        o["indicator_id"]: o
        for o in rows("threshold_overrides.csv")
        if o["set_id"] == SET and o["scope_kind"] == "year" and o["scope_value"] == str(year)
    }
    found = []
    for r in rows("indicators.csv"):
        if r["set_id"] != SET:
            continue
        o = levels.get(r["indicator_id"], r)
        found.append({**r, **{k: o[k] for k in ("comparator", "threshold", "confidence")}, "legal_basis": o["legal_basis"] or o["source"]})
    return found


def chance(*numbers):
    """A number from 0 to 9999 that follows from others and looks random."""
    h = 2166136261
    for n in numbers:
        h = ((h ^ n) * 16777619) & 0xFFFFFFFF
        h ^= h >> 13
    return (h >> 4) % 10000


def cell(i, commune, period, n):
    """What a report says of indicator i: (value, percent?, kind), None for a blank."""
    roll = chance(n, commune, period)
    if roll < 150:
        return None
    at = chance(n, commune) / 10000 + (chance(n, commune, period, 7) - 5000) / 100000
    if i["value_kind"] == "boolean":
        met = at < 0.78
        if i["required_answer"] == "Không":
            return ("Không" if met else "Có", False)
        return ("Đạt" if met else "Chưa đạt", False)
    level = float(i["threshold"])
    if i["comparator"] == "<=":
        value = round(max(0.0, level * (0.3 + at)), 2)
    elif level == 100:
        value = 100 if at < 0.7 else round(100 - 40 * (at - 0.7), 2)
    else:
        value = round(level + (100 - level) * (0.75 - at) * (1.3 if i["unit"] == "%" else 0.3), 2)
    value = max(0.0, min(value, 100.0)) if i["unit"] == "%" else value
    if i["unit"] == "%" and n % 5 == 2:
        return (value / 100, True)  # shown as a percentage
    if roll % 40 == 0:
        return (f"{value:.2f}".replace(".", ","), False)  # a number typed as text
    return (value, False)


def district(to, name, display, period, codes, names, asked):
    book = xlsxwriter.Workbook(to, {"constant_memory": False})
    book.set_properties({"created": __import__("datetime").datetime(2018, 1, 5)})
    bold = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"})
    title = book.add_format({"bold": True, "align": "center"})
    plain = book.add_format({"border": 1})
    share = book.add_format({"border": 1, "num_format": "0.00%"})
    sheet = book.add_worksheet("Biểu 01")
    last = 1 + len(asked)
    year, part = period.split("-")
    if part.startswith("Q"):
        when, at = f"QUÝ {['I', 'II', 'III', 'IV'][int(part[1]) - 1]} NĂM {year}", int(year) * 4 + int(part[1])
    else:
        when, at = f"THÁNG {int(part)} NĂM {year}", 100_000 + int(year) * 12 + int(part)
    sheet.merge_range(0, 0, 0, last, f"UBND {display.upper()}", title)
    sheet.merge_range(1, 0, 1, last, "SỐ LIỆU MINH HỌA", title)
    sheet.merge_range(2, 0, 2, last, f"KẾT QUẢ THỰC HIỆN BỘ TIÊU CHÍ XÃ NÔNG THÔN MỚI {when}", title)
    sheet.write(4, 0, "STT", bold)
    sheet.write(4, 1, "Tên xã", bold)
    for k, i in enumerate(asked):
        sheet.write(4, 2 + k, i["name"], bold)
        sheet.write_string(5, 2 + k, i["indicator_id"], bold)
    for r, (code, name) in enumerate(zip(codes, names)):
        row = 6 + r
        sheet.write_number(row, 0, r + 1, plain)
        sheet.write_string(row, 1, name, plain)
        for k, i in enumerate(asked):
            said = cell(i, int(code), at, k)
            if said is None:
                sheet.write_blank(row, 2 + k, None, plain)
                continue
            value, percent = said
            (sheet.write_string if isinstance(value, str) else sheet.write_number)(row, 2 + k, value, share if percent else plain)
    book.close()


def office(to, province, first, count, communes, periods, asked):
    """One office: districts first … first+count-1 of the country."""
    source = {"source": "SỐ LIỆU MINH HỌA (bench/country/make.py)", "confidence": "assumed"}
    seeds = os.path.join(to, "seeds")
    table(seeds, "provinces.csv", [{"province_code": province, "name": f"Minh Họa {province}", "kind": "tỉnh", **source}])
    districts, list_, recognised, books = [], [], [], []
    for d in range(first, first + count):
        code = f"{1000 + d}"
        # The same names in every province, as Châu Thành is one of nine districts of the country.
        name = f"Minh Họa {d - first + 1:03d}"
        districts.append({"district_code": code, "name": name, "kind": "huyện", "display_name": f"huyện {name}", "province_code": province,
                          "sort_order": d - first + 1, **source})
        codes, names = [], []
        for c in range(communes):
            k = d * communes + c
            pair = (d * 977 + c * 53) % (len(FIRST) * len(SECOND))
            codes.append(f"{100000 + k}")
            names.append(f"{FIRST[pair % len(FIRST)]} {SECOND[pair // len(FIRST)]}")
            list_.append({"commune_code": codes[-1], "name": names[-1], "kind": "xã", "district_code": code, "sort_order": len(list_) + 1, **source})
            if k % 4 == 0:
                recognised.append({"commune_code": codes[-1], "recognised_year": 2015 + k % 3, "set_id": "AG-2361" if k % 3 < 2 else SET,
                                   "order_no": len(recognised) + 1, "stage": "", "valid_from": f"{2015 + k % 3}-12-31", "illustrative": "yes", **source})
        if len(set(names)) != len(names):
            sys.exit(f"{name} has a name twice")
        books.append((name, codes, names))
    table(seeds, "districts.csv", districts)
    table(seeds, "communes.csv", list_)
    table(seeds, "recognitions.csv", recognised)
    for name in ("commune_successors.csv", "published_figures.csv", "targets.csv"):
        table(seeds, name, [])
    with open(os.path.join(to, "ntm.yaml"), "w", encoding="utf-8") as f:
        f.write(f'inbox: {os.path.join(to, "inbox")}\ndata: {os.path.join(to, "data")}\nout: {os.path.join(to, "out")}\n'
                f'province:\n  code: "{province}"\nseeds:\n  dir: {seeds}\n'
                f'report:\n  parent: ""\n  office: VĂN PHÒNG MINH HỌA {province}\n  place: Minh Họa\n')
    for period in periods:
        folder = os.path.join(to, "inbox", period)
        os.makedirs(folder, exist_ok=True)
        for name, codes, names in books:
            at = os.path.join(folder, f"{name}.xlsx")
            if os.path.exists(at):
                continue
            district(at + ".part", name, f"huyện {name}", period, codes, names, asked)
            os.rename(at + ".part", at)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--out", required=True)
    p.add_argument("--districts", type=int, default=700)
    p.add_argument("--communes", type=int, default=17)
    p.add_argument("--provinces", type=int, default=1)
    p.add_argument("--periods", nargs="+", default=["2017-Q4"])
    a = p.parse_args()
    out = os.path.abspath(a.out)
    os.makedirs(out, exist_ok=True)
    asked = indicators(2017)
    with open(os.path.join(out, "criteria.csv"), "w", encoding="utf-8", newline="") as f:
        w = csv.DictWriter(f, CRITERIA, extrasaction="ignore", lineterminator="\n")
        w.writeheader()
        w.writerows(asked)
    for n in range(a.provinces):
        first, end = a.districts * n // a.provinces, a.districts * (n + 1) // a.provinces
        code = f"{n + 1:02d}"
        office(out if a.provinces == 1 else os.path.join(out, code), code, first, end - first, a.communes, a.periods, asked)


if __name__ == "__main__":
    main()
