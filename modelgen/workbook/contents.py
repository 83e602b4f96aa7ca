"""Reads the cells and names of a workbook within limits: constants, formulas, defined names.

Rows and columns count from 1 here, as in openpyxl and A1 notation, unlike in `excel`. What is read is cached
by the file's bytes; openpyxl, which is slow to import and slower to read, is used only for a file that is
not in the cache.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from modelgen.contract import AREAS, BAND_ENDS, PERIOD_ENDS
from modelgen.problem import fail

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.formula.tokenizer import Token
    from openpyxl.workbook.workbook import Workbook
    from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
    from openpyxl.worksheet.worksheet import Worksheet

LAST_ROW, LAST_COLUMN = 2**20, 2**14
LARGE_AREA = 2**16
ERRORS = frozenset(
    [
        "#REF!",
        "#NAME?",
        "#VALUE!",
        "#DIV/0!",
        "#N/A",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#ERROR!",
        "#CIRC!",
        "#N/IMPL!",
    ]
)
"""The error values of Excel, and those that IronCalc has beside them."""
Value = float | str | bool | None
Key = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells on one sheet, rows and columns from 1, ends included."""

    sheet: str
    row: int
    column: int
    last_row: int
    last_column: int

    @property
    def is_cell(self) -> bool:
        """Whether the area is a single cell."""
        return self.row == self.last_row and self.column == self.last_column

    @property
    def size(self) -> int:
        """The number of cells."""
        return (self.last_row - self.row + 1) * (self.last_column - self.column + 1)

    def holds(self, key: Key) -> bool:
        """Whether a cell lies in the area."""
        return (
            key[0] == self.sheet
            and self.row <= key[1] <= self.last_row
            and self.column <= key[2] <= self.last_column
        )

    def cells(self) -> list[Key]:
        """The cells of the area, row by row."""
        return [
            (self.sheet, row, column)
            for row in range(self.row, self.last_row + 1)
            for column in range(self.column, self.last_column + 1)
        ]


@dataclass(frozen=True)
class Contents:
    """The content of a workbook: constants and formulas by cell, areas by name. `errors` are the constants
    that are error values, such as a typed #N/A, rather than texts. `arrays` are the formulas that fill more
    than their own cell. `from_1904` says that days count from 1904; `bulky`, that merged areas have so many
    cells that no program that creates each of them should open the file.
    """

    path: Path
    sheets: tuple[str, ...]
    constants: Mapping[Key, Value]
    formulas: Mapping[Key, str]
    names: Mapping[str, Area]
    areas: Mapping[str, Mapping[str, Area]]
    arrays: frozenset[Key]
    properties: Mapping[str, str]
    comments: Mapping[Key, str]
    errors: frozenset[Key] = frozenset()
    from_1904: bool = False
    bulky: bool = False

    @property
    def header_of_sheet(self) -> Mapping[str, Area]:
        """The row of period ends on each sheet that has a timeline."""
        return self.areas[PERIOD_ENDS]

    def headers(self, sheet: str) -> list[Area]:
        """The rows of period ends on a sheet: its own, and those of the bands right of them."""
        areas = (self.areas.get(name, {}).get(sheet) for name in (PERIOD_ENDS, *BAND_ENDS.values()))
        return [area for area in areas if area is not None]

    def held(self, area: Area) -> list[Key]:
        """The cells of an area that are not blank, row by row; the area may span a whole sheet."""
        if area.is_cell or area.size <= len(self.formulas) + len(self.constants):
            return [k for k in area.cells() if k in self.formulas or k in self.constants]
        return sorted(
            k for found in (self.formulas, self.constants) for k in found if area.holds(k)
        )

    def area(self, text: str, sheet: str) -> Area | None:
        """The area that a reference in a formula on a sheet, or a defined name, refers to; None if none."""
        found = parse_area(text, sheet)
        return found or self._folded_names.get(text.upper())

    @cached_property
    def _folded_names(self) -> dict[str, Area]:
        """The areas by name in capitals, since Excel ignores the case of names."""
        return {name.upper(): area for name, area in self.names.items()}


def read_contents(path: Path) -> Contents:
    """The contents of a workbook, from the cache or the file. Raises ModelError if it cannot be read."""
    from modelgen.workbook import kept

    key = kept.key_of_file(path)
    found = kept.contents(key, path)
    if found is None:
        from modelgen.workbook.package import is_bulky, open_book

        found = replace(contents_of(path, open_book(path)), bulky=is_bulky(path))
        kept.keep_contents(key, found)
    return found


def cells_of(sheet: Worksheet) -> Iterator[Cell]:
    """The cells that a sheet has, by rows. Worksheet.iter_rows would also create those between them: 17
    billion for a sheet with one cell in its last corner.
    """
    from openpyxl.cell.cell import Cell

    for _, cell in sorted(sheet._cells.items()):
        if isinstance(cell, Cell):  # not part of a merged cell
            yield cell


