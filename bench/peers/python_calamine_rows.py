"""Reads every cell of the workbooks named on the command line with
python-calamine and prints how many hold something and the sum of the numbers."""

import sys

from python_calamine import CalamineWorkbook

cells, total = 0, 0.0
for name in sys.argv[1:]:
    book = CalamineWorkbook.from_path(name)
    for sheet in book.sheet_names:
        for row in book.get_sheet_by_name(sheet).iter_rows():
            for value in row:
                if value == "":
                    continue
                cells += 1
                if type(value) in (int, float):
                    total += value
print(cells, repr(total))
