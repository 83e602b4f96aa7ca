"""A workbook as plain data: its cells, names and properties, with formulas in Excel's syntax.

Rows and columns count from 1. A formula as LibreOffice shows it to programs (`=SUM($Debt.A1;2)`) is put in
Excel's syntax (`=SUM(Debt!A1,2)`), in which the workbook's contract speaks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    Value = float | str | bool | None
    Key = tuple[str, int, int]

LAST_ROW, LAST_COLUMN = 2**20, 2**14
LARGE = 2**16
"""A name of more cells is cut to where its sheet has any: it may span a whole sheet."""
_EPOCH = date(1899, 12, 30)
_LAST_DAY = 2_958_466  # the day after December 31, 9999


class ItemError(Exception):
    """What a menu item cannot do, in a sentence that says what to do instead."""


class Area(NamedTuple):
    """A rectangle of cells on one sheet, ends included."""

    sheet: str
    row: int
    column: int
    last_row: int
    last_column: int

    @property
    def is_cell(self) -> bool:
        """Whether it is a single cell."""
        return self.row == self.last_row and self.column == self.last_column

    @property
    def size(self) -> int:
        """The number of cells."""
        return (self.last_row - self.row + 1) * (self.last_column - self.column + 1)

    @property
    def first(self) -> Key:
        """The first cell."""
        return (self.sheet, self.row, self.column)

    def holds(self, key: Key) -> bool:
        """Whether a cell lies in it."""
        inside = self.row <= key[1] <= self.last_row and self.column <= key[2] <= self.last_column
        return key[0] == self.sheet and inside

    def cells(self) -> list[Key]:
        """Its cells, row by row."""
        return [
            (self.sheet, row, column)
            for row in range(self.row, self.last_row + 1)
            for column in range(self.column, self.last_column + 1)
        ]


@dataclass(frozen=True)
class Cells:
    """An open workbook at one moment. `values` holds every cell that is not blank, constant or
    computed, dates as day numbers; `areas` the names of single sheets; `path` is empty for a workbook
    that was never saved.

    Example: `Cells("/deals/lex.xlsx", ("Debt",), {("Debt", 1, 1): 2.0}, {}, {}, {}, {}).value(("Debt",
    1, 1))` is 2.0.
    """

    path: str
    sheets: tuple[str, ...]
    values: Mapping[Key, Value]
    formulas: Mapping[Key, str]
    names: Mapping[str, Area]
    areas: Mapping[str, Mapping[str, Area]]
    properties: Mapping[str, str]
    comments: Mapping[Key, str] = field(default_factory=dict)

    def value(self, key: Key) -> Value:
        """A cell's value; None if it is blank."""
        return self.values.get(key)

    def is_constant(self, key: Key) -> bool:
        """Whether a cell holds a value that was typed or written, not a formula."""
        return key in self.values and key not in self.formulas

    @cached_property
    def _used(self) -> dict[str, tuple[int, int]]:
        """The last row and column of each sheet that hold anything."""
        used: dict[str, tuple[int, int]] = {}
        for sheet, row, column in self.values:
            last_row, last_column = used.get(sheet, (1, 1))
            used[sheet] = (max(last_row, row), max(last_column, column))
        return used

    def clipped(self, area: Area) -> Area:
        """An area; if it is large, the part of it that can hold anything, at least its first cell."""
        if area.size <= LARGE:
            return area
        rows, columns = self._used.get(area.sheet, (1, 1))
        last_row = max(area.row, min(area.last_row, rows))
        last_column = max(area.column, min(area.last_column, columns))
        return Area(area.sheet, area.row, area.column, last_row, last_column)

    def held(self, area: Area) -> list[Key]:
        """The cells of an area that are not blank, row by row; the area may span a whole sheet."""
        if area.size <= len(self.values):
            return [key for key in area.cells() if key in self.values]
        return sorted(key for key in self.values if area.holds(key))

    def area(self, text: str, sheet: str) -> Area | None:
        """What a reference in a formula on a sheet, or a defined name, refers to; None if nothing."""
        return parse_area(text, sheet) or self._folded_names.get(text.upper())

    @cached_property
    def _folded_names(self) -> dict[str, Area]:
        """The areas by name in capitals: a spreadsheet ignores the case of names."""
        return {name.upper(): area for name, area in self.names.items()}


def letters(column: int) -> str:
    """The letters of a column: 1 is A, 28 is AB."""
    out = ""
    while column:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out


def column_of(text: str) -> int:
    """The number of a column by its letters."""
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number


def a1(key: Key) -> str:
    """A cell as a person writes it: Debt!H14."""
    return f"{key[0]}!{letters(key[2])}{key[1]}"