def contents_of(path: Path, book: Workbook) -> Contents:
    """The contents of a workbook that openpyxl has opened."""
    from openpyxl.utils.datetime import CALENDAR_MAC_1904
    from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

    constants: dict[Key, Value] = {}
    formulas: dict[Key, str] = {}
    arrays: set[Key] = set()
    errors: set[Key] = set()
    comments: dict[Key, str] = {}
    areas: dict[str, dict[str, Area]] = {name: {} for name in AREAS}
    for sheet in book.worksheets:
        for cell in cells_of(sheet):
            value = cell.value
            key = (sheet.title, int(cell.row), int(cell.column))
            if cell.comment is not None:
                comments[key] = " ".join(cell.comment.text.split())
            if value is None:
                continue
            if isinstance(value, (ArrayFormula, DataTableFormula)):
                if _is_array(path, key, value):
                    arrays.add(key)
                formulas[key] = str(getattr(value, "text", "") or "")
            elif cell.data_type == "f":
                formulas[key] = str(value)
            else:
                constants[key] = _constant(path, key, value)
                if cell.data_type == "e":
                    errors.add(key)
        for name, defined in sheet.defined_names.items():
            area = parse_area(str(defined.attr_text))
            if area is not None and area.sheet in book.sheetnames:
                areas.setdefault(name, {})[sheet.title] = _clipped(area, book)
    names = {
        name: _clipped(area, book)
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
        areas,
        frozenset(arrays),
        properties,
        comments,
        frozenset(errors),
        book.epoch == CALENDAR_MAC_1904,
    )


def _is_array(path: Path, key: Key, formula: ArrayFormula | DataTableFormula) -> bool:
    """Whether a formula fills more than its own cell. Raises ModelError if it fills very many."""
    area = parse_area(str(formula.ref), key[0])
    if area is None or area.size > LARGE_AREA:
        raise fail(f"{path}: {a1(key)} holds a formula over {formula.ref}: it cannot be read")
    return not area.is_cell or not hasattr(formula, "text")


def _clipped(area: Area, book: Workbook) -> Area:
    """The area of a name; if very large, cut to the part of its sheet that has cells."""
    if area.size <= LARGE_AREA:
        return area
    used = book[area.sheet]
    last_row = max(area.row, min(area.last_row, used.max_row))
    last_column = max(area.column, min(area.last_column, used.max_column))
    return Area(area.sheet, area.row, area.column, last_row, last_column)


def _constant(path: Path, key: Key, value: object) -> Value:
    """A cell's constant. Raises ModelError for a number that no Excel cell can hold."""
    try:
        found = plain(value)
    except (OverflowError, ValueError):
        found = math.inf
    if isinstance(found, float) and not math.isfinite(found):
        raise fail(f"{path}: {a1(key)} holds a number that is too large for a cell")
    return found


def plain(value: object) -> Value:
    """A cell's value as a number, text or boolean; for a date, its day number."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (datetime, date, time)):
        from openpyxl.utils.datetime import to_excel

        return float(to_excel(value))  # type: ignore[no-untyped-call]
    if isinstance(value, (int, float)):
        return float(value)
    return str(value)


def a1(key: Key) -> str:
    """A cell, row and column from 1, as a person writes it: Debt!H14."""
    from openpyxl.utils.cell import get_column_letter

    return f"{key[0]}!{get_column_letter(key[2])}{key[1]}"


# In a reference to a table's column, an apostrophe escapes a bracket: [Column'[]. openpyxl's tokenizer
# does not know that, so it is given private-use characters instead.
_ESCAPED = re.compile(r"'([\[\]#'@])")
_STANDS_FOR = {"[": "\ue000", "]": "\ue001", "#": "\ue002", "'": "\ue003", "@": "\ue004"}
_SHOWN = str.maketrans({stand: f"'{mark}" for mark, stand in _STANDS_FOR.items()})


_REMEMBERED = 2**15  # formulas and references, of which a workbook is asked several times


@lru_cache(_REMEMBERED)
def tokens_of(formula: str) -> tuple[Token, ...]:
    """The tokens of a formula; one token for the whole if it cannot be split (a DDE link, the reference
    A1#). They are shared by all who ask: not to be changed.
    """
    from openpyxl.formula import Tokenizer
    from openpyxl.formula.tokenizer import Token, TokenizerError

    shown = (formula, _ESCAPED.sub(lambda found: _STANDS_FOR[found[1]], formula))
    for text in shown:
        try:
            items: list[Token] = Tokenizer(text).items
        except (TokenizerError, IndexError):
            continue
        for item in items:
            item.value = item.value.translate(_SHOWN)
        return tuple(items)
    return (Token(formula.removeprefix("="), Token.OPERAND, Token.TEXT),)


_AREA = re.compile(
    r"^(?:(?:'((?:[^']|'')+)'|([^'!]+))!)?\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$",
    re.IGNORECASE | re.ASCII,
)


@lru_cache(_REMEMBERED)
def parse_area(text: str, sheet: str = "") -> Area | None:
    """The area of a reference such as Debt!$F$12:$AQ$12; without a sheet, it is on the sheet `on`. None for
    anything else (A0, a column beyond XFD), and for a reference without a sheet if none is given.
    """
    from openpyxl.utils.cell import column_index_from_string

    found = _AREA.match(text)
    where = (found[1].replace("''", "'") if found[1] else found[2] or sheet) if found else ""
    if found is None or not where:
        return None
    rows = sorted((int(found[4]), int(found[6] or found[4])))
    columns = sorted(column_index_from_string(c.upper()) for c in (found[3], found[5] or found[3]))
    if rows[0] < 1 or rows[1] > LAST_ROW or columns[1] > LAST_COLUMN:
        return None
    return Area(where, rows[0], columns[0], rows[1], columns[1])
