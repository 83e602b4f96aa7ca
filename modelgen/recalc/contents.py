"""The cells and names of a workbook, read with limits: constants, formulas, defined names.

Rows and columns count from 1 here, as in openpyxl and in A1 notation.
"""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.cell import get_column_letter, range_boundaries
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from modelgen.problem import fail

MAX_UNPACKED = 512 * 2**20
MAX_RATIO = 300
Value = float | str | bool | None
Key = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of one sheet, ends included."""

    sheet: str
    row: int
    column: int
    last_row: int
    last_column: int

    @property
    def is_cell(self) -> bool:
        """Whether it is one cell."""
        return self.row == self.last_row and self.column == self.last_column

    def cells(self) -> list[Key]:
        """Its cells, row by row."""
        return [
            (self.sheet, row, column)
            for row in range(self.row, self.last_row + 1)
            for column in range(self.column, self.last_column + 1)
        ]


@dataclass(frozen=True)
class Contents:
    """A workbook: constants and formulas by cell, cached values by cell, names by their text."""

    path: Path
    sheets: tuple[str, ...]
    constants: Mapping[Key, Value]
    formulas: Mapping[Key, str]
    names: Mapping[str, Area]
    header_of_sheet: Mapping[str, Area]
    arrays: frozenset[Key]
    properties: Mapping[str, str]
    comments: Mapping[Key, str]

    def area(self, text: str, sheet: str) -> Area | None:
        """The area that a reference, as it stands in a formula on a sheet, or a name refers to."""
        found = parse_area(text, sheet)
        return found or self._folded_names.get(text.upper())

    @cached_property
    def _folded_names(self) -> dict[str, Area]:
        """The names in capitals: Excel does not tell their case apart."""
        return {name.upper(): area for name, area in self.names.items()}


def check_file(path: Path) -> None:
    """Raises ModelError unless the path is an .xlsx of reasonable size."""
    if not path.exists():
        raise fail(f"there is no file {path}")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            packed = max(1, sum(part.compress_size for part in parts))
            if unpacked > MAX_UNPACKED or (unpacked > 2**24 and unpacked / packed > MAX_RATIO):
                raise fail(
                    f"{path} unpacks to {unpacked / 2**20:,.0f} MiB: too large to be read safely"
                )
            if "[Content_Types].xml" not in {part.filename for part in parts}:
                raise fail(f"{path} is not an Excel workbook (.xlsx)")
    except zipfile.BadZipFile:
        raise fail(f"{path} is not an Excel workbook (.xlsx)") from None
    except OSError as error:
        raise fail(f"{path} cannot be read: {error.strerror}") from None


def read_contents(path: Path) -> Contents:
    """The contents of a workbook. Raises ModelError when it cannot be read."""
    check_file(path)
    try:
        book = openpyxl.load_workbook(path)
    except DefusedXmlException:
        raise fail(
            f"{path} holds XML that a workbook has no need of (entities); it is not read"
        ) from None
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
        ParseError,
        zipfile.BadZipFile,
    ) as error:
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise fail(f"{path} is not an Excel workbook that can be read: {reason}") from None
    constants: dict[Key, Value] = {}
    formulas: dict[Key, str] = {}
    arrays: set[Key] = set()
    comments: dict[Key, str] = {}
    headers: dict[str, Area] = {}
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value
                if cell.comment is not None:
                    place = (sheet.title, int(cell.row or 0), int(cell.column or 0))
                    comments[place] = " ".join(cell.comment.text.split())
                if value is None:
                    continue
                key = (sheet.title, int(cell.row or 0), int(cell.column or 0))
                if isinstance(value, (ArrayFormula, DataTableFormula)):
                    arrays.add(key)
                    formulas[key] = str(getattr(value, "text", "") or "")
                elif cell.data_type == "f":
                    formulas[key] = str(value)
                else:
                    constants[key] = plain(value)
        for name, defined in sheet.defined_names.items():
            if name == "period_ends" and (area := parse_area(str(defined.attr_text))):
                headers[sheet.title] = area
    names = {
        name: area
        for name, defined in book.defined_names.items()
        if (area := parse_area(str(defined.attr_text))) and area.sheet in book.sheetnames
    }
    properties = {p.name: str(p.value) for p in book.custom_doc_props.props}  # type: ignore[attr-defined]
    return Contents(
        path,
        tuple(book.sheetnames),
        constants,
        formulas,
        names,
        headers,
        frozenset(arrays),
        properties,
        comments,
    )


def plain(value: object) -> Value:
    """A cell's value as a number, text or truth value; a date as its day number."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (datetime, date, time)):
        return float(to_excel(value))  # type: ignore[no-untyped-call]
    if isinstance(value, (int, float)):
        return float(value)
    return str(value)


def a1(key: Key) -> str:
    """A cell as a person names it: Debt!H14."""
    return f"{key[0]}!{get_column_letter(key[2])}{key[1]}"


_AREA = re.compile(
    r"^(?:(?:'((?:[^']|'')+)'|([^'!]+))!)?(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)$",
    re.IGNORECASE,
)


def parse_area(text: str, sheet: str = "") -> Area | None:
    """The area of a reference, as Debt!$F$12:$AQ$12; one without a sheet is on the sheet given. None
    for anything else, and for a reference that names no sheet where none is given.
    """
    found = _AREA.match(text)
    where = (found[1].replace("''", "'") if found[1] else found[2] or sheet) if found else ""
    if found is None or not where:
        return None
    left, top, right, bottom = range_boundaries(found[3].replace("$", "").upper())
    assert left and top and right and bottom
    return Area(where, top, left, bottom, right)