_AREA = re.compile(
    r"(?:(?:'((?:[^']|'')+)'|([^'!]+))!)?\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?",
    re.IGNORECASE | re.ASCII,
)


def parse_area(text: str, sheet: str = "") -> Area | None:
    """The area of a reference such as Debt!$F$12:$AQ$12, or on `sheet` where it names none; None for
    anything else.
    """
    found = _AREA.fullmatch(text)
    where = (found[1].replace("''", "'") if found[1] else found[2] or sheet) if found else ""
    if found is None or not where:
        return None
    rows = sorted((int(found[4]), int(found[6] or found[4])))
    columns = sorted(column_of(c) for c in (found[3], found[5] or found[3]))
    if rows[0] < 1 or rows[1] > LAST_ROW or columns[1] > LAST_COLUMN:
        return None
    return Area(where, rows[0], columns[0], rows[1], columns[1])


_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
    |(?P<area>(?:(?:'(?:[^']|'')+'|[\w.]+)!)?\$?[A-Za-z]{1,3}\$?\d{1,7}
      (?::\$?[A-Za-z]{1,3}\$?\d{1,7})?(?![\w.(]))
    |(?P<function>[\w.]+\()
    |(?P<word>[\w.\\?]+)
    |(?P<space>\s+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


def tokens(formula: str) -> Iterator[tuple[str, str]]:
    """The parts of a formula without its equals sign: the kind (text, area, function, word, space,
    other) and the text.

    >>> list(tokens("=SUM(Debt!A1:B1)"))
    [('function', 'SUM('), ('area', 'Debt!A1:B1'), ('other', ')')]
    """
    for found in _TOKEN.finditer(formula[1:] if formula.startswith("=") else formula):
        yield str(found.lastgroup), found[0]


_OFFICE = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
    |\$?(?P<sheet>'(?:[^']|'')+'|[\w]+)\.(?=\$?[A-Za-z]{1,3}\$?\d)
    |(?P<addin>COM\.SUN\.STAR\.SHEET\.ADDIN\.\w+\.GET)
    |(?P<word>[\w.]+)
    |(?P<mark>[;{}|])""",
    re.VERBOSE | re.IGNORECASE,
)
_PLAIN_SHEET = re.compile(r"[A-Za-z_]\w*")


def in_excel_syntax(formula: str, sheets: Collection[str]) -> str:
    """A formula as LibreOffice gives it to programs, in Excel's syntax.

    >>> in_excel_syntax("=IF($Debt.$A$1>0;$'Cash flow'.B2;rate.x1)", ["Debt", "Cash flow"])
    "=IF(Debt!$A$1>0,'Cash flow'!B2,rate.x1)"
    """
    in_array = False

    def put(found: re.Match[str]) -> str:
        nonlocal in_array
        if found["sheet"]:
            bare = found["sheet"].strip("'").replace("''", "'")
            if bare not in sheets:
                return found[0]
            plain = _PLAIN_SHEET.fullmatch(bare) and parse_area(bare, "x") is None
            return f"{bare}!" if plain else "'{}'!".format(bare.replace("'", "''"))
        if found["addin"]:
            return ""
        mark = found["mark"]
        if mark in ("{", "}"):
            in_array = mark == "{"
        if mark == "|":
            return ";" if in_array else mark
        return "," if mark == ";" else found[0]

    return _OFFICE.sub(put, formula)


def date_of(value: Value) -> date | None:
    """The date of a day number; None for anything else, and outside the calendar."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < _LAST_DAY:
        return None
    return _EPOCH + timedelta(days=int(value))


def day_of(value: Value) -> str:
    """The ISO text of a day number; empty if it is none."""
    day = date_of(value)
    return day.isoformat() if day else ""


def plain(value: Value) -> str:
    """A value as text: numbers with separators and no more digits than they need.

    >>> plain(12345000.0), plain(0.0961063), plain(None)
    ('12,345,000', '0.0961063', '')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        number = float(value) or 0.0  # not -0
        if abs(number) >= 1000:
            return f"{number:,.0f}" if round(number, 6).is_integer() else f"{number:,.2f}"
        return f"{number:.6g}" if abs(number) >= 1e-6 or number == 0 else f"{number:.2e}"
    return "" if value is None else str(value)


def by_sheet(areas: Mapping[tuple[str, str], Area]) -> dict[str, dict[str, Area]]:
    """The areas of single sheets by name and sheet, from those by (name, sheet)."""
    out: dict[str, dict[str, Area]] = {}
    for (name, sheet), area in areas.items():
        out.setdefault(name, {})[sheet] = area
    return out
