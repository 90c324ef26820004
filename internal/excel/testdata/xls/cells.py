"""Prints what xlrd reads in the named .xls files: one JSON line for each."""

import json
import os
import sys

import xlrd


def number(v):
    return repr(float(v))


def cells(sheet):
    for row in range(sheet.nrows):
        for col in range(sheet.row_len(row)):
            kind, value = sheet.cell_type(row, col), sheet.cell_value(row, col)
            if kind == xlrd.XL_CELL_TEXT and value:
                yield [row + 1, col + 1, "text", value]
            elif kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                yield [row + 1, col + 1, "date" if kind == xlrd.XL_CELL_DATE else "number", number(value)]
            elif kind == xlrd.XL_CELL_BOOLEAN:
                yield [row + 1, col + 1, "bool", "TRUE" if value else "FALSE"]
            elif kind == xlrd.XL_CELL_ERROR:
                yield [row + 1, col + 1, "error", xlrd.error_text_from_code.get(value, "#UNKNOWN!")]


quiet = open(os.devnull, "w")
for name in sys.argv[1:]:
    out = {"file": name}
    try:
        book = xlrd.open_workbook(name, logfile=quiet, ragged_rows=True, ignore_workbook_corruption=True)
        out["version"] = book.biff_version
        out["sheets"] = [{"name": s.name, "cells": list(cells(s))} for s in book.sheets()]
    except Exception as e:  # whatever a damaged file makes of xlrd
        out = {"file": name, "error": "%s: %s" % (type(e).__name__, e)}
    print(json.dumps(out))
