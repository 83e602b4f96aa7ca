"""The floor: XlsxWriter alone writes the same formulas and values, from a list of them.

`python benchmarks/floor.py FORMULAS.json FILE.xlsx`
"""

import json
import sys
from pathlib import Path

import xlsxwriter

sheets = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
book = xlsxwriter.Workbook(sys.argv[2])
for name, cells in sheets.items():
    sheet = book.add_worksheet(name)
    for row, column, formula, value in cells:
        if formula:
            sheet.write_formula(row, column, formula, None, value)
        else:
            sheet.write(row, column, value)
book.close()
