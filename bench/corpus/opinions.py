"""What other readers read in a workbook, as JSON: python opinions.py READER FILE.

A cell is [row, column, kind, text], counted from 1; dates are left as the
numbers that they are stored as.
"""

import csv
import io
import json
import os
import sys


def number(v):
    return repr(float(v))


def openpyxl_sheets(name):
    import warnings

    import openpyxl
    from openpyxl.worksheet import _reader

    warnings.simplefilter("ignore")
    begin = _reader.WorkSheetParser.__init__

    def plain(self, *args, **kwargs):
        begin(self, *args, **kwargs)
        self.date_formats, self.timedelta_formats = set(), set()

    _reader.WorkSheetParser.__init__ = plain
    book = openpyxl.load_workbook(name, data_only=True)
    for sheet in book.worksheets:
        cells = []
        for row in sheet.iter_rows():
            for c in row:
                v = c.value
                if v is None or v == "":
                    continue
                if isinstance(v, bool):
                    cells.append([c.row, c.column, "bool", "TRUE" if v else "FALSE"])
                elif isinstance(v, (int, float)):
                    cells.append([c.row, c.column, "number", number(v)])
                elif c.data_type == "e":
                    cells.append([c.row, c.column, "error", str(v)])
                else:
                    cells.append([c.row, c.column, "text", str(v)])
        yield sheet.title, cells


def xlrd_sheets(name):
    import xlrd

    book = xlrd.open_workbook(name, logfile=open(os.devnull, "w"), ragged_rows=True, ignore_workbook_corruption=True)
    if book.biff_version < 80:
        raise ValueError("BIFF %s" % book.biff_version)
    for sheet in book.sheets():
        cells = []
        for row in range(sheet.nrows):
            for col in range(sheet.row_len(row)):
                kind, value = sheet.cell_type(row, col), sheet.cell_value(row, col)
                if kind == xlrd.XL_CELL_TEXT and value:
                    cells.append([row + 1, col + 1, "text", value])
                elif kind == xlrd.XL_CELL_NUMBER:
                    cells.append([row + 1, col + 1, "number", number(value)])
                elif kind == xlrd.XL_CELL_DATE:
                    cells.append([row + 1, col + 1, "date", number(value)])
                elif kind == xlrd.XL_CELL_BOOLEAN:
                    cells.append([row + 1, col + 1, "bool", "TRUE" if value else "FALSE"])
                elif kind == xlrd.XL_CELL_ERROR:
                    cells.append([row + 1, col + 1, "error", xlrd.error_text_from_code.get(value, "#UNKNOWN!")])
        yield sheet.name, cells


def csv_sheets(name):
    """The table under each separator; one of them must be ours."""
    data = open(name, "rb").read()
    for code in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1258", "cp1252"):
        try:
            text = data.decode(code)
            break
        except UnicodeDecodeError:
            pass
    if text[:4].lower() == "sep=":
        text = text.split("\n", 1)[1]
    csv.field_size_limit(1 << 30)
    for comma in ",;\t|":
        cells = []
        for r, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=comma)):
            cells += [[r + 1, c + 1, "text", v] for c, v in enumerate(row) if v]
        yield comma, cells


readers = {"openpyxl": openpyxl_sheets, "xlrd": xlrd_sheets, "csv": csv_sheets}
try:
    sheets = [{"name": name, "cells": cells} for name, cells in readers[sys.argv[1]](sys.argv[2])]
    print(json.dumps({"sheets": sheets}))
except Exception as e:  # whatever a damaged file makes of them
    print(json.dumps({"error": "%s: %s" % (type(e).__name__, e)}))
