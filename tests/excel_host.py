"""A workbook as the task pane for Excel reads it from its host, for tests: cells, names and the carried model."""

import datetime
import re
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.datetime import to_excel

from modelgen.contract import CARRIED_NAMESPACE


def snapshot(path: Path) -> dict[str, Any]:
    """Sheets with values and formulas from their first cell on, names, and the text of the model."""
    written, computed = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    return {
        "sheets": [
            {
                "name": sheet.title,
                "row": 0,
                "column": 0,
                "values": _rows(computed[sheet.title]),
                "formulas": _rows(sheet),
                "names": {name: f"={one.attr_text}" for name, one in sheet.defined_names.items()},
            }
            for sheet in written.worksheets
        ],
        "names": {name: f"={one.attr_text}" for name, one in written.defined_names.items()},
        "carried": carried_in(path),
    }


def carried_in(path: Path) -> str | None:
    """The text of the model that a workbook carries; None if it carries none."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"customXml/item\d+\.xml", name):
                text = archive.read(name).decode()
                if CARRIED_NAMESPACE in text:
                    found = re.search(r"<model[^>]*>(.*)</model>", text, re.DOTALL)
                    return unescape(found[1]) if found else None
    return None


def _rows(sheet: Any) -> list[list[Any]]:
    return [[_plain(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime.time):
        return 0  # midnight: the day number 0
    if isinstance(cell, (datetime.date, datetime.datetime)):
        return to_excel(cell)  # type: ignore[no-untyped-call]
    return "" if cell is None else cell
