"""Reads every cell of the workbooks named on the command line with openpyxl's
read-only mode and prints how many hold something and the sum of the numbers."""

import sys

import openpyxl

cells, total = 0, 0.0
for name in sys.argv[1:]:
    book = openpyxl.load_workbook(name, read_only=True, data_only=True)
    for sheet in book:
        sheet.reset_dimensions()  # else it believes the sheet's own claim, and excelize always claims A1
        for row in sheet.iter_rows(values_only=True):
            for value in row:
                if value is None:
                    continue
                cells += 1
                if type(value) in (int, float):
                    total += value
    book.close()
print(cells, repr(total))
